"""What can be traded for a scope, in which accounts and at what price, and what lies there in cash."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import Final

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import CASH_CLASS, Asset, AssetKind
from wealthdesk.domain.drift import Allocation, Composition, Drift, composition, measure
from wealthdesk.domain.money import WHOLE, digits, exact_sum, half_up
from wealthdesk.domain.plans import LeftOutBecause
from wealthdesk.domain.targets import ClassTargets
from wealthdesk.domain.trading_rules import MayHold, Trading, TradingRules
from wealthdesk.domain.valuation import RateConversion, ValuedHolding, conversions
from wealthdesk.planner.problem import Place

ONE: Final = Decimal(1)

_BUYABLE: Final = frozenset({Trading.FREE, Trading.BUY_ONLY})
_SELLABLE: Final = frozenset({Trading.FREE, Trading.SELL_ONLY})


@dataclass(frozen=True)
class PlanMarket:
    """The scope of a plan under the rules of trading. `ways`: currency → how to come to the base currency."""

    allocation: Allocation
    rules: TradingRules
    ways: Mapping[str, RateConversion]

    @classmethod
    def of(cls, allocation: Allocation, rules: TradingRules) -> "PlanMarket":
        """The market of a scope at the prices and rates of its portfolio."""
        portfolio = allocation.portfolio
        return cls(allocation, rules, conversions(portfolio.rates, portfolio.base_currency))

    @property
    def assets(self) -> Mapping[str, Asset]:
        """Every asset of the file by its id."""
        return self.allocation.portfolio.assets

    @property
    def base(self) -> str:
        """The base currency."""
        return self.allocation.portfolio.base_currency

    @property
    def targets(self) -> ClassTargets:
        """The class targets of the strategy in force; none without one."""
        return self.allocation.strategy.targets if self.allocation.strategy else ()

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts of the scope by their names."""
        portfolio = self.allocation.portfolio
        inside = sorted(portfolio.accounts_in(self.allocation.scope), key=self.account_keys.__getitem__)
        return tuple(portfolio.accounts[key] for key in inside)

    @cached_property
    def open_accounts(self) -> tuple[Account, ...]:
        """The accounts that trade: not the archived ones, unless the user says so."""
        return tuple(
            each for each in self.accounts if not each.is_archived or self.rules.of_account(each.id).trades_archived
        )

    # What decides between equals: words of the portfolio's own, never an id that another import would draw anew

    @cached_property
    def asset_keys(self) -> Mapping[str, str]:
        """Asset id → what the planner calls it and sorts it by: symbol, currency, ISIN, name."""
        return _keys({key: _asset_key(asset) for key, asset in self.assets.items()})

    @cached_property
    def account_keys(self) -> Mapping[str, str]:
        """Account id → what the planner calls it and sorts it by: its name."""
        return _keys({key: each.name for key, each in self.allocation.portfolio.accounts.items()})

    @cached_property
    def class_keys(self) -> Mapping[str, str]:
        """Class id → what the planner calls it and sorts it by: its name."""
        return _keys({key: each.name for key, each in self.allocation.portfolio.classes.items()})

    @cached_property
    def wanted(self) -> Mapping[str, Mapping[str, int]]:
        """Class id → asset id → holding target in basis points; only of classes that have holding targets."""
        return {
            target.asset_class_id: {each.asset_id: each.target_bps for each in target.holdings}
            for target in self.targets
            if target.holdings
        }

    # Prices

    def price(self, asset: Asset) -> Decimal | None:
        """What one unit costs, in the asset's currency."""
        known = self.allocation.portfolio.prices.get(asset.id)
        return ONE if asset.is_cash else known.price if known else None

    def rate(self, currency: str) -> Fraction | None:
        """How many minor units of the base currency one whole unit of a currency is, exact."""
        return self._rates.get(currency)

    def unit(self, asset: Asset) -> Fraction:
        """What one unit of an asset with a price and a rate costs, in minor units of the base currency, exact."""
        price, rate = self.price(asset), self._rates[asset.currency]
        assert price is not None, "only what has a price is in a plan"
        over, under = price.as_integer_ratio()
        return Fraction(over * rate.numerator, under * rate.denominator)

    def currency_of(self, account: Account) -> str:
        """The currency that money comes into an account in: its own; the base currency where that has no rate."""
        return account.currency if account.currency in self.ways else self.base

    def in_base(self, minor: int, currency: str) -> int | None:
        """An amount of another currency in minor units of the base currency, half up; None without a rate."""
        rate = self._rates.get(currency)
        return None if rate is None else half_up(Fraction(minor, 10 ** digits(currency)) * rate)

    @cached_property
    def _rates(self) -> Mapping[str, Fraction]:
        scale = 10 ** digits(self.base)
        return {code: Fraction(way.times) * scale / Fraction(way.divisor) for code, way in self.ways.items()}

    # What may be traded

    def why_out(self, asset: Asset) -> LeftOutBecause | None:
        """Why an asset is outside of what the targets are shares of, if it is."""
        price = self.price(asset)
        if self.rules.of_asset(asset.id) is Trading.EXCLUDED:
            return LeftOutBecause.EXCLUDED
        if price is None or price <= 0:
            return LeftOutBecause.NO_PRICE
        if asset.currency not in self.ways:
            return LeftOutBecause.NO_RATE
        return None if asset.exposures else LeftOutBecause.NO_CLASS

    def may_buy(self, asset: Asset) -> bool:
        """Whether the asset may be bought, in whatever account."""
        tradable = not asset.is_cash and not asset.is_archived and self.rules.of_asset(asset.id) in _BUYABLE
        return tradable and self.why_out(asset) is None

    def may_sell(self, asset: Asset) -> bool:
        """Whether what is held of the asset may be sold."""
        tradable = not asset.is_cash and self.rules.of_asset(asset.id) in _SELLABLE
        return tradable and self.why_out(asset) is None

    @cached_property
    def lines(self) -> Mapping[Place, Decimal]:
        """(asset id, account id) → quantity of everything in scope that counts, cash excepted; lines of 0 too."""
        quantities: dict[Place, Decimal] = {}
        for each in self.allocation.valuation.holdings:
            if not each.asset.is_cash and each.value_minor is not None and self.why_out(each.asset) is None:
                place = (each.asset.id, each.holding.account_id)
                known = quantities.get(place)
                quantities[place] = each.holding.quantity if known is None else exact_sum(known, each.holding.quantity)
        return {place: quantities[place] for place in sorted(quantities, key=self.key_of_place)}

    @cached_property
    def held(self) -> Mapping[Place, Decimal]:
        """The lines of which something is there."""
        return {place: quantity for place, quantity in self.lines.items() if quantity > 0}

    @cached_property
    def asset_of_key(self) -> Mapping[str, str]:
        """What the planner calls an asset → its id."""
        return {key: asset_id for asset_id, key in self.asset_keys.items()}

    @cached_property
    def account_of_key(self) -> Mapping[str, str]:
        """What the planner calls an account → its id."""
        return {key: account_id for account_id, key in self.account_keys.items()}

    @cached_property
    def class_of_key(self) -> Mapping[str, str]:
        """What the planner calls a class → its id."""
        return {key: class_id for class_id, key in self.class_keys.items()}

    def key_of_place(self, place: Place) -> Place:
        """What the planner calls an asset in an account."""
        return (self.asset_keys[place[0]], self.account_keys[place[1]])

    @cached_property
    def places_of(self) -> Mapping[str, Mapping[str, Decimal]]:
        """Asset id → account id → quantity of what is held."""
        return {
            asset_id: {place[1]: self.held[place] for place in places}
            for asset_id, places in groupby(self.held, key=lambda place: place[0])
        }

    # Cash

    @cached_property
    def base_cash(self) -> Asset | None:
        """Cash of the base currency, if the file knows it; of several the first by its words."""
        found = (each for each in self.assets.values() if each.is_cash and each.currency == self.base)
        return min(found, key=lambda each: self.asset_keys[each.id], default=None)

    @cached_property
    def cash_class(self) -> str | None:
        """The class that money left in cash counts to; None where it is Unclassified, or counts to several."""
        return self.base_cash.only_class if self.base_cash else CASH_CLASS

    @property
    def is_cash_free(self) -> bool:
        """Whether cash may be spent on other classes: not where the user has it count to another class than Cash."""
        return self.cash_class == CASH_CLASS

    def is_account_cash(self, asset: Asset) -> bool:
        """Whether this is the cash of its account, and not held for another class."""
        exposures = self.base_cash.exposures if self.base_cash else None
        return asset.is_cash and (asset.exposures == exposures or asset.only_class == self.cash_class is not None)

    @cached_property
    def cash(self) -> Mapping[str, int]:
        """Account id → its cash in minor units of the base currency, each currency rounded down."""
        sums = {account.id: 0 for account in self.accounts}
        for (account_id, code), amount in self.cash_by_currency.items():
            sums[account_id] = sums.get(account_id, 0) + self.floor_in_base(amount, code)
        return sums

    @cached_property
    def cash_by_currency(self) -> Mapping[tuple[str, str], int]:
        """(account id, currency) → its cash in minor units of that currency, rounded down."""
        sums: dict[tuple[str, str], int] = {}
        for each in self.valued_cash:
            if self.is_account_cash(each.asset):
                purse, code = (each.holding.account_id, each.asset.currency), each.asset.currency
                sums[purse] = sums.get(purse, 0) + (Fraction(each.holding.quantity) * 10 ** digits(code)).__floor__()
        return {purse: sums[purse] for purse in sorted(sums, key=lambda each: (self.account_keys[each[0]], each[1]))}

    def floor_in_base(self, minor: int, currency: str) -> int:
        """An amount of a currency with a rate in minor units of the base currency, rounded down."""
        return (Fraction(minor, 10 ** digits(currency)) * self._rates[currency]).__floor__()

    @property
    def valued_cash(self) -> Iterable[ValuedHolding]:
        """The cash that has a value, line by line."""
        return (h for h in self.allocation.valuation.holdings if h.asset.is_cash and h.value_minor is not None)

    # Values

    @cached_property
    def values(self) -> Mapping[str, int]:
        """Asset id → value in minor units of everything that is not excluded."""
        sums: dict[str, int] = {}
        for each in self.allocation.valuation.holdings:
            if each.value_minor is not None and self.rules.of_asset(each.asset.id) is not Trading.EXCLUDED:
                sums[each.asset.id] = sums.get(each.asset.id, 0) + each.value_minor
        return sums

    @cached_property
    def composition(self) -> Composition:
        """What the scope is made of, without what is excluded."""
        if not self._excludes:
            return self.allocation.composition
        return composition(self.base, self.values, {key: self.assets[key].exposures for key in self.values})

    @cached_property
    def drift(self) -> Drift:
        """The drift before the plan, without what is excluded."""
        return self.measured(self.composition) if self._excludes else self.allocation.drift

    def measured(self, held: Composition) -> Drift:
        """The drift of another composition against the same targets."""
        return measure(held, self.allocation.portfolio.classes.values(), self.allocation.strategy)

    @property
    def _excludes(self) -> bool:
        return any(
            self.rules.of_asset(each.asset.id) is Trading.EXCLUDED for each in self.allocation.valuation.holdings
        )


