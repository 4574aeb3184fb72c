"""The strategies of a scope: which one is active, and what each is called, tolerates and does with a deposit."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.names import LONGEST
from wealthdesk.domain.targets import ClassTargets, FillMethod, Strategy, Unfillable
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.allocation.planner.plan_inputs import METHODS, UNFILLABLE
from wealthdesk.gui.allocation.targets.start_targets_dialog import starts
from wealthdesk.gui.allocation.targets.target_menus import add_two_lines
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import button, danger_button, menu_button, primary_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.fields import POINTS, FieldProblem, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.table_view import TableView
from wealthdesk.gui.widgets.text import frame, label, rule
from wealthdesk.services.desk import Desk


class StrategyForm(QWidget):
    """`show_strategy` fills it; `edited` gives the strategy as the fields have it now."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strategy: Strategy | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the strategy")
        self._problem = FieldProblem(self.name)
        self.absolute = PercentSpin("Band in percentage points", unit=POINTS, what="band")
        self.relative = PercentSpin("Band as a share of the target")
        self._band_problem = FieldProblem(self.absolute)
        self.method = Combo("Fill method", [(key, words) for key, (words, _) in METHODS.items()])
        self._explanation = label(role="note", ink="mute", wrap=True)
        self.unfillable = Combo("If a class has nothing to buy", list(UNFILLABLE.items()))
        self._lay_out()
        self.name.textEdited.connect(self._on_edited)
        for spin in (self.absolute, self.relative):
            spin.edited.connect(self._on_edited)
            spin.problem_changed.connect(self._on_problem_changed)
        for combo in (self.method, self.unfillable):
            combo.chosen.connect(self._on_edited)

    @property
    def problem(self) -> str:
        """Why a band cannot be read, "" when both can."""
        return self.absolute.problem() or self.relative.problem()

    @property
    def refusal(self) -> str:
        """Why the strategy was not kept, "" when nothing was refused."""
        return self._problem.sentence

    def show_strategy(self, strategy: Strategy) -> None:
        """Show a strategy; nothing is emitted."""
        other = self._strategy is None or self._strategy.id != strategy.id
        self._strategy = strategy
        name = text.targets_name(strategy.name)
        if self.name.text() != name:
            self.name.setText(name)
        for spin, bps in ((self.absolute, strategy.absolute_band_bps), (self.relative, strategy.relative_band_bps)):
            spin.set_bps(bps)
            if other:
                spin.forget_typing()
        self.method.choose(strategy.fill_method)
        self.unfillable.choose(strategy.unfillable)
        self._explanation.setText(METHODS[strategy.fill_method][1])
        if other:
            self.show_refusal("")

    def show_refusal(self, sentence: str) -> None:
        """Say below the name why the strategy was not kept; "" clears it."""
        self._problem.show_problem(sentence)

    def commit(self) -> None:
        """Take what is being typed now."""
        for spin in (self.absolute, self.relative):
            spin.commit()

    def _on_edited(self) -> None:
        if self._strategy is None:
            return
        method, unfillable = self.method.choice(), self.unfillable.choice()
        assert isinstance(method, FillMethod) and isinstance(unfillable, Unfillable)
        self._strategy = replace(
            self._strategy,
            name=self.name.text(),
            absolute_band_bps=self.absolute.bps(),
            relative_band_bps=self.relative.bps(),
            fill_method=method,
            unfillable=unfillable,
        )
        self._explanation.setText(METHODS[method][1])
        self.show_refusal("")
        self.edited.emit(self._strategy)

    def _on_problem_changed(self) -> None:
        self._band_problem.show_problem(self.problem)
        if self._strategy is not None:
            self.edited.emit(self._strategy)

    def _lay_out(self) -> None:
        layout = vertical(self, spacing=4)
        for part in (self._names(), self._bands(), self._planning()):
            layout.addLayout(part)
            layout.addSpacing(12)
        layout.addStretch()

    def _names(self) -> QVBoxLayout:
        part = vertical(spacing=4)
        part.addWidget(label("&Name", "note", "mute", buddy=self.name))
        part.addWidget(self.name)
        part.addWidget(self._problem)
        return part

    def _bands(self) -> QVBoxLayout:
        part = vertical(spacing=4)
        part.addWidget(label("A class or a holding is outside its band from", "note", "mute"))
        row = horizontal(spacing=10)
        for spin, words in ((self.absolute, "of dri&ft, or"), (self.relative, "of its &target")):
            row.addLayout(_spin_row(spin, words))
            row.addSpacing(10)
        row.addStretch()
        part.addLayout(row)
        part.addWidget(self._band_problem)
        return part

    def _planning(self) -> QVBoxLayout:
        part = vertical(spacing=4)
        part.addWidget(label("How a deposit is &spread", "note", "mute", buddy=self.method))
        part.addWidget(self.method)
        part.addWidget(self._explanation)
        part.addSpacing(10)
        part.addWidget(label("If a class &has nothing to buy", "note", "mute", buddy=self.unfillable))
        part.addWidget(self.unfillable)
        return part


