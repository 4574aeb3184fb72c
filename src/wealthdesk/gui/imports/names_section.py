"""Accounts that a file calls by a number: each shown by its end, with a field for what it is called here."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from wealthdesk.gui.imports.reading import Checked, Reading, shortened
from wealthdesk.gui.imports.sections import Section
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.imports import Draft

_FIELD_WIDTH: Final = 260
_TYPED_MS: Final = 400


class NameLine(QWidget):
    """One account: the end of its number, and the field for its name."""

    named = Signal(str)

    def __init__(self, number: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(maxLength=120)
        self.field.setAccessibleName(f"Name of the account {shortened(number)}")
        self.field.setFixedWidth(_FIELD_WIDTH)
        self._timer = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._timer.timeout.connect(self._tell)
        self.field.textEdited.connect(self._timer.start)
        self.field.editingFinished.connect(self._tell)
        self._told = ""
        row = horizontal(self, spacing=12)
        row.addWidget(label(f"The account {shortened(number)} is called", buddy=self.field))
        row.addWidget(self.field)
        row.addStretch()

    def show_name(self, name: str) -> None:
        """Show what it is called; what is being typed stays."""
        self._told = name
        if not self.field.hasFocus():
            self.field.setText(name)

    def _tell(self) -> None:
        self._timer.stop()
        typed = " ".join(self.field.text().split())
        if typed and typed != self._told:
            self._told = typed
            self.named.emit(typed)


class NamesSection(Section):
    """The accounts that are not known here yet, of all files; a name that an account has here already is that one."""

    named = Signal(object, str, str)
    """The Reading of the file, what it calls the account, and the name."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, str], NameLine] = {}
        self._readings: dict[str, Reading] = {}
        self._card = frame("card")
        self._column = vertical(self._card, spacing=10, margins=(16, 12, 16, 12))
        super().__init__(self._card)

    def show_files(self, checked: Checked) -> None:
        """Show the accounts of these files that are called by a number."""
        told = {
            (str(each.reading.path), number): name
            for each in checked.files
            if isinstance(each.draft, Draft)
            for number, name in each.draft.account_names.items()
        }
        self._readings = {str(each.path): each for each in checked.readings}
        for key in self.lines.keys() - told.keys():
            line = self.lines.pop(key)
            self._column.removeWidget(line)
            line.deleteLater()
        for key, name in told.items():
            if key not in self.lines:
                line = self.lines[key] = NameLine(key[1])
                line.named.connect(partial(self._on_named, key), Qt.ConnectionType.DirectConnection)
                self._column.addWidget(line)
            self.lines[key].show_name(name)
        self.show_title("Accounts" if told else "", "By this name from now on; the number is only remembered.")

    def fields(self) -> Sequence[QLineEdit]:
        """The fields, from the top."""
        return [each.field for each in self.lines.values()]

    def _on_named(self, key: tuple[str, str], name: str) -> None:
        self.named.emit(self._readings[key[0]], key[1], name)
