"""The foot of the planner: copy the plan, save it as CSV or PDF, or record it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from wealthdesk.domain.plans import Mode, Plan
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.widgets.buttons import action, button, menu_button, primary_button, set_key
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import rule
from wealthdesk.services.plan_export import plan_csv, plan_text

if TYPE_CHECKING:
    from wealthdesk.services.allocation import Allocation
    from wealthdesk.services.desk import Desk

_NO_PLAN: Final = "There is no plan yet."
_NO_TRADES: Final = "The plan has no trades to record."
_FILE_NAMES: Final = {Mode.DEPOSIT: "deposit", Mode.WITHDRAWAL: "withdrawal", Mode.REBALANCE: "rebalance"}


class PlanActions(QWidget):
    """Acts on what was last shown with `show_plan`."""

    record_requested = Signal()

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._plan: Plan | None = None
        self._allocation: Allocation | None = None
        self._dialog: QFileDialog | None = None
        self.copy_button = button("&Copy", icon="copy", tip="Copy the plan as rows for a spreadsheet (Ctrl+C)")
        self.save_button = menu_button("&Save", self._menu(), tip="Save the plan as a file")
        self.record_button = primary_button("&Record…")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            set_key(self.record_button, keys)
        self._lay_out()
        self.copy_button.clicked.connect(self.copy)
        self.record_button.clicked.connect(self.record_requested)

    def show_plan(self, plan: Plan | None, allocation: "Allocation | None", why_not: str = "") -> None:
        """Act on this plan from now on; why_not: why it is not to be acted upon yet."""
        self._plan, self._allocation = plan, allocation
        without = why_not or ("" if plan else _NO_PLAN)
        for each in (self.copy_button, self.save_button):
            each.setEnabled(not without)
        self.copy_button.setToolTip(without or "Copy the plan as rows for a spreadsheet (Ctrl+C)")
        self.save_button.setToolTip(without or "Save the plan as a file")
        without = without or ("" if plan and plan.trades else _NO_TRADES)
        self.record_button.setEnabled(not without)
        self.record_button.setToolTip(without or "Let the holdings and the cash change as the plan says (Ctrl+Enter)")

    def copy(self) -> None:
        """Put the plan on the clipboard, as rows separated by tabs."""
        if self._plan is not None and self._allocation is not None:
            QGuiApplication.clipboard().setText(plan_text(self._plan, self._allocation.portfolio, text.marks()))

    def csv_dialog(self) -> QFileDialog:
        """The dialog that asks where to save the plan as CSV."""
        return self._asking("Save the plan as CSV", "CSV files (*.csv)", "csv", self._save_csv)

    def pdf_dialog(self) -> QFileDialog:
        """The dialog that asks where to save the plan as PDF."""
        return self._asking("Save the plan as PDF", "PDF files (*.pdf)", "pdf", self._save_pdf)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for words, make in (("As &CSV…", self.csv_dialog), ("As &PDF, to print…", self.pdf_dialog)):
            each = action(words, parent=menu)
            each.triggered.connect(partial(self._on_save, make))
            menu.addAction(each)
        return menu

    def _asking(self, title: str, kinds: str, ending: str, save: Callable[[Path], None]) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds)
        dialog.setDefaultSuffix(ending)
        mode = self._plan.mode if self._plan else Mode.DEPOSIT
        dialog.selectFile(f"{_FILE_NAMES[mode]}-plan-{self._desk.clock.today().isoformat()}.{ending}")
        dialog.fileSelected.connect(partial(self._on_file_chosen, save))
        return dialog

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=14, margins=(19, 0, 20, 20))
        layout.addWidget(rule())
        row = horizontal(spacing=8)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        row.addStretch()
        row.addWidget(self.record_button)
        layout.addLayout(row)

    def _save_csv(self, path: Path) -> None:
        if self._plan is not None and self._allocation is not None:
            self._desk.exports.save(path, plan_csv(self._plan, self._allocation.portfolio, text.marks()))

    def _save_pdf(self, path: Path) -> None:
        from wealthdesk.gui.allocation.plan_print import plan_html, write_pdf

        if self._plan is not None and self._allocation is not None:
            write_pdf(path, plan_html(self._plan, self._allocation, self._desk.clock.today()))

    def _on_save(self, make: Callable[[], QFileDialog]) -> None:
        self._dialog = make()
        self._dialog.open()

    def _on_file_chosen(self, save: Callable[[Path], None], path: str) -> None:
        try:
            save(Path(path))
        except WealthDeskError as refusal:
            problems.show(refusal, self, title="The plan was not saved")
