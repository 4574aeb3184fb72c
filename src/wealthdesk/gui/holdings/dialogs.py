"""The dialogs of the holdings page, each made and filled as it would open: for the pictures."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.gui.holdings.account_dialog import AccountDialog
from wealthdesk.gui.holdings.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.cash_dialog import CashDialog
from wealthdesk.gui.holdings.class_dialog import ClassDialog
from wealthdesk.gui.holdings.classes_dialog import ClassesDialog
from wealthdesk.gui.holdings.holding_dialog import HoldingDialog
from wealthdesk.gui.holdings.price_dialog import PriceDialog
from wealthdesk.gui.holdings.price_history_dialog import PriceHistoryDialog
from wealthdesk.gui.holdings.rate_dialog import RateDialog
from wealthdesk.gui.holdings.set_class_dialog import SetClassDialog

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

Made = tuple[str, Callable[[], QDialog]]


def dialogs_of(desk: "Desk", parent: QWidget) -> list[Made]:
    """Those that the opened portfolio has something to show in."""
    portfolio = desk.portfolios.current()
    always: list[Made] = [
        ("account", lambda: AccountDialog(desk, parent=parent)),
        ("asset_classes", lambda: ClassesDialog(desk, parent)),
        ("asset_class", lambda: ClassDialog(desk, parent=parent)),
        ("exchange_rate", lambda: RateDialog(desk, base=_foreign(portfolio), parent=parent)),
    ]
    return [*always, *_of_assets(desk, portfolio, parent), *_of_holdings(desk, portfolio, parent)]


def _of_assets(desk: "Desk", portfolio: Portfolio, parent: QWidget) -> list[Made]:
    assets = [each for each in portfolio.assets.values() if not each.is_cash]
    if not assets:
        return [("asset", lambda: AssetDialog(desk, parent=parent))]
    mixed = max(assets, key=lambda each: len(each.exposures))
    priced = next((each for each in assets if each.id in portfolio.prices), mixed)
    unclassified = [each for each in assets if not each.exposures] or assets[:2]
    return [
        ("asset", lambda: AssetDialog(desk, mixed, parent=parent)),
        ("set_class", lambda: SetClassDialog(desk, unclassified, parent)),
        ("price", lambda: PriceDialog(desk, priced, parent=parent)),
        ("price_history", lambda: PriceHistoryDialog(desk, priced, parent)),
    ]


def _of_holdings(desk: "Desk", portfolio: Portfolio, parent: QWidget) -> list[Made]:
    if not portfolio.accounts:
        return []
    holding = next((h for h in portfolio.holdings if not portfolio.assets[h.asset_id].is_cash), None)
    return [
        ("holding", lambda: HoldingDialog(desk, holding, parent=parent)),
        ("holding_new", lambda: HoldingDialog(desk, parent=parent)),
        ("cash", lambda: CashDialog(desk, parent=parent)),
    ]


def _foreign(portfolio: Portfolio) -> str:
    used = sorted({each.currency for each in portfolio.assets.values()} - {portfolio.base_currency})
    return used[0] if used else ""
