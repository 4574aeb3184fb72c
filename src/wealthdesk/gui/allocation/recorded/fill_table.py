"""The trades of a plan as they are being filled in, and their table: quantity, price and fee are typed into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from wealthdesk.domain import money
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.order_sheet import in_sheet_order, order_key
from wealthdesk.domain.plans import Fill, Order, Plan
from wealthdesk.errors import BadInput
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import ROW_ROLE, Column, TableModel
from wealthdesk.gui.widgets.table_view import CellDelegate, TableView


class Cell(Enum):
    """What can be edited of a fill."""

    QUANTITY = "quantity"
    PRICE = "price"
    FEE = "fee"


@dataclass(frozen=True)
class FillRow:
    """One trade to be recorded. The texts are as typed, in the user's locale; fill is what the plan says."""

    fill: Fill
    account_name: str
    asset: Asset
    quantity: str
    price: str
    fee: str
    is_included: bool = True

    @cached_property
    def problems(self) -> dict[Cell, str]:
        """What cannot be read, of a line that is included."""
        if not self.is_included:
            return {}
        read = {Cell.QUANTITY: self._quantity, Cell.PRICE: self._price, Cell.FEE: self._fee}
        return {cell: sentence for cell, each in read.items() if (sentence := _refused(each))}

    @property
    def filled(self) -> Fill:
        """The fill as typed; BadInput where something cannot be read."""
        return replace(self.fill, quantity=self._quantity(), price=self._price(), fee_minor=self._fee())

    @property
    def side(self) -> str:
        """Buy or Sell."""
        return self.fill.side.value.capitalize()

    @property
    def amount_minor(self) -> int | None:
        """Quantity × price, in the asset's currency; None where one of them cannot be read."""
        if not self.is_included or {Cell.QUANTITY, Cell.PRICE} & self.problems.keys():
            return None
        return money.product_minor(self._quantity(), self._price(), Decimal(1), self.asset.currency)

    @property
    def amount(self) -> str:
        """The amount in words."""
        minor = self.amount_minor
        return text.NOTHING if minor is None else text.money(minor, self.asset.currency)

    def typed(self, cell: Cell) -> str:
        """What stands in a cell."""
        return str(getattr(self, cell.value))

    def with_typed(self, cell: Cell, words: str) -> "FillRow":
        """The line with another text in a cell; a number that can be read is written as everywhere."""
        changed = self._with(cell, words.strip())
        if cell in changed.problems or not changed.is_included:
            return changed
        if cell is Cell.FEE:
            return changed._with(cell, _money(changed._fee(), self.asset.currency))
        if cell is Cell.PRICE:
            return changed._with(cell, _price(changed._price(), self.asset.currency))
        return changed._with(cell, _number(changed._quantity()))

    def _with(self, cell: Cell, words: str) -> "FillRow":
        if cell is Cell.QUANTITY:
            return replace(self, quantity=words)
        return replace(self, price=words) if cell is Cell.PRICE else replace(self, fee=words)

    def _quantity(self) -> Decimal:
        return _above_zero(money.parse_decimal(self.quantity, text.marks(), what="quantity"), "quantity")

    def _price(self) -> Decimal:
        return _above_zero(money.parse_decimal(self.price, text.marks(), what="price"), "price")

    def _fee(self) -> int:
        if not self.fee:
            return 0
        fee = text.read_money(self.fee, self.asset.currency)
        if fee < 0:
            raise BadInput("A fee here is not negative. Leave out the minus.")
        return fee


def fill_lines(
    plan: Plan, fills: Sequence[Fill], portfolio: Portfolio, placed: frozenset[Order] = frozenset()
) -> list[FillRow]:
    """The fills of the trades of a plan, in the order of its sheet; those included that were placed, or all."""
    of_trades = dict(zip(map(order_key, plan.trades), fills, strict=True))
    found = []
    for trade in in_sheet_order(plan, portfolio.accounts, portfolio.assets):
        key = order_key(trade)
        line = _line(of_trades[key], portfolio)
        found.append(replace(line, is_included=not placed or key in placed))
    return found


