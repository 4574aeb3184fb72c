"""Interactive Brokers: the activity statement in CSV (many tables in one file) and Flex queries in XML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.draft import Field, Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.header_words import heading, plain_words
from wealthdesk.importers.made_table import CASH, MadeRow
from wealthdesk.importers.outside import is_account_label
from wealthdesk.importers.row_cells import ISIN_FORM
from wealthdesk.importers.table import Record, lines_of, records
from wealthdesk.importers.xml_elements import Element

STATEMENT: Final = "Interactive Brokers activity statement"
FLEX: Final = "Interactive Brokers Flex"
_HEAD: Final = b"Statement,Header,"
_ENGLISH_HEAD: Final = b"Statement,Header,Field Name"
_ENDING_CASH = re.compile(
    r"endbarsaldo|solde de (?:la )?tresorerie final|solde final de (?:la )?tresorerie|tresorerie finale|"
    r"efectivo final|saldo final de efectivo|saldo (?:finale di cassa|di cassa finale)|liquidita finale|"
    r"saldo final de caixa"
)
"""What the cash at the end is called in statements in other languages."""


def is_statement(data: bytes) -> bool:
    """Whether the file begins as activity statements do, and is not the history of transactions, which does so too.

    One in another language is told by its word for the cash at the end.
    """
    head = data[:100].lstrip(b"\xef\xbb\xbf \r\n")
    if not head.startswith(_HEAD) or b"\nTransaction History,Header" in data:
        return False
    return head.startswith(_ENGLISH_HEAD) or any(row.name == _CASH_REPORT for row in _rows(data))


@dataclass(frozen=True, slots=True)
class _Section:
    """A row of a table of the statement: its line and its cells by the headers of the table."""

    line: int
    name: str
    cells: Mapping[str, str]


def statement_rows(data: bytes) -> list[MadeRow]:
    """The open positions and the cash; rows of lots repeat those of their holding."""
    rows = _rows(data)
    about = {row.cells.get("Field Name", ""): row.cells.get("Field Value", "") for row in rows if row.name == _ABOUT}
    account, base = about.get("Account", ""), about.get("Base Currency", "")
    rates = {r.cells.get("Currency", ""): r.cells.get("Exchange Rate", "") for r in rows if r.name == _RATES}
    told = {row.cells.get("Symbol", ""): row.cells for row in rows if row.name == _INSTRUMENTS}
    found: list[MadeRow] = []
    for row in rows:
        if row.name == _POSITIONS and row.cells.get("DataDiscriminator") in ("Summary", None):
            found.append((row.line, _position(row.cells, told.get(row.cells.get("Symbol", ""), {}))))
        elif row.name == _CASH_REPORT and row.cells.get("Currency Summary") == "Ending Cash":
            cash = {"Symbol": CASH, "Currency": row.cells.get("Currency", ""), "Quantity": row.cells.get("Total", "")}
            found += [(row.line, cash)] if len(cash["Currency"]) == 3 else []
    return [(line, _with_account(cells, account, base, rates)) for line, cells in found]


_POSITIONS: Final = "Open Positions"
_CASH_REPORT: Final = "Cash Report"
_ABOUT: Final = "Account Information"
_RATES: Final = "Base Currency Exchange Rate"
_INSTRUMENTS: Final = "Financial Instrument Information"


def _rows(data: bytes) -> list[_Section]:
    """The rows of the tables of a statement, those of one in another language as they were in English."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return []
    rows = list(_sections(list(records(lines_of(decoded[0]), ","))))
    return rows if any("Field Name" in row.cells for row in rows[:1]) else [_in_english(row) for row in rows]


_ENGLISH: Final = {
    Field.SYMBOL: "Symbol",
    Field.NAME: "Description",
    Field.CURRENCY: "Currency",
    Field.QUANTITY: "Quantity",
    Field.PRICE: "Close Price",
    Field.VALUE: "Value",
    Field.COST: "Cost Basis",
}
_COST_BASIS: Final = frozenset(("kostenbasis", "base de cout", "base de coste", "base di costo", "base de custo"))


