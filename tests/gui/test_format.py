"""The formatter of the screen: exact, half up, with the signs of the screen."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QDate, QLocale

from wealthdesk.domain.money import LARGEST_MINOR, NumberFormat, parse_decimal, parse_money
from wealthdesk.errors import NotANumber
from wealthdesk.gui import format as text


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    _use(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    _use(before)


def _use(locale: QLocale) -> None:
    QLocale.setDefault(locale)
    text.forget_locale()


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (32_128_474, "USD", "$321,284.74"),
        (-4_888, "USD", "−$48.88"),
        (0, "EUR", "€0.00"),
        (5, "USD", "$0.05"),
        (1_500, "JPY", "¥1,500"),
        (1_234_567, "KWD", "KWD\u00a01,234.567"),
        (100, "CHF", "CHF\u00a01.00"),
        (10**15 + 1, "USD", "$10,000,000,000,000.01"),
    ],
)
def test_money(minor: int, currency: str, shown: str) -> None:
    assert text.money(minor, currency) == shown


def test_money_short_rounds_half_up() -> None:
    assert text.money_short(1_871_050, "USD") == "$18,711"
    assert text.money_short(-1_871_049, "USD") == "−$18,710"
    assert text.money_short(-1_871_050, "USD") == "−$18,711"
    assert text.money(50_000, "USD", plus=True) == "+$500.00"
    assert text.money(0, "USD", plus=True) == "$0.00"


@pytest.mark.parametrize(
    ("bps", "decimals", "shown"),
    [
        (6523, 1, "65.2%"),
        (6525, 1, "65.3%"),
        (6523, 2, "65.23%"),
        (10_000, 0, "100%"),
        (375, None, "3.75%"),
        (5500, None, "55%"),
        (5550, None, "55.5%"),
        (0, 1, "0.0%"),
        (-5, 1, "−0.1%"),
    ],
)
def test_percent(bps: int, decimals: int | None, shown: str) -> None:
    assert text.percent(bps, decimals) == shown


def test_percent_range_has_the_same_decimals_on_both_sides() -> None:
    assert text.percent_range(5500, 6500) == "55–65%"
    assert text.percent_range(375, 625) == "3.75–6.25%"
    assert text.percent_range(375, 600) == "3.75–6.00%"


@pytest.mark.parametrize(
    ("bps", "shown"), [(523, "+5.2 pp"), (-578, "−5.8 pp"), (0, "±0.0 pp"), (4, "±0.0 pp"), (-5, "−0.1 pp")]
)
def test_points(bps: int, shown: str) -> None:
    assert text.points(bps) == shown


def test_points_without_unit_and_sign() -> None:
    assert text.points(520, unit=False) == "+5.2"
    assert text.points(523, 2) == "+5.23 pp"
    assert text.points_plain(-578) == "5.8 pp"


def test_numbers_prices_and_dates() -> None:
    assert text.quantity(Decimal("1250.50")) == "1,250.5"
    assert text.quantity(Decimal("0.000000000001")) == "0.000000000001"
    assert text.price(Decimal("49.18"), "USD") == "$49.18"
    assert text.price(Decimal("49"), "USD") == "$49.00"
    assert text.price(Decimal("0.0425"), "USD") == "$0.0425"
    assert text.day(date(2026, 11, 3)) == "Nov 3, 2026"
    assert text.moment(datetime(2026, 6, 18, 20, 7)) == "Jun 18, 2026, 8:07\u00a0PM"  # noqa: DTZ001
    assert text.count(1, "holding") == "1 holding"
    assert text.count(1212, "holding") == "1,212 holdings"
    assert text.count(2, "class", "classes") == "2 classes"


def test_the_locale_decides_the_marks_and_what_is_shown_can_be_typed() -> None:
    for language in (QLocale.Language.German, QLocale.Language.French, QLocale.Language.English):
        _use(QLocale(language))
        shown = text.amount(123_456_789, "EUR")
        assert parse_money(shown, "EUR", text.marks()) == 123_456_789
    _use(QLocale(QLocale.Language.German))
    assert text.marks() == NumberFormat(",", ".")
    assert text.money(32_128_474, "EUR") == "321.284,74\u00a0€"


_LOCALES = "en_US en_GB en_IN hi_IN de_DE de_CH fr_FR it_IT pt_BR pl_PL sv_SE ja_JP".split()


@pytest.mark.parametrize("name", _LOCALES)
@given(
    minor=st.integers(1 - LARGEST_MINOR, LARGEST_MINOR - 1),
    currency=st.sampled_from(["USD", "INR", "JPY", "KWD"]),
    quantity=st.decimals(0, 10**12, places=6),
)
@settings(max_examples=50, deadline=None)
def test_what_a_locale_shows_is_read_back_exactly(name: str, minor: int, currency: str, quantity: Decimal) -> None:
    _use(QLocale(name))
    assert parse_money(text.amount(minor, currency), currency, text.marks()) == minor
    assert parse_decimal(text.quantity(quantity), text.marks()) == quantity
    for shown in (text.money(minor, currency), text.money(minor, currency, plus=True), text.amount(minor, currency)):
        assert text.read_money(shown, currency) == minor


@pytest.mark.parametrize("name", _LOCALES)
@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
@settings(max_examples=50, deadline=None)
def test_days_that_a_locale_shows_are_read_back_exactly(name: str, day: date) -> None:
    _use(QLocale(name))
    locale, meant = QLocale(), QDate(day.year, day.month, day.day)
    assert locale.toDate(text.day(day), text.day_pattern()) == meant
    assert text.read_day(text.typed_day(day)) == text.read_day(day.isoformat()) == day
    assert str(day.year) not in text.short_day(day, day) and text.short_day(day, date(2200, 1, 1)) == text.day(day)


@pytest.mark.parametrize(
    ("name", "above", "below", "day", "short", "typed"),
    [
        ("C", "€1,234.50", "−€1,234.50", "20 Nov 2026", "20 Nov", "yyyy-MM-dd"),
        ("en_US", "€1,234.50", "−€1,234.50", "Nov 20, 2026", "Nov 20", "M/d/yyyy"),
        ("en_GB", "€1,234.50", "−€1,234.50", "20 Nov 2026", "20 Nov", "dd/MM/yyyy"),
        ("de_DE", "1.234,50 €", "−1.234,50 €", "20. Nov. 2026", "20. Nov.", "dd.MM.yyyy"),
        ("de_CH", "€ 1'234.50", "€−1'234.50", "20. Nov. 2026", "20. Nov.", "dd.MM.yyyy"),
        ("pt_BR", "€ 1.234,50", "€ −1.234,50", "20 de nov. de 2026", "20 de nov.", "dd/MM/yyyy"),
        ("sv_SE", "1 234,50 €", "−1 234,50 €", "20 nov. 2026", "20 nov.", "yyyy-MM-dd"),
        ("ja_JP", "€1,234.50", "−€1,234.50", "2026年11月20日", "11月20日", "yyyy/MM/dd"),
        ("hu_HU", "1 234,50 €", "−1 234,50 €", "2026. nov. 20.", "nov. 20.", "yyyy. MM. dd."),
    ],
)
def test_signs_stand_and_days_are_written_as_the_locale_does(
    name: str, above: str, below: str, day: str, short: str, typed: str
) -> None:
    _use(QLocale(name))
    assert text.money(123_450, "EUR").replace("\u00a0", " ") == above
    assert text.money(-123_450, "EUR").replace("\u00a0", " ") == below
    assert text.money(123_450, "EUR", plus=True) == text.money(-123_450, "EUR").replace("−", "+")
    assert text.day(date(2026, 11, 20)) == day
    assert text.short_day(date(2026, 11, 20), date(2026, 1, 1)) == short
    assert text.typed_day_pattern() == typed


@pytest.mark.parametrize("name", _LOCALES)
@given(whole=st.integers(0, 2**63 - 1))
@settings(max_examples=50, deadline=None)
def test_groups_are_those_of_the_locale(name: str, whole: int) -> None:
    locale = QLocale(name)
    _use(locale)
    # A number that some locales write without groups is grouped here all the same.
    if whole >= 10_000:
        assert text.number(Decimal(whole)) == locale.toString(whole)


@pytest.mark.parametrize(
    "typed", ["$1,234.50", "1,234.50 $", "USD 1,234.50", "1234.5usd", "+ $ 1234.50", " $1,234.50 USD "]
)
def test_the_sign_of_a_currency_may_be_typed(typed: str) -> None:
    assert text.read_money(typed, "USD") == 123_450


@pytest.mark.parametrize("typed", ["€5", "$", "USD", "$$5", "5$5", "-$-5", "EUR 5", "$ 1,23", ""])
def test_what_is_no_amount_of_that_currency_is_refused(typed: str) -> None:
    with pytest.raises(NotANumber):
        text.read_money(typed, "USD")


def test_groups_of_india() -> None:
    _use(QLocale("en_IN"))
    assert text.money(1_234_567_890, "INR") == "₹1,23,45,678.90"
    assert text.money(-10_000_000, "INR") == "−₹1,00,000.00"
    assert text.money(99_900, "INR") == "₹999.00"
    assert parse_money("1,23,456", "INR", text.marks()) == 12_345_600
    assert parse_money("123,456", "INR", text.marks()) == 12_345_600
    for wrong in ("1,2,345", "12,34,56", "123,45,678", "1,234,56,789"):
        with pytest.raises(NotANumber):
            parse_money(wrong, "INR", text.marks())
    with pytest.raises(NotANumber):
        parse_money("1,23,456", "INR")


def test_days_below_an_axis_of_time_are_days_months_quarters_or_years() -> None:
    def said(first: date, last: date) -> str:
        return ", ".join(words for _, words in text.days_marked(first, last))

    assert said(date(2025, 6, 12), date(2026, 11, 28)) == "Jul 2025, Oct, Jan 2026, Apr, Jul, Oct"
    assert said(date(2026, 9, 5), date(2026, 12, 1)) == "Oct 2026, Nov, Dec"
    assert said(date(2017, 3, 1), date(2026, 11, 28)) == "2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026"
    days = [on for on, _ in text.days_marked(date(2026, 11, 20), date(2026, 11, 28))]
    assert days == [date(2026, 11, day) for day in range(20, 29)]


def test_plain_text_for_files() -> None:
    assert text.plain(text.points(-578)) == "-5.8 pp"
    assert text.plain(text.money(100, "CHF")) == "CHF 1.00"
