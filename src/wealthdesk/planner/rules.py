"""The rules of plans as rows of a programme: sides, smallest trades, what accounts can pay, limits on gains.

What is made as small as can be, J or what is outside the bands, is added to it by others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wealthdesk.planner.mixed import Mixed, Solved
from wealthdesk.planner.model import Array, Model

UNIT = 10_000.0
"""What the total counts in the programmes, so that neither money nor shares are far from 1."""
DEAR = 1e-3
"""A lot of more than this part of the total is whole in a programme; of cheaper ones any part may be traded."""
FEW = 30
"""And so are lots where there are no more than so many of them."""
SURE = 1e-9


@dataclass(frozen=True, eq=False)
class Reach:
    """How many lots of each variable a plan may have (0 is allowed where `low` is not above the least), and of which
    they are whole."""

    low: Array
    high: Array
    whole: Array


def everything(model: Model) -> Reach:
    """All lots that there are."""
    whole = ((model.share > DEAR) | (model.most <= FEW)) & (model.grain == 1)
    return Reach(np.zeros(model.count), model.most + (model.grain > 1), whole)


def covers(model: Model, reach: Reach) -> bool:
    """Whether all lots of the model are within reach."""
    return bool((reach.low == 0).all() and (reach.high >= model.most).all())


def is_all(model: Model, reach: Reach) -> bool:
    """Whether every allowed plan is within reach, also with lots that are smaller than the model's."""
    return covers(model, reach) and bool((reach.whole <= (model.grain == 1)).all())


def around(model: Model, lots: Array, reach: float, cheap: float) -> Reach:
    """So many lots more or less than these; whole ones, but for lots of less than the part `cheap` of the total."""
    whole = (model.share > cheap) & (model.grain == 1)
    traded = lots > 0
    beside = np.where(whole, reach, 0.01 / model.share)
    least = np.floor(lots) - beside
    low = np.where(traded & (least >= model.least) & (model.fixed == 0), least, 0.0)
    high = np.ceil(np.where(traded, lots, 0.0)) + beside
    high = np.where(traded, np.maximum(high, model.least), high)
    most = model.most + (model.grain > 1)
    return Reach(low, np.where(high < model.least, 0.0, np.minimum(high, most)), whole)


