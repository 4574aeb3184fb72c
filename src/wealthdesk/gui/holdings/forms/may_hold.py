"""What may be bought in an account: what is like its holdings, everything, or what is marked in a searchable list."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.domain.trading_rules import MayHold as May
from wealthdesk.gui import format as text
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.search_edit import SearchEdit
from wealthdesk.gui.widgets.text import as_tip, label

_CHOICES: Final = (
    (May.AUTOMATIC, "Automatic"),
    (May.ALL, "Everything"),
    (May.LISTED, "Only these"),
)
_ID = Qt.ItemDataRole.UserRole
_HIGH = 154


class MayHoldChoice(QWidget):
    """Space marks the line that has the focus; what the search hides keeps its mark."""

    def __init__(self, assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice = Combo("What may be bought", _CHOICES)
        self.search = SearchEdit("Search the assets")
        self.assets = QListWidget()
        self.assets.setAccessibleName("Assets that may be bought")
        self.assets.setFixedHeight(_HIGH)
        self.assets.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count = label(role="small", ink="mute")
        self.exceptions = QCheckBox()
        self._kept = AccountRules()
        for each in assets:
            self._add(each)
        self._lay_out()
        self.setFocusProxy(self.choice)
        self.choice.chosen.connect(self._on_choice)
        self.search.textChanged.connect(self._on_search)
        self.search.left.connect(self.assets.setFocus)
        self.assets.itemChanged.connect(self._show_count)
        self._show_part()

    def chosen(self) -> AccountRules:
        """Rules that say nothing but what may be bought."""
        choice = May(str(self.choice.choice()))
        if choice is May.LISTED:
            return AccountRules(can_hold=frozenset(self._marked()))
        kept = self._kept if self.exceptions.isChecked() else AccountRules()
        return AccountRules(may_hold=choice, allowed=kept.allowed, barred=kept.barred)

    def show_rules(self, rules: AccountRules) -> None:
        """Show what may be bought."""
        self._kept = rules
        self.exceptions.setChecked(bool(rules.allowed or rules.barred))
        self.choice.choose(rules.may_hold)
        for item in self._items():
            is_on = item.data(_ID) in (rules.can_hold or ())
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
        layout.addWidget(self.exceptions)

    def _on_choice(self) -> None:
        self._show_part()
        fit_height(self.window())

    def _on_search(self, sought: str) -> None:
        wanted = sought.casefold().split()
        for item in self._items():
            said = item.text().casefold()
            item.setHidden(not all(word in said for word in wanted))

    def _show_part(self) -> None:
        is_listed = self.choice.choice() is May.LISTED
        for each in (self.search, self._count, self.assets):
            each.setVisible(is_listed)
        self.exceptions.setText(f"Keep what was said of single assets: {self._said()}")
        self.exceptions.setVisible(not is_listed and bool(self._said()))
        self._show_count()

    def _said(self) -> str:
        """The exceptions, by their symbols; what is allowed besides is nothing new where everything is."""
        is_all = self.choice.choice() is May.ALL
        parts = ((("may be bought", self._kept.allowed),) if not is_all else ()) + (("not", self._kept.barred),)
        symbols = {item.data(_ID): item.text().split("  ")[0] for item in self._items()}
        found = [(word, sorted(symbols[each] for each in ids if each in symbols)) for word, ids in parts]
        return "; ".join(f"{word} {', '.join(each)}" for word, each in found if each).replace("&", "&&")

    def _show_count(self) -> None:
        self._count.setText(f"{text.count(len(self._marked()), 'asset')} marked")
