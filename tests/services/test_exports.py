"""Exports of any portfolio read back to the same one: names of every script, formulas, quotes, numbers of any size."""

import csv
import io
import tempfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import any_of
from portfolio_files import empty_at
from wealthdesk.changes import Topic
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import FxRate, Holding, Price
from wealthdesk.domain.plans import AccountCash, Fill, Mode, Plan, RecordedConversion, Side
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.errors import WealthDeskError
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.storage.holdings import add_holdings

FORMULAS = ("=", "+", "-", "@", "\t", "\r")

NAMES = (
    *("=1+1", "+x", "-x", "@x", "'=x", "'x", '"', "a,b;c|d", "50%", "a; b", 'say "hi"', "☂ Rücklage", "حساب", "מזומן"),
    *("-", "–", "n/a", "#N/A", "NA", "Cash", "CASH", "$CASH", "CUR:USD", "CASH EUR", "USD", "EUR", "USD**", "Total"),
    *("Pending activity", "x" * 120, "Account", "Symbol", "CH0012005267", "abc", "ABC", "Gesamt", "sep=;", "cash"),
    *("总计", "x" * 60, '=HYPERLINK("http://x","y")', "VTI 50.00%", "Totally", "CASHEW", "1234", "12,5", "2026-01-01"),
)
texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
names = st.sampled_from(NAMES) | texts
sizes = st.sampled_from([Decimal(n) for n in ("0", "1", "0.000000000001", "9999.5", "1234567.123456789012", "150")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_export_reads_back(data: st.DataObject, clock: Clock) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("one", "two"):
            empty_at(Path(folder) / name)
        with open_desk(Path(folder) / "one", clock) as desk, open_desk(Path(folder) / "two", clock) as again:
            fill(desk, data)
            texts = desk.exports.holdings_csv(), desk.exports.targets_csv()
            for text in texts:
                for row in csv.reader(io.StringIO(text)):
                    assert not any(cell.startswith(FORMULAS) for cell in row)
            drafts = [again.imports.read(f"{n}.csv", text.encode("utf-8-sig")) for n, text in enumerate(texts)]
            again.imports.keep(drafts)
            assert again.exports.holdings_csv() == texts[0]
            assert again.exports.targets_csv() == texts[1]
            totals = [each.allocations.of(None).valuation.total_minor for each in (desk, again)]
            # A rate quoted the other way round is written with twelve decimals.
            assert abs(totals[0] - totals[1]) <= max(totals) // 10**11
            assert again.imports.preview(drafts).changes_nothing
            before, rates = desk.portfolios.current(), desk.rates.all()
            own = [desk.imports.read(f"{n}.csv", text.encode("utf-8-sig")) for n, text in enumerate(texts)]
            assert desk.imports.preview(own).changes_nothing, "what is here already stays as it is"
            desk.imports.keep(own)
            assert (desk.portfolios.current(), desk.rates.all()) == (before, rates)


def fill(desk: Desk, data: st.DataObject) -> None:
    """A portfolio of names and numbers as they come; what is refused as a name is left out."""
    draw, today = data.draw, desk.clock.today()
    desk.settings.set_base_currency(draw(any_of("USD", "EUR", "JPY", "KWD")))
    desk.rates.set([FxRate("EUR", "USD", today, Decimal("1.1")), FxRate("USD", "JPY", today, Decimal("154.33"))])
    accounts, classes, assets = [], ["equity", "cash"], []
    for name in draw(st.lists(names, min_size=1, max_size=3)):
        try:
            accounts.append(desk.accounts.add(name, draw(any_of(*AccountKind)), draw(any_of("USD", "JPY"))))
        except WealthDeskError:
            continue
    for name in draw(st.lists(names, max_size=2)):
        try:
            classes.append(desk.classes.add(name, "#24837B").id)
        except WealthDeskError:
            continue
    for name in draw(st.lists(names, max_size=4)):
        inside = draw(st.sampled_from([(classes[-1],), (), (classes[-1], "equity")[: len({classes[-1], "equity"})]]))
        shares = {1: [10_000], 2: [6_250, 3_750], 0: []}[len(inside)]
        exposures = tuple(Exposure(class_id, bps) for class_id, bps in zip(inside, shares, strict=True))
        step = draw(any_of(None, Decimal(1), Decimal("0.001")))
        kind = draw(st.sampled_from([each for each in AssetKind if each is not AssetKind.CASH]))
        new = Asset("", name, draw(names), kind, draw(any_of("USD", "EUR")), exposures, step)
        try:
            assets.append(desk.assets.add(new))
        except WealthDeskError:
            continue
    prices, held = list[Price](), list[Holding]()
    for asset in assets:
        if draw(st.integers(0, 3)):
            prices.append(Price(asset.id, today, draw(sizes) or Decimal(1)))
        for account in accounts:
            if draw(st.booleans()):
                quantity, cost = draw(sizes), draw(any_of(None, 0, 12_345))
                held.append(Holding(f"h{len(held)}", account.id, asset.id, quantity, cost))
    if prices:
        desk.prices.set(prices)
    with desk._database.write(Topic.HOLDINGS) as connection:
        add_holdings(connection, held)
    for account in accounts:
        if draw(st.booleans()):
            desk.holdings.set_cash(account.id, "USD", draw(any_of(0, 1, 123_456)))
    band = draw(any_of(None, 1, 325, 10_000))
    cap = draw(any_of(None, 10_000))
    targets = [ClassTarget("equity", 10_000, band_bps=band, cap_bps=cap)]
    mine = [each for each in assets if each.only_class == classes[-1]]
    if mine:
        below = (HoldingTarget(mine[0].id, 10_000, is_locked=True, band_bps=band, cap_bps=cap),)
        targets = [ClassTarget(classes[-1], 10_000, holdings=below)]
    for scope in (None, *(account.id for account in accounts)):
        if draw(st.booleans()):
            desk.targets.add(scope, draw(names), tuple(targets), activate=draw(st.booleans()))


def test_a_target_of_what_nobody_holds_yet_comes_along(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    wanted = desk.assets.add(Asset("", "BND", "Bonds", AssetKind.FUND, "EUR", (Exposure("fixed_income", 10_000),)))
    desk.prices.set([Price(wanted.id, date(2026, 11, 19), Decimal("73.5"))])
    desk.rates.set([FxRate("EUR", "USD", date(2026, 11, 18), Decimal("1.25"))])
    below = (HoldingTarget(wanted.id, 10_000),)
    desk.targets.add(None, "First", (ClassTarget("fixed_income", 10_000, holdings=below),))
    with open_desk(tmp_path / "again", clock, create=True) as again:
        texts = (desk.exports.holdings_csv(), desk.exports.targets_csv())
        again.imports.keep([again.imports.read("x.csv", text.encode()) for text in texts])
        assert (again.exports.holdings_csv(), again.exports.targets_csv()) == texts
        assert again.holdings.all() == []
        plans = [each.plans.deposit(each.allocations.of(None), 147_000) for each in (desk, again)]
        assert [plan.trades[0].quantity for plan in plans] == [Decimal(16)] * 2


def test_symbols_that_differ_in_case_alone_stay_two(desk: Desk, tmp_path: Path, clock: Clock) -> None:
    for symbol in ("Abc", "abc"):
        desk.assets.add(Asset("", symbol, symbol, AssetKind.FUND, "USD"))
    desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    text = desk.exports.holdings_csv()
    with open_desk(tmp_path / "again", clock, create=True) as again:
        again.imports.keep([again.imports.read("x.csv", text.encode())])
        assert again.exports.holdings_csv() == text


@pytest.mark.parametrize("name", ["$CASH", "Stocks"])
def test_a_class_of_ones_own_stays_what_it_is_called(desk: Desk, tmp_path: Path, clock: Clock, name: str) -> None:
    """Elsewhere these words are one of the classes that are always there."""
    mine = desk.classes.add(name, "#24837B").id
    desk.assets.add(Asset("", "X", "X", AssetKind.FUND, "USD", (Exposure(mine, 10_000),)))
    desk.accounts.add("Broker", AccountKind.TAXABLE, "USD")
    text = desk.exports.holdings_csv()
    with open_desk(tmp_path / "again", clock, create=True) as again:
        again.imports.keep([again.imports.read("x.csv", text.encode())])
        assert again.exports.holdings_csv() == text


@pytest.mark.parametrize("place", ["missing/x.csv", ""])
def test_a_place_that_cannot_be_written_is_a_sentence_and_leaves_nothing(
    desk: Desk, tmp_path: Path, place: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(WealthDeskError, match="could not be written"):
        desk.exports.save(folder / place, "text")
    assert list(folder.iterdir()) == []


def test_saving_over_a_file_replaces_all_of_it(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("something much longer than what comes", "utf-8")
    desk.exports.save(path, "a,b\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa,b\r\n"
    assert [each.name for each in tmp_path.glob("*.csv*")] == ["x.csv"]


def test_recorded_plans_are_a_row_per_trade_and_per_amount(desk: Desk) -> None:
    desk.settings.set_base_currency("USD")
    account = desk.accounts.add("=Broker", AccountKind.TAXABLE, "USD")
    asset = desk.assets.add(Asset("", "-X", "X", AssetKind.FUND, "JPY", (Exposure("equity", 10_000),)))
    desk.rates.set([FxRate("USD", "JPY", desk.clock.today(), Decimal(150))])
    allocation = desk.allocations.of(None)
    cash = (AccountCash(account.id, 0, 10_00, 0),)
    plan = Plan(Mode.DEPOSIT, 10_00, "USD", None, (), 0, allocation.drift, allocation.drift, accounts=cash)
    fills = [Fill(account.id, asset.id, Side.BUY, Decimal("0.5"), Decimal("1500.25"), 15)]
    recorded = desk.recorded_plans.record(plan, allocation, fills)
    desk.recorded_plans.undo(recorded.id)
    head = "2026-11-20 09:00:00,2026-11-20 09:00:00,deposit,All Portfolio,All Portfolio,0.00,0.00"
    assert desk.exports.plans_csv(desk.recorded_plans.all()).split("\r\n") == [
        "Recorded,Undone,Kind,Scope,Strategy,Drift before,Drift after,Action,Account,Symbol,Quantity,Price,Currency,"
        "Fee,Amount,Base currency",
        head + ",buy,'=Broker,'-X,0.5,1500.25,JPY,15,5.00,USD",
        head + ",money in,'=Broker,,,,,,10.00,USD",
        "",
    ]
    assert desk.exports.plans_csv([]).count("\n") == 1
    converted = RecordedConversion(account.id, "=Broker", "USD", "JPY", 10_00, 1_499, Decimal("149.9"), 25)
    told = desk.exports.plans_csv([replace(desk.recorded_plans.all()[0], conversions=(converted,))]).split("\r\n")
    assert told[2:5] == [
        head + ",convert from,'=Broker,USD,10.00,149.9,JPY,,,USD",
        head + ",convert into,'=Broker,JPY,1499,,,,,USD",
        head + ",fee,'=Broker,,,,,,0.25,USD",
    ]
