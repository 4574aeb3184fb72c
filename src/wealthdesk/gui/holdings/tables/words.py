"""The words of this page: kinds of accounts and assets, lot steps, classes, ages."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.trading_rules import Trading
from wealthdesk.gui import format as text

UNCLASSIFIED: Final = "Unclassified"

ACCOUNT_KINDS: Final = {
    AccountKind.TAXABLE: "Taxable",
    AccountKind.TAX_DEFERRED: "Tax-deferred",
    AccountKind.TAX_FREE: "Tax-free",
}
ASSET_KINDS: Final = {
    AssetKind.FUND: "Fund",
    AssetKind.SECURITY: "Share or bond",
    AssetKind.CRYPTO: "Crypto",
    AssetKind.PROPERTY: "Property",
    AssetKind.PRIVATE: "Private asset",
    AssetKind.CASH: "Cash",
}
TRADING: Final = {
    Trading.FREE: ("Free", "Plans may buy and sell."),
    Trading.BUY_ONLY: ("Buy only", "Plans may buy, and never sell."),
    Trading.SELL_ONLY: ("Sell only", "Plans may sell, and never buy."),
    Trading.LOCKED: ("Locked", "Plans trade nothing of it; the value counts."),
    Trading.EXCLUDED: ("Excluded", "Plans trade nothing of it, nor count the value."),
}
"""How far an asset takes part in plans, and what that means."""
LOT_STEPS: Final[tuple[tuple[str, Decimal | None], ...]] = (
    ("Whole shares", Decimal(1)),
    ("Tenths, 0.1", Decimal("0.1")),
    ("Hundredths, 0.01", Decimal("0.01")),
    ("Thousandths, 0.001", Decimal("0.001")),
    ("Any amount", None),
)


def lot_step(step: Decimal | None) -> str:
    """The smallest quantity that can be traded: "Whole shares", "0.001", "Any amount"."""
    if step is None:
        return "Any amount"
    return "Whole shares" if step == 1 else text.number(step)


def exposures(each: tuple[Exposure, ...], classes: Mapping[str, AssetClass]) -> str:
    """The classes an asset counts to: "Equity", "Equity 60% · Fixed income 40%", "Unclassified"."""
    if not each:
        return UNCLASSIFIED
    if len(each) == 1:
        return classes[each[0].asset_class_id].name
    return " · ".join(f"{classes[e.asset_class_id].name} {text.percent(e.weight_bps, None)}" for e in each)


def first_and_others(each: tuple[Exposure, ...], classes: Mapping[str, AssetClass]) -> tuple[str, str]:
    """The same on two lines: the largest class, and the others."""
    first, _, others = exposures(each, classes).partition(" · ")
    return first, others


def asset(each: Asset) -> str:
    """An asset in a list: "VTI  Vanguard Total Stock Market"."""
    return each.symbol if each.name == each.symbol else f"{each.symbol}  {each.name}"


def age(on: date, today: date) -> str:
    """How old a price or rate is: "Today", "1 day old", "32 days old"."""
    days = (today - on).days
    return "Today" if days <= 0 else f"{text.count(days, 'day')} old"


def several(names: list[str], most: int = 3) -> str:
    """A few names: "VTI, BND and 4 more"."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
