"""The score J of a portfolio after its trades: what every plan of whole lots makes as small as it can.

`J = κ Σ_c (A_c - τ_c)² / d_c + Σ_h (y_h/M - t_h)² / d_h + [no class of cash] (r/M)² / d0 + γ fees/M
   + [rebalance] η turnover/M + Σ_buys penalty × bought/M`, with d the target, or d0 where the target is 0. κ, γ and d0
are the weights of the problem. In a practical plan a deviation counts from the edge of what is as good as the target,
and `ρ gains/M + λ bought where it is not held yet/M` join it.

The weighted squares are the ones that even fill minimises; an L1 drift would be blind to how a shortfall is split.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner.answer import PlanAnswer
from wealthdesk.planner.problem import Place, Problem

ETA = 0.02
"""What trading the whole portfolio once costs, in a rebalance."""
PRACTICAL_ETA = 1e-3
"""The same in a practical plan, of any mode."""
TAXED_SALE = 1e-7
"""What selling the whole portfolio in taxed accounts costs where what it gains cannot be known: between equals only."""


@dataclass(frozen=True, slots=True)
class Score:
    """J, and how far the classes lie outside their bands (sum of shares)."""

    j: float
    violation: float


def after(problem: Problem, answer: PlanAnswer) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """The value of each asset and the share of each class after a plan, of a total above 0."""
    values, sums = dict(problem.values), dict(problem.class_values)
    for trade in answer.trades:
        is_bought = trade.side is Side.BUY
        asset = problem.asset[trade.asset_id]
        change = trade.count * asset.lot if is_bought else -problem.sold(trade.place, trade.count)
        values[asset.id] += change
        for class_id, exposure in asset.exposures.items():
            sums[class_id] += exposure * change
    return values, shares_of(problem, sums, sum(answer.cash.values()))


def shares_of(problem: Problem, sums: Mapping[str, Fraction], cash: int) -> dict[str, Fraction]:
    """The exact share of the total (above 0) that each class has, cash included, of what is held of each."""
    return {key: (value + cash if key == problem.cash_class else value) / problem.total for key, value in sums.items()}


def score(problem: Problem, answer: PlanAnswer) -> Score:
    """The score of a plan, recomputed from its trades. 0 where the total is not above 0."""
    total = problem.total
    if total <= 0:
        return Score(0.0, 0.0)
    values, shares = after(problem, answer)
    penalty = 0.0
    for trade in answer.trades:
        if trade.side is Side.BUY:
            exact = trade.count * problem.asset[trade.asset_id].lot
            penalty += bought_cost(problem, trade.place) * float(exact / total)
        else:
            penalty += gain_cost(problem) * float(problem.counted_gain(trade.place, trade.count) / total)
            penalty += sold_cost(problem, trade.place) * float(problem.sold(trade.place, trade.count) / total)
    d0 = problem.weights.d0
    bands, asset_bands = half_widths(problem)
    j = problem.weights.kappa * sum(
        _square(float(shares[key]), float(target), d0, bands.get(key)) for key, target in problem.class_targets.items()
    )
    whole = float(total)
    j += sum(
        _square(float(values[key]) / whole, float(target), d0, asset_bands.get(key))
        for key, target in problem.asset_targets.items()
    )
    if problem.cash_class is None:
        j += float((sum(answer.cash.values()) - problem.buffers) / total) ** 2 / d0
    fees = sum(trade.fee for trade in answer.trades) + sum(each.fee for each in answer.conversions)
    j += problem.weights.gamma * float(fees / total) + penalty
    j += turnover_cost(problem) * float(sum(trade.gross for trade in answer.trades) / total)
    return Score(j, float(violation(problem, shares)))


def turnover_cost(problem: Problem) -> float:
    """What trading the whole total once costs in J: nothing but in a rebalance."""
    if problem.practical is not None:
        return PRACTICAL_ETA if problem.turnover_weight is None else problem.turnover_weight
    if problem.mode is not Mode.REBALANCE:
        return 0.0
    return ETA if problem.turnover_weight is None else problem.turnover_weight


def bought_cost(problem: Problem, place: Place) -> float:
    """What buying the whole total in one place costs in J, beside its fee and turnover."""
    practical = problem.practical
    is_new = practical is not None and place not in practical.held_places
    return problem.penalties.get(place, 0.0) + (practical.new_place_cost if practical and is_new else 0.0)


def costs_of(problem: Problem, answer: PlanAnswer) -> float:
    """What the fees, the gains and the new places of a plan cost in J, its turnover left out."""
    total = float(problem.total)
    fees = sum(each.fee for each in answer.trades) + sum(each.fee for each in answer.conversions)
    cost = problem.weights.gamma * fees
    for trade in answer.trades:
        if trade.side is Side.BUY:
            cost += bought_cost(problem, trade.place) * trade.gross
        else:
            cost += gain_cost(problem) * float(problem.counted_gain(trade.place, trade.count))
    return cost / total if total > 0 else 0.0


def sold_cost(problem: Problem, place: Place) -> float:
    """What selling the whole total in one place costs in J, beside its fee, turnover and gain.

    Where no costs are known at all, of equal sales those outside of taxed accounts come first.
    """
    practical = problem.practical
    is_taxed = practical is not None and place[1] in practical.taxed
    return TAXED_SALE if is_taxed and not any(problem.lots.values()) else 0.0


def gain_cost(problem: Problem) -> float:
    """ρ: what a realised gain of the whole total costs in J."""
    return 0.0 if problem.practical is None else problem.practical.gain_cost


def half_widths(problem: Problem) -> tuple[Mapping[str, Fraction], Mapping[str, Fraction]]:
    """How far from its target a class, and an asset, is as good as on it."""
    practical = problem.practical
    return ({}, {}) if practical is None else (practical.bands, practical.asset_bands)


def class_shares(problem: Problem, answer: PlanAnswer) -> dict[str, Fraction]:
    """The exact share of the total that each class has after a plan; 0 where the total is not above 0."""
    if problem.total <= 0:
        return dict.fromkeys(problem.class_targets, Fraction(0))
    return after(problem, answer)[1]


def _square(share: float, target: float, d0: float, half_width: Fraction | None = None) -> float:
    away = share - target
    if half_width is not None:
        away = max(0.0, abs(away) - float(half_width))
    return away * away / (target if target > 0 else d0)


def violation(problem: Problem, shares: dict[str, Fraction]) -> Fraction:
    """How far the classes lie outside their bands at these shares, in sum."""
    outside = Fraction(0)
    for each in problem.classes:
        if each.has_band:
            gap = shares[each.id] - problem.class_targets[each.id]
            outside += max(Fraction(0), gap - each.band_high, -each.band_low - gap)
    return outside
