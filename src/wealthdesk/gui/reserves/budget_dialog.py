"""The form of a fund's budget: as much as may be planned for all of its companies, or no such limit."""

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.reallocation import SetBudget, total_of
from wealthdesk.domain.reserve_draft import Changes, ReserveDraft
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, optional_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.widgets.money_edit import MoneyEdit


class BudgetDialog(FormDialog):
    """Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: ReserveDraft, parent: QWidget | None = None) -> None:
        about = "A proposed change like any other: it is kept with the next commit."
        super().__init__(f"Budget of {draft.state.name}", "&Set budget", about, parent)
        code, now = draft.state.currency, draft.now
        self.budget = MoneyEdit("Budget for reserves", code)
        self.budget.set_minor(now.budget)
        note = f"Empty: no limit. {text.money_brief(total_of(now.lines), code)} is planned."
        self._budget = Field("&Budget for reserves", self.budget, note)
        self.add(self._budget)
        self.budget.setFocus()
        self.budget.field.selectAll()

    def save(self) -> Changes:
        with self._budget.refusing(BadInput):
            return (SetBudget(optional_amount(self.budget)),)
