"""The commands without a window: what they print, their exit codes, and that nothing half-done is kept."""

import json
import os
import stat
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import demo_at
from wealthdesk.cli import main
from wealthdesk.services.desk import Clock

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
GOOD = "Account,Symbol,Quantity,Price,Currency,Price date,Class\nBroker,VTI,10,300.50,USD,2026-11-19,Equity\n"
BAD = GOOD + "Broker,BND,four,73,USD,2026-11-19,Fixed income\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good file and one with a problem."""
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """A command's exit code, standard output and standard error."""
    capsys.readouterr()
    code = main([str(each) for each in arguments], CLOCK)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """What a command tells with --json."""
    value: dict[str, Any] = json.loads(run(capsys, *arguments, "--json")[1])
    return value


def names(found: Sequence[Path]) -> set[str]:
    return {each.name for each in found}


def test_import_then_show(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = folder / "new.wealthdesk"
    code, out, err = run(capsys, "import", folder / "good.csv", "--file", portfolio)
    assert (code, err) == (0, "")
    assert "1 new" in out
    assert stat.S_IMODE(portfolio.stat().st_mode) == 0o600
    assert told(capsys, "show", "--file", portfolio) == {
        "base_currency": "USD",
        "on": "2026-11-20",
        "scope": "All Portfolio",
        "strategy": "All Portfolio",
        "total_minor": 300_500,
        "accounts": [
            {"name": "Broker", "kind": "taxable", "currency": "USD", "total_minor": 300_500, "cash_minor": 0}
        ],
        "holdings": [
            {
                "account": "Broker", "symbol": "VTI", "name": "VTI", "quantity": "10", "price": "300.5",
                "price_date": "2026-11-19", "currency": "USD", "value_minor": 300_500, "classes": {"Equity": 10_000},
                "cost_minor": None, "cost_currency": "USD", "lots": [],
            }
        ],
        "rates": {},
        "classes": [
            {
                "name": "Equity", "value_minor": 300_500, "weight_bps": 10_000,
                "target_bps": None, "drift_bps": None, "status": "no_target",
                "holdings": [
                    {
                        "symbol": "VTI", "weight_bps_of_class": 10_000, "target_bps_of_class": None,
                        "drift_bps": None, "status": "no_target", "outside": False,
                    }
                ],
            }
        ],
        "unpriced": [],
        "unclassified": [],
    }  # fmt: skip


def test_problems_keep_everything_out_and_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = folder / "new.wealthdesk"
    code, out, _ = run(capsys, "import", folder / "good.csv", folder / "bad.csv", "--file", portfolio)
    assert code == 4
    assert "bad.csv line 3, Quantity" in out
    assert not portfolio.exists()
    assert names(list(folder.iterdir())) == {"good.csv", "bad.csv"}


def test_skipping_problems_keeps_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = folder / "new.wealthdesk"
    shown = told(capsys, "import", folder / "bad.csv", "--file", portfolio, "--skip-problems")
    assert shown["is_kept"]
    assert [each["symbol"] for each in shown["kept"]["holdings_added"]] == ["VTI"]
    assert [(each["line"], each["column"]) for each in shown["problems"]] == [(3, "Quantity")]
    assert run(capsys, "import", folder / "bad.csv", "--file", portfolio, "--skip-problems")[0] == 0


def test_a_dry_run_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = folder / "new.wealthdesk"
    shown = told(capsys, "import", folder / "good.csv", "--file", portfolio, "--dry-run")
    assert (shown["is_kept"], shown["kept"]) == (False, None)
    assert len(shown["would_keep"]["holdings_added"]) == 1
    assert not portfolio.exists()
    run(capsys, "import", folder / "good.csv", "--file", portfolio)
    before = portfolio.read_bytes()
    (folder / "good.csv").write_text(GOOD.replace(",10,", ",11,"), "utf-8")
    shown = told(capsys, "import", folder / "good.csv", "--file", portfolio, "--dry-run")
    assert shown["would_keep"]["holdings_changed"][0]["before"] == "10"
    assert portfolio.read_bytes() == before


def test_a_dry_run_of_what_would_be_refused_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = folder / "new.wealthdesk"
    code, out, _ = run(capsys, "import", folder / "bad.csv", "--file", portfolio, "--dry-run")
    assert code == 4 and out.splitlines()[-1].startswith("Nothing was kept because of the problems.")
    code, out, _ = run(capsys, "import", folder / "bad.csv", "--file", portfolio, "--dry-run", "--skip-problems")
    assert code == 0 and "It would be: 1 new" in out


def test_a_problem_of_a_whole_file_names_no_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("import",), ("reserves", "import", "--fund", "F")):
        code, out, _ = run(capsys, *words, folder / "none.csv", "--file", folder / "new.wealthdesk")
        assert code == 4 and "  problem  none.csv: The file cannot be read: No such file" in out


