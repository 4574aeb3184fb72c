"""The rows of the class list: what a class or a holding says, and how it is painted.

Calm rows on one scale, with rules and hairlines between them and no boxes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from wealthdesk.domain.accounts import account_of
from wealthdesk.domain.assets import Asset, AssetClass
from wealthdesk.domain.drift import ClassDrift, Drift, HoldingDrift, Status, adding_up, targets_adding_up
from wealthdesk.domain.money import WHOLE
from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.fonts import Measured
from wealthdesk.gui.theme import Theme
from wealthdesk.gui.widgets import allocation_bar as bars
from wealthdesk.gui.widgets.allocation_bar import INSET, BarValues, paint_allocation_bar, paint_class_mark

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

Places = dict[str, list[tuple[str, Decimal]]]
"""Asset id → where it is held: the name of the account, and the quantity there."""


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One holding within a class. Its weights come in two: of its class, and of the scope (portfolio or account).

    now_bps, target_bps: of its class, as they are shown: rounded so that all of a class add up.
    """

    asset: Asset
    drift: HoldingDrift
    class_id: str
    currency: str
    bar: BarValues
    now_bps: int
    target_bps: int | None
    counts_bps: int
    places: tuple[tuple[str, Decimal], ...]
    whole: str

    @property
    def note(self) -> str:
        """What it is, or which part of it counts here."""
        if self.drift.is_look_through:
            return f"{text.percent(self.counts_bps, None)} of {self.asset.name or self.asset.symbol}"
        return self.asset.also_known_as

    @property
    def value(self) -> str:
        """What it is worth, without cents."""
        return text.money_short(self.drift.value_minor, self.currency)

    @property
    def now(self) -> str:
        """Its weight of the class."""
        return text.percent(self.now_bps)

    @property
    def of_whole(self) -> str:
        """Its weight of the scope."""
        return text.percent(self.drift.weight_bps)

    @property
    def target(self) -> str:
        """Its target of the class; a dash where it has none."""
        return text.NOTHING if self.target_bps is None else text.percent(self.target_bps)

    @property
    def points(self) -> str:
        """Its drift within the class; a dash where it has no target."""
        return text.NOTHING if self.target_bps is None else text.points(self.now_bps - self.target_bps)

    @property
    def status(self) -> str:
        """Where it lies against its band, in a word; "" where nothing of its class has a target of its own."""
        if self.drift.is_look_through:
            return "No own target"
        return "" if self.drift.band_of_class_bps is None else self.drift.status.words

    @property
    def gap(self) -> str:
        """How much money it is over or under within its class: "$13,770 over"; "" inside its band."""
        return _gap(self.drift.gap_minor, self.currency) if self.drift.is_outside else ""

    @property
    def band(self) -> str:
        """Its band: "band 45–55%"; "" inside it."""
        return _band(self.bar) if self.drift.is_outside else ""

    @property
    def tip(self) -> str:
        """Its full name, exact amount and band, and how much of it lies in which account."""
        exact = text.money(self.drift.value_minor, self.currency)
        weights = f"{exact}, {self.now} of its class, {self.of_whole} of the {self.whole}"
        gap = ", ".join(part for part in (_gap(self.drift.gap_minor, self.currency), _band(self.bar)) if part)
        places = (f"{account}: {text.held(quantity, self.asset)}" for account, quantity in self.places)
        named = [self.note, self.status] if self.drift.is_look_through else [self.asset.name]
        return "\n".join([*named, weights, *([f"Of its class: {gap}"] if gap else []), *places])

    @property
    def sentence(self) -> str:
        """The row in words."""
        exact = text.money(self.drift.value_minor, self.currency)
        words = [
            f"{self.asset.known_as}, {self.note}",
            exact,
            f"{self.now} of class",
            f"{self.of_whole} of {self.whole}",
        ]
        if self.target_bps is not None:
            words += [f"target {self.target} of class", f"drift {self.points}"]
        return ", ".join(part for part in (*words, self.status, self.gap, self.band) if part)


