"""Reallocation's values: a versioned set of amounts (a strategy's targets, a fund's reserves), and what changes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from wealthdesk.domain.money import LARGEST_MINOR, WHOLE


class What(StrEnum):
    """What kind of amounts: shares of a strategy in basis points, or reserves of a fund in minor units."""

    TARGETS = "targets"
    RESERVES = "reserves"


@dataclass(frozen=True, slots=True)
class Header:
    """What carries the version: a strategy or a fund, by id."""

    what: What
    id: str


class LineKey(NamedTuple):
    """Which line: an asset class (no parent), an asset within the class `parent`, or a company (no parent)."""

    id: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One amount with its cap, if it has one. `is_gone`: the company is exited, the asset archived.

    `band`: half the width of a target's own band in basis points; None: that of the strategy's rule.
    """

    key: LineKey
    name: str
    amount: int
    cap: int | None = None
    deployed: int = 0
    is_gone: bool = False
    is_locked: bool = False
    band: int | None = None

    def with_amount(self, amount: int) -> "Line":
        """The line with another amount; faster than `replace`, since a preview does this for every line."""
        return Line(self.key, self.name, amount, self.cap, self.deployed, self.is_gone, self.is_locked, self.band)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can become a line of a strategy."""

    name: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All lines of one header at one version.

    `candidates` are what lines can be of, None where a new line makes its own (a company); `names` are those of
    everything that exists, wherever it belongs. Budget and size are a fund's, in minor units of `currency`.
    """

    header: Header
    name: str
    version: int
    lines: tuple[Line, ...]
    currency: str = ""
    budget: int | None = None
    size: int | None = None
    candidates: Mapping[LineKey, Candidate] | None = None
    names: Mapping[str, str] | None = None

    @property
    def what(self) -> What:
        """What kind of amounts these are."""
        return self.header.what

    @property
    def largest(self) -> int:
        """The largest amount that a line can have."""
        return WHOLE if self.what is What.TARGETS else LARGEST_MINOR

    def line(self, key: LineKey) -> Line | None:
        """One line, if it is there."""
        return next((line for line in self.lines if line.key == key), None)


def total_of(lines: Iterable[Line]) -> int:
    """The sum of the lines that no other line holds: the class targets, or the companies."""
    return sum(line.amount for line in lines if not line.key.parent)


@dataclass(frozen=True, slots=True)
class SetAmount:
    """The line is to have this amount."""

    key: LineKey
    amount: int


@dataclass(frozen=True, slots=True)
class Adjust:
    """The line is to have so much more, or less."""

    key: LineKey
    delta: int


@dataclass(frozen=True, slots=True)
class SetCap:
    """The line is to have no more than this."""

    key: LineKey
    cap: int


@dataclass(frozen=True, slots=True)
class ClearCap:
    """The line is to have no cap."""

    key: LineKey


@dataclass(frozen=True, slots=True)
class SetBand:
    """The line is to have this band of its own; None: that of the strategy's rule."""

    key: LineKey
    band: int | None


@dataclass(frozen=True, slots=True)
class AddLine:
    """A line that was not there. The name is a company's; classes and assets have their own."""

    key: LineKey
    name: str = ""
    amount: int = 0
    cap: int | None = None
    band: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """The line goes; those of its assets go with a class."""

    key: LineKey


@dataclass(frozen=True, slots=True)
class SetBudget:
    """The fund is to plan no more than this in all; None: there is no such limit."""

    budget: int | None


LineChange = SetAmount | Adjust | SetCap | ClearCap | SetBand | AddLine | RemoveLine
Change = LineChange | SetBudget
"""At most one amount, one cap and one band for a line; what is not named keeps what it has."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a share or a change is worth a warning, in basis points; exactly as much is not.

    The large change is a fifth of everything before in one line (20 points of a strategy): what a planned change seldom
    is, and a zero too many or a swapped pair of lines nearly always. It is not measured against the line itself, or
    every change of a small line would be one.
    """

    concentration_bps: int = 3000
    large_share_bps: int = 5000
    large_change_bps: int = 2000


USUAL_LIMITS: Final = Limits()


class Severity(StrEnum):
    """An error blocks, a warning is to be accepted, an information is only told."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class FindingKind(StrEnum):
    """What a preview can find."""

    NEGATIVE_AMOUNT = "negative_amount"
    NEGATIVE_CAP = "negative_cap"
    NEGATIVE_BUDGET = "negative_budget"
    BAND_NOT_POSSIBLE = "band_not_possible"
    TOO_LARGE = "too_large"
    CAP_EXCEEDED = "cap_exceeded"
    UNKNOWN_LINE = "unknown_line"
    DUPLICATE_LINE = "duplicate_line"
    WRONG_PARENT = "wrong_parent"
    SUM_NOT_WHOLE = "sum_not_whole"
    BUDGET_EXCEEDED = "budget_exceeded"
    HIGH_CONCENTRATION = "high_concentration"
    LARGE_SHARE = "large_share"
    BELOW_DEPLOYED = "below_deployed"
    LINE_GONE = "line_gone"
    LARGE_CHANGE = "large_change"
    UNALLOCATED = "unallocated"
    NO_CHANGE = "no_change"

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return _SEVERITY.get(self, Severity.ERROR)


_SEVERITY: Final = {
    FindingKind.HIGH_CONCENTRATION: Severity.WARNING,
    FindingKind.LARGE_SHARE: Severity.WARNING,
    FindingKind.BELOW_DEPLOYED: Severity.WARNING,
    FindingKind.LINE_GONE: Severity.WARNING,
    FindingKind.LARGE_CHANGE: Severity.WARNING,
    FindingKind.UNALLOCATED: Severity.INFORMATION,
    FindingKind.NO_CHANGE: Severity.INFORMATION,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, with its exact numbers: `part` of `whole`, beside `limit` (in basis points, or an amount).

    reallocation_words.py makes the sentence of it. `key` is None for what concerns all lines.
    """

    kind: FindingKind
    key: LineKey | None = None
    name: str = ""
    part: int = 0
    whole: int = 0
    limit: int = 0

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.kind.severity

    @property
    def code(self) -> str:
        """What it is accepted by: the same for the same kind of finding on the same line."""
        if self.key is None:
            return self.kind.value
        return f"{self.kind}:{self.key.parent}/{self.key.id}" if self.key.parent else f"{self.kind}:{self.key.id}"
