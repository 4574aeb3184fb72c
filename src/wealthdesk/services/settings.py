"""What the user can set: the base currency, the appearance, and what the window remembers."""

from typing import Final

from wealthdesk.changes import Topic
from wealthdesk.domain.money import WHOLE, currency, percent
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.reallocation import USUAL_LIMITS, Limits
from wealthdesk.errors import BadInput
from wealthdesk.storage import settings as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.holdings import BASE_CURRENCY

YOUR_NAME: Final = "your_name"
"""The setting with the name that a history tells who changed something by; it stays in the file."""

NAMELESS: Final = "You"
"""Who changed something while no name is set."""

_CONCENTRATION: Final = "limit_concentration_bps"
_LARGE_SHARE: Final = "limit_large_share_bps"
_LARGE_CHANGE: Final = "limit_large_change_bps"


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
        _share(connection, _CONCENTRATION, usual.concentration_bps),
        _share(connection, _LARGE_SHARE, usual.large_share_bps),
        _share(connection, _LARGE_CHANGE, usual.large_change_bps),
    )


def actor_in(connection: Reading) -> str:
    """Who changes something in a file."""
    return storage.setting(connection, YOUR_NAME) or NAMELESS


def _share(connection: Reading, key: str, otherwise: int) -> int:
    text = storage.setting(connection, key) or ""
    bps = int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else 0
    return bps if 1 <= bps <= WHOLE else otherwise
