"""What the pictures show over time: the first day, three days, and ten invented years with a gap, also as lines."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from math import sin
from typing import TYPE_CHECKING, Final

from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.over_time import Course, Happening, HappeningKind, PriceSeries, Records, TargetStep, course_of
from wealthdesk.gui.over_time.page import OverTimePage

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_YEARS: Final = 3652
_WITHOUT: Final = range(260, 292)
"""So many days ago there were no prices."""


def views(desk: "Desk", page: OverTimePage) -> list[tuple[str, Callable[[], object]]]:
    """Courses of what is held now, over days and prices that are invented; the page as it is comes last."""
    allocation = desk.allocations.of(None)
    if not allocation.portfolio.holdings or allocation.strategy is None:
        return [("", lambda: None)]
    whole = partial(_whole, allocation)
    return [
        ("first day", partial(_show_last, page, whole, 1)),
        ("three days", partial(_show_last, page, whole, 3)),
        ("ten years", lambda: _show(page, whole())),
        ("lines", lambda: _show(page, whole(), "1y", "lines")),
        ("", partial(_show_own, page)),
    ]


def _whole(allocation: Allocation) -> Course:
    """The same one in each theme."""
    if not _made or _made[0][0] != allocation:
        _made[:] = [(allocation, invented(allocation, _YEARS))]
    return _made[0][1]


_made: Final[list[tuple[Allocation, Course]]] = []


def invented(allocation: Allocation, days: int) -> Course:
    """A course of the holdings of an allocation over so many days, whose prices wander and lead to those of now."""
    portfolio, strategy = allocation.portfolio, allocation.strategy
    assert strategy is not None
    first = portfolio.on - timedelta(days=days - 1)
    held = {(each.account_id, each.asset_id): [(first, each.quantity)] for each in portfolio.holdings}
    prices = {
        each.asset_id: PriceSeries.of(_wandering(each.price, portfolio.on, days, place))
        for place, each in enumerate(portfolio.prices.values())
    }
    steps = [
        TargetStep(portfolio.on - timedelta(days=ago), replace(strategy, version=version, targets=strategy.targets))
        for version, ago in enumerate((2900, 1800, 900, 240, 12), strategy.version - 4)
    ]
    happened = [
        *(Happening(each.on, HappeningKind.TARGETS, "", each.strategy.version) for each in steps),
        Happening(
            portfolio.on - timedelta(days=140), HappeningKind.PLAN, "deposit", 3, 500_000, portfolio.base_currency
        ),
    ]
    records = Records(portfolio, held, prices, [replace(each, on=first) for each in portfolio.rates])
    return course_of(replace(records, rates=_daily(records, first)), allocation.scope, steps, happened)


def _daily(records: Records, first: date) -> list[FxRate]:
    """The rates of now on every third day."""
    on = records.portfolio.on
    days = range(0, (on - first).days + 1, 3)
    return [replace(each, on=on - timedelta(days=ago)) for each in records.portfolio.rates for ago in days]


def _wandering(now: Decimal, on: date, days: int, place: int) -> Iterator[tuple[date, Decimal]]:
    """A price on each working day but those without, smaller the older it is, with waves of its own."""
    for ago in range(days - 1, -1, -1):
        day = on - timedelta(days=ago)
        if (day.weekday() < 5 and ago not in _WITHOUT) or ago == days - 1:
            part = 1 - 0.55 * ago / days + 0.06 * (sin(ago / (47 + 13 * place)) + sin(ago / (11 + place)) / 3)
            yield day, max(now * Decimal(round(part * 10_000)) / 10_000, Decimal("0.0001")).quantize(Decimal("0.0001"))


def _show_last(page: OverTimePage, whole: Callable[[], Course], days: int) -> None:
    course = whole()
    _show(page, replace(course, days=course.days[-days:]))


def _show(page: OverTimePage, course: Course, days: str = "all", form: str = "stacked") -> None:
    page.range.choose(days)
    page.charts.form.choose(form)
    page.charts.keep_day(None)
    page.show_course(course)


def _show_own(page: OverTimePage) -> None:
    page.range.choose("all")
    page.charts.form.choose("stacked")
    page.charts.keep_day(None)
    page.refresh()
