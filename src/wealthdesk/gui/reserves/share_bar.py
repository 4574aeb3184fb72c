"""The bar of a company's share of all reserves, with the line from which it counts as concentrated."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from wealthdesk.domain.money import WHOLE
from wealthdesk.domain.reallocation_words import share_text
from wealthdesk.gui import format as text
from wealthdesk.gui.reserves.rows import CompanyRow, Scale
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.bar_painting import fill, middle, pill_path, place

BAR_HEIGHT: Final = 6.0
_LINE_HEIGHT: Final = 18.0


def share_words(row: CompanyRow) -> str:
    """The share: "35.1%", with more decimals where it would read like the line."""
    if row.whole <= 0 or row.planned < 0:
        return text.NOTHING
    return share_text(row.planned, row.whole, row.scale.limit_bps).replace(".", text.marks().decimal)


def paint_share(painter: QPainter, rect: QRectF, row: CompanyRow, look: Theme) -> None:
    """Draw the bar across `rect`, on the scale of its row."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    track = middle(rect, BAR_HEIGHT)
    fill(painter, pill_path(track), look.track)
    bps = row.planned * WHOLE / row.whole if row.whole > 0 else 0.0
    end = place(bps, row.scale.bps, track)
    if end > track.left():
        part = QRectF(track.left(), track.top(), max(end - track.left(), BAR_HEIGHT), BAR_HEIGHT)
        tone = Tone.WARNING if row.is_concentrated else Tone.NEUTRAL
        fill(painter, pill_path(part), look.tone(tone).mark)
    paint_limit(painter, rect, row.scale, look)
    painter.restore()


def paint_limit(painter: QPainter, rect: QRectF, scale: Scale, look: Theme) -> None:
    """Draw the dashed line of concentration across a bar."""
    x = round(place(scale.limit_bps, scale.bps, rect)) + 0.5
    line = middle(rect, _LINE_HEIGHT)
    pen = QPen(QColor(look.tone(Tone.WARNING).mark), 1.5, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2.6, 1.4])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, line.top()), QPointF(x, line.bottom()))
