"""What plans that a person carries out need: rules and rooms of accounts, own bands, conversions, placed orders."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "The rooms of accounts for new money, and whether an account changes money and trades while it is archived.",
    "Which accounts may hold everything, and what was allowed or barred in an account beside its list.",
    "The bands of classes and holdings of their own, now and in the history; those of the strategies stay.",
    "How many trades plans have and what a gain costs; a smallest trade of automatic size becomes none.",
    "The conversions of recorded plans; the cash that they changed stays as it is.",
    "Which orders of a plan were ticked off.",
)

BANDED = ("asset_class_targets", "holding_targets")


def upgrade() -> None:
    """Make the tables and columns; what a file says already stays as it was meant."""
    _account_rules()
    _account_exceptions()
    _account_rooms()
    _plan_options()
    for table in BANDED:
        _add(table, "band_bps", "INTEGER", _band("band_bps"))
    for column in ("from_band", "to_band"):
        _add("reallocation_lines", column, "INTEGER", _band(column))
    _plan_conversions()
    _placed_orders()


def downgrade() -> None:
    """Remove them, and say in the old columns what these can say of it."""
    for table in ("placed_orders", "plan_conversions", "account_rooms", "account_exceptions"):
        op.drop_table(table)
    for column in ("to_band", "from_band"):
        _drop("reallocation_lines", column)
    for table in BANDED:
        _drop(table, "band_bps")
    _plan_options_before()
    _account_rules_before()


def _moments() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row goes when the row it belongs to goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def _names(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row stays when the row it names goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _band(column: str) -> str:
    """Whole, since SQLite keeps a number with decimals in a column of integers."""
    return f"typeof({column}) IN ('integer', 'null') AND {column} BETWEEN 1 AND 10000"


def _currency(table: str, column: str) -> sa.CheckConstraint:
    return _check(table, column, f"length({column}) = 3 AND {column} = upper({column})")


def _add(table: str, column: str, kind: str, condition: str) -> None:
    """Add a column with its rule, which needs no other table to be touched."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT ck_{table}_{column} CHECK ({condition})")


def _drop(table: str, column: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _made_anew(table: str, columns: str, chosen: str, *parts: sa.schema.SchemaItem) -> None:
    """Make a table that nothing refers to again, with the rows that it had."""
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.create_table(table, *parts)
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table}_before")  # noqa: S608 (names of this file)
    op.drop_table(f"{table}_before")


_RULES = "account_id, buffer_minor, fee_fixed_minor, fee_rate_bps, fx_rate_bps"


def _account_rules() -> None:
    name = "account_rules"
    _made_anew(
        name,
        f"{_RULES}, may_hold, converts, trades_archived, created_at, updated_at",
        f"{_RULES}, CASE is_limited WHEN 1 THEN 'listed' ELSE 'automatic' END, 1, 0, created_at, updated_at",
        *_rules_before(name),
        sa.Column("may_hold", sa.Text(), nullable=False),
        sa.Column("converts", sa.Integer(), nullable=False),
        sa.Column("trades_archived", sa.Integer(), nullable=False),
        *_moments(),
        _check(name, "may_hold", "may_hold IN ('automatic', 'all', 'listed')"),
        _check(name, "converts", "converts IN (0, 1)"),
        _check(name, "trades_archived", "trades_archived IN (0, 1)"),
    )


def _account_rules_before() -> None:
    name = "account_rules"
    _made_anew(
        name,
        f"{_RULES}, is_limited, created_at, updated_at",
        f"{_RULES}, may_hold = 'listed', created_at, updated_at",
        *_rules_before(name),
        sa.Column("is_limited", sa.Integer(), nullable=False),
        *_moments(),
        _check(name, "is_limited", "is_limited IN (0, 1)"),
    )


