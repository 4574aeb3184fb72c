"""What the target editor shows of a draft, as values: its lines, where the total stands, and what it would change."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from wealthdesk.domain.assets import CASH_CLASS
from wealthdesk.domain.drift import Allocation, ClassDrift, Drift, HoldingDrift, band, holding_band, status, widened
from wealthdesk.domain.edited_lines import CLASSES, EditedLines, Level, Lines
from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import FindingKind, Line, LineKey, Preview
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, Strategy, Unfillable
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.targets.target_lines import WeightLine
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.change_preview import ChangeLine, ChangePreview, LateChanges
from wealthdesk.gui.widgets.change_words import cap_words, found_in, own_band_words
from wealthdesk.gui.widgets.fields import band_words
from wealthdesk.gui.widgets.findings import ShownFinding

_GREY = "#878580"
_SCALE_STEP = 2500


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays the same while targets are edited: what is held of what, in the order of the screen.

    classes: class id → its weight. holdings: class id → asset id → weight of class. Both in basis points, held ones
    only. own: class id → the held assets that can have a holding target; look-through ones are in `shared`. symbols:
    asset id → what it is called here.
    """

    allocation: Allocation
    classes: Mapping[str, int]
    holdings: Mapping[str, Mapping[str, int]]
    own: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, tuple[str, ...]]
    symbols: Mapping[str, str]

    @classmethod
    def of(cls, allocation: Allocation) -> "Ground":
        """The ground that an allocation is."""
        held = [each for each in allocation.drift.classes if each.asset_class_id in allocation.composition.parts]
        rows = {c.asset_class_id: [h for h in c.holdings if h.value_minor] for c in held}
        assets = allocation.portfolio.assets.items()
        return cls(
            allocation=allocation,
            classes={c.asset_class_id: c.weight_bps for c in held},
            holdings={c: {h.asset_id: h.weight_of_class_bps for h in below} for c, below in rows.items()},
            own={c: tuple(h.asset_id for h in below if not h.is_look_through) for c, below in rows.items()},
            shared={c: tuple(h.asset_id for h in below if h.is_look_through) for c, below in rows.items()},
            symbols={asset_id: each.name if each.is_cash else each.known_as for asset_id, each in assets},
        )

    def class_name(self, class_id: str) -> str:
        """The name of a class."""
        known = self.allocation.portfolio.classes.get(class_id)
        return known.name if known else "A class that was removed"

    def symbol(self, asset_id: str) -> str:
        """What an asset is known as; cash by its name, since a currency code alone says little."""
        return self.symbols.get(asset_id, "An asset that was removed")

    def colour(self, class_id: str) -> str:
        """The colour of a class."""
        known = self.allocation.portfolio.classes.get(class_id)
        return known.colour if known else _GREY


