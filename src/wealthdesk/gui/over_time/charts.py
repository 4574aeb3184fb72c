"""The three charts: painted once for a range of days, with a crosshair over them that is painted alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.domain.over_time import Course
from wealthdesk.gui import fonts, theme
from wealthdesk.gui.over_time.painting import (
    LEFT,
    RIGHT,
    TOTAL,
    Axis,
    Figures,
    Scale,
    Sheet,
    axis_of,
    paint_allocation,
    paint_days,
    paint_drift,
    paint_value,
    paint_versions,
    unit_of,
    versions_marked,
)
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import mark_icon
from wealthdesk.gui.widgets.text import label

_STACKED, _LINES = "stacked", "lines"
_TOP: Final = 8
_STRIP: Final = 9
"""So far to each side of the crosshair it is painted anew."""
_DRAGGED: Final = 5
_LEAST_DAYS: Final = 14
_CLOSER: Final = 0.8


class Chart(QWidget):
    """One plot with the room below it for what its axis says. ring: the value that a day's ring stands on."""

    def __init__(
        self,
        name: str,
        paint: Callable[[QPainter, QRectF, Sheet], Scale],
        ring: Callable[[Sheet, int], float | None],
        high: int,
        below: int,
    ) -> None:
        super().__init__()
        self._paint, self._ring, self._below = paint, ring, below
        self._sheet: Sheet | None = None
        self._picture: QPixmap | None = None
        self._scale: Scale | None = None
        self._day: date | None = None
        self._is_resting = True
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(high // 2 + below + _TOP)
        self._high = high

    @property
    def plot(self) -> QRectF:
        """Where the days are."""
        return QRectF(LEFT, _TOP, self.width() - LEFT - RIGHT, self.height() - _TOP - self._below)

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Paint these days the next time."""
        self._sheet, self._picture = sheet, None
        self.update()

    def show_day(self, on: date | None, *, is_resting: bool = False) -> None:
        """Move the crosshair there; nothing else is painted. is_resting: nobody points at it, so it is only a ring."""
        for each in (self._day, on):
            if each is not None and self._sheet is not None:
                self.update(QRect(round(self._sheet.axis.x(each)) - _STRIP, 0, 2 * _STRIP, self.height()))
        self._day, self._is_resting = on, is_resting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._sheet is None:
            return
        if self._picture is None:
            self._picture = self._painted(self._sheet)
        painter = QPainter(self)
        ratio = self._picture.devicePixelRatio()
        part = event.rect()
        source = QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
        painter.drawPixmap(QRectF(part), self._picture, source)
        self._paint_day(painter, self._sheet)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    def _painted(self, sheet: Sheet) -> QPixmap:
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(QColor(sheet.look.bg))
        painter = QPainter(made)
        self._scale = self._paint(painter, self.plot, sheet)
        painter.end()
        return made

    def _paint_day(self, painter: QPainter, sheet: Sheet) -> None:
        plot, at = self.plot, sheet.course.index(self._day) if self._day else None
        if at is None or self._day is None or not sheet.axis.first <= self._day <= sheet.axis.last:
            return
        x = sheet.axis.x(self._day)
        if not self._is_resting:
            pen = QPen(QColor(sheet.look.ink), 1.0)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(int(x) + 0.5, plot.top()), QPointF(int(x) + 0.5, plot.bottom()))
        value = self._ring(sheet, at)
        if value is None or self._scale is None or not sheet.course.days[at].standing.is_known:
            return
        is_outside = self._paint is _painted_drift and sheet.figures.is_outside(sheet.chosen)(at)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(sheet.look.signal if is_outside else sheet.look.ink), 1.8))
        painter.setBrush(QColor(sheet.look.bg))
        painter.drawEllipse(QPointF(x, self._scale.y(value, plot)), 4, 4)


def _painted_allocation(painter: QPainter, plot: QRectF, sheet: Sheet) -> Scale:
    scale = paint_allocation(painter, plot, sheet)
    paint_versions(painter, plot, sheet)
    paint_days(painter, plot.adjusted(0, 0, 0, 18), sheet)
    return scale


def _painted_drift(painter: QPainter, plot: QRectF, sheet: Sheet) -> Scale:
    scale = paint_drift(painter, plot, sheet)
    paint_days(painter, plot, sheet)
    return scale


def _value_of(sheet: Sheet, at: int) -> float | None:
    return sheet.figures.values[at]


def _drift_of(sheet: Sheet, at: int) -> float | None:
    return sheet.figures.drift(sheet.chosen, at)


class _TargetMark(QWidget):
    """What the steps among the classes are: a line as they are painted, and its word."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Steps: targets")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.fillRect(QRectF(0, 8, 20, 2), QColor(look.ink))
        painter.setFont(fonts.font("note"))
        painter.setPen(QColor(look.mute))
        painter.drawText(QRectF(26, 0, self.width() - 26, 18), Qt.AlignmentFlag.AlignVCenter, "target")


