"""What is asked of a plan: money in or out, or neither, which accounts, how many trades, and the options of it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QSizePolicy, QSlider, QWidget

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.money import canonical, from_minor, product_minor
from wealthdesk.domain.plans import (
    FrontierPoint,
    Goal,
    Mode,
    PlanOptions,
    TradeCount,
    Trades,
)
from wealthdesk.domain.targets import FillMethod, Strategy, Unfillable
from wealthdesk.domain.valuation import ONE, RateConversion
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import icon_button
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.fields import MoneyEdit, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, label

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

_COLUMN: Final = 288
"""How wide the modes and the amount are in a wide panel; what they come to stands below them."""
_EACH: Final = "\0each"
"""Stands among the ids of accounts for an amount per account."""
_MODE_NAMES: Final = {
    Mode.DEPOSIT: ("Amount of the deposit", "Into"),
    Mode.WITHDRAWAL: ("Amount of the withdrawal", "From"),
}


class MoneyInput(QWidget):
    """What is typed stays when the mode or the scope changes. The panel places `amounts_list`, where it scrolls."""

    edited = Signal()
    """Something is being typed."""
    mode_chosen = Signal()
    place_chosen = Signal()
    """Other accounts were chosen."""
    goal_chosen = Signal(object)
    """The Goal."""

    def __init__(self, beside: QWidget, parent: QWidget | None = None) -> None:
        """beside: what stands beside the accounts, or beside the goal of a rebalance."""
        super().__init__(parent)
        self.segment = Segment("What is planned", [(mode.value, words) for mode, (words, _) in MODES.items()])
        self.amount = MoneyEdit(_MODE_NAMES[Mode.DEPOSIT][0], "USD", large=True)
        self.place = Combo("Accounts")
        self.goal = Combo("Goal of the rebalance", list(GOALS.items()))
        self.amounts_list = AccountAmounts()
        self.mode = Mode.DEPOSIT
        """What is planned."""
        self._place: object = None
        """What is chosen of the accounts: the id of one, or _EACH; None: any."""
        self._accounts: list[Account] = []
        self._currency = "USD"
        self._ways: Mapping[str, RateConversion] = {}
        self._row = QWidget()
        self._grid = QGridLayout(self)
        self._lay_out(beside)
        self._connect()
        self._show()

    @property
    def has_several_accounts(self) -> bool:
        """Whether there is a choice of accounts."""
        return len(self._accounts) > 1

    @property
    def is_per_account(self) -> bool:
        """Whether each account has an amount of its own."""
        return self.mode is not Mode.REBALANCE and self.has_several_accounts and self._place == _EACH

    @property
    def names_accounts(self) -> bool:
        """Whether it is said into which accounts the money goes, instead of any."""
        return self.mode is not Mode.REBALANCE and self.has_several_accounts and self._place is not None

    @property
    def problem(self) -> str:
        """The sentence about what cannot be read, "" when all is well."""
        if self.mode is Mode.REBALANCE:
            return ""
        return self.amounts_list.problem() if self.is_per_account else self.amount.problem()

    def amounts(self) -> Mapping[Scope, int]:
        """Account → amount above 0, in minor units of its currency (None: any, of the base currency)."""
        if self.mode is Mode.REBALANCE:
            return {}
        if self.is_per_account:
            return self.amounts_list.amounts()
        amount, account = self.amount.minor(), self._account
        return {account.id if account else None: amount} if amount else {}

    def show_accounts(self, accounts: list[Account], currency: str, ways: Mapping[str, RateConversion]) -> None:
        """Offer these accounts; what is chosen and typed stays where it is still offered.

        currency: the base currency; ways: how to come to it from others.
        """
        self._accounts, self._currency, self._ways = accounts, currency, ways
        each = [(account.id, account.name) for account in accounts]
        self.place.set_options([(None, "Any account"), *each, (_EACH, "Amounts per account")])
        self._choose_place(self._place)
        self.amounts_list.show_accounts(accounts, currency, ways)
        self._show()

    def show_goal(self, goal: Goal) -> None:
        """Show how far a rebalance goes."""
        self.goal.choose(goal)

    def set_mode(self, mode: Mode) -> None:
        """Choose a mode, without telling."""
        self.segment.choose(mode.value)
        self.mode = mode
        self._show()

    def set_amount(self, minor: int | None) -> None:
        """Put an amount of the base currency into the field, for any account; None empties all fields."""
        self._choose_place(None)
        self._show()
        currency = self.amount.currency
        self.amount.set_minor(None if minor is None else from_base(minor, currency, self._currency, self._ways))
        self.amounts_list.clear()
        self._show()

    def set_amount_of(self, minor: int, currency: str) -> None:
        """Put an amount of any currency into the field, for any account of the scope; none without a rate."""
        if self.has_several_accounts or currency != self.amount.currency:
            self.set_amount(in_base(minor, currency, self._currency, self._ways))
        else:
            self.amount.set_minor(minor)

    def share_out(self, minor: int) -> None:
        """Choose amounts per account, with this shared out over them."""
        self._choose_place(_EACH)
        self.amounts_list.share_out(minor)
        self._show()

    def focus_first(self) -> None:
        """Put the focus where the next plan begins: into the amount, or onto the goal of a rebalance."""
        (self.goal if self.mode is Mode.REBALANCE else self._first).setFocus()

    def type_over(self, key: QKeyEvent) -> None:
        """Type over the amount, beginning with this key."""
        field = self._first.field
        field.setFocus()
        field.selectAll()
        QCoreApplication.sendEvent(field, key)

    @property
    def _first(self) -> MoneyEdit:
        """The first amount."""
        return next(iter(self.amounts_list.edits.values()), self.amount) if self.is_per_account else self.amount

    @property
    def _account(self) -> Account | None:
        """The one account that is chosen, or the only one there is where it is kept in another currency."""
        if not self.has_several_accounts:
            return next((each for each in self._accounts if each.currency != self._currency), None)
        return next((each for each in self._accounts if each.id == self._place), None)

    def set_wide(self, is_wide: bool) -> None:
        """Stand beside each other, or below each other in a narrow panel."""
        for each in (self.segment, self.amount, self._row):
            self._grid.removeWidget(each)
        across = 1 if is_wide else 2
        self._grid.addWidget(self.segment, 0, 0, 1, across)
        self._grid.addWidget(self.amount, 1, 0, 1, across)
        self._grid.addWidget(self._row, 0 if is_wide else 2, 1 if is_wide else 0, 1, across)
        self._grid.setColumnMinimumWidth(0, _COLUMN if is_wide else 0)

    def _lay_out(self, beside: QWidget) -> None:
        for mode, (_, words) in MODES.items():
            self.segment.button(mode.value).setToolTip(words)
        row = horizontal(self._row, spacing=8)
        for combo in (self.place, self.goal):
            combo.setMinimumContentsLength(6)
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row.addWidget(combo, 1)
        row.addWidget(beside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.set_wide(False)

    def _connect(self) -> None:
        self.segment.chosen.connect(self._on_mode)
        self.amount.edited.connect(self.edited)
        self.amounts_list.edited.connect(self.edited)
        self.place.chosen.connect(self._on_place)
        self.goal.chosen.connect(self.goal_chosen)

    def _on_mode(self, mode: str) -> None:
        self.mode = Mode(mode)
        self._show()
        self.mode_chosen.emit()

    def _choose_place(self, place: object) -> None:
        self.place.choose(place)
        self._place = self.place.choice()

    def _on_place(self, place: object) -> None:
        self._place = place
        # What was typed for all of them is not lost: it begins the list.
        if self.is_per_account and not self.amounts_list.amounts() and self.amount.minor():
            self.amounts_list.begin_with(self.amount.minor())
        self._show()
        self.place_chosen.emit()

    def _show(self) -> None:
        is_rebalance = self.mode is Mode.REBALANCE
        self.goal.setVisible(is_rebalance)
        self.place.setVisible(not is_rebalance and self.has_several_accounts)
        self.amount.setVisible(not is_rebalance and not self.is_per_account)
        if self.is_per_account:
            self.amounts_list.make_lines()
        self.amounts_list.setVisible(self.is_per_account)
        account = self._account
        self.amount.set_currency(account.currency if account else self._currency)
        if not is_rebalance:
            name, prefix = _MODE_NAMES[self.mode]
            self.amount.field.setAccessibleName(name)
            self.place.set_prefix(prefix)


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
        self.method = Combo("Fill method", [(key, name) for key, (name, _) in METHODS.items()], in_card=True)
        self.unfillable = Combo("If a class has nothing to buy", list(UNFILLABLE.items()), in_card=True)
        self._explanation = label(role="small", ink="mute", wrap=True)
        self._method_part = QWidget()
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
        self.lots = Combo("Quantities", [(_ANY, "Any amount"), (_WHOLE, "Whole shares")])
        self.toggle = _toggle()
        self.use_cash = _check("Use &idle cash as well")
        self.idle = label(role="small", ink="mute", wrap=True)
        self.min_trade = MoneyEdit("Smallest trade", "USD")
        self.gain_limit = MoneyEdit("Limit on taxable gains", "USD")
        self.gain_limit.field.setPlaceholderText("None")
        self.min_trade.field.setPlaceholderText("Automatic")
        self.gain_cost = PercentSpin("What a gain costs")
        self.gain_cost.setToolTip(_GAIN_COST)
        self.prefer_homes = _check("Use each class's pre&ferred account type")
        self.method = MethodSection()
        self._goal = Goal.TARGET
        self._trades: TradeCount = Trades.BEST_VALUE
        self._idle: Callable[[], str] = str
        self._options: PlanOptions | None = PlanOptions()
        self._cash_part, self._gain_part, self._homes_part = QWidget(), QWidget(), QWidget()
        self._lay_out()
        self._connect()
        self.setVisible(False)

    def options(self) -> PlanOptions | None:
        """What is chosen; None while an amount cannot be read."""
        return self._options

    def _read(self) -> None:
        edits = (self.min_trade, self.gain_limit, self.gain_cost)
        self._options = None if any(each.problem() for each in edits) else self._chosen()

    def _chosen(self) -> PlanOptions:
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
        self._read()

    def set_trades(self, trades: TradeCount) -> None:
        """The number of trades is chosen elsewhere, and is one of the options."""
        self._trades = trades
        self._read()

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
        self._read()

    def show_smallest(self, minor: int | None, currency: str) -> None:
        """Say what the smallest trade comes to while it is automatic; None: not known."""
        told = text.plain(text.amount(minor, currency)) if minor else ""
        self.min_trade.field.setPlaceholderText(f"Automatic: {told}" if told else "Automatic")

    def show_idle(self, idle: Callable[[], str]) -> None:
        """Say how much cash there is above the buffers; asked while it can be seen, since a start need not."""
        self._idle = idle
        if self.toggle.isChecked():
            self.idle.setText(idle())

    def show_what_counts(self, mode: Mode, *, has_several_accounts: bool, is_exact: bool) -> None:
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
        self.gain_cost.problem_changed.connect(self._read)
        self.toggle.toggled.connect(self._on_toggled)
        self.lots.chosen.connect(self._on_chosen)
        for check in (self.use_cash, self.prefer_homes):
            check.clicked.connect(self._on_chosen)
        for edit in (self.min_trade, self.gain_limit):
            edit.edited.connect(self._on_edited)
            edit.field.editingFinished.connect(self._on_chosen)

    def _on_toggled(self, is_open: bool) -> None:
        icons.put(self.toggle, "settings", "ink" if is_open else "mute", 16)
        if is_open:
            self.idle.setText(self._idle())
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


def way_words(trades: int, kept: Decimal | None) -> str:
    """How many trades, and how far they go: "5 trades · 95% of the way"; what is not all of it is never "100%"."""
    if kept is None:
        return text.count(trades, "trade")
    part = min(Decimal(1), max(Decimal(0), kept)) * 100
    places = Decimal(1) if part < 98 else Decimal("0.1")
    told = part.quantize(places, rounding=ROUND_HALF_UP)
    if told == 100 and part < 100:
        told = part.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return f"{text.count(trades, 'trade')} · {text.number(Decimal(canonical(told)))}% of the way"


MOST_STOPS: Final = 12
_HIGH: Final = 102
_OFF: Final = 38
"""Without a stop there is only the line."""
_TOP: Final = 22.0
"""Below the words at both ends."""
_STOP: Final = (18.0, 32.0)
_LINE: Final = _TOP + 32.0 + 12.0
_NUMBER: Final = _LINE + 11.0
_BEST: Final = "best value"


class TradesControl(QSlider):
    """Its values are the places of the stops; `chosen` tells the number of trades. Without stops it is off."""

    chosen = Signal(object)
    """The number of trades (int) that the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = theme.look()
        self.setAccessibleName("Number of trades")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPageStep(3)
        self.stops: tuple[FrontierPoint, ...] = ()
        self._best: int | None = None
        self._is_stale = False
        self.show_stops((), None, None)

    @property
    def trades(self) -> int | None:
        """The number of trades of the stop that is chosen."""
        return self.stops[self.value()].trades if self.stops else None

    def show_stops(
        self, points: Sequence[FrontierPoint], best: int | None, trades: int | None, *, has_more: bool = False
    ) -> None:
        """Show these, with the stop of so many trades chosen; nothing is told. has_more: keep their room."""
        self.stops, self._best = stops_of(points, best), best
        self.setRange(0, max(0, len(self.stops) - 1))
        self._choose(self._place_of(trades if trades is not None else best))
        self.setEnabled(len(self.stops) > 1)
        self.setFixedHeight(_HIGH if self.stops or has_more else _OFF)
        self._say()
        self.update()

    def set_stale(self, is_stale: bool) -> None:
        """Mute it while another plan is being calculated."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.update()

    def step(self, by: int) -> None:
        """Go to fewer (−) or more (+) trades, as a key does."""
        if self.isEnabled():
            self._go_to(self.value() + by)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -3, Qt.Key.Key_PageUp: 3, Qt.Key.Key_Home: -99, Qt.Key.Key_End: 99,
        }  # fmt: skip
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(self._place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(self._place_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the panel must not choose another plan.
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look.theme
        is_off = not self.isEnabled()
        ends = QRectF(0, 0, self.width(), 18)
        self._write(painter, ends, "Fewer trades", look.mute2, Qt.AlignmentFlag.AlignLeft)
        self._write(painter, ends, "Closer to the targets", look.mute2, Qt.AlignmentFlag.AlignRight)
        places = self._places()
        self._paint_columns(painter, places, look)
        self._paint_line(painter, places, look, is_off)
        self._paint_numbers(painter, places, look)

    def _paint_columns(self, painter: QPainter, places: Sequence[float], look: theme.Theme) -> None:
        wide, most = _STOP
        wide = min(wide, max(6.0, (places[1] - places[0]) - 6)) if len(places) > 1 else wide
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (x, stop) in enumerate(zip(places, self.stops, strict=True)):
            high = max(2.0, most * min(1.0, max(0.0, float(stop.kept))))
            is_chosen = place == self.value()
            painter.setBrush(QColor(self._ink(look) if is_chosen else look.track))
            painter.drawRoundedRect(QRectF(x - wide / 2, _TOP + most - high, wide, high), 2, 2)

    def _paint_line(self, painter: QPainter, places: Sequence[float], look: theme.Theme, is_off: bool) -> None:
        left, right = (places[0], places[-1]) if places else (9.0, self.width() - 9.0)
        painter.setPen(QPen(QColor(look.line2), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, self._middle()), QPointF(right, self._middle()))
        if not places:
            return
        at = places[self.value()]
        if not is_off:
            painter.setPen(QPen(QColor(self._ink(look)), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(left, _LINE), QPointF(at, _LINE))
        painter.setBrush(QColor(look.panel))
        for x in places:
            painter.setPen(QPen(QColor(look.mute), 1.5))
            painter.drawEllipse(QPointF(x, _LINE), 3, 3)
        painter.setPen(QPen(QColor(self._ink(look)), 2.2))
        painter.drawEllipse(QPointF(at, _LINE), 8, 8)
        if self.hasFocus():
            painter.setPen(QPen(QColor(look.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, _LINE), 11.5, 11.5)

    def _paint_numbers(self, painter: QPainter, places: Sequence[float], look: theme.Theme) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        for place, (x, stop) in enumerate(zip(places, self.stops, strict=True)):
            role, ink = ("note_strong", look.ink) if place == self.value() else ("note", look.mute)
            self._write(painter, QRectF(x - 20, _NUMBER, 40, 15), str(stop.trades), ink, centre, role)
            if stop.trades == self._best:
                wide = fonts.measured("header").metrics.horizontalAdvance(_BEST) + 2
                left = min(max(0.0, x - wide / 2), self.width() - wide)
                self._write(painter, QRectF(left, _NUMBER + 14, wide, 14), _BEST, look.mute2, centre, "header")

    def _write(
        self, painter: QPainter, rect: QRectF, said: str, ink: str, side: Qt.AlignmentFlag, role: str = "note"
    ) -> None:
        painter.setFont(fonts.measured(role, figures=said.isdigit()).font)
        painter.setPen(QColor(ink))
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, said)

    def _middle(self) -> float:
        return _LINE if self.height() == _HIGH else _OFF - 8.0

    def _ink(self, look: theme.Theme) -> str:
        return look.mute if self._is_stale or not self.isEnabled() else look.ink

    def _places(self) -> list[float]:
        """Where the stops stand, in pixels from the left."""
        if len(self.stops) < 2:
            return [self.width() / 2] * len(self.stops)
        left, right = 11.0, self.width() - 11.0
        step = (right - left) / (len(self.stops) - 1)
        return [left + step * place for place in range(len(self.stops))]

    def _place_at(self, x: float) -> int:
        places = self._places()
        return min(range(len(places)), key=lambda place: abs(places[place] - x), default=0)

    def _place_of(self, trades: int | None) -> int:
        """The stop with so many trades, or the last one with fewer."""
        if trades is None or not self.stops:
            return 0
        return max((place for place, stop in enumerate(self.stops) if stop.trades <= trades), default=0)

    def _go_to(self, place: int) -> None:
        place = min(max(place, 0), self.maximum())
        if place != self.value() and self.isEnabled():
            self._choose(place)
            self._say()
            self.update()
            self.chosen.emit(self.stops[place].trades)

    def _choose(self, place: int) -> None:
        self.setValue(place)

    def _say(self) -> None:
        point = self.stops[self.value()] if self.stops else None
        words = "" if point is None else way_words(point.trades, point.kept)
        is_best = point is not None and point.trades == self._best
        self.setAccessibleDescription(f"{words}, {_BEST}" if is_best else words)


def stops_of(points: Sequence[FrontierPoint], best: int | None) -> tuple[FrontierPoint, ...]:
    """At most twelve of the points, evenly spread: always the first, the last, and the one of best value."""
    ordered = sorted({point.trades: point for point in points}.values(), key=lambda point: point.trades)
    if len(ordered) <= MOST_STOPS:
        return tuple(ordered)
    last = len(ordered) - 1
    kept = {round(place * last / (MOST_STOPS - 1)) for place in range(MOST_STOPS)}
    best_place = next((place for place, point in enumerate(ordered) if point.trades == best), None)
    if best_place is not None and best_place not in kept:
        inner = kept - {0, last}
        kept = (kept - {min(inner, key=lambda place: (abs(place - best_place), place))}) | {best_place}
    return tuple(ordered[place] for place in sorted(kept))
