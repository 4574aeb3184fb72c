"""The plans that were recorded: what each traded and changed, on screen and on paper; undone or recorded again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from wealthdesk.domain.assets import Asset, is_isin
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import Mode, RecordedChange, RecordedPlan, RecordedTrade
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import chosen_folder, fonts, icons, paper, problems
from wealthdesk.gui import format as text
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action, button, menu_button, primary_button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.layouts import dialog_foot, horizontal, vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import ShortLabel, label
from wealthdesk.services import given_files

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


_RECORDED: Final = PillValues("Recorded", Tone.OK)
_UNDONE: Final = PillValues("Undone", Tone.NEUTRAL)


def recorded_title(recorded: RecordedPlan) -> str:
    """What it was: "Deposit of $20,000.00"."""
    amount = text.money(recorded.amount_minor, recorded.base_currency)
    return {
        Mode.DEPOSIT: f"Deposit of {amount}",
        Mode.WITHDRAWAL: f"Withdrawal of {amount}",
        Mode.REBALANCE: "Rebalance",
    }[recorded.mode]


def recorded_subtitle(recorded: RecordedPlan) -> str:
    """Where, under which strategy, and what became of the drift."""
    drift = f"{text.points_plain(recorded.drift_before_bps).removesuffix(' pp')} {text.ARROW} "
    drift += f"{text.points_plain(recorded.drift_after_bps)} of drift in total"
    strategy = f"strategy {text.targets_name(recorded.strategy_name)}" if recorded.strategy_name else ""
    undone = f"undone {when(recorded.undone_at)}" if recorded.undone_at else ""
    return " · ".join(each for each in (text.scope(recorded.scope_name), strategy, drift, undone) if each)


def carried_out(recorded: RecordedPlan) -> str:
    """The day that was said when it was recorded."""
    return text.day(recorded.recorded_at.astimezone().date())


def when(moment: datetime) -> str:
    """A moment in the computer's own time zone."""
    return text.moment(moment.astimezone())


PLAN_COLUMNS: Final[tuple[Column[RecordedPlan], ...]] = (
    Column("Carried out", carried_out, key=lambda each: each.recorded_at, width=126),
    Column("Plan", recorded_title, font="strong", stretch=True, key=lambda each: (each.mode.value, each.amount_minor)),
    Column("Scope", lambda each: text.scope(each.scope_name), width=160, tip=lambda each: text.scope(each.scope_name)),
    Column(
        "Trades",
        lambda each: text.count(len(each.trades), "trade"),
        key=lambda each: len(each.trades),
        width=96,
        right=True,
    ),
    Column("State", lambda _: "", pill=lambda each: _UNDONE if each.is_undone else _RECORDED, width=120),
)


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade that was recorded, with the base currency of its plan."""

    trade: RecordedTrade
    base_currency: str
    asset: Asset | None = None

    @property
    def named(self) -> str:
        """What the asset was called then; where that was its ISIN, what it is known as now."""
        return _named(self.trade.symbol, self.asset)


TRADE_COLUMNS: Final[tuple[Column[TradeRow], ...]] = (
    Column("Trade", lambda row: row.trade.side.value.capitalize(), width=74, ink=lambda _: "mute"),
    Column("Asset", lambda row: row.named, font="strong", stretch=True),
    Column("Account", lambda row: row.trade.account_name, width=150),
    Column(
        "Quantity", lambda row: text.quantity(row.trade.quantity), key=lambda row: row.trade.quantity, right=True,
        figures=True, width=124,
    ),
    Column(
        "Price", lambda row: text.price(row.trade.price, row.trade.currency), key=lambda row: row.trade.price,
        right=True, figures=True, width=110,
    ),
    Column(
        "Fee", lambda row: text.money(row.trade.fee_minor, row.trade.currency) if row.trade.fee_minor else text.NOTHING,
        key=lambda row: row.trade.fee_minor, right=True, figures=True, width=90,
    ),
    Column(
        "Amount", lambda row: text.money(row.trade.amount_minor, row.base_currency),
        key=lambda row: row.trade.amount_minor, right=True, figures=True, width=124,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What was made of a holding; the asset is None where it was removed since."""

    change: RecordedChange
    asset: Asset | None

    @property
    def named(self) -> str:
        """What the asset was called then; where that was its ISIN, what it is known as now."""
        return _named(self.change.symbol, self.asset)

    @property
    def difference(self) -> Decimal:
        """How much more or less of it there is."""
        return (self.change.quantity_after or Decimal(0)) - (self.change.quantity_before or Decimal(0))

    def words(self, quantity: Decimal | None) -> str:
        """A quantity, as the asset is counted."""
        if quantity is None:
            return text.NOTHING
        return text.held(quantity, self.asset) if self.asset else text.quantity(quantity)

    @property
    def change_words(self) -> str:
        """The difference with its sign."""
        sign = text.MINUS if self.difference < 0 else "+"
        return f"{sign}{self.words(abs(self.difference))}"


