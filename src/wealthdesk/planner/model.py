"""A planning problem as arrays: what may be traded where, what a lot of it does to J, and what each account has left.

Everything here is floats, for searching only; what is found is settled exactly afterwards. A *row* is a class (and
cash, where it belongs to no class), scaled such that the sum of squares of the rows is its part of J.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wealthdesk.domain.plans import Mode
from wealthdesk.planner.answer import turnover_cost
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, Problem

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Gains:
    """The tax lots of what may be sold, a line each in the order of their sale: gain per lot between two counts."""

    variable: Array
    start: Array
    size: Array
    gain: Array


@dataclass(frozen=True, eq=False)
class Model:
    """Everything about the variables (a place and a side each), about the rows, and about the accounts.

    side: 1 buys, -1 sells; asset, account: places in their lists; grain: how many lots of the problem are one lot here
    (such that it is not below a minor unit); lot: minor units; share: of the total; least, most: lots of one trade;
    fixed: minor units a trade; rate: of the gross; linear: J per share of the total that is traded.
    asset_gap, curve: value share minus target, and 1/d (0 without a target). row_gap: the rows of the empty plan.
    room: minor units that each account may spend, and the gain that may be realised where that is limited.
    """

    problem: Problem
    total: float
    places: tuple[Place, ...]
    side: Array
    asset: Array
    account: Array
    grain: Array
    lot: Array
    share: Array
    least: Array
    most: Array
    fixed: Array
    rate: Array
    linear: Array
    exposure: Array
    asset_gap: Array
    curve: Array
    row_gap: Array
    cash_row: int
    cash_scale: float
    room: Array
    gains: Gains | None

    @property
    def count(self) -> int:
        """How many variables there are."""
        return len(self.places)

    def spent(self, lots: Array, at: Array | slice = slice(None)) -> tuple[Array, Array]:
        """What lots of the variables `at` take from their accounts, and what they add to J beside its squares.

        The first in whole minor units, fees and all, less than 0 for what brings money.
        """
        gross = np.floor(lots * self.lot[at] + 0.5)
        spent, costs = self.side[at] * gross, self._costs[at] * lots
        if not self._has_fees:
            return spent, costs
        fees = np.where(lots > 0, self.fixed[at] + np.floor(gross * self.rate[at] + 0.5), 0.0)
        return spent + fees, fees * (self.problem.weights.gamma / self.total) + costs

    @cached_property
    def _costs(self) -> Array:
        """What a lot of each variable adds to J beside its squares and fees."""
        costs: Array = self.linear * self.share
        return costs

    @cached_property
    def _has_fees(self) -> bool:
        return bool(self.fixed.any() or self.rate.any())

    @cached_property
    def is_one_sided(self) -> bool:
        """Whether everything may only be bought, or everything only sold."""
        return bool((self.side > 0).all() or (self.side < 0).all())

    def gained(self, lots: Array) -> Array:
        """The gain that lots of each variable realise, in minor units; only where it is limited."""
        if self.gains is None:
            return np.zeros(self.count)
        sold = np.clip(lots[self.gains.variable] - self.gains.start, 0.0, self.gains.size)
        return np.bincount(self.gains.variable, sold * self.gains.gain, minlength=self.count)


def modelled(problem: Problem) -> Model:
    """The arrays of a problem whose total is above 0; only what may be traded and can be paid has a variable."""
    total = float(problem.total)
    exact = [float(asset.lot) for asset in problem.assets]
    grains = [max(1, ceil(1 / lot)) if lot < 1 else 1 for lot in exact]
    lots = [lot * grain for lot, grain in zip(exact, grains, strict=True)]
    lines = [*_sales(problem, lots, grains), *_buys(problem, lots, total)]
    lines.sort(key=lambda line: (line.asset, line.account, line.side))
    asset = np.array([line.asset for line in lines], dtype=np.int64)
    side = np.array([line.side for line in lines], dtype=float)
    lot = np.array([lots[line.asset] for line in lines], dtype=float)
    rows, row_gap, cash_row, cash_scale = _rows(problem, total)
    return Model(
        problem,
        total,
        tuple((problem.assets[line.asset].id, problem.accounts[line.account].id) for line in lines),
        side,
        asset,
        np.array([line.account for line in lines], dtype=np.int64),
        np.array([grains[line.asset] for line in lines], dtype=object),
        lot,
        lot / total,
        np.array([line.least for line in lines], dtype=float),
        np.array([line.most for line in lines], dtype=float),
        np.array([line.fixed for line in lines], dtype=float),
        np.array([line.rate for line in lines], dtype=float),
        np.array([line.linear for line in lines], dtype=float),
        rows[asset] * side[:, None],
        *_asset_terms(problem, total),
        row_gap,
        cash_row,
        cash_scale,
        _room(problem, lines, lots),
        _gains(problem, lines, grains),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    asset: int
    account: int
    side: int
    least: float
    most: float
    fixed: float
    rate: float
    linear: float


def _sales(problem: Problem, lots: list[float], grains: list[int]) -> list[_Line]:
    index = {asset.id: place for place, asset in enumerate(problem.assets)}
    accounts = {account.id: place for place, account in enumerate(problem.accounts)}
    turnover = turnover_cost(problem)
    lines = []
    for place in problem.held:
        if place[0] not in index or place[1] not in accounts or not problem.may_sell(place):
            continue
        asset, account = problem.asset[place[0]], problem.account[place[1]]
        number = index[asset.id]
        most = problem.most_lots(place) // grains[number]
        least = _least(problem.min_trade, lots[number])
        if least > most and problem.closes(place, problem.most_lots(place)):
            least = most
        if 1 <= least <= most:
            fixed, rate = _fees(asset, account)
            lines.append(_Line(number, accounts[account.id], -1, least, most, fixed, rate, turnover))
    return lines


def _buys(problem: Problem, lots: list[float], total: float) -> list[_Line]:
    if problem.mode is Mode.WITHDRAWAL:
        return []
    turnover = turnover_cost(problem)
    lines = []
    for number, account in enumerate(problem.accounts):
        purse = _purse(problem, account)
        for index, asset in enumerate(problem.assets):
            if not asset.can_buy or (account.can_hold is not None and asset.id not in account.can_hold):
                continue
            fixed, rate = _fees(asset, account)
            # Rounding may give up to half a unit of the price, and of the fee.
            most = floor((purse - fixed + 0.5 + 0.5 * (rate > 0)) / (lots[index] * (1 + rate)) * (1 + 1e-12))
            least = _least(problem.min_trade, lots[index])
            if purse >= fixed and least <= most:
                linear = turnover + problem.penalties.get((asset.id, account.id), 0.0)
                lines.append(_Line(index, number, 1, least, most, fixed, rate, linear))
    return lines


def _purse(problem: Problem, account: PlanAccount) -> float:
    """What an account can spend at most: its room, and in a rebalance everything that it may sell."""
    purse = float(account.cash - problem.floor_of(account))
    if problem.mode is Mode.REBALANCE:
        held = [place for place in problem.held if place[1] == account.id and problem.may_sell(place)]
        purse += sum(float(problem.held[place]) * float(problem.asset[place[0]].price) + 0.5 for place in held)
    return purse


def _fees(asset: PlanAsset, account: PlanAccount) -> tuple[float, float]:
    exchanged = account.fx_rate if asset.currency != account.currency else 0
    return float(account.fee_fixed), float(account.fee_rate + exchanged) / 10_000


def _least(min_trade: int, lot: float) -> int:
    """The fewest lots whose gross is not below the minimum."""
    if min_trade <= 0:
        return 1
    least = max(1, ceil((min_trade - 0.5) / lot))
    return least + 1 if floor(least * lot + 0.5) < min_trade else least


def _rows(problem: Problem, total: float) -> tuple[Array, Array, int, float]:
    """Exposures of the assets to the scaled rows, the rows of the empty plan, and which row is cash, by what factor."""
    targets = np.array([float(problem.class_targets[each.id]) for each in problem.classes])
    weights = problem.weights
    scale = np.sqrt(weights.kappa / np.where(targets > 0, targets, weights.d0))
    number = {each.id: place for place, each in enumerate(problem.classes)}
    exposures = np.zeros((len(problem.assets), len(targets) + (problem.cash_class is None)))
    for place, asset in enumerate(problem.assets):
        for class_id, part in asset.exposures.items():
            exposures[place, number[class_id]] = float(part)
    values = np.array([float(problem.values[asset.id]) for asset in problem.assets]) / total
    gap = values @ exposures
    gap[: len(targets)] -= targets
    exposures[:, : len(targets)] *= scale
    gap[: len(targets)] *= scale
    if problem.cash_class is None:
        gap[-1] = (problem.cash - problem.buffers) / total / sqrt(weights.d0)
        return exposures, gap, len(targets), 1 / sqrt(weights.d0)
    row = number[problem.cash_class]
    gap[row] += problem.cash / total * scale[row]
    return exposures, gap, row, float(scale[row])


def _asset_terms(problem: Problem, total: float) -> tuple[Array, Array]:
    targets = [problem.asset_targets.get(asset.id) for asset in problem.assets]
    gap = [
        float(problem.values[asset.id]) / total - float(target or 0)
        for asset, target in zip(problem.assets, targets, strict=True)
    ]
    curve = [0.0 if target is None else 1 / (float(target) or problem.weights.d0) for target in targets]
    return np.array(gap, dtype=float), np.array(curve, dtype=float)


def _room(problem: Problem, lines: list[_Line], lots: list[float]) -> Array:
    """What is above the floors; where more is missing than sales can bring, what they can bring."""
    room = [float(account.cash - problem.floor_of(account)) for account in problem.accounts]
    brought = [0.0] * len(room)
    for line in lines:
        if line.side < 0:
            gross = floor(line.most * lots[line.asset] + 0.5)
            brought[line.account] += max(0.0, gross - line.fixed - floor(gross * line.rate + 0.5))
    room = [max(above, -most) for above, most in zip(room, brought, strict=True)]
    limit = inf if problem.gain_limit is None else float(problem.gain_limit)
    return np.array([*room, limit])


def _gains(problem: Problem, lines: list[_Line], grains: list[int]) -> Gains | None:
    if problem.gain_limit is None or problem.mode is Mode.DEPOSIT:
        return None
    found: list[tuple[int, float, float, float]] = []
    for number, line in enumerate(lines):
        asset, account = problem.assets[line.asset], problem.accounts[line.account]
        start = Fraction(0)
        if line.side > 0:
            continue
        for each in sorted(problem.lots.get((asset.id, account.id), ()), key=lambda lot: -lot.cost):
            per_lot = asset.lot / asset.price * grains[line.asset]
            found.append(
                (number, float(start), float(each.quantity / per_lot), float((asset.price - each.cost) * per_lot))
            )
            start += each.quantity / per_lot
    if not found:
        return None
    variable, starts, sizes, gains = zip(*found, strict=True)
    return Gains(np.array(variable, dtype=np.int64), np.array(starts), np.array(sizes), np.array(gains))
