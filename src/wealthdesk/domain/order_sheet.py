"""A plan as a person reads and carries it out: its trades by account, in order, and the sentences about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Final

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import POINT, NumberFormat, canonical
from wealthdesk.domain.plans import (
    AccountCash,
    Conversion,
    EmptyBecause,
    Mode,
    NoteKind,
    Order,
    Plan,
    PlanNote,
    Reason,
    Side,
    StaysBecause,
    Trade,
)


class MoneyIs(StrEnum):
    """What is to be done with the money of an account."""

    BROUGHT_IN = "brought_in"
    PAID_OUT = "paid_out"
    USED = "used"
    """Cash of the account is spent."""
    STAYS = "stays"
    """What is sold is not all spent again: it stays as cash."""
    NOT_NEEDED = "not_needed"
    """What is sold pays for what is bought."""


@dataclass(frozen=True, slots=True)
class SheetMoney:
    """One thing to do with the money of an account, in base-currency minor units ≥ 0."""

    what: MoneyIs
    minor: int = 0


@dataclass(frozen=True, slots=True)
class AccountOrders:
    """What is to be done in one account (None: wherever there is room): sales, conversions, then purchases.

    The larger ones come first.
    """

    account_id: Scope
    sales: tuple[Trade, ...]
    conversions: tuple[Conversion, ...]
    purchases: tuple[Trade, ...]
    cash: AccountCash | None = None

    @property
    def trades(self) -> tuple[Trade, ...]:
        """Sales and purchases."""
        return self.sales + self.purchases

    def money(self, small_minor: int = 0) -> tuple[SheetMoney, ...]:
        """What to do with the money; what stays of sales that pay for purchases is not told below `small_minor`."""
        cash = self.cash
        if cash is None:
            return ()
        change = cash.after_minor - cash.before_minor
        used = (SheetMoney(MoneyIs.USED, -change),) if change < 0 else ()
        if cash.new_minor > 0:
            return (SheetMoney(MoneyIs.BROUGHT_IN, cash.new_minor), *used)
        if cash.new_minor < 0:
            return (SheetMoney(MoneyIs.PAID_OUT, -cash.new_minor),)
        if used:
            return used
        is_rest = not self.sales or (bool(self.purchases) and change < small_minor)
        return (SheetMoney(MoneyIs.NOT_NEEDED),) if change == 0 or is_rest else (SheetMoney(MoneyIs.STAYS, change),)


def order_key(trade: Trade) -> Order:
    """What an order is known by: a plan has no two of the same. Where it names no account, that is ""."""
    return trade.account_id or "", trade.asset_id, trade.side


def signature(plan: Plan) -> str:
    """A text that is another one as soon as any order is: what is ticked off is ticked off of this plan alone."""
    said = (f"{'/'.join(order_key(each))}/{canonical(each.quantity)}" for each in plan.trades)
    return sha256("\n".join([plan.mode.value, *sorted(said)]).encode()).hexdigest()


def order_sheet(plan: Plan, accounts: Iterable[str], assets: Mapping[str, Asset]) -> tuple[AccountOrders, ...]:
    """The orders by account: those with sales first, otherwise in the order of `accounts` (ids).

    An account that only gets or gives money is on it as well; one in which nothing happens is not.
    """
    places = {account_id: place for place, account_id in enumerate(accounts)}
    cash = {each.account_id: each for each in plan.accounts}
    moved = (each.account_id for each in plan.accounts if each.new_minor and each.account_id is not None)
    traded = (each.account_id for each in plan.trades)
    changed = (each.account_id for each in plan.conversions)
    named = dict.fromkeys((*traded, *changed, *moved))
    found = [_of_account(each, plan, cash.get(each), assets) for each in named]
    return tuple(sorted(found, key=lambda each: (not each.sales, places.get(each.account_id or "", len(places)))))


def in_sheet_order(plan: Plan, accounts: Iterable[str], assets: Mapping[str, Asset]) -> tuple[Trade, ...]:
    """The trades of a plan as they stand on its sheet."""
    return tuple(trade for each in order_sheet(plan, accounts, assets) for trade in each.trades)


def _of_account(account_id: Scope, plan: Plan, cash: AccountCash | None, assets: Mapping[str, Asset]) -> AccountOrders:
    inside = [trade for trade in plan.trades if trade.account_id == account_id]
    inside.sort(key=lambda trade: (-trade.amount_minor, assets[trade.asset_id].symbol, trade.asset_id))
    return AccountOrders(
        account_id,
        tuple(trade for trade in inside if trade.side is Side.SELL),
        tuple(each for each in plan.conversions if each.account_id == account_id),
        tuple(trade for trade in inside if trade.side is Side.BUY),
        cash,
    )


PROVEN_BELOW: Final = Decimal("0.0001")
"""A miss below this is none that could be told: "Proven"."""

_INSIDE: Final = "No class and no holding is outside its band, so nothing is sold"
_CASH_OVER: Final = "Only cash is over its band, so nothing is sold"
_NAMED: Final = 6
"""So many names stand in a sentence before it counts the others."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How names and numbers are written where a sentence is shown: amounts in minor units of a currency, the marks."""

    portfolio: Portfolio
    money: Callable[[int, str], str]
    marks: NumberFormat = POINT

    def account(self, account_id: str | None) -> str:
        """The name of an account."""
        return "any account" if account_id is None else self.portfolio.accounts[account_id].name

    def assets(self, asset_ids: Iterable[str]) -> str:
        """The symbols of some assets: "VTI, BND and 3 more"."""
        names = [self.portfolio.assets[asset_id].known_as for asset_id in asset_ids]
        more = len(names) - _NAMED
        return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")

    def days(self) -> str:
        """After how long a price counts as old: "7 days"."""
        days = self.portfolio.price_days
        return "1 day" if days == 1 else f"{days} days"

    def number(self, number: Decimal) -> str:
        """A number with the decimal mark."""
        return f"{number:f}".replace(".", self.marks.decimal)


