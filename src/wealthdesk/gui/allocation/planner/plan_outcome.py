"""What a plan comes to, in words and laid out: its trades against closeness, order sheet, totals, cash and bands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSlider, QWidget

from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import canonical
from wealthdesk.domain.plans import (
    AccountCash,
    FrontierPoint,
    LeftOutBecause,
    Mode,
    NoteKind,
    Order,
    Plan,
    TradeCount,
    Trades,
    empty_words,
    inside_words,
    note_words,
    proof_words,
    sells_nothing,
    signature,
    stays_words,
)
from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.order_list import (
    OrderLine,
    OrderList,
    SheetLine,
    bought_words,
    orders_of,
    sheet_lines,
    wording,
    words,
)
from wealthdesk.gui.allocation.planner.plan_notes import PlanNotes
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message, ProgressStrip
from wealthdesk.gui.widgets.text import ShortLabel, label, set_ink

if TYPE_CHECKING:
    from wealthdesk.domain.accounts import Scope
    from wealthdesk.services.desk import Desk

_RULED, _CLOSE = 28, 22
"""The height of a line of figures, with a rule below it and without."""
_FIRST: Final = 40
"""So many of the orders are listed at first, where there are more than a few more."""
_WAY_HIGH: Final = 19
_PROOF_HIGH: Final = 66
"""The place of what is proven, and of the search: kept while it is empty, so that nothing below it moves."""
_REACH_WIDE: Final = 300
"""How wide the control is in a wide panel, beside what the plan comes to."""
_MUTED_AFTER_MS: Final = 60
"""Most plans are there before: to mute the figures for so short a time would be a flicker, and take as long again."""
_TICK_OFF: Final = "Tick off what you have placed at the broker."
_OF_WHAT: Final = "100% is as near to the targets as any number of trades comes; some drift may remain then, too."
_NOTHING: Final = "Nothing is traded"
_ALWAYS: Final = "It is sold although nothing may be outside its band"


class PlanOutcome(QWidget):
    """`show_plan` is the only method that says something; without a plan it shows a hint."""

    def __init__(self, progress: ProgressStrip, parent: QWidget | None = None) -> None:
        """progress: the strip of the search, to be placed where the plan says what is proven."""
        super().__init__(parent)
        self._reach, self._sheet = QWidget(self), QWidget(self)
        self._way, self._sheet_head = QWidget(self._reach), QWidget(self._sheet)
        self.hint = label(role="body", ink="mute", wrap=True)
        self.control = TradesControl(self._way)
        self.way = _WayLabel()
        self.way.setMinimumHeight(_WAY_HIGH)
        self.way.setToolTip(_OF_WHAT)
        self.proven = label(role="note", ink="mute2", wrap=True)
        self._progress = progress
        self.told = Message(action="", parent=self)
        self.count = label(role="note", ink="mute2", right=True)
        self._narrow_count = label(role="note", ink="mute2", right=True)
        self.orders = OrderList(self._sheet)
        self.more = link_button("")
        self._lines: list[SheetLine] = []
        self._is_whole = False
        self._known: Plan | None = None
        self.totals = FigureLines(parent=self)
        self.notes = PlanNotes(self)
        self.notes.hide()
        self._cash_section = QWidget(self)
        self.cash = FigureLines(("now", "this plan", "after"), self._cash_section)
        self.cash.set_ruled(True)
        _fill(self._cash_section, "Cash by account", self.cash)
        self.bands = Message(parent=self)
        self.left_out = _LeftOut(self)
        self._is_wide = self._is_alone = self.is_stale = False
        self._shown: tuple[Plan, Portfolio] | None = None
        self._muting = QTimer(self, singleShot=True, interval=_MUTED_AFTER_MS)
        self._muting.timeout.connect(self._show_stale)
        self._line = self._line_of_search()
        self._fill_sheet()
        self._lay_out()

    @property
    def ticked(self) -> frozenset[Order]:
        """The orders that are ticked."""
        return self.orders.sheet.ticked

    def choice_of(self, trades: int) -> TradeCount:
        """What a number of trades is to be remembered as: by its meaning where it has one."""
        known = self._known
        if known is None:
            return trades
        named = {known.closest: Trades.CLOSEST, known.fewest: Trades.FEWEST, known.best_value: Trades.BEST_VALUE}
        return named.get(trades, trades)

    def show_plan(
        self,
        portfolio: Portfolio,
        plan: Plan | None,
        hint: str = "",
        ticked: frozenset[Order] = frozenset(),
    ) -> None:
        """Show a plan with the orders that were placed, or a hint to what makes one."""
        self.hint.setText(hint)
        self.hint.setVisible(plan is None and bool(hint))
        for each in (self._sheet, self.totals, self._way):
            each.setVisible(plan is not None)
        self._shown = (plan, portfolio) if plan else None
        self._show_bands()
        self.left_out.show_lines(left_out_words(plan, portfolio) if plan else [])
        lines = cash_lines(plan, portfolio) if plan else []
        self.cash.show_lines(lines)
        self._show_cash_section()
        self._show_line(plan, portfolio)
        if self.notes.notes or (plan is not None and plan.notes):
            self.notes.show_plan(plan, portfolio, self.proven.text())
        self.told.setVisible(False)
        if plan is not None:
            self._show_told(portfolio, plan)
            self._show_sheet(portfolio, plan, ticked)
            self._show_totals(portfolio, plan)

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated, where that takes longer than a moment."""
        self.is_stale = is_stale
        if not is_stale:
            self._muting.stop()
            self._show_stale()
        elif not self._muting.isActive():
            self._muting.start()

    def _show_stale(self) -> None:
        for each in (self.orders, self.totals, self.cash, self.control):
            each.set_stale(self.is_stale)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._progress and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            is_search = event.type() == QEvent.Type.Show
            self.proven.setVisible(not is_search)
            self._line.setVisible(is_search or not self._way.isHidden())
        return super().eventFilter(watched, event)

    def set_wide(self, is_wide: bool) -> None:
        """What it comes to stands beside the control where there is room, and below the orders where there is none."""
        self._is_wide = is_wide
        self._layout.removeWidget(self.totals)
        self._top.removeWidget(self.totals)
        if is_wide:
            self._top.addWidget(self.totals, 1, Qt.AlignmentFlag.AlignTop)
        else:
            self._layout.insertWidget(self._layout.indexOf(self._sheet) + 1, self.totals)
        self._reach.setMaximumWidth(_REACH_WIDE if is_wide else 16_777_215)
        self._sheet_head.setVisible(is_wide)
        self.totals.set_ruled(is_wide)
        self._show_count()
        self._show_cash_section()

    def set_alone(self, is_alone: bool) -> None:
        """Say what is outside afterwards where the classes do not stand beside it, on whose bars it is seen."""
        self._is_alone = is_alone
        self._show_bands()

    def add_below(self, widget: QWidget) -> None:
        """Put something below all that the plan comes to."""
        self._layout.insertWidget(self._layout.indexOf(self.notes), widget)

    def _lay_out(self) -> None:
        self.more.clicked.connect(self._on_more)
        self.notes.order_tabs(self.more)
        self.orders.ticked.connect(self._show_count)
        way = vertical(self._way, spacing=6)
        way.addWidget(self.control)
        told = horizontal(spacing=8)
        told.addWidget(self.way)
        told.addWidget(self._narrow_count, 1)
        way.addLayout(told)
        head = vertical(self._reach, spacing=2)
        head.addWidget(self._way)
        head.addWidget(self._line)
        self._top = horizontal(spacing=32)
        self._top.addWidget(self._reach, 1)
        layout = self._layout = vertical(self, spacing=12)
        layout.addWidget(self.hint)
        layout.addLayout(self._top)
        for each in (
            self.told, self._sheet, self.totals, self.notes, self._cash_section, self.bands,
            self.left_out,
        ):  # fmt: skip
            layout.addWidget(each)

    def _line_of_search(self) -> QWidget:
        """What is proven, or the search for something closer in the same place."""
        line = QWidget(self._reach)
        line.setMinimumHeight(_PROOF_HIGH)
        grid = QGridLayout(line)
        grid.setContentsMargins(0, 0, 0, 0)
        for each in (self.proven, self._progress):
            grid.addWidget(each, 0, 0, Qt.AlignmentFlag.AlignTop)
        policy = self.proven.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.proven.setSizePolicy(policy)
        self._progress.installEventFilter(self)
        return line

    def _fill_sheet(self) -> None:
        layout = vertical(self._sheet, spacing=8)
        head = horizontal(self._sheet_head, spacing=14)
        head.addWidget(label("Order sheet", "section"))
        head.addWidget(label(_TICK_OFF, "note", "mute"))
        head.addWidget(self.count, 1)
        for each in (self._sheet_head, self.orders, self.more):
            layout.addWidget(each)

    def _show_line(self, plan: Plan | None, portfolio: Portfolio) -> None:
        if plan is not None:
            known = self._known = _better_known(self._known, plan)
            count, has_more = len(plan.trades), plan.is_found_further
            self.control.show_stops(_stops(known), known.best_value, count, has_more=has_more)
            # Their places are kept where nothing is traded: the next key may find something again.
            self.way.setText(way_words(len(plan.trades), kept_of(plan)) if plan.trades else "")
            # That nothing is sold is said with the button that sells all the same.
            self.proven.setText("\n".join(each for each in proof_lines(plan, portfolio) if each != inside_words(plan)))
        self._line.setVisible(not self._progress.isHidden() or plan is not None)

    def _show_told(self, portfolio: Portfolio, plan: Plan) -> None:
        """Why nothing is traded, or nothing sold, and the other way."""
        is_always = plan.request is not None and plan.request.always
        is_told = not plan.trades or plan.keeps_inside or is_always
        self.told.setVisible(is_told)
        if not is_told:
            return
        title = _NOTHING if not plan.trades else _ALWAYS if is_always else sells_nothing(plan)
        why = "" if plan.trades else nothing_words(plan, portfolio)
        self.told.show_message(Tone.NEUTRAL, title, why)
        self.told.set_action("Sell nothing then" if is_always else "Sell all the same" if plan.keeps_inside else "")

    def _show_sheet(self, portfolio: Portfolio, plan: Plan, ticked: frozenset[Order]) -> None:
        lines = sheet_lines(plan, portfolio)
        self._show_lines(lines, ticked & {each.key for each in orders_of(lines)})
        self._sheet.setVisible(bool(lines))

    def _show_totals(self, portfolio: Portfolio, plan: Plan) -> None:
        why = stays_lines(plan, portfolio) if plan.trades and plan.left_in_cash_minor else []
        self.totals.show_lines(total_lines(plan, "\n".join(why)))
        self.totals.setVisible(bool(plan.trades or plan.amount_minor))

    def _on_more(self) -> None:
        self._is_whole = not self._is_whole
        self._show_lines(self._lines, self.ticked)

    def _show_lines(self, lines: list[SheetLine], ticked: frozenset[Order]) -> None:
        """The first orders or all of them: what follows is not to be pushed out of sight by hundreds."""
        self._lines = lines
        count = len(orders_of(lines))
        is_long = count > _FIRST + 4
        self.orders.show_lines(_first_lines(lines) if is_long and not self._is_whole else lines, ticked)
        self.more.setVisible(is_long)
        self.more.setText(f"Show the first {_FIRST}" if self._is_whole else f"Show all {text.count(count, 'order')}")
        self.more.setAccessibleName(self.more.text())
        self._show_count()

    def _show_bands(self) -> None:
        if self._shown is not None and self._is_alone:
            self.bands.show_message(*bands_words(*self._shown))
        self.bands.setVisible(self._shown is not None and self._is_alone)

    def _show_cash_section(self) -> None:
        # In a narrow panel the heads of the accounts say what becomes of their cash.
        self._cash_section.setVisible(self._is_wide and bool(self.cash.lines))

    def _show_count(self) -> None:
        words = placed_words(len(self.ticked), len(orders_of(self._lines)))
        self.count.setText(words)
        self._narrow_count.setText(words if self.ticked and not self._is_wide else "")


