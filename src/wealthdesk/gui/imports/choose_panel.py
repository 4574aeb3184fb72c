"""Step 1 of the import: a place to drop files on, and those that are chosen, each with what it is and where it goes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.help_dialog import HelpDialog, headings_under, help_page
from wealthdesk.gui.imports.file_line import places_for
from wealthdesk.gui.imports.reading import Checked, Into, Reading, into_account
from wealthdesk.gui.imports.words import what_is_inside, what_it_is
from wealthdesk.gui.widgets.buttons import icon_button, primary_button, word_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, vertical
from wealthdesk.gui.widgets.text import ShortLabel, frame, label, rule, set_ink, set_look
from wealthdesk.services.imports import Draft

_SENTENCE: Final = "Drop your files here. WealthDesk finds out what they are."
_LINE: Final = (
    "Several at once, also the same broker’s next month: what is already there is recognised. "
    "Nothing is changed before you have checked it."
)
_DROP: Final = "Drop files, or paste a table with Ctrl+V"
_READ: Final = (("Programs", "Programs"), ("Brokers", "Brokers, and others like them"))
_SIDE: Final = 24
_LIST_WIDTH: Final = 368
_NARROW_LIST: Final = 300
_DROP_HEIGHT: Final = 132
_ROW_HEIGHT: Final = 76
_INTO_WIDTH: Final = 220
_HERE: Final = Qt.ShortcutContext.WidgetWithChildrenShortcut
_NARROW_BELOW: Final = 880
"""In a narrower page what is read has less room."""


class FileRow(QFrame):
    """One file: what it is, what is in it, where it goes; one that is refused says what to export instead."""

    into_chosen = Signal(object)
    """The Reading wanted now."""
    remove_requested = Signal(object)
    """The Reading that is not to be imported."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checked: Checked | None = None
        self.setMinimumHeight(_ROW_HEIGHT)
        self.name = ShortLabel(role="strong")
        self.what, self.inside = ShortLabel(role="note", ink="mute2"), ShortLabel(role="note", ink="mute")
        self.refusal = label(role="note_strong", ink="error", wrap=True)
        self.into = Combo("Account to import into", parent=self)
        self.into.set_prefix("Into")
        self.into.setFixedWidth(_INTO_WIDTH)
        self.into.chosen.connect(self._on_into)
        self.remove = icon_button("close", "Leave this file out")
        self.remove.clicked.connect(self._on_remove)
        self._sign, self._warning = QLabel(), QLabel()
        icons.put(self._warning, "warning", "error", 16)
        self._lay_out()

    def show_file(self, checked: Checked, accounts: Sequence[str]) -> None:
        """Show the file that is looked at. accounts: the names of those in the portfolio."""
        self._checked = checked
        is_refused = checked.is_refused
        icons.put(self._sign, "file", "mute" if is_refused else "ink", 20)
        self.name.show_words(checked.draft.file_name)
        set_ink(self.name, "mute" if is_refused else "ink")
        self.what.show_words(what_it_is(checked))
        self.inside.show_words("" if is_refused else what_is_inside(checked))
        problem = checked.file_problems[0] if is_refused else None
        self.refusal.setText(" ".join(filter(None, (problem.what, problem.fix))) if problem else "")
        for each in (self.refusal, self._warning):
            each.setVisible(is_refused)
        for each in (self.what, self.inside):
            each.setVisible(bool(each.words))
        goes = not is_refused and isinstance(checked.draft, Draft)
        self.into.setVisible(goes)
        if goes:
            options, chosen = places_for(checked, accounts)
            self.into.set_options(options)
            self.into.choose(chosen)
            set_look(self.into, "invalid", checked.leaves_accounts_open)

    def _on_into(self, into: object) -> None:
        checked = self._checked
        if checked is None or not isinstance(into, Into) or into == checked.reading.into:
            return
        reading, layout = checked.reading, checked.layout
        wanted = replace(reading, into=into) if layout is None else into_account(reading, layout, layout, into)
        self.into_chosen.emit(wanted)

    def _on_remove(self) -> None:
        if self._checked is not None:
            self.remove_requested.emit(self._checked.reading)

    def _lay_out(self) -> None:
        lines = vertical(spacing=2)
        for each in (self.name, self.what, self.inside, self.refusal):
            lines.addWidget(each)
        row = horizontal(spacing=8, margins=(4, 9, 0, 9))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(2)
        row.addLayout(lines, 1)
        row.addWidget(self.into)
        row.addWidget(self._warning)
        row.addWidget(self.remove)
        column = vertical(self, spacing=0)
        column.addLayout(row, 1)
        column.addWidget(rule())


