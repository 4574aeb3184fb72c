"""What the tests know of painted words: a paint device that keeps them, where they stand, and what cuts them off.

Nothing is drawn: what paints a page, a dialog or paper is asked to paint here, and each piece of words that reaches the
engine is kept with its place. So words of labels, tables, charts and pages of paper are all held to the same rules.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QTextItem,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QToolTip,
    QWidget,
)

from wealthdesk.gui import paper
from wealthdesk.gui.allocation.recorded.fill_table import FillTable

_NEAR = 1.0
"""A letter may lean over its edge by a pixel."""
_TABULAR = QFont.Tag("tnum")


class Words(NamedTuple):
    """A piece of words: what it says, where it is, what it is cut off at, and the widget or page that it is in."""

    said: str
    ink: QRectF
    room: QRectF
    where: QWidget | int
    is_figure: bool


class _Engine(QPaintEngine):
    def __init__(self, room: QRectF) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self._all = room
        self.words: list[Words] = []
        self.where: QWidget | int = 1

    def begin(self, device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        pass

    def drawTextItem(self, at: Any, item: QTextItem) -> None:
        if not item.text().strip():
            return
        painter, font = self.painter(), item.font()
        to_device, high = painter.deviceTransform(), QFontMetricsF(font).tightBoundingRect(item.text())
        ink = to_device.mapRect(QRectF(at.x(), at.y() + high.top(), item.width(), high.height()))
        room = QRectF(self.systemClip().boundingRect()) if not self.systemClip().isEmpty() else self._all
        if painter.hasClipping():
            room = room.intersected(to_device.mapRect(painter.clipBoundingRect()))
        is_figure = font.isFeatureSet(_TABULAR) and font.featureValue(_TABULAR) == 1
        self.words.append(Words(item.text(), ink, room, self.where, is_figure))

    def _pass_over(self, *drawn: object) -> None:
        """It is no word."""

    _nothing: Any = _pass_over
    drawPixmap = drawImage = drawPath = drawPolygon = drawRects = drawLines = drawEllipse = drawPoints = _nothing
    drawTiledPixmap = _nothing


class _Device(QPaintDevice):
    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.engine = _Engine(QRectF(QPointF(), size))
        of = QPaintDevice.PaintDeviceMetric
        known = {of.PdmWidth: size.width(), of.PdmHeight: size.height(), of.PdmDepth: 32}
        self._metrics = {**known, of.PdmDevicePixelRatio: 1, of.PdmDevicePixelRatioScaled: 0x10000}

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        return self._metrics.get(metric, 96)


class _Turns(QObject):
    """Tells the engine whose words come next: a widget has painted before the next one in it begins."""

    def __init__(self, engine: _Engine) -> None:
        super().__init__()
        self._engine = engine

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._engine.where = watched
        return False


def painted(root: QWidget) -> list[Words]:
    """The words of a window or dialog as it stands."""
    device, app = _Device(root.size()), cast(QApplication, QApplication.instance())
    turns = _Turns(device.engine)
    app.installEventFilter(turns)
    try:
        root.render(device)
    finally:
        app.removeEventFilter(turns)
    return device.engine.words


class Pages(_Device):
    """Takes what paints on paper, in place of a printer: pages of A4 at 96 dots an inch."""

    def __init__(self) -> None:
        room = self.pageLayout().paintRect(QPageLayout.Unit.Inch)
        super().__init__((room.size() * 96).toSize())

    @property
    def words(self) -> list[Words]:
        """The words on all pages."""
        return self.engine.words

    def pageLayout(self) -> QPageLayout:
        """As a printer has it."""
        return paper.page_layout(QPageSize(QPageSize.PageSizeId.A4))

    def newPage(self) -> bool:
        """As a printer does it."""
        self.engine.where = cast(int, self.engine.where) + 1
        return True


def faults(words: Iterable[Words]) -> list[str]:
    """What is cut off, what lies over other words, and what stands outside of its cell."""
    told = list(words)
    return [*_cut(told), *_overprinted(told), *_outside(told)]


def untold(words: Iterable[Words], root: QWidget) -> list[str]:
    """What is shortened, and no tooltip says the whole of it; a figure is never shortened."""
    return [
        f"“{each.said}” is shortened"
        for each in words
        if "…" in each.said and (each.is_figure or not _is_told(each, root))
    ]


def _cut(words: list[Words]) -> Iterator[str]:
    for each in words:
        ink, room = each.ink, each.room
        # What is out of sight can be scrolled to, and so can what is typed into a field.
        if not ink.intersects(room) or isinstance(each.where, QLineEdit):
            continue
        across = ink.left() < room.left() - _NEAR or ink.right() > room.right() + _NEAR
        down = ink.top() < room.top() - _NEAR or ink.bottom() > room.bottom() + _NEAR
        if across and not _scrolls(each.where, "horizontalScrollBar"):
            yield f"“{each.said}” is cut off at its side"
        if down and not _scrolls(each.where, "verticalScrollBar"):
            yield f"“{each.said}” is cut off above or below"


def _scrolls(where: QWidget | int, bar: str) -> bool:
    around = where if isinstance(where, QWidget) else None
    while around is not None:
        found = getattr(around, bar, None)
        if found is not None and cast(QScrollBar, found()).maximum() > cast(QScrollBar, found()).minimum():
            return True
        around = around.parentWidget()
    return False


def _overprinted(words: list[Words]) -> Iterator[str]:
    together: dict[object, list[Words]] = {}
    for each in words:
        together.setdefault(each.where, []).append(each)
    for those in together.values():
        those.sort(key=lambda each: each.ink.top())
        for place, one in enumerate(those):
            for other in those[place + 1 :]:
                if other.ink.top() >= one.ink.bottom():
                    break
                both = one.ink.intersected(other.ink)
                # What is selected in a field is painted twice.
                is_again = one[:2] == other[:2]
                # On paper figures are painted one by one, a little closer than they are wide.
                near = one.ink.width() / 4 if len(one.said) == len(other.said) == 1 else _NEAR
                if both.width() > near and both.height() > _NEAR and not is_again:
                    yield f"“{one.said}” and “{other.said}” lie one over the other"


def _outside(words: list[Words]) -> Iterator[str]:
    for each in words:
        view = each.where.parentWidget() if isinstance(each.where, QWidget) else None
        # The head of an account stands across the columns of its first trade.
        if not isinstance(view, QAbstractItemView) or isinstance(view, QHeaderView | FillTable):
            continue
        if view.viewport() is not each.where:
            continue
        ink = each.ink.translated(-each.where.mapTo(each.where.window(), QPoint()))
        index = view.indexAt(ink.center().toPoint())
        cell = QRectF(view.visualRect(index)) if index.isValid() else QRectF(each.where.rect())
        if not cell.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR).contains(ink):
            yield f"“{each.said}” is outside of its cell"


def _is_told(words: Words, root: QWidget) -> bool:
    """Whether the tooltip there has what is left of the words; what is to be pressed may end in “…”."""
    if not isinstance(words.where, QWidget) or isinstance(words.where, QPushButton | QLineEdit):
        return isinstance(words.where, QWidget)
    shown = getattr(words.where, "text", None)
    if callable(shown) and not hasattr(words.where, "words") and words.said in cast(str, shown()):
        return True
    for each in QApplication.topLevelWidgets():
        if each.objectName() == "qtooltip_label":
            each.hide()
    place = words.ink.center().toPoint()
    asked = QHelpEvent(QEvent.Type.ToolTip, words.where.mapFrom(root, place), root.mapToGlobal(place))
    QApplication.sendEvent(words.where, asked)
    return _plain(words.said.split("…")[0]) in _plain(QToolTip.text())


def _plain(words: str) -> str:
    return "".join(words.split()).strip("“”")
