"""The asset classes: their list, the form for one of them, and the form that gives several assets the same ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit, QMessageBox, QWidget

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.names import checked_name
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import Field, FormDialog, open_dialog
from wealthdesk.gui.holdings.forms.exposure_lines import ExposureLines
from wealthdesk.gui.holdings.forms.list_dialog import ListDialog
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.words import ACCOUNT_KINDS
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.marks import COLOURS, ColourChoice

if TYPE_CHECKING:
    from wealthdesk.services.assets import Home
    from wealthdesk.services.desk import Desk


class ClassDialog(FormDialog):
    """A new class of the user's own, or the one given."""

    def __init__(self, desk: "Desk", asset_class: AssetClass | None = None, parent: QWidget | None = None) -> None:
        words = ("Edit asset class", "&Save") if asset_class else ("Add asset class", "&Add class")
        super().__init__(*words, parent=parent)
        self._desk, self._class = desk, asset_class
        self.name = QLineEdit(asset_class.name if asset_class else "")
        self.name.setAccessibleName("Name of the asset class")
        self.name.setPlaceholderText("Private equity")
        used = {each.colour for each in desk.portfolios.current().classes.values()}
        free = next((each for each in COLOURS if each not in used), next(iter(COLOURS)))
        self.colour = ColourChoice(asset_class.colour if asset_class else free)
        self.home = Combo("Better held in", [(None, "Any account"), *ACCOUNT_KINDS.items()])
        self._home = desk.rules.current().homes.get(asset_class.id) if asset_class else None
        self.home.choose(self._home)
        self._name = Field("&Name", self.name, parent=self)
        self.add(self._name)
        self.add(Field("&Colour", self.colour, parent=self))
        note = "Plans prefer such an account where nothing else changes"
        self.add(Field("&Better held in", self.home, note, parent=self))
        self.name.setFocus()

    def save(self) -> AssetClass:
        with self._name.refusing():
            name = checked_name(self.name.text(), "name for the class")
        with self._name.refusing(AlreadyExists):
            return self._keep(name, self._chosen_home())

    def _chosen_home(self) -> "Home":
        chosen = self.home.choice()
        if chosen == self._home:
            return None
        return AccountKind(str(chosen)) if chosen else ""

    def _keep(self, name: str, home: "Home") -> AssetClass:
        if self._class is None:
            return self._desk.classes.add(name, self.colour.colour(), home)
        changed = replace(self._class, name=name, colour=self.colour.colour())
        self._desk.classes.change(changed, home)
        return changed


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """A class, how many assets count to it, and the kind of account it is better held in."""

    asset_class: AssetClass
    assets: int
    home: AccountKind | None


_COLUMNS: Final[tuple[Column[ClassEntry], ...]] = (
    Column(
        "Class",
        lambda row: row.asset_class.name,
        mark=lambda row: row.asset_class.colour,
        stretch=True,
        font="strong",
        key=lambda row: row.asset_class.position,
    ),
    Column("Assets", lambda row: text.count(row.assets, "asset"), key=lambda row: row.assets, width=110),
    Column("Better held in", lambda row: ACCOUNT_KINDS[row.home] if row.home else text.NOTHING, width=120),
    Column(
        "Origin",
        lambda row: "Built in" if row.asset_class.is_built_in else "Your own",
        width=110,
        ink=lambda row: "mute",
    ),
)


class ClassesDialog(ListDialog[ClassEntry]):
    """Built-in classes can be renamed and moved, but stay."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        subtitle = "Their order here is their order on every screen."
        super().__init__("Asset classes", subtitle, _COLUMNS, lambda row: row.asset_class.id, "&Add class…", parent)
        self._desk = desk
        self.question: QMessageBox | None = None
        # Sorted otherwise, up and down would mean nothing.
        self.table.setSortingEnabled(False)
        self.up_button = self.add_step("Move &up", self._on_up, "Alt+Up")
        self.down_button = self.add_step("Move &down", self._on_down, "Alt+Down")
        self.edit_button = self.add_step("&Edit…", self._on_edit, "F2")
        self.remove_button = self.add_step("&Remove…", self._on_remove, "Del")
        self.refresh()
        self.table.setFocus()
        self.table.select_line()

    def add(self) -> None:
        """Open the form for a new class."""
        self._open(ClassDialog(self._desk, parent=self))

    def edit(self, row: ClassEntry) -> None:
        self._open(ClassDialog(self._desk, row.asset_class, parent=self))

    def refresh(self) -> None:
        assets = self._desk.assets.all()
        used = Counter(exposure.asset_class_id for asset in assets for exposure in asset.exposures)
        homes = self._desk.rules.current().homes
        self.show_rows([ClassEntry(each, used[each.id], homes.get(each.id)) for each in self._desk.classes.all()])

    def show_possible(self) -> None:
        row = self.table.selected_row()
        rows = self.table.table.rows()
        self.edit_button.setEnabled(row is not None)
        self.remove_button.setEnabled(row is not None and not row.asset_class.is_built_in)
        self.remove_button.setToolTip("Built-in classes stay." if row and row.asset_class.is_built_in else "")
        self.up_button.setEnabled(row is not None and row != rows[0])
        self.down_button.setEnabled(row is not None and row != rows[-1])

    def _open(self, dialog: ClassDialog) -> None:
        dialog.saved.connect(self._on_saved)
        open_dialog(dialog)

    def _on_saved(self, asset_class: AssetClass) -> None:
        self.refresh()
        self.table.select(asset_class.id)

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_up(self) -> None:
        self._move(-1)

    def _on_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.table.selected_row()
        rows = self.table.table.rows()
        place = rows.index(row) + by if row is not None else -1
        if row is None or not 0 <= place < len(rows):
            return
        rows.remove(row)
        rows.insert(place, row)
        self._desk.classes.reorder([each.asset_class.id for each in rows])
        self.refresh()

    def _on_remove(self) -> None:
        row = self.table.selected_row()
        if row is None or row.asset_class.is_built_in:
            return
        explained = words.of_class(self._desk.classes.goes_with(row.asset_class.id))
        class_id = row.asset_class.id
        self.question = words.ask(row.asset_class.name, explained, lambda: self._remove(class_id), self)

    def _remove(self, class_id: str) -> None:
        self._desk.classes.remove(class_id)
        self.refresh()


class SetClassDialog(FormDialog):
    """assets: at least one. It begins with the classes that all of them have in common."""

    def __init__(self, desk: "Desk", assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        named = words.several([each.known_as for each in assets], 6)
        super().__init__(f"Set class of {text.count(len(assets), 'asset')}", subtitle=named, parent=parent)
        self._desk, self._assets = desk, tuple(assets)
        first = assets[0].exposures
        common = first if all(each.exposures == first for each in assets) else ()
        self.classes = ExposureLines(list(desk.portfolios.current().classes.values()), common, self)
        self._classes = Field("&Class", self.classes, parent=self)
        self.add(self._classes)
        self.classes.setFocus()

    def save(self) -> object:
        with self._classes.refusing(BadInput):
            exposures = self.classes.exposures()
        self._desk.assets.classify([each.id for each in self._assets], exposures)
        return exposures
