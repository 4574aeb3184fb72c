"""Practical plans: how close to the targets a plan comes with how few trades, and which of them is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import comb, inf
from typing import TYPE_CHECKING

from wealthdesk.domain.plans import EmptyBecause, Mode, TradeCount, Trades
from wealthdesk.planner import raising
from wealthdesk.planner.answer import (
    PlanAnswer,
    after,
    broken_rules,
    purses_after,
    score,
    settle,
    turnover_cost,
)
from wealthdesk.planner.problem import PlanAccount, Problem

if TYPE_CHECKING:
    from wealthdesk.planner.programme import Programme
    from wealthdesk.planner.proof import ProofSearch
    from wealthdesk.planner.sparse import Fit, Sized, Sparse

WORTH = 0.01
"""θ: a trade is worth this part of all that can be gained."""
HALF = 0.5
ALL = 0.999
"""What fewest, and closest, keep of it."""
NO_GAIN = 1e-6
"""Of less than this part of J it is not worth to speak."""
FURTHER = 4
"""So many trades more than the best value are looked at before it is shown."""
LARGE = 100
"""With more trades that may be made, the first plan is found from nothing up."""
FIRST = 20
PAYERS = 3
"""So many accounts are tried as the only one that money comes into, or from."""
SMALL = 60
"""Up to so many trades that may be made, a limit on their number is proven at once."""
METHOD = "sparse"
ROUNDS_IN_PARTS, PROOF_ROUNDS = 4, 4
EFFORT = 200_000
"""A programme of a plan that is shown has so many nodes, by the trades that may be made: those of many take longer."""
PROVEN_SHOWN = 1e-4
"""A plan that is shown is proven until at most this part of what it brings can be missed."""
OF_SETS, SETS, SOLVED = 4, 4_000, 60
"""Of up to so many trades, up to so many sets are looked at for a proof, and so many of them solved."""
TOLD = 0.2
"""Of a bound that lets more than this part be missed nothing is told."""


@dataclass(frozen=True, slots=True)
class Point:
    """The best plan that is known with at most so many trades.

    j: its exact score, with the usual cost of turnover. kept: the part of what any number of trades brings (1: all).
    bound: at most this part of what the plan brings could be gained besides with as many trades; None: not proven.
    """

    trades: int
    answer: PlanAnswer
    j: float
    kept: float
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class ControlSheet:
    """The control from few trades to close ones: points with at least one trade, fewer first, each better than before.

    best_value, fewest, closest: numbers of trades; chosen: the plan that was asked for, which may be without trades:
    then empty_because may say why. regret_bound: at most this part is proven missed of what any number of trades
    brings, by the plan of `closest`, or by the chosen one where that has more trades. shortfall: what a withdrawal
    cannot raise. is_final: nothing more is looked for.
    """

    points: tuple[Point, ...]
    best_value: int
    fewest: int
    closest: int
    chosen: Point
    regret_bound: float | None = None
    shortfall: int = 0
    empty_because: EmptyBecause | None = None
    is_final: bool = False


SheetProgress = Callable[[ControlSheet], bool]
"""Told of each better sheet; False stops the search, and the best so far is the answer."""


def always() -> bool:
    """The answer of those who never stop a search."""
    return True


def sheet(
    problem: Problem,
    trades: TradeCount = Trades.BEST_VALUE,
    progress: SheetProgress | None = None,
    goes_on: Callable[[], bool] = always,
) -> ControlSheet:
    """The plans of a practical problem, from few trades to the closest.

    progress is told of the first sheet, and of the filled one, where these are not the last. goes_on is asked every few
    milliseconds: where it says no, the best so far is the answer.
    """
    if problem.total <= 0 and problem.mode is Mode.WITHDRAWAL:
        return _within_reach(problem, trades, progress, goes_on)
    if problem.total <= 0 or _asks_for_nothing(problem):
        return _nothing(problem, settle(problem, {}))
    found = _Control(problem, trades, goes_on)
    tell = progress or (lambda _: True)
    found.search_first()
    if found.has_any() and found.is_large and not tell(found.sheet(is_quick=True)):
        return found.sheet(is_quick=True)
    found.search_main()
    if not found.has_any():
        return _within_reach(problem, trades, progress, goes_on)
    if not found.is_best():
        if not tell(found.sheet(is_quick=True)):
            return found.sheet(is_quick=True)
        if not goes_on():
            return found.sheet()
        found.search_around()
        if not tell(found.sheet()):
            return found.sheet()
        found.search_further()
        if not tell(found.sheet()) or not goes_on():
            return found.sheet()
    found.prove()
    return found.sheet(is_final=True)


def _asks_for_nothing(problem: Problem) -> bool:
    """Whether it is a withdrawal of nothing, as of more than its account can raise: a sale would only burn its fee."""
    is_of_nothing = not problem.withdrawal and not any(each.withdrawal for each in problem.accounts)
    return problem.mode is Mode.WITHDRAWAL and is_of_nothing and not any(broken_rules(problem, settle(problem, {})))


def _nothing(problem: Problem, answer: PlanAnswer) -> ControlSheet:
    point = Point(len(answer.trades), answer, score(problem, answer).j, 0.0)
    return ControlSheet((), 0, 0, 0, point, empty_because=_reason(problem), is_final=True)


def _in_turn(problem: Problem) -> ControlSheet | None:
    """The sheet of a withdrawal that is raised by one position after the other; None where that cannot be."""
    answer = raising.in_turn(problem) if problem.mode is Mode.WITHDRAWAL else None
    if answer is None or any(broken_rules(problem, answer)):
        return None
    count = len(answer.trades)
    point = Point(count, replace(answer, method=METHOD), score(problem, answer).j, 1.0)
    return ControlSheet((point,), count, count, count, point)


def _within_reach(
    problem: Problem, trades: TradeCount, progress: SheetProgress | None, goes_on: Callable[[], bool]
) -> ControlSheet:
    """The sheet of a withdrawal that cannot be raised: of as much of it as can, and what is missing."""
    raised = settle(problem, raising.everything(problem).lots, new_money={}, paid={})
    spare = {each.id: _payable(problem, raised, each) for each in problem.accounts}
    accounts = [
        replace(each, withdrawal=each.withdrawal - min(each.withdrawal, max(0, -spare[each.id])))
        for each in problem.accounts
    ]
    any_ = min(problem.withdrawal, sum(max(0, spare[each.id]) for each in problem.accounts if each.pays))
    named = sum(each.withdrawal for each in problem.accounts) - sum(each.withdrawal for each in accounts)
    shortfall = problem.withdrawal - any_ + named
    reduced = replace(problem, accounts=accounts, withdrawal=any_)
    if reduced.total <= 0:
        return replace(_everything(reduced, raised, spare), shortfall=shortfall)
    in_turn = None if shortfall else _in_turn(problem)
    if in_turn is not None:
        return replace(in_turn, is_final=True)
    if not shortfall:
        return replace(_nothing(problem, settle(problem, {})), empty_because=EmptyBecause.MAY_NOT)
    found = sheet(reduced, trades, progress, goes_on)
    return replace(found, shortfall=found.shortfall + shortfall)


def _everything(problem: Problem, raised: PlanAnswer, spare: Mapping[str, int]) -> ControlSheet:
    """The sheet of the sale of all that there is, paid out to the last unit."""
    left, paid = problem.withdrawal, {}
    for each in problem.accounts:
        paid[each.id] = min(left, max(0, spare[each.id])) if each.pays else 0
        left -= paid[each.id]
    answer = settle(problem, raised.lots, method=METHOD, paid=paid)
    point = Point(len(answer.trades), answer, score(problem, answer).j, 1.0)
    count = point.trades
    return ControlSheet((point,) if count else (), count, count, count, point, is_final=True)


def _payable(problem: Problem, answer: PlanAnswer, account: PlanAccount) -> int:
    """What an account can pay after a plan: of its other purses what is left of them when they are changed."""
    payable = answer.cash[account.id] - problem.floor_of(account)
    if account.id not in problem.accounts_with_purses:
        return payable
    payable = -problem.floor_of(account)
    for (account_id, currency), left in purses_after(problem, answer).items():
        if account_id == account.id and currency == account.currency:
            payable += left
        elif account_id == account.id and account.converts and left > 0:
            changed = int(left / (1 + account.fx_rate / 10_000))
            payable += max(0, changed - 1) if account.fx_rate else changed
    return payable


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A set of trades with its amounts, whose search it is, how many they are, and the accounts beyond the first in
    which money moves.
    """

    sparse: Sparse
    sized: Sized
    count: int
    moves: int

    @property
    def j(self) -> float:
        return self.sized.fit.j


