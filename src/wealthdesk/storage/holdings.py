"""Holdings in the file, with their cost lots and what was held when; and the whole portfolio, read in one go."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from wealthdesk.domain.assets import OF_ONE_ISIN, Asset, AssetAlias
from wealthdesk.domain.holdings import PRICE_DAYS, HeldOn, Holding, Portfolio
from wealthdesk.domain.money import exact_sum
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered
from wealthdesk.errors import NotFound
from wealthdesk.storage import assets
from wealthdesk.storage.accounts import all_accounts, all_groups, set_aliases
from wealthdesk.storage.assets import all_assets, all_classes
from wealthdesk.storage.connection import Reading, refusing
from wealthdesk.storage.mapping import DAY, EXACT, PLAIN, Mapped, grouped
from wealthdesk.storage.prices import latest_prices, latest_rates
from wealthdesk.storage.settings import number_setting, setting
from wealthdesk.storage.texts import day_of, decimal_of

if TYPE_CHECKING:
    from wealthdesk.domain.merged_assets import Together
    from wealthdesk.storage.writing import Writing

LOTS = Mapped("tax_lots", TaxLot, {"acquired_on": DAY, "quantity": EXACT, "cost_minor": PLAIN})
_LOTS = LOTS.select("holding_id")


def all_lots(connection: Reading) -> dict[str, TaxLots]:
    """Holding id → its lots, for the holdings that have some."""
    return {holding_id: ordered(lots) for holding_id, lots in grouped(connection.rows(_LOTS), LOTS.of).items()}


def lots_of(connection: Reading, holding_id: str) -> TaxLots:
    """The lots of a holding."""
    return ordered(LOTS.all(connection, "WHERE holding_id = ?", holding_id))


def set_lots(connection: "Writing", holding_id: str, lots: TaxLots) -> None:
    """Replaces a holding's lots; NotFound if it is gone."""
    connection.delete("tax_lots", holding_id=holding_id)
    with refusing(foreign_key="This holding does not exist any more."):
        rows = ({"id": str(uuid4()), "holding_id": holding_id, **LOTS.row(lot)} for lot in lots)
        connection.insert("tax_lots", *rows)


def held_on(connection: Reading, account_id: str, asset_id: str) -> list[HeldOn]:
    """All that is known of a holding, the oldest first."""
    rows = connection.rows(
        "SELECT on_date, quantity FROM holding_history WHERE account_id = ? AND asset_id = ? ORDER BY on_date",
        account_id,
        asset_id,
    )
    return [HeldOn(account_id, asset_id, day_of(on), decimal_of(quantity)) for on, quantity in rows]


def all_held(connection: Reading) -> list[HeldOn]:
    """All that is known of every holding, by account, asset and day."""
    rows = connection.rows(
        "SELECT account_id, asset_id, on_date, quantity FROM holding_history ORDER BY account_id, asset_id, on_date"
    )
    return [HeldOn(account, asset, day_of(on), decimal_of(quantity)) for account, asset, on, quantity in rows]


def past_of_replayed(connection: Reading) -> dict[tuple[str, str], list[tuple[date, Decimal]]]:
    """Account id and asset id → what was held on which days, the oldest first, of accounts with replayed lists."""
    found: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
    for account_id, asset_id, on, quantity in connection.rows(
        "SELECT account_id, asset_id, on_date, quantity FROM holding_history "
        "WHERE account_id IN (SELECT account_id FROM replayed_rows) ORDER BY on_date"
    ):
        found.setdefault((account_id, asset_id), []).append((day_of(on), decimal_of(quantity)))
    return found


def set_held(connection: "Writing", held: Iterable[HeldOn]) -> None:
    """Keeps what was held; of one day the last counts."""
    connection.put(
        "holding_history",
        *(
            {"account_id": each.account_id, "asset_id": each.asset_id, "on_date": each.on, "quantity": each.quantity}
            for each in held
        ),
    )


def join_past(connection: "Writing", account_id: str, kept_id: str, other_id: str, *, adds_up: bool) -> None:
    """Gives what was held of another asset to the one that it is merged into: added up day by day, or only the days
    before those that are known of the one that is kept.
    """
    own, others = held_on(connection, account_id, kept_id), held_on(connection, account_id, other_id)
    begin = own[0].on if own else date.max
    days = sorted({each.on for each in (*own, *others)}) if adds_up else [each.on for each in others if each.on < begin]
    joined = (
        HeldOn(account_id, kept_id, on, exact_sum(_at(own, on) if adds_up else Decimal(0), _at(others, on)))
        for on in days
    )
    set_held(connection, list(joined))
    connection.delete("holding_history", account_id=account_id, asset_id=other_id)


def _at(held: Sequence[HeldOn], on: date) -> Decimal:
    """What was held at the end of a day."""
    return next((each.quantity for each in reversed(held) if each.on <= on), Decimal(0))


