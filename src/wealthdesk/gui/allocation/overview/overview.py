"""What stands beside the planner: the answer (a sentence, a line about it and four figures), classes and notices."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wealthdesk.domain.accounts import ALL_PORTFOLIO, account_of
from wealthdesk.domain.money import half_up
from wealthdesk.domain.plans import Mode, Plan
from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.class_list import BAR_MARGIN, ClassList
from wealthdesk.gui.allocation.overview.head import PageHead, band_name, band_sentence
from wealthdesk.gui.allocation.overview.notices import Notices
from wealthdesk.gui.allocation.overview.rows import ClassLine, class_rows, furthest, rows_after, strain
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.spoken import SpokenHeading
from wealthdesk.gui.widgets.buttons import button, word_button
from wealthdesk.gui.widgets.cards import SummaryCard
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation
    from wealthdesk.services.desk import Desk

SentencePart = str | tuple[str, str]
"""A piece of a sentence: words, or the words and the id of a class that they lead to."""

_NAMED: Final = 3
"""So many classes are named in the sentence; of more there is only their number."""
_LINE_HEIGHT: Final = 1.06
"""Of the typeface's own, which is a fifth more than the size: 1.28 of that."""
_LARGE_FROM: Final = 960
"""From this width on, which a window of 1920 gives it beside the wide planner, it is in larger type, on one line."""
_FOUR_FROM: Final = 560
"""In less room there are two figures without their lines, and the line below the sentence may take two."""
_LINE_HIGH: Final = 20
_GAP: Final = 16
_LONGEST: Final = 30
"""Longer names are cut in the sentence, or it would push the classes off the page; their rows tell them."""
_SHOW_THEM: Final = "Show only what is outside its band (Ctrl+O)"
_ALL_INSIDE: Final = "Nothing is outside its band."
_WHY: Final = "Drift and plans are calculated from targets."


