"""Step 2 of the import: what the columns mean, what would change, what is wrong; nothing is changed here."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.imports import sections
from wealthdesk.gui.imports.column_table import ColumnTable
from wealthdesk.gui.imports.count_card import CountCard
from wealthdesk.gui.imports.file_line import FileLine
from wealthdesk.gui.imports.names_section import NamesSection
from wealthdesk.gui.imports.reading import (
    Checked,
    Found,
    Reading,
    is_transactions,
    with_correction,
    with_field,
    with_name,
    with_opening,
)
from wealthdesk.gui.imports.story_section import OpeningSection, story_section
from wealthdesk.gui.imports.words import figure, lines_left_out, news_lines, result, why_not
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label, set_ink
from wealthdesk.services.imports import ClassGuess, Column, Field

_UNCHANGED: Final = "Nothing has been changed yet."
_FILE_COLUMN: Final = 4
_SIDE: Final = 24
_MESSAGES: Final = 3
"""The most problems of the whole file that are told at once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user wants to be kept: what was checked, and which holdings are to go."""

    checked: Checked
    leaves_out: bool
    removed: tuple[str, ...]
    accepted: tuple[ClassGuess, ...] = ()
    """The guessed classes that are kept."""


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
        self.file_lines: list[FileLine] = []
        self._files = vertical(spacing=10)
        self._show_lines(1)
        self.refusal = Message(Tone.WARNING)
        self.refusal.hide()
        self.file_problems = [Message(Tone.ERROR) for _ in range(_MESSAGES)]
        self.nothing_new = Message(Tone.OK, "Everything in this file is already in the portfolio.")
        self.ready = CountCard("check", Tone.OK)
        self.wrong = CountCard("error", Tone.ERROR)
        self.same = CountCard("copy", "mute")
        self.columns = ColumnTable()
        self.columns.field_chosen.connect(self._on_field_chosen)
        self.columns.corrected.connect(self._on_corrected)
        self.columns.cell_chosen.connect(self._on_cell_chosen)
        self._columns_section = sections.Section(self._columns_with_words())
        self.look_at = Combo("File whose columns are shown")
        self.look_at.setMinimumWidth(260)
        self.look_at.chosen.connect(self._on_look_at)
        self._columns_section.head.addWidget(self.look_at)
        self.names = NamesSection()
        self.names.named.connect(self._on_account_named)
        self.openings = OpeningSection()
        self.openings.given.connect(self._on_opening_given)
        self.stories = story_section()
        self.problems = sections.problem_section()
        self.problems.table.row_selected.connect(self._on_problem_selected)
        self.problems.table.opened.connect(self._on_problem_opened)
        self.corrections = sections.correction_section()
        self.gone = sections.GoneSection()
        self.gone.chosen.connect(self._show_foot)
        self.guesses = sections.GuessSection()
        self.news = sections.LinesSection()
        self.changes = sections.change_section()
        self.strategies = sections.strategy_section()
        self.notes = sections.note_section()
        self.left_out = sections.left_out_section()
        self.leave_out = QCheckBox()
        self.leave_out.setFont(fonts.font("control"))
        self.leave_out.toggled.connect(self._show_counts_and_foot)
        self._state = label(_UNCHANGED, "note", "mute", wrap=True)
        self.back = button("&Back", tip="Back to choosing a file (Esc)")
        self.back.clicked.connect(self.back_requested)
        self.again = button("&Read file again", tip="After it was corrected")
        self.again.clicked.connect(self.again_requested)
        self.primary = primary_button("&Import", tip="Ctrl+Enter")
        self.primary.clicked.connect(self._on_primary)
        self._add_keys()
        self._lay_out()

    @property
    def file_line(self) -> FileLine:
        """The line of the first file."""
        return self.file_lines[0]

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show files as they were read and compared with the portfolio."""
        before = self._checked
        is_another = before is None or _paths(before) != _paths(checked)
        # What was accepted was to leave out those lines, not others.
        has_more = before is not None and not checked.problem_lines <= before.problem_lines
        if is_another:
            self.gone.forget()
            self.guesses.forget()
        shown = _first_with_problems(checked) if before is None or is_another else before.shown
        checked = checked.of(shown)
        if is_another or has_more:
            self.leave_out.setChecked(False)
        self._checked, self._portfolio = checked, portfolio
        self.refusal.hide()
        self._show_files(checked, portfolio)
        self._show_file_problems(checked)
        self._show_columns(checked)
        self._show_lists(checked, portfolio)
        self._show_counts_and_foot()
        if is_another:
            self._area.verticalScrollBar().setValue(0)

    def show_busy(self, words: str) -> None:
        """Show that the file is being read anew or kept ("" = no more): what is seen may not be what comes."""
        self._busy = words
        parts = (
            *self.file_lines,
            self.names,
            self._columns_section,
            self.openings,
            self.gone,
            self.guesses,
            self.leave_out,
        )
        for each in (*parts, self.back, self.again):
            each.setEnabled(not words or "Reading" in words)
        self._show_counts_and_foot()

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
        if (
            checked is not None
            and not self._columns_section.isHidden()
            and self._go_to_problem(checked, (), scrolls=False)
        ):
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
        following.activated.connect(self.go_to_next_problem)

    def _on_primary(self) -> None:
        if self._checked is not None:
            removed = tuple(self.gone.chosen_ids())
            accepted = self.guesses.accepted()
            self.keep_requested.emit(Wanted(self._checked, self.leave_out.isChecked(), removed, accepted))

    def go_to_next_problem(self) -> None:
        """Make the next cell with a problem the current one, also in another file; after the last comes the first."""
        checked = self._checked
        if checked is None or not checked.line_problems:
            return
        line, place = self.columns.current_cell() or (0, -1)
        self._go_to_problem(checked, (checked.shown, line, place))
        self.columns.setFocus()

    def _go_to_problem(self, checked: Checked, after: tuple[int, ...], *, scrolls: bool = True) -> bool:
        """Go to the first problem after this place (file, line, column); False where none of them is shown."""
        placed = sorted(((each.file, each.line, self._place_of(each)), each) for each in checked.line_problems)
        following = [each for place, each in placed if place > after] or [each for _, each in placed]
        return bool(following) and self._go_to(following[0], scrolls=scrolls)

    def _go_to(self, found: Found, *, scrolls: bool = True) -> bool:
        self._look_at(found.file)
        place = self._place_of(found)
        is_there = self.columns.go_to(found.line, max(place, 0))
        if is_there and scrolls:
            self._area.ensureWidgetVisible(self._columns_section, 0, 0)
        return is_there

    def _place_of(self, found: Found) -> int:
        """The place of the column that a problem is in; -1 where it is in none."""
        if found.problem.index is not None:
            return found.problem.index
        checked = self._checked
        layout = checked.of(found.file).layout if checked else None
        for column in layout.columns if layout else ():
            if found.column and found.column in (column.title, column.field.label):
                return column.index
        return -1

    def _on_problem_selected(self, found: Found | None) -> None:
        if found is not None and self.problems.table.hasFocus():
            self._go_to(found)

    def _on_problem_opened(self, found: Found) -> None:
        if self._go_to(found):
            self.columns.setFocus()

    def _on_cell_chosen(self, line: int, place: int, said: str) -> None:
        self._cell_words.setText(said)
        self._cell_words.setVisible(bool(said))
        here = (self._checked.shown, line) if self._checked else None
        is_wrong = self._checked is not None and any((p.file, p.line) == here for p in self._checked.line_problems)
        set_ink(self._cell_words, "error" if is_wrong else "mute")
        if self._checked is None or self.problems.table.hasFocus():
            return
        for found in self._checked.line_problems:
            if (found.file, found.line) == (self._checked.shown, line) and self._place_of(found) in (place, -1):
                self.problems.table.select(found)
                return
        self.problems.table.clearSelection()

    def _on_field_chosen(self, column: Column, field: Field | str) -> None:
        checked = self._checked
        if checked is None or checked.layout is None:
            return
        wanted = with_field(checked.reading, checked.layout, column, field)
        if wanted.layout != checked.layout:
            self._change(wanted)
        else:
            self.columns.show_checked(checked)

    def _on_corrected(self, line: int, place: int, typed: str) -> None:
        checked = self._checked
        if checked is not None and checked.layout is not None:
            self._change(with_correction(checked.reading, checked.draft, line, place, typed))

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

    def _on_look_at(self, place: object) -> None:
        if isinstance(place, int):
            self._look_at(place)

    def _look_at(self, place: int) -> None:
        if self._checked is not None and place != self._checked.shown:
            self._checked = self._checked.of(place)
            self._show_columns(self._checked)

    def _change(self, reading: Reading) -> None:
        """Ask for the files to be read with this one read so."""
        if self._checked is not None:
            others = self._checked.readings
            self.readings_changed.emit(tuple(reading if each.path == reading.path else each for each in others))

    def _on_removed(self, reading: Reading) -> None:
        if self._checked is not None:
            self.readings_changed.emit(tuple(each for each in self._checked.readings if each.path != reading.path))

    def _show_lines(self, count: int) -> None:
        """Have so many lines of files."""
        while len(self.file_lines) < count:
            line = FileLine()
            line.reading_changed.connect(self._change)
            line.remove_requested.connect(self._on_removed)
            line.other_requested.connect(self.other_requested)
            self.file_lines.append(line)
            self._files.addWidget(line)
        for line in self.file_lines[count:]:
            line.hide()
            line.deleteLater()
        del self.file_lines[count:]

    def _show_files(self, checked: Checked, portfolio: Portfolio) -> None:
        accounts = sorted((a.name for a in portfolio.accounts.values() if not a.is_archived), key=str.casefold)
        self._show_lines(len(checked.files))
        for place, line in enumerate(self.file_lines):
            line.show_checked(checked.of(place), accounts, portfolio.base_currency)
            line.show_beside_others(len(checked.files) > 1)
        self.names.show_files(checked)

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

    def _show_columns(self, checked: Checked) -> None:
        self._cell_words.setText("")
        self._cell_words.hide()
        self.look_at.setVisible(len(checked.files) > 1)
        options: list[tuple[object, str]] = [
            (place, _file_words(checked.of(place))) for place in range(len(checked.files))
        ]
        self.look_at.set_options(options)
        self.look_at.choose(checked.shown)
        is_table = checked.layout is not None and not checked.is_transactions
        has_cells = any(each.problem.index is not None for each in checked.line_problems)
        if not is_table and len(checked.files) == 1 and not has_cells and not _is_corrected(checked):
            self._columns_section.show_title("")
            return
        self.columns.setVisible(checked.layout is not None)
        wrong = any(each.file == checked.shown for each in checked.line_problems)
        beside = "the first lines and every line with a problem" if wrong else "the first lines"
        how = "A cell can be corrected: type in it. The file itself stays as it is." if wrong else ""
        words = f"Shown are {beside}. {how}".strip() if checked.layout is not None else "It is no table."
        self._columns_section.show_title("Columns", words)
        if checked.layout is None:
            return
        self.columns.show_checked(checked)
        before: QWidget = self.file_lines[-1].header
        for each in (*self.columns.combos(), self.columns):
            self.setTabOrder(before, each)
            before = each

    def _show_lists(self, checked: Checked, portfolio: Portfolio) -> None:
        preview, matched = checked.preview, checked.preview.matched
        wrong = checked.line_problems
        fix = "Correct the file and read it again"
        can_correct = any(checked.of(each.file).layout is not None for each in wrong)
        it = "it" if len(wrong) == 1 else "them"
        fix = f"Correct {it} in the table above (F8 goes from one to the next)" if can_correct else fix
        note = f"{fix}." if checked.is_only_targets else f"{fix}, or import without these lines."
        above = {story.what for story in checked.stories}
        wrong = tuple(each for each in wrong if each.what not in above)
        self.problems.table.setColumnHidden(_FILE_COLUMN, len(checked.files) == 1)
        self.problems.show_rows(wrong, text.count(len(wrong), "problem"), note)
        openings = {symbol: quantity for each in checked.readings for symbol, quantity, _ in each.openings}
        self.openings.show_stories(checked.stories, openings)
        corrected = [each for draft in preview.drafts for each in draft.corrected]
        words = text.count(len(corrected), "cell is corrected", "cells are corrected")
        self.corrections.show_rows(corrected, words, "Read so for this import; the file itself stays as it is.")
        self.stories.show_rows(checked.stories, "What happened", "By symbol, from the first line of the list on.")
        self.gone.show_gone(matched.gone)
        self.guesses.show_guesses(preview.guesses, portfolio.classes)
        changes = [*matched.changed, *matched.added]
        self.changes.show_rows(changes, "What changes", "Holdings as they are now, and after the import.")
        accounts = {each.id: each.name for each in (*portfolio.accounts.values(), *matched.accounts)}
        classes = {each.id: each.name for each in (*portfolio.classes.values(), *matched.classes)}
        strategies = sections.strategy_lines(preview, accounts, classes)
        self.strategies.show_rows(strategies, "Strategies", "As they are after the import.")
        self.news.show_lines("New in the portfolio", news_lines(preview))
        notes, left_out = sections.notes_of(preview), sections.left_out_of(preview)
        self.notes.show_rows(notes, "Worth knowing", "How the file was read.")
        words = text.count(len(left_out), "line is no holding", "lines are no holdings")
        self.left_out.show_rows(left_out, words, "Titles, totals and the like; listed so that nothing is missed.")

    def _show_counts_and_foot(self) -> None:
        checked = self._checked
        if checked is None:
            return
        is_stale = bool(self._busy)
        matched, leaves_out = checked.preview.matched, self.leave_out.isChecked()
        kind = ("strategy " if checked.ready == 1 else "strategies ") if checked.is_only_targets else ""
        changed = f", {figure(len(matched.changed))} of them changed" if matched.changed else ""
        self.ready.show_count(checked.ready, f"{kind}ready to import{changed}", is_stale=is_stale)
        out = ", left out" if leaves_out and checked.problem_lines else ""
        self.wrong.show_count(len(checked.problem_lines), f"with a problem{out}", is_stale=is_stale)
        self.same.show_count(checked.unchanged, "already in the portfolio", is_stale=is_stale)
        for each in (self.ready, self.wrong, self.same):
            each.setVisible(
                any(checked.of(place).layout is not None for place in range(len(checked.files)))
                or checked.is_only_targets
                or checked.ready + checked.unchanged > 0
            )
        is_there = checked.preview.changes_nothing and not checked.preview.problems
        is_there = is_there and (bool(checked.unchanged) or checked.has_transactions)
        self.nothing_new.setVisible(is_there)
        self._show_foot()

    def _show_foot(self) -> None:
        checked = self._checked
        if checked is None:
            return
        lines, removed = checked.problem_lines, len(self.gone.chosen_ids())
        self.leave_out.setText(lines_left_out(lines, is_transactions=checked.has_transactions))
        can_leave_out = bool(lines) and not checked.is_only_targets and not checked.has_file_problems
        self.leave_out.setVisible(can_leave_out)
        leaves_out = self.leave_out.isChecked() and can_leave_out
        why = self._busy or why_not(checked, leaves_out=leaves_out, removed=removed)
        self._state.setText(f"{_UNCHANGED} {why}".strip())
        words = result(checked, removed)
        self.primary.setText(words)
        self.primary.setAccessibleName(words.replace("&", ""))
        self.primary.setAccessibleDescription(why)
        self.primary.setEnabled(not why)

    def _lay_out(self) -> None:
        ground = QWidget()
        lines = vertical(ground, spacing=14, margins=(_SIDE, 4, _SIDE, 8))
        lines.addLayout(self._files)
        lines.addWidget(self.names)
        for message in (self.refusal, *self.file_problems, self.nothing_new):
            lines.addWidget(message)
        lines.addLayout(self._cards())
        parts = (self._columns_section, self.openings, self.stories, self.problems, self.corrections, self.gone)
        for section in (*parts, self.guesses, self.strategies, self.news, self.changes, self.notes, self.left_out):
            lines.addWidget(section)
        lines.addStretch()
        self._area = area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(ground)
        bar = area.verticalScrollBar()
        # The bar stands in the margin, so that what scrolls keeps in line with what does not.
        bar.rangeChanged.connect(
            lambda _, most: lines.setContentsMargins(_SIDE, 4, _SIDE - (bar.sizeHint().width() if most else 0), 8)
        )
        column = vertical(self, spacing=0)
        column.addWidget(area, 1)
        column.addLayout(self._foot())

    def _columns_with_words(self) -> QWidget:
        """The table, and below it what is to be said of the current cell."""
        self._cell_words = label(role="note", ink="error", wrap=True)
        made = QWidget()
        lines = vertical(made, spacing=4)
        lines.addWidget(self.columns)
        lines.addWidget(self._cell_words)
        return made

    def _cards(self) -> QHBoxLayout:
        row = horizontal(spacing=10)
        for card in (self.ready, self.wrong, self.same):
            row.addWidget(card, 1)
        return row

    def _foot(self) -> QHBoxLayout:
        said: QVBoxLayout = vertical(spacing=0)
        said.addWidget(self.leave_out)
        said.addWidget(self._state)
        row = horizontal(margins=(_SIDE, 10, _SIDE, 0))
        row.addLayout(said, 1)
        for each in (self.back, self.again, self.primary):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignBottom)
        return row


def _paths(checked: Checked) -> list[Path]:
    return [each.path for each in checked.readings]


def _first_with_problems(checked: Checked) -> int:
    """The file that something is to be done in, the first where there is none."""
    wrong = {each.file for each in checked.problems if checked.of(each.file).layout is not None}
    tables = (place for place in range(len(checked.files)) if checked.of(place).layout is not None)
    return min(wrong) if wrong else next(tables, 0)


def _is_corrected(checked: Checked) -> bool:
    return bool(checked.reading.corrections)


def _file_words(checked: Checked) -> str:
    """The name of a file, and what is to be done in it."""
    count = sum(each.file == checked.shown for each in checked.problems)
    return f"{checked.draft.file_name} · {f'{count} to correct' if count else 'ready'}"
