"""Portfolio Performance's file in XML (plain or in a ZIP): transactions, quotes, rates and taxonomies."""

import hashlib
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from wealthdesk.domain.ledger import Entry, EntryKind, with_moved_lots
from wealthdesk.domain.money import DECIMALS, LARGEST_MINOR, LARGEST_NUMBER, WHOLE, canonical, to_minor, unit
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
from wealthdesk.importers.other_portfolio import OtherHolding, OtherPortfolio, Taxonomy
from wealthdesk.importers.taxonomies import Branch, asset_key, best_of, is_isin, plain_name, taxonomy, with_taxonomy
from wealthdesk.importers.xml_elements import Node, XmlRefused, tree_of
from wealthdesk.values import frozen

FORMAT: Final = "Portfolio Performance"
_AGAIN: Final = "Save it again in Portfolio Performance as XML (File > Save as > XML)."
_HEAD: Final = 4096
_EXACT: Final = Context(prec=60)
_STEP: Final = Decimal(1).scaleb(-DECIMALS)

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


class _Refused(Exception):
    """Something that is not read, and why."""


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
        raise _Refused("the archive is damaged") from error
    if len(found) > MAX_BYTES:
        raise _Refused(f"it is more than {MAX_BYTES // 1024**2} MB when it is unpacked")
    return found


def read_portfolio_performance(data: bytes, file_name: str, today: date) -> Draft:
    """The draft of a whole file; one that cannot be read is a draft with a problem that says why."""
    quotes: dict[int, _Quotes] = {}
    try:
        root = tree_of(_unpacked(data), _Seeing(quotes).takes)
        if root.name != "client" or root.one("accounts") is None or root.one("portfolios") is None:
            raise _Refused("its accounts and portfolios are not found")
        return _Client(root, quotes, today).draft(file_name)
    except (XmlRefused, _Refused) as why:
        what = f"This is a file of Portfolio Performance, but it is not read: {why}."
        return Draft(file_name, problems=(Problem(0, "", what, _AGAIN),), kind=Kind.OTHER, format=FORMAT)


