"""What is said beside a plan about accounts and assets, each with what can be done about it there."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from wealthdesk.domain.accounts import Account
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.order_sheet import note_words
from wealthdesk.domain.plans import Note, NoteKind, Plan
from wealthdesk.gui import icons
from wealthdesk.gui.allocation.planner.plan_words import wording
from wealthdesk.gui.widgets.buttons import action, button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.money_edit import MoneyEdit
from wealthdesk.gui.widgets.text import label

_NAMED: Final = 20
"""More accounts or assets than that are not offered in a menu."""


class PlanNotes(QWidget):
    """Tells what the user wants; whoever listens writes the rules."""

    room_given = Signal(object, object)
    """The id of an account, and the room for new money in minor units of its currency; None: no limit."""
    allowed = Signal(object, object)
    """The id of an account, and the ids of the assets that may be bought there; none: everything."""
    whole_chosen = Signal(object)
    """The id of an asset that is to be traded in whole shares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.can_change = True
        """Whether anything can be done about it: not in a copy to look at."""
        self.notes: list[NoteLine] = []
        self._said: tuple[Note, ...] = ()
        self._tab_after: QWidget | None = None
        self._layout = vertical(self, spacing=8)

    @property
    def sentences(self) -> list[str]:
        """What is said."""
        return [each.sentence for each in self.notes]

    def show_plan(self, plan: Plan | None, portfolio: Portfolio) -> None:
        """Say what belongs to this plan; what is being typed into a question stays."""
        # That a fill method decides is said beside the control that is off for it.
        told = tuple(each for each in plan.notes if each.kind is not NoteKind.METHOD_DECIDES) if plan else ()
        self.setVisible(bool(told))
        sentences = [note_words(each, plan, wording(portfolio)) for each in told] if plan else []
        if told == self._said and sentences == self.sentences:
            return
        self._said = told
        for old in self.notes:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.notes = [self._line(note, words, portfolio) for note, words in zip(told, sentences, strict=True)]
        for each in self.notes:
            self._layout.addWidget(each)
        self._order_tabs()

    def order_tabs(self, before: QWidget) -> None:
        """Let Tab come here from this widget: what was made last would come last of the whole window."""
        self._tab_after = before

    def _order_tabs(self) -> None:
        before = self._tab_after
        if before is None:
            return
        for line in self.notes:
            for each in line.findChildren(QWidget):
                if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None:
                    QWidget.setTabOrder(before, each)
                    before = each

    def _line(self, note: Note, words: str, portfolio: Portfolio) -> "NoteLine":
        line = NoteLine(words)
        account = portfolio.accounts.get(note.account_id or "")
        assets = [portfolio.assets[each] for each in note.asset_ids]
        if not self.can_change:
            return line
        if note.kind is NoteKind.ASK_ROOM and account is not None:
            line.add(self._room_question(account))
        elif note.kind is NoteKind.ONLY_CASH and account is not None:
            allow = button("Allow", in_card=True, tip=f"Let everything be bought in {account.name}")
            allow.clicked.connect(partial(self.allowed.emit, account.id, ()))
            line.add(allow)
        elif note.kind is NoteKind.STAYS_OUTSIDE:
            others = [each for each in portfolio.accounts.values() if each.id != note.account_id]
            line.add(self._elsewhere(note, [each for each in others if not each.is_archived]))
        elif note.kind is NoteKind.ANY_AMOUNT:
            line.add(self._whole(assets))
        return line

    def _room_question(self, account: Account) -> "RoomQuestion":
        question = RoomQuestion(account)
        question.answered.connect(partial(self._on_room, account.id))
        return question

    def _elsewhere(self, note: Note, accounts: Sequence[Account]) -> QPushButton:
        menu = QMenu(self)
        for account in accounts[:_NAMED]:
            each = action(f"In {account.name.replace('&', '&&')}", parent=menu)
            each.triggered.connect(partial(self.allowed.emit, account.id, note.asset_ids))
            menu.addAction(each)
        return _menu_button("Allow them elsewhere…", menu)

    def _whole(self, assets: Sequence[Asset]) -> QPushButton:
        menu = QMenu(self)
        for asset in assets[:_NAMED]:
            each = action(f"{asset.symbol.replace('&', '&&')} in whole shares", parent=menu)
            each.triggered.connect(partial(self.whole_chosen.emit, asset.id))
            menu.addAction(each)
        return _menu_button("Change…", menu)

    def _on_room(self, account_id: str, minor: int | None) -> None:
        self.room_given.emit(account_id, minor)


class NoteLine(QFrame):
    """A sentence behind a sign, and below it what can be done."""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = sentence
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        sign = QLabel()
        icons.put(sign, "info", "mute", 14)
        sign.setFixedSize(14, 16)
        self._lines = vertical(spacing=6)
        self._lines.addWidget(label(sentence, "note", "mute2", wrap=True))
        row = horizontal(self, spacing=8)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._lines, 1)
        self.setAccessibleName(sentence)

    def add(self, what: QPushButton | QWidget) -> None:
        """What can be done about it; a button says to screen readers what about."""
        if isinstance(what, QPushButton):
            what.setAccessibleDescription(self.sentence)
            self._lines.addWidget(what, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self._lines.addWidget(what)


class RoomQuestion(QWidget):
    """May new money go into an account: No limit · Up to … · No. What is said is kept, so that it is asked once."""

    answered = Signal(object)
    """Minor units of the account's currency, or None for no limit."""

    def __init__(self, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.no_limit = button("No limit", in_card=True)
        self.up_to = button("Up to …", in_card=True)
        self.none = button("No", in_card=True)
        self.amount = MoneyEdit(f"New money that may go into {account.name}", account.currency)
        self.keep = button("Keep", in_card=True)
        for each in (self.no_limit, self.up_to, self.none, self.keep):
            each.setAccessibleName(f"{each.text()}: new money in {account.name}")
        self._amount_part = QWidget()
        row = horizontal(spacing=6)
        for each in (self.no_limit, self.up_to, self.none):
            row.addWidget(each)
        row.addStretch()
        below = horizontal(self._amount_part, spacing=6)
        below.addWidget(self.amount, 1)
        below.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignTop)
        layout = vertical(self, spacing=6)
        layout.addLayout(row)
        layout.addWidget(self._amount_part)
        self._amount_part.hide()
        self.no_limit.clicked.connect(partial(self.answered.emit, None))
        self.none.clicked.connect(partial(self.answered.emit, 0))
        self.up_to.clicked.connect(self._on_up_to)
        self.keep.clicked.connect(self._on_keep)
        self.amount.field.returnPressed.connect(self._on_keep)

    def _on_up_to(self) -> None:
        self._amount_part.show()
        self.amount.setFocus()

    def _on_keep(self) -> None:
        minor = self.amount.minor()
        if minor is not None:
            self.answered.emit(minor)
        elif not self.amount.problem():
            self.amount.show_problem("Type an amount, or choose “No limit”.")


def _menu_button(words: str, menu: QMenu) -> QPushButton:
    made = button(words, in_card=True)
    made.setMenu(menu)
    return made
