"""The date field, with a calendar."""

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QWheelEvent
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QToolButton, QWidget

from wealthdesk.gui import icons


class DateEdit(QDateEdit):
    """A day; shown as 2026-11-20, the same in every locale."""

    edited = Signal(object)
    """The day (datetime.date), when it changed."""

    def __init__(self, name: str, value: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setCalendarPopup(True)
        _dress(self.calendarWidget())
        self.setDisplayFormat("yyyy-MM-dd")
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


def _dress(calendar: QCalendarWidget) -> None:
    """Give the calendar the arrows of the other widgets, and weekends that are not red like an error."""
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, QTextCharFormat())
    for name, icon in (("qt_calendar_prevmonth", "chevron_left"), ("qt_calendar_nextmonth", "chevron_right")):
        arrow = calendar.findChild(QToolButton, name)
        if arrow is not None:
            icons.put(arrow, icon)
