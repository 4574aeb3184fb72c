"""What the pictures show of holdings: each table, and every dialog made and filled as it would open."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.domain.accounts import AccountGroup
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog, TradingDialog
from wealthdesk.gui.holdings.forms.asset_dialog import AssetDialog
from wealthdesk.gui.holdings.forms.classes_dialog import ClassDialog, ClassesDialog, SetClassDialog
from wealthdesk.gui.holdings.forms.groups_dialog import GroupDialog, GroupsDialog
from wealthdesk.gui.holdings.forms.holding_dialog import CashDialog, HoldingDialog
from wealthdesk.gui.holdings.forms.lots_dialog import LotsDialog
from wealthdesk.gui.holdings.forms.merge_dialog import MergeDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog, PriceHistoryDialog, RateDialog
from wealthdesk.gui.holdings.page import HoldingsPage

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_Made = tuple[str, Callable[[], QDialog]]


def views(desk: "Desk", page: HoldingsPage) -> list[tuple[str, Callable[[], object]]]:
    """Each table, prices also with a pasted column; the holdings last, which the forms open over."""
    found = [(key if key != "holdings" else "", partial(_table, page, key)) for key in reversed(page.panels)]
    return [("pasted prices", partial(_pasted, desk, page)), *found]


def _table(page: HoldingsPage, key: str) -> None:
    page.show_section(key)
    page.prices.discard_typed()


def _pasted(desk: "Desk", page: HoldingsPage) -> None:
    """Prices a little above those of now."""
    page.show_section("prices")
    portfolio = desk.portfolios.current()
    priced = [(portfolio.assets[key].symbol, each.price) for key, each in portfolio.prices.items()]
    page.prices.take_pasted("\n".join(f"{symbol} {price * Decimal('1.01'):.2f}" for symbol, price in priced[:6]))
    page.prices.table.selectRow(1)


def dialogs(desk: "Desk", parent: QWidget) -> list[_Made]:
    """Those that the opened portfolio has something to show in."""
    portfolio = desk.portfolios.current()
    always: list[_Made] = [
        ("account", lambda: _account(desk, portfolio, parent)),
        ("account_groups", lambda: GroupsDialog(desk, parent)),
        ("account_group", lambda: _group(desk, portfolio, parent)),
        ("asset_classes", lambda: ClassesDialog(desk, parent)),
        ("asset_class", lambda: ClassDialog(desk, parent=parent)),
        ("exchange_rate", lambda: RateDialog(desk, base=_foreign(portfolio), parent=parent)),
    ]
    return [*always, *_of_assets(desk, portfolio, parent), *_of_holdings(desk, portfolio, parent)]


def _of_assets(desk: "Desk", portfolio: Portfolio, parent: QWidget) -> list[_Made]:
    assets = [each for each in portfolio.assets.values() if not each.is_cash]
    if not assets:
        return [("asset", lambda: AssetDialog(desk, parent=parent))]
    mixed = max(assets, key=lambda each: len(each.exposures))
    priced = next((each for each in assets if each.id in portfolio.prices), mixed)
    unclassified = [each for each in assets if not each.exposures] or assets[:2]
    return [
        ("asset", lambda: AssetDialog(desk, mixed, parent=parent)),
        ("set_class", lambda: SetClassDialog(desk, unclassified, parent)),
        ("merge_assets", lambda: _merge(desk, assets, parent)),
        ("assets_in_plans", lambda: TradingDialog(desk, assets[:3], parent)),
        ("price", lambda: PriceDialog(desk, priced, parent=parent)),
        ("price_history", lambda: PriceHistoryDialog(desk, priced, parent)),
    ]


def _of_holdings(desk: "Desk", portfolio: Portfolio, parent: QWidget) -> list[_Made]:
    if not portfolio.accounts:
        return []
    holding = next((h for h in portfolio.holdings if not portfolio.assets[h.asset_id].is_cash), None)
    lots: list[_Made] = [("cost_lots", lambda: _lots(desk, holding, parent))] if holding else []
    return [
        *lots,
        ("holding", lambda: HoldingDialog(desk, holding, parent=parent)),
        ("holding_new", lambda: HoldingDialog(desk, parent=parent)),
        ("cash", lambda: CashDialog(desk, parent=parent)),
    ]


def _account(desk: "Desk", portfolio: Portfolio, parent: QWidget) -> QDialog:
    """The first account, with rules in the fields that nothing keeps."""
    dialog = AccountDialog(desk, next(iter(portfolio.accounts.values()), None), parent)
    some = [each.id for each in portfolio.assets.values() if not each.is_cash][:3]
    dialog.rules.show_rules(AccountRules(50_000, 495, Decimal(5), Decimal(25), frozenset(some)))
    return dialog


def _group(desk: "Desk", portfolio: Portfolio, parent: QWidget) -> QDialog:
    """The first two accounts, in a form that nothing keeps."""
    return GroupDialog(desk, AccountGroup("", "Old age", frozenset([*portfolio.accounts][-2:])), parent)


def _merge(desk: "Desk", assets: Sequence[Asset], parent: QWidget) -> QDialog:
    """The first two assets of one currency and class."""
    pairs = ((one, other) for one in assets for other in assets if one.id != other.id and _are_alike(one, other))
    first, second = next(pairs, (assets[0], None))
    return MergeDialog(desk, first, second, parent)


def _are_alike(one: Asset, other: Asset) -> bool:
    return (one.currency, one.only_class) == (other.currency, other.only_class) and one.only_class is not None


def _lots(desk: "Desk", holding: Holding, parent: QWidget) -> QDialog:
    """A holding, with lots in the fields that nothing keeps."""
    dialog = LotsDialog(desk, holding, parent)
    cost = holding.cost_basis_minor or 0
    part, paid = holding.quantity // 4, cost // 5
    lots = (TaxLot(date(2021, 3, 15), part, paid), TaxLot(None, holding.quantity - part, cost - paid))
    dialog.lots.show_lots(lots if part else ())
    return dialog


def _foreign(portfolio: Portfolio) -> str:
    used = sorted({each.currency for each in portfolio.assets.values()} - {portfolio.base_currency})
    return used[0] if used else ""
