"""The table of accounts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.valuation import value
from wealthdesk.gui import format as text
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.groups_dialog import GroupsDialog
from wealthdesk.gui.holdings.tables import rows as row_values
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.columns import ACCOUNT_COLUMNS
from wealthdesk.gui.holdings.tables.rows import AccountRow
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class AccountsPanel(TablePanel[AccountRow]):
    """Every account with its value."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(desk, "Accounts", ACCOUNT_COLUMNS, lambda row: row.account.id, "Add account…", parent)
        self.groups = button("&Groups…", tip="Look at several accounts together, with a strategy of their own")
        self.groups.clicked.connect(self.open_groups)
        keep_off(desk, self.groups)
        self.head.insert(0, self.groups)
        self.set_steps([Step("&Edit…", self._on_edit, "F2"), Step("&Remove…", self.remove, "Del")])

    def empty_state(self) -> EmptyState:
        by_file = ChoiceCard(
            "import", "From a file", "The holdings export of your broker can name its accounts.", "&Import a file…"
        )
        by_hand = ChoiceCard("wallet", "By hand", "A name, how it is taxed, its currency.", "&Add an account…")
        by_file.chosen.connect(self.import_requested)
        by_hand.chosen.connect(self.add)
        return EmptyState("No accounts yet", "Where you hold what you hold.", [by_file, by_hand])

    def refresh(self) -> None:
        portfolio = self.desk.portfolios.current()
        self.show_rows(row_values.account_rows(portfolio, value(portfolio)))

    def totals(self, rows: Sequence[AccountRow]) -> str:
        said = text.count(len(rows), "account")
        if rows:
            said += f", {text.money(sum(row.value_minor for row in rows), rows[0].base_currency)} in total"
        without = sum(row.unpriced for row in rows)
        return f"{said}. {text.count(without, 'holding')} without a value not counted." if without else said

    def add(self) -> None:
        """Open the form for a new account."""
        self.open(AccountDialog(self.desk, parent=self))

    def edit(self, row: AccountRow) -> None:
        self.open(AccountDialog(self.desk, row.account, parent=self))

    def open_groups(self) -> None:
        """Open the list of groups of accounts."""
        self.open(GroupsDialog(self.desk, parent=self))

    def remove(self) -> None:
        """Ask, then remove the account selected."""
        row = self.table.selected_row()
        if row is None:
            return
        worth = text.money(row.value_minor, row.base_currency)
        explained = words.of_account(self.desk.accounts.goes_with(row.account.id), worth)
        account_id = row.account.id
        self.question = words.ask(row.account.name, explained, lambda: self.desk.accounts.remove(account_id), self)

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)
