"""The preview pane: what a change would make different, largest first, what it found, and the reason for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, TypeVar, overload

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QScrollArea,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import Index
from wealthdesk.gui.theme import Theme
from wealthdesk.gui.widgets import allocation_bar as bars
from wealthdesk.gui.widgets.allocation_bar import paint_class_mark
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.findings import Findings, ShownFinding
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label, set_ink

HEIGHT = 12


def paint_diff_bar(
    painter: QPainter,
    rect: QRectF,
    before_bps: int,
    after_bps: int,
    colour: str,
    theme: Theme,
    *,
    scale_bps: int = 10_000,
) -> None:
    """Draw the change from `before_bps` to `after_bps` across `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = rect.adjusted(0, 0, -1, 0)
    strip = bars.middle(room, 6)
    before, after = (bars.place(bps, scale_bps, strip) for bps in (before_bps, after_bps))
    bars.fill(painter, bars.pill_path(strip), theme.track)
    part = QRectF(min(before, after), strip.top(), abs(after - before), strip.height())
    if part.width() > 0:
        path = bars.pill_path(part, round_left=False, round_right=False)
        bars.hatch(painter, path, colour if after > before else theme.mute, 1.3)
    if part.left() > strip.left():
        solid = QRectF(strip.left(), strip.top(), part.left() - strip.left(), strip.height())
        bars.fill(painter, bars.pill_path(solid, round_right=False), colour)
    if before_bps != after_bps:
        bars.tick(painter, max(before, strip.left() + 0.75), strip.center().y(), 11, theme.mute, width=1.5)
    bars.tick(painter, max(after, strip.left() + 1), strip.center().y(), 12, theme.ink, width=2.2)
    painter.restore()


_BAR_ROW: Final = 42
_PLAIN_ROW: Final = 25
_TALL_ROW: Final = 44
_LINE: Final = 18.0
_INDENT: Final = 17.0
_DIFFERENCE: Final = 76.0
_GAP: Final = 12
_MOST: Final = 8
"""So many changes are shown before all are asked for: what was found below them stays near."""

_What = TypeVar("_What")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that would be different, in words; with a colour also as a bar from `before_part` to `after_part`.

    before: "" where there was nothing to compare with.

    is_tall: on two lines, since amounts of money do not fit on one; `note` is what the difference is in percent.
    """

    name: str
    before: str
    after: str
    difference: str
    colour: str = ""
    before_part: int = 0
    after_part: int = 0
    note: str = ""
    is_tall: bool = False

    @property
    def numbers(self) -> str:
        """From → to."""
        return f"{self.before} {text.ARROW} {self.after}" if self.before else self.after

    @property
    def sentence(self) -> str:
        """The change for a screen reader."""
        return ", ".join(each for each in (f"{self.name}: {self.numbers}", self.difference, self.note) if each)

    @property
    def height(self) -> int:
        """How high its row is."""
        return _BAR_ROW if self.colour else _TALL_ROW if self.is_tall else _PLAIN_ROW


class LateChanges(Sequence[ChangeLine]):
    """Changes whose words are put together when they are asked for: of hundreds, few are in view."""

    def __init__(self, what: Sequence[_What], words: Callable[[_What], ChangeLine]) -> None:
        self._what = what
        self._words: Callable[[Any], ChangeLine] = words

    def __len__(self) -> int:
        return len(self._what)

    @overload
    def __getitem__(self, place: int) -> ChangeLine: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ChangeLine]: ...
    def __getitem__(self, place: int | slice) -> ChangeLine | Sequence[ChangeLine]:
        if isinstance(place, slice):
            return [self._words(each) for each in self._what[place]]
        return self._words(self._what[place])


class ChangeList(QListView):
    """Changes one below the other, as tall as they are; the pane around it scrolls. All rows are as high as the first.

    indented: whether rows without a bar stand as far to the right as those with one; where not, there are rules below.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, indented: bool = True) -> None:
        super().__init__(parent)
        self.setProperty("kind", "plain")
        self.setAccessibleName(name)
        self._rows = _Rows(self)
        self._delegate = _ChangeDelegate(_INDENT if indented else 0.0, self)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(0)

    def show_changes(self, changes: Sequence[ChangeLine], scale: int = 10_000) -> None:
        """Show these changes, their bars on this scale."""
        height = changes[0].height if changes else _PLAIN_ROW
        self._rows.show_changes(changes, renewed=height != self._delegate.row_height)
        self._delegate.scale, self._delegate.row_height = scale, height
        self.setFixedHeight(len(changes) * height)
        self.setVisible(bool(changes))
        self.viewport().update()

    def set_stale(self, stale: bool) -> None:
        """Show the figures muted."""
        if stale != self._delegate.is_stale:
            self._delegate.is_stale = stale
            self.viewport().update()


class ChangeSection(QWidget):
    """A list of changes, perhaps under a title; of very many the largest are shown until all are asked for."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes: Sequence[ChangeLine] = ()
        self._scale = 10_000
        self._shows_all = False
        self._title = label(role="note", ink="mute")
        self.list = ChangeList(name)
        self.more = link_button("")
        column = vertical(self, spacing=4)
        for each in (self._title, self.list, self.more):
            column.addWidget(each)
        self.more.clicked.connect(self._on_more_clicked)
        self.hide()

    def show_changes(self, changes: Sequence[ChangeLine], scale: int = 10_000, title: str = "") -> None:
        """Show these changes, their bars on this scale."""
        self._changes, self._scale = changes, scale
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._show()

    def set_stale(self, stale: bool) -> None:
        """Show the figures muted."""
        self.list.set_stale(stale)

    def _on_more_clicked(self) -> None:
        self._shows_all = not self._shows_all
        self._show()

    def _show(self) -> None:
        changes, is_long = self._changes, len(self._changes) > _MOST + 1
        shown = changes[:_MOST] if is_long and not self._shows_all else changes
        self.list.show_changes(shown, self._scale)
        self.more.setText("Show fewer" if self._shows_all else f"Show all {len(changes):,}")
        self.more.setAccessibleName(f"{self.more.text()}: {self.list.accessibleName()}")
        self.more.setVisible(is_long)
        self.setVisible(bool(changes))


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._changes: Sequence[ChangeLine] = ()

    def show_changes(self, changes: Sequence[ChangeLine], *, renewed: bool) -> None:
        if renewed or len(changes) != len(self._changes):
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
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(self._changes[index.row()].sentence)
        words = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return self._changes[index.row()].sentence if role in words else None


class _ChangeDelegate(QStyledItemDelegate):
    def __init__(self, indent: float, parent: QWidget) -> None:
        super().__init__(parent)
        self._indent = indent
        self._look = theme.look()
        self.row_height = _PLAIN_ROW
        self.scale = 10_000
        self.is_stale = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        change: ChangeLine = index.data(Qt.ItemDataRole.UserRole)
        rect, look = QRectF(option.rect), self._look.theme
        if change.is_tall:
            _paint_tall(painter, rect, change, look, self.is_stale)
        else:
            paint_change(painter, rect, change, look, self.scale, self.is_stale, self._indent)
            if not self._indent:
                painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(look.line))


def paint_change(
    painter: QPainter,
    rect: QRectF,
    change: ChangeLine,
    theme: Theme,
    scale: int,
    is_stale: bool,
    indent: float = _INDENT,
) -> None:
    """Draw a change across `rect`: mark, name, before → after, difference, and below them its bar."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QRectF(rect.left() + indent, rect.top(), rect.width() - indent, 22 if change.colour else rect.height())
    if change.colour:
        paint_class_mark(painter, QRectF(rect.left(), line.top(), 10, line.height()), change.colour)
        bar = QRectF(line.left(), line.bottom(), line.width(), 12)
        paint_diff_bar(painter, bar, change.before_part, change.after_part, change.colour, theme, scale_bps=scale)
    ink = theme.mute if is_stale else theme.ink
    right = Qt.AlignmentFlag.AlignRight
    taken = _words(painter, line, change.difference, "strong", ink, right)
    middle = line.adjusted(0, 0, -max(_DIFFERENCE, taken + _GAP), 0)
    taken = _words(painter, middle, change.after, "body", ink, right)
    if change.before:
        was = f"{change.before.removesuffix('%') if change.after.endswith('%') else change.before} {text.ARROW} "
        taken += _words(painter, middle.adjusted(0, 0, -taken, 0), was, "body", theme.mute, right)
    _words(painter, middle.adjusted(0, 0, -taken - _GAP, 0), change.name, "body", theme.ink, Qt.AlignmentFlag.AlignLeft)
    painter.restore()


def _paint_tall(painter: QPainter, rect: QRectF, change: ChangeLine, look: Theme, is_stale: bool) -> None:
    """Two lines: name and difference, and below them from → to with what that is in percent; a rule under both."""
    painter.save()
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    first = QRectF(rect.left(), rect.top() + 3, rect.width(), _LINE)
    second = first.translated(0, _LINE)
    ink = look.mute if is_stale else look.ink
    taken = _words(painter, first, change.difference, "strong", ink, right)
    _words(painter, first.adjusted(0, 0, -taken - _GAP, 0), change.name, "body", look.ink, left)
    taken = _words(painter, second, change.note, "note", look.mute, right)
    _words(painter, second.adjusted(0, 0, -taken - _GAP, 0), change.numbers, "note", look.mute, left, figures=True)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(look.line))
    painter.restore()


def _words(
    painter: QPainter,
    rect: QRectF,
    words: str,
    role: str,
    ink: str,
    side: Qt.AlignmentFlag,
    *,
    figures: bool = False,
) -> float:
    """Draw words on one line, cut short where they do not fit; returns their width."""
    font, metrics = fonts.measured(role, figures=figures or side == Qt.AlignmentFlag.AlignRight)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)


WIDTH: Final = 404
NOTHING_CHANGED: Final = "Nothing has been changed yet."
_LONGEST_REASON: Final = 500


class ReasonField(Enum):
    """Whether the pane asks for a reason."""

    NONE = auto()
    OPTIONAL = auto()
    REQUIRED = auto()


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """Everything that the pane shows. Bars span 0…scale. below: changes without bars, under a title of their own.

    Changes are asked for one by one as they come into view, so that a long list may put its words together late.
    """

    summary: str = ""
    changes: Sequence[ChangeLine] = ()
    scale: int = 10_000
    below_title: str = ""
    below: Sequence[ChangeLine] = ()
    figures_title: str = ""
    figures: Sequence[ChangeLine] = ()
    found: tuple[ShownFinding, ...] = ()
    nothing: str = NOTHING_CHANGED


class ChangePreviewPane(QFrame):
    """`show_preview` is the only way in. Below are the reason, where one is asked for, and `foot` for the buttons."""

    accepted_changed = Signal(object)
    """frozenset[str]: the codes of the warnings that are accepted."""
    reason_changed = Signal(str)

    def __init__(
        self,
        title: str = "What changes",
        parent: QWidget | None = None,
        *,
        reason: ReasonField = ReasonField.NONE,
        width: int = WIDTH,
        is_page: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "panel")
        self.setFixedWidth(width)
        self._preview = ChangePreview()
        self._is_stale = False
        self._errors = self._to_accept = 0
        self._told = "", ""
        """The summary and its ink."""
        self._wants_reason = reason
        self._title = label(title, "panel" if is_page else "section")
        self._subtitle = label(role="note", ink="mute", wrap=True)
        self._summary = ShortLabel(role="body", ink="mute")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._nothing = label(NOTHING_CHANGED, "body", "mute", wrap=True)
        self._changes = ChangeSection("Changes")
        self._figures = ChangeSection("Figures")
        self._below = ChangeSection("Changes of holdings")
        self.findings = Findings()
        self.reason_field = QLineEdit()
        self.foot = vertical(spacing=6)
        self._lay_out(title)
        self.findings.accepted_changed.connect(self._count_findings)
        self.findings.accepted_changed.connect(self.accepted_changed)
        self.reason_field.textChanged.connect(self.reason_changed)

    @property
    def preview(self) -> ChangePreview:
        """What is shown."""
        return self._preview

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was found, as it is shown from the top."""
        return self.findings.messages

    @property
    def accepted(self) -> frozenset[str]:
        """The codes of the warnings that are shown and accepted."""
        return self.findings.accepted

    @property
    def reason(self) -> str:
        """The reason that was given, "" for none."""
        return " ".join(self.reason_field.text().split())

    @property
    def is_stale(self) -> bool:
        """Whether the figures are older than what was asked for."""
        return self._is_stale

    def set_reason(self, words: str) -> None:
        """Put a reason into the field."""
        self.reason_field.setText(words)

    def why_not(self, deed: str = "save") -> str:
        """What has to be done before this can be kept, in words beside the button; "" when nothing has to be."""
        if self._errors:
            return f"Fix {text.count(self._errors, 'error')} to {deed}"
        if self._to_accept:
            return f"Accept {text.count(self._to_accept, 'warning')} to {deed}"
        if self._wants_reason is ReasonField.REQUIRED and not self.reason:
            return f"Give a reason to {deed}"
        return ""

    def show_subtitle(self, words: str) -> None:
        """Say below the title what the changes are made of."""
        self._subtitle.setText(words)
        self._subtitle.setVisible(bool(words))

    def show_preview(self, preview: ChangePreview) -> None:
        """Show this preview; it is fresh."""
        before, self._preview = self._preview, preview
        self._nothing.setText(preview.nothing)
        self._nothing.setVisible(not preview.changes and not preview.below)
        self._changes.show_changes(preview.changes, preview.scale)
        self._figures.show_changes(preview.figures, title=preview.figures_title)
        self._below.show_changes(preview.below, title=preview.below_title)
        if preview.found != before.found:
            self.findings.show_found(preview.found)
            self._count_findings()
        self.show_stale(False)

    def show_stale(self, stale: bool, words: str = "") -> None:
        """Say that the figures are older than what was asked for; words: what is being waited for, "Calculating…"."""
        self._is_stale = stale
        told = words if stale and words else self._preview.summary, "mute" if not stale or words else "faint"
        if told != self._told:
            self._told = told
            self._summary.show_words(told[0])
            set_ink(self._summary, told[1])
        for each in (self._changes, self._below, self._figures):
            each.set_stale(stale)

    def show_busy(self, busy: bool, words: str = "Saving…") -> None:
        """While something is kept, nothing can be accepted or written; afterwards the preview is as it was."""
        self.findings.setDisabled(busy)
        self.reason_field.setDisabled(busy)
        self.show_stale(busy, words)

    def _count_findings(self) -> None:
        self._errors, self._to_accept = self.findings.errors, self.findings.to_accept

    def _lay_out(self, title: str) -> None:
        layout = vertical(self, spacing=10, margins=(22, 20, 14, 16))
        layout.addLayout(self._head())
        layout.addWidget(self._area(title), 1)
        below = vertical(spacing=5, margins=(0, 0, 10, 0))
        self._add_reason(below)
        layout.addLayout(below)
        self.foot.setContentsMargins(0, 0, 10, 0)
        layout.addLayout(self.foot)

    def _head(self) -> QVBoxLayout:
        words = horizontal(spacing=8)
        words.addWidget(self._title)
        words.addWidget(self._summary, 1)
        head = vertical(spacing=2, margins=(0, 0, 10, 0))
        head.addLayout(words)
        head.addWidget(self._subtitle)
        self._subtitle.hide()
        return head

    def _area(self, title: str) -> QScrollArea:
        area, content = scrolling(self, title)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = vertical(content, spacing=6, margins=(0, 0, 10, 12))
        # What has to be accepted stands above the long list of details.
        for each in (self._nothing, self._changes, self._figures, self.findings, self._below):
            column.addWidget(each)
        column.setSpacing(8)
        column.addStretch()
        return area

    def _add_reason(self, column: QVBoxLayout) -> None:
        field = self.reason_field
        field.setMaxLength(_LONGEST_REASON)
        field.setAccessibleName("Reason, kept in History")
        title = label("Reaso&n, kept in History", "note", "mute", buddy=field)
        if self._wants_reason is ReasonField.OPTIONAL:
            field.setPlaceholderText("Optional")
        for each in (title, field):
            column.addWidget(each)
            if self._wants_reason is ReasonField.NONE:
                each.hide()
