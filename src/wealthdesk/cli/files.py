"""`wealthdesk check`, `backup`, `restore`, `mend`, `salvage`, `prepare`, `diagnose`: the safety of a file."""

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.printing import keep, print_json
from wealthdesk.domain.money import from_minor
from wealthdesk.errors import BadInput, BrokenRules, DamagedPortfolio, NotFound
from wealthdesk.services import backups, checking
from wealthdesk.services.desk import Clock
from wealthdesk.services.diagnosis import diagnosis_of, save_bundle

DAMAGED: Final = 3
"""Exit code of `check`: the file is damaged."""

INCOMPLETE: Final = 4
"""Exit code of `salvage`: the new file was made, and something could not be read."""

_NOTHING_TO_MEND: Final = "There is nothing to mend: the file is whole. It was not changed."


def run_check(arguments: Sequence[str], clock: Clock) -> int:
    """Checks a file without changing it."""
    parser = _parser("check", "Checks that a portfolio file is whole. The file is only read.", "3 damaged")
    chosen = parser.parse_args(arguments)
    try:
        found = checking.check(chosen.file, clock)
    except DamagedPortfolio as refusal:
        kept = backups.backups_of(chosen.file)
        _tell(
            chosen,
            {
                "file": str(chosen.file),
                "state": "damaged",
                "can_be_mended": isinstance(refusal, BrokenRules),
                "reason": str(refusal),
                "backups": _list(kept),
            },
            [*_refused(refusal, chosen.file), *map(_backup_line, kept)],
        )
        return DAMAGED
    told = {
        "file": str(found.path),
        "state": "whole",
        "version": found.version,
        "newest_version": found.newest,
        "size": found.size,
        "currency": found.currency,
        "total_minor": found.total_minor,
        "accounts": [{"name": each.name, "total_minor": each.total_minor} for each in found.accounts],
        "notes": list(found.notes),
        "backups": _list(found.backups),
    }
    total = f"{from_minor(found.total_minor, found.currency):,f} {found.currency}"
    holds = f"{len(found.accounts)} account{'' if len(found.accounts) == 1 else 's'}, {total}"
    lines = [f"Whole: version {found.version}, {found.size:,} bytes, {holds}.", *found.notes]
    return _tell(chosen, told, lines + [_backup_line(each) for each in found.backups])


def _refused(refusal: DamagedPortfolio, path: Path) -> list[str]:
    way = f"What that would change is told by: wealthdesk mend {shlex.quote(str(path))} --dry-run"
    return [str(refusal), way] if isinstance(refusal, BrokenRules) else [str(refusal)]


def run_backup(arguments: Sequence[str], clock: Clock) -> int:
    """Makes a backup."""
    parser = _parser("backup", "Makes a verified copy of a portfolio file, which may be open in a window.")
    parser.add_argument("--to", type=Path, metavar="NEW", help="a new file instead of one in backups/ beside it")
    chosen = parser.parse_args(arguments)
    if chosen.to is None:
        made = backups.back_up_now(chosen.file, clock)
        keep("The backup")
        return _tell(chosen, {"backup": _entry(made)}, [f"Verified: {made.path}"])
    backups.back_up_to(chosen.file, chosen.to)
    keep("The backup")
    return _tell(chosen, {"backup": {"path": str(chosen.to.resolve())}}, [f"Verified: {chosen.to.resolve()}"])


