"""One field of a form: its words above it, what is wrong with it below it."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QSizePolicy, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.widgets.fields import FieldProblem, MoneyEdit, NumberEdit
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, label


@runtime_checkable
class Speaking(Protocol):
    """A widget that says itself what is wrong with it."""

    def problem(self) -> str: ...
    def show_problem(self, sentence: str) -> None: ...


class ShownInPlace(WealthDeskError):
    """A refusal whose sentence stands beside its field already."""


class Field(QWidget):
    """words: the label, `&` is its mnemonic. note: a line below that explains. beside: what stands right of it."""

    def __init__(
        self,
        words: str,
        widget: QWidget,
        note: str = "",
        *,
        beside: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.widget = widget
        layout = vertical(self, spacing=5)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._label = label(words, "note", "mute", buddy=widget)
        layout.addWidget(self._label)
        row = horizontal(spacing=4)
        row.addWidget(widget, 1)
        if beside is not None:
            row.addWidget(beside)
        layout.addLayout(row)
        self._problem = FieldProblem(widget)
        self._note = ShortLabel(note, "small", "mute")
        layout.addWidget(self._problem)
        layout.addWidget(self._note)
        self._note.setVisible(bool(note))
        self._forget_when_edited()

    def set_note(self, note: str) -> None:
        """Explain something else below the field; "" nothing."""
        self._note.show_words(note)
        self._note.setVisible(bool(note))

    def problem(self) -> str:
        """What is said to be wrong, "" when nothing is."""
        if isinstance(self.widget, Speaking):
            return self.widget.problem()
        return self._problem.sentence

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong until the field is edited."""
        if isinstance(self.widget, Speaking):
            self.widget.show_problem(sentence)
        else:
            self._problem.show_problem(sentence)

    @contextmanager
    def refusing(self, kind: type[WealthDeskError] = WealthDeskError) -> Iterator[None]:
        """A refusal of this kind in the block belongs to this field: it is shown here and goes on as ShownInPlace."""
        try:
            yield
        except ShownInPlace:
            raise
        except kind as refusal:
            self.show_problem(str(refusal))
            self.widget.setFocus()
            raise ShownInPlace(str(refusal)) from refusal

    def _forget_when_edited(self) -> None:
        widget = self.widget
        if isinstance(widget, QLineEdit):
            widget.textEdited.connect(self._on_edited)
        elif isinstance(widget, QComboBox):
            widget.currentTextChanged.connect(self._on_edited)
        elif isinstance(widget, QDateEdit):
            widget.dateChanged.connect(self._on_edited)

    def _on_edited(self) -> None:
        self._problem.show_problem("")


def needed_number(edit: NumberEdit) -> Decimal:
    """The number in the field; ShownInPlace when there is none."""
    number = edit.number() if edit.check() else None
    if number is None:
        edit.setFocus()
        raise ShownInPlace(edit.problem())
    return number


def optional_number(edit: NumberEdit) -> Decimal | None:
    """The number in the field, None when it is empty; ShownInPlace when it cannot be read."""
    return needed_number(edit) if edit.field.text().strip() else None


def needed_amount(edit: MoneyEdit) -> int:
    """The amount in the field in minor units; ShownInPlace when there is none."""
    minor = edit.minor()
    if minor is None:
        edit.show_problem(edit.problem() or "There is no amount here yet.")
        edit.setFocus()
        raise ShownInPlace(edit.problem())
    return minor


def optional_amount(edit: MoneyEdit) -> int | None:
    """The amount in the field, None when it is empty; ShownInPlace when it cannot be read."""
    return needed_amount(edit) if edit.field.text().strip() else None
