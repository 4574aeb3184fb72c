"""What an update found, before anything is kept; which price counts is chosen line by line."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from wealthdesk.domain.holdings import Price, checked_price
from wealthdesk.domain.money import parse_decimal
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import AskingDialog
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import dialog_foot, horizontal, open_within, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import RowTable
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.updates import PriceLine, PriceUpdate, RateLine, SourceAnswer, UpdateOutcome, rate_key

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

SIZE: Final = (1040, 680)
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
        self.table: RowTable[UpdateLine] = RowTable("What was found", self._columns(), identity=_key)
        self.table.table.is_marked = lambda line: line.found in _FIRST
        self.choice = _Choice(self._on_chosen, self._on_typed)
        self.total = label(role="note", ink="mute2", figures=True)
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self.discard = button("&Discard")
        self.keep = primary_button("&Keep")
        self._lay_out()
        self.table.row_selected.connect(self._show_choice)
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
            self.refusal.show_message(Tone.ERROR, str(refused))
            self.refusal.show()
            return
        super().accept()
        told = [text.count(len(prices), "price")] * bool(prices) + [text.count(len(rates), "rate")] * bool(rates)
        self.kept.emit(f"Kept: {' and '.join(told)}. Ctrl+Z takes it back.")

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

    def _columns(self) -> tuple[Column[UpdateLine], ...]:
        return (
            Column("Asset", _symbol, font="strong", width=100),
            Column("Name", self._name, ink=lambda _: "mute2", stretch=True),
            Column("Before", _before, right=True, figures=True, width=130),
            Column("New price", self._new, right=True, figures=True, width=130, font="strong"),
            Column("Change", self._change, right=True, figures=True, width=80),
            Column("Result", self._result, icon=lambda each: _ICONS.get(each.found, ""), width=160),
            Column("Source", self._source, ink=lambda _: "mute", width=160, spare=True),
        )

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
        self.table.set_rows(sorted(lines, key=lambda each: each.found not in _FIRST))
        if lines:
            self.table.select_line(0)

    def _show_choice(self, line: UpdateLine | None) -> None:
        self.choice.show_line(line, self._chosen(line) if line is not None else "", self.typed)

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
        body.addWidget(self.choice)
        body.addWidget(self.refusal)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.discard, self.keep, left=[self.total]))


class _Choice(QWidget):
    """The line that is selected: what is to be said of it, and which of its prices is kept."""

    def __init__(
        self, chosen: Callable[[UpdateLine, str], object], typed: Callable[[PriceLine, Decimal | None], object]
    ) -> None:
        super().__init__()
        self._chosen, self._typed = chosen, typed
        self._line: UpdateLine | None = None
        self.said = label(role="note", wrap=True)
        self.buttons: list[QRadioButton] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText("Another price")
        self.field.setFixedWidth(140)
        self.field.textEdited.connect(self._on_edited)
        self.problem = label(role="note", ink="signal_text", wrap=True)
        self.problem.hide()
        made = frame("card")
        vertical(self).addWidget(made)
        lines = vertical(made, spacing=8, margins=(14, 10, 14, 10))
        lines.addWidget(self.said)
        self._row = horizontal(spacing=16)
        self._radios = horizontal(spacing=16)
        self._row.addLayout(self._radios)
        self._row.addWidget(self.field)
        self._row.addStretch()
        lines.addLayout(self._row)
        lines.addWidget(self.problem)
        self.setMinimumHeight(96)

    def show_line(self, line: UpdateLine | None, choice: str, typed: Mapping[str, Decimal]) -> None:
        """Show a line, with what is chosen for it."""
        self._line = line
        self.problem.hide()
        while (item := self._radios.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.buttons.clear()
        self.field.setVisible(isinstance(line, PriceLine))
        if line is None:
            self.said.setText("")
            return
        symbol = _symbol(line)
        self.said.setText(" ".join(line.said) or f"{symbol}: {_WORDS[line.found].lower()}.")
        self.field.setText(
            text.number(typed[line.asset_id]) if _key(line) in typed and isinstance(line, PriceLine) else ""
        )
        self.field.setAccessibleName(f"Another price of {symbol}")
        group = QButtonGroup(self)
        for source, words in (*_offered(line), ("", f"Keep {_before(line)}" if _before(line) else "None of them")):
            radio = QRadioButton(words)
            radio.setChecked(source == choice)
            radio.clicked.connect(partial(self._chosen, line, source))
            group.addButton(radio)
            self.buttons.append(radio)
            self._radios.addWidget(radio)

    def _on_edited(self, typed: str) -> None:
        if not isinstance(self._line, PriceLine):
            return
        try:
            price = checked_price(parse_decimal(typed, text.marks(), what="price")) if typed.strip() else None
        except BadInput as refused:
            self.problem.setText(str(refused))
            self.problem.show()
            self._typed(self._line, None)
            return
        self.problem.hide()
        self._typed(self._line, price)


def _key(line: UpdateLine) -> str:
    return rate_key(line.rate) if isinstance(line, RateLine) else line.asset_id


def _symbol(line: UpdateLine) -> str:
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


def _offered(line: UpdateLine) -> list[tuple[str, str]]:
    """What can be chosen: source and words, of those that tell something new."""
    if isinstance(line, RateLine):
        is_new = line.found not in (UpdateOutcome.UNCHANGED,)
        return [(line.source, f"{line.source} {text.number(line.rate.rate)}")] if is_new else []
    return [
        (each.source, f"{each.source} {text.price(each.newest.price, line.currency)} of {text.day(each.newest.on)}")
        for each in line.offers
        if each.new
    ]


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
