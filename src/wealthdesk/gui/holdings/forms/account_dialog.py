"""The form of one account: name, kind, currency, and its rules in plans."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.trading_rules import NO_RULES
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui.field import Field
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.forms.account_rules_fields import AccountRulesFields
from wealthdesk.gui.holdings.tables.words import ACCOUNT_KINDS
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo
from wealthdesk.gui.widgets.layouts import fit_height

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class AccountDialog(FormDialog):
    """A new account, or the one given."""

    def __init__(self, desk: "Desk", account: Account | None = None, parent: QWidget | None = None) -> None:
        super().__init__(
            "Edit account" if account else "Add account", "&Save" if account else "&Add account", parent=parent
        )
        self._desk, self._account = desk, account
        self.setMinimumWidth(660)
        self.name = QLineEdit(account.name if account else "")
        self.name.setAccessibleName("Name of the account")
        self.name.setPlaceholderText("Brokerage")
        self.kind = Combo("Kind of account", list(ACCOUNT_KINDS.items()))
        self.kind.choose(account.kind if account else AccountKind.TAXABLE)
        held_in = account.currency if account else desk.portfolios.current().base_currency
        self.currency = CurrencyCombo("Currency of the account", held_in)
        self.rules = AccountRulesFields(desk.portfolios.current(), held_in, account)
        self._kept = desk.rules.current().of_account(account.id) if account else NO_RULES
        today = desk.rules.as_of_today().of_account(account.id) if account else NO_RULES
        self.rules.show_rules(self._kept, today.room.left_minor)
        self.archived = QCheckBox("A&rchived: kept, but not offered in forms", self)
        self.archived.setChecked(account is not None and account.is_archived)
        self.archived.setVisible(account is not None)
        self._name = Field("&Name", self.name)
        self._currency = Field("Curren&cy", self.currency)
        self.add(self._name)
        self.add(Field("&Kind", self.kind, "How it is taxed"), self._currency)
        self.add(self.archived)
        self.add(self.rules)
        self.currency.currentTextChanged.connect(self._on_currency)
        self.archived.toggled.connect(self._on_archived)
        self.name.setFocus()

    def save(self) -> Account:
        with self._name.refusing():
            name = checked_name(self.name.text(), "name for the account")
        with self._currency.refusing(BadInput):
            code = self.currency.code()
        kind = AccountKind(str(self.kind.choice()))
        rules = self.rules.rules()
        with self._name.refusing(AlreadyExists):
            kept = self._keep(name, kind, code)
        if rules != self._kept:
            self._desk.rules.set_account(kept.id, rules)
        return kept

    def _keep(self, name: str, kind: AccountKind, code: str) -> Account:
        if self._account is None:
            return self._desk.accounts.add(name, kind, code)
        is_archived = self.archived.isChecked()
        changed = replace(self._account, name=name, kind=kind, currency=code, is_archived=is_archived)
        self._desk.accounts.change(changed)
        return changed

    def _on_archived(self, is_archived: bool) -> None:
        self.rules.trades_archived.setVisible(is_archived)
        fit_height(self)

    def _on_currency(self) -> None:
        if self.currency.known_code():
            self.rules.set_currency(self.currency.known_code())
