"""A limit on the number of trades, as files have it: the best plan within it, proven where the problem is small."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, inf

from wealthdesk.domain.plans import Mode
from wealthdesk.planner import raising
from wealthdesk.planner.answer import AnswerProgress, PlanAnswer, broken_rules, score, settle, turnover_cost
from wealthdesk.planner.practical import FURTHER, METHOD, SMALL, always, rounding
from wealthdesk.planner.problem import Place, Problem
from wealthdesk.planner.programme import Programme
from wealthdesk.planner.proof import ProofSearch, seeded
from wealthdesk.planner.relaxation import regret_bound
from wealthdesk.planner.sizing import finished, is_whole, settled, sized_with
from wealthdesk.planner.sparse import Fit, Sparse

SETS = 700
"""Up to so many sets of trades, every one is looked at."""
PROMISING = 12
"""Of those, so many of the best are brought to whole lots and units."""
USEFUL = 24
"""With very many trades, so many of the best sets' are looked at together."""
FEW_UNITS = 24
FEW_SALES = 10
ROUNDS = 12
TURNS = 24
"""So often lots are exchanged at the end."""
NODES = 20_000
PROVEN = 1e-5
STALLED = 1e-8
"""More tangents than those that raise the bound by less than this part of what can be gained are of no use."""


@dataclass(slots=True)
class _Best:
    """The allowed plan with the least J; of equal ones that with fewer trades, then the first by id."""

    problem: Problem
    answer: PlanAnswer | None = None
    j: float = inf

    def offer(self, answer: PlanAnswer | None) -> None:
        """Takes a plan if it is allowed and better; a trade that rounds to nothing is none to make."""
        if answer is None or not all(each.gross for each in answer.trades) or any(broken_rules(self.problem, answer)):
            return
        j = score(self.problem, answer).j
        if self.answer is None or (j, _rank(answer)) < (self.j, _rank(self.answer)):
            self.answer, self.j = replace(answer, method=METHOD), j


def _rank(answer: PlanAnswer) -> tuple[object, ...]:
    return (len(answer.trades), [(each.place, each.count) for each in answer.trades])


def limited(problem: Problem, progress: AnswerProgress | None = None) -> PlanAnswer:
    """The best plan with at most so many trades as the problem allows; proven where the problem is small."""
    sparse = Sparse(Programme(problem), turnover_cost(problem), always)
    most = len(sparse.programme.units) if problem.max_trades is None else problem.max_trades
    most = min(most, len(sparse.programme.units))
    _sweep(sparse, most + FURTHER)
    best = _Best(problem)
    for count in sorted(sparse.best):
        if count <= most:
            best.offer(finished(sparse, sparse.best[count]))
    if best.answer is not None and progress is not None and not progress(best.answer):
        return best.answer
    lower = _proven(sparse, best, most)
    if best.answer is None:
        best.offer(_raised(problem, most))
    if best.answer is None:
        return _as_much_as_possible(problem, most)
    if len(sparse.programme.units) <= FEW_UNITS:
        _exchange(best, most)
    return replace(best.answer, regret_bound=_regret(problem, best.j, lower))


def _regret(problem: Problem, j: float, lower: float) -> float | None:
    nothing = score(problem, settle(problem, {})).j
    return None if lower == -inf else regret_bound(j, nothing, lower)


def _exchange(best: _Best, most: int) -> None:
    """Single lots more or less, and from one place to another, for as long as that is better: exact to the last unit.

    What a cost is rounded to is seen only here.
    """
    problem = best.problem
    places = [(asset.id, account.id) for asset in problem.assets for account in problem.accounts]
    single = [{place: by} for place in places for by in (-1, 1)]
    paired = [{**one, **other} for one, other in combinations(single, 2) if one.keys() != other.keys()]
    before = inf
    for _ in range(TURNS):
        if best.answer is None or best.j >= before:
            break
        before, known = best.j, best.answer.lots
        for move in single + paired:
            lots = {place: known.get(place, 0) + move.get(place, 0) for place in known | move}
            is_near = not known or known.keys() & move.keys()
            if is_near and sum(map(bool, lots.values())) <= most and _may(problem, lots):
                best.offer(settle(problem, lots))


def _may(problem: Problem, lots: dict[Place, int]) -> bool:
    return all(
        problem.may_buy(place) if count > 0 else problem.may_sell(place) for place, count in lots.items() if count
    )


