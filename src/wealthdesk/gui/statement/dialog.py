"""What a policy statement is asked for with: whose it is, and whether it is printed or saved as PDF or HTML."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtWidgets import QDialog, QWidget

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import chosen_folder, paper
from wealthdesk.gui import format as text
from wealthdesk.gui.statement.content import TITLE, Statement, statement_html, statement_of
from wealthdesk.gui.statement.sheet import paint_statement, statement_pdf
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import dialog_foot, fit_height, vertical
from wealthdesk.gui.widgets.text import label
from wealthdesk.services.given_files import save

if TYPE_CHECKING:
    from pathlib import Path

    from wealthdesk.services.desk import Desk

_EXPLAINED: Final = (
    "One page: the targets with their bands, the rules by which plans are made, the reason of each version, and a "
    "line to sign. It says what is kept in the file today."
)
_WIDTH: Final = 520
_NONE: Final = "There are no targets yet. Set them on the page Allocation first."


class StatementDialog(QDialog):
    """scope: whose strategy in force is chosen at first; that of the whole portfolio where it has none."""

    def __init__(self, desk: "Desk", scope: Scope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(TITLE)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._strategies = {each.id: each for each in desk.targets.all() if each.targets}
        self.strategy = Combo("Strategy", self._options())
        chosen = desk.targets.active(scope) or desk.targets.active(None)
        if chosen is not None and chosen.id in self._strategies:
            self.strategy.choose(chosen.id)
        self.print_button = primary_button("&Print…")
        self.pdf, self.html = button("Save as P&DF…"), button("Save as &HTML…")
        self.close_button = button("C&lose")
        for each in (self.print_button, self.pdf, self.html, self.strategy):
            each.setEnabled(bool(self._strategies))
        self._lay_out()
        self.print_button.clicked.connect(self._on_print)
        self.pdf.clicked.connect(partial(self._on_save, "pdf"))
        self.html.clicked.connect(partial(self._on_save, "html"))
        self.close_button.clicked.connect(self.reject)
        fit_height(self)

    def statement(self) -> Statement:
        """The statement of the strategy that is chosen; NotFound if that is gone since."""
        return statement_of(self._desk, self._desk.targets.get(str(self.strategy.choice())))

    def save_as(self, kind: str, path: "Path") -> None:
        """Write it to a file, as "pdf" or "html"; WealthDeskError where it cannot be written."""
        said = self.statement()
        save(path, statement_pdf(said) if kind == "pdf" else statement_html(said).encode())

    def paint_on(self, printer: QPagedPaintDevice) -> None:
        """Paint it on a printer; WealthDeskError where that takes no pages."""
        paint_statement(printer, self.statement())

    def _options(self) -> list[tuple[object, str]]:
        return [(each.id, self._words(each)) for each in self._strategies.values()]

    def _words(self, strategy: Strategy) -> str:
        place = text.scope(self._desk.portfolios.current().scope_name(strategy.scope))
        return f"{text.targets_name(strategy.name)} · {place}" + ("" if strategy.is_active else ", not in force")

    def _on_print(self) -> None:
        paper.ask_printer(TITLE, self.paint_on, self, has_amounts=self.statement().has_amounts)

    def _on_save(self, kind: str) -> None:
        name = f"policy-statement-{self._desk.clock.today().isoformat()}.{kind}"
        has_amounts = self.statement().has_amounts
        save_as = partial(self.save_as, kind)
        chosen_folder.ask_export("Save the policy statement", name, save_as, self, has_amounts=has_amounts)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        outer.addStrut(_WIDTH)
        body = vertical(spacing=14, margins=(24, 20, 24, 20))
        body.addWidget(label(TITLE, "panel"))
        body.addWidget(label(_EXPLAINED if self._strategies else _NONE, "body", "mute2", wrap=True))
        field = vertical(spacing=4)
        field.addWidget(label("&Strategy", "note", "mute", buddy=self.strategy))
        field.addWidget(self.strategy)
        body.addLayout(field)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.html, self.pdf, self.print_button, left=[self.close_button]))
