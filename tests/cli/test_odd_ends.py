"""Every command with what never ends, never begins or takes nothing: a sentence at once, in a process of its own."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.forked import CLOSED, UNREAD, run
from portfolio_files import demo_at
from wealthdesk.cli import COMMANDS
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.services.sources import EcbSource, FileSource

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has these devices")

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 60
"""Far more than a second, since a test may share its processor; without an end, nothing is enough."""

Command = tuple[str, ...]
Ended = subprocess.CompletedProcess[str]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a portfolio, an odd file of each kind, and files that commands read."""
    demo_at(tmp_path / "p.wealthdesk", CLOCK)
    with open_desk(tmp_path / "p.wealthdesk", CLOCK) as desk:
        fund = desk.funds.all()[0]
        desk.schedule.add(PlannedDeposit("first", None, 100, "USD", Every.MONTH, 1, CLOCK.today()))
        desk.sources.add("mine", FileSource(str(tmp_path / "q.csv")))
        desk.sources.add("ECB", EcbSource())
    request = {
        "current_version": fund.version,
        "proposed_allocations": [{"company_id": fund.companies[0].name, "adjust_cents": 1}],
        "reason": "x",
    }
    (tmp_path / "c.json").write_text(json.dumps(request), "utf-8")
    (tmp_path / "fund").write_text(fund.name, "utf-8")
    (tmp_path / "f.csv").write_text("Account,Symbol,Quantity,Price,Currency\nNew,NEW,1,2,USD\n", "utf-8")
    (tmp_path / "q.csv").write_text("VTI,2026-11-27,301.5,USD\n", "utf-8")
    (tmp_path / "e.csv").write_text("company_id,name,planned_reserves,allocation_cap,deployed\n77,New,1,,0\n", "utf-8")
    (tmp_path / "r.json").write_text("{}", "utf-8")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    return tmp_path


def commands(place: Path, file: str = "p.wealthdesk") -> list[Command]:
    """Every command on the portfolio, with --json where it has that."""
    path, fund = str(place / file if not file.startswith("/") else file), (place / "fund").read_text("utf-8")
    of_fund = ("--file", path, "--fund", fund)
    found = [
        ("import", str(place / "f.csv"), "--file", path, "--json"),
        ("plan", "--file", path, "--deposit", "1000", "--json"),
        ("show", "--file", path, "--json"),
        ("outside", "--file", path, "--json"),
        ("holdings", "history", "--file", path, "--json"),
        ("prices", "list", "--file", path, "--json"),
        ("prices", "import", str(place / "q.csv"), "--file", path, "--json"),
        ("schedule", "list", "--file", path, "--json"),
        ("schedule", "add", "100", "--day", "31", "--file", path, "--json"),
        ("schedule", "remove", "1", "--file", path, "--json"),
        ("schedule", "due", "--file", path, "--json"),
        ("prices", "fetch", "--source", "mine", "--yes", "--dry-run", "--file", path, "--json"),
        ("prices", "symbol", "VTI", "--source", "mine", "--as", "VTI.US", "--file", path, "--json"),
        ("prices", "source", "list", "--file", path, "--json"),
        ("rates", "list", "--file", path, "--json"),
        ("rates", "fetch", "--file", path, "--json"),
        ("reallocate", "preview", *of_fund, str(place / "c.json"), "--json"),
        ("reallocate", "commit", *of_fund, str(place / "c.json"), "--accept-warnings", "--json"),
        ("reserves", "show", *of_fund, "--json"),
        ("reserves", "export", *of_fund),
        ("reserves", "import", str(place / "e.csv"), *of_fund, "--json"),
        ("history", *of_fund, "--json"),
        ("history", "--file", path, "--statistics", "--json"),
        ("rules", "show", "--file", path, "--json"),
        ("rules", "set", str(place / "r.json"), "--file", path, "--json"),
        ("assets", "merge", "VTI", "VXUS", "--file", path, "--dry-run", "--json"),
        ("check", path, "--json"),
        ("backup", path, "--json"),
        ("restore", str(place / "restored.wealthdesk"), path, "--json"),
        ("mend", path, "--dry-run", "--json"),
        ("salvage", path, str(place / "salvaged.wealthdesk"), "--json"),
        ("prepare", path, "--version", "4", "--dry-run", "--json"),
        ("diagnose", path),
    ]
    assert {each[0] for each in found} == set(COMMANDS)
    assert {each[:2] for each in found} >= {(name, part) for name in COMMANDS for part in parts_of(name)}
    return found


