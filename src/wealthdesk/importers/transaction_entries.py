"""What the lines of a list of transactions mean together: the entries of a ledger, in signed money and quantities.

Brokers write amounts with and without fees, with and without signs; the lines tell which by what adds up.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from wealthdesk.domain.ledger import Entry, EntryKind
from wealthdesk.domain.money import (
    CURRENCIES,
    LARGEST_MINOR,
    LARGEST_NUMBER,
    canonical,
    exact_product,
    exact_sum,
    rounded_price,
    to_minor,
)
from wealthdesk.importers.cells import short
from wealthdesk.importers.draft import LeftOut, Note, Problem
from wealthdesk.importers.ledger_draft import Balance, Ledger, LedgerAsset, LedgerRow
from wealthdesk.importers.transaction_rows import Amount, RawRow, ratio_in
from wealthdesk.importers.transaction_words import (
    CANCELLED,
    ENDED,
    EXCHANGED,
    INCOMING,
    NOT_CARRIED_OUT,
    NOTHING,
    OUTGOING,
    TRADE,
    TRANSFER,
    WRITTEN,
    begins_with_trade,
    is_cancelled,
    kind_word,
    says_not_done,
)

_EXACT: Final = Context(prec=60)
_ZERO: Final = Decimal(0)
_CLOSE: Final = Decimal("0.2")
_TWO_PER_CENT: Final = Decimal("0.02")
_BUY, _SELL = EntryKind.BUY, EntryKind.SELL
_PRICED: Final = (_BUY, _SELL, EntryKind.REINVESTED)
_PAYS: Final = (EntryKind.FEE, EntryKind.TAX, EntryKind.WITHDRAWAL)
_NAMED: Final = {str(kind): kind for kind in EntryKind}
_SIDES: Final = {INCOMING: EntryKind.BUY, OUTGOING: EntryKind.SELL}
_INSTEAD: Final = "Correct the line, or leave it out."


@dataclass(frozen=True, slots=True)
class Entries:
    """The ledger of a list, and what is to be told of its lines. unknown: words that are not known to happen."""

    ledger: Ledger
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Note, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A line and what happened on it; `undoes` where it takes something back, `in_kind` where no money is paid."""

    row: RawRow
    kind: EntryKind
    asset: str | None
    undoes: bool = False
    in_kind: bool = False


class _Refused(Exception):
    """A line whose meaning is not known: what is wrong, and how to mend it."""

    def __init__(self, what: str, fix: str = _INSTEAD) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def entries_of(rows: Sequence[RawRow], usual: str, doubtful: Iterable[str]) -> Entries:
    """What the lines mean. `usual` is the currency of money that names none; `doubtful` is what the lines that could
    not be read are about, "" where that is not known.
    """
    lines, doubts = _Lines.of(_paired(rows), usual), _Doubts()
    doubts.take(lines, doubtful)
    happenings = _Happenings(lines, doubts)
    happenings.read()
    told = _units_moved(happenings.told)
    booking = _Booking(told, lines.usual, doubts)
    booking.convert()
    made = _with_costs(booking.made, happenings.exchanged, booking.currencies)
    ledger = Ledger(
        tuple(made),
        _assets(told, booking.currencies),
        tuple(_balances(lines)),
        frozenset(doubts.assets),
        doubts.is_cash,
    )
    notes = tuple(_notes(lines, happenings.written, booking.scaled))
    return Entries(ledger, tuple(doubts.problems), tuple(happenings.left_out), notes, tuple(happenings.unknown))


def _paired(rows: Sequence[RawRow]) -> Sequence[RawRow]:
    """The lines, those of a trade whose two sides stand on lines of their own as one."""
    if not any(row.reference for row in rows):
        return rows
    money: dict[str, list[RawRow]] = defaultdict(list)
    others: Counter[str] = Counter()
    for row in rows:
        if row.is_other and row.reference:
            money[row.reference].append(row)
        elif row.reference:
            others[row.reference] += 1
    pairs = {key: found[0] for key, found in money.items() if len(found) == 1 and others[key] == 1}
    made = []
    for row in rows:
        other = pairs.get(row.reference)
        if other is None:
            made.append(row)
        elif not row.is_other and row.quantity:
            side = _BUY if row.quantity > 0 else _SELL
            made.append(
                replace(row, base=other.base, is_net=False, fee=other.fee, told_kind=side, balance=other.balance)
            )
    return made


