"""What a holdings file means for the portfolio: its lines matched with the accounts and assets that are known."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import uuid4

from wealthdesk.domain.accounts import Account, AccountKind, account_name
from wealthdesk.domain.assets import (
    OF_ONE_ISIN,
    AccountAlias,
    Aliases,
    Asset,
    AssetAlias,
    AssetClass,
    AssetKind,
    Exposure,
    cash_asset,
    checked_exposures,
    plain,
    source_of,
)
from wealthdesk.domain.holdings import FxRate, HeldOn, Holding, Portfolio, Price, checked_cost, checked_quantity
from wealthdesk.domain.money import canonical, exact_sum, to_minor
from wealthdesk.domain.names import LONGEST
from wealthdesk.domain.tax_lots import TaxLots, ordered
from wealthdesk.domain.valuation import RateConversion, conversions
from wealthdesk.errors import BadInput
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.draft import Candidate, CandidatePrice, CandidateRate, Draft, Field, Problem
from wealthdesk.importers.export_format import OWN_FORMAT, rate_cell
from wealthdesk.importers.holdings_csv import ReadProgress
from wealthdesk.importers.ledger_draft import KeptOpening

_BETWEEN_REPORTS: Final = 500
"""Lines, which take some hundredths of a second."""


PALETTE = ("#BC5215", "#5E409D", "#24837B", "#A02F6F", "#66800B", "#205EA6", "#AD8301", "#AF3029")
"""Colours for classes of the user's own, in turn."""

SOURCE = "import"


@dataclass(frozen=True, slots=True)
class HoldingChange:
    """A holding as a file has it (`after`), and as it is now (`before`, None: new)."""

    line: int
    account: Account
    asset: Asset
    before: Holding | None
    after: Holding
    lots: TaxLots | None = None
    """The cost lots as the file tells them; None: they stay as they are."""
    file_name: str = ""
    """The file that the line is in."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A holding that is kept in an account of the file, but does not stand in the file any more."""

    account: Account
    asset: Asset
    holding: Holding


@dataclass(frozen=True, slots=True)
class Matched:
    """What keeping the drafts changes. `base_currency` is set where the portfolio has none yet.

    completed: known assets that get classes or an ISIN they did not have, or the new symbol that the files which named
    them before have for them. Nothing that the user set is replaced. absorbed: assets that were only ever given prices,
    which are those of another one (the second of the two). aliases: what the files call what is known by other names.
    past: what was held on earlier days. replayed, followed: the lines of lists of transactions that are new (account
    id, key, day), and the cash that they explain (account id, currency).
    """

    base_currency: str | None
    accounts: tuple[Account, ...]
    classes: tuple[AssetClass, ...]
    assets: tuple[Asset, ...]
    completed: tuple[Asset, ...]
    added: tuple[HoldingChange, ...]
    changed: tuple[HoldingChange, ...]
    unchanged: tuple[HoldingChange, ...]
    prices: tuple[Price, ...]
    rates: tuple[FxRate, ...]
    gone: tuple[Gone, ...]
    problems: tuple[tuple[str, Problem], ...]
    notes: tuple[str, ...]
    absorbed: tuple[tuple[Asset, Asset], ...] = ()
    asset_aliases: tuple[AssetAlias, ...] = ()
    account_aliases: tuple[AccountAlias, ...] = ()
    past: tuple[HeldOn, ...] = ()
    replayed: tuple[tuple[str, str, date], ...] = ()
    followed: tuple[tuple[str, str], ...] = ()
    openings: tuple[tuple[str, str, KeptOpening], ...] = ()
    """What the user says was held before lists begin: account id, asset id, and what."""
    likely_classes: Mapping[str, str] = field(default_factory=dict)
    """Asset id → the id of the class that its type in a file speaks of; none of them is kept by itself."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change (holdings that are gone from the file stay unless the user removes them)."""
        news = (self.accounts, self.classes, self.assets, self.completed, self.absorbed, self.added, self.changed)
        return not any((*news, self.prices, self.rates, self.replayed))


