"""What a list of transactions comes to in this portfolio: replayed from its beginning, or on top of what is held."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Final, NamedTuple

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Holding
from wealthdesk.domain.ledger import (
    NOTHING_HELD,
    Entry,
    EntryKind,
    Lot,
    Position,
    Replayed,
    Story,
    kept_decimal,
    opened,
    replay,
)
from wealthdesk.domain.money import canonical, exact_sum, from_minor, to_minor
from wealthdesk.domain.tax_lots import TaxLots, known_lots
from wealthdesk.importers.draft import Candidate, CandidateAccount, CandidatePrice, Draft, Note, Problem
from wealthdesk.importers.ledger_draft import (
    AssetStory,
    Balance,
    KeptOpening,
    Ledger,
    LedgerAsset,
    LedgerRow,
    Opening,
    Openings,
    Replay,
)
from wealthdesk.planning.lookup import Lookup

_GIVE: Final = "Give what was held before the list begins, or export the whole history."


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of earlier lists. rows: account id → key of a line → its day. followed: account id and currency.

    lots: holding id → its cost lots. past: account id and asset id → what was held on which days, the oldest first.
    """

    rows: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    followed: frozenset[tuple[str, str]] = frozenset()
    lots: Mapping[str, TaxLots] = field(default_factory=dict)
    past: Mapping[tuple[str, str], Sequence[tuple[date, Decimal]]] = field(default_factory=dict)
    openings: Openings = field(default_factory=dict)
    """What the user said was held before earlier lists began."""


def replayed(drafts: Iterable[Draft], lookup: Lookup, kept: Kept) -> tuple[Draft, ...]:
    """The drafts, those of lists with the holdings, cost lots, cash and prices that they come to.

    Several lists of one account are one list: the lines of all stand in the first.
    """
    found: list[Draft] = []
    first: dict[tuple[str, str | None], int] = {}
    for draft in drafts:
        rest = draft
        for account in dict.fromkeys(row.account for row in draft.ledger.rows) if draft.ledger else ():
            place = first.setdefault((draft.format, account), len(found))
            if place < len(found):
                found[place], rest = _joined(found[place], rest, account)
        found.append(rest)
    return tuple(_replayed(draft, lookup, kept) for draft in found)


def _joined(first: Draft, second: Draft, account: str | None) -> tuple[Draft, Draft]:
    """Both drafts, with the lines of an account moved into the first; those that stand in both are the same."""
    assert first.ledger is not None and second.ledger is not None
    known = {row.key for row in first.ledger.rows if row.account == account}
    moved = tuple(row for row in second.ledger.rows if row.account == account)
    merged = replace(
        first.ledger,
        rows=(*first.ledger.rows, *(row for row in moved if row.key not in known)),
        assets={**first.ledger.assets, **second.ledger.assets},
        balances=(*first.ledger.balances, *(each for each in second.ledger.balances if each.account == account)),
        doubtful=first.ledger.doubtful | second.ledger.doubtful,
        cash_doubtful=first.ledger.cash_doubtful or second.ledger.cash_doubtful,
    )
    stays = tuple(row for row in second.ledger.rows if row.account != account)
    note = Note(f"Its lines of {account} are taken together with those of {first.file_name}.")
    rest = replace(second, ledger=replace(second.ledger, rows=stays), notes=(*second.notes, note))
    return replace(
        first,
        ledger=merged,
        openings={**second.openings, **first.openings},
        opening_costs={**second.opening_costs, **first.opening_costs},
    ), rest


def _replayed(draft: Draft, lookup: Lookup, kept: Kept) -> Draft:
    if draft.ledger is None:
        return draft
    by_account: dict[str | None, list[LedgerRow]] = defaultdict(list)
    for row in draft.ledger.rows:
        by_account[row.account].append(row)
    parts = [_part(draft, draft.ledger, name, rows, lookup, kept) for name, rows in by_account.items()]
    candidates = (*draft.candidates, *(each for part in parts for each in part.candidates))
    return replace(
        draft,
        accounts=(*draft.accounts, *(account for part in parts for account in part.accounts)),
        candidates=candidates,
        assets=(*draft.assets, *(each for part in parts for each in part.assets)),
        prices=(*(each for part in parts for each in part.prices), *draft.prices),
        problems=tuple(sorted([*draft.problems, *(each for part in parts for each in part.problems)], key=_line)),
        notes=(*draft.notes, *(each for part in parts for each in part.notes)),
        replay=Replay(
            tuple(each for part in parts for each in part.stories),
            tuple(each for part in parts for each in part.lines),
            tuple(each for part in parts for each in part.followed),
            tuple(each for part in parts for each in part.openings),
        ),
    )


