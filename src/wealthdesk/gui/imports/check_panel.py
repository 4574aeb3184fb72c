"""Step 2 of the import: what would change, what is wrong, what the columns mean; nothing is changed here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QWidget

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.names import name_order
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts
from wealthdesk.gui.imports.column_section import ColumnSection
from wealthdesk.gui.imports.file_line import FileLine
from wealthdesk.gui.imports.lists import CheckLists
from wealthdesk.gui.imports.reading import Checked, Reading, is_transactions, with_name, with_opening
from wealthdesk.gui.imports.sections import NamesSection
from wealthdesk.gui.imports.words import check_line, check_sentence, lines_left_out, result, why_not
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, tab_as_read, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, set_ink
from wealthdesk.services.imports import Named

_SIDE: Final = 24
_BESIDE_FROM: Final = 980
"""Narrower, the choice of the file stands above what can be changed of it."""
_MESSAGES: Final = 3
"""The most problems of the whole file that are told at once."""


@dataclass(frozen=True, slots=True)
class WantedImport:
    """What the user wants to be kept: what was checked, and which holdings are to go."""

    checked: Checked
    leaves_out: bool
    removed: tuple[str, ...]
    classes: Mapping[Named, str] = field(default_factory=dict)
    """The classes of new assets that were accepted or chosen."""


class CheckPanel(QWidget):
    """Shows the files that are Checked; says by signals what the user wants."""

    readings_changed = Signal(object)
    """The Readings wanted now, one for each file."""
    keep_requested = Signal(object)
    """The Wanted."""
    back_requested = Signal()
    again_requested = Signal()
    other_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checked: Checked | None = None
        self._busy = ""
        self._area, ground = scrolling(self)
        self._files = _FileLines(ground)
        self.file_lines = self._files.lines
        self.refusal = Message(Tone.WARNING, parent=ground)
        self.refusal.hide()
        self.file_problems = [Message(Tone.ERROR, parent=ground) for _ in range(_MESSAGES)]
        self.sentence = label(role="hero", wrap=True)
        self._line = label(ink="mute2", wrap=True)
        self.cells = ColumnSection(ground)
        self.columns, self.guesses = self.cells.table, self.cells.guesses
        self.names = NamesSection(ground)
        self.lists = CheckLists(ground)
        self._foot = _Foot(self)
        self.leave_out, self.primary = self._foot.leave_out, self._foot.primary
        self.back, self.again = self._foot.back, self._foot.again
        self._connect()
        self._add_keys()
        self._lay_out(ground)

    def _connect(self) -> None:
        self._files.reading_changed.connect(self._change)
        self._files.remove_requested.connect(self._on_removed)
        self._files.other_requested.connect(self.other_requested)
        self._files.way_shown.connect(self.columns.show_all)
        self.cells.reading_changed.connect(self._change)
        self.cells.place_chosen.connect(self._on_place_chosen)
        self.cells.went_to_problem.connect(self._show_cells)
        self.names.named.connect(self._on_account_named)
        self.lists.openings.given.connect(self._on_opening_given)
        self.lists.gone.chosen.connect(self._show_foot)
        self.leave_out.toggled.connect(self._show_words_and_foot)
        self.back.clicked.connect(self.back_requested)
        self.again.clicked.connect(self.again_requested)
        self.primary.clicked.connect(self._on_primary)

    @property
    def file_line(self) -> FileLine:
        """The line of the first file."""
        return self.file_lines[0]

    @property
    def checked(self) -> Checked:
        """The files that are shown."""
        assert self._checked is not None
        return self._checked

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show files as they were read and compared with the portfolio."""
        before = self._checked
        is_another = before is None or _paths(before) != _paths(checked)
        # What was accepted was to leave out those lines, not others.
        has_more = before is not None and not checked.problem_lines <= before.problem_lines
        if is_another:
            self.lists.gone.forget()
            self.guesses.forget()
        shown = _first_with_problems(checked) if before is None or is_another else before.shown
        checked = checked.of(shown)
        if is_another or has_more:
            self.leave_out.setChecked(False)
        self._checked, self._portfolio = checked, portfolio
        self.refusal.hide()
        self._files.show_checked(checked, portfolio)
        self._fit_bar()
        self.names.show_files(checked)
        self._show_file_problems(checked)
        self.cells.show_checked(checked, portfolio)
        self.lists.show_checked(checked, portfolio)
        self._order_parts()
        self._show_words_and_foot()
        if is_another:
            self._area.verticalScrollBar().setValue(0)

    def show_busy(self, words: str) -> None:
        """Show that the file is being read anew or kept ("" = no more): what is seen may not be what comes."""
        self._busy = words
        given = (self.lists.openings, self.lists.gone, self.cells.look_at)
        parts = (*self.file_lines, self.names, self.cells, *given, self.leave_out)
        for each in (*parts, self.back, self.again):
            each.setEnabled(not words or "Reading" in words)
        self._show_words_and_foot()

    def show_refusal(self, error: WealthDeskError) -> None:
        """Say why nothing was kept."""
        self.refusal.show_message(Tone.WARNING, str(error), "Look at what would change now, and import again.")
        self.refusal.show()

    def next_to_do(self) -> QWidget:
        """Where the next thing is to be done."""
        checked = self._checked
        if checked is not None and checked.any_leaves_accounts_open:
            open_ones = (place for place in range(len(checked.files)) if checked.of(place).leaves_accounts_open)
            return self.file_lines[next(open_ones)].into
        if self.primary.isEnabled():
            return self.primary
        if checked is not None and checked.file_problems and checked.layout and self.columns.combos():
            return self.columns.combos()[0]
        if self.cells.go_to_first_problem():
            return self.columns
        return self.back if self.leave_out.isHidden() else self.leave_out

    def _add_keys(self) -> None:
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.primary.click)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.back.click)
        following = QShortcut(QKeySequence("F8"), self)
        following.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        following.activated.connect(self.cells.go_to_next_problem)

    def _on_primary(self) -> None:
        if self._checked is not None:
            removed = tuple(self.lists.gone.chosen_ids())
            leaves_out, classes = self.leave_out.isChecked(), self.guesses.accepted()
            self.keep_requested.emit(WantedImport(self._checked, leaves_out, removed, classes))

    def _on_place_chosen(self, place: int) -> None:
        if self._checked is not None:
            self._checked = self._checked.of(place)
            self._files.show_line_of(place)
            self._fit_bar()
            self._order_parts()

    def _show_cells(self) -> None:
        self._area.ensureWidgetVisible(self.cells, 0, 0)

    def _order_parts(self) -> None:
        """The Tab key goes through them as they are read, though some are made later than what stands below them."""
        tab_as_read(self)
        before: QWidget = [self.file_lines[self.checked.shown].options.header, *self.names.fields()][-1]
        for each in (*self.columns.combos(), self.columns):
            self.setTabOrder(before, each)
            before = each

    def _on_account_named(self, reading: Reading, account: str, name: str) -> None:
        self._change(with_name(reading, account, name))

    def _on_opening_given(self, symbol: str, quantity: Decimal | None, cost: Decimal | None) -> None:
        checked = self._checked
        if checked is None:
            return
        wanted = tuple(
            with_opening(each.reading, symbol, quantity, cost) if is_transactions(each.draft) else each.reading
            for each in checked.files
        )
        self.readings_changed.emit(wanted)

    def _change(self, reading: Reading) -> None:
        """Ask for the files to be read with this one read so."""
        if self._checked is not None:
            others = self._checked.readings
            self.readings_changed.emit(tuple(reading if each.path == reading.path else each for each in others))

    def _on_removed(self, reading: Reading) -> None:
        if self._checked is not None:
            self.readings_changed.emit(tuple(each for each in self._checked.readings if each.path != reading.path))

    def _show_file_problems(self, checked: Checked) -> None:
        is_many = len(checked.files) > 1
        told = [
            (f"{each.draft.file_name}: {problem.what}" if is_many else problem.what, problem.fix)
            for place, each in enumerate(checked.files)
            for problem in checked.of(place).file_problems
        ]
        for place, message in enumerate(self.file_problems):
            message.setVisible(place < len(told))
            if place < len(told):
                message.show_message(Tone.ERROR, *told[place])

    def _show_words_and_foot(self) -> None:
        checked = self._checked
        if checked is None:
            return
        leaves_out = self.leave_out.isChecked() and bool(checked.problem_lines)
        self.sentence.setText(check_sentence(checked, leaves_out=leaves_out))
        set_ink(self.sentence, "mute" if self._busy else "ink")
        self._line.setText(check_line(checked))
        self._show_foot()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def _fit_bar(self) -> None:
        """Which file it is and how it is read stand beside each other where there is room for both."""
        wanted = self.cells.look_at.sizeHint().width() + max(each.room_for_all() for each in self._files.lines)
        is_beside = self.width() >= max(_BESIDE_FROM, wanted + 2 * _SIDE + self._bar.spacing())
        directions = QBoxLayout.Direction
        self._bar.setDirection(directions.LeftToRight if is_beside else directions.TopToBottom)

    def _show_foot(self) -> None:
        if self._checked is not None:
            self._foot.show_checked(self._checked, self._busy, len(self.lists.gone.chosen_ids()))

    def _lay_out(self, ground: QWidget) -> None:
        lines = vertical(ground, spacing=14, margins=(_SIDE, 4, _SIDE, 8))
        said = vertical(spacing=4)
        said.addWidget(self.sentence)
        said.addWidget(self._line)
        lines.addLayout(said)
        for message in (self.refusal, *self.file_problems):
            lines.addWidget(message)
        self._bar = horizontal(spacing=12)
        self._bar.addWidget(self.cells.look_at)
        self._bar.addWidget(self._files, 1)
        lines.addLayout(self._bar)
        lines.addWidget(self.names)
        lines.addWidget(self.cells)
        lines.addWidget(self.lists)
        lines.addStretch()
        bar = self._area.verticalScrollBar()
        # The bar stands in the margin, so that what scrolls keeps in line with what does not.
        bar.rangeChanged.connect(
            lambda _, most: lines.setContentsMargins(_SIDE, 4, _SIDE - (bar.sizeHint().width() if most else 0), 8)
        )
        column = vertical(self, spacing=0)
        column.addWidget(self._area, 1)
        column.addWidget(self._foot)


