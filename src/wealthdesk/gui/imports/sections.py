"""The lists of step 2 below the columns: what is wrong, what is gone, what changes, what was left out."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from wealthdesk.domain.assets import AssetClass
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.reading import Found
from wealthdesk.gui.imports.words import figure
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.class_mark import mark_icon
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.pill import PillValues
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.table_view import ROW_HEIGHT, TableView
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.imports import ClassGuess, Corrected, Draft, Gone, HoldingChange, ImportPreview, LeftOut, Note

_LINE_WIDTH: Final = 72


class Section(QWidget):
    """A title with a note beside it, and what it is about below; hidden while there is nothing."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label(role="strong")
        # A note is cut in a narrow window rather than making everything wider.
        self._note = ShortLabel(role="note", ink="mute")
        # Room that is left over belongs below all sections, not inside them.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.head: QHBoxLayout = horizontal(spacing=10)
        self.head.addWidget(self._title)
        self.head.addWidget(self._note, 1)
        lines = vertical(self, spacing=8)
        lines.addLayout(self.head)
        lines.addWidget(content)

    def show_title(self, title: str, note: str = "") -> None:
        """Say what is below; "" hides the section."""
        self._title.setText(title)
        self._note.show_words(note)
        self.setVisible(bool(title))

    @property
    def title(self) -> str:
        """The title shown."""
        return self._title.text()


