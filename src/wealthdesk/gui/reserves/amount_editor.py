"""The field that opens in a cell of the reserves table: an amount, or for a cap also nothing."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.text import set_look


@dataclass(frozen=True, slots=True)
class Typed:
    """What was read: an amount in minor units, None for no cap; or the sentence why it cannot be read."""

    minor: int | None = None
    problem: str = ""


class AmountEditor(QLineEdit):
    """may_be_empty: nothing typed is an answer too."""

    problem_changed = Signal(str)
    """Why what is typed cannot be read; "" once something else is typed."""

    def __init__(self, name: str, currency: str, *, may_be_empty: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._currency, self._may_be_empty = currency, may_be_empty
        self.is_filled = False
        self.setFrame(False)
        self.setProperty("kind", "cell")
        self.setFont(fonts.font("body", figures=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(name)
        if may_be_empty:
            self.setPlaceholderText("No cap")
        self.textEdited.connect(self._on_edited)

    def fill(self, minor: int | None) -> None:
        """Begin with an amount; once, so that what is typed is never written over."""
        if not self.is_filled:
            self.is_filled = True
            self.setText("" if minor is None else plain_amount(minor, self._currency))

    def typed(self) -> Typed:
        """What stands in the field."""
        words = self.text().strip()
        if not words:
            return Typed(None, "" if self._may_be_empty else "There is no amount here. Write one, or 0.")
        try:
            minor = text.read_money(words, self._currency)
        except NotANumber as refusal:
            return Typed(problem=str(refusal))
        return Typed(problem="An amount here is not negative. Leave out the minus.") if minor < 0 else Typed(minor)

    def show_problem(self, sentence: str) -> None:
        """Mark the field until something else is typed; the sentence stands above the table."""
        set_look(self, "invalid", bool(sentence))
        self.setAccessibleDescription(sentence)
        self.problem_changed.emit(sentence)

    def _on_edited(self) -> None:
        if self.property("invalid"):
            self.show_problem("")


def plain_amount(minor: int, currency: str) -> str:
    """An amount as one types it: "4,500,000", "1,250.50"."""
    written = text.plain(text.amount(minor, currency))
    whole, _, decimals = written.partition(text.marks().decimal)
    return written if decimals.strip("0") else whole
