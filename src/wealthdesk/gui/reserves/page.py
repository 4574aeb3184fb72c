"""The reserves page: funds, their companies, proposed changes of what is planned, and committing them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton, QStackedWidget, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.reallocation import Change, ClearCap, Line, State, equalised, evaluate, scaled
from wealthdesk.domain.reserves import Fund, header_of_fund, state_of_fund
from wealthdesk.errors import NotFound, PortfolioChanged, WealthDeskError
from wealthdesk.gui import chosen_folder, problems
from wealthdesk.gui import format as text
from wealthdesk.gui.bus import Bus
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.page import Page
from wealthdesk.gui.read_only import WHY, keep_off
from wealthdesk.gui.reallocation.conflict_dialog import ConflictDialog, Unsaved
from wealthdesk.gui.reserves import words
from wealthdesk.gui.reserves.amount_dialogs import AdjustDialog, BudgetDialog, MoveDialog
from wealthdesk.gui.reserves.columns import CAP
from wealthdesk.gui.reserves.forms import CompanyDialog, FundDialog
from wealthdesk.gui.reserves.fund_view import FundView, ReservesHead
from wealthdesk.gui.reserves.import_dialog import ImportDialog
from wealthdesk.gui.reserves.proposal import Drafts, DraftStanding, ProposedPanel
from wealthdesk.gui.reserves.rows import CompanyRow
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.choice_card import ChoiceCard
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.services.company_imports import companies_csv

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.drafts import KeptDraft

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
        self._desk, self._bus = desk, bus
        self._fund: Fund | None = None
        self._wanted_id = ""
        self._standing: DraftStanding | None = None
        self._drafts = Drafts()
        # What is edited is kept a moment after the last edit, and when the page or the window goes.
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keeping.timeout.connect(self._keep_meanwhile)
        self._request_id = str(uuid4())
        self._is_waiting = False
        self._dialog: QDialog | None = None
        self.question: QMessageBox | None = None
        self.header = ReservesHead()
        self.view = FundView()
        self.panel = ProposedPanel()
        self.tabs = Segment("What is shown", [(_COMPANIES, "Companies"), (_PROPOSED, "Proposed changes")])
        self.no_fund = self._made_no_fund()
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
        assert self._standing is not None
        return self._standing.draft

    def choose_fund(self, fund_id: str) -> None:
        """Show another fund; what is edited here stays."""
        if self.view.table.finish_editing():
            self._wanted_id = fund_id
            self.view.show_notice(Tone.NEUTRAL, "")
        self._read()

    def take(self, changes: Iterable[Change]) -> None:
        """Propose these changes on top of what is proposed already."""
        self.edit(self.draft.taking(changes))

    def edit(self, draft: EditedLines) -> None:
        """Show other edits of this fund."""
        assert self._standing is not None
        if draft is not self.draft:
            self._drafts.keep(draft)
            self._keeping.start()
            self.view.show_notice(Tone.NEUTRAL, "")
            if self._standing.theirs is not None:
                # Where nothing clashes any more, the edits go on on the version of now.
                self._read()
                return
            self._standing = DraftStanding(draft)
            self._show()

    def keep_unsaved(self) -> None:
        self._keeping.stop()
        for fund_id in () if self._desk.is_read_only else tuple(self._drafts.unkept):
            draft = self._drafts.of(fund_id)
            version, changes = (draft.state.version, draft.changes) if draft else (0, ())
            self._desk.drafts.keep(header_of_fund(fund_id), version, changes, self._drafts.reason(fund_id))
            self._drafts.unkept.discard(fund_id)

    def refresh(self) -> None:
        # What is being typed is not taken away: it is read again once the field is closed.
        self._is_waiting = self.view.table.editor is not None
        if not self._is_waiting:
            self._read()

    def own_steps(self) -> tuple[Callable[[], object] | None, Callable[[], object] | None]:
        if self._standing is None:
            return None, None
        undo, redo = self.view.tools.undo, self.view.tools.redo
        return undo.click if self.draft.can_undo else None, redo.click if self.draft.can_redo else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._fund is not None and self._fund.companies:
            # Not as if it came by key: a row is selected by the first key that is meant for the table.
            self.view.table.setFocus(Qt.FocusReason.MouseFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._keep_meanwhile()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # Reading what is kept

    def _read(self) -> None:
        funds = self._desk.funds.all()
        before = self._fund
        self._fund = _chosen(funds, self._wanted_id or (before.id if before else ""))
        self._wanted_id = ""
        if before is not None and all(each.id != before.id for each in funds):
            self._tell_removed(before)
        self.header.show_funds(funds, self._fund)
        self._stack.setCurrentWidget(self._full if self._fund else self.no_fund)
        if self._fund is None:
            self._standing = None
            self.panel.show_proposed(None)
        else:
            self._read_edits(self._fund, is_other=before is None or before.id != self._fund.id)
        self._arrange()

    def _read_edits(self, fund: Fund, *, is_other: bool) -> None:
        came_back = self._brought_back(fund) if self._drafts.is_new(fund.id) else None
        self._standing = self._drafts.standing(fund)
        if is_other:
            self.panel.set_reason(self._drafts.reason(fund.id))
            self.fund_shown.emit(fund.id)
        if self._standing.carried_over:
            version, edits = fund.version, len(self.draft.changes)
            self.view.show_notice(Tone.NEUTRAL, words.carried_over(version, edits))
        elif came_back is not None:
            what = text.came_back(came_back.count, came_back.kept_at, self._desk.clock.now())
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

    def _brought_back(self, fund: Fund) -> "KeptDraft | None":
        """What was proposed for the fund when it was last seen, on the version that it was proposed for."""
        kept = self._desk.drafts.of(fund.header)
        if kept is not None:
            try:
                state = self._desk.reallocations.state_at(fund.header, kept.version)
            except NotFound:
                state = state_of_fund(fund)
            self._drafts.keep(EditedLines.of(state, kept.changes))
            self._drafts.keep_reason(fund.id, kept.reason)
            self._drafts.unkept.discard(fund.id)
        return kept

    def _tell_removed(self, fund: Fund) -> None:
        lost = " What was edited here is gone with it." if self._drafts.drop(fund.id) else ""
        self.view.show_notice(Tone.NEUTRAL, f"{fund.name} was removed.{lost}")

    # What the user asks for

    def _on_amount_typed(self, row: CompanyRow, column: int, minor: int | None) -> None:
        draft = self.draft
        self.edit(draft.with_cap(row.key, minor) if column == CAP else draft.with_amount(row.key, minor or 0))

    def _on_amount_refused(self, row: CompanyRow, column: int, why: str) -> None:
        what = "The cap" if column == CAP else "What is planned"
        self.view.show_notice(Tone.ERROR, why, f"{what} for {row.name} stays as it was.")

    def _on_problem(self, why: str, field: str) -> None:
        told = f"{field}: correct it, or leave it as it was with Esc." if why else ""
        self.view.show_notice(Tone.ERROR, why, told)

    def _on_editing_ended(self) -> None:
        if self._is_waiting:
            self.refresh()

    def _on_reason(self, reason: str) -> None:
        if self._fund is not None:
            self._drafts.keep_reason(self._fund.id, reason)
            self._keeping.start()

    def _on_adjust(self) -> None:
        self._open_for_changes(AdjustDialog(self.draft, self._lines(), self))

    def _on_move(self) -> None:
        self._open_for_changes(MoveDialog(self.draft, self._lines(of_selected_only=True), self))

    def _on_budget(self) -> None:
        self._open_for_changes(BudgetDialog(self.draft, self))

    def _on_equalise(self) -> None:
        self.take(equalised(self._lines(least=2)))

    def _on_uncap(self) -> None:
        self.take(ClearCap(line.key) for line in self._lines() if line.cap is not None)

    def _on_scale(self) -> None:
        now, changing = self.draft.now, {line.key for line in self._lines(least=2)}
        if now.budget is None:
            return
        changes = scaled(now.lines, now.budget, [line.key for line in now.lines if line.key not in changing])
        others = sum(line.amount for line in now.lines if line.key not in changing)
        self.take(changes)
        if others > now.budget:
            self.view.show_notice(Tone.ERROR, "The other companies alone plan more than the budget.")

    def _on_commit(self) -> None:
        if not self.view.table.finish_editing():
            return
        if not self.panel.can_commit:
            self._show_panel()
            self.panel.focus_what_is_open()
            return
        preview = self.panel.proposed
        assert preview is not None
        try:
            receipt = self._desk.reallocations.commit(
                preview.state.header,
                preview.state.version,
                preview.changes,
                preview.token,
                reason=self.panel.reason,
                request_id=self._request_id,
                accepted=self.panel.accepted,
            )
        except WealthDeskError as refusal:
            self._on_refused(refusal)
            return
        self._show_kept(preview.state.header.id, receipt.version)

    def _on_refused(self, refusal: WealthDeskError) -> None:
        if isinstance(refusal, PortfolioChanged):
            self._read()
        self.view.show_notice(Tone.ERROR, "Nothing was kept", str(refusal))

    def _show_kept(self, fund_id: str, version: int) -> None:
        self._drafts.drop(fund_id)
        self._keeping.start(0)
        self._request_id = str(uuid4())
        self.panel.set_reason("")
        self._read()
        self.view.show_notice(Tone.OK, f"Version {version} is kept", "History tells what was changed, and why.")

    def _on_merge(self) -> None:
        if self._standing is None or self._standing.theirs is None:
            return
        unsaved = Unsaved(self.draft.state, self.draft.changes, self.panel.reason)
        dialog = ConflictDialog(self._desk, unsaved, self, bus=self._bus)
        dialog.saved.connect(lambda receipt: self._show_kept(unsaved.base.header.id, receipt.version))
        dialog.editing_chosen.connect(self._on_merge_edited)
        open_dialog(dialog)

    def _on_merge_edited(self, theirs: State, changes: Sequence[Change]) -> None:
        """The merge is edited further, on the version of now."""
        self._drafts.keep(EditedLines.of(theirs).taking(changes))
        self._read()

    def _on_notice(self) -> None:
        if self._fund is not None and self._fund.is_archived:
            self.view.show_notice(Tone.NEUTRAL, "")
            self._desk.funds.archive(self._fund.id, is_archived=False)

    def _on_new_fund(self) -> None:
        self._open_fund(FundDialog(self._desk, parent=self))

    def _on_edit_fund(self) -> None:
        if self._fund is not None:
            self._open_fund(FundDialog(self._desk, self._fund, self))

    def _on_archive(self) -> None:
        if self._fund is not None:
            self.view.show_notice(Tone.NEUTRAL, "")
            self._desk.funds.archive(self._fund.id, is_archived=not self._fund.is_archived)

    def _on_remove_fund(self) -> None:
        if self._fund is None:
            return
        fund = self._desk.funds.goes_with(self._fund.id).fund
        self._ask_to_remove(fund.name, words.goes_with_fund(fund), partial(self._desk.funds.remove, fund.id))

    def _on_add_company(self) -> None:
        if self._fund is not None:
            dialog = CompanyDialog(self._desk, self._fund, parent=self)
            dialog.saved.connect(lambda company: self.view.table.select(company.key))
            open_dialog(dialog)

    def _on_edit_company(self, row: CompanyRow) -> None:
        if self._fund is not None and row.company is not None and not self._desk.is_read_only:
            open_dialog(CompanyDialog(self._desk, self._fund, row.company, self))

    def _on_exit(self, rows: Sequence[CompanyRow]) -> None:
        assert self._fund is not None
        is_exited = not all(row.is_exited for row in rows)
        for row in rows:
            if row.is_exited != is_exited:
                self._desk.funds.exit_company(self._fund.id, row.key.id, is_exited=is_exited)

    def _on_remove_company(self, row: CompanyRow) -> None:
        assert self._fund is not None
        goes = self._desk.funds.goes_with_company(self._fund.id, row.key.id)
        remove = partial(self._desk.funds.remove_company, goes.fund.id, goes.company.id)
        self._ask_to_remove(goes.company.name, words.goes_with_company(goes.fund, goes.company), remove)

    def _ask_to_remove(self, name: str, explanation: str, remove: Callable[[], object]) -> None:
        self.question = problems.ask(f"Remove {name}?", explanation, "&Remove", self, danger=True)
        self.question.accepted.connect(remove)

    def _on_import(self) -> None:
        dialog = QFileDialog(
            self, "Import companies", chosen_folder.to_open(), "CSV files (*.csv *.txt);;All files (*)"
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_import_selected)
        open_dialog(dialog)

    def _on_import_selected(self, path: str) -> None:
        chosen_folder.remember(Path(path))
        dialog = ImportDialog(self._desk, Path(path), self._fund, self, bus=self._bus)
        dialog.saved.connect(lambda fund: self.choose_fund(fund.id))
        open_dialog(dialog)

    def _on_export(self) -> None:
        assert self._fund is not None
        dialog = QFileDialog(self, "Export companies", chosen_folder.to_save(), "CSV files (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{self._fund.name}.csv")
        dialog.fileSelected.connect(partial(self._export, self._fund))
        open_dialog(dialog)

    def _export(self, fund: Fund, path: str) -> None:
        chosen_folder.remember(Path(path))
        self._desk.exports.save(Path(path), companies_csv(fund))

    def _open_for_changes(self, dialog: AdjustDialog | MoveDialog | BudgetDialog) -> None:
        dialog.saved.connect(self.take)
        open_dialog(dialog)

    def _open_fund(self, dialog: FundDialog) -> None:
        dialog.saved.connect(lambda fund: self.choose_fund(fund.id))
        open_dialog(dialog)

    def _lines(self, *, least: int = 1, of_selected_only: bool = False) -> list[Line]:
        """The lines that are selected; where there are fewer than `least`, those of every company that is held."""
        chosen = {row.key for row in self.view.chosen()}
        lines = self.draft.now.lines
        if of_selected_only or len(chosen) >= least:
            return [line for line in lines if line.key in chosen]
        return [line for line in lines if not line.is_gone]

    # What is shown

    def _show(self) -> None:
        fund, standing = self._fund, self._standing
        assert fund is not None and standing is not None
        preview = evaluate(standing.draft.state, standing.draft.changes, self._desk.settings.limits())
        self.view.show_preview(fund, preview)
        self.view.tools.show_steps(can_undo=self.draft.can_undo, can_redo=self.draft.can_redo)
        theirs = standing.theirs
        self.view.show_conflict(words.clashing(theirs.version, standing.clashing) if theirs else "")
        self.panel.show_proposed(preview, "Merge to commit" if theirs else "")

    def _show_panel(self) -> None:
        if self.tabs.isVisible():
            self.tabs.choose(_PROPOSED)
            self._arrange()

    def _arrange(self) -> None:
        """Beside each other where there is room; otherwise the one that is chosen."""
        has_fund = self._fund is not None
        is_narrow = self.width() < _SIDE_BY_SIDE
        chosen = self.tabs.choice()
        self._tab_line.setVisible(is_narrow and has_fund)
        self._content.setVisible(not is_narrow or chosen == _COMPANIES or not has_fund)
        self.panel.setVisible(has_fund and (not is_narrow or chosen == _PROPOSED))

    def _made_no_fund(self) -> EmptyState:
        add = ChoiceCard("reserves", "Add a fund", "Its name, its size, perhaps a budget.", "Add a fund…", primary=True)
        file = ChoiceCard(
            "import", "Import companies", "A CSV file with what is planned for each.", "Import companies…"
        )
        add.chosen.connect(self._on_new_fund)
        file.chosen.connect(self._on_import)
        return EmptyState(*words.NO_FUND, [add, file], picture=False)

    def _lay_out(self) -> None:
        self._tab_line, self._content, self._full = QWidget(), QWidget(), self.view
        self._stack = QStackedWidget()
        for each in (self.view, self.no_fund):
            self._stack.addWidget(each)
        self.setMinimumSize(480, 400)
        column = vertical(self._content, spacing=14, margins=(24, 20, 24, 16))
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        outer = vertical(self, spacing=0)
        horizontal(self._tab_line, margins=(24, 14, 24, 0)).addWidget(self.tabs)
        outer.addWidget(self._tab_line)
        row = horizontal(spacing=0)
        row.addWidget(self._content, 1)
        row.addWidget(self.panel)
        outer.addLayout(row, 1)

    def _connect(self) -> None:
        header, view, tools = self.header, self.view, self.view.tools
        header.fund_chosen.connect(self.choose_fund)
        header.new_fund_clicked.connect(self._on_new_fund)
        header.edit_fund_clicked.connect(self._on_edit_fund)
        header.archive_clicked.connect(self._on_archive)
        header.remove_fund_clicked.connect(self._on_remove_fund)
        header.export_clicked.connect(self._on_export)
        for each in (header.import_clicked, view.import_clicked):
            each.connect(self._on_import)
        tools.undo.clicked.connect(lambda: self.edit(self.draft.undone()))
        tools.redo.clicked.connect(lambda: self.edit(self.draft.redone()))
        tools.adjust_clicked.connect(self._on_adjust)
        tools.scale_clicked.connect(self._on_scale)
        tools.equalise_clicked.connect(self._on_equalise)
        tools.move_clicked.connect(self._on_move)
        tools.uncap_clicked.connect(self._on_uncap)
        tools.budget_clicked.connect(self._on_budget)
        tools.add.clicked.connect(self._on_add_company)
        view.edit_clicked.connect(self._on_edit_company)
        view.exit_clicked.connect(self._on_exit)
        view.remove_clicked.connect(self._on_remove_company)
        view.conflict.action_clicked.connect(self._on_merge)
        view.notice.action_clicked.connect(self._on_notice)
        view.table.amount_typed.connect(self._on_amount_typed)
        view.table.amount_refused.connect(self._on_amount_refused)
        view.table.problem_changed.connect(self._on_problem)
        view.table.editing_ended.connect(self._on_editing_ended)
        self.panel.discard_clicked.connect(lambda: self.edit(self.draft.reset()))
        self.panel.commit_clicked.connect(self._on_commit)
        self.panel.findings.cap_asked.connect(lambda key, bps: self.edit(self.draft.capped_at(key, bps)))
        self.panel.reason_changed.connect(self._on_reason)
        self.tabs.chosen.connect(self._arrange)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(tools.search.setFocus)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._on_commit)


def _chosen(funds: Sequence[Fund], wanted_id: str) -> Fund | None:
    """The fund that is wanted; otherwise the first that is not archived."""
    offered = sorted(funds, key=lambda each: (each.id != wanted_id, each.is_archived))
    return next(iter(offered), None)
