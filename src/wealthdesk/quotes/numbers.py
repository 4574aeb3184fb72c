"""How a source writes a price and a day, read as it is meant."""

import re
import struct
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

from wealthdesk.domain.money import DECIMALS, POINT, NumberFormat, parse_decimal
from wealthdesk.errors import BadInput

_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_LAST: Final = Decimal(1).scaleb(-DECIMALS)
_WIDE: Final = Context(prec=60)
_LONG: Final = 9
"""No number of 32 bits takes more digits than these to be told from all others."""

_DAY: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_SECONDS: Final = re.compile(r"\d{9,10}(\.\d+)?")
_MILLISECONDS: Final = re.compile(r"\d{12,13}")


def read_price(text: str, marks: NumberFormat = POINT) -> Decimal:
    """The price that a source wrote, at most with as many decimals as are kept; BadInput for what is none.

    One that is exactly a number of 32 bits, written out (189.2899932861328), is the shortest number of which that was
    made (189.29). All others are what is written.
    """
    shown = text.strip()
    if _PLAIN.fullmatch(shown) is None or marks != POINT:
        number = parse_decimal(shown, marks, what="price")
    else:
        try:
            number = Decimal(shown)
        except InvalidOperation as error:
            raise BadInput(f"“{shown[:40]}” is not a price.") from error
    if not 0 < number < Decimal(10) ** 15:
        raise BadInput(f"“{shown[:40]}” is not a price: one is above 0 and below 10^15.")
    rounded = _of_32_bits(number).quantize(_LAST, rounding=ROUND_HALF_UP, context=_WIDE).normalize(_WIDE)
    if not rounded:
        raise BadInput(f"“{shown[:40]}” is not a price: it has more decimals than are kept.")
    return rounded


def _of_32_bits(number: Decimal) -> Decimal:
    if len(number.as_tuple().digits) <= _LONG:
        return number
    wide = float(number)
    (narrow,) = struct.unpack("<f", struct.pack("<f", wide))
    if narrow != wide:
        return number
    for digits in range(6, 10):
        short = f"{wide:.{digits}g}"
        if struct.unpack("<f", struct.pack("<f", float(short)))[0] == narrow:
            return Decimal(short)
    return number


def read_day(text: str) -> date:
    """The day that a source wrote: 2026-11-27, with or without a time, or seconds since 1970; BadInput otherwise."""
    shown = text.strip()
    try:
        if found := _DAY.fullmatch(shown):
            return date(*map(int, found.groups()))
        if _SECONDS.fullmatch(shown):
            return datetime.fromtimestamp(int(shown.partition(".")[0]), UTC).date()
        if _MILLISECONDS.fullmatch(shown):
            return datetime.fromtimestamp(int(shown) // 1000, UTC).date()
    except ValueError:
        pass
    raise BadInput(f"“{shown[:40]}” is not a day. One is written like 2026-11-27.")
