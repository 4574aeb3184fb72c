"""One cell at a time: numbers as brokers dress them, dates as they write them, currencies, texts."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from wealthdesk.domain.money import (
    CURRENCIES,
    DECIMALS,
    LARGEST_NUMBER,
    NumberFormat,
    parse_decimal,
    rounded,
    unit,
)
from wealthdesk.errors import NotANumber, WealthDeskError
from wealthdesk.importers.draft import DateOrder


class CellRefused(Exception):
    """A cell that cannot be read: what is wrong with it, and how to mend it."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix

    @staticmethod
    def split(refusal: WealthDeskError) -> tuple[str, str]:
        """The sentences of a refusal: the first says what is wrong, the others how to mend it."""
        what, _, fix = str(refusal).partition(". ")
        return what.rstrip(".") + ".", fix


_MISSING: Final = frozenset(
    (
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "\u2212",
        "n/a",
        "na",
        "n.a.",
        "#n/a",
        "n/v",
        "k.a.",
        "k. a.",
        "null",
        "none",
        "nil",
    )
)
_NO_TEXT: Final = frozenset(("-", "--", "---", "–", "—", "\u2212", "n/a", "#n/a"))
_LONGEST_NUMBER: Final = 60
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,12})?", re.ASCII)
_SIGN = r"(?:[A-Z]{1,2}\$|[$€£¥₹₩₿₺₪₱₽₫]|Rs\.?|[A-Za-z]{3}|Fr\.?|kr\.?|zł|Kč|Ft|RM|Rp\.?|R|p)"
_GOODS = re.compile(
    r"(?<=[0-9.])\s*(?:stk\.?|stück|stueck|st\.|shares?|units?|pcs\.?|pieces?|ks|szt\.?|aandelen|parts?|titres?|acciones|azioni|"
    r"andelar|aktier|sh)\s*$",
    re.IGNORECASE,
)
_COIN = re.compile(r"(?<=[0-9])\s+(?!MIO|MRD|MLN|MM|BN)(?P<code>[A-Z][A-Z0-9]{2,9})$", re.ASCII)
"""What something is counted in that is no currency: “0.5 BTC”."""
_EXPONENT = re.compile(r"(?P<number>[+-]?[0-9]{1,15}(?:[.,][0-9]{1,20})?)[eE](?P<exponent>[+-]?[0-9]{1,2})", re.ASCII)
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]+)?", re.ASCII)
_MANY_DECIMALS = re.compile(r"(?P<kept>[0-9.,'’\s]*[.,][0-9]{12})(?P<more>[0-9]{1,30})", re.ASCII)
_DRESSED = re.compile(
    rf"(?P<open>\()?\s*(?P<first>[+\-−])?\s*(?P<before>{_SIGN})?\s*(?P<second>[+\-−])?\s*"
    rf"(?P<number>[0-9.,'’\s\u00a0\u202f\u2009]*[0-9]\.?)\s*(?P<after>{_SIGN})?\s*(?P<close>\))?(?P<last>[-−])?",
    re.ASCII,
)
SIGNS: Final = {
    "€": "EUR", "£": "GBP", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "HK$": "HKD",
    "S$": "SGD", "NZ$": "NZD", "R$": "BRL", "₹": "INR", "₩": "KRW", "zł": "PLN", "Fr": "CHF", "Fr.": "CHF",
    "Rs": "INR", "Rs.": "INR", "R": "ZAR", "₺": "TRY", "₪": "ILS", "₱": "PHP", "₽": "RUB", "₫": "VND", "Kč": "CZK",
    "Ft": "HUF", "RM": "MYR", "Rp": "IDR", "Rp.": "IDR", "人民币": "CNY", "港币": "HKD", "美元": "USD",
}  # fmt: skip
"""Signs that tell one currency; $ and ¥ are several currencies' sign."""

_NAMED: Final = {
    name: code
    for code, names in {
        "USD": "us dollar|us dollars|u.s. dollar|us-dollar|united states dollar|dollar américain|dollaro",
        "EUR": "euro|euros", "GBP": "british pound|pound sterling|pounds sterling|sterling|pounds", "GBX": "pence",
        "CHF": "swiss franc|schweizer franken|franken|franc suisse", "CAD": "canadian dollar|dollar canadien",
        "AUD": "australian dollar", "JPY": "japanese yen|yen|日本円", "SEK": "swedish krona|svenska kronor",
        "NOK": "norwegian krone|norske kroner", "DKK": "danish krone|danske kroner", "PLN": "polish zloty|złoty",
        "INR": "indian rupee|rupees", "HKD": "hong kong dollar", "SGD": "singapore dollar", "CNY": "人民币元|yuan",
        "NZD": "new zealand dollar", "KRW": "원", "ZAR": "south african rand|rand", "BRL": "real|reais",
    }.items()
    for name in names.split("|")
}  # fmt: skip

