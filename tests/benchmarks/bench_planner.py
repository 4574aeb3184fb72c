"""How close to the best the plans are, and how long they take, beside the bars of the design: five portfolios a line.

What is proven counts first: where the bound of the regret is within the bar, nothing can be missed. Elsewhere the
regret is that against the best plan known, found by a search that tries many times as much; it may be a little too low.
The time is that of the processor: planning uses one, and what else the machine does shall not count.
It is part of `packaging/run.py bench`; `python -m benchmarks.bench_planner 50 200` from `tests` runs only these sizes.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from planner.made_problems import portfolio
from wealthdesk.domain.plans import Mode
from wealthdesk.planner import search
from wealthdesk.planner.answer import Answer, broken_rules, settle
from wealthdesk.planner.calculate import calculate, prepare
from wealthdesk.planner.nearby import Width
from wealthdesk.planner.objective import score
from wealthdesk.planner.problem import Problem
from wealthdesk.planner.swaps import Effort
from wealthdesk.planner.thoroughness import Thoroughness

SEEDS = 5
KINDS: dict[str, dict[str, bool]] = {"plain": {}, "look-through": {"look_through": True}, "fees": {"fees": True}}
AT_LENGTH = Thoroughness(
    (Effort(100, 400, 3), Effort(200, 600, 4), Effort(300, 1_500, 4, 40)),
    Effort(240, 800, 4, 32),
    60,
    60_000,
    1e-6,
    Width(1e-4, 128, 6, 30, 3.0, 100),
    Width(1e-4, 120, 6, 30, 2.0, 20),
    Width(1e-6, 300, 0, 0, 0.0, 3_000, 12),
)
"""The search for the best plan known."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one problem: milliseconds, the regret, and whether that is proven."""

    milliseconds: float
    regret: float
    is_proven: bool


def bars(assets: int, accounts: int) -> tuple[float, float]:
    """The largest regret and the longest median time (ms) that the design allows."""
    if accounts > 3:
        return 1e-3, 2_000
    if assets <= 20:
        return (0.0 if accounts == 1 else 1e-3), 100
    return (1e-3 if assets <= 50 else 1e-4), (1_000 if assets > 200 else 100)


def measured(problems: list[Problem], bar: float) -> Iterator[Figures]:
    """Every problem planned once, and again at length where its plan is not proven to be within the bar."""
    for problem in problems:
        start = time.process_time()
        found = calculate(problem)
        took = (time.process_time() - start) * 1_000
        assert not list(broken_rules(problem, found))
        is_proven = found.regret_bound is not None and found.regret_bound <= bar
        yield Figures(took, (found.regret_bound or 0.0) if is_proven else _regret(problem, found), is_proven)


def _regret(problem: Problem, found: Answer) -> float:
    value, nothing = score(problem, found).j, score(problem, settle(problem, {})).j
    least = min(value, score(problem, search.solve(problem, how=AT_LENGTH)).j)
    return (value - least) / max(nothing - least, 1e-12) if value - least > 1e-9 else 0.0


def main(sizes: list[int]) -> None:
    """Prints a line for each mode, size, number of accounts and kind, and at the end how many bars are missed."""
    prepare()
    calculate(portfolio(99, 10, 1))
    missed = lines = 0
    for mode in (Mode.DEPOSIT, Mode.REBALANCE, Mode.WITHDRAWAL):
        for assets in sizes:
            for accounts in (1, 3, 10) if mode is Mode.DEPOSIT else (1, 3):
                for name, options in KINDS.items():
                    problems = [portfolio(seed, assets, accounts, mode=mode, **options) for seed in range(SEEDS)]
                    lines += 1
                    missed += _tell(f"{mode.value}, {assets} × {accounts}, {name}", problems, bars(assets, accounts))
    print(f"{missed} of {lines} lines miss a bar")


def _tell(what: str, problems: list[Problem], bar: tuple[float, float]) -> bool:
    """Prints a line; whether it misses its regret or its time."""
    regret_bar, time_bar = bar
    figures = list(measured(problems, regret_bar))
    took, regret = statistics.median(each.milliseconds for each in figures), max(each.regret for each in figures)
    proven = sum(each.is_proven for each in figures)
    missed = [name for name, over in (("regret", regret > regret_bar), ("time", took > time_bar)) if over]
    print(
        f"{what:<36} worst regret {regret:7.1e} (bar {regret_bar:5.0e}, proven {proven} of {len(figures)})  "
        f"median {took:6.0f} ms (bar {time_bar:4.0f})  {'missed: ' + ' and '.join(missed) if missed else 'ok'}",
        flush=True,
    )
    return bool(missed)


SIZES = (10, 50, 200, 1_000)


def test_plans() -> None:
    print()
    main(list(SIZES))


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or list(SIZES))