def _rules_before(name: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("buffer_minor", sa.Integer(), nullable=False),
        sa.Column("fee_fixed_minor", sa.Integer(), nullable=False),
        sa.Column("fee_rate_bps", sa.Text(), nullable=False),
        sa.Column("fx_rate_bps", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        _check(name, "buffer_minor", "buffer_minor >= 0"),
        _check(name, "fee_fixed_minor", "fee_fixed_minor >= 0"),
        _check(name, "fee_rate_bps", "fee_rate_bps NOT LIKE '-%'"),
        _check(name, "fx_rate_bps", "fx_rate_bps NOT LIKE '-%'"),
    )


def _account_exceptions() -> None:
    name = "account_exceptions"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("is_barred", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "asset_id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        _belongs_to(name, "asset_id", "assets"),
        _check(name, "is_barred", "is_barred IN (0, 1)"),
    )
    op.create_index(op.f(f"ix_{name}_asset_id"), name, ["asset_id"])


def _account_rooms() -> None:
    name = "account_rooms"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("left_minor", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Text()),
        sa.Column("renewed_minor", sa.Integer()),
        sa.Column("renewal_month", sa.Integer()),
        sa.Column("renewal_day", sa.Integer()),
        # The same for all that share it.
        sa.Column("shared_id", sa.Text()),
        *_moments(),
        sa.PrimaryKeyConstraint("account_id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        _check(name, "kind", "kind IN ('no_limit', 'limited')"),
        _check(name, "left_minor", "left_minor >= 0"),
        _check(name, "on_date", "length(on_date) = 10"),
        _check(name, "renewed_minor", "renewed_minor >= 0"),
        _check(name, "renewal_month", "renewal_month BETWEEN 1 AND 12"),
        _check(name, "renewal_day", "renewal_day BETWEEN 1 AND 31"),
        _check(name, "renewal", "(renewal_month IS NULL) = (renewal_day IS NULL)"),
    )


_OPTIONS = "strategy_id, whole_shares, use_cash, goal, gain_limit_minor, prefer_homes, created_at, updated_at"


def _plan_options() -> None:
    name = "plan_options"
    trades = "trades IN ('fewest', 'best_value', 'closest') OR (trades GLOB '[1-9]*' AND trades NOT GLOB '*[^0-9]*')"
    _made_anew(
        name,
        f"{_OPTIONS}, min_trade_minor, trades, gain_cost_bps",
        # Nobody chose a smallest trade of nothing: it was what the field held.
        f"{_OPTIONS}, nullif(min_trade_minor, 0), 'best_value', 1000",
        *_options_before(name, may_be_automatic=True),
        sa.Column("trades", sa.Text(), nullable=False),
        sa.Column("gain_cost_bps", sa.Integer(), nullable=False, server_default=sa.text("1000")),
        *_moments(),
        _check(name, "trades", trades),
        _check(name, "gain_cost_bps", "typeof(gain_cost_bps) = 'integer' AND gain_cost_bps BETWEEN 0 AND 10000"),
    )


def _plan_options_before() -> None:
    name = "plan_options"
    _made_anew(
        name,
        f"{_OPTIONS}, min_trade_minor",
        f"{_OPTIONS}, coalesce(min_trade_minor, 0)",
        *_options_before(name, may_be_automatic=False),
        *_moments(),
    )


def _options_before(name: str, may_be_automatic: bool) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("strategy_id", sa.Text(), nullable=False),
        sa.Column("whole_shares", sa.Integer(), nullable=False),
        sa.Column("use_cash", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("min_trade_minor", sa.Integer(), nullable=may_be_automatic),
        sa.Column("gain_limit_minor", sa.Integer()),
        sa.Column("prefer_homes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("strategy_id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "strategy_id", "rebalancing_strategies"),
        _check(name, "whole_shares", "whole_shares IN (0, 1)"),
        _check(name, "use_cash", "use_cash IN (0, 1)"),
        _check(name, "goal", "goal IN ('target', 'band_edge', 'half_way')"),
        _check(name, "min_trade_minor", "min_trade_minor >= 0"),
        _check(name, "gain_limit_minor", "gain_limit_minor >= 0"),
        _check(name, "prefer_homes", "prefer_homes IN (0, 1)"),
    )


def _plan_conversions() -> None:
    name = "plan_conversions"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("source_currency", sa.Text(), nullable=False),
        sa.Column("to_currency", sa.Text(), nullable=False),
        sa.Column("source_minor", sa.Integer(), nullable=False),
        sa.Column("to_minor", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("plan_id", "position", name=op.f(f"uq_{name}_plan_id_position")),
        _belongs_to(name, "plan_id", "plans"),
        _names(name, "account_id", "accounts"),
        _currency(name, "source_currency"),
        _currency(name, "to_currency"),
        _check(name, "pair", "source_currency <> to_currency"),
        _check(name, "source_minor", "source_minor > 0"),
        _check(name, "to_minor", "to_minor >= 0"),
        _check(name, "rate", "rate NOT LIKE '-%' AND rate <> '0'"),
        _check(name, "fee_minor", "fee_minor >= 0"),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def _placed_orders() -> None:
    name = "placed_orders"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        # The account that is planned for; none: all of them.
        sa.Column("scope_id", sa.Text()),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "scope_id", "accounts"),
        _belongs_to(name, "account_id", "accounts"),
        _belongs_to(name, "asset_id", "assets"),
        _check(name, "side", "side IN ('buy', 'sell')"),
    )
    for column in ("scope_id", "account_id", "asset_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])
