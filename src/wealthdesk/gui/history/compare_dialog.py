"""Comparing two versions: every line from → to, the largest difference first, and the caps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from wealthdesk.domain.reallocation import Delta, State, What, deltas_between
from wealthdesk.domain.reallocation_history import Past, PastStep, Version
from wealthdesk.gui import format as text
from wealthdesk.gui.history import words
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_words import amount_words, difference_words, own_band_words, relative_words
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import dialog_foot, horizontal, vertical
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import ShortLabel, label


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in both versions. holder: the class that a holding is in. places: decimals of all shares beside it."""

    delta: Delta
    state: State
    places: int
    holder: str = ""
    colour: str = ""

    @property
    def difference(self) -> str:
        """How much more it is in the second."""
        delta = self.delta
        if delta.before == delta.after:
            return text.NOTHING
        return difference_words(self.state, delta.before, delta.after, self.places)

    @property
    def cap(self) -> str:
        """The cap, and what became of it."""
        delta = self.delta
        limits = (delta.cap_before, delta.cap_after)
        if limits == (None, None):
            return text.NOTHING
        shown = [words.limit_words(self.state, each) for each in dict.fromkeys(limits)]
        return f" {text.ARROW} ".join(shown)

    @property
    def band(self) -> str:
        """Its own band, and what became of it."""
        bands = dict.fromkeys((self.delta.band_before, self.delta.band_after))
        return text.NOTHING if list(bands) == [None] else f" {text.ARROW} ".join(map(own_band_words, bands))

    @property
    def limits(self) -> str:
        """The cap and the band, those that there are."""
        return ", ".join(each for each in (self.cap, self.band) if each != text.NOTHING) or text.NOTHING


def _columns(before: int, after: int, *, has_bands: bool = False) -> tuple[Column[LineRow], ...]:
    return (
        Column(
            "Line",
            lambda row: row.delta.name,
            note=lambda row: f"of {row.holder}" if row.holder else "",
            tip=lambda row: row.delta.name,
            mark=lambda row: row.colour,
            font="control",
            stretch=True,
        ),
        Column(
            f"Version {before}",
            lambda row: amount_words(row.state, row.delta.before, row.places),
            key=lambda row: row.delta.before,
            right=True,
            figures=True,
            width=124,
        ),
        Column(
            f"Version {after}",
            lambda row: amount_words(row.state, row.delta.after, row.places),
            key=lambda row: row.delta.after,
            right=True,
            figures=True,
            width=124,
        ),
        Column(
            "Difference",
            lambda row: row.difference,
            key=lambda row: row.delta.change,
            right=True,
            font="strong",
            figures=True,
            width=124,
        ),
        Column(
            "Cap, band" if has_bands else "Cap", lambda row: row.limits, right=True, figures=True, width=220, spare=True
        ),
    )


_ONLY_CHANGED: Final = "Only what &differs"


class CompareDialog(QDialog):
    """Shows only; nothing is changed here. colours: class id → colour."""

    def __init__(
        self,
        past: Past,
        steps: Sequence[PastStep],
        before: int,
        after: int,
        colours: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._past, self._colours = past, colours
        title = f"Compare versions — {words.subject_words(past.subject)}"
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(900, 600)
        options = [(each.number, _version_words(each, past)) for each in steps]
        self.before, self.after = Combo("From version", options), Combo("To version", options)
        self.only_changed = QCheckBox(_ONLY_CHANGED)
        self.only_changed.setChecked(True)
        self.table: TableView[LineRow] = TableView(
            "Lines of both versions", _columns(before, after), identity=lambda row: row.delta.key
        )
        self._summary = ShortLabel(role="note", ink="mute")
        self.copy_button = button("&Copy", icon="copy", tip="Copy the lines as rows for a spreadsheet")
        self.close_button = primary_button("Cl&ose")
        self._lay_out(ShortLabel(title, "panel"))
        self.before.choose(before)
        self.after.choose(after)
        for each in (self.before, self.after):
            each.chosen.connect(self._show)
        self.only_changed.toggled.connect(self._show)
        self.copy_button.clicked.connect(self.table.copy)
        self.close_button.clicked.connect(self.accept)
        self._show()
        self.table.setFocus()

    @property
    def numbers(self) -> tuple[int, int]:
        """The two versions."""
        chosen = (self.before.choice(), self.after.choice())
        assert isinstance(chosen[0], int) and isinstance(chosen[1], int)
        return chosen[0], chosen[1]

    def _show(self) -> None:
        before, after = (self._past.version(each) for each in self.numbers)
        rows = self._rows(before, after)
        changed = [each for each in rows if each.delta.is_changed]
        has_bands = any((each.delta.band_before, each.delta.band_after) != (None, None) for each in rows)
        self.table.table.set_columns(_columns(before.number, after.number, has_bands=has_bands))
        self.table.set_rows(changed if self.only_changed.isChecked() else rows)
        self.table.fit_columns()
        self._summary.show_words(self._summed(before, after, len(changed), len(rows)))

    def _rows(self, before: Version, after: Version) -> list[LineRow]:
        lines = {**before.lines, **after.lines}
        names = {key.id: line.name for key, line in lines.items() if not key.parent}
        is_targets = self._past.state.what is What.TARGETS

        def colour(delta: Delta) -> str:
            return self._colours.get(delta.key.parent or delta.key.id, "") if is_targets else ""

        deltas = deltas_between(before.lines, after.lines)
        places = words.places_of(deltas)
        return [
            LineRow(each, self._past.state, places, names.get(each.key.parent, ""), colour(each)) for each in deltas
        ]

    def _summed(self, before: Version, after: Version, changed: int, lines: int) -> str:
        state = self._past.state
        parts = [f"{changed} of {text.count(lines, 'line')} {'differs' if changed == 1 else 'differ'}"]
        if state.what is What.RESERVES:
            totals = f" {text.ARROW} ".join(amount_words(state, each.total) for each in (before, after))
            relative = relative_words(before.total, after.total) if before.total != after.total else ""
            parts.append(f"total {totals}" + (f" ({relative})" if relative else ""))
        if before.budget != after.budget:
            limits = [words.limit_words(state, each.budget) for each in (before, after)]
            parts.append(f"budget {f' {text.ARROW} '.join(limits)}")
        return " · ".join(parts)

    def _lay_out(self, title: QWidget) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 16))
        body.addWidget(title)
        row = horizontal(spacing=8)
        for words_before, choice in (("&From", self.before), ("&to", self.after)):
            row.addWidget(label(words_before, "body", "mute", buddy=choice))
            choice.setMinimumWidth(230)
            row.addWidget(choice, 1)
        row.addSpacing(8)
        row.addWidget(self.only_changed)
        body.addLayout(row)
        body.addWidget(self.table, 1)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.close_button, left=[self.copy_button], words=self._summary))


def _version_words(step: PastStep, past: Past) -> str:
    day = words.when(step.revision.at)[0] if step.revision else "earlier"
    current = ", current" if step.number == past.current and not past.subject.is_removed else ""
    return f"Version {step.number}, {day}{current}"
