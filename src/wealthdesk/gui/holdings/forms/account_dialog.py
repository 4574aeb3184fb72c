"""The form of one account: name, kind, currency, its rules in plans; and how far assets take part in them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from wealthdesk.domain.accounts import Account, AccountKind
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.names import checked_name, name_order
from wealthdesk.domain.trading_rules import NO_RULES, AccountRules, Room, RoomKind, Trading
from wealthdesk.domain.trading_rules import MayHold as May
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import Field, FormDialog, ShownInPlace, needed_amount, optional_amount, optional_number
from wealthdesk.gui.holdings.tables import words
from wealthdesk.gui.holdings.tables.words import ACCOUNT_KINDS, TRADING
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo
from wealthdesk.gui.widgets.fields import DateEdit, MoneyEdit, NumberEdit, SearchEdit
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.text import as_tip, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_KINDS: Final = (
    (RoomKind.NOT_SET, "Not set"),
    (RoomKind.NO_LIMIT, "No limit"),
    (RoomKind.LIMITED, "Up to an amount"),
)

_WIDTH: Final = 940
_BETWEEN: Final = 16
_LEAP: Final = 2024
"""A year that has every day."""


class AccountDialog(FormDialog):
    """A new account, or the one given."""

    def __init__(self, desk: "Desk", account: Account | None = None, parent: QWidget | None = None) -> None:
        super().__init__(
            "Edit account" if account else "Add account", "&Save" if account else "&Add account", parent=parent
        )
        self._desk, self._account = desk, account
        self.setMinimumWidth(_WIDTH)
        self.name = QLineEdit(account.name if account else "")
        self.name.setAccessibleName("Name of the account")
        self.name.setPlaceholderText("Brokerage")
        self.kind = Combo("Kind of account", list(ACCOUNT_KINDS.items()))
        self.kind.choose(account.kind if account else AccountKind.TAXABLE)
        held_in = account.currency if account else desk.portfolios.current().base_currency
        self.currency = CurrencyCombo("Currency of the account", held_in)
        self._column, right = QWidget(self), QWidget(self)
        self.rules = AccountRulesFields(desk.portfolios.current(), held_in, account, QWidget(self._column), right)
        self._kept = desk.rules.current().of_account(account.id) if account else NO_RULES
        today = desk.rules.as_of_today().of_account(account.id) if account else NO_RULES
        self.rules.show_rules(self._kept, today.room.left_minor)
        self.archived = QCheckBox("A&rchived: kept, but not offered in forms", self)
        self.archived.setChecked(account is not None and account.is_archived)
        self.archived.setVisible(account is not None)
        self._name = Field("&Name", self.name, parent=self._column)
        self._currency = Field("Curren&cy", self.currency, parent=self._column)
        self._lay_out()
        self.add(self._column, right)
        self.currency.currentTextChanged.connect(self._on_currency)
        self.archived.toggled.connect(self._on_archived)
        self.name.setFocus()

    def save(self) -> Account:
        with self._name.refusing():
            name = checked_name(self.name.text(), "name for the account")
        with self._currency.refusing(BadInput):
            code = self.currency.code()
        kind = AccountKind(str(self.kind.choice()))
        rules = self.rules.rules()
        with self._name.refusing(AlreadyExists):
            # Kept from now on: where the rules are refused, saving again is no second account.
            kept = self._account = self._keep(name, kind, code)
        if rules != self._kept:
            self._desk.rules.set_account(kept.id, rules)
        return kept

    def _lay_out(self) -> None:
        column = vertical(self._column, spacing=14)
        column.addWidget(self._name)
        row = horizontal(spacing=12)
        for each in (Field("&Kind", self.kind, "How it is taxed", parent=self._column), self._currency):
            row.addWidget(each, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        for part in (self.archived, self.rules.left):
            column.addWidget(part)

    def _keep(self, name: str, kind: AccountKind, code: str) -> Account:
        if self._account is None:
            return self._desk.accounts.add(name, kind, code)
        is_archived = self.archived.isChecked()
        changed = replace(self._account, name=name, kind=kind, currency=code, is_archived=is_archived)
        self._desk.accounts.change(changed)
        return changed

    def _on_archived(self, is_archived: bool) -> None:
        self.rules.trades_archived.setVisible(is_archived)
        fit_height(self)

    def _on_currency(self) -> None:
        if self.currency.known_code():
            self.rules.set_currency(self.currency.known_code())


class RoomFields(QWidget):
    """The fields of the amount are there where there is one. others: the accounts that it may be shared with."""

    def __init__(self, others: Sequence[Account], currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._currency, self._others = currency, tuple(others)
        self._kept, self._left_today = Room(), 0
        self.kind = Combo("Room for new money", _KINDS)
        self.left = MoneyEdit("Room that is left now", currency)
        self.renewed = MoneyEdit("Room of each year", currency)
        self.renewal = DateEdit("Day on which the room is renewed", date(_LEAP, 1, 1))
        self.renewal.setDisplayFormat(text.day_pattern(with_year=False, whole_months=True))
        self.shared = {each.id: QCheckBox(each.name.replace("&", "&&")) for each in others}
        for box, each in zip(self.shared.values(), others, strict=True):
            box.setAccessibleName(f"The room is shared with {each.name}")
        self._amounts, self._sharing = QWidget(self), QWidget(self)
        self._lay_out()
        self.setFocusProxy(self.kind)
        self.kind.chosen.connect(self._on_kind)
        self._show_part()

    def set_currency(self, code: str) -> None:
        """The account is in another currency; only others in it can share the room."""
        self._currency = code
        for edit in (self.left, self.renewed):
            edit.set_currency(code)
        self._show_part()

    def room(self) -> Room:
        """What the fields say; ShownInPlace where an amount cannot be read, or what is left is not said.

        While the amount that is shown is left as it is, so is what was said, and when; otherwise it is said today.
        """
        kind = self.kind.choice()
        if kind is not RoomKind.LIMITED:
            return Room(RoomKind(str(kind)))
        left, renewed = needed_amount(self.left), optional_amount(self.renewed)
        day, is_as_said = self.renewal.value(), self._kept.on is not None and left == self._left_today
        return Room(
            kind=RoomKind.LIMITED,
            left_minor=self._kept.left_minor if is_as_said else left,
            on=self._kept.on if is_as_said else None,
            renewed_minor=renewed,
            renewal=None if renewed is None else (day.month, day.day),
            shared_with=frozenset(key for key, box in self._sharing_now().items() if box.isChecked()),
        )

    def show_room(self, room: Room, left_today: int) -> None:
        """Show this one with what is left of it today."""
        self._kept, self._left_today = room, left_today
        self.kind.choose(room.kind)
        if room.kind is RoomKind.LIMITED:
            self.left.set_minor(left_today)
            self.renewed.set_minor(room.renewed_minor)
            self.renewal.set_value(date(_LEAP, *(room.renewal or (1, 1))))
        for key, box in self.shared.items():
            box.setChecked(key in room.shared_with)
        self._show_part()

    def _sharing_now(self) -> dict[str, QCheckBox]:
        return {each.id: self.shared[each.id] for each in self._others if each.currency == self._currency}

    def _lay_out(self) -> None:
        row = horizontal(self._amounts, spacing=12)
        for field in (
            Field("&Left now", self.left, "Goes down with recorded deposits", parent=self._amounts),
            Field("Each &year", self.renewed, "Empty: not renewed", parent=self._amounts),
            Field("Rene&wed on", self.renewal, "A British year: 6 April", parent=self._amounts),
        ):
            row.addWidget(field, 1)
        boxes = horizontal(self._sharing, spacing=12)
        boxes.addWidget(label("Shared with", "note", "mute"))
        for box in self.shared.values():
            boxes.addWidget(box)
        boxes.addStretch()
        layout = vertical(self, spacing=10)
        for part in (self.kind, self._amounts, self._sharing):
            layout.addWidget(part)

    def _on_kind(self) -> None:
        self._show_part()
        fit_height(self.window())

    def _show_part(self) -> None:
        is_limited = self.kind.choice() is RoomKind.LIMITED
        offered = self._sharing_now()
        self._amounts.setVisible(is_limited)
        self._sharing.setVisible(is_limited and bool(offered))
        for key, box in self.shared.items():
            box.setVisible(key in offered)


_CHOICES: Final = (
    (May.AUTOMATIC, "Automatic"),
    (May.ALL, "Everything"),
    (May.LISTED, "Only these"),
)

_ID = Qt.ItemDataRole.UserRole

_HIGH = 154


class MayHoldChoice(QWidget):
    """Space marks the line that has the focus; what the search hides keeps its mark."""

    def __init__(self, assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice = Combo("What may be bought", _CHOICES)
        self.search = SearchEdit("Search the assets")
        self.assets = QListWidget()
        self.assets.setAccessibleName("Assets that may be bought")
        self.assets.setFixedHeight(_HIGH)
        self.assets.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count = label(role="small", ink="mute")
        self.exceptions = QCheckBox()
        self._kept = AccountRules()
        for each in assets:
            self._add(each)
        self._lay_out()
        self.setFocusProxy(self.choice)
        self.choice.chosen.connect(self._on_choice)
        self.search.textChanged.connect(self._on_search)
        self.search.left.connect(self.assets.setFocus)
        self.assets.itemChanged.connect(self._show_count)
        self._show_part()

    def chosen(self) -> AccountRules:
        """Rules that say nothing but what may be bought."""
        choice = May(str(self.choice.choice()))
        if choice is May.LISTED:
            return AccountRules(can_hold=frozenset(self._marked()))
        kept = self._kept if self.exceptions.isChecked() else AccountRules()
        return AccountRules(may_hold=choice, allowed=kept.allowed, barred=kept.barred)

    def show_rules(self, rules: AccountRules) -> None:
        """Show what may be bought."""
        self._kept = rules
        self.exceptions.setChecked(bool(rules.allowed or rules.barred))
        self.choice.choose(rules.may_hold)
        for item in self._items():
            is_on = item.data(_ID) in (rules.can_hold or ())
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        self._show_part()

    def _add(self, asset: Asset) -> None:
        item = QListWidgetItem(words.asset(asset), self.assets)
        item.setData(_ID, asset.id)
        item.setToolTip(as_tip(asset.name))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Unchecked)

    def _items(self) -> Iterable[QListWidgetItem]:
        return (self.assets.item(line) for line in range(self.assets.count()))

    def _marked(self) -> list[str]:
        return [item.data(_ID) for item in self._items() if item.checkState() is Qt.CheckState.Checked]

    def _lay_out(self) -> None:
        row = horizontal(spacing=12)
        for each, stretch in ((self.choice, 2), (self.search, 2), (self._count, 1)):
            row.addWidget(each, stretch)
        layout = vertical(self, spacing=6)
        layout.addLayout(row)
        layout.addWidget(self.assets)
        layout.addWidget(self.exceptions)

    def _on_choice(self) -> None:
        self._show_part()
        fit_height(self.window())

    def _on_search(self, sought: str) -> None:
        wanted = sought.casefold().split()
        for item in self._items():
            said = item.text().casefold()
            item.setHidden(not all(word in said for word in wanted))

    def _show_part(self) -> None:
        is_listed = self.choice.choice() is May.LISTED
        for each in (self.search, self._count, self.assets):
            each.setVisible(is_listed)
        self.exceptions.setText(f"Keep what was said of single assets: {self._said()}")
        self.exceptions.setVisible(not is_listed and bool(self._said()))
        self._show_count()

    def _said(self) -> str:
        """The exceptions, by their symbols; what is allowed besides is nothing new where everything is."""
        is_all = self.choice.choice() is May.ALL
        parts = ((("may be bought", self._kept.allowed),) if not is_all else ()) + (("not", self._kept.barred),)
        symbols = {item.data(_ID): item.text().split("  ")[0] for item in self._items()}
        found = [(word, sorted(symbols[each] for each in ids if each in symbols)) for word, ids in parts]
        return "; ".join(f"{word} {', '.join(each)}" for word, each in found if each).replace("&", "&&")

    def _show_count(self) -> None:
        self._count.setText(f"{text.count(len(self._marked()), 'asset')} marked")


_PERCENT: Final = Decimal(100)

_DECIMALS: Final = 4


_IN_PLANS: Final = "Plans keep to these where they say which account the money is for."


class AccountRulesFields:
    """Empty fields are rules that are not there. account: whose rules they are; None: of a new one.

    left, right: where they stand in the two columns of the form, which would be too high as one.
    """

    def __init__(
        self, portfolio: Portfolio, currency: str, account: Account | None, left: QWidget, right: QWidget
    ) -> None:
        self.left, self.right = left, right
        self.buffer = MoneyEdit("Cash that stays in the account", currency)
        self.fee = MoneyEdit("Fee of each trade", currency)
        self.fee_rate = NumberEdit("Fee in % of the amount", what="percentage", decimals=_DECIMALS)
        self.fx_rate = NumberEdit("Currency exchange in % of the amount", what="percentage", decimals=_DECIMALS)
        self.converts = QCheckBox("Changes money into other c&urrencies")
        self.trades_archived = QCheckBox("&Takes part in plans although it is archived")
        self.trades_archived.setHidden(account is None or not account.is_archived)
        offered = [each for each in portfolio.assets.values() if not (each.is_cash or each.is_archived)]
        self.may_hold = MayHoldChoice(sorted(offered, key=lambda each: name_order(each.symbol)))
        others = [each for each in portfolio.accounts.values() if account is None or each.id != account.id]
        self.room = RoomFields(sorted(others, key=lambda each: name_order(each.name)), currency)
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
        left = vertical(self.left, spacing=14)
        right = vertical(self.right, spacing=14, margins=(_BETWEEN, 0, 0, 0))
        heading = vertical(spacing=2)
        heading.addWidget(label("In plans", "strong"))
        heading.addWidget(label(_IN_PLANS, "small", "mute", wrap=True))
        right.addLayout(heading)
        note = "Automatic: of the kinds and currencies that it holds. What is held stays"
        left.addWidget(Field("May &hold", self.may_hold, note, parent=self.left))
        fields = (
            Field("Cash th&at stays", self.buffer, "Is not spent", parent=self.right),
            Field("&Fee of each trade", self.fee, "Whatever the amount", parent=self.right),
            Field("Fee, &% of amount", self.fee_rate, "0.25: a quarter of 1%", parent=self.right),
            Field("E&xchange fee, %", self.fx_rate, "In another currency", parent=self.right),
        )
        for pair in (fields[:2], fields[2:]):
            row = horizontal(spacing=12)
            for field in pair:
                row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            right.addLayout(row)
        right.addWidget(self.converts)
        right.addWidget(self.trades_archived)
        note = "How much may go in. Until it is set, none goes into retirement money by itself"
        right.addWidget(Field("Roo&m for new money", self.room, note, parent=self.right))
        for each in (left, right):
            each.addStretch(1)


def _bps(edit: NumberEdit) -> Decimal:
    percent = optional_number(edit)
    if percent is not None and percent > _PERCENT:
        edit.show_problem("More than 100% of the amount. Check the decimal mark.")
        edit.setFocus()
        raise ShownInPlace(edit.problem())
    return (percent or Decimal(0)) * _PERCENT


class TradingField(Field):
    """words: its label."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        self._combo = Combo("In plans", [(key, name) for key, (name, _) in TRADING.items()])
        super().__init__(words, self._combo, TRADING[Trading.FREE][1], parent=parent)
        self.setFocusProxy(self._combo)
        self._combo.chosen.connect(self._show_meaning)

    def trading(self) -> Trading:
        """What is chosen."""
        return Trading(str(self._combo.choice()))

    def show_trading(self, trading: Trading) -> None:
        """Show what is kept."""
        self._combo.choose(trading)
        self._show_meaning()

    def _show_meaning(self) -> None:
        self.set_note(TRADING[self.trading()][1])


class TradingDialog(FormDialog):
    """assets: at least one. It begins with what all of them have in common."""

    def __init__(self, desk: "Desk", assets: Sequence[Asset], parent: QWidget | None = None) -> None:
        named = words.several([each.known_as for each in assets], 6)
        super().__init__(f"{text.count(len(assets), 'asset')} in plans", subtitle=named, parent=parent)
        self._desk, self._assets = desk, tuple(assets)
        rules = desk.rules.current()
        found = {rules.of_asset(each.id) for each in assets}
        self.trading = TradingField("In &plans", self)
        self.trading.show_trading(found.pop() if len(found) == 1 else Trading.FREE)
        self.add(self.trading)
        self.trading.setFocus()

    def save(self) -> object:
        trading = self.trading.trading()
        self._desk.rules.set_trading([each.id for each in self._assets], trading)
        return trading
