"""The holdings page: holdings, assets, accounts, prices with the latest rates, and all rates, one table each."""

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.errors import NothingKept, WealthDeskError
from wealthdesk.gui import chosen_folder, problems
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog
from wealthdesk.gui.holdings.tables.accounts_panel import AccountsPanel
from wealthdesk.gui.holdings.tables.assets_panel import AssetsPanel
from wealthdesk.gui.holdings.tables.holdings_panel import HoldingsPanel
from wealthdesk.gui.holdings.tables.prices_panel import PricesPanel
from wealthdesk.gui.holdings.tables.rates_panel import RatesPanel
from wealthdesk.gui.holdings.tables.table_panel import TablePanel, UndoneBy
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action, menu_button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.fields import SearchEdit
from wealthdesk.gui.widgets.layouts import Stack, horizontal, tab_as_read, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.domain.assets import Asset
    from wealthdesk.services.desk import Desk

_SECTIONS = (
    ("holdings", "Holdings"),
    ("assets", "Assets"),
    ("accounts", "Accounts"),
    ("prices", "Prices and rates"),
)
_TABLES: Final = ("holdings", "assets", "accounts", "prices", "rates")

_Panel = TypeVar("_Panel", bound=TablePanel[Any])


class HoldingsPage(Page):
    """A switchboard between five tables: which one is shown, what is sought in it, and what can be undone.

    Each table is made when it is first wanted: most of the time only one is looked at.
    """

    shows: ClassVar[Changes] = frozenset(
        {Topic.ACCOUNTS, Topic.ASSETS, Topic.CLASSES, Topic.HOLDINGS, Topic.PRICES, Topic.RATES, Topic.SETTINGS}
    )

    import_requested = Signal()
    update_requested = Signal()
    """The sources of prices are to be asked."""

    def __init__(self, desk: "Desk", bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(bus, parent)
        self._desk = desk
        self._undo: tuple[UndoneBy, object] | None = None
        self._steps = desk.undo
        self._made: list[TablePanel[Any]] = []
        self._shown = "holdings"
        self.section = Segment("What is shown", _SECTIONS)
        self.search = SearchEdit("Search in this table")
        self.undo_bar = Message(Tone.NEUTRAL, action="Undo", inline=True)
        self.undo_bar.hide()
        self.export = self._export_button()
        self._stack = Stack(self)
        self._lay_out()
        self._connect()
        self._show_section()

    @cached_property
    def holdings(self) -> HoldingsPanel:
        """What is held."""
        return self._put(HoldingsPanel(self._desk, self._stack))

    @cached_property
    def assets(self) -> AssetsPanel:
        """What can be held."""
        return self._put(AssetsPanel(self._desk, self._stack))

    @cached_property
    def accounts(self) -> AccountsPanel:
        """Where it is held."""
        return self._put(AccountsPanel(self._desk, self._stack))

    @cached_property
    def prices(self) -> PricesPanel:
        """What it costs, with the latest rates."""
        made = self._put(PricesPanel(self._desk, self._stack))
        made.update_requested.connect(self.update_requested)
        made.rates_requested.connect(partial(self.show_section, "rates"))
        return made

    @cached_property
    def rates(self) -> RatesPanel:
        """All rates."""
        made = self._put(RatesPanel(self._desk, self._stack))
        made.latest_requested.connect(partial(self.show_section, "prices"))
        return made

    @property
    def panels(self) -> dict[str, TablePanel[Any]]:
        """All five by name."""
        return {name: getattr(self, name) for name in _TABLES}

    def standing(self) -> dict[str, str]:
        shown = {"section": self.section.choice(), "accounts": self.holdings.accounts_shown}
        return {**shown, "closed": " ".join(sorted(self.holdings.closed))}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        if kept.get("section") in _TABLES:
            self.show_section(kept["section"])
        self.holdings.closed = set(kept.get("closed", "").split())
        self.holdings.show_accounts(kept.get("accounts", ""))

    def refresh(self) -> None:
        for panel in self._made:
            panel.is_stale = True
        self._refresh_shown()
        self._show_undo()

    def add_account(self) -> None:
        """Open the form for a new account."""
        open_dialog(AccountDialog(self._desk, parent=self))

    def show_assets(self, asset_ids: Sequence[str]) -> None:
        """Show and select the holdings of these assets, or the assets themselves where none is held."""
        self.search.clear()
        self.show_section("holdings")
        if not self.holdings.show_assets(asset_ids):
            self.show_section("assets")
            self.assets.show_assets(asset_ids)
        self.shown.table.setFocus()

    def edit_asset(self, asset: "Asset") -> None:
        """Show an asset, and open its form."""
        self.show_assets([asset.id])
        open_dialog(AssetDialog(self._desk, asset, parent=self))

    def add_price(self, asset: "Asset") -> None:
        """Show an asset, and open the form for a price of it."""
        self.show_assets([asset.id])
        open_dialog(PriceDialog(self._desk, asset, parent=self))

    def merge(self, kept_id: str, other_id: str) -> None:
        """Show the assets, and open the form that merges these two."""
        self.search.clear()
        self.show_section("assets")
        known = self._desk.portfolios.current().assets
        self.assets.merge(known.get(kept_id), known.get(other_id))

    def show_section(self, key: str) -> None:
        """Show one of the tables: holdings, assets, accounts, prices (with the latest rates), rates (all of them)."""
        self.section.choose("prices" if key == "rates" else key)
        self._shown = key
        self._show_section()

    @property
    def shown(self) -> TablePanel[Any]:
        """The table that is shown."""
        panel: TablePanel[Any] = getattr(self, self._shown)
        return panel

    def keep_unsaved(self) -> None:
        """Prices that are typed cannot be kept for the next time; a refusal where there are any."""
        if "prices" in vars(self) and (count := self.prices.unsaved):
            are = "is typed and not kept yet" if count == 1 else "are typed and not kept yet"
            raise NothingKept(f"{text.count(count, 'price or rate', 'prices and rates')} {are}.")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_undo()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not a focus proxy: that would let the Tab key pass over everything before the table.
        super().focusInEvent(event)
        self.shown.reach(event.reason())

    def _connect(self) -> None:
        self.section.chosen.connect(self.show_section)
        self.search.textChanged.connect(self._on_search)
        self.search.left.connect(self._on_search_left)
        self.undo_bar.action_clicked.connect(self._on_undo)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.search.take_keys)

    def _put(self, panel: _Panel) -> _Panel:
        """Have one more table in its place, with what belongs to it above."""
        panel.undoable.connect(self._on_undoable)
        panel.import_requested.connect(self.import_requested)
        self._stack.addWidget(panel)
        for each in panel.head:
            self._head.addWidget(each)
        for tool in panel.tools:
            self._tools.insertWidget(self._tools.indexOf(self.search), tool, 30)
        tab_as_read(self)
        self._made.append(panel)
        return panel

    def _export_button(self) -> QPushButton:
        menu = PopupMenu(self)
        for words, do in (("&Holdings as CSV…", self._export_holdings), ("&Targets as CSV…", self._export_targets)):
            each = action(words, parent=menu)
            each.triggered.connect(do)
            menu.addAction(each)
        return menu_button("E&xport", menu, tip="Save as a file that a spreadsheet and WealthDesk can read")

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=12)
        self._head, self._tools = horizontal(), horizontal()
        above = vertical(spacing=12, margins=(24, 20, 24, 0))
        above.addLayout(self._head)
        above.addLayout(self._tools)
        above.addWidget(self.undo_bar)
        self._fill_head()
        self._fill_tools()
        outer.addLayout(above)
        outer.addWidget(self._stack.place, 1)

    def _fill_head(self) -> None:
        self._head.addWidget(label("Holdings", "panel"), 1)
        self._head.addWidget(self.export)

    def _fill_tools(self) -> None:
        self.section.setMaximumWidth(520)
        self._tools.addWidget(self.section, 100)
        self._tools.addStretch(1)
        self.search.setMaximumWidth(240)
        self.search.setMinimumWidth(96)
        self._tools.addWidget(self.search, 30)

    def _refresh_shown(self) -> None:
        if self.shown.is_stale:
            self.shown.refresh()
            self.shown.is_stale = False

    def _on_search(self, sought: str) -> None:
        self.shown.search(sought)

    def _on_search_left(self) -> None:
        self.shown.take_focus()

    def _on_undoable(self, undo: UndoneBy) -> None:
        self._undo = undo, self._steps.last()
        self.undo_bar.show_message(Tone.NEUTRAL, undo.sentence, "Ctrl+Z takes that back.")
        self.undo_bar.show()

    def _show_undo(self) -> None:
        """Once something else was done, or it was undone, Ctrl+Z means something else."""
        if self._undo is not None and self._undo[1] is not self._steps.last():
            undo, self._undo = self._undo[0], None
            self.undo_bar.hide()
            if self._steps.next() is not None:
                undo.show_again()

    def _on_undo(self) -> None:
        try:
            if self._undo is not None and self._undo[1] is self._steps.last():
                self._steps.back()
        except WealthDeskError as refusal:
            problems.show(refusal, self)
        self._show_undo()
        self.shown.take_focus()

    def _export_holdings(self) -> None:
        def save(path: Path) -> None:
            self._desk.exports.save(path, self._desk.exports.holdings_csv())

        chosen_folder.ask_export("Export the holdings", "holdings.csv", save, self)

    def _export_targets(self) -> None:
        def save(path: Path) -> None:
            self._desk.exports.save(path, self._desk.exports.targets_csv())

        chosen_folder.ask_export("Export the targets", "targets.csv", save, self, has_amounts=False)

    def _show_section(self) -> None:
        self.undo_bar.hide()
        shown = self.shown
        for panel in self._made:
            for each in (*panel.head, *panel.tools):
                each.setVisible(panel is shown)
        self._stack.setCurrentWidget(shown)
        if not self.is_stale:
            self._refresh_shown()
        shown.search(self.search.text())