@dataclass(frozen=True)
class ClassLine:
    """An asset class of a scope with everything that its row shows. after: the same after the plan that is shown.

    now_bps, target_bps, after_bps: as they are shown, rounded so that all classes add up.
    """

    asset_class: AssetClass
    drift: ClassDrift
    after: ClassDrift | None
    currency: str
    count: str
    bar: BarValues
    now_bps: int
    target_bps: int | None
    after_bps: int | None
    holdings: tuple[HoldingLine, ...]

    @property
    def id(self) -> str:
        """The id of the class."""
        return self.asset_class.id

    @cached_property
    def furthest_bps(self) -> int:
        """The largest thing that the bars of its holdings show."""
        return max((each.bar.furthest_bps for each in self.holdings), default=0)

    @property
    def value(self) -> str:
        """What the class is worth, without cents."""
        return text.money_short(self.drift.value_minor, self.currency)

    @property
    def now(self) -> str:
        """Its weight."""
        return text.percent(self.now_bps)

    @property
    def target(self) -> str:
        """Its target; a dash where there is none."""
        return text.NOTHING if self.target_bps is None else text.percent(self.target_bps)

    @property
    def points(self) -> str:
        """Its drift, the difference of the two weights that are shown; a dash without a target."""
        return text.NOTHING if self.target_bps is None else text.points(self.now_bps - self.target_bps)

    @property
    def share_after(self) -> str:
        """Its weight after the plan; "" without one."""
        return "" if self.after_bps is None else text.percent(self.after_bps)

    @property
    def points_after(self) -> str:
        """Its drift after the plan; "" without one."""
        known = self.after_bps is not None and self.target_bps is not None
        return text.points((self.after_bps or 0) - (self.target_bps or 0)) if known else ""

    @property
    def points_before(self) -> str:
        """Its drift of now where that after the plan follows: "+3.9 → "; "" without a plan."""
        return f"{self.points.removesuffix(' pp')} {text.ARROW} " if self.points_after else ""

    @property
    def shares(self) -> str:
        """Its weight, and the one after the plan: "63.9 → 60.0%"."""
        return f"{self.now.removesuffix('%')} {text.ARROW} {self.share_after}" if self.share_after else self.now

    @property
    def is_after_outside(self) -> bool:
        """Whether the plan leaves it outside its band, or brings it there."""
        return self.after is not None and self.after.is_outside

    @property
    def then(self) -> str:
        """What the plan makes of its status: "then inside", "stays over"; "" where it stays inside."""
        if self.after is None or not (self.drift.is_outside or self.after.is_outside):
            return ""
        if not self.after.is_outside:
            return "then inside"
        stays = "stays" if self.after.status is self.drift.status else "then"
        return f"{stays} {self.after.status.words.lower()}"

    @property
    def holdings_outside(self) -> str:
        """How many of its holdings are outside their band: "2 holdings outside"; "" for none."""
        count = len(self.drift.holdings_outside)
        return f"{text.count(count, 'holding')} outside" if count else ""

    @property
    def below(self) -> str:
        """What the second line of its holdings is of: "below: of portfolio"; "" without any."""
        return f"below: of {self.holdings[0].whole}" if self.holdings else ""

    @property
    def tip(self) -> str:
        """Its exact amount, its band, and what the plan makes of it."""
        exact = f"{self.asset_class.name}, {self.count}: {text.money(self.drift.value_minor, self.currency)}"
        gap = ", ".join(part for part in (_gap(self.drift.gap_minor, self.currency), _band(self.bar)) if part)
        after = f"After this plan {self.share_after}, {self.points_after}" if self.points_after else ""
        return "\n".join(part for part in (exact, gap, self.holdings_outside, after) if part)

    @property
    def sentence(self) -> str:
        """The row in words."""
        exact = text.money(self.drift.value_minor, self.currency)
        words = [self.asset_class.name, self.count, exact, self.drift.words]
        if self.target_bps is None:
            return ", ".join([*words, f"now {self.now}"])
        words += [f"target {self.target}", f"now {self.now}", f"drift {self.points}"]
        words += [_gap(self.drift.gap_minor, self.currency), _band(self.bar)]
        words.append(f"after this plan {self.share_after}" if self.share_after else "")
        return ", ".join(part for part in (*words, self.then) if part)


def class_rows(allocation: "Allocation", after: Drift | None = None) -> list[ClassLine]:
    """The rows of an allocation, in the order of the classes. after: the drift that a plan leaves."""
    drift, places = allocation.drift, _places(allocation)
    now = adding_up([each.value_minor for each in drift.classes])
    targets = targets_adding_up([each.target_bps for each in drift.classes])
    rows = [
        _class_row(allocation, each, shown, places) for each, *shown in zip(drift.classes, now, targets, strict=True)
    ]
    return rows_after(rows, after)


def rows_after(rows: Sequence[ClassLine], after: Drift | None) -> list[ClassLine]:
    """The rows with what a plan makes of them; None: there is no plan."""
    then = {each.asset_class_id: each for each in after.classes} if after else {}
    shares = dict(zip(then, adding_up([each.value_minor for each in then.values()]), strict=True))
    return [replace(each, after=then.get(each.id), after_bps=shares.get(each.id)) for each in rows]


