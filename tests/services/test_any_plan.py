"""What holds for the plan of every portfolio: accounts, currencies, look-through, gaps in prices, any targets."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import event, given, settings

from examples import examples
from services.any_portfolio import CLASSES, RATES, TODAY, allocation_of, allocations, amounts, turned
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import Portfolio, Price
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.plans import Plan, Side
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, Strategy, Unfillable
from wealthdesk.planning.plans import Plans


@settings(max_examples=examples(1_000), deadline=None)
@given(allocations(), amounts)
def test_every_plan_is_exact_buys_only_what_can_be_bought_and_knows_no_order(
    allocation: Allocation, amount: int
) -> None:
    plan = Plans().deposit(allocation, amount)
    event(f"{min(len(plan.trades), 4)} trades")
    assert plan.bought_minor + plan.left_in_cash_minor == amount
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
    """A class that is bought ends at most at its share of those that take part, to the unit.

    Largest gap first knows no classes: a holding ends at most at its share of all, the largest gaps being filled first.
    """
    strategy = allocation.strategy
    assert strategy is not None
    if plan.method is FillMethod.LARGEST_GAP:
        short = {trade.asset_id: trade.reason.short_bps or 0 for trade in plan.trades}
        total = plan.before.classified_minor + plan.amount_minor
        for trade in plan.trades:
            assert trade.amount_minor * WHOLE <= (short[trade.asset_id] + 1) * total + WHOLE
            is_filled = (trade.amount_minor + 1) * WHOLE >= (short[trade.asset_id] - 1) * total
            assert is_filled or short[trade.asset_id] == min(short.values()) or strategy.unfillable is Unfillable.SPREAD
        return
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
