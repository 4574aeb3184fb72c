"""What a holdings file means for the portfolio: its lines matched with the accounts and assets that are known."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure, checked_exposures
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.money import canonical, exact_sum, to_minor
from wealthdesk.domain.names import LONGEST
from wealthdesk.errors import BadInput
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.draft import Candidate, Draft, Field, Problem
from wealthdesk.services.accounts import account_name
from wealthdesk.services.holdings import cash_asset, checked_cost, checked_quantity

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


@dataclass(frozen=True, slots=True)
class Gone:
    """A holding that is kept in an account of the file, but does not stand in the file any more."""

    account: Account
    asset: Asset
    holding: Holding


@dataclass(frozen=True, slots=True)
class Matched:
    """What keeping the drafts changes. `base_currency` is set where the portfolio has none yet.

    completed: known assets that get classes or an ISIN they did not have. Nothing that the user set is replaced.
    """

    base_currency: str | None
    accounts: tuple[Account, ...]
    classes: tuple[AssetClass, ...]
    assets: tuple[Asset, ...]
    completed: tuple[Asset, ...]
    added: tuple[HoldingChange, ...]
    changed: tuple[HoldingChange, ...]
    unchanged: int
    prices: tuple[Price, ...]
    rates: tuple[FxRate, ...]
    gone: tuple[Gone, ...]
    problems: tuple[tuple[str, Problem], ...]
    notes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change (holdings that are gone from the file stay unless the user removes them)."""
        news = (self.accounts, self.classes, self.assets, self.completed, self.added, self.changed)
        return not any((*news, self.prices, self.rates))


