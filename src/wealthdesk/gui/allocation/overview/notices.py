"""The notices below the classes: what is held but not counted above, and what to do about it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.valuation import Missing, ValuedHolding
from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.theme import CLASS_COLOURS
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.class_mark import ClassMark
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

_NAMED = 3
_BUTTON = 96
"""With the gap before it, as wide as the room for the pill of a class: the value stands below those of the classes."""


class Notice(QFrame):
    """A line in a frame: a sign, what it is, a sentence, a value, and a button; no: a second one that puts it away."""

    clicked = Signal()
    no_clicked = Signal()

    def __init__(self, title: str, action: str, sign: QWidget, *, no: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "outline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(44)
        self._title = label(title, "name")
        self._sentence = ShortLabel(role="note", ink="mute")
        self._value = label(role="name", figures=True, right=True)
        self.button = button(action, in_card=True)
        self.button.setMinimumWidth(_BUTTON)
        self.button.clicked.connect(self.clicked)
        self.no = button(no, in_card=True) if no else None
        # The sign and the title stand below the marks and the names of the classes.
        sign.setFixedWidth(14)
        named = horizontal(spacing=6)
        named.addWidget(sign)
        named.addWidget(self._title)
        row = horizontal(self, spacing=8, margins=(33, 0, 15, 0))
        row.addLayout(named)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._value)
        row.addSpacing(8)
        if self.no is not None:
            self.no.clicked.connect(self.no_clicked)
            row.addWidget(self.no)
        row.addWidget(self.button)

    @property
    def words(self) -> str:
        """All that it says."""
        return " ".join(each for each in (self._title.text(), self._sentence.words, self._value.text()) if each)

    def show_words(self, sentence: str, value: str = "", *, title: str = "", action: str = "", tip: str = "") -> None:
        """Say this."""
        self._title.setText(title or self._title.text())
        self._sentence.show_words(sentence, tip=tip)
        self._value.setText(value)
        self.button.setText(action or self.button.text())
        self.setToolTip(as_tip(tip or sentence))
        self.setAccessibleName(self.words)
        for each in (self.button, self.no):
            if each is not None:
                each.setAccessibleName(f"{each.text().replace('&', '')} {self._title.text()}")


class Notices(QWidget):
    """Edits that are not saved, unclassified holdings, those without a price or a rate, and two assets that are one."""

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
        self.unsaved = Notice("Edited targets", "Go on…", _sign("history"))
        self.unclassified = Notice("Unclassified", "Classify…", ClassMark(CLASS_COLOURS["Unclassified"]))
        self.unpriced = Notice("Without a price", "Add a price…", _warning())
        self.twins = Notice("Two assets of one ISIN", "Merge…", _warning(), no="Not the same")
        self._twins: Sequence[tuple[Asset, Asset]] = ()
        self.unpriced_assets: tuple[str, ...] = ()
        layout = vertical(self, spacing=8)
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
        self._show_any()

    def show_unsaved(self, words: str) -> None:
        """Say what is edited and not saved; "" nothing is."""
        self.unsaved.show_words(words)
        self.unsaved.setVisible(bool(words))
        self._show_any()

    def _all(self) -> tuple[Notice, ...]:
        return self.unsaved, self.twins, self.unclassified, self.unpriced

    def _show_any(self) -> None:
        self.setVisible(not all(each.isHidden() for each in self._all()))

    def _show_twins(self, twins: Sequence[tuple[Asset, Asset]]) -> None:
        self._twins = twins
        self.twins.setVisible(bool(twins))
        if twins:
            kept, other = twins[0]
            more = f", and {text.count(len(twins) - 1, 'more pair')}" if len(twins) > 1 else ""
            self.twins.show_words(f"{kept.symbol} and {other.symbol} are one security{more}")

    def _show_unclassified(self, allocation: "Allocation") -> None:
        assets = unclassified(allocation)
        self.unclassified.setVisible(bool(assets))
        what = text.count(len(assets), "holding")
        has = "it has" if len(assets) == 1 else "they have"
        value = text.money(allocation.drift.unclassified_minor, allocation.drift.base_currency)
        symbols = ", ".join(allocation.portfolio.assets[each].symbol for each in assets[:20])
        self.unclassified.show_words(f"{what}, not counted until {has} a class", value, tip=symbols)

    def _show_unpriced(self, holdings: Sequence[ValuedHolding]) -> None:
        self.unpriced.setVisible(bool(holdings))
        by_id = {each.asset.id: each for each in holdings}
        self.unpriced_assets = tuple(by_id)
        symbols = [each.asset.symbol for each in by_id.values()]
        named = ", ".join(symbols) if len(symbols) <= _NAMED else text.count(len(symbols), "asset")
        without_rate = [each for each in by_id.values() if each.missing is Missing.RATE]
        currencies = sorted({each.asset.currency for each in without_rate})
        is_rate = bool(by_id) and len(without_rate) == len(by_id)
        self.unpriced.show_words(
            f"{named}, not counted above",
            title=f"No exchange rate for {', '.join(currencies)}" if is_rate else "No price",
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
    symbols = [allocation.portfolio.assets[each].symbol for each in prices]
    return f"{' and '.join(parts)} {'is' if one else 'are'} older than 7 days", ", ".join([*symbols, *rates][:30])


def _warning() -> QLabel:
    return _sign("warning", "ink")


def _sign(name: str, ink: str = "mute") -> QLabel:
    sign = QLabel()
    icons.put(sign, name, ink, 14)
    return sign
