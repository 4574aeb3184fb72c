"""What the user can do with the rules of trading and with cost lots."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Final

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.cash_book import units
from wealthdesk.domain.money import LARGEST_MINOR, WHOLE, check_decimals, half_up
from wealthdesk.domain.plans import Deposit
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, checked_lots
from wealthdesk.domain.trading_rules import AccountRules, Room, RoomKind, Trading, TradingRules
from wealthdesk.domain.valuation import conversions
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.storage import accounts as account_storage
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import holdings as holding_storage
from wealthdesk.storage import plans as plan_storage
from wealthdesk.storage import trading_rules as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.prices import latest_rates

_ROOMS: Final = frozenset({Topic.PLANS, Topic.RATES})
"""What else changes the room that is left."""

_PARTS: Final = frozenset({Topic.RULES, Topic.ACCOUNTS, Topic.ASSETS, Topic.CLASSES, Topic.HOLDINGS})
"""A removal of what a rule or a lot belongs to takes it along."""


class Rules:
    """Rules of accounts, assets and classes, and the cost lots of holdings: read, set."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today
        self._lock = Lock()
        self._rules: TradingRules | None = None
        self._today_s: tuple[date, TradingRules] | None = None
        self._lots: Mapping[str, TaxLots] | None = None

    def current(self) -> TradingRules:
        """All rules; the same value until one changes."""
        with self._lock:
            if self._rules is None:
                with self._database.read() as connection:
                    self._rules = storage.trading_rules(connection)
            return self._rules

    def as_of_today(self) -> TradingRules:
        """All rules with what is left of each room today, as plans have to keep to it: less the deposits recorded
        since, and renewed; the same value until something of it changes."""
        today = self._today()
        with self._lock:
            if self._today_s is None or self._today_s[0] != today:
                # Rules, accounts and deposits of one moment: another thread may change them meanwhile.
                with self._database.read() as connection:
                    self._today_s = today, _with_rooms_left(connection, storage.trading_rules(connection), today)
            return self._today_s[1]

    def lots(self) -> Mapping[str, TaxLots]:
        """Holding id → its lots as they were kept, for those that have some; the same value until one changes.

        `domain.tax_lots.known_lots` says what they come to for a holding as it is now.
        """
        with self._lock:
            if self._lots is None:
                with self._database.read() as connection:
                    self._lots = holding_storage.all_lots(connection)
            return self._lots

    def lots_of(self, holding_id: str) -> TaxLots:
        """The lots of one holding as they were kept, the oldest first."""
        return self.lots().get(holding_id, ())

    def set_account(self, account_id: str, rules: AccountRules) -> None:
        """Keeps the rules of an account; BadInput for a negative or too large number, or a room that cannot be.

        Its room becomes that of the accounts that it is shared with.
        """
        self.set_all({account_id: rules}, {}, {})

    def set_all(
        self,
        accounts: Mapping[str, AccountRules],
        assets: Mapping[str, Trading],
        homes: Mapping[str, AccountKind | None],
    ) -> None:
        """Keeps rules of several accounts, assets and classes at once, or none of them."""
        for rules in accounts.values():
            _check_account(rules)
        with self._database.write(Topic.RULES) as connection:
            known = {each.id: each for each in account_storage.all_accounts(connection)}
            for account_id, rules in accounts.items():
                room = _checked_room(account_id, rules.room, known, self._today())
                storage.set_account_rules(connection, account_id, replace(rules, room=room))
            for asset_id, trading in assets.items():
                storage.set_trading(connection, [asset_id], trading)
            for class_id, kind in homes.items():
                storage.set_home(connection, class_id, kind)
            named(connection, _rules_of(connection, [*accounts], [*assets], [*homes]))

    def disallow(self, account_id: str, asset_id: str) -> None:
        """Keeps that an asset is not available in an account; what else may be bought there stays as it is."""
        with self._database.write(Topic.RULES) as connection:
            rules = storage.trading_rules(connection).of_account(account_id)
            storage.set_account_rules(connection, account_id, rules.without(asset_id))
            named(connection, _rules_of(connection, [account_id]))

    def allow(self, account_id: str, asset_ids: Iterable[str] | None) -> None:
        """Keeps that these assets (None: all) may be bought in an account, besides what may be already."""
        chosen = None if asset_ids is None else frozenset(asset_ids)
        with self._database.write(Topic.RULES) as connection:
            rules = storage.trading_rules(connection).of_account(account_id)
            storage.set_account_rules(connection, account_id, rules.with_allowed(chosen))
            named(connection, _rules_of(connection, [account_id]))

    def set_trading(self, asset_ids: Iterable[str], trading: Trading) -> None:
        """Keeps how far assets take part in plans."""
        chosen = list(asset_ids)
        with self._database.write(Topic.RULES) as connection:
            storage.set_trading(connection, chosen, trading)
            named(connection, _rules_of(connection, assets=chosen))

    def set_home(self, asset_class_id: str, kind: AccountKind | None) -> None:
        """Keeps the kind of account that a class is better held in; None: any."""
        with self._database.write(Topic.RULES) as connection:
            storage.set_home(connection, asset_class_id, kind)
            named(connection, _rules_of(connection, classes=[asset_class_id]))

    def set_lots(self, holding_id: str, lots: Iterable[TaxLot]) -> None:
        """Keeps the cost lots of a holding, and their sum as its cost; none: the lots go, its cost stays.

        BadInput unless together they are exactly the quantity that is held.
        """
        with self._database.write(Topic.RULES, Topic.HOLDINGS) as connection:
            holding = holding_storage.holding(connection, holding_id)
            checked = checked_lots(holding.quantity, lots, self._today())
            holding_storage.set_lots(connection, holding_id, checked)
            named(connection, f"cost lots of {asset_storage.asset(connection, holding.asset_id).symbol}")
            if checked:
                cost = sum(lot.cost_minor for lot in checked)
                holding_storage.change_holding(connection, replace(holding, cost_basis_minor=cost))

    def on_changed(self, changes: Changes) -> None:
        """Reads anew next time if something of this changed."""
        with self._lock:
            if changes & _PARTS:
                self._rules = self._lots = None
            if changes & (_PARTS | _ROOMS):
                self._today_s = None


