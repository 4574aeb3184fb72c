"""What a user says about the columns of a table: remembered by its headers, or given beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Final

from wealthdesk.domain.money import NumberFormat
from wealthdesk.importers.draft import ByHand, Column, DateOrder, Field, Layout, Problem
from wealthdesk.importers.header_words import heading, plain_words
from wealthdesk.importers.recognition import HEADER_WITHIN, layout_of
from wealthdesk.importers.table import DELIMITERS, records

OF_THE_LEFT: Final = "currency_of_left"
"""The word for a column that names the currency of the amount on its left."""


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """How files with these headers are read. currencies: of each column the place of the one that names its currency.

    marks and date_order are None where the file itself tells them. file_name: the file for which it was chosen.
    """

    header: tuple[str, ...]
    fields: tuple[Field, ...]
    currencies: tuple[int | None, ...]
    marks: NumberFormat | None = None
    date_order: DateOrder | None = None
    file_name: str = ""

    @property
    def shape(self) -> str:
        """What files of the same headers have in common."""
        return shape_of(self.header)


@dataclass(frozen=True, slots=True)
class ColumnChoices:
    """What is said about columns before a file is read: where the headers stand, and (header, word) of some columns.

    A header can also be the place of its column: “#3”.
    """

    header_line: int | None = None
    meanings: tuple[tuple[str, str], ...] = ()


def shape_of(header: Sequence[str]) -> str:
    """What files of the same headers have in common, as one short text; headers that are empty at the end are none."""
    cells = list(header)
    while cells and not cells[-1]:
        cells.pop()
    return sha256("\x1f".join(cells).encode()).hexdigest()[:32]


def kept_of(layout: Layout | None, file_name: str) -> KeptColumns | None:
    """What is to be remembered of a layout: nothing where the user chose nothing, or there are no headers."""
    if layout is None or not layout.by_hand or not layout.header_line or layout.is_transactions or not layout.columns:
        return None
    return KeptColumns(
        tuple(column.header for column in layout.columns),
        tuple(_remembered(column) for column in layout.columns),
        tuple(column.currency_index for column in layout.columns),
        layout.marks if ByHand.NUMBERS in layout.by_hand else None,
        layout.date_order if ByHand.DAYS in layout.by_hand else None,
        file_name,
    )


def _remembered(column: Column) -> Field:
    """The meaning of a column; one of accounts counts again for the next file, wherever this one goes."""
    found = heading(column.header) if column.field is Field.IGNORE else None
    return found.field if found and found.field in (Field.ACCOUNT, Field.ACCOUNT_NUMBER) else column.field


def layout_kept(
    kept: Mapping[str, KeptColumns], lines: list[str], encoding: str, today: date
) -> tuple[Layout, KeptColumns] | None:
    """The layout of a file whose headers are among those that are remembered by their shape."""
    for delimiter in DELIMITERS:
        for record in islice(records(lines[: 4 * HEADER_WITHIN], delimiter), HEADER_WITHIN):
            found = kept.get(shape_of(record.cells)) if len(record.cells) > 1 and not record.fault else None
            layout = layout_of(lines, encoding, today, delimiter, record.line) if found else None
            if found and layout:
                return _as_kept(layout, found), found
    return None


def _as_kept(layout: Layout, kept: KeptColumns) -> Layout:
    width = len(layout.columns)
    told = dict(enumerate(zip(kept.fields, kept.currencies, strict=True)))
    columns = tuple(
        replace(column, field=told[i][0], currency_index=told[i][1] if (told[i][1] or 0) < width else None)
        if i in told
        else replace(column, field=Field.IGNORE)
        for i, column in enumerate(layout.columns)
    )
    layout = replace(layout, columns=columns, by_hand=frozenset((ByHand.COLUMNS,)))
    if kept.marks:
        layout = layout.with_marks(kept.marks)
    return layout.with_date_order(kept.date_order) if kept.date_order else layout


def layout_chosen(choices: ColumnChoices, lines: list[str], encoding: str, today: date) -> Layout | Problem | None:
    """The layout that the choices ask for; a problem where they do not fit the file, None where there is no table."""
    layout = layout_of(lines, encoding, today, header_line=choices.header_line)
    if layout is None:
        if choices.header_line is None:
            return None
        what = f"There are no headers on line {choices.header_line}; the file has {len(lines)} lines."
        return Problem(0, "", what, "Give the number of the line that has the headers.")
    if choices.header_line is not None:
        layout = replace(layout, by_hand=layout.by_hand | {ByHand.HEADER})
    for header, word in choices.meanings:
        places = _places(header, layout.columns)
        if len(places) != 1:
            return _not_one(header, places, layout)
        [place] = places
        field = None if word == OF_THE_LEFT else Field(word)
        changed = layout.with_field(place, field) if field else layout.with_currency_of_left(place)
        if changed is layout:
            what = f"There is no amount on the left of “{layout.columns[place].title[:40]}”."
            return Problem(layout.header_line, "", what, "Give the amount its meaning before its currency.")
        layout = changed
    return layout


def _places(header: str, columns: Sequence[Column]) -> list[int]:
    if header.startswith("#") and header[1:].isdecimal() and header not in [each.header for each in columns]:
        return [each.index for each in columns if each.index + 1 == int(header[1:])]
    same = [each.index for each in columns if each.title == header]
    return same or [each.index for each in columns if plain_words(each.title) == plain_words(header)]


def _not_one(header: str, places: Sequence[int], layout: Layout) -> Problem:
    if places:
        where = " and ".join(f"#{place + 1}" for place in places)
        what = f"“{header[:40]}” stands {len(places)} times: {where}."
        return Problem(layout.header_line, "", what, "Name the column by its place, as #3.")
    found = ", ".join(f"“{each.title[:40]}”" for each in layout.columns[:20])
    return Problem(layout.header_line, "", f"No column is called “{header[:40]}”.", f"There are: {found}.")
