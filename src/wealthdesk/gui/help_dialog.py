"""A page of the manual, shown in the program: Markdown from the folder of resources, never from the network."""

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from wealthdesk.gui import fonts
from wealthdesk.gui.widgets.buttons import primary_button
from wealthdesk.gui.widgets.layouts import dialog_foot, vertical
from wealthdesk.paths import resources_folder

_NOT_WORD: Final = re.compile(r"[^\w]+")


def help_page(name: str) -> Path:
    """The file of a page of the manual."""
    return resources_folder() / "help" / f"{name}.md"


def slug(heading: str) -> str:
    """What a link calls a heading: “Anything else” → anything-else."""
    return _NOT_WORD.sub("-", heading.casefold()).strip("-")


def headings_under(text: str, heading: str) -> list[str]:
    """The headings of the third level under one of the second."""
    found, is_under = [], False
    for line in text.splitlines():
        if line.startswith("## "):
            is_under = line[3:].strip() == heading
        elif line.startswith("### ") and is_under:
            found.append(line[4:].strip().replace("\\", ""))
    return found


class HelpDialog(QDialog):
    """Links lead to headings of the same page and to other pages of the manual; any other one does nothing."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(680, 640)
        self.page = QTextBrowser()
        self.page.setAccessibleName(title)
        self.page.setOpenLinks(False)
        self.page.setFont(fonts.font("body"))
        self.page.document().setDocumentMargin(20)
        self._show(name)
        self.page.anchorClicked.connect(self._on_link)
        self.close_button = primary_button("Cl&ose")
        self.close_button.clicked.connect(self.accept)
        outer = vertical(self, spacing=0)
        body = vertical(margins=(16, 16, 16, 12))
        body.addWidget(self.page)
        outer.addLayout(body, 1)
        outer.addWidget(dialog_foot(self.close_button))
        self.page.setFocus()

    def go_to(self, anchor: str) -> bool:
        """Bring the heading that a link means to the top; False where there is none."""
        block = self.page.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and slug(block.text()) == anchor:
                bar = self.page.verticalScrollBar()
                bar.setValue(bar.maximum())
                self.page.setTextCursor(QTextCursor(block))
                top = self.page.document().documentLayout().blockBoundingRect(block).top()
                bar.setValue(round(top) - 8)
                return True
            block = block.next()
        return False

    def _on_link(self, link: QUrl) -> None:
        if link.scheme() or link.host():
            return
        if link.path():
            name = Path(link.path()).stem
            if link.path() != f"{name}.md" or not help_page(name).is_file():
                return
            self._show(name)
        if link.fragment():
            self.go_to(link.fragment())

    def _show(self, name: str) -> None:
        self.page.setMarkdown(help_page(name).read_text(encoding="utf-8"))
