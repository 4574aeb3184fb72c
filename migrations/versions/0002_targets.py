"""What a user wants to have: strategies per scope, with targets for the classes and for the holdings of a class."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "Every strategy, with its bands and fill method.",
    "Every class target and holding target, with its lock.",
)

MADE = "2026-01-01T00:00:00.000Z"


def upgrade() -> None:
    """Make the three tables and the strategy of All Portfolio; what is in the file already needs nothing."""
    _rebalancing_strategies()
    _asset_class_targets()
    _holding_targets()


def downgrade() -> None:
    """Remove the three tables, children first."""
    op.drop_table("holding_targets")
    op.drop_table("asset_class_targets")
    op.drop_table("rebalancing_strategies")


def _moments() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )


def _rebalancing_strategies() -> None:
    table = op.create_table(
        "rebalancing_strategies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("absolute_band_bps", sa.Integer(), nullable=False, server_default=sa.text("500")),
        sa.Column("relative_band_bps", sa.Integer(), nullable=False, server_default=sa.text("2500")),
        sa.Column("fill_method", sa.Text(), nullable=False, server_default=sa.text("'even_fill'")),
        sa.Column("unfillable", sa.Text(), nullable=False, server_default=sa.text("'spread'")),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebalancing_strategies")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_rebalancing_strategies_account_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_rebalancing_strategies_name")),
        sa.CheckConstraint("is_active IN (0, 1)", name=op.f("ck_rebalancing_strategies_is_active")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_rebalancing_strategies_version")),
        sa.CheckConstraint(
            "absolute_band_bps BETWEEN 0 AND 10000", name=op.f("ck_rebalancing_strategies_absolute_band_bps")
        ),
        sa.CheckConstraint(
            "relative_band_bps BETWEEN 0 AND 10000", name=op.f("ck_rebalancing_strategies_relative_band_bps")
        ),
        sa.CheckConstraint(
            "fill_method IN ('even_fill', 'largest_gap', 'proportional', 'equal_points')",
            name=op.f("ck_rebalancing_strategies_fill_method"),
        ),
        sa.CheckConstraint("unfillable IN ('spread', 'keep_cash')", name=op.f("ck_rebalancing_strategies_unfillable")),
    )
    op.create_index(op.f("ix_rebalancing_strategies_account_id"), "rebalancing_strategies", ["account_id"])
    # Two, because NULLs are distinct in a unique index and All Portfolio has no account.
    op.create_index(
        "uq_rebalancing_strategies_active_of_account",
        "rebalancing_strategies",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("is_active = 1 AND account_id IS NOT NULL"),
    )
    op.create_index(
        "uq_rebalancing_strategies_active_of_all",
        "rebalancing_strategies",
        ["is_active"],
        unique=True,
        sqlite_where=sa.text("is_active = 1 AND account_id IS NULL"),
    )
    default = {"id": "default_all_portfolio", "name": "All Portfolio", "is_active": 1}
    op.bulk_insert(table, [default | {"created_at": MADE, "updated_at": MADE}])


def _asset_class_targets() -> None:
    op.create_table(
        "asset_class_targets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("strategy_id", sa.Text(), nullable=False),
        sa.Column("asset_class_id", sa.Text(), nullable=False),
        sa.Column("target_bps", sa.Integer(), nullable=False),
        sa.Column("is_locked", sa.Integer(), nullable=False, server_default=sa.text("0")),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_class_targets")),
        sa.UniqueConstraint(
            "strategy_id", "asset_class_id", name=op.f("uq_asset_class_targets_strategy_id_asset_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["strategy_id"],
            ["rebalancing_strategies.id"],
            name=op.f("fk_asset_class_targets_strategy_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asset_class_id"],
            ["asset_classes.id"],
            name=op.f("fk_asset_class_targets_asset_class_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("target_bps BETWEEN 0 AND 10000", name=op.f("ck_asset_class_targets_target_bps")),
        sa.CheckConstraint("is_locked IN (0, 1)", name=op.f("ck_asset_class_targets_is_locked")),
    )
    op.create_index(op.f("ix_asset_class_targets_asset_class_id"), "asset_class_targets", ["asset_class_id"])


def _holding_targets() -> None:
    op.create_table(
        "holding_targets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_class_target_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("target_bps_of_class", sa.Integer(), nullable=False),
        sa.Column("is_locked", sa.Integer(), nullable=False, server_default=sa.text("0")),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding_targets")),
        sa.UniqueConstraint(
            "asset_class_target_id", "asset_id", name=op.f("uq_holding_targets_asset_class_target_id_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["asset_class_target_id"],
            ["asset_class_targets.id"],
            name=op.f("fk_holding_targets_asset_class_target_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_holding_targets_asset_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "target_bps_of_class BETWEEN 0 AND 10000", name=op.f("ck_holding_targets_target_bps_of_class")
        ),
        sa.CheckConstraint("is_locked IN (0, 1)", name=op.f("ck_holding_targets_is_locked")),
    )
    op.create_index(op.f("ix_holding_targets_asset_id"), "holding_targets", ["asset_id"])
