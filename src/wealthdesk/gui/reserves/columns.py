"""The columns of the reserves table: how each shows, sorts and finds a company."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from wealthdesk.domain.money import WHOLE, ratio
from wealthdesk.domain.reallocation_words import share_text
from wealthdesk.gui import format as text
from wealthdesk.gui.reserves.rows import CompanyRow, ShareScale
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.allocation_bar import fill, middle, pill_path, place

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


def paint_limit(painter: QPainter, rect: QRectF, scale: ShareScale, look: Theme) -> None:
    """Draw the dashed line of concentration across a bar."""
    x = round(place(scale.limit_bps, scale.bps, rect)) + 0.5
    line = middle(rect, _LINE_HEIGHT)
    pen = QPen(QColor(look.tone(Tone.WARNING).mark), 1.5, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2.6, 1.4])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, line.top()), QPointF(x, line.bottom()))


COMPANY, PLANNED, CAP, DEPLOYED, SHARE = range(5)
NO_CAP: Final = "No cap"


def planned_words(row: CompanyRow) -> str:
    """What is planned: "$4,500,000"."""
    return text.money_brief(row.planned, row.currency)


def cap_words(row: CompanyRow) -> str:
    """The cap, or that there is none."""
    return NO_CAP if row.cap is None else text.money_brief(row.cap, row.currency)


def _company_note(row: CompanyRow) -> str:
    parts = ["Exited"] if row.is_exited else []
    if row.company is None:
        parts.append("Removed elsewhere")
    elif row.company.external_id:
        parts.append(f"Id {row.company.external_id}")
    return " · ".join(parts)


def _deployed(row: CompanyRow) -> str:
    return text.money_brief(row.deployed, row.currency)


def _deployed_note(row: CompanyRow) -> str:
    if row.planned <= 0:
        return "nothing planned" if row.deployed else ""
    return f"{text.percent(ratio(row.deployed * WHOLE, row.planned), 0)} of planned"


def _planned_tip(row: CompanyRow) -> str:
    was = f"Was {text.money_brief(row.before, row.currency)}." if row.is_planned_changed and row.before else ""
    return "\n".join(each for each in (was, row.found) if each)


def _cap_tip(row: CompanyRow) -> str:
    if not row.is_cap_changed:
        return ""
    return f"Was {NO_CAP.lower() if row.cap_before is None else text.money_brief(row.cap_before, row.currency)}."


def _unsought(row: CompanyRow) -> str:
    return ""


COLUMNS: Final[tuple[Column[CompanyRow], ...]] = (
    Column(
        "Company",
        lambda row: row.name,
        note=_company_note,
        tip=lambda row: row.name,
        font="strong",
        ink=lambda row: "mute" if row.is_exited else "",
        stretch=True,
        sought=lambda row: f"{row.name}\n{_company_note(row)}",
    ),
    Column(
        "Planned",
        planned_words,
        key=lambda row: row.planned,
        tip=_planned_tip,
        right=True,
        figures=True,
        width=150,
        is_edited=True,
        sought=_unsought,
    ),
    Column(
        "Cap",
        cap_words,
        key=lambda row: row.cap,
        tip=_cap_tip,
        right=True,
        figures=True,
        width=106,
        is_edited=True,
        sought=_unsought,
    ),
    Column(
        "Deployed",
        _deployed,
        key=lambda row: row.deployed,
        note=_deployed_note,
        right=True,
        figures=True,
        width=114,
        sought=_unsought,
    ),
    Column(
        "Share of reserves",
        share_words,
        key=lambda row: row.planned,
        tip=lambda row: row.found,
        right=False,
        figures=True,
        width=186,
        sought=_unsought,
    ),
)
