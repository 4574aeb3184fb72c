"""The cells of one row: texts, numbers, money and days by what their columns mean, and what is wrong with them."""

from datetime import date
from decimal import Decimal

from wealthdesk.domain.money import COMMA, POINT, NumberFormat
from wealthdesk.importers.draft import Column, DateOrder, Field, Layout
from wealthdesk.importers.row_cells import RowCells, currency_of_sign
from wealthdesk.importers.table import Record

TODAY = date(2026, 11, 21)


def row(*cells: str, columns: tuple[Column, ...], marks: NumberFormat = POINT) -> RowCells:
    """The row of these cells, on line 7 of a file in dollars."""
    layout = Layout("utf-8", ",", marks, DateOrder.MONTH_FIRST, 1, columns)
    found = RowCells(layout, currency="USD", today=TODAY)
    found.look_at(Record(7, list(cells)))
    return found


def test_a_cell_that_the_row_or_the_table_does_not_have_is_empty() -> None:
    columns = (Column(0, "Symbol", Field.SYMBOL), Column(3, "Name", Field.NAME))
    found = row("VTI", columns=columns)
    assert (found.of(Field.SYMBOL), found.of(Field.NAME), found.of(Field.ISIN)) == ("VTI", "", "")
    assert found.width == 4 and not found.is_bare()


def test_what_is_wrong_is_told_with_its_column_from_the_left() -> None:
    columns = (Column(0, "Quantity", Field.QUANTITY), Column(1, "As of", Field.DATE), Column(2, "ISIN", Field.ISIN))
    found = row("ten", "11/22/2026", "nothing", columns=columns)
    assert found.isin() is None and found.day(Field.DATE) == date(2026, 11, 22)
    assert found.number(Field.QUANTITY, "quantity") == (None, None)
    told = found.told()
    assert [(each.line, each.column) for each in told] == [(7, "Quantity"), (7, "As of"), (7, "ISIN")]
    assert "“11/22/2026” is after today." in [each.what for each in told]


def test_money_is_in_the_currency_of_its_sign_its_own_column_or_its_header() -> None:
    beside = Column(0, "Value", Field.VALUE, currency_index=1)
    of_header = Column(2, "Cost (pence)", Field.COST, currency="GBP", parts=100)
    found = row("12.50", "GBX", "250", columns=(beside, of_header))
    assert found.value() == (Decimal("0.125"), "GBP")
    assert found.money(of_header, "cost") == (Decimal("2.5"), "GBP")
    found.usual = "CAD"
    assert found.money(of_header, "cost", text="$3.00") == (Decimal(3), "CAD")


def test_a_value_that_is_no_number_is_none_and_a_cost_is_a_problem() -> None:
    value, cost = Column(0, "Value", Field.VALUE), Column(1, "Cost", Field.COST)
    found = row("soon", "soon", columns=(value, cost))
    assert found.value() == (None, None) and not found.problems
    assert found.money(cost, "cost") == (None, None) and found.problems


def test_prices_may_be_pence_or_per_cent() -> None:
    columns = (Column(0, "Kurs", Field.PRICE), Column(1, "Währung", Field.CURRENCY))
    pence = row("1.250,00", "GBX", columns=columns, marks=COMMA)
    assert pence.price(pence.unit()) == (Decimal("12.5"), None)
    bond = row("98,5", "%", columns=columns, marks=COMMA)
    assert bond.unit() is None and bond.price(None) == (Decimal("0.985"), None)
    assert bond.currency_beside(None, None, "EUR") == "EUR"


def test_a_sign_of_several_currencies_means_the_usual_one_of_them() -> None:
    assert [currency_of_sign("$", each) for each in ("CAD", "EUR")] == ["CAD", "USD"]
    assert [currency_of_sign("¥", each) for each in ("CNY", "EUR")] == ["CNY", "JPY"]
    assert (currency_of_sign("€", "USD"), currency_of_sign("GBX", "USD")) == ("EUR", "GBP")
    assert currency_of_sign(None, "USD") is None and currency_of_sign("?", "USD") is None
