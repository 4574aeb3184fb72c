"""Portfolio Performance's file in XML (plain or in a ZIP): transactions, quotes, rates and taxonomies."""

import hashlib
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from wealthdesk.domain.ledger import Entry, EntryKind, with_moved_lots
from wealthdesk.domain.money import LARGEST_NUMBER, WHOLE, rounded_price, unit
from wealthdesk.importers.draft import (
    CandidateAccount,
    CandidatePrice,
    CandidateRate,
    Draft,
    Kind,
    LeftOut,
    Note,
    Problem,
)
from wealthdesk.importers.encoding import MAX_BYTES
from wealthdesk.importers.ledger_draft import Ledger, LedgerAsset, LedgerRow
from wealthdesk.importers.other_portfolio import EXACT, OtherPortfolio, OtherRefused, Tally, Taxonomy, minor_of
from wealthdesk.importers.taxonomies import Branch, asset_key, best_of, is_isin, plain_name, taxonomy, with_taxonomy
from wealthdesk.importers.xml_elements import Node, XmlRefused, tree_of

FORMAT: Final = "Portfolio Performance"
_AGAIN: Final = "Save it again in Portfolio Performance as XML (File > Save as > XML)."
_HEAD: Final = 4096

_SECURITIES: Final = {
    "BUY": EntryKind.BUY,
    "SELL": EntryKind.SELL,
    "DELIVERY_INBOUND": EntryKind.RECEIVED,
    "DELIVERY_OUTBOUND": EntryKind.DELIVERED,
    "TRANSFER_IN": EntryKind.RECEIVED,
    "TRANSFER_OUT": EntryKind.DELIVERED,
}
_MONEY: Final = {
    "DEPOSIT": (EntryKind.DEPOSIT, 1),
    "REMOVAL": (EntryKind.WITHDRAWAL, -1),
    "INTEREST": (EntryKind.INTEREST, 1),
    "INTEREST_CHARGE": (EntryKind.INTEREST, -1),
    "DIVIDENDS": (EntryKind.DIVIDEND, 1),
    "FEES": (EntryKind.FEE, -1),
    "FEES_REFUND": (EntryKind.FEE, 1),
    "TAXES": (EntryKind.TAX, -1),
    "TAX_REFUND": (EntryKind.TAX, 1),
    "BUY": (EntryKind.OTHER, -1),
    "SELL": (EntryKind.OTHER, 1),
    "TRANSFER_IN": (EntryKind.DEPOSIT, 1),
    "TRANSFER_OUT": (EntryKind.WITHDRAWAL, -1),
}


def is_portfolio_performance(data: bytes) -> bool:
    """Whether the bytes are such a file, or a ZIP of one; not its binary form, nor one with a password."""
    if data.startswith(b"PK\x03\x04"):
        member = _member(data)
        return member is not None and _is_client(_begin(data, member))
    return _is_client(data[:_HEAD])


