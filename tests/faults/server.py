"""The process that was started with the failing disk: it has everything imported, and forks a user for every fault.

Each line of its input asks for one fault, each line of its output tells what was found; both are JSON.
"""

import gc
import hashlib
import json
import os
import pickle
import random
import re
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from cli.forked import read_all
from faults import disk, statements
from faults.disk import Kind
from faults.power import DONE, Disk, Left, read_log
from faults.scenarios import MOVES, NAME, SCENARIOS, Scenario, begun, clock, rows
from wealthdesk.errors import WealthDeskError
from wealthdesk.services import backups
from wealthdesk.services.desk import open_desk
from wealthdesk.storage import schema
from wealthdesk.storage.file import verification

NEXT_DAY = timedelta(days=1)
EXPECTED = re.compile(
    r"(portfolio|rescued)\.wealthdesk(\.lock|\.seal)?|backups|backups/portfolio\.wealthdesk\.lock|"
    r"backups/portfolio\.wealthdesk\.\d{8}T\d{9}Z\.[a-z_]+\.v\d+\.[0-9a-f]{16}\.wealthdesk|"
    r"portfolio\.wealthdesk\.\d{8}T\d{9}Z\.set_aside(/portfolio\.wealthdesk(-journal)?)?"
)

LONGEST = 120
"""After so many seconds a process is ended, which is found to be wrong."""

DIGESTS = "digests"
"""The folder of what was found in files."""

Facts = dict[str, Any]


def serve() -> None:
    """Answer every line."""
    place = Path(sys.argv[1])
    (place / DIGESTS).mkdir()
    disk.arm(place, Kind.COUNT)
    disk.disarm()  # it stays loaded, and nobody who is forked waits for the real disk
    _begin(place / "begun.before")
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_answer(place, asked["scenario"], Kind(asked["kind"]), asked["number"])), flush=True)


def _begin(folder: Path) -> None:
    """Read and make here, once, whatever is the same in every process: one start of an old file, and a look at it."""
    read_all()
    scenario = SCENARIOS["start with version 1"]
    _fill(scenario, folder)
    scenario.act(folder / NAME)
    _found(lambda: _look(scenario, folder))


def _answer(place: Path, name: str, kind: Kind, number: int) -> Facts:
    if number == 0:
        well = _without_fault(place, name)
        return well | {"kind": kind.name, "calls": well["calls"].get(kind.name, 0)}
    if kind is Kind.POWER:
        return {"kind": kind.name, "number": number, "said": "", **_cut(place, name, number)}
    return _tried(place, name, kind, number)


@cache
def _without_fault(place: Path, name: str) -> Facts:
    """What the step comes to on a disk that is well, done once for all that is counted in it, and written down."""
    well = _tried(place, name, Kind.LOG, 0)
    return well | {"calls": well["calls"] | {Kind.POWER.name: len(read_log(place / f"{name}.log"))}}


def _tried(place: Path, name: str, kind: Kind, number: int) -> Facts:
    scenario = (SCENARIOS | MOVES)[name]
    before = place / f"{name}.before"
    if not before.exists():
        _told(lambda: _fill(scenario, before))
    folder, later = before.with_suffix(".now"), before.with_suffix(".then")
    for each in (folder, later):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(before, folder)
    had = _had(before)
    facts: Facts = {"kind": kind.name, "number": number, "outcome": "killed", "said": "", "calls": {}, **had}
    raw = _bytes(before / NAME)
    if number < 0:
        return facts | _found(lambda: _look(scenario, folder))
    if kind is Kind.LOG:
        before.with_suffix(".disk").write_bytes(pickle.dumps(Disk(folder)))
    for told in _lines(lambda say, wait: _use(scenario, folder, kind, number, say, wait)):
        if told["outcome"] == "refused" and "again" not in facts:
            shutil.copytree(folder, later)
            facts |= told | {"untouched": _bytes(folder / NAME) == raw}
            facts |= _found(lambda: _look(scenario, later))
            facts["again"] = "killed"
        elif "again" in facts:
            facts["again"] = told["outcome"] if told["outcome"] == "done" else told["said"]
        else:
            facts |= told
    if "again" in facts:
        return facts | {"then": _found(lambda: _look(scenario, folder))}
    return facts | _found(lambda: _look(scenario, folder))


