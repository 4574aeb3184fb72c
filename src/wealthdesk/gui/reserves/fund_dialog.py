"""The form of a fund: its name, currency and size, and the budget of a new one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.domain.reserves import Fund
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui.field import Field, optional_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.widgets.currency_combo import CurrencyCombo
from wealthdesk.gui.widgets.money_edit import MoneyEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_ABOUT = "Reserves are kept per fund, in its currency."
_BUDGET_ELSEWHERE = "Its budget is a proposed change: Amounts, Set the budget."


class FundDialog(FormDialog):
    """fund: the one to change; None makes a new one. Saved with the fund that was kept."""

    def __init__(self, desk: "Desk", fund: Fund | None = None, parent: QWidget | None = None) -> None:
        title = "New fund" if fund is None else f"Edit {fund.name}"
        words = "&Add fund" if fund is None else "&Save"
        super().__init__(title, words, _ABOUT if fund is None else f"{_ABOUT} {_BUDGET_ELSEWHERE}", parent)
        self._desk, self._fund = desk, fund
        code = fund.currency if fund else desk.portfolios.current().base_currency
        self.name = QLineEdit(fund.name if fund else "")
        self.name.setAccessibleName("Name")
        self.currency = CurrencyCombo("Currency", code)
        self.size_edit = MoneyEdit("Size of the fund", code)
        self.budget = MoneyEdit("Budget for reserves", code)
        if fund is not None:
            self.size_edit.set_minor(fund.size_minor)
        self._name, self._currency = Field("&Name", self.name), Field("C&urrency", self.currency)
        self._size = Field("Fund si&ze", self.size_edit, "Optional. Large shares are measured against it.")
        self._budget = Field("&Budget for reserves", self.budget, "Optional. No more than this is planned in all.")
        self.add(self._name, self._currency, shares=(2, 1))
        self.add(self._size)
        if fund is None:
            self.add(self._budget)
        else:
            self.budget.hide()
            self._budget.setParent(self)
            self._budget.hide()
        self.currency.currentTextChanged.connect(self._on_currency)
        self.name.setFocus()

    def save(self) -> Fund:
        with self._currency.refusing(BadInput):
            code = self.currency.code()
        size = self._amount(self._size, self.size_edit)
        budget = self._amount(self._budget, self.budget)
        with self._name.refusing(AlreadyExists), self._name.refusing(BadInput):
            if self._fund is None:
                return self._desk.funds.add(self.name.text(), code, size, budget)
            changed = replace(self._fund, name=self.name.text(), currency=code, size_minor=size)
            self._desk.funds.change(changed)
        return changed

    def _amount(self, field: Field, edit: MoneyEdit) -> int | None:
        with field.refusing(BadInput):
            return optional_amount(edit)

    def _on_currency(self) -> None:
        code = self.currency.known_code()
        if code:
            self.size_edit.set_currency(code)
            self.budget.set_currency(code)
