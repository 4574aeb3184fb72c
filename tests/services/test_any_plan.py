"""What holds for the plan of every portfolio: accounts, currencies, look-through, gaps in prices, any targets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from hypothesis import event, given, settings
from hypothesis import strategies as st

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.drift import compose, measure
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.money import LARGEST_MINOR, WHOLE, split
from wealthdesk.domain.plans import Plan, Side
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, Strategy, Unfillable, check
from wealthdesk.domain.valuation import value
from wealthdesk.services.allocation import Allocation
from wealthdesk.services.holdings import cash_asset
from wealthdesk.services.plans import Plans

T = TypeVar("T")

TODAY = date(2026, 11, 20)
CLASSES = {name: AssetClass(name, name, "#000000", place) for place, name in enumerate(("cash", "c1", "c2", "c3"))}
RATES = (
    FxRate("EUR", "USD", TODAY, Decimal("1.0837")),
    FxRate("USD", "JPY", TODAY, Decimal("154.33")),
    FxRate("GBP", "EUR", TODAY, Decimal("1.2")),
)
amounts = st.sampled_from([10**6, 0, 1, 2, 7, 10**8, LARGEST_MINOR]) | st.integers(0, 10**9)


def numbers(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


TAME = numbers("10", "1", "123", "7.5", "0.07", "31.25")
QUANTITIES = numbers("10", "1", "2500", "0", "100000000000000", "0.000000000001", "1234.56789")
COSTS = numbers("12.34", "1", "300.50", "0.07", "0", "0.000000000001", "1000000000000")


@st.composite
def assets(draw: st.DrawFn, name: str, tame: bool) -> Asset:
    several = 1 if tame else draw(st.sampled_from([1, 1, 1, 1, 0, 2, 3]))
    inside = draw(st.permutations(list(CLASSES)))[:several]
    shares = split(WHOLE, [draw(st.integers(1, 99)) for _ in inside])
    return Asset(
        name, name, name, AssetKind.FUND,
        draw(st.sampled_from(["USD", "EUR", "JPY", "GBP"] if tame else ["USD", "CHF", "JPY"])),
        tuple(Exposure(class_id, share) for class_id, share in zip(inside, shares, strict=True)),
        is_archived=not tame and draw(st.integers(0, 9)) == 0,
    )  # fmt: skip


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    tame = draw(st.sampled_from([True, True, False]))
    quantities, costs = (TAME, TAME) if tame else (QUANTITIES, COSTS)
    known = [draw(assets(f"a{n}", tame)) for n in range(draw(st.sampled_from([6, 7, 5, 4, 3, 2, 0])))]
    for code in draw(st.lists(st.sampled_from(["USD", "EUR"]), unique=True)):
        cash = cash_asset(code)
        known.append(replace(cash, exposures=()) if draw(st.integers(0, 5)) == 0 else cash)
    accounts = [Account(f"n{n}", f"n{n}", AccountKind.TAXABLE, "USD") for n in range(3)]
    holdings = [
        Holding(f"{account.id}{asset.id}", account.id, asset.id, draw(quantities))
        for account in accounts
        for asset in known
        if draw(st.booleans())
    ]
    prices = {each.id: Price(each.id, TODAY, draw(costs)) for each in known if draw(st.integers(-1, 6)) >= 0}
    by_id = {each.id: each for each in known}
    return Portfolio(
        TODAY, draw(st.sampled_from(["USD", "JPY", "EUR"])), {a.id: a for a in accounts}, CLASSES, by_id,
        tuple(holdings), prices, RATES,
    )  # fmt: skip


@st.composite
def strategies(draw: st.DrawFn, portfolio: Portfolio) -> Strategy:
    chosen = draw(st.permutations(list(CLASSES)))[: draw(st.sampled_from([4, 3, 2, 1, 0]))]
    targets = []
    for class_id, bps in zip(
        chosen, split(WHOLE, [draw(st.sampled_from([0, 1, 5, 20, 33, 60])) for _ in chosen]), strict=True
    ):
        inside = [a.id for a in portfolio.assets.values() if a.only_class == class_id]
        wanted = draw(st.lists(st.sampled_from(inside), unique=True)) if inside else []
        shares = split(WHOLE, [draw(st.integers(0, 60)) for _ in wanted])
        below = tuple(HoldingTarget(asset_id, share) for asset_id, share in zip(wanted, shares, strict=True))
        targets.append(ClassTarget(class_id, bps, holdings=below))
    check(tuple(targets))
    method, unfillable = draw(st.sampled_from(FillMethod)), draw(st.sampled_from(Unfillable))
    return Strategy("s", "s", None, True, fill_method=method, unfillable=unfillable, targets=tuple(targets))


@st.composite
def allocations(draw: st.DrawFn) -> Allocation:
    portfolio = draw(portfolios())
    strategy = draw(strategies(portfolio))
    return allocation_of(portfolio, strategy, draw(st.sampled_from([None, None, "n0"])))


def allocation_of(portfolio: Portfolio, strategy: Strategy, scope: str | None) -> Allocation:
    valuation = value(portfolio, scope)
    held = compose(valuation)
    drift = measure(held, portfolio.classes.values(), strategy)
    return Allocation(scope, portfolio, valuation, held, strategy, drift)


def backwards(known: Mapping[str, T]) -> dict[str, T]:
    return dict(list(known.items())[::-1])


def turned(allocation: Allocation) -> Allocation:
    """The same with every list and dict the other way round, the order of the classes on screen excepted."""

    old, strategy = allocation.portfolio, allocation.strategy
    assert strategy is not None
    other = replace(
        old,
        accounts=backwards(old.accounts),
        assets=backwards(old.assets),
        prices=backwards(old.prices),
        holdings=old.holdings[::-1],
        rates=old.rates[::-1],
    )
    lines = tuple(replace(target, holdings=target.holdings[::-1]) for target in strategy.targets[::-1])
    return allocation_of(other, replace(strategy, targets=lines), allocation.scope)


@settings(max_examples=1_000, deadline=None)
@given(allocations(), amounts)
def test_every_plan_is_exact_buys_only_what_can_be_bought_and_knows_no_order(
    allocation: Allocation, amount: int
) -> None:
    plan = Plans().deposit(allocation, amount)
    event(f"{min(len(plan.trades), 4)} trades")
    assert plan.allocated_minor + plan.left_in_cash_minor == amount
    assert plan.before == allocation.drift
    assert plan.after.total_minor == plan.before.total_minor + amount
    assert (
        sum(each.value_minor for each in plan.after.classes) + plan.after.unclassified_minor == plan.after.total_minor
    )
    assert_only_what_can_be_bought(allocation, plan)
    assert_nothing_is_bought_above_its_target(allocation, plan)
    assert Plans().deposit(turned(allocation), amount) == plan


def assert_only_what_can_be_bought(allocation: Allocation, plan: Plan) -> None:
    strategy, portfolio = allocation.strategy, allocation.portfolio
    assert strategy is not None
    targets = {each.asset_class_id: each for each in strategy.targets}
    for trade in plan.trades:
        asset = portfolio.assets[trade.asset_id]
        assert (trade.side, trade.amount_minor > 0, asset.is_cash, asset.is_archived) == (Side.BUY, True, False, False)
        assert portfolio.prices[asset.id].price == trade.price > 0
        assert asset.currency != "CHF"
        target = targets[trade.reason.asset_class_id]
        assert asset.only_class == target.asset_class_id
        assert target.target_bps > 0
        wanted = {each.asset_id: each.target_bps for each in target.holdings}
        assert not wanted or wanted.get(asset.id, 0) > 0


def assert_nothing_is_bought_above_its_target(allocation: Allocation, plan: Plan) -> None:
    """A class that is bought ends at most at its share of those that take part, to the unit."""
    strategy = allocation.strategy
    assert strategy is not None
    bought: dict[str, int] = {}
    for trade in plan.trades:
        bought[trade.reason.asset_class_id] = bought.get(trade.reason.asset_class_id, 0) + trade.amount_minor
    values = {class_id: sum(parts.values()) for class_id, parts in allocation.composition.parts.items()}
    is_spread = strategy.unfillable is Unfillable.SPREAD
    unfillable = {each.asset_class_id for each in plan.left_out if is_spread and each.asset_class_id}
    taking = {t.asset_class_id: t.target_bps for t in strategy.targets if t.asset_class_id not in unfillable}
    total = sum(values.get(each, 0) for each, bps in taking.items() if bps) + plan.amount_minor
    for class_id, minor in bought.items():
        share = Fraction(taking[class_id], sum(taking.values()))
        assert values.get(class_id, 0) + minor <= share * total + len(plan.trades) + 1


def test_a_quantity_is_exact_even_for_the_cheapest_thing_and_the_most_money() -> None:
    asset = Asset("a", "a", "a", AssetKind.CRYPTO, "JPY", (Exposure("c1", WHOLE),))
    dust = Price("a", TODAY, Decimal("0.000000000001"))
    portfolio = Portfolio(TODAY, "USD", {}, CLASSES, {"a": asset}, (), {"a": dust}, RATES)
    targets = (ClassTarget("c1", WHOLE, holdings=(HoldingTarget("a", WHOLE),)),)
    plan = Plans().deposit(allocation_of(portfolio, Strategy("s", "s", None, True, targets=targets), None), 10**15)
    (trade,) = plan.trades
    assert trade.quantity == Decimal(10**13) * Decimal("154.33") * 10**12
