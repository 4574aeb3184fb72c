"""Files kept in the portfolio: matched, previewed, all or nothing, and twice is once."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Exposure
from wealthdesk.domain.money import canonical
from wealthdesk.errors import NothingKept
from wealthdesk.services.desk import Clock, Desk, open_desk
from wealthdesk.services.imports import Draft, ImportPreview

HOLDINGS = """Account,Symbol,Name,Quantity,Price,Currency,Price date,Class
Broker,VTI,Total Stock Market,10,300.50,USD,2026-11-19,Equity
Broker,BND,Total Bond Market,20.5,73.10,USD,2026-11-19,Fixed income
Broker,$CASH,,1250.75,,USD,,
Pension,VTI,Total Stock Market,4,300.50,USD,2026-11-19,Equity
"""
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "holdings"


def keep(desk: Desk, text: str, *, skip: bool = False, remove: bool = False) -> ImportPreview:
    draft = desk.imports.read("holdings.csv", text.encode())
    gone = [each.holding.id for each in desk.imports.preview([draft]).matched.gone] if remove else []
    return desk.imports.keep([draft], without_problem_lines=skip, remove=gone)


def shown(desk: Desk) -> dict[tuple[str, str], str]:
    portfolio = desk.portfolios.current()
    return {
        (portfolio.accounts[h.account_id].name, portfolio.assets[h.asset_id].symbol): canonical(h.quantity)
        for h in portfolio.holdings
    }


def test_a_file_becomes_accounts_assets_holdings_and_prices(desk: Desk) -> None:
    kept = keep(desk, HOLDINGS)
    assert kept.kept
    assert shown(desk) == {
        ("Broker", "VTI"): "10",
        ("Broker", "BND"): "20.5",
        ("Broker", "USD"): "1250.75",
        ("Pension", "VTI"): "4",
    }
    allocation = desk.allocations.of(None)
    assert allocation.valuation.total_minor == 300_500 + 149_855 + 125_075 + 120_200
    assert allocation.valuation.cash_minor == 125_075
    assert {c.asset_class_id for c in allocation.drift.classes} == {"equity", "fixed_income", "cash"}


TYPED = """Symbol,Name,Quantity,Price,Currency,Type
AAA,Something,10,30.50,USD,Commodities
BBB,20+ Year Treasury,20,73.10,USD,Stock
CCC,Something else,4,12,USD,Stock
DDD,Nothing to go by,1,12,USD,Other
"""


def test_a_class_that_is_told_by_a_type_is_a_guess_like_the_others(desk: Desk) -> None:
    draft = desk.imports.read("typed.csv", TYPED.encode())
    guesses = {each.symbol: each.class_id for each in desk.imports.preview([draft]).guesses}
    assert guesses == {"AAA": "commodities", "BBB": "fixed_income", "CCC": "equity"}, "a fund of bonds is traded too"
    desk.imports.keep([draft])
    assert not any(each.exposures for each in desk.assets.all()), "nothing is taken silently"


def test_guesses_are_kept_where_they_are_accepted(desk: Desk) -> None:
    draft = desk.imports.read("typed.csv", TYPED.encode())
    accepted = {each.of: each.class_id for each in desk.imports.preview([draft]).guesses if each.symbol != "CCC"}
    desk.imports.keep([draft], classes=accepted)
    kept = {each.symbol: [one.asset_class_id for one in each.exposures] for each in desk.assets.all()}
    assert kept == {"AAA": ["commodities"], "BBB": ["fixed_income"], "CCC": [], "DDD": []}
    assert desk.imports.preview([draft]).changes_nothing


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    keep(desk, HOLDINGS)
    before = desk.portfolios.current()
    assert desk.imports.preview([desk.imports.read("again.csv", HOLDINGS.encode())]).changes_nothing
    keep(desk, HOLDINGS)
    assert desk.portfolios.current() == before


def test_nothing_is_kept_while_there_is_a_problem_unless_its_line_is_left_out(desk: Desk) -> None:
    broken = HOLDINGS.replace("20.5", "twenty")
    with pytest.raises(NothingKept):
        keep(desk, broken)
    assert desk.portfolios.current().is_empty
    kept = keep(desk, broken, skip=True)
    assert [(problem.line, problem.column) for _, problem in kept.problems] == [(3, "Quantity")]
    assert ("Broker", "BND") not in shown(desk)
    assert len(shown(desk)) == 3


def test_it_can_be_stopped_while_lines_are_compared(desk: Desk) -> None:
    rows = "".join(f"F{number},{number + 1},10,USD\n" for number in range(1_200))
    draft = desk.imports.read("broker.csv", f"Symbol,Quantity,Price,Currency\n{rows}".encode())
    heard: list[tuple[int, int]] = []
    desk.imports.preview([draft], lambda done, total: heard.append((done, total)))
    assert heard == [(0, 1_200), (500, 1_200), (1_000, 1_200)]

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    for work in (desk.imports.preview, lambda drafts, progress: desk.imports.keep(drafts, progress=progress)):
        with pytest.raises(InterruptedError):
            work([draft], stop)
    assert not shown(desk)


def test_a_holding_gone_from_a_newer_file_is_offered_and_not_dropped(desk: Desk) -> None:
    keep(desk, HOLDINGS)
    newer = "\n".join(line for line in HOLDINGS.splitlines() if "BND" not in line).replace(",10,", ",12,")
    kept = keep(desk, newer)
    assert [(gone.account.name, gone.asset.symbol) for gone in kept.matched.gone] == [("Broker", "BND")]
    assert shown(desk)["Broker", "BND"] == "20.5"
    assert shown(desk)["Broker", "VTI"] == "12"
    keep(desk, newer, remove=True)
    assert ("Broker", "BND") not in shown(desk)


def test_a_line_with_a_problem_is_not_taken_for_gone(desk: Desk) -> None:
    keep(desk, HOLDINGS)
    kept = keep(desk, HOLDINGS.replace("20.5", "twenty"), skip=True)
    assert kept.matched.gone == ()


def test_what_the_user_set_is_not_replaced(desk: Desk) -> None:
    keep(desk, HOLDINGS)
    bond = next(asset for asset in desk.assets.all() if asset.symbol == "BND")
    desk.assets.change(replace(bond, name="My bonds", exposures=(Exposure("alternatives", 10_000),)))
    kept = keep(desk, HOLDINGS)
    after = next(asset for asset in desk.assets.all() if asset.symbol == "BND")
    assert (after.name, after.only_class) == ("My bonds", "alternatives")
    assert any("BND" in note for note in kept.matched.notes)


def test_classes_of_ones_own_are_made_and_found_again(desk: Desk) -> None:
    text = HOLDINGS.replace("Fixed income", "Green bonds")
    assert [each.name for each in keep(desk, text).matched.classes] == ["Green bonds"]
    assert keep(desk, text).changes_nothing


def test_the_first_file_sets_the_base_currency(desk: Desk) -> None:
    keep(desk, HOLDINGS.replace("USD", "EUR"))
    assert desk.portfolios.current().base_currency == "EUR"
    keep(desk, HOLDINGS)
    assert desk.portfolios.current().base_currency == "EUR"


def test_a_file_without_accounts_goes_into_the_only_one_and_asks_where_there_are_several(desk: Desk) -> None:
    bare = "Symbol,Quantity,Price,Currency\nVTI,10,300,USD\n"
    assert [a.name for a in keep(desk, bare).matched.accounts] == ["My account"]
    assert keep(desk, bare).changes_nothing
    keep(desk, HOLDINGS)
    with pytest.raises(NothingKept):
        keep(desk, bare)
    draft = desk.imports.read("bare.csv", bare.encode(), account="Pension")
    assert desk.imports.preview([draft]).matched.changed[0].after.quantity == Decimal(10)


def test_an_export_reads_back_to_the_same_portfolio(demo: Desk, tmp_path: Path, clock: Clock) -> None:
    demo.assets.change(replace(next(a for a in demo.assets.all() if a.id == "vti"), name="=1+1"))
    holdings, targets = demo.exports.holdings_csv(), demo.exports.targets_csv()
    assert "'=1+1" in holdings
    with open_desk(tmp_path / "again.wealthdesk", clock, create=True) as again:
        drafts = [again.imports.read(name, text.encode()) for name, text in (("h.csv", holdings), ("t.csv", targets))]
        assert again.imports.preview(drafts).problems == ()
        again.imports.keep(drafts)
        for scope in (None, "Brokerage", "Retirement", "Crypto wallet"):
            ids = {account.name: account.id for account in again.portfolios.current().accounts.values()}
            old_ids = {account.name: account.id for account in demo.portfolios.current().accounts.values()}
            before = demo.allocations.of(old_ids[scope] if scope else None)
            after = again.allocations.of(ids[scope] if scope else None)
            assert after.portfolio.base_currency == before.portfolio.base_currency
            assert after.valuation.total_minor == before.valuation.total_minor
            told = [(c.asset_class_id, c.value_minor, c.target_bps, c.status) for c in before.drift.classes]
            assert [(c.asset_class_id, c.value_minor, c.target_bps, c.status) for c in after.drift.classes] == told
            assert (before.strategy and before.strategy.name) == (after.strategy and after.strategy.name)
        assert again.exports.holdings_csv() == holdings
        assert again.exports.targets_csv() == targets, "the strategy of a new file, unused, has become that in force"
        assert again.imports.preview(drafts).changes_nothing


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="real files of other programs are kept outside the project")
@pytest.mark.parametrize(
    ("name", "total", "cash", "accounts"),
    [
        ("degiro-portfolio.csv", 1_250_44 + 15_782_40 + 4_239_00 + 3_128_99, 1_250_44, {"My account"}),
        ("fidelity-positions.csv", 202_073_73, 8_422_17, {"Individual", "ROTH IRA"}),
        ("schwab-positions.csv", 101_860_28, 4_310_55, {"Brokerage"}),
        ("semicolon-comma-latin1.csv", 213_643_96, 8_250_17, {"Depot Müller", "Tagesgeld"}),
        ("vanguard-ofx-download.csv", 65_799_71, 0, {"11112222", "33334444"}),
        ("wealthfolio-holdings.csv", 40_571_55, 3_200_00, {"My account"}),
    ],
)
def test_real_files_come_out_as_a_person_would_read_them(
    desk: Desk, name: str, total: int, cash: int, accounts: set[str]
) -> None:
    preview = desk.imports.keep([desk.imports.read_file(SAMPLES / name)])
    assert preview.problems == ()
    valuation = desk.allocations.of(None).valuation
    assert abs(valuation.total_minor - total) <= 2  # a broker rounds each line for itself
    assert valuation.cash_minor == cash
    assert {account.name for account in desk.accounts.all()} == accounts
    assert desk.imports.preview([desk.imports.read_file(SAMPLES / name)]).changes_nothing


def test_lines_that_turn_out_to_be_one_holding_are_added_up_and_said_so(desk: Desk) -> None:
    """By the case of the account or the symbol, or by the ISIN; nothing of what a file says is lost."""
    kept = keep(
        desk,
        "Account,Symbol,Quantity,Price,Currency,ISIN,Cost\n"
        "Broker,VTI,10,300,USD,US9229087690,100\n"
        "broker,vti,1,300,USD,,20\n"
        "Broker,VTI.US,0.5,300,USD,US9229087690,\n",
    )
    assert shown(desk) == {("Broker", "VTI"): "11.5"}
    assert [note for note in kept.matched.notes if "added up" in note] == [
        "VTI in Broker stands on lines 2 and 3: 10 and 1 were added up to 11.",
        "VTI in Broker stands on lines 2 and 4: 11 and 0.5 were added up to 11.5.",
    ]
    assert desk.holdings.all()[0].cost_basis_minor is None


def test_of_two_files_at_once_the_second_counts_and_a_note_says_so(desk: Desk) -> None:
    text = HOLDINGS.replace("Pension", "Savings")
    drafts = [
        desk.imports.read("old.csv", text.encode()),
        desk.imports.read("new.csv", text.replace(",10,", ",12,").encode()),
    ]
    kept = desk.imports.keep(drafts)
    assert shown(desk)["Broker", "VTI"] == "12"
    assert kept.matched.notes == ("VTI in Broker stands in old.csv and in new.csv: the second one counts.",)


def test_a_share_with_the_letters_of_a_currency_is_never_taken_for_cash(desk: Desk) -> None:
    share, cash = "Broker,USD,,10,95.5,USD,2026-11-19,Equity\n", "Broker,$CASH,,1250.75,,USD,,\n"
    head = HOLDINGS.partition("\n")[0] + "\n"
    keep(desk, head + share + cash)
    assert shown(desk) == {("Broker", "USD"): "10", ("Broker", "Cash USD"): "1250.75"}
    valuation = desk.allocations.of(None).valuation
    assert (valuation.total_minor, valuation.cash_minor) == (95_500 + 125_075, 125_075)
    text = desk.exports.holdings_csv()
    assert keep(desk, text).changes_nothing
    assert keep(desk, head + cash + share).changes_nothing


def test_a_share_with_the_symbol_of_cash_that_is_here_is_a_problem(desk: Desk) -> None:
    keep(desk, HOLDINGS)
    kept = keep(desk, HOLDINGS + "Broker,USD,,10,95.5,USD,2026-11-19,Equity\n", skip=True)
    assert [(problem.line, problem.column) for _, problem in kept.problems] == [(6, "Symbol")]
    assert kept.changes_nothing
    assert shown(desk)["Broker", "USD"] == "1250.75"


def test_the_price_of_a_line_that_is_refused_is_not_given_to_its_namesake(desk: Desk) -> None:
    head, line = "Account,Symbol,Quantity,Price,Currency,ISIN,Price date\n", "Broker,X,1,{},USD,{},2026-11-{}\n"
    keep(desk, head + line.format(5, "US9229087690", 18))
    kept = keep(desk, head + line.format(99, "US0378331005", 19), skip=True)
    assert [problem.column for _, problem in kept.problems] == ["ISIN"]
    assert desk.allocations.of(None).valuation.total_minor == 500


def test_a_new_account_has_the_currency_of_all_that_is_in_it(desk: Desk) -> None:
    keep(
        desk,
        "account,symbol,quantity,price,currency\nBroker,VTI,1,10,USD\nBroker,BND,1,10,USD\nBroker,USD,9,1,USD\nBroker,VEA,1,10,EUR\n"
        "Depot,VWCE,1,10,EUR\nDepot,EUR,5,1,EUR\n",
    )
    assert {each.name: each.currency for each in desk.accounts.all()} == {"Broker": "USD", "Depot": "EUR"}


def test_a_new_account_is_taxed_as_unmistakable_words_of_its_name_or_type_say(desk: Desk) -> None:
    line = "{},{},VTI,1,10,USD\n"
    names = {
        "Roth IRA": AccountKind.TAX_FREE, "ROTH CONTRIBUTORY IRA": AccountKind.TAX_FREE,
        "Rollover IRA 123": AccountKind.TAX_DEFERRED, "Acme 401(k)": AccountKind.TAX_DEFERRED,
        "My SIPP": AccountKind.TAX_DEFERRED, "Stocks & Shares ISA": AccountKind.TAX_FREE, "PEA": AccountKind.TAX_FREE,
        "RRSP-USD": AccountKind.TAX_DEFERRED, "TFSA": AccountKind.TAX_FREE, "Riester-Depot": AccountKind.TAX_DEFERRED,
        "Ira Roth": AccountKind.TAXABLE, "Isa": AccountKind.TAXABLE, "Non-Pension": AccountKind.TAXABLE,
        "SIPP and ISA": AccountKind.TAXABLE, "Visa": AccountKind.TAXABLE, "Suspension": AccountKind.TAXABLE,
    }  # fmt: skip
    types = {
        "U1": ("Traditional IRA", AccountKind.TAX_DEFERRED), "U2": ("TFSA", AccountKind.TAX_FREE),
        "U3": ("Margin", AccountKind.TAXABLE), "U4": ("Tax free", AccountKind.TAX_FREE),
    }  # fmt: skip
    head = "Account,Account type,Symbol,Quantity,Price,Currency\n"
    rows = [line.format(name, "") for name in names] + [line.format(name, kind) for name, (kind, _) in types.items()]
    matched = keep(desk, head + "".join(rows)).matched
    wanted = names | {name: kind for name, (_, kind) in types.items()}
    assert {each.name: each.kind for each in desk.accounts.all()} == wanted
    # What the file says itself, as the type of U4, is no guess.
    told = [note for note in matched.notes if "is taken for a" in note]
    assert len(told) == len([kind for kind in wanted.values() if kind is not AccountKind.TAXABLE]) - 1
    assert "“TFSA” is taken for a tax-free account by what the file calls it." in told


def test_how_an_account_is_taxed_that_there_is_stays(desk: Desk) -> None:
    desk.accounts.add("Roth IRA", AccountKind.TAXABLE, "USD")
    kept = keep(desk, "Account,Symbol,Quantity,Price,Currency\nRoth IRA,VTI,1,10,USD\n")
    assert [each.kind for each in desk.accounts.all()] == [AccountKind.TAXABLE]
    assert not any("is taken for a" in note for note in kept.matched.notes)


def test_an_account_cannot_have_the_name_of_all_accounts(desk: Desk) -> None:
    kept = keep(desk, HOLDINGS.replace("Pension", "All portfolio"), skip=True)
    assert [problem.column for _, problem in kept.problems] == ["Account"]
    assert {account for account, _ in shown(desk)} == {"Broker"}


def test_sums_that_cannot_be_kept_are_problems(desk: Desk) -> None:
    lines = "".join(f"{name},X,600000000000000,0.01,USD\n" for name in ("A", "a"))
    with pytest.raises(NothingKept):
        keep(desk, "Account,Symbol,Quantity,Price,Currency\n" + lines)


TARGETS = "Strategy,Scope,Active,Absolute band,Fill method,Class,Class target,Symbol,Currency,Holding target\n"


@pytest.mark.parametrize(
    "rows",
    [
        "Mine,All Portfolio,yes,5,,Equity,60,,,\nMine,All Portfolio,,,,Stocks,40,,,\n",
        "Mine,All Portfolio,yes,5,,Equity,60,,,\n",
        "Mine,All Portfolio,yes,5,,Nonsense,100,,,\n",
        "Mine,Nobody,yes,5,,Equity,100,,,\n",
        "Mine,All Portfolio,yes,0,,Equity,100,,,\n",
        "Mine,All Portfolio,yes,101,,Equity,100,,,\n",
        "Mine,All Portfolio,yes,5,fastest,Equity,100,,,\n",
        "Mine,All Portfolio,yes,5,,Equity,100,,,\nMine,All Portfolio,,,,Equity,,BND,USD,100\n",
        "Mine,All Portfolio,yes,5,,Equity,100,,,\nMine,All Portfolio,,,,Equity,,NONE,USD,100\n",
        "Mine,All Portfolio,yes,5,,Equity,100,,,\nMine,All Portfolio,,,,Equity,,VTI,USD,99.99\n",
    ],
)
def test_targets_that_break_a_rule_are_problems_and_change_nothing(desk: Desk, rows: str) -> None:
    keep(desk, HOLDINGS)
    before = desk.targets.all()
    preview = desk.imports.preview([desk.imports.read("t.csv", (TARGETS + rows).encode())])
    assert len(preview.problems) == 1
    with pytest.raises(NothingKept):
        keep(desk, TARGETS + rows)
    keep(desk, TARGETS + rows, skip=True)
    assert desk.targets.all() == before


def test_a_strategy_is_found_whatever_the_case_and_of_two_files_the_second_counts(desk: Desk) -> None:
    drafts = [
        desk.imports.read("a.csv", (TARGETS + "ALL portfolio,All Portfolio,,5,,Equity,100,,,\n").encode()),
        desk.imports.read("b.csv", (TARGETS + "All Portfolio,All Portfolio,,6,,Cash,100,,,\n").encode()),
    ]
    desk.imports.keep(drafts)
    (only,) = desk.targets.all()
    assert (only.name, only.is_active, only.absolute_band_bps, only.version) == ("All Portfolio", True, 600, 2)
    assert [each.asset_class_id for each in only.targets] == ["cash"]
    assert desk.imports.preview(drafts[1:]).changes_nothing
    new = [
        desk.imports.read(name, (TARGETS + f"{name},All Portfolio,,5,,Cash,100,,,\n").encode()) for name in ("X", "x")
    ]
    desk.imports.keep(new)
    assert [each.name for each in desk.targets.all()] == ["All Portfolio", "X"]


def test_targets_count_on_the_classes_that_come_with_them(desk: Desk) -> None:
    """The asset is here without a class; one file gives it its class, the other a holding target in that class."""
    keep(desk, HOLDINGS.replace(",Equity", ","))
    rows = "Mine,All Portfolio,yes,5,,Equity,100,,,\nMine,All Portfolio,,,,Equity,,VTI,USD,100\n"
    drafts = [desk.imports.read(*each) for each in (("t.csv", (TARGETS + rows).encode()), ("h.csv", HOLDINGS.encode()))]
    assert [problem.column for _, problem in desk.imports.preview(drafts[:1]).problems] == ["Strategy"]
    desk.imports.keep(drafts)
    strategy = desk.targets.active(None)
    assert strategy is not None
    assert [len(each.holdings) for each in strategy.targets] == [1]


def test_what_lies_in_the_file_as_remembered_columns_and_is_none_counts_as_nothing(
    portfolio_path: Path, clock: Clock
) -> None:
    with open_desk(portfolio_path, clock) as desk:
        for number, text in enumerate(
            ("", "[]", "{}", '{"header":["A"],"fields":["what"]}', '{"header":["A"],"fields":[],"currencies":[]}')
        ):
            desk.settings.set(f"columns of {number}", text)
        assert desk.columns_kept.all() == []
        draft = desk.imports.read("a.csv", b"Symbol,Quantity\nAAA,1\n")
        assert isinstance(draft, Draft) and len(draft.candidates) == 1
