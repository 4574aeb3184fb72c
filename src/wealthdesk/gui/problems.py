"""The one door for errors: a refusal is shown as its sentence, anything else as a bug with its traceback to copy."""

import logging
import sys
import traceback
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QPlainTextEdit, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.widgets.buttons import button, danger_button, primary_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label

_WORDS_WIDTH: Final = 380
_log: Final = logging.getLogger("wealthdesk")

# A window that nobody holds is deleted before it appears.
_open: Final[set[QDialog]] = set()
_window: list[QWidget] = []


def install(window: QWidget) -> None:
    """From now on every exception that nobody caught comes here; messages belong to `window`."""
    _window[:] = [window]
    window.destroyed.connect(_window.clear)
    sys.excepthook = _on_exception


def show(error: WealthDeskError | str, parent: QWidget | None = None, *, title: str = "Not possible") -> QMessageBox:
    """Show the sentence of a refusal."""
    box = _box(title, str(error), "warning", parent)
    box.addButton(primary_button("&OK", parent=box), QMessageBox.ButtonRole.AcceptRole)
    _keep(box)
    box.open()
    return box


def ask(
    question: str,
    explanation: str,
    yes: str,
    parent: QWidget | None = None,
    *,
    no: str = "&Cancel",
    danger: bool = False,
) -> QMessageBox:
    """Ask before a step; connect to `accepted` of the box. `yes` names the result; danger: it cannot be taken back."""
    box = _box("WealthDesk", question, "warning" if danger else "info", parent)
    box.setInformativeText(explanation)
    box.addButton((danger_button if danger else primary_button)(yes, parent=box), QMessageBox.ButtonRole.AcceptRole)
    cancel = button(no, parent=box)
    box.addButton(cancel, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.is_question = True
    _keep(box)
    box.open()
    return box


def ask_amounts(do: Callable[[], object], what: str, parent: QWidget | None = None) -> QMessageBox | None:
    """Do what takes amounts out of the window; where they are hidden, only once that is confirmed, and with them.

    what: "copied", "printed". None: it was done at once.
    """
    if not text.are_amounts_hidden():
        do()
        return None
    named = {"copied": "&Copy with amounts", "printed": "&Print with amounts"}.get(what, "&Save with amounts")
    box = ask("Amounts are hidden", f"What is {what} has them all the same.", named, parent)
    box.accepted.connect(partial(_with_amounts, do))
    return box


def _with_amounts(do: Callable[[], object]) -> None:
    text.hide_amounts(False)
    try:
        do()
    finally:
        text.hide_amounts(True)


def report(error: BaseException) -> None:
    """Log a bug and show it with its traceback; a refusal is only shown. While one bug is shown, others are logged."""
    if isinstance(error, WealthDeskError):
        show(error)
        return
    details = "".join(traceback.format_exception(error))
    _log.error("A bug:\n%s", details)
    if not any(isinstance(each, BugDialog) for each in _open):
        dialog = BugDialog(details, _place())
        _keep(dialog)
        dialog.open()


class BugDialog(QDialog):
    """Says that something went wrong inside WealthDesk, with the traceback to copy."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong in WealthDesk")
        self.setMinimumSize(640, 380)
        self.details = QPlainTextEdit(details, self, readOnly=True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setAccessibleName("Technical details")
        copy = button("&Copy details", icon="copy")
        copy.clicked.connect(self._on_copy)
        close = primary_button("C&lose")
        close.clicked.connect(self.accept)
        layout = vertical(self, spacing=12)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.addWidget(label("Something went wrong in WealthDesk", "panel"))
        layout.addWidget(
            label("This is a fault of the program, not of what you did. Nothing half-done was kept.", wrap=True)
        )
        layout.addWidget(self.details, 1)
        foot = horizontal(spacing=8)
        foot.addStretch()
        foot.addWidget(copy)
        foot.addWidget(close)
        layout.addLayout(foot)
        close.setFocus()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())


class _Box(QMessageBox):
    """A message as wide as sentences are read well; a question is set off from its explanation."""

    is_question = False

    def event(self, event: QEvent) -> bool:
        # Qt would measure anew by the width of the screen, and on a small one cut the words off.
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
            return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        for name in ("qt_msgbox_label", "qt_msgbox_informativelabel"):
            words = self.findChild(QLabel, name)
            if words is not None:
                # Said again it would ask for another layout, and that for the next one, without an end.
                if not words.wordWrap():
                    words.setWordWrap(True)
                words.setFixedWidth(_WORDS_WIDTH)
                if self.is_question and name == "qt_msgbox_label":
                    words.setFont(fonts.font("strong"))
        inside = self.layout()
        assert inside is not None
        inside.setContentsMargins(24, 20, 24, 20)
        inside.activate()
        wide = inside.totalSizeHint().width()
        self.setFixedSize(wide, inside.totalHeightForWidth(wide))


def _box(title: str, words: str, icon: str, parent: QWidget | None) -> _Box:
    box = _Box(parent or _place())
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(words)
    box.setIconPixmap(icons.pixmap(icon, theme.current().mute, 24))
    return box


def _place() -> QWidget | None:
    return _window[0] if _window else None


def _keep(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _open.add(dialog)
    dialog.finished.connect(lambda: _open.discard(dialog))


def _on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    report(error)
