"""Any portfolio at all, for the tests of plans: accounts, currencies, look-through, gaps in prices, any targets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from examples import any_of
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure, cash_asset
from wealthdesk.domain.drift import Allocation, compose, measure
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.money import LARGEST_MINOR, WHOLE, split
from wealthdesk.domain.plans import Goal, Mode, PlanOptions, PlanRequest, Trades
from wealthdesk.domain.targets import ClassTarget, FillMethod, HoldingTarget, Strategy, Unfillable, check
from wealthdesk.domain.trading_rules import NO_ROOM_SET, AccountRules, MayHold, Room, RoomKind, Trading, TradingRules
from wealthdesk.domain.valuation import value

T = TypeVar("T")

TODAY = date(2026, 11, 20)
CLASSES = {name: AssetClass(name, name, "#000000", place) for place, name in enumerate(("cash", "c1", "c2", "c3"))}
RATES = (
    FxRate("EUR", "USD", TODAY, Decimal("1.0837")),
    FxRate("USD", "JPY", TODAY, Decimal("154.33")),
    FxRate("GBP", "EUR", TODAY, Decimal("1.2")),
)
amounts = st.sampled_from([10**6, 0, 1, 2, 7, 10**8, LARGEST_MINOR]) | st.integers(0, 10**9)


def numbers(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


TAME = numbers("10", "1", "123", "7.5", "0.07", "31.25")
QUANTITIES = numbers("10", "1", "2500", "0", "100000000000000", "0.000000000001", "1234.56789")
COSTS = numbers("12.34", "1", "300.50", "0.07", "0", "0.000000000001", "1000000000000")


ORDERS = st.permutations(list(CLASSES))
bases = st.none() | st.sampled_from([0, 1_000, 123_456, 10**8])


@st.composite
def assets(draw: st.DrawFn, name: str, tame: bool) -> Asset:
    several = 1 if tame else draw(any_of(1, 1, 1, 1, 0, 2, 3))
    inside = draw(ORDERS)[:several]
    shares = split(WHOLE, [draw(st.integers(1, 99)) for _ in inside])
    return Asset(
        name, name, name, AssetKind.FUND,
        draw(any_of(*(["USD", "EUR", "JPY", "GBP"] if tame else ["USD", "CHF", "JPY"]))),
        tuple(Exposure(class_id, share) for class_id, share in zip(inside, shares, strict=True)),
        lot_step=draw(any_of(Decimal(1), Decimal(1), Decimal("0.001"), None)),
        is_archived=not tame and draw(st.integers(0, 9)) == 0,
    )  # fmt: skip


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    tame = draw(any_of(True, True, False))
    quantities, costs = (TAME, TAME) if tame else (QUANTITIES, COSTS)
    known = [draw(assets(f"a{n}", tame)) for n in range(draw(any_of(6, 7, 5, 4, 3, 2, 0)))]
    for code in draw(st.lists(any_of("USD", "EUR"), unique=True)):
        cash = cash_asset(code)
        known.append(replace(cash, exposures=()) if draw(st.integers(0, 5)) == 0 else cash)
    accounts = [
        Account(
            f"n{n}", f"n{n}", draw(any_of(*AccountKind)), draw(any_of("USD", "EUR", "CHF")),
            is_archived=n == 2 and draw(st.integers(0, 4)) == 0,
        )
        for n in range(3)
    ]  # fmt: skip
    holdings = [
        Holding(f"{account.id}{asset.id}", account.id, asset.id, draw(quantities), draw(bases))
        for account in accounts
        for asset in known
        if draw(st.booleans())
    ]
    prices = {each.id: Price(each.id, TODAY, draw(costs)) for each in known if draw(st.integers(-1, 6)) >= 0}
    by_id = {each.id: each for each in known}
    return Portfolio(
        TODAY, draw(any_of("USD", "JPY", "EUR")), {a.id: a for a in accounts}, CLASSES, by_id,
        tuple(holdings), prices, RATES,
    )  # fmt: skip


@st.composite
def strategies(draw: st.DrawFn, portfolio: Portfolio) -> Strategy:
    chosen = draw(ORDERS)[: draw(any_of(4, 3, 2, 1, 0))]
    targets = []
    for class_id, bps in zip(chosen, split(WHOLE, [draw(any_of(0, 1, 5, 20, 33, 60)) for _ in chosen]), strict=True):
        inside = [a.id for a in portfolio.assets.values() if a.only_class == class_id]
        wanted = draw(st.lists(any_of(*inside), unique=True)) if inside else []
        shares = split(WHOLE, [draw(st.integers(0, 60)) for _ in wanted])
        below = tuple(HoldingTarget(asset_id, share) for asset_id, share in zip(wanted, shares, strict=True))
        targets.append(ClassTarget(class_id, bps, holdings=below))
    check(tuple(targets))
    method, unfillable = draw(any_of(*FillMethod)), draw(any_of(*Unfillable))
    return Strategy("s", "s", None, True, fill_method=method, unfillable=unfillable, targets=tuple(targets))


@st.composite
def allocations(draw: st.DrawFn) -> Allocation:
    portfolio = draw(portfolios())
    strategy = draw(strategies(portfolio))
    return allocation_of(portfolio, strategy, draw(any_of(None, None, "n0")))


def allocation_of(portfolio: Portfolio, strategy: Strategy, scope: str | None) -> Allocation:
    valuation = value(portfolio, scope)
    held = compose(valuation)
    drift = measure(held, portfolio.classes.values(), strategy)
    return Allocation(scope, portfolio, valuation, held, strategy, drift)


def backwards(known: Mapping[str, T]) -> dict[str, T]:
    return dict(list(known.items())[::-1])


def turned(allocation: Allocation) -> Allocation:
    """The same with every list and dict the other way round, the order of the classes on screen excepted."""

    old, strategy = allocation.portfolio, allocation.strategy
    assert strategy is not None
    other = replace(
        old,
        accounts=backwards(old.accounts),
        assets=backwards(old.assets),
        prices=backwards(old.prices),
        holdings=old.holdings[::-1],
        rates=old.rates[::-1],
    )
    lines = tuple(replace(target, holdings=target.holdings[::-1]) for target in strategy.targets[::-1])
    return allocation_of(other, replace(strategy, targets=lines), allocation.scope)


# Requests and rules


@st.composite
def rules_for(draw: st.DrawFn, portfolio: Portfolio) -> TradingRules:
    """Buffers, fees, what may be held, what may be traded, homes: mostly none."""
    accounts = {key: draw(account_rules(portfolio)) for key in portfolio.accounts if draw(st.booleans())}
    trading = {key: draw(any_of(*Trading)) for key in portfolio.assets if draw(st.integers(0, 4)) == 0}
    homes = {key: draw(any_of(*AccountKind)) for key in CLASSES if draw(st.integers(0, 2)) == 0}
    return TradingRules(accounts, trading, homes)


@st.composite
def account_rules(draw: st.DrawFn, portfolio: Portfolio) -> AccountRules:
    some = st.sets(any_of(*sorted(portfolio.assets))) if portfolio.assets else st.just(set[str]())
    return AccountRules(
        buffer_minor=draw(any_of(0, 0, 1, 10_000, 10**9)),
        fee_fixed_minor=draw(any_of(0, 0, 1, 99, 1_000)),
        fee_rate_bps=Decimal(draw(any_of("0", "0", "10", "25.5"))),
        fx_rate_bps=Decimal(draw(any_of("0", "0", "50"))),
        can_hold=draw(some.map(frozenset)),
        may_hold=draw(any_of(MayHold.AUTOMATIC, MayHold.AUTOMATIC, MayHold.ALL, MayHold.LISTED)),
        room=draw(any_of(NO_ROOM_SET, NO_ROOM_SET, Room(RoomKind.NO_LIMIT), Room(RoomKind.LIMITED, 50_000))),
        converts=draw(st.booleans()),
        trades_archived=draw(st.booleans()),
    )


@st.composite
def requests(draw: st.DrawFn, allocation: Allocation) -> PlanRequest:
    """Any request for the allocation that is not refused: money is named in currencies that have a rate."""
    mode = draw(any_of(*Mode))
    accounts = allocation.portfolio.accounts
    scope = [key for key in accounts if allocation.scope in (None, key) and accounts[key].currency != "CHF"]
    amounts: dict[str | None, int] = {}
    if mode is not Mode.REBALANCE:
        named = draw(st.lists(any_of(*scope), unique=True)) if scope else []
        amounts = {key: draw(MONEY) for key in named} or {None: draw(MONEY)}
    options = PlanOptions(
        whole_shares=draw(st.booleans()),
        use_cash=draw(st.booleans()),
        goal=draw(any_of(*Goal)),
        min_trade_minor=draw(any_of(None, None, 0, 500, 20_000)),
        gain_limit_minor=draw(any_of(None, None, 0, 5_000)),
        prefer_homes=draw(st.booleans()),
        trades=draw(any_of(*Trades, 1, 3)),
        gain_cost_bps=draw(any_of(0, 1_000)),
    )
    return PlanRequest(mode, amounts, options, always=draw(st.booleans()))


MONEY = st.sampled_from([0, 1, 50, 10_000, 123_457, 10**8])
