"""`wealthdesk prices source|symbol|fetch`, `rates fetch`: what would leave is told first, and nothing else does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portfolio_files import copied, imported_at
from quotes.servers import RATES, Host, a_host, history, price, told
from wealthdesk.cli import main
from wealthdesk.quotes.web import Web
from wealthdesk.services.desk import Clock, open_desk

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
HOLDINGS = (
    "Account,Symbol,Quantity,Price,Currency,Price date\nA,VTI,10,300,USD,2026-11-18\nA,VOD,1,0.7,GBP,2026-11-18\n"
    "A,VWCE,1,130,EUR,2026-11-18\n"
)
PLACES = ("--price", "quote.0.close", "--date", "quote.0.date", "--currency", "quote.0.currency")

TRACED = """
import json, sys
seen = []
EVENTS = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.exec", "os.posix_spawn")
sys.addaudithook(lambda event, args: seen.append((event, args)) if event in EVENTS else None)
from wealthdesk.app import main
for words in json.loads(sys.argv[1]):
    code = main(words)
    told = [f"{event} {args[1:2] if event == 'socket.connect' else args[:2]}" for event, args in seen]
    print(json.dumps([code, told]), file=sys.stderr)
    seen.clear()
"""
"""The program, which tells after each command what it connected to, looked up and started."""


@pytest.fixture
def host() -> Iterator[Host]:
    with a_host() as opened:
        yield opened


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported_at(tmp_path_factory.mktemp("imported") / "p.wealthdesk", HOLDINGS, CLOCK)


@pytest.fixture
def path(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = copied(imported, tmp_path / "p.wealthdesk")
    monkeypatch.setattr(Web, "_wait_for", lambda self, host, stop: None)
    return path


def said(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main([*words, "--file", str(path), "--json"], CLOCK)
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def test_without_yes_it_tells_what_would_leave_and_ends(
    path: Path, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    host.answers |= {"VTI.US": price("301"), "VOD.L": price("71.5", "GBX")}
    said(
        path,
        capsys,
        "prices",
        "source",
        "add",
        "one",
        "--url",
        f"{host.template}&k={{key}}",
        "--key",
        "SECRET",
        *PLACES,
    )
    said(path, capsys, "prices", "symbol", "VTI", "--source", "one", "--as", "VTI.US")
    said(path, capsys, "prices", "symbol", "VOD", "--source", "one", "--as", "VOD.L")
    leaves = [
        {"source": "one", "kind": "address", "where": f"{host.template}&k=•••",
         "codes": ["VOD.L", "VTI.US"], "is_as_called_here": False,
         "is_agreed": False}
    ]  # fmt: skip
    for words in ((), ("--dry-run",), ("--source", "one")):
        assert said(path, capsys, "prices", "fetch", *words) == (0, {"is_asked": False, "leaves": leaves})
    assert main(["prices", "fetch", "--file", str(path)], CLOCK) == 0
    printed = capsys.readouterr().out
    assert f"one: these 2 symbols go to {host.template}&k=•••: VOD.L, VTI.US; nothing else does.\n" in printed
    assert host.asked == [] and "SECRET" not in printed
    code, answer = said(path, capsys, "prices", "fetch", "--yes", "--dry-run")
    assert (code, answer["is_kept"], len(host.asked)) == (0, False, 2)
    code, answer = said(path, capsys, "prices", "fetch", "--yes")
    assert (code, answer["is_kept"], answer["problems"]) == (0, True, [])
    assert [(each["symbol"], each["found"], each["told"][0]["price"]) for each in answer["prices"]] == [
        ("VOD", "updated", "0.715"), ("VTI", "updated", "301"),
    ]  # fmt: skip
    _, listed = said(path, capsys, "prices", "list")
    assert {each["symbol"]: (each["price"], each["source"]) for each in listed["prices"]} == {
        "VOD": ("0.715", "one"), "VTI": ("301", "one"), "VWCE": ("130", "import"),
    }  # fmt: skip
    _, sources = said(path, capsys, "prices", "source", "list")
    assert sources["sources"][0]["agreed"]["codes"] == ["VOD.L", "VTI.US"] and len(sources["requests"]) == 4
    assert "SECRET" not in json.dumps(sources)


def test_what_is_partial_is_kept_only_by_consent(path: Path, host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    host.answers |= {"VTI": price("301"), "VWCE": price("32.5", "EUR"), "A": price("303")}
    for name in ("one", "two"):
        said(path, capsys, "prices", "source", "add", name, "--url", host.template, *PLACES)
    _, called = said(path, capsys, "prices", "symbol", "--all", "--source", "one")
    assert called["codes"] == ["VOD", "VTI", "VWCE"]
    said(path, capsys, "prices", "symbol", "VTI", "--source", "two", "--as", "A")
    code, answer = said(path, capsys, "prices", "fetch", "--yes")
    assert (code, answer["is_kept"]) == (4, False)
    assert answer["problems"] == ["VOD: there is no “VOD” at one."], "301 and 303 are within 1 %"
    assert "4:1 split" in answer["warnings"][0]
    host.answers["A"] = price("310")
    code, answer = said(path, capsys, "prices", "fetch", "--yes", "--skip-problems")
    assert (code, answer["is_kept"]) == (0, False)
    code, answer = said(path, capsys, "prices", "fetch", "--yes", "--skip-problems", "--choose", "VTI=two")
    assert [each["is_new"] for each in answer["prices"]] == [False, True, False]
    code, answer = said(path, capsys, "prices", "fetch", "--yes", "--skip-problems", "--accept-warnings")
    assert [each["is_new"] for each in answer["prices"]] == [False, False, True]
    host.answers |= {"VTI": price("299", on="2026-11-19"), "A": price("400")}
    said(path, capsys, "prices", "fetch", "--yes", "--skip-problems", "--accept-warnings")
    _, listed = said(path, capsys, "prices", "list", "--asset", "VTI")
    assert listed["prices"][0]["price"] == "400", "what the warning is about, not the price of the day before"
    assert main(["prices", "fetch", "--yes", "--choose", "VTI=none", "--file", str(path)], CLOCK) == 1
    assert "chooses nothing" in capsys.readouterr().err


def test_what_has_no_code_is_proposed_as_it_is_called_here_and_a_file_is_read_without_a_question(
    path: Path, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = path.with_name("list.csv")
    listed.write_text("VTI,2026-11-20,302,USD\nVOD,2026-11-17,0.6,GBP\n", "utf-8")
    said(path, capsys, "prices", "source", "add", "list", "--path", str(listed))
    code, answer = said(path, capsys, "prices", "fetch")
    assert (code, answer["is_asked"], answer["is_kept"]) == (0, True, True)
    assert {each["symbol"]: each["found"] for each in answer["prices"]} == {"VTI": "updated", "VOD": "older_than_ours"}
    said(path, capsys, "prices", "source", "add", "one", "--url", host.template, *PLACES)
    assert main(["prices", "fetch", "--file", str(path)], CLOCK) == 0
    printed = capsys.readouterr().out
    assert "these 3 symbols go to" in printed and "as it is called here: VOD, VTI, VWCE; nothing else does." in printed
    assert host.asked == []


def test_the_prices_of_several_days_are_counted_each(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = path.with_name("list.csv")
    listed.write_text("VTI,2026-11-20,302,USD\nVTI,2026-11-19,301,USD\n", "utf-8")
    said(path, capsys, "prices", "source", "add", "list", "--path", str(listed))
    assert main(["prices", "fetch", "--file", str(path)], CLOCK) == 0
    assert "Kept: 2 new; 0 known already" in capsys.readouterr().out
    _, told_all = said(path, capsys, "prices", "list", "--asset", "VTI", "--all")
    assert [each["on"] for each in told_all["prices"]] == ["2026-11-20", "2026-11-19", "2026-11-18"]


def test_what_is_of_an_address_is_not_taken_beside_a_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    added = ["prices", "source", "add", "list", "--path", "list.csv", "--file", str(path)]
    for option, value in (("--divide-by", "0"), ("--price", "last"), ("--key", "k")):
        assert main([*added, option, value], CLOCK) == 1
        said_of_it = capsys.readouterr().err
        assert f"{option} is of an address alone" in said_of_it and said_of_it.count("\n") == 1
    with open_desk(path, CLOCK) as desk:
        assert desk.sources.all() == []


def test_rates_are_fetched_alone(path: Path, host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    host.answers["/t"] = told(RATES)
    assert main(["rates", "fetch", "--file", str(path)], CLOCK) == 1
    assert "no source of rates" in capsys.readouterr().err
    said(path, capsys, "prices", "source", "add", "ECB", "--ecb", f"{host.address}/t")
    said(path, capsys, "prices", "source", "add", "one", "--url", host.template, *PLACES)
    assert main(["rates", "fetch", "--file", str(path)], CLOCK) == 0
    assert "no symbol is sent" in capsys.readouterr().out
    code, answer = said(path, capsys, "rates", "fetch", "--yes")
    assert (code, answer["is_kept"], [each["quote"] for each in answer["rates"]]) == (0, True, ["USD", "GBP"])
    assert host.asked == ["/t"]
    _, listed = said(path, capsys, "rates", "list")
    assert [(each["base"], each["quote"], each["rate"]) for each in listed["rates"]] == [
        ("EUR", "GBP", "0.8421"), ("EUR", "USD", "1.0861"),
    ]  # fmt: skip
    code, answer = said(path, capsys, "rates", "fetch", "--yes")
    assert (code, answer["is_kept"]) == (0, False)


def test_rates_of_every_day_are_fetched_when_that_is_wanted(
    path: Path, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    today = CLOCK.today()
    host.answers["/eurofxref-hist.zip"] = told(
        history(f"{today},1.1,0.8,0.9,", f"{today - timedelta(days=1)},1.2,0.8,,")
    )
    said(path, capsys, "prices", "source", "add", "ECB", "--ecb", f"{host.address}/eurofxref-daily.xml")
    assert main(["rates", "fetch", "--history", "--file", str(path)], CLOCK) == 0
    told_first = capsys.readouterr().out
    assert f"asked for at {host.address}/eurofxref-hist.zip; no symbol is sent" in told_first and host.asked == []
    code, answer = said(path, capsys, "rates", "fetch", "--history", "--yes")
    assert (code, answer["is_kept"], answer["rates"][0]["earlier_days"]) == (0, True, 1)
    assert host.asked == ["/eurofxref-hist.zip"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("source", "add", "x", "--url", "http://h.example/{symbol}", "--price", "a"), "begins with https://"),
        (("source", "add", "x", "--url", "https://{symbol}/", "--price", "a"), "never in the host"),
        (("source", "add", "x", "--url", "https://h.example/{symbol}"), "where the price stands"),
        (("source", "add", "x", "--command", "a 'b"), "quotation mark"),
        (("source", "add", "x", "--command", ""), "program and its arguments"),
        (("source", "add", "manual", "--ecb"), "Choose another name"),
        (("source", "remove", "x"), "no source"),
        (("symbol", "VTI", "--source", "x", "--as", "V"), "no source “x” on this computer"),
        (("source", "add", "x", "--url", "https://h.example/?c={currency}"), "{currency} stands beside {symbol}"),
        (("fetch",), "no source of prices"),
        (("fetch", "--source", "x", "--yes"), "no source “x”"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    capsys.readouterr()
    assert main(["prices", *words, "--file", str(path)], CLOCK) == 1
    told_error = capsys.readouterr().err
    assert why in told_error and told_error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [(("VTI", "--unit", "GBX"), "--unit is of a code"), (("--all", "--unit", "GBX"), "--unit is of a code"),
     (("VTI", "--as", "V", "--remove"), "Choose one of them")],
)  # fmt: skip
def test_what_is_said_of_a_code_is_not_dropped(
    path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    said(path, capsys, "prices", "source", "add", "one", "--url", "https://h.example/{symbol}", *PLACES)
    assert main(["prices", "symbol", *words, "--source", "one", "--file", str(path)], CLOCK) == 1
    assert why in capsys.readouterr().err


def traced(path: Path, *commands: tuple[str, ...]) -> list[list[str]]:
    """What the program connected to, looked up and started for each command, run as a process of its own."""
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "HTTP_PROXY": "http://127.0.0.9:9",
    }
    asked = json.dumps([[*words, "--file", str(path)] for words in commands])
    done = subprocess.run(
        [sys.executable, "-c", TRACED, asked],
        capture_output=True, encoding="utf-8", env=environment, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [code for code, _ in told] == [0] * len(commands), done
    return [seen for _, seen in told]


def test_a_process_connects_to_the_host_that_was_configured_and_to_nothing_else(path: Path, host: Host) -> None:
    host.answers |= {"VTI.US": price("301"), "VWCE.DE": told(b"", 302, Location="http://127.0.0.2:9/x")}
    *before, seen = traced(
        path,
        ("prices", "source", "add", "one", "--url", host.template, *PLACES),
        ("prices", "symbol", "VTI", "--source", "one", "--as", "VTI.US"),
        ("prices", "symbol", "VWCE", "--source", "one", "--as", "VWCE.DE"),
        ("prices", "fetch"),
        ("prices", "source", "list"),
        ("show",),
        ("prices", "list"),
        ("prices", "fetch", "--yes", "--skip-problems"),
    )
    assert before == [[]] * 7
    port = host.address.rpartition(":")[2]
    assert {each.split()[0] for each in seen} == {"socket.connect", "socket.getaddrinfo"}
    assert {each for each in seen if each.startswith("socket.connect")} == {f"socket.connect (('127.0.0.1', {port}),)"}
    assert {each for each in seen if "getaddrinfo" in each} == {f"socket.getaddrinfo ('127.0.0.1', {port})"}
