"""What the pictures show of reserves: proposed changes with findings, and every dialog filled as it would open."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import Change, Line, SetAmount, SetCap
from wealthdesk.domain.reserves import Company, Fund
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.gui.reserves.forms import AdjustDialog, BudgetDialog, CompanyDialog, FundDialog, MoveDialog
from wealthdesk.gui.reserves.import_dialog import ImportDialog
from wealthdesk.gui.reserves.page import ReservesPage
from wealthdesk.services.company_imports import CompaniesDraft, CompanyDraft, Problem

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_Made = tuple[str, Callable[[], QDialog]]
_FILE = "follow-ons.csv"


def views(desk: "Desk", page: ReservesPage) -> list[tuple[str, Callable[[], object]]]:
    """The page as it is, and last with proposed changes."""
    return [("unchanged", partial(_show_unchanged, page)), ("", partial(_show_changed, page))]


def dialogs(desk: "Desk", page: ReservesPage) -> list[_Made]:
    """Those that the fund shown has something to show in."""
    found: list[_Made] = [("fund", lambda: FundDialog(desk, parent=page))]
    fund = page.fund
    if fund is None or len(fund.companies) < 3:
        return found
    draft = page.draft
    lines = sorted(draft.now.lines, key=lambda line: -line.amount)
    return [
        *found,
        ("fund_edited", lambda: FundDialog(desk, fund, page)),
        ("company", lambda: CompanyDialog(desk, fund, parent=page)),
        ("company_edited", lambda: CompanyDialog(desk, fund, _largest_first(fund)[0], page)),
        ("adjust_reserves", lambda: _adjust(draft, lines[:3], page)),
        ("move_reserves", lambda: MoveDialog(draft, lines[:2], page)),
        ("budget", lambda: BudgetDialog(draft, page)),
        ("import_companies", lambda: ImportDialog(desk, _file(fund), fund, page)),
        ("import_companies_problems", lambda: ImportDialog(desk, _bad_file(fund), fund, page)),
        ("reserves_changed_elsewhere", lambda: _conflict(desk, page)),
    ]


def proposed_changes(fund: Fund) -> tuple[Change, ...]:
    """One amount above its cap, one lower, one higher: what a preview has something to say about."""
    kept = _largest_first(fund)
    capped = [each for each in kept[1:] if each.cap_minor is not None]
    changes: list[Change] = []
    if capped:
        first = min(capped, key=lambda each: (each.cap_minor or 0) - each.planned_minor)
        changes.append(SetAmount(first.key, (first.cap_minor or 0) * 9 // 8))
        changes += [SetAmount(each.key, each.planned_minor * 4 // 5) for each in capped if each is not first][:1]
    changes += [SetAmount(each.key, each.planned_minor * 3 // 2) for each in kept if each.cap_minor is None][:1]
    return tuple(changes)


def _largest_first(fund: Fund) -> list[Company]:
    held = [each for each in fund.companies if not each.is_exited]
    return sorted(held, key=lambda each: -each.planned_minor)


def _show_unchanged(page: ReservesPage) -> None:
    page.refresh()
    if page.fund is not None:
        page.edit(EditedLines.of(page.draft.state))
        page.panel.set_reason("")


def _show_changed(page: ReservesPage) -> None:
    page.refresh()
    if page.fund is not None:
        page.edit(EditedLines.of(page.draft.state, proposed_changes(page.fund)))
        page.panel.set_reason("Bridge round before the Series B")
        page.panel.findings.accept_all()


def _adjust(draft: EditedLines, lines: Sequence[Line], page: ReservesPage) -> QDialog:
    dialog = AdjustDialog(draft, lines, page)
    dialog.amount.set_minor(lines[0].amount // 10)
    dialog.amount.edited.emit(dialog.amount.minor())
    return dialog


def _file(fund: Fund) -> CompaniesDraft:
    kept = _largest_first(fund)
    lines = [
        CompanyDraft(2, None, kept[0].name, kept[0].planned_minor * 11 // 10, deployed_minor=kept[0].deployed_minor),
        CompanyDraft(3, None, kept[1].name, kept[1].planned_minor, kept[1].cap_minor, has_cap=True),
        CompanyDraft(
            4, "2041", "Orchard Fermentation", kept[0].planned_minor // 4, kept[0].planned_minor // 2, True, 0
        ),
    ]
    return CompaniesDraft(_FILE, tuple(lines), (), 4)


def _bad_file(fund: Fund) -> CompaniesDraft:
    problems = (
        Problem(3, "planned_reserves", "“4,5OO,000” is not a number.", "Write digits only, such as 4,500,000."),
        Problem(5, "allocation_cap", f"{fund.companies[0].name} has more planned than its cap.",
                "Lower the amount or raise the cap."),
        Problem(9, "name", f"“{fund.companies[1].name}” stands on line 4 already.", "Keep one of the two lines."),
    )  # fmt: skip
    return CompaniesDraft(_FILE, (), problems, 9)


def _conflict(desk: "Desk", page: ReservesPage) -> QDialog:
    """As if the version of now had been saved while the one before was edited."""
    assert page.fund is not None
    state = desk.reallocations.state(page.fund.header)
    lines = sorted(state.lines, key=lambda line: -line.amount)
    first, second, third = lines[:3]
    base = replace(
        state,
        version=max(state.version - 1, 1),
        lines=(
            replace(first, amount=first.amount * 4 // 5),
            second,
            replace(third, amount=third.amount * 5 // 4),
            *lines[3:],
        ),
    )
    mine = (
        SetAmount(first.key, first.amount * 9 // 10),
        SetAmount(second.key, second.amount * 6 // 5),
        SetCap(second.key, second.amount * 2),
    )
    return ConflictDialog(desk, Unsaved(base, mine, "Bridge round"), page)
