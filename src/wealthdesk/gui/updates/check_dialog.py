"""What an update found, before anything is kept; which price counts is chosen line by line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QRadioButton,
    QStyleOptionViewItem,
    QWidget,
)

from wealthdesk.domain.holdings import Price, checked_price
from wealthdesk.domain.money import parse_decimal
from wealthdesk.errors import BadInput, PortfolioChanged, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import AskingDialog
from wealthdesk.gui.table_model import Column, Index
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import Flow, dialog_foot, open_within, tab_as_read, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import ROW_HEIGHT, TWO_LINES, CellDelegate, RowTable
from wealthdesk.gui.widgets.text import ShortLabel, label
from wealthdesk.services.updates import PriceLine, PriceUpdate, RateLine, SourceAnswer, UpdateOutcome, rate_key

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

SIZE: Final = (1100, 680)
_MOST_OPEN: Final = 100
"""So many rows show their choice at once; the others when they are opened."""
_WORDS: Final[Mapping[UpdateOutcome, str]] = {
    UpdateOutcome.UPDATED: "Updated",
    UpdateOutcome.UNCHANGED: "Unchanged",
    UpdateOutcome.OLDER: "Older than ours",
    UpdateOutcome.NOT_FOUND: "Not found",
    UpdateOutcome.DISAGREE: "Sources disagree",
    UpdateOutcome.DOUBTFUL: "Far from before",
    UpdateOutcome.TYPED: "Typed, stays",
}
_ICONS: Final[Mapping[UpdateOutcome, str]] = {
    UpdateOutcome.UPDATED: "check",
    UpdateOutcome.NOT_FOUND: "info",
    UpdateOutcome.DISAGREE: "warning",
    UpdateOutcome.DOUBTFUL: "warning",
}
_FIRST: Final = (UpdateOutcome.DISAGREE, UpdateOutcome.DOUBTFUL, UpdateOutcome.NOT_FOUND)
"""What is to be looked at stands on top."""

_TYPED: Final = "\0typed"
"""The choice of a price that was typed here."""


UpdateLine = PriceLine | RateLine


@dataclass(frozen=True, slots=True)
class _Section:
    """The head of the rates."""

    title: str


_Row = UpdateLine | _Section
_RATES: Final = _Section("Exchange rates")


class CheckDialog(AskingDialog):
    """Nothing is kept before “Keep”; what is chosen and typed for each line counts until then."""

    kept = Signal(object)
    """What was kept, in words."""

    def __init__(
        self,
        desk: "Desk",
        answers: Sequence[SourceAnswer],
        parent: QWidget | None = None,
        *,
        title: str = "What your sources say",
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._answers = tuple(answers)
        self.update_: PriceUpdate = desk.updates.preview(self._answers)
        self._title = title
        self._names = {each.id: each.name for each in desk.portfolios.current().assets.values()}
        self.choices: dict[str, str] = {}
        self.typed: dict[str, Decimal] = {}
        self.setWindowTitle("Update of prices")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        open_within(self, *SIZE)
        self.headline = Message(Tone.NEUTRAL)
        self.table: RowTable[_Row] = RowTable("What was found", self._columns(), identity=_identity)
        self.table.setItemDelegate(_Delegate(self.table))
        self.table.table.is_head = lambda row: isinstance(row, _Section)
        self.table.table.is_marked = _is_marked
        self.table.table.arranged = _in_sections
        self.opened: dict[str, _Choice] = {}
        """The choice of each row that shows it: at first of those that are marked."""
        _, self.open_choice = self.table.add_step("C&hoose a price", self._open_selected, "Space")
        self.total = label(role="note", ink="mute2", figures=True)
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self.discard = button("&Discard")
        self.keep = primary_button("&Keep")
        self._lay_out()
        self.table.opened.connect(self._open)
        self.table.table.layoutChanged.connect(self._arrange)
        self.discard.clicked.connect(self.reject)
        self.keep.clicked.connect(self.accept)
        self._show_rows()
        self._say()

    def accept(self) -> None:
        """Keep what is chosen, in one change; a refusal leaves everything as it is."""
        try:
            prices, rates = self._desk.updates.keep(
                self._answers, self.choices, typed=self._typed(), without_problems=True, seen=self.update_
            )
        except WealthDeskError as refused:
            has_changed = isinstance(refused, PortfolioChanged)
            if has_changed:
                self._compare_again()
            what_now = "Look at what would change now, and keep it then." if has_changed else ""
            self.refusal.show_message(Tone.ERROR, str(refused), what_now)
            self.refusal.show()
            return
        super().accept()
        told = [text.count(len(prices), "price")] * bool(prices) + [text.count(len(rates), "rate")] * bool(rates)
        self.kept.emit(f"Kept: {' and '.join(told)}. Ctrl+Z takes it back.")

    def _compare_again(self) -> None:
        """Show what would change by now; what was chosen and typed stays, and can be kept then."""
        self.update_ = self._desk.updates.preview(self._answers)
        self.opened.clear()
        self._show_rows()
        self._arrange()
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    def is_changed(self) -> bool:
        """Whether something was chosen or typed by hand."""
        return bool(self.choices or self.typed)

    def _typed(self) -> list[Price]:
        today = self._desk.clock.today()
        chosen = [each for each, choice in self.choices.items() if choice == _TYPED]
        return [Price(each, today, self.typed[each]) for each in chosen if each in self.typed]

    def _count(self) -> int:
        prices, rates = self.update_.chosen(self.choices)
        return len({each.asset_id for each in prices}) + len(rates) + len(self._typed())

    def _columns(self) -> tuple[Column[_Row], ...]:
        before = Column("", _of_line(_before), right=True, figures=True, ink=lambda _: "mute2", width=110)
        return (
            Column("Asset", _symbol, font="strong", width=100),
            Column("Name", _of_line(self._name), ink=lambda _: "mute2", stretch=True),
            before._replace(title=self._before_title(), tip=_of_line(_day_before)),
            Column("New price", _of_line(self._new), right=True, figures=True, width=120, font="strong"),
            Column("Change", _of_line(self._change), right=True, figures=True, width=70),
            Column("Result", _of_line(self._result), icon=_of_line(_icon), width=150),
            Column("Source", _of_line(self._source), ink=lambda _: "mute", width=150, spare=True),
        )

    def _before_title(self) -> str:
        """The day of the prices that are here, where it is the same for all of them."""
        days = {each.before.on for each in self.update_.lines if each.before is not None}
        return f"Price of {text.short_day(days.pop(), self._desk.clock.today())}" if len(days) == 1 else "Price before"

    def _chosen(self, line: UpdateLine) -> str:
        """The source whose price is kept for a line; empty: none."""
        if isinstance(line, RateLine):
            usual = line.source if line.found is UpdateOutcome.UPDATED else ""
            return self.choices.get(rate_key(line.rate), usual)
        return self.choices.get(line.asset_id, line.usual)

    def _new_number(self, line: UpdateLine) -> Decimal | None:
        choice = self._chosen(line)
        if isinstance(line, RateLine):
            return line.rate.rate if choice else None
        if choice == _TYPED:
            return self.typed.get(line.asset_id)
        return next((each.newest.price for each in line.offers if each.source == choice), None)

    def _new(self, line: UpdateLine) -> str:
        number = self._new_number(line)
        if number is None:
            return ""
        return text.number(number) if isinstance(line, RateLine) else text.price(number, line.currency)

    def _change(self, line: UpdateLine) -> str:
        number, before = self._new_number(line), _before_number(line)
        if number is None or not before:
            return ""
        bps = round((Fraction(number) / Fraction(before) - 1) * 10_000)
        return ("+" if bps > 0 else "") + text.percent(bps)

    def _result(self, line: UpdateLine) -> str:
        if line.found in _FIRST and self._chosen(line):
            return "Typed" if self._chosen(line) == _TYPED else "Chosen"
        return _WORDS[line.found]

    def _name(self, line: UpdateLine) -> str:
        if isinstance(line, RateLine):
            return f"and {text.count(len(line.earlier), 'day')} before without a rate" if line.earlier else ""
        return self._names.get(line.asset_id, "")

    def _source(self, line: UpdateLine) -> str:
        if isinstance(line, RateLine):
            return line.source
        return " and ".join(each.source for each in line.offers)

    def _show_rows(self) -> None:
        lines: list[UpdateLine] = [*self.update_.lines, *self.update_.rates]
        lines.sort(key=lambda each: each.found not in _FIRST)
        self.table.set_rows(lines)
        for marked in [each for each in lines if _is_marked(each)][:_MOST_OPEN]:
            self._put_choice(marked)
        self._fit_rows()
        self.table.select_line(0)

    @property
    def choice(self) -> "_Choice | None":
        """The choice in the row that is selected."""
        return self.opened.get(_identity(row)) if (row := self.table.selected_row()) is not None else None

    def _open_selected(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self._open(row)
        if self.choice is not None:
            self.choice.enter()

    def _open(self, row: _Row) -> None:
        """Show the choice of a row in it."""
        if isinstance(row, _Section) or _key(row) in self.opened:
            return
        self._put_choice(row)
        self._arrange()

    def _put_choice(self, row: UpdateLine) -> None:
        made = _Choice(row, self._chosen(row), self._desk.clock.today(), self._on_chosen, self._on_typed)
        made.entered.connect(partial(self._on_entered, row))
        if self._chosen(row) == _TYPED:
            made.field.setText(text.plain(text.number(self.typed[_key(row)])))
        self.opened[_key(row)] = made
        line = self.table.table.position(lambda each: each is row)
        self.table.setIndexWidget(self.table.table.index(line, 0), made)

    def _arrange(self) -> None:
        """Let the rows fit, and Tab go through their choices as they stand, from the table on."""
        self._fit_rows()
        before: QWidget = self.table
        for row in self.table.table.rows():
            if (choice := self.opened.get(_identity(row))) is not None:
                tab_as_read(choice, after=before)
                before = choice

    def _fit_rows(self) -> None:
        """A row is as high as what it holds, wherever it was sorted to; a head goes on below the names."""
        wide = self.table.width() - self.table.columnWidth(0) - self.table.verticalScrollBar().sizeHint().width()
        self.table.clearSpans()
        for line, row in enumerate(self.table.table.rows()):
            if isinstance(row, _Section):
                self.table.setSpan(line, 0, 1, 2)
            choice = self.opened.get(_identity(row))
            self.table.setRowHeight(line, ROW_HEIGHT + (choice.heightForWidth(wide) if choice is not None else 0))

    def _on_entered(self, row: UpdateLine) -> None:
        if self.table.selected_row() is not row:
            self.table.select(_key(row))

    def _on_chosen(self, line: UpdateLine, source: str) -> None:
        self.choices[_key(line)] = source
        self._say()

    def _on_typed(self, line: PriceLine, price: Decimal | None) -> None:
        if price is None:
            self.typed.pop(line.asset_id, None)
            self.choices.pop(line.asset_id, None)
        else:
            self.typed[line.asset_id] = price
            self.choices[line.asset_id] = _TYPED
        self._say()

    def _say(self) -> None:
        self.table.viewport().update()
        title, more = _headline(self.update_)
        self.headline.show_message(Tone.NEUTRAL, title, more)
        count = self._count()
        self.keep.setText(f"&Keep {text.count(count, 'change')}" if count else "&Keep")
        self.keep.setEnabled(bool(count) and not self._desk.is_read_only)
        before, after = self._desk.updates.total(self.update_, self.choices, self._typed())
        base = self._desk.portfolios.current().base_currency
        self.total.setText(f"Total value {text.money(before, base)} → {text.money(after, base)}")

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 16))
        body.addWidget(label(self._title, "panel"))
        body.addWidget(self.headline)
        body.addWidget(self.table, 1)
        body.addWidget(self.refusal)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.discard, self.keep, left=[self.open_choice, self.total]))


class _Delegate(CellDelegate):
    """Paints a row that holds a choice in its first line, and puts the choice below, from the name on."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        table = self.parent()
        assert isinstance(table, RowTable)
        row: QRect = table.visualRect(index)
        wide = min(table.horizontalHeader().length(), table.viewport().width())
        editor.setGeometry(row.right() + 1, row.top() + ROW_HEIGHT, wide - row.width(), row.height() - ROW_HEIGHT)

    def _paint_cell(self, painter: QPainter, rect: QRectF, index: Index, look: Theme, is_selected: bool) -> None:
        if rect.height() > TWO_LINES:
            rect = QRectF(rect.left(), rect.top() + 2, rect.width(), ROW_HEIGHT)
        super()._paint_cell(painter, rect, index, look, is_selected)


