"""The portfolio as of today, read once and again only after something in it changed; and its allocations."""

from collections.abc import Callable
from datetime import date
from threading import Lock

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import Allocation, compose, measure
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.valuation import value
from wealthdesk.services.targets import Targets
from wealthdesk.storage.accounts import twins
from wealthdesk.storage.database import Database
from wealthdesk.storage.holdings import load_portfolio

_PARTS = frozenset(
    {Topic.ACCOUNTS, Topic.ASSETS, Topic.CLASSES, Topic.HOLDINGS, Topic.PRICES, Topic.RATES, Topic.SETTINGS}
)


class Portfolios:
    """Reads the portfolio; the same value is given out until a change is announced or the day turns."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today
        self._lock = Lock()
        self._known: Portfolio | None = None
        database.subscribe(self._on_changed)

    def current(self) -> Portfolio:
        """The portfolio as of today."""
        today = self._today()
        with self._lock:
            if self._known is None or self._known.on != today:
                with self._database.read() as connection:
                    self._known = load_portfolio(connection, today)
            return self._known

    def of_one_isin(self) -> list[tuple[Asset, Asset]]:
        """The assets that were found to be of one ISIN, until they are merged: (the one that has it, another one)."""
        with self._database.read() as connection:
            pairs = twins(connection)
        known = self.current().assets if pairs else {}
        return [(known[kept], known[other]) for kept, other in pairs if kept in known and other in known]

    def forget(self) -> None:
        """Reads anew next time: the file was changed by someone else."""
        with self._lock:
            self._known = None

    def _on_changed(self, changes: Changes) -> None:
        if changes & _PARTS:
            self.forget()


class Allocations:
    """Reads allocations."""

    def __init__(self, portfolios: Portfolios, targets: Targets) -> None:
        self._portfolios = portfolios
        self._targets = targets

    def of(self, scope: Scope) -> Allocation:
        """The allocation of a scope under its active strategy; a scope that is gone reads as All Portfolio."""
        portfolio = self._portfolios.current()
        if not portfolio.has_scope(scope):
            scope = None
        valuation = value(portfolio, scope)
        held = compose(valuation)
        strategy = self._targets.active(scope)
        return Allocation(
            scope, portfolio, valuation, held, strategy, measure(held, portfolio.classes.values(), strategy)
        )
