"""The preview pane: what a change would make different, largest first, what it does to the drift, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QScrollArea,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.class_mark import paint_class_mark
from wealthdesk.gui.widgets.diff_bar import paint_diff_bar
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, set_ink

WIDTH: Final = 404
_BAR_ROW: Final = 42
_PLAIN_ROW: Final = 25
_INDENT: Final = 17.0
_DIFFERENCE: Final = 76.0

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be different, in words; with a colour also as a bar from `before_part` to `after_part`."""

    name: str
    before: str
    after: str
    difference: str
    colour: str = ""
    before_part: int = 0
    after_part: int = 0

    @property
    def sentence(self) -> str:
        """The change for a screen reader."""
        return f"{self.name}: {self.before} {text.ARROW} {self.after}, {self.difference}"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that the preview found."""

    tone: Tone
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """Everything that the pane shows. Bars span 0…scale. below: changes without bars, under a title of their own.

    Changes are asked for one by one as they come into view, so that a long list may put its words together late.
    """

    summary: str = ""
    changes: Sequence[Change] = ()
    scale: int = 10_000
    below_title: str = ""
    below: Sequence[Change] = ()
    figures: Sequence[Change] = ()
    found: tuple[Found, ...] = ()


class ChangePreviewPane(QFrame):
    """`show_preview` is the only way in; `foot` is where a dialog puts what belongs below, such as a reason."""

    def __init__(self, title: str = "Preview", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(WIDTH)
        self._preview = ChangePreview()
        self._summary = label(role="body", ink="mute", right=True)
        self._nothing = label("Nothing has been changed yet.", "body", "mute", wrap=True)
        self._changes = ChangeList("Changes", _BAR_ROW)
        self._below_title = label(role="note", ink="mute")
        self._below = ChangeList("Changes of holdings", _PLAIN_ROW)
        self._figures_title = label("Drift of what is held, now and with these targets", "note", "mute")
        self._figures = ChangeList("Drift", _PLAIN_ROW)
        self._found: list[Message] = []
        self._messages = vertical(spacing=8)
        self.foot = vertical(spacing=6)
        self._lay_out(title)

    @property
    def preview(self) -> ChangePreview:
        """What is shown."""
        return self._preview

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was found, as it is shown."""
        return tuple(self._found[: len(self._preview.found)])

    def show_preview(self, preview: ChangePreview) -> None:
        """Show this preview; it is fresh."""
        before, self._preview = self._preview, preview
        self._summary.setText(preview.summary)
        self._nothing.setVisible(not preview.changes and not preview.below)
        self._changes.show_changes(preview.changes, preview.scale)
        self._below.show_changes(preview.below)
        self._below_title.setText(preview.below_title)
        self._below_title.setVisible(bool(preview.below))
        self._figures.show_changes(preview.figures)
        self._figures_title.setVisible(bool(preview.figures))
        if preview.found != before.found:
            self._show_found(preview.found)
        self.show_stale(False)

    def show_stale(self, stale: bool) -> None:
        """Say that the figures are older than what was asked for."""
        set_ink(self._summary, "mute" if not stale else "faint")
        for each in (self._changes, self._below, self._figures):
            each.set_stale(stale)

    def _show_found(self, found: tuple[Found, ...]) -> None:
        while len(self._found) < len(found):
            self._found.append(Message())
            self._messages.addWidget(self._found[-1])
        for message, each in zip(self._found, found, strict=False):
            message.show_message(each.tone, each.title, each.text)
        for place, message in enumerate(self._found):
            message.setVisible(place < len(found))

    def _lay_out(self, title: str) -> None:
        head = horizontal(spacing=8)
        head.addWidget(label(title, "section"))
        head.addWidget(self._summary, 1)
        content = QWidget()
        column = vertical(content, spacing=6, margins=(0, 0, 10, 12))
        column.addWidget(self._nothing)
        column.addWidget(self._changes)
        for each in (self._below_title, self._below):
            column.addWidget(each)
        column.addSpacing(2)
        for widget in (self._figures_title, self._figures):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addLayout(self._messages)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        area.setAccessibleName(title)
        layout = vertical(self, spacing=10, margins=(22, 20, 14, 16))
        head.setContentsMargins(0, 0, 10, 0)
        layout.addLayout(head)
        layout.addWidget(area, 1)
        layout.addLayout(self.foot)


class ChangeList(QListView):
    """Changes one below the other, as tall as they are; the pane around it scrolls."""

    def __init__(self, name: str, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "plain")
        self.setAccessibleName(name)
        self._row_height = row_height
        self._rows = _Rows(self)
        self._delegate = _ChangeDelegate(row_height, self)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(0)

    def show_changes(self, changes: Sequence[Change], scale: int = 10_000) -> None:
        """Show these changes."""
        self._delegate.scale = scale
        self._rows.show_changes(changes)
        self.setFixedHeight(len(changes) * self._row_height)
        self.setVisible(bool(changes))
        self.viewport().update()

    def set_stale(self, stale: bool) -> None:
        """Show the figures muted."""
        if stale != self._delegate.is_stale:
            self._delegate.is_stale = stale
            self.viewport().update()


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._changes: Sequence[Change] = ()

    def show_changes(self, changes: Sequence[Change]) -> None:
        if len(changes) != len(self._changes):
            self.beginResetModel()
            self._changes = changes
            self.endResetModel()
            return
        self._changes = changes
        if changes:
            self.dataChanged.emit(self.index(0), self.index(len(changes) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._changes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.UserRole:
            return self._changes[index.row()]
        words = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        return self._changes[index.row()].sentence if role in words else None


class _ChangeDelegate(QStyledItemDelegate):
    def __init__(self, row_height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._row_height = row_height
        self.scale = 10_000
        self.is_stale = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self._row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        paint_change(painter, rect, index.data(Qt.ItemDataRole.UserRole), theme.current(), self.scale, self.is_stale)


def paint_change(painter: QPainter, rect: QRectF, change: Change, theme: Theme, scale: int, is_stale: bool) -> None:
    """Draw a change across `rect`: mark, name, before → after, difference, and below them its bar."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QRectF(rect.left() + _INDENT, rect.top(), rect.width() - _INDENT, 22 if change.colour else rect.height())
    if change.colour:
        paint_class_mark(painter, QRectF(rect.left(), line.top(), 10, line.height()), change.colour)
        bar = QRectF(line.left(), line.bottom(), line.width(), 12)
        paint_diff_bar(painter, bar, change.before_part, change.after_part, change.colour, theme, scale_bps=scale)
    ink = theme.mute if is_stale else theme.ink
    right = Qt.AlignmentFlag.AlignRight
    _words(painter, line, change.difference, "strong", ink, right)
    numbers = f"{change.before} {text.ARROW} {change.after}"
    middle = line.adjusted(0, 0, -_DIFFERENCE, 0)
    taken = _words(painter, middle, numbers, "body", ink, right)
    _words(painter, middle.adjusted(0, 0, -taken - 12, 0), change.name, "body", theme.ink, Qt.AlignmentFlag.AlignLeft)
    painter.restore()


def _words(painter: QPainter, rect: QRectF, words: str, role: str, ink: str, side: Qt.AlignmentFlag) -> float:
    """Draw words on one line, cut short where they do not fit; returns their width."""
    font = fonts.font(role, figures=side == Qt.AlignmentFlag.AlignRight)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)
