"""What finds everything by a few letters: the command palette (Ctrl+K), and the overview of all keys (Ctrl+/)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui.menus import Offer
from wealthdesk.gui.widgets.allocation_bar import paint_class_mark
from wealthdesk.gui.widgets.fields import put_search_sign
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule

HOLDINGS, DO, GO_TO = "Holdings", "Do", "Go to"
_GROUPS: Final = (HOLDINGS, DO, GO_TO)
_WIDTH, _FROM_TOP, _ROW, _HEAD = 600, 96, 38, 30
_SIGN: Final = 28
_ENTER: Final = "↵"
_SHADE: Final = 88
"""How dark what lies below the palette is, of 255."""
_MOST_ROWS: Final = 9
_CAP: Final = 22
_BETWEEN_KEYS, _BETWEEN_CHORDS = 4, 8
_NOT_MEANT: Final = 0.4
_ENTRY: Final = Qt.ItemDataRole.UserRole
_NO_INDEX: Final = QModelIndex()
_NOTHING: Final = "Nothing is called that."

_IN_TABLES: Final = (
    ("Edit what is marked", "F2, Enter"),
    ("Remove, with undo", "Del"),
    ("Open, close a class", "→ ←"),
    ("Tick off an order, its account", "Space, Shift+Space"),
    ("Next, last number in Edit targets", "↓ ↑, Enter"),
    ("Target ±0.1 on its slider", "← →"),
    ("Target ±1", "PgUp PgDn"),
    ("Classes, holdings in Edit targets", "Ctrl+↓ Ctrl+↑"),
    ("Press the button that has the focus", "Space, Enter"),
    ("Keep what a form says", "Ctrl+Enter"),
    ("Close, cancel", "Esc"),
)
_FOOT: Final = "Alt underlines letters; Alt with a letter presses its button. On a Mac, Ctrl is ⌘ and Alt is ⌥."
_COLUMNS: Final = (("Everywhere", ("File", "Edit", "Help")), ("Pages and plan", ("View", "Portfolio", "Plan")))
_PAGE_KEYS: Final = frozenset(f"Ctrl+{number}" for number in range(1, 7))
_PAGES_LINE: Final = ("Pages, from the top", "Ctrl+1…6")


@dataclass(frozen=True, slots=True)
class Findable:
    """What can be chosen. detail: said beside it. why_not: why it cannot be chosen now, "" where it can.

    Before it stands a mark in the colour of its class, or an icon. only_sought: it is found, and not listed.
    """

    group: str
    words: str
    do: Callable[[], object]
    detail: str = ""
    key: str = ""
    why_not: str = ""
    colour: str = ""
    icon: str = ""
    only_sought: bool = False


@dataclass(frozen=True, slots=True)
class FoundLine:
    """An entry with the places of the letters that were sought, or the head of a group (entry: None).

    beside: those in its detail, where they are found there.
    """

    words: str
    entry: Findable | None = None
    marked: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()


def places_of(sought: str, words: str) -> tuple[int, frozenset[int]] | None:
    """How well the letters fit (0 best) and where they stand; None where they are not there in this order."""
    found, wanted = words.casefold(), "".join(sought.casefold().split())
    if len(found) != len(words) or not wanted:
        return None if wanted else (0, frozenset())
    whole = found.find(sought.casefold().strip())
    if whole >= 0:
        begins = whole == 0 or not found[whole - 1].isalnum()
        places = range(whole, whole + len(sought.strip()))
        return (0 if whole == 0 else 1 if begins else 3), frozenset(places)
    anywhere = _in_order(wanted, found)
    if anywhere is None:
        return None
    starts = [at for at, each in enumerate(found) if each.isalnum() and (at == 0 or not found[at - 1].isalnum())]
    initials = _in_order(wanted, "".join(found[at] for at in starts))
    return (4, anywhere) if initials is None else (2, frozenset(starts[at] for at in initials))


def find(sought: str, entries: Sequence[Findable]) -> list[FoundLine]:
    """What fits, the best first in each group; `>` before it: only actions."""
    only_actions = sought.startswith(">")
    sought = sought.removeprefix(">").strip()
    fitting: dict[str, list[tuple[int, int, FoundLine]]] = {group: [] for group in _GROUPS}
    for number, entry in enumerate(entries):
        if (only_actions and entry.group != DO) or (entry.only_sought and not sought):
            continue
        fit = places_of(sought, entry.words)
        if fit is not None:
            fitting[entry.group].append((fit[0], number, FoundLine(entry.words, entry, fit[1])))
        elif sought and (beside := places_of(sought, entry.detail)) is not None and beside[0] < 3:
            fitting[entry.group].append((beside[0] + 3, number, FoundLine(entry.words, entry, beside=beside[1])))
    groups = [(group, sorted(rows, key=lambda row: row[:2])) for group, rows in fitting.items() if rows]
    # The group of the best comes first: Enter does what fits best.
    groups.sort(key=lambda each: each[1][0][0])
    return [found for group, rows in groups for found in (FoundLine(group), *(row[2] for row in rows))]


class Shade(QWidget):
    """Dims a window while something stands over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), QColor(0, 0, 0, _SHADE))