def _class_row(allocation: "Allocation", drift: ClassDrift, shown: Sequence[int | None], places: Places) -> ClassLine:
    asset_class = allocation.portfolio.classes[drift.asset_class_id]
    now, target = shown
    return ClassLine(
        asset_class=asset_class,
        drift=drift,
        after=None,
        currency=allocation.drift.base_currency,
        count=_count(allocation, drift),
        bar=_bar(drift.weight_bps, drift.target_bps, drift.band_bps, asset_class.colour, drift.is_outside),
        now_bps=now or 0,
        target_bps=target,
        after_bps=None,
        holdings=tuple(_holding_rows(allocation, drift, asset_class, places)),
    )


def _holding_rows(
    allocation: "Allocation", parent: ClassDrift, asset_class: AssetClass, places: Places
) -> Iterable[HoldingLine]:
    now = adding_up([each.value_minor for each in parent.holdings])
    targets = targets_adding_up([each.target_of_class_bps for each in parent.holdings])
    for drift, shown, target in zip(parent.holdings, now, targets, strict=True):
        asset = allocation.portfolio.assets[drift.asset_id]
        yield HoldingLine(
            asset=asset,
            drift=drift,
            class_id=asset_class.id,
            currency=allocation.drift.base_currency,
            bar=_bar(
                drift.weight_of_class_bps, drift.target_of_class_bps, drift.band_of_class_bps, asset_class.colour,
                drift.is_outside,
            ),
            now_bps=shown,
            target_bps=target if drift.band_of_class_bps is not None else None,
            counts_bps=next((e.weight_bps for e in asset.exposures if e.asset_class_id == asset_class.id), 0),
            places=tuple(places.get(asset.id, ())),
            whole="account" if account_of(allocation.scope) else "group" if allocation.scope else "portfolio",
        )  # fmt: skip


def _bar(now: int, target: int | None, half_width: Fraction | None, colour: str, is_outside: bool) -> BarValues:
    if target is None or half_width is None:
        return BarValues(now, target, colour=colour)
    low, high = max(0, round(target - half_width)), min(WHOLE, round(target + half_width))
    return BarValues(now, target, low, high, colour, is_outside)


def _gap(gap_minor: int | None, currency: str) -> str:
    """How much money is over or under: "$13,770 over"; "" where that is nothing."""
    if not gap_minor:
        return ""
    return f"{text.money_short(abs(gap_minor), currency)} {'under' if gap_minor < 0 else 'over'}"


def _band(bar: BarValues) -> str:
    if bar.band_low_bps is None or bar.band_high_bps is None:
        return ""
    return f"band {text.percent_range(round(bar.band_low_bps), round(bar.band_high_bps))}"


def _places(allocation: "Allocation") -> Places:
    accounts = allocation.portfolio.accounts
    places: Places = {}
    for each in allocation.valuation.holdings:
        place = accounts[each.holding.account_id].name, each.holding.quantity
        places.setdefault(each.asset.id, []).append(place)
    return places


def _count(allocation: "Allocation", drift: ClassDrift) -> str:
    """How many holdings a class has; for a class of nothing but cash, in how many accounts that lies."""
    held = [each.asset_id for each in drift.holdings if each.value_minor]
    assets = allocation.portfolio.assets
    if held and all(assets[asset_id].is_cash for asset_id in held):
        return text.count(_accounts_with(allocation, held), "account")
    if held:
        return text.count(len(held), "holding")
    unvalued = {h.asset.id for h in allocation.valuation.holdings if h.missing and _counts_to(h.asset, drift)}
    return f"{text.count(len(unvalued), 'holding')} without a value" if unvalued else "nothing held"


def _counts_to(asset: Asset, drift: ClassDrift) -> bool:
    return any(each.asset_class_id == drift.asset_class_id for each in asset.exposures)


def _accounts_with(allocation: "Allocation", asset_ids: Iterable[str]) -> int:
    """In how many accounts something of these assets lies."""
    wanted = set(asset_ids)
    holdings = allocation.valuation.holdings
    return len({h.holding.account_id for h in holdings if h.asset.id in wanted and h.holding.quantity})


def furthest(rows: Sequence[ClassLine]) -> ClassLine | None:
    """The class that is furthest outside its band, by how many bands it is off; where none is, the nearest to its edge.

    None without targets.
    """
    judged = (each for each in rows if each.target_bps is not None)
    return max(judged, key=lambda each: (each.drift.is_outside, strain(each.drift)), default=None)


def strain(line: ClassDrift) -> Fraction:
    """|drift| ÷ band of a class; 0 without a target."""
    if line.drift_bps is None or not line.band_bps:
        return Fraction(0)
    return Fraction(abs(line.drift_bps)) / line.band_bps


# How they are painted


