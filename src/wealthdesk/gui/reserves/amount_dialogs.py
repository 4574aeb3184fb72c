"""The forms that change planned amounts: several at once, by an amount or by per cent; one to another; the budget."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.edited_lines import EditedLines, adjusted, adjusted_by_share
from wealthdesk.domain.reallocation import Change, Line, LineKey, SetBudget, applied, moved, total_of
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, ShownInPlace, needed_amount, needed_number, optional_amount
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.reserves.words import named
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.fields import MoneyEdit, NumberEdit

_AMOUNT, _SHARE = "amount", "share"
_WAYS: Final = ((_AMOUNT, "By an amount each"), (_SHARE, "By per cent"))


class AdjustDialog(FormDialog):
    """lines: those to adjust, as the draft has them now. Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: EditedLines, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__("Adjust planned reserves", "&Adjust", named([line.name for line in lines]), parent)
        self._draft, self._lines = draft, tuple(lines)
        code = draft.state.currency
        self.way = Segment("How", _WAYS)
        self.amount = MoneyEdit("Amount more or less", code, negative=True)
        self.share = NumberEdit("Per cent more or less", what="percentage", decimals=2, negative=True)
        self._amount = Field("A&mount, with a minus for less", self.amount)
        self._share = Field("&Per cent, with a minus for less", self.share)
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
        self._giving, self._taking = Field("&From", self.giving), Field("&To", self.taking)
        self._amount = Field("&Amount", self.amount)
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
        self._budget = Field("&Budget for reserves", self.budget, note)
        self.add(self._budget)
        self.budget.setFocus()
        self.budget.field.selectAll()

    def save(self) -> tuple[Change, ...]:
        with self._budget.refusing(BadInput):
            return (SetBudget(optional_amount(self.budget)),)
