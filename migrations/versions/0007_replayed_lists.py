"""What was held when, and which lines of lists of transactions are in the portfolio already."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "What was held on earlier days; what is held now stays.",
    "Which lines of lists of transactions were imported: a list that goes on from them has to be the whole one.",
)


def upgrade() -> None:
    """Make the tables. What is held now has been held since its holding was changed last."""
    _holding_history()
    _replayed_rows()
    _followed_cash()
    op.execute(
        "INSERT INTO holding_history (account_id, asset_id, on_date, quantity) "
        "SELECT account_id, asset_id, substr(updated_at, 1, 10), quantity FROM holdings"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("followed_cash")
    op.drop_table("replayed_rows")
    op.drop_table("holding_history")


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """The row goes when the row it belongs to goes."""
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def _holding_history() -> None:
    name = "holding_history"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        # At the end of that day, and until the next one that there is.
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "asset_id", "on_date", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        _belongs_to(name, "asset_id", "assets"),
        sa.CheckConstraint("length(on_date) = 10", name=op.f(f"ck_{name}_on_date")),
        sa.CheckConstraint("quantity NOT LIKE '-%'", name=op.f(f"ck_{name}_quantity")),
    )
    op.create_index(op.f(f"ix_{name}_asset_id"), name, ["asset_id"])


def _replayed_rows() -> None:
    name = "replayed_rows"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        # A digest of what the line says, and of how many like it stand before it.
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        sa.CheckConstraint("length(key) > 0", name=op.f(f"ck_{name}_key")),
        sa.CheckConstraint("length(on_date) = 10", name=op.f(f"ck_{name}_on_date")),
    )


def _followed_cash() -> None:
    name = "followed_cash"
    op.create_table(
        name,
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "currency", name=op.f(f"pk_{name}")),
        _belongs_to(name, "account_id", "accounts"),
        sa.CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name=op.f(f"ck_{name}_currency")),
    )
