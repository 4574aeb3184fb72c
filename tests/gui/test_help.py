"""The manual in the program: its links lead somewhere, and nothing of it is fetched."""

import re

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from wealthdesk.gui.help_dialog import HelpDialog, headings_under, help_page, slug
from wealthdesk.gui.imports.choose_panel import ChoosePanel

PAGES = ("import", "prices", "start", "first_day", "targets", "plans", "reserves", "safety", "words")
_LINK = re.compile(r"\]\(([^)]*)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def page_text(name: str) -> str:
    return help_page(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_heading_or_another_page(qtbot: QtBot, name: str) -> None:
    text = page_text(name)
    links = _LINK.findall(text)
    headings = [slug(each) for each in _HEADING.findall(text)]
    assert links and "![" not in text
    assert len(set(headings)) == len(headings), "a link to one of two headings would be a guess"
    dialog = HelpDialog(name, "Help")
    qtbot.addWidget(dialog)
    dialog.show()
    for link in links:
        page, _, heading = link.partition("#")
        assert not page or page.removesuffix(".md") in PAGES, "nothing is fetched from elsewhere"
        if not page:
            assert dialog.go_to(heading), link
        elif heading:
            assert heading in [slug(each) for each in _HEADING.findall(page_text(page.removesuffix(".md")))], link


def test_the_first_page_leads_to_all_others(qtbot: QtBot) -> None:
    assert {link.removesuffix(".md") for link in _LINK.findall(page_text("start"))} == set(PAGES) - {"start"}
    assert {path.stem for path in help_page("start").parent.glob("*.md")} == set(PAGES)
    dialog = HelpDialog("start", "Help")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.page.anchorClicked.emit(QUrl("targets.md"))
    assert dialog.page.toPlainText().startswith("Targets")
    dialog.page.anchorClicked.emit(QUrl("words.md#drift"))
    assert dialog.page.toPlainText().startswith("The words") and dialog.page.verticalScrollBar().value() > 0


def test_every_word_that_needs_it_is_explained() -> None:
    explained = set(_HEADING.findall(page_text("words")))
    wanted = "Bar Tick Corridor Hatch pp Drift 5/25 Buffer Band Cap Concentration Proven"
    assert set(wanted.split()) <= explained


def test_a_link_brings_its_heading_to_the_top(qtbot: QtBot) -> None:
    dialog = HelpDialog("import", "Help")
    qtbot.addWidget(dialog)
    dialog.show()
    bar = dialog.page.verticalScrollBar()
    assert bar.value() == 0
    dialog.page.anchorClicked.emit(QUrl("#brokers"))
    assert bar.value() > 0
    before = bar.value()
    for elsewhere in ("https://example.org/#programs", "other.md#programs", "#nowhere"):
        dialog.page.anchorClicked.emit(QUrl(elsewhere))
    assert bar.value() == before, "other links do nothing"


def test_the_first_step_names_what_the_manual_explains(qtbot: QtBot) -> None:
    panel = ChoosePanel()
    qtbot.addWidget(panel)
    panel.show()
    text = page_text("import")
    programs = headings_under(text, "Programs")
    assert {"Portfolio Performance", "Ghostfolio", "WealthDesk"} <= set(programs)
    assert {"Interactive Brokers", "Fidelity", "E*TRADE"} <= set(headings_under(text, "Brokers"))
    dialog = panel.show_help()
    assert isinstance(dialog, HelpDialog) and dialog.isVisible()
    assert "Export activities" in dialog.page.toPlainText()
    dialog.close_button.click()
