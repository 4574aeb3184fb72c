"""What the user can do with assets and asset classes, and with two assets that are one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, Exposure, checked_exposures
from wealthdesk.domain.holdings import Portfolio, checked_cost, checked_quantity
from wealthdesk.domain.merged_assets import (
    Held,
    Keep,
    Together,
    merged_asset,
    merged_lines,
    merged_portfolio,
    merged_revisions,
    proposed,
)
from wealthdesk.domain.money import WHOLE, currency
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.reallocation import Change, LineCandidate, LineKey, State, changes_between, evaluate
from wealthdesk.domain.reallocation_history import removed_pasts
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.domain.targets import header_of
from wealthdesk.domain.trading_rules import Trading
from wealthdesk.domain.valuation import value
from wealthdesk.errors import AlreadyExists, BadInput, NotFound, PortfolioChanged
from wealthdesk.services import kept_openings
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.reallocations import CommitRequest, commit
from wealthdesk.services.settings import limits_in
from wealthdesk.services.targets import drop_asset, drop_class
from wealthdesk.storage import accounts, holdings, reallocations, targets, trading_rules
from wealthdesk.storage import assets as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, also, named
from wealthdesk.storage.holdings import load_portfolio

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing


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


Home = AccountKind | Literal[""] | None
"""The kind of account that a class is better held in, "" for any; None: as it was."""


class Assets:
    """Assets: list, add, change, classify, remove."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def all(self) -> list[Asset]:
        """Every asset, archived ones too, by symbol."""
        with self._database.read() as connection:
            return storage.all_assets(connection)

    def add(self, asset: Asset, trading: Trading | None = None) -> Asset:
        """Keeps a new asset under an id of its own, and how far it takes part in plans; the id given is not used."""
        new = replace(_checked(asset), id=str(uuid4()))
        with self._database.write(Topic.ASSETS) as connection:
            _check_isin_free(storage.all_assets(connection), new)
            named(connection, f"new asset {new.symbol}")
            storage.add_assets(connection, [new])
            _set_trading(connection, new, trading)
        return new

    def change(self, asset: Asset, trading: Trading | None = None) -> None:
        """Keeps what changed of an asset, and how far it takes part in plans (None: as it did).

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
            _set_trading(connection, changed, trading)
            if changed.exposures != before.exposures:
                drop_asset(connection, changed.id, _left_its_class(changed), except_in=changed.only_class)

    def classify(self, asset_ids: Iterable[str], exposures: Iterable[Exposure]) -> None:
        """Gives all these assets the same exposures (none: Unclassified)."""
        self._classify(dict.fromkeys(asset_ids, checked_exposures(exposures)))

    def classify_each(self, classes: Mapping[str, str]) -> None:
        """Gives each of these assets (by its id) the class of that id, all in one change."""
        self._classify({asset_id: (Exposure(class_id, WHOLE),) for asset_id, class_id in classes.items()})

    def _classify(self, exposures: Mapping[str, tuple[Exposure, ...]]) -> None:
        """exposures: asset id → what it counts to from now on."""
        with self._database.write(Topic.ASSETS, Topic.TARGETS) as connection:
            chosen = [replace(storage.asset(connection, key), exposures=told) for key, told in exposures.items()]
            named(connection, f"class of {chosen[0].symbol}" if len(chosen) == 1 else f"class of {len(chosen)} assets")
            for asset in chosen:
                storage.set_exposures(connection, asset.id, asset.exposures)
                drop_asset(connection, asset.id, _left_its_class(asset), except_in=asset.only_class)

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

    def add(self, name: str, colour: str, home: Home = None) -> AssetClass:
        """Keeps a class of the user's own, after the others, and where it is better held."""
        with self._database.write(Topic.CLASSES) as connection:
            known = storage.all_classes(connection)
            last = max((each.position for each in known), default=0)
            new = AssetClass(str(uuid4()), checked_name(name, "name for the class"), colour, last + 1)
            _check_free(known, new)
            named(connection, f"new class “{new.name}”")
            storage.add_class(connection, new)
            _set_home(connection, new, home)
        return new

    def change(self, asset_class: AssetClass, home: Home = None) -> None:
        """Keeps a class's new name, colour or position, and where it is better held."""
        name = checked_name(asset_class.name, "name for the class")
        with self._database.write(Topic.CLASSES) as connection:
            changed = replace(asset_class, name=name)
            named(connection, f"change of class “{storage.asset_class(connection, changed.id).name}”")
            _check_free(storage.all_classes(connection), changed)
            storage.change_class(connection, changed)
            _set_home(connection, changed, home)

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


