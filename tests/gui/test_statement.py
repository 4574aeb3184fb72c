"""The policy statement: one page with every target, band, rule and reason, as PDF and as HTML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtGui import QPageSize
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from gui.pdf_text import words_of
from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.schedule import Every, PlannedDeposit
from wealthdesk.domain.targets import ClassTarget, Strategy, header_of
from wealthdesk.domain.trading_rules import AccountRules, Trading
from wealthdesk.errors import NotFound
from wealthdesk.gui import format as text
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.statement.content import ClassPolicy, Statement, statement_html, statement_of
from wealthdesk.gui.statement.dialog import StatementDialog
from wealthdesk.gui.statement.sheet import statement_pdf
from wealthdesk.services.desk import Desk

SIZES = [QPageSize.PageSizeId.A4, QPageSize.PageSizeId.Letter]


@pytest.fixture
def strategy(demo_desk: Desk) -> Strategy:
    found = demo_desk.targets.active(None)
    assert found is not None
    return found


@pytest.fixture
def statement(demo_desk: Desk, strategy: Strategy) -> Statement:
    return statement_of(demo_desk, strategy)


@pytest.fixture
def hidden_amounts() -> Iterator[None]:
    text.hide_amounts(True)
    yield
    text.hide_amounts(False)


class Page(HTMLParser):
    """The words of a page, and what it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.loaded: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [tag for name, _ in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def printed(statement: Statement, tmp_path: Path, size: QPageSize.PageSizeId = SIZES[0]) -> str:
    path = tmp_path / "statement.pdf"
    path.write_bytes(statement_pdf(statement, QPageSize(size)))
    return words_of(path)


@pytest.mark.parametrize("size", SIZES)
def test_it_says_everything_on_one_page(
    demo_desk: Desk, strategy: Strategy, statement: Statement, tmp_path: Path, size: QPageSize.PageSizeId
) -> None:
    said = printed(statement, tmp_path, size).replace(text.NO_BREAK, " ")
    reasons = [each.reason for each in demo_desk.reallocations.history(header_of(strategy.id))]
    assert any(reasons)
    classes = demo_desk.portfolios.current().classes
    wanted = [classes[each.asset_class_id].name for each in strategy.targets]
    wanted += [text.percent(each.target_bps) for each in strategy.targets]
    wanted += ["55–65%", "3.75–6.25%", "VTI 50%", "Even fill", "Signed", "Date", "demo.wealthdesk · 1 of 1"]
    assert [each for each in [*wanted, *filter(None, reasons)] if each not in said] == []
    assert "2 of" not in said


def test_the_strategy_of_a_group_of_accounts_says_whose_it_is(demo_desk: Desk, qtbot: QtBot) -> None:
    group = demo_desk.groups.add("Old age", ["retirement", "wallet"])
    calm = demo_desk.targets.add(group.id, "Calm years", (ClassTarget("equity", 10_000),))
    assert statement_of(demo_desk, calm).subtitle.startswith("Old age · version 1")
    dialog = StatementDialog(demo_desk, group.id)
    qtbot.addWidget(dialog)
    assert "Calm years · Old age" in [dialog.strategy.itemText(row) for row in range(dialog.strategy.count())]


@pytest.mark.parametrize("size", SIZES)
def test_many_versions_stay_on_the_page_the_newest_of_them(
    statement: Statement, tmp_path: Path, size: QPageSize.PageSizeId
) -> None:
    many = tuple((str(number), "Nov 1, 2026", f"Reason {number} of many") for number in range(60, 0, -1))
    said = printed(replace(statement, versions=many), tmp_path, size)
    shown = [number for number in range(1, 61) if f"Reason {number} of" in said]
    left_out = re.search(r"and (\d+) earlier versions, kept in the history", said)
    assert left_out is not None and shown == list(range(61 - len(shown), 61)) and len(shown) > 3
    assert int(left_out.group(1)) == 60 - len(shown)
    assert "1 of 1" in said and "Signed" in said


def test_more_classes_than_a_page_has_lines_go_on_with_their_heads(statement: Statement, tmp_path: Path) -> None:
    many = tuple(ClassPolicy(f"Class {number}", 100, 50, 150, "1.0%", "") for number in range(70))
    said = printed(replace(statement, classes=many), tmp_path)
    pages = re.findall(r"· (\d) of (\d)", said)
    assert pages[-1][0] == pages[-1][1] and len(pages) == said.count("Within the class") == 3
    assert all(each.name in said for each in many) and said.count("Signed") == 1


def test_the_rules_are_those_that_are_kept(demo_desk: Desk, strategy: Strategy) -> None:
    demo_desk.rules.set_account("retirement", AccountRules(buffer_minor=50_000))
    demo_desk.rules.set_home("fixed_income", AccountKind.TAX_DEFERRED)
    held = demo_desk.portfolios.current().holdings[0].asset_id
    symbol = demo_desk.portfolios.current().assets[held].symbol
    demo_desk.rules.set_trading([held], Trading.LOCKED)
    for amount, until in ((123_400, None), (567_800, date(2026, 11, 19))):
        demo_desk.schedule.add(
            PlannedDeposit(f"deposit-{amount}", None, amount, "USD", Every.MONTH, 1, date(2026, 1, 1), until=until)
        )
    said = dict(statement_of(demo_desk, strategy).rules)
    assert said["Kept in cash"] == "Retirement $500.00."
    assert "Fixed income in tax-deferred accounts" in said["Better held"]
    assert f"Locked: {symbol}" in said["Trading"]
    assert "$1,234 each month" in said["Planned deposits"] and "$5,678" not in said["Planned deposits"]


def test_of_an_account_only_its_own_rules_are_said(demo_desk: Desk) -> None:
    own = next(each for each in demo_desk.targets.all() if each.scope == "retirement")
    other = next(key for key in demo_desk.portfolios.current().accounts if key != "retirement")
    demo_desk.rules.set_account(other, AccountRules(buffer_minor=50_000))
    assert "Kept in cash" not in dict(statement_of(demo_desk, own).rules)


def test_of_a_group_the_rules_of_its_accounts_are_said(demo_desk: Desk) -> None:
    group = demo_desk.groups.add("Old age", ["retirement", "wallet"])
    calm = demo_desk.targets.add(group.id, "Calm years", (ClassTarget("equity", 10_000),))
    demo_desk.rules.set_account("retirement", AccountRules(buffer_minor=50_000))
    portfolio = demo_desk.portfolios.current()
    held = next(each.asset_id for each in portfolio.holdings if each.account_id == "retirement")
    demo_desk.rules.set_trading([held], Trading.LOCKED)
    said = dict(statement_of(demo_desk, calm).rules)
    assert said["Kept in cash"] == "Retirement $500.00."
    assert f"Locked: {portfolio.assets[held].known_as}" in said["Trading"]


def test_a_sum_whose_last_part_was_due_is_planned_no_more(demo_desk: Desk, strategy: Strategy) -> None:
    for first, amount in ((date(2025, 1, 1), 120_000), (date(2026, 11, 1), 240_000)):
        demo_desk.schedule.add(PlannedDeposit(f"sum-{amount}", None, amount, "USD", Every.SPREAD, 1, first, times=12))
    said = dict(statement_of(demo_desk, strategy).rules)["Planned deposits"]
    assert "$2,400 in 12 equal parts" in said and "$1,200" not in said


def test_a_cap_and_a_band_of_its_own_are_said(demo_desk: Desk, strategy: Strategy) -> None:
    targets = tuple(
        replace(each, cap_bps=7_000, band_bps=150) if each.asset_class_id == "equity" else each
        for each in strategy.targets
    )
    demo_desk.targets.save(strategy.id, strategy.version, targets)
    equity = statement_of(demo_desk, demo_desk.targets.get(strategy.id)).classes[0]
    assert equity.band == "58.5–61.5%" and equity.within.startswith("Capped at 70%. VTI")


def test_a_strategy_that_is_gone_is_refused(demo_desk: Desk) -> None:
    other = next(each for each in demo_desk.targets.all() if not each.is_active)
    demo_desk.targets.remove(other.id)
    with pytest.raises(NotFound):
        statement_of(demo_desk, other)


def test_the_html_page_stands_alone_and_says_the_same(statement: Statement) -> None:
    told = replace(statement, name="<b>Calm & quiet</b>", signer="Marta")
    page = Page(statement_html(told))
    said = "".join(page.words)
    assert page.open == [] and page.loaded == []
    wanted = [told.name, told.subtitle, told.day, "Marta"]
    wanted += [words for each in told.classes for words in (each.name, each.target, each.band, each.within)]
    wanted += [words for line in (*told.rules, *told.versions) for words in line]
    assert [each for each in wanted if each not in said] == []


@pytest.fixture
def dialog(demo_desk: Desk, qtbot: QtBot) -> StatementDialog:
    made = StatementDialog(demo_desk, "retirement")
    qtbot.addWidget(made)
    made.open()
    return made


def chosen(dialog: StatementDialog, path: Path) -> None:
    asked = next((each for each in dialog.findChildren(QFileDialog) if each.isVisible()), None)
    assert asked is not None and asked.selectedFiles()[0].endswith(path.suffix)
    asked.fileSelected.emit(str(path))
    asked.done(0)


def test_it_begins_with_the_strategy_of_the_scope_and_saves_both_kinds(dialog: StatementDialog, tmp_path: Path) -> None:
    assert dialog.statement().name == "Retirement 2045"
    dialog.html.click()
    chosen(dialog, tmp_path / "s.html")
    assert "Retirement 2045" in (tmp_path / "s.html").read_text("utf-8")


def test_as_pdf(dialog: StatementDialog, tmp_path: Path) -> None:
    dialog.pdf.click()
    chosen(dialog, tmp_path / "s.pdf")
    assert "Retirement 2045" in words_of(tmp_path / "s.pdf")


@pytest.mark.usefixtures("hidden_amounts")
def test_hidden_amounts_are_asked_about_before_they_are_saved(
    dialog: StatementDialog, demo_desk: Desk, tmp_path: Path
) -> None:
    dialog.html.click()
    chosen(dialog, tmp_path / "without.html")
    assert (tmp_path / "without.html").exists(), "there are no amounts in it"
    demo_desk.rules.set_account("retirement", AccountRules(buffer_minor=50_000))
    dialog.html.click()
    chosen(dialog, tmp_path / "s.html")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox) and not (tmp_path / "s.html").exists()
    box.accept()
    assert "$500.00" in (tmp_path / "s.html").read_text("utf-8")


def test_without_targets_nothing_can_be_pressed(desk: Desk, qtbot: QtBot) -> None:
    made = StatementDialog(desk, None)
    qtbot.addWidget(made)
    assert [made.print_button.isEnabled(), made.pdf.isEnabled(), made.html.isEnabled()] == [False] * 3


def test_the_menu_opens_it_for_the_scope_that_is_shown(demo_desk: Desk, qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show_desk(demo_desk)
    window.show()
    offered = next(each for each in window.menus.offers() if each.words == "Policy statement…")
    offered.action.trigger()
    opened = QApplication.activeModalWidget()
    assert isinstance(opened, StatementDialog) and offered.menu == "Portfolio"
    assert opened.statement().subtitle.startswith("Whole portfolio")
    opened.reject()
