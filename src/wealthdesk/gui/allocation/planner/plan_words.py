"""A plan in words: its sentences, its figures, and the lines of its order sheet from top to bottom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from wealthdesk.domain import money
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import Drift, shown_drifts
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import canonical
from wealthdesk.domain.plans import (
    AccountCash,
    AccountOrders,
    Conversion,
    Goal,
    LeftOutBecause,
    Limit,
    Mode,
    MoneyIs,
    NoteKind,
    Order,
    Plan,
    Reason,
    SheetMoney,
    Side,
    Trade,
    Wording,
    empty_words,
    note_words,
    order_key,
    order_sheet,
    proof_words,
    stays_words,
)
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.domain.valuation import ONE
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone

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

_WHY_NOT: Final = {
    LeftOutBecause.NO_PRICE: "No price. Add one under Holdings.",
    LeftOutBecause.NO_RATE: "No exchange rate. Add one under Holdings.",
    LeftOutBecause.NO_CLASS: "No class yet. Choose one with Classify.",
    LeftOutBecause.LOOK_THROUGH: "Counts to several classes: its value counts, but it is not bought.",
    LeftOutBecause.ARCHIVED: "Archived. Bring it back under Holdings to buy it.",
    LeftOutBecause.NOTHING_TO_BUY: "Nothing to buy in it. Add a holding, or give it a holding target.",
    LeftOutBecause.EXCLUDED: "Excluded from plans, and from their total.",
    LeftOutBecause.LOCKED: "Locked: its value counts, but it is not traded.",
    LeftOutBecause.SELL_ONLY: "Sell only: nothing of it is bought.",
    LeftOutBecause.BUY_ONLY: "Buy only: nothing of it is sold.",
    LeftOutBecause.TAGGED_CASH: "Cash that counts to another class: it is held for that.",
    LeftOutBecause.BELOW_ONE_LOT: "One share costs more than there is to spend.",
}
_NAMED: Final = 6

_LIMITS: Final = {
    Limit.OVERSHOOT: "one more {lot} would overshoot",
    Limit.CASH_USED_UP: "no more to spend here",
    Limit.ALL_SOLD: "all of it is sold",
    Limit.GAIN_LIMIT: "the limit on gains is reached",
    Limit.MINIMUM_TRADE: "the rest is below the smallest trade",
}

_MONEY: Final = {
    MoneyIs.BROUGHT_IN: "bring in {}",
    MoneyIs.PAID_OUT: "pay out {}",
    MoneyIs.USED: "uses {} of the cash here",
    MoneyIs.STAYS: "{} stays here as cash",
    MoneyIs.NOT_NEEDED: "nothing to bring in",
}


def reason_words(trade: Trade, name: str, *, is_first: bool = True) -> str:
    """Why something of the class of that name is traded: "Fixed income is furthest under: 5.8 pp"."""
    reason = trade.reason
    if reason.class_drift_before_bps is None:
        return f"{name} has no target"
    own = _own_words(trade)
    return own or (_bought_words if trade.side is Side.BUY else _sold_words)(reason, name, is_first)


def change_words(trade: Trade, name: str) -> str:
    """The same in figures: "Fixed income −3.8 → −0.9 pp", or how far the asset is from its own target."""
    reason, own = trade.reason, trade.reason.holding_drift_before_bps
    before, after = reason.class_drift_before_bps, reason.class_drift_after_bps
    if before is None or after is None:
        return f"{name} has no target"
    if own is not None and _own_words(trade):
        return f"{text.points_plain(own)} {'below' if own < 0 else 'above'} its target"
    return f"{name} {text.points(before, unit=False)} {text.ARROW} {text.points(after)}"


def money_words(told: Iterable[SheetMoney], currency: str) -> str:
    """What is to be done with the money of an account: "bring in $2,000.00, use $350.10 of its cash"."""
    told = tuple(told)
    said = [_MONEY[each.what].format(text.money(each.minor, currency)) for each in told]
    if len(told) > 1 and told[1].what is MoneyIs.USED:
        said[1] = f"use {text.money(told[1].minor, currency)} of its cash"
    return ", ".join(said)


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


def ready_words(plan: Plan) -> str:
    """What is said aloud when nothing closer is looked for any more: "The plan is ready: 5 trades · 95% of the way"."""
    return f"The plan is ready: {way_words(len(plan.trades), kept_of(plan)) if plan.trades else 'nothing is traded'}"


def wording(portfolio: Portfolio) -> Wording:
    """How the sentences of a plan write names and numbers on the screen."""
    return Wording(portfolio, text.money, text.marks())


def stays_lines(plan: Plan, portfolio: Portfolio) -> list[str]:
    """Why money stays in cash, a line for each reason; accounts are named where the reasons differ."""
    said: dict[str, list[str]] = {}
    for each in plan.accounts:
        words = stays_words(each, plan, wording(portfolio)) if each.after_minor > 0 else ""
        if words:
            name = portfolio.accounts[each.account_id].name if each.account_id else ""
            said.setdefault(words, []).append(name)
    if len(said) <= 1:
        why = cash_words(plan, portfolio)
        return list(said) or ([why] if why else [])
    return [f"{_enumerated(each for each in names if each)}: {words}" for words, names in said.items()]


def kept_of(plan: Plan) -> Decimal | None:
    """How much of the way the plan goes, where that is known."""
    return next((point.kept for point in plan.frontier if point.trades == len(plan.trades)), None)


def placed_words(placed: int, orders: int) -> str:
    """How many orders there are, and how many of them are ticked: "5 orders", "2 of 5 placed"."""
    if not orders:
        return ""
    return f"{placed} of {orders} placed" if placed else text.count(orders, "order")


def limit_words(limit: Limit, asset: Asset) -> str:
    """Why a trade is not larger: "one more share would overshoot"."""
    return _LIMITS[limit].format(lot="share" if asset.lot_step == 1 else "step")


def cash_words(plan: Plan, portfolio: Portfolio) -> str:
    """Why money stays in cash; "" when there is nothing to say."""
    if not plan.left_in_cash_minor:
        return ""
    reason = plan.cash_reason
    is_stuck = not plan.trades and plan.mode is Mode.DEPOSIT
    # Money that lifts cash above its target stays for want of anything to buy, not because cash lacked it.
    if reason is not None and not (is_stuck and (reason.class_drift_after_bps or 0) > 0):
        return _bought_words(reason, portfolio.classes[reason.asset_class_id].name, True)
    return "Nothing can be bought for it" if is_stuck else ""


def nothing_words(plan: Plan, portfolio: Portfolio) -> str:
    """Why a plan trades nothing, as a sentence; "" where that is not known."""
    why = cash_words(plan, portfolio)
    return empty_words(plan, wording(portfolio)) or (f"{why}." if why else "")


def left_out_words(plan: Plan, portfolio: Portfolio) -> list[tuple[str, str]]:
    """What takes no part, and why with what to do, one pair per reason."""
    names: dict[LeftOutBecause, list[str]] = {}
    for each in plan.left_out:
        if each.asset_id is not None:
            name = portfolio.assets[each.asset_id].known_as
        else:
            name = portfolio.classes[each.asset_class_id or ""].name
        names.setdefault(each.because, []).append(name)
    return [(_enumerated(each), _WHY_NOT[because]) for because, each in names.items()]


def plan_sentences(plan: Plan, portfolio: Portfolio) -> list[str]:
    """What is said of a plan as a whole: what is proven, and why money stays."""
    why = "; ".join(stays_lines(plan, portfolio))
    gain = plan.realised_gain_minor
    told = "" if gain is None or not plan.sold_minor else f"Taxable gain: {text.money(gain, plan.base_currency)}."
    fees = f"Fees: {text.money(plan.fees_minor, plan.base_currency)}." if plan.fees_minor else "Fees: none entered."
    said = [*proof_lines(plan, portfolio), f"Stays in cash: {why}." if why else "", told, fees if plan.trades else ""]
    return [each for each in said if each]


def bands_words(plan: Plan, portfolio: Portfolio) -> tuple[Tone, str, str]:
    """What the bands look like after the plan: tone, sentence, and the names of the classes outside."""
    outside, total = plan.after.outside, len(plan.after.classes)
    if plan.after.classified_minor <= 0:
        return Tone.NEUTRAL, "Nothing would be left that has a class", ""
    if not outside:
        what, band = ("The one class", "its band") if total == 1 else (f"All {total} classes", "their band")
        return Tone.OK, f"{what} would be inside {band}", ""
    already = {each.asset_class_id for each in plan.before.outside}
    names = ", ".join(
        f"{portfolio.classes[each.asset_class_id].name}{'' if each.asset_class_id in already else ' (inside now)'}"
        for each in outside
    )
    band = "its band" if len(outside) == 1 else "their band"
    would = "stay" if all(each.asset_class_id in already for each in outside) else "be"
    return Tone.WARNING, f"{text.count(len(outside), 'class', 'classes')} would {would} outside {band}", names


def drift_total(before: Drift, after: Drift | None) -> str:
    """The sum of drifts, now and after: "12.6 → 3.8 pp in total"."""
    now = text.points_plain(before.sum_bps)
    if after is None:
        return f"{now} in total"
    return f"{now.removesuffix(' pp')} {text.ARROW} {text.points_plain(after.sum_bps)} in total"


def proof_lines(plan: Plan, portfolio: Portfolio) -> list[str]:
    """What is proven of a plan and what more trades would bring; where a fill method decides, that it does."""
    decides = [each for each in plan.notes if each.kind is NoteKind.METHOD_DECIDES]
    told = [note_words(each, plan, wording(portfolio)) for each in decides]
    return told or list(proof_words(plan, wording(portfolio)))


def _bought_words(reason: Reason, name: str, is_first: bool) -> str:
    before = reason.class_drift_before_bps or 0
    if before < 0:
        points = text.points_plain(before)
        is_most = reason.is_most and is_first
        return f"{name} is furthest under: {points}" if is_most else f"{name} is {points} under"
    return f"{name} is {_above(before)}; the total grows"


def _sold_words(reason: Reason, name: str, is_first: bool) -> str:
    before = reason.class_drift_before_bps or 0
    if before > 0:
        points = text.points_plain(before)
        is_most = reason.is_most and is_first
        return f"{name} is furthest over: {points}" if is_most else f"{name} is {points} over"
    return f"{name} is {_above(before)}; the total shrinks"


def _own_words(trade: Trade) -> str:
    """Why it is traded although its class alone would not say so: its own target within the class."""
    reason, own = trade.reason, trade.reason.holding_drift_before_bps
    drift = reason.class_drift_before_bps or 0
    if trade.side is Side.BUY and drift >= 0 and own is not None and own < 0:
        return f"It is {text.points_plain(own)} below its own target"
    if trade.side is Side.SELL and drift <= 0 and own is not None and own > 0:
        return f"It is {text.points_plain(own)} above its own target"
    return ""


def _above(bps: int) -> str:
    if not bps:
        return "on its target"
    return f"{text.points_plain(bps)} {'above' if bps > 0 else 'below'} its target"


def _enumerated(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class FigureLine:
    """before: a second figure, muted, that became the first. change: what lies between them. note: said below."""

    words: str
    figure: str
    before: str = ""
    change: str = ""
    note: str = ""
    ink: str = "ink"


_EVERYWHERE: Final = "All accounts"
_STAYS: Final = "Stays in cash"


def total_lines(plan: Plan, why_cash: str = "") -> list[FigureLine]:
    """The totals that say something; those of a deposit (and of a withdrawal) add up. why_cash: why money stays."""
    made = {Mode.DEPOSIT: _of_deposit, Mode.WITHDRAWAL: _of_withdrawal, Mode.REBALANCE: _of_rebalance}[plan.mode]
    now, after = (text.points_plain(each.sum_bps) for each in (plan.before, plan.after))
    lines = [replace(each, note=why_cash) if each.words == _STAYS else each for each in made(plan)]
    return [*lines, FigureLine("Drift in total", after, before=now.removesuffix(" pp")), *_gain(plan)]


def cash_lines(plan: Plan, portfolio: Portfolio) -> list[FigureLine]:
    """The cash before and after of each account in which it changes; of all where it changes nowhere."""
    changed = [each for each in plan.accounts if each.new_minor or each.after_minor != each.before_minor]
    return [_cash_line(each, plan, portfolio) for each in changed or plan.accounts]


def cash_total(plan: Plan, portfolio: Portfolio) -> FigureLine | None:
    """The cash before and after of all accounts together, those in which nothing changes too; None of a single one."""
    if len(plan.accounts) < 2:
        return None
    before, new, after = (
        sum(getattr(each, name) for each in plan.accounts) for name in ("before_minor", "new_minor", "after_minor")
    )
    return _cash_line(AccountCash(None, before, new, after), plan, portfolio)


def _of_deposit(plan: Plan) -> Iterator[FigureLine]:
    if plan.idle_minor:
        yield _total(plan, "Idle cash", plan.idle_minor)
    yield _total(plan, "Bought", plan.bought_minor)
    yield from _fees(plan)
    yield _total(plan, _STAYS, plan.left_in_cash_minor)


def _of_withdrawal(plan: Plan) -> Iterator[FigureLine]:
    paid = plan.amount_minor - plan.shortfall_minor
    from_cash = paid + plan.left_in_cash_minor - plan.sold_minor + plan.fees_minor
    yield _total(plan, "Sold", plan.sold_minor)
    yield from _fees(plan)
    if from_cash > 0:
        yield _total(plan, "From idle cash", from_cash)
    yield _total(plan, "Paid out", paid)
    if plan.shortfall_minor:
        yield _total(plan, "Cannot be raised", plan.shortfall_minor, ink="error")
    if plan.left_in_cash_minor:
        yield _total(plan, _STAYS, plan.left_in_cash_minor)


def _of_rebalance(plan: Plan) -> Iterator[FigureLine]:
    if plan.idle_minor:
        yield _total(plan, "Idle cash", plan.idle_minor)
    yield _total(plan, "Sold", plan.sold_minor)
    yield _total(plan, "Bought", plan.bought_minor)
    yield from _fees(plan)
    yield _total(plan, _STAYS, plan.left_in_cash_minor)


def _fees(plan: Plan) -> Iterator[FigureLine]:
    if plan.fees_minor:
        yield _total(plan, "Fees", plan.fees_minor)


def _gain(plan: Plan) -> Iterator[FigureLine]:
    gain = plan.realised_gain_minor
    if gain is not None and plan.sold_minor:
        words = "Taxable gain" if gain >= 0 else "Taxable loss"
        yield FigureLine(words, text.money(gain, plan.base_currency, plus=True))


def _total(plan: Plan, words: str, minor: int, *, ink: str = "ink") -> FigureLine:
    return FigureLine(words, text.money(minor, plan.base_currency), ink=ink)


def _cash_line(cash: AccountCash, plan: Plan, portfolio: Portfolio) -> FigureLine:
    name = _EVERYWHERE if cash.account_id is None else portfolio.accounts[cash.account_id].name
    before, after = (text.money(minor, plan.base_currency) for minor in (cash.before_minor, cash.after_minor))
    change = text.money(cash.after_minor - cash.before_minor, plan.base_currency, plus=True)
    return FigureLine(name, after, before=before, change=change)


_LONGEST_NAME: Final = 28
"""A longer name would push what is said of it out of sight."""
NEW_HERE: Final = "new here"
"""Said of what is bought where it is not held yet."""


@dataclass(frozen=True, slots=True)
class HeadLine:
    """The head of an account: its name, what to do with its money, and how many orders there are."""

    name: str
    money: str
    orders: str

    @property
    def sentence(self) -> str:
        """The line in words."""
        return ", ".join(each for each in (self.name, self.money, self.orders) if each)


@dataclass(frozen=True, slots=True)
class ConversionLine:
    """Money that is changed into another currency."""

    conversion: Conversion
    account_name: str
    base_currency: str

    @property
    def given(self) -> str:
        """What is given for it: "€1,000.00"."""
        return text.money(self.conversion.source_minor, self.conversion.source)

    @property
    def got(self) -> str:
        """What comes of it: "$1,085.30"."""
        return text.money(self.conversion.to_minor, self.conversion.to)

    @property
    def terms(self) -> str:
        """The rate and the fee: "at 1.0853 · fee $2.00"."""
        rate = text.number(_rounded(self.conversion.rate))
        fee = text.money(self.conversion.fee_minor, self.base_currency)
        return f"at {rate}" + (f" · fee {fee}" if self.conversion.fee_minor else "")

    @property
    def sentence(self) -> str:
        """The line in words."""
        return f"Change {self.given} into {self.got} in {self.account_name}, {self.terms}"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order; its words are made when they are asked for, as a plan may have hundreds.

    is_first: whether no order before it is of the same class. account_name: "" where none is named.
    """

    trade: Trade
    asset: Asset
    base_currency: str
    class_name: str
    is_first: bool
    account_name: str = ""

    @property
    def key(self) -> Order:
        """What it is known by."""
        return order_key(self.trade)

    @property
    def side(self) -> str:
        """Buy or Sell."""
        return self.trade.side.value.capitalize()

    @property
    def heading(self) -> str:
        """The symbol; the name where that is an ISIN, or where there is none."""
        return self.asset.known_as

    @property
    def below(self) -> str:
        """The name; the ISIN where the name stands above."""
        return self.asset.also_known_as

    @property
    def product(self) -> str:
        """Quantity and price: "88.1234 × $73.42"."""
        return f"{self.quantity} {text.TIMES} {self.price}"

    @property
    def quantity(self) -> str:
        """The quantity alone: "88.1234"."""
        return short_quantity(self.trade.quantity)

    @property
    def price(self) -> str:
        """The price alone: "$73.42"."""
        return text.price(self.trade.price, self.trade.currency)

    @property
    def amount(self) -> str:
        """What it comes to, in the currency in which it is paid."""
        trade = self.trade
        if trade.currency == self.base_currency:
            return text.money(trade.amount_minor, self.base_currency)
        return text.money(money.product_minor(trade.quantity, trade.price, ONE, trade.currency), trade.currency)

    @property
    def in_base(self) -> str:
        """The same in the base currency, "= $4,567.22"; "" where it is paid in that."""
        if self.trade.currency == self.base_currency:
            return ""
        return f"= {text.money(self.trade.amount_minor, self.base_currency)}"

    @property
    def reason(self) -> str:
        """Why it is in the plan, as a sentence."""
        return reason_words(self.trade, _short(self.class_name), is_first=self.is_first)

    @property
    def change(self) -> str:
        """Why it is in the plan, in figures: "Fixed income −3.8 → −0.9 pp"."""
        return change_words(self.trade, _short(self.class_name))

    @property
    def terms(self) -> str:
        """At what fee, and why not more: "Fee $4.95 · one more share would overshoot"; "" where there is nothing."""
        fee = text.money(self.trade.fee_minor, self.base_currency)
        said = [
            f"fee {fee}" if self.trade.fee_minor else "",
            limit_words(self.trade.limit, self.asset) if self.trade.limit else "",
        ]
        words = " · ".join(each for each in said if each)
        return words[:1].upper() + words[1:]

    @property
    def why(self) -> str:
        """What stands below it on one line."""
        terms = self.terms
        return f"{self.change} · {terms[:1].lower()}{terms[1:]}" if terms else self.change

    @property
    def sentence(self) -> str:
        """The line in words."""
        where = f" in {self.account_name}" if self.account_name else ""
        new = f", {NEW_HERE}" if self.trade.is_new_here else ""
        said = [f"{self.side} {self.heading}{where}{new}, {self.product}, {self.amount}", self.reason, self.terms]
        return ". ".join(each for each in said if each)

    @property
    def tip(self) -> str:
        """The full names, the exact quantity, and the reason."""
        exact = f"{text.quantity(self.trade.quantity)} {text.TIMES} {self.price}"
        return "\n".join(each for each in (self.asset.name, exact, self.reason, self.terms) if each)


