"""The fields of one strategy: its name, its band, and how the planner spreads money."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wealthdesk.domain.targets import FillMethod, Strategy, Unfillable
from wealthdesk.gui.allocation.planner.plan_words import METHODS, UNFILLABLE
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.field_problem import FieldProblem
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.percent_spin import POINTS, PercentSpin
from wealthdesk.gui.widgets.text import label


class StrategyForm(QWidget):
    """`show_strategy` fills it; `edited` gives the strategy as the fields have it now."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strategy: Strategy | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the strategy")
        self._problem = FieldProblem(self.name)
        self.absolute = PercentSpin("Band in percentage points", unit=POINTS)
        self.relative = PercentSpin("Band as a share of the target")
        self._band_problem = FieldProblem(self.absolute)
        self.method = Combo("Fill method", [(key, words) for key, (words, _) in METHODS.items()])
        self._explanation = label(role="note", ink="mute", wrap=True)
        self.unfillable = Combo("Money for a class without holdings", list(UNFILLABLE.items()))
        self._lay_out()
        self.name.textEdited.connect(self._on_edited)
        for spin in (self.absolute, self.relative):
            spin.edited.connect(self._on_edited)
            spin.problem_changed.connect(self._on_problem_changed)
        for combo in (self.method, self.unfillable):
            combo.chosen.connect(self._on_edited)

    @property
    def problem(self) -> str:
        """Why a band cannot be read, "" when both can."""
        return self.absolute.problem() or self.relative.problem()

    @property
    def refusal(self) -> str:
        """Why the strategy was not kept, "" when nothing was refused."""
        return self._problem.sentence

    def show_strategy(self, strategy: Strategy) -> None:
        """Show a strategy; nothing is emitted."""
        other = self._strategy is None or self._strategy.id != strategy.id
        self._strategy = strategy
        if self.name.text() != strategy.name:
            self.name.setText(strategy.name)
        for spin, bps in ((self.absolute, strategy.absolute_band_bps), (self.relative, strategy.relative_band_bps)):
            spin.set_bps(bps)
            if other:
                spin.forget_typing()
        self.method.choose(strategy.fill_method)
        self.unfillable.choose(strategy.unfillable)
        self._explanation.setText(METHODS[strategy.fill_method][1])
        if other:
            self.show_refusal("")

    def show_refusal(self, sentence: str) -> None:
        """Say below the name why the strategy was not kept; "" clears it."""
        self._problem.show_problem(sentence)

    def commit(self) -> None:
        """Take what is being typed now."""
        for spin in (self.absolute, self.relative):
            spin.commit()

    def _on_edited(self) -> None:
        if self._strategy is None:
            return
        method, unfillable = self.method.choice(), self.unfillable.choice()
        assert isinstance(method, FillMethod) and isinstance(unfillable, Unfillable)
        self._strategy = replace(
            self._strategy,
            name=self.name.text(),
            absolute_band_bps=self.absolute.bps(),
            relative_band_bps=self.relative.bps(),
            fill_method=method,
            unfillable=unfillable,
        )
        self._explanation.setText(METHODS[method][1])
        self.show_refusal("")
        self.edited.emit(self._strategy)

    def _on_problem_changed(self) -> None:
        self._band_problem.show_problem(self.problem)
        if self._strategy is not None:
            self.edited.emit(self._strategy)

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=4)
        for part in (self._names(), self._bands(), self._planning()):
            layout.addLayout(part)
            layout.addSpacing(12)
        layout.addStretch()

    def _names(self) -> QVBoxLayout:
        part = vertical(spacing=4)
        part.addWidget(label("&Name", "note", "mute", buddy=self.name))
        part.addWidget(self.name)
        part.addWidget(self._problem)
        return part

    def _bands(self) -> QVBoxLayout:
        part = vertical(spacing=4)
        part.addWidget(label("A class or a holding is outside its band from", "note", "mute"))
        row = horizontal(spacing=10)
        for spin, words in ((self.absolute, "of &drift, or"), (self.relative, "of its &target")):
            row.addLayout(_spin_row(spin, words))
            row.addSpacing(10)
        row.addStretch()
        part.addLayout(row)
        part.addWidget(self._band_problem)
        return part

    def _planning(self) -> QVBoxLayout:
        part = vertical(spacing=4)
        part.addWidget(label("How a deposit is &spread", "note", "mute", buddy=self.method))
        part.addWidget(self.method)
        part.addWidget(self._explanation)
        part.addSpacing(10)
        part.addWidget(label("Money for a class without &holdings", "note", "mute", buddy=self.unfillable))
        part.addWidget(self.unfillable)
        return part


def _spin_row(spin: PercentSpin, words: str) -> QHBoxLayout:
    row = horizontal(spacing=8)
    row.addWidget(spin)
    row.addWidget(label(words, buddy=spin))
    return row
