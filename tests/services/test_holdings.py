"""Holdings, cash, prices and rates through the services: sizes, one transaction, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import FxRate, Price
from wealthdesk.errors import AlreadyExists, BadInput, NotFound
from wealthdesk.services.desk import Desk
from wealthdesk.storage.holdings import all_held


@pytest.fixture
def account(desk: Desk) -> Account:
    return desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")


@pytest.fixture
def asset(desk: Desk) -> Asset:
    return desk.assets.add(Asset("", "VTI", "VTI", AssetKind.FUND, "USD"))


def test_what_is_held_is_known_by_the_day_of_the_calendar_that_the_desk_goes_by(
    desk: Desk, account: Account, asset: Asset
) -> None:
    held = desk.holdings.add(account.id, asset.id, Decimal(3))
    desk.holdings.change(held.id, Decimal(4))
    with desk.undo._database.read() as connection:
        assert [(each.on, each.quantity) for each in all_held(connection)] == [(desk.clock.today(), Decimal(4))]


def test_a_holding_and_its_price_of_today_are_kept_together(desk: Desk, account: Account, asset: Asset) -> None:
    told: list[frozenset[Topic]] = []
    desk.subscribe(told.append)
    held = desk.holdings.add(account.id, asset.id, Decimal(3), 500, price=Decimal("12.5"))
    desk.holdings.change(held.id, Decimal(4), None, price=Decimal(13))
    assert told == [frozenset({Topic.HOLDINGS, Topic.PRICES})] * 2
    assert desk.prices.of(asset.id) == [Price(asset.id, desk.clock.today(), Decimal(13))]
    for wrong in (Decimal(0), Decimal(-1), Decimal(10) ** 15, Decimal("0.0000000000001")):
        with pytest.raises(BadInput):
            desk.holdings.change(held.id, Decimal(5), None, price=wrong)
    with pytest.raises(NotFound):
        desk.holdings.change("nothing", Decimal(5), None, price=Decimal(1))
    with pytest.raises(AlreadyExists):
        desk.holdings.add(account.id, asset.id, Decimal(1), price=Decimal(99))
    assert [each.quantity for each in desk.holdings.all()] == [Decimal(4)]
    assert desk.prices.of(asset.id)[0].price == 13


@pytest.mark.parametrize("quantity", ["-1", "1000000000000000", "0.0000000000001", "-0.000000000001"])
def test_quantities_that_cannot_be_kept_are_refused(desk: Desk, account: Account, asset: Asset, quantity: str) -> None:
    with pytest.raises(BadInput):
        desk.holdings.add(account.id, asset.id, Decimal(quantity))
    assert desk.holdings.all() == []


@pytest.mark.parametrize("quantity", ["0", "999999999999999.999999999999", "0.000000000001", "1E+3", "1.500"])
def test_quantities_are_kept_exactly(desk: Desk, account: Account, asset: Asset, quantity: str) -> None:
    desk.holdings.add(account.id, asset.id, Decimal(quantity), 10**15)
    (held,) = desk.holdings.all()
    assert (held.quantity, held.cost_basis_minor) == (Decimal(quantity), 10**15)


@pytest.mark.parametrize("cost", [-1, 10**15 + 1, 2**63])
def test_costs_that_cannot_be_kept_are_refused(desk: Desk, account: Account, asset: Asset, cost: int) -> None:
    with pytest.raises(BadInput):
        desk.holdings.add(account.id, asset.id, Decimal(1), cost)


def test_cash_is_one_asset_per_currency_in_its_own_decimals(desk: Desk, account: Account) -> None:
    for code, minor, quantity in (
        ("jpy", 150, "150"),
        ("KWD", 1_501, "1.501"),
        ("USD", 150, "1.5"),
        ("USD", 250, "2.5"),
    ):
        desk.holdings.set_cash(account.id, code, minor)
        assert Decimal(quantity) in {each.quantity for each in desk.holdings.all()}
    assert sorted(each.symbol for each in desk.assets.all()) == ["JPY", "KWD", "USD"]
    with pytest.raises(BadInput):
        desk.holdings.set_cash(account.id, "USD", -1)
    with pytest.raises(BadInput):
        desk.holdings.set_cash(account.id, "ABC", 1)


def test_cash_has_room_beside_a_share_of_the_same_letters(desk: Desk, account: Account) -> None:
    """USD is also the symbol of a fund, in dollars."""
    desk.assets.add(Asset("", "USD", "Semiconductors", AssetKind.FUND, "USD"))
    desk.holdings.set_cash(account.id, "USD", 150)
    assert desk.allocations.of(None).valuation.cash_minor == 150


def test_what_is_removed_can_be_taken_back(desk: Desk, account: Account, asset: Asset) -> None:
    undo = desk.undo
    held = desk.holdings.add(account.id, asset.id, Decimal(3), 500)
    assert desk.holdings.remove([held.id]) == [held]
    with pytest.raises(NotFound):
        desk.holdings.remove([held.id])
    assert undo.back() == f"removal of {asset.symbol} in “{account.name}”"
    assert desk.holdings.all() == [held]


def test_prices_and_rates_of_one_day_are_one_the_last(desk: Desk, asset: Asset) -> None:
    today = desk.clock.today()
    desk.prices.set([Price(asset.id, today, Decimal(1)), Price(asset.id, today, Decimal(2))])
    assert [each.price for each in desk.prices.of(asset.id)] == [Decimal(2)]
    rates = [FxRate("eur", "USD", today, Decimal(1)), FxRate("EUR", "USD", today, Decimal(2))]
    desk.rates.set(rates)
    assert desk.rates.all() == [FxRate("EUR", "USD", today, Decimal(2))]
    tomorrow = today + timedelta(days=1)
    with pytest.raises(BadInput, match="future"):
        desk.prices.set([Price(asset.id, today, Decimal(3)), Price(asset.id, tomorrow, Decimal(4))])
    with pytest.raises(NotFound):
        desk.prices.set([Price("nothing", today, Decimal(4))])
    with pytest.raises(BadInput):
        desk.rates.set([FxRate("EUR", "EUR", today, Decimal(1))])
    assert [each.price for each in desk.prices.of(asset.id)] == [Decimal(2)]


def test_a_day_has_the_latest_price_up_to_it(desk: Desk, account: Account, asset: Asset) -> None:
    today = desk.clock.today()
    desk.prices.set([Price(asset.id, today - timedelta(days=n), Decimal(n)) for n in (9, 3, 30)])
    desk.holdings.add(account.id, asset.id, Decimal(1))
    valuation = desk.allocations.of(None).valuation
    assert (valuation.total_minor, valuation.stale_assets) == (300, ())
    desk.prices.remove(asset.id, today - timedelta(days=3))
    valuation = desk.allocations.of(None).valuation
    assert (valuation.total_minor, valuation.stale_assets) == (900, (asset.id,))
