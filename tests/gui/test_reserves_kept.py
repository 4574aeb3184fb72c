"""What is proposed in Reserves outlives the page, the window and the program, and says so when it comes back."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from portfolio_files import demo_at
from wealthdesk.domain.reallocation import AddLine, ClearCap, LineKey, SetAmount, SetBudget, SetCap
from wealthdesk.domain.reserves import header_of_fund
from wealthdesk.gui import tasks
from wealthdesk.gui.format import came_back
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage import settings
from wealthdesk.storage.database import Database

LUMEN, MARRAM, TIDEWATER = (LineKey(each) for each in ("lumen", "marram", "tidewater"))
CHANGES = (SetAmount(LUMEN, 4_400_000), SetAmount(MARRAM, 800_000), SetBudget(900_000_000))


@pytest.fixture
def path(tmp_path: Path, clock: Clock) -> Path:
    """The demo portfolio."""
    made = tmp_path / "demo.wealthdesk"
    demo_at(made, clock)
    return made


class Life:
    """A window with the reserves of a file, at another time."""

    def __init__(self, path: Path, clock: Clock, qtbot: QtBot, later: timedelta = timedelta()) -> None:
        self.desk: Desk = open_desk(path, Clock(clock.today, lambda: clock.now() + later))
        self.window = MainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.show_desk(self.desk)
        self.window.go_to("reserves")
        qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=20_000)
        page = self.window.page("reserves")
        assert isinstance(page, ReservesPage)
        self.page = page

    def close(self) -> None:
        assert self.window.close()
        self.window.let_go()
        self.desk.close()

    def notice(self) -> str:
        notice = self.page.view.notice
        return notice.title if not notice.isHidden() else ""


def test_a_proposal_is_here_again_after_the_window_was_closed(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    life.page.take(CHANGES)
    life.page.panel.set_reason("Bridge round")
    proposed = life.page.draft.changes
    life.close()
    again = Life(path, clock, qtbot, timedelta(days=1))
    assert again.notice() == "3 changes from yesterday, not committed"
    assert set(again.page.draft.changes) == set(proposed) and len(proposed) == 3
    assert again.page.panel.reason == "Bridge round"
    again.page.panel.discard.click()
    again.close()
    last = Life(path, clock, qtbot)
    assert not last.page.draft.is_changed and last.notice() == ""
    last.close()


def test_what_is_committed_does_not_come_back(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    life.page.take(CHANGES[:2])
    life.page.keep_unsaved()
    life.page.panel.set_reason("Bridge round")
    life.page.panel.findings.accept_all()
    life.page.panel.commit.click()
    assert "is kept" in life.notice()
    life.close()
    again = Life(path, clock, qtbot)
    assert not again.page.draft.is_changed
    again.close()


def test_it_is_kept_a_moment_after_the_last_edit_and_when_another_page_is_shown(
    path: Path, clock: Clock, qtbot: QtBot
) -> None:
    life = Life(path, clock, qtbot)
    fund = life.page.fund
    assert fund is not None
    life.page.take(CHANGES[:1])
    assert life.page._keeping.isActive() and life.desk.drafts.of(fund.header) is None
    life.window.go_to("holdings")
    kept = life.desk.drafts.of(fund.header)
    assert kept is not None and kept.changes == CHANGES[:1] and not life.page._keeping.isActive()
    assert life.desk.undo.last() is None, "it is no change of data"
    life.close()


def test_it_comes_back_on_a_version_that_was_saved_meanwhile(path: Path, clock: Clock, qtbot: QtBot) -> None:
    life = Life(path, clock, qtbot)
    fund = life.page.fund
    assert fund is not None
    life.page.take([SetAmount(LUMEN, 4_400_000)])
    life.close()
    with open_desk(path, clock) as other:
        changes = (SetAmount(MARRAM, 1_000_000),)
        preview = other.reallocations.preview(fund.header, fund.version, changes)
        accepted = [each.code for each in preview.warnings]
        other.reallocations.commit(
            fund.header, fund.version, changes, preview.token, reason="Elsewhere", accepted=accepted
        )
    again = Life(path, clock, qtbot)
    assert again.notice() == f"Version {fund.version + 1} was saved meanwhile. Your edit stays, now on it."
    assert again.page.draft.changes == (SetAmount(LUMEN, 4_400_000),)
    again.close()


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="needs permissions")
def test_where_it_cannot_be_kept_one_is_asked(
    path: Path, clock: Clock, qtbot: QtBot, opened: Callable[..., QMessageBox]
) -> None:
    life = Life(path, clock, qtbot)
    life.page.take(CHANGES)
    path.chmod(0o400)
    assert not life.window.close()
    box = opened(QMessageBox)
    assert "lose what is proposed" in box.text()
    with qtbot.waitSignal(life.window.closed):
        box.accept()
    life.desk.close()


def test_what_can_be_kept_is_kept_whatever_else_cannot_be(
    path: Path, clock: Clock, qtbot: QtBot, opened: Callable[..., QMessageBox]
) -> None:
    life = Life(path, clock, qtbot)
    prices = life.window.page("holdings")
    assert isinstance(prices, HoldingsPage) and life.window.shown is not None
    prices.prices._typed = {"vti": "300"}
    # The page of holdings is asked first.
    made = life.window.shown.pages._made
    made["reserves"] = made.pop("reserves")
    life.page.take(CHANGES)
    assert not life.window.close()
    box = opened(QMessageBox)
    assert "lose what is proposed" in box.text() and "1 price or rate is typed" in box.informativeText()
    assert life.desk.drafts.of(life.page.draft.state.header) is not None
    with qtbot.waitSignal(life.window.closed):
        box.accept()
    life.desk.close()


def test_where_the_file_is_gone_one_is_asked(
    path: Path, clock: Clock, qtbot: QtBot, opened: Callable[..., QMessageBox]
) -> None:
    life = Life(path, clock, qtbot)
    life.page.take(CHANGES)
    path.rename(path.with_name("elsewhere"))
    assert not life.window.close()
    box = opened(QMessageBox)
    assert "lose what is proposed" in box.text()
    with qtbot.waitSignal(life.window.closed):
        box.accept()
    life.window.let_go()
    life.desk.close()


def test_every_change_is_read_as_it_was_written(path: Path, clock: Clock) -> None:
    changes = (
        *CHANGES,
        SetCap(TIDEWATER, 5),
        ClearCap(LUMEN),
        AddLine(LineKey("new"), "Näme “x”", 7, None),
        SetBudget(None),
    )
    with open_desk(path, clock) as desk:
        desk.drafts.keep(header_of_fund("any"), 3, changes, "Why\nnot")
        found = desk.drafts.of(header_of_fund("any"))
        assert found is not None
        assert (found.version, found.changes, found.reason) == (3, changes, "Why\nnot")


@pytest.mark.parametrize(
    "spoiled",
    [
        "", "{", "[]", "null", "7", '{"version": 1}',
        '{"version": "1", "kept_at": "2026-11-20T09:00:00.000Z", "reason": "", "changes": []}',
        '{"version": 1, "kept_at": "2026-11-20T09:00:00.000Z", "reason": "", "changes": [{"what": "set_amount", '
        '"key": ["a", ""], "amount": "7"}]}',
        '{"version": 1, "kept_at": "2026-11-20T09:00:00.000Z", "reason": "", "changes": [{"what": "other"}]}',
        '{"version": 1, "kept_at": "2026-11-20T09:00:00.000Z", "reason": "", "changes": [{"what": "set_budget", '
        '"budget": 7, "more": 1}]}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_proposal(database: Database, clock: Clock, spoiled: str) -> None:
    from wealthdesk.services.drafts import KeptDrafts

    with database.write() as connection:
        settings.set_setting(connection, "reserve_draft:x", spoiled)
    assert KeptDrafts(database, clock.now).of(header_of_fund("x")) is None


def test_when_it_is_from() -> None:
    now = datetime(2026, 11, 20, 12).astimezone()
    assert came_back(1, now - timedelta(hours=1), now) == "1 change from today, 11:00, not committed"
    assert came_back(3, now - timedelta(days=1), now) == "3 changes from yesterday, not committed"
    assert came_back(3, now - timedelta(days=9), now) == "3 changes from 11 Nov 2026, not committed"
