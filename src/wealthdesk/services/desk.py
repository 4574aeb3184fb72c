"""One open portfolio file and everything that the user can do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Generic, Self, TypeVar, overload

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.paths import data_folder
from wealthdesk.services.portfolio import Allocations, Portfolios
from wealthdesk.services.targets import Targets
from wealthdesk.storage.database import Database
from wealthdesk.storage.file.files import resolved
from wealthdesk.storage.file.opening import open_portfolio

if TYPE_CHECKING:
    from wealthdesk.planning.plans import Plans
    from wealthdesk.services.accounts import AccountGroups, Accounts
    from wealthdesk.services.assets import AssetClasses, Assets, Merging
    from wealthdesk.services.company_imports import CompanyImports
    from wealthdesk.services.drafts import KeptDrafts
    from wealthdesk.services.exports import Exports
    from wealthdesk.services.funds import Funds
    from wealthdesk.services.histories import Histories
    from wealthdesk.services.holdings import Holdings, Prices, Rates
    from wealthdesk.services.imports import Imports
    from wealthdesk.services.kept_columns import ColumnsKept
    from wealthdesk.services.kept_openings import OpeningsKept
    from wealthdesk.services.over_time import OverTime
    from wealthdesk.services.plans import PlacedOrders, RecordedPlans, RememberedOptions, Schedule
    from wealthdesk.services.quotes import Quotes
    from wealthdesk.services.reallocations import Reallocations
    from wealthdesk.services.settings import Settings
    from wealthdesk.services.sources import Sources
    from wealthdesk.services.trading_rules import Rules
    from wealthdesk.services.undo import Undo
    from wealthdesk.services.updates import Updates

Service = TypeVar("Service")

_MAKING = RLock()
"""Two threads that ask for one service get the same."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The two questions about time; only `app` asks the real clock."""

    today: Callable[[], date]
    now: Callable[[], datetime]


class Late(Generic[Service]):
    """A service that is imported and made when a desk is first asked for it.

    place: its module below wealthdesk, and its class. given: what it is made with, by the words of the desk.
    then: what is done once it is made.
    """

    def __init__(self, place: str, *given: str, then: "Callable[[Desk, Service], None] | None" = None) -> None:
        self.place = place
        self._given = given
        self._then = then

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, desk: None, owner: type) -> Self: ...
    @overload
    def __get__(self, desk: "Desk", owner: type) -> Service: ...
    def __get__(self, desk: "Desk | None", owner: type) -> Self | Service:
        if desk is None:
            return self
        with _MAKING:
            if self._name not in vars(desk):
                module, _, name = self.place.rpartition(".")
                make = getattr(import_module(f"wealthdesk.{module}"), name)
                # Found there from now on: this is asked only for what the desk has not.
                service: Service = make(*desk.given(*self._given))
                if self._then is not None:
                    self._then(desk, service)
                vars(desk)[self._name] = service
            made: Service = vars(desk)[self._name]
            return made


def _tell_first(desk: "Desk", rules: "Rules") -> None:
    """What remembers what it read is told of changes before all others, of what other programs change as well."""
    desk.subscribe(rules.on_changed, first=True)


