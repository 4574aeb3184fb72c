"""The rules of the field that no single row can break: sums of targets and of exposures, and targets in their class."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.money import CURRENCIES, WHOLE, percent
from wealthdesk.storage.database import Reading
from wealthdesk.storage.portfolio import BASE_CURRENCY


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold, as a clause, and the rows without which it would: table and number of each."""

    what: str
    table: str
    rows: tuple[int, ...]


_SUMS: Final = (
    (
        "asset_exposures",
        "the shares of {} in its classes",
        "SELECT assets.symbol, sum(weight_bps), group_concat(asset_exposures.rowid) FROM asset_exposures "
        "JOIN assets ON assets.id = asset_id GROUP BY asset_id",
    ),
    (
        "asset_class_targets",
        "the class targets of “{}”",
        "SELECT name, sum(target_bps), group_concat(asset_class_targets.rowid) FROM asset_class_targets "
        "JOIN rebalancing_strategies ON rebalancing_strategies.id = strategy_id GROUP BY strategy_id",
    ),
    (
        "holding_targets",
        "the holding targets of a class in “{}”",
        "SELECT name, sum(target_bps_of_class), group_concat(holding_targets.rowid) FROM holding_targets "
        "JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id "
        "JOIN rebalancing_strategies ON rebalancing_strategies.id = strategy_id GROUP BY asset_class_target_id",
    ),
)
"""What sums to 100 % for each of the first column, where there is any of it."""

_ELSEWHERE: Final = """
SELECT assets.symbol, asset_classes.name, group_concat(holding_targets.rowid)
FROM holding_targets
JOIN assets ON assets.id = holding_targets.asset_id
JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id
JOIN asset_classes ON asset_classes.id = asset_class_targets.asset_class_id
LEFT JOIN asset_exposures
  ON asset_exposures.asset_id = assets.id AND asset_exposures.asset_class_id = asset_classes.id
WHERE asset_exposures.weight_bps IS NOT 10000
GROUP BY assets.id, asset_classes.id
"""
"""Assets with a holding target in a class that they do not count to alone."""

_TABLES: Final = frozenset({"settings", *(table for table, *_ in _SUMS)})

_BASE: Final = "SELECT value, rowid FROM settings WHERE key = ?"


def broken(connection: sqlite3.Connection, tables: frozenset[str]) -> Iterator[Broken]:
    """The rules that do not hold, as far as the file has the tables for them; the values are known to be readable."""
    for value, number in connection.execute(_BASE, (BASE_CURRENCY,)) if "settings" in tables else ():
        if _text(value) not in CURRENCIES:
            yield Broken(f"the base currency “{_text(value)}” is none that is known", "settings", (number,))
    for table, what, query in _SUMS:
        for name, total, rows in connection.execute(query) if table in tables else ():
            if total != WHOLE:
                clause = f"{what.format(_text(name))} sum to {percent(total)} and not to 100%"
                yield Broken(clause, table, _numbers(rows))
    for symbol, name, rows in connection.execute(_ELSEWHERE) if "holding_targets" in tables else ():
        clause = f"{_text(symbol)} has a holding target in “{_text(name)}”, which it does not count to alone"
        yield Broken(clause, "holding_targets", _numbers(rows))


def rules_broken(connection: Reading) -> frozenset[str]:
    """The same within a transaction, of a file that has all tables: each rule that does not hold, as a clause."""
    return frozenset(each.what for each in broken(connection.driver, _TABLES))


def _numbers(rows: object) -> tuple[int, ...]:
    return tuple(sorted(map(int, _text(rows).split(","))))


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
