"""The order sheet: its lines in words, heads of accounts and their orders, and their list, each with a box to tick."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QLineF,
    QModelIndex,
    QObject,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from wealthdesk.domain import money
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import shown_drifts
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import (
    AccountOrders,
    Conversion,
    Limit,
    MoneyIs,
    Order,
    Plan,
    Reason,
    SheetMoney,
    Side,
    Trade,
    Wording,
    order_key,
    order_sheet,
)
from wealthdesk.domain.valuation import ONE
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import Index
from wealthdesk.gui.tasks import FADE_MS, Motion
from wealthdesk.gui.theme import Theme
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action
from wealthdesk.gui.widgets.text import as_tip

_LIMITS: Final = {
    Limit.OVERSHOOT: "one more {lot} would overshoot",
    Limit.CASH_USED_UP: "no more to spend here",
    Limit.ALL_SOLD: "all of it is sold",
    Limit.GAIN_LIMIT: "the limit on gains is reached",
    Limit.MINIMUM_TRADE: "the rest is below the smallest trade",
}

_MONEY: Final = {
    MoneyIs.BROUGHT_IN: "bring in {}",
    MoneyIs.PAID_OUT: "pay out {}",
    MoneyIs.USED: "uses {} of the cash here",
    MoneyIs.STAYS: "{} stays here as cash",
    MoneyIs.NOT_NEEDED: "nothing to bring in",
}


def reason_words(trade: Trade, name: str, *, is_first: bool = True) -> str:
    """Why something of the class of that name is traded: "Fixed income is furthest under: 5.8 pp"."""
    reason = trade.reason
    if reason.class_drift_before_bps is None:
        return f"{name} has no target"
    own = _own_words(trade)
    return own or (bought_words if trade.side is Side.BUY else _sold_words)(reason, name, is_first)


def change_words(trade: Trade, name: str) -> str:
    """The same in figures: "Fixed income −3.8 → −0.9 pp", or how far the asset is from its own target."""
    reason, own = trade.reason, trade.reason.holding_drift_before_bps
    before, after = reason.class_drift_before_bps, reason.class_drift_after_bps
    if before is None or after is None:
        return f"{name} has no target"
    if own is not None and _own_words(trade):
        return f"{text.points_plain(own)} {'below' if own < 0 else 'above'} its target"
    return f"{name} {text.points(before, unit=False)} {text.ARROW} {text.points(after)}"


def money_words(told: Iterable[SheetMoney], currency: str) -> str:
    """What is to be done with the money of an account: "bring in $2,000.00, use $350.10 of its cash"."""
    told = tuple(told)
    said = [_MONEY[each.what].format(text.money(each.minor, currency)) for each in told]
    if len(told) > 1 and told[1].what is MoneyIs.USED:
        said[1] = f"use {text.money(told[1].minor, currency)} of its cash"
    return ", ".join(said)


def wording(portfolio: Portfolio) -> Wording:
    """How the sentences of a plan write names and numbers on the screen."""
    return Wording(portfolio, text.money, text.marks())


def limit_words(limit: Limit, asset: Asset) -> str:
    """Why a trade is not larger: "one more share would overshoot"."""
    return _LIMITS[limit].format(lot="share" if asset.lot_step == 1 else "step")


def bought_words(reason: Reason, name: str, is_first: bool) -> str:
    before = reason.class_drift_before_bps or 0
    if before < 0:
        points = text.points_plain(before)
        is_most = reason.is_most and is_first
        return f"{name} is furthest under: {points}" if is_most else f"{name} is {points} under"
    return f"{name} is {_above(before)}; the total grows"


def _sold_words(reason: Reason, name: str, is_first: bool) -> str:
    before = reason.class_drift_before_bps or 0
    if before > 0:
        points = text.points_plain(before)
        is_most = reason.is_most and is_first
        return f"{name} is furthest over: {points}" if is_most else f"{name} is {points} over"
    return f"{name} is {_above(before)}; the total shrinks"


def _own_words(trade: Trade) -> str:
    """Why it is traded although its class alone would not say so: its own target within the class."""
    reason, own = trade.reason, trade.reason.holding_drift_before_bps
    drift = reason.class_drift_before_bps or 0
    if trade.side is Side.BUY and drift >= 0 and own is not None and own < 0:
        return f"It is {text.points_plain(own)} below its own target"
    if trade.side is Side.SELL and drift <= 0 and own is not None and own > 0:
        return f"It is {text.points_plain(own)} above its own target"
    return ""


def _above(bps: int) -> str:
    if not bps:
        return "on its target"
    return f"{text.points_plain(bps)} {'above' if bps > 0 else 'below'} its target"


_LONGEST_NAME: Final = 28
"""A longer name would push what is said of it out of sight."""
NEW_HERE: Final = "new here"
"""Said of what is bought where it is not held yet."""


@dataclass(frozen=True, slots=True)
class HeadLine:
    """The head of an account: its name, what to do with its money, and how many orders there are."""

    name: str
    money: str
    orders: str

    @property
    def sentence(self) -> str:
        """The line in words."""
        return ", ".join(each for each in (self.name, self.money, self.orders) if each)


@dataclass(frozen=True, slots=True)
class ConversionLine:
    """Money that is changed into another currency."""

    conversion: Conversion
    account_name: str
    base_currency: str

    @property
    def given(self) -> str:
        """What is given for it: "€1,000.00"."""
        return text.money(self.conversion.source_minor, self.conversion.source)

    @property
    def got(self) -> str:
        """What comes of it: "$1,085.30"."""
        return text.money(self.conversion.to_minor, self.conversion.to)

    @property
    def terms(self) -> str:
        """The rate and the fee: "at 1.0853 · fee $2.00"."""
        rate = text.number(_rounded(self.conversion.rate))
        fee = text.money(self.conversion.fee_minor, self.base_currency)
        return f"at {rate}" + (f" · fee {fee}" if self.conversion.fee_minor else "")

    @property
    def sentence(self) -> str:
        """The line in words."""
        return f"Change {self.given} into {self.got} in {self.account_name}, {self.terms}"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order; its words are made when they are asked for, as a plan may have hundreds.

    is_first: whether no order before it is of the same class. account_name: "" where none is named.
    """

    trade: Trade
    asset: Asset
    base_currency: str
    class_name: str
    is_first: bool
    account_name: str = ""

    @property
    def key(self) -> Order:
        """What it is known by."""
        return order_key(self.trade)

    @property
    def side(self) -> str:
        """Buy or Sell."""
        return self.trade.side.value.capitalize()

    @property
    def heading(self) -> str:
        """The symbol; the name where that is an ISIN, or where there is none."""
        return self.asset.known_as

    @property
    def below(self) -> str:
        """The name; the ISIN where the name stands above."""
        return self.asset.also_known_as

    @property
    def product(self) -> str:
        """Quantity and price: "88.1234 × $73.42"."""
        return f"{self.quantity} {text.TIMES} {self.price}"

    @property
    def quantity(self) -> str:
        """The quantity alone: "88.1234"."""
        return short_quantity(self.trade.quantity)

    @property
    def price(self) -> str:
        """The price alone: "$73.42"."""
        return text.price(self.trade.price, self.trade.currency)

    @property
    def amount(self) -> str:
        """What it comes to, in the currency in which it is paid."""
        trade = self.trade
        if trade.currency == self.base_currency:
            return text.money(trade.amount_minor, self.base_currency)
        return text.money(money.product_minor(trade.quantity, trade.price, ONE, trade.currency), trade.currency)

    @property
    def in_base(self) -> str:
        """The same in the base currency, "= $4,567.22"; "" where it is paid in that."""
        if self.trade.currency == self.base_currency:
            return ""
        return f"= {text.money(self.trade.amount_minor, self.base_currency)}"

    @property
    def reason(self) -> str:
        """Why it is in the plan, as a sentence."""
        return reason_words(self.trade, _short(self.class_name), is_first=self.is_first)

    @property
    def change(self) -> str:
        """Why it is in the plan, in figures: "Fixed income −3.8 → −0.9 pp"."""
        return change_words(self.trade, _short(self.class_name))

    @property
    def terms(self) -> str:
        """At what fee, and why not more: "Fee $4.95 · one more share would overshoot"; "" where there is nothing."""
        fee = text.money(self.trade.fee_minor, self.base_currency)
        said = [
            f"fee {fee}" if self.trade.fee_minor else "",
            limit_words(self.trade.limit, self.asset) if self.trade.limit else "",
        ]
        words = " · ".join(each for each in said if each)
        return words[:1].upper() + words[1:]

    @property
    def why(self) -> str:
        """What stands below it on one line."""
        terms = self.terms
        return f"{self.change} · {terms[:1].lower()}{terms[1:]}" if terms else self.change

    @property
    def sentence(self) -> str:
        """The line in words."""
        where = f" in {self.account_name}" if self.account_name else ""
        new = f", {NEW_HERE}" if self.trade.is_new_here else ""
        said = [f"{self.side} {self.heading}{where}{new}, {self.product}, {self.amount}", self.reason, self.terms]
        return ". ".join(each for each in said if each)

    @property
    def tip(self) -> str:
        """The full names, the exact quantity, and the reason."""
        exact = f"{text.quantity(self.trade.quantity)} {text.TIMES} {self.price}"
        return "\n".join(each for each in (self.asset.name, exact, self.reason, self.terms) if each)


