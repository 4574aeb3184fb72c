"""The pictures: every page and every dialog of a window, light and dark, as PNG files to look at."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from wealthdesk.gui import tasks, theme
from wealthdesk.gui.main_window import SIZE, MainWindow
from wealthdesk.gui.pictures import allocation, history, holdings, imports, over_time, reserves, settings

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_SETTLED_MS: Final = 150
"""Longer than any timer that a page waits for before it shows what it calculated."""
_LOOKED_AGAIN_MS: Final = 20
"""Where everything still stands where it stood then, it has found its place."""
_MOST_WAITS: Final = 20
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_COLOURS: Final = bytes([8, 2, 0, 0, 0])
"""Each is of red, green and blue, of 8 bits."""
_LESS_BYTES: Final = 3
"""With more zlib would look for twice as long, for a tenth less of them."""
_THEMES: Final[tuple[theme.Choice, ...]] = ("light", "dark")
_CORNER: Final = 12.0
_VIEWS: Final[Mapping[str, Callable[["Desk", Any], list[tuple[str, Callable[[], object]]]]]] = {
    "allocation": allocation.views,
    "over_time": over_time.views,
    "holdings": holdings.views,
    "reserves": reserves.views,
    "history": history.views,
    "imports": imports.views,
    "settings": settings.views,
}
_DIALOGS: Final[Mapping[str, Callable[["Desk", Any], list[tuple[str, Callable[[], QDialog]]]]]] = {
    "allocation": allocation.dialogs,
    "holdings": holdings.dialogs,
    "reserves": reserves.dialogs,
    "history": history.dialogs,
    "imports": imports.dialogs,
    "settings": settings.dialogs,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: the name of its file, the window, and what brings it about: a dialog to show over it, or None."""

    name: str
    window: MainWindow
    show: Callable[[], QDialog | None]


def scenes_of(window: MainWindow) -> Iterator[Scene]:
    """Every view of every page of a window that shows a portfolio, followed by the dialogs of the page."""
    if window.shown is not None:
        # Other pictures may have told of backups that are invented.
        window.shown.foot.list_backups()
    for key in window.page_keys():
        window.go_to(key)
        for name, bring_about in views_of(window, key):
            yield Scene(_file_name(f"{key} {name}"), window, partial(_shown, bring_about))
        for name, make in dialogs_of(window, key):
            yield Scene(_file_name(name), window, make)


def views_of(window: MainWindow, key: str) -> list[tuple[str, Callable[[], object]]]:
    """What a page can show, by name ("": the page itself), each brought about by its call.

    The last one is what the dialogs open over. Nothing is kept by any of them.
    """
    assert window.desk is not None
    page: Any = window.page(key)
    return _VIEWS[key](window.desk, page)


def dialogs_of(window: MainWindow, key: str) -> list[tuple[str, Callable[[], QDialog]]]:
    """The dialogs that open from a page, by name, each made and filled as it would open."""
    assert window.desk is not None
    page: Any = window.page(key)
    return _DIALOGS[key](window.desk, page) if key in _DIALOGS else []


def scene_as_it_is(name: str, window: MainWindow) -> Scene:
    """The window as it is."""
    return Scene(name, window, lambda: None)


