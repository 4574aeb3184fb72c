"""Reallocations from the command line: the requests as they stand, answers, exit codes, and nothing half-done."""

import json
from contextlib import redirect_stderr
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cli import forked
from portfolio_files import copied, empty_at, open_demo
from wealthdesk.cli import main
from wealthdesk.domain.targets import ClassTarget
from wealthdesk.services.desk import Clock, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
MILLION = 1_000_000
COMPANIES = """company_id,name,planned_reserves,allocation_cap,deployed
1,Alpha,1000000,3000000,0
2,Beta,2000000,6000000,0
3,Gamma,500000,1500000,250000.50
4,Delta,3000000,9000000,0
5,Epsilon,750000,2250000,0
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio with the fund of the numbers to check against, brought in by a command."""
    folder = tmp_path_factory.mktemp("imported")
    (folder / "companies.csv").write_text(COMPANIES, "utf-8")
    file = empty_at(folder / "p.wealthdesk")
    words = ("--file", file, "--fund", "Fund I", "--size", "100000000", "--currency", "USD")
    with redirect_stderr(StringIO()) as err:
        code = main(["reserves", "import", *map(str, (folder / "companies.csv", *words))], CLOCK)
    assert (code, err.getvalue()) == (0, "")
    return file


@pytest.fixture
def portfolio(imported: Path, tmp_path: Path) -> Path:
    """The same, of the test's own."""
    return copied(imported, tmp_path / "p.wealthdesk")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """A command's exit code, standard output and standard error."""
    capsys.readouterr()
    code = main([str(each) for each in arguments], CLOCK)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def changes(portfolio: Path, version: int, *lines: dict[str, Any], **more: object) -> Path:
    """A file with a request."""
    path = portfolio.parent / "changes.json"
    path.write_text(json.dumps({"current_version": version, "proposed_allocations": lines, **more}), "utf-8")
    return path


def company(number: object, millions: int | None = None, **more: object) -> dict[str, Any]:
    amount = {} if millions is None else {"planned_reserves_cents": millions * MILLION}
    return {"company_id": number, **amount, **more}


def asked(
    capsys: pytest.CaptureFixture[str], what: str, portfolio: Path, path: Path, *more: object
) -> tuple[int, dict[str, Any]]:
    """The exit code and the answer of a request on the fund."""
    code, out, _ = run(capsys, "reallocate", what, "--file", portfolio, "--fund", "Fund I", path, *more)
    return code, json.loads(out)


def shown(capsys: pytest.CaptureFixture[str], portfolio: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        run(capsys, "reserves", "show", "--file", portfolio, "--fund", "Fund I", "--json")[1]
    )
    return told


