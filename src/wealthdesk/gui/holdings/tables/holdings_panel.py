"""The table of holdings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.accounts import Account, AccountGroup
from wealthdesk.domain.holdings import Holding, Portfolio
from wealthdesk.domain.names import name_order
from wealthdesk.domain.valuation import value
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.holdings.forms.account_dialog import AccountDialog
from wealthdesk.gui.holdings.forms.classes_dialog import SetClassDialog
from wealthdesk.gui.holdings.forms.holding_dialog import CashDialog, HoldingDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog
from wealthdesk.gui.holdings.tables import rows as row_values
from wealthdesk.gui.holdings.tables.columns import HOLDING_COLUMNS
from wealthdesk.gui.holdings.tables.rows import HoldingRow
from wealthdesk.gui.holdings.tables.table_panel import Step, TablePanel, UndoneBy
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.cards import ChoiceCard
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.empty_state import EmptyState
from wealthdesk.gui.widgets.table_view import RowTable

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

ALL_ACCOUNTS = "All accounts"
_CHEVRON: Final = 26
"""So far from the left a click on the head of an account opens or closes it."""


def _is_no_cash(row: HoldingRow) -> bool:
    return not row.asset.is_cash


def _is_holding(row: HoldingRow) -> bool:
    return row.subtotal is None


class HoldingTable(RowTable[HoldingRow]):
    """The head of an account is closed and opened by its chevron, or by the keys to the left and right."""

    turned = Signal(object)
    """The head that is to be opened or closed."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.selected_row()
        turns = {Qt.Key.Key_Left.value: False, Qt.Key.Key_Right.value: True}
        if row is not None and row.subtotal is not None and event.key() in turns:
            if turns[event.key()] is row.is_closed:
                self.turned.emit(row)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.position().x() < _CHEVRON and self.table.is_head(self.table.row_at(index)):
            self.turned.emit(self.table.row_at(index))
        else:
            super().mousePressEvent(event)