def _is_client(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith(b"<") and (b"<client>" in head or b"<client " in head)


def _member(data: bytes) -> str | None:
    """The name of the XML in a ZIP, where it is the first thing in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return names[0] if names and len(names) < 4 and names[0].lower().endswith(".xml") else None


def _begin(data: bytes, member: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as file:
            return file.read(_HEAD)
    except _BROKEN_ZIP:
        return b""


_BROKEN_ZIP: Final = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)


def _unpacked(data: bytes) -> bytes:
    """The XML, of which no more is unpacked than is read of a file."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_member(data) or "") as file:
            found = file.read(MAX_BYTES + 1)
    except (*_BROKEN_ZIP, KeyError) as error:
        raise OtherRefused("the archive is damaged") from error
    if len(found) > MAX_BYTES:
        raise OtherRefused(f"it is more than {MAX_BYTES // 1024**2} MB when it is unpacked")
    return found


_Months = dict[str, tuple[str, str]]
"""The last quote of each month: its day and the number, as they are written."""


def read_portfolio_performance(data: bytes, file_name: str, today: date) -> Draft:
    """The draft of a whole file; one that cannot be read is a draft with a problem that says why."""
    months: dict[int, _Months] = {}
    try:
        root = tree_of(_unpacked(data), _Seeing(months).takes)
        if root.name != "client" or root.one("accounts") is None or root.one("portfolios") is None:
            raise OtherRefused("its accounts and portfolios are not found")
        return _draft(root, months, file_name, today)
    except (XmlRefused, OtherRefused) as why:
        what = f"This is a file of Portfolio Performance, but it is not read: {why}."
        return Draft(file_name, problems=(Problem(0, "", what, _AGAIN),), kind=Kind.OTHER, format=FORMAT)


@dataclass(slots=True)
class _Seeing:
    """Takes the quotes out of the file as they pass: they are most of it, and of few of them anything is kept."""

    months: dict[int, _Months]

    def takes(self, above: Node, name: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element is a quote, which is remembered if it is the last of its month."""
        if name == "price" and above.name == "prices" and above.above is not None:
            on = attributes.get("t", "")
            months = self.months.setdefault(id(above.above), {})
            if on >= months.get(on[:7], ("",))[0]:
                months[on[:7]] = on, attributes.get("v", "")
            return True
        return False


def _draft(root: Node, months: Mapping[int, _Months], file_name: str, today: date) -> Draft:
    """Everything that the file says."""
    version = _whole(root.told("version")) or 0
    base = _code(root.told("baseCurrency") or "EUR")[0]
    references, securities, rates = _References(root), _Securities(base), _Rates()
    book = _Book(references, securities, rates, base, 8 if version >= 49 else 6 if version >= 26 else 5, today)
    book.read()
    quotes = _Quotes(months, 8 if version >= 49 else 4 if version >= 30 else 2, today)
    quotes.tell_rates(references.listed("securities", "security"), rates)
    first = min((entry.on for _, entry, _ in book.rows), default=today)
    prices = tuple(quotes.prices(securities, first, book.tally))
    rows = book.ledger_rows()
    told_rates = rates.candidates()
    taxonomies = tuple(_Trees(references, securities, book.names).read())
    accounts, last = tuple(book.accounts.values()), {(each.symbol, each.currency): each.price for each in prices}
    other = OtherPortfolio(
        FORMAT,
        base,
        tuple(book.accounts),
        book.tally.holdings(securities.assets, last),
        rates={(each.base, each.quote): each.rate for each in told_rates},
    )
    draft = Draft(
        file_name,
        accounts=accounts,
        prices=prices,
        rates=told_rates,
        left_out=tuple(book.left_out),
        problems=tuple(sorted(book.problems, key=lambda each: each.line)),
        notes=(Note("Of the quotes the last of each month is read, and the latest."),) if prices else (),
        line_count=len(rows),
        as_of=max((row.entry.on for row in rows), default=None),
        base_currency=base,
        kind=Kind.PORTFOLIO,
        format=FORMAT,
        ledger=Ledger(rows, securities.assets, is_whole=True),
        taxonomies=taxonomies,
        other=other,
    )
    return with_taxonomy(draft, best_of(taxonomies))


@dataclass(slots=True)
class _References:
    """What the nodes of the file stand for: themselves, or what they refer to by a path or a number."""

    root: Node
    ids: dict[str, Node] | None = None

    def listed(self, list_name: str, name: str) -> Iterator[Node]:
        """What stands in a list, each once; some only refer to where it is defined."""
        found = self.root.one(list_name)
        seen: set[int] = set()
        for each in found.all(name) if found else ():
            node = self.resolved(each)
            if id(node) not in seen:
                seen.add(id(node))
                yield node

    def of(self, node: Node, name: str) -> Node | None:
        """What the first of that name in a node stands for."""
        found = node.one(name)
        return self.resolved(found) if found is not None else None

    def resolved(self, node: Node) -> Node:
        """What a node stands for: itself, or what it refers to."""
        seen: set[int] = set()
        while "reference" in node.attributes:
            if id(node) in seen:
                raise OtherRefused(f"it refers to itself on line {node.line}")
            seen.add(id(node))
            node = self._target(node, node.attributes["reference"])
        return node

    def _target(self, node: Node, reference: str) -> Node:
        if "/" not in reference and reference != "..":
            found = self._by_id().get(reference)
            if found is None:
                raise OtherRefused(f"what line {node.line} refers to is not in it")
            return found
        here: Node | None = node
        steps = reference.split("/")
        if reference.startswith("/"):
            here, steps = self.root, steps[2:]
        for step in steps:
            here = _step(here, step) if here is not None else None
        if here is None:
            raise OtherRefused(f"what line {node.line} refers to is not in it")
        return here

    def _by_id(self) -> dict[str, Node]:
        if self.ids is None:
            self.ids = {}
            rows = [self.root]
            while rows:
                node = rows.pop()
                rows += node.children
                if "id" in node.attributes:
                    self.ids.setdefault(node.attributes["id"], node)
        return self.ids


def _step(here: Node, step: str) -> Node | None:
    if step == "..":
        return here.above
    name, _, rest = step.partition("[")
    place = _whole(rest.rstrip("]")) if rest else 1
    found = here.all(name)
    return found[place - 1] if place and 0 < place <= len(found) else None


@dataclass(frozen=True, slots=True)
class _Security:
    """A security: `parts` of its unit make one of its currency (100 for pence)."""

    node: Node
    key: str
    name: str
    currency: str
    parts: int


@dataclass(slots=True)
class _Securities:
    """The securities that are traded, by their nodes; assets: what a ledger knows of each, by its key."""

    base: str
    known: dict[int, _Security] = field(default_factory=dict)
    assets: dict[str, LedgerAsset] = field(default_factory=dict)
    taken: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, node: Node) -> _Security:
        """The security of a node, which is one of the assets from now on."""
        known = self.known.get(id(node))
        if known is None:
            code, parts = _code_on(node, node.told("currencyCode") or self.base)
            key = node.told("uuid") or f"line {node.line}"
            known = self.known[id(node)] = _Security(node, key, plain_name(node.told("name")), code, parts)
            isin = node.told("isin").upper()
            self.assets[key] = LedgerAsset(self._symbol(known), known.name, isin if is_isin(isin) else None, code)
        return known

    def asset(self, node: Node) -> LedgerAsset | None:
        """The asset of a node; None for one that is not traded."""
        known = self.known.get(id(node))
        return self.assets[known.key] if known is not None else None

    def _symbol(self, security: _Security) -> str:
        """The ticker, else the ISIN, the WKN or the name: the first that no other security has."""
        told = security.node.told
        words = [plain_name(told(each))[:80] for each in ("tickerSymbol", "isin", "wkn", "name") if told(each)]
        words += [f"{(words or [security.name])[0][:70]} {number}" for number in range(2, 1000)]
        for word in words:
            if self.taken.setdefault((word.casefold(), security.currency), security.key) == security.key:
                return word
        return security.key[:80]


@dataclass(slots=True)
class _Rates:
    """The latest exchange rate of each pair: (base, quote) → its day, its line and how many quote one base is."""

    latest: dict[tuple[str, str], tuple[date, int, Decimal]] = field(default_factory=dict)

    def take(self, line: int, base: str, quote: str, on: date, rate: Decimal) -> None:
        """Keeps a rate, if it is one and no later one is known."""
        price, known = rounded_price(rate), self.latest.get((base, quote))
        if base != quote and price is not None and (known is None or (known[0], known[1]) <= (on, line)):
            self.latest[base, quote] = on, line, price

    def take_units(self, line: int, units: Iterable[Node], on: date, code: str, parts: int) -> None:
        """Keeps the rates that the units of a transaction tell."""
        for each in units:
            other = each.one("forex")
            if other is None or not each.told("exchangeRate"):
                continue
            base, base_parts = _code(other.attributes.get("currency", ""))
            rate = EXACT.divide(EXACT.multiply(_decimal(each.told("exchangeRate")), Decimal(base_parts)), parts)
            self.take(line, base, code, on, rate)

    def candidates(self) -> tuple[CandidateRate, ...]:
        """All of them, to be kept."""
        return tuple(
            CandidateRate(line, base, quote, on, rate) for (base, quote), (on, line, rate) in self.latest.items()
        )


@dataclass(frozen=True, slots=True)
class _Quotes:
    """What securities were worth; decimals: how many of a number are behind its point, where none is written."""

    months: Mapping[int, _Months]
    decimals: int
    today: date

    def prices(self, securities: _Securities, first: date, tally: Tally) -> Iterator[CandidatePrice]:
        """The last quotes of months since the first transaction, and the latest."""
        for security in securities.known.values():
            asset, listed = securities.assets[security.key], sorted(self.months.get(id(security.node), {}).values())
            told = [(on, number) for on, number in listed if on >= first.isoformat()[:7]] or listed[-1:]
            latest = security.node.one("latest")
            if latest is not None:
                told.append((latest.attributes.get("t", ""), latest.attributes.get("v", "")))
            line, holders = security.node.line, tally.holders(security.key)
            for on, number in self._days(told).items():
                price = rounded_price(EXACT.divide(number, Decimal(security.parts)))
                if price is not None:
                    yield CandidatePrice(line, asset.symbol, asset.currency, on, price, asset.isin, holders)

    def tell_rates(self, securities: Iterable[Node], rates: _Rates) -> None:
        """Exchange rates that are kept as securities: one of their currency is so many of the other one."""
        for node in securities:
            target, months = node.told("targetCurrencyCode"), self.months.get(id(node))
            if not target or not node.told("currencyCode") or months is None:
                continue
            try:
                (base, base_parts), (quote, quote_parts) = _code(node.told("currencyCode")), _code(target)
            except OtherRefused:
                continue
            for on, rate in list(self._days(months.values()).items())[-1:]:
                rates.take(node.line, base, quote, on, EXACT.divide(rate * base_parts, Decimal(quote_parts)))

    def _days(self, told: Iterable[tuple[str, str]]) -> dict[date, Decimal]:
        """Quotes by their days; what is none is left aside, as is what is still to come."""
        found = {}
        for text, number in told:
            try:
                on, price = date.fromisoformat(text[:10]), _scaled(number, self.decimals)
            except (ValueError, OtherRefused):
                continue
            if on <= self.today and price > 0:
                found[on] = price
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Move:
    """A transfer between portfolios, to be laid beside its other side."""

    place: int
    account: str
    comes: bool


@dataclass(slots=True)
class _Book:
    """The transactions of all accounts and portfolios, while they become entries.

    shares: how many decimals of a number of shares are behind its point. names: a node → its kind and what it is called
    here. rows: account, entry and key of each. moves: transfers with the same day, security and shares.
    """

    references: _References
    securities: _Securities
    rates: _Rates
    base: str
    shares: int
    today: date
    tally: Tally = field(default_factory=Tally)
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    accounts: dict[str, CandidateAccount] = field(default_factory=dict)
    rows: list[tuple[str, Entry, str]] = field(default_factory=list)
    moves: dict[tuple[object, ...], list[_Move]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def read(self) -> None:
        """Takes everything that happened."""
        for node in self.references.listed("accounts", "account"):
            self._take(node, "account-transaction", self._take_money, node.told("currencyCode"))
        for node in self.references.listed("portfolios", "portfolio"):
            self._take(node, "portfolio-transaction", self._take_security, "")

    def ledger_rows(self) -> tuple[LedgerRow, ...]:
        """The entries, with the lots of what was moved between portfolios."""
        made = with_moved_lots([(account, entry) for account, entry, _ in self.rows], self._pairs())
        return tuple(LedgerRow(account, entry, key) for (account, _, key), entry in zip(self.rows, made, strict=True))

    def _take(self, node: Node, kind: str, take: Callable[[Node, str], None], currency: str) -> None:
        name = self._name(node)
        listed = self.references.of(node, "transactions")
        seen: set[int] = set()
        told = listed.all(kind) if listed is not None else []
        if told or node.told("isRetired") != "true":
            code = _code_on(node, currency)[0] if currency else None
            known = self.accounts.get(name) or CandidateAccount(node.line, name)
            self.accounts[name] = replace(known, currency=known.currency or code)
        for each in told:
            found = self.references.resolved(each)
            if id(found) in seen:
                continue
            seen.add(id(found))
            try:
                take(found, name)
            except OtherRefused as why:
                self.problems.append(Problem(found.line, "", f"A transaction of {name}: {why}.", _AGAIN))

    def _name(self, node: Node) -> str:
        """The name of an account or a portfolio. Two of a kind are told apart."""
        own, name, number = plain_name(node.told("name")), plain_name(node.told("name")), 1
        taken = {known for key, known in self.names.items() if key != id(node)}
        while (node.name, name) in taken:
            number += 1
            name = f"{own} ({number})"
        self.names[id(node)] = node.name, name
        return name

    def _day(self, node: Node) -> date | None:
        """The day of a transaction; None where that is still to come."""
        try:
            on = date.fromisoformat(node.told("date")[:10])
        except ValueError as error:
            raise OtherRefused("its date cannot be read") from error
        if on <= self.today:
            return on
        self.left_out.append(LeftOut(node.line, f"{on} {node.told('type')}"[:120], "It is planned for later."))
        return None

    def _take_money(self, node: Node, account: str) -> None:
        known = _MONEY.get(node.told("type"))
        if known is None:
            raise OtherRefused(f"“{node.told('type')[:40]}” is not known")
        on = self._day(node)
        if on is None:
            return
        code, parts = _code_on(node, node.told("currencyCode") or self.base)
        kind, sign = known
        amount = _money(node.told("amount"), parts) * sign
        minor = minor_of(amount, code)
        self.tally.money[account, code] += amount
        self.rates.take_units(node.line, self._units(node), on, code, parts)
        entry = Entry(on, kind, None, money=((code, minor),) if minor else (), line=node.line)
        self.rows.append((account, entry, _key(node, account)))

    def _take_security(self, node: Node, account: str) -> None:
        kind = _SECURITIES.get(node.told("type"))
        if kind is None:
            raise OtherRefused(f"“{node.told('type')[:40]}” is not known")
        on = self._day(node)
        security_node = self.references.of(node, "security")
        if on is None:
            return
        if security_node is None:
            raise OtherRefused("it names no security")
        shares = _scaled(node.told("shares"), self.shares)
        if shares <= 0:
            self.left_out.append(LeftOut(node.line, f"{on} {node.told('type')}", "No shares were moved."))
            return
        if shares >= LARGEST_NUMBER:
            raise OtherRefused("its shares are more than can be kept")
        security = self.securities.of(security_node)
        code, parts = _code_on(node, node.told("currencyCode") or self.base)
        units = self._units(node)
        self.rates.take_units(node.line, units, on, code, parts)
        worth = _worth(node, units, security.currency, code, _money(node.told("amount"), parts), kind)
        cost = minor_of(worth.cost, security.currency) if kind.adds and worth.cost is not None else None
        price = None if worth.gross is None else rounded_price(EXACT.divide(worth.gross, shares))
        at = node.told("date")[11:]
        entry = Entry(on, kind, security.key, shares, (), cost, price, at=at, line=node.line)
        self.tally.held[account, security.key] += shares if kind.adds else -shares
        if node.told("type").startswith("TRANSFER_"):
            self.moves[on, security.key, shares].append(_Move(len(self.rows), account, kind.adds))
        self.rows.append((account, entry, _key(node, account)))

    def _units(self, node: Node) -> list[Node]:
        """The parts that the amount of a transaction is made of."""
        units = self.references.of(node, "units")
        return units.all("unit") if units is not None else []

    def _pairs(self) -> dict[int, int]:
        """The places of what came from another portfolio, with those of what went there."""
        found: dict[int, int] = {}
        for moves in self.moves.values():
            goes = [each for each in moves if not each.comes]
            for came in (each for each in moves if each.comes):
                other = next((each for each in goes if each.account != came.account), None)
                if other is not None:
                    goes.remove(other)
                    found[came.place] = other.place
        return found


@dataclass(frozen=True, slots=True)
class _Worth:
    """What a trade cost in all, and what its shares alone were worth; None: not known in that currency."""

    cost: Decimal | None
    gross: Decimal | None


def _worth(node: Node, units: Iterable[Node], wanted: str, code: str, amount: Decimal, kind: EntryKind) -> _Worth:
    """The worth of a trade in the currency that is wanted, its security's; code: that of its amount."""
    costs = sum((_old_money(node, each) for each in ("fees", "taxes")), Decimal(0))
    forex, rate = None, None
    for each in units:
        told, other = each.one("amount"), each.one("forex")
        if told is None:
            continue
        part = _money(told.attributes.get("amount", ""), _code(told.attributes.get("currency", code))[1])
        if each.attributes.get("type") != "GROSS_VALUE":
            costs += part
        elif other is not None:
            other_code, other_parts = _code(other.attributes.get("currency", code))
            if other_code == wanted:
                forex = _money(other.attributes.get("amount", ""), other_parts)
                rate = EXACT.divide(forex, part) if part else None
    if code == wanted:
        return _Worth(amount, amount - costs if kind.adds else amount + costs)
    if forex is None or rate is None:
        return _Worth(None, None)
    return _Worth(forex + EXACT.multiply(costs, rate), forex)


_Assigned = dict[str, list[tuple[str, Fraction]]]
"""What belongs to branches of a tree: each with the keys of these and its shares."""


@dataclass(frozen=True, slots=True)
class _Trees:
    """Reads the taxonomies: what is assigned to their branches are securities, accounts and portfolios."""

    references: _References
    securities: _Securities
    names: Mapping[int, tuple[str, str]]

    def read(self) -> Iterator[Taxonomy]:
        """All that have a root."""
        for node in self.references.listed("taxonomies", "taxonomy"):
            root = self.references.of(node, "root")
            if root is None:
                continue
            assets: _Assigned = defaultdict(list)
            money: _Assigned = defaultdict(list)
            branch = self._branch(root, assets, money, 0)
            yield taxonomy(node.told("name") or root.told("name"), branch, assets, money)

    def _branch(self, node: Node, assets: _Assigned, money: _Assigned, depth: int) -> Branch:
        if depth > 50:
            raise OtherRefused("its taxonomies are deeper than is read")
        key = f"{node.line} {id(node)}"
        assigned = self.references.of(node, "assignments")
        for each in assigned.all("assignment") if assigned is not None else ():
            vehicle = self.references.of(each, "investmentVehicle")
            share = Fraction(_whole(each.told("weight")) or 0, WHOLE)
            if vehicle is None:
                continue
            asset = self.securities.asset(vehicle)
            if asset is not None:
                assets[asset_key(asset.symbol, asset.currency)].append((key, share))
            elif id(vehicle) in self.names:
                money[self.names[id(vehicle)][1]].append((key, share))
        below = self.references.of(node, "children")
        listed = [self.references.resolved(each) for each in below.all("classification")] if below is not None else []
        listed.sort(key=lambda each: _whole(each.told("rank")) or 0)
        children = tuple(self._branch(each, assets, money, depth + 1) for each in listed)
        return Branch(key, node.told("name"), Fraction(_whole(node.told("weight")) or 0, WHOLE), children)


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if len(text) <= 25 and text.lstrip("-").isdecimal() and text.isascii() else None


def _scaled(text: str, decimals: int) -> Decimal:
    number = _whole(text or "0")
    if number is None:
        raise OtherRefused(f"“{text[:40]}” is not a number")
    return Decimal(number).scaleb(-decimals, EXACT)


def _money(text: str, parts: int) -> Decimal:
    """An amount, which is always written in hundredths; parts: how many of its unit make one of the currency."""
    return EXACT.divide(_scaled(text, 2), Decimal(parts))


def _old_money(node: Node, name: str) -> Decimal:
    """Fees and taxes as files had them before there were several currencies."""
    return _money(node.told(name), 1) if _whole(node.told(name)) else Decimal(0)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise OtherRefused(f"“{text[:40]}” is not a number") from error
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        raise OtherRefused(f"“{text[:40]}” is not a number")
    return number


def _code(text: str) -> tuple[str, int]:
    """The currency that a code means and how many of its unit make one of it."""
    found = unit(text.strip())
    if found is None:
        raise OtherRefused(f"the currency “{text.strip()[:10]}” is not known")
    return found


def _code_on(node: Node, text: str) -> tuple[str, int]:
    """The same where a node says it, of which a refusal tells the line."""
    try:
        return _code(text)
    except OtherRefused as why:
        raise OtherRefused(f"{why} (line {node.line})") from why


def _key(node: Node, account: str) -> str:
    """What tells a transaction from all others, as long as nothing of it is changed."""
    told = [node.told(each) for each in ("uuid", "date", "type", "amount", "shares", "currencyCode")]
    return hashlib.sha256("|".join((account, *told)).encode()).hexdigest()[:32]
