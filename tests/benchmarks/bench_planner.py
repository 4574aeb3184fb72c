"""How close to the best the search for plans gets, and how long it takes, beside the bars of the design.

The regret is that against the best plan known: the one found by a search forty times as long, so that it may be a
little too low; the proven bound beside it is certain and too high. Whether a bar is missed is said of both.
Run `python -m benchmarks.bench_planner` from `tests`; add sizes ("50 200") to run only these.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from benchmarks.figures import tell
from planner.made_problems import portfolio
from wealthdesk.domain.plans import Mode
from wealthdesk.planner import search
from wealthdesk.planner.answer import Answer, broken_rules, settle
from wealthdesk.planner.objective import score
from wealthdesk.planner.problem import Problem
from wealthdesk.planner.swaps import Effort

SEEDS = 5
KINDS: dict[str, dict[str, bool]] = {"plain": {}, "look-through": {"look_through": True}, "fees": {"fees": True}}
LONG: dict[str, object] = {
    "PROBES": 60,
    "PROBED": 60_000,
    "FAIR": 1e-6,
    "EFFORTS": (Effort(100, 400, 3), Effort(200, 600, 4), Effort(300, 1_500, 4, 40)),
}
"""The search's effort for the best known plan."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one problem: time, the regret against the best known plan, and the bound that was proven."""

    milliseconds: float
    regret: float
    bound: float


def bars(assets: int, accounts: int) -> tuple[float, float]:
    """The largest regret and the longest median time (ms) that the design allows."""
    if accounts > 3:
        return 1e-3, 2_000
    return {10: 0.0, 50: 1e-3}.get(assets, 1e-4), 1_000 if assets >= 1_000 else 100


def measured(problems: list[Problem]) -> Iterator[Figures]:
    """Every problem planned five times, and once at length for the best known plan."""
    for problem in problems:
        durations = [_duration(lambda p=problem: search.solve(p)) for _ in range(5)]  # type: ignore[misc]
        found = search.solve(problem)
        assert not list(broken_rules(problem, found))
        yield Figures(statistics.median(durations), _regret(problem, found), _bound(found))


def _duration(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def _regret(problem: Problem, found: Answer) -> float:
    value, nothing = score(problem, found).j, score(problem, settle(problem, {})).j
    with pytest.MonkeyPatch.context() as longer:
        for name, effort in LONG.items():
            longer.setattr(search, name, effort)
        least = min(value, score(problem, search.solve(problem)).j)
    return (value - least) / max(nothing - least, 1e-12) if value - least > 1e-9 else 0.0


def _bound(found: Answer) -> float:
    return 1.0 if found.regret_bound is None else found.regret_bound


def main(sizes: list[int]) -> None:
    """Prints a line for the time and one for the regret of each size, number of accounts and kind."""
    for mode in (Mode.DEPOSIT, Mode.REBALANCE, Mode.WITHDRAWAL):
        for assets in sizes:
            for accounts in (1, 3, 10) if mode is Mode.DEPOSIT else (3,):
                for name, options in KINDS.items():
                    problems = [portfolio(s, assets, accounts, mode=mode, **options) for s in range(SEEDS)]
                    _tell(f"{mode.value}, {assets} holdings, {accounts} accounts, {name}", problems, assets, accounts)


def _tell(what: str, problems: list[Problem], assets: int, accounts: int) -> None:
    figures = list(measured(problems))
    regret, milliseconds = bars(assets, accounts)
    tell(f"{what}: time", statistics.median(each.milliseconds for each in figures), milliseconds)
    part = 1e4
    tell(f"{what}: worst regret × 10⁴", max(each.regret for each in figures) * part, regret * part, "")
    tell(f"{what}: worst proven bound × 10⁴", max(each.bound for each in figures) * part, regret * part, "")


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [10, 50, 200, 1_000])
