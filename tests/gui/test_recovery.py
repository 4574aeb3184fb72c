"""The recovery page: true words for every kind of refusal, the backups, and the ways on; the file stays as it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from portfolio_files import demo_at
from wealthdesk import errors
from wealthdesk.errors import OpeningError
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.recovery.page import RecoveryPage, words_of
from wealthdesk.gui.start import Start
from wealthdesk.services.backups import backups_of
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.storage.file.backups import back_up


def opening(path: Path, create: bool, clock: Clock, qtbot: QtBot) -> tuple[MainWindow, Start]:
    window = MainWindow()
    qtbot.addWidget(window)
    start = Start(window, path, create, lambda path, create: open_desk(path, clock, create=create), clock.now)
    return window, start


def refused(path: Path, clock: Clock, qtbot: QtBot, *, create: bool = False) -> tuple[Start, RecoveryPage]:
    window, start = opening(path, create, clock, qtbot)
    with qtbot.waitSignal(start.refused, timeout=10_000):
        window.show()
    page = window.findChild(RecoveryPage)
    assert isinstance(page, RecoveryPage)
    assert page.isVisible()
    qtbot.waitUntil(lambda: "Reading the backups" not in said(page) or not page.wants_backups(), timeout=10_000)
    return start, page


def said(page: QWidget) -> str:
    return "\n".join(each.text().replace("\u200b", "") for each in page.findChildren(QLabel))


def press(page: QWidget, name: str) -> None:
    QTest.mouseClick(
        next(each for each in page.findChildren(QPushButton) if each.accessibleName() == name),
        Qt.MouseButton.LeftButton,
    )


def _newer(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[60:64] = (99).to_bytes(4, "big")
    path.write_bytes(raw)


def _foreign(path: Path) -> None:
    path.write_text("Dear diary, this is a letter and no portfolio, however long it may become. " * 9, encoding="utf-8")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("harm", "headline", "sentence"),
    [
        (_newer, "A newer WealthDesk wrote this portfolio", "its version is 99"),
        (_foreign, "This file is not a portfolio", "another kind of file"),
        (lambda path: path.write_bytes(b""), "This file is not a portfolio", "is empty"),
        (Path.unlink, "Your portfolio is not where it was", "There is no file"),
        (_half, "Your portfolio could not be opened", "damaged"),
    ],
)
def test_a_file_that_cannot_be_opened_is_explained_and_left_alone(
    tmp_path: Path, clock: Clock, qtbot: QtBot, harm: Callable[[Path], object], headline: str, sentence: str
) -> None:
    path = tmp_path / "Häus halt #1.wealthdesk"
    demo_at(path, clock)
    harm(path)
    before = path.read_bytes() if path.exists() else None
    _, page = refused(path, clock, qtbot)
    assert headline in said(page)
    assert sentence in said(page)
    assert "There are no backups beside it." in said(page)
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("kind", [each for each in vars(errors).values() if isinstance(each, type)])
def test_every_refusal_to_open_has_its_own_words(kind: type[Exception]) -> None:
    if issubclass(kind, OpeningError) and kind is not OpeningError:
        assert words_of(kind("…")) is not words_of(OpeningError("…"))


def test_a_missing_file_that_has_backups_is_no_first_run(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    path = tmp_path / "portfolio.wealthdesk"
    demo_at(path, clock)
    back_up(path, "by_hand", clock.now())
    path.unlink()
    _, page = refused(path, clock, qtbot, create=True)
    assert not path.exists()
    assert "1 verified backup, made " in said(page)
    assert "By hand" in page.backups.table.as_text()


def test_a_backup_that_changed_is_not_called_verified(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    path = tmp_path / "portfolio.wealthdesk"
    demo_at(path, clock)
    backup = back_up(path, "by_hand", clock.now())
    _half(backup.path)
    _half(path)
    _, page = refused(path, clock, qtbot)
    assert "1 backup beside it, none of them as it was when it was made." in said(page)
    assert "Damaged" in page.backups.table.as_text()


def is_gone(page: RecoveryPage) -> bool:
    return not isValid(page) or not page.isVisible()


def test_trying_again_opens_the_file_once_it_is_well(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    path = tmp_path / "portfolio.wealthdesk"
    demo_at(path, clock)
    whole = path.read_bytes()
    _half(path)
    start, page = refused(path, clock, qtbot)
    path.write_bytes(whole)
    with qtbot.waitSignal(start.opened, timeout=10_000):
        press(page, "Try again")
    assert is_gone(page)
    start.close()


def test_lines_that_break_a_rule_are_named_and_mended(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    path = tmp_path / "p.wealthdesk"
    demo_at(path, clock)
    with closing(sqlite3.connect(path)) as connection:
        more = "UPDATE asset_class_targets SET target_bps = target_bps + 2000 WHERE asset_class_id = 'equity'"
        connection.execute(more)
        connection.commit()
    before = path.read_bytes()
    start, page = refused(path, clock, qtbot)
    assert "lines that break a rule" in said(page) and "sum to 120.00% and not to 100%" in said(page)
    assert path.read_bytes() == before
    with qtbot.waitSignal(start.opened, timeout=20_000):
        press(page, "Mend these lines")
    start.close()
    with open_desk(path, clock) as desk:
        (strategy,) = (each for each in desk.targets.all() if each.is_active and each.scope is None)
    assert sum(each.target_bps for each in strategy.targets) == 10_000
    (aside,) = (each for each in tmp_path.iterdir() if each.name.endswith("set_aside"))
    assert (aside / path.name).read_bytes() == before


def test_another_file_is_opened_instead(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    path, other = tmp_path / "portfolio.wealthdesk", tmp_path / "other.wealthdesk"
    _foreign(path)
    demo_at(other, clock)
    start, page = refused(path, clock, qtbot)
    press(page, "Choose another file…")
    dialog = page.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    window = page.window()
    with qtbot.waitSignal(start.opened, timeout=10_000):
        dialog.fileSelected.emit(str(other))
    assert window.windowTitle() == "other · WealthDesk"
    assert is_gone(page)
    start.close()


def test_a_new_portfolio_can_be_begun_where_one_is_missing(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    start, page = refused(tmp_path / "portfolio.wealthdesk", clock, qtbot)
    with qtbot.waitSignal(start.opened, timeout=30_000):
        page.new_chosen.emit(tmp_path / "new.wealthdesk")
    assert (tmp_path / "new.wealthdesk").exists()
    assert not (tmp_path / "portfolio.wealthdesk").exists()
    start.close()


def test_quitting_closes_the_window(tmp_path: Path, clock: Clock, qtbot: QtBot) -> None:
    _, page = refused(tmp_path / "portfolio.wealthdesk", clock, qtbot)
    window = page.window()
    press(page, "Quit")
    assert not window.isVisible()


def test_a_folder_without_backups_lists_none(tmp_path: Path) -> None:
    assert backups_of(tmp_path / "portfolio.wealthdesk") == ()