def rounding(sparse: Sparse, most: int) -> float:
    """What the rounding of costs to whole units can make better than amounts that are not rounded."""
    programme = sparse.programme
    weights = programme.problem.weights
    fees = weights.gamma if any(unit.rate for unit in programme.units) else 0.0
    slope = max(
        (float(abs(each.fit.prices).max()) for each in sparse.best.values() if len(each.fit.prices)), default=0.0
    )
    cash = 2 * abs(float(programme.k[programme.cash_row])) * programme.cash_scale
    rounded = max(1, most) + (programme.gain_row is not None)
    return float((fees + min(slope, 100.0) + cash) * 0.5 * rounded / programme.total)


class _Bounds:
    """What is proven of plans of at most so many trades: bounds of J, and what a plan may miss by them.

    main: the search that a better plan is offered to. nothing: J without trades. known: the best set that was found so
    far by number of trades.
    """

    def __init__(
        self,
        programme: Programme,
        main: Sparse,
        nothing: float,
        known: Callable[[], dict[int, _Candidate]],
        goes_on: Callable[[], bool],
    ) -> None:
        self._programme, self._main, self._nothing = programme, main, nothing
        self._known, self._goes_on = known, goes_on
        self._lower: dict[int, float] = {}
        self.any_number = len(programme.units)
        """So many trades are no limit."""

    def miss(self, point: Point) -> float | None:
        """What part of what can be gained a point misses at most; None where that is not proven."""
        lower = max((bound for most, bound in self._lower.items() if most >= point.trades), default=None)
        if lower is None or point.j >= self._nothing:
            return None
        miss = max(0.0, point.j - lower) / (self._nothing - point.j)
        return miss if miss <= TOLD else None

    def regret(self, point: Point) -> float | None:
        """The same beside plans of any number of trades."""
        from wealthdesk.planner.relaxation import regret_bound

        lower = self._lower.get(self.any_number)
        regret = None if lower is None else regret_bound(point.j, self._nothing, lower)
        return regret if regret is not None and regret <= TOLD else None

    def prove(self, shown: Point, most: int, any_lower: float) -> None:
        """The bound of at most so many trades; a single one may be of any size where money comes in or goes out.

        any_lower: what is below J of all plans of exact amounts. Where the plan that is shown is as good, no programme
        can prove more of it, and none is solved.
        """
        below = max(any_lower, self._by_sets(most))
        known = self._lower[most] = below - rounding(self._main, most)
        if shown.j - below <= self._gap(most):
            return
        is_apart = self._main.rules.single_is_free and most > 1
        alone = self._alone(most) if is_apart else inf
        for lower in self._bounds(most, most):
            self._lower[most] = max(known, min(alone, lower))

    def _alone(self, among: int) -> float:
        """The bound of a single trade of any size; by programmes where each of them is not as soon solved alone."""
        single = self._by_sets(1)
        return single - rounding(self._main, 1) if single > -inf else max(self._bounds(1, among), default=-inf)

    def _by_sets(self, most: int) -> float:
        """What J of no plan of at most so many trades is below, of exact amounts: of few sets that may be better than
        the best one each is solved; minus infinity where they are many.

        Where sales may raise more than is paid out, or changing money burns some of it, its own programme knows less.
        """
        programme, main, best = self._programme, self._main, self._best_j(most)
        every, is_known = range(self.any_number), not programme.excess and not any(programme.burnt.values())
        if not is_known or most > OF_SETS or sum(comb(len(every), count) for count in range(most + 1)) > SETS:
            return -inf
        better = [each for count in range(most + 1) for each in main.better(list(combinations(every, count)), best)]
        better = [each for each in better if main.is_one_sided(each)]
        if len(better) > SOLVED:
            return -inf
        fits = [main.fits.fit(each) for each in better]
        return min(best, *(-inf if each is None else each.j for each in fits), inf)

    def _gap(self, most: int) -> float:
        """Less than this does not count among plans of at most so many trades."""
        return PROVEN_SHOWN * max(self._nothing - self._best_j(most), 1e-9)

    def _bounds(self, most: int, among: int) -> Iterator[float]:
        """Ever better bounds of at most so many trades, by the programmes that know all rules.

        First with trades that may be made in part, which is quick and gives the tangents that count. Until nothing that
        counts among so many trades can be missed, or no bound is better than the one before.
        """
        proof, lower, is_other = self._proof(most), -inf, True
        for in_parts in (True,) * ROUNDS_IN_PARTS + (False,) * PROOF_ROUNDS:
            if in_parts and not is_other:
                # The same programme again has the same bound.
                continue
            best, gap = self._best_j(among), self._gap(among)
            nodes = EFFORT // self.any_number
            found = proof.solve(gap=gap / 2, nodes=nodes, goes_on=self._goes_on, in_parts=in_parts)
            if found is None or not self._goes_on():
                break
            before, lower = lower, max(lower, found.lower - rounding(self._main, most))
            yield lower
            is_other = proof.touch(found.k, found.gap)
            fit = None if in_parts else self._main.offer(found.support)
            if fit is not None:
                proof.touch(fit.k, fit.gap)
            is_better = lower > before or self._best_j(among) < best
            if self._best_j(among) - lower <= gap or not (is_better or in_parts):
                break

    def _proof(self, most: int) -> ProofSearch:
        """The programme of at most so many trades, with tangents where good plans are."""
        from wealthdesk.planner.proof import ProofSearch, seeded

        proof = ProofSearch(self._programme, self._main.rules, self._main.eta, range(self.any_number), most)
        known = self._known()
        points = [(each.sized.fit.k, each.sized.fit.gap) for count, each in known.items() if count >= most]
        seeded(proof, points[:1] + points[-1:], self._best_j(most))
        return proof

    def _best_j(self, most: int) -> float:
        return min((each.j for count, each in self._known().items() if count <= most), default=self._nothing)


class _Control:
    """The searches of one problem, and the sheets that are made of what they have found so far."""

    def __init__(self, problem: Problem, trades: TradeCount, goes_on: Callable[[], bool]) -> None:
        from wealthdesk.planner.programme import Programme
        from wealthdesk.planner.sparse import SetProgrammes

        self._problem, self._trades, self._goes_on = problem, trades, goes_on
        self._programme = Programme(problem)
        self._sets = SetProgrammes(self._programme)
        self._first, self._main = self._search(frozenset()), self._search(frozenset())
        self._searches = [self._main, self._first]
        self._nothing = score(problem, settle(problem, {})).j
        self._closest: Fit | None = None
        self._made: ControlSheet | None = None
        self._known: dict[int, _Candidate] = {}
        """By the identity of their amounts, which they hold."""
        self._proven = _Bounds(self._programme, self._main, self._nothing, self._candidates, goes_on)
        self._exact: dict[tuple[int, tuple[int, ...], float], Point | None] = {}

    def _search(self, closed: frozenset[int]) -> Sparse:
        from wealthdesk.planner.sparse import Sparse

        return Sparse(self._programme, turnover_cost(self._problem), self._goes_on, closed, self._sets)

    @property
    def is_large(self) -> bool:
        """Whether the closest plan takes its time."""
        return len(self._programme.units) > LARGE

    # Searching

    def search_first(self) -> None:
        """From nothing up, as far as it goes quickly, where the closest plan takes its time."""
        if self.is_large:
            self._first.up(FIRST)

    def search_main(self) -> None:
        """From the closest plan down; then what was found from nothing up joins, where it is better."""
        self._closest = self._main.closest()
        if self._closest is not None:
            self._main.down(self._closest)
        for sized in list(self._first.best.values()) if self._goes_on() else ():
            self._main.offer(sized.fit.support)

    def search_around(self) -> None:
        """Up and down around the best value, and with money in one account alone, where that may be any better."""
        from wealthdesk.planner.proof import bound_at

        self._main.rounds(self._knee() + FURTHER)
        for alone, closest in self._single_movers() if self._goes_on() else ():
            single = self._candidates().get(1)
            if single is None or single.moves or bound_at(alone, closest) < single.j:
                alone.down(closest)
                self._searches.append(alone)
                alone.rounds(self._knee() + FURTHER)

    def search_further(self) -> None:
        """Up and down for all that the control steps through."""
        self._main.rounds(self._last() + 1, 1)

    def is_best(self) -> bool:
        """Whether nothing remains to be looked for: one trade, or none, is the best of all, and there are no lots."""
        from wealthdesk.planner.sizing import is_whole

        best = self._candidates().get(0 if self._closest is None else len(self._closest.support))
        if best is None or best.count > 1 or best.moves or any(map(is_whole, self._programme.units)):
            return False
        return best.j - self._any_lower <= NO_GAIN * (self._nothing - best.j)

    @cached_property
    def _any_lower(self) -> float:
        """What J of no plan is below, of any number of trades in exact amounts."""
        from wealthdesk.planner.proof import bound_at

        return -inf if self._closest is None else bound_at(self._main, self._closest)

    def _single_movers(self) -> list[tuple[Sparse, Fit]]:
        """Searches, with their closest plans, in which money for any account moves in one alone, where that is best."""
        movers = self._programme.comes or self._programme.goes
        if len(movers) < 2:
            return []
        tried: list[tuple[float, int, Sparse, Fit]] = []
        for at in movers:
            alone = self._search(_closed_beside(self._programme, at))
            fit = alone.closest()
            if fit is not None and not self._main.lacks(fit):
                tried.append((fit.j, at, alone, fit))
        return [(alone, fit) for _, _, alone, fit in sorted(tried, key=lambda each: each[:2])[:PAYERS]]

    # What was found

    def has_any(self) -> bool:
        """Whether anything that is allowed was found."""
        return bool(self._candidates())

    def has_any_of(self, most: int) -> bool:
        """Whether anything of at most so many trades was found."""
        return min(self._candidates(), default=inf) <= most

    def _gain(self) -> float:
        """G: what any number of trades gains over none."""
        return self._nothing - min(each.j for each in self._candidates().values())

    def _most_gain(self) -> float:
        """The same where only few trades are known yet: what the closest plan gains, of any smallness of its trades."""
        known = self._gain()
        return known if self._closest is None else max(known, self._nothing - self._closest.j)

    def _candidates(self) -> dict[int, _Candidate]:
        """The best set by number of trades, transfers weighed in; more trades only where they are better."""
        everything = [self._candidate(sparse, sized) for sparse in self._searches for sized in sparse.best.values()]
        if not everything:
            return {}
        move = WORTH * max(0.0, self._nothing - min(each.j for each in everything))
        found: dict[int, _Candidate] = {}
        best = inf
        for each in sorted(everything, key=lambda each: (each.count, each.j + move * each.moves)):
            if each.j + move * each.moves < best - 1e-12:
                best = each.j + move * each.moves
                found[each.count] = each
        return found

    def _candidate(self, sparse: Sparse, sized: Sized) -> _Candidate:
        known = self._known.get(id(sized))
        if known is None:
            movers = self._programme.comes or self._programme.goes
            moved = sum(sized.fit.value(column) * self._programme.total >= 1 for column in movers.values())
            known = self._known[id(sized)] = _Candidate(sparse, sized, _count(sized), max(0, moved - 1))
        return known

    def _knee(self) -> int:
        """The number of trades from which further ones bring less than they are worth."""
        found, gain = self._candidates(), self._gain()
        return min(found, key=lambda count: (found[count].j + WORTH * gain * (count + found[count].moves), count))

    def _last(self) -> int:
        found, gain = self._candidates(), self._gain()
        return min(
            count
            for count, each in found.items()
            if each.j <= self._nothing - ALL * gain + 1e-12 or count == max(found)
        )

    # Sheets

    def _point(self, count: int, candidate: _Candidate) -> Point | None:
        key = (id(candidate.sparse), candidate.sized.fit.support, candidate.j)
        if key not in self._exact and self._made is not None and not self._goes_on():
            return None
        if key not in self._exact:
            from wealthdesk.planner.sizing import finished

            answer, made = finished(candidate.sparse, candidate.sized), None
            if answer is not None:
                made = Point(len(answer.trades), replace(answer, method=METHOD), score(self._problem, answer).j, 0.0)
            self._exact[key] = made
        return self._exact[key]

    def sheet(self, *, is_quick: bool = False, is_final: bool = False) -> ControlSheet:
        """All that was found; quick: only the plan of the best value (or of the number that was asked for).

        Once the search is to end, what was made before is enough.
        """
        if self._made is None or self._goes_on():
            self._made = self._sheet(is_quick, is_final)
        return self._made

    def _sheet(self, is_quick: bool, is_final: bool) -> ControlSheet:
        candidates = self._candidates()
        if is_quick:
            wanted = self._trades if isinstance(self._trades, int) else self._knee()
            least = min(candidates, default=0)
            most = max((count for count in candidates if count <= wanted), default=least)
            candidates = {count: candidates[count] for count in (least, most) if count in candidates}
        points = self._points(candidates)
        if not points:
            return _in_turn(self._problem) or _nothing(self._problem, settle(self._problem, {}))
        gain = self._most_gain() if is_quick else self._nothing - min(point.j for point in points)
        points = [replace(each, kept=self._kept(each, gain), bound=self._proven.miss(each)) for each in points]
        moves = {point.trades: self._moves(point) for point in points}
        best = min(points, key=lambda each: (each.j + WORTH * gain * (each.trades + moves[each.trades]), each.trades))
        if self._is_nothing(points, gain):
            best = points[0]
        best = self._guarded(points, best)
        fewest = next(each for each in points if each.kept >= HALF or each is points[-1])
        closest = next(each for each in points if each.kept >= ALL or each is points[-1])
        # What brings the last things into their bands may hardly be closer than what does not.
        closest = max(closest, best, key=lambda each: each.trades)
        named = {Trades.BEST_VALUE: best, Trades.FEWEST: fewest, Trades.CLOSEST: closest}
        chosen = named[self._trades] if isinstance(self._trades, Trades) else _of_at_most(points, self._trades)
        shown = tuple(each for each in points if each.trades)
        if not best.trades and isinstance(self._trades, Trades):
            shown, chosen = (), best
        return ControlSheet(
            shown,
            best.trades,
            fewest.trades,
            closest.trades,
            chosen,
            self._proven.regret(chosen if chosen.trades >= closest.trades else closest),
            empty_because=None if chosen.trades else _reason(self._problem, points),
            is_final=is_final,
        )

    def _points(self, candidates: dict[int, _Candidate]) -> list[Point]:
        made = [point for count, each in candidates.items() if (point := self._point(count, each)) is not None]
        move = WORTH * max(0.0, self._nothing - min((each.j for each in made), default=self._nothing))
        kept, best, least = list[Point](), inf, inf
        for each in sorted(made, key=lambda point: (point.trades, point.j + move * self._moves(point))):
            weighed = each.j + move * self._moves(each)
            if weighed < best - 1e-12:
                best = weighed
                if each.j < least:
                    least = each.j
                    kept.append(each)
        return kept

    def _moves(self, point: Point) -> int:
        moved = point.answer.new_money or (point.answer.paid if self._problem.withdrawal else {})
        return max(0, len(moved) - 1)

    def _kept(self, point: Point, gain: float) -> float:
        return min(1.0, max(0.0, (self._nothing - point.j) / gain)) if gain > 0 else 1.0

    def _is_nothing(self, points: list[Point], gain: float) -> bool:
        """Whether no trade is needed, and none is worth it."""
        return points[0].trades == 0 and (gain <= NO_GAIN * max(self._nothing, NO_GAIN) or len(points) == 1)

    def _guarded(self, points: list[Point], best: Point) -> Point:
        """In a rebalance: further, as long as every trade more brings something into its band."""
        if self._problem.mode is not Mode.REBALANCE or not best.trades:
            return best
        by_count = {each.trades: each for each in points}
        left = outside(self._problem, best.answer)
        while left and best.trades + 1 in by_count:
            further = by_count[best.trades + 1]
            still = outside(self._problem, further.answer)
            if not still < left:
                break
            best, left = further, still
        return best

    def prove(self) -> None:
        """The bound of the plan that is shown; a better plan is taken where it finds one."""
        sheet, any_number = self.sheet(), self._proven.any_number
        if sheet.chosen.trades and self.has_any_of(sheet.chosen.trades):
            most = any_number if sheet.chosen.trades >= sheet.closest else sheet.chosen.trades
            self._proven.prove(sheet.chosen, most, self._any_lower)


