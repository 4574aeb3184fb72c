"""What files call assets and accounts, in the file."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wealthdesk.domain.assets import OF_ONE_ISIN, AccountAlias, Aliases, Asset, AssetAlias
from wealthdesk.storage.connection import Reading

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

_NAMING = (
    "holdings", "asset_exposures", "holding_targets", "account_assets", "account_exceptions", "asset_rules",
    "placed_orders", "plan_trades", "plan_changes", "holding_history",
)  # fmt: skip
"""The tables that name an asset, but for prices and aliases."""

# As a file made them that meant another asset: of a symbol alone.
_NOWHERE = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {table} WHERE asset_id = assets.id)" for table in _NAMING)  # noqa: S608
_ONLY_PRICED = f"""
SELECT id FROM assets WHERE isin IS NULL AND kind = 'security' AND name = symbol AND sub_class IS NULL
AND NOT EXISTS (SELECT 1 FROM prices WHERE asset_id = assets.id AND source <> 'import') AND {_NOWHERE}
"""  # noqa: S608 (names of this file)
_TWINS = (
    "SELECT alias.asset_id, assets.id FROM asset_aliases AS alias "
    "JOIN assets ON assets.symbol = alias.text AND assets.currency = alias.currency "
    "WHERE alias.source = ? AND assets.id <> alias.asset_id ORDER BY alias.text, alias.currency"
)


def all_aliases(connection: Reading) -> Aliases:
    """Every alias."""
    assets = connection.rows("SELECT source, text, currency, asset_id FROM asset_aliases")
    accounts = connection.rows("SELECT source, text, account_id FROM account_aliases")
    return Aliases(
        {(source, text, currency): asset_id for source, text, currency, asset_id in assets},
        {(source, text): account_id for source, text, account_id in accounts},
        frozenset(asset_id for (asset_id,) in connection.rows(_ONLY_PRICED)),
    )


def twins(connection: Reading) -> list[tuple[str, str]]:
    """The assets that are known to be of one ISIN: (the one that has it, another one), by their ids."""
    return [(keeper, twin) for keeper, twin in connection.rows(_TWINS, OF_ONE_ISIN)]


def forget_twin(connection: "Writing", keeper_id: str, twin: Asset) -> None:
    """The two are not one: a symbol means the asset that has it."""
    connection.delete("asset_aliases", source=OF_ONE_ISIN, text=twin.symbol, currency=twin.currency, asset_id=keeper_id)


def set_aliases(connection: "Writing", assets: Iterable[AssetAlias], accounts: Iterable[AccountAlias]) -> None:
    """Keeps aliases; where a source called something else so before, that is forgotten."""
    connection.put(
        "asset_aliases",
        *(
            {"source": each.source, "text": each.text, "currency": each.currency, "asset_id": each.asset_id}
            for each in assets
        ),
    )
    connection.put(
        "account_aliases",
        *({"source": each.source, "text": each.text, "account_id": each.account_id} for each in accounts),
    )


def forget_account(connection: "Writing", account_id: str) -> None:
    """Removes what the files of an account call assets; what they call the account goes with it."""
    of_it = "SELECT DISTINCT source FROM asset_aliases WHERE substr(source, -length(?)) = ?"
    for (source,) in connection.rows(of_it, f" {account_id}", f" {account_id}"):
        connection.delete("asset_aliases", source=source)
