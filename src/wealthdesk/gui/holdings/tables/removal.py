"""What is asked before something is removed for good: what goes with it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import problems

if TYPE_CHECKING:
    from wealthdesk.services.accounts import AccountRemoval, GroupRemoval
    from wealthdesk.services.assets import AssetRemoval, ClassRemoval

_FOR_GOOD = "Ctrl+Z takes it back while this window is open."


def of_account(removal: "AccountRemoval", worth: str) -> str:
    """What goes with an account; `worth` is the value of its holdings, as shown."""
    holdings = text.count(removal.holdings, "holding")
    gone = _some(
        (removal.holdings, f"{holdings} worth {worth}"),
        (removal.strategies, text.count(removal.strategies, "strategy", "strategies")),
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
