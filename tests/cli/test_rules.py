"""`wealthdesk rules`: what is shown can be set again, whole or in part, and what cannot be is refused by name."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_files import copied, open_demo
from wealthdesk.cli import main
from wealthdesk.cli.rules import Names, told, understood
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.trading_rules import AccountRules, MayHold, Room, RoomKind, Trading, TradingRules
from wealthdesk.errors import BadInput
from wealthdesk.services.desk import Clock, Desk, open_desk

TODAY = date(2026, 11, 20)
CLOCK = Clock(today=lambda: TODAY, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
PLAIN = {
    "buffer_minor": 0,
    "fee_fixed_minor": 0,
    "fee_rate_bps": "0",
    "conversion": {"is_allowed": True, "fee_bps": "0"},
    "may_hold": "automatic",
    "allowed": [],
    "barred": [],
    "room": "not_set",
    "trades_archived": False,
}


@pytest.fixture(scope="module")
def cleared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo portfolio without rules, closed."""
    with open_demo(tmp_path_factory.mktemp("cleared") / "demo.wealthdesk", CLOCK) as desk:
        clear(desk)
    return desk.path


@pytest.fixture
def demo(cleared: Path, tmp_path: Path) -> Path:
    """The same, of the test's own."""
    return copied(cleared, tmp_path / "demo.wealthdesk")


def clear(desk: Desk) -> None:
    put(desk, TradingRules())


def put(desk: Desk, wanted: TradingRules) -> None:
    """These rules instead of those there are, in one change."""
    rules = desk.rules.current()
    desk.rules.set_all(
        {**dict.fromkeys(rules.accounts, AccountRules()), **wanted.accounts},
        {**dict.fromkeys(rules.assets, Trading.FREE), **wanted.assets},
        {**dict.fromkeys(rules.homes), **wanted.homes},
    )


def show(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["rules", "show", "--file", str(path)], CLOCK) == 0
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


