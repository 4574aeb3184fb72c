"""The three kinds of message: in place, with a check box or a button; of progress; across the top of a window."""

from collections.abc import Callable
from functools import cached_property
from typing import Final, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPainterPath, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, icon_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import TONE_ICONS
from wealthdesk.gui.widgets.text import ShortLabel, label, set_ink

_RULED: Final = (Tone.WARNING, Tone.ERROR)
"""These have a rule at their left, so that they are seen without a hue."""
_LEAST_TEXT: Final = 240
"""So wide is the text of an inline message at least, however long its title."""


class _Said(NamedTuple):
    """The labels of a message that says something."""

    sign: QLabel
    title: QLabel
    text: QLabel


class Message(QFrame):
    """accept: the words of a check box, "I accept this". action: the words of a button; "" where set_action gives them,
    None where there never is one. inline: all on one line.

    Its labels are made with its first words: most messages of a window never say anything.
    """

    accept_toggled = Signal(bool)
    action_clicked = Signal()

    def __init__(
        self,
        tone: Tone = Tone.NEUTRAL,
        title: str = "",
        text: str = "",
        *,
        accept: str = "",
        action: str | None = None,
        inline: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        # A panel that is stretched would pull its lines apart.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tone, self._words, self._told = tone, "", ""
        self._accept, self._is_inline = accept, inline
        self._row = horizontal(self, spacing=10)
        self._row.setContentsMargins(14, 10, 10 if inline else 14, 10)
        if inline:
            self.setMinimumHeight(42)
        self._lines = self._row if inline else vertical(spacing=2)
        # What Tab comes to is made, and in its place, at once: so it has its turn.
        if accept:
            self._lines.addWidget(self.check)
        if action is not None:
            self._lines.addWidget(self._below)
            self.set_action(action)
        if not inline:
            self._row.addLayout(self._lines, 1)
        if title or text:
            self.show_message(tone, title, text)

    @cached_property
    def check(self) -> QCheckBox:
        """By which what is said is accepted."""
        # With its parent at once, as the button: shown without one, each would be a window for a moment.
        made = QCheckBox(self._accept, self)
        made.setFont(fonts.font("note", weight=500))
        made.toggled.connect(self.accept_toggled)
        return made

    @cached_property
    def button(self) -> QPushButton:
        """What can be done about it."""
        made = button("", in_card=True, parent=self)
        made.clicked.connect(self.action_clicked)
        return made

    @cached_property
    def _below(self) -> QWidget:
        """What the button stands in."""
        if self._is_inline:
            return self.button
        below = QWidget(self)
        horizontal(below, margins=(0, 6, 0, 0)).addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        return below

    @cached_property
    def _said(self) -> _Said:
        """Laid out before what is in their place already."""
        sign, text = QLabel(), label(role="note", wrap=True)
        sign.setFixedSize(16, 18)
        title: QLabel = ShortLabel(role="strong") if self._is_inline else label(role="strong", wrap=True)
        top = Qt.AlignmentFlag(0) if self._is_inline else Qt.AlignmentFlag.AlignTop
        for place, each in enumerate((title, text)):
            self._lines.insertWidget(place, each, int(self._is_inline and each is text))
        self._row.insertWidget(0, sign, 0, top)
        return _Said(sign, title, text)

    def show_message(self, tone: Tone, title: str, text: str = "") -> None:
        """Say something else."""
        said = self._said
        if tone is not self._tone or said.sign.pixmap().isNull():
            icons.put(said.sign, "info" if tone is Tone.NEUTRAL else TONE_ICONS[tone], tone)
        self._tone, self._words, self._told = tone, title, text
        set_ink(said.title, tone if tone is Tone.ERROR else "ink")
        said.text.setText(text)
        said.text.setVisible(bool(text))
        self._show_title(said)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        if self._accept:
            self.check.setAccessibleName(f"{self._accept}: {title}")
        self.update()

    def set_action(self, words: str) -> None:
        """Show the button with these words; "" hides it."""
        self.button.setText(words)
        self.button.setAccessibleName(words.replace("&", ""))
        for each in (self.button, self._below):
            each.setVisible(bool(words))

    @property
    def tone(self) -> Tone:
        """Its tone."""
        return self._tone

    @property
    def title(self) -> str:
        """Its first sentence."""
        return self._words

    @property
    def text(self) -> str:
        """What it means."""
        return self._told

    def sizeHint(self) -> QSize:
        # A fixed height is the one of the hint, so the hint has to know how the words wrap at this width.
        hint = super().sizeHint()
        hint.setHeight(self.heightForWidth(self.width()))
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current().tone(self._tone)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), 8, 8)
        painter.fillPath(ground, QColor(colours.tint))
        if self._tone in _RULED:
            painter.setClipPath(ground)
            painter.fillRect(0, 0, 3, self.height(), QColor(colours.mark))

    def _show_title(self, said: _Said) -> None:
        if not isinstance(said.title, ShortLabel):
            said.title.setText(self._words)
            return
        if self._told:
            wanted = said.text.fontMetrics().horizontalAdvance(self._told) + 2
            said.text.setMinimumWidth(min(wanted, _LEAST_TEXT))
        # The room that is left over is the text's, or the title's where there is none: never the button's.
        across = QSizePolicy.Policy.Preferred if self._told else QSizePolicy.Policy.Expanding
        said.title.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        said.title.show_words(self._words)


