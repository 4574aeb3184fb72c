"""A planning problem: what is held, what it is meant to be, what may be traded and what a trade costs, all exact.

Money is in minor units of the base currency; prices are exact fractions of them, so that nothing is rounded but the
cost of a trade. Only what is in scope is here: unpriced, unclassified and excluded assets never reach a problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil

from wealthdesk.domain.plans import Mode

KAPPA = 10.0
"""How much more a class counts than a holding."""
GAMMA = 10.0
"""What a fee of the whole portfolio costs."""
D0 = 0.01
"""What a deviation is divided by where the target is 0."""
ZERO = Fraction(0)
ONE_UNIT = Fraction(1)
"""The lot of an asset that is traded in any amount: one minor unit."""


class SearchGoal(StrEnum):
    """How far a rebalance goes: onto the targets, or into the bands with as little trading as possible."""

    TARGET = "target"
    BAND = "band"


@dataclass(frozen=True, slots=True)
class PlanClass:
    """A class with its target (any unit, only ratios count) and how far around it is tolerated, as shares of the total.

    A band of 0 to both sides is none.
    """

    id: str
    target: int
    band_low: Fraction = Fraction(0)
    band_high: Fraction = Fraction(0)

    @property
    def has_band(self) -> bool:
        """Whether there is a band to be outside of."""
        return bool(self.band_low or self.band_high)


@dataclass(frozen=True, slots=True)
class PlanAsset:
    """An asset in scope. price: minor units of the base currency for one unit; step None: traded in any amount.

    exposures: class id → share (> 0, sum ≤ 1); several make a look-through fund, which has no target of its own.
    weight: its target among the assets of its only class, any unit; None: it has none.
    """

    id: str
    price: Fraction
    step: Fraction | None
    exposures: Mapping[str, Fraction]
    weight: int | None = None
    currency: str = ""
    can_buy: bool = True
    can_sell: bool = True
    lot: Fraction = field(init=False, repr=False, compare=False)
    """The exact value of the smallest trade."""

    def __post_init__(self) -> None:
        """Sorts the exposures by class, and multiplies once what every trade asks for."""
        if len(self.exposures) > 1:
            object.__setattr__(self, "exposures", {key: self.exposures[key] for key in sorted(self.exposures)})
        object.__setattr__(self, "lot", ONE_UNIT if self.step is None else self.step * self.price)

    @property
    def only_class(self) -> str | None:
        """The class that it counts to, if it is one."""
        return next(iter(self.exposures)) if len(self.exposures) == 1 else None


@dataclass(frozen=True, slots=True)
class PlanAccount:
    """An account: its cash (new money included), what has to be left of it, and what its broker takes.

    Rates are basis points of the gross amount; fx_rate joins them where the asset is in another currency.
    can_hold: what may be bought here; None is everything. withdrawal: what is taken out of just this account; pays:
    whether it may pay what is taken out of any. room: the most new money for any account that may come in here; None:
    no limit. converts: its purses may be changed into each other, for fx_rate of what is changed.
    """

    id: str
    cash: int
    buffer: int = 0
    fee_fixed: int = 0
    fee_rate: Fraction = Fraction(0)
    fx_rate: Fraction = Fraction(0)
    currency: str = ""
    can_hold: frozenset[str] | None = None
    withdrawal: int = 0
    pays: bool = True
    room: int | None = None
    converts: bool = True


@dataclass(frozen=True, slots=True)
class Weights:
    """What the terms of J count, beside turnover: answer.py tells what they stand for."""

    kappa: float = KAPPA
    gamma: float = GAMMA
    d0: float = D0


@dataclass(frozen=True, slots=True)
class PlanLot:
    """A part of a position with what one unit of it cost, in minor units of the base currency."""

    quantity: Fraction
    cost: Fraction


def _by_cost(lot: PlanLot) -> tuple[Fraction, Fraction]:
    return (lot.cost, lot.quantity)


Place = tuple[str, str]
"""(asset id, account id): where something is held or traded."""
CurrencyPurse = tuple[str, str]
"""(account id, currency): cash of an account in one currency."""


@dataclass(frozen=True)
class Practical:
    """What a plan has to keep to so that a person would carry it out, and what J counts besides.

    min_trade: the smallest trade; also what a sale has to leave where it leaves anything (no_rests). gain_cost: what a
    gain realised in the accounts of `taxed` counts as lost. new_place_cost: per unit of share bought in a place that is
    not one of held_places. bands, asset_bands: half widths, in shares of the total, of what is as good as the target;
    empty: only the target is. outside_bands, outside_asset_bands: the half widths that a class or an asset is outside
    of from there on; what is not named has none. single_is_free: whether the only trade of money that comes in or goes
    out may be below min_trade.
    """

    min_trade: int = 0
    gain_cost: float = 0.0
    taxed: frozenset[str] = frozenset()
    new_place_cost: float = 0.0
    held_places: frozenset[Place] = frozenset()
    no_rests: bool = True
    bands: Mapping[str, Fraction] = field(default_factory=dict)
    asset_bands: Mapping[str, Fraction] = field(default_factory=dict)
    outside_bands: Mapping[str, Fraction] = field(default_factory=dict)
    outside_asset_bands: Mapping[str, Fraction] = field(default_factory=dict)
    single_is_free: bool = True


@dataclass(frozen=True)
class Problem:
    """Everything that a plan is calculated from; the parts in the order of their ids, whatever order they came in.

    penalties: per unit of bought share of the total, in the terms of J (where something is better not held).
    turnover_weight: what trading the whole total once costs in a rebalance, in the terms of J; None: the usual η.
    max_trades: the most trades that a plan may have; None: any number. withdrawal: what is taken out of any accounts;
    new_money: what comes into any accounts, within their rooms and shared_rooms, which several have together.
    purses: cash by currency, of accounts whose trades are paid in the currency of the asset; what an account has in
    purses sums to its cash. An account without purses pays everything from its cash.
    practical: the rules of plans that a person carries out; None: those of files.
    """

    mode: Mode
    classes: Sequence[PlanClass]
    assets: Sequence[PlanAsset]
    accounts: Sequence[PlanAccount]
    held: Mapping[Place, Fraction]
    goal: SearchGoal = SearchGoal.TARGET
    lots: Mapping[Place, Sequence[PlanLot]] = field(default_factory=dict)
    penalties: Mapping[Place, float] = field(default_factory=dict)
    min_trade: int = 0
    cash_class: str | None = None
    gain_limit: int | None = None
    turnover_weight: float | None = None
    weights: Weights = Weights()
    max_trades: int | None = None
    withdrawal: int = 0
    new_money: int = 0
    shared_rooms: Sequence[tuple[frozenset[str], int]] = ()
    purses: Mapping[CurrencyPurse, int] = field(default_factory=dict)
    practical: Practical | None = None

    def __post_init__(self) -> None:
        """Sorts everything: the order of a list never decides, not even on the last bit of a sum of floats."""
        for name in ("classes", "assets", "accounts"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=lambda each: each.id)))
        object.__setattr__(self, "held", {place: self.held[place] for place in sorted(self.held) if self.held[place]})
        object.__setattr__(self, "penalties", {place: self.penalties[place] for place in sorted(self.penalties)})
        lots = {place: tuple(sorted(self.lots[place], key=_by_cost)) for place in sorted(self.lots)}
        object.__setattr__(self, "lots", lots)
        object.__setattr__(self, "purses", {purse: self.purses[purse] for purse in sorted(self.purses)})
        rooms = sorted(self.shared_rooms, key=lambda each: (sorted(each[0]), each[1]))
        object.__setattr__(self, "shared_rooms", tuple(rooms))

    @cached_property
    def asset(self) -> Mapping[str, PlanAsset]:
        """The assets by their ids."""
        return {each.id: each for each in self.assets}

    @cached_property
    def account(self) -> Mapping[str, PlanAccount]:
        """The accounts by their ids."""
        return {each.id: each for each in self.accounts}

    @cached_property
    def values(self) -> Mapping[str, Fraction]:
        """What is held of each asset over all accounts, exact."""
        sums = dict.fromkeys(self.asset, Fraction(0))
        for (asset_id, _), quantity in self.held.items():
            sums[asset_id] += quantity * self.asset[asset_id].price
        return sums

    @cached_property
    def class_values(self) -> Mapping[str, Fraction]:
        """What is held of each class over all accounts, exact, without any cash."""
        sums = dict.fromkeys((each.id for each in self.classes), Fraction(0))
        for asset in self.assets:
            for class_id, exposure in asset.exposures.items():
                value = self.values[asset.id]
                sums[class_id] += value if exposure == 1 else exposure * value
        return sums

    @cached_property
    def cash(self) -> int:
        """The cash of all accounts, new money and buffers included; what is taken out is not."""
        own = sum(account.cash - account.withdrawal for account in self.accounts)
        return own + self.new_money - self.withdrawal

    @cached_property
    def buffers(self) -> int:
        """What has to stay in cash, over all accounts."""
        return sum(account.buffer for account in self.accounts)

    @cached_property
    def total(self) -> Fraction:
        """M: what is held plus the cash that may be spent; with a class of cash, all cash. Fees do not lower it."""
        held = sum(self.values.values(), Fraction(0))
        return held + self.cash - (0 if self.cash_class else self.buffers)

    @cached_property
    def smallest_trade(self) -> int:
        """What a trade comes to at least, but for the sale of all that is held somewhere."""
        return self.min_trade if self.practical is None else self.practical.min_trade

    @property
    def single_is_free(self) -> bool:
        """Whether a plan's only trade may be below the smallest: it is as large as money, fee and lot make it."""
        return self.practical is not None and self.practical.single_is_free and self.mode is not Mode.REBALANCE

    @cached_property
    def accounts_with_purses(self) -> frozenset[str]:
        """The accounts whose cash is known by currency."""
        return frozenset(account_id for account_id, _ in self.purses)

    @cached_property
    def class_targets(self) -> Mapping[str, Fraction]:
        """τ: the share of the total that each class is meant to have; sums to 1."""
        whole = sum(each.target for each in self.classes)
        return {each.id: Fraction(each.target, whole) if whole else Fraction(0) for each in self.classes}

    @cached_property
    def asset_targets(self) -> Mapping[str, Fraction]:
        """t: the share of the total that each asset is meant to have; only of those that have a target.

        Class target × weight among the assets of that class alone. Where one of them has no weight, none has a target.
        """
        members: dict[str, list[PlanAsset]] = {each.id: [] for each in self.classes}
        for asset in self.assets:
            if asset.only_class is not None:
                members[asset.only_class].append(asset)
        targets: dict[str, Fraction] = {}
        for class_id, siblings in members.items():
            weights = [each.weight for each in siblings if each.weight is not None]
            if len(weights) == len(siblings):
                whole = sum(weights)
                share = self.class_targets[class_id]
                targets |= {each.id: share * (each.weight or 0) / whole if whole else Fraction(0) for each in siblings}
        return targets

    def may_buy(self, place: Place) -> bool:
        """Whether the asset may be bought in this account."""
        allowed = self.account[place[1]].can_hold
        return (
            self.mode is not Mode.WITHDRAWAL
            and self.asset[place[0]].can_buy
            and (allowed is None or place[0] in allowed)
        )

    def may_sell(self, place: Place) -> bool:
        """Whether there is something to sell here and it may be sold."""
        can_sell = place[1] in self.account and self.asset[place[0]].can_sell
        is_there = self.held.get(place, 0) > 0 and place not in self._unsaleable
        return self.mode is not Mode.DEPOSIT and can_sell and is_there

    @cached_property
    def _unsaleable(self) -> frozenset[Place]:
        """Where the whole lots that are held are too small a trade, and do not sell all that is held."""
        most = {place: self.most_lots(place) for place in self.held if self.smallest_trade > 0}
        return frozenset(
            place
            for place, lots in most.items()
            if self.gross_of_sale(place, lots) < self.smallest_trade and not self.closes(place, lots)
        )

    def floor_of(self, account: PlanAccount) -> int:
        """What an account's cash may not fall below; a deposit into one that starts below its buffer buys nothing."""
        return min(account.buffer, account.cash) if self.mode is Mode.DEPOSIT else account.buffer

    def gross(self, asset: PlanAsset, lots: int) -> int:
        """What `lots` lots (≥ 0) cost or bring before fees: whole minor units, half up."""
        return _half_up(lots * asset.lot.numerator, asset.lot.denominator)

    def fee(self, asset: PlanAsset, account: PlanAccount, gross: int) -> int:
        """What the broker takes for one trade: the fixed part and the rate on the gross amount, half up."""
        rate = self.rate_of(asset, account)
        return account.fee_fixed + _half_up(gross * rate.numerator, 10_000 * rate.denominator)

    def rate_of(self, asset: PlanAsset, account: PlanAccount) -> Fraction:
        """The basis points that the broker takes of a trade; where there are purses, exchange is not part of it."""
        is_exchanged = asset.currency != account.currency and account.id not in self.accounts_with_purses
        return account.fee_rate + account.fx_rate if is_exchanged else account.fee_rate

    def value_of(self, place: Place) -> Fraction:
        """What is held in one place, exact."""
        return self._place_values.get(place, ZERO)

    @cached_property
    def _place_values(self) -> Mapping[Place, Fraction]:
        return {place: quantity * self.asset[place[0]].price for place, quantity in self.held.items()}

    def most_lots(self, place: Place) -> int:
        """How many lots may be sold at most: no more than what is held.

        In a practical plan what does not come to a whole lot goes with the last one, so that nothing is left.
        """
        return self._most_lots.get(place, 0)

    @cached_property
    def _most_lots(self) -> Mapping[Place, int]:
        lots = {place: value / self.asset[place[0]].lot for place, value in self._place_values.items() if value}
        return {place: int(each) if self.practical is None else ceil(each) for place, each in lots.items()}

    def sold(self, place: Place, lots: int) -> Fraction:
        """The exact value of a sale of so many lots: the last of a practical plan is what is left."""
        is_all = self.practical is not None and lots >= self.most_lots(place)
        return self.value_of(place) if is_all else lots * self.asset[place[0]].lot

    def gross_of_sale(self, place: Place, lots: int) -> int:
        """What selling so many lots brings before fees: whole minor units, half up."""
        if self.practical is None or lots < self.most_lots(place):
            return self.gross(self.asset[place[0]], lots)
        return half_up(self.value_of(place))

    def closes(self, place: Place, lots: int) -> bool:
        """Whether selling so many lots sells all that is held there."""
        return lots >= self.most_lots(place) and self.sold(place, lots) == self.value_of(place)

    def realised_gain(self, place: Place, lots: int) -> Fraction:
        """The gain in minor units of selling so many lots, the dearest tax lots first; 0 where no costs are known."""
        asset = self.asset[place[0]]
        gain, left = Fraction(0), self.sold(place, lots) / asset.price
        for each in self._dearest_first.get(place, ()):
            if not left:
                break
            sold = min(each.quantity, left)
            gain += sold * (asset.price - each.cost)
            left -= sold
        return gain

    @cached_property
    def _dearest_first(self) -> Mapping[Place, Sequence[PlanLot]]:
        return {place: sorted(lots, key=lambda lot: -lot.cost) for place, lots in self.lots.items()}

    def counted_gain(self, place: Place, lots: int) -> Fraction:
        """What the gain of a sale counts as in J of a practical plan: at least 0, and nothing in untaxed accounts.

        Where the cost of a part is not known, half of its value counts as gain.
        """
        left, gain = self.sold(place, lots), Fraction(0)
        for part in self.parts_of(place):
            sold = min(part.value, left)
            gain += sold * part.counted
            left -= sold
        return max(Fraction(0), gain)

    def parts_of(self, place: Place) -> list[GainPart]:
        """What is held in one place in parts of equal cost, those that realise least first."""
        price, rest = self.asset[place[0]].price, self.held.get(place, Fraction(0))
        parts: list[GainPart] = []
        is_taxed = self.practical is not None and place[1] in self.practical.taxed
        for each in self._dearest_first.get(place, ()):
            quantity = min(each.quantity, rest)
            rest -= quantity
            share = 1 - each.cost / price
            parts.append(GainPart(quantity * price, share, share if is_taxed else Fraction(0)))
        parts.append(GainPart(rest * price, Fraction(0), Fraction(1, 2) if is_taxed else Fraction(0)))
        return sorted((each for each in parts if each.value), key=lambda each: (each.counted, each.gain))


@dataclass(frozen=True, slots=True)
class GainPart:
    """A part of a position by value: what it realises per unit of value, and what of that counts in J."""

    value: Fraction
    gain: Fraction
    counted: Fraction


def half_up(exact: Fraction) -> int:
    """The nearest whole number of an amount ≥ 0; a half goes up."""
    return _half_up(exact.numerator, exact.denominator)


def _half_up(numerator: int, denominator: int) -> int:
    """The same of a fraction that need not be in its lowest terms: to bring it there takes longer than to round it."""
    return (2 * numerator + denominator) // (2 * denominator)
