"""The figures of a fund above its companies: what is planned, what is deployed, what is still to deploy."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.money import share_bps
from wealthdesk.domain.reallocation_preview import Preview
from wealthdesk.domain.reserves import Fund
from wealthdesk.gui import format as text
from wealthdesk.gui.reserves.rows import CompanyRow, still_to_deploy
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.summary_card import SummaryCard


class Summary(QWidget):
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
