"""The form of the cost lots of one holding: what was bought when, and for how much."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import Holding
from wealthdesk.domain.tax_lots import TaxLots
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.forms.lot_lines import LotLines
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_HELP = (
    "Plans with a limit on realised gains sell the dearest lot first. Without lots they reckon with the average cost."
)


class LotsDialog(FormDialog):
    """Keeps the lots, and their sum as the cost of the holding; without any, its cost stays."""

    def __init__(self, desk: "Desk", holding: Holding, parent: QWidget | None = None) -> None:
        portfolio = desk.portfolios.current()
        asset, account = portfolio.assets[holding.asset_id], portfolio.accounts[holding.account_id]
        held = f"{text.quantity(holding.quantity)} {asset.symbol} in {account.name}"
        super().__init__("Cost lots", "&Save lots", held, parent)
        self._desk, self._holding = desk, holding
        self.setMinimumWidth(600)
        self.lots = LotLines(holding.quantity, asset.currency)
        self.lots.show_lots(desk.rules.lots_of(holding.id))
        self.add(self.lots, stretch=1)
        self.add(label(_HELP, "small", "mute", wrap=True))
        self.lots.lines[0].day.setFocus()

    def save(self) -> TaxLots:
        lots = self.lots.lots()
        self._desk.rules.set_lots(self._holding.id, lots)
        return lots
