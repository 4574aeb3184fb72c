"""Going back to a version: what that changes now, what cannot come back, and the reason; an ordinary reallocation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.reallocation import Header, Line, Preview, Source, What
from wealthdesk.domain.reallocation_history import Return, way_back
from wealthdesk.errors import PortfolioChanged, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import AskingDialog
from wealthdesk.gui.history import words
from wealthdesk.gui.page import Bus
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_preview import ChangePreviewPane, ReasonField
from wealthdesk.gui.widgets.change_words import amount_words, shown_preview
from wealthdesk.gui.widgets.layouts import dialog_foot, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import ShortLabel, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_WIDTH: Final = 640
_SHOWS: Final[Changes] = frozenset({Topic.TARGETS, Topic.RESERVES, Topic.CLASSES, Topic.ASSETS, Topic.SETTINGS})


class RevertDialog(AskingDialog):
    """Nothing is kept before `accept`, which saves first, then closes. colours: class id → colour."""

    reverted = Signal(object)
    """The version that going back made."""

    def __init__(
        self,
        desk: "Desk",
        header: Header,
        number: int,
        bus: Bus,
        colours: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._header, self._number, self._colours = desk, header, number, colours
        self._preview: Preview | None = None
        self._request_id = ""
        self._is_saving = False
        self.setWindowTitle(f"Revert to version {number}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setFixedWidth(_WIDTH)
        self.resize(_WIDTH, min(720, parent.window().height() - 40) if parent else 720)
        self._title, self._subtitle = ShortLabel(role="panel"), label(role="body", ink="mute2", wrap=True)
        self.notice, self.left_out = Message(Tone.ERROR), Message(Tone.WARNING)
        needs_reason = ReasonField.REQUIRED if header.what is What.RESERVES else ReasonField.OPTIONAL
        self.pane = ChangePreviewPane(reason=needs_reason, width=_WIDTH, parent=self)
        self.pane.set_reason(f"Back to version {number}")
        self._why_not = ShortLabel(role="body", ink="mute")
        self.cancel = button("Canc&el")
        self.save = primary_button("&Save", tip="Ctrl+Enter")
        self._lay_out()
        self._connect(bus)
        self.notice.hide()
        self._read()
        self.pane.reason_field.setFocus()

    @property
    def preview(self) -> Preview | None:
        """What is shown; None where the strategy or fund is gone."""
        return self._preview

    def accept(self) -> None:
        """Save, then close; a refusal leaves the dialog open with what was typed, on a preview of now."""
        preview = self._preview
        if preview is None or not self.save.isEnabled():
            return
        self._is_saving = True
        try:
            receipt = self._desk.reallocations.commit(
                self._header,
                preview.state.version,
                preview.changes,
                preview.token,
                reason=self.pane.reason,
                request_id=self._request_id,
                accepted=self.pane.accepted,
                source=Source.REVERT,
                reverts=self._number,
            )
        except PortfolioChanged as refusal:
            self._read()
            self._show_notice(Tone.ERROR, "Not saved", f"{refusal} What follows is calculated from what is kept now.")
            return
        except WealthDeskError as refusal:
            self._show_notice(Tone.ERROR, "Not saved", str(refusal))
            return
        finally:
            self._is_saving = False
        super().accept()
        self.reverted.emit(receipt.version)

    def _on_changed(self, changes: Changes) -> None:
        if not changes & _SHOWS or self._is_saving or not self.isVisible():
            return
        before = self._preview
        self._read()
        if self._preview is not None and (before is None or self._preview.token != before.token):
            version = self._preview.state.version
            what = "These targets" if self._header.what is What.TARGETS else "These reserves"
            self._show_notice(
                Tone.NEUTRAL, f"{what} changed elsewhere", f"Now at version {version}; the preview is made of that."
            )

    def _read(self) -> None:
        """Make the preview of what is kept now."""
        self._request_id = str(uuid4())
        try:
            self._preview, way = self._made()
        except WealthDeskError as refusal:
            self._preview = None
            self._show_notice(Tone.ERROR, "There is nothing to go back to", str(refusal))
            self._show_actions()
            return
        self._show_preview(self._preview, way.gone)

    def _made(self) -> tuple[Preview, Return]:
        service = self._desk.reallocations
        state = service.state(self._header)
        way = way_back(state, service.lines_at(self._header, self._number))
        return service.preview(self._header, state.version, way.changes), way

    def _show_preview(self, preview: Preview, gone: tuple[Line, ...]) -> None:
        state = preview.state
        what = words.of_what(state.what)
        self._title.show_words(f"Revert to version {self._number} — {text.targets_name(state.name)}")
        bought = "; nothing is bought or sold" if state.what is What.TARGETS else ""
        self._subtitle.setText(
            f"Saves the {what} of version {self._number} as version {state.version + 1}. Nothing is deleted{bought}."
        )
        names = words.listed([f"{line.name} ({amount_words(state, line.amount)})" for line in gone])
        one = len(gone) == 1
        self.left_out.show_message(
            Tone.WARNING,
            f"{names} cannot come back",
            f"{'It was' if one else 'They were'} removed since, or counted to another class. "
            "What is left is scaled up to 100%.",
        )
        self.left_out.setVisible(bool(gone))
        self.save.setText(f"&Save as version {state.version + 1}")
        self.save.setAccessibleName(f"Save as version {state.version + 1}")
        self.pane.show_preview(shown_preview(preview, self._colours))
        self._show_actions()

    def _show_notice(self, tone: Tone, title: str, sentence: str) -> None:
        self.notice.show_message(tone, title, sentence)
        self.notice.show()

    def _show_actions(self) -> None:
        preview = self._preview
        if preview is None:
            why = "Nothing to save"
        elif not preview.is_effective:
            why = f"Version {self._number} is the same as what is kept now"
        else:
            why = self.pane.why_not()
        self._why_not.show_words(why)
        self.save.setEnabled(not why)

    def _connect(self, bus: Bus) -> None:
        bus.changed.connect(self._on_changed)
        self.pane.accepted_changed.connect(self._show_actions)
        self.pane.reason_changed.connect(self._show_actions)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self.accept)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        head = vertical(spacing=8, margins=(24, 18, 24, 14))
        head.addWidget(self._title)
        head.addWidget(self._subtitle)
        for each in (self.notice, self.left_out):
            head.addWidget(each)
        outer.addLayout(head)
        outer.addWidget(self.pane, 1)
        outer.addWidget(dialog_foot(self.cancel, self.save, words=self._why_not))
