"""A history as a file for other programs: one row per line that a reallocation changed, the newest first."""

import csv
from collections.abc import Iterator
from datetime import UTC
from io import StringIO
from typing import Final

from wealthdesk.domain.money import POINT, NumberFormat, digits, from_minor
from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, Revision, RevisionLine
from wealthdesk.importers.export_format import percent_cell, safe_cell

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
    written = StringIO()
    writer = csv.writer(written, delimiter=";" if marks.decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    names = {line.key.id: line.name for revision in past.revisions for line in revision.lines if not line.key.parent}
    names |= {line.key.id: line.name for line in past.state.lines if not line.key.parent}
    for revision in past.revisions:
        writer.writerows(_rows(revision, names, marks))
    return written.getvalue()


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


def _line(line: RevisionLine, names: dict[str, str]) -> tuple[str, str]:
    parent = line.key.parent
    return (safe_cell(names.get(parent, parent)) if parent else "", safe_cell(line.name))


def _amount(value: int | None, revision: Revision, marks: NumberFormat) -> str:
    if value is None:
        return ""
    if revision.what is What.TARGETS:
        return percent_cell(value).replace(".", marks.decimal)
    places = digits(revision.currency)
    return f"{from_minor(value, revision.currency):.{places}f}".replace(".", marks.decimal)
