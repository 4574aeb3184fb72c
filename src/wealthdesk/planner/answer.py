"""What the planner answers: lots to trade, what they come to, and the score J that every plan makes as small as it can.

`J = κ Σ_c (A_c - τ_c)² / d_c + Σ_h (y_h/M - t_h)² / d_h + [no class of cash] (r/M)² / d0 + γ fees/M
   + [rebalance] η turnover/M + Σ_buys penalty × bought/M`, with d the target, or d0 where the target is 0. κ, γ and d0
are the weights of the problem. In a practical plan a deviation counts from the edge of what is as good as the target,
and `ρ gains/M + λ bought where it is not held yet/M` join it.

The weighted squares are the ones that even fill minimises; an L1 drift would be blind to how a shortfall is split.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner.problem import CurrencyPurse, Place, PlanAccount, Problem, half_up

ETA = 0.02
"""What trading the whole portfolio once costs, in a rebalance."""
PRACTICAL_ETA = 1e-3
"""The same in a practical plan, of any mode."""
TAXED_SALE = 1e-7
"""What selling the whole portfolio in taxed accounts costs where what it gains cannot be known: between equals only."""


@dataclass(frozen=True, slots=True)
class Lots:
    """One trade: how many lots (> 0) of an asset, in which account, what they cost or bring, and the fee on them.

    closes: all that is held there is sold; in a practical plan its last lot is then what is left, maybe less than one.
    """

    asset_id: str
    account_id: str
    side: Side
    count: int
    gross: int
    fee: int
    closes: bool = False

    @property
    def place(self) -> Place:
        """Where it is traded."""
        return (self.asset_id, self.account_id)

    @property
    def signed(self) -> int:
        """How many lots, sales below 0."""
        return self.count if self.side is Side.BUY else -self.count

    @property
    def cash_change(self) -> int:
        """What it does to the cash of its account, in minor units."""
        return -self.gross - self.fee if self.side is Side.BUY else self.gross - self.fee


@dataclass(frozen=True, slots=True)
class Converted:
    """Money of an account changed from one of its purses into another, in minor units of the base currency.

    amount leaves the one and comes into the other; the fee leaves the source besides.
    """

    account_id: str
    source: str
    to: str
    amount: int
    fee: int


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A plan in lots: trades by asset and account id, and the cash that each account is left with.

    regret_bound: at most this part of what could be gained is proven to be missed (0: the best plan); None: nothing is.
    method: how it was found, for people ("even fill", "search", "exact"). new_money: what comes into which account of
    the money for any; paid: what each account pays of all that is taken out. Accounts with nothing of it are left out.
    """

    trades: tuple[Lots, ...]
    cash: Mapping[str, int]
    regret_bound: float | None = None
    method: str = ""
    new_money: Mapping[str, int] = field(default_factory=dict)
    paid: Mapping[str, int] = field(default_factory=dict)
    conversions: tuple[Converted, ...] = ()

    @property
    def lots(self) -> dict[Place, int]:
        """The lots by their places, sales below 0: what `settle` takes."""
        return {each.place: each.signed for each in self.trades}


AnswerProgress = Callable[[PlanAnswer], bool]
"""Told of each better answer as it is found; False stops the search, and the best so far is the answer."""


