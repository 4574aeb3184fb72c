"""What a user has: accounts, asset classes, assets with their exposures, holdings, prices, exchange rates, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LOSES: tuple[str, ...] = ("The whole portfolio: accounts, assets, holdings, prices, exchange rates and settings.",)

MADE = "2026-01-01T00:00:00.000Z"

BUILT_IN = (
    ("equity", "Equity", "#4385BE"),
    ("fixed_income", "Fixed income", "#8B7EC8"),
    ("real_estate", "Real estate", "#DA702C"),
    ("commodities", "Commodities", "#D0A215"),
    ("crypto", "Crypto", "#CE5D97"),
    ("alternatives", "Alternatives", "#3AA99F"),
    ("cash", "Cash", "#879A39"),
)


def upgrade() -> None:
    """Make the tables and the built-in classes."""
    _accounts()
    _asset_classes()
    _assets()
    _asset_exposures()
    _holdings()
    _prices()
    _fx_rates()
    op.create_table(
        "settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )


def downgrade() -> None:
    """Remove the tables, children first."""
    for table in ("settings", "fx_rates", "prices", "holdings", "asset_exposures", "assets", "asset_classes"):
        op.drop_table(table)
    op.drop_table("accounts")


def _moments() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.Text()),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_accounts_name")),
        sa.CheckConstraint("kind IN ('taxable', 'tax_deferred', 'tax_free')", name=op.f("ck_accounts_kind")),
        sa.CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name=op.f("ck_accounts_currency")),
    )


def _asset_classes() -> None:
    table = op.create_table(
        "asset_classes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_classes")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_classes_name")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_asset_classes_name")),
        sa.CheckConstraint("colour LIKE '#______'", name=op.f("ck_asset_classes_colour")),
    )
    op.bulk_insert(
        table,
        [
            {"id": id_, "name": name, "colour": colour, "position": position, "created_at": MADE, "updated_at": MADE}
            for position, (id_, name, colour) in enumerate(BUILT_IN)
        ],
    )


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sub_class", sa.Text()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("isin", sa.Text()),
        sa.Column("lot_step", sa.Text()),
        sa.Column("archived_at", sa.Text()),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("symbol", "currency", name=op.f("uq_assets_symbol_currency")),
        sa.CheckConstraint("length(symbol) > 0", name=op.f("ck_assets_symbol")),
        sa.CheckConstraint(
            "kind IN ('security', 'fund', 'cash', 'crypto', 'property', 'private')", name=op.f("ck_assets_kind")
        ),
        sa.CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name=op.f("ck_assets_currency")),
        sa.CheckConstraint("lot_step NOT LIKE '-%' AND lot_step <> '0'", name=op.f("ck_assets_lot_step")),
    )


def _asset_exposures() -> None:
    op.create_table(
        "asset_exposures",
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("asset_class_id", sa.Text(), nullable=False),
        sa.Column("weight_bps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "asset_class_id", name=op.f("pk_asset_exposures")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_exposures_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asset_class_id"],
            ["asset_classes.id"],
            name=op.f("fk_asset_exposures_asset_class_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("weight_bps BETWEEN 1 AND 10000", name=op.f("ck_asset_exposures_weight_bps")),
    )
    op.create_index(op.f("ix_asset_exposures_asset_class_id"), "asset_exposures", ["asset_class_id"])


def _holdings() -> None:
    op.create_table(
        "holdings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("cost_basis_minor", sa.Integer()),
        *_moments(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdings")),
        sa.UniqueConstraint("account_id", "asset_id", name=op.f("uq_holdings_account_id_asset_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_holdings_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_holdings_asset_id"), ondelete="CASCADE"),
        sa.CheckConstraint("quantity NOT LIKE '-%'", name=op.f("ck_holdings_quantity")),
    )
    op.create_index(op.f("ix_holdings_asset_id"), "holdings", ["asset_id"])


def _prices() -> None:
    op.create_table(
        "prices",
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "on_date", name=op.f("pk_prices")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_prices_asset_id"), ondelete="CASCADE"),
        sa.CheckConstraint("length(on_date) = 10", name=op.f("ck_prices_on_date")),
        sa.CheckConstraint("price NOT LIKE '-%'", name=op.f("ck_prices_price")),
    )


def _fx_rates() -> None:
    op.create_table(
        "fx_rates",
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("base", "quote", "on_date", name=op.f("pk_fx_rates")),
        sa.CheckConstraint("length(base) = 3 AND base = upper(base)", name=op.f("ck_fx_rates_base")),
        sa.CheckConstraint("length(quote) = 3 AND quote = upper(quote)", name=op.f("ck_fx_rates_quote")),
        sa.CheckConstraint("base <> quote", name=op.f("ck_fx_rates_pair")),
        sa.CheckConstraint("length(on_date) = 10", name=op.f("ck_fx_rates_on_date")),
        sa.CheckConstraint("rate NOT LIKE '-%' AND rate <> '0'", name=op.f("ck_fx_rates_rate")),
    )
