"""The companies of a fund from a CSV file: what is planned, caps, what is deployed, every problem with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.money import LARGEST_MINOR, NumberFormat, digits, to_minor
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.reserves import CompanyStatus
from wealthdesk.errors import BadInput
from wealthdesk.importers.cells import SIGNS, CellRefused, is_missing, read_number, read_text, short
from wealthdesk.importers.draft import Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.marks import Marks, marks_of
from wealthdesk.importers.table import DELIMITERS, Record, lines_of, records

COMPANIES_COLUMNS: Final = ("id", "name", "planned_reserves", "allocation_cap", "deployed", "status")
"""What WealthDesk writes and reads back; amounts with a point, an empty cap is none, status is active or exited."""

_MEANINGS: Final = {
    "id": ("id", "company_id", "company id", "companyid"),
    "name": ("name", "company", "company_name", "company name"),
    "planned": ("planned_reserves", "planned reserves", "planned", "reserves"),
    "planned in minor units": ("planned_reserves_cents",),
    "cap": ("allocation_cap", "allocation cap", "cap"),
    "cap in minor units": ("allocation_cap_cents",),
    "deployed": ("deployed", "deployed_reserves", "deployed reserves"),
    "deployed in minor units": ("deployed_cents", "deployed_reserves_cents"),
    "status": ("status",),
}
_BY_HEADER: Final = {header: meaning for meaning, headers in _MEANINGS.items() for header in headers}
_AMOUNTS: Final = ("planned", "cap", "deployed")
_HEADER_WITHIN: Final = 20
_IN_MINOR_UNITS: Final = " in minor units"


@dataclass(frozen=True, slots=True)
class CompanyDraft:
    """One company as a line of the file tells it; None where the file says nothing. `has_cap`: an empty cap is none."""

    line: int
    external_id: str | None
    name: str
    planned_minor: int | None = None
    cap_minor: int | None = None
    has_cap: bool = False
    deployed_minor: int | None = None
    status: CompanyStatus | None = None


@dataclass(frozen=True, slots=True)
class CompaniesDraft:
    """Everything a companies file says; with problems nothing of it is to be kept."""

    file_name: str
    companies: tuple[CompanyDraft, ...] = ()
    problems: tuple[Problem, ...] = ()
    line_count: int = 0


def read_companies(data: bytes, file_name: str, currency: str) -> CompaniesDraft:
    """The draft of a companies file whose amounts are in one currency."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return CompaniesDraft(file_name, problems=(decoded,))
    lines = lines_of(decoded[0])
    found = _header(lines)
    if found is None:
        fix = f"Name the columns in its first line: {', '.join(COMPANIES_COLUMNS)}."
        problem = Problem(0, "", "The columns “name” and “planned_reserves” are not both found.", fix)
        return CompaniesDraft(file_name, problems=(problem,), line_count=len(lines))
    delimiter, header = found
    rows = [row for row in records(lines, delimiter) if row.line > header.line and (row.fault or not row.is_blank)]
    reader = _Reader(header, delimiter, rows, currency)
    for row in rows:
        reader.take(row)
    return CompaniesDraft(file_name, tuple(reader.companies), tuple(reader.finished()), len(lines))


def _header(lines: Sequence[str]) -> tuple[str, Record] | None:
    for delimiter in DELIMITERS:
        for record in records(list(lines[:_HEADER_WITHIN]), delimiter):
            meanings = {_BY_HEADER.get(cell.casefold(), "") for cell in record.cells}
            if "name" in meanings and {"planned", "planned in minor units"} & meanings:
                return delimiter, record
    return None


