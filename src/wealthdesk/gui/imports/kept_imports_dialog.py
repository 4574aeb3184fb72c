"""The latest imports, each to be taken back as a whole while nothing was built on it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import dialog_foot, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.undo import KeptImport

_COLUMNS: Final[tuple["Column[KeptImport]", ...]] = (
    Column(
        "When",
        lambda each: text.moment(each.made_at.astimezone()),
        key=lambda each: each.made_at,
        width=170,
        figures=True,
    ),
    Column("What", lambda each: each.name[:1].upper() + each.name[1:], font="strong", stretch=True),
)


class KeptImportsDialog(QDialog):
    """Taking one back is a change like any other: it can be undone."""

    taken_back = Signal(object)
    """The name of the import."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Latest imports")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(720, 480)
        self.imports: TableView[KeptImport] = TableView("Latest imports", _COLUMNS, identity=lambda each: each.id)
        self.why_not = Message(Tone.NEUTRAL)
        self.take_back = button("&Take back", icon="undo")
        self.imports.offered = (self.take_back,)
        self.close_button = primary_button("Cl&ose")
        self._lay_out()
        keep_off(desk, self.take_back)
        self.imports.selectionModel().selectionChanged.connect(self._show_possible)
        self.take_back.clicked.connect(self._on_take_back)
        self.close_button.clicked.connect(self.reject)
        self.refresh()

    def refresh(self) -> None:
        """Read the imports again."""
        rows = self._desk.undo.imports()
        self.imports.set_rows(rows)
        if rows:
            self.imports.select(rows[0].id)
        (self.imports if rows else self.close_button).setFocus()
        self._show_possible()

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 16))
        heading = vertical(spacing=3)
        heading.addWidget(label("Latest imports", "panel"))
        said = "What one brought is taken back as a whole, while nothing of it was changed since. It can be undone."
        heading.addWidget(label(said, "body", "mute2", wrap=True))
        body.addLayout(heading)
        body.addWidget(self.imports, 1)
        body.addWidget(self.why_not)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.close_button, left=[self.take_back]))

    def _on_take_back(self) -> None:
        chosen = self.imports.selected_row()
        if chosen is None:
            return
        try:
            name = self._desk.undo.take_back_import(chosen.id)
        except WealthDeskError as refusal:
            self._say(str(refusal))
            return
        self.accept()
        self.taken_back.emit(name)

    def _show_possible(self) -> None:
        chosen = self.imports.selected_row()
        if chosen is None:
            self._say("" if self.imports.table.rows() else "Nothing was imported yet, or nothing is kept of it.")
        else:
            self._say(self._desk.undo.why_not(chosen.id))
        self.take_back.setEnabled(chosen is not None and self.why_not.isHidden())

    def _say(self, sentence: str) -> None:
        self.why_not.show_message(Tone.NEUTRAL, sentence)
        self.why_not.setVisible(bool(sentence))
