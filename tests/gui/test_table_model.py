"""The model and the view of every table."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.table_model import Column, TableModel
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.table_view import TableView


@dataclass(frozen=True, slots=True)
class Held:
    symbol: str
    name: str
    quantity: Decimal
    value_minor: int | None


NO_PRICE = PillValues("No price", Tone.WARNING)

COLUMNS: list[Column[Held]] = [
    Column("Symbol", lambda row: row.symbol, font="strong", note=lambda row: row.name, width=160),
    Column("Quantity", lambda row: text.quantity(row.quantity), key=lambda row: row.quantity, right=True),
    Column(
        "Value",
        lambda row: text.NOTHING if row.value_minor is None else text.money(row.value_minor, "USD"),
        key=lambda row: row.value_minor,
        right=True,
        figures=True,
    ),
    Column("Status", lambda row: "", pill=lambda row: NO_PRICE if row.value_minor is None else None),
]

HELD = [
    Held("VTI", "Total Stock Market", Decimal(520), 12_745_200),
    Held("bnd", "Total Bond", Decimal("560.5"), 4_115_191),
    Held("GOLD", "Coin, 1 oz", Decimal(3), None),
    Held("VXUS", "Total International", Decimal(900), 5_611_500),
]


@pytest.fixture
def model() -> TableModel[Held]:
    made: TableModel[Held] = TableModel(COLUMNS)
    made.set_rows(HELD)
    return made


def _symbols(model: TableModel[Held]) -> list[str]:
    return [row.symbol for row in model.rows()]


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        (0, Qt.SortOrder.AscendingOrder, ["bnd", "GOLD", "VTI", "VXUS"]),
        (1, Qt.SortOrder.AscendingOrder, ["GOLD", "VTI", "bnd", "VXUS"]),
        (2, Qt.SortOrder.AscendingOrder, ["bnd", "VXUS", "VTI", "GOLD"]),
        (2, Qt.SortOrder.DescendingOrder, ["VTI", "VXUS", "bnd", "GOLD"]),
    ],
)
def test_sorting(model: TableModel[Held], column: int, order: Qt.SortOrder, expected: list[str]) -> None:
    model.sort(column, order)
    assert _symbols(model) == expected


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ("", ["VTI", "bnd", "GOLD", "VXUS"]),
        ("BND", ["bnd"]),
        ("total", ["VTI", "bnd", "VXUS"]),
        ("total inter", ["VXUS"]),
        ("no price", ["GOLD"]),
        ("zzz", []),
    ],
)
def test_filtering(model: TableModel[Held], sought: str, expected: list[str]) -> None:
    model.filter(sought)
    assert _symbols(model) == expected


def test_sorting_and_filter_stay_for_new_rows(model: TableModel[Held]) -> None:
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.filter("total")
    model.set_rows([*HELD, Held("AGG", "Total Aggregate", Decimal(1), 100)])
    assert _symbols(model) == ["VXUS", "VTI", "bnd", "AGG"]


def test_qt_finds_no_fault_with_the_model(model: TableModel[Held]) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.sort(1)
    model.filter("total")
    model.set_rows(HELD[:2])
    assert tester.model() is model


def test_selection_follows_its_row(qtbot: QtBot) -> None:
    view: TableView[Held] = TableView("Holdings", COLUMNS, identity=lambda row: row.symbol)
    qtbot.addWidget(view)
    view.set_rows(HELD)
    assert view.select("bnd")
    view.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert [row.symbol for row in view.selected_rows()] == ["bnd"]
    view.search("total")
    assert view.selected_row() == HELD[1]
    view.set_rows([Held("bnd", "Total Bond", Decimal(1), 7), HELD[0]])
    selected = view.selected_row()
    assert selected is not None
    assert selected.value_minor == 7
    view.set_rows(HELD[:1])
    assert view.selected_row() is None


def test_rows_come_in_the_order_given_until_the_user_sorts(qtbot: QtBot) -> None:
    view: TableView[Held] = TableView("Holdings", COLUMNS)
    qtbot.addWidget(view)
    view.set_rows(HELD)
    assert view.table.rows() == HELD


def test_the_title_says_how_the_rows_are_sorted(qtbot: QtBot) -> None:
    view: TableView[Held] = TableView("Holdings", COLUMNS)
    qtbot.addWidget(view)
    view.set_rows(HELD)

    def titles() -> list[str]:
        return [view.table.headerData(place, Qt.Orientation.Horizontal) for place in range(2)]

    assert titles() == ["Symbol", "Quantity"]
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert titles() == ["Symbol", "Quantity ↓"]
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert titles() == ["Symbol ↑", "Quantity"]
    view.copy()
    assert QGuiApplication.clipboard().text().splitlines()[0].startswith("Symbol\tQuantity\t")


def test_enter_opens_and_ctrl_c_copies(qtbot: QtBot) -> None:
    view: TableView[Held] = TableView("Holdings", COLUMNS, identity=lambda row: row.symbol)
    qtbot.addWidget(view)
    view.set_rows([*HELD[:1], Held("OWED", "A loan", Decimal(-1), -500)])
    view.select("OWED")
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [view.selected_row()]
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].split("\t") == ["Symbol", "Quantity", "Value", "Status"]
    assert copied[1].split("\t")[:3] == ["OWED · A loan", "-1", "-$5.00"]
    assert len(copied) == 2


def test_ten_thousand_rows_are_sorted_and_filtered(qtbot: QtBot) -> None:
    view: TableView[Held] = TableView("Holdings", COLUMNS, identity=lambda row: row.symbol)
    qtbot.addWidget(view)
    view.set_rows([Held(f"S{n * 7919 % 10_007}", f"Fund number {n}", Decimal(n) / 8, n * 101) for n in range(10_000)])
    model = view.table
    model.sort(2, Qt.SortOrder.DescendingOrder)
    assert model.rows()[0].name == "Fund number 9999"
    model.filter("fund")
    assert model.rowCount() == 10_000
    model.filter("number 9999")
    # The one of that name, and the one of another name whose symbol is S9999.
    assert [row.name for row in model.rows()] == ["Fund number 9999", "Fund number 8320"]


@pytest.mark.parametrize("line", [0, 2])
def test_a_row_that_stands_out_has_round_corners(qtbot: QtBot, line: int) -> None:
    view: TableView[str] = TableView("Letters", [Column("Letter", str, stretch=True)], identity=str)
    qtbot.addWidget(view)
    view.horizontalHeader().hide()
    view.set_rows(["a", "b", "c"])
    view.resize(200, 3 * 32)
    view.show()
    view.selectRow(line)
    drawn = view.grab().toImage()
    near = 2 if line == 0 else drawn.height() - 3
    assert drawn.pixelColor(100, near).name() == theme.current().sel.lower()
    assert drawn.pixelColor(2, near).name() != theme.current().sel.lower()


def test_newer_values_take_the_places_of_the_same_rows(model: TableModel[Held]) -> None:
    model.sort(1)
    before = _symbols(model)
    newer = [replace(row, quantity=row.quantity * -1) for row in HELD]
    assert model.renew(newer, lambda row: row.symbol)
    assert _symbols(model) == before and all(row.quantity < 0 for row in model.rows())
    assert not model.renew(newer[1:], lambda row: row.symbol), "one is missing"
    assert not model.renew([*newer[1:], Held("NEW", "", Decimal(1), None)], lambda row: row.symbol)
    assert _symbols(model) == before


def test_only_what_can_be_typed_into_is_editable() -> None:
    made: TableModel[Held] = TableModel([COLUMNS[0], COLUMNS[1]._replace(is_edited=True)])
    made.set_rows(HELD)
    editable = [bool(made.flags(made.index(0, place)) & Qt.ItemFlag.ItemIsEditable) for place in range(2)]
    assert editable == [False, True]
