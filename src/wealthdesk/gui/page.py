"""A page, one screen of the window that rereads itself when what it shows has changed; and what tells it so."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from wealthdesk.changes import Changes


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
        bus.changed.connect(self._on_changed)

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
        if self._is_stale:
            self._reread()

    def _on_changed(self, changes: Changes) -> None:
        if self.shows & changes:
            self.mark_stale()

    def _reread(self) -> None:
        self.refresh()
        self._is_stale = False
