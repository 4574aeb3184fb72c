"""`wealthdesk plan --file`: plans for a portfolio, as a table and as JSON, and its refusals."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import demo_at, empty_at
from services.portfolios import account, asset, hold
from wealthdesk.cli import main
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.services.desk import Clock, Desk, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The file of the demo portfolio, closed."""
    path = tmp_path / "demo.wealthdesk"
    demo_at(path, CLOCK)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `wealthdesk plan`."""
    capsys.readouterr()
    code = main(["plan", *map(str, arguments)], CLOCK)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """What it tells with --json."""
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    value: dict[str, Any] = json.loads(out)
    return value


def test_a_deposit_of_whole_shares(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(demo, CLOCK) as desk:
        desk.rules.set_account("retirement", AccountRules())
    before = demo.read_bytes()
    plan = told(capsys, "--file", demo, "--deposit", "20,000", "--whole-shares")
    assert (plan["mode"], plan["amount_minor"], plan["scope"]) == ("deposit", 2_000_000, "All Portfolio")
    assert sum(each["amount_minor"] for each in plan["trades"]) + plan["left_in_cash_minor"] == 2_000_000
    assert all(each["quantity"] == str(int(each["quantity"])) for each in plan["trades"])
    first = plan["trades"][0]
    # Of the account of old-age money nothing was said, so that no new money goes there.
    assert (first["account"], first["symbol"], first["side"], first["currency"]) == ("Brokerage", "BNDX", "buy", "USD")
    assert "ask_room" in {each["kind"] for each in plan["notes"]}
    assert {each["symbol"]: each["why"] for each in plan["left_out"]} == {"HALM": "no_class"}
    cash = {each["account"]: each for each in plan["cash"]}
    assert {name: each["new_minor"] for name, each in cash.items()} == {
        "Brokerage": 2_000_000, "Crypto wallet": 0, "Retirement": 0,
    }  # fmt: skip
    assert cash["Brokerage"]["after_minor"] == cash["Brokerage"]["before_minor"] + plan["left_in_cash_minor"]
    assert cash["Retirement"]["stays"] == "kept for the Cash target of 5.0%"
    open_room = told(capsys, "--file", demo, "--deposit", "20,000", "--whole-shares", "--room", "Retirement=unlimited")
    assert {each["account"] for each in open_room["trades"]} <= {"Brokerage", "Retirement"}
    full = told(capsys, "--file", demo, "--deposit", "20,000", "--room", "Retirement=none")
    assert {each["account"] for each in full["trades"]} == {"Brokerage"}
    assert demo.read_bytes() == before


def test_the_table_says_the_same(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--file", demo, "--deposit", "20000", "--whole-shares")
    assert code == 0
    assert out.startswith("Deposit of 20,000.00 USD into All Portfolio on 2026-11-20")
    assert "BNDX" in out
    assert "left out: HALM (no class)" in out


def test_money_per_account_follows_the_accounts_own_rules(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(demo, CLOCK) as desk:
        desk.rules.set_account("brokerage", AccountRules(buffer_minor=100_000, fee_fixed_minor=500))
    into = ("--into", "Brokerage=600", "--into", "retirement=400")
    plan = told(capsys, "--file", demo, "--deposit", "1000", *into, "--whole-shares", "--use-cash")
    cash = {each["account"]: each for each in plan["cash"]}
    assert (cash["Brokerage"]["buffer_minor"], cash["Brokerage"]["new_minor"]) == (100_000, 60_000)
    assert cash["Brokerage"]["after_minor"] >= 100_000
    assert {each["fee_minor"] for each in plan["trades"] if each["account"] == "Brokerage"} <= {500}
    one = told(capsys, "--file", demo, "--deposit", "1000", "--into", "Retirement")
    assert {each["account"] for each in one["trades"]} == {"Retirement"}


def test_a_withdrawal_and_what_cannot_be_raised(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told(capsys, "--file", demo, "--withdraw", "500", "--from", "Crypto wallet", "--use-cash")
    assert {each["side"] for each in plan["trades"]} == {"sell"}
    assert plan["shortfall_minor"] == 0
    much = told(capsys, "--file", demo, "--withdraw", "1000000", "--scope", "crypto wallet")
    assert 0 < much["shortfall_minor"] < 100_000_000


def test_a_rebalance_to_the_edge(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told(capsys, "--file", demo, "--rebalance", "--goal", "band_edge")
    assert {each["status_after"] for each in plan["classes"]} == {"on_target"}
    assert plan["sold_minor"] > 0
    assert plan["realised_gain_minor"] is not None


def test_it_works_beside_an_open_window(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(demo, CLOCK) as window:
        assert told(capsys, "--file", demo, "--deposit", "10")["amount_minor"] == 1_000
        assert window.portfolios.current().accounts


@pytest.mark.parametrize(
    "arguments",
    [
        *(("--deposit", text) for text in ("abc", "-5", "", "1.000,00", "1e9", "NaN", "1_000", "0.001", "9" * 20, "٣")),
        ("--deposit=-5",),
        ("--withdraw", "-0.01"),
        ("--withdraw", "1e3"),
        ("--scope", "", "--deposit", "5"),
        ("--deposit", "5", "--scope", "Nowhere"),
        ("--deposit", "5", "--into", "Nowhere"),
        ("--deposit", "5", "--into", "All Portfolio"),
        ("--deposit", "5", "--into", "Brokerage=4"),
        ("--deposit", "5", "--into", "Brokerage", "--into", "Retirement"),
        ("--deposit", "5", "--into", "Brokerage=2", "--into", "brokerage=3"),
        ("--deposit", "5", "--into", "Brokerage=5", "--scope", "Retirement"),
        ("--rebalance", "--min-trade", "-1"),
        ("--rebalance", "--gain-limit", "x"),
    ],
)
def test_refusals_are_one_sentence(demo: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--file", demo, *arguments)
    assert (code, out) == (1, "")
    assert err.startswith("wealthdesk plan: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--deposit", "5", "--withdraw", "5"),
        ("--deposit", "5", "--goal", "target"),
        ("--rebalance", "--into", "x=1"),
        ("--deposit", "5", "another.json"),
        ("--deposit",),
        ("--dep", "5"),
    ],
)
def test_bad_usage(demo: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(capsys, "--file", demo, *arguments)
    assert ended.value.code == 2
    assert "usage: wealthdesk plan" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in ("none.wealthdesk", "nowhere/none.wealthdesk"):
        code, out, err = run(capsys, "--file", tmp_path / place, "--deposit", "5")
        assert (code, out) == (1, "")
        assert "There is no file" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(5_000)])
def test_what_is_no_portfolio_is_left_alone(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "some.wealthdesk").write_bytes(content)
    code, out, err = run(capsys, "--file", tmp_path / "some.wealthdesk", "--deposit", "5")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert (tmp_path / "some.wealthdesk").read_bytes() == content
    assert run(capsys, "--file", tmp_path, "--deposit", "5")[0] == 1


# Portfolios with little in them


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Desk]:
    """A new portfolio, open, with nothing in it."""
    with open_desk(empty_at(tmp_path / "little.wealthdesk"), CLOCK) as desk:
        yield desk


def test_an_empty_portfolio_keeps_it_all_in_cash(little: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for whole in ([], ["--whole-shares"]):
        plan = told(capsys, "--file", little.path, "--deposit", "1000", *whole)
        assert (plan["trades"], plan["left_in_cash_minor"], plan["has_targets"]) == ([], 100_000, False)
        gone = told(capsys, "--file", little.path, "--withdraw", "1000", *whole)
        assert (gone["trades"], gone["shortfall_minor"]) == ([], 100_000)
        assert told(capsys, "--file", little.path, "--rebalance", *whole)["trades"] == []
    _, out, _ = run(capsys, "--file", little.path, "--deposit", "1000")
    assert "no class has a target here, so nothing is bought" in out.splitlines()[0]
    assert "Nothing is traded." in out


def test_without_targets_that_is_said(little: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    broker = account(little)
    hold(little, broker, {"S": "5", "USD": "100"}, {"S": asset(little, "S", "10", {"equity": 100})})
    _, out, _ = run(capsys, "--file", little.path, "--deposit", "1000", "--scope", "broker")
    assert "Deposit of 1,000.00 USD into Broker on 2026-11-20: no class has a target here" in out
    code, out, _ = run(capsys, "--file", little.path, "--withdraw", "120")
    assert (code, "so the proportions stay as they are" in out, "Sold: 50.00 USD" in out) == (0, True, True)
    assert "all of it" in out  # what would be left is less than the smallest trade


def test_what_was_paid_above_the_price_is_a_loss(little: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    little.holdings.add(account(little), asset(little, "S", "10", {"equity": 100}), Decimal(5), 80_00)
    _, out, _ = run(capsys, "--file", little.path, "--withdraw", "50")
    assert "Sold: 50.00 USD\n" in out and "Taxable loss: -30.00 USD\n" in out and "Taxable gain" not in out


def test_without_prices_and_rates_it_is_said_what_is_left_out(little: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    broker = account(little, "証券", currency="JPY")
    little.settings.set_base_currency("JPY")
    ids = {name: asset(little, name, price, {"equity": 100}, code) for name, price, code in UNKNOWN}
    hold(little, broker, {"P": "5", "R": "3"}, ids)
    little.targets.add(None, "All", (ClassTarget("equity", 10_000),))
    plan = told(capsys, "--file", little.path, "--deposit", "1000")
    assert {each["symbol"] or each["class"]: each["why"] for each in plan["left_out"]} == {
        "P": "no_price", "R": "no_rate", "Equity": "nothing_to_buy",
    }  # fmt: skip
    assert (plan["base_currency"], plan["amount_minor"], plan["left_in_cash_minor"]) == ("JPY", 1_000, 1_000)
    code, _, err = run(capsys, "--file", little.path, "--deposit", "1000.5")
    assert (code, "An amount in JPY here has no decimals" in err) == (1, True)


UNKNOWN = (("P", None, "JPY"), ("R", "500", "CHF"))


def test_what_is_proven_is_told(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told(capsys, "--file", demo, "--deposit", "20000", "--whole-shares")
    count = len(plan["trades"])
    assert plan["proof"]
    assert plan["max_trades"] in (None, count)
    assert [trades for trades, _, _ in plan["frontier"]] == sorted({trades for trades, _, _ in plan["frontier"]})
    assert {plan["best_value"], plan["fewest"], plan["closest"]} <= {trades for trades, _, _ in plan["frontier"]}
    _, out, _ = run(capsys, "--file", demo, "--deposit", "20000", "--whole-shares")
    assert plan["proof"][0] in out.splitlines()


def test_the_number_of_trades_is_chosen(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans = {
        each: told(capsys, "--file", demo, "--rebalance", "--trades", each)
        for each in ("fewest", "best", "3", "closest")
    }
    counts = {each: len(plan["trades"]) for each, plan in plans.items()}
    assert counts["fewest"] <= counts["best"] <= counts["closest"]
    assert counts["3"] <= 3
    assert counts["best"] <= 8
    assert all(abs(each["drift_after_bps"]) <= 25 for each in plans["best"]["classes"])


def test_how_much_to_add_is_told(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told(capsys, "--file", demo, "--to-add")
    assert (plan["to_add_minor"] > 0, plan["decided_by"]) == (True, "Crypto")
    code, out, err = run(capsys, "--file", demo, "--to-add")
    assert (code, err, out.count("\n")) == (0, "", 1)


def test_an_empty_plan_says_why(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = told(capsys, "--file", demo, "--deposit", "0")
    assert (plan["trades"], plan["empty_because"]) == ([], "no_money")
    _, out, _ = run(capsys, "--file", demo, "--deposit", "0")
    assert "Nothing is traded. There is no money to spend." in out


def test_amounts_of_accounts_need_no_sum(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The wallet is kept in euros: the amounts of both do not add up, and are not asked to."""
    into = ("--into", "Brokerage=600", "--into", "Crypto wallet=400")
    plan = told(capsys, "--file", demo, "--deposit", *into)
    new = {each["account"]: each["new_minor"] for each in plan["cash"]}
    assert new["Brokerage"] == 60_000
    assert 40_000 < new["Crypto wallet"] < 60_000
    assert run(capsys, "--file", demo, "--deposit", "1000", *into)[0] == 1
