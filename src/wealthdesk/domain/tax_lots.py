"""Cost lots: what of a holding was bought when, what that cost, and which of it a sale takes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from wealthdesk.domain.money import LARGEST_MINOR, LARGEST_NUMBER, canonical, check_decimals, exact_sum, half_up
from wealthdesk.errors import BadInput


@dataclass(frozen=True, slots=True)
class TaxLot:
    """A quantity (> 0) that was bought at once and what it cost, fees included, in minor units of the asset's currency.

    acquired_on: None where the day is not known.
    """

    acquired_on: date | None
    quantity: Decimal
    cost_minor: int


TaxLots = tuple[TaxLot, ...]


@dataclass(frozen=True, slots=True)
class LotSale:
    """What a sale does to the lots: what of them goes (together it cost `cost_minor`) and what stays."""

    sold: TaxLots
    left: TaxLots

    @property
    def cost_minor(self) -> int:
        """What the sold part cost."""
        return sum(lot.cost_minor for lot in self.sold)


def ordered(lots: Iterable[TaxLot]) -> TaxLots:
    """The lots by day (not known: first), so that equal lots are equal tuples."""
    return tuple(sorted(lots, key=lambda lot: (lot.acquired_on or date.min, lot.quantity, lot.cost_minor)))


def total(lots: Iterable[TaxLot]) -> Decimal:
    """How much the lots are together."""
    whole = Decimal(0)
    for lot in lots:
        whole = exact_sum(whole, lot.quantity)
    return whole


def known_lots(quantity: Decimal, cost_basis_minor: int | None, lots: TaxLots) -> TaxLots:
    """The lots of a holding: those that were kept if they are all of it, else one at its average cost, else none.

    Kept lots stop being all of it when the quantity is changed without them.
    """
    if lots and total(lots) == quantity:
        return lots
    if cost_basis_minor is None or quantity <= 0:
        return ()
    return (TaxLot(None, quantity, cost_basis_minor),)


def sell(lots: TaxLots, quantity: Decimal) -> LotSale:
    """Sells from the dearest lots (per unit) first, of equally dear ones the oldest; at most all that there is."""
    sold, left, to_go = [], [], quantity
    for lot in sorted(ordered(lots), key=lambda lot: -Fraction(lot.cost_minor) / Fraction(lot.quantity)):
        gone, rest = _split(lot, min(lot.quantity, to_go))
        if gone is not None:
            sold.append(gone)
            to_go = exact_sum(to_go, -gone.quantity)
        if rest is not None:
            left.append(rest)
    return LotSale(ordered(sold), ordered(left))


def _split(lot: TaxLot, quantity: Decimal) -> tuple[TaxLot | None, TaxLot | None]:
    """The lot as what goes and what stays; the cost in proportion, rounded half up, exact in sum."""
    if quantity <= 0:
        return None, lot
    if quantity == lot.quantity:
        return lot, None
    cost = half_up(Fraction(lot.cost_minor) * Fraction(quantity) / Fraction(lot.quantity))
    rest = exact_sum(lot.quantity, -quantity)
    return replace(lot, quantity=quantity, cost_minor=cost), TaxLot(lot.acquired_on, rest, lot.cost_minor - cost)


def checked_lots(quantity: Decimal, lots: Iterable[TaxLot], today: date) -> TaxLots:
    """The lots in order; BadInput unless there are none, or each can be and together they are exactly `quantity`."""
    found = ordered(lots)
    for lot in found:
        _check(lot, today)
    if found and total(found) != quantity:
        raise BadInput(
            f"The lots are {canonical(total(found))} together, and {canonical(quantity)} is held. "
            "Change a lot, or the quantity of the holding first."
        )
    if sum(lot.cost_minor for lot in found) > LARGEST_MINOR:
        raise BadInput("The lots cost more than 10 million million together. Check the decimal marks.")
    return found


def _check(lot: TaxLot, today: date) -> None:
    if not 0 < lot.quantity < LARGEST_NUMBER:
        raise BadInput("The quantity of a lot is above 0 and below 10^15. Remove the line, or change its quantity.")
    check_decimals(lot.quantity, "quantity")
    if not 0 <= lot.cost_minor <= LARGEST_MINOR:
        raise BadInput("What a lot cost is 0 or more, and at most 10 million million. Check the decimal mark.")
    if lot.acquired_on is not None and lot.acquired_on > today:
        raise BadInput(f"{lot.acquired_on.isoformat()} is in the future. Choose a day up to today.")
