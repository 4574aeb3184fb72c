"""The letters that Alt leads to are underlined while Alt is down, and not otherwise."""

import sys
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QWindow
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMenu,
    QMenuBar,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from shiboken6 import isValid

from wealthdesk.gui import theme

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QColor

_SHOW: Final = 0x0800
_HIDE: Final = 0x8000
"""Qt.TextFlag.TextShowMnemonic and TextHideMnemonic: the enumeration is not made for the first paint."""
_ALT: Final = 0x01000023
"""Qt.Key.Key_Alt."""


class UnderlineStyle(QProxyStyle):
    """The style Fusion; style sheets are put on top of it as on any other.

    It draws words otherwise, and does not answer that shortcuts are not underlined, which is asked thousands of times.
    """

    are_shown = False

    def drawItemText(  # the names and places are Qt's
        self,
        painter: QPainter,
        rect: QRect,
        flags: int,
        pal: "QPalette | Qt.GlobalColor | QColor",
        enabled: bool,
        text: str,
        textRole: QPalette.ColorRole = QPalette.ColorRole.NoRole,
    ) -> None:
        if flags & _SHOW and not self.are_shown:
            flags |= _HIDE
        super().drawItemText(painter, rect, flags, pal, enabled, text, textRole)


class _MenuStyle(QProxyStyle):
    """Of a menu that pops up: what draws its words asks whether letters are underlined, and it alone is asked here."""

    def __init__(self, shown: UnderlineStyle) -> None:
        super().__init__("Fusion")
        self._shown = shown

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_UnderlineShortcut:
            return int(self._shown.are_shown)
        return super().styleHint(hint, option, widget, returnData)


class Underlines(QObject):
    """Watches the key Alt in the window that has the focus. `install` puts it on an application."""

    def __init__(self, style: UnderlineStyle, app: QApplication) -> None:
        super().__init__(app)
        self.style = style
        self._watched: QWindow | None = None
        self.of_menus = _MenuStyle(style)
        """The style of a PopupMenu."""
        self.of_menus.setParent(self)
        app.focusWindowChanged.connect(self._on_window)
        self._on_window(app.focusWindow())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if isinstance(event, QKeyEvent) and event.type() in kinds and event.key() == _ALT:
            self.show_underlines(event.type() == QEvent.Type.KeyPress)
        return False

    def show_underlines(self, shown: bool) -> None:
        """Underline the letters in the window that is active, or no more."""
        if shown == self.style.are_shown or sys.platform == "darwin":
            return
        self.style.are_shown = shown
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                for each in _lettered(window):
                    each.update()

    def _on_window(self, window: QWindow | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = window
        if window is not None:
            window.installEventFilter(self)
        # Alt may have gone up, or down, where it was not heard.
        self.show_underlines(False)


class PopupMenu(QMenu):
    """What a button or a row opens: its letters, too, are underlined while Alt is down only."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_dressed = False
        self.aboutToShow.connect(self._dress)

    def _dress(self) -> None:
        app = QApplication.instance()
        underlines = None if self._is_dressed or app is None else app.findChild(Underlines)
        if underlines is not None:
            self._is_dressed = True
            self.setStyle(underlines.of_menus)


def install(app: QApplication) -> Underlines:
    """Hide the underlines from now on, but while Alt is down."""
    style = UnderlineStyle("Fusion")
    with theme.fonts_kept(app.allWidgets()):
        app.setStyle(style)
    return Underlines(style, app)


def _lettered(window: QWidget) -> list[QWidget]:
    """What has a letter to underline."""
    found: list[QWidget] = [each for each in window.findChildren(QAbstractButton) if "&" in each.text()]
    found += [each for each in window.findChildren(QLabel) if each.buddy() is not None]
    return [*found, *window.findChildren(QMenuBar)]