def first_problem(lines: Sequence[FillRow]) -> str:
    """What is wrong with the first line that something is wrong with: "BND in Brokerage: …"; "" when nothing is."""
    for line in lines:
        for sentence in line.problems.values():
            return f"{line.asset.symbol} in {line.account_name}: {sentence}"
    return ""


def _line(fill: Fill, portfolio: Portfolio) -> FillRow:
    asset = portfolio.assets[fill.asset_id]
    fee = _money(fill.fee_minor, asset.currency) if fill.fee_minor else ""
    name = portfolio.accounts[fill.account_id].name
    return FillRow(fill, name, asset, _number(fill.quantity), _price(fill.price, asset.currency), fee)


def _number(number: Decimal) -> str:
    return text.plain(text.number(number))


def _price(price: Decimal, currency: str) -> str:
    return text.plain(text.plain_price(price, currency))


def _money(minor: int, currency: str) -> str:
    return text.plain(text.amount(minor, currency))


def _above_zero(number: Decimal, what: str) -> Decimal:
    if number <= 0:
        raise BadInput(f"A {what} here is more than 0. To leave out the trade, take away its mark.")
    return number


def _refused(read: Callable[[], object]) -> str:
    try:
        read()
    except BadInput as refusal:
        return str(refusal)
    return ""


Index = QModelIndex | QPersistentModelIndex

_ROW: Final = 42
_MARK: Final = 0
_EDITABLE: Final = {4: Cell.QUANTITY, 5: Cell.PRICE, 7: Cell.FEE}
_FIRST_EDITABLE: Final = min(_EDITABLE)


def _column(cell: Cell, title: str, width: int) -> Column[FillRow]:
    return Column(
        title,
        lambda line: line.typed(cell) or ("0" if cell is Cell.FEE else ""),
        right=True,
        figures=True,
        width=width,
        ink=lambda line: "ink" if line.is_included else "faint",
        tint=lambda line: "error" if cell in line.problems else "",
        tip=lambda line: line.problems.get(cell, ""),
    )


def _plain_ink(line: FillRow) -> str:
    return "ink" if line.is_included else "faint"


COLUMNS: Final[tuple[Column[FillRow], ...]] = (
    Column("", lambda line: "Recorded" if line.is_included else "Left out", width=46),
    Column("Trade", lambda line: line.side, width=64, ink=lambda line: "mute" if line.is_included else "faint"),
    Column(
        "Asset",
        lambda line: line.asset.symbol,
        stretch=True,
        note=lambda line: line.asset.name,
        tip=lambda line: line.asset.name,
        font="strong",
        ink=_plain_ink,
    ),
    Column("Account", lambda line: line.account_name, width=124, tip=lambda line: line.account_name, ink=_plain_ink),
    _column(Cell.QUANTITY, "Quantity", 116),
    _column(Cell.PRICE, "Price", 100),
    Column("Amount", lambda line: line.amount, right=True, figures=True, width=120, ink=_plain_ink),
    _column(Cell.FEE, "Fee", 84),
)


