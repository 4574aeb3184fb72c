"""Spreadsheets (xlsx, xls, ods) as the text of a table: what their cells show, not how it was calculated."""

import contextlib
import csv
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.cells import SIGNS
from wealthdesk.importers.draft import Field
from wealthdesk.importers.encoding import MAX_LINES
from wealthdesk.importers.header_words import heading
from wealthdesk.importers.transaction_words import Meaning, meaning
from wealthdesk.importers.xml_elements import Node, XmlRefused, tree_of

_MOST_BYTES: Final = 256 * 1024 * 1024
"""The most that an archive may unpack to; counted while it is unpacked, because its directory may lie."""

_MOST_CELLS: Final = 4_000_000
_MOST_SHEETS: Final = 30
_CHUNK: Final = 1024 * 1024
_PLACE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_REPEATED = re.compile(rb"number-(columns|rows)-repeated=[\"']([0-9]{1,12})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"']([0-9]{1,7})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_REPEATED_ROW = re.compile(
    rb"table-row\b[^>]*number-rows-repeated=[\"']([0-9]{4,12})[\"'][^>]*>((?:(?!</?[\w:]*table-row).)*?\bvalue-type=)",
    re.DOTALL,
)
_FILLED = re.compile(rb"<[^>]*\bvalue-type=[^>]*>")
_MOST_REPEATED: Final = 1_000
"""How often a cell with something in it may be repeated on its line."""
_AS_CSV: Final = "Open it in a spreadsheet program and save the list alone as CSV."
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class SheetsRefused(Exception):
    """A spreadsheet that is not read: why, and what to do instead."""

    def __init__(self, what: str, fix: str = _AS_CSV) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def is_spreadsheet(data: bytes) -> bool:
    """Whether the bytes are those of a workbook of Excel or of the OpenDocument format."""
    if data.startswith(_OLE):
        return True
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:10_000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return b"xl/workbook" in data
    return any(name.startswith("xl/") for name in names) or {"content.xml", "META-INF/manifest.xml"} <= names


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet that is not empty: its cells as CSV, and a day that is written as a number in it, where there is one."""

    name: str
    text: bytes
    is_hidden: bool
    numbered_day: str = ""

    def line(self, number: int) -> bytes:
        """A line, counted from 1, without the empty cells at its end; b"" where there is none."""
        lines = self.text.split(b"\n", number)
        return lines[number - 1].rstrip(b",") if 0 < number <= len(lines) else b""

    def begins(self, header: bytes) -> bool:
        """Whether this line is the first in which something stands."""
        return self.text.lstrip(b",\n").startswith(header)


@dataclass(frozen=True, slots=True)
class JoinedSheets:
    """Sheets that are read as one: the rows of the others stand below the first, and begin on these lines."""

    sheets: tuple[ReadSheet, ...]
    text: bytes
    begins: tuple[int, ...]


def sheets_as_one(sheets: Sequence[ReadSheet], header: bytes) -> JoinedSheets:
    """The sheets of which all but the first begin with this line of headers."""
    first, *others = sheets
    text, begins = [first.text], []
    for each in others:
        begins.append(sum(part.count(b"\n") for part in text) + 1)
        text.append(each.text.lstrip(b",\n").removeprefix(header).lstrip(b",")[1:])
    return JoinedSheets(tuple(sheets), b"".join(text), tuple(begins))


@dataclass(slots=True)
class Workbook:
    """A workbook. is_unsaved: whether it has formulas without their results. currencies: those that its cells show."""

    sheets: list[ReadSheet] = field(default_factory=list)
    is_unsaved: bool = False
    currencies: set[str] = field(default_factory=set)


def workbook_of(data: bytes) -> Workbook:
    """The workbook; SheetsRefused when it cannot be read."""
    found = Workbook()
    _check(data, found)
    # Imported late: a library of machine code that only spreadsheets need.
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    merged = _merged_of_ods(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for told in workbook.sheets_metadata[:_MOST_SHEETS]:
            sheet = workbook.get_sheet_by_name(told.name)
            if sheet.total_height > MAX_LINES or sheet.total_height * sheet.total_width > _MOST_CELLS:
                raise SheetsRefused(f"The sheet has {sheet.total_height:,} rows. At most {MAX_LINES:,} are read.")
            rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            if rows:
                _fill_merged(rows, sheet.merged_cell_ranges or merged.get(told.name) or ())
                day = _write_days(rows)
                found.sheets.append(ReadSheet(told.name, _csv(rows), told.visible != SheetVisibleEnum.Visible, day))
    except CalamineError as error:
        text = str(error).lower()
        if "password" in text or "encrypt" in text:
            raise SheetsRefused("This spreadsheet is protected by a password.", "Save it without one.") from error
        raise SheetsRefused("This spreadsheet is damaged, or is no list of holdings.") from error
    except BaseException as panic:
        # What goes wrong inside the library's machine code is no Exception, and is not its user's interruption either.
        if type(panic).__name__ != "PanicException":
            raise
        raise SheetsRefused("This spreadsheet is damaged, or too large to be read.") from None
    return found


_Place = tuple[int, int]
"""The row and the column of a cell, from 0."""


def _fill_merged(rows: list[list[object]], ranges: Iterable[tuple[_Place, _Place]]) -> None:
    """What stands in a cell that reaches over several rows is said of all of them, as the name of an account is."""
    for (top, left), (bottom, right) in ranges:
        said = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if left == right and isinstance(said, str) and said:
            for row in rows[top + 1 : bottom + 1]:
                row[left] = said


def _merged_of_ods(data: bytes) -> Mapping[str, list[tuple[_Place, _Place]]]:
    """Sheet → its cells that reach over several rows, in the OpenDocument format, of which the library tells none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = archive.read("content.xml")
    except (zipfile.BadZipFile, KeyError):
        return {}
    seeing = _SeeingMerged()
    if _SPANS.search(content):
        with contextlib.suppress(XmlRefused):
            tree_of(content, seeing.takes)
    return seeing.found


