"""The file refuses by itself what the program refuses: whole numbers, canonical decimals, sums of targets."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = ()

WORDS = {
    "account_rooms": {"kind": "kind IN ('no_limit', 'limited')"},
    "account_rules": {"may_hold": "may_hold IN ('automatic', 'all', 'listed')"},
    "assets": {"kind": "kind IN ('security', 'fund', 'cash', 'crypto', 'property', 'private')"},
    "companies": {"status": "status IN ('active', 'exited')"},
    "plan_options": {
        "goal": "goal IN ('target', 'band_edge', 'half_way')",
        "trades": "trades IN ('fewest', 'best_value', 'closest') OR "
        "(trades GLOB '[1-9]*' AND trades NOT GLOB '*[^0-9]*')",
    },
    "plan_trades": {"side": "side IN ('buy', 'sell')"},
    "plans": {"mode": "mode IN ('deposit', 'withdraw', 'rebalance')"},
    "reallocations": {"source": "source IN ('manual', 'template', 'import', 'revert', 'scale')"},
    "rebalancing_strategies": {
        "fill_method": "fill_method IN ('even_fill', 'largest_gap', 'proportional', 'equal_points')",
        "unfillable": "unfillable IN ('spread', 'keep_cash')",
    },
}
"""The rules that list words, of the tables that change here: a new word would change them once more, so they go."""

DECIMALS = frozenset(
    {"quantity", "quantity_before", "quantity_after", "price", "rate", "lot_step", "fee_rate_bps", "fx_rate_bps"}
)
NUMBER = (
    "{0} IS NULL OR (typeof({0}) = 'text' AND length({0}) = length(CAST({0} AS BLOB)) AND {0} NOT GLOB '*[^0-9.]*' "
    "AND {0} GLOB '[0-9]*' AND {0} NOT GLOB '0[0-9]*' AND {0} NOT GLOB '*.*.*' AND {0} NOT GLOB '*.' "
    "AND ({0} NOT GLOB '*.*' OR {0} NOT GLOB '*0') AND instr({0} || '.', '.') <= 16 "
    "AND length({0}) - instr({0} || '.', '.') <= 12)"
)
"""At most 15 digits, at most 12 decimals, no sign, and no 0 that says nothing."""

SUMS = """
CREATE TRIGGER sums_of_targets AFTER UPDATE OF version ON rebalancing_strategies
WHEN EXISTS (
  SELECT 1 FROM asset_class_targets WHERE strategy_id = NEW.id GROUP BY strategy_id HAVING sum(target_bps) <> 10000
) OR EXISTS (
  SELECT 1 FROM holding_targets JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id
  WHERE strategy_id = NEW.id GROUP BY asset_class_target_id HAVING sum(target_bps_of_class) <> 10000
)
BEGIN
  SELECT RAISE(ABORT, 'targets do not sum to 100%');
END
"""
"""A change writes its lines first and the version last. A migration that touches the table makes it anew."""


def upgrade() -> None:
    """Change the rules of the tables; every row stays where it is."""
    for table, sql in _tables():
        for name in WORDS.get(table, {}):
            sql = _without(sql, f"ck_{table}_{name}")
        for name, condition in _strict(table):
            sql = _with(sql, f"ck_{table}_{name}", condition)
        _set(table, sql)
    _reread()
    op.execute(SUMS.strip())


def downgrade() -> None:
    """Change them back."""
    op.execute("DROP TRIGGER sums_of_targets")
    for table, sql in _tables():
        for name, _ in _strict(table):
            sql = _without(sql, f"ck_{table}_{name}")
        for name, condition in WORDS.get(table, {}).items():
            sql = _with(sql, f"ck_{table}_{name}", condition)
        _set(table, sql)
    _reread()


def _tables() -> list[tuple[str, str]]:
    """The tables with a column of whole numbers or decimals, as they are written in the file."""
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name <> 'alembic_version' ORDER BY name"
    found = op.get_bind().exec_driver_sql(query).fetchall()
    return [(name, sql) for name, sql in found if not name.startswith("sqlite_") and _strict(name)]


def _strict(table: str) -> list[tuple[str, str]]:
    """The rules that a table gets: name and condition of each."""
    columns = op.get_bind().exec_driver_sql(f'PRAGMA table_info("{table}")').fetchall()
    found = []
    for _, column, kind, is_needed, *_ in columns:
        if kind.upper() == "INTEGER":
            kinds = "= 'integer'" if is_needed else "IN ('integer', 'null')"
            found.append((f"{column}_whole", f"typeof({column}) {kinds}"))
        elif column in DECIMALS:
            found.append((f"{column}_decimal", NUMBER.format(column)))
    return found


def _with(sql: str, name: str, condition: str) -> str:
    end = sql.rindex(")")
    return f"{sql[:end].rstrip()}, \n\tCONSTRAINT {name} CHECK ({condition})\n{sql[end:]}"


def _without(sql: str, name: str) -> str:
    """The table without a rule and the comma before it."""
    found = re.search(rf",\s*CONSTRAINT \"?{name}\"? CHECK \(", sql)
    if found is None:
        raise LookupError(f"The table has no rule {name}.")
    depth, end = 1, found.end()
    while depth:
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        end += 1
    return sql[: found.start()] + sql[end:]


def _set(table: str, sql: str) -> None:
    """Rules can be changed where they stand: what is in the table lies as it lay."""
    connection = op.get_bind()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name")
    connection.execute(changed, {"sql": sql, "name": table})


def _reread() -> None:
    """Let this connection and all others read the tables anew."""
    connection = op.get_bind()
    ((version,),) = connection.exec_driver_sql("PRAGMA schema_version").fetchall()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
