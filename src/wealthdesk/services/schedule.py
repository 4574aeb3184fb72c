"""What the user can do with planned deposits: list, add, remove, and see which dates are due."""

from collections.abc import Callable
from datetime import date

from wealthdesk.changes import Topic
from wealthdesk.domain.schedule import DateState, DepositDate, PlannedDeposit, checked_deposit, states
from wealthdesk.storage import schedule as storage
from wealthdesk.storage.database import Database, named


class Schedule:
    """Planned deposits."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def all(self) -> list[PlannedDeposit]:
        """Every planned deposit, those that begin first first."""
        with self._database.read() as connection:
            return storage.all_deposits(connection)

    def dates(self) -> list[tuple[DepositDate, DateState]]:
        """The dates that have come and the next one of each deposit, the earliest first. Nothing is summed up."""
        with self._database.read() as connection:
            known = storage.outcomes(connection)
            found = [
                one
                for each in storage.all_deposits(connection)
                for one in states(each, known.get(each.id, {}), self._today())
            ]
        return sorted(found, key=lambda one: one[0].working_day)

    def add(self, new: PlannedDeposit) -> None:
        """Keeps a new planned deposit; BadInput for one that cannot be kept."""
        checked_deposit(new)
        with self._database.write(Topic.PLANS) as connection:
            storage.add_deposit(connection, new)
            named(connection, "planned deposit")

    def remove(self, deposit: PlannedDeposit) -> None:
        """Removes a planned deposit; NotFound if it is gone."""
        with self._database.write(Topic.PLANS) as connection:
            storage.remove_deposit(connection, deposit.id)
            named(connection, "removal of a planned deposit")
