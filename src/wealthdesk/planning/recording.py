"""What carrying out trades makes of the holdings and the cash of a portfolio. Pure: nothing is read or written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

from wealthdesk.domain.accounts import Account, Scope, account_of
from wealthdesk.domain.assets import CASH_CLASS, Asset, Exposure, cash_asset
from wealthdesk.domain.cash_book import CashBook, Pocket, Units, units
from wealthdesk.domain.drift import Allocation
from wealthdesk.domain.holdings import Holding, Portfolio, checked_price, checked_quantity
from wealthdesk.domain.money import (
    LARGEST_MINOR,
    LARGEST_NUMBER,
    WHOLE,
    canonical,
    check_decimals,
    digits,
    exact_product,
    exact_sum,
    from_minor,
    half_up,
    product_minor,
    split,
)
from wealthdesk.domain.plans import (
    Conversion,
    Fill,
    Mode,
    Plan,
    RecordedChange,
    RecordedConversion,
    RecordedTrade,
    Side,
    Trade,
)
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, known_lots, ordered, sell, total
from wealthdesk.domain.valuation import ONE, conversions
from wealthdesk.errors import BadInput, NotFound

_NONE: Final = Decimal(0)

AccountAsset = tuple[str, str]
"""An account's id and an asset's."""

Need = tuple[str, Fraction]
"""A currency, and what lacks in it, exact, in its minor units."""


@dataclass(frozen=True, slots=True)
class HeldPosition:
    """What an account holds of an asset while trades are carried out."""

    quantity: Decimal
    cost_minor: int | None = None
    lots: TaxLots = ()

    @property
    def has_lots(self) -> bool:
        """Whether lots are known for all of it."""
        return bool(self.lots) and total(self.lots) == self.quantity


@dataclass(frozen=True, slots=True)
class RecordingOutcome:
    """What the trades and conversions come to: what they were, the holdings that they changed, and cash of currencies
    new to the file.

    cash_books: account id → its spendable cash before and after.
    """

    trades: tuple[RecordedTrade, ...]
    conversions: tuple[RecordedConversion, ...]
    changes: tuple[RecordedChange, ...]
    new_assets: tuple[Asset, ...]
    cash_books: Mapping[str, tuple[CashBook, CashBook]]


class Books:
    """The accounts of a portfolio that trades are carried out in, one after the other.

    In each account what comes in is added first, in the account's own currency, then what is sold; then money is
    converted, its fee from the currency that is given; then purchases are paid, from the cash in their own currency,
    and what lacks there is exchanged, from the base currency first, then from the largest pocket; what goes out goes
    last, in the account's own currency. Amounts are rounded half up to minor units, each in its own currency.
    """

    def __init__(self, portfolio: Portfolio, base: str, lots: Mapping[str, TaxLots]) -> None:
        self.portfolio = portfolio
        self.base = base
        self.units: Units = units(conversions(portfolio.rates, base), base)
        self._assets = dict(portfolio.assets)
        self._holdings = {(h.account_id, h.asset_id): h for h in portfolio.holdings}
        self._before = {at: _position(h, lots.get(h.id, ())) for at, h in self._holdings.items()}
        self._now = dict(self._before)
        self._spendable = _spendable(portfolio.assets.values(), base)
        self._cash_books: dict[str, tuple[CashBook, CashBook]] = {}

    def carry_out(
        self, fills: Sequence[Fill], amounts: Mapping[str, int], converted: Sequence[Conversion] = ()
    ) -> RecordingOutcome:
        """The outcome of fills and conversions that were checked, and of amounts per account in base-currency minor
        units.

        BadInput, naming the account, when an account lacks cash, or would come to more than can be kept.
        """
        touched = {fill.account_id for fill in fills} | {each.account_id for each in converted} | amounts.keys()
        for account_id in sorted(touched):
            inside = sorted((f for f in fills if f.account_id == account_id), key=lambda f: (f.asset_id, f.quantity))
            changed = sorted((c for c in converted if c.account_id == account_id), key=lambda c: (c.source, c.to))
            self._carry_out(self.portfolio.accounts[account_id], inside, changed, amounts.get(account_id, 0))
        changes = tuple(self._changes())
        new = sorted({change.asset_id for change in changes if change.asset_id} - self.portfolio.assets.keys())
        return RecordingOutcome(
            tuple(map(self._trade, fills)),
            tuple(_recorded(self.portfolio, each) for each in converted),
            changes,
            tuple(self._assets[each] for each in new),
            self._cash_books,
        )

    def cash(self, account_id: str) -> CashBook:
        """The cash of an account that may be spent: what is held for another class than that of cash may not."""
        pockets = []
        for (holder, asset_id), position in sorted(self._now.items()):
            asset = self._assets[asset_id]
            if holder == account_id and asset_id in self._spendable:
                pockets.append(Pocket(asset_id, asset.currency, _whole_minor(position.quantity, asset.currency)))
        return CashBook(self.base, self.units, tuple(pockets))

    def cost(self, fill: Fill) -> Fraction:
        """Quantity × price, exact, in minor units of the asset's currency."""
        return Fraction(fill.quantity) * Fraction(fill.price) * Fraction(10 ** digits(self._currency(fill)))

    def worth(self, fill: Fill) -> int:
        """What a purchase takes in all, or a sale gives, in base-currency minor units; a fee may make that negative."""
        fee = fill.fee_minor if fill.side is Side.BUY else -fill.fee_minor
        return half_up((self.cost(fill) + fee) * self.units[self._currency(fill)])

    def _carry_out(self, account: Account, fills: Sequence[Fill], converted: Sequence[Conversion], amount: int) -> None:
        start = self.cash(account.id)
        own = account.currency if account.currency in self.units else self.base
        cash, needs = self._sold(self._coming_in(account, start, own, max(amount, 0)), fills)
        cash, for_conversions = self._converted(account, cash, converted, fills)
        cash, for_purchases = self._bought(cash, fills)
        needs += [*for_conversions, *for_purchases]
        if amount < 0:
            exact = -amount / self.units[own]
            cash, for_payment = _paid(cash, [(own, half_up(exact), exact)])
            needs += for_payment
        allowance = self._rounding(cash, fills, converted, len(needs) + (own != self.base and amount != 0))
        for currency, need in needs:
            cash, missing = cash.exchange(currency, need)
            allowance -= missing * self.units[currency]
            if missing > 0 and allowance < 0:
                raise _lacks(account, currency, missing)
        self._cash_books[account.id] = start, cash
        self._keep_cash(account.id, start, cash)

    def _coming_in(self, account: Account, cash: CashBook, code: str, amount: int) -> CashBook:
        if not amount:
            return cash
        return cash.add(self._cash(account.id, code).id, code, half_up(amount / self.units[code]))

    def _converted(
        self, account: Account, cash: CashBook, converted: Sequence[Conversion], fills: Sequence[Fill]
    ) -> tuple[CashBook, list[Need]]:
        """The cash with what was converted, and what the currencies that were given lack of it, which is rounding.

        BadInput where they lack more: no other currency is exchanged for what is to be converted.
        """
        needs: list[Need] = []
        for each in converted:
            fee = each.fee_minor / self.units[each.source]
            bills = [(each.source, each.source_minor, Fraction(each.source_minor)), (each.source, half_up(fee), fee)]
            cash, lacking = _paid(cash, bills)
            missing = sum((need for _, need in lacking), Fraction(0))
            if missing * self.units[each.source] > self._rounding(cash, fills, converted, 1):
                raise _lacks(account, each.source, missing)
            needs += lacking
            cash = cash.add(self._cash(account.id, each.to).id, each.to, each.to_minor)
        return cash, needs

    def _sold(self, cash: CashBook, fills: Iterable[Fill]) -> tuple[CashBook, list[Need]]:
        """The cash with what the sales bring, and what of their fees these do not pay."""
        needs = []
        for fill in fills:
            if fill.side is Side.SELL:
                currency = self._currency(fill)
                proceeds = self._sell(fill) - fill.fee_minor
                cash = cash.add(self._cash(fill.account_id, currency).id, currency, max(proceeds, 0))
                needs.append((currency, max(-proceeds, 0)))
        return _paid(cash, [(currency, minor, Fraction(minor)) for currency, minor in needs])

    def _bought(self, cash: CashBook, fills: Iterable[Fill]) -> tuple[CashBook, list[Need]]:
        """The cash without what the purchases cost, and what of it lacks in their own currencies."""
        bills = []
        for fill in fills:
            if fill.side is Side.BUY:
                cost = self._buy(fill)
                bills.append((self._currency(fill), cost, self.cost(fill) + fill.fee_minor))
        return _paid(cash, bills)

    def _rounding(
        self, cash: CashBook, fills: Sequence[Fill], converted: Sequence[Conversion], exchanges: int
    ) -> Fraction:
        """What may be missing for rounding alone, in base-currency minor units.

        A plan counts in the base currency: what is traded or converted in another one was rounded to half a unit in
        both. Exchanging rounds to half a unit of the other currency each time.
        """
        codes = [*map(self._currency, fills), *(code for each in converted for code in (each.source, each.to))]
        traded = [(1 + self.units[code]) / 2 for code in codes if code != self.base]
        foreign = {pocket.currency for pocket in cash.pockets} & self.units.keys() - {self.base}
        return sum(traded, exchanges * max((self.units[code] / 2 for code in foreign), default=Fraction(0)))

    def _buy(self, fill: Fill) -> int:
        place = fill.account_id, fill.asset_id
        before = self._now.get(place, HeldPosition(_NONE))
        cost = half_up(self.cost(fill)) + fill.fee_minor
        bought = TaxLot(self.portfolio.on, fill.quantity, cost)
        lots = ordered((*before.lots, bought)) if before.has_lots else ()
        is_known = before.cost_minor is not None or before.quantity == 0
        self._set(place, exact_sum(before.quantity, fill.quantity), (before.cost_minor or 0) + cost, lots, is_known)
        return cost

    def _sell(self, fill: Fill) -> int:
        place = fill.account_id, fill.asset_id
        before = self._now.get(place, HeldPosition(_NONE))
        if fill.quantity > before.quantity:
            raise self._not_held(fill, before.quantity)
        sale = sell(known_lots(before.quantity, before.cost_minor, before.lots), fill.quantity)
        left = max((before.cost_minor or 0) - sale.cost_minor, 0)
        lots = sale.left if before.has_lots else ()
        self._set(place, exact_sum(before.quantity, -fill.quantity), left, lots, before.cost_minor is not None)
        return half_up(self.cost(fill))

    def _set(self, place: AccountAsset, quantity: Decimal, cost: int, lots: TaxLots, is_known: bool) -> None:
        if quantity >= LARGEST_NUMBER or cost > LARGEST_MINOR:
            raise BadInput(f"{self._assets[place[1]].symbol} would come to more than can be kept. Check the decimals.")
        self._now[place] = HeldPosition(quantity, cost if is_known else None, lots)

    def _keep_cash(self, account_id: str, before: CashBook, after: CashBook) -> None:
        """What became of the pockets, kept as quantities; parts of a minor unit that were there stay."""
        known = {pocket.asset_id: pocket.minor for pocket in before.pockets}
        for pocket in after.pockets:
            place, more = (account_id, pocket.asset_id), pocket.minor - known.get(pocket.asset_id, 0)
            held = self._now.get(place, HeldPosition(_NONE))
            quantity = exact_sum(held.quantity, from_minor(more, pocket.currency))
            if quantity >= LARGEST_NUMBER:
                raise BadInput(f"The cash in {pocket.currency} would come to more than can be kept. Check the amounts.")
            if more:
                self._now[place] = replace(held, quantity=quantity)

    def _cash(self, account_id: str, code: str) -> Asset:
        """The cash of a currency: what the account has, else what the file knows, else new."""
        known = [self._assets[each] for each in sorted(self._spendable) if self._assets[each].currency == code]
        held = [asset for asset in known if (account_id, asset.id) in self._now]
        if held or known:
            return (held or known)[0]
        new = cash_asset(code, self._assets.values())
        self._assets[new.id] = new
        self._spendable |= {new.id}
        return new

    def _changes(self) -> Iterable[RecordedChange]:
        """What is not as it was; cash stays when there is none left, anything else that is sold goes."""
        for place in sorted(self._now):
            before, after = self._before.get(place), self._now[place]
            if before != after:
                is_gone = after.quantity == 0 and not self._assets[place[1]].is_cash
                yield self._change(place, before, None if is_gone else after)

    def _change(self, place: AccountAsset, before: HeldPosition | None, after: HeldPosition | None) -> RecordedChange:
        account, asset = self.portfolio.accounts[place[0]], self._assets[place[1]]
        holding = self._holdings.get(place)
        return RecordedChange(
            account_id=account.id,
            asset_id=asset.id,
            before=holding,
            quantity_after=after.quantity if after else None,
            cost_after_minor=after.cost_minor if after else None,
            lots_before=before.lots if before else (),
            lots_after=after.lots if after else (),
            account_name=account.name,
            symbol=asset.symbol,
            currency=asset.currency,
            holding_id=holding.id if holding else "",
        )

    def _trade(self, fill: Fill) -> RecordedTrade:
        account, asset = self.portfolio.accounts[fill.account_id], self._assets[fill.asset_id]
        return RecordedTrade(
            account_id=account.id,
            asset_id=asset.id,
            account_name=account.name,
            symbol=asset.symbol,
            side=fill.side,
            quantity=fill.quantity,
            price=fill.price,
            currency=asset.currency,
            amount_minor=half_up(self.cost(fill) * self.units[asset.currency]),
            fee_minor=fill.fee_minor,
        )

    def _currency(self, fill: Fill) -> str:
        return self._assets[fill.asset_id].currency

    def _not_held(self, fill: Fill, held: Decimal) -> BadInput:
        symbol, name = self._assets[fill.asset_id].symbol, self.portfolio.accounts[fill.account_id].name
        return BadInput(f"“{name}” holds {canonical(held)} of {symbol}, less than is sold. Lower the quantity.")