LEFT: Final = 34.0
"""Where names begin, after the chevron and the mark of the class."""
_LEFT_COMPACT: Final = 18.0
"""The same in compact rows, which have no chevron."""
_CHANGES: Final = 122.0
"""The room beside the bar of a compact row, for its weights."""
_POINTS_COMPACT: Final = 68
"""The room for the drift of a holding in compact rows."""
HEAD: Final = 28
TITLES: Final = 28
HOLDING: Final = 42
_ROW, _ROW_CLOSED, _ROW_WIDE, _ROW_COMPACT, _ROW_OF_MANY = 50, 58, 60, 62, 40
_MANY: Final = 12
"""With more classes than this the closed rows have one line; the other one is their tooltip."""
_COMPACT_BELOW: Final = 560.0
_WIDE_FROM: Final = 860.0
_LONGEST_BAR: Final = 520.0
_LINE_1, _LINE_2 = 16.0, 34.0
_COMPACT_BAR: Final = 39.0
_HOLDING_1, _HOLDING_2 = 13.0, 30.0
_LANE: Final = 13.0
"""How far below the middle of its bar the lane of the plan runs."""
_RING: Final = 3.4
_RING_LEFT: Final = 48.0
"""So far left of the end of a column its ring stands, in every row alike."""
_BESIDE: Final = 6
"""How far beside a bar what belongs to it may be painted, and words are not."""
_LEAST_MOVE: Final = 6.0
"""A plan that moves a class by fewer pixels than this is a ring without a stem."""
_ONE_LINE: Final = (
    Qt.TextFlag.TextSingleLine.value | Qt.TextFlag.TextDontClip.value | Qt.AlignmentFlag.AlignVCenter.value
)
_RIGHT: Final = _ONE_LINE | Qt.AlignmentFlag.AlignRight.value
_MIDDLE: Final = _ONE_LINE | Qt.AlignmentFlag.AlignHCenter.value
_LEFT: Final = _ONE_LINE | Qt.AlignmentFlag.AlignLeft.value


class Columns(NamedTuple):
    """The x of the columns in rows that are `width` wide: the bar, the right edges of the figures, and the status.

    Compact rows have the bar on a line of its own.
    """

    width: float
    bar_left: float
    bar_right: float
    now: float
    target: float
    drift: float
    status: float
    is_compact: bool = False
    is_wide: bool = False

    @classmethod
    def within(cls, width: float) -> "Columns":
        """The columns that there is room for."""
        if width < _COMPACT_BELOW:
            return cls(width, _LEFT_COMPACT, width - _CHANGES, width, width, width, width, is_compact=True)
        if width < _WIDE_FROM:
            return cls(width, 140, width - 320, width - 248, width - 190, width - 122, width - 104)
        bar_right = min(width - 387, 200 + _LONGEST_BAR)
        return cls(width, 200, bar_right, width - 302, width - 227, width - 134, width - 116, is_wide=True)

    @property
    def left(self) -> float:
        """Where names begin."""
        return _LEFT_COMPACT if self.is_compact else LEFT

    @property
    def of_class(self) -> float:
        """Where the shares of holdings within their class end."""
        return self.width - _POINTS_COMPACT if self.is_compact else self.now

    def height(self, classes: int, *, is_any_open: bool) -> int:
        """How high the row of a class is in a list of so many."""
        if self.is_compact:
            return _ROW_COMPACT
        if classes > _MANY:
            return _ROW_OF_MANY
        if self.is_wide:
            return _ROW_WIDE
        return _ROW if is_any_open else _ROW_CLOSED

    def bars_in(self, rect: QRect) -> QRect:
        """The part of the row of a class in which only its bar is; all of a compact one, where words stand above it."""
        if self.is_compact:
            return rect
        left, right = ceil(self.bar_left) - _BESIDE, int(self.bar_right) + _BESIDE
        return QRect(left, rect.top(), right - left, rect.height())

    def are_bars(self, rect: QRect) -> bool:
        """Whether nothing but bars is there."""
        return not self.is_compact and self.bars_in(rect).contains(rect)

    def place(self, bps: float, scale_bps: int) -> float:
        """The x of a weight on the bars of classes."""
        return self.bar_left + min(max(bps / scale_bps, 0.0), 1.0) * (self.bar_right - self.bar_left)


class RowState(NamedTuple):
    """How a row stands: is_last ends what is open; is_marked: a trade of it is pointed at; is_ringed has the focus.

    only_bar: nothing else of it has changed, and what is painted is cut off around its bar.
    """

    is_open: bool = False
    is_last: bool = False
    is_hovered: bool = False
    is_marked: bool = False
    is_ringed: bool = False
    has_second_line: bool = True
    only_bar: bool = False


class Signs(NamedTuple):
    """The pictures in rows. chevrons: of a closed class and of the open one."""

    chevrons: tuple[QPixmap, QPixmap]
    statuses: Mapping[Status, QPixmap]


def _signs(painter: QPainter, look: Theme) -> Signs:
    device = painter.device()
    return _drawn(look, device.devicePixelRatio() if device else 1.0)


