"""The look: every colour of the light and the dark theme, and how one of them is put on the application."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from string import Template
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from PySide6 import QtCore
from PySide6.QtCore import QDir, QObject, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from wealthdesk.gui import fonts
from wealthdesk.paths import resources_folder

Choice = Literal["system", "light", "dark"]


class Tone(StrEnum):
    """What a mark, a message or a figure says, always by its word and its icon too.

    Only what is outside its band, or cannot go on, has a hue: that of the signal, which no class has. What is fine,
    what may be accepted and what is only told are ink on paper.
    """

    OK = "ok"
    UNDER = "under"
    OVER = "over"
    WARNING = "warning"
    ERROR = "error"
    NEUTRAL = "neutral"


class ToneColours(NamedTuple):
    """mark: icons, rules and bars. text: words up to 14 px. tint: the ground of a message."""

    mark: str
    text: str
    tint: str


class Theme(NamedTuple):
    """Every colour, as #RRGGBB; alphas are 0–255."""

    name: str
    is_dark: bool
    bg: str
    side: str
    panel: str
    card: str
    raised: str
    field: str
    hover: str
    sel: str
    track: str
    band: str
    band_alpha: int
    ink: str
    mute: str
    mute2: str
    faint: str
    line: str
    line2: str
    focus: str
    primary: str
    primary_hover: str
    primary_text: str
    scrim: str
    scrim_alpha: int
    note: str
    segsel: str
    segtrack: str
    segtext: str
    signal: str
    signal_text: str
    signal_tint: str

    def tone(self, tone: Tone) -> ToneColours:
        """The three colours of a tone."""
        match tone:
            case Tone.ERROR:
                return ToneColours(self.signal, self.signal_text, self.signal_tint)
            case Tone.UNDER | Tone.OVER:
                return ToneColours(self.signal, self.signal_text, self.note)
            case Tone.WARNING:
                return ToneColours(self.ink, self.ink, self.note)
            case _:
                return ToneColours(self.mute2, self.mute2, self.note)

    def ink_named(self, name: str) -> str:
        """The text colour of that name: ink, mute, mute2, faint, primary_text, signal_text, or a tone ("under")."""
        return self.tone(Tone(name)).text if name in _TONE_NAMES else str(getattr(self, name))


_TONE_NAMES: Final = frozenset(Tone)


LIGHT: Final = Theme(
    name="light",
    is_dark=False,
    bg="#FFFCF0",
    side="#FAF8EB",
    panel="#FAF8EB",
    card="#FAF8EB",
    raised="#FFFCF0",
    field="#FFFDF5",
    hover="#F2F0E5",
    sel="#EFEDE1",
    track="#E6E4D9",
    band="#CBC9BC",
    band_alpha=150,
    ink="#100F0F",
    mute="#6B6A65",
    mute2="#575653",
    faint="#B7B5AC",
    line="#E6E4D9",
    line2="#D3D1C7",
    focus="#24837B",
    primary="#100F0F",
    primary_hover="#343331",
    primary_text="#FFFCF0",
    scrim="#100F0F",
    scrim_alpha=107,
    note="#F2F0E5",
    segsel="#FFFCF0",
    segtrack="#E6E4D9",
    segtext="#575653",
    signal="#C03028",
    signal_text="#9B261F",
    signal_tint="#FBE5E0",
)

DARK: Final = Theme(
    name="dark",
    is_dark=True,
    bg="#100F0F",
    side="#151413",
    panel="#1A1918",
    card="#1C1B1A",
    raised="#1C1B1A",
    field="#151413",
    hover="#282726",
    sel="#2B2A28",
    track="#343331",
    band="#6F6E69",
    band_alpha=120,
    ink="#CECDC3",
    mute="#94928B",
    mute2="#A9A79F",
    faint="#575653",
    line="#282726",
    line2="#403E3C",
    focus="#3AA99F",
    primary="#CECDC3",
    primary_hover="#B7B5AC",
    primary_text="#100F0F",
    scrim="#000000",
    scrim_alpha=158,
    note="#232221",
    segsel="#4A4845",
    segtrack="#282726",
    segtext="#A9A79F",
    signal="#E5594E",
    signal_text="#F2877C",
    signal_tint="#351815",
)


def contrasted(theme: Theme) -> Theme:
    """The same for eyes that want more contrast: pale words in ink, and lines and corridors that cannot be missed."""
    return theme._replace(
        mute=theme.ink, mute2=theme.ink, faint=theme.mute2, line=theme.mute, line2=theme.mute2, focus=theme.ink,
        track=theme.line2, band=theme.mute, segtext=theme.ink, signal=theme.signal_text,
    )  # fmt: skip


CLASS_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Equity": "#4385BE",
        "Fixed income": "#8B7EC8",
        "Cash": "#879A39",
        "Real estate": "#DA702C",
        "Commodities": "#D0A215",
        "Crypto": "#CE5D97",
        "Alternatives": "#3AA99F",
        "Unclassified": "#878580",
    }
)
"""The colours of the asset classes that come with WealthDesk, the same in both themes."""


class _Look(QObject):
    """The theme in force and the user's choice of it."""

    changing = Signal(object)
    """list[QWidget], for pages to add themselves that another theme is to pass by; `put_on` gives it to them later."""
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self.choice: Choice = "system"
        self.is_following = False
        self.is_contrasted = False

    def on_contrast_changed(self) -> None:
        """Follow the system's preference, with every theme."""
        style = QGuiApplication.styleHints()  # what belongs to it is gone with its Python object
        is_high = style.accessibility().contrastPreference() == QtCore.Qt.ContrastPreference.HighContrast
        app = QApplication.instance()
        if is_high != self.is_contrasted and isinstance(app, QApplication):
            self.is_contrasted = is_high
            follow(app, self.choice)

    def on_scheme_changed(self) -> None:
        """Follow the system, unless the user chose a theme."""
        app = QApplication.instance()
        if self.choice == "system" and isinstance(app, QApplication):
            apply(app, _of_the_system(app))


