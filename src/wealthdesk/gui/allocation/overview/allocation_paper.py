"""The allocation on paper: the answer in a sentence, its figures, and every class with its holdings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageSize

from wealthdesk.domain.drift import Status
from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import format as text
from wealthdesk.gui import paper
from wealthdesk.gui.allocation.overview.class_list import scale_above
from wealthdesk.gui.allocation.overview.head import band_sentence
from wealthdesk.gui.allocation.overview.overview import sentence, without_plan
from wealthdesk.gui.allocation.overview.rows import ClassLine, HoldingLine, class_rows
from wealthdesk.gui.paper import INK, MUTE, Block, Brush, cell
from wealthdesk.gui.widgets.allocation_bar import BarValues

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

TITLE: Final = "Allocation"
_FOOT: Final = "Calculated from your targets on your own computer."
_NAME, _BAR, _NOW, _TARGET, _DRIFT, _STATUS = 0.24, (0.26, 0.52), 0.61, 0.70, 0.80, 0.82
"""Where the names and the bars end, where now, target and drift end, and where the status begins, of the width."""
_SIGNS: Final = {Status.OVERWEIGHT: "\u2191 ", Status.UNDERWEIGHT: "\u2193 "}


def allocation_pdf(allocation: "Allocation", today: date, file_name: str, size: QPageSize | None = None) -> bytes:
    """The allocation as a PDF file. size: of its pages; None: as is usual where the user lives."""
    return paper.pdf_of(_AllocationPages(allocation, today, file_name).paint, TITLE, size)


def paint_allocation(device: QPagedPaintDevice, allocation: "Allocation", today: date, file_name: str) -> None:
    """Paint the allocation on a printer; WealthDeskError when that takes no pages."""
    _AllocationPages(allocation, today, file_name).paint(device)


@dataclass
class _AllocationPages:
    """Laid out anew for every device."""

    allocation: "Allocation"
    today: date
    file_name: str

    def paint(self, device: QPagedPaintDevice) -> None:
        paper.paint(device, self._blocks, _FOOT, self.file_name)

    def _blocks(self, room: QSizeF) -> Iterator[Block]:
        rows = class_rows(self.allocation)
        yield Block(50, self._paint_title)
        words = "".join(each if isinstance(each, str) else each[0] for each in sentence(self.allocation, rows))
        for said, size in ((words, 20), (without_plan(self.allocation, rows), 12), (self._told(), 12)):
            if said:
                yield Block(paper.wrapped_height(said, room.width(), size) + 6, _Said(said, size))
        scale = scale_above(rows)
        head = Block(30, _Head(scale), is_head=True)
        yield head
        for row in rows:
            yield Block(38, _ClassLine(row, scale), head=head, is_head=bool(row.holdings))
            for holding in row.holdings:
                yield Block(32, _HoldingLine(holding), head=head)

    def _told(self) -> str:
        drift, valuation = self.allocation.drift, self.allocation.valuation
        parts = [f"Total {text.money(drift.total_minor, drift.base_currency)}"]
        parts.append(f"cash {text.money(valuation.cash_minor, valuation.base_currency)}")
        if drift.unclassified_minor:
            apart = text.money(drift.unclassified_minor, drift.base_currency)
            parts.append(f"{apart} of it has no class and is not counted")
        told = f"{', '.join(parts)}."
        strategy = self.allocation.strategy
        return f"{told} {band_sentence(strategy)}." if strategy and drift.has_targets else told

    def _paint_title(self, brush: Brush, rect: QRectF) -> None:
        name = text.scope(self.allocation.scope_name)
        brush.words(QRectF(rect.left(), rect.top(), rect.width() * 0.7, 24), f"{TITLE}: {name}", 15, weight=600)
        brush.words(QRectF(rect.left(), rect.top(), rect.width(), 24), text.day(self.today), 12, ink=MUTE, right=True)
        targets = self.allocation.strategy
        if targets is not None:
            told = f"Targets: {text.targets_name(targets.name)}, version {targets.version}"
            brush.words(QRectF(rect.left(), rect.top() + 24, rect.width(), 18), told, 12, ink=MUTE)


@dataclass(frozen=True)
class _Said:
    words: str
    size: int

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        brush.words(rect, self.words, self.size, weight=600 if self.size > 12 else 400,
                    ink=INK if self.size > 12 else MUTE, wrap=True)  # fmt: skip


@dataclass(frozen=True)
class _ClassLine:
    """A class: its name, bar, weights and status; below what it is worth, and how many of its holdings are outside."""

    row: ClassLine
    scale: int

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        row, first, second = self.row, _upper(rect, 6), _upper(rect, 21)
        brush.words(cell(first, 0, _NAME), row.asset_class.name, 13, weight=600)
        brush.words(cell(second, 0, _NAME), row.value, 11, ink=MUTE, figures=True)
        _paint_figures(brush, first, row.now, row.target, row.points, row.drift.is_outside)
        word = f"{_SIGNS.get(row.drift.status, '')}{row.drift.status.words}"
        brush.words(cell(first, _STATUS, 1), word, 12, weight=600 if row.drift.is_outside else 400)
        brush.words(cell(second, _STATUS, 1), row.holdings_outside, 10, ink=MUTE)
        _paint_bar(brush, first, row.bar, self.scale)
        brush.line(rect.topLeft(), rect.topRight())


@dataclass(frozen=True)
class _HoldingLine:
    """A holding within its class, its bar from nothing to all of it; what it is of all stands below."""

    row: HoldingLine

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        row, first, second = self.row, _upper(rect, 3), _upper(rect, 17)
        named = brush.words(
            cell(first, 0.02, _NAME if row.asset.has_symbol else _BAR[1]), row.asset.known_as, 12, weight=600
        )
        if row.asset.also_known_as:
            left = 0.02 + (named + 6) / rect.width()
            brush.words(cell(first, left, _BAR[1]), row.note, 11, ink=MUTE)
        brush.words(cell(second, 0.02, _NAME), row.value, 10, ink=MUTE, figures=True)
        _paint_figures(brush, first, row.now, row.target, row.points, row.drift.is_outside)
        brush.words(cell(second, 0.4, _NOW), f"{row.of_whole} of {row.whole}", 10, ink=MUTE, right=True)
        brush.words(cell(second, _NOW, _DRIFT), row.gap, 10, ink=MUTE, right=True)
        word = f"{_SIGNS.get(row.drift.status, '')}{row.status}"
        brush.words(cell(first, _STATUS, 1), word, 11, weight=600 if row.drift.is_outside else 400)
        brush.words(cell(second, _STATUS, 1), row.band, 10, ink=MUTE)
        brush.line(QPointF(rect.left() + rect.width() * 0.02, rect.top()), rect.topRight())
        # It ends before the words of what the holding is of all.
        _paint_bar(brush, second, row.bar, WHOLE, end=0.42)


@dataclass(frozen=True)
class _Head:
    """The heads of the columns, with the scale of the bars of classes."""

    scale: int

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        line = _upper(rect, 10)
        brush.words(cell(line, 0, _NAME), "Class", 10, ink=MUTE)
        brush.words(cell(line, *_BAR), "0", 10, ink=MUTE)
        for left, end, words in (
            (_BAR[0], _BAR[1], text.percent(self.scale, None)), (_BAR[1], _NOW, "Now"), (_NOW, _TARGET, "Target"),
            (_TARGET, _DRIFT, "Drift"),
        ):  # fmt: skip
            brush.words(cell(line, left, end), words, 10, ink=MUTE, right=True)
        brush.words(cell(line, _STATUS, 1), "Band", 10, ink=MUTE)


def _paint_figures(brush: Brush, line: QRectF, now: str, target: str, points: str, is_outside: bool) -> None:
    for left, end, words, weight in (
        (_BAR[1], _NOW, now, 600), (_NOW, _TARGET, target, 400), (_TARGET, _DRIFT, points, 600 if is_outside else 400)
    ):  # fmt: skip
        brush.words(cell(line, left, end), words, 12, weight=weight, right=True, figures=True)


def _paint_bar(brush: Brush, line: QRectF, bar: BarValues, scale: int, *, end: float = _BAR[1]) -> None:
    band = None
    if bar.band_low_bps is not None and bar.band_high_bps is not None:
        band = (float(bar.band_low_bps), float(bar.band_high_bps))
    brush.bar(cell(line, _BAR[0], end), bar.current_bps, bar.target_bps, band, scale)


def _upper(rect: QRectF, top: float) -> QRectF:
    return QRectF(rect.left(), rect.top() + top, rect.width(), 15)