@cache
def _drawn(look: Theme, ratio: float) -> Signs:
    """Those of a theme, for a screen of so many pixels per logical one."""
    closed, opened = (icons.pixmap(f"chevron_{way}", look.mute2, 14, ratio) for way in ("right", "down"))
    marks = ((Status.ON_TARGET, "check", look.mute2), (Status.OVERWEIGHT, "up", look.signal),
             (Status.UNDERWEIGHT, "down", look.signal))  # fmt: skip
    return Signs((closed, opened), {status: icons.pixmap(name, ink, 12, ratio) for status, name, ink in marks})


class RowPainter(NamedTuple):
    """Paints rows with these columns, in this theme. scale_bps: what the right end of every bar of a class stands for.

    holdings_bps: the same for the bars of the holdings of the class that is open.
    """

    columns: Columns
    look: Theme
    scale_bps: int
    holdings_bps: int

    def paint_class(self, painter: QPainter, rect: QRectF, row: ClassLine, state: RowState) -> None:
        """A class: its name, bar, weights and status; below what it is worth, and what the plan makes of it."""
        columns, look = self.columns, self.look
        _paint_ground(painter, rect, look, state)
        if not columns.is_compact:
            _paint_hairlines(painter, rect, columns, self.scale_bps, look)
        if not state.is_open:
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(look.line))
        middle = rect.top() + (_LINE_1 if state.has_second_line else rect.height() / 2)
        if not state.only_bar:
            self._paint_class_words(painter, rect, middle, row, state)
        bar = rect.top() + _COMPACT_BAR if columns.is_compact else middle
        self._paint_bar(painter, bar, row, has_lane=columns.is_compact or state.has_second_line)
        _paint_ring(painter, rect, look, state)

    def paint_titles(self, painter: QPainter, rect: QRectF, row: ClassLine) -> None:
        """What the figures of the holdings are: the first of their class, the second of the portfolio."""
        columns, look, font = self.columns, self.look, fonts.measured("header")
        middle = rect.center().y()
        painter.fillRect(QRectF(columns.left, rect.bottom() - 1, rect.width() - columns.left, 1), QColor(look.line))
        words = f"Holdings of {row.asset_class.name}"
        if self.holdings_bps != self.scale_bps:
            words += f", bars to {text.percent(self.holdings_bps, None)}"
        room = _line(columns.left, middle, columns.of_class - 66 - columns.left)
        _words(painter, room, words, font, look.mute)
        strong = fonts.measured("header", weight=600)
        _words(painter, _line(columns.of_class - 66, middle, 66), "of class", strong, look.ink, _RIGHT)
        if not columns.is_compact and row.holdings:
            room = _line(columns.now + 6, middle, columns.drift - columns.now - 6)
            _words(painter, room, row.below, font, look.mute, _RIGHT)

    def paint_holding(self, painter: QPainter, rect: QRectF, row: HoldingLine, state: RowState) -> None:
        """A holding: within its class, and below what it is of all."""
        columns, look = self.columns, self.look
        _paint_ground(painter, rect.adjusted(columns.left - 8, 0, 0, 0), look, state)
        left = 0.0 if state.is_last else columns.left
        painter.fillRect(QRectF(left, rect.bottom() - 1, rect.width() - left, 1), QColor(look.line))
        first, second = rect.top() + _HOLDING_1, rect.top() + _HOLDING_2
        end = columns.bar_right if not columns.is_compact else columns.width - 130
        room = _line(columns.left, first, 110 if row.asset.has_symbol else end - columns.left - 8)
        named = _words(painter, room, row.asset.known_as, fonts.measured("strong"), look.ink)
        if row.asset.also_known_as:
            note = _line(columns.left + named + 8, first, end - columns.left - named - 8)
            _words(painter, note, row.note, fonts.measured("note"), look.mute2)
        figures = fonts.measured("body", figures=True)
        _amount(painter, _line(columns.left, second, 102), row.value, "", look.mute2)
        outside = look.signal_text if row.drift.is_outside else ""
        strong = fonts.measured("strong", figures=True)
        if columns.is_compact:
            bar = _line(columns.left + 78, second, columns.width - columns.left - 78 - 96)
            _words(painter, _line(end, first, columns.of_class - end), row.now, strong, look.ink, _RIGHT)
            # To the very end of the row: a right-aligned line is drawn a pixel further, where it would be cut.
            drift = (row.points, strong if outside else figures, outside or look.ink)
            _words_to(painter, columns.width, first, [drift])
            self._paint_status(painter, columns.width - 88, second, row.drift.status, row.status, small=True)
        else:
            bar = _line(columns.bar_left, second, columns.bar_right - columns.bar_left)
            below = QRectF(rect.left(), second - 9, rect.width(), rect.bottom() - second + 8)
            _paint_hairlines(painter, below, columns, self.holdings_bps, look)
            self._paint_holding_figures(painter, row, first, second)
            if row.status:
                self._paint_status(painter, columns.status, first, row.drift.status, row.status)
        bar.adjust(-INSET, 0, INSET, 0)
        paint_allocation_bar(painter, bar, row.bar, look, scale_bps=self.holdings_bps, small=True)
        _paint_ring(painter, rect.adjusted(columns.left - 8, 0, 0, 0), look, state)

    def _paint_class_words(
        self, painter: QPainter, rect: QRectF, middle: float, row: ClassLine, state: RowState
    ) -> None:
        columns, look, is_outside = self.columns, self.look, row.drift.is_outside
        if columns.is_compact:
            self._paint_compact(painter, rect, row)
            return
        if row.holdings:
            painter.drawPixmap(QRectF(0, middle - 7, 14, 14).toRect(), _signs(painter, look).chevrons[state.is_open])
        paint_class_mark(painter, QRectF(18, middle - 6, 12, 12), row.asset_class.colour)
        name = _line(LEFT, middle, columns.bar_left - LEFT - 10)
        _words(painter, name, row.asset_class.name, fonts.measured("name"), look.ink)
        figures, strong = fonts.measured("body", figures=True), fonts.measured("strong", figures=True)
        for end, wide, words, font, ink in (
            (columns.now, 64, row.now, strong, look.ink),
            (columns.target, 58, row.target, figures, look.mute2),
            (columns.drift, 66, row.points, strong if is_outside else figures, self._points_ink(is_outside)),
        ):
            _words(painter, _line(end - wide, middle, wide), words, font, ink, _RIGHT)
        self._paint_status(painter, columns.status, middle, row.drift.status, row.drift.status.words)
        if state.has_second_line:
            self._paint_second_line(painter, rect.top() + _LINE_2, row)

    def _paint_second_line(self, painter: QPainter, middle: float, row: ClassLine) -> None:
        columns, look, small = self.columns, self.look, fonts.measured("note", figures=True)
        room, count = _line(LEFT, middle, columns.bar_left - LEFT - 4), row.count if columns.is_wide else ""
        _amount(painter, room, row.value, count, look.mute2)
        if row.share_after:
            _words(painter, _line(columns.now - 56, middle, 56), row.share_after, small, look.mute2, _RIGHT)
            _paint_after(painter, QPointF(columns.now - _RING_LEFT, middle), look, row.is_after_outside)
            is_outside = row.is_after_outside
            font = fonts.measured("note_strong", figures=True) if is_outside else small
            ink = look.signal_text if is_outside else look.mute2
            _words(painter, _line(columns.drift - 66, middle, 66), row.points_after, font, ink, _RIGHT)
        below = _line(columns.status, middle, columns.width - columns.status)
        if row.then:
            _words(painter, below, row.then, fonts.measured("small"), look.mute2)
        else:
            _words(painter, below, row.holdings_outside, fonts.measured("pill"), look.signal_text)

    def _paint_compact(self, painter: QPainter, rect: QRectF, row: ClassLine) -> None:
        columns, look, middle = self.columns, self.look, rect.top() + _LINE_1 + 1
        paint_class_mark(painter, QRectF(0, middle - 6, 12, 12), row.asset_class.colour)
        figures, strong = fonts.measured("body", figures=True), fonts.measured("strong", figures=True)
        ink = look.signal_text if row.drift.is_outside else look.mute2
        after = look.signal_text if row.is_after_outside else look.ink
        pieces = [(row.points, strong, self._points_ink(row.drift.is_outside))]
        if row.points_before:
            pieces = [(row.points_before, figures, ink), (row.points_after, strong, after)]
        end = _words_to(painter, columns.width, middle, pieces)
        _words_to(painter, columns.width, rect.top() + _COMPACT_BAR, [(row.shares, figures, look.mute2)])
        off = row.holdings_outside.removesuffix("side")
        status = row.drift.status.words
        taken = 18 + 14 + fonts.measured("strong").metrics.horizontalAdvance(status)
        bold = fonts.measured("note_strong")
        taken += bold.metrics.horizontalAdvance(f"· {off}") + 8 if off else 0
        room = _line(columns.left, middle, end - columns.left - taken - 8)
        left = columns.left + _words(painter, room, row.asset_class.name, fonts.measured("name"), look.ink) + 14
        left += self._paint_status(painter, left, middle, row.drift.status, status) + 8
        if off:
            _words(painter, _line(left, middle, end - left), f"· {off}", bold, look.signal_text)

    def _paint_bar(self, painter: QPainter, middle: float, row: ClassLine, *, has_lane: bool) -> None:
        columns, look = self.columns, self.look
        bar = QRectF(columns.bar_left - INSET, middle - 10, columns.bar_right - columns.bar_left + 2 * INSET, 20)
        paint_allocation_bar(painter, bar, row.bar, look, scale_bps=self.scale_bps)
        if row.after is None or not has_lane:
            return
        now, after = (columns.place(each, self.scale_bps) for each in (row.bar.current_bps, row.after.weight_bps))
        lane = middle + _LANE
        if row.bar.target_bps is not None:
            target = columns.place(row.bar.target_bps, self.scale_bps)
            painter.fillRect(QRectF(target - 0.5, middle + 8, 1, _LANE - 8), QColor(look.line2))
        paint_lane(painter, now, after, lane, look, is_outside=row.is_after_outside)

    def _paint_holding_figures(self, painter: QPainter, row: HoldingLine, first: float, second: float) -> None:
        columns, look, is_outside = self.columns, self.look, row.drift.is_outside
        figures, strong = fonts.measured("body", figures=True), fonts.measured("strong", figures=True)
        small = fonts.measured("small", figures=True)
        points_ink = self._points_ink(is_outside) if row.target_bps is not None else look.mute2
        for end, middle, wide, words, font, ink in (
            (columns.now, first, 64, row.now, strong, look.ink),
            (columns.now, second, 60, row.of_whole, small, look.mute2),
            (columns.target, first, 58, row.target, figures, look.mute2),
            (columns.drift, first, 66, row.points, strong if is_outside else figures, points_ink),
            (columns.drift, second, columns.drift - columns.now - 8, row.gap, small, look.mute2),
        ):
            _words(painter, _line(end - wide, middle, wide), words, font, ink, _RIGHT)
        band = _line(columns.status, second, columns.width - columns.status)
        _words(painter, band, row.band, fonts.measured("small"), look.mute2)

    def _paint_status(
        self, painter: QPainter, left: float, middle: float, status: Status, words: str, *, small: bool = False
    ) -> float:
        """Draw the mark and the word of a status; returns how wide both are."""
        look, begun = self.look, left
        ink = look.signal_text if status.is_outside else look.mute2
        if words and (mark := _signs(painter, look).statuses.get(status)):
            painter.drawPixmap(QRectF(left, middle - 6, 12, 12).toRect(), mark)
            left += 18
        role = ("note_strong" if small else "strong") if status.is_outside else ("note" if small else "body")
        room = _line(left, middle, self.columns.width - left)
        return left - begun + _words(painter, room, words, fonts.measured(role), ink)

    def _points_ink(self, is_outside: bool) -> str:
        return self.look.signal_text if is_outside else self.look.ink


