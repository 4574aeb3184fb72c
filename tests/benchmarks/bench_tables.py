"""How long the tables take with 10,000 rows: fill, sort, filter, first paint, beside the bar of 100 ms each."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from benchmarks.figures import tell
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.valuation import value
from wealthdesk.gui import theme
from wealthdesk.gui.holdings.tables.columns import HOLDING_COLUMNS
from wealthdesk.gui.holdings.tables.rows import HoldingRow, holding_rows
from wealthdesk.gui.widgets.table_view import RowTable

ROWS = 10_000
ACCOUNTS = 20
BAR = 100.0
TODAY = date(2026, 11, 20)
CLASSES = ("equity", "fixed_income", "real_estate", "commodities", "crypto")


def portfolio() -> Portfolio:
    """10,000 holdings of 500 assets in 20 accounts and two currencies, a tenth without a price."""
    count = ROWS // ACCOUNTS
    assets = [_asset(number) for number in range(count)]
    accounts = [Account(f"k{n}", f"Account {n}", AccountKind.TAXABLE, "USD") for n in range(ACCOUNTS)]
    held = [
        Holding(f"{account.id}_{asset.id}", account.id, asset.id, Decimal(7 * n % 9973 + 1) / 8, 100 * n)
        for account in accounts
        for n, asset in enumerate(assets)
    ]
    prices = [
        Price(asset.id, TODAY - timedelta(days=n % 12), Decimal(31 * n % 7919 + 100) / 100)
        for n, asset in enumerate(assets)
        if n % 10
    ]
    return Portfolio(
        TODAY,
        "USD",
        {each.id: each for each in accounts},
        {name: AssetClass(name, name.replace("_", " ").capitalize(), "#4385BE", n) for n, name in enumerate(CLASSES)},
        {each.id: each for each in assets},
        tuple(held),
        {each.asset_id: each for each in prices},
        (FxRate("EUR", "USD", TODAY, Decimal("1.0852")),),
    )


def _asset(number: int) -> Asset:
    parts: tuple[Exposure, ...] = (Exposure(CLASSES[number % 5], 10_000),)
    if number % 25 == 0:
        parts = (Exposure(CLASSES[number % 5], 6000), Exposure(CLASSES[(number + 1) % 5], 4000))
    currency = "EUR" if number % 3 == 0 else "USD"
    return Asset(f"a{number}", f"SYM{number}", f"Fund number {number} of many", AssetKind.FUND, currency, parts)


def milliseconds(work: Callable[[int], object], times: int = 5) -> float:
    """The median duration of a few runs; `work` is told which run it is."""
    durations = []
    for number in range(times):
        start = time.perf_counter()
        work(number)
        durations.append((time.perf_counter() - start) * 1000)
    return statistics.median(durations)


def measured() -> list[tuple[str, float]]:
    """What was done to the table of holdings, and how long it took."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.LIGHT)
    whole = portfolio()
    valuation = value(whole)
    rows = holding_rows(whole, valuation)
    assert len(rows) == ROWS
    table = _table(rows)
    orders = (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder)
    found = [("make the rows", milliseconds(lambda _: holding_rows(whole, valuation)))]
    found.append(("fill", milliseconds(lambda _: table.show_rows(rows))))
    found.append(("first paint", milliseconds(lambda _: _table(rows).grab(), 3)))
    for place, column in enumerate(HOLDING_COLUMNS):
        took = milliseconds(lambda run, place=place: table.sortByColumn(place, orders[run % 2]))  # type: ignore[misc]
        found.append((f"sort by {column.title.lower()}", took))
    first = time.perf_counter()
    table.search("fund number 49")
    found.append(("filter, the first letter typed", (time.perf_counter() - first) * 1000))
    found.append(("filter, each letter after", milliseconds(lambda run: table.search(f"account {run}"))))
    table.search("")
    found.append(("fill when sorted, with a row selected", milliseconds(lambda _: _refill(table, rows))))
    return found


def _table(rows: list[HoldingRow]) -> RowTable[HoldingRow]:
    table: RowTable[HoldingRow] = RowTable("Holdings", HOLDING_COLUMNS, identity=lambda row: row.holding.id)
    table.resize(1048, 600)
    table.show_rows(rows)
    return table


def _refill(table: RowTable[HoldingRow], rows: list[HoldingRow]) -> None:
    table.selectRow(4000)
    table.show_rows(rows)
    assert table.selected_row() is not None


def test_tables_of_10_000_rows() -> None:
    print()
    for what, took in measured():
        tell(f"{ROWS:,} rows: {what}", took, BAR)
