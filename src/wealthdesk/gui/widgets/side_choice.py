"""One line with two sides to choose from: what it is, what it was, and mine or theirs as two cards with radio marks."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QWidget

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import ClassMark
from wealthdesk.gui.widgets.text import ShortLabel, label

HEIGHT: Final = 52
SIDE_WIDTH: Final = 234
BEFORE_WIDTH: Final = 116
GAP: Final = 14
_MARK: Final = 16.0
_LINE: Final = 18.0


@dataclass(frozen=True, slots=True)
class SideWords:
    """One side: the amount, what it is of the one before, and perhaps a second line such as its cap."""

    amount: str
    difference: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class SideLine:
    """A whole line. place: of what the line is a part, "in Equity"; colour: "" for no mark."""

    name: str
    before: str
    mine: SideWords
    theirs: SideWords
    colour: str = ""
    place: str = ""
    before_below: str = ""


class SideButton(QRadioButton):
    """One of the two cards."""

    side_asked = Signal(object)
    """0: the left one, 1: the right one."""
    line_asked = Signal(object)
    """−1: the line above, 1: the one below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = SideWords("", "")
        self.setFixedSize(SIDE_WIDTH, HEIGHT - 8)

    def show_words(self, words: SideWords, name: str) -> None:
        """Show a side; name: what a screen reader calls it."""
        self._words = words
        told = ", ".join(each for each in (words.amount, words.below, words.difference) if each)
        self.setAccessibleName(f"{name}: {told}")
        self.update()

    def hitButton(self, pos: object) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(SIDE_WIDTH, HEIGHT - 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sides = {Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 1}
        lines = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key in sides:
            self.side_asked.emit(sides[key])
        elif key in lines:
            self.line_asked.emit(lines[key])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on, wide = self.isChecked(), 1.6 if self.isChecked() else 1.0
        ground = look.field if is_on else look.hover if self.underMouse() else look.card
        painter.setPen(QPen(QColor(look.ink if is_on else look.line2), wide))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        self._paint_mark(painter, look)
        self._paint_words(painter, look)

    def _paint_mark(self, painter: QPainter, look: theme.Theme) -> None:
        centre = QPointF(22, self.height() / 2)
        painter.setPen(QPen(QColor(look.ink if self.isChecked() else look.mute), 1.4))
        painter.setBrush(QColor(look.field))
        painter.drawEllipse(centre, _MARK / 2 - 1, _MARK / 2 - 1)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.ink))
            painter.drawEllipse(centre, 3.5, 3.5)

    def _paint_words(self, painter: QPainter, look: theme.Theme) -> None:
        words, is_on = self._words, self.isChecked()
        room = QRectF(38, 0, self.width() - 38 - 12, self.height())
        first = room if not words.below else QRectF(room.left(), 4, room.width(), _LINE)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        taken = _draw(painter, first, words.difference, "note", look.mute, right)
        ink = look.ink if is_on else look.mute
        _draw(painter, first.adjusted(0, 0, -taken - 8, 0), words.amount, "name" if is_on else "body", ink, left)
        if words.below:
            _draw(painter, first.translated(0, _LINE), words.below, "small", look.mute, left)


def _draw(painter: QPainter, rect: QRectF, words: str, role: str, ink: str, side: Qt.AlignmentFlag) -> float:
    """Words on one line, cut short where they do not fit; returns their width."""
    font = fonts.font(role, figures=True)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)


class SideChoice(QWidget):
    """A line; Left and Right choose the side, Up and Down ask for another line."""

    chosen = Signal(object)
    """0: mine, 1: theirs."""
    line_asked = Signal(object)

    def __init__(self, line: SideLine, choice: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.mine, self.theirs = SideButton(self), SideButton(self)
        self._group = QButtonGroup(self)
        for place, each in enumerate((self.mine, self.theirs)):
            self._group.addButton(each, place)
            each.side_asked.connect(self._on_side_asked)
            each.line_asked.connect(self.line_asked)
        self._lay_out(line)
        self.mine.show_words(line.mine, f"{line.name}, mine")
        self.theirs.show_words(line.theirs, f"{line.name}, theirs")
        if choice is not None:
            self.choose(choice)
        self._group.idToggled.connect(self._on_toggled)

    def choice(self) -> int | None:
        """0: mine, 1: theirs, None: neither yet."""
        place = self._group.checkedId()
        return None if place < 0 else place

    def choose(self, place: int) -> None:
        """Choose a side."""
        (self.mine, self.theirs)[place].setChecked(True)

    def focus(self, reason: Qt.FocusReason = Qt.FocusReason.TabFocusReason) -> None:
        """Give the keyboard to the side that is chosen, else to the first."""
        (self.theirs if self.theirs.isChecked() else self.mine).setFocus(reason)

    def _on_side_asked(self, place: int) -> None:
        self.choose(place)
        self.focus()

    def _on_toggled(self, place: int, is_on: bool) -> None:
        if is_on:
            self.chosen.emit(place)

    def _lay_out(self, line: SideLine) -> None:
        row = horizontal(self, spacing=8, margins=(16, 0, 12, 0))
        if line.colour:
            row.addWidget(ClassMark(line.colour))
        names = vertical(spacing=0)
        names.addStretch()
        names.addWidget(ShortLabel(line.name, "strong"))
        if line.place:
            names.addWidget(label(line.place, "small", "mute"))
        names.addStretch()
        row.addLayout(names, 1)
        before = vertical(spacing=0)
        before.addStretch()
        for words, role in ((line.before, "body"), (line.before_below, "small")):
            if words:
                shown = label(words, role, "mute", figures=True, right=True)
                shown.setFixedWidth(BEFORE_WIDTH)
                before.addWidget(shown)
        before.addStretch()
        row.addLayout(before)
        row.addSpacing(GAP - 8)
        row.addWidget(self.mine)
        row.addSpacing(GAP - 8)
        row.addWidget(self.theirs)
