"""How each kind of value lies in the file, exactly and without any float: one pure function each way.

A value is read in its one canonical form and within the limits of the program only; anything else is a ValueError.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Final

from wealthdesk.domain.money import DECIMALS, canonical
from wealthdesk.errors import BadInput

DIGITS: Final = 15
"""The most digits that a quantity, price or rate has before its decimals."""

_NUMBER: Final = re.compile(rf"-?(?:0|[1-9][0-9]{{0,{DIGITS - 1}}})(?:\.[0-9]{{0,{DECIMALS - 1}}}[1-9])?")
_FEW: Final = 4
_ALL_SHORT: Final = re.compile(rf"(?:(?:0|[1-9][0-9]{{0,{DIGITS - 1}}})(?:\.[0-9]{{0,{_FEW - 1}}}[1-9])?(?: |\Z))+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def whole(value: int) -> int:
    """Money in minor units, or a share in basis points, as it is; anything else, a float above all, is refused."""
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value


def decimal_text(value: Decimal) -> str:
    """The one canonical text of a quantity, price or rate; BadInput for one that could not be read again."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{value!r} is not an exact number")
    text = canonical(value)
    if not _NUMBER.fullmatch(text):
        raise BadInput(
            f"{text:.40} has more than {DIGITS} digits before its decimals or more than {DECIMALS} decimals, which is "
            "more than is kept. Check the decimals."
        )
    return text


def decimal_of(text: str) -> Decimal:
    """The quantity, price or rate that the text says."""
    return Decimal(_in_form(text, _NUMBER, "number"))


def scaled_of(joined: str) -> tuple[list[int], int]:
    """The same of many with a space between, in little time: each in units of 10^-decimals, and these decimals."""
    told = joined.split(" ")
    decimals = _FEW
    if not _ALL_SHORT.fullmatch(joined):
        decimals = DECIMALS
        told = [_in_form(each, _NUMBER, "number") for each in told]
    parts = map(str.partition, told, repeat("."))
    return [int(whole + part.ljust(decimals, "0")) for whole, _, part in parts], decimals


def day_text(day: date) -> str:
    """The day as 2026-11-20."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(f"{day!r} is not a day")
    return day.isoformat()


def day_of(text: str) -> date:
    """The day that the text says."""
    return date.fromisoformat(_in_form(text, _DAY, "day"))


@lru_cache(maxsize=8)  # all rows of a transaction have its moment
def moment_text(moment: datetime) -> str:
    """The moment as UTC text that sorts, 2026-11-20T09:30:00.000Z; one without a time zone is refused."""
    if moment.tzinfo is None:
        raise TypeError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The moment that the text says."""
    return datetime.fromisoformat(_in_form(text, _MOMENT, "moment"))


def _in_form(text: object, form: re.Pattern[str], what: str) -> str:
    if not isinstance(text, str) or not form.fullmatch(text):
        raise ValueError(f"{text!r:.60} is not a {what} as it is kept")
    return text
