"""The table of assets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.valuation import value
from wealthdesk.gui import format as text
from wealthdesk.gui.holdings.forms.account_dialog import TradingDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.classes_dialog import ClassesDialog, SetClassDialog
from wealthdesk.gui.holdings.forms.merge_dialog import MergeDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceHistoryDialog
from wealthdesk.gui.holdings.tables import rows as row_values
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.columns import ASSET_COLUMNS
from wealthdesk.gui.holdings.tables.rows import AssetRow
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


def _is_no_cash(row: AssetRow) -> bool:
    return not row.asset.is_cash


class AssetsPanel(TablePanel[AssetRow]):
    """Every asset, held or not."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(desk, "Assets", ASSET_COLUMNS, lambda row: row.asset.id, "Add asset…", parent)
        self.classes = button("Asset c&lasses…", tip="Add, rename and remove asset classes")
        self.classes.clicked.connect(self.open_classes)
        keep_off(desk, self.classes)
        self.head.insert(0, self.classes)
        self.set_steps(
            [
                Step("&Edit…", self._on_edit, "F2"),
                Step("&Prices…", self._on_prices, only_looks=True, fits=_is_no_cash),
                Step("Set &class…", self._on_class, for_several=True),
                Step("&Merge…", self._on_merge, for_several=True),
                Step("In pla&ns…", self._on_trading, for_several=True, fits=_is_no_cash),
                Step("&Remove…", self.remove, "Del"),
            ]
        )

    def empty_state(self) -> EmptyState:
        by_file = ChoiceCard(
            "import", "From a file", "The holdings export of your broker brings its assets along.", "&Import a file…"
        )
        by_hand = ChoiceCard("plus", "By hand", "A fund, a share, a coin, a house.", "&Add an asset…")
        by_file.chosen.connect(self.import_requested)
        by_hand.chosen.connect(self.add)
        return EmptyState("No assets yet", "What can be held, and the classes it counts to.", [by_file, by_hand])

    def refresh(self) -> None:
        self.show_rows(row_values.asset_rows(self.desk.portfolios.current()))

    def totals(self, rows: Sequence[AssetRow]) -> str:
        unclassified = sum(not row.asset.exposures for row in rows)
        said = text.count(len(rows), "asset")
        return f"{said}, {unclassified} unclassified" if unclassified else said

    def add(self) -> None:
        """Open the form for a new asset."""
        self.open(AssetDialog(self.desk, parent=self))

    def edit(self, row: AssetRow) -> None:
        self.open(AssetDialog(self.desk, row.asset, parent=self))

    def open_classes(self) -> None:
        """Open the list of asset classes."""
        self.open(ClassesDialog(self.desk, parent=self))

    def remove(self) -> None:
        """Ask, then remove the asset selected."""
        row = self.table.selected_row()
        if row is None:
            return
        portfolio = self.desk.portfolios.current()
        valued = [each for each in value(portfolio).holdings if each.asset.id == row.asset.id]
        worth = text.money(sum(each.value_minor or 0 for each in valued), portfolio.base_currency)
        explained = words.of_asset(self.desk.assets.goes_with(row.asset.id), worth)
        asset_id = row.asset.id
        self.question = words.ask(row.asset.known_as, explained, lambda: self.desk.assets.remove(asset_id), self)

    def show_assets(self, asset_ids: Sequence[str]) -> bool:
        """Select these assets; False when none of them is shown."""
        return bool(self.table.select_all_of(asset_ids))

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_prices(self) -> None:
        row = self.table.selected_row()
        if row is not None and not row.asset.is_cash:
            self.open(PriceHistoryDialog(self.desk, row.asset, parent=self))

    def _on_class(self) -> None:
        if rows := self.table.selected_rows():
            self.open(SetClassDialog(self.desk, [row.asset for row in rows], parent=self))

    def merge(self, kept: Asset | None = None, other: Asset | None = None) -> None:
        """Open the form that merges two assets."""
        self.open(MergeDialog(self.desk, kept, other, self))

    def _on_merge(self) -> None:
        if chosen := [row.asset for row in self.table.selected_rows()][:2]:
            self.merge(*chosen)

    def _on_trading(self) -> None:
        if assets := [row.asset for row in self.table.selected_rows() if not row.asset.is_cash]:
            self.open(TradingDialog(self.desk, assets, self))
