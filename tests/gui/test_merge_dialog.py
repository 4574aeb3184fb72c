"""Two assets merged in the window: from the first page, from the table of assets, with what it changes beside it."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.assets import Asset, AssetKind
from wealthdesk.domain.holdings import Price
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.notices import Notices
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.holdings.forms.merge_dialog import MergeDialog
from wealthdesk.gui.holdings.tables.assets_panel import AssetsPanel
from wealthdesk.gui.page import Bus
from wealthdesk.services.assets import Keep
from wealthdesk.services.desk import Clock, Desk, open_desk


@pytest.fixture
def twins(portfolio_path: Path, clock: Clock) -> tuple[Desk, Asset, Asset]:
    """A portfolio with OLD and NEW, which are known to be one, both in account A, NEW alone in B."""
    with open_desk(portfolio_path, clock) as desk:
        desk.settings.set_base_currency("USD")
        old, new = (desk.assets.add(Asset("", each, each, AssetKind.FUND, "USD")) for each in ("OLD", "NEW"))
        first, second = (desk.accounts.add(each, AccountKind.TAXABLE, "USD") for each in "AB")
        for account, asset, quantity in ((first, old, 10), (first, new, 10), (second, new, 4)):
            desk.holdings.add(account.id, asset.id, Decimal(quantity))
        desk.prices.set([Price(each.id, clock.today(), Decimal(30)) for each in (old, new)])
    with closing(sqlite3.connect(portfolio_path)) as connection:
        connection.execute("INSERT INTO asset_aliases VALUES ('', 'NEW', 'USD', ?)", (old.id,))
        connection.commit()
    return open_desk(portfolio_path, clock), old, new


def test_the_first_page_offers_to_merge_them(qtbot: QtBot, twins: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = twins
    with desk:
        notices = Notices()
        qtbot.addWidget(notices)
        notices.show_allocation(desk.allocations.of(None), desk.portfolios.of_one_isin())
        assert "OLD and NEW have one ISIN: they are one security" in notices.twins.words
        with qtbot.waitSignal(notices.merge_requested) as told:
            notices.twins.button.click()
        assert told.args == [old.id, new.id]
        desk.merging.merge(old.id, new.id)
        notices.show_allocation(desk.allocations.of(None), desk.portfolios.of_one_isin())
        assert notices.twins.isHidden()


def test_the_first_page_asks_no_more_once_it_is_said_that_they_are_two(
    qtbot: QtBot, twins: tuple[Desk, Asset, Asset], bus: Bus
) -> None:
    desk, _, _ = twins
    desk.subscribe(bus.tell)
    with desk:
        assert desk.undo.last() is None
        page = AllocationPage(desk, bus)
        qtbot.addWidget(page)
        page.show()
        notice = page.notices.twins
        assert notice.isVisible()
        assert notice.no is not None
        notice.no.click()
        qtbot.waitUntil(notice.isHidden)
        desk.undo.back()
        qtbot.waitUntil(notice.isVisible)
        notice.no.click()
    with open_desk(desk.path, desk.clock) as again:
        assert again.portfolios.of_one_isin() == []


def test_what_is_seen_is_kept(qtbot: QtBot, twins: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = twins
    with desk:
        dialog = MergeDialog(desk, old, new)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.primary.isEnabled()
        assert "720.00 → " in dialog.outcome.text().replace("\u202f", "").replace("USD", "").replace("$", "")
        ((_, choice),) = dialog.choices().items()
        assert choice.choice() == Keep.NEWER.value, "equal quantities are one that was counted twice"
        next(each for each in choice._keys if choice._keys[each] == Keep.ADD_UP.value).click()
        assert "stays" in dialog.outcome.text()
        dialog.accept()
        assert not dialog.isVisible()
        assert sorted(each.quantity for each in desk.holdings.all()) == [4, 20]
        assert [each.symbol for each in desk.assets.all()] == ["OLD"]


def test_what_cannot_be_merged_cannot_be_kept(qtbot: QtBot, twins: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = twins
    with desk:
        euro = desk.assets.add(Asset("", "X", "X", AssetKind.FUND, "EUR"))
        dialog = MergeDialog(desk, old)
        qtbot.addWidget(dialog)
        assert not dialog.primary.isEnabled()
        dialog.other.choose(euro.id)
        assert not dialog.primary.isEnabled() and "two currencies" in dialog.outcome.text()
        dialog.other.choose(new.id)
        assert dialog.primary.isEnabled()


def test_the_table_of_assets_opens_it_for_the_two_selected(qtbot: QtBot, twins: tuple[Desk, Asset, Asset]) -> None:
    desk, old, new = twins
    with desk:
        panel = AssetsPanel(desk)
        qtbot.addWidget(panel)
        panel.refresh()
        panel.show_assets([old.id, new.id])
        panel._on_merge()
        (dialog,) = panel.findChildren(MergeDialog)
        assert {dialog.kept.asset().id, dialog.other.asset().id} == {old.id, new.id}
        dialog.reject()


def test_hidden_amounts_are_hidden_and_what_changes_is_said_all_the_same(
    qtbot: QtBot, twins: tuple[Desk, Asset, Asset]
) -> None:
    desk, old, new = twins
    with desk:
        desk.prices.set([Price(new.id, desk.clock.today(), Decimal(50))])
        text.hide_amounts(True)
        try:
            dialog = MergeDialog(desk, old, new)
            qtbot.addWidget(dialog)
            words = [each.text() for each in dialog.accounts.findChildren(QLabel)]
        finally:
            text.hide_amounts(False)
        assert "••• OLD and ••• NEW" in words
        assert dialog.outcome.text().splitlines()[0] == "Everything together: ••• → •••"