# What is proven


def proof_words(plan: Plan, wording: Wording) -> tuple[str, ...]:
    """What is proven of a plan, a sentence each; none where nothing is."""
    proof = plan.proof
    if proof is None or not plan.trades:
        return ()
    if not proof.is_final and proof.miss >= PROVEN_BELOW and not plan.is_found_further:
        count, missed = _trades(len(plan.trades)), _rounded_up(proof.miss, wording)
        return (f"Best plan found with {count}; at most {missed} could be missed.", *_further(plan, wording))
    words = f"{_claim(plan, wording)}{_among(plan)}{_rules(plan)}."
    return (words, *_binding(plan, wording), *_further(plan, wording))


def _claim(plan: Plan, wording: Wording) -> str:
    proof = plan.proof
    assert proof is not None, "only what is proven is claimed"
    is_proven, how_much = proof.miss < PROVEN_BELOW, f"more than {_rounded_up(proof.miss, wording)} "
    way = "closer into the bands" if proof.into_bands else "closer"
    limit = "" if proof.max_trades is None else f" with at most {_trades(proof.max_trades)}"
    however = ", with however many trades" if proof.max_trades is None else ""
    verb = "is {much}better" if proof.costs_weigh else f"comes {{much}}{way}"
    told = verb.format(much="" if is_proven else how_much)
    weighed = ", gains and fees weighed in" if proof.costs_weigh else ""
    if plan.keeps_inside:
        return f"Among plans that sell nothing, none{limit} {told}{however}{weighed}"
    return f"{'Proven: no' if is_proven else 'No'} plan{limit} {told}{however}{weighed}"


def _among(plan: Plan) -> str:
    proof = plan.proof
    if proof is None or plan.keeps_inside:
        return ""
    if proof.buys_only:
        return ", of the plans that only buy"
    return ", of the plans that only sell" if proof.sells_only else ""


