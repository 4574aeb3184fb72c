"""lakshmi's portfolio in YAML: positions, lots, cash, accounts, classes and targets, as they stand there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from wealthdesk.domain.money import (
    DECIMALS,
    LARGEST_MINOR,
    LARGEST_NUMBER,
    POINT,
    canonical,
    exact_product,
    parse_decimal,
    to_minor,
)
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered, total
from wealthdesk.errors import NotANumber
from wealthdesk.importers.draft import Candidate, CandidateAccount, CandidatePrice, Draft, Kind, Note, Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.other_portfolio import OtherHolding, OtherPortfolio
from wealthdesk.importers.plain_yaml import YamlRefused, read_yaml
from wealthdesk.importers.taxonomies import Branch, asset_key, plain_name, taxonomy, with_taxonomy

FORMAT: Final = "lakshmi"
_CODE: Final = "USD"
_LARGEST: Final = 4 * 1024 * 1024
_AGAIN: Final = "Save it again with lakshmi, or correct that line."
_CLOSE: Final = Fraction(1, 100_000)
_KINDS: Final = {"taxable": "taxable", "tax-deferred": "tax_deferred", "tax-exempt": "tax_free"}
_SHARES: Final = {"TickerAsset": "Ticker", "VanguardFund": "Fund Id"}
_BONDS: Final = {"IBonds": "I Bonds", "EEBonds": "EE Bonds"}
_BEGIN: Final = re.compile(rb"(?:\s|#[^\n]*\n|---[ ]*\r?\n)*(?:Asset Classes|Accounts):\s", re.ASCII)


class _Refused(Exception):
    """A part of the file that is not as lakshmi writes it, and why."""


def is_lakshmi(data: bytes) -> bool:
    """Whether the bytes begin like a portfolio of lakshmi."""
    return _BEGIN.match(data.removeprefix(b"\xef\xbb\xbf")[:65536]) is not None and b"Asset Classes:" in data


def read_lakshmi(data: bytes, file_name: str, today: date) -> Draft:
    """The draft of a whole portfolio; one that cannot be read is a draft with a problem that says why."""
    try:
        if len(data) > _LARGEST:
            raise _Refused(f"it has more than {_LARGEST // 1024**2} MB")
        decoded = decode(data)
        if isinstance(decoded, Problem):
            raise _Refused("it is no text")
        return _Reading(_mapping(read_yaml(decoded[0]), "the file"), today).draft(file_name)
    except (YamlRefused, _Refused) as why:
        what = f"This is a portfolio of lakshmi in YAML, but it is not read: {why}."
        return Draft(file_name, problems=(Problem(0, "", what, _AGAIN),), kind=Kind.OTHER, format=FORMAT)


@dataclass(slots=True)
class _Reading:
    """The file, while it becomes a draft."""

    told: Mapping[str, object]
    today: date
    accounts: list[CandidateAccount] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    prices: list[CandidatePrice] = field(default_factory=list)
    others: list[OtherHolding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    shares: dict[str, list[tuple[str, Fraction]]] = field(default_factory=dict)

    def draft(self, file_name: str) -> Draft:
        """Everything that the file says."""
        root = self._branch(_mapping(self.told.get("Asset Classes"), "Asset Classes"), None, 0)
        for each in _listed(self.told.get("Accounts"), "Accounts"):
            self._account(_mapping(each, "an account"))
        found = taxonomy(root.name, root, self.shares, {})
        if not root.children:
            found = taxonomy(root.name, Branch("", root.name, None, (root,)), self.shares, {})
        accounts = tuple(each.name for each in self.accounts)
        draft = Draft(
            file_name,
            accounts=tuple(self.accounts),
            candidates=tuple(self.candidates),
            prices=tuple(self.prices),
            notes=tuple(self.notes),
            line_count=len(self.candidates),
            base_currency=_CODE,
            kind=Kind.PORTFOLIO,
            format=FORMAT,
            taxonomies=(found,),
            other=OtherPortfolio(FORMAT, _CODE, accounts, tuple(self.others)),
        )
        return with_taxonomy(draft, found.name)

    def _branch(self, told: Mapping[str, object], share: Fraction | None, depth: int) -> Branch:
        name = plain_name(_text(told.get("Name"), "the name of an asset class"))
        if name in self.classes:
            raise _Refused(f"the class {name} stands there twice")
        self.classes.add(name)
        children = [_mapping(each, f"a class of {name}") for each in _listed(told.get("Children"), name)]
        ratios = _whole([_ratio(each.get("Ratio"), name) for each in children], f"the classes of {name}")
        below = tuple(self._branch(each, ratio, depth + 1) for each, ratio in zip(children, ratios, strict=True))
        return Branch(name, name, share, below)

    def _account(self, told: Mapping[str, object]) -> None:
        name = plain_name(_text(told.get("Name"), "the name of an account"))
        if any(each.name.casefold() == name.casefold() for each in self.accounts):
            raise _Refused(f"the account {name} stands there twice")
        kind = _KINDS.get(_text(told.get("Account Type"), "the type of an account").casefold())
        self.accounts.append(CandidateAccount(0, name, kind, _CODE))
        for each in _listed(told.get("Assets"), name):
            self._asset(name, _mapping(each, f"an asset of {name}"))
        self._cash(name, told.get("Available Cash"))

    def _cash(self, account: str, told: object) -> None:
        amount = _number(told, f"the cash of {account}") if told not in (None, "") else Decimal(0)
        if not amount:
            return
        self.others.append(OtherHolding(account, _CODE, None, None, _CODE, amount, Decimal(1), is_cash=True))
        if amount < 0:
            text = f"{account} has {canonical(amount)} {_CODE}: money below zero is not kept, it is 0 here."
            self.notes.append(Note(text))
        else:
            self.candidates.append(Candidate(0, account, _CODE, None, amount, _CODE, is_cash=True, kind="cash"))

    def _asset(self, account: str, told: Mapping[str, object]) -> None:
        if len(told) != 1:
            raise _Refused(f"an asset of {account} has no kind")
        ((kind, content),) = told.items()
        asset = _mapping(content, f"an asset of {account}")
        if kind in _SHARES:
            self._shares(account, asset, _SHARES[kind])
        elif kind == "ManualAsset":
            name = plain_name(_text(asset.get("Name"), f"the name of an asset of {account}"))
            self._valued(account, name, _number(asset.get("Value"), f"the value of {name}"), asset)
        elif kind in _BONDS:
            face = sum((each for each in _denominations(asset, account)), Decimal(0))
            text = f"{_BONDS[kind]} in {account} are kept at what was paid for them: the file does not say their value."
            self.notes.append(Note(text))
            self._valued(account, _BONDS[kind], face, asset)
        else:
            raise _Refused(f"{account} has an asset of a kind that is not known: {kind[:40]}")

    def _shares(self, account: str, asset: Mapping[str, object], key: str) -> None:
        symbol = plain_name(_text(asset.get(key), f"the {key.lower()} of an asset of {account}"))[:80]
        quantity = _number(asset.get("Shares"), f"the shares of {symbol}")
        if quantity < 0:
            raise _Refused(f"the shares of {symbol} are below zero")
        lots = self._lots(symbol, asset)
        is_known = bool(lots) and total(lots) == quantity
        cost = Decimal(sum(lot.cost_minor for lot in lots)).scaleb(-2) if is_known else None
        self._classed(symbol, asset)
        self.others.append(OtherHolding(account, symbol, None, None, _CODE, quantity, None))
        of = Candidate(0, account, symbol, None, quantity, _CODE, cost=cost, lots=lots if is_known else None)
        self.candidates.append(of)
        if lots and not is_known:
            text = f"The lots of {symbol} in {account} are {canonical(total(lots))} together: they are not kept."
            self.notes.append(Note(text))

    def _lots(self, symbol: str, asset: Mapping[str, object]) -> TaxLots:
        found = []
        for each in _listed(asset.get("Tax Lots"), symbol):
            lot, what = _mapping(each, f"a lot of {symbol}"), f"a lot of {symbol}"
            quantity = _number(lot.get("Quantity"), what)
            paid = exact_product(quantity, _number(lot.get("Unit Cost"), what))
            on = _day(lot.get("Date"), what)
            if quantity <= 0 or not 0 <= paid < LARGEST_NUMBER or to_minor(paid, _CODE) > LARGEST_MINOR:
                raise _Refused(f"{what} has a quantity or a cost that cannot be kept")
            if on > self.today:
                raise _Refused(f"{what} is of a day to come")
            found.append(TaxLot(on, quantity, to_minor(paid, _CODE)))
        return ordered(found)

    def _valued(self, account: str, name: str, worth: Decimal, asset: Mapping[str, object]) -> None:
        """Something of which there is one, at that value."""
        symbol = name[:80]
        self._classed(symbol, asset)
        price = worth if worth > 0 else None
        self.others.append(OtherHolding(account, symbol, name, None, _CODE, Decimal(1), price))
        if worth < 0:
            self.notes.append(Note(f"{name} in {account} is {canonical(worth)}: what is owed is not kept."))
            return
        self.candidates.append(Candidate(0, account, symbol, name, Decimal(1), _CODE))
        if price is not None:
            self.prices.append(CandidatePrice(0, symbol, _CODE, self.today, price, None, (account,)))

    def _classed(self, symbol: str, asset: Mapping[str, object]) -> None:
        mapping = _mapping(asset.get("Asset Mapping"), f"the classes of {symbol}")
        names = [plain_name(name) for name in mapping]
        if unknown := next((name for name in names if name not in self.classes), None):
            raise _Refused(f"the class {unknown} of {symbol} is not among its asset classes")
        ratios = _whole([_ratio(each, symbol) for each in mapping.values()], f"the classes of {symbol}")
        told = list(zip(names, ratios, strict=True))
        if self.shares.setdefault(asset_key(symbol, _CODE), told) != told:
            self.notes.append(Note(f"{symbol} has other classes in another account: the first ones are taken."))


def _mapping(told: object, what: str) -> Mapping[str, object]:
    if not isinstance(told, dict):
        raise _Refused(f"{what} is not found as lakshmi writes it")
    return told


def _listed(told: object, what: str) -> list[object]:
    if told in (None, ""):
        return []
    if not isinstance(told, list):
        raise _Refused(f"what belongs to {what} is no list")
    return told


def _text(told: object, what: str) -> str:
    if not isinstance(told, str) or not told.strip():
        raise _Refused(f"{what} is missing")
    return told


def _number(told: object, what: str) -> Decimal:
    text = told.replace("_", "").strip() if isinstance(told, str) else ""
    try:
        number = parse_decimal(text, POINT, what="number") if "e" not in text.lower() else Decimal(text)
    except (NotANumber, InvalidOperation) as error:
        raise _Refused(f"{what} is not a number that can be kept") from error
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER or abs(number.normalize().adjusted()) > 20:
        raise _Refused(f"{what} is not a number that can be kept")
    return Decimal(canonical(number.quantize(Decimal(1).scaleb(-DECIMALS)))) if "e" in text.lower() else number


def _ratio(told: object, what: str) -> Fraction:
    text = told.strip() if isinstance(told, str) else ""
    number = _number(text.removesuffix("%").strip(), f"a share of {what}")
    return Fraction(number) / (100 if text.endswith("%") else 1)


def _whole(ratios: list[Fraction], what: str) -> list[Fraction]:
    """Shares that are one together, as nearly as they are written; exactly so."""
    together = sum(ratios, Fraction(0))
    if not ratios:
        return []
    if any(each < 0 for each in ratios) or abs(together - 1) > _CLOSE:
        raise _Refused(f"{what} are not 100 % together")
    return [each / together for each in ratios]


def _day(told: object, what: str) -> date:
    try:
        return date.fromisoformat(_text(told, what).strip().replace("/", "-"))
    except ValueError as error:
        raise _Refused(f"the day of {what} cannot be read") from error


def _denominations(asset: Mapping[str, object], account: str) -> Iterator[Decimal]:
    for each in _listed(asset.get("Bonds"), account):
        yield _number(_mapping(each, f"a bond of {account}").get("Denomination"), f"a bond of {account}")
