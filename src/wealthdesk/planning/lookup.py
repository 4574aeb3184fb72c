"""Which account, class and asset a file means: one that is known, or a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

from wealthdesk.domain.accounts import Account, AccountKind, account_name
from wealthdesk.domain.assets import (
    OF_ONE_ISIN,
    Aliases,
    Asset,
    AssetClass,
    AssetKind,
    Exposure,
    cash_asset,
    checked_exposures,
    plain,
    source_of,
)
from wealthdesk.domain.holdings import Holding, Portfolio, Price
from wealthdesk.domain.names import LONGEST
from wealthdesk.errors import BadInput
from wealthdesk.importers.class_words import class_of, guessed_account_kind
from wealthdesk.importers.draft import Candidate, CandidatePrice, Draft, Field, Problem
from wealthdesk.importers.export_format import OWN_FORMAT

PALETTE = ("#BC5215", "#5E409D", "#24837B", "#A02F6F", "#66800B", "#205EA6", "#AD8301", "#AF3029")
"""Colours for classes of the user's own, in turn."""


class Lookup:
    """What is known in the portfolio by what a file calls it; nothing is made up for what is not.

    What turns out to be new while files are matched is told to it, and is known from then on.
    """

    def __init__(self, known: Portfolio, aliases: Aliases) -> None:
        self.known, self.aliases = known, aliases
        self.assets = dict(known.assets)
        """By their ids, as they are by now."""
        self.held = {(each.account_id, each.asset_id): each for each in known.holdings}
        self._accounts = {each.name.casefold(): each for each in known.accounts.values()}
        self._by_symbol: dict[tuple[str, str], Asset] = {}
        self._by_any_case: dict[tuple[str, str], Asset] = {}
        self._by_isin: dict[tuple[str, str], Asset] = {}
        self._cash: dict[str, Asset] = {}
        self._called = dict(aliases.assets)
        for asset in known.assets.values():
            self.remember(asset)
        self._twins = self._found_twins()

    def _found_twins(self) -> Mapping[str, list[Asset]]:
        """The id of an asset → those known to be of the same ISIN, which stand beside it until they are merged."""
        twins: dict[str, list[Asset]] = {}
        for (source, text, currency), asset_id in sorted(self.aliases.assets.items()):
            twin = self._by_symbol.get((text, currency)) if source == OF_ONE_ISIN else None
            if twin is not None and twin.id != asset_id:
                twins.setdefault(asset_id, []).append(twin)
        return twins

    def account(self, file_format: str, name: str) -> Account | None:
        """The account that files of this format call so."""
        return self.account_named(name) or self.account_called(file_format, name)

    def account_named(self, name: str) -> Account | None:
        """The account that is called so here."""
        return self._accounts.get(plain(name))

    def account_called(self, file_format: str, name: str) -> Account | None:
        """The account that files of this format called so before, whatever it is called here."""
        return self.known.accounts.get(self.aliases.accounts.get((file_format, plain(name)), ""))

    def remember_account(self, account: Account, name: str) -> None:
        """From now on this name means the account."""
        self._accounts[plain(name)] = account

    def asset(
        self, file_format: str, account_id: str | None, symbol: str, isin: str | None, currency: str
    ) -> Asset | None:
        """The asset that files of this format call so on lines of this account."""
        found = self.told(source_of(file_format, account_id), symbol, isin, currency)
        return found if found is None or account_id is None else self.as_held(found, account_id)

    def told(self, source: str, symbol: str, isin: str | None, currency: str, *, is_own: bool = False) -> Asset | None:
        """By its ISIN, then by what the source calls it, then by its symbol: each in its currency.

        A file of our own calls everything what it is called here.
        """
        found = self._by_isin.get((isin or ("" if is_own else symbol), currency))
        if found is None and not is_own:
            found = self._as_called(source, symbol, currency) or self._as_called(OF_ONE_ISIN, symbol, currency)
            if found is not None and isin and found.isin not in (None, isin):  # the symbol means another one by now
                found = None
        return found or (self._by_symbol.get((symbol, currency)) if is_own else self.named(symbol, currency))

    def named(self, symbol: str, currency: str) -> Asset | None:
        """The asset that has this symbol here."""
        return self._by_symbol.get((symbol, currency)) or self._by_any_case.get((symbol.casefold(), currency))

    def _as_called(self, source: str, text: str, currency: str) -> Asset | None:
        asset_id = self._called.get((source, text, currency))
        return self.assets.get(asset_id) if asset_id else None

    def as_held(self, asset: Asset, account_id: str) -> Asset:
        """The asset, or the other one of its ISIN that the account holds in its place until the two are merged."""
        twins = self._twins.get(asset.id, ())
        if not twins or (account_id, asset.id) in self.held:
            return asset
        return next((each for each in twins if (account_id, each.id) in self.held), asset)

    def cash(self, code: str) -> Asset | None:
        """The cash in a currency."""
        return self._cash.get(code)

    def holding(self, account_id: str, asset_id: str) -> Holding | None:
        """What an account holds of an asset."""
        return self.held.get((account_id, asset_id))

    def price(self, asset_id: str) -> Price | None:
        """The latest price of an asset."""
        return self.known.prices.get(asset_id)

    def currencies_of(self, isin: str) -> list[str]:
        """The currencies in which an ISIN is known."""
        return sorted(each.currency for (known, _), each in self._by_isin.items() if known == isin)

    def remember(self, asset: Asset) -> None:
        """An asset as it is from now on."""
        self.assets[asset.id] = asset
        if asset.is_cash:
            self._cash[asset.currency] = asset
            return
        self._by_symbol[asset.symbol, asset.currency] = asset
        first = self._by_any_case.setdefault((asset.symbol.casefold(), asset.currency), asset)
        if first.id == asset.id:
            self._by_any_case[asset.symbol.casefold(), asset.currency] = asset
        if asset.isin:
            self._by_isin[asset.isin, asset.currency] = asset

    def forget_symbols(self, asset: Asset) -> None:
        """No symbol means the asset from now on."""
        for meant in (self._by_symbol, self._by_any_case):
            for key in [key for key, each in meant.items() if each.id == asset.id]:
                del meant[key]

    def call(self, source: str, text: str, currency: str, asset: Asset) -> None:
        """From now on the source calls the asset so."""
        self._called[source, text, currency] = asset.id


