"""The room of an account for new money: not said, no limit, or an amount that may be renewed each year and shared."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.trading_rules import Room, RoomKind
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, needed_amount, optional_amount
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.date_edit import DateEdit
from wealthdesk.gui.widgets.fields import MoneyEdit
from wealthdesk.gui.widgets.layouts import fit_height, horizontal, vertical
from wealthdesk.gui.widgets.text import label

_KINDS: Final = (
    (RoomKind.NOT_SET, "Not set"),
    (RoomKind.NO_LIMIT, "No limit"),
    (RoomKind.LIMITED, "Up to an amount"),
)
_LEAP: Final = 2024
"""A year that has every day."""


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
        self._amounts, self._sharing = QWidget(), QWidget()
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
            Field("&Left now", self.left, "Goes down with recorded deposits"),
            Field("Each &year", self.renewed, "Empty: not renewed"),
            Field("Rene&wed on", self.renewal, "A British year: 6 April"),
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
