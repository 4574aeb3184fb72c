"""Prices and rates in one table that is typed into; nothing is kept before it is said so."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog
from wealthdesk.gui.holdings.forms.price_history_dialog import PriceHistoryDialog
from wealthdesk.gui.holdings.tables.columns import QUOTE_COLUMNS
from wealthdesk.gui.holdings.tables.price_table import PriceTable
from wealthdesk.gui.holdings.tables.quote_rows import (
    QuoteRow,
    prices_of,
    quote_rows,
    rates_of,
    read_pasted,
    with_changes,
)
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import RowTable

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class PricesPanel(TablePanel[QuoteRow]):
    """What is typed stays until it is kept or discarded, also over a reread."""

    update_requested = Signal()
    """The sources of prices are to be asked."""
    rates_requested = Signal()
    """The list of all exchange rates is wanted."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        self._typed: dict[str, str] = {}
        super().__init__(desk, "Prices and rates", QUOTE_COLUMNS, lambda row: row.key, "Add price…", parent)
        self.refused = Message(Tone.ERROR, action="Close", inline=True)
        self.refused.action_clicked.connect(self.refused.hide)
        self.refused.hide()
        self.notes.addWidget(self.refused)
        self.set_steps(
            [
                Step("A&ll prices or rates…", self._on_history, only_looks=True),
                Step("Add of another &day…", self._on_price),
            ]
        )
        self.discard = button("&Discard", in_card=True)
        self.keep_button = primary_button("&Keep")
        self.paste = button(
            "&Paste prices", icon="copy", tip="Paste a column of numbers, or lines of a symbol and a price"
        )
        self.update_button = button("Update prices", icon="refresh", tip="Ask your sources of prices (F5)")
        self.head[:0] = [self.paste, self.update_button]
        self._actions_row.addWidget(self.discard)
        self._actions_row.addWidget(self.keep_button)
        self.discard.clicked.connect(self.discard_typed)
        self.keep_button.clicked.connect(self.keep)
        self.paste.clicked.connect(self._on_paste)
        self.update_button.clicked.connect(self.update_requested)
        keep_off(desk, self.paste, self.update_button, self.keep_button)
        self._prices.is_editable = not desk.is_read_only
        self._prices.typed.connect(self._on_typed)
        self._prices.pasted.connect(self.take_pasted)
        self._show_changes()

    def made_table(self, name: str) -> RowTable[QuoteRow]:
        self._prices = PriceTable(name)
        return self._prices

    def empty_state(self) -> EmptyState:
        by_file = ChoiceCard(
            "import", "From a file", "The holdings export of your broker brings its prices along.", "&Import a file…"
        )
        by_file.chosen.connect(self.import_requested)
        return EmptyState("No prices yet", "Prices belong to assets, and there are no assets yet.", [by_file])

    def refresh(self) -> None:
        portfolio = self.desk.portfolios.current()
        rows = quote_rows(portfolio, self._typed)
        self._typed = {row.key: row.typed for row in rows if row.typed}
        if not self._prices.table.renew(rows, lambda row: row.key):
            self.show_rows(rows)
        self.show_empty(not rows)
        self._show_foot()
        self._show_changes()

    def totals(self, rows: Sequence[QuoteRow]) -> str:
        if changed := [row for row in self._all_rows() if row.is_changed]:
            portfolio = self.desk.portfolios.current()
            base, before = portfolio.base_currency, value(portfolio).total_minor
            after = value(with_changes(portfolio, changed)).total_minor
            return f"Total value {text.money(before, base)} {text.ARROW} {text.money(after, base)}"
        assets = [row for row in rows if row.asset is not None]
        said = [text.count(len(assets), "asset")]
        if without := sum(row.before is None for row in assets):
            said.append(f"{without} without a price")
        if stale := sum(row.is_stale for row in assets):
            said.append(f"{stale} older than 7 days")
        if rates := len(rows) - len(assets):
            said.append(text.count(rates, "exchange rate"))
        return ", ".join(said)

    def add(self) -> None:
        """Open the form for a new price."""
        self.open(PriceDialog(self.desk, parent=self))

    def edit(self, row: QuoteRow) -> None:
        if row.asset is None:
            self.rates_requested.emit()
        else:
            self.open(PriceHistoryDialog(self.desk, row.asset, parent=self))

    def take_pasted(self, pasted: str) -> None:
        """Put what is pasted into the fields from the current row on, or by symbol: all of it, or nothing."""
        if self.desk.is_read_only:
            return
        rows = self._prices.table.rows()
        try:
            found = read_pasted(pasted, rows, max(self._prices.currentIndex().row(), 0))
        except BadInput as refusal:
            self.refused.show_message(Tone.ERROR, "Nothing was pasted", str(refusal))
            self.refused.show()
            return
        self._typed |= found
        self.refused.hide()
        self.refresh()

    def keep(self) -> None:
        """Keep what is typed in one change that can be taken back."""
        changed = [row for row in self._all_rows() if row.is_changed]
        try:
            self.desk.prices.set_with_rates(prices_of(changed), rates_of(changed))
        except WealthDeskError as refusal:
            problems.show(refusal, self)
            return
        self._typed = {row.key: row.typed for row in self._all_rows() if row.problem}
        self.refresh()
        self.take_focus()

    def discard_typed(self) -> None:
        """Let everything be as it is kept."""
        self._typed = {}
        self.refused.hide()
        self.refresh()
        self.take_focus()

    def _all_rows(self) -> list[QuoteRow]:
        """Those that the search hides, too."""
        return quote_rows(self.desk.portfolios.current(), self._typed)

    def _show_changes(self) -> None:
        rows = self._all_rows()
        count, wrong = sum(row.is_changed for row in rows), sum(bool(row.problem) for row in rows)
        self.discard.setVisible(bool(self._typed))
        self.keep_button.setVisible(bool(self._typed))
        self.keep_button.setText(f"&Keep {text.count(count, 'change')}")
        self.keep_button.setEnabled(bool(count) and not wrong and not self.desk.is_read_only)
        first = next((row for row in rows if row.problem), None)
        self.keep_button.setToolTip(f"{first.title}: {first.problem}" if first else "Keep these as prices of today")

    def _on_typed(self, row: QuoteRow, typed: str) -> None:
        self._typed[row.key] = typed
        self.refused.hide()
        self.refresh()

    def _on_paste(self) -> None:
        self.take_pasted(QGuiApplication.clipboard().text())

    def _on_history(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_price(self) -> None:
        if (row := self.table.selected_row()) is not None and row.asset is not None:
            self.open(PriceDialog(self.desk, row.asset, parent=self))
