"""The trades of a plan as they are being filled in, and their table: quantity, price and fee are typed into it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
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
from wealthdesk.domain.plans import Fill, Order, Plan, in_sheet_order, order_key
from wealthdesk.domain.valuation import RateConversion, conversions
from wealthdesk.errors import BadInput
from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.order_list import check_state, paint_check_box, words
from wealthdesk.gui.table_model import ROW_ROLE, Column, Index, TableModel
from wealthdesk.gui.widgets.table_view import CellDelegate, CellField, TableView


class Cell(Enum):
    """What can be edited of a fill."""

    QUANTITY = "quantity"
    PRICE = "price"
    FEE = "fee"


@dataclass(frozen=True)
class FillRow:
    """One trade to be recorded. The texts are as typed, in the user's locale; fill is what the plan says.

    conversion: from the asset's currency into the base currency; None without a rate.
    """

    fill: Fill
    account_name: str
    asset: Asset
    base_currency: str
    conversion: RateConversion | None
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
    def heading(self) -> str:
        """What is traded: "Sell VTI"; the name where it has no symbol."""
        return f"{self.side} {self.asset.known_as}"

    @property
    def below(self) -> str:
        """The name; the ISIN where the name stands above."""
        return self.asset.also_known_as

    @property
    def base_minor(self) -> int | None:
        """The amount in minor units of the base currency, rounded once as plan and record are; None where it cannot be
        read, or without a rate."""
        way = self.conversion
        if self.amount_minor is None or way is None:
            return None
        return money.product_minor(self._quantity(), self._price(), way.times, self.base_currency, way.divisor)

    @property
    def in_base(self) -> str:
        """The amount in the base currency, "= $4,567.22"; "" where it is in that already."""
        worth = None if self.asset.currency == self.base_currency else self.base_minor
        return "" if worth is None else f"= {text.money(worth, self.base_currency)}"

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
    ways = conversions(portfolio.rates, plan.base_currency)
    found = []
    for trade in in_sheet_order(plan, portfolio.accounts, portfolio.assets):
        key = order_key(trade)
        line = _line(of_trades[key], portfolio, plan.base_currency, ways)
        found.append(replace(line, is_included=not placed or key in placed))
    return found


def first_problem(lines: Sequence[FillRow]) -> str:
    """What is wrong with the first line that something is wrong with: "BND in Brokerage: …"; "" when nothing is."""
    for line in lines:
        for sentence in line.problems.values():
            return f"{line.asset.known_as} in {line.account_name}: {sentence}"
    return ""


def _line(fill: Fill, portfolio: Portfolio, base: str, ways: Mapping[str, RateConversion]) -> FillRow:
    asset = portfolio.assets[fill.asset_id]
    fee = _money(fill.fee_minor, asset.currency) if fill.fee_minor else ""
    name = portfolio.accounts[fill.account_id].name
    quantity, price = _number(fill.quantity), _price(fill.price, asset.currency)
    return FillRow(fill, name, asset, base, ways.get(asset.currency), quantity, price, fee)


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


_ROW: Final = 49
_HEAD: Final = 32
_SLACK: Final = 4
"""The lines of the header and below the last row."""
_PADDING: Final = 10
"""Between a number and the frame around it."""
_GAP: Final = 8
"""Above the head of every account but the first."""
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MARK: Final = 0
_BOX: Final = 18.0
_BOX_LEFT: Final = 11.0
_EDITABLE: Final = {4: Cell.QUANTITY, 5: Cell.PRICE, 7: Cell.FEE}
_FIRST_EDITABLE: Final = min(_EDITABLE)


def _column(cell: Cell, title: str, width: int) -> Column[FillRow]:
    return Column(
        title,
        lambda line: line.typed(cell) or (_money(0, line.asset.currency) if cell is Cell.FEE else ""),
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
    Column("", lambda line: "Recorded" if line.is_included else "Left out", width=40),
    Column("Trade", lambda line: line.side, width=64),
    Column(
        "Order",
        lambda line: line.heading,
        stretch=True,
        lead=lambda line: line.side,
        note=lambda line: line.below,
        tip=lambda line: f"{line.heading}\n{line.asset.name}" if line.asset.name else line.heading,
        font="strong",
        ink=_plain_ink,
    ),
    Column("Account", lambda line: line.account_name, width=124),
    _column(Cell.QUANTITY, "Quantity", 130),
    _column(Cell.PRICE, "Price", 126),
    Column(
        "Amount",
        lambda line: line.amount,
        note=lambda line: line.in_base,
        right=True,
        figures=True,
        font="strong",
        width=138,
        ink=_plain_ink,
    ),
    _column(Cell.FEE, "Fee", 112),
)
_SAID: Final = (1, 3)
"""The columns of what stands elsewhere: the side before the symbol, the account in the head above its orders."""


@dataclass(frozen=True, slots=True)
class FillHead:
    """What stands above the orders of an account: its name, what its money does, and its cash before and after."""

    name: str
    money: str = ""
    cash: str = ""


class FillTable(TableView[FillRow]):
    """Space leaves a line out or in, Shift+Space its account; F2, Enter or typing edits a cell, Tab goes on."""

    edited = Signal()
    """Something was typed, or a line was left out or taken in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Trades to record", COLUMNS, row_height=_ROW, parent=parent)
        self.setProperty("kind", "plain")
        self.setProperty("no_ring", True)  # the frame of the current cell says it
        self.heads: dict[str, FillHead] = {}
        """By the id of the account."""
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
        for column in _SAID:
            self.setColumnHidden(column, True)

    @property
    def lines(self) -> list[FillRow]:
        """The lines as they are now."""
        return self.fills.rows()

    def show_lines(self, lines: Sequence[FillRow]) -> None:
        """Show these; the first cell that can be edited is the current one."""
        self.fills.set_rows(lines)
        self.heads = {line.fill.account_id: FillHead(line.account_name) for line in lines}
        for row in range(len(lines)):
            self.setRowHeight(row, _ROW + self.head_above(row))
        if lines:
            self.setCurrentIndex(self.fills.index(0, _FIRST_EDITABLE))

    def show_heads(self, heads: Mapping[str, FillHead]) -> None:
        """Say this above the orders of each account."""
        self.heads |= heads
        self.viewport().update()

    def head_above(self, row: int) -> int:
        """How high the head is that stands in a row above its cells: 0 where it is not the first of its account."""
        lines = self.lines
        is_first = row == 0 or lines[row - 1].fill.account_id != lines[row].fill.account_id
        return (_HEAD + (_GAP if row else 0)) if is_first else 0

    def state_of(self, row: int) -> Qt.CheckState:
        """Whether all lines of the account of a row are included, some of them, or none."""
        return check_state(set(self._beside(row)), {each for each, line in enumerate(self.lines) if line.is_included})

    def fit_rows(self, most: int) -> None:
        """Be as high as the rows with their heads, up to so many rows; more of them scroll."""
        shown = max(1, min(len(self.lines), most))
        rows = sum(self.rowHeight(row) for row in range(min(shown, len(self.lines))))
        self.setFixedHeight(self.horizontalHeader().height() + rows + 2 * self.frameWidth() + _SLACK)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, line in enumerate(self.lines):
            if high := self.head_above(row):
                top = self.rowViewportPosition(row) + high - _HEAD
                rect = QRectF(0, top, self.viewport().width(), _HEAD)
                _paint_fill_head(painter, rect, self.heads[line.fill.account_id], self.state_of(row))

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
            is_all = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            self.fills.turn(self._beside(index.row()) if is_all else [index.row()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.column() in _EDITABLE:
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and index.column() == _MARK and event.button() == Qt.MouseButton.LeftButton:
            is_own = _inside(self, index, self.visualRect(index)).contains(place)
            self.fills.turn([index.row()] if is_own else self._beside(index.row()))

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
        included = [place for place, line in enumerate(self.lines) if line.is_included]
        cells = [(line, column) for line in included for column in sorted(_EDITABLE)]
        place = cells.index((index.row(), index.column())) + step
        return self.fills.index(*cells[place]) if 0 <= place < len(cells) else None

    def _beside(self, row: int) -> list[int]:
        """The rows of the account of a row."""
        account_id = self.lines[row].fill.account_id
        return [each for each, line in enumerate(self.lines) if line.fill.account_id == account_id]

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
            self._put({row: line.with_typed(cell, words)})

    def turn(self, rows: Sequence[int]) -> None:
        """Leave lines out where all of them are in; else take them in."""
        is_included = not all(self.row_at(row).is_included for row in rows)
        self._put({row: replace(self.row_at(row), is_included=is_included) for row in rows})

    def _put(self, lines: Mapping[int, FillRow]) -> None:
        for row, line in lines.items():
            self._all[row] = self._rows[row] = line
        self.dataChanged.emit(self.index(min(lines), 0), self.index(max(lines), self.columnCount() - 1))


class FillDelegate(CellDelegate):
    """Paints a check box in the first cell, a frame around those that can be edited, and edits them in place."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.rect = _inside(option.widget, index, option.rect)
        if index.column() == _MARK:
            self._paint_mark(painter, option, index)
            return
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if index.column() in _EDITABLE:
            # Its frame says that it is the current one.
            option.state &= ~QStyle.StateFlag.State_Selected & ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            look = theme.current()
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            # While it is typed into, the field has the focus.
            is_reached = is_current and isinstance(option.widget, QWidget) and option.widget.hasFocus()
            painter.setPen(QPen(QColor(look.focus if is_reached else look.line2), 1.5 if is_reached else 1))
            painter.drawRoundedRect(_field(option.rect), 6, 6)
            painter.restore()

    def _paint_cell(self, painter: QPainter, rect: QRectF, index: Index, look: theme.Theme, is_selected: bool) -> None:
        if index.column() in _EDITABLE:
            rect = rect.adjusted(0, 0, -_PADDING, 0)
        super()._paint_cell(painter, rect, index, look, is_selected)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        line: FillRow = index.data(ROW_ROLE)
        what = COLUMNS[index.column()].title
        return CellField(f"{what} of {line.asset.known_as} in {line.account_name}", parent)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(Qt.ItemDataRole.EditRole))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        # Not the widget of the option: while a cell is edited it is the editor.
        editor.setGeometry(_field(_inside(self.parent(), index, option.rect)).toRect())

    def _paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(look.sel))
        painter.fillRect(QRectF(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), QColor(look.line))
        painter.save()
        box = QRectF(option.rect.left() + _BOX_LEFT, option.rect.center().y() - _BOX / 2 + 0.5, _BOX, _BOX)
        paint_check_box(painter, box, index.data(Qt.ItemDataRole.CheckStateRole), look)
        painter.restore()


def _inside(table: QObject | None, index: Index, rect: QRect) -> QRect:
    """The part of a cell that lies below the head of its account."""
    above = table.head_above(index.row()) if isinstance(table, FillTable) else 0
    return rect.adjusted(0, above, 0, 0)


def _field(rect: QRect) -> QRectF:
    return QRectF(rect).adjusted(7.5, 7.5, -5.5, -8.5)


def _paint_fill_head(painter: QPainter, rect: QRectF, head: FillHead, state: Qt.CheckState) -> None:
    look = theme.current()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.sel))
    painter.drawRoundedRect(rect, 6, 6)
    paint_check_box(painter, QRectF(rect.left() + _BOX_LEFT, rect.center().y() - _BOX / 2, _BOX, _BOX), state, look)
    inside = rect.adjusted(COLUMNS[_MARK].width + 8, 0, -10, 0)
    right = words(painter, inside, head.cash, "note", look.mute2, side=_RIGHT, figures=True)
    # A long name is cut before what the money does, which stands nowhere else.
    money = QFontMetricsF(fonts.font("note", figures=True)).horizontalAdvance(head.money) + 1
    name = words(painter, inside.adjusted(0, 0, -right - money - 24, 0), head.name, "strong", look.ink)
    words(painter, inside.adjusted(name + 12, 0, -right - 12, 0), head.money, "note", look.mute2, figures=True)
