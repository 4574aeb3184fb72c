"""Motion: a change of figures takes a moment on the screen, and none where less motion is wanted."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtWidgets import QApplication, QStyle

DURATION_MS: Final = 120
FADE_MS: Final = 80
"""In which a plan that has settled appears."""
_running: Final[set[QVariantAnimation]] = set()
_is_reduced = False


def reduce(reduced: bool) -> None:
    """Let everything be at its end at once from now on, or let it move."""
    global _is_reduced
    _is_reduced = reduced


def is_reduced_by_choice() -> bool:
    """Whether less motion was chosen."""
    return _is_reduced


def is_reduced() -> bool:
    """Whether less motion was chosen, or the style of the system has none."""
    return _is_reduced or QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


def is_running() -> bool:
    """Whether something still moves: what is painted now is not what it will be."""
    return bool(_running)


class Motion(QObject):
    """Runs from 0 to 1 and tells how far it is; begun again, it begins anew from where its owner stands."""

    def __init__(self, tell: Callable[[float], object], owner: QObject, duration_ms: int = DURATION_MS) -> None:
        super().__init__(owner)
        self._tell = tell
        self._animation = animation = QVariantAnimation(self)
        animation.setDuration(duration_ms)
        animation.setStartValue(0.0)
        animation.setEndValue(1.0)
        animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        animation.valueChanged.connect(lambda at: tell(float(at)))
        animation.finished.connect(lambda: _running.discard(animation))
        self.destroyed.connect(lambda: _running.discard(animation))

    def begin(self, *, at_once: bool = False) -> None:
        """Begin; at_once: there is nothing to see of it."""
        self._animation.stop()
        _running.discard(self._animation)
        if at_once or is_reduced():
            self._tell(1.0)
            return
        _running.add(self._animation)
        self._animation.start()
