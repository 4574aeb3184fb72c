"""What the user can set: the base currency, the appearance, and what the window remembers."""

from wealthdesk.changes import Topic
from wealthdesk.domain.money import currency
from wealthdesk.storage import settings as storage
from wealthdesk.storage.database import Database
from wealthdesk.storage.portfolio import BASE_CURRENCY

APPEARANCE = "appearance"


class Settings:
    """Settings of one portfolio file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, otherwise: str = "") -> str:
        """One setting, or `otherwise` if it was never set."""
        with self._database.read() as connection:
            found = storage.setting(connection, key)
            return otherwise if found is None else found

    def set(self, key: str, value: str) -> None:
        """Keeps a setting."""
        with self._database.write(Topic.SETTINGS) as connection:
            storage.set_setting(connection, key, value)

    def set_base_currency(self, code: str) -> None:
        """Chooses the currency that everything is valued in."""
        self.set(BASE_CURRENCY, currency(code))
