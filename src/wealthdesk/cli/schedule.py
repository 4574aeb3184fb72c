"""`wealthdesk schedule`: planned deposits listed, added and removed, and which of their dates are due."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from wealthdesk.cli.printing import changing, keep, print_json, reading
from wealthdesk.cli.show import scope_named
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import currency, from_minor, parse_money
from wealthdesk.domain.schedule import DateState, DepositDate, Every, PlannedDeposit
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.services.given_files import save

_OPEN = (DateState.MISSED, DateState.DUE, DateState.COMING)


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows or changes planned deposits; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    if chosen.what in ("add", "remove"):
        with changing(chosen.file, clock) as desk:
            (_add if chosen.what == "add" else _remove)(desk, chosen, clock.today())
            told = _listed(desk)
    else:
        with reading(chosen.file, clock) as desk:
            told = _listed(desk) if chosen.what == "list" else _due(desk)
            if chosen.what == "due" and chosen.ics is not None:
                open_dates = [each for each, state in desk.schedule.dates() if state in _OPEN]
                save(chosen.ics, _calendar(desk.portfolios.current(), open_dates, clock.now()))
                keep("The calendar")
    if chosen.json:
        print_json(told)
    else:
        for line in _lines(told):
            print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk schedule",
        description="Lists, adds and removes planned deposits, and says which of their dates are due or were missed.",
        epilog="Exit codes: 0 shown or kept, 1 refused (the sentence is on standard error), 2 bad usage, 5 kept, but "
        "the answer could not be written.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="list|add|remove|due")
    for name, about in (
        ("list", "the planned deposits, by number"),
        ("add", "plan a deposit"),
        ("remove", "remove one by its number"),
        ("due", "the dates that were missed, are due or come next; none is summed up"),
    ):
        one = actions.add_parser(name, help=about, allow_abbrev=False)
        one.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
        one.add_argument("--json", action="store_true", help="as JSON; money in minor units")
        if name == "due":
            one.add_argument("--ics", type=Path, metavar="FILE", help="also write these dates for a calendar")
        if name == "remove":
            one.add_argument("number", type=int, metavar="NUMBER", help="as `list` numbers them")
        if name == "add":
            one.add_argument("amount", metavar="AMOUNT", help="of one date; with --times the whole sum, in equal parts")
            one.add_argument("--currency", metavar="CODE", help="the base currency without it")
            one.add_argument("--scope", metavar="NAME", help="an account or a group; the whole portfolio without it")
            how = one.add_mutually_exclusive_group()
            how.add_argument("--every", choices=["month", "quarter"], default="month", help="how often")
            how.add_argument("--times", type=int, metavar="K", help="spread the sum over K monthly dates")
            one.add_argument("--day", type=int, metavar="N", required=True, help="of the month; else its last day")
            one.add_argument("--from", dest="first", metavar="DATE", help="no date before it; today without it")
            one.add_argument("--until", metavar="DATE", help="no date after it")
    return parser


def _add(desk: Desk, chosen: argparse.Namespace, today: date) -> None:
    portfolio = desk.portfolios.current()
    code = currency(chosen.currency) if chosen.currency else portfolio.base_currency
    scope = scope_named(portfolio, chosen.scope) if chosen.scope else None
    first = _day(chosen.first) if chosen.first else today
    until = _day(chosen.until) if chosen.until else None
    every = Every.SPREAD if chosen.times is not None else Every(chosen.every)
    amount = parse_money(chosen.amount, code)
    desk.schedule.add(PlannedDeposit(str(uuid4()), scope, amount, code, every, chosen.day, first, until, chosen.times))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"“{text}” is not a day. Write it like 2026-11-27.") from error


def _remove(desk: Desk, chosen: argparse.Namespace, _today: date) -> None:
    known = desk.schedule.all()
    if not 1 <= chosen.number <= len(known):
        raise NotFound(f"There is no planned deposit {chosen.number}. See `wealthdesk schedule list`.")
    desk.schedule.remove(known[chosen.number - 1])


def _listed(desk: Desk) -> dict[str, Any]:
    portfolio = desk.portfolios.current()
    told = [
        {
            "number": number,
            "scope": portfolio.scope_name(each.scope),
            "amount_minor": each.amount_minor,
            "currency": each.currency,
            "every": each.every.value,
            "times": each.times,
            "day": each.day,
            "first_on": each.first_on.isoformat(),
            "until": None if each.until is None else each.until.isoformat(),
        }
        for number, each in enumerate(desk.schedule.all(), 1)
    ]
    return {"deposits": told}


def _due(desk: Desk) -> dict[str, Any]:
    portfolio = desk.portfolios.current()
    told = [
        {
            "on": each.working_day.isoformat(),
            "by_calendar": each.on.isoformat(),
            "scope": portfolio.scope_name(each.deposit.scope),
            "amount_minor": each.amount_minor,
            "currency": each.deposit.currency,
            "state": state.value,
        }
        for each, state in desk.schedule.dates()
        if state in _OPEN
    ]
    return {"dates": told}


def _amount(amount_minor: int, code: str) -> str:
    return f"{from_minor(amount_minor, code):,f} {code}"


def _lines(told: dict[str, Any]) -> Iterator[str]:
    for each in told.get("deposits", ()):
        how = f"spread over {each['times']} dates" if each["times"] else f"each {each['every']}"
        until = f" until {each['until']}" if each["until"] else ""
        amount = _amount(each["amount_minor"], each["currency"])
        day = f"day {each['day']}, from {each['first_on']}{until}"
        yield f"{each['number']}  {amount} into {each['scope']}, {how}, {day}"
    for each in told.get("dates", ()):
        yield f"{each['on']}  {_amount(each['amount_minor'], each['currency'])} into {each['scope']}  {each['state']}"


def _calendar(portfolio: Portfolio, dates: Iterable[DepositDate], now: datetime) -> bytes:
    """The dates as a calendar in the format of RFC 5545."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//WealthDesk//Schedule//EN"]
    for each in dates:
        place = portfolio.scope_name(each.deposit.scope)
        what = f"Deposit {_amount(each.amount_minor, each.deposit.currency)} into {place}"
        for mark in ("\\", ";", ","):
            what = what.replace(mark, f"\\{mark}")
        ends = each.working_day + timedelta(days=1)
        lines += [
            "BEGIN:VEVENT", f"UID:{each.deposit.id}-{each.on:%Y%m%d}@wealthdesk", f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{each.working_day:%Y%m%d}", f"DTEND;VALUE=DATE:{ends:%Y%m%d}", f"SUMMARY:{what}",
            "END:VEVENT",
        ]  # fmt: skip
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line)).encode()


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 bytes, those after the first begin with a space."""
    part = ""
    for character in line:
        if len((part + character).encode()) > 75:
            yield part
            part = " "
        part += character
    yield part
