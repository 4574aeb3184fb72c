"""What a plan comes to, as lines of figures: bought, sold, fees, what is left; and the cash of its accounts."""

from collections.abc import Iterator

from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import AccountCash, Mode, Plan
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.planner.figure_lines import FigureLine

_EVERYWHERE = "All accounts"


def total_lines(plan: Plan) -> list[FigureLine]:
    """The totals that say something; those of a deposit (and of a withdrawal) add up."""
    made = {Mode.DEPOSIT: _of_deposit, Mode.WITHDRAWAL: _of_withdrawal, Mode.REBALANCE: _of_rebalance}[plan.mode]
    return list(made(plan))


def cash_lines(plan: Plan, portfolio: Portfolio) -> list[FigureLine]:
    """The cash before and after of each account in which it changes; of all where it changes nowhere."""
    changed = [each for each in plan.accounts if each.new_minor or each.after_minor != each.before_minor]
    return [_cash_line(each, plan, portfolio) for each in changed or plan.accounts]


def _of_deposit(plan: Plan) -> Iterator[FigureLine]:
    if plan.idle_minor:
        yield _line(plan, "Idle cash", plan.idle_minor)
    yield _line(plan, "Bought", plan.bought_minor, is_strong=True)
    yield from _fees(plan)
    yield from _gain(plan)
    yield _line(plan, "Stays in cash", plan.left_in_cash_minor)


def _of_withdrawal(plan: Plan) -> Iterator[FigureLine]:
    paid = plan.amount_minor - plan.shortfall_minor
    from_cash = paid + plan.left_in_cash_minor - plan.sold_minor + plan.fees_minor
    yield _line(plan, "Sold", plan.sold_minor, is_strong=True)
    yield from _fees(plan)
    if from_cash > 0:
        yield _line(plan, "From idle cash", from_cash)
    yield _line(plan, "Paid out", paid, is_strong=True)
    if plan.shortfall_minor:
        yield _line(plan, "Cannot be raised", plan.shortfall_minor, ink="error")
    yield from _gain(plan)
    if plan.left_in_cash_minor:
        yield _line(plan, "Stays in cash", plan.left_in_cash_minor)


def _of_rebalance(plan: Plan) -> Iterator[FigureLine]:
    if plan.idle_minor:
        yield _line(plan, "Idle cash", plan.idle_minor)
    yield _line(plan, "Sold", plan.sold_minor, is_strong=True)
    yield _line(plan, "Bought", plan.bought_minor, is_strong=True)
    yield from _fees(plan)
    yield from _gain(plan)
    yield _line(plan, "Stays in cash", plan.left_in_cash_minor)


def _fees(plan: Plan) -> Iterator[FigureLine]:
    if plan.fees_minor:
        yield _line(plan, "Fees", plan.fees_minor)


def _gain(plan: Plan) -> Iterator[FigureLine]:
    gain = plan.realised_gain_minor
    if gain is not None and plan.sold_minor:
        words = "Taxable gain" if gain >= 0 else "Taxable loss"
        yield FigureLine(words, text.money(gain, plan.base_currency, plus=True))


def _line(plan: Plan, words: str, minor: int, *, is_strong: bool = False, ink: str = "ink") -> FigureLine:
    return FigureLine(words, text.money(minor, plan.base_currency), is_strong=is_strong, ink=ink)


def _cash_line(cash: AccountCash, plan: Plan, portfolio: Portfolio) -> FigureLine:
    name = _EVERYWHERE if cash.account_id is None else portfolio.accounts[cash.account_id].name
    before, after = (text.money(minor, plan.base_currency) for minor in (cash.before_minor, cash.after_minor))
    return FigureLine(name, after, before=f"{before} {text.ARROW}")
