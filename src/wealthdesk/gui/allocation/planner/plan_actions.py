"""The foot of the planner: copy the order sheet, print it, save it as PDF or CSV, or record it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QPagedPaintDevice
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget

from wealthdesk.domain.plans import Mode, Order, Plan
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.widgets.buttons import action, button, menu_button, primary_button, set_key
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import rule
from wealthdesk.planning.export import plan_csv, plan_text

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    from wealthdesk.domain.drift import Allocation
    from wealthdesk.services.desk import Desk

_NO_PLAN: Final = "There is no plan yet."
_NO_TRADES: Final = "The plan has no trades to record."
_COPY: Final = "Copy the order sheet as rows for a spreadsheet (Ctrl+C)"
_SAVE: Final = "Save the order sheet as a file"
_PRINT: Final = "Print the order sheet (Ctrl+P)"
_RECORD: Final = "Let the holdings and the cash change as the orders say (Ctrl+Enter)"
_FILE_NAMES: Final = {Mode.DEPOSIT: "deposit", Mode.WITHDRAWAL: "withdrawal", Mode.REBALANCE: "rebalance"}


class PlanActions(QWidget):
    """Acts on what was last shown with `show_plan`."""

    record_requested = Signal()

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._plan: Plan | None = None
        self._allocation: Allocation | None = None
        self._ticked: frozenset[Order] = frozenset()
        self._dialog: QFileDialog | None = None
        self._printer: QPrinter | None = None
        self._print_dialog: QPrintDialog | None = None
        self.copy_button = button("&Copy", tip=_COPY)
        self.print_button = button("Print…", tip="Print the order sheet")
        self.save_button = menu_button("&Save", self._menu(), tip=_SAVE)
        self.record_button = primary_button("&Record…")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            set_key(self.record_button, keys)
        set_key(self.print_button, "Ctrl+P")
        self._lay_out()
        self.copy_button.clicked.connect(self.copy)
        self.print_button.clicked.connect(self._on_print)
        self.record_button.clicked.connect(self.record_requested)

    def show_plan(self, plan: Plan | None, allocation: "Allocation | None", why_not: str = "") -> None:
        """Act on this plan from now on; why_not: why it is not to be acted upon yet."""
        self._plan, self._allocation = plan, allocation
        without = why_not or ("" if plan else _NO_PLAN)
        for each, tip in ((self.copy_button, _COPY), (self.print_button, _PRINT), (self.save_button, _SAVE)):
            each.setEnabled(not without)
            each.setToolTip(without or tip)
        without = without or ("" if plan and plan.trades else _NO_TRADES)
        self.record_button.setEnabled(not without)
        self.record_button.setToolTip(without or _RECORD)

    def show_ticked(self, ticked: frozenset[Order]) -> None:
        """These orders were placed: they are ticked on paper as well."""
        self._ticked = ticked

    def copy(self) -> None:
        """Put the plan on the clipboard, as rows separated by tabs."""
        if self._plan is not None and self._allocation is not None:
            QGuiApplication.clipboard().setText(plan_text(self._plan, self._allocation.portfolio, text.marks()))

    def csv_dialog(self) -> QFileDialog:
        """The dialog that asks where to save the plan as CSV."""
        return self._asking("Save the order sheet as CSV", "CSV files (*.csv)", "csv", self._save_csv)

    def pdf_dialog(self) -> QFileDialog:
        """The dialog that asks where to save the plan as PDF."""
        return self._asking("Save the order sheet as PDF", "PDF files (*.pdf)", "pdf", self._save_pdf)

    def print_dialog(self) -> "QPrintDialog":
        """The dialog of the system that asks on which printer; the pages begin with the size that is usual here."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from wealthdesk.gui.paper import page_layout

        # The dialog does not keep its printer.
        printer = self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_layout())
        printer.setDocName("Order sheet")
        dialog = QPrintDialog(printer, self)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, False)
        dialog.accepted.connect(self.print_on)  # a signal of this dialog's own: it says on which printer
        return dialog

    def print_on(self, printer: QPagedPaintDevice) -> None:
        """Print the order sheet there."""
        from wealthdesk.gui.allocation.planner.order_paper import paint_sheet

        if self._plan is None or self._allocation is None:
            return
        try:
            paint_sheet(printer, self._plan, self._allocation, *self._paper())
        except WealthDeskError as refusal:
            problems.show(refusal, self, title="The order sheet was not printed")

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for words, make in (("As &PDF…", self.pdf_dialog), ("As &CSV…", self.csv_dialog)):
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
        row = horizontal(spacing=5)
        for each in (self.copy_button, self.print_button, self.save_button):
            row.addWidget(each)
        row.addStretch()
        row.addWidget(self.record_button)
        layout.addLayout(row)

    def _save_csv(self, path: Path) -> None:
        if self._plan is not None and self._allocation is not None:
            self._desk.exports.save(path, plan_csv(self._plan, self._allocation.portfolio, text.marks()))

    def _save_pdf(self, path: Path) -> None:
        from wealthdesk.gui.allocation.planner.order_paper import save_pdf

        if self._plan is not None and self._allocation is not None:
            save_pdf(path, self._plan, self._allocation, *self._paper())

    def _paper(self) -> "tuple[date, str, frozenset[Order]]":
        """What stands on paper besides the plan: the day, the file, and what was placed."""
        return self._desk.clock.today(), self._desk.path.name, self._ticked

    def _on_save(self, make: Callable[[], QFileDialog]) -> None:
        dialog = self._dialog = make()
        dialog.open()

    def _on_print(self) -> None:
        dialog = self._print_dialog = self.print_dialog()
        # Its own `open` wants to know whom to tell.
        QDialog.open(dialog)

    def _on_file_chosen(self, save: Callable[[Path], None], path: str) -> None:
        try:
            save(Path(path))
        except WealthDeskError as refusal:
            problems.show(refusal, self, title="The order sheet was not saved")
