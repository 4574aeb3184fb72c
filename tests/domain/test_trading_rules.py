"""Rules of accounts as values: what may be bought, and what room is left for new money on a day."""

from datetime import date

import pytest

from wealthdesk.domain.trading_rules import AccountRules, MayHold, Room, RoomKind

BRITISH = Room(RoomKind.LIMITED, 7_000, date(2026, 3, 1), 20_000, (4, 6))


@pytest.mark.parametrize(
    ("day", "deposits", "left"),
    [
        (date(2026, 3, 1), [], 7_000),
        (date(2026, 4, 5), [(date(2026, 3, 1), 1_000), (date(2026, 4, 5), 500)], 5_500),
        (date(2026, 4, 5), [(date(2026, 2, 28), 1_000), (date(2026, 4, 6), 500)], 7_000),
        (date(2026, 4, 6), [(date(2026, 3, 1), 1_000), (date(2026, 4, 6), 500)], 19_500),
        (date(2027, 4, 5), [(date(2026, 4, 6), 500), (date(2027, 4, 5), 500)], 19_000),
        (date(2027, 4, 6), [(date(2026, 4, 6), 500), (date(2027, 4, 5), 500)], 20_000),
        (date(2026, 3, 1), [(date(2026, 3, 1), 7_001)], 0),
    ],
)  # fmt: skip
def test_a_room_is_renewed_on_its_day_and_goes_down_with_what_came_in_since(
    day: date, deposits: list[tuple[date, int]], left: int
) -> None:
    assert BRITISH.left_on(day, deposits) == left


def test_a_room_that_is_said_on_the_day_of_renewal_is_not_renewed_by_it() -> None:
    assert Room(RoomKind.LIMITED, 7_000, date(2026, 4, 6), 20_000, (4, 6)).left_on(date(2027, 4, 5)) == 7_000


def test_a_day_that_the_year_does_not_have_is_the_last_of_its_month() -> None:
    leap = Room(RoomKind.LIMITED, 1, date(2026, 1, 1), 9, (2, 29))
    assert [leap.left_on(date(2026, 3, day)) for day in (1, 2)] == [9, 9]
    assert leap.left_on(date(2026, 2, 27)) == 1


def test_without_a_yearly_amount_nothing_is_renewed() -> None:
    assert Room(RoomKind.LIMITED, 7_000, date(2020, 1, 1)).left_on(date(2026, 1, 1), [(date(2021, 1, 1), 1)]) == 6_999


def test_a_list_and_its_kind_are_never_at_odds() -> None:
    listed = AccountRules(can_hold=frozenset({"a", "b"}), allowed=frozenset({"c"}), barred=frozenset({"a"}))
    assert listed == AccountRules(may_hold=MayHold.LISTED, can_hold=frozenset({"b", "c"}))
    assert AccountRules(may_hold=MayHold.LISTED).can_hold == frozenset()
    assert AccountRules(may_hold=MayHold.ALL, allowed=frozenset({"a"})) == AccountRules(may_hold=MayHold.ALL)
    assert AccountRules(allowed=frozenset({"a"}), barred=frozenset({"a"})) == AccountRules(barred=frozenset({"a"}))
