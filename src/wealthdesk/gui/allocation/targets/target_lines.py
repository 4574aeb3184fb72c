"""The lines of one level of the target editor, in an area that scrolls when there are more than fit; and one of them:
class mark and name, slider, percentage, lock, a cap, and a band of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QSlider, QWidget

from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets import allocation_bar as bars
from wealthdesk.gui.widgets.buttons import action, icon_button
from wealthdesk.gui.widgets.fields import (
    CAP_SIGN,
    FieldProblem,
    LimitEdit,
    PercentSpin,
    band_edit,
    cap_edit,
    limit_words,
)
from wealthdesk.gui.widgets.layouts import horizontal, tab_as_read, vertical
from wealthdesk.gui.widgets.marks import ClassMark
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label, set_ink, set_look

SNAP_BPS = 10
_THUMB = 8.0


@dataclass(frozen=True, slots=True)
class SliderValues:
    """Basis points: the target, what is held now (None: not known), the edges of the band (None: no band)."""

    target_bps: int
    held_bps: int | None = None
    band_low_bps: int | float | None = None
    band_high_bps: int | float | None = None
    colour: str = "#878580"
    is_locked: bool = False


def track_of(rect: QRectF) -> QRectF:
    """The strip that 0…scale spans within the widget: half a thumb of room at both ends."""
    return bars.middle(rect.adjusted(_THUMB + 1, 0, -_THUMB - 1, 0), 6)


def paint_target_slider(
    painter: QPainter, rect: QRectF, values: SliderValues, theme: Theme, *, scale_bps: int = WHOLE, ground: str = "bg"
) -> None:
    """Draw the slider across `rect`. ground: the theme's name of the colour behind it, for the halo of the tick."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    strip = track_of(rect)
    x = bars.place(values.target_bps, scale_bps, strip)
    bars.fill(painter, bars.pill_path(strip), theme.track)
    if values.band_low_bps is not None and values.band_high_bps is not None and not values.is_locked:
        low, high = (bars.place(bps, scale_bps, strip) for bps in (values.band_low_bps, values.band_high_bps))
        corridor = QPainterPath()
        corridor.addRoundedRect(bars.middle(QRectF(low, rect.top(), high - low, rect.height()), 16), 4, 4)
        bars.fill(painter, corridor, bars.band_colour(theme))
    colour = QColor(values.colour)
    colour.setAlphaF(0.55 if values.is_locked else 1.0)
    if x > strip.left():
        done = QRectF(strip.left(), strip.top(), x - strip.left(), strip.height())
        bars.fill(painter, bars.pill_path(done, round_right=False), colour)
    if values.held_bps is not None:
        at = bars.place(values.held_bps, scale_bps, strip)
        bars.tick(painter, at, strip.center().y(), 18, theme.ink, halo=getattr(theme, ground))
    _paint_thumb(painter, QPointF(x, strip.center().y()), values, theme)
    painter.restore()


def _paint_thumb(painter: QPainter, centre: QPointF, values: SliderValues, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.faint if values.is_locked else theme.ink), 2))
    painter.setBrush(QColor(theme.field))
    painter.drawEllipse(centre, _THUMB - 1, _THUMB - 1)
    if not values.is_locked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(values.colour))
        painter.drawEllipse(centre, 3, 3)


