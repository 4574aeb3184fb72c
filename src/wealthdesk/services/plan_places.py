"""Where an asset may be bought: what the user allowed, and what an account holds where nothing was said."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.trading_rules import MayHold
from wealthdesk.services.plan_market import PlanMarket

SEVERAL: Final = 2
"""From so many assets of a currency on, an account is one in which others of that currency can be bought."""


class _Sort(StrEnum):
    """What is bought at the same kind of place."""

    PAPERS = "papers"
    COINS = "coins"


_SORTS: Final = {AssetKind.SECURITY: _Sort.PAPERS, AssetKind.FUND: _Sort.PAPERS, AssetKind.CRYPTO: _Sort.COINS}
"""Property and private assets are of no sort: they are never bought."""


class Places:
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