def _rules_of(
    connection: Reading, accounts: Sequence[str] = (), assets: Sequence[str] = (), classes: Sequence[str] = ()
) -> str:
    """The rules of these, in words."""
    if (len(accounts), len(assets), len(classes)) == (1, 0, 0):
        return f"rules of “{account_storage.account(connection, accounts[0]).name}”"
    if (len(accounts), len(assets), len(classes)) == (0, 1, 0):
        return f"rule of {asset_storage.asset(connection, assets[0]).symbol}"
    if (len(accounts), len(assets), len(classes)) == (0, 0, 1):
        return f"rule of class “{asset_storage.asset_class(connection, classes[0]).name}”"
    if not accounts and not classes:
        return f"rules of {len(assets)} assets"
    return f"rules of {len(accounts) + len(assets) + len(classes)} accounts, assets and classes"


def _check_account(rules: AccountRules) -> None:
    for minor, what in (
        (rules.buffer_minor, "cash that is kept back"),
        (rules.fee_fixed_minor, "fee"),
        (rules.room.left_minor, "room that is left"),
        (rules.room.renewed_minor or 0, "room of each year"),
    ):
        if not 0 <= minor <= LARGEST_MINOR:
            raise BadInput(f"The {what} is 0 or more, and at most 10 million million. Check the decimal mark.")
    for bps, what in ((rules.fee_rate_bps, "fee"), (rules.fx_rate_bps, "exchange fee")):
        if not Decimal(0) <= bps <= WHOLE:
            raise BadInput(f"The {what} lies between 0% and 100% of the amount. Check the decimal mark.")
        check_decimals(bps, what)


def _checked_room(account_id: str, room: Room, known: Mapping[str, Account], today: date) -> Room:
    """The room with nothing in it that its kind does not have; BadInput or NotFound for one that cannot be."""
    if room.kind is not RoomKind.LIMITED:
        return Room(room.kind)
    if (room.renewed_minor is None) != (room.renewal is None):
        raise BadInput("A room that is renewed each year has an amount and a day. Add the one that is missing.")
    if room.renewal is not None and not _is_day(*room.renewal):
        raise BadInput("The day on which a room is renewed is not in the calendar. Choose another one.")
    if room.on is not None and room.on > today:
        raise BadInput("What is left of a room is said as of today or earlier. Choose another day.")
    sharing = room.shared_with - {account_id}
    if sharing - known.keys():
        raise NotFound("An account that the room is shared with does not exist any more.")
    if len({known[each].currency for each in (account_id, *sharing) if each in known}) > 1:
        raise BadInput("Accounts that share a room are in one currency. Share it with others.")
    return replace(room, shared_with=sharing, on=room.on or today)


def _is_day(month: int, day: int) -> bool:
    """Whether a year has it; in some years only, on the 29th of February."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]


def _with_rooms_left(connection: Reading, rules: TradingRules, today: date) -> TradingRules:
    limited = {key: each for key, each in rules.accounts.items() if each.room.kind is RoomKind.LIMITED}
    if not limited:
        return rules
    deposits, said_at = plan_storage.deposits(connection), storage.rooms_said_at(connection)
    rates = latest_rates(connection, today)
    currencies = {each.id: each.currency for each in account_storage.all_accounts(connection)}
    left = dict(rules.accounts)
    for account_id, each in limited.items():
        code, room = currencies[account_id], each.room
        worth = units(conversions(rates, code), code)
        came = [
            (_day(deposit), half_up(deposit.amount_minor * worth[deposit.base_currency]))
            for deposit in deposits
            if deposit.account_id in {account_id, *room.shared_with}
            and deposit.base_currency in worth
            # What was recorded before it was said on the same day what is left is not in that any more.
            and (_day(deposit) != room.on or deposit.kept_at >= said_at[account_id])
        ]
        left[account_id] = replace(each, room=replace(room, left_minor=room.left_on(today, came), on=today))
    return replace(rules, accounts=left)


def _day(deposit: Deposit) -> date:
    return deposit.recorded_at.astimezone().date()
