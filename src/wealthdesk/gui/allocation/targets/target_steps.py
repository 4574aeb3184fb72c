"""Single steps of the target editor: a draft in, the draft after the step out."""

from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.target_draft import CLASSES, Level, TargetDraft
from wealthdesk.gui.allocation.targets.target_values import Ground, standing


def as_held(draft: TargetDraft, ground: Ground, level: Level) -> TargetDraft:
    """Every line as much as is held of it now."""
    parts = ground.allocation.composition.parts
    if level is None:
        return draft.filled(CLASSES, {key: sum(below.values()) for key, below in parts.items()})
    below = parts.get(level, {})
    return draft.filled(level, {asset_id: below[asset_id] for asset_id in ground.own.get(level, ())})


def equal(draft: TargetDraft, ground: Ground, level: Level) -> TargetDraft:
    """The same for every line; a class without holding targets gets a line for each of its holdings."""
    held = ground.own.get(level, ()) if level is not None and not draft.lines(level) else ()
    keys = [*held, *(line.key for line in draft.lines(level))]
    return draft.filled(level, dict.fromkeys(keys, 1))


def mended(draft: TargetDraft, ground: Ground, level: Level, selected: str) -> TargetDraft:
    """The total brought to 100% by what the banner offers; where nothing is set yet, by the current weights."""
    if level is None and draft.left_bps(CLASSES) == WHOLE:
        return as_held(draft, ground, CLASSES)
    stands = standing(draft, ground, level, selected if level is None else None)
    return draft.taken_from(level, stands.giver) if stands.giver else draft.scaled(level)


def without(draft: TargetDraft, ground: Ground, level: Level, key: str) -> TargetDraft:
    """The line removed; what is held or has a target keeps its line, and the draft says why."""
    line = draft.line(level, key)
    if line is None:
        return draft
    held = ground.classes if level is None else ground.own.get(level, ())
    if key not in held and not line.bps:
        return draft.without_line(level, key)
    name = ground.class_name(key) if level is None else ground.symbol(key)
    why = "is held, so it keeps its line" if key in held else "has a target. Bring it to 0% to remove its line"
    return draft.refused(level, f"{name} {why}.")
