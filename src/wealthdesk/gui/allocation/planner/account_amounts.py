"""An amount for each account: one line per account, and their sum."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.money import from_minor, product_minor
from wealthdesk.domain.valuation import ONE, RateConversion
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.money_edit import MoneyEdit
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.text import label

_WIDE = 178


class AccountAmounts(QWidget):
    """Each amount is in the currency of its account; their sum in the base currency."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edits: dict[str, MoneyEdit] = {}
        self._names: dict[str, ShortLabel] = {}
        self._currency = ""
        self._accounts: Sequence[Account] = ()
        self._ways: Mapping[str, RateConversion] = {}
        self._tab_after: QWidget | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)
        self._total_words = label("In total", "strong")
        self.total = label(role="strong", figures=True, right=True)
        self.total.setContentsMargins(0, 0, 44, 0)

    def show_accounts(self, accounts: Sequence[Account], currency: str, ways: Mapping[str, RateConversion]) -> None:
        """Offer these accounts; what is typed for those that stay, stays. ways: how to come to the base currency."""
        self._accounts, self._currency, self._ways = accounts, currency, ways
        if self.edits:
            self.make_lines()

    def make_lines(self) -> None:
        """Make the lines of the accounts: when they are first wanted, which is not at the start."""
        accounts = self._accounts
        if [(each.id, each.name) for each in accounts] != [(key, line.words) for key, line in self._names.items()]:
            self._make_lines(accounts)
            self._order_tabs()
        for account in accounts:
            self.edits[account.id].set_currency(account.currency)
        self._show_total()

    def amounts(self) -> Mapping[Scope, int]:
        """Account → amount above 0, in minor units of its currency."""
        typed = {account_id: edit.minor() for account_id, edit in self.edits.items()}
        return {account_id: minor for account_id, minor in typed.items() if minor}

    def problem(self) -> str:
        """The first sentence about what cannot be read."""
        return next((edit.problem() for edit in self.edits.values() if edit.problem()), "")

    def begin_with(self, minor: int | None) -> None:
        """Put an amount of the base currency on the first line."""
        self.make_lines()
        first = next(iter(self.edits.values()), None)
        if first is not None:
            first.set_minor(None if minor is None else from_base(minor, first.currency, self._currency, self._ways))
        self._show_total()

    def share_out(self, minor: int) -> None:
        """Put half of an amount on the first line, half of the rest on the next, and so on."""
        self.make_lines()
        for left, edit in zip(range(len(self.edits) - 1, -1, -1), self.edits.values(), strict=True):
            part = minor // 2 if left else minor
            edit.set_minor(from_base(part, edit.currency, self._currency, self._ways))
            minor -= part
        self._show_total()

    def clear(self) -> None:
        """Empty all lines."""
        for edit in self.edits.values():
            edit.set_minor(None)
        self._show_total()

    def order_tabs(self, before: QWidget) -> None:
        """Let Tab go from this widget to the lines: those that were made last would come last of the whole window."""
        self._tab_after = before
        self._order_tabs()

    def _order_tabs(self) -> None:
        before = self._tab_after
        if before is None:
            return
        for edit in self.edits.values():
            QWidget.setTabOrder(before, edit.field)
            before = edit.field

    def _make_lines(self, accounts: Sequence[Account]) -> None:
        before = {account_id: edit.minor() for account_id, edit in self.edits.items()}
        for each in (*self.edits.values(), *self._names.values()):
            self._grid.removeWidget(each)
            each.hide()
            each.deleteLater()
        self.edits, self._names = {}, {}
        for line, account in enumerate(accounts):
            edit = MoneyEdit(f"Amount for {account.name}", account.currency)
            # Tab follows a proxy from wherever that lies, and would come back here again and again.
            edit.setFocusProxy(None)  # type: ignore[arg-type]  # None takes it away
            edit.setFixedWidth(_WIDE)
            edit.set_minor(before.get(account.id))
            edit.edited.connect(self._on_edited)
            self.edits[account.id] = edit
            self._names[account.id] = ShortLabel(account.name)
            self._grid.addWidget(self._names[account.id], line, 0)
            self._grid.addWidget(edit, line, 1)
        self._grid.addWidget(self._total_words, len(accounts), 0)
        self._grid.addWidget(self.total, len(accounts), 1)

    def _on_edited(self) -> None:
        self._show_total()
        self.edited.emit()

    def _show_total(self) -> None:
        parts = [
            in_base(minor, edit.currency, self._currency, self._ways)
            for edit in self.edits.values()
            if (minor := edit.minor())
        ]
        known = [part for part in parts if part is not None]
        is_known = len(known) == len(parts) and self._currency
        self.total.setText(text.amount(sum(known), self._currency) if is_known else text.NOTHING)


def in_base(minor: int, currency: str, base: str, ways: Mapping[str, RateConversion]) -> int | None:
    """Minor units of a currency in those of the base currency; None without a rate."""
    way = ways.get(currency)
    return None if way is None else product_minor(from_minor(minor, currency), way.times, ONE, base, way.divisor)


def from_base(minor: int, currency: str, base: str, ways: Mapping[str, RateConversion]) -> int:
    """Minor units of the base currency in those of another one; without a rate the same number."""
    way = ways.get(currency)
    if way is None:
        return minor
    return product_minor(from_minor(minor, base), way.divisor, ONE, currency, way.times)
