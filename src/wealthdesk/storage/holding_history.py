"""What was held when, and what of lists of transactions is in the portfolio already, in the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from wealthdesk.domain.money import exact_sum
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.texts import day_of, decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


@dataclass(frozen=True, slots=True)
class HeldOn:
    """What was held of an asset at the end of a day, and until the next one that is known."""

    account_id: str
    asset_id: str
    on: date
    quantity: Decimal


def held_on(connection: Reading, account_id: str, asset_id: str) -> list[HeldOn]:
    """All that is known of a holding, the oldest first."""
    rows = connection.rows(
        "SELECT on_date, quantity FROM holding_history WHERE account_id = ? AND asset_id = ? ORDER BY on_date",
        account_id,
        asset_id,
    )
    return [HeldOn(account_id, asset_id, day_of(on), decimal_of(quantity)) for on, quantity in rows]


def all_held(connection: Reading) -> list[HeldOn]:
    """All that is known of every holding, by account, asset and day."""
    rows = connection.rows(
        "SELECT account_id, asset_id, on_date, quantity FROM holding_history ORDER BY account_id, asset_id, on_date"
    )
    return [HeldOn(account, asset, day_of(on), decimal_of(quantity)) for account, asset, on, quantity in rows]


def past_of_replayed(connection: Reading) -> dict[tuple[str, str], list[tuple[date, Decimal]]]:
    """Account id and asset id → what was held on which days, the oldest first, of accounts with replayed lists."""
    found: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
    for account_id, asset_id, on, quantity in connection.rows(
        "SELECT account_id, asset_id, on_date, quantity FROM holding_history "
        "WHERE account_id IN (SELECT account_id FROM replayed_rows) ORDER BY on_date"
    ):
        found.setdefault((account_id, asset_id), []).append((day_of(on), decimal_of(quantity)))
    return found


def set_held(connection: "Writing", held: Iterable[HeldOn]) -> None:
    """Keeps what was held; of one day the last counts."""
    connection.put(
        "holding_history",
        *(
            {"account_id": each.account_id, "asset_id": each.asset_id, "on_date": each.on, "quantity": each.quantity}
            for each in held
        ),
    )


def join_past(connection: "Writing", account_id: str, kept_id: str, other_id: str, *, adds_up: bool) -> None:
    """Gives what was held of another asset to the one that it is merged into: added up day by day, or only the days
    before those that are known of the one that is kept.
    """
    own, others = held_on(connection, account_id, kept_id), held_on(connection, account_id, other_id)
    begin = own[0].on if own else date.max
    days = sorted({each.on for each in (*own, *others)}) if adds_up else [each.on for each in others if each.on < begin]
    joined = (
        HeldOn(account_id, kept_id, on, exact_sum(_at(own, on) if adds_up else Decimal(0), _at(others, on)))
        for on in days
    )
    set_held(connection, list(joined))
    connection.delete("holding_history", account_id=account_id, asset_id=other_id)


def _at(held: Sequence[HeldOn], on: date) -> Decimal:
    """What was held at the end of a day."""
    return next((each.quantity for each in reversed(held) if each.on <= on), Decimal(0))


def replayed_rows(connection: Reading) -> dict[str, dict[str, date]]:
    """Account id → the keys of the lines that have been replayed, with their days."""
    found: dict[str, dict[str, date]] = {}
    for account_id, key, on in connection.rows("SELECT account_id, key, on_date FROM replayed_rows"):
        found.setdefault(account_id, {})[key] = day_of(on)
    return found


def followed_cash(connection: Reading) -> frozenset[tuple[str, str]]:
    """The accounts and currencies of cash that lists of transactions explain."""
    rows = connection.rows("SELECT account_id, currency FROM followed_cash")
    return frozenset((account_id, currency) for account_id, currency in rows)


def add_replayed(
    connection: "Writing", rows: Iterable[tuple[str, str, date]], followed: Iterable[tuple[str, str]]
) -> None:
    """Keeps which lines (account id, key, day) have been replayed, and which cash they explain."""
    connection.put("replayed_rows", *({"account_id": a, "key": key, "on_date": on} for a, key, on in rows))
    connection.put("followed_cash", *({"account_id": a, "currency": code} for a, code in followed))
