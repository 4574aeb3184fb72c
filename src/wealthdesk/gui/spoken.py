"""What a screen reader is told beyond what Qt tells it: headings, named groups, what combo boxes choose, and news."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QComboBox, QFrame, QLabel, QWidget


class SpokenHeading(QLabel):
    """A label that is a heading: of a page, a dialog, a panel or a section."""


class Group(QFrame):
    """A frame whose accessible name is the name of what is in it."""


class _Heading(QAccessibleWidget):
    """Named by its words, without the markup that may be in them."""

    def __init__(self, shown: SpokenHeading) -> None:
        super().__init__(shown, QAccessible.Role.Heading)
        self._shown = shown

    def text(self, kind: QAccessible.Text) -> str:
        named = self._shown.accessibleName() or self._shown.text()
        return named if kind == QAccessible.Text.Name else super().text(kind)


class _ComboBox(QAccessibleWidget):
    """Named by what it chooses; its value is what is chosen. On Linux Qt has the value for both."""

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box, QAccessible.Role.ComboBox)
        self._box = box

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Name and self._box.accessibleName():
            return self._box.accessibleName()
        return self._box.currentText() if kind == QAccessible.Text.Value else super().text(kind)

    def actionNames(self) -> list[str]:
        return ["ShowMenu", "Press", *super().actionNames()]

    def doAction(self, name: str) -> None:
        if name in ("ShowMenu", "Press"):
            self._box.showPopup()
        else:
            super().doAction(name)


def install() -> None:
    """Let screen readers be told so; from now on, for what is asked about from now on."""
    QAccessible.installFactory(_interface)


def announce(place: QWidget, words: str) -> None:
    """Have a screen reader say what has happened, when it has said what it is saying; nothing where there is none."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(place, words))


def _interface(_name: str, thing: QObject) -> QAccessibleInterface | None:
    """What speaks for a widget; None: Qt's own does."""
    match thing:
        case SpokenHeading():
            return _Heading(thing)
        case Group():
            return QAccessibleWidget(thing, QAccessible.Role.Grouping)
        case QComboBox():
            return _ComboBox(thing)
        case _:
            return None