def _closed_beside(programme: Programme, at: int) -> frozenset[int]:
    """The columns that are nothing where money moves in this account alone: without money nothing is bought."""
    movers = programme.comes or programme.goes
    closed = {column for other, column in movers.items() if other != at}
    paid = {account for (account, _), row in programme.purse.items() if programme.b[row] > 0} | {at}
    if programme.problem.mode is Mode.DEPOSIT:
        closed |= {column for each in programme.units if each.account not in paid for column in each.columns}
    return frozenset(closed)


def _of_at_most(points: list[Point], trades: int) -> Point:
    """The point of the most trades that are no more than these; the first one where all have more."""
    return max((each for each in points if each.trades <= trades), key=lambda each: each.trades, default=points[0])


def _count(sized: Sized) -> int:
    from wealthdesk.planner.sparse import NOTHING

    return sum(amount > NOTHING for amount in sized.fit.amounts)


def outside(problem: Problem, answer: PlanAnswer) -> frozenset[tuple[str, str]]:
    """The classes and assets that are outside their bands after a plan."""
    practical = problem.practical
    if practical is None or problem.total <= 0:
        return frozenset()
    values, shares = after(problem, answer)
    targets, own = problem.class_targets, problem.asset_targets
    found = {
        ("class", key) for key, band in practical.outside_bands.items() if abs(shares[key] - targets[key]) >= band > 0
    }
    for key, band in practical.outside_asset_bands.items():
        if key in own and abs(values[key] / problem.total - own[key]) >= band > 0:
            found.add(("asset", key))
    return frozenset(found)