SheetLine = HeadLine | ConversionLine | OrderLine


def sheet_lines(plan: Plan, portfolio: Portfolio) -> list[SheetLine]:
    """The lines of the order sheet from top to bottom; what a class is most of is said once."""
    said: set[str] = set()
    lines: list[SheetLine] = []
    plan = _as_shown(plan)
    for each in order_sheet(plan, portfolio.accounts, portfolio.assets):
        lines.append(_head(each, plan, portfolio))
        lines += _inside(each, plan, portfolio, said)
    return lines


def orders_of(lines: list[SheetLine]) -> list[OrderLine]:
    """The orders among the lines."""
    return [each for each in lines if isinstance(each, OrderLine)]


def short_quantity(quantity: Decimal) -> str:
    """A quantity with about six figures, rounded down: enough to read; the exact one is in the copy and the file."""
    places = max(0, 4 - max(0, quantity.adjusted() - 2)) if quantity >= 1 else 8
    return _cut(quantity, places)


def paper_quantity(quantity: Decimal) -> str:
    """A quantity with at most four decimals, rounded down; a very small one keeps three figures."""
    return _cut(quantity, 4 if quantity.adjusted() >= -2 else 2 - quantity.adjusted())


def _cut(quantity: Decimal, places: int) -> str:
    cut = quantity.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN) if quantity.adjusted() < 15 else quantity
    return text.HIDDEN if text.are_amounts_hidden() else text.number(Decimal(money.canonical(cut)))


