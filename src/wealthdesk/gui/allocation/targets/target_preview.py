"""What edited targets would change, as the preview pane shows it: shares from → to, the drift, and what to know."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeVar

from wealthdesk.domain.assets import CASH_CLASS
from wealthdesk.domain.drift import ClassDrift, Drift, HoldingDrift
from wealthdesk.domain.edited_lines import EditedLines, Lines
from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import FindingKind, LineKey
from wealthdesk.domain.reallocation_preview import Preview
from wealthdesk.domain.targets import ClassTarget, Strategy, Unfillable
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.targets.target_values import Ground
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.change_list import Change, LateChanges
from wealthdesk.gui.widgets.change_preview import ChangePreview
from wealthdesk.gui.widgets.change_words import cap_words, found_in, own_band_words
from wealthdesk.gui.widgets.findings import Found

Thing = TypeVar("Thing")

_NAMED = 3
_SCALE_STEP = 1000
_TENTH = 10
"""Of a percent, in basis points."""

Moved = tuple[str, int | None, int | None]
"""The id of a class or asset, its share before and after in basis points."""

Shares = dict[tuple[str, str], int]
"""(class id, asset id) → share of the portfolio in basis points."""


def preview_of(
    draft: EditedLines, ground: Ground, strategy: Strategy, before: Drift, after: Drift, preview: Preview
) -> ChangePreview:
    """The preview of a draft. before, after: the drift of what is held under the kept and the edited targets.

    The sums that are not 100 % are left out of what was found: the banner above the lines says so.
    """
    classes, holdings = _class_changes(draft), _holding_changes(draft)
    caps, bands = _limit_changes(draft, ground)
    decimals = _decimals([*classes, *holdings])

    rows: list[Moved | Change] = [*holdings, *caps, *bands]

    def below(each: Moved | Change) -> Change:
        return each if isinstance(each, Change) else _change(ground.symbol(each[0]), each, decimals)

    return ChangePreview(
        summary=_summary(draft, len(classes), len(holdings), len(caps), len(bands)),
        changes=LateChanges(
            classes, lambda each: _change(ground.class_name(each[0]), each, decimals, ground.colour(each[0]))
        ),
        scale=_scale(classes),
        below_title=_below_title(bool(holdings), bool(caps), bool(bands)),
        below=LateChanges(rows, below),
        figures_title="Drift of what is held, now and with these targets",
        figures=tuple(_figures(before, after)),
        found=(
            *found_in(preview, without=[FindingKind.SUM_NOT_WHOLE], offers_caps=True),
            *_found(draft, ground, strategy, after),
        ),
    )


def _below_title(has_holdings: bool, has_caps: bool, has_bands: bool) -> str:
    others = " and ".join(word for word, is_there in (("caps", has_caps), ("bands", has_bands)) if is_there)
    if not has_holdings:
        return others.capitalize()
    return "Holdings, share of portfolio" + (f", and {others}" if others else "")


def _summary(draft: EditedLines, classes: int, holdings: int, caps: int, bands: int) -> str:
    if draft.incomplete:
        return "Not complete"
    parts = [text.count(classes, "class", "classes")] if classes else []
    parts += [text.count(holdings, "holding")] if holdings else []
    parts += [text.count(caps, "cap")] if caps else []
    parts += [text.count(bands, "band")] if bands else []
    return ", ".join(parts) or "No changes"


def _class_changes(draft: EditedLines) -> list[Moved]:
    before, after = (
        {x.key.id: x.amount for x in lines if not x.key.parent} for lines in (draft.kept, draft.edited.lines)
    )
    moved: list[Moved] = [(key, before.get(key, 0), after.get(key, 0)) for key in before | after]
    return _largest_first(each for each in moved if each[1] != each[2])


def _limit_changes(draft: EditedLines, ground: Ground) -> tuple[list[Change], list[Change]]:
    """The caps, and the bands, of lines that are there before and after, or new with one of their own."""
    before = {line.key: line for line in draft.kept}
    caps, bands = [], []
    for line in draft.edited.lines:
        kept = before.get(line.key)
        name = ground.symbol(line.key.id) if line.key.parent else ground.class_name(line.key.id)
        cap, band = (kept.cap, kept.band) if kept else (None, None)
        if line.cap != cap:
            words = [cap_words(draft.state, each) for each in (cap, line.cap)]
            caps.append(Change(f"Cap of {name}", words[0], words[1], ""))
        if line.band != band:
            bands.append(Change(f"Band of {name}", own_band_words(band), own_band_words(line.band), ""))
    return caps, bands


def _largest_first(moved: Iterable[Moved]) -> list[Moved]:
    return sorted(moved, key=lambda each: -abs((each[2] or 0) - (each[1] or 0)))


def _decimals(moved: Iterable[Moved]) -> int:
    """How many all of them are shown with: so many that none seems not to have changed."""
    is_fine = any(0 < abs((to_bps or 0) - (from_bps or 0)) < _TENTH for _, from_bps, to_bps in moved)
    return 2 if is_fine else 1


def _change(name: str, moved: Moved, decimals: int, colour: str = "") -> Change:
    _, from_bps, to_bps = moved
    is_set = to_bps is not None
    both = from_bps is not None and is_set
    return Change(
        name=name,
        before=text.NOTHING if from_bps is None else text.percent(from_bps, decimals),
        after=text.NOTHING if to_bps is None else text.percent(to_bps, decimals),
        difference=text.points((to_bps or 0) - (from_bps or 0), decimals) if both else "set" if is_set else "cleared",
        colour=colour,
        before_part=from_bps or 0,
        after_part=to_bps or 0,
    )


def _holding_changes(draft: EditedLines) -> list[Moved]:
    before, after = _shares(draft.kept), _shares(draft.edited.lines)
    # Where a class has no holding targets at all its lines have no share; where it has some, a missing one is 0 %.
    had, has = {class_id for class_id, _ in before}, {class_id for class_id, _ in after}
    found: list[Moved] = []
    for key in before | after:
        from_bps = before.get(key, 0 if key[0] in had else None)
        to_bps = after.get(key, 0 if key[0] in has else None)
        if from_bps != to_bps:
            found.append((key[1], from_bps, to_bps))
    return _largest_first(found)


def _shares(lines: Lines) -> Shares:
    classes = {line.key: line.amount for line in lines if not line.key.parent}
    return {
        (line.key.parent, line.key.id): half_up(Fraction(line.amount * classes[LineKey(line.key.parent)], WHOLE))
        for line in lines
        if line.key.parent
    }


def _scale(changes: Sequence[Moved]) -> int:
    furthest = max((max(from_bps or 0, to_bps or 0) for _, from_bps, to_bps in changes), default=0)
    return max(-(-furthest // _SCALE_STEP) * _SCALE_STEP, _SCALE_STEP)


def _figures(before: Drift, after: Drift) -> Iterable[Change]:
    if not after.classes:
        return
    yield _figure("Largest", _largest(before), _largest(after))
    yield _figure("Sum of all classes", before.sum_bps if before.has_targets else None, after.sum_bps)
    started = before.has_targets
    yield _count("Classes outside their band", len(before.outside) if started else None, len(after.outside))
    if before.holdings_counted or after.holdings_counted:
        now = len(before.holdings_outside) if started else None
        yield _count("Holdings outside their band", now, len(after.holdings_outside))


def _count(name: str, before: int | None, after: int) -> Change:
    if before is None:
        return Change(name, text.NOTHING, str(after), "")
    sign = "±" if before == after else "+" if after > before else text.MINUS
    return Change(name, str(before), str(after), f"{sign}{abs(after - before)}")


def _figure(name: str, before: int | None, after: int | None) -> Change:
    difference = "" if before is None or after is None else text.points(after - before)
    words = [text.NOTHING if each is None else text.points_plain(each) for each in (before, after)]
    return Change(name, words[0], words[1], difference)


def _largest(drift: Drift) -> int | None:
    largest = drift.largest
    return None if largest is None or largest.drift_bps is None else abs(largest.drift_bps)


def _found(draft: EditedLines, ground: Ground, strategy: Strategy, after: Drift) -> Iterable[Found]:
    if after.classified_minor and after.has_targets and not draft.incomplete:
        yield _of_bands(ground, after)
    empty = [t.asset_class_id for t in draft.targets if _has_nothing_to_buy(ground, t)]
    if empty:
        names = _named(empty, ground.class_name)
        spread = strategy.unfillable is Unfillable.SPREAD
        becomes = "is spread over the other classes" if spread else "stays in cash"
        yield Found(Tone.NEUTRAL, f"Nothing to buy in {names}", f"Money of a deposit that falls to it {becomes}.")


def _of_bands(ground: Ground, after: Drift) -> Found:
    outside = sorted(after.outside, key=lambda each: -abs(each.drift_bps or 0))
    count = len(after.classes)
    if not outside:
        inside = f"All {count} classes are inside their band" if count > 1 else "The class is inside its band"
        if after.is_inside:
            return Found(Tone.OK, inside)
        below = after.holdings_outside
        title = f"{inside}; {text.count(len(below), 'holding')} {'is' if len(below) == 1 else 'are'} not"
        return Found(Tone.NEUTRAL, title, _named(below, lambda each: _holding_words(ground, each)))
    verb = "is outside its band" if len(outside) == 1 else "are outside their band"
    title = f"{len(outside)} of {text.count(count, 'class', 'classes')} {verb}"
    return Found(Tone.NEUTRAL, title, _named(outside, lambda each: _drift_words(ground, each)))


def _drift_words(ground: Ground, drift: ClassDrift) -> str:
    return f"{ground.class_name(drift.asset_class_id)} {text.points(drift.drift_bps or 0)}"


def _holding_words(ground: Ground, drift: HoldingDrift) -> str:
    return f"{ground.symbol(drift.asset_id)} {text.points(drift.drift_of_class_bps or 0)} of its class"


def _named(what: Sequence[Thing], name: Callable[[Thing], str]) -> str:
    more = len(what) - _NAMED
    return ", ".join(name(each) for each in what[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _has_nothing_to_buy(ground: Ground, target: ClassTarget) -> bool:
    class_id = target.asset_class_id
    if target.target_bps == 0 or class_id == CASH_CLASS:
        return False
    return not ground.own.get(class_id) and not target.holdings