SheetLine = HeadLine | ConversionLine | OrderLine


def sheet_lines(plan: Plan, portfolio: Portfolio) -> list[SheetLine]:
    """The lines of the order sheet from top to bottom; what a class is most of is said once."""
    said: set[str] = set()
    lines: list[SheetLine] = []
    plan = _as_shown(plan)
    for each in order_sheet(plan, portfolio.accounts, portfolio.assets):
        lines.append(_head(each, plan, portfolio))
        lines += _inside(each, plan, portfolio, said)
    return lines


def orders_of(lines: list[SheetLine]) -> list[OrderLine]:
    """The orders among the lines."""
    return [each for each in lines if isinstance(each, OrderLine)]


def short_quantity(quantity: Decimal) -> str:
    """A quantity with about six figures, rounded down: enough to read; the exact one is in the copy and the file."""
    places = max(0, 4 - max(0, quantity.adjusted() - 2)) if quantity >= 1 else 8
    return _cut(quantity, places)


def paper_quantity(quantity: Decimal) -> str:
    """A quantity with at most four decimals, rounded down; a very small one keeps three figures."""
    return _cut(quantity, 4 if quantity.adjusted() >= -2 else 2 - quantity.adjusted())


def _cut(quantity: Decimal, places: int) -> str:
    cut = quantity.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN) if quantity.adjusted() < 15 else quantity
    return text.HIDDEN if text.are_amounts_hidden() else text.number(Decimal(money.canonical(cut)))