def match(
    known: Portfolio,
    drafts: Sequence[Draft],
    today: date,
    *,
    has_base: bool,
    known_prices: Mapping[tuple[str, date], Decimal],
    known_rates: Iterable[FxRate],
    aliases: Aliases,
    known_lots: Mapping[str, TaxLots],
    progress: ReadProgress,
) -> Matched:
    """Matches drafts with the portfolio. `known_prices` are those of the days that the drafts have prices of,
    `known_lots` those of the holdings by their ids. `progress` is called for every few hundred lines; it may raise.
    """
    matching = _Matching(known, today, None if has_base else _usual_currency(drafts), aliases, known_lots)
    for draft in drafts:
        matching.take(draft, progress)
    return matching.result(known_prices, {(r.base, r.quote, r.on): r.rate for r in known_rates})


class Lookup:
    """What is known in the portfolio by what a file calls it; nothing is made up for what is not."""

    def __init__(self, known: Portfolio, today: date, aliases: Aliases) -> None:
        self._matching = _Matching(known, today, None, aliases, {})

    def account(self, file_format: str, name: str) -> Account | None:
        """The account that files of this format call so."""
        matching, text = self._matching, plain(name)
        called = matching.aliases.accounts.get((file_format, text), "")
        return matching.accounts.get(text) or matching.known.accounts.get(called)

    def asset(
        self, file_format: str, account_id: str | None, symbol: str, isin: str | None, currency: str
    ) -> Asset | None:
        """The asset that files of this format call so on lines of this account."""
        candidate = Candidate(0, None, symbol, None, Decimal(0), currency, isin=isin)
        return self._matching.known_asset(candidate, source_of(file_format, account_id), account_id)

    def cash(self, code: str) -> Asset | None:
        """The cash in a currency."""
        return self._matching.cash.get(code)

    def holding(self, account_id: str, asset_id: str) -> Holding | None:
        """What an account holds of an asset."""
        return self._matching.held.get((account_id, asset_id))

    def price(self, asset_id: str) -> Price | None:
        """The latest price of an asset."""
        return self._matching.known.prices.get(asset_id)


def days_of(drafts: Iterable[Draft], today: date) -> set[date]:
    """The days that the drafts have prices of."""
    return {price.on or draft.as_of or today for draft in drafts for price in draft.prices}


def _usual_currency(drafts: Iterable[Draft]) -> str | None:
    """The one that a file names, else the currency most lines are in; of equals the first."""
    drafts = list(drafts)
    named = next((draft.base_currency for draft in drafts if draft.base_currency), None)
    if named:
        return named
    counted = Counter(each.currency for draft in drafts for each in draft.candidates)
    return counted.most_common(1)[0][0] if counted else None


