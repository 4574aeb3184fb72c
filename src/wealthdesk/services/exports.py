"""What the user can take out of a portfolio: holdings and targets as CSV that is read back, and recorded plans."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.assets import Asset, symbol_order
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.money import canonical
from wealthdesk.domain.names import name_order
from wealthdesk.domain.plans import RecordedConversion, RecordedPlan
from wealthdesk.domain.targets import ClassTarget, Strategy
from wealthdesk.domain.valuation import RateConversion, conversions
from wealthdesk.importers.export_format import (
    HOLDINGS_COLUMNS,
    TARGETS_COLUMNS,
    classes_cell,
    money_cell,
    percent_cell,
    rate_cell,
)
from wealthdesk.importers.export_format import csv_text as csv_text
from wealthdesk.importers.export_format import safe_cell as safe_cell
from wealthdesk.services.given_files import save
from wealthdesk.services.portfolio import Portfolios
from wealthdesk.services.targets import Targets

PLANS_COLUMNS: Final = (
    "Recorded", "Undone", "Kind", "Scope", "Strategy", "Drift before", "Drift after", "Action", "Account", "Symbol",
    "Quantity", "Price", "Currency", "Fee", "Amount", "Base currency",
)  # fmt: skip
"""Moments in UTC. The drifts are sums, in percentage points. Price and Fee are in Currency, Amount in Base currency."""


class Exports:
    """Writes CSV: a point for decimals, commas between cells, dates as 2026-11-20, UTF-8."""

    def __init__(self, portfolios: Portfolios, targets: Targets) -> None:
        self._portfolios = portfolios
        self._targets = targets

    def holdings_csv(self, scope: Scope = None) -> str:
        """Every holding of a scope with what is known of its asset and account; of all, also assets that none holds."""
        portfolio = self._portfolios.current()
        ways = conversions(portfolio.rates, portfolio.base_currency)
        inside = portfolio.accounts_in(scope)
        rows = [_holding_row(portfolio, ways, each) for each in portfolio.holdings if each.account_id in inside]
        holding = {each.account_id for each in portfolio.holdings}
        empty = [a for a in portfolio.accounts.values() if a.id not in holding and a.id in inside]
        rows += [_row(_account_cells(portfolio, account)) for account in empty]
        if scope is None:
            rows += [_row(_unheld_cells(portfolio, ways, each)) for each in self._unheld(portfolio)]
        return csv_text(HOLDINGS_COLUMNS, sorted(rows, key=lambda row: [cell.casefold() for cell in row]))

    def _unheld(self, portfolio: Portfolio) -> list[Asset]:
        """The assets that are not held, archived ones only where a target names them."""
        held = {each.asset_id for each in portfolio.holdings}
        lines = (line for strategy in self._targets.all() for target in strategy.targets for line in target.holdings)
        wanted = {line.asset_id for line in lines}
        unheld = (each for each in portfolio.assets.values() if each.id not in held and not each.is_cash)
        return [each for each in unheld if not each.is_archived or each.id in wanted]

    def targets_csv(self) -> str:
        """Every strategy with its class targets and holding targets."""
        portfolio = self._portfolios.current()
        rows: list[list[str]] = []
        for strategy in sorted(
            self._targets.all(), key=lambda each: (name_order(portfolio.scope_name(each.scope)), name_order(each.name))
        ):
            rows += _strategy_rows(portfolio, strategy)
        return csv_text(TARGETS_COLUMNS, rows)

    def plans_csv(self, recorded: Iterable[RecordedPlan]) -> str:
        """Recorded plans in the order given: a row per trade, those of conversions, then one per account that money
        came into or left.
        """
        return csv_text(PLANS_COLUMNS, [row for plan in recorded for row in _plan_rows(plan)])

    def save(self, path: Path, text: str) -> None:
        """Writes the text to a file that the user chose: completely, or the file stays as it was."""
        save(path, text.encode("utf-8-sig"))


def _row(cells: dict[str, str]) -> list[str]:
    return [cells.get(column, "") for column in HOLDINGS_COLUMNS]


def _account_cells(portfolio: Portfolio, account: Account) -> dict[str, str]:
    return {
        "Account": safe_cell(account.name),
        "Account kind": account.kind.value,
        "Account currency": account.currency,
        "Base currency": portfolio.base_currency,
    }


def _holding_row(portfolio: Portfolio, ways: dict[str, RateConversion], holding: Holding) -> list[str]:
    asset = portfolio.assets[holding.asset_id]
    cells = _account_cells(portfolio, portfolio.accounts[holding.account_id]) | _asset_cells(portfolio, asset)
    cells["Quantity"] = canonical(holding.quantity)
    if holding.cost_basis_minor is not None:
        cells["Cost"] = money_cell(holding.cost_basis_minor, asset.currency)
    return _row(cells | _rate_cells(ways, asset))


def _unheld_cells(portfolio: Portfolio, ways: dict[str, RateConversion], asset: Asset) -> dict[str, str]:
    base = {"Base currency": portfolio.base_currency}
    return base | _asset_cells(portfolio, asset) | _rate_cells(ways, asset)


def _rate_cells(ways: dict[str, RateConversion], asset: Asset) -> dict[str, str]:
    way = ways.get(asset.currency)
    if way is None or way.on is None:
        return {}
    return {"Exchange rate": rate_cell(way.rate), "Exchange rate date": way.on.isoformat()}


def _asset_cells(portfolio: Portfolio, asset: Asset) -> dict[str, str]:
    price = portfolio.prices.get(asset.id)
    classes = [(portfolio.classes[e.asset_class_id].name, e.weight_bps) for e in asset.exposures]
    return {
        "Symbol": safe_cell(asset.symbol),
        "Name": safe_cell(asset.name),
        "Currency": asset.currency,
        "Price": "1" if asset.is_cash else canonical(price.price) if price else "",
        "Price date": price.on.isoformat() if price and not asset.is_cash else "",
        "ISIN": safe_cell(asset.isin or ""),
        "Class": safe_cell(classes_cell(classes)) if classes else "",
        "Kind": asset.kind.value,
        "Lot step": canonical(asset.lot_step) if asset.lot_step is not None else "",
    }


def _strategy_rows(portfolio: Portfolio, strategy: Strategy) -> list[list[str]]:
    head = [
        safe_cell(strategy.name),
        safe_cell(portfolio.scope_name(strategy.scope)),
        _yes(strategy.is_active),
        percent_cell(strategy.absolute_band_bps),
        percent_cell(strategy.relative_band_bps),
        strategy.fill_method.value,
        strategy.unfillable.value,
    ]
    if not strategy.targets:
        return [head + [""] * (len(TARGETS_COLUMNS) - len(head))]
    ordered = sorted(strategy.targets, key=lambda target: portfolio.classes[target.asset_class_id].position)
    return [head + tail for target in ordered for tail in _target_tails(portfolio, target)]


def _target_tails(portfolio: Portfolio, target: ClassTarget) -> Iterable[list[str]]:
    name = safe_cell(portfolio.classes[target.asset_class_id].name)
    yield [
        name,
        percent_cell(target.target_bps),
        _yes(target.is_locked),
        "",
        "",
        "",
        "",
        _own(target.band_bps),
        "",
        _own(target.cap_bps),
        "",
    ]
    assets = portfolio.assets
    for each in sorted(target.holdings, key=lambda each: symbol_order(assets[each.asset_id])):
        asset = assets[each.asset_id]
        below = [safe_cell(asset.symbol), asset.currency, percent_cell(each.target_bps), _yes(each.is_locked)]
        yield [name, "", "", *below, "", _own(each.band_bps), "", _own(each.cap_bps)]


def _own(limit_bps: int | None) -> str:
    return "" if limit_bps is None else percent_cell(limit_bps)


def _plan_rows(plan: RecordedPlan) -> Iterable[list[str]]:
    head = [
        _moment(plan.recorded_at),
        "" if plan.undone_at is None else _moment(plan.undone_at),
        plan.mode.value,
        safe_cell(plan.scope_name),
        safe_cell(plan.strategy_name),
        percent_cell(plan.drift_before_bps),
        percent_cell(plan.drift_after_bps),
    ]
    for trade in plan.trades:
        numbers = [canonical(trade.quantity), canonical(trade.price), trade.currency]
        fee, amount = money_cell(trade.fee_minor, trade.currency), money_cell(trade.amount_minor, plan.base_currency)
        place = [safe_cell(trade.account_name), safe_cell(trade.symbol)]
        yield [*head, trade.side.value, *place, *numbers, fee, amount, plan.base_currency]
    for change in plan.conversions:
        yield from ([*head, *cells, plan.base_currency] for cells in _conversion_cells(change, plan.base_currency))
    for each in plan.amounts:
        action = "money in" if each.amount_minor > 0 else "money out"
        amount = money_cell(abs(each.amount_minor), plan.base_currency)
        yield [*head, action, safe_cell(each.account_name), *[""] * 5, amount, plan.base_currency]


def _conversion_cells(change: RecordedConversion, base: str) -> Iterable[list[str]]:
    """From Action to Amount: what left and at which rate, what came of it, and the fee, in the base currency."""
    account = safe_cell(change.account_name)
    left, came = money_cell(change.source_minor, change.source), money_cell(change.to_minor, change.to)
    yield ["convert from", account, change.source, left, canonical(change.rate), change.to, "", ""]
    yield ["convert into", account, change.to, came, "", "", "", ""]
    if change.fee_minor:
        yield ["fee", account, *[""] * 5, money_cell(change.fee_minor, base)]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
