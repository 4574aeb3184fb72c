"""What the user can do with assets and asset classes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import Asset, AssetClass, Exposure, checked_exposures
from wealthdesk.domain.money import currency
from wealthdesk.domain.names import checked_name
from wealthdesk.errors import AlreadyExists, BadInput, NotFound
from wealthdesk.services.kept_targets import drop_asset, drop_class
from wealthdesk.storage import assets as storage
from wealthdesk.storage.database import Database, named


@dataclass(frozen=True, slots=True)
class AssetRemoval:
    """What a removal of an asset takes along: how many holdings, prices and holding targets."""

    asset: Asset
    holdings: int
    prices: int
    holding_targets: int


@dataclass(frozen=True, slots=True)
class ClassRemoval:
    """What a removal of a class takes along: assets that lose an exposure, strategies that lose a target."""

    asset_class: AssetClass
    assets: int
    strategies: int


class Assets:
    """Assets: list, add, change, classify, remove."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def all(self) -> list[Asset]:
        """Every asset, archived ones too, by symbol."""
        with self._database.read() as connection:
            return storage.all_assets(connection)

    def add(self, asset: Asset) -> Asset:
        """Keeps a new asset under an id of its own; the id given is not used."""
        new = replace(_checked(asset), id=str(uuid4()))
        with self._database.write(Topic.ASSETS) as connection:
            _check_isin_free(storage.all_assets(connection), new)
            named(connection, f"new asset {new.symbol}")
            storage.add_assets(connection, [new])
        return new

    def change(self, asset: Asset) -> None:
        """Keeps what changed of an asset.

        Its currency cannot change while it is held or priced: the numbers would mean another money. Where it changes
        class, its holding targets in the class it left go and their siblings are scaled to 100 %.
        """
        changed = _checked(asset)
        with self._database.write(Topic.ASSETS, Topic.TARGETS) as connection:
            before = storage.asset(connection, changed.id)
            named(connection, _change_of(before, changed))
            held, priced, _ = storage.goes_with_asset(connection, changed.id)
            if changed.currency != before.currency and (held or priced):
                raise BadInput(
                    f"{before.symbol} has holdings or prices in {before.currency}. "
                    f"Add a new asset for the one in {changed.currency}."
                )
            if changed.isin != before.isin or changed.currency != before.currency:
                _check_isin_free(storage.all_assets(connection), changed)
            storage.change_asset(connection, changed, self._now())
            if changed.exposures != before.exposures:
                drop_asset(connection, changed.id, _left_its_class(changed), except_in=changed.only_class)

    def classify(self, asset_ids: Iterable[str], exposures: Iterable[Exposure]) -> None:
        """Gives all these assets the same exposures (none: Unclassified)."""
        checked = checked_exposures(exposures)
        only = checked[0].asset_class_id if len(checked) == 1 else None
        with self._database.write(Topic.ASSETS, Topic.TARGETS) as connection:
            chosen = [storage.asset(connection, asset_id) for asset_id in asset_ids]
            one = f"class of {chosen[0].symbol}" if len(chosen) == 1 else f"class of {len(chosen)} assets"
            named(connection, one)
            for asset in chosen:
                storage.set_exposures(connection, asset.id, checked)
                drop_asset(connection, asset.id, _left_its_class(asset), except_in=only)

    def goes_with(self, asset_id: str) -> AssetRemoval:
        """What a removal would take along."""
        with self._database.read() as connection:
            asset = storage.asset(connection, asset_id)
            return AssetRemoval(asset, *storage.goes_with_asset(connection, asset_id))

    def remove(self, asset_id: str) -> None:
        """Removes an asset with its holdings, prices and holding targets; sibling targets are scaled to 100 %."""
        with self._database.write(Topic.ASSETS, Topic.HOLDINGS, Topic.PRICES, Topic.TARGETS) as connection:
            asset = storage.asset(connection, asset_id)
            named(connection, f"removal of {asset.symbol}")
            drop_asset(connection, asset_id, f"{asset.symbol} was removed")
            storage.remove_asset(connection, asset_id)