def settle(
    problem: Problem,
    lots: Mapping[Place, int],
    bound: float | None = None,
    method: str = "",
    *,
    new_money: Mapping[str, int] | None = None,
    paid: Mapping[str, int] | None = None,
    conversions: Iterable[Converted] = (),
) -> PlanAnswer:
    """The answer that trades these lots (sales negative, zeros left out), with exact costs and cash.

    new_money and paid: where money for (from) any account comes in (goes out); None: the first that can.
    """
    trades = tuple(_trade(problem, place, lots[place]) for place in sorted(lots) if lots[place])
    if new_money is None:
        new_money = _first(problem.new_money, {each.id: each.room for each in problem.accounts})
    if paid is None:
        paid = _first(problem.withdrawal, {each.id: _spare(problem, each) for each in problem.accounts})
    all_paid = {each.id: each.withdrawal + paid.get(each.id, 0) for each in problem.accounts}
    cash = {each.id: each.cash + new_money.get(each.id, 0) - all_paid[each.id] for each in problem.accounts}
    for trade in trades:
        cash[trade.account_id] += trade.cash_change
    for converted in conversions:
        cash[converted.account_id] -= converted.fee
    new_money, all_paid = ({key: money[key] for key in sorted(money) if money[key]} for money in (new_money, all_paid))
    return PlanAnswer(trades, cash, bound, method, new_money, all_paid, tuple(conversions))


def _first(money: int, rooms: Mapping[str, int | None]) -> dict[str, int]:
    """The money in the first accounts that have room; what has none anywhere is put into the first."""
    placed: dict[str, int] = {}
    for account_id, room in rooms.items():
        placed[account_id] = money if room is None else min(money, max(0, room))
        money -= placed[account_id]
    if money and placed:
        placed[next(iter(placed))] += money
    return placed


def _spare(problem: Problem, account: PlanAccount) -> int:
    """The cash that an account has for a withdrawal from any."""
    return account.cash - account.withdrawal - problem.floor_of(account) if account.pays else 0


def _trade(problem: Problem, place: Place, lots: int) -> Lots:
    asset, account = problem.asset[place[0]], problem.account[place[1]]
    side, closes = (Side.BUY, False) if lots > 0 else (Side.SELL, problem.closes(place, -lots))
    gross = problem.gross_of_sale(place, -lots) if side is Side.SELL else problem.gross(asset, lots)
    return Lots(asset.id, account.id, side, abs(lots), gross, problem.fee(asset, account, gross), closes)


def broken_rules(problem: Problem, answer: PlanAnswer) -> Iterable[str]:
    """Every rule that the answer breaks, as a sentence each; none for a plan that may be shown."""
    if problem.max_trades is not None and len(answer.trades) > problem.max_trades:
        yield f"there are {len(answer.trades)} trades and not {problem.max_trades}"
    sides: dict[str, set[Side]] = {}
    gain = Fraction(0)
    is_single = problem.single_is_free and len(answer.trades) == 1
    for trade in answer.trades:
        sides.setdefault(trade.asset_id, set()).add(trade.side)
        if trade.side is Side.BUY and not problem.may_buy(trade.place):
            yield f"{trade.asset_id} may not be bought in {trade.account_id}"
        if trade.side is Side.SELL:
            if problem.gain_limit is not None:
                gain += problem.realised_gain(trade.place, trade.count)
            if not problem.may_sell(trade.place):
                yield f"{trade.asset_id} may not be sold in {trade.account_id}"
            if trade.count > problem.most_lots(trade.place):
                yield f"more of {trade.asset_id} is sold than {trade.account_id} holds"
        if trade.gross < problem.smallest_trade and not trade.closes and not is_single:
            yield f"the trade of {trade.asset_id} in {trade.account_id} is below the minimum"
        if _leaves_a_rest(problem, trade):
            yield f"a rest of {trade.asset_id} is left in {trade.account_id}"
    yield from (f"{asset_id} is both bought and sold" for asset_id, both in sides.items() if len(both) > 1)
    if problem.gain_limit is not None and gain > problem.gain_limit:
        yield "the realised gain is above its limit"
    yield from _broken_by_money(problem, answer)


def _leaves_a_rest(problem: Problem, trade: Lots) -> bool:
    practical = problem.practical
    if practical is None or not practical.no_rests or trade.side is Side.BUY or trade.closes:
        return False
    return problem.value_of(trade.place) - problem.sold(trade.place, trade.count) < practical.min_trade


