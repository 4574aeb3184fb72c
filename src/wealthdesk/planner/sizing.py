"""From amounts that are shares to lots and minor units: whole lots where they count, and money to the last unit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from math import ceil, floor, inf

from wealthdesk.domain.plans import Mode, Side
from wealthdesk.planner.answer import Converted, PlanAnswer, broken_rules, half_widths, purses_after, settle
from wealthdesk.planner.problem import Place, PlanAccount, Problem, half_up
from wealthdesk.planner.programme import ANY, Programme, Unit
from wealthdesk.planner.sparse import NOTHING, Bounds, Edges, Fit, Sized, Sparse, Support

SIZING_ETA = 1e-6
"""What turnover costs where the amounts of chosen trades are sized: enough to choose between equal ones."""
ROUND = 1e-6
"""A part of a lot that is none."""
TURNS = 12
EXCHANGES = 3
NEAR = 0.1
"""What is outside of its band by less than this part of it is brought to the edge."""
NO_EDGES: Edges = ((), ())
PAIRS = 4
"""Up to so many trades of whole lots, lots are exchanged between two of them."""


def finished(sparse: Sparse, sized: Sized) -> PlanAnswer | None:
    """The plan of a set of trades, exact and allowed; None where it cannot be brought into whole lots and units."""
    eta = SIZING_ETA if sparse.programme.problem.practical is not None else sparse.eta
    made = tuple(at for at, amount in zip(sized.fit.support, sized.fit.amounts, strict=True) if amount > NOTHING)
    bounds = {at: sized.bounds[at] for at in made if at in sized.bounds}
    final = sparse.fits.solve(made, bounds, sized.fit, eta)
    if final is None or sparse.lacks(final) or sparse.options(final) is not None:
        final, bounds = sized.fit, dict(sized.bounds)
    sized = Sized(final, bounds)
    final = to_the_edges(sparse, Sized(final, sized.bounds), eta)
    whole = in_whole_lots(sparse, Sized(final, sized.bounds), eta)
    return None if whole is None else settled(sparse.programme, whole)


def to_the_edges(sparse: Sparse, sized: Sized, eta: float) -> Fit:
    """The amounts where nothing stays a hair outside of its band, if that can be.

    At the edge of a band a little more brings nothing, so that any cost stops before it.
    """
    fit = sized.fit
    edges = _near_the_edge(sparse.programme, fit)
    if not any(edges):
        return fit
    found = sparse.fits.solve(fit.support, sized.bounds, fit, eta, edges)
    if found is None or sparse.lacks(found) or sparse.options(found) is not None:
        return fit
    left = [abs(found.k[row]) for row in edges[0]] + [abs(found.gap[asset]) for asset in edges[1]]
    return found if max(left) < ANY else fit


def _near_the_edge(programme: Programme, fit: Fit) -> Edges:
    """What ends outside of what is as good as its target by less than a tenth of that."""
    bands, _ = half_widths(programme.problem)
    traded = {programme.units[at].asset for at in fit.support}
    rows = tuple(
        row
        for row, key in enumerate(programme.problem.class_targets)
        if bands.get(key) and ROUND < abs(fit.k[row]) / programme.scale[row] < float(bands[key]) * NEAR
    )
    assets = tuple(at for at in programme.zones if at in traded and _is_near(programme.asset_band[at], fit.gap[at]))
    return rows, assets


def _is_near(band: float, gap: float) -> bool:
    return bool(ROUND < abs(gap) < band * NEAR)


def is_whole(unit: Unit) -> bool:
    """Whether the lots of a trade are so large that they count."""
    return unit.lot >= ANY


def in_whole_lots(sparse: Sparse, sized: Sized, eta: float) -> Fit | None:
    """The amounts with whole lots: rounded one trade after the other, then exchanged as long as that helps."""
    units = sparse.programme.units
    whole = [at for at in sized.fit.support if is_whole(units[at])]
    if not whole:
        return sized.fit
    # A hair beyond the edge of a band costs next to nothing and is outside all the same: what is inside stays inside.
    inside = _inside(sparse.programme, sized.fit)
    for edges in (inside, NO_EDGES) if any(inside) else (NO_EDGES,):
        found = _dive(sparse, sized, whole, eta, edges)
        if found is not None:
            return _exchanged(sparse, found, whole, eta, edges)
    return None


def _inside(programme: Programme, fit: Fit) -> Edges:
    """What is as good as on its target with these amounts, of what has a band and is traded."""
    bands, _ = half_widths(programme.problem)
    traded = {programme.units[at].asset for at in fit.support}
    rows = tuple(
        row
        for row, key in enumerate(programme.problem.class_targets)
        if bands.get(key) and abs(fit.k[row]) / programme.scale[row] <= ANY
    )
    return rows, tuple(at for at in programme.zones if at in traded and abs(fit.gap[at]) <= ANY)


def _keeps(fit: Fit, edges: Edges) -> bool:
    """Whether nothing of these is outside."""
    left = [abs(fit.k[row]) for row in edges[0]] + [abs(fit.gap[asset]) for asset in edges[1]]
    return max(left, default=0.0) <= 10 * ANY


def sized_with(sparse: Sparse, support: Support, counts: Mapping[int, int], eta: float) -> Fit | None:
    """The amounts of a set where some trades have so many lots."""
    units = sparse.programme.units
    bounds = {at: _exactly(units[at], count) for at, count in counts.items() if at in support}
    fit = sparse.fits.solve(support, bounds, sparse.fits.fit(support), eta)
    if fit is None or sparse.lacks(fit):
        return None
    return fit


def _counts_near(unit: Unit, amount: float) -> list[int]:
    """The whole numbers of lots around an amount; what is left of a position counts as its last lot."""
    most = ceil(unit.most / unit.lot - ROUND) if unit.side is Side.SELL else inf
    lots = amount / unit.lot
    return sorted({int(min(max(0, count), most)) for count in (floor(lots + ROUND), ceil(lots - ROUND))})


def _counts_within(unit: Unit, amount: float, sparse: Sparse, trades: int) -> list[int]:
    """Those of them that keep to the rules; where none does, nothing at all or all that there is."""
    near = [count for count in _counts_near(unit, amount) if _is_within(unit, _exactly(unit, count)[0], sparse, trades)]
    return near or [0, *([ceil(unit.most / unit.lot - ROUND)] if unit.side is Side.SELL else [])]


def _exactly(unit: Unit, count: int) -> tuple[float, float]:
    amount = min(count * unit.lot, unit.most)
    return (amount, amount)


def _dive(sparse: Sparse, sized: Sized, whole: list[int], eta: float, edges: Edges) -> Sized | None:
    units, fit, bounds = sparse.programme.units, sized.fit, dict(sized.bounds)
    left = list(whole)
    while left:
        amounts = dict(zip(fit.support, fit.amounts, strict=True))
        at = min(left, key=lambda each: (_away(units[each], amounts[each]), each))
        left.remove(at)
        tries: list[tuple[Fit, Bounds]] = []
        for count in _counts_within(units[at], amounts[at], sparse, len(fit.support)):
            tried = {**bounds, at: _exactly(units[at], count)}
            found = sparse.fits.solve(fit.support, tried, fit, eta, edges)
            if found is not None and _keeps(found, edges):
                tries.append((found, tried))
        if not tries:
            return None
        fit, made = min(tries, key=lambda each: each[0].j)
        bounds = dict(made)
    return Sized(fit, bounds)


def _away(unit: Unit, amount: float) -> float:
    lots = amount / unit.lot
    return abs(lots - round(lots))


def _is_within(unit: Unit, amount: float, sparse: Sparse, trades: int) -> bool:
    """Whether an amount keeps to the smallest trade and leaves no rest; none at all does."""
    rules, half = sparse.rules, 0.5 / sparse.programme.total
    is_single = rules.single_is_free and trades == 1
    if amount <= 0 or (unit.side is Side.SELL and amount >= unit.most - half):
        return True
    rest = rules.least if rules.no_rests and unit.side is Side.SELL else 0.0
    return (amount >= rules.least - half or is_single) and amount <= unit.most - rest + half


def _exchanged(sparse: Sparse, sized: Sized, whole: list[int], eta: float, edges: Edges) -> Fit:
    units, best = sparse.programme.units, sized
    pairs = list(combinations(whole, 2)) if len(whole) <= PAIRS else []
    moves: list[tuple[tuple[int, int], ...]] = [((at, by),) for at in whole for by in (-1, 1)]
    moves += [((one, by), (other, to)) for one, other in pairs for by in (-1, 1) for to in (-1, 1)]
    for _ in range(EXCHANGES):
        better: Sized | None = None
        for move in moves:
            tried = dict(best.bounds)
            for at, by in move:
                count = round(ceil(tried[at][0] / units[at].lot - ROUND)) + by
                if count < 0 or (units[at].side is Side.SELL and (count - 1) * units[at].lot >= units[at].most):
                    break
                tried[at] = _exactly(units[at], count)
                if not _is_within(units[at], tried[at][0], sparse, len(best.fit.support)):
                    break
            else:
                found = sparse.fits.solve(best.fit.support, tried, best.fit, eta, edges)
                if found is not None and _keeps(found, edges) and found.j < (better or best).fit.j - 1e-12:
                    better = Sized(found, tried)
        if better is None:
            break
        best = better
    return best.fit


# To the last unit


def settled(programme: Programme, fit: Fit) -> PlanAnswer | None:
    """The exact plan: sales up, purchases down, and the purchases of each purse take what is missing or left there."""
    problem = programme.problem
    lots = _lots(programme, fit)
    best: PlanAnswer | None = None
    for _ in range(TURNS):
        answer = _with_money(programme, fit, lots)
        if not any(broken_rules(problem, answer)):
            best = answer
        changed = _corrected(programme, fit, lots, answer)
        if changed == lots or (best is not None and _needs(problem, answer)):
            break
        lots = changed
    return best


def _lots(programme: Programme, fit: Fit) -> dict[Place, int]:
    problem, half = programme.problem, 0.5 / programme.total
    gains = programme.gain_row
    is_limited = gains is not None and fit.prices[gains] > 0
    lots: dict[Place, int] = {}
    for at, amount in zip(fit.support, fit.amounts, strict=True):
        unit = programme.units[at]
        if amount <= half / 2:
            continue
        count = amount / unit.lot
        if unit.side is Side.BUY:
            lots[unit.place] = floor(count + ROUND)
        elif amount >= unit.most - half:
            lots[unit.place] = -problem.most_lots(unit.place)
        else:
            up = floor(count + ROUND) if is_limited and unit.lot < ANY else ceil(count - ROUND)
            lots[unit.place] = -min(up, problem.most_lots(unit.place))
    return {place: count for place, count in lots.items() if count}


def _spare(problem: Problem, answer: PlanAnswer) -> dict[tuple[str, str], int]:
    """What is left in each purse above what has to stay there."""
    spare = {
        (account.id, ""): answer.cash[account.id] - problem.floor_of(account)
        for account in problem.accounts
        if account.id not in problem.accounts_with_purses
    }
    for (account_id, currency), left in purses_after(problem, answer).items():
        account, cash = problem.account[account_id], problem.purses.get((account_id, currency), 0)
        floor_ = problem.floor_of(account) if currency == account.currency else 0
        spare[account_id, currency] = left - min(floor_, cash)
    return spare


def _needs(problem: Problem, answer: PlanAnswer) -> bool:
    return any(left < 0 for left in _spare(problem, answer).values())


def _with_money(programme: Programme, fit: Fit, lots: Mapping[Place, int]) -> PlanAnswer:
    """The plan of these lots, with money in, money out and conversions as they have to be for it."""
    problem, total = programme.problem, programme.total
    bare = settle(problem, lots, new_money={}, paid={})
    spare = _by_account(problem, _spare(problem, bare))
    coming = {problem.accounts[at].id: round(fit.value(column) * total) for at, column in programme.comes.items()}
    going = {problem.accounts[at].id: round(fit.value(column) * total) for at, column in programme.goes.items()}
    comes = _money_in(problem, coming, spare) if problem.new_money else {}
    spare = {key: left + comes.get(key, 0) for key, left in spare.items()}
    goes = _money_out(problem, going, spare) if problem.withdrawal else {}
    before = settle(problem, lots, new_money=comes, paid=goes)
    changed = tuple(_conversions(problem, before))
    return settle(problem, lots, new_money=comes, paid=goes, conversions=changed)


def _by_account(problem: Problem, spare: Mapping[tuple[str, str], int]) -> dict[str, int]:
    sums = dict.fromkeys((account.id for account in problem.accounts), 0)
    for (account_id, _), left in spare.items():
        sums[account_id] += left
    return sums


def _money_in(problem: Problem, wanted: Mapping[str, int], spare: Mapping[str, int]) -> dict[str, int]:
    """New money by account: where it is missing, then where it was meant to be, within the rooms."""
    rooms = {each.id: inf if each.room is None else each.room for each in problem.accounts}
    comes = {key: int(min(max(0, money, -spare[key]), rooms[key])) for key, money in wanted.items()}
    order = sorted(comes, key=lambda key: (-wanted[key], key))
    over = sum(comes.values()) - problem.new_money
    for key in order:
        least = max(0, -spare[key])
        by = int(max(-over, 0) and min(-over, rooms[key] - comes[key], _shared_room(problem, comes, key)))
        by -= min(max(over, 0), max(0, comes[key] - least))
        comes[key] += by
        over += by
    if over > 0 and order:
        comes[order[0]] -= min(over, comes[order[0]])
    return {key: money for key, money in comes.items() if money}


def _shared_room(problem: Problem, comes: Mapping[str, int], account_id: str) -> float:
    left = [room - sum(comes.get(each, 0) for each in ids) for ids, room in problem.shared_rooms if account_id in ids]
    return max(0, min(left, default=inf))


def _money_out(problem: Problem, wanted: Mapping[str, int], spare: Mapping[str, int]) -> dict[str, int]:
    """What accounts pay: as they were meant to, as far as they can, and the rest whoever can."""
    goes = {key: max(0, min(money, spare[key])) for key, money in wanted.items()}
    over = sum(goes.values()) - problem.withdrawal
    for key in sorted(goes, key=lambda key: (-wanted[key], key)):
        by = min(-over, max(0, spare[key] - goes[key])) if over < 0 else -min(over, goes[key])
        goes[key] += by
        over += by
    if over < 0 and goes:
        first = max(goes, key=lambda key: (wanted[key], key))
        goes[first] -= over
    return {key: money for key, money in goes.items() if money}


def _conversions(problem: Problem, answer: PlanAnswer) -> list[Converted]:
    """What has to be changed so that no purse lacks anything: the purse with the most left pays, then the next."""
    spare = _spare(problem, answer)
    made: list[Converted] = []
    for account_id in sorted(problem.accounts_with_purses):
        account = problem.account[account_id]
        own = {currency: left for (holder, currency), left in spare.items() if holder == account_id}
        for to in sorted(own):
            for source in sorted(own, key=lambda each: (-own[each], each)):
                if own[to] >= 0 or own[source] <= 0 or not account.converts:
                    continue
                amount = min(-own[to], int(own[source] / (1 + account.fx_rate / 10_000)))
                fee = half_up(amount * account.fx_rate / 10_000)
                if amount > 0:
                    made.append(Converted(account_id, source, to, amount, fee))
                    own[source] -= amount + fee
                    own[to] += amount
    return made


def _corrected(programme: Programme, fit: Fit, lots: Mapping[Place, int], answer: PlanAnswer) -> dict[Place, int]:
    """Purchases lowered (or sales raised) where money is missing; purchases of any amount raised where it is left."""
    problem = programme.problem
    changed = dict(lots)
    by_place = {programme.units[at].place: programme.units[at] for at in fit.support}
    for (account_id, currency), left in _spare(problem, answer).items():
        own = [
            by_place[place]
            for place in sorted(changed)
            if place[1] == account_id and currency in ("", problem.asset[place[0]].currency)
        ]
        buys = [unit for unit in own if unit.side is Side.BUY]
        if left < 0:
            _raise_money(problem, changed, buys, [unit for unit in own if unit.side is Side.SELL], -left)
        elif left > 0 and buys and fit.prices[buys[0].row] > 0 and not _is_limited_elsewhere(answer, account_id):
            unit = max(buys, key=lambda each: (-each.lot, changed[each.place]))
            price = problem.asset[unit.place[0]].lot * (
                1 + problem.rate_of(problem.asset[unit.place[0]], problem.account[account_id]) / 10_000
            )
            changed[unit.place] += int(left / price) if unit.lot < ANY and left < 10 * len(lots) + 2 * price else 0
    for account in problem.accounts:
        _sell_no_more(problem, answer, account, changed)
    _gain_no_more(problem, answer, changed)
    return {place: count for place, count in changed.items() if count}


def _sell_no_more(problem: Problem, answer: PlanAnswer, account: PlanAccount, changed: dict[Place, int]) -> None:
    """Takes back what rounding sold beyond what the account of a withdrawal pays."""
    if problem.practical is None or problem.mode is not Mode.WITHDRAWAL:
        return
    sales = [each for each in answer.trades if each.account_id == account.id]
    needed = answer.paid.get(account.id, 0) + max(0, problem.floor_of(account) - account.cash)
    needed += sum(each.fee for each in answer.conversions if each.account_id == account.id)
    over = min(sum(each.cash_change for each in sales) - needed, answer.cash[account.id] - problem.floor_of(account))
    for trade in sorted(sales, key=lambda each: (problem.asset[each.asset_id].lot, -each.gross, each.place)):
        if over > 0 and not trade.closes and changed.get(trade.place) == -trade.count:
            fewer = int(over / problem.asset[trade.asset_id].lot)
            changed[trade.place] += min(fewer, trade.count)
            over = 0


def _gain_no_more(problem: Problem, answer: PlanAnswer, changed: dict[Place, int]) -> None:
    """Takes back what floats sold beyond the limit on gains, of the sale with the smallest lots that gains."""
    if problem.gain_limit is None:
        return
    sales = [each for each in answer.trades if each.side is Side.SELL]
    over = sum(problem.realised_gain(each.place, each.count) for each in sales) - problem.gain_limit
    for trade in sorted(sales, key=lambda each: (problem.asset[each.asset_id].lot, -each.gross, each.place)):
        gain = problem.realised_gain(trade.place, trade.count)
        last = gain - problem.realised_gain(trade.place, trade.count - 1)
        if over > 0 and last > 0 and not trade.closes and changed.get(trade.place) == -trade.count:
            changed[trade.place] += min(ceil(over / last), trade.count)
            over = Fraction(0)


def _is_limited_elsewhere(answer: PlanAnswer, account_id: str) -> bool:
    """Whether money of the account is changed: then what is left in one purse is not what is left."""
    return any(each.account_id == account_id for each in answer.conversions)


def _raise_money(
    problem: Problem, changed: dict[Place, int], buys: list[Unit], sales: list[Unit], missing: int
) -> None:
    for unit in sorted(buys, key=lambda each: (each.lot, -changed[each.place])):
        fewer = min(changed[unit.place], ceil(missing / problem.asset[unit.place[0]].lot))
        changed[unit.place] -= fewer
        missing -= int(fewer * problem.asset[unit.place[0]].lot)
        if missing <= 0:
            return
    for unit in sorted(sales, key=lambda each: (each.lot, changed[each.place])):
        room = problem.most_lots(unit.place) + changed[unit.place]
        more = min(room, ceil(missing / problem.asset[unit.place[0]].lot))
        changed[unit.place] -= more
        missing -= int(more * problem.asset[unit.place[0]].lot)
        if missing <= 0:
            return