class _Choice(QWidget):
    """A line in its row: what is to be said of it, and which of its prices is kept."""

    entered = Signal()
    """The keyboard or the mouse has come to it."""

    def __init__(
        self,
        line: UpdateLine,
        choice: str,
        today: date,
        chosen: Callable[[UpdateLine, str], object],
        typed: Callable[[PriceLine, Decimal | None], object],
    ) -> None:
        super().__init__()
        self._line, self._chosen, self._typed = line, chosen, typed
        symbol = _symbol(line)
        self.setAccessibleName(f"Which price of {symbol} is kept")
        self.said = ShortLabel(_told(line), role="note", ink="mute2")
        self.problem = ShortLabel(role="note", ink="signal_text")
        self.problem.hide()
        self.buttons: list[QRadioButton] = []
        self._sources: list[str] = []
        self._group = QButtonGroup(self)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Another price")
        self.field.setAccessibleName(f"Another price of {symbol}")
        self.field.setFixedWidth(120)
        self.field.textEdited.connect(self._on_edited)
        self.field.setProperty("in_card", True)
        self.field.installEventFilter(self)
        self._add_buttons(choice, today)
        offered = QWidget(self)
        vertical(self, margins=(8, 0, 8, 6)).addWidget(offered)
        row = Flow(offered, spacing=14)
        for each in (*self.buttons, self.field, self.said, self.problem):
            row.addWidget(each)
        self.field.setVisible(isinstance(line, PriceLine))

    def enter(self) -> None:
        """Bring the keyboard to what is chosen."""
        chosen = next((each for each in self.buttons if each.isChecked()), self.buttons[-1])
        (self.field if self.field.text() else chosen).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self.entered.emit()
        return super().eventFilter(watched, event)

    def _add_buttons(self, choice: str, today: date) -> None:
        line = self._line
        for source, words in (
            *_offered(line, today),
            ("", f"Keep {_before(line)}" if _before(line) else "None of them"),
        ):
            radio = QRadioButton(words)
            radio.setAccessibleName(f"{words}, {_symbol(line)}")
            radio.setChecked(source == choice)
            radio.clicked.connect(partial(self._choose, source))
            radio.installEventFilter(self)
            self._group.addButton(radio)
            self._sources.append(source)
            self.buttons.append(radio)

    def _choose(self, source: str) -> None:
        self.field.clear()
        self._show_problem("")
        self._chosen(self._line, source)

    def _show_problem(self, words: str) -> None:
        """Say what is wrong in the place of what is said else, so that nothing moves."""
        self.problem.show_words(words)
        self.problem.setVisible(bool(words))
        self.said.setVisible(not words)

    def _check(self, at: int) -> None:
        """Check one of the buttons; -1: none, since another price is typed."""
        self._group.setExclusive(False)
        for place, each in enumerate(self.buttons):
            each.setChecked(place == at)
        self._group.setExclusive(True)

    def _on_edited(self, typed: str) -> None:
        if not isinstance(self._line, PriceLine):
            return
        price, problem = None, ""
        try:
            price = checked_price(parse_decimal(typed, text.marks(), what="price")) if typed.strip() else None
        except BadInput as refused:
            problem = str(refused)
        self._show_problem(problem)
        self._check(self._sources.index(self._line.usual) if price is None else -1)
        self._typed(self._line, price)


