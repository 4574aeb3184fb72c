"""The forms of a company and of a fund: names, what is deployed, how files call it; currency and size."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui.field import Field, ShownInPlace, optional_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.widgets.choices import CurrencyCombo
from wealthdesk.gui.widgets.fields import MoneyEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class CompanyDialog(FormDialog):
    """company: the one to change, whose amount and cap change in the table; None adds one to the fund."""

    def __init__(self, desk: "Desk", fund: Fund, company: Company | None = None, parent: QWidget | None = None) -> None:
        title = "Add a company" if company is None else f"Edit {company.name}"
        about = f"To {fund.name}, in {fund.currency}." if company is None else f"Of {fund.name}, in {fund.currency}."
        super().__init__(title, "&Add company" if company is None else "&Save", about, parent)
        self._desk, self._fund, self._company = desk, fund, company
        self._make_fields()
        self.add(self._name)
        if company is None:
            self.add(self._planned, self._cap)
            self.add(self._deployed, self._id)
            self.add(self._reason)
        else:
            self._show_company(company)
            self.add(self._deployed, self._id)
            self.add(self.exited)
            self._leave_out(self._planned, self._cap, self._reason)
            self.set_subtitle(f"{about} What is planned and the cap change in the table, with a reason.")
        if company is None:
            self._leave_out(self.exited)
        self.name.setFocus()

    def save(self) -> Company:
        deployed = self._amount(self._deployed, self.deployed) or 0
        planned = self._amount(self._planned, self.planned) or 0
        cap = self._amount(self._cap, self.cap)
        if cap is not None and planned > cap:
            self._cap.show_problem("Less than what is planned. Raise the cap, or lower the amount.")
            self.cap.setFocus()
            raise ShownInPlace(self._cap.problem())
        field = self._id if self._is_id_taken() else self._name
        with field.refusing(AlreadyExists), self._name.refusing(BadInput):
            return self._add(planned, cap, deployed) if self._company is None else self._change(self._company, deployed)

    def _add(self, planned: int, cap: int | None, deployed: int) -> Company:
        return self._desk.funds.add_company(
            self._fund.id,
            self.name.text(),
            planned_minor=planned,
            cap_minor=cap,
            deployed_minor=deployed,
            external_id=self.external.text().strip() or None,
            reason=self.reason.text(),
        )

    def _change(self, company: Company, deployed: int) -> Company:
        changed = replace(
            company,
            name=self.name.text(),
            deployed_minor=deployed,
            external_id=self.external.text().strip() or None,
            status=CompanyStatus.EXITED if self.exited.isChecked() else CompanyStatus.ACTIVE,
        )
        self._desk.funds.change_company(self._fund.id, changed)
        return changed

    def _amount(self, field: Field, edit: MoneyEdit) -> int | None:
        with field.refusing(BadInput):
            return optional_amount(edit)

    def _is_id_taken(self) -> bool:
        typed, own = self.external.text().strip(), self._company.id if self._company else ""
        name = " ".join(self.name.text().split()).casefold()
        others = [each for each in self._fund.companies if each.id != own]
        is_name_taken = any(each.name.casefold() == name for each in others)
        return bool(typed) and not is_name_taken and any(each.external_id == typed for each in others)

    def _show_company(self, company: Company) -> None:
        self.name.setText(company.name)
        self.deployed.set_minor(company.deployed_minor)
        self.external.setText(company.external_id or "")
        self.exited.setChecked(company.is_exited)

    def _leave_out(self, *widgets: QWidget) -> None:
        for each in widgets:
            each.setParent(self)
            each.hide()

    def _make_fields(self) -> None:
        code = self._fund.currency
        self.name, self.external, self.reason = QLineEdit(), QLineEdit(), QLineEdit()
        for edit, called in ((self.name, "Name"), (self.external, "Id in files"), (self.reason, "Reason")):
            edit.setAccessibleName(called)
        self.planned, self.cap = MoneyEdit("Planned reserves", code), MoneyEdit("Cap", code)
        self.deployed = MoneyEdit("Deployed so far", code)
        self.exited = QCheckBox("E&xited: it is not held any more")
        self._name = Field("&Name", self.name)
        self._planned = Field("&Planned reserves", self.planned)
        self._cap = Field("&Cap", self.cap, "Empty: no cap.")
        self._deployed = Field("&Deployed so far", self.deployed)
        self._id = Field("&Id in files", self.external, "Optional. Imports find it by this.")
        self._reason = Field("&Reason, kept in History", self.reason)
        self.reason.setPlaceholderText("The company was added")


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
