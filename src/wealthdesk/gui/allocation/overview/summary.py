"""The summary above the classes: total value, what is furthest outside, what is outside its band, cash available."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.money import half_up
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.class_card import accounts_with
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.summary_card import SummaryCard

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation


class Summary(QWidget):
    """Four cards side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.total = SummaryCard("Total value")
        self.furthest = SummaryCard("Furthest outside")
        self.status = SummaryCard("Outside their band")
        self.cash = SummaryCard("Cash available")
        row = horizontal(self, spacing=10)
        for card, stretch in ((self.total, 18), (self.furthest, 19), (self.status, 18), (self.cash, 12)):
            row.addWidget(card, stretch)

    def show_allocation(self, allocation: "Allocation") -> None:
        """Show the figures of an allocation."""
        self._show_total(allocation)
        self._show_furthest(allocation)
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

    def _show_furthest(self, allocation: "Allocation") -> None:
        found = allocation.drift.furthest
        if found is None:
            self.furthest.set_title("Furthest outside")
            self.furthest.show_figure(text.NOTHING, "no targets yet")
            return
        self.furthest.set_title("Furthest outside" if found.is_outside else "Nearest its edge")
        band = half_up(found.band_bps)
        name = class_name = allocation.portfolio.classes[found.asset_class_id].name
        if found.asset_id is not None:
            name = f"{allocation.portfolio.assets[found.asset_id].symbol} in {class_name}"
        left = text.points_plain(max(half_up(found.band_bps) - abs(found.drift_bps), 0))
        within = f"its band is ±{text.points_plain(band, None)}"
        in_total = text.points_plain(allocation.drift.sum_bps)
        tip = f"{name}: {within}. The drifts of all classes, without their signs, add up to {in_total}."
        note = f"{name} · {within}" if found.is_outside else f"{name} · {left} left"
        self.furthest.show_figure(text.points(found.drift_bps), note, tip=tip)

    def _show_status(self, allocation: "Allocation") -> None:
        drift = allocation.drift
        if not drift.has_targets:
            self.status.show_figure(text.NOTHING, "no targets yet")
            return
        portfolio, holdings = allocation.portfolio, drift.holdings_counted
        names = [portfolio.classes[each.asset_class_id].name for each in drift.outside]
        names += [portfolio.assets[each.asset_id].symbol for each in drift.holdings_outside]
        tone = Tone.OK if drift.is_inside else Tone.UNDER
        below = f", {len(drift.holdings_outside)} of {text.count(holdings, 'holding')}" if holdings else ""
        figure, note = f"{len(drift.outside)} of {len(drift.classes)}", f"classes{below}"
        self.status.show_figure(figure, note, tone, tip=", ".join(names))

    def _show_cash(self, allocation: "Allocation") -> None:
        valuation = allocation.valuation
        cash = {each.asset.id for each in valuation.holdings if each.asset.is_cash}
        accounts = accounts_with(allocation, cash)
        note = f"in {text.count(accounts, 'account')}" if accounts else "no cash is held"
        figure = text.money_short(valuation.cash_minor, valuation.base_currency)
        self.cash.show_figure(figure, note, tip=text.money(valuation.cash_minor, valuation.base_currency))