class PlacedTicks:
    """Which orders of a plan were ticked off as placed, also before the last start: read once, not with every key."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._kept: tuple[str, frozenset[Order]] = "", frozenset()

    def read(self, scope: "Scope") -> None:
        """Those of a scope."""
        self._kept = self._desk.placed.kept(scope)

    def of(self, plan: Plan | None) -> frozenset[Order]:
        """The orders of this plan that were ticked off."""
        of_plan, orders = self._kept
        return orders if plan is not None and orders and signature(plan) == of_plan else frozenset()

    def keep(self, scope: "Scope", plan: Plan, ticked: frozenset[Order]) -> None:
        """Keep that these were placed, of which only those of an account can be told from others."""
        if not self._desk.is_read_only:
            self._kept = signature(plan), frozenset(order for order in ticked if order[0])
            self._desk.placed.keep(scope, *self._kept)


class _WayLabel(QLabel):
    """How many trades in bold, and how far they go in plain letters."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(fonts.font("strong", figures=True))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        count, dot, way = self.text().partition(" · ")
        room = QRectF(self.rect())
        told = words(painter, room, count, "strong", look.ink, figures=True)
        words(painter, room.adjusted(told, 0, 0, 0), f"{dot}{way}", "body", look.ink, figures=True)


class _LeftOut(QWidget):
    """What takes no part, one pair of lines per reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[str, str]] = []
        self._layout = vertical(self, spacing=6)
        self._layout.addWidget(label("Left out", "strong"))
        self._shown: list[QWidget] = []

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        self.setVisible(bool(lines))
        if lines == self._lines:
            return
        self._lines = lines
        for each in self._shown:
            self._layout.removeWidget(each)
            each.deleteLater()
        self._shown = [_left_out_line(*line) for line in lines]
        for each in self._shown:
            self._layout.addWidget(each)


def _stops(plan: Plan) -> list[FrontierPoint]:
    """The points from the fewest to the closest."""
    least = plan.fewest or 0
    return [each for each in plan.frontier if least <= each.trades and (plan.closest or each.trades) >= each.trades]


def _better_known(known: Plan | None, plan: Plan) -> Plan:
    """Which of the two knows the frontier: while it is looked for anew, that of the plan before it stays.

    Otherwise the stops would go and come again with every step of the control.
    """
    is_same = known is not None and plan.is_found_further and _asked(known) == _asked(plan)
    return known if known is not None and is_same and len(known.frontier) > len(plan.frontier) else plan


def _asked(plan: Plan) -> tuple[object, ...]:
    """What the frontier belongs to: the request but for the number of trades, and what was held."""
    request = plan.request
    options = None if request is None else replace(request.options, trades=Trades.BEST_VALUE)
    return plan.mode, plan.amount_minor, plan.before, options, request.always if request else False


def _first_lines(lines: list[SheetLine]) -> list[SheetLine]:
    """The lines up to the last of the first orders."""
    places = [place for place, line in enumerate(lines) if isinstance(line, OrderLine)]
    return lines[: places[_FIRST - 1] + 1]


def _left_out_line(names: str, why: str) -> QWidget:
    line = QWidget()
    layout = vertical(line, spacing=0)
    layout.addWidget(label(names, "note", wrap=True))
    layout.addWidget(label(why, "small", "mute", wrap=True))
    return line


def _fill(section: QWidget, title: str, inside: QWidget) -> None:
    layout = vertical(section, spacing=7)
    layout.addWidget(label(title, "section"))
    layout.addWidget(inside)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """before: a second figure, muted, that became the first. change: what lies between them. note: said below."""

    words: str
    figure: str
    before: str = ""
    change: str = ""
    note: str = ""
    ink: str = "ink"


class FigureLines(QWidget):
    """Its rows are kept and used again. columns: what stands above the figures before, between and after."""

    def __init__(self, columns: tuple[str, str, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = theme.look()
        self.lines: tuple[FigureLine, ...] = ()
        self._has_columns = columns is not None
        self._is_ruled = False
        self._rows: list[_FigureRow] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14 if columns else 6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        for place, head in enumerate(columns or (), 1):
            self._grid.addWidget(label(head, "header", "mute", right=True), 0, place)

    def set_ruled(self, is_ruled: bool) -> None:
        """Draw a rule below every line."""
        self._is_ruled = is_ruled
        for each in self._rows:
            each.set_high(is_ruled)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_ruled:
            painter = QPainter(self)
            for row, _ in zip(self._rows, self.lines, strict=False):
                painter.fillRect(0, row.bottom, self.width(), 1, QColor(self._look.theme.line))

    def show_lines(self, lines: Sequence[FigureLine]) -> None:
        """Show these."""
        self.lines = tuple(lines)
        while len(self._rows) < len(lines):
            row = _FigureRow(self._grid, 1 + 2 * len(self._rows), self._has_columns)
            row.set_high(self._is_ruled)
            self._rows.append(row)
        for row, line in zip_longest(self._rows, lines):
            row.show_line(line)

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        for row, line in zip(self._rows, self.lines, strict=False):
            set_ink(row.figure, "mute" if is_stale else line.ink)


class _FigureRow:
    """The widgets of one line: words and figures, and below them a note."""

    def __init__(self, grid: QGridLayout, place: int, has_columns: bool) -> None:
        self.words = ShortLabel(ink="mute2")
        self.before = label(role="body", ink="mute2", figures=True, right=True)
        self.change = label(role="body", ink="mute2", figures=True, right=True)
        self.figure = label(role="strong", figures=True, right=True)
        self._note = label(role="note", ink="mute2", wrap=True)
        self._has_columns = has_columns
        grid.addWidget(self.words, place, 0)
        if has_columns:
            for column, each in enumerate((self.before, self.change, self.figure), 1):
                grid.addWidget(each, place, column)
        else:
            # The two figures belong together, however wide those of other lines are.
            pair = horizontal(spacing=5)
            for each in (self.before, self.figure):
                pair.addWidget(each)
            grid.addLayout(pair, place, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._note, place + 1, 0, 1, 4 if has_columns else 2)
        self._note.setContentsMargins(0, 0, 0, 5)

    @property
    def bottom(self) -> int:
        """Where it ends, in pixels from the top."""
        return (self.words if self._note.isHidden() else self._note).geometry().bottom()

    def set_high(self, is_high: bool) -> None:
        """As high as a line with a rule below it, or closer."""
        self.words.setMinimumHeight(_RULED if is_high else _CLOSE)

    def show_line(self, line: FigureLine | None) -> None:
        """Show a line; None: nothing."""
        for each in (self.words, self.before, self.figure):
            each.setVisible(line is not None)
        self.change.setVisible(line is not None and self._has_columns)
        self._note.setVisible(line is not None and bool(line.note))
        if line is not None:
            self.words.show_words(line.words)
            arrow = f" {text.ARROW}" if line.before and not self._has_columns else ""
            self.before.setText(f"{line.before}{arrow}")
            self.change.setText(line.change)
            self.figure.setText(line.figure)
            self._note.setText(line.note)
            set_ink(self.figure, line.ink)


# What is said of it


_WHY_NOT: Final = {
    LeftOutBecause.NO_PRICE: "No price. Add one under Holdings.",
    LeftOutBecause.NO_RATE: "No exchange rate. Add one under Holdings.",
    LeftOutBecause.NO_CLASS: "No class yet. Choose one with Classify.",
    LeftOutBecause.LOOK_THROUGH: "Counts to several classes: its value counts, but it is not bought.",
    LeftOutBecause.ARCHIVED: "Archived. Bring it back under Holdings to buy it.",
    LeftOutBecause.NOTHING_TO_BUY: "Nothing to buy in it. Add a holding, or give it a holding target.",
    LeftOutBecause.EXCLUDED: "Excluded from plans, and from their total.",
    LeftOutBecause.LOCKED: "Locked: its value counts, but it is not traded.",
    LeftOutBecause.SELL_ONLY: "Sell only: nothing of it is bought.",
    LeftOutBecause.BUY_ONLY: "Buy only: nothing of it is sold.",
    LeftOutBecause.TAGGED_CASH: "Cash that counts to another class: it is held for that.",
    LeftOutBecause.BELOW_ONE_LOT: "One share costs more than there is to spend.",
}

_NAMED: Final = 6


def ready_words(plan: Plan) -> str:
    """What is said aloud when nothing closer is looked for any more: "The plan is ready: 5 trades · 95% of the way"."""
    return f"The plan is ready: {way_words(len(plan.trades), kept_of(plan)) if plan.trades else 'nothing is traded'}"


def stays_lines(plan: Plan, portfolio: Portfolio) -> list[str]:
    """Why money stays in cash, a line for each reason; accounts are named where the reasons differ."""
    said: dict[str, list[str]] = {}
    for each in plan.accounts:
        words = stays_words(each, plan, wording(portfolio)) if each.after_minor > 0 else ""
        if words:
            name = portfolio.accounts[each.account_id].name if each.account_id else ""
            said.setdefault(words, []).append(name)
    if len(said) <= 1:
        why = cash_words(plan, portfolio)
        return list(said) or ([why] if why else [])
    return [f"{_enumerated(each for each in names if each)}: {words}" for words, names in said.items()]


def kept_of(plan: Plan) -> Decimal | None:
    """How much of the way the plan goes, where that is known."""
    return next((point.kept for point in plan.frontier if point.trades == len(plan.trades)), None)


def placed_words(placed: int, orders: int) -> str:
    """How many orders there are, and how many of them are ticked: "5 orders", "2 of 5 placed"."""
    if not orders:
        return ""
    return f"{placed} of {orders} placed" if placed else text.count(orders, "order")


def cash_words(plan: Plan, portfolio: Portfolio) -> str:
    """Why money stays in cash; "" when there is nothing to say."""
    if not plan.left_in_cash_minor:
        return ""
    reason = plan.cash_reason
    is_stuck = not plan.trades and plan.mode is Mode.DEPOSIT
    # Money that lifts cash above its target stays for want of anything to buy, not because cash lacked it.
    if reason is not None and not (is_stuck and (reason.class_drift_after_bps or 0) > 0):
        return bought_words(reason, portfolio.classes[reason.asset_class_id].name, True)
    return "Nothing can be bought for it" if is_stuck else ""


def nothing_words(plan: Plan, portfolio: Portfolio) -> str:
    """Why a plan trades nothing, as a sentence; "" where that is not known."""
    why = cash_words(plan, portfolio)
    return empty_words(plan, wording(portfolio)) or (f"{why}." if why else "")


def left_out_words(plan: Plan, portfolio: Portfolio) -> list[tuple[str, str]]:
    """What takes no part, and why with what to do, one pair per reason."""
    names: dict[LeftOutBecause, list[str]] = {}
    for each in plan.left_out:
        if each.asset_id is not None:
            name = portfolio.assets[each.asset_id].known_as
        else:
            name = portfolio.classes[each.asset_class_id or ""].name
        names.setdefault(each.because, []).append(name)
    return [(_enumerated(each), _WHY_NOT[because]) for because, each in names.items()]


def plan_sentences(plan: Plan, portfolio: Portfolio) -> list[str]:
    """What is said of a plan as a whole: what is proven, and why money stays."""
    why = "; ".join(stays_lines(plan, portfolio))
    told = "".join(f"{each.words}: {each.figure}." for each in _gain(plan))
    fees = f"Fees: {text.money(plan.fees_minor, plan.base_currency)}." if plan.fees_minor else "Fees: none entered."
    said = [*proof_lines(plan, portfolio), f"Stays in cash: {why}." if why else "", told, fees if plan.trades else ""]
    return [each for each in said if each]


def bands_words(plan: Plan, portfolio: Portfolio) -> tuple[Tone, str, str]:
    """What the bands look like after the plan: tone, sentence, and the names of the classes outside."""
    outside, total = plan.after.outside, len(plan.after.classes)
    if plan.after.classified_minor <= 0:
        return Tone.NEUTRAL, "Nothing would be left that has a class", ""
    if not outside:
        what, band = ("The one class", "its band") if total == 1 else (f"All {total} classes", "their band")
        return Tone.OK, f"{what} would be inside {band}", ""
    already = {each.asset_class_id for each in plan.before.outside}
    names = ", ".join(
        f"{portfolio.classes[each.asset_class_id].name}{'' if each.asset_class_id in already else ' (inside now)'}"
        for each in outside
    )
    band = "its band" if len(outside) == 1 else "their band"
    would = "stay" if all(each.asset_class_id in already for each in outside) else "be"
    return Tone.WARNING, f"{text.count(len(outside), 'class', 'classes')} would {would} outside {band}", names


def drift_total(before: Drift, after: Drift | None) -> str:
    """The sum of drifts, now and after: "12.6 → 3.8 pp in total"."""
    now = text.points_plain(before.sum_bps)
    if after is None:
        return f"{now} in total"
    return f"{now.removesuffix(' pp')} {text.ARROW} {text.points_plain(after.sum_bps)} in total"


def proof_lines(plan: Plan, portfolio: Portfolio) -> list[str]:
    """What is proven of a plan and what more trades would bring; where a fill method decides, that it does."""
    decides = [each for each in plan.notes if each.kind is NoteKind.METHOD_DECIDES]
    told = [note_words(each, plan, wording(portfolio)) for each in decides]
    return told or list(proof_words(plan, wording(portfolio)))


def _enumerated(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


_EVERYWHERE: Final = "All accounts"
_STAYS: Final = "Stays in cash"


def total_lines(plan: Plan, why_cash: str = "") -> list[FigureLine]:
    """The totals that say something; those of a deposit (and of a withdrawal) add up. why_cash: why money stays."""
    made = {Mode.DEPOSIT: _of_deposit, Mode.WITHDRAWAL: _of_withdrawal, Mode.REBALANCE: _of_rebalance}[plan.mode]
    now, after = (text.points_plain(each.sum_bps) for each in (plan.before, plan.after))
    lines = [replace(each, note=why_cash) if each.words == _STAYS else each for each in made(plan)]
    return [*lines, FigureLine("Drift in total", after, before=now.removesuffix(" pp")), *_gain(plan)]


def cash_lines(plan: Plan, portfolio: Portfolio) -> list[FigureLine]:
    """The cash before and after of each account in which it changes; of all where it changes nowhere."""
    changed = [each for each in plan.accounts if each.new_minor or each.after_minor != each.before_minor]
    return [_cash_line(each, plan, portfolio) for each in changed or plan.accounts]


def cash_total(plan: Plan, portfolio: Portfolio) -> FigureLine | None:
    """The cash before and after of all accounts together, those in which nothing changes too; None of a single one."""
    if len(plan.accounts) < 2:
        return None
    before, new, after = (
        sum(getattr(each, name) for each in plan.accounts) for name in ("before_minor", "new_minor", "after_minor")
    )
    return _cash_line(AccountCash(None, before, new, after), plan, portfolio)


def _of_deposit(plan: Plan) -> Iterator[FigureLine]:
    if plan.idle_minor:
        yield _total(plan, "Idle cash", plan.idle_minor)
    yield _total(plan, "Bought", plan.bought_minor)
    yield from _fees(plan)
    yield _total(plan, _STAYS, plan.left_in_cash_minor)


def _of_withdrawal(plan: Plan) -> Iterator[FigureLine]:
    paid = plan.amount_minor - plan.shortfall_minor
    from_cash = paid + plan.left_in_cash_minor - plan.sold_minor + plan.fees_minor
    yield _total(plan, "Sold", plan.sold_minor)
    yield from _fees(plan)
    if from_cash > 0:
        yield _total(plan, "From idle cash", from_cash)
    yield _total(plan, "Paid out", paid)
    if plan.shortfall_minor:
        yield _total(plan, "Cannot be raised", plan.shortfall_minor, ink="error")
    if plan.left_in_cash_minor:
        yield _total(plan, _STAYS, plan.left_in_cash_minor)


def _of_rebalance(plan: Plan) -> Iterator[FigureLine]:
    if plan.idle_minor:
        yield _total(plan, "Idle cash", plan.idle_minor)
    yield _total(plan, "Sold", plan.sold_minor)
    yield _total(plan, "Bought", plan.bought_minor)
    yield from _fees(plan)
    yield _total(plan, _STAYS, plan.left_in_cash_minor)


def _fees(plan: Plan) -> Iterator[FigureLine]:
    if plan.fees_minor:
        yield _total(plan, "Fees", plan.fees_minor)


def _gain(plan: Plan) -> Iterator[FigureLine]:
    gain = plan.realised_gain_minor
    if gain is not None and plan.sold_minor:
        words = "Taxable gain" if gain >= 0 else "Taxable loss"
        yield FigureLine(words, text.money(gain, plan.base_currency, plus=True))


def _total(plan: Plan, words: str, minor: int, *, ink: str = "ink") -> FigureLine:
    return FigureLine(words, text.money(minor, plan.base_currency), ink=ink)


def _cash_line(cash: AccountCash, plan: Plan, portfolio: Portfolio) -> FigureLine:
    name = _EVERYWHERE if cash.account_id is None else portfolio.accounts[cash.account_id].name
    before, after = (text.money(minor, plan.base_currency) for minor in (cash.before_minor, cash.after_minor))
    change = text.money(cash.after_minor - cash.before_minor, plan.base_currency, plus=True)
    return FigureLine(name, after, before=before, change=change)


def way_words(trades: int, kept: Decimal | None) -> str:
    """How many trades, and how far they go: "5 trades · 95% of the way"; what is not all of it is never "100%"."""
    if kept is None:
        return text.count(trades, "trade")
    part = min(Decimal(1), max(Decimal(0), kept)) * 100
    places = Decimal(1) if part < 98 else Decimal("0.1")
    told = part.quantize(places, rounding=ROUND_HALF_UP)
    if told == 100 and part < 100:
        told = part.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return f"{text.count(trades, 'trade')} · {text.number(Decimal(canonical(told)))}% of the way"


MOST_STOPS: Final = 12
_HIGH: Final = 102
_OFF: Final = 38
"""Without a stop there is only the line."""
_TOP: Final = 22.0
"""Below the words at both ends."""
_STOP: Final = (18.0, 32.0)
_LINE: Final = _TOP + 32.0 + 12.0
_NUMBER: Final = _LINE + 11.0
_BEST: Final = "best value"


class TradesControl(QSlider):
    """Its values are the places of the stops; `chosen` tells the number of trades. Without stops it is off."""

    chosen = Signal(object)
    """The number of trades (int) that the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = theme.look()
        self.setAccessibleName("Number of trades")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPageStep(3)
        self.stops: tuple[FrontierPoint, ...] = ()
        self._best: int | None = None
        self._is_stale = False
        self.show_stops((), None, None)

    @property
    def trades(self) -> int | None:
        """The number of trades of the stop that is chosen."""
        return self.stops[self.value()].trades if self.stops else None

    def show_stops(
        self, points: Sequence[FrontierPoint], best: int | None, trades: int | None, *, has_more: bool = False
    ) -> None:
        """Show these, with the stop of so many trades chosen; nothing is told. has_more: keep their room."""
        self.stops, self._best = stops_of(points, best), best
        self.setRange(0, max(0, len(self.stops) - 1))
        self._choose(self._place_of(trades if trades is not None else best))
        self.setEnabled(len(self.stops) > 1)
        self.setFixedHeight(_HIGH if self.stops or has_more else _OFF)
        self._say()
        self.update()

    def set_stale(self, is_stale: bool) -> None:
        """Mute it while another plan is being calculated."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.update()

    def step(self, by: int) -> None:
        """Go to fewer (−) or more (+) trades, as a key does."""
        if self.isEnabled():
            self._go_to(self.value() + by)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -3, Qt.Key.Key_PageUp: 3, Qt.Key.Key_Home: -99, Qt.Key.Key_End: 99,
        }  # fmt: skip
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(self._place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(self._place_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the panel must not choose another plan.
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look.theme
        is_off = not self.isEnabled()
        ends = QRectF(0, 0, self.width(), 18)
        self._write(painter, ends, "Fewer trades", look.mute2, Qt.AlignmentFlag.AlignLeft)
        self._write(painter, ends, "Closer to the targets", look.mute2, Qt.AlignmentFlag.AlignRight)
        places = self._places()
        self._paint_columns(painter, places, look)
        self._paint_line(painter, places, look, is_off)
        self._paint_numbers(painter, places, look)

    def _paint_columns(self, painter: QPainter, places: Sequence[float], look: theme.Theme) -> None:
        wide, most = _STOP
        wide = min(wide, max(6.0, (places[1] - places[0]) - 6)) if len(places) > 1 else wide
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (x, stop) in enumerate(zip(places, self.stops, strict=True)):
            high = max(2.0, most * min(1.0, max(0.0, float(stop.kept))))
            is_chosen = place == self.value()
            painter.setBrush(QColor(self._ink(look) if is_chosen else look.track))
            painter.drawRoundedRect(QRectF(x - wide / 2, _TOP + most - high, wide, high), 2, 2)

    def _paint_line(self, painter: QPainter, places: Sequence[float], look: theme.Theme, is_off: bool) -> None:
        left, right = (places[0], places[-1]) if places else (9.0, self.width() - 9.0)
        painter.setPen(QPen(QColor(look.line2), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, self._middle()), QPointF(right, self._middle()))
        if not places:
            return
        at = places[self.value()]
        if not is_off:
            painter.setPen(QPen(QColor(self._ink(look)), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(left, _LINE), QPointF(at, _LINE))
        painter.setBrush(QColor(look.panel))
        for x in places:
            painter.setPen(QPen(QColor(look.mute), 1.5))
            painter.drawEllipse(QPointF(x, _LINE), 3, 3)
        painter.setPen(QPen(QColor(self._ink(look)), 2.2))
        painter.drawEllipse(QPointF(at, _LINE), 8, 8)
        if self.hasFocus():
            painter.setPen(QPen(QColor(look.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, _LINE), 11.5, 11.5)

    def _paint_numbers(self, painter: QPainter, places: Sequence[float], look: theme.Theme) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        for place, (x, stop) in enumerate(zip(places, self.stops, strict=True)):
            role, ink = ("note_strong", look.ink) if place == self.value() else ("note", look.mute)
            self._write(painter, QRectF(x - 20, _NUMBER, 40, 15), str(stop.trades), ink, centre, role)
            if stop.trades == self._best:
                wide = fonts.measured("header").metrics.horizontalAdvance(_BEST) + 2
                left = min(max(0.0, x - wide / 2), self.width() - wide)
                self._write(painter, QRectF(left, _NUMBER + 14, wide, 14), _BEST, look.mute2, centre, "header")

    def _write(
        self, painter: QPainter, rect: QRectF, said: str, ink: str, side: Qt.AlignmentFlag, role: str = "note"
    ) -> None:
        painter.setFont(fonts.measured(role, figures=said.isdigit()).font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, said)

    def _middle(self) -> float:
        return _LINE if self.height() == _HIGH else _OFF - 8.0

    def _ink(self, look: theme.Theme) -> str:
        return look.mute if self._is_stale or not self.isEnabled() else look.ink

    def _places(self) -> list[float]:
        """Where the stops stand, in pixels from the left."""
        if len(self.stops) < 2:
            return [self.width() / 2] * len(self.stops)
        left, right = 11.0, self.width() - 11.0
        step = (right - left) / (len(self.stops) - 1)
        return [left + step * place for place in range(len(self.stops))]

    def _place_at(self, x: float) -> int:
        places = self._places()
        return min(range(len(places)), key=lambda place: abs(places[place] - x), default=0)

    def _place_of(self, trades: int | None) -> int:
        """The stop with so many trades, or the last one with fewer."""
        if trades is None or not self.stops:
            return 0
        return max((place for place, stop in enumerate(self.stops) if stop.trades <= trades), default=0)

    def _go_to(self, place: int) -> None:
        place = min(max(place, 0), self.maximum())
        if place != self.value() and self.isEnabled():
            self._choose(place)
            self._say()
            self.update()
            self.chosen.emit(self.stops[place].trades)

    def _choose(self, place: int) -> None:
        self.setValue(place)

    def _say(self) -> None:
        point = self.stops[self.value()] if self.stops else None
        words = "" if point is None else way_words(point.trades, point.kept)
        is_best = point is not None and point.trades == self._best
        self.setAccessibleDescription(f"{words}, {_BEST}" if is_best else words)


def stops_of(points: Sequence[FrontierPoint], best: int | None) -> tuple[FrontierPoint, ...]:
    """At most twelve of the points, evenly spread: always the first, the last, and the one of best value."""
    ordered = sorted({point.trades: point for point in points}.values(), key=lambda point: point.trades)
    if len(ordered) <= MOST_STOPS:
        return tuple(ordered)
    last = len(ordered) - 1
    kept = {round(place * last / (MOST_STOPS - 1)) for place in range(MOST_STOPS)}
    best_place = next((place for place, point in enumerate(ordered) if point.trades == best), None)
    if best_place is not None and best_place not in kept:
        inner = kept - {0, last}
        kept = (kept - {min(inner, key=lambda place: (abs(place - best_place), place))}) | {best_place}
    return tuple(ordered[place] for place in sorted(kept))
