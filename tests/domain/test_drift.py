"""Drift at both levels, exact, and what the 5/25 rule says of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wealthdesk.domain.assets import AssetClass, Exposure
from wealthdesk.domain.drift import Drift, Status, band, composition, holding_band_of_all, measure, status
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
    # 10 pp of a band of 5 pp both: the first of equals.
    assert drift.furthest is not None
    assert (drift.furthest.asset_class_id, drift.furthest.asset_id) == ("equity", None)


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
        assert drift.furthest is None
        assert drift.holdings_counted == 0
        assert not drift.has_targets


def test_an_empty_portfolio_has_no_weights() -> None:
    drift = measure(composition("USD", {}, {}), CLASSES, strategy(ClassTarget("equity", 10_000)))
    assert (drift.total_minor, drift.classes[0].weight_bps) == (0, 0)


@pytest.mark.parametrize("values", [{}, {"a": 0, "c": 0}])
def test_where_nothing_is_worth_anything_what_has_a_target_is_under_it(values: dict[str, int]) -> None:
    held = composition("USD", values, {"a": whole("equity"), "c": whole("bonds")})
    holdings = (HoldingTarget("a", 7000), HoldingTarget("b", 3000))
    targets = (ClassTarget("equity", 6000, holdings=holdings), ClassTarget("bonds", 4000), ClassTarget("cash", 0))
    drift = measure(held, CLASSES, strategy(*targets))
    assert [(c.status, c.drift_bps, c.gap_minor) for c in drift.classes] == [
        (Status.UNDERWEIGHT, -6000, 0),
        (Status.UNDERWEIGHT, -4000, 0),
        (Status.ON_TARGET, 0, 0),
    ]
    # Of a class that is worth nothing there are no shares, so that its holdings are neither over nor under.
    assert [(h.drift_of_class_bps, h.status) for h in drift.classes[0].holdings] == [(None, Status.ON_TARGET)] * 2
    assert (len(drift.outside), drift.holdings_outside) == (2, ())
    furthest = drift.furthest
    assert furthest is not None
    assert (furthest.asset_class_id, furthest.drift_bps, furthest.is_outside) == ("equity", -6000, True)


def test_a_class_with_a_target_and_no_value_beside_others_is_under_it() -> None:
    held = composition("USD", {"c": 100}, {"c": whole("bonds")})
    drift = measure(held, CLASSES, strategy(ClassTarget("equity", 1), ClassTarget("bonds", 9_999)))
    assert [c.status for c in drift.classes] == [Status.UNDERWEIGHT, Status.ON_TARGET]


def one_class(values: dict[str, int], targets: dict[str, int], rest: int = 0, **bands: int) -> Drift:
    """Equity of these assets with these targets of class, and `rest` in bonds; the classes are on their targets."""
    held = composition(
        "USD", values | {"rest": rest}, dict.fromkeys(values, whole("equity")) | {"rest": whole("bonds")}
    )
    holdings = tuple(HoldingTarget(key, bps, band_bps=bands.get(key)) for key, bps in targets.items())
    equity = sum(values.values()) * 10_000 // held.classified_minor
    return measure(
        held, CLASSES, strategy(ClassTarget("equity", equity, holdings=holdings), ClassTarget("bonds", 10_000 - equity))
    )


@pytest.mark.parametrize(
    ("target", "current", "expected"),
    [
        # 5 pp of the class: the tighter of the two for 20 % and more.
        (60_00, 65_00, Status.OVERWEIGHT),
        (60_00, 64_99, Status.ON_TARGET),
        (60_00, 55_00, Status.UNDERWEIGHT),
        (60_00, 55_01, Status.ON_TARGET),
        # A quarter of the target below that.
        (10_00, 7_50, Status.UNDERWEIGHT),
        (10_00, 7_51, Status.ON_TARGET),
        # A quarter of 1 % is less than 0.5 % of the scope, which is the least.
        (1_00, 1_49, Status.ON_TARGET),
        (1_00, 1_50, Status.OVERWEIGHT),
        (0, 49, Status.ON_TARGET),
        (0, 50, Status.OVERWEIGHT),
    ],
)
def test_a_holding_is_judged_by_its_share_of_its_class(target: int, current: int, expected: Status) -> None:
    drift = one_class({"a": current, "b": 10_000 - current}, {"a": target, "b": 10_000 - target})
    row = next(h for h in drift.classes[0].holdings if h.asset_id == "a")
    assert row.status is expected
    assert row.is_outside is (expected is not Status.ON_TARGET)
    # The class itself is on its target.
    assert drift.outside == ()
    assert row in drift.holdings_outside or not row.is_outside


@pytest.mark.parametrize(
    ("class_value", "over", "expected"),
    [
        # The class is a twentieth of 100,000, so 10 pp of it are 0.5 % of the scope.
        (5_000, 499, Status.ON_TARGET),
        (5_000, 500, Status.OVERWEIGHT),
        # A tenth: 5 pp are 0.5 % of the scope, both limits at once.
        (10_000, 499, Status.ON_TARGET),
        (10_000, 500, Status.OVERWEIGHT),
        # A fifth: 5 pp of it count.
        (20_000, 999, Status.ON_TARGET),
        (20_000, 1_000, Status.OVERWEIGHT),
    ],
)
def test_a_difference_of_less_than_half_a_percent_of_the_scope_is_no_alarm(
    class_value: int, over: int, expected: Status
) -> None:
    half = class_value // 2
    drift = one_class({"a": half + over, "b": half - over}, {"a": 5000, "b": 5000}, rest=100_000 - class_value)
    rows = {h.asset_id: h for h in drift.classes[0].holdings}
    assert rows["a"].status is expected
    assert (rows["a"].gap_minor, rows["b"].gap_minor) == (over, -over)
    assert rows["b"].is_outside is rows["a"].is_outside
    assert rows["a"].band_of_class_bps == max(Fraction(500), Fraction(50 * 100_000, class_value))


def test_the_edge_of_a_holdings_band_is_exact_where_nothing_divides() -> None:
    # A class of 7 units in a scope of 601: half a percent of the scope is 3.005 units.
    for over, expected in ((3, Status.ON_TARGET), (4, Status.OVERWEIGHT)):
        values = {"a": over, "b": 7 - over}
        drift = one_class(values, {"a": 0, "b": 10_000}, rest=594)
        assert next(h for h in drift.classes[0].holdings if h.asset_id == "a").status is expected


def test_an_overweight_class_does_not_mark_its_holdings() -> None:
    held = composition("USD", {"a": 40, "b": 40, "c": 20}, dict.fromkeys("ab", whole("equity")) | {"c": whole("bonds")})
    equity = ClassTarget("equity", 5000, holdings=(HoldingTarget("a", 5000), HoldingTarget("b", 5000)))
    drift = measure(held, CLASSES, strategy(equity, ClassTarget("bonds", 5000)))
    assert [c.asset_class_id for c in drift.outside] == ["equity", "bonds"]
    assert drift.holdings_outside == ()
    assert drift.holdings_counted == 3
    assert not drift.is_inside


def test_own_bands_replace_the_rule_of_the_strategy_at_both_levels() -> None:
    held = composition("USD", {"a": 30, "b": 40, "c": 30}, dict.fromkeys("ab", whole("equity")) | {"c": whole("bonds")})
    holdings = (HoldingTarget("a", 5000, band_bps=800), HoldingTarget("b", 5000, band_bps=700))
    equity = ClassTarget("equity", 6000, holdings=holdings, band_bps=1001)
    drift = measure(held, CLASSES, strategy(equity, ClassTarget("bonds", 4000, band_bps=1000)))
    assert [(c.status, c.band_bps) for c in drift.classes] == [
        (Status.ON_TARGET, Fraction(1001)),
        (Status.UNDERWEIGHT, Fraction(1000)),
    ]
    rows = {h.asset_id: (h.status, h.band_of_class_bps) for h in drift.classes[0].holdings}
    # 42.86 % and 57.14 % of the class: 7.14 pp off, inside 8, outside 7.
    assert rows == {"a": (Status.ON_TARGET, Fraction(800)), "b": (Status.OVERWEIGHT, Fraction(700))}


def test_without_a_target_of_its_own_a_holding_has_no_band() -> None:
    fund = (Exposure("equity", 6000), Exposure("bonds", 4000))
    held = composition("USD", {"f": 500, "a": 100}, {"f": fund, "a": whole("equity")})
    targets = ClassTarget("equity", 6000, holdings=(HoldingTarget("a", 10_000),))
    equity, bonds = measure(held, CLASSES, strategy(targets, ClassTarget("bonds", 4000))).classes
    shared = next(row for row in (*equity.holdings, *bonds.holdings) if row.asset_id == "f")
    assert (shared.status, shared.band_of_class_bps, shared.gap_minor) == (Status.NO_TARGET, None, None)


def test_furthest_is_measured_in_bands() -> None:
    exposures = {"a": whole("equity"), "b": whole("bonds"), "c": whole("cash")}
    targets = (ClassTarget("equity", 6000), ClassTarget("bonds", 3500), ClassTarget("cash", 500))
    # Equity is 4 pp over a band of 5, cash 1 pp under a band of 1.25.
    near = measure(
        composition("USD", {"a": 6400, "b": 3200, "c": 400}, exposures), CLASSES, strategy(*targets)
    ).furthest
    assert near is not None
    assert (near.asset_class_id, near.drift_bps, near.band_bps, near.is_outside) == (
        "equity",
        400,
        Fraction(500),
        False,
    )
    far = measure(composition("USD", {"a": 6480, "b": 3200, "c": 320}, exposures), CLASSES, strategy(*targets)).furthest
    assert far is not None
    assert (far.asset_class_id, far.drift_bps, far.band_bps, far.is_outside) == ("cash", -180, Fraction(125), True)


def test_furthest_is_a_holding_only_where_every_class_is_inside() -> None:
    targets = {"a": 5000, "b": 5000}
    inside = one_class({"a": 60, "b": 40}, targets, rest=100).furthest
    assert inside is not None
    assert (inside.asset_class_id, inside.asset_id, inside.drift_bps) == ("equity", "a", 1000)
    assert (inside.band_bps, inside.is_outside) == (Fraction(500), True)
    held = composition("USD", {"a": 60, "b": 40, "c": 20}, dict.fromkeys("ab", whole("equity")) | {"c": whole("bonds")})
    equity = ClassTarget("equity", 5000, holdings=tuple(HoldingTarget(key, bps) for key, bps in targets.items()))
    outside = measure(held, CLASSES, strategy(equity, ClassTarget("bonds", 5000))).furthest
    assert outside is not None
    assert (outside.asset_class_id, outside.asset_id) == ("equity", None)


@pytest.mark.parametrize(
    ("of_class", "own", "class_target", "expected"),
    [
        (5000, None, 6000, Fraction(3, 100)),
        (1000, None, 6000, Fraction(15, 1000)),
        (1000, None, 1000, Fraction(5, 1000)),
        (0, None, 6000, Fraction(5, 1000)),
        (5000, 1000, 6000, Fraction(6, 100)),
        (3333, None, 3333, Fraction(500 * 3333, 10_000 * 10_000)),
    ],
)
def test_a_holdings_band_as_a_share_of_the_scope(
    of_class: int, own: int | None, class_target: int, expected: Fraction
) -> None:
    target = HoldingTarget("a", of_class, band_bps=own)
    assert holding_band_of_all(target, ClassTarget("equity", class_target), strategy()) == expected


@given(st.integers(0, 10_000), st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_holding_is_outside_exactly_when_both_differences_are_large_enough(
    target: int, a: int, b: int, rest: int
) -> None:
    drift = one_class({"a": a, "b": b}, {"a": target, "b": 10_000 - target}, rest=rest)
    row = next(h for h in drift.classes[0].holdings if h.asset_id == "a")
    gap, of_class, total = abs(a - Fraction(target * (a + b), 10_000)), a + b, a + b + rest
    rule = min(Fraction(5, 100), Fraction(target, 40_000))
    assert row.is_outside == (gap >= rule * of_class and gap >= Fraction(total, 200))


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