_SPANS: Final = re.compile(rb"number-rows-spanned=[\"'](?!1[\"'])")


@dataclass(slots=True)
class _SeeingMerged:
    """Counts rows and columns as the cells pass, and remembers those that reach over several rows."""

    found: dict[str, list[tuple[_Place, _Place]]] = field(default_factory=lambda: defaultdict(list))
    sheet: str = ""
    row: int = 0
    next_row: int = 0
    column: int = 0

    def takes(self, above: Node, name: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element is a cell, of which nothing else is wanted."""
        kind = name.rpartition(":")[2]
        if kind == "table":
            self.sheet, self.next_row = _told(attributes, "name"), 0
        elif kind == "table-row":
            self.row, self.column = self.next_row, 0
            self.next_row += _number_of(attributes, "rows-repeated")
        elif kind in ("table-cell", "covered-table-cell"):
            high, wide = _number_of(attributes, "rows-spanned"), _number_of(attributes, "columns-spanned")
            if high > 1:
                last = self.row + high - 1, self.column + wide - 1
                self.found[self.sheet].append(((self.row, self.column), last))
            self.column += _number_of(attributes, "columns-repeated")
            return True
        return False


def _number_of(attributes: Mapping[str, str], what: str) -> int:
    told = _told(attributes, f"number-{what}")
    return int(told) if told.isdecimal() and len(told) < 10 else 1


def _told(attributes: Mapping[str, str], name: str) -> str:
    return next((text for key, text in attributes.items() if key.rpartition(":")[2] == name), "")


_DAY_FIELDS: Final = (Field.DATE, Field.PRICE_DATE, Field.BOUGHT_ON, Field.RATE_DATE)
_DAY_MEANINGS: Final = (Meaning.DATE, Meaning.SETTLED)
_FIRST_DAY: Final = date(1899, 12, 30)
_DAYS: Final = (18_264, 73_050)
"""The numbers of the days from 1950 to 2099."""


def _write_days(rows: list[list[object]]) -> str:
    """Days that are numbers in a column of days become days; the first of them, "" where there is none."""
    first, columns = "", set[int]()
    for row in rows:
        texts = [(place, cell) for place, cell in enumerate(row) if isinstance(cell, str) and cell]
        if len(texts) > 1 and (days := {place for place, cell in texts if _heads_days(cell)}):
            columns = days
        for place in columns:
            cell = row[place]
            if isinstance(cell, float) and _DAYS[0] <= cell <= _DAYS[1]:
                day = _FIRST_DAY + timedelta(days=int(cell))
                row[place] = f"{day} {timedelta(seconds=round(cell % 1 * 86_400))!s:0>8}" if cell % 1 else day
                first = first or f"{int(cell)} is {day}"
    return first


def _heads_days(cell: str) -> bool:
    known, means = heading(cell), meaning(cell)
    return (known is not None and known.field in _DAY_FIELDS) or (means is not None and means[0] in _DAY_MEANINGS)


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    into = io.StringIO()
    csv.writer(into, lineterminator="\n").writerows([_text(cell) for cell in row] for row in rows)
    return into.getvalue().encode()


def _text(cell: object) -> str:
    """A cell as a file of text would have it; a number such that its point is nobody's mark between thousands."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        text = repr(cell)
        return text + "0" if re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}", text) else text
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return ""
    return " ".join(str(cell).split())


