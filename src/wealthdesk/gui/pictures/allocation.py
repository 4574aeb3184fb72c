"""What the pictures show of the allocation: the planner in every mode, sheets of every kind, and every dialog."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtWidgets import QDialog

from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.edited_lines import CLASSES
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.plans import Goal, Mode, Plan, PlanRequest, RecordedPlan
from wealthdesk.domain.reallocation import Line, SetAmount, State
from wealthdesk.domain.reallocation_merge import Whose
from wealthdesk.domain.targets import header_of
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.bar_explanation import BarExplanation
from wealthdesk.gui.allocation.overview.classify_dialog import ClassifyDialog
from wealthdesk.gui.allocation.overview.notices import unclassified
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
from wealthdesk.gui.allocation.recorded.fill_table import Cell
from wealthdesk.gui.allocation.recorded.record_dialog import RecordDialog
from wealthdesk.gui.allocation.recorded.recorded_plans_dialog import RecordedPlansDialog
from wealthdesk.gui.allocation.targets.start_targets_dialog import StartTargetsDialog
from wealthdesk.gui.allocation.targets.strategies_dialog import StrategiesDialog
from wealthdesk.gui.allocation.targets.target_dialog import TargetDialog
from wealthdesk.gui.pictures.sheets import PictureSheet, carried_out, recorded_twice, sheets
from wealthdesk.gui.reallocation import conflict_words
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.services.desk import Desk

_Made = tuple[str, Callable[[], QDialog]]

_AMOUNT_MINOR: Final = 2_000_000
_EXCESS: Final = 350
_MORE: Final = 1000


@dataclass(frozen=True, slots=True)
class Example:
    """One way the planner can look. is_per_account: the amount is shared out over the accounts."""

    name: str
    mode: Mode
    amount_minor: int | None = _AMOUNT_MINOR
    goal: Goal = Goal.TARGET
    whole_shares: bool = False
    is_per_account: bool = False
    has_options_open: bool = False


_NO_AMOUNT: Final = Example("no amount", Mode.DEPOSIT, None)
_EXAMPLES: Final = (
    _NO_AMOUNT,
    Example("whole shares", Mode.DEPOSIT, whole_shares=True, has_options_open=True),
    Example("amounts per account", Mode.DEPOSIT, whole_shares=True, is_per_account=True),
    Example("withdrawal", Mode.WITHDRAWAL),
    Example("withdrawal too large", Mode.WITHDRAWAL, 100 * _AMOUNT_MINOR, has_options_open=True),
    Example("rebalance", Mode.REBALANCE, None),
    Example("rebalance to the bands", Mode.REBALANCE, None, Goal.BAND_EDGE, has_options_open=True),
)
_LAST: Final = Example("", Mode.DEPOSIT)
"""What the dialogs open over."""


def views(desk: "Desk", page: AllocationPage) -> list[tuple[str, Callable[[], object]]]:
    """An account without targets where there is one, the ways the classes can be shown, the sheets, the examples."""
    found: list[tuple[str, Callable[[], object]]] = []
    allocation = _shown(desk, page)
    without = _without_strategy(desk, allocation)
    if without is not None:
        found.append(("account", partial(page.choose_scope, without)))
    deposit = cache(partial(_deposit, desk, desk.allocations.of(ALL_PORTFOLIO)))
    found += [(name, partial(_show_classes, desk, page, deposit, show)) for name, show in _WAYS.items()]
    found += [(name, partial(_show_sheet, page, make)) for name, make in sheets(allocation).items()]
    found += [(each.name, partial(_show_example, page, each)) for each in _EXAMPLES]
    if allocation.strategy is not None:
        found.append(("recorded", partial(_show_recorded, desk, page, deposit)))
    return [*found, ("", partial(_show_example, page, _LAST))]


def dialogs(desk: "Desk", page: AllocationPage) -> list[_Made]:
    """Those that the scope shown has something to show in."""
    found: list[_Made] = []
    if _shown(desk, page).strategy is not None:
        found += [(name, partial(make, desk, page)) for name, make in _WITH_TARGETS]
        plan = page.panel.plan or _deposit(desk, _shown(desk, page))
        if plan.trades:
            found += [(name, partial(make, desk, page, plan)) for name, make in _WITH_TRADES]
    found.append(("start_targets", partial(_start_targets, desk, page)))
    if unclassified(_shown(desk, page)):
        found.append(("classify", lambda: ClassifyDialog(desk, _shown(desk, page).scope, page)))
    return found


def show_sheet(panel: PlannerPanel, sheet: PictureSheet) -> None:
    """As the planner would look with this plan."""
    allocation = panel.allocation
    if allocation is None:
        return
    panel.plan_for(sheet.plan.amount_minor or None, sheet.plan.mode)
    panel.calculation.drop()
    panel.plan = sheet.plan
    panel.outcome.show_plan(sheet.portfolio, sheet.plan, "", sheet.ticked)
    panel.outcome.set_stale(False)
    panel.foot.show_plan(sheet.plan, allocation, "")
    panel.plan_shown.emit(sheet.plan)


def _shown(desk: "Desk", page: AllocationPage) -> "Allocation":
    return page.allocation or desk.allocations.of(ALL_PORTFOLIO)


def _without_strategy(desk: "Desk", allocation: "Allocation") -> str | None:
    return next((each for each in allocation.portfolio.accounts if desk.targets.active(each) is None), None)


def _show_classes(
    desk: "Desk", page: AllocationPage, deposit: Callable[[], Plan], show: Callable[[AllocationPage], object]
) -> None:
    """With what a deposit would make of them."""
    page.choose_scope(ALL_PORTFOLIO)
    _as_at_first(page)
    allocation = desk.allocations.of(ALL_PORTFOLIO)
    if allocation.strategy is not None:
        show_sheet(page.panel, PictureSheet(deposit(), allocation.portfolio))
    show(page)


def _as_at_first(page: AllocationPage) -> None:
    """All classes, the first of them open, and nothing explained."""
    for told in page.findChildren(BarExplanation):
        told.close()
    if page.classes.only_outside:
        page.show_only_outside()
    rows = page.classes.classes.rows
    page.classes.open(rows[0].id if rows else "")


def _explain(page: AllocationPage) -> None:
    page.classes.open("")
    page.classes.head.explain.click()


_WAYS: Final[Mapping[str, Callable[[AllocationPage], object]]] = {
    "closed": lambda page: page.classes.open(""),
    "only outside": lambda page: page.show_only_outside(),
    "bar explained": _explain,
}


def _show_sheet(page: AllocationPage, make: Callable[[], PictureSheet]) -> None:
    page.choose_scope(ALL_PORTFOLIO)
    _as_at_first(page)
    show_sheet(page.panel, make())


def _show_example(page: AllocationPage, example: Example) -> None:
    page.choose_scope(ALL_PORTFOLIO)
    panel = page.panel
    panel.options.toggle.setChecked(example.has_options_open)
    panel.options.lots.choose("whole" if example.whole_shares else "any")
    panel.options.set_goal(example.goal)
    panel.money.show_goal(example.goal)
    panel.money.set_mode(example.mode)
    panel.money.set_amount(example.amount_minor)
    if example.is_per_account:
        panel.money.share_out(example.amount_minor or 0)
    panel.money.mode_chosen.emit()


def _show_recorded(desk: "Desk", page: AllocationPage, deposit: Callable[[], Plan]) -> None:
    """As if the orders of a plan had just been recorded: what is held is what they come to."""
    allocation = desk.allocations.of(ALL_PORTFOLIO)
    plan = deposit()
    _show_example(page, _NO_AMOUNT)
    page.panel.recorded.say_recorded(len(plan.trades))
    fills = desk.recorded_plans.fills_of(plan, allocation)
    cash = desk.recorded_plans.preview(plan, allocation, fills)
    page.overview.show_allocation(carried_out(fills, cash, allocation), None)


# The dialogs of targets


def _editor(desk: "Desk", page: AllocationPage) -> TargetDialog:
    return TargetDialog(desk, _shown(desk, page), page)


def _edited(desk: "Desk", page: AllocationPage) -> TargetDialog:
    """The largest line is moved, what was found is accepted, and there is a reason."""
    dialog = _editor(desk, page)
    lines = dialog.draft.lines(CLASSES)
    if lines:
        largest = max(lines, key=lambda line: line.amount)
        _move(dialog, largest.key.id, largest.amount + _MORE)
        dialog.pane.findings.accept_all()
        dialog.pane.set_reason("Retiring later than planned: more equity")
    return dialog


def _over_allocated(desk: "Desk", page: AllocationPage) -> TargetDialog:
    """One line is moved alone, so that the total exceeds 100%."""
    dialog = _editor(desk, page)
    lines = dialog.draft.lines(CLASSES)
    if lines:
        dialog.keep_whole.setChecked(False)
        _move(dialog, lines[-1].key.id, lines[-1].amount + _EXCESS)
    return dialog


def _move(dialog: TargetDialog, key: str, bps: int) -> None:
    dialog.classes.moved.emit(key, min(bps, WHOLE))
    dialog.classes.released.emit()
    dialog.show_preview()


def _outdated(desk: "Desk", page: AllocationPage) -> TargetDialog:
    """As if another version had been saved meanwhile."""
    dialog = _edited(desk, page)
    strategy = _shown(desk, page).strategy
    assert strategy is not None
    dialog.show_newer(strategy.version + 1, conflict_words.made(strategy.version + 1, None, desk.clock.now()))
    return dialog


def _start_targets(desk: "Desk", page: AllocationPage) -> QDialog:
    """As it opens for an account that has no strategy yet, where there is one."""
    without = _without_strategy(desk, _shown(desk, page))
    return StartTargetsDialog(desk, _shown(desk, page) if without is None else desk.allocations.of(without), page)


def _strategies(desk: "Desk", page: AllocationPage) -> QDialog:
    return StrategiesDialog(desk, _shown(desk, page).scope, page)


# The merge: the version of now as if it had been saved while another one was edited


def _merge(desk: "Desk", page: AllocationPage) -> QDialog:
    """With changes that clash in one line, and every line chosen as it was edited here."""
    allocation = _shown(desk, page)
    assert allocation.strategy is not None
    colours = {key: each.colour for key, each in allocation.portfolio.classes.items()}
    state = desk.reallocations.state(header_of(allocation.strategy.id))
    dialog = ConflictDialog(desk, _unsaved(state), page, colours=colours)
    for each in dialog.choices:
        dialog.choose(each.key, Whose.MINE)
    dialog.findings.accept_all()
    return dialog


def _unsaved(state: State) -> Unsaved:
    """Changes of a version before; none where there are fewer than three lines to take from and give to."""
    lines = sorted((line for line in state.lines if not line.key.parent), key=lambda line: -line.amount)[:3]
    if len(lines) < 3:
        return Unsaved(state, ())
    much, theirs = lines[0].amount // 1000 * 100, lines[2].amount // 200 * 100
    before = {lines[0].key: lines[0].amount + theirs, lines[2].key: lines[2].amount - theirs}
    mine = (SetAmount(lines[0].key, before[lines[0].key] - much), SetAmount(lines[1].key, lines[1].amount + much))
    earlier = tuple(_with(line, before.get(line.key)) for line in state.lines)
    return Unsaved(replace(state, version=state.version - 1, lines=earlier), mine, "Retiring in 2031")


def _with(line: Line, amount: int | None) -> Line:
    return line if amount is None else replace(line, amount=amount)


# The dialogs of plans


def _deposit(desk: "Desk", allocation: "Allocation") -> Plan:
    request = PlanRequest(Mode.DEPOSIT, {ALL_PORTFOLIO: _AMOUNT_MINOR})
    return desk.plans.calculate(allocation, request, desk.rules.as_of_today(), desk.rules.lots())


def _record(desk: "Desk", page: AllocationPage, plan: Plan) -> RecordDialog:
    return RecordDialog(desk, plan, _shown(desk, page), page)


def _overdrawn(desk: "Desk", page: AllocationPage, plan: Plan) -> QDialog:
    """More was filled than the cash pays for."""
    dialog = _record(desk, page, plan)
    lines = dialog.table.lines
    row = max(range(len(lines)), key=lambda each: lines[each].amount_minor or 0)
    dialog.table.fills.type_over(row, Cell.QUANTITY, text.plain(text.number(Decimal(100_000))))
    return dialog


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The recorded plans of a portfolio, as if there were these."""

    plans: Sequence[RecordedPlan]

    def all(self) -> Sequence[RecordedPlan]:
        return self.plans

    def can_undo(self, _: str) -> None:
        return None

    can_record_again = can_undo