@cache
def _had(before: Path) -> Facts:
    """What backups there are before the step: nothing is done in that folder, so that it is looked at once."""
    return _found(lambda: {"had": _told_of(backups.backups_of(before / NAME))})


def _cut(place: Path, name: str, number: int) -> Facts:
    """What is found after a power cut; the numbers go through all that can be left after a step, then to the next."""
    _without_fault(place, name)
    before = place / f"{name}.before"
    later = before.with_suffix(".then")
    shutil.rmtree(later, ignore_errors=True)
    step, left = divmod(number - 1, len(Left))
    at: Disk = pickle.loads(before.with_suffix(".disk").read_bytes())
    for each in read_log(before.with_suffix(".log"))[: step + 1]:
        at.do(each)
    at.lay_out(later, Left(left), number)
    outcome = {"outcome": "done" if at.is_done else "killed"}
    return outcome | _had(before) | _found(lambda: _look((SCENARIOS | MOVES)[name], later))


def _fill(scenario: Scenario, before: Path) -> Facts:
    before.mkdir(mode=0o700)
    scenario.before(before / NAME)
    return {}


def _use(
    scenario: Scenario, folder: Path, kind: Kind, number: int, say: Callable[[Facts], None], wait: Callable[[], None]
) -> None:
    """The user's process: the step while the disk fails, and where it was refused once more when the disk is well."""
    is_again = False

    def act(subject: Any) -> None:
        nonlocal is_again
        _same_ids()
        try:
            scenario.act(subject)
        except WealthDeskError as error:
            if is_again:
                raise
            is_again = True
            _refused(error, say, wait)
            _same_ids()
            scenario.act(subject)
        if log is not None:
            log.write(DONE)
        say({"outcome": "done", "calls": _count()})

    def whole() -> None:
        with begun(scenario, folder / NAME) as subject:
            act(subject)

    log = _arm(folder, kind, number)
    try:
        whole()
    except WealthDeskError as error:
        if is_again:
            say({"outcome": "refused", "said": f"again: {error}"})
            return
        is_again = True
        _refused(error, say, wait)
        try:
            whole()
        except WealthDeskError as again:
            say({"outcome": "refused", "said": f"again: {again}"})
    # What is done after “done”, such as closing, is counted and fails as well.
    disk.disarm()
    if not is_again:
        say({"outcome": "done", "calls": _count()})


def _arm(folder: Path, kind: Kind, number: int) -> BinaryIO | None:
    """Where what is done is written down, if it is: all that can be counted is counted then."""
    if kind is Kind.LOG or kind >= Kind.STATEMENTS:
        schema._MADE.clear()  # so that the statements are all that a process asks
    if kind is not Kind.LOG:
        (disk if kind < Kind.STATEMENTS else statements).arm(folder, kind, number)
        return None
    log: BinaryIO = folder.with_suffix(".log").open("wb", buffering=0)
    disk.arm(folder, kind, number, log.fileno())
    statements.arm(folder, Kind.STATEMENTS)
    statements.arm(folder, Kind.CHANGES)
    return log


def _count() -> dict[str, int]:
    """How many calls there were, by the kind that counts them."""
    counted = {kind.name: statements.count(kind) for kind in (Kind.STATEMENTS, Kind.CHANGES)}
    return {Kind.COUNT.name: disk.count(), **counted}


def _disarm() -> None:
    disk.disarm()
    statements.disarm()


_ID: Final = 16
"""So many random bytes are an id; fewer are the name of a file that is there for a while."""
_names: Final = random.Random(7)


def _same_ids() -> None:
    """What is new gets the same ids in every run, but not the name of a file that the try before it left."""
    ids = random.Random(5)
    os.urandom = lambda size: (ids if size == _ID else _names).randbytes(size)


def _refused(error: WealthDeskError, say: Callable[[Facts], None], wait: Callable[[], None]) -> None:
    calls = _count()
    _disarm()
    say({"outcome": "refused", "said": str(error), "calls": calls})
    wait()


