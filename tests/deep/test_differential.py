"""Plans of random problems against every plan, every set of trades, and a search of another kind.

A hundred problems here; `packaging/run.py deep` judges thousands. The seeds of what is wrong are in the message.
"""

from dataclasses import replace

import numpy as np
import pytest

from deep.__main__ import P95, P99, figures
from deep.made_instances import LARGE, MODES, made, mode_of, size_of
from deep.referee import read
from deep.rivals import Board, Sets, stepped, tried
from deep.trial import Verdict, compared, lots_of, planned, verdict

SEEDS = [seed for seed in range(1_000) if size_of(seed) != LARGE][:100]


@pytest.mark.parametrize("mode", MODES)
def test_plans_are_allowed_never_empty_and_proven_only_where_they_are(mode: str) -> None:
    verdicts = [verdict(seed) for seed in SEEDS if mode_of(seed) == mode]
    wrong = [f"seed {each.seed}: {each.what}" for each in verdicts if each.is_wrong]
    assert not wrong, "\n".join(wrong)
    ((line, p95, p99),) = figures(verdicts)
    print(f"seeds {SEEDS[0]} to {SEEDS[-1]}: {line}")
    assert p95 <= P95, [(each.seed, each.what) for each in verdicts if each.what]
    assert p99 <= P99, [(each.seed, each.what) for each in verdicts if each.what]


def test_two_sales_raise_what_two_accounts_lack_where_the_closest_sale_is_not_allowed() -> None:
    """Whole shares of a position of 1.684 would have been sold closest, and are below the smallest trade."""
    assert not verdict(810_110).is_wrong


# What judges is judged too: otherwise nothing could ever fail


def judged_without(seed: int, bound: float | None, trades: int) -> Verdict:
    """The verdict when the planner had left all but so many trades out, and claimed this."""
    data = made(seed)
    case, answer = read(data), planned(data)
    best = lots_of(answer)
    worse = replace(answer, trades=answer.trades[:trades], regret_bound=bound)
    return compared(case, worse, best, True, (seed, size_of(seed), 0.0))


def a_seed_with_trades() -> int:
    return next(seed for seed in range(0, 400, 4) if len(planned(made(seed)).trades) > 2)


def test_an_empty_plan_is_noticed() -> None:
    assert judged_without(a_seed_with_trades(), None, 0).is_empty


def test_a_false_bound_is_noticed() -> None:
    told = judged_without(a_seed_with_trades(), 0.0, 1)
    assert told.is_false_bound
    assert (told.regret or 0) > 1e-6


def test_a_plan_that_is_not_allowed_is_noticed() -> None:
    seed = a_seed_with_trades()
    data = made(seed)
    answer = planned(data)
    several = tuple(replace(each, count=each.count * 1_000) for each in answer.trades)
    told = compared(read(data), replace(answer, trades=several), lots_of(answer), True, (seed, size_of(seed), 0.0))
    assert told.is_not_allowed


@pytest.mark.parametrize(
    "seed", [seed for seed in range(160) if size_of(seed) == "lots" and mode_of(seed) != "band"][:30]
)
def test_the_search_finds_what_trying_every_plan_finds(seed: int) -> None:
    case = read(made(seed))
    if case.total <= 0:
        return
    board = Board(case)
    every = tried(board) if board.places else None
    if every is None:
        return
    seen = [np.zeros(len(board.places)), every]
    Sets(board, 300).best(seen.append)
    searched = [stepped(board, each, seed) for each in seen[2:4]] + seen[2:]
    values = board.values(np.array(seen))
    least = float(values[1])
    nearest = float(board.values(np.array(searched)).min()) if searched else float(values[0])
    assert nearest >= least - 1e-12
    assert not np.isfinite(least) or nearest <= least + 1e-3 * max(
        1e-9, abs(float(values[0]) - least) if np.isfinite(values[0]) else 1
    )