def _line(problem: Problem) -> int:
    return problem.line


@dataclass(slots=True)
class _Part:
    """What the lines of one account come to."""

    accounts: list[CandidateAccount] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    assets: list[Candidate] = field(default_factory=list)
    prices: list[CandidatePrice] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    stories: list[AssetStory] = field(default_factory=list)
    lines: list[tuple[str, str, date]] = field(default_factory=list)
    followed: list[tuple[str, str]] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Changed:
    """The last day on which a holding was changed other than by lists, and what was held before all of that."""

    on: date
    before: Decimal


@dataclass(frozen=True, slots=True)
class _AccountList:
    """The lines of one account, and what is known here of the account and of earlier lists of it."""

    draft: Draft
    ledger: Ledger
    name: str
    rows: Sequence[LedgerRow]
    lookup: Lookup
    kept: Kept
    account: Account | None
    before: Mapping[str, date]
    """The keys of the lines that are known from earlier lists, with their days."""
    is_whole: bool
    """Whether the lines are replayed from their beginning, and not on top of what is held."""

    @property
    def known_until(self) -> date:
        """The day of the last line that is known from earlier lists."""
        return max(self.before.values(), default=date.min)

    def opening(self, told: LedgerAsset) -> Decimal | None:
        """What the user says was held of an asset before the list begins."""
        return self.draft.openings.get(told.symbol)

    def opening_cost(self, told: LedgerAsset) -> int | None:
        """What that had cost, where the user says it."""
        cost = self.draft.opening_costs.get(told.symbol)
        return None if cost is None else to_minor(cost, told.currency)

    def kept_opening(self, told: LedgerAsset) -> KeptOpening | None:
        """What the user said was held before, when an earlier list was imported."""
        found = self.asset(told)
        return self.kept.openings.get((self.account.id, found.id)) if found and self.account else None

    def asset(self, told: LedgerAsset) -> Asset | None:
        """What an asset of the list is here."""
        account_id = self.account.id if self.account else None
        return self.lookup.asset(self.draft.format, account_id, told.symbol, told.isin, told.currency)

    def holding(self, told: LedgerAsset) -> Holding | None:
        """What the account holds of an asset of the list."""
        found = self.asset(told)
        return self.lookup.holding(self.account.id, found.id) if found and self.account else None

    def cash(self, code: str) -> Holding | None:
        """What the account holds in a currency."""
        cash = self.lookup.cash(code)
        return self.lookup.holding(self.account.id, cash.id) if cash and self.account else None

    def changed(self, holding: Holding) -> _Changed | None:
        """What became of a holding other than by lists since the last line that was replayed."""
        last = self.known_until
        days = self.kept.past.get((holding.account_id, holding.asset_id), ())
        then = next((quantity for on, quantity in reversed(days) if on <= last), Decimal(0))
        quantity, changed = then, None
        for on, after in days:
            if on > last and after != quantity:
                quantity, changed = after, _Changed(on, then)
        return changed


def _part(
    draft: Draft, ledger: Ledger, name: str | None, rows: Sequence[LedgerRow], lookup: Lookup, kept: Kept
) -> _Part:
    """What the lines of one account come to."""
    if name is None:
        unnamed = Candidate(rows[0].entry.line, None, "", None, Decimal(0), "USD", is_cash=True)
        return _Part(candidates=[unnamed])
    account = lookup.account(draft.format, name)
    before = kept.rows.get(account.id, {}) if account else {}
    is_whole = ledger.is_whole or not before
    of = _AccountList(draft, ledger, name, rows, lookup, kept, account, before, is_whole)
    going_on = of if is_whole else _going_on(of)
    if isinstance(going_on, Problem):
        return _Part(problems=[going_on])
    part = _Part(accounts=[CandidateAccount(rows[0].entry.line, name)])
    _take(part, going_on)
    return part


