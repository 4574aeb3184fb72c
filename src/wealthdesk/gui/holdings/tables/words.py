"""The words of this page: kinds, lot steps, classes and ages, and what is asked before something goes for good."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QMessageBox, QWidget

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure
from wealthdesk.domain.trading_rules import Trading
from wealthdesk.gui import format as text
from wealthdesk.gui import problems

if TYPE_CHECKING:
    from wealthdesk.services.accounts import AccountRemoval, GroupRemoval
    from wealthdesk.services.assets import AssetRemoval, ClassRemoval

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
_FOR_GOOD = "Ctrl+Z takes it back while this window is open."


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
    return "  ".join(filter(None, (each.known_as, each.also_known_as)))


def age(on: date, today: date) -> str:
    """How old a price or rate is: "Today", "1 day old", "32 days old"."""
    days = (today - on).days
    return "Today" if days <= 0 else f"{text.count(days, 'day')} old"


def several(names: list[str], most: int = 3) -> str:
    """A few names: "VTI, BND and 4 more"."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def of_account(removal: "AccountRemoval", worth: str) -> str:
    """What goes with an account; `worth` is the value of its holdings, as shown."""
    holdings = text.count(removal.holdings, "holding")
    gone = _some(
        (removal.holdings, f"{holdings} worth {worth}"),
        (removal.strategies, text.count(removal.strategies, "strategy", "strategies")),
        (removal.deposits, text.count(removal.deposits, "planned deposit")),
    )
    return f"{_removed_with_it(gone)} {_FOR_GOOD}"


def of_group(removal: "GroupRemoval") -> str:
    """What goes with a group of accounts."""
    gone = _some(
        (removal.strategies, text.count(removal.strategies, "strategy", "strategies")),
        (removal.deposits, text.count(removal.deposits, "planned deposit")),
    )
    return f"Its accounts stay, with what they hold. {_removed_with_it(gone)} {_FOR_GOOD}"


def of_asset(removal: "AssetRemoval", worth: str) -> str:
    """What goes with an asset; `worth` is the value of its holdings, as shown."""
    holdings = text.count(removal.holdings, "holding")
    gone = _some(
        (removal.holdings, f"{holdings} worth {worth}"),
        (removal.prices, text.count(removal.prices, "price")),
        (removal.holding_targets, text.count(removal.holding_targets, "holding target")),
    )
    scaled = " The other holding targets of its class are scaled to 100%." if removal.holding_targets else ""
    return f"{_removed_with_it(gone)}{scaled} {_FOR_GOOD}"


def of_class(removal: "ClassRemoval") -> str:
    """What goes with an asset class."""
    said = []
    if removal.assets:
        said.append(f"{text.count(removal.assets, 'asset')} in it will be Unclassified.")
    if removal.strategies:
        named = text.count(removal.strategies, "strategy", "strategies")
        said.append(f"Its target goes from {named}; the other targets are scaled to 100%.")
    return " ".join([*said, _FOR_GOOD])


def ask(name: str, explanation: str, removed: Callable[[], object], parent: QWidget) -> QMessageBox:
    """Ask whether to remove it; `removed` does so."""
    box = problems.ask(f"Remove {name}?", explanation, "&Remove", parent, danger=True)
    box.accepted.connect(removed)
    return box


def _some(*parts: tuple[int, str]) -> list[str]:
    return [said for number, said in parts if number]


def _removed_with_it(gone: list[str]) -> str:
    if not gone:
        return "Nothing else is removed with it."
    said = gone[0] if len(gone) == 1 else f"{', '.join(gone[:-1])} and {gone[-1]}"
    return f"{said} will be removed with it."