class ChosenFiles(QWidget):
    """The files that were read and are not checked yet; hidden while there is none."""

    changed = Signal(object)
    """The Readings wanted now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.checked: Checked | None = None
        self.rows: list[FileRow] = []
        self._title = label(role="section")
        self._rows = vertical(spacing=0)
        column = vertical(self, spacing=0)
        column.addWidget(self._title)
        column.addSpacing(9)
        column.addWidget(rule())
        column.addLayout(self._rows)
        self.hide()

    def show_files(self, checked: Checked | None, accounts: Sequence[str] = ()) -> None:
        """Show these; None: none is chosen."""
        self.checked = checked
        count = len(checked.files) if checked else 0
        while len(self.rows) < count:
            row = FileRow(self)
            row.into_chosen.connect(self._on_into)
            row.remove_requested.connect(self._on_removed)
            self.rows.append(row)
            self._rows.addWidget(row)
        for row in self.rows[count:]:
            row.hide()
            row.deleteLater()
        del self.rows[count:]
        for place, row in enumerate(self.rows):
            assert checked is not None
            row.show_file(checked.of(place), accounts)
        self._title.setText(text.count(count, "file"))
        self.setVisible(bool(count))

    def _on_into(self, reading: Reading) -> None:
        assert self.checked is not None
        self.changed.emit(tuple(reading if each.path == reading.path else each for each in self.checked.readings))

    def _on_removed(self, reading: Reading) -> None:
        assert self.checked is not None
        self.changed.emit(tuple(each for each in self.checked.readings if each.path != reading.path))


class ChoosePanel(QFrame):
    """The whole panel takes files that are dropped, and a table that is pasted."""

    choose_requested = Signal()
    files_dropped = Signal(object)
    """The Paths."""
    pasted = Signal(str)
    check_requested = Signal(object)
    """The Readings to be checked: those of files that are not refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.button = primary_button("&Choose files…", tip="Choose one or several files to import")
        self.button.clicked.connect(self.choose_requested)
        self._area, self._inside = scrolling(self)
        self.files = ChosenFiles(self._inside)
        self.check = primary_button("Chec&k", tip="Ctrl+Enter")
        self.check.clicked.connect(self._on_check)
        self.check.hide()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.check.click, context=_HERE)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.paste, context=_HERE)
        self._ground = QFrame(self._inside)
        self._ground.setProperty("kind", "drop")
        self._ground.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._ground.setFixedHeight(_DROP_HEIGHT)
        self.how = word_button("How to export there, step by step")
        self.how.clicked.connect(self.show_help)
        self._lay_out()

    def show_files(self, checked: Checked | None, accounts: Sequence[str] = ()) -> None:
        """Show files that were read; None: none is chosen."""
        self.files.show_files(checked, accounts)
        count = len(checked.accepted) if checked else 0
        self.check.setVisible(bool(count))
        self.check.setText(f"Chec&k {text.count(count, 'file')}")
        # One button is the one to press.
        set_look(self.button, "kind", "plain" if count else "primary")
        self.button.setFont(fonts.font("control" if count else "strong"))

    def paste(self) -> None:
        """Take what is on the clipboard: files, or the words of a table."""
        mime = QGuiApplication.clipboard().mimeData()
        if not self.acceptDrops():
            return
        if paths := [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]:
            self.files_dropped.emit(paths)
        elif mime.text().strip():
            self.pasted.emit(mime.text())

    def _on_check(self) -> None:
        if self.files.checked is not None:
            self.check_requested.emit(self.files.checked.accepted)

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
        words, side = help_page("import").read_text(encoding="utf-8"), QWidget(self._inside)
        lines = vertical(side, spacing=0)
        lines.addWidget(label("What is read", "section"))
        for heading, title in _READ:
            lines.addSpacing(14)
            lines.addWidget(label(title, "note_strong", "mute2"))
            lines.addSpacing(4)
            lines.addLayout(_names(headings_under(words, heading)))
        lines.addSpacing(14)
        lines.addWidget(label("Anything else", "note_strong", "mute"))
        lines.addSpacing(4)
        lines.addWidget(rule())
        lines.addSpacing(5)
        lines.addWidget(label("CSV, TSV, Excel, OpenDocument", "control"))
        lines.addWidget(label("you say what a column means; it is remembered", "note", "mute", wrap=True))
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
        zone.addWidget(label(_DROP, "strong"), 0, centre)
        zone.addWidget(self.button, 0, centre)
        zone.addStretch()
        said = vertical(spacing=4, margins=(_SIDE, 4, _SIDE, 0))
        said.addWidget(label(_SENTENCE, "hero", wrap=True))
        said.addWidget(label(_LINE, ink="mute2", wrap=True))
        drop = vertical(spacing=22)
        drop.addWidget(self._ground)
        drop.addWidget(self.files)
        drop.addStretch()
        self._side = self._what_is_read()
        row = horizontal(spacing=40)
        row.addLayout(drop, 1)
        row.addWidget(self._side)
        vertical(self._inside, spacing=24, margins=(_SIDE, 0, _SIDE, 16)).addLayout(row, 1)
        outer = vertical(self, spacing=0)
        outer.addLayout(said)
        outer.addSpacing(20)
        outer.addWidget(self._area, 1)
        outer.addWidget(_foot(self.check))


def _foot(primary: QWidget) -> QFrame:
    foot = frame("pagefoot")
    sign = QLabel()
    icons.put(sign, "lock", "mute2", 16)
    row = horizontal(foot, spacing=8, margins=(_SIDE, 14, _SIDE, 16))
    row.addWidget(sign)
    row.addWidget(label("Files are read on this computer and are not kept.", "note", "mute2"), 1)
    row.addWidget(primary)
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
