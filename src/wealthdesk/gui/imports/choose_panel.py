"""Step 1 of the import: a place to drop a file on, and a button to choose one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.help_dialog import HelpDialog, headings_under, help_page
from wealthdesk.gui.widgets.buttons import primary_button, word_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label, rule, set_look

_SENTENCE: Final = "Drop your files here. WealthDesk finds out what they are."
_LINE: Final = (
    "Several at once, also the same broker’s next month: what is already there is recognised. "
    "Nothing is changed before you have checked it."
)
_READ: Final = (("Programs", "Programs"), ("Brokers", "Brokers, and others like them"))
_SIDE: Final = 24
_LIST_WIDTH: Final = 368
_NARROW_LIST: Final = 300
_DROP_HEIGHT: Final = 132
_NARROW_BELOW: Final = 880
"""In a narrower page what is read has less room."""


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
        self._ground.setFixedHeight(_DROP_HEIGHT)
        self.how = word_button("How to export there, step by step")
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW_BELOW
        self._side.setFixedWidth(_NARROW_LIST if is_narrow else _LIST_WIDTH)

    def _what_is_read(self) -> QWidget:
        """Programs and brokers by name, as the manual has them."""
        text, side = help_page("import").read_text(encoding="utf-8"), QWidget()
        lines = vertical(side, spacing=0)
        lines.addWidget(label("What is read", "section"))
        for heading, words in _READ:
            lines.addSpacing(14)
            lines.addWidget(label(words, "note_strong", "mute"))
            lines.addSpacing(4)
            lines.addLayout(_names(headings_under(text, heading)))
        lines.addSpacing(14)
        lines.addWidget(label("Anything else", "note_strong", "mute"))
        lines.addSpacing(4)
        lines.addWidget(rule())
        lines.addSpacing(5)
        lines.addWidget(label("CSV, TSV, Excel, OpenDocument", "control"))
        lines.addWidget(label("you say what a column means; it is remembered", "note", "mute"))
        lines.addSpacing(5)
        lines.addWidget(rule())
        lines.addSpacing(12)
        lines.addWidget(self.how, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addStretch()
        return side

    def _lay_out(self) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        sign = QLabel()
        icons.put(sign, "import", "ink", 24)
        zone = vertical(self._ground, spacing=8, margins=(24, 12, 24, 12))
        zone.addStretch()
        zone.addWidget(sign, 0, centre)
        zone.addWidget(label("Drop files here, or anywhere in the window", "strong"), 0, centre)
        zone.addWidget(self.button, 0, centre)
        zone.addStretch()
        said = vertical(spacing=4, margins=(_SIDE, 4, _SIDE, 0))
        said.addWidget(label(_SENTENCE, "sentence", wrap=True))
        said.addWidget(label(_LINE, ink="mute2", wrap=True))
        drop = vertical(spacing=22)
        drop.addWidget(self._ground)
        drop.addStretch()
        self._side = self._what_is_read()
        row = horizontal(spacing=40)
        row.addLayout(drop, 1)
        row.addWidget(self._side)
        ground = QWidget()
        column = vertical(ground, spacing=24, margins=(_SIDE, 0, _SIDE, 16))
        column.addLayout(row, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(ground)
        outer = vertical(self, spacing=0)
        outer.addLayout(said)
        outer.addSpacing(20)
        outer.addWidget(area, 1)
        outer.addWidget(_foot())


def _foot() -> QFrame:
    foot = frame("pagefoot")
    sign = QLabel()
    icons.put(sign, "lock", "mute2", 16)
    row = horizontal(foot, spacing=8, margins=(_SIDE, 14, _SIDE, 16))
    row.addWidget(sign)
    row.addWidget(label("Files are read on this computer and are not kept.", "note", "mute2"), 1)
    foot.setMinimumHeight(67)
    return foot


def _names(names: Sequence[str]) -> QGridLayout:
    """Names in two columns, with a line below each pair."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
    for column in range(2):
        grid.setColumnStretch(column, 1)
    grid.addWidget(rule(), 0, 0, 1, 2)
    for place, name in enumerate(names):
        row, column = divmod(place, 2)
        grid.addWidget(label(name, "control", wrap=True), 1 + 2 * row, column)
        if not column:
            grid.addWidget(rule(), 2 + 2 * row, 0, 1, 2)
    return grid


def files_of(event: QDropEvent) -> list[Path]:
    """The local files that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
