"""What a targets file means for the portfolio: its strategies, classes and assets matched with those that are known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, Strategy, Unfillable
from wealthdesk.errors import BadInput
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.draft import Problem
from wealthdesk.importers.targets_csv import ClassTargetDraft, HoldingTargetDraft, StrategyDraft, TargetsDraft


@dataclass(frozen=True, slots=True)
class MatchedTargets:
    """The strategies that a file adds or changes, as they are to be. `activate` are the ids of those in force then."""

    added: tuple[Strategy, ...] = ()
    changed: tuple[Strategy, ...] = ()
    activate: tuple[str, ...] = ()
    unchanged: int = 0
    problems: tuple[tuple[str, Problem], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.activate)


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a targets file can mean."""

    accounts: Mapping[str, Account]
    classes: Mapping[str, AssetClass]
    assets: Mapping[tuple[str, str], Asset]

    @classmethod
    def of(cls, accounts: Iterable[Account], classes: Iterable[AssetClass], assets: Iterable[Asset]) -> "Names":
        """The names of these accounts, classes and assets."""
        return cls(
            {each.name.casefold(): each for each in accounts},
            {each.name.casefold(): each for each in classes},
            {(each.symbol, each.currency): each for each in assets},
        )


def match_targets(names: Names, known: Sequence[Strategy], drafts: Iterable[TargetsDraft]) -> MatchedTargets:
    """Matches targets files with the portfolio. A file with problems changes nothing."""
    added, changed, activate, unchanged = [], [], [], 0
    problems: list[tuple[str, Problem]] = []
    for draft in drafts:
        if draft.problems:
            continue
        for told in draft.strategies:
            try:
                before, after = _strategy(names, known, told)
            except BadInput as refused:
                fix = "Import the holdings first, or correct the file."
                problems.append((draft.file_name, Problem(told.line, "Strategy", str(refused), fix)))
                continue
            if before is None:
                added.append(after)
            elif replace(before, targets=_sorted(before)) != replace(after, targets=_sorted(after)):
                changed.append(after)
            else:
                unchanged += 1
            is_first = not any(each.scope == after.scope and each.is_active for each in (*known, *added[:-1]))
            if (told.is_active and not after.is_active) or (told.is_active is None and before is None and is_first):
                activate.append(after.id)
    if problems:
        return MatchedTargets(problems=tuple(problems))
    return MatchedTargets(tuple(added), tuple(changed), tuple(activate), unchanged)


def _sorted(strategy: Strategy) -> tuple[ClassTarget, ...]:
    lines = (replace(t, holdings=tuple(sorted(t.holdings, key=lambda h: h.asset_id))) for t in strategy.targets)
    return tuple(sorted(lines, key=lambda t: t.asset_class_id))


def _strategy(names: Names, known: Sequence[Strategy], told: StrategyDraft) -> tuple[Strategy | None, Strategy]:
    scope: Scope = None
    if told.scope is not None:
        account = names.accounts.get(told.scope.casefold())
        if account is None:
            raise BadInput(f"There is no account “{told.scope}”.")
        scope = account.id
    before = next((each for each in known if (each.name, each.scope) == (told.name, scope)), None)
    plain = before or Strategy(str(uuid4()), told.name, scope, is_active=False)
    after = replace(
        plain,
        absolute_band_bps=told.absolute_band_bps or plain.absolute_band_bps,
        relative_band_bps=told.relative_band_bps or plain.relative_band_bps,
        fill_method=FillMethod(told.fill_method) if told.fill_method in set(FillMethod) else plain.fill_method,
        unfillable=Unfillable(told.unfillable) if told.unfillable in set(Unfillable) else plain.unfillable,
        targets=tuple(_class_target(names, each) for each in told.classes),
    )
    return before, after


def _class_target(names: Names, told: ClassTargetDraft) -> ClassTarget:
    found = names.classes.get(told.name.casefold())
    class_id = found.id if found else class_of(told.name)
    if class_id is None:
        raise BadInput(f"There is no asset class “{told.name}”.")
    return ClassTarget(class_id, told.bps, told.locked, tuple(_holding_target(names, each) for each in told.holdings))


def _holding_target(names: Names, told: HoldingTargetDraft) -> HoldingTarget:
    asset = names.assets.get((told.symbol, told.currency))
    if asset is None:
        raise BadInput(f"There is no asset “{told.symbol}” in {told.currency}.")
    return HoldingTarget(asset.id, told.bps, told.locked)
