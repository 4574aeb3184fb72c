"""Deposits that are planned: on which days they fall, which of these are due, missed, recorded or skipped."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.money import LARGEST_MINOR, split
from wealthdesk.errors import BadInput

MOST_TIMES: Final = 600
"""The most dates that one sum is spread over: fifty years of months."""

_MONTHS: Final = 12
_SATURDAY: Final = 5


class Every(StrEnum):
    """How often a deposit falls due."""

    MONTH = "month"
    QUARTER = "quarter"
    SPREAD = "spread"
    """One sum in equal parts, on as many monthly dates as are wanted."""

    @property
    def months(self) -> int:
        """How many months lie between two of its dates."""
        return 3 if self is Every.QUARTER else 1


class DateOutcome(StrEnum):
    """What became of one date of a deposit."""

    RECORDED = "recorded"
    SKIPPED = "skipped"


class DateState(StrEnum):
    """Where a date of a deposit stands on a day."""

    COMING = "coming"
    DUE = "due"
    """Its day has come, and no later date of the deposit has."""
    MISSED = "missed"
    """A later date of the same deposit has come since."""
    RECORDED = "recorded"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class PlannedDeposit:
    """A deposit into a scope that repeats. `amount_minor` is that of one date; of a sum that is spread, all of it.

    day: of the month; one that a month lacks is its last. first_on: no date lies before it. until: none after it.
    times: over how many dates a sum is spread, None for the others.
    """

    id: str
    scope: Scope
    amount_minor: int
    currency: str
    every: Every
    day: int
    first_on: date
    until: date | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class DepositDate:
    """One date of a planned deposit.

    on: by the calendar, which names it. working_day: the same, or the Monday after where that is a weekend.
    amount_minor: what is deposited then; the parts of a sum that is spread add up to it exactly.
    """

    deposit: PlannedDeposit
    on: date
    working_day: date
    amount_minor: int


def checked_deposit(deposit: PlannedDeposit) -> PlannedDeposit:
    """The deposit; BadInput when it is none that can be kept."""
    if not 0 < deposit.amount_minor <= LARGEST_MINOR:
        raise BadInput("A planned deposit is more than 0, and at most 10 million million. Check the amount.")
    if not 1 <= deposit.day <= 31:
        raise BadInput(f"A month has no day {deposit.day}. Write a day from 1 to 31; where a month lacks it, its last.")
    if deposit.until is not None and deposit.until < deposit.first_on:
        raise BadInput(f"It would end on {deposit.until}, before it begins on {deposit.first_on}. Change one of them.")
    if (deposit.every is Every.SPREAD) != (deposit.times is not None):
        raise BadInput("Only one sum that is spread has a number of dates. Write how many, or how often instead.")
    if deposit.times is not None:
        if not 1 <= deposit.times <= MOST_TIMES:
            raise BadInput(f"A sum is spread over 1 to {MOST_TIMES} dates, not over {deposit.times}.")
        if deposit.times > deposit.amount_minor:
            raise BadInput("There are more dates than the sum has parts: some would be of 0. Spread it over fewer.")
    dates = sum(1 for _ in zip(deposit_dates(deposit, date.max), range(deposit.times or 1), strict=False))
    if not dates:
        raise BadInput(f"No date of it lies between {deposit.first_on} and {deposit.until}. Change one of them.")
    if dates < (deposit.times or 1):
        raise BadInput(
            f"Up to {deposit.until} it has {dates} of its {deposit.times} dates, so a part of the sum would be left "
            "over. Leave the end out, or spread it over fewer."
        )
    return deposit


def deposit_dates(deposit: PlannedDeposit, to: date) -> Iterator[DepositDate]:
    """The dates of a deposit up to a day, the earliest first."""
    parts = None if deposit.times is None else split(deposit.amount_minor, [1] * deposit.times)
    for number, on in enumerate(_calendar(deposit)):
        if on > to or (parts is not None and number >= len(parts)):
            return
        yield DepositDate(deposit, on, working_day(on), deposit.amount_minor if parts is None else parts[number])


def _calendar(deposit: PlannedDeposit) -> Iterator[date]:
    """Every date by the calendar, from the first one that does not lie before the beginning."""
    month = deposit.first_on.year * _MONTHS + deposit.first_on.month - 1
    if _in_month(month, deposit.day) < deposit.first_on:
        month += 1
    while month < date.max.year * _MONTHS:
        on = _in_month(month, deposit.day)
        if deposit.until is not None and on > deposit.until:
            return
        yield on
        month += deposit.every.months


def _in_month(month: int, day: int) -> date:
    """The day of a month (counted from year 0), or its last where it lacks that day."""
    year, number = divmod(month, _MONTHS)
    return date(year, number + 1, min(day, monthrange(year, number + 1)[1]))


def working_day(on: date) -> date:
    """The day itself, or the Monday after a weekend."""
    late = on.weekday() - _SATURDAY
    return on if late < 0 else on + timedelta(days=2 - late)


def states(
    deposit: PlannedDeposit, outcomes: Mapping[date, DateOutcome], today: date
) -> list[tuple[DepositDate, DateState]]:
    """The dates of a deposit that have come, and the one that comes next, the earliest first.

    A date has come on its working day. What was not recorded or skipped stays missed: nothing is summed up.
    """
    found: list[tuple[DepositDate, DateState]] = []
    for each in deposit_dates(deposit, date.max):
        has_come = each.working_day <= today
        outcome = outcomes.get(each.on)
        state = DateState(outcome.value) if outcome else DateState.DUE if has_come else DateState.COMING
        if has_come:
            found = [(one, DateState.MISSED if before is DateState.DUE else before) for one, before in found]
        found.append((each, state))
        if not has_come and outcome is None:
            break
    return found
