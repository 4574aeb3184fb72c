"""What the tests of the screens share: the look on the application, and no task or message left over."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.planning import PlannerAlone, settle
from portfolio_files import copied, open_demo
from wealthdesk.domain.plans import Plan
from wealthdesk.domain.trading_rules import AccountRules, Trading
from wealthdesk.gui import tasks, theme
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.page import Bus
from wealthdesk.gui.problems import BugDialog
from wealthdesk.planning.plans import Plans
from wealthdesk.services.desk import Clock, Desk, open_desk

# The words of no country, on whatever system the tests run.
QLocale.setDefault(QLocale.c())

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))

Dialog = TypeVar("Dialog", bound=QDialog)
Shown = TypeVar("Shown", bound=QWidget)
Opened = Callable[[type[Dialog]], Dialog]


def shown_once(shown: Shown, width: int | None = None) -> Iterator[Shown]:
    """What all tests of a file look at, shown until the last of them has ended."""
    if width is not None:
        shown.resize(width, 832)
    shown.show()
    yield shown
    shown.close()
    shown.deleteLater()


def take_back_all(desk: Desk) -> None:
    """Take back what a test changed: the next one begins with the portfolio as it was opened."""
    while desk.undo.last() is not None:
        desk.undo.back()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """As the program starts Qt."""
    return ["wealthdesk", "-style", "Fusion"]


@pytest.fixture(scope="session", autouse=True)
def _no_window_after_qt(qapp: QApplication) -> Iterator[None]:
    """What was closed last waits for a turn of the event loop to be deleted: it may not outlive the application."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Every test of a screen begins in light, and without the windows of before: a theme would be put on them, too."""
    if theme.choice() != "system":
        theme.follow(qapp, "system")
    if theme.current() is not theme.LIGHT or not qapp.styleSheet():
        theme.apply(qapp, theme.LIGHT)
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _no_bug(qapp: QApplication) -> Iterator[None]:
    """No report of a bug is left: the test that brings one about closes it, any other fails."""
    yield
    left = [each for each in QApplication.topLevelWidgets() if isinstance(each, BugDialog) and each.isVisible()]
    for each in left:
        each.reject()
    assert not left, left[0].details.toPlainText()


@pytest.fixture
def reported(qtbot: QtBot) -> Callable[[], str]:
    """Closes the report of a bug once it is shown, and gives what it says."""

    def closed() -> str:
        def reports() -> list[BugDialog]:
            return [each for each in QApplication.topLevelWidgets() if isinstance(each, BugDialog)]

        qtbot.waitUntil(lambda: any(each.isVisible() for each in reports()))
        shown = next(each for each in reports() if each.isVisible())
        shown.reject()
        return shown.details.toPlainText()

    return closed


@pytest.fixture
def clock() -> Clock:
    """The clock of every test: it stands still."""
    return CLOCK


@pytest.fixture
def bus(qapp: QApplication) -> Bus:
    """The bus that the desks of a test tell their changes."""
    return Bus()


@pytest.fixture
def desk(portfolio_path: Path, clock: Clock, bus: Bus) -> Iterator[Desk]:
    """An empty portfolio, open."""
    with open_desk(portfolio_path, clock) as opened:
        opened.subscribe(bus.tell)
        yield opened


@pytest.fixture(scope="session")
def demo_before_a_rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo portfolio before anybody said how much new money may go into its account for retirement; to be copied.

    So its new money goes where it may go without a question, and the question can be asked.
    """
    path = tmp_path_factory.mktemp("demo") / "demo.wealthdesk"
    with open_demo(path, CLOCK) as made:
        made.rules.set_account("retirement", AccountRules())
    return path


@pytest.fixture(scope="session")
def demo_without_search(demo_before_a_rule: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A look-through fund makes every plan a search: here it is locked, and plans are there at once."""
    path = copied(demo_before_a_rule, tmp_path_factory.mktemp("demo") / "demo.wealthdesk")
    with open_desk(path, CLOCK) as made:
        made.rules.set_trading(["aor"], Trading.LOCKED)
    return path


