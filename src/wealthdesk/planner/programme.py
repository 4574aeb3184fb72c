"""A practical problem in numbers: columns of what may be done, rows of what is wanted and of what is allowed.

Everything is a share of the total. A trade has a column, a sale one for each part of equal cost; besides there is money
in and out of accounts, conversions, and how far a class or asset is let be within its band. `wanted x + k` are the
weighted distances of the classes and of cash; an asset's own is kept by its number. `limits x ≤ b` are purses, limits
and rooms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, inf

import numpy as np

from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner.answer import bought_cost, gain_cost, half_widths, shares_of, sold_cost
from wealthdesk.planner.model import Array
from wealthdesk.planner.problem import Place, PlanAccount, Problem

MISSING = 1e4
"""What a share of money that is not there costs: more than anything it could bring."""
ANY = 1e-6
"""A lot below this share of the total is any amount for the search."""
DUST = 1e-9
"""A part of a position below this share of the total is sold together with its neighbour."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A trade that may be made: its columns, the most of it, its smallest step, and the fixed fee, as shares."""

    place: Place
    side: Side
    asset: int
    account: int
    row: int
    columns: range
    sizes: tuple[float, ...]
    most: float
    lot: float
    rate: float
    fixed: float


class _Listing:
    """Columns and rows while they are listed."""

    def __init__(self) -> None:
        self.columns: dict[str, list[float]] = {
            name: [] for name in ("asset", "sign", "cost", "turnover", "low", "high")
        }
        self.room: list[float] = []
        self.equal: list[bool] = []
        self._weights: list[list[tuple[int, float]]] = []
        self._entries: list[tuple[int, int, float]] = []

    def column(
        self,
        asset: int,
        sign: float,
        weights: list[tuple[int, float]],
        rows: Iterable[tuple[int, float]] = (),
        *,
        cost: float = 0.0,
        turnover: float = 0.0,
        low: float = 0.0,
        high: float = inf,
    ) -> int:
        """A column and what it does to what is wanted (`weights`) and to the limits (`rows`); its number."""
        values = {"asset": asset, "sign": sign, "cost": cost, "turnover": turnover, "low": low, "high": high}
        for name, value in values.items():
            self.columns[name].append(value)
        at = len(self._weights)
        self._weights.append(weights)
        self._entries.extend((row, at, value) for row, value in rows if value)
        return at

    def row(self, room: float, *, equal: bool = False) -> int:
        """A limit and its number."""
        self.room.append(room)
        self.equal.append(equal)
        return len(self.room) - 1

    def wanted(self, rows: int) -> Array:
        """What each column does to each of so many distances."""
        wanted = np.zeros((rows, len(self._weights)))
        for column, entries in enumerate(self._weights):
            for row, value in entries:
                wanted[row, column] += value
        return wanted

    def limits(self) -> Array:
        """What each column takes of each limit."""
        limits = np.zeros((len(self.room), len(self._weights)))
        for row, column, value in self._entries:
            limits[row, column] += value
        return limits


@dataclass(frozen=True, eq=False)
class _Distances:
    """How far everything is from its target before anything is done.

    k: the weighted distances of the classes and of cash (`cash_row`), by the factors in `scale`; class_at: their rows.
    bands: class → how far it may be off. gap, asset_weight, asset_band: an asset's own, by its number.
    """

    k: Array
    scale: list[float]
    class_at: dict[str, int]
    cash_row: int
    bands: Mapping[str, Fraction]
    gap: Array
    asset_weight: Array
    asset_band: Array

    @property
    def cash_scale(self) -> float:
        """The factor of cash."""
        return self.scale[self.cash_row]

    def of_trade(self, exposures: Mapping[str, Fraction], sign: float, cash: float) -> list[tuple[int, float]]:
        """What a trade does to the distances, per share of the total: of its classes, and of cash."""
        rows = ((self.class_at[key], part) for key, part in exposures.items())
        weights = [(row, sign * self.scale[row] * float(part)) for row, part in rows]
        return [*weights, (self.cash_row, cash * self.cash_scale)]


def _distances(problem: Problem) -> _Distances:
    total, targets = problem.total, problem.class_targets
    d0, kappa = problem.weights.d0, problem.weights.kappa
    bands, asset_bands = half_widths(problem)
    shares = shares_of(problem, problem.class_values, problem.cash)
    class_at = {key: at for at, key in enumerate(targets)}
    scale = [(kappa / (float(target) if target > 0 else d0)) ** 0.5 for target in targets.values()]
    k = [factor * float(shares[key] - targets[key]) for factor, key in zip(scale, targets, strict=True)]
    if problem.cash_class is None:
        cash_row = len(k)
        scale.append(d0**-0.5)
        k.append(scale[cash_row] * float(Fraction(problem.cash - problem.buffers) / total))
    else:
        cash_row = class_at[problem.cash_class]
    own = problem.asset_targets
    # Where there is no asset at all there is a place for one, so that columns of none can be looked up.
    gap = [float(problem.values[each.id] / total - own.get(each.id, 0)) for each in problem.assets]
    weight = [
        (1 / float(own[each.id]) if own[each.id] else 1 / d0) if each.id in own else 0.0 for each in problem.assets
    ]
    band = [float(asset_bands.get(each.id, 0)) for each in problem.assets]
    of_assets = (np.array(values or [0.0]) for values in (gap, weight, band))
    return _Distances(np.array(k), scale, class_at, cash_row, bands, *of_assets)


