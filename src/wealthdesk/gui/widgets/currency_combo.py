"""The currency field: a list of codes that can be typed into; what is not a currency stays as typed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from wealthdesk.domain import money
from wealthdesk.gui.widgets.choices import ChoiceLines

_FIRST = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")


class CurrencyCombo(QComboBox):
    """name: what a screen reader calls it."""

    def __init__(self, name: str, code: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(ChoiceLines(self))
        field = QLineEdit()
        field.setProperty("kind", "bare")
        field.setAccessibleName(name)
        self.setLineEdit(field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems([*_FIRST, *sorted(money.CURRENCIES - set(_FIRST))])
        found = QCompleter(self.model(), self)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(found)
        self.setEditText(code)

    def code(self) -> str:
        """The code of the currency; BadInput with a sentence when what is typed is none."""
        return money.currency(self.currentText())

    def known_code(self) -> str:
        """The code of the currency, "" when what is typed is none."""
        typed = self.currentText().strip().upper()
        return typed if typed in money.CURRENCIES else ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a choice that happens to lie under the pointer.
        event.ignore()
