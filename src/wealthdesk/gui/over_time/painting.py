"""Painting a course: value, classes against their target steps, and drift, on one axis of days."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from wealthdesk.domain.drift import class_band
from wealthdesk.domain.money import digits
from wealthdesk.domain.over_time import Course, Standing
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.over_time.words import NOTHING_KNOWN
from wealthdesk.gui.theme import Theme
from wealthdesk.gui.widgets.allocation_bar import band_colour

TOTAL: Final = -1
"""In the place of a class: the sum of all drifts."""
LEFT: Final = 52
"""Where every plot begins: the numbers of its scale stand before it."""
RIGHT: Final = 12
_YOUNG: Final = 30
"""The axis has at least so many days, however young the history is."""
_AREA_ALPHA: Final = 165
_VALUE_ALPHA: Final = 14
_CORRIDOR_ALPHA: Final = 110
"""It is a large ground here, and lighter than the corridor of a bar."""
_DOTTED_FROM: Final = 12.0
"""The least width in pixels of what is dotted: less of it, such as a weekend in ten years, cannot be seen."""
_LABEL: Final = 64.0
_NEAR: Final = 16.0
"""Lines that are nearer than that have one place for their names."""
_GAP_SAID: Final = 0.5
"""Which days have no prices is said in a gap of this part of its words: they may stand a little over its edges."""
_ONE_DAY: Final = 40.0
"""How wide the corridor of a single day is."""

Runs = list[tuple[list[int], bool]]
"""Places of days that a line goes through without a gap, and whether it is dotted there."""


@dataclass(frozen=True)
class Figures:
    """What is painted of a course, as numbers of pixels and shares are: % of what has a class, and major units."""

    course: Course

    @cached_property
    def values(self) -> list[float]:
        """What each day is worth, in units of the base currency."""
        unit = 10 ** digits(self.course.base_currency)
        return [each.total_minor / unit for each in self.course.days]

    @cached_property
    def shares(self) -> list[list[float]]:
        """Of each class, day by day."""
        totals = [each.classified_minor or 1 for each in self.course.days]
        columns = zip(*(each.parts for each in self.course.days), strict=True)
        return [[100 * part / total for part, total in zip(parts, totals, strict=True)] for parts in columns]

    @cached_property
    def targets(self) -> list[tuple[date, list[float]]]:
        """From which day on each class was to have how much; all 0 where there were no targets."""
        found = []
        for step in self.course.steps:
            wanted = {each.asset_class_id: each.target_bps / 100 for each in step.strategy.targets}
            found.append((step.on, [wanted.get(each.id, 0.0) for each in self.course.classes]))
        return found

    def bands(self, place: int) -> list[tuple[date, float | None]]:
        """From which day on a class's band was how wide to each side; None without targets."""
        class_id = self.course.classes[place].id
        found: list[tuple[date, float | None]] = []
        for step in self.course.steps:
            target = self.course.target(class_id, step.on)
            found.append((step.on, None if target is None else float(class_band(target, step.strategy)) / 100))
        return found

    def drifts(self, place: int) -> list[float | None]:
        """How far a class (or, of TOTAL, all of them in sum) was off, day by day; None where it had no target."""
        found: list[float | None] = []
        first, count = self.course.days[0].on, len(self.course.days)
        stretches = [*self.targets, (self.course.days[-1].on + timedelta(days=1), [])]
        found += [None] * max(min((stretches[0][0] - first).days, count), 0)
        for (_, wanted), (end, _) in pairwise(stretches):
            for at in range(len(found), min((end - first).days, count)):
                found.append(self._drift(place, at, wanted) if any(wanted) else None)
        return found

    def drift(self, place: int, at: int) -> float | None:
        """How far a class, or all of them in sum, was off on the day at a place."""
        wanted = next((each for on, each in reversed(self.targets) if on <= self.course.days[at].on), [])
        return self._drift(place, at, wanted) if any(wanted) else None

    def _drift(self, place: int, at: int, wanted: Sequence[float]) -> float:
        if place != TOTAL:
            return self.shares[place][at] - wanted[place]
        return sum(abs(share[at] - target) for share, target in zip(self.shares, wanted, strict=True))

    def is_outside(self, place: int) -> Callable[[int], bool]:
        """Whether a class lay outside its band on the day at a place; the sum of drifts has no band."""
        course = self.course
        return lambda at: place != TOTAL and course.status(place, course.days[at]).is_outside


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from the left of a plot to its right."""

    first: date
    last: date
    left: float
    width: float

    @property
    def span(self) -> int:
        """How many days lie between the ends, one at least."""
        return max((self.last - self.first).days, 1)

    def x(self, on: date) -> float:
        """Where a day is."""
        return self.left + self.width * (on - self.first).days / self.span

    def day(self, x: float) -> date:
        """The day nearest to there."""
        share = min(max((x - self.left) / self.width, 0), 1)
        return self.first + timedelta(days=round(share * (self.last - self.first).days))

    def moved(self, by: int, first: date, last: date) -> "Axis":
        """As many days, so many later (earlier where it is negative), but none before the first and after the last."""
        by = max(min(by, (last - self.last).days), min((first - self.first).days, 0))
        return replace(self, first=self.first + timedelta(days=by), last=self.last + timedelta(days=by))

    def zoomed(self, x: float, span: int, last: date) -> "Axis":
        """So many days, the one at x where it is, but none after the last."""
        share = min(max((x - self.left) / self.width, 0), 1)
        begin = self.day(x) - timedelta(days=round(span * share))
        end = min(begin + timedelta(days=span), last)
        return replace(self, first=end - timedelta(days=span), last=end)


@dataclass(frozen=True, slots=True)
class Scale:
    """Round numbers from the bottom of a plot to its top."""

    low: float
    high: float
    step: float

    def y(self, value: float, plot: QRectF) -> float:
        """Where a value is."""
        return plot.bottom() - plot.height() * (value - self.low) / (self.high - self.low)

    def heights(self, values: Sequence[float], plot: QRectF) -> list[float]:
        """Where many values are."""
        bottom, times, low = plot.bottom(), plot.height() / (self.high - self.low), self.low
        return [bottom - times * (each - low) for each in values]

    @property
    def marks(self) -> list[float]:
        """The numbers that are written."""
        return [self.low + at * self.step for at in range(round((self.high - self.low) / self.step) + 1)]


def scale_of(values: Sequence[float], parts: int = 4) -> Scale:
    """A scale that holds these values in about so many parts, of 1, 2 or 5 × a power of ten each."""
    low, high = min(values), max(values)
    room = (high - low) or abs(high) * 0.3 or 1.0
    if high == low:
        low, high = low - room / 2, high + room / 2
    power = 10 ** floor(log10(room / parts))
    step = next(power * times for times in (1, 2, 5, 10) if room / (power * times) <= parts)
    return Scale(floor(low / step) * step, max(ceil(high / step), floor(low / step) + 1) * step, step)


def axis_of(course: Course, first: date | None, last: date, left: float, width: float) -> Axis:
    """The axis from a day on (None: from the first that there is); of a young history with room before it."""
    begin = max(first, course.days[0].on) if first else course.days[0].on
    return Axis(min(begin, last - timedelta(days=_YOUNG)), last, left, width)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the three charts are painted with: the course in figures, the days shown, the look, and what was chosen.

    chosen: the place of the class whose drift is shown, or TOTAL.
    """

    figures: Figures
    axis: Axis
    look: Theme
    chosen: int = TOTAL
    is_stacked: bool = True
    is_paper: bool = False

    def type(self, role: str) -> QFont:
        """The font of a role; on paper of so many pixels, whatever its resolution."""
        font = fonts.font(role, figures=not self.is_paper)
        if self.is_paper:
            font.setPixelSize(fonts.ROLES[role][0])
        return font

    @property
    def course(self) -> Course:
        """What is painted."""
        return self.figures.course

    @property
    def begin(self) -> date:
        """The first day shown of which something is known."""
        return max(self.axis.first, self.course.days[0].on)

    @property
    def shown(self) -> range:
        """The places of the days that are shown."""
        first = self.course.days[0].on
        begin, end = (self.axis.first - first).days, (self.axis.last - first).days
        return range(max(begin, 0), min(end + 1, len(self.course.days)))

    def points(self, places: Sequence[int], values: Sequence[float], scale: "Scale", plot: QRectF) -> list[QPointF]:
        """Where a line goes through: each day, or of many days in two columns of pixels the highest and the lowest."""
        first = (self.axis.first - self.course.days[0].on).days
        wide = self.axis.width / self.axis.span
        every = max(floor(2 / wide), 1) if wide < 1 else 1
        if every > 1:
            parts = (places[at : at + every] for at in range(0, len(places), every))
            ends = ({min(part, key=values.__getitem__), max(part, key=values.__getitem__)} for part in parts)
            places = sorted({places[0], places[-1]}.union(*ends))
        left, heights = self.axis.left - wide * first, scale.heights([values[at] for at in places], plot)
        return [QPointF(left + wide * at, y) for at, y in zip(places, heights, strict=True)]

    def runs(self, is_there: Callable[[int], bool] = lambda _: True) -> Runs:
        """The days shown that are known, in stretches: each solid or dotted, and joined where nothing is between."""
        days = self.course.days
        found: Runs = []
        was_known = was_dotted = False
        for at in self.shown:
            standing = days[at].standing
            dotted = standing is Standing.LAST_PRICE
            known = (dotted or standing is Standing.PRICED) and is_there(at)
            if known and not was_known:
                found.append(([at], dotted))
            elif known and was_dotted == dotted:
                found[-1][0].append(at)
            elif known:
                # It goes on from where the other one ended.
                found.append(([found[-1][0][-1], at], dotted))
            was_known, was_dotted = known, dotted
        wide = self.axis.width / self.axis.span
        return _joined(found, _DOTTED_FROM / wide)


