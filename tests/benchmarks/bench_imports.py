"""Large files beside their bars, from bytes to draft: processor time, and the memory at its highest."""

import gc
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.figures import tell
from importers.other_programs import PortfolioPerformance, wealthfolio
from wealthdesk.importers.draft import Draft
from wealthdesk.importers.formats import Given, read_given

TODAY = date(2026, 11, 20)
MEMORY = 300.0
"""What reading any file may take, in MB."""


@dataclass(frozen=True)
class Large:
    """A large file: what it is, its name, how it is made, how many seconds reading it may take."""

    what: str
    name: str
    made: Callable[[], bytes]
    bar: float
    least: int = 10_000
    """How many holdings or transactions are in it at least."""


def positions() -> bytes:
    """100,000 lines: 20 accounts with 5,000 assets in two currencies, whose values are quantity times price."""
    return _lines("Account,Symbol,Name,ISIN,Quantity,Price,Currency,Market Value,Cost Basis,Date", _positions())


def _positions() -> Iterator[str]:
    for line in range(100_000):
        account, asset = divmod(line, 5_000)
        eighths, cents = 7 * line % 9_973 + 1, 31 * asset % 7_919 + 100
        worth = eighths * cents / 800
        what = f'S{asset:04},"Fund of many, number {asset}",IE00{asset:07}1'
        currency = "EUR" if asset % 3 == 0 else "USD"
        numbers = f'{eighths / 8},{cents / 100:.2f},{currency},"{worth:,.2f}",{worth * 0.8:.2f}'
        yield f"Account {account},{what},{numbers},2026-11-20"


def german_positions() -> bytes:
    """100,000 lines as German brokers write them: decimal commas, dots for thousands, a currency for each amount."""
    head = "ISIN;Bezeichnung;Stück/Nominale;Einstandskurs;Währung;Kurs;Währung;Kurswert;Währung;Kursdatum"
    return _lines(head, _german_positions())


def _german_positions() -> Iterator[str]:
    swapped = str.maketrans(",.", ".,")
    for line in range(100_000):
        quantity, cents = 7 * line % 9_973 + 1, 31 * line % 7_919 + 100
        worth = quantity * cents / 100
        price = f"{cents / 100:,.2f};EUR"
        numbers = f"{quantity:,};{price};{price};{worth:,.2f};EUR".translate(swapped)
        yield f"IE00{line:07}1;Fonds {line};{numbers};20.11.2026"


def transactions() -> bytes:
    """20,000 transactions of 300 assets over some years, with fees and dividends."""
    head = "Date,Type,Symbol,Name,ISIN,Quantity,Price,Currency,Fee,Net amount,Order ID"
    return _lines(head, _transactions())


def _transactions() -> Iterator[str]:
    first = date(2019, 1, 2)
    for line in range(20_000):
        asset, cents = 13 * line % 300, 31 * line % 7_919 + 1_000
        quantity, day = 7 * line % 97 + 1, first + timedelta(days=line // 8)
        of = f"S{asset:03},Fund number {asset},IE00{asset:07}1"
        worth = quantity * cents
        if line % 10 == 9:
            yield f"{day},Dividend,{of},,,USD,,{worth / 100:.2f},D{line}"
        elif line % 10 == 8:
            yield f"{day},Sell,{of},0.5,{cents / 100:.2f},USD,1.00,{(cents // 2 - 100) / 100:.2f},O{line}"
        else:
            yield f"{day},Buy,{of},{quantity},{cents / 100:.2f},USD,1.00,{-(worth + 100) / 100:.2f},O{line}"


def _lines(head: str, lines: Iterator[str]) -> bytes:
    return "\n".join([head, *lines, ""]).encode()


def portfolio_performance() -> bytes:
    """500 kB: 20 securities with their quotes, and 300 trades with their other sides."""
    made, first = PortfolioPerformance(), date(2025, 6, 1)
    account = made.account("Cash")
    depot = made.portfolio("Depot", account)
    days = [str(first + timedelta(days=day)) for day in range(300)]
    securities = [
        made.security(f"Fund {number}", prices=dict.fromkeys(days, f"{100 + number}.25"), isin=f"IE00{number:07}1")
        for number in range(20)
    ]
    made.money(account, days[0], "DEPOSIT", "10000000")
    for number, on in enumerate(days):
        units = [made.unit("FEE", "1.50")]
        made.trade(depot, account, on, "BUY", securities[number % 20], "12.5", "1501.50", units=units)
    assert 450_000 < len(made.xml()) < 650_000
    return made.xml()


def wealthfolio_database() -> bytes:
    """20,000 activities in a database of the third generation."""
    bought, sold = ("BUY", "DEMO", "2", "100.25", None), ("SELL", "DEMO", "1", "101", None)
    kinds = (bought, sold, ("DIVIDEND", "DEMO", "0", "0", "3"))
    more = []
    for line in range(20_000):
        on, (kind, asset, quantity, price, amount) = date(2019, 1, 2) + timedelta(days=line // 8), kinds[line % 3]
        more.append((kind, asset, str(on), quantity, price, amount, "0.5", "USD"))
    with tempfile.TemporaryDirectory() as folder:
        return wealthfolio(Path(folder) / "app.db", 3, more).read_bytes()


FILES = (
    Large("CSV of 100,000 lines", "positions.csv", positions, 3.0),
    Large("CSV of 100,000 lines, decimal commas", "depot.csv", german_positions, 3.0),
    Large("20,000 transactions", "transactions.csv", transactions, 1.5),
    Large("Portfolio Performance of 500 kB", "portfolio.xml", portfolio_performance, 1.0, 600),
    Large("Wealthfolio with 20,000 activities", "app.db", wealthfolio_database, 1.5),
)


def measured(path: Path) -> tuple[float, float, int]:
    """The processor seconds of the fastest of three readings, the memory at its highest in MB, how much was read."""
    # Reading is computing and nothing else, so that what the machine does besides need not count.
    data, took, count = path.read_bytes(), [], 0
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        draft = read_given(Given(path.name, data, TODAY))
        took.append(time.process_time() - start)
        assert isinstance(draft, Draft)
        assert not draft.problems, draft.problems[:3]
        count = len(draft.ledger.rows) if draft.ledger else len(draft.candidates)
        del draft
    return min(took), highest_memory(), count


def highest_memory() -> float:
    """The most memory that this process has had so far, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # what `resource` says on Linux has the process in it that started this one
        [told] = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(told.split()[1]) / 1024
    if sys.platform == "win32":
        return 0.0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


@pytest.mark.parametrize("large", FILES, ids=lambda large: large.name)
def test_large_files(large: Large, tmp_path: Path) -> None:
    path = tmp_path / large.name
    path.write_bytes(large.made())
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        seconds, memory, count = process.submit(measured, path).result(timeout=300)
    assert count >= large.least
    print()
    tell(f"{large.what}: from bytes to draft", seconds, large.bar, "s")
    tell(f"{large.what}: memory at its highest", memory, MEMORY, "MB")