@dataclass(frozen=True, slots=True)
class _Lines:
    """A list as a whole, and what its lines tell of each other. isins: symbol → the one that it has here.

    any_below: whether quantities have signs; any_out: whether amounts have.
    """

    rows: Sequence[RawRow]
    usual: str
    isins: Mapping[str, str]
    any_below: bool
    any_out: bool

    @staticmethod
    def of(rows: Sequence[RawRow], usual: str) -> "_Lines":
        """Money that names no currency is of the one that all prices name, where these are the only ones that do."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.isin and row.symbol:
                found[row.symbol.casefold()].add(row.isin)
        priced = {row.price.currency for row in rows if row.price and row.price.currency}
        if len(priced) == 1 and not any(row.base and row.base.currency for row in rows):
            (usual,) = priced
        return _Lines(
            rows,
            usual,
            {symbol: next(iter(isins)) for symbol, isins in found.items() if len(isins) == 1},
            any(row.quantity is not None and row.quantity < 0 for row in rows),
            any(row.base is not None and row.base.number < 0 for row in rows),
        )

    def key_of(self, symbol: str, isin: str | None = None) -> str:
        """What tells an asset from the others: its ISIN where that is known, else its symbol or name."""
        return isin or self.isins.get(symbol.casefold()) or symbol.casefold()

    def asset_of(self, row: RawRow) -> str | None:
        """The key of the asset that a line is about."""
        if row.isin or row.symbol:
            return self.key_of(row.symbol, row.isin)
        return row.name.casefold() if row.name and row.quantity else None

    def side(self, row: RawRow) -> str:
        """Whether a trade that does not say so is a purchase or a sale: by the sign of what moved."""
        if not row.quantity:
            raise _Refused("No quantity stands here.")
        if self.any_below:
            return _SELL if row.quantity < 0 else _BUY
        if not self.any_out or row.base is None:
            raise _Refused("Nothing says whether this was bought or sold.")
        return _BUY if row.base.number < 0 else _SELL

    def ended(self, row: RawRow, asset: str | None) -> str:
        """What the end of an option takes: one that was bought before; of one that was written nothing was kept."""
        if asset is None or not row.quantity:
            return NOTHING
        bought = (
            each
            for each in self.rows
            if each.on <= row.on and self.asset_of(each) == asset and EntryKind.BUY in map(kind_word, each.words)
        )
        is_held = row.quantity < 0 or (not self.any_below and any(bought))
        return EntryKind.DELIVERED if is_held else NOTHING

    def is_renamed(self, row: RawRow, asset: str | None) -> bool:
        """Whether one side of a split is of another symbol: one goes, and one that was not there before comes."""
        quantity = row.quantity or _ZERO
        same = [each for each in self.rows if (each.account, each.on) == (row.account, row.on) and each is not row]
        sides = [each for each in same if each.quantity and EntryKind.SPLIT in map(kind_word, each.words)]
        if asset is None or len(sides) != 1 or (sides[0].quantity or _ZERO) * quantity >= 0:
            return False
        other = self.asset_of(sides[0])
        came = asset if quantity > 0 else other
        return other not in (None, asset) and not any(
            each.on < row.on and self.asset_of(each) == came for each in self.rows
        )

    def exchanged(self, row: RawRow, asset: str | None) -> str:
        """What one side of a merger or of a new symbol is: the other one has to stand on a line of the same day."""
        number = row.base.number if row.base else _ZERO
        if asset is None or not row.quantity:
            return EntryKind.OTHER
        if row.quantity < 0 and number > 0:
            return _SELL
        others = [each for each in self.rows if each is not row and (each.account, each.on) == (row.account, row.on)]
        others = [each for each in others if _says_exchanged(each)]
        if not any(_is_other_side(each, row) for each in others):
            raise _Refused("What this was exchanged for does not stand on a line of the same day.")
        return EntryKind.DELIVERED if row.quantity < 0 else EntryKind.RECEIVED


@dataclass(slots=True)
class _Doubts:
    """The lines whose meaning is not known, and what is not known because of them: of which assets, and of the cash."""

    problems: list[Problem] = field(default_factory=list)
    assets: set[str] = field(default_factory=set)
    is_cash: bool = False

    def take(self, lines: _Lines, symbols: Iterable[str]) -> None:
        """Takes over what lines are about that could not be read before."""
        for each in symbols:
            self.is_cash = True
            if each:
                self.assets.add(lines.key_of(each))

    def add(self, line: int, refused: _Refused, asset: str | None) -> None:
        """Remembers a line that is about this asset."""
        self.problems.append(Problem(line, "", refused.what, refused.fix))
        self.is_cash = True
        if asset:
            self.assets.add(asset)


@dataclass(slots=True)
class _Happenings:
    """Decides for each line what happened. unknown: words that are not known to happen; exchanged: the lines on which
    one asset became another; written: what was sold without being held.
    """

    lines: _Lines
    doubts: _Doubts
    told: list[_Told] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    exchanged: set[int] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Read all lines."""
        for row in self.lines.rows:
            try:
                told = self._told(row)
            except _Refused as refused:
                is_named = row.isin or row.symbol or (row.name and row.quantity)
                self.doubts.add(
                    row.line, refused, self.lines.key_of(row.symbol or row.name, row.isin) if is_named else None
                )
                continue
            if isinstance(told, str):
                words = " · ".join(each for each in (*row.words, row.symbol, row.name) if each)
                self.left_out.append(LeftOut(row.line, f"{row.on} {words}"[:120], told))
            else:
                self.told.append(told)

    def _told(self, row: RawRow) -> _Told | str:
        """The line and what happened, or why it is left out; _Refused when that is not known."""
        if says_not_done(row.status):
            return NOT_CARRIED_OUT
        kind, undoes, in_kind = self._kind(row)
        if kind == NOTHING:
            return "Moves nothing that is kept here."
        asset = None if _is_money(row) else self.lines.asset_of(row)
        if kind == EntryKind.CONVERSION and asset and _says_exchanged(row):
            kind = EXCHANGED
        if kind == TRADE:
            kind = self.lines.side(row)
        elif kind == TRANSFER:
            kind = _moved(row, asset)
        elif kind == ENDED:
            kind = self.lines.ended(row, asset)
            if kind == NOTHING:
                return "Moves nothing that is kept here."
        elif kind == WRITTEN:
            self.written.add(row.symbol or row.name)
            return _Told(row, _BUY if _says_bought(row) else _SELL, None, undoes)
        elif kind == EntryKind.SPLIT and self.lines.is_renamed(row, asset):
            kind = EntryKind.DELIVERED if (row.quantity or _ZERO) < 0 else EntryKind.RECEIVED
            self.exchanged.add(row.line)
        elif kind == EXCHANGED:
            if not row.quantity and row.base is None:
                return "Moves nothing that is kept here."
            kind = self.lines.exchanged(row, asset)
            if kind in (EntryKind.RECEIVED, EntryKind.DELIVERED):
                self.exchanged.add(row.line)
        found = _NAMED.get(kind)
        if found is None:
            raise _Refused(f"“{short(' '.join(row.words))}” does not say what happened.")
        if found in (_BUY, _SELL) and (pair := _CURRENCIES.fullmatch(row.symbol)) and _are_currencies(pair):
            return _Told(_exchange(row, pair[1], pair[2], is_bought=found is _BUY), EntryKind.CONVERSION, None, undoes)
        return _checked(_Told(row, _as_moved(row, asset, found), asset, undoes, in_kind))

    def _kind(self, row: RawRow) -> tuple[str, bool, bool]:
        """The word for what happened, whether it takes that back, whether a dividend came as shares."""
        undoes = any(map(is_cancelled, row.words))
        found = [each for word in row.words if (each := kind_word(word)) is not None and each != CANCELLED]
        definite = next((each for each in found if each in _NAMED), None)
        if row.told_kind is not None and row.reference:
            return row.told_kind, undoes, False
        side = row.told_kind or next((_SIDES[each] for each in found if each in _SIDES), None)
        if definite is None and TRADE in found and side is not None:
            return side, undoes, False
        if definite in (EntryKind.DIVIDEND, EntryKind.INTEREST) and EntryKind.REINVESTED in found and row.quantity:
            return EntryKind.REINVESTED, undoes, True
        if NOTHING in found:
            return NOTHING, undoes, False
        if row.is_other and definite is None:
            return EntryKind.OTHER, undoes, False
        if definite or found:
            return definite or found[0], undoes, False
        if row.told_kind is not None:
            return row.told_kind, undoes, False
        if not row.words:
            said = kind_word(row.note) if begins_with_trade(row.note) or not row.quantity else None
            if said or row.quantity:
                return said or TRADE, is_cancelled(row.note), False
        if begins_with_trade(row.note) and (said := kind_word(row.note)) in _NAMED:
            return str(said), undoes, False
        word = row.words[0] if row.words else row.note
        self.unknown.append(word)
        fix = "Leave the line out, or write what it is: Buy, Sell, Dividend, Deposit, Fee …"
        raise _Refused(f"“{short(word)}” is not known as something that happens in an account.", fix)


