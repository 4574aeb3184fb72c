"""Names from files are words and never markup: in labels, tooltips and messages of every page."""

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.holdings import Price
from wealthdesk.domain.targets import ClassTarget, HoldingTarget
from wealthdesk.gui import problems, tasks
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.widgets.nav import Nav
from wealthdesk.gui.widgets.text import as_tip
from wealthdesk.services.desk import Desk

MARKUP = "<b>Growth</b> & <img src='/etc/hostname'>"


@pytest.fixture
def hostile(desk: Desk) -> Desk:
    """A portfolio of which every name looks like markup."""
    account = desk.accounts.add(MARKUP, AccountKind.TAXABLE, "USD")
    exposures = (Exposure("equity", 10_000),)
    asset = desk.assets.add(Asset("", "<I>X", MARKUP, AssetKind.FUND, "USD", exposures))
    desk.holdings.add(account.id, asset.id, Decimal(10))
    desk.prices.set([Price(asset.id, date(2026, 11, 19), Decimal(5))])
    desk.targets.add(None, MARKUP, (ClassTarget("equity", 10_000, holdings=(HoldingTarget(asset.id, 10_000),)),))
    return desk


def is_markup(words: str) -> bool:
    return GuiQt.mightBeRichText(words) and not words.startswith("<qt>")


def tips_of(view: QAbstractItemView) -> list[str]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    places = [model.index(row, column) for row in range(model.rowCount()) for column in range(columns)]
    return [place.data(Qt.ItemDataRole.ToolTipRole) or "" for place in places]


@pytest.mark.parametrize("page", ["allocation", "holdings", "reserves", "history", "imports", "settings"])
def test_no_page_takes_a_name_for_markup(qtbot: QtBot, hostile: Desk, page: str) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_desk(hostile)
    window.go_to(page)
    foot = window.findChild(Nav)
    assert foot is not None
    qtbot.waitUntil(lambda: any("rices" in each.text() for each in foot.findChildren(QLabel)) and not tasks.is_busy())
    words = [each for each in window.findChildren(QLabel) if each.textFormat() != Qt.TextFormat.PlainText]
    assert [each.text() for each in words if is_markup(each.text())] == []
    tips = [each.toolTip() for each in window.findChildren(QWidget)]
    tips += [tip for view in window.findChildren(QAbstractItemView) if view.model() for tip in tips_of(view)]
    assert [tip for tip in tips if is_markup(tip)] == []
    if page in ("allocation", "holdings"):
        assert any("&lt;" in tip for tip in tips), "the names are not on this page, so nothing was tried"


def test_no_message_takes_a_name_for_markup(qtbot: QtBot) -> None:
    for box in (problems.show(MARKUP), problems.ask(MARKUP, MARKUP, "&Yes")):
        words = [each for each in box.findChildren(QLabel) if GuiQt.mightBeRichText(each.text())]
        assert words
        assert {each.textFormat() for each in words} == {Qt.TextFormat.PlainText}
        box.close()


def test_a_tooltip_says_markup_as_it_stands() -> None:
    assert as_tip("5 < 6 &\nmore") == "<qt>5 &lt; 6 &amp;<br>more</qt>"
    assert as_tip("Fees & taxes") == "Fees & taxes"
