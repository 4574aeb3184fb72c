"""Planning problems as files: one JSON object with classes, holdings, accounts and positions becomes a `Problem`.

Cents are whole hundredths of the base currency; prices, quantities and rates are decimal text and stay exact. Whatever
cannot be used is refused with one sentence that names the field. Keys that are not known here are not read."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, Final

from wealthdesk.domain.plans import Mode
from wealthdesk.errors import InstanceRefused
from wealthdesk.planner.problem import Place, PlanAccount, PlanAsset, PlanClass, PlanLot, Problem, SearchGoal, Weights

DECIMAL: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
LARGEST_CENTS: Final = 10**15
LARGEST_BP: Final = 10**6
LARGEST_RATE: Final = 10_000
LONGEST_SHOWN: Final = 40


def as_written(value: object) -> str:
    """A value as JSON on one line, cut where it is long: it may hold anything."""
    try:
        text = json.dumps(value)
    except (ValueError, RecursionError):  # more digits, or deeper, than Python writes
        return "a very large value"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def unique(records: list["InstanceRecord"], name: str) -> None:
    """Refuses two records with the same id."""
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise InstanceRefused(f"{name}: the id {as_written(record.id)} is there twice.")
        seen.add(record.id)


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """One JSON object of the file. where: its name for people, "" for the whole file."""

    where: str
    fields: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its id, a text."""
        return self.text("id")

    def refused(self, name: str, what: str) -> InstanceRefused:
        """The refusal of one field."""
        return InstanceRefused(f"{self.where}, {name}: {what}." if self.where else f"{name}: {what}.")

    def is_given(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(name) is not None

    def value(self, name: str) -> Any:
        """Whatever is in a field that has to be there."""
        if name not in self.fields:
            raise self.refused(name, "the field is missing")
        return self.fields[name]

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self.value(name) if default is None else self.fields.get(name, default)
        if not isinstance(value, str) or not value:
            raise self.refused(name, f"{as_written(value)} is not a text of at least one character")
        return value

    def whole(self, name: str, largest: int, default: int | None = None) -> int:
        """A whole number from 0 to `largest`."""
        value = self.value(name) if default is None else self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refused(name, f"{as_written(value)} is not a whole number")
        if not 0 <= value <= largest:
            raise self.refused(name, f"{as_written(value)} does not lie between 0 and {largest}")
        return value

    def number(self, name: str, largest: int, default: int | None = None) -> Fraction:
        """A number from 0 to `largest`, exactly as it is written."""
        value = self.value(name) if default is None else self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refused(name, f"{as_written(value)} is not a number")
        if not 0 <= value <= largest:
            raise self.refused(name, f"{as_written(value)} does not lie between 0 and {largest}")
        return Fraction(str(value))

    def decimal(self, name: str) -> Fraction:
        """A number written as decimal text."""
        value = self.value(name)
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            raise self.refused(name, f'{as_written(value)} is not decimal text such as "12.50"')
        return Fraction(value)

    def above_zero(self, name: str) -> Fraction:
        """A number above 0 written as decimal text."""
        number = self.decimal(name)
        if not number:
            raise self.refused(name, "it is 0 and has to be above 0")
        return number

    def list_(self, name: str, *, optional: bool = False) -> list[Any]:
        """A list; empty where an optional one is missing."""
        value = self.fields.get(name, []) if optional else self.value(name)
        if not isinstance(value, list):
            raise self.refused(name, f"{as_written(value)} is not a list")
        return value

    def texts(self, name: str) -> list[str]:
        """An optional list of texts."""
        values = self.list_(name, optional=True)
        for value in values:
            if not isinstance(value, str) or not value:
                raise self.refused(name, f"{as_written(value)} is not a text of at least one character")
        return values

    def inner(self, name: str, value: object) -> "InstanceRecord":
        """An object within this one as a record, named by where it is."""
        if not isinstance(value, dict):
            raise self.refused(name, f"{as_written(value)} is not an object")
        return InstanceRecord(f"{self.where}, {name}" if self.where else name, value)

    def records(self, name: str, noun: str = "", *, optional: bool = False) -> Iterator["InstanceRecord"]:
        """The objects of a list; with a `noun`, named by it and their id, and no two with the same."""
        found = [self.inner(f"{name}[{at}]", each) for at, each in enumerate(self.list_(name, optional=optional))]
        if noun:
            unique(found, name)
            found = [InstanceRecord(f"{noun} {as_written(each.id)}", each.fields) for each in found]
        yield from found


MODES: Final = {
    "deposit": (Mode.DEPOSIT, SearchGoal.TARGET),
    "withdraw": (Mode.WITHDRAWAL, SearchGoal.TARGET),
    "rebalance": (Mode.REBALANCE, SearchGoal.TARGET),
    "band": (Mode.REBALANCE, SearchGoal.BAND),
}
FLAGS: Final = frozenset({"excluded", "locked", "sell_only", "buy_only"})
WEIGHTS: Final = frozenset({"kappa", "gamma", "eta", "d0"})
LARGEST_WEIGHT: Final = 10**6
WHOLE_TARGET: Final = 10_000
TOLERATED_EXPOSURE: Final = 1 + Fraction(1, 10**6)
LARGEST_PENALTY: Final = 10**6


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem, and what is out of its scope: holding id → why ("excluded", "no price", "no class")."""

    problem: Problem
    left_out: Mapping[str, str]


def read(content: bytes) -> Instance:
    """The instance in the bytes of a file; InstanceRefused with one sentence for whatever is wrong with it."""
    data = InstanceRecord("", _one_object(content))
    data.text("id")
    mode, goal = _mode(data)
    base = data.text("base_ccy", "EUR")
    rates = {base: Fraction(1)} | _rates(data)
    classes = _classes(data)
    class_ids = {each.id for each in classes}
    assets, left_out = _assets(data, class_ids, rates, base)
    known = {asset.id for asset in assets} | set(left_out)
    accounts = [_account(record, known, base, mode) for record in data.records("accounts", "account")]
    places = _Places(known, {account.id for account in accounts}, left_out)
    held, lots = _positions(data, places)
    weights = _weights(data)
    problem = Problem(
        mode,
        classes,
        assets,
        accounts,
        held,
        goal=goal,
        lots=lots,
        penalties=_penalties(data, places),
        min_trade=data.whole("min_trade_cents", LARGEST_CENTS, 0),
        cash_class=_cash_class(data, class_ids),
        turnover_weight=weights.pop("eta", None),
        weights=Weights(**weights),
        gain_limit=data.whole("gain_limit_cents", LARGEST_CENTS) if data.is_given("gain_limit_cents") else None,
        max_trades=data.whole("max_trades", LARGEST_CENTS) if data.is_given("max_trades") else None,
        withdrawal=_withdrawal(data, mode),
    )
    return Instance(problem, left_out)


def _one_object(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_checked)
    except InstanceRefused:
        raise
    except (ValueError, RecursionError):
        raise InstanceRefused("The file is not one JSON object in UTF-8.") from None
    if not isinstance(data, dict):
        raise InstanceRefused("The file is not one JSON object in UTF-8.")
    return data


def _checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without what JSON lets pass: numbers that are none, and two values for a key, of which one is lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InstanceRefused(f"{as_written(twice)}: the key is there twice in one object.")
    for key, value in pairs:
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, float) and not isfinite(each):
                raise InstanceRefused(f"{as_written(key)}: {as_written(each)} is not a number.")
    return made


def _mode(data: InstanceRecord) -> tuple[Mode, SearchGoal]:
    name = data.text("mode")
    if name not in MODES:
        raise data.refused("mode", f"{as_written(name)} is none of {', '.join(MODES)}")
    return MODES[name]


def _weights(data: InstanceRecord) -> dict[str, float]:
    """What J is to count otherwise than usual."""
    given = data.inner("objective", data.fields.get("objective", {}))
    for name in given.fields:
        if name not in WEIGHTS:
            raise given.refused(name, f"it is none of {', '.join(sorted(WEIGHTS))}")
    weights = {name: float(given.number(name, LARGEST_WEIGHT)) for name in given.fields}
    if weights.get("d0") == 0:
        raise given.refused("d0", "it is 0 and has to be above 0")
    return weights


def _rates(data: InstanceRecord) -> dict[str, Fraction]:
    record = data.inner("fx", data.fields.get("fx", {}))
    return {currency: record.above_zero(currency) for currency in record.fields}


def _classes(data: InstanceRecord) -> list[PlanClass]:
    classes = [_class(record) for record in data.records("classes", "class")]
    whole = sum(each.target for each in classes)
    policy = data.fields.get("targets_policy")
    if policy not in (None, "normalise"):
        raise data.refused("targets_policy", f'{as_written(policy)} is not "normalise"')
    if not whole or (policy is None and abs(whole - WHOLE_TARGET) > 1):
        raise data.refused("classes", f"their target_bp sum to {whole} and not to {WHOLE_TARGET}")
    return classes


def _class(record: InstanceRecord) -> PlanClass:
    low, high = (Fraction(record.whole(name, LARGEST_BP, 0), WHOLE_TARGET) for name in ("band_lo_bp", "band_hi_bp"))
    return PlanClass(record.id, record.whole("target_bp", LARGEST_BP), low, high)


def _cash_class(data: InstanceRecord, class_ids: set[str]) -> str | None:
    if not data.is_given("cash_class"):
        return None
    name = data.text("cash_class")
    if name not in class_ids:
        raise data.refused("cash_class", f"{as_written(name)} is not a class")
    return name


def _assets(
    data: InstanceRecord, class_ids: set[str], rates: Mapping[str, Fraction], base: str
) -> tuple[list[PlanAsset], dict[str, str]]:
    """The holdings in scope, and the others with the reason."""
    assets: list[PlanAsset] = []
    left_out: dict[str, str] = {}
    for record in data.records("holdings", "holding"):
        asset, reason = _asset(record, class_ids, rates, base)
        if reason:
            left_out[asset.id] = reason
        else:
            assets.append(asset)
    return assets, left_out


def _asset(
    record: InstanceRecord, class_ids: set[str], rates: Mapping[str, Fraction], base: str
) -> tuple[PlanAsset, str]:
    flags = _flags(record)
    currency = record.text("ccy", base)
    if currency not in rates:
        raise record.refused("ccy", f"fx has no rate for {as_written(currency)}")
    price = None if record.value("price") is None else record.above_zero("price") * rates[currency] * 100
    asset = PlanAsset(
        record.id,
        price or Fraction(0),
        None if record.value("step") is None else record.above_zero("step"),
        _exposures(record, class_ids),
        record.whole("target_in_class_bp", LARGEST_BP) if record.is_given("target_in_class_bp") else None,
        currency,
        can_buy=not flags & {"locked", "sell_only"},
        can_sell=not flags & {"locked", "buy_only"},
    )
    reason = "excluded" if "excluded" in flags else "no price" if price is None else ""
    return asset, reason or ("" if asset.exposures else "no class")


def _flags(record: InstanceRecord) -> set[str]:
    flags = set(record.texts("flags"))
    for flag in sorted(flags - FLAGS):
        raise record.refused("flags", f"{as_written(flag)} is none of {', '.join(sorted(FLAGS))}")
    return flags


def _exposures(record: InstanceRecord, class_ids: set[str]) -> dict[str, Fraction]:
    """An exposure of 0 stays: with it the holding counts to more than one class, and has no target of its own."""
    if record.value("class") is None:
        return {}
    given = record.inner("class", record.value("class"))
    for class_id in given.fields:
        if class_id not in class_ids:
            raise record.refused("class", f"{as_written(class_id)} is not a class")
    exposures = {class_id: given.number(class_id, 1) for class_id in given.fields}
    if sum(exposures.values()) > TOLERATED_EXPOSURE:
        raise record.refused("class", "the exposures sum to more than 1")
    return exposures


def _withdrawal(record: InstanceRecord, mode: Mode) -> int:
    """What is taken out of the account of a record, or of any; only a withdrawal takes money out."""
    money = record.whole("withdraw_cents", LARGEST_CENTS, 0)
    if money and mode is not Mode.WITHDRAWAL:
        raise record.refused("withdraw_cents", 'the mode is not "withdraw"')
    return money


def _account(record: InstanceRecord, known: set[str], base: str, mode: Mode) -> PlanAccount:
    cents = {
        name: record.whole(name, LARGEST_CENTS, 0)
        for name in ("cash_cents", "deposit_cents", "buffer_cents", "fee_fixed_cents")
    }
    return PlanAccount(
        record.id,
        cents["cash_cents"] + cents["deposit_cents"],
        cents["buffer_cents"],
        cents["fee_fixed_cents"],
        record.number("fee_bp", LARGEST_RATE, 0),
        record.number("fx_fee_bp", LARGEST_RATE, 0),
        record.text("ccy", base),
        _can_hold(record, known),
        _withdrawal(record, mode),
    )


def _can_hold(record: InstanceRecord, known: set[str]) -> frozenset[str] | None:
    if not record.is_given("can_hold"):
        return None
    allowed = record.texts("can_hold")
    for holding in allowed:
        if holding not in known:
            raise record.refused("can_hold", f"{as_written(holding)} is not a holding")
    return frozenset(allowed)


@dataclass(frozen=True, slots=True)
class _Places:
    """What a record may name: the holdings in and out of scope, and the accounts."""

    holdings: set[str]
    accounts: set[str]
    left_out: Mapping[str, str]

    def named_by(self, record: InstanceRecord) -> Place:
        """The (holding, account) that a position or rule is about."""
        holding, account = record.text("holding"), record.text("account")
        if holding not in self.holdings:
            raise record.refused("holding", f"{as_written(holding)} is not a holding")
        if account not in self.accounts:
            raise record.refused("account", f"{as_written(account)} is not an account")
        return (holding, account)


def _positions(data: InstanceRecord, places: _Places) -> tuple[dict[Place, Fraction], dict[Place, list[PlanLot]]]:
    """What is held in scope, positions of one holding in one account added up, and the tax lots that are known."""
    held: dict[Place, Fraction] = {}
    lots: dict[Place, list[PlanLot]] = {}
    for record in data.records("positions"):
        place = places.named_by(record)
        quantity = record.decimal("qty")
        parts = [_tax_lot(lot) for lot in record.records("lots", optional=True)]
        if parts and sum(part.quantity for part in parts) != quantity:
            raise record.refused("lots", "their quantities do not sum to qty")
        if place[0] not in places.left_out:
            held[place] = held.get(place, Fraction(0)) + quantity
            lots.setdefault(place, []).extend(parts)
    return held, {place: each for place, each in lots.items() if each}


def _tax_lot(record: InstanceRecord) -> PlanLot:
    return PlanLot(record.decimal("qty"), record.decimal("cost") * 100)


def _penalties(data: InstanceRecord, places: _Places) -> dict[Place, float]:
    penalties: dict[Place, float] = {}
    seen: set[Place] = set()
    for record in data.records("location", optional=True):
        place = places.named_by(record)
        penalty = float(record.number("penalty", LARGEST_PENALTY))
        if place in seen:
            raise record.refused("holding", f"there are two rules for {as_written(place[0])} in the same account")
        seen.add(place)
        if place[0] not in places.left_out:
            penalties[place] = penalty
    return penalties