def _going_on(of: _AccountList) -> _AccountList | Problem:
    """The lines that go on from those that are known, or the whole history again; or why they are neither."""
    news = [row for row in of.rows if row.key not in of.before]
    last = of.known_until
    is_all = of.before.keys() <= {row.key for row in of.rows}
    if is_all and of.draft.openings:
        return replace(of, is_whole=True)
    older = sum(row.entry.on < last for row in news)
    if not older:
        return replace(of, rows=news)
    if is_all:
        return replace(of, is_whole=True)
    what = (
        f"{older} {'line is' if older == 1 else 'lines are'} older than {last}, up to which lists of "
        f"{of.name} have been imported, and not known from them."
    )
    return Problem(0, "", what, "Export the whole history, or only what is newer.")


def _take(part: _Part, of: _AccountList) -> None:
    found = replay((row.entry for row in of.rows), _held_before(of), _cash_before(of))
    unexplained: set[str] = set()
    for key in dict.fromkeys(row.entry.asset for row in of.rows if row.entry.asset in found.stories):
        if key is not None and not _AssetOfList.of_key(of, key, found).take(part):
            unexplained.add(key)
    _take_cash(part, of, found, is_explained=not unexplained)
    lost = unexplained | of.ledger.doubtful
    part.lines += [
        (of.name, row.key, row.entry.on) for row in of.rows if row.key not in of.before and row.entry.asset not in lost
    ]


# What the replay begins with


def _held_before(of: _AccountList) -> dict[str, Position]:
    """What the user says was held, or what is held."""
    held: dict[str, Position] = {}
    for key, told in of.ledger.assets.items():
        if (given := of.opening(told)) is not None:
            held[key] = opened(given, of.opening_cost(told))
        elif of.is_whole and (kept := of.kept_opening(told)) is not None:
            held[key] = _before_all(of, key, kept)
        elif not of.is_whole and (holding := of.holding(told)) is not None:
            held[key] = _position(holding, of.kept)
    return {key: each for key, each in held.items() if each.lots}


def _before_all(of: _AccountList, key: str, kept: KeptOpening) -> Position:
    """What there was before the first line, where that is known of a later day: this list may begin earlier."""
    earlier = [row.entry for row in of.rows if row.entry.asset == key and row.entry.on < kept.on]
    if not earlier:
        return opened(kept.quantity, kept.cost_minor)
    # More than enough to begin with, so that only what came and went counts.
    enough = kept.quantity
    for entry in earlier:
        enough = exact_sum(enough, abs(entry.quantity or Decimal(0)))
    tried = replay(earlier, {key: opened(enough)})
    story, then = tried.stories[key], tried.positions[key].quantity
    before = exact_sum(exact_sum(kept.quantity, enough), -then)
    return NOTHING_HELD if story.missing or story.splits or before < 0 else opened(before)


def _position(holding: Holding, kept: Kept) -> Position:
    lots = known_lots(holding.quantity, holding.cost_basis_minor, kept.lots.get(holding.id, ()))
    if not lots:
        return opened(holding.quantity)
    return Position(tuple(Lot(lot.acquired_on, lot.quantity, lot.cost_minor) for lot in lots))


def _cash_before(of: _AccountList) -> dict[str, int]:
    if of.is_whole:
        return {}
    codes = {code for row in of.rows for code, _ in row.entry.money}
    held = {code: holding for code in codes if (holding := of.cash(code)) is not None}
    last = max(row.entry.on for row in of.rows) if of.rows else date.min
    before = {}
    for code, holding in held.items():
        # What was changed by hand or by a plan since is in the list too, if it goes on until then or adds up so.
        changed, now = of.changed(holding), to_minor(holding.quantity, code)
        then = to_minor(changed.before, code) if changed else now
        moved = sum(minor for row in of.rows for each, minor in row.entry.money if each == code)
        before[code] = then if changed and (changed.on <= last or then + moved == now) else now
    return before


# What becomes of one asset


class _Explained(NamedTuple):
    """Whether what is left of an asset is known. what: why it is not ("" = it is).

    opening: the quantity held before that would explain it. agreeing: where the lines are in what is held already,
    what was held by them on which days.
    """

    what: str = ""
    opening: Decimal | None = None
    agreeing: tuple[tuple[date, Decimal], ...] | None = None


