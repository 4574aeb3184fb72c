"""What the proof shares: a process on a disk that fails, and the sums that are printed at the end."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from faults import disk
from faults.disk import Kind
from faults.extent import IS_WHOLE

Ask = Callable[[str, Kind, int], dict[str, Any]]
"""What is found after a fault of a kind at the call of a number (0: none; below 0: without the step itself)."""

ROOT = Path(__file__).parents[2]
TOLD = "faults"
ADDED = "sums of faults"


class Sums(NamedTuple):
    """What came of faults: at how many calls, how many, and what was wrong after how many of them."""

    points: int
    faults: int
    lost: int
    mixed: int
    starts: int
    claimed: int

    def __str__(self) -> str:
        good = 100 - 100 * self.starts / self.faults
        return (
            f"{self.faults} faults at {self.points} calls: {self.lost} lost, {self.mixed} mixed, {good:.4g} % of next "
            f"starts good, {self.claimed} false “saved”"
        )


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The process that does one scenario after the other, each with a fault."""
    if why := disk.missing():
        if IS_WHOLE:
            pytest.fail(f"The proof against faults cannot be run. {why}")
        pytest.skip(why)
    place = tmp_path_factory.mktemp("faults").resolve()
    environment = os.environ | {
        "LD_PRELOAD": str(disk.compiled(place)),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT / "src")]),
        "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot be forked in peace
    }
    started = [sys.executable, "-m", "faults.server", str(place)]
    with subprocess.Popen(
        started, env=environment, cwd=place, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdin
        assert server.stdout
        to, answers = server.stdin, server.stdout

        @cache
        def asked(scenario: str, kind: Kind, number: int) -> dict[str, Any]:
            to.write(json.dumps({"scenario": scenario, "kind": kind, "number": number}) + "\n")
            to.flush()
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer

        yield asked
        to.close()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a line for the end of the run."""
    return lambda line: request.node.user_properties.append((TOLD, line))


@pytest.fixture
def add(request: pytest.FixtureRequest) -> Callable[[Sums], None]:
    """Keep numbers for the sum at the end of the run."""
    return lambda sums: request.node.user_properties.append((ADDED, list(sums)))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was proven, also when several processes ran it."""
    reports = [each for stats in terminalreporter.stats.values() for each in stats if hasattr(each, "user_properties")]
    lines = Counter(value for each in reports for name, value in each.user_properties if name == TOLD)
    if lines and (IS_WHOLE or terminalreporter.verbosity > 0):
        terminalreporter.section("Faults")
        for line in sorted(lines):
            terminalreporter.write_line(line)
        added = [value for each in reports for name, value in each.user_properties if name == ADDED]
        if added:
            terminalreporter.write_line(f"In all: {Sums(*map(sum, zip(*added, strict=True)))}")
