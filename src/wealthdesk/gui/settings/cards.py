"""The cards of the settings page, and the lines on them: a name, what is set, and what that means."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from wealthdesk.domain.names import LONGEST
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.field_problem import FieldProblem
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.percent_spin import PercentSpin
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.text import frame, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.kept_columns import KeptColumns

_LABELS: Final = 150
"""How wide the column of what is set is."""
_CONTROLS: Final = 260


def card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A card with its title, and the column for its lines."""
    made = frame("card")
    lines = vertical(made, spacing=10, margins=(16, 14, 16, 16))
    lines.addWidget(label(title, "section"))
    return made, lines


def setting(name: str, control: QWidget, note: str = "", *below: QWidget, is_wide: bool = True) -> QVBoxLayout:
    """A line: what is set, how, and what that means; `below` are widgets under it, such as what is wrong."""
    row = horizontal(spacing=12)
    said = label(name, buddy=control)
    said.setFixedWidth(_LABELS)
    row.addWidget(said)
    if is_wide:
        control.setMinimumWidth(_CONTROLS)
    row.addWidget(control)
    row.addStretch()
    lines = vertical(spacing=4)
    lines.addLayout(row)
    notes = [label(note, "note", "mute", wrap=True)] if note else []
    for each in (*notes, *below):
        indented = horizontal(margins=(_LABELS + 12, 0, 0, 0))
        indented.addWidget(each, 1)
        lines.addLayout(indented)
    return lines


def beside(button: QPushButton, note: str) -> QHBoxLayout:
    """A button, and beside it what it is for."""
    row = horizontal(spacing=12)
    row.addWidget(button)
    row.addWidget(label(note, "note", "mute", wrap=True), 1)
    return row


_MOST_HEADERS: Final = 8


class ColumnsCard(QWidget):
    """`refresh` lists what is remembered now; forgetting can be undone like any other change."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.forget_buttons: list[QPushButton] = []
        self._none = label("Nothing yet.", "note", "mute")
        self._rows = QWidget()
        self._lines = vertical(self._rows, spacing=10)
        vertical(self).addWidget(self._card())

    def refresh(self) -> None:
        """List what is remembered."""
        while (item := self._lines.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        self.forget_buttons.clear()
        kept = self._desk.columns_kept.all()
        for each in kept:
            self._lines.addWidget(self._row(each))
        self._none.setVisible(not kept)
        self._rows.setVisible(bool(kept))

    def _row(self, kept: "KeptColumns") -> QWidget:
        row = QWidget()
        words = vertical(spacing=1)
        words.addWidget(ShortLabel(kept.file_name or "A file", role="strong"))
        words.addWidget(ShortLabel(_headers_of(kept), role="note", ink="mute"))
        forget = button("Forget", in_card=True, tip="The next file with these headers is recognised anew")
        forget.setAccessibleName(f"Forget what was chosen for {kept.file_name}")
        forget.clicked.connect(partial(self._desk.columns_kept.forget, kept.shape))
        keep_off(self._desk, forget)
        self.forget_buttons.append(forget)
        line = horizontal(row, spacing=12)
        line.addLayout(words, 1)
        line.addWidget(forget)
        return row

    def _card(self) -> QFrame:
        made, lines = card("Columns of files")
        note = (
            "What you chose when a file was imported: its headers, the meaning of its columns, decimals and dates. The "
            "next file with the same headers is read in the same way. It stays in this file."
        )
        lines.addWidget(label(note, "note", "mute", wrap=True))
        lines.addWidget(self._none)
        lines.addWidget(self._rows)
        return made


def _headers_of(kept: "KeptColumns") -> str:
    told = [each for each in kept.header if each]
    more = f" and {len(told) - _MOST_HEADERS} more" if len(told) > _MOST_HEADERS else ""
    return f"{', '.join(told[:_MOST_HEADERS])}{more}"


_LIMITS: Final = (
    (
        "concentration_bps",
        "C&oncentration",
        "A holding above this share of the portfolio is worth a warning, and a company above it of all reserves.",
    ),
    ("large_share_bps", "&Large share", "Warn when a company is above this share of its fund."),
    ("large_change_bps", "La&rge change", "Warn when a line changes by more than this share of everything before."),
)


class ReallocationCard(QWidget):
    """`refresh` shows what is set; each field takes effect when it is left, or a moment after the last key."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.limits = {name: PercentSpin(words.replace("&", "")) for name, words, _ in _LIMITS}
        self.name = QLineEdit()
        self.name.setAccessibleName("Your name")
        self.name.setMaxLength(LONGEST)
        self._problems = {name: FieldProblem(field) for name, field in self.limits.items()}
        self._name_problem = FieldProblem(self.name)
        vertical(self).addWidget(self._card())
        for name, field in self.limits.items():
            field.edited.connect(partial(self._on_edited, name))
            field.problem_changed.connect(self._problems[name].show_problem)
        self.name.editingFinished.connect(self._on_named)
        keep_off(desk, self.name, *self.limits.values())

    def refresh(self) -> None:
        """Show what is set; what is being typed stays."""
        from wealthdesk.services.settings import NAMELESS, YOUR_NAME

        limits = self._desk.settings.limits()
        for name, field in self.limits.items():
            field.set_bps(getattr(limits, name))
            self._problems[name].show_problem(field.problem())
        self.name.setPlaceholderText(NAMELESS)
        if not self.name.isModified():
            self.name.setText(self._desk.settings.get(YOUR_NAME))

    def _on_edited(self, name: str, bps: int) -> None:
        limits = self._desk.settings.limits()
        if getattr(limits, name) == bps:
            return
        try:
            self._desk.settings.set_limits(replace(limits, **{name: bps}))
        except WealthDeskError as refusal:
            self._problems[name].show_problem(str(refusal))
            return
        self._problems[name].show_problem("")

    def _on_named(self) -> None:
        if not self.name.isModified():
            return
        try:
            self._desk.settings.set_your_name(self.name.text())
        except WealthDeskError as refusal:
            self._name_problem.show_problem(str(refusal))
            return
        self._name_problem.show_problem("")
        self.name.setModified(False)
        self.refresh()

    def _card(self) -> QFrame:
        made, lines = card("Changes of targets and reserves")
        for name, words, note in _LIMITS:
            lines.addLayout(setting(words, self.limits[name], note, self._problems[name], is_wide=False))
        note = "History tells it beside every change that you make. It stays in this file."
        lines.addLayout(setting("Your &name", self.name, note, self._name_problem))
        return made
