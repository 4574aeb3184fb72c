"""The drift of every class before and after a plan: a track and two figures per class."""

from PySide6.QtWidgets import QGridLayout, QWidget

from wealthdesk.domain.drift import ClassDrift, Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.plan_words import drift_total
from wealthdesk.gui.widgets.drift_track import DriftTrack, LegendDot, TrackValues, scale_for
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.text import label, set_ink

_NAME = 92


class _Row:
    """The widgets of one class, in one line of the grid."""

    def __init__(self, grid: QGridLayout, line: int) -> None:
        self.name = ShortLabel(role="note")
        self.name.setFixedWidth(_NAME)
        self.track = DriftTrack()
        self.before = label(role="note", ink="mute", figures=True, right=True)
        self.after = label(role="note_strong", figures=True, right=True)
        for column, each in enumerate((self.name, self.track, self.before, self.after)):
            grid.addWidget(each, line, column)

    def show_class(self, name: str, values: TrackValues, scale_bps: int, has_plan: bool) -> None:
        self.name.show_words(name)
        self.track.setAccessibleName(f"Drift of {name}")
        self.track.show_values(values, scale_bps)
        self.before.setText(f"{text.points(values.before_bps, unit=False)} {text.ARROW}" if has_plan else "")
        self.after.setText(text.points(values.after_bps))

    def set_visible(self, is_visible: bool) -> None:
        for each in (self.name, self.track, self.before, self.after):
            each.setVisible(is_visible)


class DriftSection(QWidget):
    """Without a plan it shows today's drift."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self.title = label("Drift before and after", "strong")
        self.total = label(role="note", ink="mute", right=True)
        head = horizontal()
        head.addWidget(self.title)
        head.addWidget(self.total, 1)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._legend = _legend()
        layout = vertical(self, spacing=7)
        layout.addLayout(head)
        layout.addLayout(self._grid)
        layout.addWidget(self._legend)

    def show_drift(self, portfolio: Portfolio, before: Drift, after: Drift | None) -> None:
        """Show the drift before and after a plan; None: only today's."""
        pairs = _pairs(before, after or before)
        values = [_values(one, other) for one, other in pairs]
        while len(self._rows) < len(pairs):
            self._rows.append(_Row(self._grid, len(self._rows)))
        for place, row in enumerate(self._rows):
            row.set_visible(place < len(pairs))
        scale = scale_for(values)
        for row, (_, other), each in zip(self._rows, pairs, values, strict=False):
            row.show_class(portfolio.classes[other.asset_class_id].name, each, scale, after is not None)
        self.title.setText("Drift today" if after is None else "Drift before and after")
        self.total.setText(drift_total(before, after))
        self._legend.setVisible(after is not None)

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        for row in self._rows:
            set_ink(row.after, "mute" if is_stale else "ink")


def _pairs(before: Drift, after: Drift) -> list[tuple[ClassDrift | None, ClassDrift]]:
    """The classes that have a drift, before (None: it was not there) and after."""
    known = {each.asset_class_id: each for each in before.classes}
    return [(known.get(each.asset_class_id), each) for each in after.classes if each.drift_bps is not None]


def _values(before: ClassDrift | None, after: ClassDrift) -> TrackValues:
    now = before.drift_bps if before and before.drift_bps is not None else 0
    return TrackValues(now, after.drift_bps or 0, round(after.band_bps or 0))


def _legend() -> QWidget:
    legend = QWidget()
    row = horizontal(legend, spacing=5, margins=(_NAME + 6, 0, 0, 0))
    for is_after, words in ((False, "now"), (True, "after this plan")):
        row.addWidget(LegendDot(is_after=is_after))
        row.addWidget(label(words, "small", "mute"))
        row.addSpacing(6)
    row.addStretch()
    return legend
