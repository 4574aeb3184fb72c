"""Wealthfolio's database, of all its generations: activities, kept positions, quotes, rates, classes, targets."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from wealthdesk.domain.ledger import Entry, EntryKind, with_moved_lots
from wealthdesk.domain.money import LARGEST_NUMBER, WHOLE, canonical, rounded, rounded_price, unit
from wealthdesk.importers.database_copy import MAGIC, DatabaseCopy, DatabaseRefused, copied
from wealthdesk.importers.draft import (
    Candidate,
    CandidateAccount,
    CandidatePrice,
    CandidateRate,
    Draft,
    Kind,
    LeftOut,
    Note,
    Problem,
)
from wealthdesk.importers.encoding import MAX_LINES
from wealthdesk.importers.ledger_draft import Ledger, LedgerAsset, LedgerRow
from wealthdesk.importers.other_portfolio import (
    EXACT,
    OtherPortfolio,
    OtherRefused,
    Shares,
    Tally,
    Taxonomy,
    minor_of,
)
from wealthdesk.importers.taxonomies import asset_key, best_of, is_isin, plain_name, shares_of, with_taxonomy

FORMAT: Final = "Wealthfolio"
_INSTEAD: Final = "In Wealthfolio, open Settings > Exports and export the holdings as CSV."
_ZERO: Final = Decimal(0)
_ASSET_CLASSES: Final = "asset_classes"
_CASH_CATEGORY: Final = "CASH_BANK_DEPOSITS"

_INCOME: Final = {"DIVIDEND": EntryKind.DIVIDEND, "INTEREST": EntryKind.INTEREST, "CREDIT": EntryKind.OTHER}
_IN_KIND: Final = frozenset(("DRIP", "DIVIDEND_IN_KIND", "STAKING_REWARD"))
_COMES: Final = frozenset(("TRANSFER_IN", "ADD_HOLDING"))
_GOES: Final = frozenset(("TRANSFER_OUT", "REMOVE_HOLDING"))
_MONEY: Final = {
    "DEPOSIT": (EntryKind.DEPOSIT, 1),
    "WITHDRAWAL": (EntryKind.WITHDRAWAL, -1),
    "TRANSFER_IN": (EntryKind.DEPOSIT, 1),
    "TRANSFER_OUT": (EntryKind.WITHDRAWAL, -1),
    "CONVERSION_IN": (EntryKind.CONVERSION, 1),
    "CONVERSION_OUT": (EntryKind.CONVERSION, -1),
}
_PAYS: Final = {"FEE": EntryKind.FEE, "TAX": EntryKind.TAX}

_SUFFIXES: Final = {
    "XTSE": ".TO", "XTSX": ".V", "XLON": ".L", "XETR": ".DE", "XFRA": ".F", "XPAR": ".PA", "XAMS": ".AS",
    "XBRU": ".BR", "XLIS": ".LS", "XMIL": ".MI", "XMAD": ".MC", "XSWX": ".SW", "XSTO": ".ST", "XHEL": ".HE",
    "XCSE": ".CO", "XOSL": ".OL", "XWBO": ".VI", "XWAR": ".WA", "XASX": ".AX", "XNZE": ".NZ", "XHKG": ".HK",
    "XTKS": ".T", "XSES": ".SI", "XNSE": ".NS", "XBOM": ".BO", "XJSE": ".JO", "BVMF": ".SA", "XKRX": ".KS",
    "XTAE": ".TA", "XIST": ".IS",
}  # fmt: skip
"""What is written behind a symbol of an exchange where the file has only the exchange."""

_PAIR: Final = re.compile(r"([A-Z]{3})[/:]?([A-Z]{3})(?:=X)?", re.ASCII)


class NotWealthfolio(Exception):
    """A database that is of another program."""


def may_be_wealthfolio(data: bytes) -> bool:
    """Whether the bytes are a database that may be Wealthfolio's."""
    return data.startswith(MAGIC) and b"activities" in data and b"account_id" in data


def read_wealthfolio(data: bytes, file_name: str, today: date, wal: bytes = b"") -> Draft:
    """The draft of a whole database; one that cannot be read is a draft with a problem that says why."""
    try:
        with copied(data, wal) as database:
            needed = {"accounts": {"id", "name", "currency"}, "activities": {"account_id", "activity_type"}}
            if not all(columns <= database.columns(table) for table, columns in needed.items()):
                raise NotWealthfolio
            return _draft(database, file_name, today)
    except DatabaseRefused as why:
        what = f"This is the database of Wealthfolio, but it is not read: {why}."
        return Draft(file_name, problems=(Problem(0, "", what, _INSTEAD),), kind=Kind.OTHER, format=FORMAT)


@dataclass(frozen=True, slots=True)
class _Account:
    name: str
    currency: str
    is_snapshot: bool


