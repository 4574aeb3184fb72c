"""The words of a course: what it comes to in a sentence, how well a day is known, and what happened on it."""

from datetime import date

from wealthdesk.domain.drift import Status
from wealthdesk.domain.over_time import Course, Crossing, DayValue, Happening, HappeningKind, Standing
from wealthdesk.gui import format as text

BEGINS_TODAY = "History begins today."
_STANDINGS = {
    Standing.PRICED: "Every price is of this day.",
    Standing.LAST_PRICE: "Some prices are older, by {days} at most.",
    Standing.OLD_PRICE: "Nothing is drawn: some prices are older than {days}.",
    Standing.NO_PRICE: "Nothing is drawn: something held had no price or no rate yet.",
}
NOTHING_KNOWN = "The space is left open: no line is drawn where nothing is known."
OLDER_PRICES = (
    "A CSV with a day, a symbol and a price fills days that have none. What was held before the first day comes with "
    "a list of transactions, imported like any other file."
)
_AT_MOST = 3
"""So many classes are named in one sentence."""


def headline(course: Course, today: date) -> str:
    """What the course comes to on its last known day, in one sentence."""
    known = course.last_known
    if len(course.days) == 1:
        return BEGINS_TODAY if course.days[0].on == today else f"History begins on {text.day(course.days[0].on)}."
    if known is None:
        return "No day has a price of everything held."
    drift = course.drift(known)
    if not drift.has_targets:
        return "There are no targets to compare with."
    outside = [place for place in range(len(course.classes)) if course.status(place, known).is_outside]
    if len(outside) > _AT_MOST:
        return f"{len(outside)} of {len(course.classes)} classes are outside their band."
    if len(outside) == 1:
        over = "over" if course.status(outside[0], known) is Status.OVERWEIGHT else "under"
        return f"{course.classes[outside[0]].name} has been {over} its band since {_since(course, outside[0], today)}."
    if outside:
        named = ", ".join(f"{course.classes[place].name} since {_since(course, place, today)}" for place in outside)
        return f"{len(outside)} classes are outside their band: {named}."
    if (today - known.on).days > 1:
        return f"Every class was inside its band on {text.short_day(known.on, today)}."
    return "Every class is inside its band."


def _since(course: Course, place: int, today: date) -> str:
    """Since which day a class is outside: at least, where nothing is known of the days before it."""
    since = course.outside_since(place)
    assert since is not None
    at = course.index(since)
    is_first = at is not None and course.known_before(at) is None
    return f"{'at least ' if is_first else ''}{text.short_day(since, today)}"


def explanation(course: Course) -> str:
    """What is drawn and what is left open."""
    if len(course.days) == 1:
        return "One day so far. Each day with prices adds another."
    return "Value with deposits counted. Days without a price are left open, never drawn through."


def in_a_line(course: Course, day: DayValue) -> str:
    """A day where there is little room: "29 Oct 2026: $264,356.68, drift in total 3.6 pp"."""
    if not day.standing.is_known:
        return f"{text.day(day.on)}: not known"
    drift = course.drift(day)
    total = f", drift in total {text.points_plain(drift.sum_bps)}" if drift.has_targets else ""
    return f"{text.day(day.on)}: {text.money(day.total_minor, course.base_currency)}{total}"


def standing(known: Standing, price_days: int) -> str:
    """How well a day is known, where a price lasts so many days."""
    return _STANDINGS[known].format(days=text.count(price_days, "day"))


def crossing(crossed: Crossing) -> str:
    """That a class left its band, or came back into it."""
    band = text.percent_range(crossed.low_bps, crossed.high_bps)
    if crossed.after is Status.ON_TARGET:
        return f"{crossed.asset_class.name} came back into its band of {band}."
    way = "over" if crossed.after is Status.OVERWEIGHT else "under"
    return f"{crossed.asset_class.name} went {way} its band of {band}."


def happening(happened: Happening) -> str:
    """What was kept."""
    if happened.kind is HappeningKind.TARGETS:
        reason = f", “{happened.words}”" if happened.words else ""
        return f"Targets: version {happened.number}{reason}."
    if happened.kind is HappeningKind.IMPORT:
        return f"{happened.words[:1].upper()}{happened.words[1:]}."
    trades = text.count(happened.number, "trade")
    if not happened.amount_minor:
        return f"Rebalance recorded, {trades}."
    what = "Deposit" if happened.amount_minor > 0 else "Withdrawal"
    return f"{what} of {text.money(abs(happened.amount_minor), happened.currency)} recorded, {trades}."
