"""One line of the target editor: class mark and name, slider, percentage, lock, a cap, and a band of its own."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QSlider, QWidget

from wealthdesk.domain import money
from wealthdesk.domain.money import WHOLE
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets import allocation_bar as bars
from wealthdesk.gui.widgets.buttons import icon_button
from wealthdesk.gui.widgets.fields import FieldProblem, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import ClassMark
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label, set_ink, set_look

_WIDTH = 56
_LARGEST = money.WHOLE


class LimitEdit(QLineEdit):
    """Reads "3", "±3", "3 pp" and "3%"; what cannot be read stays as typed, with a sentence.

    sign: what stands before the number; refusal: the sentence for what is less than `least` basis points or over 100 %.
    """

    edited = Signal(object)
    """Basis points (int), or None where it is empty; when the user has finished."""
    problem_changed = Signal(str)
    """What is wrong with what is typed, "" when nothing is."""

    def __init__(self, sign: str, refusal: str, least: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._refusal, self._least = sign, refusal, least
        self.setFont(fonts.font("note", figures=True))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("kind", "small")
        self.setFixedSize(_WIDTH, 30)
        # Tab goes from target to target; who wants a band presses B, a cap C, or clicks.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._shown: int | None = None
        self._problem = ""
        self.textEdited.connect(lambda typed: self._show_problem(self._read(typed)[1]))
        self.editingFinished.connect(self.commit)

    @property
    def limit_bps(self) -> int | None:
        """The limit that was last shown or told; None: it is empty."""
        return self._shown

    def show_limit(self, limit_bps: int | None, usual: str) -> None:
        """Show a limit, and what holds where there is none; nothing is emitted. What is being typed stays."""
        self.setPlaceholderText(usual)
        if limit_bps != self._shown or not (self.isModified() or self._problem):
            self._shown = limit_bps
            self.forget_typing()

    def forget_typing(self) -> None:
        """Show the limit again in place of what is typed; nothing is emitted."""
        words = "" if self._shown is None else limit_words(self._sign, self._shown)
        if words != self.text():
            self.setText(words)
        self.setModified(False)
        self._show_problem("")

    def problem(self) -> str:
        """What is wrong with what is typed, "" when nothing is."""
        return self._problem

    def commit(self) -> None:
        """Take what is typed now."""
        limit, sentence = self._read(self.text())
        if sentence:
            return
        is_other = limit != self._shown
        self._shown = limit
        self.forget_typing()
        if is_other:
            self.edited.emit(limit)

    def _read(self, typed: str) -> tuple[int | None, str]:
        number = typed.strip().removeprefix(self._sign).removesuffix("pp").removesuffix("%").strip()
        if not number:
            return None, ""
        try:
            limit = money.parse_percent(number, text.marks())
        except NotANumber as refusal:
            return None, str(refusal)
        return (limit, "") if self._least <= limit <= _LARGEST else (None, self._refusal)

    def _show_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            set_look(self, "invalid", bool(sentence))
            self.problem_changed.emit(sentence)


BAND_SIGN, CAP_SIGN = "±", "≤"


def band_edit() -> LimitEdit:
    """The field for a band of a line's own."""
    return LimitEdit(BAND_SIGN, "A band lies between 0.01 and 100 points. Leave it empty for the usual one.")


def cap_edit() -> LimitEdit:
    """The field for the most that a line may have."""
    return LimitEdit(CAP_SIGN, "A cap lies between 0% and 100%. Leave it empty for none.", least=0)


def band_words(band_bps: int) -> str:
    """A band as the field shows it: "±3", "±1.25"."""
    return limit_words(BAND_SIGN, band_bps)


def limit_words(sign: str, bps: int) -> str:
    """A limit as its field shows it: "±3", "≤30"."""
    return f"{sign}{text.points_plain(bps, None).removesuffix(' pp')}"


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
        bars.fill(painter, corridor, theme.band_colour())
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
            theme.current(),
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


