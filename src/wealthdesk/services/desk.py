"""One open portfolio file and everything that the user can do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.services.accounts import Accounts
from wealthdesk.services.allocation import Allocations
from wealthdesk.services.assets import AssetClasses, Assets
from wealthdesk.services.exports import Exports
from wealthdesk.services.holdings import Holdings
from wealthdesk.services.plans import Plans
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.prices import Prices, Rates
from wealthdesk.services.settings import Settings
from wealthdesk.services.targets import Targets
from wealthdesk.storage.database import Database
from wealthdesk.storage.opening import open_portfolio

if TYPE_CHECKING:
    from wealthdesk.services.imports import Imports
    from wealthdesk.services.plan_options import RememberedOptions
    from wealthdesk.services.trading_rules import Rules


@dataclass(frozen=True, slots=True)
class Clock:
    """The two questions about time; only `app` asks the real clock."""

    today: Callable[[], date]
    now: Callable[[], datetime]


class Desk:
    """The services of one open file. Close it when done, or use it in a `with` block."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._listeners: list[Callable[[Changes], None]] = []
        self.path: Path = database.path
        self.clock = clock
        self.portfolios = Portfolios(database, clock.today)
        self.accounts = Accounts(database, clock.now)
        self.assets = Assets(database, clock.now)
        self.classes = AssetClasses(database)
        self.holdings = Holdings(database, clock.today)
        self.prices = Prices(database, clock.today)
        self.rates = Rates(database, clock.today)
        self.targets = Targets(database)
        self.allocations = Allocations(self.portfolios, self.targets)
        self.plans = Plans()
        self.exports = Exports(self.portfolios, self.targets)
        self.settings = Settings(database)

    @cached_property
    def imports(self) -> "Imports":
        """Reading files; the first window does not wait for what that needs."""
        from wealthdesk.services.imports import Imports

        return Imports(self._database, self.clock.today)

    @cached_property
    def rules(self) -> "Rules":
        """What may be traded where, what it costs, and what holdings cost; told of what others change as well."""
        from wealthdesk.services.trading_rules import Rules

        rules = Rules(self._database, self.clock.today)
        self.subscribe(rules.on_changed)
        return rules

    @cached_property
    def plan_options(self) -> "RememberedOptions":
        """The options that were chosen last for the plans of each strategy."""
        from wealthdesk.services.plan_options import RememberedOptions

        return RememberedOptions(self._database)

    def subscribe(self, listener: Callable[[Changes], None]) -> None:
        """Tells `listener` the topics of every kept change, in the thread that made it."""
        self._listeners.append(listener)
        self._database.subscribe(listener)

    def reread_if_changed_elsewhere(self) -> bool:
        """Tells every listener that everything may be new if another process has changed the file."""
        if not self._database.changed_elsewhere():
            return False
        self.portfolios.forget()
        for listener in self._listeners:
            listener(EVERYTHING)
        return True

    def close(self) -> None:
        """Lets the file go."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_desk(path: Path, clock: Clock, *, create: bool = False) -> Desk:
    """Opens a portfolio file safely (the steps are in storage/opening.py); OpeningError if it cannot be."""
    return Desk(open_portfolio(path, create=create, now=clock.now()), clock)
