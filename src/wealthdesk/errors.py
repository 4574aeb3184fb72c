"""The family of refusals. Each message is one sentence (or two) that the user reads as it stands.

WealthDeskError              something was refused and nothing was changed
├── BadInput                 what was typed is not what is asked for
│   └── NotANumber           … is not a number of its kind
├── NotFound                 the thing named does not exist (any more)
├── AlreadyExists            a name or a pair that has to be unique is taken
├── TargetsRefused           targets that break a rule (sum, range, unknown asset)
├── NothingKept              an import with problems that were not accepted
├── PortfolioChanged         the file changed after the preview that was accepted
│   ├── VersionConflict      … its targets or reserves are at a later version
│   └── PreviewStale         … or what the preview was made of is not the same
├── ReallocationRefused      a reallocation that cannot be kept as it is
│   ├── ValidationFailed     … it has errors
│   ├── WarningsNotAccepted  … its warnings were not accepted
│   ├── NoChanges            … nothing would be different
│   └── ReasonRequired       … reserves change for a reason
├── RequestReused            another reallocation was kept under the same request id
├── CannotUndo               what a recorded plan left is not as it left it
├── InstanceRefused          a file that is not a planning problem
├── Fault                    a fault of the program stopped it, which is reported besides
└── OpeningError             a portfolio file that cannot be used; it has not been touched
    ├── NotAPortfolio        another kind of file, or an empty one
    ├── UnknownParts         it holds triggers, views or tables that WealthDesk never makes
    ├── NewerPortfolio       written by a newer WealthDesk
    ├── DamagedPortfolio     the check found damage
    │   └── BrokenRules      … in single lines alone, which can be mended
    ├── MissingPortfolio     the file is not there
    ├── PortfolioBusy        another process is using the file
    ├── NoRoom               not enough space on the disk for a safe step
    ├── ReadOnlyPlace        the file or its folder cannot be written
    ├── ReplacedPortfolio    the file was moved, removed or replaced while it was open
    └── MigrationFailed      an upgrade failed; the file is byte-identical to what it was
"""

from collections.abc import Iterable
from typing import Any, NamedTuple


class WealthDeskError(Exception):
    """Something was refused; the text is the sentence for the user."""


class BadInput(WealthDeskError):
    """What was typed is not what is asked for."""


class NotANumber(BadInput):
    """What was typed is not a number of its kind."""


class NotFound(WealthDeskError):
    """The thing named does not exist (any more)."""


class AlreadyExists(WealthDeskError):
    """A name or a pair that has to be unique is taken."""


class TargetsRefused(WealthDeskError):
    """Targets that break a rule."""


class NothingKept(WealthDeskError):
    """An import with problems that were not accepted."""


class PortfolioChanged(WealthDeskError):
    """The file changed after the preview that was accepted."""


class VersionConflict(PortfolioChanged):
    """Targets or reserves are at another version than the change was made for; `changed` names the lines since then."""

    def __init__(self, text: str, expected: int, actual: int, changed: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.expected, self.actual, self.changed = expected, actual, tuple(changed)


class PreviewStale(PortfolioChanged):
    """What a preview was made of is not the same any more; `what` says which part."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(text)
        self.what = what


class ReallocationRefused(WealthDeskError):
    """A reallocation that cannot be kept as it is; `findings` are those that forbid it (domain/reallocation.py)."""

    def __init__(self, text: str, findings: Iterable[Any] = ()) -> None:
        super().__init__(text)
        self.findings: tuple[Any, ...] = tuple(findings)


class ValidationFailed(ReallocationRefused):
    """It has errors."""


class WarningsNotAccepted(ReallocationRefused):
    """Its warnings were not accepted; `findings` are those that were not."""


class NoChanges(ReallocationRefused):
    """Nothing would be different."""


class ReasonRequired(ReallocationRefused):
    """Reserves change for a reason."""


class RequestReused(WealthDeskError):
    """Another reallocation was kept under the same request id."""


class CannotUndo(WealthDeskError):
    """What a recorded plan left is not as it left it; the text names it."""


class InstanceRefused(WealthDeskError):
    """A file that is not a planning problem; the text names the field."""


class Fault(WealthDeskError):
    """A fault of the program stopped it, which is reported besides."""


class OpeningError(WealthDeskError):
    """A portfolio file that cannot be used; it has not been touched."""


class NotAPortfolio(OpeningError):
    """Another kind of file, or an empty one."""


class UnknownParts(OpeningError):
    """It holds triggers, views or tables that WealthDesk never makes: they could change what is kept in it."""


class NewerPortfolio(OpeningError):
    """Written by a newer WealthDesk: the version `found` in it, and the newest that this program has `known`."""

    def __init__(self, text: str, found: int | None = None, known: int | None = None) -> None:
        super().__init__(text)
        self.found, self.known = found, known


class DamagedPortfolio(OpeningError):
    """The check found damage."""


class BrokenRules(DamagedPortfolio):
    """Single lines of it break a rule, and nothing else is wrong as far as was looked."""


class MissingPortfolio(OpeningError):
    """The file is not there."""


class Holder(NamedTuple):
    """Who uses a file: the number of the process, and the program as it was started."""

    pid: int
    program: str


class PortfolioBusy(OpeningError):
    """Another process is using the file; `holders` are those that said who they are."""

    def __init__(self, text: str, holders: Iterable[Holder] = ()) -> None:
        super().__init__(text)
        self.holders = tuple(holders)


class NoRoom(OpeningError):
    """Not enough space on the disk for a safe step: how many bytes are `needed` and `free`, where that is known."""

    def __init__(self, text: str, needed: int | None = None, free: int | None = None) -> None:
        super().__init__(text)
        self.needed, self.free = needed, free


class ReadOnlyPlace(OpeningError):
    """The file or its folder cannot be written."""


class ReplacedPortfolio(OpeningError):
    """The file was moved, removed or replaced by another program while it was open; what it held is in a backup."""


class MigrationFailed(OpeningError):
    """An upgrade failed; the file is byte-identical to what it was."""
