"""Step 3 of the import: what was kept, where to go from here, and what came over from another program."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from wealthdesk.domain.assets import AssetClass
from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.new_assets import NewAsset, NewAssets, new_assets_words
from wealthdesk.gui.imports.reading import ProblemLines
from wealthdesk.gui.imports.sections import LinesSection, ListSection, Section
from wealthdesk.gui.imports.words import details, outcome, remembered_words, several
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button, word_button
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import frame, label, rule
from wealthdesk.planning.moved_in import MovedAccount, MovedClass, MovedHolding
from wealthdesk.services.imports import ImportPreview, MovedIn

_WIDTH: Final = 680
_SIDE: Final = 24
_SAME: Final = PillValues("As there", Tone.OK)
_OTHER: Final = PillValues("Different", Tone.WARNING)
_IN_IT: Final = "Something in it is different: see its holdings and cash."
_MOST: Final = 12
_AMOUNT: Final = 120
_NARROW: Final = 1030
"""In a narrower page the tables of what was moved in show no more than is said nowhere else."""
_VALUES_AND_SHARES: Final = {1, 2, 3, 4}
"""Of a class: values that differ are said above, and the drift is from the share."""
_CASH: Final = {2, 3}
"""Of an account: the cash has rows of its own among the holdings."""
_NAME: Final = {1}
"""Of a holding: it is the tooltip of the symbol."""

Moved = MovedAccount | MovedHolding | MovedClass


class DonePanel(QWidget):
    """Shows one import that was kept."""

    allocation_requested = Signal()
    classify_requested = Signal()
    another_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outcome, self._made_at = "", ""
        self._is_back = False
        self.sentence = label(role="hero", wrap=True)
        self._line = label(ink="mute2", wrap=True)
        self._area, self._ground = scrolling(self)
        # As high as it needs at its width: its own least height reckons with narrower lines of words.
        self._ground.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._middle = QWidget(self._ground)
        self.assets = NewAssets(self._middle)
        self.assets.chosen.connect(self._show_steps)
        self.classify = primary_button("&Classify")
        self.classify.clicked.connect(self.classify_requested)
        self.show_allocation = button("&Show allocation")
        self.show_allocation.clicked.connect(self.allocation_requested)
        self.show_allocation_first = primary_button("&Show allocation")
        self.show_allocation_first.clicked.connect(self.allocation_requested)
        self.facts = FactSection(self._middle)
        self.undo = word_button("Undo this import")
        self.undo.clicked.connect(self.undo_requested)
        self._undo_words = label(role="note", ink="mute2", wrap=True)
        self.refusal = Message(Tone.WARNING, parent=self._middle)
        self.refusal.hide()
        self.another = button("Import &more files")
        self.another.clicked.connect(self.another_requested)
        self._remembered = label(role="note", ink="mute", wrap=True)
        self.moved: list[MovedSection] = []
        self._moved = vertical(spacing=24)
        self._lay_out()
        self.show_unclassified((), ())

    @property
    def details(self) -> str:
        """What was done, line by line."""
        return "\n".join(self.facts.lines)

    @property
    def is_taken_back(self) -> bool:
        """Whether what was kept is told as undone."""
        return self._is_back

    @property
    def primary(self) -> QPushButton:
        """What is to be done next: new assets are classified, else the allocation is looked at."""
        return self.show_allocation_first if self.classify.isHidden() else self.classify

    def show_unclassified(self, assets: Sequence[NewAsset], classes: Iterable[AssetClass]) -> None:
        """Offer to classify new assets, which do not count before; none: there is nothing to classify."""
        self.assets.show_assets(assets, classes)
        self._show_steps()
        self._show_sentence()

    def show_values(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Say what is worth how much: name, before ("": that was nothing), now."""
        self.facts.show_values(lines)

    def show_kept(self, preview: ImportPreview, removed: int, left_out: ProblemLines, at: str) -> None:
        """Show what was kept. at: the time of day."""
        self._outcome, self._made_at = outcome(preview, removed), at
        self.facts.show_details(details(preview, removed, left_out))
        self._remembered.setText(remembered_words(preview))
        self.refusal.hide()
        self.show_taken_back(is_back=False)

    def show_taken_back(self, *, is_back: bool, can_undo: bool = True) -> None:
        """Say whether what was kept has been undone since; then none of it is told as what is in the portfolio."""
        self._is_back = is_back
        self.facts.setVisible(not is_back)
        for each in (self._sign, self.undo, self._undo_words):
            each.setVisible(can_undo and not is_back)
        said = f"Everything as it was before {self._made_at}. Also with Ctrl+Z, until something else changes."
        self._undo_words.setText(said)
        self._show_sentence()

    def show_refusal(self, sentence: str) -> None:
        """Say why the import cannot be undone."""
        self.refusal.show_message(Tone.WARNING, sentence)
        self.refusal.show()

    def show_busy(self, is_busy: bool) -> None:
        """Keep what would be kept or undone from being asked for twice."""
        for each in (self.undo, self.classify, self.another):
            each.setEnabled(not is_busy)

    def _show_sentence(self) -> None:
        if self._is_back:
            self.sentence.setText("The import is undone.")
            self._line.setText("Everything is as it was before.")
            return
        count = len(self.assets.assets)
        have = "has" if count == 1 else "have"
        lacking = f" {text.count(count, 'new asset')} {have} no class yet." if count else ""
        self.sentence.setText(f"{self._outcome}{lacking}".strip())
        self._line.setText(new_assets_words(self.assets.assets) or "Kept as a whole, in one step.")

    def _show_steps(self) -> None:
        """The next step: to classify, as many as a class is chosen for, or all of them one by one."""
        count = len(self.assets.choices()) or len(self.assets.assets)
        words = f"Classify {text.count(count, 'new asset')}{'' if self.assets.choices() else '…'}"
        self.classify.setText(f"&{words}")
        self.classify.setAccessibleName(words)
        self.classify.setVisible(count > 0)
        self.show_allocation.setVisible(count > 0)
        self.show_allocation_first.setVisible(not count)

    def _lay_out(self) -> None:
        self._sign = QLabel()
        icons.put(self._sign, "undo", "ink", 16)
        steps, back = horizontal(), horizontal(spacing=8)
        for each in (self.classify, self.show_allocation_first, self.show_allocation):
            steps.addWidget(each)
        steps.addStretch()
        back.addWidget(self._sign)
        back.addWidget(self.undo)
        back.addSpacing(6)
        back.addWidget(self._undo_words, 1)
        self._middle.setMaximumWidth(_WIDTH)
        said = vertical(spacing=4)
        said.addWidget(self.sentence)
        said.addWidget(self._line)
        lines = vertical(self._middle, spacing=16)
        lines.addWidget(self.assets)
        lines.addLayout(steps)
        lines.addSpacing(20)
        lines.addWidget(self.facts)
        lines.addWidget(self.refusal)
        lines.addLayout(back)
        self._column = vertical(self._ground, spacing=24, margins=(_SIDE, 4, _SIDE, 20))
        self._column.addLayout(said)
        self._column.addWidget(self._middle)
        self._column.addLayout(self._moved)
        self._column.addStretch()
        outer = vertical(self, spacing=0)
        outer.addWidget(self._area, 1)
        outer.addWidget(self._foot())

    def _foot(self) -> QFrame:
        foot = frame("pagefoot")
        row = horizontal(foot, spacing=8, margins=(_SIDE, 14, _SIDE, 16))
        row.addWidget(self._remembered, 1)
        row.addWidget(self.another)
        return foot

    def show_moved(self, moved: Sequence[MovedIn]) -> None:
        """Lay what files of other programs have beside what is here now."""
        while len(self.moved) < len(moved):
            section = MovedSection(self._middle)
            self.moved.append(section)
            self._moved.addWidget(section)
        for place, section in enumerate(self.moved):
            section.setVisible(place < len(moved))
            if place < len(moved):
                section.show_moved(moved[place])


