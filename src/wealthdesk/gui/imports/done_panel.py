"""Step 3 of the import: what was kept, where to go from here, and what came over from another program."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.imports.sections import LinesSection, ListSection
from wealthdesk.gui.imports.words import details, outcome, several
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import PillValues
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.services.imports import ImportPreview, MovedIn
from wealthdesk.services.moved_in import MovedAccount, MovedClass, MovedHolding

_WIDTH = 560
_SAME: Final = PillValues("As there", Tone.OK)
_OTHER: Final = PillValues("Different", Tone.WARNING)
_MOST: Final = 12
_AMOUNT: Final = 120

Moved = MovedAccount | MovedHolding | MovedClass


class DonePanel(QWidget):
    """Shows one import that was kept."""

    allocation_requested = Signal()
    classify_requested = Signal()
    another_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._headline = label(role="hero", wrap=True)
        self._taken_back = label("This import was taken back as a whole.", "body", "mute", wrap=True)
        self._details = label(role="body", ink="mute", wrap=True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.total = label(role="strong", wrap=True)
        self.classify = primary_button("&Classify")
        self.classify.clicked.connect(self.classify_requested)
        self.show_allocation = button("&Show allocation")
        self.show_allocation.clicked.connect(self.allocation_requested)
        self.show_allocation_first = primary_button("&Show allocation")
        self.show_allocation_first.clicked.connect(self.allocation_requested)
        self.another = button("Import &more files")
        self.another.clicked.connect(self.another_requested)
        self._unclassified = label("An asset without a class does not count in the weights.", "note", "mute", wrap=True)
        self._outcome = ""
        self.moved: list[MovedSection] = []
        self._moved = vertical(spacing=24)
        self._lay_out()
        self.show_unclassified(0)

    @property
    def headline(self) -> str:
        """What was done, in a few words."""
        return self._headline.text()

    @property
    def details(self) -> str:
        """What was done, line by line."""
        return self._details.text()

    @property
    def is_taken_back(self) -> bool:
        """Whether what was kept is told as undone."""
        return not self._taken_back.isHidden()

    @property
    def primary(self) -> QPushButton:
        """What is to be done next: new assets are classified, else the allocation is looked at."""
        return self.show_allocation_first if self.classify.isHidden() else self.classify

    def show_unclassified(self, count: int) -> None:
        """Offer to classify so many new assets, which do not count before; 0: there is none."""
        self.classify.setText(f"&Classify {text.count(count, 'new asset')}")
        self.classify.setAccessibleName(f"Classify {text.count(count, 'new asset')}")
        self.classify.setVisible(count > 0)
        self.show_allocation.setVisible(count > 0)
        self.show_allocation_first.setVisible(not count)
        self._unclassified.setVisible(count > 0)

    def show_total(self, before: str, after: str, unvalued: int) -> None:
        """Say what everything is worth now, before where that was something, and how many holdings have no value."""
        words = f"Total {before} → {after}" if before and before != after else f"Total {after}"
        none = f", without {text.count(unvalued, 'holding')} that no price or rate is known for" if unvalued else ""
        self.total.setText(f"{words}{none}")
        self.total.setVisible(bool(after))

    def show_kept(self, preview: ImportPreview, removed: int, left_out: frozenset[tuple[str, int]]) -> None:
        """Show what was kept."""
        self._outcome = outcome(preview, removed)
        self._details.setText("\n".join(details(preview, removed, left_out)))
        self.show_taken_back(is_back=False)

    def show_taken_back(self, *, is_back: bool) -> None:
        """Say whether what was kept has been undone since; then none of it is told as what is in the portfolio."""
        icons.put(self._sign, "undo" if is_back else "check", "mute" if is_back else "ok", 28)
        self._headline.setText("Import undone" if is_back else self._outcome)
        self._taken_back.setVisible(is_back)
        self._details.setVisible(not is_back)

    def _lay_out(self) -> None:
        card = frame("card")
        card.setMaximumWidth(_WIDTH)
        lines = vertical(card, spacing=8, margins=(28, 26, 28, 26))
        lines.addWidget(self._sign)
        lines.addSpacing(4)
        lines.addWidget(self._headline)
        lines.addWidget(self._taken_back)
        lines.addWidget(self.total)
        lines.addWidget(self._details)
        lines.addWidget(self._unclassified)
        lines.addSpacing(16)
        row = horizontal()
        for each in (self.classify, self.show_allocation_first, self.show_allocation):
            row.addWidget(each)
        row.addWidget(self.another)
        row.addStretch()
        lines.addLayout(row)
        centre = horizontal()
        centre.addStretch(1)
        centre.addWidget(card, 4)
        centre.addStretch(1)
        ground = QWidget()
        self._column = vertical(ground, spacing=20, margins=(24, 0, 24, 20))
        self._column.addStretch(2)
        self._column.addLayout(centre)
        self._column.addLayout(self._moved)
        self._column.addStretch(3)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(ground)
        vertical(self).addWidget(area)

    def show_moved(self, moved: Sequence[MovedIn]) -> None:
        """Lay what files of other programs have beside what is here now."""
        while len(self.moved) < len(moved):
            section = MovedSection()
            self.moved.append(section)
            self._moved.addWidget(section)
        for place, section in enumerate(self.moved):
            section.setVisible(place < len(moved))
            if place < len(moved):
                section.show_moved(moved[place])


class MovedSection(QWidget):
    """One file of another program, laid beside the portfolio: a sentence, the differences, and three tables."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = ""
        self.verdict = Message(Tone.OK)
        self.differences = LinesSection()
        self.classes = ListSection("Classes, targets and drift", self._class_columns(), most=_MOST)
        self.holdings = ListSection("Holdings and cash", self._holding_columns(), most=_MOST)
        self.accounts = ListSection("Accounts", self._account_columns(), most=_MOST)
        self.unvalued = LinesSection()
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
            _pill(),
        ]

    def _holding_columns(self) -> list[Column[MovedHolding]]:
        return [
            Column("Symbol", lambda row: row.symbol, font="strong", tip=lambda row: row.symbol, width=110),
            Column("Name", lambda row: row.name or "", ink=_mute, tip=lambda row: row.name or "", stretch=True),
            Column("Account", lambda row: row.account, tip=lambda row: row.account, width=140, spare=True),
            Column("There", lambda row: _quantity(row.quantity_there), right=True, figures=True, ink=_mute, width=96),
            Column("Here", lambda row: _quantity(row.quantity_here), right=True, figures=True, width=96),
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


def _pill() -> Column[Any]:
    return Column(
        "",
        lambda row: "",
        pill=lambda row: _OTHER if row.difference else _SAME,
        tip=lambda row: row.difference,
        right=True,
        width=118,
    )


def _mute(row: object) -> str:
    return "mute"


def _quantity(quantity: Decimal | None) -> str:
    return text.NOTHING if quantity is None else text.number(quantity)


def _cash(row: MovedAccount, place: int) -> str:
    told = [f"{text.number(each[1] if place == 1 else each[2])} {each[0]}" for each in row.cash]
    return ", ".join(told) or text.NOTHING