class Desk:
    """The services of one open file. Close it when done, or use it in a `with` block.

    path: the file the user chose. notes: what was done to open it, in sentences. is_read_only: every change is refused.

    What the first page shows is here from the beginning; the other services are imported when they are first asked for.
    """

    accounts: "Late[Accounts]" = Late("services.accounts.Accounts", "database", "now")
    """Accounts: list, add, change, remove."""
    groups: "Late[AccountGroups]" = Late("services.accounts.AccountGroups", "database")
    """Groups of accounts: list, add, change, remove."""
    assets: "Late[Assets]" = Late("services.assets.Assets", "database", "now")
    """Assets: list, add, change, classify, remove."""
    merging: "Late[Merging]" = Late("services.assets.Merging", "database", "portfolios")
    """Merging two assets that are one."""
    classes: "Late[AssetClasses]" = Late("services.assets.AssetClasses", "database")
    """Asset classes: list, add, change, remove."""
    holdings: "Late[Holdings]" = Late("services.holdings.Holdings", "database", "today")
    """Holdings and cash: list, add, change, remove."""
    prices: "Late[Prices]" = Late("services.holdings.Prices", "database", "today")
    """Prices: list, set, remove."""
    over_time: "Late[OverTime]" = Late("services.over_time.OverTime", "database", "today")
    """What a scope was worth at the end of each day, and against which targets."""
    rates: "Late[Rates]" = Late("services.holdings.Rates", "database", "today")
    """Exchange rates: list, set, remove."""
    quotes: "Late[Quotes]" = Late("services.quotes.Quotes", "database", "today")
    """Lists of prices: read, preview, keep."""
    sources: "Late[Sources]" = Late("services.sources.Sources", "database", "now")
    """Sources of prices on this computer: list, add, remove, what they may be sent."""
    updates: "Late[Updates]" = Late("services.updates.Updates", "database", "today", "now", "portfolios", "sources")
    """Prices from sources: what would leave, ask, preview, keep; what sources call the assets."""
    schedule: "Late[Schedule]" = Late("services.plans.Schedule", "database", "today")
    """Planned deposits: list, add, remove, what is due."""
    plans: "Late[Plans]" = Late("planning.plans.Plans")
    """Plans: what a deposit buys, a withdrawal sells, a rebalance does."""
    settings: "Late[Settings]" = Late("services.settings.Settings", "database")
    """The base currency, and what else is set for this file."""
    exports: "Late[Exports]" = Late("services.exports.Exports", "portfolios", "targets")
    """Holdings and targets as CSV."""
    imports: "Late[Imports]" = Late("services.imports.Imports", "database", "today")
    """Reading files, and keeping what they say."""
    columns_kept: "Late[ColumnsKept]" = Late("services.kept_columns.ColumnsKept", "database")
    """What is remembered of the columns of files that were matched by hand."""
    openings_kept: "Late[OpeningsKept]" = Late("services.kept_openings.OpeningsKept", "database")
    """What is remembered of what was held before lists of transactions began."""
    rules: "Late[Rules]" = Late("services.trading_rules.Rules", "database", "today", then=_tell_first)
    """What may be traded where, what it costs, and what holdings cost; told of what others change as well."""
    plan_options: "Late[RememberedOptions]" = Late("services.plans.RememberedOptions", "database")
    """The options that were chosen last for the plans of each strategy."""
    placed: "Late[PlacedOrders]" = Late("services.plans.PlacedOrders", "database")
    """The orders of each scope's plan that were ticked off."""
    recorded_plans: "Late[RecordedPlans]" = Late("services.plans.RecordedPlans", "database", "today", "now")
    """Plans that were carried out."""
    reallocations: "Late[Reallocations]" = Late("services.reallocations.Reallocations", "database", "now")
    """Changes of targets and reserves: preview, commit, history, going back."""
    histories: "Late[Histories]" = Late("services.histories.Histories", "database")
    """What was kept of strategies and funds, removed ones too."""
    funds: "Late[Funds]" = Late("services.funds.Funds", "database", "now")
    """Funds and their companies."""
    company_imports: "Late[CompanyImports]" = Late(
        "services.company_imports.CompanyImports", "database", "base_currency"
    )
    """Files of a fund's companies: what they would change, and keeping them."""
    undo: "Late[Undo]" = Late("services.undo.Undo", "database")
    """What was changed through this desk since this was first asked for: take it back, or make it once more."""
    drafts: "Late[KeptDrafts]" = Late("services.drafts.KeptDrafts", "database", "now")
    """What is proposed for each fund and each strategy, and not committed yet."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.path: Path = database.original
        self.notes = database.notes
        self.is_read_only = database.is_read_only
        self.clock = clock
        database.tell_the_day_by(clock.today)
        self.portfolios = Portfolios(database, clock.today)
        self.targets = Targets(database)
        self.allocations = Allocations(self.portfolios, self.targets)
        self._given = {
            "database": database,
            "today": clock.today,
            "now": clock.now,
            "portfolios": self.portfolios,
            "targets": self.targets,
            "base_currency": lambda: self.portfolios.current().base_currency,
        }

    def prepare_to_write(self) -> None:
        """Does beforehand what the first change would have to wait for. Slow, for the worker."""
        self._database.prepare_to_write()

    def kept_changes(self) -> int:
        """How many changes the file has seen, those of other programs, too; a backup knows how many it has seen."""
        return self._database.kept_changes()

    def has_sources(self) -> bool:
        """Whether the file ever had a source of prices on some computer; what there is here `sources` knows."""
        return bool(self.settings.get("sources_of_prices"))

    def save_copy(self, target: Path) -> None:
        """Saves the portfolio as it is at this moment in a new file, also one that can only be read. Slow."""
        from wealthdesk.storage.file.backups import back_up_to

        back_up_to(self._database.path, resolved(target))

    def given(self, *words: str) -> list[object]:
        """What services are made with: what the desk knows by that word, or another service."""
        return [self._given[word] if word in self._given else getattr(self, word) for word in words]

    def subscribe(self, listener: Callable[[Changes], None], *, first: bool = False) -> None:
        """Tells `listener` the topics of every kept change, in the thread that made it; first: before all others."""
        self._database.subscribe(listener, first=first)

    def reread_if_changed_elsewhere(self) -> bool:
        """Tells every listener that everything may be new if another process has changed the file."""
        if not self._database.changed_elsewhere():
            return False
        self.reread()
        return True

    def reread(self) -> None:
        """Tells every listener that everything may be new."""
        self._database.tell(EVERYTHING)

    def close(self) -> None:
        """Lets the file go."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_desk(path: Path, clock: Clock, *, create: bool = False) -> Desk:
    """Opens a portfolio file safely (the steps are in storage/file/opening.py); OpeningError if it cannot be."""
    return Desk(open_portfolio(path, create=create, now=clock.now()), clock)


def open_copy(path: Path, clock: Clock) -> Desk:
    """Opens a private copy of a portfolio file or backup, to be looked at; its desk refuses every change."""
    from wealthdesk.storage.file import copies

    return Desk(copies.open_copy(path, data_folder() / "copies", clock.today()), clock)
