"""What plans need and leave: rules of trading, cost lots, options for each strategy, and plans that were recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "Every recorded plan, with its trades: what they made of the holdings stays, but cannot be undone any more.",
    "What plans keep back, pay and may do: buffers, fees and limits of accounts, rules of assets and classes.",
    "The cost lots of every holding; what each holding cost in all stays.",
    "The options that were chosen for the plans of each strategy.",
)


def upgrade() -> None:
    """Make the tables; what is in the file already needs nothing."""
    _account_rules()
    _account_assets()
    _asset_rules()
    _class_homes()
    _tax_lots()
    _plan_options()
    _plans()
    _plan_amounts()
    _plan_trades()
    _plan_changes()
    _plan_change_lots()


def downgrade() -> None:
    """Remove the tables, children first."""
    for table in ("plan_change_lots", "plan_changes", "plan_trades", "plan_amounts"):
        op.drop_table(table)
    op.drop_table("plans")
    for table in ("plan_options", "tax_lots", "class_homes", "asset_rules", "account_assets", "account_rules"):
        op.drop_table(table)


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


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _account_rules() -> None:
    name = "account_rules"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("buffer_minor", sa.Integer(), nullable=False),
        sa.Column("fee_fixed_minor", sa.Integer(), nullable=False),
        sa.Column("fee_rate_bps", sa.Text(), nullable=False),
        sa.Column("fx_rate_bps", sa.Text(), nullable=False),
        sa.Column("is_limited", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_rules")),
        _belongs_to(name, "account_id", "accounts"),
        _check(name, "buffer_minor", "buffer_minor >= 0"),
        _check(name, "fee_fixed_minor", "fee_fixed_minor >= 0"),
        _check(name, "fee_rate_bps", "fee_rate_bps NOT LIKE '-%'"),
        _check(name, "fx_rate_bps", "fx_rate_bps NOT LIKE '-%'"),
        _check(name, "is_limited", "is_limited IN (0, 1)"),
    )


def _account_assets() -> None:
    name = "account_assets"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "asset_id", name=op.f("pk_account_assets")),
        _belongs_to(name, "account_id", "accounts"),
        _belongs_to(name, "asset_id", "assets"),
    )
    _index(name, "asset_id")


def _asset_rules() -> None:
    name = "asset_rules"
    op.create_table(
        name,
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("trading", sa.Text(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_rules")),
        _belongs_to(name, "asset_id", "assets"),
        _check(name, "trading", "trading IN ('buy_only', 'sell_only', 'locked', 'excluded')"),
    )


def _class_homes() -> None:
    name = "class_homes"
    op.create_table(
        name,
        sa.Column("asset_class_id", sa.Text(), nullable=False),
        sa.Column("account_kind", sa.Text(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("asset_class_id", name=op.f("pk_class_homes")),
        _belongs_to(name, "asset_class_id", "asset_classes"),
        _check(name, "account_kind", "account_kind IN ('taxable', 'tax_deferred', 'tax_free')"),
    )


def _tax_lots() -> None:
    name = "tax_lots"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("holding_id", sa.Text(), nullable=False),
        *_lot_columns(),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_lots")),
        _belongs_to(name, "holding_id", "holdings"),
        *_lot_checks(name),
    )
    _index(name, "holding_id")


def _lot_columns() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("acquired_on", sa.Text()),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("cost_minor", sa.Integer(), nullable=False),
    )


def _lot_checks(table: str) -> tuple[sa.CheckConstraint, ...]:
    return (
        _check(table, "acquired_on", "length(acquired_on) = 10"),
        _check(table, "quantity", "quantity NOT LIKE '-%' AND quantity <> '0'"),
        _check(table, "cost_minor", "cost_minor >= 0"),
    )


def _plan_options() -> None:
    name = "plan_options"
    op.create_table(
        name,
        sa.Column("strategy_id", sa.Text(), nullable=False),
        sa.Column("whole_shares", sa.Integer(), nullable=False),
        sa.Column("use_cash", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("min_trade_minor", sa.Integer(), nullable=False),
        sa.Column("gain_limit_minor", sa.Integer()),
        sa.Column("prefer_homes", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("strategy_id", name=op.f("pk_plan_options")),
        _belongs_to(name, "strategy_id", "rebalancing_strategies"),
        _check(name, "whole_shares", "whole_shares IN (0, 1)"),
        _check(name, "use_cash", "use_cash IN (0, 1)"),
        _check(name, "goal", "goal IN ('target', 'band_edge', 'half_way')"),
        _check(name, "min_trade_minor", "min_trade_minor >= 0"),
        _check(name, "gain_limit_minor", "gain_limit_minor >= 0"),
        _check(name, "prefer_homes", "prefer_homes IN (0, 1)"),
    )


def _plans() -> None:
    name = "plans"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("scope_name", sa.Text(), nullable=False),
        sa.Column("strategy_name", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("drift_before_bps", sa.Integer(), nullable=False),
        sa.Column("drift_after_bps", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("number", name=op.f("uq_plans_number")),
        _names(name, "account_id", "accounts"),
        _check(name, "scope_name", "length(scope_name) > 0"),
        _check(name, "mode", "mode IN ('deposit', 'withdraw', 'rebalance')"),
        _check(name, "amount_minor", "amount_minor >= 0"),
        _check(name, "base_currency", "length(base_currency) = 3 AND base_currency = upper(base_currency)"),
    )
    _index(name, "account_id")


def _plan_amounts() -> None:
    name = "plan_amounts"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_amounts")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_amounts_plan_id_position")),
        _belongs_to(name, "plan_id", "plans"),
        _names(name, "account_id", "accounts"),
    )
    _index(name, "account_id")


def _plan_trades() -> None:
    name = "plan_trades"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("asset_id", sa.Text()),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_trades")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_trades_plan_id_position")),
        _belongs_to(name, "plan_id", "plans"),
        _names(name, "account_id", "accounts"),
        _names(name, "asset_id", "assets"),
        _check(name, "side", "side IN ('buy', 'sell')"),
        _check(name, "quantity", "quantity NOT LIKE '-%' AND quantity <> '0'"),
        _check(name, "price", "price NOT LIKE '-%' AND price <> '0'"),
        _check(name, "currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check(name, "amount_minor", "amount_minor >= 0"),
        _check(name, "fee_minor", "fee_minor >= 0"),
    )
    _index(name, "account_id")
    _index(name, "asset_id")


def _plan_changes() -> None:
    name = "plan_changes"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        # No foreign key: undoing makes the holding again, under its id.
        sa.Column("holding_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("asset_id", sa.Text()),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("quantity_before", sa.Text()),
        sa.Column("quantity_after", sa.Text()),
        sa.Column("cost_before_minor", sa.Integer()),
        sa.Column("cost_after_minor", sa.Integer()),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_changes")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_changes_plan_id_position")),
        _belongs_to(name, "plan_id", "plans"),
        _names(name, "account_id", "accounts"),
        _names(name, "asset_id", "assets"),
        _check(name, "currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check(name, "quantity_before", "quantity_before NOT LIKE '-%'"),
        _check(name, "quantity_after", "quantity_after NOT LIKE '-%'"),
        _check(name, "cost_before_minor", "cost_before_minor >= 0"),
        _check(name, "cost_after_minor", "cost_after_minor >= 0"),
    )
    _index(name, "account_id")
    _index(name, "asset_id")


def _plan_change_lots() -> None:
    name = "plan_change_lots"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column("is_before", sa.Integer(), nullable=False),
        *_lot_columns(),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change_lots")),
        _belongs_to(name, "change_id", "plan_changes"),
        _check(name, "is_before", "is_before IN (0, 1)"),
        *_lot_checks(name),
    )
    _index(name, "change_id")
