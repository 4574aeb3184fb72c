"""The planner's problem of a real portfolio: what is in scope, what it is meant to be, the rules of its accounts.

Everything in it is called by words of the portfolio's own (symbol, account name), never by a random id: what decides
between equals is the same for the same portfolio imported anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, lcm
from typing import Final

from wealthdesk.domain import plans
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import holding_band_of_all
from wealthdesk.domain.money import WHOLE, digits, split
from wealthdesk.domain.plans import Mode, PlanOptions
from wealthdesk.domain.targets import HoldingTarget, Unfillable
from wealthdesk.domain.tax_lots import TaxLot, known_lots
from wealthdesk.planner import problem as planner
from wealthdesk.planner.fill import FillLine, even_fill
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, PlanClass, Practical, Problem
from wealthdesk.planning.market import BuyingPlaces, PlanMarket, shares, targets_of
from wealthdesk.planning.money import CASH, PlanMoney, Purse

NOWHERE: Final = ""
"""The account of what counts and takes part in no trade."""

HOME_PENALTY: Final = 1e-3
"""What it costs, in the terms of J, to buy the whole portfolio where its class is not at home.

As mild as this it moves a class by less than a basis point, and still decides between two accounts.
"""

NEW_PLACE_COST: Final = 1e-3
"""λ: what it costs, in the terms of J, to buy the whole portfolio where it is not held yet: it only breaks ties."""

SMALLEST_TRADE_UNITS: Final = 25
"""The smallest trade that is chosen without being asked is so many units of the base currency …"""
SMALLEST_TRADE_PART: Final = 1_000
"""… or the total divided by this, if that is more: 0.1 %, what the page shows as a drift of 0.1 pp."""

HAIR: Final = Fraction(1, WHOLE)
"""How far inside a band's edge a rebalance to the edge ends: the edge itself is outside."""

HoldingLots = Mapping[str, Sequence[TaxLot]]
"""Holding id → its cost lots."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that is planned from: the market, where may be bought, the money, the options, the lots."""

    market: PlanMarket
    places: BuyingPlaces
    money: PlanMoney
    options: PlanOptions
    lots: HoldingLots


def problem_of(asked: Question) -> tuple[Problem, tuple[str, ...]]:
    """Everything that the planner has to know, and the classes below their targets that nothing can be bought in."""
    made = _Making(asked).problem()
    empty = _unfillable(made)
    made = _spread(asked.market, made, empty)
    return _practical(asked, made), tuple(asked.market.class_of_key[key] for key in empty)


def lots_of(market: PlanMarket, lots: HoldingLots) -> Mapping[Place, Sequence[planner.PlanLot]]:
    """(asset id, account id) → the cost lots of what is held there, in minor units of the base currency.

    Of taxable accounts alone: what is sold in the others realises no gain that counts.
    """
    taxable = {each.id for each in market.accounts if each.kind is AccountKind.TAXABLE}
    found: dict[Place, list[planner.PlanLot]] = {}
    for each in market.allocation.valuation.holdings:
        held = each.holding
        place = (held.asset_id, held.account_id)
        if place in market.held and held.account_id in taxable:
            scale = market.rate(each.asset.currency) or Fraction(0)
            to_base = scale / 10 ** digits(each.asset.currency)
            for lot in known_lots(held.quantity, held.cost_basis_minor, tuple(lots.get(held.id, ()))):
                quantity = Fraction(lot.quantity)
                found.setdefault(place, []).append(planner.PlanLot(quantity, lot.cost_minor * to_base / quantity))
    return found


