"""The notices of everything that an installed program is made of, to be read: `run.py build` makes their text."""

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from wealthdesk.gui.widgets.buttons import primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import frame, label
from wealthdesk.paths import resources_folder

_SIZE: Final = (720, 600)
_TITLE: Final = "Licences and notices"


def notices_file() -> Path | None:
    """Where they are: in every bundle, and not in a clone, whose packages were installed with licences of their own."""
    file = resources_folder() / "notices.txt"
    return file if file.is_file() else None


class NoticesDialog(QDialog):
    """text: the notices of all parts, which begin with a list of them."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_TITLE)
        self.setMinimumSize(480, 400)
        self.resize(*_SIZE)
        self.text = QPlainTextEdit(text, self, readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(_TITLE)
        self.text.setTabChangesFocus(True)
        self.close_button = primary_button("C&lose")
        self.close_button.clicked.connect(self.reject)
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(24, 20, 24, 20))
        body.addWidget(label(_TITLE, "panel"))
        body.addWidget(self.text, 1)
        outer.addLayout(body, 1)
        foot = frame("foot")
        buttons = horizontal(foot, spacing=8, margins=(24, 14, 24, 14))
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        outer.addWidget(foot)
        self.text.setFocus()