@dataclass(slots=True)
class _Quotes:
    """The quotes of a security: the last of each month (its day and the number as written), and the last of all."""

    months: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Seeing:
    """Takes the quotes out of the file as they pass: they are most of it, and of few of them anything is kept."""

    quotes: dict[int, _Quotes]

    def takes(self, above: Node, name: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element is a quote, which is remembered if it is the last of its month."""
        if name == "price" and above.name == "prices" and above.above is not None:
            on = attributes.get("t", "")
            months = self.quotes.setdefault(id(above.above), _Quotes()).months
            if on >= months.get(on[:7], ("",))[0]:
                months[on[:7]] = on, attributes.get("v", "")
            return True
        return False


@frozen
class _Security:
    """A security: `parts` of its unit make one of its currency (100 for pence)."""

    node: Node
    key: str
    name: str
    currency: str
    parts: int


@frozen
class _Move:
    """A transfer between portfolios, to be laid beside its other side."""

    place: int
    account: str
    comes: bool


_Take = Callable[[Node, str], None]


class _Client:
    """The whole file, while it becomes a draft."""

    def __init__(self, root: Node, quotes: Mapping[int, _Quotes], today: date) -> None:
        self._root, self._quotes, self._today = root, quotes, today
        version = _whole(root.told("version")) or 0
        self._share = 8 if version >= 49 else 6 if version >= 26 else 5
        self._quote = 8 if version >= 49 else 4 if version >= 30 else 2
        self._base = _code(root.told("baseCurrency") or "EUR")[0]
        self._ids: dict[str, Node] | None = None
        self._securities: dict[int, _Security] = {}
        self._assets: dict[str, LedgerAsset] = {}
        self._taken: dict[tuple[str, str], str] = {}
        self._rows: list[tuple[str, Entry, str]] = []
        self._moves: dict[tuple[object, ...], list[_Move]] = defaultdict(list)
        self._accounts: dict[str, CandidateAccount] = {}
        self._places: dict[int, str] = {}
        self._held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._money: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._rates: dict[tuple[str, str], tuple[date, int, Decimal]] = {}
        self._problems: list[Problem] = []
        self._left_out: list[LeftOut] = []

    def draft(self, file_name: str) -> Draft:
        """Everything that the file says."""
        for node in self._listed("accounts", "account"):
            self._take(node, self._take_money, node.told("currencyCode"))
        for node in self._listed("portfolios", "portfolio"):
            self._take(node, self._take_security, None)
        self._rate_securities()
        prices = tuple(self._prices())
        made = with_moved_lots([(account, entry) for account, entry, _ in self._rows], self._pairs())
        rows = tuple(LedgerRow(account, entry, key) for (account, _, key), entry in zip(self._rows, made, strict=True))
        rates = tuple(
            CandidateRate(line, base, quote, on, rate) for (base, quote), (on, line, rate) in self._rates.items()
        )
        taxonomies = tuple(self._taxonomies())
        notes = [Note("Of the quotes the last of each month is read, and the latest.")] if prices else []
        draft = Draft(
            file_name,
            accounts=tuple(self._accounts.values()),
            prices=prices,
            rates=rates,
            left_out=tuple(self._left_out),
            problems=tuple(sorted(self._problems, key=lambda each: each.line)),
            notes=tuple(notes),
            line_count=sum(1 for _ in rows),
            as_of=max((row.entry.on for row in rows), default=None),
            base_currency=self._base,
            kind=Kind.PORTFOLIO,
            format=FORMAT,
            ledger=Ledger(rows, self._assets, is_whole=True),
            taxonomies=taxonomies,
            other=self._other(prices, rates),
        )
        return with_taxonomy(draft, best_of(taxonomies))

    # References

    def _listed(self, list_name: str, name: str) -> Iterator[Node]:
        """What stands in a list, each once; some only refer to where it is defined."""
        found = self._root.one(list_name)
        seen: set[int] = set()
        for each in found.all(name) if found else ():
            node = self._resolved(each)
            if id(node) not in seen:
                seen.add(id(node))
                yield node

    def _resolved(self, node: Node) -> Node:
        """What a node stands for: itself, or what it refers to."""
        seen: set[int] = set()
        while "reference" in node.attributes:
            if id(node) in seen:
                raise _Refused(f"it refers to itself on line {node.line}")
            seen.add(id(node))
            node = self._target(node, node.attributes["reference"])
        return node

    def _target(self, node: Node, reference: str) -> Node:
        if "/" not in reference and reference != "..":
            found = self._by_id().get(reference)
            if found is None:
                raise _Refused(f"what line {node.line} refers to is not in it")
            return found
        here: Node | None = node
        steps = reference.split("/")
        if reference.startswith("/"):
            here, steps = self._root, steps[2:]
        for step in steps:
            here = _step(here, step) if here is not None else None
        if here is None:
            raise _Refused(f"what line {node.line} refers to is not in it")
        return here

    def _by_id(self) -> dict[str, Node]:
        if self._ids is None:
            self._ids = {}
            rows = [self._root]
            while rows:
                node = rows.pop()
                rows += node.children
                if "id" in node.attributes:
                    self._ids.setdefault(node.attributes["id"], node)
        return self._ids

    def _of(self, node: Node, name: str) -> Node | None:
        found = node.one(name)
        return self._resolved(found) if found is not None else None

    # Transactions

    def _take(self, node: Node, take: _Take, currency: str | None) -> None:
        name = self._place(node)
        listed = self._of(node, "transactions")
        seen: set[int] = set()
        kind = "portfolio-transaction" if currency is None else "account-transaction"
        told = listed.all(kind) if listed is not None else []
        if told or node.told("isRetired") != "true":
            code = self._code(node, currency)[0] if currency else None
            known = self._accounts.get(name) or CandidateAccount(node.line, name)
            self._accounts[name] = replace(known, currency=known.currency or code)
        for each in told:
            found = self._resolved(each)
            if id(found) in seen:
                continue
            seen.add(id(found))
            try:
                take(found, name)
            except _Refused as why:
                self._problems.append(Problem(found.line, "", f"A transaction of {name}: {why}.", _AGAIN))

    def _place(self, node: Node) -> str:
        """The name of an account or a portfolio. Two of a kind are told apart."""
        own, name, number = plain_name(node.told("name")), plain_name(node.told("name")), 1
        taken = {known for key, known in self._places.items() if key != id(node)}
        while f"{node.name} {name}" in taken:
            number += 1
            name = f"{own} ({number})"
        self._places[id(node)] = f"{node.name} {name}"
        return name

    def _day(self, node: Node) -> date | None:
        """The day of a transaction; None where that is still to come."""
        try:
            on = date.fromisoformat(node.told("date")[:10])
        except ValueError as error:
            raise _Refused("its date cannot be read") from error
        if on <= self._today:
            return on
        self._left_out.append(LeftOut(node.line, f"{on} {node.told('type')}"[:120], "It is planned for later."))
        return None

    def _code(self, node: Node, text: str) -> tuple[str, int]:
        try:
            return _code(text)
        except _Refused as why:
            raise _Refused(f"{why} (line {node.line})") from why

    def _take_money(self, node: Node, account: str) -> None:
        known = _MONEY.get(node.told("type"))
        if known is None:
            raise _Refused(f"“{node.told('type')[:40]}” is not known")
        on = self._day(node)
        if on is None:
            return
        code, parts = self._code(node, node.told("currencyCode") or self._base)
        kind, sign = known
        amount = _money(node.told("amount"), parts) * sign
        minor = _minor(amount, code)
        self._money[account, code] += amount
        self._forex(node, on, code, parts)
        entry = Entry(on, kind, None, money=((code, minor),) if minor else (), line=node.line)
        self._rows.append((account, entry, _key(node, account)))

    def _take_security(self, node: Node, account: str) -> None:
        kind = _SECURITIES.get(node.told("type"))
        if kind is None:
            raise _Refused(f"“{node.told('type')[:40]}” is not known")
        on = self._day(node)
        security_node = self._of(node, "security")
        if on is None:
            return
        if security_node is None:
            raise _Refused("it names no security")
        shares = _scaled(node.told("shares"), self._share)
        if shares <= 0:
            self._left_out.append(LeftOut(node.line, f"{on} {node.told('type')}", "No shares were moved."))
            return
        if shares >= LARGEST_NUMBER:
            raise _Refused("its shares are more than can be kept")
        security = self._security(security_node)
        code, parts = self._code(node, node.told("currencyCode") or self._base)
        self._forex(node, on, code, parts)
        amount = _money(node.told("amount"), parts)
        worth = self._worth(node, security, code, amount, kind)
        cost = _minor(worth.cost, security.currency) if kind.adds and worth.cost is not None else None
        price = None if worth.gross is None else _kept(_EXACT.divide(worth.gross, shares))
        at = node.told("date")[11:]
        entry = Entry(on, kind, security.key, shares, (), cost, price, at=at, line=node.line)
        sign = 1 if kind.adds else -1
        self._held[account, security.key] += shares * sign
        if node.told("type").startswith("TRANSFER_"):
            self._moves[on, security.key, shares].append(_Move(len(self._rows), account, kind.adds))
        self._rows.append((account, entry, _key(node, account)))

    def _worth(self, node: Node, security: _Security, code: str, amount: Decimal, kind: EntryKind) -> "_Worth":
        """What a trade cost in all and what its shares alone were worth, in the currency of the security."""
        units = self._of(node, "units")
        costs = sum((_old_money(node, each) for each in ("fees", "taxes")), Decimal(0))
        forex, rate = None, None
        for each in units.all("unit") if units is not None else ():
            told, other = each.one("amount"), each.one("forex")
            if told is None:
                continue
            part = _money(told.attributes.get("amount", ""), _code(told.attributes.get("currency", code))[1])
            if each.attributes.get("type") != "GROSS_VALUE":
                costs += part
            elif other is not None:
                other_code, other_parts = _code(other.attributes.get("currency", code))
                if other_code == security.currency:
                    forex = _money(other.attributes.get("amount", ""), other_parts)
                    rate = _EXACT.divide(forex, part) if part else None
        gross = amount - costs if kind.adds else amount + costs
        if code == security.currency:
            return _Worth(amount, gross)
        if forex is None or rate is None:
            return _Worth(None, None)
        return _Worth(forex + _EXACT.multiply(costs, rate), forex)

    def _forex(self, node: Node, on: date, code: str, parts: int) -> None:
        """The exchange rates that a transaction tells; the latest of each pair counts."""
        units = self._of(node, "units")
        for each in units.all("unit") if units is not None else ():
            other = each.one("forex")
            if other is None or not each.told("exchangeRate"):
                continue
            base, base_parts = _code(other.attributes.get("currency", ""))
            rate = _EXACT.divide(_EXACT.multiply(_decimal(each.told("exchangeRate")), Decimal(base_parts)), parts)
            self._rate(node, base, code, on, rate)

    def _rate(self, node: Node, base: str, quote: str, on: date, rate: Decimal) -> None:
        kept = _kept(rate)
        known = self._rates.get((base, quote))
        if base != quote and kept is not None and (known is None or (known[0], known[1]) <= (on, node.line)):
            self._rates[base, quote] = on, node.line, kept

    def _pairs(self) -> dict[int, int]:
        """The places of what came from another portfolio, with those of what went there."""
        found: dict[int, int] = {}
        for moves in self._moves.values():
            goes = [each for each in moves if not each.comes]
            for came in (each for each in moves if each.comes):
                other = next((each for each in goes if each.account != came.account), None)
                if other is not None:
                    goes.remove(other)
                    found[came.place] = other.place
        return found

    # Securities

    def _security(self, node: Node) -> _Security:
        known = self._securities.get(id(node))
        if known is None:
            code, parts = self._code(node, node.told("currencyCode") or self._base)
            key = node.told("uuid") or f"line {node.line}"
            known = self._securities[id(node)] = _Security(node, key, plain_name(node.told("name")), code, parts)
            isin = node.told("isin").upper()
            symbol = self._symbol(node, known)
            self._assets[key] = LedgerAsset(symbol, known.name, isin if is_isin(isin) else None, code)
        return known

    def _symbol(self, node: Node, security: _Security) -> str:
        """The ticker, else the ISIN, the WKN or the name: the first that no other security has."""
        words = [
            plain_name(node.told(each))[:80] for each in ("tickerSymbol", "isin", "wkn", "name") if node.told(each)
        ]
        words += [f"{(words or [security.name])[0][:70]} {number}" for number in range(2, 1000)]
        for word in words:
            if self._taken.setdefault((word.casefold(), security.currency), security.key) == security.key:
                return word
        return security.key[:80]

    def _prices(self) -> Iterator[CandidatePrice]:
        """The last quotes of months since the file begins, and the latest."""
        first = min((entry.on for _, entry, _ in self._rows), default=self._today)
        for security in self._securities.values():
            asset, quotes = self._assets[security.key], self._quotes.get(id(security.node), _Quotes())
            told = [(on, number) for on, number in sorted(quotes.months.values()) if on >= first.isoformat()[:7]]
            told = told or sorted(quotes.months.values())[-1:]
            latest = security.node.one("latest")
            if latest is not None:
                told.append((latest.attributes.get("t", ""), latest.attributes.get("v", "")))
            for on, price in self._days(told).items():
                scaled = _kept(_EXACT.divide(price, Decimal(security.parts)))
                if scaled is not None:
                    line = security.node.line
                    accounts = tuple(account for account, key in self._held if key == security.key)
                    yield CandidatePrice(
                        line, asset.symbol, asset.currency, on, scaled, asset.isin, accounts or (None,)
                    )

    def _days(self, told: Iterable[tuple[str, str]]) -> dict[date, Decimal]:
        """Quotes by their days; what is none is left aside, as is what is still to come."""
        found = {}
        for text, number in told:
            try:
                on, price = date.fromisoformat(text[:10]), _scaled(number, self._quote)
            except (ValueError, _Refused):
                continue
            if on <= self._today and price > 0:
                found[on] = price
        return dict(sorted(found.items()))

    def _rate_securities(self) -> None:
        """Exchange rates that are kept as securities: one of their currency is so many of the other one."""
        for node in self._listed("securities", "security"):
            target = node.told("targetCurrencyCode")
            quotes = self._quotes.get(id(node))
            if not target or not node.told("currencyCode") or quotes is None:
                continue
            try:
                (base, base_parts), (quote, quote_parts) = _code(node.told("currencyCode")), _code(target)
            except _Refused:
                continue
            for on, rate in list(self._days(quotes.months.values()).items())[-1:]:
                self._rate(node, base, quote, on, _EXACT.divide(rate * base_parts, Decimal(quote_parts)))

    # Taxonomies

    def _taxonomies(self) -> Iterator[Taxonomy]:
        for node in self._listed("taxonomies", "taxonomy"):
            root = self._of(node, "root")
            if root is None:
                continue
            assets: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
            money: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
            branch = self._branch(root, assets, money, 0)
            yield taxonomy(node.told("name") or root.told("name"), branch, assets, money)

    def _branch(
        self,
        node: Node,
        assets: dict[str, list[tuple[str, Fraction]]],
        money: dict[str, list[tuple[str, Fraction]]],
        depth: int,
    ) -> Branch:
        if depth > 50:
            raise _Refused("its taxonomies are deeper than is read")
        key = f"{node.line} {id(node)}"
        assigned = self._of(node, "assignments")
        for each in assigned.all("assignment") if assigned is not None else ():
            vehicle, share = self._of(each, "investmentVehicle"), Fraction(_whole(each.told("weight")) or 0, WHOLE)
            if vehicle is None:
                continue
            if id(vehicle) in self._securities:
                told = self._assets[self._securities[id(vehicle)].key]
                assets[asset_key(told.symbol, told.currency)].append((key, share))
            elif id(vehicle) in self._places:
                money[self._places[id(vehicle)].partition(" ")[2]].append((key, share))
        below = self._of(node, "children")
        listed = [self._resolved(each) for each in below.all("classification")] if below is not None else []
        listed.sort(key=lambda each: _whole(each.told("rank")) or 0)
        children = tuple(self._branch(each, assets, money, depth + 1) for each in listed)
        return Branch(key, node.told("name"), Fraction(_whole(node.told("weight")) or 0, WHOLE), children)

    # What the file itself says

    def _other(self, prices: Iterable[CandidatePrice], rates: Iterable[CandidateRate]) -> OtherPortfolio:
        last: dict[tuple[str, str], Decimal] = {}
        for each in prices:
            last[each.symbol, each.currency] = each.price
        holdings = [
            OtherHolding(
                account, asset.symbol, asset.name, asset.isin, asset.currency, quantity,
                last.get((asset.symbol, asset.currency)),
            )
            for (account, key), quantity in self._held.items()
            if quantity and (asset := self._assets[key])
        ]  # fmt: skip
        holdings += [
            OtherHolding(account, code, None, None, code, amount, Decimal(1), is_cash=True)
            for (account, code), amount in self._money.items()
            if amount
        ]
        told = {(each.base, each.quote): each.rate for each in rates}
        return OtherPortfolio(FORMAT, self._base, tuple(self._accounts), tuple(holdings), rates=told)


@frozen
class _Worth:
    """What a trade cost in all, and what its shares alone were worth; None: not known in that currency."""

    cost: Decimal | None
    gross: Decimal | None


def _step(here: Node, step: str) -> Node | None:
    if step == "..":
        return here.above
    name, _, rest = step.partition("[")
    place = _whole(rest.rstrip("]")) if rest else 1
    found = here.all(name)
    return found[place - 1] if place and 0 < place <= len(found) else None


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if len(text) <= 25 and text.lstrip("-").isdecimal() and text.isascii() else None


def _scaled(text: str, decimals: int) -> Decimal:
    number = _whole(text or "0")
    if number is None:
        raise _Refused(f"“{text[:40]}” is not a number")
    return Decimal(number).scaleb(-decimals, _EXACT)


def _money(text: str, parts: int) -> Decimal:
    """An amount, which is always written in hundredths; parts: how many of its unit make one of the currency."""
    return _EXACT.divide(_scaled(text, 2), Decimal(parts))


def _old_money(node: Node, name: str) -> Decimal:
    """Fees and taxes as files had them before there were several currencies."""
    return _money(node.told(name), 1) if _whole(node.told(name)) else Decimal(0)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _Refused(f"“{text[:40]}” is not a number") from error
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        raise _Refused(f"“{text[:40]}” is not a number")
    return number


def _minor(amount: Decimal, code: str) -> int:
    if abs(amount) >= LARGEST_NUMBER or abs(minor := to_minor(amount, code)) > LARGEST_MINOR:
        raise _Refused("its amount is more than can be kept")
    return minor


def _kept(number: Decimal) -> Decimal | None:
    """A price or rate with as many decimals as are kept; None when it is none."""
    if not 0 < number < LARGEST_NUMBER:
        return None
    rounded = number.quantize(_STEP, rounding=ROUND_HALF_EVEN, context=_EXACT)
    return Decimal(canonical(rounded)) if rounded > 0 else None


def _code(text: str) -> tuple[str, int]:
    """The currency that a code means and how many of its unit make one of it."""
    found = unit(text.strip())
    if found is None:
        raise _Refused(f"the currency “{text.strip()[:10]}” is not known")
    return found


def _key(node: Node, account: str) -> str:
    """What tells a transaction from all others, as long as nothing of it is changed."""
    told = [node.told(each) for each in ("uuid", "date", "type", "amount", "shares", "currencyCode")]
    return hashlib.sha256("|".join((account, *told)).encode()).hexdigest()[:32]