class FactSection(Section):
    """What changed: a line for each, what it is about at the left and what was done at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[str, ...] = ()
        self.values: tuple[tuple[str, str, str], ...] = ()
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self._rows = QWidget(self)
        self._column = vertical(self._rows, spacing=0)
        self.hold(self._rows)
        # It is not shown before it has a parent: it would be a window for a moment.
        self._title.setText("What changed")
        self._title.setFont(fonts.font("section"))

    def show_values(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """What is worth how much: name, before ("": that was nothing), now."""
        self.values = tuple(lines)
        self._show_rows()

    def show_details(self, lines: Sequence[str]) -> None:
        """What was done, each with a colon after what it is about; shown with the values that it came to."""
        self.lines = tuple(lines)

    def _show_rows(self) -> None:
        told = [(name, "", said) for name, _, said in (line.partition(": ") for line in self.lines)]
        rows = (*self.values[:1], *told, *self.values[1:])
        if rows == self._shown:
            return
        self._shown = rows
        while (old := self._column.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                # Else it is styled and laid out with those that take its place.
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._column.addWidget(rule(self._rows))
            self._column.addWidget(self._row(*row))
        self._column.addWidget(rule())

    def _row(self, name: str, before: str, now: str) -> QWidget:
        made = QWidget(self._rows)
        row = horizontal(made, spacing=4, margins=(0, 8, 0, 8))
        row.addWidget(label(name, ink="mute2"))
        row.addSpacing(16)
        row.addStretch()
        if before:
            row.addWidget(label(f"{before} →", ink="mute2", figures=True))
        said = label(now, "strong", figures=bool(before), right=True, wrap=not before)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(said, 0 if before else 4)
        return made


class MovedSection(QWidget):
    """One file of another program, laid beside the portfolio: a sentence, the differences, and three tables."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = ""
        self.verdict = Message(Tone.OK, parent=self)
        self.differences = LinesSection(self)
        self.classes = ListSection("Classes, targets and drift", self._class_columns(), most=_MOST, parent=self)
        self.holdings = ListSection("Holdings and cash", self._holding_columns(), most=_MOST, parent=self)
        self.accounts = ListSection("Accounts", self._account_columns(), most=_MOST, parent=self)
        self.unvalued = LinesSection(self)
        lines = vertical(self, spacing=14)
        for each in (self.verdict, self.differences, self.classes, self.accounts, self.holdings, self.unvalued):
            lines.addWidget(each)

    def show_moved(self, moved: MovedIn) -> None:
        """Show what a file has and what is here."""
        self._currency = moved.currency
        there, here = (text.money(each, moved.currency) for each in (moved.total_there_minor, moved.total_here_minor))
        if moved.is_same:
            words = f"Everything is here as it is in {moved.program}: {here}"
            self.verdict.show_message(Tone.OK, words)
        else:
            count = text.count(len(moved.differences), "difference")
            words = f"{moved.program} has {there}, and here it is {here}: {count}"
            self.verdict.show_message(Tone.WARNING, words)
        self.differences.show_lines("What is different", moved.differences)
        strategy = f"Targets of “{moved.strategy_there}” there" if moved.strategy_there else "No targets there"
        ours = f"“{moved.strategy_here}” here" if moved.strategy_here else "none here"
        self.classes.show_rows(moved.classes, "Classes, targets and drift", f"{strategy}, {ours}.")
        self.accounts.show_rows(moved.accounts, "Accounts", f"Valued in {moved.currency}.")
        self.holdings.show_rows(moved.holdings, "Holdings and cash", "Quantities and values, there and here.")
        told = (
            (moved.unvalued, "Not valued, because neither has a price or a rate for them"),
            (
                moved.valued_as_here,
                f"Valued as here, because {moved.program} has no price or no rate for them",
            ),
        )
        self.unvalued.show_lines("How it is valued", [f"{why}: {several(which)}." for which, why in told if which])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW
        for section, spare in ((self.classes, _VALUES_AND_SHARES), (self.accounts, _CASH), (self.holdings, _NAME)):
            section.table.hide_columns(spare if is_narrow else set())

    def _money(self, of: Callable[[Moved], int | None]) -> Callable[[Moved], str]:
        def words(row: Moved) -> str:
            minor = of(row)
            return text.NOTHING if minor is None else text.money(minor, self._currency)

        return words

    def _values(self) -> list[Column[Any]]:
        return [
            Column(
                "Value there", self._money(lambda row: row.value_there_minor), key=lambda row: row.value_there_minor,
                right=True, figures=True, ink=_mute, width=_AMOUNT,
            ),
            Column(
                "Value here", self._money(lambda row: row.value_here_minor), key=lambda row: row.value_here_minor,
                right=True, figures=True, width=_AMOUNT,
            ),
        ]  # fmt: skip

    def _account_columns(self) -> list[Column[MovedAccount]]:
        return [
            Column("Account there", lambda row: row.there, font="strong", tip=lambda row: row.there, stretch=True),
            Column("Account here", lambda row: row.here or text.NOTHING, tip=lambda row: row.here or "", width=170),
            Column("Cash there", lambda row: _cash(row, 1), ink=_mute, tip=lambda row: _cash(row, 1), width=150),
            Column("Cash here", lambda row: _cash(row, 2), tip=lambda row: _cash(row, 2), width=150),
            *self._values(),
            _pill(lambda row: row.difference or (_IN_IT if row.has_other else "")),
        ]

    def _holding_columns(self) -> list[Column[MovedHolding]]:
        return [
            Column("Symbol", lambda row: row.symbol, font="strong", tip=_symbol_and_name, width=110),
            Column("Name", lambda row: row.name or "", ink=_mute, tip=lambda row: row.name or "", width=220),
            Column("Account", lambda row: row.account, tip=lambda row: row.account, stretch=True),
            Column("There", lambda row: _quantity(row.quantity_there), right=True, figures=True, ink=_mute, width=90),
            Column("Here", lambda row: _quantity(row.quantity_here), right=True, figures=True, width=90),
            *self._values(),
            _pill(),
        ]

    def _class_columns(self) -> list[Column[MovedClass]]:
        told: list[tuple[str, Callable[[MovedClass], int | None]]] = [
            ("Share there", lambda row: row.weight_there_bps),
            ("Share here", lambda row: row.weight_here_bps),
            ("Target there", lambda row: row.target_there_bps),
            ("Target here", lambda row: row.target_here_bps),
        ]
        drifts: list[tuple[str, Callable[[MovedClass], int | None]]] = [
            ("Drift there", lambda row: row.drift_there_bps),
            ("Drift here", lambda row: row.drift_here_bps),
        ]
        return [
            Column("Class", lambda row: row.name, font="strong", tip=lambda row: row.name, stretch=True),
            *self._values(),
            *(_share_column(title, of, is_drift=False) for title, of in told),
            *(_share_column(title, of, is_drift=True) for title, of in drifts),
            _pill(),
        ]


def _share_column(title: str, of: Callable[[MovedClass], int | None], *, is_drift: bool) -> Column[MovedClass]:
    def words(row: MovedClass) -> str:
        bps = of(row)
        if bps is None:
            return text.NOTHING
        return text.points(bps) if is_drift else text.percent(bps)

    return Column(
        title,
        words,
        key=of,
        right=True,
        figures=True,
        ink=_mute if title.endswith("there") else None,
        width=92,
    )


def _pill(difference: Callable[[Any], str] = lambda row: str(row.difference)) -> Column[Any]:
    return Column(
        "",
        lambda row: "",
        pill=lambda row: _OTHER if difference(row) else _SAME,
        tip=difference,
        right=True,
        width=108,
    )


def _mute(row: object) -> str:
    return "mute"


def _symbol_and_name(row: MovedHolding) -> str:
    return f"{row.symbol}, {row.name}" if row.name else row.symbol


def _quantity(quantity: Decimal | None) -> str:
    return text.NOTHING if quantity is None else text.number(quantity)


def _cash(row: MovedAccount, place: int) -> str:
    told = [f"{text.number(each[1] if place == 1 else each[2])} {each[0]}" for each in row.cash]
    return ", ".join(told) or text.NOTHING