class AssetClasses:
    """Asset classes: list, add, change, remove."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[AssetClass]:
        """Every class in the order of the screen."""
        with self._database.read() as connection:
            return storage.all_classes(connection)

    def add(self, name: str, colour: str) -> AssetClass:
        """Keeps a class of the user's own, after the others."""
        with self._database.write(Topic.CLASSES) as connection:
            known = storage.all_classes(connection)
            last = max((each.position for each in known), default=0)
            new = AssetClass(str(uuid4()), checked_name(name, "name for the class"), colour, last + 1)
            _check_free(known, new)
            named(connection, f"new class “{new.name}”")
            storage.add_class(connection, new)
        return new

    def change(self, asset_class: AssetClass) -> None:
        """Keeps a class's new name, colour or position."""
        name = checked_name(asset_class.name, "name for the class")
        with self._database.write(Topic.CLASSES) as connection:
            changed = replace(asset_class, name=name)
            named(connection, f"change of class “{storage.asset_class(connection, changed.id).name}”")
            _check_free(storage.all_classes(connection), changed)
            storage.change_class(connection, changed)

    def reorder(self, class_ids: Sequence[str]) -> None:
        """Puts the classes in this order; those that are not named come after them as they were."""
        with self._database.write(Topic.CLASSES) as connection:
            named(connection, "order of the classes")
            known = {each.id: each for each in storage.all_classes(connection)}
            if unknown := set(class_ids) - known.keys():
                raise NotFound(f"{len(unknown)} of these asset classes do not exist any more. Nothing was moved.")
            for position, class_id in enumerate(dict.fromkeys([*class_ids, *known])):
                if known[class_id].position != position:
                    storage.change_class(connection, replace(known[class_id], position=position))

    def goes_with(self, class_id: str) -> ClassRemoval:
        """What a removal would take along."""
        with self._database.read() as connection:
            found = storage.asset_class(connection, class_id)
            return ClassRemoval(found, *storage.goes_with_class(connection, class_id))

    def remove(self, class_id: str) -> None:
        """Removes a class of the user's own; other targets are scaled to 100 %.

        What was in it becomes Unclassified, also an asset with other classes: what is left of those is no whole.
        """
        if class_id in storage.BUILT_IN:
            raise BadInput("This class is built in and cannot be removed. Leave it unused.")
        with self._database.write(Topic.CLASSES, Topic.ASSETS, Topic.TARGETS) as connection:
            asset_class = storage.asset_class(connection, class_id)
            named(connection, f"removal of class “{asset_class.name}”")
            drop_class(connection, class_id, f"The class “{asset_class.name}” was removed")
            storage.unclassify(connection, class_id)
            storage.remove_class(connection, class_id)


def _check_isin_free(known: Iterable[Asset], wanted: Asset) -> None:
    for each in known:
        if wanted.isin and each.id != wanted.id and (each.isin, each.currency) == (wanted.isin, wanted.currency):
            raise AlreadyExists(f"{each.symbol} has the ISIN {wanted.isin} in {wanted.currency} already. Use that one.")


def _change_of(before: Asset, after: Asset) -> str:
    if before.is_archived != after.is_archived:
        return f"{before.symbol} {'archived' if after.is_archived else 'taken out of the archive'}"
    return f"change of {before.symbol}"


def _left_its_class(asset: Asset) -> str:
    """The reason that a history tells."""
    return f"{asset.symbol} was given another class"


def _check_free(known: Iterable[AssetClass], wanted: AssetClass) -> None:
    """Files name classes without regard to case, so names differ by more than that."""
    for each in known:
        if each.id != wanted.id and each.name.casefold() == wanted.name.casefold():
            raise AlreadyExists(f"There already is an asset class “{each.name}”. Choose another name.")


def _checked(asset: Asset) -> Asset:
    if asset.lot_step is not None and asset.lot_step <= 0:
        raise BadInput("A lot step is above 0: 1 for whole shares, 0.001 for thousandths, or none for any amount.")
    return replace(
        asset,
        symbol=checked_name(asset.symbol, "symbol"),
        name=checked_name(asset.name or asset.symbol, "name for the asset"),
        currency=currency(asset.currency),
        exposures=checked_exposures(asset.exposures),
        isin=asset.isin or None,
        sub_class=asset.sub_class or None,
    )
