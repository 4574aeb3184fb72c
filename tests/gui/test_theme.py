"""The look: contrast, switching, speed, and that all its names exist."""

import re

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui.allocation.page import AllocationPage
from wealthdesk.gui.main_window import MainWindow
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.theme import Theme, Tone
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.text import label, set_ink
from wealthdesk.paths import resources_folder
from wealthdesk.services.desk import Desk

THEMES = [theme.LIGHT, theme.DARK]


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        of = QColor(colour)
        red, green, blue = (
            p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in (of.redF(), of.greenF(), of.blueF())
        )
        return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


_PAPER = ("bg", "side", "panel", "card", "raised", "field", "hover", "sel", "note")
_READ_ON: dict[str, tuple[str, ...]] = {
    "ink": (*_PAPER, "track", "segsel", "signal_tint"),
    "mute2": (*_PAPER, "segtrack", "signal_tint"),
    "mute": _PAPER,
    "signal_text": (*_PAPER, "segtrack", "signal_tint"),
    "segtext": ("segtrack",),
    "primary_text": ("primary", "primary_hover"),
}
"""Each ink that words are written in → the grounds that it is written on."""


@pytest.mark.parametrize("look", THEMES, ids=lambda look: look.name)
@pytest.mark.parametrize("ink", _READ_ON)
def test_words_can_be_read(look: Theme, ink: str) -> None:
    colour, grounds = getattr(look, ink), {name: getattr(look, name) for name in _READ_ON[ink]}
    ratios = {name: _contrast(colour, ground) for name, ground in grounds.items()}
    assert min(ratios.values()) >= 4.5, ratios


@pytest.mark.parametrize("look", THEMES, ids=lambda look: look.name)
def test_every_tone_can_be_read_and_seen(look: Theme) -> None:
    for tone in Tone:
        colours = look.tone(tone)
        for ground in (colours.tint, look.bg, look.card, look.panel, look.sel):
            assert _contrast(colours.text, ground) >= 4.5, tone
            assert _contrast(colours.mark, ground) >= 3, tone
    assert _contrast(look.focus, look.bg) >= 3


def test_only_what_is_outside_has_a_hue_and_no_class_has_it() -> None:
    def hue(colour: str) -> int:
        return QColor(colour).hsvHue()

    for look in THEMES:
        for tone in Tone:
            is_signal = tone in (Tone.UNDER, Tone.OVER, Tone.ERROR)
            assert (look.tone(tone).mark == look.signal) is is_signal
        for name, colour in theme.CLASS_COLOURS.items():
            apart = abs(hue(colour) - hue(look.signal)) % 360
            # The greys of what has no class have no hue that one would see.
            assert name == "Unclassified" or min(apart, 360 - apart) >= 15, name


@pytest.mark.parametrize("look", THEMES, ids=lambda look: look.name)
def test_the_style_sheet_is_complete(look: Theme) -> None:
    sheet = theme.style_sheet(look)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for picture in re.findall(r"url\(icons:(\S+?)\)", sheet):
        assert (resources_folder() / "icons" / picture).is_file()


def test_a_change_reaches_widgets_and_icons(qapp: QApplication, qtbot: QtBot) -> None:
    button = QPushButton("Export")
    qtbot.addWidget(button)
    icons.put(button, "export", "ink")
    before = button.icon().pixmap(16, 16).toImage()
    with qtbot.waitSignal(theme.look().changed):
        theme.apply(qapp, theme.DARK)
    assert theme.current() is theme.DARK
    assert qapp.palette().window().color() == QColor(theme.DARK.bg)
    assert button.icon().pixmap(16, 16).toImage() != before


def test_another_theme_styles_every_widget_once_however_deep_it_lies(qapp: QApplication, qtbot: QtBot) -> None:
    class Counting(QWidget):
        styled = 0

        def changeEvent(self, event: QEvent) -> None:
            Counting.styled += event.type() == QEvent.Type.StyleChange
            super().changeEvent(event)

    top = parent = QWidget()
    qtbot.addWidget(top)
    for _ in range(30):
        parent = Counting(parent)
    top.show()
    Counting.styled = 0
    theme.apply(qapp, theme.DARK)
    # The sheet of before is taken off, and the new one put on.
    assert Counting.styled <= 2 * 30


