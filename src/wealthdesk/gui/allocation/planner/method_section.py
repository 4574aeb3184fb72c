"""How the money is spread: the fill method and what becomes of money that nothing can be bought with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.targets import Strategy
from wealthdesk.gui.allocation.planner.plan_words import METHODS, UNFILLABLE
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.text import label


class MethodSection(QWidget):
    """Both choices belong to the strategy; whoever listens keeps them there."""

    method_chosen = Signal(object)
    """The FillMethod."""
    unfillable_chosen = Signal(object)
    """The Unfillable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = Combo("Fill method", [(key, name) for key, (name, _) in METHODS.items()], in_card=True)
        self.unfillable = Combo("Money for a class without holdings", list(UNFILLABLE.items()), in_card=True)
        self._explanation = label(role="small", ink="mute", wrap=True)
        self._method_part = QWidget()
        above = vertical(self._method_part, spacing=4)
        above.addWidget(label("How the mone&y is spread", "note", "mute", buddy=self.method))
        above.addWidget(self.method)
        above.addWidget(self._explanation)
        layout = vertical(self, spacing=12)
        layout.addWidget(self._method_part)
        below = vertical(spacing=4)
        below.addWidget(label("&Money for a class without holdings", "note", "mute", buddy=self.unfillable))
        below.addWidget(self.unfillable)
        layout.addLayout(below)
        self.method.chosen.connect(self.method_chosen)
        self.unfillable.chosen.connect(self.unfillable_chosen)

    def show_strategy(self, strategy: Strategy) -> None:
        """Show what the strategy says."""
        self.method.choose(strategy.fill_method)
        self.unfillable.choose(strategy.unfillable)
        self._explanation.setText(METHODS[strategy.fill_method][1])

    def show_method(self, does_count: bool) -> None:
        """Show the fill method only where it decides anything."""
        self._method_part.setVisible(does_count)