class PlanRules:
    """Columns for the lots and for whether anything is traded.

    given: what rounding to minor units may give at most where a variable is traded; accounts are allowed that much.
    less: what each of them is to keep all the same, where rounding took too much.
    """

    def __init__(self, model: Model, mixed: Mixed, reach: Reach, less: Array | None = None) -> None:
        self.model, self.mixed, self._reach = model, mixed, reach
        self.size = np.where(reach.whole, 1.0, 0.01 / model.share)
        self.lots = [
            mixed.column(
                float(reach.low[v] / self.size[v]), float(reach.high[v] / self.size[v]), whole=bool(reach.whole[v])
            )
            for v in range(model.count)
        ]
        self.given = np.where(reach.high > 0, _rounding(model), 0.0)
        self.trades = [self._trade(v) for v in range(model.count)]
        self._accounts(np.zeros(len(model.room)) if less is None else less)
        self._gains(0.0 if less is None else float(less[-1]))
        self._sides()
        self._number()

    def found(self, solved: Solved) -> Array:
        """The lots of a solution, any fraction where they are not whole."""
        lots = np.array([solved.values[column] for column in self.lots]) * self.size
        lots = np.where(self._reach.whole, np.rint(lots), lots)
        off = [trade is not None and solved.values[trade] < 0.5 for trade in self.trades]
        found: Array = np.where(np.array(off, dtype=bool) | (lots * self.model.share < SURE), 0.0, lots)
        return found

    def terms(self, weights: Array, fixed: float = 0.0) -> dict[int, float]:
        """Σ weight × share of the total that is traded, + fixed × the fixed fees as a share, as terms of a row."""
        m = self.model
        by_column = weights * m.share * self.size
        found = {self.lots[v]: float(by_column[v]) for v in range(m.count) if by_column[v]}
        if fixed:
            for v, trade in enumerate(self.trades):
                if trade is not None and m.fixed[v]:
                    found[trade] = fixed * float(m.fixed[v]) / m.total
        return found

    @property
    def always_paid(self) -> Array:
        """The fixed fees of what is traded in any case, as a share of the total."""
        alone = np.array([trade is None for trade in self.trades], dtype=bool)
        paid: Array = np.where(alone & (self._reach.low > 0), self.model.fixed, 0.0) / self.model.total
        return paid

    def _trade(self, v: int) -> int | None:
        """Whether anything is traded, where that makes a difference: fees, a smallest trade, a number of trades."""
        m, low, high = self.model, float(self._reach.low[v]), float(self._reach.high[v])
        is_counted = m.problem.max_trades is not None
        if (m.fixed[v] == 0 and m.least[v] <= 1 and not is_counted) or low > 0 or high <= 0:
            return None
        column = self.mixed.column(0.0, 1.0, whole=True)
        size = float(self.size[v])
        self.mixed.row({self.lots[v]: 1.0, column: -high / size}, upper=0.0)
        if m.least[v] > 1 or self._reach.whole[v]:
            rounded = 1.0 if m.grain[v] > 1 and m.least[v] < m.most[v] else 0.0
            self.mixed.row({self.lots[v]: 1.0, column: -(float(m.least[v]) - rounded) / size}, lower=0.0)
        return column

    def _accounts(self, less: Array) -> None:
        """Each account pays for its own."""
        m, paid = self.model, self.always_paid
        for account in range(len(m.room) - 1):
            here = m.account == account
            terms = self.terms(np.where(here, m.side + m.rate, 0.0) * UNIT)
            for v in np.flatnonzero(here & (m.fixed > 0)):
                trade = self.trades[v]
                if trade is not None:
                    terms[trade] = float(m.fixed[v]) / m.total * UNIT
            given = float(self.given[here].sum())
            room = float(m.room[account] + given - less[account]) / m.total - float(paid[here].sum())
            if terms:
                self.mixed.row(terms, upper=room * UNIT)

    def _gains(self, less: float) -> None:
        """The dearest tax lots are sold first; those without known costs, that gain nothing, last."""
        gains, m = self.model.gains, self.model
        if gains is None:
            return
        scale = UNIT / m.total
        parts: dict[int, list[tuple[int, float]]] = {}
        terms: dict[int, float] = {}
        for variable, size, gain in zip(gains.variable, gains.size, gains.gain, strict=True):
            unit = float(self.size[variable])
            column = self.mixed.column(0.0, float(size) / unit)
            parts.setdefault(int(variable), []).append((column, gain))
            terms[column] = float(gain) * unit * scale
        for variable, sold in parts.items():
            known = sum(self.mixed.upper[column] for column, _ in sold)
            rest = float(self._reach.high[variable]) / float(self.size[variable]) - known
            row = {column: -1.0 for column, _ in sold} | {self.lots[variable]: 1.0}
            if rest > SURE:
                without = self.mixed.column(0.0, rest)
                row[without] = -1.0
                if any(gain > 0 for _, gain in sold):
                    last = self.mixed.column(0.0, 1.0, whole=True)
                    self.mixed.row({without: 1.0, last: -rest}, upper=0.0)
                    self.mixed.row({column: 1.0 for column, _ in sold} | {last: -known}, lower=0.0)
            self.mixed.row(row, lower=0.0, upper=0.0)
        self.mixed.row(terms, upper=(float(m.room[-1]) - less) * scale)

    def _sides(self) -> None:
        """An asset is bought or sold, in whatever accounts."""
        m = self.model
        able = self._reach.high > 0
        sold, bought = (set(m.asset[able & (m.side == side)].tolist()) for side in (-1, 1))
        for asset in sorted(sold & bought):
            sells = self.mixed.column(0.0, 1.0, whole=True)
            for v in np.flatnonzero((m.asset == asset) & able):
                trade, high = self.trades[v], float(self._reach.high[v] / self.size[v])
                column, most = (self.lots[v], high) if trade is None else (trade, 1.0)
                if m.side[v] < 0:
                    self.mixed.row({column: 1.0, sells: -most}, upper=0.0)
                else:
                    self.mixed.row({column: 1.0, sells: most}, upper=most)

    def _number(self) -> None:
        """At most so many trades, with those that are made in any case."""
        most = self.model.problem.max_trades
        if most is not None:
            always = int(((self._reach.low > 0) & (self._reach.high > 0)).sum())
            terms = {trade: 1.0 for trade in self.trades if trade is not None}
            self.mixed.row(terms, upper=float(most - always))


def _rounding(model: Model) -> Array:
    """What half a unit of the gross, and half a unit of the fee, come to; nothing where both are whole anyway."""
    whole = (np.abs(model.lot - np.rint(model.lot)) < 1e-9) & (model.grain == 1)
    given: Array = np.where(whole, 0.0, 0.5 * (1 + model.rate)) + np.where(model.rate > 0, 0.5, 0.0)
    return given
