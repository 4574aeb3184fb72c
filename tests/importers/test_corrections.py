"""Cells that are read in the place of what stands in the file."""

from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.importers.draft import Draft
from wealthdesk.importers.formats import Given, read_given

TODAY = date(2026, 11, 20)


def read(data: bytes, cells: dict[tuple[int, int], str]) -> Draft:
    draft = read_given(Given("positions.csv", data, TODAY, corrections=cells))
    assert isinstance(draft, Draft)
    return draft


def test_a_corrected_cell_is_read_and_told() -> None:
    draft = read(b"Symbol,Quantity\nAAA,36O\nBBB,2\n", {(2, 1): " 360 "})
    assert [(c.symbol, c.quantity) for c in draft.candidates] == [("AAA", Decimal(360)), ("BBB", Decimal(2))]
    assert [(c.line, c.index, c.column, c.before, c.after) for c in draft.corrected] == [
        (2, 1, "Quantity", "36O", "360")
    ]


def test_a_cell_that_is_missing_can_be_given() -> None:
    draft = read(b"Symbol,Quantity,Price\nAAA,3\n", {(2, 2): "7"})
    assert [each.price for each in draft.prices] == [Decimal(7)]


def test_what_is_the_same_is_no_correction() -> None:
    assert not read(b"Symbol,Quantity\nAAA,3\n", {(2, 1): "3", (9, 1): "4"}).corrected


def test_a_line_whose_quotes_are_broken_has_no_cells_to_correct() -> None:
    draft = read(b'Symbol,Quantity\nAAA,"3\nBBB,2\n', {(2, 1): "3"})
    assert [each.line for each in draft.problems] == [2] and not draft.corrected


def test_a_line_far_below_is_shown_once_it_is_corrected() -> None:
    rows = b"".join(b"X%d,%d\n" % (n, n + 1) for n in range(50))
    draft = read(b"Symbol,Quantity\n" + rows, {(40, 1): "7"})
    assert 40 in {row.line for row in draft.rows_preview}


def test_a_list_of_transactions_is_corrected_too() -> None:
    data = b"Date,Type,Symbol,Quantity,Price,Amount\n2026-01-05,Buy,VTI,2O,100,2000\n2026-01-06,Buy,VTI,1,100,100\n"
    assert read(data, {}).problems
    draft = read(data, {(2, 3): "20"})
    assert not draft.problems and draft.ledger is not None
    assert [each.after for each in draft.corrected] == ["20"]


@pytest.mark.parametrize("text", ["", "=1+1", "ten"])
def test_a_correction_that_is_no_number_is_a_problem_of_its_cell(text: str) -> None:
    draft = read(b"Symbol,Quantity\nAAA,3\nBBB,2\n", {(2, 1): text})
    assert [(each.line, each.index) for each in draft.problems] in ([(2, 1)], [])
    assert [c.symbol for c in draft.candidates] == ["BBB"]