def _identity(row: _Row) -> str:
    return row.title if isinstance(row, _Section) else _key(row)


def _is_marked(row: _Row) -> bool:
    return not isinstance(row, _Section) and row.found in _FIRST


def _in_sections(rows: list[_Row]) -> list[_Row]:
    """The prices, then the rates below their head."""
    rates = [each for each in rows if isinstance(each, RateLine)]
    return [*(each for each in rows if isinstance(each, PriceLine)), *([_RATES] if rates else []), *rates]


def _of_line(words: Callable[[UpdateLine], str]) -> Callable[[_Row], str]:
    """What a column says of a line; of the head of a section nothing."""
    return lambda row: "" if isinstance(row, _Section) else words(row)


def _icon(line: UpdateLine) -> str:
    return _ICONS.get(line.found, "")


def _day_before(line: UpdateLine) -> str:
    return f"Of {text.day(line.before.on)}." if line.before is not None else ""


def _key(line: UpdateLine) -> str:
    return rate_key(line.rate) if isinstance(line, RateLine) else line.asset_id


def _symbol(line: _Row) -> str:
    if isinstance(line, _Section):
        return line.title
    return f"{line.rate.base} in {line.rate.quote}" if isinstance(line, RateLine) else line.symbol


def _before_number(line: UpdateLine) -> Decimal | None:
    if line.before is None:
        return None
    return line.before.rate if isinstance(line, RateLine) else line.before.price


