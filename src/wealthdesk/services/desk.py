"""One open portfolio file and everything that the user can do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.paths import data_folder
from wealthdesk.services.portfolio import Allocations, Portfolios
from wealthdesk.services.targets import Targets
from wealthdesk.storage.database import Database
from wealthdesk.storage.files import resolved
from wealthdesk.storage.opening import open_portfolio

if TYPE_CHECKING:
    from wealthdesk.planning.plans import Plans
    from wealthdesk.services.accounts import Accounts
    from wealthdesk.services.assets import AssetClasses, Assets, Merging
    from wealthdesk.services.company_imports import CompanyImports
    from wealthdesk.services.exports import Exports
    from wealthdesk.services.funds import Funds
    from wealthdesk.services.histories import Histories
    from wealthdesk.services.holdings import Holdings, Prices, Rates
    from wealthdesk.services.imports import Imports
    from wealthdesk.services.kept_columns import ColumnsKept
    from wealthdesk.services.plans import PlacedOrders, RecordedPlans, RememberedOptions, Schedule
    from wealthdesk.services.quotes import Quotes
    from wealthdesk.services.reallocations import Reallocations
    from wealthdesk.services.reserve_drafts import ReserveDrafts
    from wealthdesk.services.settings import Settings
    from wealthdesk.services.trading_rules import Rules
    from wealthdesk.services.undo import Undo


@dataclass(frozen=True, slots=True)
class Clock:
    """The two questions about time; only `app` asks the real clock."""

    today: Callable[[], date]
    now: Callable[[], datetime]


class Desk:
    """The services of one open file. Close it when done, or use it in a `with` block.

    path: the file the user chose. notes: what was done to open it, in sentences. is_read_only: every change is refused.

    What the first page shows is here from the beginning; the other services are imported when they are first asked for.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._listeners: list[Callable[[Changes], None]] = []
        self.path: Path = database.original
        self.notes = database.notes
        self.is_read_only = database.is_read_only
        self.clock = clock
        database.tell_the_day_by(clock.today)
        self.portfolios = Portfolios(database, clock.today)
        self.targets = Targets(database)
        self.allocations = Allocations(self.portfolios, self.targets)

    @cached_property
    def accounts(self) -> "Accounts":
        """Accounts: list, add, change, remove."""
        from wealthdesk.services.accounts import Accounts

        return Accounts(self._database, self.clock.now)

    @cached_property
    def assets(self) -> "Assets":
        """Assets: list, add, change, classify, remove."""
        from wealthdesk.services.assets import Assets

        return Assets(self._database, self.clock.now)

    @cached_property
    def merging(self) -> "Merging":
        """Merging two assets that are one."""
        from wealthdesk.services.assets import Merging

        return Merging(self._database, self.portfolios)

    @cached_property
    def classes(self) -> "AssetClasses":
        """Asset classes: list, add, change, remove."""
        from wealthdesk.services.assets import AssetClasses

        return AssetClasses(self._database)

    @cached_property
    def holdings(self) -> "Holdings":
        """Holdings and cash: list, add, change, remove."""
        from wealthdesk.services.holdings import Holdings

        return Holdings(self._database, self.clock.today)

    @cached_property
    def prices(self) -> "Prices":
        """Prices: list, set, remove."""
        from wealthdesk.services.holdings import Prices

        return Prices(self._database, self.clock.today)

    @cached_property
    def rates(self) -> "Rates":
        """Exchange rates: list, set, remove."""
        from wealthdesk.services.holdings import Rates

        return Rates(self._database, self.clock.today)

    @cached_property
    def quotes(self) -> "Quotes":
        """Lists of prices: read, preview, keep."""
        from wealthdesk.services.quotes import Quotes

        return Quotes(self._database, self.clock.today)

    @cached_property
    def schedule(self) -> "Schedule":
        """Planned deposits: list, add, remove, what is due."""
        from wealthdesk.services.plans import Schedule

        return Schedule(self._database, self.clock.today)

    @cached_property
    def plans(self) -> "Plans":
        """Plans: what a deposit buys, a withdrawal sells, a rebalance does."""
        from wealthdesk.planning.plans import Plans

        return Plans()

    @cached_property
    def settings(self) -> "Settings":
        """The base currency, and what else is set for this file."""
        from wealthdesk.services.settings import Settings

        return Settings(self._database)

    @cached_property
    def exports(self) -> "Exports":
        """Holdings and targets as CSV."""
        from wealthdesk.services.exports import Exports

        return Exports(self.portfolios, self.targets)

    @cached_property
    def imports(self) -> "Imports":
        """Reading files, and keeping what they say."""
        from wealthdesk.services.imports import Imports

        return Imports(self._database, self.clock.today)

    @cached_property
    def columns_kept(self) -> "ColumnsKept":
        """What is remembered of the columns of files that were matched by hand."""
        from wealthdesk.services.kept_columns import ColumnsKept

        return ColumnsKept(self._database)

    @cached_property
    def rules(self) -> "Rules":
        """What may be traded where, what it costs, and what holdings cost; told of what others change as well."""
        from wealthdesk.services.trading_rules import Rules

        rules = Rules(self._database, self.clock.today)
        self._listeners.insert(0, rules.on_changed)
        self._database.subscribe(rules.on_changed, first=True)
        return rules

    @cached_property
    def plan_options(self) -> "RememberedOptions":
        """The options that were chosen last for the plans of each strategy."""
        from wealthdesk.services.plans import RememberedOptions

        return RememberedOptions(self._database)

    @cached_property
    def placed(self) -> "PlacedOrders":
        """The orders of each scope's plan that were ticked off."""
        from wealthdesk.services.plans import PlacedOrders

        return PlacedOrders(self._database)

    def prepare_to_write(self) -> None:
        """Does beforehand what the first change would have to wait for. Slow, for the worker."""
        self._database.prepare_to_write()

    @cached_property
    def recorded_plans(self) -> "RecordedPlans":
        """Plans that were carried out."""
        from wealthdesk.services.plans import RecordedPlans

        return RecordedPlans(self._database, self.clock.today, self.clock.now)

    @cached_property
    def reallocations(self) -> "Reallocations":
        """Changes of targets and reserves: preview, commit, history, going back."""
        from wealthdesk.services.reallocations import Reallocations

        return Reallocations(self._database, self.clock.now)

    @cached_property
    def histories(self) -> "Histories":
        """What was kept of strategies and funds, removed ones too."""
        from wealthdesk.services.histories import Histories

        return Histories(self._database)

    @cached_property
    def funds(self) -> "Funds":
        """Funds and their companies."""
        from wealthdesk.services.funds import Funds

        return Funds(self._database, self.clock.now)

    @cached_property
    def company_imports(self) -> "CompanyImports":
        """Files of a fund's companies: what they would change, and keeping them."""
        from wealthdesk.services.company_imports import CompanyImports

        return CompanyImports(self._database, lambda: self.portfolios.current().base_currency)

    @cached_property
    def undo(self) -> "Undo":
        """What was changed through this desk since this was first asked for: take it back, or make it once more."""
        from wealthdesk.services.undo import Undo

        return Undo(self._database)

    @cached_property
    def reserve_drafts(self) -> "ReserveDrafts":
        """What is proposed for each fund and not committed yet."""
        from wealthdesk.services.reserve_drafts import ReserveDrafts

        return ReserveDrafts(self._database, self.clock.now)

    def kept_changes(self) -> int:
        """How many changes the file has seen, those of other programs, too; a backup knows how many it has seen."""
        return self._database.kept_changes()

    def save_copy(self, target: Path) -> None:
        """Saves the portfolio as it is at this moment in a new file, also one that can only be read. Slow."""
        from wealthdesk.storage.backups import back_up_to

        back_up_to(self._database.path, resolved(target))

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


def open_copy(path: Path, clock: Clock) -> Desk:
    """Opens a private copy of a portfolio file or backup, to be looked at; its desk refuses every change."""
    from wealthdesk.storage import copies

    return Desk(copies.open_copy(path, data_folder() / "copies", clock.today()), clock)
