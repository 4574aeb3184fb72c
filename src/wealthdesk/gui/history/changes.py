"""What two versions differ in, as lists of changes: classes or companies, holdings as shares of all, caps, bands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.reallocation import Delta, State, What, deltas_between
from wealthdesk.domain.reallocation_history import Version, shares_of_all
from wealthdesk.gui.history.words import limit_words
from wealthdesk.gui.widgets.change_preview import ChangeLine, LateChanges
from wealthdesk.gui.widgets.change_words import (
    amount_words,
    difference_words,
    own_band_words,
    relative_words,
)

GREY: Final = "#878580"
"""The colour of what is no class, or of a class that was removed."""
_SCALE_STEP: Final = 1000


@dataclass(frozen=True, slots=True)
class Differences:
    """Top: what no other line holds, with bars on `scale` for targets. `unchanged` are names."""

    top: Sequence[ChangeLine]
    scale: int
    unchanged: tuple[str, ...]
    holdings: Sequence[ChangeLine]
    caps: Sequence[ChangeLine]
    bands: Sequence[ChangeLine] = ()


def differences(state: State, before: Version, after: Version, colours: Mapping[str, str]) -> Differences:
    """What the second version has that the first has not. colours: class id → colour."""
    deltas = deltas_between(before.lines, after.lines)
    top = [each for each in deltas if not each.key.parent]
    moved = [each for each in top if each.before != each.after]
    shares = deltas_between(shares_of_all(before.lines), shares_of_all(after.lines))
    capped = [each for each in deltas if each.cap_before != each.cap_after]
    return Differences(
        top=LateChanges(moved, _words_of_top(state, colours)),
        scale=_scale(moved),
        unchanged=tuple(each.name for each in top if not each.is_changed),
        holdings=LateChanges([each for each in shares if each.before != each.after], lambda each: _plain(state, each)),
        caps=[_cap(state, each) for each in capped] + _budgets(state, before, after),
        bands=[_band(each) for each in deltas if each.after is not None and each.band_before != each.band_after],
    )


def _words_of_top(state: State, colours: Mapping[str, str]) -> Callable[[Delta], ChangeLine]:
    def target(delta: Delta) -> ChangeLine:
        colour = colours.get(delta.key.id, GREY)
        return _plain(state, delta, colour)

    def reserve(delta: Delta) -> ChangeLine:
        numbers = (amount_words(state, delta.before), amount_words(state, delta.after))
        note = relative_words(delta.before, delta.after)
        difference = difference_words(state, delta.before, delta.after)
        return ChangeLine(delta.name, *numbers, difference, note=note, is_tall=True)

    return target if state.what is What.TARGETS else reserve


def _plain(state: State, delta: Delta, colour: str = "") -> ChangeLine:
    numbers = (amount_words(state, delta.before), amount_words(state, delta.after))
    difference = difference_words(state, delta.before, delta.after)
    return ChangeLine(delta.name, *numbers, difference, colour, delta.before or 0, delta.after or 0)


def _cap(state: State, delta: Delta) -> ChangeLine:
    return _limit(state, delta.name, delta.cap_before, delta.cap_after)


def _band(delta: Delta) -> ChangeLine:
    return ChangeLine(delta.name, own_band_words(delta.band_before), own_band_words(delta.band_after), "")


def _budgets(state: State, before: Version, after: Version) -> list[ChangeLine]:
    if before.budget == after.budget:
        return []
    return [_limit(state, "Budget", before.budget, after.budget)]


def _limit(state: State, name: str, before: int | None, after: int | None) -> ChangeLine:
    difference = "" if before is None or after is None else difference_words(state, before, after)
    is_tall = state.what is What.RESERVES
    return ChangeLine(name, limit_words(state, before), limit_words(state, after), difference, is_tall=is_tall)


def _scale(deltas: Sequence[Delta]) -> int:
    furthest = max((max(each.before or 0, each.after or 0) for each in deltas), default=0)
    return max(-(-furthest // _SCALE_STEP), 1) * _SCALE_STEP