def _as_moved(row: RawRow, asset: str | None, kind: EntryKind) -> EntryKind:
    """What happened by what moved: money or units, which way, and whether a dividend came as any."""
    moves_units = kind in (EntryKind.RECEIVED, EntryKind.DELIVERED)
    if moves_units and (asset is None or not row.quantity):
        kind = EntryKind.DEPOSIT if kind is EntryKind.RECEIVED else EntryKind.WITHDRAWAL
    elif kind in (EntryKind.DEPOSIT, EntryKind.WITHDRAWAL) and asset and row.quantity and row.base is None:
        kind = EntryKind.RECEIVED if kind is EntryKind.DEPOSIT else EntryKind.DELIVERED
    if kind is EntryKind.RECEIVED and row.quantity is not None and row.quantity < 0:
        return EntryKind.DELIVERED
    return EntryKind.DIVIDEND if kind is EntryKind.REINVESTED and not row.quantity else kind


def _checked(told: _Told) -> _Told | str:
    """The line where enough stands on it; why it is left out, or _Refused."""
    row, kind = told.row, told.kind
    if kind.adds or kind.takes:
        if told.asset is None:
            raise _Refused("No symbol stands here.")
        if not row.quantity:
            raise _Refused("No quantity stands here.")
    elif kind is EntryKind.SPLIT:
        if told.asset is None or (not row.quantity and _ratio(row) is None):
            raise _Refused("Neither the ratio of the split nor a quantity stands here.")
    elif row.quantity and told.asset is None and _moves_nothing_else(row):
        raise _Refused("No symbol stands here.")
    elif row.base is None and not row.fee and not row.tax and not (row.quantity and (row.price or _is_money(row))):
        if row.quantity and told.asset:
            raise _Refused("Shares stand here without an amount: what became of them is not known.")
        return "Moves no money and no shares."
    return told