class Palette(QDialog):
    """Enter does what is marked; the arrows mark another; Esc closes. on_help: what a `?` opens."""

    def __init__(
        self, entries: Iterable[Findable], on_help: Callable[[], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to or do")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self._entries, self._on_help = tuple(entries), on_help
        self.field = QLineEdit()
        self.field.setPlaceholderText("Go to or do…")
        self.field.setAccessibleName("Go to or do")
        self.field.setFont(fonts.font("section", weight=400))
        self.field.setProperty("kind", "bare")
        self.field.setProperty("no_ring", True)  # it has the focus as long as the palette is open
        self.list = QListView()
        self.list.setAccessibleName("What fits")
        self.list.setProperty("kind", "plain")
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model = _Model(self)
        self.list.setModel(self.model)
        self._nothing = label(_NOTHING, "body", "mute")
        self._why = label("", "note", "mute2", wrap=True)
        self.shade = Shade(parent) if parent is not None else None
        self._lay_out()
        self.field.textChanged.connect(self.seek)
        self.list.clicked.connect(self._choose)
        self.seek("")

    def seek(self, sought: str) -> None:
        """Show what fits, and mark the best."""
        if sought.startswith("?") and self._on_help is not None:
            self.reject()
            self._on_help()
            return
        self.model.show_rows(find(sought, self._entries))
        self._nothing.setVisible(not self.model.rows)
        self.list.setVisible(bool(self.model.rows))
        self._mark(0, 1)
        # As high as the first of them: the last one that is seen is seen whole.
        high = entries = 0
        for each in self.model.rows:
            entries += each.entry is not None
            if entries > _MOST_ROWS:
                break
            high += _HEAD if each.entry is None else _ROW
        self.list.setFixedHeight(high)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.shade is not None:
            self.shade.raise_()
            self.shade.show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.shade is not None:
            self.shade.deleteLater()
            self.shade = None

    def paintEvent(self, event: QPaintEvent) -> None:
        # Nobody else draws an edge around a window without a frame.
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(theme.current().line2))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def marked(self) -> Findable | None:
        """What Enter would do."""
        index = self.list.currentIndex()
        return self.model.rows[index.row()].entry if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() in steps:
            by = steps[Qt.Key(event.key())]
            self._mark(self.list.currentIndex().row() + by, 1 if by > 0 else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        entry = self.model.rows[index.row()].entry if index.isValid() else None
        if entry is None or entry.why_not:
            return
        # Closed first: what is done may open a dialog of its own.
        self.accept()
        entry.do()

    def _mark(self, row: int, way: int) -> None:
        """Mark this row, or the next one that way that can be marked; heads cannot."""
        rows = self.model.rows
        row = min(max(row, 0), len(rows) - 1)
        if 0 <= row < len(rows) and rows[row].entry is None:
            row += way if row + way >= 0 else 1
        if 0 <= row < len(rows):
            self.list.setCurrentIndex(self.model.index(row))
            self.list.scrollTo(self.model.index(max(row - 1, 0) if row == 1 else row))
        entry = self.marked()
        self._why.setText(entry.why_not if entry else "")
        self._why.setVisible(bool(entry and entry.why_not))

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0, margins=(1, 1, 1, 1))
        # As high as what fits, at every letter.
        outer.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        head = horizontal(spacing=10, margins=(20, 12, 20, 12))
        sign = QLabel()
        icons.put(sign, "search", "mute", 16)
        head.addWidget(sign)
        head.addWidget(self.field, 1)
        head.addWidget(label("Esc closes", "note", "mute2"))
        outer.addLayout(head)
        outer.addWidget(rule())
        body = vertical(spacing=4, margins=(8, 6, 8, 8))
        for each in (self._nothing, self.list, self._why):
            each.setFixedWidth(_WIDTH - 16)
            body.addWidget(each)
        outer.addLayout(body)
        outer.addWidget(rule())
        foot = horizontal(spacing=6, margins=(20, 10, 20, 10))
        for key, words in (("↑ ↓", "choose"), ("Enter", "do it"), (">", "only actions"), ("?", "all shortcuts")):
            foot.addWidget(label(key, "note_strong", "mute2"))
            foot.addWidget(label(words, "note", "mute2"))
            foot.addSpacing(8)
        foot.addStretch()
        outer.addLayout(foot)
        if (window := self.parentWidget()) is not None:
            corner = window.mapToGlobal(window.rect().topLeft())
            self.move(corner.x() + (window.width() - _WIDTH) // 2, corner.y() + _FROM_TOP)


class KeyCaps(QLabel):
    """Keys as they are on a keyboard, each in a cap of its own; the text stays "Ctrl+K"."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(keys, parent)
        self.setFont(fonts.font("header"))

    def sizeHint(self) -> QSize:
        return QSize(_wide(self.text(), self.font()), _CAP)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(1 if self.isEnabled() else _NOT_MEANT)
        paint_caps(painter, self.rect(), self.text())


def paint_caps(painter: QPainter, inside: QRect, keys: str) -> int:
    """Paint the keys at the right; gives how wide they are. Chords stand a little further apart than their keys."""
    look, font = theme.current(), fonts.font("header")
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left = inside.right() + 1 - _wide(keys, font)
    top = inside.center().y() - _CAP // 2 + 1
    for chord in _chords(keys):
        for key in chord:
            cap = QRectF(left, top, _cap_width(key, font), _CAP - 1).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QColor(look.line2))
            painter.setBrush(QColor(look.note))
            painter.drawRoundedRect(cap, 4, 4)
            painter.setPen(QColor(look.mute2))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
            left += _cap_width(key, font) + _BETWEEN_KEYS
        left += _BETWEEN_CHORDS - _BETWEEN_KEYS
    return _wide(keys, font)


def _chords(keys: str) -> list[list[str]]:
    """What is pressed together: "Space, Ctrl+K" → [[Space], [Ctrl, K]]."""
    return [re.split(r"(?<=.)\+", chord) for chord in re.split(r",? ", keys.replace("Return", "Enter"))]


def _cap_width(key: str, font: QFont) -> int:
    return max(QFontMetrics(font).horizontalAdvance(key) + 13, _CAP - 3)


def _wide(keys: str, font: QFont) -> int:
    chords = [sum(_cap_width(key, font) + _BETWEEN_KEYS for key in chord) - _BETWEEN_KEYS for chord in _chords(keys)]
    return sum(chords) + _BETWEEN_CHORDS * (len(chords) - 1)


class KeyboardDialog(QDialog):
    """offers: all actions; those without a key are left out. The field seeks among them."""

    def __init__(self, offers: Iterable[Offer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        self.setMinimumWidth(1000)
        offered = [each for each in offers if each.key]
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a shortcut")
        self.search.setAccessibleName("Find a shortcut")
        self.search.setFixedWidth(240)
        put_search_sign(self.search)
        self.search.textChanged.connect(self.seek)
        self.lines: list[tuple[QLabel, QLabel]] = []
        head = horizontal()
        head.addWidget(label("Keyboard", "panel"), 1)
        head.addWidget(self.search)
        columns = horizontal(spacing=32)
        for title, menus in _COLUMNS:
            keys = [(each.words.rstrip("…"), each.key) for menu in menus for each in offered if each.menu == menu]
            if any(key in _PAGE_KEYS for _, key in keys):
                keys = [_PAGES_LINE, *(pair for pair in keys if pair[1] not in _PAGE_KEYS)]
            columns.addWidget(self._column(title, keys), 1, Qt.AlignmentFlag.AlignTop)
        columns.addWidget(self._column("Tables, fields and forms", _IN_TABLES), 1, Qt.AlignmentFlag.AlignTop)
        outer = vertical(self, spacing=16, margins=(28, 20, 28, 20))
        outer.addLayout(head)
        outer.addLayout(columns, 1)
        outer.addWidget(label(_FOOT, "note", "mute2"))

    def seek(self, sought: str) -> None:
        """Grey out what is not meant."""
        wanted = sought.casefold().strip()
        for words, key in self.lines:
            fits = wanted in f"{words.text()} {key.text()}".casefold()
            words.setEnabled(fits)
            key.setEnabled(fits)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _column(self, title: str, keys: Iterable[tuple[str, str]]) -> QWidget:
        made = QWidget()
        column = vertical(made, spacing=6)
        column.addWidget(label(title, "note_strong", "mute2"))
        column.addWidget(rule())
        for words, key in keys:
            pair = label(words), KeyCaps(key)
            self.lines.append(pair)
            row = horizontal(spacing=8)
            row.addWidget(pair[0], 1)
            row.addWidget(pair[1])
            column.addLayout(row)
            column.addWidget(rule())
        return made


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[FoundLine] = []

    def show_rows(self, rows: list[FoundLine]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.words
        if role == Qt.ItemDataRole.AccessibleTextRole and row.entry is not None:
            parts = (row.words, row.entry.detail, row.entry.key, row.entry.why_not)
            return ", ".join(each for each in parts if each)
        return row if role == _ENTRY else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        is_head = self.rows[index.row()].entry is None
        return Qt.ItemFlag.NoItemFlags if is_head else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Rows(QStyledItemDelegate):
    """Paints the words, with the letters that were sought in bold, what is said beside them, and the key."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, _HEAD if index.data(_ENTRY).entry is None else _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        found: FoundLine = index.data(_ENTRY)
        look, rect = theme.current(), QRect(option.rect)
        painter.save()
        inner = rect.adjusted(12, 0, -12, 0)
        if found.entry is None:
            painter.setFont(fonts.font("header", weight=600))
            painter.setPen(QColor(look.mute2))
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, found.words)
        else:
            is_marked = QStyle.StateFlag.State_Selected in option.state
            if is_marked:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(look.sel))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
            if is_marked and not found.entry.key and not found.entry.why_not:
                painter.setFont(fonts.font("body"))
                painter.setPen(QColor(look.mute2))
                painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, _ENTER)
                inner = inner.adjusted(0, 0, -_SIGN, 0)
            _paint_words(painter, inner, found, found.entry)
        painter.restore()


