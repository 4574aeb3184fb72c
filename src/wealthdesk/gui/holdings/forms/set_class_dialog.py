"""The form that gives several assets the same classes at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.forms.exposure_lines import ExposureLines
from wealthdesk.gui.holdings.tables import words

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class SetClassDialog(FormDialog):
    """assets: at least one. It begins with the classes that all of them have in common."""

    def __init__(self, desk: "Desk", assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        named = words.several([each.symbol for each in assets], 6)
        super().__init__(f"Set class of {text.count(len(assets), 'asset')}", subtitle=named, parent=parent)
        self._desk, self._assets = desk, tuple(assets)
        self.classes = ExposureLines(list(desk.portfolios.current().classes.values()))
        first = assets[0].exposures
        self.classes.show_exposures(first if all(each.exposures == first for each in assets) else ())
        self._classes = Field("&Class", self.classes)
        self.add(self._classes)
        self.classes.setFocus()

    def save(self) -> object:
        with self._classes.refusing(BadInput):
            exposures = self.classes.exposures()
        self._desk.assets.classify([each.id for each in self._assets], exposures)
        return exposures
