"""The form of a company: its name, what is deployed, how files call it; and what is planned for a new one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui.field import Field, ShownInPlace, optional_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.widgets.money_edit import MoneyEdit

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
