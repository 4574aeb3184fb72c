"""The import of a fund's companies: where they go, what the file would change or what is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.domain.reserves import Company, Fund
from wealthdesk.errors import PortfolioChanged, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks
from wealthdesk.gui.form_dialog import AskingDialog, Field
from wealthdesk.gui.page import Bus
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.change_preview import ChangePreview, ChangePreviewPane, ReasonField
from wealthdesk.gui.widgets.change_words import shown_preview
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo
from wealthdesk.gui.widgets.fields import MoneyEdit
from wealthdesk.gui.widgets.layouts import dialog_foot, horizontal, open_within, vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.message import Message, ProgressStrip
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.company_imports import CompaniesDraft, CompanyImport, Problem, read_file

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_NEW: Final = PillValues("New", Tone.OK)
_CHANGED: Final = PillValues("Changed", Tone.NEUTRAL)


@dataclass(frozen=True, slots=True)
class ReadCompany:
    """A company as the file would leave it, and as it is now; None: it is new."""

    after: Company
    before: Company | None
    currency: str

    @property
    def is_changed(self) -> bool:
        """Whether anything would be different."""
        return self.after != self.before


def read_companies(told: CompanyImport) -> list[ReadCompany]:
    """The companies of a file in its order."""
    known = {each.id: each for each in told.fund.companies}
    return [ReadCompany(each, known.get(each.id), told.fund.currency) for each in told.companies]


def summary(read: Sequence[ReadCompany], fund: Fund) -> str:
    """What the file comes to: "2 new, 5 changed, 1 as it is · 3 others stay as they are"."""
    added = sum(each.before is None for each in read)
    changed = sum(each.before is not None and each.is_changed for each in read)
    same = len(read) - added - changed
    parts = [f"{added:,} new"] if added else []
    parts += [f"{changed:,} changed"] if changed else []
    parts += [f"{same:,} as {'it is' if same == 1 else 'they are'}"] if same else []
    others = len(fund.companies) - changed - same
    stay = f" · {text.count(others, 'other')} not in the file" if others else ""
    return f"{', '.join(parts)}{stay}"


def _amount(minor: int | None, currency: str) -> str:
    return text.NOTHING if minor is None else text.money_brief(minor, currency)


def _planned(each: ReadCompany) -> str:
    return _amount(each.after.planned_minor, each.currency)


def _cap(each: ReadCompany) -> str:
    return "No cap" if each.after.cap_minor is None else _amount(each.after.cap_minor, each.currency)


def _was(after: int | None, before: int | None, each: ReadCompany) -> str:
    if each.before is None or after == before:
        return ""
    return f"was {'no cap' if before is None else _amount(before, each.currency)}"


def _pill(each: ReadCompany) -> PillValues | None:
    return _NEW if each.before is None else _CHANGED if each.is_changed else None


def _nothing(each: object) -> str:
    return ""


COMPANY_COLUMNS: Final[tuple[Column[ReadCompany], ...]] = (
    Column("Company", lambda each: each.after.name, tip=lambda each: each.after.name, font="control", stretch=True),
    Column(
        "Planned",
        _planned,
        key=lambda each: each.after.planned_minor,
        note=lambda each: _was(each.after.planned_minor, each.before.planned_minor if each.before else None, each),
        right=True,
        figures=True,
        width=118,
    ),
    Column(
        "Cap",
        _cap,
        key=lambda each: each.after.cap_minor,
        note=lambda each: _was(each.after.cap_minor, each.before.cap_minor if each.before else None, each),
        ink=lambda each: "mute" if each.after.cap_minor is None else "",
        right=True,
        figures=True,
        width=112,
    ),
    Column(
        "Deployed",
        lambda each: _amount(each.after.deployed_minor, each.currency),
        key=lambda each: each.after.deployed_minor,
        note=lambda each: _was(each.after.deployed_minor, each.before.deployed_minor if each.before else None, each),
        right=True,
        figures=True,
        width=112,
    ),
    Column("", _nothing, pill=_pill, width=116, right=True),
)
PROBLEM_COLUMNS: Final[tuple[Column[Problem], ...]] = (
    Column(
        "Line",
        lambda each: f"{each.line:,}" if each.line else text.NOTHING,
        key=lambda each: each.line,
        right=True,
        figures=True,
        ink=lambda each: "mute",
        width=56,
    ),
    Column("Column", lambda each: each.column, font="control", tip=lambda each: each.column, width=130),
    Column(
        "What is wrong",
        lambda each: each.what,
        icon=lambda each: "error",
        icon_ink="error",
        tip=lambda each: each.what,
        width=330,
        wrap=True,
    ),
    Column("How to fix it", lambda each: each.fix, tip=lambda each: each.fix, stretch=True, wrap=True),
)


SIZE: Final = (1080, 640)
_PANE: Final = 344
_NEW_FUND: Final = ""


class FundChoice(QWidget):
    """Where the companies go: into a fund that is there, or into a new one with its name, currency and size."""

    chosen = Signal()
    """Another fund, or another currency of the new one."""

    def __init__(self, desk: "Desk", fund: Fund | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._fund_id = str(uuid4())
        self.into = Combo("Import into", self._options())
        self.into.choose(fund.id if fund else _NEW_FUND)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the new fund")
        self.currency = CurrencyCombo("Currency", desk.portfolios.current().base_currency)
        self.size_edit = MoneyEdit("Size of the fund", self.currency.known_code())
        self._new = QWidget()
        new = horizontal(self._new, spacing=12)
        new.addWidget(Field("&Name of the fund", self.name), 3)
        new.addWidget(Field("C&urrency", self.currency), 1)
        new.addWidget(Field("Fund si&ze, optional", self.size_edit), 2)
        column = vertical(self, spacing=12)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Field("Import in&to", self.into))
        column.addWidget(self._new)
        self._new.setVisible(self.is_new)
        self.into.chosen.connect(self._on_into)
        self.currency.currentTextChanged.connect(self._on_currency)

    @property
    def is_new(self) -> bool:
        """Whether they go into a new fund."""
        return self.into.choice() == _NEW_FUND

    @property
    def is_known(self) -> bool:
        """Whether a new fund has the name of one that there is."""
        name = self.fund_name.casefold()
        return self.is_new and any(each.name.casefold() == name for each in self._desk.funds.all())

    @property
    def has_wrong_size(self) -> bool:
        """Whether the size of a new fund is told and cannot be read."""
        return self.is_new and self.size_edit.minor() is None and bool(self.size_edit.field.text().strip())

    @property
    def fund_name(self) -> str:
        """The name of the fund, "" where a new one has none yet."""
        return " ".join(self.name.text().split()) if self.is_new else self.into.currentText()

    @property
    def code(self) -> str:
        """The currency of the fund."""
        if self.is_new:
            return self.currency.known_code() or self._desk.portfolios.current().base_currency
        return self._desk.funds.get(str(self.into.choice())).currency

    @property
    def size_minor(self) -> int | None:
        """The size of a new fund in minor units, if one is told."""
        return self.size_edit.minor() if self.is_new else None

    def fund(self) -> Fund:
        """The fund as it is kept, or as it would be before the companies."""
        if self.is_new:
            return Fund(self._fund_id, self.fund_name, self.code, self.size_minor, version=0)
        return self._desk.funds.get(str(self.into.choice()))

    def show_funds(self) -> None:
        """Offer the funds that there are now."""
        self.into.set_options(self._options())
        self._new.setVisible(self.is_new)

    def _options(self) -> list[tuple[object, str]]:
        known: list[tuple[object, str]] = [(each.id, each.name) for each in self._desk.funds.all()]
        return [*known, (_NEW_FUND, "A new fund")]

    def _on_into(self) -> None:
        self._new.setVisible(self.is_new)
        self.chosen.emit()

    def _on_currency(self) -> None:
        if self.currency.known_code():
            self.size_edit.set_currency(self.currency.known_code())
            self.chosen.emit()


class ImportDialog(AskingDialog):
    """source: the file, or what was read of it already. fund: where the companies go at first; None: into a new one.

    The file is read again where another currency may change its amounts, and compared again where the fund changed.
    """

    saved = Signal(object)
    """Fund, as it is kept."""

    def __init__(
        self,
        desk: "Desk",
        source: Path | CompaniesDraft,
        fund: Fund | None = None,
        parent: QWidget | None = None,
        *,
        bus: Bus | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._source = desk, source
        self._draft: CompaniesDraft | None = None
        self._told: CompanyImport | None = None
        self._read: list[ReadCompany] = []
        self._is_keeping = False
        self._wanted_currency = ""
        self._make_widgets(fund)
        self._lay_out()
        self._connect(bus)
        self._read_file()

    @property
    def told(self) -> CompanyImport | None:
        """What keeping the file would change; None while it is read, or where it has problems."""
        return self._told

    @property
    def found(self) -> list[Problem]:
        """What is wrong in the file."""
        return self.problems.table.rows()

    def accept(self) -> None:
        """Keep the companies, then close; a refusal leaves the dialog open."""
        told = self._told
        if told is None or not self.primary.isEnabled():
            if not self.pane.findings.focus_open():
                self._focus_first()
            return
        draft, name, code = self._draft, self.fund.fund_name, told.fund.currency
        size, reason, version = self.fund.size_minor, self.pane.reason, told.fund.version
        assert draft is not None
        keep = self._desk.company_imports.keep

        def work() -> CompanyImport:
            return keep(name, draft, code, size, reason, seen_version=version)

        self._is_keeping = True
        self.refusal.hide()
        self._show_standing()
        tasks.run(work, self._on_kept, self, failed=self._on_refused, progress=self.progress)

    def is_changed(self) -> bool:
        """Whether something was typed; what is read of the file can be read again."""
        return any(each.window() is self and each.isModified() for each in self.findChildren(QLineEdit))

    def reject(self) -> None:
        """Leave without keeping anything, asked about where something was typed; not while it is being kept."""
        if not self._is_keeping:
            super().reject()

    # What the user asks for, and what comes of it

    def _on_read(self, code: str, draft: CompaniesDraft) -> None:
        # Another currency may have been chosen meanwhile; that reading is still to come.
        if code == self._wanted_currency:
            self._draft = draft
            self._compare()

    def _on_kept(self, kept: CompanyImport) -> None:
        self._is_keeping = False
        super().accept()
        self.saved.emit(kept.kept)

    def _on_refused(self, refusal: WealthDeskError) -> None:
        self._is_keeping = False
        self.refusal.show_message(Tone.ERROR, "Nothing was kept", str(refusal))
        self.refusal.show()
        if isinstance(refusal, PortfolioChanged):
            self._compare()
        self._show_standing()

    def _on_changed(self, changes: Changes) -> None:
        if changes & {Topic.RESERVES, Topic.SETTINGS} and self.isVisible() and not self._is_keeping:
            self.fund.show_funds()
            self._read_file()

    def _focus_first(self) -> None:
        if self.fund.is_new and not self.fund.fund_name:
            self.fund.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # What it works on

    def _read_file(self) -> None:
        """Read the file where its amounts are in another currency than before, and compare in any case."""
        code, source = self.fund.code, self._source
        if code == self._wanted_currency:
            self._compare()
        elif isinstance(source, CompaniesDraft):
            self._wanted_currency = code
            self._on_read(code, source)
        else:
            self._wanted_currency, self._draft = code, None
            self._compare()
            tasks.run(lambda: read_file(source, code), partial(self._on_read, code), self, progress=self.progress)

    def _compare(self) -> None:
        draft, told = self._draft, None
        fund = self.fund.fund()
        if draft is not None and not draft.problems:
            told = self._desk.company_imports.preview(fund, draft)
        problems = draft.problems if draft is not None else ()
        if told is not None and told.problems:
            problems, told = told.problems, None
        self._told = told
        self._show_outcome(problems)

    # What is shown

    def _show_outcome(self, problems: tuple[Problem, ...]) -> None:
        told = self._told
        self._read = read_companies(told) if told is not None else []
        self.companies.set_rows(self._read)
        self.problems.set_rows(problems)
        self._stack.setCurrentWidget(self.problems if problems else self.companies)
        self.pane.setVisible(not problems)
        self.pane.show_preview(shown_preview(told.preview) if told is not None else ChangePreview(nothing=""))
        if told is not None:
            version = told.fund.version
            on = f"On version {version}. Importing makes version {version + 1}."
            self.pane.show_subtitle("The first version of a new fund." if not version else on)
        self._show_counts(len(problems))
        self._show_standing()

    def _show_counts(self, problems: int) -> None:
        if problems:
            words = f"{text.count(problems, 'problem')}: nothing is imported until the file has none"
        elif self._told is None:
            words = "Reading…"
        else:
            words = summary(self._read, self._told.fund)
        self._counts.setText(words)

    def _show_standing(self) -> None:
        number = len(self._read)
        self.primary.setText(f"&Import {text.count(number, 'company', 'companies')}" if number else "&Import")
        self.primary.setAccessibleName(self.primary.text().replace("&", ""))
        why_not = self._why_not()
        self.primary.setEnabled(not why_not and not self._is_keeping)
        self.pane.show_busy(self._is_keeping)
        self._hint.setText(why_not)

    def _why_not(self) -> str:
        if self.found:
            return "Correct the file and choose it again"
        if self._told is None:
            return "Reading the file" if self._draft is None else "Nothing to import"
        if self.fund.is_new and not self.fund.fund_name:
            return "Name the new fund to import"
        if self.fund.is_known:
            return "There is a fund of this name: choose it above, or write another one"
        if self.fund.is_new and not self.fund.currency.known_code():
            return "Choose a currency to import"
        if self.fund.has_wrong_size:
            return "Correct the size of the fund to import"
        if not any(each.is_changed for each in self._read):
            return "Every company is in the fund as it is in the file"
        return self.pane.why_not("import")

    # How it is made

    def _make_widgets(self, fund: Fund | None) -> None:
        self.setWindowTitle("Import companies")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumSize(780, 460)
        open_within(self, *SIZE)
        self.fund = FundChoice(self._desk, fund, self)
        self.progress = ProgressStrip("Reading…")
        stack = self._stack = QStackedWidget(self)
        self.companies: TableView[ReadCompany] = TableView("Companies in the file", COMPANY_COLUMNS, parent=stack)
        self.problems: TableView[Problem] = TableView("Problems", PROBLEM_COLUMNS, row_height=46, parent=stack)
        self.pane = ChangePreviewPane(parent=self, reason=ReasonField.OPTIONAL, width=_PANE)
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self._counts = label(role="strong")
        self._hint = label(role="note", ink="mute")
        self.primary = primary_button("&Import")
        self.cancel = button("Canc&el")

    def _lay_out(self) -> None:
        name = self._source.name if isinstance(self._source, Path) else self._source.file_name
        self.pane.reason_field.setPlaceholderText(f"Imported from {name}")
        body = vertical(spacing=12, margins=(24, 20, 20, 16))
        heading = vertical(spacing=3)
        heading.addWidget(label("Import companies", "panel"))
        heading.addWidget(label(name, "body", "mute2"))
        body.addLayout(heading)
        for each in (self.fund, self.refusal, self.progress, self._counts):
            body.addWidget(each)
        for table in (self.companies, self.problems):
            self._stack.addWidget(table)
        body.addWidget(self._stack, 1)
        row = horizontal(spacing=0)
        row.addLayout(body, 1)
        row.addWidget(self.pane)
        outer = vertical(self, spacing=0)
        outer.addLayout(row, 1)
        outer.addWidget(self._foot())

    def _foot(self) -> QWidget:
        return dialog_foot(self.cancel, self.primary, words=self._hint)

    def _connect(self, bus: Bus | None) -> None:
        self.fund.chosen.connect(self._read_file)
        self.fund.name.textEdited.connect(self._show_standing)
        self.fund.size_edit.edited.connect(self._compare)
        self.pane.accepted_changed.connect(self._show_standing)
        self.primary.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        if bus is not None:
            bus.changed.connect(self._on_changed)
