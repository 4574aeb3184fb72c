"""The gallery: every widget in its states on one sheet, for looking at."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QGridLayout, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.domain.drift import Status
from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.allocation.targets.target_lines import WeightLine, WeightRow
from wealthdesk.gui.foot_lines import FootLines
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import CLASS_COLOURS, Theme, Tone
from wealthdesk.gui.widgets.allocation_bar import BarValues, paint_allocation_bar
from wealthdesk.gui.widgets.buttons import button, danger_button, icon_button, link_button, menu_button, primary_button
from wealthdesk.gui.widgets.cards import ChoiceCard, SummaryCard
from wealthdesk.gui.widgets.change_preview import paint_diff_bar
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.fields import MoneyEdit, NumberEdit
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import STATUS_PILLS, ClassMark, Pill, PillValues
from wealthdesk.gui.widgets.message import Message, ProgressStrip
from wealthdesk.gui.widgets.nav import Nav, NavItem
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import frame, label

BLUE, VIOLET = CLASS_COLOURS["Equity"], CLASS_COLOURS["Fixed income"]


class Drawn(QWidget):
    """What lists draw into their rows, on its own."""

    def __init__(self, paint: Callable[..., None], height: int) -> None:
        super().__init__()
        self._paint = paint
        self.setMinimumWidth(160)
        self.setFixedHeight(height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, QRectF(self.rect()), theme=theme.current())
        painter.end()


class Gallery(QWidget):
    """Two columns: type, buttons, fields and pills; bars, sliders and messages."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gallery")
        self.setFixedSize(1280, 900)
        columns = horizontal(self, spacing=40, margins=(40, 28, 40, 28))
        columns.addWidget(_of_left(), 1)
        columns.addWidget(_of_right(), 1)


def _of_left() -> QWidget:
    left = QWidget()
    grid = QGridLayout(left)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(12)
    grid.setColumnMinimumWidth(0, 140)
    grid.addWidget(label("Components and states", "title"), 0, 0, 1, 2)
    rows: list[tuple[str, list[QWidget]]] = [
        ("Type", [label("22 Title", "title"), label("17 Panel", "panel"), label("14 Class", "name"), label("13 Body")]),
        ("Figures", [label("$321,284.74", "figure"), label("$206,761.60", "name", figures=True), label("−5.8 pp")]),
        (
            "Button",
            [
                button("Default"),
                _off(button("Disabled")),
                icon_button("refresh", "Refresh"),
                link_button("Reset", icon="undo"),
            ],
        ),
        (
            "Primary",
            [primary_button("Save changes"), _off(primary_button("Disabled")), primary_button("Revert", icon="undo")],
        ),
        (
            "With an icon, menu",
            [button("Export CSV", icon="export"), menu_button("Templates", QMenu(left)), danger_button("Delete…")],
        ),
        ("Field", _fields()),
        ("Amount", [_amount()]),
        ("Check box", [QCheckBox("Whole shares"), _checked(), _combo()]),
        ("Segmented", [Segment("What", [("d", "Deposit"), ("w", "Withdraw"), ("r", "Rebalance")])]),
        (
            "Status, small",
            [
                Pill(STATUS_PILLS[status])
                for status in (Status.ON_TARGET, Status.UNDERWEIGHT, Status.OVERWEIGHT, Status.NO_TARGET)
            ],
        ),
        (
            "Status, other",
            [
                Pill(PillValues("Above 30%", Tone.WARNING)),
                Pill(PillValues("Damaged", Tone.ERROR)),
                Pill(PillValues("Verified", Tone.OK)),
                Pill(PillValues("Earlier version", Tone.NEUTRAL, "history")),
            ],
        ),
        ("Class colours", [ClassMark(colour) for colour in CLASS_COLOURS.values()]),
        ("Cards", _cards()),
    ]
    for line, (name, widgets) in enumerate(rows, start=1):
        grid.addWidget(label(name, "note", "mute"), line, 0)
        box = horizontal(spacing=14)
        for each in widgets:
            box.addWidget(each)
        if name not in ("Field", "Cards"):
            box.addStretch()
        grid.addLayout(box, line, 1)
    grid.setRowStretch(len(rows) + 1, 1)
    return left