def _left_in_purse(problem: Problem, account: PlanAccount, currency: str) -> int:
    """What may be spent of a currency that the account keeps apart."""
    cash = problem.purses.get((account.id, currency), 0)
    if currency != account.currency:
        return cash - min(0, cash)
    floor = problem.floor_of(account)
    return cash - (min(floor, cash) if problem.mode is Mode.DEPOSIT else floor) - account.withdrawal


def _pieces(problem: Problem, place: Place) -> list[tuple[float, float, float]]:
    """Size, gain and counted gain per share sold, of the parts in which a position is sold."""
    total = float(problem.total)
    is_all = problem.practical is not None
    most = inf if is_all else float(problem.sold(place, problem.most_lots(place))) / total
    gain = 0.0
    pieces: list[tuple[float, float, float]] = []
    for part in problem.parts_of(place):
        value, counts = float(part.value) / total, float(part.counted)
        size = min(value, most)
        most -= size
        # What is gained counts from where the losses of the parts before are made up for.
        free = size if counts <= 0 else min(size, -gain / counts) if gain < 0 else 0.0
        gain += size * counts
        for share, counted in ((free, 0.0), (size - free, counts)):
            slope = float(part.gain)
            if pieces and (share < DUST or pieces[-1][1:] == (slope, counted)):
                pieces[-1] = (pieces[-1][0] + share, *pieces[-1][1:])
            elif share > 0:
                pieces.append((share, slope, counted))
    return pieces


