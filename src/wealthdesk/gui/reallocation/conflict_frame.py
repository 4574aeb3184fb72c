"""The widgets of the merge and where they stand; what they show and do is the dialog's."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QScrollArea, QWidget

from wealthdesk.domain.reallocation import What
from wealthdesk.gui.reallocation.conflict_lines import ConflictLines
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.findings import Findings
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import frame, label, rule

SIZE: Final = (860, 580)


class ConflictFrame(QDialog):
    """The lines that differ with what was found below them, where the total stands, the reason, and the steps."""

    def __init__(self, what: What, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_widgets(is_targets=what is What.TARGETS)
        self._lay_out()

    def show_titles(self, title: str, subtitle: str, base: int, theirs: int) -> None:
        """Say what was saved elsewhere, and what saving makes."""
        self.setWindowTitle(title)
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self.lines.show_titles(base, theirs)
        self._stays.setText(f"Version {theirs} stays in History.")
        self.save.setText(f"&Save as version {theirs + 1}")
        self.save.setAccessibleName(f"Save as version {theirs + 1}")

    def show_why_not(self, words: str) -> None:
        """Say beside the button what has to be done before it can be pressed; "" when it can be."""
        self.why_not.setText(words)
        self._stays.setVisible(not words)
        self.save.setEnabled(not words)

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing was saved."""
        self.refusal.show_message(Tone.ERROR, "Not saved", sentence)
        self.refusal.show()

    def _make_widgets(self, *, is_targets: bool) -> None:
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumSize(780, 460)
        self.resize(*SIZE)
        self.area = QScrollArea()
        self._title = label(role="panel", wrap=True)
        self._subtitle = label(role="note", ink="mute", wrap=True)
        self.introduction = label(wrap=True)
        self.all_mine = button("Keep all &mine")
        self.all_theirs = button("Keep all &theirs")
        self.lines = ConflictLines("Class" if is_targets else "Company")
        self.findings = Findings()
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self.banner = Message(inline=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason, kept in History")
        self.reason.setPlaceholderText("Optional" if is_targets else "")
        self._stays = label(role="note", ink="mute")
        self.why_not = label(role="body", ink="mute")
        self.back = button("&Back to editing", tip="With these choices, on the version of now")
        self.save = primary_button("&Save", tip="Ctrl+Enter")

    def _lay_out(self) -> None:
        head = vertical(spacing=3, margins=(24, 18, 24, 14))
        head.addWidget(self._title)
        head.addWidget(self._subtitle)
        steps = horizontal(spacing=8)
        steps.addWidget(self.introduction, 1)
        steps.addWidget(self.all_mine)
        steps.addWidget(self.all_theirs)
        body = vertical(spacing=10, margins=(24, 14, 24, 14))
        body.addLayout(steps)
        body.addWidget(self._scrolled(), 1)
        body.addWidget(self.refusal)
        body.addWidget(self.banner)
        reason = horizontal(spacing=10)
        reason.addWidget(label("Reaso&n, kept in History", "note", "mute", buddy=self.reason))
        reason.addWidget(self.reason, 1)
        body.addLayout(reason)
        outer = vertical(self, spacing=0)
        outer.addLayout(head)
        outer.addWidget(rule())
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _scrolled(self) -> QScrollArea:
        content = QWidget()
        column = vertical(content, spacing=10)
        column.addWidget(self.lines)
        column.addWidget(self.findings)
        column.addStretch()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Lines that differ")
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(content)
        return self.area

    def _foot(self) -> QWidget:
        foot = frame("foot")
        row = horizontal(foot, spacing=8, margins=(24, 13, 24, 13))
        row.addWidget(self._stays)
        row.addStretch()
        row.addWidget(self.why_not)
        row.addSpacing(6)
        row.addWidget(self.back)
        row.addWidget(self.save)
        return foot