CHANGE_COLUMNS: Final[tuple[Column[ChangeRow], ...]] = (
    Column("Holding", lambda row: row.named, font="strong", stretch=True),
    Column("Account", lambda row: row.change.account_name, width=170),
    Column(
        "Before", lambda row: row.words(row.change.quantity_before), key=lambda row: row.change.quantity_before,
        right=True, figures=True, width=150,
    ),
    Column(
        "After", lambda row: row.words(row.change.quantity_after), key=lambda row: row.change.quantity_after,
        right=True, figures=True, width=150,
    ),
    Column("Change", lambda row: row.change_words, key=lambda row: row.difference, right=True, figures=True, width=150),
)  # fmt: skip


def trade_rows(recorded: RecordedPlan, portfolio: Portfolio) -> list[TradeRow]:
    """The trades, in the order of the plan."""
    known = portfolio.assets
    return [TradeRow(trade, recorded.base_currency, known.get(trade.asset_id or "")) for trade in recorded.trades]


def _named(symbol: str, asset: Asset | None) -> str:
    return asset.known_as if asset is not None and is_isin(symbol) else symbol


def change_rows(recorded: RecordedPlan, portfolio: Portfolio) -> list[ChangeRow]:
    """The changes, by account and asset; what was removed since is said to be."""
    return [ChangeRow(change, portfolio.assets.get(change.asset_id or "")) for change in recorded.changes]


_SHEET: Final = """
body { color: #100F0F; } h1 { font-size: 17pt; margin-bottom: 2pt; } h2 { font-size: 11pt; margin-top: 14pt; }
p, td, th { font-size: 9pt; } .mute { color: #6F6E69; } th { color: #6F6E69; font-weight: normal; text-align: left; }
td, th { padding: 3pt 6pt 3pt 0; }
"""


def recorded_html(recorded: RecordedPlan, portfolio: Portfolio) -> str:
    """A recorded plan as a document of simple HTML."""
    trades = [
        (row.trade.side.value.capitalize(), row.named, row.trade.account_name, text.quantity(row.trade.quantity),
         text.price(row.trade.price, row.trade.currency), text.money(row.trade.amount_minor, row.base_currency))
        for row in trade_rows(recorded, portfolio)
    ]  # fmt: skip
    changes = [
        (row.named, row.change.account_name, row.words(row.change.quantity_before),
         row.words(row.change.quantity_after), row.change_words)
        for row in change_rows(recorded, portfolio)
    ]  # fmt: skip
    told = f"Carried out {carried_out(recorded)}. {recorded_subtitle(recorded)}"
    parts = [
        f"<h1>{escape(recorded_title(recorded))}</h1><p class='mute'>{escape(told)}</p>",
        f"<h2>{escape(text.count(len(trades), 'trade'))}</h2>",
        _html_table(("", "Asset", "Account", "Quantity", "Price", "Amount"), trades, right=(3, 4, 5)),
        "<h2>Changes of holdings</h2>",
        _html_table(("Holding", "Account", "Before", "After", "Change"), changes, right=(2, 3, 4)),
    ]
    return f"<html><head><style>{_SHEET}</style></head><body>{''.join(parts)}</body></html>"


def write_pdf(path: Path, html: str) -> None:
    """Write a document to a PDF file; WealthDeskError when the place cannot be written."""
    document = QTextDocument()
    document.setDefaultFont(fonts.font("body"))
    document.setHtml(html)
    given_files.save(path, paper.pdf_of(document.print_, "Recorded plan"))


