"""What is said of the columns of a table: beforehand, by hand, or by one of the same headers before it."""

from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.importers.draft import Draft, Field
from wealthdesk.importers.formats import Given, read_given
from wealthdesk.importers.kept_columns import OF_THE_LEFT, ColumnChoices, kept_of, shape_of

TODAY = date(2026, 11, 20)
TABLE = b"Bank XY\nDepot\n\nWP;Nominell;Letzter;Whg\nVWCE;10;131,52;EUR\nAAPL;3;200,50;USD\n"
MEANINGS = (("WP", "symbol"), ("Nominell", "quantity"), ("letzter", "price"), ("#4", OF_THE_LEFT))


def read(data: bytes, **given: object) -> Draft:
    draft = read_given(Given("positions.csv", data, TODAY, **given))  # type: ignore[arg-type]
    assert isinstance(draft, Draft)
    return draft


def test_columns_that_are_said_are_read() -> None:
    draft = read(TABLE, choices=ColumnChoices(4, MEANINGS))
    assert not draft.problems
    assert [(c.symbol, c.quantity, c.currency) for c in draft.candidates] == [
        ("VWCE", Decimal(10), "EUR"),
        ("AAPL", Decimal(3), "USD"),
    ]
    assert [each.price for each in draft.prices] == [Decimal("131.52"), Decimal("200.5")]


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (ColumnChoices(None, (("Nom", "quantity"),)), "No column is called “Nom”."),
        (ColumnChoices(99), "There are no headers on line 99; the file has 6 lines."),
        (ColumnChoices(3), "There are no headers on line 3; the file has 6 lines."),
        (ColumnChoices(None, (("#1", OF_THE_LEFT),)), "There is no amount on the left of “WP”."),
        (ColumnChoices(None, (("#9", "price"),)), "No column is called “#9”."),
    ],
)
def test_what_does_not_fit_the_file_is_a_problem(choices: ColumnChoices, said: str) -> None:
    draft = read(TABLE, choices=choices)
    assert [each.what for each in draft.problems] == [said]
    assert not draft.candidates


def test_headers_that_stand_twice_are_named_by_their_place() -> None:
    data = b"Symbol,Wert,Wert\nAAA,3,12\n"
    refused = read(data, choices=ColumnChoices(None, (("Wert", "quantity"),)))
    assert [each.what for each in refused.problems] == ["“Wert” stands 2 times: #2 and #3."]
    draft = read(data, choices=ColumnChoices(None, (("#2", "quantity"), ("#3", "value"))))
    assert [(c.symbol, c.quantity) for c in draft.candidates] == [("AAA", Decimal(3))]


def test_a_table_without_headers_can_be_read_by_places() -> None:
    draft = read(b"AAA,3\nBBB,4\n", choices=ColumnChoices(0, (("#1", "symbol"), ("#2", "quantity"))))
    assert [(c.symbol, c.quantity) for c in draft.candidates] == [("AAA", Decimal(3)), ("BBB", Decimal(4))]


def test_the_next_file_of_the_same_headers_is_read_alike_wherever_they_stand() -> None:
    kept = kept_of(read(TABLE, choices=ColumnChoices(4, MEANINGS)).layout, "positions.csv")
    assert kept is not None
    later = b"WP;Nominell;Letzter;Whg;;\nVWCE;11;99,10;EUR;;\n"
    draft = read(later, kept={kept.shape: kept})
    assert [(c.symbol, c.quantity, c.currency) for c in draft.candidates] == [("VWCE", Decimal(11), "EUR")]
    assert "positions.csv" in draft.notes[0].text
    other = read(later.replace(b"Letzter", b"Letzte"), kept={kept.shape: kept})
    assert not other.candidates, "other headers are another shape"


def test_what_is_remembered_is_remembered_alike_from_the_next_file() -> None:
    first = kept_of(read(TABLE, choices=ColumnChoices(4, MEANINGS)).layout, "positions.csv")
    assert first is not None
    again = kept_of(read(TABLE, kept={first.shape: first}).layout, "positions.csv")
    assert again == first


def test_nothing_is_remembered_where_nothing_was_chosen() -> None:
    assert kept_of(read(b"Symbol,Quantity\nAAA,1\n").layout, "a.csv") is None
    assert kept_of(read(b"AAA,3\nBBB,4\n", choices=ColumnChoices(0, (("#1", "symbol"),))).layout, "a.csv") is None


def test_empty_headers_at_the_end_are_none() -> None:
    assert shape_of(("A", "B", "")) == shape_of(("A", "B")) != shape_of(("A", "", "B"))


def test_a_list_of_transactions_can_be_told_where_its_headers_stand() -> None:
    header = b"Date,Type,Symbol,Quantity,Price,Amount\n"
    data = header + header + b"2026-01-05,Buy,VTI,2,100,200\n"
    draft = read(data, choices=ColumnChoices(2))
    assert draft.ledger is not None and draft.layout is not None
    assert draft.layout.header_line == 2
    assert not draft.problems


def test_a_column_that_is_named_the_currency_of_another_can_be_something_else_again() -> None:
    draft = read(TABLE, choices=ColumnChoices(4, MEANINGS))
    assert draft.layout is not None
    assert draft.layout.amount_of(3) is draft.layout.columns[2]
    changed = draft.layout.with_field(3, Field.NAME).without_currency_at(3)
    assert changed.amount_of(3) is None and changed.field_of(3) is Field.NAME
