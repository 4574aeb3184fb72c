"""A few spoiled inputs of every reader; `packaging/run.py fuzz` tries them for minutes."""

from pathlib import Path

import pytest

from fuzz.readers import READERS, Sound, Trial, made_sound, tried
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


def test_what_is_wrong_is_seen(sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def traceback(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "main", traceback)
    trial = tried(sound, tmp_path / "place", "plan", 1)
    assert "a traceback" in trial.wrong[0]
    assert isinstance(trial, Trial)
