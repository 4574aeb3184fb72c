"""What the keyboard reaches can be told to a screen reader: every such control of every page and dialog has a name."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.conftest import shown_once
from wealthdesk.gui import spoken, tasks
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.allocation.planner import planner_panel
from wealthdesk.gui.allocation.planner.plan_outcome import kept_of, way_words
from wealthdesk.gui.form_dialog import Field
from wealthdesk.gui.holdings.page import HoldingsPage
from wealthdesk.gui.imports.page import ImportPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.pictures.taking import dialogs_of, views_of
from wealthdesk.gui.problems import BugDialog
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.cards import SummaryCard
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.fields import MoneyEdit, PercentSpin, SearchEdit
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.message import ProgressStrip
from wealthdesk.gui.widgets.nav import Nav
from wealthdesk.services.desk import Desk

_NO_CONTROLS = (QMenu, QDialog, QScrollArea)
"""They pass the focus on to what is in them, or are read with their title."""


def reachable(root: QWidget) -> list[QWidget]:
    """What is shown and can take the focus by key; the inner field of a spin or combo box belongs to the box."""
    found = [root, *root.findChildren(QWidget)]
    shown = [each for each in found if each.isVisibleTo(root) and each.focusProxy() is None]
    by_key = [each for each in shown if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [each for each in by_key if not isinstance(each, _NO_CONTROLS) and not _is_inside_a_box(each)]


def _is_inside_a_box(widget: QWidget) -> bool:
    return widget.objectName().startswith("qt_")


def nameless(root: QWidget) -> list[str]:
    """The controls that a screen reader could only call by their kind."""
    found = []
    for each in reachable(root):
        told: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(each)
        if told is None or not told.text(QAccessible.Text.Name).strip():
            inside = " in ".join(type(one).__name__ for one in _upwards(each))
            found.append(inside)
    return found


def _upwards(widget: QWidget) -> Iterator[QWidget]:
    each: QWidget | None = widget
    while each is not None:
        yield each
        each = each.parentWidget()


@pytest.fixture
def window(demo_desk: Desk, qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    made.show_desk(demo_desk)
    made.show()
    return made


@pytest.fixture(scope="module")
def seen(qapp: QApplication, seen_desk: Desk) -> Iterator[MainWindow]:
    """The window over the demo for the tests that only look at it, or lay a dialog over it, opened once for them."""
    made = MainWindow()
    made.show_desk(seen_desk)
    yield from shown_once(made)


def letters_of(root: QWidget) -> dict[str, list[str]]:
    """Letter → the words of what is shown that Alt and the letter lead to."""
    words = [each.text() for each in root.findChildren(QAbstractButton) if each.isVisibleTo(root)]
    words += [each.text() for each in root.findChildren(QLabel) if each.isVisibleTo(root) and each.buddy()]
    found: dict[str, list[str]] = {}
    for each in words:
        if sign := re.search(r"&(\w)", each.replace("&&", "")):
            found.setdefault(sign.group(1).lower(), []).append(each)
    return found


def opened(dialog: QDialog, field: QWidget, qtbot: QtBot) -> None:
    """Open a dialog; its window may become active only after it, and take the focus away once more."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()

    def has_focus() -> bool:
        dialog.activateWindow()
        field.setFocus()
        return field.hasFocus()

    for _ in range(3):
        qtbot.waitUntil(has_focus)
        qtbot.wait(50)


