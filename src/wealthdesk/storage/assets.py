"""Assets, their exposures and the asset classes in the file."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.texts import day_of, decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

BUILT_IN = frozenset(["equity", "fixed_income", "cash", "real_estate", "commodities", "crypto", "alternatives"])

_TAKEN = "There already is an asset with this symbol in this currency. Use that one, or choose another symbol."
_NO_COLOUR = "A colour is written like #4385BE. Choose another one."
_CLASS_TAKEN = "There already is an asset class of this name. Choose another name."

_CLASSES = "SELECT id, name, colour, position FROM asset_classes ORDER BY position, name"
_ASSETS = "SELECT id, symbol, name, kind, sub_class, currency, isin, lot_step, archived_at FROM assets"
_EXPOSURES = "SELECT asset_id, asset_class_id, weight_bps FROM asset_exposures"


def all_classes(connection: Reading) -> list[AssetClass]:
    """Every asset class in the order of the screen."""
    found = connection.rows(_CLASSES)
    return [AssetClass(class_id, name, colour, at, class_id in BUILT_IN) for class_id, name, colour, at in found]


def asset_class(connection: Reading, class_id: str) -> AssetClass:
    """One asset class; NotFound if it is gone."""
    for each in all_classes(connection):
        if each.id == class_id:
            return each
    raise NotFound("This asset class does not exist any more.")


def add_class(connection: "Writing", new: AssetClass) -> None:
    """Keeps a class of the user's own; AlreadyExists if its name is taken."""
    with refusing(unique=_CLASS_TAKEN, check=_NO_COLOUR):
        connection.insert("asset_classes", {"id": new.id, **_class_columns(new)})


def change_class(connection: "Writing", changed: AssetClass) -> None:
    """Keeps a class's new name, colour or position."""
    with refusing(unique=_CLASS_TAKEN, check=_NO_COLOUR):
        done = connection.update("asset_classes", _class_columns(changed), id=changed.id)
    if done != 1:
        raise NotFound("This asset class does not exist any more.")


def remove_class(connection: "Writing", class_id: str) -> None:
    """Removes a class with its exposures and targets."""
    connection.delete("asset_classes", id=class_id)


def unclassify(connection: "Writing", class_id: str) -> None:
    """Takes all exposures from the assets that have one to the class."""
    exposed = connection.rows("SELECT asset_id FROM asset_exposures WHERE asset_class_id = ?", class_id)
    for (asset_id,) in exposed:
        connection.delete("asset_exposures", asset_id=asset_id)


def goes_with_class(connection: Reading, class_id: str) -> tuple[int, int]:
    """How many assets have an exposure to the class, and how many strategies a target for it."""
    return (
        connection.count("asset_exposures", asset_class_id=class_id),
        connection.count("asset_class_targets", asset_class_id=class_id),
    )


def all_assets(connection: Reading) -> list[Asset]:
    """Every asset with its exposures, archived ones too, by symbol."""
    exposures: dict[str, list[Exposure]] = {}
    for asset_id, class_id, weight in connection.rows(_EXPOSURES):
        exposures.setdefault(asset_id, []).append(Exposure(class_id, weight))
    rows = connection.rows(_ASSETS + " ORDER BY symbol, currency")
    return [_asset(row, exposures.get(row[0], ())) for row in rows]


def asset(connection: Reading, asset_id: str) -> Asset:
    """One asset; NotFound if it is gone."""
    row = connection.row(_ASSETS + " WHERE id = ?", asset_id)
    if row is None:
        raise NotFound("This asset does not exist any more.")
    found = connection.rows(_EXPOSURES + " WHERE asset_id = ?", asset_id)
    return _asset(row, [Exposure(class_id, weight) for _, class_id, weight in found])