def _set_trading(connection: "Writing", asset: Asset, trading: Trading | None) -> None:
    if trading is not None:
        trading_rules.set_trading(connection, [asset.id], trading)
        also(connection, Topic.RULES)


def _set_home(connection: "Writing", asset_class: AssetClass, home: Home) -> None:
    if home is not None:
        trading_rules.set_home(connection, asset_class.id, home or None)
        also(connection, Topic.RULES)


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


__all__ = ["Keep", "MergePreview", "Merging", "Together"]


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging `other` into `kept` changes. `after` is what is kept then.

    together: one for each account that holds one of them. values: the total of everything, before and after, in minor
    units of the base currency. prices: days that only the other has a price of, and days of which both have one.
    strategies: the names of those with a target of the other. versions: how many of the past changed one. refusal: why
    it cannot be kept; empty: it can.
    """

    kept: Asset
    other: Asset
    after: Asset
    accounts: Mapping[str, Account]
    together: tuple[Together, ...]
    base_currency: str
    values: tuple[int, int]
    prices: tuple[int, int]
    strategies: tuple[str, ...]
    rules: int
    plans: int
    versions: int
    refusal: str = ""


class Merging:
    """Merging two assets: what it changes, and doing it."""

    def __init__(self, database: Database, portfolios: Portfolios) -> None:
        self._database = database
        self._portfolios = portfolios

    def preview(self, kept_id: str, other_id: str, choices: Mapping[str, Keep] | None = None) -> MergePreview:
        """What merging changes; BadInput where the two cannot be one. choices: account id → what becomes of its two."""
        today = self._portfolios.current().on
        with self._database.read() as connection:
            return _preview(connection, load_portfolio(connection, today), kept_id, other_id, choices or {})

    def merge(
        self,
        kept_id: str,
        other_id: str,
        choices: Mapping[str, Keep] | None = None,
        *,
        seen: MergePreview | None = None,
    ) -> MergePreview:
        """Merges the other asset into the one that is kept, all in one transaction that can be undone.

        PortfolioChanged if that is no longer what was `seen`; BadInput where a cap or a sum would not hold any more.
        """
        today = self._portfolios.current().on
        topics = (Topic.ASSETS, Topic.HOLDINGS, Topic.PRICES, Topic.TARGETS, Topic.PLANS, Topic.RULES)
        with self._database.write(*topics) as connection:
            portfolio = load_portfolio(connection, today)
            preview = _preview(connection, portfolio, kept_id, other_id, choices or {})
            if seen is not None and seen != preview:
                raise PortfolioChanged("The portfolio has changed since this preview, so nothing was merged.")
            if preview.refusal:
                raise BadInput(f"{preview.refusal} Nothing was merged.")
            named(connection, f"merge of {preview.other.symbol} into {preview.kept.symbol}")
            _merge(connection, preview)
        return preview

    def set_apart(self, kept_id: str, other_id: str) -> None:
        """Remembers that two assets that were found to be of one ISIN are two, and are not to be merged."""
        with self._database.write(Topic.ASSETS) as connection:
            known = {each.id: each for each in storage.all_assets(connection)}
            if kept_id not in known or other_id not in known:
                raise NotFound("This asset does not exist any more.")
            kept, other = known[kept_id], known[other_id]
            named(connection, f"{other.symbol} as another asset than {kept.symbol}")
            accounts.forget_twin(connection, kept_id, other)


def _merge(connection: "Writing", preview: MergePreview) -> None:
    for each in preview.together:
        holdings.merge_holdings(connection, preview.kept.id, each)
    if preview.after.exposures != preview.kept.exposures:
        storage.set_exposures(connection, preview.kept.id, preview.after.exposures)
    reason = f"{preview.other.symbol} was merged into {preview.kept.symbol}"
    for state, changes, locks in _target_changes(connection, preview.after, preview.other):
        commit(connection, state, CommitRequest(changes, reason=reason, locks=locks))
    _merge_past(connection, preview.after, preview.other)
    holdings.merge_asset(connection, preview.after, preview.other)
    kept_openings.merge(connection, preview.kept.id, preview.other.id)


def _merge_past(connection: "Writing", after: Asset, other: Asset) -> None:
    """The history of targets tells of the one that is kept, as if the two had been one from the beginning."""
    naming = reallocations.all_naming(connection, other.id)
    pasts = [
        (reallocations.history(connection, header), reallocations.state(connection, header).lines)
        for header in dict.fromkeys(each.header for each in naming if each.header)
    ]
    if any(each.header is None for each in naming):
        pasts += [([*each], ()) for each in removed_pasts(reallocations.of_removed(connection))]
    for past, now in pasts:
        if any(line.key.id == other.id for each in past for line in each.lines):
            lines = merged_revisions(reversed(past), now, after, other.id)
            for each in past:
                if each.id in lines:
                    reallocations.merge_lines(connection, each, after.id, other.id, lines[each.id])


def _preview(
    connection: Reading, portfolio: Portfolio, kept_id: str, other_id: str, choices: Mapping[str, Keep]
) -> MergePreview:
    if kept_id not in portfolio.assets or other_id not in portfolio.assets:
        raise NotFound("This asset does not exist any more.")
    kept, other = portfolio.assets[kept_id], portfolio.assets[other_id]
    after = merged_asset(kept, other)
    together = tuple(_together(connection, portfolio, kept, other, choices))
    refusals, strategies = [], []
    for state, changes, _ in _target_changes(connection, after, other):
        strategies.append(state.name)
        errors = evaluate(state, changes, limits_in(connection)).errors
        refusals += [sentence(each, state.what, state.currency) for each in errors]
    for each in together:
        checked_quantity(each.after.holding.quantity)
        checked_cost(each.after.holding.cost_basis_minor)
    days, both = holdings.price_days(connection, kept_id, other_id)
    merged = merged_portfolio(portfolio, after, other, together)
    return MergePreview(
        kept,
        other,
        after,
        portfolio.accounts,
        together,
        portfolio.base_currency,
        (value(portfolio).total_minor, value(merged).total_minor),
        (days - both, both),
        tuple(strategies),
        holdings.rules_naming(connection, other_id),
        holdings.plans_naming(connection, other_id),
        len(reallocations.all_naming(connection, other_id)),
        " ".join(refusals),
    )


def _together(
    connection: Reading, portfolio: Portfolio, kept: Asset, other: Asset, choices: Mapping[str, Keep]
) -> Iterable[Together]:
    lots = holdings.all_lots(connection)
    held = {(each.account_id, each.asset_id): Held(each, lots.get(each.id, ())) for each in portfolio.holdings}
    moments = holdings.changed_last(connection, kept.id), holdings.changed_last(connection, other.id)
    for account_id in portfolio.accounts:
        first, second = held.get((account_id, kept.id)), held.get((account_id, other.id))
        if first is None and second is None:
            continue
        usual = proposed(first, second) if first and second else Keep.ADD_UP
        is_newer = moments[1].get(account_id, "") > moments[0].get(account_id, "")
        yield Together(account_id, first, second, is_newer, choices.get(account_id, usual))


def _target_changes(
    connection: Reading, after: Asset, other: Asset
) -> Iterable[tuple[State, tuple[Change, ...], Mapping[LineKey, bool]]]:
    """The strategies with a target of the other asset, what changes in them, and the locks of their lines then."""
    for strategy in targets.all_strategies(connection):
        if all(line.asset_id != other.id for target in strategy.targets for line in target.holdings):
            continue
        state = reallocations.state(connection, header_of(strategy.id))
        if after.only_class:
            known = {LineKey(after.id, after.only_class): LineCandidate(after.symbol, after.is_archived)}
            candidates = {**(state.candidates or {}), **known}
            state = replace(state, candidates=candidates)
        lines = merged_lines(state.lines, after, other)
        locks = {key: line.is_locked for key, line in lines.items()}
        yield state, changes_between({line.key: line for line in state.lines}, lines), locks