class TargetSlider(QSlider):
    """Up and Down (Right and Left) move by 0.1 points, PgUp and PgDn by 1, Home and End to 0 and 100 %."""

    moved = Signal(object)
    """The target in basis points (int) that the user asks for; show_values decides what is shown."""
    released = Signal()
    """The mouse let go of the thumb, or a key was let go."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, WHOLE)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._values = SliderValues(0)
        self._scale_bps = WHOLE
        self._ground = "bg"
        self._look = theme.look()
        self._is_dragged = False

    @property
    def values(self) -> SliderValues:
        """What is shown."""
        return self._values

    def show_values(self, values: SliderValues, scale_bps: int = WHOLE) -> None:
        """Show these values on this scale; nothing is emitted."""
        self._values, self._scale_bps = values, scale_bps
        self.blockSignals(True)
        self.setValue(values.target_bps)
        self.blockSignals(False)
        self.update()

    def set_ground(self, name: str) -> None:
        """What lies behind the slider, by the theme's name of the colour: bg, card, sel."""
        self._ground = name
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_target_slider(
            painter,
            QRectF(self.rect()),
            self._values,
            self._look.theme,
            scale_bps=self._scale_bps,
            ground=self._ground,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._values.is_locked:
            self._is_dragged = True
            self._ask(self._bps_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragged:
            self._ask(self._bps_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bps = self._after_key(event.key())
        if bps is None:
            event.ignore()
        elif not self._values.is_locked:
            self._ask(bps)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._after_key(event.key()) is None:
            event.ignore()
        elif not event.isAutoRepeat() and not self._values.is_locked:
            self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a target that happens to lie under the pointer.
        event.ignore()

    def _ask(self, bps: int) -> None:
        wanted = min(max(bps, 0), WHOLE)
        if wanted != self._values.target_bps:
            self._values = replace(self._values, target_bps=wanted)
            self.show_values(self._values, self._scale_bps)
            self.moved.emit(wanted)

    def _bps_at(self, x: float) -> int:
        strip = track_of(QRectF(self.rect()))
        share = (x - strip.left()) / max(strip.width(), 1)
        return round(min(max(share, 0.0), 1.0) * self._scale_bps / SNAP_BPS) * SNAP_BPS

    def _after_key(self, key: int) -> int | None:
        now = self._values.target_bps
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Right:
                return now + 10
            case Qt.Key.Key_Down | Qt.Key.Key_Left:
                return now - 10
            case Qt.Key.Key_PageUp:
                return now + 100
            case Qt.Key.Key_PageDown:
                return now - 100
            case Qt.Key.Key_Home:
                return 0
            case Qt.Key.Key_End:
                return WHOLE
        return None


HEIGHT = 50
_NAMES = 166
_MARK = 18
_NOTE = 104
_SPACE = 8


@dataclass(frozen=True, slots=True)
class WeightLine:
    """What a line shows. Basis points; note: words before the number, "= 35.20% of all".

    cap_bps: the most that it may be; None: no cap. own_band_bps: half the width of its own band; None: the usual one,
    which usual_band says in words, "±5".
    """

    name: str
    colour: str
    target_bps: int
    held_bps: int | None = None
    band_low_bps: int | float | None = None
    band_high_bps: int | float | None = None
    is_locked: bool = False
    note: str = ""
    has_mark: bool = True
    is_outside: bool = False
    own_band_bps: int | None = None
    usual_band: str = ""
    cap_bps: int | None = None


_HEARD = (QMouseEvent, QFocusEvent, QKeyEvent)
EventFilter = Callable[[QObject, QEvent], bool]
"""Is told of an event of a widget, and says whether it takes it away."""


def _takes_nothing(_watched: QObject, _event: QEvent) -> bool:
    return False


class WeightRow(QFrame):
    """Signals tell what the user asks for; `show_line` decides what is shown. L: the lock, B: the band, C: the cap.

    filter_before: is told first of mouse, focus and keys in the row and its parts.
    """

    moved = Signal(object)
    """The target asked for, in basis points (int): by slider, number or keys."""
    released = Signal()
    """The user let go: what was moved may be kept."""
    lock_toggled = Signal(bool)
    band_asked = Signal(object)
    """Half the width of a band of its own in basis points (int), or None for the usual one."""
    cap_asked = Signal(object)
    """The most that it may be in basis points (int), or None for no cap."""
    selected = Signal()
    """The focus came into the line."""

    def __init__(
        self, line: WeightLine, filter_before: EventFilter = _takes_nothing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(HEIGHT)
        self._filter_before = filter_before
        self._line = line
        self._is_selected = False
        self._mark = ClassMark(line.colour)
        self._name = label(role="strong")
        self._held = ShortLabel(role="small", ink="mute")
        self._note = label(role="note", ink="mute", right=True)
        # The sliders of all lines end at the same place, whatever their notes say.
        self._note.setFixedWidth(_NOTE)
        self.slider = TargetSlider(parent=self)
        self.spin = PercentSpin(places=2, what="target", parent=self)
        self.lock = icon_button("unlock", "Lock (L)")
        self.cap, self.band = cap_edit(), band_edit()
        self.cap.setToolTip("The most that this target may be, in percent (C); empty: no cap")
        self._problem = FieldProblem(self.spin, parent=self)
        self._limit_problems = FieldProblem(self.cap, parent=self), FieldProblem(self.band, parent=self)
        self._lay_out()
        self.slider.moved.connect(self.moved)
        self.slider.released.connect(self.released)
        self.spin.edited.connect(self._on_spin_edited)
        self.spin.problem_changed.connect(self._problem.show_problem)
        self.lock.clicked.connect(self._on_lock_clicked)
        for limit, asked, shown in zip(
            (self.cap, self.band), (self.cap_asked, self.band_asked), self._limit_problems, strict=True
        ):
            limit.edited.connect(asked)
            limit.problem_changed.connect(shown.show_problem)
        for each in (self, self.slider, self.spin, self.lock, self.cap, self.band):
            each.installEventFilter(self)
        self.show_line(line)

    @property
    def line(self) -> WeightLine:
        """What is shown."""
        return self._line

    def show_line(self, line: WeightLine, scale_bps: int = WHOLE) -> None:
        """Show this line, its slider on this scale; nothing is emitted. Words that it had before are not set again."""
        before, self._line = self._line, line
        is_first = not self._name.text()
        if is_first or (line.is_locked, line.name) != (before.is_locked, before.name):
            self._show_lock(line)
        if is_first or (line.name, line.colour, line.has_mark) != (before.name, before.colour, before.has_mark):
            self._show_name(line)
        if is_first or line.usual_band != before.usual_band:
            self.band.setToolTip(f"A band of its own, in points (B); empty: {line.usual_band or 'the usual one'}")
        held = _held_words(line)
        if is_first or held != _held_words(before):
            self._show_outside()
            self._held.show_words(held)
        if is_first or line.note != before.note:
            self._note.setText(line.note)
            self._show_note()
        self.slider.show_values(
            SliderValues(
                line.target_bps, line.held_bps, line.band_low_bps, line.band_high_bps, line.colour, line.is_locked
            ),
            scale_bps,
        )
        self.slider.setAccessibleDescription(f"{text.percent(line.target_bps, 2)}, {held}")
        self.spin.set_bps(line.target_bps)
        self.cap.show_limit(line.cap_bps, limit_words(CAP_SIGN, WHOLE))
        self.band.show_limit(line.own_band_bps, line.usual_band)

    def set_selected(self, selected: bool) -> None:
        """Mark the line whose holdings are shown."""
        set_look(self, "kind", "selected" if selected else "")
        self._is_selected = selected
        self._show_outside()
        self.slider.set_ground("sel" if selected else "bg")

    def commit(self) -> None:
        """Take what is typed now."""
        self.spin.commit()
        self.cap.commit()
        self.band.commit()

    def edit_band(self) -> None:
        """Put the focus into the band, all of it chosen."""
        self._edit(self.band)

    def edit_cap(self) -> None:
        """Put the focus into the cap, all of it chosen."""
        self._edit(self.cap)

    def _edit(self, limit: LimitEdit) -> None:
        limit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        limit.selectAll()

    def problem(self) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        return self.spin.problem() or self.cap.problem() or self.band.problem()

    def forget_typing(self) -> None:
        """Show the numbers again in place of what is typed; nothing is emitted."""
        for each in (self.spin, self.cap, self.band):
            each.forget_typing()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # First whether it is heard at all: whatever happens to any part of any row comes by here.
        if not isinstance(event, _HEARD):
            return False
        if self._filter_before(watched, event):
            return True
        if watched is self:
            return False
        if isinstance(event, QFocusEvent):
            if event.type() == QEvent.Type.FocusIn:
                self.selected.emit()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = {Qt.Key.Key_L: self._on_lock_clicked, Qt.Key.Key_B: self.edit_band, Qt.Key.Key_C: self.edit_cap}
            if event.key() in keys:
                if not event.isAutoRepeat() and event.modifiers() == Qt.KeyboardModifier.NoModifier:
                    keys[Qt.Key(event.key())]()
                return True
        return False

    def minimumSizeHint(self) -> QSize:
        """What it needs without the note, which gives way to the columns that can be typed in."""
        least = super().minimumSizeHint()
        return least - QSize(0 if self._note.isHidden() else _NOTE + _SPACE, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_note()

    def _show_note(self) -> None:
        has_room = self.width() >= self.minimumSizeHint().width() + _NOTE + _SPACE
        self._note.setVisible(bool(self._line.note) and has_room)
        self.spin.setToolTip(as_tip(self._line.note) if self._note.isHidden() else "")

    def _show_outside(self) -> None:
        is_outside = self._line.is_outside
        set_ink(self._held, Tone.ERROR if is_outside else "mute2" if self._is_selected else "mute")
        self._held.setFont(fonts.font("pill" if is_outside else "small"))

    def _on_lock_clicked(self) -> None:
        self.lock_toggled.emit(not self._line.is_locked)

    def _on_spin_edited(self, bps: int) -> None:
        self.moved.emit(bps)
        self.released.emit()

    def _show_lock(self, line: WeightLine) -> None:
        icons.put(self.lock, "lock" if line.is_locked else "unlock", "ink" if line.is_locked else "faint")
        self.lock.setAccessibleName(f"Unlock {line.name}" if line.is_locked else f"Lock {line.name}")
        self.lock.setToolTip("Unlock (L)" if line.is_locked else "Lock (L): other lines leave it as it is")
        if line.is_locked and self.spin.hasFocus():
            self.lock.setFocus(Qt.FocusReason.OtherFocusReason)
        self.spin.setDisabled(line.is_locked)

    def _show_name(self, line: WeightLine) -> None:
        room = _NAMES - (_MARK if line.has_mark else 0)
        shown = self._name.fontMetrics().elidedText(line.name, Qt.TextElideMode.ElideRight, room)
        self._name.setText(shown)
        self._name.setToolTip(as_tip(line.name) if shown != line.name else "")
        self._mark.setVisible(line.has_mark)
        self._mark.set_colour(line.colour)
        self.slider.setAccessibleName(f"Target of {line.name}")
        self.spin.setAccessibleName(f"Target of {line.name} in percent")
        self.cap.setAccessibleName(f"Cap of {line.name} in percent")
        self.band.setAccessibleName(f"Band of {line.name} in percentage points")

    def _lay_out(self) -> None:
        names = QWidget(self)
        words = vertical(names, spacing=1)
        head = horizontal(spacing=8)
        head.addWidget(self._mark)
        head.addWidget(self._name, 1)
        self._held.setIndent(0)
        words.addLayout(head)
        below = horizontal(spacing=6)
        below.setContentsMargins(_MARK if self._line.has_mark else 0, 0, 0, 0)
        below.addWidget(self._held)
        words.addLayout(below)
        names.setFixedWidth(_NAMES)
        row = horizontal(spacing=_SPACE)
        row.setContentsMargins(12, 5, 9, 5)
        row.addWidget(names)
        row.addWidget(self.slider, 1)
        for each in (self._note, self.spin, self.lock, self.cap, self.band):
            row.addWidget(each)
        layout = vertical(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        for problem in (self._problem, *self._limit_problems):
            problem.setContentsMargins(10, 0, 9, 6)
            layout.addWidget(problem)


def _held_words(line: WeightLine) -> str:
    held = "not held" if line.held_bps is None else f"held {text.percent(line.held_bps, 2)}"
    return ", ".join([held, *(["outside"] if line.is_outside else []), *(["locked"] if line.is_locked else [])])


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
        _make_plain(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._asks_for_all = asks_for_all
        self._keys: list[str] = []
        self._rows: list[WeightRow] = []
        self._wanted: Mapping[str, WeightLine] = {}
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
        if place >= len(self._rows):
            self._make_rows(place + _AT_ONCE)
        return self._rows[place]

    def show_lines(self, lines: Mapping[str, WeightLine], scale_bps: int) -> None:
        """Show these lines, all sliders on one scale; nothing is emitted."""
        self._scale_bps = scale_bps
        self._wanted = lines
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
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _on_heard(self, place: int, watched: QObject, event: QEvent) -> bool:
        if place >= len(self._keys):
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self.line_selected.emit(self._keys[place])
        elif event.type() == QEvent.Type.FocusIn:
            self.ensureWidgetVisible(self._rows[place], 0, 0)
        elif isinstance(event, QKeyEvent):
            return self._key_pressed(place, watched, event)
        return False

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
        self._column.setEnabled(False)  # laid out once, not with each that is shown
        for place in made:
            self._add_row(self._wanted[self._keys[place]])
            self._show_row(place)
            self._rows[place].show()
        self._column.setEnabled(True)
        if made and self.isVisible():
            # At once, so that a row just made can be scrolled to.
            self._content.resize(self._content.width(), self._content.sizeHint().height())
            self._column.activate()

    def _row_count(self) -> int:
        return min(len(self._rows), len(self._keys))

    def _add_row(self, line: WeightLine) -> None:
        place = len(self._rows)
        row = WeightRow(line, partial(self._on_heard, place), self._content)
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
        self._column.insertWidget(place, row)
        if place:
            tab_as_read(row, self._rows[place - 1].band)

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
        row, line = self._rows[place], self._wanted[self._keys[place]]
        if row.line != line or self._shown_scales[place] != self._scale_bps:
            self._shown_scales[place] = self._scale_bps
            row.show_line(line, self._scale_bps)


def _make_plain(area: QScrollArea) -> None:
    """Only what it shows is seen and has the focus; it is as wide as there is room."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