def _of_right() -> QWidget:
    right = QWidget()
    layout = vertical(right, spacing=6)
    layout.addWidget(label("Bars", "section"))
    for name, values in (
        ("In band", BarValues(5800, 6000, 5500, 6500, BLUE)),
        ("Overweight: part above the target is hatched", BarValues(6800, 6000, 5500, 6500, BLUE, True)),
        ("Underweight: part missing is hatched", BarValues(1920, 2500, 2000, 3000, VIOLET, True)),
        ("Target of 0%: held, not wanted", BarValues(600, 0, None, None, CLASS_COLOURS["Crypto"], True)),
        ("Nothing held", BarValues(0, 500, 375, 625, BLUE, True)),
    ):
        layout.addWidget(label(name, "note", "mute"))
        layout.addWidget(Drawn(partial(paint_allocation_bar, values=values, scale_bps=7500), 18))
    layout.addWidget(label("Target slider", "section"))
    layout.addWidget(_sliders())
    layout.addWidget(label("Messages in place", "section"))
    layout.addWidget(Message(Tone.OK, "All 5 classes would be inside their band"))
    warning = "Your limit for a single holding is 30%."
    layout.addWidget(Message(Tone.WARNING, "VTI would be 35.2% of the portfolio", warning, accept="I accept this"))
    layout.addWidget(
        Message(
            Tone.ERROR,
            "Nordlys Energy is above its cap",
            "Planned $4,500,000, cap $4,000,000. Lower the plan or raise the cap.",
        )
    )
    layout.addWidget(
        Message(
            Tone.WARNING,
            "Over-allocated by 3.5%",
            "103.5% of 100%. Take 3.5% off an unlocked class.",
            action="Take it from Equity",
            inline=True,
        )
    )
    layout.addLayout(_changes())
    layout.addStretch()
    return right


def _sliders() -> QWidget:
    box = frame("outline")
    rows = vertical(box, spacing=0, margins=(4, 4, 4, 4))
    orange = CLASS_COLOURS["Real estate"]
    for line, is_selected in (
        (WeightLine("Equity", BLUE, 5500, 6520, 5000, 6000, is_outside=True, usual_band="±5"), True),
        (WeightLine("Fixed income", VIOLET, 3000, 1920, 2700, 3300, own_band_bps=300, usual_band="±5"), False),
        (WeightLine("Real estate", orange, 500, 450, 375, 625, is_locked=True, usual_band="±1.25"), False),
    ):
        row = WeightRow(line)
        row.show_line(line, 7500)
        row.set_selected(is_selected)
        rows.addWidget(row)
    return box


def _changes() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    for line, (before, after, colour) in enumerate(
        ((6000, 5500, BLUE), (2500, 3000, VIOLET), (500, 600, CLASS_COLOURS["Commodities"]))
    ):
        change = partial(paint_diff_bar, before_bps=before, after_bps=after, colour=colour, scale_bps=7000)
        grid.addWidget(Drawn(change, 12), line, 0)
    grid.setColumnStretch(0, 1)
    return grid


def _off(widget: QWidget) -> QWidget:
    widget.setEnabled(False)
    return widget


def _checked() -> QCheckBox:
    box = QCheckBox("Whole shares")
    box.setChecked(True)
    return box


def _combo() -> Combo:
    return Combo("Scope", [(None, "All Portfolio"), (1, "Brokerage")])


def _fields() -> list[QWidget]:
    plain = QLineEdit("20,000.00")
    plain.setAlignment(Qt.AlignmentFlag.AlignRight)
    wrong = NumberEdit("Quantity", what="quantity", decimals=0)
    wrong.field.setText("12,5")
    wrong.check()
    return [plain, wrong]