def test_a_page_behind_another_takes_the_theme_when_it_is_shown(qapp: QApplication, qtbot: QtBot, bus: Bus) -> None:
    class Counting(Page):
        styled = 0

        def refresh(self) -> None:
            self.setFont(fonts.font("title"))

        def changeEvent(self, event: QEvent) -> None:
            self.styled += event.type() == QEvent.Type.StyleChange
            super().changeEvent(event)

    stack = QStackedWidget()
    qtbot.addWidget(stack)
    pages = [Counting(bus), Counting(bus)]
    for each in pages:
        stack.addWidget(each)
        stack.setCurrentWidget(each)
        stack.show()
    before = [each.styled for each in pages]
    for look in (theme.DARK, theme.LIGHT, theme.DARK):
        theme.apply(qapp, look)
    assert pages[0].styled == before[0] and pages[1].styled > before[1]
    stack.setCurrentWidget(pages[0])
    assert pages[0].styled == before[0] + 1
    assert pages[0].font() == fonts.font("title")
    stack.setCurrentWidget(pages[1])
    stack.setCurrentWidget(pages[0])
    assert pages[0].styled == before[0] + 1


def test_a_page_that_a_theme_passes_by_is_as_it_was_where_that_fails(
    qapp: QApplication, qtbot: QtBot, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Quiet(Page):
        def refresh(self) -> None:
            pass

    def fail(_: Theme) -> str:
        raise OSError("The style sheet cannot be read.")

    stack = QStackedWidget()
    qtbot.addWidget(stack)
    pages = [Quiet(bus), Quiet(bus)]
    for each in pages:
        stack.addWidget(each)
        stack.setCurrentWidget(each)
        stack.show()
    attributes = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle
    before = [pages[0].testAttribute(each) for each in attributes]
    with monkeypatch.context() as patched, pytest.raises(OSError, match="cannot be read"):
        patched.setattr(theme, "style_sheet", fail)
        theme.apply(qapp, theme.DARK)
    assert [pages[0].testAttribute(each) for each in attributes] == before
    theme.apply(qapp, theme.LIGHT)


def test_every_page_looks_after_another_theme_as_it_looks_when_made_in_it(
    qapp: QApplication, qtbot: QtBot, demo_desk: Desk
) -> None:
    def opened() -> MainWindow:
        window = MainWindow()
        qtbot.addWidget(window)
        window.show_desk(demo_desk)
        window.show()
        return window

    def pictures(window: MainWindow, wait_ms: int) -> dict[str, QImage]:
        """Each page with nothing in between where no time is given: what is painted first."""
        made = {}
        for key in window.page_keys():
            window.go_to(key)
            qtbot.wait(wait_ms)
            made[key] = window.page(key).grab().toImage()
        return made

    window = opened()
    pictures(window, 100)
    light = pictures(window, 1)
    theme.apply(qapp, theme.DARK)
    dark = pictures(window, 0)
    theme.apply(qapp, theme.LIGHT)
    assert pictures(window, 0) == light
    window.close()
    theme.apply(qapp, theme.DARK)
    window = opened()
    pictures(window, 100)
    assert pictures(window, 1) == dark
    assert dark["history"] != light["history"]
    window.close()


def test_nothing_of_the_planner_moves_with_another_theme(
    qapp: QApplication, qtbot: QtBot, demo_desk: Desk, bus: Bus
) -> None:
    page = AllocationPage(demo_desk, bus)
    qtbot.addWidget(page)
    for width in (700, 1096):
        page.resize(width, 832)
        page.show()
        qapp.processEvents()
    places = [each.mapTo(page, QPoint()) for each in (page.panel.money, page.panel.foot, page.classes)]
    theme.apply(qapp, theme.DARK)
    qapp.processEvents()
    assert [each.mapTo(page, QPoint()) for each in (page.panel.money, page.panel.foot, page.classes)] == places


@pytest.mark.parametrize("look", THEMES, ids=lambda look: look.name)
def test_with_more_contrast_no_words_are_pale(look: Theme) -> None:
    strong = theme.contrasted(look)
    for ink in (strong.mute, strong.mute2, strong.line, strong.line2):
        assert _contrast(ink, look.bg) > _contrast(look.mute if ink == strong.mute else look.line2, look.bg)
    assert _contrast(strong.mute, look.card) >= 7
    assert _contrast(strong.faint, look.card) >= 4.5
    assert _contrast(strong.line, look.card) >= 3


def test_the_system_s_preference_for_contrast_is_followed(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        def accessibility(self) -> "Hints":
            return self

        def contrastPreference(self) -> Qt.ContrastPreference:
            return Qt.ContrastPreference.HighContrast

    real = qapp.styleHints()
    with monkeypatch.context() as patched:
        patched.setattr(QGuiApplication, "styleHints", Hints)
        patched.setattr(theme, "follow", lambda app, choice: theme.apply(app, theme.LIGHT))
        theme.look().on_contrast_changed()
    assert theme.current() == theme.contrasted(theme.LIGHT)
    assert real.accessibility().contrastPreference() is Qt.ContrastPreference.NoPreference
    theme.look().on_contrast_changed()
    assert theme.current() in THEMES


def test_the_choice_overrides_the_system(qapp: QApplication) -> None:
    theme.follow(qapp, "dark")
    assert theme.current() is theme.DARK
    assert theme.choice() == "dark"
    theme.follow(qapp, "system")
    is_dark = qapp.styleHints().colorScheme() is Qt.ColorScheme.Dark
    assert theme.current() is (theme.DARK if is_dark else theme.LIGHT)


def test_an_icon_put_twice_is_worn_once(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    for name in ("lock", "unlock", "lock"):
        icons.put(label, name, "ink")
    theme.apply(qapp, theme.DARK)
    assert label.pixmap().toImage() == icons.pixmap("lock", theme.DARK.ink).toImage()


@pytest.mark.parametrize("path", sorted((resources_folder() / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(path: object, qapp: QApplication) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    picture = icons.pixmap(path.stem, "#FF0000", 24, 1.0).toImage()
    drawn = sum(picture.pixelColor(x, y).alpha() > 40 for x in range(24) for y in range(24))
    assert drawn > 10


def test_the_typeface_has_its_weights_and_tabular_digits(qapp: QApplication) -> None:
    assert fonts.family() == "Inter"
    thin, thick = (QFontMetricsF(fonts.font("body", weight=weight)) for weight in (400, 700))
    assert thin.horizontalAdvance("Hamburg") < thick.horizontalAdvance("Hamburg")
    ones, eights = (QFontMetricsF(fonts.font("body", figures=True)).horizontalAdvance(text) for text in ("111", "888"))
    assert ones == eights
    plain = QFontMetricsF(fonts.font("body"))
    assert plain.horizontalAdvance("111") < plain.horizontalAdvance("888")
    tabular = QFontMetricsF(fonts.font("body", figures=True))
    assert tabular.horizontalAdvance("-") > plain.horizontalAdvance("-")


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_a_font_set_after_the_first_showing_survives_another_theme(
    qtbot: QtBot, qapp: QApplication, choice: theme.Choice
) -> None:
    segment = Segment("Mode", [("one", "One"), ("two", "Two"), ("three", "Three")])
    qtbot.addWidget(segment)
    segment.show()
    segment.choose("three")
    theme.follow(qapp, choice)
    weights = [each.font().variableAxisValue(QFont.Tag("wght")) for each in segment.findChildren(QPushButton)]
    theme.follow(qapp, "system")
    assert weights == [500, 500, 600]


def test_a_font_set_after_the_first_showing_survives_another_ink(qtbot: QtBot) -> None:
    words = label("1,234.00")
    qtbot.addWidget(words)
    words.show()
    strong = fonts.font("strong", figures=True)
    words.setFont(strong)
    for ink in ("mute", "ink"):
        set_ink(words, ink)
        assert words.font() == strong
