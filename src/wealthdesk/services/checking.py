"""A portfolio file looked at without being opened: whole or not, and what can be read of a damaged one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wealthdesk.services.backups import AccountTotal, Backup, backups_of, totals_of
from wealthdesk.services.desk import Clock, open_copy
from wealthdesk.storage.file.backups import is_as_it_was
from wealthdesk.storage.file.files import portfolio_version, resolved
from wealthdesk.storage.file.migrations import head
from wealthdesk.storage.file.salvage import LostRow as LeftOut
from wealthdesk.storage.file.salvage import Report, SalvagedTable
from wealthdesk.storage.file.salvage import Salvage as Salvage
from wealthdesk.storage.file.salvage import salvage as _salvage


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file that is whole. `newest` is the version that this program brings it to; `currency` that of the totals."""

    path: Path
    version: int
    newest: int
    size: int
    accounts: tuple[AccountTotal, ...]
    currency: str
    notes: tuple[str, ...]
    backups: tuple[Backup, ...]

    @property
    def total_minor(self) -> int:
        """What all accounts are worth."""
        return sum(each.total_minor for each in self.accounts)


def check(path: Path, clock: Clock) -> FileCheck:
    """Checks a copy of the file, which itself is only read; an OpeningError says what is the matter with it."""
    path = resolved(path)
    with open_copy(path, clock) as desk:
        portfolio = desk.portfolios.current()
        return FileCheck(
            path=path,
            version=portfolio_version(path),
            newest=head(),
            size=path.stat().st_size,
            accounts=totals_of(portfolio),
            currency=portfolio.base_currency,
            notes=desk.notes + _as_a_backup(path),
            backups=backups_of(path),
        )


def _as_a_backup(path: Path) -> tuple[str, ...]:
    """What is said of a file that is whole and has the name of a backup, but is not that any more."""
    if is_as_it_was(path) is not False:
        return ()
    return (
        f"“{path.name}” is whole, but it is not what it was when it was made as a backup, so it is not restored under "
        "this name. If you have changed it yourself, give it another name.",
    )


_OF_THE_PROGRAM: Final = ("id", "created_at", "updated_at", "position", "request_id", "is_locked", "is_active")

_ALTERED: Final = (
    "The bytes of the file are not those that it was closed with. Where that hit a number or a name that can still be "
    "read, it is here as it reads now: compare it with a backup."
)


def salvage(path: Path, target: Path, report: Report = lambda done, total, table: None) -> Salvage:
    """Makes the new file `target` of what can be read of the damaged one, which is never changed."""
    return _salvage(path, target, report)


def lines_of(found: Salvage) -> tuple[str, ...]:
    """What was kept and what could not be read, a sentence each, the losses first."""
    touched = {each.table for each in found.left_out} | {each.table for each in found.brought_back}
    whole = (each for each in found.tables if _is_whole(each) and each.name not in touched)
    return (
        *([_ALTERED] if found.is_altered else []),
        *_unread(found),
        *_brought_back(found),
        *(_left_out(each, found.names) for each in found.left_out),
        *(f"{_name(each.name)}: all of {each.kept:,} kept." for each in whole),
    )


def _unread(found: Salvage) -> Iterator[str]:
    left_out = Counter(each.table for each in found.left_out)
    for table in found.tables:
        if table.is_missing or (table.unread and not table.kept):
            yield f"{_name(table.name)}: nothing could be read."
        elif table.unread:
            spans = ", ".join(str(a) if a == b else f"{a:,}\N{EN DASH}{b:,}" for a, b in table.unread)
            yield (
                f"{_name(table.name)}: {table.kept:,} kept; of the rows with the numbers {spans} nothing could be read."
            )
        elif left_out[table.name]:
            yield f"{_name(table.name)}: {table.kept:,} kept, {left_out[table.name]:,} left out."
        elif table.is_uncertain:
            yield f"{_name(table.name)}: {table.kept:,} kept; whether there were more cannot be told any more."


def _brought_back(found: Salvage) -> Iterator[str]:
    for (table, made_at), count in Counter((each.table, each.made_at) for each in found.brought_back).items():
        which = "1 of them is" if count == 1 else f"{count:,} of them are"
        yield f"{_name(table)}: {which} as in the backup of {made_at.astimezone():%Y-%m-%d %H:%M}."


def _left_out(each: LeftOut, names: Mapping[str, str]) -> str:
    said = [_said(*pair, names) for pair in zip(each.columns, each.values, strict=True)]
    return f"Left out of {_words(each.table)}: {', '.join(filter(None, said))}. {each.why}"


def _said(column: str, value: str, names: Mapping[str, str]) -> str:
    """One value of a row in words; empty for what only the program reads."""
    if not value or column in _OF_THE_PROGRAM:
        return ""
    if column.endswith("_id"):
        return f"{_words(column.removesuffix('_id'))} {names.get(value, 'that could not be read')}"
    if column.endswith("_minor"):
        return f"{_words(column.removesuffix('_minor'))} {value} in the smallest unit of the currency"
    if "_bps" in column and value.isdigit():
        return f"{_words(column.replace('_bps', ''))} {int(value) // 100}.{int(value) % 100:02}%"
    return value if column in ("name", "symbol") else f"{_words(column)} {value}"


def _is_whole(table: SalvagedTable) -> bool:
    return not table.is_missing and not table.unread and not table.is_uncertain and table.kept > 0


def _name(table: str) -> str:
    return _words(table).capitalize()


def _words(name: str) -> str:
    return name.replace("_", " ")
