"""What can be done about a portfolio that cannot be opened: the ways on for each kind of refusal."""

from dataclasses import dataclass
from enum import Enum, auto

from wealthdesk import errors


class Way(Enum):
    """One thing to do."""

    RESTORE = auto()
    """Put the chosen backup in the file's place."""
    MEND = auto()
    """Bring sums to 100 %, and drop the lines that cannot be read."""
    SALVAGE = auto()
    """Copy what can be read to a new file."""
    LOOK = auto()
    """Open a copy that cannot be changed."""
    CHOOSE = auto()
    """Open another file."""
    LOCATE = auto()
    """The same, where the file is missing."""
    NEW = auto()
    """Begin a new portfolio."""
    WAIT = auto()
    """Try again each second."""
    AGAIN = auto()
    """Try again once."""
    REPORT = auto()
    """Save the technical details."""


@dataclass(frozen=True, slots=True)
class Ways:
    """primary: what the page is for, on Ctrl+Return. lists_backups: whether they can be of use now."""

    primary: Way
    others: tuple[Way, ...]
    lists_backups: bool = True


def ways_of(error: errors.OpeningError, *, can_restore: bool) -> Ways:
    """The ways on; can_restore: there is a backup that is as it was when it was made."""
    match error:
        case errors.BrokenRules():
            return Ways(Way.MEND, (*_if(can_restore), Way.SALVAGE, Way.CHOOSE, Way.AGAIN))
        case errors.DamagedPortfolio() if can_restore:
            return Ways(Way.RESTORE, (Way.SALVAGE, Way.CHOOSE, Way.AGAIN))
        case errors.DamagedPortfolio():
            return Ways(Way.SALVAGE, (Way.CHOOSE, Way.AGAIN))
        case errors.NotAPortfolio() | errors.UnknownParts() if can_restore:
            # Damage in the first bytes looks like this as well; and a new file has the rows without what acts on them.
            return Ways(Way.RESTORE, (Way.SALVAGE, Way.CHOOSE, Way.AGAIN))
        case errors.UnknownParts():
            return Ways(Way.CHOOSE, (Way.SALVAGE, Way.AGAIN))
        case errors.NotAPortfolio():
            return Ways(Way.CHOOSE, (Way.AGAIN,))
        case errors.MissingPortfolio() if can_restore:
            return Ways(Way.RESTORE, (Way.LOCATE, Way.NEW, Way.AGAIN))
        case errors.MissingPortfolio():
            return Ways(Way.LOCATE, (Way.NEW, Way.AGAIN))
        case errors.NewerPortfolio():
            return Ways(Way.LOOK, (*_if(can_restore), Way.CHOOSE, Way.AGAIN))
        case errors.PortfolioBusy():
            return Ways(Way.WAIT, (Way.CHOOSE, Way.AGAIN), lists_backups=False)
        case errors.NoRoom():
            return Ways(Way.AGAIN, (Way.CHOOSE,), lists_backups=False)
        case errors.MigrationFailed():
            return Ways(Way.AGAIN, (*_if(can_restore), Way.REPORT, Way.CHOOSE))
    return Ways(Way.AGAIN, (*_if(can_restore), Way.CHOOSE))


def _if(can_restore: bool) -> tuple[Way, ...]:
    return (Way.RESTORE,) if can_restore else ()
