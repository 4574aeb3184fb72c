"""The Edit menu: the last change of data is undone or redone by its name, after what is only proposed on a page."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget

from wealthdesk.changes import Changes
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.page import Page

if TYPE_CHECKING:
    from wealthdesk.gui.widgets.message import Strip
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.undo import Undo

_LONGEST: Final = 60
_REDO_KEYS: Final = ("Ctrl+Shift+Z", "Ctrl+Y")


class Say(Protocol):
    """Says something above every page, with a button perhaps."""

    def __call__(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> "Strip": ...


class EditMenu(QObject):
    """Makes its menu in the window's menu bar. `page` gives the page that is shown."""

    def __init__(self, window: QMainWindow, page: Callable[[], QWidget | None], say: Say) -> None:
        super().__init__(window)
        self._page, self._say = page, say
        self._undo: Undo | None = None
        self._desk: Desk | None = None
        self._strip: Strip | None = None
        self._is_busy = False
        self.undo, self.redo = QAction("Undo", window), QAction("Redo", window)
        # Without a letter of its own: pages have a use for each.
        self.menu = window.menuBar().addMenu("Edit")
        self.imports = QAction("Latest imports…", window)
        self.menu.addActions([self.undo, self.redo])
        self.menu.addSeparator()
        self.menu.addAction(self.imports)
        self.menu.aboutToShow.connect(self.show_steps)
        # What is edited on a page may be undone by the keys at any time, whatever was so when the menu was last open.
        self.menu.aboutToHide.connect(partial(self._enable, can_undo=True, can_redo=True))
        self.undo.triggered.connect(self._on_undo)
        self.redo.triggered.connect(self._on_redo)
        self.imports.triggered.connect(self._on_imports)

    def show_desk(self, desk: "Desk | None") -> None:
        """Speak of this portfolio from now on; None: of none."""
        self._desk = None if desk is None or desk.is_read_only else desk
        self._undo = self._desk.undo if self._desk else None
        if self._undo is not None:
            # Not before: it makes all enumerations of Qt, which the first paint does without.
            self.undo.setShortcut(QKeySequence("Ctrl+Z"))
            self.redo.setShortcuts([QKeySequence(key) for key in _REDO_KEYS])
        self._forget_message()
        self.undo.setVisible(self._undo is not None)
        self.redo.setVisible(self._undo is not None)
        self.imports.setVisible(self._undo is not None)

    def on_changed(self, changes: Changes) -> None:
        """What was said of an undone change is old once something else is changed."""
        if not self._is_busy:
            self._forget_message()

    def show_steps(self) -> None:
        """Name what would be undone and redone."""
        undo, redo = self._own_steps()
        done, undone = (self._undo.last(), self._undo.next()) if self._undo else (None, None)
        for each, own, step, words in ((self.undo, undo, done, "Undo"), (self.redo, redo, undone, "Redo")):
            what = "what is proposed here" if own else _short(_called(step.name)) if step else ""
            each.setText(f"{words} {what}".strip().replace("&", "&&"))
        self._enable(can_undo=bool(undo or done), can_redo=bool(redo or undone))

    def _on_undo(self) -> None:
        own, _ = self._own_steps()
        if own:
            own()
        elif self._undo is not None:
            self._do(self._undo.back, "Undone", "Redo", self._on_redo)

    def _on_redo(self) -> None:
        _, own = self._own_steps()
        if own:
            own()
        elif self._undo is not None:
            self._do(self._undo.forth, "Redone", "Undo", self._on_undo)

    def _on_imports(self) -> None:
        if self._desk is None:
            return
        from wealthdesk.gui.form_dialog import open_dialog
        from wealthdesk.gui.imports.kept_imports_dialog import KeptImportsDialog

        dialog = KeptImportsDialog(self._desk, cast(QWidget, self.parent()))
        dialog.taken_back.connect(lambda name: self._tell(f"Taken back: {name}", "Undo", self._on_undo))
        open_dialog(dialog)

    def _do(self, work: Callable[[], str], how: str, back: str, on_back: Callable[[], object]) -> None:
        """In the worker, since an import may be long; one after the other."""
        if self._is_busy:
            return
        from wealthdesk.gui import tasks

        self._is_busy = True

        def then(name: str) -> None:
            self._is_busy = False
            self._tell(f"{how}: {_called(name)}", back, on_back)

        tasks.run(work, then, self, failed=self._on_refused)

    def _on_refused(self, refusal: WealthDeskError) -> None:
        from wealthdesk.gui import problems

        self._is_busy = False
        problems.show(refusal, cast(QWidget, self.parent()))

    def _tell(self, words: str, back: str, on_back: Callable[[], object]) -> None:
        self._forget_message()
        self._strip = self._say(words, back, on_back)
        self._strip.closed.connect(partial(setattr, self, "_strip", None))

    def _forget_message(self) -> None:
        if self._strip is not None:
            self._strip.close_strip()

    def _own_steps(self) -> tuple[Callable[[], object] | None, Callable[[], object] | None]:
        page = self._page()
        return page.own_steps() if isinstance(page, Page) else (None, None)

    def _enable(self, *, can_undo: bool, can_redo: bool) -> None:
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)


def _called(step: str) -> str:
    """What a change is called in the window, which is shown before there is one: how it is written is read here."""
    from wealthdesk.gui import format as text

    return text.step(step)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