def _moves_nothing_else(row: RawRow) -> bool:
    """Whether a line without a symbol has a quantity and nothing that it could be the quantity of."""
    is_told = bool(row.name or row.note) and row.base is not None and not row.base.number
    return is_told and not (row.fee or row.tax or _is_money(row))


def _moved(row: RawRow, asset: str | None) -> str:
    """What a transfer is by the sign of what moved."""
    if asset is not None and row.quantity:
        return EntryKind.DELIVERED if row.quantity < 0 else EntryKind.RECEIVED
    number = row.base.number if row.base else row.quantity if _is_money(row) else None
    if not number:
        return EntryKind.OTHER
    return EntryKind.WITHDRAWAL if number < 0 else EntryKind.DEPOSIT


def _says_exchanged(row: RawRow) -> bool:
    """Whether one asset became another: a word says so, or units were converted and nothing was paid for them."""
    said = [kind_word(word) for word in row.words]
    is_unpaid = bool(row.quantity) and not (row.base and row.base.number)
    return EXCHANGED in said or (EntryKind.CONVERSION in said and is_unpaid)


def _is_other_side(other: RawRow, row: RawRow) -> bool:
    """Whether a line is what came for what went on another, or the reverse."""
    came = other.quantity or (other.base.number if other.base else _ZERO)
    return came * (row.quantity or _ZERO) < 0


def _units_moved(told: list[_Told]) -> list[_Told]:
    """In the list of a pension plan nothing is bought: what is paid in, taken out and charged moves units alone.

    Where something is bought as well, it does so where the units at their price are the amount.
    """
    units = [each for each in told if each.asset and each.row.quantity and each.row.base is not None]
    if any(each.kind in (_BUY, _SELL) for each in told):
        moving = {id(each) for each in units if _is_of_units(each)}
    elif any(each.kind is EntryKind.DEPOSIT for each in units):
        moving = {id(each) for each in units if not each.kind.moves_assets or each.kind is EntryKind.DIVIDEND}
    else:
        return told
    return [_of_units(each) if id(each) in moving else each for each in told]


def _is_of_units(told: _Told) -> bool:
    """Whether what was paid in, taken out or charged is units that came or went: so many at this price."""
    row = told.row
    if row.quantity is None or row.price is None or row.base is None or row.price.number == 1:
        return False  # units at 1 are money
    comes = told.kind is EntryKind.DEPOSIT if row.quantity > 0 else told.kind in _PAYS
    amount, worth = abs(row.base.number), abs(exact_product(row.quantity, row.price.number))
    return comes and abs(worth - amount) <= amount * _TWO_PER_CENT


