"""Groups of accounts, each of which can have strategies, plans and deposits of its own."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "The groups of accounts; their accounts and what these hold stay.",
    "Which strategies and planned deposits are those of a group: they become those of All Portfolio, and none of these "
    "strategies is in force.",
    "Which orders of the plans of groups were ticked off.",
)

TABLES = {
    "rebalancing_strategies": ("account_id", "CASCADE"),
    "plans": ("account_id", "SET NULL"),
    "placed_orders": ("scope_id", "CASCADE"),
    "deposits_planned": ("account_id", "CASCADE"),
}
"""What is of a scope: the column of the account that it can be, and what becomes of the row without its group."""

STRATEGIES = "rebalancing_strategies"
ACTIVE = "uq_rebalancing_strategies_active_of"


def upgrade() -> None:
    """Make the tables, and a column for a group where there is one for an account."""
    _account_groups()
    _account_group_members()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN group_id TEXT")
    _set_rules(_with)
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_group_id"), table, ["group_id"])
    op.drop_index(f"{ACTIVE}_all", STRATEGIES)
    _unique(f"{ACTIVE}_group", "group_id", "group_id IS NOT NULL")
    _unique(f"{ACTIVE}_all", "is_active", "account_id IS NULL AND group_id IS NULL")


def downgrade() -> None:
    """Remove them; recorded plans stay under the name that their scope had."""
    _given_to_all()
    op.drop_index(f"{ACTIVE}_all", STRATEGIES)
    op.drop_index(f"{ACTIVE}_group", STRATEGIES)
    _unique(f"{ACTIVE}_all", "is_active", "account_id IS NULL")
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_group_id"), table)
    _set_rules(_without)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN group_id")
    op.drop_table("account_group_members")
    op.drop_table("account_groups")


def _account_groups() -> None:
    name = "account_groups"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{name}_name")),
        # By its id a group is told from an account, wherever a scope is either of them.
        sa.CheckConstraint("id LIKE 'group:%'", name=op.f(f"ck_{name}_id")),
        sa.CheckConstraint("length(name) > 0", name=op.f(f"ck_{name}_name")),
    )


def _account_group_members() -> None:
    name = "account_group_members"
    op.create_table(
        name,
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "account_id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "group_id", "account_groups"),
        _belongs_to(name, "account_id", "accounts"),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row goes when the row it belongs to goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def _unique(index: str, column: str, condition: str) -> None:
    """No two active strategies of one scope."""
    where = sa.text(f"is_active = 1 AND {condition}")
    op.create_index(index, STRATEGIES, [column], unique=True, sqlite_where=where)


def _given_to_all() -> None:
    """No row of a table that stays may be lost, so what is of a group becomes something of All Portfolio."""
    op.execute(
        "UPDATE rebalancing_strategies SET is_active = 0, name = name || ' (' || "
        "(SELECT account_groups.name FROM account_groups WHERE account_groups.id = group_id) || ')' "
        "WHERE group_id IS NOT NULL"
    )
    # An order that is ticked off twice is so once, and of two plans only one may be told.
    op.execute(
        "UPDATE placed_orders SET (signature, account_id, asset_id, side) = ("
        "SELECT signature, account_id, asset_id, side FROM placed_orders WHERE scope_id IS NULL "
        "ORDER BY group_id IS NOT NULL, id LIMIT 1) WHERE group_id IS NOT NULL"
    )


def _set_rules(change: Callable[[str, str], str]) -> None:
    """Rules can be changed where they stand: what is in the table lies as it lay."""
    connection = op.get_bind()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in TABLES:
        query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
        ((sql,),) = connection.exec_driver_sql(query, (table,)).fetchall()
        changed = sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name")
        connection.execute(changed, {"sql": change(sql, _rules(table)), "name": table})
    ((version,),) = connection.exec_driver_sql("PRAGMA schema_version").fetchall()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _rules(table: str) -> str:
    account, goes = TABLES[table]
    return (
        f", \n\tCONSTRAINT fk_{table}_group_id FOREIGN KEY(group_id) REFERENCES account_groups (id) ON DELETE {goes}"
        f", \n\tCONSTRAINT ck_{table}_scope CHECK ({account} IS NULL OR group_id IS NULL)\n"
    )


def _with(sql: str, rules: str) -> str:
    end = sql.rindex(")")
    return sql[:end].rstrip() + rules + sql[end:]


def _without(sql: str, rules: str) -> str:
    if rules not in sql:
        raise LookupError("The table has no rules of groups.")
    return sql.replace(rules, "\n")
