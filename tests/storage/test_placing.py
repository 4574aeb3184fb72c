"""Giving a finished file its name: it has it and nothing is refused, or it is refused and has it not."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wealthdesk.storage.file import files
from wealthdesk.storage.file.files import place


def refusing(*_: Any, **__: Any) -> None:
    """A step of a disk that is broken."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A finished file without its name."""
    source = tmp_path / "made.partial"
    source.write_text("all of it")
    return source


@pytest.mark.parametrize("link", [os.link, refusing])
def test_a_name_that_may_not_last_is_taken_back(
    link: Callable[..., None], made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(files, "sync_folder", refusing)
    with pytest.raises(OSError, match="Input/output"):
        place(made, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_name_too_many_is_no_failure(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refusing)
        place(made, tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "all of it"


def test_nothing_is_overwritten(made: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("older")
    with pytest.raises(FileExistsError):
        place(made, tmp_path / "kept")
    assert ((tmp_path / "kept").read_text(), made.read_text()) == ("older", "all of it")
