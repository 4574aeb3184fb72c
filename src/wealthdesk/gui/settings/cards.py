"""The cards of the settings page, and the lines on them: a name, what is set, and what that means."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from wealthdesk.domain.names import LONGEST
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.fields import FieldProblem, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, frame, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.kept_columns import KeptColumns
    from wealthdesk.services.kept_openings import AssetOpening

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


class RememberedCard(QWidget):
    """What is remembered of imports. `refresh` lists it; forgetting can be undone like any other change."""

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
        for columns in self._desk.columns_kept.all():
            name = columns.file_name or "A file"
            forget = partial(self._desk.columns_kept.forget, columns.shape)
            tip = "The next file with these headers is recognised anew"
            self._add(name, _headers_of(columns), f"Forget what was chosen for {name}", tip, forget)
        for each in self._desk.openings_kept.all():
            of = f"{each.asset.symbol} in {each.account}"
            forget = partial(self._desk.openings_kept.forget, each.account_id, each.asset_id)
            tip = "A list of the whole history asks for it again"
            self._add(of, _opening_words(each), f"Forget what was held of {of}", tip, forget)
        self._none.setVisible(not self.forget_buttons)
        self._rows.setVisible(bool(self.forget_buttons))

    def _add(self, title: str, words: str, forgets: str, tip: str, forget: Callable[[], None]) -> None:
        row = QWidget()
        said = vertical(spacing=1)
        said.addWidget(ShortLabel(title, role="strong"))
        said.addWidget(ShortLabel(words, role="note", ink="mute"))
        pressed = button("Forget", in_card=True, tip=tip)
        pressed.setAccessibleName(forgets)
        pressed.clicked.connect(forget)
        keep_off(self._desk, pressed)
        self.forget_buttons.append(pressed)
        line = horizontal(row, spacing=12)
        line.addLayout(said, 1)
        line.addWidget(pressed)
        self._lines.addWidget(row)

    def _card(self) -> QFrame:
        made, lines = card("Remembered from imports")
        note = (
            "What you chose for the headers, columns, decimals and dates of a file: the next one with the same headers "
            "is read in the same way. And what you said was held before a list of transactions begins. It stays in "
            "this file."
        )
        lines.addWidget(label(note, "note", "mute", wrap=True))
        lines.addWidget(self._none)
        lines.addWidget(self._rows)
        return made


def _opening_words(kept: "AssetOpening") -> str:
    """How much there was before which day, and what it had cost."""
    opening, code = kept.opening, kept.asset.currency
    cost = "" if opening.cost_minor is None else f", bought for {text.money(opening.cost_minor, code)}"
    return f"{text.held(opening.quantity, kept.asset)} before {text.day(opening.on)}{cost}"


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