@pytest.mark.parametrize(
    "command",
    ["import", "reallocate", "reserves", "rules", "assets", "prices", "rates", "schedule", "backup", "restore", "mend",
     "salvage", "prepare", "diagnose"],
)  # fmt: skip
def test_what_keeps_something_says_with_which_code_it_ends_when_nobody_hears_of_it(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"], CLOCK)
    codes = " ".join(capsys.readouterr().out.partition("Exit codes:")[2].split())
    assert ", 5 " in codes and "but the answer could not be written" in codes


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("plan", "--to-add", "--trades", "3"), "--trades plays no part in --to-add"),
        (("plan", "--to-add", "--min-trade", "0"), "--min-trade plays no part in --to-add"),
        (("plan", "--to-add", "--use-cash"), "--use-cash plays no part in --to-add"),
        (("history", "--statistics", "--scope", "A"), "--scope belongs to --strategy"),
        (("history", "--fund", "F", "--scope", "A"), "--scope belongs to --strategy"),
        (("history", "--fund", "F", "--days", "3"), "--days belongs to --statistics"),
        (("reallocate", "preview", "--fund", "F", "--scope", "A", "-"), "--scope belongs to --strategy"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(capsys, *words, "--file", folder / "p.wealthdesk")
    assert ended.value.code == 2 and why in capsys.readouterr().err


def test_twice_is_once_and_gone_is_only_removed_on_request(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio, file = folder / "new.wealthdesk", folder / "good.csv"
    file.write_text(GOOD + "Broker,BND,4,73,USD,2026-11-19,Fixed income\n", "utf-8")
    run(capsys, "import", file, "--file", portfolio)
    assert told(capsys, "import", file, "--file", portfolio)["changes_nothing"]
    file.write_text(GOOD, "utf-8")
    assert [each["symbol"] for each in told(capsys, "import", file, "--file", portfolio)["gone"]] == ["BND"]
    assert len(told(capsys, "show", "--file", portfolio)["holdings"]) == 2
    _, said, _ = run(capsys, "import", file, "--file", portfolio)
    assert "Read 2 lines: 1 holding, 1 price, 0 rates." in said
    assert "Broker: BND 4 is not in the files any more: stays, --remove-gone removes it" in said
    would = told(capsys, "import", file, "--file", portfolio, "--remove-gone", "--dry-run")
    assert not would["changes_nothing"]
    _, said, _ = run(capsys, "import", file, "--file", portfolio, "--remove-gone")
    assert "Broker: BND 4 is not in the files any more: removed" in said
    assert said.splitlines()[-1].startswith("Kept in ") and said.endswith(", 1 removed holding.\n")
    assert len(told(capsys, "show", "--file", portfolio)["holdings"]) == 1


def test_the_account_and_currency_of_lines_that_name_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bare.csv").write_text("Symbol,Quantity,Price\nVTI,2,10\n", "utf-8")
    options = ("--account", "Depot", "--currency", "chf")
    run(capsys, "import", folder / "bare.csv", "--file", folder / "p", *options)
    shown = told(capsys, "show", "--file", folder / "p", "--scope", "depot")
    assert (shown["scope"], shown["base_currency"], shown["total_minor"]) == ("Depot", "CHF", 2_000)
    assert told(capsys, "show", "--file", folder / "p", "--scope", "all portfolio")["scope"] == "All Portfolio"


TRADES = "Date,Action,Symbol,Quantity,Price,Amount,Currency\n2026-01-05,Buy,AAA,10,30,-300,USD\n"


def test_a_list_of_transactions_tells_its_story(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "list.csv").write_text(TRADES, "utf-8")
    portfolio = folder / "new.wealthdesk"
    answer = told(capsys, "import", folder / "list.csv", "--file", portfolio)
    assert [(each["kind"], each["format"]) for each in answer["files"]] == [("transactions", "List of transactions")]
    story = {"account": "My account", "symbol": "AAA", "story": "bought 10 → 10", "unexplained": "", "opening": None}
    assert answer["stories"] == [story]
    assert answer["kept"]["holdings_added"] == [
        {"line": 2, "account": "My account", "symbol": "AAA", "before": None, "quantity": "10"}
    ]
    code, out, _ = run(capsys, "import", folder / "list.csv", "--file", portfolio)
    assert code == 0 and "nothing to change" in out


def test_an_opening_quantity_explains_what_a_list_does_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "list.csv").write_text(TRADES + "2026-02-05,Sell,AAA,12,31,372,USD\n", "utf-8")
    portfolio = folder / "new.wealthdesk"
    for more in ((), ("--skip-problems",)):
        code, out, _ = run(capsys, "import", folder / "list.csv", "--file", portfolio, *more)
        assert code == 4 and "2 AAA more went" in out and not portfolio.exists()
        assert ("--skip-problems" in out) == (not more), "what was done already is no way out"
    code, out, _ = run(capsys, "import", folder / "list.csv", "--file", portfolio, "--opening", "AAA=3.5")
    assert code == 0 and "3.5 before, bought 10, sold 12 → 1.5" in out
    code, _, err = run(capsys, "import", folder / "list.csv", "--file", portfolio, "--opening", "aaa=3.5")
    assert code == 1 and "“aaa” is in no list of transactions here" in err
    code, _, err = run(capsys, "import", folder / "list.csv", "--file", portfolio, "--opening", "AAA")
    assert (code, err) == (1, "wealthdesk import: “AAA” is not an opening quantity. Write it like VTI=12.5.\n")


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\0\0", b'Symbol,Quantity\n"VTI,1\n', b"a\0b", b"\xff\xfeS\0"]
)
def test_files_that_are_none_are_problems_and_no_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (folder / "x.csv").write_bytes(data)
    code, out, err = run(capsys, "import", folder / "x.csv", "--file", folder / "p", "--skip-problems")
    assert (code, err) == (4, "")
    assert "problem" in out
    assert not (folder / "p").exists()


