"""The cash of one account while something is carried out in it: what comes in, what is paid, what is exchanged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from wealthdesk.domain.money import digits, half_up
from wealthdesk.domain.valuation import RateConversion

Units = Mapping[str, Fraction]
"""Currency → what one of its minor units is in minor units of the base currency."""


def units(ways: Mapping[str, RateConversion], base: str) -> dict[str, Fraction]:
    """The worth of the minor units of every currency that there is a way from to the base currency."""
    scale = 10 ** digits(base)
    return {
        code: Fraction(way.times) / Fraction(way.divisor) * scale / 10 ** digits(code) for code, way in ways.items()
    }


@dataclass(frozen=True, slots=True)
class Pocket:
    """Cash of one asset (an account may hold two of one currency), in minor units of its currency."""

    asset_id: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class CashBook:
    """The pockets of an account in a fixed order; none is ever below 0."""

    base: str
    units: Units
    pockets: tuple[Pocket, ...] = ()

    def add(self, asset_id: str, currency: str, minor: int) -> "CashBook":
        """More in one pocket, which may be a new one."""
        if any(pocket.asset_id == asset_id for pocket in self.pockets):
            return self._with(replace(p, minor=p.minor + minor) for p in self.pockets if p.asset_id == asset_id)
        return self._with([Pocket(asset_id, currency, minor)])

    def take(self, currency: str, minor: int) -> tuple["CashBook", int]:
        """Pays up to `minor` from the pockets of that currency; how much of it was not there."""
        changed = []
        for pocket in self.pockets:
            if pocket.currency == currency:
                paid = min(pocket.minor, minor)
                minor -= paid
                changed.append(replace(pocket, minor=pocket.minor - paid))
        return self._with(changed), minor

    def exchange(self, currency: str, need: Fraction) -> tuple["CashBook", Fraction]:
        """Pays `need` (exact, in minor units of a currency) out of the others; how much of it was not there.

        Of the base currency first, then of the largest pocket; each amount is rounded half up to its minor unit.
        """
        changed = []
        for pocket in sorted(self.pockets, key=self._order):
            if need <= 0 or pocket.currency not in self.units or pocket.currency == currency:
                continue
            rate = self.units[pocket.currency] / self.units[currency]
            wanted = half_up(need / rate)
            paid = min(wanted, pocket.minor)
            need = Fraction(0) if paid == wanted else need - paid * rate
            changed.append(replace(pocket, minor=pocket.minor - paid))
        return self._with(changed), max(need, Fraction(0))

    @property
    def worth(self) -> Fraction:
        """What all of it that has a rate is worth, in minor units of the base currency."""
        known = (pocket for pocket in self.pockets if pocket.currency in self.units)
        return sum((pocket.minor * self.units[pocket.currency] for pocket in known), Fraction(0))

    def _order(self, pocket: Pocket) -> tuple[bool, Fraction, str]:
        return (
            pocket.currency != self.base,
            -pocket.minor * self.units.get(pocket.currency, Fraction(0)),
            pocket.asset_id,
        )

    def _with(self, changed: Iterable[Pocket]) -> "CashBook":
        by_id = {pocket.asset_id: pocket for pocket in (*self.pockets, *changed)}
        return replace(self, pockets=tuple(by_id[asset_id] for asset_id in sorted(by_id)))
