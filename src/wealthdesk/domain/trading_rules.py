"""What may be traded where and what it costs: the user's rules for accounts, assets and classes."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
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


class MayHold(StrEnum):
    """What may be bought in an account: what its holdings suggest, everything, or the assets of a list."""

    AUTOMATIC = "automatic"
    ALL = "all"
    LISTED = "listed"


class RoomKind(StrEnum):
    """How much new money may go into an account: nothing was said, as much as one likes, or an amount."""

    NOT_SET = "not_set"
    NO_LIMIT = "no_limit"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Room:
    """The room for contributions, in minor units of the account's currency.

    left_minor: what was left on the day `on`; renewed_minor: what it is renewed to each year on the day (month, day).
    shared_with: ids of the accounts that it is shared with; they have the same room. None stands for not renewed.
    """

    kind: RoomKind = RoomKind.NOT_SET
    left_minor: int = 0
    on: date | None = None
    renewed_minor: int | None = None
    renewal: tuple[int, int] | None = None
    shared_with: frozenset[str] = frozenset()

    def left_on(self, day: date, deposits: Iterable[tuple[date, int]] = ()) -> int:
        """What is left of a limited room on a day, never less than 0: since it was renewed, all of it again.

        deposits: the day and amount of what came into the account, or one that it is shared with. It counts from the
        day on which it was said what is left, or which it was renewed on.
        """
        renewed_on = self._renewed_on(day)
        since, left = (self.on, self.left_minor) if renewed_on is None else (renewed_on, self.renewed_minor or 0)
        return max(left - sum(minor for on, minor in deposits if (since is None or since <= on) and on <= day), 0)

    def _renewed_on(self, day: date) -> date | None:
        """The latest day of renewal since it was said what is left; None: it was not renewed since."""
        if self.renewed_minor is None or self.renewal is None or self.on is None:
            return None
        month, of_month = self.renewal
        year = day.year if (day.month, day.day) >= self.renewal else day.year - 1
        last = date(year, month, min(of_month, monthrange(year, month)[1]))
        return last if last > self.on else None


NO_ROOM_SET: Final = Room()


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What an account keeps in cash, what its broker takes, and what it may hold.

    buffer_minor and fee_fixed_minor (per trade): minor units of the account's currency. fee_rate_bps of the gross
    amount; fx_rate_bps is what changing money into another currency costs, where converts says that it may be changed.
    can_hold: ids of the assets that may be bought in it, a set exactly where may_hold is LISTED. allowed and barred:
    what may, or may not, be bought there although the rest says the opposite; beside a list both are part of it.
    trades_archived: an archived account takes part all the same.
    """

    buffer_minor: int = 0
    fee_fixed_minor: int = 0
    fee_rate_bps: Decimal = Decimal(0)
    fx_rate_bps: Decimal = Decimal(0)
    can_hold: frozenset[str] | None = None
    may_hold: MayHold = MayHold.AUTOMATIC
    room: Room = NO_ROOM_SET
    converts: bool = True
    trades_archived: bool = False
    allowed: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.can_hold is not None or self.may_hold is MayHold.LISTED:
            listed = ((self.can_hold or frozenset()) | self.allowed) - self.barred
            told = {"may_hold": MayHold.LISTED, "can_hold": listed, "allowed": frozenset(), "barred": frozenset()}
        else:
            told = {"allowed": frozenset() if self.may_hold is MayHold.ALL else self.allowed - self.barred}
        for name, value in told.items():
            object.__setattr__(self, name, value)

    def without(self, asset_id: str) -> "AccountRules":
        """The rules by which an asset may not be bought there, and everything else as before."""
        if self.can_hold is not None:
            return replace(self, can_hold=self.can_hold - {asset_id})
        return replace(self, allowed=self.allowed - {asset_id}, barred=self.barred | {asset_id})

    def with_allowed(self, asset_ids: frozenset[str] | None) -> "AccountRules":
        """The rules by which these (None: all) may be bought there besides what may be already."""
        if asset_ids is None:
            return replace(self, may_hold=MayHold.ALL, can_hold=None, allowed=frozenset(), barred=frozenset())
        if self.can_hold is not None:
            return replace(self, can_hold=self.can_hold | asset_ids)
        return replace(self, allowed=self.allowed | asset_ids, barred=self.barred - asset_ids)

    def may_buy(self, asset_id: str, by_itself: bool) -> bool:
        """Whether an asset may be bought there. by_itself: whether it may where nothing is said."""
        if self.can_hold is not None:
            return asset_id in self.can_hold
        if asset_id in self.barred:
            return False
        return self.may_hold is MayHold.ALL or by_itself or asset_id in self.allowed


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