def _paid(cash: CashBook, bills: Iterable[tuple[str, int, Fraction]]) -> tuple[CashBook, list[Need]]:
    """Pays bills (currency, rounded, exact) from their own currency; what lacks is exact, to be rounded once."""
    needs = []
    for currency, minor, exact in bills:
        cash, lacking = cash.take(currency, minor)
        if lacking:
            needs.append((currency, max(exact - (minor - lacking), Fraction(0))))
    return cash, needs


def _recorded(portfolio: Portfolio, each: Conversion) -> RecordedConversion:
    return RecordedConversion(
        account_id=each.account_id,
        account_name=portfolio.accounts[each.account_id].name,
        source=each.source,
        to=each.to,
        source_minor=each.source_minor,
        to_minor=each.to_minor,
        rate=each.rate,
        fee_minor=each.fee_minor,
    )


def _position(holding: Holding, lots: TaxLots) -> HeldPosition:
    return HeldPosition(holding.quantity, holding.cost_basis_minor, lots)


def _spendable(assets: Iterable[Asset], base: str) -> frozenset[str]:
    """The cash that is not held for another class: it counts to the same as that of the base currency, or to none."""
    cash = [asset for asset in assets if asset.is_cash]
    of_base = next((asset.exposures for asset in cash if asset.currency == base), (Exposure(CASH_CLASS, WHOLE),))
    return frozenset(asset.id for asset in cash if asset.exposures in ((), of_base))


