"""The history page: the versions of one strategy or fund in a table, and at the right what the selected one changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.names import name_order
from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, PastStep, Subject
from wealthdesk.errors import NotFound
from wealthdesk.gui import chosen_folder
from wealthdesk.gui import format as text
from wealthdesk.gui.history import words
from wealthdesk.gui.history.step_chart import VersionsHead
from wealthdesk.gui.history.version_panel import VersionPanel
from wealthdesk.gui.history.words import GREY
from wealthdesk.gui.page import Bus, Page, SideBySide
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.change_words import amount_words, difference_words, own_band_words
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.fields import SearchEdit
from wealthdesk.gui.widgets.layouts import Stack, horizontal, vertical
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_ROW_HEIGHT: Final = 56
_WIDE: Final = 1180
_SPARE: Final = 90
"""So much more room the names have in a page of that width."""
_SIDE_BY_SIDE: Final = 960
"""From this width on the version stands beside the table; in a narrower page one of the two is shown."""
_DAYS: Final = 30
_VERSIONS, _VERSION = "versions", "version"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a history. colour: of the class that changed most, "" where it is none."""

    step: PastStep
    past: Past
    colour: str = ""

    @property
    def number(self) -> int:
        """The version."""
        return self.step.number

    @property
    def when(self) -> str:
        """The day it was made."""
        return words.when(self.step.revision.at)[0] if self.step.revision else "Earlier"

    @property
    def who(self) -> str:
        """The time, and who made it."""
        revision = self.step.revision
        return f"{words.when(revision.at)[1]}, {revision.actor}" if revision else text.NOTHING

    @property
    def biggest(self) -> str:
        """What changed most."""
        revision, what = self.step.revision, words.of_what(self.past.subject.what)
        if revision is None or self.step.is_first:
            return f"First {what}" if revision else f"Earlier {what}"
        if self.step.biggest is not None:
            return self.step.biggest.name
        capped = [each.name for each in revision.lines if each.cap_before != each.cap_after]
        if capped:
            return f"Cap of {capped[0]}"
        banded = [each.name for each in revision.lines if each.band_before != each.band_after]
        if banded:
            return f"Band of {banded[0]}"
        return "Budget" if revision.budget_before != revision.budget_after else "No amount"

    @property
    def numbers(self) -> str:
        """From which amount to which."""
        state, revision, delta = self.past.state, self.step.revision, self.step.biggest
        if revision is None or self.step.is_first:
            lines = revision.lines if revision else tuple(self.past.version(self.number).lines.values())
            return words.lines_words(self.past.subject.what, sum(not each.key.parent for each in lines))
        if delta is not None:
            return f"{amount_words(state, delta.before or 0)} {text.ARROW} {amount_words(state, delta.after or 0)}"
        capped = [(each.cap_before, each.cap_after) for each in revision.lines if each.cap_before != each.cap_after]
        banded = [(each.band_before, each.band_after) for each in revision.lines if each.band_before != each.band_after]
        if banded and not capped:
            return f" {text.ARROW} ".join(own_band_words(each) for each in banded[0])
        limits = [*capped, (revision.budget_before, revision.budget_after)][0]
        if limits[0] == limits[1]:
            return ""
        return f" {text.ARROW} ".join(words.limit_words(state, each) for each in limits)

    @property
    def size(self) -> str:
        """How much more or less it is."""
        delta = self.step.biggest
        if delta is None or self.step.is_first:
            return ""
        return difference_words(self.past.state, delta.before or 0, delta.after or 0)

    @property
    def change(self) -> int | None:
        """How much more it is, to sort by."""
        return None if self.step.biggest is None or self.step.is_first else self.step.biggest.change

    @property
    def reason(self) -> str:
        """Why it was made."""
        return words.reason(self.step, self.past)

    @property
    def reason_ink(self) -> str:
        """Muted where nobody gave a reason."""
        return "ink" if self.step.revision and self.step.revision.reason else "mute"


WIDTHS: Final[dict[What, dict[int, int]]] = {What.TARGETS: {2: 150, 3: 92}, What.RESERVES: {2: 188, 3: 112}}
"""How wide the biggest change and its size are: column → px."""

