"""Cards: a figure with what it is and a line about it, in a box or a strip of several; a choice on an empty page."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import fonts, icons
from wealthdesk.gui.spoken import Group
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import TONE_ICONS
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label, set_ink

_FIGURE_ROLES: Final = ("figure", "kpi", "panel", "section", "strong")
_WIDTH: Final = 280
_NARROWEST: Final = 220


class _Figure(ShortLabel):
    """Smaller type before an ellipsis: a figure that is cut off says something else."""

    def __init__(self, largest: str) -> None:
        self._roles = _FIGURE_ROLES[_FIGURE_ROLES.index(largest) :]
        self._end = ""
        super().__init__()

    def show_ending(self, words: str, end: str) -> None:
        """Say this; of words that are too long the end stays, and what comes before it is cut."""
        self._end = end
        self.show_words(words)

    def _cut(self) -> None:
        sizes = [fonts.font(role, figures=True) for role in self._roles]
        fits = (each for each in sizes if QFontMetrics(each).horizontalAdvance(self.words) <= self.width())
        self.setFont(next(fits, sizes[-1]))
        end = self.fontMetrics().horizontalAdvance(self._end)
        begun = self.words.removesuffix(self._end)
        self.setText(self.fontMetrics().elidedText(begun, Qt.TextElideMode.ElideRight, self.width() - end) + self._end)

    def sizeHint(self) -> QSize:
        usual = QFontMetrics(fonts.font(self._roles[0]))
        return QSize(usual.horizontalAdvance(self.words) + 2, usual.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())


class SummaryCard(Group):
    """title: what the figure is, "Total value". in_strip: without a box, after a rule. beside: after its line."""

    def __init__(
        self, title: str, *, in_strip: bool = False, beside: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "figure" if in_strip else "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = label(title, "note", "mute2" if in_strip else "mute")
        self._sign = QLabel()
        self._sign.setFixedSize(18, 18)
        self._figure = _Figure("kpi" if in_strip else "figure")
        self._note = ShortLabel(role="small", ink="mute2" if in_strip else "mute")
        line = horizontal(spacing=7)
        for each in (self._sign, self._figure):
            line.addWidget(each)
        self._below = QWidget()
        # A figure without a line stands as high as those beside it that have one.
        self._below.setMinimumHeight(self._note.fontMetrics().height())
        below = horizontal(self._below, spacing=1)
        below.addWidget(self._note)
        self._has_beside = beside is not None
        if beside is not None:
            self._note.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            beside.setFont(_underlined())
            below.addWidget(beside)
            below.addStretch()
        layout = vertical(self, spacing=1)
        layout.setContentsMargins(*((14, 0, 2, 0) if in_strip else (16, 10, 10, 10)))
        layout.addWidget(self._title)
        layout.addLayout(line)
        layout.addWidget(self._below)
        self.show_figure("–")

    def set_title(self, title: str) -> None:
        """Say what the figure is."""
        self._title.setText(title)

    def set_short(self, is_short: bool) -> None:
        """Show the figure alone, without its line."""
        self._below.setHidden(is_short)

    def show_figure(
        self, figure: str, note: str = "", tone: Tone | None = None, *, ink: str = "ink", tip: str = "", end: str = ""
    ) -> None:
        """Show a figure and its line; a tone puts its icon before the figure (attention: UNDER with a warning sign).

        end: what stays of the figure where all of it has no room.
        """
        set_ink(self._figure, ink)
        self._figure.show_ending(figure, end)
        self._note.show_words(note)
        # What stands beside the line begins where the line would.
        self._note.setVisible(bool(note) or not self._has_beside)
        self._sign.setVisible(tone is not None)
        if tone is not None:
            icons.put(self._sign, "warning" if tone is Tone.UNDER else TONE_ICONS[tone], tone, 18)
        self.setToolTip(as_tip(tip))
        self.setAccessibleName(f"{self._title.text()}: {figure}. {note}")

    @property
    def title(self) -> str:
        """What the figure is."""
        return self._title.text()

    @property
    def figure(self) -> str:
        """The figure shown."""
        return self._figure.words

    @property
    def note(self) -> str:
        """The line shown."""
        return self._note.words


def _underlined() -> QFont:
    font = fonts.font("pill")
    font.setUnderline(True)
    return font


class ChoiceCard(QFrame):
    """key: the shortcut of the button, shown at the top right."""

    chosen = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        action: str,
        *,
        key: str = "",
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_NARROWEST)
        self.setMaximumWidth(_WIDTH)
        sign = QLabel()
        icons.put(sign, icon, "ink", 24)
        head = horizontal(spacing=6)
        head.addWidget(sign)
        head.addStretch()
        head.addWidget(label(key, "small", "mute"))
        self.button = primary_button(action, key=key) if primary else button(action, key=key)
        self.button.setAccessibleDescription(f"{title}. {text}")
        self.button.clicked.connect(self.chosen)
        words = label(text, "note", "mute", wrap=True)
        words.setMinimumHeight(52)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = vertical(self, spacing=4)
        layout.setContentsMargins(20, 20, 20, 18)
        layout.addLayout(head)
        layout.addSpacing(12)
        layout.addWidget(label(title, "section"))
        layout.addWidget(words, 1)
        layout.addSpacing(10)
        layout.addWidget(self.button)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())
