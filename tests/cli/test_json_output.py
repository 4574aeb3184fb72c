"""Every command that prints JSON, as a process of its own: all of standard output is JSON, and nothing is beside it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cli.forked import run
from portfolio_files import demo_at
from wealthdesk.cli import COMMANDS
from wealthdesk.services.desk import Clock

SOURCE = Path(__file__).parents[2] / "src"
CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
HOLDINGS = "Account,Symbol,Quantity,Price,Currency,Price date,Class\nBroker,VTI,10,300.50,USD,2026-11-19,Equity\n"
COMPANIES = "company_id,name,planned_reserves,allocation_cap,deployed\n1,Alpha,1000000,3000000,0\n"
CHANGES = {"current_version": 1, "proposed_allocations": [{"company_id": 1, "planned_reserves_cents": 90_000_000}]}
INSTANCE: dict[str, Any] = {
    "id": "one",
    "mode": "deposit",
    "base_ccy": "EUR",
    "fx": {},
    "classes": [{"id": "S", "target_bp": 10_000, "band_lo_bp": 0, "band_hi_bp": 0}],
    "holdings": [
        {"id": "h", "price": "12.50", "ccy": "EUR", "step": "1", "class": {"S": 1.0}, "target_in_class_bp": 10_000}
    ],
    "accounts": [
        {
            "id": "X",
            "ccy": "EUR",
            "cash_cents": 100,
            "deposit_cents": 50_000,
            "buffer_cents": 0,
            "fee_fixed_cents": 0,
            "fee_bp": 0,
            "fx_fee_bp": 0,
        }
    ],
    "positions": [{"account": "X", "holding": "h", "qty": "3"}],
    "min_trade_cents": 0,
}
TALKATIVE = """
import os, sys
from wealthdesk.cli import plan
from wealthdesk.cli.printing import print_json

def run(arguments, clock):
    os.write(1, b"a library says hello\\n")
    print_json({"answer": 1})
    return 0

plan.run = run
from wealthdesk.app import main
sys.exit(main(["plan", "x.json"]))
"""


def python(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Python, with the program at hand."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "always", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def commands(folder: Path) -> Iterator[list[object]]:
    """Every command that prints JSON, each on what those before it have left."""
    demo, fund = folder / "demo.wealthdesk", ["--fund", "Fund I"]
    demo_at(demo, CLOCK)
    holdings = written(folder / "holdings.csv", HOLDINGS)
    yield ["import", holdings, "--file", demo, "--dry-run", "--json"]
    yield ["import", holdings, "--file", folder / "new.wealthdesk", "--json"]
    yield ["show", "--file", demo, "--json"]
    yield ["outside", "--file", demo, "--json"]
    yield ["holdings", "history", "--file", demo, "--json"]
    yield ["prices", "list", "--file", demo, "--json"]
    quotes = written(folder / "quotes.csv", "VTI,2026-11-17,300,USD\n")
    yield ["prices", "import", quotes, "--file", demo, "--dry-run", "--json"]
    yield ["prices", "source", "add", "mine", "--path", quotes, "--file", demo, "--json"]
    yield ["prices", "source", "add", "ECB", "--ecb", "--file", demo, "--json"]
    yield ["prices", "source", "list", "--file", demo, "--json"]
    yield ["prices", "symbol", "VTI:USD", "--source", "mine", "--file", demo, "--json"]
    yield ["prices", "symbol", "VTI:USD", "--source", "mine", "--as", "VTI.US", "--file", demo, "--json"]
    yield ["prices", "fetch", "--file", demo, "--json"]
    yield ["prices", "fetch", "--source", "mine", "--file", demo, "--yes", "--dry-run", "--skip-problems", "--json"]
    yield ["rates", "fetch", "--file", demo, "--json"]
    yield ["prices", "source", "remove", "ECB", "--file", demo, "--json"]
    yield ["schedule", "add", "100", "--file", demo, "--day", "1", "--json"]
    yield ["prices", "import", quotes, "--file", demo, "--accept-warnings", "--replace-typed", "--json"]
    yield ["prices", "list", "--file", demo, "--all", "--json"]
    yield ["schedule", "list", "--file", demo, "--json"]
    yield ["schedule", "due", "--file", demo, "--json"]
    yield ["schedule", "remove", "1", "--file", demo, "--json"]
    yield ["rates", "list", "--file", demo, "--all", "--json"]
    yield ["assets", "merge", "VTI:USD", "VXUS:USD", "--file", demo, "--dry-run", "--json"]
    yield ["plan", written(folder / "one.json", json.dumps(INSTANCE))]
    yield ["plan", "--file", demo, "--deposit", "20000", "--json"]
    yield ["plan", "--file", demo, "--deposit", "20000", "--whole-shares", "--json"]
    yield ["plan", "--file", demo, "--rebalance", "--goal", "band_edge", "--whole-shares", "--json"]
    companies = written(folder / "companies.csv", COMPANIES)
    yield ["reserves", "import", companies, "--file", demo, *fund, "--size", "9000000", "--currency", "USD", "--json"]
    yield ["reserves", "show", "--file", demo, *fund, "--json"]
    changes = written(folder / "changes.json", json.dumps(CHANGES))
    yield ["reallocate", "preview", "--file", demo, *fund, changes]
    yield ["reallocate", "commit", "--file", demo, *fund, "--accept-warnings", changes]
    yield ["history", "--file", demo, *fund, "--json"]
    yield ["history", "--file", demo, "--strategy", "My targets", "--json"]
    yield ["history", "--file", demo, "--statistics", "--json"]
    yield ["rules", "show", "--file", demo, "--json"]
    yield ["rules", "set", "--file", demo, written(folder / "rules.json", "{}"), "--json"]
    yield ["backup", demo, "--json"]
    yield ["check", demo, "--json"]
    yield ["restore", demo, next((folder / "backups").glob("*.wealthdesk")), "--json"]
    yield ["restore", demo, "--undo", "--json"]
    yield ["assets", "merge", "VTI:USD", "VXUS:USD", "--file", demo, "--json"]
    yield ["mend", demo, "--dry-run", "--json"]
    yield ["mend", demo, "--json"]
    yield ["salvage", demo, folder / "salvaged.wealthdesk", "--json"]
    yield ["prepare", demo, "--version", "1", "--dry-run", "--json"]


def actions_of(command: str) -> set[str]:
    """What a command can be asked to do, as its own help names it: all of it answers in JSON but `export`, in CSV."""
    usage = " ".join(run([command, "--help"]).stdout.partition("\n\n")[0].split())
    named = re.search(r" ([a-z]+(?:\|[a-z]+)*) \.\.\.$", usage)
    return set(named[1].split("|")) - {"export"} if named else set()


def test_all_that_a_command_prints_is_its_json(tmp_path: Path) -> None:
    seen: set[str] = set()
    done_of: dict[str, set[str]] = {}
    for command in commands(tmp_path):
        done = run(command)
        codes = (0, 10, 11) if command[0] == "outside" else (0,)
        assert done.returncode in codes and done.stderr == "", command
        assert isinstance(json.loads(done.stdout), dict), command
        seen.add(str(command[0]))
        done_of.setdefault(str(command[0]), set()).add(str(command[1]))
    assert seen == set(COMMANDS) - {"diagnose"}
    for name in seen:
        assert actions_of(name) <= done_of[name], name


def test_what_a_library_prints_past_python_goes_to_standard_error() -> None:
    done = python("-c", TALKATIVE)
    assert (done.returncode, done.stderr) == (0, "a library says hello\n")
    assert json.loads(done.stdout) == {"answer": 1}
