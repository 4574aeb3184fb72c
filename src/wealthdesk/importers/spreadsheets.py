"""Spreadsheets (xlsx, xls, ods) as the text of a table: what their cells show, not how it was calculated."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from wealthdesk.importers.encoding import MAX_LINES

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


def sheets_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The name of each sheet that is not empty, and its cells as CSV; SheetsRefused when it cannot be read."""
    _check(data)
    # Imported late: a library of machine code that only spreadsheets need.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names[:_MOST_SHEETS]
        for name in names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.total_height > MAX_LINES or sheet.total_height * sheet.total_width > _MOST_CELLS:
                raise SheetsRefused(f"The sheet has {sheet.total_height:,} rows. At most {MAX_LINES:,} are read.")
            rows = sheet.to_python(skip_empty_area=False)
            if rows:
                yield name, _csv(rows)
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


def _check(data: bytes) -> None:
    """Refuses what would need too much memory, before anything of it is opened."""
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
                left = _checked_member(archive, info, left)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as error:
        raise SheetsRefused("This spreadsheet is damaged.", "Save it again, or save the list alone as CSV.") from error


def _checked_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> int:
    """Unpacks a member piece by piece, and looks how far its cells reach; returns how much more may be unpacked."""
    is_sheet = info.filename.startswith("xl/worksheets/") or info.filename == "content.xml"
    row = column = 1
    with archive.open(info) as member:
        before = b""
        while piece := member.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                raise SheetsRefused("This spreadsheet unpacks to more than is read.")
            if is_sheet:
                seen = before + piece
                _check_text(seen)
                for letters, number in _PLACE.findall(seen):
                    row, column = max(row, int(number)), max(column, _number(letters))
                row = max([row, *map(int, _ROW.findall(seen))])
                # Cells without a place of their own stand one behind the other.
                column = max(column, *(len(_CELL.findall(part)) for part in seen.split(b"<row")))
                before = piece[-_CHUNK // 4 :]
    if row > 4 * MAX_LINES or row * column > 4 * _MOST_CELLS:
        raise SheetsRefused(f"A sheet of this spreadsheet reaches to row {row:,} and column {column:,}.")
    return left


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
