"""The two lines at the foot of the navigation: of which day the prices are, and when a backup was made."""

from datetime import datetime, timedelta
from typing import Final, Protocol

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui import format as text

_LONG: Final = timedelta(days=1)


class _Standing(Protocol):
    """How well a file is backed up, as far as these lines know it."""

    @property
    def made_at(self) -> datetime | None: ...
    def changes_since(self, kept: int) -> int: ...


def price_line(portfolio: Portfolio) -> str:
    """The day of the newest price of what is held."""
    held = {holding.asset_id for holding in portfolio.holdings}
    days = [price.on for asset, price in portfolio.prices.items() if asset in held]
    return f"Prices of {text.short_day(max(days), portfolio.on)}" if days else "No prices yet"


def backup_line(portfolio: Portfolio, standing: _Standing, kept: int, now: datetime) -> tuple[str, bool]:
    """When the newest backup was made and how much was changed since; True where that is worth a warning.

    kept: how many changes the file has seen.
    """
    if standing.made_at is None:
        return ("Nothing to back up yet", False) if portfolio.is_empty else ("No backup yet", True)
    changes = standing.changes_since(kept)
    since = f" · {text.count(changes, 'change')} since" if changes else ""
    moment = relative_moment(standing.made_at, now, capital=False).removeprefix("today, ")
    return f"Backed up {moment}{since}", bool(changes) and now - standing.made_at > _LONG


def relative_moment(moment: datetime, now: datetime, *, capital: bool = True) -> str:
    """A moment in the computer's own time zone: "Today, 08:02", or "19 Nov 2026, 21:40"."""
    local = moment.astimezone()
    if local.date() == now.astimezone().date():
        return f"{'Today' if capital else 'today'}, {text.clock(local)}"
    return text.moment(local)