def _amount() -> QWidget:
    amount = MoneyEdit("Amount", "USD", large=True)
    amount.set_minor(2_000_000)
    amount.setFixedWidth(316)
    return amount


def _cards() -> list[QWidget]:
    first, second = SummaryCard("Total value"), SummaryCard("Status")
    first.show_figure("$321,284.74", "4 accounts, in US dollars")
    second.show_figure("2 of 5", "classes outside their band", Tone.UNDER)
    return [first, second]


class Pieces(QWidget):
    """A window's worth: navigation, empty state, table, progress."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(1280, 900)
        columns = horizontal(self, spacing=0)
        nav = Nav(_PAGES, [NavItem("settings", "Settings", "settings", "Ctrl+,")])
        nav.choose("allocation")
        nav.set_foot(FootLines("Prices of 20 Nov", "No backup yet", "Back up now…", False, True, True))
        columns.addWidget(nav)
        content = vertical(spacing=14, margins=(24, 20, 24, 20))
        columns.addLayout(content, 1)
        content.addWidget(_empty(), 3)
        content.addWidget(_table(), 2)
        strip = ProgressStrip("Importing…")
        strip.start(strip.stop)
        strip.show_progress(3, 10, "Reading lines")
        content.addWidget(strip)
        strip.show()


_PAGES = [
    NavItem("allocation", "Allocation", "allocation"),
    NavItem("holdings", "Holdings", "holdings"),
    NavItem("reserves", "Reserves", "reserves"),
    NavItem("history", "History", "history"),
    NavItem("import", "Import", "import"),
]


def _empty() -> EmptyState:
    return EmptyState(
        "See where you stand against your plan",
        "Add what you own, set a target for each class, and WealthDesk shows the difference.",
        [
            ChoiceCard(
                "import",
                "Import a portfolio",
                "A CSV file from your broker, or another app’s export.",
                "Choose a file…",
                key="Ctrl+I",
                primary=True,
            ),
            ChoiceCard("wallet", "Add an account", "Holdings and cash, one by one.", "Add…", key="Ctrl+N"),
            ChoiceCard("compass", "Explore the demo portfolio", "Nine holdings.", "Open the demo", key="Ctrl+D"),
        ],
        foot="Everything stays on this computer. No account, no connection needed.",
    )


def _table() -> TableView[tuple[str, str, int]]:
    view: TableView[tuple[str, str, int]] = TableView(
        "Holdings",
        [
            Column(
                "Holding",
                lambda row: row[0],
                note=lambda row: row[1],
                font="strong",
                mark=lambda row: BLUE,
                stretch=True,
            ),
            Column(
                "Value",
                lambda row: text.money(row[2], "USD"),
                key=lambda row: row[2],
                right=True,
                figures=True,
                width=140,
            ),
            Column("Kind", lambda row: "2023-02-14", ink=lambda row: "mute", icon=lambda row: "file", width=140),
            Column("Status", lambda row: "", pill=lambda row: STATUS_PILLS[Status.OVERWEIGHT], width=140),
        ],
        identity=lambda row: row[0],
    )
    view.set_rows(
        [
            ("VTI", "Total Stock Market", 12_745_200),
            ("VXUS", "Total International", 5_611_500),
            ("VBR", "Small-Cap Value", 2_319_460),
        ]
    )
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    view.select("VXUS")
    return view


@pytest.mark.parametrize("sheet", [Gallery, Pieces], ids=lambda sheet: sheet.__name__)
@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda look: look.name)
def test_gallery(sheet: type[QWidget], look: Theme, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    theme.apply(qapp, look)
    gallery = sheet()
    qtbot.addWidget(gallery)
    gallery.show()
    picture = gallery.grab().toImage()
    assert picture.save(str(tmp_path / f"{sheet.__name__}_{look.name}.png"))
    drawn = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
    assert len(drawn) > 100
