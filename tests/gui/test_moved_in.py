"""After a file of another program was imported: what it has is laid beside what is here, every difference named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from wealthdesk.gui import tasks
from wealthdesk.gui.imports.page import CHECK, DONE, ImportPage
from wealthdesk.gui.page import Bus
from wealthdesk.gui.theme import Tone
from wealthdesk.services.desk import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CLASSIFICATION = (
    "<classification><id>{id}</id><name>{name}</name><parent reference='../../..'/><children/>"
    "<assignments><assignment><investmentVehicle class='security' reference='{to}'/><weight>10000</weight>"
    "<rank>0</rank></assignment></assignments><weight>{weight}</weight><rank>0</rank></classification>"
)
TO = "../../../../../../../../securities/security"


def tree(name: str, one: str, two: str, weight: int) -> str:
    """A tree of two classes, with targets where they are 10,000 together."""
    children = CLASSIFICATION.format(id=f"{name}1", name=one, to=TO, weight=weight)
    children += CLASSIFICATION.format(id=f"{name}2", name=two, to=f"{TO}[2]", weight=10_000 - weight if weight else 0)
    return (
        f"<taxonomy><id>{name}</id><name>{name}</name><root><id>{name}0</id><name>{name}</name>"
        f"<children>{children}</children><assignments/><weight>10000</weight><rank>0</rank></root></taxonomy>"
    )


def security(name: str, ticker: str, price: int) -> str:
    return (
        f"<security><uuid>{ticker}</uuid><name>{name}</name><currencyCode>EUR</currencyCode>"
        f"<tickerSymbol>{ticker}</tickerSymbol><prices><price t='2026-11-19' v='{price * 10**8}'/></prices></security>"
    )


def bought(place: str, shares: int) -> str:
    return (
        f"<portfolio-transaction><uuid>t{shares}</uuid><date>2026-01-05T00:00</date><currencyCode>EUR</currencyCode>"
        f"<amount>{shares * 10_000}</amount><security reference='../../../../../securities/security{place}'/>"
        f"<shares>{shares * 10**8}</shares><type>DELIVERY_INBOUND</type></portfolio-transaction>"
    )


XML = (
    "<client><version>60</version><baseCurrency>EUR</baseCurrency>"
    f"<securities>{security('World', 'VWCE', 100)}{security('Bonds', 'EUNH', 50)}</securities>"
    "<accounts/><portfolios><portfolio><uuid>p</uuid><name>Depot</name><isRetired>false</isRetired>"
    f"<transactions>{bought('', 6)}{bought('[2]', 8)}</transactions></portfolio></portfolios>"
    f"<taxonomies>{tree('Regions', 'Earth', 'Europe', 0)}{tree('Strategy', 'Shares', 'Loans', 7_000)}</taxonomies>"
    "</client>"
)


@pytest.fixture
def page(desk: Desk, bus: Bus, qtbot: QtBot, tmp_path: Path) -> Iterator[ImportPage]:
    """The page, with such a file checked."""
    made = ImportPage(desk, bus)
    qtbot.addWidget(made)
    made.resize(1080, 832)
    made.show()
    path = tmp_path / "mine.xml"
    path.write_text(XML, encoding="utf-8")
    made.open_file(path)
    _settle(made, qtbot)
    assert made.step == CHECK
    yield made
    tasks.stop()


def _settle(page: ImportPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.is_busy and not tasks.is_busy(), timeout=20_000)


def _keep(page: ImportPage, qtbot: QtBot) -> None:
    page.check.primary.click()
    _settle(page, qtbot)
    assert page.step == DONE


def test_what_is_as_it_was_is_said_to_be_so(page: ImportPage, qtbot: QtBot) -> None:
    _keep(page, qtbot)
    [moved] = page.done.moved
    assert moved.verdict.tone is Tone.OK
    assert moved.verdict.title.startswith("Everything is here as it is in Portfolio Performance")
    assert moved.differences.isHidden()
    rows = {each.name: each for each in moved.classes.table.table.rows()}
    assert (rows["Shares"].target_there_bps, rows["Shares"].target_here_bps) == (7_000, 7_000)
    assert [each.symbol for each in moved.holdings.table.table.rows()] == ["VWCE", "EUNH"]
    [account] = moved.accounts.table.table.rows()
    pill = moved.accounts.table.table.columns[-1].pill
    assert account.there == "Depot" and pill is not None and (told := pill(account)) is not None
    assert told.text == "As there"


def test_a_difference_that_comes_later_is_named_at_once(page: ImportPage, desk: Desk, qtbot: QtBot) -> None:
    _keep(page, qtbot)
    [moved] = page.done.moved
    held = next(each for each in desk.holdings.all() if each.quantity == 6)
    desk.holdings.remove([held.id])
    qtbot.waitUntil(lambda: moved.verdict.tone is Tone.WARNING)
    assert not moved.differences.isHidden()
    assert "VWCE in Depot: 6 there and 0 here." in moved.differences.lines
    pill = moved.accounts.table.table.columns[-1].pill
    [account] = moved.accounts.table.table.rows()
    assert account.value_there_minor != account.value_here_minor
    assert pill is not None and (told := pill(account)) is not None and told.text == "Different"


def test_the_tree_of_classes_is_a_choice(page: ImportPage, desk: Desk, qtbot: QtBot) -> None:
    line = page.check.file_line
    assert line.taxonomy.currentText() == "Strategy", "the one that has targets comes first"
    line.taxonomy.choose("Regions")
    line.taxonomy.chosen.emit("Regions")
    _settle(page, qtbot)
    assert line.taxonomy.currentText() == "Regions"
    _keep(page, qtbot)
    names = {each.name for each in desk.portfolios.current().classes.values()}
    assert {"Earth", "Europe"} <= names and not {"Shares", "Loans"} & names


def test_an_import_of_something_else_has_nothing_to_lay_beside(
    page: ImportPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    _keep(page, qtbot)
    other = tmp_path / "other.csv"
    other.write_text("Account,Symbol,Quantity\nBank,AAA,1\n", encoding="utf-8")
    page.open_file(other)
    _settle(page, qtbot)
    _keep(page, qtbot)
    assert all(each.isHidden() for each in page.done.moved)
