"""The table of latest prices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog
from wealthdesk.gui.holdings.forms.price_history_dialog import PriceHistoryDialog
from wealthdesk.gui.holdings.tables import rows as row_values
from wealthdesk.gui.holdings.tables.columns import PRICE_COLUMNS
from wealthdesk.gui.holdings.tables.rows import PriceRow
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel
from wealthdesk.gui.widgets.choice_card import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class PricesPanel(TablePanel[PriceRow]):
    """The latest price of every asset; a row opens all of its prices."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(desk, "Latest prices", PRICE_COLUMNS, lambda row: row.asset.id, "Add price…", parent)
        self.set_steps(
            [Step("A&ll prices…", self._on_history, "F2", only_looks=True), Step("Add price of &this…", self._on_price)]
        )

    def empty_state(self) -> EmptyState:
        by_file = ChoiceCard(
            "import", "From a file", "The holdings export of your broker brings its prices along.", "&Import a file…"
        )
        by_file.chosen.connect(self.import_requested)
        return EmptyState("No prices yet", "Prices belong to assets, and there are no assets yet.", [by_file])

    def refresh(self) -> None:
        self.show_rows(row_values.price_rows(self.desk.portfolios.current()))

    def totals(self, rows: Sequence[PriceRow]) -> str:
        without, stale = sum(row.price is None for row in rows), sum(row.is_stale for row in rows)
        said = [text.count(len(rows), "asset")]
        if without:
            said.append(f"{without} without a price")
        if stale:
            said.append(f"{stale} older than 7 days")
        return ", ".join(said)

    def add(self) -> None:
        """Open the form for a new price."""
        self.open(PriceDialog(self.desk, parent=self))

    def edit(self, row: PriceRow) -> None:
        self.open(PriceHistoryDialog(self.desk, row.asset, parent=self))

    def _on_history(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_price(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.open(PriceDialog(self.desk, row.asset, parent=self))
