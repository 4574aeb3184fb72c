"""The number field: a quantity, price or rate as the user writes it, read live into a Decimal."""

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from wealthdesk.domain import money
from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.field_problem import FieldProblem
from wealthdesk.gui.widgets.layouts import vertical


class NumberEdit(QWidget):
    """what: the kind of number for its sentences, "quantity". What cannot be read stays as typed."""

    edited = Signal(object)
    """The Decimal, or None when the field is empty or cannot be read. Only for what the user did."""

    def __init__(
        self,
        name: str,
        *,
        what: str = "number",
        decimals: int = money.DECIMALS,
        negative: bool = False,
        zero: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._what, self._decimals = what, decimals
        self._allows_negative, self._allows_zero = negative, zero
        self.field = QLineEdit()
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setAccessibleName(name)
        self.field.setFont(fonts.font("body"))
        self.setFocusProxy(self.field)
        self._problem = FieldProblem(self.field)
        layout = vertical(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        layout.addWidget(self._problem)
        self.field.textEdited.connect(self._on_edited)

    def number(self) -> Decimal | None:
        """The number; None when empty or not a number of its kind."""
        return self._read()[0]

    def set_number(self, number: Decimal | None) -> None:
        """Show a number; None empties the field. Nothing is emitted."""
        self.field.setText("" if number is None else text.number(number).replace(text.MINUS, "-"))
        self._problem.show_problem("")

    def problem(self) -> str:
        """The sentence about what cannot be read, or that was set with show_problem; "" when all is well."""
        return self._problem.sentence

    def show_problem(self, sentence: str) -> None:
        """Show a sentence about the number until it is edited."""
        self._problem.show_problem(sentence)

    def check(self) -> bool:
        """Whether there is a number of its kind; says what is missing when the field is empty."""
        number, sentence = self._read()
        self._problem.show_problem(
            sentence if number is not None or sentence else f"There is no {self._what} here yet."
        )
        return number is not None

    def _read(self) -> tuple[Decimal | None, str]:
        typed = self.field.text()
        if not typed.strip():
            return None, ""
        try:
            number = money.parse_decimal(typed, text.marks(), decimals=self._decimals, what=self._what)
        except NotANumber as refusal:
            return None, str(refusal)
        if number < 0 and not self._allows_negative:
            return None, f"A {self._what} here is not negative. Leave out the minus."
        if number == 0 and not self._allows_zero:
            return None, f"A {self._what} here is more than 0."
        return number, ""

    def _on_edited(self) -> None:
        number, sentence = self._read()
        self._problem.show_problem(sentence)
        self.edited.emit(number)