def _whole_minor(quantity: Decimal, code: str) -> int:
    minor = exact_product(quantity, Decimal(10) ** digits(code))
    return int(minor.to_integral_value(ROUND_FLOOR))


def _lacks(account: Account, currency: str, missing: Fraction) -> BadInput:
    amount = f"{from_minor(ceil(missing), currency)} {currency}"
    return BadInput(f"“{account.name}” lacks {amount} in cash for this. Lower a quantity, or add the cash first.")


def fills_of(plan: Plan, allocation: Allocation) -> tuple[Fill, ...]:
    """The trades of a plan as fills; fees in the assets' currencies, rounded down so that they fit into the plan.

    A trade that names no account is in that of the scope which holds most of the asset.
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
    account_id = account_of(scope)
    if account_id is not None and None in amounts:
        amounts[account_id] = amounts.get(account_id, 0) + amounts.pop(None)
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
    account_id, portfolio = account_of(allocation.scope), allocation.portfolio
    if account_id is not None:
        return account_id
    held = {h.account_id: h.quantity for h in portfolio.holdings if h.asset_id == trade.asset_id}
    worth: dict[str, Fraction] = {}
    for each in allocation.valuation.holdings:
        account_id = each.holding.account_id
        worth[account_id] = worth.get(account_id, Fraction(0)) + (each.value_minor or 0)
    inside = portfolio.accounts_in(allocation.scope)
    open_ones = [each for each in inside if not portfolio.accounts[each].is_archived]
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