_MONTH_NAMES: Final = (
    "jan januar january janvier januari enero gennaio ene gen",
    "feb februar february fevrier februari febrero febbraio fev",
    "mar marz maerz march mars maart marzo mrz mrt",
    "apr april avril abril aprile avr abr",
    "may mai mei mayo maggio mag",
    "jun juni june juin junio giugno giu",
    "jul juli july juillet julio luglio lug",
    "aug august aout augustus agosto ago",
    "sep sept september septembre septiembre settembre set",
    "oct okt october oktober octobre octubre ottobre ott",
    "nov november novembre noviembre",
    "dec dez december dezember decembre diciembre dicembre dic",
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?|(\d{4})(\d\d)(\d\d)", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?:,? .*)?", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[-/ ]+(\d{1,2})(?:st|nd|rd|th)?,?[-/ ]+(\d{4}|\d\d)(?:\W.*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\.?[-/ ]*([a-z]+)\.?[-/ ,]+(\d{4}|\d\d)(?:\W.*)?", re.ASCII)
_ACCENTS: Final = str.maketrans("äéûôíü", "aeuoiu")


def is_missing(cell: str) -> bool:
    """Whether the cell says that there is nothing: empty, --, n/a …"""
    return not cell or (len(cell) <= 5 and cell.lower() in _MISSING)


def is_no_text(cell: str) -> bool:
    """Whether a text says that there is none. “NA” and “NIL” are symbols and names of something."""
    return not cell or (len(cell) <= 4 and cell.casefold() in _NO_TEXT)


def number_reader(marks: NumberFormat) -> Callable[[str, str], tuple[Decimal | None, str | None]]:
    """`read_number` for these marks, quick with numbers that have nothing around them."""
    point, group = marks.decimal, marks.group
    part = rf"(?:{re.escape(point)}[0-9]{{1,12}})?"
    grouped = rf"|-?[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}}){{1,4}}{part}" if group else ""
    matches = re.compile(rf"-?[0-9]{{1,15}}{part}{grouped}", re.ASCII).fullmatch

    def read(cell: str, what: str) -> tuple[Decimal | None, str | None]:
        if matches(cell) is None:
            return read_number(cell, marks, what)
        text = cell.replace(group, "") if group in cell else cell
        if point in text:
            text = text.replace(point, ".")
            text = text.rstrip("0").rstrip(".") if text[-1] == "0" else text
        return (-Decimal(text[1:]) if text[0] == "-" else Decimal(text)), None

    return read


def read_number(cell: str, marks: NumberFormat, what: str) -> tuple[Decimal | None, str | None]:
    """The number of a cell (None when missing) and the currency or sign beside it; CellRefused otherwise.

    Signs, currency codes, groups and brackets for negative numbers are taken off: “($1,204.50)” → −1204.50 and “$”.
    Files write more than people type: 1,00,000 in India, 1.5e-05, 12 Stk, 18 decimals (rounded half to even to 12).
    """
    if marks.decimal == "." and _PLAIN.fullmatch(cell):
        return Decimal(cell.rstrip("0").rstrip(".") if "." in cell else cell), None
    if is_missing(cell):
        return None, None
    if match := _EXPONENT.fullmatch(cell):
        return _scientific(match["number"].replace(",", "."), int(match["exponent"]), cell, what), None
    if what == "quantity":
        cell = _GOODS.sub("", cell)
        coin = _COIN.search(cell)
        cell = cell[: coin.start()] if coin and coin["code"] not in CURRENCIES else cell
    match = _DRESSED.fullmatch(cell) if len(cell) <= _LONGEST_NUMBER else None
    if match is None or (match["open"] is None) != (match["close"] is None):
        raise CellRefused(f"“{short(cell)}” is not a {what}.", f"Write a number such as 12{marks.decimal}5.")
    number = _undressed(match["number"].strip(), marks, what)
    minus = match["open"] or any(match[sign] in ("-", "−") for sign in ("first", "second", "last"))
    return (-number if minus else number), _sign(match["before"] or match["after"], cell, what)


def _scientific(number: str, exponent: int, cell: str, what: str) -> Decimal:
    value = Decimal(number).scaleb(exponent)
    if abs(value) >= LARGEST_NUMBER:
        raise CellRefused(f"“{short(cell)}” is too large.", "Correct it.")
    return rounded(value)


def is_rounded(cell: str) -> bool:
    """Whether a cell has more decimals than are kept."""
    found = _MANY_DECIMALS.fullmatch(cell.strip("+-")) if len(cell) > DECIMALS else None
    return found is not None and found["more"].strip("0") != ""


def says_nothing(cell: str) -> bool:
    """Whether a number that was read as 0 is 0 in the cell, too, and not too small to be kept."""
    return re.search("[1-9]", re.split("[eE]", cell, maxsplit=1)[0]) is None


def _undressed(text: str, marks: NumberFormat, what: str) -> Decimal:
    if marks.decimal == "." and _INDIAN.fullmatch(text):
        text = text.replace(",", "")
    elif _MANY_DECIMALS.fullmatch(text) and marks.decimal in text:
        whole, _, part = text.rpartition(marks.decimal)
        small = rounded(Decimal(f"0.{part}"))
        return parse_decimal(whole, marks, what=what) + small if whole else small
    try:
        return parse_decimal(text, marks, what=what)
    except NotANumber as refusal:
        other = "," if marks.decimal == "." else "."
        if "too " in str(refusal) or other not in text:
            raise CellRefused(*CellRefused.split(refusal)) from refusal
        name = {",": "comma", ".": "point"}[other]
        fix = f"Write {_example(text, marks)}, or choose {name} for decimals."
        raise CellRefused(f"“{short(text)}” has a {name}.", fix) from refusal


def _example(text: str, marks: NumberFormat) -> str:
    other = "," if marks.decimal == "." else "."
    mended = short(text).replace(other, marks.decimal)
    return mended if mended.count(marks.decimal) == 1 else f"12{marks.decimal}5"


def _sign(sign: str | None, cell: str, what: str) -> str | None:
    if sign == "p":
        return "GBX"
    if sign is None or len(sign) < 3 or not sign.isascii() or not sign.isalpha():
        return sign
    if unit(sign) is not None and sign.upper() not in CURRENCIES:
        return sign
    if sign.upper() not in CURRENCIES:
        raise CellRefused(
            f"“{short(cell)}” is not a {what}.", f"“{sign}” is not a known currency: write the number alone."
        )
    return sign.upper()


def read_currency(cell: str) -> str | None:
    """The code of the currency that a cell names by code or sign (None when missing); CellRefused otherwise."""
    told = read_unit(cell)
    return told[0] if told else None


@lru_cache(maxsize=1024)
def read_unit(cell: str) -> tuple[str, int] | None:
    """The currency of a cell and how many of its unit make one: “GBX” is (GBP, 100); CellRefused for anything else."""
    if is_missing(cell):
        return None
    told = unit(cell) or unit(SIGNS.get(cell, "")) or unit(_NAMED.get(cell.casefold(), ""))
    if told is None:
        raise CellRefused(
            f"“{short(cell)}” is not a known currency.", "Write its three-letter code, such as USD or EUR."
        )
    return told


def read_date(cell: str, order: DateOrder) -> date | None:
    """The day that a cell names (None when missing); CellRefused otherwise."""
    if is_missing(cell):
        return None
    day = _day(cell, order)
    if day is None:
        raise CellRefused(f"“{short(cell)}” is not a date.", "Write it like 2026-11-20.")
    return day


def day_in(cell: str, order: DateOrder) -> date | None:
    """The day that a cell with a day and perhaps a time names; None when it names none."""
    try:
        return read_date(cell.split(",")[0].split(";")[0] if cell[:4].isdigit() else cell, order)
    except CellRefused:
        return None


@lru_cache(maxsize=1024)
def _day(cell: str, order: DateOrder) -> date | None:
    if len(cell) > 60:
        return None
    try:
        return _numeric_day(cell, order) or _named_day(cell.casefold().translate(_ACCENTS))
    except ValueError:
        return None


def _numeric_day(cell: str, order: DateOrder) -> date | None:
    if match := _YEAR_FIRST.fullmatch(cell):
        return date(int(match[1] or match[5]), int(match[3] or match[6]), int(match[4] or match[7]))
    if match := YEAR_LAST.fullmatch(cell):
        first, second = int(match[1]), int(match[3])
        day_first = match[2] == "." or order is DateOrder.DAY_FIRST
        return date(_year(match[4]), *((second, first) if day_first else (first, second)))
    return None


def _named_day(cell: str) -> date | None:
    if (match := _MONTH_FIRST.fullmatch(cell)) and match[1] in _MONTHS:
        return date(_year(match[3]), _MONTHS[match[1]], int(match[2]))
    if (match := _DAY_FIRST.fullmatch(cell)) and match[2] in _MONTHS:
        return date(_year(match[3]), _MONTHS[match[2]], int(match[1]))
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def read_text(cell: str, longest: int = 200) -> str:
    """The text of a cell on one line; CellRefused when it is too long or has characters that cannot be shown."""
    if cell.isprintable():
        text = cell
    else:
        text = " ".join(cell.split())
        if any(_is_control(c) for c in text):
            raise CellRefused("There is a character here that cannot be shown.", "Write the text again without it.")
    if len(text) > longest:
        raise CellRefused(f"“{short(text)}” has {len(text):,} characters.", f"Write at most {longest}.")
    return text


def _is_control(character: str) -> bool:
    code = ord(character)
    return (
        code < 32
        or 127 <= code < 160
        or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufffd\ufffe\uffff"
        or (0xD800 <= code < 0xE000)
    )


def short(text: str) -> str:
    """`text`, cut to what a sentence can bear, with nothing in it that cannot be shown."""
    shown = "".join(c if c.isprintable() else "�" for c in text[:41])
    return shown if len(text) <= 40 else shown[:39] + "…"


def is_number(cell: str) -> bool:
    """Whether the cell looks like a number, whatever its marks."""
    return len(cell) <= _LONGEST_NUMBER and not is_missing(cell) and _DRESSED.fullmatch(cell) is not None
