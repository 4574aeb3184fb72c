"""The menus of the target editor: templates, and what can be added as a line."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QWidget, QWidgetAction

from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.names import name_order
from wealthdesk.domain.targets import TEMPLATES
from wealthdesk.gui.widgets.buttons import action
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.marks import mark_icon
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


class TemplateMenu(QMenu):
    """The well-known splits, and what is held now."""

    template_chosen = Signal(object)
    """class id → basis points"""
    current_weights_chosen = Signal()
    equal_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Templates")
        for template in TEMPLATES:
            entry = add_two_lines(self, template.name, template.description)
            shares = dict(template.classes)
            entry.triggered.connect(lambda _=False, shares=shares: self.template_chosen.emit(shares))
        self.addSeparator()
        current = add_two_lines(self, "Current weights", "Each class as much as is held of it now")
        current.triggered.connect(lambda: self.current_weights_chosen.emit())
        equal = add_two_lines(self, "Equal", "The same for each class on the list")
        equal.triggered.connect(lambda: self.equal_chosen.emit())


class ClassMenu(QMenu):
    """The classes that are not lines yet, and a new one."""

    class_chosen = Signal(object)
    new_class_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Add a class")

    def show_classes(self, classes: Iterable[AssetClass]) -> None:
        """Offer these classes."""
        self.clear()
        for each in classes:
            entry = action(each.name.replace("&", "&&"), parent=self)
            entry.setIcon(mark_icon(each.colour))
            entry.triggered.connect(lambda _=False, key=each.id: self.class_chosen.emit(key))
            self.addAction(entry)
        self.addSeparator()
        new = action("&New class…", icon="plus", parent=self)
        new.triggered.connect(lambda: self.new_class_chosen.emit())
        self.addAction(new)


class AssetMenu(QMenu):
    """The assets of a class that are neither held nor lines yet."""

    asset_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Add an asset")
        # A long list scrolls instead of covering the screen in columns.
        self.setStyleSheet("QMenu { menu-scrollable: 1; }")

    def show_assets(self, assets: Iterable[Asset]) -> None:
        """Offer these assets."""
        self.clear()
        for each in assets:
            words = "   ".join(filter(None, (each.known_as, each.also_known_as)))
            entry = action(words.replace("&", "&&"), parent=self)
            entry.triggered.connect(lambda _=False, key=each.id: self.asset_chosen.emit(key))
            self.addAction(entry)


def addable_assets(assets: Mapping[str, Asset], class_id: str, present: Iterable[str]) -> list[Asset]:
    """The assets that count to the class alone, are in use and not on the list, by symbol."""
    taken = set(present)
    fitting = (a for a in assets.values() if a.only_class == class_id and not a.is_archived and a.id not in taken)
    return sorted(fitting, key=lambda asset: name_order(asset.symbol))
