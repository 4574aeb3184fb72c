"""Salvage: a new file of what can be read of a damaged one, and what could not be read in words."""

from collections.abc import Iterator
from pathlib import Path

from wealthdesk.storage.salvage import LeftOut as LeftOut
from wealthdesk.storage.salvage import Report, SalvagedTable
from wealthdesk.storage.salvage import Salvage as Salvage
from wealthdesk.storage.salvage import salvage as _salvage


def salvage(path: Path, target: Path, report: Report = lambda done, total, table: None) -> Salvage:
    """Makes the new file `target` of what can be read of the damaged one, which is never changed."""
    return _salvage(path, target, report)


def lines_of(found: Salvage) -> tuple[str, ...]:
    """What was kept and what could not be read, a sentence each, the losses first."""
    return (
        *_losses(found),
        *(f"{_name(each)}: all of {each.kept:,} kept." for each in found.tables if _is_whole(each)),
    )


def _losses(found: Salvage) -> Iterator[str]:
    for table in found.tables:
        if table.is_missing:
            yield f"{_name(table)}: nothing could be read."
        elif table.unread:
            spans = ", ".join(str(a) if a == b else f"{a:,}\N{EN DASH}{b:,}" for a, b in table.unread)
            yield f"{_name(table)}: {table.kept:,} kept; of the rows with the numbers {spans} nothing could be read."
    for each in found.left_out:
        yield f"Left out of {_words(each.table)}: {', '.join(filter(None, each.values))}. {each.why}"


def _is_whole(table: SalvagedTable) -> bool:
    return not table.is_missing and not table.unread and table.kept > 0


def _name(table: SalvagedTable) -> str:
    return _words(table.name).capitalize()


def _words(table: str) -> str:
    return table.replace("_", " ")
