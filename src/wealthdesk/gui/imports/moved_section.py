"""“Moved in”: what the file of another program has, beside what is here now; every difference is named."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from wealthdesk.gui import format as text
from wealthdesk.gui.imports.sections import LinesSection, ListSection
from wealthdesk.gui.table_model import Column
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.layouts import vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.pill import PillValues
from wealthdesk.services.moved_in import MovedAccount, MovedClass, MovedHolding, MovedIn

_SAME: Final = PillValues("As there", Tone.OK)
_OTHER: Final = PillValues("Different", Tone.WARNING)
_MOST: Final = 12
_AMOUNT: Final = 120

Moved = MovedAccount | MovedHolding | MovedClass


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
        unvalued = [f"Without a price or a rate: {', '.join(moved.unvalued)}"] if moved.unvalued else []
        self.unvalued.show_lines("Not valued", unvalued)

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
