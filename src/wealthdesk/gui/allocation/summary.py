"""The summary above the classes: total value, largest drift, what is outside its band, cash available."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.class_card import accounts_with
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.summary_card import SummaryCard

if TYPE_CHECKING:
    from wealthdesk.services.allocation import Allocation


class Summary(QWidget):
    """Four cards side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.total = SummaryCard("Total value")
        self.largest = SummaryCard("Largest drift")
        self.status = SummaryCard("Status")
        self.cash = SummaryCard("Cash available")
        row = horizontal(self, spacing=10)
        for card, stretch in ((self.total, 19), (self.largest, 19), (self.status, 17), (self.cash, 12)):
            row.addWidget(card, stretch)

    def show_allocation(self, allocation: "Allocation") -> None:
        """Show the figures of an allocation."""
        self._show_total(allocation)
        self._show_drift(allocation)
        self._show_status(allocation)
        self._show_cash(allocation)

    def _show_total(self, allocation: "Allocation") -> None:
        drift = allocation.drift
        accounts = [each for each in allocation.portfolio.accounts.values() if not each.is_archived]
        places = f"{text.count(len(accounts), 'account')}, " if allocation.scope is None else ""
        outside = text.money(drift.unclassified_minor, drift.base_currency)
        tip = (
            f"{outside} of it belongs to no class and takes no part in the weights." if drift.unclassified_minor else ""
        )
        total = text.money(drift.total_minor, drift.base_currency)
        self.total.show_figure(total, f"{places}in {drift.base_currency}", tip=tip)

    def _show_drift(self, allocation: "Allocation") -> None:
        largest = allocation.drift.largest
        if largest is None or largest.drift_bps is None:
            self.largest.show_figure(text.NOTHING, "no targets yet")
            return
        name = allocation.portfolio.classes[largest.asset_class_id].name
        in_total = f"{text.points_plain(allocation.drift.sum_bps)} in total"
        tip = f"{name}. The drifts of all classes, without their signs, add up to {in_total.removesuffix(' in total')}."
        self.largest.show_figure(text.points(largest.drift_bps), f"{name} · {in_total}", tip=tip)

    def _show_status(self, allocation: "Allocation") -> None:
        drift = allocation.drift
        if not drift.has_targets:
            self.status.show_figure(text.NOTHING, "no targets yet")
            return
        outside = len(drift.outside)
        names = [allocation.portfolio.classes[each.asset_class_id].name for each in drift.outside]
        tone = Tone.UNDER if outside else Tone.OK
        figure = f"{outside} of {len(drift.classes)}"
        self.status.show_figure(figure, "classes outside their band", tone, tip=", ".join(names))

    def _show_cash(self, allocation: "Allocation") -> None:
        valuation = allocation.valuation
        cash = {each.asset.id for each in valuation.holdings if each.asset.is_cash}
        accounts = accounts_with(allocation, cash)
        note = f"in {text.count(accounts, 'account')}" if accounts else "no cash is held"
        figure = text.money_short(valuation.cash_minor, valuation.base_currency)
        self.cash.show_figure(figure, note, tip=text.money(valuation.cash_minor, valuation.base_currency))
