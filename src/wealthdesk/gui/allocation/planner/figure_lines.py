"""Lines of words with a figure at the right: the totals of a plan, the cash of its accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from wealthdesk.gui import fonts
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.text import label, set_ink


@dataclass(frozen=True, slots=True)
class FigureLine:
    """before: a second figure, muted, before an arrow. ink: of the figure."""

    words: str
    figure: str
    before: str = ""
    is_strong: bool = False
    ink: str = "ink"


class FigureLines(QWidget):
    """Its rows are kept and used again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[FigureLine, ...] = ()
        self._rows: list[tuple[ShortLabel, QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)

    def show_lines(self, lines: Sequence[FigureLine]) -> None:
        """Show these."""
        self.lines = tuple(lines)
        while len(self._rows) < len(lines):
            self._add_row()
        for place, row in enumerate(self._rows):
            for each in row:
                each.setVisible(place < len(lines))
        for row, line in zip(self._rows, lines, strict=False):
            _show_line(row, line)

    def set_stale(self, is_stale: bool) -> None:
        """Mute the figures while others are being calculated."""
        for (_, _, figure), line in zip(self._rows, self.lines, strict=False):
            set_ink(figure, "mute" if is_stale else line.ink)

    def _add_row(self) -> None:
        place = len(self._rows)
        row = (ShortLabel(), label(role="body", ink="mute", figures=True, right=True), label(figures=True, right=True))
        for column, each in enumerate(row):
            self._grid.addWidget(each, place, column)
        self._rows.append(row)


def _show_line(row: tuple[ShortLabel, QLabel, QLabel], line: FigureLine) -> None:
    words, before, figure = row
    words.setFont(fonts.font("strong" if line.is_strong else "body"))
    set_ink(words, "ink" if line.is_strong else "mute")
    words.show_words(line.words)
    before.setText(line.before)
    figure.setFont(fonts.font("strong" if line.is_strong else "body", figures=True))
    figure.setText(line.figure)
    set_ink(figure, line.ink)
