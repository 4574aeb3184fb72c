"""The line below the reserves table: how many companies, and the sums under their columns."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTableView, QWidget

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.reserves.columns import COMPANY, DEPLOYED, PLANNED

_HEIGHT: Final = 46
_EDGE: Final = 16.0
_SIDE: Final = 8.0


class TotalsLine(QWidget):
    """Follows the columns of its table."""

    def __init__(self, table: QTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table = table
        self._words: dict[int, str] = {}
        table.horizontalHeader().sectionResized.connect(lambda *_: self.update())
        table.horizontalScrollBar().valueChanged.connect(lambda *_: self.update())

    def show_totals(self, companies: str, planned: str, deployed: str) -> None:
        """Show these."""
        self._words = {COMPANY: companies, PLANNED: planned, DEPLOYED: deployed}
        self.setAccessibleName(f"{companies}, {planned} planned, {deployed} deployed")
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """What is shown, from the left."""
        return tuple(self._words.values())

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(look.line))
        painter.setPen(QColor(look.ink))
        for column, words in self._words.items():
            left = self._table.columnViewportPosition(column) + (_EDGE if column == COMPANY else _SIDE)
            rect = QRectF(left, 1, self._table.columnWidth(column) - _SIDE - (left - self._left(column)), _HEIGHT - 2)
            font = fonts.font("strong", figures=column != COMPANY)
            painter.setFont(font)
            side = Qt.AlignmentFlag.AlignLeft if column == COMPANY else Qt.AlignmentFlag.AlignRight
            shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _left(self, column: int) -> int:
        return self._table.columnViewportPosition(column)
