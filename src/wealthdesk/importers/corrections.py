"""Cells of a file that the user corrected: read in the place of what stands there."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from wealthdesk.importers.draft import Corrected, Layout
from wealthdesk.importers.table import Record

Cells = Mapping[tuple[int, int], str]
"""(line, place of the column from 0) → what is read there."""


class Corrections:
    """Puts corrected cells into records; those whose quotes are broken have no cells that could be told apart."""

    def __init__(self, cells: Cells) -> None:
        self._by_line: dict[int, dict[int, str]] = defaultdict(dict)
        for (line, index), text in cells.items():
            self._by_line[line][index] = " ".join(text.split())
        self._was: dict[tuple[int, int], str] = {}

    @property
    def lines(self) -> frozenset[int]:
        """The lines with a corrected cell."""
        return frozenset(self._by_line)

    def of(self, record: Record) -> Record:
        """The record with its corrected cells."""
        cells = self._by_line.get(record.line) if self._by_line else None
        if not cells or record.fault:
            return record
        width = max(len(record.cells), *(index + 1 for index in cells))
        read = [*record.cells, *[""] * (width - len(record.cells))]
        for index, text in cells.items():
            if read[index] != text:
                self._was[record.line, index] = read[index]
                read[index] = text
        return replace(record, cells=read)

    def made(self, layout: Layout) -> tuple[Corrected, ...]:
        """The cells that are read otherwise than they stand in the file, from the top."""
        titles = {column.index: column.title for column in layout.columns}
        return tuple(
            Corrected(line, index, titles.get(index, f"Column {index + 1}"), was, self._by_line[line][index])
            for (line, index), was in sorted(self._was.items())
        )
