"""The lines of a merge, one below the other under their column titles; the keyboard goes through them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.side_choice import BEFORE_WIDTH, GAP, SIDE_WIDTH, SideChoice, SideLine
from wealthdesk.gui.widgets.text import label, rule


class ConflictLines(QFrame):
    """`show_lines` makes them anew; `side_chosen` tells which side a line was given."""

    side_chosen = Signal(object, object)
    """The place of the line; 0: mine, 1: theirs."""
    line_focused = Signal(object)
    """The row (QWidget) that the keyboard came to."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._titles = [label(role="small", ink="mute", right=place == 1) for place in range(4)]
        self._titles[0].setText(what)
        self.rows: list[SideChoice] = []
        self._body = QWidget()
        self._column = vertical(self._body, spacing=0)
        outer = vertical(self, spacing=0, margins=(1, 1, 1, 1))
        outer.addLayout(self._head())
        outer.addWidget(rule())
        outer.addWidget(self._body)

    def show_titles(self, before: int, theirs: int) -> None:
        """Name the columns."""
        words = (f"Version {before}", "Mine, not saved", f"Theirs, version {theirs}")
        for title, each in zip(self._titles[1:], words, strict=True):
            title.setText(each)

    def show_lines(self, lines: Sequence[SideLine], sides: Sequence[int | None]) -> None:
        """Show these lines; sides: what is chosen of each, None for neither."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        _clear(self._column)
        self.rows = [SideChoice(line, side, self._body) for line, side in zip(lines, sides, strict=True)]
        for place, row in enumerate(self.rows):
            if place:
                self._column.addWidget(rule(self._body))
            self._column.addWidget(row)
            row.chosen.connect(lambda side, place=place: self.side_chosen.emit(place, side))
            row.line_asked.connect(lambda step, place=place: self._on_line_asked(place + step))
        self.setVisible(bool(self.rows))

    def choose_all(self, side: int) -> None:
        """Show that side chosen of every line; nothing is emitted."""
        for row in self.rows:
            row.blockSignals(True)
            row.choose(side)
            row.blockSignals(False)

    def focus(self, place: int) -> None:
        """Give the keyboard to a line."""
        if 0 <= place < len(self.rows):
            self.rows[place].focus()
            self.line_focused.emit(self.rows[place])

    def _on_line_asked(self, place: int) -> None:
        self.focus(place)

    def _head(self) -> QVBoxLayout:
        row = horizontal(spacing=8, margins=(16, 8, 12, 7))
        name, before, mine, theirs = self._titles
        row.addWidget(name, 1)
        _fix(before, BEFORE_WIDTH)
        _fix(mine, SIDE_WIDTH)
        _fix(theirs, SIDE_WIDTH)
        row.addWidget(before)
        row.addSpacing(GAP - 8)
        row.addWidget(mine)
        row.addSpacing(GAP - 8)
        row.addWidget(theirs)
        head = vertical(spacing=0)
        head.addLayout(row)
        return head


def _fix(title: QLabel, width: int) -> None:
    title.setFixedWidth(width)
    title.setAlignment(title.alignment() | Qt.AlignmentFlag.AlignVCenter)


def _clear(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
