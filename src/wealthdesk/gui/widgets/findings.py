"""What a preview found, in groups: errors, warnings with a check box to accept each, and notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from wealthdesk.domain.reallocation import LineKey
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label

ACCEPT: Final = "I accept this"
_ERRORS, _WARNINGS, _NOTES = range(3)


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One thing that the preview found. codes: what it is accepted by; a warning without any is only told.

    cap: the line that is too large and the share of everything, in basis points, that it can be capped at here.
    """

    tone: Tone
    title: str
    text: str = ""
    codes: tuple[str, ...] = ()
    cap: tuple[LineKey, int] | None = None

    @property
    def is_to_accept(self) -> bool:
        """Whether it has to be accepted."""
        return bool(self.codes) and self.tone is Tone.WARNING


class Findings(QWidget):
    """`show_found` shows them; what was accepted stays so as long as it says the same, even if it goes and returns."""

    accepted_changed = Signal(object)
    """frozenset[str]: the codes of what is accepted."""
    cap_asked = Signal(object, object)
    """LineKey, the share of everything in basis points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offers_caps = True
        """Whether what is too large can be capped here; not where nothing can be changed."""
        self._found: tuple[ShownFinding, ...] = ()
        self._accepted: set[ShownFinding] = set()
        self._groups = [_Group(), _Group(ACCEPT), _Group()]
        column = vertical(self, spacing=8)
        for group in self._groups:
            column.addWidget(group)
            group.cap_asked.connect(self.cap_asked)
        self._groups[_WARNINGS].accept_toggled.connect(self._on_accept_toggled)

    @property
    def accepted(self) -> frozenset[str]:
        """The codes of the warnings that are shown and accepted."""
        return frozenset(code for each in self._found if each in self._accepted for code in each.codes)

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(each.tone is Tone.ERROR for each in self._found)

    @property
    def to_accept(self) -> int:
        """How many warnings are not accepted yet."""
        return sum(each.is_to_accept and each not in self._accepted for each in self._found)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was found, as it is shown from the top."""
        return tuple(message for group in self._groups for message in group.messages)

    def show_found(self, found: Sequence[ShownFinding]) -> None:
        """Show this."""
        if not self.offers_caps:
            found = [replace(each, cap=None) for each in found]
        if tuple(found) == self._found:
            return
        before, self._found = self.accepted, tuple(found)
        errors = [each for each in found if each.tone is Tone.ERROR]
        warnings = [each for each in found if each.is_to_accept]
        notes = [each for each in found if each not in errors and each not in warnings]
        is_mixed = bool(errors or warnings)
        self._groups[_ERRORS].show_found(text.count(len(errors), "error"), errors)
        self._groups[_WARNINGS].show_found(text.count(len(warnings), "warning"), warnings, self._accepted)
        self._groups[_NOTES].show_found(text.count(len(notes), "note") if is_mixed else "", notes)
        if self.accepted != before:
            self.accepted_changed.emit(self.accepted)

    def accept_all(self) -> None:
        """Accept every warning that is shown."""
        for message in self._groups[_WARNINGS].messages:
            message.check.setChecked(True)

    def focus_open(self) -> bool:
        """Give the keyboard to the first warning that is not accepted; whether there is one."""
        waiting = [each.check for each in self._groups[_WARNINGS].messages if not each.check.isChecked()]
        if waiting:
            waiting[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
            _scroll_to(waiting[0])
        return bool(waiting)

    def _on_accept_toggled(self, found: ShownFinding, accepted: bool) -> None:
        if accepted:
            self._accepted.add(found)
        else:
            self._accepted.discard(found)
        self.accepted_changed.emit(self.accepted)


def _scroll_to(widget: QWidget) -> None:
    around: QWidget | None = widget
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(widget)


class _Group(QWidget):
    """Messages of one kind under their number; made once and used again."""

    accept_toggled = Signal(object, bool)
    """ShownFinding"""
    cap_asked = Signal(object, object)

    def __init__(self, accept: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accept = accept
        self._messages: list[Message] = []
        self._found: Sequence[ShownFinding] = ()
        self._title = label(role="strong")
        self._column = vertical(self, spacing=8)
        self._column.addWidget(self._title)
        self.hide()

    @property
    def messages(self) -> list[Message]:
        return self._messages[: len(self._found)]

    def show_found(
        self,
        title: str,
        found: Sequence[ShownFinding],
        accepted: "set[ShownFinding] | frozenset[ShownFinding]" = frozenset(),
    ) -> None:
        self._found = found
        self._title.setText(title)
        self._title.setVisible(bool(title))
        while len(self._messages) < len(found):
            self._add_message()
        for message, each in zip(self._messages, found, strict=False):
            message.show_message(each.tone, each.title, each.text)
            message.set_action(f"Cap at {text.percent(each.cap[1], _decimals(each.cap[1]))}" if each.cap else "")
            if self._accept:
                message.check.blockSignals(True)
                message.check.setChecked(each in accepted)
                message.check.blockSignals(False)
        for place, message in enumerate(self._messages):
            message.setVisible(place < len(found))
        self.setVisible(bool(found))

    def _add_message(self) -> None:
        place = len(self._messages)
        message = Message(accept=self._accept, action="", parent=self)
        message.accept_toggled.connect(lambda on, place=place: self.accept_toggled.emit(self._found[place], on))
        message.action_clicked.connect(lambda place=place: self._on_action(place))
        self._messages.append(message)
        self._column.addWidget(message)

    def _on_action(self, place: int) -> None:
        if cap := self._found[place].cap:
            self.cap_asked.emit(*cap)


def _decimals(bps: int) -> int:
    return 0 if bps % 100 == 0 else 2
