"""The dialog that gives a scope without targets its first ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from wealthdesk.domain.accounts import ALL_PORTFOLIO
from wealthdesk.domain.targets import TEMPLATES, ClassTarget, ClassTargets
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import AskingDialog
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.fields import FieldProblem
from wealthdesk.gui.widgets.layouts import dialog_foot, fit_height, horizontal, vertical
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class TargetsStart:
    """One way to begin: its name, what it sets, in words and as targets."""

    name: str
    words: str
    targets: ClassTargets


class StartTargetsDialog(AskingDialog):
    """`accept` keeps the targets, in a new strategy where the scope has none.

    A strategy that is called as its scope is, as that of a new file, is asked for a name of its own, too.
    """

    def __init__(self, desk: "Desk", allocation: "Allocation", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._allocation = allocation
        self.setWindowTitle("Set targets")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(560)
        self.starts = starts(desk, allocation)
        self.options = [QRadioButton(each.name) for each in self.starts]
        self._group = QButtonGroup(self)
        strategy = allocation.strategy
        self._asks_name = strategy is None or strategy.name == allocation.scope_name
        self.name = QLineEdit(text.MY_TARGETS if self._asks_name or strategy is None else strategy.name)
        self.problem = FieldProblem(self.name)
        self._lay_out()
        self.options[0].setChecked(True)
        self.options[0].setFocus()
        fit_height(self)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.accept)

    def accept(self) -> None:
        try:
            self._keep(self._chosen().targets)
        except WealthDeskError as refusal:
            self.problem.show_problem(str(refusal))
            return
        super().accept()

    def _chosen(self) -> TargetsStart:
        return next(start for start, option in zip(self.starts, self.options, strict=True) if option.isChecked())

    def _keep(self, targets: ClassTargets) -> None:
        strategy, scope = self._allocation.strategy, self._allocation.scope
        if strategy is None:
            self._desk.targets.add(scope, self.name.text(), targets)
            return
        if self._asks_name:
            self._desk.targets.change(replace(strategy, name=self.name.text()))
        if targets:
            self._desk.targets.save(strategy.id, strategy.version, targets, is_template=True)

    def _lay_out(self) -> None:
        layout = vertical(spacing=10, margins=(24, 20, 24, 20))
        heading = vertical(spacing=3)
        of = self._allocation.scope_name if self._allocation.scope is not ALL_PORTFOLIO else "the whole portfolio"
        heading.addWidget(label(f"Targets for {of}", "panel", wrap=True))
        heading.addWidget(
            label("Choose where to begin. Every target can be changed afterwards.", "body", "mute2", wrap=True)
        )
        layout.addLayout(heading)
        layout.addSpacing(4)
        for start, option in zip(self.starts, self.options, strict=True):
            self._group.addButton(option)
            option.setAccessibleDescription(start.words)
            layout.addLayout(_option_lines(option, start.words))
        if self._asks_name:
            layout.addSpacing(6)
            named = vertical(spacing=5)
            named.addWidget(label("&Name of the strategy", "note", "mute", buddy=self.name))
            named.addWidget(self.name)
            layout.addLayout(named)
        else:
            self.name.setParent(self)
            self.name.hide()
        layout.addWidget(self.problem)
        outer = vertical(self)
        outer.addLayout(layout)
        outer.addStretch()
        outer.addWidget(self._foot())

    def _foot(self) -> QWidget:
        cancel, create = button("Cance&l"), primary_button("&Set these targets")
        create.setDefault(True)
        cancel.clicked.connect(self.reject)
        create.clicked.connect(self.accept)
        return dialog_foot(cancel, create)


def _option_lines(option: QRadioButton, words: str) -> QVBoxLayout:
    """An option with what it sets below its name."""
    lines, below = vertical(spacing=0), horizontal(margins=(24, 0, 0, 0))
    below.addWidget(label(words, "note", "mute", wrap=True))
    lines.addWidget(option)
    lines.addLayout(below)
    return lines


def starts(desk: "Desk", allocation: "Allocation") -> list[TargetsStart]:
    """The ways to begin that make sense for this scope."""
    # The services bring the database along, which the first window does not wait for.
    from wealthdesk.services.targets import current_weights

    found = []
    whole = desk.targets.active(ALL_PORTFOLIO) if allocation.scope is not ALL_PORTFOLIO else None
    if whole is not None and whole.targets:
        found.append(TargetsStart("As the whole portfolio", _words(whole.targets, allocation), whole.targets))
    if allocation.composition.parts:
        held = current_weights(allocation.composition)
        found.append(TargetsStart("Current weights", _words(held, allocation), held))
    for template in TEMPLATES:
        targets = tuple(ClassTarget(class_id, bps) for class_id, bps in template.classes)
        found.append(TargetsStart(template.name, template.description, targets))
    found.append(TargetsStart("Start empty", "Set every target by hand.", ()))
    return found


def _words(targets: Sequence[ClassTarget], allocation: "Allocation") -> str:
    classes = allocation.portfolio.classes
    ordered = sorted(targets, key=lambda each: -each.target_bps)
    beside_whole = [each.target_bps % 100 for each in targets]
    decimals = 2 if any(each % 10 for each in beside_whole) else int(any(beside_whole))
    parts = [f"{text.percent(each.target_bps, decimals)} {classes[each.asset_class_id].name}" for each in ordered]
    more = " and the targets of their holdings" if any(each.holdings for each in targets) else ""
    return ", ".join(parts[:8]) + more
