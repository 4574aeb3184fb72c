"""The reserves table: its rows, a company with what is planned of it, and how each column shows and sorts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from wealthdesk.domain.money import WHOLE, ratio
from wealthdesk.domain.reallocation import Finding, FindingKind, LineKey, Preview, Severity, What
from wealthdesk.domain.reallocation_words import sentence, share_text
from wealthdesk.domain.reserves import Company, Fund
from wealthdesk.gui import format as text
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.allocation_bar import fill, middle, pill_path, place

_STEP: Final = 1_000
_CAPPED: Final = (FindingKind.CAP_EXCEEDED, FindingKind.NEGATIVE_CAP)
BAR_HEIGHT: Final = 6.0
_LINE_HEIGHT: Final = 18.0


@dataclass(frozen=True, slots=True)
class ShareScale:
    """What all bars of shares have in common: how far they reach, and where the line of concentration is."""

    bps: int
    limit_bps: int


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company. `before` and `cap_before` are what is kept; amounts in minor units of `currency`.

    `company` is None for one that somebody removed meanwhile.
    """

    key: LineKey
    name: str
    currency: str
    planned: int
    before: int | None
    cap: int | None
    cap_before: int | None
    deployed: int
    is_exited: bool
    whole: int
    scale: ShareScale
    company: Company | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_planned_changed(self) -> bool:
        """Whether another amount is proposed."""
        return self.planned != self.before

    @property
    def is_cap_changed(self) -> bool:
        """Whether another cap is proposed."""
        return self.cap != self.cap_before

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids the amount or the cap."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    @property
    def is_cap_wrong(self) -> bool:
        """Whether the cap is a part of what is wrong."""
        return any(each.kind in _CAPPED for each in self.errors)

    @property
    def is_concentrated(self) -> bool:
        """Whether it counts as concentrated."""
        return any(each.kind is FindingKind.HIGH_CONCENTRATION for each in self.findings)

    @property
    def mark(self) -> str:
        """The icon before the amount: error, warning, or "" for none; concentration has its own beside the share."""
        if self.errors:
            return "error"
        return "warning" if any(each.kind is not FindingKind.HIGH_CONCENTRATION for each in self.findings) else ""

    @property
    def found(self) -> str:
        """The sentences of what was found, one below the other."""
        return "\n".join(sentence(each, What.RESERVES, self.currency) for each in self.findings)


def rows_of(preview: Preview, fund: Fund) -> list[CompanyRow]:
    """The companies of a preview, those with most planned by now first; `fund` has what is no part of a reallocation.

    By what is kept: while amounts are typed no company moves away under the hand.
    """
    before = {line.key: line for line in preview.state.lines}
    companies = {company.key: company for company in fund.companies}
    found = _findings(preview)
    scale = scale_of(preview)
    rows = []
    for key, line in preview.lines.items():
        was, company = before.get(key), companies.get(key)
        rows.append(
            CompanyRow(
                key,
                company.name if company else line.name,
                fund.currency,
                line.amount,
                was.amount if was else None,
                line.cap,
                was.cap if was else None,
                company.deployed_minor if company else line.deployed,
                company.is_exited if company else line.is_gone,
                preview.total_after,
                scale,
                company,
                found.get(key, ()),
            )
        )
    return sorted(rows, key=lambda row: (row.is_exited, -(row.before or 0)))


def _findings(preview: Preview) -> Mapping[LineKey, tuple[Finding, ...]]:
    found: dict[LineKey, tuple[Finding, ...]] = {}
    for each in (*preview.errors, *preview.warnings):
        if each.key is not None:
            found[each.key] = (*found.get(each.key, ()), each)
    return found


def scale_of(preview: Preview) -> ShareScale:
    """A scale on which the largest share and the line of concentration are both seen, in full tenths."""
    limit, total = preview.limits.concentration_bps, preview.total_after
    largest = max((line.amount for line in preview.lines.values()), default=0)
    share = largest * WHOLE // total if total > 0 else 0
    furthest = max(share, limit) * 21 // 20
    return ShareScale(min(max(-(-furthest // _STEP), 1) * _STEP, WHOLE), limit)


def still_to_deploy(rows: Sequence[CompanyRow]) -> tuple[int, int]:
    """What is planned and not deployed yet, and for how many companies; one with more deployed lacks nothing."""
    open_amounts = [row.planned - row.deployed for row in rows if row.planned > row.deployed]
    return sum(open_amounts), len(open_amounts)


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
