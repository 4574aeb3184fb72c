"""The trades of a plan as the screen shows them: figures, why, and where, at what fee, and why not more."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import canonical
from wealthdesk.domain.plans import Plan, Trade
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.plan_words import limit_words, reason_words

_LONGEST_NAME: Final = 28
"""A longer name would push what is said of it out of sight."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One trade; its words are made when they are asked for, as a plan may have hundreds.

    is_first: whether no trade before it is of the same class. account_name: "" where the scope has only one.
    """

    trade: Trade
    asset: Asset
    base_currency: str
    class_name: str
    is_first: bool
    account_name: str = ""

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
        return reason_words(self.trade, _short(self.class_name), is_first=self.is_first)

    @property
    def has_terms(self) -> bool:
        """Whether there is anything to say below the reason."""
        return bool(self.account_name or self.trade.fee_minor or self.trade.limit)

    @property
    def terms(self) -> str:
        """Where, at what fee, and why not more: "Brokerage · fee $4.95 · one more share would overshoot"."""
        fee = text.money(self.trade.fee_minor, self.base_currency)
        said = [
            _short(self.account_name),
            f"fee {fee}" if self.trade.fee_minor else "",
            limit_words(self.trade.limit, self.asset) if self.trade.limit else "",
        ]
        words = " · ".join(each for each in said if each)
        return words[:1].upper() + words[1:]

    @property
    def why(self) -> str:
        """All that is said of it, on one line."""
        return f"{self.reason} · {self.terms}" if self.has_terms else self.reason

    @property
    def sentence(self) -> str:
        """The line in words."""
        terms = f". {self.terms}" if self.has_terms else ""
        return f"{self.side} {self.asset.symbol}, {self.product}, {self.amount}. {self.reason}{terms}"

    @property
    def tip(self) -> str:
        """The full names and the exact quantity."""
        exact = f"{text.quantity(self.trade.quantity)} {text.TIMES} {text.price(self.trade.price, self.trade.currency)}"
        return "\n".join(each for each in (self.asset.name, exact, self.account_name) if each)


def plan_lines(plan: Plan, portfolio: Portfolio) -> list[PlanLine]:
    """The trades in the order of the plan; what a class is most of is said once."""
    said: set[str] = set()
    lines = []
    accounts = _accounts(plan, portfolio)
    for trade in plan.trades:
        class_id = trade.reason.asset_class_id
        account = accounts.get(trade.account_id or "")
        lines.append(
            PlanLine(
                trade,
                portfolio.assets[trade.asset_id],
                plan.base_currency,
                portfolio.classes[class_id].name,
                class_id not in said,
                account.name if account else "",
            )
        )
        said.add(class_id)
    return lines


def short_quantity(quantity: Decimal) -> str:
    """A quantity with about six figures, rounded down: enough to read; the exact one is in the copy and the file."""
    places = max(0, 4 - max(0, quantity.adjusted() - 2)) if quantity >= 1 else 8
    cut = quantity.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN) if quantity.adjusted() < 15 else quantity
    return text.number(Decimal(canonical(cut)))


def _accounts(plan: Plan, portfolio: Portfolio) -> Mapping[str, Account]:
    """The accounts to name: none where the portfolio has only one, or the plan is for one."""
    is_for_one = len(portfolio.accounts) == 1 or (len(plan.accounts) == 1 and plan.accounts[0].account_id is not None)
    return {} if is_for_one else portfolio.accounts


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
