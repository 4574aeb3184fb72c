"""Two assets that are one are merged: per account, with lots, prices, targets and rules; and it can be undone."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_files import empty_at
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.money import canonical
from wealthdesk.domain.reallocation import LineKey, SetCap
from wealthdesk.domain.reallocation_history import Past
from wealthdesk.domain.targets import ClassTarget, HoldingTarget, header_of
from wealthdesk.domain.tax_lots import TaxLot
from wealthdesk.domain.trading_rules import Trading
from wealthdesk.errors import BadInput, NoChanges, PortfolioChanged
from wealthdesk.importers.draft import Draft
from wealthdesk.services.assets import Keep
from wealthdesk.services.desk import Clock, Desk, open_desk

EQUITY = (Exposure("equity", 10_000),)
TODAY = date(2026, 11, 20)


def asset(desk: Desk, symbol: str, currency: str = "USD", isin: str | None = None) -> Asset:
    return desk.assets.add(Asset("", symbol, symbol, AssetKind.FUND, currency, EQUITY, isin=isin))


@pytest.fixture
def two(desk: Desk) -> tuple[Desk, Asset, Asset]:
    """A portfolio with the assets OLD and NEW."""
    desk.settings.set_base_currency("USD")
    old, new = asset(desk, "OLD"), asset(desk, "NEW")
    desk.prices.set([Price(old.id, TODAY - timedelta(1), Decimal(30)), Price(new.id, TODAY, Decimal(50))])
    return desk, old, new


def quantities(desk: Desk) -> list[str]:
    return sorted(canonical(each.quantity) for each in desk.holdings.all())


def test_what_was_held_on_earlier_days_is_added_up_or_goes_on(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    account = desk.accounts.add("A", AccountKind.TAXABLE, "USD")
    both = (
        "date,type,symbol,quantity,price\n2026-01-05,Buy,OLD,3,30\n2026-02-05,Buy,NEW,4,50\n2026-03-05,Sell,OLD,1,30\n"
    )
    desk.imports.keep([desk.imports.read("list.csv", both.encode())])
    desk.merging.merge(new.id, old.id, seen=desk.merging.preview(new.id, old.id))
    past = [(str(each.on), canonical(each.quantity)) for each in desk.holdings.past(account.id, new.id)]
    assert past[:3] == [("2026-01-05", "3"), ("2026-02-05", "7"), ("2026-03-05", "6")]
    assert [quantity for _, quantity in past[3:]] == ["6"]


def test_what_was_held_before_lists_begin_goes_on_to_the_one_that_is_kept(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    desk.accounts.add("A", AccountKind.TAXABLE, "USD")
    sold = "date,type,symbol,quantity,price\n2026-01-05,Sell,OLD,3,30\n"
    draft = desk.imports.read("list.csv", sold.encode())
    assert isinstance(draft, Draft)
    desk.imports.keep([replace(draft, openings={"OLD": Decimal(5)})])
    desk.undo.last()
    desk.merging.merge(new.id, old.id, seen=desk.merging.preview(new.id, old.id))
    assert [(each.asset.id, each.opening.quantity) for each in desk.openings_kept.all()] == [(new.id, Decimal(5))]
    whole = f"{sold}2026-01-02,Sell,OLD,1,30\n".encode()
    assert desk.imports.preview([desk.imports.read("list.csv", whole)]).problems == ()
    desk.undo.back()
    assert [each.asset.id for each in desk.openings_kept.all()] == [old.id]


def test_equal_quantities_are_proposed_to_be_one_and_others_to_be_added_up(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    first, second, third = (desk.accounts.add(name, AccountKind.TAXABLE, "USD") for name in "ABC")
    for account, held, quantity in ((first, old, 10), (first, new, 10), (second, old, 3), (second, new, 4)):
        desk.holdings.add(account.id, held.id, Decimal(quantity), 100)
    desk.holdings.add(third.id, new.id, Decimal(5))
    preview = desk.merging.preview(old.id, new.id)
    assert {preview.accounts[each.account_id].name: each.choice for each in preview.together if each.has_both} == {
        "A": Keep.NEWER, "B": Keep.ADD_UP,
    }  # fmt: skip
    assert preview.values == ((13 * 30 + 19 * 50) * 100, (10 + 7 + 5) * 50_00)
    desk.merging.merge(old.id, new.id, seen=preview)
    assert quantities(desk) == ["10", "5", "7"]
    assert {each.asset_id for each in desk.holdings.all()} == {old.id}
    assert desk.allocations.of(None).valuation.total_minor == preview.values[1]
    assert [each.symbol for each in desk.assets.all() if not each.is_cash] == ["OLD"]
    text = "Account,Symbol,Quantity,Price,Currency\nA,NEW,11,51,USD\n"
    desk.imports.keep([desk.imports.read("x.csv", text.encode())])
    assert quantities(desk) == ["11", "5", "7"], "what files call the other is the one that was kept"


def test_the_newer_holding_is_the_one_that_was_changed_last(portfolio_path: Path, clock: Clock) -> None:
    with open_desk(portfolio_path, clock) as desk:
        old, new = asset(desk, "OLD"), asset(desk, "NEW")
        account = desk.accounts.add("A", AccountKind.TAXABLE, "USD")
        for each, quantity in ((new, 7), (old, 5)):
            desk.holdings.add(account.id, each.id, Decimal(quantity))
    with closing(sqlite3.connect(portfolio_path)) as connection:
        later = "UPDATE holdings SET updated_at = '2030-01-01T00:00:00.000Z' WHERE asset_id = ?"
        connection.execute(later, (new.id,))
        connection.commit()
    with open_desk(portfolio_path, clock) as desk:
        (kept,) = (each for each in desk.holdings.all() if each.asset_id == old.id)
        desk.merging.merge(old.id, new.id, {account.id: Keep.NEWER})
        assert [(each.id, each.asset_id, each.quantity) for each in desk.holdings.all()] == [
            (kept.id, old.id, Decimal(7))
        ]


def test_lots_prices_rules_and_targets_follow(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    account = desk.accounts.add("A", AccountKind.TAXABLE, "USD")
    desk.holdings.add(account.id, old.id, Decimal(3), 90_00)
    second = desk.holdings.add(account.id, new.id, Decimal(4), 160_00)
    desk.rules.set_lots(second.id, (TaxLot(date(2020, 1, 2), Decimal(4), 160_00),))
    desk.rules.set_trading([new.id], Trading.BUY_ONLY)
    desk.prices.set([Price(new.id, TODAY - timedelta(days), Decimal(price)) for days, price in ((1, 29), (9, 20))])
    below = (HoldingTarget(old.id, 4_000), HoldingTarget(new.id, 6_000, is_locked=True))
    strategy = desk.targets.add(None, "Mine", (ClassTarget("equity", 10_000, holdings=below),))
    preview = desk.merging.preview(old.id, new.id)
    assert (preview.prices, preview.strategies, preview.rules) == ((2, 1), ("Mine",), 1)
    desk.merging.merge(old.id, new.id)
    (held,) = desk.holdings.all()
    assert (held.quantity, held.cost_basis_minor) == (Decimal(7), 250_00)
    lots = desk.rules.lots()[held.id]
    assert lots == (TaxLot(None, Decimal(3), 90_00), TaxLot(date(2020, 1, 2), Decimal(4), 160_00))
    assert desk.rules.current().of_asset(old.id) is Trading.BUY_ONLY
    assert [(each.on, each.price) for each in desk.prices.of(old.id)] == [
        (TODAY, Decimal(50)), (TODAY - timedelta(1), Decimal(30)), (TODAY - timedelta(9), Decimal(20)),
    ]  # fmt: skip
    (target,) = desk.targets.get(strategy.id).targets
    assert target.holdings == (HoldingTarget(old.id, 10_000, is_locked=True),)
    newest = desk.reallocations.history(header_of(strategy.id))[0]
    assert newest.reason == "NEW was merged into OLD"


def test_a_cap_that_would_be_broken_refuses_it_and_nothing_is_changed(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    below = (HoldingTarget(old.id, 4_000), HoldingTarget(new.id, 6_000))
    strategy = desk.targets.add(None, "Mine", (ClassTarget("equity", 10_000, holdings=below),))
    header = header_of(strategy.id)
    version = desk.targets.get(strategy.id).version
    changes = (SetCap(LineKey(old.id, "equity"), 5_000),)
    desk.reallocations.commit(header, version, changes, desk.reallocations.preview(header, version, changes).token)
    assert "cap" in desk.merging.preview(old.id, new.id).refusal
    before = desk.portfolios.current(), desk.targets.all()
    with pytest.raises(BadInput, match="Nothing was merged"):
        desk.merging.merge(old.id, new.id)
    assert (desk.portfolios.current(), desk.targets.all()) == before


def test_what_cannot_be_one_is_refused(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, _ = two
    euro, other = asset(desk, "OLD", "EUR"), asset(desk, "X", isin="US0000000019")
    one = asset(desk, "Y", isin="US0000000027")
    for first, second, why in ((old, old, "itself"), (old, euro, "two currencies"), (other, one, "US0000000027")):
        with pytest.raises(BadInput, match=why):
            desk.merging.preview(first.id, second.id)


def test_a_target_in_a_class_that_the_kept_one_does_not_count_to_refuses_it(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    desk.targets.add(None, "Mine", (ClassTarget("equity", 10_000, holdings=(HoldingTarget(new.id, 10_000),)),))
    desk.assets.classify([old.id], (Exposure("alternatives", 10_000),))
    with pytest.raises(BadInput, match="does not count to alone"):
        desk.merging.preview(old.id, new.id)


def test_what_is_no_more_as_it_was_seen_is_not_merged(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    preview = desk.merging.preview(old.id, new.id)
    desk.prices.set([Price(new.id, TODAY, Decimal(51))])
    account = desk.accounts.add("A", AccountKind.TAXABLE, "USD")
    desk.holdings.add(account.id, new.id, Decimal(1))
    with pytest.raises(PortfolioChanged):
        desk.merging.merge(old.id, new.id, seen=preview)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.dictionaries(
        st.sampled_from([(a, s) for a in "AB" for s in ("OLD", "NEW")]), st.integers(0, 9), min_size=1
    ),
    priced=st.sets(st.sampled_from([(s, n) for s in ("OLD", "NEW") for n in range(3)])),
    shares=st.sampled_from([(), (("OLD", 3_000), ("NEW", 7_000)), (("NEW", 10_000),)]),
    newer=st.booleans(),
)
def test_it_is_undone_as_a_whole(
    tmp_path: Path, clock: Clock, held: dict[tuple[str, str], int],
    priced: set[tuple[str, int]], shares: tuple[tuple[str, int], ...], newer: bool,
) -> None:  # fmt: skip
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.wealthdesk"
    empty_at(path)
    with open_desk(path, clock) as desk:
        assets = {symbol: asset(desk, symbol) for symbol in ("OLD", "NEW")}
        accounts = {name: desk.accounts.add(name, AccountKind.TAXABLE, "USD") for name in "AB"}
        for (name, symbol), quantity in held.items():
            desk.holdings.add(accounts[name].id, assets[symbol].id, Decimal(quantity), 100)
        desk.prices.set([Price(assets[s].id, TODAY - timedelta(n), Decimal(n + 1)) for s, n in sorted(priced)])
        if shares:
            below = tuple(HoldingTarget(assets[symbol].id, bps) for symbol, bps in shares)
            desk.targets.add(None, "Mine", (ClassTarget("equity", 10_000, holdings=below),))
        assert desk.undo.last() is None, "from here on"
        before = desk.portfolios.current(), [each.targets for each in desk.targets.all()]
        prices = [desk.prices.of(each.id) for each in assets.values()]
        choices = {each.id: Keep.NEWER if newer else Keep.ADD_UP for each in accounts.values()}
        preview = desk.merging.merge(assets["OLD"].id, assets["NEW"].id, choices)
        assert desk.allocations.of(None).valuation.total_minor == preview.values[1]
        assert all(sum(t.target_bps for t in each.targets) in (0, 10_000) for each in desk.targets.all())
        assert desk.undo.back() == "merge of NEW into OLD"
        assert (desk.portfolios.current(), [each.targets for each in desk.targets.all()]) == before
        assert [desk.prices.of(each.id) for each in assets.values()] == prices


def past_of(desk: Desk, strategy_id: str) -> Past:
    (subject,) = (each for each in desk.histories.subjects() if each.header == header_of(strategy_id))
    return desk.histories.past(subject)


def versions(desk: Desk, strategy_id: str) -> list[dict[LineKey, tuple[int, int | None]]]:
    """The lines of each version, the first one first."""
    past = past_of(desk, strategy_id)
    found = [past.version(number) for number in range(1, past.current + 1)]
    return [{key: (line.amount, line.cap) for key, line in each.lines.items()} for each in found]


def names_in(desk: Desk, strategy_id: str) -> set[str]:
    return {line.name for each in past_of(desk, strategy_id).revisions for line in each.lines}


def as_one(
    lines: dict[LineKey, tuple[int, int | None]], kept: Asset, other: Asset
) -> dict[LineKey, tuple[int, int | None]]:
    found = {key: line for key, line in lines.items() if key.id not in (kept.id, other.id)}
    both = [lines[key] for key in (LineKey(kept.id, "equity"), LineKey(other.id, "equity")) if key in lines]
    if both:
        caps = [cap for _, cap in both if cap is not None]
        found[LineKey(kept.id, "equity")] = (sum(amount for amount, _ in both), caps[0] if caps else None)
    return found


SPLITS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 2)), min_size=2, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(splits=SPLITS)
def test_the_versions_of_the_past_follow_and_come_back(
    tmp_path: Path, clock: Clock, splits: list[tuple[int, int, int]]
) -> None:
    """Each version tells of the one asset what it told of the two; taken back it tells what it did, and so on."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.wealthdesk"
    empty_at(path)
    with open_desk(path, clock) as desk:
        assert desk.undo.last() is None, "from here on"
        old, new, third = (asset(desk, symbol) for symbol in ("OLD", "NEW", "THIRD"))
        strategy = desk.targets.add(None, "Mine", (ClassTarget("equity", 10_000),))
        for parts in splits:
            total = sum(parts)
            shares = [10_000 * part // total for part in parts]
            shares[2] += 10_000 - sum(shares)
            below = tuple(
                HoldingTarget(each.id, bps) for each, bps in zip((old, new, third), shares, strict=True) if bps
            )
            with suppress(NoChanges):
                base = desk.targets.get(strategy.id).version
                desk.targets.save(strategy.id, base, (ClassTarget("equity", 10_000, holdings=below),))
        before = versions(desk, strategy.id)
        names = names_in(desk, strategy.id)
        preview = desk.merging.merge(old.id, new.id)
        after = versions(desk, strategy.id)
        assert after[: len(before)] == [as_one(each, old, new) for each in before]
        assert all(each == after[len(before) - 1] for each in after[len(before) :]), "merging changed no target"
        assert "NEW" not in names_in(desk, strategy.id)
        assert (preview.versions > 0) is ("NEW" in names)
        desk.undo.back()
        assert versions(desk, strategy.id)[: len(before)] == before
        desk.undo.forth()
        assert versions(desk, strategy.id)[: len(before)] == after[: len(before)]


def test_two_that_are_not_one_are_set_apart_for_good(two: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = two
    with closing(sqlite3.connect(desk.path)) as connection:
        connection.execute("INSERT INTO asset_aliases VALUES ('', 'NEW', 'USD', ?)", (old.id,))
        connection.commit()
    desk.reread_if_changed_elsewhere()
    assert desk.undo.last() is None, "from here on"
    assert desk.portfolios.of_one_isin() == [(old, new)]
    desk.merging.set_apart(old.id, new.id)
    assert desk.portfolios.of_one_isin() == []
    with open_desk(desk.path, desk.clock) as again:
        assert again.portfolios.of_one_isin() == []
    assert desk.undo.back() == "NEW as another asset than OLD"
    assert desk.portfolios.of_one_isin() == [(old, new)]
