"""The foot of a recovery page: a button for each way on, the first of them last, with quitting and the folder."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from wealthdesk.gui.recovery.ways import Way, Ways
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical

_WORDS: Final = {
    Way.RESTORE: ("&Restore this backup", "undo"),
    Way.MEND: ("&Mend these lines", "edit"),
    Way.SALVAGE: ("&Salvage into a new file…", "file"),
    Way.LOOK: ("&Open a read-only copy", "search"),
    Way.CHOOSE: ("&Choose another file…", "file"),
    Way.LOCATE: ("&Locate…", "search"),
    Way.NEW: ("&New portfolio…", "plus"),
    Way.WAIT: ("&Wait", "history"),
    Way.AGAIN: ("&Try again", "refresh"),
    Way.REPORT: ("Save a re&port…", "export"),
}


class WaysBar(QWidget):
    """details: the button that unfolds the technical details, which stands at the left."""

    chosen = Signal(object)
    """A Way."""
    quit_requested = Signal()
    folder_requested = Signal()

    def __init__(self, details: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[Way, QPushButton] = {}
        self._ways: Ways | None = None
        self._details = details
        self._others = horizontal(spacing=8)
        self._foot = horizontal(spacing=8)
        self._leave = button("&Quit", icon="power", tip="Ctrl+Q")
        self._leave.clicked.connect(self.quit_requested)
        self._folder = button("Show &folder", icon="folder")
        self._folder.clicked.connect(self.folder_requested)
        self._others.addStretch()
        self._foot.addWidget(details)
        self._foot.addStretch()
        self._foot.addWidget(self._leave)
        self._foot.addWidget(self._folder)
        rows = vertical(self, spacing=10)
        rows.addLayout(self._others)
        rows.addLayout(self._foot)

    def show_ways(self, ways: Ways) -> None:
        """Offer these ways; buttons that are there already stay, with the focus that one of them may have."""
        if ways == self._ways:
            return
        had_focus = any(each.hasFocus() for each in self.buttons.values())
        for old in self.buttons.values():
            old.hide()
            old.setParent(None)
            old.deleteLater()
        self._ways = ways
        self.buttons = {way: self._made(way, ways) for way in (*ways.others, ways.primary)}
        for way in ways.others:
            self._others.addWidget(self.buttons[way])
        self._foot.addWidget(self.buttons[ways.primary])
        for each in self.buttons.values():
            # Not when the layout comes to it: the key of the first one is to work at once.
            each.show()
        for each in self.stops():
            # Return presses what has the focus, as it does in a dialog.
            each.setAutoDefault(True)
        self.setFocusProxy(self.buttons[ways.primary])
        if had_focus:
            self.buttons[ways.primary].setFocus()

    def stops(self) -> list[QPushButton]:
        """The buttons as the tabulator comes to them: from left to right and from top to bottom."""
        *others, primary = self.buttons.values()
        return [*others, self._details, self._leave, self._folder, primary]

    def set_words(self, way: Way, words: str) -> None:
        """Name the button of a way differently; "" as usual."""
        if way in self.buttons:
            said = words or _WORDS[way][0]
            self.buttons[way].setText(said)
            self.buttons[way].setAccessibleName(said.replace("&", ""))

    def set_busy(self, is_busy: bool) -> None:
        """Nothing can be begun while something is under way."""
        for each in self.buttons.values():
            each.setEnabled(not is_busy)

    def set_possible(self, way: Way, is_possible: bool) -> None:
        """Whether a way can be taken just now."""
        if way in self.buttons:
            self.buttons[way].setEnabled(is_possible)

    def _made(self, way: Way, ways: Ways) -> QPushButton:
        words, icon = _WORDS[way]
        if way is ways.primary:
            made = primary_button(words, icon=icon, key="Ctrl+Return", parent=self)
        else:
            # Only the first way is taken at once: a backup that is put in the place of a sound file is asked about.
            made = button(words + ("…" if way is Way.RESTORE else ""), icon=icon, parent=self)
        made.clicked.connect(partial(self.chosen.emit, way))
        return made
