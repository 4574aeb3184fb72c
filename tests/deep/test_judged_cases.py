"""The stored cases with their answers, judged by the judge that comes with them; skipped where they are not there.

They lie beside the project and are no part of it: problems with the best answer that is known, and a judge of its own.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deep.trial import lots_of
from wealthdesk.planner import instance
from wealthdesk.planner.answer import PlanAnswer
from wealthdesk.planner.calculate import calculate
from wealthdesk.planner.problem import Problem

SHARED = Path(__file__).resolve().parents[3] / "shared"
CASES, JUDGE = SHARED / "cases", SHARED / "tools" / "judge"
SAME_BOUND = 1e-6
FOLDERS = ("planner/tiny", "planner/cont", "planner/large", "plans2", "plans3")
SAMPLE = ("tiny/rebalance_lots-1", "tiny/band-2", "cont/c_plain-3", "large/large-n50-a1-lt-0")

pytestmark = pytest.mark.skipif(not JUDGE.is_dir() or not CASES.is_dir(), reason="the cases are not there")


def cases(folder: str) -> list[Path]:
    return sorted((CASES / folder).rglob("*.json"))


def some_cases() -> Iterator[Path]:
    """All but those of 200 and more holdings, which the benchmarks are for."""
    for folder in FOLDERS:
        yield from (path for path in cases(folder) if "n200" not in path.stem and "n1000" not in path.stem)


@pytest.fixture(scope="module")
def judge() -> Iterator[Any]:
    sys.path.insert(0, str(JUDGE))
    try:
        yield importlib.import_module("judge")
    finally:
        sys.path.remove(str(JUDGE))
        for name in ("judge", "instance"):
            sys.modules.pop(name, None)


def told(path: Path, problem: Problem, answer: PlanAnswer) -> dict[str, Any]:
    """The answer as the judge reads it."""
    trades = []
    for (asset_id, account_id), lots in lots_of(answer).items():
        step = problem.asset[asset_id].step
        amount = {"amount_cents": abs(lots)} if step is None else {"qty": _decimal(abs(lots) * step)}
        side = "buy" if lots > 0 else "sell"
        trades.append({"account": account_id, "holding": asset_id, "side": side, **amount})
    return {"instance": path.stem, "trades": trades}


def _decimal(exact: Any) -> str:
    whole, rest = divmod(exact * 10**12, 10**12)
    assert rest.denominator == 1
    return f"{whole}.{int(rest):012}"


@pytest.mark.parametrize("path", list(some_cases()), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_passes_and_what_is_claimed_is_true(path: Path, judge: Any) -> None:
    problem = instance.read(path.read_bytes()).problem
    answer = calculate(problem)
    verdict = judge.judge(json.loads(path.read_text("utf-8")), told(path, problem, answer))
    assert verdict.passed, verdict.sentence()
    if verdict.regret is not None and answer.regret_bound is not None:
        assert verdict.regret <= answer.regret_bound + SAME_BOUND


def test_the_command_prints_nothing_but_plans(judge: Any) -> None:
    files = [path for path in some_cases() if f"{path.parent.name}/{path.stem}" in SAMPLE]
    assert len(files) == len(SAMPLE)
    command = [sys.executable, "-m", "wealthdesk", "plan", *map(str, files)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert [json.loads(line)["instance"] for line in lines] == [path.stem for path in files]
    for path, line in zip(files, lines, strict=True):
        assert judge.judge(json.loads(path.read_text("utf-8")), json.loads(line)).passed, path.stem
