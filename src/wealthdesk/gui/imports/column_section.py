"""The rows of a file on the check page: what its columns mean, what is wrong in place, and the way through it."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.column_table import ColumnTable
from wealthdesk.gui.imports.fates import Fate, fates_of
from wealthdesk.gui.imports.file_choice import FileChoice
from wealthdesk.gui.imports.guess_line import GuessLine
from wealthdesk.gui.imports.reading import Checked, Found, with_correction, with_field
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, label, set_ink
from wealthdesk.services.imports import Column, Draft, Field


class ColumnSection(QWidget):
    """The table and, below it, what is to be said of the current cell, what is guessed, and what is not in the file."""

    reading_changed = Signal(object)
    """The Reading wanted now of the file that is looked at."""
    place_chosen = Signal(object)
    """Another file is looked at, by its place among them."""
    went_to_problem = Signal()
    """A cell with a problem is the current one now; it is to be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checked: Checked | None = None
        self._portfolio: Portfolio | None = None
        self.table = ColumnTable(self)
        self.table.field_chosen.connect(self._on_field_chosen)
        self.table.corrected.connect(self._on_corrected)
        self.table.cell_chosen.connect(self._on_cell_chosen)
        self.guesses = GuessLine(self)
        self.guesses.changed.connect(self._show_fates)
        self.table.class_asked.connect(self.guesses.ask)
        self._cell_words = label(role="note", ink="error", wrap=True)
        self._rest = ShortLabel(role="note", ink="mute")
        self.look_at = FileChoice(self)
        self.look_at.chosen.connect(self._look_at)
        below = horizontal(spacing=16)
        below.addWidget(self._rest, 1)
        lines = vertical(self, spacing=8)
        for each in (self.table, self._cell_words, self.guesses):
            lines.addWidget(each)
        lines.addLayout(below)

    @property
    def cell_words(self) -> str:
        """What is said of the current cell."""
        return self._cell_words.text()

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show the rows of the file that is looked at; without a table only what is guessed is shown."""
        self._checked, self._portfolio = checked, portfolio
        self._cell_words.setText("")
        self._cell_words.hide()
        self.guesses.show_checked(checked, portfolio)
        self.look_at.show_files([_file_words(checked.of(place)) for place in range(len(checked.files))], checked.shown)
        is_table = _has_cells_to_show(checked)
        self.table.setVisible(is_table)
        rest = _rest_words(checked) if is_table else ""
        self._rest.show_words(rest)
        self._rest.setVisible(bool(rest))
        if is_table:
            self.table.show_checked(checked, self._fates())

    def go_to_next_problem(self) -> None:
        """Make the next cell with a problem the current one, also in another file; after the last comes the first."""
        checked = self._checked
        if checked is None or not checked.line_problems:
            return
        line, place = self.table.current_cell() or (0, -1)
        if self._go_to_problem(checked, (checked.shown, line, place)):
            self.went_to_problem.emit()
        self.table.setFocus()

    def go_to_first_problem(self) -> bool:
        """Make the first cell with a problem the current one; False where none of them is shown."""
        checked = self._checked
        return checked is not None and not self.table.isHidden() and self._go_to_problem(checked, ())

    def _fates(self) -> Mapping[int, Fate]:
        assert self._checked is not None and self._portfolio is not None
        return fates_of(self._checked, self._portfolio, self.guesses.accepted())

    def _show_fates(self) -> None:
        if self._checked is not None and not self.table.isHidden():
            self.table.show_fates(self._fates())

    def _go_to_problem(self, checked: Checked, after: tuple[int, ...]) -> bool:
        """Go to the first problem after this place (file, line, column); False where none of them is shown."""
        placed = sorted(((each.file, each.line, _place_of(checked, each)), each) for each in checked.line_problems)
        following = [each for place, each in placed if place > after] or [each for _, each in placed]
        if not following:
            return False
        self._look_at(following[0].file)
        return self.table.go_to(following[0].line, max(_place_of(checked, following[0]), 0))

    def _look_at(self, place: int) -> None:
        if self._checked is not None and self._portfolio is not None and place != self._checked.shown:
            self.show_checked(self._checked.of(place), self._portfolio)
            self.place_chosen.emit(place)

    def _on_cell_chosen(self, line: int, place: int, said: str) -> None:
        checked = self._checked
        self._cell_words.setText(said)
        self._cell_words.setVisible(bool(said))
        is_wrong = checked is not None and any(
            (each.file, each.line) == (checked.shown, line) for each in checked.line_problems
        )
        set_ink(self._cell_words, "error" if is_wrong else "mute")

    def _on_field_chosen(self, column: Column, field: Field | str) -> None:
        checked = self._checked
        if checked is None or checked.layout is None:
            return
        wanted = with_field(checked.reading, checked.layout, column, field)
        if wanted.layout != checked.layout:
            self.reading_changed.emit(wanted)
        else:
            self.table.show_checked(checked, self._fates())

    def _on_corrected(self, line: int, place: int, typed: str) -> None:
        checked = self._checked
        if checked is not None and checked.layout is not None:
            self.reading_changed.emit(with_correction(checked.reading, checked.draft, line, place, typed))


def _has_cells_to_show(checked: Checked) -> bool:
    """Whether the cells of the file are to be seen: it is to be matched, or has cells to correct."""
    is_wrong = any(each.file == checked.shown for each in checked.placed_problems)
    return checked.layout is not None and (checked.shows_rows or is_wrong or bool(checked.reading.corrections))


def _rest_words(checked: Checked) -> str:
    """How much of the file is not shown, and that an account has nothing else."""
    draft, matched = checked.draft, checked.preview.matched
    if not isinstance(draft, Draft) or not checked.shows_rows:
        return ""
    told = []
    hidden = len({each.line for each in draft.candidates} - {row.line for row in draft.rows_preview})
    if hidden:
        is_one = hidden == 1
        told.append(f"{text.count(hidden, 'more row')} {'is' if is_one else 'are'} read in the same way.")
    changes = (*matched.unchanged, *matched.changed, *matched.added)
    names = {each.account.name for each in changes if each.file_name == draft.file_name}
    gone = {each.account.name for each in matched.gone}
    known = {each.name for each in matched.accounts}
    if len(names) == 1 and not names & (gone | known) and not checked.line_problems:
        told.append(f"All that {names.pop()} holds is in the file.")
    return " ".join(told)


def _place_of(checked: Checked, found: Found) -> int:
    """The place of the column that a problem is in; -1 where it is in none."""
    if found.problem.index is not None:
        return found.problem.index
    layout = checked.of(found.file).layout
    for column in layout.columns if layout else ():
        if found.column and found.column in (column.title, column.field.label):
            return column.index
    return -1


def _file_words(checked: Checked) -> tuple[str, str]:
    """The name of a file, and what is to be done in it."""
    count = sum(each.file == checked.shown for each in checked.problems)
    return checked.draft.file_name, f"{count} to correct" if count else "ready"