def _of_units(told: _Told) -> _Told:
    """What happened as units that came or went, with no money beside."""
    if told.row.quantity is not None and told.row.quantity < 0:
        return replace(told, kind=EntryKind.DELIVERED)
    is_earned = told.kind in (EntryKind.DIVIDEND, EntryKind.INTEREST)
    return replace(told, kind=EntryKind.REINVESTED if is_earned else EntryKind.RECEIVED, in_kind=is_earned)


def _currencies(told: Sequence[_Told], usual: str) -> dict[str, str]:
    """The currency of each asset: the one that most of its lines name."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for each in told:
        row = each.row
        code = (row.price.currency if row.price else None) or row.currency or row.code or usual
        if each.asset is not None and each.kind.moves_assets:
            # A dividend's or a transfer's currency weighs less than that of a trade.
            counted[each.asset][code] += 1000 if each.kind in _PRICED else 1
    return {asset: codes.most_common(1)[0][0] for asset, codes in counted.items()}


@dataclass(slots=True)
class _Booking:
    """Makes entries of what happened. scaled: assets → how many times what was paid their prices are.

    buys_come: whether purchases have quantities above 0 here, so that one below it takes a purchase back.
    """

    told: Sequence[_Told]
    usual: str
    doubts: _Doubts
    currencies: dict[str, str] = field(init=False)
    styles: "_Styles" = field(init=False)
    buys_come: bool = field(init=False)
    dividends: set[tuple[object, ...]] = field(init=False)
    made: list[LedgerRow] = field(default_factory=list)
    scaled: dict[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.currencies, self.styles = _currencies(self.told, self.usual), _Styles.of(self.told)
        self.buys_come = any(each.kind is _BUY and (each.row.quantity or _ZERO) > 0 for each in self.told)
        self.dividends = {
            (each.row.on, each.asset, abs(each.row.base.number))
            for each in self.told
            if each.kind is EntryKind.DIVIDEND and each.row.base is not None
        }

    def convert(self) -> None:
        """Make the entries. Splits that are told by several lines of one day are one."""
        seen: Counter[tuple[object, ...]] = Counter()
        splits: dict[tuple[object, ...], int] = {}
        for told in self.told:
            try:
                entry = self._entry(told)
            except _Refused as refused:
                self.doubts.add(told.row.line, refused, told.asset)
                continue
            same = (told.row.account, told.row.on, told.asset)
            if entry.kind is EntryKind.SPLIT and same in splits:
                self._join(splits[same], entry)
                continue
            parts = _parts(told)
            seen[parts] += 1
            if entry.kind is EntryKind.SPLIT:
                splits[same] = len(self.made)
            text = "|".join(map(str, (*parts[1:], seen[parts])))
            self.made.append(LedgerRow(told.row.account, entry, hashlib.sha256(text.encode()).hexdigest()[:32]))

    def _join(self, place: int, entry: Entry) -> None:
        """The parts of a split that takes the old shares out and brings the new ones in, together."""
        row = self.made[place]
        if row.entry.ratio is None and entry.ratio is None:
            both = exact_sum(row.entry.quantity, entry.quantity)
            self.made[place] = replace(row, entry=replace(row.entry, quantity=both))

    def _entry(self, told: _Told) -> Entry:
        row, kind = told.row, told.kind
        quantity = abs(row.quantity) if row.quantity is not None and kind.moves_assets else _ZERO
        if quantity >= LARGEST_NUMBER:
            raise _Refused("The quantity is more than can be kept.")
        ratio = _ratio(row) if kind is EntryKind.SPLIT else None
        if kind is EntryKind.SPLIT and ratio is None:
            quantity = _added(row)
        is_below = row.quantity is not None and row.quantity < 0
        taken_back = told.undoes or (kind is _BUY and is_below and self.buys_come)
        if taken_back and (kind.adds or kind.takes):
            quantity = -quantity
        money = self._money(told, taken_back)
        for code, minor in money:
            if abs(minor) > LARGEST_MINOR:
                raise _Refused(f"The amount in {code} is more than can be kept.")
        return Entry(
            row.on,
            kind,
            told.asset,
            quantity,
            tuple(each for each in money if each[1]),
            self._cost(told, money),
            self._price(told),
            ratio,
            row.at,
            row.line,
        )

    def _money(self, told: _Told, taken_back: bool) -> tuple[tuple[str, int], ...]:
        """What the line does to the cash."""
        row, kind, styles = told.row, told.kind, self.styles
        if kind in (EntryKind.RECEIVED, EntryKind.DELIVERED, EntryKind.SPLIT):
            return ()
        base = self._base(row)
        code = base.currency or self.usual if base else self.usual
        costs = exact_sum(styles.fee(row), styles.tax(row))
        if base is None or (kind in _PAYS and not base.number):
            number = -abs(costs) if kind in _PAYS else _ZERO
        elif kind in (_BUY, _SELL):
            number = -abs(base.number) if kind is _BUY else abs(base.number)
            number = number if styles.is_net(row) else exact_sum(number, costs)
            number = -number if taken_back else number
        elif kind is EntryKind.REINVESTED:
            pays = row.base is not None and not told.in_kind and (base.number < 0 or self._was_paid(told, base))
            number = -abs(base.number) if pays else _ZERO
        else:
            number = self._paid(told, base.number, costs, taken_back)
        if row.other is not None and kind is EntryKind.CONVERSION:
            other = row.other.currency or self.usual
            return ((code, to_minor(-abs(number), code)), (other, to_minor(abs(row.other.number), other)))
        return ((code, to_minor(number, code)),)

    def _paid(self, told: _Told, number: Decimal, costs: Decimal, taken_back: bool) -> Decimal:
        """What money alone comes to: with the sign it is written with, unless such lines are written without."""
        kind, styles = told.kind, self.styles
        is_signed = kind in styles.signed_kinds or (kind in _PAYS and styles.buys_are_signed)
        if number > 0 and not is_signed and (kind in _PAYS) != taken_back:
            number = -number
        if styles.is_net(told.row) or kind in (EntryKind.FEE, EntryKind.TAX):
            return number
        return exact_sum(number, costs if styles.is_signed(told.row) or number > 0 else -costs)

    def _base(self, row: RawRow) -> Amount | None:
        """The amount of money; where none stands there, quantity times price, or the quantity of what is money."""
        if row.base is not None:
            return row.base
        if row.quantity and row.price:
            return Amount(exact_product(row.quantity, row.price.number), row.price.currency)
        if row.quantity and _is_money(row):
            return Amount(row.quantity, _money_code(row))
        return None

    def _was_paid(self, told: _Told, base: Amount) -> bool:
        """Whether a dividend of the same day and amount paid for what was bought with it."""
        return (told.row.on, told.asset, abs(base.number)) in self.dividends

    def _cost(self, told: _Told, money: Sequence[tuple[str, int]]) -> int | None:
        if not told.kind.adds or told.asset is None:
            return None
        code = self.currencies[told.asset]
        if told.kind is _BUY and money and money[0][0] == code:
            return -money[0][1]
        base = self._base(told.row)
        says_cost = base is not None and (base.number or told.kind is not EntryKind.RECEIVED)
        if base is not None and says_cost and (base.currency or self.usual) == code:
            return to_minor(abs(base.number), code)
        row = told.row
        if row.price and row.price.number and row.quantity and row.price.currency == code:
            return to_minor(abs(exact_product(row.quantity, row.price.number)), code)
        return None

    def _price(self, told: _Told) -> Decimal | None:
        """The price of one unit in the asset's currency, where the value decides its scale."""
        row = told.row
        if told.kind not in _PRICED or told.asset is None or not row.quantity:
            return None
        code = self.currencies[told.asset]
        worth = self._worth(told) if (row.currency or self.usual) == code else None
        if row.price and (row.price.currency or code) == code:
            scale = _scale(row.price.number, worth)
            if scale is None:
                return rounded_price(row.price.number)
            self.scaled[told.asset] = scale
        return rounded_price(worth) if worth is not None else None

    def _worth(self, told: _Told) -> Decimal | None:
        """What one unit was worth by the amount of the line, without fees."""
        row = told.row
        if row.base is None or not row.quantity:
            return None
        costs = exact_sum(self.styles.fee(row), self.styles.tax(row)) if self.styles.is_net(row) else _ZERO
        gross = abs(exact_sum(-abs(row.base.number) if told.kind.adds else abs(row.base.number), -costs))
        return _EXACT.divide(gross, abs(row.quantity))


