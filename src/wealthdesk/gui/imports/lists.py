"""The lists of step 2 below the table: what happened, what is wrong, gone, new, changed, left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.ledger import story_words
from wealthdesk.domain.names import name_order
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.reading import Checked, Found
from wealthdesk.gui.imports.sections import CheckList, LinesSection, ListSection, OpeningSection
from wealthdesk.gui.imports.words import figure, news_lines
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.services.imports import (
    AssetStory,
    Corrected,
    Draft,
    Gone,
    HoldingChange,
    ImportPreview,
    LeftOut,
    Note,
)

_LINE_WIDTH: Final = 72
_FILE_COLUMN: Final = 4
_EXPLAINED: Final = PillValues("Explained", Tone.OK)
_NOT_EXPLAINED: Final = PillValues("Not explained", Tone.WARNING)


class CheckLists(QWidget):
    """Everything that is listed about files that are Checked; a list of nothing is hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.openings = OpeningSection(self)
        self.stories = story_section(self)
        self.problems = problem_section(self)
        self.corrections = correction_section(self)
        self.gone = GoneSection(self)
        self.news = LinesSection(self)
        self.changes = change_section(self)
        self.strategies = strategy_section(self)
        self.notes = note_section(self)
        self.left_out = left_out_section(self)
        lines = vertical(self, spacing=14)
        first = (self.openings, self.stories, self.problems, self.corrections, self.gone)
        for section in (*first, self.strategies, self.news, self.changes, self.notes, self.left_out):
            lines.addWidget(section)

    def show_checked(self, checked: Checked, portfolio: Portfolio) -> None:
        """Show what files say, and what importing them would change."""
        self._show_told(checked)
        self._show_wrong(checked)
        self._show_changes(checked, portfolio)

    def _show_told(self, checked: Checked) -> None:
        preview = checked.preview
        openings = {symbol: quantity for each in checked.readings for symbol, quantity, _ in each.openings}
        self.openings.show_stories(checked.stories, openings)
        self.stories.show_rows(checked.stories, "What happened", "By symbol, from the first row of the list on.")
        notes, left_out = notes_of(preview), left_out_of(preview)
        self.notes.show_rows(notes, "Worth knowing", "How the file was read.")
        words = text.count(len(left_out), "row is no holding", "rows are no holdings")
        self.left_out.show_rows(left_out, words, "Titles, totals and the like; listed so that nothing is missed.")
        corrected = [each for draft in preview.drafts for each in draft.corrected]
        words = text.count(len(corrected), "cell is corrected", "cells are corrected")
        self.corrections.show_rows(corrected, words, "Read so for this import; the file itself stays as it is.")

    def _show_wrong(self, checked: Checked) -> None:
        """Only what stands neither in a cell above nor beside a symbol that is not explained."""
        told = {story.what for story in checked.stories}
        placed = checked.placed_problems
        wrong = tuple(each for each in checked.line_problems if each not in placed and each.what not in told)
        out = "" if checked.is_only_targets else ", or import without these rows"
        if wrong:
            self.problems.table.setColumnHidden(_FILE_COLUMN, len(checked.files) == 1)
        self.problems.show_rows(wrong, text.count(len(wrong), "problem"), f"Correct the file, and read it again{out}.")

    def _show_changes(self, checked: Checked, portfolio: Portfolio) -> None:
        preview, matched = checked.preview, checked.preview.matched
        self.gone.show_gone(matched.gone)
        changes = [*matched.changed, *matched.added]
        told = "Holdings as they are now, and after the import."
        self.changes.show_rows(changes, "What changes" if _is_more(checked, changes) else "", told)
        scopes = {each.id: each.name for each in (*portfolio.accounts.values(), *matched.accounts)}
        scopes |= {each.id: each.name for each in portfolio.groups.values()}
        classes = {each.id: each.name for each in (*portfolio.classes.values(), *matched.classes)}
        strategies = strategy_lines(preview, scopes, classes)
        self.strategies.show_rows(strategies, "Strategies", "As they are after the import.")
        self.news.show_lines("New in the portfolio", news_lines(preview))


