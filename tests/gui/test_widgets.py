"""The widgets: what they say, what they ask for, and that the keyboard is enough."""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from PySide6.QtCore import QLocale, QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from wealthdesk.domain.drift import Status
from wealthdesk.gui import format as text
from wealthdesk.gui import theme
from wealthdesk.gui.allocation.targets.target_lines import SliderValues, TargetSlider, WeightLine, WeightRow
from wealthdesk.gui.foot_lines import FootLines
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.allocation_bar import BarValues, paint_allocation_bar
from wealthdesk.gui.widgets.buttons import icon_button, primary_button
from wealthdesk.gui.widgets.cards import SummaryCard
from wealthdesk.gui.widgets.choices import Combo, Segment
from wealthdesk.gui.widgets.fields import POINTS, DateEdit, MoneyEdit, NumberEdit, PercentSpin, cap_edit
from wealthdesk.gui.widgets.focus_ring import FocusRing
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.marks import Pill, PillValues, mark_icon
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.nav import Nav, NavItem

Key = Qt.Key


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    text.forget_locale()
    yield
    QLocale.setDefault(before)
    text.forget_locale()


def test_setting_texts_leaves_none_alone(qtbot: QtBot) -> None:
    """PySide6 6.12 takes references of None away on Python 3.11, until the process aborts."""
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(200):
        label.setText(str(number))
    assert sys.getrefcount(None) > before - 100


def _bar(values: BarValues) -> list[str]:
    picture = QImage(204, 18, QImage.Format.Format_RGB32)
    picture.fill(theme.LIGHT.bg)
    painter = QPainter(picture)
    paint_allocation_bar(painter, QRectF(picture.rect()), values, theme.LIGHT)
    painter.end()
    return [picture.pixelColor(x, 9).name().upper() for x in range(picture.width())]


def test_the_bar_fills_to_the_current_weight_and_ticks_at_the_target() -> None:
    line = _bar(BarValues(4000, 6000, 5500, 6500, "#FF0000"))
    assert line[20] == line[70] == "#FF0000"
    assert line[90] == theme.LIGHT.track
    assert line[121] == theme.LIGHT.ink
    assert line[115] not in (theme.LIGHT.track, "#FF0000")


def test_the_bar_hatches_only_what_lies_outside() -> None:
    inside = _bar(BarValues(6400, 6000, 5500, 6500, "#FF0000"))
    assert inside[127] == "#FF0000"
    over = _bar(BarValues(8000, 6000, 5500, 6500, "#FF0000", is_outside=True))
    assert len(set(over[125:160])) > 3
    assert over[60] == "#FF0000"
    under = _bar(BarValues(1000, 6000, 5500, 6500, "#FF0000", is_outside=True))
    assert any(_is_dark_grey(colour) for colour in under[30:110]), "what is missing is no class and no alarm"
    assert not any(_is_dark_grey(colour) for colour in under[125:])


def _is_dark_grey(colour: str) -> bool:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return max(red, green, blue) < 150 and max(red, green, blue) - min(red, green, blue) < 25


def test_a_pill_has_a_word(qtbot: QtBot) -> None:
    pill = Pill(PillValues("OK", Tone.OK))
    qtbot.addWidget(pill)
    narrow = pill.sizeHint().width()
    pill.show_status(Status.UNDERWEIGHT)
    assert pill.accessibleName() == "Under"
    assert pill.sizeHint().width() > narrow


def test_a_message_can_be_accepted_and_acted_on(qtbot: QtBot) -> None:
    message = Message(
        Tone.WARNING, "VTI would be 35.2%", "Your limit is 30%.", accept="I accept this", action="Lower it"
    )
    qtbot.addWidget(message)
    message.show()
    with qtbot.waitSignal(message.accept_toggled) as accepted:
        message.check.setFocus()
        QTest.keyClick(message.check, Key.Key_Space)
    assert accepted.args == [True]
    with qtbot.waitSignal(message.action_clicked):
        message.button.click()
    assert message.check.accessibleName() == "I accept this: VTI would be 35.2%"
    message.show_message(Tone.OK, "Fully allocated")
    assert (message.tone, message.title, message.text) == (Tone.OK, "Fully allocated", "")