def _parts(told: _Told) -> tuple[object, ...]:
    """The account of a line and what else tells it from the others, in whatever file it stands."""
    row = told.row
    base = None if row.base is None else (row.base.currency, canonical(row.base.number))
    price = None if row.price is None else canonical(row.price.number)
    quantity = None if row.quantity is None else canonical(row.quantity)
    return (row.account, row.on, told.kind, told.undoes, told.asset, quantity, base, price, canonical(row.fee))


def _with_costs(made: Sequence[LedgerRow], exchanged: set[int], currencies: Mapping[str, str]) -> list[LedgerRow]:
    """What came for another asset on the same day is as old and cost as much, where these are the only two."""
    found = list(made)
    by_day: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(made):
        if row.entry.line in exchanged:
            by_day[row.account, row.entry.on].append(place)
    for places in by_day.values():
        entries = [made[place].entry for place in places]
        if sorted(each.kind for each in entries) != [EntryKind.DELIVERED, EntryKind.RECEIVED]:
            continue
        went, came = sorted(entries, key=lambda each: each.kind)
        if went.asset is None or came.asset is None or came.cost_minor is not None:
            continue
        if currencies[went.asset] == currencies[came.asset]:
            place = places[entries.index(came)]
            entry = replace(came, came_of=(went.asset, went.quantity))
            found[place] = replace(made[place], entry=entry)
    return found


