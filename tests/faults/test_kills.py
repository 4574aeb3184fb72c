"""A writing process killed at random moments: whatever it acknowledged is there, and nothing is there by half."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli import forked
from faults import kills
from faults.extent import IS_WHOLE

KILLS = 200 if IS_WHOLE else 12
SEED = 20261120
PATIENT = 60
"""So many seconds for each, a hundred times what it takes."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The writer is forked.")
def test_what_was_acknowledged_is_there_after_every_kill(tmp_path: Path, tell: Callable[[str], None]) -> None:
    command = [Path(kills.__file__), tmp_path, SEED, KILLS]
    ran = forked.run(command, patience=KILLS * PATIENT)
    assert ran.returncode == 0, ran.stderr
    facts = [json.loads(line) for line in ran.stdout.splitlines()]
    missing = [each["missing"] for each in facts if each["missing"]]
    wrong = [each["wrong"] for each in facts if each["wrong"]]
    said = sum(each["said"] for each in facts)
    tell(f"kills: {len(facts)} at random moments, {said} changes acknowledged, {len(missing)} times one was missing")
    assert (missing, wrong, len(facts)) == ([], [], KILLS)
    assert said > KILLS, "killed before it wrote anything"
