"""The reserves page: funds, their companies, proposed changes of what is planned, and committing them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import Change, ClearCap, Line, State, equalised, evaluate, scaled
from wealthdesk.domain.reserves import Fund
from wealthdesk.errors import PortfolioChanged, WealthDeskError
from wealthdesk.gui import chosen_folder, problems
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.page import Bus, Page, SideBySide
from wealthdesk.gui.read_only import WHY, keep_off
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.gui.reserves import words
from wealthdesk.gui.reserves.columns import CAP, CompanyRow
from wealthdesk.gui.reserves.forms import AdjustDialog, BudgetDialog, CompanyDialog, FundDialog, MoveDialog
from wealthdesk.gui.reserves.fund_view import FundView, ReservesHead
from wealthdesk.gui.reserves.import_dialog import ImportDialog
from wealthdesk.gui.reserves.proposal import Drafts, DraftStanding, ProposedPanel
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import Stack, vertical
from wealthdesk.services.company_imports import companies_csv

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_KEEP_AFTER_MS: Final = 3_000
_SIDE_BY_SIDE: Final = 960
"""From this width on the proposed changes stand beside the companies; in a narrower page one of the two is shown."""
_FILES: Final = "CSV files (*.csv *.txt);;All files (*)"
_COMPANIES, _PROPOSED = "companies", "proposed"


class ReservesPage(Page):
    """What is edited is a draft per fund until it is committed; showing never keeps anything."""

    shows: ClassVar[Changes] = frozenset({Topic.RESERVES, Topic.SETTINGS})

    fund_shown = Signal(object)
    """The id of the fund that is shown now."""

    def __init__(self, desk: "Desk", bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(bus, parent)
        self.desk, self.bus = desk, bus
        self._fund: Fund | None = None
        self._wanted_id = ""
        self.edits: DraftStanding | None = None
        self.drafts = Drafts()
        # What is edited is kept a moment after the last edit, and when the page or the window goes.
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keeping.timeout.connect(self._keep_meanwhile)
        self._is_waiting = False
        self.question: QMessageBox | None = None
        self.tabs = Segment("What is shown", [(_COMPANIES, "Companies"), (_PROPOSED, "Proposed changes")])
        self._both = SideBySide(self.tabs, _SIDE_BY_SIDE, self)
        self._content = QWidget(self._both)
        self._stack = Stack(self._content)
        self.header = ReservesHead(self._content)
        self.view = self._full = FundView(self._stack)
        self.panel = ProposedPanel(parent=self._both)
        self.deeds, *_ = FundDeeds(self), _AmountDeeds(self), _Commits(self)
        self.no_fund = self.deeds.made_no_fund()
        self._lay_out()
        self._connect()
        view = self.view
        keep_off(desk, self.header.menu, view.tools.add, view.tools.amounts, view.notice.button, view.conflict.button)
        keep_off(desk, view.add_first, view.import_first, *view.steps, *self.no_fund.findChildren(QPushButton))
        keep_off(desk, self.panel.commit, self.panel.discard, self.panel.reason_field)
        if desk.is_read_only:
            view.table.keep_fixed()
            self.panel.nothing = WHY
            self.panel.findings.offers_caps = False

    @property
    def fund(self) -> Fund | None:
        """The fund that is shown, as it is kept."""
        return self._fund

    @property
    def draft(self) -> EditedLines:
        """The edits of the fund that is shown."""
        assert self.edits is not None
        return self.edits.draft

    def standing(self) -> dict[str, str]:
        return {"fund": self._fund.id if self._fund else self._wanted_id}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        # One that is gone since reads as the first one.
        self._wanted_id = kept.get("fund", "")

    def choose_fund(self, fund_id: str) -> None:
        """Show another fund; what is edited here stays."""
        if self.view.table.finish_editing():
            self._wanted_id = fund_id
            self.view.show_notice(Tone.NEUTRAL, "")
        self.read()

    def take(self, changes: Iterable[Change]) -> None:
        """Propose these changes on top of what is proposed already."""
        self.edit(self.draft.taking(changes))

    def edit(self, draft: EditedLines) -> None:
        """Show other edits of this fund."""
        assert self.edits is not None
        if draft is not self.draft:
            self.drafts.keep(draft)
            self.keep_soon()
            self.view.show_notice(Tone.NEUTRAL, "")
            if self.edits.theirs is not None:
                # Where nothing clashes any more, the edits go on on the version of now.
                self.read()
                return
            self.edits = DraftStanding(draft)
            self._show()

    def keep_unsaved(self) -> None:
        self._keeping.stop()
        if not self.desk.is_read_only:
            self.drafts.keep_unkept(self.desk)

    def keep_soon(self, after_ms: int = _KEEP_AFTER_MS) -> None:
        """Keep what is edited a moment from now."""
        self._keeping.start(after_ms)

    def refresh(self) -> None:
        # What is being typed is not taken away: it is read again once the field is closed.
        self._is_waiting = self.view.table.editor is not None
        if not self._is_waiting:
            self.read()

    def own_steps(self) -> tuple[Callable[[], object] | None, Callable[[], object] | None]:
        if self.edits is None:
            return None, None
        undo, redo = self.view.tools.undo, self.view.tools.redo
        return undo.click if self.draft.can_undo else None, redo.click if self.draft.can_redo else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._fund is not None and self._fund.companies:
            # Not as if it came by key: a row is selected by the first key that is meant for the table.
            self.view.table.setFocus(Qt.FocusReason.MouseFocusReason)
        elif self._fund is None:
            self.no_fund.take_focus(event.reason())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._keep_meanwhile()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # Reading what is kept

    def read(self) -> None:
        """Show the funds as they are kept now, with what is edited here."""
        funds = self.desk.funds.all()
        before = self._fund
        self._fund = _chosen(funds, self._wanted_id or (before.id if before else ""))
        self._wanted_id = ""
        if before is not None and all(each.id != before.id for each in funds):
            self._tell_removed(before)
        self.header.show_funds(funds, self._fund)
        self._stack.setCurrentWidget(self._full if self._fund else self.no_fund)
        if self._fund is None:
            self.edits = None
            self.panel.show_proposed(None)
        else:
            self._read_edits(self._fund, is_other=before is None or before.id != self._fund.id)
        self._arrange()

    def _read_edits(self, fund: Fund, *, is_other: bool) -> None:
        came_back = self.drafts.brought_back(self.desk, fund) if self.drafts.is_new(fund.id) else None
        self.edits = self.drafts.standing(fund)
        self.view.hide_notice_of_before(fund.version)
        if is_other:
            self.panel.set_reason(self.drafts.reason(fund.id))
            self.fund_shown.emit(fund.id)
        if self.edits.carried_over:
            version, edits = fund.version, len(self.draft.changes)
            self.view.show_notice(Tone.NEUTRAL, words.carried_over(version, edits))
        elif came_back is not None:
            what = text.came_back(came_back.count, came_back.kept_at, self.desk.clock.now())
            self.view.show_notice(Tone.NEUTRAL, what)
        elif fund.is_archived and self.view.notice.isHidden():
            self.view.show_notice(
                Tone.NEUTRAL, "This fund is archived", "It is kept as it was.", action="&Offer it again"
            )
        self._show()

    def _keep_meanwhile(self) -> None:
        """What is refused now is here still, and asked about when the window is closed."""
        with suppress(WealthDeskError):
            self.keep_unsaved()

    def _tell_removed(self, fund: Fund) -> None:
        lost = " What was edited here is gone with it." if self.drafts.drop(fund.id) else ""
        self.view.show_notice(Tone.NEUTRAL, f"{fund.name} was removed.{lost}")

    # What the user asks for

    def _on_editing_ended(self) -> None:
        if self._is_waiting:
            self.refresh()

    def _on_reason(self, reason: str) -> None:
        if self._fund is not None:
            self.drafts.keep_reason(self._fund.id, reason)
            self.keep_soon()

    # What is shown

    def _show(self) -> None:
        fund, standing = self._fund, self.edits
        assert fund is not None and standing is not None
        preview = evaluate(standing.draft.state, standing.draft.changes, self.desk.settings.limits())
        self.view.show_preview(fund, preview)
        self.view.tools.show_steps(can_undo=self.draft.can_undo, can_redo=self.draft.can_redo)
        theirs = standing.theirs
        self.view.show_conflict(words.clashing(theirs.version, standing.clashing) if theirs else "")
        self.panel.show_proposed(preview, "Merge to commit" if theirs else "")

    def show_panel(self) -> None:
        """Show the proposed changes where they are not beside the companies."""
        if self.tabs.isVisible():
            self.tabs.choose(_PROPOSED)
            self._arrange()

    def _arrange(self) -> None:
        self._both.arrange(self.width(), has_right=self._fund is not None)

    def _lay_out(self) -> None:
        for each in (self.view, self.no_fund):
            self._stack.addWidget(each)
        self.setMinimumSize(480, 400)
        column = vertical(self._content, spacing=14, margins=(24, 20, 24, 16))
        column.addWidget(self.header)
        column.addWidget(self._stack.place, 1)
        self._both.put(self._content, self.panel)
        vertical(self).addWidget(self._both)

    def _connect(self) -> None:
        tools = self.view.tools
        self.header.fund_chosen.connect(self.choose_fund)
        tools.undo.clicked.connect(lambda: self.edit(self.draft.undone()))
        tools.redo.clicked.connect(lambda: self.edit(self.draft.redone()))
        self.view.table.editing_ended.connect(self._on_editing_ended)
        self.panel.discard_clicked.connect(lambda: self.edit(self.draft.reset()))
        self.panel.findings.cap_asked.connect(lambda key, bps: self.edit(self.draft.capped_at(key, bps)))
        self.panel.reason_changed.connect(self._on_reason)
        self.tabs.chosen.connect(self._arrange)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(tools.search.setFocus)


def _chosen(funds: Sequence[Fund], wanted_id: str) -> Fund | None:
    """The fund that is wanted; otherwise the first that is not archived."""
    offered = sorted(funds, key=lambda each: (each.id != wanted_id, each.is_archived))
    return next(iter(offered), None)


class FundDeeds(QObject):
    """What is done with funds and companies besides their amounts: forms, archive and removal, files."""

    def __init__(self, page: ReservesPage) -> None:
        super().__init__(page)
        self._page = page
        header, view = page.header, page.view
        header.new_fund_clicked.connect(self._on_new_fund)
        header.edit_fund_clicked.connect(self._on_edit_fund)
        header.archive_clicked.connect(self._on_archive)
        header.remove_fund_clicked.connect(self._on_remove_fund)
        header.export_clicked.connect(self._on_export)
        for each in (header.import_clicked, view.import_clicked):
            each.connect(self._on_import)
        view.tools.add.clicked.connect(self._on_add_company)
        view.edit_clicked.connect(self._on_edit_company)
        view.exit_clicked.connect(self._on_exit)
        view.remove_clicked.connect(self._on_remove_company)
        view.notice.action_clicked.connect(self._on_notice)

    def made_no_fund(self) -> EmptyState:
        """What is shown while there is no fund."""
        add = ChoiceCard("reserves", "Add a fund", "Its name, its size, perhaps a budget.", "Add a fund…", primary=True)
        file = ChoiceCard(
            "import", "Import companies", "A CSV file with what is planned for each.", "Import companies…"
        )
        add.chosen.connect(self._on_new_fund)
        file.chosen.connect(self._on_import)
        return EmptyState(*words.NO_FUND, [add, file], picture=False)

    def _on_notice(self) -> None:
        if self._page.fund is not None and self._page.fund.is_archived:
            self._page.view.show_notice(Tone.NEUTRAL, "")
            self._page.desk.funds.archive(self._page.fund.id, is_archived=False)

    def _on_new_fund(self) -> None:
        self._open_fund(FundDialog(self._page.desk, parent=self._page))

    def _on_edit_fund(self) -> None:
        if self._page.fund is not None:
            self._open_fund(FundDialog(self._page.desk, self._page.fund, self._page))

    def _on_archive(self) -> None:
        if self._page.fund is not None:
            self._page.view.show_notice(Tone.NEUTRAL, "")
            self._page.desk.funds.archive(self._page.fund.id, is_archived=not self._page.fund.is_archived)

    def _on_remove_fund(self) -> None:
        if self._page.fund is None:
            return
        fund = self._page.desk.funds.goes_with(self._page.fund.id).fund
        self._ask_to_remove(fund.name, words.goes_with_fund(fund), partial(self._page.desk.funds.remove, fund.id))

    def _on_add_company(self) -> None:
        if self._page.fund is not None:
            dialog = CompanyDialog(self._page.desk, self._page.fund, parent=self._page)
            dialog.saved.connect(lambda company: self._page.view.table.select(company.key))
            open_dialog(dialog)

    def _on_edit_company(self, row: CompanyRow) -> None:
        if self._page.fund is not None and row.company is not None and not self._page.desk.is_read_only:
            open_dialog(CompanyDialog(self._page.desk, self._page.fund, row.company, self._page))

    def _on_exit(self, rows: Sequence[CompanyRow]) -> None:
        assert self._page.fund is not None
        is_exited = not all(row.is_exited for row in rows)
        for row in rows:
            if row.is_exited != is_exited:
                self._page.desk.funds.exit_company(self._page.fund.id, row.key.id, is_exited=is_exited)

    def _on_remove_company(self, row: CompanyRow) -> None:
        assert self._page.fund is not None
        goes = self._page.desk.funds.goes_with_company(self._page.fund.id, row.key.id)
        remove = partial(self._page.desk.funds.remove_company, goes.fund.id, goes.company.id)
        self._ask_to_remove(goes.company.name, words.goes_with_company(goes.fund, goes.company), remove)

    def _ask_to_remove(self, name: str, explanation: str, remove: Callable[[], object]) -> None:
        self._page.question = problems.ask(f"Remove {name}?", explanation, "&Remove", self._page, danger=True)
        self._page.question.accepted.connect(remove)

    def _on_import(self) -> None:
        dialog = QFileDialog(
            self._page, "Import companies", chosen_folder.to_open(), "CSV files (*.csv *.txt);;All files (*)"
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_import_selected)
        open_dialog(dialog)

    def _on_import_selected(self, path: str) -> None:
        chosen_folder.remember(Path(path))
        dialog = ImportDialog(self._page.desk, Path(path), self._page.fund, self._page, bus=self._page.bus)
        dialog.saved.connect(lambda fund: self._page.choose_fund(fund.id))
        open_dialog(dialog)

    def _on_export(self) -> None:
        assert self._page.fund is not None
        fund = self._page.fund
        chosen_folder.ask_export("Export companies", f"{fund.name}.csv", partial(self.export, fund), self._page)

    def export(self, fund: Fund, path: Path) -> None:
        """Write the companies of a fund to a file; WealthDeskError where that cannot be written."""
        self._page.desk.exports.save(path, companies_csv(fund))

    def _open_fund(self, dialog: FundDialog) -> None:
        dialog.saved.connect(lambda fund: self._page.choose_fund(fund.id))
        open_dialog(dialog)


class _AmountDeeds(QObject):
    """What is done with planned amounts and caps: typed into the table, or several at once."""

    def __init__(self, page: ReservesPage) -> None:
        super().__init__(page)
        self._page = page
        tools, table = page.view.tools, page.view.table
        tools.adjust_clicked.connect(self._on_adjust)
        tools.scale_clicked.connect(self._on_scale)
        tools.equalise_clicked.connect(self._on_equalise)
        tools.move_clicked.connect(self._on_move)
        tools.uncap_clicked.connect(self._on_uncap)
        tools.budget_clicked.connect(self._on_budget)
        table.amount_typed.connect(self._on_amount_typed)
        table.amount_refused.connect(self._on_amount_refused)
        table.problem_changed.connect(self._on_problem)

    def _on_amount_typed(self, row: CompanyRow, column: int, minor: int | None) -> None:
        draft = self._page.draft
        self._page.edit(draft.with_cap(row.key, minor) if column == CAP else draft.with_amount(row.key, minor or 0))

    def _on_amount_refused(self, row: CompanyRow, column: int, why: str) -> None:
        what = "The cap" if column == CAP else "What is planned"
        self._page.view.show_notice(Tone.ERROR, why, f"{what} for {row.name} stays as it was.")

    def _on_problem(self, why: str, field: str) -> None:
        told = f"{field}: correct it, or leave it as it was with Esc." if why else ""
        self._page.view.show_notice(Tone.ERROR, why, told)

    def _on_adjust(self) -> None:
        self._open_for_changes(AdjustDialog(self._page.draft, self._lines(), self._page))

    def _on_move(self) -> None:
        self._open_for_changes(MoveDialog(self._page.draft, self._lines(of_selected_only=True), self._page))

    def _on_budget(self) -> None:
        self._open_for_changes(BudgetDialog(self._page.draft, self._page))

    def _on_equalise(self) -> None:
        self._page.take(equalised(self._lines(least=2)))

    def _on_uncap(self) -> None:
        self._page.take(ClearCap(line.key) for line in self._lines() if line.cap is not None)

    def _on_scale(self) -> None:
        now, changing = self._page.draft.now, {line.key for line in self._lines(least=2)}
        if now.budget is None:
            return
        changes = scaled(now.lines, now.budget, [line.key for line in now.lines if line.key not in changing])
        others = sum(line.amount for line in now.lines if line.key not in changing)
        self._page.take(changes)
        if others > now.budget:
            self._page.view.show_notice(Tone.ERROR, "The other companies alone plan more than the budget.")

    def _open_for_changes(self, dialog: AdjustDialog | MoveDialog | BudgetDialog) -> None:
        dialog.saved.connect(self._page.take)
        open_dialog(dialog)

    def _lines(self, *, least: int = 1, of_selected_only: bool = False) -> list[Line]:
        """The lines that are selected; where there are fewer than `least`, those of every company that is held."""
        chosen = {row.key for row in self._page.view.chosen()}
        lines = self._page.draft.now.lines
        if of_selected_only or len(chosen) >= least:
            return [line for line in lines if line.key in chosen]
        return [line for line in lines if not line.is_gone]


class _Commits(QObject):
    """Keeps what is proposed as the next version, and merges it with one that was saved elsewhere."""

    def __init__(self, page: ReservesPage) -> None:
        super().__init__(page)
        self._page = page
        self._request_id = str(uuid4())
        page.panel.commit_clicked.connect(self._on_commit)
        page.view.conflict.action_clicked.connect(self._on_merge)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), page).activated.connect(self._on_commit)

    def _on_commit(self) -> None:
        if not self._page.view.table.finish_editing():
            return
        if not self._page.panel.can_commit:
            self._page.show_panel()
            self._page.panel.focus_what_is_open()
            return
        preview = self._page.panel.proposed
        assert preview is not None
        try:
            receipt = self._page.desk.reallocations.commit(
                preview.state.header,
                preview.state.version,
                preview.changes,
                preview.token,
                reason=self._page.panel.reason,
                request_id=self._request_id,
                accepted=self._page.panel.accepted,
            )
        except WealthDeskError as refusal:
            self._on_refused(refusal)
            return
        self._show_kept(preview.state.header.id, receipt.version)

    def _on_refused(self, refusal: WealthDeskError) -> None:
        if isinstance(refusal, PortfolioChanged):
            self._page.read()
        self._page.view.show_notice(Tone.ERROR, "Nothing was kept", str(refusal))

    def _show_kept(self, fund_id: str, version: int) -> None:
        self._page.drafts.drop(fund_id)
        self._page.keep_soon(0)
        self._request_id = str(uuid4())
        self._page.panel.set_reason("")
        self._page.read()
        told = "History tells what was changed, and why."
        self._page.view.show_notice(Tone.OK, f"Version {version} is kept", told, of_version=version)

    def _on_merge(self) -> None:
        if self._page.edits is None or self._page.edits.theirs is None:
            return
        unsaved = Unsaved(self._page.draft.state, self._page.draft.changes, self._page.panel.reason)
        dialog = ConflictDialog(self._page.desk, unsaved, self._page, bus=self._page.bus)
        dialog.saved.connect(lambda receipt: self._show_kept(unsaved.base.header.id, receipt.version))
        dialog.editing_chosen.connect(self._on_merge_edited)
        open_dialog(dialog)

    def _on_merge_edited(self, theirs: State, changes: Sequence[Change]) -> None:
        """The merge is edited further, on the version of now."""
        self._page.drafts.keep(EditedLines.of(theirs).taking(changes))
        self._page.read()