def _joined(runs: Runs, least: float) -> Runs:
    """The same without dots of fewer days than can be seen."""
    found: Runs = []
    for places, dotted in runs:
        is_dotted = dotted and len(places) > least
        if found and found[-1][1] == is_dotted and found[-1][0][-1] == places[0]:
            found[-1][0].extend(places[1:])
        else:
            found.append((list(places), is_dotted))
    return found


def paint_value(painter: QPainter, plot: QRectF, sheet: Sheet) -> Scale:
    """What the scope was worth, with what came in or went out, and the gaps in words; the scale that it stands on."""
    runs = sheet.runs()
    values = sheet.figures.values
    shown = [values[at] for places, _ in runs for at in places]
    scale = scale_of(shown) if shown else Scale(0, 1, 1)
    unit = unit_of(sheet)[0]
    paint_grid(painter, plot, sheet, [(scale.y(each, plot), _amount(each / unit)) for each in scale.marks])
    ground, foot = QColor(sheet.look.ink), plot.bottom()
    ground.setAlpha(_VALUE_ALPHA)
    lines = [(sheet.points(places, values, scale, plot), dotted) for places, dotted in runs]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    for points, _ in lines:
        painter.drawPolygon([*points, QPointF(points[-1].x(), foot), QPointF(points[0].x(), foot)])
    for dotted in (False, True):
        _lines(painter, [points for points, is_dotted in lines if is_dotted is dotted], sheet.look.ink, dotted)
    if len(sheet.course.days) == 1 and shown:
        only = sheet.course.days[0]
        at = QPointF(sheet.axis.x(only.on), scale.y(shown[0], plot))
        _ring(painter, at, sheet.look.ink, sheet)
        worth = text.money(only.total_minor, sheet.course.base_currency)
        _paint_beside(painter, at, f"{text.day(only.on)}  {worth}", sheet.look.ink, sheet)
    _paint_gaps(painter, plot, sheet)
    _paint_money(painter, plot, sheet)
    return scale


