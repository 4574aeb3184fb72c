"""Saving what the user exports: whole or not at all, for the user alone, never in the place of a portfolio."""

import os
import resource
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wealthdesk.errors import WealthDeskError
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.services.given_files import save

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="about modes and limits of POSIX")


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """No file of this process may become larger: what a full disk does to a write."""
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_what_is_saved_is_for_the_user_alone_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        save(tmp_path / "plan.csv", b"Buy,1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "plan.csv").stat().st_mode) == 0o600
    assert (tmp_path / "plan.csv").read_bytes() == b"Buy,1"


def test_a_disk_that_fills_up_leaves_the_file_before_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    save(path, b"as it was")
    with at_most(1_000), pytest.raises(WealthDeskError, match=r"could not be written.*Choose another"):
        save(path, bytes(5_000))
    assert path.read_bytes() == b"as it was"
    assert [each.name for each in tmp_path.iterdir()] == ["plan.csv"]


def test_a_link_is_followed_to_the_file_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/real.csv").write_bytes(b"before")
    (tmp_path / "link.csv").symlink_to("elsewhere/real.csv")
    save(tmp_path / "link.csv", b"after")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "elsewhere/real.csv").read_bytes() == b"after"


def test_a_long_name_is_saved(tmp_path: Path) -> None:
    save(tmp_path / ("x" * 251 + ".csv"), b"all of it")
    assert next(tmp_path.iterdir()).read_bytes() == b"all of it"


@pytest.mark.parametrize("name", ["money.wealthdesk", "money.sqlite"])
def test_a_portfolio_is_never_replaced_by_an_export(tmp_path: Path, clock: Clock, name: str) -> None:
    path = tmp_path / name
    with open_desk(path, clock, create=True) as desk:
        before = path.read_bytes()
        with pytest.raises(WealthDeskError, match="is the name of a portfolio file"):
            desk.exports.save(path, "a,b")
    assert path.read_bytes() == before