def _spin_row(spin: PercentSpin, words: str) -> QHBoxLayout:
    row = horizontal(spacing=8)
    row.addWidget(spin)
    row.addWidget(label(words, buddy=spin))
    return row


_ACTIVE = PillValues("Active", Tone.OK)


class StrategiesDialog(QDialog):
    """Adding, activating and removing are kept at once; what is edited in the fields is kept by `accept`."""

    def __init__(self, desk: Desk, scope: Scope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._scope = scope
        self._allocation = desk.allocations.of(scope)
        self._kept: dict[str, Strategy] = {}
        self._edited: dict[str, Strategy] = {}
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._reread()
        active = next((each.id for each in self._kept.values() if each.is_active), None)
        if active:
            self.list.select(active)
        self.list.setFocus()

    @property
    def selected(self) -> Strategy | None:
        """The strategy whose fields are shown, as it is edited."""
        row = self.list.selected_row()
        return None if row is None else self._edited.get(row.id, row)

    def accept(self) -> None:
        """Keep what was edited, then close; a refusal leaves everything as it is and says why."""
        self.form.commit()
        if self.form.problem:
            self._show_refusal(self.form.problem)
            return
        for strategy in list(self._edited.values()):
            try:
                self._desk.targets.change(strategy)
            except WealthDeskError as refusal:
                self.list.select(strategy.id)
                self.form.show_refusal(str(refusal))
                return
            self._kept[strategy.id] = self._edited.pop(strategy.id)
        super().accept()

    def reject(self) -> None:
        """Close; ask first if something edited was not kept."""
        if not self._edited:
            super().reject()
            return
        names = ", ".join(text.targets_name(self._kept[each].name) for each in self._edited)
        box = problems.ask("Leave without saving?", f"What you changed of {names} is lost.", "&Discard", self)
        box.accepted.connect(self._on_discarded)

    def _on_discarded(self) -> None:
        super().reject()

    def _on_selected(self) -> None:
        strategy = self.selected
        self.form.setVisible(strategy is not None)
        if strategy is not None:
            self.form.show_strategy(strategy)
        self._show_actions()

    def _on_edited(self, strategy: Strategy) -> None:
        if strategy == self._kept[strategy.id]:
            self._edited.pop(strategy.id, None)
        else:
            self._edited[strategy.id] = strategy
        self._show_actions()

    def _on_menu_asked(self) -> None:
        self.new_menu.clear()
        for start in starts(self._desk, self._allocation):
            entry = add_two_lines(self.new_menu, start.name, start.words)
            entry.triggered.connect(lambda _=False, start=start: self._on_new(start.name, start.targets))

    def _on_new(self, name: str, targets: ClassTargets) -> None:
        wanted = "New strategy" if not targets else name
        self._do(lambda: self._desk.targets.add(self._scope, self._free(wanted), targets, activate=self._is_first))
        self._name_new()

    def _on_duplicate(self) -> None:
        before = self.selected
        if before is not None:
            name = self._free(f"Copy of {text.targets_name(before.name)}"[:LONGEST])
            self._do(lambda: self._desk.targets.copy(before.id, name, activate=self._is_first))
            self._name_new()

    def _on_activate(self) -> None:
        strategy = self.selected
        if strategy is not None:
            self._do(lambda: self._desk.targets.activate(strategy.id))

    def _on_remove(self) -> None:
        strategy = self.selected
        if strategy is None:
            return
        kept = self._kept[strategy.id]
        name = text.targets_name(kept.name)
        box = problems.ask(f"Remove “{name}”?", self._goes_with(kept), "&Remove", self)
        box.accepted.connect(lambda: self._on_remove_agreed(kept))

    def _on_remove_agreed(self, strategy: Strategy) -> None:
        self._edited.pop(strategy.id, None)
        self._do(lambda: self._desk.targets.remove(strategy.id))
        if self.list.selected_row() is None and self._kept:
            self.list.select(next((each.id for each in self._kept.values() if each.is_active), next(iter(self._kept))))

    def _goes_with(self, strategy: Strategy) -> str:
        holdings = sum(len(target.holdings) for target in strategy.targets)
        targets = text.count(len(strategy.targets), "class target")
        goes = f"{targets} and {text.count(holdings, 'holding target')} go with it. Holdings and accounts stay."
        if not strategy.is_active:
            return goes
        left = [each for each in self._kept.values() if each.id != strategy.id]
        then = (
            f"“{text.targets_name(left[0].name)}” becomes the active one." if left else "Nothing is active here then."
        )
        return f"{goes} {then}"

    @property
    def _is_first(self) -> bool:
        """A new strategy does not take the place of the active one by itself."""
        return not any(each.is_active for each in self._kept.values())

    def _do(self, change: Callable[[], object]) -> None:
        """Change what is kept, and show it; a refusal is shown in place."""
        self.refusal.hide()
        try:
            made = change()
        except WealthDeskError as refusal:
            self._show_refusal(str(refusal))
            return
        self._reread()
        if isinstance(made, Strategy):
            self.list.select(made.id)

    def _name_new(self) -> None:
        if self.refusal.isHidden():
            self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)
            self.form.name.selectAll()

    def _free(self, wanted: str) -> str:
        """The name, with a number where another strategy of the scope has it."""
        taken = {each.name.casefold() for each in (*self._kept.values(), *self._edited.values())}
        names = (wanted, *(f"{wanted[: LONGEST - 4]} {number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name.casefold() not in taken)

    def _reread(self) -> None:
        self._kept = {each.id: each for each in self._desk.targets.of(self._scope)}
        # What the fields hold is not lost when another thing was kept meanwhile.
        self._edited = {key: _over(self._kept[key], each) for key, each in self._edited.items() if key in self._kept}
        self.list.set_rows(list(self._kept.values()))
        self._on_selected()

    def _show_actions(self) -> None:
        strategy = self.selected
        for each in (self.duplicate, self.remove):
            each.setEnabled(strategy is not None)
        self.activate.setEnabled(strategy is not None and not strategy.is_active)
        self.save.setEnabled(bool(self._edited) and not self.form.problem)
        waiting = len(self._edited)
        self.reason.setText(f"{text.count(waiting, 'strategy', 'strategies')} changed" if waiting else "")

    def _show_refusal(self, sentence: str) -> None:
        self.refusal.show_message(Tone.ERROR, "Not possible", sentence)
        self.refusal.show()

    def _make_widgets(self) -> None:
        self.setWindowTitle(f"Strategies — {text.scope(self._allocation.scope_name)}")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(900, 580)
        self.list: TableView[Strategy] = TableView(
            "Strategies",
            [
                Column(
                    "Strategy", lambda each: text.targets_name(each.name), note=_contents, font="strong", stretch=True
                ),
                Column(
                    "", lambda each: "", pill=lambda each: _ACTIVE if each.is_active else None, width=96, right=True
                ),
            ],
            identity=lambda each: each.id,
        )
        self.list.horizontalHeader().hide()
        self.new_menu = PopupMenu(self)
        self.new = menu_button("Ne&w", self.new_menu)
        self.duplicate = button("&Duplicate", icon="copy")
        self.remove = danger_button("&Remove…")
        self.activate = button("Make &active", icon="check")
        self.form = StrategyForm()
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self.reason = label(role="body", ink="mute", right=True)
        self.cancel = button("Cl&ose")
        self.save = primary_button("Sa&ve changes", tip="Ctrl+Enter")

    def _connect(self) -> None:
        self.list.row_selected.connect(self._on_selected)
        self.form.edited.connect(self._on_edited)
        self.new_menu.aboutToShow.connect(self._on_menu_asked)
        for each, asked in (
            (self.duplicate, self._on_duplicate),
            (self.remove, self._on_remove),
            (self.activate, self._on_activate),
            (self.cancel, self.reject),
            (self.save, self.accept),
        ):
            each.clicked.connect(asked)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.accept)
        QShortcut(
            QKeySequence(Qt.Key.Key_Delete), self.list, context=Qt.ShortcutContext.WidgetShortcut
        ).activated.connect(self._on_remove)

    def _lay_out(self) -> None:
        outer = vertical(self, spacing=0)
        head = vertical(spacing=2, margins=(24, 18, 24, 14))
        head.addWidget(label(f"Strategies — {text.scope(self._allocation.scope_name)}", "panel", wrap=True))
        words = "Drift and plans are calculated from the targets of the active one. The others are kept."
        head.addWidget(label(words, "body", "mute2", wrap=True))
        outer.addLayout(head)
        outer.addWidget(rule())
        body = horizontal(spacing=24, margins=(24, 16, 24, 16))
        body.addLayout(self._left_and_right(), 1)
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _left_and_right(self) -> QHBoxLayout:
        left = vertical(spacing=10)
        left.addWidget(self.refusal)
        left.addWidget(self.list, 1)
        steps = horizontal(spacing=8)
        for each in (self.new, self.duplicate, self.remove):
            steps.addWidget(each)
        steps.addStretch()
        left.addLayout(steps)
        right = vertical(spacing=8)
        right.addWidget(self.form, 1)
        right.addWidget(self.activate, 0, Qt.AlignmentFlag.AlignLeft)
        both = horizontal(spacing=28)
        both.addLayout(left, 5)
        both.addLayout(right, 4)
        return both

    def _foot(self) -> QWidget:
        foot = frame("foot")
        row = horizontal(foot, spacing=8, margins=(24, 13, 24, 13))
        row.addWidget(self.reason, 1)
        row.addSpacing(6)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        return foot


def _contents(strategy: Strategy) -> str:
    targets = text.count(len(strategy.targets), "class target") if strategy.targets else "No targets yet"
    return f"{targets}, version {strategy.version}"


def _over(kept: Strategy, edited: Strategy) -> Strategy:
    """What is kept now with the fields as they were edited."""
    return replace(
        kept,
        name=edited.name,
        absolute_band_bps=edited.absolute_band_bps,
        relative_band_bps=edited.relative_band_bps,
        fill_method=edited.fill_method,
        unfillable=edited.unfillable,
    )