def _inside(orders: AccountOrders, plan: Plan, portfolio: Portfolio, said: set[str]) -> Iterator[SheetLine]:
    account = portfolio.accounts.get(orders.account_id or "")
    name = account.name if account else ""
    for trade in orders.sales:
        yield _order(trade, plan, portfolio, name, said)
    for conversion in orders.conversions:
        yield ConversionLine(conversion, name, plan.base_currency)
    for trade in orders.purchases:
        yield _order(trade, plan, portfolio, name, said)


def _head(orders: AccountOrders, plan: Plan, portfolio: Portfolio) -> HeadLine:
    account = portfolio.accounts.get(orders.account_id or "")
    told = money_words(orders.money(plan.min_trade_minor), plan.base_currency)
    count = len(orders.trades)
    return HeadLine(account.name if account else "Any account", told, text.count(count, "order") if count else "")


def _order(trade: Trade, plan: Plan, portfolio: Portfolio, name: str, said: set[str]) -> OrderLine:
    class_id = trade.reason.asset_class_id
    is_first = class_id not in said
    said.add(class_id)
    asset = portfolio.assets[trade.asset_id]
    return OrderLine(trade, asset, plan.base_currency, portfolio.classes[class_id].name, is_first, name)


def _as_shown(plan: Plan) -> Plan:
    """The same with the drifts that the rows of the classes show, which are rounded to add up, in its reasons."""
    before, after = shown_drifts(plan.before), shown_drifts(plan.after)

    def shown(trade: Trade) -> Trade:
        was, then = (each.get(trade.reason.asset_class_id) for each in (before, after))
        if was is None or then is None or trade.reason.class_drift_before_bps is None:
            return trade
        return replace(trade, reason=replace(trade.reason, class_drift_before_bps=was, class_drift_after_bps=then))

    return replace(plan, trades=tuple(map(shown, plan.trades)))


def _rounded(rate: Decimal) -> Decimal:
    """A rate with six figures: it is there to be recognised."""
    return Decimal(money.canonical(round(rate, max(0, 5 - rate.adjusted()))))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
