"""What the user can set: the base currency, the appearance, and what the window remembers."""

from enum import StrEnum
from typing import Final

from wealthdesk.changes import Topic
from wealthdesk.domain.money import WHOLE, currency, percent
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.reallocation import USUAL_LIMITS, Limits
from wealthdesk.errors import BadInput
from wealthdesk.storage import settings as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.holdings import BASE_CURRENCY, DAYS_OF_PRICES, MOST_DAYS, price_days_in

YOUR_NAME: Final = "your_name"
"""The setting with the name that a history tells who changed something by; it stays in the file."""

NAMELESS: Final = "You"
"""Who changed something while no name is set."""

_BACKUP_WHEN: Final = "backup_when"
_BACKUP_DAYS: Final = "backup_days"
_USUAL_BACKUP_DAYS: Final = 1
_CONCENTRATION: Final = "limit_concentration_bps"
_LARGE_SHARE: Final = "limit_large_share_bps"
_LARGE_CHANGE: Final = "limit_large_change_bps"


class BackupWhen(StrEnum):
    """When backups are made without being asked for."""

    DAILY = "daily"
    """After changes, once it is quiet, and on closing."""
    CLOSING = "closing"
    BY_HAND = "by_hand"
    """Never."""


class Settings:
    """Settings of one portfolio file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, otherwise: str = "") -> str:
        """One setting, or `otherwise` if it was never set."""
        with self._database.read() as connection:
            found = storage.setting(connection, key)
            return otherwise if found is None else found

    def set(self, key: str, value: str, name: str = "") -> None:
        """Keeps a setting; name: what that is to the user, where it can be taken back."""
        with self._database.write(Topic.SETTINGS) as connection:
            named(connection, name)
            storage.set_setting(connection, key, value)

    def price_days(self) -> int:
        """After how many days a price or rate counts as old."""
        with self._database.read() as connection:
            return price_days_in(connection)

    def set_price_days(self, days: int) -> None:
        """Chooses after how many days prices and rates count as old; BadInput unless it is one of a year's."""
        self.set(DAYS_OF_PRICES, _days(days), "age of prices")

    def backup_days(self) -> int:
        """After how many days without a backup of what has changed that is worth a mark."""
        with self._database.read() as connection:
            return storage.number_setting(connection, _BACKUP_DAYS, MOST_DAYS, _USUAL_BACKUP_DAYS)

    def set_backup_days(self, days: int) -> None:
        """Chooses after how many days a missing backup is marked; BadInput unless it is one of a year's."""
        self.set(_BACKUP_DAYS, _days(days), "age of backups")

    def backup_when(self) -> BackupWhen:
        """When backups are made without being asked for."""
        told = self.get(_BACKUP_WHEN)
        return BackupWhen(told) if told in list(BackupWhen) else BackupWhen.DAILY

    def set_backup_when(self, when: BackupWhen) -> None:
        """Chooses when backups are made."""
        self.set(_BACKUP_WHEN, when.value, "when backups are made")

    def limits(self) -> Limits:
        """From where on a share or a change is worth a warning."""
        with self._database.read() as connection:
            return limits_in(connection)

    def set_limits(self, limits: Limits) -> None:
        """Chooses these limits; BadInput unless each lies between 0.01% and 100%."""
        chosen = {
            _CONCENTRATION: limits.concentration_bps,
            _LARGE_SHARE: limits.large_share_bps,
            _LARGE_CHANGE: limits.large_change_bps,
        }
        for bps in chosen.values():
            if not 1 <= bps <= WHOLE:
                raise BadInput(f"A limit lies between 0.01% and 100%, and {percent(bps)} does not. Change it.")
        with self._database.write(Topic.SETTINGS) as connection:
            named(connection, "limits of warnings")
            for key, bps in chosen.items():
                storage.set_setting(connection, key, str(bps))

    def set_your_name(self, name: str) -> None:
        """Chooses the name that histories tell who changed something by; an empty one: “You”."""
        self.set(YOUR_NAME, checked_name(name) if name.strip() else "", "your name")

    def set_base_currency(self, code: str) -> None:
        """Chooses the currency that everything is valued in."""
        self.set(BASE_CURRENCY, currency(code), "base currency")


def limits_in(connection: Reading) -> Limits:
    """The limits that are set in a file."""
    usual = USUAL_LIMITS
    return Limits(
        storage.number_setting(connection, _CONCENTRATION, WHOLE, usual.concentration_bps),
        storage.number_setting(connection, _LARGE_SHARE, WHOLE, usual.large_share_bps),
        storage.number_setting(connection, _LARGE_CHANGE, WHOLE, usual.large_change_bps),
    )


def actor_in(connection: Reading) -> str:
    """Who changes something in a file."""
    return storage.setting(connection, YOUR_NAME) or NAMELESS


def _days(days: int) -> str:
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"From 1 to {MOST_DAYS} days can be chosen, and {days} can not. Change it.")
    return str(days)
