"""The commands as processes of their own: pipes that break, Ctrl+C, terminals that know no Unicode, kill -9."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli import forked
from wealthdesk.changes import EVERYTHING
from wealthdesk.errors import PortfolioChanged
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.storage.file import locks

PROGRAM = (sys.executable, "-m", "wealthdesk")
SOURCE = Path(__file__).parents[2] / "src"
LINES = 500


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"} | more


def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment(**more), check=False)


def held(portfolio: Path) -> tuple[int, set[str]]:
    """How many holdings there are, and their quantities."""
    shown = json.loads(forked.run(["show", "--file", portfolio, "--json"]).stdout)
    return len(shown["holdings"]), {each["quantity"] for each in shown["holdings"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Many lines with quantities of 1."""
    return written(tmp_path / "many.csv")


def written(path: Path) -> Path:
    rows = (f"Account {n % 5},S{n},1,{n % 89 + 1}.25,USD\n" for n in range(LINES))
    path.write_text("Account,Symbol,Quantity,Price,Currency\n" + "".join(rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio into which the file was imported, to be copied."""
    folder = tmp_path_factory.mktemp("imported")
    assert forked.run(["import", written(folder / "many.csv"), "--file", folder / "p"]).returncode == 0
    return folder / "p"


def test_a_pipe_that_breaks_is_no_error(file: Path, tmp_path: Path) -> None:
    command = [*PROGRAM, "import", str(file), "--file", str(tmp_path / "p")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None and process.stderr is not None
        # Before the first line is written: later all of it may already lie in the pipe, and nothing breaks.
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141
    assert held(tmp_path / "p") == (LINES, {"1"})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_behind_the_output_is_a_sentence(file: Path, tmp_path: Path) -> None:
    command = [*PROGRAM, "import", str(file), "--file", str(tmp_path / "p")]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (5, 1)
    assert b"The change is kept; only the answer could not be written" in done.stderr
    assert held(tmp_path / "p") == (LINES, {"1"})
    assert [each.name for each in (tmp_path / "backups").glob("p.*.daily.*")]


def test_ctrl_c_ends_a_command_without_a_traceback(imported: Path, tmp_path: Path) -> None:
    portfolio = shutil.copyfile(imported, tmp_path / "p")
    before = portfolio.read_bytes()
    # Where the tests run in the background of a shell, Ctrl+C is ignored, and what they start would ignore it too.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    started = heeds + "import sys, wealthdesk.cli.show, wealthdesk.app as app; print('started', flush=True); "
    command = [sys.executable, "-c", started + "sys.exit(app.main())", "show", "--file", str(portfolio)]
    with (
        locks.exclusive(portfolio, patience=1),
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process,
    ):
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().strip() == b"started"
        time.sleep(0.4)  # it is now waiting for the lock that is held here
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read().strip() == b"Stopped."
    assert portfolio.read_bytes() == before


def test_a_terminal_without_unicode_gets_escapes_and_json_stays_json(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("Account,Symbol,Quantity,Price,Currency\nDépôt ☂,VTI,1,2,USD\n", "utf-8")
    forked.run(["import", file, "--file", tmp_path / "p"])
    file.write_text("Account,Symbol,Quantity,Price,Currency\nDépôt ☂,VTI,3,2,USD\n", "utf-8")
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    changed = run("import", file, "--file", tmp_path / "p", **ascii_only)
    assert (changed.returncode, changed.stderr) == (0, "")
    assert "1 \\u2192 3" in changed.stdout
    shown = run("show", "--file", tmp_path / "p", "--json", **ascii_only)
    assert json.loads(shown.stdout)["accounts"][0]["name"] == "Dépôt ☂"


def test_a_killed_import_keeps_all_or_nothing(imported: Path, file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text("utf-8").replace(",1,", ",2,"), "utf-8")
    shutil.copyfile(imported, tmp_path / "whole")
    start = time.monotonic()
    forked.run(["import", file, "--file", tmp_path / "whole"])
    took = time.monotonic() - start
    chance = random.Random(20)
    for turn in range(6):
        portfolio = tmp_path / f"p{turn}"
        shutil.copyfile(imported, portfolio)
        # Whoever has no patience left kills it; it may have ended before.
        with contextlib.suppress(subprocess.TimeoutExpired):
            forked.run(["import", file, "--file", portfolio], patience=took * chance.uniform(0.2, 1))
        assert held(portfolio) in ((LINES, {"1"}), (LINES, {"2"}))


def test_imports_at_the_same_time_into_one_new_portfolio_are_each_whole(file: Path, tmp_path: Path) -> None:
    assert forked.run_at_once([["import", file, "--file", tmp_path / "p"]] * 2) == [0, 0]
    assert held(tmp_path / "p") == (LINES, {"1"})


def test_an_open_portfolio_notices_what_a_command_kept_and_refuses_what_it_previewed_before(
    file: Path, tmp_path: Path
) -> None:
    portfolio = tmp_path / "p"
    clock = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
    told: list[object] = []
    with open_desk(portfolio, clock, create=True) as desk:
        desk.subscribe(told.append)
        draft = desk.imports.read_file(file)
        seen = desk.imports.preview([draft])
        assert not desk.reread_if_changed_elsewhere()
        assert forked.run(["import", file, "--file", portfolio]).returncode == 0
        assert desk.reread_if_changed_elsewhere()
        assert told == [EVERYTHING]
        assert len(desk.portfolios.current().holdings) == LINES
        with pytest.raises(PortfolioChanged):
            desk.imports.keep([draft], seen=seen)
        assert not desk.reread_if_changed_elsewhere()