def _paint_words(painter: QPainter, inner: QRect, found: FoundLine, entry: Findable) -> None:
    look = theme.current()
    sign = QRectF(inner.left(), inner.center().y() - 8, 16, 16)
    if entry.colour:
        paint_class_mark(painter, sign, entry.colour)
    elif entry.icon:
        icons.paint(painter, sign, entry.icon, look.mute2)
    inner = inner.adjusted(_SIGN, 0, 0, 0)
    if entry.key:
        wide = paint_caps(painter, inner, entry.key)
        inner = inner.adjusted(0, 0, -wide - 12, 0)
    painter.setPen(QColor(look.mute2 if entry.why_not else look.ink))
    left = _paint_letters(painter, inner, found.words, found.marked, ("body", "strong"))
    painter.setPen(QColor(look.mute2))
    rest = inner.adjusted(left + 10 - inner.left(), 0, 0, 0)
    metrics = QFontMetrics(fonts.font("note_strong" if found.beside else "note"))
    said = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, max(rest.width(), 0))
    _paint_letters(painter, rest, said, found.beside, ("note", "note_strong"))


def _paint_letters(painter: QPainter, inside: QRect, words: str, marked: frozenset[int], roles: tuple[str, str]) -> int:
    """Draw words as far as there is room, the letters marked in the second font; where they end."""
    left = inside.left()
    for is_marked, places in groupby(range(len(words)), marked.__contains__):
        letters = "".join(words[at] for at in places)
        painter.setFont(fonts.font(roles[is_marked]))
        room = QRect(left, inside.top(), max(inside.right() - left, 0), inside.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, letters)
        left += QFontMetrics(painter.font()).horizontalAdvance(letters)
    return left


def _in_order(wanted: str, words: str) -> frozenset[int] | None:
    """The places of the letters, taken in this order; None where they are not all there."""
    found: list[int] = []
    for letter in wanted:
        at = words.find(letter, found[-1] + 1 if found else 0)
        if at < 0:
            return None
        found.append(at)
    return frozenset(found)