def _asset_key(asset: Asset) -> str:
    return "\t".join((asset.symbol, asset.currency, asset.isin or "", asset.name))


def _keys(words: Mapping[str, str]) -> Mapping[str, str]:
    """Id → its words; what has the same words as another one is told apart by its id, which nothing else can do."""
    count = Counter(words.values())
    return {key: text if count[text] == 1 else f"{text}\t{key}" for key, text in words.items()}


def targets_of(market: PlanMarket) -> dict[str, int]:
    """Class id → target in basis points; 0 for the classes that are held without one."""
    return dict.fromkeys(market.composition.parts, 0) | {t.asset_class_id: t.target_bps for t in market.targets}


def shares(asset: Asset) -> Mapping[str, Fraction]:
    """Class id → how much of the asset counts to it."""
    return {each.asset_class_id: Fraction(each.weight_bps, WHOLE) for each in asset.exposures}


SEVERAL: Final = 2
"""From so many assets of a currency on, an account is one in which others of that currency can be bought."""


class _Sort(StrEnum):
    """What is bought at the same kind of place."""

    PAPERS = "papers"
    COINS = "coins"


_SORTS: Final = {AssetKind.SECURITY: _Sort.PAPERS, AssetKind.FUND: _Sort.PAPERS, AssetKind.CRYPTO: _Sort.COINS}
"""Property and private assets are of no sort: they are never bought."""