class Sentence(SpokenHeading):
    """A sentence in large type, in which names of classes lead to their rows; it is as high as its lines."""

    followed = Signal(str)
    """The id of the class whose name was chosen."""
    written = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._parts: Sequence[SentencePart] = ()
        self.linkActivated.connect(self.followed)
        theme.look().changed.connect(self._write)

    @property
    def words(self) -> str:
        """What it says."""
        return "".join(part if isinstance(part, str) else part[0] for part in self._parts)

    @property
    def _drawn(self) -> str:
        return "".join(part if isinstance(part, str) else _cut(part[0]) for part in self._parts)

    def show_parts(self, parts: Sequence[SentencePart]) -> None:
        """Say this."""
        self._parts = tuple(parts)
        self._write()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._write()

    def _write(self) -> None:
        self.setFont(fonts.font("sentence_large" if self._is_large() else "sentence"))
        self.setAccessibleName(self.words)
        # What comes before the names stands on a line of its own, where the type is not the larger one.
        breaks = not self._is_large()
        ink = theme.current().ink
        written = "".join(
            _broken(escape(part, quote=False), breaks)
            if isinstance(part, str)
            else f'<a href="{escape(part[1])}" style="color:{ink};text-decoration:none">{escape(_cut(part[0]))}</a>'
            for part in self._parts
        )
        self.setText(f'<qt><div style="line-height:{round(_LINE_HEIGHT * 100)}%">{written}</div></qt>')
        # Not by the hint: a layout asks a label that wraps how high it needs to be, and one line needs less.
        self.setMinimumHeight(self._height())
        self.updateGeometry()
        self.written.emit()

    def _is_large(self) -> bool:
        return self.width() >= _LARGE_FROM

    def _height(self) -> int:
        line = QFontMetricsF(self.font()).height() * _LINE_HEIGHT
        measure = QFontMetricsF(self.font()).horizontalAdvance
        pieces = _broken(self._drawn, not self._is_large()).split("<br>")
        room = max(self.width(), 200)
        # Words that go on with the next line leave room at the end of theirs.
        lines = sum(1 if measure(each) < room else -(-round(measure(each) * 1.1) // room) for each in pieces)
        return round(line * lines) + 2

    @property
    def spare(self) -> int:
        """How much lower it is than two lines, which have their place in any case, but for the larger type."""
        two = round(2 * QFontMetricsF(self.font()).height() * _LINE_HEIGHT) + 2
        return 0 if self._is_large() else max(two - self._height(), 0)


class AnswerLine(ShortLabel):
    """What follows the sentence, on one line, or on two where there is little room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ink="mute2", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.set_lines(1)

    def set_lines(self, count: int) -> None:
        """Take so many lines; their place is kept, however short the words are."""
        self.setWordWrap(count > 1)
        self.setFixedHeight(count * _LINE_HIGH)
        self._cut()

    def _room(self) -> int:
        # A line that wraps leaves room at its end.
        return round(self.width() * (1.85 if self.wordWrap() else 1))


class OutsideWords(NamedTuple):
    """How much is outside its band: the figure with its line, the figure where that has no room, and the names."""

    figure: str
    note: str
    short: str
    names: str = ""


class PageAnswer(QWidget):
    """Sentence, line and figures of an allocation, with what a plan makes of it."""

    class_chosen = Signal(str)
    targets_requested = Signal()
    filter_clicked = Signal()
    """Only what is outside is to be shown, or all again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_short = False
        self._outside = OutsideWords(text.NOTHING, "no targets yet", text.NOTHING)
        self.sentence = Sentence()
        self.line = AnswerLine()
        self.set_targets = word_button("Set targets…")
        self.filter = word_button("Show them", tip=_SHOW_THEM)
        self.total, self.furthest = SummaryCard("Total value", in_strip=True), SummaryCard("", in_strip=True)
        self.outside = SummaryCard("Outside their band", in_strip=True, beside=self.filter)
        self.cash = SummaryCard("Cash", in_strip=True)
        below = horizontal(spacing=8)
        below.addWidget(self.line)
        below.addWidget(self.set_targets, 0, Qt.AlignmentFlag.AlignTop)
        below.addStretch()
        figures = horizontal(spacing=0)
        for figure, stretch in ((self.total, 19), (self.furthest, 20), (self.outside, 22), (self.cash, 15)):
            figures.addWidget(figure, stretch)
        self.total.setProperty("kind", "")
        self.total.setContentsMargins(-14, 0, 0, 0)
        layout = vertical(self, spacing=0)
        layout.addWidget(self.sentence)
        layout.addLayout(below)
        self._gap = QWidget()
        layout.addWidget(self._gap)
        layout.addLayout(figures)
        self.sentence.written.connect(self._keep_place)
        self._keep_place()
        self.sentence.followed.connect(self.class_chosen)
        self.set_targets.clicked.connect(self.targets_requested)
        self.filter.clicked.connect(self.filter_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_short = self.width() < _FOUR_FROM
        if is_short != self._is_short:
            self._is_short = is_short
            self.line.set_lines(2 if is_short else 1)
            for each in (self.furthest, self.cash):
                each.setHidden(is_short)
            for each in (self.total, self.outside):
                each.set_short(is_short)
            self._fit_outside()

    def _keep_place(self) -> None:
        """What a short sentence leaves is left below its line, so that nothing else moves."""
        self._gap.setFixedHeight(_GAP + self.sentence.spare)

    def show_allocation(self, allocation: "Allocation", rows: Sequence[ClassLine]) -> None:
        """Say what lies where."""
        self.sentence.show_parts(sentence(allocation, rows))
        self.set_targets.setVisible(not allocation.drift.has_targets)
        self._show_total(allocation)
        self._show_furthest(rows)
        self._show_outside(allocation)
        self._show_cash(allocation, rows)

    def show_plan(self, allocation: "Allocation", rows: Sequence[ClassLine], plan: Plan | None) -> None:
        """Say what the plan makes of it; None: there is none."""
        self.line.show_words(with_plan(rows, plan) if plan is not None else without_plan(allocation, rows))

    def show_filter(self, only_outside: bool) -> None:
        """Say what the button of the filter does next."""
        self.filter.setText("Show all" if only_outside else "Show them")

    def _show_total(self, allocation: "Allocation") -> None:
        drift = allocation.drift
        portfolio = allocation.portfolio
        inside = portfolio.accounts_in(allocation.scope)
        accounts = [each for each in inside if not portfolio.accounts[each].is_archived]
        places = "" if account_of(allocation.scope) else f"{text.count(len(accounts), 'account')}, "
        apart = text.money(drift.unclassified_minor, drift.base_currency)
        tip = f"{apart} of it belongs to no class and takes no part in the weights." if drift.unclassified_minor else ""
        self.total.show_figure(
            text.money(drift.total_minor, drift.base_currency), f"{places}in {drift.base_currency}", tip=tip
        )

    def _show_furthest(self, rows: Sequence[ClassLine]) -> None:
        found = furthest(rows)
        if found is None:
            self.furthest.set_title("Furthest outside")
            self.furthest.show_figure(text.NOTHING, "no targets yet")
            return
        band = half_up(found.drift.band_bps or Fraction(0))
        within = f"its band is ±{text.points_plain(band, None)}"
        self.furthest.set_title("Furthest outside" if found.drift.is_outside else "Nearest its edge")
        if found.drift.is_outside:
            end = f" {found.points}"
            self.furthest.show_figure(f"{found.asset_class.name}{end}", within, ink="signal_text", end=end)
            return
        left = max(band - abs(found.drift.drift_bps or 0), 0)
        tip = f"{found.asset_class.name}: {found.points}, {within}."
        self.furthest.show_figure(found.asset_class.name, f"{text.points_plain(left)} are left", tip=tip)

    def _show_outside(self, allocation: "Allocation") -> None:
        drift, portfolio = allocation.drift, allocation.portfolio
        self.filter.setVisible(not drift.is_inside)
        self.filter.setEnabled(not drift.is_inside)
        self.filter.setToolTip(_ALL_INSIDE if drift.is_inside else _SHOW_THEM)
        if not drift.has_targets:
            self._outside = OutsideWords(text.NOTHING, "no targets yet", text.NOTHING)
            self._fit_outside()
            return
        names = [portfolio.classes[each.asset_class_id].name for each in drift.outside]
        names += [portfolio.assets[each.asset_id].known_as for each in drift.holdings_outside]
        off, judged = len(drift.holdings_outside), drift.holdings_counted
        figure = f"{len(drift.outside)} of {text.count(len(drift.classes), 'class', 'classes')}"
        joint = "and" if drift.outside else "but"
        note = f"{joint} {off} of {text.count(judged, 'holding')}." if off else "and no holding" if judged else ""
        short = text.count(len(drift.outside), "class", "classes") if drift.outside else "No class"
        short += f", {text.count(off, 'holding')}" if off else ""
        self._outside = OutsideWords(figure if drift.outside else "No class", note, short, ", ".join(names))
        self._fit_outside()

    def _fit_outside(self) -> None:
        words = self._outside
        self.outside.show_figure(words.short if self._is_short else words.figure, words.note, tip=words.names)

    def _show_cash(self, allocation: "Allocation", rows: Sequence[ClassLine]) -> None:
        valuation = allocation.valuation
        row = next((each for each in rows if each.drift.value_minor == valuation.cash_minor and _is_cash(each)), None)
        note = f"{row.now}, target {row.target}" if row is not None and row.target_bps is not None else ""
        self.cash.show_figure(text.money(valuation.cash_minor, valuation.base_currency), note)


_WIDEST: Final = 1080
"""The content is no wider than this: what is left over is margin."""
_MARGIN, _WIDE_MARGIN, _WIDE_FROM = 24, 48, 960
_TALL_FROM: Final = 900


class Overview(QWidget):
    """What stands beside the planner, in one column: the answer, the classes, and what is to be told of them."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._allocation: Allocation | None = None
        self._rows: list[ClassLine] = []
        self.header = PageHead(self)
        self.answer = PageAnswer(self)
        self.classes = ClassList()
        self.notices = Notices()
        self.import_button, self.add_button = (
            button("Import a file…", icon="import"),
            button("Add holdings…", icon="plus"),
        )
        self.nothing_held = EmptyState(
            "Nothing is held here yet", "", [self.import_button, self.add_button], picture=False
        )
        self._lay_out()
        # What changes something is off in a copy to look at.
        told = self.notices
        lines = [each.button for each in (told.unclassified, told.unsaved, told.unpriced, told.twins)]
        lines += [told.twins.no] if told.twins.no else []
        keep_off(desk, self.header.edit, self.header.targets, self.answer.set_targets, *lines)
        keep_off(desk, self.import_button, self.add_button)

    def take_room(self, width: int, height: int) -> None:
        """Take the margins that suit so much room."""
        is_wide = min(width, _WIDEST) >= _WIDE_FROM
        side = _WIDE_MARGIN if is_wide else _MARGIN
        self._head.setSpacing(22 if is_wide and height >= _TALL_FROM else 8)
        self._column.setContentsMargins(side, 20, side - BAR_MARGIN, 16)

    def show_allocation(self, allocation: "Allocation", plan: Plan | None) -> None:
        """Show what is held, and what the plan makes of it."""
        is_empty = not allocation.valuation.holdings and not allocation.drift.has_targets
        strategy = allocation.strategy if allocation.drift.has_targets else None
        self.classes.head.band = band_name(strategy) if strategy else ""
        self.classes.head.band_words = band_sentence(strategy) if strategy else ""
        self.classes.head.fit()
        if self.classes.only_outside and allocation.drift.is_inside:
            self.classes.set_only_outside(False)
        if allocation is not self._allocation:
            self._allocation, self._rows = allocation, class_rows(allocation)
        self.show_plan(plan)
        self.answer.show_allocation(allocation, self._rows)
        for each in (self.classes, self.classes.head, self.classes.legend, self.answer):
            each.setVisible(not is_empty)
        self.nothing_held.setVisible(is_empty)
        of = f" in {allocation.scope_name}" if allocation.scope is not ALL_PORTFOLIO else ""
        self.nothing_held.show_words(f"Nothing is held{of} yet", "Import a file, or add holdings one by one.")

    def show_plan(self, plan: Plan | None) -> None:
        """Show what changes with every plan, on the bars of today: what it comes to, and the line about them."""
        if self._allocation is not None:
            rows = rows_after(self._rows, plan.after if plan else None)
            self.classes.show_rows(rows)
            self.answer.show_plan(self._allocation, rows, plan)

    def _lay_out(self) -> None:
        self.setMaximumWidth(_WIDEST)
        self._column = vertical(self, spacing=0)
        head = self._head = vertical(spacing=8, margins=(0, 0, BAR_MARGIN, 0))
        for each in (self.header, self.answer):
            head.addWidget(each)
        self._column.addLayout(head)
        self._column.addSpacing(8)
        self._column.addWidget(self.classes.head)
        self._column.addWidget(self.classes, 1000)
        self._column.addWidget(self.classes.legend)
        self._column.addWidget(self.nothing_held, 1000)
        self._column.addStretch(1)
        foot = vertical(margins=(0, 2, BAR_MARGIN, 0))
        foot.addWidget(self.notices)
        self._column.addLayout(foot)


def sentence(allocation: "Allocation", rows: Sequence[ClassLine]) -> list[SentencePart]:
    """The answer in one sentence; the furthest outside comes first."""
    drift = allocation.drift
    if not drift.has_targets:
        name = text.scope(allocation.scope_name)
        return [f"{name} has no {'targets' if allocation.strategy else 'strategy'} yet."]
    outside = sorted((each for each in rows if each.drift.is_outside), key=_strain, reverse=True)
    if not outside:
        off = len(drift.holdings_outside)
        rest = f"; {text.count(off, 'holding')} {'is' if off == 1 else 'are'} not." if off else "."
        return [f"Every class is inside its band{rest}"]
    if len(outside) > _NAMED:
        return [f"{len(outside)} of {text.count(len(rows), 'class', 'classes')} are outside their band."]
    one = len(outside) == 1
    parts: list[SentencePart] = [f"{text.count(len(outside), 'class', 'classes')} {'is' if one else 'are'} outside "]
    parts.append(f"{'its' if one else 'their'} band: ")
    for place, row in enumerate(outside):
        parts += [", "] if place else []
        parts += [(row.asset_class.name, row.id), f" {row.drift.status.words.lower()}"]
    return [*parts, "."]


def without_plan(allocation: "Allocation", rows: Sequence[ClassLine]) -> str:
    """What is furthest outside; where every class is inside, which holdings are not."""
    if not allocation.drift.has_targets:
        return _WHY
    row = furthest(rows)
    if row is not None and row.drift.is_outside:
        edge = row.bar.band_high_bps if (row.drift.drift_bps or 0) > 0 else row.bar.band_low_bps
        ends = "ends" if (row.drift.drift_bps or 0) > 0 else "begins"
        held = f"{row.asset_class.name} is furthest outside: it makes up {row.now}, and"
        return f"{held} its band {ends} at {text.percent(round(edge or 0), None)}."
    told = [_holdings_words(each) for each in rows if each.drift.holdings_outside][:2]
    if told:
        return " ".join(told)
    return "No holding is outside its band either." if allocation.drift.holdings_counted else ""


def with_plan(rows: Sequence[ClassLine], plan: Plan) -> str:
    """What a plan brings inside, what it leaves outside and why, and what it brings there."""
    count = len(plan.trades)
    trades = "this trade" if count == 1 else f"these {count} trades"
    planned = [each for each in rows if each.after is not None and each.target_bps is not None]
    if not count or not planned:
        return "This plan trades nothing."
    brought = [each for each in planned if each.drift.is_outside and not each.is_after_outside]
    stay = [each for each in planned if each.drift.is_outside and each.is_after_outside]
    new = [each for each in planned if not each.drift.is_outside and each.is_after_outside]
    if not stay and not new:
        last = max(planned, key=lambda each: strain(each.after) if each.after else 0)
        is_ = "is" if brought else "stays"
        rest = f"the furthest is {last.asset_class.name}, {last.points_after}"
        return f"With {trades} every class {is_} inside; {rest}."
    told = [f"This plan brings {_named(brought)} inside."] if brought else []
    if stay:
        over = {each.drift.drift_bps is not None and each.drift.drift_bps > 0 for each in stay}
        why = ": a deposit sells nothing" if plan.mode is Mode.DEPOSIT and over == {True} else ""
        why = ": a withdrawal buys nothing" if plan.mode is Mode.WITHDRAWAL and over == {False} else why
        side = f" {stay[0].then.removeprefix('stays ')}" if len(stay) == 1 and stay[0].then.startswith("stays") else ""
        told.append(f"{_named(stay)} {'stays' if len(stay) == 1 else 'stay'}{side or ' outside'}{why}.")
    if new:
        told.append(f"{_named(new)} would be outside, inside now.")
    return " ".join(told)


def _strain(row: ClassLine) -> tuple[bool, object]:
    return row.drift.is_outside, strain(row.drift)


def _is_cash(row: ClassLine) -> bool:
    return bool(row.holdings) and all(each.asset.is_cash for each in row.holdings)


def _holdings_words(row: ClassLine) -> str:
    """ "Of Equity, VWCE is 4.5 pp under and VBR 2.7 pp over." """
    outside = [each for each in row.holdings if each.drift.is_outside]
    first, *others = (
        f"{each.asset.known_as}{' is' if not place else ''} "
        f"{text.points_plain(each.now_bps - (each.target_bps or 0))} {each.drift.status.words.lower()}"
        for place, each in enumerate(outside[:2])
    )
    more = len(outside) - 2
    rest = f", {others[0]} and {more} more" if more > 0 else f" and {others[0]}" if others else ""
    return f"Of {row.asset_class.name}, {first}{rest}."


def _named(rows: Sequence[ClassLine]) -> str:
    names = [each.asset_class.name for each in rows]
    if len(names) > _NAMED:
        return f"{len(names)} classes"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _broken(words: str, breaks: bool) -> str:
    return words.replace(": ", ":<br>").replace("; ", ";<br>") if breaks else words