class LateLines(Mapping[str, WeightLine]):
    """Lines by id whose words are put together when they are asked for: of hundreds, few are in view."""

    def __init__(self, lines: Iterable[Line], words: Callable[[Line], WeightLine]) -> None:
        self._lines = {line.key.id: line for line in lines}
        self._words = words

    def __getitem__(self, key: str) -> WeightLine:
        return self._words(self._lines[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def class_lines(draft: EditedLines, ground: Ground, strategy: Strategy) -> LateLines:
    """The lines of the classes, in the order of the screen."""
    order = {class_id: place for place, class_id in enumerate(ground.allocation.portfolio.classes)}
    held, total = ground.allocation.composition, ground.allocation.drift.classified_minor
    has_targets = any(line.amount for line in draft.lines(CLASSES))

    def words(line: Line) -> WeightLine:
        class_id = line.key.id
        usual = band(line.amount, strategy.absolute_band_bps, strategy.relative_band_bps)
        half = usual if line.band is None else Fraction(line.band)
        where = status(sum(held.parts.get(class_id, {}).values()), total, line.amount, half)
        bands = _Bands(usual, half, has_targets and where.is_outside)
        return _weight_line(line, ground.class_name(class_id), ground.colour(class_id), ground.classes, bands)

    return LateLines(sorted(draft.lines(CLASSES), key=lambda line: order.get(line.key.id, len(order))), words)


def holding_lines(draft: EditedLines, ground: Ground, strategy: Strategy, class_id: str) -> LateLines:
    """The lines of the holdings of a class, the largest held first."""
    held = ground.holdings.get(class_id, {})
    order = {asset_id: place for place, asset_id in enumerate(held)}
    of_all = draft.line(LineKey(class_id))
    values, total = ground.allocation.composition.parts.get(class_id, {}), ground.allocation.drift.classified_minor
    in_class = sum(values.values())

    def words(line: Line) -> WeightLine:
        part = half_up(Fraction(line.amount * (of_all.amount if of_all else 0), WHOLE))
        note = f"= {text.percent(part, 2)} of all"
        bands = _holding_bands(line, strategy, values.get(line.key.id, 0), in_class, total)
        name, colour = ground.symbol(line.key.id), ground.colour(class_id)
        return _weight_line(line, name, colour, held, bands, note, has_mark=False)

    lines = sorted(draft.lines(class_id), key=lambda line: (order.get(line.key.id, len(order)), line.key))
    return LateLines(lines, words)


@dataclass(frozen=True, slots=True)
class _Bands:
    """Half the width of a line's usual band and of the one that counts, and whether what is held is outside of it."""

    usual: Fraction
    half: Fraction
    is_outside: bool


def _holding_bands(line: Line, strategy: Strategy, value: int, in_class: int, total: int) -> _Bands:
    usual = holding_band(HoldingTarget(line.key.id, line.amount), strategy)
    half = holding_band(HoldingTarget(line.key.id, line.amount, band_bps=line.band), strategy)
    if in_class <= 0:
        return _Bands(usual, half, is_outside=False)
    half = widened(half, in_class, total)
    return _Bands(usual, half, status(value, in_class, line.amount, half).is_outside)


def _weight_line(
    line: Line,
    name: str,
    colour: str,
    held: Mapping[str, int],
    bands: _Bands,
    note: str = "",
    has_mark: bool = True,
) -> WeightLine:
    half = half_up(bands.half) if line.amount or line.band else None
    return WeightLine(
        name=name,
        colour=colour,
        target_bps=line.amount,
        held_bps=held.get(line.key.id),
        band_low_bps=None if half is None else max(line.amount - half, 0),
        band_high_bps=None if half is None else min(line.amount + half, WHOLE),
        is_locked=line.is_locked,
        note=note,
        has_mark=has_mark,
        is_outside=bands.is_outside,
        own_band_bps=line.band,
        cap_bps=line.cap,
        usual_band=band_words(half_up(bands.usual)) if bands.usual else "",
    )


def scale_of(lines: Mapping[str, WeightLine]) -> int:
    """A scale that shows every target, weight and band of the lines, with room for the largest target to grow."""
    furthest = max((max(each.target_bps + 500, each.held_bps or 0) for each in lines.values()), default=0)
    steps = -(-furthest // _SCALE_STEP)
    return min(max(steps, 2) * _SCALE_STEP, WHOLE)


@dataclass(frozen=True, slots=True)
class TotalStanding:
    """Where the total of a level stands. action: the words of the button that would mend it, "" when none would.

    giver: the line that an excess can be taken from; None: all unlocked ones share it.
    """

    tone: Tone
    title: str
    text: str = ""
    action: str = ""
    giver: LineKey | None = None


def standing(draft: EditedLines, ground: Ground, level: Level, selected: str | None) -> TotalStanding:
    """Where the total of the classes stands, or that of the holdings in a class."""
    left, stopped = draft.left_bps(level), draft.why_stopped(level)
    if left == 0:
        return TotalStanding(Tone.OK, text.percent(WHOLE, 2), stopped or "")
    if level == CLASSES and left == WHOLE:
        words = stopped or "Move a line, choose a template, or begin with what is held."
        return TotalStanding(Tone.WARNING, "No targets yet", words, "&Begin with current weights")
    gap = text.percent(abs(left), 2).removesuffix("%")
    title = f"{text.percent(WHOLE - left, 2)}, {gap} {'too much' if left < 0 else 'left'}"
    return TotalStanding(Tone.WARNING, title, stopped or "", *_mending(draft, ground, level, selected))


def _mending(draft: EditedLines, ground: Ground, level: Level, selected: str | None) -> tuple[str, LineKey | None]:
    unlocked = [line for line in draft.lines(level) if not line.is_locked]
    left = draft.left_bps(level)
    if not unlocked or sum(line.amount for line in draft.lines(level) if line.is_locked) > WHOLE:
        return "", None
    many = "classes" if level == CLASSES else "holdings"
    if left > 0:
        return f"S&pread it over the unlocked {many}", None
    enough = sorted((line for line in unlocked if line.amount + left >= 0), key=lambda line: -line.amount)
    giver = next((line for line in enough if line.key.id == selected), enough[0] if enough else None)
    if giver is None:
        return f"Ta&ke it from the unlocked {many}", None
    name = ground.class_name(giver.key.id) if level == CLASSES else ground.symbol(giver.key.id)
    return f"Ta&ke it from {text_of_button(name)}", giver.key


def text_of_button(words: str) -> str:
    """Words that come from the user, for a button: an ampersand is no mnemonic, and long ones are cut."""
    short = words if len(words) <= 28 else f"{words[:27]}…"
    return short.replace("&", "&&")


def as_held(draft: EditedLines, ground: Ground, level: Level) -> EditedLines:
    """Every line as much as is held of it now."""
    parts = ground.allocation.composition.parts
    if level == CLASSES:
        return draft.filled(CLASSES, {key: sum(below.values()) for key, below in parts.items()})
    below = parts.get(level, {})
    return draft.filled(level, {asset_id: below[asset_id] for asset_id in ground.own.get(level, ())})


def equal(draft: EditedLines, ground: Ground, level: Level) -> EditedLines:
    """The same for every line; a class without holding targets gets a line for each of its holdings."""
    held = ground.own.get(level, ()) if level != CLASSES and not draft.lines(level) else ()
    keys = [*held, *(line.key.id for line in draft.lines(level))]
    return draft.filled(level, dict.fromkeys(keys, 1))


def mended(draft: EditedLines, ground: Ground, level: Level, selected: str) -> EditedLines:
    """The total brought to 100% by what the banner offers; where nothing is set yet, by the current weights."""
    if level == CLASSES and draft.left_bps(CLASSES) == WHOLE:
        return as_held(draft, ground, CLASSES)
    stands = standing(draft, ground, level, selected if level == CLASSES else None)
    return draft.taken_from(stands.giver) if stands.giver else draft.scaled(level)


def without(draft: EditedLines, ground: Ground, key: LineKey) -> EditedLines:
    """The line removed; what is held or has a target keeps its line, and the draft says why."""
    line = draft.line(key)
    if line is None:
        return draft
    held = ground.own.get(key.parent, ()) if key.parent else ground.classes
    if key.id not in held and not line.amount:
        return draft.without_line(key)
    name = ground.symbol(key.id) if key.parent else ground.class_name(key.id)
    why = "is held, so it keeps its line" if key.id in held else "has a target. Bring it to 0% to remove its line"
    return draft.refused(key.parent, f"{name} {why}.")


Thing = TypeVar("Thing")

_NAMED = 3
_CHANGES_STEP = 1000
_TENTH = 10
"""Of a percent, in basis points."""

MovedTarget = tuple[str, int | None, int | None]
"""The id of a class or asset, its share before and after in basis points."""

TargetShares = dict[tuple[str, str], int]
"""(class id, asset id) → share of the portfolio in basis points."""


def found_in_draft(preview: Preview) -> tuple[ShownFinding, ...]:
    """What was found in a draft, without the sums that are not 100 %: the banner above the lines says so."""
    return found_in(preview, without=[FindingKind.SUM_NOT_WHOLE], offers_caps=True)


def preview_of(
    draft: EditedLines,
    ground: Ground,
    strategy: Strategy,
    before: Drift,
    after: Drift,
    found: tuple[ShownFinding, ...],
) -> ChangePreview:
    """The preview of a draft, in which this was found.

    before, after: the drift of what is held under the kept and the edited targets, which are those of the strategy.
    """
    classes, holdings = _class_changes(draft, ground), _holding_changes(draft)
    caps, bands = _limit_changes(draft, ground)
    decimals = _decimals([*classes, *holdings])

    rows: list[MovedTarget | ChangeLine] = [*holdings, *caps, *bands]

    def below(each: MovedTarget | ChangeLine) -> ChangeLine:
        return each if isinstance(each, ChangeLine) else _change(ground.symbol(each[0]), each, decimals)

    return ChangePreview(
        summary=_summary(draft, len(classes), len(holdings), len(caps), len(bands)),
        changes=LateChanges(
            classes, lambda each: _change(ground.class_name(each[0]), each, decimals, ground.colour(each[0]))
        ),
        scale=_scale(classes),
        below_title=_below_title(bool(holdings), bool(caps), bool(bands)),
        below=LateChanges(rows, below),
        figures_title=f"Drift: now {text.ARROW} with these targets"
        if before.has_targets
        else "Drift with these targets",
        figures=tuple(_figures(before, after)),
        found=(*found, *_found(draft, ground, strategy, after)),
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


def _class_changes(draft: EditedLines, ground: Ground) -> list[MovedTarget]:
    """The largest first, and those of one size in the order of the screen."""
    before, after = (
        {x.key.id: x.amount for x in lines if not x.key.parent} for lines in (draft.kept, draft.edited.lines)
    )
    keys = dict.fromkeys((*ground.allocation.portfolio.classes, *before, *after))
    moved: list[MovedTarget] = [(key, before.get(key, 0), after.get(key, 0)) for key in keys]
    return _largest_first(each for each in moved if each[1] != each[2])


def _limit_changes(draft: EditedLines, ground: Ground) -> tuple[list[ChangeLine], list[ChangeLine]]:
    """The caps, and the bands, of lines that are there before and after, or new with one of their own."""
    before = {line.key: line for line in draft.kept}
    caps, bands = [], []
    for line in draft.edited.lines:
        kept = before.get(line.key)
        cap, band = (kept.cap, kept.band) if kept else (None, None)
        if (line.cap, line.band) == (cap, band):
            continue
        name = ground.symbol(line.key.id) if line.key.parent else ground.class_name(line.key.id)
        if line.cap != cap:
            words = [cap_words(draft.state, each) for each in (cap, line.cap)]
            caps.append(ChangeLine(f"Cap of {name}", words[0], words[1], ""))
        if line.band != band:
            bands.append(ChangeLine(f"Band of {name}", own_band_words(band), own_band_words(line.band), ""))
    return caps, bands


def _largest_first(moved: Iterable[MovedTarget]) -> list[MovedTarget]:
    return sorted(moved, key=lambda each: -abs((each[2] or 0) - (each[1] or 0)))


def _decimals(moved: Iterable[MovedTarget]) -> int:
    """How many all of them are shown with: two where one of them is not exact with one."""
    is_fine = any(bps % _TENTH for _, from_bps, to_bps in moved for bps in (from_bps or 0, to_bps or 0))
    return 2 if is_fine else 1


def _change(name: str, moved: MovedTarget, decimals: int, colour: str = "") -> ChangeLine:
    _, from_bps, to_bps = moved
    is_set = to_bps is not None
    both = from_bps is not None and is_set
    return ChangeLine(
        name=name,
        before=text.NOTHING if from_bps is None else text.percent(from_bps, decimals),
        after=text.NOTHING if to_bps is None else text.percent(to_bps, decimals),
        difference=text.points((to_bps or 0) - (from_bps or 0), decimals) if both else "set" if is_set else "cleared",
        colour=colour,
        before_part=from_bps or 0,
        after_part=to_bps or 0,
    )


def _holding_changes(draft: EditedLines) -> list[MovedTarget]:
    before, after = _shares(draft.kept), _shares(draft.edited.lines)
    # Where a class has no holding targets at all its lines have no share; where it has some, a missing one is 0 %.
    had, has = {class_id for class_id, _ in before}, {class_id for class_id, _ in after}
    found: list[MovedTarget] = []
    for key in before | after:
        from_bps = before.get(key, 0 if key[0] in had else None)
        to_bps = after.get(key, 0 if key[0] in has else None)
        if from_bps != to_bps:
            found.append((key[1], from_bps, to_bps))
    return _largest_first(found)


def _shares(lines: Lines) -> TargetShares:
    classes = {line.key: line.amount for line in lines if not line.key.parent}
    return {
        (line.key.parent, line.key.id): half_up(Fraction(line.amount * classes[LineKey(line.key.parent)], WHOLE))
        for line in lines
        if line.key.parent
    }


def _scale(changes: Sequence[MovedTarget]) -> int:
    furthest = max((max(from_bps or 0, to_bps or 0) for _, from_bps, to_bps in changes), default=0)
    return max(-(-furthest // _CHANGES_STEP) * _CHANGES_STEP, _CHANGES_STEP)


def _figures(before: Drift, after: Drift) -> Iterable[ChangeLine]:
    if not after.classes:
        return
    yield _figure("Largest", _largest(before), _largest(after))
    yield _figure("In total", before.sum_bps if before.has_targets else None, after.sum_bps)
    started = before.has_targets
    yield _count("Classes outside", len(before.outside) if started else None, len(after.outside))
    if before.holdings_counted or after.holdings_counted:
        now = len(before.holdings_outside) if started else None
        yield _count("Holdings outside", now, len(after.holdings_outside))


def _count(name: str, before: int | None, after: int) -> ChangeLine:
    if before is None:
        return ChangeLine(name, "", str(after), "")
    sign = "±" if before == after else "+" if after > before else text.MINUS
    return ChangeLine(name, str(before), str(after), f"{sign}{abs(after - before)}")


def _figure(name: str, before: int | None, after: int | None) -> ChangeLine:
    difference = "" if before is None or after is None else text.points(after - before, 2)
    was = "" if before is None else text.points_plain(before, 2)
    return ChangeLine(name, was, text.NOTHING if after is None else text.points_plain(after, 2), difference)


def _largest(drift: Drift) -> int | None:
    largest = drift.largest
    return None if largest is None or largest.drift_bps is None else abs(largest.drift_bps)


def _found(draft: EditedLines, ground: Ground, strategy: Strategy, after: Drift) -> Iterable[ShownFinding]:
    if after.classified_minor and after.has_targets and not draft.incomplete:
        yield _of_bands(ground, after)
    empty = [t.asset_class_id for t in strategy.targets if _has_nothing_to_buy(ground, t)]
    if empty:
        names = _named(empty, ground.class_name)
        spread = strategy.unfillable is Unfillable.SPREAD
        becomes = "is spread over the other classes" if spread else "stays in cash"
        yield ShownFinding(
            Tone.NEUTRAL, f"Nothing to buy in {names}", f"Money of a deposit that falls to it {becomes}."
        )


def _of_bands(ground: Ground, after: Drift) -> ShownFinding:
    outside = sorted(after.outside, key=lambda each: -abs(each.drift_bps or 0))
    count = len(after.classes)
    if not outside:
        inside = f"All {count} classes are inside their band" if count > 1 else "The class is inside its band"
        if after.is_inside:
            return ShownFinding(Tone.OK, inside)
        below = after.holdings_outside
        title = f"{inside}; {text.count(len(below), 'holding')} {'is' if len(below) == 1 else 'are'} not"
        return ShownFinding(Tone.NEUTRAL, title, _named(below, lambda each: _holding_words(ground, each)))
    verb = "is outside its band" if len(outside) == 1 else "are outside their band"
    title = f"{len(outside)} of {text.count(count, 'class', 'classes')} {verb}"
    return ShownFinding(Tone.NEUTRAL, title, _named(outside, lambda each: _drift_words(ground, each)))


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
