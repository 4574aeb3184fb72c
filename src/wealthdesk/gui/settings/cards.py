"""The parts of the settings page, and the lines in them: a name with what it means, and what is set at the right."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wealthdesk.domain.names import LONGEST
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.spoken import Group
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.fields import FieldProblem, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, label, rule

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.kept_columns import KeptColumns
    from wealthdesk.services.kept_openings import AssetOpening

SECTIONS: Final = (
    ("backups", "Backups"),
    ("look", "Look and words"),
    ("prices", "Currency and prices"),
    ("limits", "Limits and warnings"),
    ("file", "This file"),
    ("about", "About"),
)
"""The sections of the settings, by key."""
_LIST: Final = 190
_CONTROLS: Final = 260


class SectionList(Group):
    """The sections, one below the other; one of them is chosen, and the arrows choose another."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sections of the settings")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        lines = vertical(self, spacing=4)
        lines.addStrut(_LIST)
        for key, words in SECTIONS:
            self._buttons[key] = made = QPushButton(words)
            made.setCheckable(True)
            made.setAutoExclusive(True)  # one of several, to a screen reader: no box to be ticked
            made.setProperty("kind", "nav")
            made.setAutoDefault(False)
            made.setAccessibleName(words)
            made.clicked.connect(self.chosen)
            self._group.addButton(made)
            lines.addWidget(made)
        lines.addStretch()
        self._group.buttonToggled.connect(self._on_toggled)

    def choose(self, key: str) -> None:
        """Choose a section, without telling."""
        self._buttons[key].setChecked(True)

    def choice(self) -> str:
        """The key of the section that is chosen."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def mark(self, key: str, is_fine: bool) -> None:
        """Show a sign beside a section that needs a look, or none."""
        made = self._buttons[key]
        if is_fine:
            icons.take_off(made)
        else:
            icons.put(made, "warning", "signal_text", 15)
            made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        made.setAccessibleDescription("" if is_fine else "needs a look")

    def _on_toggled(self, made: QAbstractButton) -> None:
        made.setFont(fonts.font("strong" if made.isChecked() else "control"))
        if made.isChecked():
            self.setFocusProxy(made)


def card(title: str) -> tuple[QWidget, QVBoxLayout]:
    """A part of a section with its title, and the column for its lines."""
    made = QWidget()
    lines = vertical(made, spacing=10)
    lines.addWidget(label(title, "section"))
    return made, lines


def setting(name: str, control: QWidget, note: str = "", *below: QWidget, is_wide: bool = True) -> QVBoxLayout:
    """A line under a rule: what is set and what that means, how at the right; `below` is such as what is wrong."""
    if is_wide:
        control.setMinimumWidth(_CONTROLS)
    made = line(label(name, "control", buddy=control), note, control)
    for each in below:
        made.addWidget(each)
    return made


def line(name: QLabel, note: str | QLabel, *controls: QWidget) -> QVBoxLayout:
    """A line under a rule: a name with what it means, and what belongs to it at the right."""
    said = vertical(spacing=2)
    said.addWidget(name)
    if note:
        said.addWidget(label(note, "note", "mute2", wrap=True) if isinstance(note, str) else note)
    row = horizontal(spacing=8)
    row.addLayout(said, 1)
    row.addSpacing(8)
    for each in controls:
        row.addWidget(each)
    made = vertical(spacing=10)
    made.addWidget(rule())
    made.addLayout(row)
    return made


_DAYS: Final = (1, 3, 7, 14, 30, 90)


def show_days(box: Combo, days: int) -> None:
    """Offer some numbers of days, and the one that is set, which is chosen."""
    box.set_options([(each, text.count(each, "day")) for each in sorted({*_DAYS, days})])
    box.choose(days)


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
            of = f"{each.asset.known_as} in {each.account}"
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

    def _card(self) -> QWidget:
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

    def _card(self) -> QWidget:
        made, lines = card("Changes of targets and reserves")
        for name, words, note in _LIMITS:
            lines.addLayout(setting(words, self.limits[name], note, self._problems[name], is_wide=False))
        note = "History tells it beside every change that you make. It stays in this file."
        lines.addLayout(setting("Your &name", self.name, note, self._name_problem))
        lines.addWidget(rule())
        return made
