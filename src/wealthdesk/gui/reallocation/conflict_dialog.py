"""The merge after a conflict: line by line mine or theirs, previewed on the version of now and kept as the next one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.reallocation import Change, FindingKind, Limits, LineKey, Preview, Source, State, What, evaluate
from wealthdesk.domain.reallocation_merge import MergeChoice, Whose, choices, chosen_changes
from wealthdesk.errors import PortfolioChanged, WealthDeskError
from wealthdesk.gui.form_dialog import AskingDialog
from wealthdesk.gui.page import Bus
from wealthdesk.gui.reallocation import conflict_words as words
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_words import found_in
from wealthdesk.gui.widgets.findings import Findings, ShownFinding
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.side_choice import BEFORE_WIDTH, GAP, SIDE_WIDTH, SideChoice, SideLine
from wealthdesk.gui.widgets.text import frame, label, rule
from wealthdesk.services.desk import Desk

SIZE: Final = (860, 580)


class ConflictFrame(AskingDialog):
    """The lines that differ with what was found below them, where the total stands, the reason, and the steps."""

    def __init__(self, what: What, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_widgets(is_targets=what is What.TARGETS)
        self._lay_out()

    def show_titles(self, title: str, subtitle: str, base: int, theirs: int) -> None:
        """Say what was saved elsewhere, and what saving makes."""
        self.setWindowTitle(title)
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self.lines.show_titles(base, theirs)
        self._stays.setText(f"Version {theirs} stays in History.")
        self.save.setText(f"&Save as version {theirs + 1}")
        self.save.setAccessibleName(f"Save as version {theirs + 1}")

    def show_why_not(self, words: str) -> None:
        """Say beside the button what has to be done before it can be pressed; "" when it can be."""
        self.why_not.setText(words)
        self._stays.setVisible(not words)
        self.save.setEnabled(not words)

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing was saved."""
        self.refusal.show_message(Tone.ERROR, "Not saved", sentence)
        self.refusal.show()

    def _make_widgets(self, *, is_targets: bool) -> None:
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumSize(780, 460)
        self.resize(*SIZE)
        self.area = QScrollArea()
        self._title = label(role="panel", wrap=True)
        self._subtitle = label(role="body", ink="mute2", wrap=True)
        self.introduction = label(wrap=True)
        self.all_mine = button("Keep all &mine")
        self.all_theirs = button("Keep all &theirs")
        self.lines = ConflictLines("Class" if is_targets else "Company")
        self.findings = Findings()
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self.banner = Message(inline=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason, kept in History")
        self.reason.setPlaceholderText("Optional" if is_targets else "")
        self._stays = label(role="note", ink="mute")
        self.why_not = label(role="body", ink="mute")
        self.back = button("&Back to editing", tip="With these choices, on the version of now")
        self.save = primary_button("&Save", tip="Ctrl+Enter")

    def _lay_out(self) -> None:
        head = vertical(spacing=3, margins=(24, 18, 24, 14))
        head.addWidget(self._title)
        head.addWidget(self._subtitle)
        steps = horizontal(spacing=8)
        steps.addWidget(self.introduction, 1)
        steps.addWidget(self.all_mine)
        steps.addWidget(self.all_theirs)
        body = vertical(spacing=10, margins=(24, 14, 24, 14))
        body.addLayout(steps)
        body.addWidget(self._scrolled(), 1)
        body.addWidget(self.refusal)
        body.addWidget(self.banner)
        reason = horizontal(spacing=10)
        reason.addWidget(label("Reaso&n, kept in History", "note", "mute", buddy=self.reason))
        reason.addWidget(self.reason, 1)
        body.addLayout(reason)
        outer = vertical(self, spacing=0)
        outer.addLayout(head)
        outer.addWidget(rule())
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _scrolled(self) -> QScrollArea:
        content = QWidget()
        column = vertical(content, spacing=10)
        column.addWidget(self.lines)
        column.addWidget(self.findings)
        column.addStretch()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Lines that differ")
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(content)
        return self.area

    def _foot(self) -> QWidget:
        foot = frame("foot")
        row = horizontal(foot, spacing=8, margins=(24, 13, 24, 13))
        row.addWidget(self._stays)
        row.addStretch()
        row.addWidget(self.why_not)
        row.addSpacing(6)
        row.addWidget(self.back)
        row.addWidget(self.save)
        return foot


class ConflictLines(QFrame):
    """`show_lines` makes them anew; `side_chosen` tells which side a line was given."""

    side_chosen = Signal(object, object)
    """The place of the line; 0: mine, 1: theirs."""
    line_focused = Signal(object)
    """The row (QWidget) that the keyboard came to."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._titles = [label(role="small", ink="mute", right=place == 1) for place in range(4)]
        self._titles[0].setText(what)
        self.rows: list[SideChoice] = []
        self._body = QWidget()
        self._column = vertical(self._body, spacing=0)
        outer = vertical(self, spacing=0, margins=(1, 1, 1, 1))
        outer.addLayout(self._head())
        outer.addWidget(rule())
        outer.addWidget(self._body)

    def show_titles(self, before: int, theirs: int) -> None:
        """Name the columns."""
        words = (f"Version {before}", "Mine, not saved", f"Theirs, version {theirs}")
        for title, each in zip(self._titles[1:], words, strict=True):
            title.setText(each)

    def show_lines(self, lines: Sequence[SideLine], sides: Sequence[int | None]) -> None:
        """Show these lines; sides: what is chosen of each, None for neither."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        _clear(self._column)
        self.rows = [SideChoice(line, side, self._body) for line, side in zip(lines, sides, strict=True)]
        for place, row in enumerate(self.rows):
            if place:
                self._column.addWidget(rule(self._body))
            self._column.addWidget(row)
            row.chosen.connect(lambda side, place=place: self.side_chosen.emit(place, side))
            row.line_asked.connect(lambda step, place=place: self._on_line_asked(place + step))
        self.setVisible(bool(self.rows))

    def choose_all(self, side: int) -> None:
        """Show that side chosen of every line; nothing is emitted."""
        for row in self.rows:
            row.blockSignals(True)
            row.choose(side)
            row.blockSignals(False)

    def focus(self, place: int) -> None:
        """Give the keyboard to a line."""
        if 0 <= place < len(self.rows):
            self.rows[place].focus()
            self.line_focused.emit(self.rows[place])

    def _on_line_asked(self, place: int) -> None:
        self.focus(place)

    def _head(self) -> QVBoxLayout:
        row = horizontal(spacing=8, margins=(16, 8, 12, 7))
        name, before, mine, theirs = self._titles
        row.addWidget(name, 1)
        _fix(before, BEFORE_WIDTH)
        _fix(mine, SIDE_WIDTH)
        _fix(theirs, SIDE_WIDTH)
        row.addWidget(before)
        row.addSpacing(GAP - 8)
        row.addWidget(mine)
        row.addSpacing(GAP - 8)
        row.addWidget(theirs)
        head = vertical(spacing=0)
        head.addLayout(row)
        return head


def _fix(title: QLabel, width: int) -> None:
    title.setFixedWidth(width)
    title.setAlignment(title.alignment() | Qt.AlignmentFlag.AlignVCenter)


def _clear(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


_SIDES: Final = (Whose.MINE, Whose.THEIRS)
_ELSEWHERE: Final = frozenset({Topic.TARGETS, Topic.RESERVES, Topic.CLASSES, Topic.ASSETS, Topic.SETTINGS})


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What is not saved yet: changes of a version that is not the newest any more, and what is kept with them."""

    base: State
    changes: tuple[Change, ...]
    reason: str = ""
    source: Source = Source.MANUAL
    locks: Mapping[LineKey, bool] = field(default_factory=dict)


class ConflictDialog(ConflictFrame):
    """Accepted once it has saved; a version saved meanwhile is read at once, and equal choices stay."""

    saved = Signal(object)
    """Receipt"""
    editing_chosen = Signal(object, object)
    """State, tuple[Change, …]: the version of now, and the changes of it that the choices make (open ones are mine)."""

    def __init__(
        self,
        desk: Desk,
        unsaved: Unsaved,
        parent: QWidget | None = None,
        *,
        bus: Bus | None = None,
        colours: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(unsaved.base.what, parent)
        self._desk = desk
        self._unsaved = unsaved
        self._colours = colours or {}
        self._request_id = str(uuid4())
        self._theirs = unsaved.base
        self._limits = Limits()
        self._is_saving = False
        self._choices: tuple[MergeChoice, ...] = ()
        self._whose: dict[LineKey | None, Whose] = {}
        self._preview: Preview = evaluate(unsaved.base, ())
        self.reason.setText(unsaved.reason)
        self._connect(bus)
        self.reread()
        self._focus_first()

    @property
    def choices(self) -> tuple[MergeChoice, ...]:
        """The lines that differ."""
        return self._choices

    @property
    def preview(self) -> Preview:
        """What saving would keep."""
        return self._preview

    def choose(self, key: LineKey | None, whose: Whose) -> None:
        """Take one side of a line."""
        place = next(place for place, each in enumerate(self._choices) if each.key == key)
        self.lines.rows[place].choose(_SIDES.index(whose))

    def reread(self) -> None:
        """Read what they have by now; choices of lines that are as they were stay."""
        header = self._unsaved.base.header
        try:
            self._theirs = self._desk.reallocations.state(header)
            self._limits = self._desk.reallocations.preview(header, self._theirs.version, ()).limits
            history = self._desk.reallocations.history(header)
        except WealthDeskError as refusal:
            self.show_refusal(str(refusal))
            self.save.setEnabled(False)
            return
        before, known = {each: self._whose.get(each.key) for each in self._choices}, self._choices
        self._choices = _as_on_the_screen(
            choices(self._unsaved.base, self._theirs, self._unsaved.changes), self._theirs
        )
        taken = ((each, before.get(each) or each.changed_by) for each in self._choices)
        self._whose = {each.key: whose for each, whose in taken if whose is not None}
        self._show_versions(words.made(self._theirs.version, next(iter(history), None), self._desk.clock.now()))
        if self._choices != known or not known:
            self._show_choices()
        self._show_outcome()

    def accept(self) -> None:
        """Save, then close; a refusal leaves the dialog open with the choices."""
        if not self.save.isEnabled():
            self._focus_what_is_open()
            return
        header, preview = self._unsaved.base.header, self._preview
        locks = {key: locked for key, locked in self._unsaved.locks.items() if key in preview.lines}
        self._is_saving = True
        try:
            receipt = self._desk.reallocations.commit(
                header,
                preview.state.version,
                preview.changes,
                preview.token,
                reason=self._reason(),
                request_id=self._request_id,
                accepted=self.findings.accepted,
                source=self._unsaved.source,
                locks=locks or None,
            )
        except WealthDeskError as refusal:
            self.show_refusal(str(refusal))
            if isinstance(refusal, PortfolioChanged):
                self.reread()
            return
        finally:
            self._is_saving = False
        super().accept()
        self.saved.emit(receipt)

    # What the user asks for

    def _on_side_chosen(self, place: int, side: int) -> None:
        self._whose[self._choices[place].key] = _SIDES[side]
        self.refusal.hide()
        self._show_outcome()

    def _on_all(self, whose: Whose) -> None:
        self._whose = {each.key: whose for each in self._choices}
        self.lines.choose_all(_SIDES.index(whose))
        self.refusal.hide()
        self._show_outcome()

    def _on_back(self) -> None:
        settled = {each.key: self._whose.get(each.key, Whose.MINE) for each in self._choices}
        self.editing_chosen.emit(self._theirs, chosen_changes(self._choices, settled))
        self.leave()

    def _on_changed(self, changes: Changes) -> None:
        if changes & _ELSEWHERE and self.isVisible() and not self._is_saving:
            self.reread()

    def _focus_first(self) -> None:
        """The first line that is open, else the first one."""
        rows = self.lines.rows
        self.lines.focus(next((place for place, row in enumerate(rows) if row.choice() is None), 0))

    def _focus_what_is_open(self) -> None:
        """Where something is left to do."""
        for place, row in enumerate(self.lines.rows):
            if row.choice() is None:
                self.lines.focus(place)
                return
        if not self.findings.focus_open() and self._needs_reason():
            self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # What is shown

    def _show_versions(self, who: str) -> None:
        base, theirs = self._unsaved.base, self._theirs
        subtitle = f"{who}, was saved elsewhere while version {base.version} was being edited here."
        self.show_titles(words.title(theirs), subtitle, base.version, theirs.version)

    def _show_choices(self) -> None:
        self.introduction.setText(words.introduction(self._choices))
        sides = [self._whose.get(each.key) for each in self._choices]
        shown = [words.side_line(each, self._theirs, self._colours) for each in self._choices]
        self.lines.show_lines(shown, [None if each is None else _SIDES.index(each) for each in sides])
        for each in (self.all_mine, self.all_theirs):
            each.setEnabled(bool(self._choices))

    def _show_outcome(self) -> None:
        self._preview = evaluate(self._theirs, chosen_changes(self._choices, self._whose), self._limits)
        made = {each: self._whose[each.key] for each in self._choices if each.key in self._whose}
        stands = words.standing(self._preview, self._choices, made)
        self.banner.show_message(stands.tone, stands.title, stands.text)
        is_settled = len(made) == len(self._choices)
        self.findings.show_found(_found(self._preview) if is_settled else ())
        self._show_save(stands.why_not)

    def _show_save(self, why_not: str) -> None:
        left = self.findings.to_accept
        if not why_not and left:
            why_not = f"Accept {left} {'warning' if left == 1 else 'warnings'} to save"
        if not why_not and self._needs_reason():
            why_not = "Give a reason to save"
        self.show_why_not(why_not)

    def _reason(self) -> str:
        return " ".join(self.reason.text().split())

    def _needs_reason(self) -> bool:
        return self._theirs.what is What.RESERVES and not self._reason()

    def _connect(self, bus: Bus | None) -> None:
        self.lines.side_chosen.connect(self._on_side_chosen)
        self.lines.line_focused.connect(lambda row: self.area.ensureWidgetVisible(row, 0, 4))
        self.all_mine.clicked.connect(lambda: self._on_all(Whose.MINE))
        self.all_theirs.clicked.connect(lambda: self._on_all(Whose.THEIRS))
        self.findings.accepted_changed.connect(self._show_outcome)
        self.reason.textChanged.connect(self._show_outcome)
        self.back.clicked.connect(self._on_back)
        self.save.clicked.connect(self.accept)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        if bus is not None:
            bus.changed.connect(self._on_changed)


def _as_on_the_screen(found: Iterable[MergeChoice], state: State) -> tuple[MergeChoice, ...]:
    """Classes in their order, each followed by its holdings; companies as they stand."""
    places = {key.id: place for place, key in enumerate(state.candidates or {}) if not key.parent}

    def place(choice: MergeChoice) -> tuple[int, bool]:
        key = choice.key
        return (places.get(key.parent or key.id, len(places)), bool(key.parent)) if key else (len(places), True)

    return tuple(sorted(found, key=place))


def _found(preview: Preview) -> tuple[ShownFinding, ...]:
    """What the banner does not say already."""
    return () if preview.errors else found_in(preview, without=[FindingKind.UNALLOCATED])
