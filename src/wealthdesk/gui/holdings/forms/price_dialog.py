"""The forms of a price, of all prices of one asset, and of an exchange rate as it is quoted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.domain.valuation import Missing, value
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import Field, FormDialog, needed_number, open_dialog
from wealthdesk.gui.holdings.forms.asset_combo import AssetCombo
from wealthdesk.gui.holdings.forms.list_dialog import ListDialog
from wealthdesk.gui.holdings.tables.columns import DAY_COLUMNS
from wealthdesk.gui.holdings.tables.rows import assets_offered
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import set_key
from wealthdesk.gui.widgets.choices import CurrencyCombo
from wealthdesk.gui.widgets.fields import DateEdit, NumberEdit
from wealthdesk.gui.widgets.message import Message

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
        self._asset, self._day = Field("A&sset", self.asset, parent=self), Field("&Day", self.day, parent=self)
        self._price = Field("&Price of one", self.price, parent=self)
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


class PriceHistoryDialog(ListDialog[Price]):
    """The newest first. A removed price can be put back while the dialog is open."""

    def __init__(self, desk: "Desk", asset: Asset, parent: QWidget | None = None) -> None:
        named = asset.also_known_as
        subtitle = f"{named}, in {asset.currency}" if named else f"In {asset.currency}"
        super().__init__(
            f"Prices of {asset.known_as}", subtitle, DAY_COLUMNS, lambda row: row.on, "&Add price…", parent
        )
        self._desk, self._asset = desk, asset
        self._removed: list[Price] = []
        self._step: object = None
        self._steps = desk.undo
        self.edit_button = self.add_step("&Edit…", self._on_edit, "F2")
        self.remove_button = self.add_step("&Remove", self._on_remove, "Del")
        self.undo = Message(Tone.NEUTRAL, action="Undo", inline=True)
        set_key(self.undo.button, "Ctrl+Z")
        self.undo.action_clicked.connect(self._on_undo)
        self.undo.hide()
        keep_off(desk, self.add_button, self.edit_button, self.remove_button, *self.table.actions())
        self.body.insertWidget(1, self.undo)
        self.refresh()
        self.table.setFocus()
        self.table.select_line()

    def add(self) -> None:
        """Open the form for a new price."""
        self._open(PriceDialog(self._desk, self._asset, parent=self))

    def edit(self, row: Price) -> None:
        if not self._desk.is_read_only:
            self._open(PriceDialog(self._desk, self._asset, row, parent=self))

    def refresh(self) -> None:
        prices = self._desk.prices.of(self._asset.id)
        self.show_rows(prices)
        self.show_note(text.count(len(prices), "price") if prices else "No price yet. Add one to see a value.")

    def show_possible(self) -> None:
        is_one = self.table.selected_row() is not None
        self.edit_button.setEnabled(is_one)
        self.remove_button.setEnabled(bool(self.table.selected_rows()))

    def _open(self, dialog: PriceDialog) -> None:
        dialog.saved.connect(self.undo.hide)
        dialog.saved.connect(self.refresh)
        open_dialog(dialog)

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_remove(self) -> None:
        rows = self.table.selected_rows()
        if not rows:
            return
        self._desk.prices.remove(self._asset.id, *(row.on for row in rows))
        self._removed, self._step = rows, self._steps.last()
        is_one = len(rows) == 1
        said = f"Removed the price of {text.day(rows[0].on)}." if is_one else f"Removed {len(rows)} prices."
        self.undo.show_message(Tone.NEUTRAL, said, f"Ctrl+Z puts {'it' if is_one else 'them'} back.")
        self.undo.show()
        self.refresh()

    def _on_undo(self) -> None:
        put_back, self._removed = self._removed, []
        if self._step is self._steps.last():
            self._steps.back()
        self.undo.hide()
        self.refresh()
        self.table.select_all_of(each.on for each in put_back)
        self.table.setFocus()


class RateDialog(FormDialog):
    """A new rate, or the one given, whose pair stays. base: the currency that a rate is missing for."""

    def __init__(
        self, desk: "Desk", rate: FxRate | None = None, *, base: str = "", parent: QWidget | None = None
    ) -> None:
        title = "Edit exchange rate" if rate else "Add exchange rate"
        super().__init__(title, "&Save" if rate else "&Add rate", parent=parent)
        self._desk, self._rate = desk, rate
        quote = rate.quote if rate else desk.portfolios.current().base_currency
        self.base = CurrencyCombo("From currency", rate.base if rate else base)
        self.quote = CurrencyCombo("To currency", quote)
        self.day = DateEdit("Day of the rate", rate.on if rate else desk.clock.today())
        self.rate = NumberEdit("Exchange rate", what="rate", zero=False)
        self.rate.set_number(rate.rate if rate else None)
        self._base, self._quote = Field("&From", self.base, parent=self), Field("&To", self.quote, parent=self)
        self._day, self._number = Field("&Day", self.day, parent=self), Field("&Rate", self.rate, parent=self)
        self.add(self._base, self._quote)
        self.add(self._day, self._number)
        for each in (self.base, self.quote):
            each.currentTextChanged.connect(self._show_reading)
        if rate is not None:
            self._base.hide()
            self._quote.hide()
            self.set_subtitle(f"From {rate.base} to {rate.quote}")
        self.rate.edited.connect(self._show_reading)
        self._show_reading()
        (self.rate if rate or base else self.base).setFocus()

    def save(self) -> FxRate:
        with self._base.refusing(BadInput):
            base = self.base.code()
        with self._quote.refusing(BadInput):
            quote = self.quote.code()
        if base == quote:
            with self._quote.refusing():
                raise BadInput(f"One {base} is always one {base}. Choose two different currencies.")
        new = FxRate(base, quote, self.day.value(), needed_number(self.rate))
        with self._day.refusing(BadInput):
            self._desk.rates.set([new], instead_of=self._rate)
        return new

    def _show_reading(self) -> None:
        base, quote, number = self.base.known_code(), self.quote.known_code(), self.rate.number()
        shown = text.number(number) if number is not None else "…"
        self._number.set_note(f"1 {base} = {shown} {quote}" if base and quote else "")


def value_dialog(desk: "Desk", asset_ids: Sequence[str], parent: QWidget) -> PriceDialog | RateDialog | None:
    """The form for a price that one of these assets lacks, or else for a rate; None: each of them has a value."""
    wanted = frozenset(asset_ids)
    lacking = [each for each in value(desk.portfolios.current()).unpriced if each.asset.id in wanted]
    for each in lacking:
        if each.missing is Missing.PRICE:
            return PriceDialog(desk, each.asset, parent=parent)
    return RateDialog(desk, base=lacking[0].asset.currency, parent=parent) if lacking else None
