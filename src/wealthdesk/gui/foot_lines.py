"""The lines at the foot of the navigation: of which day the prices are, when a backup was made, what changed since."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui import format as text

_USUAL_DAYS: Final = 1


class _Standing(Protocol):
    """How well a file is backed up, as far as these lines know it."""

    @property
    def made_at(self) -> datetime | None: ...
    def changes_since(self, kept: int) -> int: ...


@dataclass(frozen=True, slots=True)
class FootLines:
    """below: the line under the one about the backup. …_due: that is worth the colour of what cannot wait.

    can_back_up: the line below is a button that makes a backup.
    """

    prices: str = ""
    backup: str = ""
    below: str = ""
    prices_due: bool = False
    backup_due: bool = False
    can_back_up: bool = False


def price_line(portfolio: Portfolio) -> tuple[str, bool]:
    """The day of the newest price of what is held; True where that is long ago."""
    held = {holding.asset_id for holding in portfolio.holdings}
    days = [price.on for asset, price in portfolio.prices.items() if asset in held]
    if not days:
        return "No prices yet", False
    return f"Prices of {text.short_day(max(days), portfolio.on)}", max(days) < portfolio.fresh_since


def foot_lines(
    portfolio: Portfolio, standing: _Standing, kept: int, now: datetime, days: int = _USUAL_DAYS
) -> FootLines:
    """All of them for a portfolio that can be changed. kept: how many changes the file has seen.

    days: after so many a backup is missed, where something has changed since.
    """
    prices, prices_due = price_line(portfolio)
    if standing.made_at is None:
        if portfolio.is_empty:
            return FootLines(prices, "Nothing to back up yet", prices_due=prices_due)
        return FootLines(prices, "No backup yet", "Back up now…", prices_due, True, True)
    changes = standing.changes_since(kept)
    is_due = bool(changes) and now - standing.made_at > timedelta(days=days)
    made, today = standing.made_at.astimezone(), now.astimezone().date()
    moment = f"{'today' if made.date() == today else text.short_day(made.date(), today)}, {text.clock(made)}"
    since = f"{text.count(changes, 'change')} since" if changes else "Nothing changed since"
    return FootLines(
        prices, f"Backed up {moment}", f"{since}: back up…" if is_due else since, prices_due, is_due, is_due
    )


def relative_moment(moment: datetime, now: datetime, *, capital: bool = True) -> str:
    """A moment in the computer's own time zone: "Today, 08:02", or "19 Nov 2026, 21:40"."""
    local = moment.astimezone()
    if local.date() == now.astimezone().date():
        return f"{'Today' if capital else 'today'}, {text.clock(local)}"
    return text.moment(local)
