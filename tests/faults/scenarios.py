"""What a user does with a portfolio file, each as a folder before it, a beginning, and the one step that is to hold."""

import pickle
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from wealthdesk.domain.holdings import Price
from wealthdesk.domain.reallocation import SetAmount
from wealthdesk.services import backups, checking
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file import swapping
from wealthdesk.storage.file.backups import back_up
from wealthdesk.storage.file.files import make_private, make_private_folder

NAME = "portfolio.wealthdesk"
RESCUED = "rescued.wealthdesk"
DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CSV = b"""Account,Symbol,Name,Quantity,Price,Currency,Price date,Class
Brokerage,VTI,Total Stock Market,215,300.50,USD,2026-11-19,Equity
Brokerage,NEW,Something new,20.5,73.10,USD,2026-11-19,Fixed income
Pension,VTI,Total Stock Market,4,300.50,USD,2026-11-19,Equity
Pension,$CASH,,1250.75,,USD,,
"""


def clock(later: timedelta = timedelta()) -> Clock:
    """The time of all scenarios, or so much later."""
    return Clock(today=lambda: date(2026, 11, 20) + later, now=lambda: NOW + later)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`before` fills the folder. `begin` and `act` are done while the disk fails; `act` ends when it says “done”."""

    before: Callable[[Path], None]
    act: Callable[[Any], None]
    begin: Callable[[Path], Any] = lambda path: path
    creates: bool = False
    replaces: bool = False
    """Whether the file is not written to, but replaced or left alone: when refused, it is the same byte for byte."""
    result: str = NAME
    """Which file to look at afterwards."""
    is_damaged: bool = False


def _nothing(path: Path) -> None:
    """A first start."""


def _old(version: int, path: Path) -> None:
    make_private(path)
    shutil.copyfile(DATA / f"portfolio_{version:04}.wealthdesk", path)


def _demo(path: Path) -> None:
    make_demo(path, clock()).close()


def _demo_with_plan(path: Path) -> None:
    _demo(path)
    with _desk(path) as desk:
        allocation = desk.allocations.of(None)
        plan = desk.plans.deposit(allocation, 10_000_00)
        fills = desk.recorded_plans.fills_of(plan, allocation)
    path.parent.with_suffix(".plan").write_bytes(pickle.dumps((plan, fills)))


def _small(path: Path, *keys: str) -> None:
    """An old file, which is quick to copy, brought to today's version, with these settings."""
    if not path.exists():
        shutil.copytree(_brought_up(path.parent.with_name("small")), path.parent, dirs_exist_ok=True)
    with _desk(path) as desk:
        for key in keys:
            desk.settings.set(key, "kept")


def _brought_up(folder: Path) -> Path:
    """Made once for all scenarios, with the backup that its migration leaves."""
    if not folder.exists():
        make_private_folder(folder)
        _old(4, folder / NAME)
        _open(folder / NAME)
    return folder


def _small_with_backup(path: Path) -> None:
    _small(path, "early")
    back_up(path, "by_hand", NOW - timedelta(days=3))
    _small(path, "late")


def _old_backup(path: Path) -> None:
    _old(1, path)
    back_up(path, "by_hand", NOW - timedelta(days=3))
    path.unlink()
    _small(path, "late")


def _many_backups(path: Path) -> None:
    """A daily one of each of the last weeks, of which some have served their time, and a change since."""
    _small(path)
    for days in range(40, 0, -1):
        back_up(path, "daily", NOW - timedelta(days=days))
    back_up(path, "before_upgrade", NOW - timedelta(days=100))
    _small(path, "late")


def _damaged(path: Path) -> None:
    _small_with_backup(path)
    with path.open("r+b") as file:
        file.seek(4096 * 9)
        file.write(b"\x5a" * 2048)


def _restored(path: Path) -> None:
    _small_with_backup(path)
    _restore(path)


def _halfway(path: Path) -> None:
    """A restore that was killed when the file was set aside already."""
    _small_with_backup(path)
    restoring_ = path.with_name(f"{path.name}.20261120T080000000Z.restoring")
    make_private_folder(restoring_)
    shutil.copyfile(_backup(path), restoring_ / path.name)
    swapping._set_aside(path, restoring_)


