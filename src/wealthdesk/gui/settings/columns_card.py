"""What was chosen for the columns of files, listed by their headers, each to be forgotten."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.settings.card import card
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.short_label import ShortLabel
from wealthdesk.gui.widgets.text import label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.kept_columns import KeptColumns

_MOST_HEADERS: Final = 8


class ColumnsCard(QWidget):
    """`refresh` lists what is remembered now; forgetting can be undone like any other change."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.forget_buttons: list[QPushButton] = []
        self._none = label("Nothing yet.", "note", "mute")
        self._rows = QWidget()
        self._lines = vertical(self._rows, spacing=10)
        vertical(self).addWidget(self._card())

    def refresh(self) -> None:
        """List what is remembered."""
        while (item := self._lines.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        self.forget_buttons.clear()
        kept = self._desk.columns_kept.all()
        for each in kept:
            self._lines.addWidget(self._row(each))
        self._none.setVisible(not kept)
        self._rows.setVisible(bool(kept))

    def _row(self, kept: "KeptColumns") -> QWidget:
        row = QWidget()
        words = vertical(spacing=1)
        words.addWidget(ShortLabel(kept.file_name or "A file", role="strong"))
        words.addWidget(ShortLabel(_headers_of(kept), role="note", ink="mute"))
        forget = button("Forget", in_card=True, tip="The next file with these headers is recognised anew")
        forget.setAccessibleName(f"Forget what was chosen for {kept.file_name}")
        forget.clicked.connect(partial(self._desk.columns_kept.forget, kept.shape))
        keep_off(self._desk, forget)
        self.forget_buttons.append(forget)
        line = horizontal(row, spacing=12)
        line.addLayout(words, 1)
        line.addWidget(forget)
        return row

    def _card(self) -> QFrame:
        made, lines = card("Columns of files")
        note = (
            "What you chose when a file was imported: its headers, the meaning of its columns, decimals and dates. The "
            "next file with the same headers is read in the same way. It stays in this file."
        )
        lines.addWidget(label(note, "note", "mute", wrap=True))
        lines.addWidget(self._none)
        lines.addWidget(self._rows)
        return made


def _headers_of(kept: "KeptColumns") -> str:
    told = [each for each in kept.header if each]
    more = f" and {len(told) - _MOST_HEADERS} more" if len(told) > _MOST_HEADERS else ""
    return f"{', '.join(told[:_MOST_HEADERS])}{more}"
