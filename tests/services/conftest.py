"""What the tests of the services share: a desk on an empty portfolio and one on the demo portfolio, real files both."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portfolio_files import open_demo
from wealthdesk.services.desk import Clock, Desk, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture(scope="session")
def clock() -> Clock:
    """It is always 20 November 2026."""
    return CLOCK


@pytest.fixture
def desk(portfolio_path: Path) -> Iterator[Desk]:
    """An empty portfolio, open."""
    with open_desk(portfolio_path, CLOCK) as opened:
        yield opened


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Desk]:
    """The demo portfolio, open."""
    with open_demo(tmp_path / "demo.wealthdesk", CLOCK) as opened:
        yield opened
