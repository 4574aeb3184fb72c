"""What the reserves page shows of one fund: its figures, its companies with their tools, and what the line means."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QTableView, QWidget

from wealthdesk.domain.money import share_bps
from wealthdesk.domain.reallocation import Preview
from wealthdesk.domain.reallocation_words import limit_text
from wealthdesk.domain.reserves import Fund
from wealthdesk.gui import fonts, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.reserves import words
from wealthdesk.gui.reserves.columns import COMPANY, DEPLOYED, PLANNED, CompanyRow, rows_of, still_to_deploy
from wealthdesk.gui.reserves.company_table import ROW, CompanyTable
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action, button, icon_button, menu_button
from wealthdesk.gui.widgets.cards import SummaryCard
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.fields import SearchEdit
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import ShortLabel, frame, label

_NARROWEST, _WIDEST = 120, 260
_ARCHIVED: Final = "archived"


class ReservesHead(QWidget):
    """Signals for each intention; nothing is done here."""

    fund_chosen = Signal(object)
    """The id of a fund."""
    new_fund_clicked = Signal()
    edit_fund_clicked = Signal()
    archive_clicked = Signal()
    remove_fund_clicked = Signal()
    import_clicked = Signal()
    export_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fund = Combo("Fund")
        self.fund.setMinimumWidth(_NARROWEST)
        self.fund.setMaximumWidth(_WIDEST)
        self.edit, self.archive, self.remove = (
            action(words, parent=self) for words in ("&Edit fund…", "&Archive", "&Remove…")
        )
        self.menu = menu_button("Fund", self._menu(), tip="New funds, and what can be done with this one")
        self.export = button("Export CSV", icon="export", tip="The companies of this fund as they are kept")
        row = horizontal(self, spacing=8)
        row.addWidget(label("Reserves", "panel"))
        row.addStretch()
        for each in (self.fund, self.menu, self.export):
            row.addWidget(each)
        self.fund.chosen.connect(self.fund_chosen)
        self.export.clicked.connect(self.export_clicked)

    def show_funds(self, funds: Sequence[Fund], chosen: Fund | None) -> None:
        """Offer these funds, archived ones last, and what can be done with the chosen one."""
        offered = sorted(funds, key=lambda each: each.is_archived)
        self.fund.set_options([(each.id, _words(each)) for each in offered])
        self.fund.choose(chosen.id if chosen else None)
        self.fund.setVisible(bool(funds))
        self.export.setVisible(chosen is not None)
        for each in (self.edit, self.archive, self.remove):
            each.setEnabled(chosen is not None)
        self.archive.setText("Offer &again" if chosen and chosen.is_archived else "&Archive")

    def _menu(self) -> QMenu:
        menu = PopupMenu(self)
        new, file = action("&New fund…", parent=self), action("&Import companies…", parent=self)
        menu.addActions([new, file])
        menu.addSeparator()
        menu.addActions([self.edit, self.archive, self.remove])
        new.triggered.connect(lambda: self.new_fund_clicked.emit())
        file.triggered.connect(lambda: self.import_clicked.emit())
        self.edit.triggered.connect(lambda: self.edit_fund_clicked.emit())
        self.archive.triggered.connect(lambda: self.archive_clicked.emit())
        self.remove.triggered.connect(lambda: self.remove_fund_clicked.emit())
        return menu


def _words(fund: Fund) -> str:
    return f"{fund.name} · {_ARCHIVED}" if fund.is_archived else fund.name


_SEARCH_WIDTH = 220


class Tools(QWidget):
    """Signals for each intention; the menu says of which companies it speaks."""

    adjust_clicked = Signal()
    scale_clicked = Signal()
    equalise_clicked = Signal()
    move_clicked = Signal()
    uncap_clicked = Signal()
    budget_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchEdit("Search companies")
        # The keys are those of the window's Edit menu, which asks the page first.
        self.undo = icon_button("undo", "Undo (Ctrl+Z)")
        self.redo = icon_button("redo", "Redo (Ctrl+Shift+Z)")
        self.adjust, self.scale, self.equalise, self.move_amount, self.uncap, self.budget = self._actions()
        self.amounts = menu_button("A&mounts", self._menu(), tip="Change several amounts at once")
        self.add = button("Add c&ompany…", icon="plus", key="Ctrl+N")
        row = horizontal(self, spacing=8)
        self.search.setMaximumWidth(_SEARCH_WIDTH)
        self.search.setMinimumWidth(90)
        row.addWidget(self.search, 1)
        row.addStretch()
        for each in (self.undo, self.redo, self.amounts, self.add):
            row.addWidget(each)

    def show_possible(self, selected: int, companies: int, *, has_budget: bool) -> None:
        """Say of which companies the menu speaks: those selected, or all of them."""
        several = selected if 1 < selected < companies else 0
        of_what = f" {several:,} selected" if several else " all"
        self.adjust.setText(f"&Adjust{' ' + format(selected, ',') + ' selected' if selected else ' all'} by…")
        self.scale.setText(f"&Scale{of_what} to the budget" if has_budget else "Scale to the budget (none is set)")
        self.equalise.setText(f"&Equalise{of_what}")
        self.uncap.setText(f"&No cap for{' ' + format(selected, ',') + ' selected' if selected else ' all'}")
        for each in (self.adjust, self.uncap):
            each.setEnabled(companies > 0)
        self.scale.setEnabled(has_budget and companies > 0)
        for each in (self.equalise, self.move_amount):
            each.setEnabled(companies > 1)

    def show_steps(self, *, can_undo: bool, can_redo: bool) -> None:
        """Offer the way back and forth."""
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def _actions(self) -> tuple[QAction, ...]:
        words = ("&Adjust by…", "&Scale to the budget", "&Equalise", "&Move an amount…", "&No cap", "Set the &budget…")
        return tuple(action(each, parent=self) for each in words)

    def _menu(self) -> QMenu:
        menu = PopupMenu(self)
        menu.addActions([self.adjust, self.scale, self.equalise, self.move_amount])
        menu.addSeparator()
        menu.addActions([self.uncap, self.budget])
        self.adjust.triggered.connect(lambda: self.adjust_clicked.emit())
        self.scale.triggered.connect(lambda: self.scale_clicked.emit())
        self.equalise.triggered.connect(lambda: self.equalise_clicked.emit())
        self.move_amount.triggered.connect(lambda: self.move_clicked.emit())
        self.uncap.triggered.connect(lambda: self.uncap_clicked.emit())
        self.budget.triggered.connect(lambda: self.budget_clicked.emit())
        return menu


class FundSummary(QWidget):
    """Three cards side by side; they count the proposed changes as if they were kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.planned = SummaryCard("Planned reserves")
        self.deployed = SummaryCard("Deployed")
        self.still = SummaryCard("Still to deploy")
        row = horizontal(self, spacing=8)
        for card, share in ((self.planned, 4), (self.deployed, 3), (self.still, 3)):
            row.addWidget(card, share)

    def show_fund(self, fund: Fund, preview: Preview, rows: Sequence[CompanyRow]) -> None:
        """Show the figures of a fund as the preview has them."""
        total, code = preview.total_after, fund.currency
        deployed = sum(row.deployed for row in rows)
        self.planned.show_figure(text.money_brief(total, code), _planned_note(fund, preview), tip=_sizes(fund, preview))
        note = f"{text.percent(share_bps(deployed, total))} of planned" if total > 0 else "nothing planned"
        self.deployed.show_figure(text.money_brief(deployed, code), note)
        still, companies = still_to_deploy(rows)
        above = sum(row.deployed > row.planned and not row.is_exited for row in rows)
        said = [f"in {text.count(companies, 'company', 'companies')}"]
        said += [f"{above:,} above plan"] if above else []
        self.still.show_figure(text.money_brief(still, code), " · ".join(said))