def test_arrow_keys_move_the_segment(qtbot: QtBot) -> None:
    segment = Segment("What to plan", [("deposit", "Deposit"), ("withdraw", "Withdraw"), ("rebalance", "Rebalance")])
    qtbot.addWidget(segment)
    segment.show()
    segment.activateWindow()
    qtbot.waitUntil(segment.isActiveWindow)
    first = segment.findChildren(QPushButton)[0]
    first.setFocus()
    with qtbot.waitSignal(segment.chosen) as chosen:
        QTest.keyClick(first, Key.Key_Right)
    assert chosen.args == [segment.choice()] == ["withdraw"]
    with qtbot.assertNotEmitted(segment.chosen):
        segment.choose("rebalance")
    assert segment.choice() == "rebalance"


def test_nav_shortcuts(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    items = [NavItem("allocation", "Allocation", "allocation"), NavItem("holdings", "Holdings", "holdings")]
    nav = Nav(items, [NavItem("settings", "Settings", "settings", "Ctrl+,")])
    vertical(window).addWidget(nav)
    nav.choose("allocation")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for key, page in ((Key.Key_2, "holdings"), (Key.Key_Comma, "settings"), (Key.Key_1, "allocation")):
        with qtbot.waitSignal(nav.chosen) as chosen:
            QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert chosen.args == [page]
        assert nav.choice() == page
    nav.set_foot(FootLines("Prices of 20 Nov", "No backup yet", "Back up now…", False, True, True))
    said = next(each for each in nav.findChildren(QLabel) if each.text() == "No backup yet")
    qtbot.waitUntil(lambda: abs(nav.back_up.mapTo(nav, QPoint()).x() - said.mapTo(nav, QPoint()).x()) <= 1)
    nav.set_narrow(True)
    assert nav.width() == 60
    assert [each.accessibleName() for each in nav.findChildren(QPushButton)].count("Holdings") == 1


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("20,000.00", 2_000_000),
        ("20000", 2_000_000),
        ("$", None),
        ("12.345", None),
        ("1e5", None),
        ("-5", None),
        ("", None),
        ("9999999999999", 999_999_999_999_900),
    ],
)
def test_amounts_are_read_as_they_are_typed(typed: str, minor: int | None, qtbot: QtBot) -> None:
    edit = MoneyEdit("Amount", "USD", large=True)
    qtbot.addWidget(edit)
    told: list[int | None] = []
    edit.edited.connect(told.append)
    QTest.keyClicks(edit.field, typed)
    assert edit.minor() == minor
    assert edit.field.text() == typed
    assert bool(edit.problem()) == (minor is None and typed != "")
    assert told[-1:] == ([minor] if typed else [])


def test_the_amount_can_be_clicked_over_its_whole_height(qtbot: QtBot) -> None:
    edit = MoneyEdit("Amount", "USD", large=True)
    edit.resize(300, 44)
    qtbot.addWidget(edit)
    edit.show()
    for y in (4, 22, 40):
        assert edit.childAt(150, y) is edit.field, y


def test_an_amount_that_cannot_be_read_stays_as_typed(qtbot: QtBot) -> None:
    edit = MoneyEdit("Amount", "EUR")
    qtbot.addWidget(edit)
    edit.show()
    QTest.keyClicks(edit.field, "12,5x")
    edit.field.editingFinished.emit()
    assert edit.field.text() == "12,5x"
    assert edit.field.accessibleDescription() == edit.problem() != ""
    edit.set_minor(1250)
    assert (edit.field.text(), edit.problem()) == ("12.50", "")


def test_currencies_have_their_own_decimals(qtbot: QtBot) -> None:
    edit = MoneyEdit("Amount", "KWD")
    qtbot.addWidget(edit)
    QTest.keyClicks(edit.field, "1.234")
    assert edit.minor() == 1234
    edit.set_currency("JPY")
    assert edit.minor() is None
    assert "no decimals" in edit.problem()