class _Reader:
    """Takes row after row."""

    def __init__(self, header: Record, delimiter: str, rows: Sequence[Record], currency: str) -> None:
        self.companies: list[CompanyDraft] = []
        self._currency = currency
        self._titles = header.cells
        self._places: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._seen: dict[tuple[str, str], int] = {}
        self._record = header
        for place, cell in enumerate(header.cells):
            self._name_column(place, _BY_HEADER.get(cell.casefold()))
        self._marks = self._marks_of(rows, delimiter)

    def take(self, record: Record) -> None:
        """Reads one row; a row with problems is no company."""
        self._record = record
        before = len(self._problems)
        if record.fault:
            self._refuse("", record.fault, "Correct the line, and read the file again.")
            return
        company = CompanyDraft(
            record.line,
            self._identity("id", "id") or None,
            self._identity("name", "name for the company"),
            self._amount("planned", is_needed=True),
            self._amount("cap"),
            self._place("cap") is not None,
            self._amount("deployed"),
            self._status(),
        )
        if len(self._problems) == before:
            self._check(company)
        if len(self._problems) == before:
            self.companies.append(company)

    def finished(self) -> list[Problem]:
        """Every problem in the order of the file."""
        if not self.companies and not self._problems:
            self._problems.append(Problem(0, "", "There is no company in this file.", "Write one on each line."))
        return sorted(self._problems, key=lambda each: each.line)

    def _name_column(self, place: int, meaning: str | None) -> None:
        if meaning is None:
            return
        plain = meaning.removesuffix(_IN_MINOR_UNITS)
        if {plain, plain + _IN_MINOR_UNITS} & self._places.keys():
            self._refuse(plain, f"A second column for “{plain}”.", "Remove one of the two.", place)
        else:
            self._places[meaning] = place

    def _place(self, meaning: str) -> int | None:
        return self._places.get(meaning, self._places.get(meaning + _IN_MINOR_UNITS))

    def _cell(self, meaning: str) -> str:
        place = self._place(meaning)
        return self._record.cells[place] if place is not None and place < len(self._record.cells) else ""

    def _marks_of(self, rows: Sequence[Record], delimiter: str) -> NumberFormat:
        cells = [
            row.cells[place]
            for row in rows
            if not row.fault
            for place in (self._place(each) for each in _AMOUNTS)
            if place is not None and place < len(row.cells)
        ]
        found = marks_of(cells, comma_is_likelier=delimiter == ";")
        # Three decimals are what a currency of three digits has.
        if found.doubtful is not None and digits(self._currency) < 3 and not self._is_grouped(found):
            self._doubt(found.doubtful, rows)
        return found.format

    def _is_grouped(self, found: Marks) -> bool:
        """Whether the number has groups of three as the file's delimiter makes likely: 150,000 beside commas."""
        return (found.format.group or "?") in (found.doubtful or "")

    def _doubt(self, cell: str, rows: Sequence[Record]) -> None:
        self._record = next(row for row in rows if cell in row.cells)
        place = self._record.cells.index(cell)
        self._refuse("", f"“{short(cell)}” can be read in two ways.", "Write it without groups, or as 1500.00.", place)

    def _identity(self, meaning: str, what: str) -> str:
        try:
            text = read_text(self._cell(meaning))
            return checked_name(text, what) if text or meaning == "name" else ""
        except CellRefused as refused:
            self._refuse(meaning, refused.what, refused.fix)
        except BadInput as refused:
            self._refuse(meaning, *CellRefused.split(refused))
        return ""

    def _amount(self, meaning: str, *, is_needed: bool = False) -> int | None:
        cell = self._cell(meaning)
        if is_missing(cell):
            if is_needed:
                self._refuse(meaning, "The amount is missing.", "Write 0 where nothing is planned.")
            return None
        try:
            return self._minor(cell, meaning)
        except CellRefused as refused:
            self._refuse(meaning, refused.what, refused.fix)
            return None

    def _minor(self, cell: str, meaning: str) -> int:
        number, sign = read_number(cell, self._marks, "amount")
        assert number is not None
        named = SIGNS.get(sign or "", sign)
        if named is not None and len(named) == 3 and named.isalpha() and named != self._currency:
            raise CellRefused(f"“{short(cell)}” is not in {self._currency}.", f"Write the amount in {self._currency}.")
        places = 0 if meaning + _IN_MINOR_UNITS in self._places else digits(self._currency)
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            raise CellRefused(f"“{short(cell)}” has too many decimals.", f"Write at most {places}.")
        minor = to_minor(number, self._currency) if places == digits(self._currency) else int(number)
        if minor < 0:
            raise CellRefused(f"“{short(cell)}” is less than 0.", "Write 0 or more.")
        if minor > LARGEST_MINOR:
            raise CellRefused(f"“{short(cell)}” is too large.", "Write at most 10 million million.")
        return minor

    def _status(self) -> CompanyStatus | None:
        cell = self._cell("status").casefold()
        if not cell:
            return None
        if cell not in list(CompanyStatus):
            self._refuse("status", f"“{short(cell)}” is neither active nor exited.", "Write one of the two.")
            return None
        return CompanyStatus(cell)

    def _check(self, company: CompanyDraft) -> None:
        planned, cap = company.planned_minor or 0, company.cap_minor
        if cap is not None and planned > cap:
            what = f"{short(company.name)} has more planned than its cap."
            self._refuse("planned", what, "Lower the amount or raise the cap.")
        keys: Mapping[str, str | None] = {"id": company.external_id, "name": company.name.casefold()}
        for meaning, key in keys.items():
            if key and (line := self._seen.setdefault((meaning, key), company.line)) != company.line:
                self._refuse(meaning, f"“{short(key)}” stands on line {line} already.", "Keep one of the two lines.")

    def _refuse(self, meaning: str, what: str, fix: str, place: int | None = None) -> None:
        at = self._place(meaning) if place is None else place
        title = self._titles[at] if at is not None and at < len(self._titles) else ""
        self._problems.append(Problem(self._record.line, title, what, fix, at))