def run_restore(arguments: Sequence[str], clock: Clock) -> int:
    """Restores a backup, or undoes that."""
    parser = _parser("restore", "Puts a backup in the place of a portfolio file; what is there is set aside.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("backup", type=Path, nargs="?", metavar="BACKUP", help="a backup, or any portfolio file")
    which.add_argument("--undo", action="store_true", help="put what was set aside last back in its place")
    chosen = parser.parse_args(arguments)
    if chosen.backup is not None and not chosen.backup.is_file():
        raise NotFound(f"There is no backup “{chosen.backup}”. Nothing was changed.")
    aside = (
        backups.undo_restore(chosen.file, clock) if chosen.undo else backups.restore(chosen.file, chosen.backup, clock)
    )
    keep("What was restored")
    where = f"What was there before is “{aside.file}”." if aside else "Nothing was there before."
    told = {"file": str(chosen.file.resolve()), "set_aside": str(aside.file) if aside else None}
    return _tell(chosen, told, [f"Restored: {chosen.file.resolve()}", where])


def run_mend(arguments: Sequence[str], clock: Clock) -> int:
    """Mends the lines of a file that break a rule."""
    parser = _parser("mend", "Mends the lines of a file that break a rule, in a copy; what was there is set aside.")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    chosen = parser.parse_args(arguments)
    if chosen.dry_run:
        would = backups.what_is_mended(chosen.file)
        return _tell(chosen, {"done": list(would), "is_dry_run": True}, would or [_NOTHING_TO_MEND])
    mended = backups.mend(chosen.file, clock)
    told = {"done": list(mended.done), "set_aside": str(mended.aside.file) if mended.aside else None}
    if mended.aside is None:
        return _tell(chosen, told, [_NOTHING_TO_MEND])
    keep("What was mended")
    return _tell(chosen, told, [*mended.done, f"What was there before is “{mended.aside.file}”."])


def run_salvage(arguments: Sequence[str], clock: Clock) -> int:
    """Salvages what can be read of a damaged file."""
    parser = _parser("salvage", "Makes a new file of what can be read of a damaged one.", "4 not all could be read")
    parser.add_argument("new", type=Path, metavar="NEW", help="the file to be made")
    chosen = parser.parse_args(arguments)
    found = checking.salvage(chosen.file, chosen.new)
    keep("The new file")
    lines = checking.lines_of(found)
    told = {"file": str(found.target), "is_complete": found.is_complete, "lines": list(lines)}
    _tell(chosen, told, [f"Made: {found.target}", *lines])
    return 0 if found.is_complete else INCOMPLETE


def run_prepare(arguments: Sequence[str], clock: Clock) -> int:
    """Prepares a file for an older WealthDesk."""
    parser = _parser("prepare", "Takes a file down to the version of an older WealthDesk, after a backup of it.")
    parser.add_argument("--version", type=int, required=True, metavar="N", help="the version that it is to have")
    parser.add_argument("--dry-run", action="store_true", help="say what would be lost, and change nothing")
    chosen = parser.parse_args(arguments)
    older = backups.older_versions(chosen.file)
    if chosen.version not in older:
        known = ", ".join(map(str, older)) or "none"
        raise BadInput(f"The file cannot be prepared for version {chosen.version}. The older versions are: {known}.")
    lost = backups.what_is_lost(chosen.file, chosen.version)
    if chosen.dry_run:
        # What is refused when it is done is not told as if it could be done.
        checking.check(chosen.file, clock)
        return _tell(chosen, {"version": chosen.version, "lost": list(lost)}, lost or ["Nothing would be lost."])
    kept = backups.prepare_for_version(chosen.file, chosen.version, clock)
    keep("The change")
    told = {"version": chosen.version, "lost": list(lost), "backup": _entry(kept)}
    return _tell(chosen, told, [*lost, f"Prepared for version {chosen.version}. As it was before: {kept.path}"])


def _parser(name: str, description: str, *codes: str) -> argparse.ArgumentParser:
    silent = ["5 done, but the answer could not be written"] if name != "check" else []
    said = ", ".join(["0 done", "1 refused (the sentence is on standard error)", "2 bad usage", *codes, *silent])
    parser = argparse.ArgumentParser(
        f"wealthdesk {name}", description=description, epilog=f"Exit codes: {said}.", allow_abbrev=False
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the portfolio file")
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _tell(chosen: argparse.Namespace, told: dict[str, Any], lines: Sequence[str]) -> int:
    if chosen.json:
        print_json(told)
    else:
        for line in lines:
            print(line)
    return 0


def _list(kept: Sequence[backups.Backup]) -> list[dict[str, Any]]:
    return [_entry(each) for each in kept]


def _entry(backup: backups.Backup) -> dict[str, Any]:
    return {
        "path": str(backup.path),
        "made_at": backup.made_at.isoformat(),
        "reason": backup.reason,
        "version": backup.version,
        "size": backup.size,
        "verified": backup.verified,
    }


def _backup_line(backup: backups.Backup) -> str:
    moment = backup.made_at.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
    state = "verified" if backup.verified else "not as it was made"
    return f"Backup of {moment}, {backup.reason.replace('_', ' ')}, {state}: {backup.path}"


def run_diagnose(arguments: Sequence[str], clock: Clock) -> int:
    """Prints the diagnosis, or saves it."""
    parser = argparse.ArgumentParser(
        "wealthdesk diagnose",
        description="Tells of versions, checks and the log; no amounts, names or account numbers are in it.",
        epilog="Exit codes: 0 done, 1 refused (the sentence is on standard error), 2 bad usage, 5 saved, but the "
        "answer could not be written.",
        allow_abbrev=False,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the portfolio file")
    parser.add_argument("--to", type=Path, metavar="ZIP", help="a new ZIP file instead of printing it")
    chosen = parser.parse_args(arguments)
    text = diagnosis_of(chosen.file, clock)
    if chosen.to is None:
        print(text)
    else:
        save_bundle(text, chosen.to)
        keep("The ZIP file")
        print(f"Saved: {chosen.to.resolve()}")
    return 0
