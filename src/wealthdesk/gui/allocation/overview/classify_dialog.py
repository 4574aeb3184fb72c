"""The dialog that gives held assets their class, or splits them over several."""

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QScrollArea, QStackedWidget, QWidget

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset, AssetClass, Exposure
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.names import name_order
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.overview.notices import unclassified
from wealthdesk.gui.form_dialog import OrderedDialog
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.fields import PercentSpin
from wealthdesk.gui.widgets.layouts import dialog_foot, horizontal, vertical
from wealthdesk.gui.widgets.marks import ClassMark
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import frame, label, set_ink

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.services.desk import Desk

ONE, SEVERAL = "one", "several"

ClassifiedAsset = tuple[Asset, int | None]
"""A held asset without a class, and what it is worth (None: not known)."""


class ClassifyDialog(OrderedDialog):
    """Assign keeps at once and goes on with what is left; the dialog closes itself when nothing is.

    only: the ids of the assets that it is about; None: all held ones without a class.
    """

    def __init__(
        self, desk: "Desk", scope: Scope, parent: QWidget | None = None, *, only: frozenset[str] | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._scope = scope
        self._only = only
        self._symbols: Counter[str] = Counter()
        allocation = desk.allocations.of(scope)
        self._currency = allocation.drift.base_currency
        self.setWindowTitle("Classify holdings")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(860, 560)
        self.assets: TableView[ClassifiedAsset] = TableView(
            "Holdings without a class", self._columns(), identity=lambda row: row[0].id, parent=self
        )
        self.mode = Segment("How", [(ONE, "One class"), (SEVERAL, "Several classes")])
        self._box = frame("outline", self)
        self._parts = QStackedWidget(self._box)
        self.one = OneClass(list(allocation.portfolio.classes.values()))
        self.several = SeveralClasses(list(allocation.portfolio.classes.values()))
        self.problem = Message(Tone.ERROR, parent=self)
        self.problem.hide()
        self._reason = label(role="note", ink="mute")
        self.assign_button = primary_button("&Assign")
        self.assign_button.setDefault(True)
        self._close_button = button("C&lose")
        self._lay_out()
        self._connect()
        self._show_left(allocation)
        self.assets.setFocus()

    def assign(self) -> None:
        """Keep the chosen class or split for the selected holdings, with what is being typed."""
        self.several.commit()
        if not self.assign_button.isEnabled():
            return
        selected = [asset.id for asset, _ in self.assets.selected_rows()]
        try:
            self._desk.assets.classify(selected, self._part().exposures())
        except WealthDeskError as refusal:
            self.problem.show_message(Tone.ERROR, str(refusal))
            self.problem.show()
            return
        self.problem.hide()
        self._part().clear()
        self._show_left(self._desk.allocations.of(self._scope))
        if not self.assets.table.rows():
            super().accept()
        self.assets.setFocus()

    def accept(self) -> None:
        self.assign()

    def reject(self) -> None:
        if self._part().exposures():
            what = "split" if self.mode.choice() == SEVERAL else "class"
            box = problems.ask(f"Close without assigning this {what}?", "It has not been kept.", "&Close", self)
            box.accepted.connect(self._on_discarded)
            return
        super().reject()

    def _on_discarded(self) -> None:
        super().reject()

    def _columns(self) -> list[Column[ClassifiedAsset]]:
        return [
            Column("Holding", lambda row: row[0].known_as, note=self._note, font="strong", stretch=True),
            Column(
                "Value",
                lambda row: _worth(row, self._currency),
                key=lambda row: row[1],
                right=True,
                figures=True,
                width=150,
            ),
        ]

    def _note(self, row: ClassifiedAsset) -> str:
        """Its name, and what tells it from another one of the same symbol: its currency, and where it is held."""
        asset, portfolio = row[0], self._desk.portfolios.current()
        if self._symbols[asset.symbol] < 2:
            return asset.also_known_as
        held = {each.account_id for each in portfolio.holdings if each.asset_id == asset.id}
        accounts = sorted((portfolio.accounts[each].name for each in held), key=name_order)
        return " · ".join((asset.also_known_as or asset.known_as, asset.currency, ", ".join(accounts)))

    def _lay_out(self) -> None:
        for each in (self.one, self.several):
            self._parts.addWidget(_scrolled(each, self._parts))
        right = vertical(spacing=12)
        right.addWidget(self.mode)
        vertical(self._box, margins=(4, 4, 4, 4)).addWidget(self._parts)
        right.addWidget(self._box, 1)
        columns = horizontal(spacing=20)
        columns.addWidget(self.assets, 5)
        columns.addLayout(right, 4)
        layout = vertical(spacing=14, margins=(24, 20, 24, 20))
        heading = vertical(spacing=3)
        heading.addWidget(label("Classify holdings", "panel"))
        sentence = (
            "A holding counts in the weights once it has a class. A fund of several classes is split between them."
        )
        heading.addWidget(label(sentence, "body", "mute2", wrap=True))
        layout.addLayout(heading)
        layout.addLayout(columns, 1)
        layout.addWidget(self.problem)
        outer = vertical(self)
        outer.addLayout(layout, 1)
        outer.addWidget(self._foot())

    def _foot(self) -> QWidget:
        return dialog_foot(self._close_button, self.assign_button, words=self._reason)

    def _connect(self) -> None:
        self.mode.chosen.connect(self._on_mode)
        self.one.group.buttonToggled.connect(self._show_state)
        for spin in self.several.spins.values():
            spin.edited.connect(self._show_state)
            spin.problem_changed.connect(self._show_state)
        self.assets.selectionModel().selectionChanged.connect(self._show_state)
        self.assign_button.clicked.connect(self.assign)
        self._close_button.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.assign)

    def _part(self) -> "OneClass | SeveralClasses":
        return self.one if self.mode.choice() == ONE else self.several

    def _on_mode(self, mode: object) -> None:
        self._parts.setCurrentIndex(0 if mode == ONE else 1)
        self._show_state()

    def _show_left(self, allocation: "Allocation") -> None:
        values, assets = allocation.composition.unclassified, allocation.portfolio.assets
        self._symbols = Counter(each.symbol for each in assets.values())
        found = [each for each in unclassified(allocation) if self._only is None or each in self._only]
        rows = [(assets[each], values.get(each)) for each in found]
        self.assets.set_rows(rows)
        if rows and not self.assets.selected_rows():
            self.assets.select(rows[0][0].id)
        self._show_state()

    def _show_state(self) -> None:
        self.several.show_total()
        selected = self.assets.selected_rows()
        reason = "Select a holding." if not selected else self._part().missing()
        self.assign_button.setEnabled(not reason)
        self._reason.setText(reason or f"For {text.count(len(selected), 'holding')}.")


