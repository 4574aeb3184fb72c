"""What a day comes to: its value, its classes against the targets of then, and what happened."""

from datetime import date
from typing import Final, NamedTuple

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.domain.drift import ClassDrift, Status
from wealthdesk.domain.over_time import Course, Crossing, DayValue, HappeningKind
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.over_time import words
from wealthdesk.gui.widgets.allocation_bar import paint_class_mark
from wealthdesk.gui.widgets.buttons import button, set_key
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, vertical
from wealthdesk.gui.widgets.text import label, rule, set_ink

WIDTH: Final = 300
_MARGIN: Final = 20
_ROW: Final = 31
_NUMBERS: Final = (44, 50, 46)
_MOST_LINES: Final = 12
_SIGN: Final = 14
_CROSSED: Final = {Status.ON_TARGET: "check", Status.OVERWEIGHT: "up", Status.UNDERWEIGHT: "down"}
_HAPPENED: Final = {
    HappeningKind.TARGETS: "history",
    HappeningKind.PLAN: "check",
    HappeningKind.IMPORT: "import",
}
_YOUNG: Final = 30
"""So many days a history is young: what fills it is offered."""


class ClassesOfDay(QWidget):
    """Each class with its share, its target and its drift, painted: it changes with every day under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, str, ClassDrift]] = []
        self._sum = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_day(self, course: Course, day: DayValue) -> None:
        """Show the classes that were held, or had a target then."""
        drift = course.drift(day)
        known = {each.id: each for each in course.classes}
        before = len(self._rows)
        self._rows = [
            (known[each.asset_class_id].name, known[each.asset_class_id].colour, each) for each in drift.classes
        ]
        self._sum = text.points_plain(drift.sum_bps) if drift.has_targets else ""
        if before != len(self._rows):
            self.updateGeometry()
        told = [" ".join((name, *_figures(each))) for name, _, each in self._rows]
        self.setAccessibleName("Classes: share, target, drift")
        self.setAccessibleDescription("; ".join([*told, f"drift in total {self._sum}"] if self._sum else told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * _MARGIN, 24 + _ROW * (len(self._rows) + bool(self._sum)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        self._paint_cells(painter, QRectF(0, 0, self.width(), 24), ("Held", "Target", "Drift"), "header", look.mute)
        top = 24.0
        for name, colour, each in self._rows:
            row = QRectF(0, top, self.width(), _ROW)
            painter.setPen(QPen(QColor(look.line), 1))
            painter.drawLine(row.topLeft(), row.topRight())
            paint_class_mark(painter, QRectF(0, top, 10, _ROW), colour)
            role, ink = ("strong", look.ink) if each.is_outside else ("body", look.ink)
            self._paint_name(painter, row.adjusted(18, 0, -sum(_NUMBERS), 0), name, role, ink)
            inks = (look.ink, look.mute2, look.signal_text if each.is_outside else look.ink)
            self._paint_cells(painter, row, _figures(each), role, *inks)
            top += _ROW
        if self._sum:
            row = QRectF(0, top, self.width(), _ROW)
            painter.setPen(QPen(QColor(look.line), 1))
            painter.drawLine(row.topLeft(), row.topRight())
            self._paint_name(painter, row, "Drift in total", "body", look.mute2)
            self._paint_cells(painter, row, ("", "", self._sum), "strong", look.ink)

    @staticmethod
    def _paint_name(painter: QPainter, box: QRectF, name: str, role: str, ink: str) -> None:
        painter.setFont(fonts.font(role))
        painter.setPen(QColor(ink))
        shown = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)

    @staticmethod
    def _paint_cells(painter: QPainter, row: QRectF, cells: tuple[str, ...], role: str, *inks: str) -> None:
        painter.setFont(fonts.font(role, figures=True))
        right = row.right() - sum(_NUMBERS)
        for place, (cell, wide) in enumerate(zip(cells, _NUMBERS, strict=True)):
            right += wide
            painter.setPen(QColor(inks[min(place, len(inks) - 1)]))
            box = QRectF(right - wide - 20, row.top(), wide + 20, row.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cell)


def _figures(line: ClassDrift) -> tuple[str, str, str]:
    target = "" if line.target_bps is None else text.percent(line.target_bps).rstrip("%")
    drift = "" if line.drift_bps is None else text.points(line.drift_bps, unit=False)
    return text.percent(line.weight_bps).rstrip("%"), target, drift


class DayLine(QWidget):
    """Something that happened, after an icon; hidden where there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self.said = QLabel(), DaySaid("", "", "")
        self._sign.setFixedSize(_SIGN, _SIGN + 3)
        self.words = label("", "body", "mute2", wrap=True)
        row = horizontal(self, spacing=9)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def say(self, said: "DaySaid") -> None:
        """Say this: it changes with every day under the pointer, and mostly is as it was."""
        if said != self.said:
            self.said = said
            icons.put(self._sign, said.icon, said.ink, _SIGN)
            self.words.setText(said.words)
            set_ink(self.words, "ink" if said.icon in _CROSSED.values() else "mute2")
        self.setHidden(not said.words)