def _hot(path: Path) -> None:
    """A save that was killed when half of its pages were in the file already."""
    _small(path, "late")
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    with closing(connect(copy)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for number in range(200):
            connection.execute("INSERT INTO settings VALUES (?, ?)", (f"half {number}", "x" * 500))
        shutil.copyfile(copy, path)
        shutil.copyfile(f"{copy}-journal", f"{path}-journal")
        Path(f"{path}-journal").chmod(0o600)
        connection.execute("ROLLBACK")
    copy.unlink()
    Path(f"{copy}-journal").unlink(missing_ok=True)


def _backup(path: Path) -> Path:
    return min(backups.folder_of_backups(path).glob("*.by_hand.*"))


def _desk(path: Path) -> Desk:
    return open_desk(path, clock())


def _open(path: Path) -> None:
    _desk(path).close()


def _create(path: Path) -> None:
    open_desk(path, clock(), create=True).close()


def _save(desk: Desk) -> None:
    days = [NOW.date() - timedelta(days=each) for each in range(60)]
    assets = [each for each in desk.portfolios.current().assets.values() if not each.is_cash]
    desk.prices.set(Price(each.id, on, Decimal("12.34")) for each in assets for on in days)


def _import(desk: Desk) -> None:
    draft = desk.imports.read("positions.csv", CSV)
    desk.imports.keep([draft])


def _commit(desk: Desk) -> None:
    (fund,) = desk.funds.all()
    line = desk.reallocations.state(fund.header).lines[0]
    changes = [SetAmount(line.key, line.amount + 1_000_00)]
    preview = desk.reallocations.preview(fund.header, fund.version, changes)
    accepted = [each.code for each in preview.warnings]
    desk.reallocations.commit(
        fund.header, fund.version, changes, preview.token, reason="Because", request_id="once", accepted=accepted
    )  # fmt: skip


def _record(desk: Desk) -> None:
    plan, fills = pickle.loads(desk.path.parent.with_suffix(".plan").read_bytes())
    desk.recorded_plans.record(plan, desk.allocations.of(None), fills)


def _restore(path: Path) -> None:
    backups.restore(path, _backup(path), clock())


def _salvage(path: Path) -> None:
    checking.salvage(path, path.with_name(RESCUED))


def _preparing(version: int) -> Scenario:
    return Scenario(
        _small_with_backup, lambda path: _done(backups.prepare_for_version(path, version, clock())), replaces=True
    )


SCENARIOS = {
    "first start": Scenario(_nothing, _create, creates=True),
    "start with version 1": Scenario(partial(_old, 1), _open, replaces=True),
    "start with version 2": Scenario(partial(_old, 2), _open, replaces=True),
    "start with version 3": Scenario(partial(_old, 3), _open, replaces=True),
    "start after a torn save": Scenario(_hot, _open),
    "start after half a restore": Scenario(_halfway, _open),
    "save": Scenario(_demo, _save, _desk),
    "import": Scenario(_demo, _import, _desk),
    "commit a reallocation": Scenario(_demo, _commit, _desk),
    "record a plan": Scenario(_demo_with_plan, _record, _desk),
    "back up": Scenario(_small_with_backup, lambda path: _done(backups.back_up_now(path, clock())), replaces=True),
    "daily backup": Scenario(_many_backups, lambda path: _done(backups.keep_up(path, clock())), replaces=True),
    "restore": Scenario(_small_with_backup, _restore, replaces=True),
    "restore an old backup": Scenario(_old_backup, _restore, replaces=True),
    "undo a restore": Scenario(
        _restored, lambda path: _done(backups.undo_restore(path, clock(timedelta(hours=1)))), replaces=True
    ),
    "prepare for version 3": _preparing(3),
    "copy elsewhere": Scenario(
        _small_with_backup,
        lambda path: backups.back_up_to(path, path.with_name(RESCUED)),
        replaces=True,
        result=RESCUED,
    ),
    "salvage": Scenario(_damaged, _salvage, replaces=True, result=RESCUED, is_damaged=True),
}

MOVES = {
    **{name: each for name, each in SCENARIOS.items() if name.startswith(("first start", "start with", "prepare"))},
    "prepare for version 2": _preparing(2),
    "prepare for version 1": _preparing(1),
}
"""From every version to today's, and from today's to every version."""


def _done(result: object) -> None:
    assert result is not None


@contextmanager
def begun(scenario: Scenario, path: Path) -> Iterator[Any]:
    """What the step is done with; an open file is let go of at the end."""
    subject = scenario.begin(path)
    try:
        yield subject
    finally:
        if isinstance(subject, Desk):
            subject.close()


_OF_A_ROW = re.compile(r'"[0-9a-f]{16}"(?=\])')
"""What an import remembers a row by that it wrote: a digest, in which the moment of its making counts."""

_COLUMNS = """SELECT tables.name, group_concat('"' || columns.name || '"')
FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND columns.name NOT IN ('created_at', 'updated_at')
GROUP BY tables.name ORDER BY tables.name"""


def rows(path: Path) -> dict[str, list[str]]:
    """Every row of every table, but for when it was made; empty where there is no file or no table can be read."""
    found: dict[str, list[str]] = {}
    with suppress(sqlite3.Error), closing(connect(path, mode="ro")) as connection:
        for table, columns in connection.execute(_COLUMNS).fetchall():
            told = "\n".join(map(repr, connection.execute(f'SELECT {columns} FROM "{table}"')))
            found[table] = sorted(_OF_A_ROW.sub('""', told).splitlines())
    return found