class OneClass(QWidget):
    """One class for all of it; nothing is chosen at first."""

    def __init__(self, classes: list[AssetClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.options: dict[str, QRadioButton] = {}
        layout = vertical(self, spacing=2, margins=(12, 8, 12, 8))
        for each in classes:
            option = QRadioButton(each.name.replace("&", "&&"))
            option.setMinimumHeight(30)
            self.options[each.id] = option
            self.group.addButton(option)
            row = horizontal(spacing=10)
            row.addWidget(ClassMark(each.colour))
            row.addWidget(option, 1)
            layout.addLayout(row)
        layout.addStretch()

    def exposures(self) -> list[Exposure]:
        """The whole of it to the chosen class."""
        chosen = (key for key, option in self.options.items() if option.isChecked())
        return [Exposure(key, WHOLE) for key in chosen]

    def missing(self) -> str:
        """What has still to be said, "" when nothing has."""
        return "" if self.exposures() else "Choose a class."

    def clear(self) -> None:
        """Choose nothing."""
        self.group.setExclusive(False)
        for option in self.options.values():
            option.setChecked(False)
        self.group.setExclusive(True)


class SeveralClasses(QWidget):
    """A share for each class, 100 % in all."""

    def __init__(self, classes: list[AssetClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spins: dict[str, PercentSpin] = {}
        layout = vertical(self, spacing=6, margins=(12, 8, 12, 8))
        for each in classes:
            spin = PercentSpin(f"Share of {each.name}")
            self.spins[each.id] = spin
            row = horizontal(spacing=10)
            row.addWidget(ClassMark(each.colour))
            row.addWidget(label(each.name, buddy=spin), 1)
            row.addWidget(spin)
            layout.addLayout(row)
        self.total = label(role="note_strong", right=True)
        layout.addWidget(self.total)
        layout.addStretch()

    def exposures(self) -> list[Exposure]:
        """The classes that have a share."""
        return [Exposure(key, spin.bps()) for key, spin in self.spins.items() if spin.bps()]

    def missing(self) -> str:
        """What has still to be said, "" when nothing has."""
        problem = next((spin.problem() for spin in self.spins.values() if spin.problem()), "")
        is_whole = sum(each.weight_bps for each in self.exposures()) == WHOLE
        return problem or ("" if is_whole else "Bring the total to 100% to assign.")

    def commit(self) -> None:
        """Take what is typed now."""
        for spin in self.spins.values():
            spin.commit()

    def clear(self) -> None:
        """No shares."""
        for spin in self.spins.values():
            spin.set_bps(0)

    def show_total(self) -> None:
        """Say how much is given to classes."""
        total = sum(each.weight_bps for each in self.exposures())
        left = WHOLE - total
        words = (
            "Fully assigned" if not left else f"{text.percent(abs(left), None)} {'left' if left > 0 else 'too much'}"
        )
        self.total.setText(words)
        set_ink(self.total, "ok" if not left else "mute" if left > 0 else "warning")


def _worth(row: ClassifiedAsset, currency: str) -> str:
    return text.NOTHING if row[1] is None else text.money(row[1], currency)


def _scrolled(widget: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area
