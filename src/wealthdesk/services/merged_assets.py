"""What the user can do with two assets that are one: see what merging them changes, and merge them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset
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
from wealthdesk.domain.reallocation import Candidate, Change, LineKey, State, changes_between
from wealthdesk.domain.reallocation_history import removed_pasts
from wealthdesk.domain.reallocation_preview import evaluate
from wealthdesk.domain.reallocation_words import sentence
from wealthdesk.domain.target_reallocation import header_of
from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput, NotFound, PortfolioChanged
from wealthdesk.services.committing import Order, commit
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.settings import limits_in
from wealthdesk.storage import aliases, assets, reallocations, revisions, targets, tax_lots
from wealthdesk.storage import merged_assets as storage
from wealthdesk.storage.connection import Reading
from wealthdesk.storage.database import Database, named
from wealthdesk.storage.portfolio import load_portfolio

if TYPE_CHECKING:
    from wealthdesk.storage.writing import Writing

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
            known = {each.id: each for each in assets.all_assets(connection)}
            if kept_id not in known or other_id not in known:
                raise NotFound("This asset does not exist any more.")
            kept, other = known[kept_id], known[other_id]
            named(connection, f"{other.symbol} as another asset than {kept.symbol}")
            aliases.forget_twin(connection, kept_id, other)


def _merge(connection: "Writing", preview: MergePreview) -> None:
    for each in preview.together:
        storage.merge_holdings(connection, preview.kept.id, each)
    if preview.after.exposures != preview.kept.exposures:
        assets.set_exposures(connection, preview.kept.id, preview.after.exposures)
    reason = f"{preview.other.symbol} was merged into {preview.kept.symbol}"
    for state, changes, locks in _target_changes(connection, preview.after, preview.other):
        commit(connection, state, Order(changes, reason=reason, locks=locks))
    _merge_past(connection, preview.after, preview.other)
    storage.merge_asset(connection, preview.after, preview.other)


def _merge_past(connection: "Writing", after: Asset, other: Asset) -> None:
    """The history of targets tells of the one that is kept, as if the two had been one from the beginning."""
    naming = revisions.all_naming(connection, other.id)
    pasts = [
        (revisions.history(connection, header), reallocations.state(connection, header).lines)
        for header in dict.fromkeys(each.header for each in naming if each.header)
    ]
    if any(each.header is None for each in naming):
        pasts += [([*each], ()) for each in removed_pasts(revisions.of_removed(connection))]
    for past, now in pasts:
        if any(line.key.id == other.id for each in past for line in each.lines):
            lines = merged_revisions(reversed(past), now, after, other.id)
            for each in past:
                if each.id in lines:
                    revisions.merge_lines(connection, each, after.id, other.id, lines[each.id])


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
    days, both = storage.price_days(connection, kept_id, other_id)
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
        storage.rules_naming(connection, other_id),
        storage.plans_naming(connection, other_id),
        len(revisions.all_naming(connection, other_id)),
        " ".join(refusals),
    )


def _together(
    connection: Reading, portfolio: Portfolio, kept: Asset, other: Asset, choices: Mapping[str, Keep]
) -> Iterable[Together]:
    lots = tax_lots.all_lots(connection)
    held = {(each.account_id, each.asset_id): Held(each, lots.get(each.id, ())) for each in portfolio.holdings}
    moments = storage.changed_last(connection, kept.id), storage.changed_last(connection, other.id)
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
            known = {LineKey(after.id, after.only_class): Candidate(after.symbol, after.is_archived)}
            candidates = {**(state.candidates or {}), **known}
            state = replace(state, candidates=candidates)
        lines = merged_lines(state.lines, after, other)
        locks = {key: line.is_locked for key, line in lines.items()}
        yield state, changes_between({line.key: line for line in state.lines}, lines), locks