def unit_of(sheet: Sheet) -> tuple[int, str]:
    """What the numbers beside the value are counted in: (1_000, "in thousand USD")."""
    code = sheet.course.base_currency
    largest = max((sheet.figures.values[at] for at in sheet.shown), default=0)
    for unit, word in ((10**6, "million "), (10**3, "thousand ")):
        if largest >= 10 * unit:
            return unit, f"in {word}{code}"
    return 1, f"in {code}"


def paint_allocation(painter: QPainter, plot: QRectF, sheet: Sheet) -> Scale:
    """The classes, stacked or as lines, against the steps of their targets; below, the versions."""
    shares = sheet.figures.shares
    scale = Scale(0, 100, 25)
    if not sheet.is_stacked:
        most = [max(share[at] for at in sheet.shown) for share in shares] if sheet.shown else []
        most += [max(wanted, default=0) for _, wanted in sheet.figures.targets]
        scale = Scale(0, next(top for top in (25, 50, 75, 100) if max(most, default=0) <= top + 1e-6), 25)
    paint_grid(painter, plot, sheet, [(scale.y(each, plot), f"{each:.0f}%" if each else "0") for each in scale.marks])
    if sheet.is_stacked:
        _paint_areas(painter, plot, sheet)
    _paint_beginning(painter, plot, sheet)
    _paint_targets(painter, plot, sheet, scale)
    if not sheet.is_stacked:
        _paint_class_lines(painter, plot, sheet, scale)
    return scale


