"""The lines of an order sheet as they are shown: a head per account, its orders, and what is changed into what."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from wealthdesk.domain import money
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.order_sheet import AccountOrders, has_symbol, order_key, order_sheet
from wealthdesk.domain.plans import Conversion, Order, Plan, Trade
from wealthdesk.domain.valuation import ONE
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.plan_words import change_words, limit_words, money_words, reason_words

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
        return self.asset.symbol if has_symbol(self.asset) else self.asset.name or self.asset.symbol

    @property
    def below(self) -> str:
        """The name; the ISIN where the name stands above."""
        if has_symbol(self.asset):
            return self.asset.name
        return self.asset.isin or (self.asset.symbol if self.asset.symbol != self.heading else "")

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
    return text.number(Decimal(money.canonical(cut)))


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


def _rounded(rate: Decimal) -> Decimal:
    """A rate with six figures: it is there to be recognised."""
    return Decimal(money.canonical(round(rate, max(0, 5 - rate.adjusted()))))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
