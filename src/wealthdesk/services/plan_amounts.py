"""Plans of any amount from one purse: the exact fill methods, at two levels, and what of the money stays in cash."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.plans import Mode, PlanOptions
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.planner.fractional import ClassPart, Part, can_be_bought, deposit, withdrawal
from wealthdesk.services.plan_cash import Money, Purse
from wealthdesk.services.plan_market import PlanMarket

CASH: Final = "cash"
"""The part of a class that stands for its cash: what falls to it simply stays in cash, in the deposit's currency."""

KEPT: Final = "kept"
"""The part of a class that nothing can be bought in, where its money is to be kept instead of spread."""


@dataclass(frozen=True, slots=True)
class Spread:
    """(class id, asset id) → amount > 0 that is bought, or sold; `kept_in`: the class whose cash some of it stays as.

    unfillable: classes with a target in which nothing can be bought. shortfall: what no sale could raise.
    """

    amounts: Mapping[tuple[str, str], int]
    kept_in: str | None = None
    unfillable: tuple[str, ...] = ()
    shortfall: int = 0


def method_of(market: PlanMarket) -> FillMethod:
    """The fill method of the strategy in force."""
    strategy = market.allocation.strategy
    return strategy.fill_method if strategy else FillMethod.EVEN_FILL


def is_exact(market: PlanMarket, money: Money, options: PlanOptions) -> bool:
    """Whether a fill method alone decides: any amount, one purse, no costs, and no look-through fund to be traded.

    Where the strategy chose another method than even fill, it decides and look-through funds only count.
    """
    purses = money.taking_part
    if money.mode is Mode.REBALANCE or options.whole_shares or options.min_trade_minor or len(purses) != 1:
        return False
    rules = market.rules.of_account(purses[0].account_id or "")
    if rules.fee_fixed_minor or rules.fee_rate_bps or rules.fx_rate_bps:
        return False
    if money.mode is Mode.DEPOSIT:
        chosen = method_of(market) is not FillMethod.EVEN_FILL
        return chosen or not any(_may_buy(market, purses[0], asset) for asset in _look_through(market))
    is_whole = money.is_pooled or len(money.purses) == 1
    is_free = options.gain_limit_minor is None and not any(market.may_sell(asset) for asset in _look_through(market))
    return is_whole and is_free


def _look_through(market: PlanMarket) -> Iterator[Asset]:
    return (market.assets[key] for key in sorted(market.composition.look_through) if not market.assets[key].is_cash)


def spread(market: PlanMarket, purse: Purse) -> Spread:
    """What a deposit into this purse buys; never what is above its target."""
    strategy = market.allocation.strategy
    keeps = strategy is not None and strategy.unfillable is Unfillable.KEEP_CASH
    spent = purse.spendable - purse.new
    classes = [_bought_in(market, purse, target.asset_class_id, spent, keeps) for target in market.targets]
    found = deposit(classes, purse.spendable, method_of(market))
    kept = [each.id for each in classes if each.target and any(part.id == KEPT for part in each.parts)]
    bought = {key: minor for key, minor in found.amounts.items() if key[1] not in (CASH, KEPT)}
    kept_in = next((class_id for class_id, part in found.amounts if part == CASH), None)
    return Spread(bought, kept_in, tuple(sorted([*found.unfillable, *kept])))


def _bought_in(market: PlanMarket, purse: Purse, class_id: str, spent: int, keeps: bool) -> ClassPart:
    """The planner's view of a class: look-through funds count in its value but are not bought."""
    held, wanted = market.composition.parts.get(class_id, {}), market.wanted.get(class_id, {})
    takes_cash = class_id == market.cash_class
    parts = list(_parts(market, purse, class_id))
    cash = [key for key in {**held, **wanted} if market.assets[key].is_cash]
    value = sum(held.values()) - (spent if takes_cash else 0)
    if cash or (takes_cash and not parts):
        of_cash = Fraction(sum(held.get(key, 0) for key in cash) - (spent if takes_cash else 0))
        weight = sum(wanted.get(key, 0) for key in cash) if wanted else None
        parts.append(Part(CASH, of_cash, weight, can_buy=takes_cash))
    made = ClassPart(class_id, market.target_bps[class_id], Fraction(value), tuple(parts))
    if keeps and not can_be_bought(made):
        return replace(made, parts=(Part(KEPT, Fraction(0), WHOLE),))
    return made


def _parts(market: PlanMarket, purse: Purse, class_id: str) -> Iterator[Part]:
    """The assets that count to this class alone, held or wanted."""
    held, wanted = market.composition.parts.get(class_id, {}), market.wanted.get(class_id, {})
    for asset_id in {**held, **wanted}:
        asset = market.assets[asset_id]
        if not asset.is_cash and asset_id not in market.composition.look_through:
            value, weight = Fraction(held.get(asset_id, 0)), wanted.get(asset_id, 0) if wanted else None
            can_buy = asset.only_class == class_id and _may_buy(market, purse, asset)
            yield Part(asset_id, value, weight, can_buy=can_buy, can_sell=market.may_sell(asset))


def _may_buy(market: PlanMarket, purse: Purse, asset: Asset) -> bool:
    accounts = [each for each in market.accounts if purse.account_id in (None, each.id)]
    is_held_somewhere = not accounts or any(market.may_hold(each, asset.id) for each in accounts)
    return is_held_somewhere and market.may_buy(asset)


def raised(market: PlanMarket, purse: Purse) -> Spread:
    """What a withdrawal from this purse sells, after the idle cash that it may take.

    Where cash has a target of its own, idle cash is one of the parts that are lowered; otherwise it goes first.
    """
    cash_target = market.target_bps.get(market.cash_class, 0) if market.cash_class else 0
    first = 0 if cash_target else min(purse.idle, -purse.new)
    classes = [_sold_from(market, purse, class_id, cash_target) for class_id in sorted(market.target_bps)]
    found = withdrawal(classes, -purse.new - first)
    sold = {key: minor for key, minor in found.amounts.items() if key[1] != CASH}
    return Spread(sold, shortfall=found.left)


def _sold_from(market: PlanMarket, purse: Purse, class_id: str, cash_target: int) -> ClassPart:
    held, wanted = market.composition.parts.get(class_id, {}), market.wanted.get(class_id, {})
    parts = [part for part in _parts(market, purse, class_id) if part.value]
    if cash_target and class_id == market.cash_class and purse.idle:
        weight = sum(wanted.get(key, 0) for key in wanted if market.assets[key].is_cash) if wanted else None
        parts.append(Part(CASH, Fraction(purse.idle), weight))
    return ClassPart(class_id, market.target_bps[class_id], Fraction(sum(held.values())), tuple(parts))
