"""The settings page: its sections in a list, and what is set in the one that is chosen beside it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedWidget, QWidget

from wealthdesk import __version__
from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.money import CURRENCIES
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks, theme
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.settings.backups_card import BackupsCard
from wealthdesk.gui.settings.cards import (
    SECTIONS,
    ReallocationCard,
    RememberedCard,
    SectionList,
    card,
    line,
    setting,
    show_days,
)
from wealthdesk.gui.settings.dialogs import (
    DiagnosisDialog,
    NoticesDialog,
    OlderVersion,
    PrepareDialog,
    notices_file,
    older_ones,
)
from wealthdesk.gui.settings.sources import SourcesCard
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.choices import ChoiceLines, Combo, Segment
from wealthdesk.gui.widgets.layouts import Stack, horizontal, scrolling, vertical
from wealthdesk.gui.widgets.text import label, rule
from wealthdesk.services.desk import Desk
from wealthdesk.services.diagnosis import diagnosis_of

_COMMON: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")
_WIDTH: Final = 700
_COMPONENTS: Final = (
    ("Python", "PSF"),
    ("Qt and PySide6", "LGPL 3"),
    ("SQLite", "public domain"),
    ("SQLAlchemy", "MIT"),
    ("Alembic", "MIT"),
    ("numpy", "BSD"),
    ("HiGHS", "MIT"),
    ("python-calamine", "MIT"),
    ("platformdirs", "MIT"),
    ("portalocker", "BSD"),
    ("charset-normalizer", "MIT"),
    ("truststore", "MIT"),
    ("the typeface Inter", "OFL"),
)
"""What WealthDesk is made with, and under which licence each part is."""


class SettingsPage(Page):
    """Each setting takes effect when it is chosen; there is nothing to save."""

    shows: ClassVar[Changes] = frozenset({Topic.SETTINGS})

    appearance_chosen = Signal(object)
    """system, light or dark."""
    hiding_chosen = Signal(object)
    """Whether amounts are to be hidden."""
    reserves_requested = Signal()
    """Reserves are to be shown, also where there is no fund yet."""
    prepare_requested = Signal(object)
    """The file is to be prepared for this older version; the user has confirmed it."""

    def __init__(self, desk: Desk, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(bus, parent)
        self._desk = desk
        self.currency = _currency_box()
        self.currency.activated.connect(self._on_currency)
        self.price_days = Combo("Mark prices older than")
        self.price_days.chosen.connect(desk.settings.set_price_days)
        self.appearance = Segment("Appearance", [("system", "Match system"), ("light", "Light"), ("dark", "Dark")])
        self.appearance.chosen.connect(self.appearance_chosen)
        theme.look().changed.connect(self._on_look_changed)
        self._stack = Stack(self)
        self._places = {key: _Section(self._stack) for key, _ in SECTIONS}
        self.reallocation = ReallocationCard(desk)
        self.remembered = RememberedCard(desk)
        self.sources = SourcesCard(desk)
        self.backups = BackupsCard(desk)
        self.prepare = button("Prepare for an older &version…", icon="history")
        self.reserves = button("Show &reserves")
        self.reserves.clicked.connect(self.reserves_requested)
        self.prepare.clicked.connect(self._on_prepare)
        self.diagnosis = button("&Diagnostic bundle…", icon="info")
        self.diagnosis.clicked.connect(self._on_diagnosis)
        self.notices = button("Licences and &notices…", icon="info")
        self.notices.clicked.connect(self._on_notices)
        self.sections = SectionList()
        self.sections.chosen.connect(self._show_chosen)
        self._lay_out()
        keep_off(desk, self.currency, self.price_days, self.prepare)
        self.backups.found.connect(partial(self.sections.mark, "backups"))
        self.setFocusProxy(self.sections)

    def refresh(self) -> None:
        """Show what is set."""
        base = self._desk.portfolios.current().base_currency
        self.currency.setCurrentIndex(self.currency.findData(base))
        show_days(self.price_days, self._desk.settings.price_days())
        self._on_look_changed()
        self.motion.choose("none" if tasks.is_motion_reduced_by_choice() else "usual")
        self.amounts.choose("hidden" if text.are_amounts_hidden() else "shown")
        self.reallocation.refresh()
        self.remembered.refresh()
        self.sources.refresh()
        self.backups.refresh()

    def show_section(self, key: str) -> None:
        """Show a section: "backups", "look", "prices", "limits", "file" or "about"."""
        self.sections.choose(key)
        self._show_chosen()

    def show_sources(self) -> None:
        """Bring the sources of prices into view, and the keyboard to the button that adds one."""
        self.show_section("prices")
        self.sources.add.setFocus()

    def standing(self) -> dict[str, str]:
        return {"section": self.sections.choice()}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        if kept.get("section") in dict(SECTIONS):
            self.show_section(kept["section"])

    def _show_chosen(self) -> None:
        self._stack.setCurrentWidget(self._places[self.sections.choice()].area)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=16, margins=(0, 20, 0, 0))
        title = horizontal(margins=(24, 0, 24, 0))
        title.addWidget(label("Settings", "panel"))
        outer.addLayout(title)
        row = horizontal(spacing=24, margins=(14, 0, 0, 0))
        row.addWidget(self.sections)
        row.addWidget(self._stack.place, 1)
        outer.addLayout(row, 1)
        for key, parts in (
            ("backups", [self.backups]),
            ("look", [self._of_showing()]),
            ("prices", [self._of_currency(), self.sources]),
            ("limits", [self.reallocation]),
            ("file", [self._of_file(), self.remembered]),
            ("about", [self._of_program()]),
        ):
            self._places[key].put(parts)
            self._stack.addWidget(self._places[key].area)
        self.show_section("backups")

    def _of_showing(self) -> QWidget:
        made, lines = card("Look and words")
        self.motion = Segment("Motion", [("usual", "Usual"), ("none", "None")])
        self.motion.chosen.connect(lambda choice: tasks.reduce_motion(choice == "none"))
        self.amounts = Segment("Amounts", [("shown", "Shown"), ("hidden", f"Hidden: {text.HIDDEN}")])
        self.amounts.chosen.connect(lambda choice: self.hiding_chosen.emit(choice == "hidden"))
        lines.addLayout(setting("Appearance", self.appearance, ""))
        lines.addLayout(setting("Motion", self.motion, "Bars move to new figures within an eighth of a second."))
        lines.addLayout(
            setting("Amounts", self.amounts, "Hidden, they are dots on every page; percentages stay. Ctrl+Shift+H.")
        )
        lines.addWidget(rule())
        return made

    def _of_currency(self) -> QWidget:
        made, lines = card("Currency and prices")
        valued = "Everything is valued in it, at the latest exchange rate. Holdings without a rate are listed apart."
        lines.addLayout(setting("&Base currency", self.currency, valued))
        old = "They count all the same, at the latest price. So do exchange rates."
        lines.addLayout(setting("&Mark prices older than", self.price_days, old))
        lines.addWidget(rule())
        return made

    def _of_file(self) -> QWidget:
        made, lines = card("This file")
        self.place = QLineEdit(str(self._desk.path), readOnly=True)
        self.place.setAccessibleName("Portfolio file")
        self.place.setCursorPosition(0)
        copy = button("&Copy", icon="copy", tip="Copy the path")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(str(self._desk.path)))
        show = button("Show &folder", icon="folder")
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._desk.path.parent))))
        lines.addLayout(line(label("Where it is", "control"), "One file on this computer. It is sent nowhere."))
        row = horizontal()
        for each, stretch in ((self.place, 1), (copy, 0), (show, 0)):
            row.addWidget(each, stretch)
        lines.addLayout(row)
        kept = "Money for later rounds of companies that are held privately. In the side bar once there is a fund."
        lines.addLayout(line(label("Reserves", "control"), kept, self.reserves))
        older = "So that a WealthDesk that refuses it as too new can open it."
        lines.addLayout(line(label("An older WealthDesk", "control"), older, self.prepare))
        lines.addWidget(rule())
        return made

    def _of_program(self) -> QWidget:
        made, lines = card("About")
        lines.addWidget(label(f"WealthDesk {__version__}, under the MIT licence"))
        lines.addWidget(
            label("Calculated from your targets. Nothing is submitted to a broker.", ink="mute2", wrap=True)
        )
        made_of = ", ".join(f"{name} ({licence})" for name, licence in _COMPONENTS)
        lines.addWidget(label(f"Made with {made_of}.", "note", "mute2", wrap=True))
        if notices_file() is not None:
            whole = "The whole text of each, and where Qt's source is."
            lines.addLayout(line(label("Licences", "control"), whole, self.notices))
        asked = "To send along with a question: you read it before you save it."
        lines.addLayout(line(label("A question?", "control"), asked, self.diagnosis))
        lines.addWidget(rule())
        return made

    def _on_prepare(self) -> None:
        tasks.run(partial(older_ones, self._desk.path), self._show_older, self)

    def _show_older(self, versions: tuple[OlderVersion, ...]) -> None:
        dialog = PrepareDialog(versions, self)
        dialog.prepare_requested.connect(self.prepare_requested)
        open_dialog(dialog)

    def _on_diagnosis(self) -> None:
        tasks.run(partial(diagnosis_of, self._desk.path, self._desk.clock), self._show_diagnosis, self)

    def _show_diagnosis(self, text: str) -> None:
        open_dialog(DiagnosisDialog(text, self))

    def _on_notices(self) -> None:
        if (file := notices_file()) is not None:
            open_dialog(NoticesDialog(file.read_text(encoding="utf-8"), self))

    def _on_look_changed(self) -> None:
        self.appearance.choose(theme.choice())

    def _on_currency(self) -> None:
        chosen = self.currency.currentData()
        if chosen != self._desk.portfolios.current().base_currency:
            self._desk.settings.set_base_currency(chosen)


class _Section:
    """Where the parts of a section stand one below the other, no wider than they are read well."""

    def __init__(self, stack: QStackedWidget) -> None:
        self.area, ground = scrolling(stack)  # Tab goes from the list to what is set
        self.column = QWidget(ground)
        self.column.setMaximumWidth(_WIDTH)
        row = horizontal(ground, margins=(16, 4, 24, 20))
        row.addWidget(self.column, 1)
        row.addStretch(0)

    def put(self, parts: Sequence[QWidget]) -> None:
        """Have these parts in it."""
        lines = vertical(self.column, spacing=28)
        for each in parts:
            lines.addWidget(each)
        lines.addStretch()


def _currency_box() -> QComboBox:
    box = QComboBox()
    box.setAccessibleName("Base currency")
    box.setMaxVisibleItems(14)
    box.setItemDelegate(ChoiceLines(box))
    for code in (*_COMMON, *sorted(CURRENCIES - set(_COMMON))):
        box.addItem(code, code)
    box.insertSeparator(len(_COMMON))
    return box
