"""The cells of a file on the check page: what its columns mean, what is wrong in place, and the way through it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.gui.imports.column_table import ColumnTable
from wealthdesk.gui.imports.reading import Checked, Found, with_correction, with_field
from wealthdesk.gui.imports.sections import Section
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.text import label, set_ink
from wealthdesk.services.imports import Column, Field


class ColumnSection(Section):
    """The table of columns and, below it, what is to be said of the current cell; one of several files is chosen."""

    reading_changed = Signal(object)
    """The Reading wanted now of the file that is looked at."""
    place_chosen = Signal(object)
    """Another file is looked at, by its place among them."""
    went_to_problem = Signal()
    """A cell with a problem is the current one now; it is to be seen."""

    def __init__(self) -> None:
        self._checked: Checked | None = None
        self.table = ColumnTable()
        self.table.field_chosen.connect(self._on_field_chosen)
        self.table.corrected.connect(self._on_corrected)
        self.table.cell_chosen.connect(self._on_cell_chosen)
        self._cell_words = label(role="note", ink="error", wrap=True)
        both = QWidget()
        lines = vertical(both, spacing=4)
        lines.addWidget(self.table)
        lines.addWidget(self._cell_words)
        super().__init__(both)
        self.look_at = Combo("File whose columns are shown")
        self.look_at.setMinimumWidth(260)
        self.look_at.chosen.connect(self._on_look_at)
        self.head.addWidget(self.look_at)

    @property
    def cell_words(self) -> str:
        """What is said of the current cell."""
        return self._cell_words.text()

    def show_checked(self, checked: Checked) -> None:
        """Show the columns of the file that is looked at; hidden where none of the files is a table to be matched."""
        self._checked = checked
        self._cell_words.setText("")
        self._cell_words.hide()
        self._show_files(checked)
        if not _has_cells_to_show(checked):
            self.show_title("")
            return
        self.table.setVisible(checked.layout is not None)
        if checked.layout is None:
            self.show_title("Columns", "It is no table.")
            return
        is_wrong = any(each.file == checked.shown for each in checked.line_problems)
        how = "The first lines, and all with a problem: type in a cell to correct it, F8 goes to the next."
        self.show_title("Columns", how if is_wrong else "Shown are the first lines.")
        self.table.show_checked(checked)

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
        return checked is not None and not self.isHidden() and self._go_to_problem(checked, ())

    def _show_files(self, checked: Checked) -> None:
        self.look_at.setVisible(len(checked.files) > 1)
        self.look_at.set_options([(place, _file_words(checked.of(place))) for place in range(len(checked.files))])
        self.look_at.choose(checked.shown)

    def _go_to_problem(self, checked: Checked, after: tuple[int, ...]) -> bool:
        """Go to the first problem after this place (file, line, column); False where none of them is shown."""
        placed = sorted(((each.file, each.line, _place_of(checked, each)), each) for each in checked.line_problems)
        following = [each for place, each in placed if place > after] or [each for _, each in placed]
        if not following:
            return False
        self._look_at(following[0].file)
        return self.table.go_to(following[0].line, max(_place_of(checked, following[0]), 0))

    def _look_at(self, place: int) -> None:
        if self._checked is not None and place != self._checked.shown:
            self.show_checked(self._checked.of(place))
            self.place_chosen.emit(place)

    def _on_look_at(self, place: object) -> None:
        if isinstance(place, int):
            self._look_at(place)

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
            self.table.show_checked(checked)

    def _on_corrected(self, line: int, place: int, typed: str) -> None:
        checked = self._checked
        if checked is not None and checked.layout is not None:
            self.reading_changed.emit(with_correction(checked.reading, checked.draft, line, place, typed))


def _has_cells_to_show(checked: Checked) -> bool:
    """Whether the cells of the file are to be seen: it is to be matched, one of several, or has cells to correct."""
    is_table = checked.layout is not None and not checked.is_transactions
    return is_table or len(checked.files) > 1 or bool(checked.placed_problems or checked.reading.corrections)


def _place_of(checked: Checked, found: Found) -> int:
    """The place of the column that a problem is in; -1 where it is in none."""
    if found.problem.index is not None:
        return found.problem.index
    layout = checked.of(found.file).layout
    for column in layout.columns if layout else ():
        if found.column and found.column in (column.title, column.field.label):
            return column.index
    return -1


def _file_words(checked: Checked) -> str:
    """The name of a file, and what is to be done in it."""
    count = sum(each.file == checked.shown for each in checked.problems)
    return f"{checked.draft.file_name} · {f'{count} to correct' if count else 'ready'}"
