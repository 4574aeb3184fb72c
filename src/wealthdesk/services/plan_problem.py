"""The planner's problem of a real portfolio: what is in scope, what it is meant to be, the rules of its accounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Final

from wealthdesk.domain import plans
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import ClassDrift
from wealthdesk.domain.money import WHOLE, digits, split
from wealthdesk.domain.plans import Mode, PlanOptions
from wealthdesk.domain.targets import Unfillable
from wealthdesk.domain.tax_lots import TaxLot, known_lots
from wealthdesk.planner import problem as planner
from wealthdesk.planner.fill import Line, even_fill
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, PlanClass, Problem
from wealthdesk.services.plan_amounts import CASH
from wealthdesk.services.plan_cash import Money, Purse
from wealthdesk.services.plan_market import PlanMarket, shares

ANY: Final = ""
"""The id of the one account that stands for all of them."""

HOME_PENALTY: Final = 1e-3
"""What it costs, in the terms of J, to buy the whole portfolio where its class is not at home.

As mild as this it moves a class by less than a basis point, and still decides between two accounts.
"""

NEXT_TO_NOTHING: Final = 1e-6
"""What turnover costs where any amount can be traded: it only decides between plans that are equally far.

The usual weight of turnover is for whole shares, where the last lot is hardly worth its trade; any amount goes onto the
target itself.
"""

HAIR: Final = Fraction(1, WHOLE)
"""How far inside a band's edge a rebalance to the edge ends: the edge itself is outside."""

Lots = Mapping[str, Sequence[TaxLot]]
"""Holding id → its cost lots."""


def problem_of(market: PlanMarket, money: Money, options: PlanOptions, lots: Lots) -> tuple[Problem, tuple[str, ...]]:
    """Everything that the planner has to know, and the classes below their targets that nothing can be bought in."""
    made = _Making(market, money, options).problem(lots)
    empty = _unfillable(made)
    if options.goal is plans.Goal.TARGET or money.mode is not Mode.REBALANCE:
        return _spread(market, made, empty), empty
    return replace(made, goal=planner.Goal.BAND, classes=_with_bands(market, made, options.goal)), empty


def lots_of(market: PlanMarket, lots: Lots) -> Mapping[Place, Sequence[planner.TaxLot]]:
    """(asset id, account id) → the cost lots of what is held there, in minor units of the base currency."""
    found: dict[Place, list[planner.TaxLot]] = {}
    for each in market.allocation.valuation.holdings:
        held = each.holding
        place = (held.asset_id, held.account_id)
        if place in market.held:
            scale = market.rate(each.asset.currency) or Fraction(0)
            to_base = scale / 10 ** digits(each.asset.currency)
            for lot in known_lots(held.quantity, held.cost_basis_minor, tuple(lots.get(held.id, ()))):
                quantity = Fraction(lot.quantity)
                found.setdefault(place, []).append(planner.TaxLot(quantity, lot.cost_minor * to_base / quantity))
    return found