def _rules(plan: Plan) -> str:
    proof = plan.proof
    is_bound = proof is not None and (proof.is_bound_by or proof.gain_limit_minor is not None)
    return ", with the accounts' rules" if is_bound else ""


def _binding(plan: Plan, wording: Wording) -> Iterable[str]:
    proof = plan.proof
    if plan.keeps_inside:
        yield f"{sells_nothing(plan)}."
    if proof is None:
        return
    if proof.gain_limit_minor is not None:
        yield f"Gains are limited to {wording.money(proof.gain_limit_minor, plan.base_currency)}."
    full = {note.account_id for note in plan.notes if note.kind is NoteKind.NO_ROOM}
    for account_id in proof.is_bound_by:
        if account_id in full:
            yield f"{wording.account(account_id)} has no room left."


def _further(plan: Plan, wording: Wording) -> Iterable[str]:
    """What more trades would bring, from the largest number that is known."""
    points = {point.trades: point for point in plan.frontier}
    here, most = points.get(len(plan.trades)), max(plan.frontier, key=lambda point: point.trades, default=None)
    if here is None or most is None or most.trades <= here.trades:
        return
    more = max(Decimal(0), most.kept - here.kept) * 100
    rounded = more.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rounded:
        yield f"With {_trades(most.trades)} it would be {wording.number(rounded)}% closer."


def _rounded_up(miss: Decimal, wording: Wording) -> str:
    """A part as a percentage that is not less: 0.0057 → "0.6%", 0.0004 → "0.04%"."""
    percent = miss * 100
    step = Decimal("0.1") if percent >= Decimal("0.1") else Decimal("0.01")
    return f"{wording.number(percent.quantize(step, ROUND_CEILING))}%"


def _trades(count: int) -> str:
    return "1 trade" if count == 1 else f"{count} trades"


# Why nothing is traded


def empty_words(plan: Plan, wording: Wording) -> str:
    """Why a plan trades nothing; "" where it trades."""
    if plan.trades or plan.empty_because is None:
        return ""
    base = plan.base_currency
    smallest = wording.money(plan.min_trade_minor, base)
    limit = plan.request.options.gain_limit_minor if plan.request else None
    match plan.empty_because:
        case EmptyBecause.NO_TARGETS:
            return "No class has a target here, so nothing is traded."
        case EmptyBecause.NO_MONEY:
            return "There is no money to take out." if plan.mode is Mode.WITHDRAWAL else "There is no money to spend."
        case EmptyBecause.INSIDE:
            return f"{sells_nothing(plan)}, and there is no idle cash to spend."
        case EmptyBecause.ON_TARGET:
            return f"Everything is as near to its target as trades of at least {smallest} can bring it."
        case EmptyBecause.NOT_WORTH:
            return "No trade brings anything nearer, gains and fees weighed in."
        case EmptyBecause.BELOW_SMALLEST:
            return f"There is less to spend than the smallest trade of {smallest}, or than one share."
        case EmptyBecause.MAY_NOT:
            return _may_not(plan.mode)
        case EmptyBecause.GAIN_LIMIT:
            return f"Every sale would realise more than the limit of {wording.money(limit or 0, base)} on gains."
        case EmptyBecause.CASH_TARGET:
            return "The money stays in cash, which is itself below its target."
        case EmptyBecause.CASH_PAYS:
            return "Idle cash pays it, so nothing is sold."
        case EmptyBecause.METHOD:
            return "By the strategy's fill method nothing that can be bought is below its target."


def _may_not(mode: Mode) -> str:
    if mode is Mode.WITHDRAWAL:
        return "Nothing may be sold in the accounts that the money comes from."
    if mode is Mode.DEPOSIT:
        return "Nothing that is below its target may be bought where the money is."
    return "Nothing that is away from its target may be bought, or sold, where it is."


def inside_words(plan: Plan) -> str:
    """Why a rebalance only buys; "" where it may sell."""
    return f"{sells_nothing(plan)}." if plan.keeps_inside and plan.trades else ""


