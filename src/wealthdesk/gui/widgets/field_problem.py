"""What is wrong with a field, below it: an icon and a sentence; hidden while nothing is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label, set_look


class FieldProblem(QWidget):
    """field: the widget that gets the red border and the sentence as its description."""

    def __init__(self, field: QWidget, frame: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._frame = field, frame or field
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        sign = QLabel()
        icons.put(sign, "error", "error", 14)
        sign.setFixedSize(14, 18)
        self._words = label(role="note", ink="error", wrap=True)
        layout = horizontal(self, spacing=6)
        layout.setContentsMargins(2, 4, 0, 0)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._words, 1)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is wrong, "" when nothing is."""
        return self._words.text()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong; "" clears it."""
        if sentence == self.sentence:
            return
        self._words.setText(sentence)
        self._field.setAccessibleDescription(sentence)
        self.setVisible(bool(sentence))
        set_look(self._frame, "invalid", bool(sentence))