_look = _Look()


def current() -> Theme:
    """The theme in force."""
    return _look.theme


def look() -> _Look:
    """The object whose signal `changed` tells of another theme (styled and painted widgets need not listen)."""
    return _look


def follow(app: QApplication, choice: Choice = "system") -> None:
    """Put on the chosen theme; "system" follows the system's from now on."""
    _look.choice = choice
    hints = QGuiApplication.styleHints()
    if not _look.is_following:
        _look.is_following = True
        hints.colorSchemeChanged.connect(_look.on_scheme_changed)
    if choice == "system":
        hints.unsetColorScheme()
    else:
        schemes = QtCore.Qt.ColorScheme
        hints.setColorScheme(schemes.Dark if choice == "dark" else schemes.Light)
    apply(app, {"light": LIGHT, "dark": DARK}.get(choice) or _of_the_system(app))


def follow_contrast() -> None:
    """Follow the system's preference for contrast; after the first paint, which does without Qt's enumerations."""
    style = QGuiApplication.styleHints()
    style.accessibility().contrastPreferenceChanged.connect(_look.on_contrast_changed)
    _look.on_contrast_changed()


def choice() -> Choice:
    """What the user chose: system, light or dark."""
    return _look.choice


def apply(app: QApplication, theme: Theme) -> None:
    """Put the theme on the application: palette, font and style sheet; they are made for the style Fusion."""
    if _look.is_contrasted:
        theme = contrasted(theme)
    _look.theme = theme
    app.setPalette(_palette(theme))
    app.setFont(fonts.font("body"))
    hidden: list[QWidget] = []
    _look.changing.emit(hidden)
    with fonts_kept(app.allWidgets()), _passed_by(hidden):
        # Another sheet in the place of one styles every widget once for each of its parents; the first sheet only once.
        app.setStyleSheet("")
        app.setStyleSheet(style_sheet(theme))
    _look.changed.emit()


def put_on(page: QWidget) -> None:
    """Put the theme on a page that it passed by, before that is painted."""
    inside = [page, *page.findChildren(QWidget)]
    with fonts_kept(inside):
        for each in inside:
            each.style().polish(each)
            QApplication.sendEvent(each, QtCore.QEvent(QtCore.QEvent.Type.StyleChange))


@contextmanager
def _passed_by(pages: Sequence[QWidget]) -> Iterator[None]:
    """Qt styles and tells again only what was styled before and has no style of its own: nothing of these for now.

    A window with all of its pages made has five times as many widgets as one page shows.
    """
    if not pages:  # as at the first paint, which does without Qt's enumerations
        yield
        return
    styled, apart = QtCore.Qt.WidgetAttribute.WA_WState_Polished, QtCore.Qt.WidgetAttribute.WA_SetStyle
    widgets = (each for page in pages for each in (page, *page.findChildren(QWidget)))
    inside = [each for each in widgets if each.testAttribute(styled) and not each.testAttribute(apart)]
    for each in inside:
        each.setAttribute(styled, False)
        each.setAttribute(apart, True)
    try:
        yield
    finally:
        for each in inside:
            each.setAttribute(styled, True)
            each.setAttribute(apart, False)


@contextmanager
def fonts_kept(widgets: Iterable[QWidget]) -> Iterator[None]:
    """Each has its font after another style or sheet: Qt gives it the one that it had when first shown."""
    fonts_set = [(each, each.font()) for each in widgets if each.testAttribute(QtCore.Qt.WidgetAttribute.WA_SetFont)]
    yield
    for widget, kept in fonts_set:
        if widget.font() != kept:
            widget.setFont(kept)


def style_sheet(theme: Theme) -> str:
    """The one style sheet, with the theme's colours."""
    QDir.setSearchPaths("icons", [str(resources_folder() / "icons")])
    inks = "\n".join(
        f'QLabel[ink="{name}"]{{color:{theme.ink_named(name)}}}'
        for name in ("mute", "mute2", "faint", "primary_text", "signal_text", *Tone)
    )
    sheet = Template((resources_folder() / "theme.qss").read_text(encoding="utf-8"))
    return sheet.substitute(theme._asdict(), small=fonts.points(11), inks=inks)


def _of_the_system(app: QApplication) -> Theme:
    if not app.styleSheet():
        # No theme is on yet, so the palette is the system's; a colour scheme is an enumeration of Qt (see gui).
        return DARK if app.palette().window().color().lightness() < 128 else LIGHT
    return DARK if QGuiApplication.styleHints().colorScheme() == QtCore.Qt.ColorScheme.Dark else LIGHT


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: theme.bg,
        roles.Base: theme.field,
        roles.AlternateBase: theme.card,
        roles.Button: theme.raised,
        roles.WindowText: theme.ink,
        roles.Text: theme.ink,
        roles.ButtonText: theme.ink,
        roles.BrightText: theme.ink,
        roles.ToolTipBase: theme.card,
        roles.ToolTipText: theme.ink,
        roles.PlaceholderText: theme.mute,
        roles.Highlight: theme.primary,
        roles.HighlightedText: theme.primary_text,
        roles.Accent: theme.primary,
        roles.Link: theme.ink,
        roles.LinkVisited: theme.ink,
        roles.Light: theme.card,
        roles.Midlight: theme.line,
        roles.Mid: theme.line2,
        roles.Dark: theme.line2,
        roles.Shadow: theme.line2,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return palette