def test_a_missing_file_is_a_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "import", folder / "none.csv", "--file", folder / "p")[0] == 4


def test_refusals_are_one_sentence_and_touch_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "--file", folder / "none")
    assert (code, out, err.count("\n")) == (1, "", 1)
    foreign = folder / "good.csv"
    for command in (["show"], ["import", folder / "bad.csv"]):
        code, _, err = run(capsys, *command, "--file", foreign)
        assert code == 1
        assert "Traceback" not in err
        assert foreign.read_text("utf-8") == GOOD
    demo_at(folder / "demo", CLOCK)
    code, _, err = run(capsys, "show", "--file", folder / "demo", "--scope", "Nobody")
    assert code == 1
    assert "Brokerage" in err


def test_show_names_what_has_no_value_and_no_class(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.csv").write_text("Symbol,Quantity,Price,Currency\nA,1,10,USD\nB,1,,USD\nC,1,5,GBP\n", "utf-8")
    run(capsys, "import", folder / "x.csv", "--file", folder / "p")
    shown = told(capsys, "show", "--file", folder / "p")
    assert [(each["symbol"], each["why"]) for each in shown["unpriced"]] == [("B", "no_price"), ("C", "no_rate")]
    assert [each["symbol"] for each in shown["unclassified"]] == ["A"]
    assert "exchange rate for GBP" in run(capsys, "show", "--file", folder / "p")[1]


def test_show_judges_holdings_within_their_class(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo_at(folder / "demo", CLOCK)
    classes = {each["name"]: each for each in told(capsys, "show", "--file", folder / "demo")["classes"]}
    assert [(name, each["status"]) for name, each in classes.items()] == [
        ("Equity", "on_target"),
        ("Fixed income", "on_target"),
        ("Real estate", "underweight"),
        ("Crypto", "overweight"),
        ("Cash", "on_target"),
    ]
    below = {each["symbol"]: tuple(each.values())[1:] for each in classes["Equity"]["holdings"]}
    assert list(classes["Equity"]["holdings"][0]) == [
        "symbol", "weight_bps_of_class", "target_bps_of_class", "drift_bps", "status", "outside",
    ]  # fmt: skip
    assert below == {
        "VTI": (5812, 5000, 812, "overweight", True),
        "VXUS": (2463, 2500, -37, "on_target", False),
        "VWCE": (716, 1500, -784, "underweight", True),
        "VBR": (681, 1000, -319, "underweight", True),
        "AOR": (328, None, None, "no_target", False),
    }
    outside = [each["symbol"] for name in classes for each in classes[name]["holdings"] if each["outside"]]
    assert sorted(outside) == ["BND", "BNDX", "VBR", "VTI", "VWCE"]
    lines = run(capsys, "show", "--file", folder / "demo")[1].splitlines()
    words = {line[:24].strip(): line[77:].strip() for line in lines}
    assert words["Equity"] == "In band · 3 holdings outside"
    assert (words["VTI"], words["VXUS"], words["VBR"], words["AOR"]) == ("Over", "In band", "Under", "")
    assert (words["Real estate"], words["Crypto"], words["Cash"]) == ("Under", "Over", "In band")


def test_a_class_of_which_nothing_is_held_yet_is_under_its_target(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = "symbol,quantity,price,currency,asset_class\nVTI,0,250,USD,Equity\nBND,0,75,USD,Fixed income\n"
    (folder / "h.csv").write_text(held, "utf-8")
    targets = "Strategy,Scope,Class,Class target\nAll Portfolio,All Portfolio,Equity,60.00\n"
    targets += "All Portfolio,All Portfolio,Fixed income,40.00\n"
    (folder / "t.csv").write_text(targets, "utf-8")
    run(capsys, "import", folder / "h.csv", "--file", folder / "p", "--account", "Main")
    run(capsys, "import", folder / "t.csv", "--file", folder / "p")
    classes = told(capsys, "show", "--file", folder / "p")["classes"]
    assert [(each["drift_bps"], each["status"]) for each in classes] == [(-6000, "underweight"), (-4000, "underweight")]
    assert run(capsys, "show", "--file", folder / "p")[1].count(" pp  Under\n") == 2


def short_of_a_byte(whole: bytes) -> bytes:
    return whole[:-1]


def torn(whole: bytes) -> bytes:
    return whole[:8192] + b"\xff" * 4096 + whole[12288:]


def newer(whole: bytes) -> bytes:
    return whole[:60] + (99).to_bytes(4, "big") + whole[64:]


def foreign(whole: bytes) -> bytes:
    return whole[:68] + bytes(4) + whole[72:]


@pytest.mark.parametrize(
    "spoil", [short_of_a_byte, torn, newer, foreign, lambda whole: b"", lambda whole: whole[: len(whole) // 2]]
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_stays_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[bytes], bytes]
) -> None:
    portfolio = folder / "p.wealthdesk"
    run(capsys, "import", folder / "good.csv", "--file", portfolio)
    portfolio.write_bytes(spoil(portfolio.read_bytes()))
    portfolio.chmod(0o640)
    before, said = portfolio.stat(), portfolio.read_bytes()
    for command in (["show", "--json"], ["import", folder / "good.csv", "--json"]):
        code, out, err = run(capsys, *command, "--file", portfolio)
        assert (code, out, err.count("\n")) == (1, "", 1)
    after = portfolio.stat()
    assert (after.st_mtime_ns, after.st_mode, after.st_ino) == (before.st_mtime_ns, before.st_mode, before.st_ino)
    assert portfolio.read_bytes() == said


@pytest.mark.skipif(os.name != "posix", reason="only there a pipe has a name in the file system")
def test_a_pipe_is_neither_read_nor_made_a_portfolio(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    assert run(capsys, "import", pipe, folder, "--file", folder / "p")[0] == 4
    assert run(capsys, "import", folder / "good.csv", "--file", pipe)[0] == 1
    assert run(capsys, "show", "--file", pipe)[0] == 1


@pytest.mark.skipif(os.name != "posix", reason="only there files have modes")
def test_what_is_made_is_the_users_alone_whatever_the_mask(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mask = os.umask(0)
    try:
        run(capsys, "import", folder / "good.csv", "--file", folder / "deep" / "er" / "p")
    finally:
        os.umask(mask)
    made = [folder / "deep", folder / "deep" / "er", *(folder / "deep" / "er").rglob("*")]
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in made if path.is_dir()} == {
        "deep": 0o700,
        "er": 0o700,
        "backups": 0o700,
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_file()} == {0o600}


def test_a_link_to_nothing_is_a_missing_portfolio(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it leads to may be a disk that is not there now: nothing is made in its place."""
    (folder / "link").symlink_to(folder / "nowhere" / "p")
    code, _, err = run(capsys, "import", folder / "good.csv", "--file", folder / "link")
    assert (code, err.count("\n")) == (1, 1)
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize(
    "arguments", [["show"], ["import"], ["import", "x.csv"], ["show", "--file"], ["show", "--fil", "x"], ["show", "x"]]
)
def test_arguments_that_are_wrong_are_a_sentence_with_the_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments, CLOCK)
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert printed.err.startswith("usage: wealthdesk")
    assert "error: " in printed.err.splitlines()[-1]


def test_several_files_at_once_with_their_targets(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "t.csv").write_text("Strategy,Scope,Class,Class target\nMine,Broker,Equity,100.00\n", "utf-8")
    kept = told(capsys, "import", folder / "good.csv", folder / "t.csv", "--file", folder / "p")["kept"]
    assert (kept["accounts"], kept["strategies"]) == (["Broker"], ["Mine"])
    shown = told(capsys, "show", "--file", folder / "p", "--scope", "Broker")
    assert [(each["name"], each["target_bps"], each["status"]) for each in shown["classes"]] == [
        ("Equity", 10_000, "on_target")
    ]


def test_columns_are_said_and_remembered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bank.csv").write_text("Bank\n\nWP;Nom.;Akt, Kurs;Whg\nVWCE;10;131,52;EUR\n", "utf-8")
    said = 'WP=symbol,Nom.=quantity,"Akt, Kurs=price",Whg=currency of left'
    kept = told(capsys, "import", folder / "bank.csv", "--file", folder / "p", "--columns", said, "--header-line", "3")[
        "kept"
    ]
    assert [(each["symbol"], each["quantity"]) for each in kept["holdings_added"]] == [("VWCE", "10")]
    (folder / "bank.csv").write_text("WP;Nom.;Akt, Kurs;Whg\nVWCE;12;131,52;EUR\n", "utf-8")
    kept = told(capsys, "import", folder / "bank.csv", "--file", folder / "p")["kept"]
    assert [(each["before"], each["quantity"]) for each in kept["holdings_changed"]] == [("10", "12")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--columns", "Ticker"), "“Ticker” does not say what a column means."),
        (("--columns", "Ticker=foo"), "“foo” is nothing that a column can mean."),
        (("--header-line", "-1"), "-1 is no line."),
    ],
)
def test_columns_that_are_said_wrongly_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, str], said: str
) -> None:
    code, _, err = run(capsys, "import", folder / "good.csv", "--file", folder / "p", *arguments)
    assert code == 1 and said in err
    assert not (folder / "p").exists()


def test_what_was_held_before_a_list_can_be_given_with_its_cost(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "t.csv").write_text(
        "date,type,symbol,quantity,price,amount,currency\n2026-01-07,Sell,VTI,4,300,1200,USD\n", "utf-8"
    )
    code, _, err = run(capsys, "import", folder / "t.csv", "--file", folder / "p", "--opening", "VTI=10@-1")
    assert code == 1 and "below zero" in err
    told(capsys, "import", folder / "t.csv", "--file", folder / "p", "--opening", "VTI=10@1000")
    [holding] = told(capsys, "show", "--file", folder / "p")["holdings"]
    assert (holding["quantity"], holding["cost_minor"]) == ("6", 60_000)
    again = told(capsys, "import", folder / "t.csv", "--file", folder / "p")
    assert again["changes_nothing"] and not again["problems"]