def _raised(problem: Problem, most: int) -> PlanAnswer | None:
    """Of what raises most when it is sold, the best part that is few enough and raises enough."""
    lots = raising.everything(problem).lots if problem.mode is Mode.WITHDRAWAL else {}
    best = _Best(problem)
    if len(lots) <= FEW_SALES:
        for count in range(min(most, len(lots)) + 1):
            for places in combinations(sorted(lots), count):
                best.offer(settle(problem, {place: lots[place] for place in places}))
    return best.answer


def _as_much_as_possible(problem: Problem, most: int) -> PlanAnswer:
    """The largest sales, where nothing that is allowed was found."""
    everything = raising.everything(problem) if problem.mode is Mode.WITHDRAWAL else settle(problem, {})
    trades = sorted(everything.trades, key=lambda each: (-each.gross, each.place))[:most]
    return settle(problem, replace(everything, trades=tuple(trades)).lots)


def _sweep(sparse: Sparse, most: int) -> Fit | None:
    closest = sparse.closest()
    if closest is not None:
        sparse.down(closest)
        sparse.rounds(most)
    return closest


def _proven(sparse: Sparse, best: _Best, most: int) -> float:
    """What J of no plan is below, while better plans are taken: every set of trades is looked at where they are few.

    How many whole lots several trades have is another question. Of very many trades only those are looked at again
    that were of use, and nothing is proven.
    """
    units = len(sparse.programme.units)
    is_sized = most <= 1 or not any(is_whole(unit) for unit in sparse.programme.units)
    if is_sized and sum(comb(units, count) for count in range(most + 1)) <= SETS:
        return _every_set(sparse, best, most)
    if units <= SMALL:
        return _looked_at(sparse, best, most, range(units))
    useful = sparse.fits.useful(most, USEFUL)
    _looked_at(sparse, best, most, useful)
    return -inf


def _every_set(sparse: Sparse, best: _Best, most: int) -> float:
    """The bound by all sets of so many trades, and the best plans of those that promise most."""
    units = range(len(sparse.programme.units))
    fits: list[Fit] = []
    lower = inf
    for count in range(most + 1):
        for support in combinations(units, count):
            fit = sparse.fits.fit(support) if sparse.is_one_sided(support) else None
            if fit is not None and not sparse.lacks(fit):
                lower = min(lower, fit.j)
                fits.append(sparse.offer(support) or fit)
    fits = sorted({fit.support: fit for fit in fits}.values(), key=lambda fit: (fit.j, fit.support))
    for fit in fits[:PROMISING]:
        sized = sparse.sized(fit) if fit.j < best.j else None
        if sized is not None:
            best.offer(finished(sparse, sized))
    return lower - rounding(sparse, most)


def _looked_at(sparse: Sparse, best: _Best, most: int, units: Sequence[int]) -> float:
    """The bound of a small problem, while better plans are taken; rounds go on until hardly anything can be missed."""
    programme = sparse.programme
    whole = any(is_whole(programme.units[at]) for at in units)
    proof = ProofSearch(programme, sparse.rules, sparse.eta, units, most, whole)
    nothing = score(programme.problem, settle(programme.problem, {})).j
    points = [(each.fit.k, each.fit.gap) for each in sparse.best.values()]
    seeded(proof, points, nothing if best.answer is None else best.j)
    lower = -inf
    for _ in range(ROUNDS):
        reach = max(nothing, 1e-9) if best.answer is None else max(nothing - best.j, best.j * 1e-6, 1e-9)
        found = proof.solve(gap=PROVEN * reach / 2, nodes=NODES)
        if found is None:
            break
        before, below, tangents = best.j, lower, proof.tangent_count
        lower = max(lower, found.lower - rounding(sparse, most))
        _judge(sparse, best, proof, found.support, found.counts)
        proof.touch(found.k, found.gap)
        if best.j - lower <= PROVEN * reach:
            break
        # Without a new tangent it would be the same programme again, and nearly so where they raise nothing any more.
        is_stalled = proof.tangent_count == tangents or lower - below <= STALLED * reach
        if best.j >= before and (not found.is_best or is_stalled):
            break
    return lower


def _judge(sparse: Sparse, best: _Best, proof: ProofSearch, support: tuple[int, ...], counts: dict[int, int]) -> None:
    """Sizes a set that a programme found, with its lots where they are whole."""
    fit = sparse.offer(support)
    if fit is not None:
        proof.touch(fit.k, fit.gap)
    if counts:
        found = sized_with(sparse, support, counts, sparse.eta)
        if found is not None:
            proof.touch(found.k, found.gap)
            best.offer(settled(sparse.programme, found))
    if fit is not None and len(fit.support) in sparse.best:
        best.offer(finished(sparse, sparse.best[len(fit.support)]))
