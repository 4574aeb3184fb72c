"""Paper: pages of the size that is usual where the user lives, and painting on them in pixels of 1/96 inch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)
from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts, problems

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintDialog

_MARGIN_MM: Final = 18.0
_LETTER: Final = frozenset("BZ CA CL CO CR GT MX NI PA PH PR SV US VE".split())
"""The countries that print on US Letter, by Unicode's list; all others on A4."""
_PIXELS: Final = 96.0
_POINTS: Final = 72.0
_DIGIT: Final = 0.9
_FOOT_HIGH: Final = 34.0
_ABOVE_FOOT: Final = 8.0

INK: Final = "#100F0F"
MUTE: Final = "#4A4945"
LINE: Final = "#C9C7BE"
GROUND: Final = "#F0EFEB"


def page_size() -> QPageSize:
    """Letter where that is usual, else A4."""
    country = QLocale.territoryToCode(QLocale().territory())
    return QPageSize(QPageSize.PageSizeId.Letter if country in _LETTER else QPageSize.PageSizeId.A4)


def page_layout(size: QPageSize | None = None) -> QPageLayout:
    """Upright, with margins of 18 mm."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(size or page_size(), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def ask_printer(
    document: str, paint: Callable[[QPagedPaintDevice], object], parent: QWidget, *, has_amounts: bool = True
) -> "QPrintDialog":
    """Ask on which printer, and paint there; where it has amounts that are hidden once that is confirmed.

    document: its name, "Order sheet". A refusal is shown.
    """
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(page_layout())
    printer.setDocName(document)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, False)

    def chosen() -> None:
        # The dialog does not keep its printer: this does, as long as the dialog lives.
        printed = partial(_print, printer, document, paint, parent)
        problems.ask_amounts(printed, "printed", parent) if has_amounts else printed()

    dialog.accepted.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)  # its own `open` wants to know whom to tell
    return dialog


def _print(
    printer: QPagedPaintDevice, document: str, paint: Callable[[QPagedPaintDevice], object], parent: QWidget
) -> None:
    try:
        paint(printer)
    except WealthDeskError as refusal:
        problems.show(refusal, parent, title=document)


def pdf_of(paint: Callable[[QPagedPaintDevice], None], title: str, size: QPageSize | None = None) -> bytes:
    """The bytes of a PDF file that `paint` paints."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    writer.setPageLayout(page_layout(size))
    writer.setTitle(title)
    writer.setCreator("WealthDesk")
    paint(writer)
    del writer
    return bytes(made.data().data())


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is not divided between pages: its height, and how it is painted into a rectangle.

    head: painted above it again where it comes first on a page. is_head: never the last on a page.
    """

    high: float
    paint: Callable[["Brush", QRectF], None]
    head: "Block | None" = None
    is_head: bool = False


PaperPage = list[tuple[float, Block]]
"""Blocks with their distance from the top."""


def pages_of(blocks: Sequence[Block], high: float) -> list[PaperPage]:
    """The blocks on pages of that height; one that is higher than a page stands alone."""
    pages: list[PaperPage] = [[]]
    top = 0.0
    for place, block in enumerate(blocks):
        if pages[-1] and top + _needed(blocks, place) > high:
            pages.append([])
            top = 0.0
            if block.head is not None:
                pages[-1].append((top, block.head))
                top += block.head.high
        pages[-1].append((top, block))
        top += block.high
    return pages


def _needed(blocks: Sequence[Block], place: int) -> float:
    """The room for a block; of a head together with what it heads."""
    needed = blocks[place].high
    while blocks[place].is_head and place + 1 < len(blocks):
        place += 1
        needed += blocks[place].high
    return needed


class Brush:
    """Paints in pixels of 1/96 inch, whatever the resolution of the device."""

    def __init__(self, device: QPagedPaintDevice, painter: QPainter) -> None:
        self._painter = painter
        self._times = device.logicalDpiX() / _PIXELS

    def words(
        self,
        rect: QRectF,
        said: str,
        size: int,
        *,
        weight: int = 400,
        ink: str = INK,
        right: bool = False,
        figures: bool = False,
        wrap: bool = False,
    ) -> float:
        """Writes into a rectangle, on one line (cut off where there is no room) or wrapped; returns how wide it is."""
        if not said:
            return 0.0
        font = _font(size * self._times, weight)
        metrics = QFontMetricsF(font)
        room = self._scaled(rect)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._painter.setFont(font)
        self._painter.setPen(QColor(ink))
        if wrap:
            flags = side | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            self._painter.drawText(room, flags, said)
            return rect.width()
        if figures:
            return self._figures(room, said, metrics, right) / self._times
        shown = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room.width() + 1)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
        self._painter.drawText(room, flags, shown)
        return metrics.horizontalAdvance(shown) / self._times

    def _figures(self, room: QRectF, said: str, metrics: QFontMetricsF, right: bool) -> float:
        """Writes digits of one width: the ordinary ones, each in its cell; those of the font cannot be copied again."""
        # A little narrower than the widest: a "1" would stand apart where its words are copied out of the file.
        digit = max(metrics.horizontalAdvance(each) for each in "0123456789") * _DIGIT
        cells = [digit if each.isdigit() else metrics.horizontalAdvance(each) for each in said]
        left = room.right() - sum(cells) if right else room.left()
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        for each, wide in zip(said, cells, strict=True):
            self._painter.drawText(QRectF(left, room.top(), wide, room.height()), flags, each)
            left += wide
        return sum(cells)

    def line(self, start: QPointF, end: QPointF, *, width: float = 1.0, ink: str = LINE) -> None:
        """Draws a line."""
        self._painter.setPen(QPen(QColor(ink), width * self._times, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        self._painter.drawLine(start * self._times, end * self._times)

    def box(self, rect: QRectF, *, fill: str = "", ink: str = "", radius: float = 3.0, width: float = 1.0) -> None:
        """Draws a rectangle with round corners."""
        self._painter.setPen(QPen(QColor(ink), width * self._times) if ink else QPen(Qt.PenStyle.NoPen))
        self._painter.setBrush(QBrush(QColor(fill)) if fill else QBrush(Qt.BrushStyle.NoBrush))
        self._painter.drawRoundedRect(self._scaled(rect), radius * self._times, radius * self._times)

    def bar(
        self, line: QRectF, now: int | None, target: int | None, band: tuple[float, float] | None, scale: int
    ) -> None:
        """Draws a bar in greys over the middle of a line: what is there, the corridor, and the target as a tick.

        All in basis points, of which the whole line is `scale`; None: that is not drawn.
        """
        middle = line.center().y()
        low, high = (along(line, each, scale) for each in band or (0, 0))
        self.box(QRectF(line.left(), middle - 3, line.width(), 6), fill="#E8E7E2")
        if band is not None:
            self.box(QRectF(low, middle - 6, high - low, 12), fill="#D2D0C9")
        if now is not None:
            end = along(line, now, scale)
            self.box(QRectF(line.left(), middle - 3, max(end - line.left(), 1.5), 6), fill="#87857F")
        if target is not None:
            at = along(line, target, scale)
            self.line(QPointF(at, middle - 7), QPointF(at, middle + 7), width=1.6, ink=INK)

    def check(self, rect: QRectF) -> None:
        """Draws a check mark into a box."""
        left, top, side = rect.left(), rect.top(), rect.width()
        corner = QPointF(left + side * 0.42, top + side * 0.72)
        self.line(QPointF(left + side * 0.22, top + side * 0.5), corner, width=1.6, ink=INK)
        self.line(corner, QPointF(left + side * 0.8, top + side * 0.28), width=1.6, ink=INK)

    def _scaled(self, rect: QRectF) -> QRectF:
        return QRectF(rect.topLeft() * self._times, rect.size() * self._times)


def cell(line: QRectF, left: float, end: float) -> QRectF:
    """A part of a line, from and to these shares of its width."""
    wide = line.width()
    return QRectF(line.left() + wide * left, line.top(), wide * (end - left), line.height())


def gap(high: float) -> Block:
    """Room that is left free."""
    return Block(high, lambda brush, rect: None)


def along(line: QRectF, bps: float, scale: int) -> float:
    """How far to the right so many basis points are on a line of `scale`; never outside of it."""
    return line.left() + line.width() * min(max(bps, 0), scale) / scale


@contextmanager
def painting(device: QPagedPaintDevice) -> Iterator[QPainter]:
    """A painter for the device; WealthDeskError where that takes no pages."""
    painter = QPainter()
    if not painter.begin(device):
        raise WealthDeskError("Nothing was printed: the printer, or the file to print to, takes no pages.")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield painter
    finally:
        painter.end()


def paint(device: QPagedPaintDevice, blocks_of: Callable[[QSizeF], Iterable[Block]], told: str, file_name: str) -> None:
    """Paint blocks, on as many pages as they need; at the foot of each what is `told`, the file and the page's number.

    blocks_of: makes the blocks for the room that a page has. WealthDeskError when the device takes no pages.
    """
    size = inside(device)
    room = QSizeF(size.width(), size.height() - _FOOT_HIGH - _ABOVE_FOOT)
    pages = pages_of(list(blocks_of(room)), room.height())
    with painting(device) as painter:
        brush = Brush(device, painter)
        for number, page in enumerate(pages, 1):
            if number > 1:
                device.newPage()
            for top, block in page:
                block.paint(brush, QRectF(0, top, size.width(), block.high))
            foot = QRectF(0, size.height() - _FOOT_HIGH, size.width(), _FOOT_HIGH)
            _paint_foot(brush, foot, told, f"{file_name} · {number} of {len(pages)}")


def _paint_foot(brush: Brush, rect: QRectF, told: str, place: str) -> None:
    brush.line(rect.topLeft(), rect.topRight())
    line = QRectF(rect.left(), rect.top() + 8, rect.width(), 18)
    most = line.adjusted(line.width() * 0.6, 0, 0, 0)
    wide = brush.words(most, place, 10, ink=MUTE, right=True)
    brush.words(line.adjusted(0, 0, -wide - 12, 0), told, 10, ink=MUTE)


def inside(device: QPagedPaintDevice) -> QSizeF:
    """The size within the margins, in pixels of 1/96 inch."""
    room = device.pageLayout().paintRect(QPageLayout.Unit.Point)
    return QSizeF(room.width(), room.height()) * (_PIXELS / _POINTS)


def wrapped_height(said: str, wide: float, size: int) -> float:
    """How high words become that are wrapped at this width."""
    # At ten times the size: at its own the steps of the screen's letters would add up.
    room = QFontMetricsF(_font(size * 10, 400)).boundingRect(
        QRectF(0, 0, wide * 10, 1e6), Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft, said
    )
    return room.height() / 10 + 1


def _font(pixels: float, weight: int) -> QFont:
    font = fonts.font("body", weight=weight)
    font.setPixelSize(max(1, round(pixels)))
    return font
