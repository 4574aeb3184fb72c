"""`wealthdesk plan`: what a portfolio's deposit, withdrawal or rebalance comes to, and planning problems in files."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Literal

from wealthdesk.cli.printing import print_json, reading
from wealthdesk.cli.show import scope_named
from wealthdesk.domain.accounts import Scope, account_of
from wealthdesk.domain.drift import Allocation, Drift
from wealthdesk.domain.money import canonical, from_minor, parse_money, parse_percent
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    Goal,
    LeftOutOfPlan,
    Mode,
    NoteKind,
    Plan,
    PlanOptions,
    PlanRequest,
    Side,
    ToAdd,
    Trade,
    TradeCount,
    Trades,
    Wording,
    empty_words,
    inside_words,
    note_words,
    proof_words,
    short_words,
    stays_words,
)
from wealthdesk.domain.trading_rules import Room, RoomKind, TradingRules
from wealthdesk.errors import BadInput, InstanceRefused
from wealthdesk.planning import instances
from wealthdesk.planning.instances import Drifts, Instance, TradeReason
from wealthdesk.services.desk import Clock, Desk
from wealthdesk.services.given_files import bytes_of

_MOST_BYTES: Final = 256 * 1024 * 1024

ANSWERED: Final = 0
SOME_REFUSED: Final = 2
"""Exit code: a file is not a planning problem; the others were answered."""


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Answers the files one after another; a sentence on standard error for each that cannot be used.

    With --file it plans for a portfolio instead.
    """
    if any(each == "--file" or each.startswith("--file=") for each in arguments):
        return _for_portfolio(arguments, clock)
    chosen = _parser_of_files().parse_args(arguments)
    instances.prepare()
    code = ANSWERED
    for path in chosen.files:
        try:
            instance = instances.read(_content(path))
        except InstanceRefused as refused:
            print(f"wealthdesk plan: {_on_one_line(path)}: {refused}", file=sys.stderr, flush=True)
            code = SOME_REFUSED
            continue
        print(json.dumps(_answered(path, instance)), flush=True)
    return code


def _content(path: Path) -> bytes:
    """What the file holds; InstanceRefused, as for what is wrong in it, where it cannot be read."""
    try:
        return bytes_of(path, _MOST_BYTES, "Name another file.")
    except BadInput as refused:
        raise InstanceRefused(str(refused)) from None
    except (OSError, ValueError) as error:
        raise InstanceRefused(f"The file cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _parser_of_files() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk plan",
        description="Calculates what planning problems in JSON files come to; prints a JSON object per file, in order.",
        epilog="For a portfolio file: wealthdesk plan --file PORTFOLIO --help. "
        "Exit codes: 0 all answered, 2 a file could not be used (the others were answered) or bad usage.",
        allow_abbrev=False,
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="planning problems in JSON")
    return parser


