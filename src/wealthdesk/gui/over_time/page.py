"""The page Over time: what a scope was worth, how its classes lay against their targets, and what happened when."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPagedPaintDevice, QResizeEvent
from PySide6.QtWidgets import QWidget

from wealthdesk.changes import EVERYTHING, Changes
from wealthdesk.domain.accounts import ALL_PORTFOLIO, Scope
from wealthdesk.domain.over_time import Course
from wealthdesk.gui import chosen_folder, tasks
from wealthdesk.gui import format as text
from wealthdesk.gui.over_time import words
from wealthdesk.gui.over_time.charts import Charts
from wealthdesk.gui.over_time.day_panel import DayPanel
from wealthdesk.gui.over_time.painting import TOTAL
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import Stack, horizontal, vertical
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_SIDE_BY_SIDE: Final = 880
"""From this width on the day stands beside the charts; in a narrower page in one line above them."""
_LEAST: Final = (480, 400)
_ALL: Final = "all"
_RANGES: Final = (("1m", "1 m"), ("3m", "3 m"), ("1y", "1 y"), ("year", "This year"), (_ALL, "All"))
_DAYS: Final = {"1m": 30, "3m": 91, "1y": 365}


class OverTimePage(Page):
    """The day that is kept, the range and the class whose drift is shown stay across rereads."""

    shows: ClassVar[Changes] = EVERYTHING

    version_requested = Signal(object, object)
    """The id of the strategy, and the number of its version that is to be shown in the history."""

    def __init__(self, desk: "Desk", bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(bus, parent)
        self._desk = desk
        self._scope: Scope = ALL_PORTFOLIO
        self._course: Course | None = None
        self._task: tasks.Task | None = None
        self.scope = Combo("Scope: the whole portfolio, a group, or one account")
        self.range = Segment("Which days are shown", _RANGES)
        self.range.choose(_ALL)
        self._headline, self._explanation = label("", "hero", wrap=True), label("", "body", "mute2", wrap=True)
        self._stack = Stack(self)
        self._content = QWidget(self._stack)
        self.charts, self.panel = Charts(), DayPanel()
        self._nothing = EmptyState(
            "Nothing is held yet", "From the first holding on, each day with prices is drawn here.", picture=False
        )
        # Not what lies side by side in it: it can be as narrow as the charts alone.
        self.setMinimumSize(*_LEAST)
        self._lay_out()
        self._connect()

    @property
    def course(self) -> Course | None:
        """What is shown."""
        return self._course

    def refresh(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._show_scopes()
        course = partial(self._desk.over_time.course, self._scope)
        self._task = task = tasks.run(course, lambda found: self._on_course(task, found), self)

    def _on_course(self, task: tasks.Task, course: Course) -> None:
        """What was reckoned for another scope, or before a change, is dropped: what was asked for since is to come."""
        if task is self._task:
            self.show_course(course)

    def show_course(self, course: Course) -> None:
        """Show a course: of the portfolio, or one that was made elsewhere."""
        is_first = self._course is None
        self._course, self._task = course, None
        today = self._desk.clock.today()
        self._stack.setCurrentIndex(0 if course.days else 1)
        self._arrange()
        if not course.days:
            return
        self._headline.setText(words.headline(course, today))
        self._show_range()
        if is_first:
            self.charts.choose_class(_furthest(course))

    def standing(self) -> dict[str, str]:
        return {"range": self.range.choice(), "scope": self._scope or "", "form": self.charts.form.choice()}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        if kept.get("range") in dict(_RANGES):
            self.range.choose(kept["range"])
        self.charts.show_form(kept.get("form", ""))
        # One that is gone since reads as the whole portfolio.
        self._scope = kept.get("scope") or ALL_PORTFOLIO

    def save_csv(self, path: Path) -> None:
        """Save the days that are shown as CSV; WealthDeskError where the file cannot be written."""
        from wealthdesk.services.over_time import course_csv

        sheet = self.charts.sheet
        if self._course is None or sheet is None:
            return
        days = [self._course.days[at] for at in sheet.shown]
        self._desk.exports.save(path, course_csv(self._course, days, text.marks()))

    def paint_on(self, printer: QPagedPaintDevice) -> None:
        """Paint the charts as they are shown, on one page; WealthDeskError where the printer takes none."""
        from wealthdesk.gui.over_time.course_paper import paint_course

        if self.charts.sheet is not None:
            paint_course(printer, self.charts.sheet, self._scope_shown(), self._headline.text())

    def _scope_shown(self) -> str:
        """Whose days are shown: those of another scope may have been asked for, and are still to come."""
        scope = self.charts.sheet.course.scope if self.charts.sheet is not None else self._scope
        portfolio = self._desk.portfolios.current()
        return text.scope(portfolio.scope_name(scope if portfolio.has_scope(scope) else ALL_PORTFOLIO))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.charts.setFocus(Qt.FocusReason.MouseFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_shown = self._course is not None and bool(self._course.days)
        self.panel.setVisible(is_shown and self.width() >= _SIDE_BY_SIDE)
        self._show_line()

    def _show_line(self) -> None:
        """What is drawn; where there is no room for the panel what the day comes to."""
        course, on = self._course, self.charts.day
        at = course.index(on) if course is not None and on is not None else None
        if course is None or at is None or on is None or self.width() >= _SIDE_BY_SIDE:
            self._explanation.setText(words.explanation(course) if course is not None and course.days else "")
        else:
            self._explanation.setText(words.in_a_line(course, course.days[at]))

    def _show_scopes(self) -> None:
        portfolio = self._desk.portfolios.current()
        if not portfolio.has_scope(self._scope):
            self._scope = ALL_PORTFOLIO
        scopes = portfolio.scopes(self._scope)
        self.scope.set_options([(each, text.scope(portfolio.scope_name(each))) for each in scopes])
        self.scope.choose(self._scope)

    def _show_range(self) -> None:
        if self._course is None or not self._course.days:
            return
        today = self._course.days[-1].on
        chosen = self.range.choice()
        first: date | None = None
        if chosen in _DAYS:
            first = today - timedelta(days=_DAYS[chosen])
        elif chosen != _ALL:
            first = date(today.year, 1, 1)
        self.charts.show_course(self._course, first, today)

    def _on_scope(self, scope: Scope) -> None:
        self._scope = scope
        self.mark_stale()

    def _on_day(self, on: date) -> None:
        if self._course is not None:
            self.panel.show_day(self._course, on)
            if self.width() < _SIDE_BY_SIDE:
                self._show_line()

    def _on_version(self, number: int) -> None:
        steps = self._course.steps if self._course else ()
        if steps:
            self.version_requested.emit(steps[-1].strategy.id, number)

    def _on_export(self) -> None:
        chosen_folder.ask_export("Export the days shown", "over-time.csv", self.save_csv, self)

    def _on_print(self) -> None:
        from wealthdesk.gui import paper

        paper.ask_printer("Over time", self.paint_on, self)

    def _connect(self) -> None:
        self.scope.chosen.connect(self._on_scope)
        self.range.chosen.connect(self._show_range)
        self.charts.day_chosen.connect(self._on_day)
        self.charts.version_chosen.connect(self._on_version)
        self.panel.version_requested.connect(self._on_version)
        self.panel.export.clicked.connect(self._on_export)
        self.panel.print_button.clicked.connect(self._on_print)

    def _lay_out(self) -> None:
        column = vertical(self._content, spacing=10, margins=(20, 20, 20, 12))
        words_above = vertical(spacing=4, margins=(4, 0, 4, 0))
        head = horizontal(spacing=8)
        head.addWidget(label("Over time", "panel"), 1)
        self.scope.setMinimumWidth(150)
        self.range.setMinimumWidth(250)
        self.range.setMaximumWidth(330)
        head.addWidget(self.scope)
        head.addWidget(self.range)
        words_above.addLayout(head)
        words_above.addSpacing(4)
        words_above.addWidget(self._headline)
        words_above.addWidget(self._explanation)
        column.addLayout(words_above)
        # Its frame, where the keys are in it, lies before the words.
        column.addWidget(self.charts, 1)
        self._stack.addWidget(self._content)
        empty = QWidget(self._stack)
        rows = vertical(empty, margins=(24, 20, 24, 12))
        rows.addWidget(label("Over time", "panel"))
        rows.addWidget(self._nothing, 1)
        self._stack.addWidget(empty)
        row = horizontal(self, spacing=0)
        row.addWidget(self._stack.place, 1)
        row.addWidget(self.panel)


def _furthest(course: Course) -> int:
    """The place of the class that lies furthest outside its band on the last known day, or nearest to its edge."""
    known = course.last_known
    furthest = course.drift(known).furthest if known else None
    ids = [each.id for each in course.classes]
    return ids.index(furthest.asset_class_id) if furthest else TOTAL
