"""What the user can do with the rules of trading and with cost lots."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Final

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.money import LARGEST_MINOR, WHOLE, check_decimals
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, checked_lots
from wealthdesk.domain.trading_rules import AccountRules, Trading, TradingRules
from wealthdesk.errors import BadInput
from wealthdesk.storage import holdings as holding_storage
from wealthdesk.storage import tax_lots as lot_storage
from wealthdesk.storage import trading_rules as storage
from wealthdesk.storage.database import Database

_PARTS: Final = frozenset({Topic.RULES, Topic.ACCOUNTS, Topic.ASSETS, Topic.CLASSES, Topic.HOLDINGS})
"""A removal of what a rule or a lot belongs to takes it along."""


class Rules:
    """Rules of accounts, assets and classes, and the cost lots of holdings: read, set."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today
        self._lock = Lock()
        self._rules: TradingRules | None = None
        self._lots: Mapping[str, TaxLots] | None = None

    def current(self) -> TradingRules:
        """All rules; the same value until one changes."""
        with self._lock:
            if self._rules is None:
                with self._database.read() as connection:
                    self._rules = storage.trading_rules(connection)
            return self._rules

    def lots(self) -> Mapping[str, TaxLots]:
        """Holding id → its lots as they were kept, for those that have some; the same value until one changes.

        `domain.tax_lots.known_lots` says what they come to for a holding as it is now.
        """
        with self._lock:
            if self._lots is None:
                with self._database.read() as connection:
                    self._lots = lot_storage.all_lots(connection)
            return self._lots

    def lots_of(self, holding_id: str) -> TaxLots:
        """The lots of one holding as they were kept, the oldest first."""
        return self.lots().get(holding_id, ())

    def set_account(self, account_id: str, rules: AccountRules) -> None:
        """Keeps the rules of an account; BadInput for a negative or too large number."""
        _check_account(rules)
        with self._database.write(Topic.RULES) as connection:
            storage.set_account_rules(connection, account_id, rules)

    def set_trading(self, asset_ids: Iterable[str], trading: Trading) -> None:
        """Keeps how far assets take part in plans."""
        with self._database.write(Topic.RULES) as connection:
            storage.set_trading(connection, asset_ids, trading)

    def set_home(self, asset_class_id: str, kind: AccountKind | None) -> None:
        """Keeps the kind of account that a class is better held in; None: any."""
        with self._database.write(Topic.RULES) as connection:
            storage.set_home(connection, asset_class_id, kind)

    def set_lots(self, holding_id: str, lots: Iterable[TaxLot]) -> None:
        """Keeps the cost lots of a holding, and their sum as its cost; none: the lots go, its cost stays.

        BadInput unless together they are exactly the quantity that is held.
        """
        with self._database.write(Topic.RULES, Topic.HOLDINGS) as connection:
            holding = holding_storage.holding(connection, holding_id)
            checked = checked_lots(holding.quantity, lots, self._today())
            lot_storage.set_lots(connection, holding_id, checked)
            if checked:
                cost = sum(lot.cost_minor for lot in checked)
                holding_storage.change_holding(connection, holding_id, holding.quantity, cost)

    def on_changed(self, changes: Changes) -> None:
        """Reads anew next time if something of this changed."""
        if changes & _PARTS:
            with self._lock:
                self._rules = self._lots = None


def _check_account(rules: AccountRules) -> None:
    for minor, what in ((rules.buffer_minor, "cash that is kept back"), (rules.fee_fixed_minor, "fee")):
        if not 0 <= minor <= LARGEST_MINOR:
            raise BadInput(f"The {what} is 0 or more, and at most 10 million million. Check the decimal mark.")
    for bps, what in ((rules.fee_rate_bps, "fee"), (rules.fx_rate_bps, "exchange fee")):
        if not Decimal(0) <= bps <= WHOLE:
            raise BadInput(f"The {what} lies between 0% and 100% of the amount. Check the decimal mark.")
        check_decimals(bps, what)
