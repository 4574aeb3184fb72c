"""The form that adjusts several planned amounts at once, by an amount each or by per cent."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.reallocation import Line, applied
from wealthdesk.domain.reserve_draft import Changes, ReserveDraft, adjusted, adjusted_by_share
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, needed_amount, needed_number
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.reserves.words import named
from wealthdesk.gui.widgets.money_edit import MoneyEdit
from wealthdesk.gui.widgets.number_edit import NumberEdit
from wealthdesk.gui.widgets.segment import Segment

_AMOUNT, _SHARE = "amount", "share"
_WAYS: Final = ((_AMOUNT, "By an amount each"), (_SHARE, "By per cent"))


class AdjustDialog(FormDialog):
    """lines: those to adjust, as the draft has them now. Saved with the changes; nothing is kept by it."""

    def __init__(self, draft: ReserveDraft, lines: Sequence[Line], parent: QWidget | None = None) -> None:
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

    def save(self) -> Changes:
        if self.way.choice() == _AMOUNT:
            return adjusted(self._lines, needed_amount(self.amount))
        needed_number(self.share)
        return self._changes()

    def _changes(self) -> Changes:
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
