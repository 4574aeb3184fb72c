"""The one formatter of the screen: money, shares, points, quantities, prices and dates as the user's locale has them.

Everything is rounded half up, from integers or decimals; nothing passes through a float. The minus is U+2212.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from PySide6.QtCore import QDate, QLocale, QTime

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.money import NumberFormat, canonical, digits, parse_money, ratio

MINUS: Final = "\u2212"
ARROW: Final = "\u2192"
TIMES: Final = "\u00d7"
RANGE: Final = "\u2013"
NO_BREAK: Final = "\u00a0"
NOTHING: Final = "\u2013"
"""What stands where there is no value."""

HIDDEN: Final = "\u2022\u2022\u2022"
"""What stands for an amount while amounts are hidden."""

_is_hidden = False
_SYMBOLS: Final = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "ILS": "₪",
    "PHP": "₱",
    "VND": "₫",
    "UAH": "₴",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "SGD": "S$",
    "MXN": "MX$",
    "BRL": "R$",
    "TWD": "NT$",
    "CNY": "CN¥",
}
_WEEKDAY: Final = re.compile(r"[,،\s]*dddd[,،\s]*")
_YEAR: Final = re.compile(r"(\s*'[^']*')?[,،\s]*yyyy[.年년]?(\s*'[^']*'\.?)?[,،\s]*")
"""The year in a pattern of Qt, with the word and the comma that belong to it: "d 'de' MMMM 'de' yyyy"."""

WHOLE_PORTFOLIO: Final = "Whole portfolio"
"""What all accounts together are called in the window; files and commands say All Portfolio."""


MY_TARGETS: Final = "My targets"
"""What targets are called until another name is given to them."""


@cache  # the locale of a program is set once, at its start
def marks() -> NumberFormat:
    """How the user's locale writes numbers, for showing and for reading what is typed."""
    locale = QLocale()
    # An example tells how large its groups are: Qt does not.
    written = locale.toString(1_000_000_000).split(locale.groupSeparator())
    return NumberFormat(locale.decimalPoint(), locale.groupSeparator(), len(written[-2]) if len(written) > 1 else 3)


@cache
def _places() -> tuple[str, str]:
    """How the locale writes an amount above and below zero, with "S" for the sign of its currency and "1" for it."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return "S1", f"{MINUS}S1"
    above = locale.toCurrencyString(1, "S").replace(locale.toString(1), "1")
    below = locale.toCurrencyString(-1, "S").replace(locale.toString(1), "1").replace(locale.negativeSign(), MINUS)
    # Where accountants write brackets, a minus before it all is as clear; it is what every other number here has.
    return above, below if MINUS in below else f"{MINUS}{above}"


@cache
def day_pattern(*, with_year: bool = True, whole_months: bool = False) -> str:
    """How the locale writes a day, as a pattern of Qt: "MMM d, yyyy", "d. MMM yyyy", "yyyy年M月d日"."""
    pattern = _WEEKDAY.sub("", QLocale().dateFormat(QLocale.FormatType.LongFormat))
    if not with_year:
        pattern = _YEAR.sub("", pattern)
    return pattern if whole_months else pattern.replace("MMMM", "MMM")


@cache
def typed_day_pattern() -> str:
    """The same for a day that is typed, in figures and with the whole year: "dd.MM.yyyy"; else year-month-day."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return "yyyy-MM-dd"
    return re.sub(r"(?<!y)yy(?!y)", "yyyy", locale.dateFormat(QLocale.FormatType.ShortFormat))


def forget_locale() -> None:
    """Ask the locale again how it writes: another one was set."""
    for each in (marks, _places, day_pattern, typed_day_pattern):
        each.cache_clear()


def hide_amounts(hidden: bool) -> None:
    """Write amounts of money and quantities as dots from now on, or as they are; shares and prices stay."""
    global _is_hidden
    _is_hidden = hidden


def are_amounts_hidden() -> bool:
    """Whether amounts are written as dots."""
    return _is_hidden


def symbol(currency: str) -> str:
    """The sign of a common currency, or its code: "$", "CHF"."""
    return _SYMBOLS.get(currency, currency)


def money(minor: int, currency: str, *, plus: bool = False) -> str:
    """An amount with its currency: "$321,284.74", "−$48.88", "CHF 12.00". plus: "+$500.00" for what is above 0."""
    return HIDDEN if _is_hidden else _amount(minor, 10 ** digits(currency), currency, digits(currency), plus)


def money_short(minor: int, currency: str, *, plus: bool = False) -> str:
    """An amount without decimals: "$18,710"."""
    return HIDDEN if _is_hidden else _amount(minor, 10 ** digits(currency), currency, 0, plus)