class FileTurn(NamedTuple):
    """A draft whose turn it is. number: which of the files it is."""

    draft: Draft
    number: int
    any_step: bool
    """Whether the file has a column of lot steps."""

    @classmethod
    def of(cls, draft: Draft, number: int) -> "FileTurn":
        """The turn of a draft."""
        return cls(draft, number, any(column.field is Field.LOT_STEP for column in draft.columns()))

    @property
    def is_own(self) -> bool:
        """Whether the file was written by WealthDesk itself."""
        return self.draft.format == OWN_FORMAT


@dataclass(slots=True)
class MatchReport:
    """What there is to say of the files: problems with the names of their files, and notes."""

    problems: list[tuple[str, Problem]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def problem(self, file: FileTurn, line: int, column: str, what: str, fix: str) -> None:
        """Tells a problem, once."""
        told = (file.draft.file_name, Problem(line, column, what, fix))
        if told not in self.problems:
            self.problems.append(told)


@dataclass(slots=True)
class FileAccounts:
    """The accounts that files name: known ones, and new ones."""

    lookup: Lookup
    currency: str
    """That of a new account, where the file does not say."""
    report: MatchReport
    new: dict[str, Account] = field(default_factory=dict)
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    """(format, name) → account id: what files call an account from now on."""

    def of(self, file: FileTurn, line: int, name: str, kind: str | None, currency: str | None) -> Account | None:
        """The account of this name, a new one where there is none; None, with a problem, where it cannot be one."""
        found = self.lookup.account_named(name) or self.renamed(file, name)
        if found is None:
            wanted = file.draft.account_names.get(name, name)
            # It may have been said to be one that there is.
            found = self.lookup.account_named(wanted) or self._added(file, line, wanted, kind or name, currency)
            if found is None:
                return None
            self.lookup.remember_account(found, name)
        key = (file.draft.format, plain(name))
        if not file.is_own and self.lookup.aliases.accounts.get(key) != found.id:
            self.aliases[key] = found.id
        return found

    def renamed(self, file: FileTurn, name: str) -> Account | None:
        """The account that files of this kind called so before it got another name here."""
        found = self.lookup.account_called(file.draft.format, name)
        if found is not None:
            self.report.notes.append(f"“{name}” in {file.draft.file_name} is the account “{found.name}” here.")
        return found

    def _added(self, file: FileTurn, line: int, name: str, kind: str, currency: str | None) -> Account | None:
        try:
            checked = account_name(name, self.lookup.known.groups.values())
        except BadInput as refused:
            self.report.problem(file, line, "Account", str(refused), "Correct the file, and read it again.")
            return None
        told = AccountKind(kind) if kind in set(AccountKind) else self._guessed(file, name, kind)
        new = Account(str(uuid4()), checked, told, currency or self.currency)
        self.new[new.id] = new
        self.lookup.remember_account(new, checked)
        return new

    def _guessed(self, file: FileTurn, name: str, kind: str) -> AccountKind:
        """How a new account is taxed, by unmistakable words of its name or its kind; else it is taxable."""
        guess = None if file.is_own else guessed_account_kind(name, kind)
        if guess is None:
            return AccountKind.TAXABLE
        word = guess.value.replace("_", "-")
        self.report.notes.append(f"“{name}” is taken for a {word} account by what the file calls it.")
        return guess


class FileClasses:
    """The classes that files name: known ones, and new ones."""

    def __init__(self, known: Mapping[str, AssetClass]) -> None:
        self._known = len(known)
        self._ids = {each.name.casefold(): each.id for each in known.values()}
        self.new: dict[str, AssetClass] = {}

    def of(self, file: FileTurn, told: str, *, add: bool = True) -> str:
        """The id of the class that is called so; where there is none a new one, or the name if none is to be added.

        Classes of a taxonomy, and of a file of our own, are what they are called there, whatever the words mean.
        """
        name = " ".join(told.split())[:LONGEST].strip()
        by_name_alone = file.is_own or file.draft.taxonomy is not None
        found = self._ids.get(name.casefold()) or (None if by_name_alone else class_of(name))
        return found or (self._added(name) if add else name)

    def _added(self, name: str) -> str:
        position = self._known + len(self.new) + 1
        new = AssetClass(str(uuid4()), name, PALETTE[position % len(PALETTE)], position)
        self.new[new.id] = new
        self._ids[name.casefold()] = new.id
        return new.id

    def exposures(self, file: FileTurn, candidate: Candidate, *, add: bool = True) -> tuple[Exposure, ...]:
        """What a line says its asset counts to."""
        shares: dict[str, int] = {}
        for told, bps in candidate.classes:
            class_id = self.of(file, told, add=add)
            shares[class_id] = shares.get(class_id, 0) + bps
        return checked_exposures(Exposure(class_id, bps) for class_id, bps in shares.items())


class _Line(NamedTuple):
    """What the holding and the price of one line have in common. turn: which of the files it is."""

    turn: int
    symbol: str
    isin: str | None
    currency: str
    account_id: str | None


def _line(file: FileTurn, told: Candidate | CandidatePrice, account_id: str | None) -> _Line:
    return _Line(file.number, told.symbol, told.isin, told.currency, account_id)


@dataclass(slots=True)
class FileAssets:
    """The assets that lines are of: known ones, those that get what they lacked, and new ones.

    absorbed: those that were only ever given prices, which are those of another one (the second of the two).
    """

    lookup: Lookup
    classes: FileClasses
    report: MatchReport
    new: dict[str, Asset] = field(default_factory=dict)
    completed: dict[str, Asset] = field(default_factory=dict)
    absorbed: dict[str, tuple[Asset, Asset]] = field(default_factory=dict)
    aliases: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(source, symbol, currency) → asset id: what sources call an asset from now on."""
    likely_classes: dict[str, str] = field(default_factory=dict)
    of_lines: "dict[_Line, dict[str, None]]" = field(default_factory=dict)
    """A line of a file → the ids of the assets that it turned out to be."""

    def held(self, file: FileTurn, candidate: Candidate, account: Account | None) -> Asset | None:
        """The asset that a line says the account holds: the other one of its ISIN, where it holds that one."""
        asset = self.of(file, candidate, account)
        if asset is None or account is None:
            return asset
        twin = self.lookup.as_held(asset, account.id)
        if twin is not asset:
            self._is(file, candidate, account.id, twin)
        return twin

    def of(self, file: FileTurn, candidate: Candidate, account: Account | None) -> Asset | None:
        """The asset that a line is of, which is remembered for the price of the line and for the next file."""
        account_id = account.id if account else None
        source = source_of(file.draft.format, account_id)
        asset = self._known_or_new(file, candidate, source)
        if asset is not None and candidate.likely_class is not None:
            self.likely_classes.setdefault(asset.id, candidate.likely_class)
        if asset is not None and not candidate.is_cash:
            self._is(file, candidate, account_id, asset)
            key = (source, candidate.symbol, candidate.currency)
            if not file.is_own and self.lookup.aliases.assets.get(key) != asset.id:
                self.aliases[key] = asset.id
                self.lookup.call(*key, asset)
        return asset

    def priced(self, file: FileTurn, told: CandidatePrice, account: Account | None) -> dict[str, None]:
        """The ids of the assets that a price on a line of this account is of: those that the line's holdings are of."""
        line = _line(file, told, account.id if account else None)
        if line not in self.of_lines:
            self.of(
                file, Candidate(told.line, None, told.symbol, None, Decimal(0), told.currency, isin=told.isin), account
            )
        return self.of_lines.get(line, {})

    def _is(self, file: FileTurn, candidate: Candidate, account_id: str | None, asset: Asset) -> None:
        self.of_lines.setdefault(_line(file, candidate, account_id), {})[asset.id] = None

    def _known_or_new(self, file: FileTurn, candidate: Candidate, source: str) -> Asset | None:
        if candidate.is_cash:
            cash = self.lookup.cash(candidate.currency)
            return self._complete(file, cash, candidate) if cash else self._keep(self._new_cash(file, candidate))
        symbol, currency = candidate.symbol, candidate.currency
        found = self.lookup.told(source, symbol, candidate.isin, currency, is_own=file.is_own)
        if found is None and self._is_cash_symbol(candidate):
            what = f"{symbol} means cash here, but it has another price in the file."
            self.report.problem(file, candidate.line, "Symbol", what, "Give it another symbol, in the file too.")
            return None
        if found is None:
            self._tell_other_currencies(candidate)
            return self._keep(self._new_asset(file, candidate))
        if candidate.isin and found.isin and found.isin != candidate.isin:
            what = f"{symbol} is {found.isin} here, but {candidate.isin} in the file."
            self.report.problem(file, candidate.line, "ISIN", what, "Give one of the two another symbol.")
            return None
        self._absorb(found, candidate)
        return self._complete(file, self._renamed(found, candidate, source), candidate)

    def _absorb(self, found: Asset, candidate: Candidate) -> None:
        """Where another one has the symbol of the line and only ever got prices, they were meant for this one."""
        other = self.lookup.named(candidate.symbol, candidate.currency)
        if other is None or other.id == found.id:
            return
        is_free = not any(other.id in ids for ids in self.of_lines.values())
        if other.id in self.lookup.aliases.only_priced and is_free:
            self.absorbed[other.id] = other, found
            self.lookup.forget_symbols(other)
            note = f"{other.symbol} had nothing but prices: it is {found.symbol}, and its prices are kept there."
        else:
            note = f"{candidate.symbol} in the file is {found.symbol} here, and not {other.symbol}."
        self.report.notes.append(note)

    def _renamed(self, found: Asset, candidate: Candidate, source: str) -> Asset:
        """The asset under the new symbol that the source has for it, if it had the one here from the same source.

        A symbol that the user typed stays, and so does one that the source still uses.
        """
        symbol, currency = candidate.symbol, candidate.currency
        if found.isin is None or candidate.isin != found.isin or symbol in (found.symbol, found.isin):
            return found
        known = self.lookup.aliases.assets
        was_told = known.get((source, found.symbol, currency)) == found.id
        is_news = (source, symbol, currency) not in known
        if not (found.symbol == found.isin or (was_told and is_news)) or self.lookup.named(symbol, currency):
            return found
        name = (candidate.name or symbol) if found.name == found.symbol else found.name
        self.lookup.forget_symbols(found)
        note = f"{found.symbol} is called {symbol} by the file now, and so it is here (the same ISIN)."
        self.report.notes.append(note)
        return self._keep(replace(found, symbol=symbol, name=name))

    def _tell_other_currencies(self, candidate: Candidate) -> None:
        others = self.lookup.currencies_of(candidate.isin) if candidate.isin else []
        if others:
            self.report.notes.append(
                f"{candidate.symbol} in {candidate.currency} is kept beside the one in {' and '.join(others)}: "
                "it has the same ISIN and another currency."
            )

    def _is_cash_symbol(self, candidate: Candidate) -> bool:
        cash = self.lookup.cash(candidate.currency)
        return cash is not None and cash.symbol == candidate.symbol

    def _complete(self, file: FileTurn, found: Asset, candidate: Candidate) -> Asset:
        """The known asset with the classes and the ISIN that it does not have yet."""
        exposures = found.exposures or self.classes.exposures(file, candidate)
        has_others = found.exposures and candidate.classes
        if has_others and self.classes.exposures(file, candidate, add=False) != found.exposures:
            self.report.notes.append(f"{found.symbol} keeps the classes it has here; the file has others.")
        isin = found.isin or candidate.isin
        if (exposures, isin) == (found.exposures, found.isin):
            return found
        return self._keep(replace(found, exposures=exposures, isin=isin))

    def _keep(self, asset: Asset) -> Asset:
        (self.completed if asset.id in self.lookup.known.assets else self.new)[asset.id] = asset
        self.lookup.remember(asset)
        return asset

    def _new_cash(self, file: FileTurn, candidate: Candidate) -> Asset:
        new = cash_asset(candidate.currency, self.lookup.assets.values())
        exposures = self.classes.exposures(file, candidate) or new.exposures
        symbol = candidate.symbol if candidate.symbol != candidate.currency else new.symbol
        return replace(new, exposures=exposures, name=candidate.name or new.name, symbol=symbol)

    def _new_asset(self, file: FileTurn, candidate: Candidate) -> Asset:
        exposures = self.classes.exposures(file, candidate)
        step = candidate.lot_step
        if step is None and not file.any_step and candidate.quantity == candidate.quantity.to_integral_value():
            step = Decimal(1)
        return Asset(
            id=str(uuid4()),
            symbol=candidate.symbol,
            name=candidate.name or candidate.symbol,
            kind=_kind(candidate, exposures),
            currency=candidate.currency,
            exposures=exposures,
            lot_step=step,
            isin=candidate.isin,
        )


def _kind(candidate: Candidate, exposures: tuple[Exposure, ...]) -> AssetKind:
    if candidate.kind in set(AssetKind):
        return AssetKind(candidate.kind)
    classes = {each.asset_class_id for each in exposures} or {candidate.likely_class or ""}
    return AssetKind.CRYPTO if classes == {"crypto"} else AssetKind.SECURITY