def set_rules(path: Path, said: object, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    file = path.parent / "rules.json"
    file.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    capsys.readouterr()
    code = main(["rules", "set", "--file", str(path), str(file), *more], CLOCK)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_everything_is_shown_also_where_there_is_no_rule(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = show(demo, capsys)
    assert list(shown) == ["accounts", "trading", "homes"]
    assert shown["accounts"] == dict.fromkeys(["Brokerage", "Crypto wallet", "Retirement"], PLAIN)
    assert set(shown["trading"].values()) == {"free"}
    assert set(shown["homes"].values()) == {None}
    assert {"VTI", "BTC"} < shown["trading"].keys()


def test_a_part_is_set_and_the_rest_stays(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = {
        "accounts": {
            "Brokerage": {"buffer_minor": 50_000, "conversion": {"fee_bps": "12.5"}, "may_hold": ["VTI", "bnd"]},
            "crypto WALLET": {"barred": ["VTI"], "conversion": {"is_allowed": False}},
            "Retirement": {"room": {"left_minor": 2_000_000, "renewed_minor": 2_350_000, "renewal": "04-06"}},
        },
        "trading": {"BTC": "locked"},
        "homes": {"Fixed income": "tax_deferred"},
    }
    code, out, err = set_rules(demo, part, capsys)
    assert (code, err) == (0, "")
    assert "accounts › Brokerage › buffer_minor: 0 → 50000\n" in out
    assert "accounts › Crypto wallet › conversion › is_allowed: yes → no\n" in out
    assert "trading › BTC: free → locked\n" in out
    shown = show(demo, capsys)
    assert shown["accounts"]["Brokerage"] == PLAIN | {
        "buffer_minor": 50_000, "conversion": {"is_allowed": True, "fee_bps": "12.5"}, "may_hold": ["BND", "VTI"],
    }  # fmt: skip
    assert shown["accounts"]["Retirement"]["room"] == {
        "left_minor": 2_000_000, "on": "2026-11-20", "renewed_minor": 2_350_000, "renewal": "04-06", "shared_with": [],
    }  # fmt: skip
    assert shown["homes"]["Fixed income"] == "tax_deferred"
    code, out, _ = set_rules(demo, {"accounts": {"Brokerage": {"may_hold": "all"}}}, capsys, "--json")
    changed = [{"rule": ["accounts", "Brokerage", "may_hold"], "from": ["BND", "VTI"], "to": "all"}]
    assert (code, json.loads(out)) == (0, {"changed": changed})
    after = show(demo, capsys)
    shown["accounts"]["Brokerage"]["may_hold"] = "all"
    assert after == shown


def test_what_was_shown_brings_it_back_from_standard_input_too(
    demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = show(demo, capsys)
    set_rules(demo, {"trading": {"BTC": "excluded"}, "accounts": {"Brokerage": {"trades_archived": True}}}, capsys)
    assert show(demo, capsys) != before

    class Piped(io.StringIO):
        buffer = io.BytesIO(json.dumps(before).encode())

    monkeypatch.setattr("sys.stdin", Piped())
    assert main(["rules", "set", "--file", str(demo), "-"], CLOCK) == 0
    assert show(demo, capsys) == before
    assert "Nothing was changed" in set_rules(demo, before, capsys)[1]


@pytest.mark.parametrize(
    ("said", "code", "why"),
    [
        ({"acounts": {}}, 2, "there is no field “acounts”"),
        ({"accounts": {"Brokerage": {"bufer": 1}}}, 2, "accounts › Brokerage: there is no field “bufer”"),
        ({"accounts": {"Brokerage": {"conversion": {"fee": "1"}}}}, 2, "conversion: there is no field “fee”"),
        ({"accounts": {"Brokerage": {"room": {"left": 1}}}}, 2, "room: there is no field “left”"),
        ({"accounts": {"Brokerage": {"room": {}}}}, 2, "room › left_minor is missing"),
        ({"accounts": {"Brokerage": {"room": "some"}}}, 2, "“not_set”, “no_limit” or an object"),
        ({"accounts": {"Brokerage": {"room": {"left_minor": 1, "on": "1.1."}}}}, 2, "on is not a day"),
        ({"accounts": {"Brokerage": {"room": {"left_minor": 1, "renewal": "02-30"}}}}, 2, "renewal is not a month"),
        ({"accounts": {"Brokerage": {"buffer_minor": 1.5}}}, 2, "buffer_minor is not a whole number"),
        ({"accounts": {"Brokerage": {"buffer_minor": True}}}, 2, "buffer_minor is not a whole number"),
        ({"accounts": {"Brokerage": {"fee_rate_bps": "much"}}}, 2, "fee_rate_bps: “much”"),
        ({"accounts": {"Brokerage": {"fee_rate_bps": 1.5}}}, 2, "number as a text"),
        ({"accounts": {"Brokerage": {"trades_archived": "yes"}}}, 2, "neither true nor false"),
        ({"accounts": {"Brokerage": {"may_hold": "VTI"}}}, 2, "“automatic”, “all” or a list"),
        ({"accounts": {"Brokerage": {"barred": "VTI"}}}, 2, "barred is not a list"),
        ({"accounts": {"Brokerage": []}}, 2, "accounts › Brokerage: this is not an object"),
        ({"accounts": []}, 2, "accounts: this is not an object"),
        ([], 2, "this is not an object"),
        ({"trading": {"VTI": "bought"}}, 2, "trading › VTI is none of “free”, “buy_only”"),
        ({"homes": {"Equity": "offshore"}}, 2, "homes › Equity is none of “taxable”"),
        ('{"trading": {"VTI": "free", "VTI": "locked"}}', 2, "“VTI” stands twice"),
        ("{", 2, "rules.json is not JSON"),
        ({"accounts": {"Brokerage 2": {}}}, 1, "no account “Brokerage 2” in this file. There are: “Brokerage”"),
        ({"trading": {"XYZ": "locked"}}, 1, "no asset “XYZ” in this file"),
        ({"accounts": {"Brokerage": {"may_hold": ["XYZ"]}}}, 1, "no asset “XYZ”"),
        ({"homes": {"Art": None}}, 1, "no asset class “Art”"),
        ({"trading": {"VTI": "free", "vti": "locked"}}, 1, "“vti” stands twice in trading, under two names"),
        ({"accounts": {"Brokerage": {"buffer_minor": -1}}}, 1, "0 or more"),
        ({"accounts": {"Brokerage": {"room": {"left_minor": 1, "renewal": "04-06"}}}}, 1, "an amount and a day"),
        ({"accounts": {"Brokerage": {"room": {"left_minor": 1, "shared_with": ["Retirement"]}},
                       "Retirement": {"room": {"left_minor": 2, "shared_with": ["Brokerage"]}}}},
         1, "“Brokerage” and “Retirement” share a room, and it is not the same"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_by_name_and_nothing_is_kept(
    demo: Path, capsys: pytest.CaptureFixture[str], said: Any, code: int, why: str
) -> None:
    before = show(demo, capsys)
    if isinstance(said, dict):
        said = {"homes": {"Equity": "tax_free"}} | said if "homes" not in said else said
    found, out, err = set_rules(demo, said, capsys)
    assert (found, out) == (code, "")
    assert why in err
    assert err.count("\n") == 1
    assert show(demo, capsys) == before


def test_a_shared_room_is_said_once(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = {"left_minor": 5, "shared_with": ["Retirement"]}
    said = {"accounts": {"Retirement": {"buffer_minor": 7}, "Brokerage": {"room": shared}}}
    assert set_rules(demo, said, capsys)[0] == 0
    accounts = show(demo, capsys)["accounts"]
    assert accounts["Retirement"]["room"]["shared_with"] == ["Brokerage"]
    assert accounts["Retirement"]["buffer_minor"] == 7
    assert accounts["Brokerage"]["room"]["shared_with"] == ["Retirement"]


def test_a_symbol_that_several_have_is_written_with_its_currency() -> None:
    twins = [Asset(code, "VT", f"Total {code}", AssetKind.FUND, code) for code in ("EUR", "USD")]
    names = Names([], [*twins, Asset("x", "VT EUR", "Trap", AssetKind.FUND, "CHF")], [])
    assert names.assets == {"EUR": "VT EUR", "USD": "VT USD", "x": "VT EUR CHF"}
    with pytest.raises(BadInput, match=r"“VT” may be several: “VT EUR”, “VT USD”\. Write one of these\."):
        names.asset("VT")
    assert [names.asset(word) for word in ("VT USD", "Total EUR", "vt usd")] == ["USD", "EUR", "USD"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo portfolio with an account more, so that rooms can be shared, open."""
    with open_demo(tmp_path_factory.mktemp("rules") / "demo.wealthdesk", CLOCK) as opened:
        opened.accounts.add("ISA", AccountKind.TAX_FREE, "USD")
        yield opened


@st.composite
def any_rules(draw: st.DrawFn, portfolio: Portfolio) -> TradingRules:
    some = st.frozensets(st.sampled_from(sorted(portfolio.assets)), max_size=4)
    minor, rate = st.integers(0, 10**9), st.decimals(0, 10_000, places=4)
    accounts = {}
    for key in sorted(portfolio.accounts):
        kind = draw(st.sampled_from(MayHold))
        accounts[key] = AccountRules(
            draw(minor), draw(minor), draw(rate), draw(rate), draw(some) if kind is MayHold.LISTED else None, kind,
            Room(draw(st.sampled_from([RoomKind.NOT_SET, RoomKind.NO_LIMIT]))), draw(st.booleans()),
            draw(st.booleans()), draw(some), draw(some),
        )  # fmt: skip
    dollars = [key for key, each in portfolio.accounts.items() if each.currency == "USD"]
    sharing = frozenset(draw(st.lists(st.sampled_from(sorted(dollars)), unique=True)))
    yearly = draw(st.none() | st.tuples(minor, st.sampled_from([(4, 6), (2, 29), (1, 1)])))
    for key in sharing:
        renewed, day = yearly or (None, None)
        room = Room(RoomKind.LIMITED, 5, TODAY, renewed, day, sharing - {key})
        accounts[key] = replace(accounts[key], room=room)
    assets = draw(st.dictionaries(st.sampled_from(sorted(portfolio.assets)), st.sampled_from(Trading)))
    homes = draw(st.dictionaries(st.sampled_from(sorted(portfolio.classes)), st.sampled_from(AccountKind)))
    return TradingRules(accounts, assets, homes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_setting_what_is_shown_is_the_same_from_whatever_there_is(data: st.DataObject, desk: Desk) -> None:
    portfolio = desk.portfolios.current()
    names = Names(*(getattr(portfolio, each).values() for each in ("accounts", "assets", "classes")))
    first, other = data.draw(any_rules(portfolio)), data.draw(any_rules(portfolio))
    put(desk, first)
    kept = desk.rules.current()
    shown = json.loads(json.dumps(told(kept, names)))
    assert not understood(shown, kept, names)
    put(desk, other)
    wanted = understood(shown, desk.rules.current(), names)
    desk.rules.set_all(wanted.accounts, wanted.assets, wanted.homes)
    assert told(desk.rules.current(), names) == shown
    assert desk.rules.current() == kept


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "--file", str(tmp_path / "none.wealthdesk")], CLOCK) == 1
    assert capsys.readouterr().out == ""


def test_what_is_set_is_there_in_the_window(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_rules(demo, {"accounts": {"Brokerage": {"fee_rate_bps": "0.000000000001"}}}, capsys)
    with open_desk(demo, CLOCK) as desk:
        assert desk.rules.current().of_account("brokerage") == AccountRules(fee_rate_bps=Decimal("0.000000000001"))
