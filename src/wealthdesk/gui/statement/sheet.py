"""The policy statement on paper: one page where its targets fit on one, with a line to sign at its foot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageSize

from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import format as text
from wealthdesk.gui import paper
from wealthdesk.gui.paper import INK, MUTE, Block, Brush, cell
from wealthdesk.gui.statement.content import (
    DATED,
    FOOT,
    HEADS,
    RULES,
    SIGNED,
    TITLE,
    VERSIONS,
    ClassPolicy,
    Statement,
)

_NAME, _BAR, _TARGET, _BAND, _WITHIN = 0.2, (0.21, 0.36), 0.44, (0.47, 0.58), 0.61
"""Where the names, the bars and the targets end, where the bands are, and where the holdings begin, of the width."""
_TERM: Final = 0.2
_MADE: Final = (0.05, 0.31)
_LEAST: Final = 30.0
_SIGN_HIGH: Final = 92.0
_MORE_HIGH: Final = 22.0
_SCALES: Final = (2_500, 5_000, 7_500)


def statement_pdf(statement: Statement, size: QPageSize | None = None) -> bytes:
    """The statement as a PDF file. size: of its pages; None: as is usual where the user lives."""
    return paper.pdf_of(lambda device: paint_statement(device, statement), f"{TITLE}: {statement.name}", size)


def paint_statement(device: QPagedPaintDevice, statement: Statement) -> None:
    """Paint the statement on a printer; WealthDeskError when that takes no pages."""
    paper.paint(device, lambda room: _blocks(statement, room), FOOT, statement.file_name)


def _blocks(statement: Statement, room: QSizeF) -> list[Block]:
    """Where not all versions fit on the page the newest stand there, and how many there are besides."""
    above = [Block(86, _Title(statement)), *_targets(statement, room.width()), *_rules(statement, room.width())]
    versions = [Block(_high(why, room.width() * (1 - _MADE[1])), _Version(number, made, why))
                for number, made, why in statement.versions]  # fmt: skip
    left = room.height() - sum(each.high for each in above) - _SIGN_HIGH
    below = [Block(46, _Section(VERSIONS), is_head=True), *_fitting(versions, left - 46)] if versions else []
    free = max(left - sum(each.high for each in below), 0)
    return [*above, *below, paper.gap(free), Block(_SIGN_HIGH, _Sign(statement.signer))]


def _fitting(versions: Sequence[Block], left: float) -> list[Block]:
    """Those that fit, at least the newest; a line says how many are left out."""
    if sum(each.high for each in versions) <= left:
        return list(versions)
    shown = [versions[0]]
    used = versions[0].high + _MORE_HIGH
    for each in versions[1:]:
        if used + each.high > left:
            break
        shown.append(each)
        used += each.high
    more = text.count(len(versions) - len(shown), "earlier version")
    return [*shown, Block(_MORE_HIGH, _More(f"and {more}, kept in the history of the file"))] if more else shown


def _targets(statement: Statement, wide: float) -> Iterator[Block]:
    edges = [max(each.high_bps, each.target_bps) for each in statement.classes]
    scale = next((each for each in _SCALES if each >= max(edges, default=0)), WHOLE)
    head = Block(26, _paint_heads, is_head=True)
    yield head
    for each in statement.classes:
        yield Block(_high(each.within, wide * (1 - _WITHIN)), _Class(each, scale), head=head)


def _rules(statement: Statement, wide: float) -> Iterator[Block]:
    yield Block(46, _Section(RULES), is_head=True)
    for term, said in statement.rules:
        yield Block(_high(said, wide * (1 - _TERM)), _Rule(term, said))


def _high(said: str, wide: float) -> float:
    return max(paper.wrapped_height(said, wide, 12) + 12, _LEAST) if said else _LEAST


@dataclass(frozen=True)
class _Title:
    statement: Statement

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        said, wide = self.statement, rect.width()
        day = brush.words(QRectF(rect.left(), rect.top() + 4, wide, 26), said.day, 13, weight=500, right=True)
        brush.words(QRectF(rect.left(), rect.top(), wide - day - 16, 34), f"{TITLE}: {said.name}", 24, weight=600)
        brush.words(QRectF(rect.left(), rect.top() + 36, wide, 22), said.subtitle, 12, ink=MUTE)
        brush.line(QPointF(rect.left(), rect.top() + 64), QPointF(rect.right(), rect.top() + 64), width=1.6, ink=INK)


@dataclass(frozen=True)
class _Section:
    words: str

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        brush.words(QRectF(rect.left(), rect.top() + 20, rect.width(), 20), self.words, 13, weight=600)
        brush.line(rect.bottomLeft(), rect.bottomRight())


@dataclass(frozen=True)
class _Class:
    policy: ClassPolicy
    scale: int

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        policy = self.policy
        line = QRectF(rect.left(), rect.top() + 6, rect.width(), 18)
        brush.words(cell(line, 0, _NAME), policy.name, 12, weight=600)
        brush.bar(cell(line, *_BAR), None, policy.target_bps, (policy.low_bps, policy.high_bps), self.scale)
        brush.words(cell(line, _BAR[1], _TARGET), policy.target, 12, weight=600, right=True, figures=True)
        brush.words(cell(line, *_BAND), policy.band, 12, right=True, figures=True)
        _paint_wrapped(brush, rect, _WITHIN, policy.within)
        brush.line(rect.bottomLeft(), rect.bottomRight())


@dataclass(frozen=True)
class _Rule:
    term: str
    words: str

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        brush.words(QRectF(rect.left(), rect.top() + 6, rect.width() * _TERM - 8, 18), self.term, 12, weight=600)
        _paint_wrapped(brush, rect, _TERM, self.words)
        brush.line(rect.bottomLeft(), rect.bottomRight())


@dataclass(frozen=True)
class _Version:
    number: str
    made: str
    reason: str

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        line = QRectF(rect.left(), rect.top() + 6, rect.width(), 18)
        brush.words(cell(line, 0, _MADE[0]), self.number, 12, weight=600, figures=True)
        brush.words(cell(line, _MADE[0], _MADE[1] - 0.01), self.made, 12, ink=MUTE)
        _paint_wrapped(brush, rect, _MADE[1], self.reason)
        brush.line(rect.bottomLeft(), rect.bottomRight())


@dataclass(frozen=True)
class _More:
    words: str

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        brush.words(rect, self.words, 11, ink=MUTE)


@dataclass(frozen=True)
class _Sign:
    """Two lines to write on: the signature, and its day."""

    signer: str

    def __call__(self, brush: Brush, rect: QRectF) -> None:
        said = f"{SIGNED}: {self.signer}" if self.signer else SIGNED
        for left, end, words in ((0.0, 0.6, said), (0.66, 1.0, DATED)):
            line = cell(QRectF(rect.left(), rect.bottom() - 26, rect.width(), 18), left, end)
            brush.line(line.topLeft(), line.topRight(), ink=INK)
            brush.words(line, words, 11, ink=MUTE)


def _paint_heads(brush: Brush, rect: QRectF) -> None:
    for left, end, words, right in (
        (0.0, _NAME, HEADS[0], False), (_BAR[1], _TARGET, HEADS[1], True), (*_BAND, HEADS[2], True),
        (_WITHIN, 1.0, HEADS[3], False),
    ):  # fmt: skip
        brush.words(cell(rect, left, end), words, 10, ink=MUTE, weight=500, right=right)
    brush.line(rect.bottomLeft(), rect.bottomRight())


def _paint_wrapped(brush: Brush, rect: QRectF, left: float, words: str) -> None:
    brush.words(cell(rect, left, 1.0).adjusted(0, 7, 0, 0), words, 12, wrap=True)
