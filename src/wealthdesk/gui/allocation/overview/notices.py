"""The lines at the foot of the classes: what is held but not counted above, and what to do about it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.valuation import Missing, ValuedHolding
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import word_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, as_tip

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

_NAMED = 3
_LONGEST = 32
"""Longer names than these leave no room for what is said of them."""


class FootLine(QWidget):
    """A sentence and a button behind it; no: a second one that puts the sentence away."""

    clicked = Signal()
    no_clicked = Signal()

    def __init__(self, action: str = "", *, no: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sentence = ShortLabel(role="note", ink="mute2")
        self._sentence.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.button = word_button(action)
        self.button.clicked.connect(self.clicked)
        self.no = word_button(no) if no else None
        row = horizontal(self, spacing=10)
        row.addWidget(self._sentence)
        row.addWidget(self.button)
        if self.no is not None:
            self.no.clicked.connect(self.no_clicked)
            row.addWidget(self.no)
        row.addStretch()
        self.button.setVisible(bool(action))

    @property
    def words(self) -> str:
        """What it says."""
        return self._sentence.words

    def show_words(self, sentence: str, *, action: str = "", tip: str = "") -> None:
        """Say this; "" says nothing and takes no room."""
        self._sentence.show_words(sentence, tip=tip)
        self.button.setText(action or self.button.text())
        self.setToolTip(as_tip(tip or sentence))
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
        for each in (self.button, self.no):
            if each is not None:
                # A menu leads to it as well: where there is nothing to be done about it, that says so.
                each.setEnabled(bool(sentence))
                each.setAccessibleDescription(sentence)


class Notices(QWidget):
    """Edits that are not saved, twins, what is unclassified or has no price or rate, and prices that are old."""

    merge_requested = Signal(str, str)
    """The ids of the asset that has the ISIN and of the one that is the same."""
    apart_requested = Signal(str, str)
    """The ids of the same two, which the user says are not one."""
    classify_requested = Signal()
    value_requested = Signal(object)
    """The ids of the assets that lack a price or a rate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.unsaved = FootLine("Go on…")
        self.unclassified = FootLine("Classify…")
        self.unpriced = FootLine("Add a price…")
        self.twins = FootLine("Merge…", no="Not the same")
        self.stale = FootLine()
        self._twins: Sequence[tuple[Asset, Asset]] = ()
        self.unpriced_assets: tuple[str, ...] = ()
        layout = vertical(self, spacing=4)
        for each in self._all():
            layout.addWidget(each)
            each.hide()
        self.unclassified.clicked.connect(self.classify_requested)
        self.unpriced.clicked.connect(self._on_unpriced)
        self.twins.clicked.connect(lambda: self._tell_twins(self.merge_requested))
        self.twins.no_clicked.connect(lambda: self._tell_twins(self.apart_requested))

    def show_allocation(self, allocation: "Allocation", twins: Sequence[tuple[Asset, Asset]] = ()) -> None:
        """Show what the allocation leaves out, and the assets that are one: (the one that has the ISIN, another)."""
        self._show_twins(twins)
        self._show_unclassified(allocation)
        self._show_unpriced(allocation.valuation.unpriced)
        sentence, which = stale_words(allocation)
        self.stale.show_words(f"{sentence}." if sentence else "", tip=which)
        self._show_any()

    def show_unsaved(self, words: str) -> None:
        """Say what is edited and not saved; "" nothing is."""
        self.unsaved.show_words(f"Edited targets: {words}." if words else "")
        self._show_any()

    def _all(self) -> tuple[FootLine, ...]:
        return self.unsaved, self.twins, self.unclassified, self.unpriced, self.stale

    def _show_any(self) -> None:
        self.setVisible(not all(each.isHidden() for each in self._all()))

    def _show_twins(self, twins: Sequence[tuple[Asset, Asset]]) -> None:
        self._twins = twins
        words = ""
        if twins:
            kept, other = twins[0]
            more = f", and {text.count(len(twins) - 1, 'more pair')}" if len(twins) > 1 else ""
            words = f"{kept.known_as} and {other.known_as} have one ISIN: they are one security{more}."
        self.twins.show_words(words)

    def _show_unclassified(self, allocation: "Allocation") -> None:
        found, assets = unclassified(allocation), allocation.portfolio.assets
        value = text.money(allocation.drift.unclassified_minor, allocation.drift.base_currency)
        names = [assets[each].known_as for each in found]
        if not found:
            self.unclassified.show_words("")
        elif len(found) == 1:
            self.unclassified.show_words(f"{names[0]}, {value}, has no class and is not counted.")
        else:
            what = text.count(len(found), "holding")
            self.unclassified.show_words(
                f"{what}, {value}, have no class and are not counted.", tip=", ".join(names[:20])
            )

    def _show_unpriced(self, holdings: Sequence[ValuedHolding]) -> None:
        by_id = {each.asset.id: each for each in holdings}
        self.unpriced_assets = tuple(by_id)
        symbols = [each.asset.known_as for each in by_id.values()]
        if not symbols:
            self.unpriced.show_words("")
            return
        named = ", ".join(symbols)
        if len(symbols) > _NAMED or (len(symbols) > 1 and len(named) > _LONGEST):
            named = text.count(len(symbols), "asset")
        without_rate = [each for each in by_id.values() if each.missing is Missing.RATE]
        currencies = ", ".join(sorted({each.asset.currency for each in without_rate}))
        is_rate = len(without_rate) == len(by_id)
        one = len(symbols) == 1
        what = f"no exchange rate for {currencies}" if is_rate else "no price"
        has = f"{'has' if one else 'have'} {what} and {'is' if one else 'are'} not counted"
        self.unpriced.show_words(
            f"{named} {has}.",
            action="Add an exchange rate…" if is_rate else "Add a price…",
            tip=", ".join(symbols[:20]),
        )

    def _tell_twins(self, signal: SignalInstance) -> None:
        if self._twins:
            kept, other = self._twins[0]
            signal.emit(kept.id, other.id)

    def _on_unpriced(self) -> None:
        self.value_requested.emit(self.unpriced_assets)


def unclassified(allocation: "Allocation") -> tuple[str, ...]:
    """The ids of the held assets that (partly) belong to no class, those without a value last."""
    valued = allocation.unclassified_assets
    unpriced = (each.asset for each in allocation.valuation.unpriced)
    return tuple(dict.fromkeys([*valued, *(asset.id for asset in unpriced if not asset.exposures)]))


def stale_words(allocation: "Allocation") -> tuple[str, str]:
    """The sentence about old prices and rates, "" when there are none, and which ones."""
    prices, rates = allocation.valuation.stale_assets, allocation.valuation.stale_rates
    parts = [text.count(len(prices), "price")] if prices else []
    parts += [text.count(len(rates), "exchange rate")] if rates else []
    if not parts:
        return "", ""
    one = len(prices) + len(rates) == 1
    symbols = [allocation.portfolio.assets[each].known_as for each in prices]
    days = text.count(allocation.portfolio.price_days, "day")
    return f"{' and '.join(parts)} {'is' if one else 'are'} older than {days}", ", ".join([*symbols, *rates][:30])