def _broken_by_money(problem: Problem, answer: PlanAnswer) -> Iterable[str]:
    """What is wrong with the cash of the accounts, and with what comes in and goes out."""
    for account in problem.accounts:
        if answer.cash[account.id] < problem.floor_of(account):
            yield f"{account.id} is left with less than its buffer"
        paid = answer.paid.get(account.id, 0) - account.withdrawal
        if paid < 0 or (paid and not account.pays):
            yield f"{account.id} does not pay what it may"
        if not 0 <= answer.new_money.get(account.id, 0) <= (inf if account.room is None else account.room):
            yield f"{account.id} has no room for so much new money"
        if _sells_too_much(problem, answer, account):
            yield f"more is sold in {account.id} than it pays out"
    for ids, room in problem.shared_rooms:
        if sum(answer.new_money.get(each, 0) for each in ids) > room:
            yield f"{', '.join(sorted(ids))} have no room for so much new money"
    if sum(answer.new_money.values()) != problem.new_money:
        yield "not all of the new money comes in"
    if sum(answer.paid.values()) != problem.withdrawal + sum(each.withdrawal for each in problem.accounts):
        yield "not all is paid that is taken out"
    for (account_id, currency), left in purses_after(problem, answer).items():
        account = problem.account[account_id]
        floor = problem.floor_of(account) if currency == account.currency else 0
        if left < min(floor, problem.purses.get((account_id, currency), 0)):
            yield f"{account_id} has not so much {currency}"
    for converted in answer.conversions:
        account = problem.account[converted.account_id]
        if not account.converts or converted.fee != half_up(converted.amount * account.fx_rate / 10_000):
            yield f"{account.id} does not change money so"


def _sells_too_much(problem: Problem, answer: PlanAnswer, account: PlanAccount) -> bool:
    """In a practical withdrawal no cash piles up in an account, but for a last lot and what is sold whole."""
    if problem.practical is None or problem.mode is not Mode.WITHDRAWAL:
        return False
    sales = [trade for trade in answer.trades if trade.account_id == account.id]
    needed = answer.paid.get(account.id, 0) + max(0, problem.floor_of(account) - account.cash)
    needed += sum(each.fee for each in answer.conversions if each.account_id == account.id)
    slack = max((_last(problem, each) for each in sales), default=0)
    return sum(trade.cash_change for trade in sales) > needed + slack


def _last(problem: Problem, sale: Lots) -> int:
    """What a sale may raise too much: a last lot, or what would be left as a rest."""
    lot = int(problem.asset[sale.asset_id].lot) + 1
    return max(lot, min(sale.gross, 2 * problem.smallest_trade)) if sale.closes else lot


def purses_after(problem: Problem, answer: PlanAnswer) -> dict[CurrencyPurse, int]:
    """What is left in each purse, of the accounts that have them."""
    left = dict(problem.purses)

    def change(account_id: str, currency: str, by: int) -> None:
        if account_id in problem.accounts_with_purses:
            left[account_id, currency] = left.get((account_id, currency), 0) + by

    for account in problem.accounts:
        change(account.id, account.currency, answer.new_money.get(account.id, 0) - answer.paid.get(account.id, 0))
    for trade in answer.trades:
        change(trade.account_id, problem.asset[trade.asset_id].currency, trade.cash_change)
    for each in answer.conversions:
        change(each.account_id, each.source, -each.amount - each.fee)
        change(each.account_id, each.to, each.amount)
    return left


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
            sums[class_id] += change if exposure == 1 else exposure * change
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
        # Most cost nothing, and then what they come to needs not be known.
        if trade.side is Side.BUY:
            if cost := bought_cost(problem, trade.place):
                penalty += cost * float(trade.count * problem.asset[trade.asset_id].lot / total)
            continue
        if cost := gain_cost(problem):
            penalty += cost * float(problem.counted_gain(trade.place, trade.count) / total)
        if cost := sold_cost(problem, trade.place):
            penalty += cost * float(problem.sold(trade.place, trade.count) / total)
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
