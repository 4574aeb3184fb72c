"""Interactive Brokers: the activity statement in CSV (many tables in one file) and Flex queries in XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wealthdesk.importers.draft import Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.made_table import CASH, MadeRow
from wealthdesk.importers.table import Record, lines_of, records
from wealthdesk.importers.xml_elements import Element

STATEMENT: Final = "Interactive Brokers activity statement"
FLEX: Final = "Interactive Brokers Flex"
_HEAD: Final = b"Statement,Header,Field Name"


def is_statement(data: bytes) -> bool:
    """Whether the file begins as activity statements do, and is not the history of transactions, which does so too."""
    return data.lstrip(b"\xef\xbb\xbf \r\n").startswith(_HEAD) and b"\nTransaction History,Header" not in data


@dataclass(frozen=True, slots=True)
class _Section:
    """A row of a table of the statement: its line and its cells by the headers of the table."""

    line: int
    name: str
    cells: Mapping[str, str]


def statement_rows(data: bytes) -> list[MadeRow]:
    """The open positions and the cash; rows of lots repeat those of their holding."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return []
    rows = list(_sections(list(records(lines_of(decoded[0]), ","))))
    about = {row.cells.get("Field Name", ""): row.cells.get("Field Value", "") for row in rows if row.name == _ABOUT}
    account, base = about.get("Account", ""), about.get("Base Currency", "")
    rates = {r.cells.get("Currency", ""): r.cells.get("Exchange Rate", "") for r in rows if r.name == _RATES}
    told = {row.cells.get("Symbol", ""): row.cells for row in rows if row.name == _INSTRUMENTS}
    found: list[MadeRow] = []
    for row in rows:
        if row.name == "Open Positions" and row.cells.get("DataDiscriminator") in ("Summary", None):
            found.append((row.line, _position(row.cells, told.get(row.cells.get("Symbol", ""), {}))))
        elif row.name == "Cash Report" and row.cells.get("Currency Summary") == "Ending Cash":
            cash = {"Symbol": CASH, "Currency": row.cells.get("Currency", ""), "Quantity": row.cells.get("Total", "")}
            found += [(row.line, cash)] if len(cash["Currency"]) == 3 else []
    return [(line, _with_account(cells, account, base, rates)) for line, cells in found]


_ABOUT: Final = "Account Information"
_RATES: Final = "Base Currency Exchange Rate"
_INSTRUMENTS: Final = "Financial Instrument Information"


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