def test_numbers(qtbot: QtBot) -> None:
    edit = NumberEdit("Quantity", what="quantity", zero=False)
    qtbot.addWidget(edit)
    assert not edit.check()
    assert edit.problem() == "There is no quantity here yet."
    with qtbot.waitSignal(edit.edited) as edited:
        QTest.keyClicks(edit.field, "7")
    assert edited.args == [Decimal(7)]
    assert edit.check()
    for wrong in ("NaN", "-1", "0", "1_000", "٣"):
        edit.field.setText(wrong)
        assert not edit.check()
        assert edit.problem()
        assert edit.field.text() == wrong
    edit.set_number(Decimal("1250.5"))
    assert edit.field.text() == "1,250.5"
    assert edit.number() == Decimal("1250.5")


def _spin(qtbot: QtBot, bps: int) -> tuple[PercentSpin, list[int]]:
    spin, told = PercentSpin("Target"), list[int]()
    qtbot.addWidget(spin)
    spin.set_bps(bps)
    spin.edited.connect(told.append)
    spin.show()
    return spin, told


def test_percentages_step_by_keys(qtbot: QtBot) -> None:
    spin, told = _spin(qtbot, 5500)
    assert spin.text() == "55.0 %"
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown):
        QTest.keyClick(spin, key)
    assert told == [5510, 5500, 5490, 5590, 5490]


def test_two_decimals_are_kept(qtbot: QtBot) -> None:
    spin, told = _spin(qtbot, 5500)
    spin.selectAll()
    QTest.keyClicks(spin, "12.25")
    assert told == []
    spin.commit()
    assert (told, spin.text()) == ([1225], "12.25 %")


def test_a_difference_of_shares_is_in_points(qtbot: QtBot) -> None:
    spin, told = PercentSpin("Band", unit=POINTS), list[int]()
    qtbot.addWidget(spin)
    spin.edited.connect(told.append)
    spin.set_bps(500)
    assert spin.text() == "5.0 pp"
    for typed in ("7.5 pp", "2.25pp", "3"):
        spin.selectAll()
        QTest.keyClicks(spin, typed)
        spin.commit()
    assert (told, spin.text(), spin.problem()) == ([750, 225, 300], "3.0 pp", "")


@pytest.mark.parametrize(
    ("spin", "sentence"),
    [
        (partial(PercentSpin, "Share"), "A share lies between 0% and 100%."),
        (partial(PercentSpin, "Target", what="target"), "A target lies between 0% and 100%."),
        (partial(PercentSpin, "Band", unit=POINTS, what="band"), "A band lies between 0 and 100 points."),
    ],
)
def test_what_is_too_large_is_called_what_it_is(spin: Callable[[], PercentSpin], sentence: str, qtbot: QtBot) -> None:
    made = spin()
    qtbot.addWidget(made)
    made.selectAll()
    QTest.keyClicks(made, "101")
    assert made.problem() == sentence


def test_typing_is_told_a_moment_after_the_last_key(qtbot: QtBot) -> None:
    spin, told = _spin(qtbot, 5500)
    spin.selectAll()
    QTest.keyClicks(spin, "40")
    qtbot.waitUntil(lambda: bool(told))
    assert told == [4000]
    assert spin.lineEdit().text() == "40"


@pytest.mark.parametrize("typed", ["x", "101", "1.234", ""])
def test_what_is_no_percentage_stays_with_a_sentence(typed: str, qtbot: QtBot) -> None:
    spin, told = _spin(qtbot, 5500)
    spin.selectAll()
    QTest.keyClick(spin, Key.Key_Delete)
    QTest.keyClicks(spin, typed)
    QTest.keyClick(spin, Key.Key_Return)
    assert spin.lineEdit().text() == typed
    assert spin.problem()
    assert told == []
    QTest.keyClick(spin, Key.Key_Up)
    assert spin.problem() == ""


