"""Who an asset or an account is: what files call it, and one asset for each ISIN in a currency."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = (
    "What files call an account or an asset that has another name here: they are not found again by it.",
)


def upgrade() -> None:
    """Make the tables of aliases; of several assets of one ISIN in one currency one keeps it.

    No row goes and nothing is worth anything else: the others stay as they are, without the ISIN, and their symbols
    become aliases of the one that keeps it, by which they are known to be the same.
    """
    _asset_aliases()
    _account_aliases()
    _one_asset_for_each_isin()
    op.create_index(op.f("uq_assets_isin_currency"), "assets", ["isin", "currency"], unique=True)


def downgrade() -> None:
    """Remove them; assets that are known to be of one ISIN have it again."""
    op.drop_index(op.f("uq_assets_isin_currency"), "assets")
    op.execute(
        "UPDATE assets SET isin = (SELECT keeper.isin FROM asset_aliases AS alias "
        "JOIN assets AS keeper ON keeper.id = alias.asset_id "
        "WHERE alias.source = '' AND alias.text = assets.symbol AND alias.currency = assets.currency) "
        "WHERE isin IS NULL"
    )
    op.drop_table("account_aliases")
    op.drop_table("asset_aliases")


def _asset_aliases() -> None:
    name = "asset_aliases"
    op.create_table(
        name,
        # Which kind of file, and of which account; empty: what two assets of one ISIN were called.
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "text", "currency", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f(f"fk_{name}_asset_id"), ondelete="CASCADE"),
        sa.CheckConstraint("length(text) > 0", name=op.f(f"ck_{name}_text")),
        sa.CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name=op.f(f"ck_{name}_currency")),
    )
    op.create_index(op.f(f"ix_{name}_asset_id"), name, ["asset_id"])


def _account_aliases() -> None:
    name = "account_aliases"
    op.create_table(
        name,
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "text", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f(f"fk_{name}_account_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("length(text) > 0", name=op.f(f"ck_{name}_text")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


# Who keeps the ISIN: what is held before what is not, then the older, then the one that was put in first.
_KEEPER = """
    SELECT keeper.id FROM assets AS keeper
    WHERE keeper.isin = assets.isin AND keeper.currency = assets.currency
    ORDER BY EXISTS (SELECT 1 FROM holdings WHERE asset_id = keeper.id) DESC, keeper.created_at, keeper.rowid LIMIT 1
"""


_SEVERAL = "SELECT isin, currency FROM assets WHERE isin IS NOT NULL GROUP BY isin, currency HAVING count(*) > 1"


def _one_asset_for_each_isin() -> None:
    op.execute("UPDATE assets SET isin = NULL WHERE isin = ''")
    op.execute(
        "INSERT INTO asset_aliases (source, text, currency, asset_id) "  # noqa: S608 (texts of this file)
        f"SELECT '', symbol, currency, ({_KEEPER}) FROM assets "
        f"WHERE (isin, currency) IN ({_SEVERAL}) AND id <> ({_KEEPER})"
    )
    op.execute(
        "UPDATE assets SET isin = NULL WHERE EXISTS (SELECT 1 FROM asset_aliases "
        "WHERE text = assets.symbol AND asset_aliases.currency = assets.currency)"
    )
