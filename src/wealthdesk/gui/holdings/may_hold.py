"""What may be bought in an account: everything, or only what is marked in a list that can be searched."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.gui import format as text
from wealthdesk.gui.holdings import words
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.search_edit import SearchEdit
from wealthdesk.gui.widgets.text import as_tip, label

_ALL, _ONLY = "all", "only"
_ID = Qt.ItemDataRole.UserRole
_HIGH = 154


class MayHold(QWidget):
    """Space marks the line that has the focus; what the search hides keeps its mark."""

    def __init__(self, assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice = Combo("What may be bought", [(_ALL, "All assets"), (_ONLY, "Only these")])
        self.search = SearchEdit("Search the assets")
        self.assets = QListWidget()
        self.assets.setAccessibleName("Assets that may be bought")
        self.assets.setFixedHeight(_HIGH)
        self.assets.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count = label(role="small", ink="mute")
        for each in assets:
            self._add(each)
        self._lay_out()
        self.setFocusProxy(self.choice)
        self.choice.chosen.connect(self._on_choice)
        self.search.textChanged.connect(self._on_search)
        self.search.left.connect(self.assets.setFocus)
        self.assets.itemChanged.connect(self._show_count)
        self._show_part()

    def asset_ids(self) -> frozenset[str] | None:
        """The ids of what may be bought; None is everything."""
        return frozenset(self._marked()) if self.choice.choice() == _ONLY else None

    def show_asset_ids(self, asset_ids: frozenset[str] | None) -> None:
        """Show what may be bought."""
        self.choice.choose(_ALL if asset_ids is None else _ONLY)
        for item in self._items():
            is_on = item.data(_ID) in (asset_ids or ())
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        self._show_part()

    def _add(self, asset: Asset) -> None:
        item = QListWidgetItem(words.asset(asset), self.assets)
        item.setData(_ID, asset.id)
        item.setToolTip(as_tip(asset.name))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)

    def _items(self) -> Iterable[QListWidgetItem]:
        return (self.assets.item(line) for line in range(self.assets.count()))

    def _marked(self) -> list[str]:
        return [item.data(_ID) for item in self._items() if item.checkState() is Qt.CheckState.Checked]

    def _lay_out(self) -> None:
        row = horizontal(spacing=12)
        for each, stretch in ((self.choice, 2), (self.search, 2), (self._count, 1)):
            row.addWidget(each, stretch)
        layout = vertical(self, spacing=6)
        layout.addLayout(row)
        layout.addWidget(self.assets)

    def _on_choice(self) -> None:
        self._show_part()
        fit_height(self.window())

    def _on_search(self, sought: str) -> None:
        wanted = sought.casefold().split()
        for item in self._items():
            said = item.text().casefold()
            item.setHidden(not all(word in said for word in wanted))

    def _show_part(self) -> None:
        for each in (self.search, self._count, self.assets):
            each.setVisible(self.choice.choice() == _ONLY)
        self._show_count()

    def _show_count(self) -> None:
        self._count.setText(f"{text.count(len(self._marked()), 'asset')} marked")
