"""What the tests share: Qt without a display, and a migrated portfolio file, copied per test.

Properties try the same examples each time, so that what passes today passes for who clones the project tomorrow;
`packaging/run.py test --hypothesis-profile=default` tries others.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import engine, providers

from portfolio_files import empty_at
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.opening import open_portfolio

if TYPE_CHECKING:
    from alembic.config import Config

# How long something takes is for the benchmarks: an example takes ten times as long where other programs run as well.
settings.register_profile("steady", derandomize=True, deadline=None, phases=set(Phase) - {Phase.explain})
settings.load_profile("steady")
# What is red is red in a minute: by itself it would look for a smaller example for five, and explain that for longer.
assert engine.MAX_SHRINKING_SECONDS
engine.MAX_SHRINKING_SECONDS = 20
# By itself it also tries what the code compares with, of those modules that are loaded by then: with other tests before
# it, or in a folder of another name, a property would try other examples.
assert "is_local_module_file" in vars(providers)
vars(providers)["is_local_module_file"] = lambda path: False

KEPT_HERE = TemporaryDirectory(prefix="wealthdesk-tests-", ignore_cleanup_errors=True)
"""Where the program keeps what is of this computer while it is tested: never among what is of the user."""
os.environ["XDG_DATA_HOME"] = KEPT_HERE.name

# What was compiled is kept, whatever the environment asks for: tests start many processes, and each would compile anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

SCREENS = Path(__file__).parent / "gui"


def pytest_collection() -> None:
    """While the tests are collected nothing is thrown away, and to look for it takes a quarter of the time."""
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Windows come last: what they leave free in memory is in so many pieces that all that follows is slower for it."""
    items.sort(key=lambda item: SCREENS in item.path.parents)


def pytest_collection_finish() -> None:
    """From here on as everywhere: what was loaded stays, and is not looked through again, as once a window is open.

    It is looked for less often, though: the tests make far more objects than what they leave in circles.
    """
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A display that nobody sees. The server finds its number: two that begin at once would be given the same by who
    only looks which is free, and what shows a window on the other's is left without one when that ends."""
    reader, writer = os.pipe()
    server = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(server, pass_fds=[writer], stderr=subprocess.DEVNULL) as process, os.fdopen(reader) as number:
        os.close(writer)
        try:
            yield f":{number.readline().strip()}"
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty portfolio at the newest version, to be copied."""
    return empty_at(tmp_path_factory.mktemp("template") / "template.wealthdesk")


@pytest.fixture
def portfolio_path(tmp_path: Path) -> Path:
    """An empty portfolio of the test's own."""
    return empty_at(tmp_path / "portfolio.wealthdesk")


@pytest.fixture
def database(portfolio_path: Path) -> Iterator[Database]:
    """The test's own portfolio, open."""
    with open_portfolio(portfolio_path, now=NOW) as opened:
        yield opened


@pytest.fixture
def old_portfolio(tmp_path: Path) -> Callable[[int], Path]:
    """Gives a copy of the real old file of a version, with its data."""

    def copied(version: int) -> Path:
        path = tmp_path / f"old_{version:04}.wealthdesk"
        shutil.copyfile(Path(__file__).parent / "data" / f"portfolio_{version:04}.wealthdesk", path)
        path.chmod(0o600)
        return path

    return copied


@pytest.fixture(scope="module")
def scripts_read_once() -> Iterator[None]:
    """Alembic reads all migrations anew each time that it is asked, which takes about as long as to carry them out."""
    from alembic.script import ScriptDirectory  # Late: few tests need it.

    anew, read = ScriptDirectory.from_config, dict[str | None, ScriptDirectory]()

    def from_config(config: "Config") -> ScriptDirectory:
        folder = config.get_main_option("script_location")
        if folder not in read:
            read[folder] = anew(config)
        return read[folder]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ScriptDirectory, "from_config", from_config)
        yield
