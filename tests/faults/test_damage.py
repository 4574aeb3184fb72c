"""Damage to a real file: refused with a sentence or harmless, the original as it was, and two ways back that work."""

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from faults.extent import spread
from wealthdesk import cli
from wealthdesk.errors import DamagedPortfolio, NotAPortfolio, OpeningError, WealthDeskError
from wealthdesk.services.backups import restore, undo_restore
from wealthdesk.services.checking import lines_of, salvage
from wealthdesk.services.demo import make_demo
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.backups import back_up, list_backups
from wealthdesk.storage.file.opening import open_portfolio
from wealthdesk.storage.file.seal import seal_file
from wealthdesk.storage.file.verification import table_names

NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CLOCK: Final = Clock(today=NOW.date, now=lambda: NOW)
PAGE: Final = 4096
KINDS: Final = ("bit", "bits", "byte", "zeroed span", "zeroed page", "doubled page", "cut off", "noise")
DAMAGES: Final[list[tuple[str, int]]] = spread([(KINDS[seed % len(KINDS)], seed) for seed in range(500)], 64)
FEW: Final[list[tuple[str, int]]] = spread(DAMAGES, 10)
"""The ways back take a hundred times as long as opening."""

Rows = dict[str, Counter[tuple[object, ...]]]


@dataclass(frozen=True)
class Sound:
    """A file before it is damaged, with its seal, a backup, and all that is in it."""

    path: Path
    raw: bytes
    rows: Rows


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """The demo portfolio with a past, and a year of prices."""
    path = tmp_path_factory.mktemp("sound") / "portfolio.wealthdesk"
    make_demo(path, CLOCK).close()
    with open_portfolio(path, now=NOW) as database, database.write() as connection:
        for (asset,) in connection.rows("SELECT id FROM assets"):
            days = ((date(2024, 1, 1) + timedelta(days=number), number) for number in range(250))
            prices = (
                {"asset_id": asset, "on_date": day, "price": Decimal(n) / 8 + 3, "source": "x"} for day, n in days
            )
            connection.insert("prices", *prices)
    back_up(path, "daily", NOW)
    assert path.stat().st_size > 500_000
    return Sound(path, path.read_bytes(), rows_of(path))


