"""How the money is spread: the fill method and what becomes of money that nothing can be bought with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.targets import FillMethod, Strategy, Unfillable
from wealthdesk.gui.allocation.plan_words import METHODS, UNFILLABLE
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
        layout = vertical(self, spacing=6)
        layout.addWidget(label("How the money is spread", "strong"))
        layout.addWidget(self.method)
        layout.addWidget(self._explanation)
        layout.addSpacing(4)
        layout.addWidget(label("Money for a class without holdings", "note", "mute"))
        layout.addWidget(self.unfillable)
        self.method.chosen.connect(self.method_chosen)
        self.unfillable.chosen.connect(self.unfillable_chosen)

    def show_strategy(self, strategy: Strategy) -> None:
        """Show what the strategy says."""
        self._show(strategy.fill_method, strategy.unfillable)

    def _show(self, method: FillMethod, unfillable: Unfillable) -> None:
        self.method.choose(method)
        self.unfillable.choose(unfillable)
        self._explanation.setText(METHODS[method][1])
