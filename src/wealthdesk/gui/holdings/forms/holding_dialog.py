"""The forms of one holding (account, asset, quantity, cost, a price of today) and of the cash in an account."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.money import to_minor
from wealthdesk.domain.tax_lots import TaxLots
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import (
    Field,
    FormDialog,
    needed_amount,
    needed_number,
    open_dialog,
    optional_amount,
    optional_number,
)
from wealthdesk.gui.holdings.forms.asset_combo import AssetCombo
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.lots_dialog import LotsDialog
from wealthdesk.gui.holdings.tables.rows import accounts_offered, assets_offered
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo
from wealthdesk.gui.widgets.fields import MoneyEdit, NumberEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_WHAT_COST: Final = "What was paid for all of it"


class HoldingDialog(FormDialog):
    """A new holding, or the one given, whose account and asset stay. account_id: where the new one is to be."""

    def __init__(
        self, desk: "Desk", holding: Holding | None = None, *, account_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "Edit holding" if holding else "Add holding", "&Save" if holding else "&Add holding", parent=parent
        )
        self._desk, self._holding = desk, holding
        self.account = Combo("Account")
        self.asset = AssetCombo("Asset")
        self.new_asset = link_button("&New asset…", icon="plus")
        self.quantity = NumberEdit("Quantity", what="quantity")
        self.cost = MoneyEdit("Total cost", desk.portfolios.current().base_currency)
        self.price = NumberEdit("Price of one today", what="price", zero=False)
        self.lots = link_button("Cost l&ots…", tip="What of it was bought when, and for how much", parent=self)
        self.lots.setVisible(holding is not None)
        self._lay_out()
        self._show(account_id)
        self.asset.currentTextChanged.connect(self._on_asset)
        self.new_asset.clicked.connect(self._on_new_asset)
        self.lots.clicked.connect(self._on_lots)
        (self.quantity if holding else self.asset).setFocus()

    def save(self) -> Holding:
        with self._asset.refusing(BadInput):
            asset = self.asset.asset()
        quantity = needed_number(self.quantity)
        cost = optional_amount(self.cost)
        price = optional_number(self.price)
        with self._asset.refusing(AlreadyExists):
            return self._keep(asset, quantity, cost, price)

    def _keep(self, asset: Asset, quantity: Decimal, cost: int | None, price: Decimal | None) -> Holding:
        if self._holding is None:
            return self._desk.holdings.add(str(self.account.choice()), asset.id, quantity, cost, price=price)
        self._desk.holdings.change(self._holding.id, quantity, cost, price=price)
        return replace(self._holding, quantity=quantity, cost_basis_minor=cost)

    def _lay_out(self) -> None:
        self._account = Field("A&ccount", self.account, parent=self)
        self._asset = Field("A&sset", self.asset, beside=self.new_asset, parent=self)
        self._price = Field("&Price of one today, optional", self.price, parent=self)
        self._cost = Field("&Total cost, optional", self.cost, _WHAT_COST, beside=self.lots, parent=self)
        self.add(self._account)
        self.add(self._asset)
        self.add(Field("&Quantity", self.quantity, parent=self), self._price)
        self.add(self._cost)

    def _show(self, account_id: str) -> None:
        portfolio, holding = self._desk.portfolios.current(), self._holding
        chosen = holding.account_id if holding else account_id
        self.account.set_options([(each.id, each.name) for each in accounts_offered(portfolio, chosen)])
        self.account.choose(chosen)
        self.asset.set_assets(assets_offered(portfolio.assets, holding.asset_id if holding else ""))
        for each in (self._account, self._asset):
            each.setVisible(holding is None)
        if holding is not None:
            asset = portfolio.assets[holding.asset_id]
            self.set_subtitle(f"{asset.name} ({asset.symbol}), in {portfolio.accounts[holding.account_id].name}")
            self.asset.choose(holding.asset_id)
            self._on_asset()
            self.quantity.set_number(holding.quantity)
            self._show_cost(holding.cost_basis_minor, self._desk.rules.lots_of(holding.id))

    def _show_cost(self, cost_minor: int | None, lots: TaxLots) -> None:
        self.cost.set_minor(cost_minor)
        self.cost.setEnabled(not lots)
        self._cost.set_note(f"The sum of {text.count(len(lots), 'cost lot')}" if lots else _WHAT_COST)

    def _on_asset(self) -> None:
        asset = self.asset.known_asset()
        if asset is None:
            self._price.set_note("")
            return
        self.cost.set_currency(asset.currency)
        known = self._desk.portfolios.current().prices.get(asset.id)
        last = f"{text.price(known.price, asset.currency)} on {text.day(known.on)}" if known else "none yet"
        self._price.set_note(f"Latest: {last}")

    def _on_lots(self) -> None:
        if self._holding is not None:
            dialog = LotsDialog(self._desk, self._holding, self)
            dialog.saved.connect(self._on_lots_saved)
            open_dialog(dialog)

    def _on_lots_saved(self, lots: TaxLots) -> None:
        was_changed = self.is_changed()
        cost = sum(lot.cost_minor for lot in lots) if lots else self.cost.minor()
        self._show_cost(cost, lots)
        if not was_changed:
            # The lots are kept already: leaving the form loses nothing.
            self._before = self._input()

    def _on_new_asset(self) -> None:
        typed = self.asset.currentText().strip() if self.asset.known_asset() is None else ""
        dialog = AssetDialog(self._desk, symbol=typed[:20], parent=self)
        dialog.saved.connect(self._on_asset_added)
        open_dialog(dialog)

    def _on_asset_added(self, asset: Asset) -> None:
        self.asset.set_assets(assets_offered(self._desk.portfolios.current().assets))
        self.asset.choose(asset.id)
        self._on_asset()
        self.quantity.setFocus()


class CashDialog(FormDialog):
    """holding: the cash to change, whose account and currency stay. account_id: where to begin otherwise."""

    def __init__(
        self, desk: "Desk", holding: Holding | None = None, *, account_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("Set cash", subtitle="What an account holds of one currency, in total.", parent=parent)
        self._desk = desk
        portfolio = desk.portfolios.current()
        chosen = holding.account_id if holding else account_id
        self.account = Combo("Account", [(each.id, each.name) for each in accounts_offered(portfolio, chosen)])
        self.account.choose(chosen)
        code = portfolio.assets[holding.asset_id].currency if holding else self._currency_of_account(portfolio)
        self.currency = CurrencyCombo("Currency of the cash", code)
        self.amount = MoneyEdit("Amount of cash", code)
        self._currency = Field("C&urrency", self.currency, parent=self)
        self._amount = Field("A&mount", self.amount, parent=self)
        self._account = Field("&Account", self.account, parent=self)
        self.add(self._account, self._currency)
        self.add(self._amount)
        if holding is not None:
            self._account.hide()
            self._currency.hide()
            self.set_subtitle(f"{code} in {portfolio.accounts[holding.account_id].name}, in total")
        self._show_held()
        self.currency.currentTextChanged.connect(self._on_currency)
        self.account.chosen.connect(self._on_account)
        self.amount.setFocus()
        self.amount.field.selectAll()

    def save(self) -> object:
        with self._currency.refusing(BadInput):
            code = self.currency.code()
        with self._amount.refusing(BadInput):
            minor = needed_amount(self.amount)
            self._desk.holdings.set_cash(str(self.account.choice()), code, minor)
        return minor

    def _currency_of_account(self, portfolio: Portfolio) -> str:
        account = portfolio.accounts.get(str(self.account.choice()))
        return account.currency if account else portfolio.base_currency

    def _held(self) -> int | None:
        portfolio, code = self._desk.portfolios.current(), self.currency.known_code()
        for each in portfolio.holdings:
            asset = portfolio.assets[each.asset_id]
            if each.account_id == self.account.choice() and asset.is_cash and asset.currency == code:
                return to_minor(each.quantity, code)
        return None

    def _on_account(self) -> None:
        if not self.amount.field.isModified():
            self.currency.setEditText(self._currency_of_account(self._desk.portfolios.current()))
        self._show_held()

    def _on_currency(self) -> None:
        code = self.currency.known_code()
        if code:
            self.amount.set_currency(code)
            self._show_held()

    def _show_held(self) -> None:
        """Say what is there now; put it into the field unless something was typed."""
        held = self._held()
        self._amount.set_note("None yet." if held is None else f"Now {text.money(held, self.amount.currency)}.")
        if not self.amount.field.isModified():
            self.amount.set_minor(held)
