"""The order sheet on paper: what to do at the broker, a line to write down what came of it, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageSize

from wealthdesk.domain.drift import ClassDrift
from wealthdesk.domain.plans import Mode, Order, Plan, Side, Trade, order_key
from wealthdesk.gui import format as text
from wealthdesk.gui import paper
from wealthdesk.gui.allocation.planner.order_list import (
    ConversionLine,
    HeadLine,
    OrderLine,
    SheetLine,
    orders_of,
    paper_quantity,
    sheet_lines,
)
from wealthdesk.gui.allocation.planner.plan_inputs import GOALS
from wealthdesk.gui.allocation.planner.plan_outcome import (
    FigureLine,
    cash_lines,
    cash_total,
    drift_total,
    kept_of,
    left_out_words,
    plan_sentences,
    way_words,
)
from wealthdesk.gui.paper import GROUND, INK, LINE, MUTE, Block, Brush
from wealthdesk.services.given_files import save

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

_TITLE: Final = "Order sheet"
_FOOT: Final = (
    "Calculated from your targets on your own computer. Nothing is submitted. Prices at the broker will differ."
)
_COLUMNS: Final = (0.03, 0.545, 0.69, 0.835, 0.875)
"""Where the words begin, where quantity, price and amount end, and where "Filled at" begins, of the whole width."""
_BAR: Final = (0.255, 0.715)
_NAMED: Final = 3
_SCALES: Final = (2_500, 5_000, 7_500, 10_000)


def save_pdf(
    path: Path, plan: Plan, allocation: "Allocation", today: date, file_name: str, ticked: frozenset[Order]
) -> None:
    """Write the order sheet to a PDF file; WealthDeskError when the place cannot be written."""
    save(path, sheet_pdf(plan, allocation, today, file_name, ticked))


def sheet_pdf(
    plan: Plan,
    allocation: "Allocation",
    today: date,
    file_name: str,
    ticked: frozenset[Order] = frozenset(),
    size: QPageSize | None = None,
) -> bytes:
    """The order sheet as a PDF file. size: of its pages; None: as is usual where the user lives."""
    sheet = _Sheet(plan, allocation, today, file_name, ticked)
    return paper.pdf_of(sheet.paint, _TITLE, size)


def paint_sheet(
    device: QPagedPaintDevice,
    plan: Plan,
    allocation: "Allocation",
    today: date,
    file_name: str,
    ticked: frozenset[Order] = frozenset(),
) -> None:
    """Paint the order sheet on a printer; WealthDeskError when that takes no pages."""
    _Sheet(plan, allocation, today, file_name, ticked).paint(device)


@dataclass
class _Sheet:
    """One order sheet; it is laid out anew for every device."""

    plan: Plan
    allocation: "Allocation"
    today: date
    file_name: str
    ticked: frozenset[Order]

    def paint(self, device: QPagedPaintDevice) -> None:
        paper.paint(device, self._blocks, _FOOT, self.file_name)

    def _blocks(self, room: QSizeF) -> Iterator[Block]:
        yield Block(86, self._paint_title)
        yield Block(84, self._paint_figures)
        yield from self._orders()
        yield paper.gap(10)
        yield from self._cash_and_classes()
        yield from self._why(room.width())

    # What is to be done

    def _orders(self) -> Iterator[Block]:
        lines = sheet_lines(self.plan, self.allocation.portfolio)
        again: Block | None = None
        for place, line in enumerate(lines):
            if isinstance(line, HeadLine):
                has_orders = place + 1 < len(lines) and not isinstance(lines[place + 1], HeadLine)
                again = _head_block(line, has_orders, again=True)
                yield _head_block(line, has_orders, again=False)
            else:
                yield Block(46, self._painting_of(line), head=again)
        if not lines:
            yield Block(30, lambda brush, rect: _words(brush, rect, "Nothing is traded.", 13))

    def _painting_of(self, line: SheetLine) -> "_Painting":
        is_ticked = isinstance(line, OrderLine) and line.key in self.ticked
        return _Painting(line, is_ticked)

    # The rest

    def _paint_title(self, brush: Brush, rect: QRectF) -> None:
        brush.words(QRectF(0, 0, rect.width() * 0.6, 34), _TITLE, 24, weight=600)
        brush.words(QRectF(0, 4, rect.width(), 26), text.day(self.today), 13, weight=500, right=True)
        told = self._prices()
        right = brush.words(QRectF(0, 36, rect.width(), 22), told, 12, ink=MUTE, right=True)
        brush.words(QRectF(0, 36, rect.width() - right - 16, 22), self._subtitle(), 12, ink=MUTE)
        brush.line(QPointF(0, 64), QPointF(rect.width(), 64), width=1.6, ink=INK)

    def _prices(self) -> str:
        day = self.allocation.valuation.prices_on
        return f"Prices of {text.day(day)}" if day else ""

    def _subtitle(self) -> str:
        plan, strategy = self.plan, self.allocation.strategy
        amount = text.money(plan.amount_minor, plan.base_currency)
        goal = plan.request.options.goal if plan.request else None
        how = f", {GOALS[goal][0].lower()}{GOALS[goal][1:]}" if goal else ""
        what = {
            Mode.DEPOSIT: f"Deposit of {amount}", Mode.WITHDRAWAL: f"Withdrawal of {amount}",
            Mode.REBALANCE: f"Rebalance{how}",
        }[plan.mode]  # fmt: skip
        by = f", by {text.targets_name(strategy.name)}, version {strategy.version}" if strategy else ""
        return f"{what} · {text.scope(self.allocation.scope_name)}{by}"

    def _paint_figures(self, brush: Brush, rect: QRectF) -> None:
        figures = self._figures()
        step = rect.width() / len(figures)
        for place, (words, figure, below) in enumerate(figures):
            column = QRectF(step * place, rect.top(), step - 10, 18)
            brush.words(column, words, 11, ink=MUTE)
            brush.words(column.translated(0, 19), figure, 16, weight=600, figures=True)
            brush.words(column.translated(0, 38), below, 11, ink=MUTE)

    def _figures(self) -> list[tuple[str, str, str]]:
        plan = self.plan
        sold = [trade for trade in plan.trades if trade.side is Side.SELL]
        bought = [trade for trade in plan.trades if trade.side is Side.BUY]
        amount = text.money(plan.amount_minor - plan.shortfall_minor, plan.base_currency)
        counted = [text.count(len(each), word) for each, word in ((sold, "sale"), (bought, "purchase")) if each]
        kept = kept_of(plan)
        way = way_words(1, kept).partition(" · ")[2] if kept is not None else ""
        drift = drift_total(plan.before, plan.after).removesuffix(" in total")
        made = [("Orders", text.count(len(plan.trades), "order").split()[0], ", ".join(counted))]
        if plan.mode is Mode.DEPOSIT:
            made.append(("Brought in", amount, ""))
        if plan.mode is Mode.WITHDRAWAL:
            made.append(("Paid out", amount, ""))
        if sold or plan.mode is not Mode.DEPOSIT:
            made.append(("Sold", text.money(plan.sold_minor, plan.base_currency), self._symbols(sold)))
        if bought or plan.mode is not Mode.WITHDRAWAL:
            made.append(("Bought", text.money(plan.bought_minor, plan.base_currency), self._symbols(bought)))
        return [*made, ("Drift in total", drift, way)]

    def _symbols(self, trades: Sequence[Trade]) -> str:
        inside = {order_key(trade) for trade in trades}
        lines = orders_of(sheet_lines(self.plan, self.allocation.portfolio))
        names = list(dict.fromkeys(line.heading for line in lines if line.key in inside))
        more = len(names) - _NAMED
        return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")

    def _cash_and_classes(self) -> Iterator[Block]:
        plan, portfolio = self.plan, self.allocation.portfolio
        cash, total = cash_lines(plan, portfolio), cash_total(plan, portfolio)
        if total is not None:
            cash = [*cash, total]
        if plan.left_in_cash_minor:
            cash = [*cash, FigureLine("Stays in cash", text.money(plan.left_in_cash_minor, plan.base_currency))]
        known = {each.asset_class_id: each for each in plan.before.classes}
        classes = [each for each in plan.after.classes if each.target_bps is not None or each.weight_bps]
        scale = _scale([*classes, *known.values()])

        def head(brush: Brush, rect: QRectF) -> None:
            left, right = _halves(rect)
            if cash:
                _title(brush, left, "Cash by account")
            wide = _title(brush, right, "Classes")
            said = QRectF(right.left() + wide + 10, right.top() + 8, right.width() - wide - 10, 20)
            brush.words(said, "tick target, bar now, ring after", 11, ink=MUTE)

        yield Block(36, head, is_head=True)
        for line, after in zip_longest(cash, classes):
            name = portfolio.classes[after.asset_class_id].name if after else ""
            before = known.get(after.asset_class_id) if after else None
            yield Block(28, _CashAndClass(line, name, before, after, scale, line is not None and line is total))

    def _why(self, wide: float) -> Iterator[Block]:
        plan, portfolio = self.plan, self.allocation.portfolio
        out = [f"Not in the plan: {names}. {why}" for names, why in left_out_words(plan, portfolio)]
        told = [each for each in (" ".join(plan_sentences(plan, portfolio)), *out) if each]
        if not told:
            return
        yield Block(44, _why_title, is_head=True)
        for words in told:
            yield Block(paper.wrapped_height(words, wide, 12) + 5, _Paragraph(words))


@dataclass(frozen=True)
class _Painting:
    """Paints an order: a box, what, how much, at what price, the amount, and a line to write on."""

    line: SheetLine
    is_ticked: bool

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        brush.line(rect.bottomLeft(), rect.bottomRight())
        box = QRectF(rect.left() + 8, rect.top() + 13, 14, 14)
        brush.box(box, ink=INK, width=1.2)
        if self.is_ticked:
            brush.check(box)
        filled = rect.left() + rect.width() * _COLUMNS[4]
        brush.line(QPointF(filled, rect.bottom() - 13), QPointF(rect.right(), rect.bottom() - 13), ink="#8F8D86")
        if isinstance(self.line, OrderLine):
            self._order(brush, rect, self.line)
        elif isinstance(self.line, ConversionLine):
            self._conversion(brush, rect, self.line)

    def _order(self, brush: Brush, rect: QRectF, line: OrderLine) -> None:
        first, second = _lines(rect)
        quantity, price, amount = (_column(first, place) for place in (1, 2, 3))
        wide = brush.words(quantity, paper_quantity(line.trade.quantity), 13, right=True, figures=True)
        brush.words(price, line.price, 13, right=True, figures=True)
        brush.words(amount, line.amount, 13, weight=600, right=True, figures=True)
        left = first.left() + max(first.width() * _COLUMNS[0], 34.0)
        name = QRectF(left, first.top(), quantity.right() - wide - 12 - left, first.height())
        side = brush.words(name, line.side, 13)
        heading = brush.words(name.adjusted(side + 5, 0, 0, 0), line.heading, 13, weight=600)
        if line.trade.is_new_here:
            brush.words(name.adjusted(side + heading + 13, 0, 0, 0), "new here", 11, ink=MUTE)
        below = QRectF(left, second.top(), quantity.right() - left, second.height())
        brush.words(below, line.below, 11, ink=MUTE)
        brush.words(_column(second, 3), line.in_base, 11, ink=MUTE, right=True, figures=True)

    def _conversion(self, brush: Brush, rect: QRectF, line: ConversionLine) -> None:
        first, second = _lines(rect)
        left = first.left() + max(first.width() * _COLUMNS[0], 34.0)
        side = brush.words(first.adjusted(left - first.left(), 0, 0, 0), "Change", 13)
        brush.words(first.adjusted(left - first.left() + side + 5, 0, 0, 0), line.given, 13, weight=600, figures=True)
        brush.words(_column(first, 3), line.got, 13, weight=600, right=True, figures=True)
        brush.words(second.adjusted(left - second.left(), 0, 0, 0), line.terms, 11, ink=MUTE, figures=True)


@dataclass(frozen=True)
class _CashAndClass:
    """Paints a line of cash at the left and a line of a class at the right; either may be missing."""

    cash: FigureLine | None
    name: str
    before: ClassDrift | None
    after: ClassDrift | None
    scale: int
    is_total: bool

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        left, right = _halves(rect)
        if self.cash is not None:
            wide = brush.words(left, self.cash.figure, 12, weight=600, right=True, figures=True)
            before = f"{self.cash.before} {text.ARROW}" if self.cash.before else ""
            rest = left.adjusted(0, 0, -wide - 5, 0)
            wide += brush.words(rest, before, 12, ink=MUTE, right=True, figures=True)
            brush.words(left.adjusted(0, 0, -wide - 15, 0), self.cash.words, 12, weight=600 if self.is_total else 400)
            brush.line(left.bottomLeft(), left.bottomRight())
        if self.after is not None:
            self._class(brush, right, self.after)

    def _class(self, brush: Brush, rect: QRectF, after: ClassDrift) -> None:
        now = self.before.weight_bps if self.before else 0
        brush.words(rect.adjusted(0, 0, -rect.width() * (1 - _BAR[0]) - 6, 0), self.name, 12)
        figure = text.percent(after.weight_bps)
        wide = brush.words(rect, figure, 12, weight=600, right=True, figures=True)
        told = f"{text.percent(now).removesuffix('%')} {text.ARROW}"
        brush.words(rect.adjusted(0, 0, -wide - 5, 0), told, 12, ink=MUTE, right=True, figures=True)
        brush.line(rect.bottomLeft(), rect.bottomRight())
        self._bar(brush, rect, now, after)

    def _bar(self, brush: Brush, rect: QRectF, now: int, after: ClassDrift) -> None:
        left, end = (rect.left() + rect.width() * each for each in _BAR)
        line = QRectF(left, rect.top() - 3, end - left, rect.height())
        band = None
        if after.target_bps is not None and after.band_bps is not None:
            band = (after.target_bps - float(after.band_bps), after.target_bps + float(after.band_bps))
        brush.bar(line, now, after.target_bps, band, self.scale)
        ring = paper.along(line, after.weight_bps, self.scale)
        middle = line.center().y()
        brush.box(QRectF(ring - 3, middle + 6, 6, 6), fill="#FFFFFF", ink=INK, width=1.3)


@dataclass(frozen=True)
class _Paragraph:
    words: str

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        brush.words(rect, self.words, 12, ink=MUTE, wrap=True)


def _head_block(line: HeadLine, has_orders: bool, *, again: bool) -> Block:
    """The head of an account with the names of the columns; again: at the top of a further page."""

    def paint(brush: Brush, rect: QRectF) -> None:
        band = QRectF(rect.left(), rect.top() + (0 if again else 8), rect.width(), 30)
        brush.box(band, fill=GROUND, radius=4)
        inner = band.adjusted(10, 0, -10, 0)
        wide = brush.words(inner, line.name, 14, weight=600)
        told = "continued" if again else " · ".join(each for each in (line.money, line.orders) if each)
        brush.words(inner.adjusted(wide + 12, 0, 0, 0), told, 12, ink=MUTE, figures=True)
        if has_orders:
            _column_names(brush, QRectF(rect.left(), band.bottom(), rect.width(), 24))

    return Block((30 if again else 38) + (24 if has_orders else 0), paint, is_head=True)


def _column_names(brush: Brush, rect: QRectF) -> None:
    left = rect.left() + max(rect.width() * _COLUMNS[0], 34.0)
    brush.words(QRectF(left, rect.top(), 120, rect.height()), "Order", 10, ink=MUTE, weight=500)
    for place, name in ((1, "Quantity"), (2, "Price"), (3, "Amount")):
        brush.words(_column(rect, place), name, 10, ink=MUTE, weight=500, right=True)
    filled = rect.left() + rect.width() * _COLUMNS[4]
    brush.words(QRectF(filled, rect.top(), rect.right() - filled, rect.height()), "Filled at", 10, ink=MUTE, weight=500)
    brush.line(rect.bottomLeft(), rect.bottomRight())


def _column(rect: QRectF, place: int) -> QRectF:
    """The room of a column whose words end at its right edge."""
    end = rect.left() + rect.width() * _COLUMNS[place]
    begin = rect.left() + rect.width() * (_COLUMNS[place - 1] if place > 1 else 0.3) + 8
    return QRectF(begin, rect.top(), end - begin, rect.height())


def _lines(rect: QRectF) -> tuple[QRectF, QRectF]:
    return (
        QRectF(rect.left(), rect.top() + 6, rect.width(), 18),
        QRectF(rect.left(), rect.top() + 24, rect.width(), 15),
    )


def _halves(rect: QRectF) -> tuple[QRectF, QRectF]:
    wide = rect.width() * 0.45
    return (
        QRectF(rect.left(), rect.top(), wide, rect.height()),
        QRectF(rect.right() - rect.width() * 0.5, rect.top(), rect.width() * 0.5, rect.height()),
    )


def _title(brush: Brush, rect: QRectF, said: str) -> float:
    wide = brush.words(QRectF(rect.left(), rect.top() + 8, rect.width(), 20), said, 13, weight=600)
    brush.line(rect.bottomLeft(), rect.bottomRight(), ink=LINE)
    return wide


def _why_title(brush: Brush, rect: QRectF) -> None:
    brush.words(QRectF(rect.left(), rect.top() + 22, rect.width(), 20), "Why these", 13, weight=600)


def _words(brush: Brush, rect: QRectF, said: str, size: int) -> None:
    brush.words(rect, said, size)


def _scale(classes: Sequence[ClassDrift]) -> int:
    """The end of the bars: the next of 25, 50, 75 and 100 % above all that is drawn."""
    ends = [each.weight_bps for each in classes]
    ends += [round(each.target_bps + (each.band_bps or 0)) for each in classes if each.target_bps is not None]
    most = max(ends, default=0)
    return next((each for each in _SCALES if each > most), _SCALES[-1])
