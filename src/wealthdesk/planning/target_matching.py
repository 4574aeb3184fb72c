"""What a targets file means for the portfolio: its strategies, classes and assets matched with those that are known."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from uuid import uuid4

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME, Account, AccountGroup, Scope
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.names import checked_name
from wealthdesk.domain.targets import (
    ClassTarget,
    ClassTargets,
    FillMethod,
    HoldingTarget,
    Strategy,
    Unfillable,
    check,
    check_place,
    with_bands_of,
    with_caps_of,
)
from wealthdesk.errors import BadInput, TargetsRefused
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.draft import Draft, Problem
from wealthdesk.importers.targets_csv import ClassTargetDraft, HoldingTargetDraft, StrategyDraft, TargetsDraft

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class MatchedTargets:
    """The strategies that a file adds or changes, as they are to be. `activate` are the ids of those in force then."""

    added: tuple[Strategy, ...] = ()
    changed: tuple[Strategy, ...] = ()
    activate: tuple[str, ...] = ()
    unchanged: int = 0
    problems: tuple[tuple[str, Problem], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.activate)


@dataclass(frozen=True, slots=True)
class TargetNames:
    """What the names in a targets file can mean."""

    scopes: Mapping[str, Account | AccountGroup]
    classes: Mapping[str, AssetClass]
    assets: Mapping[tuple[str, str], Asset]

    @classmethod
    def of(
        cls, scopes: Iterable[Account | AccountGroup], classes: Iterable[AssetClass], assets: Iterable[Asset]
    ) -> "TargetNames":
        """The names of these accounts and groups of them, classes and assets."""
        return cls(
            {each.name.casefold(): each for each in scopes},
            {each.name.casefold(): each for each in classes},
            {(each.symbol, each.currency): each for each in assets},
        )


def match_targets(names: TargetNames, known: Sequence[Strategy], drafts: Iterable[TargetsDraft]) -> MatchedTargets:
    """Matches targets files with the portfolio. One with problems changes nothing; of two files the second counts."""
    kept = {each.id: each for each in known}
    wanted: dict[str, Strategy] = {}
    activate: list[str] = []
    problems: list[tuple[str, Problem]] = []
    drafts = tuple(drafts)
    called = {told.name.casefold() for draft in drafts for told in draft.strategies}
    for draft in drafts:
        for told in () if draft.problems else draft.strategies:
            try:
                after = _strategy(names, (kept | wanted).values(), told, called)
            except (BadInput, TargetsRefused) as refused:
                fix = "Import the holdings first, or correct the file."
                problems.append((draft.file_name, Problem(told.line, "Strategy", str(refused), fix)))
                continue
            wanted[after.id] = after
            is_first = after.id not in kept and not any(e.is_active and e.scope == after.scope for e in known)
            if (told.is_active and not after.is_active) or (told.is_active is None and is_first):
                activate.append(after.id)
    if problems:
        return MatchedTargets(problems=tuple(problems))
    added = tuple(each for each in wanted.values() if each.id not in kept)
    same = [each for each in wanted.values() if each.id in kept and _is_same(kept[each.id], each)]
    changed = tuple(each for each in wanted.values() if each not in added and each not in same)
    return MatchedTargets(added, changed, tuple(activate), len(same))


def strategy_of(draft: Draft, known: Sequence[Strategy]) -> tuple[TargetsDraft | None, str]:
    """The strategy that the targets of another program's file become, and what is to be told of it.

    One of that name that has targets keeps them unless the draft says otherwise. It is in force where nothing is yet.
    """
    if not draft.targets or draft.taxonomy is None:
        return None, ""
    of_all = [each for each in known if each.scope is None]
    same = next((each for each in of_all if each.name.casefold() == draft.strategy.casefold()), None)
    has_targets = any(each.is_active and each.targets for each in of_all)
    classes = tuple(ClassTargetDraft(0, name, bps, False) for name, bps in draft.targets)
    told = StrategyDraft(
        0, draft.strategy, None, not has_targets, None, None, None, None, classes, tells_bands=False, tells_caps=False
    )
    if same is not None and same.targets and not draft.replaces_targets:
        return None, f"The strategy “{same.name}” has targets here: they stay as they are."
    return TargetsDraft(draft.file_name, (told,)), ""


def _is_same(before: Strategy, after: Strategy) -> bool:
    return replace(before, targets=_sorted(before)) == replace(after, targets=_sorted(after))


def _sorted(strategy: Strategy) -> tuple[ClassTarget, ...]:
    lines = (replace(t, holdings=tuple(sorted(t.holdings, key=lambda h: h.asset_id))) for t in strategy.targets)
    return tuple(sorted(lines, key=lambda t: t.asset_class_id))


def _strategy(names: TargetNames, known: Iterable[Strategy], told: StrategyDraft, called: Container[str]) -> Strategy:
    """called: the names of all strategies in the files, in small letters."""
    scope: Scope = None
    if told.scope is not None:
        found = names.scopes.get(told.scope.casefold())
        if found is None:
            raise BadInput(f"There is no account and no group “{told.scope}”.")
        scope = found.id
    name = checked_name(told.name, "name for the strategy")
    here = [each for each in known if each.scope == scope]
    plain = _meant(here, name, bool(told.is_active), called) or Strategy(str(uuid4()), name, scope, is_active=False)
    after = replace(
        plain,
        absolute_band_bps=_band(told.absolute_band_bps, plain.absolute_band_bps),
        relative_band_bps=_band(told.relative_band_bps, plain.relative_band_bps),
        fill_method=_choice(FillMethod, told.fill_method, plain.fill_method),
        unfillable=_choice(Unfillable, told.unfillable, plain.unfillable),
        targets=tuple(_class_target(names, each) for each in told.classes),
    )
    if not told.tells_bands:
        after = replace(after, targets=with_bands_of(plain.targets, after.targets))
    if not told.tells_caps:
        after = replace(after, targets=with_caps_of(plain.targets, after.targets))
    _check(names, after.targets)
    return after


def _meant(here: Sequence[Strategy], name: str, is_active: bool, called: Container[str]) -> Strategy | None:
    """That of the name; else, to be in force, the one of a new file that nobody used yet, under this name."""
    for each in here:
        if each.name.casefold() == name.casefold():
            return each
    if not is_active or ALL_PORTFOLIO_NAME.casefold() in called:
        return None
    unused = (each for each in here if each.name == ALL_PORTFOLIO_NAME and each.is_active and not each.targets)
    return next((replace(each, name=name) for each in unused), None)


def _check(names: TargetNames, targets: ClassTargets) -> None:
    check(targets)
    by_id = {each.id: each for each in names.assets.values()}
    for target in targets:
        check_place(target, by_id)


def _band(told: int | None, otherwise: int) -> int:
    if told is not None and not 1 <= told <= WHOLE:
        raise BadInput("A band lies between 0.01% and 100%.")
    return otherwise if told is None else told


def _choice(choices: type[C], told: str | None, otherwise: C) -> C:
    if told is None:
        return otherwise
    try:
        return choices(told.casefold())
    except ValueError:
        known = ", ".join(choices)
        raise BadInput(f"“{told}” is not one of {known}.") from None


def _class_target(names: TargetNames, told: ClassTargetDraft) -> ClassTarget:
    found = names.classes.get(told.name.casefold())
    class_id = found.id if found else class_of(told.name)
    if class_id is None:
        raise BadInput(f"There is no asset class “{told.name}”.")
    holdings = tuple(_holding_target(names, each) for each in told.holdings)
    return ClassTarget(class_id, told.bps, told.locked, holdings, told.band_bps, told.cap_bps)


def _holding_target(names: TargetNames, told: HoldingTargetDraft) -> HoldingTarget:
    asset = names.assets.get((told.symbol, told.currency)) if told.currency else _only_one(names, told.symbol)
    if asset is None:
        where = f" in {told.currency}" if told.currency else ""
        raise BadInput(f"There is no asset “{told.symbol}”{where}.")
    return HoldingTarget(asset.id, told.bps, told.locked, told.band_bps, told.cap_bps)


def _only_one(names: TargetNames, symbol: str) -> Asset | None:
    """The asset of that symbol, where no currency is told; BadInput when there are several."""
    found = [asset for (each, _), asset in names.assets.items() if each == symbol]
    if len(found) > 1:
        codes = ", ".join(sorted(asset.currency for asset in found))
        raise BadInput(f"“{symbol}” is several assets, in {codes}. Fill in the currency.")
    return found[0] if found else None
