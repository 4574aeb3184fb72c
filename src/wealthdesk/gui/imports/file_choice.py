"""Which of several files is looked at on the check page, each with what is to be done in it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.layouts import horizontal

_NAME: Final = "File that is looked at"
_MOST_BESIDE: Final = 3
"""More files than these are a list that drops down."""
_LONGEST: Final = 22
_LIST_WIDTH: Final = 300


class FileChoice(QWidget):
    """A few files stand side by side; it is hidden while there is one."""

    chosen = Signal(object)
    """Another file, by its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._segment: Segment | None = None
        self._words: tuple[str, ...] = ()
        self.combo = Combo(_NAME, parent=self)
        self.combo.setMinimumWidth(_LIST_WIDTH)
        self.combo.chosen.connect(self.chosen)
        self._row = horizontal(self)
        self._row.addWidget(self.combo)
        self.hide()

    @property
    def words(self) -> str:
        """What is said of the file that is looked at."""
        place = self.choice()
        return self._words[place] if 0 <= place < len(self._words) else ""

    def choice(self) -> int:
        """The place of the file that is looked at."""
        if self._segment is not None:
            return int(self._segment.choice())
        place = self.combo.choice()
        return place if isinstance(place, int) else -1

    def show_files(self, files: Sequence[tuple[str, str]], shown: int) -> None:
        """Show files (name, what is to be done in it); shown: the one that is looked at."""
        had = len(self._words)
        self._words = tuple(f"{name} · {state}" for name, state in files)
        short = [f"{_shortened(name)} · {state}".replace("&", "&&") for name, state in files]
        is_beside = len(files) <= _MOST_BESIDE
        if len(files) != had:
            self._show_segment(short if is_beside and len(files) > 1 else ())
        if self._segment is not None:
            for place, each in enumerate(short):
                self._segment.button(str(place)).setText(each)
                self._segment.button(str(place)).setAccessibleName(self._words[place])
            self._segment.choose(str(shown))
        self.combo.set_options(list(enumerate(self._words)))
        self.combo.choose(shown)
        self.combo.setVisible(not is_beside)
        self.setVisible(len(files) > 1)

    def _show_segment(self, words: Sequence[str]) -> None:
        """Have another segment; none where there are no words."""
        if self._segment is not None:
            self._row.removeWidget(self._segment)
            self._segment.deleteLater()
            self._segment = None
        if words:
            self._segment = Segment(_NAME, [(str(place), each) for place, each in enumerate(words)])
            self._segment.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._segment.chosen.connect(self._on_segment)
            self._row.addWidget(self._segment)

    def _on_segment(self, key: str) -> None:
        self.chosen.emit(int(key))


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 8]}…{name[-7:]}"
