"""The form of one price: the asset, the day, what one unit cost."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Price
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, needed_number
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.forms.asset_combo import AssetCombo
from wealthdesk.gui.holdings.tables.rows import assets_offered
from wealthdesk.gui.widgets.fields import DateEdit, NumberEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class PriceDialog(FormDialog):
    """A new price, or the one given. asset: the one it is of, if that is known already."""

    def __init__(
        self, desk: "Desk", asset: Asset | None = None, price: Price | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Edit price" if price else "Add price", "&Save" if price else "&Add price", parent=parent)
        self._desk, self._before_price = desk, price
        self.asset = AssetCombo("Asset")
        self.asset.set_assets(assets_offered(desk.portfolios.current().assets, asset.id if asset else ""))
        self.day = DateEdit("Day of the price", price.on if price else desk.clock.today())
        self.price = NumberEdit("Price of one", what="price", zero=False)
        self.price.set_number(price.price if price else None)
        self._asset, self._day = Field("A&sset", self.asset), Field("&Day", self.day)
        self._price = Field("&Price of one", self.price)
        self.add(self._asset)
        self.add(self._day, self._price)
        if asset is not None:
            self.asset.choose(asset.id)
            self._asset.hide()
            self.set_subtitle(f"{asset.name} ({asset.symbol}), in {asset.currency}")
        self._on_asset()
        self.asset.currentTextChanged.connect(self._on_asset)
        (self.price if asset else self.asset).setFocus()

    def save(self) -> Price:
        with self._asset.refusing(BadInput):
            asset = self.asset.asset()
        number = needed_number(self.price)
        new = Price(asset.id, self.day.value(), number)
        with self._day.refusing(BadInput):
            self._desk.prices.set([new], instead_of=self._before_price)
        return new

    def _on_asset(self) -> None:
        asset = self.asset.known_asset()
        if asset is None:
            self._price.set_note("")
            return
        known = self._desk.portfolios.current().prices.get(asset.id)
        last = f"{text.price(known.price, asset.currency)} on {text.day(known.on)}" if known else "none yet"
        self._price.set_note(f"Latest: {last}")