COLUMNS: Final[tuple[Column[VersionRow], ...]] = (
    Column(
        "When and who",
        lambda row: row.when,
        key=lambda row: row.step.revision.at.timestamp() if row.step.revision else 0.0,
        note=lambda row: row.who,
        tip=lambda row: row.who,
        width=120,
    ),
    Column("Version", lambda row: words.numbers(row.step), key=lambda row: row.number, font="control", width=76),
    Column(
        "Biggest change",
        lambda row: row.biggest,
        key=lambda row: name_order(row.biggest),
        note=lambda row: row.numbers,
        tip=lambda row: f"{row.biggest}: {row.numbers}",
        mark=lambda row: row.colour,
        width=WIDTHS[What.TARGETS][2],
    ),
    Column(
        "Moved",
        lambda row: row.size,
        key=lambda row: row.change,
        right=True,
        font="strong",
        figures=True,
        width=WIDTHS[What.TARGETS][3],
    ),
    Column(
        "Reason",
        lambda row: row.reason,
        ink=lambda row: row.reason_ink,
        tip=lambda row: row.reason,
        stretch=True,
        wrap=True,
    ),
)


class VersionTable(TableView[VersionRow]):
    """The versions of one history, the newest first; no higher than its rows."""

    def __init__(self) -> None:
        super().__init__("Versions", COLUMNS, identity=lambda row: row.number, row_height=_ROW_HEIGHT)
        self._shape = (What.TARGETS, False)

    def show_steps(self, past: Past, steps: Sequence[PastStep], colours: Mapping[str, str]) -> None:
        """Show these versions. colours: class id → its colour."""
        self.set_rows([_version_row(each, past, colours) for each in steps])
        rows = len(steps) * _ROW_HEIGHT
        self.setMaximumHeight(self.horizontalHeader().height() + rows + 2 * self.frameWidth())

    def show_widths(self, what: What, width: int) -> None:
        """Money needs more room than shares, and in a page that is wide names have some, too.

        What the user has widened stays so until one of the two changes.
        """
        shape = (what, width >= _WIDE)
        if shape != self._shape:
            self._shape = shape
            for place, usual in WIDTHS[what].items():
                self.horizontalHeader().resizeSection(place, usual + (_SPARE if shape[1] and place == 2 else 0))
            self.fit_columns()


def _version_row(step: PastStep, past: Past, colours: Mapping[str, str]) -> VersionRow:
    biggest = step.biggest
    if biggest is None or step.is_first or past.subject.what is What.RESERVES:
        return VersionRow(step, past)
    return VersionRow(step, past, colours.get(biggest.key.parent or biggest.key.id, GREY))


_NO_HISTORY: Final = (
    "Every change of targets and reserves stays here: who made it, when, why, and what it changed.\n"
    "Any version can be compared with another, and brought back."
)


