"""Deposits of any amount into one account by the strategy's fill method, exact, and what of the money stays in cash."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.plans import Mode, PlanOptions
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.planner.fill import Line, settle
from wealthdesk.planner.fractional import ClassPart, Part, can_be_bought, deposit, weighted
from wealthdesk.services.plan_cash import Money, Purse
from wealthdesk.services.plan_market import PlanMarket
from wealthdesk.services.plan_places import Places

CASH: Final = "cash"
"""The part of a class that stands for its cash: what falls to it simply stays in cash, in the deposit's currency."""

KEPT: Final = "kept"
"""The part of a class that nothing can be bought in, where its money is to be kept instead of spread."""


@dataclass(frozen=True, slots=True)
class Spread:
    """(class id, asset id) → amount > 0 that is bought; `kept_in`: the class whose cash some of it stays as.

    unfillable: classes with a target in which nothing can be bought. short_bps: what each is short of, of the total
    after, where the largest gap is filled first.
    """

    amounts: Mapping[tuple[str, str], int]
    kept_in: str | None = None
    unfillable: tuple[str, ...] = ()
    short_bps: Mapping[tuple[str, str], int] = field(default_factory=dict)


NOTHING: Final = Spread({})


def method_of(market: PlanMarket) -> FillMethod:
    """The fill method of the strategy in force."""
    strategy = market.allocation.strategy
    return strategy.fill_method if strategy else FillMethod.EVEN_FILL


def decides(market: PlanMarket, money: Money, options: PlanOptions) -> bool:
    """Whether the strategy's fill method alone decides: another than even fill, any amount, one account, no costs.

    Look-through funds then only count.
    """
    purses = money.taking_part
    if money.mode is not Mode.DEPOSIT or options.whole_shares or len(purses) != 1 or money.anywhere:
        return False
    rules = market.rules.of_account(purses[0].account_id or "")
    is_free = not (rules.fee_fixed_minor or rules.fee_rate_bps or rules.fx_rate_bps)
    return is_free and method_of(market) is not FillMethod.EVEN_FILL


def spread(market: PlanMarket, places: Places, purse: Purse) -> Spread:
    """What a deposit into this purse buys; never what is above its target."""
    return _Spreading(market, places, purse).found()