def _before(line: UpdateLine) -> str:
    number = _before_number(line)
    if number is None:
        return ""
    return text.number(number) if isinstance(line, RateLine) else text.price(number, line.currency)


def _told(line: UpdateLine) -> str:
    """What is said of a line beside what stands in its row: the asset, and the prices that it is about."""
    said = " ".join(line.said).removeprefix(f"{_symbol(line)}: ")
    if line.found is UpdateOutcome.DISAGREE and len(line.said) == 1:
        return f"{said.partition(': ')[0]}."
    return said.partition(", which is ")[2] or said


def _offered(line: UpdateLine, today: date) -> list[tuple[str, str]]:
    """What can be chosen: source and words, of those that tell something new; the day where it is not today."""
    if isinstance(line, RateLine):
        is_new = line.found not in (UpdateOutcome.UNCHANGED,)
        return [(line.source, f"{line.source} {text.number(line.rate.rate)}")] if is_new else []
    found = []
    for each in line.offers:
        of_day = "" if each.newest.on == today else f" of {text.short_day(each.newest.on, today)}"
        if each.new:
            found.append((each.source, f"{each.source} {text.price(each.newest.price, line.currency)}{of_day}"))
    return found


def _headline(update: PriceUpdate) -> tuple[str, str]:
    """What was found in numbers, and what is to be looked at."""
    count = update.count
    updated, unchanged = count(UpdateOutcome.UPDATED), count(UpdateOutcome.UNCHANGED)
    title = f"{updated:,} updated, {unchanged:,} unchanged."
    open_ones = [
        f"{text.count(count(outcome), 'line')}: {words}"
        for outcome, words in (
            (UpdateOutcome.DISAGREE, "sources disagree"),
            (UpdateOutcome.DOUBTFUL, "far from the price before"),
            (UpdateOutcome.NOT_FOUND, "not found"),
            (UpdateOutcome.OLDER, "older than the price that is here"),
            (UpdateOutcome.TYPED, "typed for this day, so it stays"),
        )
        if count(outcome)
    ]
    more = [*update.failed, *(f"{each}." for each in open_ones), *update.notes, "Nothing is kept until you press Keep."]
    return title, " ".join(more)
