"""Money and numbers: currencies, exact decimals, basis points, and the one place where text becomes a number.

Money is an integer of the currency's minor unit. Quantities, prices and rates are `Decimal`. Weights are integers in
basis points (10,000 = 100 %). No float is involved anywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.errors import BadInput, NotANumber

WHOLE: Final = 10_000
"""100 % in basis points."""

LARGEST_MINOR: Final = 10**15
"""The largest amount of money, in minor units, that WealthDesk keeps: ten million million dollars."""

LARGEST_NUMBER: Final = Decimal(10) ** 15
"""The largest quantity, price or rate."""

DECIMALS: Final = 12
"""The most decimals of a quantity, price or rate."""

_EXACT: Final = Context(prec=150, rounding=ROUND_HALF_UP)
_SMALLEST: Final = Decimal(1).scaleb(-DECIMALS)

# ISO 4217, with the number of digits of the minor unit where it is not 2.
_DIGITS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
_TWO_DIGITS: Final = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS "
    "INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
    "MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG".split()
)
CURRENCIES: Final = frozenset(_DIGITS) | _TWO_DIGITS

# What prices are quoted in on some exchanges: so many parts of a currency. Upper and lower case count: GBp is not GBP.
_PARTS: Final = {
    **dict.fromkeys(("GBX", "GBp", "GBx", "GBPp", "p", "pence"), ("GBP", 100)),
    **dict.fromkeys(("ZAc", "ZAC", "ZAX"), ("ZAR", 100)),
    **dict.fromkeys(("ILA", "ILa", "ILX"), ("ILS", 100)),
    **dict.fromkeys(("USX", "USc", "USx"), ("USD", 100)),
    **dict.fromkeys(("EUX", "EUc"), ("EUR", 100)),
    **dict.fromkeys(("KWF",), ("KWD", 1000)),
}


def currency(text: str) -> str:
    """The ISO 4217 code that `text` names; raises BadInput for anything else."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise BadInput(f"“{text.strip()}” is not a known currency. Write its three-letter code, such as USD or EUR.")
    return code


def unit(text: str) -> tuple[str, int] | None:
    """The currency that prices are quoted in and into how many parts it is divided there: GBX is (GBP, 100)."""
    if text in _PARTS:
        return _PARTS[text]
    return (text.upper(), 1) if text.upper() in CURRENCIES else None


def digits(code: str) -> int:
    """How many decimals the currency's minor unit has: USD 2, JPY 0, KWD 3."""
    return _DIGITS.get(code, 2)


def to_minor(amount: Decimal, code: str) -> int:
    """The amount in minor units of the currency, a half rounded away from zero."""
    return int(amount.scaleb(digits(code), _EXACT).quantize(Decimal(1), context=_EXACT))


def from_minor(minor: int, code: str) -> Decimal:
    """The amount that so many minor units are, with the currency's own decimals: 150 → 1.50."""
    return Decimal(minor).scaleb(-digits(code), _EXACT)


def product_minor(quantity: Decimal, price: Decimal, rate: Decimal, code: str, divisor: Decimal = Decimal(1)) -> int:
    """quantity × price × rate ÷ divisor in minor units of the currency, exact until the one rounding (half up)."""
    product = _EXACT.multiply(_EXACT.multiply(quantity, price), rate)
    if divisor == 1:
        return to_minor(product, code)
    top, bottom = product.scaleb(digits(code), _EXACT).as_integer_ratio()
    over, under = divisor.as_integer_ratio()
    return ratio(top * under, bottom * over)


def canonical(number: Decimal) -> str:
    """The one text of a number: no exponent, no trailing zeros, no minus zero. `Decimal(canonical(n)) == n`."""
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(number: Decimal) -> Decimal:
    """The number with the most decimals that are kept, a half rounded to the even neighbour."""
    return Decimal(canonical(number.quantize(_SMALLEST, rounding=ROUND_HALF_EVEN, context=_EXACT)))


def rounded_price(number: Decimal) -> Decimal | None:
    """A price or rate with the most decimals that are kept; None where it is none, or too small or large to be kept."""
    return (rounded(number) or None) if 0 < number < LARGEST_NUMBER else None


def half_up(number: Fraction) -> int:
    """The nearest integer; a half goes away from zero."""
    return ratio(number.numerator, number.denominator)


def share_bps(part: int, whole: int) -> int:
    """What share `part` is of `whole`, in basis points to the nearest one; 0 when `whole` is 0."""
    return ratio(part * WHOLE, whole) if whole else 0


def percent(bps: int) -> str:
    """A share in basis points for a sentence: 1,250 → 12.50%."""
    return f"{Decimal(bps).scaleb(-2):.2f}%"


def ratio(top: int, bottom: int) -> int:
    """top ÷ bottom (> 0) to the nearest integer; a half goes away from zero."""
    nearest = (2 * abs(top) + bottom) // (2 * bottom)
    return nearest if top >= 0 else -nearest


