"""The trades of a plan as they are being filled in: what is typed for each, and what is wrong with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cached_property

from wealthdesk.domain import money
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.order_sheet import in_sheet_order, order_key
from wealthdesk.domain.plans import Fill, Order, Plan
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text


class Cell(Enum):
    """What can be edited of a fill."""

    QUANTITY = "quantity"
    PRICE = "price"
    FEE = "fee"


@dataclass(frozen=True)
class FillLine:
    """One trade to be recorded. The texts are as typed, in the user's locale; fill is what the plan says."""

    fill: Fill
    account_name: str
    asset: Asset
    quantity: str
    price: str
    fee: str
    is_included: bool = True

    @cached_property
    def problems(self) -> dict[Cell, str]:
        """What cannot be read, of a line that is included."""
        if not self.is_included:
            return {}
        read = {Cell.QUANTITY: self._quantity, Cell.PRICE: self._price, Cell.FEE: self._fee}
        return {cell: sentence for cell, each in read.items() if (sentence := _refused(each))}

    @property
    def filled(self) -> Fill:
        """The fill as typed; BadInput where something cannot be read."""
        return replace(self.fill, quantity=self._quantity(), price=self._price(), fee_minor=self._fee())

    @property
    def side(self) -> str:
        """Buy or Sell."""
        return self.fill.side.value.capitalize()

    @property
    def amount_minor(self) -> int | None:
        """Quantity × price, in the asset's currency; None where one of them cannot be read."""
        if not self.is_included or {Cell.QUANTITY, Cell.PRICE} & self.problems.keys():
            return None
        return money.product_minor(self._quantity(), self._price(), Decimal(1), self.asset.currency)

    @property
    def amount(self) -> str:
        """The amount in words."""
        minor = self.amount_minor
        return text.NOTHING if minor is None else text.money(minor, self.asset.currency)

    def typed(self, cell: Cell) -> str:
        """What stands in a cell."""
        return str(getattr(self, cell.value))

    def with_typed(self, cell: Cell, words: str) -> "FillLine":
        """The line with another text in a cell; a number that can be read is written as everywhere."""
        changed = self._with(cell, words.strip())
        if cell in changed.problems or not changed.is_included:
            return changed
        if cell is Cell.FEE:
            return changed._with(cell, _money(changed._fee(), self.asset.currency))
        if cell is Cell.PRICE:
            return changed._with(cell, _price(changed._price(), self.asset.currency))
        return changed._with(cell, _number(changed._quantity()))

    def _with(self, cell: Cell, words: str) -> "FillLine":
        if cell is Cell.QUANTITY:
            return replace(self, quantity=words)
        return replace(self, price=words) if cell is Cell.PRICE else replace(self, fee=words)

    def _quantity(self) -> Decimal:
        return _above_zero(money.parse_decimal(self.quantity, text.marks(), what="quantity"), "quantity")

    def _price(self) -> Decimal:
        return _above_zero(money.parse_decimal(self.price, text.marks(), what="price"), "price")

    def _fee(self) -> int:
        if not self.fee:
            return 0
        fee = text.read_money(self.fee, self.asset.currency)
        if fee < 0:
            raise BadInput("A fee here is not negative. Leave out the minus.")
        return fee


def fill_lines(
    plan: Plan, fills: Sequence[Fill], portfolio: Portfolio, placed: frozenset[Order] = frozenset()
) -> list[FillLine]:
    """The fills of the trades of a plan, in the order of its sheet; those included that were placed, or all."""
    of_trades = dict(zip(map(order_key, plan.trades), fills, strict=True))
    found = []
    for trade in in_sheet_order(plan, portfolio.accounts, portfolio.assets):
        key = order_key(trade)
        line = _line(of_trades[key], portfolio)
        found.append(replace(line, is_included=not placed or key in placed))
    return found


def first_problem(lines: Sequence[FillLine]) -> str:
    """What is wrong with the first line that something is wrong with: "BND in Brokerage: …"; "" when nothing is."""
    for line in lines:
        for sentence in line.problems.values():
            return f"{line.asset.symbol} in {line.account_name}: {sentence}"
    return ""


def _line(fill: Fill, portfolio: Portfolio) -> FillLine:
    asset = portfolio.assets[fill.asset_id]
    fee = _money(fill.fee_minor, asset.currency) if fill.fee_minor else ""
    name = portfolio.accounts[fill.account_id].name
    return FillLine(fill, name, asset, _number(fill.quantity), _price(fill.price, asset.currency), fee)


def _number(number: Decimal) -> str:
    return text.plain(text.number(number))


def _price(price: Decimal, currency: str) -> str:
    return text.plain(text.plain_price(price, currency))


def _money(minor: int, currency: str) -> str:
    return text.plain(text.amount(minor, currency))


def _above_zero(number: Decimal, what: str) -> Decimal:
    if number <= 0:
        raise BadInput(f"A {what} here is more than 0. To leave out the trade, take away its mark.")
    return number


def _refused(read: Callable[[], object]) -> str:
    try:
        read()
    except BadInput as refusal:
        return str(refusal)
    return ""
