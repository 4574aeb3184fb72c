"""Groups of accounts: their list, and the form for one of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QMessageBox, QWidget

from wealthdesk.domain.accounts import Account, AccountGroup
from wealthdesk.domain.names import checked_name, name_order
from wealthdesk.domain.valuation import value
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import Field, FormDialog, open_dialog
from wealthdesk.gui.holdings.forms.list_dialog import ListDialog
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.columns import copied_amount
from wealthdesk.gui.table_model import Column

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_ID: Final = Qt.ItemDataRole.UserRole
_LINE, _EDGES = 30, 8
_LEAST, _MOST = 3, 12
"""So many accounts are seen at once; of more the list scrolls."""


class AccountTicks(QListWidget):
    """Accounts, each with a box; Space ticks the one that has the focus."""

    def __init__(self, accounts: Iterable[Account], ticked: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Accounts of the group")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for each in accounts:
            item = QListWidgetItem(f"{each.name} (archived)" if each.is_archived else each.name, self)
            item.setData(_ID, each.id)
            item.setSizeHint(QSize(0, _LINE))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if each.id in ticked else Qt.CheckState.Unchecked)
        self.setFixedHeight(_LINE * max(_LEAST, min(self.count(), _MOST)) + _EDGES)
        self.setCurrentRow(0)

    def ticked(self) -> frozenset[str]:
        """The ids of the accounts that are ticked."""
        items = (self.item(line) for line in range(self.count()))
        return frozenset(str(item.data(_ID)) for item in items if item.checkState() is Qt.CheckState.Checked)


class GroupDialog(FormDialog):
    """A new group, or the one given."""

    def __init__(self, desk: "Desk", group: AccountGroup | None = None, parent: QWidget | None = None) -> None:
        words = ("Edit group", "&Save") if group else ("Add group of accounts", "&Add group")
        super().__init__(*words, parent=parent)
        self._desk, self._group = desk, group
        self.name = QLineEdit(group.name if group else "")
        self.name.setAccessibleName("Name of the group")
        self.name.setPlaceholderText("Retirement")
        ticked = group.accounts if group else frozenset[str]()
        # Those of the group first: in a long list they would lie where nobody looks.
        accounts = sorted(desk.accounts.all(), key=lambda each: each.id not in ticked)
        self.accounts = AccountTicks((each for each in accounts if not each.is_archived or each.id in ticked), ticked)
        self._name = Field("&Name", self.name, parent=self)
        self._accounts = Field("A&ccounts", self.accounts, parent=self)
        self.add(self._name)
        self.add(self._accounts)
        self.name.setFocus()

    def save(self) -> AccountGroup:
        with self._name.refusing():
            name = checked_name(self.name.text(), "name for the group")
        accounts = self.accounts.ticked()
        self._accounts.show_problem("")
        with self._accounts.refusing(BadInput):
            if not accounts:
                raise BadInput("A group has at least one account. Tick one.")
        with self._name.refusing(AlreadyExists), self._name.refusing(BadInput):
            return self._keep(name, accounts)

    def _keep(self, name: str, accounts: frozenset[str]) -> AccountGroup:
        if self._group is None:
            return self._desk.groups.add(name, accounts)
        changed = replace(self._group, name=name, accounts=accounts)
        self._desk.groups.change(changed)
        return changed

    def _input(self) -> list[object]:
        return [*super()._input(), self.accounts.ticked()]


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A group with the names of its accounts, what these hold together, and the strategy in force for it."""

    group: AccountGroup
    accounts: tuple[str, ...]
    value_minor: int
    base_currency: str
    strategy: str


_COLUMNS: Final[tuple[Column[GroupEntry], ...]] = (
    Column("Group", lambda row: row.group.name, font="strong", width=150, tip=lambda row: row.group.name),
    Column(
        "Accounts",
        lambda row: ", ".join(row.accounts) or "none any more",
        tip=lambda row: "\n".join(row.accounts),
        stretch=True,
    ),
    Column("Strategy", lambda row: row.strategy or text.NOTHING, width=130, tip=lambda row: row.strategy),
    Column(
        "Value",
        lambda row: text.money(row.value_minor, row.base_currency),
        key=lambda row: row.value_minor,
        copied=lambda row: copied_amount(row.value_minor, row.base_currency),
        width=130,
        right=True,
    ),
)


class GroupsDialog(ListDialog[GroupEntry]):
    """What is changed here is kept at once."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        subtitle = "A group is looked at and planned for like one account, with a strategy of its own."
        super().__init__("Groups of accounts", subtitle, _COLUMNS, lambda row: row.group.id, "&Add group…", parent)
        self._desk = desk
        self.question: QMessageBox | None = None
        self.resize(720, 460)
        self.edit_button = self.add_step("&Edit…", self._on_edit, "F2")
        self.remove_button = self.add_step("&Remove…", self._on_remove, "Del")
        self.add_button.setEnabled(bool(desk.accounts.all()))
        self.refresh()
        self.table.select_line()
        (self.table if self.table.table.rows() else self.add_button).setFocus()

    def add(self) -> None:
        """Open the form for a new group."""
        self._open(GroupDialog(self._desk, parent=self))

    def edit(self, row: GroupEntry) -> None:
        self._open(GroupDialog(self._desk, row.group, parent=self))

    def refresh(self) -> None:
        portfolio = self._desk.portfolios.current()
        active = {each.scope: each.name for each in self._desk.targets.all() if each.is_active}
        self.show_rows(
            [
                GroupEntry(
                    each,
                    tuple(sorted((portfolio.accounts[key].name for key in each.accounts), key=name_order)),
                    value(portfolio, each.id).total_minor,
                    portfolio.base_currency,
                    active.get(each.id, ""),
                )
                for each in portfolio.groups.values()
            ]
        )
        self.show_note("" if portfolio.groups else "No group yet, such as “Retirement” for two accounts.")

    def show_possible(self) -> None:
        has_one = self.table.selected_row() is not None
        for each in (self.edit_button, self.remove_button):
            each.setEnabled(has_one)

    def _open(self, dialog: GroupDialog) -> None:
        dialog.saved.connect(self._on_saved)
        open_dialog(dialog)

    def _on_saved(self, group: AccountGroup) -> None:
        self.refresh()
        self.table.select(group.id)
        self.table.setFocus()

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_remove(self) -> None:
        if (row := self.table.selected_row()) is not None:
            group_id = row.group.id
            explained = words.of_group(self._desk.groups.goes_with(group_id))
            self.question = words.ask(row.group.name, explained, lambda: self._remove(group_id), self)

    def _remove(self, group_id: str) -> None:
        self._desk.groups.remove(group_id)
        self.refresh()