class _FileLines(QWidget):
    """A line for each file, of which one is seen."""

    reading_changed = Signal(object)
    """The Reading wanted now."""
    remove_requested = Signal(object)
    other_requested = Signal()
    way_shown = Signal(bool)
    """Whether how the file is read is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[FileLine] = []
        self._rows = vertical(self, spacing=10)
        self._have(1)

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show all files, and of them the one that is shown."""
        accounts = sorted((a.name for a in portfolio.accounts.values() if not a.is_archived), key=name_order)
        self._have(len(checked.files))
        for place, line in enumerate(self.lines):
            line.show_checked(checked.of(place), accounts, portfolio.base_currency)
            line.show_beside_others(len(checked.files) > 1)
        self.show_line_of(checked.shown)

    def show_line_of(self, shown: int) -> None:
        """Show the line of one file."""
        for place, line in enumerate(self.lines):
            line.setVisible(place == shown)
        self.way_shown.emit(self.lines[shown].otherwise.isChecked())

    def _have(self, count: int) -> None:
        while len(self.lines) < count:
            line = FileLine(self)
            line.reading_changed.connect(self.reading_changed)
            line.remove_requested.connect(self.remove_requested)
            line.other_requested.connect(self.other_requested)
            line.otherwise.toggled.connect(self.way_shown)
            self.lines.append(line)
            self._rows.addWidget(line)
        for line in self.lines[count:]:
            line.hide()
            line.deleteLater()
        del self.lines[count:]


