"""What changes of targets and reserves are measured against, and the name that their history tells."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from wealthdesk.domain.names import LONGEST
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.settings.card import card, setting
from wealthdesk.gui.widgets.field_problem import FieldProblem
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.percent_spin import PercentSpin

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

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