def split(total: int, weights: Sequence[int]) -> list[int]:
    """`total` units divided in proportion to `weights` (≥ 0), exact in sum.

    Largest remainder: each part is floored, the units left go one by one to the largest fractional parts, ties to the
    earlier. All weights zero: everything to equal parts. A negative total is the mirror of the positive one.
    """
    if not weights:
        return []
    if total < 0:
        return [-part for part in split(-total, weights)]
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts, remainders = [], []
    for place, weight in enumerate(weights):
        part, remainder = divmod(total * weight, whole)
        parts.append(part)
        remainders.append((-remainder, place))
    for _, place in sorted(remainders)[: total - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written: the decimal mark and the mark between groups ("" = none)."""

    decimal: str = "."
    group: str = ","
    higher: int = 3
    """How many digits a group has, but for the last, which has three: two in India, 12,34,567."""


POINT: Final = NumberFormat(".", ",")
COMMA: Final = NumberFormat(",", ".")

_PLAIN = re.compile(r"(?P<sign>[+\-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?", re.ASCII)
_SPACES = "\u00a0\u202f\u2009 '’"


def parse_decimal(text: str, marks: NumberFormat = POINT, *, decimals: int = DECIMALS, what: str = "number") -> Decimal:
    """The number that the whole of `text` is, or NotANumber with a sentence.

    Groups must be of three digits, or as the marks have them; spaces and apostrophes group as well. Exponents,
    underscores, NaN, Infinity, digits that are not ASCII, more than `decimals` decimals and anything of 10**15 or more
    are refused. A minus may be the typographic one.
    """
    shown = text.strip()
    example = f"12{marks.decimal}50" if decimals else "12"
    if not shown:
        raise NotANumber(f"There is no {what} here. Write one such as {example}.")
    plain = _ungrouped(shown.replace("\u2212", "-"), marks)
    match = _PLAIN.fullmatch(plain) if plain is not None else None
    if match is None or not (match["whole"] or match["part"]):
        raise NotANumber(f"“{_short(shown)}” is not {_a(what)}. Write it like {example}.")
    part = (match["part"] or "").rstrip("0")
    if len(part) > decimals:
        most = f"at most {decimals} decimals" if decimals else "no decimals"
        raise NotANumber(f"“{_short(shown)}” has too many decimals. A{_a(what)[1:]} here has {most}.")
    if len(match["whole"].lstrip("0")) > 15:
        raise NotANumber(
            f"“{_short(shown)}” is too large. A{_a(what)[1:]} here has at most 15 digits before the decimals."
        )
    number = Decimal(f"{match['sign']}{match['whole'] or '0'}.{part or '0'}")
    return Decimal(canonical(number))


def _a(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


def _ungrouped(text: str, marks: NumberFormat) -> str | None:
    """`text` with a point for the decimal mark and no groups; None when its groups are not as they are written."""
    whole, mark, part = text.partition(marks.decimal)
    if any(c in part for c in _SPACES + marks.group):
        return None
    for group in (*_SPACES, *marks.group):
        if group in whole:
            groups = whole.lstrip("+-").split(group)
            if not any(_are_groups(groups, size) for size in (3, marks.higher)):
                return None
            whole = whole.replace(group, "")
            break
    return whole + ("." + part if mark else "")


def _are_groups(groups: list[str], size: int) -> bool:
    first, *between, last = groups
    return 1 <= len(first) <= size and all(len(each) == size for each in between) and len(last) == 3


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def parse_money(text: str, code: str, marks: NumberFormat = POINT) -> int:
    """The amount of money that `text` is, in minor units of the currency; NotANumber with a sentence otherwise."""
    amount = parse_decimal(text, marks, decimals=digits(code), what=f"amount in {code}")
    minor = to_minor(amount, code)
    if abs(minor) > LARGEST_MINOR:
        raise NotANumber(f"“{_short(text.strip())}” is too large: WealthDesk keeps amounts up to 10 million million.")
    return minor


def parse_percent(text: str, marks: NumberFormat = POINT) -> int:
    """The share that `text` is ("12.5", "12.5 %"), in basis points; at most two decimals."""
    number = parse_decimal(text.strip().removesuffix("%"), marks, decimals=2, what="percentage")
    return int(number.scaleb(2))


def check_decimals(number: Decimal, what: str) -> None:
    """Raises BadInput when a quantity, price or rate has more decimals than are kept."""
    if -int(number.normalize(_EXACT).as_tuple().exponent) > DECIMALS:
        raise BadInput(f"This {what} has more than {DECIMALS} decimals. Round it.")


def quantity_for(minor: int, code: str, price: Decimal, rate: Decimal, divisor: Decimal, decimals: int) -> Decimal:
    """How much an amount of money buys at a price in another currency, 1 of which is rate ÷ divisor; rounded down."""
    cost = Fraction(price) * Fraction(rate)
    units = Fraction(minor * 10**decimals, 10 ** digits(code)) * Fraction(divisor) / cost
    return Decimal(units.numerator // units.denominator).scaleb(-decimals, _EXACT)


def exact_sum(a: Decimal, b: Decimal) -> Decimal:
    """a + b without rounding."""
    return _EXACT.add(a, b)


def exact_product(a: Decimal, b: Decimal) -> Decimal:
    """a × b without rounding (for the sizes of number kept here)."""
    return _EXACT.multiply(a, b)


def quotient(a: Decimal, b: Decimal) -> Decimal:
    """a ÷ b with 150 digits."""
    return _EXACT.divide(a, b)