def add_assets(connection: "Writing", new: Sequence[Asset]) -> None:
    """Keeps new assets with their exposures; AlreadyExists if a symbol is taken in its currency."""
    with refusing(unique=_TAKEN):
        connection.insert("assets", *({"id": each.id, **_columns(each)} for each in new))
    _add_exposures(connection, [(each.id, exposure) for each in new for exposure in each.exposures])


def change_asset(connection: "Writing", changed: Asset, now: datetime) -> None:
    """Keeps what changed of an asset, exposures included; `now` is when it was archived, if it now is."""
    before = asset(connection, changed.id)
    values = _columns(changed)
    if changed.is_archived != before.is_archived:
        values["archived_at"] = now if changed.is_archived else None
    with refusing(unique=_TAKEN):
        connection.update("assets", values, id=changed.id)
    if changed.exposures != before.exposures:
        set_exposures(connection, changed.id, changed.exposures)


def complete_asset(connection: "Writing", completed: Asset) -> None:
    """Keeps the exposures, the ISIN and the symbol that a file knows of an asset."""
    values = {"isin": completed.isin, "symbol": completed.symbol, "name": completed.name}
    with refusing(unique=_TAKEN):
        connection.update("assets", values, id=completed.id)
    if completed.exposures != asset(connection, completed.id).exposures:
        set_exposures(connection, completed.id, completed.exposures)


def absorb_asset(connection: "Writing", absorbed_id: str, into_id: str) -> None:
    """Removes an asset that has nothing but prices; those of days that the other has none of become its own."""
    own = "SELECT 1 FROM prices AS own WHERE own.asset_id = ? AND own.on_date = prices.on_date"
    moved = f"SELECT on_date, price, source FROM prices WHERE asset_id = ? AND NOT EXISTS ({own})"  # noqa: S608
    found = connection.rows(moved, absorbed_id, into_id)
    connection.insert(
        "prices",
        *(
            {"asset_id": into_id, "on_date": day_of(on), "price": decimal_of(price), "source": source}
            for on, price, source in found
        ),
    )
    connection.delete("assets", id=absorbed_id)


def set_exposures(connection: "Writing", asset_id: str, exposures: Iterable[Exposure]) -> None:
    """Replaces an asset's exposures."""
    connection.delete("asset_exposures", asset_id=asset_id)
    _add_exposures(connection, [(asset_id, each) for each in exposures])


def _add_exposures(connection: "Writing", new: Sequence[tuple[str, Exposure]]) -> None:
    rows = [
        {"asset_id": asset_id, "asset_class_id": each.asset_class_id, "weight_bps": each.weight_bps}
        for asset_id, each in new
    ]
    with refusing(foreign_key="This asset class does not exist any more. Choose another one."):
        connection.insert("asset_exposures", *rows)


def remove_asset(connection: "Writing", asset_id: str) -> None:
    """Removes an asset with its holdings, prices, exposures and holding targets."""
    asset(connection, asset_id)
    connection.delete("assets", id=asset_id)


def goes_with_asset(connection: Reading, asset_id: str) -> tuple[int, int, int]:
    """How many holdings, prices and holding targets a removal of the asset would take along."""
    return (
        connection.count("holdings", asset_id=asset_id),
        connection.count("prices", asset_id=asset_id),
        connection.count("holding_targets", asset_id=asset_id),
    )


def _class_columns(value: AssetClass) -> dict[str, object]:
    return {"name": value.name, "colour": value.colour, "position": value.position}


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


def _asset(row: Row, exposures: Iterable[Exposure]) -> Asset:
    asset_id, symbol, name, kind, sub_class, currency, isin, lot_step, archived_at = row
    return Asset(
        id=asset_id,
        symbol=symbol,
        name=name,
        kind=AssetKind(kind),
        currency=currency,
        exposures=tuple(sorted(exposures, key=lambda e: (-e.weight_bps, e.asset_class_id))),
        lot_step=None if lot_step is None else decimal_of(lot_step),
        isin=isin,
        sub_class=sub_class,
        is_archived=archived_at is not None,
    )