def _check(data: bytes, found: Workbook) -> None:
    """Refuses what would need too much memory, before anything of it is opened; tells what its cells do not."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetsRefused("This spreadsheet is protected by a password.", "Save it without one.")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = _MOST_BYTES
            for info in archive.infolist():
                if info.flag_bits & 1:
                    raise SheetsRefused("This spreadsheet is protected by a password.", "Save it without one.")
                left = _checked_member(archive, info, left, found)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as error:
        raise SheetsRefused("This spreadsheet is damaged.", "Save it again, or save the list alone as CSV.") from error


def _checked_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, found: Workbook) -> int:
    """Unpacks a member piece by piece, and looks how far its cells reach; returns how much more may be unpacked."""
    is_sheet = info.filename.startswith("xl/worksheets/") or info.filename == "content.xml"
    row = column = 1
    with archive.open(info) as member:
        before = b""
        while piece := member.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise SheetsRefused("This spreadsheet unpacks to more than is read.")
            if info.filename in ("xl/styles.xml", "content.xml"):
                found.currencies |= _currencies_in(before + piece)
            if info.filename == "META-INF/manifest.xml" and b"encryption-data" in piece:
                raise SheetsRefused("This spreadsheet is protected by a password.", "Save it without one.")
            if is_sheet:
                seen, before = before + piece, piece[-_CHUNK // 4 :]
                if b"<" not in seen and b"=" not in seen:
                    continue  # All that is looked for has one of them: megabytes of blanks are passed over.
                found.is_unsaved = found.is_unsaved or any(each.search(seen) for each in _UNSAVED)
                _check_text(seen)
                for letters, number in _PLACE.findall(seen):
                    row, column = max(row, int(number)), max(column, _number(letters))
                row = max([row, *map(int, _ROW.findall(seen))])
                # Cells without a place of their own stand one behind the other.
                column = max(column, *(len(_CELL.findall(part)) for part in seen.split(b"<row")))
    if row > 4 * MAX_LINES or row * column > 4 * _MOST_CELLS:
        raise SheetsRefused(f"A sheet of this spreadsheet reaches to row {row:,} and column {column:,}.")
    return left


_UNSAVED: Final = (
    re.compile(
        rb"<(?:\w+:)?c\b(?![^>]*\bt=[\"']str)[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
        rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
    ),
    re.compile(rb"<table:table-cell\b(?![^>]*\bvalue-type=)[^>]*\btable:formula="),
)
"""A formula without its result, as programs write it that do not calculate; a text that came out empty is one."""

_SHOWN: Final = re.compile(rb"formatCode=[\"']([^>]*?)[\"'](?:\s|/)|\bcurrency=[\"']([A-Z]{3})[\"']")
_CODE: Final = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def _currencies_in(text: bytes) -> set[str]:
    """The currencies that the formats of cells show: “#,##0.00 €”, [$CHF-807]."""
    found: set[str] = set()
    for format_code, code in _SHOWN.findall(text):
        shown = (format_code or code).decode("utf-8", "replace")
        found |= {each for sign, each in SIGNS.items() if not sign.isascii() and sign in shown}
        found |= {each for each in _CODE.findall(shown) if each in CURRENCIES}
    return found


def _check_text(seen: bytes) -> None:
    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
        raise SheetsRefused("This spreadsheet declares entities, which lists of holdings never do.")
    for cell in _FILLED.findall(seen):
        if any(int(number) > _MOST_REPEATED for _, number in _REPEATED.findall(cell)):
            raise SheetsRefused("This spreadsheet repeats a cell more often than is read.")
    if _REPEATED_ROW.search(seen):
        raise SheetsRefused("This spreadsheet repeats a row more often than is read.")
    for what, number in _REPEATED.findall(seen):
        if int(number) > (16_384 if what == b"columns" else 1_048_576):
            raise SheetsRefused("This spreadsheet repeats its cells more often than a sheet is large.")


def _number(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = 26 * found + letter - 64
    return found
