"""Answers in CSV and JSON: lists, pasted columns, and all that is neither."""

import json
from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.quotes.reading import MOST_BYTES, read_list

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
