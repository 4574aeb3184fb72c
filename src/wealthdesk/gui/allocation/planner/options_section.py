"""The options of plans: whole shares or any amount in sight, the others in a part that opens; kept per strategy."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QWidget

from wealthdesk.domain.plans import Goal, Mode, PlanOptions, TradeCount, Trades
from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.plan_words import METHODS, UNFILLABLE
from wealthdesk.gui.widgets.buttons import link_button
from wealthdesk.gui.widgets.combo import Combo
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.money_edit import MoneyEdit
from wealthdesk.gui.widgets.percent_spin import PercentSpin
from wealthdesk.gui.widgets.segment import Segment
from wealthdesk.gui.widgets.text import label

_ANY, _WHOLE = "any", "whole"
_GAIN_COST: Final = "A realised gain counts as if this part of it were lost to tax; 0% counts nothing."


class MethodSection(QWidget):
    """How money is spread, and what becomes of that for which nothing can be bought; kept by whoever listens."""

    method_chosen = Signal(object)
    """The FillMethod."""
    unfillable_chosen = Signal(object)
    """The Unfillable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = Combo("Fill method", [(key, name) for key, (name, _) in METHODS.items()], in_card=True)
        self.unfillable = Combo("Money for a class without holdings", list(UNFILLABLE.items()), in_card=True)
        self._explanation = label(role="small", ink="mute", wrap=True)
        self._method_part = QWidget()
        above = vertical(self._method_part, spacing=4)
        above.addWidget(label("How the mone&y is spread", "note", "mute", buddy=self.method))
        above.addWidget(self.method)
        above.addWidget(self._explanation)
        layout = vertical(self, spacing=12)
        layout.addWidget(self._method_part)
        below = vertical(spacing=4)
        below.addWidget(label("&Money for a class without holdings", "note", "mute", buddy=self.unfillable))
        below.addWidget(self.unfillable)
        layout.addLayout(below)
        self.method.chosen.connect(self.method_chosen)
        self.unfillable.chosen.connect(self.unfillable_chosen)

    def show_strategy(self, strategy: Strategy) -> None:
        """Show what the strategy says."""
        self.method.choose(strategy.fill_method)
        self.unfillable.choose(strategy.unfillable)
        self._explanation.setText(METHODS[strategy.fill_method][1])

    def show_method(self, does_count: bool) -> None:
        """Show the fill method only where it decides anything."""
        self._method_part.setVisible(does_count)


