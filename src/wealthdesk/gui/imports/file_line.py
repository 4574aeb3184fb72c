"""The file and how it is read: its name, the account it goes into, and what can be read otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from wealthdesk.domain.money import COMMA, CURRENCIES, POINT
from wealthdesk.gui import icons
from wealthdesk.gui.imports.reading import AS_IN_FILE, Checked, Into, Reading, into_account, names_accounts
from wealthdesk.gui.imports.words import DATE_ORDERS, DELIMITERS, MARKS, how_read
from wealthdesk.gui.widgets.buttons import button, icon_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label, set_look
from wealthdesk.services.imports import FIRST_ACCOUNT, DateOrder, Draft, Layout

_NEW: Final = "new"
_NOT_CHOSEN: Final = "not chosen"
_FIRST_CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")
_TYPED_MS: Final = 250
_NAME_WIDTH: Final = 340
_LONGEST_HEAD: Final = 60
_HOW: Final = "Delimiter, decimals, dates, currency, headers"
_ONE_ROW_FROM: Final = 880
"""Narrower, the choices stand below the name."""


class FileLine(QWidget):
    """Emits another Reading when the user changes how something in it is read."""

    reading_changed = Signal(object)
    """The Reading wanted now."""
    other_requested = Signal()
    remove_requested = Signal(object)
    """The Reading that is not to be imported with the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._checked: Checked | None = None
        self._named: Layout | None = None
        self._name = label(role="strong")
        self._how = ShortLabel(role="note", ink="mute")
        self._make_into()
        self._make_buttons()
        self.options = ReadingOptions(self)
        self.options.reading_changed.connect(self.reading_changed)
        self.options.hide()
        self.otherwise.toggled.connect(self.options.setVisible)
        self._lay_out()

    def _make_into(self) -> None:
        """Where what is read goes, and which classes of another program count."""
        self.into = Combo("Account to import into", parent=self)
        self.into.set_prefix("Into")
        self.into.setMinimumWidth(196)
        self.into.chosen.connect(self._on_into)
        self.new_account = QLineEdit(placeholderText="Name of the new account", maxLength=120)
        self.new_account.setAccessibleName("Name of the new account")
        self.new_account.setMinimumWidth(120)
        self.new_account.editingFinished.connect(self._on_named)
        # What is typed counts a moment later, so that a click on Import finds it taken already.
        self._typed = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._typed.timeout.connect(self._on_named)
        self.new_account.textEdited.connect(self._typed.start)
        self.new_account.hide()
        self.taxonomy = Combo("Classes of the other program that count", parent=self)
        self.taxonomy.setMinimumWidth(150)
        self.taxonomy.chosen.connect(self._on_taxonomy)
        self._taxonomy_words = label("C&lasses", "body", "mute", buddy=self.taxonomy)

    def _make_buttons(self) -> None:
        self.otherwise = button("Change h&ow it is read…", icon="settings", tip=_HOW)
        self.otherwise.setCheckable(True)
        self.other = button("Other &file…")
        self.other.clicked.connect(self.other_requested)
        self.other.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.remove = icon_button("close", "Leave this file out")
        self.remove.clicked.connect(self._on_remove)
        self.remove.hide()

    def show_checked(self, checked: Checked, accounts: Sequence[str], base_currency: str) -> None:
        """Show a file. accounts: the names of those in the portfolio."""
        if self._checked is None or self._checked.reading.path != checked.reading.path:
            self._named = None
            self.otherwise.setChecked(False)
        self._checked = checked
        # With the delimiter that was chosen last there may be no table; another one can be chosen all the same.
        layout = checked.layout or checked.reading.layout
        if checked.layout is not None and names_accounts(checked.layout):
            self._named = checked.layout
        self._show_name(checked.draft.file_name)
        self._how.show_words(how_read(checked))
        self._how.setVisible(bool(self._how.words))
        self.otherwise.setToolTip(as_tip(". ".join(filter(None, (_HOW, self._how.words)))))
        self._show_taxonomies(checked)
        # A list of transactions comes to holdings only when it is known into which account it goes.
        holds = isinstance(checked.draft, Draft) and bool(checked.draft.candidates or checked.draft.ledger)
        self.into.setVisible(layout is not None or holds)
        self.otherwise.setVisible(layout is not None)
        if layout is None:
            self.otherwise.setChecked(False)
        if layout is None and not holds:
            self.new_account.hide()
            return
        self._show_into(checked, accounts)
        if layout is not None:
            self.options.show_checked(checked, layout, base_currency)
            if layout.doubtful:
                self.otherwise.setChecked(True)

    def _show_taxonomies(self, checked: Checked) -> None:
        """Which of the trees of classes of another program's file counts."""
        draft = checked.draft
        names = [each.name for each in draft.taxonomies] if isinstance(draft, Draft) else []
        for each in (self._taxonomy_words, self.taxonomy):
            each.setVisible(bool(names))
        self.taxonomy.set_options([*((name, name) for name in names), ("", "None of them")])
        self.taxonomy.choose((draft.taxonomy or "") if isinstance(draft, Draft) else "")

    def _on_taxonomy(self, name: object) -> None:
        if self._checked is not None and name != self._checked.reading.taxonomy:
            self.reading_changed.emit(replace(self._checked.reading, taxonomy=str(name)))

    def show_beside_others(self, is_beside: bool) -> None:
        """Show that other files are imported with it, so that it can be left out."""
        self._name_and_how.setVisible(not is_beside)
        self.other.setVisible(not is_beside)
        self.remove.setVisible(is_beside)

    def room_for_all(self) -> int:
        """How wide it is with the name of a new account, which may come and go."""
        wide = self._first.sizeHint().width()
        return wide + self.new_account.sizeHint().width() * self.new_account.isHidden()

    def _show_name(self, name: str) -> None:
        metrics = QFontMetricsF(self._name.font())
        self._name.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH))
        self._name.setToolTip(as_tip(name))
        self._name.setAccessibleName(name)

    def _show_into(self, checked: Checked, accounts: Sequence[str]) -> None:
        chosen = checked.reading.into
        self.into.set_options(_into_options(checked, accounts, can_follow=self._can_follow(checked)))
        is_typed = self.new_account.hasFocus()
        self.into.choose(_NEW if is_typed else _into_shown(checked, accounts))
        set_look(self.into, "invalid", checked.leaves_accounts_open)
        is_new = chosen.account is not None and chosen.account.casefold() not in {each.casefold() for each in accounts}
        self.new_account.setVisible(is_new or is_typed)
        if is_new and not is_typed:
            self.new_account.setText(chosen.account or "")

    def _can_follow(self, checked: Checked) -> bool:
        return checked.names_accounts or self._named is not None

    def _lay_out(self) -> None:
        lines = vertical(self, spacing=10)
        self._first = horizontal(spacing=10)
        self._name_and_how = self._names()
        self._first.addWidget(self._name_and_how, 1)
        self._first.addLayout(self._controls())
        lines.addLayout(self._first)
        lines.addWidget(self.options)

    def _names(self) -> QWidget:
        sign = QLabel()
        icons.put(sign, "file", "mute", 20)
        names = vertical(spacing=1)
        names.addWidget(self._name)
        names.addWidget(self._how)
        both = QWidget(self)
        row = horizontal(both, spacing=10)
        row.addWidget(sign)
        row.addLayout(names, 1)
        return both

    def _controls(self) -> QHBoxLayout:
        row = horizontal(spacing=8)
        row.addStretch()
        row.addWidget(self.otherwise)
        row.addWidget(self._taxonomy_words)
        row.addWidget(self.taxonomy)
        row.addWidget(self.into)
        row.addWidget(self.new_account)
        row.addWidget(self.other)
        row.addWidget(self.remove)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _ONE_ROW_FROM
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._first.setDirection(direction)
        self.options.set_direction(direction)

    def minimumSizeHint(self) -> QSize:
        # A long sentence about the file is cut rather than making the window wider.
        return QSize(400, super().minimumSizeHint().height())

    def _on_into(self, chosen: object) -> None:
        if chosen == _NEW:
            self.new_account.clear()
            self.new_account.show()
            self.new_account.setFocus()
        elif isinstance(chosen, Into):
            self.new_account.hide()
            self._choose_into(chosen)

    def _on_remove(self) -> None:
        if self._checked is not None:
            self.remove_requested.emit(self._checked.reading)

    def _on_named(self) -> None:
        self._typed.stop()
        name = " ".join(self.new_account.text().split())
        if name:
            self._choose_into(Into(name))
        elif self._checked is not None and not self.new_account.hasFocus():
            self.new_account.hide()
            self._choose_into(AS_IN_FILE)

    def _choose_into(self, into: Into) -> None:
        checked = self._checked
        if checked is None or into == checked.reading.into:
            return
        if checked.layout is None:
            self.reading_changed.emit(replace(checked.reading, into=into))
            return
        self.reading_changed.emit(into_account(checked.reading, checked.layout, self._named, into))


