"""The lines of one level of the target editor, in an area that scrolls when there are more than fit."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from wealthdesk.domain.money import WHOLE
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action
from wealthdesk.gui.widgets.layouts import tab_as_read, vertical
from wealthdesk.gui.widgets.weight_row import HEIGHT, WeightLine, WeightRow

_REST_MS = 80
_LEAST_ROWS = 2
_TO_ANOTHER_LINE: Mapping[int, int] = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
"""Keys in a number → how many lines further."""
_AT_ONCE = 60
"""How many rows are made together: a class of two thousand holdings opens as quickly as one of sixty."""


class TargetLines(QScrollArea):
    """Shows lines by key. Rows are made once and used again; only what changed and is in view is shown at once.
    Of very many lines the first have rows; scrolling to their end makes more.

    asks_for_all: wants room for all of its lines before others get more than they need at least.
    """

    moved = Signal(object, object)
    """key, basis points asked for"""
    released = Signal()
    lock_toggled = Signal(object, bool)
    band_asked = Signal(object, object)
    """key, half the width of its own band in basis points, or None"""
    cap_asked = Signal(object, object)
    """key, the most that it may be in basis points, or None"""
    line_selected = Signal(object)
    removal_asked = Signal(object)
    problem_changed = Signal()

    def __init__(self, name: str, *, asks_for_all: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._asks_for_all = asks_for_all
        self._keys: list[str] = []
        self._rows: list[WeightRow] = []
        self._places: dict[QObject, int] = {}
        self._wanted: list[WeightLine] = []
        self._scale_bps = WHOLE
        self._shown_scales: list[int] = []
        self._selected: str | None = None
        self._content = QWidget()
        self._column = vertical(self._content, spacing=0)
        self._column.addStretch()
        self.setWidget(self._content)
        self._content.installEventFilter(self)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.show_all)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the lines, from the top."""
        return tuple(self._keys)

    def row(self, key: str) -> WeightRow:
        """The row of a line."""
        place = self._keys.index(key)
        self._make_rows(place + 1)
        return self._rows[place]

    def show_lines(self, lines: Mapping[str, WeightLine], scale_bps: int) -> None:
        """Show these lines, all sliders on one scale; nothing is emitted."""
        self._scale_bps = scale_bps
        self._wanted = list(lines.values())
        if self._keys != list(lines):
            self._show_keys(list(lines))
        self._show_in_view()
        self._rest.start()

    def show_all(self) -> None:
        """Show the lines that are out of view as well."""
        self._rest.stop()
        for place in range(self._row_count()):
            self._show_row(place)

    def select(self, key: str | None) -> None:
        """Mark a line (None: none)."""
        if key != self._selected:
            for each, marked in ((self._selected, False), (key, True)):
                if each in self._keys:
                    self.row(str(each)).set_selected(marked)
            self._selected = key

    def focus(self, key: str, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Bring a line into view and put the focus on its number, or on its lock where it is locked."""
        row = self.row(key)
        (row.lock if row.line.is_locked else row.spin).setFocus(reason)
        self.ensureWidgetVisible(row, 0, 0)

    def commit(self) -> None:
        """Take what is being typed now."""
        for row in self._rows[: len(self._keys)]:
            if any(field.hasFocus() for field in (row.spin, row.cap, row.band)):
                row.commit()

    def forget_typing(self) -> None:
        """Show the shares again where what is typed cannot be read."""
        for row in self._rows[: len(self._keys)]:
            if row.problem():
                row.forget_typing()

    def problem(self) -> tuple[str, str] | None:
        """The name of a line whose number cannot be read, and the sentence; None when all can."""
        rows = self._rows[: len(self._keys)]
        return next(((row.line.name, row.problem()) for row in rows if row.problem()), None)

    def sizeHint(self) -> QSize:
        height = self._content.sizeHint().height() if self._asks_for_all else self.minimumSizeHint().height()
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        least = min(self._content.sizeHint().height(), _LEAST_ROWS * HEIGHT)
        return QSize(self._content.minimumSizeHint().width(), least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_in_view()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._content:
            if kind == QEvent.Type.LayoutRequest:
                self._fit()
            return super().eventFilter(watched, event)
        place = self._place_of(watched)
        if place is None:
            return super().eventFilter(watched, event)
        if kind == QEvent.Type.MouseButtonPress:
            self.line_selected.emit(self._keys[place])
        elif kind == QEvent.Type.FocusIn:
            self.ensureWidgetVisible(self._rows[place], 0, 0)
        elif isinstance(event, QKeyEvent):
            return self._key_pressed(place, watched, event)
        return super().eventFilter(watched, event)

    def _key_pressed(self, place: int, watched: QObject, event: QKeyEvent) -> bool:
        """Whether the key is taken away from the widget in the row."""
        if event.type() == QEvent.Type.ShortcutOverride:
            # A field has an undo of its own; here Ctrl+Z belongs to the whole editor.
            steps = (QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))
            return QKeySequence(event.keyCombination()) in steps
        if event.type() != QEvent.Type.KeyPress:
            return False
        row = self._rows[place]
        if watched is row.spin:
            way = _TO_ANOTHER_LINE.get(event.key(), 0)
            is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if way and is_plain:
                self._go_on(place, way)
            return bool(way) and is_plain
        if event.key() == Qt.Key.Key_Delete and watched not in (row.cap, row.band):
            self.removal_asked.emit(self._keys[place])
            return True
        return False

    def _go_on(self, place: int, way: int) -> None:
        """Take what is typed and go to the number of the next line, or of the one before, where there is one."""
        to, row = place + way, self._rows[place]
        row.commit()
        if 0 <= to < len(self._keys) and not row.problem():
            self.focus(self._keys[to], Qt.FocusReason.TabFocusReason)

    def _place_of(self, watched: QObject) -> int | None:
        place = self._places.get(watched)
        return place if place is not None and place < len(self._keys) else None

    def _show_keys(self, keys: list[str]) -> None:
        selected, self._keys = self._selected, keys
        self._make_rows(_AT_ONCE)
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(keys))
            row.forget_typing()
            row.set_selected(place < len(keys) and keys[place] == selected)
        self._fit()

    def _make_rows(self, count: int) -> None:
        """Have rows for the first `count` lines, or for all where there are fewer."""
        made = range(len(self._rows), min(count, len(self._keys)))
        for place in made:
            self._add_row(self._wanted[place])
            self._show_row(place)
            self._rows[place].show()
        if made and self.isVisible():
            # At once, so that a row just made can be scrolled to.
            self._content.resize(self._content.width(), self._content.sizeHint().height())
            self._column.activate()

    def _row_count(self) -> int:
        return min(len(self._rows), len(self._keys))

    def _add_row(self, line: WeightLine) -> None:
        place, row = len(self._rows), WeightRow(line)
        self._rows.append(row)
        self._shown_scales.append(0)
        row.moved.connect(lambda bps: self._on_moved(place, bps))
        for field in (row.spin, row.cap, row.band):
            field.problem_changed.connect(lambda _: self.problem_changed.emit())
        row.band_asked.connect(lambda band: self.band_asked.emit(self._keys[place], band))
        row.cap_asked.connect(lambda cap: self.cap_asked.emit(self._keys[place], cap))
        row.released.connect(self.released)
        row.lock_toggled.connect(lambda wanted: self.lock_toggled.emit(self._keys[place], wanted))
        row.selected.connect(lambda: self.line_selected.emit(self._keys[place]))
        row.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        row.customContextMenuRequested.connect(lambda at: self._on_menu_asked(place, at))
        for each in (row, row.slider, row.spin, row.lock, row.cap, row.band):
            self._places[each] = place
            each.installEventFilter(self)
        self._column.insertWidget(place, row)
        if place:
            tab_as_read(row, self._rows[place - 1])

    def _on_moved(self, place: int, bps: int) -> None:
        # The slider has gone ahead already: it is shown again even where the line does not follow.
        self._shown_scales[place] = 0
        self.moved.emit(self._keys[place], bps)

    def _on_menu_asked(self, place: int, at: QPoint) -> None:
        row, key = self._rows[place], self._keys[place]
        menu = PopupMenu(self)
        lock = action("&Unlock" if row.line.is_locked else "&Lock", icon="lock", parent=menu)
        lock.triggered.connect(lambda: self.lock_toggled.emit(key, not row.line.is_locked))
        remove = action("&Remove this line", icon="trash", parent=menu)
        remove.triggered.connect(lambda: self.removal_asked.emit(key))
        band = action("Set a &band of its own", parent=menu)
        band.triggered.connect(row.edit_band)
        cap = action("Set a &cap", parent=menu)
        cap.triggered.connect(row.edit_cap)
        menu.addActions([lock, cap, band, remove])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(row.mapToGlobal(at))

    def _fit(self) -> None:
        self.setMaximumHeight(max(self._content.sizeHint().height(), 1))
        self.updateGeometry()

    def _on_scrolled(self, value: int) -> None:
        if self._row_count() < len(self._keys) and value >= self.verticalScrollBar().maximum() - HEIGHT:
            self._make_rows(self._row_count() + _AT_ONCE)
        self._show_in_view()

    def _show_in_view(self) -> None:
        for place in range(self._row_count()):
            if self._is_in_view(place):
                self._show_row(place)

    def _is_in_view(self, place: int) -> bool:
        row = self._rows[place]
        top = row.y() - self.verticalScrollBar().value()
        return not self.isVisible() or (top < self.viewport().height() and top + row.height() > 0)

    def _show_row(self, place: int) -> None:
        row, line = self._rows[place], self._wanted[place]
        if row.line != line or self._shown_scales[place] != self._scale_bps:
            self._shown_scales[place] = self._scale_bps
            row.show_line(line, self._scale_bps)
