"""What was held before a list of transactions began, as the user said: remembered with the account and the asset."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from wealthdesk.domain.money import canonical
from wealthdesk.storage import settings
from wealthdesk.storage.connection import Reading

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_PREFIX: Final = "opening of "


@dataclass(frozen=True, slots=True)
class KeptOpening:
    """What was held at the begin of a day, and what all of it had cost (minor units; None: not known)."""

    quantity: Decimal
    cost_minor: int | None
    on: date


Openings = Mapping[tuple[str, str], KeptOpening]
"""By the ids of the account and of the asset."""


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


def _read(text: str) -> KeptOpening | None:
    try:
        told: Any = json.loads(text)
        quantity, cost = Decimal(str(told["quantity"])), told["cost"]
        if not quantity.is_finite() or quantity < 0 or not (cost is None or (type(cost) is int and cost >= 0)):
            return None
        return KeptOpening(quantity, cost, date.fromisoformat(told["on"]))
    except (ValueError, ArithmeticError, LookupError, TypeError, RecursionError):
        return None
