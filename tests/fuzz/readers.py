"""Every reader of the program with a sound input of it, and what has to hold whatever that input was turned into."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from deep.made_instances import made
from fuzz.mutations import spoil_rows, spoiled_bytes, spoiled_json, spoiled_table, spoiled_words
from fuzz.process import Ran, run
from importers.other_programs import LAKSHMI, household, wealthfolio
from wealthdesk import cli
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock, open_desk
from wealthdesk.storage.file.locks import lock_file
from wealthdesk.storage.file.seal import seal_file


def _today() -> date:
    return date(2026, 11, 20)


def _now() -> datetime:
    return datetime(2026, 11, 20, 9, tzinfo=UTC)


CLOCK: Final = Clock(today=_today, now=_now)
LONGEST_S, MOST_MB = 5.0, 300.0
"""What one command may take: seconds of processor time, and memory."""

FILE: Final = "p.wealthdesk"
HOLDINGS: Final = """Account,Symbol,Name,ISIN,Quantity,Price,Price date,Currency,Asset class,Cost
Brokerage,VTI,Vanguard Total Stock Market,US9229087690,12.5,298.14,2026-11-19,USD,Equity,2500.10
Brokerage,BND,Vanguard Total Bond Market,US9219378356,40,72.31,2026-11-19,USD,Fixed income,
Depot,SAP,SAP SE,DE0007164600,7,"1,240.50",2026-11-18,EUR,Equity,
Depot,EUR,Cash,,1500.25,1,2026-11-19,EUR,Cash,
Wallet,BTC,Bitcoin,,0.04801052,88400,2026-11-19,EUR,Crypto,
"""
TRANSACTIONS: Final = """Account,Date,Type,Symbol,ISIN,Quantity,Price,Fee,Amount,Currency,Note
Trades,2026-01-05,Deposit,,,,,,5000.00,USD,
Trades,2026-01-07,Buy,AAA,US0000000101,10,300.50,1.00,-3006.00,USD,
Trades,2026-01-07,Buy,AAA,US0000000101,10,300.50,1.00,-3006.00,USD,
Trades,2026-01-08,Deposit,,,,,,2500.00,USD,
Trades,2026-02-07,Dividend,AAA,US0000000101,,,,12.34,USD,
Trades,2026-02-20,Split,AAA,US0000000101,,,,,USD,4:1
Trades,2026-03-07,Sell,AAA,US0000000101,15,80.10,1.00,1200.50,USD,
Other,2026-03-08,Transfer in,BBB,,2.5,40,,,EUR,
"""
COMPANIES: Final = """company_id,name,planned_reserves,allocation_cap,deployed
1,Alpha,1000000,3000000,0
2,Beta,2000000,6000000,0
3,Gamma,500000,1500000,250000.50
"""
NEW_FUND: Final = "Another"
WINDOW: Final = "appearance=dark\nwidth=1280\nheight=800\nis_maximised=no\n"
_STAMPS: Final = ("created_at", "updated_at", "changed_at", "imported_at", "at", "read_at", "fetched_at")

Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Sound:
    """What is spoiled: a folder with the portfolio, and a sound input of each reader."""

    folder: Path
    fund: str
    inputs: dict[str, tuple[bytes, ...]]


def made_sound(folder: Path) -> Sound:
    """The demo portfolio, closed and sealed, and inputs that the program takes."""
    folder.mkdir(parents=True)
    make_demo(folder / FILE, CLOCK).close()
    with open_desk(folder / FILE, CLOCK) as desk:
        fund = desk.funds.all()[0]
        exports = desk.exports.holdings_csv(), desk.exports.targets_csv()
    change = {
        "current_version": fund.version,
        "proposed_allocations": [{"company_id": fund.companies[0].name, "adjust_cents": 100}],
        "reason": "x",
    }
    inputs = {
        "holdings": (HOLDINGS.encode(), exports[0].encode()),
        "transactions": (TRANSACTIONS.encode(),),
        "targets": (exports[1].encode(),),
        "texts of other programs": (household().xml(), household(40).xml(by_id=True), LAKSHMI.encode()),
        "archive": (household().zipped(),),
        "database": tuple(wealthfolio(folder / f"app{each}.db", each).read_bytes() for each in (1, 2, 3, 4)),
        "companies": (COMPANIES.encode(),),
        "plan": tuple(json.dumps(made(seed)).encode() for seed in range(12)),
        "reallocation": (json.dumps(change).encode(),),
        "window": (WINDOW.encode(),),
    }
    return Sound(folder, fund.name, inputs)


def rows_of(path: Path) -> Rows:
    """All that the tables hold but for stamps, read without the program."""
    found = {}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [each for _, each, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
            told = ", ".join(f'"{each}"' for each in columns if each not in _STAMPS)
            found[table] = sorted(map(repr, connection.execute(f'SELECT {told} FROM "{table}"')))
    connection.close()
    return found


class Trial:
    """One spoiled input, the commands that read it, and what was wrong with what they did."""

    def __init__(self, sound: Sound, place: Path, seed: int) -> None:
        self._sound, self._place = sound, place
        self._random = random.Random(seed)
        self.runs: list[Ran] = []
        self.wrong: list[str] = []
        self.told = ""
        """What was done to the input, where the input itself does not say."""

    @property
    def file(self) -> Path:
        """The portfolio of this trial."""
        return self._place / FILE

    def do(self, *arguments: str) -> Ran:
        """Run a command, and say what no command may do."""
        return self._judged(run(self._place, partial(cli.main, arguments, CLOCK), arguments))

    def tables(self, name: str) -> None:
        """A holdings or targets file is imported as a whole or not at all; once more changes nothing."""
        self._write("input.csv", spoiled_table(self._random, self._sound_input(name)))
        skipping = ("--skip-problems",) if self._random.random() < 0.4 else ()
        self._changes("import", "input.csv", "--file", FILE, *skipping)

    def other_programs(self) -> None:
        """The same for whole files of other programs: their texts, archives and databases."""
        name = self._random.choice(("texts of other programs", "texts of other programs", "archive", "database"))
        sound = self._sound_input(name)
        spoil = spoiled_words if name.startswith("texts") else spoiled_bytes
        if name == "database" and self._random.random() < 0.6:
            self._write("input.db", sound)
            self.told = spoil_rows(self._random, self._place / "input.db")
        else:
            self._write("input.db", spoil(self._random, sound))
        skipping = ("--skip-problems",) if self._random.random() < 0.4 else ()
        self._changes("import", "input.db", "--file", FILE, *skipping)

    def companies(self) -> None:
        """The same for a fund's companies."""
        self._write("input.csv", spoiled_table(self._random, self._sound_input("companies")))
        of_fund = ("--file", FILE, "--fund", NEW_FUND, "--size", "100000000", "--currency", "USD")
        self._changes("reserves", "import", "input.csv", *of_fund)

    def plan(self) -> None:
        """A problem is calculated or refused."""
        self._write("input.json", spoiled_json(self._random, self._sound_input("plan")))
        ran = self.do("plan", "input.json")
        if ran.code == 0 and not _is_json(ran.out):
            self.wrong.append("plan: what it printed is no JSON")

    def reallocation(self) -> None:
        """A request changes all or nothing."""
        self._write("input.json", spoiled_json(self._random, self._sound_input("reallocation")))
        before = rows_of(self.file)
        ran = self.do(
            "reallocate", "commit", "input.json", "--file", FILE, "--fund", self._sound.fund, "--accept-warnings"
        )
        # A refused attempt stands in the list of attempts.
        if ran.code and {**rows_of(self.file), **_attempts(before)} != {**before, **_attempts(before)}:
            self.wrong.append("refused, and something was changed")
        self._whole()

    def portfolio_bytes(self) -> None:
        """A file whose bytes are others is refused, or whole in every respect."""
        raw = self.file.read_bytes()
        self.file.write_bytes(spoiled_bytes(self._random, raw))
        if self._random.random() < 0.7:
            seal_file(self.file).unlink(missing_ok=True)
        self._keeps_its_word()

    def portfolio_values(self) -> None:
        """A file whose values are odd is refused, or whole in every respect."""
        self.told = spoil_rows(self._random, self.file)
        seal_file(self.file).unlink(missing_ok=True)
        self._keeps_its_word()

    def seal(self) -> None:
        """A torn seal is no seal, and harms nothing."""
        path = seal_file(self.file)
        path.write_bytes(spoiled_bytes(self._random, path.read_bytes()))
        before = rows_of(self.file)
        self.do("check", FILE)
        self.do("show", "--file", FILE)
        if rows_of(self.file) != before:
            self.wrong.append("the rows are others")

    def lock(self) -> None:
        """What stands in a lock file that nobody holds keeps nobody out."""
        path = lock_file(self.file)
        path.write_bytes(spoiled_bytes(self._random, path.read_bytes() if path.exists() else bytes(4096)))
        if self.do("show", "--file", FILE).code:
            self.wrong.append("the portfolio cannot be opened")
        self._write("input.csv", self._sound_input("holdings"))
        self._changes("import", "input.csv", "--file", FILE)

    def window(self) -> None:
        """What is remembered of the window is read, or the first start again."""
        path = self._place / "window.txt"
        path.write_bytes(spoiled_bytes(self._random, self._sound_input("window")))
        self._judged(run(self._place, partial(_read_window, path), ("window",)))

    def _sound_input(self, name: str) -> bytes:
        return self._random.choice(self._sound.inputs[name])

    def _judged(self, ran: Ran) -> Ran:
        self.runs.append(ran)
        what = " ".join(ran.arguments[:2])
        if "Traceback (most recent call last)" in ran.err + ran.out:
            self.wrong.append(f"{what}: a traceback, {ran.err.strip().splitlines()[-1:]}")
        elif ran.code < 0:
            self.wrong.append(f"{what}: ended by signal {-ran.code} after {ran.took_s:.1f} s")
        if ran.took_s > LONGEST_S:
            self.wrong.append(f"{what}: took {ran.took_s:.1f} s")
        if ran.memory_mb > MOST_MB:
            self.wrong.append(f"{what}: took {ran.memory_mb:.0f} MB")
        if ran.code and not ran.err.strip() and not ran.out.strip():
            self.wrong.append(f"{what}: exit code {ran.code} without a word")
        return ran

    def _write(self, name: str, data: bytes) -> None:
        (self._place / name).write_bytes(data)

    def _changes(self, *arguments: str) -> None:
        before = rows_of(self.file)
        ran = self.do(*arguments)
        after = rows_of(self.file)
        if ran.code:
            if after != before:
                self.wrong.append(f"exit code {ran.code}, and something was changed")
        else:
            again = self.do(*arguments)
            if _lasting(rows_of(self.file)) != _lasting(after):
                self.wrong.append(f"imported once more (exit code {again.code}), and something was changed")
        self._whole()

    def _whole(self) -> None:
        if self.do("check", FILE).code:
            self.wrong.append("afterwards the portfolio is not whole")

    def _keeps_its_word(self) -> None:
        raw = self.file.read_bytes()
        if self.do("check", FILE).code:
            for reading in (("show", "--file", FILE), ("backup", FILE, "--to", "copy.wealthdesk")):
                if self.do(*reading).code == 0 and reading[0] == "backup":
                    self.wrong.append("check refuses the file, and backup takes it")
            if self._random.random() < 0.3:
                self.do("salvage", FILE, "new.wealthdesk")
            if self.file.read_bytes() != raw:
                self.wrong.append("the file was written to although it is refused")
            if self.do("mend", FILE, "--dry-run").code == 0:
                if mended := self.do("mend", FILE).code:
                    self.wrong.append(f"what was seen to be mended is not (exit code {mended})")
                self._whole()
            return
        commands = (
            ("show", "--file", FILE, "--json"),
            ("plan", "--file", FILE, "--deposit", "1000"),
            ("backup", FILE, "--to", "copy.wealthdesk"),
            ("restore", FILE, "copy.wealthdesk"),
        )
        for command in commands:
            ran = self.do(*command)
            if ran.code and command[0] != "plan":
                self.wrong.append(f"check calls it whole, and {command[0]} says {ran.err.strip()[:300]}")