@dataclass(frozen=True, slots=True)
class _Asset:
    """times: how many of what is priced one of what is held is (100 for options); parts: see money.unit."""

    told: LedgerAsset
    times: int
    parts: int
    is_manual: bool


@dataclass(slots=True)
class _Remarks:
    """What there is to tell of a database besides what is read of it."""

    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def _draft(database: DatabaseCopy, file_name: str, today: date) -> Draft:
    """Everything that the database says."""
    base, remarks, tally = _base_currency(database), _Remarks(), Tally()
    accounts = dict(_accounts(database, base, remarks))
    assets = _Assets.of(database, base)
    activities = _Activities(accounts, assets, tally, remarks, today)
    rows, count = activities.read(database)
    candidates = tuple(_Snapshots(accounts, assets, tally, remarks).read(database))
    quotes = _Quotes(assets, today)
    quotes.read(database)
    prices, rates = tuple(quotes.prices(tally)), tuple(quotes.rates())
    names = tuple(each.name for each in accounts.values())
    taxonomies = tuple(_taxonomies(database, assets.used, names, remarks))
    last = {(each.symbol, each.currency): each.price for each in prices}
    told_rates = {(each.base, each.quote): each.rate for each in rates}
    draft = Draft(
        file_name,
        accounts=tuple(CandidateAccount(0, each.name, None, _code(each.currency)) for each in accounts.values()),
        candidates=candidates,
        prices=prices,
        rates=rates,
        left_out=tuple(remarks.left_out),
        problems=tuple(remarks.problems),
        notes=tuple(remarks.notes),
        line_count=count,
        as_of=max((row.entry.on for row in rows), default=None),
        base_currency=base,
        kind=Kind.PORTFOLIO,
        format=FORMAT,
        ledger=Ledger(rows, assets.used, doubtful=frozenset(activities.doubtful), is_whole=True),
        taxonomies=taxonomies,
        other=OtherPortfolio(FORMAT, base, names, tally.holdings(assets.used, last), rates=told_rates),
    )
    return with_taxonomy(draft, _first_choice(taxonomies))


def _base_currency(database: DatabaseCopy) -> str | None:
    settings = database.rows("app_settings", ("setting_key", "setting_value"))
    told = {str(each["setting_key"]): each["setting_value"] for each in settings}
    older = database.rows("settings", ("base_currency",))
    found = told.get("base_currency") or (older[0]["base_currency"] if older else None)
    return _code(str(found or "")) or None


def _accounts(database: DatabaseCopy, base: str | None, remarks: _Remarks) -> Iterator[tuple[str, _Account]]:
    names: set[str] = set()
    columns = ("id", "name", "currency", "is_active", "is_archived", "tracking_mode")
    for each in database.rows("accounts", columns, most=10_000):
        own = name = plain_name(_text(each["name"]))
        number = 1
        while name.casefold() in names:
            number += 1
            name = f"{own} ({number})"
        names.add(name.casefold())
        if each["is_active"] in (0, "0") or each["is_archived"] in (1, "1"):
            remarks.left_out.append(LeftOut(0, name, "This account is not active there."))
            continue
        currency = _text(each["currency"]) or base or "USD"
        if unit(currency) is None:
            raise DatabaseRefused(f"the currency “{currency[:10]}” of an account is not known")
        yield _text(each["id"]), _Account(name, currency, _text(each["tracking_mode"]).upper() == "HOLDINGS")


@dataclass(slots=True)
class _Assets:
    """The assets of a database. pairs: the currencies of the rates that are kept among them; used: what is referred to.

    Each has a symbol of its own in its currency, of which `taken` are gone.
    """

    known: dict[str, _Asset] = field(default_factory=dict)
    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)
    used: dict[str, LedgerAsset] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)

    @staticmethod
    def of(database: DatabaseCopy, base: str | None) -> "_Assets":
        """Those of a database whose base currency is this."""
        columns = (
            "id", "isin", "name", "asset_type", "symbol", "currency", "data_source", "kind", "display_code", "metadata",
            "quote_mode", "quote_ccy", "instrument_type", "instrument_symbol", "instrument_exchange_mic",
            "provider_config",
        )  # fmt: skip
        found = _Assets()
        for each in database.rows("assets", columns, most=MAX_LINES):
            found._add(_text(each["id"]), each, base)
        return found

    def _add(self, key: str, row: Mapping[str, Any], base: str | None) -> None:
        pair = _pair(row)
        if pair is not None:
            self.pairs[key] = pair
            return
        told = unit(_text(row["quote_ccy"]) or _text(row["currency"]) or base or "USD")
        if told is None or _is_cash(key):
            return
        code, parts = told
        symbol = self._free(_symbol(row) or key, code)
        isin = (_text(row["isin"]) or _text(_json(row["metadata"], "identifiers", "isin"))).upper()
        asset = LedgerAsset(symbol, plain_name(_text(row["name"]) or symbol), isin if is_isin(isin) else None, code)
        is_manual = "MANUAL" in (_text(row["quote_mode"]).upper(), _text(row["data_source"]).upper())
        self.known[key] = _Asset(asset, _times(row), parts, is_manual)

    def _free(self, symbol: str, code: str) -> str:
        word, number = plain_name(symbol)[:80], 1
        while (word.casefold(), code) in self.taken:
            number += 1
            word = f"{plain_name(symbol)[:70]} {number}"
        self.taken.add((word.casefold(), code))
        return word

    def named(self, key: str) -> _Asset:
        """The asset that an activity or a position names, which is used from now on."""
        found = self.known.get(key)
        if found is None:
            raise OtherRefused("its asset is not in the file")
        self.used[key] = found.told
        return found