def paint_lane(painter: QPainter, now: float, after: float, lane: float, look: Theme, *, is_outside: bool) -> None:
    """What a plan makes of a bar: a stem at what is held now, and a ring at what it comes to."""
    if abs(after - now) > _LEAST_MOVE:
        painter.setPen(QPen(QColor(look.ink), 1.2))
        painter.drawLines([QLineF(now, lane - 3.5, now, lane + 3.5), QLineF(now, lane, after, lane)])
    _paint_after(painter, QPointF(after, lane), look, is_outside)


def _paint_after(painter: QPainter, centre: QPointF, look: Theme, is_outside: bool) -> None:
    """The ring of what the plan comes to."""
    painter.setPen(QPen(QColor(look.signal if is_outside else look.ink), 1.7))
    painter.setBrush(QColor(look.bg))
    painter.drawEllipse(centre, _RING, _RING)


def band_width(band: str) -> float:
    """How wide the words of the band are in the head of their column."""
    return fonts.measured("header").metrics.horizontalAdvance(band)


def paint_head(
    painter: QPainter, rect: QRectF, columns: Columns, scale_bps: int, band: str, look: Theme, *, has_plan: bool
) -> None:
    """The heads of the columns, with the scale of the bars."""
    font, middle = fonts.measured("header"), rect.center().y()
    painter.fillRect(QRectF(0, rect.bottom() - 1, rect.width(), 1), QColor(look.line))
    _words(painter, _line(0 if columns.is_compact else LEFT, middle, 80), "Class", font, look.mute)
    if not columns.is_compact:
        paint_scale(painter, middle, columns, scale_bps, look)
        for end, words in ((columns.now, "Now"), (columns.target, "Target"), (columns.drift, "Drift")):
            _words(painter, _line(end - 60, middle, 60), words, font, look.mute, _RIGHT)
        _words(painter, _line(columns.status, middle, 86), band, font, look.mute)
    else:
        words = f"Drift: now {text.ARROW} after this plan" if has_plan else "Drift"
        _words(painter, _line(80, middle, columns.width - 80), words, font, look.mute, _RIGHT)


