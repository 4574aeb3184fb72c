"""`wealthdesk rules`: shows the rules of trading as JSON by names and symbols, and sets them from the same JSON."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from wealthdesk.cli.printing import Malformed, changing, print_json, read_json, reading
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, symbol_order
from wealthdesk.domain.money import canonical, parse_decimal
from wealthdesk.domain.names import name_order
from wealthdesk.domain.trading_rules import AccountRules, MayHold, Room, RoomKind, Trading, TradingRules
from wealthdesk.errors import BadInput, NotFound, WealthDeskError
from wealthdesk.services.desk import Clock, Desk

DONE: Final = 0
MALFORMED: Final = 2

_PROGRAM: Final = "wealthdesk rules"


_Value = TypeVar("_Value")

_ACCOUNT: Final = (
    "buffer_minor", "fee_fixed_minor", "fee_rate_bps", "conversion", "may_hold", "allowed", "barred", "room",
    "trades_archived",
)  # fmt: skip
_CONVERSION: Final = ("is_allowed", "fee_bps")
_ROOM: Final = ("left_minor", "on", "renewed_minor", "renewal", "shared_with")
_PARTS: Final = ("accounts", "trading", "homes")


@dataclass(frozen=True, slots=True)
class WantedRule:
    """The rules that are to be other ones, by ids."""

    accounts: Mapping[str, AccountRules]
    assets: Mapping[str, Trading]
    homes: Mapping[str, AccountKind | None]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.accounts or self.assets or self.homes)


class Names:
    """What accounts, assets and classes are called in the JSON: an asset by its symbol, where several have it with its
    currency behind it (“VTI EUR”). Found by that or by name, without regard to case where only one fits."""

    def __init__(self, accounts: Iterable[Account], assets: Iterable[Asset], classes: Iterable[AssetClass]) -> None:
        kept = sorted(assets, key=symbol_order)
        alone = _alone(each.symbol for each in kept) - {_full(each) for each in kept}
        self.accounts = {each.id: each.name for each in sorted(accounts, key=lambda each: name_order(each.name))}
        self.classes = {each.id: each.name for each in sorted(classes, key=lambda each: name_order(each.name))}
        self.assets = {each.id: each.symbol if each.symbol in alone else _full(each) for each in kept}
        self._also = {each.id: (_full(each), each.symbol, each.name) for each in kept}

    def account(self, word: str) -> str:
        """The id of an account; NotFound or BadInput, naming those there are, where that is none or several."""
        return self._found("account", word, {key: (name,) for key, name in self.accounts.items()}, self.accounts)

    def asset_class(self, word: str) -> str:
        """The id of an asset class, as of an account."""
        return self._found("asset class", word, {key: (name,) for key, name in self.classes.items()}, self.classes)

    def asset(self, word: str) -> str:
        """The id of an asset, as of an account."""
        said = {key: (name, *self._also[key]) for key, name in self.assets.items()}
        return self._found("asset", word, said, {key: self._also[key][0] for key in self.assets})

    @staticmethod
    def _found(what: str, word: str, said: Mapping[str, Sequence[str]], shown: Mapping[str, str]) -> str:
        exact = [key for key, names in said.items() if word == names[0]]
        exact = exact or [key for key, names in said.items() if word in names]
        sought = word.strip().casefold()
        found = exact or [key for key, names in said.items() if sought in (name.casefold() for name in names)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"“{shown[key]}”" for key in found)
            raise BadInput(f"“{word}” may be several: {names}. Write one of these.")
        names = ", ".join(f"“{name}”" for name in shown.values()) or "none"
        raise NotFound(f"There is no {what} “{word}” in this file. There are: {names}.")


def _alone(symbols: Iterable[str]) -> frozenset[str]:
    listed = list(symbols)
    return frozenset(each for each in listed if listed.count(each) == 1)


def _full(asset: Asset) -> str:
    return f"{asset.symbol} {asset.currency}"


# Told


def told(rules: TradingRules, names: Names) -> dict[str, Any]:
    """All rules, those of accounts, assets and classes without any too, so that setting them brings all of it back."""
    return {
        "accounts": {name: _account(rules.of_account(key), names) for key, name in names.accounts.items()},
        "trading": {name: rules.of_asset(key).value for key, name in names.assets.items()},
        "homes": {name: rules.homes.get(key) for key, name in names.classes.items()},
    }


def _account(rules: AccountRules, names: Names) -> dict[str, Any]:
    listed = rules.can_hold
    return {
        "buffer_minor": rules.buffer_minor,
        "fee_fixed_minor": rules.fee_fixed_minor,
        "fee_rate_bps": canonical(rules.fee_rate_bps),
        "conversion": {"is_allowed": rules.converts, "fee_bps": canonical(rules.fx_rate_bps)},
        "may_hold": rules.may_hold.value if listed is None else _assets(listed, names),
        "allowed": _assets(rules.allowed, names),
        "barred": _assets(rules.barred, names),
        "room": _room(rules.room, names),
        "trades_archived": rules.trades_archived,
    }


def _assets(ids: Iterable[str], names: Names) -> list[str]:
    return sorted((names.assets[each] for each in ids), key=name_order)


def _room(room: Room, names: Names) -> Any:
    if room.kind is not RoomKind.LIMITED:
        return room.kind.value
    return {
        "left_minor": room.left_minor,
        "on": room.on.isoformat() if room.on else None,
        "renewed_minor": room.renewed_minor,
        "renewal": "{:02}-{:02}".format(*room.renewal) if room.renewal else None,
        "shared_with": sorted((names.accounts[each] for each in room.shared_with), key=name_order),
    }


# Understood


def understood(json: Any, now: TradingRules, names: Names) -> WantedRule:
    """What the JSON says that is not so now; Malformed naming the field, NotFound or BadInput naming what is meant."""
    parts = _object(json, _PARTS, "The rules")
    accounts = _by_id(parts.get("accounts", {}), names.account, "accounts", lambda value, place: (value, place))
    said = {
        key: _account_rules(_object(value, _ACCOUNT, place), now.of_account(key), names, place)
        for key, (value, place) in accounts.items()
    }
    rooms = _rooms({key: said[key].room for key, (value, _) in accounts.items() if "room" in value}, names)
    said |= {key: replace(said.get(key, now.of_account(key)), room=room) for key, room in rooms.items()}
    assets = _by_id(parts.get("trading", {}), names.asset, "trading", lambda value, place: _word(Trading, value, place))
    homes = _by_id(parts.get("homes", {}), names.asset_class, "homes", _home)
    return WantedRule(
        {key: rules for key, rules in said.items() if rules != now.of_account(key)},
        {key: trading for key, trading in assets.items() if trading is not now.of_asset(key)},
        {key: kind for key, kind in homes.items() if kind != now.homes.get(key)},
    )


def _account_rules(said: Mapping[str, Any], now: AccountRules, names: Names, place: str) -> AccountRules:
    may_hold, can_hold = (
        _may_hold(said["may_hold"], names, place) if "may_hold" in said else (now.may_hold, now.can_hold)
    )
    conversion = _object(said.get("conversion", {}), _CONVERSION, f"{place} › conversion")

    def listed(name: str, otherwise: frozenset[str]) -> frozenset[str]:
        return _listed(said[name], names.asset, f"{place} › {name}") if name in said else otherwise

    return AccountRules(
        buffer_minor=_whole(said, "buffer_minor", now.buffer_minor, place),
        fee_fixed_minor=_whole(said, "fee_fixed_minor", now.fee_fixed_minor, place),
        fee_rate_bps=_decimal(said, "fee_rate_bps", now.fee_rate_bps, place),
        fx_rate_bps=_decimal(conversion, "fee_bps", now.fx_rate_bps, f"{place} › conversion"),
        can_hold=can_hold,
        may_hold=may_hold,
        room=_room_said(said["room"], names, f"{place} › room") if "room" in said else now.room,
        converts=_flag(conversion, "is_allowed", now.converts, f"{place} › conversion"),
        trades_archived=_flag(said, "trades_archived", now.trades_archived, place),
        allowed=listed("allowed", now.allowed),
        barred=listed("barred", now.barred),
    )


def _may_hold(value: Any, names: Names, place: str) -> tuple[MayHold, frozenset[str] | None]:
    if isinstance(value, list):
        return MayHold.LISTED, _listed(value, names.asset, f"{place} › may_hold")
    if value in (MayHold.AUTOMATIC, MayHold.ALL):
        return MayHold(value), None
    raise Malformed(f"{place} › may_hold is “automatic”, “all” or a list of symbols.")


def _room_said(value: Any, names: Names, place: str) -> Room:
    if value in (RoomKind.NOT_SET, RoomKind.NO_LIMIT):
        return Room(RoomKind(value))
    if not isinstance(value, dict):
        raise Malformed(f"{place} is “not_set”, “no_limit” or an object.")
    said = _object(value, _ROOM, place)
    if "left_minor" not in said:
        raise Malformed(f"{place} › left_minor is missing.")
    return Room(
        kind=RoomKind.LIMITED,
        left_minor=_whole(said, "left_minor", 0, place),
        on=None if said.get("on") is None else _day(said["on"], f"{place} › on"),
        renewed_minor=None if said.get("renewed_minor") is None else _whole(said, "renewed_minor", 0, place),
        renewal=None if said.get("renewal") is None else _renewal(said["renewal"], f"{place} › renewal"),
        shared_with=_listed(said.get("shared_with", []), names.account, f"{place} › shared_with"),
    )


def _rooms(said: Mapping[str, Room], names: Names) -> dict[str, Room]:
    """The rooms of all that share one, also of those that nothing is said of; BadInput where two do not agree."""
    rooms: dict[str, Room] = {}
    for key, room in said.items():
        inside = room.shared_with | {key}
        for each in inside:
            wanted = replace(room, shared_with=inside - {each})
            known = rooms.setdefault(each, said.get(each, wanted))
            if known != wanted:
                one, other = sorted((names.accounts[key], names.accounts[each]))
                raise BadInput(
                    f"“{one}” and “{other}” share a room, and it is not the same in both. Change one of them."
                )
    return rooms


def _home(value: Any, place: str) -> AccountKind | None:
    return None if value is None else _word(AccountKind, value, place)


# Values


def _object(value: Any, fields: Sequence[str], place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{place}: this is not an object.")
    unknown = [name for name in value if name not in fields]
    if unknown:
        known = ", ".join(f"“{name}”" for name in fields)
        raise Malformed(f"{place}: there is no field “{unknown[0]}”. There are: {known}.")
    return value


def _by_id(value: Any, find: Callable[[str], str], place: str, read: Callable[[Any, str], _Value]) -> dict[str, _Value]:
    """Id → what is read of it; BadInput where two names mean the same."""
    if not isinstance(value, dict):
        raise Malformed(f"{place}: this is not an object.")
    found: dict[str, _Value] = {}
    for word, each in value.items():
        key = find(word)
        if key in found:
            raise BadInput(f"“{word}” stands twice in {place}, under two names. Remove one of the two.")
        found[key] = read(each, f"{place} › {word}")
    return found


def _listed(value: Any, find: Callable[[str], str], place: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Malformed(f"{place} is not a list of texts.")
    return frozenset(find(each) for each in value)


def _word(kind: Callable[[str], _Value], value: Any, place: str) -> _Value:
    try:
        return kind(value)
    except ValueError:
        words = ", ".join(f"“{each}”" for each in kind)  # type: ignore[attr-defined]
        raise Malformed(f"{place} is none of {words}.") from None


def _whole(said: Mapping[str, Any], name: str, otherwise: int, place: str) -> int:
    value = said.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{place} › {name} is not a whole number.")
    return value


def _flag(said: Mapping[str, Any], name: str, otherwise: bool, place: str) -> bool:
    value = said.get(name, otherwise)
    if not isinstance(value, bool):
        raise Malformed(f"{place} › {name} is neither true nor false.")
    return value


def _decimal(said: Mapping[str, Any], name: str, otherwise: Decimal, place: str) -> Decimal:
    value = said.get(name, otherwise)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Malformed(f"{place} › {name} is a number as a text, such as “12.5”.")
    try:
        return parse_decimal(str(value))
    except WealthDeskError as refused:
        raise Malformed(f"{place} › {name}: {refused}") from refused


def _day(value: Any, place: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Malformed(f"{place} is not a day, such as “2026-11-20”.") from None


def _renewal(value: Any, place: str) -> tuple[int, int]:
    # In a year that has every day.
    try:
        day = date.fromisoformat(f"2024-{value}")
    except (TypeError, ValueError):
        raise Malformed(f"{place} is not a month and a day, such as “04-06”.") from None
    return day.month, day.day


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Shows or sets; refusals are WealthDeskErrors."""
    chosen = _parser().parse_args(arguments)
    if chosen.what == "show":
        with reading(chosen.file, clock) as desk:
            print_json(told(desk.rules.current(), _names(desk)))
        return DONE
    with changing(chosen.file, clock) as desk:
        try:
            changed = _set(desk, chosen.rules)
        except Malformed as refused:
            print(f"{_PROGRAM}: {refused}", file=sys.stderr)
            return MALFORMED
    _tell(changed, is_json=chosen.json)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        _PROGRAM,
        description="What accounts keep back and cost, what may be bought in them, what is traded, and where it is "
        "better held: as JSON, by the names of accounts and classes and the symbols of assets.",
        epilog="Exit codes: 0 done, 1 refused (the sentence is on standard error; nothing was changed), 2 bad usage, "
        "or no rules in the file, 5 set, but the answer could not be written.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="what", required=True, metavar="show|set")
    show = actions.add_parser("show", help="all rules, as JSON", allow_abbrev=False)
    change = actions.add_parser("set", help="sets what a file says of it; the rest stays", allow_abbrev=False)
    change.add_argument(
        "rules", type=Path, metavar="RULES.json", help="what `show` prints, or a part; -: standard input"
    )
    for each in (show, change):
        each.add_argument("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
        each.add_argument("--json", action="store_true", help="as JSON, which `show` prints in any case")
    return parser


def _names(desk: Desk) -> Names:
    portfolio = desk.portfolios.current()
    return Names(portfolio.accounts.values(), portfolio.assets.values(), portfolio.classes.values())


def _set(desk: Desk, path: Path) -> list[dict[str, Any]]:
    """What is different afterwards, each with where it stands in the JSON."""
    names, before = _names(desk), desk.rules.current()
    wanted = read_json(path, lambda json: understood(json, before, names))
    if wanted:
        desk.rules.set_all(wanted.accounts, wanted.assets, wanted.homes)
    return list(_changes((), told(before, names), told(desk.rules.current(), names)))


def _changes(place: tuple[str, ...], before: Any, after: Any) -> Iterator[dict[str, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before | after:
            yield from _changes((*place, name), before.get(name), after.get(name))
    elif before != after:
        yield {"rule": list(place), "from": before, "to": after}


def _tell(changed: Sequence[Mapping[str, Any]], *, is_json: bool) -> None:
    if is_json:
        print_json({"changed": changed})
        return
    for each in changed:
        print(f"{' › '.join(each['rule'])}: {_text(each['from'])} → {_text(each['to'])}")
    if not changed:
        print("Nothing was changed: the rules are as the file says.")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
