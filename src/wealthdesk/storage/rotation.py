"""Which backups have served their time: pure, from their dates alone, and careful with everything it does not know."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

DAILY: Final = "daily"
"""The reason of the backups that are made without being asked for, and thinned out as they grow old."""

ALL_FOR: Final = timedelta(days=2)
DAYS: Final = 12
WEEKS: Final = 10
MONTHS: Final = 9
PINNED_FOR: Final = timedelta(days=90)
_ANOTHER_DAY: Final = timedelta(days=1)
_PINNED: Final = frozenset({"before_upgrade", "before_downgrade"})


class Dated(Protocol):
    """What is asked of a backup."""

    @property
    def made_at(self) -> datetime:
        """When."""

    @property
    def reason(self) -> str:
        """Why, as one word."""

    @property
    def verified(self) -> bool:
        """Whether it still is what was verified when it was made."""


Each = TypeVar("Each", bound=Dated)


def surplus(backups: Iterable[Each], now: datetime) -> tuple[Each, ...]:
    """The backups that may go, the oldest first.

    Of the daily ones all of 2 days stay, and the newest of each of the last 12 days, 10 weeks and 9 months that have
    any; those before an upgrade or a downgrade stay 90 days. For ever stay those made by hand or for a reason that is
    not known here, those that are not what they were when they were verified, and the newest verified one. Those of the
    future stay as well, since a clock was wrong when they were made, or is now; the others are judged without them.
    """
    good = sorted((each for each in backups if each.verified), key=lambda each: each.made_at)
    past = [each for each in good if each.made_at <= now]
    if not past:
        return ()
    daily = [each for each in past if each.reason == DAILY]
    kept = {id(each) for each in (good[-1], past[-1], *_thinned(daily, now))}
    # One wrong clock is not enough: a backup of another day has to be so much younger, too.
    younger = max((each.made_at for each in past if each.made_at <= now - _ANOTHER_DAY), default=past[0].made_at)
    old = [each for each in past if each.reason in _PINNED and each.made_at < younger - PINNED_FOR]
    return tuple(each for each in past if (each in old or each in daily) and id(each) not in kept)


def _thinned(daily: Sequence[Each], now: datetime) -> list[Each]:
    recent = [each for each in daily if each.made_at >= now - ALL_FOR]
    of_days = _newest_of(daily, lambda moment: moment.date(), DAYS)
    of_weeks = _newest_of(daily, lambda moment: moment.isocalendar()[:2], WEEKS)
    of_months = _newest_of(daily, lambda moment: (moment.year, moment.month), MONTHS)
    return recent + of_days + of_weeks + of_months


def _newest_of(daily: Sequence[Each], span: Callable[[datetime], Hashable], count: int) -> list[Each]:
    """The newest of each of the last so many spans of time that have any."""
    newest = {span(each.made_at.astimezone(UTC)): each for each in daily}
    return sorted(newest.values(), key=lambda each: each.made_at)[-count:]
