"""What sources said before anything is kept: quotes as they were told, and the draft of prices that comes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wealthdesk.domain.holdings import FxRate, Price


@dataclass(frozen=True, slots=True)
class Wanted:
    """An asset whose price is asked for, and what the source calls it.

    unit: what the source's prices are in where it does not say, such as GBX; empty: the currency of the asset.
    last: the latest price that is known of it, which the new one is compared with.
    """

    asset_id: str
    symbol: str
    currency: str
    code: str
    isin: str = ""
    unit: str = ""
    last: Price | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One price as a source told it, before it is judged. on, currency: None where the source does not say."""

    code: str
    price: Decimal
    on: date | None = None
    currency: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """What of a source's answer cannot be kept, in one sentence; code: of which symbol, empty: of the whole answer."""

    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source told: its quotes and rates, and what of it could not be read.

    wait: the seconds for which it asked not to be asked again.
    """

    quotes: tuple[Quote, ...] = ()
    failed: tuple[Failed, ...] = ()
    rates: tuple[FxRate, ...] = ()
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """A warning about the new price of an asset, which is kept only where it was accepted."""

    asset_id: str
    symbol: str
    what: str


@dataclass(frozen=True, slots=True)
class QuotesDraft:
    """What the answer of one source would change, all in the order in which it was asked for.

    replaced, unchanged, typed: how many prices take the place of others, are known already, or stay as they
    were typed. doubts: warnings; their prices are among `prices`. told: every price that was understood, those that
    are known already or stay as they were typed as well.
    """

    source: str
    prices: tuple[Price, ...] = ()
    failed: tuple[Failed, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    replaced: int = 0
    unchanged: int = 0
    typed: int = 0
    told: tuple[Price, ...] = ()

    def doubtful(self) -> frozenset[str]:
        """The assets whose new prices a warning is about."""
        return frozenset(each.asset_id for each in self.doubts)

    def sentences(self) -> Iterator[str]:
        """Every problem and warning as it is shown."""
        yield from (each.what for each in self.failed)
        yield from (each.what for each in self.doubts)
