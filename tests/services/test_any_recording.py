"""What holds whatever is recorded: nothing is lost or made, nothing is below 0, and undone it is as it was before."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from examples import any_of, examples
from portfolio_files import copied
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetClass, AssetKind, Exposure, cash_asset
from wealthdesk.domain.drift import Allocation, compose, measure
from wealthdesk.domain.holdings import FxRate, Holding, Portfolio, Price
from wealthdesk.domain.money import WHOLE, digits, half_up
from wealthdesk.domain.plans import AccountCash, Conversion, Fill, Mode, Plan, Side
from wealthdesk.domain.targets import ClassTarget, Strategy
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.domain.valuation import value
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.planning.plans import Plans
from wealthdesk.planning.recording import (
    Books,
    RecordingOutcome,
    checked_conversions,
    checked_fills,
    fills_of,
    money_of,
    placed,
)
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage import accounts, assets, holdings, prices

TODAY = date(2026, 11, 20)
CLASSES = {name: AssetClass(name, name, "#000000", place) for place, name in enumerate(("equity", "crypto", "cash"))}
RATES = (
    FxRate("EUR", "USD", TODAY, Decimal("1.0837")),
    FxRate("USD", "JPY", TODAY, Decimal("154.33")),
    FxRate("KWD", "USD", TODAY, Decimal("3.2551")),
)
NIL = Fraction(0)
CODES = ("USD", "EUR", "JPY", "KWD")
numbers = st.sampled_from(
    [Decimal(n) for n in ("1", "10", "2.5", "0.333333333333", "0.000000000001", "7", "1234.5678")]
)
costs = st.sampled_from([Decimal(n) for n in ("10", "1", "0.01", "99.995", "613.37", "0.0001", "88400.5")])
codes = st.permutations(CODES)


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    cash = [cash_asset(code) for code in draw(codes)[: draw(any_of(2, 4, 1, 3, 0))]]
    some = [
        Asset(f"a{n}", f"a{n}", f"a{n}", AssetKind.FUND, draw(any_of(*CODES)), (Exposure(of, WHOLE),))
        for n, of in enumerate(draw(st.sampled_from((["equity", "crypto"] * 2, ["crypto", "equity"], ["equity"], []))))
    ]
    inside = {
        name: Account(name, name, AccountKind.TAXABLE, draw(any_of(*CODES)))
        for name in ("n1", "n2", "n3")[: draw(st.integers(1, 3))]
    }
    held = [
        Holding(f"{account}{asset.id}", account, asset.id, draw(numbers), draw(any_of(None, 0, 999, 10_001)))
        for account in inside
        for asset in some
        if draw(st.booleans())
    ]
    held += [
        Holding(f"{account}{asset.id}", account, asset.id, Decimal(draw(amounts)) / 10 ** digits(asset.currency))
        for account in inside
        for asset in cash
        if draw(st.booleans())
    ]
    priced = {each.id: Price(each.id, TODAY, draw(costs)) for each in some}
    known = {each.id: each for each in (*some, *cash)}
    return Portfolio(TODAY, draw(any_of(*CODES)), inside, CLASSES, known, tuple(held), priced, RATES)


amounts = st.sampled_from([0, 1, 50, 12_345, 10**6, 10**9])


@st.composite
def lots_of(draw: st.DrawFn, portfolio: Portfolio) -> dict[str, TaxLots]:
    found: dict[str, TaxLots] = {}
    for each in portfolio.holdings:
        if each.quantity >= 1 and not portfolio.assets[each.asset_id].is_cash and draw(st.booleans()):
            first = TaxLot(date(2020, 1, 1), Decimal("0.7"), draw(amounts))
            found[each.id] = (first, TaxLot(TODAY, each.quantity - first.quantity, draw(amounts)))
    return found


@st.composite
def fills_in(draw: st.DrawFn, portfolio: Portfolio) -> tuple[Fill, ...]:
    held = {(h.account_id, h.asset_id): h.quantity for h in portfolio.holdings}
    traded = [asset.id for asset in portfolio.assets.values() if not asset.is_cash]
    places = [(account, asset, side) for account in portfolio.accounts for asset in traded for side in Side]
    fills = []
    for account, asset, side in draw(st.permutations(places))[: draw(any_of(4, 6, 3, 2, 1, 0))]:
        quantity = draw(numbers)
        if side is Side.SELL and draw(any_of(True, True, False)):
            quantity = min(held.get((account, asset), Decimal(0)), quantity)
        fills.append(Fill(account, asset, side, quantity, draw(costs), draw(any_of(0, 0, 1, 495))))
    return tuple(fills)


@st.composite
def conversions_in(draw: st.DrawFn, portfolio: Portfolio) -> tuple[Conversion, ...]:
    unit = worth(portfolio)
    pairs = [(account, *pair) for account in portfolio.accounts for pair in permutations(CODES, 2)]
    found = []
    for account, source, to in draw(st.permutations(pairs))[: draw(any_of(0, 0, 1, 2))]:
        minor = draw(any_of(1, 50, 9_999))
        came = half_up(minor * unit[source] / unit[to])
        found.append(Conversion(account, source, to, minor, came, Decimal(1), draw(any_of(0, 0, 1, 45))))
    return tuple(found)


def worth(portfolio: Portfolio) -> Mapping[str, Fraction]:
    return Books(portfolio, portfolio.base_currency, {}).units


def cash_of(quantities: Mapping[tuple[str, str], Decimal], portfolio: Portfolio, account: str) -> dict[str, Fraction]:
    """Cash per currency in minor units."""
    found: dict[str, Fraction] = {}
    for (holder, asset_id), quantity in quantities.items():
        code = asset_id.removeprefix("cash_").upper()
        if holder == account and asset_id.startswith("cash_"):
            found[code] = found.get(code, NIL) + Fraction(quantity) * 10 ** digits(code)
    return found


def assert_nothing_is_lost(
    portfolio: Portfolio,
    fills: tuple[Fill, ...],
    came: Mapping[str, int],
    outcome: RecordingOutcome,
    converted: tuple[Conversion, ...] = (),
) -> None:
    before = {(h.account_id, h.asset_id): h.quantity for h in portfolio.holdings}
    after = dict(before)
    for change in outcome.changes:
        place = (str(change.account_id), str(change.asset_id))
        assert before.get(place) == change.quantity_before
        assert change.quantity_after is None or change.quantity_after >= 0
        after[place] = change.quantity_after or Decimal(0)
    expected = dict(before)
    for fill in fills:
        signed = fill.quantity if fill.side is Side.BUY else -fill.quantity
        expected[fill.account_id, fill.asset_id] = expected.get((fill.account_id, fill.asset_id), Decimal(0)) + signed
    for place in expected.keys() | after.keys():
        if not place[1].startswith("cash_"):
            assert after.get(place, 0) == expected.get(place, 0)
    for account in portfolio.accounts:
        was, now = (cash_of(each, portfolio, account) for each in (before, after))
        inside = [fill for fill in fills if fill.account_id == account]
        changed = [each for each in converted if each.account_id == account]
        assert_cash_adds_up(portfolio, account, inside, changed, came.get(account, 0), was, now)


def assert_cash_adds_up(
    portfolio: Portfolio,
    account: str,
    fills: list[Fill],
    converted: list[Conversion],
    came: int,
    was: dict[str, Fraction],
    now: dict[str, Fraction],
) -> None:
    base, unit = portfolio.base_currency, worth(portfolio)
    flows: dict[str, int] = {}
    for fill in fills:
        code = portfolio.assets[fill.asset_id].currency
        minor = half_up(Fraction(fill.quantity) * Fraction(fill.price) * 10 ** digits(code))
        flow = minor - fill.fee_minor if fill.side is Side.SELL else -minor - fill.fee_minor
        flows[code] = flows.get(code, 0) + flow
    for each in converted:
        fee = half_up(each.fee_minor / unit[each.source])
        flows[each.source] = flows.get(each.source, 0) - each.source_minor - fee
        flows[each.to] = flows.get(each.to, 0) + each.to_minor
    codes = flows.keys() | was.keys() | now.keys() | {base}
    gaps = {
        code: now.get(code, NIL) - was.get(code, NIL) - flows.get(code, 0) - (came if code == base else 0)
        for code in codes
    }
    if codes == {base} and portfolio.accounts[account].currency == base:
        assert gaps == {base: 0}
    largest = max([unit[code] for code in codes] + [Fraction(1)])
    roundings = 2 * len(fills) + 4 * len(converted) + 2
    assert abs(sum((gaps[code] * unit[code] for code in codes), NIL)) <= roundings * largest
    for code, minor in flows.items():
        if minor >= 0 and code != base and not was.get(code) and code != portfolio.accounts[account].currency:
            assert now.get(code, Fraction(0)).numerator >= 0
            assert now.get(code, Fraction(0)) <= minor + len(converted)


@settings(max_examples=examples(1_000), deadline=None)
@given(st.data())
def test_nothing_is_lost_and_nothing_is_made(data: st.DataObject) -> None:
    portfolio = data.draw(portfolios())
    lots, fills = data.draw(lots_of(portfolio)), data.draw(fills_in(portfolio))
    scope = st.sampled_from([None, *portfolio.accounts])
    money = {data.draw(scope): data.draw(st.sampled_from([10**11, 10**9, 10**7, 999, 1, 0, -1, -12_345, -(10**6)]))}
    money = {each: minor for each, minor in money.items() if minor}
    books = Books(portfolio, portfolio.base_currency, lots)
    fills = checked_fills(fills, portfolio, books.units)
    converted = checked_conversions(data.draw(conversions_in(portfolio)), portfolio, books.units)
    came = placed(money, fills, books, list(portfolio.accounts.values()))
    assert sum(came.values()) == sum(money.values())
    try:
        outcome = books.carry_out(fills, came, converted)
    except BadInput as refused:
        event(str(refused).split()[1])
        return
    event(f"{min(len(outcome.changes), 4)} changes")
    assert_nothing_is_lost(portfolio, fills, came, outcome, converted)
    again = Books(portfolio, portfolio.base_currency, lots).carry_out(fills[::-1], came, converted[::-1])
    assert again.changes == outcome.changes
    for change in outcome.changes:
        assert sum(lot.cost_minor for lot in change.lots_after) >= 0


def allocation_of(portfolio: Portfolio, strategy: Strategy, scope: str | None) -> Allocation:
    valuation = value(portfolio, scope)
    held = compose(valuation)
    return Allocation(scope, portfolio, valuation, held, strategy, measure(held, portfolio.classes.values(), strategy))


@settings(max_examples=examples(1_000), deadline=None)
@given(portfolios(), st.sampled_from([10**9, 10_000, 123_456, 7, 1]), st.sampled_from([None, None, "n1"]))
def test_what_a_deposit_buys_can_always_be_recorded_and_is_what_it_said(
    portfolio: Portfolio, amount: int, scope: str | None
) -> None:
    targets = (ClassTarget("equity", 6_000), ClassTarget("crypto", 3_000), ClassTarget("cash", 1_000))
    allocation = allocation_of(portfolio, Strategy("s", "s", None, True, targets=targets), scope)
    plan = Plans().deposit(allocation, amount)
    books = Books(portfolio, portfolio.base_currency, {})
    fills = checked_fills(fills_of(plan, allocation), portfolio, books.units)
    inside = [each for each in portfolio.accounts.values() if scope in (None, each.id)]
    came = placed(money_of(plan, scope), fills, books, inside)
    outcome = books.carry_out(fills, came)
    assert sum(came.values()) == amount
    assert_nothing_is_lost(portfolio, fills, came, outcome)
    spent = sum(trade.amount_minor for trade in outcome.trades)
    assert spent <= plan.bought_minor
    event(f"{len(fills)} trades")


@contextmanager
def kept(portfolio: Portfolio, lots: Mapping[str, TaxLots], template: Path, clock: Clock) -> Iterator[Desk]:
    """The portfolio in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio"
        copied(template, path)
        with open_desk(path, clock) as desk:
            desk.settings.set_base_currency(portfolio.base_currency)
            with desk._database.write() as connection:
                for account in portfolio.accounts.values():
                    accounts.add_account(connection, account)
                assets.add_assets(connection, list(portfolio.assets.values()))
                prices.set_prices(connection, portfolio.prices.values())
                prices.set_rates(connection, portfolio.rates)
                costs = {key: sum(lot.cost_minor for lot in some) for key, some in lots.items()}
                held = (replace(h, cost_basis_minor=costs.get(h.id, h.cost_basis_minor)) for h in portfolio.holdings)
                holdings.add_holdings(connection, held)
                for holding_id, some in lots.items():
                    holdings.set_lots(connection, holding_id, some)
            yield desk


