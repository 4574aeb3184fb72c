"""`wealthdesk plan FILE...`: a line per planning problem, and one sentence for each file that cannot be used."""

import copy
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from wealthdesk.cli import main
from wealthdesk.services.desk import Clock

CLOCK = Clock(today=lambda: date(2026, 11, 20), now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
Path_ = tuple[str | int, ...]
MISSING = object()

INSTANCE: dict[str, Any] = {
    "id": "everything",
    "mode": "rebalance",
    "base_ccy": "EUR",
    "fx": {"USD": "0.9"},
    "classes": [
        {"id": "S", "target_bp": 6000, "band_lo_bp": 500, "band_hi_bp": 500},
        {"id": "B", "target_bp": 4000, "band_lo_bp": 500, "band_hi_bp": 500},
    ],
    "holdings": [
        {"id": "h", "price": "12.50", "ccy": "USD", "step": "1", "class": {"S": 1.0}, "target_in_class_bp": 10000},
        {"id": "f", "price": "9", "step": "0.1", "class": {"S": 0.3, "B": 0.7}, "flags": ["buy_only"]},
    ],
    "accounts": [
        {
            "id": "X",
            "ccy": "EUR",
            "cash_cents": 100,
            "deposit_cents": 50_000,
            "buffer_cents": 0,
            "fee_fixed_cents": 100,
            "fee_bp": 12.5,
            "fx_fee_bp": 0,
            "can_hold": ["h", "f"],
        }
    ],
    "positions": [{"account": "X", "holding": "h", "qty": "30", "lots": [{"qty": "30", "cost": "10"}]}],
    "min_trade_cents": 1000,
    "cash_class": "B",
    "gain_limit_cents": 5000,
    "objective": {"kappa": 10, "gamma": 10, "eta": 0.02, "d0": 0.01},
    "location": [{"account": "X", "holding": "h", "penalty": 0.5}],
}
"""A problem with every field there is."""

TEXT: tuple[Any, ...] = (7, "", [], {}, True)
WHOLE: tuple[Any, ...] = ("1", 1.5, True, -1, 10**400, [], float("nan"))
NUMBER: tuple[Any, ...] = ("1", True, -0.5, 1e300, [], float("nan"), float("inf"), None)
DECIMAL: tuple[Any, ...] = (1, 1.5, "", "-1", "1e9", "1_000", "NaN", " 1", "1.", "9" * 16, [], True)
POSITIVE: tuple[Any, ...] = (*DECIMAL, "0", "0.000")
LIST: tuple[Any, ...] = ({}, "x", 7, True)
OBJECT: tuple[Any, ...] = ([], "x", 7, True)
UNKNOWN: tuple[Any, ...] = ("nobody", 7, None)

WRONG: dict[Path_, tuple[Any, ...]] = {
    ("id",): (MISSING, None, *TEXT),
    ("mode",): (MISSING, None, "spend", *TEXT),
    ("base_ccy",): (None, *TEXT),
    ("fx",): (None, *OBJECT),
    ("fx", "USD"): (None, *POSITIVE),
    ("classes",): (MISSING, None, *LIST),
    ("classes", 0): (None, 7, "x", []),
    ("classes", 0, "id"): (MISSING, None, *TEXT),
    ("classes", 0, "target_bp"): (MISSING, None, *WHOLE),
    ("classes", 0, "band_lo_bp"): (None, *WHOLE),
    ("classes", 0, "band_hi_bp"): (None, *WHOLE),
    ("holdings",): (MISSING, None, *LIST),
    ("holdings", 0): (None, 7, "x", []),
    ("holdings", 0, "id"): (MISSING, None, *TEXT),
    ("holdings", 0, "price"): (MISSING, *POSITIVE),
    ("holdings", 0, "ccy"): (None, "CHF", *TEXT),
    ("holdings", 0, "step"): (MISSING, *POSITIVE),
    ("holdings", 0, "class"): (MISSING, *OBJECT, {"nobody": 1}),
    ("holdings", 0, "class", "S"): (*NUMBER, 1.1),
    ("holdings", 0, "target_in_class_bp"): WHOLE,
    ("holdings", 1, "flags"): (None, *LIST, ["cheap"], [7], [[]]),
    ("accounts",): (MISSING, None, *LIST),
    ("accounts", 0): (None, 7, "x", []),
    ("accounts", 0, "id"): (MISSING, None, *TEXT),
    ("accounts", 0, "ccy"): (None, *TEXT),
    ("accounts", 0, "cash_cents"): (None, *WHOLE),
    ("accounts", 0, "deposit_cents"): (None, *WHOLE),
    ("accounts", 0, "buffer_cents"): (None, *WHOLE),
    ("accounts", 0, "fee_fixed_cents"): (None, *WHOLE),
    ("accounts", 0, "fee_bp"): NUMBER,
    ("accounts", 0, "fx_fee_bp"): NUMBER,
    ("accounts", 0, "can_hold"): (*LIST, ["nobody"], [7]),
    ("positions",): (MISSING, None, *LIST),
    ("positions", 0): (None, 7, "x", []),
    ("positions", 0, "account"): (MISSING, *UNKNOWN),
    ("positions", 0, "holding"): (MISSING, *UNKNOWN),
    ("positions", 0, "qty"): (MISSING, None, *DECIMAL),
    ("positions", 0, "lots"): (None, *LIST, [{"qty": "29", "cost": "10"}]),
    ("positions", 0, "lots", 0, "qty"): (MISSING, None, *DECIMAL),
    ("positions", 0, "lots", 0, "cost"): (MISSING, None, *DECIMAL),
    ("min_trade_cents",): (None, *WHOLE),
    ("cash_class",): ("nobody", 7, [], True),
    ("gain_limit_cents",): WHOLE,
    ("location",): (None, *LIST),
    ("location", 0, "account"): (MISSING, *UNKNOWN),
    ("location", 0, "holding"): (MISSING, *UNKNOWN),
    ("location", 0, "penalty"): (MISSING, *NUMBER),
    ("objective",): (None, *OBJECT, {"lambda": 1}),
    ("objective", "kappa"): (*NUMBER, 10**7),
    ("objective", "gamma"): NUMBER,
    ("objective", "eta"): NUMBER,
    ("objective", "d0"): (*NUMBER, 0),
    ("targets_policy",): ("any", 7, []),
}
"""What must not be in a field; MISSING is the field left out."""


def changed(path: Path_, value: object) -> dict[str, Any]:
    """The problem with another value in one place."""
    data = copy.deepcopy(INSTANCE)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


def written(folder: Path, **named: dict[str, Any]) -> tuple[Path, ...]:
    """A file for each of the problems, by its name."""
    files = tuple(folder / f"{name}.json" for name in named)
    for file, data in zip(files, named.values(), strict=True):
        file.write_text(json.dumps(data), "utf-8")
    return files


SMALL: dict[str, Any] = {
    **INSTANCE, "mode": "deposit", "accounts": [{"id": "X", "deposit_cents": 5_000}], "positions": [], "location": [],
}  # fmt: skip
"""A problem that is planned in no time."""


@pytest.fixture
def good(tmp_path: Path) -> tuple[Path, ...]:
    """Two files that can be used."""
    return written(tmp_path, first=SMALL, last=SMALL)


def run(capsys: pytest.CaptureFixture[str], *files: object) -> tuple[int, list[dict[str, Any]], list[str]]:
    """Exit code, the plans, and the lines on standard error."""
    capsys.readouterr()
    code = main(["plan", *map(str, files)], CLOCK)
    printed = capsys.readouterr()
    return code, [json.loads(line) for line in printed.out.splitlines()], printed.err.splitlines()


def test_every_file_has_a_line_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, last = written(tmp_path, first=INSTANCE, last=SMALL)
    code, plans, errors = run(capsys, last, first, last)
    assert (code, errors) == (0, [])
    assert [plan["instance"] for plan in plans] == ["last", "first", "last"]
    for plan in plans:
        plan.pop("milliseconds")
    assert plans[0] == plans[2]
    assert plans[1]["trades"]
    assert plans[1]["regret_bound"] == 0
    assert plans[1]["cash_cents"].keys() == {"X"}
    assert len(plans[1]["reasons"]) == len(plans[1]["trades"])


@pytest.mark.parametrize("path", WRONG, ids=lambda path: ".".join(map(str, path)))
def test_a_malformed_problem_is_one_line_that_names_file_and_field(
    path: Path_, good: tuple[Path, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every field with everything that must not be in it, between two files that are planned all the same."""
    bad = [tmp_path / f"bad_{number}.json" for number, _ in enumerate(WRONG[path])]
    for file, value in zip(bad, WRONG[path], strict=True):
        file.write_text(json.dumps(changed(path, value)), "utf-8")
    code, plans, errors = run(capsys, good[0], *bad, good[1])
    assert (code, [plan["instance"] for plan in plans]) == (2, ["first", "last"])
    field = next(key for key in reversed(path) if isinstance(key, str))
    for file, value, error in zip(bad, WRONG[path], errors, strict=True):
        shown = "missing" if value is MISSING else json.dumps(value)
        assert error.startswith(f"wealthdesk plan: {file}: "), shown
        assert field in error, shown


@pytest.mark.parametrize("value", WRONG["mode",], ids=lambda value: "missing" if value is MISSING else repr(value))
def test_one_malformed_problem_among_good_ones_is_told_by_the_exit_code(
    value: object, good: tuple[Path, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(changed(("mode",), value)), "utf-8")
    code, plans, errors = run(capsys, good[0], bad, good[1])
    assert (code, [plan["instance"] for plan in plans], len(errors)) == (2, ["first", "last"], 1)


@pytest.mark.parametrize(
    ("doubled", "field"),
    [("classes", "classes"), ("holdings", "holdings"), ("accounts", "accounts"), ("location", "holding")],
)
def test_what_is_there_twice_is_refused(
    doubled: str, field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({**INSTANCE, doubled: INSTANCE[doubled] + INSTANCE[doubled][:1]}), "utf-8")
    code, plans, errors = run(capsys, bad)
    assert (code, plans, len(errors)) == (2, [], 1)
    assert field in errors[0]


@pytest.mark.parametrize("emptied", ["classes", "holdings", "accounts", "positions", "location"])
def test_an_empty_list_is_an_answer_or_one_line(
    emptied: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "emptied.json"
    file.write_text(json.dumps({**INSTANCE, emptied: []}), "utf-8")
    code, plans, errors = run(capsys, file)
    assert (code, len(plans), len(errors)) in ((0, 1, 0), (2, 0, 1))


CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "cut": json.dumps(INSTANCE).encode()[:-40],
    "two": json.dumps(INSTANCE).encode() * 2,
    "utf-16": json.dumps(INSTANCE).encode("utf-16"),
    "latin-1": json.dumps(INSTANCE).replace("everything", "\xe9").encode("latin-1"),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(INSTANCE).encode(),
    "zeros": bytes(1_000),
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "deep field": json.dumps(INSTANCE).replace('"30"', "[" * 900 + "]" * 900).encode(),
    "long number": json.dumps(INSTANCE).replace("50000", "9" * 5_000).encode(),
    "half a character": json.dumps(INSTANCE).replace('"rebalance"', '"\\ud800"').encode(),
    "line breaks": json.dumps(INSTANCE).replace('"rebalance"', '"a\\nb\\r\\u2028c"').encode(),
    "a key twice": json.dumps(INSTANCE).replace('"mode"', '"mode": "band", "mode"').encode(),
}


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in CONTENTS.items()])
def test_what_is_no_problem_at_all_is_one_line(
    content: bytes, good: tuple[Path, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    code, plans, errors = run(capsys, good[0], bad, good[1])
    assert (code, [plan["instance"] for plan in plans]) == (2, ["first", "last"])
    assert len(errors) == 1
    assert errors[0].startswith(f"wealthdesk plan: {bad}: ")


def test_what_is_no_file_is_one_line(
    good: tuple[Path, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = [tmp_path / "nowhere.json", tmp_path, tmp_path / ("x" * 300), tmp_path / "a\nb.json"]
    code, plans, errors = run(capsys, *odd, good[0])
    assert (code, [plan["instance"] for plan in plans], len(errors)) == (2, ["first"], len(odd))
    assert {each.name for each in tmp_path.iterdir()} == {"first.json", "last.json"}


def test_no_file_at_all_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["plan"], CLOCK)
    assert ended.value.code == 2