def _paint_beginning(painter: QPainter, plot: QRectF, sheet: Sheet) -> None:
    """That nothing is known before the first day, where there is room to say it."""
    first = sheet.course.days[0].on
    room = sheet.axis.x(first) - plot.left()
    is_one = len(sheet.course.days) == 1
    said = ("strong", "Nothing before today" if is_one else f"Nothing before {text.short_day(first, sheet.axis.last)}")
    lines = [said, ("note", NOTHING_KNOWN)]
    wide = max(QFontMetricsF(sheet.type(role)).horizontalAdvance(line) for role, line in lines) + 40
    if room < wide:
        lines = [said]
        wide = QFontMetricsF(sheet.type(said[0])).horizontalAdvance(said[1]) + 40
    if room > wide:
        box = QRectF(plot.left() + (room - wide) / 2, plot.center().y() - 11 * len(lines), wide, 22)
        for role, line in lines:
            painter.fillRect(box, QColor(sheet.look.bg))
            painter.setFont(sheet.type(role))
            painter.setPen(QColor(sheet.look.mute2))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)
            box.translate(0, 22)


def _paint_class_lines(painter: QPainter, plot: QRectF, sheet: Sheet, scale: Scale) -> None:
    runs = sheet.runs()
    for asset_class, share in zip(sheet.course.classes, sheet.figures.shares, strict=True):
        for dotted in (False, True):
            lines = [sheet.points(places, share, scale, plot) for places, is_dotted in runs if is_dotted is dotted]
            _lines(painter, lines, asset_class.colour, dotted, 2.0)
    if runs:
        _paint_names(painter, plot, sheet, scale, max((places for places, _ in runs), key=len))


