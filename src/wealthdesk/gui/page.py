"""A page, one screen of the window that rereads itself when what it shows has changed; what tells it so; and two parts
of one beside each other.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from wealthdesk.changes import Changes
from wealthdesk.gui import theme
from wealthdesk.gui.widgets.layouts import horizontal, vertical

if TYPE_CHECKING:
    from wealthdesk.gui.widgets.choices import Segment


class Bus(QObject):
    """Tells every screen what changed. `tell` may be called from any thread: Qt queues the signal to its receivers."""

    changed = Signal(object)
    """frozenset[Topic]"""

    def tell(self, changes: Changes) -> None:
        """Announce that these topics changed."""
        if changes:
            self.changed.emit(changes)


class Page(QWidget):
    """A visible page rereads at once; a hidden one is marked stale and rereads when it is next shown."""

    shows: ClassVar[Changes] = frozenset()

    def __init__(self, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_stale = True
        self._is_passed_by = False
        bus.changed.connect(self._on_changed)
        theme.look().changing.connect(self._on_look_changing)

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may be older than what is kept."""
        return self._is_stale

    def refresh(self) -> None:
        """Read what is to be shown, and show it."""
        raise NotImplementedError

    def own_steps(self) -> tuple[Callable[[], object] | None, Callable[[], object] | None]:
        """What undoes and redoes what is edited on this page and not kept yet, where there is something."""
        return None, None

    def keep_unsaved(self) -> None:
        """Keep what is edited here and not saved, so that it is here next time; a refusal where that cannot be."""

    def standing(self) -> dict[str, str]:
        """How the page stands, by name, for the next start: what is chosen, open and scrolled to."""
        return {}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        """Stand as it was kept, as far as what was chosen is still there; before the page is first shown."""

    def mark_stale(self) -> None:
        """Reread now if visible, else when next shown."""
        self._is_stale = True
        if self.isVisible():
            self._reread()

    def read_ahead(self) -> None:
        """Read before it is shown, so that showing it takes less time at once."""
        if self._is_stale:
            self._reread()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_passed_by:
            self._is_passed_by = False
            theme.put_on(self)
        if self._is_stale:
            self._reread()

    def _on_changed(self, changes: Changes) -> None:
        if self.shows & changes:
            self.mark_stale()

    def _on_look_changing(self, hidden: list[QWidget]) -> None:
        """Behind another page of a window that is shown, take the look when it is shown itself."""
        if self.window().isVisible() and not self.isVisible():
            self._is_passed_by = True
            hidden.append(self)

    def _reread(self) -> None:
        self.refresh()
        self._is_stale = False


class SideBySide(QWidget):
    """Two parts of a page beside each other where there is room; where there is none, tabs and the one that is chosen.

    The first of the tabs is the one at the left. beside_from: the width from which on there is room. The parts are
    best made as its children, and put into it before they are filled.
    """

    def __init__(self, tabs: "Segment", beside_from: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs, self._beside_from = tabs, beside_from
        self._is_left = tabs.choice()
        self._line = QWidget(self)
        horizontal(self._line, margins=(24, 14, 24, 0)).addWidget(tabs)

    def put(self, left: QWidget, right: QWidget) -> None:
        """Have these two beside each other."""
        self._left, self._right = left, right
        row = horizontal(spacing=0)
        row.addWidget(left, 1)
        row.addWidget(right)
        column = vertical(self, spacing=0)
        column.addWidget(self._line)
        column.addLayout(row, 1)

    def arrange(self, width: int, *, has_right: bool = True) -> bool:
        """Show what there is room for in so much width, and at the right only what is there; whether it is narrow."""
        is_narrow = width < self._beside_from
        is_left = self._tabs.choice() == self._is_left or not has_right
        self._line.setVisible(is_narrow and has_right)
        self._left.setVisible(is_left or not is_narrow)
        self._right.setVisible(has_right and not (is_left and is_narrow))
        return is_narrow