@dataclass(frozen=True, slots=True)
class _WithRecorded:
    """What the dialog of recorded plans asks of an open portfolio, with these plans in it."""

    desk: "Desk"
    recorded_plans: _Recorded
    is_read_only: bool = False

    def __getattr__(self, name: str) -> object:
        return getattr(self.desk, name)


def _recorded(desk: "Desk", page: AllocationPage, plan: Plan) -> RecordedPlansDialog:
    """Two plans, one of which was undone, where none is recorded yet."""
    allocation = _shown(desk, page)
    fills = desk.recorded_plans.fills_of(plan, allocation)
    found = desk.recorded_plans.all() or recorded_twice(plan, fills, allocation, desk.clock.now())
    return RecordedPlansDialog(cast("Desk", _WithRecorded(desk, _Recorded(found), desk.is_read_only)), page)


def _recorded_changes(desk: "Desk", page: AllocationPage, plan: Plan) -> RecordedPlansDialog:
    dialog = _recorded(desk, page, plan)
    dialog.show_changes()
    return dialog


_WITH_TARGETS: Final[Sequence[tuple[str, Callable[["Desk", AllocationPage], QDialog]]]] = (
    ("target_editor", _edited),
    ("target_editor_over", _over_allocated),
    ("target_editor_outdated", _outdated),
    ("conflict", _merge),
    ("strategies", _strategies),
    ("recorded_plans_none", RecordedPlansDialog),
)
_WITH_TRADES: Final[Sequence[tuple[str, Callable[["Desk", AllocationPage, Plan], QDialog]]]] = (
    ("record", _record),
    ("record_overdrawn", _overdrawn),
    ("recorded_plans", _recorded),
    ("recorded_changes", _recorded_changes),
)
