"""The one door for files: what each file is, and that nothing is kept of what is no list of holdings."""

import io
import json
import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import pytest

from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.formats import Given, read_given
from wealthdesk.importers.targets_csv import TargetsDraft

TODAY = date(2026, 11, 21)


def read(data: bytes | str, name: str = "file.csv") -> Draft:
    given = Given(name, data.encode() if isinstance(data, str) else data, TODAY)
    draft = read_given(given)
    assert isinstance(draft, Draft)
    return draft


def zipped(name: str, data: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return into.getvalue()


def database(tmp_path: Path, *tables: str) -> bytes:
    path = tmp_path / "some.db"
    connection = sqlite3.connect(path)
    for table in tables:
        connection.execute(f"CREATE TABLE {table} (id TEXT)")
    connection.commit()
    connection.close()
    return path.read_bytes()


OTHERS = [
    (b"PORTFOLIO\x01\x02\x03", "Portfolio Performance", "with a password"),
    (zipped("data.portfolio", b"PPPBV1\x00\x01"), "Portfolio Performance", "binary format"),
    (b"WFOLIOBACKUP1", "Wealthfolio", "encrypted backup"),
    (b"!Type:Invst\nD1/2/26\n^\n", "QIF", "transactions"),
    (b'{"a": [1, 2]}', "JSON", "JSON file"),
    (b'{"a": [1, 2', "JSON", "damaged"),
    (b'[{"symbol": "X"}]', "JSON", "JSON file"),
    (b"<?xml version='1.0'?><gnc-v2/>", "GnuCash", "file of GnuCash"),
    (b"<?xml version='1.0'?><gpx/>", "XML", "XML file"),
    (b"<!DOCTYPE html><html></html>", "Web page", "web page"),
    (b"<html><table><tr><td>VTI</td></tr></table></html>", "Web page", "web page"),
    (b"2026-01-02 open Assets:Cash\n2026-01-02 open Assets:VTI\n", "Plain text ledger", "transactions"),
    (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", "Encrypted file", "encrypted"),
]


@pytest.mark.parametrize(("data", "name", "what"), OTHERS, ids=[f"{name}-{i}" for i, (_, name, _) in enumerate(OTHERS)])
def test_another_program_s_file_is_named_in_one_sentence(data: bytes, name: str, what: str) -> None:
    draft = read(data)
    assert (draft.kind, draft.format, draft.candidates) == (Kind.OTHER, name, ())
    [problem] = draft.problems
    assert what in problem.what and problem.fix and problem.line == 0


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        (("alembic_version", "asset_classes"), "WealthDesk"),
        (("accounts", "activities"), "Wealthfolio"),
        (("gnclock",), "GnuCash"),
        (("anything",), "Database"),
    ],
)
def test_databases_are_told_apart_by_their_tables(tmp_path: Path, tables: tuple[str, ...], name: str) -> None:
    draft = read(database(tmp_path, *tables), "my.db")
    assert (draft.kind, draft.format) == (Kind.OTHER, name) and len(draft.problems) == 1


def test_what_a_file_says_is_never_repeated() -> None:
    secret = "4711-0815-99"
    for data in (json.dumps({"account": secret}), f"<?xml version='1.0'?><a>{secret}</a>", f"{secret};{secret}\n1;2\n"):
        draft = read(data)
        assert draft.problems
        assert all(secret not in each.what + each.fix for each in draft.problems)


def test_targets_go_through_the_same_door() -> None:
    text = b"Strategy,Scope,Class,Class target\nPlan,All Portfolio,Equity,100.00\n"
    assert isinstance(read_given(Given("t.csv", text, TODAY)), TargetsDraft)


def test_positions_are_what_is_left() -> None:
    draft = read("Symbol,Quantity\nVTI,3\n")
    assert (draft.kind, draft.format) == (Kind.HOLDINGS, "List of positions") and len(draft.candidates) == 1


TRADES = (
    "date,ticker,shares,price,kind of it\n2026-01-02,VTI,10,290,{}\n2026-02-02,VTI,5,295,{}\n2026-03-02,VTI,3,300,{}\n"
)


@pytest.mark.parametrize(
    "words",
    [
        ("buy", "buy", "sell"),
        ("Kauf", "Kauf", "Verkauf"),
        ("Achat", "Vente", "Dividende"),
        ("BUY - MARKET", "SELL - LIMIT", "Stock split"),
        ("Köp", "Köp", "Sälj"),
        ("Aankoop", "Storting", "something else"),
    ],
)
def test_trading_words_in_any_column_tell_a_list_of_transactions(words: tuple[str, str, str]) -> None:
    draft = read(TRADES.format(*words))
    assert (draft.kind, draft.candidates) == (Kind.TRANSACTIONS, ())
    assert draft.ledger is not None


def test_quantities_of_both_signs_on_several_days_tell_it_too() -> None:
    text = "Date,Symbol,Quantity,Price\n2026-01-02,VTI,10,290\n2026-02-02,VTI,-4,300\n"
    assert read(text).kind is Kind.TRANSACTIONS
    assert read(text.replace("2026-02-02", "2026-01-02")).kind is Kind.HOLDINGS


@pytest.mark.parametrize(
    "text",
    [
        "Symbol,Quantity,Price,Analyst rating\nVTI,1,300,Buy\nBND,2,70,Sell\n",
        "Symbol,Trade Date,Purchase Price,Quantity\nVTI,20250303,250.33,25\n",
        "Symbol,Quantity,Side\nVTI,1,Long\nBND,2,Long\n",
        "Symbol,Name,Quantity\nVIG,Dividend Appreciation ETF,1\nSDY,Dividend Aristocrats,2\n",
    ],
)
def test_positions_are_not_taken_for_transactions(text: str) -> None:
    assert read(text).kind is Kind.HOLDINGS


def test_matching_by_hand_does_not_make_holdings_of_trades() -> None:
    first = read(TRADES.format("buy", "buy", "sell"))
    assert first.layout is not None
    again = read_given(Given("f.csv", TRADES.format("buy", "buy", "sell").encode(), TODAY, layout=first.layout))
    assert isinstance(again, Draft) and again.kind is Kind.TRANSACTIONS and not again.candidates
