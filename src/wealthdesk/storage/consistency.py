"""The rules of the field that no single row can break: sums of targets and of exposures, and targets in their class."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.money import CURRENCIES, WHOLE, percent
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.portfolio import BASE_CURRENCY


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold, as a clause, and the rows without which it would: table and number of each.

    share: the column of the rows that does not sum to 100 %, where that is the rule.
    """

    what: str
    table: str
    rows: tuple[int, ...]
    share: str = ""


WORDS: Final = {
    ("accounts", "kind"): ("taxable", "tax_deferred", "tax_free"),
    ("account_rooms", "kind"): ("no_limit", "limited"),
    ("account_rules", "may_hold"): ("automatic", "all", "listed"),
    ("asset_rules", "trading"): ("buy_only", "sell_only", "locked", "excluded"),
    ("assets", "kind"): ("security", "fund", "cash", "crypto", "property", "private"),
    ("class_homes", "account_kind"): ("taxable", "tax_deferred", "tax_free"),
    ("companies", "status"): ("active", "exited"),
    ("deposit_outcomes", "outcome"): ("recorded", "skipped"),
    ("deposits_planned", "every"): ("month", "quarter", "spread"),
    ("placed_orders", "side"): ("buy", "sell"),
    ("plan_options", "goal"): ("target", "band_edge", "half_way"),
    ("plan_trades", "side"): ("buy", "sell"),
    ("plans", "mode"): ("deposit", "withdraw", "rebalance"),
    ("reallocation_attempts", "outcome"): ("committed", "conflict", "stale", "invalid"),
    ("reallocations", "source"): ("manual", "template", "import", "revert", "scale"),
    ("rebalancing_strategies", "fill_method"): ("even_fill", "largest_gap", "proportional", "equal_points"),
    ("rebalancing_strategies", "unfillable"): ("spread", "keep_cash"),
}
"""The words that a column may hold."""

_TRADES: Final = (
    "SELECT trades, rowid FROM plan_options WHERE trades NOT IN ('fewest', 'best_value', 'closest') "
    "AND (trades NOT GLOB '[1-9]*' OR trades GLOB '*[^0-9]*')"
)

_SUMS: Final = (
    (
        "asset_exposures",
        "weight_bps",
        "the shares of {} in its classes",
        "SELECT assets.symbol, sum(weight_bps), group_concat(asset_exposures.rowid) FROM asset_exposures "
        "JOIN assets ON assets.id = asset_id GROUP BY asset_id",
    ),
    (
        "asset_class_targets",
        "target_bps",
        "the class targets of “{}”",
        "SELECT name, sum(target_bps), group_concat(asset_class_targets.rowid) FROM asset_class_targets "
        "JOIN rebalancing_strategies ON rebalancing_strategies.id = strategy_id GROUP BY strategy_id",
    ),
    (
        "holding_targets",
        "target_bps_of_class",
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
    yield from _unknown_words(connection, tables)
    for table, share, what, query in _SUMS:
        for name, total, rows in connection.execute(query) if table in tables else ():
            if total != WHOLE:
                clause = f"{what.format(_text(name))} sum to {percent(total)} and not to 100%"
                yield Broken(clause, table, _numbers(rows), share)
    for symbol, name, rows in connection.execute(_ELSEWHERE) if "holding_targets" in tables else ():
        clause = f"{_text(symbol)} has a holding target in “{_text(name)}”, which it does not count to alone"
        yield Broken(clause, "holding_targets", _numbers(rows))


def rules_broken(connection: Reading) -> frozenset[str]:
    """The same within a transaction, of a file that has all tables: each rule that does not hold, as a clause."""
    return frozenset(each.what for each in broken(connection.driver, _TABLES))


def _unknown_words(connection: sqlite3.Connection, tables: frozenset[str]) -> Iterator[Broken]:
    for (table, column), words in WORDS.items():
        marks = ", ".join("?" * len(words))
        query = f"SELECT {column}, rowid FROM {table} WHERE {column} NOT IN ({marks})"  # noqa: S608 (names of ours)
        # An old file may not have the column yet.
        for value, number in connection.execute(query, words) if _has(connection, tables, table, column) else ():
            yield Broken(_unknown(value, column, number, table), table, (number,))
    for value, number in connection.execute(_TRADES) if _has(connection, tables, "plan_options", "trades") else ():
        yield Broken(_unknown(value, "trades", number, "plan_options"), "plan_options", (number,))


def _has(connection: sqlite3.Connection, tables: frozenset[str], table: str, column: str) -> bool:
    names = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)) if table in tables else ()
    return any(_text(name) == column for (name,) in names)


def _unknown(value: object, column: str, number: int, table: str) -> str:
    return f"“{_text(value):.40}” is no {column.replace('_', ' ')} that is known, in row {number} of {table}"


def _numbers(rows: object) -> tuple[int, ...]:
    return tuple(sorted(map(int, _text(rows).split(","))))


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