def _inside(orders: AccountOrders, plan: Plan, portfolio: Portfolio, said: set[str]) -> Iterator[SheetLine]:
    account = portfolio.accounts.get(orders.account_id or "")
    name = account.name if account else ""
    for trade in orders.sales:
        yield _order(trade, plan, portfolio, name, said)
    for conversion in orders.conversions:
        yield ConversionLine(conversion, name, plan.base_currency)
    for trade in orders.purchases:
        yield _order(trade, plan, portfolio, name, said)


def _head(orders: AccountOrders, plan: Plan, portfolio: Portfolio) -> HeadLine:
    account = portfolio.accounts.get(orders.account_id or "")
    told = money_words(orders.money(plan.min_trade_minor), plan.base_currency)
    count = len(orders.trades)
    return HeadLine(account.name if account else "Any account", told, text.count(count, "order") if count else "")


def _order(trade: Trade, plan: Plan, portfolio: Portfolio, name: str, said: set[str]) -> OrderLine:
    class_id = trade.reason.asset_class_id
    is_first = class_id not in said
    said.add(class_id)
    asset = portfolio.assets[trade.asset_id]
    return OrderLine(trade, asset, plan.base_currency, portfolio.classes[class_id].name, is_first, name)


def _as_shown(plan: Plan) -> Plan:
    """The same with the drifts that the rows of the classes show, which are rounded to add up, in its reasons."""
    before, after = shown_drifts(plan.before), shown_drifts(plan.after)

    def shown(trade: Trade) -> Trade:
        was, then = (each.get(trade.reason.asset_class_id) for each in (before, after))
        if was is None or then is None or trade.reason.class_drift_before_bps is None:
            return trade
        return replace(trade, reason=replace(trade.reason, class_drift_before_bps=was, class_drift_after_bps=then))

    return replace(plan, trades=tuple(map(shown, plan.trades)))


