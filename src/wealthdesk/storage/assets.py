"""Assets, their exposures and the asset classes in the file."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.errors import NotFound
from wealthdesk.storage.connection import Reading, Row, refusing
from wealthdesk.storage.mapping import EXACT, PLAIN, Mapped, grouped, whether, word
from wealthdesk.storage.texts import day_of, decimal_of

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

BUILT_IN = frozenset(["equity", "fixed_income", "cash", "real_estate", "commodities", "crypto", "alternatives"])

_TAKEN = "There already is an asset with this symbol in this currency. Use that one, or choose another symbol."
_NO_COLOUR = "A colour is written like #4385BE. Choose another one."
_CLASS_TAKEN = "There already is an asset class of this name. Choose another name."

_CLASSES = Mapped("asset_classes", AssetClass, {"id": PLAIN, "name": PLAIN, "colour": PLAIN, "position": PLAIN})
_ASSETS = Mapped(
    "assets",
    Asset,
    {
        "id": PLAIN,
        "symbol": PLAIN,
        "name": PLAIN,
        "kind": word(AssetKind),
        "sub_class": PLAIN,
        "currency": PLAIN,
        "isin": PLAIN,
        "lot_step": EXACT,
        "archived_at": whether("is_archived"),
    },
)
_EXPOSURES = Mapped("asset_exposures", Exposure, {"asset_class_id": PLAIN, "weight_bps": PLAIN})


def all_classes(connection: Reading) -> list[AssetClass]:
    """Every asset class in the order of the screen."""
    found = _CLASSES.all(connection, "ORDER BY position, name")
    return [replace(each, is_built_in=each.id in BUILT_IN) for each in found]


def asset_class(connection: Reading, class_id: str) -> AssetClass:
    """One asset class; NotFound if it is gone."""
    for each in all_classes(connection):
        if each.id == class_id:
            return each
    raise NotFound("This asset class does not exist any more.")


def add_class(connection: "Writing", new: AssetClass) -> None:
    """Keeps a class of the user's own; AlreadyExists if its name is taken."""
    with refusing(unique=_CLASS_TAKEN, check=_NO_COLOUR):
        connection.insert("asset_classes", _CLASSES.row(new))


def change_class(connection: "Writing", changed: AssetClass) -> None:
    """Keeps a class's new name, colour or position."""
    with refusing(unique=_CLASS_TAKEN, check=_NO_COLOUR):
        done = connection.update("asset_classes", _CLASSES.row(changed, but=["id"]), id=changed.id)
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
    exposures = grouped(connection.rows(_EXPOSURES.select("asset_id")), _EXPOSURES.of)
    rows = connection.rows(_ASSETS.select() + " ORDER BY symbol, currency")
    return [_asset(row, exposures.get(row[0], ())) for row in rows]


def asset(connection: Reading, asset_id: str) -> Asset:
    """One asset; NotFound if it is gone."""
    row = connection.row(_ASSETS.select() + " WHERE id = ?", asset_id)
    if row is None:
        raise NotFound("This asset does not exist any more.")
    return _asset(row, _EXPOSURES.all(connection, "WHERE asset_id = ?", asset_id))


def add_assets(connection: "Writing", new: Sequence[Asset]) -> None:
    """Keeps new assets with their exposures; AlreadyExists if a symbol is taken in its currency."""
    with refusing(unique=_TAKEN):
        connection.insert("assets", *map(_ASSETS.row, new))
    _add_exposures(connection, [(each.id, exposure) for each in new for exposure in each.exposures])


def change_asset(connection: "Writing", changed: Asset, now: datetime) -> None:
    """Keeps what changed of an asset, exposures included; `now` is when it was archived, if it now is."""
    before = asset(connection, changed.id)
    values = _ASSETS.row(changed, but=["id"])
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
    rows = [{"asset_id": asset_id, **_EXPOSURES.row(each)} for asset_id, each in new]
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


def _asset(row: Row, exposures: Iterable[Exposure]) -> Asset:
    by_weight = sorted(exposures, key=lambda each: (-each.weight_bps, each.asset_class_id))
    return _ASSETS.of(row, exposures=tuple(by_weight))
