"""The targets of a strategy as steps over time, with its versions as buttons below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, PastStep, versions_of
from wealthdesk.domain.targets import Strategy, header_of
from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.history.words import GREY
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.text import as_tip, label

_HIGH, _LEAST_HIGH = 246, 190
_LEFT: Final = 46.0
_NAMES: Final = 132.0
_NAMED: Final = 6
"""So many of its shares are told of a class before that of now."""
_TOP: Final = 8.0
_BELOW: Final = 50.0
_RADIUS: Final = 11.0
_BESIDE: Final = 2.2
"""So far above each other are the lines of classes with the same share."""
_COUNTED: Final = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}
_LINE: Final = 15.0
"""So far apart the names beside the lines are at least."""
_GAP: Final = 8.0
"""Between the lines and their names."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A class from one version to the next: its share in basis points, None where it has none."""

    name: str
    colour: str
    shares: tuple[int | None, ...]


class StepChart(QWidget):
    """Left and Right choose the version before and after; the pointer its button."""

    version_chosen = Signal(object)
    """The number of a version."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: list[date] = []
        self._numbers: list[int] = []
        self._levels: list[_Level] = []
        self._last = date.min
        self._chosen: int | None = None
        self._is_reached = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMaximumHeight(_HIGH)

    def show_past(self, past: Past, steps: Sequence[PastStep], colours: Mapping[str, str], today: date) -> None:
        """Show the versions that have a day, up to today; of a removed strategy up to its last one."""
        known = [(each, each.revision.at.astimezone().date()) for each in reversed(steps) if each.revision]
        self._days = [on for _, on in known]
        self._numbers = [step.number for step, _ in known]
        self._last = today if not past.subject.is_removed else max(self._days, default=today)
        self._levels = _levels(past, self._numbers, colours)
        self.setAccessibleName("Targets over time")
        self.setAccessibleDescription("; ".join(_told(each, self._numbers) for each in self._levels))
        self.update()

    def choose(self, number: int | None) -> None:
        """Mark a version."""
        self._chosen = number
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, _HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _LEAST_HIGH)

    @property
    def course(self) -> str:
        """What became of the largest class that moved: "Equity has been 60, 68, 65 and is now 60% again."."""
        return next(filter(None, map(_course, self._levels)), "")

    def button_at(self, number: int) -> QPointF:
        """Where the button of a version is."""
        places = self._button_places()
        return QPointF(places[self._numbers.index(number)], self._plot().bottom() + _RADIUS + 6)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.pos().x() > self._plot().right():
            # The names may be cut off there, or stand for several.
            named = (f"{each.name} {text.percent(each.shares[-1], None)}" for each in self._levels if each.shares[-1])
            QToolTip.showText(event.globalPos(), as_tip("\n".join(named)), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        for number in self._numbers:
            way = event.position() - self.button_at(number)
            if way.manhattanLength() <= 2 * _RADIUS:
                self.version_chosen.emit(number)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
        if event.key() not in steps or self._chosen not in self._numbers:
            super().keyPressEvent(event)
            return
        place = self._numbers.index(self._chosen) + steps[event.key()]
        if 0 <= place < len(self._numbers):
            self.version_chosen.emit(self._numbers[place])

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Who comes by the pointer knows where he is.
        self._is_reached = event.reason() is not Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter, look, plot = QPainter(self), theme.current(), self._plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((share or 0 for each in self._levels for share in each.shares), default=0)
        top = next(each for each in (2_500, 5_000, 7_500, 10_000) if most <= each)
        self._paint_grid(painter, look, plot, top)
        for each in reversed(self._levels):
            self._paint_level(painter, plot, each, top)
        self._paint_names(painter, look, plot, top)
        self._paint_buttons(painter, look, plot)
        self._paint_months(painter, look, plot)
        if self.hasFocus() and self._is_reached:
            painter.setPen(QPen(QColor(look.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    @property
    def _end(self) -> date:
        """Up to where the steps go: the end of the last day, so that what is of that day is a step, too."""
        return self._last + timedelta(days=1)

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _NAMES, self.height() - _TOP - _BELOW)

    def _x(self, on: date, plot: QRectF) -> float:
        span = (self._end - self._days[0]).days
        return plot.left() + plot.width() * (on - self._days[0]).days / span

    def _button_places(self) -> list[float]:
        """Where the buttons are: below their days, none over a name or, while there is room for all, over another."""
        plot = self._plot()
        most = plot.right() + _GAP - _RADIUS - 2
        places = [min(self._x(on, plot), most) for on in self._days]
        apart = 2 * _RADIUS + 2
        if len(places) * apart <= plot.width():
            for place in range(1, len(places)):
                places[place] = max(places[place], places[place - 1] + apart)
            for place in range(len(places) - 1, -1, -1):
                places[place] = most = min(places[place], most)
                most -= apart
        return places

    def _paint_grid(self, painter: QPainter, look: theme.Theme, plot: QRectF, top: int) -> None:
        painter.setFont(fonts.font("header", figures=True))
        for share in range(0, top + 1, 2_500):
            # On whole pixels: a line between two of them is a wider and lighter one.
            y = round(plot.bottom() - plot.height() * share / top) + 0.5
            painter.setPen(QPen(QColor(look.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.mute))
            box = QRectF(0, y - 8, _LEFT - 8, 16)
            words = text.percent(share, 0) if share else "0"
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        is_crowded = len(self._days) * 2 * _RADIUS > plot.width()
        for on, number in zip(self._days, self._numbers, strict=True):
            is_chosen = number == self._chosen
            if is_crowded and not is_chosen:
                continue
            style = Qt.PenStyle.SolidLine if is_chosen else Qt.PenStyle.DotLine
            painter.setPen(QPen(QColor(look.ink if is_chosen else look.mute), 1.2 if is_chosen else 1, style))
            x = self._x(on, plot)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom() + 6))

    def _paint_level(self, painter: QPainter, plot: QRectF, level: _Level, top: int) -> None:
        path, is_open = QPainterPath(), False
        ends = [*self._days[1:], self._end]
        for place, (on, end, share) in enumerate(zip(self._days, ends, level.shares, strict=True)):
            if share is None:
                is_open = False
                continue
            above = _BESIDE * self._same_before(level, place)
            start = QPointF(self._x(on, plot), plot.bottom() - plot.height() * share / top - above)
            path.lineTo(start) if is_open else path.moveTo(start)
            path.lineTo(self._x(end, plot), start.y())
            is_open = True
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(level.colour), 2.2))
        painter.drawPath(path)

    def _same_before(self, level: _Level, place: int) -> int:
        """How many classes before this one have its share in a version: their lines lie beside each other."""
        before = self._levels[: self._levels.index(level)]
        return sum(each.shares[place] == level.shares[place] for each in before)

    def _paint_names(self, painter: QPainter, look: theme.Theme, plot: QRectF, top: int) -> None:
        """Beside the line, the largest first; where there is no room only how many there are more."""
        painter.setFont(fonts.font("pill"))
        painter.setPen(QColor(look.ink))
        metrics = QFontMetricsF(painter.font())
        shown: dict[int, list[str]] = {}
        for share, name in sorted(((each.shares[-1] or 0, each.name) for each in self._levels), reverse=True):
            if share:
                shown.setdefault(share, []).append(name)
        y, rest = plot.top() - _LINE, 0
        for share, names in shown.items():
            wanted = max(plot.bottom() - plot.height() * share / top, y + _LINE)
            room = int((plot.bottom() + 4 - wanted) // _LINE) + 1
            if room < 1:
                rest += len(names)
                continue
            told = names if len(names) <= room else [f"{_COUNTED.get(len(names), str(len(names)))} of"]
            for line, name in enumerate(told):
                y = wanted + line * _LINE
                words = f"{name} {text.percent(share, None)}"
                words = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, _NAMES - 10)
                painter.drawText(QPointF(plot.right() + _GAP, y + 4), words)
        if rest:
            painter.drawText(QPointF(plot.right() + _GAP, plot.bottom() + _LINE + 4), f"and {rest} more")

    def _paint_buttons(self, painter: QPainter, look: theme.Theme, plot: QRectF) -> None:
        y, button = plot.bottom() + _RADIUS + 6, -2 * _RADIUS
        for x, number in zip(self._button_places(), self._numbers, strict=True):
            is_chosen = number == self._chosen
            if x - button < 2 * _RADIUS and not is_chosen:
                continue
            button = x
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.ink if is_chosen else look.sel))
            painter.drawEllipse(QPointF(x, y), _RADIUS, _RADIUS)
            painter.setPen(QColor(look.bg if is_chosen else look.ink))
            painter.setFont(fonts.font("pill", figures=True))
            box = QRectF(x - _RADIUS, y - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

    def _paint_months(self, painter: QPainter, look: theme.Theme, plot: QRectF) -> None:
        """Below the buttons; the days of the versions stand in the table."""
        painter.setFont(fonts.font("header", figures=True))
        metrics, free, y = QFontMetricsF(painter.font()), 0.0, plot.bottom() + 2 * _RADIUS + 9
        for on, words in text.days_marked(self._days[0], self._last):
            x, wide = self._x(on, plot), metrics.horizontalAdvance(words)
            painter.setPen(QPen(QColor(look.line2), 1))
            painter.drawLine(QPointF(x, y), QPointF(x, y + 4))
            if x - wide / 2 > free:
                painter.setPen(QColor(look.mute))
                painter.drawText(QPointF(x - wide / 2, y + 15), words)
                free = x + wide / 2 + 8


class VersionsHead(QWidget):
    """How many versions there are in what time, which strategy is in force where it is another one, and the steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = StepChart()
        self._headline = label(role="hero", wrap=True)
        self.course = label(ink="mute2", wrap=True)
        self.in_force = label(role="note", ink="mute2", wrap=True)
        said = vertical(spacing=4)
        for each in (self._headline, self.course, self.in_force):
            said.addWidget(each)
        column = vertical(self, spacing=12)
        column.addLayout(said)
        column.addWidget(self.chart)

    def show_past(self, past: Past, steps: Sequence[PastStep], colours: Mapping[str, str], today: date) -> None:
        """Of targets the steps, too; of reserves the table says it, whose amounts have no scale in common."""
        first = past.revisions[-1].at.astimezone().date()
        self._headline.setText(f"{text.count(len(steps), 'version')} {_how_long(first, today)}.")
        is_targets = past.subject.what is What.TARGETS
        self.chart.setVisible(is_targets)
        if is_targets:
            self.chart.show_past(past, steps, colours, today)
        self.course.setText(self.chart.course if is_targets else "")
        self.course.setVisible(bool(self.course.text()))

    def show_in_force(self, past: Past, strategies: Sequence[Strategy]) -> None:
        """Say what is in force where the strategy that is shown is not; nothing of reserves."""
        shown = next((each for each in strategies if past.subject.header == header_of(each.id)), None)
        other = shown and next((each for each in strategies if each.scope == shown.scope and each.is_active), None)
        if past.subject.what is What.RESERVES or (shown is not None and shown.is_active):
            said = ""
        elif shown is None:
            said = f"“{text.targets_name(past.subject.name)}” is not in force now: it was removed."
        else:
            instead = f"“{text.targets_name(other.name)}” is" if other else "no strategy is"
            said = f"“{text.targets_name(shown.name)}” is not in force now: {instead}."
        self.in_force.setText(said)
        self.in_force.setVisible(bool(said))