APPEARS_AFTER_MS: Final = 500


class ProgressStrip(QFrame):
    """Hidden until the work has taken half a second."""

    def __init__(self, what: str = "Working…", parent: QWidget | None = None, *, is_framed: bool = True) -> None:
        """is_framed: on a card of its own; otherwise it is a line among others."""
        super().__init__(parent)
        self.setProperty("kind", "card" if is_framed else "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._what = what
        self._cancel: Callable[[], object] | None = None
        self._words = label(what, "note")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(what)
        self._stop = button("&Stop", in_card=True, tip="Esc stops it too")
        self._stop.clicked.connect(self._on_stop)
        layout = horizontal(self, spacing=12)
        layout.setContentsMargins(*((14, 8, 14, 8) if is_framed else (0, 0, 0, 0)))
        for each, stretch in ((self._words, 0), (self.bar, 1), (self._stop, 0)):
            layout.addWidget(each, stretch)
        self._timer = QTimer(self, singleShot=True, interval=APPEARS_AFTER_MS)
        self._timer.timeout.connect(self.show)
        # Heard while the strip is seen, before what Esc does otherwise.
        self._escape = QShortcut(QKeySequence("Esc"), self, enabled=False)
        self._escape.activated.connect(self._stop.click)
        self._escape.activatedAmbiguously.connect(self._stop.click)
        self.hide()

    def start(self, cancel: Callable[[], object] | None = None) -> None:
        """Work has begun; `cancel` stops it, as Esc does (None: it cannot be stopped)."""
        self._escape.setEnabled(cancel is not None)
        self._cancel = cancel
        self._stop.setVisible(cancel is not None)
        self._stop.setEnabled(True)
        self._words.setText(self._what)
        self.bar.setRange(0, 0)
        self._timer.start()

    def appear(self, cancel: Callable[[], object] | None = None) -> None:
        """The same, seen at once: whoever calls has waited for as long."""
        self.start(cancel)
        self._timer.stop()
        self.show()

    def show_progress(self, done: int, total: int, text: str = "") -> None:
        """So much of it is done; total 0 = not known."""
        # A progress bar counts in 32 bits: thousandths are enough for it.
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(done * 1000 // total if total else 0)
        if text:
            self._words.setText(text)

    def stop(self, cancel: Callable[[], object] | None = None) -> None:
        """The work has ended. cancel: what stopped it; nothing is done where other work has begun since."""
        if cancel is None or cancel == self._cancel:
            self._timer.stop()
            self.hide()

    def _on_stop(self) -> None:
        self._escape.setEnabled(False)
        self._stop.setEnabled(False)
        self._words.setText("Stopping…")
        if self._cancel is not None:
            self._cancel()


class Strip(QFrame):
    """is_dismissable: it has a button that closes it; otherwise it stays as long as its window shows it."""

    closed = Signal()
    """It is gone, by its own button or by one of its actions."""

    def __init__(
        self,
        words: str,
        tone: Tone = Tone.NEUTRAL,
        *,
        is_dismissable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        self._tone = tone
        self.words = words
        self.buttons: list[QPushButton] = []
        sign = QLabel()
        icons.put(sign, "info", tone, 14)
        said = label(words, "note", tone, wrap=True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row = horizontal(self, spacing=8, margins=(24, 5, 16, 5))
        self._row.addWidget(sign)
        self._row.addWidget(said, 1)
        self.dismiss = icon_button("close", "Close this message", size=14)
        self.dismiss.clicked.connect(self.close_strip)
        self._row.addWidget(self.dismiss)
        # Once it is in here: shown before, it is a window of its own for a moment, and takes the keys from this one.
        self.dismiss.setVisible(is_dismissable)
        self.setMinimumHeight(40)

    def add_action(self, words: str, do: Callable[[], object], *, closes: bool = True) -> QPushButton:
        """Add a button. closes: what it does ends what the strip says."""
        made = button(words, in_card=True)
        if closes:
            made.clicked.connect(self.close_strip)
        made.clicked.connect(lambda: do())
        self.buttons.append(made)
        self._row.insertWidget(self._row.count() - 1, made)
        return made

    def close_strip(self) -> None:
        """Take it away."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.current()
        painter.fillRect(self.rect(), QColor(look.sel if self._tone is Tone.NEUTRAL else look.tone(self._tone).tint))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(look.line))


class WindowNotice(QFrame):
    """words: what is true of the whole window."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        sign = QLabel()
        icons.put(sign, "info", "mute2", 14)
        row = horizontal(self, spacing=8, margins=(24, 6, 24, 6))
        row.addWidget(sign)
        row.addWidget(label(words, "note", "mute2"), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().sel))
