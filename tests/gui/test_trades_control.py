"""The control of the number of trades: its stops, its keys, and that showing tells nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.planning import Key
from wealthdesk.domain.plans import FrontierPoint
from wealthdesk.gui.allocation.planner.plan_outcome import MOST_STOPS, TradesControl, stops_of, way_words


def points(*trades: int) -> list[FrontierPoint]:
    return [FrontierPoint(each, min(Decimal(1), Decimal(8 + each) / 20), 0, 0, 0, 0) for each in trades]


@pytest.fixture
def control(qtbot: QtBot) -> TradesControl:
    control = TradesControl()
    qtbot.addWidget(control)
    control.resize(316, control.height())
    control.show()
    return control


@given(st.sets(st.integers(1, 60), min_size=1), st.data())
def test_at_most_twelve_stops_with_both_ends_and_the_best(counts: set[int], data: st.DataObject) -> None:
    best = data.draw(st.sampled_from(sorted(counts)))
    stops = [stop.trades for stop in stops_of(points(*counts), best)]
    assert stops == sorted(set(stops)) and set(stops) <= counts and len(stops) == min(len(counts), MOST_STOPS)
    assert {min(counts), best, max(counts)} <= set(stops)


def test_keys_go_from_stop_to_stop_and_tell_the_number_of_trades(control: TradesControl) -> None:
    heard: list[object] = []
    control.chosen.connect(heard.append)
    control.show_stops(points(1, 2, 3, 5, 8), 3, 5)
    assert control.trades == 5 and heard == [], "showing tells nothing"
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Home, Key.Key_Left, Key.Key_Up, Key.Key_End):
        QTest.keyClick(control, key)
    assert heard == [8, 1, 2, 8]
    QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(11, 60))
    assert control.trades == 1 and heard[-1] == 1


def test_it_says_where_it_is(control: TradesControl) -> None:
    control.show_stops(points(1, 2, 3), 2, 2)
    assert control.accessibleDescription() == "2 trades · 50% of the way, best value"
    control.step(1)
    assert control.accessibleDescription() == "3 trades · 55% of the way"


def test_a_number_between_two_stops_stands_on_the_lower_one(control: TradesControl) -> None:
    control.show_stops(points(2, 4, 8), 4, 6)
    assert control.trades == 4
    control.show_stops(points(2, 4, 8), 4, 1)
    assert control.trades == 2


@pytest.mark.parametrize("known", [(), (3,)])
def test_without_a_choice_it_is_off(control: TradesControl, known: tuple[int, ...]) -> None:
    heard: list[object] = []
    control.chosen.connect(heard.append)
    control.show_stops(points(*known), None, 3)
    control.step(1)
    assert not control.isEnabled() and heard == [] and control.grab().height() > 0


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (None, "5 trades"),
        (Decimal("0.0"), "5 trades · 0% of the way"),
        (Decimal("0.954"), "5 trades · 95% of the way"),
        (Decimal("0.994"), "5 trades · 99.4% of the way"),
        (Decimal("0.99999"), "5 trades · 99.99% of the way"),
        (Decimal("1.0"), "5 trades · 100% of the way"),
        (Decimal("1.2"), "5 trades · 100% of the way"),
    ],
)
def test_what_is_not_all_of_the_way_is_never_called_so(kept: Decimal | None, expected: str) -> None:
    assert way_words(5, kept) == expected
