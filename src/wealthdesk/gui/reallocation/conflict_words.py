"""The words of a merge: who made the other version, what each side has, and where the total stands with the choices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from wealthdesk.domain.reallocation import Finding, FindingKind, Preview, State, What
from wealthdesk.domain.reallocation_history import Revision
from wealthdesk.domain.reallocation_merge import MergeChoice, MergeSide, Whose
from wealthdesk.domain.reallocation_words import heading, sentence
from wealthdesk.gui import format as text
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.change_words import amount_words, difference_words, own_band_words
from wealthdesk.gui.widgets.side_choice import SideLine, SideWords


@dataclass(frozen=True, slots=True)
class MergeStanding:
    """Where the choices stand, for the banner. why_not: words beside the button; "" where nothing holds it back."""

    tone: Tone
    title: str
    text: str = ""
    why_not: str = ""


def title(state: State) -> str:
    """What changed elsewhere."""
    if state.what is What.TARGETS:
        return "These targets changed elsewhere"
    return f"The reserves of {state.name} changed elsewhere"


def made(version: int, revision: Revision | None, now: datetime) -> str:
    """A version, by whom and when as far as it is known: "Version 8 by Jon, today, 14:02"."""
    if revision is None or revision.version != version:
        return f"Version {version}"
    return f"Version {version} by {_who(revision)}, {relative_moment(revision.at, now, capital=False)}"


def _who(revision: Revision) -> str:
    return "you" if revision.actor in ("", "You") else revision.actor


def introduction(found: Collection[MergeChoice]) -> str:
    """What is to be done."""
    if not found:
        return "Nothing is saved yet. Both sides made the same changes."
    both = sum(each.changed_by is None for each in found)
    differ = f"Nothing is saved yet. {text.count(len(found), 'line differs', 'lines differ')}"
    if not both:
        return f"{differ}, each changed by one side."
    if both == len(found):
        return f"{differ}. Choose a value for each."
    return f"{differ}; {text.count(both, 'was changed', 'were changed')} by both sides. Choose there."


def side_line(choice: MergeChoice, theirs: State, colours: Mapping[str, str]) -> SideLine:
    """A line with both of its sides."""
    key = choice.key
    sides = (choice.before, choice.mine, choice.theirs)
    shown = _Below(len({each.cap for each in sides}) > 1, len({each.band for each in sides}) > 1)
    place = (theirs.names or {}).get(key.parent, "") if key and key.parent else ""
    return SideLine(
        name=choice.name,
        before=_amount(theirs, choice, choice.before),
        mine=_side(theirs, choice, choice.mine, shown),
        theirs=_side(theirs, choice, choice.theirs, shown),
        colour=colours.get(key.id, "") if key and not key.parent else "",
        place=f"of {place}" if place else "",
        before_below=shown.words(theirs, choice.before),
    )


def _side(state: State, choice: MergeChoice, side: MergeSide, shown: "_Below") -> SideWords:
    if choice.key is None:
        difference = "unchanged" if side == choice.before else ""
    else:
        difference = difference_words(state, choice.before.amount, side.amount)
        if side != choice.before and side.amount == choice.before.amount:
            difference = ""
    return SideWords(_amount(state, choice, side), difference, shown.words(state, side))


def _amount(state: State, choice: MergeChoice, side: MergeSide) -> str:
    if side.amount is None:
        return "none" if choice.key is None else "not a line"
    return amount_words(state, side.amount)


@dataclass(frozen=True, slots=True)
class _Below:
    """What the second line of the sides says: the cap and the band, each where the sides differ in it."""

    has_caps: bool
    has_bands: bool

    def words(self, state: State, side: MergeSide) -> str:
        """Those of one side."""
        cap = "no cap" if side.cap is None else f"cap {amount_words(state, side.cap)}"
        parts = [*([cap] if self.has_caps else []), *([f"band {own_band_words(side.band)}"] if self.has_bands else [])]
        return ", ".join(parts)


def standing(preview: Preview, found: Collection[MergeChoice], whose: Mapping["MergeChoice", Whose]) -> MergeStanding:
    """Where the choices stand. whose: the choices that are made."""
    left = len(found) - len(whose)
    if left:
        words = f"Choose for {text.count(left, 'line')}"
        return MergeStanding(
            Tone.NEUTRAL,
            words,
            "Both sides changed it." if left == 1 else "Both sides changed them.",
            f"{words} to save",
        )
    if preview.errors:
        return _wrong(preview, preview.errors[0], _tally(whose))
    if not preview.is_effective:
        version = preview.state.version
        return MergeStanding(Tone.NEUTRAL, f"This is version {version} as it is", "", "Nothing is left to save")
    return _right(preview, _tally(whose))


def _tally(whose: Mapping[MergeChoice, Whose]) -> str:
    mine = sum(each is Whose.MINE for each in whose.values())
    return f"with these choices: {mine:,} mine, {len(whose) - mine:,} theirs"


def _wrong(preview: Preview, error: Finding, tally: str) -> MergeStanding:
    state = preview.state
    if error.kind is not FindingKind.SUM_NOT_WHOLE:
        why = f"Fix {text.count(len(preview.errors), 'error')} to save"
        return MergeStanding(Tone.ERROR, heading(error), sentence(error, state.what, state.currency), why)
    over = error.part > error.whole
    which = f"{error.name}: " if error.key else ""
    gap = amount_words(state, abs(error.part - error.whole))
    words = f"{amount_words(state, error.part)} of 100% {tally}. Going back to editing keeps them."
    name = (
        f"{which}{'Over' if over else 'Under'}-allocated by {gap}"
        if not which
        else f"{which}{gap} {'over' if over else 'left'}"
    )
    return MergeStanding(Tone.WARNING, name, words, "Bring the total to 100% to save")


def _right(preview: Preview, tally: str) -> MergeStanding:
    total = amount_words(preview.state, preview.total_after)
    if preview.state.what is What.TARGETS:
        return MergeStanding(Tone.OK, "Fully allocated", f"{total} of 100% {tally}")
    return MergeStanding(Tone.OK, f"{total} planned", tally)