def _rounded(rate: Decimal) -> Decimal:
    """A rate with six figures: it is there to be recognised."""
    return Decimal(money.canonical(round(rate, max(0, 5 - rate.adjusted()))))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


# How they are painted


HEAD: Final = 30
TALL_HEAD: Final = 48
"""Where what to do with the money does not fit beside the name."""
GAP: Final = 10
"""Above the head of every account but the first."""
ROW: Final = 50
"""The height of an order where there is room beside each other."""
TALL_ROW: Final = 64
"""The same in a narrow panel: its reason stands on a line of its own."""
_WIDE: Final = 460
_TEXT: Final = 28.0
"""Where the words begin, beside the box."""
_BOX: Final = 18.0
_AFTER_SIDE: Final = 4.0
_HEAD_BOX: Final = 4.0
"""Where the box of a head begins."""
_LINE_ROLE: Final = Qt.ItemDataRole.UserRole
_TICK_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NOT_HERE: Final = "Not available in this account"
_TICK: Final = "Tick off what is placed at the broker (Space)"
_TICK_ALL: Final = "Tick off all orders of this account (Shift+Space)"


class OrderList(QListView):
    """Scrolls with what it lies in, never by itself."""

    ticked = Signal()
    """The user ticked an order, or took its tick away."""
    not_here = Signal(object)
    """The OrderLine whose asset is not to be had in its account."""
    pointed = Signal(str)
    """The id of the asset of the order under the pointer, "" where it left the orders."""
    opened = Signal(str)
    """The id of the asset of an order that was clicked beside its box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Order sheet")
        self.setProperty("kind", "plain")
        self.sheet = SheetModel(self)
        self.painting = SheetDelegate(self)
        self._fading = Motion(self._on_faded, self, FADE_MS)
        self._pointed = ""
        self.can_change = True
        """Whether a rule can be written: not in a copy to look at."""
        self.setModel(self.sheet)
        self.setItemDelegate(self.painting)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(0)

    @property
    def lines(self) -> list[SheetLine]:
        """What is shown."""
        return self.sheet.lines

    def show_lines(self, lines: Sequence[SheetLine], ticked: frozenset[Order] = frozenset()) -> None:
        """Show these; what is current stays where the same order is still there."""
        if (lines, ticked) == (self.lines, self.sheet.ticked):
            return
        before = self._line(self.currentIndex())
        if list(lines) != self.lines:
            self._fading.begin(at_once=not self.isVisible())
        self.painting.measure(lines)
        self.sheet.set_lines(lines, ticked)
        self._fit()
        places = [place for place, line in enumerate(lines) if isinstance(line, OrderLine)]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if places else Qt.FocusPolicy.NoFocus)
        same = [each for each in places if isinstance(before, OrderLine) and self.sheet.key_at(each) == before.key]
        if same:
            self.setCurrentIndex(self.sheet.index(same[0]))

    def mark(self, asset_ids: frozenset[str]) -> None:
        """Mark the orders of these assets."""
        if asset_ids != self.painting.marked:
            self.painting.marked = asset_ids
            self.viewport().update()

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        if is_stale != self.painting.is_stale:
            self.painting.is_stale = is_stale
            self.viewport().update()

    def menu_for(self, line: OrderLine | HeadLine) -> QMenu:
        """What can be done with an order, or with all of the account of a head."""
        menu = PopupMenu(self)
        row = self.lines.index(line)
        if isinstance(line, OrderLine):
            is_ticked = line.key in self.sheet.ticked
            tick = action("Take the &tick away" if is_ticked else "&Tick off as placed", parent=menu)
            tick.triggered.connect(lambda: self._turn({line.key}))
            menu.addAction(tick)
        is_whole = self.sheet.beside(row) <= self.sheet.ticked
        said = "Take &all ticks of this account away" if is_whole else "Tick off &all of this account"
        together = action(said, parent=menu)
        together.triggered.connect(lambda: self._turn(self.sheet.beside(row)))
        menu.addAction(together)
        if isinstance(line, OrderLine):
            away = action(f"&{NOT_HERE}", parent=menu)
            away.setEnabled(self.can_change and bool(line.trade.account_id))
            away.triggered.connect(lambda: self.not_here.emit(line))
            menu.addAction(away)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        line = self._line(index)
        if event.key() == Qt.Key.Key_Space and isinstance(line, OrderLine):
            is_all = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            self._turn(self.sheet.beside(index.row()) if is_all else {line.key})
        else:
            super().keyPressEvent(event)
            self._show_current()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            first = next((row for row, each in enumerate(self.lines) if isinstance(each, OrderLine)), 0)
            self.setCurrentIndex(self.sheet.index(first))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        line = self._line(index)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        rect = QRectF(self.visualRect(index))
        if isinstance(line, HeadLine) and tick_area(head_area(rect, index)).contains(event.position()):
            self._turn(self.sheet.beside(index.row()))
        if not isinstance(line, OrderLine):
            return
        if tick_area(rect).contains(event.position()):
            self._turn({line.key})
        elif self._offers_away(line) and away_area(rect).contains(event.position()):
            self.not_here.emit(line)
        else:
            self.opened.emit(line.trade.asset_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self._line(self.indexAt(event.position().toPoint())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        line = self._line(index)
        if isinstance(line, OrderLine) or (isinstance(line, HeadLine) and self.sheet.beside(index.row())):
            place = self.visualRect(index).center() if is_key else event.pos()
            menu = self.menu_for(line)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.viewport().width()
        if wide != self.painting.width:
            self.painting.width, self.painting.is_wide = wide, wide >= _WIDE
            self.scheduleDelayedItemsLayout()
            self._fit()

    def _show_current(self) -> None:
        """Bring the current order into view within what the list scrolls with."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        rect, inside = self.visualRect(self.currentIndex()), around.widget() if around is not None else None
        if around is not None and inside is not None and not rect.isEmpty():
            place = self.viewport().mapTo(inside, rect.center())
            around.ensureVisible(place.x(), place.y(), 0, rect.height())

    def _fit(self) -> None:
        self.setFixedHeight(sum(self.painting.height(row, line) for row, line in enumerate(self.lines)))

    def _line(self, index: Index) -> SheetLine | None:
        return self.lines[index.row()] if index.isValid() and index.row() < len(self.lines) else None

    def _offers_away(self, line: OrderLine) -> bool:
        return self.can_change and bool(line.trade.account_id)

    def _on_faded(self, at: float) -> None:
        self.painting.seen = at
        self.viewport().update()

    def _point(self, line: SheetLine | None) -> None:
        asset_id = line.trade.asset_id if isinstance(line, OrderLine) else ""
        if asset_id != self._pointed:
            self._pointed = asset_id
            self.pointed.emit(asset_id)

    def _turn(self, keys: Set[Order]) -> None:
        if keys:
            self.sheet.turn(keys)
            self.ticked.emit()


