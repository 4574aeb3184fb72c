"""Lists of transactions kept in the portfolio: replayed, continued, twice is once, and never more than is explained."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from importers.transaction_layouts import CURRENCIES, LAYOUTS
from portfolio_files import empty_at
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.ledger import story_words
from wealthdesk.domain.money import canonical
from wealthdesk.errors import NothingKept
from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.imports import ImportPreview

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
HEAD = "date,type,symbol,quantity,price,fee,amount,currency\n"
FIRST = (
    HEAD + "2026-01-05,Deposit,,,,,5000,USD\n"
    "2026-01-07,Buy,VTI,10,300,1,-3001,USD\n"
    "2026-02-07,Dividend,VTI,,,,12.50,USD\n"
    "2026-03-07,Sell,VTI,4,310,1,1239,USD\n"
)
MORE = "2026-04-07,Buy,BND,20,70,1,-1401,USD\n2026-05-07,Sell,VTI,1,320,1,319,USD\n"


def read(desk: Desk, text: str, openings: Mapping[str, Decimal] | None = None) -> Draft:
    draft = desk.imports.read("list.csv", text.encode())
    assert isinstance(draft, Draft)
    return replace(draft, openings=openings or {})


def keep(desk: Desk, text: str, openings: Mapping[str, Decimal] | None = None, *, skip: bool = False) -> ImportPreview:
    return desk.imports.keep([read(desk, text, openings)], without_problem_lines=skip)


def shown(desk: Desk) -> dict[str, str]:
    portfolio = desk.portfolios.current()
    return {portfolio.assets[h.asset_id].symbol: canonical(h.quantity) for h in portfolio.holdings if h.quantity}


def lots(desk: Desk) -> dict[str, list[tuple[str, str, int]]]:
    """Symbol → (day, quantity, cost) of its lots."""
    portfolio = desk.portfolios.current()
    found = desk.rules.lots()
    return {
        portfolio.assets[h.asset_id].symbol: [
            (str(lot.acquired_on), canonical(lot.quantity), lot.cost_minor) for lot in found[h.id]
        ]
        for h in portfolio.holdings
        if h.id in found
    }


def past(desk: Desk, symbol: str) -> list[tuple[str, str]]:
    portfolio = desk.portfolios.current()
    (asset_id,) = (each.id for each in portfolio.assets.values() if each.symbol == symbol)
    (account_id,) = portfolio.accounts
    return [(str(each.on), canonical(each.quantity)) for each in desk.holdings.past(account_id, asset_id)]


def price_of(desk: Desk, symbol: str) -> tuple[str, str]:
    portfolio = desk.portfolios.current()
    (price,) = (each for key, each in portfolio.prices.items() if portfolio.assets[key].symbol == symbol)
    return str(price.on), canonical(price.price)


def test_a_split_in_a_later_list_divides_the_price_that_is_known_from_before_it(desk: Desk) -> None:
    keep(desk, FIRST)
    assert price_of(desk, "VTI") == ("2026-03-07", "310")
    later = HEAD + "2026-04-01,Split,VTI,18,,,,USD\n"
    keep(desk, later)
    assert shown(desk)["VTI"] == "24" and price_of(desk, "VTI") == ("2026-04-01", "77.5")
    assert desk.imports.preview([read(desk, later)]).changes_nothing
    keep(desk, HEAD + "2026-05-01,Split,VTI,24,,,,USD\n2026-05-02,Buy,VTI,2,40,,-80,USD\n")
    assert price_of(desk, "VTI") == ("2026-05-02", "40"), "a price of the list itself counts"


def test_what_comes_for_another_asset_is_as_old_and_cost_as_much(desk: Desk) -> None:
    keep(
        desk,
        HEAD + "2026-01-05,Deposit,,,,,9000,USD\n2026-01-07,Buy,OLD,10,100,,-1000,USD\n"
        "2026-02-07,Buy,OLD,20,110,,-2200,USD\n2026-03-07,Sell,OLD,5,120,,600,USD\n",
    )
    keep(desk, HEAD + "2026-04-07,Merger,OLD,-25,,,,USD\n2026-04-07,Merger,NEW,10,,,,USD\n")
    assert shown(desk) == {"USD": "6400", "NEW": "10"}
    assert lots(desk)["NEW"] == [("2026-01-07", "2", 50_000), ("2026-02-07", "8", 220_000)]


def test_what_comes_for_an_asset_that_is_sold_the_same_day_as_well_has_no_cost(desk: Desk) -> None:
    keep(
        desk,
        HEAD + "2026-01-05,Deposit,,,,,9000,USD\n2026-01-07,Buy,OLD,10,100,,-1000,USD\n"
        "2026-04-07,Sell,OLD,4,120,,480,USD\n2026-04-07,Merger,OLD,-6,,,,USD\n2026-04-07,Merger,NEW,6,,,,USD\n",
    )
    assert shown(desk)["NEW"] == "6" and "NEW" not in lots(desk)


def test_a_list_becomes_holdings_lots_cash_and_prices(desk: Desk) -> None:
    kept = keep(desk, FIRST)
    assert kept.kept and [draft.kind for draft in kept.drafts] == [Kind.TRANSACTIONS]
    assert shown(desk) == {"VTI": "6", "USD": "3250.5"}
    assert lots(desk) == {"VTI": [("2026-01-07", "6", 180_060)]}
    portfolio = desk.portfolios.current()
    [vti] = [each for each in portfolio.holdings if portfolio.assets[each.asset_id].symbol == "VTI"]
    assert vti.cost_basis_minor == 180_060
    assert canonical(portfolio.prices[vti.asset_id].price) == "310"
    assert str(portfolio.prices[vti.asset_id].on) == "2026-03-07"


def test_what_was_held_on_earlier_days_is_known(desk: Desk) -> None:
    keep(desk, FIRST)
    days = [("2026-01-07", "10"), ("2026-03-07", "6")]
    assert past(desk, "VTI")[:2] == days and {each for _, each in past(desk, "VTI")[2:]} <= {"6"}
    cash = [("2026-01-05", "5000"), ("2026-01-07", "1999"), ("2026-02-07", "2011.5"), ("2026-03-07", "3250.5")]
    assert past(desk, "USD")[:4] == cash


def test_the_story_is_told_for_each_symbol(desk: Desk) -> None:
    split = "2026-04-01,Split,VTI,18,,,,USD\n"
    preview = desk.imports.preview([read(desk, FIRST + split)])
    [story] = preview.drafts[0].replay.stories
    assert (story.symbol, story_words(story.story), story.what) == ("VTI", "bought 10, sold 4, split 4:1 → 24", "")


def test_the_same_list_twice_changes_nothing(desk: Desk) -> None:
    keep(desk, FIRST)
    before = desk.portfolios.current()
    assert desk.imports.preview([read(desk, FIRST)]).changes_nothing
    keep(desk, FIRST)
    assert desk.portfolios.current() == before


@pytest.mark.parametrize("second", [FIRST + MORE, HEAD + MORE, HEAD + FIRST.splitlines()[-1] + "\n" + MORE])
def test_a_later_list_changes_what_changed(desk: Desk, second: str) -> None:
    """The whole history again, only what is newer, or with an overlap."""
    keep(desk, FIRST)
    kept = keep(desk, second)
    assert shown(desk) == {"VTI": "5", "BND": "20", "USD": "2168.5"}
    assert lots(desk) == {"VTI": [("2026-01-07", "5", 150_050)], "BND": [("2026-04-07", "20", 140_100)]}
    assert [each.asset.symbol for each in kept.matched.added] == ["BND"]
    assert {each.asset.symbol for each in kept.matched.changed} == {"VTI", "USD"}


def test_parts_of_a_list_of_pairs_that_overlap_come_to_the_same_as_the_whole(desk: Desk) -> None:
    """What only pays is in none of them."""
    head = "Date(UTC),Pair,Side,Price,Amount,Total,Fee,Fee Coin\n"
    lines = [
        "2026-01-05 10:00:00,BTCUSDT,BUY,20000,0.1,2000,0,\n",
        "2026-01-06 10:00:00,BTCUSDT,SELL,20000,0.04,800,0,\n",
        "2026-01-07 10:00:00,SOLUSDT,BUY,100,3,300,0,\n",
    ]
    for part in (lines[:2], lines[1:], lines):
        desk.imports.keep([desk.imports.read("trades.csv", (head + "".join(part)).encode())])
    symbols = {each.id: each.symbol for each in desk.assets.all()}
    found = {symbols[each.asset_id]: canonical(each.quantity) for each in desk.holdings.all()}
    assert found == {"BTC": "0.06", "SOL": "3"}


def test_two_equal_fills_are_two(desk: Desk) -> None:
    keep(desk, HEAD + "2026-01-07,Buy,VTI,10,300,,-3000,USD\n" * 2)
    assert shown(desk) == {"VTI": "20"}


def test_lists_of_one_account_in_one_import_are_one_list(desk: Desk) -> None:
    drafts = [read(desk, HEAD + MORE), read(desk, FIRST)]
    desk.imports.keep(drafts)
    assert shown(desk) == {"VTI": "5", "BND": "20", "USD": "2168.5"}


def test_a_list_without_deposits_leaves_the_cash_as_it_is(desk: Desk) -> None:
    preview = keep(desk, HEAD + "2026-01-07,Buy,VTI,10,300,1,-3001,USD\n2026-01-09,Sell,VTI,10,310,1,3099,USD\n")
    assert shown(desk) == {}
    assert any("would go down to -3001" in note.text for note in preview.drafts[0].notes)
    preview = keep(desk, HEAD + "2026-02-07,Dividend,VTI,,,,12.50,USD\n")
    assert shown(desk) == {} and any("no deposits" in note.text for note in preview.drafts[0].notes)


def test_a_running_balance_tells_the_cash(desk: Desk) -> None:
    keep(desk, "Date,Type,Symbol,Quantity,Price,Amount,Balance\n2026-01-07,Buy,VTI,10,300,-3000,777.10\n")
    assert shown(desk) == {"VTI": "10", "USD": "777.1"}


def test_more_sold_than_bought_is_a_problem_until_an_opening_quantity_is_given(desk: Desk) -> None:
    text = FIRST + "2026-06-07,Sell,VTI,16,330,,5280,USD\n"
    preview = desk.imports.preview([read(desk, text)])
    [(_, problem)] = preview.problems
    assert "10 VTI more went" in problem.what and preview.drafts[0].replay.stories[0].opening == Decimal(10)
    with pytest.raises(NothingKept):
        keep(desk, text)
    assert shown(desk) == {}
    keep(desk, text, skip=True)
    assert shown(desk) == {}, "nor is the cash known, as long as not everything is explained"
    keep(desk, text, {"VTI": Decimal(12)})
    assert shown(desk) == {"VTI": "2", "USD": "8530.5"}
    assert lots(desk) == {"VTI": [("2026-01-07", "2", 60_020)]}, "the oldest went first, those before the list"


def test_what_is_held_before_the_first_list_has_to_agree_with_it(desk: Desk) -> None:
    positions = "Symbol,Quantity,Price,Currency\nVTI,36,300,USD\n"
    keep(desk, positions)
    [(_, problem)] = desk.imports.preview([read(desk, FIRST)]).problems
    assert problem.what == "The list comes to 6 VTI, and My account holds 36."
    with pytest.raises(NothingKept):
        keep(desk, FIRST)
    keep(desk, FIRST, {"VTI": Decimal(30)})
    assert shown(desk)["VTI"] == "36"


def test_what_was_recorded_here_meanwhile_is_not_counted_twice(desk: Desk) -> None:
    keep(desk, FIRST)
    portfolio = desk.portfolios.current()
    held = {portfolio.assets[each.asset_id].symbol: each for each in portfolio.holdings}
    desk.holdings.change(held["VTI"].id, Decimal(8), 241_000)
    desk.holdings.change(held["USD"].id, Decimal("2649.50"), None)
    later = "2026-11-19,Buy,VTI,{},300.50,,-601,USD\n"
    kept = keep(desk, HEAD + later.format(2))
    assert shown(desk) == {"VTI": "8", "USD": "2649.5"}, "the purchase is the one that was recorded"
    assert not kept.matched.added and not kept.matched.changed
    desk.holdings.change(held["VTI"].id, Decimal(9), 241_000)
    [(_, problem)] = desk.imports.preview([read(desk, HEAD + "2026-11-20,Buy,VTI,3,300,,-900,USD\n")]).problems
    assert problem.what.startswith("VTI was changed here on ") and " to 9, and lines" in problem.what
    keep(desk, HEAD + "2026-11-20,Buy,VTI,3,300,,-900,USD\n", {"VTI": Decimal(8)})
    assert shown(desk)["VTI"] == "11"


def test_lines_that_are_older_than_what_is_known_need_the_whole_history(desk: Desk) -> None:
    keep(desk, HEAD + MORE.splitlines()[0] + "\n")
    older = HEAD + "2026-01-07,Buy,VTI,10,300,1,-3001,USD\n"
    [(_, problem)] = desk.imports.preview([read(desk, older)]).problems
    assert "1 line is older than 2026-04-07" in problem.what
    keep(desk, older + MORE)
    assert shown(desk) == {"VTI": "9", "BND": "20"}


def test_nothing_is_kept_of_a_list_that_is_not_understood(desk: Desk) -> None:
    strange = (
        HEAD.replace("type", "transaction type")
        + "2026-01-07,Zorp,VTI,10,300,1,-3001,USD\n2026-01-08,Buy,VTI,1,300,1,-301,USD\n"
    )
    strange += "2026-01-09,Blarg,BND,1,300,1,-301,USD\n"
    draft = read(desk, strange)
    assert (draft.kind, draft.ledger, len(draft.problems)) == (Kind.TRANSACTIONS, None, 1)
    desk.imports.keep([draft], without_problem_lines=True)
    assert desk.portfolios.current().is_empty


def test_a_word_that_is_not_known_keeps_out_its_symbol_and_the_cash(desk: Desk) -> None:
    text = FIRST + "2026-03-09,Zorp,VTI,1,,,,USD\n" + MORE.splitlines()[0] + "\n"
    with pytest.raises(NothingKept):
        keep(desk, text)
    keep(desk, text, skip=True)
    assert shown(desk) == {"BND": "20"}


def test_an_import_is_undone_with_its_lines_and_its_past(desk: Desk) -> None:
    assert desk.undo.last() is None
    keep(desk, FIRST)
    desk.undo.back()
    assert shown(desk) == {}
    assert not desk.imports.preview([read(desk, FIRST)]).changes_nothing
    keep(desk, FIRST)
    assert shown(desk) == {"VTI": "6", "USD": "3250.5"}


@pytest.mark.parametrize("name", sorted(LAYOUTS)[::6])
def test_a_layout_is_kept_once_and_in_two_overlapping_parts_as_whole(name: str, new_desk: Callable[[], Desk]) -> None:
    whole, parts = new_desk(), new_desk()

    def drafted(desk: Desk) -> Draft:
        draft = desk.imports.read("list.csv", LAYOUTS[name].text.encode(), currency=CURRENCIES.get(name, "USD"))
        assert isinstance(draft, Draft) and draft.ledger is not None
        return draft

    whole.imports.keep([drafted(whole)])
    assert whole.imports.preview([drafted(whole)]).changes_nothing
    draft = drafted(parts)
    assert draft.ledger is not None
    rows = draft.ledger.rows
    days = sorted({row.entry.on for row in rows})
    cut = days[max(len(days) // 2 - 1, 0)]
    first = replace(draft.ledger, rows=tuple(row for row in rows if row.entry.on <= cut), balances=())
    second = replace(draft.ledger, rows=tuple(row for row in rows if row.entry.on >= cut))
    for ledger in (first, second):
        parts.imports.keep([replace(draft, ledger=ledger)])
    assert shown(parts) == shown(whole)
    assert lots(parts) == lots(whole)


@st.composite
def lists(draw: st.DrawFn) -> list[tuple[date, str]]:
    """Lines of a list with their days; nothing is sold that is not there, and the cash is explained."""
    on, held, found = date(2026, 1, 5), Decimal(0), [(date(2026, 1, 5), "Deposit,,,,,90000000,USD")]
    for _ in range(draw(st.integers(1, 10))):
        on += timedelta(days=draw(st.integers(0, 2)))
        quantity = draw(st.decimals("0.1", "99", places=2))
        amount = draw(st.integers(100, 99999))
        if draw(st.booleans()) or quantity > held:
            found.append((on, f"Buy,VTI,{quantity},,,-{amount},USD"))
            held += quantity
        else:
            found.append((on, f"Sell,VTI,{quantity},,,{amount},USD"))
            held -= quantity
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists(), st.integers(0, 12), st.integers(0, 4))
def test_in_two_overlapping_parts_it_comes_to_the_same_as_whole(
    new_desk: Callable[[], Desk], lines: list[tuple[date, str]], cut: int, overlap: int
) -> None:
    last = date(2026, 1, 5) + timedelta(days=cut)

    def text(part: list[tuple[date, str]]) -> str:
        return HEAD + "".join(f"{on},{line}\n" for on, line in part)

    whole, parts = new_desk(), new_desk()
    keep(whole, text(lines))
    keep(parts, text([each for each in lines if each[0] <= last]))
    rest = [each for each in lines if each[0] > last - timedelta(days=overlap)]
    if rest:
        keep(parts, text(rest))
    assert shown(parts) == shown(whole)
    assert lots(parts) == lots(whole)


def test_days_are_in_order(desk: Desk) -> None:
    keep(desk, FIRST + MORE)
    days = [on for on, _ in past(desk, "VTI")]
    assert all(before < after for before, after in pairwise(days))


@pytest.fixture
def new_desk(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Desk]:
    """Makes empty portfolios."""
    count = 0

    def made() -> Desk:
        nonlocal count
        count += 1
        path = tmp_path / f"{count}.wealthdesk"
        empty_at(path)
        context = open_desk(path, CLOCK)
        desk = context.__enter__()
        request.addfinalizer(lambda: context.__exit__(None, None, None))
        return desk

    return made


SOLD = FIRST + "2026-06-07,Sell,VTI,16,330,,5280,USD\n"


def test_an_opening_quantity_can_have_a_cost(desk: Desk) -> None:
    draft = replace(read(desk, SOLD, {"VTI": Decimal(20)}), opening_costs={"VTI": Decimal(2000)})
    desk.imports.keep([draft])
    assert shown(desk)["VTI"] == "10"
    [held] = [each for each in desk.holdings.all() if each.quantity == 10]
    assert held.cost_basis_minor is not None


def test_an_opening_quantity_is_remembered_for_a_later_longer_list(desk: Desk) -> None:
    draft = replace(read(desk, SOLD, {"VTI": Decimal(12)}), opening_costs={"VTI": Decimal(1200)})
    desk.imports.keep([draft])
    first = shown(desk)
    assert desk.imports.preview([read(desk, SOLD)]).changes_nothing, "the same list asks nothing again"
    longer = SOLD + "2026-07-07,Buy,VTI,3,330,,-990,USD\n"
    preview = keep(desk, longer)
    assert not preview.problems
    assert shown(desk)["VTI"] == "5" and first["VTI"] == "2"


def test_what_an_earlier_beginning_explains_is_not_counted_twice(desk: Desk) -> None:
    desk.imports.keep([read(desk, SOLD, {"VTI": Decimal(12)})])
    before = shown(desk)["VTI"]
    earlier = SOLD.replace(HEAD, HEAD + "2025-03-01,Deposit,,,,,9000,USD\n2025-03-07,Buy,VTI,12,250,,-3000,USD\n")
    preview = desk.imports.preview([read(desk, earlier)])
    assert not preview.problems
    desk.imports.keep([read(desk, earlier)])
    assert shown(desk)["VTI"] == before
    partly = SOLD.replace(HEAD, HEAD + "2025-03-01,Deposit,,,,,9000,USD\n2025-03-07,Buy,VTI,5,250,,-1250,USD\n")
    assert shown(desk)["VTI"] == before == "2"
    assert {each.asset.symbol for each in desk.imports.preview([read(desk, partly)]).matched.changed} <= {"USD"}


def test_what_is_remembered_of_an_opening_and_is_none_counts_as_nothing(desk: Desk) -> None:
    account = desk.accounts.add("My account", AccountKind.TAXABLE, "USD")
    for number, text in enumerate(("", "[]", '{"quantity":"x"}', '{"quantity":"-1","cost":null,"on":"2026-01-01"}')):
        desk.settings.set(f"opening of {account.id} {number}", text)
    assert keep(desk, FIRST).kept


@settings(max_examples=25, deadline=None)
@given(
    before=st.integers(0, 50),
    moves=st.lists(st.integers(-20, 20).filter(bool), min_size=2, max_size=8),
    cut=st.integers(1, 7),
)
def test_a_part_with_its_opening_and_then_the_whole_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, before: int, moves: list[int], cut: int
) -> None:
    """Whatever was held before: the end of a history with an opening quantity, then all of it, is one history."""
    running, at = before, []
    for move in moves:
        at.append(running)
        running += move
        assume(running >= 0)
    cut = min(cut, len(moves) - 1)
    lines = [
        f"2026-01-{day:02},{'Buy' if move > 0 else 'Sell'},VTI,{abs(move)},10,,{-10 * move},USD\n"
        for day, move in enumerate(moves, 1)
    ]
    with open_desk(empty_at(tmp_path_factory.mktemp("opening") / "p"), CLOCK) as desk:
        part = read(desk, HEAD + "".join(lines[cut:]), {"VTI": Decimal(at[cut])})
        desk.imports.keep([part])
        whole = read(desk, HEAD + "".join(lines))
        preview = desk.imports.preview([whole])
        assert not preview.problems
        desk.imports.keep([whole])
        assert shown(desk).get("VTI", "0") == str(running)
