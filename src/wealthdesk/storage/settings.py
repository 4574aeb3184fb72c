"""Settings in the file: texts by key."""

from typing import TYPE_CHECKING

from wealthdesk.storage.connection import Reading

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


def all_settings(connection: Reading) -> dict[str, str]:
    """Every setting."""
    return dict(connection.rows("SELECT key, value FROM settings"))


def setting(connection: Reading, key: str) -> str | None:
    """One setting; None if it was never set."""
    row = connection.row("SELECT value FROM settings WHERE key = ?", key)
    return None if row is None else row[0]


def number_setting(connection: Reading, key: str, most: int, otherwise: int) -> int:
    """One setting that is a number from 1 to the most; `otherwise` if it was never set or is something else."""
    text = setting(connection, key) or ""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else 0
    return number if 1 <= number <= most else otherwise


def set_setting(connection: "Writing", key: str, value: str) -> None:
    """Keeps a setting."""
    connection.put("settings", {"key": key, "value": value})


def remove_setting(connection: "Writing", key: str) -> None:
    """Forgets a setting."""
    connection.delete("settings", key=key)
