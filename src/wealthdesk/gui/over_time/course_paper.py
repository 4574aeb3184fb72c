"""The charts on paper: one page, black on white, with the classes by name."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPagedPaintDevice, QPainter

from wealthdesk.gui import format as text
from wealthdesk.gui import paper, theme
from wealthdesk.gui.over_time import words
from wealthdesk.gui.over_time.painting import (
    LEFT,
    RIGHT,
    TOTAL,
    Sheet,
    paint_allocation,
    paint_days,
    paint_drift,
    paint_value,
    paint_versions,
    unit_of,
)
from wealthdesk.gui.widgets.allocation_bar import paint_class_mark

_HEIGHTS: Final = (170.0, 260.0, 150.0)


def paint_course(device: QPagedPaintDevice, sheet: Sheet, scope: str, headline: str) -> None:
    """Paint the days that are shown; WealthDeskError where the device takes no pages."""
    grey, ink2 = "#C9C7BE", "#4A4945"
    look = theme.LIGHT._replace(bg="#FFFFFF", ink="#100F0F", mute=ink2, mute2=ink2, line=grey, line2=grey)
    wide = paper.inside(device).width()
    shown = replace(sheet, look=look, is_paper=True, axis=replace(sheet.axis, left=LEFT, width=wide - LEFT - RIGHT))
    with paper.painting(device) as painter:
        times = device.width() / wide
        painter.scale(times, times)
        _paint_page(painter, shown, wide, scope, headline)


def _paint_page(painter: QPainter, sheet: Sheet, wide: float, scope: str, headline: str) -> None:
    days = f"{text.day(sheet.axis.first)}{text.RANGE}{text.day(sheet.axis.last)}"
    top = _words(painter, sheet, 0, headline, "title")
    top = _words(painter, sheet, top, f"{scope}, {days}. {words.explanation(sheet.course)}", "note")
    left, width = LEFT, wide - LEFT - RIGHT
    value, allocation, drift = _HEIGHTS
    top = _words(painter, sheet, top + 14, f"Value {unit_of(sheet)[1]}", "strong")
    paint_value(painter, QRectF(left, top, width, value), sheet)
    top = _words(painter, sheet, top + value + 18, "Allocation and targets", "strong")
    top = _legend(painter, sheet, top)
    plot = QRectF(left, top, width, allocation)
    paint_allocation(painter, plot, sheet)
    paint_versions(painter, plot, sheet)
    paint_days(painter, plot.adjusted(0, 0, 0, 18), sheet)
    of = "in total" if sheet.chosen == TOTAL else f"of {sheet.course.classes[sheet.chosen].name}"
    top = _words(painter, sheet, top + allocation + 60, f"Drift {of}", "strong")
    plot = QRectF(left, top, width, drift)
    paint_drift(painter, plot, sheet)
    paint_days(painter, plot, sheet)


def _words(painter: QPainter, sheet: Sheet, top: float, said: str, role: str) -> float:
    """Words, on a second line where one is too short; gives back where the next thing begins."""
    wide = sheet.axis.left + sheet.axis.width + RIGHT
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    painter.setFont(sheet.type(role))
    painter.setPen(QColor("#100F0F"))
    needed = painter.boundingRect(QRectF(0, top, wide, 1_000), flags, said)
    painter.drawText(needed, flags, said)
    return needed.bottom() + 6


def _legend(painter: QPainter, sheet: Sheet, top: float) -> float:
    left = 0.0
    for each in sheet.course.classes:
        paint_class_mark(painter, QRectF(left, top, 10, 16), each.colour)
        painter.setFont(sheet.type("note"))
        painter.setPen(QColor("#100F0F"))
        painter.drawText(QPointF(left + 15, top + 12), each.name)
        left += 15 + painter.fontMetrics().horizontalAdvance(each.name) + 16
    return top + 24
