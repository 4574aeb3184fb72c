"""Accounts in the file, and what files call accounts and assets."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from wealthdesk.domain.accounts import Account, AccountGroup, AccountKind
from wealthdesk.domain.assets import OF_ONE_ISIN, AccountAlias, Aliases, Asset, AssetAlias
from wealthdesk.domain.names import name_order
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.mapping import PLAIN, Mapped, grouped, whether, word

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


_TAKEN = "There already is an account of this name. Choose another name."
_ACCOUNTS = Mapped(
    "accounts",
    Account,
    {"id": PLAIN, "name": PLAIN, "kind": word(AccountKind), "currency": PLAIN, "archived_at": whether("is_archived")},
)


def all_accounts(connection: Reading) -> list[Account]:
    """Every account, archived ones too, by name."""
    return sorted(_ACCOUNTS.all(connection), key=lambda each: name_order(each.name))


def account(connection: Reading, account_id: str) -> Account:
    """One account; NotFound if it is gone."""
    found = _ACCOUNTS.all(connection, "WHERE id = ?", account_id)
    if not found:
        raise NotFound("This account does not exist any more.")
    return found[0]


def add_account(connection: "Writing", new: Account) -> None:
    """Keeps a new account; AlreadyExists if its name is taken."""
    with refusing(unique=_TAKEN):
        connection.insert("accounts", _ACCOUNTS.row(new))


def change_account(connection: "Writing", changed: Account, now: datetime) -> None:
    """Keeps what changed of an account; `now` is when it was archived, if it now is."""
    before = account(connection, changed.id)
    values = _ACCOUNTS.row(changed, but=["id"])
    if changed.is_archived != before.is_archived:
        values["archived_at"] = now if changed.is_archived else None
    with refusing(unique=_TAKEN):
        connection.update("accounts", values, id=changed.id)


def remove_account(connection: "Writing", account_id: str) -> None:
    """Removes an account with its holdings, strategies and planned deposits."""
    account(connection, account_id)
    forget_account(connection, account_id)
    connection.delete("accounts", id=account_id)


def goes_with_account(connection: Reading, account_id: str) -> tuple[int, int, int]:
    """How many holdings, strategies and planned deposits a removal of the account would take along."""
    return (
        connection.count("holdings", account_id=account_id),
        connection.count("rebalancing_strategies", account_id=account_id),
        connection.count("deposits_planned", account_id=account_id),
    )


_GROUP_TAKEN = "There already is a group of this name. Choose another name."
_GROUPS = Mapped("account_groups", AccountGroup, {"id": PLAIN, "name": PLAIN})
_MEMBERS = "SELECT group_id, account_id FROM account_group_members"


def all_groups(connection: Reading) -> list[AccountGroup]:
    """Every group of accounts, by name; none in a file of an earlier version, as a backup may be one."""
    if not connection.rows("SELECT 1 FROM sqlite_schema WHERE name = 'account_groups'"):
        return []
    members = grouped(connection.rows(_MEMBERS), lambda row: str(row[0]))
    rows = connection.rows(_GROUPS.select() + " ORDER BY id")
    found = [_GROUPS.of(row, accounts=frozenset(members.get(row[0], ()))) for row in rows]
    return sorted(found, key=lambda each: name_order(each.name))


def group(connection: Reading, group_id: str) -> AccountGroup:
    """One group of accounts; NotFound if it is gone."""
    for each in all_groups(connection):
        if each.id == group_id:
            return each
    raise NotFound("This group of accounts does not exist any more.")


def add_group(connection: "Writing", new: AccountGroup) -> None:
    """Keeps a new group; AlreadyExists if its name is taken, NotFound if one of its accounts is gone."""
    with refusing(unique=_GROUP_TAKEN):
        connection.insert("account_groups", _GROUPS.row(new))
    _set_members(connection, new)


def change_group(connection: "Writing", changed: AccountGroup) -> None:
    """Keeps the name and the accounts of a group; AlreadyExists if its name is taken, NotFound for what is gone."""
    before = group(connection, changed.id)
    if before.name != changed.name:
        with refusing(unique=_GROUP_TAKEN):
            connection.update("account_groups", _GROUPS.row(changed, but=["id"]), id=changed.id)
    if before.accounts != changed.accounts:
        connection.delete("account_group_members", group_id=changed.id)
        _set_members(connection, changed)


def remove_group(connection: "Writing", group_id: str) -> None:
    """Removes a group with its strategies; its accounts stay."""
    connection.delete("account_groups", id=group_id)


def goes_with_group(connection: Reading, group_id: str) -> tuple[int, int]:
    """How many strategies and planned deposits a removal of the group would take along."""
    return (
        connection.count("rebalancing_strategies", group_id=group_id),
        connection.count("deposits_planned", group_id=group_id),
    )


def _set_members(connection: "Writing", of: AccountGroup) -> None:
    with refusing(foreign_key="An account of this group does not exist any more. Open the group again."):
        connection.insert(
            "account_group_members", *({"group_id": of.id, "account_id": each} for each in sorted(of.accounts))
        )


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
