"""Settings in the file: texts by key."""

from sqlalchemy import Connection, delete, insert, select

from wealthdesk.storage.tables import settings


def all_settings(connection: Connection) -> dict[str, str]:
    """Every setting."""
    return {row.key: row.value for row in connection.execute(select(settings))}


def setting(connection: Connection, key: str) -> str | None:
    """One setting; None if it was never set."""
    return connection.execute(select(settings.c.value).where(settings.c.key == key)).scalar_one_or_none()


def set_setting(connection: Connection, key: str, value: str) -> None:
    """Keeps a setting."""
    connection.execute(delete(settings).where(settings.c.key == key))
    connection.execute(insert(settings).values(key=key, value=value))