class Charts(QWidget):
    """Value, allocation and drift of one course, on one axis; the day under the pointer or the keys is told.

    A click keeps a day, Escape lets it go.
    """

    day_chosen = Signal(object)
    """The day that is shown, kept or not."""
    version_chosen = Signal(object)
    """The number of a version whose tick was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: Sheet | None = None
        self._kept: date | None = None
        self._day: date | None = None
        self._pressed: tuple[QPointF, Axis] | None = None
        self._is_dragged = self._is_reached = False
        self.unit = label(role="note", ink="mute")
        self.form = Segment("How the allocation is drawn", [(_STACKED, "Stacked"), (_LINES, "Lines")])
        self.classes = Combo("Whose drift is shown", [(TOTAL, "In total")], in_card=True)
        self.value = Chart("Value", paint_value, _value_of, 132, 12)
        self.allocation = Chart("Allocation and targets", _painted_allocation, lambda *_: None, 196, 46)
        self.drift = Chart("Drift", _painted_drift, _drift_of, 118, 24)
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Charts: Left and Right go day by day, with Ctrl to the next version")
        self.form.chosen.connect(self._on_form)
        self.classes.chosen.connect(self._on_class)
        for each in self.charts:
            each.installEventFilter(self)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """From the top."""
        return self.value, self.allocation, self.drift

    @property
    def sheet(self) -> Sheet | None:
        """What is painted."""
        return self._sheet

    @property
    def day(self) -> date | None:
        """The day that is read out."""
        return self._day

    @property
    def is_kept(self) -> bool:
        """Whether the day stays when the pointer moves."""
        return self._kept is not None

    def show_course(self, course: Course, first: date | None, last: date) -> None:
        """Show the days from one on (None: from the first) up to another; the day kept stays where it is among them."""
        figures = self._sheet.figures if self._sheet and self._sheet.course is course else Figures(course)
        axis = axis_of(course, first, last, LEFT, self.value.plot.width())
        chosen = self._sheet.chosen if self._sheet else TOTAL
        self.classes.set_options([(TOTAL, "In total"), *((at, each.name) for at, each in enumerate(course.classes))])
        for at, each in enumerate(course.classes):
            self.classes.setItemIcon(at + 1, mark_icon(each.colour))
        self.classes.choose(chosen if chosen < len(course.classes) else TOTAL)
        look = theme.current()
        self._show(Sheet(figures, axis, look, self._class_chosen(), self.form.choice() == _STACKED))
        if self._kept is not None and course.index(self._kept) is None:
            self._kept = None
        self.show_day(self._kept)

    def choose_class(self, place: int) -> None:
        """Show the drift of the class at a place, or of all in total."""
        self.classes.choose(place)
        self._on_class()

    def keep_day(self, on: date | None) -> None:
        """Read this day out until another is kept; None: follow the pointer again."""
        self._kept = on
        self.show_day(on)

    def show_day(self, on: date | None) -> None:
        """Read a day out; None: the last one that is known."""
        if self._sheet is None:
            return
        last = self._sheet.course.last_known
        is_resting = on is None or self._sheet.course.index(on) is None
        if on is None or is_resting:
            on = last.on if last else self._sheet.course.days[-1].on
        self._day = on
        for each in self.charts:
            each.show_day(on, is_resting=is_resting)
        self.day_chosen.emit(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
        if event.key() in steps and self._sheet is not None and self._day is not None:
            by = steps[event.key()]
            to_version = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._go(self._version_from(self._day, by) if to_version else self._day + timedelta(days=by))
        elif event.key() == Qt.Key.Key_Escape and self._kept is not None:
            self.keep_day(None)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._sheet is not None:
            days = self._sheet.course.days
            self._go(days[0 if event.key() == Qt.Key.Key_Home else -1].on)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if self._sheet is not None and watched in self.charts:
            if isinstance(event, QMouseEvent):
                return self._on_mouse(watched, event)
            if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._zoom(event.position().x(), event.angleDelta().y() > 0)
                return True
            if event.type() == QEvent.Type.Leave and self._kept is None:
                self.show_day(None)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange) and self._sheet is not None:
            self._show(replace(self._sheet, look=theme.current()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._is_reached = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._is_reached:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().focus), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _go(self, on: date | None) -> None:
        if self._sheet is None or on is None or self._sheet.course.index(on) is None:
            return
        axis = self._sheet.axis
        if not axis.first <= on <= axis.last:
            by = (on - axis.first if on < axis.first else on - axis.last).days
            self._move(axis, by)
        self.keep_day(on)

    def _version_from(self, on: date, by: int) -> date | None:
        assert self._sheet is not None
        days = [each.on for each in self._sheet.course.steps if (each.on > on) == (by > 0) and each.on != on]
        return None if not days else min(days) if by > 0 else max(days)

    def _on_mouse(self, chart: object, event: QMouseEvent) -> bool:
        assert self._sheet is not None
        on = self._sheet.axis.day(event.position().x())
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                self._pressed, self._is_dragged = (event.position(), self._sheet.axis), False
                self.setFocus(Qt.FocusReason.MouseFocusReason)
            case QEvent.Type.MouseMove if self._pressed is not None:
                start, axis = self._pressed
                by = event.position().x() - start.x()
                self._is_dragged = self._is_dragged or abs(by) > _DRAGGED
                if self._is_dragged:
                    self._move(axis, -round(by / axis.width * axis.span))
            case QEvent.Type.MouseMove if self._kept is None and self._sheet.course.index(on) is not None:
                self.show_day(on)
            case QEvent.Type.MouseButtonRelease if self._pressed is not None:
                if not self._is_dragged and not self._is_on_version(chart, event.position()):
                    self.keep_day(on if self._sheet.course.index(on) is not None else None)
                self._pressed = None
            case _:
                return False
        return True

    def _is_on_version(self, chart: object, at: QPointF) -> bool:
        """Whether a version's tick was clicked, which is told then."""
        assert self._sheet is not None
        if chart is not self.allocation or at.y() < self.allocation.plot.bottom():
            return False
        near = [(abs(self._sheet.axis.x(on) - at.x()), words.split()[-1]) for on, words in versions_marked(self._sheet)]
        if not near or min(near)[0] > _STRIP * 2:
            return False
        self.version_chosen.emit(int(min(near)[1]))
        return True

    def _move(self, axis: Axis, by: int) -> None:
        """Show as many days, but later or earlier, no further than there are."""
        assert self._sheet is not None
        days = self._sheet.course.days
        self._show(replace(self._sheet, axis=axis.moved(by, days[0].on, days[-1].on)))

    def _zoom(self, x: float, is_closer: bool) -> None:
        """Show fewer days or more, the one under the pointer where it is."""
        assert self._sheet is not None
        axis, days = self._sheet.axis, self._sheet.course.days
        longest = max((days[-1].on - days[0].on).days, _LEAST_DAYS * 2)
        span = min(max(round(axis.span * (_CLOSER if is_closer else 1 / _CLOSER)), _LEAST_DAYS), longest)
        self._show(replace(self._sheet, axis=axis.zoomed(x, span, days[-1].on)))

    def _class_chosen(self) -> int:
        chosen = self.classes.choice()
        return chosen if isinstance(chosen, int) else TOTAL

    def show_form(self, form: str) -> None:
        """Draw the allocation in that form, where it is one."""
        if form in (_STACKED, _LINES):
            self.form.choose(form)
            self._on_form()

    def _on_form(self) -> None:
        if self._sheet is not None:
            self._show(replace(self._sheet, is_stacked=self.form.choice() == _STACKED))

    def _on_class(self) -> None:
        if self._sheet is not None:
            self._show(replace(self._sheet, chosen=self._class_chosen()))

    def _fit(self) -> None:
        """The axis as wide as the plots are now."""
        if self._sheet is not None and self._sheet.axis.width != self.value.plot.width():
            self._show(replace(self._sheet, axis=replace(self._sheet.axis, width=self.value.plot.width())))

    def _show(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.unit.setText(unit_of(sheet)[1])
        for each in self.charts:
            each.show_sheet(sheet)

    def _lay_out(self) -> None:
        column = vertical(self, spacing=0, margins=(4, 0, 4, 4))
        rows = (
            (self.value, 132, ("Value", self.unit, None)),
            (self.allocation, 196, ("Allocation and targets", _TargetMark(), self.form)),
            (self.drift, 118, ("Drift", label("from the targets of then", "note", "mute"), self.classes)),
        )
        for chart, share, (title, note, choice) in rows:
            head = horizontal(spacing=10)
            head.addWidget(label(title, "strong"))
            head.addWidget(note, 1)
            if choice is not None:
                choice.setFixedWidth(180)
                head.addWidget(choice)
            column.addLayout(head)
            column.addWidget(chart, share + (42 if chart is self.allocation else 20))
