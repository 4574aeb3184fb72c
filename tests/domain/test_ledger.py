"""Ledgers: replayed exactly, in whatever order the lines of a day stand, and what they do not explain is told."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wealthdesk.domain.ledger import Entry, EntryKind, Lot, Position, Replayed, Story, opened, ratio_words, replay
from wealthdesk.domain.tax_lots import TaxLot

JAN, FEB, MAR, APR = (date(2026, month, 10) for month in range(1, 5))
BUY, SELL, SPLIT = EntryKind.BUY, EntryKind.SELL, EntryKind.SPLIT


def bought(on: date, quantity: str, cost: int | None = 0, asset: str = "VTI") -> Entry:
    return Entry(on, BUY, asset, Decimal(quantity), (("USD", -(cost or 0)),), cost)


def sold(on: date, quantity: str, gets: int = 0, asset: str = "VTI") -> Entry:
    return Entry(on, SELL, asset, Decimal(quantity), (("USD", gets),))


def split(on: date, ratio: str, asset: str = "VTI") -> Entry:
    return Entry(on, SPLIT, asset, ratio=Fraction(ratio))


def lots(replayed: Replayed, asset: str = "VTI") -> list[tuple[date | None, str, int | None]]:
    return [(lot.acquired_on, str(lot.quantity), lot.cost_minor) for lot in replayed.positions[asset].lots]


def is_explained(story: Story) -> bool:
    return not story.missing and story.unsplit is None


def test_what_is_bought_sold_and_split_is_left_in_its_lots() -> None:
    found = replay([bought(JAN, "10", 400_100), split(FEB, "4"), sold(MAR, "5", 54_900)])
    assert lots(found) == [(JAN, "35", 350_088)]
    assert found.money == {"USD": -345_200}
    assert found.past["VTI"] == ((JAN, Decimal(10)), (FEB, Decimal(40)), (MAR, Decimal(35)))
    story = found.stories["VTI"]
    assert (story.moved, story.splits, story.left) == (
        {BUY: Decimal(10), SELL: Decimal(5)},
        ((FEB, Fraction(4)),),
        Decimal(35),
    )
    assert is_explained(story)


def test_the_oldest_lots_go_first() -> None:
    found = replay([bought(JAN, "10", 1000), bought(FEB, "10", 9000), sold(MAR, "12")])
    assert lots(found) == [(FEB, "8", 7200)]


def test_what_comes_on_a_day_is_there_for_what_goes_on_it() -> None:
    found = replay([sold(JAN, "10"), bought(JAN, "10", 500)])
    assert lots(found) == [] and is_explained(found.stories["VTI"])


def test_a_split_comes_before_the_trades_of_its_day() -> None:
    found = replay([bought(JAN, "3", 300), sold(FEB, "12"), split(FEB, "4"), bought(FEB, "1", 30)])
    assert lots(found) == [(FEB, "1", 30)]


def test_a_split_takes_the_last_price_with_it_until_there_is_another() -> None:
    first = replace(bought(JAN, "10", 4_000), price=Decimal(4))
    later = replace(bought(MAR, "1", 150), price=Decimal("1.5"))
    found = replay([first, split(FEB, "4"), later])
    assert found.prices == {("VTI", JAN): Decimal(4), ("VTI", FEB): Decimal(1), ("VTI", MAR): Decimal("1.5")}
    same_day = replace(later, on=FEB)
    assert replay([first, split(FEB, "4"), same_day]).prices[("VTI", FEB)] == Decimal("1.5")


def test_a_split_that_only_says_what_it_added() -> None:
    found = replay(
        [bought(JAN, "10", 300), Entry(FEB, SPLIT, "VTI", Decimal(30)), Entry(MAR, SPLIT, "VTI", Decimal(-36))]
    )
    assert lots(found) == [(JAN, "4", 300)]
    assert [ratio_words(ratio) for _, ratio in found.stories["VTI"].splits] == ["4:1", "1:10"]


def test_what_is_missing_counts_shares_that_were_only_added_as_they_are() -> None:
    entries = [bought(JAN, "20", 0), Entry(FEB, SPLIT, "VTI", Decimal(60)), sold(MAR, "120")]
    missing = replay(entries).stories["VTI"].missing
    assert missing == 40
    assert is_explained(replay(entries, {"VTI": opened(missing)}).stories["VTI"])


def test_a_split_that_does_not_come_out_even_keeps_the_sum() -> None:
    found = replay([bought(JAN, "10", 300), bought(FEB, "10", 300), split(MAR, "1/3")])
    assert [lot.quantity for lot in found.positions["VTI"].lots] == [
        Decimal("3.333333333333"),
        Decimal("3.333333333334"),
    ]
    assert found.positions["VTI"].quantity == Decimal("6.666666666667")


def test_a_split_of_what_is_not_held_is_not_explained() -> None:
    story = replay([Entry(FEB, SPLIT, "VTI", Decimal(30))]).stories["VTI"]
    assert (story.unsplit, is_explained(story)) == (FEB, False)


def test_what_was_sold_and_never_bought_is_told_and_an_opening_quantity_explains_it() -> None:
    entries = [bought(JAN, "10", 100), split(FEB, "2"), sold(MAR, "50"), bought(APR, "5", 40)]
    found = replay(entries)
    story = found.stories["VTI"]
    assert (story.missing, story.missing_on, is_explained(story)) == (Decimal(15), MAR, False)
    again = replay(entries, {"VTI": opened(Decimal(15), 900)})
    assert is_explained(again.stories["VTI"]) and again.stories["VTI"].opening == 15
    assert lots(again) == [(APR, "5", 40)]


def test_what_is_not_known_of_one_lot_is_not_known_of_all() -> None:
    unknown = replay([bought(JAN, "10", None), bought(FEB, "1", 5)]).positions["VTI"]
    assert (unknown.cost_minor, unknown.tax_lots) == (None, ())
    known = replay([bought(JAN, "10", None), bought(FEB, "1", 5), sold(MAR, "10")]).positions["VTI"]
    assert known.tax_lots == (TaxLot(FEB, Decimal(1), 5),)


def test_money_is_told_for_the_end_of_each_day() -> None:
    found = replay(
        [
            bought(JAN, "1", 500),
            Entry(JAN, EntryKind.DEPOSIT, money=(("USD", 600),)),
            Entry(FEB, EntryKind.CONVERSION, money=(("USD", -90), ("EUR", 80))),
            Entry(MAR, EntryKind.FEE, money=(("USD", -20),)),
        ]
    )
    assert found.money == {"USD": -10, "EUR": 80}
    assert found.lowest == {"USD": -10, "EUR": 0}
    assert found.money_past["USD"] == ((JAN, 100), (FEB, 10), (MAR, -10))


def test_the_last_price_of_a_day_is_told() -> None:
    one = replace(bought(JAN, "1"), price=Decimal(7), at="09:00")
    other = replace(sold(JAN, "1"), price=Decimal(6), at="10:00")
    assert replay([one, other]).prices == replay([other, one]).prices == {("VTI", JAN): Decimal(6)}


QUANTITIES = st.decimals("0.001", "500", places=3)
MONEY = st.integers(0, 10**7)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """Ledgers in which nothing is sold that is not there; some days have several entries, some of them equal."""
    entries: list[Entry] = []
    held = dict.fromkeys("AB", Decimal(0))
    on = date(2024, 1, 1)
    for _ in range(draw(st.integers(0, 14))):
        on += timedelta(days=draw(st.integers(0, 3)))
        asset = draw(st.sampled_from("AB"))
        kind = draw(st.sampled_from((BUY, BUY, SELL, SPLIT, EntryKind.REINVESTED, EntryKind.DEPOSIT, EntryKind.FEE)))
        if kind is SPLIT:
            # A split stands alone on its day: it would multiply what is bought before it on that day.
            on += timedelta(days=1)
            ratio = draw(st.sampled_from((Fraction(2), Fraction(3, 2), Fraction(1, 2), Fraction(10))))
            entries.append(Entry(on, kind, asset, ratio=ratio))
            held[asset] *= Decimal(ratio.numerator) / Decimal(ratio.denominator)
            on += timedelta(days=1)
        elif kind is SELL:
            quantity = held[asset] if draw(st.booleans()) else round(held[asset] / 2, 3)
            if quantity > 0:
                entries.append(Entry(on, kind, asset, quantity, (("EUR", draw(MONEY)),)))
                held[asset] -= quantity
        elif kind.adds:
            quantity, cost = draw(QUANTITIES), draw(MONEY)
            times = draw(st.integers(1, 2))
            entries += [Entry(on, kind, asset, quantity, (("EUR", -cost),), cost)] * times
            held[asset] += quantity * times
        else:
            sign = 1 if kind is EntryKind.DEPOSIT else -1
            entries.append(Entry(on, kind, money=(("EUR", sign * draw(MONEY)),)))
    return entries


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False))
def test_a_ledger_is_replayed_exactly_in_whatever_order_it_is_listed(entries: list[Entry], random: Random) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    found = replay(entries)
    assert replay(shuffled) == found
    for asset, position in found.positions.items():
        left = Fraction(0)
        for entry in entries:
            if entry.asset == asset and entry.ratio:
                left *= entry.ratio
            elif entry.asset == asset:
                left += Fraction(entry.quantity) * (1 if entry.kind.adds else -1)
        assert Fraction(position.quantity) == left
        assert is_explained(found.stories[asset])
        assert position.cost_minor is not None
        assert [lot.acquired_on for lot in position.lots] == sorted(
            lot.acquired_on or date.min for lot in position.lots
        )
        assert all(lot.quantity > 0 for lot in position.lots)
    assert found.money.get("EUR", 0) == sum(minor for entry in entries for _, minor in entry.money)


@settings(max_examples=100, deadline=None)
@given(ledgers(), st.integers(0, 40))
def test_a_ledger_cut_between_two_days_comes_to_the_same(entries: list[Entry], days: int) -> None:
    cut = date(2024, 1, 1) + timedelta(days=days)
    first = replay(entry for entry in entries if entry.on < cut)
    # What is kept in between are lots as a file has them.
    kept = {
        asset: Position(tuple(Lot(lot.acquired_on, lot.quantity, lot.cost_minor) for lot in position.tax_lots))
        for asset, position in first.positions.items()
    }
    second = replay((entry for entry in entries if entry.on >= cut), kept, first.money)
    whole = replay(entries)
    assert second.positions == whole.positions
    assert second.money == whole.money


@settings(max_examples=60, deadline=None)
@given(ledgers(), st.integers(0, 14))
def test_the_opening_quantity_that_is_told_explains_what_is_missing(entries: list[Entry], begin: int) -> None:
    rest = entries[begin:]
    missing = {asset: story.missing for asset, story in replay(rest).stories.items() if story.missing}
    again = replay(rest, {asset: opened(quantity) for asset, quantity in missing.items()})
    assert all(is_explained(story) for story in again.stories.values())


@pytest.mark.parametrize(("ratio", "words"), [("4", "4:1"), ("3/2", "3:2"), ("1/10", "1:10")])
def test_a_split_in_words(ratio: str, words: str) -> None:
    assert ratio_words(Fraction(ratio)) == words
