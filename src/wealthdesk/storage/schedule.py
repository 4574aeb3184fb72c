"""Planned deposits, and what became of their dates, in the file."""

from datetime import date
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.schedule import DateOutcome, Every, PlannedDeposit
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.mapping import DAY, PLAIN, Mapped, word
from wealthdesk.storage.texts import day_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_DEPOSITS: Final = Mapped(
    "deposits_planned",
    PlannedDeposit,
    {
        "id": PLAIN,
        "account_id": PLAIN.named("scope"),
        "amount_minor": PLAIN,
        "currency": PLAIN,
        "every": word(Every),
        "day": PLAIN,
        "first_on": DAY,
        "until": DAY,
        "times": PLAIN,
    },
)


def all_deposits(connection: Reading) -> list[PlannedDeposit]:
    """Every planned deposit, those that begin first first."""
    return _DEPOSITS.all(connection, "ORDER BY first_on, day, amount_minor, id")


def outcomes(connection: Reading) -> dict[str, dict[date, DateOutcome]]:
    """Deposit id → date by the calendar → what became of it."""
    found: dict[str, dict[date, DateOutcome]] = {}
    for key, on, outcome in connection.rows("SELECT deposit_id, on_date, outcome FROM deposit_outcomes"):
        found.setdefault(key, {})[day_of(on)] = DateOutcome(outcome)
    return found


def add_deposit(connection: "Writing", new: PlannedDeposit) -> None:
    """Keeps a new planned deposit; NotFound if its account is gone."""
    with refusing(foreign_key="This account does not exist any more."):
        connection.insert("deposits_planned", _DEPOSITS.row(new))


def remove_deposit(connection: "Writing", deposit_id: str) -> None:
    """Removes a planned deposit with what became of its dates; NotFound if it is gone."""
    connection.delete("deposit_outcomes", deposit_id=deposit_id)
    if not connection.delete("deposits_planned", id=deposit_id):
        raise NotFound("This planned deposit does not exist any more.")
