"""A recorded plan on paper: its trades and what they changed, as a PDF document."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtGui import QTextDocument

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import RecordedPlan
from wealthdesk.gui import fonts, paper
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.recorded import recorded_words
from wealthdesk.services.given_files import save

_SHEET: Final = """
body { color: #100F0F; } h1 { font-size: 17pt; margin-bottom: 2pt; } h2 { font-size: 11pt; margin-top: 14pt; }
p, td, th { font-size: 9pt; } .mute { color: #6F6E69; } th { color: #6F6E69; font-weight: normal; text-align: left; }
td, th { padding: 3pt 6pt 3pt 0; }
"""


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
    """Write a document to a PDF file; WealthDeskError when the place cannot be written."""
    document = QTextDocument()
    document.setDefaultFont(fonts.font("body"))
    document.setHtml(html)
    save(path, paper.pdf_of(document.print_, "Recorded plan"))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    def cells(tag: str, row: Sequence[str]) -> str:
        sides = ["right" if place in right else "left" for place in range(len(row))]
        return "".join(f"<{tag} align='{side}'>{escape(each)}</{tag}>" for side, each in zip(sides, row, strict=True))

    head = f"<tr>{cells('th', titles)}</tr>" if any(titles) else ""
    lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table cellspacing='0' width='100%'>{head}{lines}</table>"
