"""The tables of a portfolio file as they are at the newest migration."""

from collections.abc import Callable

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.schema import SchemaItem

from wealthdesk.storage.columns import DateText, DecimalText, Flag, Minor, Moment, Weight, moments, text_id
from wealthdesk.storage.schema import TRIGGERS

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _belongs_to(column: str, parent: str) -> ForeignKeyConstraint:
    """The row goes when the row it belongs to goes."""
    return ForeignKeyConstraint([column], [f"{parent}.id"], ondelete="CASCADE")


def _names(column: str, parent: str) -> ForeignKeyConstraint:
    """The row stays when the row it names goes."""
    return ForeignKeyConstraint([column], [f"{parent}.id"], ondelete="SET NULL")


def _whole_bps(column: str, least: int) -> CheckConstraint:
    """Whole basis points, since SQLite keeps a number with decimals in a column of integers."""
    kinds = "IN ('integer', 'null')" if least else "= 'integer'"
    return CheckConstraint(f"typeof({column}) {kinds} AND {column} BETWEEN {least} AND 10000", name=column)


def _currency(column: str = "currency") -> CheckConstraint:
    return CheckConstraint(f"length({column}) = 3 AND {column} = upper({column})", name=column)


def _of_group(
    belongs: Callable[[str, str], ForeignKeyConstraint], account: str = "account_id"
) -> tuple[SchemaItem, ...]:
    """The group that the scope of a row is, where it is not an account or the whole portfolio."""
    return (
        Column("group_id", Text, index=True),
        belongs("group_id", "account_groups"),
        CheckConstraint(f"{account} IS NULL OR group_id IS NULL", name="scope"),
    )


accounts = Table(
    "accounts",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("archived_at", Moment),
    *moments(),
    UniqueConstraint("name"),
    CheckConstraint("length(name) > 0", name="name"),
    CheckConstraint("kind IN ('taxable', 'tax_deferred', 'tax_free')", name="kind"),
    _currency(),
)

# By its id a group is told from an account, wherever a scope is either of them.
account_groups = Table(
    "account_groups",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    *moments(),
    UniqueConstraint("name"),
    CheckConstraint("id LIKE 'group:%'", name="id"),
    CheckConstraint("length(name) > 0", name="name"),
)

