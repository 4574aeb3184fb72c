"""A plan on paper: its trades, totals, cash and drift as one PDF document."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from wealthdesk.domain.drift import ClassDrift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import Mode, Plan
from wealthdesk.domain.recorded_plans import RecordedPlan
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation import recorded_words
from wealthdesk.gui.allocation.plan_lines import PlanLine, plan_lines
from wealthdesk.gui.allocation.plan_totals import cash_lines, total_lines
from wealthdesk.gui.allocation.plan_words import count_words, drift_total, left_out_words, proven_words
from wealthdesk.services.saving import save

if TYPE_CHECKING:
    from wealthdesk.services.allocation import Allocation

_MARGIN_MM: Final = 18.0
_TITLES: Final = {Mode.DEPOSIT: "Deposit of {}", Mode.WITHDRAWAL: "Withdrawal of {}", Mode.REBALANCE: "Rebalance"}
_SHEET: Final = """
body { color: #100F0F; } h1 { font-size: 17pt; margin-bottom: 2pt; } h2 { font-size: 11pt; margin-top: 14pt; }
p, td, th { font-size: 9pt; } .mute { color: #6F6E69; } th { color: #6F6E69; font-weight: normal; text-align: left; }
td, th { padding: 3pt 6pt 3pt 0; }
"""


def plan_html(plan: Plan, allocation: "Allocation", today: date) -> str:
    """The plan as a document of simple HTML, the numbers as on the screen."""
    portfolio = allocation.portfolio
    title = _TITLES[plan.mode].format(text.money(plan.amount_minor, plan.base_currency))
    where = f"{allocation.scope_name}, prices as of {text.day(portfolio.on)}. Calculated on {text.day(today)}."
    trades = [_trade_cells(line) for line in plan_lines(plan, portfolio)]
    totals = [(line.words, line.figure) for line in total_lines(plan)]
    cash = [(line.words, f"{line.before} {line.figure}") for line in cash_lines(plan, portfolio)]
    drift = [
        (portfolio.classes[after.asset_class_id].name, text.points(before), text.points(after.drift_bps or 0))
        for before, after in _drifts(plan)
    ]
    parts = [
        f"<h1>{escape(title)}</h1><p class='mute'>{escape(where)}</p>",
        f"<h2>{escape(count_words(plan))}</h2>",
        _table(("", "Asset", "Quantity", "Price", "Amount", "Why"), trades, right=(2, 3, 4)),
        _table(("", ""), totals, right=(1,)),
        f"<p class='mute'>{escape(proven_words(plan))}</p>",
        *(["<h2>Cash before and after</h2>", _table(("", ""), cash, right=(1,))] if cash else []),
        f"<h2>Drift before and after</h2><p class='mute'>{escape(drift_total(plan.before, plan.after))}</p>",
        _table(("Class", "Before", "After"), drift, right=(1, 2)),
        *(["<h2>Left out</h2>", _table(("", ""), left_out_words(plan, portfolio))] if plan.left_out else []),
        "<p class='mute'>Calculated from your targets. Nothing is submitted to anyone.</p>",
    ]
    return f"<html><head><style>{_SHEET}</style></head><body>{''.join(parts)}</body></html>"


def recorded_html(recorded: RecordedPlan, portfolio: Portfolio) -> str:
    """A recorded plan as a document of simple HTML."""
    trades = [
        (row.trade.side.value.capitalize(), row.trade.symbol, row.trade.account_name, text.quantity(row.trade.quantity),
         text.price(row.trade.price, row.trade.currency), text.money(row.trade.amount_minor, row.base_currency))
        for row in recorded_words.trade_rows(recorded)
    ]  # fmt: skip
    changes = [
        (row.change.symbol, row.change.account_name, row.words(row.change.quantity_before),
         row.words(row.change.quantity_after), row.change_words)
        for row in recorded_words.change_rows(recorded, portfolio)
    ]  # fmt: skip
    when = f"Recorded {recorded_words.when(recorded.recorded_at)}. {recorded_words.subtitle(recorded)}"
    parts = [
        f"<h1>{escape(recorded_words.title(recorded))}</h1><p class='mute'>{escape(when)}</p>",
        f"<h2>{escape(text.count(len(trades), 'trade'))}</h2>",
        _table(("", "Asset", "Account", "Quantity", "Price", "Amount"), trades, right=(3, 4, 5)),
        "<h2>Changes of holdings</h2>",
        _table(("Holding", "Account", "Before", "After", "Change"), changes, right=(2, 3, 4)),
    ]
    return f"<html><head><style>{_SHEET}</style></head><body>{''.join(parts)}</body></html>"


def write_pdf(path: Path, html: str) -> None:
    """Write a document to a PDF file of A4 pages; WealthDeskError when the place cannot be written."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(made)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    page = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
    writer.setTitle("Plan")
    writer.setCreator("WealthDesk")
    document = QTextDocument()
    document.setDefaultFont(fonts.font("body"))
    document.setHtml(html)
    document.print_(writer)
    save(path, bytes(made.data().data()))


def _drifts(plan: Plan) -> list[tuple[int, ClassDrift]]:
    known = {each.asset_class_id: each.drift_bps or 0 for each in plan.before.classes}
    return [(known.get(each.asset_class_id, 0), each) for each in plan.after.classes if each.drift_bps is not None]


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    def cells(tag: str, row: Sequence[str]) -> str:
        sides = ["right" if place in right else "left" for place in range(len(row))]
        return "".join(f"<{tag} align='{side}'>{escape(each)}</{tag}>" for side, each in zip(sides, row, strict=True))

    head = f"<tr>{cells('th', titles)}</tr>" if any(titles) else ""
    lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table cellspacing='0' width='100%'>{head}{lines}</table>"


def _trade_cells(line: PlanLine) -> tuple[str, ...]:
    trade = line.trade
    price = text.price(trade.price, trade.currency)
    why = f"{line.reason}. {line.terms}" if line.has_terms else line.reason
    return line.side, line.asset.symbol, text.quantity(trade.quantity), price, line.amount, why
