"""Menu entries of two lines: what is chosen, and below it in small what that means."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QWidgetAction

from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.text import label, set_ink, set_look


def add_two_lines(menu: QMenu, title: str, description: str) -> QWidgetAction:
    """Adds an entry to the menu; connect to its `triggered`."""
    action = QWidgetAction(menu)
    # The menu reads this text to screen readers and jumps to its first letter.
    action.setText(title)
    action.setDefaultWidget(_Entry(menu, action, title, description))
    menu.addAction(action)
    return action


class _Entry(QFrame):
    """Drawn by itself, operated by the menu: the mouse goes through it."""

    def __init__(self, menu: QMenu, action: QWidgetAction, title: str, description: str) -> None:
        super().__init__()
        self._action = action
        self._description = label(description, "note", "mute")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        lines = vertical(self, spacing=1, margins=(12, 6, 22, 6))
        lines.addWidget(label(title, "strong"))
        lines.addWidget(self._description)
        menu.hovered.connect(self._on_hovered)
        menu.aboutToShow.connect(self._on_about_to_show)
        self.setAccessibleName(f"{title}: {description}")

    def _on_about_to_show(self) -> None:
        self._show_hovered(False)

    def _on_hovered(self, action: QAction) -> None:
        self._show_hovered(action is self._action)

    def _show_hovered(self, is_hovered: bool) -> None:
        set_look(self, "kind", "selected" if is_hovered else "")
        set_ink(self._description, "mute2" if is_hovered else "mute")
