"""Drift at both levels, exact, and what the 5/25 rule says of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.assets import AssetClass, Exposure
from wealthdesk.domain.drift import Status, band, composition, measure, status
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy

CLASSES = [AssetClass(key, key.title(), "#000000", n) for n, key in enumerate(("equity", "bonds", "cash"))]


def strategy(*targets: ClassTarget) -> Strategy:
    return Strategy("s", "S", None, is_active=True, targets=targets)


def whole(class_id: str) -> tuple[Exposure, ...]:
    return (Exposure(class_id, 10_000),)


@pytest.mark.parametrize(
    ("target", "current", "expected"),
    [
        (60_00, 65_00, Status.OVERWEIGHT),
        (60_00, 64_99, Status.ON_TARGET),
        (60_00, 55_00, Status.UNDERWEIGHT),
        (60_00, 55_01, Status.ON_TARGET),
        (10_00, 7_50, Status.UNDERWEIGHT),
        (10_00, 7_51, Status.ON_TARGET),
        (30_00, 31_00, Status.ON_TARGET),
        (20_00, 25_00, Status.OVERWEIGHT),
        (0, 50, Status.OVERWEIGHT),
        (0, 49, Status.ON_TARGET),
        (0, 0, Status.ON_TARGET),
        (100_00, 100_00, Status.ON_TARGET),
    ],
)
def test_the_5_25_rule_and_its_edges(target: int, current: int, expected: Status) -> None:
    assert status(current, 10_000, target, band(target, 500, 2500)) is expected


def test_the_band_is_exact_where_basis_points_do_not_divide() -> None:
    half_width = band(333, 500, 2500)
    assert half_width == Fraction(333, 4)
    assert status(41_625, 1_000_000, 333, half_width) is Status.OVERWEIGHT
    assert status(41_624, 1_000_000, 333, half_width) is Status.ON_TARGET


def test_both_weights_and_both_drifts() -> None:
    held = composition(
        "USD",
        {"a": 4_000, "b": 2_000, "c": 4_000},
        {"a": whole("equity"), "b": whole("equity"), "c": whole("bonds")},
    )
    targets = ClassTarget("equity", 5000, holdings=(HoldingTarget("a", 5000), HoldingTarget("b", 5000)))
    drift = measure(held, CLASSES, strategy(targets, ClassTarget("bonds", 5000)))
    equity, bonds = drift.classes
    assert (equity.weight_bps, equity.drift_bps, equity.gap_minor, equity.status) == (
        6000,
        1000,
        1000,
        Status.OVERWEIGHT,
    )
    assert (bonds.drift_bps, bonds.gap_minor, bonds.status) == (-1000, -1000, Status.UNDERWEIGHT)
    first = equity.holdings[0]
    assert (first.weight_of_class_bps, first.weight_bps) == (6667, 4000)
    assert (first.target_of_class_bps, first.target_bps) == (5000, 2500)
    assert (first.drift_of_class_bps, first.drift_bps) == (1667, 1500)
    assert drift.sum_bps == 2000
    assert drift.largest is equity
    assert len(drift.outside) == 2


def test_a_held_asset_or_class_without_a_target_counts_as_target_0_where_others_have_one() -> None:
    held = composition("USD", {"a": 90, "b": 10, "c": 100}, dict.fromkeys("ab", whole("equity")) | {"c": whole("cash")})
    targets = ClassTarget("equity", 10_000, holdings=(HoldingTarget("a", 10_000),))
    equity, cash = measure(held, CLASSES, strategy(targets)).classes
    assert equity.holdings[1].target_of_class_bps == 0
    assert (cash.target_bps, cash.status) == (0, Status.OVERWEIGHT)


def test_without_targets_nothing_is_judged() -> None:
    held = composition("USD", {"a": 100}, {"a": whole("equity")})
    for nothing in (None, strategy()):
        drift = measure(held, CLASSES, nothing)
        assert [c.status for c in drift.classes] == [Status.NO_TARGET]
        assert drift.largest is None
        assert not drift.has_targets


def test_an_empty_portfolio_has_no_weights() -> None:
    drift = measure(composition("USD", {}, {}), CLASSES, strategy(ClassTarget("equity", 10_000)))
    assert (drift.total_minor, drift.classes[0].weight_bps) == (0, 0)


def test_a_balanced_fund_stands_in_each_of_its_classes_to_the_unit() -> None:
    fund = (Exposure("equity", 6000), Exposure("bonds", 4000))
    held = composition("USD", {"f": 101, "a": 50}, {"f": fund, "a": whole("equity")})
    assert held.parts == {"equity": {"f": 61, "a": 50}, "bonds": {"f": 40}}
    targets = ClassTarget("equity", 10_000, holdings=(HoldingTarget("a", 10_000),))
    equity = measure(held, CLASSES, strategy(targets)).classes[0]
    of_fund = next(row for row in equity.holdings if row.asset_id == "f")
    assert of_fund.is_look_through
    assert of_fund.target_of_class_bps is None


def test_unclassified_is_in_the_total_and_in_no_weight() -> None:
    held = composition("USD", {"a": 300, "x": 100}, {"a": whole("equity"), "x": ()})
    drift = measure(held, CLASSES, None)
    assert (drift.total_minor, drift.classified_minor, drift.unclassified_minor) == (400, 300, 100)
    assert drift.classes[0].weight_bps == 10_000


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 10**12), max_size=20), st.data())
def test_every_unit_is_in_exactly_one_place(values: dict[str, int], data: st.DataObject) -> None:
    exposures = {}
    for asset in values:
        first = data.draw(st.integers(0, 10_000))
        second = data.draw(st.integers(0, 10_000 - first))
        shares = (Exposure("equity", first), Exposure("bonds", second))
        exposures[asset] = tuple(share for share in shares if share.weight_bps)
    held = composition("USD", values, exposures)
    assert held.total_minor == sum(values.values())