class FillTable(TableView[FillRow]):
    """Space leaves a line out or takes it in again; F2, Enter or typing edits a cell; Tab goes on to the next one."""

    edited = Signal()
    """Something was typed, or a line was left out or taken in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Trades to record", COLUMNS, row_height=_ROW, parent=parent)
        self.table = self.fills = FillModel(COLUMNS, self)
        self.setModel(self.fills)
        self.setItemDelegate(FillDelegate(self))
        self.setSortingEnabled(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.fills.dataChanged.connect(self._on_changed)

    @property
    def lines(self) -> list[FillRow]:
        """The lines as they are now."""
        return self.fills.rows()

    def show_lines(self, lines: Sequence[FillRow]) -> None:
        """Show these; the first cell that can be edited is the current one."""
        self.fills.set_rows(lines)
        if lines:
            self.setCurrentIndex(self.fills.index(0, _FIRST_EDITABLE))

    def finish_editing(self) -> None:
        """Take over what stands in the cell that is being edited."""
        if self.state() is QAbstractItemView.State.EditingState:
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() is QAbstractItemView.State.EditingState:
            # The key has ended the editing of a cell: it is not to begin it anew.
            event.accept()
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            self.fills.turn(index.row())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.column() in _EDITABLE:
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == _MARK and event.button() == Qt.MouseButton.LeftButton:
            self.fills.turn(index.row())

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        # Tab in a cell: on to the next that can be edited, and into it.
        index = self.currentIndex()
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        steps = {
            QAbstractItemDelegate.EndEditHint.EditNextItem: 1,
            QAbstractItemDelegate.EndEditHint.EditPreviousItem: -1,
        }
        if hint in steps and (following := self._following(index, steps[hint])) is not None:
            self.setCurrentIndex(following)
            self.edit(following)

    def _following(self, index: Index, step: int) -> QModelIndex | None:
        cells = [(line, column) for line in range(self.fills.rowCount()) for column in sorted(_EDITABLE)]
        place = cells.index((index.row(), index.column())) + step
        return self.fills.index(*cells[place]) if 0 <= place < len(cells) else None

    def _on_changed(self) -> None:
        self.edited.emit()


class FillModel(TableModel[FillRow]):
    """The lines; what is set stays as typed where it cannot be read."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_editable = index.column() in _EDITABLE and self.row_at(index).is_included
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = _EDITABLE.get(index.column())
        if role == Qt.ItemDataRole.EditRole and cell is not None:
            return self.row_at(index).typed(cell)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == _MARK:
            return Qt.CheckState.Checked if self.row_at(index).is_included else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and cell is not None:
            return self.row_at(index).problems.get(cell, "")
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        cell = _EDITABLE.get(index.column())
        if role != Qt.ItemDataRole.EditRole or cell is None:
            return False
        self.type_over(index.row(), cell, str(value))
        return True

    def type_over(self, row: int, cell: Cell, words: str) -> None:
        """Put other words into a cell."""
        line = self.row_at(row)
        if words.strip() != line.typed(cell):
            self._put(row, line.with_typed(cell, words))

    def turn(self, row: int) -> None:
        """Leave a line out, or take it in again."""
        line = self.row_at(row)
        self._put(row, replace(line, is_included=not line.is_included))

    def _put(self, row: int, line: FillRow) -> None:
        self._all[row] = self._rows[row] = line
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))


class FillDelegate(CellDelegate):
    """Paints a check box in the first cell, a frame around those that can be edited, and edits them in place."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.column() == _MARK:
            self._paint_mark(painter, option, index)
            return
        super().paint(painter, option, index)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            look = theme.current()
            is_current = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(look.focus if is_current else look.line2))
            painter.drawRoundedRect(_field(option.rect), 6, 6)
            painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setProperty("kind", "cell")
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setFont(fonts.font("body"))
        line: FillRow = index.data(ROW_ROLE)
        editor.setAccessibleName(f"{COLUMNS[index.column()].title} of {line.asset.symbol} in {line.account_name}")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(Qt.ItemDataRole.EditRole))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(_field(option.rect).toRect())

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(look.sel))
        painter.fillRect(QRectF(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), QColor(look.line))
        middle = option.rect.center().y() + 0.5
        box = QRectF(option.rect.left() + 16, middle - 8, 16, 16)
        is_on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(look.primary if is_on else look.faint))
        painter.setBrush(QColor(look.primary if is_on else look.field))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.restore()
        if is_on:
            icons.paint(painter, box.adjusted(2, 2, -2, -2), "check", look.primary_text)


def _field(rect: QRect) -> QRectF:
    return QRectF(rect).adjusted(3.5, 3.5, -1.5, -4.5)
