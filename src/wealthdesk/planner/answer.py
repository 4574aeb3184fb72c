"""What the planner answers: lots to trade, and what they come to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from wealthdesk.domain.plans import Side
from wealthdesk.planner.problem import Place, Problem


@dataclass(frozen=True, slots=True)
class Lots:
    """One trade: how many lots (> 0) of an asset, in which account, what they cost or bring, and the fee on them."""

    asset_id: str
    account_id: str
    side: Side
    count: int
    gross: int
    fee: int

    @property
    def place(self) -> Place:
        """Where it is traded."""
        return (self.asset_id, self.account_id)

    @property
    def cash_change(self) -> int:
        """What it does to the cash of its account, in minor units."""
        return -self.gross - self.fee if self.side is Side.BUY else self.gross - self.fee


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan in lots: trades by asset and account id, and the cash that each account is left with.

    regret_bound: at most this part of what could be gained is proven to be missed (0: the best plan); None: nothing is.
    method: how it was found, for people ("even fill", "search", "exact").
    """

    trades: tuple[Lots, ...]
    cash: Mapping[str, int]
    regret_bound: float | None = None
    method: str = ""


Progress = Callable[[Answer], bool]
"""Told of each better answer as it is found; False stops the search, and the best so far is the answer."""


def settle(problem: Problem, lots: Mapping[Place, int], bound: float | None = None, method: str = "") -> Answer:
    """The answer that trades these lots (sales negative, zeros left out), with exact costs and cash."""
    trades = tuple(_trade(problem, place, lots[place]) for place in sorted(lots) if lots[place])
    cash = {account.id: account.cash for account in problem.accounts}
    for trade in trades:
        cash[trade.account_id] += trade.cash_change
    return Answer(trades, cash, bound, method)


def _trade(problem: Problem, place: Place, lots: int) -> Lots:
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    gross = problem.gross(asset, abs(lots))
    side = Side.BUY if lots > 0 else Side.SELL
    return Lots(asset.id, account.id, side, abs(lots), gross, problem.fee(asset, account, gross))


def broken_rules(problem: Problem, answer: Answer) -> Iterable[str]:
    """Every rule that the answer breaks, as a sentence each; none for a plan that may be shown."""
    sides: dict[str, set[Side]] = {}
    gain = Fraction(0)
    for trade in answer.trades:
        sides.setdefault(trade.asset_id, set()).add(trade.side)
        closes = False
        if trade.side is Side.BUY and not problem.may_buy(trade.place):
            yield f"{trade.asset_id} may not be bought in {trade.account_id}"
        if trade.side is Side.SELL:
            closes = problem.closes(trade.place, trade.count)
            gain += problem.realised_gain(trade.place, trade.count)
            if not problem.may_sell(trade.place):
                yield f"{trade.asset_id} may not be sold in {trade.account_id}"
            if trade.count > problem.most_lots(trade.place):
                yield f"more of {trade.asset_id} is sold than {trade.account_id} holds"
        if trade.gross < problem.min_trade and not closes:
            yield f"the trade of {trade.asset_id} in {trade.account_id} is below the minimum"
    yield from (f"{asset_id} is both bought and sold" for asset_id, both in sides.items() if len(both) > 1)
    for account in problem.accounts:
        if answer.cash[account.id] < problem.floor_of(account):
            yield f"{account.id} is left with less than its buffer"
    if problem.gain_limit is not None and gain > problem.gain_limit:
        yield "the realised gain is above its limit"
