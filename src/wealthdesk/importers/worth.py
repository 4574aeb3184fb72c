"""What a row says its holding is worth: quantity, price and value brought together, where they do not agree the value
decides.
"""

from decimal import Decimal
from typing import Final, NamedTuple

from wealthdesk.domain.money import exact_product, quotient
from wealthdesk.importers.cells import rounded

_SCALES: Final = tuple(map(Decimal, ("100", "0.01", "10", "0.1", "1000", "0.001")))


class Money(NamedTuple):
    """An amount of a row, and the currency that it is told to be in (None: that of the row)."""

    amount: Decimal | None = None
    code: str | None = None


class Worth(NamedTuple):
    """What a holding is worth in `currency`; `converted` is the value in another one.

    scale: how many units the price is quoted for where that is not one (100 for bonds). odd: the value is another one
    than quantity × price, and nothing explains it. is_lump: a value without a quantity.
    """

    quantity: Decimal | None
    currency: str
    price: Decimal | None = None
    value: Decimal | None = None
    converted: tuple[str, Decimal] | None = None
    scale: Decimal = Decimal(1)
    odd: tuple[Decimal, Decimal] | None = None
    is_lump: bool = False
    is_valued: bool = False
    """Whether the price is the value divided by the quantity, because the row has none."""

    @property
    def own_value(self) -> Decimal | None:
        """Quantity × price, the value that is shown from now on."""
        if self.quantity is None or self.price is None:
            return self.value
        return exact_product(self.quantity, self.price)


def worth(
    quantity: Decimal | None,
    price: Money,
    value: Money,
    converted: tuple[str, Decimal] | None,
    currency: str,
    *,
    parts: int = 1,
    usual: str | None = None,
    per_cent: bool = False,
) -> Worth:
    """The worth of a row. parts: the row is in a hundredth of its currency, and so may its value be (pence).

    usual: the currency of values that name none, where the price's sign alone tells the row's currency.
    per_cent: the price is a share of what is to be paid back, which may be in another currency than the value.
    """
    local, converted = _sorted_by_currency(value, converted, currency)
    told = Worth(quantity, currency, price.amount or None, local, converted)
    if price.amount is not None and price.amount < 0:
        return told._replace(price=price.amount)
    if quantity is None:
        return _lump(told, parts)
    if quantity <= 0:
        return told
    if told.price is None:
        return _valued(told, parts)
    found = _agreed(told, parts, usual)
    if per_cent and found.odd is not None:
        return found._replace(price=_price(found.odd[1], quantity))
    return found


def _sorted_by_currency(
    value: Money, converted: tuple[str, Decimal] | None, currency: str
) -> tuple[Decimal | None, tuple[str, Decimal] | None]:
    local = value.amount
    if value.code not in (None, currency) and local is not None:
        converted, local = converted or (value.code or currency, local), None
    if converted is not None and converted[0] == currency:
        local, converted = converted[1] if local is None else local, None
    return local, converted


def _lump(told: Worth, parts: int) -> Worth:
    """A value without a quantity is one of that value."""
    amount, currency = told.value, told.currency
    if amount is None and told.converted is not None:
        currency, amount = told.converted
    elif amount is not None and parts > 1:
        amount = quotient(amount, Decimal(parts))
    if amount is None or amount <= 0 or told.price is not None:
        return told
    return Worth(Decimal(1), currency, rounded(amount), rounded(amount), is_lump=True)


def _valued(told: Worth, parts: int) -> Worth:
    if told.quantity is None:
        return told
    if told.value is not None and told.value > 0:
        amount = quotient(told.value, Decimal(parts))
        return told._replace(price=_price(amount, told.quantity), value=amount, is_valued=True)
    if told.value is None and told.converted is not None and told.converted[1] > 0:
        code, amount = told.converted
        return Worth(told.quantity, code, _price(amount, told.quantity), amount, is_valued=True)
    return told


def _agreed(told: Worth, parts: int, usual: str | None) -> Worth:
    if told.quantity is None or told.price is None or told.value is None or told.value <= 0:
        return told
    product = exact_product(told.quantity, told.price)
    if _near(product, told.value):
        return told
    if parts > 1 and _near(product, quotient(told.value, Decimal(parts))):
        return told._replace(value=quotient(told.value, Decimal(parts)))
    factor = quotient(product, told.value)
    scale = next((each for each in _SCALES if abs(quotient(factor, each) - 1) <= Decimal("0.02")), None)
    if scale is not None:
        return told._replace(price=_price(told.value, told.quantity), scale=scale)
    if usual is not None and usual != told.currency and told.converted is None:
        return told._replace(value=None, converted=(usual, told.value))
    return told._replace(odd=(product, told.value))


def _near(product: Decimal, value: Decimal) -> bool:
    off, size = abs(product - value), abs(value)
    return off <= size and (off <= 1 or off <= size / 50)


def _price(value: Decimal, quantity: Decimal) -> Decimal | None:
    """Of one unit; None where it is too small to be kept."""
    return rounded(quotient(value, quantity)) or None
