"""The classes that new assets are likely of: offered before an import is kept, and given to those that are accepted."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.money import WHOLE
from wealthdesk.errors import NotFound
from wealthdesk.importers.class_guesses import guessed_class
from wealthdesk.services.matching import Matched

Named = tuple[str, str]
"""An asset that is not kept yet: its symbol and its currency."""


@dataclass(frozen=True, slots=True)
class ClassGuess:
    """A new asset of which the file tells no class, and the one that its name speaks of."""

    symbol: str
    name: str
    currency: str
    class_id: str

    @property
    def of(self) -> Named:
        """Which asset it is."""
        return self.symbol, self.currency


def guesses_of(assets: Iterable[Asset], class_ids: Container[str]) -> tuple[ClassGuess, ...]:
    """What can be guessed of assets without a class; only classes that there are."""
    found = []
    for asset in assets:
        if asset.exposures or asset.is_cash:
            continue
        guess = "crypto" if asset.kind is AssetKind.CRYPTO else guessed_class(asset.name, asset.symbol)
        if guess is not None and guess in class_ids:
            found.append(ClassGuess(asset.symbol, asset.name, asset.currency, guess))
    return tuple(found)


def accepting(matched: Matched, accepted: Mapping[Named, str], class_ids: Container[str]) -> Matched:
    """What is kept, with the classes that were accepted; NotFound where there is no such class any more."""

    def classified(asset: Asset) -> Asset:
        class_id = accepted.get((asset.symbol, asset.currency))
        if class_id is None or asset.exposures:
            return asset
        if class_id not in class_ids:
            raise NotFound("A class that was accepted is not there any more. Look at the classes again.")
        return replace(asset, exposures=(Exposure(class_id, WHOLE),))

    return replace(matched, assets=tuple(map(classified, matched.assets)))
