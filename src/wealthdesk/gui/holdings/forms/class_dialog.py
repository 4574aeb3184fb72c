"""The form of one asset class: its name, its colour, and the kind of account it is better held in."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import AssetClass
from wealthdesk.domain.names import checked_name
from wealthdesk.gui.field import Field
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.tables.words import ACCOUNT_KINDS
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.class_mark import COLOURS, ColourChoice

if TYPE_CHECKING:
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
        self._name = Field("&Name", self.name)
        self.add(self._name)
        self.add(Field("&Colour", self.colour))
        note = "Plans prefer such an account where nothing else changes"
        self.add(Field("&Better held in", self.home, note))
        self.name.setFocus()

    def save(self) -> AssetClass:
        with self._name.refusing():
            kept = self._keep(checked_name(self.name.text(), "name for the class"))
        home = self.home.choice()
        if home != self._home:
            self._desk.rules.set_home(kept.id, AccountKind(str(home)) if home else None)
        return kept

    def _keep(self, name: str) -> AssetClass:
        if self._class is None:
            return self._desk.classes.add(name, self.colour.colour())
        changed = replace(self._class, name=name, colour=self.colour.colour())
        self._desk.classes.change(changed)
        return changed
