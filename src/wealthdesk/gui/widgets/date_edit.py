"""The date field, with a calendar."""

from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QTextCharFormat, QWheelEvent
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QToolButton, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import icons, theme

_BORDER: Final = 1
"""Drawn by the style sheet."""
_SLACK: Final = 10


class DateEdit(QDateEdit):
    """A day, in figures as the user's locale has them; 2026-11-20 where there is none."""

    edited = Signal(object)
    """The day (datetime.date), when it changed."""

    def __init__(self, name: str, value: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setCalendarPopup(True)
        self.setCalendarWidget(_Calendar())
        self.setDisplayFormat(text.typed_day_pattern())
        self.set_value(value)
        self.dateChanged.connect(self._on_date_changed)

    def value(self) -> date:
        """The day shown."""
        shown = self.date()
        return date(shown.year(), shown.month(), shown.day())

    def set_value(self, value: date) -> None:
        """Show a day; nothing is emitted."""
        self.blockSignals(True)
        self.setDate(QDate(value.year, value.month, value.day))
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a date that happens to lie under the pointer.
        event.ignore()

    def _on_date_changed(self) -> None:
        self.edited.emit(self.value())


class _Calendar(QCalendarWidget):
    """With the arrows of the other widgets, weekends that are not red like an error, and other months pale."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, QTextCharFormat())
        for name, icon in (("qt_calendar_prevmonth", "chevron_left"), ("qt_calendar_nextmonth", "chevron_right")):
            arrow = self.findChild(QToolButton, name)
            if arrow is not None:
                icons.put(arrow, icon)
        inside = self.layout()
        if inside is not None:
            inside.setContentsMargins(_BORDER, _BORDER, _BORDER, _BORDER)

    def minimumSizeHint(self) -> QSize:
        # That of Qt leaves no room for a border, and the last column would be cut.
        return super().minimumSizeHint() + QSize(2 * _BORDER + _SLACK, 2 * _BORDER)

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate) -> None:
        if date.month() == self.monthShown():
            super().paintCell(painter, rect, date)
            return
        painter.setPen(QColor(theme.current().mute))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(date.day()))