class BuyingPlaces:
    """The accounts of a scope and what may be bought in them. directed: accounts that the user put money into.

    An account of which nothing was said buys assets of the sorts and currencies that it holds. One that holds only cash
    buys nothing while another account can, unless money was directed there; a new, empty one may buy everything.
    """

    def __init__(self, market: PlanMarket, directed: Collection[str] = ()) -> None:
        self._market, self._directed = market, directed

    def may_buy(self, account_id: str, asset_id: str) -> bool:
        """Whether this asset may be bought in this account."""
        return asset_id in self.of.get(account_id, frozenset())

    def of_most(self, asset_id: str) -> str | None:
        """The account in which most of an asset is, of those where it may be bought; None where it may nowhere."""
        able = [each for each in self._market.open_accounts if self.may_buy(each.id, asset_id)]
        held = self._market.places_of.get(asset_id, {})
        return max((each.id for each in able), key=lambda key: held.get(key, Decimal(0)), default=None)

    @cached_property
    def of(self) -> Mapping[str, frozenset[str]]:
        """Account id → the ids of the assets that may be bought in it; accounts that do not trade buy nothing."""
        found = {each.id: self._allowed(each) for each in self._market.open_accounts}
        for account in self._market.open_accounts:
            if account.id in self.savings and account.id not in self._directed:
                found[account.id] = self._allowed(account, is_left_alone=True)
        bought = frozenset(key for allowed in found.values() for key in allowed)
        for asset_id in sorted(self._candidates - bought):
            for account in self._fallbacks(self._market.assets[asset_id]):
                found[account.id] |= {asset_id}
        return found

    @cached_property
    def savings(self) -> frozenset[str]:
        """The ids of the accounts that are left alone: they hold only cash, and another one can buy something."""
        open_accounts = self._market.open_accounts
        only_cash = frozenset(each.id for each in open_accounts if self._holds_only_cash(each))
        others = any(self._allowed(each) for each in open_accounts if each.id not in only_cash)
        return only_cash if others else frozenset()

    @cached_property
    def _candidates(self) -> frozenset[str]:
        """What is held, or has a target in its class, and may be bought at all."""
        market = self._market
        wanted = {key for below in market.wanted.values() for key in below}
        known = {asset_id for asset_id, _ in market.lines} | wanted
        return frozenset(
            key for key in known if market.assets[key].kind in _SORTS and market.may_buy(market.assets[key])
        )

    def _allowed(self, account: Account, *, is_left_alone: bool = False) -> frozenset[str]:
        """What may be bought in an account, by the user's words and, where there are none, by what it holds."""
        rules, held = self._market.rules.of_account(account.id), self._held.get(account.id, ())
        sorts = {_SORTS.get(each.kind) for each in held}
        currencies = {each.currency for each in held if each.kind in _SORTS}
        found = set()
        for key in self._candidates:
            by_itself = not is_left_alone and (not held or self._is_like(self._market.assets[key], sorts, currencies))
            if rules.may_buy(key, by_itself):
                found.add(key)
        return frozenset(found)

    @staticmethod
    def _is_like(asset: Asset, sorts: Collection[_Sort | None], currencies: Collection[str]) -> bool:
        return _SORTS.get(asset.kind) in sorts and asset.currency in currencies

    @cached_property
    def _held(self) -> Mapping[str, tuple[Asset, ...]]:
        """Account id → what stands in it, cash excepted, whatever is known of its price; lines of 0 too."""
        held: dict[str, list[Asset]] = {}
        for each in self._market.allocation.valuation.holdings:
            if not each.asset.is_cash:
                held.setdefault(each.holding.account_id, []).append(each.asset)
        return {key: tuple(assets) for key, assets in held.items()}

    def _holds_only_cash(self, account: Account) -> bool:
        has_cash = self._market.cash.get(account.id, 0) > 0
        return self._is_automatic(account) and account.id not in self._held and has_cash

    def _is_automatic(self, account: Account) -> bool:
        return self._market.rules.of_account(account.id).may_hold is MayHold.AUTOMATIC

    def _fallbacks(self, asset: Asset) -> list[Account]:
        """Where something is bought that no account would buy by itself.

        The accounts with several assets of its currency; if there are none, all but those of savings and of coins; and
        those where nothing else is left.
        """
        automatic = [
            each
            for each in self._market.open_accounts
            if self._is_automatic(each) and asset.id not in self._market.rules.of_account(each.id).barred
        ]
        automatic = [each for each in automatic if each.id not in self.savings or each.id in self._directed]
        papers = [each for each in automatic if not self._is_wallet(each)] or automatic
        same = [each for each in papers if self._count(each, asset.currency) >= SEVERAL]
        return same or papers

    def _is_wallet(self, account: Account) -> bool:
        held = self._held.get(account.id, ())
        return bool(held) and all(_SORTS.get(each.kind) is _Sort.COINS for each in held)

    def _count(self, account: Account, currency: str) -> int:
        return sum(each.currency == currency for each in self._held.get(account.id, ()))
