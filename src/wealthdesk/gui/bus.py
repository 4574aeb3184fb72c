"""The one announcement: these topics changed, and it is committed."""

from PySide6.QtCore import QObject, Signal

from wealthdesk.changes import Changes


class Bus(QObject):
    """Tells every screen what changed. `tell` may be called from any thread; `changed` comes in its own thread."""

    changed = Signal(object)
    """frozenset[Topic]"""

    _told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told.connect(self._on_told)

    def tell(self, changes: Changes) -> None:
        """Announce that these topics changed."""
        if changes:
            self._told.emit(changes)

    def _on_told(self, changes: Changes) -> None:
        self.changed.emit(changes)
