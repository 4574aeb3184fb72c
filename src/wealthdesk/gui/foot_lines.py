"""The two lines at the foot of the navigation: of which day the prices are, and when a backup was made."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui import format as text


class _Made(Protocol):
    """A backup, as far as these lines know it."""

    @property
    def made_at(self) -> datetime: ...
    @property
    def verified(self) -> bool: ...


def price_line(portfolio: Portfolio) -> str:
    """The day of the newest price of what is held."""
    held = {holding.asset_id for holding in portfolio.holdings}
    days = [price.on for asset, price in portfolio.prices.items() if asset in held]
    return f"Prices of {short_day(max(days), portfolio.on)}" if days else "No prices yet"


def backup_line(portfolio: Portfolio, backups: Sequence[_Made], now: datetime) -> str:
    """When the newest verified backup was made."""
    newest = next((each for each in backups if each.verified), None)
    if newest is not None:
        return f"Backed up {relative_moment(newest.made_at, now, capital=False)}"
    return "Nothing to back up yet" if portfolio.is_empty else "No backup yet"


def relative_moment(moment: datetime, now: datetime, *, capital: bool = True) -> str:
    """A moment in the computer's own time zone: "Today, 08:02", or "19 Nov 2026, 21:40"."""
    local = moment.astimezone()
    if local.date() == now.astimezone().date():
        return f"{'Today' if capital else 'today'}, {local.hour:02}:{local.minute:02}"
    return text.moment(local)


def short_day(day: date, today: date) -> str:
    """A day without its year where that is this year: "20 Nov"."""
    written = text.day(day)
    return written.removesuffix(f" {day.year}") if day.year == today.year else written