def _is_json(text: str) -> bool:
    try:
        for line in text.splitlines():
            json.loads(line)
    except ValueError:
        return False
    return True


def _attempts(rows: Rows) -> Rows:
    return {name: rows[name] for name in rows if "attempt" in name}


def _lasting(rows: Rows) -> Rows:
    """Without the memory of imports, which grows by each."""
    return {name: told for name, told in rows.items() if not name.startswith("import")}


def _read_window(path: Path) -> int:
    from wealthdesk.gui.window_memory import WindowMemory

    print(WindowMemory.read(path))
    return 0


READERS: Final[dict[str, Callable[[Trial], None]]] = {
    "holdings": lambda trial: trial.tables("holdings"),
    "transactions": lambda trial: trial.tables("transactions"),
    "targets": lambda trial: trial.tables("targets"),
    "other programs": Trial.other_programs,
    "companies": Trial.companies,
    "plan": Trial.plan,
    "reallocation": Trial.reallocation,
    "portfolio bytes": Trial.portfolio_bytes,
    "portfolio values": Trial.portfolio_values,
    "seal": Trial.seal,
    "lock": Trial.lock,
    "window": Trial.window,
}


def tried(sound: Sound, place: Path, reader: str, seed: int) -> Trial:
    """One input of a reader, spoiled as the seed says, in a folder that is made anew."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(sound.folder, place)
    # The copy was closed as the original was.
    with open_desk(place / FILE, CLOCK):
        pass
    trial = Trial(sound, place, seed)
    READERS[reader](trial)
    return trial


def seeds(first: int) -> Iterator[tuple[str, int]]:
    """Readers in turn, each time with another seed."""
    while True:
        for reader in READERS:
            yield reader, first
            first += 1
