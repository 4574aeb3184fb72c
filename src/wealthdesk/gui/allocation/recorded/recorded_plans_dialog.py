"""The plans that were recorded: what each traded and changed, undoing one and recording it again."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QMenu, QWidget

from wealthdesk.domain.plans import RecordedPlan
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.recorded import recorded_words as words
from wealthdesk.gui.allocation.recorded.recorded_words import ChangeRow, TradeRow
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import action, button, menu_button, primary_button
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.segment import Segment
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import frame, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_MOST_ROWS: Final = 6
_LEAST_TABLE: Final = 140
_FIRST: Final = 100
"""What has this stretch takes the room before what follows it."""
_TRADES, _CHANGES = "trades", "changes"
_UNDO: Final = "&Undo"
_AGAIN: Final = "Record &again"


class RecordedPlansDialog(QDialog):
    """Every change is kept at once."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._file_dialog: QFileDialog | None = None
        self.setWindowTitle("Recorded plans")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(960, 640)
        self.plans: TableView[RecordedPlan] = TableView(
            "Recorded plans", words.PLAN_COLUMNS, identity=lambda each: each.id
        )
        self.view = Segment("What is shown of the plan", [(_TRADES, "&Trades"), (_CHANGES, "Changes of &holdings")])
        self.trades: TableView[TradeRow] = TableView("Trades that were recorded", words.TRADE_COLUMNS)
        self.changes: TableView[ChangeRow] = TableView("Holdings that changed", words.CHANGE_COLUMNS)
        self.step_button = button(_UNDO, icon="undo")
        self.copy_button = button("&Copy", icon="copy", tip="Copy the trades as rows for a spreadsheet")
        self.save_button = menu_button("&Save", self._menu(), tip="Save the trades as a file")
        self.close_button = primary_button("Cl&ose")
        self._title, self._subtitle = ShortLabel(role="section"), ShortLabel(role="note", ink="mute")
        self._why_not = ShortLabel(role="note", ink="mute")
        self._details, self._list, self._empty = QWidget(), QWidget(), _empty_state()
        self._lay_out()
        self._connect()
        keep_off(desk, self.step_button)
        self.refresh()
        self._select_first()

    def show_changes(self) -> None:
        """Show what became of the holdings, instead of the trades."""
        self.view.choose(_CHANGES)
        self._show_view()

    @property
    def selected(self) -> RecordedPlan | None:
        """The plan whose trades are shown."""
        return self.plans.selected_row()

    def refresh(self) -> None:
        """Read the plans again; what was selected stays selected."""
        rows = self._desk.recorded_plans.all()
        self.plans.set_rows(rows)
        self.plans.fit_rows(_MOST_ROWS)
        self._list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._show()

    def _select_first(self) -> None:
        rows = self.plans.table.rows()
        if rows:
            self.plans.select(rows[0].id)
        (self.plans if rows else self.close_button).setFocus()

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 16))
        heading = vertical(spacing=3)
        heading.addWidget(label("Recorded plans", "panel"))
        heading.addWidget(label("What was traded by a plan, and what that made of the holdings.", "note", "mute"))
        body.addLayout(heading)
        body.addWidget(self._list, 1)
        body.addWidget(self._empty, 1)
        listed = vertical(self._list, spacing=12)
        listed.addWidget(self.plans)
        listed.addWidget(self._details, 1)
        self._lay_out_details()
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _lay_out_details(self) -> None:
        layout = vertical(self._details, spacing=10)
        head = horizontal(spacing=12)
        lines = vertical(spacing=1)
        lines.addWidget(self._title)
        lines.addWidget(self._subtitle)
        head.addLayout(lines, 1)
        self.view.setFixedWidth(300)
        head.addWidget(self.view)
        layout.addLayout(head)
        layout.addWidget(self.trades, _FIRST)
        layout.addWidget(self.changes, _FIRST)
        layout.addStretch(1)

    def _foot(self) -> QWidget:
        foot = frame("foot")
        row: QHBoxLayout = horizontal(foot, spacing=8, margins=(24, 14, 24, 14))
        for each in (self.step_button, self.copy_button, self.save_button):
            row.addWidget(each)
        row.addWidget(self._why_not, 1)
        row.addWidget(self.close_button)
        return foot

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for name, kinds, ending, save in (
            ("As &CSV…", "CSV files (*.csv)", "csv", self._save_csv),
            ("As &PDF, to print…", "PDF files (*.pdf)", "pdf", self._save_pdf),
        ):
            each = action(name, parent=menu)
            each.triggered.connect(partial(self._on_save, kinds, ending, save))
            menu.addAction(each)
        return menu

    def _connect(self) -> None:
        self.plans.selectionModel().selectionChanged.connect(self._show)
        self.view.chosen.connect(self._show_view)
        self.step_button.clicked.connect(self._on_step)
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.accept)

    def _on_step(self) -> None:
        """Undo what is selected, or record it again."""
        recorded = self.selected
        if recorded is None:
            return
        service = self._desk.recorded_plans
        try:
            (service.record_again if recorded.is_undone else service.undo)(recorded.id)
        except WealthDeskError as refusal:
            problems.show(refusal, self)
        self.refresh()

    def _on_copy(self) -> None:
        from wealthdesk.planning.export import recorded_text

        if self.selected is not None:
            QGuiApplication.clipboard().setText(recorded_text(self.selected, text.marks()))

    def _on_save(self, kinds: str, ending: str, save: Callable[[Path, RecordedPlan], None]) -> None:
        recorded = self.selected
        if recorded is None:
            return
        dialog = QFileDialog(self, "Save the recorded plan")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"recorded-{recorded.mode.value}-{recorded.recorded_at.date().isoformat()}.{ending}")
        dialog.fileSelected.connect(partial(self._on_file_chosen, recorded, save))
        self._file_dialog = dialog
        dialog.open()

    def _on_file_chosen(self, recorded: RecordedPlan, save: Callable[[Path, RecordedPlan], None], path: str) -> None:
        try:
            save(Path(path), recorded)
        except WealthDeskError as refusal:
            problems.show(refusal, self, title="The plan was not saved")

    def _save_csv(self, path: Path, recorded: RecordedPlan) -> None:
        from wealthdesk.planning.export import recorded_csv

        self._desk.exports.save(path, recorded_csv(recorded, text.marks()))

    def _save_pdf(self, path: Path, recorded: RecordedPlan) -> None:
        from wealthdesk.gui.allocation.recorded.recorded_print import recorded_html, write_pdf

        write_pdf(path, recorded_html(recorded, self._desk.portfolios.current()))

    def _show(self) -> None:
        recorded = self.selected
        self._details.setVisible(recorded is not None)
        for each in (self.step_button, self.copy_button, self.save_button):
            each.setEnabled(recorded is not None)
        self._why_not.show_words("")
        if recorded is None:
            return
        self._title.show_words(words.title(recorded))
        self._subtitle.show_words(words.subtitle(recorded))
        self.trades.set_rows(words.trade_rows(recorded))
        self.changes.set_rows(words.change_rows(recorded, self._desk.portfolios.current()))
        _fit(self.trades)
        _fit(self.changes)
        self._show_step(recorded)
        self._show_view()

    def _show_step(self, recorded: RecordedPlan) -> None:
        service = self._desk.recorded_plans
        self.step_button.setText(_AGAIN if recorded.is_undone else _UNDO)
        self.step_button.setAccessibleName(self.step_button.text().replace("&", ""))
        why_not = (service.can_record_again if recorded.is_undone else service.can_undo)(recorded.id)
        self.step_button.setEnabled(why_not is None)
        self._why_not.show_words(why_not or "")

    def _show_view(self) -> None:
        self.trades.setVisible(self.view.choice() == _TRADES)
        self.changes.setVisible(self.view.choice() == _CHANGES)


def _fit(table: TableView[TradeRow] | TableView[ChangeRow]) -> None:
    """As high as its rows, and less where there is no room for them."""
    table.fit_rows(table.table.rowCount())
    table.setMinimumHeight(min(table.maximumHeight(), _LEAST_TABLE))


def _empty_state() -> EmptyState:
    return EmptyState(
        "No plan is recorded yet",
        "Record… below a plan lets holdings and cash change as it says. It stands here then, and can be undone.",
        picture=False,
    )