class GoneSection(CheckList):
    """Holdings that do not stand in the file any more, each with a check box to remove it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Holdings that are gone from the file: checked ones are removed", parent=parent)

    def chosen_ids(self) -> list[str]:
        """The ids of the holdings to be removed."""
        return self.chosen_keys()

    def show_gone(self, gone: Sequence[Gone]) -> None:
        """Show holdings; those that were checked and are still gone stay checked."""
        listed = sorted(gone, key=lambda each: (name_order(each.account.name), name_order(each.asset.symbol)))
        one = len(gone) == 1
        title = f"{text.count(len(gone), 'holding')} {'is' if one else 'are'} not in the file any more"
        items = [(each.holding.id, _gone_words(each), "") for each in listed]
        self.show_items(items, title, "Kept as before, unless checked here to be removed from the portfolio.")
        self.all.setVisible(len(gone) > 1)


def story_section(parent: QWidget) -> ListSection:
    """Symbol, what happened, what is left, whether that is explained."""
    columns: list[Column[AssetStory]] = [
        Column("Symbol", lambda s: s.symbol, font="strong", tip=lambda s: s.symbol, width=104),
        Column("Name", lambda s: s.name or "", ink=lambda s: "mute", tip=lambda s: s.name or "", width=130),
        Column("Account", lambda s: s.account, tip=lambda s: s.account, width=110),
        Column("What happened", _what, tip=_what, stretch=True),
        Column("Left", _left, key=lambda s: s.story.left, right=True, figures=True, width=84),
        Column("", lambda s: "", pill=lambda s: _NOT_EXPLAINED if s.what else _EXPLAINED, right=True, width=124),
    ]
    return ListSection("What happened", columns, parent=parent)


def _what(told: AssetStory) -> str:
    return story_words(told.story).rpartition(" → ")[0]


def _left(told: AssetStory) -> str:
    return text.number(told.story.left)


def problem_section(parent: QWidget) -> ListSection:
    """File, line, column, what is wrong, how to fix it."""
    columns: list[Column[Found]] = [
        Column("Row", _line, key=lambda p: (p.file, p.line), right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("Column", lambda p: p.column, font="control", tip=lambda p: p.column, width=130),
        Column(
            "What is wrong", lambda p: p.what, icon=lambda p: "error", icon_ink="error", tip=lambda p: p.what, width=330
        ),
        Column("How to fix it", lambda p: p.fix, tip=lambda p: p.fix, stretch=True),
        Column("File", lambda p: p.file_name, ink=_mute, tip=lambda p: p.file_name, width=150),
    ]
    return ListSection("Problems", columns, identity=lambda found: found, parent=parent)


def correction_section(parent: QWidget) -> ListSection:
    """Row, column, what stood there, what is read."""
    columns: list[Column[Corrected]] = [
        Column("Row", _line, key=lambda c: c.line, right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("Column", lambda c: c.column, font="control", tip=lambda c: c.column, width=170),
        Column("In the file", lambda c: c.before or "nothing", ink=_mute, tip=lambda c: c.before, width=220),
        Column("Read as", lambda c: c.after or "nothing", font="strong", tip=lambda c: c.after, stretch=True),
    ]
    return ListSection("Corrected cells", columns, most=5, parent=parent)


def change_section(parent: QWidget) -> ListSection:
    """Symbol, name, account, what is held now and then."""
    columns: list[Column[HoldingChange]] = [
        Column("Symbol", lambda c: c.asset.known_as, font="strong", width=110),
        Column("Name", lambda c: c.asset.name, tip=lambda c: c.asset.name, stretch=True),
        Column("Account", lambda c: c.account.name, tip=lambda c: c.account.name, width=140),
        Column("Now", _before, key=_before_key, right=True, figures=True, ink=_mute, width=104),
        Column("After the import", _after, key=lambda c: c.after.quantity, right=True, figures=True, width=124),
        Column("", _news, pill=lambda c: _NEW if c.before is None else _CHANGED, right=True, width=110),
    ]
    return ListSection("What changes", columns, parent=parent)


def left_out_section(parent: QWidget) -> ListSection:
    """Row, its text, why it is no holding."""
    columns: list[Column[LeftOut]] = [
        Column("Row", _line, key=lambda p: p.line, right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("What stands there", lambda p: p.text, tip=lambda p: p.text, stretch=True),
        Column("Why it is no holding", lambda p: p.why, tip=lambda p: p.why, width=320),
    ]
    return ListSection("Rows left out", columns, most=5, parent=parent)


def note_section(parent: QWidget) -> ListSection:
    """Row and what is worth knowing."""
    columns: list[Column[Note]] = [
        Column("Row", _line, key=lambda p: p.line, right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("Note", lambda p: p.text, tip=lambda p: p.text, stretch=True),
    ]
    return ListSection("Worth knowing", columns, most=5, parent=parent)


@dataclass(frozen=True, slots=True)
class FileStrategyLine:
    """A strategy of a targets file, for the table."""

    name: str
    scope: str
    classes: str
    is_new: bool
    becomes_active: bool


def strategy_section(parent: QWidget) -> ListSection:
    """Strategy, scope, its classes, whether it is new."""
    columns: list[Column[FileStrategyLine]] = [
        Column("Strategy", lambda s: s.name, font="strong", width=200),
        Column("For", lambda s: s.scope, width=180),
        Column("Class targets", lambda s: s.classes, tip=lambda s: s.classes, stretch=True),
        Column("", lambda s: "becomes active" if s.becomes_active else "", ink=_mute, width=130),
        Column("", lambda s: "", pill=lambda s: _NEW if s.is_new else _CHANGED, right=True, width=110),
    ]
    return ListSection("Strategies", columns, parent=parent)


def strategy_lines(preview: ImportPreview, scopes: dict[str, str], classes: dict[str, str]) -> list[FileStrategyLine]:
    """The strategies that would be new or changed. scopes (accounts and groups) and classes: names by id."""
    told = preview.matched_targets
    return [
        FileStrategyLine(
            each.name,
            scopes.get(each.scope, "") if each.scope else text.WHOLE_PORTFOLIO,
            " · ".join(
                f"{classes.get(t.asset_class_id, t.asset_class_id)} {text.percent(t.target_bps, None)}"
                for t in each.targets
            ),
            each in told.added,
            each.id in told.activate,
        )
        for each in (*told.added, *told.changed)
    ]


def _is_more(checked: Checked, changes: Sequence[HoldingChange]) -> bool:
    """Whether something changes that does not stand in a row of a table above."""
    shown = {
        (each.draft.file_name, row.line)
        for place, each in enumerate(checked.files)
        if isinstance(each.draft, Draft) and checked.of(place).shows_rows
        for row in each.draft.rows_preview
    }
    return any((each.file_name, each.line) not in shown for each in changes)


def notes_of(preview: ImportPreview) -> list[Note]:
    """Everything worth knowing about the files and how they fit the portfolio."""
    told = [note for draft in preview.drafts for note in draft.notes]
    if len(preview.drafts) > 1:
        # What all files say is said once, and what only some of them say, with their names.
        said = {note: [d.file_name for d in preview.drafts if note in d.notes] for note in told}
        told = [
            note if len(names) == len(preview.drafts) else Note(f"{', '.join(names)}: {note.text}", note.line)
            for note, names in said.items()
        ]
    return [*told, *(Note(each) for each in (*preview.matched.notes, *preview.matched_targets.notes))]


def left_out_of(preview: ImportPreview) -> list[LeftOut]:
    """The lines that are no holdings."""
    return [each for draft in preview.drafts if isinstance(draft, Draft) for each in draft.left_out]


_NEW: Final = PillValues("New", Tone.OK)
_CHANGED: Final = PillValues("Changed", Tone.NEUTRAL)


def _line(row: Found | Corrected | LeftOut | Note) -> str:
    return figure(row.line) if row.line else text.NOTHING


def _mute(row: object) -> str:
    return "mute"


def _news(change: HoldingChange) -> str:
    return ""


def _before(change: HoldingChange) -> str:
    return text.held(change.before.quantity, change.asset) if change.before else text.NOTHING


def _before_key(change: HoldingChange) -> object:
    return change.before.quantity if change.before else None


def _after(change: HoldingChange) -> str:
    return text.held(change.after.quantity, change.asset)


def _gone_words(gone: Gone) -> str:
    name = f"  {gone.asset.also_known_as}" if gone.asset.also_known_as else ""
    return f"{gone.asset.known_as}{name}  ·  {text.held(gone.holding.quantity, gone.asset)} in {gone.account.name}"