def _paint_names(painter: QPainter, plot: QRectF, sheet: Sheet, scale: Scale, places: Sequence[int]) -> None:
    painter.setFont(_name_type(sheet))
    for box, said in names_placed(plot, sheet, scale, places):
        painter.fillRect(box.adjusted(-3, 0, 3, 0), QColor(sheet.look.bg))
        painter.setPen(QColor(sheet.look.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)


def _name_type(sheet: Sheet) -> QFont:
    font = sheet.type("strong")
    font.setPixelSize(fonts.ROLES["note"][0])
    return font


def names_placed(plot: QRectF, sheet: Sheet, scale: Scale, places: Sequence[int]) -> list[tuple[QRectF, str]]:
    """What the lines are, in the middle of a stretch; those that are near share their place.

    Above the line; below it or at an end where less is in the way: no name is on the line of a target, or on another
    name, as long as there is room.
    """
    days = [places[len(places) // 2], places[0], places[-1]]
    heights = {at: scale.heights([share[at] for share in sheet.figures.shares], plot) for at in days}
    order = sorted(range(len(sheet.course.classes)), key=heights[days[0]].__getitem__)
    groups: list[list[int]] = []
    for place in order:
        is_near = bool(groups) and heights[days[0]][place] - heights[days[0]][groups[-1][-1]] < _NEAR
        groups[-1].append(place) if is_near else groups.append([place])
    metrics, found = QFontMetricsF(_name_type(sheet)), list[tuple[QRectF, str]]()
    for group in groups:
        said = ", ".join(sheet.course.classes[each].name for each in group)
        boxes = [
            box
            for at in days
            for box in _beside(
                plot,
                sheet.axis.x(sheet.course.days[at].on),
                metrics.horizontalAdvance(said),
                [heights[at][each] for each in group],
            )
        ]
        in_the_way = [
            (sum(box.intersects(each) for each, _ in found), _crossed(box, plot, sheet, scale)) for box in boxes
        ]
        found.append((boxes[in_the_way.index(min(in_the_way))], said))
    return found


def _beside(plot: QRectF, x: float, wide: float, heights: Sequence[float]) -> tuple[QRectF, QRectF]:
    """Where words are above lines and below them."""
    left = min(max(x - wide / 2, plot.left() + 4), plot.right() - wide)
    above, below = max(min(heights) - 17, plot.top()), min(max(heights) + 3, plot.bottom() - 14)
    return QRectF(left, above, wide, 14), QRectF(left, below, wide, 14)


def _crossed(box: QRectF, plot: QRectF, sheet: Sheet, scale: Scale) -> int:
    """How many lines, of classes and of targets, go through a box at its ends and in its middle."""
    count = 0
    for x in (box.left(), box.center().x(), box.right()):
        on = sheet.axis.day(x)
        at = sheet.course.index(on)
        wanted = next((each for begin, each in reversed(sheet.figures.targets) if begin <= on), [])
        lines = [each for each in wanted if each] + (
            [share[at] for share in sheet.figures.shares] if at is not None else []
        )
        count += sum(box.top() <= y <= box.bottom() for y in scale.heights(lines, plot))
    return count


def _paint_areas(painter: QPainter, plot: QRectF, sheet: Sheet) -> None:
    """Each class upon the one before, in all stretches at once; the line between two of them lies over their edges."""
    scale, runs = Scale(0, 100, 25), list(_whole_runs(sheet))
    across = [[sheet.axis.x(sheet.course.days[at].on) for at in places] for places in runs]
    for at, at_x in enumerate(across):
        if len(at_x) == 1:  # one day alone is a column, which ends with the plot where it is the last
            right = min(at_x[0] + RIGHT / 2, plot.right())
            across[at], runs[at] = [right - RIGHT, right], [runs[at][0]] * 2
    below = [0.0] * len(sheet.course.days)
    lower = [_edge(at_x, scale.heights([0.0] * len(at_x), plot)) for at_x in across]
    for asset_class, share in zip(sheet.course.classes, sheet.figures.shares, strict=True):
        below = [low + each for low, each in zip(below, share, strict=True)]
        upper = [
            _edge(at_x, scale.heights([below[at] for at in places], plot))
            for at_x, places in zip(across, runs, strict=True)
        ]
        colour = QColor(asset_class.colour)
        colour.setAlpha(_AREA_ALPHA if len(below) > 1 else 255)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        # Its edges lie below the lines between the classes: they need not be smooth.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for top, bottom in zip(upper, lower, strict=True):
            painter.drawPolygon([*top, *reversed(bottom)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if asset_class is not sheet.course.classes[-1]:
            painter.setPen(QPen(QColor(sheet.look.bg), 1.2))
            for top in upper:
                painter.drawPolyline(top)
        lower = upper


def _edge(across: Sequence[float], heights: Sequence[float]) -> list[QPointF]:
    return [QPointF(x, y) for x, y in zip(across, heights, strict=True)]


def _whole_runs(sheet: Sheet) -> Iterator[list[int]]:
    """The known stretches, with no more days than there are columns of pixels."""
    every = max(2 * sheet.axis.span // max(int(sheet.axis.width), 1), 1)
    run: list[int] = []
    for places, _ in sheet.runs():
        if run and run[-1] != places[0]:
            yield [*run[:-1:every], run[-1]]
            run = []
        run += places[1:] if run else places
    if run:
        yield [*run[:-1:every], run[-1]]


def _paint_targets(painter: QPainter, plot: QRectF, sheet: Sheet, scale: Scale) -> None:
    """Steps in ink: of each class alone, or of the classes up to it; with a halo on coloured ground."""
    count = len(sheet.course.classes)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for place in range(count - 1 if sheet.is_stacked else count):
        path = _steps(
            sheet, plot, scale, [_level(wanted, place, sheet.is_stacked) for _, wanted in sheet.figures.targets]
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if sheet.is_stacked:
            painter.strokePath(path, QPen(QColor(sheet.look.bg), 3.4))
        painter.strokePath(path, QPen(QColor(sheet.look.ink), 1.5 if sheet.is_stacked else 1.2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _level(wanted: Sequence[float], place: int, is_stacked: bool) -> float | None:
    """Where the step of a class lies; nowhere where there are no targets, or none of this class up to there."""
    if not any(wanted) or not (any(wanted[: place + 1]) if is_stacked else wanted[place]):
        return None
    return sum(wanted[: place + 1]) if is_stacked else wanted[place]


def _steps(sheet: Sheet, plot: QRectF, scale: Scale, levels: Sequence[float | None]) -> QPainterPath:
    """A line that stays on its level until the next step of the targets."""
    path, is_open = QPainterPath(), False
    days = [on for on, _ in sheet.figures.targets]
    for on, until, level in zip(days, [*days[1:], sheet.axis.last], levels, strict=False):
        begin, end = max(on, sheet.begin), min(until, sheet.axis.last)
        if level is None or begin > end:
            is_open = False
            continue
        y = scale.y(level, plot)
        start = QPointF(sheet.axis.x(begin), y)
        path.lineTo(start) if is_open else path.moveTo(start)
        path.lineTo(sheet.axis.x(end), y)
        is_open = True
    return path


def paint_drift(painter: QPainter, plot: QRectF, sheet: Sheet) -> Scale:
    """How far the chosen class was off, with its band as a corridor; ink inside, signal outside."""
    drifts = sheet.figures.drifts(sheet.chosen)
    bands = [] if sheet.chosen == TOTAL else sheet.figures.bands(sheet.chosen)
    runs = sheet.runs(lambda at: drifts[at] is not None)
    shown = [drifts[at] or 0.0 for places, _ in runs for at in places]
    edges = [each for _, each in bands if each is not None]
    most = max((abs(each) for each in (*shown, *edges)), default=1.0) or 1.0
    scale = scale_of([0.0, most] if sheet.chosen == TOTAL else [-most, most])
    marks = [(scale.y(each, plot), _points(each, sheet.chosen == TOTAL)) for each in scale.marks]
    paint_grid(painter, plot, sheet, marks)
    _paint_corridor(painter, plot, sheet, scale, bands)
    _paint_target(painter, plot, sheet, scale, bands)
    outside = sheet.figures.is_outside(sheet.chosen)
    for places, dotted in runs:
        points = [QPointF(sheet.axis.x(sheet.course.days[at].on), scale.y(drifts[at] or 0.0, plot)) for at in places]
        for part, is_outside in _parted(points, [outside(at) for at in places]):
            _lines(painter, [part], sheet.look.signal if is_outside else sheet.look.ink, dotted)
        if len(sheet.course.days) == 1:
            is_out = outside(places[0])
            _ring(painter, points[0], sheet.look.signal if is_out else sheet.look.ink, sheet)
            ink = sheet.look.signal_text if is_out else sheet.look.ink
            _paint_beside(painter, points[0], _drift_words(drifts[places[0]] or 0.0, bands), ink, sheet)
    if len(sheet.course.days) > 1:
        _paint_before(painter, plot, sheet, scale, bands)
    return scale


def _paint_target(
    painter: QPainter, plot: QRectF, sheet: Sheet, scale: Scale, bands: Sequence[tuple[date, float | None]]
) -> None:
    """The line without any drift, from the first target of the class on."""
    aimed = (on for on, half in bands if half is not None)
    begin = max(next(aimed, sheet.begin), sheet.begin)
    if begin < sheet.axis.last:
        painter.setPen(QPen(QColor(sheet.look.ink), 1.2))
        y = scale.y(0, plot)
        painter.drawLine(QPointF(sheet.axis.x(begin), y), QPointF(plot.right(), y))


def _drift_words(drift: float, bands: Sequence[tuple[date, float | None]]) -> str:
    """How far off, and how far it may be: “+2.4 pp, band ±1.25 pp”."""
    half = bands[-1][1] if bands else None
    off = text.points(round(drift * 100)) if bands else text.points_plain(round(drift * 100))
    return off if half is None else f"{off}, {_band_words(half)}"


def _band_words(half: float) -> str:
    return f"band ±{text.points_plain(round(half * 100), None)}"


def _paint_before(
    painter: QPainter, plot: QRectF, sheet: Sheet, scale: Scale, bands: Sequence[tuple[date, float | None]]
) -> None:
    """That the class had no target before a version, and the width of its band then, where there is room before it."""
    first = next((at for at, (_, half) in enumerate(bands) if half is not None), None)
    if first is None or bands[first][0] <= sheet.begin:
        return
    on, half = bands[first]
    assert half is not None
    version, name = sheet.course.steps[first].strategy.version, sheet.course.classes[sheet.chosen].name
    left, right = sheet.axis.x(sheet.begin), sheet.axis.x(on)
    painter.setFont(sheet.type("header"))
    painter.setPen(QColor(sheet.look.mute))
    for said, y, side in (
        (f"No target for {name} before version {version}", scale.y(0, plot) - 20, Qt.AlignmentFlag.AlignLeft),
        (_band_words(half), scale.y(-half, plot) - 8, Qt.AlignmentFlag.AlignRight),
    ):
        if QFontMetricsF(painter.font()).horizontalAdvance(said) + 16 < right - left:
            box = QRectF(left + 8, y, right - left - 16, 16)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, said)


def _paint_beside(painter: QPainter, at: QPointF, said: str, ink: str, sheet: Sheet) -> None:
    """The figures of the only day, before its ring."""
    painter.setFont(sheet.type("note"))
    wide = QFontMetricsF(painter.font()).horizontalAdvance(said)
    box = QRectF(at.x() - 14 - wide, at.y() - 10, wide + 4, 20)
    painter.fillRect(box, QColor(sheet.look.bg))
    painter.setPen(QColor(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, said)


def _parted(points: Sequence[QPointF], flags: Sequence[bool]) -> Iterator[tuple[list[QPointF], bool]]:
    """The line in parts of one flag each; what leads to a point is as the point is."""
    start = 0
    for at in range(1, len(points) + 1):
        if at == len(points) or flags[at] != flags[at - 1]:
            yield list(points[max(start - 1, 0) : at]), flags[at - 1]
            start = at


def _paint_corridor(
    painter: QPainter, plot: QRectF, sheet: Sheet, scale: Scale, bands: Sequence[tuple[date, float | None]]
) -> None:
    for (on, half), (until, _) in zip(bands, [*bands[1:], (sheet.axis.last, None)], strict=False):
        begin, end = max(on, sheet.begin), min(until, sheet.axis.last)
        if half is None or begin > end:
            continue
        left, right = sheet.axis.x(begin), sheet.axis.x(end)
        if begin == end == sheet.axis.last:  # one day alone
            left = right - _ONE_DAY
        top = scale.y(half, plot)
        corridor = band_colour(sheet.look)
        corridor.setAlpha(_CORRIDOR_ALPHA)
        painter.fillRect(QRectF(left, top, right - left, scale.y(-half, plot) - top), corridor)


def paint_grid(painter: QPainter, plot: QRectF, sheet: Sheet, marks: Sequence[tuple[float, str]]) -> None:
    """A line across at each mark, and its number before the plot."""
    painter.setFont(sheet.type("header"))
    for y, words in marks:
        painter.setPen(QPen(QColor(sheet.look.line), 1))
        painter.drawLine(QPointF(plot.left(), round(y) + 0.5), QPointF(plot.right(), round(y) + 0.5))
        painter.setPen(QColor(sheet.look.mute))
        box = QRectF(plot.left() - _LABEL, y - 8, _LABEL - 8, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def paint_days(painter: QPainter, plot: QRectF, sheet: Sheet) -> None:
    """The days and months below a plot."""
    painter.setFont(sheet.type("header"))
    metrics, free = QFontMetricsF(painter.font()), plot.left() - _LABEL
    for on, words in text.days_marked(sheet.axis.first, sheet.axis.last):
        x, wide = sheet.axis.x(on), metrics.horizontalAdvance(words)
        left = min(max(x - wide / 2, plot.left() - 24), plot.right() + RIGHT - wide)
        painter.setPen(QPen(QColor(sheet.look.line2), 1))
        painter.drawLine(QPointF(x, plot.bottom() + 1), QPointF(x, plot.bottom() + 5))
        if left > free:
            painter.setPen(QColor(sheet.look.mute))
            painter.drawText(QPointF(left, plot.bottom() + 18), words)
            free = left + wide + 10


def paint_versions(painter: QPainter, plot: QRectF, sheet: Sheet) -> None:
    """A tick below the plot for each version of the targets, with its number."""
    free = plot.left() - _LABEL
    for on, words in versions_marked(sheet):
        x = sheet.axis.x(on)
        painter.setFont(sheet.type("pill"))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(words)
        painter.setPen(QPen(QColor(sheet.look.ink), 2))
        painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 6))
        left = min(max(x - wide / 2, plot.left()), plot.right() + RIGHT - wide)
        if left > free:
            painter.drawText(QPointF(left, plot.bottom() + 19), words)
            free = left + wide + 6


def versions_marked(sheet: Sheet) -> list[tuple[date, str]]:
    """The days shown on which the targets changed, with the number of the version: the first as “version 2”."""
    shown = [each for each in sheet.course.steps if sheet.begin <= each.on <= sheet.axis.last]
    return [
        (each.on, f"version {each.strategy.version}" if each is shown[0] else str(each.strategy.version))
        for each in shown
    ]


def _paint_gaps(painter: QPainter, plot: QRectF, sheet: Sheet) -> None:
    """Which days have no prices, where there is room to say it."""
    painter.setFont(sheet.type("header"))
    metrics = QFontMetricsF(painter.font())
    least = metrics.horizontalAdvance("no prices") * _GAP_SAID / (sheet.axis.width / sheet.axis.span)
    for first, last in sheet.course.gaps():
        begin, end = max(first, sheet.axis.first), min(last, sheet.axis.last)
        if (end - begin).days < least:
            continue
        days = f"{text.short_day(first, sheet.axis.last)}{text.RANGE}{text.short_day(last, sheet.axis.last)}"
        wide = max(metrics.horizontalAdvance(each) for each in ("no prices", days))
        left, right = sheet.axis.x(begin), sheet.axis.x(end)
        if begin <= end and right - left > wide * _GAP_SAID:
            box = QRectF((left + right - wide) / 2 - 4, plot.bottom() - 36, wide + 8, 32)
            # Only where nothing is drawn: its words may stand over what is.
            painter.fillRect(box & QRectF(left, box.top(), right - left, box.height()), QColor(sheet.look.bg))
            painter.setPen(QColor(sheet.look.mute))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"no prices\n{days}")


def _paint_money(painter: QPainter, plot: QRectF, sheet: Sheet) -> None:
    """Up on the axis for what came in on a day, down for what went out."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(sheet.look.ink))
    for each in sheet.course.happenings:
        if each.amount_minor and sheet.axis.first <= each.on <= sheet.axis.last:
            x, y, up = sheet.axis.x(each.on), plot.bottom(), 1 if each.amount_minor > 0 else -1
            corners = [QPointF(x, y - 3 - 4 * up), QPointF(x - 4, y - 3 + 3 * up), QPointF(x + 4, y - 3 + 3 * up)]
            painter.drawPolygon(QPolygonF(corners))


def _lines(painter: QPainter, lines: Sequence[Sequence[QPointF]], colour: str, dotted: bool, wide: float = 1.6) -> None:
    pen = QPen(QColor(colour), 1.2 if dotted else wide)
    if dotted:
        pen.setDashPattern([1.5, 2.5])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for points in lines:
        painter.drawPolyline(points)


def _ring(painter: QPainter, at: QPointF, colour: str, sheet: Sheet) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 2))
    painter.setBrush(QColor(sheet.look.bg))
    painter.drawEllipse(at, 4, 4)


def _amount(value: float) -> str:
    if text.are_amounts_hidden():
        return text.HIDDEN
    whole = round(value)
    return f"{value:g}" if abs(value - whole) > 1e-9 else f"{whole:,}".replace(",", text.marks().group)


def _points(value: float, is_sum: bool) -> str:
    words = text.points(round(value * 100), 0 if abs(value - round(value)) < 1e-9 else 1)
    return "0" if abs(value) < 1e-9 else words.removeprefix("+") if is_sum else words