def test_what_was_imported_is_shown(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(capsys, portfolio)
    assert (told["version"], told["fund_size_cents"], told["currency"]) == (1, 10_000 * MILLION, "USD")
    assert told["totals"]["planned_reserves_cents"] == 725 * MILLION
    assert [(each["company_id"], each["share_bps"]) for each in told["companies"]] == [
        (1, 1379), (2, 2759), (4, 4138), (5, 1034), (3, 690),
    ]  # fmt: skip
    assert told["companies"][-1]["deployed_cents"] == 25_000_050
    assert "7,250,000.00 USD" in run(capsys, "reserves", "show", "--file", portfolio, "--fund", "Fund I")[1]


def test_preview_then_commit(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changes(portfolio, 1, company(1, 150), company(2, 250), reason="Q4 rebalancing", user_id=1)
    before = portfolio.read_bytes()
    code, preview = asked(capsys, "preview", portfolio, path)
    assert (code, portfolio.read_bytes()) == (0, before)
    assert preview["validation"] == {"is_valid": True, "errors": []}
    assert preview["totals"] == {
        "total_allocated_before": 725 * MILLION, "total_allocated_after": 825 * MILLION,
        "delta_cents": 100 * MILLION, "delta_pct": 13.793,
    }  # fmt: skip
    assert [(each["company_name"], each["type"], each["severity"]) for each in preview["warnings"]] == [
        ("Beta", "high_concentration", "warning"), ("Delta", "high_concentration", "warning"),
    ]  # fmt: skip
    assert "30.3%" in preview["warnings"][0]["message"] and "36.4%" in preview["warnings"][1]["message"]
    first = preview["deltas"][0]
    assert (first["company_id"], first["from_cents"], first["to_cents"], first["delta_pct"], first["status"]) == (
        1, 100 * MILLION, 150 * MILLION, 50, "increased",
    )  # fmt: skip

    code, refused = asked(capsys, "commit", portfolio, path)
    assert (code, refused["success"], refused["error"]) == (4, False, "warnings_not_accepted")
    assert shown(capsys, portfolio)["version"] == 1

    code, done = asked(capsys, "commit", portfolio, path, "--accept-warnings")
    assert (code, done["success"], done["new_version"], done["updated_count"]) == (0, True, 2, 2)
    kept = {each["name"]: each["planned_reserves_cents"] // MILLION for each in shown(capsys, portfolio)["companies"]}
    assert kept == {"Alpha": 150, "Beta": 250, "Gamma": 50, "Delta": 300, "Epsilon": 75}


def test_the_total_can_stay(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, preview = asked(capsys, "preview", portfolio, changes(portfolio, 1, company("1", 150), company(2, 150)))
    assert preview["totals"]["delta_cents"] == 0 and preview["totals"]["delta_pct"] == 0
    assert [each["message"] for each in preview["warnings"]] == ["Delta would be 41.4% of the total, above 30%."]


def test_more_than_the_cap_is_an_error(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changes(portfolio, 1, company(1, 1000))
    for what in ("preview", "commit"):
        code, told = asked(capsys, what, portfolio, path, "--accept-warnings")
        assert (code, told["validation"]["is_valid"]) == (4, False)
        errors = [each for each in told["warnings"] if each["severity"] == "error"]
        assert [(each["type"], each["company_id"]) for each in errors] == [("cap_exceeded", 1)]
    assert shown(capsys, portfolio)["version"] == 1


def test_cap_and_amount_together_a_cleared_cap_and_a_delta(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changes(
        portfolio, 1, company(1, 310, allocation_cap_cents=320 * MILLION), company(3, allocation_cap_cents=None),
        company("Beta", adjust_cents=-MILLION),
    )  # fmt: skip
    code, _ = asked(capsys, "commit", portfolio, path, "--accept-warnings")
    kept = {each["name"]: each for each in shown(capsys, portfolio)["companies"]}
    assert code == 0
    assert (kept["Alpha"]["planned_reserves_cents"], kept["Alpha"]["allocation_cap_cents"]) == (
        310 * MILLION, 320 * MILLION,
    )  # fmt: skip
    assert (kept["Gamma"]["allocation_cap_cents"], kept["Beta"]["planned_reserves_cents"]) == (None, 199 * MILLION)


def test_a_stale_version_conflicts_and_a_following_commit_works(
    portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The examples of the request's own documentation, which give no reason."""
    code, done = asked(capsys, "commit", portfolio, changes(portfolio, 1, company(1, 150)), "--accept-warnings")
    assert (code, done["new_version"]) == (0, 2)
    for what in ("commit", "preview"):
        path = changes(portfolio, 1, company(1, 200))
        code, out, err = run(capsys, "reallocate", what, "--file", portfolio, "--fund", "Fund I", path)
        told = json.loads(out)
        assert (code, told["error"], told["expected_version"], told["actual_version"], told["changed"]) == (
            3, "version_conflict", 1, 2, ["Alpha"],
        )  # fmt: skip
        assert err.count("\n") == 1
    code, done = asked(capsys, "commit", portfolio, changes(portfolio, 2, company(1, 200)), "--accept-warnings")
    assert (code, done["new_version"]) == (0, 3)


def test_the_same_request_twice_is_kept_once(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changes(portfolio, 1, company(1, 150))
    more = ("--accept-warnings", "--request-id", "one")
    first = asked(capsys, "commit", portfolio, path, *more)
    second = asked(capsys, "commit", portfolio, path, *more)
    assert (first[0], second[0]) == (0, 0)
    assert second[1]["audit_id"] == first[1]["audit_id"] and second[1]["is_repeated"]
    code, told = asked(capsys, "commit", portfolio, changes(portfolio, 2, company(1, 151)), *more)
    assert (code, told["error"]) == (4, "request_reused")


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([company(9, 1)], ["unknown_line"]),
        ([company(1, 120), company("1", 130)], ["duplicate_line"]),
        ([company(1, -1)], ["negative_amount"]),
        ([company(1, 100)], []),
        ([company(1, 0), company(2, 0), company(3, 0), company(4, 0), company(5, 0)], None),
    ],
)
def test_what_is_refused_is_named(
    portfolio: Path, capsys: pytest.CaptureFixture[str], lines: list[dict[str, Any]], kinds: list[str] | None
) -> None:
    code, told = asked(capsys, "commit", portfolio, changes(portfolio, 1, *lines), "--accept-warnings")
    assert code == (0 if kinds is None else 4)
    if kinds is not None:
        assert [each["type"] for each in told["warnings"] if each["severity"] == "error"] == kinds
        assert told["error"] == ("validation_failed" if kinds else "no_changes")


GOOD = '{"current_version": 1, "proposed_allocations": [{"company_id": 1, "planned_reserves_cents": %s}]}'


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'"text"', b"{}", b"[" * 100_000,
        b'{"current_version": 1}',
        b'{"current_version": 1, "proposed_allocations": []}',
        b'{"current_version": 1, "proposed_allocations": {}}',
        b'{"current_version": 1, "proposed_allocations": [1]}',
        b'{"current_version": 1, "proposed_allocations": [{}]}',
        b'{"current_version": 1, "proposed_allocations": [{"company_id": 1}]}',
        b'{"current_version": 1, "proposed_allocations": [{"planned_reserves_cents": 1}]}',
        b'{"current_version": 1, "proposed_allocations": [{"company_id": true, "planned_reserves_cents": 1}]}',
        b'{"current_version": 1, "proposed_allocations": [{"company_id": [], "planned_reserves_cents": 1}]}',
        b'{"current_version": 1, "proposed_allocations": [{"company_id": 1, "allocation_cap_cents": "5"}]}',
        b'{"current_version": 1, "current_version": 2, "proposed_allocations": []}',
        b'{"current_version": 0, "proposed_allocations": [{"company_id": 1, "planned_reserves_cents": 1}]}',
        b'{"current_version": "1", "proposed_allocations": [{"company_id": 1, "planned_reserves_cents": 1}]}',
        (GOOD % 1).replace("{", '{"reason": 5, ', 1).encode(),
        *((GOOD % each).encode() for each in ("1.5", "1e9", "NaN", "-Infinity", "true", '"1"', "[]", "1" * 5000)),
    ],
)  # fmt: skip
def test_what_is_no_request_is_one_sentence(portfolio: Path, capsys: pytest.CaptureFixture[str], text: bytes) -> None:
    path = portfolio.parent / "changes.json"
    path.write_bytes(text)
    before = portfolio.read_bytes()
    for what in ("preview", "commit"):
        code, out, err = run(capsys, "reallocate", what, "--file", portfolio, "--fund", "Fund I", path)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "changes.json" in err
    assert portfolio.read_bytes() == before


def test_a_missing_file_fund_or_strategy_is_a_sentence(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("reallocate", "preview", "--file", portfolio)
    assert run(capsys, *ask, "--fund", "Fund I", portfolio.parent / "nothing.json")[0] == 2
    assert run(capsys, *ask, "--fund", "Fund I", portfolio.parent)[0] == 2
    path = changes(portfolio, 1, company(1, 1))
    code, _, err = run(capsys, *ask, "--fund", "Fund II", path)
    assert (code, "“Fund I”" in err) == (1, True)
    code, _, err = run(capsys, *ask, "--strategy", "Nothing", path)
    assert (code, "“All Portfolio”" in err) == (1, True)


# Targets


@pytest.mark.parametrize(("bonds", "code"), [(3999, 4), (4000, 0), (4001, 4)])
def test_targets_of_a_strategy(tmp_path: Path, capsys: pytest.CaptureFixture[str], bonds: int, code: int) -> None:
    portfolio = empty_at(tmp_path / "p.wealthdesk")
    with open_desk(portfolio, CLOCK) as desk:
        desk.targets.save("default_all_portfolio", 1, (ClassTarget("equity", 5000), ClassTarget("cash", 5000)))
    path = changes(
        portfolio, 2, {"asset_class": "Equity", "target_bps": 6000, "cap_bps": 6500},
        {"asset_class": "Fixed income", "target_bps": bonds}, {"asset_class": "cash", "remove": True},
        reason="More risk",
    )  # fmt: skip
    done, out, _ = run(
        capsys, "reallocate", "commit", "--file", portfolio, "--strategy", "all portfolio", path, "--accept-warnings"
    )
    told = json.loads(out)
    assert done == code
    if code:
        assert [each["type"] for each in told["warnings"] if each["severity"] == "error"] == ["sum_not_whole"]
        return
    assert told["new_version"] == 3
    history = json.loads(run(capsys, "history", "--file", portfolio, "--strategy", "All Portfolio", "--json")[1])
    assert history["versions"] == [3, 2, 1]
    latest = history["history"][0]
    assert (latest["reason"], latest["actor"], latest["total_after"]) == ("More risk", "You", 10_000)
    assert {(each["company_name"], each["from_bps"], each["to_bps"]) for each in latest["lines"]} == {
        ("Cash", 5000, None), ("Fixed income", None, 4000), ("Equity", 5000, 6000),
    }  # fmt: skip


def test_holding_targets_by_their_symbol(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = tmp_path / "demo.wealthdesk"
    with open_demo(portfolio, CLOCK) as desk:
        strategy = desk.targets.active(None)
        assert strategy is not None
        symbols = {each.id: each.symbol for each in desk.assets.all()}
        classes = {each.id: each.name for each in desk.classes.all()}
        target = next(each for each in strategy.targets if len(each.holdings) > 1)
    first, second = target.holdings[:2]
    lines = [
        {"asset_class": classes[target.asset_class_id], "symbol": symbols[first.asset_id], "adjust_bps": 1},
        {"line": f"{target.asset_class_id}/{second.asset_id}", "adjust_bps": -1},
    ]
    path = changes(portfolio, strategy.version, *lines)
    ask = ("reallocate", "commit", "--file", portfolio, "--strategy", strategy.name, path, "--accept-warnings")
    code, out, _ = run(capsys, *ask)
    assert (code, json.loads(out)["updated_count"]) == (0, 2)
    text = run(capsys, "history", "--file", portfolio, "--strategy", strategy.name)[1]
    assert f"{target.asset_class_id}/{symbols[first.asset_id]}: " in text


def test_a_band_of_its_own_is_set_told_and_cleared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portfolio = tmp_path / "demo.wealthdesk"
    with open_demo(portfolio, CLOCK) as desk:
        strategy = desk.targets.active(None)
    assert strategy is not None
    ask = ("reallocate", "commit", "--file", portfolio, "--strategy", strategy.name)
    for version, band in ((strategy.version, 300), (strategy.version + 1, None)):
        path = changes(portfolio, version, {"asset_class": "Equity", "band_bps": band})
        code, out, _ = run(capsys, *ask, path)
        assert (code, json.loads(out)["updated_count"]) == (0, 1)
    history = ("history", "--file", portfolio, "--strategy", strategy.name)
    told = json.loads(run(capsys, *history, "--json")[1])["history"][:2]
    assert [(each["lines"][0]["from_band_bps"], each["lines"][0]["to_band_bps"]) for each in told] == [
        (300, None),
        (None, 300),
    ]
    assert "Equity: 60.00% → 60.00%, band usual → ±3.00%" in run(capsys, *history)[1]
    path = changes(portfolio, strategy.version + 2, {"asset_class": "Equity", "band_bps": 10_001})
    code, out, _ = run(capsys, *ask, path)
    assert code == 4
    assert "band" in json.loads(out)["warnings"][0]["message"]


# Reserves


def test_an_export_reads_back_to_the_same(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = ("reserves", "export", "--file", portfolio, "--fund", "Fund I")
    text = run(capsys, *export)[1]
    (portfolio.parent / "again.csv").write_text(text, "utf-8")
    other = portfolio.parent / "other.wealthdesk"
    bring = ("reserves", "import", portfolio.parent / "again.csv")
    assert run(capsys, *bring, "--file", other, "--fund", "Fund I")[0] == 0
    assert run(capsys, "reserves", "export", "--file", other, "--fund", "Fund I")[1] == text
    code, out, _ = run(capsys, *bring, "--file", portfolio, "--fund", "FUND I", "--json")
    assert (code, json.loads(out)["version"], json.loads(out)["added"]) == (0, 1, 0), "the same makes no version"


def test_a_second_import_changes_what_it_names(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = portfolio.parent / "more.csv"
    file.write_text("id;name;planned_reserves\n1;Alpha AG;1.234.567,89\nx-9;Zeta;0\n", "utf-8")
    code, out, _ = run(capsys, "reserves", "import", file, "--file", portfolio, "--fund", "Fund I", "--json")
    told = json.loads(out)
    assert (code, told["version"], told["added"]) == (0, 2, 1)
    kept = {each["company_id"]: each for each in told["companies"]}
    assert kept[1]["planned_reserves_cents"] == 123_456_789 and kept[1]["name"] == "Alpha AG"
    assert kept[1]["allocation_cap_cents"] == 300 * MILLION, "a file without that column says nothing of caps"
    assert kept["x-9"]["planned_reserves_cents"] == 0 and len(kept) == 6


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        ("1,Alpha,-5,,0", 2, "planned_reserves"),
        ("1,Alpha,ten,,0", 2, "planned_reserves"),
        ("1,Alpha,,,0", 2, "planned_reserves"),
        ("1,Alpha,1.001,,0", 2, "planned_reserves"),
        ("1,Alpha,€5,,0", 2, "planned_reserves"),
        ("1,Alpha,10,5,0", 2, "planned_reserves"),
        ("1,,10,,0", 2, "name"),
        ("1,Alpha,1,,0\n1,Beta,1,,0", 3, "id"),
        ("1,Alpha,1,,0\n2,ALPHA,1,,0", 3, "name"),
        ('1,"Alpha,1,,0', 2, ""),
        ("1,Alpha,1,,x", 2, "deployed"),
        ("1,Alpha,99999999999999999,,0", 2, "planned_reserves"),
        ("", 0, ""),
    ],
)
def test_problems_keep_everything_out_and_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str, line: int, column: str
) -> None:
    file, portfolio = tmp_path / "c.csv", tmp_path / "p.wealthdesk"
    file.write_text(f"id,name,planned_reserves,allocation_cap,deployed\n{rows}\n", "utf-8")
    ask = ("reserves", "import", file, "--file", portfolio, "--fund", "F", "--currency", "USD")
    code, out, _ = run(capsys, *ask, "--json")
    assert code == 4 and not portfolio.exists()
    (problem, *_) = json.loads(out)["problems"]
    assert (problem["line"], problem["column"]) == (line, column)
    assert "problem" in run(capsys, *ask)[1]


def test_other_files_are_refused_with_a_sentence(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in (("a.csv", b"x,y\n1,2\n"), ("b.csv", b""), ("c.xlsx", b"PK\x03\x04" + b"x" * 50)):
        (portfolio.parent / name).write_bytes(data)
        code, out, _ = run(
            capsys, "reserves", "import", portfolio.parent / name, "--file", portfolio, "--fund", "Fund I"
        )
        assert code == 4 and "problem" in out
    ask = ("reserves", "import", portfolio.parent / "companies.csv", "--file", portfolio, "--fund", "Fund I")
    code, _, err = run(capsys, *ask, "--currency", "EUR")
    assert code == 1 and "kept in USD" in err


def test_of_two_commands_at_once_exactly_one_wins(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for version in (1, 2, 3):
        path = changes(portfolio, version, company(1, adjust_cents=MILLION))
        command = ("reallocate", "commit", "--file", portfolio, "--fund", "Fund I", path, "--accept-warnings")
        codes = forked.run_at_once([command, command])
        assert sorted(codes, key=str) == [0, 3]
    assert shown(capsys, portfolio)["version"] == 4


def test_a_commit_takes_the_token_of_what_was_seen(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What changed since, also without a new version, is not kept unseen; a token may stand in the file as well."""
    file = changes(portfolio, 1, company(1, 2, planned_reserves_cents=900_000_00), reason="less")
    arguments = ("--file", portfolio, "--fund", "Fund I", file, "--json")
    seen = json.loads(run(capsys, "reallocate", "preview", *arguments)[1])
    (portfolio.parent / "later.csv").write_text(
        COMPANIES.replace("1,Alpha,1000000,3000000,0", "1,Alpha,1000000,3000000,950000")
    )
    code, _, err = run(
        capsys, "reserves", "import", portfolio.parent / "later.csv", "--file", portfolio, "--fund", "Fund I"
    )
    assert (code, err) == (0, "")
    code, out, _ = run(capsys, "reallocate", "commit", *arguments, "--accept-warnings", "--token", seen["token"])
    assert (code, json.loads(out)["error"]) in {(3, "preview_stale"), (3, "version_conflict")}
    changes(portfolio, 1, company(1, 2, planned_reserves_cents=900_000_00), reason="less", token="seen long ago")
    code, out, _ = run(capsys, "reallocate", "commit", *arguments, "--accept-warnings")
    assert (code, json.loads(out)["error"]) == (3, "preview_stale")
    changes(portfolio, 1, company(1, 2, planned_reserves_cents=900_000_00), reason="less")
    now = json.loads(run(capsys, "reallocate", "preview", *arguments)[1])
    code, out, _ = run(capsys, "reallocate", "commit", *arguments, "--accept-warnings", "--token", now["token"])
    assert (code, json.loads(out)["success"]) == (0, True)


def test_a_single_warning_is_accepted_by_its_code(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = changes(portfolio, 1, company(1, 290), company(3, 0), reason="x")
    arguments = ("--file", portfolio, "--fund", "Fund I", file)
    warnings = json.loads(run(capsys, "reallocate", "preview", *arguments)[1])["warnings"]
    codes = [each["code"] for each in warnings if each["severity"] == "warning"]
    assert len(codes) >= 2
    one = [part for each in codes[:1] for part in ("--accept", each)]
    code, out, _ = run(capsys, "reallocate", "commit", *arguments, *one)
    assert (code, json.loads(out)["error"]) == (4, "warnings_not_accepted")
    code, _, err = run(capsys, "reallocate", "commit", *arguments, "--accept", "none_like_it")
    assert code == 1
    assert "none_like_it" in err
    assert codes[0] in err
    every = [part for each in codes for part in ("--accept", each)]
    assert run(capsys, "reallocate", "commit", *arguments, *every)[0] == 0


@pytest.mark.parametrize(
    ("line", "more", "named"),
    [
        ({"planned_reserve_cents": 1}, {}, "planned_reserve_cents"),
        ({"remove": "yes"}, {}, "remove"),
        ({}, {"reasons": "x"}, "reasons"),
        ({}, {"accept_warnings": True}, "accept_warnings"),
        ({"cap_bps": 5_000}, {}, "“cap_bps” is no field of the reserves of a fund"),
        ({"line": "Alpha"}, {}, "more than once which line"),
    ],
)
def test_fields_that_are_not_understood_are_refused_by_name(
    line: dict[str, Any], more: dict[str, Any], named: str, portfolio: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = changes(portfolio, 1, company(1, 2, **line), **more)
    code, out, err = run(capsys, "reallocate", "preview", "--file", portfolio, "--fund", "Fund I", file)
    assert (code, out) == (2, "")
    assert named in err


def test_money_is_no_field_of_targets(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("reallocate", "commit", "--file", portfolio, "--strategy", "All Portfolio")
    for more in ({"budget_cents": 12_000}, {"proposed_allocations": [{"asset_class": "Cash", "adjust_cents": 5}]}):
        file = changes(portfolio, 1, **more)
        code, out, err = run(capsys, *ask, file)
        assert (code, out) == (2, "") and "is no field of the targets of a strategy" in err
    assert json.loads(run(capsys, "history", *ask[2:], "--json")[1])["current_version"] == 1


def test_the_figures_of_all_histories(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = changes(portfolio, 1, company(1, 2), reason="why not")
    arguments = ("--file", portfolio, "--fund", "Fund I", file, "--accept-warnings")
    assert [run(capsys, "reallocate", "commit", *arguments)[0] for _ in range(3)] == [0, 3, 3]
    told = json.loads(run(capsys, "history", "--file", portfolio, "--statistics", "--days", 7, "--json")[1])
    assert (told["days"], told["attempts"], told["conflicts"], told["conflict_rate_bps"]) == (7, 4, 2, 5000)
    assert [(each["name"], each["new_version"]) for each in told["recent"]] == [("Fund I", 2), ("Fund I", 1)]
    assert [(each["name"], each["count"]) for each in told["most_active"]] == [("Fund I", 2)]
    code, out, _ = run(capsys, "history", "--file", portfolio, "--statistics")
    assert code == 0
    assert "4 attempts, 2 of them met a conflict (50.00%)" in out
    with pytest.raises(SystemExit):
        run(capsys, "history", "--file", portfolio)
