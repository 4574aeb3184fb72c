"""What the program remembers of an order sheet: the orders that were ticked off, until they are recorded."""

from collections.abc import Iterable

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.plans import Order
from wealthdesk.storage import placed_orders as storage
from wealthdesk.storage.database import Database


class PlacedOrders:
    """The orders of a plan that were placed at the broker: read, keep."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, scope: Scope, signature: str | None = None) -> frozenset[Order]:
        """The orders that were ticked off; with a signature only those of the plan that has it."""
        with self._database.read() as connection:
            kept, orders = storage.placed_orders(connection, scope)
        return orders if signature in (None, kept) else frozenset()

    def keep(self, scope: Scope, signature: str, orders: Iterable[Order]) -> None:
        """Keeps these alone for the scope; keeping what is kept already writes nothing. NotFound for what is gone.

        signature: a text that is another one as soon as the plan is, so that ticks of another plan never count.
        """
        chosen = frozenset(orders)
        with self._database.read() as connection:
            if storage.placed_orders(connection, scope) == (signature if chosen else "", chosen):
                return
        # No page shows what only the sheet itself changes, so nothing is announced.
        with self._database.write() as connection:
            storage.set_placed_orders(connection, scope, signature, chosen)