def _on_one_line(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() else json.dumps(text)


def _answered(path: Path, instance: Instance) -> dict[str, Any]:
    started = perf_counter()
    answer = instances.calculate(instance)
    took = (perf_counter() - started) * 1000
    reasons = list(instances.reasons(instance, answer))
    return {
        "instance": path.name.removesuffix(".json"),
        "trades": [_trade_of_instance(instance, reason) for reason in reasons],
        "cash_cents": dict(answer.cash),
        "milliseconds": round(took, 3),
        "regret_bound": answer.regret_bound,
        "method": answer.method,
        "reasons": [_reason(reason) for reason in reasons],
        "left_out": [{"holding": each, "why": why} for each, why in sorted(instance.left_out.items())],
    }


def _trade_of_instance(instance: Instance, reason: TradeReason) -> dict[str, Any]:
    trade, step = reason.trade, instance.problem.asset[reason.trade.asset_id].step
    amount = {"amount_cents": trade.count} if step is None else {"qty": _decimal_text(trade.count * step)}
    told = {"account": trade.account_id, "holding": trade.asset_id, "side": trade.side.value}
    return told | amount | {"gross_cents": trade.gross, "fee_cents": trade.fee}


def _decimal_text(exact: Fraction) -> str:
    """A multiple of a step, which has up to 12 decimals, without an exponent."""
    whole, part = divmod(int(exact * 10**12), 10**12)
    return f"{whole}.{part:012}".rstrip("0").rstrip(".")


def _reason(reason: TradeReason) -> dict[str, Any]:
    return {
        "account": reason.trade.account_id,
        "holding": reason.trade.asset_id,
        "class_drift_bps": {key: _drifts(each) for key, each in reason.classes.items()},
        "holding_drift_bps": _drifts(reason.asset),
        "not_more_because": reason.limit.value,
    }


def _drifts(drifts: Drifts | None) -> Mapping[str, int] | None:
    return None if drifts is None else {"before": drifts.before_bps, "after": drifts.after_bps}


ALL_ACCOUNTS: Final = "All accounts"
_OF_PLANS: Final = ("trades", "whole_shares", "use_cash", "min_trade", "gain_limit", "gain_cost", "ignore_homes")
"""What has no say in how much new money is missing."""
_WORDS_OF_TRADES: Final = {"best": Trades.BEST_VALUE, "fewest": Trades.FEWEST, "closest": Trades.CLOSEST}
_WORDS_OF_ROOM: Final = {"none": Room(RoomKind.LIMITED), "unlimited": Room(RoomKind.NO_LIMIT)}


def _for_portfolio(arguments: Sequence[str], clock: Clock) -> int:
    """Plans for a portfolio; refusals are WealthDeskErrors."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    _check_usage(parser, chosen)
    with reading(chosen.file, clock) as desk:
        allocation = desk.allocations.of(scope_named(desk.portfolios.current(), chosen.scope))
        if chosen.to_add:
            shown = _told_to_add(desk.plans.to_add(allocation), allocation)
            lines = _to_add_lines(shown)
        else:
            plan = _planned(desk, allocation, chosen)
            shown = told(plan, allocation)
            lines = _lines(plan, shown, allocation)
        if chosen.json:
            print_json(shown)
        else:
            for line in lines:
                print(line)
    return 0


def _check_usage(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> None:
    if chosen.goal and not chosen.rebalance:
        parser.error("--goal belongs to --rebalance")
    if chosen.always and not chosen.rebalance:
        parser.error("--always belongs to --rebalance")
    if chosen.into and (chosen.rebalance or chosen.to_add):
        parser.error("--into belongs to --deposit or --withdraw")
    of_plans = [each for each in _OF_PLANS if getattr(chosen, each) not in (None, False, "best")]
    if chosen.to_add and of_plans:
        parser.error(f"--{of_plans[0].replace('_', '-')} plays no part in --to-add")
    if chosen.room and chosen.deposit is None:
        parser.error("--room belongs to --deposit")
    if False in (chosen.deposit, chosen.withdraw) and not (chosen.into and all("=" in each for each in chosen.into)):
        parser.error("an amount is missing: --deposit AMOUNT, or --deposit --into ACCOUNT=AMOUNT")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "wealthdesk plan",
        description="Calculates from the targets of a portfolio file what to buy and sell. The file is only read.",
        epilog="Amounts are in the base currency of the portfolio, those of an account in its own currency. The "
        "accounts' rules (buffers, fees, room, what they may hold) count. "
        "Options that are not given are off: those that the window remembers do not count. "
        "Exit codes: 0 planned, 1 refused (the sentence is on standard error), 2 bad usage.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--file", type=Path, required=True, metavar="PORTFOLIO", help="the portfolio file")
    mode = parser.add_mutually_exclusive_group(required=True)
    amount: dict[str, Any] = {"nargs": "?", "const": False, "metavar": "AMOUNT"}
    mode.add_argument("--deposit", help="new money, such as 1000 or 1,000.50; in any account without --into", **amount)
    mode.add_argument("--withdraw", help="money to be taken out; of any account without --from", **amount)
    mode.add_argument("--rebalance", action="store_true", help="buys and sells, each account for itself")
    mode.add_argument("--to-add", action="store_true", help="how much new money brings all onto target without a sale")
    add("--goal", choices=[goal.value for goal in Goal], help="how far a rebalance goes (onto the target)")
    add("--always", action="store_true", help="a rebalance sells even when nothing is outside its band")
    add("--scope", metavar="NAME", help="one account, or a group of accounts, instead of the whole portfolio")
    add("--into", "--from", action="append", metavar="ACCOUNT[=AMOUNT]", dest="into", help="the accounts of the money")
    add("--room", action="append", metavar="ACCOUNT=AMOUNT", help="the most new money for it; also =none, =unlimited")
    add("--trades", metavar="COUNT", default="best", help="best (what is usual), fewest, closest, or the most trades")
    add("--whole-shares", action="store_true", help="quantities in the lots of each asset; otherwise in any amount")
    add("--use-cash", action="store_true", help="a deposit uses idle cash above the buffers too; the others always do")
    add("--min-trade", metavar="AMOUNT", help="the smallest trade (chosen by the amounts); 0: any")
    add("--gain-limit", metavar="AMOUNT", help="the most that all sales together may realise as taxable gains")
    add("--gain-cost", metavar="PERCENT", help="what a gain counts as lost, as if taxed so (10); 0: nothing")
    add("--ignore-homes", action="store_true", help="does not prefer the accounts that classes are better held in")
    add("--json", action="store_true", help="as JSON; decimals are strings")
    return parser


def _planned(desk: Desk, allocation: Allocation, chosen: argparse.Namespace) -> Plan:
    base = allocation.portfolio.base_currency
    options = PlanOptions(
        whole_shares=chosen.whole_shares,
        use_cash=chosen.use_cash,
        goal=Goal(chosen.goal or Goal.TARGET),
        min_trade_minor=None if chosen.min_trade is None else _money_of(chosen.min_trade, base),
        gain_limit_minor=None if chosen.gain_limit is None else _money_of(chosen.gain_limit, base),
        prefer_homes=not chosen.ignore_homes,
        trades=_count_of(chosen.trades),
        gain_cost_bps=PlanOptions().gain_cost_bps if chosen.gain_cost is None else _percent_of(chosen.gain_cost),
    )
    mode = Mode.REBALANCE if chosen.rebalance else Mode.DEPOSIT if chosen.withdraw is None else Mode.WITHDRAWAL
    amount = chosen.withdraw if chosen.deposit is None else chosen.deposit
    amounts = {} if chosen.rebalance else _amounts(allocation, amount, chosen.into or [])
    request = PlanRequest(mode, amounts, options, always=chosen.always)
    rules = _with_rooms(desk.rules.current(), allocation, chosen.room or [])
    return desk.plans.calculate(allocation, request, rules, desk.rules.lots())


def _money_of(text: str, currency: str) -> int:
    minor = parse_money(text, currency)
    if minor < 0:
        raise BadInput(f"“{text}” is below 0. Write an amount of 0 or more.")
    return minor


def _percent_of(text: str) -> int:
    bps = parse_percent(text)
    if not 0 <= bps <= 10_000:
        raise BadInput(f"“{text}” is not between 0 % and 100 %. Write a percentage such as 10.")
    return bps


def _count_of(text: str) -> TradeCount:
    if text in _WORDS_OF_TRADES:
        return _WORDS_OF_TRADES[text]
    if text.isascii() and text.isdigit() and len(text) < 7 and int(text):
        return int(text)
    raise BadInput(f"“{text}” is no number of trades. Write best, fewest, closest, or a number of 1 or more.")


def _amounts(allocation: Allocation, amount: str | Literal[False], into: Sequence[str]) -> Mapping[Scope, int]:
    """Account id → amount of the `ACCOUNT=AMOUNT` texts, in its currency; a single `ACCOUNT` gets all.

    BadInput unless they add up to the amount; where their currencies differ, no amount of all is written.
    """
    portfolio, base, amounts = allocation.portfolio, allocation.portfolio.base_currency, dict[Scope, int]()
    if not into:
        return {None: _money_of(amount or "", base)}
    for text in into:
        name, mark, part = text.rpartition("=") if "=" in text else (text, "", "")
        account_id = account_of(scope_named(portfolio, name))
        if account_id is None:
            raise BadInput(f"“{text}” names no account. Write --into ACCOUNT=AMOUNT.")
        if account_id in amounts:
            raise BadInput(f"“{name}” stands twice. Add its two amounts up.")
        if not mark and len(into) > 1:
            raise BadInput(f"“{text}” has no amount. With several accounts write --into ACCOUNT=AMOUNT for each.")
        amounts[account_id] = _money_of(part if mark else amount or "", portfolio.accounts[account_id].currency)
    if amount is not False:
        _check_sum(allocation, amount, amounts)
    return amounts


def _check_sum(allocation: Allocation, amount: str, amounts: Mapping[Scope, int]) -> None:
    currencies = sorted({allocation.portfolio.accounts[key or ""].currency for key in amounts})
    if len(currencies) > 1:
        raise BadInput(
            f"The amounts are in {' and '.join(currencies)}, which do not add up. Write no amount beside --into."
        )
    whole = _money_of(amount, currencies[0])
    if sum(amounts.values()) != whole:
        parts, all_of_it = (_money(each, currencies[0]) for each in (sum(amounts.values()), whole))
        raise BadInput(f"The amounts of the accounts sum to {parts}, not to {all_of_it}. Change one of them.")


def _with_rooms(rules: TradingRules, allocation: Allocation, rooms: Sequence[str]) -> TradingRules:
    """The rules with the rooms that were given for this plan alone."""
    accounts = dict(rules.accounts)
    for text in rooms:
        name, mark, part = text.rpartition("=")
        account_id = account_of(scope_named(allocation.portfolio, name)) if mark else None
        if account_id is None:
            raise BadInput(f"“{text}” names no account. Write --room ACCOUNT=AMOUNT, =none or =unlimited.")
        currency = allocation.portfolio.accounts[account_id].currency
        room = _WORDS_OF_ROOM.get(part) or Room(RoomKind.LIMITED, _money_of(part, currency))
        accounts[account_id] = replace(rules.of_account(account_id), room=room)
    return replace(rules, accounts=accounts)


def told(plan: Plan, allocation: Allocation) -> dict[str, Any]:
    """Everything that `plan --file` tells, as JSON values. All `…_minor` are in the base currency, but for purses."""
    portfolio, words = allocation.portfolio, _wording(allocation)
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
        "conversions": [_conversion(each, allocation) for each in plan.conversions],
        "bought_minor": plan.bought_minor,
        "sold_minor": plan.sold_minor,
        "fees_minor": plan.fees_minor,
        "left_in_cash_minor": plan.left_in_cash_minor,
        "shortfall_minor": plan.shortfall_minor,
        "realised_gain_minor": plan.realised_gain_minor,
        "min_trade_minor": plan.min_trade_minor,
        "cash": [_cash(each, plan, allocation) for each in plan.accounts],
        "classes": list(_classes(plan.before, plan.after, allocation)),
        "left_out": [_left_out(each, allocation) for each in plan.left_out],
        "method": None if plan.method is None else plan.method.value,
        **_how_good(plan),
        "empty_because": None if plan.trades or plan.empty_because is None else plan.empty_because.value,
        "proof": list(proof_words(plan, words)),
        "notes": [
            {
                "kind": note.kind.value,
                "account": None if note.account_id is None else _account_name(note.account_id, allocation),
                "symbols": [portfolio.assets[key].symbol for key in note.asset_ids],
                "amount_minor": note.amount_minor,
                "text": note_words(note, plan, words),
            }
            for note in plan.notes
        ],
        "stale_prices": [portfolio.assets[key].symbol for key in _stale(plan)],
    }


def _how_good(plan: Plan) -> dict[str, Any]:
    """What is known of the plan beside the best one, and what other numbers of trades come to."""
    return {
        "regret_bound": None if plan.regret_bound is None else canonical(plan.regret_bound),
        "max_trades": None if plan.proof is None else plan.proof.max_trades,
        "bound_at_most": None if plan.proof is None else float(plan.proof.miss),
        "frontier": [
            [each.trades, float(each.kept), None if each.bound is None else float(each.bound)] for each in plan.frontier
        ],
        "best_value": plan.best_value,
        "fewest": plan.fewest,
        "closest": plan.closest,
        "keeps_inside": plan.keeps_inside,
    }


def _stale(plan: Plan) -> Iterable[str]:
    return (key for note in plan.notes if note.kind is NoteKind.STALE_PRICE for key in note.asset_ids)


def _wording(allocation: Allocation) -> Wording:
    return Wording(allocation.portfolio, _money)


def _account_name(account_id: Scope, allocation: Allocation) -> str | None:
    return None if account_id is None else allocation.portfolio.accounts[account_id].name


def _trade(trade: Trade, allocation: Allocation) -> dict[str, Any]:
    asset, reason = allocation.portfolio.assets[trade.asset_id], trade.reason
    return {
        "account": _account_name(trade.account_id, allocation),
        "symbol": asset.symbol,
        "name": asset.name,
        "isin": asset.isin,
        "side": trade.side.value,
        "quantity": canonical(trade.quantity),
        "price": canonical(trade.price),
        "currency": trade.currency,
        "amount_minor": trade.amount_minor,
        "fee_minor": trade.fee_minor,
        "is_new_here": trade.is_new_here,
        "closes": trade.closes,
        "class": allocation.portfolio.classes[reason.asset_class_id].name,
        "class_drift_before_bps": reason.class_drift_before_bps,
        "class_drift_after_bps": reason.class_drift_after_bps,
        "holding_drift_before_bps": reason.holding_drift_before_bps,
        "holding_drift_after_bps": reason.holding_drift_after_bps,
        "reason": short_words(reason, _wording(allocation)) or None,
        "not_more_because": None if trade.limit is None else trade.limit.value,
    }


def _conversion(each: Conversion, allocation: Allocation) -> dict[str, Any]:
    return {
        "account": _account_name(each.account_id, allocation),
        "from": each.source,
        "to": each.to,
        "from_minor": each.source_minor,
        "to_minor": each.to_minor,
        "rate": canonical(each.rate),
        "fee_minor": each.fee_minor,
    }


def _cash(each: AccountCash, plan: Plan, allocation: Allocation) -> dict[str, Any]:
    return {
        "account": _account_name(each.account_id, allocation),
        "before_minor": each.before_minor,
        "new_minor": each.new_minor,
        "after_minor": each.after_minor,
        "buffer_minor": each.buffer_minor,
        "not_less_because": None if each.limit is None else each.limit.value,
        "stays_because": None if each.stays_because is None else each.stays_because.value,
        "stays": stays_words(each, plan, _wording(allocation)) or None,
        "purses": [
            {"currency": purse.currency, "before_minor": purse.before_minor, "after_minor": purse.after_minor}
            for purse in each.purses
        ],
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


def _left_out(each: LeftOutOfPlan, allocation: Allocation) -> dict[str, Any]:
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


def _lines(plan: Plan, shown: Mapping[str, Any], allocation: Allocation) -> Iterable[str]:
    base, words = shown["base_currency"], _wording(allocation)
    title = _TITLES[plan.mode].format(amount=_money(plan.amount_minor, base), scope=shown["scope"])
    if shown["has_targets"]:
        yield f"{title} on {shown['on']}, calculated from the targets of {shown['strategy']}"
    else:
        yield f"{title} on {shown['on']}: {_WITHOUT_TARGETS[plan.mode]}"
    yield ""
    if not plan.trades:
        yield f"Nothing is traded. {empty_words(plan, words)}".rstrip()
    yield from filter(None, [inside_words(plan)])
    for name in _accounts_of(shown):
        yield from _order_lines(name, shown, base)
    yield from _sum_lines(shown, base)
    yield from proof_words(plan, words)
    yield ""
    yield from _cash_lines(shown, base)
    yield ""
    yield from _class_lines(shown)
    for each in plan.notes:
        yield f"note: {note_words(each, plan, words)}"
    for left in shown["left_out"]:
        yield f"left out: {left['symbol'] or left['class']} ({left['why'].replace('_', ' ')})"


def _accounts_of(shown: Mapping[str, Any]) -> Iterable[str | None]:
    """The names of the accounts that something is done in, in the order of the cash lines."""
    doing = {each["account"] for each in (*shown["trades"], *shown["conversions"])}
    known = [each["account"] for each in shown["cash"]]
    return [name for name in [*known, *sorted(doing - set(known), key=str)] if name in doing]


def _order_lines(name: str | None, shown: Mapping[str, Any], base: str) -> Iterable[str]:
    """What is done in one account: sales, conversions, purchases."""
    yield name or ALL_ACCOUNTS
    mine = [each for each in shown["trades"] if each["account"] == name]
    sales, purchases = ([each for each in mine if each["side"] == side.value] for side in (Side.SELL, Side.BUY))
    yield from (_trade_line(each, base) for each in sales)
    for each in shown["conversions"]:
        if each["account"] == name:
            left, came = _money(each["from_minor"], each["from"]), _money(each["to_minor"], each["to"])
            fee = f", fee {_money(each['fee_minor'], base)}" if each["fee_minor"] else ""
            yield f"convert {left} into {came} at {each['rate']}{fee}"
    yield from (_trade_line(each, base) for each in purchases)
    yield ""


def _trade_line(each: Mapping[str, Any], base: str) -> str:
    price = f"{each['price']} {each['currency']}"
    fee = f" fee {_money(each['fee_minor'], base)}" if each["fee_minor"] else ""
    marks = [
        *(["new here"] if each["is_new_here"] else []),
        *(["all of it"] if each["closes"] else []),
        *([each["reason"]] if each["reason"] else []),
    ]
    more = f"  ({', '.join(marks)})" if marks else ""
    return (
        f"{each['side']:<4} {each['symbol']:<12.12} {each['quantity']:>18} {price:>18} "
        f"{_money(each['amount_minor'], base):>18}{fee}{more}"
    )


def _sum_lines(shown: Mapping[str, Any], base: str) -> Iterable[str]:
    named = {
        "bought_minor": "Bought",
        "sold_minor": "Sold",
        "fees_minor": "Fees",
        "idle_cash_minor": "Idle cash that could be used",
        "left_in_cash_minor": "Left in cash",
        "shortfall_minor": "Could not be raised",
        "realised_gain_minor": "Taxable loss" if (shown["realised_gain_minor"] or 0) < 0 else "Taxable gain",
    }
    for key, name in named.items():
        if shown[key]:
            yield f"{name}: {_money(shown[key], base)}"


def _cash_lines(shown: Mapping[str, Any], base: str) -> Iterable[str]:
    yield f"{'Cash':<28} {'Before':>16} {'In or out':>16} {'After':>16} {'Buffer':>16}"
    for each in shown["cash"]:
        numbers = (each["before_minor"], each["new_minor"], each["after_minor"], each["buffer_minor"])
        cells = " ".join(f"{_money(minor, base):>16}" for minor in numbers)
        stays = f"  {each['stays']}" if each["stays"] else ""
        yield f"{each['account'] or ALL_ACCOUNTS:<28.28} {cells}{stays}"
        if any(purse["currency"] != base for purse in each["purses"]):
            for purse in each["purses"]:
                before, after = (_money(purse[key], purse["currency"]) for key in ("before_minor", "after_minor"))
                yield f"{'':<28} {before:>16} {'':>16} {after:>16}"


def _class_lines(shown: Mapping[str, Any]) -> Iterable[str]:
    yield f"{'Class':<28} {'Target':>9} {'Before':>9} {'After':>9} {'Drift before':>13} {'Drift after':>13}"
    for each in shown["classes"]:
        weights = " ".join(
            f"{_percent(each[key]):>9}" for key in ("target_bps", "weight_before_bps", "weight_after_bps")
        )
        drifts = " ".join(f"{_percent(each[key], ' pp'):>13}" for key in ("drift_before_bps", "drift_after_bps"))
        yield f"{each['name']:<28.28} {weights} {drifts}"


def _told_to_add(found: ToAdd, allocation: Allocation) -> dict[str, Any]:
    names = allocation.portfolio.classes
    return {
        "base_currency": allocation.portfolio.base_currency,
        "on": allocation.portfolio.on.isoformat(),
        "scope": allocation.scope_name,
        "has_targets": allocation.drift.has_targets,
        "to_add_minor": found.amount_minor,
        "decided_by": None if found.asset_class_id is None else names[found.asset_class_id].name,
    }


def _to_add_lines(shown: Mapping[str, Any]) -> Iterable[str]:
    amount, name = shown["to_add_minor"], shown["decided_by"]
    if amount is None:
        yield f"No new money brings it there: {name} has a target of 0%." if name else "No class has a target here."
        return
    money = _money(amount, shown["base_currency"])
    yield f"{money} of new money brings every class onto its target without a sale" + (f": {name}" if name else "")


def _money(minor: int, currency: str) -> str:
    return f"{from_minor(minor, currency):,f} {currency}"


def _percent(bps: int | None, unit: str = "%") -> str:
    return "" if bps is None else f"{from_minor(bps, 'USD'):f}{unit}"
