"""The kinds of column: which kind of value of the field a column holds, written and read as texts.py says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.types import TypeDecorator

from wealthdesk.storage.texts import day_of, day_text, decimal_of, decimal_text, moment_of, moment_text, whole

MOMENT: Final = "moment"
"""Where a connection keeps the moment of its transaction (`connection.info[MOMENT]`)."""


class _Whole(TypeDecorator[int]):
    """A whole number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return None if value is None else whole(value)


class Minor(_Whole):
    """Money, in minor units of its currency."""

    cache_ok = True


class Weight(_Whole):
    """A share, in basis points: 10,000 is 100 %."""

    cache_ok = True


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class DecimalText(TypeDecorator[Decimal]):
    """A quantity, price or rate, kept as its one canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else decimal_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else decimal_of(value)


class DateText(TypeDecorator[date]):
    """A day, kept as 2026-11-20."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else day_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        return None if value is None else day_of(value)


class Moment(TypeDecorator[datetime]):
    """A moment, kept as UTC text that sorts: 2026-11-20T09:30:00.000Z."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment_of(value)


def text_id() -> Column[str]:
    """The column that identifies a row: a UUID4, or a stable word for what is built in."""
    return Column("id", Text, primary_key=True, nullable=False)


def moments() -> tuple[Column[datetime], Column[datetime]]:
    """created_at and updated_at, filled with the moment of the transaction that wrote the row."""
    return (
        Column("created_at", Moment, nullable=False, default=_moment_of),
        Column("updated_at", Moment, nullable=False, default=_moment_of, onupdate=_moment_of),
    )


def _moment_of(context: ExecutionContext) -> datetime:
    """The moment of the transaction; outside `Database.write` there is none, so the clock is asked."""
    moment = context.root_connection.info.get(MOMENT)
    return moment if isinstance(moment, datetime) else datetime.now(UTC)
