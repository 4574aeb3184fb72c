"""The sentences of a plan: why a trade is in it, what was left out, and what becomes of the bands."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import canonical
from wealthdesk.domain.plans import LeftOutBecause, Plan, Reason, Trade
from wealthdesk.domain.targets import FillMethod, Unfillable
from wealthdesk.gui import format as text
from wealthdesk.gui.theme import Tone

METHODS: Final = {
    FillMethod.EVEN_FILL: ("Even fill", "Raises what has least of its target first, until all are level."),
    FillMethod.LARGEST_GAP: ("Largest gap first", "Fills the largest amount missing first, then the next."),
    FillMethod.PROPORTIONAL: ("Proportional", "Shares the money in proportion to what each class is short of."),
    FillMethod.EQUAL_POINTS: ("Equal points", "Leaves every class that is bought equally many points short."),
}
"""The name of each fill method, and what it does."""

UNFILLABLE: Final = {
    Unfillable.SPREAD: "Spread over the others",
    Unfillable.KEEP_CASH: "Keep as cash",
}
"""What becomes of money for a class without holdings."""

_WHY_NOT: Final = {
    LeftOutBecause.NO_PRICE: "No price. Add one under Holdings.",
    LeftOutBecause.NO_RATE: "No exchange rate. Add one under Holdings.",
    LeftOutBecause.NO_CLASS: "No class yet. Choose one with Classify.",
    LeftOutBecause.LOOK_THROUGH: "Counts to several classes: its value counts, but it is not bought.",
    LeftOutBecause.ARCHIVED: "Archived. Bring it back under Holdings to buy it.",
    LeftOutBecause.NOTHING_TO_BUY: "Nothing to buy in it. Add a holding, or give it a holding target.",
}
_NAMED: Final = 6


_LONGEST_NAME: Final = 28
"""A longer name of a class would push what is said of it out of sight."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One trade as the screen shows it; its words are made when they are asked for, as a plan may have hundreds.

    is_first: whether no trade before it is of the same class.
    """

    trade: Trade
    asset: Asset
    base_currency: str
    class_name: str
    is_first: bool

    @property
    def side(self) -> str:
        """Buy or Sell."""
        return self.trade.side.value.capitalize()

    @property
    def product(self) -> str:
        """Quantity and price: "88.1234 × $73.42"."""
        return f"{self.quantity} {text.TIMES} {text.price(self.trade.price, self.trade.currency)}"

    @property
    def quantity(self) -> str:
        """The quantity alone: "88.1234"."""
        return short_quantity(self.trade.quantity)

    @property
    def amount(self) -> str:
        """What it comes to."""
        return text.money(self.trade.amount_minor, self.base_currency)

    @property
    def reason(self) -> str:
        """Why it is in the plan."""
        name = self.class_name if len(self.class_name) <= _LONGEST_NAME else f"{self.class_name[: _LONGEST_NAME - 1]}…"
        return reason_words(self.trade.reason, name, is_first=self.is_first)

    @property
    def sentence(self) -> str:
        """The line in words."""
        return f"{self.side} {self.asset.symbol}, {self.product}, {self.amount}. {self.reason}"

    @property
    def tip(self) -> str:
        """The full name and the exact quantity."""
        exact = f"{text.quantity(self.trade.quantity)} {text.TIMES} {text.price(self.trade.price, self.trade.currency)}"
        return f"{self.asset.name}\n{exact}"


def plan_lines(plan: Plan, portfolio: Portfolio) -> list[PlanLine]:
    """The trades in the order of the plan; the most underweight class says so once."""
    said: set[str] = set()
    lines = []
    for trade in plan.trades:
        class_id = trade.reason.asset_class_id
        name = portfolio.classes[class_id].name
        lines.append(PlanLine(trade, portfolio.assets[trade.asset_id], plan.base_currency, name, class_id not in said))
        said.add(class_id)
    return lines


def reason_words(reason: Reason, name: str, *, is_first: bool = True) -> str:
    """Why money goes to the class of that name: "Fixed income is most underweight: 5.8 pp"."""
    before = reason.class_drift_before_bps
    if before is None:
        return f"{name} has no target"
    if before < 0:
        points = text.points_plain(before)
        is_most = reason.is_most and is_first
        return f"{name} is most underweight: {points}" if is_most else f"{name} is {points} underweight"
    where = f"{text.points_plain(before)} above its target" if before else "on its target"
    return f"{name} is {where}; the larger total makes room"


def short_quantity(quantity: Decimal) -> str:
    """A quantity with about six figures, rounded down: enough to read; the exact one is in the copy and the file."""
    places = max(0, 4 - max(0, quantity.adjusted() - 2)) if quantity >= 1 else 8
    cut = quantity.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN) if quantity.adjusted() < 15 else quantity
    return text.number(Decimal(canonical(cut)))


def cash_words(plan: Plan, portfolio: Portfolio) -> str:
    """Why money stays in cash; "" when there is nothing to say."""
    if not plan.left_in_cash_minor:
        return ""
    if plan.cash_reason is not None:
        return reason_words(plan.cash_reason, portfolio.classes[plan.cash_reason.asset_class_id].name)
    return "" if plan.trades else "Nothing can be bought for it"


def left_out_words(plan: Plan, portfolio: Portfolio) -> list[tuple[str, str]]:
    """What takes no part, and why with what to do, one pair per reason."""
    names: dict[LeftOutBecause, list[str]] = {}
    for each in plan.left_out:
        if each.asset_id is not None:
            name = portfolio.assets[each.asset_id].symbol
        else:
            name = portfolio.classes[each.asset_class_id or ""].name
        names.setdefault(each.because, []).append(name)
    return [(_enumerated(each), _WHY_NOT[because]) for because, each in names.items()]


def bands_words(plan: Plan, portfolio: Portfolio) -> tuple[Tone, str, str]:
    """What the bands look like after the plan: tone, sentence, and the names of the classes outside."""
    outside, total = plan.after.outside, len(plan.after.classes)
    if not outside:
        what, band = ("The one class", "its band") if total == 1 else (f"All {total} classes", "their band")
        return Tone.OK, f"{what} would be inside {band}", ""
    names = ", ".join(portfolio.classes[each.asset_class_id].name for each in outside)
    band = "its band" if len(outside) == 1 else "their band"
    return Tone.WARNING, f"{text.count(len(outside), 'class', 'classes')} would stay outside {band}", names


def drift_total(before: Drift, after: Drift | None) -> str:
    """The sum of drifts, now and after: "12.6 → 3.8 pp in total"."""
    now = text.points_plain(before.sum_bps)
    if after is None:
        return f"{now} in total"
    return f"{now.removesuffix(' pp')} {text.ARROW} {text.points_plain(after.sum_bps)} in total"


def _enumerated(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