def paint_scale(painter: QPainter, middle: float, columns: Columns, scale_bps: int, look: Theme) -> None:
    """The numbers of the scale, the last one with its unit."""
    font = fonts.measured("header", figures=True)
    for bps in (0, *_inner(scale_bps), scale_bps):
        x = columns.place(bps, scale_bps)
        words = text.percent(bps, None) if bps == scale_bps else text.percent(bps, None)[:-1]
        side = _LEFT if not bps else _RIGHT if bps == scale_bps else _MIDDLE
        left = x if not bps else x - 44 if bps == scale_bps else x - 22
        _words(painter, _line(left, middle, 44), words, font, look.mute, side)


def paint_legend(painter: QPainter, rect: QRectF, look: Theme, *, has_plan: bool, is_short: bool = False) -> None:
    """What the signs on the bars are. is_short: without the hatching, whose rows say over or under."""
    font, middle, x = fonts.measured("header"), rect.center().y(), rect.left() + 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for words, room in (("target", 9.0), ("band", 24.0), ("outside the band", 24.0), ("after this plan", 26.0)):
        if (words == "after this plan" and not has_plan) or (words == "outside the band" and is_short):
            continue
        sign = QRectF(x, middle - 6, room - 6, 12)
        if words == "target":
            bars.tick(painter, x + 1, middle, 14, look.ink)
        elif words == "band":
            path = QPainterPath()
            path.addRoundedRect(sign, 3, 3)
            bars.fill(painter, path, bars.band_colour(look))
        elif words == "outside the band":
            strip = bars.pill_path(bars.middle(sign, 8), round_left=False, round_right=False)
            bars.hatch(painter, strip, look.mute, 1.3)
        else:
            painter.setPen(QPen(QColor(look.ink), 1.2))
            end = sign.right() - _RING
            painter.drawLines([QLineF(x, middle - 3.5, x, middle + 3.5), QLineF(x, middle, end - _RING, middle)])
            painter.setPen(QPen(QColor(look.ink), 1.7))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(end, middle), _RING, _RING)
        x += room
        x += _words(painter, _line(x, middle, 140), words, font, look.mute) + 16