def _figures(qtbot: QtBot) -> tuple[QWidget, dict[str, QLineEdit]]:
    """A field of every kind that a figure is typed into, and a text before them that has the focus."""
    window, text_field = QWidget(), QLineEdit()
    share, amount, number, cap = (
        PercentSpin("Target", places=2),
        MoneyEdit("Amount", "USD"),
        NumberEdit("N"),
        cap_edit(),
    )
    qtbot.addWidget(window)
    column = vertical(window, spacing=12, margins=(12, 12, 12, 12))
    for each in (text_field, share, amount, number, cap):
        column.addWidget(each)
    share.set_bps(5500)
    amount.set_minor(123456)
    number.set_number(Decimal("1250.5"))
    cap.show_limit(2250, "")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    text_field.setFocus()
    return window, {"55.00 %": share.lineEdit(), "1,234.56": amount.field, "1,250.5": number.field, "≤22.5": cap}


def _in_figure(field: QLineEdit, letters: int) -> QPoint:
    """Between these letters, counted from the end, in the window."""
    field.setCursorPosition(len(field.text()) - letters)
    place = field.mapTo(field.window(), field.cursorRect().center())
    field.setCursorPosition(0)
    return place


def test_the_click_that_brings_the_focus_takes_the_whole_figure(qtbot: QtBot) -> None:
    window, fields = _figures(qtbot)
    handle, left = window.windowHandle(), Qt.MouseButton.LeftButton
    for shown, field in fields.items():
        place = _in_figure(field, 2)
        QTest.mouseClick(handle, left, pos=place)
        assert (field.hasFocus(), field.selectedText()) == (True, shown)
        QTest.qWait(QApplication.doubleClickInterval() + 1)
        QTest.mouseClick(handle, left, pos=place)
        assert (field.selectedText(), field.cursorPosition()) == ("", len(shown) - 2)
        QTest.mouseDClick(handle, left, pos=place)
        assert field.selectedText() == shown
        QTest.keyClicks(window.focusWidget(), "5")
        assert field.text() == "5"


def test_a_hand_that_trembles_takes_the_whole_figure_too(qtbot: QtBot) -> None:
    window, fields = _figures(qtbot)
    handle, left = window.windowHandle(), Qt.MouseButton.LeftButton
    for shown, field in fields.items():
        start = _in_figure(field, 2)
        end = start - QPoint(QApplication.startDragDistance() - 1, 0)
        QTest.mousePress(handle, left, pos=start)
        QTest.mouseMove(handle, end)
        QTest.mouseRelease(handle, left, pos=end)
        assert field.selectedText() == shown


def test_what_is_dragged_over_is_selected_at_once(qtbot: QtBot) -> None:
    window, fields = _figures(qtbot)
    handle, left = window.windowHandle(), Qt.MouseButton.LeftButton
    for shown, field in fields.items():
        start, end = _in_figure(field, 0), _in_figure(field, 3)
        QTest.mousePress(handle, left, pos=start)
        QTest.mouseMove(handle, end)
        QTest.mouseRelease(handle, left, pos=end)
        assert field.selectedText() == shown[-3:]


def test_the_arrows_of_a_percentage_step_by_mouse(qtbot: QtBot) -> None:
    window, _ = _figures(qtbot)
    spin = window.findChild(PercentSpin)
    assert spin is not None
    for y, shown in ((8, "55.10 %"), (22, "55.00 %")):
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=spin.mapTo(window, QPoint(84, y)))
        assert spin.text() == shown


def test_showing_never_tells(qtbot: QtBot) -> None:
    spin, told = _spin(qtbot, 5500)
    slider = TargetSlider("Target")
    qtbot.addWidget(slider)
    slider.moved.connect(told.append)
    spin.set_bps(100)
    slider.show_values(SliderValues(4000), 7500)
    assert told == []


def test_slider_keys(qtbot: QtBot) -> None:
    slider, told = TargetSlider("Target"), list[int]()
    qtbot.addWidget(slider)
    slider.show_values(SliderValues(5500))
    slider.moved.connect(told.append)
    keys = (Key.Key_Up, Key.Key_Right, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown, Key.Key_End, Key.Key_Up)
    with qtbot.waitSignal(slider.released):
        for key in (*keys, Key.Key_Home, Key.Key_Left):
            QTest.keyClick(slider, key)
    assert told == [5510, 5520, 5510, 5610, 5510, 10_000, 0]


