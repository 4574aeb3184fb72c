"""The cost lots of a holding: each with its day, quantity and cost, and the form for them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from wealthdesk.domain.holdings import Holding
from wealthdesk.domain.money import exact_sum
from wealthdesk.domain.tax_lots import TaxLot, TaxLots
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import FormDialog, ShownInPlace, needed_amount, needed_number
from wealthdesk.gui.widgets.buttons import icon_button, link_button, set_name
from wealthdesk.gui.widgets.fields import FieldProblem, MoneyEdit, NumberEdit
from wealthdesk.gui.widgets.layouts import horizontal, scrolling, vertical
from wealthdesk.gui.widgets.text import label, set_ink

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_DAY: Final = 128

_ANY: Final = date(2024, 3, 15)
"""A day that shows how one is typed."""

_CROSS: Final = 30

_GAP: Final = 8

_BESIDE: Final = 2
"""How far a cross is below the top of the fields that it stands beside, which are higher."""

_LEAST, _MOST = 150, 320


class LotLine(QWidget):
    """One lot; an empty day is one that is not known."""

    edited = Signal()
    removed = Signal(object)
    """Itself."""

    def __init__(self, number: int, currency: str, lot: TaxLot | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day = QLineEdit(text.typed_day(lot.acquired_on) if lot and lot.acquired_on else "")
        self.day.setPlaceholderText(text.typed_day(_ANY))
        self.quantity = NumberEdit("", what="quantity", zero=False)
        self.cost = MoneyEdit("", currency)
        self.remove = icon_button("close", "", size=14)
        self.set_number(number)
        self._problem = FieldProblem(self.day, parent=self)
        if lot is not None:
            self.quantity.set_number(lot.quantity)
            self.cost.set_minor(lot.cost_minor)
        self._lay_out()
        self.day.textEdited.connect(self._on_day_edited)
        self.quantity.edited.connect(self.edited)
        self.cost.edited.connect(self.edited)
        self.remove.clicked.connect(self._on_remove)

    def set_number(self, number: int) -> None:
        """Be called by this number, where a line before it was removed as well."""
        self.day.setAccessibleName(f"Day of lot {number}, such as {text.typed_day(_ANY)}; empty where it is not known")
        self.quantity.field.setAccessibleName(f"Quantity of lot {number}")
        self.cost.field.setAccessibleName(f"Cost of lot {number}")
        set_name(self.remove, f"Remove lot {number}")

    def lot(self) -> TaxLot:
        """What the line says; ShownInPlace where something cannot be read."""
        typed = self.day.text().strip()
        day = text.read_day(typed) if typed else None
        if typed and day is None:
            like = text.typed_day(_ANY)
            self._problem.show_problem(f"“{typed[:20]}” is no day. Write it like {like}, or leave it empty.")
            self.day.setFocus()
            raise ShownInPlace(self._problem.sentence)
        return TaxLot(day, needed_number(self.quantity), needed_amount(self.cost))

    def _lay_out(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        self.day.setFixedWidth(_DAY)
        row = horizontal(spacing=_GAP)
        row.addWidget(self.day, 0, top)
        row.addWidget(self.quantity, 1, top)
        row.addWidget(self.cost, 1, top)
        beside = vertical(margins=(0, _BESIDE, 0, 0))
        beside.addWidget(self.remove, 0, top)
        row.addLayout(beside)
        layout = vertical(self, spacing=0)
        layout.addLayout(row)
        layout.addWidget(self._problem)

    def _on_day_edited(self) -> None:
        self._problem.show_problem("")
        self.edited.emit()

    def _on_remove(self) -> None:
        self.removed.emit(self)


class LotLines(QWidget):
    """quantity: how much is held; the lots are all of it together, or there are none."""

    def __init__(self, quantity: Decimal, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held, self._currency = quantity, currency
        self.lines: list[LotLine] = []
        self.add_button = link_button("&Add a lot", icon="plus")
        self._sum = label(role="note_strong", ink="mute", right=True)
        self._area, self._inside = scrolling(self)
        self._rows = vertical(spacing=6)
        self._lay_out()
        self.add_button.clicked.connect(self._on_add)

    def show_lots(self, lots: Sequence[TaxLot]) -> None:
        """Show these; none is one empty line."""
        for line in self.lines:
            self._drop(line)
        self.lines = []
        for lot in lots or (None,):
            self._append(lot)
        self._show_sum()

    def lots(self) -> TaxLots:
        """What the lines say; a single empty line is none. ShownInPlace where something cannot be read."""
        if len(self.lines) == 1 and not self.lines[0].quantity.field.text() and not self.lines[0].cost.field.text():
            return ()
        return tuple(line.lot() for line in self.lines)

    def _lay_out(self) -> None:
        titles = horizontal(spacing=_GAP)
        day = label("Bought on", "note", "mute")
        day.setFixedWidth(_DAY)
        titles.addWidget(day)
        titles.addWidget(label("Quantity", "note", "mute"), 1)
        titles.addWidget(label("What it cost, fees included", "note", "mute"), 1)
        titles.addSpacing(_CROSS + _GAP)
        inner = vertical(self._inside, margins=(0, 0, 0, 0))
        inner.addLayout(self._rows)
        inner.addStretch()
        self._area.setFrameShape(QFrame.Shape.StyledPanel)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(_LEAST)
        self._area.setMaximumHeight(_MOST)
        foot = horizontal(spacing=_GAP)
        foot.addWidget(self.add_button)
        foot.addWidget(self._sum, 1)
        layout = vertical(self, spacing=6)
        layout.addLayout(titles)
        layout.addWidget(self._area, 1)
        layout.addLayout(foot)

    def _append(self, lot: TaxLot | None) -> LotLine:
        line = LotLine(len(self.lines) + 1, self._currency, lot, self._inside)
        line.edited.connect(self._show_sum)
        line.removed.connect(self._on_removed)
        self.lines.append(line)
        self._rows.addWidget(line)
        return line

    def _on_add(self) -> None:
        line = self._append(None)
        left = self._left()
        if left is not None and left > 0:
            line.quantity.set_number(left)
        self._show_sum()
        line.day.setFocus()
        self._area.ensureWidgetVisible(line)

    def _on_removed(self, line: LotLine) -> None:
        self.lines.remove(line)
        self._drop(line)
        for number, each in enumerate(self.lines, 1):
            each.set_number(number)
        if not self.lines:
            self._append(None)
        self.lines[-1].day.setFocus()
        self._show_sum()

    def _drop(self, line: LotLine) -> None:
        self._rows.removeWidget(line)
        line.hide()
        # No longer a part of the form: what was typed there does not count as changed.
        line.setParent(None)
        line.deleteLater()

    def _left(self) -> Decimal | None:
        """How much of the holding is in no lot; None while a quantity cannot be read."""
        left = self._held
        for line in self.lines:
            number = line.quantity.number()
            if number is None and line.quantity.field.text().strip():
                return None
            left = exact_sum(left, -(number or Decimal(0)))
        return left

    def _show_sum(self) -> None:
        left = self._left()
        held = text.quantity(self._held)
        if left is None:
            said, ink = "", "mute"
        elif left == 0:
            said, ink = f"All {held} are in a lot", "ok"
        else:
            said = f"{text.quantity(abs(left))} of {held} left" if left > 0 else f"Over by {text.quantity(-left)}"
            ink = "under" if left > 0 else "over"
        self._sum.setText(said)
        set_ink(self._sum, ink)


_HELP = (
    "Plans with a limit on realised gains sell the dearest lot first. Without lots they reckon with the average cost."
)


class LotsDialog(FormDialog):
    """Keeps the lots, and their sum as the cost of the holding; without any, its cost stays."""

    def __init__(self, desk: "Desk", holding: Holding, parent: QWidget | None = None) -> None:
        portfolio = desk.portfolios.current()
        asset, account = portfolio.assets[holding.asset_id], portfolio.accounts[holding.account_id]
        held = f"{text.quantity(holding.quantity)} {asset.known_as} in {account.name}"
        super().__init__("Cost lots", "&Save lots", held, parent)
        self._desk, self._holding = desk, holding
        self.setMinimumWidth(600)
        self.lots = LotLines(holding.quantity, asset.currency, self)
        self.lots.show_lots(desk.rules.lots_of(holding.id))
        self.add(self.lots, stretch=1)
        self.add(label(_HELP, "small", "mute", wrap=True))
        self.lots.lines[0].day.setFocus()

    def save(self) -> TaxLots:
        lots = self.lots.lots()
        self._desk.rules.set_lots(self._holding.id, lots)
        return lots
