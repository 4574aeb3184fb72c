"""The forms of a company and a fund, and those that change planned amounts: several at once, one to another, budget."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from wealthdesk.domain.edited_lines import EditedLines, adjusted, adjusted_by_share
from wealthdesk.domain.reallocation import Change, Line, LineKey, SetBudget, applied, moved, total_of
from wealthdesk.domain.reserves import Company, CompanyStatus, Fund
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import Field, FormDialog, ShownInPlace, needed_amount, needed_number, optional_amount
from wealthdesk.gui.reserves.words import named
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo, Segment
from wealthdesk.gui.widgets.fields import MoneyEdit, NumberEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_AMOUNT, _SHARE = "amount", "share"
_WAYS: Final = ((_AMOUNT, "By an amount each"), (_SHARE, "By per cent"))


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
            each.hide()

    def _make_fields(self) -> None:
        code = self._fund.currency
        self.name, self.external, self.reason = QLineEdit(), QLineEdit(), QLineEdit()
        for edit, called in ((self.name, "Name"), (self.external, "Id in files"), (self.reason, "Reason")):
            edit.setAccessibleName(called)
        self.planned, self.cap = MoneyEdit("Planned reserves", code), MoneyEdit("Cap", code)
        self.deployed = MoneyEdit("Deployed so far", code)
        self.exited = QCheckBox("E&xited: it is not held any more", self)
        self._name = Field("&Name", self.name, parent=self)
        self._planned = Field("&Planned reserves", self.planned, parent=self)
        self._cap = Field("&Cap", self.cap, "Empty: no cap.", parent=self)
        self._deployed = Field("&Deployed so far", self.deployed, parent=self)
        self._id = Field("&Id in files", self.external, "Optional. Imports find it by this.", parent=self)
        self._reason = Field("&Reason, kept in History", self.reason, parent=self)
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
        self._name = Field("&Name", self.name, parent=self)
        self._currency = Field("C&urrency", self.currency, parent=self)
        self._size = Field("Fund si&ze", self.size_edit, "Optional. Large shares are measured against it.", parent=self)
        self._budget = Field(
            "&Budget for reserves", self.budget, "Optional. No more than this is planned in all.", parent=self
        )
        self.add(self._name, self._currency, shares=(2, 1))
        self.add(self._size)
        if fund is None:
            self.add(self._budget)
        else:
            self.budget.hide()
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


class AdjustDialog(FormDialog):
    """lines: those to adjust, as the draft has them now. Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: EditedLines, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__("Adjust planned reserves", "&Adjust", named([line.name for line in lines]), parent)
        self._draft, self._lines = draft, tuple(lines)
        code = draft.state.currency
        self.way = Segment("How", _WAYS)
        self.amount = MoneyEdit("Amount more or less", code, negative=True)
        self.share = NumberEdit("Per cent more or less", what="percentage", decimals=2, negative=True)
        self._amount = Field("A&mount, with a minus for less", self.amount, parent=self)
        self._share = Field("&Per cent, with a minus for less", self.share, parent=self)
        self.add(self.way)
        self.add(self._amount)
        self.add(self._share)
        self.way.chosen.connect(self._show_way)
        self.amount.edited.connect(self._show_outcome)
        self.share.edited.connect(self._show_outcome)
        self._show_way()

    @property
    def outcome(self) -> str:
        """What the total of these companies would become, as it is shown."""
        return self._noted

    def save(self) -> tuple[Change, ...]:
        if self.way.choice() == _AMOUNT:
            return adjusted(self._lines, needed_amount(self.amount))
        needed_number(self.share)
        return self._changes()

    def _changes(self) -> tuple[Change, ...]:
        if self.way.choice() == _AMOUNT:
            return adjusted(self._lines, self.amount.minor() or 0)
        number = self.share.number()
        return () if number is None else adjusted_by_share(self._lines, int(number.scaleb(2)))

    def _show_way(self) -> None:
        by_amount = self.way.choice() == _AMOUNT
        self._amount.setVisible(by_amount)
        self._share.setVisible(not by_amount)
        (self.amount if by_amount else self.share).setFocus()
        self._show_outcome()

    def _show_outcome(self) -> None:
        keys, state = {line.key for line in self._lines}, self._draft.now
        before = sum(line.amount for line in self._lines)
        after = sum(line.amount for key, line in applied(state, self._changes()).lines.items() if key in keys)
        code = state.currency
        start = text.money_brief(before, code)
        change = text.money_brief(after - before, code, plus=True)
        arrow = f" {text.ARROW} {text.money_brief(after, code)}, {change}" if after != before else ""
        self._noted = f"Together {start}{arrow}."
        for field in (self._amount, self._share):
            field.set_note(self._noted)


