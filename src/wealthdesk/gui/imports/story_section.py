"""What a list of transactions tells, symbol by symbol, and where what was held before it can be given."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.money import canonical
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.sections import ListSection, Section
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.number_edit import NumberEdit
from wealthdesk.gui.widgets.pill import PillValues
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.imports import AssetStory
from wealthdesk.services.replaying import story_words

_FIELD_WIDTH: Final = 150
_EXPLAINED: Final = PillValues("Explained", Tone.OK)
_NOT_EXPLAINED: Final = PillValues("Not explained", Tone.WARNING)


def story_section() -> ListSection:
    """Symbol, what happened, what is left, whether that is explained."""
    columns: list[Column[AssetStory]] = [
        Column("Symbol", lambda s: s.symbol, font="strong", tip=lambda s: s.symbol, width=130),
        Column("Name", lambda s: s.name or "", ink=lambda s: "mute", tip=lambda s: s.name or "", width=170),
        Column("Account", lambda s: s.account, tip=lambda s: s.account, width=140),
        Column("What happened", _what, tip=_what, stretch=True),
        Column("Left", _left, key=lambda s: s.story.left, right=True, figures=True, width=120),
        Column("", lambda s: "", pill=lambda s: _NOT_EXPLAINED if s.what else _EXPLAINED, right=True, width=130),
    ]
    return ListSection("What happened", columns)


def _what(told: AssetStory) -> str:
    return story_words(told.story).rpartition(" → ")[0]


def _left(told: AssetStory) -> str:
    return text.number(told.story.left)


class OpeningLine(QWidget):
    """One symbol that is not explained, or was explained by what the user gave."""

    given = Signal(str, object, object)
    """The symbol, its opening quantity (None: none is given), and what that had cost (None: not known)."""

    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbol = symbol
        self._words = label(role="body", wrap=True)
        self.quantity = NumberEdit(f"{symbol} held before the list begins", what="quantity")
        self.quantity.setFixedWidth(_FIELD_WIDTH)
        self.quantity.field.editingFinished.connect(self._on_finished)
        self.cost = NumberEdit(f"What {symbol} held before had cost", what="cost")
        self.cost.setFixedWidth(_FIELD_WIDTH)
        self.cost.field.setPlaceholderText("not known")
        self.cost.field.editingFinished.connect(self._on_finished)
        self._cost_words = label("", "note", "mute", buddy=self.cost)
        self.use = button("", in_card=True)
        self.use.clicked.connect(self._on_use)
        self._told: Decimal | None = None
        self._told_cost: Decimal | None = None
        self._suggested: Decimal | None = None
        name = label(f"{symbol} held &before", "note", "mute", buddy=self.quantity)
        middle = Qt.AlignmentFlag.AlignVCenter
        row = horizontal(self, spacing=12)
        row.addWidget(self._words, 1, middle)
        for each in (name, self.quantity, self.use, self._cost_words, self.cost):
            row.addWidget(each, 0, middle)

    def show_story(self, told: AssetStory, opening: Decimal | None) -> None:
        """Show why the symbol is not explained; opening: what the user gave."""
        self._words.setText(told.what or f"{told.symbol}: {story_words(told.story)}")
        self._told, self._suggested = opening, told.opening
        self._told_cost = told.opening_cost
        self._cost_words.setText(f"Its cost in {told.currency}" if told.currency else "Its cost")
        for each in (self._cost_words, self.cost):
            each.setVisible(opening is not None)
        if not self.cost.field.hasFocus():
            self.cost.set_number(told.opening_cost)
        if not self.quantity.field.hasFocus() or opening is not None:
            self.quantity.set_number(opening)
        has_other = told.opening is not None and told.opening != opening
        self.use.setVisible(has_other)
        if told.opening is not None:
            self.use.setText(f"Use {canonical(told.opening)}")
            self.use.setAccessibleName(f"Use {canonical(told.opening)} {told.symbol} as held before")

    def _on_finished(self) -> None:
        if self.quantity.problem() or self.cost.problem():
            return
        if (self.quantity.number(), self.cost.number()) != (self._told, self._told_cost):
            self.given.emit(self.symbol, self.quantity.number(), self.cost.number())

    def _on_use(self) -> None:
        self.quantity.set_number(self._suggested)
        self.given.emit(self.symbol, self._suggested, self.cost.number())


class OpeningSection(Section):
    """The symbols whose story does not come out even, each with a field for what was held before the list."""

    given = Signal(str, object, object)
    """A symbol, its opening quantity (None: none is given), and its cost."""

    def __init__(self) -> None:
        self.lines: dict[str, OpeningLine] = {}
        self._card = frame("card")
        self._column = vertical(self._card, spacing=10, margins=(16, 12, 16, 12))
        super().__init__(self._card)

    def show_stories(self, stories: Sequence[AssetStory], openings: Mapping[str, Decimal]) -> None:
        """Show those that are not explained, and those that were given an opening quantity."""
        begun = {each.symbol: each.story.opening for each in stories if each.is_told}
        openings = {**begun, **openings}
        shown = {each.symbol: each for each in stories if each.what or each.symbol in openings}
        for symbol in self.lines.keys() - shown.keys():
            line = self.lines.pop(symbol)
            self._column.removeWidget(line)
            line.deleteLater()
        for symbol, told in shown.items():
            if symbol not in self.lines:
                line = self.lines[symbol] = OpeningLine(symbol)
                line.given.connect(self.given)
                self._column.addWidget(line)
            self.lines[symbol].show_story(told, openings.get(symbol))
        count = sum(bool(each.what) for each in stories)
        title = text.count(count, "symbol is not explained", "symbols are not explained") if count else ""
        title = title or ("Held before the list begins" if shown else "")
        self.show_title(title, "What was held before the list begins is not in it: give it here.")