def test_return_presses_the_button_that_has_the_focus_or_the_default_one(seen: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(seen)
    pressed: list[str] = []
    field, other, default = QLineEdit(), button("Other"), button("Default")
    default.setDefault(True)
    for each in (other, default):
        each.clicked.connect(partial(pressed.append, each.text()))
    layout = vertical(dialog)
    for part in (field, other, default):
        layout.addWidget(part)
    opened(dialog, field, qtbot)
    for focused, key in ((other, Qt.Key.Key_Return), (field, Qt.Key.Key_Return), (other, Qt.Key.Key_Enter)):
        focused.setFocus()
        QTest.keyClick(focused, key)
    assert pressed == ["Other", "Default", "Other"]
    dialog.done(0)


@pytest.mark.skipif(sys.platform == "darwin", reason="there Alt writes signs")
def test_a_letter_whose_button_is_off_is_not_typed(seen: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(seen)
    field, off = QLineEdit(), button("&Keep")
    off.setEnabled(False)
    layout = vertical(dialog)
    layout.addWidget(field)
    layout.addWidget(off)
    opened(dialog, field, qtbot)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
    QTest.keyClicks(field, "ok")
    assert field.text() == "ok"
    dialog.done(0)


@pytest.mark.skipif(sys.platform == "darwin", reason="there Alt writes signs")
def test_nor_is_it_typed_into_a_number_or_chosen_from_a_list(seen: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(seen)
    number, choice, off = PercentSpin(), QComboBox(), button("&Keep")
    choice.addItems(["First", "Keep it"])
    off.setEnabled(False)
    layout = vertical(dialog)
    for each in (number, choice, off):
        layout.addWidget(each)
    opened(dialog, number, qtbot)
    before = number.text()
    for each in (number, choice):
        each.setFocus()
        QTest.keyClick(each, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)
    assert (number.text(), choice.currentText()) == (before, "First")
    dialog.done(0)


def test_the_letter_of_an_amount_leads_into_it(seen: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(seen)
    first, amount = QLineEdit(), MoneyEdit("Size", "USD")
    layout = vertical(dialog)
    layout.addWidget(Field("&Name", first))
    layout.addWidget(Field("Si&ze", amount))
    opened(dialog, first, qtbot)
    QTest.keyClick(first, Qt.Key.Key_Z, Qt.KeyboardModifier.AltModifier)
    assert amount.field.hasFocus()
    dialog.done(0)


@pytest.fixture
def spoken_roles() -> None:
    """As the program starts: it does so once, and installing it again changes nothing."""
    spoken.install()


def interface_of(widget: QWidget) -> QAccessibleInterface:
    told = QAccessible.queryAccessibleInterface(widget)
    assert told is not None
    return told


@pytest.mark.usefixtures("spoken_roles")
def test_pages_and_choices_are_one_of_several(seen: MainWindow) -> None:
    seen.go_to("allocation")
    nav, segment = seen.findChild(Nav), seen.findChild(Segment)
    assert nav is not None
    assert segment is not None
    for place in (nav, segment):
        assert interface_of(place).role() is QAccessible.Role.Grouping
        assert interface_of(place).text(QAccessible.Text.Name)
        roles = {interface_of(each).role() for each in place.findChildren(QPushButton) if each.isCheckable()}
        assert roles == {QAccessible.Role.RadioButton}
    chosen = [each for each in nav.findChildren(QPushButton) if interface_of(each).state().checked]
    assert [interface_of(each).text(QAccessible.Text.Name) for each in chosen] == ["Allocation"]


@pytest.mark.usefixtures("spoken_roles")
def test_every_page_has_its_title_for_a_heading(seen: MainWindow) -> None:
    for key in seen.page_keys():
        seen.go_to(key)
        headings = [each for each in seen.findChildren(spoken.SpokenHeading) if each.isVisibleTo(seen)]
        assert headings, key
        for each in headings:
            assert interface_of(each).role() is QAccessible.Role.Heading
        said = {interface_of(each).text(QAccessible.Text.Name) for each in headings}
        assert said == {each.accessibleName() or each.text() for each in headings}
        assert not any("<" in each for each in said), "names, and no markup"


@pytest.mark.usefixtures("spoken_roles")
def test_figures_are_in_a_group_of_their_name(window: MainWindow) -> None:
    window.go_to("allocation")
    cards = window.findChildren(SummaryCard)
    assert {interface_of(each).role() for each in cards} == {QAccessible.Role.Grouping}
    names = [interface_of(each).text(QAccessible.Text.Name) for each in cards]
    assert any(each.startswith("Total value: $") for each in names), names


@pytest.mark.usefixtures("spoken_roles")
def test_a_combo_box_is_named_by_what_it_chooses(seen: MainWindow) -> None:
    looked_at = 0
    for key in seen.page_keys():
        seen.go_to(key)
        for box in seen.findChildren(QComboBox):
            told = interface_of(box)
            assert told.role() is QAccessible.Role.ComboBox
            assert told.text(QAccessible.Text.Name) == box.accessibleName() != ""
            assert told.text(QAccessible.Text.Value) == box.currentText()
            looked_at += 1
    assert looked_at >= 3


def test_a_plan_that_is_ready_is_announced(seen: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(planner_panel, "announce", lambda place, words: said.append(words))
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    seen.go_to("allocation")
    panel = seen.findChild(planner_panel.PlannerPanel)
    assert panel is not None
    QTest.keyClicks(panel.money.amount.field, "1000")
    qtbot.waitUntil(lambda: bool(said))
    assert panel.plan is not None
    assert said == [f"The plan is ready: {way_words(len(panel.plan.trades), kept_of(panel.plan))}"]
    panel.plan_for(None)
    qtbot.waitUntil(lambda: panel.is_settled and not tasks.is_busy())


def test_an_announcement_is_an_event_for_screen_readers(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    events: list[QAccessibleAnnouncementEvent] = []

    class Told(QAccessible):
        active = False

        @classmethod
        def isActive(cls) -> bool:
            return cls.active

        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:  # type: ignore[override]
            events.append(event)

    monkeypatch.setattr(spoken, "QAccessible", Told)
    spoken.announce(place, "nobody listens")
    Told.active = True
    spoken.announce(place, "The plan is ready")
    assert [each.message() for each in events] == ["The plan is ready"]


def test_a_control_without_a_name_is_found(qtbot: QtBot) -> None:
    bare = QWidget()
    qtbot.addWidget(bare)
    QPushButton(bare)
    bare.show()
    assert nameless(bare) == ["QPushButton in QWidget"]


LEFT = """
from PySide6.QtWidgets import QApplication

def pytest_unconfigure():
    print("left:", *(type(each).__name__ for each in QApplication.topLevelWidgets()))
"""


def test_no_window_that_a_test_closed_outlives_the_application(tmp_path: Path) -> None:
    """Python deletes what is left in any order after it, and Qt falls over a label whose field goes first."""
    (tmp_path / "left_over.py").write_text(LEFT)
    one = f"{__file__}::{test_figures_are_in_a_group_of_their_name.__name__}"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "left_over", one],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said, *left = ended.stdout.splitlines()[-1].split()
    assert said == "left:" and "MainWindow" not in left


def test_the_table_of_a_page_takes_the_keys_at_once(window: MainWindow, qtbot: QtBot) -> None:
    window.go_to("holdings")
    page = window.page("holdings")
    assert isinstance(page, HoldingsPage)
    qtbot.waitUntil(lambda: page.shown.table.hasFocus())
    assert page.shown.table.selected_rows() == [], "showing a page selects nothing"
    QTest.keyClick(page.shown.table, Qt.Key.Key_Down)
    assert len(page.shown.table.selected_rows()) == 1


def test_a_key_that_presses_a_button_loses_no_press(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    pressed = button("&Undo", key="Ctrl+Z", parent=place)
    presses: list[None] = []
    pressed.clicked.connect(lambda: presses.append(None))
    with qtbot.waitActive(place):
        place.show()
        place.activateWindow()
    for _ in range(3):
        QTest.keyClick(place, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(presses) == 3
    QTest.keyClick(place, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: len(presses) == 4)


def asks(dialog: QDialog, qtbot: QtBot) -> bool:
    """Whether Esc asks before it closes; what it asks is answered with yes."""
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    box = QApplication.activeModalWidget()
    if not isinstance(box, QMessageBox):
        return False
    box.accept()
    return True


def line_of(dialog: QDialog) -> QLineEdit | None:
    """The first line that takes words."""
    for field in dialog.findChildren(QLineEdit):
        is_own = field.window() is dialog and not field.objectName().startswith("qt_")
        is_search = isinstance(field, SearchEdit) or field.placeholderText() in _SEARCHES
        if is_own and field.isVisible() and field.isEnabled() and not field.isReadOnly() and not is_search:
            return field
    return None


def typed_into(dialog: QDialog) -> bool:
    """Type into the first line that takes words; whether there is one."""
    field = line_of(dialog)
    if field is None:
        return False
    field.setFocus()
    QTest.keyClicks(field, "7")
    return True


_SEARCHES = ("Go to or do…", "Find a shortcut")


def test_esc_stops_what_is_under_way_before_it_closes_anything(seen: MainWindow, qtbot: QtBot) -> None:
    dialog, stopped = QDialog(seen), list[bool]()
    strip = ProgressStrip()
    vertical(dialog).addWidget(strip)
    strip.start(lambda: stopped.append(True))
    opened(dialog, dialog, qtbot)
    qtbot.waitUntil(strip.isVisible)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert stopped == [True] and dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert stopped == [True] and not dialog.isVisible()


def test_esc_leads_from_the_planner_back_to_the_classes(seen: MainWindow, qtbot: QtBot) -> None:
    seen.go_to("allocation")
    page = seen.page("allocation")
    assert isinstance(page, AllocationPage)
    seen.activateWindow()
    field = page.panel.money.amount.field
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "100")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert page.classes.hasFocus() and page.panel.money.amount.minor() == 10_000
    page.panel.plan_for(None)
    qtbot.waitUntil(lambda: page.panel.is_settled and not tasks.is_busy())


def places(root: QWidget) -> list[tuple[str, QRect]]:
    """Where Tab goes from widget to widget, with their places, from the one at the top: it is a circle."""
    wanted = {each for each in reachable(root) if each is not root and each.isEnabled()}
    found: list[tuple[str, QRect]] = []
    each = root.nextInFocusChain()
    while each is not None and each is not root:
        if each in wanted:
            rect = QRect(each.mapTo(root, QPoint(0, 0)), each.size())
            found.append((f"{type(each).__name__} {each.accessibleName()}", rect))
        each = each.nextInFocusChain()
    top = min((rect.center().y() for _, rect in found), default=0)
    in_first_line = [at for at, (_, rect) in enumerate(found) if rect.top() <= top]
    first = min(in_first_line, key=lambda at: found[at][1].left(), default=0)
    return [*found[first:], *found[:first]]


def jumps(root: QWidget) -> list[str]:
    """What Tab reaches although it stands before what was reached last: above it, or left of it in the same line.

    A column of its own may begin at its top again, right of the one before.
    """
    found = []
    order = places(root)
    for (before, last), (name, rect) in pairwise(order):
        is_above = rect.bottom() <= last.top()
        is_left = rect.right() <= last.left() and rect.center().y() < last.bottom()
        if (is_above and rect.left() < last.right()) or is_left:
            found.append(f"{before} → {name}")
    return found


class Walk:
    """What was found in all pages, or all dialogs: to make them takes far longer than to look at them."""

    def __init__(self) -> None:
        self.nameless: dict[str, list[str]] = {}
        self.twice: dict[str, list[list[str]]] = {}
        self.jumps: dict[str, list[str]] = {}
        self.letters = self.reached = self.dialogs = self.asked = 0
        self.silent: list[str] = []
        self.stayed: list[str] = []

    def look_at_letters(self, name: str, root: QWidget) -> None:
        found = letters_of(root)
        self.letters += len(found)
        if shared := [each for each in found.values() if len(each) > 1]:
            self.twice[name] = shared

    def look_at_names(self, name: str, root: QWidget) -> None:
        if found := nameless(root):
            self.nameless[name] = found

    def look_at_tabs(self, name: str, root: QWidget) -> None:
        self.reached += len(places(root))
        if away := jumps(root):
            self.jumps[name] = away

    def leave(self, name: str, dialog: QDialog, qtbot: QtBot, *, types: bool) -> None:
        """Leave an open dialog by Esc, where something is to be typed before only if there is a line for it."""
        closed: list[int] = []
        dialog.finished.connect(closed.append)
        if not types or typed_into(dialog):
            has_asked = asks(dialog, qtbot)
            self.asked += has_asked
            if types and not has_asked:
                self.silent.append(name)
            if not closed:
                self.stayed.append(f"{name}, {types}")
        dialog.done(0)
        dialog.deleteLater()


@pytest.mark.usefixtures("plans_known")
def test_every_page_is_named_and_reached_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    """Every control has a name, no letter leads to two, and Tab goes as one reads."""
    walk, found = Walk(), set[int]()
    imports = window.page("imports")
    assert isinstance(imports, ImportPage)
    for key in window.page_keys():
        window.go_to(key)
        walk.look_at_letters(key, window.page(key))
        qtbot.wait(1)
        walk.look_at_tabs(key, window.page(key))
        for name, bring_about in views_of(window, key):
            bring_about()
            if key == "imports":
                qtbot.waitUntil(lambda: not imports.is_busy)
            walk.look_at_names(f"{key} {name}", window)
            found.update(id(each) for each in reachable(window))
    assert (walk.nameless, walk.twice, walk.jumps) == ({}, {}, {})
    assert len(found) > 40, "the walk finds the controls at all"
    assert walk.letters > 20 and walk.reached > 40


@pytest.mark.usefixtures("plans_known")
def test_every_dialog_is_named_and_reached_and_left_by_keys(seen: MainWindow, qtbot: QtBot) -> None:
    """The same of every dialog; and Esc closes it, and asks before that where something was typed."""
    walk, window = Walk(), seen
    for key in window.page_keys():
        window.go_to(key)
        for name, make in dialogs_of(window, key):
            dialog = make()
            walk.look_at_letters(name, dialog)
            dialog.open()
            qtbot.wait(1)
            walk.look_at_names(name, dialog)
            walk.look_at_tabs(name, dialog)
            has_line = line_of(dialog) is not None
            walk.leave(f"{key}: {name}", dialog, qtbot, types=False)
            if has_line:
                another = make()
                another.open()
                walk.leave(f"{key}: {name}", another, qtbot, types=True)
            walk.dialogs += 1
    bug = BugDialog("Traceback", window)
    qtbot.addWidget(bug)
    walk.look_at_names("bug", bug)
    assert (walk.nameless, walk.twice, walk.jumps) == ({}, {}, {})
    assert walk.dialogs >= 12 and walk.letters > 80 and walk.reached > 110
    assert walk.stayed == [] and walk.silent == [] and walk.asked >= 8
