"""The focus ring: 2 px around the widget that has the focus, shown only when it came by the keyboard."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from wealthdesk.gui import theme

GAP = 2
WIDTH = 2
_MOVES = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange})


class _Ring(QWidget):
    """The ring itself: lies over its surroundings and lets every click through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().focus), WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 9, 9)


class FocusRing(QObject):
    """Follows the focus of the application. `ring` is the widget drawn, None while the focus came by the mouse."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.ring: QWidget | None = None
        self._ground: QWidget | None = None
        self._around: list[QWidget] = []
        self._is_by_key = False
        app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        self._take_away()
        if new is None:
            return
        window = new.window()
        by_key = window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        # Read and forget: the next change of focus has to earn its ring again.
        window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
        is_click = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        # A window that closes leaves no focus before the next one has it: what led there was a key all the same.
        self._is_by_key = (by_key or self._is_by_key) and not is_click
        if self._is_by_key:
            self._put_around(_ringed(new))

    def _put_around(self, widget: QWidget) -> None:
        ground = _ground(widget)
        if ground is widget or _has_own_mark(widget):
            return
        self.ring, self._ground = _Ring(ground), ground
        each: QWidget | None = widget
        while each is not None and each is not ground:
            self._around.append(each)
            each.installEventFilter(self)
            each = each.parentWidget()
        self._place()
        self.ring.show()

    def _place(self) -> None:
        if self.ring is None or self._ground is None or not isValid(self.ring) or not isValid(self._around[0]):
            return
        widget = self._around[0]
        reach = GAP + WIDTH
        corner = widget.mapTo(self._ground, QPoint(0, 0))
        self.ring.setGeometry(QRect(corner, widget.size()).adjusted(-reach, -reach, reach, reach))
        self.ring.setVisible(widget.isVisible())
        self.ring.raise_()

    def _take_away(self) -> None:
        for each in self._around:
            if isValid(each):
                each.removeEventFilter(self)
        self._around.clear()
        if self.ring is not None and isValid(self.ring):
            self.ring.hide()
            self.ring.deleteLater()
        self.ring = None


def _ringed(widget: QWidget) -> QWidget:
    """The widget itself, or the frame around it that asks for the ring."""
    parent = widget.parentWidget()
    return parent if parent is not None and parent.property("ring") else widget


def _ground(widget: QWidget) -> QWidget:
    """Where the ring lies: within what scrolls, so that it scrolls along; else the window."""
    each = widget
    while (parent := each.parentWidget()) is not None and not each.isWindow():
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            return each
        each = parent
    return each


def _has_own_mark(widget: QWidget) -> bool:
    """A list or table shows where the focus is by its own row."""
    return bool(widget.property("no_ring"))
