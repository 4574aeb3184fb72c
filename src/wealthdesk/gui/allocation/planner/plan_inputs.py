"""What is chosen of a plan now and then: amounts per account, how money is spread, and the options kept of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QWidget

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.money import from_minor, product_minor
from wealthdesk.domain.plans import (
    Goal,
    Mode,
    PlanOptions,
    TradeCount,
)
from wealthdesk.domain.targets import FillMethod, Strategy, Unfillable
from wealthdesk.domain.valuation import ONE, RateConversion
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts, icons, problems
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import icon_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.fields import MoneyEdit, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

MODES: Final = {
    Mode.DEPOSIT: ("&Deposit", "Buys by your targets. Nothing is submitted."),
    Mode.WITHDRAWAL: ("&Withdraw", "Sells by your targets. Nothing is submitted."),
    Mode.REBALANCE: ("Re&balance", "Trades by your targets. Nothing is submitted."),
}
"""The name of each mode, and what it does."""

GOALS: Final = {
    Goal.TARGET: "Onto the targets",
    Goal.BAND_EDGE: "To the edge of the bands",
    Goal.HALF_WAY: "Half-way from the edge to the target",
}
"""How far a rebalance goes."""

METHODS: Final = {
    FillMethod.EVEN_FILL: ("Even fill", "Raises what has least of its target first, until all are level."),
    FillMethod.LARGEST_GAP: ("Largest gap first", "Fills the largest amount missing first, then the next."),
    FillMethod.PROPORTIONAL: ("Proportional", "Shares the money in proportion to what each class is short of."),
    FillMethod.EQUAL_POINTS: ("Equal points", "Leaves every class that is bought equally many points short."),
}
"""The name of each fill method, and what it does."""

UNFILLABLE: Final = {
    Unfillable.SPREAD: "Spread over the others",
    Unfillable.KEEP_CASH: "Keep as cash",
}
"""What becomes of money for a class without holdings."""


_AMOUNT_WIDE: Final = 178


class AccountAmounts(QWidget):
    """Each amount is in the currency of its account; their sum in the base currency."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edits: dict[str, MoneyEdit] = {}
        self._names: dict[str, ShortLabel] = {}
        self._currency = ""
        self._accounts: Sequence[Account] = ()
        self._ways: Mapping[str, RateConversion] = {}
        self._tab_after: QWidget | None = None
        self._whole: int | None = None
        """The amount that the list began with, as long as the first line is what the others leave of it."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)
        self._total_words = label("In total", "strong")
        self.total = label(role="strong", figures=True, right=True)
        self.total.setContentsMargins(0, 0, 44, 0)

    def show_accounts(self, accounts: Sequence[Account], currency: str, ways: Mapping[str, RateConversion]) -> None:
        """Offer these accounts; what is typed for those that stay, stays. ways: how to come to the base currency."""
        self._accounts, self._currency, self._ways = accounts, currency, ways
        if self.edits:
            self.make_lines()

    def make_lines(self) -> None:
        """Make the lines of the accounts: when they are first wanted, which is not at the start."""
        accounts = self._accounts
        if [(each.id, each.name) for each in accounts] != [(key, line.words) for key, line in self._names.items()]:
            self._make_lines(accounts)
            self._order_tabs()
        for account in accounts:
            self.edits[account.id].set_currency(account.currency)
        self._show_total()

    def amounts(self) -> Mapping[Scope, int]:
        """Account → amount above 0, in minor units of its currency."""
        typed = {account_id: edit.minor() for account_id, edit in self.edits.items()}
        return {account_id: minor for account_id, minor in typed.items() if minor}

    def problem(self) -> str:
        """The first sentence about what cannot be read."""
        return next((edit.problem() for edit in self.edits.values() if edit.problem()), "")

    def begin_with(self, minor: int | None) -> None:
        """Put an amount of the base currency on the first line, of which what is typed on others is taken."""
        self.make_lines()
        self._whole = minor
        self._show_rest()
        self._show_total()

    def share_out(self, minor: int) -> None:
        """Put half of an amount on the first line, half of the rest on the next, and so on."""
        self.make_lines()
        self._whole = None
        for left, edit in zip(range(len(self.edits) - 1, -1, -1), self.edits.values(), strict=True):
            part = minor // 2 if left else minor
            edit.set_minor(from_base(part, edit.currency, self._currency, self._ways))
            minor -= part
        self._show_total()

    def clear(self) -> None:
        """Empty all lines."""
        self._whole = None
        for edit in self.edits.values():
            edit.set_minor(None)
        self._show_total()

    def order_tabs(self, before: QWidget) -> None:
        """Let Tab go from this widget to the lines: those that were made last would come last of the whole window."""
        self._tab_after = before
        self._order_tabs()

    def _order_tabs(self) -> None:
        before = self._tab_after
        if before is None:
            return
        for edit in self.edits.values():
            QWidget.setTabOrder(before, edit.field)
            before = edit.field

    def _make_lines(self, accounts: Sequence[Account]) -> None:
        before = {account_id: edit.minor() for account_id, edit in self.edits.items()}
        for each in (*self.edits.values(), *self._names.values()):
            self._grid.removeWidget(each)
            each.hide()
            each.deleteLater()
        self.edits, self._names = {}, {}
        for line, account in enumerate(accounts):
            edit = MoneyEdit(f"Amount for {account.name}", account.currency)
            # Tab follows a proxy from wherever that lies, and would come back here again and again.
            edit.setFocusProxy(None)  # type: ignore[arg-type]  # None takes it away
            edit.setFixedWidth(_AMOUNT_WIDE)
            edit.set_minor(before.get(account.id))
            edit.edited.connect(lambda _, line=line: self._on_edited(line))
            self.edits[account.id] = edit
            self._names[account.id] = ShortLabel(account.name)
            self._grid.addWidget(self._names[account.id], line, 0)
            self._grid.addWidget(edit, line, 1)
        self._grid.addWidget(self._total_words, len(accounts), 0)
        self._grid.addWidget(self.total, len(accounts), 1)

    def _on_edited(self, line: int) -> None:
        if not line:
            # Somebody says what comes into the first: it is no rest any more.
            self._whole = None
        self._show_rest()
        self._show_total()
        self.edited.emit()

    def _show_rest(self) -> None:
        """Put what the other lines leave of the whole amount on the first one; nothing where they are more."""
        if self._whole is None or not self.edits:
            return
        first, *others = self.edits.values()
        spread = [in_base(each.minor() or 0, each.currency, self._currency, self._ways) for each in others]
        left = self._whole - sum(each or 0 for each in spread)
        first.set_minor(from_base(left, first.currency, self._currency, self._ways) if left > 0 else None)

    def _show_total(self) -> None:
        parts = [
            in_base(minor, edit.currency, self._currency, self._ways)
            for edit in self.edits.values()
            if (minor := edit.minor())
        ]
        known = [part for part in parts if part is not None]
        is_known = len(known) == len(parts) and self._currency
        self.total.setText(text.amount(sum(known), self._currency) if is_known else text.NOTHING)


def in_base(minor: int, currency: str, base: str, ways: Mapping[str, RateConversion]) -> int | None:
    """Minor units of a currency in those of the base currency; None without a rate."""
    way = ways.get(currency)
    return None if way is None else product_minor(from_minor(minor, currency), way.times, ONE, base, way.divisor)


def from_base(minor: int, currency: str, base: str, ways: Mapping[str, RateConversion]) -> int:
    """Minor units of the base currency in those of another one; without a rate the same number."""
    way = ways.get(currency)
    if way is None:
        return minor
    return product_minor(from_minor(minor, base), way.divisor, ONE, currency, way.times)


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
        self._method_part = QWidget(self)
        methods = [(key, name) for key, (name, _) in METHODS.items()]
        self.method = Combo("Fill method", methods, in_card=True, parent=self._method_part)
        self.unfillable = Combo("If a class has nothing to buy", list(UNFILLABLE.items()), in_card=True, parent=self)
        self._explanation = label(role="small", ink="mute", wrap=True)
        above = vertical(self._method_part, spacing=4)
        above.addWidget(label("How the mone&y is spread", "note", "mute", buddy=self.method))
        above.addWidget(self.method)
        above.addWidget(self._explanation)
        layout = vertical(self, spacing=12)
        layout.addWidget(self._method_part)
        below = vertical(spacing=4)
        below.addWidget(label("If a class has nothin&g to buy", "note", "mute", buddy=self.unfillable))
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


def lots_choice(parent: QWidget) -> Combo:
    """The choice of the quantities, one of the options."""
    return Combo("Quantities", [(_ANY, "Any amount"), (_WHOLE, "Whole shares")], parent=parent)


class OptionParts(QWidget):
    """What is seen of the options once they are open."""

    chosen = Signal()
    """An option was chosen, or an amount was finished."""
    edited = Signal()
    """An amount is being typed, or cannot be read any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cash_part, self._gain_part, self._homes_part = QWidget(self), QWidget(self), QWidget(self)
        self._trade_part = QWidget(self)
        self.use_cash = _check("Use &idle cash as well")
        self.idle = label(role="small", ink="mute", wrap=True)
        self.min_trade = MoneyEdit("Smallest trade", "USD", parent=self._trade_part)
        self.gain_limit = MoneyEdit("Limit on taxable gains", "USD", parent=self._gain_part)
        self.gain_limit.field.setPlaceholderText("None")
        self.min_trade.field.setPlaceholderText("Automatic")
        self.gain_cost = PercentSpin("What a gain costs", parent=self._gain_part)
        self.gain_cost.setToolTip(_GAIN_COST)
        self.prefer_homes = _check("Use each class's pre&ferred account type")
        self.method = MethodSection(self)
        for edit in (self.min_trade, self.gain_limit):
            # Tab follows a proxy from wherever that lies: of what is made late, from the end of the window.
            edit.setFocusProxy(None)  # type: ignore[arg-type]  # None takes it away
        self._lay_out()
        self._connect()

    def read_into(self, options: PlanOptions) -> PlanOptions | None:
        """These options with what is chosen here; None while an amount cannot be read."""
        if any(each.problem() for each in (self.min_trade, self.gain_limit, self.gain_cost)):
            return None
        return replace(
            options,
            use_cash=self.use_cash.isChecked(),
            min_trade_minor=self.min_trade.minor(),
            gain_limit_minor=self.gain_limit.minor(),
            prefer_homes=self.prefer_homes.isChecked(),
            gain_cost_bps=self.gain_cost.bps(),
        )

    def show_options(self, options: PlanOptions, currency: str) -> None:
        """Show what is kept with the strategy. An amount that is being typed stays."""
        self.gain_cost.set_bps(options.gain_cost_bps)
        for check, is_checked in ((self.use_cash, options.use_cash), (self.prefer_homes, options.prefer_homes)):
            check.blockSignals(True)
            check.setChecked(is_checked)
            check.blockSignals(False)
        for edit, minor in ((self.min_trade, options.min_trade_minor), (self.gain_limit, options.gain_limit_minor)):
            edit.set_currency(currency)
            if not edit.field.hasFocus():
                edit.set_minor(minor)

    def show_what_counts(self, mode: Mode, has_several_accounts: bool, is_exact: bool) -> None:
        """Show only what changes a plan of this mode."""
        self._cash_part.setVisible(mode is Mode.DEPOSIT)
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
        _fill(self._trade_part, label("Smallest trad&e", "note", "mute", buddy=self.min_trade.field), self.min_trade)
        for each in (self._cash_part, self._trade_part, self._gain_part):
            layout.addWidget(each)
        layout.addWidget(self._homes_part)
        layout.addWidget(self.method)

    def _lay_out_tax(self) -> None:
        limit = vertical(spacing=4)
        limit.addWidget(label("&Limit on taxable gains", "note", "mute", buddy=self.gain_limit.field))
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
        self.gain_cost.edited.connect(self.chosen)
        for check in (self.use_cash, self.prefer_homes):
            check.clicked.connect(self.chosen)
        for edit in (self.min_trade, self.gain_limit):
            edit.edited.connect(self.edited)
            edit.field.editingFinished.connect(self.chosen)