def parts_of(command: str) -> list[str]:
    """The second words of a command that has some, as its parser tells them."""
    source = SOURCE / "wealthdesk" / "cli" / f"{command}.py"
    told = re.findall(r'metavar="([a-z|]+)"\)', source.read_text("utf-8")) if source.is_file() else []
    return told[0].split("|") if told else []


def all_of(asked: list[Command], ends: Mapping[int, str] | None = None) -> Iterator[tuple[Command, Ended]]:
    return ((command, run(command, ends, patience=PATIENCE)) for command in asked)


def is_one_sentence(said: str) -> bool:
    return "Traceback" not in said and said.startswith("wealthdesk ") and said.count("\n") == 1


def test_nothing_to_write_to(place: Path) -> None:
    """What was only to be told is refused; what was kept is kept, and is said to be."""
    changing = {"import", "commit", "set", "backup", "restore", "salvage", "add", "remove", "symbol"}
    for command, done in all_of(commands(place), {1: "/dev/full"}):
        is_kept = changing & set(command[:2])
        if command[:2] == ("rules", "set"):
            continue  # an empty set of rules changes nothing
        assert done.returncode == (5 if is_kept else 1), (command, done)
        assert is_one_sentence(done.stderr), (command, done)
        assert ("kept; only the answer" in done.stderr) is bool(is_kept), done.stderr


def test_nobody_reads_the_answer(place: Path) -> None:
    for command, done in all_of(commands(place), {1: UNREAD}):
        assert (done.returncode, done.stderr) == (141, ""), (command, done)


def test_no_standard_input_and_no_standard_output(place: Path) -> None:
    for command, done in all_of(commands(place), {0: CLOSED}):
        ended = done.returncode in ((10, 11) if command[0] == "outside" else (0,))
        assert ended and "Traceback" not in done.stderr, (command, done)
    for command in (("reallocate", "preview", "--file", str(place / "p.wealthdesk"), "--fund", "x", "-"),
                    ("rules", "set", "-", "--file", str(place / "p.wealthdesk"))):  # fmt: skip
        done = run(command, {0: CLOSED}, patience=PATIENCE)
        assert done.returncode == 2
        assert is_one_sentence(done.stderr), done
        done = run(command, {0: "/dev/zero"}, patience=PATIENCE)
        assert done.returncode == 2
        assert is_one_sentence(done.stderr), done


@pytest.mark.parametrize("odd", ["/dev/zero", "fifo", "folder"])
def test_what_is_no_file_in_the_place_of_one(odd: str, place: Path) -> None:
    path = odd if odd.startswith("/") else str(place / odd)
    file = str(place / "p.wealthdesk")
    asked: list[Command] = [
        *commands(place, odd),
        ("plan", path),
        ("reallocate", "preview", "--file", file, "--strategy", "Household", path),
        ("rules", "set", path, "--file", file),
        ("import", path, "--file", file),
        ("reserves", "import", path, "--file", file, "--fund", "x", "--currency", "USD"),
        ("restore", file, path),
        ("salvage", file, path),
        ("backup", file, "--to", path),
        ("diagnose", file, "--to", path),
    ]
    before = Path(file).read_bytes()
    for command, done in all_of(asked):
        if command[0] == "diagnose" and len(command) == 2:
            assert done.returncode == 0, done  # it tells what is the matter
            continue
        assert done.returncode in (1, 2, 4), (command, done)
        assert "Traceback" not in done.stderr, (command, done)
        assert done.stderr.count("\n") <= 2, (command, done)
        assert done.stderr or "problem" in done.stdout, (command, done)
    assert Path(file).read_bytes() == before
