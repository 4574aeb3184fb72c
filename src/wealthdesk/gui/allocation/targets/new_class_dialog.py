"""The dialog for an asset class of the user's own: its name and its colour."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from wealthdesk.domain.assets import AssetClass
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.colour_choice import COLOURS, ColourChoice
from wealthdesk.gui.widgets.fields import FieldProblem
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.desk import Desk


class NewClassDialog(QDialog):
    """Keeps the class when it is accepted."""

    class_added = Signal(object)
    """AssetClass"""

    def __init__(self, desk: Desk, existing: Iterable[AssetClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Add asset class")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(460)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the asset class")
        self._problem = FieldProblem(self.name)
        used = {each.colour.upper() for each in existing}
        self.colour = ColourChoice(next((each for each in COLOURS if each not in used), next(iter(COLOURS))))
        self._add = primary_button("A&dd class")
        self._add.setDefault(True)
        self._cancel = button("Canc&el")
        self._lay_out()
        self._add.clicked.connect(self.accept)
        self._cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        self.name.textEdited.connect(lambda: self._problem.show_problem(""))
        self.name.setFocus()

    @property
    def problem(self) -> str:
        """Why the class was not kept, "" when nothing was refused."""
        return self._problem.sentence

    def accept(self) -> None:
        """Keep the class, then close; a refusal stays below the name."""
        try:
            added = self._desk.classes.add(self.name.text(), self.colour.colour())
        except WealthDeskError as refusal:
            self._problem.show_problem(str(refusal))
            self.name.setFocus()
            return
        super().accept()
        self.class_added.emit(added)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=6, margins=(24, 20, 24, 20))
        body.addWidget(label("Add asset class", "panel"))
        body.addSpacing(8)
        body.addWidget(label("&Name", "note", "mute", buddy=self.name))
        body.addWidget(self.name)
        body.addWidget(self._problem)
        body.addSpacing(6)
        body.addWidget(label("C&olour", "note", "mute", buddy=self.colour))
        body.addWidget(self.colour)
        outer.addLayout(body)
        foot = frame("foot")
        row = horizontal(foot, spacing=8, margins=(24, 14, 24, 14))
        row.addStretch()
        row.addWidget(self._cancel)
        row.addWidget(self._add)
        outer.addWidget(foot)
