"""The one way from a problem to its answer: which method calculates what."""

from dataclasses import replace

from wealthdesk.domain.plans import Mode
from wealthdesk.planner import bands, exact, raising, search
from wealthdesk.planner.answer import AnswerProgress, PlanAnswer, broken_rules, score, settle
from wealthdesk.planner.fill import filled_evenly, fills_evenly
from wealthdesk.planner.limited import limited
from wealthdesk.planner.problem import Problem, SearchGoal
from wealthdesk.planner.search import BRIEF

SMALL = 24
"""Up to so many assets, every plan that may be the best is looked at."""
COUNTABLE = 100_000
"""Lots of a smaller part of the total are not counted one by one."""


def calculate(problem: Problem, progress: AnswerProgress | None = None) -> PlanAnswer:
    """The plan of a problem; progress is told of each better one, the first one quickly, and may stop the search.

    Nothing is proven of a plan that is not allowed.
    """
    if problem.max_trades is not None or problem.withdrawal or any(each.withdrawal for each in problem.accounts):
        return _with_money_out(problem, progress)
    return _of_any_number(problem, progress)


def _of_any_number(problem: Problem, progress: AnswerProgress | None) -> PlanAnswer:
    """The plan of a problem that limits no number of trades, or one into bands, which may."""
    if fills_evenly(problem):
        return filled_evenly(problem)
    is_short = problem.mode is not Mode.DEPOSIT and any(each.cash < each.buffer for each in problem.accounts)
    found = _short(problem, progress) if is_short else _searched(problem, progress)
    return replace(found, regret_bound=None) if any(broken_rules(problem, found)) else found


def _with_money_out(problem: Problem, progress: AnswerProgress | None) -> PlanAnswer:
    """A plan with a limit of trades, or with money that leaves: of an account as if it were gone already.

    Where any account may pay, which of them do is a question of the amounts that are sold.
    """
    accounts = [replace(each, cash=each.cash - each.withdrawal, withdrawal=0) for each in problem.accounts]
    gone = replace(problem, accounts=accounts)
    if len(accounts) == 1:
        gone = replace(gone, accounts=[replace(accounts[0], cash=accounts[0].cash - gone.withdrawal)], withdrawal=0)
    if gone.max_trades is None and not gone.withdrawal:
        found = calculate(gone, progress)
    elif gone.total <= 0:
        found = settle(gone, {}, 0.0)
    elif gone.goal is SearchGoal.BAND and not gone.withdrawal:
        found = _of_any_number(gone, progress)
        if any(broken_rules(gone, found)):
            found = replace(_limited(gone, progress), regret_bound=None)
    else:
        found = _limited(gone, progress)
    paid = found.paid if gone.withdrawal else {accounts[0].id: problem.withdrawal} if accounts else {}
    return settle(problem, found.lots, found.regret_bound, found.method, paid=paid)


def _limited(problem: Problem, progress: AnswerProgress | None) -> PlanAnswer:
    return limited(problem, progress)


def _short(problem: Problem, progress: AnswerProgress | None) -> PlanAnswer:
    """Accounts that cannot raise what is missing in them sell all; the others plan as if that were enough.

    Where gains are limited it may be a question of which account realises them: then it is tried as it is.
    """
    within = raising.within_reach(problem)
    if within is problem:
        return _or_everything(problem, _searched(problem, progress))
    if problem.gain_limit is not None and problem.total > 0:
        found = _searched(problem, progress)
        if not any(broken_rules(problem, found)):
            return found
    found = _or_everything(within, _searched(within, progress))
    if problem.mode is Mode.WITHDRAWAL:
        found = raising.raised_further(problem, found)
    return replace(found, regret_bound=None)


def _or_everything(problem: Problem, found: PlanAnswer) -> PlanAnswer:
    """What was found, or the sale of all where that alone raises enough.

    Lots of less than a minor unit are traded many at a time, so that the last few may be what is missing.
    """
    if not any(broken_rules(problem, found)):
        return found
    everything = raising.everything(problem)
    return found if any(broken_rules(problem, everything)) else everything


def _searched(problem: Problem, progress: AnswerProgress | None) -> PlanAnswer:
    if problem.total <= 0:
        return raising.everything(problem) if problem.mode is Mode.WITHDRAWAL else settle(problem, {}, 0.0)
    if problem.goal is SearchGoal.BAND:
        return bands.plan(problem)
    return _small(problem, progress) if len(problem.assets) <= SMALL else search.solve(problem, progress)


def _small(problem: Problem, progress: AnswerProgress | None) -> PlanAnswer:
    """Most small problems are proven at once; the others are as soon as the search has found a good plan, or never."""
    first = exact.improve(problem, settle(problem, {}), exact.QUICK)
    if first.regret_bound == 0:
        return first
    is_one = len(problem.accounts) == 1
    found = search.solve(problem, progress, BRIEF if is_one else None)
    best = _better(problem, found, first)
    is_enough = not _is_countable(problem) or (progress is not None and not progress(best))
    return best if is_enough else exact.improve(problem, best, exact.LONG if is_one else exact.LONG[:1])


def _is_countable(problem: Problem) -> bool:
    """Whether lots are so large that one more or less is worth looking at."""
    return all(asset.lot * COUNTABLE >= problem.total for asset in problem.assets)


def _better(problem: Problem, one: PlanAnswer, other: PlanAnswer) -> PlanAnswer:
    """The allowed one of two answers, or the one with the lower J; the first of equal ones."""
    return min(one, other, key=lambda each: (any(broken_rules(problem, each)), score(problem, each).j))


def prepare() -> None:
    """Imports what programmes of whole lots need, which takes longer than the first of them."""
    import highspy

    assert highspy