def _in_english(row: _Section) -> _Section:
    """A row of a statement in another language: its tables are told by what stands in them."""
    headers, cells = [header for header in row.cells if header], list(row.cells.values())
    if len(headers) > 2 and _ENDING_CASH.fullmatch(plain_words(cells[0])):
        cash = {"Currency Summary": "Ending Cash", "Currency": cells[1], "Total": cells[2]}
        return _Section(row.line, _CASH_REPORT, cash)
    if len(headers) == 2:
        return _pair_in_english(row.line, *cells[:2])
    english = {_header_in_english(header): cell for header, cell in reversed(tuple(row.cells.items()))}
    if "DataDiscriminator" in english and "Symbol" in english:
        return _Section(row.line, _POSITIONS, {**english, "Asset Category": cells[1]})
    isin = next((cell for cell in cells if ISIN_FORM.fullmatch(cell)), "")
    return _Section(row.line, _INSTRUMENTS if isin and "Symbol" in english else "", {**english, "Security ID": isin})


def _header_in_english(header: str) -> str:
    found = heading(header)
    if plain_words(header) in _COST_BASIS:
        return _ENGLISH[Field.COST]
    return _ENGLISH.get(found.field, header) if found else header


def _pair_in_english(line: int, name: str, value: str) -> _Section:
    """What is said of the account, or the rate of a currency."""
    if name in CURRENCIES:
        return _Section(line, _RATES, {"Currency": name, "Exchange Rate": value})
    known = "Account" if is_account_label(name) else "Base Currency" if value in CURRENCIES else name
    return _Section(line, _ABOUT, {"Field Name": known, "Field Value": value})


def _sections(table: list[Record]) -> Iterator[_Section]:
    headers: dict[str, list[str]] = {}
    for record in table:
        name, kind, *cells = [*record.cells, "", ""]
        if kind == "Header":
            headers[name] = cells
        elif kind == "Data" and name in headers:
            yield _Section(record.line, name, dict(zip(headers[name], cells, strict=False)))


def _position(cells: Mapping[str, str], instrument: Mapping[str, str]) -> dict[str, str]:
    isin = instrument.get("Security ID", "")
    return {
        "Symbol": cells.get("Symbol", ""),
        "Name": instrument.get("Description", ""),
        "ISIN": isin if len(isin) == 12 else "",
        "Quantity": cells.get("Quantity", ""),
        "Price": cells.get("Close Price", ""),
        "Market value": cells.get("Value", ""),
        "Currency": cells.get("Currency", ""),
        "Cost basis": _cost(cells.get("Cost Basis", "")),
        "Security type": cells.get("Asset Category", ""),
    }


def _cost(cell: str) -> str:
    """The cost; that of a short position is below zero, and it is left out in any case."""
    return "" if cell.startswith("-") else cell


def _with_account(cells: Mapping[str, str], account: str, base: str, rates: Mapping[str, str]) -> dict[str, str]:
    rate = "1" if cells["Currency"] == base else rates.get(cells["Currency"], "")
    return {**cells, "Account": account, "FX rate to base": rate}


def flex_rows(elements: list[Element]) -> list[MadeRow]:
    """The open positions with their lots, and the cash of every currency; BASE_SUMMARY is a sum of these."""
    names = {e.of("accountId"): e.of("acctAlias") for e in elements if e.name == "AccountInformation"}
    summarised = {_place(e) for e in elements if e.name == "OpenPosition" and e.of("levelOfDetail") != "LOT"}
    rows: list[MadeRow] = []
    for element in elements:
        account = names.get(element.of("accountId")) or element.of("accountId")
        if element.name == "OpenPosition":
            is_lot = element.of("levelOfDetail") == "LOT" and _place(element) in summarised
            rows.append((element.line, {**_flex_position(element, is_lot=is_lot), "Account": account}))
        elif element.name == "CashReportCurrency" and len(element.of("currency")) == 3:
            cash = {"Symbol": CASH, "Currency": element.of("currency"), "Quantity": element.of("endingCash")}
            rows.append((element.line, {**cash, "Account": account}))
    return rows


def _place(element: Element) -> tuple[str, str, str]:
    return element.of("accountId"), element.of("symbol"), element.of("currency")


def _flex_position(element: Element, *, is_lot: bool) -> dict[str, str]:
    isin, day = element.of("isin"), element.of("openDateTime")[:8]
    return {
        "Symbol": element.of("symbol"),
        "Name": element.of("description"),
        "ISIN": isin if len(isin) == 12 else "",
        "Quantity": element.of("position"),
        "Price": element.of("markPrice"),
        "Market value": element.of("positionValue"),
        "Currency": element.of("currency"),
        "Cost basis": _cost(element.of("costBasisMoney")),
        "Price date": element.of("reportDate"),
        "Security type": element.of("subCategory") or element.of("assetCategory"),
        "FX rate to base": element.of("fxRateToBase"),
        "Level of detail": "LOT" if is_lot else "SUMMARY",
        "Open date": day if day.isdecimal() and len(day) == 8 else "",
    }