def _reason(problem: Problem, points: list[Point] | None = None) -> EmptyBecause:
    """Why nothing is traded, as far as the problem tells."""
    places = [(asset.id, account.id) for asset in problem.assets for account in problem.accounts]
    can_buy, can_sell = any(map(problem.may_buy, places)), any(map(problem.may_sell, places))
    spendable = sum(max(0, each.cash - problem.floor_of(each)) for each in problem.accounts) + problem.new_money
    if problem.total <= 0 or (problem.mode is Mode.DEPOSIT and not spendable):
        return EmptyBecause.NO_MONEY
    if problem.mode is Mode.WITHDRAWAL:
        return EmptyBecause.CASH_PAYS
    if (not can_buy and not can_sell) or (not can_buy and problem.mode is Mode.DEPOSIT):
        return EmptyBecause.MAY_NOT
    if problem.mode is Mode.DEPOSIT:
        if spendable < problem.smallest_trade or (points is not None and len(points) == 1 and _is_below_a_lot(problem)):
            return EmptyBecause.BELOW_SMALLEST
        if problem.cash_class is not None:
            return EmptyBecause.CASH_TARGET
        return EmptyBecause.NOT_WORTH
    return EmptyBecause.ON_TARGET if points is None or len(points) > 1 or points[0].j < 1e-6 else EmptyBecause.NOT_WORTH


def _is_below_a_lot(problem: Problem) -> bool:
    """Whether no account has the money for one lot of anything that may be bought there."""
    return not any(
        problem.may_buy((asset.id, account.id))
        and account.cash - problem.floor_of(account) + problem.new_money >= asset.lot
        for account in problem.accounts
        for asset in problem.assets
    )
