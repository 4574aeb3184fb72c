"""The amount field: the currency's sign, the amount as the user writes it, the code; read live into minor units."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from wealthdesk.errors import NotANumber
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.field_problem import FieldProblem
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label


class MoneyEdit(QWidget):
    """large: 44 px high with a big figure; otherwise an ordinary field of 34 px. What cannot be read stays as typed."""

    edited = Signal(object)
    """The amount in minor units (int), or None when there is none. Only for what the user did."""

    def __init__(
        self,
        name: str,
        currency: str,
        *,
        large: bool = False,
        negative: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._allows_negative = negative
        self._currency = currency
        self._role = "amount" if large else "body"
        self._symbol = label(role="symbol" if large else "body", ink="mute")
        self._code = label(role="note" if large else "small", ink="mute")
        self.field = QLineEdit()
        self.field.setProperty("kind", "bare")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # As high as its frame: a click above or below the figure is meant for it as well.
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.field.setAccessibleName(name)
        self.field.installEventFilter(self)
        self.setFocusProxy(self.field)
        self._frame = frame("amount")
        self._frame.setProperty("ring", True)
        self._frame.setFixedHeight(44 if large else 34)
        self._problem = FieldProblem(self.field, self._frame)
        self._lay_out(large)
        self.set_currency(currency)
        self._on_text("")
        self.field.textChanged.connect(self._on_text)
        self.field.textEdited.connect(self._on_edited)
        self.field.editingFinished.connect(self._on_finished)

    @property
    def currency(self) -> str:
        """The currency of the amount."""
        return self._currency

    def set_currency(self, currency: str) -> None:
        """Another currency; what is typed stays and is read again."""
        self._currency = currency
        sign = text.symbol(currency)
        self._symbol.setText(sign if sign != currency else "")
        self._code.setText(currency)
        self._problem.show_problem(self._read()[1])

    def minor(self) -> int | None:
        """The amount in minor units; None when empty or not an amount."""
        return self._read()[0]

    def set_minor(self, minor: int | None) -> None:
        """Show an amount; None empties the field. Nothing is emitted."""
        if minor is None or minor != self.minor():
            self.field.setText("" if minor is None else text.plain(text.amount(minor, self._currency)))
        self._problem.show_problem("")

    def problem(self) -> str:
        """The sentence about what cannot be read, or that was set with show_problem; "" when all is well."""
        return self._problem.sentence

    def show_problem(self, sentence: str) -> None:
        """Show a sentence about the amount ("Below the smallest trade.") until it is edited."""
        self._problem.show_problem(sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Under X11 a field would take Ctrl+E for itself, as End, and the window's “Edit targets” would not hear of it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _is_ctrl_e(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _read(self) -> tuple[int | None, str]:
        typed = self.field.text()
        if not typed.strip():
            return None, ""
        try:
            minor = text.read_money(typed, self._currency)
        except NotANumber as refusal:
            return None, str(refusal)
        if minor < 0 and not self._allows_negative:
            return None, "An amount here is not negative. Leave out the minus."
        return minor, ""

    def _lay_out(self, large: bool) -> None:
        row = horizontal(self._frame, spacing=10 if large else 7)
        row.setContentsMargins(14 if large else 13, 0, 14 if large else 13, 0)
        for each, stretch in ((self._symbol, 0), (self.field, 1), (self._code, 0)):
            row.addWidget(each, stretch)
        layout = vertical(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._frame)
        layout.addWidget(self._problem)

    def _on_edited(self) -> None:
        minor, sentence = self._read()
        self._problem.show_problem(sentence)
        self.edited.emit(minor)

    def _on_text(self, typed: str) -> None:
        # Digits of one width widen the hyphen too, so they wait until there is none.
        self.field.setFont(fonts.font(self._role, figures="-" not in typed))

    def _on_finished(self) -> None:
        minor = self.minor()
        if minor is not None:
            self.field.setText(text.amount(minor, self._currency).replace(text.MINUS, "-"))


def _is_ctrl_e(event: QKeyEvent) -> bool:
    return event.keyCombination() == Qt.Modifier.CTRL | Qt.Key.Key_E
