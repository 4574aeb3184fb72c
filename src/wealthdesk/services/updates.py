"""What the user can do with the sources of prices: see what would leave, ask them, see what they say, and keep it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from wealthdesk.changes import Topic
from wealthdesk.domain.assets import Asset, AssetCode, AssetKind, is_isin, symbol_order
from wealthdesk.domain.holdings import FxRate, Portfolio, Price, checked_price
from wealthdesk.domain.money import unit
from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput, NothingKept, PortfolioChanged, WealthDeskError
from wealthdesk.quotes.draft import TYPED, Failed, QuotesDraft, judged
from wealthdesk.quotes.draft import Answer as Answer
from wealthdesk.quotes.draft import Quote as Quote
from wealthdesk.quotes.draft import Wanted as Wanted
from wealthdesk.quotes.exchanges import ProposedCode as ProposedCode
from wealthdesk.quotes.exchanges import proposed_codes
from wealthdesk.quotes.sources import Asking, EcbSource, FileSource, ask, ask_history, sent
from wealthdesk.quotes.web import Web
from wealthdesk.quotes.witnesses import OfferedPrice as OfferedPrice
from wealthdesk.quotes.witnesses import PriceLine as PriceLine
from wealthdesk.quotes.witnesses import RateLine as RateLine
from wealthdesk.quotes.witnesses import UpdateOutcome as UpdateOutcome
from wealthdesk.quotes.witnesses import laid_together, rate_lines
from wealthdesk.services.imports import keep_step
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.quotes import first_days, last_price
from wealthdesk.services.sources import PriceSource, Sources
from wealthdesk.storage import assets as asset_storage
from wealthdesk.storage import prices as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.holdings import all_held, load_portfolio, price_days_in

_LONGEST_CODE: Final = 60


@dataclass(frozen=True, slots=True)
class Leaving:
    """What asking a source would send, and where; wanted: the assets that it is asked for."""

    source: PriceSource
    wanted: tuple[Wanted, ...]
    is_proposed: bool = False
    """No asset has a code there yet: each would be called as it is called here, once that was agreed to."""
    since: date | None = None
    """The rates of every day since then are asked for, where they are."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The exact list of what is sent, one text for each asset; nothing where a whole table is asked for.

        Of a history it is where that is: nobody agreed to that place who agreed to the table of the day.
        """
        if self.since is not None and isinstance(self.source.kind, EcbSource):
            return (self.source.kind.history,)
        return sent(self.source.kind, self.wanted)

    @property
    def leaves(self) -> bool:
        """Whether anything does: a file is only read."""
        return not isinstance(self.source.kind, FileSource)

    @property
    def is_agreed(self) -> bool:
        """Whether the user agreed to exactly that, or more."""
        return self.source.allows(self.codes)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to ask it for: no asset is called anything there."""
        return not self.wanted and not isinstance(self.source.kind, EcbSource)


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What a source was asked for, and what it told."""

    source: str
    wanted: tuple[Wanted, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class PriceUpdate:
    """What the answers would change, before anything is kept: a line for each asset, one for each rate.

    failed: what is of no asset, such as a source that was not there. notes: what is worth knowing.
    """

    lines: tuple[PriceLine, ...]
    rates: tuple[RateLine, ...]
    failed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def problems(self) -> list[str]:
        """Every sentence about what was not found or cannot be kept as it is."""
        of_lines = [each for line in self.lines if line.found is not UpdateOutcome.DOUBTFUL for each in line.said]
        return [*self.failed, *of_lines]

    def warnings(self) -> list[str]:
        """Every sentence about what is kept only where it was accepted."""
        return [each for line in self._all() if line.found is UpdateOutcome.DOUBTFUL for each in line.said]

    def count(self, found: UpdateOutcome) -> int:
        """How many lines came to this."""
        return sum(each.found is found for each in self._all())

    def _all(self) -> tuple[PriceLine | RateLine, ...]:
        return (*self.lines, *self.rates)

    def is_clean(self, choices: Mapping[str, str]) -> bool:
        """Whether nothing is left that was not found, doubted or disagreed about, once these choices are made."""
        open_lines = [each for each in self.lines if each.said and each.asset_id not in choices]
        open_rates = [each for each in self.rates if each.said and rate_key(each.rate) not in choices]
        return not (self.failed or open_lines or open_rates)

    def chosen(self, choices: Mapping[str, str]) -> tuple[tuple[Price, ...], tuple[FxRate, ...]]:
        """What is kept. choices: asset id (or `rate_key`) → the source whose price is chosen, empty: none of them."""
        prices = [price for each in self.lines for price in each.of(choices.get(each.asset_id, each.usual))]
        rates = [
            day
            for each in self.rates
            for day in each.days
            if each.source
            == choices.get(rate_key(each.rate), each.source if each.found is UpdateOutcome.UPDATED else "")
        ]
        return tuple(prices), tuple(rates)


def rate_key(rate: FxRate) -> str:
    """By which a choice names a rate."""
    return f"{rate.base}/{rate.quote}"


@dataclass(slots=True)
class _Steps:
    """Tells how many requests are behind, each time that it is called."""

    progress: Callable[[int, int, str], None]
    done: int
    total: int
    name: str

    def __call__(self) -> None:
        self.progress(self.done, self.total, self.name)
        self.done += 1


class Updates:
    """Prices from sources: what would leave, ask, preview, keep; and what sources call the assets."""

    def __init__(
        self,
        database: Database,
        today: Callable[[], date],
        now: Callable[[], datetime],
        portfolios: Portfolios,
        sources: Sources,
    ) -> None:
        self._database = database
        self._today, self._now = today, now
        self._portfolios, self._sources = portfolios, sources
        self.web = Web()

    def codes(self) -> list[AssetCode]:
        """What sources call the assets, by source and code."""
        with self._database.read() as connection:
            return storage.all_codes(connection)

    def call(self, codes: Iterable[AssetCode]) -> None:
        """Keeps what sources call assets; BadInput for a code that is none. It is asked for from then on."""
        new = [_checked(each) for each in codes]
        with self._database.write(Topic.ASSETS) as connection:
            symbols = [asset_storage.asset(connection, each.asset_id).symbol for each in new]
            storage.set_codes(connection, new)
            what = f"code of {symbols[0]}" if len(symbols) == 1 else f"codes of {len(symbols)} assets"
            named(connection, f"{what} at {new[0].source}" if new else what)

    def call_no_more(self, asset_id: str, source: str) -> None:
        """The source is not asked for the asset any more."""
        with self._database.write(Topic.ASSETS) as connection:
            named(connection, f"code of {asset_storage.asset(connection, asset_id).symbol} at {source}")
            storage.remove_code(connection, asset_id, source)

    def proposals(self, asset: Asset) -> list[ProposedCode]:
        """What a source may call the asset, by its symbol and the exchanges of its currency; nothing is chosen."""
        return proposed_codes(asset.symbol, asset.currency)

    def without_code(self, source: str) -> list[tuple[Asset, bool]]:
        """What is held and has no code at a source; True: its price was typed so far, so it is not proposed."""
        portfolio = self._portfolios.current()
        called = {each.asset_id for each in self.codes() if each.source.casefold() == source.casefold()}
        held = {each.asset_id for each in portfolio.holdings if each.quantity} - called
        assets = (portfolio.assets[each] for each in held)
        found = [each for each in assets if not each.is_cash and not each.is_archived]
        return [(each, _is_typed(each, portfolio)) for each in sorted(found, key=symbol_order)]

    def leaving(self, only: str | None = None) -> list[Leaving]:
        """What asking every source (or one; NotFound if it is none) would send; nothing is asked yet."""
        sources = self._sources.all() if only is None else [self._sources.get(only)]
        with self._database.read() as connection:
            assets = [
                each for each in asset_storage.all_assets(connection) if not each.is_cash and not each.is_archived
            ]
            codes = storage.all_codes(connection)
        found = [Leaving(each, tuple(_wanted(each, assets, codes))) for each in sources]
        return [self._proposed(each) if each.is_idle else each for each in found]

    def history(self, name: str) -> Leaving:
        """What asking for the rates of every day since something was held would send; BadInput where there are none."""
        source = self._sources.get(name)
        if not isinstance(source.kind, EcbSource) or not source.kind.history:
            raise BadInput(f"“{source.name}” has no rates of all days. The European Central Bank has.")
        with self._database.read() as connection:
            first = min((each.on for each in all_held(connection)), default=self._today())
            before = timedelta(days=price_days_in(connection))
        return Leaving(source, (), since=first - before)

    def _proposed(self, idle: Leaving) -> Leaving:
        """To a source that knows no asset yet: what is held and was not typed, as it is called here."""
        held = [each for each, is_typed in self.without_code(idle.source.name) if not is_typed]
        return Leaving(idle.source, tuple(_as_here(each) for each in held), is_proposed=bool(held))

    def agree(self, leaving: Leaving) -> None:
        """The user saw exactly this and agreed."""
        self._sources.agree(leaving.source.name, leaving.codes, leaving.source.kind.where)

    def ask(
        self,
        leavings: Collection[Leaving],
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int, str], None] = lambda done, total, text: None,
    ) -> tuple[SourceAnswer, ...]:
        """Asks the sources; WealthDeskError before anything is asked unless what is sent was agreed to. Slow.

        It writes nothing into the file. stop: whether to end. progress: told requests done, all, and which source.
        """
        for each in leavings:
            now = self._sources.get(each.source.name)
            if now.kind != each.source.kind or not now.allows(each.codes):
                raise WealthDeskError(f"What “{now.name}” would be sent was not agreed to, so nothing was asked.")
        total = sum(max(1, len(each.codes)) for each in leavings)
        found, done = list[SourceAnswer](), 0
        for each in leavings:
            found.append(self._asked(each, stop, _Steps(progress, done, total, each.source.name)))
            done += max(1, len(each.codes))
        progress(total, total, "")
        return tuple(found)

    def _asked(self, leaving: Leaving, stop: Callable[[], bool], step: Callable[[], None]) -> SourceAnswer:
        source, heard = leaving.source, list[tuple[str, str, str]]()
        if source.wait_until is not None and source.wait_until > self._now():
            what = f"{source.name} asked not to be asked before {source.wait_until:%H:%M} UTC; it was not asked."
            return SourceAnswer(source.name, leaving.wanted, Answer(failed=(Failed("", what),)))
        step()
        asking = Asking(self.web, stop, lambda asked, outcome: heard.append((source.name, asked, outcome)), step)
        try:
            if leaving.since is not None and isinstance(source.kind, EcbSource):
                answer = ask_history(source.name, source.kind, leaving.since, asking)
            else:
                answer = ask(source.name, source.kind, leaving.wanted, asking)
        finally:
            if heard:
                self._sources.note(heard)
        if answer.wait:
            self._sources.wait(source.name, answer.wait)
        if not isinstance(source.kind, FileSource):
            return SourceAnswer(source.name, leaving.wanted, answer)
        # It tells what it tells; what it does not is no mistake.
        told = {each.casefold() for each in (*(q.code for q in answer.quotes), *(f.code for f in answer.failed))}
        wanted = (each for each in leaving.wanted if {each.code.casefold(), each.isin.casefold()} & told)
        return SourceAnswer(source.name, tuple(wanted), answer)

    def of_file(self, path: Path) -> SourceAnswer:
        """What a file of prices says of what is here, once; it is read, and nothing leaves. BadInput if it is none."""
        source = PriceSource(path.name, FileSource(str(path)).checked())
        with self._database.read() as connection:
            assets = [each for each in asset_storage.all_assets(connection) if not each.is_cash]
        answer = self._asked(Leaving(source, tuple(_wanted(source, assets, ()))), lambda: False, lambda: None)
        if not answer.wanted:
            said = next((each.what for each in answer.answer.failed), f"{path.name} has no price of what is here.")
            raise BadInput(said)
        return answer

    def preview(self, answers: Sequence[SourceAnswer], *, may_replace_typed: bool = False) -> PriceUpdate:
        """What the answers would change; nothing is kept."""
        with self._database.read() as connection:
            return _update(connection, answers, self._today(), may_replace_typed=may_replace_typed)

    def total(self, update: PriceUpdate, choices: Mapping[str, str], typed: Collection[Price] = ()) -> tuple[int, int]:
        """What the portfolio is worth now, and with what would be kept, in minor units of its base currency."""
        portfolio = self._portfolios.current()
        prices, rates = update.chosen(choices)
        newest = dict(portfolio.prices)
        for each in sorted((*prices, *typed), key=lambda each: each.on):
            if each.asset_id not in newest or newest[each.asset_id].on <= each.on:
                newest[each.asset_id] = each
        by_day = sorted((*portfolio.rates, *rates), key=lambda each: each.on)
        changed = {(each.base, each.quote): each for each in by_day}
        after = replace(portfolio, prices=newest, rates=tuple(changed.values()))
        return value(portfolio).total_minor, value(after).total_minor

    def keep(
        self,
        answers: Sequence[SourceAnswer],
        choices: Mapping[str, str],
        *,
        may_replace_typed: bool = False,
        typed: Collection[Price] = (),
        without_problems: bool = False,
        seen: PriceUpdate | None = None,
    ) -> tuple[tuple[Price, ...], tuple[FxRate, ...]]:
        """Keeps what is chosen in one change, which can be taken back as an import can; what was kept.

        choices: see PriceUpdate.chosen. typed: prices that the user typed beside the answers. NothingKept while
        anything is not found, doubted or disagreed about, unless it is kept `without_problems`: then without that.
        PortfolioChanged if what would change is no longer what was `seen`.
        """
        with self._database.write(Topic.PRICES, Topic.RATES, is_logged=True) as connection:
            update = _update(connection, answers, self._today(), may_replace_typed=may_replace_typed)
            if seen is not None and seen != update:
                raise PortfolioChanged("The portfolio has changed since this preview, so nothing was kept.")
            if not without_problems and not update.is_clean(choices):
                raise NothingKept("There are problems or warnings, so nothing was kept. Accept them or leave them out.")
            prices, rates = update.chosen(choices)
            prices += tuple(replace(each, price=checked_price(each.price), source=TYPED) for each in typed)
            storage.set_prices(connection, prices)
            storage.set_rates(connection, rates)
            named(connection, f"update of prices, {_counted(len(prices), len(rates))}")
            if prices or rates:
                keep_step(connection)
        return prices, rates


def _counted(prices: int, rates: int) -> str:
    of_prices = "1 price" if prices == 1 else f"{prices:,} prices"
    of_rates = "1 rate" if rates == 1 else f"{rates:,} rates"
    return " and ".join([of_prices] * bool(prices or not rates) + [of_rates] * bool(rates))


def _checked(told: AssetCode) -> AssetCode:
    code, parts = told.code.strip(), told.unit.strip()
    if not code or len(code) > _LONGEST_CODE or not code.isprintable():
        raise BadInput(f"A code has 1 to {_LONGEST_CODE} characters, none of them a control character.")
    if parts and unit(parts) is None:
        raise BadInput(f"“{parts[:20]}” is not a currency, nor a part of one such as GBX.")
    return replace(told, code=code, unit=parts)


def _is_typed(asset: Asset, portfolio: Portfolio) -> bool:
    last = portfolio.prices.get(asset.id)
    return asset.kind in (AssetKind.PROPERTY, AssetKind.PRIVATE) or (last is not None and last.source == TYPED)


def _as_here(asset: Asset) -> Wanted:
    """A symbol that is an ISIN is one, whatever it stands in."""
    isin = asset.isin or (asset.symbol if is_isin(asset.symbol) else "")
    return Wanted(asset.id, asset.symbol, asset.currency, asset.symbol, isin)


def _wanted(source: PriceSource, assets: Iterable[Asset], codes: Iterable[AssetCode]) -> Iterable[Wanted]:
    """What has a code there; of a file, from which nothing leaves, everything."""
    called = {each.asset_id: each for each in codes if each.source.casefold() == source.name.casefold()}
    for asset in sorted(assets, key=symbol_order):
        known = called.get(asset.id)
        if known is not None:
            yield Wanted(asset.id, asset.symbol, asset.currency, known.code, asset.isin or "", known.unit)
        elif isinstance(source.kind, FileSource):
            yield _as_here(asset)


def _update(
    connection: Reading, answers: Sequence[SourceAnswer], today: date, *, may_replace_typed: bool
) -> PriceUpdate:
    assets = {each.id: each for each in asset_storage.all_assets(connection)}
    wanted = {each.asset_id for told in answers for each in told.wanted if each.asset_id in assets}
    prices = {asset_id: storage.prices_of(connection, asset_id) for asset_id in wanted}
    known = {(each.asset_id, each.on): each for some in prices.values() for each in some}
    drafts = [_draft(told, assets, prices, known, today, may_replace_typed=may_replace_typed) for told in answers]
    every = [
        replace(each, last=last_price(prices[each.asset_id], today))
        for told in answers
        for each in told.wanted
        if each.asset_id in assets
    ]
    pairs: dict[tuple[str, str], list[FxRate]] = {}
    for rate in storage.all_rates(connection):
        pairs.setdefault((rate.base, rate.quote), []).append(rate)
    rates = rate_lines(
        ((told.source, told.answer) for told in answers),
        _used(connection), pairs, today, may_replace_typed=may_replace_typed,
    )  # fmt: skip
    of_none = [each.what for draft in drafts for each in draft.failed if each.code not in assets]
    notes = [each for draft in drafts for each in draft.notes]
    return PriceUpdate(laid_together(drafts, every, known), rates, tuple(of_none), tuple(notes))


def _used(connection: Reading) -> set[str]:
    """The currencies of the portfolio, and the euro that rates are told against."""
    portfolio = load_portfolio(connection, date.max)
    of_assets = {each.currency for each in portfolio.assets.values() if not each.is_archived}
    return {portfolio.base_currency, "EUR"} | of_assets | {each.currency for each in portfolio.accounts.values()}


def _draft(
    told: SourceAnswer,
    assets: Mapping[str, Asset],
    prices: Mapping[str, Sequence[Price]],
    known: Mapping[tuple[str, date], Price],
    today: date,
    *,
    may_replace_typed: bool,
) -> QuotesDraft:
    """What one source would change; what failed is said with the id of its asset as its code."""
    first = first_days(told.answer.quotes, today)
    days = {code.casefold(): on for code, on in first.items()}
    wanted = []
    for each in told.wanted:
        if each.asset_id in assets:
            on = days.get(each.code.casefold()) or days.get(each.isin.casefold(), today)
            wanted.append(replace(each, last=last_price(prices[each.asset_id], on)))
    draft = judged(told.source, wanted, told.answer, today, known, may_replace_typed=may_replace_typed)
    of_code: dict[str, list[str]] = {}
    for each in wanted:
        for name in {each.code.casefold(), each.isin.casefold()} - {""}:
            of_code.setdefault(name, []).append(each.asset_id)
    failed = [
        Failed(asset_id, each.what)
        for each in draft.failed
        for asset_id in of_code.get(each.code.casefold(), [each.code])
    ]
    return replace(draft, failed=tuple(failed))
