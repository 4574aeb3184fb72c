"""The rules of an account as fields: cash that it keeps, what its broker takes, what may be bought in it, its room."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.trading_rules import AccountRules
from wealthdesk.gui.field import Field, ShownInPlace, optional_amount, optional_number
from wealthdesk.gui.holdings.forms.may_hold import MayHoldChoice
from wealthdesk.gui.holdings.forms.room_fields import RoomFields
from wealthdesk.gui.widgets.fields import MoneyEdit, NumberEdit
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule

_PERCENT: Final = Decimal(100)
_DECIMALS: Final = 4


class AccountRulesFields(QWidget):
    """Empty fields are rules that are not there. account: whose rules they are; None: of a new one."""

    def __init__(
        self, portfolio: Portfolio, currency: str, account: Account | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.buffer = MoneyEdit("Cash that stays in the account", currency)
        self.fee = MoneyEdit("Fee of each trade", currency)
        self.fee_rate = NumberEdit("Fee in % of the amount", what="percentage", decimals=_DECIMALS)
        self.fx_rate = NumberEdit("Currency exchange in % of the amount", what="percentage", decimals=_DECIMALS)
        self.converts = QCheckBox("Changes money into other c&urrencies")
        self.trades_archived = QCheckBox("&Takes part in plans although it is archived")
        self.trades_archived.setVisible(account is not None and account.is_archived)
        offered = [each for each in portfolio.assets.values() if not (each.is_cash or each.is_archived)]
        self.may_hold = MayHoldChoice(sorted(offered, key=lambda each: each.symbol.casefold()))
        others = [each for each in portfolio.accounts.values() if account is None or each.id != account.id]
        self.room = RoomFields(sorted(others, key=lambda each: each.name.casefold()), currency)
        self._lay_out()

    def set_currency(self, code: str) -> None:
        """The account is in another currency."""
        for each in (self.buffer, self.fee):
            each.set_currency(code)
        self.room.set_currency(code)

    def rules(self) -> AccountRules:
        """What the fields say; ShownInPlace where one cannot be read."""
        return replace(
            self.may_hold.chosen(),
            buffer_minor=optional_amount(self.buffer) or 0,
            fee_fixed_minor=optional_amount(self.fee) or 0,
            fee_rate_bps=_bps(self.fee_rate),
            fx_rate_bps=_bps(self.fx_rate),
            room=self.room.room(),
            converts=self.converts.isChecked(),
            trades_archived=self.trades_archived.isChecked(),
        )

    def show_rules(self, rules: AccountRules, left_today: int = 0) -> None:
        """Show these, with what is left of the room today; what is 0 stays empty."""
        self.buffer.set_minor(rules.buffer_minor or None)
        self.fee.set_minor(rules.fee_fixed_minor or None)
        for edit, bps in ((self.fee_rate, rules.fee_rate_bps), (self.fx_rate, rules.fx_rate_bps)):
            edit.set_number(bps / _PERCENT if bps else None)
        self.converts.setChecked(rules.converts)
        self.trades_archived.setChecked(rules.trades_archived)
        self.may_hold.show_rules(rules)
        self.room.show_room(rules.room, left_today)

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=14)
        layout.addWidget(rule())
        heading = vertical(spacing=2)
        heading.addWidget(label("In plans", "strong"))
        heading.addWidget(
            label(
                "Plans keep to these where they say which account the money is for.",
                "small",
                "mute",
            )
        )
        layout.addLayout(heading)
        row = horizontal(spacing=12)
        for field in (
            Field("Cash that &stays", self.buffer, "Is not spent"),
            Field("&Fee of each trade", self.fee, "Whatever the amount"),
            Field("Fee, &% of amount", self.fee_rate, "0.25: a quarter of 1%"),
            Field("E&xchange fee, %", self.fx_rate, "In another currency"),
        ):
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)
        layout.addWidget(self.converts)
        layout.addWidget(self.trades_archived)
        note = "Automatic: assets of the kinds and currencies that it holds. What is held already stays"
        layout.addWidget(Field("May &hold", self.may_hold, note))
        note = "How much new money may go in; until it is set, none goes into retirement money by itself"
        layout.addWidget(Field("Roo&m for new money", self.room, note))


def _bps(edit: NumberEdit) -> Decimal:
    percent = optional_number(edit)
    if percent is not None and percent > _PERCENT:
        edit.show_problem("More than 100% of the amount. Check the decimal mark.")
        edit.setFocus()
        raise ShownInPlace(edit.problem())
    return (percent or Decimal(0)) * _PERCENT