class _Making:
    """Makes one problem, part by part."""

    def __init__(self, market: PlanMarket, money: Money, options: PlanOptions) -> None:
        self._market, self._money, self._options = market, money, options
        self._targets = dict(market.target_bps)
        if not market.targets:  # nothing is meant to be: keep the proportions
            self._targets = {key: sum(parts.values()) for key, parts in market.composition.parts.items()}
        cash_class = market.cash_class
        self._cash_class = cash_class if cash_class is not None and self._targets.get(cash_class) else None

    def problem(self, lots: Lots) -> Problem:
        assets = [*self._assets(), *self._locked_cash(), *self._look_through_parts()]
        known = {class_id for asset in assets for class_id in asset.exposures} | self._targets.keys()
        return Problem(
            mode=self._money.mode,
            classes=[PlanClass(key, self._targets.get(key, 0)) for key in known],
            assets=[*assets, *self._cash_part()],
            accounts=[self._account(purse) for purse in self._money.taking_part],
            held=self._held(),
            lots=self._placed(lots_of(self._market, lots)) if self._money.mode is not Mode.DEPOSIT else {},
            penalties=dict.fromkeys(self._away_from_home(), HOME_PENALTY),
            min_trade=self._options.min_trade_minor or 0,
            cash_class=self._cash_class,
            gain_limit=None if self._money.mode is Mode.DEPOSIT else self._options.gain_limit_minor,
            turnover_weight=None if self._options.whole_shares else NEXT_TO_NOTHING,
        )

    def _assets(self) -> Iterator[PlanAsset]:
        """What is held, and what has a holding target and can be bought."""
        market = self._market
        wanted = {key for below in market.wanted.values() for key in below}
        for asset_id in sorted(market.places_of.keys() | wanted):
            asset = market.assets[asset_id]
            if asset_id in market.places_of or (market.may_buy(asset) and not asset.is_cash):
                yield self._asset(asset)

    def _asset(self, asset: Asset) -> PlanAsset:
        unit, weight, exposures = self._market.unit(asset), self._weight(asset), shares(asset)
        is_meant = weight != 0 and any(self._targets.get(key) for key in exposures)
        step = Fraction(asset.lot_step) if self._options.whole_shares and asset.lot_step is not None else None
        return PlanAsset(
            asset.id,
            unit,
            step,
            exposures,
            weight,
            asset.currency,
            can_buy=is_meant and self._market.may_buy(asset),
            can_sell=self._market.may_sell(asset),
        )

    def _weight(self, asset: Asset) -> int | None:
        """Its target within its only class; without holding targets there its value, so that proportions stay.

        What is alone in such a class has no target beside that of the class.
        """
        class_id = asset.only_class
        if class_id is None:
            return None
        wanted = self._market.wanted.get(class_id)
        if wanted is not None:
            return wanted.get(asset.id, 0)
        plain = self._market.composition.parts.get(class_id, {}).keys() - self._market.composition.look_through
        if len(plain) < 2:
            return None
        return self._market.values.get(asset.id, 0) or (1 if not self._worth(class_id) else 0)

    def _worth(self, class_id: str) -> int:
        return sum(self._market.composition.parts.get(class_id, {}).values())

    def _look_through_parts(self) -> Iterator[PlanAsset]:
        """Where a class keeps its present proportions, what funds have in it is one of the parts."""
        held = self._market.composition
        for class_id, parts in held.parts.items():
            weight = sum(minor for key, minor in parts.items() if key in held.look_through)
            if weight and class_id not in self._market.wanted:
                yield _fixed(f"{CASH}:{class_id}", class_id, weight)

    def _locked_cash(self) -> Iterator[PlanAsset]:
        """Cash that is held for another class counts to it and stays."""
        for asset_id in sorted(self._market.tagged_cash):
            asset, class_id = self._market.assets[asset_id], self._market.assets[asset_id].only_class
            weight = self._weight(asset) if class_id is not None else None
            unit = self._market.unit(asset)
            yield PlanAsset(asset_id, unit, None, shares(asset), weight, asset.currency, can_buy=False, can_sell=False)

    def _cash_part(self) -> Iterator[PlanAsset]:
        """The class of cash has its own part in its holding targets, which no trade changes; and the cash of accounts
        that take no part lies in it."""
        class_id = self._cash_class
        if class_id is not None:
            wanted, held = self._market.wanted.get(class_id), self._market.composition.parts.get(class_id, {})
            mine = [key for key in {**held, **(wanted or {})} if self._market.assets[key].is_cash]
            weight = sum((held if wanted is None else wanted).get(key, 0) for key in mine)
            yield _fixed(CASH, class_id, weight)

    def _held(self) -> Mapping[Place, Fraction]:
        market = self._market
        held = {place: Fraction(quantity) for place, quantity in market.held.items()}
        held = _summed(held) if self._money.is_pooled else held
        held |= {(asset_id, ANY): quantity for asset_id, quantity in market.tagged_cash.items()}
        apart = sum(purse.cash for purse in self._money.purses if not purse.takes_part)
        return held | ({(CASH, ANY): Fraction(apart)} if self._cash_class and apart > 0 else {})

    def _placed(self, lots: Mapping[Place, Sequence[planner.TaxLot]]) -> Mapping[Place, Sequence[planner.TaxLot]]:
        if not self._money.is_pooled:
            return lots
        pooled: dict[Place, list[planner.TaxLot]] = {}
        for (asset_id, _), each in lots.items():
            pooled.setdefault((asset_id, ANY), []).extend(each)
        return pooled

    def _account(self, purse: Purse) -> PlanAccount:
        market, cash = self._market, purse.cash + purse.new
        if purse.account_id is None:
            allowed = None if self._holds_all() else frozenset(self._held_somewhere())
            return PlanAccount(ANY, cash, purse.keep, currency=market.base, can_hold=allowed)
        account, rules = market.allocation.portfolio.accounts[purse.account_id], market.rules.of_account
        of_account = rules(account.id)
        return PlanAccount(
            id=account.id,
            cash=cash,
            buffer=purse.keep,
            fee_fixed=market.in_base(of_account.fee_fixed_minor, account.currency) or 0,
            fee_rate=Fraction(of_account.fee_rate_bps),
            fx_rate=Fraction(of_account.fx_rate_bps),
            currency=account.currency,
            can_hold=frozenset() if account.is_archived else of_account.can_hold,
        )

    def _holds_all(self) -> bool:
        rules, accounts = self._market.rules.of_account, self._market.accounts
        return not accounts or any(not each.is_archived and rules(each.id).can_hold is None for each in accounts)

    def _held_somewhere(self) -> Iterator[str]:
        for account in self._market.accounts:
            if not account.is_archived:
                yield from self._market.rules.of_account(account.id).can_hold or ()

    def _away_from_home(self) -> Iterator[Place]:
        """Where a class would be bought although the scope has an account of the kind it is better held in."""
        market = self._market
        if not self._options.prefer_homes or self._money.is_pooled or not market.rules.homes:
            return
        for asset in self._assets():
            home = market.home_of(market.assets[asset.id]) if asset.can_buy else None
            able = [each for each in market.accounts if home and market.may_hold(each, asset.id)]
            if any(each.kind is home for each in able):
                yield from ((asset.id, each.id) for each in able if each.kind is not home)


