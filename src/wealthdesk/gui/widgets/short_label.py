"""A label of one line that cuts its text off with an ellipsis where there is no room; the whole text is its tooltip."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wealthdesk.gui import fonts
from wealthdesk.gui.widgets.text import as_tip, set_ink


class ShortLabel(QLabel):
    """Takes the room that is left over in a row."""

    def __init__(self, words: str = "", role: str = "body", ink: str = "ink", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(fonts.font(role))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        set_ink(self, ink)
        self._words = ""
        self.show_words(words)

    @property
    def words(self) -> str:
        """The whole text."""
        return self._words

    def show_words(self, words: str, *, tip: str = "") -> None:
        """Say this; the tooltip is the whole text where none is given."""
        self._words = words
        self.setToolTip(as_tip(tip or words))
        self.setAccessibleName(words)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))
