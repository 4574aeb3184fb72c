"""How long drift and plans take for large portfolios, beside the bars of the design."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from benchmarks.figures import tell
from wealthdesk.changes import EVERYTHING
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.drift import compose, measure
from wealthdesk.domain.holdings import Holding, Price
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy, header_of, lines_of_targets
from wealthdesk.domain.valuation import value
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.storage import accounts, assets, holdings, prices, reallocations
from wealthdesk.storage.file.opening import open_portfolio

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
CLASSES = ("equity", "fixed_income", "real_estate", "commodities", "crypto")


def median_ms(work: Callable[[], object], times: int = 7) -> float:
    """The median duration of a few runs, in milliseconds."""
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        durations.append((time.perf_counter() - start) * 1000)
    return statistics.median(durations)


def made(folder: Path, count: int, account_count: int) -> Path:
    """A portfolio file of so many holdings, with prices and targets at both levels."""
    path = folder / f"of_{count}.wealthdesk"
    rng = random.Random(count)
    database = open_portfolio(path, create=True, now=CLOCK.now())
    per_account = count // account_count
    all_assets = [
        Asset(f"a{n}", f"S{n}", f"Fund {n}", AssetKind.FUND, "USD", (Exposure(CLASSES[n % 5], 10_000),))
        for n in range(per_account)
    ]
    with database.write(*EVERYTHING) as connection:
        for k in range(account_count):
            accounts.add_account(connection, Account(f"k{k}", f"Account {k}", AccountKind.TAXABLE, "USD"))
        assets.add_assets(connection, all_assets)
        day = CLOCK.today()
        quotes = [Price(a.id, day, Decimal(rng.randint(100, 50_000)) / 100) for a in all_assets]
        prices.set_prices(connection, quotes)
        held = [
            Holding(f"h{k}_{a.id}", f"k{k}", a.id, Decimal(rng.randint(1, 10**6)) / 1000)
            for k in range(account_count)
            for a in all_assets
        ]
        holdings.add_holdings(connection, held)
        before = reallocations.state(connection, header_of("default_all_portfolio"))
        reallocations.keep_lines(connection, before, lines_of_targets(_targets(all_assets), before), None, 2)
    database.close()
    return path


def _targets(all_assets: list[Asset]) -> tuple[ClassTarget, ...]:
    lines = []
    for class_id in CLASSES:
        members = [a.id for a in all_assets if a.only_class == class_id]
        each, rest = divmod(10_000, len(members))
        below = tuple(HoldingTarget(a, each + (1 if n < rest else 0)) for n, a in enumerate(members))
        lines.append(ClassTarget(class_id, 2000, holdings=below))
    return tuple(lines)


def test_drift_and_plans(tmp_path: Path) -> None:
    """Drift of 1,000 and of 10,000 holdings, and the fractional plan of 1,000."""
    print()
    thousand = Desk(open_portfolio(made(tmp_path, 1_000, 1), now=CLOCK.now()), CLOCK)
    portfolio, strategy = thousand.portfolios.current(), thousand.targets.active(None)
    assert isinstance(strategy, Strategy)
    valuation = value(portfolio)
    held = compose(valuation)
    tell("drift of a 1,000-holding scope", median_ms(lambda: measure(held, portfolio.classes.values(), strategy)), 5)
    tell(
        "… with adding up its classes",
        median_ms(lambda: measure(compose(valuation), portfolio.classes.values(), strategy)),
        5,
    )
    allocation = thousand.allocations.of(None)
    tell("fractional deposit plan, 1,000 holdings", median_ms(lambda: thousand.plans.deposit(allocation, 10**7)), 100)
    thousand.close()
    path = made(tmp_path, 10_000, 20)
    many = Desk(open_portfolio(path, now=CLOCK.now()), CLOCK)

    def read_and_measure() -> None:
        many.portfolios.forget()
        assert many.allocations.of(None).drift.total_minor > 0

    tell("drift of 10,000 holdings in 20 accounts, from the file", median_ms(read_and_measure), 100)
    many.close()