def _planned_note(fund: Fund, preview: Preview) -> str:
    total, budget, code = preview.total_after, preview.budget_after, fund.currency
    share = text.percent(share_bps(total, fund.size_minor)) if fund.size_minor else ""
    if budget is None:
        return f"{share} of the {text.money_brief(fund.size_minor or 0, code)} fund" if share else ""
    gap = text.money_brief(abs(budget - total), code)
    left = f"{gap} above the budget" if total > budget else f"{gap} of the budget left"
    return f"{share} of the fund · {left}" if share else left


def _sizes(fund: Fund, preview: Preview) -> str:
    said = [f"Fund size {text.money_brief(fund.size_minor, fund.currency)}"] if fund.size_minor else []
    if preview.budget_after is not None:
        said.append(f"Budget {text.money_brief(preview.budget_after, fund.currency)}")
    return ", ".join(said)


_HEADER: Final = 38
_LEAST_ROWS: Final = 3
_TOTALS_HEIGHT: Final = 46
_EDGE: Final = 8.0
_SIDE: Final = 8.0


class TotalsLine(QWidget):
    """How many companies there are, and the sums under their columns; it follows the columns of its table."""

    def __init__(self, table: QTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table = table
        self._words: dict[int, str] = {}
        table.horizontalHeader().sectionResized.connect(lambda *_: self.update())
        table.horizontalScrollBar().valueChanged.connect(lambda *_: self.update())

    def show_totals(self, companies: str, planned: str, deployed: str) -> None:
        """Show these."""
        self._words = {COMPANY: companies, PLANNED: planned, DEPLOYED: deployed}
        self.setAccessibleName(f"{companies}, {planned} planned, {deployed} deployed")
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """What is shown, from the left."""
        return tuple(self._words.values())

    def sizeHint(self) -> QSize:
        return QSize(200, _TOTALS_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(look.line))
        painter.setPen(QColor(look.ink))
        for column, told in self._words.items():
            left = self._table.columnViewportPosition(column) + (_EDGE if column == COMPANY else _SIDE)
            rect = QRectF(
                left, 1, self._table.columnWidth(column) - _SIDE - (left - self._left(column)), _TOTALS_HEIGHT - 2
            )
            font = fonts.font("strong", figures=column != COMPANY)
            painter.setFont(font)
            side = Qt.AlignmentFlag.AlignLeft if column == COMPANY else Qt.AlignmentFlag.AlignRight
            shown = QFontMetricsF(font).elidedText(told, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _left(self, column: int) -> int:
        return self._table.columnViewportPosition(column)


class FundView(QWidget):
    """`show_preview` is the only way in; what the user wants is told by the widgets in it."""

    import_clicked = Signal()
    edit_clicked = Signal(object)
    """CompanyRow"""
    exit_clicked = Signal(object)
    """list[CompanyRow]"""
    remove_clicked = Signal(object)
    """CompanyRow"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conflict = Message(Tone.WARNING, action="Merge…", inline=True)
        self.notice = Message(action="", inline=True)
        self.summary = FundSummary()
        self.tools = Tools()
        self.table = CompanyTable()
        self.totals = TotalsLine(self.table)
        self.add_first, self.import_first = button("Add a company…", icon="plus"), button("Import companies…")
        self.empty = EmptyState("", words.NO_COMPANY, [self.add_first, self.import_first], picture=False)
        self._rows: list[CompanyRow] = []
        self._has_budget = False
        self._noticed_version: int | None = None
        self._nothing = ShortLabel(ink="mute")
        self._legend_line, self._legend = _LimitSign(), ShortLabel(role="note", ink="mute")
        self._card = frame("card")
        self._full = QWidget()
        self._make_steps()
        self._lay_out()
        self._connect()

    @property
    def rows(self) -> Sequence[CompanyRow]:
        """The companies, all of them."""
        return self._rows

    def chosen(self) -> list[CompanyRow]:
        """The companies that are selected."""
        return self.table.selected_rows()

    def show_preview(self, fund: Fund, preview: Preview) -> None:
        """Show a fund with the amounts of a preview."""
        self._rows = rows_of(preview, fund)
        self.summary.show_fund(fund, preview, self._rows)
        self.table.show_companies(self._rows)
        self._has_budget = preview.budget_after is not None
        companies = text.count(len(self._rows), "company", "companies")
        deployed = text.money_brief(sum(row.deployed for row in self._rows), fund.currency)
        self.totals.show_totals(companies, text.money_brief(preview.total_after, fund.currency), deployed)
        limit = limit_text(preview.limits.concentration_bps)
        self._legend.show_words(f"{limit} of all reserves: above this line a company counts as concentrated")
        self.empty.show_words(f"No companies in {fund.name} yet", words.NO_COMPANY)
        self.empty.setVisible(not self._rows)
        self._full.setVisible(bool(self._rows))
        self._show_found()

    def show_notice(
        self, tone: Tone, title: str, explanation: str = "", action: str = "", of_version: int | None = None
    ) -> None:
        """Say something above the figures until it is outdated; without a title nothing.

        of_version: it is outdated once the fund is on another version.
        """
        self._noticed_version = of_version
        self.notice.show_message(tone, title, explanation)
        self.notice.set_action(action)
        self.notice.setVisible(bool(title))

    def hide_notice_of_before(self, version: int) -> None:
        """Take away what is said of a version that is not the one of now."""
        if self._noticed_version not in (None, version):
            self.show_notice(Tone.NEUTRAL, "")

    def show_conflict(self, sentence: str) -> None:
        """Say that what is edited here changed elsewhere, with the way to the merge; "" nothing."""
        if sentence:
            self.conflict.show_message(Tone.WARNING, "These reserves changed elsewhere", sentence)
        self.conflict.setVisible(bool(sentence))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_table()

    def _on_search(self, sought: str) -> None:
        self.table.search(sought)
        self._show_found()

    def _on_selected(self) -> None:
        rows = self.chosen()
        self.tools.show_possible(len(rows), len(self._rows), has_budget=self._has_budget)
        is_one, all_exited = len(rows) == 1, bool(rows) and all(row.is_exited for row in rows)
        for made, pressed in (self._edit, self._remove):
            made.setEnabled(is_one)
            pressed.setEnabled(is_one)
        made, pressed = self._exit
        pressed.setText("Held again" if all_exited else "E&xited")
        made.setText(pressed.text())
        made.setEnabled(bool(rows))
        pressed.setEnabled(bool(rows))

    def _on_edit(self) -> None:
        if len(self.chosen()) == 1:
            self.edit_clicked.emit(self.chosen()[0])

    def _on_remove(self) -> None:
        if len(self.chosen()) == 1:
            self.remove_clicked.emit(self.chosen()[0])

    def _on_exit(self) -> None:
        if self.chosen():
            self.exit_clicked.emit(self.chosen())

    def _show_found(self) -> None:
        """What the search found; the frame is as high as that, as far as there is room."""
        is_found = self.table.table.rowCount() > 0
        self._nothing.show_words(f"No company with “{self.tools.search.text().strip()}”.")
        self._nothing.setVisible(bool(self._rows) and not is_found)
        self._fit_table()
        self._on_selected()

    def _fit_table(self) -> None:
        """As high as its rows, as far as there is room; a few of them always show."""
        lines = self.table.table.rowCount()
        bar = self.table.horizontalScrollBar()
        across = bar.sizeHint().height() if bar.maximum() > 0 else 0
        around = _HEADER + across + self.totals.sizeHint().height()
        self._card.setMaximumHeight(around + lines * ROW)
        self._card.setMinimumHeight(around + min(lines, _LEAST_ROWS) * ROW)

    def _make_steps(self) -> None:
        self._edit = self.table.add_step("Ed&it…", self._on_edit, in_card=True)
        self._exit = self.table.add_step("E&xited", self._on_exit, in_card=True)
        self._remove = self.table.add_step("&Remove…", self._on_remove, "Del", in_card=True)
        self.steps: tuple[QAction | QPushButton, ...] = (*self._edit, *self._exit, *self._remove)

    def _lay_out(self) -> None:
        inside = vertical(self._card, spacing=0, margins=(1, 1, 1, 1))
        inside.addWidget(self.table, 1)
        inside.addWidget(self.totals)
        foot = horizontal(spacing=8)
        foot.addWidget(self._legend_line)
        foot.addWidget(self._legend, 1)
        for _, pressed in (self._edit, self._exit, self._remove):
            foot.addWidget(pressed)
        full = vertical(self._full, spacing=10)
        full.addWidget(self._card, 1000)
        full.addWidget(self._nothing)
        full.addLayout(foot)
        full.addStretch(1)
        outer = vertical(self, spacing=10)
        for each in (self.conflict, self.notice, self.summary, self.tools):
            outer.addWidget(each)
        outer.addWidget(self._full, 1)
        outer.addWidget(self.empty, 1)
        self.conflict.hide()
        self.notice.hide()

    def _connect(self) -> None:
        self.tools.search.textChanged.connect(self._on_search)
        self.tools.search.left.connect(self.table.setFocus)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.opened.connect(self.edit_clicked)
        self.import_first.clicked.connect(self.import_clicked)
        self.add_first.clicked.connect(self.tools.add.click)


class _LimitSign(QWidget):
    """The dashed line that stands in the bars, before its explanation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(8, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pen = QPen(QColor(theme.current().tone(Tone.WARNING).mark), 1.5, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([2.6, 1.4])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        middle = QRectF(self.rect()).center().x() + 0.5
        painter.drawLine(int(middle), 2, int(middle), self.height() - 2)
