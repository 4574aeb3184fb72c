"""The search field: finds as one types; Enter or Down goes on into the table, Esc empties it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.widgets.buttons import action


class SearchEdit(QLineEdit):
    """name: what a screen reader calls it."""

    left = Signal()
    """The user goes on into what was found."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText("Search")
        self.setToolTip("Search (Ctrl+F)")
        sign = action("Search", parent=self)
        icons.put(sign, "search", "mute", 14)
        self.addAction(sign, QLineEdit.ActionPosition.LeadingPosition)
        # The room beside the icon is there already.
        self.setTextMargins(-10, 0, 0, 0)

    def take_keys(self) -> None:
        """Be typed into, over what was sought."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
