"""The one announcement: these topics changed, and it is committed."""

from PySide6.QtCore import QObject, Signal

from wealthdesk.changes import Changes


class Bus(QObject):
    """Tells every screen what changed. `tell` may be called from any thread: Qt queues the signal to its receivers."""

    changed = Signal(object)
    """frozenset[Topic]"""

    def tell(self, changes: Changes) -> None:
        """Announce that these topics changed."""
        if changes:
            self.changed.emit(changes)