def money_brief(minor: int, currency: str, *, plus: bool = False) -> str:
    """An amount without decimals that say nothing: "$4,500,000", "$1,250.50"."""
    is_whole = minor % 10 ** digits(currency) == 0
    return money_short(minor, currency, plus=plus) if is_whole else money(minor, currency, plus=plus)


def amount(minor: int, currency: str) -> str:
    """An amount without its currency, as it stands in a field: "20,000.00"."""
    return number(Decimal(minor).scaleb(-digits(currency)), decimals=digits(currency))


def read_money(typed: str, currency: str) -> int:
    """What is typed, in minor units, with the currency's sign or code as it is shown or without; else NotANumber."""
    bare = typed.strip()
    for sign in (symbol(currency), currency):
        for place in (rf"([-+{MINUS}]?)\s*{re.escape(sign)}\s*(.+)", rf"(.+?)\s*{re.escape(sign)}"):
            if found := re.fullmatch(place, bare, re.IGNORECASE):
                bare = "".join(found.groups())
    return parse_money(bare, currency, marks())


def percent(bps: int, decimals: int | None = 1) -> str:
    """A share: 6523 → "65.2%". decimals 0–2; None = as many as it needs."""
    places = _needed(bps) if decimals is None else decimals
    return f"{_signed(_rounded(bps, 100, places), places)}%"


def percent_range(low_bps: int, high_bps: int) -> str:
    """A range of shares: "55–65%", "3.75–6.25%"."""
    places = max(_needed(low_bps), _needed(high_bps))
    low, high = (_signed(_rounded(bps, 100, places), places) for bps in (low_bps, high_bps))
    return f"{low}{RANGE}{high}%"


def points(bps: int, decimals: int = 1, *, unit: bool = True) -> str:
    """A difference of shares in percentage points: "+5.2 pp", "−5.8 pp", "±0.0 pp". unit=False leaves out the "pp"."""
    units = _rounded(bps, 100, decimals)
    sign = "±" if units == 0 else "+" if units > 0 else MINUS
    return f"{sign}{_signed(abs(units), decimals)}{' pp' if unit else ''}"


def points_plain(bps: int, decimals: int | None = 1) -> str:
    """A number of percentage points without a sign: "5.8 pp". None = as many decimals as it needs: "1.25 pp"."""
    places = _needed(bps) if decimals is None else decimals
    return f"{_signed(_rounded(abs(bps), 100, places), places)} pp"


def number(value: Decimal, *, decimals: int | None = None) -> str:
    """A number with group and decimal marks. decimals: exactly so many; None = as many as it has."""
    if decimals is None:
        text = canonical(value)
        decimals = len(text.partition(".")[2])
    return _signed(_rounded(*value.as_integer_ratio(), decimals), decimals)


def quantity(value: Decimal) -> str:
    """A quantity, exactly as kept: "1,250.5"."""
    return HIDDEN if _is_hidden else number(value)


def held(value: Decimal, asset: Asset) -> str:
    """How much of an asset: cash with the decimals of its currency, as money is written everywhere."""
    return plain_price(value, asset.currency) if asset.is_cash and not _is_hidden else quantity(value)


def price(value: Decimal, currency: str) -> str:
    """A price with its currency, with at least the currency's decimals and all that it has: "$49.18", "$0.0425"."""
    places = max(digits(currency), len(canonical(value).partition(".")[2]))
    return _amount(*value.as_integer_ratio(), currency, places, False)


def plain_price(value: Decimal, currency: str) -> str:
    """A price without its currency."""
    return number(value, decimals=max(digits(currency), len(canonical(value).partition(".")[2])))


def day(value: date) -> str:
    """A date: "20 Nov 2026", "Nov 20, 2026"."""
    return _written(value, day_pattern())


def short_day(value: date, today: date) -> str:
    """A date without its year where that is this year: "20 Nov"."""
    return _written(value, day_pattern(with_year=value.year != today.year))


