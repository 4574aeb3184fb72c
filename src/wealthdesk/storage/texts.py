"""How each kind of value lies in the file, exactly and without any float: one pure function each way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from wealthdesk.domain.money import canonical


def whole(value: int) -> int:
    """Money in minor units, or a share in basis points, as it is; anything else, a float above all, is refused."""
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value


def decimal_text(value: Decimal) -> str:
    """The one canonical text of a quantity, price or rate."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{value!r} is not an exact number")
    return canonical(value)


def decimal_of(text: str) -> Decimal:
    """The quantity, price or rate that the text says."""
    return Decimal(text)


def day_text(day: date) -> str:
    """The day as 2026-11-20."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(f"{day!r} is not a day")
    return day.isoformat()


def day_of(text: str) -> date:
    """The day that the text says."""
    return date.fromisoformat(text)


@lru_cache(maxsize=8)  # all rows of a transaction have its moment
def moment_text(moment: datetime) -> str:
    """The moment as UTC text that sorts, 2026-11-20T09:30:00.000Z; one without a time zone is refused."""
    if moment.tzinfo is None:
        raise TypeError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The moment that the text says."""
    return datetime.fromisoformat(text)