@dataclass(frozen=True, slots=True)
class _AssetOfList:
    """One asset of a list and what became of it."""

    of: _AccountList
    key: str
    told: LedgerAsset
    found: Replayed
    entries: Sequence[Entry]

    @classmethod
    def of_key(cls, of: _AccountList, key: str, found: Replayed) -> "_AssetOfList":
        """The asset that the list calls so."""
        return cls(of, key, of.ledger.assets[key], found, [row.entry for row in of.rows if row.entry.asset == key])

    @property
    def _story(self) -> Story:
        return self.found.stories[self.key]

    @property
    def _position(self) -> Position:
        return self.found.positions[self.key]

    @property
    def _line(self) -> int:
        return max(entry.line for entry in self.entries)

    def take(self, part: _Part) -> bool:
        """What is held of it, its lots, its past and its prices; False where that is not known, which is told."""
        explained = self._explained()
        part.stories.append(self._told_story(explained))
        if explained.what:
            part.problems.append(Problem(self._line, "", explained.what, _GIVE))
            return False
        if (given := self.of.opening(self.told)) is not None:
            begin = min(row.entry.on for row in self.of.rows)
            part.openings.append(Opening(self.of.name, self.told, given, self.of.opening_cost(self.told), begin))
        if self.key in self.of.ledger.doubtful:
            return True
        holding = self.of.holding(self.told)
        if holding is not None and explained.agreeing is not None:
            part.candidates.append(replace(self._candidate(holding.quantity), past=explained.agreeing))
            return True
        (part.candidates if self._position.lots or holding else part.assets).append(self._held())
        part.prices += self._prices()
        return True

    def _told_story(self, explained: _Explained) -> AssetStory:
        doubt = "A line of it could not be read, so what is left of it is not known."
        return AssetStory(
            self.of.name,
            self.told.symbol,
            self.told.name,
            self._story,
            self._line,
            explained.what or (doubt if self.key in self.of.ledger.doubtful else ""),
            explained.opening,
            self.told.currency,
            self._opening_cost(),
            self._is_told(),
        )

    def _candidate(self, quantity: Decimal) -> Candidate:
        told = self.told
        return Candidate(self._line, self.of.name, told.symbol, told.name, quantity, told.currency, isin=told.isin)

    def _held(self) -> Candidate:
        """What is held of it by the lines."""
        position = self._position
        cost = position.cost_minor if position.lots else None
        return replace(
            self._candidate(position.quantity),
            cost=None if cost is None else from_minor(cost, self.told.currency),
            lots=position.tax_lots,
            past=self.found.past[self.key],
            classes=self.told.classes,
        )

    def _prices(self) -> list[CandidatePrice]:
        """What was paid for it; where that is nothing, what the price from before its split comes to."""
        paid = [self._price(on, price) for (key, on), price in self.found.prices.items() if key == self.key]
        return paid or ([] if (split := self._split_price()) is None else [self._price(*split)])

    def _price(self, on: date, price: Decimal) -> CandidatePrice:
        told = self.told
        return CandidatePrice(
            self._line, told.symbol, told.currency, on, price, told.isin, (self.of.name,), is_paid=True
        )

    def _split_price(self) -> tuple[date, Decimal] | None:
        """What the price from before a split comes to, and the day of the split: else what is known would be old."""
        known = self.of.asset(self.told)
        price = self.of.lookup.price(known.id) if known else None
        after = [(on, ratio) for on, ratio in self._story.splits if price is not None and on > price.on]
        if price is None or not after:
            return None
        each = kept_decimal(Fraction(price.price) / prod((ratio for _, ratio in after), start=Fraction(1)))
        return (after[-1][0], each) if each > 0 else None

    def _is_told(self) -> bool:
        """Whether the user says or said what was held before."""
        is_kept = self.of.is_whole and self.of.kept_opening(self.told) is not None
        return is_kept or self.of.opening(self.told) is not None

    def _opening_cost(self) -> Decimal | None:
        """What the opening quantity had cost, where the user says or said it."""
        is_kept = self.of.is_whole and self.of.opening(self.told) is None
        kept = self.of.kept_opening(self.told) if is_kept else None
        cost = self.of.opening_cost(self.told) if kept is None else kept.cost_minor
        return None if cost is None else from_minor(cost, self.told.currency)

    def _explained(self) -> _Explained:
        story, symbol = self._story, self.told.symbol
        if story.missing:
            what = (
                f"{canonical(story.missing)} {symbol} more went than the list says there were, "
                f"on {story.missing_on} for the first time."
            )
            return _Explained(what, exact_sum(story.missing, story.opening))
        if story.unsplit is not None:
            return _Explained(f"{symbol} was split on {story.unsplit}, and the list does not say what was held then.")
        if self.of.opening(self.told) is not None:
            return _Explained()
        return self._from_nothing() if self.of.is_whole else self._on_top()

    def _from_nothing(self) -> _Explained:
        """A first list has to come to what is held already."""
        is_first = not self.of.before and not self.of.ledger.is_whole
        holding = self.of.holding(self.told) if is_first else None
        ours = self._position.quantity
        if holding is None or self.of.kept_opening(self.told) is not None or holding.quantity == ours:
            return _Explained()
        what = (
            f"The list comes to {canonical(ours)} {self.told.symbol}, and {self.of.name} holds "
            f"{canonical(holding.quantity)}."
        )
        more = exact_sum(holding.quantity, -ours)
        return _Explained(what, max(more, Decimal(0)) if not self._story.splits else Decimal(0))

    def _on_top(self) -> _Explained:
        """Where it was changed since the last lines, it has to be known whether these are in what is held already."""
        holding = self.of.holding(self.told)
        changed = self.of.changed(holding) if holding else None
        if holding is None or changed is None or all(entry.on > changed.on for entry in self.entries):
            return _Explained()
        told = replay(self.entries, {self.key: opened(changed.before)})
        if told.positions[self.key].quantity == holding.quantity:
            return _Explained(agreeing=told.past[self.key])
        return _Explained(
            f"{self.told.symbol} was changed here on {changed.on} to {canonical(holding.quantity)}, and lines up to "
            "that day are new: it is not known whether they are in it."
        )


