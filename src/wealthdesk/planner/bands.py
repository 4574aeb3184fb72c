"""Rebalancing into the bands: first as little outside of them as can be, then as little trading and fees as that takes.

Two linear programmes with whole lots, one after the other; what they give is settled exactly, and solved again with
less room where rounding took too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from wealthdesk.planner.answer import Answer, broken_rules, settle
from wealthdesk.planner.mixed import Mixed, Solved
from wealthdesk.planner.objective import score
from wealthdesk.planner.problem import Place, Problem

if TYPE_CHECKING:
    from wealthdesk.planner.model import Model

UNIT = 10_000.0
"""What the total counts in the programmes, so that neither money nor shares are far from 1."""
SAME = 2e-10
"""Violations closer than this are the same."""
NODES = 400
AGAIN = 6
"""How often a plan that rounding broke is calculated again."""


def plan(problem: Problem) -> Answer:
    """The plan into the bands; it may be empty, and does not spend what needs not be spent."""
    nothing = settle(problem, {}, 0.0, "bands")
    if problem.total <= 0 or (score(problem, nothing).violation == 0 and not any(broken_rules(problem, nothing))):
        return nothing
    search = _Search(problem)
    least = search.least_violation()
    if least is None:
        return replace(nothing, regret_bound=None)
    return search.least_trading(least)


class _Search:
    """The programme of a problem, and how often it had to be made stricter."""

    def __init__(self, problem: Problem) -> None:
        from wealthdesk.planner.model import modelled

        self._problem = problem
        self._model: Model = modelled(problem)
        self._less = [0.0] * len(problem.accounts)
        self._apart: set[int] = set()

    def least_violation(self) -> tuple[Answer, bool] | None:
        """The plan that is least outside the bands, and whether that is proven."""
        return self._allowed(None)

    def least_trading(self, least: tuple[Answer, bool]) -> Answer:
        """The cheapest plan that is no further outside the bands than that."""
        answer, is_least = least
        found = self._allowed(answer)
        if found is None:
            return replace(answer, regret_bound=None)
        cheapest, is_cheapest = found
        return replace(cheapest, regret_bound=0.0 if is_least and is_cheapest else None)

    def _allowed(self, within: Answer | None) -> tuple[Answer, bool] | None:
        """Solves until the exact plan is allowed: where rounding broke a rule, the next programme is stricter."""
        for _ in range(AGAIN):
            programme = _Programme(self._problem, self._model, self._less, self._apart, within)
            solved = programme.solve()
            if solved is None:
                return None
            lots = programme.lots(solved)
            answer = settle(self._problem, lots, method="bands")
            if not any(broken_rules(self._problem, answer)):
                return answer, solved.is_best
            self._make_stricter(answer, lots)
        return None

    def _make_stricter(self, answer: Answer, lots: Mapping[Place, int]) -> None:
        for number, account in enumerate(self._problem.accounts):
            missing = self._problem.floor_of(account) - answer.cash[account.id]
            if missing > 0:
                self._less[number] += missing + 0.01
        for number, asset in enumerate(self._problem.assets):
            signs = {count > 0 for (asset_id, _), count in lots.items() if asset_id == asset.id and count}
            if len(signs) > 1:
                self._apart.add(number)


class _Programme:
    """One linear programme: lots per variable of the model, and how far each class is outside its band."""

    def __init__(
        self, problem: Problem, model: Model, less: list[float], apart: set[int], within: Answer | None
    ) -> None:
        self._problem, self._model = problem, model
        self._mixed = Mixed()
        self._scale = UNIT / model.total
        self._is_second = within is not None
        self._lots = [self._column(variable) for variable in range(model.count)]
        self._trades = {variable: self._trade(variable, apart) for variable in range(model.count)}
        self._accounts(less)
        self._gains()
        self._classes(within)
        self._keep_apart(apart)

    def solve(self) -> Solved | None:
        """The solution, to less than half a minor unit of trading or nothing of violation."""
        return self._mixed.solve(gap=0.4 * self._scale if self._is_second else UNIT * SAME / 2, nodes=NODES)

    def lots(self, solved: Solved) -> dict[Place, int]:
        """The lots of a solution, sales below 0."""
        found: dict[Place, int] = {}
        for variable, column in enumerate(self._lots):
            number = round(solved.values[column]) * int(self._model.grain[variable])
            count = number * int(self._model.side[variable])
            place = self._model.places[variable]
            if count:
                found[place] = found.get(place, 0) + count
        return found

    def _column(self, variable: int) -> int:
        m = self._model
        cost = float(m.lot[variable] * (1 + m.rate[variable])) * self._scale if self._is_second else 0.0
        return self._mixed.column(0.0, float(m.most[variable]), cost=cost, whole=True)

    def _trade(self, variable: int, apart: set[int]) -> int | None:
        """Whether anything is traded, where that makes a difference: with fixed fees or a smallest trade."""
        m = self._model
        if m.fixed[variable] == 0 and m.least[variable] <= 1 and int(m.asset[variable]) not in apart:
            return None
        cost = float(m.fixed[variable]) * self._scale if self._is_second else 0.0
        column = self._mixed.column(0.0, 1.0, cost=cost, whole=True)
        lots = self._lots[variable]
        self._mixed.row({lots: 1.0, column: -float(m.most[variable])}, upper=0.0)
        if m.least[variable] > 1:
            self._mixed.row({lots: 1.0, column: -float(m.least[variable])}, lower=0.0)
        return column

    def _accounts(self, less: list[float]) -> None:
        """Each account pays for its own."""
        m = self._model
        for number in range(len(self._problem.accounts)):
            terms: dict[int, float] = {}
            for variable in range(m.count):
                if m.account[variable] == number:
                    spent = m.lot[variable] * (m.side[variable] + m.rate[variable])
                    terms[self._lots[variable]] = float(spent) * self._scale
                    trade = self._trades[variable]
                    if trade is not None and m.fixed[variable]:
                        terms[trade] = float(m.fixed[variable]) * self._scale
            if terms:
                self._mixed.row(terms, upper=(float(m.room[number]) - less[number]) * self._scale)

    def _gains(self) -> None:
        """The dearest tax lots are sold first, which are those with the smallest gains: any order would choose them."""
        gains = self._model.gains
        if gains is None:
            return
        parts: dict[int, dict[int, float]] = {}
        terms: dict[int, float] = {}
        for variable, size, gain in zip(gains.variable, gains.size, gains.gain, strict=True):
            column = self._mixed.column(0.0, float(size))
            parts.setdefault(int(variable), {})[column] = -1.0
            terms[column] = float(gain) * self._scale
        for variable, sold in parts.items():
            known = sum(self._mixed.upper[column] for column in sold)
            without = self._mixed.column(0.0, max(0.0, float(self._model.most[variable]) - known))
            self._mixed.row(sold | {without: -1.0, self._lots[variable]: 1.0}, lower=0.0, upper=0.0)
        self._mixed.row(terms, upper=float(self._model.room[-1]) * self._scale)

    def _classes(self, within: Answer | None) -> None:
        """How far each class is outside its band; in all no further than the plan `within`."""
        outside: dict[int, float] = {}
        for each in self._problem.classes:
            if not each.has_band:
                continue
            terms, start = self._share(each.id)
            target = self._problem.class_targets[each.id]
            column = self._mixed.column(0.0, 2 * UNIT, cost=0.0 if self._is_second else 1.0)
            outside[column] = 1.0
            high = float((target + each.band_high) * 10_000 - start)
            low = float((target - each.band_low) * 10_000 - start)
            self._mixed.row(terms | {column: -1.0}, upper=high)
            self._mixed.row(terms | {column: 1.0}, lower=low)
        if within is not None and outside:
            self._mixed.row(outside, upper=(score(self._problem, within).violation + SAME) * UNIT)

    def _share(self, class_id: str) -> tuple[dict[int, float], Fraction]:
        """What the lots add to a class, and what it is before; in units."""
        m, problem = self._model, self._problem
        terms: dict[int, float] = {}
        before = sum(
            (asset.exposures.get(class_id, Fraction(0)) * problem.values[asset.id] for asset in problem.assets),
            Fraction(0),
        )
        is_cash = problem.cash_class == class_id
        for variable in range(m.count):
            exposure = float(problem.assets[int(m.asset[variable])].exposures.get(class_id, 0))
            added = m.side[variable] * exposure - is_cash * (m.side[variable] + m.rate[variable])
            if added:
                terms[self._lots[variable]] = float(m.lot[variable] * added) * self._scale
            trade = self._trades[variable]
            if is_cash and trade is not None and m.fixed[variable]:
                terms[trade] = -float(m.fixed[variable]) * self._scale
        return terms, (before + (problem.cash if is_cash else 0)) * 10_000 / problem.total

    def _keep_apart(self, apart: set[int]) -> None:
        """An asset is bought or sold, in whatever accounts."""
        m = self._model
        for asset in sorted(apart):
            sells = self._mixed.column(0.0, 1.0, whole=True)
            for variable in range(m.count):
                trade = self._trades[variable]
                if m.asset[variable] != asset or trade is None:
                    continue
                if m.side[variable] < 0:
                    self._mixed.row({trade: 1.0, sells: -1.0}, upper=0.0)
                else:
                    self._mixed.row({trade: 1.0, sells: 1.0}, upper=1.0)
