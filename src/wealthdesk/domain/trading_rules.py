"""What may be traded where and what it costs: the user's rules for accounts, assets and classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from wealthdesk.domain.accounts import AccountKind


class Trading(StrEnum):
    """How far an asset takes part in plans. Excluded is outside the total too; the others count in it."""

    FREE = "free"
    BUY_ONLY = "buy_only"
    SELL_ONLY = "sell_only"
    LOCKED = "locked"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What an account keeps in cash, what its broker takes, and what it may hold.

    buffer_minor and fee_fixed_minor (per trade): minor units of the account's currency. fee_rate_bps of the gross
    amount; fx_rate_bps joins it where the asset is in another currency. can_hold: ids of the assets that may be bought
    in it; None is all.
    """

    buffer_minor: int = 0
    fee_fixed_minor: int = 0
    fee_rate_bps: Decimal = Decimal(0)
    fx_rate_bps: Decimal = Decimal(0)
    can_hold: frozenset[str] | None = None


NO_RULES: Final = AccountRules()


@dataclass(frozen=True, slots=True)
class TradingRules:
    """All of them: account id → rules, asset id → trading, class id → the kind of account it is better held in."""

    accounts: Mapping[str, AccountRules] = field(default_factory=dict)
    assets: Mapping[str, Trading] = field(default_factory=dict)
    homes: Mapping[str, AccountKind] = field(default_factory=dict)

    def of_account(self, account_id: str) -> AccountRules:
        """The rules of an account; one without any keeps nothing back and costs nothing."""
        return self.accounts.get(account_id, NO_RULES)

    def of_asset(self, asset_id: str) -> Trading:
        """How far an asset takes part."""
        return self.assets.get(asset_id, Trading.FREE)
