"""What a list of transactions comes to in this portfolio: replayed from its beginning, or on top of what is held."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Final

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Holding
from wealthdesk.domain.ledger import (
    NOTHING_HELD,
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
from wealthdesk.planning.matching import Lookup

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
    parts = [_Replaying(draft, draft.ledger, name, rows, lookup, kept).part() for name, rows in by_account.items()]
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


@dataclass(slots=True)
class _Replaying:
    """The lines of one account on their way to what it holds."""

    draft: Draft
    ledger: Ledger
    name: str | None
    rows: Sequence[LedgerRow]
    lookup: Lookup
    kept: Kept
    account: Account | None = field(init=False)
    before: dict[str, date] = field(init=False)
    is_whole: bool = field(init=False)
    taken: Sequence[LedgerRow] = field(init=False)
    made: _Part = field(default_factory=_Part)
    unexplained: set[str] = field(default_factory=set)
    agreeing: dict[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)
    """Assets whose lines are in what is held already, and what was held by them when."""

    def __post_init__(self) -> None:
        self.account = self.lookup.account(self.draft.format, self.name) if self.name else None
        self.before = dict(self.kept.rows.get(self.account.id, {})) if self.account else {}
        self.is_whole, self.taken = self.ledger.is_whole or not self.before, self.rows

    def part(self) -> _Part:
        """What the lines come to."""
        if self.name is None:
            line = self.rows[0].entry.line
            self.made.candidates.append(Candidate(line, None, "", None, Decimal(0), "USD", is_cash=True))
            return self.made
        if self.before and not self.ledger.is_whole and not self._goes_on():
            return self.made
        self.made.accounts.append(CandidateAccount(self.rows[0].entry.line, self.name))
        found = replay((row.entry for row in self.taken), self._held(), self._cash_before())
        for key in dict.fromkeys(row.entry.asset for row in self.taken if row.entry.asset in found.stories):
            if key is not None:
                self._take(key, found)
        self._take_cash(found)
        lost = self.unexplained | self.ledger.doubtful
        self.made.lines += [
            (self.name, row.key, row.entry.on)
            for row in self.taken
            if row.key not in self.before and row.entry.asset not in lost
        ]
        return self.made

    def _goes_on(self) -> bool:
        """Whether the lines go on from those that are known, or are the whole history again; told where they do not."""
        news = [row for row in self.rows if row.key not in self.before]
        last = max(self.before.values())
        is_all = self.before.keys() <= {row.key for row in self.rows}
        if is_all and self.draft.openings:
            self.is_whole = True
        elif all(row.entry.on >= last for row in news):
            self.taken = news
        elif is_all:
            self.is_whole = True
        else:
            older = sum(row.entry.on < last for row in news)
            what = (
                f"{older} {'line is' if older == 1 else 'lines are'} older than {last}, up to which lists of "
                f"{self.name} have been imported, and not known from them."
            )
            self.made.problems.append(Problem(0, "", what, "Export the whole history, or only what is newer."))
            return False
        return True

    def _held(self) -> dict[str, Position]:
        """What the replay begins with: what the user says, or what is held."""
        held: dict[str, Position] = {}
        for key, asset in self.ledger.assets.items():
            if self.is_whole:
                held[key] = self._begun(key, asset)
            elif (given := self._opening(asset)) is not None:
                held[key] = opened(given, self._opening_cost(asset))
            elif (holding := self._holding(asset)) is not None:
                held[key] = self._position(holding)
        return {key: each for key, each in held.items() if each.lots}

    def _opening(self, asset: LedgerAsset) -> Decimal | None:
        return self.draft.openings.get(asset.symbol)

    def _opening_cost(self, asset: LedgerAsset) -> int | None:
        cost = self.draft.opening_costs.get(asset.symbol)
        return None if cost is None else to_minor(cost, asset.currency)

    def _begun(self, key: str, asset: LedgerAsset) -> Position:
        """What a whole history begins with: what the user says, or said when an earlier list was imported."""
        given = self._opening(asset)
        if given is not None:
            return opened(given, self._opening_cost(asset))
        kept = self._kept_opening(asset)
        return NOTHING_HELD if kept is None else self._before_all(key, kept)

    def _kept_opening(self, asset: LedgerAsset) -> KeptOpening | None:
        found = self._asset(asset)
        return self.kept.openings.get((self.account.id, found.id)) if found and self.account else None

    def _before_all(self, key: str, kept: KeptOpening) -> Position:
        """What there was before the first line, where that is known of a later day: this list may begin earlier."""
        earlier = [row.entry for row in self.taken if row.entry.asset == key and row.entry.on < kept.on]
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

    def _position(self, holding: Holding) -> Position:
        lots = known_lots(holding.quantity, holding.cost_basis_minor, self.kept.lots.get(holding.id, ()))
        if not lots:
            return opened(holding.quantity)
        return Position(tuple(Lot(lot.acquired_on, lot.quantity, lot.cost_minor) for lot in lots))

    def _asset(self, asset: LedgerAsset) -> Asset | None:
        account_id = self.account.id if self.account else None
        return self.lookup.asset(self.draft.format, account_id, asset.symbol, asset.isin, asset.currency)

    def _holding(self, asset: LedgerAsset) -> Holding | None:
        found = self._asset(asset)
        return self.lookup.holding(self.account.id, found.id) if found and self.account else None

    def _cash_holding(self, code: str) -> Holding | None:
        cash = self.lookup.cash(code)
        return self.lookup.holding(self.account.id, cash.id) if cash and self.account else None

    def _cash_before(self) -> dict[str, int]:
        if self.is_whole:
            return {}
        codes = {code for row in self.taken for code, _ in row.entry.money}
        held = {code: holding for code in codes if (holding := self._cash_holding(code)) is not None}
        last = max(row.entry.on for row in self.taken) if self.taken else date.min
        before = {}
        for code, holding in held.items():
            # What was changed by hand or by a plan since is in the list too, if it goes on until then or adds up so.
            changed, now = self._changed(holding), to_minor(holding.quantity, code)
            then = to_minor(changed.before, code) if changed else now
            moved = sum(minor for row in self.taken for each, minor in row.entry.money if each == code)
            before[code] = then if changed and (changed.on <= last or then + moved == now) else now
        return before

    def _changed(self, holding: Holding) -> "_Changed | None":
        """What became of a holding other than by lists since the last line that was replayed."""
        last = max(self.before.values(), default=date.min)
        days = self.kept.past.get((holding.account_id, holding.asset_id), ())
        then = next((quantity for on, quantity in reversed(days) if on <= last), Decimal(0))
        quantity, changed = then, None
        for on, after in days:
            if on > last and after != quantity:
                quantity, changed = after, _Changed(on, then)
        return changed

    def _take(self, key: str, found: Replayed) -> None:
        """One asset: what is held of it, its lots, its past and its prices; or why that is not known."""
        asset, story, position = self.ledger.assets[key], found.stories[key], found.positions[key]
        lines = [row.entry.line for row in self.taken if row.entry.asset == key]
        what, opening = self._unexplained(key, asset, story, position)
        assert self.name is not None
        self.made.stories.append(
            AssetStory(
                self.name,
                asset.symbol,
                asset.name,
                story,
                max(lines),
                what or self._doubt(key),
                opening,
                asset.currency,
                self._told_cost(asset),
                self._is_told(asset),
            )
        )
        if not what and (given := self._opening(asset)) is not None:
            begin = min(row.entry.on for row in self.taken)
            self.made.openings.append(Opening(self.name, asset, given, self._opening_cost(asset), begin))
        if what:
            self.unexplained.add(key)
            self.made.problems.append(Problem(max(lines), "", what, _GIVE))
            return
        if key in self.ledger.doubtful:
            return
        holding = self._holding(asset)
        if holding is not None and key in self.agreeing:
            quantity, past = holding.quantity, self.agreeing[key]
            same = Candidate(max(lines), self.name, asset.symbol, asset.name, quantity, asset.currency, isin=asset.isin)
            self.made.candidates.append(replace(same, past=past))
            return
        cost = position.cost_minor
        candidate = Candidate(
            max(lines),
            self.name,
            asset.symbol,
            asset.name,
            position.quantity,
            asset.currency,
            isin=asset.isin,
            cost=None if cost is None or not position.lots else from_minor(cost, asset.currency),
            lots=position.tax_lots,
            past=found.past[key],
            classes=asset.classes,
        )
        (self.made.candidates if position.lots or holding else self.made.assets).append(candidate)
        self.made.prices += [
            CandidatePrice(max(lines), asset.symbol, asset.currency, on, price, asset.isin, (self.name,), is_paid=True)
            for (of, on), price in found.prices.items()
            if of == key
        ]
        if story.splits and all(of != key for of, _ in found.prices):
            self._take_split_price(asset, story, max(lines))

    def _take_split_price(self, asset: LedgerAsset, story: Story, line: int) -> None:
        """What the price that is known from before a split comes to, where the list has none: else it would be old."""
        known = self._asset(asset)
        price = self.lookup.price(known.id) if known else None
        if price is None or self.name is None:
            return
        after = [(on, ratio) for on, ratio in story.splits if on > price.on]
        if not after:
            return
        whole = prod((ratio for _, ratio in after), start=Fraction(1))
        each = kept_decimal(Fraction(price.price) / whole)
        if each > 0:
            told = CandidatePrice(line, asset.symbol, asset.currency, after[-1][0], each, asset.isin, (self.name,))
            self.made.prices.append(replace(told, is_paid=True))

    def _is_told(self, asset: LedgerAsset) -> bool:
        """Whether the user says or said what was held before."""
        is_kept = self.is_whole and self._kept_opening(asset) is not None
        return is_kept or self._opening(asset) is not None

    def _told_cost(self, asset: LedgerAsset) -> Decimal | None:
        """What the opening quantity had cost, where the user says or said it."""
        kept = self._kept_opening(asset) if self.is_whole and self._opening(asset) is None else None
        cost = self._opening_cost(asset) if kept is None else kept.cost_minor
        return None if cost is None else from_minor(cost, asset.currency)

    def _doubt(self, key: str) -> str:
        return (
            "A line of it could not be read, so what is left of it is not known." if key in self.ledger.doubtful else ""
        )

    def _unexplained(
        self, key: str, asset: LedgerAsset, story: Story, position: Position
    ) -> tuple[str, Decimal | None]:
        """Why what is left of an asset is not known ("" = it is), and the opening quantity that would explain it."""
        if story.missing:
            what = (
                f"{canonical(story.missing)} {asset.symbol} more went than the list says there were, "
                f"on {story.missing_on} for the first time."
            )
            return what, exact_sum(story.missing, story.opening)
        if story.unsplit is not None:
            return f"{asset.symbol} was split on {story.unsplit}, and the list does not say what was held then.", None
        if not self.is_whole and self._opening(asset) is None:
            return self._doubled(key, asset), None
        holding = self._holding(asset) if self.is_whole and not self.before and not self.ledger.is_whole else None
        if (
            holding is None
            or self._opening(asset) is not None
            or self._kept_opening(asset) is not None
            or holding.quantity == position.quantity
        ):
            return "", None
        what = (
            f"The list comes to {canonical(position.quantity)} {asset.symbol}, and {self.name} holds "
            f"{canonical(holding.quantity)}."
        )
        more = exact_sum(holding.quantity, -position.quantity)
        return what, max(more, Decimal(0)) if not story.splits else Decimal(0)

    def _doubled(self, key: str, asset: LedgerAsset) -> str:
        """Why it is not known whether lines are in what is held already, where it was changed since the last ones."""
        holding = self._holding(asset)
        changed = self._changed(holding) if holding else None
        entries = [row.entry for row in self.taken if row.entry.asset == key]
        if holding is None or changed is None or all(entry.on > changed.on for entry in entries):
            return ""
        told = replay(entries, {key: opened(changed.before)})
        if told.positions[key].quantity == holding.quantity:
            self.agreeing[key] = told.past[key]
            return ""
        return (
            f"{asset.symbol} was changed here on {changed.on} to {canonical(holding.quantity)}, and lines up to that "
            "day are new: it is not known whether they are in it."
        )

    def _take_cash(self, found: Replayed) -> None:
        """The cash that the list explains: by its balance, or because it has the deposits and never goes below zero."""
        told = sorted((each for each in self.ledger.balances if each.account == self.name), key=lambda each: each.on)
        balances = {each.currency: each for each in told}
        codes = dict.fromkeys(code for row in self.taken for code, _ in row.entry.money)
        for code in codes:
            minor, why = self._explained(code, found, balances.get(code))
            if minor is None:
                if why:
                    self.made.notes.append(Note(why))
                continue
            assert self.name is not None
            self.made.followed.append((self.name, code))
            is_told = found.money[code] == minor
            days = found.money_past[code] if is_told else ()
            past = tuple((on, from_minor(each, code)) for on, each in days if each >= 0)
            line = max(row.entry.line for row in self.taken)
            amount = from_minor(minor, code)
            if amount or self._cash_holding(code) is not None:
                self.made.candidates.append(
                    Candidate(line, self.name, code, None, amount, code, is_cash=True, kind="cash", past=past)
                )

    def _explained(self, code: str, found: Replayed, balance: Balance | None) -> tuple[int | None, str]:
        """What cash there is (None: not known, or what is there stays), and why not."""
        held = self._cash_holding(code)
        has = (
            f"{self.name} keeps its cash of {canonical(held.quantity)} {code}" if held else f"no cash in {code} is kept"
        )
        if balance is not None and balance.minor >= 0 and balance.on >= max(self.before.values(), default=date.min):
            return balance.minor, ""
        if self.unexplained or self.ledger.cash_doubtful or self.ledger.doubtful:
            return None, f"Not all lines are explained, so the cash in {code} is not known: {has}."
        if self.ledger.is_whole:
            return self._as_told(code, found.money[code])
        amount = canonical(from_minor(found.lowest[code], code))
        if found.lowest[code] < 0:
            return None, f"The cash in {code} would go down to {amount}, so not all deposits are in the list: {has}."
        is_followed = self.account is not None and (self.account.id, code) in self.kept.followed
        if not self.is_whole and is_followed:
            return found.money[code], ""
        is_begun = self.account is not None and any(each == self.account.id for each, _ in self.kept.followed)
        if not (_has_deposits(self.taken) or (is_begun and held is None)):
            return None, f"The list has no deposits, so it does not explain the cash in {code}: {has}."
        if held is not None and not is_followed and to_minor(held.quantity, code) != found.money[code]:
            comes = canonical(from_minor(found.money[code], code))
            return None, f"The list comes to {comes} {code}: {has}."
        return found.money[code], ""

    def _as_told(self, code: str, minor: int) -> tuple[int, str]:
        """The cash as another program has it; what is owed is none."""
        if minor < 0:
            owed = canonical(from_minor(minor, code))
            self.made.notes.append(Note(f"{self.name} has {owed} {code}: money below zero is not kept, it is 0 here."))
        return max(minor, 0), ""


def _has_deposits(rows: Iterable[LedgerRow]) -> bool:
    return any(row.entry.kind is EntryKind.DEPOSIT and any(minor > 0 for _, minor in row.entry.money) for row in rows)