# What becomes of the money


def _take_cash(part: _Part, of: _AccountList, found: Replayed, *, is_explained: bool) -> None:
    """The cash that the list explains: by its balance, or because it has the deposits and never goes below zero."""
    told = sorted((each for each in of.ledger.balances if each.account == of.name), key=lambda each: each.on)
    balances = {each.currency: each for each in told}
    for code in dict.fromkeys(code for row in of.rows for code, _ in row.entry.money):
        minor, note = _cash_left(of, code, found, balances.get(code), is_explained=is_explained)
        if note:
            part.notes.append(Note(note))
        if minor is None:
            continue
        part.followed.append((of.name, code))
        days = found.money_past[code] if found.money[code] == minor else ()
        past = tuple((on, from_minor(each, code)) for on, each in days if each >= 0)
        line = max(row.entry.line for row in of.rows)
        amount = from_minor(minor, code)
        if amount or of.cash(code) is not None:
            part.candidates.append(
                Candidate(line, of.name, code, None, amount, code, is_cash=True, kind="cash", past=past)
            )


def _cash_left(
    of: _AccountList, code: str, found: Replayed, balance: Balance | None, *, is_explained: bool
) -> tuple[int | None, str]:
    """What cash there is (None: not known, or what is there stays), and what there is to say of it."""
    held, comes_to = of.cash(code), found.money[code]
    has = f"{of.name} keeps its cash of {canonical(held.quantity)} {code}" if held else f"no cash in {code} is kept"
    if balance is not None and balance.minor >= 0 and balance.on >= of.known_until:
        return balance.minor, ""
    if not is_explained or of.ledger.cash_doubtful or of.ledger.doubtful:
        return None, f"Not all lines are explained, so the cash in {code} is not known: {has}."
    if of.ledger.is_whole:
        # The cash as another program has it.
        owed = (
            f"{of.name} has {canonical(from_minor(comes_to, code))} {code}: money below zero is not kept, it is 0 here."
        )
        return max(comes_to, 0), owed if comes_to < 0 else ""
    if found.lowest[code] < 0:
        lowest = canonical(from_minor(found.lowest[code], code))
        return None, f"The cash in {code} would go down to {lowest}, so not all deposits are in the list: {has}."
    is_followed = of.account is not None and (of.account.id, code) in of.kept.followed
    if not of.is_whole and is_followed:
        return comes_to, ""
    is_begun = of.account is not None and any(each == of.account.id for each, _ in of.kept.followed)
    if not (_has_deposits(of.rows) or (is_begun and held is None)):
        return None, f"The list has no deposits, so it does not explain the cash in {code}: {has}."
    if held is not None and not is_followed and to_minor(held.quantity, code) != comes_to:
        return None, f"The list comes to {canonical(from_minor(comes_to, code))} {code}: {has}."
    return comes_to, ""


def _has_deposits(rows: Iterable[LedgerRow]) -> bool:
    return any(row.entry.kind is EntryKind.DEPOSIT and any(minor > 0 for _, minor in row.entry.money) for row in rows)
