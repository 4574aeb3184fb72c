"""Words on the screen: labels with a role of type and a named ink, cut off or wrapped, frames, and lines between."""

from typing import Final, Literal

from PySide6 import QtCore
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import fonts
from wealthdesk.gui.spoken import SpokenHeading

FrameKind = Literal["card", "outline", "panel", "foot", "pagefoot", "side", "segment", "selected", "amount"]

_HEADINGS: Final = frozenset(("hero", "title", "panel", "section"))
"""The roles of type in which a label is a heading."""

_PLAIN: Final = 0
"""Qt.TextFormat.PlainText by its number: the first paint does without the enumerations of Qt (see gui)."""


def label(
    text: str = "",
    role: str = "body",
    ink: str = "ink",
    *,
    figures: bool = False,
    wrap: bool = False,
    right: bool = False,
    buddy: QWidget | None = None,
) -> QLabel:
    """A label in a role of fonts.ROLES and an ink of Theme.ink_named. Its text is plain, never markup.

    figures: digits of one width. buddy: the field that a mnemonic in the text leads to: Qt goes to none that hands the
    focus on, so it is what it hands it to.
    """
    made = SpokenHeading() if role in _HEADINGS else QLabel()
    made.setProperty("textFormat", _PLAIN)
    made.setText(text)
    made.setFont(fonts.font(role, figures=figures))
    if wrap:
        made.setWordWrap(True)
    if right:
        made.setAlignment(QtCore.Qt.AlignmentFlag.AlignRight | QtCore.Qt.AlignmentFlag.AlignVCenter)
    if buddy is not None:
        made.setBuddy(buddy.focusProxy() or buddy)
    made.setProperty("ink", ink)
    return made


def as_tip(words: str) -> str:
    """The words of a tooltip as they stand: Qt would read those that look like markup as markup."""
    if "<" not in words:
        return words
    from html import escape

    return f"<qt>{escape(words, quote=False)}</qt>".replace("\n", "<br>")


def set_ink(made: QLabel, ink: str) -> None:
    """Colour a label: ink, mute, mute2, faint, primary_text, or a tone (ok, under, over, warning, error, neutral)."""
    if made.property("ink") != ink:
        set_look(made, "ink", ink)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for, and style the widget again if it has been shown."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if widget.testAttribute(QtCore.Qt.WidgetAttribute.WA_WState_Polished):
        font = widget.font()
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        # Styling gives back the font that it first met, not the one of today.
        widget.setFont(font)
        widget.update()


def frame(kind: FrameKind, parent: QWidget | None = None) -> QFrame:
    """A frame of the look: card, outline, panel (right column), foot (of a dialog, of a page), side (navigation)."""
    made = QFrame(parent)
    made.setProperty("kind", kind)
    return made


def rule(parent: QWidget | None = None) -> QFrame:
    """A line 1 px high across."""
    made = QFrame(parent)
    made.setProperty("kind", "rule")
    made.setFixedHeight(1)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


class ShortLabel(QLabel):
    """Takes the room that is left over in a row."""

    def __init__(self, words: str = "", role: str = "body", ink: str = "ink", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self.setFont(fonts.font(role))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        set_ink(self, ink)
        self._words = self._tip = ""
        self.show_words(words)

    @property
    def words(self) -> str:
        """The whole text."""
        return self._words

    def show_words(self, words: str, *, tip: str = "") -> None:
        """Say this; the tooltip is the whole text, and before it where it is cut off another one that is given."""
        self._words, self._tip = words, tip
        self.setAccessibleName(words)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._words, QtCore.Qt.TextElideMode.ElideRight, self._room())
        self.setText(shown)
        told = self._tip if shown == self._words and self._tip else f"{self._words}\n{self._tip}".strip()
        self.setToolTip(as_tip(told))

    def _room(self) -> int:
        """How wide the words may be."""
        return self.width()
