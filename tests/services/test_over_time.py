"""Value over time: each day is what a valuation of that day comes to; targets, bands and gaps are those of then."""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.drift import Status, compose, measure
from wealthdesk.domain.holdings import FxRate, HeldOn, Holding, Portfolio, Price
from wealthdesk.domain.money import COMMA
from wealthdesk.domain.over_time import Course, DayValue, HappeningKind, Standing
from wealthdesk.domain.plans import AccountCash, Fill, Mode, Plan, Side
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.domain.valuation import Valuation, value
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.over_time import course_csv
from wealthdesk.storage.holdings import load_portfolio
from wealthdesk.storage.prices import price_series

FIRST = date(2025, 1, 1)
WEEK = timedelta(days=7)


@dataclass
class Calendar:
    """A clock that is set by hand."""

    today: date = FIRST
    ticks: int = field(default=0)

    def clock(self) -> Clock:
        return Clock(today=lambda: self.today, now=self.now)

    def now(self) -> datetime:
        self.ticks += 1
        return datetime.combine(self.today, time(12), UTC) + timedelta(milliseconds=self.ticks)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def desk(portfolio_path: Path, calendar: Calendar) -> Iterator[Desk]:
    """An empty portfolio whose day is set by hand."""
    with open_desk(portfolio_path, calendar.clock()) as opened:
        opened.portfolios._database._clock = calendar.now
        yield opened


def fund(desk: Desk, symbol: str, currency: str = "USD", kind: AssetKind = AssetKind.FUND, **classes: int) -> str:
    exposures = tuple(Exposure(key, bps) for key, bps in classes.items())
    return desk.assets.add(Asset("", symbol, symbol, kind, currency, exposures)).id


def account(desk: Desk, name: str = "Broker") -> str:
    return desk.accounts.add(name, AccountKind.TAXABLE, "USD").id


def priced(desk: Desk, asset_id: str, **days: str) -> None:
    """Prices by the days since the first: d0, d3."""
    desk.prices.set([Price(asset_id, FIRST + timedelta(int(day[1:])), Decimal(price)) for day, price in days.items()])


def on(course: Course, place: int) -> DayValue:
    return course.days[place]


# Every day as it would be valued anew


def lived(desk: Desk, calendar: Calendar, chance: random.Random, days: int = 500) -> None:
    """A household that buys, sells, moves between accounts and forgets to type prices, for so many days."""
    accounts = [account(desk, name) for name in ("Broker", "Bank", "Wallet")]
    assets = [
        fund(desk, "STOCK", equity=10_000),
        fund(desk, "MIX", equity=6_000, fixed_income=3_333, crypto=667),
        fund(desk, "EURO", "EUR", fixed_income=10_000),
        fund(desk, "SWISS", "CHF", AssetKind.PRIVATE, real_estate=10_000),
        fund(desk, "NONE", "JPY"),
    ]
    prices, rates = [], []
    for day in range(days):
        calendar.today = FIRST + timedelta(days=day)
        for asset_id in assets:
            if chance.random() < 0.45:
                number = Decimal(chance.randrange(1, 10**9)).scaleb(-chance.randrange(8))
                prices.append(Price(asset_id, calendar.today, number))
        if chance.random() < 0.6:
            pair = chance.choice([("EUR", "USD"), ("USD", "EUR"), ("EUR", "CHF"), ("USD", "JPY"), ("GBP", "SEK")])
            rates.append(FxRate(*pair, calendar.today, Decimal(chance.randrange(1, 10**6)).scaleb(-4)))
        if chance.random() < 0.08:
            change(desk, chance, accounts, assets)
    desk.prices.set(prices)
    desk.rates.set(rates)


def change(desk: Desk, chance: random.Random, accounts: list[str], assets: list[str]) -> None:
    account_id, asset_id = chance.choice(accounts), chance.choice(assets)
    quantity = Decimal(chance.randrange(10**6)).scaleb(-chance.randrange(5))
    held = {(each.account_id, each.asset_id): each for each in desk.holdings.all()}
    known = held.get((account_id, asset_id))
    if known is None:
        desk.holdings.add(account_id, asset_id, quantity)
    elif chance.random() < 0.3:
        desk.holdings.remove([known.id])
    else:
        desk.holdings.change(known.id, quantity)
    desk.holdings.set_cash(account_id, chance.choice(["USD", "EUR", "CHF"]), chance.randrange(10**6))