class OptionsSection(QWidget):
    """The part that opens. `toggle` is in sight, wherever the panel puts it, as `lots` is: `lots_choice` made it.

    Whoever listens keeps what is chosen; showing keeps nothing.
    """

    made = Signal(object)
    """The OptionParts: most planners are used without them, so they are made when they are first wanted."""
    chosen = Signal()
    """An option was chosen, or an amount was finished: to be kept."""
    edited = Signal()
    """An amount is being typed: to be planned with, not yet to be kept."""
    told = Signal(object)
    """What is chosen now, whatever changed it; None while an amount cannot be read."""

    def __init__(self, lots: Combo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lots = lots
        self.toggle = _toggle()
        self._parts: OptionParts | None = None
        self._idle: Callable[[], str] = str
        self._shown = PlanOptions()
        self._of: tuple[Strategy, str] | None = None
        """The strategy whose options they are, and the base currency."""
        self._counts = (Mode.DEPOSIT, False, True)
        self._options: PlanOptions | None = PlanOptions()
        self._layout = vertical(self, spacing=0)
        self.toggle.toggled.connect(self._on_toggled)
        self.lots.chosen.connect(self._on_chosen)
        self.setVisible(False)

    @property
    def parts(self) -> OptionParts:
        """What is in it."""
        if self._parts is None:
            self._parts = made = OptionParts(self)
            self._show_parts(made)
            self._layout.addWidget(made)
            made.gain_cost.problem_changed.connect(self._read)
            made.chosen.connect(self._on_chosen)
            made.edited.connect(self._on_edited)
            self.made.emit(made)
        return self._parts

    def options(self) -> PlanOptions | None:
        """What is chosen; None while an amount cannot be read."""
        return self._options

    def _read(self) -> None:
        options = replace(self._shown, whole_shares=self.lots.choice() == _WHOLE)
        self._options = self._parts.read_into(options) if self._parts is not None else options
        self.told.emit(self._options)

    def set_goal(self, goal: Goal) -> None:
        """The goal of a rebalance is chosen elsewhere, and is one of the options."""
        self._shown = replace(self._shown, goal=goal)
        self._read()

    def set_trades(self, trades: TradeCount) -> None:
        """The number of trades is chosen elsewhere, and is one of the options."""
        self._shown = replace(self._shown, trades=trades)
        self._read()

    def show_options(self, options: PlanOptions, strategy: Strategy, currency: str) -> None:
        """Show what is kept with the strategy. An amount that is being typed stays."""
        self._shown, self._of = options, (strategy, currency)
        self.lots.choose(_WHOLE if options.whole_shares else _ANY)
        if self._parts is not None:
            self._show_parts(self._parts)
        self._read()

    def show_strategy(self, strategy: Strategy) -> None:
        """Show what the strategy says again."""
        self.parts.method.show_strategy(strategy)

    def show_smallest(self, minor: int | None, currency: str) -> None:
        """Say what the smallest trade comes to while it is automatic; None: not known."""
        told = text.plain(text.amount(minor, currency)) if minor else ""
        self.parts.min_trade.field.setPlaceholderText(f"Automatic: {told}" if told else "Automatic")

    def show_idle(self, idle: Callable[[], str]) -> None:
        """Say how much cash there is above the buffers; asked while it can be seen, since a start need not."""
        self._idle = idle
        if self.toggle.isChecked():
            self.parts.idle.setText(idle())

    def show_what_counts(self, mode: Mode, *, has_several_accounts: bool, is_exact: bool) -> None:
        """Show only what changes a plan of this mode."""
        self._counts = (mode, has_several_accounts, is_exact)
        if self._parts is not None:
            self._parts.show_what_counts(*self._counts)

    def _show_parts(self, parts: OptionParts) -> None:
        if self._of is not None:
            strategy, currency = self._of
            parts.method.show_strategy(strategy)
            parts.show_options(self._shown, currency)
        parts.show_what_counts(*self._counts)

    def _on_toggled(self, is_open: bool) -> None:
        icons.put(self.toggle, "settings", "ink" if is_open else "mute", 16)
        if is_open:
            self.parts.idle.setText(self._idle())
        self.setVisible(is_open)

    def _on_chosen(self) -> None:
        self._read()
        self.chosen.emit()

    def _on_edited(self) -> None:
        self._read()
        self.edited.emit()


def idle_words(minor: int, currency: str) -> str:
    """How much cash there is above the buffers: "$18,710.44 is there above the buffers."."""
    return f"{text.money(minor, currency)} is there above the buffers." if minor else "There is none above the buffers."


def _toggle() -> QPushButton:
    made = icon_button("settings", "Options")
    made.setToolTip("More of how plans are calculated, kept with the strategy")
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


class StrategyOptions:
    """The options of plans as they are kept with the strategy of a scope. section: shows them."""

    def __init__(self, desk: "Desk", section: OptionsSection) -> None:
        self._desk, self._section = desk, section
        self._strategy: Strategy | None = None
        self.kept = PlanOptions()

    def read(self, strategy: "Strategy | None") -> None:
        """Those of this strategy."""
        self._strategy = strategy
        if strategy is not None:
            self.kept = self._desk.plan_options.of(strategy.id)

    def keep(self, options: PlanOptions) -> bool:
        """Keep others; whether they are others."""
        if self._strategy is None or options == self.kept:
            return options != self.kept
        try:
            # In a copy to look at they count for the plan that is shown, and are not remembered.
            if not self._desk.is_read_only:
                self._desk.plan_options.keep(self._strategy.id, options)
            self.kept = options
        except WealthDeskError as refusal:
            problems.show(refusal, self._section)
        return True

    def change_method(self, method: FillMethod) -> None:
        """Give the strategy itself another fill method."""
        if self._strategy is not None:
            self._change(replace(self._strategy, fill_method=method))

    def change_unfillable(self, unfillable: Unfillable) -> None:
        """Give the strategy itself another rule for money for which nothing can be bought."""
        if self._strategy is not None:
            self._change(replace(self._strategy, unfillable=unfillable))

    def _change(self, changed: Strategy) -> None:
        try:
            self._desk.targets.change(changed)
        except WealthDeskError as refusal:
            if self._strategy is not None:
                self._section.show_strategy(self._strategy)
            problems.show(refusal, self._section)
