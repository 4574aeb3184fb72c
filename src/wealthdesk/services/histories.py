"""What the user can look back on: the history of every strategy and fund, removed ones too, also as a file."""

from collections.abc import Iterator
from datetime import UTC
from typing import Final

from wealthdesk.domain.money import POINT, NumberFormat
from wealthdesk.domain.reallocation import Delta, What
from wealthdesk.domain.reallocation_history import (
    Past,
    Revision,
    Subject,
    removed_pasts,
    state_when_removed,
)
from wealthdesk.domain.reserves import Fund
from wealthdesk.domain.targets import Strategy, header_of
from wealthdesk.errors import NotFound
from wealthdesk.importers.export_format import csv_text, money_cell, percent_cell, safe_cell
from wealthdesk.storage import accounts, funds, reallocations, targets
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database


class Histories:
    """Read as they are in the file; nothing is changed here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subjects(self) -> list[Subject]:
        """Every strategy (those of everything first, the active one before the others), every fund, then removed ones.

        A strategy or fund is there even if nothing of it was ever changed.
        """
        with self._database.read() as connection:
            names = {each.id: each.name for each in accounts.all_accounts(connection)}
            names |= {each.id: each.name for each in accounts.all_groups(connection)}
            strategies = sorted(targets.all_strategies(connection), key=lambda each: _order(each, names))
            kept = [_of_strategy(each, names) for each in strategies]
            kept += [_of_fund(each) for each in sorted(funds.all_funds(connection), key=lambda each: each.is_archived)]
            return [*kept, *(_of_removed(past) for past in _removed(connection))]

    def past(self, subject: Subject) -> Past:
        """All versions of a strategy or fund; NotFound if it is gone since."""
        with self._database.read() as connection:
            if subject.header is not None:
                state = reallocations.state(connection, subject.header)
                return Past(subject, state, tuple(reallocations.history(connection, subject.header)))
            for past in _removed(connection):
                if past[-1].id == subject.first_id:
                    return Past(subject, state_when_removed(past), past)
        raise NotFound(f"Nothing is kept of “{subject.name}” any more.")


def _removed(connection: Reading) -> list[tuple[Revision, ...]]:
    found = removed_pasts(reallocations.of_removed(connection))
    return sorted(found, key=lambda past: past[0].at, reverse=True)


def _order(strategy: Strategy, names: dict[str, str]) -> tuple[str, bool, str]:
    place = "" if strategy.scope is None else names[strategy.scope]
    return place.casefold(), not strategy.is_active, strategy.name.casefold()


def _of_strategy(strategy: Strategy, names: dict[str, str]) -> Subject:
    place = "" if strategy.scope is None else names[strategy.scope]
    return Subject(What.TARGETS, strategy.name, header_of(strategy.id), place)


def _of_fund(fund: Fund) -> Subject:
    return Subject(What.RESERVES, fund.name, fund.header, is_archived=fund.is_archived)


def _of_removed(past: tuple[Revision, ...]) -> Subject:
    return Subject(past[0].what, past[0].name, first_id=past[-1].id)


COLUMNS: Final = (
    "Of", "Version", "From version", "When (UTC)", "Who", "Source", "Reason", "Class", "Line", "Unit", "Before",
    "After", "Cap before", "Cap after", "Total before", "Total after", "Accepted", "Band before", "Band after",
)  # fmt: skip
"""Unit is % for targets (of a holding: of its class), else the currency. A budget has a line of its own."""

_BUDGET: Final = "(budget)"


def history_csv(past: Past, marks: NumberFormat = POINT) -> str:
    """The history as CSV: numbers without groups, `;` between cells where the decimal mark is a comma.

    Texts that a spreadsheet would run as a formula are neutralised; numbers stay numbers.
    """
    names = {line.key.id: line.name for revision in past.revisions for line in revision.lines if not line.key.parent}
    names |= {line.key.id: line.name for line in past.state.lines if not line.key.parent}
    rows = (row for revision in past.revisions for row in _rows(revision, names, marks))
    return csv_text(COLUMNS, rows, marks)


def _rows(revision: Revision, names: dict[str, str], marks: NumberFormat) -> Iterator[tuple[str, ...]]:
    def amount(value: int | None) -> str:
        return _amount(value, revision, marks)

    head = (
        safe_cell(revision.name),
        str(revision.version),
        str(revision.baseline_version),
        revision.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        safe_cell(revision.actor),
        revision.source.value,
        safe_cell(revision.reason),
    )
    unit = revision.currency or "%"
    totals = (amount(revision.total_before), amount(revision.total_after), safe_cell(" ".join(revision.accepted)))
    lines = [_line(each, names) for each in revision.lines]
    rows = [
        (*place, unit, amount(line.before), amount(line.after), amount(line.cap_before), amount(line.cap_after))
        for place, line in zip(lines, revision.lines, strict=True)
    ]
    bands = [(amount(line.band_before), amount(line.band_after)) for line in revision.lines]
    if revision.budget_before != revision.budget_after or not rows:
        rows.append(("", _BUDGET, unit, amount(revision.budget_before), amount(revision.budget_after), "", ""))
        bands.append(("", ""))
    for row, band in zip(rows, bands, strict=True):
        yield (*head, *row, *totals, *band)


def _line(line: Delta, names: dict[str, str]) -> tuple[str, str]:
    parent = line.key.parent
    return (safe_cell(names.get(parent, parent)) if parent else "", safe_cell(line.name))


def _amount(value: int | None, revision: Revision, marks: NumberFormat) -> str:
    if value is None:
        return ""
    if revision.what is What.TARGETS:
        return percent_cell(value).replace(".", marks.decimal)
    return money_cell(value, revision.currency, marks)