def _html_table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    def cells(tag: str, row: Sequence[str]) -> str:
        sides = ["right" if place in right else "left" for place in range(len(row))]
        return "".join(f"<{tag} align='{side}'>{escape(each)}</{tag}>" for side, each in zip(sides, row, strict=True))

    head = f"<tr>{cells('th', titles)}</tr>" if any(titles) else ""
    lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table cellspacing='0' width='100%'>{head}{lines}</table>"


_MOST_ROWS: Final = 6
_LEAST_TABLE: Final = 140
_FIRST: Final = 100
"""What has this stretch takes the room before what follows it."""
_TRADES, _CHANGES = "trades", "changes"
_UNDO: Final = "&Undo"
_AGAIN: Final = "Record &again"


class RecordedPlansDialog(QDialog):
    """Every change is kept at once."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Recorded plans")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(960, 640)
        self.plans: TableView[RecordedPlan] = TableView("Recorded plans", PLAN_COLUMNS, identity=lambda each: each.id)
        self.view = Segment("What is shown of the plan", [(_TRADES, "&Trades"), (_CHANGES, "Changes of &holdings")])
        self.trades: TableView[TradeRow] = TableView("Trades that were recorded", TRADE_COLUMNS)
        self.changes: TableView[ChangeRow] = TableView("Holdings that changed", CHANGE_COLUMNS)
        self.step_button = button(_UNDO, icon="undo")
        self.copy_button = button("&Copy", icon="copy", tip="Copy the trades as rows for a spreadsheet")
        self.save_button = menu_button("&Save", self._menu(), tip="Save the trades as a file")
        self.plans.offered = (self.step_button, self.copy_button)
        self.close_button = primary_button("Cl&ose")
        self._title, self._subtitle = ShortLabel(role="section"), ShortLabel(role="note", ink="mute")
        self._why_not = ShortLabel(role="note", ink="mute")
        self._details, self._list, self._empty = QWidget(), QWidget(), _empty_state()
        self._lay_out()
        self._connect()
        keep_off(desk, self.step_button)
        self.refresh()
        self._select_first()

    def show_changes(self) -> None:
        """Show what became of the holdings, instead of the trades."""
        self.view.choose(_CHANGES)
        self._show_view()

    @property
    def selected(self) -> RecordedPlan | None:
        """The plan whose trades are shown."""
        return self.plans.selected_row()

    def refresh(self) -> None:
        """Read the plans again; what was selected stays selected."""
        rows = self._desk.recorded_plans.all()
        self.plans.set_rows(rows)
        self.plans.fit_rows(_MOST_ROWS)
        self._list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._show()

    def _select_first(self) -> None:
        rows = self.plans.table.rows()
        if rows:
            self.plans.select(rows[0].id)
        (self.plans if rows else self.close_button).setFocus()

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 16))
        heading = vertical(spacing=3)
        heading.addWidget(label("Recorded plans", "panel"))
        heading.addWidget(label("What was traded by a plan, and what that made of the holdings.", "body", "mute2"))
        body.addLayout(heading)
        body.addWidget(self._list, 1)
        body.addWidget(self._empty, 1)
        listed = vertical(self._list, spacing=12)
        listed.addWidget(self.plans)
        listed.addWidget(self._details, 1)
        self._lay_out_details()
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _lay_out_details(self) -> None:
        layout = vertical(self._details, spacing=10)
        head = horizontal(spacing=12)
        lines = vertical(spacing=1)
        lines.addWidget(self._title)
        lines.addWidget(self._subtitle)
        head.addLayout(lines, 1)
        self.view.setMinimumWidth(300)
        head.addWidget(self.view)
        layout.addLayout(head)
        layout.addWidget(self.trades, _FIRST)
        layout.addWidget(self.changes, _FIRST)
        layout.addStretch(1)

    def _foot(self) -> QWidget:
        return dialog_foot(
            self.close_button, left=[self.step_button, self.copy_button, self.save_button], words=self._why_not
        )

    def _menu(self) -> QMenu:
        menu = PopupMenu(self)
        for name, ending, save in (
            ("As &CSV…", "csv", self._save_csv),
            ("As &PDF, to print…", "pdf", self._save_pdf),
        ):
            each = action(name, parent=menu)
            each.triggered.connect(partial(self._on_save, ending, save))
            menu.addAction(each)
        every = action("A&ll plans as CSV…", parent=menu)
        every.triggered.connect(self._on_save_all)
        menu.addAction(every)
        return menu

    def _connect(self) -> None:
        self.plans.selectionModel().selectionChanged.connect(self._show)
        self.view.chosen.connect(self._show_view)
        self.step_button.clicked.connect(self._on_step)
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.accept)

    def _on_step(self) -> None:
        """Undo what is selected, or record it again."""
        recorded = self.selected
        if recorded is None:
            return
        service = self._desk.recorded_plans
        try:
            (service.record_again if recorded.is_undone else service.undo)(recorded.id)
        except WealthDeskError as refusal:
            problems.show(refusal, self)
        self.refresh()

    def _on_copy(self) -> None:
        from wealthdesk.planning.export import recorded_text

        if self.selected is not None:
            written = recorded_text(self.selected, text.marks())
            problems.ask_amounts(lambda: QGuiApplication.clipboard().setText(written), "copied", self)

    def _on_save(self, ending: str, save: Callable[[RecordedPlan, Path], None]) -> None:
        if (recorded := self.selected) is not None:
            on = recorded.recorded_at.astimezone().date()
            name = f"recorded-{recorded.mode.value}-{on.isoformat()}.{ending}"
            chosen_folder.ask_export("Save the recorded plan", name, partial(save, recorded), self)

    def _on_save_all(self) -> None:
        chosen_folder.ask_export("Save all recorded plans", "recorded-plans.csv", self._save_all, self)

    def _save_all(self, path: Path) -> None:
        exports = self._desk.exports
        exports.save(path, exports.plans_csv(self._desk.recorded_plans.all()))

    def _save_csv(self, recorded: RecordedPlan, path: Path) -> None:
        from wealthdesk.planning.export import recorded_csv

        self._desk.exports.save(path, recorded_csv(recorded, text.marks()))

    def _save_pdf(self, recorded: RecordedPlan, path: Path) -> None:
        write_pdf(path, recorded_html(recorded, self._desk.portfolios.current()))

    def _show(self) -> None:
        recorded = self.selected
        self._details.setVisible(recorded is not None)
        for each in (self.step_button, self.copy_button, self.save_button):
            each.setEnabled(recorded is not None)
        self._why_not.show_words("")
        if recorded is None:
            return
        self._title.show_words(recorded_title(recorded))
        self._subtitle.show_words(recorded_subtitle(recorded))
        portfolio = self._desk.portfolios.current()
        self.trades.set_rows(trade_rows(recorded, portfolio))
        self.changes.set_rows(change_rows(recorded, portfolio))
        _fit(self.trades)
        _fit(self.changes)
        self._show_step(recorded)
        self._show_view()

    def _show_step(self, recorded: RecordedPlan) -> None:
        service = self._desk.recorded_plans
        self.step_button.setText(_AGAIN if recorded.is_undone else _UNDO)
        self.step_button.setAccessibleName(self.step_button.text().replace("&", ""))
        icons.put(self.step_button, "redo" if recorded.is_undone else "undo", "ink", gap=4)
        why_not = (service.can_record_again if recorded.is_undone else service.can_undo)(recorded.id)
        self.step_button.setEnabled(why_not is None)
        self._why_not.show_words(why_not or "")

    def _show_view(self) -> None:
        self.trades.setVisible(self.view.choice() == _TRADES)
        self.changes.setVisible(self.view.choice() == _CHANGES)


def _fit(table: TableView[TradeRow] | TableView[ChangeRow]) -> None:
    """As high as its rows, and less where there is no room for them."""
    table.fit_rows(table.table.rowCount())
    table.setMinimumHeight(min(table.maximumHeight(), _LEAST_TABLE))


def _empty_state() -> EmptyState:
    return EmptyState(
        "No plan is recorded yet",
        "Record… below a plan lets holdings and cash change as it says. It stands here then, and can be undone.",
        picture=False,
    )
