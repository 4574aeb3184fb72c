"""Answers in CSV and JSON: lists, pasted columns, and all that is neither."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from time import process_time

import pytest

from quotes.servers import history
from wealthdesk.quotes.reading import MOST_BYTES, QuotePlaces, read_ecb, read_ecb_history, read_list, read_one

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    "text",
    [
        "VTI,2026-11-27,301.5,USD\nVOD.L,2026-11-27,71.2,GBX\n",
        "symbol,on,price,currency\nVTI,2026-11-27,301.5,USD\nVOD.L,2026-11-27,71.2,GBX\n",
        "Ticker;Date;Close;Currency\nVTI;2026-11-27;301,5;USD\nVOD.L;2026-11-27;71,2;GBX\n",
        "Currency\tName\tPrice\tSymbol\tDate\nUSD\t\t301.5\tVTI\t20261127\nGBX\t\t71.2\tVOD.L\t20261127\n",
        json.dumps([{"symbol": "VTI", "on": "2026-11-27", "price": 301.5, "currency": "USD"},
                    {"symbol": "VOD.L", "on": "2026-11-27", "price": "71.2", "currency": "GBX"}]),
        '\ufeff{"quotes": [{"Symbol": "VTI", "on": "2026-11-27", "price": 301.5, "currency": "USD"},'
        '{"symbol": "VOD.L", "on": "2026-11-27T16:30:00", "price": 71.2, "currency": "GBX"}]}',
    ],
)  # fmt: skip
def test_a_list_is_read_in_csv_and_json_with_and_without_headers(text: str) -> None:
    answer = read_list(text.encode(), "mine")
    assert answer.failed == ()
    assert [(each.code, each.on, each.price, each.currency) for each in answer.quotes] == [
        ("VTI", DAY, Decimal("301.5"), "USD"), ("VOD.L", DAY, Decimal("71.2"), "GBX"),
    ]  # fmt: skip


def test_one_bad_line_is_a_sentence_and_the_others_are_read() -> None:
    answer = read_list(b"VTI,2026-11-27,abc,USD\nBND,2026-11-27,70,USD\n,2026-11-27,70,USD\nX,soon,1,USD\n", "mine")
    assert [each.code for each in answer.quotes] == ["BND"]
    assert [each.code for each in answer.failed] == ["VTI", "", "X"]
    assert "line 1" in answer.failed[0].what and "abc" in answer.failed[0].what


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "There is nothing"),
        (b"  \n", "There is nothing"),
        (b"<!doctype html><html>", "a web page"),
        (b"\xff\xfe\x00", "no text"),
        (b"VTI\0", "no text"),
        (b"{not json", "begins like JSON"),
        (b"[" * 100_000, "begins like JSON"),
        (b'["VTI"]', "no list of objects"),
        ("\u00a0".encode(), "There is nothing"),
        (b'A,"' + b"x" * 200_000, "no cell"),
        (b"A,2026-11-27,1\n" * 20_001, "more than 20,000 lines"),
        (b"x" * (MOST_BYTES + 1), "more than 1 MB"),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(data: bytes, why: str) -> None:
    answer = read_list(data, "mine")
    assert answer.quotes == () and len(answer.failed) == 1 and why in answer.failed[0].what


@pytest.mark.parametrize(
    ("text", "price"),
    [("Date;Close\n2026-11-27;1,234\n", "1.234"), ("Date;Close\n2026-11-26;1,234.5\n2026-11-27;1,234\n", "1234"),
     ("Date,Close\n2026-11-27,\"1,234\"\n", "1234"), ("Date\tClose\n2026-11-27\t189,29\n", "189.29")],
)  # fmt: skip
def test_a_comma_stands_for_a_point_in_a_table_of_one_asset_as_in_a_list_of_many(text: str, price: str) -> None:
    (told,) = read_one(text.encode(), "mine", "VTI", QuotePlaces("Close", "Date"))
    assert told.price == Decimal(price)


def test_a_table_of_rates_that_never_ends_is_read_as_quickly_as_any_other() -> None:
    begun = process_time()
    assert read_ecb(b"<Cube time='2026-11-27'>" * (MOST_BYTES // 24), "ECB").rates == ()
    assert process_time() - begun < 5, "it took minutes"


def test_rates_stand_below_their_day_and_one_of_a_day_counts() -> None:
    lines = "<Cube time='{}'><Cube currency='USD' rate='{}'/></Cube>"
    told = read_ecb("".join(lines.format(*each) for each in (("2026-11-27", 1), ("2026-11-26", 2))).encode(), "ECB")
    assert [(each.on.day, each.rate) for each in told.rates] == [(27, Decimal(1)), (26, Decimal(2))]
    twice = read_ecb_history(history("2026-11-27,1.1", "2026-11-27,1.2"), "ECB", DAY)
    assert [each.rate for each in twice.rates] == [Decimal("1.2")]


def test_a_history_that_begins_with_an_empty_line_is_none() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("eurofxref-hist.csv", "\nDate,USD\n2026-11-27,1.1\n")
    assert "no packed table" in read_ecb_history(made.getvalue(), "ECB", DAY).failed[0].what
