"""Planned deposits, and what became of their dates, in the file."""

from datetime import date
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.schedule import DateOutcome, Every, PlannedDeposit
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.texts import day_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_DEPOSITS: Final = (
    "SELECT id, account_id, amount_minor, currency, every, day, first_on, until, times FROM deposits_planned "
    "ORDER BY first_on, day, amount_minor, id"
)


def all_deposits(connection: Reading) -> list[PlannedDeposit]:
    """Every planned deposit, those that begin first first."""
    return [
        PlannedDeposit(
            key, scope, amount, code, Every(every), day, day_of(first), day_of(until) if until else None, times
        )
        for key, scope, amount, code, every, day, first, until, times in connection.rows(_DEPOSITS)
    ]


def outcomes(connection: Reading) -> dict[str, dict[date, DateOutcome]]:
    """Deposit id → date by the calendar → what became of it."""
    found: dict[str, dict[date, DateOutcome]] = {}
    for key, on, outcome in connection.rows("SELECT deposit_id, on_date, outcome FROM deposit_outcomes"):
        found.setdefault(key, {})[day_of(on)] = DateOutcome(outcome)
    return found


def add_deposit(connection: "Writing", new: PlannedDeposit) -> None:
    """Keeps a new planned deposit; NotFound if its account is gone."""
    row = {
        "id": new.id, "account_id": new.scope, "amount_minor": new.amount_minor, "currency": new.currency,
        "every": new.every.value, "day": new.day, "first_on": new.first_on, "until": new.until, "times": new.times,
    }  # fmt: skip
    with refusing(foreign_key="This account does not exist any more."):
        connection.insert("deposits_planned", row)


def remove_deposit(connection: "Writing", deposit_id: str) -> None:
    """Removes a planned deposit with what became of its dates; NotFound if it is gone."""
    connection.delete("deposit_outcomes", deposit_id=deposit_id)
    if not connection.delete("deposits_planned", id=deposit_id):
        raise NotFound("This planned deposit does not exist any more.")
