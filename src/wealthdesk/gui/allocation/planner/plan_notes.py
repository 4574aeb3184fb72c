"""What is said beside a plan, with what can be done about it: notes, what it lacks, what was changed or recorded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from wealthdesk.domain.accounts import Account, Scope
from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.plans import NoteKind, Plan, PlanNote, ToAdd, note_words
from wealthdesk.domain.schedule import DateState, DepositDate
from wealthdesk.domain.trading_rules import Room, RoomKind
from wealthdesk.errors import NotFound, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import icons, problems
from wealthdesk.gui.allocation.planner.order_list import OrderLine, wording
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action, button, icon_button
from wealthdesk.gui.widgets.fields import MoneyEdit
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.domain.plans import RecordedPlan
    from wealthdesk.services.desk import Desk


_MOST_DATES: Final = 2
"""Older ones follow once these are done with."""
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
        self._said: tuple[PlanNote, ...] = ()
        self._tab_after: QWidget | None = None
        self._layout = vertical(self, spacing=8)

    @property
    def sentences(self) -> list[str]:
        """What is said."""
        return [each.sentence for each in self.notes]

    def show_plan(self, plan: Plan | None, portfolio: Portfolio, said: str = "") -> None:
        """Say what belongs to this plan, but not what is `said` elsewhere; what is typed into a question stays."""
        # That a fill method decides is said beside the control that is off for it.
        told = tuple(each for each in plan.notes if each.kind is not NoteKind.METHOD_DECIDES) if plan else ()
        sentences = [note_words(each, plan, wording(portfolio)) for each in told] if plan else []
        new = [place for place, words in enumerate(sentences) if words not in said]
        told, sentences = tuple(told[each] for each in new), [sentences[each] for each in new]
        self.setVisible(bool(told))
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

    def _line(self, note: PlanNote, words: str, portfolio: Portfolio) -> "NoteLine":
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

    def _elsewhere(self, note: PlanNote, accounts: Sequence[Account]) -> QPushButton:
        menu = PopupMenu(self)
        for account in accounts[:_NAMED]:
            each = action(f"In {account.name.replace('&', '&&')}", parent=menu)
            each.triggered.connect(partial(self.allowed.emit, account.id, note.asset_ids))
            menu.addAction(each)
        return _menu_button("Allow them elsewhere…", menu)

    def _whole(self, assets: Sequence[Asset]) -> QPushButton:
        menu = PopupMenu(self)
        for asset in assets[:_NAMED]:
            each = action(f"{asset.known_as.replace('&', '&&')} in whole shares", parent=menu)
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


class DueDeposits(QWidget):
    """The dates of planned deposits that are due or were missed, each to be planned now or skipped; no sums."""

    plan_requested = Signal(object)
    """The DepositDate that is to be planned for."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.notes: list[NoteLine] = []
        self.dates: list[tuple[DepositDate, DateState]] = []
        self._layout = vertical(self, spacing=8)
        self.hide()

    @property
    def due(self) -> DepositDate | None:
        """The latest date that is due."""
        return next((one for one, state in self.dates if state is DateState.DUE), None)

    def show_scope(self, scope: Scope) -> None:
        """Show those of a scope."""
        dates = self._desk.schedule.open_dates(scope)
        said = [_due_words(*each) for each in dates[:_MOST_DATES]]
        if dates == self.dates and said == [each.sentence for each in self.notes]:
            return
        self.dates = dates
        for old in self.notes:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.notes = [self._line(one, state) for one, state in dates[:_MOST_DATES]]
        for each in self.notes:
            self._layout.addWidget(each)
        self.setVisible(bool(dates))

    def _line(self, one: DepositDate, state: DateState) -> "NoteLine":
        line = NoteLine(_due_words(one, state))
        if not self._desk.is_read_only:
            plan, skip = button("Plan it now", in_card=True), button("Skip it", in_card=True)
            plan.clicked.connect(partial(self.plan_requested.emit, one))
            skip.clicked.connect(partial(self._on_skip, one))
            row, both = QWidget(), horizontal(spacing=6)
            row.setLayout(both)
            for each in (plan, skip):
                each.setAccessibleDescription(line.sentence)
                both.addWidget(each)
            both.addStretch()
            line.add(row)
        return line

    def _on_skip(self, one: DepositDate) -> None:
        try:
            self._desk.schedule.skip(one)
        except WealthDeskError as refusal:
            problems.show(refusal, self)


