"""The first page of an empty portfolio: one place to drop files, and two quiet lines with other ways to begin."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from wealthdesk.gui import icons
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.empty_state import BarsPicture, promise
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, rule

_WIDTH = 880
_READ = (
    "Portfolio Performance, Ghostfolio, Wealthfolio, lakshmi, Interactive Brokers, OFX, "
    "and any table with a symbol and a quantity"
)
"""What tests prove to be read; Help tells what to export elsewhere."""


class Welcome(QWidget):
    """Import files, add an account by hand, or look at the demo portfolio. Files can be dropped anywhere on it."""

    import_requested = Signal()
    account_requested = Signal()
    demo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = primary_button("Choose files…", key="Ctrl+I", tip="Ctrl+I")
        self.account = button("Add account…", key="Ctrl+N", tip="Ctrl+N")
        self.demo = button("Open the demo", key="Ctrl+D", tip="Ctrl+D")
        self.first_choice = self.file
        self.file.clicked.connect(self.import_requested)
        self.account.clicked.connect(self.account_requested)
        self.demo.clicked.connect(self.demo_requested)
        column = _Column()
        self._lay_out(vertical(column, spacing=0))
        row = horizontal(self, margins=(24, 20, 24, 20))
        row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)

    def _lay_out(self, column: QVBoxLayout) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(4)
        column.addWidget(BarsPicture(), 0, centre)
        column.addSpacing(36)
        for words, role, ink, below in (
            ("See where you stand against your plan", "sentence", "ink", 8),
            ("Bring what you own, set a target for each class, and see what to buy, where.", "name_plain", "mute2", 26),
        ):
            line = label(words, role, ink, wrap=True)
            line.setAlignment(centre)
            column.addWidget(line)
            column.addSpacing(below)
        column.addWidget(self._drop_zone())
        column.addSpacing(18)
        others = horizontal(spacing=18)
        for sign, title, told, choice in (
            ("wallet", "Type it in", "An account, its holdings, its cash", self.account),
            ("compass", "Look around first", "Three accounts, five classes, a plan", self.demo),
        ):
            others.addWidget(_quiet_line(sign, title, told, choice), 1)
        column.addLayout(others)
        column.addSpacing(28)
        column.addLayout(promise("Everything stays on this computer. No account, no connection."))
        column.addStretch(7)

    def _drop_zone(self) -> QFrame:
        zone = QFrame()
        zone.setProperty("kind", "drop")
        sign = QLabel()
        icons.put(sign, "import", "ink", 22)
        lines = vertical(zone, spacing=10, margins=(20, 20, 20, 20))
        read = label(_READ, "note", "mute2", wrap=True)
        for each in (sign, label("Drop the files of your broker or your program here", "section"), self.file):
            lines.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
        read.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        lines.addWidget(read)
        self.file.setAccessibleDescription(f"Or drop them here. {_READ}")
        return zone


class _Column(QWidget):
    """As wide as there is room, up to a width that can be read across."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())


def _quiet_line(icon: str, title: str, told: str, choice: QPushButton) -> QWidget:
    made, sign = QWidget(), QLabel()
    icons.put(sign, icon, "ink", 18)
    choice.setAccessibleDescription(f"{title}. {told}")
    layout = vertical(made, spacing=12)
    layout.addWidget(rule())
    row = horizontal(spacing=14)
    lines = vertical(spacing=1)
    lines.addWidget(label(title, "name"))
    lines.addWidget(label(told, "note", "mute2", wrap=True))
    row.addWidget(sign)
    row.addLayout(lines, 1)
    row.addWidget(choice)
    layout.addLayout(row)
    return made