class Programme:
    """The arrays; `units` by number, `other` columns that are no trades, `zones` of assets by their numbers."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.total = float(problem.total)
        self.units: list[Unit] = []
        self.by_asset: list[list[int]] = [[] for _ in problem.assets]
        self._asset_at = {asset.id: at for at, asset in enumerate(problem.assets)}
        self._account_at = {account.id: at for at, account in enumerate(problem.accounts)}
        self.zones: dict[int, int] = {}
        self.other: list[int] = []
        self._listing = _Listing()
        self._distances = distances = _distances(problem)
        self.k, self.scale = distances.k, distances.scale
        self.cash_row, self.cash_scale = distances.cash_row, distances.cash_scale
        self.gap, self.asset_weight, self.asset_band = distances.gap, distances.asset_weight, distances.asset_band
        self._bands()
        self._money_rows()
        self._trades()
        self._money_columns()
        self._shortfalls()
        self._make_arrays()
        for unit in self.units:
            if unit.side is Side.BUY and unit.lot >= ANY:
                self.high[unit.columns[0]] = self.most[unit.columns[0]]

    def _make_arrays(self) -> None:
        """The columns and rows that were listed, as arrays."""
        listing = self._listing
        self.asset = np.array(listing.columns["asset"], dtype=np.int64)
        self.sign, self.cost, self.turnover, self.low, self.high = (
            np.array(listing.columns[name], dtype=float) for name in ("sign", "cost", "turnover", "low", "high")
        )
        self.wanted, self.limits = listing.wanted(len(self.k)), listing.limits()
        self.b, self.is_equal = np.array(listing.room, dtype=float), np.array(listing.equal, dtype=bool)
        self.has_asset = self.asset >= 0
        self.pull = np.where(self.has_asset, self.sign * self.asset_weight[self.asset], 0.0)

    @cached_property
    def most(self) -> Array:
        """The most that each column can be in an allowed plan: of a purchase, all the money that there can be."""
        most = np.where(self.cost >= MISSING, 0.0, self.high)
        money = [0.0] * len(self.problem.accounts)
        for (account, _), row in self.purse.items():
            money[account] += max(0.0, float(self.b[row]))
        for unit in self.units:
            money[unit.account] += unit.most if unit.side is Side.SELL else 0.0
        new = self.problem.new_money / self.total
        for unit in self.units:
            if unit.side is Side.BUY:
                most[unit.columns[0]] = self._bought_at_most(unit, money[unit.account] + new)
        for column in self.comes.values():
            most[column] = min(most[column], new)
        for column in self.goes.values():
            most[column] = self.problem.withdrawal / self.total
        for (account, _, _), column in self.converted.items():
            most[column] = money[account] + new
        for account, column in self.excess.items():
            own = [unit for unit in self.units if unit.account == account and unit.side is Side.SELL]
            most[column] = max((max(self.over(unit), unit.lot) for unit in own), default=0.0)
        return most

    def _bought_at_most(self, unit: Unit, money: float) -> float:
        """What so much money buys: whole lots, where they count; half a unit of price and fee is not paid, rounded."""
        if unit.lot < ANY:
            return money / (1 + unit.rate)
        paid = money + 1 / self.total - unit.fixed
        return max(0, floor(paid / (unit.lot * (1 + unit.rate)) * (1 + 1e-12))) * unit.lot

    def over(self, unit: Unit) -> float:
        """What the sale of all of a position may raise beyond what its account pays: so that no rest is left."""
        return min(unit.most, 2 * self.problem.smallest_trade / self.total)

    def away(self, gap: Array) -> Array:
        """How far assets are from what is as good as their target, of how far they are from it."""
        outside: Array = np.sign(gap) * np.maximum(0.0, np.abs(gap) - self.asset_band)
        return outside

    def _bands(self) -> None:
        """Columns of how far a class or an asset is let be within its band."""
        distances = self._distances
        for class_id, band in distances.bands.items():
            if class_id in distances.class_at and band:
                row = distances.class_at[class_id]
                weights = [(row, -distances.scale[row])]
                self.other.append(self._listing.column(-1, 0.0, weights, low=-float(band), high=float(band)))
        for at, band in enumerate(distances.asset_band):
            if band and distances.asset_weight[at]:
                self.zones[at] = self._listing.column(at, -1.0, [], low=-float(band), high=float(band))

    # What is allowed

    def _money_rows(self) -> None:
        """A row for each purse, and for the limits that count everything together."""
        problem = self.problem
        self.purse: dict[tuple[int, str], int] = {}
        self.sales_row: dict[int, int] = {}
        traded = {asset.currency for asset in problem.assets}
        for at, account in enumerate(problem.accounts):
            if account.id not in problem.accounts_with_purses:
                left = account.cash - account.withdrawal - problem.floor_of(account)
                self.purse[at, ""] = self._listing.row(float(left) / self.total)
                continue
            own = {currency for holder, currency in problem.purses if holder == account.id}
            for currency in sorted(own | traded | {account.currency}):
                left = _left_in_purse(problem, account, currency)
                self.purse[at, currency] = self._listing.row(float(left) / self.total)
        self.gain_row = None
        if problem.gain_limit is not None:
            self.gain_row = self._listing.row(float(problem.gain_limit) / self.total)

    def row_of(self, account: int, currency: str) -> int:
        """The row of the purse that something in this currency is paid from."""
        return self.purse.get((account, ""), -1) if (account, "") in self.purse else self.purse[account, currency]

    def _trades(self) -> None:
        problem = self.problem
        for asset in problem.assets:
            for account in problem.accounts:
                place = (asset.id, account.id)
                if problem.may_buy(place):
                    self._purchase(place)
                if problem.may_sell(place):
                    self._sale(place)

    def _purchase(self, place: Place) -> None:
        asset, account, rate = self._parties(place)
        row = self.row_of(account, self.problem.asset[place[0]].currency)
        cost = self.problem.weights.gamma * rate + bought_cost(self.problem, place)
        weights = self._distances.of_trade(self.problem.asset[place[0]].exposures, 1.0, -1 - rate)
        column = self._listing.column(asset, 1.0, weights, [(row, 1 + rate)], cost=cost, turnover=1.0)
        self._unit(place, Side.BUY, row, range(column, column + 1), (inf,), rate)

    def _sale(self, place: Place) -> None:
        asset, account, rate = self._parties(place)
        row = self.row_of(account, self.problem.asset[place[0]].currency)
        weights = self._distances.of_trade(self.problem.asset[place[0]].exposures, -1.0, 1 - rate)
        columns, sizes, taxed = [], [], sold_cost(self.problem, place)
        for size, gain, counted in _pieces(self.problem, place):
            cost = self.problem.weights.gamma * rate + gain_cost(self.problem) * counted + taxed
            rows = [(row, rate - 1)]
            if self.gain_row is not None:
                rows.append((self.gain_row, gain))
            if (limit := self._sales_of(account)) is not None:
                rows.append((limit, 1 - rate))
            columns.append(self._listing.column(asset, -1.0, weights, rows, cost=cost, turnover=1.0, high=size))
            sizes.append(size)
        if columns:
            self._unit(place, Side.SELL, row, range(columns[0], columns[-1] + 1), tuple(sizes), rate)

    def _sales_of(self, account: int) -> int | None:
        """The row that keeps an account from selling more than it pays out, in a practical withdrawal."""
        problem = self.problem
        if problem.practical is None or problem.mode is not Mode.WITHDRAWAL:
            return None
        if account not in self.sales_row:
            each = problem.accounts[account]
            needed = each.withdrawal + max(0, problem.floor_of(each) - each.cash)
            self.sales_row[account] = self._listing.row(needed / self.total)
        return self.sales_row[account]

    def _parties(self, place: Place) -> tuple[int, int, float]:
        asset, account = self.problem.asset[place[0]], self.problem.account[place[1]]
        rate = float(self.problem.rate_of(asset, account)) / 10_000
        return self._asset_at[place[0]], self._account_at[place[1]], rate

    def _unit(self, place: Place, side: Side, row: int, columns: range, sizes: tuple[float, ...], rate: float) -> None:
        asset, account = self._asset_at[place[0]], self._account_at[place[1]]
        lot = float(self.problem.asset[place[0]].lot) / self.total
        fixed = self.problem.accounts[account].fee_fixed / self.total
        self.by_asset[asset].append(len(self.units))
        self.units.append(Unit(place, side, asset, account, row, columns, sizes, sum(sizes), lot, rate, fixed))

    # Money that moves without being a trade

    def _money_columns(self) -> None:
        problem, total = self.problem, self.total
        self.comes: dict[int, int] = {}
        self.goes: dict[int, int] = {}
        self.burnt: dict[int, float] = {}
        self.converted: dict[tuple[int, str, str], int] = {}
        if problem.new_money:
            whole = self._listing.row(problem.new_money / total, equal=True)
            shared = [(ids, self._listing.row(room / total)) for ids, room in problem.shared_rooms]
            for at, account in enumerate(problem.accounts):
                rows = [(whole, 1.0), (self.row_of(at, account.currency), -1.0)]
                rows += [(row, 1.0) for ids, row in shared if account.id in ids]
                high = inf if account.room is None else account.room / total
                self.comes[at] = self._listing.column(-1, 0.0, [], rows, high=high)
            self.other.append(self._listing.column(-1, 0.0, [], [(whole, 1.0)], cost=MISSING))
        if problem.withdrawal:
            whole = self._listing.row(problem.withdrawal / total, equal=True)
            for at, account in enumerate(problem.accounts):
                if account.pays:
                    rows = [(whole, 1.0), (self.row_of(at, account.currency), 1.0)]
                    if (limit := self.sales_row.get(at)) is not None:
                        rows.append((limit, -1.0))
                    self.goes[at] = self._listing.column(-1, 0.0, [], rows)
            self.other.append(self._listing.column(-1, 0.0, [], [(whole, 1.0)], cost=MISSING))
        for at, account in enumerate(problem.accounts):
            if account.converts and (at, "") not in self.purse:
                self._conversions(at, account)
        self.other += [*self.comes.values(), *self.goes.values(), *self.converted.values()]
        column = self._listing.column
        self.excess = {at: column(-1, 0.0, [], [(row, -1.0)], high=0.0) for at, row in self.sales_row.items()}
        self.other += self.excess.values()

    def _conversions(self, at: int, account: PlanAccount) -> None:
        rate = float(account.fx_rate) / 10_000
        currencies = [currency for holder, currency in self.purse if holder == at]
        for source in currencies:
            for to in currencies:
                if source != to:
                    rows = [(self.purse[at, source], 1 + rate), (self.purse[at, to], -1.0)]
                    if (limit := self.sales_row.get(at)) is not None:
                        rows.append((limit, -rate))
                    cost = self.problem.weights.gamma * rate
                    # That a fee leaves less idle cash counts only in bounds: nothing is changed so that it is burnt.
                    self.converted[at, source, to] = self._listing.column(-1, 0.0, [], rows, cost=cost)
                    self.burnt[self.converted[at, source, to]] = rate * self.cash_scale

    def _shortfalls(self) -> None:
        """Money that is not there, at a price: so there is always a solution, which says where money is missing."""
        column = self._listing.column
        self.missing = {row: column(-1, 0.0, [], [(row, -1.0)], cost=MISSING) for row in self.purse.values()}

    # What a set of trades makes of it

    def fixed_part(self, support: Sequence[int]) -> tuple[Array, Array, float]:
        """What the fixed fees of these trades do to k, to b, and to J."""
        k, b, fees = self.k, self.b, 0.0
        for at in support:
            unit = self.units[at]
            if unit.fixed:
                k, b = k.copy(), b.copy()
                k[self.cash_row] -= unit.fixed * self.cash_scale
                b[unit.row] -= unit.fixed
                if unit.account in self.sales_row:
                    b[self.sales_row[unit.account]] += unit.fixed
                fees += self.problem.weights.gamma * unit.fixed
        return k, b, fees