def test_slider_mouse(qtbot: QtBot) -> None:
    slider, told = TargetSlider("Target"), list[int]()
    qtbot.addWidget(slider)
    slider.resize(218, 26)
    slider.show_values(SliderValues(5500), 10_000)
    slider.moved.connect(told.append)
    slider.show()
    with qtbot.waitSignal(slider.released):
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(59, 13))
        QTest.mouseMove(slider, QPoint(109, 13))
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(109, 13))
    assert told[0] == 2500
    assert slider.values.target_bps == told[-1]


def test_a_locked_slider_stays(qtbot: QtBot) -> None:
    slider, told = TargetSlider("Target"), list[int]()
    qtbot.addWidget(slider)
    slider.show_values(SliderValues(5500, is_locked=True))
    slider.moved.connect(told.append)
    QTest.keyClick(slider, Key.Key_Up)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton)
    assert told == []


def test_a_weight_row_asks_and_shows(qtbot: QtBot) -> None:
    row = WeightRow(WeightLine("Equity", "#4385BE", 5500, 6520, 5000, 6000))
    qtbot.addWidget(row)
    row.show()
    told: list[object] = []
    row.moved.connect(told.append)
    row.lock_toggled.connect(told.append)
    QTest.keyClick(row.slider, Key.Key_PageUp)
    QTest.keyClick(row.spin, Key.Key_Up)
    QTest.keyClick(row.slider, Key.Key_L)
    QTest.keyClick(row.spin, Key.Key_L)
    assert told == [5600, 5510, True, True]
    row.show_line(WeightLine("Equity", "#4385BE", 5610, 6520, is_locked=True), 7500)
    assert row.spin.bps() == row.slider.values.target_bps == 5610
    assert not row.spin.isEnabled()
    assert row.lock.accessibleName() == "Unlock Equity"
    assert row.slider.accessibleDescription() == "56.10%, held 65.20%, locked"
    QTest.keyClick(row.lock, Key.Key_L)
    assert told[-1] is False


def test_the_band_of_a_weight_row_is_typed_cleared_and_refused(qtbot: QtBot) -> None:
    row = WeightRow(WeightLine("Equity", "#4385BE", 5500, 6520, 5000, 6000, is_outside=True, usual_band="±5"))
    qtbot.addWidget(row)
    row.show()
    told: list[object] = []
    row.band_asked.connect(told.append)
    assert (row.band.text(), row.band.placeholderText()) == ("", "±5")
    assert "held 65.20%, outside" in row.slider.accessibleDescription()
    QTest.keyClicks(row.band, "1.25")
    assert told == []
    QTest.keyClick(row.band, Key.Key_Return)
    assert (told, row.band.text()) == ([125], "±1.25")
    for wrong in ("x", "0", "100.01", "1.234"):
        row.band.selectAll()
        QTest.keyClicks(row.band, wrong)
        QTest.keyClick(row.band, Key.Key_Return)
        assert row.problem()
        assert told == [125]
    row.forget_typing()
    assert (row.band.text(), row.problem()) == ("±1.25", "")
    row.band.selectAll()
    QTest.keyClick(row.band, Key.Key_Backspace)
    row.commit()
    assert told == [125, None]
    row.show_line(WeightLine("Equity", "#4385BE", 5500, own_band_bps=300, usual_band="±5"))
    assert (row.band.text(), row.band.limit_bps) == ("±3", 300)


def test_a_combo_keeps_its_choice(qtbot: QtBot) -> None:
    combo = Combo("Scope", [(None, "All Portfolio"), ("a", "Brokerage"), ("b", "Wallet")])
    qtbot.addWidget(combo)
    combo.show()
    with qtbot.waitSignal(combo.chosen) as chosen:
        QTest.keyClick(combo, Key.Key_Down)
    assert chosen.args == [combo.choice()] == ["a"]
    with qtbot.assertNotEmitted(combo.chosen):
        combo.set_options([("b", "Wallet"), ("a", "Brokerage")])
        assert combo.choice() == "a"
        combo.set_options([("b", "Wallet")])
        assert combo.choice() == "b"
        combo.set_options([])
    assert combo.choice() is None