def state(desk: Desk) -> dict[str, object]:
    lots = desk.rules.lots()
    return {each.id: (each, lots.get(each.id, ())) for each in desk.holdings.all()}


def without_ids(desk: Desk) -> list[object]:
    lots = desk.rules.lots()
    return [(replace(each, id=""), lots.get(each.id, ())) for each in desk.holdings.all()]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_recorded_undone_and_recorded_again_in_the_file(
    data: st.DataObject, migrated_template: Path, clock: Clock
) -> None:
    portfolio = data.draw(portfolios())
    with kept(portfolio, data.draw(lots_of(portfolio)), migrated_template, clock) as desk:
        allocation, fills = desk.allocations.of(None), data.draw(fills_in(portfolio))
        came = data.draw(st.sampled_from([10**11, 10**9, 0]))
        cash = (AccountCash(None, 0, came, came),)
        plan = Plan(Mode.DEPOSIT, came, portfolio.base_currency, None, (), 0, allocation.drift, allocation.drift,
                    accounts=cash, conversions=data.draw(conversions_in(portfolio)))  # fmt: skip
        start = state(desk)
        try:
            told = desk.recorded_plans.preview(plan, allocation, fills)
            recorded = desk.recorded_plans.record(plan, allocation, fills)
        except WealthDeskError as refused:
            event(str(refused).split()[1])
            assert state(desk) == start
            return
        event(f"{len(recorded.trades)} trades")
        after = without_ids(desk)
        now = desk.allocations.of(None)
        books = Books(now.portfolio, now.portfolio.base_currency, {})
        for each in told:
            assert half_up(books.cash(str(each.account_id)).worth) == each.after_minor
        assert desk.recorded_plans.get(recorded.id) == recorded
        for _ in range(2):
            desk.recorded_plans.undo(recorded.id)
            assert state(desk) == start
            assert desk.allocations.of(None).valuation == allocation.valuation
            again = desk.recorded_plans.record_again(recorded.id)
            assert without_ids(desk) == after
            assert (again.trades, again.amounts) == (recorded.trades, recorded.amounts)
            assert again.conversions == recorded.conversions
            assert desk.allocations.of(None).drift == now.drift