def portfolio_of(desk: Desk, day: date, history: Sequence[HeldOn]) -> Portfolio:
    """The portfolio as it was at the end of a day, by what the file says of that day alone."""
    with desk.portfolios._database.read() as connection:
        held = {(each.account_id, each.asset_id): each for each in history if each.on <= day}
        holdings = (Holding(f"{each.on}", *key, each.quantity) for key, each in held.items() if each.quantity)
        return replace(load_portfolio(connection, day), holdings=tuple(holdings))


def standing_of(portfolio: Portfolio, valuation: Valuation) -> Standing:
    """How well a day is known, asked of each holding in turn."""
    valued = [each for each in valuation.holdings if not each.asset.is_cash]
    if valuation.unpriced:
        return Standing.NO_PRICE
    if valuation.stale_rates:
        return Standing.OLD_PRICE
    days = [each.price_on for each in valued if each.asset.kind is not AssetKind.PRIVATE and each.price_on]
    if any(portfolio.on - each > WEEK for each in days):
        return Standing.OLD_PRICE
    return Standing.LAST_PRICE if any(each < portfolio.on for each in days) else Standing.PRICED


@pytest.mark.parametrize("base", ["USD", "EUR", "JPY"])
def test_200_random_days_are_what_their_valuation_comes_to(desk: Desk, calendar: Calendar, base: str) -> None:
    chance = random.Random(base)
    lived(desk, calendar, chance)
    desk.settings.set_base_currency(base)
    seen = set()
    courses = {scope: desk.over_time.course(scope) for scope in (None, *(each.id for each in desk.accounts.all()))}
    history = desk.holdings.history()
    for _ in range(200):
        scope = chance.choice(list(courses))
        course = courses[scope]
        day = chance.choice(course.days)
        then = portfolio_of(desk, day.on, history)
        valuation = value(then, scope)
        composition = compose(valuation)
        assert day.total_minor == valuation.total_minor
        assert day.unclassified_minor == sum(composition.unclassified.values())
        parts = [sum(composition.parts.get(each.id, {}).values()) for each in course.classes]
        assert list(day.parts) == parts
        assert day.standing is standing_of(then, valuation)
        seen.add(day.standing)
    assert seen >= {Standing.NO_PRICE, Standing.OLD_PRICE, Standing.LAST_PRICE}
    assert courses[None].days[-1].total_minor == desk.allocations.of(None).valuation.total_minor


@pytest.mark.parametrize("digits", [4, 12])
def test_prices_that_are_read_in_columns_are_those_of_the_table(desk: Desk, calendar: Calendar, digits: int) -> None:
    chance = random.Random(digits)
    asset_id = fund(desk, "STOCK", equity=10_000)
    calendar.today = FIRST + timedelta(days=60)
    told = [Decimal(chance.randrange(1, 10**15)).scaleb(-chance.randrange(digits + 1)) for _ in range(60)]
    days = [FIRST + timedelta(days=place) for place in range(60)]
    desk.prices.set(Price(asset_id, on, price) for on, price in chance.sample(list(zip(days, told, strict=True)), 60))
    with desk.portfolios._database.read() as connection:
        (series,) = price_series(connection, [asset_id]).values()
    assert list(map(date.fromordinal, series.days)) == days
    assert [Decimal(each).scaleb(-series.decimals) for each in series.numbers] == told


def test_the_course_begins_with_the_first_day_on_which_something_was_held(desk: Desk, calendar: Calendar) -> None:
    assert desk.over_time.course(None).days == ()
    stock = fund(desk, "STOCK", equity=10_000)
    calendar.today = FIRST + timedelta(days=3)
    priced(desk, stock, d0="1")
    desk.holdings.add(account(desk), stock, Decimal(5))
    (only,) = desk.over_time.course(None).days
    assert (only.on, only.total_minor, only.standing) == (FIRST + timedelta(days=3), 500, Standing.LAST_PRICE)


# Gaps


