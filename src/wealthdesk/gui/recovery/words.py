"""What is said when a portfolio file cannot be opened: a headline and what is safe, for each kind of refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wealthdesk import errors
from wealthdesk.gui import format as text
from wealthdesk.gui.foot_lines import relative_moment
from wealthdesk.services.backups import BackupLine

UNTOUCHED: Final = "The file, exactly as it was."


@dataclass(frozen=True, slots=True)
class Words:
    """headline: what is the matter. summary: what that means. safe: the first line of what is safe."""

    headline: str
    summary: str
    safe: str = UNTOUCHED


_WORDS: Final = {
    errors.NewerPortfolio: Words(
        "A newer WealthDesk wrote this portfolio",
        "This version does not know everything that may be in the file, so it leaves it alone.",
    ),
    errors.NotAPortfolio: Words(
        "This file is not a portfolio",
        "Its first bytes say what it is, and they are not those of a WealthDesk portfolio.",
    ),
    errors.BrokenRules: Words(
        "Your portfolio has lines that break a rule",
        "Another program may have written them. Nothing is calculated from such a file, and it has not been changed.",
    ),
    errors.DamagedPortfolio: Words(
        "Your portfolio could not be opened",
        "A check at start found damage in the file. WealthDesk has not changed it and will not write to it.",
    ),
    errors.UnknownParts: Words(
        "This portfolio holds what WealthDesk never makes",
        "A trigger, a view or a table of another program is not known here, so the file is not opened.",
    ),
    errors.MissingPortfolio: Words(
        "Your portfolio is not where it was",
        "No new one was put in its place. If it was moved or its disk is not connected, nothing is lost.",
        "No file was made or changed.",
    ),
    errors.PortfolioBusy: Words(
        "Another program is using your portfolio",
        "Only one of the two can go on at a time, so nothing was begun here.",
    ),
    errors.NoRoom: Words(
        "There is not enough room on the disk",
        "Opening this file takes a safe step that needs room for copies. It was not begun.",
    ),
    errors.ReadOnlyPlace: Words(
        "Your portfolio cannot be written",
        "WealthDesk keeps every change in the file at once, so it opens only files that it can write.",
    ),
    errors.ReplacedPortfolio: Words(
        "Your portfolio was replaced while it was open",
        "Another program moved, removed or replaced the file, so WealthDesk stopped writing to it.",
        "What was open here, as the sentence beside says.",
    ),
    errors.MigrationFailed: Words(
        "Your portfolio could not be upgraded",
        "The upgrade was tried on a copy, and the copy was thrown away.",
        "The file, byte for byte as it was.",
    ),
}
_OTHERWISE: Final = Words("Your portfolio could not be opened", "WealthDesk stopped before changing anything.")


def words_of(error: errors.OpeningError) -> Words:
    """The words for this kind of refusal."""
    return next((words for kind, words in _WORDS.items() if isinstance(error, kind)), _OTHERWISE)


def safe_lines(error: errors.OpeningError, lines: Sequence[BackupLine] | None, now: datetime) -> list[str]:
    """What is safe, one sentence each; nothing is claimed that was not looked at. lines None: it was not, yet."""
    return [words_of(error).safe, *_of_backups(lines, now), "The files that you imported from."]


def note_on(error: errors.OpeningError, lines: Sequence[BackupLine]) -> str:
    """What else is to be known before a way is chosen; "" nothing."""
    if isinstance(error, errors.MissingPortfolio) and lines:
        return "While there are backups of this file, a new portfolio takes another name, so that nothing is mixed up."
    if isinstance(error, errors.BrokenRules):
        return (
            "Mending brings shares to 100% in proportion and drops a line whose value cannot be read, in a copy that "
            "takes the file’s place. What was done is said, the file as it is now is set aside, and it can be undone."
        )
    return ""


def _of_backups(lines: Sequence[BackupLine] | None, now: datetime) -> list[str]:
    if lines is None:
        return []
    verified = [each.backup for each in lines if each.backup.verified]
    if verified:
        newest = relative_moment(verified[0].made_at, now, capital=False)
        joined = f"the newest from {newest}" if len(verified) > 1 else f"made {newest}"
        return [f"{text.count(len(verified), 'verified backup')}, {joined}, in {verified[0].path.parent}."]
    if lines:
        return [f"{text.count(len(lines), 'backup')} beside it, none of them as it was when it was made."]
    return ["There are no backups beside it."]
