"""A ledger: what was bought, sold and paid, day by day, and what an account holds once all of it is replayed."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from wealthdesk.domain.money import DECIMALS, canonical, exact_sum, half_up
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered

_EXACT: Final = Context(prec=150)
_STEP: Final = Decimal(1).scaleb(-DECIMALS)


class EntryKind(StrEnum):
    """What happened."""

    BUY = "buy"
    SELL = "sell"
    REINVESTED = "reinvested"
    RECEIVED = "received"
    DELIVERED = "delivered"
    SPLIT = "split"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    FEE = "fee"
    TAX = "tax"
    CONVERSION = "conversion"
    OTHER = "other"

    @property
    def adds(self) -> bool:
        """Whether more of an asset is held afterwards."""
        return self in _ADDING

    @property
    def takes(self) -> bool:
        """Whether less of an asset is held afterwards."""
        return self in _TAKING

    @property
    def moves_assets(self) -> bool:
        """Whether what is held of an asset changes; a dividend is about one and moves only money."""
        return self in _MOVING


@dataclass(frozen=True, slots=True)
class Lot:
    """A quantity that came at once, and what it cost; None: not known."""

    acquired_on: date | None
    quantity: Decimal
    cost_minor: int | None


_ADDING: Final = frozenset((EntryKind.BUY, EntryKind.REINVESTED, EntryKind.RECEIVED))
_TAKING: Final = frozenset((EntryKind.SELL, EntryKind.DELIVERED))
_MOVING: Final = _ADDING | _TAKING | {EntryKind.SPLIT}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `asset` is what the ledger calls it; None: only money moved.

    quantity: how much of the asset came or went, below 0 where that is taken back; for a split without a ratio what it
    added, which may be below 0. money: currency → minor units that came (> 0) or went. cost_minor: what it cost that
    came, fees included, in the asset's currency; None: not known. `at` is the time of the day where it is known: it
    decides only which of several prices of a day is the last one. lots: what came, where it came from another account
    and is as old as it was there; together they are `quantity`. came_of: the asset that it came in the place of, and
    how much of that went on the same day: then its lots are as old and cost as much.
    """

    on: date
    kind: EntryKind
    asset: str | None = None
    quantity: Decimal = Decimal(0)
    money: tuple[tuple[str, int], ...] = ()
    cost_minor: int | None = None
    price: Decimal | None = None
    ratio: Fraction | None = None
    at: str = ""
    line: int = 0
    lots: tuple[Lot, ...] = ()
    came_of: tuple[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """What is held of an asset."""

    lots: tuple[Lot, ...] = ()

    @property
    def quantity(self) -> Decimal:
        """How much it is."""
        whole = Decimal(0)
        for lot in self.lots:
            whole = exact_sum(whole, lot.quantity)
        return whole

    @property
    def cost_minor(self) -> int | None:
        """What all of it cost; None where that is not known of every lot."""
        costs = [lot.cost_minor for lot in self.lots]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def tax_lots(self) -> TaxLots:
        """The lots, if it is known of each what it cost."""
        if self.cost_minor is None:
            return ()
        return ordered(TaxLot(lot.acquired_on, lot.quantity, lot.cost_minor or 0) for lot in self.lots)


NOTHING_HELD: Final = Position()


def opened(quantity: Decimal, cost_minor: int | None = None) -> Position:
    """What was held before a ledger begins."""
    return Position((Lot(None, quantity, cost_minor),)) if quantity > 0 else NOTHING_HELD


@dataclass(frozen=True, slots=True)
class Story:
    """What became of an asset: quantities by kind (those of one kind added up), its splits, and what is left.

    missing: how much more there has to have been before the ledger begins, so that nothing is sold that was never
    there; 0 when everything is explained. unsplit: the day of a split of what is not held, which cannot be replayed.
    """

    asset: str
    opening: Decimal
    moved: Mapping[EntryKind, Decimal]
    splits: tuple[tuple[date, Fraction], ...]
    left: Decimal
    missing: Decimal = Decimal(0)
    missing_on: date | None = None
    unsplit: date | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a ledger comes to. `past`: asset → what was held at the end of each day on which that changed; of money in
    minor units. lowest: currency → the least that there was at the end of a day.
    """

    positions: Mapping[str, Position]
    money: Mapping[str, int]
    lowest: Mapping[str, int]
    prices: Mapping[tuple[str, date], Decimal]
    past: Mapping[str, tuple[tuple[date, Decimal], ...]]
    money_past: Mapping[str, tuple[tuple[date, int], ...]]
    stories: Mapping[str, Story]


def replay(
    entries: Iterable[Entry], held: Mapping[str, Position] | None = None, money: Mapping[str, int] | None = None
) -> Replayed:
    """Replays a ledger on top of what was held before it began.

    Entries of one day are taken in an order of their own (splits, what comes, what goes), so that the order
    in which they are listed does not matter. What goes is taken from the oldest lots first. The rest of a lot that is
    sold in part keeps its share of the cost, rounded half up: so a ledger cut between two days and replayed in two
    parts comes to the same.
    """
    books: dict[str, _Book] = {asset: _Book(asset, position) for asset, position in (held or {}).items()}
    purse: dict[str, int] = defaultdict(int, money or {})
    lowest = dict(purse)
    money_past: dict[str, dict[date, int]] = defaultdict(dict)
    for on, of_day in _days(entries):
        for entry in of_day:
            if entry.asset is not None and entry.kind.moves_assets:
                book = books.setdefault(entry.asset, _Book(entry.asset, NOTHING_HELD))
                source = books.get(entry.came_of[0]) if entry.came_of else None
                book.take(replace(entry, lots=_in_the_place_of(source.gone, entry)) if source else entry)
            for currency, minor in entry.money:
                purse[currency] += minor
                money_past[currency][on] = purse[currency]
        for currency in {currency for entry in of_day for currency, _ in entry.money}:
            lowest[currency] = min(lowest.get(currency, 0), purse[currency])
    return Replayed(
        positions={asset: Position(tuple(book.lots)) for asset, book in books.items()},
        money=dict(purse),
        lowest=lowest,
        prices={(asset, on): price for asset, book in books.items() for on, (_, price) in book.prices.items()},
        past={asset: tuple(book.past.items()) for asset, book in books.items()},
        money_past={currency: tuple(days.items()) for currency, days in money_past.items()},
        stories={asset: book.story() for asset, book in books.items()},
    )


def _days(entries: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        days[entry.on].append(entry)
    return [(on, sorted(days[on], key=_order)) for on in sorted(days)]


def _order(entry: Entry) -> tuple[object, ...]:
    turn = 0 if entry.kind is EntryKind.SPLIT else (3 if entry.kind.takes else 1) + (entry.quantity < 0)
    turn = turn if entry.came_of is None else 5  # after what it comes in the place of has gone
    cost = -1 if entry.cost_minor is None else entry.cost_minor
    return (turn, entry.asset or "", entry.kind, entry.quantity, entry.ratio or 0, cost, entry.money)


@dataclass(slots=True)
class _Book:
    """One asset, while its entries are replayed."""

    asset: str
    before: Position
    lots: list[Lot] = field(init=False)
    quantity: Decimal = field(init=False)
    moved: dict[EntryKind, Decimal] = field(default_factory=dict)
    splits: list[tuple[date, Fraction]] = field(default_factory=list)
    prices: dict[date, tuple[tuple[object, ...], Decimal]] = field(default_factory=dict)
    past: dict[date, Decimal] = field(default_factory=dict)
    gone: list[Lot] = field(default_factory=list)
    """What the last entry that took something took."""
    grown: Fraction = Fraction(1)
    """What one unit of the beginning has become by splits."""
    missing: Fraction = Fraction(0)
    missing_on: date | None = None
    unsplit: date | None = None

    def __post_init__(self) -> None:
        self.lots = sorted(self.before.lots, key=_age)
        self.quantity = self.before.quantity

    def take(self, entry: Entry) -> None:
        if entry.kind is EntryKind.SPLIT:
            self._split(entry)
        elif entry.quantity == 0:
            return
        elif entry.kind.adds == (entry.quantity > 0):
            self._come(entry)
        else:
            self._go(entry)
        if entry.kind is not EntryKind.SPLIT:
            self.moved[entry.kind] = exact_sum(self.moved.get(entry.kind, Decimal(0)), entry.quantity)
        self.past[entry.on] = self.quantity
        self._price(entry)

    def _price(self, entry: Entry) -> None:
        if entry.price is None or entry.price <= 0:
            return
        rank = (entry.at, entry.quantity, entry.price)
        known = self.prices.get(entry.on)
        if known is None or known[0] < rank:
            self.prices[entry.on] = (rank, entry.price)

    def _come(self, entry: Entry) -> None:
        """A lot of its own; what a sale that is taken back had cost is not known any more."""
        cost = entry.cost_minor if entry.kind.adds else None
        for lot in entry.lots or (Lot(entry.on, abs(entry.quantity), cost),):
            insort(self.lots, lot, key=_age)
        self.quantity = exact_sum(self.quantity, abs(entry.quantity))

    def _go(self, entry: Entry) -> None:
        """The oldest first; what is not there has to have been there before the ledger begins.

        A purchase that is taken back takes the very lot that it made, if that is still whole.
        """
        to_go = abs(entry.quantity)
        if entry.kind.adds:
            same = (place for place, lot in enumerate(self.lots) if lot.quantity == to_go)
            made = max(same, key=lambda place: self.lots[place].cost_minor == _negative(entry.cost_minor), default=None)
            if made is not None:
                del self.lots[made]
                self.quantity = exact_sum(self.quantity, -to_go)
                return
        self.quantity = max(exact_sum(self.quantity, -to_go), Decimal(0))
        emptied, self.gone = 0, []
        for place, lot in enumerate(self.lots):
            gone = min(lot.quantity, to_go)
            to_go = exact_sum(to_go, -gone)
            if gone < lot.quantity:
                if gone:
                    self.lots[place] = _rest(lot, exact_sum(lot.quantity, -gone))
                    self.gone.append(_part(lot, self.lots[place]))
                break
            self.gone.append(lot)
            emptied += 1
        del self.lots[:emptied]
        if to_go > 0:
            self.missing += Fraction(to_go) / self.grown
            self.missing_on = self.missing_on or entry.on

    def _split(self, entry: Entry) -> None:
        before = self.quantity
        if entry.ratio is None and before <= 0:
            self.unsplit = self.unsplit or entry.on
            return
        ratio = entry.ratio or Fraction(exact_sum(before, entry.quantity)) / Fraction(before)
        if ratio <= 0:
            self.unsplit = self.unsplit or entry.on
            return
        if entry.ratio is not None:  # what is only said to be added is so much, whatever was held before
            self.grown *= ratio
        self.splits.append((entry.on, ratio))
        self._split_price(entry.on, ratio)
        after = kept_decimal(Fraction(before) * ratio)
        lots = [replace(lot, quantity=kept_decimal(Fraction(lot.quantity) * ratio)) for lot in self.lots]
        if lots:
            rest = exact_sum(after, -Position(tuple(lots[:-1])).quantity)
            lots[-1] = replace(lots[-1], quantity=rest)
        self.lots = sorted((lot for lot in lots if lot.quantity > 0), key=_age)
        self.quantity = Position(tuple(self.lots)).quantity

    def _split_price(self, on: date, ratio: Fraction) -> None:
        """What the last price comes to after a split, for the day that has none of its own."""
        last = max(self.prices, default=None)
        price = kept_decimal(Fraction(self.prices[last][1]) / ratio) if last is not None else Decimal(0)
        if price > 0:
            self.prices[on] = (("",), price)

    def story(self) -> Story:
        return Story(
            self.asset,
            self.before.quantity,
            dict(self.moved),
            tuple(self.splits),
            self.quantity,
            kept_decimal(self.missing, ROUND_UP),
            self.missing_on,
            self.unsplit,
        )


def _in_the_place_of(gone: Sequence[Lot], entry: Entry) -> tuple[Lot, ...]:
    """The lots that went, as lots of what came: as old and for the same cost; none where others have gone since."""
    went = entry.came_of[1] if entry.came_of else Decimal(0)
    if sum((lot.quantity for lot in gone), Decimal(0)) != went or not gone or entry.quantity <= 0:
        return ()
    ratio = Fraction(entry.quantity) / Fraction(went)
    lots = [replace(lot, quantity=kept_decimal(Fraction(lot.quantity) * ratio)) for lot in gone]
    rest = exact_sum(entry.quantity, -Position(tuple(lots[:-1])).quantity)
    lots[-1] = replace(lots[-1], quantity=rest)
    return tuple(lots) if all(lot.quantity > 0 for lot in lots) else ()


def _negative(cost_minor: int | None) -> int | None:
    return None if cost_minor is None else -cost_minor


def _age(lot: Lot) -> tuple[date, Decimal, int]:
    """The oldest first, in an order that does not depend on how they are listed."""
    return (lot.acquired_on or date.min, lot.quantity, lot.cost_minor or 0)


def _rest(lot: Lot, quantity: Decimal) -> Lot:
    cost = lot.cost_minor
    if cost is not None:
        cost = half_up(Fraction(cost) * Fraction(quantity) / Fraction(lot.quantity))
    return Lot(lot.acquired_on, quantity, cost)


def _part(lot: Lot, rest: Lot) -> Lot:
    """What a lot was more than its rest."""
    cost = None if lot.cost_minor is None or rest.cost_minor is None else lot.cost_minor - rest.cost_minor
    return Lot(lot.acquired_on, exact_sum(lot.quantity, -rest.quantity), cost)


def with_moved_lots(entries: Sequence[tuple[str, Entry]], moves: Mapping[int, int]) -> list[Entry]:
    """The entries of several accounts (account, entry), where what comes from another account is as old as it was there
    and cost what it cost there. moves: the place of an entry that receives → that of the one that delivers.

    Where more is delivered than there was, what came has no lots of its own.
    """
    made = [entry for _, entry in entries]
    books: dict[tuple[str, str], _Book] = {}
    came: dict[int, tuple[Lot, ...]] = {}
    for _, places in _places_by_day(made):
        late = [place for place in places if place in moves and made[moves[place]].on <= made[place].on]
        for place in (*(each for each in places if each not in late), *late):
            account, entry = entries[place]
            asset = entry.asset
            if asset is None or not entry.kind.moves_assets:
                continue
            if place in late:
                entry = made[place] = replace(entry, lots=came.get(moves[place], ()))
            book = books.setdefault((account, asset), _Book(asset, NOTHING_HELD))
            book.gone = []
            book.take(entry)
            if sum((lot.quantity for lot in book.gone), Decimal(0)) == abs(entry.quantity):
                came[place] = tuple(book.gone)
    return made


def _places_by_day(entries: Sequence[Entry]) -> list[tuple[date, list[int]]]:
    days: dict[date, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        days[entry.on].append(place)
    return [(on, sorted(days[on], key=lambda place: _order(entries[place]))) for on in sorted(days)]


def kept_decimal(number: Fraction, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """The decimal with as many decimals as are kept."""
    exact = _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    return Decimal(canonical(exact.quantize(_STEP, rounding=rounding, context=_EXACT)))


def ratio_words(ratio: Fraction) -> str:
    """A split in words: 4:1 for four new ones for each old one, 1:10 for one new one for ten."""
    return f"{ratio.numerator:,}:{ratio.denominator:,}"


_WORDS: Final = {
    EntryKind.BUY: "bought",
    EntryKind.REINVESTED: "reinvested",
    EntryKind.RECEIVED: "received",
    EntryKind.SELL: "sold",
    EntryKind.DELIVERED: "delivered",
}


def story_words(story: Story) -> str:
    """What became of an asset in words: “bought 120, sold 20, split 4:1 → 400”."""
    parts = [f"{canonical(story.opening)} before"] if story.opening else []
    parts += [f"{word} {canonical(story.moved[kind])}" for kind, word in _WORDS.items() if story.moved.get(kind)]
    parts += [f"split {ratio_words(ratio)}" for _, ratio in story.splits]
    return f"{', '.join(parts) or 'nothing'} → {canonical(story.left)}"
