"""Forms: a field with its words and what is wrong in it, the frame with its two buttons; nothing typed is lost."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDateEdit,
    QDialog,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.fields import FieldProblem, MoneyEdit, NumberEdit
from wealthdesk.gui.widgets.layouts import dialog_foot, fit_height, horizontal, tab_as_read, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import ShortLabel, label

# A dialog that nobody holds is deleted before it appears.
_open: Final[set[QDialog]] = set()


@runtime_checkable
class Speaking(Protocol):
    """A widget that says itself what is wrong with it."""

    def problem(self) -> str: ...
    def show_problem(self, sentence: str) -> None: ...


class ShownInPlace(WealthDeskError):
    """A refusal whose sentence stands beside its field already."""


class Field(QWidget):
    """words: the label, `&` is its mnemonic. note: a line below that explains. beside: what stands right of it.

    parent: the form, where it is known: what is given to one later is styled anew with all that is in it.
    """

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
        # As high as its sentences need at its width, which a fixed height would cut.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.widget = widget
        layout = vertical(self, spacing=5)
        self._label = label(words, "note", "mute", buddy=widget)
        layout.addWidget(self._label)
        row = horizontal(spacing=4)
        row.addWidget(widget, 1)
        if beside is not None:
            row.addWidget(beside)
        layout.addLayout(row)
        self._problem = FieldProblem(widget, parent=self)
        self._note = ShortLabel(note, "small", "mute")
        layout.addWidget(self._problem)
        layout.addWidget(self._note)
        layout.addStretch(1)
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


def open_dialog(dialog: QDialog) -> QDialog:
    """Open a dialog over its window and keep it until it is finished."""
    _open.add(dialog)
    dialog.finished.connect(lambda: _open.discard(dialog))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class OrderedDialog(QDialog):
    """Tab goes through it as it is read, whenever its parts were made."""

    def showEvent(self, event: QShowEvent) -> None:
        tab_as_read(self)
        super().showEvent(event)


class AskingDialog(OrderedDialog):
    """Whatever closes it without saving, such as Esc, asks first if something was changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: list[object] | None = None

    def is_changed(self) -> bool:
        """Whether something differs from how it was opened."""
        return self._before is not None and self._input() != self._before

    def reject(self) -> None:
        """Close without saving; ask first if something was changed."""
        if not self.is_changed():
            super().reject()
            return
        box = problems.ask(
            "Leave without saving?", "What you changed here is lost.", "&Discard", self, no="&Keep editing"
        )
        box.accepted.connect(self.leave)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._before is None:
            self._before = self._input()

    def leave(self) -> None:
        """Close without saving, and without a question."""
        super().reject()

    def _input(self) -> list[object]:
        """All that is typed and chosen, in the order of the widgets; not in forms that were opened from here."""
        found: list[object] = []
        for each in [each for each in self.findChildren(QWidget) if each.window() is self]:
            if isinstance(each, QLineEdit):
                found.append(text.plain(each.text()))
            elif isinstance(each, QComboBox):
                found.append(each.currentIndex() if not each.isEditable() else each.currentText())
            elif isinstance(each, QDateEdit):
                found.append(each.date())
            elif isinstance(each, QAbstractButton) and each.isCheckable():
                found.append(each.isChecked())
        return found


class FormDialog(AskingDialog):
    """Saves first, then closes: a refusal leaves it open with its input. Esc asks only if something was changed."""

    saved = Signal(object)
    """The value that was kept."""

    def __init__(
        self, title: str, save_words: str = "&Save", subtitle: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(460)
        outer = vertical(self, spacing=0)
        body = vertical(spacing=14, margins=(24, 20, 24, 20))
        heading = vertical(spacing=3)
        heading.addWidget(label(title, "panel", wrap=True))
        self._subtitle = label(role="body", ink="mute2", wrap=True)
        self._subtitle.setParent(self)
        self.set_subtitle(subtitle)
        heading.addWidget(self._subtitle)
        body.addLayout(heading)
        self._fields = vertical(spacing=14)
        body.addLayout(self._fields, 1)
        self._refusal = Message(Tone.ERROR, parent=self)
        self._refusal.hide()
        body.addWidget(self._refusal)
        outer.addLayout(body, 1)
        self.primary = primary_button(save_words)
        self.primary.setDefault(True)
        self.cancel = button("Canc&el")
        outer.addWidget(self._foot())
        self.primary.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)

    def add(self, *fields: QWidget, stretch: int = 0, shares: Sequence[int] = ()) -> None:
        """Add a row of fields side by side; shares: of the width, where they are not equal."""
        if len(fields) == 1:
            self._fields.addWidget(fields[0], stretch)
            return
        row = horizontal(spacing=12)
        for each, share in zip(fields, shares or [1] * len(fields), strict=True):
            row.addWidget(each, share, Qt.AlignmentFlag.AlignTop)
        self._fields.addLayout(row, stretch)

    def set_subtitle(self, subtitle: str) -> None:
        """Say below the title what the form is about; "" nothing."""
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def refusal(self) -> str:
        """The sentence that belongs to no single field, "" when there is none."""
        return "" if self._refusal.isHidden() else self._refusal.title

    def save(self) -> object:
        """Keep what the form says and give back the value kept; a refusal is shown and the form stays."""
        raise NotImplementedError

    def accept(self) -> None:
        """Save, then close."""
        self._refusal.hide()
        try:
            value = self.save()
        except ShownInPlace:
            return
        except WealthDeskError as refusal:
            self._refusal.show_message(Tone.ERROR, str(refusal))
            self._refusal.show()
            return
        super().accept()
        self.saved.emit(value)

    def showEvent(self, event: QShowEvent) -> None:
        if self._before is None:
            if not any(map(self._fields.stretch, range(self._fields.count()))):
                self._fields.addStretch(1)
            fit_height(self)
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        # A sentence about a field takes more lines than the form had: it grows rather than cutting them.
        is_laid_out = event.type() == QEvent.Type.LayoutRequest  # asked before: it may be gone after its last event
        done = super().event(event)
        if is_laid_out and self.isVisible() and (inside := self.layout()) is not None:
            self.resize(self.width(), max(self.height(), inside.totalHeightForWidth(self.width())))
        return done

    def _foot(self) -> QWidget:
        return dialog_foot(self.cancel, self.primary)