class Pictures(QObject):
    """Shows one scene after the other and saves it; the event loop runs in between, as it does for a user."""

    taken = Signal(object)
    """The paths, once all are saved."""

    def __init__(
        self, folder: Path, scenes: Callable[[], Iterable[Scene]], themes: Sequence[theme.Choice] = _THEMES
    ) -> None:
        super().__init__()
        self._folder = folder
        self._paths: list[Path] = []
        self._was_busy = False
        self._waits = 0
        self._places: list[QRect] = []
        self.cramped: list[str] = []
        """What was taken all the same with less height than its words need, after waiting long enough."""
        self._scenes = ((look, scene) for look in themes for scene in _dressed(look, scenes))

    def begin(self) -> None:
        """Take them all, into the folder, which is made where it is missing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        tasks.stand_still(True)
        self._next()

    def _next(self) -> None:
        following = next(self._scenes, None)
        if following is None:
            tasks.stand_still(False)
            self.taken.emit(tuple(self._paths))
            return
        look, scene = following
        if not scene.window.isVisible():
            scene.window.resize(*SIZE)
            scene.window.show()
        dialog = scene.show()
        if dialog is not None:
            dialog.open()
        QTimer.singleShot(_SETTLED_MS, self, partial(self._take, look, scene, dialog))

    def _take(self, look: str, scene: Scene, dialog: QDialog | None) -> None:
        is_busy = tasks.is_busy()
        if is_busy or self._was_busy:
            # Once more after it has ended: what came of it is shown then, and has found its place.
            self._was_busy = is_busy
            QTimer.singleShot(_SETTLED_MS, self, partial(self._take, look, scene, dialog))
            return
        shown = list(seen_in(dialog or scene.window))
        places = [each.geometry() for each in shown]
        cramped = _cramped(shown) if places == self._places or self._waits == _MOST_WAITS else []
        if (cramped or places != self._places) and self._waits < _MOST_WAITS:
            # On a busy computer a layout may take longer than the time that was waited.
            self._places, self._waits = places, self._waits + 1
            wait = _SETTLED_MS if cramped else _LOOKED_AGAIN_MS
            QTimer.singleShot(wait, self, partial(self._take, look, scene, dialog))
            return
        self._waits = 0
        self.cramped += [f"{scene.name}: {words}" for words in cramped]
        path = self._folder / f"{scene.name}_{look}.png"
        path.write_bytes(_png(_picture(scene.window, dialog)))
        self._paths.append(path)
        if dialog is not None:
            # Not reject(): a dialog with changes would ask first.
            dialog.done(0)
            dialog.deleteLater()
        QTimer.singleShot(0, self, self._next)


def cramped_in(shown: QWidget) -> list[str]:
    """The words inside that have less height than they need: others may be painted over them."""
    return _cramped(seen_in(shown))


def _cramped(seen: Iterable[QWidget]) -> list[str]:
    labels = [each for each in seen if isinstance(each, QLabel) and each.text()]
    return [each.text() for each in labels if is_cramped(each) and not each.visibleRegion().isEmpty()]


def seen_in(shown: QWidget) -> Iterator[QWidget]:
    """What is visible inside: of all pages of a window that is one widget in twenty; none of a hidden one is asked."""
    for each in shown.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if each.isVisible():
            yield each
            yield from seen_in(each)


def is_cramped(label: QLabel) -> bool:
    """Whether the words have less height than they need in their width."""
    needed = label.heightForWidth(label.width()) if label.wordWrap() else label.minimumSizeHint().height()
    return label.height() < min(needed, label.maximumHeight())


def _dressed(look: theme.Choice, scenes: Callable[[], Iterable[Scene]]) -> Iterator[Scene]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.follow(app, look)
    yield from scenes()


def _picture(window: MainWindow, dialog: QDialog | None) -> QImage:
    """What is on the screen; without the channel of transparency, since nothing is transparent."""
    shown = _painted(window)
    if dialog is not None:
        shown = shown.copy()
        _put_over(shown, _painted(dialog))
    return shown.convertToFormat(QImage.Format.Format_RGB888)


def _painted(shown: QWidget) -> QImage:
    """What is painted of a window, which it need not be once more; what is left to be painted is painted before."""
    QCoreApplication.sendEvent(shown, QEvent(QEvent.Type.UpdateRequest))
    painted = shown.backingStore().paintDevice()
    assert isinstance(painted, QImage)
    return painted


def _png(picture: QImage) -> bytes:
    """It as a PNG file whose lines are as they are: Qt would try five filters for each, for more bytes in the end."""
    width, height, step = picture.width(), picture.height(), picture.bytesPerLine()
    pixels = picture.constBits()
    lines = b"\0".join([b"", *[pixels[at : at + 3 * width] for at in range(0, height * step, step)]])
    head = width.to_bytes(4) + height.to_bytes(4) + _COLOURS
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, _LESS_BYTES)), (b"IEND", b""))
    return _PNG + b"".join(_chunk(kind + part) for kind, part in parts)


def _chunk(part: bytes) -> bytes:
    return (len(part) - 4).to_bytes(4) + part + zlib.crc32(part).to_bytes(4)


def _put_over(ground: QImage, dialog: QImage) -> None:
    """The dialog in the middle of the window, which is darkened."""
    look = theme.current()
    size, room = dialog.deviceIndependentSize(), ground.deviceIndependentSize()
    corner = QPointF(max(0, (room.width() - size.width()) // 2), max(0, (room.height() - size.height()) // 2))
    painter = QPainter(ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scrim = QColor(look.scrim)
    scrim.setAlpha(look.scrim_alpha)
    painter.fillRect(QRectF(QPointF(), room), scrim)
    frame = QPainterPath()
    frame.addRoundedRect(QRectF(corner, size), _CORNER, _CORNER)
    painter.setClipPath(frame)
    painter.drawImage(corner, dialog)
    painter.setClipping(False)
    painter.setPen(QPen(QColor(look.line2), 1))
    painter.drawPath(frame)
    painter.end()


def _shown(bring_about: Callable[[], object]) -> None:
    bring_about()


def _file_name(name: str) -> str:
    return "_".join(name.lower().split())
