"""A reallocation's preview in the words of the pane: amounts, shares and caps from → to, totals, and what was found."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Final, NamedTuple

from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import Delta, Finding, FindingKind, Preview, Severity, State, What
from wealthdesk.domain.reallocation_words import heading, sentence
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.change_preview import NOTHING_CHANGED, ChangeLine, ChangePreview, LateChanges
from wealthdesk.gui.widgets.findings import ShownFinding

MOST_SINGLY: Final = 12
"""So many findings of a kind are shown on their own; the others together."""
_SCALE_STEP: Final = 1000
_LEAST_SHOWN: Final = 5
"""Basis points; less is 0.0%."""
_GREY: Final = "#878580"
_TONES: Final = {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.INFORMATION: Tone.NEUTRAL}


class _Kind(Enum):
    AMOUNT = ""
    CAP = "Cap"
    BAND = "Band"


class _Moved(NamedTuple):
    """One number of a line that changes: its amount, its cap, or its own band."""

    delta: Delta
    kind: _Kind = _Kind.AMOUNT


def shown_preview(
    preview: Preview, colours: Mapping[str, str] | None = None, *, offers_caps: bool = False
) -> ChangePreview:
    """What the pane shows of a preview. colours: class id → colour of its bar. offers_caps: of reserves, see below."""
    if preview.state.what is What.RESERVES:
        return _of_reserves(preview, offers_caps)
    return _of_targets(preview, colours or {})


def found_in(
    preview: Preview, *, without: Iterable[FindingKind] = (), offers_caps: bool = False
) -> tuple[ShownFinding, ...]:
    """What a preview found, errors first; what says that nothing changes is left out, since the pane says so itself.

    offers_caps: a concentration can be capped where it is found.
    """
    left_out = {FindingKind.NO_CHANGE, *without}
    found: list[ShownFinding] = []
    for severity, tone in _TONES.items():
        some = [f for f in preview.findings if f.severity is severity and f.kind not in left_out]
        found += [_found(tone, each, preview.state, offers_caps) for each in some[:MOST_SINGLY]]
        if rest := some[MOST_SINGLY:]:
            found.append(_together(tone, rest, preview.state))
    return tuple(found)


def _found(tone: Tone, finding: Finding, state: State, offers_caps: bool) -> ShownFinding:
    codes = (finding.code,) if tone is Tone.WARNING else ()
    can_cap = offers_caps and finding.kind is FindingKind.HIGH_CONCENTRATION
    cap = (finding.key, finding.limit) if can_cap and finding.key else None
    return ShownFinding(tone, heading(finding), sentence(finding, state.what, state.currency), codes, cap)


def _together(tone: Tone, findings: Sequence[Finding], state: State) -> ShownFinding:
    words = "\n".join(sentence(each, state.what, state.currency) for each in findings)
    codes = tuple(each.code for each in findings) if tone is Tone.WARNING else ()
    return ShownFinding(tone, f"{len(findings):,} more", words, codes)


def amount_words(state: State, amount: int | None, places: int | None = None) -> str:
    """An amount or a cap on the screen: 55.0%, $4,500,000. places: decimals of a share; None: as it needs."""
    if amount is None:
        return text.NOTHING
    if state.what is What.TARGETS:
        return text.percent(amount, places or share_places(amount))
    return text.money_brief(amount, state.currency)


def share_places(*shares: int | None) -> int:
    """With how many decimals shares stand together: two wherever one of them is not exact to one."""
    return 2 if any((each or 0) % 10 for each in shares) else 1


def difference_words(state: State, before: int | None, after: int | None, places: int | None = None) -> str:
    """What is between two amounts: "−5.0 pp", "+$900,000", "added", "removed", "unchanged"."""
    if before is None or after is None:
        return "unchanged" if before is after else "added" if before is None else "removed"
    if before == after:
        return "unchanged"
    if state.what is What.TARGETS:
        return text.points(after - before, places or share_places(after - before))
    return text.money_brief(after - before, state.currency, plus=True)


def relative_words(before: int | None, after: int | None) -> str:
    """What the difference is of the amount before: "+25.0%"; "new" where there was nothing."""
    if not before:
        return "new" if after else ""
    if after is None:
        return "removed"
    bps = half_up(Fraction((after - before) * WHOLE, before))
    sign = "±" if abs(bps) < _LEAST_SHOWN else "+" if bps > 0 else ""
    return f"{sign}{text.percent(bps)}"


def _of_reserves(preview: Preview, offers_caps: bool) -> ChangePreview:
    moved, state = _moved(preview.changed), preview.state
    return ChangePreview(
        summary="" if not moved else text.count(len(moved), "change"),
        changes=LateChanges(moved, lambda each: _reserve(each, state)),
        figures=tuple(_totals(preview)) if preview.is_effective else (),
        found=found_in(preview, offers_caps=offers_caps),
        nothing=NOTHING_CHANGED if not preview.is_effective else "No company changes.",
    )


def _reserve(moved: _Moved, state: State) -> ChangeLine:
    before, after, name = _sides(moved)
    words = [_number_words(state, each, moved.kind) for each in (before, after)]
    is_cap = moved.kind is _Kind.CAP
    difference = "" if is_cap and None in (before, after) else difference_words(state, before, after)
    note = "" if is_cap else relative_words(before, after)
    return ChangeLine(name, words[0], words[1], difference, note=note, is_tall=True)


def _totals(preview: Preview) -> Iterable[ChangeLine]:
    before, after, state = preview.total_before, preview.total_after, preview.state
    words = [amount_words(state, each) for each in (before, after)]
    note = relative_words(before, after) if before != after else ""
    difference = difference_words(state, before, after)
    yield ChangeLine("Total planned", words[0], words[1], difference, note=note, is_tall=True)
    if preview.budget_after != state.budget:
        limits = [cap_words(state, each) for each in (state.budget, preview.budget_after)]
        yield ChangeLine("Budget", limits[0], limits[1], "", is_tall=True)


def _of_targets(preview: Preview, colours: Mapping[str, str]) -> ChangePreview:
    moved = _moved(preview.changed)
    classes = [each for each in moved if not each.delta.key.parent and each.kind is _Kind.AMOUNT]
    below = [each for each in moved if each.delta.key.parent or each.kind is not _Kind.AMOUNT]
    furthest = max((max(each.delta.before or 0, each.delta.after or 0) for each in classes), default=0)
    shares = [each.delta for each in moved if each.kind is _Kind.AMOUNT]
    places = share_places(*(share for each in shares for share in (each.before, each.after)))
    told = partial(_target, preview=preview, colours=colours, places=places)
    return ChangePreview(
        summary=_summary(moved),
        changes=LateChanges(classes, told),
        scale=max(-(-furthest // _SCALE_STEP), 1) * _SCALE_STEP,
        below_title=_below_title(below),
        below=LateChanges(below, told),
        found=found_in(preview),
    )


def _summary(moved: Sequence[_Moved]) -> str:
    keys = {each.delta.key for each in moved}
    classes, holdings = (sum(bool(key.parent) is is_below for key in keys) for is_below in (False, True))
    parts = [text.count(classes, "class", "classes")] if classes else []
    parts += [text.count(holdings, "holding")] if holdings else []
    return ", ".join(parts) or "No changes"


def _below_title(below: Sequence[_Moved]) -> str:
    kinds = {each.kind for each in below}
    others = " and ".join(f"{kind.value}s".lower() for kind in (_Kind.CAP, _Kind.BAND) if kind in kinds)
    if _Kind.AMOUNT not in kinds:
        return others.capitalize()
    return "Holdings, share of class" + (f", and {others}" if others else "")


def _target(moved: _Moved, preview: Preview, colours: Mapping[str, str], places: int) -> ChangeLine:
    before, after, name = _sides(moved)
    state, key = preview.state, moved.delta.key
    is_amount = moved.kind is _Kind.AMOUNT
    shown_with = places if is_amount else None
    words = [_number_words(state, each, moved.kind, shown_with) for each in (before, after)]
    is_open = not is_amount and None in (before, after)
    difference = "" if is_open else difference_words(state, before, after, shown_with)
    colour = "" if not is_amount or key.parent else colours.get(key.id, _GREY)
    return ChangeLine(name, words[0], words[1], difference, colour, before or 0, after or 0)


def _sides(moved: _Moved) -> tuple[int | None, int | None, str]:
    delta = moved.delta
    if moved.kind is _Kind.CAP:
        return delta.cap_before, delta.cap_after, f"Cap of {delta.name}"
    if moved.kind is _Kind.BAND:
        return delta.band_before, delta.band_after, f"Band of {delta.name}"
    return delta.before, delta.after, delta.name


def _moved(deltas: Iterable[Delta]) -> list[_Moved]:
    found: list[_Moved] = []
    for delta in deltas:
        if delta.before != delta.after:
            found.append(_Moved(delta))
        if delta.cap_before != delta.cap_after and (delta.after is not None or delta.cap_before is None):
            found.append(_Moved(delta, _Kind.CAP))
        if delta.band_before != delta.band_after and (delta.after is not None or delta.band_before is None):
            found.append(_Moved(delta, _Kind.BAND))
    return found


def own_band_words(band: int | None) -> str:
    """A band of a line's own: "±3 pp", or "usual" where it is that of the strategy's rule."""
    return "usual" if band is None else f"±{text.points_plain(band, None)}"


def _number_words(state: State, number: int | None, kind: _Kind, places: int | None = None) -> str:
    if kind is _Kind.BAND:
        return own_band_words(number)
    return cap_words(state, number) if kind is _Kind.CAP else amount_words(state, number, places)


def cap_words(state: State, cap: int | None) -> str:
    """A cap on the screen: 30.0%, $4,500,000, "none"."""
    return "none" if cap is None else amount_words(state, cap)
