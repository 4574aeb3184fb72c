"""Accounts through the services: names that mean one account, and archived ones that still count."""

from dataclasses import replace
from decimal import Decimal

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.errors import AlreadyExists, BadInput, NotFound
from wealthdesk.services.desk import Desk


def test_a_name_means_one_account_whatever_its_case(desk: Desk) -> None:
    first = desk.accounts.add("  Broker   One ", AccountKind.TAXABLE, "usd")
    assert (first.name, first.currency) == ("Broker One", "USD")
    with pytest.raises(AlreadyExists):
        desk.accounts.add("broker one", AccountKind.TAX_FREE, "EUR")
    second = desk.accounts.add("Other", AccountKind.TAX_FREE, "EUR")
    with pytest.raises(AlreadyExists):
        desk.accounts.change(replace(second, name="BROKER ONE"))
    desk.accounts.change(replace(first, name="BROKER ONE"))
    assert [each.name for each in desk.accounts.all()] == ["BROKER ONE", "Other"]


@pytest.mark.parametrize("name", ["", " \n ", "x" * 121, "a\u202eb", "All Portfolio", "all portfolio", "a\0b"])
def test_names_that_are_none_are_refused(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput):
        desk.accounts.add(name, AccountKind.TAXABLE, "USD")
    assert desk.accounts.all() == []


@pytest.mark.parametrize(
    "name", ['He said "no"', "Rücklage ☂", "👨‍👩‍👧 Familie", "حساب التوفير", "می‌خواهم", "= 1+1", "50%; a,b"]
)
def test_names_of_every_script_are_kept_as_they_are(desk: Desk, name: str) -> None:
    assert desk.accounts.add(name, AccountKind.TAXABLE, "USD").name == name
    assert [each.name for each in desk.accounts.all()] == [name]


def test_what_an_archived_account_holds_still_counts(desk: Desk) -> None:
    """Archiving hides an account from forms; it is removing that takes money out of the total."""
    account = desk.accounts.add("Old", AccountKind.TAXABLE, "USD")
    desk.holdings.set_cash(account.id, "USD", 12_345)
    fund = desk.assets.add(Asset("", "VTI", "VTI", AssetKind.FUND, "USD", (Exposure("equity", 10_000),)))
    desk.prices.set([Price(fund.id, desk.clock.today(), Decimal(10))])
    desk.holdings.add(account.id, fund.id, Decimal(2))
    before = desk.allocations.of(None).drift
    desk.accounts.change(replace(account, is_archived=True))
    desk.assets.change(replace(fund, is_archived=True))
    after = desk.allocations.of(None)
    assert after.drift == before
    assert after.valuation.total_minor == 14_345
    assert desk.allocations.of(account.id).valuation.total_minor == 14_345
    assert [each.is_archived for each in desk.accounts.all()] == [True]
    desk.accounts.change(account)
    assert [each.is_archived for each in desk.accounts.all()] == [False]


def test_an_account_that_is_gone_is_said_so(desk: Desk) -> None:
    account = desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    desk.accounts.remove(account.id)
    for ask in (desk.accounts.goes_with, desk.accounts.remove):
        with pytest.raises(NotFound):
            ask(account.id)
    with pytest.raises(NotFound):
        desk.holdings.set_cash(account.id, "USD", 1)
    with pytest.raises(NotFound):
        desk.targets.add(account.id, "Own")
