"""Assets, their exposures and the asset classes in the file."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.errors import NotFound
from wealthdesk.storage.database import refusing
from wealthdesk.storage.tables import (
    asset_class_targets,
    asset_classes,
    asset_exposures,
    assets,
    holding_targets,
    holdings,
    prices,
)

BUILT_IN = frozenset(["equity", "fixed_income", "cash", "real_estate", "commodities", "crypto", "alternatives"])

_TAKEN = "There already is an asset with this symbol in this currency. Use that one, or choose another symbol."
_NO_COLOUR = "A colour is written like #4385BE. Choose another one."
_CLASS_TAKEN = "There already is an asset class of this name. Choose another name."


def all_classes(connection: Connection) -> list[AssetClass]:
    """Every asset class in the order of the screen."""
    query = select(asset_classes).order_by(asset_classes.c.position, asset_classes.c.name)
    return [AssetClass(r.id, r.name, r.colour, r.position, r.id in BUILT_IN) for r in connection.execute(query)]


def asset_class(connection: Connection, class_id: str) -> AssetClass:
    """One asset class; NotFound if it is gone."""
    for each in all_classes(connection):
        if each.id == class_id:
            return each
    raise NotFound("This asset class does not exist any more.")


def add_class(connection: Connection, new: AssetClass) -> None:
    """Keeps a class of the user's own; AlreadyExists if its name is taken."""
    values = {"id": new.id, "name": new.name, "colour": new.colour, "position": new.position}
    with refusing(unique=_CLASS_TAKEN, check=_NO_COLOUR):
        connection.execute(insert(asset_classes).values(**values))


def change_class(connection: Connection, changed: AssetClass) -> None:
    """Keeps a class's new name, colour or position."""
    values = {"name": changed.name, "colour": changed.colour, "position": changed.position}
    with refusing(unique=_CLASS_TAKEN, check=_NO_COLOUR):
        done = connection.execute(update(asset_classes).where(asset_classes.c.id == changed.id).values(**values))
    if done.rowcount != 1:
        raise NotFound("This asset class does not exist any more.")


def remove_class(connection: Connection, class_id: str) -> None:
    """Removes a class with its exposures and targets."""
    connection.execute(delete(asset_classes).where(asset_classes.c.id == class_id))


def unclassify(connection: Connection, class_id: str) -> None:
    """Takes all exposures from the assets that have one to the class."""
    exposed = select(asset_exposures.c.asset_id).where(asset_exposures.c.asset_class_id == class_id)
    connection.execute(delete(asset_exposures).where(asset_exposures.c.asset_id.in_(exposed)))


def goes_with_class(connection: Connection, class_id: str) -> tuple[int, int]:
    """How many assets have an exposure to the class, and how many strategies a target for it."""
    exposed = select(func.count()).where(asset_exposures.c.asset_class_id == class_id)
    targets = select(func.count()).where(asset_class_targets.c.asset_class_id == class_id)
    return connection.execute(exposed).scalar_one(), connection.execute(targets).scalar_one()


def all_assets(connection: Connection) -> list[Asset]:
    """Every asset with its exposures, archived ones too, by symbol."""
    exposures: dict[str, list[Exposure]] = {}
    query = select(asset_exposures.c.asset_id, asset_exposures.c.asset_class_id, asset_exposures.c.weight_bps)
    for asset_id, class_id, weight in connection.execute(query):
        exposures.setdefault(asset_id, []).append(Exposure(class_id, weight))
    rows = connection.execute(select(assets).order_by(assets.c.symbol, assets.c.currency))
    return [_asset(row, exposures.get(row.id, ())) for row in rows]


def asset(connection: Connection, asset_id: str) -> Asset:
    """One asset; NotFound if it is gone."""
    row = connection.execute(select(assets).where(assets.c.id == asset_id)).one_or_none()
    if row is None:
        raise NotFound("This asset does not exist any more.")
    query = select(asset_exposures.c.asset_class_id, asset_exposures.c.weight_bps)
    found = connection.execute(query.where(asset_exposures.c.asset_id == asset_id))
    return _asset(row, [Exposure(class_id, weight) for class_id, weight in found])


def add_assets(connection: Connection, new: Sequence[Asset]) -> None:
    """Keeps new assets with their exposures; AlreadyExists if a symbol is taken in its currency."""
    if new:
        with refusing(unique=_TAKEN):
            connection.execute(insert(assets), [{"id": each.id, **_columns(each)} for each in new])
        _add_exposures(connection, [(each.id, exposure) for each in new for exposure in each.exposures])


def change_asset(connection: Connection, changed: Asset, now: datetime) -> None:
    """Keeps what changed of an asset, exposures included; `now` is when it was archived, if it now is."""
    before = asset(connection, changed.id)
    values = _columns(changed)
    if changed.is_archived != before.is_archived:
        values["archived_at"] = now if changed.is_archived else None
    with refusing(unique=_TAKEN):
        connection.execute(update(assets).where(assets.c.id == changed.id).values(**values))
    if changed.exposures != before.exposures:
        set_exposures(connection, changed.id, changed.exposures)


def complete_asset(connection: Connection, completed: Asset) -> None:
    """Keeps the exposures and the ISIN that an asset did not have."""
    connection.execute(update(assets).where(assets.c.id == completed.id).values(isin=completed.isin))
    set_exposures(connection, completed.id, completed.exposures)


def set_exposures(connection: Connection, asset_id: str, exposures: Iterable[Exposure]) -> None:
    """Replaces an asset's exposures."""
    connection.execute(delete(asset_exposures).where(asset_exposures.c.asset_id == asset_id))
    _add_exposures(connection, [(asset_id, each) for each in exposures])


def _add_exposures(connection: Connection, new: Sequence[tuple[str, Exposure]]) -> None:
    rows = [
        {"asset_id": asset_id, "asset_class_id": each.asset_class_id, "weight_bps": each.weight_bps}
        for asset_id, each in new
    ]
    if rows:
        with refusing(foreign_key="This asset class does not exist any more. Choose another one."):
            connection.execute(insert(asset_exposures), rows)


def remove_asset(connection: Connection, asset_id: str) -> None:
    """Removes an asset with its holdings, prices, exposures and holding targets."""
    asset(connection, asset_id)
    connection.execute(delete(assets).where(assets.c.id == asset_id))


def goes_with_asset(connection: Connection, asset_id: str) -> tuple[int, int, int]:
    """How many holdings, prices and holding targets a removal of the asset would take along."""
    held = select(func.count()).where(holdings.c.asset_id == asset_id)
    priced = select(func.count()).where(prices.c.asset_id == asset_id)
    targets = select(func.count()).where(holding_targets.c.asset_id == asset_id)
    return (
        connection.execute(held).scalar_one(),
        connection.execute(priced).scalar_one(),
        connection.execute(targets).scalar_one(),
    )


def _columns(value: Asset) -> dict[str, object]:
    return {
        "symbol": value.symbol,
        "name": value.name,
        "kind": value.kind.value,
        "sub_class": value.sub_class,
        "currency": value.currency,
        "isin": value.isin,
        "lot_step": value.lot_step,
    }


def _asset(row: Row[tuple[object, ...]], exposures: Iterable[Exposure]) -> Asset:
    return Asset(
        id=row.id,
        symbol=row.symbol,
        name=row.name,
        kind=AssetKind(row.kind),
        currency=row.currency,
        exposures=tuple(sorted(exposures, key=lambda e: (-e.weight_bps, e.asset_class_id))),
        lot_step=row.lot_step,
        isin=row.isin,
        sub_class=row.sub_class,
        is_archived=row.archived_at is not None,
    )
