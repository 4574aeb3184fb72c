"""What stands above the reserves table: search, the way back and forth, and what changes several amounts at once."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from wealthdesk.gui.widgets.buttons import action, button, icon_button, menu_button
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.search_edit import SearchEdit

_SEARCH_WIDTH = 220


class Tools(QWidget):
    """Signals for each intention; the menu says of which companies it speaks."""

    adjust_clicked = Signal()
    scale_clicked = Signal()
    equalise_clicked = Signal()
    move_clicked = Signal()
    uncap_clicked = Signal()
    budget_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchEdit("Search companies")
        # The keys are those of the window's Edit menu, which asks the page first.
        self.undo = icon_button("undo", "Undo (Ctrl+Z)")
        self.redo = icon_button("redo", "Redo (Ctrl+Shift+Z)")
        self.adjust, self.scale, self.equalise, self.move_amount, self.uncap, self.budget = self._actions()
        self.amounts = menu_button("A&mounts", self._menu(), tip="Change several amounts at once")
        self.add = button("Add c&ompany…", icon="plus", key="Ctrl+N")
        row = horizontal(self, spacing=8)
        self.search.setMaximumWidth(_SEARCH_WIDTH)
        self.search.setMinimumWidth(90)
        row.addWidget(self.search, 1)
        row.addStretch()
        for each in (self.undo, self.redo, self.amounts, self.add):
            row.addWidget(each)

    def show_possible(self, selected: int, companies: int, *, has_budget: bool) -> None:
        """Say of which companies the menu speaks: those selected, or all of them."""
        several = selected if 1 < selected < companies else 0
        of_what = f" {several:,} selected" if several else " all"
        self.adjust.setText(f"&Adjust{' ' + format(selected, ',') + ' selected' if selected else ' all'} by…")
        self.scale.setText(f"&Scale{of_what} to the budget" if has_budget else "Scale to the budget (none is set)")
        self.equalise.setText(f"&Equalise{of_what}")
        self.uncap.setText(f"&No cap for{' ' + format(selected, ',') + ' selected' if selected else ' all'}")
        for each in (self.adjust, self.uncap):
            each.setEnabled(companies > 0)
        self.scale.setEnabled(has_budget and companies > 0)
        for each in (self.equalise, self.move_amount):
            each.setEnabled(companies > 1)

    def show_steps(self, *, can_undo: bool, can_redo: bool) -> None:
        """Offer the way back and forth."""
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def _actions(self) -> tuple[QAction, ...]:
        words = ("&Adjust by…", "&Scale to the budget", "&Equalise", "&Move an amount…", "&No cap", "Set the &budget…")
        return tuple(action(each, parent=self) for each in words)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addActions([self.adjust, self.scale, self.equalise, self.move_amount])
        menu.addSeparator()
        menu.addActions([self.uncap, self.budget])
        self.adjust.triggered.connect(lambda: self.adjust_clicked.emit())
        self.scale.triggered.connect(lambda: self.scale_clicked.emit())
        self.equalise.triggered.connect(lambda: self.equalise_clicked.emit())
        self.move_amount.triggered.connect(lambda: self.move_clicked.emit())
        self.uncap.triggered.connect(lambda: self.uncap_clicked.emit())
        self.budget.triggered.connect(lambda: self.budget_clicked.emit())
        return menu