def _look(scenario: Scenario, folder: Path) -> Facts:
    """The next start and the day after, and what the user finds then."""
    path, result = folder / NAME, folder / scenario.result
    found: Facts = {"start": "", "notes": []}
    try:
        if scenario.creates or result.exists() or scenario.result == NAME:
            with open_desk(result, clock(), create=scenario.creates) as desk:
                desk.portfolios.current()
                found["notes"] = list(desk.notes)
            if not scenario.is_damaged:
                backups.keep_up(path, clock(NEXT_DAY))
    except WealthDeskError as error:
        found["start"] = str(error)
    kept = backups.backups_of(path)
    aside = [each.file for each in backups.set_asides(path)]
    digest = cache(partial(_digest, folder.with_name(DIGESTS)))
    return found | {
        "contents": digest(result),
        "anywhere": sorted({digest(each) for each in (path, *aside, *(one.path for one in kept))}),
        "backups": _told_of(kept),
        "leftovers": sorted(_leftovers(folder)),
        "open_to_others": sorted(each.name for each in folder.rglob("*") if each.stat().st_mode & 0o077),
    }


def _told_of(kept: Iterable[backups.Backup]) -> list[str]:
    return [f"{each.made_at:%Y-%m-%d} {each.reason} {each.verified}" for each in kept]


def _leftovers(folder: Path) -> Iterator[str]:
    for each in folder.rglob("*"):
        name = str(each.relative_to(folder))
        # SQLite gives a journal its first bytes when it begins to count; one without them is overwritten, never played.
        is_no_journal = name.endswith("-journal") and not any(each.read_bytes()[:8])
        if not EXPECTED.fullmatch(name) and not is_no_journal:
            yield name


def _digest(known: Path, path: Path) -> str:
    """What stands for all that is in the file; read once for the same bytes, since most backups are in many folders."""
    told = known / _of_bytes(_bytes(path), _bytes(path.with_name(f"{path.name}-journal")))
    if not told.exists():
        found = rows(path)
        told.write_text(_of_bytes(repr(found).encode())[:12] if found else "")
    return told.read_text()


def _of_bytes(*parts: bytes) -> str:
    return " ".join(hashlib.sha256(part).hexdigest() for part in parts)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _found(act: Callable[[], Facts]) -> Facts:
    """What the next process finds. It is this one, which forgets what it knows of files: all else that it has learnt by
    its looks is the same in every process, and whoever it forks finds it learnt."""
    verification._WHOLE.clear()
    signal.alarm(LONGEST)
    try:
        return act()
    except Exception:
        return {"outcome": "traceback", "said": traceback.format_exc()}
    finally:
        signal.alarm(0)
        verification._WHOLE.clear()
        gc.collect()
        gc.freeze()


def _told(act: Callable[[], Facts]) -> Facts:
    """What a process of its own finds."""
    told: Facts = {}
    for each in _lines(lambda say, wait: say(act())):
        told |= each
    return told


def _lines(act: Callable[[Callable[[Facts], None], Callable[[], None]], None]) -> Iterator[Facts]:
    """What a process of its own says; it goes on from a `wait` when what it said has been dealt with."""
    read, write = os.pipe()
    go_on, go = os.pipe()
    child = os.fork()
    if child == 0:
        code = 0
        signal.alarm(LONGEST)
        try:
            act(
                lambda facts: _all(write, json.dumps(facts).encode() + b"\n"),
                lambda: _assert(os.read(go_on, 1) == b"x"),
            )
        except BaseException:
            disk.disarm()
            _all(write, json.dumps({"outcome": "traceback", "said": traceback.format_exc()}).encode() + b"\n")
            code = 1
        os._exit(code)
    os.close(write)
    os.close(go_on)
    with os.fdopen(read, "rb") as lines:
        for line in lines:
            told = json.loads(line)
            yield told
            if told.get("outcome") == "refused":
                with suppress(BrokenPipeError):  # it ended after it was refused twice
                    os.write(go, b"x")
    os.close(go)
    os.waitpid(child, 0)


def _all(write: int, line: bytes) -> None:
    while line:
        line = line[os.write(write, line) :]


def _assert(truth: bool) -> None:
    assert truth


if __name__ == "__main__":
    serve()
