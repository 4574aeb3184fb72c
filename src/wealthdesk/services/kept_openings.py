"""What was held before a list of transactions began, as the user said: remembered with the account and the asset."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import canonical
from wealthdesk.domain.names import name_order
from wealthdesk.importers.ledger_draft import KeptOpening
from wealthdesk.storage import accounts, assets, settings
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, also, named

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_PREFIX: Final = "opening of "


@dataclass(frozen=True, slots=True)
class AssetOpening:
    """What is remembered of an asset in an account, with both as they are called now."""

    account_id: str
    asset_id: str
    account: str
    asset: Asset
    opening: KeptOpening


class OpeningsKept:
    """What is remembered of what was held before lists began: list, forget."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[AssetOpening]:
        """Everything that is remembered, by account and symbol; what is not there any more is left out."""
        with self._database.read() as connection:
            found = openings_in(connection)
            names = {each.id: each.name for each in accounts.all_accounts(connection)} if found else {}
            known = {each.id: each for each in assets.all_assets(connection)} if found else {}
        told = [
            AssetOpening(account_id, asset_id, names[account_id], known[asset_id], opening)
            for (account_id, asset_id), opening in found.items()
            if account_id in names and asset_id in known
        ]
        return sorted(told, key=lambda each: (name_order(each.account), name_order(each.asset.symbol), each.asset_id))

    def forget(self, account_id: str, asset_id: str) -> None:
        """Forgets what was held before; a list of the whole history asks for it again."""
        with self._database.write(Topic.SETTINGS) as connection:
            named(connection, "forgetting what was held before a list")
            settings.remove_setting(connection, f"{_PREFIX}{account_id} {asset_id}")


def openings_in(connection: Reading) -> dict[tuple[str, str], KeptOpening]:
    """All that is remembered; what lies there and cannot be read counts as nothing."""
    found = {}
    for key, text in settings.all_settings(connection).items():
        account_id, _, asset_id = key.removeprefix(_PREFIX).partition(" ")
        if key.startswith(_PREFIX) and asset_id and (opening := _read(text)) is not None:
            found[account_id, asset_id] = opening
    return found


def remember(connection: "Writing", told: Iterable[tuple[str, str, KeptOpening]]) -> None:
    """Remembers what the user said of these accounts and assets."""
    for account_id, asset_id, opening in told:
        text = json.dumps(
            {"quantity": canonical(opening.quantity), "cost": opening.cost_minor, "on": opening.on.isoformat()}
        )
        key = f"{_PREFIX}{account_id} {asset_id}"
        if settings.setting(connection, key) != text:
            settings.set_setting(connection, key, text)


def merge(connection: "Writing", kept_id: str, other_id: str) -> None:
    """Gives what was said of another asset to the one that it is merged into; what was said of that one stays."""
    known = openings_in(connection)
    for account_id, asset_id in known:
        if asset_id == other_id:
            if (account_id, kept_id) not in known:
                remember(connection, [(account_id, kept_id, known[account_id, other_id])])
            settings.remove_setting(connection, f"{_PREFIX}{account_id} {other_id}")
            also(connection, Topic.SETTINGS)


def _read(text: str) -> KeptOpening | None:
    try:
        told: Any = json.loads(text)
        quantity, cost = Decimal(str(told["quantity"])), told["cost"]
        if not quantity.is_finite() or quantity < 0 or not (cost is None or (type(cost) is int and cost >= 0)):
            return None
        return KeptOpening(quantity, cost, date.fromisoformat(told["on"]))
    except (ValueError, ArithmeticError, LookupError, TypeError, RecursionError):
        return None