class _Line(NamedTuple):
    """What the holding and the price of one line have in common. turn: which of the files it is."""

    turn: int
    symbol: str
    isin: str | None
    currency: str
    account_id: str | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file says of one holding. turn: which of the files it is."""

    turn: int
    file_name: str
    line: int
    quantity: Decimal
    cost: int | None
    lots: TaxLots | None = None

    def plus(self, other: "_Told") -> "_Told":
        """Both together, on the line of the other; the cost is known where both are."""
        cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        quantity = exact_sum(self.quantity, other.quantity)
        lots = None if self.lots is None or other.lots is None else ordered((*self.lots, *other.lots))
        return replace(self, line=other.line, quantity=quantity, cost=cost, lots=lots)


@dataclass(slots=True)
class _Matching:
    """Takes draft after draft; what is new is known to the next line and the next file."""

    known: Portfolio
    today: date
    base: str | None
    aliases: Aliases
    known_lots: Mapping[str, TaxLots]
    new_accounts: dict[str, Account] = field(default_factory=dict)
    new_classes: dict[str, AssetClass] = field(default_factory=dict)
    new_assets: dict[str, Asset] = field(default_factory=dict)
    completed: dict[str, Asset] = field(default_factory=dict)
    absorbed: dict[str, tuple[Asset, Asset]] = field(default_factory=dict)
    asset_aliases: dict[tuple[str, str, str], str] = field(default_factory=dict)
    account_aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    of_lines: "dict[_Line, dict[str, None]]" = field(default_factory=dict)
    """A line of a file → the ids of the assets that it turned out to be."""
    turn: int = 0
    by_name_alone: bool = False
    """Whether classes of the draft are called what they are called there, whatever the words mean."""
    wanted: "dict[tuple[str, str], _Told]" = field(default_factory=dict)
    refused: set[tuple[int, str, str]] = field(default_factory=set)
    prices: dict[tuple[str, date], Price] = field(default_factory=dict)
    traded: set[tuple[str, date]] = field(default_factory=set)
    """The prices that are what was paid on a day: any other price of that day stays."""
    past: dict[tuple[str, str, date], HeldOn] = field(default_factory=dict)
    replayed: list[tuple[str, str, date]] = field(default_factory=list)
    followed: dict[tuple[str, str], None] = field(default_factory=dict)
    openings: dict[tuple[str, str], KeptOpening] = field(default_factory=dict)
    likely_classes: dict[str, str] = field(default_factory=dict)
    rates: dict[tuple[str, str, date], FxRate] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)
    ways: dict[str, dict[str, RateConversion]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    accounts: dict[str, Account] = field(init=False)
    by_symbol: dict[tuple[str, str], Asset] = field(init=False)
    by_isin: dict[tuple[str, str], Asset] = field(init=False)
    class_ids: dict[str, str] = field(init=False)
    cash: dict[str, Asset] = field(init=False)
    twins: dict[str, list[Asset]] = field(init=False)
    """The id of an asset → those that are known to be of the same ISIN and stand beside it until they are merged."""
    held: dict[tuple[str, str], Holding] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = {each.name.casefold(): each for each in self.known.accounts.values()}
        self.by_symbol, self.by_isin, self.cash = {}, {}, {}
        for asset in self.known.assets.values():
            self._remember(asset)
        self.twins = {}
        for (source, text, currency), asset_id in sorted(self.aliases.assets.items()):
            twin = self.by_symbol.get((text, currency)) if source == OF_ONE_ISIN else None
            if twin is not None and twin.id != asset_id:
                self.twins.setdefault(asset_id, []).append(twin)
        self.class_ids = {each.name.casefold(): each.id for each in self.known.classes.values()}
        self.held = {(each.account_id, each.asset_id): each for each in self.known.holdings}

    def take(self, draft: Draft, progress: ReadProgress) -> None:
        self.turn += 1
        self.by_name_alone = draft.taxonomy is not None
        for name, _ in draft.targets:
            self._class(name)
        for told in draft.accounts:
            self._account(draft, told.line, told.name, told.kind, told.currency)
        any_step = any(column.field is Field.LOT_STEP for column in draft.columns())
        for number, candidate in enumerate(draft.candidates):
            if number % _BETWEEN_REPORTS == 0:
                progress(number, len(draft.candidates))
            self._take_candidate(draft, candidate, any_step)
        for unheld in draft.assets:
            of = self.accounts.get(plain(unheld.account)) if unheld.account else None
            asset = self._matched_asset(draft, unheld, any_step, of)
            if asset is None:
                self.refused.add((self.turn, unheld.symbol, unheld.currency))
            elif of is not None:
                self._take_past(of, asset, unheld)
        for told_price in draft.prices:
            if (self.turn, told_price.symbol, told_price.currency) in self.refused:
                continue
            on = told_price.on or draft.as_of or self.today
            for asset_id in self._priced(draft, told_price, any_step):
                self.prices[asset_id, on] = Price(asset_id, on, told_price.price, SOURCE)
                (self.traded.add if told_price.is_paid else self.traded.discard)((asset_id, on))
        for told_rate in draft.rates:
            on = told_rate.on or draft.as_of or self.today
            if draft.format == OWN_FORMAT and self._follows(told_rate, on):
                continue
            rate = FxRate(told_rate.base, told_rate.quote, on, told_rate.rate)
            self.rates[rate.base, rate.quote, on] = rate
        self._take_replay(draft)
        lines = draft.problem_lines()
        self.doubtful |= {
            cell.strip().casefold() for row in draft.rows_preview if row.line in lines for cell in row.cells
        }

    def _follows(self, told: CandidateRate, on: date) -> bool:
        """Whether a rate is what the known ones come to: what is exported is converted, perhaps by way of others."""
        if told.quote not in self.ways:
            self.ways[told.quote] = conversions(self.known.rates, told.quote)
        way = self.ways[told.quote].get(told.base)
        return way is not None and way.on == on and rate_cell(way.rate) == canonical(told.rate)

    def _take_past(self, account: Account, asset: Asset, candidate: Candidate) -> None:
        for on, quantity in candidate.past:
            self.past[account.id, asset.id, on] = HeldOn(account.id, asset.id, on, quantity)

    def _take_replay(self, draft: Draft) -> None:
        """The lines of a list of transactions, by the accounts that they turned out to be of."""
        ids = {name: each.id for name, each in self.accounts.items()}
        for name, _, _ in draft.replay.lines:
            if plain(name) not in ids and (found := self._account(draft, 0, name, None, None)) is not None:
                ids[plain(name)] = found.id
        self.replayed += [(ids[plain(name)], key, on) for name, key, on in draft.replay.lines if plain(name) in ids]
        for each in draft.replay.openings:
            told, account_id = each.asset, ids.get(plain(each.account))
            named = Candidate(0, each.account, told.symbol, None, Decimal(0), told.currency, isin=told.isin)
            asset = self._asset(named, source_of(draft.format, account_id), is_own=False)
            if account_id is not None and asset is not None:
                self.openings[account_id, asset.id] = KeptOpening(each.quantity, each.cost_minor, each.on)
        for name, code in draft.replay.followed:
            if plain(name) in ids:
                self.followed[ids[plain(name)], code] = None

    def _take_candidate(self, draft: Draft, candidate: Candidate, any_step: bool) -> None:
        if candidate.account is None:
            fix = "Choose the account that this file belongs to."
            self._problem(draft, 0, "Account", "The file names no account, and there are several.", fix)
            return
        account = self._account(draft, candidate.line, candidate.account, None, candidate.currency)
        asset = self._matched_asset(draft, candidate, any_step, account)
        if account is not None and asset is not None:
            asset = self._as_held(account, asset, draft, candidate)
        if account is None or asset is None:
            self.refused.add((self.turn, candidate.symbol, candidate.currency))
            return
        cost = None if candidate.cost is None else to_minor(candidate.cost, candidate.currency)
        told = _Told(self.turn, draft.file_name, candidate.line, candidate.quantity, cost, candidate.lots)
        try:
            told = self._with_earlier(account, asset, told)
            checked_quantity(told.quantity)
            checked_cost(told.cost)
        except BadInput as refused:
            self._problem(draft, candidate.line, "Quantity", str(refused), "Correct the file, and read it again.")
            return
        self.wanted[account.id, asset.id] = told
        self._take_past(account, asset, candidate)
        if draft.ledger is None or draft.ledger.is_whole:  # a mere list says nothing of what does not stand in it
            self.covered.add(account.id)

    def _with_earlier(self, account: Account, asset: Asset, told: "_Told") -> "_Told":
        """Lines of one file that turn out to be one holding are added up; of several files the last one counts."""
        earlier = self.wanted.get((account.id, asset.id))
        if earlier is None:
            return told
        where = f"{asset.symbol} in {account.name}"
        if earlier.turn == told.turn:
            total = told.plus(earlier)
            parts = f"{canonical(earlier.quantity)} and {canonical(told.quantity)}"
            lines = f"lines {earlier.line} and {told.line}"
            self.notes.append(f"{where} stands on {lines}: {parts} were added up to {canonical(total.quantity)}.")
            return total
        if (earlier.quantity, earlier.cost) != (told.quantity, told.cost):
            self.notes.append(f"{where} stands in {earlier.file_name} and in {told.file_name}: the second one counts.")
        return told

    def _account(self, draft: Draft, line: int, name: str, kind: str | None, currency: str | None) -> Account | None:
        text = plain(name)
        found = self.accounts.get(text) or self._renamed_account(draft, text, name)
        if found is not None:
            self._call_account(draft, text, found)
            return found
        wanted = draft.account_names.get(name, name)
        if (other := self.accounts.get(plain(wanted))) is not None:  # it was said to be one that there is
            self.accounts[text] = other
            self._call_account(draft, text, other)
            return other
        try:
            checked = account_name(wanted, self.known.groups.values())
        except BadInput as refused:
            self._problem(draft, line, "Account", str(refused), "Correct the file, and read it again.")
            return None
        told = AccountKind(kind) if kind in set(AccountKind) else AccountKind.TAXABLE
        new = Account(str(uuid4()), checked, told, currency or self.base or self.known.base_currency)
        self.accounts[checked.casefold()] = self.accounts[text] = self.new_accounts[new.id] = new
        self._call_account(draft, text, new)
        return new

    def _renamed_account(self, draft: Draft, text: str, name: str) -> Account | None:
        """The account that files of this kind called so before it got another name here."""
        found = self.known.accounts.get(self.aliases.accounts.get((draft.format, text), ""))
        if found is not None:
            self.notes.append(f"“{name}” in {draft.file_name} is the account “{found.name}” here.")
        return found

    def _call_account(self, draft: Draft, text: str, account: Account) -> None:
        if draft.format != OWN_FORMAT and self.aliases.accounts.get((draft.format, text)) != account.id:
            self.account_aliases[draft.format, text] = account.id

    def _as_held(self, account: Account, asset: Asset, draft: Draft, candidate: Candidate) -> Asset:
        """The asset, or the other one of its ISIN that the account holds in its place until the two are merged."""
        twins = self.twins.get(asset.id, ())
        if not twins or (account.id, asset.id) in self.held:
            return asset
        twin = next((each for each in twins if (account.id, each.id) in self.held), asset)
        self._is(draft, candidate.symbol, candidate.isin, candidate.currency, account.id, twin)
        return twin

    def _priced(self, draft: Draft, told: CandidatePrice, any_step: bool) -> Iterable[str]:
        """The ids of the assets that a price is of: those that the holdings on its lines are of."""
        found: dict[str, None] = {}
        for name in told.accounts:
            account = self.accounts.get(plain(name)) if name else None
            account = account or (self._renamed_account(draft, plain(name), name) if name else None)
            account_id = account.id if account else None
            line = _Line(self.turn, told.symbol, told.isin, told.currency, account_id)
            if line not in self.of_lines:
                candidate = Candidate(told.line, None, told.symbol, None, Decimal(0), told.currency, isin=told.isin)
                self._matched_asset(draft, candidate, any_step, account)
            found |= self.of_lines.get(line, {})
        return found

    def _matched_asset(
        self, draft: Draft, candidate: Candidate, any_step: bool, account: Account | None = None
    ) -> Asset | None:
        """The asset that a line is of, which is remembered for the price of the line and for the next file."""
        asset = self._known_or_new(draft, candidate, any_step, account)
        if asset is not None and candidate.likely_class is not None:
            self.likely_classes.setdefault(asset.id, candidate.likely_class)
        if asset is not None and not candidate.is_cash:
            account_id = account.id if account else None
            self._is(draft, candidate.symbol, candidate.isin, candidate.currency, account_id, asset)
            source = source_of(draft.format, account_id)
            key = (source, candidate.symbol, candidate.currency)
            if draft.format != OWN_FORMAT and self.aliases.assets.get(key) != asset.id:
                self.asset_aliases[key] = asset.id
        return asset

    def _is(
        self, draft: Draft, symbol: str, isin: str | None, currency: str, account_id: str | None, asset: Asset
    ) -> None:
        line = _Line(self.turn, symbol, isin, currency, account_id)
        self.of_lines.setdefault(line, {})[asset.id] = None

    def _known_or_new(
        self, draft: Draft, candidate: Candidate, any_step: bool, account: Account | None
    ) -> Asset | None:
        if candidate.is_cash:
            cash = self.cash.get(candidate.currency)
            return self._complete(cash, candidate) if cash else self._add_asset(candidate, any_step)
        source = source_of(draft.format, account.id if account else None)
        found = self._asset(candidate, source, is_own=draft.format == OWN_FORMAT)
        if found is None and self._is_cash_symbol(candidate):
            what = f"{candidate.symbol} means cash here, but it has another price in the file."
            self._problem(draft, candidate.line, "Symbol", what, "Give it another symbol, in the file too.")
            return None
        if found is None:
            self._tell_other_currencies(candidate)
            return self._add_asset(candidate, any_step)
        if candidate.isin and found.isin and found.isin != candidate.isin:
            what = f"{candidate.symbol} is {found.isin} here, but {candidate.isin} in the file."
            self._problem(draft, candidate.line, "ISIN", what, "Give one of the two another symbol.")
            return None
        found = self._absorbing(found, candidate)
        return self._complete(self._renamed(found, candidate, source), candidate)

    def known_asset(self, candidate: Candidate, source: str, account_id: str | None) -> Asset | None:
        """The asset that a line would turn out to be of; None when it is not known yet."""
        found = self._asset(candidate, source, is_own=False)
        if found is None or account_id is None or (account_id, found.id) in self.held:
            return found
        twins = self.twins.get(found.id, ())
        return next((each for each in twins if (account_id, each.id) in self.held), found)

    def _asset(self, candidate: Candidate, source: str, *, is_own: bool) -> Asset | None:
        """By its ISIN, then by what the source calls it, then by its symbol: each in its currency.

        A file of our own calls everything what it is called here.
        """
        symbol, currency, isin = candidate.symbol, candidate.currency, candidate.isin
        found = self.by_isin.get((isin or ("" if is_own else symbol), currency))
        if found is None and not is_own:
            found = self._called(source, symbol, currency) or self._called(OF_ONE_ISIN, symbol, currency)
            if found is not None and isin and found.isin not in (None, isin):  # the symbol means another one by now
                found = None
        return found or (self.by_symbol.get((symbol, currency)) if is_own else self._of_symbol(symbol, currency))

    def _of_symbol(self, symbol: str, currency: str) -> Asset | None:
        return self.by_symbol.get((symbol, currency)) or self.by_symbol.get((symbol.casefold(), currency))

    def _called(self, source: str, text: str, currency: str) -> Asset | None:
        asset_id = self.asset_aliases.get((source, text, currency)) or self.aliases.assets.get((source, text, currency))
        return self._current(asset_id) if asset_id else None

    def _current(self, asset_id: str) -> Asset | None:
        return self.new_assets.get(asset_id) or self.completed.get(asset_id) or self.known.assets.get(asset_id)

    def _absorbing(self, found: Asset, candidate: Candidate) -> Asset:
        """The asset; where another one has the line's symbol and only ever got prices, they were meant for this one."""
        other = self._of_symbol(candidate.symbol, candidate.currency)
        if other is None or other.id == found.id:
            return found
        is_free = not any(other.id in ids for ids in self.of_lines.values())
        if other.id in self.aliases.only_priced and is_free:
            self.absorbed[other.id] = other, found
            for key in [key for key, each in self.by_symbol.items() if each.id == other.id]:
                del self.by_symbol[key]
            self.notes.append(
                f"{other.symbol} had nothing but prices: it is {found.symbol}, and its prices are kept there."
            )
        else:
            self.notes.append(f"{candidate.symbol} in the file is {found.symbol} here, and not {other.symbol}.")
        return found

    def _renamed(self, found: Asset, candidate: Candidate, source: str) -> Asset:
        """The asset under the new symbol that the source has for it, if it had the one here from the same source.

        A symbol that the user typed stays, and so does one that the source still uses.
        """
        symbol, currency = candidate.symbol, candidate.currency
        if found.isin is None or candidate.isin != found.isin or symbol in (found.symbol, found.isin):
            return found
        was_told = self.aliases.assets.get((source, found.symbol, currency)) == found.id
        is_news = (source, symbol, currency) not in self.aliases.assets
        if not (found.symbol == found.isin or (was_told and is_news)) or self._of_symbol(symbol, currency):
            return found
        name = (candidate.name or symbol) if found.name == found.symbol else found.name
        renamed = replace(found, symbol=symbol, name=name)
        (self.new_assets if found.id in self.new_assets else self.completed)[found.id] = renamed
        for key in [key for key, each in self.by_symbol.items() if each.id == found.id]:
            del self.by_symbol[key]
        self._remember(renamed)
        self.notes.append(f"{found.symbol} is called {symbol} by the file now, and so it is here (the same ISIN).")
        return renamed

    def _tell_other_currencies(self, candidate: Candidate) -> None:
        others = sorted(each.currency for (isin, _), each in self.by_isin.items() if isin == candidate.isin)
        if candidate.isin and others:
            self.notes.append(
                f"{candidate.symbol} in {candidate.currency} is kept beside the one in {' and '.join(others)}: "
                "it has the same ISIN and another currency."
            )

    def _is_cash_symbol(self, candidate: Candidate) -> bool:
        cash = self.cash.get(candidate.currency)
        return cash is not None and cash.symbol == candidate.symbol

    def _complete(self, found: Asset, candidate: Candidate) -> Asset:
        """The known asset with the classes and the ISIN that it does not have yet."""
        exposures = found.exposures or self._exposures(candidate)
        if found.exposures and candidate.classes and self._exposures(candidate, add=False) != found.exposures:
            self.notes.append(f"{found.symbol} keeps the classes it has here; the file has others.")
        better = replace(found, exposures=exposures, isin=found.isin or candidate.isin)
        if better != found:
            (self.new_assets if found.id in self.new_assets else self.completed)[found.id] = better
            self._remember(better)
        return better

    def _add_asset(self, candidate: Candidate, any_step: bool) -> Asset:
        if candidate.is_cash:
            new = cash_asset(candidate.currency, [*self.known.assets.values(), *self.new_assets.values()])
            new = replace(new, exposures=self._exposures(candidate) or new.exposures, name=candidate.name or new.name)
            if candidate.symbol != candidate.currency:
                new = replace(new, symbol=candidate.symbol)
        else:
            exposures = self._exposures(candidate)
            step = candidate.lot_step
            if step is None and not any_step and candidate.quantity == candidate.quantity.to_integral_value():
                step = Decimal(1)
            new = Asset(
                id=str(uuid4()),
                symbol=candidate.symbol,
                name=candidate.name or candidate.symbol,
                kind=_kind(candidate, exposures),
                currency=candidate.currency,
                exposures=exposures,
                lot_step=step,
                isin=candidate.isin,
            )
        self.new_assets[new.id] = new
        self._remember(new)
        return new

    def _remember(self, asset: Asset) -> None:
        if asset.is_cash:
            self.cash[asset.currency] = asset
            return
        self.by_symbol[asset.symbol, asset.currency] = asset
        self.by_symbol.setdefault((asset.symbol.casefold(), asset.currency), asset)
        if self.by_symbol[asset.symbol.casefold(), asset.currency].id == asset.id:
            self.by_symbol[asset.symbol.casefold(), asset.currency] = asset
        if asset.isin:
            self.by_isin[asset.isin, asset.currency] = asset

    def _exposures(self, candidate: Candidate, *, add: bool = True) -> tuple[Exposure, ...]:
        shares: dict[str, int] = {}
        for told, bps in candidate.classes:
            class_id = self._class(told, add=add)
            shares[class_id] = shares.get(class_id, 0) + bps
        return checked_exposures(Exposure(class_id, bps) for class_id, bps in shares.items())

    def _class(self, told: str, *, add: bool = True) -> str:
        name = " ".join(told.split())[:LONGEST].strip()
        found = self.class_ids.get(name.casefold()) or (None if self.by_name_alone else class_of(name))
        return found or (self._add_class(name) if add else name)

    def _add_class(self, name: str) -> str:
        position = len(self.known.classes) + len(self.new_classes) + 1
        new = AssetClass(str(uuid4()), name, PALETTE[position % len(PALETTE)], position)
        self.new_classes[new.id] = new
        self.class_ids[name.casefold()] = new.id
        return new.id

    def _problem(self, draft: Draft, line: int, column: str, what: str, fix: str) -> None:
        told = (draft.file_name, Problem(line, column, what, fix))
        if told not in self.problems:
            self.problems.append(told)

    def result(
        self,
        known_prices: Mapping[tuple[str, date], Decimal],
        known_rates: Mapping[tuple[str, str, date], Decimal],
    ) -> Matched:
        changes = [self._change(*key, told) for key, told in self.wanted.items()]
        changed = [c for c in changes if c.before is not None and (c.before != c.after or self._has_other_lots(c))]
        added = tuple(c for c in changes if c.before is None)
        news = {id(c) for c in (*added, *changed)}
        return Matched(
            base_currency=self.base,
            accounts=tuple(self.new_accounts.values()),
            classes=tuple(self.new_classes.values()),
            assets=tuple(self.new_assets.values()),
            completed=tuple(self.completed.values()),
            added=added,
            changed=tuple(changed),
            unchanged=tuple(c for c in changes if id(c) not in news),
            prices=tuple(
                price
                for key, price in self.prices.items()
                if known_prices.get(key) != price.price and not (key in self.traded and key in known_prices)
            ),
            rates=tuple(r for key, r in self.rates.items() if known_rates.get(key) != r.rate),
            gone=tuple(self._gone()),
            problems=tuple(self.problems),
            notes=tuple(dict.fromkeys(self.notes)),
            absorbed=tuple(self.absorbed.values()),
            asset_aliases=tuple(AssetAlias(*key, asset_id) for key, asset_id in self.asset_aliases.items()),
            account_aliases=tuple(AccountAlias(*key, each) for key, each in self.account_aliases.items()),
            past=tuple(self.past.values()),
            replayed=tuple(self.replayed),
            followed=tuple(self.followed),
            openings=tuple((*key, each) for key, each in self.openings.items()),
            likely_classes=self.likely_classes,
        )

    def _has_other_lots(self, change: HoldingChange) -> bool:
        return change.lots is not None and change.lots != self.known_lots.get(change.after.id, ())

    def _change(self, account_id: str, asset_id: str, told: "_Told") -> HoldingChange:
        account = self.new_accounts.get(account_id) or self.known.accounts[account_id]
        asset = self.new_assets.get(asset_id) or self.completed.get(asset_id) or self.known.assets[asset_id]
        before = self.held.get((account_id, asset_id))
        cost = before.cost_basis_minor if told.cost is None and told.lots is None and before else told.cost
        after = Holding(before.id if before else str(uuid4()), account_id, asset_id, told.quantity, cost)
        return HoldingChange(told.line, account, asset, before, after, told.lots, told.file_name)

    def _gone(self) -> Iterable[Gone]:
        """Not those whose symbol stands on a line with a problem: that line could not be matched."""
        for (account_id, asset_id), holding in self.held.items():
            asset = self.known.assets[asset_id]
            stands = (account_id, asset_id) in self.wanted or asset.symbol.casefold() in self.doubtful
            if account_id in self.covered and not stands:
                yield Gone(self.known.accounts[account_id], asset, holding)


def _kind(candidate: Candidate, exposures: tuple[Exposure, ...]) -> AssetKind:
    if candidate.kind in set(AssetKind):
        return AssetKind(candidate.kind)
    classes = {each.asset_class_id for each in exposures} or {candidate.likely_class or ""}
    return AssetKind.CRYPTO if classes == {"crypto"} else AssetKind.SECURITY
