"""The frame of every page in the place of a portfolio, with its cards; and another file put in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.format import breakable
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import ProgressStrip
from wealthdesk.gui.widgets.text import label, rule
from wealthdesk.services.backups import Backup, SetAside, mend, moment_of, restore, undo_restore
from wealthdesk.services.desk import Clock

WIDTH: Final = 760
_BESIDE: Final = 16
"""Room for the ring around what has the focus, and for the bar to scroll by."""
_LOWEST: Final = 160
_LAID_OUT_MS: Final = 50


class RecoverySheet(QWidget):
    """headline: what is the matter. summary: what that means. What else there is to say goes into `lines`, which
    scroll where the window is too low for them, and what there is to do into `foot`, which does not."""

    def __init__(self, headline: str, summary: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QWidget()
        column.setFixedWidth(WIDTH)
        inside = vertical(column, spacing=0)
        inside.addLayout(_brand())
        inside.addSpacing(24)
        inside.addWidget(label(headline, "hero", wrap=True))
        inside.addSpacing(6)
        inside.addWidget(label(summary, "body", "mute", wrap=True))
        self.lines: QVBoxLayout = vertical(spacing=0)
        inside.addLayout(self.lines)
        self._area = _AsHighAsItsContent(column)
        below = QWidget()
        below.setFixedWidth(WIDTH)
        self.foot: QVBoxLayout = vertical(below, spacing=0, margins=(0, 20, 0, 0))
        whole = vertical(self, spacing=0, margins=(4, 24, 4, 24))
        whole.addStretch(2)
        whole.addLayout(_in_the_middle(self._area))
        whole.addLayout(_in_the_middle(below))
        whole.addStretch(3)

    def bring_into_view(self, part: QWidget) -> None:
        """Scroll to a part that was unfolded."""
        # Its place is known once the lines are laid out anew.
        QTimer.singleShot(_LAID_OUT_MS, part, lambda: self._area.ensureWidgetVisible(part))


class _AsHighAsItsContent(QScrollArea):
    """It scrolls only where there is less room than that."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is reached by keys scrolls itself into view; the area is no stop on the way.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(WIDTH + 2 * _BESIDE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self._ground = ground = QWidget()
        middle = horizontal(ground, margins=(_BESIDE, 0, 0, 0))
        middle.addWidget(content)
        middle.addStretch()
        self.setWidget(ground)

    def sizeHint(self) -> QSize:
        inside = self._ground.layout()
        # Not the hint of the layout, which reckons with narrower lines of words.
        return QSize(self.width(), inside.totalHeightForWidth(WIDTH + 2 * _BESIDE) if inside else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width(), min(_LOWEST, self.sizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class Card(QFrame):
    """A titled card of sentences, each of them selectable."""

    def __init__(
        self, icon: str, ink: str, title: str, lines: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._title = title
        row = horizontal(self, spacing=10, margins=(18, 15, 18, 17))
        sign = QLabel()
        icons.put(sign, icon, ink, 18)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = vertical(spacing=5)
        words.addWidget(label(title, "strong"))
        self._said = vertical(spacing=5)
        words.addLayout(self._said)
        words.addStretch()
        row.addLayout(words, 1)
        self.show_lines(lines)

    def show_lines(self, lines: Sequence[str]) -> None:
        """Say these sentences instead."""
        while (item := self._said.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for each in lines:
            said = label(breakable(each), wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._said.addWidget(said)
            said.show()
        self.setAccessibleName(f"{self._title}: {' '.join(lines)}")


class SheetNote(QFrame):
    """A sentence with an information sign; an empty one is not shown."""

    def __init__(self, words: str = "", icon: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = horizontal(self, spacing=9)
        sign = QLabel()
        icons.put(sign, icon, "mute", 16)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        self._said = label(wrap=True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._said, 1)
        self.say(words)

    def say(self, words: str) -> None:
        """Say this instead."""
        self._said.setText(breakable(words))
        self.setVisible(bool(words))

    def words(self) -> str:
        """What it says."""
        return self._said.text().replace("\u200b", "")


def cards(*each: Card) -> QHBoxLayout:
    """Cards side by side, equally wide."""
    row = horizontal(spacing=12)
    for card in each:
        row.addWidget(card, 1)
    return row


def _in_the_middle(part: QWidget) -> QHBoxLayout:
    """Between stretches and not aligned: an aligned widget is not asked how high its wrapped words are."""
    row = horizontal()
    row.addStretch()
    row.addWidget(part)
    row.addStretch()
    return row


def _brand() -> QHBoxLayout:
    row = horizontal(spacing=9)
    logo = QLabel()
    icons.put(logo, "logo", "ink", 20)
    row.addWidget(logo)
    row.addWidget(label("WealthDesk", "brand"))
    row.addStretch()
    return row


def show_folder(path: Path) -> None:
    """Show the folder that the file is in; where that is gone, the nearest above it that is there."""
    there = next((each for each in path.absolute().parents if each.is_dir()), Path.home())
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(there)))


class PreparedPage(RecoverySheet):
    """backup: of the file as it was before."""

    open_requested = Signal()
    """It is to be opened here after all, which brings it to the newest version again."""
    quit_requested = Signal()

    def __init__(self, path: Path, version: int, backup: Backup, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(
            f"The file is prepared for version {version}",
            "It is closed here, and an older WealthDesk that knows this version opens it.",
            parent,
        )
        self._path = path
        moment = relative_moment(backup.made_at, clock.now(), capital=False)
        done = Card("check", "ok", "What was done", [f"“{path}” was brought to version {version}, and verified."])
        safe = Card(
            "shield", "ok", "What is safe", [f"All of it as it was before, as a backup: {moment}.", str(backup.path)]
        )
        self.lines.addSpacing(18)
        self.lines.addLayout(cards(done, safe))
        self.foot.addWidget(rule())
        self.foot.addSpacing(18)
        foot = horizontal(spacing=8)
        again = button("&Open it here again", icon="refresh", tip="Brings it to the newest version again")
        again.clicked.connect(self.open_requested)
        folder = button("Show &folder", icon="folder")
        folder.clicked.connect(lambda: show_folder(self._path))
        stop = primary_button("&Quit", icon="power", key="Ctrl+Return")
        stop.clicked.connect(self.quit_requested)
        foot.addStretch()
        for each in (folder, again, stop):
            foot.addWidget(each)
        self.foot.addLayout(foot)
        self.setFocusProxy(stop)


class WorkingPage(RecoverySheet):
    """It cannot be stopped in between: the file is replaced in one step, or not at all."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, "The file is closed for a moment. It is replaced in one step, or stays.", parent)
        self.lines.addSpacing(20)
        self.strip = ProgressStrip(words)
        self.lines.addWidget(self.strip)
        self.strip.start()


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was done, in words, and whether it can be undone."""

    words: str
    can_undo: bool


def restored(path: Path, backup: Path, clock: Clock) -> Replaced:
    """Put a backup in the file's place."""
    aside = restore(path, backup, clock)
    return Replaced(f"{_name(backup, clock.now())} is back. {_where(aside)}".strip(), aside is not None)


def mended(path: Path, clock: Clock) -> Replaced:
    """Mend the lines of the file that break a rule."""
    done = mend(path, clock)
    return Replaced(f"{' '.join(done.done)} {_where(done.aside)}".strip(), done.aside is not None)


def undone(path: Path, clock: Clock) -> Replaced:
    """Undo the newest restore."""
    aside = undo_restore(path, clock)
    return Replaced(f"What was there before the restore is back. {_where(aside, 'What stood in its place')}", True)


def _name(backup: Path, now: datetime) -> str:
    moment = moment_of(backup)
    return f"“{backup.name}”" if moment is None else f"The backup of {relative_moment(moment, now, capital=False)}"


def _where(aside: SetAside | None, what: str = "What was there") -> str:
    return f"{what} is set aside in “{aside.folder}”." if aside else ""
