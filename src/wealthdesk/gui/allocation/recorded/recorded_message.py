"""What stands in the planner once a plan was recorded there: that it was, and the way back, or forth again."""

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from wealthdesk.errors import NotFound, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.message import Message

if TYPE_CHECKING:
    from wealthdesk.domain.plans import RecordedPlan
    from wealthdesk.services.desk import Desk

_UNDO: Final = "&Undo"
_AGAIN: Final = "Record agai&n"


class RecordedMessage(Message):
    """Hidden until a plan was recorded. It offers only what can be done as things stand."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(Tone.OK, action=_UNDO, parent=parent)
        self._desk = desk
        self._recorded: RecordedPlan | None = None
        self.action_clicked.connect(self._on_step)

    def show_plan(self, recorded: "RecordedPlan") -> None:
        """Tell of this plan from now on."""
        self._recorded = recorded
        self.refresh()

    def say_recorded(self, trades: int) -> None:
        """Say that so many trades were recorded, with the way back."""
        sentence = f"{text.count(trades, 'trade')} recorded"
        self.show_message(Tone.OK, sentence, "Holdings and cash have changed as the plan says.")
        self.set_action(_UNDO)
        self.show()

    def refresh(self) -> None:
        """Tell what became of it: it may have been undone elsewhere, or what it changed was changed again."""
        if self._recorded is None:
            self.hide()
            return
        try:
            self._recorded = self._desk.recorded_plans.get(self._recorded.id)
        except NotFound:
            self._recorded = None
            self.hide()
            return
        self._show(self._recorded)
        self.show()

    def _on_step(self) -> None:
        recorded, service = self._recorded, self._desk.recorded_plans
        if recorded is None:
            return
        try:
            (service.record_again if recorded.is_undone else service.undo)(recorded.id)
        except WealthDeskError as refusal:
            problems.show(refusal, self)
        self.refresh()

    def _show(self, recorded: "RecordedPlan") -> None:
        service = self._desk.recorded_plans
        if recorded.is_undone:
            self.show_message(Tone.NEUTRAL, "Undone: all is as it was before.")
            self.set_action(_AGAIN if service.can_record_again(recorded.id) is None else "")
            return
        self.say_recorded(len(recorded.trades))
        if service.can_undo(recorded.id) is not None:
            self.set_action("")