class WeightRow(QFrame):
    """Signals tell what the user asks for; `show_line` decides what is shown. L: the lock, B: the band, C: the cap."""

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

    def __init__(self, line: WeightLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(HEIGHT)
        self._line = line
        self._is_selected = False
        self._mark = ClassMark(line.colour)
        self._name = label(role="strong")
        self._held = ShortLabel(role="small", ink="mute")
        self._note = label(role="note", ink="mute", right=True)
        # The sliders of all lines end at the same place, whatever their notes say.
        self._note.setFixedWidth(_NOTE)
        self.slider = TargetSlider()
        self.spin = PercentSpin(places=2)
        self.lock = icon_button("unlock", "Lock (L)")
        self.cap, self.band = cap_edit(), band_edit()
        self._problem = FieldProblem(self.spin)
        self._limit_problems = (FieldProblem(self.cap), FieldProblem(self.band))
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
        for each in (self.slider, self.spin, self.lock, self.cap, self.band):
            each.installEventFilter(self)
        self.show_line(line)

    @property
    def line(self) -> WeightLine:
        """What is shown."""
        return self._line

    def show_line(self, line: WeightLine, scale_bps: int = WHOLE) -> None:
        """Show this line, its slider on this scale; nothing is emitted."""
        if (line.is_locked, line.name) != (self._line.is_locked, self._line.name) or not self._name.text():
            self._show_lock(line)
        self._line = line
        self._show_name(line)
        self._mark.setVisible(line.has_mark)
        self._mark.set_colour(line.colour)
        self._held.show_words(_held_words(line))
        self._show_outside()
        self._note.setText(line.note)
        self._show_note()
        self.slider.show_values(
            SliderValues(
                line.target_bps, line.held_bps, line.band_low_bps, line.band_high_bps, line.colour, line.is_locked
            ),
            scale_bps,
        )
        self.spin.set_bps(line.target_bps)
        self.slider.setAccessibleName(f"Target of {line.name}")
        self.slider.setAccessibleDescription(f"{text.percent(line.target_bps, 2)}, {_held_words(line)}")
        self.spin.setAccessibleName(f"Target of {line.name} in percent")
        self.cap.show_limit(line.cap_bps, limit_words(CAP_SIGN, WHOLE))
        self.cap.setAccessibleName(f"Cap of {line.name} in percent")
        self.cap.setToolTip("The most that this target may be, in percent (C); empty: no cap")
        self.band.show_limit(line.own_band_bps, line.usual_band)
        self.band.setAccessibleName(f"Band of {line.name} in percentage points")
        self.band.setToolTip(f"A band of its own, in points (B); empty: {line.usual_band or 'the usual one'}")

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
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusIn:
            self.selected.emit()
        keys = {Qt.Key.Key_L: self._on_lock_clicked, Qt.Key.Key_B: self.edit_band, Qt.Key.Key_C: self.edit_cap}
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in keys:
            if not event.isAutoRepeat() and event.modifiers() == Qt.KeyboardModifier.NoModifier:
                keys[Qt.Key(event.key())]()
            return True
        return super().eventFilter(watched, event)

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
        set_ink(self._held, Tone.ERROR if self._line.is_outside else "mute2" if self._is_selected else "mute")

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
        if shown != self._name.text():
            self._name.setText(shown)
            self._name.setToolTip(as_tip(line.name) if shown != line.name else "")

    def _lay_out(self) -> None:
        words = vertical(spacing=1)
        head = horizontal(spacing=8)
        head.addWidget(self._mark)
        head.addWidget(self._name, 1)
        self._held.setIndent(0)
        words.addLayout(head)
        below = horizontal(spacing=6)
        below.setContentsMargins(_MARK if self._line.has_mark else 0, 0, 0, 0)
        below.addWidget(self._held)
        words.addLayout(below)
        names = QWidget()
        names.setLayout(words)
        words.setContentsMargins(0, 0, 0, 0)
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