def test_seven_days_with_the_last_price_are_drawn_and_the_eighth_is_not(desk: Desk, calendar: Calendar) -> None:
    stock, other = fund(desk, "STOCK", equity=10_000), fund(desk, "OTHER", equity=10_000)
    broker = account(desk)
    desk.holdings.add(broker, stock, Decimal(1))
    desk.holdings.add(broker, other, Decimal(1))
    calendar.today = FIRST + timedelta(days=22)
    priced(desk, stock, d0="2", d20="3")
    priced(desk, other, **{f"d{day}": "1" for day in range(21)})
    course = desk.over_time.course(None)
    assert [each.standing for each in course.days] == [
        Standing.PRICED, *[Standing.LAST_PRICE] * 7, *[Standing.OLD_PRICE] * 12, Standing.PRICED,
        *[Standing.LAST_PRICE] * 2,
    ]  # fmt: skip
    assert course.gaps() == [(FIRST + timedelta(days=8), FIRST + timedelta(days=19))]
    assert course.known_before(20) == 7


def test_what_has_no_market_keeps_its_price_and_sold_things_ask_for_none(desk: Desk, calendar: Calendar) -> None:
    house, stock = fund(desk, "HOUSE", kind=AssetKind.PROPERTY, real_estate=10_000), fund(desk, "STOCK", equity=10_000)
    priced(desk, house, d0="1000")
    priced(desk, stock, d0="2")
    broker = account(desk)
    desk.holdings.add(broker, house, Decimal(1))
    sold = desk.holdings.add(broker, stock, Decimal(1))
    calendar.today = FIRST + timedelta(days=1)
    desk.holdings.remove([sold.id])
    calendar.today = FIRST + timedelta(days=300)
    assert {each.standing for each in desk.over_time.course(None).days} == {Standing.PRICED}


def test_before_the_first_price_of_something_held_nothing_is_known(desk: Desk, calendar: Calendar) -> None:
    stock = fund(desk, "STOCK", equity=10_000)
    desk.holdings.add(account(desk), stock, Decimal(1))
    calendar.today = FIRST + timedelta(days=2)
    priced(desk, stock, d2="7")
    course = desk.over_time.course(None)
    assert [each.standing.is_known for each in course.days] == [False, False, True]
    assert course.last_known is course.days[-1]


# Targets, bands, crossings


def halves(desk: Desk, calendar: Calendar) -> Course:
    """S and B, 50 each; S then rises; from day 4 on it is meant to be three quarters."""
    stock, bond = fund(desk, "S", equity=10_000), fund(desk, "B", fixed_income=10_000)
    broker = account(desk)
    desk.holdings.add(broker, stock, Decimal(1))
    desk.holdings.add(broker, bond, Decimal(1))
    calendar.today = FIRST + timedelta(days=1)
    kept = desk.targets.add(None, "Mine", (ClassTarget("equity", 5_000), ClassTarget("fixed_income", 5_000)))
    calendar.today = FIRST + timedelta(days=4)
    desk.targets.save(kept.id, kept.version, (ClassTarget("equity", 7_500), ClassTarget("fixed_income", 2_500)))
    calendar.today = FIRST + timedelta(days=5)
    priced(desk, stock, d0="50", d1="50", d2="70", d3="70", d4="150", d5="150")
    priced(desk, bond, **{f"d{day}": "50" for day in range(6)})
    return desk.over_time.course(None)


def test_each_day_is_measured_against_the_targets_of_then(desk: Desk, calendar: Calendar) -> None:
    course = halves(desk, calendar)
    targets = [course.target("equity", each.on) for each in course.days]
    assert [each and each.target_bps for each in targets] == [None, 5_000, 5_000, 5_000, 7_500, 7_500]
    assert [each.name for each in course.classes] == ["Equity", "Fixed income"]
    assert [course.status(0, each) for each in course.days] == [
        Status.NO_TARGET, Status.ON_TARGET, Status.OVERWEIGHT, Status.OVERWEIGHT, Status.ON_TARGET, Status.ON_TARGET
    ]  # fmt: skip
    for day in course.days[4:]:
        then = portfolio_of(desk, day.on, desk.holdings.history())
        strategy = desk.targets.active(None)
        whole = measure(compose(value(then)), then.classes.values(), strategy)
        assert course.drift(day).sum_bps == whole.sum_bps
        assert [each.drift_bps for each in course.drift(day).classes] == [each.drift_bps for each in whole.classes]