class _Spreading:
    """One deposit into one purse."""

    def __init__(self, market: PlanMarket, places: Places, purse: Purse) -> None:
        self._market, self._places, self._purse = market, places, purse
        strategy = market.allocation.strategy
        self._keeps = strategy is not None and strategy.unfillable is Unfillable.KEEP_CASH
        self._spent = purse.spendable - purse.new
        self._class_of = {market.class_keys[target.asset_class_id]: target.asset_class_id for target in market.targets}

    def found(self) -> Spread:
        classes = [self._bought_in(target.asset_class_id) for target in self._market.targets]
        if method_of(self._market) is FillMethod.LARGEST_GAP:
            return self._largest_gap(classes)
        found = deposit(classes, self._purse.spendable, method_of(self._market))
        kept = [each.id for each in classes if each.target and any(part.id == KEPT for part in each.parts)]
        return self._told(found.amounts, [*found.unfillable, *kept], {})

    def _told(
        self, amounts: Mapping[tuple[str, str], int], unfillable: list[str], short: Mapping[tuple[str, str], int]
    ) -> Spread:
        """The same under the ids of the portfolio."""
        ids = {key: (self._class_of[key[0]], self._market.asset_of_key.get(key[1], key[1])) for key in amounts}
        bought = {ids[key]: minor for key, minor in amounts.items() if key[1] not in (CASH, KEPT)}
        kept_in = next((ids[key][0] for key in amounts if key[1] == CASH), None)
        short = {ids[key]: bps for key, bps in short.items() if key in ids}
        return Spread(bought, kept_in, tuple(self._class_of[key] for key in sorted(unfillable)), short)

    def _largest_gap(self, classes: list[ClassPart]) -> Spread:
        """The largest gap first, to the letter: over the targets of all holdings as shares of the total after.

        Where a class cannot be bought and its money is spread, it is left out of the total.
        """
        wanted = [each for each in classes if each.target > 0]
        unfillable = [each.id for each in wanted if not can_be_bought(each) or each.parts[0].id == KEPT]
        taking = [each for each in wanted if each.id not in unfillable or self._keeps]
        whole = sum(each.target for each in taking)
        total = Fraction(self._market.composition.classified_minor + self._purse.new)
        total -= sum((each.value for each in wanted if each not in taking), Fraction(0))
        lines: dict[tuple[str, str], Line] = {}
        for each in sorted(taking, key=lambda each: each.id):
            parts = weighted(each)
            of_class = sum((weight for _, weight in parts), Fraction(0))
            for part, weight in parts:
                if part.can_buy and weight > 0:
                    share = Fraction(each.target, whole) * weight / of_class
                    lines[each.id, part.id] = Line(part.value, share)
        gaps = {key: line.weight * total - line.value for key, line in lines.items()}
        exact = _filled(gaps, self._purse.spendable)
        amounts = {key: minor for key, minor in exact.items() if minor}
        short = {key: half_up(gaps[key] * WHOLE / total) for key in amounts}
        return self._told(amounts, unfillable, short)

    def _bought_in(self, class_id: str) -> ClassPart:
        """The planner's view of a class: look-through funds count in its value but are not bought."""
        market, held = self._market, self._market.composition.parts.get(class_id, {})
        wanted = market.wanted.get(class_id, {})
        takes_cash = class_id == market.cash_class
        parts = sorted(self._parts(class_id), key=lambda part: part.id)
        cash = [key for key in {**held, **wanted} if market.assets[key].is_cash]
        value = sum(held.values()) - (self._spent if takes_cash else 0)
        if cash or (takes_cash and not parts):
            of_cash = Fraction(sum(held.get(key, 0) for key in cash) - (self._spent if takes_cash else 0))
            weight = sum(wanted.get(key, 0) for key in cash) if wanted else None
            parts.append(Part(CASH, of_cash, weight, can_buy=takes_cash))
        key = market.class_keys[class_id]
        made = ClassPart(key, market.target_bps[class_id], Fraction(value), tuple(parts))
        if self._keeps and not can_be_bought(made):
            return replace(made, parts=(Part(KEPT, Fraction(0), WHOLE),))
        return made

    def _parts(self, class_id: str) -> Iterator[Part]:
        """The assets that count to this class alone, held or wanted."""
        market, held = self._market, self._market.composition.parts.get(class_id, {})
        wanted = market.wanted.get(class_id, {})
        for asset_id in {**held, **wanted}:
            asset = market.assets[asset_id]
            if not asset.is_cash and asset_id not in market.composition.look_through:
                value, weight = Fraction(held.get(asset_id, 0)), wanted.get(asset_id, 0) if wanted else None
                can_buy = asset.only_class == class_id and self._may_buy(asset)
                yield Part(market.asset_keys[asset_id], value, weight, can_buy=can_buy)

    def _may_buy(self, asset: Asset) -> bool:
        if not self._market.accounts:
            return self._market.may_buy(asset)
        if self._purse.account_id is not None:
            return self._places.may_buy(self._purse.account_id, asset.id)
        return any(self._places.may_buy(each.id, asset.id) for each in self._market.accounts)


def _filled(gaps: Mapping[tuple[str, str], Fraction], amount: int) -> Mapping[tuple[str, str], int]:
    """The amount put into the largest positive gap first, then the next; equal ones in the order that they stand in."""
    left, filled = Fraction(amount), dict[tuple[str, str], Fraction]()
    for key in sorted((key for key in gaps if gaps[key] > 0), key=lambda key: -gaps[key]):
        filled[key] = min(left, gaps[key])
        left -= filled[key]
    return dict(zip(filled, settle(list(filled.values()), amount if not left else int(amount - left)), strict=True))