def _levels(past: Past, numbers: Sequence[int], colours: Mapping[str, str]) -> list[_Level]:
    """Every class that had a target in one of these versions, the largest of the last one first."""
    known = {each.number: each.lines for each in versions_of(past.state, past.revisions)}
    lines = [{key.id: line for key, line in known.get(each, {}).items() if not key.parent} for each in numbers]
    names = {key: line.name for each in lines for key, line in each.items()}
    found = []
    for key, name in names.items():
        shares = tuple(each[key].amount if key in each else None for each in lines)
        found.append(_Level(name, colours.get(key, GREY), shares))
    return sorted(found, key=lambda each: -(each.shares[-1] or 0))


def _told(level: _Level, numbers: Sequence[int]) -> str:
    """For a screen reader: "Equity: 60% from version 2, 68% from version 4"."""
    said, before = [], None
    for number, share in zip(numbers, level.shares, strict=True):
        if share != before:
            said.append(f"{text.percent(share or 0, None)} from version {number}")
        before = share
    return f"{level.name}: {', '.join(said)}"


def _course(level: _Level) -> str:
    """The shares of a class one after the other; "" where it stayed as it was."""
    shares = [share or 0 for share in level.shares]
    steps = [share for place, share in enumerate(shares) if not place or share != shares[place - 1]]
    if len(steps) < 2:
        return ""
    *was, now = steps
    told = ", ".join(text.percent(each, None)[:-1] for each in was[-_NAMED:])
    again = " again" if now in was else ""
    return f"{level.name} has been {told} and is now {text.percent(now, None)}{again}."


def _how_long(first: date, last: date) -> str:
    """How long that is: "in 17 months", "in 3 days", "today"."""
    days = max((last - first) // timedelta(days=1), 0)
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    if not days:
        return "today"
    return f"in {text.count(months, 'month') if months >= 2 else text.count(days, 'day')}"
