"""Rows and columns of widgets: layouts without margins unless they are given."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, cast

from PySide6 import QtCore
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

_BETWEEN_LINES: Final = 6

Margins = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def horizontal(parent: QWidget | None = None, *, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """A row; of `parent` where one is given."""
    made = QHBoxLayout() if parent is None else QHBoxLayout(parent)
    _space(made, spacing, margins)
    return made


def vertical(parent: QWidget | None = None, *, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """A column; of `parent` where one is given."""
    made = QVBoxLayout() if parent is None else QVBoxLayout(parent)
    _space(made, spacing, margins)
    return made


class Stack(QStackedWidget):
    """One of several parts is shown, and fills its `place`, which is what is laid out; no part makes it any larger.

    So none is asked how high it would be: Qt asks each several times, and what stands in it several times for each.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self.place = _Place(parent)
        super().__init__(self.place)


class _Place(QWidget):
    """Without a layout of its own, and so nothing is asked or laid out anew above it for what changes inside."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for inside in self.children():
            if isinstance(inside, QStackedWidget):
                inside.setGeometry(self.rect())


class Flow(QLayout):
    """Side by side, and below each other where the line is full."""

    def __init__(self, parent: QWidget, spacing: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), is_moved=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [each.sizeHint() for each in self._items]
        return QSize(
            max((each.width() for each in sizes), default=0), max((each.height() for each in sizes), default=0)
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, is_moved=True)

    def _place(self, rect: QRect, *, is_moved: bool) -> int:
        y = rect.y()
        for line in self._lines(rect.width()):
            x, high = rect.x(), max(each.sizeHint().height() for each in line)
            for each in line:
                size = each.sizeHint().boundedTo(QSize(rect.width(), high))
                if is_moved:
                    each.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += high + min(self.spacing(), _BETWEEN_LINES)
        return max(0, y - min(self.spacing(), _BETWEEN_LINES) - rect.y())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """What stands on each line."""
        lines: list[list[QLayoutItem]] = []
        left = 0
        for each in (each for each in self._items if not each.isEmpty()):
            wide = each.sizeHint().width()
            if not lines or left + wide > width:
                lines.append([])
                left = 0
            lines[-1].append(each)
            left += wide + self.spacing()
        return lines


def dialog_foot(*buttons: QWidget, left: Sequence[QWidget] = (), words: QWidget | None = None) -> QFrame:
    """The foot of a dialog: its buttons at the right. left: what stands at the left. words: fill what is between."""
    foot = QFrame()
    foot.setProperty("kind", "foot")
    row = horizontal(foot, margins=(24, 14, 24, 14))
    for each in left:
        row.addWidget(each)
    if words is None:
        row.addStretch()
    else:
        row.addWidget(words, 1)
    for each in buttons:
        row.addWidget(each)
    return foot


def scrolling(parent: QWidget, name: str = "") -> tuple[QScrollArea, QWidget]:
    """A place that scrolls, and the ground in it that is to be filled; only one with a name is reached by Tab.

    The ground is in its place before it is filled: what is moved as a whole is styled anew as a whole.
    """
    area, ground = QScrollArea(parent), QWidget()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    if name:
        area.setAccessibleName(name)
    else:
        area.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
    area.setWidget(ground)
    return area, ground


def fit_height(window: QWidget) -> None:
    """Make a window as high as what is in it needs at its width: its own hint reckons with narrower lines of words."""
    inside = window.layout()
    if inside is not None and inside.hasHeightForWidth():
        wide = min(max(window.minimumWidth(), inside.sizeHint().width()), window.maximumWidth())
        window.resize(wide, inside.totalHeightForWidth(wide))


def grow_height(window: QWidget) -> None:
    """Make a window higher where what is in it now would lie one above the other."""
    inside = window.layout()
    if inside is not None and (least := inside.totalMinimumHeightForWidth(window.width())) > window.height():
        window.resize(window.width(), least)


def open_within(window: QWidget, wide: int, high: int) -> None:
    """Give a dialog this size, or as much of it as the window has that it belongs to."""
    parent = window.parentWidget()
    room = parent.window().size() if parent is not None else QSize(1280, 832)
    window.resize(min(wide, room.width() - 40), min(high, room.height() - 24))


def _space(made: QBoxLayout, spacing: int, margins: Margins) -> None:
    made.setSpacing(spacing)
    made.setContentsMargins(*margins)


def tab_as_read(root: QWidget, after: QWidget | None = None) -> None:
    """Let Tab go through a window, or a part of it, in the order in which it is laid out, whenever its parts were made.

    after: a part that it comes after.
    """
    before = _reached(after)[-1:] if after is not None else []
    for one, other in pairwise([*before, *_reached(root)]):
        QWidget.setTabOrder(one, other)


def _reached(root: QWidget) -> list[QWidget]:
    """What takes the focus, by a click as well: the choice of several beside each other is the one that has Tab."""
    reached: list[QWidget] = []
    _go_through(root, reached)
    return reached


def _go_through(widget: QWidget, reached: list[QWidget]) -> None:
    if widget.focusPolicy() != QtCore.Qt.FocusPolicy.NoFocus:
        reached.append(widget)
    if isinstance(widget, QScrollArea) and (scrolled := widget.widget()) is not None:
        _go_through(scrolled, reached)
    elif isinstance(widget, _Place):
        for each in widget.findChildren(QStackedWidget, options=QtCore.Qt.FindChildOption.FindDirectChildrenOnly):
            _go_through(each, reached)
    elif (inside := widget.layout()) is not None:
        _go_through_layout(inside, reached)


def _go_through_layout(layout: QLayout, reached: list[QWidget]) -> None:
    places: Iterable[int] = range(layout.count())
    if isinstance(layout, QGridLayout):
        places = sorted(places, key=lambda at: _cell(layout, at))
    for item in map(layout.itemAt, places):
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            _go_through(widget, reached)
        elif (inside := item.layout()) is not None:
            _go_through_layout(inside, reached)


def _cell(grid: QGridLayout, place: int) -> tuple[int, int]:
    """Row and column of what was put into a grid, in whatever order."""
    row, column, *_ = cast("tuple[int, int, int, int]", grid.getItemPosition(place))
    return row, column