def replayed_rows(connection: Reading) -> dict[str, dict[str, date]]:
    """Account id → the keys of the lines that have been replayed, with their days."""
    found: dict[str, dict[str, date]] = {}
    for account_id, key, on in connection.rows("SELECT account_id, key, on_date FROM replayed_rows"):
        found.setdefault(account_id, {})[key] = day_of(on)
    return found


def followed_cash(connection: Reading) -> frozenset[tuple[str, str]]:
    """The accounts and currencies of cash that lists of transactions explain."""
    rows = connection.rows("SELECT account_id, currency FROM followed_cash")
    return frozenset((account_id, currency) for account_id, currency in rows)


def add_replayed(
    connection: "Writing", rows: Iterable[tuple[str, str, date]], followed: Iterable[tuple[str, str]]
) -> None:
    """Keeps which lines (account id, key, day) have been replayed, and which cash they explain."""
    connection.put("replayed_rows", *({"account_id": a, "key": key, "on_date": on} for a, key, on in rows))
    connection.put("followed_cash", *({"account_id": a, "currency": code} for a, code in followed))


_TAKEN = "This account already holds this asset. Change the quantity of that holding."
_GONE = "The account or the asset does not exist any more."
HOLDINGS = Mapped(
    "holdings",
    Holding,
    {"id": PLAIN, "account_id": PLAIN, "asset_id": PLAIN, "quantity": EXACT, "cost_basis_minor": PLAIN},
)


def all_holdings(connection: Reading) -> list[Holding]:
    """Every holding, in a fixed order."""
    return HOLDINGS.all(connection, "ORDER BY account_id, asset_id")


def holding(connection: Reading, holding_id: str) -> Holding:
    """One holding; NotFound if it is gone."""
    found = HOLDINGS.all(connection, "WHERE id = ?", holding_id)
    if not found:
        raise NotFound("This holding does not exist any more.")
    return found[0]


def add_holdings(connection: "Writing", new: Iterable[Holding]) -> None:
    """Keeps new holdings; AlreadyExists if an account already holds one of the assets."""
    new = list(new)
    with refusing(unique=_TAKEN, foreign_key=_GONE):
        connection.insert("holdings", *map(HOLDINGS.row, new))
    _remember(connection, ((each, each.quantity) for each in new))


def change_holding(connection: "Writing", changed: Holding) -> None:
    """Keeps what changed of a holding, where it is."""
    before = holding(connection, changed.id)
    connection.update("holdings", HOLDINGS.row(changed, but=["id", "account_id", "asset_id"]), id=changed.id)
    if changed.quantity != before.quantity:
        _remember(connection, [(before, changed.quantity)])


def remove_holdings(connection: "Writing", holding_ids: Iterable[str]) -> None:
    """Removes holdings."""
    for holding_id in holding_ids:
        for gone in HOLDINGS.all(connection, "WHERE id = ?", holding_id):
            connection.delete("holdings", id=holding_id)
            _remember(connection, [(gone, Decimal(0))])


def _remember(connection: "Writing", changed: Iterable[tuple[Holding, Decimal]]) -> None:
    """Keeps what is held at the end of the day of the transaction."""
    set_held(
        connection, (HeldOn(each.account_id, each.asset_id, connection.day, quantity) for each, quantity in changed)
    )


BASE_CURRENCY = "base_currency"
DAYS_OF_PRICES: Final = "price_days"
MOST_DAYS: Final = 365


def price_days_in(connection: Reading) -> int:
    """After how many days a price or rate counts as old in a file."""
    return number_setting(connection, DAYS_OF_PRICES, MOST_DAYS, PRICE_DAYS)


def load_portfolio(connection: Reading, on: date, otherwise: str = "USD") -> Portfolio:
    """Everything a valuation needs; `otherwise` is the base currency while none was ever set."""
    return Portfolio(
        on=on,
        base_currency=setting(connection, BASE_CURRENCY) or otherwise,
        accounts={each.id: each for each in all_accounts(connection)},
        classes={each.id: each for each in all_classes(connection)},
        assets={each.id: each for each in all_assets(connection)},
        holdings=tuple(all_holdings(connection)),
        prices=latest_prices(connection, on),
        rates=tuple(latest_rates(connection, on)),
        groups={each.id: each for each in all_groups(connection)},
        price_days=price_days_in(connection),
    )


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


def merge_holdings(connection: "Writing", kept_id: str, together: "Together") -> None:
    """Makes the holdings of an account what they are together."""
    from wealthdesk.domain.merged_assets import Keep

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
    remove_holdings(connection, [gone])
    change_holding(connection, after.holding)
    if after.lots != together.kept.lots:
        set_lots(connection, after.holding.id, after.lots)


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