@pytest.fixture
def victim(sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own copy, closed and sealed, with the backup."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.copytree(sound.path.parent, tmp_path / "at work")
    path = tmp_path / "at work" / sound.path.name
    seal_file(path).unlink()
    open_portfolio(path, now=NOW).close()
    assert path.read_bytes() == sound.raw
    return path


def rows_of(path: Path) -> Rows:
    """Every row of every table."""
    with closing(connect(path, mode="ro&immutable=1")) as connection:
        connection.text_factory = bytes
        tables = sorted(table_names_of(path))
        return {table: Counter(connection.execute(f'SELECT * FROM "{table}"')) for table in tables}


def table_names_of(path: Path) -> frozenset[str]:
    """The tables of the file."""
    with closing(connect(path, mode="ro&immutable=1")) as connection:
        return table_names(connection)


def damaged(raw: bytes, kind: str, seed: int) -> bytes:
    """The bytes with one damage of that kind."""
    chance = random.Random(seed)
    at, start = chance.randrange(len(raw)), chance.randrange(len(raw) // PAGE) * PAGE
    other = chance.randrange(len(raw) // PAGE) * PAGE
    new = bytearray(raw)
    if kind in ("bit", "bits"):
        for _ in range(20 if kind == "bits" else 1):
            new[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    elif kind == "byte":
        new[at] = chance.randrange(256)
    elif kind == "zeroed span":
        length = chance.choice([1, 8, 64, 512])
        new[at : at + length] = bytes(len(new[at : at + length]))
    elif kind == "zeroed page":
        new[start : start + PAGE] = bytes(PAGE)
    elif kind == "doubled page":
        new[start : start + PAGE] = raw[other : other + PAGE]
    elif kind == "cut off":
        del new[chance.choice([at, start]) :]
    else:
        new[start : start + 512] = chance.randbytes(512)
    return bytes(new)


def damage(path: Path, new: bytes, *, keeps_date: bool) -> None:
    """Put the bytes in the place of the file's, as decay (which leaves no date) or as something that wrote to it."""
    before = path.stat()
    path.write_bytes(new)
    if keeps_date:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))


def look_at_everything(desk: Desk) -> None:
    """Read what the pages show."""
    portfolio = desk.portfolios.current()
    for scope in (None, *portfolio.accounts):
        desk.allocations.of(scope)
    for strategy in desk.targets.all():
        desk.plan_options.of(strategy.id)
    for subject in desk.histories.subjects():
        desk.histories.past(subject)
    for asset in desk.assets.all():
        desk.prices.of(asset.id)
    desk.reallocations.statistics()
    everything = (desk.funds, desk.recorded_plans, desk.rates, desk.holdings, desk.accounts, desk.classes)
    assert all(isinstance(each.all(), list) for each in everything)
    assert desk.exports.holdings_csv()
    assert desk.exports.targets_csv()
    desk.rules.current()
    desk.settings.limits()


def outcome_of(path: Path, sound: Sound) -> str:
    """Open the file and look at everything: refused, refused when looked at, the same rows, or other rows."""
    new = path.read_bytes()
    try:
        desk = open_desk(path, CLOCK)
    except OpeningError as refusal:
        assert str(refusal).endswith(".")
        assert path.read_bytes() == new
        return "refused"
    told = " and told" if desk.notes else ""
    try:
        with desk:
            look_at_everything(desk)
    except WealthDeskError:
        assert path.read_bytes() == new
        return "refused when looked at" + told
    now = rows_of(path)
    fewer = [table for table, rows in sound.rows.items() if sum(now[table].values()) < sum(rows.values())]
    assert not fewer, f"fewer rows are shown as if all were well: {fewer}"
    return ("the same" if now == sound.rows else "OTHER ROWS") + told


def restart(path: Path, sound: Sound, closed: os.stat_result, sealed: bytes) -> None:
    """The file as it was when it was closed and sealed."""
    path.write_bytes(sound.raw)
    os.utime(path, ns=(closed.st_atime_ns, closed.st_mtime_ns))
    seal_file(path).write_bytes(sealed)


@pytest.mark.parametrize("way", ["decayed", "written by another program", "without a seal"])
def test_damage_is_refused_or_told_or_harmless(
    way: str, sound: Sound, victim: Path, tell: Callable[[str], None]
) -> None:
    found: Counter[tuple[str, str]] = Counter()
    closed, sealed = victim.stat(), seal_file(victim).read_bytes()
    for kind, seed in DAMAGES:
        restart(victim, sound, closed, sealed)
        new = damaged(sound.raw, kind, seed)
        if way == "without a seal":
            seal_file(victim).unlink()
        damage(victim, new, keeps_date=way == "decayed")
        found[kind, outcome_of(victim, sound)] += 1
    total = Counter({outcome: 0 for _, outcome in found})
    for (_, outcome), count in found.items():
        total[outcome] += count
    tell(f"Damage, {len(DAMAGES)}, {way}: " + ", ".join(f"{count} {what}" for what, count in sorted(total.items())))
    assert total["refused"] > len(DAMAGES) // 3
    if way == "decayed":
        assert set(total) <= {"refused", "the same"}
    elif way == "written by another program":
        # Bytes that are the same as before are no damage.
        assert set(total) <= {
            "refused",
            "refused when looked at and told",
            "the same",
            "the same and told",
            "OTHER ROWS and told",
        }
    else:
        # Only while there is no seal, that is after a crash, can another value look as if all were well.
        assert total["OTHER ROWS"] <= len(DAMAGES) // 50


@pytest.mark.parametrize(("kind", "seed"), FEW)
def test_a_damaged_file_is_left_as_it_is_and_there_are_ways_back(
    kind: str, seed: int, sound: Sound, victim: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = damaged(sound.raw, kind, seed)
    damage(victim, new, keeps_date=True)
    try:
        open_desk(victim, CLOCK).close()
    except OpeningError as error:
        refusal = error
    else:
        assert rows_of(victim) == sound.rows
        return
    code = cli.main(["check", str(victim)], CLOCK)
    said = "".join(capsys.readouterr())
    assert (code == 3) == isinstance(refusal, DamagedPortfolio)
    assert code == 3 or (code == 1 and "has not been touched" in said) or kind == "bit"
    assert victim.read_bytes() == new
    _can_be_salvaged(victim, new, tmp_path / "salvaged.wealthdesk", sound)
    _can_be_restored(victim, new, sound)


def _can_be_salvaged(victim: Path, new: bytes, target: Path, sound: Sound) -> None:
    """What is kept was there, but for a value that can be read and is another; what is not kept is said."""
    try:
        found = salvage(victim, target)
    except NotAPortfolio:
        assert not target.exists()
        return
    assert victim.read_bytes() == new
    open_portfolio(target, now=NOW).close()
    kept = rows_of(target)
    lost = {table: rows - kept[table] for table, rows in sound.rows.items()}
    added = {table: rows - sound.rows[table] for table, rows in kept.items()}
    assert all(sum(rows.values()) <= max(3, sum(lost[table].values())) for table, rows in added.items())
    fewer = [table for table in kept if sum(kept[table].values()) < sum(sound.rows[table].values())]
    assert not (fewer and found.is_complete), fewer
    assert lines_of(found)


def _can_be_restored(victim: Path, new: bytes, sound: Sound) -> None:
    (backup,) = list_backups(victim)
    assert backup.verified
    aside = restore(victim, backup.path, CLOCK)
    assert aside is not None
    assert aside.file.read_bytes() == new
    with open_desk(victim, CLOCK) as desk:
        assert desk.notes == ()
        look_at_everything(desk)
    assert rows_of(victim) == sound.rows
    undo_restore(victim, CLOCK)
    assert victim.read_bytes() == new