class ReadingOptions(QFrame):
    """What is found out about a table of text and can be chosen otherwise. Asks for another Reading of the file."""

    reading_changed = Signal(object)
    """The Reading wanted now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._checked: Checked | None = None
        self.delimiter = Combo("Delimiter", list(DELIMITERS.items()), in_card=True, parent=self)
        self.marks = Combo("Decimals", list(MARKS.items()), in_card=True, parent=self)
        self.dates = Combo("Dates", list(DATE_ORDERS.items()), in_card=True, parent=self)
        codes = (*_FIRST_CURRENCIES, *sorted(CURRENCIES - set(_FIRST_CURRENCIES)))
        self.currency = Combo(
            "Currency of rows that name none", [(each, each) for each in codes], in_card=True, parent=self
        )
        self.header = Combo("Row of the headers", in_card=True, parent=self)
        self.header.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.header.setMinimumContentsLength(34)
        self.header.chosen.connect(self._on_header)
        self.delimiter.chosen.connect(self._on_delimiter)
        self.marks.chosen.connect(self._on_marks)
        self.dates.chosen.connect(self._on_dates)
        self.currency.chosen.connect(self._on_currency)
        rows = vertical(self, spacing=8, margins=(16, 10, 16, 10))
        self._choices = horizontal(spacing=18)
        rows.addLayout(self._choices)
        rows.addLayout(_pairs(("&Headers", self.header)))
        self._choices.addLayout(_pairs(("&Delimiter", self.delimiter), ("De&cimals", self.marks)))
        self._choices.addLayout(_pairs(("Da&tes", self.dates), ("C&urrency where none is named", self.currency)))
        self._choices.addStretch()

    def show_checked(self, checked: Checked, layout: Layout, base_currency: str) -> None:
        """Show how a file was read."""
        self._checked = checked
        self.delimiter.choose(layout.delimiter)
        self.marks.choose(layout.marks.decimal)
        self.dates.choose(layout.date_order)
        self.currency.choose(checked.reading.currency or base_currency)
        self.header.set_options(_header_options(checked, layout))
        self.header.choose(layout.header_line)

    def set_direction(self, direction: QBoxLayout.Direction) -> None:
        """Show the choices beside or below each other."""
        self._choices.setDirection(direction)

    def _on_delimiter(self, chosen: object) -> None:
        if (layout := self._layout()) is not None and chosen != layout.delimiter:
            self._emit_layout(layout.with_delimiter(str(chosen)))

    def _on_marks(self, chosen: object) -> None:
        if (layout := self._layout()) is not None and (chosen != layout.marks.decimal or layout.doubtful):
            self._emit_layout(layout.with_marks(COMMA if chosen == COMMA.decimal else POINT))

    def _on_dates(self, chosen: object) -> None:
        if (layout := self._layout()) is not None and isinstance(chosen, DateOrder) and chosen != layout.date_order:
            self._emit_layout(layout.with_date_order(chosen))

    def _on_header(self, chosen: object) -> None:
        if (layout := self._layout()) is not None and isinstance(chosen, int) and chosen != layout.header_line:
            self._emit_layout(layout.with_header_line(chosen))

    def _on_currency(self, chosen: object) -> None:
        if self._checked is not None and chosen != self._checked.reading.currency:
            self.reading_changed.emit(replace(self._checked.reading, currency=str(chosen)))

    def _layout(self) -> Layout | None:
        return self._checked.layout or self._checked.reading.layout if self._checked else None

    def _emit_layout(self, layout: Layout) -> None:
        assert self._checked is not None
        reading: Reading = replace(self._checked.reading, layout=layout)
        self.reading_changed.emit(reading)


def _pairs(*named: tuple[str, Combo]) -> QHBoxLayout:
    """Lists with their names before them."""
    row = horizontal(spacing=8)
    for words, combo in named:
        combo.setProperty("kind", "column")
        row.addWidget(label(words, "note", "mute", buddy=combo))
        row.addWidget(combo)
        row.addSpacing(10)
    row.addStretch()
    return row


def _header_options(checked: Checked, layout: Layout) -> list[tuple[object, str]]:
    """The first lines of the file, of which one has the headers; none of them."""
    heads = checked.draft.heads if isinstance(checked.draft, Draft) else ()
    lines = {each.line: ", ".join(filter(None, each.cells)) for each in heads if len(each.cells) > 1}
    if layout.header_line and layout.header_line not in lines:
        lines[layout.header_line] = ", ".join(column.header for column in layout.columns)
    named = [(line, f"Row {line}: {words[:_LONGEST_HEAD]}") for line, words in sorted(lines.items())]
    return [*named, (0, "None, the first row is a holding")]


def places_for(checked: Checked, accounts: Sequence[str]) -> tuple[list[tuple[object, str]], object]:
    """Where a file can go, and where it goes now; a new account is only named where its columns are looked at."""
    into, shown = checked.reading.into, _into_shown(checked, accounts)
    options = [each for each in _into_options(checked, accounts, can_follow=checked.names_accounts) if each[0] != _NEW]
    if shown == _NEW:
        return [*options, (into, f"{into.account} (new)")], into
    return options, shown


def _into_options(checked: Checked, accounts: Sequence[str], *, can_follow: bool) -> list[tuple[object, str]]:
    """As the file says, the accounts there are, and a new one."""
    chosen = checked.reading.into
    options: list[tuple[object, str]] = []
    if can_follow:
        options.append((AS_IN_FILE, "As in the file"))
        if chosen.is_rest or (checked.leaves_accounts_open and checked.names_accounts):
            options += [(Into(each, is_rest=True), f"As in the file, others into {each}") for each in accounts]
    elif not accounts:
        options.append((Into(FIRST_ACCOUNT), f"{FIRST_ACCOUNT} (new)"))
    elif checked.leaves_accounts_open:
        options.append((_NOT_CHOSEN, "Choose an account…"))
    options += [(Into(each), f"All into {each}" if can_follow else each) for each in accounts]
    options.append((_NEW, "New account…"))
    return options


def _into_shown(checked: Checked, accounts: Sequence[str]) -> object:
    """The option that says where the holdings go now."""
    chosen = checked.reading.into
    if chosen.account is not None:
        known = next((each for each in accounts if each.casefold() == chosen.account.casefold()), None)
        if known is None:
            return Into(FIRST_ACCOUNT) if chosen.account == FIRST_ACCOUNT and not accounts else _NEW
        return Into(known, chosen.is_rest)
    if checked.names_accounts:
        return AS_IN_FILE
    if checked.leaves_accounts_open:
        return _NOT_CHOSEN
    return Into(accounts[0]) if len(accounts) == 1 else Into(FIRST_ACCOUNT)
