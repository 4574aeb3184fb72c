"""The rules of trading in the file: a row for each account, asset and class that has one that is not the usual."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.trading_rules import (
    NO_ROOM_SET,
    NO_RULES,
    AccountRules,
    MayHold,
    Room,
    RoomKind,
    Trading,
    TradingRules,
)
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.mapping import EXACT, FLAG, PLAIN, Mapped, word
from wealthdesk.storage.texts import day_of, moment_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_ACCOUNTS: Final = Mapped(
    "account_rules",
    AccountRules,
    {
        "buffer_minor": PLAIN,
        "fee_fixed_minor": PLAIN,
        "fee_rate_bps": EXACT,
        "fx_rate_bps": EXACT,
        "may_hold": word(MayHold),
        "converts": FLAG,
        "trades_archived": FLAG,
    },
)
"""What is kept of the rules in the account's own row."""
_CAN_HOLD: Final = "SELECT account_id, asset_id FROM account_assets"
_EXCEPTIONS: Final = "SELECT account_id, asset_id FROM account_exceptions WHERE is_barred = ?"
_ROOMS: Final = """
SELECT account_id, kind, left_minor, on_date, renewed_minor, renewal_month, renewal_day, shared_id
FROM account_rooms
"""
_ASSETS: Final = "SELECT asset_id, trading FROM asset_rules"
_HOMES: Final = "SELECT asset_class_id, account_kind FROM class_homes"

_NO_ACCOUNT: Final = "The account, or an asset that may be bought in it, does not exist any more."
_NO_SHARER: Final = "An account that the room is shared with does not exist any more."
_NO_ASSET: Final = "This asset does not exist any more."
_NO_CLASS: Final = "This asset class does not exist any more."


def trading_rules(connection: Reading) -> TradingRules:
    """All rules."""
    return TradingRules(
        accounts=_account_rules(connection),
        assets={asset_id: Trading(trading) for asset_id, trading in connection.rows(_ASSETS)},
        homes={class_id: AccountKind(kind) for class_id, kind in connection.rows(_HOMES)},
    )


def rooms_said_at(connection: Reading) -> dict[str, datetime]:
    """Account id → when it was said what room it has, for those that have one."""
    rows = connection.rows("SELECT account_id, created_at FROM account_rooms")
    return {account_id: moment_of(said_at) for account_id, said_at in rows}


def set_account_rules(connection: "Writing", account_id: str, rules: AccountRules) -> None:
    """Replaces an account's rules; NotFound if it, or an asset that may be bought in it, is gone.

    Its room becomes that of the accounts that it is shared with.
    """
    for table in ("account_assets", "account_exceptions", "account_rules"):
        connection.delete(table, account_id=account_id)
    row = _ACCOUNTS.row(rules)
    with refusing(foreign_key=_NO_ACCOUNT):
        if row != _ACCOUNTS.row(NO_RULES):
            connection.insert("account_rules", {"account_id": account_id} | row)
        listed = sorted(rules.can_hold or ())
        connection.insert("account_assets", *({"account_id": account_id, "asset_id": each} for each in listed))
        for is_barred, assets in ((False, rules.allowed), (True, rules.barred)):
            of = {"account_id": account_id, "is_barred": is_barred}
            connection.insert("account_exceptions", *(of | {"asset_id": each} for each in sorted(assets)))
    _set_room(connection, account_id, rules.room)


def set_trading(connection: "Writing", asset_ids: Iterable[str], trading: Trading) -> None:
    """Keeps how far assets take part; NotFound if one is gone."""
    for asset_id in asset_ids:
        connection.delete("asset_rules", asset_id=asset_id)
        if trading is not Trading.FREE:
            with refusing(foreign_key=_NO_ASSET):
                connection.insert("asset_rules", {"asset_id": asset_id, "trading": trading.value})


def set_home(connection: "Writing", asset_class_id: str, kind: AccountKind | None) -> None:
    """Keeps the kind of account that a class is better held in, or (None) that it has none; NotFound if it is gone."""
    connection.delete("class_homes", asset_class_id=asset_class_id)
    if kind is not None:
        with refusing(foreign_key=_NO_CLASS):
            connection.insert("class_homes", {"asset_class_id": asset_class_id, "account_kind": kind.value})


def _set_room(connection: "Writing", account_id: str, room: Room) -> None:
    """The same row for all that share the room; who shared it before keeps what it was. A room that is kept stays."""
    if _rooms(connection).get(account_id, NO_ROOM_SET) == room:
        return
    sharing = sorted({account_id} | room.shared_with)
    for each in sharing:
        connection.delete("account_rooms", account_id=each)
    if room.kind is RoomKind.NOT_SET:
        return
    month, day = room.renewal or (None, None)
    row = {
        "kind": room.kind.value,
        "left_minor": room.left_minor,
        "on_date": room.on,
        "renewed_minor": room.renewed_minor,
        "renewal_month": month,
        "renewal_day": day,
        "shared_id": str(uuid4()) if room.shared_with else None,
    }
    with refusing(foreign_key=_NO_SHARER):
        connection.insert("account_rooms", *({"account_id": each} | row for each in sharing))


def _account_rules(connection: Reading) -> dict[str, AccountRules]:
    own = {account_id: _ACCOUNTS.of(row) for account_id, *row in connection.rows(_ACCOUNTS.select("account_id"))}
    can_hold = _by_account(connection.rows(_CAN_HOLD))
    allowed, barred = (_by_account(connection.rows(_EXCEPTIONS, is_barred)) for is_barred in (0, 1))
    rooms = _rooms(connection)
    found = {}
    for account_id in sorted(own.keys() | allowed.keys() | barred.keys() | rooms.keys()):
        rules = own.get(account_id, NO_RULES)
        found[account_id] = replace(
            rules,
            can_hold=can_hold.get(account_id, frozenset()) if rules.may_hold is MayHold.LISTED else None,
            room=rooms.get(account_id, NO_ROOM_SET),
            allowed=allowed.get(account_id, frozenset()),
            barred=barred.get(account_id, frozenset()),
        )
    return found


def _by_account(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for account_id, asset_id in rows:
        found.setdefault(account_id, set()).add(asset_id)
    return {account_id: frozenset(assets) for account_id, assets in found.items()}


def _rooms(connection: Reading) -> dict[str, Room]:
    rows = connection.rows(_ROOMS)
    sharing = _by_account((shared_id, account_id) for account_id, *_, shared_id in rows if shared_id is not None)
    return {
        account_id: Room(
            kind=RoomKind(kind),
            left_minor=left_minor,
            on=None if on_date is None else day_of(on_date),
            renewed_minor=renewed_minor,
            renewal=None if month is None else (month, day),
            shared_with=sharing.get(shared_id, frozenset()) - {account_id},
        )
        for account_id, kind, left_minor, on_date, renewed_minor, month, day, shared_id in rows
    }