class OptionsSection(QWidget):
    """The part that opens. `lots` and `toggle` are in sight, wherever the panel puts them.

    Whoever listens keeps what is chosen; showing keeps nothing.
    """

    chosen = Signal()
    """An option was chosen, or an amount was finished: to be kept."""
    edited = Signal()
    """An amount is being typed: to be planned with, not yet to be kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lots = Segment("Quantities", [(_ANY, "&Any amount"), (_WHOLE, "W&hole shares")])
        self.toggle = _toggle()
        self.use_cash = _check("Use &idle cash as well")
        self.idle = label(role="small", ink="mute", wrap=True)
        self.min_trade = MoneyEdit("Smallest trade", "USD")
        self.gain_limit = MoneyEdit("Limit on taxable gains", "USD")
        self.gain_limit.field.setPlaceholderText("None")
        self.min_trade.field.setPlaceholderText("Automatic")
        self.gain_cost = PercentSpin("What a gain costs")
        self.gain_cost.setToolTip(_GAIN_COST)
        self.prefer_homes = _check("Pre&fer where classes are better held")
        self.method = MethodSection()
        self._goal = Goal.TARGET
        self._trades: TradeCount = Trades.BEST_VALUE
        self._idle: Callable[[], str] = str
        self._cash_part, self._gain_part, self._homes_part = QWidget(), QWidget(), QWidget()
        self._lay_out()
        self._connect()
        self.setVisible(False)

    def options(self) -> PlanOptions | None:
        """What is chosen; None while an amount cannot be read."""
        if self.min_trade.problem() or self.gain_limit.problem() or self.gain_cost.problem():
            return None
        return PlanOptions(
            whole_shares=self.lots.choice() == _WHOLE,
            use_cash=self.use_cash.isChecked(),
            goal=self._goal,
            min_trade_minor=self.min_trade.minor(),
            gain_limit_minor=self.gain_limit.minor(),
            prefer_homes=self.prefer_homes.isChecked(),
            trades=self._trades,
            gain_cost_bps=self.gain_cost.bps(),
        )

    def set_goal(self, goal: Goal) -> None:
        """The goal of a rebalance is chosen elsewhere, and is one of the options."""
        self._goal = goal

    def set_trades(self, trades: TradeCount) -> None:
        """The number of trades is chosen elsewhere, and is one of the options."""
        self._trades = trades

    def show_options(self, options: PlanOptions, strategy: Strategy, currency: str) -> None:
        """Show what is kept with the strategy. An amount that is being typed stays."""
        self._goal, self._trades = options.goal, options.trades
        self.gain_cost.set_bps(options.gain_cost_bps)
        self.lots.choose(_WHOLE if options.whole_shares else _ANY)
        self.method.show_strategy(strategy)
        for check, is_checked in ((self.use_cash, options.use_cash), (self.prefer_homes, options.prefer_homes)):
            check.blockSignals(True)
            check.setChecked(is_checked)
            check.blockSignals(False)
        for edit, minor in ((self.min_trade, options.min_trade_minor), (self.gain_limit, options.gain_limit_minor)):
            edit.set_currency(currency)
            if not edit.field.hasFocus():
                edit.set_minor(minor)

    def show_smallest(self, minor: int | None, currency: str) -> None:
        """Say what the smallest trade comes to while it is automatic; None: not known."""
        told = text.plain(text.amount(minor, currency)) if minor else ""
        self.min_trade.field.setPlaceholderText(f"Automatic: {told}" if told else "Automatic")

    def show_what_counts(
        self, mode: Mode, *, has_several_accounts: bool, is_exact: bool, idle: Callable[[], str]
    ) -> None:
        """Show only what changes a plan of this mode.

        idle: how much cash there is above the buffers, in words; asked while it can be seen, since a start need not.
        """
        self._cash_part.setVisible(mode is Mode.DEPOSIT)
        self._idle = idle
        if self.toggle.isChecked():
            self.idle.setText(idle())
        self._gain_part.setVisible(mode is not Mode.DEPOSIT)
        self._homes_part.setVisible(has_several_accounts and mode is not Mode.WITHDRAWAL)
        self.method.setVisible(mode is Mode.DEPOSIT)
        self.method.show_method(is_exact and mode is Mode.DEPOSIT)

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=12)
        _fill(self._cash_part, self.use_cash, self.idle)
        self._lay_out_tax()
        note = label("Set per class under Holdings, Assets, Asset classes.", "small", "mute", wrap=True)
        _fill(self._homes_part, self.prefer_homes, note)
        trade_part = QWidget()
        _fill(trade_part, label("Smallest trad&e", "note", "mute", buddy=self.min_trade), self.min_trade)
        for each in (self._cash_part, trade_part, self._gain_part):
            layout.addWidget(each)
        layout.addWidget(self._homes_part)
        layout.addWidget(self.method)

    def _lay_out_tax(self) -> None:
        limit = vertical(spacing=4)
        limit.addWidget(label("&Limit on taxable gains", "note", "mute", buddy=self.gain_limit))
        limit.addWidget(self.gain_limit)
        limit.addStretch()
        cost = vertical(spacing=4)
        cost.addWidget(label("What a gain costs", "note", "mute", buddy=self.gain_cost))
        cost.addWidget(self.gain_cost)
        cost.addStretch()
        both = horizontal(spacing=12)
        both.addLayout(limit, 1)
        both.addLayout(cost)
        layout = vertical(self._gain_part, spacing=4)
        layout.addWidget(label("Tax", "note_strong"))
        layout.addLayout(both)

    def _connect(self) -> None:
        self.gain_cost.edited.connect(self._on_chosen)
        self.toggle.toggled.connect(self._on_toggled)
        self.lots.chosen.connect(self._on_chosen)
        for check in (self.use_cash, self.prefer_homes):
            check.clicked.connect(self._on_chosen)
        for edit in (self.min_trade, self.gain_limit):
            edit.edited.connect(self._on_edited)
            edit.field.editingFinished.connect(self._on_chosen)

    def _on_toggled(self, is_open: bool) -> None:
        icons.put(self.toggle, "chevron_up" if is_open else "chevron_down", "mute", gap=4)
        if is_open:
            self.idle.setText(self._idle())
        self.setVisible(is_open)

    def _on_chosen(self) -> None:
        self.chosen.emit()

    def _on_edited(self) -> None:
        self.edited.emit()


def idle_words(minor: int, currency: str) -> str:
    """How much cash there is above the buffers: "$18,710.44 is there above the buffers."."""
    return f"{text.money(minor, currency)} is there above the buffers." if minor else "There is none above the buffers."


def _toggle() -> QPushButton:
    made = link_button("&Options", icon="chevron_down", tip="More of how plans are calculated, kept with the strategy")
    made.setCheckable(True)
    return made


def _check(words: str) -> QCheckBox:
    made = QCheckBox(words)
    made.setFont(fonts.font("body"))
    return made


def _fill(part: QWidget, *inside: QCheckBox | QLabel | MoneyEdit) -> None:
    layout = vertical(part, spacing=4)
    for each in inside:
        layout.addWidget(each)
    layout.addStretch()
