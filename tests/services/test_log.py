"""The log: made when there is something to say, for its owner alone, of limited size, and never in the way."""

import logging
import stat
from pathlib import Path

import pytest

from wealthdesk.services.log import NAME, keep_log


def said(folder: Path, *words: str) -> None:
    """Something goes wrong."""
    handler = keep_log(folder)
    try:
        for each in words:
            logging.getLogger("wealthdesk.storage").warning(each)
    finally:
        logging.getLogger("wealthdesk").removeHandler(handler)
        handler.close()


def test_it_is_private_and_begun_anew_when_it_is_long(tmp_path: Path) -> None:
    said(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    said(tmp_path / "new", "one")
    said(tmp_path / "new", "two")
    log = tmp_path / "new" / NAME
    assert [line.split()[-1] for line in log.read_text().splitlines()] == ["one", "two"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.write_text("x" * 1_000_001)
    said(tmp_path / "new", "three")
    assert len(log.read_text().splitlines()) == 1
    assert len(list(log.parent.iterdir())) == 2


def test_it_is_not_followed_elsewhere_and_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / NAME).symlink_to(victim)
    said(tmp_path, "one")
    assert victim.read_text() == "precious"