class SheetModel(QAbstractListModel):
    """The lines, and which orders are ticked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[SheetLine] = []
        self.ticked: frozenset[Order] = frozenset()

    def set_lines(self, lines: Sequence[SheetLine], ticked: frozenset[Order]) -> None:
        """Show these."""
        self.beginResetModel()
        self.lines, self.ticked = list(lines), ticked
        self.endResetModel()

    def key_at(self, row: int) -> Order | None:
        """What the order of a row is known by."""
        line = self.lines[row]
        return line.key if isinstance(line, OrderLine) else None

    def beside(self, row: int) -> frozenset[Order]:
        """The orders of the account that a row belongs to, its head among them."""
        heads = [place for place, line in enumerate(self.lines) if isinstance(line, HeadLine)]
        first = max((place for place in heads if place <= row), default=0)
        behind = min((place for place in heads if place > row), default=len(self.lines))
        return frozenset(line.key for line in self.lines[first:behind] if isinstance(line, OrderLine))

    def turn(self, keys: Set[Order]) -> None:
        """Tick orders; where all of them are, take their ticks away."""
        self.ticked = self.ticked - keys if keys <= self.ticked else self.ticked | keys
        self.dataChanged.emit(self.index(0), self.index(len(self.lines) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_order = isinstance(self.lines[index.row()], OrderLine)
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_order else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == _LINE_ROLE:
            return line
        if isinstance(line, OrderLine):
            is_ticked = line.key in self.ticked
            if role == Qt.ItemDataRole.ToolTipRole:
                return as_tip(line.tip)
            if role == _TICK_ROLE:
                return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
            if role == Qt.ItemDataRole.AccessibleTextRole and is_ticked:
                return f"Placed: {line.sentence}"
        if role == _TICK_ROLE:
            beside = self.beside(index.row())
            return check_state(beside, self.ticked) if beside else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(line.sentence)
        if role == Qt.ItemDataRole.AccessibleTextRole and self.data(index, _TICK_ROLE) is Qt.CheckState.Checked:
            return f"{line.sentence}, all placed"
        is_words = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return line.sentence if is_words else None


class SheetDelegate(QStyledItemDelegate):
    """Paints "Buy BND   88.1234 × $73.42   $6,460.96", the name and the reason below, and the heads."""

    is_stale = False
    seen = 1.0
    """How far what is new has come from the muted ink to its own."""
    is_wide = False
    marked: frozenset[str] = frozenset()
    """The ids of the assets whose orders are marked: their row in the classes is pointed at."""
    width = 316
    """Of the list, in pixels."""
    _amount_width = 90.0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = theme.look()

    def measure(self, lines: Sequence[SheetLine]) -> None:
        """Fit the column of amounts to these orders."""
        amounts = [line.amount for line in lines if isinstance(line, OrderLine)]
        metrics = fonts.measured("strong", figures=True).metrics
        self._amount_width = max((metrics.horizontalAdvance(each) for each in amounts), default=90.0)

    def height(self, row: int, line: SheetLine) -> int:
        """How high a line is."""
        if isinstance(line, HeadLine):
            return (TALL_HEAD if self._is_tall(line) else HEAD) + (GAP if row else 0)
        return ROW if self.is_wide or isinstance(line, ConversionLine) else TALL_ROW

    def _is_tall(self, line: HeadLine) -> bool:
        return _width(line.name, "strong") + _width(line.money, "note", figures=True) + _TEXT + 20 > self.width

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self.height(index.row(), index.data(_LINE_ROLE)))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        line = index.data(_LINE_ROLE) if index.isValid() else None
        rect, place = QRectF(option.rect), event.pos().toPointF()
        if isinstance(line, HeadLine) and tick_area(head_area(rect, index)).contains(place):
            QToolTip.showText(event.globalPos(), _TICK_ALL, view)
            return True
        if isinstance(line, OrderLine):
            words = _TICK if tick_area(rect).contains(place) else NOT_HERE if away_area(rect).contains(place) else ""
            if words:
                QToolTip.showText(event.globalPos(), words, view)
                return True
        return super().helpEvent(event, view, option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: SheetLine = index.data(_LINE_ROLE)
        rect, look = QRectF(option.rect), self._look.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, HeadLine):
            self._paint_head(painter, head_area(rect, index), line, index.data(_TICK_ROLE))
        else:
            before = index.sibling(index.row() - 1, 0).data(_LINE_ROLE)
            if not isinstance(before, HeadLine):
                above = QRectF(rect.left() + _TEXT, rect.top(), rect.width() - _TEXT, 1)
                painter.fillRect(above, QColor(look.line))
            if isinstance(line, OrderLine) and line.trade.asset_id in self.marked:
                painter.fillRect(rect.adjusted(_TEXT - 6, 1, 0, 0), QColor(look.sel))
            if isinstance(line, ConversionLine):
                self._paint_conversion(painter, rect, line)
            else:
                self._paint_order(painter, rect, line, option, index.data(_TICK_ROLE) is Qt.CheckState.Checked)
        painter.restore()

    def _paint_head(self, painter: QPainter, rect: QRectF, line: HeadLine, ticked: Qt.CheckState | None) -> None:
        look = self._look.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.sel))
        painter.drawRoundedRect(rect, 6, 6)
        if ticked is not None:
            paint_check_box(painter, QRectF(rect.left() + _HEAD_BOX, rect.top() + 7, 16, 16), ticked, look)
        inside = rect.adjusted(10 if ticked is None else _TEXT, 0, -10, 0)
        name, told = _width(line.name, "strong"), _width(line.money, "note", figures=True)
        if self._is_tall(line):
            first, second = _row(inside, 5, 18, 0), _row(inside, 24, 18, 0)
            right = words(painter, first, line.orders, "note", look.mute2, side=_RIGHT, figures=True)
            words(painter, first.adjusted(0, 0, -right - 10, 0), line.name, "strong", look.ink)
            words(painter, second, line.money, "note", look.mute2, figures=True)
            return
        # What to do with the money goes before how many orders there are.
        is_room = name + told + _width(line.orders, "note", figures=True) + 22 <= inside.width()
        words(painter, inside, line.orders if is_room else "", "note", look.mute2, side=_RIGHT, figures=True)
        words(painter, inside, line.name, "strong", look.ink)
        words(painter, inside.adjusted(name + 10, 0, 0, 0), line.money, "note", look.mute2, figures=True)

    def _paint_conversion(self, painter: QPainter, rect: QRectF, line: ConversionLine) -> None:
        look = self._look.theme
        ink = look.mute if self.is_stale else _between(look.mute, look.ink, self.seen)
        first, second = _row(rect, 6, 18, _TEXT), _row(rect, 25, 16, _TEXT)
        got = words(painter, first, line.got, "strong", ink, side=_RIGHT, figures=True)
        left = words(painter, first, "Change", "body", look.mute2) + 6
        words(painter, first.adjusted(left, 0, -got - 12, 0), line.given, "strong", ink, figures=True)
        words(painter, second, line.terms, "small", look.mute, figures=True)

    def _paint_order(
        self, painter: QPainter, rect: QRectF, line: OrderLine, option: QStyleOptionViewItem, is_ticked: bool
    ) -> None:
        look = self._look.theme
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_near = bool(option.state & QStyle.StateFlag.State_MouseOver)
        view = option.widget
        has_focus = is_selected and view is not None and view.hasFocus()
        if has_focus or is_near:
            painter.fillRect(rect.adjusted(0, 1, 0, 0), QColor(look.sel if has_focus else look.hover))
        box = QRectF(rect.left() + 1, rect.top() + 7, _BOX, _BOX)
        paint_check_box(painter, box, Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked, look)
        if (has_focus or is_near) and isinstance(view, OrderList) and view.can_change and line.trade.account_id:
            icons.paint(painter, away_area(rect).adjusted(3, 3, -3, -3), "not_here", look.mute2)
        is_muted = self.is_stale or is_ticked
        mute = look.mute2 if has_focus or is_near else look.mute
        (self._paint_wide if self.is_wide else self._paint_narrow)(
            painter, rect, line, look.mute if is_muted else _between(look.mute, look.ink, self.seen), mute, is_ticked
        )

    def _paint_narrow(
        self, painter: QPainter, rect: QRectF, line: OrderLine, ink: str, mute: str, is_ticked: bool
    ) -> None:
        told = self._look.theme.mute2
        first, second, third = (_row(rect, top, high, _TEXT) for top, high in ((6, 18), (24, 17), (41, 16)))
        amount = words(painter, first, line.amount, "strong", ink, side=_RIGHT, figures=True)
        self._paint_heading(painter, first.adjusted(0, 0, -amount - 12, 0), line, ink, mute, is_ticked)
        _paint_pair(painter, second, (line.below, "note", told), (line.product, "note", told), line.quantity)
        _paint_pair(painter, third, (line.why, "small", mute), (line.in_base, "small", mute))

    def _paint_wide(
        self, painter: QPainter, rect: QRectF, line: OrderLine, ink: str, mute: str, is_ticked: bool
    ) -> None:
        first, second = _row(rect, 6, 18, _TEXT), _row(rect, 25, 17, _TEXT)
        words(painter, first, line.amount, "strong", ink, side=_RIGHT, figures=True)
        middle = first.adjusted(0, 0, -max(self._amount_width, 92.0) - 18, 0)
        product = words(painter, middle, line.product, "body", ink, side=_RIGHT, figures=True)
        self._paint_heading(painter, middle.adjusted(0, 0, -product - 14, 0), line, ink, mute, is_ticked)
        why = " · ".join(each for each in (line.in_base, line.why) if each)
        _paint_pair(painter, second, (line.below, "note", self._look.theme.mute2), (why, "small", mute))

    def _paint_heading(
        self, painter: QPainter, rect: QRectF, line: OrderLine, ink: str, mute: str, is_ticked: bool
    ) -> None:
        told = ink if is_ticked else self._look.theme.mute2
        side = words(painter, rect, line.side, "body", told) + _AFTER_SIDE
        room = rect.adjusted(side, 0, 0, 0)
        mark = _width(NEW_HERE, "small") + 12 if line.trade.is_new_here else 0.0
        if mark:
            room.adjust(0, 0, -mark - 8, 0)
        heading = words(painter, room, line.heading, "strong", ink)
        if is_ticked:
            painter.setPen(QPen(QColor(ink), 1.2))
            middle = rect.center().y() + 1
            painter.drawLine(QLineF(rect.left(), middle, rect.left() + side + heading, middle))
        if mark:
            self._paint_mark(painter, QRectF(room.left() + heading + 8, rect.top() + 1, mark, rect.height() - 2), mute)

    def _paint_mark(self, painter: QPainter, rect: QRectF, ink: str) -> None:
        """A small frame around words."""
        painter.setPen(QPen(QColor(self._look.theme.line2), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        words(painter, rect, NEW_HERE, "small", ink, side=Qt.AlignmentFlag.AlignCenter)


def _between(first: str, last: str, at: float) -> str:
    """The colour at that part of the way from one to another."""
    if at >= 1:
        return last
    one, other = QColor(first), QColor(last)
    ways = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(begin + (end - begin) * at) for begin, end in ways)).name()


def tick_area(rect: QRectF) -> QRectF:
    """Where a click ticks the order of a row."""
    return QRectF(rect.left(), rect.top(), _TEXT - 4, 32)


def head_area(rect: QRectF, index: Index) -> QRectF:
    """The head itself, without the gap above it."""
    return rect.adjusted(0, GAP if index.row() else 0, 0, 0)


def check_state(all_of: Set[object], ticked: Set[object]) -> Qt.CheckState:
    """Whether all of these are ticked, some of them, or none."""
    some = Qt.CheckState.PartiallyChecked if all_of & ticked else Qt.CheckState.Unchecked
    return Qt.CheckState.Checked if all_of <= ticked else some


def paint_check_box(painter: QPainter, box: QRectF, state: Qt.CheckState, look: Theme) -> None:
    """A box to tick: with a check mark, empty, or with a bar where some of several are ticked."""
    is_on = state is Qt.CheckState.Checked
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(look.primary if is_on else look.mute), 1.2))
    painter.setBrush(QColor(look.primary if is_on else look.field))
    painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), 4.5, 4.5)
    if is_on:
        icons.paint(painter, box.adjusted(3, 3, -3, -3), "check", look.primary_text)
    elif state is Qt.CheckState.PartiallyChecked:
        middle = box.center().y()
        painter.fillRect(QRectF(box.left() + 4.5, middle - 1, box.width() - 9, 2), QColor(look.ink))


def away_area(rect: QRectF) -> QRectF:
    """Where a click says that the asset is not to be had in the account."""
    return QRectF(rect.left() - 2, rect.bottom() - 26 if rect.height() > ROW else rect.bottom() - 22, 22, 22)


def words(
    painter: QPainter, rect: QRectF, said: str, role: str, ink: str, *, side: Any = _LEFT, figures: bool = False
) -> float:
    """Writes on one line, cut off with an ellipsis where there is no room; returns how wide it became."""
    if not said:
        return 0.0
    font, metrics = fonts.measured(role, figures=figures)
    shown = metrics.elidedText(said, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, side | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip, shown)
    return metrics.horizontalAdvance(shown)


def _row(rect: QRectF, top: float, high: float, left: float) -> QRectF:
    return QRectF(rect.left() + left, rect.top() + top, rect.width() - left, high)


def _width(said: str, role: str, *, figures: bool = False) -> float:
    return fonts.measured(role, figures=figures).metrics.horizontalAdvance(said)


def _paint_pair(
    painter: QPainter, rect: QRectF, left: tuple[str, str, str], right: tuple[str, str, str], shorter: str = ""
) -> None:
    """Words at both ends of a line. Where there is no room for those at the right, the shorter ones, or none."""
    metrics = fonts.measured(right[1], figures=True).metrics
    told = next((each for each in (right[0], shorter) if metrics.horizontalAdvance(each) <= rect.width() - 40), "")
    wide = words(painter, rect, told, right[1], right[2], side=_RIGHT, figures=True)
    words(painter, rect.adjusted(0, 0, -wide - 10 if wide else 0, 0), *left)
