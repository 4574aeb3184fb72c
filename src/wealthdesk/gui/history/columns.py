"""The table of versions: what each row is, and its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wealthdesk.domain.reallocation import What
from wealthdesk.domain.reallocation_history import Past, PastStep
from wealthdesk.gui import format as text
from wealthdesk.gui.history import words
from wealthdesk.gui.history.changes import GREY
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.change_words import amount_words, difference_words, own_band_words
from wealthdesk.gui.widgets.table_view import TableView

_ROW_HEIGHT: Final = 56
_WIDE: Final = 1180
_SPARE: Final = 90
"""So much more room the names have in a page of that width."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a history. colour: of the class that changed most, "" where it is none."""

    step: PastStep
    past: Past
    colour: str = ""

    @property
    def number(self) -> int:
        """The version."""
        return self.step.number

    @property
    def when(self) -> str:
        """The day it was made."""
        return words.when(self.step.revision.at)[0] if self.step.revision else "Earlier"

    @property
    def who(self) -> str:
        """The time, and who made it."""
        revision = self.step.revision
        return f"{words.when(revision.at)[1]}, {revision.actor}" if revision else text.NOTHING

    @property
    def biggest(self) -> str:
        """What changed most."""
        revision, what = self.step.revision, words.of_what(self.past.subject.what)
        if revision is None or self.step.is_first:
            return f"First {what}" if revision else f"Earlier {what}"
        if self.step.biggest is not None:
            return self.step.biggest.name
        capped = [each.name for each in revision.lines if each.cap_before != each.cap_after]
        if capped:
            return f"Cap of {capped[0]}"
        banded = [each.name for each in revision.lines if each.band_before != each.band_after]
        if banded:
            return f"Band of {banded[0]}"
        return "Budget" if revision.budget_before != revision.budget_after else "No amount"

    @property
    def numbers(self) -> str:
        """From which amount to which."""
        state, revision, delta = self.past.state, self.step.revision, self.step.biggest
        if revision is None or self.step.is_first:
            lines = revision.lines if revision else tuple(self.past.version(self.number).lines.values())
            return words.lines_words(self.past.subject.what, sum(not each.key.parent for each in lines))
        if delta is not None:
            return f"{amount_words(state, delta.before or 0)} {text.ARROW} {amount_words(state, delta.after or 0)}"
        capped = [(each.cap_before, each.cap_after) for each in revision.lines if each.cap_before != each.cap_after]
        banded = [(each.band_before, each.band_after) for each in revision.lines if each.band_before != each.band_after]
        if banded and not capped:
            return f" {text.ARROW} ".join(own_band_words(each) for each in banded[0])
        limits = [*capped, (revision.budget_before, revision.budget_after)][0]
        if limits[0] == limits[1]:
            return ""
        return f" {text.ARROW} ".join(words.limit_words(state, each) for each in limits)

    @property
    def size(self) -> str:
        """How much more or less it is."""
        delta = self.step.biggest
        if delta is None or self.step.is_first:
            return ""
        return difference_words(self.past.state, delta.before or 0, delta.after or 0)

    @property
    def change(self) -> int | None:
        """How much more it is, to sort by."""
        return None if self.step.biggest is None or self.step.is_first else self.step.biggest.change

    @property
    def reason(self) -> str:
        """Why it was made."""
        return words.reason(self.step, self.past)

    @property
    def reason_ink(self) -> str:
        """Muted where nobody gave a reason."""
        return "ink" if self.step.revision and self.step.revision.reason else "mute"


WIDTHS: Final[dict[What, dict[int, int]]] = {What.TARGETS: {2: 150, 3: 92}, What.RESERVES: {2: 188, 3: 112}}
"""How wide the biggest change and its size are: column → px."""

COLUMNS: Final[tuple[Column[VersionRow], ...]] = (
    Column(
        "When and who",
        lambda row: row.when,
        key=lambda row: row.step.revision.at.timestamp() if row.step.revision else 0.0,
        note=lambda row: row.who,
        tip=lambda row: row.who,
        width=120,
    ),
    Column("Version", lambda row: words.numbers(row.step), key=lambda row: row.number, font="control", width=76),
    Column(
        "Biggest change",
        lambda row: row.biggest,
        key=lambda row: row.biggest.casefold(),
        note=lambda row: row.numbers,
        tip=lambda row: f"{row.biggest}: {row.numbers}",
        mark=lambda row: row.colour,
        width=WIDTHS[What.TARGETS][2],
    ),
    Column(
        "Moved",
        lambda row: row.size,
        key=lambda row: row.change,
        right=True,
        font="strong",
        figures=True,
        width=WIDTHS[What.TARGETS][3],
    ),
    Column(
        "Reason",
        lambda row: row.reason,
        ink=lambda row: row.reason_ink,
        tip=lambda row: row.reason,
        stretch=True,
        wrap=True,
    ),
)


class VersionTable(TableView[VersionRow]):
    """The versions of one history, the newest first; no higher than its rows."""

    def __init__(self) -> None:
        super().__init__("Versions", COLUMNS, identity=lambda row: row.number, row_height=_ROW_HEIGHT)
        self._shape = (What.TARGETS, False)

    def show_steps(self, past: Past, steps: Sequence[PastStep], colours: Mapping[str, str]) -> None:
        """Show these versions. colours: class id → its colour."""
        self.set_rows([_version_row(each, past, colours) for each in steps])
        rows = len(steps) * _ROW_HEIGHT
        self.setMaximumHeight(self.horizontalHeader().height() + rows + 2 * self.frameWidth())

    def show_widths(self, what: What, width: int) -> None:
        """Money needs more room than shares, and in a page that is wide names have some, too.

        What the user has widened stays so until one of the two changes.
        """
        shape = (what, width >= _WIDE)
        if shape != self._shape:
            self._shape = shape
            for place, usual in WIDTHS[what].items():
                self.horizontalHeader().resizeSection(place, usual + (_SPARE if shape[1] and place == 2 else 0))
            self.fit_columns()


def _version_row(step: PastStep, past: Past, colours: Mapping[str, str]) -> VersionRow:
    biggest = step.biggest
    if biggest is None or step.is_first or past.subject.what is What.RESERVES:
        return VersionRow(step, past)
    return VersionRow(step, past, colours.get(biggest.key.parent or biggest.key.id, GREY))
