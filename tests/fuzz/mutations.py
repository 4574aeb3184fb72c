"""Ways to spoil an input: bytes, cells, lines, values of JSON, and values in the rows of a portfolio file."""

import json
import random
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

ODD_TEXTS: Final = (
    "",
    " ",
    "-",
    "--",
    "n/a",
    "NaN",
    "inf",
    "1e400",
    "-1e400",
    "1e-400",
    "0",
    "-0",
    "-5",
    "00.00",
    "1,234.56",
    "1.234,56",
    "1'234.50",
    "(12.50)",
    "٣٤",
    "½",
    "9" * 30,
    "9" * 400,
    "0." + "0" * 300 + "1",
    "1/3",
    "=1+1",
    "Total",
    "Cash",
    "USD",
    "usd",
    "ZZZ",
    "US0378331005",
    "2026-13-45",
    "31.02.2026",
    "x" * 120,
    "x" * 70_000,
    "\x00",
    "\u202e\u200b",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    '"',
    '"" ""',
    "a\nb",
    ";,\t|",
    "%",
    "100%",
    "true",
    "null",
)
ODD_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    10_000,
    10_001,
    2**31,
    2**63 - 1,
    -(2**63),
    2**64,
    10**40,
    0.5,
    -0.0,
    1e308,
    [],
    {},
    [[]],
    "",
    "x",
    "1e400",
    "0.1",
    "x" * 10_000,
)
Bytes = Callable[[random.Random, bytes], bytes]


def _span(rng: random.Random, data: bytes) -> tuple[int, int]:
    begin = rng.randrange(len(data) + 1)
    return begin, min(len(data), begin + rng.choice((1, 2, 8, 64, 512, 4096)))


def _flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut_out(rng: random.Random, data: bytes) -> bytes:
    begin, end = _span(rng, data)
    return data[:begin] + data[end:]


def _cut_off(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _double(rng: random.Random, data: bytes) -> bytes:
    begin, end = _span(rng, data)
    return data[:end] + data[begin:end] * rng.choice((1, 2, 50)) + data[end:]


def _noise(rng: random.Random, data: bytes) -> bytes:
    begin, end = _span(rng, data)
    return data[:begin] + rng.randbytes(end - begin) + data[end:]


def _zeroes(rng: random.Random, data: bytes) -> bytes:
    begin, end = _span(rng, data)
    return data[:begin] + bytes(end - begin) + data[end:]


BYTES: Final[tuple[Bytes, ...]] = (_flip, _cut_out, _cut_off, _double, _noise, _zeroes)


def spoiled_bytes(rng: random.Random, data: bytes) -> bytes:
    """The data with one to three damages."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = rng.choice(BYTES)(rng, data)
    return data


def spoiled_words(rng: random.Random, data: bytes) -> bytes:
    """A text with some of its words and numbers changed for odd ones, or doubled; now and then its bytes."""
    parts = re.split(rb"([\w.:-]+)", data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(len(parts) // 2) * 2 + 1
        odd = rng.choice(ODD_TEXTS).encode("utf-8", "replace")
        parts[place] = rng.choice((odd, odd, parts[rng.randrange(len(parts) // 2) * 2 + 1], b""))
    spoiled = b"".join(parts)
    return spoiled_bytes(rng, spoiled) if rng.random() < 0.25 else spoiled


def spoiled_table(rng: random.Random, data: bytes) -> bytes:
    """A table of text with some cells, lines, columns, separators or its encoding changed; now and then its bytes."""
    lines = [line.split(",") for line in data.decode("utf-8").splitlines()]
    for _ in range(rng.choice((1, 1, 2, 4))):
        _spoil_lines(rng, lines)
    text = rng.choice(("\n", "\n", "\n", "\r\n", "\r")).join(
        rng.choice((",", ",", ",", ",", ";", "\t")).join(line) for line in lines
    )
    encoding = rng.choice(("utf-8",) * 8 + ("utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"))
    spoiled = text.encode(encoding, "replace")
    return spoiled_bytes(rng, spoiled) if rng.random() < 0.15 else spoiled


def _spoil_lines(rng: random.Random, lines: list[list[str]]) -> None:
    if not lines:
        return
    row = rng.randrange(len(lines))
    kind = rng.randrange(9)
    if kind < 4 and lines[row]:
        lines[row][rng.randrange(len(lines[row]))] = rng.choice(ODD_TEXTS)
    elif kind == 4:
        lines.insert(rng.randrange(len(lines) + 1), list(lines[row]))
    elif kind == 5:
        del lines[row]
    elif kind == 6:
        other = rng.randrange(len(lines))
        lines[row], lines[other] = lines[other], lines[row]
    elif kind == 7:
        one, two = rng.randrange(len(lines[0]) or 1), rng.randrange(len(lines[0]) or 1)
        for line in lines:
            if max(one, two) < len(line):
                line[one], line[two] = line[two], line[one]
    else:
        lines[row] = lines[row] * rng.choice((0, 2, 40))


def spoiled_json(rng: random.Random, data: bytes) -> bytes:
    """JSON with some values, keys or its nesting changed; now and then its bytes."""
    told = [json.loads(data)]
    for _ in range(rng.choice((1, 1, 2, 4))):
        _spoil_tree(rng, told)
    spoiled = json.dumps(told[0]).encode()
    if rng.random() < 0.05:
        spoiled = b"[" * 100_000 + spoiled
    return spoiled_bytes(rng, spoiled) if rng.random() < 0.15 else spoiled


def _spoil_tree(rng: random.Random, tree: Any) -> None:
    places = list(_places(tree))
    if not places:
        return
    inside, key = rng.choice(places)
    kind = rng.randrange(5)
    if kind < 3:
        inside[key] = rng.choice(ODD_VALUES)
    elif kind == 3 and isinstance(inside, dict):
        inside[rng.choice(("x", "", "é", str(key) + " "))] = inside.pop(key)
    elif isinstance(inside, list) and inside is not tree:
        inside.append(inside[key])


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys: Any = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        found.append((tree, key))
        found.extend(_places(tree[key]))
    return found


def spoil_rows(rng: random.Random, path: Path) -> str:
    """Change values in the rows of a portfolio file as another program would; says what."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        filled = [name for name in sorted(tables) if connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()]
        told = [_spoil_row(rng, connection, rng.choice(filled)) for _ in range(rng.choice((1, 1, 2, 5)))]
    connection.close()
    return "; ".join(told)


def _spoil_row(rng: random.Random, connection: sqlite3.Connection, table: str) -> str:
    columns = [column for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
    rows = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    column, offset = rng.choice(columns), rng.randrange(max(rows, 1))
    value = rng.choice((*ODD_VALUES[:18], *ODD_TEXTS, b"\x00\xff", b""))
    if isinstance(value, list | dict) or (isinstance(value, int) and abs(value) >= 2**63):
        value = str(value)
    picked = f'(SELECT rowid FROM "{table}" LIMIT 1 OFFSET {offset})'
    try:
        if rng.random() < 0.1:
            connection.execute(f'DELETE FROM "{table}" WHERE rowid = {picked}')
            return f"a row of {table} is gone"
        connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = {picked}', (value,))
    except sqlite3.Error as refused:
        return f"{table}.{column} was left alone ({refused})"
    return f"{table}.{column} = {str(value)[:40]!r}"
