"""Step 1 of the import: a place to drop a file on, and a button to choose one."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.help_dialog import HelpDialog, headings_under, help_page
from wealthdesk.gui.widgets.buttons import link_button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, set_look

_FACTS: Final = (
    ("search", "Checked first", "Every change and every problem is shown before anything is kept."),
    ("shield", "All or nothing", "Files are kept as a whole, in one step. The same file twice changes nothing."),
)
_READ: Final = (("Programs", "Programs"), ("Brokers", "Brokers, and others like them"))
_LIST_WIDTH: Final = 330


class ChoosePanel(QFrame):
    """The whole panel takes files that are dropped."""

    choose_requested = Signal()
    files_dropped = Signal(object)
    """The Paths."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.button = primary_button("&Choose files…", tip="Choose one or several files to import")
        self.button.clicked.connect(self.choose_requested)
        self._ground = QFrame()
        self._ground.setProperty("kind", "drop")
        self._ground.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._ground.setMinimumHeight(320)
        self.how = link_button("How it is exported &there, step by step", icon="info")
        self.how.clicked.connect(self.show_help)
        self._lay_out()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event):
            event.acceptProposedAction()
            set_look(self._ground, "over", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_look(self._ground, "over", False)

    def dropEvent(self, event: QDropEvent) -> None:
        set_look(self._ground, "over", False)
        paths = files_of(event)
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def show_help(self) -> QDialog:
        """Show what is read, and how each program and broker exports it."""
        return open_dialog(self.help_dialog())

    def help_dialog(self) -> HelpDialog:
        """The page of the manual about this."""
        return HelpDialog("import", "What is read, and how it is exported", self)

    def _what_is_read(self) -> QVBoxLayout:
        """Programs and brokers by name, as the manual has them."""
        text = help_page("import").read_text(encoding="utf-8")
        lines = vertical(spacing=6)
        lines.addWidget(label("What is read", "panel"))
        for heading, words in _READ:
            lines.addSpacing(4)
            lines.addWidget(label(words, "note_strong", "mute"))
            lines.addWidget(label(", ".join(headings_under(text, heading)), wrap=True))
        lines.addSpacing(4)
        lines.addWidget(label("Anything else", "note_strong", "mute"))
        lines.addWidget(label("Tables in CSV, TSV, xlsx, xls or ods: you say what a column means.", wrap=True))
        lines.addSpacing(6)
        lines.addWidget(self.how, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addStretch()
        return lines

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        sign = QLabel()
        icons.put(sign, "import", "mute", 32)
        lines = vertical(self._ground, spacing=6, margins=(24, 24, 24, 24))
        lines.addStretch()
        lines.addWidget(sign, 0, centre)
        lines.addSpacing(12)
        lines.addWidget(label("Drop files here", "panel"), 0, centre)
        lines.addWidget(
            label(
                "Files of your brokers or of another program, several at once, or what WealthDesk exported.",
                "body",
                "mute",
            ),
            0,
            centre,
        )
        lines.addSpacing(14)
        lines.addWidget(self.button, 0, centre)
        lines.addStretch()
        column = vertical(spacing=22)
        column.addWidget(self._ground)
        column.addLayout(_facts())
        column.addStretch()
        side = QWidget()
        side.setFixedWidth(_LIST_WIDTH)
        side.setLayout(self._what_is_read())
        row = horizontal(self, spacing=36, margins=(24, 4, 24, 0))
        row.addLayout(column, 1)
        row.addWidget(side)


def _facts() -> QHBoxLayout:
    row = horizontal(spacing=28)
    for icon, title, said in _FACTS:
        sign = QLabel()
        icons.put(sign, icon, "mute", 18)
        words = vertical(spacing=3)
        words.addWidget(label(title, "strong"))
        words.addWidget(label(said, "note", "mute", wrap=True))
        words.addStretch()
        fact = horizontal(spacing=10)
        fact.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        fact.addLayout(words, 1)
        row.addLayout(fact, 1)
    return row


def files_of(event: QDropEvent) -> list[Path]:
    """The local files that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
