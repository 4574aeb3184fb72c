"""“Moved in”: what the file of another program says there is, beside what is here now, every difference named."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import CASH_CLASS, Asset
from wealthdesk.domain.drift import composition
from wealthdesk.domain.holdings import FxRate, Portfolio
from wealthdesk.domain.money import WHOLE, canonical, from_minor, percent, product_minor, share_bps, split
from wealthdesk.domain.targets import Strategy
from wealthdesk.domain.valuation import conversions, value
from wealthdesk.importers.other_portfolio import OtherHolding, OtherPortfolio
from wealthdesk.planning.lookup import Lookup


@dataclass(frozen=True, slots=True)
class MovedAccount:
    """An account there and here; here None: it is not here. Values in minor units, None where not all of it is known.

    cash: currency → the amount of money there, and here. has_other: something in it is not as it was there, which its
    holdings say.
    """

    there: str
    here: str | None
    value_there_minor: int | None
    value_here_minor: int | None
    cash: tuple[tuple[str, Decimal, Decimal], ...]
    difference: str = ""
    has_other: bool = False


@dataclass(frozen=True, slots=True)
class MovedHolding:
    """A holding there and here (or cash, which has its currency's code for a symbol). None: it is not held."""

    account: str
    symbol: str
    name: str | None
    is_cash: bool
    quantity_there: Decimal | None
    quantity_here: Decimal | None
    value_there_minor: int | None
    value_here_minor: int | None
    difference: str = ""


@dataclass(frozen=True, slots=True)
class MovedClass:
    """A class there and here. Weights are basis points of all that counts to a class; a target None: it has none."""

    name: str
    value_there_minor: int
    value_here_minor: int
    weight_there_bps: int
    weight_here_bps: int
    target_there_bps: int | None
    target_here_bps: int | None
    difference: str = ""

    @property
    def drift_there_bps(self) -> int | None:
        """How far it was from its target there, in basis points."""
        return None if self.target_there_bps is None else self.weight_there_bps - self.target_there_bps

    @property
    def drift_here_bps(self) -> int | None:
        """How far it is from its target here, in basis points."""
        return None if self.target_here_bps is None else self.weight_here_bps - self.target_here_bps


@dataclass(frozen=True, slots=True)
class MovedIn:
    """One file of another program and what became of it. All values are in `currency`, which is the file's own.

    “Here” is what is held now in the accounts of the file, and the targets of the strategy that has the name of the
    file's, else of the one in force. unvalued: symbols without a price or a rate, there or here. valued_as_here: those
    that the file has no price or no rate for, so that what is there is valued as it is here.
    """

    file_name: str
    program: str
    currency: str
    strategy_there: str | None
    strategy_here: str | None
    total_there_minor: int
    total_here_minor: int
    accounts: tuple[MovedAccount, ...]
    holdings: tuple[MovedHolding, ...]
    classes: tuple[MovedClass, ...]
    unvalued: tuple[str, ...] = ()
    valued_as_here: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[str, ...]:
        """Every difference as a sentence; none where everything is here as it was there."""
        rows: tuple[MovedAccount | MovedHolding | MovedClass, ...] = (*self.accounts, *self.holdings, *self.classes)
        return tuple(dict.fromkeys(each.difference for each in rows if each.difference))

    @property
    def is_same(self) -> bool:
        """Whether everything is here as it was there."""
        return not self.differences and self.total_there_minor == self.total_here_minor


def moved_in(
    file_name: str,
    file_format: str,
    other: OtherPortfolio,
    known: Portfolio,
    strategies: Sequence[Strategy],
    lookup: Lookup,
) -> MovedIn:
    """Lays what a file says beside the portfolio. `lookup` says what things of the file are called here."""
    code = other.base_currency or known.base_currency
    strategy = _strategy_here(other, strategies)
    comparing = _Comparing(other, replace(known, base_currency=code), lookup, file_format, code, strategy)
    accounts, holdings = comparing.accounts(), comparing.holdings()
    return MovedIn(
        file_name,
        other.program,
        code,
        other.strategy,
        strategy.name if strategy else None,
        sum(each.value_there_minor or 0 for each in holdings),
        sum(each.value_here_minor or 0 for each in holdings),
        accounts,
        holdings,
        comparing.classes(),
        tuple(sorted(comparing.unvalued)),
        tuple(sorted(comparing.valued_as_here)),
    )


def _strategy_here(other: OtherPortfolio, strategies: Sequence[Strategy]) -> Strategy | None:
    """The strategy for everything that has the name of the file's, else the one in force."""
    of_all = [each for each in strategies if each.scope is None]
    name = (other.strategy or "").casefold()
    named = next((each for each in of_all if name and each.name.casefold() == name), None)
    return named or next((each for each in of_all if each.is_active), None)


_Key = tuple[str, str, bool]
"""What tells holdings apart: the account there, the id of the asset here (or symbol, currency), whether it is cash."""


class _Comparing:
    """Both sides, by account and asset, while they are compared."""

    def __init__(
        self,
        other: OtherPortfolio,
        known: Portfolio,
        lookup: Lookup,
        file_format: str,
        code: str,
        strategy: Strategy | None,
    ) -> None:
        self._other, self._known, self._code, self._strategy = other, known, code, strategy
        self._here = {name: lookup.account(file_format, name) for name in other.accounts}
        self._assets = {each: self._asset(lookup, file_format, each) for each in other.holdings}
        self._ways = conversions(_rates(other, known.on), code)
        self._ways_here = conversions(known.rates, code)
        self.unvalued: set[str] = set()
        self.valued_as_here: set[str] = set()
        self._there = self._held_there()
        self._rows = tuple(self._compared())

    def _asset(self, lookup: Lookup, file_format: str, told: OtherHolding) -> Asset | None:
        if told.is_cash:
            return lookup.cash(told.currency)
        account = self._here.get(told.account or "")
        return lookup.asset(file_format, account.id if account else None, told.symbol, told.isin, told.currency)

    def _key(self, told: OtherHolding) -> _Key:
        asset = self._assets[told]
        return told.account or "", asset.id if asset else f"{told.symbol} {told.currency}", told.is_cash

    def _held_there(self) -> dict[_Key, list[OtherHolding]]:
        found: dict[_Key, list[OtherHolding]] = defaultdict(list)
        for told in self._other.holdings:
            found[self._key(told)].append(told)
        return found

    def _worth(self, told: OtherHolding) -> int | None:
        way = self._ways.get(told.currency) or self._ways_here.get(told.currency)
        asset = self._assets[told]
        known = self._known.prices.get(asset.id) if asset else None
        price = told.price if told.price is not None else known.price if known else None
        if price is None or way is None:
            self.unvalued.add(told.symbol)
            return None
        if told.price is None or told.currency not in self._ways:
            self.valued_as_here.add(told.symbol)
        return product_minor(told.quantity, price, way.times, self._code, way.divisor)

    def _compared(self) -> Iterator[MovedHolding]:
        """Everything that is held there, then what is held here besides in the same accounts."""
        valued = {(each.holding.account_id, each.asset.id): each for each in value(self._known).holdings}
        seen: set[tuple[str, str]] = set()
        for key, told in self._there.items():
            account, asset = self._here.get(key[0]), self._assets[told[0]]
            here = valued.get((account.id, asset.id)) if account and asset else None
            if account and asset:
                seen.add((account.id, asset.id))
            worth = [self._worth(each) for each in told]
            if here is not None and here.value_minor is None:
                self.unvalued.add(here.asset.symbol)
            yield _with_difference(
                MovedHolding(
                    key[0],
                    told[0].symbol,
                    told[0].name,
                    told[0].is_cash,
                    sum((each.quantity for each in told), Decimal(0)),
                    here.holding.quantity if here else None,
                    None if None in worth else sum(each or 0 for each in worth),
                    here.value_minor if here else None,
                ),
                self._code,
            )
        names = {account.id: name for name, account in self._here.items() if account}
        for (account_id, asset_id), held in valued.items():
            if account_id in names and (account_id, asset_id) not in seen and held.holding.quantity:
                asset = held.asset
                row = MovedHolding(
                    names[account_id], asset.symbol, asset.name, asset.is_cash, None, held.holding.quantity,
                    None, held.value_minor,
                )  # fmt: skip
                yield _with_difference(row, self._code)

    def holdings(self) -> tuple[MovedHolding, ...]:
        """Every holding and all cash, as the file lists them."""
        return self._rows

    def accounts(self) -> tuple[MovedAccount, ...]:
        """Every account of the file."""
        return tuple(self._account(name, account) for name, account in self._here.items())

    def _account(self, name: str, account: Account | None) -> MovedAccount:
        rows = [each for each in self._rows if each.account == name]
        cash = tuple(
            (each.symbol, each.quantity_there or Decimal(0), each.quantity_here or Decimal(0))
            for each in rows
            if each.is_cash
        )
        there, here = (
            _sum(each.value_there_minor for each in rows if each.quantity_there is not None),
            _sum(each.value_here_minor for each in rows if each.quantity_here is not None),
        )
        difference = "" if account else f"There is no account “{name}” here: nothing is held in it."
        has_other = any(each.difference for each in rows)
        return MovedAccount(name, account.name if account else None, there, here, cash, difference, has_other)

    def classes(self) -> tuple[MovedClass, ...]:
        """Every class that has something in it or a target, there or here; none for a file without classes."""
        if not self._other.targets and not any(each.classes for each in self._other.holdings):
            return ()
        there, here = self._values_there(), self._values_here()
        targets_here = self._targets_here()
        targets_there = dict(self._other.targets)
        names = {name.casefold(): name for name in (*here, *targets_here, *there, *targets_there)}
        total_there, total_here = sum(there.values()), sum(here.values())
        rows = []
        for name in dict.fromkeys(names[each.casefold()] for each in (*targets_there, *there, *targets_here, *here)):
            one, two = _of(there, name), _of(here, name)
            row = MovedClass(
                name,
                one or 0,
                two or 0,
                share_bps(one or 0, total_there),
                share_bps(two or 0, total_here),
                _of(targets_there, name),
                _of(targets_here, name),
            )
            rows.append(replace(row, difference=self._class_difference(row)))
        return tuple(rows)

    def _values_there(self) -> dict[str, int]:
        """Class → what counts to it by the file's own rules, where accounts can have classes as well."""
        found: dict[str, int] = defaultdict(int)
        for told in self._other.holdings:
            worth = self._worth(told)
            if worth is None or worth <= 0 or not told.classes:
                continue
            rest = max(WHOLE - sum(bps for _, bps in told.classes), 0)
            parts = split(worth, [*(bps for _, bps in told.classes), rest])
            for (name, _), part in zip(told.classes, parts, strict=False):
                found[name] += part
        return found

    def _values_here(self) -> dict[str, int]:
        ids = {account.id for account in self._here.values() if account}
        held = tuple(each for each in self._known.holdings if each.account_id in ids)
        values: dict[str, int] = defaultdict(int)
        for each in value(replace(self._known, holdings=held)).holdings:
            if each.value_minor is not None:
                values[each.asset.id] += each.value_minor
        exposures = {asset_id: self._known.assets[asset_id].exposures for asset_id in values}
        parts = composition(self._code, values, exposures).parts
        return {self._known.classes[key].name: sum(assets.values()) for key, assets in parts.items()}

    def _targets_here(self) -> dict[str, int]:
        if self._strategy is None:
            return {}
        classes = self._known.classes
        return {classes[t.asset_class_id].name: t.target_bps for t in self._strategy.targets}

    def _class_difference(self, row: MovedClass) -> str:
        parts = []
        if self._other.targets and (row.target_there_bps or 0) != (row.target_here_bps or 0):
            parts.append(f"its target is {_share(row.target_there_bps)} there and {_share(row.target_here_bps)} here")
        if row.value_there_minor != row.value_here_minor:
            there, here = (_money(each, self._code) for each in (row.value_there_minor, row.value_here_minor))
            parts.append(f"{there} count to it there and {here} here{self._why(row.name)}")
        elif row.weight_there_bps != row.weight_here_bps:
            there, here = percent(row.weight_there_bps), percent(row.weight_here_bps)
            parts.append(f"its share is {there} there and {here} here, because more or less counts to other classes")
        return f"{row.name}: {', and '.join(parts)}." if parts else ""

    def _why(self, name: str) -> str:
        """What makes a class worth something else, where that is that money there counts as its account says."""
        counted = [
            each
            for each in self._other.holdings
            if each.is_cash and any(told.casefold() == name.casefold() for told, _ in each.classes)
        ]
        cash = self._known.classes.get(CASH_CLASS)
        if cash is None or not counted or cash.name.casefold() == name.casefold():
            return ""
        accounts = ", ".join(dict.fromkeys(each.account or "" for each in counted))
        return f" (the money of {accounts} is counted as {cash.name} here)"


def _rates(other: OtherPortfolio, on: date) -> list[FxRate]:
    return [FxRate(base, quote, on, rate) for (base, quote), rate in (other.rates or {}).items()]


def _sum(values: Iterable[int | None]) -> int | None:
    listed = list(values)
    return None if None in listed else sum(each or 0 for each in listed)


def _of(values: Mapping[str, int], name: str) -> int | None:
    found = [value for each, value in values.items() if each.casefold() == name.casefold()]
    return sum(found) if found else None


def _with_difference(row: MovedHolding, code: str) -> MovedHolding:
    what = f"{row.symbol} in {row.account}"
    if row.quantity_there is None:
        return replace(row, difference=f"{what}: {canonical(row.quantity_here or Decimal(0))} here, and none there.")
    there, here = row.quantity_there, row.quantity_here or Decimal(0)
    if there != here:
        why = " (money below zero is not kept)" if row.is_cash and there < 0 and here == 0 else ""
        return replace(row, difference=f"{what}: {canonical(there)} there and {canonical(here)} here{why}.")
    if row.value_there_minor != row.value_here_minor and there:
        worth = (_worth_words(each, code) for each in (row.value_there_minor, row.value_here_minor))
        return replace(row, difference="{}: {} there and {} here.".format(what, *worth))
    return row


def _worth_words(minor: int | None, code: str) -> str:
    return "without a value" if minor is None else f"worth {_money(minor, code)}"


def _money(minor: int, code: str) -> str:
    return f"{from_minor(minor, code):,f} {code}"


def _share(bps: int | None) -> str:
    return "none" if bps is None else percent(bps)
