"""What the user can do with lists of prices: see what a file would change, and keep it in one change."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.money import unit
from wealthdesk.errors import BadInput, NothingKept, PortfolioChanged
from wealthdesk.planning.matching import SOURCE
from wealthdesk.quotes.draft import Answer, Failed, Quote, Wanted, judged
from wealthdesk.quotes.draft import QuotesDraft as QuotesDraft
from wealthdesk.quotes.reading import MOST_BYTES, read_list
from wealthdesk.services.given_files import bytes_of
from wealthdesk.services.imports import keep_step
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import prices as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named


@dataclass(frozen=True, slots=True)
class PriceList:
    """A file of prices as it was read: what it is called, and what it says."""

    file_name: str
    answer: Answer


class Quotes:
    """Lists of prices: read, preview, keep."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        self._database = database
        self._today = today

    def read_file(self, path: Path) -> PriceList:
        """What a file of `symbol, on, price, currency` in CSV or JSON says; BadInput for one that cannot be read."""
        try:
            data = bytes_of(path, MOST_BYTES, "Choose a CSV or JSON file of prices.")
        except OSError as error:
            raise BadInput(f"{path.name} cannot be read: {error.strerror}.") from error
        except BadInput as refused:
            raise BadInput(f"{path.name}: {refused}") from refused
        return PriceList(path.name, read_list(data, path.name))

    def preview(self, told: PriceList, *, may_replace_typed: bool = False) -> QuotesDraft:
        """What the list would change; nothing is kept."""
        with self._database.read() as connection:
            return _draft(connection, told, self._today(), may_replace_typed=may_replace_typed)

    def keep(
        self,
        told: PriceList,
        *,
        may_replace_typed: bool = False,
        without_problems: bool = False,
        accepts_doubts: bool = False,
        seen: QuotesDraft | None = None,
    ) -> tuple[Price, ...]:
        """Keeps the prices of the list in one change, which can be taken back as an import can; what was kept.

        NothingKept while there are problems, or doubts that were not accepted, unless it is kept `without_problems`:
        then only what has neither. PortfolioChanged if what would change is no longer what was `seen`.
        """
        with self._database.write(Topic.PRICES, is_logged=True) as connection:
            draft = _draft(connection, told, self._today(), may_replace_typed=may_replace_typed)
            if seen is not None and seen != draft:
                raise PortfolioChanged("The portfolio has changed since this preview, so nothing was kept.")
            new = kept_of(draft, without_problems=without_problems, accepts_doubts=accepts_doubts)
            if new is None:
                raise NothingKept("There are problems or warnings, so nothing was kept. Accept them or leave them out.")
            storage.set_prices(connection, new)
            count = "1 price" if len(new) == 1 else f"{len(new):,} prices"
            named(connection, f"import of {told.file_name}, {count}")
            if new:
                keep_step(connection)
        return new


def kept_of(draft: QuotesDraft, *, without_problems: bool, accepts_doubts: bool) -> tuple[Price, ...] | None:
    """The prices that are kept under these conditions; None: nothing is, because of what was not accepted."""
    doubtful: Collection[str] = () if accepts_doubts else draft.doubtful()
    if (draft.failed or doubtful) and not without_problems:
        return None
    new = tuple(each for each in draft.prices if each.asset_id not in doubtful)
    return new if new or not (draft.failed or doubtful) else None


def _draft(connection: Reading, told: PriceList, today: date, *, may_replace_typed: bool) -> QuotesDraft:
    names = _names(each for each in asset_storage.all_assets(connection) if not each.is_cash)
    quotes, failed, assets = list[Quote](), list[Failed](), dict[str, Asset]()
    for quote in told.answer.quotes:
        named_so = _named(names, quote.code, quote.currency)
        if len(named_so) == 1:
            assets[named_so[0].id] = named_so[0]
            quotes.append(replace(quote, code=named_so[0].id))
        else:
            failed.append(Failed(quote.code, _why_not(quote.code, named_so)))
    for each in told.answer.failed:
        blamed = _named(names, each.code, None)
        failed += [replace(each, code=asset.id) for asset in blamed] or [each]
    prices = {asset_id: storage.prices_of(connection, asset_id) for asset_id in assets}
    known = {(each.asset_id, each.on): each for some in prices.values() for each in some}
    first = first_days(quotes, today)
    wanted = [
        Wanted(each.id, each.symbol, each.currency, each.id, last=last_price(prices[each.id], first[each.id]))
        for each in assets.values()
    ]
    answer = Answer(tuple(quotes), tuple(failed))
    draft = judged(told.file_name, wanted, answer, today, known, may_replace_typed=may_replace_typed)
    undated = sum(quote.on is None for quote in quotes)
    notes = (f"{undated} without a day: kept for today, {today}.",) if undated else ()
    return replace(
        draft,
        prices=tuple(replace(each, source=SOURCE) for each in draft.prices),
        failed=tuple({each.what: each for each in draft.failed}.values()),
        notes=(*draft.notes, *notes),
    )


def _names(assets: Iterable[Asset]) -> Mapping[str, Sequence[Asset]]:
    """Symbol or ISIN → the assets that are called so."""
    found: dict[str, list[Asset]] = {}
    for each in assets:
        for name in {each.symbol.casefold(), (each.isin or "").casefold()} - {""}:
            found.setdefault(name, []).append(each)
    return found


def _named(names: Mapping[str, Sequence[Asset]], code: str, currency: str | None) -> Sequence[Asset]:
    """The assets that are called so; of several, those of the currency that is told."""
    found = names.get(code.casefold(), ())
    told = unit(currency) if currency else None
    fitting = [each for each in found if told is not None and each.currency == told[0]]
    return fitting if len(found) > 1 and fitting else found


def first_days(quotes: Iterable[Quote], today: date) -> Mapping[str, date]:
    """Asset id → the first day of which a price is told."""
    first: dict[str, date] = {}
    for quote in quotes:
        on = quote.on or today
        first[quote.code] = min(on, first.get(quote.code, on))
    return first


def last_price(prices: Iterable[Price], on: date) -> Price | None:
    """The last price up to a day; the newest come first."""
    return next((each for each in prices if each.on <= on), None)


def _why_not(code: str, found: Sequence[Asset]) -> str:
    if not found:
        return f"{code}: there is no asset of this symbol or ISIN in this portfolio."
    several = ", ".join(sorted(each.currency for each in found))
    return f"{code}: there are several assets of this symbol ({several}). Write the currency of each price."