def test_a_crossing_is_told_on_its_day_with_the_band(desk: Desk, calendar: Calendar) -> None:
    course = halves(desk, calendar)
    assert [len(course.crossings(each.on)) for each in course.days] == [0, 0, 2, 0, 2, 0]
    first, second = course.crossings(on(course, 2).on)
    assert (first.asset_class.name, first.after, first.low_bps, first.high_bps) == (
        "Equity", Status.OVERWEIGHT, 4_500, 5_500
    )  # fmt: skip
    assert second.after is Status.UNDERWEIGHT
    assert course.outside_since(0) is None


def test_since_when_a_class_is_outside(desk: Desk, calendar: Calendar) -> None:
    course = halves(desk, calendar)
    shorter = replace(course, days=course.days[:4])
    assert shorter.outside_since(0) == FIRST + timedelta(days=2)


def test_removed_and_inactive_strategies_are_no_targets(desk: Desk, calendar: Calendar) -> None:
    halves(desk, calendar)
    strategy = desk.targets.active(None)
    assert strategy is not None
    desk.targets.remove(strategy.id)
    assert desk.over_time.course(None).steps == ()


# What happened


def test_versions_and_recorded_plans_are_told_on_their_days(desk: Desk, calendar: Calendar) -> None:
    course = halves(desk, calendar)
    told = [(each.on, each.number) for each in course.happenings if each.kind is HappeningKind.TARGETS]
    assert told == [(FIRST + timedelta(days=1), 1), (FIRST + timedelta(days=4), 2)]
    allocation = desk.allocations.of(None)
    (broker,) = desk.accounts.all()
    (stock, _) = [each for each in desk.assets.all() if each.symbol in "SB"][::-1]
    cash = (AccountCash(broker.id, 0, 40_000, 0),)
    plan = Plan(Mode.DEPOSIT, 40_000, "USD", None, (), 0, allocation.drift, allocation.drift, accounts=cash)
    kept = desk.recorded_plans.record(
        plan, allocation, [Fill(broker.id, stock.id, Side.BUY, Decimal(2), Decimal(150), 0)]
    )
    (told_plan,) = [each for each in desk.over_time.course(broker.id).happenings if each.kind is HappeningKind.PLAN]
    assert (told_plan.on, told_plan.amount_minor, told_plan.number) == (calendar.today, 40_000, 1)
    desk.recorded_plans.undo(kept.id)
    assert all(each.kind is not HappeningKind.PLAN for each in desk.over_time.course(None).happenings)


def test_an_import_is_told_on_its_day(desk: Desk, calendar: Calendar) -> None:
    lines = b"Account,Symbol,Quantity,Price,Currency\nNew,VTI,1,2,USD\n"
    desk.imports.keep([desk.imports.read("fidelity.csv", lines)])
    (told,) = desk.over_time.course(None).happenings
    assert (told.on, told.kind, "fidelity.csv" in told.words) == (FIRST, HappeningKind.IMPORT, True)


# As a file


def test_the_csv_tells_shares_targets_and_drifts_and_nothing_of_days_that_are_not_known(
    desk: Desk, calendar: Calendar
) -> None:
    course = halves(desk, calendar)
    unknown = replace(course.days[0], standing=Standing.OLD_PRICE)
    rows = list(csv.reader(StringIO(course_csv(course, [unknown, course.days[2]]))))
    assert rows[0] == [
        "Day", "Value", "Currency", "Known",
        "Equity share", "Equity target", "Equity drift",
        "Fixed income share", "Fixed income target", "Fixed income drift",
    ]  # fmt: skip
    assert rows[1] == ["2025-01-01", "", "USD", "old_price"]
    assert rows[2] == [
        "2025-01-03", "120.00", "USD", "priced", "58.33", "50.00", "8.33", "41.67", "50.00", "-8.33"
    ]  # fmt: skip
    german = course_csv(course, [course.days[2]], COMMA).splitlines()[1]
    assert german.startswith("2025-01-03;120,00;USD;priced;58,33;")
