"""A few spoiled inputs of every reader; `packaging/run.py fuzz` tries them for minutes."""

from functools import partial
from pathlib import Path

import pytest

from fuzz.process import run
from fuzz.readers import MOST_MB, READERS, Sound, Trial, made_sound, tried
from wealthdesk import cli

SEEDS = range(8)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    return made_sound(tmp_path_factory.mktemp("fuzz") / "sound")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_spoiled_input_harms_nothing(sound: Sound, tmp_path: Path, reader: str, seed: int) -> None:
    trial = tried(sound, tmp_path / "place", reader, seed)
    assert not trial.wrong, (trial.wrong, trial.told)


@pytest.mark.parametrize(
    "reader",
    ["holdings", "transactions", "targets", "other programs", "companies", "plan", "reallocation", "portfolio values"],
)
def test_what_is_not_spoiled_is_taken(
    sound: Sound, tmp_path: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("spoiled_table", "spoiled_json", "spoiled_bytes", "spoiled_words"):
        monkeypatch.setattr(f"fuzz.readers.{name}", lambda _, data: data)
    monkeypatch.setattr("fuzz.readers.spoil_rows", lambda *_: "")
    trial = tried(sound, tmp_path / "place", reader, 1)
    assert not trial.wrong
    assert [each.code for each in trial.runs] == [0] * len(trial.runs)


def _divides_by_zero(*_: object) -> int:
    raise ZeroDivisionError


def _takes(megabytes: int, *_: object) -> int:
    print(len(bytearray(b"x") * (megabytes * 1_000_000)))
    return 0


def test_what_is_wrong_is_seen(sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "main", _divides_by_zero)
    trial = tried(sound, tmp_path / "place", "plan", 1)
    assert "a traceback" in trial.wrong[0]
    assert isinstance(trial, Trial)


def test_memory_is_the_command_s_own(tmp_path: Path) -> None:
    held = bytearray(b"x") * 400_000_000
    little = run(tmp_path, partial(_takes, 1), ("little",))
    del held
    much = run(tmp_path, partial(_takes, 300), ("much",))
    assert little.memory_mb < 150
    assert much.memory_mb > MOST_MB
