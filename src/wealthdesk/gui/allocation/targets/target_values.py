"""What the target editor shows of a draft, as values: its lines, their common scale, and where the total stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from wealthdesk.domain.drift import Allocation, band, holding_band, status, widened
from wealthdesk.domain.edited_lines import CLASSES, EditedLines, Level
from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import Line, LineKey
from wealthdesk.domain.targets import HoldingTarget, Strategy
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.band_edit import band_words
from wealthdesk.gui.widgets.weight_row import WeightLine

_GREY = "#878580"
_SCALE_STEP = 2500


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays the same while targets are edited: what is held of what, in the order of the screen.

    classes: class id → its weight. holdings: class id → asset id → weight of class. Both in basis points, held ones
    only. own: class id → the held assets that can have a holding target; look-through ones are in `shared`.
    """

    allocation: Allocation
    classes: Mapping[str, int]
    holdings: Mapping[str, Mapping[str, int]]
    own: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, allocation: Allocation) -> "Ground":
        """The ground that an allocation is."""
        held = [each for each in allocation.drift.classes if each.asset_class_id in allocation.composition.parts]
        rows = {c.asset_class_id: [h for h in c.holdings if h.value_minor] for c in held}
        return cls(
            allocation=allocation,
            classes={c.asset_class_id: c.weight_bps for c in held},
            holdings={c: {h.asset_id: h.weight_of_class_bps for h in below} for c, below in rows.items()},
            own={c: tuple(h.asset_id for h in below if not h.is_look_through) for c, below in rows.items()},
            shared={c: tuple(h.asset_id for h in below if h.is_look_through) for c, below in rows.items()},
        )

    def class_name(self, class_id: str) -> str:
        """The name of a class."""
        known = self.allocation.portfolio.classes.get(class_id)
        return known.name if known else "A class that was removed"

    def symbol(self, asset_id: str) -> str:
        """The symbol of an asset; cash by its name, since a currency code alone says little."""
        known = self.allocation.portfolio.assets.get(asset_id)
        return "An asset that was removed" if known is None else known.name if known.is_cash else known.symbol

    def colour(self, class_id: str) -> str:
        """The colour of a class."""
        known = self.allocation.portfolio.classes.get(class_id)
        return known.colour if known else _GREY


def class_lines(draft: EditedLines, ground: Ground, strategy: Strategy) -> dict[str, WeightLine]:
    """The lines of the classes, in the order of the screen."""
    order = {class_id: place for place, class_id in enumerate(ground.allocation.portfolio.classes)}
    lines = sorted(draft.lines(CLASSES), key=lambda line: order.get(line.key.id, len(order)))
    held, total = ground.allocation.composition, ground.allocation.drift.classified_minor
    shown = {}
    for line in lines:
        class_id = line.key.id
        usual = band(line.amount, strategy.absolute_band_bps, strategy.relative_band_bps)
        half = usual if line.band is None else Fraction(line.band)
        where = status(sum(held.parts.get(class_id, {}).values()), total, line.amount, half)
        bands = _Bands(usual, half, where.is_outside)
        name, colour = ground.class_name(class_id), ground.colour(class_id)
        shown[class_id] = _weight_line(line, name, colour, ground.classes, bands)
    return shown


def holding_lines(draft: EditedLines, ground: Ground, strategy: Strategy, class_id: str) -> dict[str, WeightLine]:
    """The lines of the holdings of a class, the largest held first."""
    held = ground.holdings.get(class_id, {})
    order = {asset_id: place for place, asset_id in enumerate(held)}
    of_all = draft.line(LineKey(class_id))
    values, total = ground.allocation.composition.parts.get(class_id, {}), ground.allocation.drift.classified_minor
    in_class = sum(values.values())
    shown = {}
    for line in sorted(draft.lines(class_id), key=lambda line: (order.get(line.key.id, len(order)), line.key)):
        part = half_up(Fraction(line.amount * (of_all.amount if of_all else 0), WHOLE))
        note = f"= {text.percent(part)} of all"
        bands = _holding_bands(line, strategy, values.get(line.key.id, 0), in_class, total)
        name, colour = ground.symbol(line.key.id), ground.colour(class_id)
        shown[line.key.id] = _weight_line(line, name, colour, held, bands, note, has_mark=False)
    return shown


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
class Standing:
    """Where the total of a level stands. action: the words of the button that would mend it, "" when none would.

    giver: the line that an excess can be taken from; None: all unlocked ones share it.
    """

    tone: Tone
    title: str
    text: str = ""
    action: str = ""
    giver: LineKey | None = None


def standing(draft: EditedLines, ground: Ground, level: Level, selected: str | None) -> Standing:
    """Where the total of the classes stands, or that of the holdings in a class."""
    left, stopped = draft.left_bps(level), draft.why_stopped(level)
    if left == 0:
        return Standing(Tone.OK, "Fully allocated", stopped or f"{text.percent(WHOLE)} of 100%")
    if level == CLASSES and left == WHOLE:
        words = stopped or "Move a line, choose a template, or begin with what is held."
        return Standing(Tone.WARNING, "No targets yet", words, "&Begin with current weights")
    over = left < 0
    title = f"{'Over' if over else 'Under'}-allocated by {_percent(abs(left))}"
    what = "class" if level == CLASSES else "holding"
    words = f"Take {_percent(-left)} off an unlocked {what}." if over else f"{_percent(left)} is left."
    words = stopped or f"{_percent(WHOLE - left)} of 100%. {words}"
    return Standing(Tone.WARNING, title, words, *_mending(draft, ground, level, selected))


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


def _percent(bps: int) -> str:
    return text.percent(bps, 1 if bps % 10 == 0 else 2)


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
