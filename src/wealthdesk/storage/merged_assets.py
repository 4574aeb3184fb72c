"""What names an asset in the file, given to another one that it is merged into."""

from typing import TYPE_CHECKING, Final

from wealthdesk.domain.assets import OF_ONE_ISIN, Asset, AssetAlias
from wealthdesk.domain.merged_assets import Keep, Together
from wealthdesk.storage import assets, holdings
from wealthdesk.storage.accounts import set_aliases
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.holdings import join_past

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_IN_ACCOUNTS: Final = ("account_assets", "account_exceptions")
"""One row for each account and asset: that of the asset that is kept stays."""

_BY_ID: Final = ("plan_trades", "plan_changes", "placed_orders")

_HELD_BEFORE: Final = "SELECT DISTINCT account_id FROM holding_history WHERE asset_id = ?"
_DAYS: Final = """
SELECT count(*), count((SELECT 1 FROM prices AS own WHERE own.asset_id = ? AND own.on_date = prices.on_date))
FROM prices WHERE asset_id = ?
"""
_PLANS: Final = """
SELECT count(DISTINCT plan_id) FROM (SELECT plan_id FROM plan_trades WHERE asset_id = ?
UNION ALL SELECT plan_id FROM plan_changes WHERE asset_id = ?)
"""


def changed_last(connection: Reading, asset_id: str) -> dict[str, str]:
    """Account id → the moment (a text that sorts) at which its holding of the asset was changed last."""
    query = "SELECT account_id, updated_at FROM holdings WHERE asset_id = ?"
    return dict(connection.rows(query, asset_id))


def price_days(connection: Reading, kept_id: str, other_id: str) -> tuple[int, int]:
    """How many days the other asset has a price of, and of how many of these the one that is kept has one too."""
    ((days, both),) = connection.rows(_DAYS, kept_id, other_id)
    return int(days), int(both)


def plans_naming(connection: Reading, asset_id: str) -> int:
    """How many recorded plans name the asset."""
    ((plans,),) = connection.rows(_PLANS, asset_id, asset_id)
    return int(plans)


def rules_naming(connection: Reading, asset_id: str) -> int:
    """How many rules of trading name the asset."""
    return sum(connection.count(table, asset_id=asset_id) for table in (*_IN_ACCOUNTS, "asset_rules"))


def merge_holdings(connection: "Writing", kept_id: str, together: Together) -> None:
    """Makes the holdings of an account what they are together."""
    after = together.after
    if together.other is None:
        return
    adds_up = together.has_both and together.choice is Keep.ADD_UP
    join_past(connection, together.account_id, kept_id, together.other.holding.asset_id, adds_up=adds_up)
    if together.kept is None:
        connection.update("holdings", {"asset_id": kept_id}, id=after.holding.id)
        return
    gone = together.other.holding.id
    connection.update("plan_changes", {"holding_id": after.holding.id}, holding_id=gone)
    holdings.remove_holdings(connection, [gone])
    holdings.change_holding(connection, after.holding)
    if after.lots != together.kept.lots:
        holdings.set_lots(connection, after.holding.id, after.lots)


def merge_asset(connection: "Writing", merged: Asset, other: Asset) -> None:
    """Gives all that names the other asset, but for holdings and targets, to the one that is kept; the other goes."""
    for table in _IN_ACCOUNTS:
        own = {row[0] for row in connection.rows(f"SELECT account_id FROM {table} WHERE asset_id = ?", merged.id)}  # noqa: S608
        for (account_id,) in connection.rows(f"SELECT account_id FROM {table} WHERE asset_id = ?", other.id):  # noqa: S608
            where = {"account_id": account_id, "asset_id": other.id}
            if account_id in own:
                connection.delete(table, **where)
            else:
                connection.update(table, {"asset_id": merged.id}, **where)
    for (account_id,) in connection.rows(_HELD_BEFORE, other.id):
        join_past(connection, account_id, merged.id, other.id, adds_up=False)
    if not connection.count("asset_rules", asset_id=merged.id):
        connection.update("asset_rules", {"asset_id": merged.id}, asset_id=other.id)
    for table in _BY_ID:
        connection.update(table, {"asset_id": merged.id}, asset_id=other.id)
    connection.update("asset_aliases", {"asset_id": merged.id}, asset_id=other.id)
    sources = {row[0] for row in connection.rows("SELECT source FROM asset_quotes WHERE asset_id = ?", merged.id)}
    for (source,) in connection.rows("SELECT source FROM asset_quotes WHERE asset_id = ?", other.id):
        if source not in sources:
            connection.update("asset_quotes", {"asset_id": merged.id}, asset_id=other.id, source=source)
    assets.absorb_asset(connection, other.id, merged.id)
    assets.change_asset(connection, merged, connection.moment)
    set_aliases(connection, [AssetAlias(OF_ONE_ISIN, other.symbol, other.currency, merged.id)], ())