def test_a_long_choice_ends_in_an_ellipsis_beside_its_mark(qtbot: QtBot) -> None:
    combo = Combo("Class", [("long", "H" * 80)])
    qtbot.addWidget(combo)
    combo.setItemIcon(0, mark_icon("#4385BE"))
    combo.setFixedSize(180, 34)
    combo.show()
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    field = combo.style().subControlRect(control, option, part, combo)
    picture = combo.grab().toImage()
    # The dots lie low; a letter that is cut would reach up.
    upper = {
        picture.pixelColor(field.right() - left, field.center().y() - up).name() for left in range(5) for up in range(5)
    }
    assert len(upper) == 1


def test_the_end_of_a_figure_stays_where_the_name_before_it_is_cut(qtbot: QtBot) -> None:
    card = SummaryCard("Furthest outside", in_strip=True)
    qtbot.addWidget(card)
    card.show_figure(f"{'Global equity ' * 6}+2.4 pp", end=" +2.4 pp")
    card.setFixedWidth(170)
    card.show()
    shown = [each.text() for each in card.findChildren(QLabel) if "…" in each.text()]
    assert len(shown) == 1 and shown[0].startswith("Global") and shown[0].endswith("… +2.4 pp")
    assert card.figure == f"{'Global equity ' * 6}+2.4 pp", "it is said whole"


def test_a_date(qtbot: QtBot) -> None:
    edit = DateEdit("Price date", date(2026, 11, 20))
    qtbot.addWidget(edit)
    assert edit.text() == "11/20/2026"
    with qtbot.waitSignal(edit.edited) as edited:
        edit.stepDown()
    assert edited.args == [edit.value()]
    assert edit.value() != date(2026, 11, 20)


def test_buttons_have_names(qtbot: QtBot) -> None:
    save, refresh = primary_button("&Save && close", key="Ctrl+S"), icon_button("refresh", "Refresh prices")
    for each in (save, refresh):
        qtbot.addWidget(each)
    assert save.accessibleName() == "Save & close"
    assert save.toolTip() == "(Ctrl+S)"
    assert refresh.accessibleName() == refresh.toolTip() == "Refresh prices"


def test_the_ring_comes_with_the_keyboard_and_goes_with_the_mouse(qapp: QApplication, qtbot: QtBot) -> None:
    rings = FocusRing(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    area, inside = QScrollArea(), QWidget()
    fields = [QLineEdit() for _ in range(3)]
    column = vertical(inside, spacing=12, margins=(12, 12, 12, 12))
    for field in fields:
        column.addWidget(field)
    area.setWidget(inside)
    vertical(window).addWidget(area)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    fields[0].setFocus()
    assert rings.ring is None
    QTest.keyClick(fields[0], Key.Key_Tab)
    assert fields[1].hasFocus()
    assert rings.ring is not None
    assert rings.ring.parentWidget() is inside
    assert rings.ring.geometry() == fields[1].geometry().adjusted(-4, -4, 4, 4)
    fields[1].move(fields[1].x() + 5, fields[1].y())
    assert rings.ring.geometry() == fields[1].geometry().adjusted(-4, -4, 4, 4)
    handle = window.windowHandle()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=fields[2].mapTo(window, QPoint(5, 5)))
    assert fields[2].hasFocus()
    assert rings.ring is None
    qapp.focusChanged.disconnect(rings._on_focus_changed)


def test_the_ring_stays_when_a_dialog_was_opened_and_closed_by_key(qapp: QApplication, qtbot: QtBot) -> None:
    rings = FocusRing(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    column = vertical(window, spacing=12, margins=(12, 12, 12, 12))
    fields = [QLineEdit() for _ in range(2)]
    for field in fields:
        column.addWidget(field)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    fields[0].setFocus()
    QTest.keyClick(fields[0], Key.Key_Tab)
    dialog = QDialog(window)
    inside = QLineEdit(dialog)
    dialog.open()
    qtbot.waitUntil(inside.hasFocus)
    assert rings.ring is not None and rings.ring.window() is dialog
    QTest.keyClick(dialog, Key.Key_Escape)
    window.activateWindow()
    qtbot.waitUntil(fields[1].hasFocus)
    assert rings.ring is not None and rings.ring.window() is window
    qapp.focusChanged.disconnect(rings._on_focus_changed)
