"""Step 2 of the import: what the columns mean, what would change, what is wrong; nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
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
from wealthdesk.gui.imports.reading import Checked, with_field, with_opening
from wealthdesk.gui.imports.story_section import OpeningSection, story_section
from wealthdesk.gui.imports.words import figure, lines_left_out, news_lines, result, why_not
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.imports import ClassGuess, Column, Field, Problem

_UNCHANGED: Final = "Nothing has been changed yet."
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
    """Shows one Checked file; says by signals what the user wants."""

    reading_changed = Signal(object)
    """The Reading wanted now."""
    keep_requested = Signal(object)
    """The Wanted."""
    back_requested = Signal()
    again_requested = Signal()
    other_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checked: Checked | None = None
        self._busy = ""
        self.file_line = FileLine()
        self.file_line.reading_changed.connect(self.reading_changed)
        self.file_line.other_requested.connect(self.other_requested)
        self.refusal = Message(Tone.WARNING)
        self.refusal.hide()
        self.file_problems = [Message(Tone.ERROR) for _ in range(_MESSAGES)]
        self.nothing_new = Message(Tone.OK, "Everything in this file is already in the portfolio.")
        self.ready = CountCard("check", Tone.OK)
        self.wrong = CountCard("error", Tone.ERROR)
        self.same = CountCard("copy", "mute")
        self.columns = ColumnTable()
        self.columns.field_chosen.connect(self._on_field_chosen)
        self._columns_section = sections.Section(self.columns)
        self.openings = OpeningSection()
        self.openings.given.connect(self._on_opening_given)
        self.stories = story_section()
        self.problems = sections.problem_section()
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

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show a file as it was read and compared with the portfolio."""
        is_another = self._checked is None or self._checked.reading.path != checked.reading.path
        # What was accepted was to leave out those lines, not others.
        has_more = self._checked is not None and not checked.problem_lines <= self._checked.problem_lines
        if is_another:
            self.gone.forget()
            self.guesses.forget()
        if is_another or has_more:
            self.leave_out.setChecked(False)
        self._checked = checked
        self.refusal.hide()
        accounts = sorted((a.name for a in portfolio.accounts.values() if not a.is_archived), key=str.casefold)
        self.file_line.show_checked(checked, accounts, portfolio.base_currency)
        self._show_file_problems(checked.file_problems)
        self._show_columns(checked)
        self._show_lists(checked, portfolio)
        self._show_counts_and_foot()

    def show_busy(self, words: str) -> None:
        """Show that the file is being read anew or kept ("" = no more): what is seen may not be what comes."""
        self._busy = words
        parts = (self.file_line, self._columns_section, self.openings, self.gone, self.guesses, self.leave_out)
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
        if checked is not None and checked.leaves_accounts_open:
            return self.file_line.into
        if self.primary.isEnabled():
            return self.primary
        if checked is not None and checked.file_problems and checked.layout and self.columns.combos():
            return self.columns.combos()[0]
        return self.back if self.leave_out.isHidden() else self.leave_out

    def _add_keys(self) -> None:
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.primary.click)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.back.click)

    def _on_primary(self) -> None:
        if self._checked is not None:
            removed = tuple(self.gone.chosen_ids())
            accepted = self.guesses.accepted()
            self.keep_requested.emit(Wanted(self._checked, self.leave_out.isChecked(), removed, accepted))

    def _on_field_chosen(self, column: Column, field: Field | str) -> None:
        checked = self._checked
        if checked is None or checked.layout is None:
            return
        wanted = with_field(checked.reading, checked.layout, column, field)
        if wanted.layout != checked.layout:
            self.reading_changed.emit(wanted)
        else:
            self.columns.show_checked(checked)

    def _on_opening_given(self, symbol: str, quantity: Decimal | None) -> None:
        if self._checked is not None:
            self.reading_changed.emit(with_opening(self._checked.reading, symbol, quantity))

    def _show_file_problems(self, problems: Sequence[Problem]) -> None:
        for place, message in enumerate(self.file_problems):
            message.setVisible(place < len(problems))
            if place < len(problems):
                message.show_message(Tone.ERROR, problems[place].what, problems[place].fix)

    def _show_columns(self, checked: Checked) -> None:
        layout = checked.layout
        if layout is None or checked.is_transactions:
            self._columns_section.show_title("")
            return
        beside = "the first lines and every line with a problem" if checked.line_problems else "the first lines"
        self._columns_section.show_title("Columns", f"What each column means here. Shown are {beside}.")
        self.columns.show_checked(checked)
        before: QWidget = self.file_line.currency
        for each in (*self.columns.combos(), self.columns):
            self.setTabOrder(before, each)
            before = each

    def _show_lists(self, checked: Checked, portfolio: Portfolio) -> None:
        preview, matched = checked.preview, checked.preview.matched
        wrong = checked.line_problems
        fix = "Correct the file and read it again"
        note = f"{fix}." if checked.is_targets else f"{fix}, or import without these lines."
        above = {story.what for story in checked.stories}
        wrong = tuple(each for each in wrong if each.what not in above)
        self.problems.show_rows(wrong, text.count(len(wrong), "problem"), note)
        self.openings.show_stories(checked.stories, dict(checked.reading.openings))
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
        kind = ("strategy " if checked.ready == 1 else "strategies ") if checked.is_targets else ""
        changed = f", {figure(len(matched.changed))} of them changed" if matched.changed else ""
        self.ready.show_count(checked.ready, f"{kind}ready to import{changed}", is_stale=is_stale)
        out = ", left out" if leaves_out and checked.problem_lines else ""
        self.wrong.show_count(len(checked.problem_lines), f"with a problem{out}", is_stale=is_stale)
        self.same.show_count(checked.unchanged, "already in the portfolio", is_stale=is_stale)
        for each in (self.ready, self.wrong, self.same):
            each.setVisible(checked.layout is not None or checked.is_targets or checked.ready + checked.unchanged > 0)
        is_there = checked.preview.changes_nothing and not checked.preview.problems
        is_there = is_there and (bool(checked.unchanged) or checked.is_transactions)
        self.nothing_new.setVisible(is_there)
        self._show_foot()

    def _show_foot(self) -> None:
        checked = self._checked
        if checked is None:
            return
        lines, removed = checked.problem_lines, len(self.gone.chosen_ids())
        self.leave_out.setText(lines_left_out(lines, is_transactions=checked.is_transactions))
        can_leave_out = bool(lines) and not checked.is_targets and not checked.file_problems
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
        lines.addWidget(self.file_line)
        for message in (self.refusal, *self.file_problems, self.nothing_new):
            lines.addWidget(message)
        lines.addLayout(self._cards())
        parts = (self._columns_section, self.openings, self.stories, self.problems, self.gone)
        for section in (*parts, self.guesses, self.strategies, self.news, self.changes, self.notes, self.left_out):
            lines.addWidget(section)
        lines.addStretch()
        area = QScrollArea()
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
