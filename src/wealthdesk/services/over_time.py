"""What the user can see over time: the course of a scope, with what happened, also as a file."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.money import POINT, NumberFormat, share_bps
from wealthdesk.domain.over_time import Course, DayValue, Happening, HappeningKind, Records, TargetStep, course_of
from wealthdesk.domain.plans import RecordedPlan
from wealthdesk.domain.reallocation_history import Revision, versions_of
from wealthdesk.domain.targets import Strategy, header_of, targets_of_lines
from wealthdesk.importers.export_format import csv_text, money_cell, percent_cell, safe_cell
from wealthdesk.storage import plans, reallocations, targets
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database
from wealthdesk.storage.holdings import all_held, load_portfolio
from wealthdesk.storage.imports import all_imports
from wealthdesk.storage.prices import all_rates, price_series


class OverTime:
    """The past as it is in the file; nothing is changed here."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def course(self, scope: Scope) -> Course:
        """The course of a scope up to today, against the targets of its active strategy. Slow where much is kept.

        A scope that is gone reads as the whole portfolio.
        """
        with self._database.read() as connection:
            portfolio = load_portfolio(connection, self._today())
            scope = scope if portfolio.has_scope(scope) else None
            inside = portfolio.accounts_in(scope)
            held: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
            for each in all_held(connection):
                held.setdefault((each.account_id, each.asset_id), []).append((each.on, each.quantity))
            asset_ids = {asset_id for account_id, asset_id in held if account_id in inside}
            prices = price_series(connection, asset_ids)
            records = Records(portfolio, held, prices, all_rates(connection))
            active = next((each for each in targets.all_strategies(connection) if _is_active(each, scope)), None)
            steps, versions = _versions(connection, active) if active else ([], [])
            happened = [
                *versions,
                *_plans(plans.all_plans(connection), None if scope is None else inside),
                *_imports(connection),
            ]
        return course_of(records, scope, steps, sorted(happened, key=lambda each: each.on))


def _is_active(strategy: Strategy, scope: Scope) -> bool:
    return strategy.scope == scope and strategy.is_active


def _versions(connection: Reading, strategy: Strategy) -> tuple[list[TargetStep], list[Happening]]:
    """The targets of a strategy from the end of each day on at which they changed, and its versions; both in turn."""
    state = reallocations.state(connection, header_of(strategy.id))
    revisions = reallocations.history(connection, header_of(strategy.id))
    steps: dict[date, TargetStep] = {}
    happened = []
    known = {each.number: each for each in versions_of(state, revisions)}
    for revision in reversed(revisions):
        if (then := known.get(revision.version)) is not None:
            on = _day(revision.at)
            made = Strategy(
                strategy.id, strategy.name, strategy.scope, strategy.is_active, revision.version,
                strategy.absolute_band_bps, strategy.relative_band_bps, targets=targets_of_lines(then.lines.values()),
            )  # fmt: skip
            steps[on] = TargetStep(on, made)
            happened.append(_version(revision, on))
    return [steps[on] for on in sorted(steps)], happened


def _version(revision: Revision, on: date) -> Happening:
    return Happening(on, HappeningKind.TARGETS, revision.reason, revision.version)


def _plans(recorded: Iterable[RecordedPlan], inside: Collection[str] | None) -> Iterable[Happening]:
    """The recorded plans that stand and had to do with these accounts; None: with any, also one that is gone."""
    for each in recorded:
        amounts = [one.amount_minor for one in each.amounts if inside is None or one.account_id in inside]
        trades = [one for one in each.trades if inside is None or one.account_id in inside]
        if not each.is_undone and (amounts or trades):
            yield Happening(
                _day(each.recorded_at), HappeningKind.PLAN, each.mode, len(trades), sum(amounts), each.base_currency
            )


def _imports(connection: Reading) -> Iterable[Happening]:
    return (Happening(_day(each.made_at), HappeningKind.IMPORT, each.name) for each in all_imports(connection))


def _day(moment: datetime) -> date:
    """The day of a moment, here."""
    return moment.astimezone().date()


def course_csv(course: Course, days: Iterable[DayValue], marks: NumberFormat = POINT) -> str:
    """The days as CSV: value, how well it is known, and of each class its share, target and drift in %.

    Numbers are without groups, `;` between cells where the decimal mark is a comma. A day that is not known has no
    numbers.
    """
    names = [safe_cell(each.name) for each in course.classes]
    heads = [f"{name} {what}" for name in names for what in ("share", "target", "drift")]
    rows = (_row(course, day, marks) for day in days)
    return csv_text(["Day", "Value", "Currency", "Known", *heads], rows, marks)


def _row(course: Course, day: DayValue, marks: NumberFormat) -> list[str]:
    on, code, known = day.on.isoformat(), course.base_currency, day.standing.value
    if not day.standing.is_known:
        return [on, "", code, known]
    cells = (cell for place in range(len(course.classes)) for cell in _cells(course, day, place))
    numbers = (cell.replace(".", marks.decimal) for cell in cells)
    return [on, money_cell(day.total_minor, code, marks), code, known, *numbers]


def _cells(course: Course, day: DayValue, place: int) -> tuple[str, str, str]:
    share = share_bps(day.parts[place], day.classified_minor)
    target = course.target(course.classes[place].id, day.on)
    if target is None:
        return percent_cell(share), "", ""
    return percent_cell(share), percent_cell(target.target_bps), percent_cell(share - target.target_bps)
