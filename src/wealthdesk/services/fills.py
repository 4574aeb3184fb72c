"""Trades as they are carried out: suggested by a plan, checked, and the accounts that a plan's money comes into."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.allocation import Allocation
from wealthdesk.domain.cash_book import Units, units
from wealthdesk.domain.holdings import Portfolio, checked_price, checked_quantity
from wealthdesk.domain.money import LARGEST_MINOR, check_decimals, product_minor, split
from wealthdesk.domain.plans import Conversion, Mode, Plan, Side, Trade
from wealthdesk.domain.recorded_plans import Fill
from wealthdesk.domain.valuation import ONE, conversions
from wealthdesk.errors import BadInput, NotFound
from wealthdesk.services.recording import Books


def fills_of(plan: Plan, allocation: Allocation) -> tuple[Fill, ...]:
    """The trades of a plan as fills; fees in the assets' currencies, rounded down so that they fit into the plan.

    A trade that names no account is in the scope's, else in that which holds most of the asset.
    """
    worth = units(conversions(allocation.portfolio.rates, plan.base_currency), plan.base_currency)
    return tuple(
        Fill(
            account_id=trade.account_id or _account_for(trade, allocation),
            asset_id=trade.asset_id,
            side=trade.side,
            quantity=trade.quantity,
            price=trade.price,
            fee_minor=floor(trade.fee_minor / worth[trade.currency]),
        )
        for trade in plan.trades
    )


def checked_fills(
    fills: Iterable[Fill], portfolio: Portfolio, worth: Units, trading_archived: Collection[str] = ()
) -> tuple[Fill, ...]:
    """The fills without those of quantity 0; BadInput or NotFound, naming the asset, for one that cannot be.

    trading_archived: the archived accounts that trade all the same.
    """
    found = [fill for fill in fills if fill.quantity != 0]
    for fill in found:
        _check(fill, portfolio, worth, trading_archived)
    for place in {(fill.account_id, fill.asset_id, fill.side) for fill in found}:
        same = [fill for fill in found if (fill.account_id, fill.asset_id, fill.side) == place]
        if len(same) > 1:
            symbol, name = portfolio.assets[place[1]].symbol, portfolio.accounts[place[0]].name
            raise BadInput(f"{symbol} in “{name}” stands twice. Add the two lines up.")
    return tuple(found)


def checked_conversions(converted: Iterable[Conversion], portfolio: Portfolio, worth: Units) -> tuple[Conversion, ...]:
    """The conversions without those of nothing; BadInput or NotFound, in one sentence, for one that cannot be."""
    found = [each for each in converted if each.source_minor != 0]
    for each in found:
        _check_conversion(each, portfolio, worth)
    return tuple(found)


def money_of(plan: Plan, scope: Scope) -> dict[Scope, int]:
    """What a plan brings into each account (None: into any of them), negative where it goes out; in the base currency.

    Of a withdrawal that could not be raised whole, only what was raised goes out.
    """
    if plan.accounts:
        amounts = {cash.account_id: cash.new_minor for cash in plan.accounts}
    elif plan.mode is Mode.DEPOSIT:
        amounts = {None: plan.amount_minor}
    else:
        amounts = {None: plan.shortfall_minor - plan.amount_minor if plan.mode is Mode.WITHDRAWAL else 0}
    if scope is not None and None in amounts:
        amounts[scope] = amounts.get(scope, 0) + amounts.pop(None)
    return {account_id: minor for account_id, minor in amounts.items() if minor}


def placed(
    money: Mapping[Scope, int], fills: Sequence[Fill], books: Books, inside: Sequence[Account]
) -> dict[str, int]:
    """The money per account, what may go into any placed: as much into each as its purchases need beyond its sales.

    When idle cash pays for a part of that, the accounts that lack cash go first. What is left goes where most is
    bought, else where most cash is. A withdrawal is taken where it was raised, then from the largest cash.
    """
    amounts = {account_id: minor for account_id, minor in money.items() if account_id is not None}
    anywhere = money.get(None, 0)
    if not anywhere:
        return amounts
    accounts = sorted(account.id for account in inside if not account.is_archived)
    if not accounts:
        raise BadInput("There is no account that the money could come into. Add one first.")
    bought = dict.fromkeys(accounts, 0)
    for fill in fills:
        minor = books.worth(fill)
        bought[fill.account_id] = bought.get(fill.account_id, 0) + (minor if fill.side is Side.BUY else -minor)
    cash = {account_id: floor(books.cash(account_id).worth) for account_id in bought}
    parts = _into(anywhere, bought, cash) if anywhere > 0 else _out_of(-anywhere, bought, cash)
    return {each: total for each, part in parts.items() if (total := amounts.pop(each, 0) + part)} | amounts


def _into(amount: int, bought: Mapping[str, int], cash: Mapping[str, int]) -> dict[str, int]:
    needs = {each: max(minor, 0) for each, minor in bought.items()}
    lacks = {each: max(need - cash[each], 0) for each, need in needs.items()}
    first = needs if sum(needs.values()) <= amount else lacks
    parts = _divided(amount, first) if sum(first.values()) > amount else dict(first)
    left = amount - sum(parts.values())
    still = {each: need - parts[each] for each, need in needs.items()}
    if left and sum(still.values()) >= left:
        more = _divided(left, still)
        return {each: part + more[each] for each, part in parts.items()}
    most = max(needs, key=lambda each: (needs[each], cash[each], each))
    return parts | {most: parts[most] + left}


def _out_of(amount: int, bought: Mapping[str, int], cash: Mapping[str, int]) -> dict[str, int]:
    parts, left = dict.fromkeys(bought, 0), amount
    for each in sorted(bought, key=lambda each: (bought[each], each)):
        parts[each] = min(max(-bought[each], 0), left)
        left -= parts[each]
    for each in sorted(cash, key=lambda each: (-cash[each], each)):
        more = min(cash[each], left)
        parts[each] += more
        left -= more
    most = max(parts, key=lambda each: (parts[each], each))
    return {each: -part for each, part in (parts | {most: parts[most] + left}).items()}


def _divided(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    return dict(zip(weights, split(amount, list(weights.values())), strict=True))


def _account_for(trade: Trade, allocation: Allocation) -> str:
    if allocation.scope is not None:
        return allocation.scope
    portfolio = allocation.portfolio
    held = {h.account_id: h.quantity for h in portfolio.holdings if h.asset_id == trade.asset_id}
    worth: dict[str, Fraction] = {}
    for each in allocation.valuation.holdings:
        account_id = each.holding.account_id
        worth[account_id] = worth.get(account_id, Fraction(0)) + (each.value_minor or 0)
    open_ones = [account.id for account in portfolio.accounts.values() if not account.is_archived]
    if not open_ones:
        raise BadInput("There is no account that this could be held in. Add one first.")
    return max(open_ones, key=lambda each: (held.get(each, 0), worth.get(each, 0), each))


def _check(fill: Fill, portfolio: Portfolio, worth: Units, trading_archived: Collection[str]) -> None:
    account, asset = portfolio.accounts.get(fill.account_id), portfolio.assets.get(fill.asset_id)
    if account is None or asset is None:
        raise NotFound("An account or an asset of these trades does not exist any more. Nothing was recorded.")
    what = f"{asset.symbol} in “{account.name}”"
    if account.is_archived and account.id not in trading_archived:
        raise BadInput(f"“{account.name}” is archived, so nothing is traded in it. Choose another account.")
    if asset.is_cash:
        raise BadInput(f"{what} is cash, which is not traded: it follows from the other trades. Remove its line.")
    if asset.currency not in worth:
        raise BadInput(
            f"There is no exchange rate for {asset.currency}, the currency of {asset.symbol}. Add one first."
        )
    if fill.quantity < 0 or fill.fee_minor < 0:
        raise BadInput(f"The quantity and the fee of {what} are 0 or more. Change the one that is not.")
    checked_quantity(fill.quantity)
    checked_price(fill.price)
    minor = max(product_minor(fill.quantity, fill.price, ONE, asset.currency), fill.fee_minor)
    if minor * max(worth[asset.currency], Fraction(1)) > LARGEST_MINOR:
        raise BadInput(f"The amount of {what} is too large. Check the decimal marks.")


def _check_conversion(each: Conversion, portfolio: Portfolio, worth: Units) -> None:
    account = portfolio.accounts.get(each.account_id)
    if account is None:
        raise NotFound("An account that money is changed in does not exist any more. Nothing was recorded.")
    what = f"{each.source} into {each.to} in “{account.name}”"
    if each.source == each.to:
        raise BadInput(f"{what} changes nothing. Choose two currencies.")
    for code in (each.source, each.to):
        if code not in worth:
            raise BadInput(f"There is no exchange rate for {code}. Add one first.")
    if min(each.source_minor, each.to_minor, each.fee_minor) < 0 or each.rate <= 0:
        raise BadInput(f"The amounts and the fee of {what} are 0 or more, and its rate is above 0. Change what is not.")
    largest = max(worth[each.source], worth[each.to], Fraction(1))
    if max(each.source_minor, each.to_minor, each.fee_minor) * largest > LARGEST_MINOR:
        raise BadInput(f"The amount of {what} is too large. Check the decimal marks.")
    check_decimals(each.rate, "rate")