def _pair(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """The currencies of an exchange rate that is kept among the assets."""
    kinds = {_text(row[each]).upper() for each in ("asset_type", "kind", "instrument_type")}
    if not kinds & {"FX", "FOREX", "FX_RATE"}:
        return None
    base, quote = _text(row["instrument_symbol"]).upper(), _text(row["quote_ccy"]).upper()
    if unit(base) is None or unit(quote) is None or base == quote:
        found = _PAIR.fullmatch(base or _text(row["symbol"]).upper() or _text(row["id"]).upper())
        base, quote = found.groups() if found else ("", "")
    return (base, quote) if unit(base) and unit(quote) else ("", "")


@dataclass(slots=True)
class _Activities:
    """Makes entries of the activities. doubtful: what those that could not be read are about."""

    accounts: Mapping[str, _Account]
    assets: _Assets
    tally: Tally
    remarks: _Remarks
    today: date
    doubtful: set[str] = field(default_factory=set)

    def read(self, database: DatabaseCopy) -> tuple[tuple[LedgerRow, ...], int]:
        """The entries, and how many activities there are."""
        columns = (
            "id", "account_id", "asset_id", "activity_type", "activity_type_override", "subtype", "status", "is_draft",
            "activity_date", "quantity", "unit_price", "amount", "fee", "tax", "currency", "fx_rate",
            "destination_amount", "destination_currency", "source_group_id",
        )  # fmt: skip
        has_amount, counts = "amount" in database.columns("activities"), _what_counts(database)
        told = database.rows("activities", columns, most=MAX_LINES)
        made: list[tuple[str, Entry, str]] = []
        moves: dict[tuple[object, ...], list[tuple[int, bool]]] = defaultdict(list)
        for line, row in enumerate(told, 1):
            account = self.accounts.get(_text(row["account_id"]))
            if account is None or account.is_snapshot or not counts(row):
                continue
            entry = self._read(row, account, line, has_amount=has_amount)
            if entry is None:
                continue
            if _kind(row) in ("TRANSFER_IN", "TRANSFER_OUT") and entry.asset is not None:
                group = _text(row["source_group_id"]) or entry.on
                moves[group, entry.asset, entry.quantity].append((len(made), entry.kind.adds))
            made.append((account.name, entry, _digest(row)))
        entries = with_moved_lots([(account, entry) for account, entry, _ in made], _pairs(moves, made))
        rows = zip(made, entries, strict=True)
        return tuple(LedgerRow(account, entry, key) for (account, _, key), entry in rows), len(told)

    def _read(self, row: Mapping[str, Any], account: _Account, line: int, *, has_amount: bool) -> Entry | None:
        """What an activity did; None where it does nothing or cannot be read, which is told."""
        try:
            return self._entry(row, account, line, has_amount=has_amount)
        except OtherRefused as why:
            what = f"Activity {line}, {_kind(row)[:40]} in {account.name}: {why}."
            self.remarks.problems.append(Problem(line, "", what, "Correct it in Wealthfolio, or leave it out."))
            if row["asset_id"]:
                self.doubtful.add(_text(row["asset_id"]))
            return None

    def _entry(self, row: Mapping[str, Any], account: _Account, line: int, *, has_amount: bool) -> Entry | None:
        kind, on = _kind(row), _day(row["activity_date"])
        if on > self.today:
            self._leave_out(line, on, kind, "It is planned for later.")
            return None
        numbers = _Numbers.of(row)
        key = _text(row["asset_id"])
        is_money = not key or _is_cash(key)
        making = _Making(self.tally, row, account, numbers, on, line)
        if kind in ("BUY", "SELL"):
            return making.trade(self._traded(key), key, kind)
        if kind == "SPLIT":
            self._traded(key)
            return making.split(key, has_amount=has_amount)
        if kind in _INCOME:
            in_kind = _text(row["subtype"]).upper() in _IN_KIND and not is_money and numbers.quantity > 0
            return making.in_kind(self.assets.named(key), key) if in_kind else making.income(_INCOME[kind])
        if kind in _PAYS:
            return making.charge(_PAYS[kind])
        if (kind in _COMES or kind in _GOES) and not is_money:
            return making.move(self.assets.named(key), key, comes=kind in _COMES)
        if kind in _MONEY:
            return making.money(*_MONEY[kind])
        if kind == "FX_EXCHANGE":
            return making.exchange()
        if kind == "ADJUSTMENT" and _text(row["subtype"]).upper() == "OPTION_EXPIRY" and not is_money:
            self.assets.named(key)
            return making.expiry(key)
        if kind in ("ADJUSTMENT", "UNKNOWN"):
            self._leave_out(line, on, kind, "It moves nothing there either.")
            return None
        raise OtherRefused("this kind of activity is not known")

    def _leave_out(self, line: int, on: date, kind: str, why: str) -> None:
        self.remarks.left_out.append(LeftOut(line, f"{on} {kind}"[:120], why))

    def _traded(self, key: str) -> _Asset:
        if not key or _is_cash(key):
            raise OtherRefused("it names no asset")
        return self.assets.named(key)


def _what_counts(database: DatabaseCopy) -> Callable[[Mapping[str, Any]], bool]:
    """What says whether an activity counts: its status, or in older files whether it is a draft."""
    if "status" in database.columns("activities"):
        return lambda row: _text(row["status"]).upper() in ("POSTED", "")
    return lambda row: row["is_draft"] in (0, "0", None)


@dataclass(frozen=True, slots=True)
class _Snapshots:
    """Reads positions that are kept as they are: what accounts without activities hold, by their last snapshot."""

    accounts: Mapping[str, _Account]
    assets: _Assets
    tally: Tally
    remarks: _Remarks

    def read(self, database: DatabaseCopy) -> Iterator[Candidate]:
        """The positions and the cash of all of them."""
        kept = {key: each for key, each in self.accounts.items() if each.is_snapshot}
        if not kept:
            return
        columns = ("snapshot_date", "id", "account_id", "positions", "cash_balances")
        last = database.rows("holdings_snapshots", columns, group='"account_id"', most=10_000)
        listed = defaultdict(list)
        ids = {_text(each["id"]) for each in last}
        position_columns = ("snapshot_id", "asset_id", "quantity", "total_cost_basis", "currency")
        for each in database.rows("snapshot_positions", position_columns, most=MAX_LINES):
            if _text(each["snapshot_id"]) in ids:
                told = each["asset_id"], each["quantity"], each["total_cost_basis"]
                listed[_text(each["snapshot_id"])].append(told)
        for snapshot in last:
            account = kept.get(_text(snapshot["account_id"]))
            if account is None:
                continue
            for key, quantity, cost in listed.get(_text(snapshot["id"])) or list(_positions(snapshot["positions"])):
                yield from self._position(account, _text(key), quantity, cost)
            balances = _json(snapshot["cash_balances"])
            for currency, amount in balances.items() if isinstance(balances, dict) else ():
                yield from self._balance(account, str(currency), amount)

    def _position(self, account: _Account, key: str, quantity: object, cost: object) -> Iterator[Candidate]:
        try:
            held, asset = _number(quantity), self.assets.named(key)
            if held <= 0:
                return
            paid = EXACT.divide(_number(cost), Decimal(asset.parts)) if cost not in (None, "") else None
        except OtherRefused as why:
            what = f"A position in {account.name} is not read: {why}."
            self.remarks.problems.append(Problem(0, "", what, "Correct it in Wealthfolio, or leave it out."))
            return
        self.tally.held[account.name, key] += held
        told = asset.told
        held = rounded(held)
        cost_told = paid if paid is not None and paid > 0 else None
        yield Candidate(0, account.name, told.symbol, told.name, held, told.currency, isin=told.isin, cost=cost_told)

    def _balance(self, account: _Account, currency: str, amount: object) -> Iterator[Candidate]:
        found = unit(currency)
        try:
            if found is None:
                raise OtherRefused(f"the currency “{currency[:10]}” is not known")
            money = EXACT.divide(_number(amount), Decimal(found[1]))
            minor = minor_of(money, found[0])
        except OtherRefused as why:
            self.remarks.problems.append(Problem(0, "", f"The cash in {account.name} is not read: {why}.", _INSTEAD))
            return
        self.tally.money[account.name, found[0]] += money
        if minor < 0:
            what = f"{account.name} has {canonical(money)} {found[0]}: money below zero is not kept, it is 0 here."
            self.remarks.notes.append(Note(what))
        elif minor:
            yield Candidate(0, account.name, found[0], None, money, found[0], is_cash=True, kind="cash")


@dataclass(slots=True)
class _Quotes:
    """The last quote of each month since the first activity, and the latest rate of each pair.

    of_assets: (asset, day) → whether its own source tells it, and the price.
    """

    assets: _Assets
    today: date
    of_assets: dict[tuple[str, date], tuple[bool, Decimal]] = field(default_factory=dict)
    of_pairs: dict[tuple[str, str], tuple[date, Decimal]] = field(default_factory=dict)

    def read(self, database: DatabaseCopy) -> None:
        """Those of a database, whose columns were called otherwise in older ones."""
        known = database.columns("quotes")
        day = next((each for each in ("day", "date", "timestamp") if each in known), None)
        asset = next((each for each in ("asset_id", "symbol") if each in known), None)
        source = next((each for each in ("source", "data_source") if each in known), None)
        if day is None or asset is None or "close" not in known:
            return
        group = f'"{asset}", substr("{day}", 1, 7)' + (f', "{source}"' if source else "")
        columns = (day, asset, "close", "currency", source or day)
        for row in database.rows("quotes", columns, group=group, most=2_000_000):
            key = _text(row[asset])
            try:
                on, close = _day(row[day]), _number(row["close"])
            except OtherRefused:
                continue
            if on > self.today or close <= 0:
                continue
            if key in self.assets.pairs:
                self._take_rate(self.assets.pairs[key], on, close)
            elif key in self.assets.used:
                is_by_hand = _text(row[source]).upper() == "MANUAL" if source else None
                self._take_price(key, on, close, _text(row["currency"]), is_by_hand)

    def _take_price(self, key: str, on: date, close: Decimal, currency: str, is_by_hand: bool | None) -> None:
        """is_by_hand: whether it was typed; None where the file does not tell."""
        asset = self.assets.known[key]
        code, parts = unit(currency) or (asset.told.currency, asset.parts)
        price = rounded_price(EXACT.divide(close * asset.times, Decimal(parts)))
        is_wanted = is_by_hand is None or asset.is_manual == is_by_hand
        if price is not None and code == asset.told.currency and (is_wanted or (key, on) not in self.of_assets):
            self.of_assets[key, on] = is_wanted, price

    def _take_rate(self, pair: tuple[str, str], on: date, close: Decimal) -> None:
        base, quote = unit(pair[0]), unit(pair[1])
        if base is None or quote is None or base[0] == quote[0]:
            return
        rate = rounded_price(EXACT.divide(close * base[1], Decimal(quote[1])))
        known = self.of_pairs.get((base[0], quote[0]))
        if rate is not None and (known is None or known[0] < on):
            self.of_pairs[base[0], quote[0]] = on, rate

    def prices(self, tally: Tally) -> Iterator[CandidatePrice]:
        """The prices by their days, for the accounts that the asset moved in."""
        for (key, on), (_, price) in sorted(self.of_assets.items(), key=lambda each: (each[0][1], each[0][0])):
            told = self.assets.used[key]
            yield CandidatePrice(0, told.symbol, told.currency, on, price, told.isin, tally.holders(key))

    def rates(self) -> Iterator[CandidateRate]:
        """The rates."""
        for (base, quote), (on, rate) in self.of_pairs.items():
            yield CandidateRate(0, base, quote, on, rate)


def _taxonomies(
    database: DatabaseCopy, used: Mapping[str, LedgerAsset], accounts: Sequence[str], remarks: _Remarks
) -> Iterator[Taxonomy]:
    """The trees of classes with what is assigned to them, and with the targets that are of everything."""
    told = database.rows("taxonomies", ("id", "name"), most=1_000)
    names = {_text(each["id"]): plain_name(_text(each["name"])) for each in told}
    categories = _Categories.of(database)
    assigned: dict[str, dict[str, list[tuple[str, Fraction]]]] = defaultdict(lambda: defaultdict(list))
    columns = ("asset_id", "taxonomy_id", "category_id", "weight")
    for each in database.rows("asset_taxonomy_assignments", columns, most=1_000_000):
        key, of, category = (_text(each[column]) for column in columns[:3])
        if key in used and (of, category) in categories.names:
            weight = int(each["weight"]) if isinstance(each["weight"], int) else 0
            assigned[of][key].append((category, Fraction(weight, WHOLE)))
    targets = _targets(database, remarks)
    for of in dict.fromkeys((*targets, *assigned)):
        strategy, wanted = targets.get(of, ("", {}))
        labels = categories.labels(of, wanted)
        classes = {
            asset_key(used[key].symbol, used[key].currency): shares_of(labels, found)
            for key, found in assigned[of].items()
        }
        money: Shares = ((labels.get(_CASH_CATEGORY, "Cash"), WHOLE),) if of == _ASSET_CLASSES else ()
        lines = tuple((labels[category], bps) for category, bps in wanted.items() if bps)
        name = names.get(of) or of.replace("_", " ").capitalize() or "Classes"
        yield Taxonomy(name, classes, dict.fromkeys(accounts, money) if money else {}, lines, strategy)
    if not assigned and not targets:
        yield from _old_classes(database, used)


def _old_classes(database: DatabaseCopy, used: Mapping[str, LedgerAsset]) -> Iterator[Taxonomy]:
    """The class of an asset where the file has no trees of them yet."""
    classes: dict[str, Shares] = {}
    for each in database.rows("assets", ("id", "asset_class"), most=MAX_LINES):
        known, name = used.get(_text(each["id"])), _text(each["asset_class"])
        if known is not None and name:
            classes[asset_key(known.symbol, known.currency)] = ((plain_name(name.replace("_", " ")), WHOLE),)
    if classes:
        yield Taxonomy("Asset classes", classes)


def _targets(database: DatabaseCopy, remarks: _Remarks) -> dict[str, tuple[str, dict[str, int]]]:
    """Tree → the name of the targets for everything, and category → basis points; only where these sum to 100 %."""
    columns = ("id", "name", "scope_type", "is_active", "archived_at", "is_archived")
    of_all = {
        _text(each["id"]): plain_name(_text(each["name"]) or "Targets")
        for each in database.rows("allocation_targets", columns, most=10_000)
        if _text(each["scope_type"]).lower() in ("", "all", "portfolio", "total")
        and each["is_active"] not in (0, "0")
        and not each["archived_at"]
        and each["is_archived"] not in (1, "1")
    }
    weights: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    of_weights = ("target_id", "taxonomy_id", "category_id", "target_bps")
    for each in database.rows("allocation_target_weights", of_weights, most=100_000):
        target, of, category = (_text(each[column]) for column in of_weights[:3])
        if target in of_all and isinstance(each["target_bps"], int):
            weights[target, of or _ASSET_CLASSES][category] = each["target_bps"]
    found: dict[str, tuple[str, dict[str, int]]] = {}
    for target, name in of_all.items():
        for (owner, of), told in weights.items():
            if owner != target or of in found:
                continue
            if sum(told.values()) == WHOLE and all(bps >= 0 for bps in told.values()):
                found[of] = name, told
            else:
                remarks.notes.append(Note(f"The targets “{name}” do not sum to 100 %: they are not taken over."))
    return found


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of an activity, all of them as sizes; `code` is the currency of its money, divided into `parts`."""

    quantity: Decimal
    price: Decimal
    amount: Decimal | None
    costs: Decimal
    fee: Decimal
    code: str
    parts: int

    @staticmethod
    def of(row: Mapping[str, Any]) -> "_Numbers":
        """The numbers of a row; OtherRefused where one is none."""
        found = unit(_text(row["currency"]))
        if found is None:
            raise OtherRefused(f"the currency “{_text(row['currency'])[:10]}” is not known")
        fee, tax = abs(_number(row["fee"])), abs(_number(row["tax"]))
        amount = None if row["amount"] in (None, "") else abs(_number(row["amount"]))
        quantity, price = abs(_number(row["quantity"])), abs(_number(row["unit_price"]))
        return _Numbers(quantity, price, amount, fee + tax, fee, *found)

    @property
    def told(self) -> Decimal:
        """The money that it is about: its amount, else quantity times price."""
        return self.amount if self.amount else EXACT.multiply(self.quantity, self.price)

    def in_code(self, number: Decimal) -> Decimal:
        """A number in its unit, in whole ones of its currency."""
        return EXACT.divide(number, Decimal(self.parts))


@dataclass(frozen=True, slots=True)
class _Making:
    """One activity on its way to an entry."""

    tally: Tally
    row: Mapping[str, Any]
    account: _Account
    numbers: _Numbers
    on: date
    line: int

    def _made(
        self,
        kind: EntryKind,
        money: Iterable[tuple[str, Decimal]] = (),
        key: str | None = None,
        quantity: Decimal = _ZERO,
        cost: int | None = None,
        price: Decimal | None = None,
        ratio: Fraction | None = None,
    ) -> Entry:
        minor = []
        for code, amount in money:
            minor.append((code, minor_of(amount, code)))
            self.tally.money[self.account.name, code] += amount
        if quantity >= LARGEST_NUMBER:
            raise OtherRefused("its quantity is more than can be kept")
        if key is not None and quantity:
            self.tally.held[self.account.name, key] += -quantity if kind.takes else quantity
        paid = tuple(each for each in minor if each[1])
        at = _text(self.row["activity_date"])[11:19]
        return Entry(self.on, kind, key, rounded(quantity), paid, cost, price, ratio, at, self.line)

    def trade(self, asset: _Asset, key: str, kind: str) -> Entry:
        """A purchase or a sale, paid in the currency of the activity, or of the account where a rate is told."""
        numbers, sign = self.numbers, -1 if kind == "BUY" else 1
        if not numbers.quantity:
            raise OtherRefused("it has no quantity")
        gross = self._gross(asset)
        net = numbers.in_code(gross + numbers.costs if sign < 0 else gross - numbers.costs)
        code, amount = self._booked(net * sign)
        cost = minor_of(net, numbers.code) if sign < 0 and numbers.code == asset.told.currency else None
        price = None
        if numbers.code == asset.told.currency:
            price = rounded_price(EXACT.divide(numbers.in_code(gross), numbers.quantity))
        of = EntryKind.BUY if sign < 0 else EntryKind.SELL
        return self._made(of, [(code, amount)], key, numbers.quantity, cost, price)

    def _gross(self, asset: _Asset) -> Decimal:
        numbers = self.numbers
        product = EXACT.multiply(numbers.quantity, numbers.price) * asset.times
        return product if product or not numbers.amount else numbers.amount

    def _booked(self, amount: Decimal) -> tuple[str, Decimal]:
        """The money in the currency that it is booked in."""
        rate, own = _number(self.row["fx_rate"]), unit(self.account.currency)
        if rate > 0 and own is not None and own[0] != self.numbers.code:
            return own[0], EXACT.multiply(amount, rate)
        return self.numbers.code, amount

    def split(self, key: str, *, has_amount: bool) -> Entry:
        """A split: its ratio stands in the amount, in the oldest files in the price."""
        numbers = self.numbers
        told = (numbers.amount if has_amount else numbers.price) or numbers.price or numbers.quantity
        if not told or told >= 10**9 or told < Decimal("1e-9"):
            raise OtherRefused("the ratio of the split is not told")
        ratio = Fraction(told)
        close = ratio.limit_denominator(1_000)
        ratio = close if abs(close / ratio - 1) < Fraction(1, 10**6) else ratio
        self.tally.split(self.account.name, key, ratio)
        return self._made(EntryKind.SPLIT, key=key, ratio=ratio)

    def in_kind(self, asset: _Asset, key: str) -> Entry:
        """Income that came as shares."""
        numbers = self.numbers
        worth = numbers.in_code(self._gross(asset))
        is_own = numbers.code == asset.told.currency and worth > 0
        price = rounded_price(EXACT.divide(worth, numbers.quantity)) if is_own else None
        cost = minor_of(worth, numbers.code) if is_own else None
        return self._made(EntryKind.REINVESTED, (), key, numbers.quantity, cost, price)

    def income(self, kind: EntryKind) -> Entry:
        """Income that was paid."""
        numbers = self.numbers
        return self._made(kind, [(numbers.code, numbers.in_code(numbers.told - numbers.costs))])

    def charge(self, kind: EntryKind) -> Entry:
        """What was paid for nothing: its fee, else its amount."""
        numbers = self.numbers
        charged = numbers.costs or numbers.told
        return self._made(kind, [(numbers.code, -numbers.in_code(charged))])

    def money(self, kind: EntryKind, sign: int) -> Entry:
        """Money that came or went."""
        numbers = self.numbers
        moved = numbers.told * sign - numbers.costs
        return self._made(kind, [(numbers.code, numbers.in_code(moved))])

    def exchange(self) -> Entry:
        """Money of one currency for that of another."""
        numbers, other = self.numbers, unit(_text(self.row["destination_currency"]))
        if other is None:
            raise OtherRefused("the other currency is not told")
        came = EXACT.divide(abs(_number(self.row["destination_amount"])), Decimal(other[1]))
        gone = -numbers.in_code(numbers.told + numbers.costs)
        return self._made(EntryKind.CONVERSION, [(numbers.code, gone), (other[0], came)])

    def move(self, asset: _Asset, key: str, *, comes: bool) -> Entry:
        """Shares that came from elsewhere or went there; only a fee is paid."""
        numbers = self.numbers
        if not numbers.quantity:
            raise OtherRefused("it has no quantity")
        worth = numbers.in_code(self._gross(asset) + numbers.costs)
        is_told = comes and numbers.code == asset.told.currency and worth > 0
        cost = minor_of(worth, numbers.code) if is_told else None
        kind = EntryKind.RECEIVED if comes else EntryKind.DELIVERED
        fee = [(numbers.code, -numbers.in_code(numbers.costs))] if numbers.costs else []
        return self._made(kind, fee, key, numbers.quantity, cost)

    def expiry(self, key: str) -> Entry:
        """An option that is worth nothing any more."""
        return self._made(EntryKind.DELIVERED, (), key, self.numbers.quantity)


@dataclass(frozen=True, slots=True)
class _Categories:
    """The categories of all trees: (tree, category) → its name, and the one above it."""

    names: Mapping[tuple[str, str], str]
    above: Mapping[tuple[str, str], str]

    @staticmethod
    def of(database: DatabaseCopy) -> "_Categories":
        """Those of a database."""
        told = database.rows("taxonomy_categories", ("taxonomy_id", "id", "parent_id", "name"), most=100_000)
        keys = {(_text(each["taxonomy_id"]), _text(each["id"])): each for each in told}
        names = {key: plain_name(_text(each["name"]) or key[1]) for key, each in keys.items()}
        return _Categories(names, {key: _text(each["parent_id"]) for key, each in keys.items() if each["parent_id"]})

    def labels(self, of: str, wanted: Mapping[str, int]) -> dict[str, str]:
        """Category → the class that it comes to: the nearest one above it that has a target, else itself."""
        own = {category: name for (tree, category), name in self.names.items() if tree == of}
        own |= {category: plain_name(category) for category in wanted if category not in own}
        found = {}
        for category in own:
            here, steps = category, 0
            while here not in wanted and (of, here) in self.above and steps < 50:
                here, steps = self.above[of, here], steps + 1
            found[category] = here if here in wanted else category
        counted: dict[str, set[str]] = defaultdict(set)
        for category in found.values():
            counted[own.get(category, category).casefold()].add(category)
        return {
            category: own[to] if len(counted[own[to].casefold()]) == 1 else self._path(of, to, own)
            for category, to in found.items()
        }

    def _path(self, of: str, category: str, own: Mapping[str, str]) -> str:
        above = self.above.get((of, category), "")
        return plain_name(f"{own[above]} / {own[category]}" if above in own else f"{own[category]} ({category})")


def _first_choice(taxonomies: Iterable[Taxonomy]) -> str | None:
    """The tree with targets, else that of asset classes, else the fullest."""
    listed = list(taxonomies)
    named = next((each.name for each in listed if each.name.casefold() == "asset classes" and each.classes), None)
    return best_of(listed) if named is None or any(each.targets for each in listed) else named


def _pairs(
    moves: Mapping[tuple[object, ...], list[tuple[int, bool]]], made: list[tuple[str, Entry, str]]
) -> dict[int, int]:
    """The places of what came from another account, with those of what went there."""
    found: dict[int, int] = {}
    for each in moves.values():
        goes = [place for place, comes in each if not comes]
        for place in (place for place, comes in each if comes):
            other = next((gone for gone in goes if made[gone][0] != made[place][0]), None)
            if other is not None:
                goes.remove(other)
                found[place] = other
    return found


def _positions(told: object) -> Iterator[tuple[object, object, object]]:
    found = _json(told)
    for key, each in found.items() if isinstance(found, dict) else ():
        if isinstance(each, dict):
            yield each.get("assetId", key), each.get("quantity"), each.get("totalCostBasis")


def _symbol(row: Mapping[str, Any]) -> str:
    """What an asset is called: as its provider calls it, by its own symbol and exchange, or as it is shown."""
    overrides = _json(row["provider_config"], "overrides")
    for each in overrides.values() if isinstance(overrides, dict) else ():
        symbol = each.get("symbol") if isinstance(each, dict) else None
        if isinstance(symbol, str) and symbol.strip():
            return symbol.strip()
    own = _text(row["instrument_symbol"])
    if own:
        return own + _SUFFIXES.get(_text(row["instrument_exchange_mic"]).upper(), "") if "." not in own else own
    return _text(row["display_code"]) or _text(row["symbol"])


def _times(row: Mapping[str, Any]) -> int:
    if "OPTION" not in (_text(row["instrument_type"]).upper(), _text(row["asset_type"]).upper()):
        return 1
    told = _json(row["metadata"], "option", "multiplier")
    return told if isinstance(told, int) and 0 < told <= 10_000 else 100


def _kind(row: Mapping[str, Any]) -> str:
    return (_text(row["activity_type_override"]) or _text(row["activity_type"])).upper()


def _is_cash(key: str) -> bool:
    return key.upper().startswith(("$CASH", "CASH:", "CASH-"))


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bytes) else str(value).strip()


def _json(value: object, *path: str) -> Any:
    try:
        found = json.loads(_text(value) or "null", parse_float=Decimal) if not isinstance(value, dict) else value
    except (ValueError, RecursionError):
        return None
    for each in path:
        found = found.get(each) if isinstance(found, dict) else None
    return found


def _day(value: object) -> date:
    try:
        return date.fromisoformat(_text(value)[:10])
    except ValueError as error:
        raise OtherRefused("its day cannot be read") from error


def _number(value: object) -> Decimal:
    """A number as it is kept: a text, or a float by its shortest form; nothing is 0."""
    if value is None or value == "":
        return _ZERO
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation as error:
        raise OtherRefused(f"“{str(value)[:40]}” is not a number") from error
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        raise OtherRefused(f"“{str(value)[:40]}” is not a number that can be kept")
    return number


def _code(text: str) -> str:
    found = unit(text)
    return found[0] if found else ""


def _digest(row: Mapping[str, Any]) -> str:
    """What tells an activity from all others, as long as nothing of it is changed."""
    return hashlib.sha256("|".join(map(str, row.values())).encode()).hexdigest()[:32]