def smallest_trade(market: PlanMarket, money: PlanMoney, options: PlanOptions, total: Fraction) -> int:
    """The smallest trade in minor units of the base currency: the user's, or the automatic one.

    That is never above half of what comes in or goes out (of each account's, where that is said).
    """
    if options.min_trade_minor is not None:
        return options.min_trade_minor
    automatic: int = max(SMALLEST_TRADE_UNITS * 10 ** digits(market.base), ceil(total / SMALLEST_TRADE_PART))
    amounts: list[int] = [abs(each) for each in (money.anywhere, *(purse.new for purse in money.purses)) if each]
    return min(automatic, *(each // 2 for each in amounts)) if amounts else automatic


class _Making:
    """Makes one problem, part by part."""

    def __init__(self, asked: Question) -> None:
        self._asked, self._market, self._money, self._options = asked, asked.market, asked.money, asked.options
        market = asked.market
        targets = targets_of(market)
        if not market.targets:  # nothing is meant to be: keep the proportions
            targets = {key: sum(parts.values()) for key, parts in market.composition.parts.items()}
        self._targets = targets
        cash_class = market.cash_class
        self._tagged_cash = _tagged_cash(market)
        self._cash_class = cash_class if cash_class is not None and self._counts(cash_class) else None

    def _counts(self, cash_class: str) -> bool:
        """Whether cash is counted to its class: where that is wanted, or where other assets of it are held.

        What is not wanted is not sold to be cash of the same class.
        """
        held = self._market.composition.parts.get(cash_class, {})
        return bool(self._targets.get(cash_class)) or any(not self._market.assets[key].is_cash for key in held)

    def problem(self) -> Problem:
        market, money = self._market, self._money
        assets = [*self._assets(), *self._locked_cash(), *self._look_through_parts()]
        known = {class_id for asset in assets for class_id in asset.exposures}
        known |= {market.class_keys[key] for key in self._targets}
        targets = {market.class_keys[key]: target for key, target in self._targets.items()}
        is_deposit = money.mode is Mode.DEPOSIT
        return Problem(
            mode=money.mode,
            classes=[PlanClass(key, targets.get(key, 0)) for key in known],
            assets=[*assets, *self._cash_part()],
            accounts=[self._account(purse) for purse in money.taking_part],
            held=self._held(),
            lots={} if is_deposit else self._lots(),
            penalties=dict.fromkeys(self._away_from_home(), HOME_PENALTY),
            cash_class=None if self._cash_class is None else market.class_keys[self._cash_class],
            gain_limit=None if is_deposit else self._options.gain_limit_minor,
            new_money=max(0, money.anywhere),
            withdrawal=max(0, -money.anywhere),
            shared_rooms=[
                (frozenset(market.account_keys[key] for key in group), left) for group, left in money.shared_rooms
            ],
            purses=self._purses(),
        )

    def _assets(self) -> Iterator[PlanAsset]:
        """What is held, lines of 0 too, and what has a holding target and can be bought."""
        market = self._market
        lines = {asset_id for asset_id, _ in market.lines}
        wanted = {key for below in market.wanted.values() for key in below}
        for asset_id in lines | wanted:
            asset = market.assets[asset_id]
            if asset_id in lines or market.may_buy(asset):
                yield self._asset(asset)

    def _asset(self, asset: Asset) -> PlanAsset:
        market, weight, exposures = self._market, self._weight(asset), shares(asset)
        is_meant = weight != 0 and any(self._targets.get(key) for key in exposures)
        step = Fraction(asset.lot_step) if self._options.whole_shares and asset.lot_step is not None else None
        return PlanAsset(
            market.asset_keys[asset.id],
            market.unit(asset),
            step,
            self._called(exposures),
            weight,
            asset.currency,
            can_buy=is_meant and market.may_buy(asset),
            can_sell=market.may_sell(asset),
        )

    def _called(self, exposures: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
        return {self._market.class_keys[key]: share for key, share in exposures.items()}

    def _weight(self, asset: Asset) -> int | None:
        """Its target within its only class; without holding targets there its value, so that proportions stay.

        What is alone in such a class has no target beside that of the class, nor has what is beside cash that is not
        wanted: to turn it into cash brings nothing nearer.
        """
        class_id = asset.only_class
        if class_id is None:
            return None
        wanted = self._market.wanted.get(class_id)
        if wanted is not None:
            return wanted.get(asset.id, 0)
        plain = self._market.composition.parts.get(class_id, {}).keys() - self._market.composition.look_through
        if len(plain) < 2 or (class_id == self._cash_class and not self._targets.get(class_id)):
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
                key = self._market.class_keys[class_id]
                yield _fixed(f"{CASH}:{key}", key, weight, self._market.base)

    def _locked_cash(self) -> Iterator[PlanAsset]:
        """Cash that is held for another class counts to it and stays."""
        for asset_id in self._tagged_cash:
            asset, class_id = self._market.assets[asset_id], self._market.assets[asset_id].only_class
            weight = self._weight(asset) if class_id is not None else None
            unit, key = self._market.unit(asset), self._market.asset_keys[asset_id]
            exposures = self._called(shares(asset))
            yield PlanAsset(key, unit, None, exposures, weight, asset.currency, can_buy=False, can_sell=False)

    def _cash_part(self) -> Iterator[PlanAsset]:
        """The class of cash has its own part in its holding targets, which no trade changes; and the cash of accounts
        that take no part lies in it."""
        class_id = self._cash_class
        if class_id is not None:
            wanted, held = self._market.wanted.get(class_id), self._market.composition.parts.get(class_id, {})
            all_of_it = {**held, **(wanted or {})}
            mine = [key for key in all_of_it if self._market.assets[key].is_cash]
            weight = sum((held if wanted is None else wanted).get(key, 0) for key in mine)
            # Alone it needs no target beside that of the class: it would only be a distance that nothing changes.
            own = weight if len(all_of_it) > len(mine) else None
            yield _fixed(CASH, self._market.class_keys[class_id], own, self._market.base)

    def _held(self) -> Mapping[Place, Fraction]:
        market = self._market
        held = {market.key_of_place(place): Fraction(quantity) for place, quantity in market.held.items()}
        held |= {(market.asset_keys[key], NOWHERE): quantity for key, quantity in self._tagged_cash.items()}
        apart = sum(purse.cash for purse in self._money.purses if not purse.takes_part)
        return held | ({(CASH, NOWHERE): Fraction(apart)} if self._cash_class and apart > 0 else {})

    def _lots(self) -> Mapping[Place, Sequence[planner.PlanLot]]:
        found = lots_of(self._market, self._asked.lots)
        return {self._market.key_of_place(place): lots for place, lots in found.items()}

    def _account(self, purse: Purse) -> PlanAccount:
        market = self._market
        account = market.allocation.portfolio.accounts[purse.account_id or ""]
        rules = market.rules.of_account(account.id)
        return PlanAccount(
            id=market.account_keys[account.id],
            cash=purse.cash + max(0, purse.new),
            buffer=purse.keep,
            fee_fixed=market.in_base(rules.fee_fixed_minor, account.currency) or 0,
            fee_rate=Fraction(rules.fee_rate_bps),
            fx_rate=Fraction(rules.fx_rate_bps),
            currency=market.currency_of(account),
            can_hold=frozenset(market.asset_keys[key] for key in self._asked.places.of.get(account.id, ())),
            withdrawal=max(0, -purse.new),
            room=purse.room,
            converts=rules.converts,
        )

    def _purses(self) -> Mapping[tuple[str, str], int]:
        """Cash by currency of the accounts that have or trade more than one.

        What has to stay is in the account's own currency, as far as the other purses are not needed for it.
        """
        found: dict[tuple[str, str], int] = {}
        for purse in self._money.taking_part:
            account = self._market.allocation.portfolio.accounts[purse.account_id or ""]
            currency = self._market.currency_of(account)
            cash = dict(self._cash_of(account.id)) if purse.idle else {currency: purse.cash}
            own = cash.setdefault(currency, 0) + max(0, purse.new)
            for code in sorted(cash.keys() - {currency}):
                moved = min(cash[code], max(0, purse.keep + max(0, -purse.new) - own))
                own, cash[code] = own + moved, cash[code] - moved
            cash[currency] = own
            if len(cash.keys() | self._traded_currencies(account.id)) < 2:
                continue
            found |= {(self._market.account_keys[account.id], code): minor for code, minor in sorted(cash.items())}
        return found

    def _cash_of(self, account_id: str) -> Iterator[tuple[str, int]]:
        for (each, code), minor in self._market.cash_by_currency.items():
            if each == account_id:
                yield code, self._market.floor_in_base(minor, code)

    def _traded_currencies(self, account_id: str) -> set[str]:
        market, bought = self._market, self._asked.places.of.get(account_id, frozenset())
        held = {asset_id for asset_id, place in market.held if place == account_id}
        return {market.assets[key].currency for key in bought | held}

    def _away_from_home(self) -> Iterator[Place]:
        """Where a class would be bought although the scope has an account of the kind it is better held in."""
        market, places = self._market, self._asked.places
        if not self._options.prefer_homes or not market.rules.homes:
            return
        for asset in self._assets():
            asset_id = market.asset_of_key[asset.id]
            home = _home_of(market, market.assets[asset_id]) if asset.can_buy else None
            able = [each for each in market.accounts if home and places.may_buy(each.id, asset_id)]
            if any(each.kind is home for each in able):
                yield from (market.key_of_place((asset_id, each.id)) for each in able if each.kind is not home)


def _practical(asked: Question, problem: Problem) -> Problem:
    """The problem with what makes a plan one that a person carries out.

    Where no cost is known at all, nothing is known of gains, and none is guessed.
    """
    market, options = asked.market, asked.options
    smallest = smallest_trade(market, asked.money, options, problem.total)
    taxed = (each for each in market.accounts if each.kind is AccountKind.TAXABLE)
    stretch = _stretch(problem)
    is_zone = options.goal is not plans.Goal.TARGET and problem.mode is Mode.REBALANCE
    class_bands = _class_bands(market)
    bands = {market.class_keys[key]: each for key, each in class_bands.items()}
    asset_bands = {market.asset_keys[key]: each for key, each in _holding_bands(market, class_bands).items()}
    practical = Practical(
        min_trade=smallest,
        gain_cost=options.gain_cost_bps / WHOLE if problem.lots else 0.0,
        taxed=frozenset(market.account_keys[each.id] for each in taxed),
        new_place_cost=NEW_PLACE_COST,
        held_places=frozenset(market.key_of_place(place) for place in market.lines),
        bands=_zones(bands, problem.class_targets, options.goal, stretch) if is_zone else {},
        asset_bands=_zones(asset_bands, problem.asset_targets, options.goal, stretch) if is_zone else {},
        outside_bands=bands,
        outside_asset_bands=asset_bands,
        single_is_free=not asked.money.only_buys,
    )
    return replace(problem, min_trade=smallest, practical=practical)


def _stretch(problem: Problem) -> Fraction:
    """What the page's total is of the planner's: the page counts kept cash too."""
    kept = 0 if problem.cash_class is not None else problem.buffers
    return (problem.total + kept) / problem.total if problem.total > 0 else Fraction(1)


def _zones(
    bands: Mapping[str, Fraction], targets: Mapping[str, Fraction], goal: plans.Goal, stretch: Fraction
) -> Mapping[str, Fraction]:
    """How far from its target each may end: half of its band, or to its edge, on the page and not only here."""
    widths = {
        key: band / 2 if goal is plans.Goal.HALF_WAY else max(band - HAIR, band / 2) for key, band in bands.items()
    }
    return {
        key: max(
            Fraction(0),
            min(targets[key] - (targets[key] - width) * stretch, (targets[key] + width) * stretch - targets[key]),
        )
        for key, width in widths.items()
        if key in targets
    }


def _fixed(asset_id: str, class_id: str, weight: int | None, currency: str) -> PlanAsset:
    """A part of a class that no trade changes."""
    exposures = {class_id: Fraction(1)}
    return PlanAsset(asset_id, Fraction(1), None, exposures, weight, currency, can_buy=False, can_sell=False)


def _unfillable(problem: Problem) -> tuple[str, ...]:
    """The classes below their target in which nothing can be bought; that of cash is no such class."""
    if problem.mode is Mode.WITHDRAWAL:
        return ()
    allowed = frozenset(key for account in problem.accounts for key in account.can_hold or ())
    open_ids = {each.id for each in problem.assets if each.can_buy and each.id in allowed}
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
    lines = {key: FillLine(values[key], target) for key, target in problem.class_targets.items() if target > 0}
    amounts = dict(zip(lines, even_fill(list(lines.values()), Fraction(room)), strict=True))
    return int(sum(amounts[key] for key in empty))


def _room(problem: Problem, account: PlanAccount) -> int:
    return max(0, account.cash - problem.floor_of(account))


def _with_kept(problem: Problem, kept: int) -> list[PlanAccount]:
    parts = split(kept, [_room(problem, account) for account in problem.accounts])
    return [replace(each, buffer=each.buffer + part) for each, part in zip(problem.accounts, parts, strict=True)]


def _tagged_cash(market: PlanMarket) -> Mapping[str, Fraction]:
    """Asset id → quantity of the cash that counts to classes which money left in cash does not count to."""
    sums: dict[str, Fraction] = {}
    for each in market.valued_cash:
        apart = not market.is_account_cash(each.asset) or len(each.asset.exposures) > 1
        if apart and each.asset.exposures:
            sums[each.asset.id] = sums.get(each.asset.id, Fraction(0)) + Fraction(each.holding.quantity)
    return sums


def _home_of(market: PlanMarket, asset: Asset) -> str | None:
    """The kind of account that the asset's (largest) class is better held in."""
    largest = max(asset.exposures, key=lambda each: (each.weight_bps, each.asset_class_id), default=None)
    return market.rules.homes.get(largest.asset_class_id) if largest else None


def _class_bands(market: PlanMarket) -> Mapping[str, Fraction]:
    """Class id → half the width of its band as a share of the total; those that are judged."""
    known = ((each.asset_class_id, each.band_bps) for each in market.drift.classes)
    return {key: bps / WHOLE for key, bps in known if bps is not None}


def _holding_bands(market: PlanMarket, class_bands: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    """Asset id → half the width of its band as a share of the total; those that are judged.

    What is meant to be all of its class lies in it as its class does.
    """
    strategy = market.allocation.strategy
    if strategy is None:
        return {}
    parents = {target.asset_class_id: target for target in market.targets if target.holdings}
    bands: dict[str, Fraction] = {}
    for each in market.drift.classes:
        parent = parents.get(each.asset_class_id)
        own = {target.asset_id: target for target in parent.holdings} if parent is not None else {}
        for row in each.holdings:
            if parent is not None and row.target_bps is not None:
                target = own.get(row.asset_id) or HoldingTarget(row.asset_id, 0)
                is_all = target.target_bps == WHOLE
                own_band = holding_band_of_all(target, parent, strategy)
                bands[row.asset_id] = class_bands[each.asset_class_id] if is_all else own_band
    return bands
