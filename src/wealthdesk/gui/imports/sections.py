"""The parts of step 2 of the import: titled sections, lists to check, counts, and fields for what no file says."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QWidget,
)

from wealthdesk.domain.ledger import story_words
from wealthdesk.domain.money import canonical
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.reading import Checked, Reading, shortened
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.buttons import button, link_button
from wealthdesk.gui.widgets.fields import NumberEdit
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import mark_icon
from wealthdesk.gui.widgets.table_view import ROW_HEIGHT, TableView
from wealthdesk.gui.widgets.text import ShortLabel, frame, label
from wealthdesk.services.imports import AssetStory, Draft

_NUMBER_WIDTH: Final = 150
_NAME_WIDTH: Final = 260
_TYPED_MS: Final = 400
_CHECK_ALL: Final = "Check &all"


class Section(QWidget):
    """A title with a note beside it, and below what `hold` puts there; hidden while there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label(role="strong")
        # A note is cut in a narrow window rather than making everything wider.
        self._note = ShortLabel(role="note", ink="mute")
        # Room that is left over belongs below all sections, not inside them.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.head: QHBoxLayout = horizontal(spacing=10)
        self.head.addWidget(self._title)
        self.head.addWidget(self._note, 1)
        self._lines = vertical(self, spacing=8)
        self._lines.addLayout(self.head)

    def hold(self, content: QWidget) -> None:
        """Have this below the title; best made as its child, since what is moved as a whole is styled anew."""
        self._lines.addWidget(content)

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
    """A section with a table that is as high as its rows, up to `most`, and made with the first of them."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        *,
        most: int = 8,
        identity: Callable[[Any], Hashable] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._columns, self._identity = name, columns, identity
        self._most = most
        self._table: TableView[Any] | None = None

    @property
    def table(self) -> TableView[Any]:
        """The table."""
        if self._table is None:
            self._table = TableView(
                self._name, self._columns, row_height=ROW_HEIGHT, identity=self._identity, parent=self
            )
            self._table.setSelectionMode(TableView.SelectionMode.ContiguousSelection)
            self._table.ensurePolished()  # how high it is depends on its frame
            self.hold(self._table)
        return self._table

    def show_rows(self, rows: Sequence[object], title: str, note: str = "") -> None:
        """Show rows under a title; without rows the section is hidden."""
        if rows or self._table is not None:
            self.table.set_rows(rows)
            self.table.fit_rows(self._most)
        self.show_title(title if rows else "", note)


class CheckList(Section):
    """Lines, each with a check box, and a link that checks all of them."""

    chosen = Signal()
    """What is checked is another choice now."""

    def __init__(self, name: str, *, most: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget(self)
        self.list.setAccessibleName(name)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.itemChanged.connect(self._on_changed)
        self.hold(self.list)
        self._most = most
        self.all = link_button(_CHECK_ALL)
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

    def check_all(self, is_checked: bool) -> None:
        """Check every line, or none; nothing is emitted."""
        self.list.blockSignals(True)
        for item in self._items():
            item.setCheckState(Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self._show_all_words()

    def forget(self) -> None:
        """Uncheck everything: another file is shown next."""
        self.list.clear()

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(place) for place in range(self.list.count())]

    def _on_all(self) -> None:
        self.check_all(len(self.chosen_keys()) != self.list.count())
        self._on_changed()

    def _on_changed(self) -> None:
        self._show_all_words()
        self.chosen.emit()

    def _show_all_words(self) -> None:
        is_all = len(self.chosen_keys()) == self.list.count()
        self.all.setText("Uncheck &all" if is_all else _CHECK_ALL)


class LinesSection(Section):
    """A few sentences, one below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[str, ...] = ()
        self._words = label(role="body", ink="ink", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hold(self._words)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Show the sentences; without any the section is hidden."""
        self.lines = tuple(lines)
        self._words.setText("\n".join(lines))
        self.show_title(title if lines else "")


class OpeningLine(QWidget):
    """One symbol that is not explained, or was explained by what the user gave."""

    given = Signal(str, object, object)
    """The symbol, its opening quantity (None: none is given), and what that had cost (None: not known)."""

    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbol = symbol
        self._words = label(role="body", wrap=True)
        self.quantity = NumberEdit(f"{symbol} held before the list begins", what="quantity")
        self.quantity.setFixedWidth(_NUMBER_WIDTH)
        self.quantity.field.editingFinished.connect(self._on_finished)
        self.cost = NumberEdit(f"What {symbol} held before had cost", what="cost")
        self.cost.setFixedWidth(_NUMBER_WIDTH)
        self.cost.field.setPlaceholderText("not known")
        self.cost.field.editingFinished.connect(self._on_finished)
        self._cost_words = label("", "note", "mute", buddy=self.cost)
        self.use = button("", in_card=True)
        self.use.clicked.connect(self._on_use)
        self._told: Decimal | None = None
        self._told_cost: Decimal | None = None
        self._suggested: Decimal | None = None
        name = label(f"{symbol} held before", "note", "mute", buddy=self.quantity)
        middle = Qt.AlignmentFlag.AlignVCenter
        row = horizontal(self, spacing=12)
        row.addWidget(self._words, 1, middle)
        for each in (name, self.quantity, self.use, self._cost_words, self.cost):
            row.addWidget(each, 0, middle)

    def show_story(self, told: AssetStory, opening: Decimal | None) -> None:
        """Show why the symbol is not explained; opening: what the user gave."""
        self._words.setText(told.what or f"{told.symbol}: {story_words(told.story)}")
        self._told, self._suggested = opening, told.opening
        self._told_cost = told.opening_cost
        self._cost_words.setText(f"Its cost in {told.currency}" if told.currency else "Its cost")
        for each in (self._cost_words, self.cost):
            each.setVisible(opening is not None)
        if not self.cost.field.hasFocus():
            self.cost.set_number(told.opening_cost)
        if not self.quantity.field.hasFocus() or opening is not None:
            self.quantity.set_number(opening)
        has_other = told.opening is not None and told.opening != opening
        self.use.setVisible(has_other)
        if told.opening is not None:
            self.use.setText(f"Use {canonical(told.opening)}")
            self.use.setAccessibleName(f"Use {canonical(told.opening)} {told.symbol} as held before")

    def _on_finished(self) -> None:
        if self.quantity.problem() or self.cost.problem():
            return
        if (self.quantity.number(), self.cost.number()) != (self._told, self._told_cost):
            self.given.emit(self.symbol, self.quantity.number(), self.cost.number())

    def _on_use(self) -> None:
        self.quantity.set_number(self._suggested)
        self.given.emit(self.symbol, self._suggested, self.cost.number())


class OpeningSection(Section):
    """The symbols whose story does not come out even, each with a field for what was held before the list."""

    given = Signal(str, object, object)
    """A symbol, its opening quantity (None: none is given), and its cost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: dict[str, OpeningLine] = {}
        self._card = frame("card", self)
        self._column = vertical(self._card, spacing=10, margins=(16, 12, 16, 12))
        self.hold(self._card)

    def show_stories(self, stories: Sequence[AssetStory], openings: Mapping[str, Decimal]) -> None:
        """Show those that are not explained, and those that were given an opening quantity."""
        begun = {each.symbol: each.story.opening for each in stories if each.is_told}
        openings = {**begun, **openings}
        shown = {each.symbol: each for each in stories if each.what or each.symbol in openings}
        for symbol in self.lines.keys() - shown.keys():
            line = self.lines.pop(symbol)
            self._column.removeWidget(line)
            line.deleteLater()
        for symbol, told in shown.items():
            if symbol not in self.lines:
                line = self.lines[symbol] = OpeningLine(symbol, self._card)
                line.given.connect(self.given)
                self._column.addWidget(line)
            self.lines[symbol].show_story(told, openings.get(symbol))
        count = sum(bool(each.what) for each in stories)
        title = text.count(count, "symbol is not explained", "symbols are not explained") if count else ""
        title = title or ("Held before the list begins" if shown else "")
        self.show_title(title, "What was held before the list begins is not in it: give it here.")


class NameLine(QWidget):
    """One account: the end of its number, and the field for its name."""

    named = Signal(str)

    def __init__(self, number: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(maxLength=120)
        self.field.setAccessibleName(f"Name of the account {shortened(number)}")
        self.field.setFixedWidth(_NAME_WIDTH)
        self._timer = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._timer.timeout.connect(self._tell)
        self.field.textEdited.connect(self._timer.start)
        self.field.editingFinished.connect(self._tell)
        self._told = ""
        row = horizontal(self, spacing=12)
        row.addWidget(label(f"The account {shortened(number)} is called", figures=True, buddy=self.field))
        row.addWidget(self.field)
        row.addStretch()

    def show_name(self, name: str) -> None:
        """Show what it is called; what is being typed stays."""
        self._told = name
        if not self.field.hasFocus():
            self.field.setText(name)

    def _tell(self) -> None:
        self._timer.stop()
        typed = " ".join(self.field.text().split())
        if typed and typed != self._told:
            self._told = typed
            self.named.emit(typed)


class NamesSection(Section):
    """The accounts that are not known here yet, of all files; a name that an account has here already is that one."""

    named = Signal(object, str, str)
    """The Reading of the file, what it calls the account, and the name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: dict[tuple[str, str], NameLine] = {}
        self._readings: dict[str, Reading] = {}
        self._card = frame("card", self)
        self._column = vertical(self._card, spacing=10, margins=(16, 12, 16, 12))
        self.hold(self._card)

    def show_files(self, checked: Checked) -> None:
        """Show the accounts of these files that are called by a number."""
        told = {
            (str(each.reading.path), number): name
            for each in checked.files
            if isinstance(each.draft, Draft)
            for number, name in each.draft.account_names.items()
        }
        self._readings = {str(each.path): each for each in checked.readings}
        for key in self.lines.keys() - told.keys():
            line = self.lines.pop(key)
            self._column.removeWidget(line)
            line.deleteLater()
        for key, name in told.items():
            if key not in self.lines:
                line = self.lines[key] = NameLine(key[1], self._card)
                line.named.connect(partial(self._on_named, key), Qt.ConnectionType.DirectConnection)
                self._column.addWidget(line)
            self.lines[key].show_name(name)
        self.show_title("Accounts" if told else "", "By this name from now on; the number is only remembered.")

    def fields(self) -> Sequence[QLineEdit]:
        """The fields, from the top."""
        return [each.field for each in self.lines.values()]

    def _on_named(self, key: tuple[str, str], name: str) -> None:
        self.named.emit(self._readings[key[0]], key[1], name)


def _is_checked(item: QListWidgetItem) -> bool:
    return item.checkState() is Qt.CheckState.Checked