def _inner(scale_bps: int) -> Iterator[int]:
    """The marks of the scale between its ends, a quarter of everything apart where it is longer than that."""
    step = 2500 if scale_bps > 2500 else 500
    return iter(range(step, scale_bps, step))


def _paint_ground(painter: QPainter, rect: QRectF, look: Theme, state: RowState) -> None:
    if state.is_marked or state.is_hovered:
        painter.fillRect(rect.adjusted(0, 0, 0, -1), QColor(look.sel if state.is_marked else look.note))


def _paint_ring(painter: QPainter, rect: QRectF, look: Theme, state: RowState) -> None:
    if state.is_ringed:
        painter.setPen(QPen(QColor(look.focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -2), 6, 6)


def _paint_hairlines(painter: QPainter, rect: QRectF, columns: Columns, scale_bps: int, look: Theme) -> None:
    for bps in _inner(scale_bps):
        x = round(columns.place(bps, scale_bps))
        painter.fillRect(QRectF(x, rect.top(), 1, rect.height()), QColor(look.line))


def _line(left: float, middle: float, width: float) -> QRectF:
    """The room for a line of words, or for a small bar, around its middle."""
    return QRectF(left, middle - 10, width, 20)


def _words_to(painter: QPainter, end: float, middle: float, pieces: Sequence[tuple[str, Measured, str]]) -> float:
    """Draw pieces of words one after the other, so that the last one ends there; returns where the first begins."""
    for words, font, ink in reversed(pieces):
        wide = font.metrics.horizontalAdvance(words)
        _words(painter, _line(end - wide, middle, wide), words, font, ink)
        end -= wide
    return end


def _amount(painter: QPainter, rect: QRectF, amount: str, count: str, ink: str) -> None:
    """Draw an amount with what it counts, where there is room for both; a long one in smaller figures, not cut off."""
    usual, small = fonts.measured("note", figures=True), fonts.measured("small", figures=True)
    whole = f"{amount} · {count}" if count else amount
    for words, font in ((whole, usual), (amount, usual), (amount, small)):
        if font.metrics.horizontalAdvance(words) <= rect.width():
            break
    _words(painter, rect, words, font, ink)


def _words(painter: QPainter, rect: QRectF, words: str, font: Measured, ink: str, side: int = _LEFT) -> float:
    """Draw words, cut off where there is no room; returns how wide they are."""
    if not words or rect.width() <= 0:
        return 0.0
    metrics = font.metrics
    wide = metrics.horizontalAdvance(words)
    if wide > rect.width() + 1:
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width() + 1)
        wide = metrics.horizontalAdvance(words)
    painter.setFont(font.font)
    painter.setPen(QColor(ink))
    painter.drawText(rect.adjusted(-1, 0, 1, 0) if side == _RIGHT else rect, side, words)
    return wide