def _assets(told: Iterable[_Told], currencies: Mapping[str, str]) -> dict[str, LedgerAsset]:
    """What is known of the assets; the last line that names one counts."""
    found: dict[str, LedgerAsset] = {}
    for each in sorted(told, key=lambda each: each.row.on):
        if each.asset is None or not each.kind.moves_assets:
            continue
        row, before = each.row, found.get(each.asset)
        name = row.name or (before.name if before else None)
        isin = row.isin or (before.isin if before else None)
        symbol = row.symbol or (before.symbol if before else "") or isin or row.name
        found[each.asset] = LedgerAsset(symbol[:80], name, isin, currencies[each.asset])
    return found


def _balances(lines: _Lines) -> Iterable[Balance]:
    """The last balance of each account and currency."""
    rows = list(lines.rows)
    if rows and rows[0].on > rows[-1].on:
        rows.reverse()
    last: dict[tuple[str | None, str], Balance] = {}
    for row in rows:
        if row.balance is not None:
            code = row.balance.currency or row.currency or lines.usual
            last[row.account, code] = Balance(row.account, code, row.on, to_minor(row.balance.number, code))
    return last.values()


def _notes(lines: _Lines, written: Iterable[str], scaled: Mapping[str, Decimal]) -> Iterable[Note]:
    """What was assumed about the list as a whole."""
    if not any(row.currency or (row.price and row.price.currency) for row in lines.rows):
        yield Note(f"No currency in the file: {lines.usual} is used.")
    if written:
        names = ", ".join(sorted(written)[:3])
        yield Note(f"What was sold without being held is not kept, only its money: {names}.")
    for asset, scale in list(scaled.items())[:3]:
        times = f"{canonical(scale)} times" if scale > 1 else f"a {canonical(1 / scale)}th of"
        yield Note(f"The prices of {asset} are {times} what was paid for one: what was paid is read.")


@dataclass(frozen=True, slots=True)
class _Styles:
    """How a list writes its amounts. net: whether amounts of a column (by what its header says) have the fees in."""

    net: dict[bool | None, bool]
    buys_are_signed: bool
    fees_are_signed: bool
    taxes_are_signed: bool
    signed_kinds: frozenset[EntryKind]

    @staticmethod
    def of(told: Sequence[_Told]) -> "_Styles":
        votes: Counter[tuple[bool | None, bool]] = Counter()
        for each in told:
            vote = _says_net(each)
            if vote is not None:
                votes[each.row.is_net, vote] += 1
        net = {says: _usual(votes[says, True], votes[says, False], says) for says in (True, False, None)}
        below = {each.kind for each in told if each.row.base is not None and each.row.base.number < 0}
        return _Styles(
            net,
            _BUY in below,
            any(each.row.fee < 0 for each in told),
            any(each.row.tax < 0 for each in told),
            frozenset(below),
        )

    def is_net(self, row: RawRow) -> bool:
        """Whether the amount of the line has fees and taxes in it."""
        return row.base is not None and self.net[row.is_net]

    def is_signed(self, row: RawRow) -> bool:
        """Whether the fees or taxes of the line are written with the sign that they have."""
        return (self.fees_are_signed and row.fee != 0) or (self.taxes_are_signed and row.tax != 0)

    def fee(self, row: RawRow) -> Decimal:
        """What the fees of the line do to the cash."""
        return row.fee if self.fees_are_signed else -row.fee

    def tax(self, row: RawRow) -> Decimal:
        """What the taxes of the line do to the cash."""
        return row.tax if self.taxes_are_signed else -row.tax


