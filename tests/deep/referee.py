"""An independent referee of plans: reads a problem as its file tells it and scores a plan exactly, in fractions.

It shares no code with the planner, so that what both agree on was understood twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

Json = dict[str, Any]
Place = tuple[str, str]
"""(holding, account)"""


def cents(amount: Fraction) -> int:
    """Whole cents, a half up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


@dataclass(frozen=True, slots=True)
class Line:
    """A holding in scope; price in cents of the base currency."""

    id: str
    price: Fraction
    currency: str
    lot: Fraction
    exposure: Mapping[str, Fraction]
    weight: int | None
    is_bought: bool
    is_sold: bool


@dataclass(frozen=True, slots=True)
class Purse:
    """An account."""

    id: str
    currency: str
    cash: int
    buffer: int
    fixed: int
    rate: Fraction
    exchange: Fraction
    allowed: frozenset[str] | None
    leaves: int


class Score(NamedTuple):
    """What a plan comes to, which rules it breaks, and how many trades it has."""

    j: Fraction
    violation: Fraction
    cost: int
    broken: tuple[str, ...]
    trades: int


@dataclass
class Case:
    """A problem, with what follows from it at once."""

    mode: str
    lines: dict[str, Line]
    purses: dict[str, Purse]
    targets: dict[str, Fraction]
    bands: dict[str, tuple[Fraction, Fraction]]
    held: dict[Place, Fraction]
    lots: dict[Place, list[tuple[Fraction, Fraction]]]
    penalties: dict[Place, Fraction]
    min_trade: int
    gain_limit: int | None
    max_trades: int | None
    cash_class: str | None
    leaves: int
    weights: dict[str, Fraction]
    own: dict[str, Fraction] = field(init=False)
    total: Fraction = field(init=False)

    def __post_init__(self) -> None:
        """Works out M and the holdings' targets."""
        worth = sum((q * self.lines[h].price for (h, _), q in self.held.items()), Fraction(0))
        cash = sum(each.cash - each.leaves for each in self.purses.values()) - self.leaves
        buffers = 0 if self.cash_class else sum(each.buffer for each in self.purses.values())
        self.total = worth + cash - buffers
        self.own = {}
        for name, share in self.targets.items():
            mine = [each for each in self.lines.values() if list(each.exposure) == [name]]
            whole = sum(each.weight or 0 for each in mine)
            if all(each.weight is not None for each in mine):
                self.own |= {each.id: share * (each.weight or 0) / (whole or 1) for each in mine}

    def may_buy(self, place: Place) -> bool:
        """Whether a purchase here is allowed."""
        allowed = self.purses[place[1]].allowed
        is_allowed = allowed is None or place[0] in allowed
        return self.mode != "withdraw" and self.lines[place[0]].is_bought and is_allowed

    def may_sell(self, place: Place) -> bool:
        """Whether a sale here is allowed and there is something to sell."""
        return self.mode != "deposit" and self.lines[place[0]].is_sold and self.held.get(place, 0) > 0

    def floor(self, purse: Purse) -> int:
        """The least cash afterwards."""
        keeps = purse.buffer + purse.leaves
        return min(keeps, purse.cash) if self.mode == "deposit" else keeps

    def gross_and_fee(self, place: Place, lots: int) -> tuple[int, int]:
        """What so many lots (> 0) cost before the fee, and the fee."""
        line, purse = self.lines[place[0]], self.purses[place[1]]
        gross = cents(lots * line.lot)
        rate = purse.rate + (purse.exchange if line.currency != purse.currency else 0)
        return gross, purse.fixed + cents(gross * rate / 10_000)

    def gain(self, place: Place, quantity: Fraction) -> Fraction:
        """The gain of a sale: the dearest lots go first."""
        gain = Fraction(0)
        for size, cost in sorted(self.lots.get(place, []), key=lambda each: each[1], reverse=True):
            part = min(size, quantity)
            gain += part * (self.lines[place[0]].price - cost)
            quantity -= part
        return gain

    def score(self, lots: Mapping[Place, int]) -> Score:
        """J, the violation of the bands, what is traded with its fees, and every broken rule."""
        after = {name: Fraction(0) for name in self.lines}
        for (name, _), quantity in self.held.items():
            after[name] += quantity * self.lines[name].price
        cash = {name: purse.cash for name, purse in self.purses.items()}
        fees = turnover = 0
        extra, gain = Fraction(0), Fraction(0)
        broken: list[str] = []
        for place, count in lots.items():
            line = self.lines[place[0]]
            gross, fee = self.gross_and_fee(place, abs(count))
            after[line.id] += count * line.lot
            fees, turnover = fees + fee, turnover + gross
            cash[place[1]] -= (gross if count > 0 else -gross) + fee
            is_whole = False
            if count > 0:
                extra += self.penalties.get(place, Fraction(0)) * count * line.lot
            else:
                quantity = -count * line.lot / line.price
                is_whole = quantity == self.held.get(place, 0)
                gain += self.gain(place, quantity)
                if quantity > self.held.get(place, 0):
                    broken.append(f"{place} oversold")
            if not (self.may_buy(place) if count > 0 else self.may_sell(place)):
                broken.append(f"{place} may not be traded")
            if gross < self.min_trade and not is_whole:
                broken.append(f"{place} too small")
        broken += self._broken(lots, cash, gain)
        return Score(
            *self._j(after, sum(cash.values()), fees, turnover, extra), turnover + fees, tuple(broken), len(lots)
        )

    def _broken(self, lots: Mapping[Place, int], cash: Mapping[str, int], gain: Fraction) -> Iterator[str]:
        bought, sold = ({h for (h, _), n in lots.items() if n * sign > 0} for sign in (1, -1))
        yield from (f"{name} bought and sold" for name in sorted(bought & sold))
        yield from (f"cash of {p.id}" for p in self.purses.values() if cash[p.id] < self.floor(p))
        spare = sum(max(0, cash[p.id] - p.buffer - p.leaves) for p in self.purses.values())
        if spare < self.leaves:
            yield "not enough to leave"
        if self.gain_limit is not None and gain > self.gain_limit + Fraction(1, 2):
            yield "gain"
        if self.max_trades is not None and len(lots) > self.max_trades:
            yield "too many trades"

    def _j(
        self, after: Mapping[str, Fraction], cash: int, fees: int, turnover: int, extra: Fraction
    ) -> tuple[Fraction, Fraction]:
        if self.total <= 0:
            return Fraction(0), Fraction(0)
        shares = {name: Fraction(0) for name in self.targets}
        for line in self.lines.values():
            for name, part in line.exposure.items():
                shares[name] += part * after[line.id] / self.total
        kept = cash - self.leaves - sum(each.leaves for each in self.purses.values())
        d0, j = self.weights["d0"], Fraction(0)
        if self.cash_class:
            shares[self.cash_class] += Fraction(kept) / self.total
        else:
            j += ((kept - sum(each.buffer for each in self.purses.values())) / self.total) ** 2 / d0
        j += self.weights["kappa"] * sum((shares[c] - t) ** 2 / (t or d0) for c, t in self.targets.items())
        j += sum((after[h] / self.total - t) ** 2 / (t or d0) for h, t in self.own.items())
        j += (self.weights["gamma"] * fees + extra) / self.total
        if self.mode == "rebalance":
            j += self.weights["eta"] * turnover / self.total
        off = (
            max(Fraction(0), shares[c] - self.targets[c] - high, self.targets[c] - low - shares[c])
            for c, (low, high) in self.bands.items()
            if low or high
        )
        return j, sum(off, Fraction(0))