class _Foot(QFrame):
    """What importing does, or why it cannot be done; and whether lines with a problem are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pagefoot")
        self.leave_out = QCheckBox()
        self.leave_out.setFont(fonts.font("control"))
        self._state = label("", "note", "mute2", wrap=True, right=True)
        self.back = button("&Back", tip="Back to choosing a file (Esc)")
        self.again = button("&Read file again", tip="After it was corrected")
        self.primary = primary_button("&Import", tip="Ctrl+Enter")
        self._row = horizontal(spacing=8)
        self._row.addWidget(self._state, 1)
        self._row.addSpacing(4)
        for each in (self.back, self.again, self.primary):
            self._row.addWidget(each)
        self._lines = horizontal(self, spacing=8, margins=(_SIDE, 14, _SIDE, 16))
        self._lines.addWidget(self.leave_out)
        self._lines.addLayout(self._row, 1)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            # Where all of it has no room side by side, the choice stands above.
            needed = self.leave_out.sizeHint().width() + self._row.minimumSize().width() + 2 * _SIDE + 8
            is_narrow = not self.leave_out.isHidden() and needed > self.width()
            ways = QBoxLayout.Direction
            self._lines.setDirection(ways.TopToBottom if is_narrow else ways.LeftToRight)
        return super().event(event)

    def show_checked(self, checked: Checked, busy: str, removed: int) -> None:
        """busy: what is being done just now. removed: how many holdings are to go."""
        lines = checked.problem_lines
        self.leave_out.setText(lines_left_out(lines, is_transactions=checked.has_transactions))
        can_leave_out = bool(lines) and not checked.is_only_targets and not checked.has_file_problems
        self.leave_out.setVisible(can_leave_out)
        leaves_out = self.leave_out.isChecked() and can_leave_out
        why = busy or why_not(checked, leaves_out=leaves_out, removed=removed)
        self._state.setText(why)
        self.again.setVisible(bool(checked.problems))
        words = result(checked, removed)
        self.primary.setText(words)
        self.primary.setAccessibleName(words.replace("&", ""))
        self.primary.setAccessibleDescription(why)
        self.primary.setEnabled(not why)


def _paths(checked: Checked) -> list[Path]:
    return [each.path for each in checked.readings]


def _first_with_problems(checked: Checked) -> int:
    """The file that something is to be done in, the first where there is none."""
    wrong = {each.file for each in checked.problems if checked.of(each.file).layout is not None}
    tables = (place for place in range(len(checked.files)) if checked.of(place).layout is not None)
    return min(wrong) if wrong else next(tables, 0)