def _fixed(asset_id: str, class_id: str, weight: int) -> PlanAsset:
    """A part of a class that no trade changes."""
    exposures = {class_id: Fraction(1)}
    return PlanAsset(asset_id, Fraction(1), None, exposures, weight, "", can_buy=False, can_sell=False)


def _summed(held: Mapping[Place, Fraction]) -> dict[Place, Fraction]:
    sums: dict[Place, Fraction] = {}
    for (asset_id, _), quantity in held.items():
        sums[asset_id, ANY] = sums.get((asset_id, ANY), Fraction(0)) + quantity
    return sums


def _unfillable(problem: Problem) -> tuple[str, ...]:
    """The classes below their target in which nothing can be bought; that of cash is no such class."""
    if problem.mode is Mode.WITHDRAWAL:
        return ()
    allowed = [account.can_hold for account in problem.accounts]
    open_ids = {each.id for each in problem.assets if each.can_buy and any(a is None or each.id in a for a in allowed)}
    fillable = {key for each in problem.assets if each.id in open_ids for key in each.exposures}
    values = _class_values(problem)
    return tuple(
        key
        for key, target in problem.class_targets.items()
        if key not in fillable and key != problem.cash_class and values[key] < target * problem.total
    )


def _class_values(problem: Problem) -> Mapping[str, Fraction]:
    values = dict.fromkeys(problem.class_targets, Fraction(0))
    for asset in problem.assets:
        for key, share in asset.exposures.items():
            values[key] += share * problem.values[asset.id]
    if problem.cash_class is not None:
        values[problem.cash_class] += problem.buffers
    return values


def _spread(market: PlanMarket, problem: Problem, empty: Sequence[str]) -> Problem:
    """The problem in which the money for classes that nothing can be bought in falls to the others, or stays in cash.

    Such a class is meant to be what it is; without this J would rather keep cash than lift the others above their
    targets, and even fill does not.
    """
    if not empty or problem.total <= 0:
        return problem
    strategy = market.allocation.strategy
    kept = _kept(problem, empty) if strategy and strategy.unfillable is Unfillable.KEEP_CASH else 0
    lifted = replace(problem, accounts=_with_kept(problem, kept))
    targets, values, total = problem.class_targets, _class_values(problem), lifted.total
    if total <= 0:
        return lifted
    present = {key: values[key] / total for key in empty}
    in_cash = Fraction(kept) / total if problem.cash_class is not None else Fraction(0)
    left, before = 1 - sum(present.values()) - in_cash, 1 - sum(targets[key] for key in empty)
    if left <= 0 or before <= 0:
        return lifted
    meant = {key: present[key] if key in present else target * left / before for key, target in targets.items()}
    if problem.cash_class is not None:
        meant[problem.cash_class] += in_cash
    unit = lcm(*(each.denominator for each in meant.values()))
    return replace(lifted, classes=[PlanClass(key, int(share * unit)) for key, share in meant.items()])


def _kept(problem: Problem, empty: Sequence[str]) -> int:
    """What even fill would put into these classes."""
    values, room = _class_values(problem), sum(_room(problem, account) for account in problem.accounts)
    lines = {key: Line(values[key], target) for key, target in problem.class_targets.items() if target > 0}
    amounts = dict(zip(lines, even_fill(list(lines.values()), Fraction(room)), strict=True))
    return int(sum(amounts[key] for key in empty))


def _room(problem: Problem, account: PlanAccount) -> int:
    return max(0, account.cash - problem.floor_of(account))


def _with_kept(problem: Problem, kept: int) -> list[PlanAccount]:
    parts = split(kept, [_room(problem, account) for account in problem.accounts])
    return [replace(each, buffer=each.buffer + part) for each, part in zip(problem.accounts, parts, strict=True)]


def _with_bands(market: PlanMarket, problem: Problem, goal: plans.Goal) -> list[PlanClass]:
    """The classes with their bands as the page shows them: of everything in the scope, kept cash too."""
    bands = {each.asset_class_id: each for each in market.drift.classes if each.band_bps is not None}
    kept = 0 if problem.cash_class is not None else problem.buffers
    stretch = (problem.total + kept) / problem.total if problem.total > 0 else Fraction(1)
    return [_banded(each, problem, bands.get(each.id), goal, stretch) for each in problem.classes]


def _banded(
    each: PlanClass, problem: Problem, drift: ClassDrift | None, goal: plans.Goal, stretch: Fraction
) -> PlanClass:
    if drift is None or drift.band_bps is None:
        return each
    half_width = drift.band_bps / WHOLE
    width = half_width / 2 if goal is plans.Goal.HALF_WAY else max(half_width - HAIR, half_width / 2)
    target = problem.class_targets[each.id]
    low, high = target - (target - width) * stretch, (target + width) * stretch - target
    return replace(each, band_low=max(Fraction(0), low), band_high=max(Fraction(0), high))
