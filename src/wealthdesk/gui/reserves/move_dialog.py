"""The form that moves a part of what is planned from one company to another."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.reallocation import Line, LineKey, moved
from wealthdesk.domain.reserve_draft import Changes, ReserveDraft
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, ShownInPlace, needed_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.money_edit import MoneyEdit


class MoveDialog(FormDialog):
    """chosen: the lines to begin with, the giving one first. Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: ReserveDraft, chosen: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__("Move planned reserves", "&Move", "The total stays as it is.", parent)
        self._lines = {line.key: line for line in draft.now.lines}
        self._code = draft.state.currency
        options = [(line.key, line.name) for line in self._lines.values()]
        self.giving, self.taking = Combo("From", options), Combo("To", options)
        keys = [*(line.key for line in chosen), *self._lines]
        self.giving.choose(keys[0])
        self.taking.choose(next((key for key in keys[1:] if key != keys[0]), keys[0]))
        self.amount = MoneyEdit("Amount to move", self._code)
        self._giving, self._taking = Field("&From", self.giving), Field("&To", self.taking)
        self._amount = Field("A&mount", self.amount)
        self.add(self._giving, self._taking)
        self.add(self._amount)
        for combo in (self.giving, self.taking):
            combo.chosen.connect(self._show_outcome)
        self.amount.edited.connect(self._show_outcome)
        self._show_outcome()
        self.amount.setFocus()

    def save(self) -> Changes:
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
