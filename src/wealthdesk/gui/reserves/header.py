"""The head of the reserves page: which fund, what can be done with it, and its companies as a file."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from wealthdesk.domain.reserves import Fund
from wealthdesk.gui.widgets.buttons import action, button, menu_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import label

_NARROWEST, _WIDEST = 120, 260
_ARCHIVED: Final = "archived"


class Header(QWidget):
    """Signals for each intention; nothing is done here."""

    fund_chosen = Signal(object)
    """The id of a fund."""
    new_fund_clicked = Signal()
    edit_fund_clicked = Signal()
    archive_clicked = Signal()
    remove_fund_clicked = Signal()
    import_clicked = Signal()
    export_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fund = Combo("Fund")
        self.fund.setMinimumWidth(_NARROWEST)
        self.fund.setMaximumWidth(_WIDEST)
        self.edit, self.archive, self.remove = (
            action(words, parent=self) for words in ("&Edit fund…", "&Archive", "&Remove…")
        )
        self.menu = menu_button("Fund", self._menu(), tip="New funds, and what can be done with this one")
        self.export = button("Export CSV", icon="export", tip="The companies of this fund as they are kept")
        row = horizontal(self, spacing=8)
        row.addWidget(label("Reserves", "title"))
        row.addStretch()
        for each in (self.fund, self.menu, self.export):
            row.addWidget(each)
        self.fund.chosen.connect(self.fund_chosen)
        self.export.clicked.connect(self.export_clicked)

    def show_funds(self, funds: Sequence[Fund], chosen: Fund | None) -> None:
        """Offer these funds, archived ones last, and what can be done with the chosen one."""
        offered = sorted(funds, key=lambda each: each.is_archived)
        self.fund.set_options([(each.id, _words(each)) for each in offered])
        self.fund.choose(chosen.id if chosen else None)
        self.fund.setVisible(bool(funds))
        self.export.setVisible(chosen is not None)
        for each in (self.edit, self.archive, self.remove):
            each.setEnabled(chosen is not None)
        self.archive.setText("Offer &again" if chosen and chosen.is_archived else "&Archive")

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        new, file = action("&New fund…", parent=self), action("&Import companies…", parent=self)
        menu.addActions([new, file])
        menu.addSeparator()
        menu.addActions([self.edit, self.archive, self.remove])
        new.triggered.connect(lambda: self.new_fund_clicked.emit())
        file.triggered.connect(lambda: self.import_clicked.emit())
        self.edit.triggered.connect(lambda: self.edit_fund_clicked.emit())
        self.archive.triggered.connect(lambda: self.archive_clicked.emit())
        self.remove.triggered.connect(lambda: self.remove_fund_clicked.emit())
        return menu


def _words(fund: Fund) -> str:
    return f"{fund.name} · {_ARCHIVED}" if fund.is_archived else fund.name