def _number(value: Any) -> Fraction:
    return Fraction(str(value))


def read(data: Json) -> Case:
    """The case of a problem's JSON object."""
    rates = {data.get("base_ccy", "EUR"): Fraction(1)} | {name: Fraction(each) for name, each in data["fx"].items()}
    whole = sum(each["target_bp"] for each in data["classes"])
    lines = {}
    for each in data["holdings"]:
        flags = set(each.get("flags", []))
        if each["price"] is None or not each["class"] or "excluded" in flags:
            continue
        price = Fraction(each["price"]) * rates[each["ccy"]] * 100
        lines[each["id"]] = Line(
            each["id"],
            price,
            each["ccy"],
            Fraction(1) if each["step"] is None else Fraction(each["step"]) * price,
            {name: _number(part) for name, part in each["class"].items()},
            each.get("target_in_class_bp"),
            not flags & {"locked", "sell_only"},
            not flags & {"locked", "buy_only"},
        )
    held: dict[Place, Fraction] = {}
    lots: dict[Place, list[tuple[Fraction, Fraction]]] = {}
    for each in data["positions"]:
        place = (each["holding"], each["account"])
        if place[0] in lines:
            held[place] = held.get(place, Fraction(0)) + Fraction(each["qty"])
            parts = [(Fraction(lot["qty"]), Fraction(lot["cost"]) * 100) for lot in each.get("lots", [])]
            lots.setdefault(place, []).extend(parts)
    usual = {"kappa": 10, "gamma": 10, "eta": 0.02, "d0": 0.01} | data.get("objective", {})
    return Case(
        data["mode"],
        lines,
        {each["id"]: _purse(each, data.get("base_ccy", "EUR")) for each in data["accounts"]},
        {each["id"]: Fraction(each["target_bp"], whole) for each in data["classes"]},
        {
            each["id"]: (Fraction(each.get("band_lo_bp", 0), 10_000), Fraction(each.get("band_hi_bp", 0), 10_000))
            for each in data["classes"]
        },
        held,
        lots,
        {(each["holding"], each["account"]): _number(each["penalty"]) for each in data.get("location", [])},
        data.get("min_trade_cents", 0),
        data.get("gain_limit_cents"),
        data.get("max_trades"),
        data.get("cash_class"),
        data.get("withdraw_cents", 0),
        {name: _number(value) for name, value in usual.items()},
    )


def _purse(each: Json, base: str) -> Purse:
    allowed = each.get("can_hold")
    return Purse(
        each["id"],
        each.get("ccy", base),
        each.get("cash_cents", 0) + each.get("deposit_cents", 0),
        each.get("buffer_cents", 0),
        each.get("fee_fixed_cents", 0),
        _number(each.get("fee_bp", 0)),
        _number(each.get("fx_fee_bp", 0)),
        None if allowed is None else frozenset(allowed),
        each.get("withdraw_cents", 0),
    )