def sells_nothing(plan: Plan) -> str:
    """Why a rebalance sells nothing, without a stop: all that is outside then is cash, which buying mends."""
    return _INSIDE if plan.before.is_inside else _CASH_OVER


# What stays, and what is said beside a plan


def stays_words(cash: AccountCash, plan: Plan, wording: Wording) -> str:
    """Why the cash of an account stays there: "kept for the Cash target of 5.0%"; "" where none does."""
    match cash.stays_because:
        case None:
            return ""
        case StaysBecause.CASH_TARGET:
            return _for_cash_target(plan, wording)
        case StaysBecause.BUFFER:
            return "kept as its buffer"
        case StaysBecause.TOO_LITTLE:
            return "too little for another trade"
        case StaysBecause.NOTHING_MISSING:
            return "nothing that may be bought here is below its target"
        case StaysBecause.OTHER_CURRENCY:
            return "may not be converted into the currency of what is missing"
        case StaysBecause.NOT_ASKED:
            return "idle cash is not used"
        case StaysBecause.ONLY_CASH:
            return "holds only cash; nothing is bought there"
        case StaysBecause.NOT_WORTH_A_TRADE:
            return "a further trade would bring too little"


def _for_cash_target(plan: Plan, wording: Wording) -> str:
    """Cash counts to the class of which the plan's own cash is a part."""
    for each in plan.after.classes:
        assets = (wording.portfolio.assets.get(row.asset_id) for row in each.holdings)
        if each.target_bps and any(asset is not None and asset.is_cash for asset in assets):
            name = wording.portfolio.classes[each.asset_class_id].name
            return f"kept for the {name} target of {wording.number(_tenths(each.target_bps))}%"
    return "kept for the target of cash"


def _tenths(bps: int) -> Decimal:
    return Decimal(bps).scaleb(-2).quantize(Decimal("0.1"), ROUND_HALF_UP)


def note_words(note: PlanNote, plan: Plan, wording: Wording) -> str:
    """The sentence of a note."""
    where, what, base = wording.account(note.account_id), wording.assets(note.asset_ids), plan.base_currency
    amount = "" if note.amount_minor is None else wording.money(note.amount_minor, base)
    count = len(note.asset_ids)
    match note.kind:
        case NoteKind.ASK_ROOM:
            return f"May new money go into {where}? Until that is said, none does."
        case NoteKind.NO_ROOM:
            return f"{where} has room for {amount} of new money." if note.amount_minor else f"{where} has no room left."
        case NoteKind.ONLY_CASH:
            return f"{where} holds only cash; nothing is bought there."
        case NoteKind.HELD_NOWHERE:
            return f"{what} is held nowhere yet; bought in {where}."
        case NoteKind.STAYS_OUTSIDE:
            holdings, they = ("1 holding stays", "it") if count == 1 else (f"{count} holdings stay", "they")
            return f"{holdings} outside: {they} can be bought only in {where}, and its cash is used up."
        case NoteKind.IDLE_OTHER_CURRENCY:
            return f"{amount} in {where} is in a currency that may not be converted there."
        case NoteKind.ANY_AMOUNT:
            return (
                f"1 asset trades in any amount: {what}."
                if count == 1
                else f"{count} assets trade in any amount: {what}."
            )
        case NoteKind.STALE_PRICE:
            return f"Prices are over {wording.days()} old: {what}."
        case NoteKind.LOCKED_PAYER:
            return f"{where} pays a part of it, because the other accounts cannot."
        case NoteKind.METHOD_DECIDES:
            return "The strategy's fill method decides, with no smallest trade and however many trades it takes."
        case NoteKind.METHOD_PLAYS_NO_PART:
            return "Whole shares, several accounts or fees: the strategy's fill method plays no part."


def short_words(reason: Reason, wording: Wording) -> str:
    """The reason of a plan that fills the largest gap first: "Underweight by 20.0 %" of the total after."""
    return "" if reason.short_bps is None else f"Underweight by {wording.number(_tenths(reason.short_bps))} %"