@pytest.fixture(scope="session")
def demo_file(demo_before_a_rule: Path) -> Path:
    """What `demo_desk` is a copy of: a file of tests that all begin with a change has one where it was made before."""
    return demo_before_a_rule


@pytest.fixture
def demo_desk(demo_file: Path, tmp_path: Path, clock: Clock, bus: Bus) -> Iterator[Desk]:
    """A copy of the demo portfolio, open."""
    with open_desk(copied(demo_file, tmp_path / "demo.wealthdesk"), clock) as opened:
        opened.subscribe(bus.tell)
        yield opened


@pytest.fixture(scope="module")
def seen_desk(demo_before_a_rule: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo portfolio, open for all tests of a file that only look at it."""
    with open_desk(copied(demo_before_a_rule, tmp_path_factory.mktemp("seen") / "demo.wealthdesk"), CLOCK) as desk:
        yield desk


@pytest.fixture(scope="module")
def kept_desk(demo_without_search: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo portfolio, open for all tests of a file that change nothing in it."""
    with open_desk(copied(demo_without_search, tmp_path_factory.mktemp("kept") / "demo.wealthdesk"), CLOCK) as desk:
        heard = list[object]()
        desk.subscribe(heard.append)
        yield desk
        assert heard == []


@pytest.fixture(scope="module")
def opened_once(qapp: QApplication, kept_desk: Desk) -> Iterator[PlannerAlone]:
    """Its planner, for the tests that only type into it."""
    yield from shown_once(PlannerAlone(kept_desk, Bus()))


@pytest.fixture
def typed(opened_once: PlannerAlone, qtbot: QtBot) -> Iterator[PlannerPanel]:
    """The same, as it opened again after each test."""
    panel = opened_once.panel
    yield panel
    panel.options.toggle.setChecked(False)
    panel.outcome.set_alone(False)
    panel.plan_for(None)
    settle(panel, qtbot)


@pytest.fixture
def alone(qtbot: QtBot, demo_desk: Desk, bus: Bus) -> PlannerAlone:
    """The planner of a test's own portfolio, for the tests that ask nothing of the page around it."""
    alone = PlannerAlone(demo_desk, bus)
    qtbot.addWidget(alone)
    alone.show()
    return alone


@pytest.fixture(scope="session")
def _plans_known() -> list[tuple[object, Plan]]:
    return []


@pytest.fixture
def plans_known(_plans_known: list[tuple[object, Plan]], monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that was asked for before is the one of then: a walk asks for the same ones in each theme and width."""
    calculate = Plans.calculate

    def known(plans: Plans, allocation: object, request: object, rules: object, lots: object, *told: Any) -> Plan:
        asked = (request, rules, lots, allocation)
        plan = next((plan for before, plan in _plans_known if before == asked), None)
        if plan is None:
            plan = calculate(plans, *cast(Any, (allocation, request, rules, lots)), *told)
            if not told or told[-1]():  # it was not stopped
                _plans_known.append((asked, plan))
        return plan

    monkeypatch.setattr(Plans, "calculate", known)


@pytest.fixture
def still() -> Iterator[None]:
    """Nothing moves: each change is at its end at once."""
    tasks.stand_still(True)
    yield
    tasks.stand_still(False)


@pytest.fixture
def opened(qtbot: QtBot) -> Callable[[type[Dialog]], Dialog]:
    """Gives the dialog of a kind once it is open: a key that presses a button does so a moment later."""

    def waited_for(kind: type[Dialog]) -> Dialog:
        def is_open() -> bool:
            found = QApplication.activeModalWidget()
            if isinstance(found, kind):
                found.activateWindow()
            return isinstance(found, kind) and found.isActiveWindow()

        qtbot.waitUntil(is_open)
        found = QApplication.activeModalWidget()
        assert isinstance(found, kind)
        return found

    return waited_for
