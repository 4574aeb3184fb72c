"""The past of one strategy or fund, removed ones too: its versions, what each changed most, and what can come back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from wealthdesk.domain.money import WHOLE, half_up
from wealthdesk.domain.reallocation import Change, Header, Line, LineKey, SetAmount, State, What
from wealthdesk.domain.reallocation_changes import changes_to, scaled
from wealthdesk.domain.reallocation_history import (
    Comparison,
    Revision,
    RevisionLine,
    Version,
    compared,
    version_of,
)
from wealthdesk.domain.reallocation_preview import Delta


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose history it is. `header` is None once the strategy or fund is removed; `name` was its name then.

    `place` is the account that a strategy is for ("" = everything), or when a removed one was changed last.
    """

    what: What
    name: str
    header: Header | None = None
    place: str = ""
    is_archived: bool = False
    first_id: str = ""
    """The id of its first reallocation, which tells removed ones apart."""

    @property
    def is_removed(self) -> bool:
        """Whether only its history is left."""
        return self.header is None

    @property
    def key(self) -> str:
        """The same for the same subject as long as it is not removed, and from then on."""
        return self.first_id if self.header is None else f"{self.what}:{self.header.id}"


def removed_pasts(revisions: Iterable[Revision]) -> list[tuple[Revision, ...]]:
    """The histories that reallocations without a header belong to, each the newest first.

    Those of one name are told apart by their versions: a second strategy of a name begins anew.
    """
    open_ones: dict[tuple[What, str], list[Revision]] = {}
    found: list[list[Revision]] = []
    for each in sorted(revisions, key=lambda each: (each.at, each.version)):
        key = (each.what, each.name)
        if key not in open_ones or open_ones[key][-1].version >= each.version:
            open_ones[key] = []
            found.append(open_ones[key])
        open_ones[key].append(each)
    return [tuple(reversed(each)) for each in found]


def state_when_removed(revisions: Sequence[Revision]) -> State:
    """What is known of the lines of a removed strategy or fund when it was removed, from its history, newest first."""
    lines: dict[LineKey, Line] = {}
    for revision in reversed(revisions):
        for each in revision.lines:
            _redo(lines, each)
    last = revisions[0]
    header = Header(last.what, "")
    return State(header, last.name, last.version, tuple(lines.values()), last.currency, last.budget_after)


def _redo(lines: dict[LineKey, Line], change: RevisionLine) -> None:
    if change.after is None:
        lines.pop(change.key, None)
    else:
        lines[change.key] = Line(change.key, change.name, change.after, change.cap_after, band=change.band_after)


@dataclass(frozen=True, slots=True)
class Step:
    """One version, and the reallocation that made it; None: it was there before its history began.

    `biggest` is the largest change, of a holding as a share of everything; None where no amount changed. `is_first`:
    there were no lines before.
    """

    number: int
    revision: Revision | None
    biggest: Delta | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """The lines of now (of a removed one: those it had), and the reallocations that made them, the newest first."""

    subject: Subject
    state: State
    revisions: tuple[Revision, ...]

    @property
    def current(self) -> int:
        """The version of now, or the last one."""
        return self.state.version

    def steps(self) -> tuple[Step, ...]:
        """Every version that is known of, the newest first; not one without any lines that it all began with."""
        classes = {line.key.id: line.amount for line in self.state.lines if not line.key.parent}
        found: list[Step] = []
        at = self.state.version
        for revision in self.revisions:
            if revision.version != at:
                break
            found.append(Step(revision.version, revision, _biggest(revision, classes)))
            _undo(classes, revision)
            at = revision.baseline_version
        if classes:
            return (*found, Step(at, None))
        return (*found[:-1], *(replace(each, is_first=True) for each in found[-1:]))

    def version(self, number: int) -> Version:
        """The lines at one of the versions of `steps`; at 0 there were none."""
        found = Version(0, {}, None) if number == 0 else version_of(self.state, self.revisions, number)
        assert found is not None, "only versions that are known are asked for"
        return found

    def compare(self, before: int, after: int) -> Comparison:
        """What two of the versions differ in, the largest difference first."""
        return compared(self.version(before), self.version(after))

    def number_of(self, revision_id: str | None) -> int | None:
        """The version that a reallocation made, such as the one that was gone back to."""
        return next((each.version for each in self.revisions if each.id == revision_id), None)


def _undo(classes: dict[str, int], revision: Revision) -> None:
    for each in revision.lines:
        if each.key.parent:
            continue
        if each.before is None:
            classes.pop(each.key.id, None)
        else:
            classes[each.key.id] = each.before


def _biggest(revision: Revision, classes: Mapping[str, int]) -> Delta | None:
    moved = [each for each in revision.lines if (each.before or 0) != (each.after or 0)]
    top = [each for each in moved if not each.key.parent]
    deltas = [_delta(each) for each in top] or [_delta(each, classes.get(each.key.parent, 0)) for each in moved]
    return max(deltas, key=lambda each: abs(each.change), default=None)


def _delta(line: RevisionLine, of_bps: int = WHOLE) -> Delta:
    return Delta(line.key, line.name, _part(line.before, of_bps), _part(line.after, of_bps))


def _part(bps: int | None, of_bps: int) -> int | None:
    return bps if bps is None or of_bps == WHOLE else half_up(Fraction(bps * of_bps, WHOLE))


def shares_of_all(lines: Mapping[LineKey, Line]) -> dict[LineKey, Line]:
    """The holding lines of targets with what each is of everything, not of its class."""
    return {
        key: replace(line, amount=_part(line.amount, lines[LineKey(key.parent)].amount) or 0, cap=None, band=None)
        for key, line in lines.items()
        if key.parent and LineKey(key.parent) in lines
    }


@dataclass(frozen=True, slots=True)
class Return:
    """What going back to a version takes: the changes, and the lines that cannot come back, the largest first."""

    changes: tuple[Change, ...]
    gone: tuple[Line, ...] = ()


def way_back(state: State, version: Version) -> Return:
    """The changes that bring a version back.

    Lines of a class or asset that is gone are left out, and those beside them are scaled up to 100%.
    """
    gone = _gone(state, version)
    lines = {key: line for key, line in version.lines.items() if key not in gone}
    for parent in dict.fromkeys(key.parent for key in gone):
        siblings = [line for key, line in lines.items() if key.parent == parent]
        lines |= {line.key: line for line in _scaled(siblings)}
    left_out = sorted(gone.values(), key=lambda line: -line.amount)
    return Return(changes_to(state, lines, version.budget), tuple(left_out))


def _gone(state: State, version: Version) -> dict[LineKey, Line]:
    if state.candidates is None:
        return {}
    there = state.candidates.keys() | {line.key for line in state.lines}

    def is_there(key: LineKey) -> bool:
        return key in there and (not key.parent or LineKey(key.parent) in there)

    return {key: line for key, line in version.lines.items() if not is_there(key)}


def _scaled(lines: Sequence[Line]) -> list[Line]:
    amounts = {each.key: each.amount for each in scaled(lines, WHOLE) if isinstance(each, SetAmount)}
    return [replace(line, amount=amounts.get(line.key, line.amount)) for line in lines]