class DaySaid(NamedTuple):
    """Words with the icon before them, and its ink."""

    words: str
    icon: str
    ink: str


class DayPanel(QFrame):
    """The right of the page."""

    version_requested = Signal(object)
    """The number of the version that held on the day shown."""
    prices_requested = Signal()
    """A file of prices is to be imported."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(WIDTH)
        self._on, self._weekday = label("", "panel"), label("", "note", "mute")
        self._value, self._since = label("", "figure", figures=True), label("", "note", "mute2", figures=True)
        self.classes = ClassesOfDay()
        self._lines = [DayLine() for _ in range(_MOST_LINES)]
        self._hint = label(
            "Click keeps this day here, Esc lets it go. Left and Right go day by day.", "note", "mute", wrap=True
        )
        self._version: int | None = None
        self.import_prices = button("&Import prices…", tip="Read a CSV or JSON file of prices; it is looked at first")
        self._older = QWidget()
        self.version = button("Show version", tip="Show this version of the targets in the history")
        self.print_button = button("&Print…", tip="Print the charts")
        self.export = button("E&xport CSV", tip="Save the days shown as a file for a spreadsheet")
        set_key(self.print_button, "Ctrl+P")
        self._lay_out()
        self.version.clicked.connect(self._on_version)
        self.import_prices.clicked.connect(self.prices_requested)

    @property
    def happened(self) -> list[str]:
        """What is said to have happened, line by line."""
        return [each.words.text() for each in self._lines if not each.isHidden()]

    def show_day(self, course: Course, on: date) -> None:
        """Show a day of the course."""
        at = course.index(on)
        if at is None:
            return
        day = course.days[at]
        self._on.setText(text.day(on))
        self._weekday.setText(QLocale().standaloneDayName(on.isoweekday(), QLocale.FormatType.LongFormat))
        is_known = day.standing.is_known
        self._value.setText(text.money(day.total_minor, course.base_currency) if is_known else "not known")
        self._since.setText(_since(course, day) if is_known else "")
        self.classes.setVisible(is_known)
        if is_known:
            self.classes.show_day(course, day)
        self._show_lines(course, day)
        self._older.setVisible(len(course.days) <= _YOUNG)
        step = course.step(on)
        self._version = step.strategy.version if step else None
        self.version.setVisible(step is not None)
        self.version.setText(f"Show version {self._version}")

    def _show_lines(self, course: Course, day: DayValue) -> None:
        said = [DaySaid(words.crossing(each), *_crossed(each)) for each in course.crossings(day.on)]
        said += [
            DaySaid(words.happening(each), _HAPPENED[each.kind], "mute2")
            for each in course.happenings
            if each.on == day.on
        ]
        said = [*said[: _MOST_LINES - 1], DaySaid(words.standing(day.standing, course.price_days), "wallet", "mute2")]
        for line in self._lines[len(said) :]:
            line.hide()
        for line, each in zip(self._lines, said, strict=False):
            line.say(each)

    def _on_version(self) -> None:
        self.version_requested.emit(self._version)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0, margins=(_MARGIN, 26, 0, 20))
        area, content = scrolling(self, "The day")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = vertical(content, spacing=4, margins=(0, 0, _MARGIN, 12))
        head = horizontal()
        head.addWidget(self._on, 1)
        head.addWidget(self._weekday)
        column.addLayout(head)
        column.addSpacing(10)
        for each in (label("Value", "note", "mute"), self._value, self._since):
            column.addWidget(each)
        column.addSpacing(10)
        column.addWidget(self.classes)
        column.addSpacing(10)
        column.addWidget(label("What happened", "strong"))
        column.addSpacing(2)
        for line in self._lines:
            column.addWidget(line)
        lines = vertical(self._older, spacing=8, margins=(0, 14, 0, 0))
        lines.addWidget(label("Have older prices?", "strong"))
        lines.addWidget(label(words.OLDER_PRICES, "body", "mute2", wrap=True))
        lines.addWidget(self.import_prices, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._older)
        column.addStretch()
        outer.addWidget(area, 1)
        foot = vertical(spacing=10, margins=(0, 0, _MARGIN, 0))
        foot.addWidget(rule())
        foot.addWidget(self._hint)
        foot.addWidget(self.version)
        row = horizontal()
        row.addWidget(self.print_button, 1)
        row.addWidget(self.export, 1)
        foot.addLayout(row)
        outer.addLayout(foot)


def _crossed(crossed: Crossing) -> tuple[str, str]:
    """The icon of a class that left its band or came back, and its ink."""
    return _CROSSED[crossed.after], "signal" if crossed.after.is_outside else "mute2"


def _since(course: Course, day: DayValue) -> str:
    """How much more or less it was worth at the last known day; what came in or went out is counted."""
    last = course.last_known
    if last is None or last.on <= day.on:
        return ""
    more = last.total_minor - day.total_minor
    return f"{text.money(more, course.base_currency, plus=True)} since then"