def days_marked(first: date, last: date) -> list[tuple[date, str]]:
    """The days written below an axis of time: years, quarters, months or weeks, so that some ten fit at most."""
    span = max((last - first).days, 1)
    if span <= 62:
        days = (first + timedelta(days=each) for each in range(span, -1, -max(span // 6, 1)))
        return [(on, short_day(on, last)) for on in days][::-1]
    months = next((each for each in (1, 3, 6, 12, 24, 60, 120) if span / (each * 30) <= 12), 1200)
    found: list[tuple[date, str]] = []
    year, month = first.year, 1
    while (on := date(year, month, 1)) <= last:
        if on >= first:
            named = QLocale().standaloneMonthName(month, QLocale.FormatType.ShortFormat)
            is_first = not found or month == 1
            found.append((on, str(year) if months >= 12 else f"{named} {year}" if is_first else named))
        month += months
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return found


def typed_day(value: date) -> str:
    """A date as it is typed, in figures: "11/20/2026", "20.11.2026"."""
    return _written(value, typed_day_pattern())


def read_day(typed: str) -> date | None:
    """The date that is typed, as the locale writes it or as year-month-day; None where it is none."""
    for pattern in (typed_day_pattern(), "yyyy-MM-dd"):
        read = QLocale().toDate(typed.strip(), pattern)
        if read.isValid():
            return date(read.year(), read.month(), read.day())
    return None


def clock(value: datetime) -> str:
    """A time of day: "20:47", "8:47 PM"."""
    written = QLocale().toString(QTime(value.hour, value.minute), QLocale.FormatType.ShortFormat)
    return written.replace("\u202f", NO_BREAK)


def moment(value: datetime) -> str:
    """A date and time: "18 Jun 2026, 20:47"."""
    return f"{day(value)}, {clock(value)}"


def count(number_of: int, one: str, many: str = "") -> str:
    """A number of things: "1 holding", "1,212 holdings"."""
    return f"{_signed(number_of, 0)} {one if number_of == 1 else many or one + 's'}"


def scope(name: str) -> str:
    """The name of a scope as it is shown."""
    return WHOLE_PORTFOLIO if name == ALL_PORTFOLIO_NAME else name


def targets_name(name: str) -> str:
    """The name of a strategy as it is shown: that of a new file is called as all accounts together are."""
    return MY_TARGETS if name == ALL_PORTFOLIO_NAME else name


def step(name: str) -> str:
    """What a change is called as it is shown, with the name of a strategy in it."""
    return name.replace(f"“{ALL_PORTFOLIO_NAME}”", f"“{MY_TARGETS}”")


def plain(text: str) -> str:
    """Text from the screen for a file or another program: the minus of a keyboard, ordinary spaces."""
    return text.replace(MINUS, "-").replace(NO_BREAK, " ")


def _written(value: date, pattern: str) -> str:
    return QLocale().toString(QDate(value.year, value.month, value.day), pattern)


def _amount(top: int, bottom: int, currency: str, decimals: int, plus: bool) -> str:
    """top ÷ bottom of a currency."""
    units = _rounded(top, bottom, decimals)
    above, below = _places()
    place = below if units < 0 else below.replace(MINUS, "+") if plus and units > 0 else above
    sign = symbol(currency)
    if "S1" in place and sign[-1].isalpha():
        sign += NO_BREAK
    before, _, after = place.partition("1")
    return f"{before}{_signed(abs(units), decimals)}{after}".replace("S", sign, 1)


def _rounded(top: int, bottom: int, decimals: int) -> int:
    """top ÷ bottom in units of the last decimal, a half away from zero."""
    return ratio(top * 10**decimals, bottom)


def _signed(units: int, decimals: int) -> str:
    whole, part = divmod(abs(units), 10**decimals)
    text = _grouped(whole)
    if decimals:
        text += f"{marks().decimal}{part:0{decimals}}"
    return f"{MINUS}{text}" if units < 0 else text


def _grouped(whole: int) -> str:
    size = marks().higher
    if size == 3:
        return f"{whole:,}".replace(",", marks().group)
    above, last = divmod(whole, 1000)
    if not above:
        return str(last)
    text = str(above)
    first = len(text) % size or size
    groups = [text[:first], *(text[at : at + size] for at in range(first, len(text), size))]
    return marks().group.join([*groups, f"{last:03}"])


def _needed(bps: int) -> int:
    return 0 if bps % 100 == 0 else 1 if bps % 10 == 0 else 2


def came_back(edits: int, kept_at: datetime, now: datetime) -> str:
    """That edits of another time are here again: "3 changes from yesterday, not committed"."""
    then, today = kept_at.astimezone(), now.astimezone().date()
    if then.date() == today:
        when = f"today, {clock(then)}"
    else:
        when = "yesterday" if then.date() == today - timedelta(days=1) else day(then.date())
    return f"{count(edits, 'change')} from {when}, not committed"


_LONG_NAME: Final = re.compile(r"[^\s/\\]{30,}")
_PART_OF_NAME: Final = re.compile(r"[._-]|[^._-]{20}")


def breakable(words: str) -> str:
    """The words with places to break, of no width: after each folder of a path, and in long names.

    There it is after dots, and after so many letters without one.
    """
    words = _LONG_NAME.sub(lambda found: _PART_OF_NAME.sub("\\g<0>\u200b", found[0]), words)
    return words.replace("/", "/\u200b").replace("\\", "\\\u200b")
