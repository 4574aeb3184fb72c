"""What can be done about a portfolio that cannot be opened: the ways on for each kind of refusal."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from wealthdesk import errors
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical


class Way(Enum):
    """One thing to do."""

    RESTORE = auto()
    """Put the chosen backup in the file's place."""
    MEND = auto()
    """Bring sums to 100 %, and drop the lines that cannot be read."""
    SALVAGE = auto()
    """Copy what can be read to a new file."""
    LOOK = auto()
    """Open a copy that cannot be changed."""
    CHOOSE = auto()
    """Open another file."""
    LOCATE = auto()
    """The same, where the file is missing."""
    NEW = auto()
    """Begin a new portfolio."""
    WAIT = auto()
    """Try again each second."""
    AGAIN = auto()
    """Try again once."""
    REPORT = auto()
    """Save the technical details."""


@dataclass(frozen=True, slots=True)
class Ways:
    """primary: what the page is for, on Ctrl+Return. lists_backups: whether they can be of use now."""

    primary: Way
    others: tuple[Way, ...]
    lists_backups: bool = True


def ways_of(error: errors.OpeningError, *, can_restore: bool) -> Ways:
    """The ways on; can_restore: there is a backup that is as it was when it was made."""
    match error:
        case errors.BrokenRules():
            return Ways(Way.MEND, (*_if(can_restore), Way.SALVAGE, Way.CHOOSE, Way.AGAIN))
        case errors.DamagedPortfolio() if can_restore:
            return Ways(Way.RESTORE, (Way.SALVAGE, Way.CHOOSE, Way.AGAIN))
        case errors.DamagedPortfolio():
            return Ways(Way.SALVAGE, (Way.CHOOSE, Way.AGAIN))
        case errors.NotAPortfolio() | errors.UnknownParts() if can_restore:
            # Damage in the first bytes looks like this as well; and a new file has the rows without what acts on them.
            return Ways(Way.RESTORE, (Way.SALVAGE, Way.CHOOSE, Way.AGAIN))
        case errors.UnknownParts():
            return Ways(Way.CHOOSE, (Way.SALVAGE, Way.AGAIN))
        case errors.NotAPortfolio():
            return Ways(Way.CHOOSE, (Way.AGAIN,))
        case errors.MissingPortfolio() if can_restore:
            return Ways(Way.RESTORE, (Way.LOCATE, Way.NEW, Way.AGAIN))
        case errors.MissingPortfolio():
            return Ways(Way.LOCATE, (Way.NEW, Way.AGAIN))
        case errors.NewerPortfolio():
            return Ways(Way.LOOK, (*_if(can_restore), Way.CHOOSE, Way.AGAIN))
        case errors.PortfolioBusy():
            return Ways(Way.WAIT, (Way.CHOOSE, Way.AGAIN), lists_backups=False)
        case errors.NoRoom():
            return Ways(Way.AGAIN, (Way.CHOOSE,), lists_backups=False)
        case errors.MigrationFailed():
            return Ways(Way.AGAIN, (*_if(can_restore), Way.REPORT, Way.CHOOSE))
    return Ways(Way.AGAIN, (*_if(can_restore), Way.CHOOSE))


def _if(can_restore: bool) -> tuple[Way, ...]:
    return (Way.RESTORE,) if can_restore else ()


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
