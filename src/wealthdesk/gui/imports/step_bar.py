"""The steps of the import beside its title: what is done, where one is, what comes."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.gui import fonts, icons, theme

STEPS: Final = ("Choose files", "Check", "Done")
_DOT: Final = 24.0
_GAP: Final = 8.0
_LINE: Final = 44.0
_AROUND_LINE: Final = 13.0


class StepBar(QWidget):
    """Shows the step it is told; nothing in it can be pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.step = 0
        self.show_step(0)

    def show_step(self, step: int) -> None:
        """Mark a step, from 0, as the one under way."""
        self.step = step
        self.setAccessibleName(f"Step {step + 1} of {len(STEPS)}: {STEPS[step]}")
        self.update()

    def sizeHint(self) -> QSize:
        wide = sum(QFontMetricsF(fonts.font("strong")).horizontalAdvance(each) for each in STEPS)
        each_step, each_line = _DOT + _GAP + _AROUND_LINE, _LINE + _AROUND_LINE
        return QSize(round(wide + len(STEPS) * each_step + (len(STEPS) - 1) * each_line), 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle, look = 1.0, self.height() / 2, theme.current()
        for place, words in enumerate(STEPS):
            if place:
                painter.setPen(QPen(QColor(look.line2), 1))
                painter.drawLine(QPointF(left, middle), QPointF(left + _LINE, middle))
                left += _LINE + _AROUND_LINE
            left = self._paint_step(painter, place, words, left, middle) + _AROUND_LINE

    def _paint_step(self, painter: QPainter, place: int, words: str, left: float, middle: float) -> float:
        """Draw one step; returns where it ends."""
        look = theme.current()
        circle = QRectF(left, middle - _DOT / 2, _DOT, _DOT)
        is_now, is_done = place == self.step, place < self.step
        painter.setPen(QPen(QColor(look.ink if is_now or is_done else look.line2), 1.5))
        painter.setBrush(QColor(look.ink) if is_now else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle.adjusted(0.75, 0.75, -0.75, -0.75))
        if is_done:
            icons.paint(painter, circle.adjusted(6, 6, -6, -6), "check", look.ink)
        else:
            painter.setFont(fonts.font("note_strong"))
            painter.setPen(QColor(look.bg if is_now else look.mute))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(place + 1))
        font = fonts.font("strong" if is_now else "control" if is_done else "body")
        painter.setFont(font)
        painter.setPen(QColor(look.ink if is_now or is_done else look.mute))
        width = QFontMetricsF(font).horizontalAdvance(words)
        start = left + _DOT + _GAP
        painter.drawText(QRectF(start, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
        return start + width