class ListSection(Section):
    """A section with a table that is as high as its rows, up to `most`."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        *,
        most: int = 8,
        identity: Callable[[Any], Hashable] | None = None,
    ) -> None:
        self.table: TableView[Any] = TableView(name, columns, row_height=ROW_HEIGHT, identity=identity)
        self.table.setSelectionMode(TableView.SelectionMode.ContiguousSelection)
        self._most = most
        super().__init__(self.table)

    def show_rows(self, rows: Sequence[object], title: str, note: str = "") -> None:
        """Show rows under a title; without rows the section is hidden."""
        self.table.set_rows(rows)
        self.table.fit_rows(self._most)
        self.show_title(title if rows else "", note)


class CheckList(Section):
    """Lines, each with a check box, and a link that checks all of them."""

    chosen = Signal()
    """What is checked is another choice now."""

    def __init__(self, name: str, *, all_words: str = "Check &all", most: int = 6) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.itemChanged.connect(self._on_changed)
        super().__init__(self.list)
        self._all_words, self._most = all_words, most
        self.all = link_button(all_words)
        self.all.clicked.connect(self._on_all)
        self.head.addWidget(self.all)

    def chosen_keys(self) -> list[str]:
        """The keys of the lines that are checked."""
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in self._items() if _is_checked(item)]

    def show_items(self, items: Sequence[tuple[str, str, str]], title: str, note: str) -> None:
        """Show (key, words, colour of the class before them or ""); what was checked and is there stays checked."""
        checked = self.chosen_keys()
        self.list.blockSignals(True)
        self.list.clear()
        for key, words, colour in items:
            item = QListWidgetItem(words, self.list)
            item.setData(Qt.ItemDataRole.UserRole, key)
            if colour:
                item.setIcon(mark_icon(colour))
            item.setCheckState(Qt.CheckState.Checked if key in checked else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self.list.setFixedHeight(min(len(items), self._most) * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth())
        self.all.setVisible(bool(items))
        self._show_all_words()
        self.show_title(title if items else "", note)

    def forget(self) -> None:
        """Uncheck everything: another file is shown next."""
        self.list.clear()

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(place) for place in range(self.list.count())]

    def _on_all(self) -> None:
        is_all = len(self.chosen_keys()) == self.list.count()
        self.list.blockSignals(True)
        for item in self._items():
            item.setCheckState(Qt.CheckState.Unchecked if is_all else Qt.CheckState.Checked)
        self.list.blockSignals(False)
        self._on_changed()

    def _on_changed(self) -> None:
        self._show_all_words()
        self.chosen.emit()

    def _show_all_words(self) -> None:
        is_all = len(self.chosen_keys()) == self.list.count()
        self.all.setText("Uncheck &all" if is_all else self._all_words)


class GoneSection(CheckList):
    """Holdings that do not stand in the file any more, each with a check box to remove it."""

    def __init__(self) -> None:
        super().__init__("Holdings that are gone from the file: checked ones are removed")

    def chosen_ids(self) -> list[str]:
        """The ids of the holdings to be removed."""
        return self.chosen_keys()

    def show_gone(self, gone: Sequence[Gone]) -> None:
        """Show holdings; those that were checked and are still gone stay checked."""
        listed = sorted(gone, key=lambda each: (each.account.name.casefold(), each.asset.symbol))
        one = len(gone) == 1
        title = f"{text.count(len(gone), 'holding')} {'is' if one else 'are'} not in the file any more"
        items = [(each.holding.id, _gone_words(each), "") for each in listed]
        self.show_items(items, title, "Kept as before, unless checked here to be removed from the portfolio.")
        self.all.setVisible(len(gone) > 1)


class GuessSection(CheckList):
    """New assets of which the file tells no class, each with the one that its name speaks of, to be accepted."""

    def __init__(self) -> None:
        super().__init__("Guessed classes: checked ones are kept", all_words="&Accept all", most=8)
        self._guesses: dict[str, ClassGuess] = {}

    def accepted(self) -> tuple[ClassGuess, ...]:
        """The guesses that are checked."""
        return tuple(self._guesses[key] for key in self.chosen_keys())

    def show_guesses(self, guesses: Sequence[ClassGuess], classes: Mapping[str, AssetClass]) -> None:
        """Show guesses; what was accepted and is still guessed stays accepted."""
        self._guesses = {"\n".join(each.of): each for each in guesses}
        one = len(guesses) == 1
        title = f"{text.count(len(guesses), 'class', 'classes')} {'is' if one else 'are'} guessed"
        items = [
            (key, _guess_words(each, classes[each.class_id].name), classes[each.class_id].colour)
            for key, each in sorted(self._guesses.items())
        ]
        self.show_items(items, title, "From the names. None is kept unless it is checked; you can also decide later.")


class LinesSection(Section):
    """A few sentences, one below the other."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()
        self._words = label(role="body", ink="ink", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().__init__(self._words)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Show the sentences; without any the section is hidden."""
        self.lines = tuple(lines)
        self._words.setText("\n".join(lines))
        self.show_title(title if lines else "")


def problem_section() -> ListSection:
    """File, line, column, what is wrong, how to fix it."""
    columns: list[Column[Found]] = [
        Column("Line", _line, key=lambda p: (p.file, p.line), right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("Column", lambda p: p.column, font="control", tip=lambda p: p.column, width=130),
        Column(
            "What is wrong", lambda p: p.what, icon=lambda p: "error", icon_ink="error", tip=lambda p: p.what, width=330
        ),
        Column("How to fix it", lambda p: p.fix, tip=lambda p: p.fix, stretch=True),
        Column("File", lambda p: p.file_name, ink=_mute, tip=lambda p: p.file_name, width=150),
    ]
    return ListSection("Problems", columns, identity=lambda found: found)


def correction_section() -> ListSection:
    """Line, column, what stood there, what is read."""
    columns: list[Column[Corrected]] = [
        Column("Line", _line, key=lambda c: c.line, right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("Column", lambda c: c.column, font="control", tip=lambda c: c.column, width=170),
        Column("In the file", lambda c: c.before or "nothing", ink=_mute, tip=lambda c: c.before, width=220),
        Column("Read as", lambda c: c.after or "nothing", font="strong", tip=lambda c: c.after, stretch=True),
    ]
    return ListSection("Corrected cells", columns, most=5)


def change_section() -> ListSection:
    """Symbol, name, account, what is held now and then."""
    columns: list[Column[HoldingChange]] = [
        Column("Symbol", lambda c: c.asset.symbol, font="strong", width=130),
        Column("Name", lambda c: c.asset.name, tip=lambda c: c.asset.name, stretch=True),
        Column("Account", lambda c: c.account.name, tip=lambda c: c.account.name, width=190),
        Column("Now", _before, key=_before_key, right=True, figures=True, ink=_mute, width=130),
        Column("After the import", _after, key=lambda c: c.after.quantity, right=True, figures=True, width=150),
        Column("", _news, pill=lambda c: _NEW if c.before is None else _CHANGED, right=True, width=110),
    ]
    return ListSection("What changes", columns)


def left_out_section() -> ListSection:
    """Line, its text, why it is no holding."""
    columns: list[Column[LeftOut]] = [
        Column("Line", _line, key=lambda p: p.line, right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("What stands there", lambda p: p.text, tip=lambda p: p.text, stretch=True),
        Column("Why it is no holding", lambda p: p.why, tip=lambda p: p.why, width=320),
    ]
    return ListSection("Lines left out", columns, most=5)


def note_section() -> ListSection:
    """Line and what is worth knowing."""
    columns: list[Column[Note]] = [
        Column("Line", _line, key=lambda p: p.line, right=True, figures=True, ink=_mute, width=_LINE_WIDTH),
        Column("Note", lambda p: p.text, tip=lambda p: p.text, stretch=True),
    ]
    return ListSection("Worth knowing", columns, most=5)


@dataclass(frozen=True, slots=True)
class StrategyLine:
    """A strategy of a targets file, for the table."""

    name: str
    scope: str
    classes: str
    is_new: bool
    becomes_active: bool


def strategy_section() -> ListSection:
    """Strategy, scope, its classes, whether it is new."""
    columns: list[Column[StrategyLine]] = [
        Column("Strategy", lambda s: s.name, font="strong", width=200),
        Column("For", lambda s: s.scope, width=180),
        Column("Class targets", lambda s: s.classes, tip=lambda s: s.classes, stretch=True),
        Column("", lambda s: "becomes active" if s.becomes_active else "", ink=_mute, width=130),
        Column("", lambda s: "", pill=lambda s: _NEW if s.is_new else _CHANGED, right=True, width=110),
    ]
    return ListSection("Strategies", columns)


def strategy_lines(preview: ImportPreview, accounts: dict[str, str], classes: dict[str, str]) -> list[StrategyLine]:
    """The strategies that would be new or changed. accounts and classes: names by id."""
    told = preview.matched_targets
    return [
        StrategyLine(
            each.name,
            accounts.get(each.scope, "") if each.scope else "All Portfolio",
            " · ".join(
                f"{classes.get(t.asset_class_id, t.asset_class_id)} {text.percent(t.target_bps, None)}"
                for t in each.targets
            ),
            each in told.added,
            each.id in told.activate,
        )
        for each in (*told.added, *told.changed)
    ]


def notes_of(preview: ImportPreview) -> list[Note]:
    """Everything worth knowing about the files and how they fit the portfolio."""
    told = [note for draft in preview.drafts for note in draft.notes]
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


def _is_checked(item: QListWidgetItem) -> bool:
    return item.checkState() is Qt.CheckState.Checked


def _guess_words(guess: ClassGuess, class_name: str) -> str:
    name = "" if guess.name == guess.symbol else f"  {guess.name}"
    return f"{class_name}, guessed  ·  {guess.symbol}{name}"


def _gone_words(gone: Gone) -> str:
    name = "" if gone.asset.name == gone.asset.symbol else f"  {gone.asset.name}"
    return f"{gone.asset.symbol}{name}  ·  {text.held(gone.holding.quantity, gone.asset)} in {gone.account.name}"