class HistoryPage(Page):
    """What is chosen, sought and selected stays across rereads, even if the strategy or fund is removed meanwhile."""

    shows: ClassVar[Changes] = frozenset(
        {Topic.TARGETS, Topic.RESERVES, Topic.HISTORY, Topic.CLASSES, Topic.ASSETS, Topic.ACCOUNTS}
    )

    def __init__(self, desk: "Desk", bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(bus, parent)
        self._desk, self._bus = desk, bus
        self._subjects: dict[str, Subject] = {}
        self._past: Past | None = None
        self._following = ""
        """The key of the subject that is to be shown next."""
        self._steps: tuple[PastStep, ...] = ()
        self._colours: Mapping[str, str] = {}
        self._dialog: QDialog | None = None
        self.tabs = Segment("What is shown", [(_VERSIONS, "Versions"), (_VERSION, "Selected version")])
        self._stack = Stack(self)
        self._both = SideBySide(self.tabs, _SIDE_BY_SIDE, self._stack)
        self._content = QWidget(self._both)
        self.subject = Combo("Whose history")
        self.search = SearchEdit("Search the versions")
        self.export = button("E&xport CSV", icon="export", tip="Save this history as a file for a spreadsheet")
        self.table = VersionTable()
        self.head = VersionsHead()
        self.chart = self.head.chart
        self._span = label(role="note", ink="mute", wrap=True)
        self._activity = label(role="note", ink="mute", wrap=True)
        self._nothing = EmptyState("", "", picture=False)
        self._no_history = EmptyState("No history yet", _NO_HISTORY)
        self.panel = VersionPanel()
        self.table.offered = (self.panel.compare, self.panel.revert)
        self._lay_out()
        self._connect()
        keep_off(desk, self.panel.revert)

    def refresh(self) -> None:
        before = self._past
        subjects = self._desk.histories.subjects()
        self._subjects = {each.key: each for each in subjects}
        self.subject.set_options([(each.key, words.subject_words(each)) for each in subjects])
        self._colours = {each.id: each.colour for each in self._desk.portfolios.current().classes.values()}
        self._stack.setCurrentIndex(0 if subjects else 1)
        if not subjects:
            self._past = None
            return
        if self._following in self._subjects:
            self.table.clearSelection()
            self.subject.choose(self._following)
        else:
            self.subject.choose(_followed(before, self._subjects))
        self._following = ""
        self._show_subject()
        self._activity.setText(words.activity(self._desk.reallocations.statistics(_DAYS), _DAYS))
        self._activity.setVisible(bool(self._activity.text()))

    def follow(self, strategy_id: str) -> None:
        """Show the history of the strategy that is looked at elsewhere, once this page is read next."""
        self._following = f"{What.TARGETS}:{strategy_id}"
        self.mark_stale()

    def choose_subject(self, key: str) -> None:
        """Show the history of a strategy or fund (`Subject.key`), the newest version selected."""
        self._following = ""
        self.subject.choose(key)
        self._on_subject_chosen()

    def show_version(self, strategy_id: str, number: int) -> None:
        """Show a version of a strategy; what is sought is forgotten, so that it is seen."""
        self.search.clear()
        self.choose_subject(f"{What.TARGETS}:{strategy_id}")
        self.table.select(number)

    @property
    def past(self) -> Past | None:
        """The history that is shown."""
        return self._past

    @property
    def shown(self) -> VersionRow | None:
        """The version at the right."""
        rows = self.table.selected_rows()
        return rows[0] if rows else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus(Qt.FocusReason.MouseFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _on_subject_chosen(self) -> None:
        self.table.clearSelection()
        self._show_subject()

    def _on_row_selected(self) -> None:
        row = self.shown
        self.panel.setEnabled(row is not None)
        self.chart.choose(row.number if row is not None else None)
        if row is not None and self._past is not None:
            self.panel.show_step(row.step, self._past, self._colours, versions=len(self._steps))

    def _on_opened(self) -> None:
        self.tabs.choose(_VERSION)
        self._arrange()

    def _on_search(self, sought: str) -> None:
        self.table.search(sought)
        self._select_any()

    def _on_compare(self) -> None:
        self._open(self.compare_dialog())

    def _on_revert(self) -> None:
        if self.shown is not None:
            self._open(self.revert_dialog(self.shown.number))

    def _on_export(self) -> None:
        if self._past is not None:
            has_amounts = self._past.subject.what is What.RESERVES
            save = partial(self._save_csv, self._past)
            chosen_folder.ask_export("Export the history", "history.csv", save, self, has_amounts=has_amounts)

    def _save_csv(self, past: Past, path: Path) -> None:
        from wealthdesk.services.histories import history_csv

        self._desk.exports.save(path, history_csv(past, text.marks()))

    def _open(self, dialog: QDialog) -> None:
        # A dialog that nobody holds is deleted before it appears.
        self._dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def compare_dialog(self) -> QDialog:
        """What compares the versions that are selected; not opened yet."""
        from wealthdesk.gui.history.compare_dialog import CompareDialog

        assert self._past is not None
        before, after = _compared(self._past, self._steps, self.table.selected_rows())
        return CompareDialog(self._past, self._steps, before, after, self._colours, self)

    def revert_dialog(self, number: int) -> QDialog:
        """What brings this version back; not opened yet."""
        from wealthdesk.gui.history.revert_dialog import RevertDialog

        assert self._past is not None and self._past.subject.header is not None
        dialog = RevertDialog(self._desk, self._past.subject.header, number, self._bus, self._colours, self)
        dialog.reverted.connect(self._on_version)
        return dialog

    def _show_subject(self) -> None:
        subject = self._subjects[str(self.subject.choice())]
        try:
            self._past = self._desk.histories.past(subject)
        except NotFound:
            # It was removed since the list was read: what removed it is about to be told.
            self.mark_stale()
            return
        self._steps = self._past.steps()
        has_history = bool(self._past.revisions)
        self.table.setVisible(has_history)
        self._span.setVisible(has_history)
        self.search.setEnabled(has_history)
        self.export.setEnabled(has_history)
        self._nothing.setVisible(not has_history)
        if not has_history:
            self._nothing.show_words("No change is kept yet", words.nothing_kept(self._past))
        self.table.show_steps(self._past, self._steps, self._colours)
        self._span.setText(words.span(self._past, self._steps))
        self.head.setVisible(has_history)
        if has_history:
            self.head.show_past(self._past, self._steps, self._colours, self._desk.clock.today())
            self.head.show_in_force(self._past, self._desk.targets.all())
        self._select_any()
        self._arrange()

    def _on_version(self, number: int) -> None:
        self.search.clear()
        self.table.select(number)

    def _select_any(self) -> None:
        """The version that was selected, or else the newest that is shown."""
        rows = self.table.table.rows()
        if not self.table.selected_rows() and rows:
            self.table.select(rows[0].number)
        self._on_row_selected()

    def _lay_out(self) -> None:
        self._lay_out_content()
        self._both.put(self._content, self.panel)
        self._stack.addWidget(self._both)
        self._stack.addWidget(self._no_history)
        vertical(self).addWidget(self._stack.place)

    def _lay_out_content(self) -> None:
        column = vertical(self._content, spacing=12, margins=(24, 20, 24, 20))
        head = horizontal(spacing=8)
        head.addWidget(label("History", "panel"), 1)
        self.search.setMinimumWidth(110)
        self.search.setMaximumWidth(180)
        self.subject.setMinimumWidth(150)
        self.subject.setMaximumWidth(240)
        head.addWidget(self.search, 20)
        head.addWidget(self.subject, 30)
        head.addWidget(self.export)
        column.addLayout(head)
        column.addWidget(self.head)
        column.addWidget(self.table, 1000)
        column.addWidget(self._nothing, 1000)
        foot = vertical(spacing=2)
        for each in (self._span, self._activity):
            foot.addWidget(each)
        column.addLayout(foot)
        column.addStretch(1)

    def _arrange(self) -> None:
        self.panel.set_wide(self._both.arrange(self.width(), has_right=bool(self._steps)))
        if self._past is not None:
            self.table.show_widths(self._past.subject.what, self.width())

    def _connect(self) -> None:
        self.subject.chosen.connect(self._on_subject_chosen)
        self.search.textChanged.connect(self._on_search)
        self.search.left.connect(self.table.setFocus)
        self.export.clicked.connect(self._on_export)
        self.table.selectionModel().selectionChanged.connect(self._on_row_selected)
        self.table.opened.connect(self._on_opened)
        self.chart.version_chosen.connect(self._on_version)
        self.panel.compare_requested.connect(self._on_compare)
        self.panel.revert_requested.connect(self._on_revert)
        self.tabs.chosen.connect(self._arrange)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.search.take_keys)


def _followed(before: Past | None, subjects: Mapping[str, Subject]) -> str | None:
    """The key of what was shown before, also where only its history is left; None where it is not there."""
    if before is None:
        return None
    keys: Sequence[str] = [before.subject.key, *(each.id for each in before.revisions[-1:])]
    return next((each for each in keys if each in subjects), None)


def _compared(past: Past, steps: Sequence[PastStep], rows: Sequence[VersionRow]) -> tuple[int, int]:
    """The two versions that are selected; of one: with the one of now, or that with the one before it."""
    chosen = sorted(row.number for row in rows) or [past.current]
    if len(chosen) > 1:
        return chosen[0], chosen[-1]
    numbers = [each.number for each in steps]
    return (chosen[0], numbers[0]) if chosen[0] != numbers[0] else (numbers[min(1, len(numbers) - 1)], numbers[0])
