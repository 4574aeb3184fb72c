"""The new assets of an import that have no class yet: each with its value and a class to be chosen, mostly guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from wealthdesk.domain.assets import AssetClass
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.marks import mark_icon
from wealthdesk.gui.widgets.text import ShortLabel, label, rule

_MOST: Final = 8
"""More new assets are classified in the dialog."""
_VALUE_WIDTH: Final = 140
_CLASS_WIDTH: Final = 190
_GUESSED_WIDTH: Final = 60
_OPEN: Final = "Choose a class…"


@dataclass(frozen=True, slots=True)
class NewAsset:
    """A new asset without a class. value: in words, "" where it is not known; guess: a class id, "" = none."""

    id: str
    symbol: str
    name: str
    value: str
    guess: str = ""


class NewAssets(QWidget):
    """A line for each asset; what was chosen of one that is still there stays chosen."""

    chosen = Signal()
    """Another class is chosen for one of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.assets: tuple[NewAsset, ...] = ()
        self._classes: tuple[AssetClass, ...] = ()
        self.combos: dict[str, Combo] = {}
        self._more = label(role="note", ink="mute", wrap=True)
        self._lines = QWidget()
        self._column = vertical(self, spacing=8)
        self._column.addWidget(self._lines)
        self._column.addWidget(self._more)
        self.hide()

    def choices(self) -> dict[str, str]:
        """Asset id → the class that is chosen for it."""
        chosen = {key: combo.choice() for key, combo in self.combos.items()}
        return {key: str(class_id) for key, class_id in chosen.items() if class_id}

    def show_assets(self, assets: Sequence[NewAsset], classes: Iterable[AssetClass]) -> None:
        """Show these assets; classes: those that can be chosen."""
        listed = tuple(classes)
        if (tuple(assets), listed) == (self.assets, self._classes):
            return
        before = {key: combo.choice() for key, combo in self.combos.items()}
        self.assets, self._classes = tuple(assets), listed
        lines = QWidget(self)
        grid = self._grid(lines)
        self.combos = {}
        for place, asset in enumerate(assets[:_MOST]):
            row = 2 + 2 * place
            self._add(grid, row, asset, listed, before.get(asset.id, asset.guess))
        self._column.removeWidget(self._lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._column.insertWidget(0, lines)
        self._lines = lines
        hidden = len(assets) - _MOST
        self._more.setText(f"and {text.count(hidden, 'more new asset')} without a class" if hidden > 0 else "")
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(assets))

    def _grid(self, lines: QWidget) -> QGridLayout:
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        for column, width in ((1, _VALUE_WIDTH), (2, 28), (3, _CLASS_WIDTH), (4, _GUESSED_WIDTH)):
            grid.setColumnMinimumWidth(column, width)
        grid.addWidget(label("New asset", "header", "mute"), 0, 0)
        grid.addWidget(label("Value", "header", "mute", right=True), 0, 1)
        grid.addWidget(label("Class", "header", "mute"), 0, 3)
        grid.addWidget(rule(), 1, 0, 1, 5)
        return grid

    def _add(self, grid: QGridLayout, row: int, asset: NewAsset, classes: Sequence[AssetClass], chosen: object) -> None:
        top = Qt.AlignmentFlag.AlignTop
        named = vertical(spacing=2, margins=(0, 2, 0, 2))
        named.addWidget(ShortLabel(asset.symbol, "strong"))
        named.addWidget(ShortLabel("" if asset.name == asset.symbol else asset.name, "note", "mute2"))
        grid.addLayout(named, row, 0)
        value = label(asset.value or text.NOTHING, figures=True, right=True)
        value.setContentsMargins(0, 2, 0, 0)
        grid.addWidget(value, row, 1, top)
        options = [("", _OPEN), *((each.id, each.name) for each in classes)]
        combo = Combo(f"Class of {asset.symbol}", options, parent=grid.parentWidget())
        for place, each in enumerate(classes, 1):
            combo.setItemIcon(place, mark_icon(each.colour))
        combo.choose(chosen)
        guessed = label("guessed", "pill", "mute2")
        guessed.setVisible(bool(asset.guess) and combo.choice() == asset.guess)
        combo.chosen.connect(lambda class_id: guessed.setVisible(bool(asset.guess) and class_id == asset.guess))
        combo.chosen.connect(self.chosen)
        self.combos[asset.id] = combo
        grid.addWidget(combo, row, 3, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(guessed, row, 4, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(rule(), row + 1, 0, 1, 5)


def new_assets_words(assets: Sequence[NewAsset]) -> str:
    """What the lack of a class means, and that some are guessed."""
    if not assets:
        return ""
    guessed, count = sum(bool(each.guess) for each in assets), len(assets)
    one = "Without one it does not count in your allocation."
    says = one if count == 1 else "Without one they do not count in your allocation."
    if not guessed:
        return says
    if guessed == count:
        what = "Its class is" if count == 1 else "Both are" if count == 2 else "All are"
    else:
        what = f"{guessed:,} of them {'is' if guessed == 1 else 'are'}"
    return f"{says} {what} guessed from type or name: look, and keep."