def _due_words(one: DepositDate, state: DateState) -> str:
    amount, on = text.money(one.amount_minor, one.deposit.currency), text.day(one.on)
    return f"The planned deposit of {amount} on {on} {'was missed' if state is DateState.MISSED else 'is due'}."


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


class ToAddMessage(Message):
    """Stands above a rebalance: what it would take not to sell."""

    deposit_requested = Signal(object)
    """The amount in minor units."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, action="", parent=parent)
        self._amount = 0
        self.action_clicked.connect(self._on_action)

    def show_amount(self, to_add: ToAdd, portfolio: Portfolio) -> None:
        """Say how much it is, and which class decides."""
        self._amount = to_add.amount_minor or 0
        name = portfolio.classes[to_add.asset_class_id].name if to_add.asset_class_id else ""
        self.set_action("Plan &this deposit" if self._amount else "")
        if self._amount:
            amount = text.money(self._amount, portfolio.base_currency)
            told = f"{name} decides: it is furthest above its target."
            self.show_message(Tone.NEUTRAL, f"Adding {amount} needs no sale", told)
        elif to_add.amount_minor is None and name:
            self.show_message(Tone.NEUTRAL, f"No deposit brings {name} to 0%", "Its target is 0: only a sale does.")
        else:
            self.show_message(Tone.NEUTRAL, "Nothing has to be added", "No class is above its target.")

    def _on_action(self) -> None:
        self.deposit_requested.emit(self._amount)


class SheetChanges(Message):
    """Hidden until something was changed; then it says what is so now. It takes back only what was done last.

    The plan is made anew by whoever hears that rules or assets have changed.
    """

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, action="&Undo", parent=parent)
        self._desk = desk
        self._step: object = None
        self._say: Callable[[], str] = str
        self._steps = desk.undo
        self.action_clicked.connect(self._on_undo)
        self.hide()

    def bar(self, account_id: str, asset_id: str) -> None:
        """An asset is not to be had in an account: it is not bought there any more."""
        self._do(
            partial(self._desk.rules.disallow, account_id, asset_id),
            lambda: f"{self._symbol(asset_id)} is not bought in {self._name(account_id)} now",
        )

    def bar_order(self, line: OrderLine) -> None:
        """The asset of an order is not to be had in its account."""
        if line.trade.account_id is not None:
            self.bar(line.trade.account_id, line.trade.asset_id)

    def allow(self, account_id: str, ids: Iterable[str]) -> None:
        """Let these assets be bought in an account; none: everything."""
        asset_ids = frozenset(ids)
        what = text.count(len(asset_ids), "asset") + " more" if asset_ids else "Everything"
        self._do(
            partial(self._desk.rules.allow, account_id, asset_ids or None),
            lambda: f"{what} may be bought in {self._name(account_id)} now",
        )

    def give_room(self, account_id: str, minor: int | None) -> None:
        """Let so much new money go into an account, in minor units of its currency; None: no limit."""
        room = Room(RoomKind.NO_LIMIT)
        if minor is not None:
            room = Room(RoomKind.LIMITED, minor, self._desk.clock.today())
        rules = self._desk.rules
        changed = replace(rules.current().of_account(account_id), room=room)
        self._do(partial(rules.set_account, account_id, changed), partial(self._room_words, account_id, minor))

    def trade_whole(self, asset_id: str) -> None:
        """Trade an asset in whole shares."""
        assets, before = self._desk.assets, self._desk.portfolios.current().assets[asset_id]
        changed = replace(before, lot_step=Decimal(1))
        self._do(
            partial(assets.change, changed),
            lambda: f"{before.known_as} is traded in whole shares now",
        )

    def refresh(self) -> None:
        """Say nothing any more once something else was done; otherwise the same, with amounts as they are shown now."""
        if self._step is None:
            return
        if self._step is self._steps.last():
            self.show_message(Tone.NEUTRAL, self._say())
        else:
            self.forget()

    def forget(self) -> None:
        """Say nothing any more: something else is told."""
        self._step = None
        self.hide()

    def _do(self, write: Callable[[], object], say: Callable[[], str]) -> None:
        if self._written(write):
            self._step, self._say = self._steps.last(), say
            self.refresh()
            self.show()

    def _written(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except WealthDeskError as refusal:
            problems.show(refusal, self.parentWidget() or self)
            return False
        return True

    def _on_undo(self) -> None:
        is_last = self._step is self._steps.last()
        self.forget()
        if is_last:
            self._written(self._steps.back)

    def _room_words(self, account_id: str, minor: int | None) -> str:
        told = "New money may go"
        if minor is not None:
            currency = self._desk.portfolios.current().accounts[account_id].currency
            told = f"Up to {text.money(minor, currency)} may go" if minor else "No new money goes"
        return f"{told} into {self._name(account_id)}"

    def _name(self, account_id: str) -> str:
        return self._desk.portfolios.current().accounts[account_id].name

    def _symbol(self, asset_id: str) -> str:
        return self._desk.portfolios.current().assets[asset_id].known_as


_UNDO: Final = "&Undo"
_AGAIN: Final = "Record agai&n"


class RecordedMessage(Message):
    """Hidden until a plan was recorded. It offers only what can be done as things stand.

    That it was undone is told until something else is done: to record it again would be unexpected then.
    """

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(Tone.OK, action=_UNDO, parent=parent)
        self._desk = desk
        self._recorded: RecordedPlan | None = None
        self._undone_by: object = None
        """The step that was the last one when it was told that the plan is undone."""
        self.close_button = icon_button("close", "Close", size=14)
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.close_button.clicked.connect(self.forget)
        self.action_clicked.connect(self._on_step)

    def forget(self) -> None:
        """Tell of none until another plan is recorded."""
        self._recorded = None
        self.hide()

    def forget_undone(self) -> None:
        """Tell no more of a plan that was undone: another one is planned now."""
        if self._recorded is not None and self._recorded.is_undone:
            self.forget()

    def show_plan(self, recorded: "RecordedPlan") -> None:
        """Tell of this plan from now on."""
        self._recorded = recorded
        self.refresh()

    def say_recorded(self, trades: int) -> None:
        """Say that so many trades were recorded, with the way back."""
        sentence = f"{text.count(trades, 'order')} recorded"
        self.show_message(Tone.OK, sentence, "Holdings and cash have changed as the plan says.")
        self.set_action(_UNDO)
        self.show()

    def refresh(self) -> None:
        """Tell what became of it: it may have been undone elsewhere, or what it changed was changed again."""
        known, last = self._recorded, self._desk.undo.last()
        try:
            told = None if known is None else self._desk.recorded_plans.get(known.id)
        except NotFound:
            told = None
        if known is None or told is None or (known.is_undone and told.is_undone and last is not self._undone_by):
            self.forget()
            return
        self._recorded, self._undone_by = told, last
        self._show(told)
        self.show()

    def _on_step(self) -> None:
        recorded, service = self._recorded, self._desk.recorded_plans
        if recorded is None:
            return
        try:
            (service.record_again if recorded.is_undone else service.undo)(recorded.id)
        except WealthDeskError as refusal:
            problems.show(refusal, self)
        self.refresh()

    def _show(self, recorded: "RecordedPlan") -> None:
        service = self._desk.recorded_plans
        if recorded.is_undone:
            self.show_message(Tone.NEUTRAL, "Undone: all is as it was before.")
            self.set_action(_AGAIN if service.can_record_again(recorded.id) is None else "")
            return
        self.say_recorded(len(recorded.trades))
        if service.can_undo(recorded.id) is not None:
            self.set_action("")
