"""Prices and rates in one table that is typed and pasted into; nothing is kept before it is said so."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QLineEdit, QStyleOptionViewItem, QWidget

from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems, theme
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog, PriceHistoryDialog
from wealthdesk.gui.holdings.tables.columns import FIELD, QUOTE_COLUMNS
from wealthdesk.gui.holdings.tables.quote_rows import (
    QuoteRow,
    prices_of,
    quote_rows,
    rates_of,
    read_pasted,
    with_changes,
)
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.table_model import ROW_ROLE, Index
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import CellDelegate, CellField, RowTable

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_RULE = 3
_ROW = 38
_BEFORE = 30
"""So far from the price of now its field begins."""


class PriceTable(RowTable[QuoteRow]):
    """Typing, F2, Enter or a double click edits the field of a row; nothing is kept by that."""

    typed = Signal(object, object)
    """The row, and what is typed into it."""
    pasted = Signal(object)
    """The text, for the current row and those below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, QUOTE_COLUMNS, identity=lambda row: row.key, row_height=_ROW, parent=parent)
        self.is_editable = True
        self.setItemDelegate(_Delegate(self))

    def edit_line(self, line: int) -> None:
        """Go into the field of a row."""
        if self.is_editable and 0 <= line < self.table.rowCount():
            index = self.table.index(line, FIELD)
            self.setCurrentIndex(index)
            self.selectRow(line)
            self.scrollTo(index)
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.currentIndex().row()
        if self.state() is QAbstractItemView.State.EditingState:
            # The key has ended the editing of a field: it is not to begin it anew.
            event.accept()
        elif not self.is_editable or line < 0:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_line(line)
        elif event.text() and event.text() in "0123456789.,":
            self.edit_line(line)
            if isinstance(field := self.focusWidget(), QLineEdit):
                field.setText(event.text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.typed.emit(self.table.row_at(line), "")
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        line = self.currentIndex().row()
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        steps = {
            QAbstractItemDelegate.EndEditHint.EditNextItem: 1,
            QAbstractItemDelegate.EndEditHint.EditPreviousItem: -1,
            QAbstractItemDelegate.EndEditHint.SubmitModelCache: 1,
        }
        if hint in steps:
            self.edit_line(line + steps[hint])

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if self.is_editable and index.column() == FIELD:
            self.edit_line(index.row())
        else:
            super()._on_double_clicked(index)


class _Field(CellField):
    """Pasted text of several lines goes to the table."""

    def __init__(self, name: str, table: PriceTable, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._table = table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        told = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else ""
        if len(told.split()) > 1:
            self._table.setFocus()
            self._table.pasted.emit(told)
        else:
            super().keyPressEvent(event)


class _Delegate(CellDelegate):
    """Paints a frame around each field, and a rule of ink beside the rows that are to be looked at."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, row = theme.current(), index.data(ROW_ROLE)
        if row.is_marked:
            painter.fillRect(option.rect, QColor(look.note))
            if index.column() == 0:
                painter.fillRect(
                    option.rect.left(), option.rect.top(), _RULE, option.rect.height() - 1, QColor(look.ink)
                )
        super().paint(painter, option, index)

    def _paint_cell(self, painter: QPainter, rect: QRectF, index: Index, look: Theme, is_selected: bool) -> None:
        if index.column() == FIELD:
            row = index.data(ROW_ROLE)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(look.signal if row.problem else look.line2))
            painter.setBrush(QColor(look.signal_tint if row.problem else look.field))
            # The cell is smaller by its sides, and by the line below it.
            painter.drawRoundedRect(rect.adjusted(_BEFORE - 8, 4.5, 6, -4.5), 7, 7)
        super()._paint_cell(painter, rect, index, look, is_selected)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(_BEFORE, 0, 0, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        table = self.parent()
        assert isinstance(table, PriceTable)
        row: QuoteRow = index.data(ROW_ROLE)
        return _Field(f"New {row.what} of {row.title}", table, parent)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(ROW_ROLE).shown)
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        table, row = self.parent(), index.data(ROW_ROLE)
        assert isinstance(editor, QLineEdit) and isinstance(table, PriceTable)
        told = editor.text().strip()
        if told != row.shown:
            table.typed.emit(row, told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and isinstance(watched, QLineEdit):
            hints = QAbstractItemDelegate.EndEditHint
            steps = {
                Qt.Key.Key_Return.value: hints.EditNextItem,
                Qt.Key.Key_Enter.value: hints.EditNextItem,
                Qt.Key.Key_Down.value: hints.EditNextItem,
                Qt.Key.Key_Up.value: hints.EditPreviousItem,
            }
            if event.key() in steps:
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, steps[event.key()])
                return True
        return super().eventFilter(watched, event)


class PricesPanel(TablePanel[QuoteRow]):
    """What is typed stays until it is kept or discarded, also over a reread."""

    update_requested = Signal()
    """The sources of prices are to be asked."""
    rates_requested = Signal()
    """The list of all exchange rates is wanted."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        self._typed: dict[str, str] = {}
        super().__init__(desk, "Prices and rates", QUOTE_COLUMNS, lambda row: row.key, "Add price…", parent)
        self.refused = Message(Tone.ERROR, action="Close", inline=True)
        self.refused.action_clicked.connect(self.refused.hide)
        self.refused.hide()
        self.notes.addWidget(self.refused)
        self.set_steps(
            [
                Step("A&ll prices or rates…", self._on_history, only_looks=True),
                Step("Add of another &day…", self._on_price, fits=lambda row: row.asset is not None),
            ]
        )
        self.discard = button("&Discard")
        self.keep_button = primary_button("&Keep")
        self.paste = button(
            "&Paste prices", icon="copy", tip="Paste a column of numbers, or lines of a symbol and a price"
        )
        self.update_button = button("Update prices", icon="refresh", tip="Ask your sources of prices (F5)")
        self.head[:0] = [self.paste, self.update_button]
        self._actions_row.addWidget(self.discard)
        self._actions_row.addWidget(self.keep_button)
        self.discard.clicked.connect(self.discard_typed)
        self.keep_button.clicked.connect(self.keep)
        self.paste.clicked.connect(self._on_paste)
        self.update_button.clicked.connect(self.update_requested)
        keep_off(desk, self.paste, self.update_button, self.keep_button)
        self._prices.is_editable = not desk.is_read_only
        self._prices.typed.connect(self._on_typed)
        self._prices.pasted.connect(self.take_pasted)
        self._show_changes()

    def made_table(self, name: str) -> RowTable[QuoteRow]:
        self._prices = PriceTable(name, self.full)
        return self._prices

    @property
    def unsaved(self) -> int:
        """How many prices and rates are typed and not kept."""
        return len(self._typed)

    def empty_state(self) -> EmptyState:
        by_file = ChoiceCard(
            "import", "From a file", "The holdings export of your broker brings its prices along.", "&Import a file…"
        )
        by_file.chosen.connect(self.import_requested)
        return EmptyState("No prices yet", "Prices belong to assets, and there are no assets yet.", [by_file])

    def refresh(self) -> None:
        portfolio = self.desk.portfolios.current()
        rows = quote_rows(portfolio, self._typed)
        self._typed = {row.key: row.typed for row in rows if row.typed}
        if not self._prices.table.renew(rows, lambda row: row.key):
            self.show_rows(rows)
        self.show_empty(not rows)
        self._show_foot()
        self._show_changes()

    def totals(self, rows: Sequence[QuoteRow]) -> str:
        if changed := [row for row in self._all_rows() if row.is_changed]:
            portfolio = self.desk.portfolios.current()
            base, before = portfolio.base_currency, value(portfolio).total_minor
            after = value(with_changes(portfolio, changed)).total_minor
            return f"Total value {text.money(before, base)} {text.ARROW} {text.money(after, base)}"
        assets = [row for row in rows if row.asset is not None]
        said = [text.count(len(assets), "asset")]
        if without := sum(row.before is None for row in assets):
            said.append(f"{without} without a price")
        if stale := sum(row.is_stale for row in assets):
            said.append(f"{stale} older than {text.count(self.desk.portfolios.current().price_days, 'day')}")
        if rates := len(rows) - len(assets):
            said.append(text.count(rates, "exchange rate"))
        return ", ".join(said)

    def add(self) -> None:
        """Open the form for a new price."""
        self.open(PriceDialog(self.desk, parent=self))

    def edit(self, row: QuoteRow) -> None:
        if row.asset is None:
            self.rates_requested.emit()
        else:
            self.open(PriceHistoryDialog(self.desk, row.asset, parent=self))

    def take_pasted(self, pasted: str) -> None:
        """Put what is pasted into the fields from the current row on, or by symbol: all of it, or nothing."""
        if self.desk.is_read_only:
            return
        rows = self._prices.table.rows()
        try:
            found = read_pasted(pasted, rows, max(self._prices.currentIndex().row(), 0))
        except BadInput as refusal:
            self.refused.show_message(Tone.ERROR, "Nothing was pasted", str(refusal))
            self.refused.show()
            return
        self._typed |= found
        self.refused.hide()
        self.refresh()

    def keep(self) -> None:
        """Keep what is typed in one change that can be taken back."""
        changed = [row for row in self._all_rows() if row.is_changed]
        try:
            self.desk.prices.set_with_rates(prices_of(changed), rates_of(changed))
        except WealthDeskError as refusal:
            problems.show(refusal, self)
            return
        self._typed = {row.key: row.typed for row in self._all_rows() if row.problem}
        self.refresh()
        self.take_focus()

    def discard_typed(self) -> None:
        """Let everything be as it is kept."""
        self._typed = {}
        self.refused.hide()
        self.refresh()
        self.take_focus()

    def _all_rows(self) -> list[QuoteRow]:
        """Those that the search hides, too."""
        return quote_rows(self.desk.portfolios.current(), self._typed)

    def _show_changes(self) -> None:
        rows = self._all_rows()
        count, wrong = sum(row.is_changed for row in rows), sum(bool(row.problem) for row in rows)
        self.discard.setVisible(bool(self._typed))
        self.keep_button.setVisible(bool(self._typed))
        self.keep_button.setText(f"&Keep {text.count(count, 'change')}")
        self.keep_button.setEnabled(bool(count) and not wrong and not self.desk.is_read_only)
        first = next((row for row in rows if row.problem), None)
        self.keep_button.setToolTip(f"{first.title}: {first.problem}" if first else "Keep these as prices of today")

    def _on_typed(self, row: QuoteRow, typed: str) -> None:
        self._typed[row.key] = typed
        self.refused.hide()
        self.refresh()

    def _on_paste(self) -> None:
        self.take_pasted(QGuiApplication.clipboard().text())

    def _on_history(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_price(self) -> None:
        if (row := self.table.selected_row()) is not None and row.asset is not None:
            self.open(PriceDialog(self.desk, row.asset, parent=self))