account_group_members = Table(
    "account_group_members",
    metadata,
    Column("group_id", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("group_id", "account_id"),
    _belongs_to("group_id", "account_groups"),
    _belongs_to("account_id", "accounts"),
)

asset_classes = Table(
    "asset_classes",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("colour", Text, nullable=False),
    Column("position", Integer, nullable=False),
    *moments(),
    UniqueConstraint("name"),
    CheckConstraint("length(name) > 0", name="name"),
    CheckConstraint("colour LIKE '#______'", name="colour"),
)

assets = Table(
    "assets",
    metadata,
    text_id(),
    Column("symbol", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sub_class", Text),
    Column("currency", Text, nullable=False),
    Column("isin", Text),
    Column("lot_step", DecimalText),
    Column("archived_at", Moment),
    *moments(),
    UniqueConstraint("symbol", "currency"),
    CheckConstraint("length(symbol) > 0", name="symbol"),
    _currency(),
    CheckConstraint("lot_step NOT LIKE '-%' AND lot_step <> '0'", name="lot_step"),
)
Index("uq_assets_isin_currency", assets.c.isin, assets.c.currency, unique=True)

# What files call an asset. source: which kind of file, and of which account (its id); empty: the symbols of assets
# that were found to be of the same ISIN as the one with this id.
asset_aliases = Table(
    "asset_aliases",
    metadata,
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("asset_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("source", "text", "currency"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("length(text) > 0", name="text"),
    _currency(),
)

# What files of a kind (source) call an account.
account_aliases = Table(
    "account_aliases",
    metadata,
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("source", "text"),
    _belongs_to("account_id", "accounts"),
    CheckConstraint("length(text) > 0", name="text"),
)

asset_exposures = Table(
    "asset_exposures",
    metadata,
    Column("asset_id", Text, nullable=False),
    Column("asset_class_id", Text, nullable=False, index=True),
    Column("weight_bps", Weight, nullable=False),
    PrimaryKeyConstraint("asset_id", "asset_class_id"),
    _belongs_to("asset_id", "assets"),
    _belongs_to("asset_class_id", "asset_classes"),
    CheckConstraint("weight_bps BETWEEN 1 AND 10000", name="weight_bps"),
)

holdings = Table(
    "holdings",
    metadata,
    text_id(),
    Column("account_id", Text, nullable=False),
    Column("asset_id", Text, nullable=False, index=True),
    Column("quantity", DecimalText, nullable=False),
    Column("cost_basis_minor", Minor),
    *moments(),
    UniqueConstraint("account_id", "asset_id"),
    _belongs_to("account_id", "accounts"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("quantity NOT LIKE '-%'", name="quantity"),
)

# What was held of an asset at the end of a day, and until the next day that there is.
holding_history = Table(
    "holding_history",
    metadata,
    Column("account_id", Text, nullable=False),
    Column("asset_id", Text, nullable=False, index=True),
    Column("on_date", DateText, nullable=False),
    Column("quantity", DecimalText, nullable=False),
    PrimaryKeyConstraint("account_id", "asset_id", "on_date"),
    _belongs_to("account_id", "accounts"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("length(on_date) = 10", name="on_date"),
    CheckConstraint("quantity NOT LIKE '-%'", name="quantity"),
)

# The lines of lists of transactions that have been replayed, by a digest of what they say.
replayed_rows = Table(
    "replayed_rows",
    metadata,
    Column("account_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("on_date", DateText, nullable=False),
    PrimaryKeyConstraint("account_id", "key"),
    _belongs_to("account_id", "accounts"),
    CheckConstraint("length(key) > 0", name="key"),
    CheckConstraint("length(on_date) = 10", name="on_date"),
)

# The cash of an account that its lists of transactions explain.
followed_cash = Table(
    "followed_cash",
    metadata,
    Column("account_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    PrimaryKeyConstraint("account_id", "currency"),
    _belongs_to("account_id", "accounts"),
    _currency(),
)

# What the user's sources of prices call the assets; what these sources are is not in the file.
asset_quotes = Table(
    "asset_quotes",
    metadata,
    Column("asset_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("unit", Text, nullable=False),
    PrimaryKeyConstraint("asset_id", "source"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("length(source) > 0", name="source"),
    CheckConstraint("length(symbol) > 0", name="symbol"),
)

prices = Table(
    "prices",
    metadata,
    Column("asset_id", Text, nullable=False),
    Column("on_date", DateText, nullable=False),
    Column("price", DecimalText, nullable=False),
    Column("source", Text, nullable=False),
    PrimaryKeyConstraint("asset_id", "on_date"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("length(on_date) = 10", name="on_date"),
    CheckConstraint("price NOT LIKE '-%'", name="price"),
)

fx_rates = Table(
    "fx_rates",
    metadata,
    Column("base", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("on_date", DateText, nullable=False),
    Column("rate", DecimalText, nullable=False),
    PrimaryKeyConstraint("base", "quote", "on_date"),
    _currency("base"),
    _currency("quote"),
    CheckConstraint("base <> quote", name="pair"),
    CheckConstraint("length(on_date) = 10", name="on_date"),
    CheckConstraint("rate NOT LIKE '-%' AND rate <> '0'", name="rate"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
)

rebalancing_strategies = Table(
    "rebalancing_strategies",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("account_id", Text, index=True),
    Column("is_active", Flag, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("absolute_band_bps", Weight, nullable=False, server_default=text("500")),
    Column("relative_band_bps", Weight, nullable=False, server_default=text("2500")),
    Column("fill_method", Text, nullable=False, server_default=text("'even_fill'")),
    Column("unfillable", Text, nullable=False, server_default=text("'spread'")),
    *moments(),
    *_of_group(_belongs_to),
    _belongs_to("account_id", "accounts"),
    CheckConstraint("length(name) > 0", name="name"),
    CheckConstraint("is_active IN (0, 1)", name="is_active"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("absolute_band_bps BETWEEN 0 AND 10000", name="absolute_band_bps"),
    CheckConstraint("relative_band_bps BETWEEN 0 AND 10000", name="relative_band_bps"),
)

# Three, because NULLs are distinct in a unique index, and All Portfolio is neither account nor group.
_of_account = text("is_active = 1 AND account_id IS NOT NULL")
_of_one_group = text("is_active = 1 AND group_id IS NOT NULL")
_of_all = text("is_active = 1 AND account_id IS NULL AND group_id IS NULL")
Index(
    "uq_rebalancing_strategies_active_of_account",
    rebalancing_strategies.c.account_id,
    unique=True,
    sqlite_where=_of_account,
)
Index(
    "uq_rebalancing_strategies_active_of_group",
    rebalancing_strategies.c.group_id,
    unique=True,
    sqlite_where=_of_one_group,
)
Index(
    "uq_rebalancing_strategies_active_of_all",
    rebalancing_strategies.c.is_active,
    unique=True,
    sqlite_where=_of_all,
)

asset_class_targets = Table(
    "asset_class_targets",
    metadata,
    text_id(),
    Column("strategy_id", Text, nullable=False),
    Column("asset_class_id", Text, nullable=False, index=True),
    Column("target_bps", Weight, nullable=False),
    Column("is_locked", Flag, nullable=False, server_default=text("0")),
    *moments(),
    Column("band_bps", Weight),
    UniqueConstraint("strategy_id", "asset_class_id"),
    _belongs_to("strategy_id", "rebalancing_strategies"),
    _belongs_to("asset_class_id", "asset_classes"),
    CheckConstraint("target_bps BETWEEN 0 AND 10000", name="target_bps"),
    CheckConstraint("is_locked IN (0, 1)", name="is_locked"),
    _whole_bps("band_bps", 1),
)

holding_targets = Table(
    "holding_targets",
    metadata,
    text_id(),
    Column("asset_class_target_id", Text, nullable=False),
    Column("asset_id", Text, nullable=False, index=True),
    Column("target_bps_of_class", Weight, nullable=False),
    Column("is_locked", Flag, nullable=False, server_default=text("0")),
    *moments(),
    Column("band_bps", Weight),
    UniqueConstraint("asset_class_target_id", "asset_id"),
    _belongs_to("asset_class_target_id", "asset_class_targets"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("target_bps_of_class BETWEEN 0 AND 10000", name="target_bps_of_class"),
    CheckConstraint("is_locked IN (0, 1)", name="is_locked"),
    _whole_bps("band_bps", 1),
)

account_rules = Table(
    "account_rules",
    metadata,
    Column("account_id", Text, primary_key=True, nullable=False),
    Column("buffer_minor", Minor, nullable=False),
    Column("fee_fixed_minor", Minor, nullable=False),
    Column("fee_rate_bps", DecimalText, nullable=False),
    Column("fx_rate_bps", DecimalText, nullable=False),
    Column("may_hold", Text, nullable=False),
    Column("converts", Flag, nullable=False),
    Column("trades_archived", Flag, nullable=False),
    *moments(),
    _belongs_to("account_id", "accounts"),
    CheckConstraint("buffer_minor >= 0", name="buffer_minor"),
    CheckConstraint("fee_fixed_minor >= 0", name="fee_fixed_minor"),
    CheckConstraint("fee_rate_bps NOT LIKE '-%'", name="fee_rate_bps"),
    CheckConstraint("fx_rate_bps NOT LIKE '-%'", name="fx_rate_bps"),
    CheckConstraint("converts IN (0, 1)", name="converts"),
    CheckConstraint("trades_archived IN (0, 1)", name="trades_archived"),
)

account_assets = Table(
    "account_assets",
    metadata,
    Column("account_id", Text, nullable=False),
    Column("asset_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("account_id", "asset_id"),
    _belongs_to("account_id", "accounts"),
    _belongs_to("asset_id", "assets"),
)

# What may, or may not (is_barred), be bought in an account although its other rules say the opposite.
account_exceptions = Table(
    "account_exceptions",
    metadata,
    Column("account_id", Text, nullable=False),
    Column("asset_id", Text, nullable=False, index=True),
    Column("is_barred", Flag, nullable=False),
    PrimaryKeyConstraint("account_id", "asset_id"),
    _belongs_to("account_id", "accounts"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("is_barred IN (0, 1)", name="is_barred"),
)

account_rooms = Table(
    "account_rooms",
    metadata,
    Column("account_id", Text, primary_key=True, nullable=False),
    Column("kind", Text, nullable=False),
    Column("left_minor", Minor, nullable=False),
    Column("on_date", DateText),
    Column("renewed_minor", Minor),
    Column("renewal_month", Integer),
    Column("renewal_day", Integer),
    # The same for all that share it.
    Column("shared_id", Text),
    *moments(),
    _belongs_to("account_id", "accounts"),
    CheckConstraint("left_minor >= 0", name="left_minor"),
    CheckConstraint("length(on_date) = 10", name="on_date"),
    CheckConstraint("renewed_minor >= 0", name="renewed_minor"),
    CheckConstraint("renewal_month BETWEEN 1 AND 12", name="renewal_month"),
    CheckConstraint("renewal_day BETWEEN 1 AND 31", name="renewal_day"),
    CheckConstraint("(renewal_month IS NULL) = (renewal_day IS NULL)", name="renewal"),
)

asset_rules = Table(
    "asset_rules",
    metadata,
    Column("asset_id", Text, primary_key=True, nullable=False),
    Column("trading", Text, nullable=False),
    *moments(),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("trading IN ('buy_only', 'sell_only', 'locked', 'excluded')", name="trading"),
)

class_homes = Table(
    "class_homes",
    metadata,
    Column("asset_class_id", Text, primary_key=True, nullable=False),
    Column("account_kind", Text, nullable=False),
    *moments(),
    _belongs_to("asset_class_id", "asset_classes"),
    CheckConstraint("account_kind IN ('taxable', 'tax_deferred', 'tax_free')", name="account_kind"),
)


def _lot() -> tuple[SchemaItem, ...]:
    """What was bought at once: when, how much of it, and what that cost."""
    return (
        Column("acquired_on", DateText),
        Column("quantity", DecimalText, nullable=False),
        Column("cost_minor", Minor, nullable=False),
        CheckConstraint("length(acquired_on) = 10", name="acquired_on"),
        CheckConstraint("quantity NOT LIKE '-%' AND quantity <> '0'", name="quantity"),
        CheckConstraint("cost_minor >= 0", name="cost_minor"),
    )


tax_lots = Table(
    "tax_lots",
    metadata,
    text_id(),
    Column("holding_id", Text, nullable=False, index=True),
    *_lot(),
    *moments(),
    _belongs_to("holding_id", "holdings"),
)

plan_options = Table(
    "plan_options",
    metadata,
    Column("strategy_id", Text, primary_key=True, nullable=False),
    Column("whole_shares", Flag, nullable=False),
    Column("use_cash", Flag, nullable=False),
    Column("goal", Text, nullable=False),
    Column("min_trade_minor", Minor),
    Column("gain_limit_minor", Minor),
    Column("prefer_homes", Flag, nullable=False),
    Column("trades", Text, nullable=False),
    Column("gain_cost_bps", Weight, nullable=False, server_default=text("1000")),
    *moments(),
    _belongs_to("strategy_id", "rebalancing_strategies"),
    CheckConstraint("whole_shares IN (0, 1)", name="whole_shares"),
    CheckConstraint("use_cash IN (0, 1)", name="use_cash"),
    CheckConstraint("min_trade_minor >= 0", name="min_trade_minor"),
    CheckConstraint("gain_limit_minor >= 0", name="gain_limit_minor"),
    CheckConstraint("prefer_homes IN (0, 1)", name="prefer_homes"),
    _whole_bps("gain_cost_bps", 0),
)

plans = Table(
    "plans",
    metadata,
    text_id(),
    Column("number", Integer, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("undone_at", Moment),
    Column("account_id", Text, index=True),
    Column("scope_name", Text, nullable=False),
    Column("strategy_name", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("drift_before_bps", Weight, nullable=False),
    Column("drift_after_bps", Weight, nullable=False),
    *moments(),
    *_of_group(_names),
    UniqueConstraint("number"),
    _names("account_id", "accounts"),
    CheckConstraint("length(scope_name) > 0", name="scope_name"),
    CheckConstraint("amount_minor >= 0", name="amount_minor"),
    _currency("base_currency"),
)

plan_amounts = Table(
    "plan_amounts",
    metadata,
    text_id(),
    Column("plan_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("account_id", Text, index=True),
    Column("account_name", Text, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    *moments(),
    UniqueConstraint("plan_id", "position"),
    _belongs_to("plan_id", "plans"),
    _names("account_id", "accounts"),
)

plan_trades = Table(
    "plan_trades",
    metadata,
    text_id(),
    Column("plan_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("account_id", Text, index=True),
    Column("asset_id", Text, index=True),
    Column("account_name", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("quantity", DecimalText, nullable=False),
    Column("price", DecimalText, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("fee_minor", Minor, nullable=False),
    *moments(),
    UniqueConstraint("plan_id", "position"),
    _belongs_to("plan_id", "plans"),
    _names("account_id", "accounts"),
    _names("asset_id", "assets"),
    CheckConstraint("quantity NOT LIKE '-%' AND quantity <> '0'", name="quantity"),
    CheckConstraint("price NOT LIKE '-%' AND price <> '0'", name="price"),
    _currency(),
    CheckConstraint("amount_minor >= 0", name="amount_minor"),
    CheckConstraint("fee_minor >= 0", name="fee_minor"),
)

plan_changes = Table(
    "plan_changes",
    metadata,
    text_id(),
    Column("plan_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    # No foreign key: undoing makes the holding again, under its id, of what each of its columns was before.
    Column("holding_id", Text, nullable=False),
    Column("account_id", Text, index=True),
    Column("asset_id", Text, index=True),
    Column("account_name", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("quantity_before", DecimalText),
    Column("quantity_after", DecimalText),
    Column("cost_before_minor", Minor),
    Column("cost_after_minor", Minor),
    *moments(),
    UniqueConstraint("plan_id", "position"),
    _belongs_to("plan_id", "plans"),
    _names("account_id", "accounts"),
    _names("asset_id", "assets"),
    _currency(),
    CheckConstraint("quantity_before NOT LIKE '-%'", name="quantity_before"),
    CheckConstraint("quantity_after NOT LIKE '-%'", name="quantity_after"),
    CheckConstraint("cost_before_minor >= 0", name="cost_before_minor"),
    CheckConstraint("cost_after_minor >= 0", name="cost_after_minor"),
)

plan_change_lots = Table(
    "plan_change_lots",
    metadata,
    text_id(),
    Column("change_id", Text, nullable=False, index=True),
    Column("is_before", Flag, nullable=False),
    *_lot(),
    *moments(),
    _belongs_to("change_id", "plan_changes"),
    CheckConstraint("is_before IN (0, 1)", name="is_before"),
)

plan_conversions = Table(
    "plan_conversions",
    metadata,
    text_id(),
    Column("plan_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("account_id", Text, index=True),
    Column("account_name", Text, nullable=False),
    Column("source_currency", Text, nullable=False),
    Column("to_currency", Text, nullable=False),
    Column("source_minor", Minor, nullable=False),
    Column("to_minor", Minor, nullable=False),
    Column("rate", DecimalText, nullable=False),
    # In the plan's base currency.
    Column("fee_minor", Minor, nullable=False),
    *moments(),
    UniqueConstraint("plan_id", "position"),
    _belongs_to("plan_id", "plans"),
    _names("account_id", "accounts"),
    _currency("source_currency"),
    _currency("to_currency"),
    CheckConstraint("source_currency <> to_currency", name="pair"),
    CheckConstraint("source_minor > 0", name="source_minor"),
    CheckConstraint("to_minor >= 0", name="to_minor"),
    CheckConstraint("rate NOT LIKE '-%' AND rate <> '0'", name="rate"),
    CheckConstraint("fee_minor >= 0", name="fee_minor"),
)

placed_orders = Table(
    "placed_orders",
    metadata,
    text_id(),
    # The account that is planned for; none: all of them, or a group.
    Column("scope_id", Text, index=True),
    Column("signature", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("asset_id", Text, nullable=False, index=True),
    Column("side", Text, nullable=False),
    *moments(),
    *_of_group(_belongs_to, "scope_id"),
    _belongs_to("scope_id", "accounts"),
    _belongs_to("account_id", "accounts"),
    _belongs_to("asset_id", "assets"),
    CheckConstraint("side IN ('buy', 'sell')", name="side"),
)

funds = Table(
    "funds",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("size_minor", Minor),
    Column("budget_minor", Minor),
    Column("version", Integer, nullable=False),
    Column("archived_at", Moment),
    *moments(),
    UniqueConstraint("name"),
    CheckConstraint("length(name) > 0", name="name"),
    _currency(),
    CheckConstraint("size_minor >= 0", name="size_minor"),
    CheckConstraint("budget_minor >= 0", name="budget_minor"),
    CheckConstraint("version >= 1", name="version"),
)

companies = Table(
    "companies",
    metadata,
    text_id(),
    Column("fund_id", Text, nullable=False),
    Column("external_id", Text),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("planned_reserves_minor", Minor, nullable=False),
    Column("allocation_cap_minor", Minor),
    Column("deployed_minor", Minor, nullable=False),
    *moments(),
    UniqueConstraint("fund_id", "name"),
    UniqueConstraint("fund_id", "external_id"),
    _belongs_to("fund_id", "funds"),
    CheckConstraint("length(name) > 0", name="name"),
    CheckConstraint("length(external_id) > 0", name="external_id"),
    CheckConstraint("planned_reserves_minor >= 0", name="planned_reserves_minor"),
    CheckConstraint("allocation_cap_minor >= planned_reserves_minor", name="allocation_cap_minor"),
    CheckConstraint("deployed_minor >= 0", name="deployed_minor"),
)

class_target_caps = Table(
    "class_target_caps",
    metadata,
    Column("asset_class_target_id", Text, primary_key=True, nullable=False),
    Column("cap_bps", Weight, nullable=False),
    *moments(),
    _belongs_to("asset_class_target_id", "asset_class_targets"),
    CheckConstraint("cap_bps BETWEEN 0 AND 10000", name="cap_bps"),
)

holding_target_caps = Table(
    "holding_target_caps",
    metadata,
    Column("holding_target_id", Text, primary_key=True, nullable=False),
    Column("cap_bps", Weight, nullable=False),
    *moments(),
    _belongs_to("holding_target_id", "holding_targets"),
    CheckConstraint("cap_bps BETWEEN 0 AND 10000", name="cap_bps"),
)


# Deposits that repeat, and what became of their dates.
deposits_planned = Table(
    "deposits_planned",
    metadata,
    text_id(),
    Column("account_id", Text, index=True),
    Column("amount_minor", Minor, nullable=False),
    Column("currency", Text, nullable=False),
    Column("every", Text, nullable=False),
    Column("day", Integer, nullable=False),
    Column("first_on", DateText, nullable=False),
    Column("until", DateText),
    Column("times", Integer),
    *moments(),
    *_of_group(_belongs_to),
    _belongs_to("account_id", "accounts"),
    CheckConstraint("amount_minor > 0", name="amount_minor"),
    _currency(),
    CheckConstraint("length(every) > 0", name="every"),
    CheckConstraint("day BETWEEN 1 AND 31", name="day"),
    CheckConstraint("length(first_on) = 10", name="first_on"),
    CheckConstraint("until IS NULL OR until >= first_on", name="until"),
    CheckConstraint("times IS NULL OR times BETWEEN 1 AND 600", name="times"),
)

deposit_outcomes = Table(
    "deposit_outcomes",
    metadata,
    Column("deposit_id", Text, nullable=False),
    Column("on_date", DateText, nullable=False),
    Column("outcome", Text, nullable=False),
    PrimaryKeyConstraint("deposit_id", "on_date"),
    _belongs_to("deposit_id", "deposits_planned"),
    CheckConstraint("length(on_date) = 10", name="on_date"),
    CheckConstraint("length(outcome) > 0", name="outcome"),
)

# What the latest imports changed, row by row.
imports = Table(
    "imports",
    metadata,
    text_id(),
    Column("name", Text, nullable=False),
    Column("step", Text, nullable=False),
    *moments(),
    CheckConstraint("length(name) > 0", name="name"),
)


def _subject() -> tuple[SchemaItem, ...]:
    """The strategy or the fund that a row tells of; neither once it is removed."""
    one_kind = "(what = 'targets' AND fund_id IS NULL) OR (what = 'reserves' AND strategy_id IS NULL)"
    return (
        Column("what", Text, nullable=False),
        Column("strategy_id", Text),
        Column("fund_id", Text),
        _names("strategy_id", "rebalancing_strategies"),
        _names("fund_id", "funds"),
        CheckConstraint(one_kind, name="what"),
    )


reallocations = Table(
    "reallocations",
    metadata,
    text_id(),
    Column("request_id", Text, nullable=False),
    Column("request_digest", Text, nullable=False),
    *_subject(),
    Column("subject_name", Text, nullable=False),
    Column("baseline_version", Integer, nullable=False),
    Column("new_version", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("reverts_id", Text, index=True),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("accepted", Text, nullable=False),
    # Basis points of targets, minor units of reserves: so are the amounts and caps of the lines below.
    Column("total_before", Minor, nullable=False),
    Column("total_after", Minor, nullable=False),
    Column("budget_before", Minor),
    Column("budget_after", Minor),
    # What the amounts of a fund are in, also once the fund is removed; empty for targets.
    Column("currency", Text, nullable=False),
    *moments(),
    UniqueConstraint("request_id"),
    UniqueConstraint("strategy_id", "new_version"),
    UniqueConstraint("fund_id", "new_version"),
    _names("reverts_id", "reallocations"),
    CheckConstraint("length(subject_name) > 0", name="subject_name"),
    CheckConstraint("baseline_version >= 0", name="baseline_version"),
    CheckConstraint("new_version = baseline_version + 1", name="new_version"),
    CheckConstraint("(what = 'targets') = (currency = '') AND length(currency) IN (0, 3)", name="currency"),
)

reallocation_lines = Table(
    "reallocation_lines",
    metadata,
    text_id(),
    Column("reallocation_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    # No foreign keys: what was changed stays in the history when the class, asset or company goes.
    Column("parent_id", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("from_amount", Minor),
    Column("to_amount", Minor),
    Column("from_cap", Minor),
    Column("to_cap", Minor),
    *moments(),
    Column("from_band", Weight),
    Column("to_band", Weight),
    UniqueConstraint("reallocation_id", "parent_id", "subject_id"),
    _belongs_to("reallocation_id", "reallocations"),
    CheckConstraint("from_amount >= 0", name="from_amount"),
    CheckConstraint("to_amount >= 0", name="to_amount"),
    CheckConstraint("from_cap >= from_amount", name="from_cap"),
    CheckConstraint("to_cap >= to_amount", name="to_cap"),
    _whole_bps("from_band", 1),
    _whole_bps("to_band", 1),
)

reallocation_attempts = Table(
    "reallocation_attempts",
    metadata,
    text_id(),
    *_subject(),
    Column("outcome", Text, nullable=False),
    *moments(),
    CheckConstraint("outcome IN ('committed', 'conflict', 'stale', 'invalid')", name="outcome"),
)
Index(None, reallocation_attempts.c.strategy_id)
Index(None, reallocation_attempts.c.fund_id)


_DECIMAL = (
    "{0} IS NULL OR (typeof({0}) = 'text' AND length({0}) = length(CAST({0} AS BLOB)) AND {0} NOT GLOB '*[^0-9.]*' "
    "AND {0} GLOB '[0-9]*' AND {0} NOT GLOB '0[0-9]*' AND {0} NOT GLOB '*.*.*' AND {0} NOT GLOB '*.' "
    "AND ({0} NOT GLOB '*.*' OR {0} NOT GLOB '*0') AND instr({0} || '.', '.') <= 16 "
    "AND length({0}) - instr({0} || '.', '.') <= 12)"
)
"""The one text of a number as texts.py writes it, of those that are not below 0."""


def _be_strict() -> None:
    """SQLite keeps any value in a column of any kind, unless a rule refuses it."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(getattr(column.type, "impl", column.type), Integer):
                kinds = "IN ('integer', 'null')" if column.nullable else "= 'integer'"
                table.append_constraint(CheckConstraint(f"typeof({column.name}) {kinds}", name=f"{column.name}_whole"))
            elif isinstance(column.type, DecimalText):
                table.append_constraint(CheckConstraint(_DECIMAL.format(column.name), name=f"{column.name}_decimal"))


_be_strict()


@event.listens_for(metadata, "after_create")
def _make_triggers(target: MetaData, connection: Connection, **_: object) -> None:
    for trigger in TRIGGERS.values():
        connection.exec_driver_sql(trigger)