def _usual(net: int, gross: int, says: bool | None) -> bool:
    """What most lines tell; where none does, what the header says, and net where it says nothing."""
    return says is not False if net == gross else net > gross


def _says_net(told: _Told) -> bool | None:
    """Whether a line's own numbers tell that its amount has the fees in it; None when they tell neither."""
    row = told.row
    costs = exact_sum(abs(row.fee), abs(row.tax))
    if told.kind not in (_BUY, _SELL) or row.base is None or row.price is None or not row.quantity or not costs:
        return None
    if row.price.currency not in (None, row.base.currency):
        return None
    gross = abs(exact_product(row.quantity, row.price.number))
    net = exact_sum(gross, costs if told.kind is _BUY else -costs)
    amount = abs(row.base.number)
    off_net, off_gross = abs(amount - net), abs(amount - gross)
    if min(off_net, off_gross) * 4 > costs:
        return None
    return off_net < off_gross


def _is_money(row: RawRow) -> bool:
    """Whether the line is about money alone, though something stands in the place of a symbol."""
    return _money_code(row) is not None


def _money_code(row: RawRow) -> str | None:
    symbol = row.symbol.upper()
    if symbol.startswith("$CASH"):
        code = symbol[5:].strip("-_: ")
        return code if code in CURRENCIES else row.currency or "USD"
    is_priced = row.price is not None and row.price.number != 1
    if symbol not in CURRENCIES or row.isin is not None or is_priced:
        return None
    told = row.currency or row.code
    return symbol if told == symbol or (told is None and symbol not in _SHARES_TOO) else None


_SHARES_TOO: Final = frozenset("ALL AMD BND COP CUP ETB GEL LAK MAD MOP MUR PEN SOS TOP VES WST".split())
"""Codes of currencies that are the symbols of widely held shares and funds, too."""

_CURRENCIES: Final = re.compile(r"([A-Z]{3})[./]([A-Z]{3})", re.ASCII)


def _are_currencies(pair: re.Match[str]) -> bool:
    return pair[1] in CURRENCIES and pair[2] in CURRENCIES


def _says_bought(row: RawRow) -> bool:
    return any(word in ("buy", "bought", "cover") for cell in row.words for word in cell.casefold().split())


def _exchange(row: RawRow, first: str, second: str, *, is_bought: bool) -> RawRow:
    """A trade in a pair such as EUR.USD: so much of the first for what it is worth in the second."""
    amount = Amount(abs(row.quantity or _ZERO), first)
    paid = exact_product(amount.number, abs(row.price.number)) if row.price else _ZERO
    if row.base is not None and row.base.number and row.base.currency in (None, second):
        paid = abs(row.base.number)
    other = Amount(paid, second)
    gone, come = (other, amount) if is_bought else (amount, other)
    return replace(row, symbol="", name="", quantity=None, price=None, base=gone, other=come)


def _ratio(row: RawRow) -> Fraction | None:
    """The ratio of a split, new to old, in words or as a number that can be nothing else."""
    for text in (row.quantity_text, *row.words, row.note, row.name):
        found = ratio_in(text)
        if found is not None:
            ratio = Fraction(found[0]) / Fraction(found[1])
            came = row.quantity
            if came and (came > 0) != (ratio > 1) and came != found[0]:
                ratio = 1 / ratio
            return ratio
    return None


def _added(row: RawRow) -> Decimal:
    """What a line of a split adds: some lists take all the old shares out and bring the new ones in."""
    said = {word for cell in row.words for word in cell.casefold().split()}
    quantity = row.quantity or _ZERO
    return -abs(quantity) if "close" in said else quantity


def _scale(price: Decimal, worth: Decimal | None) -> Decimal | None:
    """The power of ten by which a price is off what was paid; None when it is not."""
    if worth is None or not worth or not price:
        return None
    factor = price / worth
    if _CLOSE < factor < 1 / _CLOSE:
        return None
    for power in (10, 100, 1000):
        for scale in (Decimal(power), 1 / Decimal(power)):
            if abs(factor / scale - 1) <= _TWO_PER_CENT:
                return scale
    return None