class HoldingsPanel(TablePanel[HoldingRow]):
    """Every holding, or those of one account, or of a group of them."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(desk, "Holdings", HOLDING_COLUMNS, lambda row: row.holding.id, "Add holding…", parent)
        self._rows: list[HoldingRow] = []
        self._heads: dict[str, HoldingRow] = {}
        self._groups: Mapping[str, AccountGroup] = {}
        self.closed: set[str] = set()
        """The ids of the accounts whose holdings are folded away, which a search unfolds."""
        self._folded: list[HoldingRow] = []
        self._holdings.turned.connect(self._on_turned)
        self.table.table.is_head = lambda row: row.subtotal is not None
        self.table.table.arranged = self._arranged
        self.account = Combo("Accounts shown", [(None, ALL_ACCOUNTS)])
        self.account.setMinimumWidth(142)
        self.account.setMaximumWidth(190)
        self.account.chosen.connect(self._show_account)
        self.cash = button("Set cas&h…", tip="Set how much cash an account holds")
        self.cash.clicked.connect(self.set_cash)
        keep_off(desk, self.cash)
        self.head.insert(0, self.cash)
        self.tools.append(self.account)
        self.set_steps(
            [
                Step("&Edit…", self._on_edit, "F2", icon="edit"),
                Step("Add &price…", self._on_price, icon="plus", fits=_is_no_cash),
                Step("Set c&lass…", self._on_class, for_several=True, icon="holdings", fits=_is_no_cash),
                Step("&Remove", self.remove, "Del", for_several=True, fits=_is_holding),
            ]
        )

    def made_table(self, name: str) -> RowTable[HoldingRow]:
        self._holdings = HoldingTable(name, HOLDING_COLUMNS, identity=lambda row: row.holding.id, parent=self.full)
        return self._holdings

    def empty_state(self) -> EmptyState:
        by_file = ChoiceCard(
            "import", "From a file", "Read the holdings export of your broker; you see everything before it is kept.",
            "&Import a file…",
        )  # fmt: skip
        by_hand = ChoiceCard("wallet", "By hand", "Type in what an account holds, asset by asset.", "&Add a holding…")
        by_file.chosen.connect(self.import_requested)
        by_hand.chosen.connect(self.add)
        return EmptyState(
            "No holdings yet", "What you hold, in which account, and what it is worth.", [by_file, by_hand]
        )

    def refresh(self) -> None:
        portfolio = self._offer_accounts()
        self._rows = row_values.holding_rows(portfolio, value(portfolio))
        self._heads = row_values.heads_of(self._rows, portfolio)
        self._show_account()

    def _offer_accounts(self) -> Portfolio:
        portfolio = self.desk.portfolios.current()
        self._groups = portfolio.groups
        named = [
            (key, portfolio.scope_name(key))
            for ids in (portfolio.groups, portfolio.accounts)
            for key in sorted(ids, key=lambda each: name_order(portfolio.scope_name(each)))
        ]
        self.account.set_options([(None, ALL_ACCOUNTS), *named])
        return portfolio

    @property
    def accounts_shown(self) -> str:
        """The id of the account or group of which the holdings are shown, "" for all."""
        return str(self.account.choice() or "")

    def show_accounts(self, account_or_group_id: str) -> None:
        """Show the holdings of an account or a group, where it is there; "" shows all."""
        self._offer_accounts()
        self.account.choose(account_or_group_id or None)

    def totals(self, rows: Sequence[HoldingRow]) -> str:
        rows = [*(row for row in rows if row.subtotal is None), *self._folded]
        said = text.count(len(rows), "holding")
        if rows:
            total = sum(row.value_minor or 0 for row in rows)
            said += f", {text.money(total, rows[0].base_currency)} in total"
        # What the total leaves out stands beside it: the end of the line is cut where there is little room.
        if without := sum(row.value_minor is None for row in rows):
            said += f", {without} without a value not counted"
        if rows and (newest_on := rows[0].newest_on) is not None:
            said += f". Prices are of {text.day(newest_on)}; only older ones carry their date"
        return said

    def add(self) -> None:
        """Open the form for a new holding; for an account first, when there is none."""
        if self._has_account():
            self.open(HoldingDialog(self.desk, account_id=self._account_shown(), parent=self))
        else:
            self._begin_with_account(lambda account: HoldingDialog(self.desk, account_id=account.id, parent=self))

    def set_cash(self) -> None:
        """Open the form for cash; for an account first, when there is none."""
        if self._has_account():
            self.open(CashDialog(self.desk, account_id=self._account_shown(), parent=self))
        else:
            self._begin_with_account(lambda account: CashDialog(self.desk, account_id=account.id, parent=self))

    def edit(self, row: HoldingRow) -> None:
        if row.subtotal is not None:
            self.open(AccountDialog(self.desk, row.subtotal.account, parent=self))
            return
        dialog = CashDialog if row.asset.is_cash else HoldingDialog
        self.open(dialog(self.desk, row.holding, parent=self))

    def remove(self) -> None:
        """Remove the holdings selected, and say how to take it back."""
        rows = self._chosen()
        if not rows:
            return
        removed = self.desk.holdings.remove([row.holding.id for row in rows])
        one = f"Removed {rows[0].asset.known_as} from {rows[0].account}."
        sentence = one if len(rows) == 1 else f"Removed {text.count(len(rows), 'holding')}."
        self.undoable.emit(UndoneBy(sentence, partial(self._select, removed)))

    def show_assets(self, asset_ids: Sequence[str]) -> bool:
        """Select the holdings of these assets in all accounts; False when there are none."""
        wanted = frozenset(asset_ids)
        self.closed -= {row.holding.account_id for row in self._rows if row.asset.id in wanted}
        self.account.choose(None)
        self._show_account()
        return bool(self.table.select_all_of(r.holding.id for r in self._rows if r.asset.id in wanted))

    def _select(self, removed: Sequence[Holding]) -> None:
        self.closed -= {each.account_id for each in removed}
        self._show_account()
        self.table.select_all_of(each.id for each in removed)

    def _has_account(self) -> bool:
        return bool(row_values.accounts_offered(self.desk.portfolios.current()))

    def _account_shown(self) -> str:
        """The id of the one account that is shown; "" for all of them, or those of a group."""
        chosen = self.account.choice()
        return chosen if isinstance(chosen, str) and chosen not in self._groups else ""

    def _begin_with_account(self, then: Callable[[Account], FormDialog]) -> None:
        dialog = AccountDialog(self.desk, parent=self)
        dialog.saved.connect(lambda account: self.open(then(account)))
        self.open(dialog)

    def _show_account(self) -> None:
        chosen = self.account.choice()
        group = self._groups.get(str(chosen))
        inside = group.accounts if group else {chosen}
        shown = [row for row in self._rows if chosen is None or row.holding.account_id in inside]
        self.show_rows(shown)
        # An account without holdings is no reason to say that there are none at all.
        self.show_empty(not self._rows)

    def _chosen(self) -> list[HoldingRow]:
        """The holdings that are selected."""
        return [row for row in self.table.selected_rows() if row.subtotal is None]

    def _arranged(self, rows: list[HoldingRow]) -> list[HoldingRow]:
        """By account, a head with what it comes to before each; of one account alone as they are."""
        self._folded = []
        if self._account_shown():
            return rows
        within: dict[str, list[HoldingRow]] = {}
        for row in rows:
            within.setdefault(row.holding.account_id, []).append(row)
        ordered = sorted(within, key=lambda key: name_order(self._heads[key].account))
        closed = set() if self._sought else self.closed
        self._folded = [row for key in ordered if key in closed for row in within[key]]
        heads = {key: replace(self._heads[key], is_closed=key in closed) for key in ordered}
        return [row for key in ordered for row in (heads[key], *([] if key in closed else within[key]))]

    def _on_turned(self, head: HoldingRow) -> None:
        self.closed ^= {head.holding.account_id}
        self._show_account()
        self.table.select(head.holding.id)

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_price(self) -> None:
        row = self.table.selected_row()
        if row is not None and not row.asset.is_cash and row.subtotal is None:
            self.open(PriceDialog(self.desk, row.asset, parent=self))

    def _on_class(self) -> None:
        assets = list({row.asset.id: row.asset for row in self._chosen()}.values())
        if assets:
            self.open(SetClassDialog(self.desk, assets, parent=self))
