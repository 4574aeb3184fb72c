"""What sources of prices call assets, and deposits that are planned."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "What sources of prices call the assets; the prices stay.",
    "The schedule of deposits, with what was recorded or skipped of it.",
)


def upgrade() -> None:
    """Make the tables."""
    _asset_quotes()
    _deposits_planned()
    _deposit_outcomes()


def downgrade() -> None:
    """Remove them."""
    op.drop_table("deposit_outcomes")
    op.drop_table("deposits_planned")
    op.drop_table("asset_quotes")


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row goes when the row it belongs to goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def _asset_quotes() -> None:
    name = "asset_quotes"
    op.create_table(
        name,
        sa.Column("asset_id", sa.Text(), nullable=False),
        # The name of the source alone: what it is and where it is stays on the computer of who made it.
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        # What its prices are in where the source does not say, such as GBX; empty: the currency of the asset.
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "source", name=op.f(f"pk_{name}")),
        _belongs_to(name, "asset_id", "assets"),
        sa.CheckConstraint("length(source) > 0", name=op.f(f"ck_{name}_source")),
        sa.CheckConstraint("length(symbol) > 0", name=op.f(f"ck_{name}_symbol")),
    )


def _deposits_planned() -> None:
    name = "deposits_planned"
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        # NULL: into the whole portfolio.
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        # Over how many dates the amount is spread; NULL: it is that of each date.
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{name}_amount_minor")),
        sa.CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name=op.f(f"ck_{name}_currency")),
        sa.CheckConstraint("length(every) > 0", name=op.f(f"ck_{name}_every")),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name=op.f(f"ck_{name}_day")),
        sa.CheckConstraint("length(first_on) = 10", name=op.f(f"ck_{name}_first_on")),
        sa.CheckConstraint("until IS NULL OR until >= first_on", name=op.f(f"ck_{name}_until")),
        sa.CheckConstraint("times IS NULL OR times BETWEEN 1 AND 600", name=op.f(f"ck_{name}_times")),
        sa.CheckConstraint("typeof(amount_minor) = 'integer'", name=op.f(f"ck_{name}_amount_minor_whole")),
        sa.CheckConstraint("typeof(day) = 'integer'", name=op.f(f"ck_{name}_day_whole")),
        sa.CheckConstraint("typeof(times) IN ('integer', 'null')", name=op.f(f"ck_{name}_times_whole")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def _deposit_outcomes() -> None:
    name = "deposit_outcomes"
    op.create_table(
        name,
        sa.Column("deposit_id", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("deposit_id", "on_date", name=op.f(f"pk_{name}")),
        _belongs_to(name, "deposit_id", "deposits_planned"),
        sa.CheckConstraint("length(on_date) = 10", name=op.f(f"ck_{name}_on_date")),
        sa.CheckConstraint("length(outcome) > 0", name=op.f(f"ck_{name}_outcome")),
    )
