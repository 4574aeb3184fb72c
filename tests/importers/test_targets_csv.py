"""The targets export read back: every value, every sum that is wrong, every duplicate."""

import csv
import io

import pytest

from wealthdesk.importers.export_format import TARGETS_COLUMNS
from wealthdesk.importers.targets_csv import (
    ClassTargetDraft,
    HoldingTargetDraft,
    StrategyDraft,
    TargetsDraft,
    kind_of,
    read_targets,
)

HEAD = ["Calm", "All Portfolio", "yes", "5.00", "25.00", "even_fill", "spread"]
ROWS = [
    [*HEAD, "Equity", "60.00", "yes", "", "", "", ""],
    [*HEAD, "Equity", "", "", "VTI", "USD", "62.50", "no"],
    [*HEAD, "Equity", "", "", "'=X", "EUR", "37.50", "yes"],
    [*HEAD, "Cash", "40.00", "no", "", "", "", ""],
    ["Bold", "IRA", "no", "", "", "", "", "Equity", "100", "", "", "", "", ""],
    ["Empty", "IRA", "", "", "", "", "", "", "", "", "", "", "", ""],
]


def written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([TARGETS_COLUMNS, *rows])
    return out.getvalue().encode("utf-8-sig")


def read(rows: list[list[str]]) -> TargetsDraft:
    return read_targets(written(rows), "targets.csv")


def test_everything_is_read_back() -> None:
    holdings = (HoldingTargetDraft(3, "VTI", "USD", 6_250, False), HoldingTargetDraft(4, "=X", "EUR", 3_750, True))
    equity, cash = ClassTargetDraft(2, "Equity", 6_000, True, holdings), ClassTargetDraft(5, "Cash", 4_000, False)
    draft = read(ROWS)
    assert draft.problems == ()
    assert draft.strategies == (
        StrategyDraft(2, "Calm", None, True, 500, 2_500, "even_fill", "spread", (equity, cash)),
        StrategyDraft(6, "Bold", "IRA", False, None, None, None, None, (ClassTargetDraft(6, "Equity", 10_000, False),)),
        StrategyDraft(7, "Empty", "IRA", None, None, None, None, None, ()),
    )


def test_caps_are_read_and_hold_their_targets() -> None:
    rows = [[*row, *[""] * (len(TARGETS_COLUMNS) - len(row))] for row in ROWS]
    rows[0][TARGETS_COLUMNS.index("Class cap")] = "60.00"
    rows[1][TARGETS_COLUMNS.index("Holding cap")] = "70.00"
    equity = read(rows).strategies[0].classes[0]
    assert read(rows).problems == () and read(rows).strategies[0].tells_caps
    assert (equity.cap_bps, [each.cap_bps for each in equity.holdings]) == (6_000, [7_000, None])
    rows[0][TARGETS_COLUMNS.index("Class cap")] = "59.99"
    assert [(p.line, p.what) for p in read(rows).problems] == [(2, "The target of 60.00 % is over its cap of 59.99 %.")]


def test_a_spreadsheet_with_commas_wrote_it_again() -> None:
    rows = [[cell.replace(".", ",") for cell in row] for row in ROWS]
    assert read_targets(written(rows, ";"), "targets.csv") == read(ROWS)


def changed(row: int, column: str, cell: str) -> list[list[str]]:
    rows = [list(each) for each in ROWS]
    rows[row][TARGETS_COLUMNS.index(column)] = cell
    return rows


@pytest.mark.parametrize(
    ("row", "column", "cell", "line", "what"),
    [
        (3, "Class target", "39.99", 2, "The class targets of Calm sum to 99.99 %."),
        (1, "Holding target", "62.49", 2, "The holding targets of Equity sum to 99.99 %."),
        (3, "Class target", "", 5, "No class target."),
        (3, "Class target", "40.001", 5, "“40.001” has too many decimals."),
        (4, "Class target", "101", 6, "“101” is not between 0 and 100 %."),
        (3, "Class", "Equity", 5, "Equity stands twice in this strategy."),
        (2, "Symbol", "VTI", None, ""),
        (1, "Currency", "USX", 3, "“USX” is not a known currency."),
        (1, "Holding locked", "maybe", 3, "“maybe” is neither yes nor no."),
        (0, "Strategy", "", 2, "The strategy or its scope is missing."),
        (1, "Class", "", 3, "A holding target without its class."),
    ],
)
def test_problems(row: int, column: str, cell: str, line: int | None, what: str) -> None:
    problems = read(changed(row, column, cell)).problems
    if line is None:
        assert problems == (), "the same symbol in another currency is another asset"
    else:
        assert (line, what) in [(p.line, p.what) for p in problems]


def test_a_holding_twice_in_a_class() -> None:
    rows = changed(2, "Symbol", "VTI")
    rows[2][TARGETS_COLUMNS.index("Currency")] = "USD"
    assert "VTI stands twice in Equity." in [p.what for p in read(rows).problems]


def test_two_active_strategies_for_one_scope() -> None:
    rows = [*ROWS, ["Second", *HEAD[1:], "Equity", "100", "", "", "", "", ""]]
    assert [p.what for p in read(rows).problems] == ["A second active strategy for All Portfolio."]


def test_files_that_are_no_targets() -> None:
    for data in (b"", b"Symbol,Quantity\nVTI,1\n", b"\x89PNG", b"Strategy,Scope\nA,B\n", written([])):
        assert read_targets(data, "t.csv").problems


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (written(ROWS), "targets"),
        (written(ROWS, ";"), "targets"),
        (b"Symbol,Quantity\nVTI,1\n", "holdings"),
        ("Name;Stück\nX;1\n".encode("cp1252"), "holdings"),
        (b"hello\nworld\n", None),
        (b"a,b\nc,d\n", None),
        (b"\x89PNG", None),
        (b"", None),
    ],
)
def test_kind_of(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind
