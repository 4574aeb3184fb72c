"""The table of exchange rates."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import FxRate
from wealthdesk.domain.valuation import value
from wealthdesk.gui import format as text
from wealthdesk.gui.holdings.forms.price_dialog import RateDialog
from wealthdesk.gui.holdings.tables import rows as row_values
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.columns import RATE_COLUMNS
from wealthdesk.gui.holdings.tables.rows import RateRow
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel, UndoneBy
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.message import Message

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


def _identity(row: RateRow) -> tuple[str, str, object]:
    return row.rate.base, row.rate.quote, row.rate.on


class RatesPanel(TablePanel[RateRow]):
    """Every exchange rate; a message above names the currencies that one is missing for."""

    latest_requested = Signal()
    """The table of the latest prices and rates is wanted again."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(desk, "Exchange rates", RATE_COLUMNS, _identity, "Add rate…", parent)
        self.missing = Message(Tone.WARNING, action="Add the rate…", inline=True)
        self.missing.action_clicked.connect(self.add)
        self.missing.hide()
        keep_off(desk, self.missing.button)
        self.notes.addWidget(self.missing)
        self.latest = link_button("Prices and rates", icon="chevron_left", tip="Back to the latest prices and rates")
        self.latest.clicked.connect(self.latest_requested)
        self.tools.append(self.latest)
        self._first_missing = ""
        self.set_steps([Step("&Edit…", self._on_edit, "F2"), Step("Re&move", self.remove, "Del", for_several=True)])

    def empty_state(self) -> EmptyState:
        by_hand = ChoiceCard("balance", "By hand", "A pair of currencies, a day, a rate.", "&Add a rate…")
        by_hand.chosen.connect(self.add)
        return EmptyState(
            "No exchange rates yet", "They are needed as soon as something is held in another currency.", [by_hand]
        )

    def refresh(self) -> None:
        portfolio = self.desk.portfolios.current()
        missing = value(portfolio).missing_rates
        self._first_missing = missing[0] if missing else ""
        self.missing.setVisible(bool(missing))
        if missing:
            named = words.several(list(missing), 5)
            self.missing.show_message(
                Tone.WARNING,
                f"No rate from {named} to {portfolio.base_currency}.",
                "Holdings in it are not counted." if len(missing) == 1 else "Holdings in them are not counted.",
            )
        self.show_rows(row_values.rate_rows(self.desk.rates.all(), portfolio.on, portfolio.fresh_since))

    def totals(self, rows: Sequence[RateRow]) -> str:
        pairs = len({(row.rate.base, row.rate.quote) for row in rows})
        return f"{text.count(len(rows), 'rate')} of {text.count(pairs, 'pair')} of currencies"

    def add(self) -> None:
        """Open the form for a new rate, of the first currency that lacks one."""
        self.open(RateDialog(self.desk, base=self._first_missing, parent=self))

    def edit(self, row: RateRow) -> None:
        self.open(RateDialog(self.desk, row.rate, parent=self))

    def remove(self) -> None:
        """Remove the rates selected, and say how to take it back."""
        rates = [row.rate for row in self.table.selected_rows()]
        if not rates:
            return
        self.desk.rates.remove(*rates)
        self.undoable.emit(UndoneBy(_removed(rates), partial(self._select, rates)))

    def _select(self, rates: Sequence[FxRate]) -> None:
        self.table.select_all_of((each.base, each.quote, each.on) for each in rates)

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)


def _removed(rates: Sequence[FxRate]) -> str:
    if len(rates) > 1:
        return f"Removed {text.count(len(rates), 'exchange rate')}."
    return f"Removed the rate from {rates[0].base} to {rates[0].quote} of {text.day(rates[0].on)}."
