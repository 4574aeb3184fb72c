"""What a holdings file means for the portfolio: its lines matched with the accounts and assets that are known."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import uuid4

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import (
    AccountAlias,
    Aliases,
    Asset,
    AssetAlias,
    AssetClass,
    AssetKind,
    Exposure,
    source_of,
)
from wealthdesk.domain.holdings import FxRate, HeldOn, Holding, Portfolio, Price, checked_cost, checked_quantity
from wealthdesk.domain.money import WHOLE, canonical, exact_sum, to_minor
from wealthdesk.domain.tax_lots import TaxLots, ordered
from wealthdesk.domain.valuation import RateConversion, conversions
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.importers.class_words import guessed_class
from wealthdesk.importers.draft import Candidate, CandidatePrice, CandidateRate, Draft, Problem
from wealthdesk.importers.export_format import rate_cell
from wealthdesk.importers.holdings_csv import ReadProgress
from wealthdesk.importers.ledger_draft import KeptOpening
from wealthdesk.planning.lookup import FileAccounts, FileAssets, FileClasses, FileTurn, Lookup, MatchReport

_BETWEEN_REPORTS: Final = 500
"""Lines, which take some hundredths of a second."""

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

    def has_other_lots(self, known: Mapping[str, TaxLots]) -> bool:
        """Whether the file tells other cost lots than are known of the holding."""
        return self.lots is not None and self.lots != known.get(self.after.id, ())


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
    base = None if has_base else _usual_currency(drafts)
    matching = _Matching(Lookup(known, aliases), today, base or known.base_currency)
    for number, draft in enumerate(drafts, start=1):
        matching.take(FileTurn.of(draft, number), progress)
    rates = {(each.base, each.quote, each.on): each.rate for each in known_rates}
    return matching.result(base, known_lots, known_prices, rates)


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


def _currencies_of_accounts(draft: Draft) -> dict[str, str]:
    """Account → the currency of all that the file says is in it, where that is one."""
    found: dict[str, set[str]] = {}
    for each in draft.candidates:
        if each.account is not None:
            found.setdefault(each.account, set()).add(each.currency)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


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
class _Market:
    """The prices and rates that the files tell."""

    lookup: Lookup
    prices: dict[tuple[str, date], Price] = field(default_factory=dict)
    traded: set[tuple[str, date]] = field(default_factory=set)
    """The prices that are what was paid on a day: any other price of that day stays."""
    rates: dict[tuple[str, str, date], FxRate] = field(default_factory=dict)
    conversions: dict[str, dict[str, RateConversion]] = field(default_factory=dict)
    """Currency → what is known here to convert the others into it."""

    def take_price(self, asset_id: str, told: CandidatePrice, on: date) -> None:
        """The price of an asset on a day."""
        self.prices[asset_id, on] = Price(asset_id, on, told.price, SOURCE)
        (self.traded.add if told.is_paid else self.traded.discard)((asset_id, on))

    def take_rate(self, file: FileTurn, told: CandidateRate, on: date) -> None:
        """The rate of a day, unless a file of our own only repeats what the known ones come to."""
        if not (file.is_own and self._follows(told, on)):
            self.rates[told.base, told.quote, on] = FxRate(told.base, told.quote, on, told.rate)

    def _follows(self, told: CandidateRate, on: date) -> bool:
        """Whether a rate is what the known ones come to: what is exported is converted, perhaps by way of others."""
        if told.quote not in self.conversions:
            self.conversions[told.quote] = conversions(self.lookup.known.rates, told.quote)
        way = self.conversions[told.quote].get(told.base)
        return way is not None and way.on == on and rate_cell(way.rate) == canonical(told.rate)

    def new_prices(self, known: Mapping[tuple[str, date], Decimal]) -> tuple[Price, ...]:
        """The prices that are not known so."""
        return tuple(
            price
            for key, price in self.prices.items()
            if known.get(key) != price.price and not (key in self.traded and key in known)
        )

    def new_rates(self, known: Mapping[tuple[str, str, date], Decimal]) -> tuple[FxRate, ...]:
        """The rates that are not known so."""
        return tuple(rate for key, rate in self.rates.items() if known.get(key) != rate.rate)


class _Matching:
    """Takes draft after draft; what is new is known to the next line and the next file."""

    def __init__(self, lookup: Lookup, today: date, currency: str) -> None:
        self._lookup, self._today = lookup, today
        self._report = MatchReport()
        self._accounts = FileAccounts(lookup, currency, self._report)
        self._classes = FileClasses(lookup.known.classes)
        self._assets = FileAssets(lookup, self._classes, self._report)
        self._market = _Market(lookup)
        self._wanted: dict[tuple[str, str], _Told] = {}
        self._refused: set[tuple[int, str, str]] = set()
        self._past: dict[tuple[str, str, date], HeldOn] = {}
        self._replayed: list[tuple[str, str, date]] = []
        self._followed: dict[tuple[str, str], None] = {}
        self._openings: dict[tuple[str, str], KeptOpening] = {}
        self._covered: set[str] = set()
        self._doubtful: set[str] = set()

    def take(self, file: FileTurn, progress: ReadProgress) -> None:
        """What a file says."""
        draft = file.draft
        for name, _ in draft.targets:
            self._classes.of(file, name)
        codes = _currencies_of_accounts(draft)
        for told in draft.accounts:
            self._accounts.of(file, told.line, told.name, told.kind, told.currency or codes.get(told.name))
        for number, candidate in enumerate(draft.candidates):
            if number % _BETWEEN_REPORTS == 0:
                progress(number, len(draft.candidates))
            self._take_candidate(file, candidate)
        for unheld in draft.assets:
            self._take_unheld(file, unheld)
        for price in draft.prices:
            if (file.number, price.symbol, price.currency) not in self._refused:
                for asset_id in self._priced(file, price):
                    self._market.take_price(asset_id, price, price.on or draft.as_of or self._today)
        for rate in draft.rates:
            self._market.take_rate(file, rate, rate.on or draft.as_of or self._today)
        self._take_replay(file)
        lines = draft.problem_lines()
        rows = (row for row in draft.rows_preview if row.line in lines)
        self._doubtful |= {cell.strip().casefold() for row in rows for cell in row.cells}

    def _take_candidate(self, file: FileTurn, candidate: Candidate) -> None:
        draft = file.draft
        if candidate.account is None:
            fix = "Choose the account that this file belongs to."
            self._report.problem(file, 0, "Account", "The file names no account, and there are several.", fix)
            return
        account = self._accounts.of(file, candidate.line, candidate.account, None, candidate.currency)
        asset = self._assets.held(file, candidate, account)
        if account is None or asset is None:
            self._refused.add((file.number, candidate.symbol, candidate.currency))
            return
        cost = None if candidate.cost is None else to_minor(candidate.cost, candidate.currency)
        told = _Told(file.number, draft.file_name, candidate.line, candidate.quantity, cost, candidate.lots)
        try:
            told = self._with_earlier(account, asset, told)
            checked_quantity(told.quantity)
            checked_cost(told.cost)
        except BadInput as refused:
            fix = "Correct the file, and read it again."
            self._report.problem(file, candidate.line, "Quantity", str(refused), fix)
            return
        self._wanted[account.id, asset.id] = told
        self._take_past(account, asset, candidate)
        if draft.ledger is None or draft.ledger.is_whole:  # a mere list says nothing of what does not stand in it
            self._covered.add(account.id)

    def _with_earlier(self, account: Account, asset: Asset, told: _Told) -> _Told:
        """Lines of one file that turn out to be one holding are added up; of several files the last one counts."""
        earlier = self._wanted.get((account.id, asset.id))
        if earlier is None:
            return told
        where = f"{asset.symbol} in {account.name}"
        if earlier.turn == told.turn:
            total = told.plus(earlier)
            parts = f"{canonical(earlier.quantity)} and {canonical(told.quantity)}"
            lines = f"lines {earlier.line} and {told.line}"
            self._report.notes.append(
                f"{where} stands on {lines}: {parts} were added up to {canonical(total.quantity)}."
            )
            return total
        if (earlier.quantity, earlier.cost) != (told.quantity, told.cost):
            which = f"{where} stands in {earlier.file_name} and in {told.file_name}: the second one counts."
            self._report.notes.append(which)
        return told

    def _take_unheld(self, file: FileTurn, candidate: Candidate) -> None:
        """What the file knows without saying that it is held now."""
        account = self._lookup.account_named(candidate.account) if candidate.account else None
        asset = self._assets.of(file, candidate, account)
        if asset is None:
            self._refused.add((file.number, candidate.symbol, candidate.currency))
        elif account is not None:
            self._take_past(account, asset, candidate)

    def _take_past(self, account: Account, asset: Asset, candidate: Candidate) -> None:
        for on, quantity in candidate.past:
            self._past[account.id, asset.id, on] = HeldOn(account.id, asset.id, on, quantity)

    def _priced(self, file: FileTurn, told: CandidatePrice) -> Iterable[str]:
        """The ids of the assets that a price is of: those that the holdings on its lines are of."""
        found: dict[str, None] = {}
        for name in told.accounts:
            account = (self._lookup.account_named(name) or self._accounts.renamed(file, name)) if name else None
            found |= self._assets.priced(file, told, account)
        return found

    def _take_replay(self, file: FileTurn) -> None:
        """The lines of a list of transactions, by the accounts that they turned out to be of."""
        replay = file.draft.replay
        names = dict.fromkeys(
            (
                *(name for name, _, _ in replay.lines),
                *(name for name, _ in replay.followed),
                *(each.account for each in replay.openings),
            )
        )
        found = {
            each: self._lookup.account_named(each) or self._accounts.of(file, 0, each, None, None) for each in names
        }
        ids = {name: account.id for name, account in found.items() if account is not None}
        self._replayed += [(ids[name], key, on) for name, key, on in replay.lines if name in ids]
        self._followed |= {(ids[name], code): None for name, code in replay.followed if name in ids}
        for each in replay.openings:
            told, account_id = each.asset, ids.get(each.account)
            asset = self._lookup.told(source_of(file.draft.format, account_id), told.symbol, told.isin, told.currency)
            if account_id is not None and asset is not None:
                self._openings[account_id, asset.id] = KeptOpening(each.quantity, each.cost_minor, each.on)

    def result(
        self,
        base: str | None,
        known_lots: Mapping[str, TaxLots],
        known_prices: Mapping[tuple[str, date], Decimal],
        known_rates: Mapping[tuple[str, str, date], Decimal],
    ) -> Matched:
        """What keeping all of it changes."""
        changes = [self._change(*key, told) for key, told in self._wanted.items()]
        changed = [c for c in changes if c.before is not None and (c.before != c.after or c.has_other_lots(known_lots))]
        added = tuple(c for c in changes if c.before is None)
        news = {id(c) for c in (*added, *changed)}
        assets = self._assets
        return Matched(
            base_currency=base,
            accounts=tuple(self._accounts.new.values()),
            classes=tuple(self._classes.new.values()),
            assets=tuple(assets.new.values()),
            completed=tuple(assets.completed.values()),
            added=added,
            changed=tuple(changed),
            unchanged=tuple(c for c in changes if id(c) not in news),
            prices=self._market.new_prices(known_prices),
            rates=self._market.new_rates(known_rates),
            gone=tuple(self._gone()),
            problems=tuple(self._report.problems),
            notes=tuple(dict.fromkeys(self._report.notes)),
            absorbed=tuple(assets.absorbed.values()),
            asset_aliases=tuple(AssetAlias(*key, asset_id) for key, asset_id in assets.aliases.items()),
            account_aliases=tuple(AccountAlias(*key, each) for key, each in self._accounts.aliases.items()),
            past=tuple(self._past.values()),
            replayed=tuple(self._replayed),
            followed=tuple(self._followed),
            openings=tuple((*key, each) for key, each in self._openings.items()),
            likely_classes=assets.likely_classes,
        )

    def _change(self, account_id: str, asset_id: str, told: _Told) -> HoldingChange:
        account = self._accounts.new.get(account_id) or self._lookup.known.accounts[account_id]
        before = self._lookup.holding(account_id, asset_id)
        cost = before.cost_basis_minor if told.cost is None and told.lots is None and before else told.cost
        after = Holding(before.id if before else str(uuid4()), account_id, asset_id, told.quantity, cost)
        asset = self._lookup.assets[asset_id]
        return HoldingChange(told.line, account, asset, before, after, told.lots, told.file_name)

    def _gone(self) -> Iterable[Gone]:
        """Not those whose symbol stands on a line with a problem: that line could not be matched."""
        known = self._lookup.known
        for (account_id, asset_id), holding in self._lookup.held.items():
            asset = known.assets[asset_id]
            stands = (account_id, asset_id) in self._wanted or asset.symbol.casefold() in self._doubtful
            if account_id in self._covered and not stands:
                yield Gone(known.accounts[account_id], asset, holding)


Named = tuple[str, str]
"""An asset that is not kept yet: its symbol and its currency."""


@dataclass(frozen=True, slots=True)
class ClassGuess:
    """A new asset of which the file tells no class, and the one that its type or its name speaks of."""

    symbol: str
    name: str
    currency: str
    class_id: str

    @property
    def of(self) -> Named:
        """Which asset it is."""
        return self.symbol, self.currency


def guesses_of(assets: Iterable[Asset], class_ids: Container[str], likely: Mapping[str, str]) -> tuple[ClassGuess, ...]:
    """What can be guessed of assets without a class; only classes that there are.

    likely: asset id → the class that its type speaks of. It goes before the name, but for equity: brokers say so of
    every fund that is traded like a share.
    """
    found = []
    for asset in assets:
        if asset.exposures or asset.is_cash:
            continue
        guess = likely.get(asset.id) or ("crypto" if asset.kind is AssetKind.CRYPTO else None)
        if guess in (None, "equity"):
            guess = guessed_class(asset.name, asset.symbol) or guess
        if guess is not None and guess in class_ids:
            found.append(ClassGuess(asset.symbol, asset.name, asset.currency, guess))
    return tuple(found)


def accepting(matched: Matched, accepted: Mapping[Named, str], class_ids: Container[str]) -> Matched:
    """What is kept, with the classes that were accepted; NotFound where there is no such class any more."""

    def classified(asset: Asset) -> Asset:
        class_id = accepted.get((asset.symbol, asset.currency))
        if class_id is None or asset.exposures:
            return asset
        if class_id not in class_ids:
            raise NotFound("A class that was accepted is not there any more. Look at the classes again.")
        return replace(asset, exposures=(Exposure(class_id, WHOLE),))

    return replace(matched, assets=tuple(map(classified, matched.assets)))