def match(
    known: Portfolio,
    drafts: Sequence[Draft],
    today: date,
    *,
    has_base: bool,
    known_prices: Mapping[tuple[str, date], Decimal],
    known_rates: Iterable[FxRate],
) -> Matched:
    """Matches drafts with the portfolio. `known_prices` are those of the days that the drafts have prices of."""
    matching = _Matching(known, today, None if has_base else _usual_currency(drafts))
    for draft in drafts:
        matching.take(draft)
    return matching.result(known_prices, {(r.base, r.quote, r.on): r.rate for r in known_rates})


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


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file says of one holding. turn: which of the files it is."""

    turn: int
    file_name: str
    line: int
    quantity: Decimal
    cost: int | None

    def plus(self, other: "_Told") -> "_Told":
        """Both together, on the line of the other; the cost is known where both are."""
        cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        return replace(self, line=other.line, quantity=exact_sum(self.quantity, other.quantity), cost=cost)


@dataclass(slots=True)
class _Matching:
    """Takes draft after draft; what is new is known to the next line and the next file."""

    known: Portfolio
    today: date
    base: str | None
    new_accounts: dict[str, Account] = field(default_factory=dict)
    new_classes: dict[str, AssetClass] = field(default_factory=dict)
    new_assets: dict[str, Asset] = field(default_factory=dict)
    completed: dict[str, Asset] = field(default_factory=dict)
    turn: int = 0
    wanted: "dict[tuple[str, str], _Told]" = field(default_factory=dict)
    refused: set[tuple[int, str, str]] = field(default_factory=set)
    prices: dict[tuple[str, date], Price] = field(default_factory=dict)
    rates: dict[tuple[str, str, date], FxRate] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    accounts: dict[str, Account] = field(init=False)
    by_symbol: dict[tuple[str, str], Asset] = field(init=False)
    by_isin: dict[tuple[str, str], Asset] = field(init=False)
    class_ids: dict[str, str] = field(init=False)
    cash: dict[str, Asset] = field(init=False)
    held: dict[tuple[str, str], Holding] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = {each.name.casefold(): each for each in self.known.accounts.values()}
        self.by_symbol, self.by_isin, self.cash = {}, {}, {}
        for asset in self.known.assets.values():
            self._remember(asset)
        self.class_ids = {each.name.casefold(): each.id for each in self.known.classes.values()}
        self.held = {(each.account_id, each.asset_id): each for each in self.known.holdings}

    def take(self, draft: Draft) -> None:
        self.turn += 1
        for told in draft.accounts:
            self._account(draft, told.line, told.name, told.kind, told.currency)
        any_step = any(column.field is Field.LOT_STEP for column in draft.columns())
        for candidate in draft.candidates:
            self._take_candidate(draft, candidate, any_step)
        for unheld in draft.assets:
            if self._matched_asset(draft, unheld, any_step) is None:
                self.refused.add((self.turn, unheld.symbol, unheld.currency))
        for told_price in draft.prices:
            if (self.turn, told_price.symbol, told_price.currency) in self.refused:
                continue
            asset = self._asset(told_price.symbol, told_price.currency) or self._add_asset(
                Candidate(told_price.line, None, told_price.symbol, None, Decimal(0), told_price.currency), any_step
            )
            on = told_price.on or draft.as_of or self.today
            self.prices[asset.id, on] = Price(asset.id, on, told_price.price, SOURCE)
        for told_rate in draft.rates:
            on = told_rate.on or draft.as_of or self.today
            rate = FxRate(told_rate.base, told_rate.quote, on, told_rate.rate)
            self.rates[rate.base, rate.quote, on] = rate
        lines = draft.problem_lines()
        self.doubtful |= {
            cell.strip().casefold() for row in draft.rows_preview if row.line in lines for cell in row.cells
        }

    def _take_candidate(self, draft: Draft, candidate: Candidate, any_step: bool) -> None:
        if candidate.account is None:
            fix = "Choose the account that this file belongs to."
            self._problem(draft, 0, "Account", "The file names no account, and there are several.", fix)
            return
        account = self._account(draft, candidate.line, candidate.account, None, candidate.currency)
        asset = self._matched_asset(draft, candidate, any_step)
        if account is None or asset is None:
            self.refused.add((self.turn, candidate.symbol, candidate.currency))
            return
        cost = None if candidate.cost is None else to_minor(candidate.cost, candidate.currency)
        told = _Told(self.turn, draft.file_name, candidate.line, candidate.quantity, cost)
        try:
            told = self._with_earlier(account, asset, told)
            checked_quantity(told.quantity)
            checked_cost(told.cost)
        except BadInput as refused:
            self._problem(draft, candidate.line, "Quantity", str(refused), "Correct the file, and read it again.")
            return
        self.wanted[account.id, asset.id] = told
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
        found = self.accounts.get(" ".join(name.split()).casefold())
        if found is not None:
            return found
        try:
            checked = account_name(name)
        except BadInput as refused:
            self._problem(draft, line, "Account", str(refused), "Correct the file, and read it again.")
            return None
        told = AccountKind(kind) if kind in set(AccountKind) else AccountKind.TAXABLE
        new = Account(str(uuid4()), checked, told, currency or self.base or self.known.base_currency)
        self.accounts[checked.casefold()] = self.new_accounts[new.id] = new
        return new

    def _matched_asset(self, draft: Draft, candidate: Candidate, any_step: bool) -> Asset | None:
        if candidate.is_cash:
            cash = self.cash.get(candidate.currency)
            return self._complete(cash, candidate) if cash else self._add_asset(candidate, any_step)
        found = self._asset(candidate.symbol, candidate.currency, candidate.isin)
        if found is None and self._is_cash_symbol(candidate):
            what = f"{candidate.symbol} means cash here, but it has another price in the file."
            self._problem(draft, candidate.line, "Symbol", what, "Give it another symbol, in the file too.")
            return None
        if found is None:
            return self._add_asset(candidate, any_step)
        if candidate.isin and found.isin and found.isin != candidate.isin:
            what = f"{candidate.symbol} is {found.isin} here, but {candidate.isin} in the file."
            self._problem(draft, candidate.line, "ISIN", what, "Give one of the two another symbol.")
            return None
        return self._complete(found, candidate)

    def _asset(self, symbol: str, currency: str, isin: str | None = None) -> Asset | None:
        found = self.by_symbol.get((symbol, currency)) or self.by_symbol.get((symbol.casefold(), currency))
        if found is None and (isin or symbol):
            found = self.by_isin.get((isin or symbol, currency))
        return found

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
            name = " ".join(told.split())[:LONGEST].strip()
            class_id = self.class_ids.get(name.casefold()) or class_of(name) or (self._add_class(name) if add else name)
            shares[class_id] = shares.get(class_id, 0) + bps
        return checked_exposures(Exposure(class_id, bps) for class_id, bps in shares.items())

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
        changed = [c for c in changes if c.before is not None and c.before != c.after]
        added = tuple(c for c in changes if c.before is None)
        return Matched(
            base_currency=self.base,
            accounts=tuple(self.new_accounts.values()),
            classes=tuple(self.new_classes.values()),
            assets=tuple(self.new_assets.values()),
            completed=tuple(self.completed.values()),
            added=added,
            changed=tuple(changed),
            unchanged=len(changes) - len(added) - len(changed),
            prices=tuple(p for key, p in self.prices.items() if known_prices.get(key) != p.price),
            rates=tuple(r for key, r in self.rates.items() if known_rates.get(key) != r.rate),
            gone=tuple(self._gone()),
            problems=tuple(self.problems),
            notes=tuple(dict.fromkeys(self.notes)),
        )

    def _change(self, account_id: str, asset_id: str, told: "_Told") -> HoldingChange:
        account = self.new_accounts.get(account_id) or self.known.accounts[account_id]
        asset = self.new_assets.get(asset_id) or self.completed.get(asset_id) or self.known.assets[asset_id]
        before = self.held.get((account_id, asset_id))
        cost = before.cost_basis_minor if told.cost is None and before else told.cost
        after = Holding(before.id if before else str(uuid4()), account_id, asset_id, told.quantity, cost)
        return HoldingChange(told.line, account, asset, before, after)

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
    return AssetKind.CRYPTO if [e.asset_class_id for e in exposures] == ["crypto"] else AssetKind.SECURITY


def shown_change(change: HoldingChange) -> str:
    """A change of a holding in words: “VTI in Brokerage: 210 → 215”."""
    before = f"{canonical(change.before.quantity)} → " if change.before else ""
    return f"{change.asset.symbol} in {change.account.name}: {before}{canonical(change.after.quantity)}"
