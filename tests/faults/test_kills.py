"""A writing process killed at random moments: whatever it acknowledged is there, and nothing is there by half."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.conftest import ROOT
from faults.extent import IS_WHOLE

KILLS = 200 if IS_WHOLE else 12
SEED = 20261120


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The writer is forked.")
def test_what_was_acknowledged_is_there_after_every_kill(tmp_path: Path, tell: Callable[[str], None]) -> None:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT / "src")]),
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "faults.kills", str(tmp_path), str(SEED), str(KILLS)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    facts = [json.loads(line) for line in ran.stdout.splitlines()]
    missing = [each["missing"] for each in facts if each["missing"]]
    wrong = [each["wrong"] for each in facts if each["wrong"]]
    said = sum(each["said"] for each in facts)
    tell(f"kills: {len(facts)} at random moments, {said} changes acknowledged, {len(missing)} times one was missing")
    assert (missing, wrong, len(facts)) == ([], [], KILLS)
    assert said > KILLS, "killed before it wrote anything"
