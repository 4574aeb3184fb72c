"""The form of cash: how much of a currency an account holds."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.money import to_minor
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, needed_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.tables.rows import accounts_offered
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo
from wealthdesk.gui.widgets.fields import MoneyEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


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
        self._currency, self._amount = Field("C&urrency", self.currency), Field("A&mount", self.amount)
        self._account = Field("&Account", self.account)
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
