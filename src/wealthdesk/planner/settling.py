"""From the lots of a search to an exact answer: whatever floats got wrong by a unit is put right in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from wealthdesk.domain.plans import Side
from wealthdesk.planner.answer import Answer, settle
from wealthdesk.planner.problem import Place, Problem

if TYPE_CHECKING:
    from wealthdesk.planner.model import Array, Model

ROUNDS = 200
"""How often a rule is put right at most; what still breaks one then is left out altogether."""


def settled(model: Model, lots: Array, bound: float | None, method: str) -> Answer:
    """The exact answer of these lots; where it is a little short of a rule, with a few lots more or less."""
    import numpy as np

    problem = model.problem
    plan: dict[Place, int] = {}
    for number in np.flatnonzero(lots):
        place = model.places[number]
        count = int(lots[number]) * model.grain[number]
        if model.side[number] > 0:
            plan[place] = count
        else:
            most = problem.most_lots(place)
            plan[place] = -most if lots[number] >= model.most[number] else -min(count, most)
    found = settle(problem, plan, bound, method)
    for _ in range(ROUNDS):
        if not _mended(problem, plan, found):
            return found
        found = settle(problem, plan, None, method)
    return settle(problem, {}, None, method)


def _mended(problem: Problem, plan: dict[Place, int], answer: Answer) -> bool:
    """Changes the plan where the answer breaks a rule; False where it breaks none, or none that can be mended."""
    for trade in answer.trades:
        closes = trade.side is Side.SELL and problem.closes(trade.place, trade.count)
        if trade.gross < problem.min_trade and not closes:
            plan[trade.place] = 0
            return True
    if problem.gain_limit is not None and _too_much_gain(problem, plan):
        return True
    for account in problem.accounts:
        short = problem.floor_of(account) - answer.cash[account.id]
        if short > 0 and (
            _buy_less(problem, plan, answer, account.id, short) or _sell_more(problem, plan, account.id, short)
        ):
            return True
    return False


def _buy_less(problem: Problem, plan: dict[Place, int], answer: Answer, account_id: str, short: int) -> bool:
    """Gives back the lots that free what is short with the least to spare."""
    buys = [trade for trade in answer.trades if trade.account_id == account_id and trade.side is Side.BUY]
    if not buys:
        return False
    lots = {trade.place: min(trade.count, -(-short // problem.asset[trade.asset_id].lot)) for trade in buys}
    best = min(buys, key=lambda t: (lots[t.place] * problem.asset[t.asset_id].lot, t.asset_id))
    plan[best.place] -= int(lots[best.place])
    return True


def _sell_more(problem: Problem, plan: dict[Place, int], account_id: str, short: int) -> bool:
    """Sells the lots that bring what is short with the least to spare, as far as the limits allow any."""
    bought = {asset_id for (asset_id, _), lots in plan.items() if lots > 0}
    found: list[tuple[Fraction, Place, int]] = []
    for place in problem.held:
        if place[1] != account_id or place[0] in bought or not problem.may_sell(place):
            continue
        sold = -plan.get(place, 0)
        lots = _enough(problem, place, sold, short)
        if (
            lots > sold
            and _within_gain(problem, plan, place, lots)
            and _brought(problem, place, lots) > _brought(problem, place, sold)
        ):
            spare = _brought(problem, place, lots) - _brought(problem, place, sold) - short
            found.append((Fraction(abs(spare)), place, lots))
    if not found:
        return False
    _, place, lots = min(found)
    plan[place] = -lots
    return True


def _enough(problem: Problem, place: Place, sold: int, short: int) -> int:
    """How many lots to sell in all so that what is short comes in, as far as there are any; no trade too small."""
    lot, most = problem.asset[place[0]].lot, problem.most_lots(place)
    account = problem.account[place[1]]
    missing = short + (account.fee_fixed if not sold else 0)
    lots = min(most, sold + int(-(-missing // lot)))
    if problem.gross(problem.asset[place[0]], lots) >= problem.min_trade or problem.closes(place, lots):
        return lots
    least = int(-(-problem.min_trade // lot))
    return least if least <= most else most if problem.closes(place, most) else 0


def _brought(problem: Problem, place: Place, lots: int) -> int:
    """What selling so many lots brings after fees."""
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    gross = problem.gross(asset, lots)
    return gross - problem.fee(asset, account, gross) if lots else 0


def _within_gain(problem: Problem, plan: dict[Place, int], place: Place, lots: int) -> bool:
    if problem.gain_limit is None:
        return True
    others = sum(problem.realised_gain(at, -sold) for at, sold in plan.items() if sold < 0 and at != place)
    return others + problem.realised_gain(place, lots) <= problem.gain_limit


def _too_much_gain(problem: Problem, plan: dict[Place, int]) -> bool:
    """Sells a lot less of what gains, where the gains are above their limit."""
    gains = {place: problem.realised_gain(place, -lots) for place, lots in plan.items() if lots < 0}
    over = sum(gains.values()) - (problem.gain_limit or 0)
    gaining = [place for place in gains if gains[place] > 0]
    if over <= 0 or not gaining:
        return False
    best = min(gaining, key=lambda place: (abs(gains[place] - over), place))
    fewer = max(1, int(-plan[best] * over / gains[best]))
    plan[best] += min(-plan[best], fewer)
    return True
