"""`wealthdesk plan --file`: what a deposit, a withdrawal or a rebalance comes to; the file is only read."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any, Final

from wealthdesk.cli.printing import print_json
from wealthdesk.cli.show import scope_named
from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.drift import Drift
from wealthdesk.domain.money import canonical, from_minor, parse_money
from wealthdesk.domain.plans import AccountCash, Goal, LeftOut, Mode, Plan, PlanOptions, PlanRequest, Trade
from wealthdesk.errors import BadInput
from wealthdesk.services.allocation import Allocation
from wealthdesk.services.desk import Clock, Desk, open_desk

ALL_ACCOUNTS: Final = "All accounts"
_HUNDREDTH: Final = Decimal("0.01")


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Plans for a portfolio; refusals are WealthDeskErrors."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.goal and not chosen.rebalance:
        parser.error("--goal belongs to --rebalance")
    if chosen.into and chosen.rebalance:
        parser.error("--into belongs to --deposit or --withdraw")
    with open_desk(chosen.file, clock) as desk:
        allocation = desk.allocations.of(scope_named(desk.portfolios.current(), chosen.scope))
        plan = _planned(desk, allocation, chosen)
    shown = told(plan, allocation)
    if chosen.json:
        print_json(shown)
    else:
        for line in _lines(shown):
            print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk plan",
        description="Calculates from the targets of a portfolio file what to buy and sell. The file is only read.",
        epilog="Amounts are in the base currency of the portfolio. The accounts' own rules (buffers, fees, what they "
        "may hold) count where amounts are given per account, where the scope is one account, and in a rebalance. "
        "Options that are not given are off: those that the window remembers do not count. "
        "Exit codes: 0 planned, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--deposit", metavar="AMOUNT", help="new money, such as 1000 or 1,000.50")
    mode.add_argument("--withdraw", metavar="AMOUNT", help="money to be taken out")
    mode.add_argument("--rebalance", action="store_true", help="buys and sells, each account for itself")
    add("--goal", choices=[goal.value for goal in Goal], help="how far a rebalance goes (onto the target)")
    add("--scope", metavar="ACCOUNT", help="one account instead of the whole portfolio")
    add("--into", "--from", action="append", metavar="ACCOUNT[=AMOUNT]", dest="into", help="the accounts of the money")
    add("--whole-shares", action="store_true", help="quantities in the lots of each asset; otherwise in any amount")
    add("--use-cash", action="store_true", help="idle cash above the buffers is used as well; a rebalance always does")
    add("--min-trade", metavar="AMOUNT", default="0", help="the smallest trade")
    add("--gain-limit", metavar="AMOUNT", help="the most that all sales together may realise as gains")
    add("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


def _planned(desk: Desk, allocation: Allocation, chosen: argparse.Namespace) -> Plan:
    base = allocation.portfolio.base_currency
    options = PlanOptions(
        whole_shares=chosen.whole_shares,
        use_cash=chosen.use_cash,
        goal=Goal(chosen.goal or Goal.TARGET),
        min_trade_minor=_money_of(chosen.min_trade, base),
        gain_limit_minor=None if chosen.gain_limit is None else _money_of(chosen.gain_limit, base),
    )
    mode = Mode.REBALANCE if chosen.rebalance else Mode.DEPOSIT if chosen.withdraw is None else Mode.WITHDRAWAL
    amount = (
        None if chosen.rebalance else _money_of(chosen.withdraw if chosen.deposit is None else chosen.deposit, base)
    )
    amounts = {} if amount is None else _amounts(allocation, amount, chosen.into or [])
    request = PlanRequest(mode, amounts, options)
    return desk.plans.calculate(allocation, request, desk.rules.current(), desk.rules.lots())


def _money_of(text: str, base: str) -> int:
    minor = parse_money(text, base)
    if minor < 0:
        raise BadInput(f"“{text}” is below 0. Write an amount of 0 or more.")
    return minor


def _amounts(allocation: Allocation, amount: int, into: Sequence[str]) -> Mapping[Scope, int]:
    """Account id → amount of the `ACCOUNT=AMOUNT` texts; a single `ACCOUNT` gets all. BadInput unless they add up."""
    base, amounts = allocation.portfolio.base_currency, dict[Scope, int]()
    for text in into:
        name, mark, part = text.rpartition("=") if "=" in text else (text, "", "")
        account_id = scope_named(allocation.portfolio, name)
        if account_id is None:
            raise BadInput(f"“{text}” names no account. Write --into ACCOUNT=AMOUNT.")
        if account_id in amounts:
            raise BadInput(f"“{name}” stands twice. Add its two amounts up.")
        if not mark and len(into) > 1:
            raise BadInput(f"“{text}” has no amount. With several accounts write --into ACCOUNT=AMOUNT for each.")
        amounts[account_id] = _money_of(part, base) if mark else amount
    if into and sum(amounts.values()) != amount:
        parts, whole = (_money(each, base) for each in (sum(amounts.values()), amount))
        raise BadInput(f"The amounts of the accounts sum to {parts}, not to {whole}. Change one of them.")
    return amounts or {None: amount}


def told(plan: Plan, allocation: Allocation) -> dict[str, Any]:
    """Everything that `plan --file` tells, as JSON values. All `…_minor` are in the base currency."""
    portfolio, gain = allocation.portfolio, plan.realised_gain_minor
    return {
        "base_currency": plan.base_currency,
        "on": portfolio.on.isoformat(),
        "scope": allocation.scope_name,
        "strategy": allocation.strategy.name if allocation.strategy else None,
        "has_targets": allocation.drift.has_targets,
        "mode": plan.mode.value,
        "amount_minor": plan.amount_minor,
        "idle_cash_minor": plan.idle_minor,
        "trades": [_trade(trade, allocation) for trade in plan.trades],
        "bought_minor": plan.bought_minor,
        "sold_minor": plan.sold_minor,
        "fees_minor": plan.fees_minor,
        "left_in_cash_minor": plan.left_in_cash_minor,
        "shortfall_minor": plan.shortfall_minor,
        "realised_gain_minor": gain,
        "cash": [_cash(each, allocation) for each in plan.accounts],
        "classes": list(_classes(plan.before, plan.after, allocation)),
        "left_out": [_left_out(each, allocation) for each in plan.left_out],
        "method": None if plan.method is None else plan.method.value,
        "regret_bound": None if plan.regret_bound is None else canonical(plan.regret_bound),
    }


def _account_name(account_id: Scope, allocation: Allocation) -> str | None:
    return None if account_id is None else allocation.portfolio.accounts[account_id].name


def _trade(trade: Trade, allocation: Allocation) -> dict[str, Any]:
    asset, reason = allocation.portfolio.assets[trade.asset_id], trade.reason
    return {
        "account": _account_name(trade.account_id, allocation),
        "symbol": asset.symbol,
        "name": asset.name,
        "side": trade.side.value,
        "quantity": canonical(trade.quantity),
        "price": canonical(trade.price),
        "currency": trade.currency,
        "amount_minor": trade.amount_minor,
        "fee_minor": trade.fee_minor,
        "class": allocation.portfolio.classes[reason.asset_class_id].name,
        "class_drift_before_bps": reason.class_drift_before_bps,
        "class_drift_after_bps": reason.class_drift_after_bps,
        "not_more_because": None if trade.limit is None else trade.limit.value,
    }


def _cash(each: AccountCash, allocation: Allocation) -> dict[str, Any]:
    return {
        "account": _account_name(each.account_id, allocation),
        "before_minor": each.before_minor,
        "new_minor": each.new_minor,
        "after_minor": each.after_minor,
        "buffer_minor": each.buffer_minor,
        "not_less_because": None if each.limit is None else each.limit.value,
    }


def _classes(before: Drift, after: Drift, allocation: Allocation) -> Iterable[dict[str, Any]]:
    now, then = ({each.asset_class_id: each for each in drift.classes} for drift in (before, after))
    for class_id in allocation.portfolio.classes:
        first, last = now.get(class_id), then.get(class_id)
        known = first or last
        if known is not None:
            yield {
                "name": allocation.portfolio.classes[class_id].name,
                "target_bps": known.target_bps,
                "weight_before_bps": first.weight_bps if first else 0,
                "weight_after_bps": last.weight_bps if last else 0,
                "drift_before_bps": first.drift_bps if first else None,
                "drift_after_bps": last.drift_bps if last else None,
                "status_after": last.status.value if last else None,
            }


def _left_out(each: LeftOut, allocation: Allocation) -> dict[str, Any]:
    portfolio = allocation.portfolio
    symbol = None if each.asset_id is None else portfolio.assets[each.asset_id].symbol
    class_name = None if each.asset_class_id is None else portfolio.classes[each.asset_class_id].name
    return {"symbol": symbol, "class": class_name, "why": each.because.value}


_TITLES: Final = {
    Mode.DEPOSIT: "Deposit of {amount} into {scope}",
    Mode.WITHDRAWAL: "Withdrawal of {amount} from {scope}",
    Mode.REBALANCE: "Rebalance of {scope}",
}

_WITHOUT_TARGETS: Final = {
    Mode.DEPOSIT: "no class has a target here, so nothing is bought",
    Mode.WITHDRAWAL: "no class has a target here, so the proportions stay as they are",
    Mode.REBALANCE: "no class has a target here, so nothing is traded",
}


def _lines(shown: Mapping[str, Any]) -> Iterable[str]:
    base = shown["base_currency"]
    title = _TITLES[Mode(shown["mode"])].format(amount=_money(shown["amount_minor"], base), scope=shown["scope"])
    if shown["has_targets"]:
        yield f"{title} on {shown['on']}, calculated from the targets of {shown['strategy']}"
    else:
        yield f"{title} on {shown['on']}: {_WITHOUT_TARGETS[Mode(shown['mode'])]}"
    yield ""
    yield from _trade_lines(shown["trades"], base)
    yield from _sum_lines(shown, base)
    yield ""
    yield f"{'Cash':<28} {'Before':>16} {'In or out':>16} {'After':>16} {'Buffer':>16}"
    for each in shown["cash"]:
        numbers = (each["before_minor"], each["new_minor"], each["after_minor"], each["buffer_minor"])
        cells = " ".join(f"{_money(minor, base):>16}" for minor in numbers)
        yield f"{each['account'] or ALL_ACCOUNTS:<28.28} {cells}"
    yield ""
    yield f"{'Class':<28} {'Target':>9} {'Before':>9} {'After':>9} {'Drift before':>13} {'Drift after':>13}"
    for each in shown["classes"]:
        weights = " ".join(
            f"{_percent(each[key]):>9}" for key in ("target_bps", "weight_before_bps", "weight_after_bps")
        )
        drifts = " ".join(f"{_percent(each[key], ' pp'):>13}" for key in ("drift_before_bps", "drift_after_bps"))
        yield f"{each['name']:<28.28} {weights} {drifts}"
    for each in shown["left_out"]:
        yield f"left out: {each['symbol'] or each['class']} ({each['why'].replace('_', ' ')})"


def _trade_lines(trades: Sequence[Mapping[str, Any]], base: str) -> Iterable[str]:
    if not trades:
        yield "Nothing is traded."
        return
    yield f"{'':<4} {'Account':<20} {'Symbol':<12} {'Quantity':>18} {'Price':>18} {'Amount':>18} {'Fee':>12}"
    for each in trades:
        price = f"{each['price']} {each['currency']}"
        fee = _money(each["fee_minor"], base) if each["fee_minor"] else ""
        yield (
            f"{each['side']:<4} {each['account'] or '':<20.20} {each['symbol']:<12.12} {each['quantity']:>18} "
            f"{price:>18} {_money(each['amount_minor'], base):>18} {fee:>12}"
        )


def _sum_lines(shown: Mapping[str, Any], base: str) -> Iterable[str]:
    named = {
        "bought_minor": "Bought",
        "sold_minor": "Sold",
        "fees_minor": "Fees",
        "idle_cash_minor": "Idle cash that could be used",
        "left_in_cash_minor": "Left in cash",
        "shortfall_minor": "Could not be raised",
        "realised_gain_minor": "Realised gain",
    }
    for key, name in named.items():
        if shown[key]:
            yield f"{name}: {_money(shown[key], base)}"
    if shown["trades"] and shown["regret_bound"] is not None:
        missed = Decimal(shown["regret_bound"]) * 100
        yield f"Proven: at most {missed.quantize(_HUNDREDTH, ROUND_CEILING):f} % of what could be gained is missed"


def _money(minor: int, currency: str) -> str:
    return f"{from_minor(minor, currency):,f} {currency}"


def _percent(bps: int | None, unit: str = "%") -> str:
    return "" if bps is None else f"{from_minor(bps, 'USD'):f}{unit}"
