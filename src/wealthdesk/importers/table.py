"""From text to records: cells with the physical line they begin on, quotes undone, faults told instead of swallowed."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wealthdesk.importers.export_format import plain_cell

DELIMITERS: Final = (",", ";", "\t", "|")

LONGEST_LINE: Final = 100_000
"""The most characters of a line that are read."""

LONGEST_CELL_LINES: Final = 50
"""A quoted cell of more lines than this is taken for a quote that was never closed."""


@dataclass(slots=True)
class Record:
    """The cells of one record, without the spaces around them; `fault` says why they cannot be trusted."""

    line: int
    cells: list[str]
    fault: str | None = None

    @property
    def text(self) -> str:
        """The cells in one short line, to be recognised by the user."""
        joined = " · ".join(cell for cell in self.cells if cell)
        return joined if len(joined) <= 120 else joined[:119] + "…"

    @property
    def is_blank(self) -> bool:
        """Whether no cell has anything in it."""
        return not any(self.cells)


def lines_of(text: str) -> list[str]:
    """The physical lines, whatever way they end; a line end at the end of the text begins no further line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def records(lines: list[str], delimiter: str) -> Iterator[Record]:
    """One record after the other. A quote that stays open costs its own line only: reading goes on at the next one."""
    at = 0
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while at < len(lines):
        line = lines[at]
        if len(line) > LONGEST_LINE:
            yield Record(at + 1, [line[:40] + "…"], f"This line has {len(line):,} characters.")
            at += 1
        elif '"' not in line:
            yield Record(at + 1, _plain(line.split(delimiter), line))
            at += 1
        else:
            feed.begin(at)
            try:
                cells = next(reader)
            except (csv.Error, StopIteration):
                yield _loosely_quoted(line, at, delimiter, feed.at - at)
                at += 1
            else:
                yield Record(at + 1, _plain(cells, line if feed.at == at + 1 else "'"))
                at = feed.at


class _Feed:
    """Hands lines to the reader of CSV, from where it is told to begin and no more of them than a cell may have."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.at = self._end = 0

    def begin(self, at: int) -> None:
        self.at, self._end = at, at + LONGEST_CELL_LINES

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at == self._end or self.at == len(self._lines):
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1][:LONGEST_LINE] + "\n"


def _plain(cells: list[str], line: str) -> list[str]:
    """What the cells of a line say; only where these marks stand in it can one of them be more than it says."""
    return [plain_cell(cell) for cell in cells] if "'" in line or '="' in line else [cell.strip() for cell in cells]


def _loosely_quoted(line: str, at: int, delimiter: str, used: int) -> Record:
    """A line whose quotes do not follow the rules: read as it stands when it is only one line, a fault otherwise."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return Record(at + 1, [line[:40]], "A cell of this line is too long.")
    stripped = [plain_cell(cell) for cell in cells]
    open_quote = used > 1 or (line.count('"') % 2 == 1)
    return Record(at + 1, stripped, "A quote opens on this line and does not close." if open_quote else None)