class MoveDialog(FormDialog):
    """chosen: the lines to begin with, the giving one first. Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: EditedLines, chosen: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__("Move planned reserves", "&Move", "The total stays as it is.", parent)
        self._lines = {line.key: line for line in draft.now.lines}
        self._code = draft.state.currency
        options = [(line.key, line.name) for line in self._lines.values()]
        self.giving, self.taking = Combo("From", options), Combo("To", options)
        keys = [*(line.key for line in chosen), *self._lines]
        self.giving.choose(keys[0])
        self.taking.choose(next((key for key in keys[1:] if key != keys[0]), keys[0]))
        self.amount = MoneyEdit("Amount to move", self._code)
        self._giving, self._taking = Field("&From", self.giving, parent=self), Field("&To", self.taking, parent=self)
        self._amount = Field("&Amount", self.amount, parent=self)
        self.add(self._giving, self._taking)
        self.add(self._amount)
        for combo in (self.giving, self.taking):
            combo.chosen.connect(self._show_outcome)
        self.amount.edited.connect(self._show_outcome)
        self._show_outcome()
        self.amount.setFocus()

    def save(self) -> tuple[Change, ...]:
        giving, taking = self._keys()
        amount = needed_amount(self.amount)
        if giving == taking:
            self._taking.show_problem("The same company. Choose another one.")
            self.taking.setFocus()
            raise ShownInPlace(self._taking.problem())
        if amount > self._lines[giving].amount:
            has = text.money_brief(self._lines[giving].amount, self._code)
            self.amount.show_problem(f"More than {self._lines[giving].name} has: {has}.")
            self.amount.setFocus()
            raise ShownInPlace(self.amount.problem())
        return moved(giving, taking, amount)

    def _keys(self) -> tuple[LineKey, LineKey]:
        giving, taking = self.giving.choice(), self.taking.choice()
        assert isinstance(giving, LineKey) and isinstance(taking, LineKey)
        return giving, taking

    def _show_outcome(self) -> None:
        giving, taking = self._keys()
        amount = self.amount.minor() or 0
        for field, key, change in ((self._giving, giving, -amount), (self._taking, taking, amount)):
            before = self._lines[key].amount
            after = f" {text.ARROW} {text.money_brief(before + change, self._code)}" if change else ""
            field.set_note(f"{text.money_brief(before, self._code)}{after}")


class BudgetDialog(FormDialog):
    """Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: EditedLines, parent: QWidget | None = None) -> None:
        about = "A proposed change like any other: it is kept with the next commit."
        super().__init__(f"Budget of {draft.state.name}", "&Set budget", about, parent)
        code, now = draft.state.currency, draft.now
        self.budget = MoneyEdit("Budget for reserves", code)
        self.budget.set_minor(now.budget)
        note = f"Empty: no limit. {text.money_brief(total_of(now.lines), code)} is planned."
        self._budget = Field("&Budget for reserves", self.budget, note, parent=self)
        self.add(self._budget)
        self.budget.setFocus()
        self.budget.field.selectAll()

    def save(self) -> tuple[Change, ...]:
        with self._budget.refusing(BadInput):
            return (SetBudget(optional_amount(self.budget)),)
