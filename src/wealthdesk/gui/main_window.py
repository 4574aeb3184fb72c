"""The main window: the navigation, the page that is shown, and what is said above it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QWidget

from wealthdesk.changes import Changes
from wealthdesk.gui import icons, theme
from wealthdesk.gui.edit_menu import EditMenu
from wealthdesk.gui.file_menu import FileMenu, are_portfolios, taken_files
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.widgets.layouts import Stack, horizontal, vertical
from wealthdesk.gui.widgets.nav import Nav, NavItem

if TYPE_CHECKING:
    from wealthdesk.gui.menus import Menus
    from wealthdesk.gui.shown_desk import ShownDesk
    from wealthdesk.gui.widgets.message import Strip
    from wealthdesk.services.desk import Desk

SIZE: Final = (1280, 832)
_ICONS_ONLY_BELOW: Final = 960

_PAGES: Final = (
    NavItem("allocation", "Allocation", "allocation"),
    NavItem("over_time", "Over time", "over_time"),
    NavItem("holdings", "Holdings", "holdings"),
    NavItem("history", "History", "history"),
    NavItem("reserves", "Reserves", "reserves"),
    NavItem("imports", "Import", "import"),
)
_FOOT_PAGES: Final = (NavItem("settings", "Settings", "settings", "Ctrl+,"),)


class MainWindow(QMainWindow):
    """Painted empty at first; `show_desk` fills it, or `show_instead` says why there is nothing to fill it with."""

    first_painted = Signal()
    """Once, after the empty window was painted: nothing slow is imported before."""
    demo_requested = Signal()
    appearance_chosen = Signal(object)
    """system, light or dark."""
    closed = Signal()
    restore_requested = Signal(object)
    """The path of a backup that is to take the place of the file; the user has confirmed it."""
    undo_requested = Signal()
    """The newest restore is to be undone; the user has confirmed it."""
    prepare_requested = Signal(object)
    """The file is to be prepared for this older version; the user has confirmed it."""
    copy_requested = Signal(object)
    """The path of a backup that is to be looked at in a window of its own."""
    open_requested = Signal(object)
    """The path of another portfolio file that is to be opened."""
    reopen_requested = Signal()
    """The file was opened to be read only, and may be writable by now."""

    def __init__(self, title: str = "WealthDesk", *, notice: str = "") -> None:
        super().__init__()
        self.bus = Bus(self)
        self.shown: ShownDesk | None = None
        """The portfolio that is shown, with its pages; None: none is."""
        self.may_close: Callable[[], bool] = lambda: True
        """Asked when the window is to close: False where something is to be done first, which closes it then."""
        self._kept: Mapping[str, str] = {}
        self.is_painted = False
        self.setWindowTitle(title)
        self.setMinimumSize(800, 600)
        self.resize(*SIZE)
        self.setAcceptDrops(True)
        self._nav = Nav(_PAGES, _FOOT_PAGES)
        self._nav.choose(self.page_keys()[0])
        # Seen once there is a fund: who has none has nothing to do with it.
        self._nav.set_offered("reserves", offered=False)
        self._nav.chosen.connect(self.go_to)
        self._nav.command_requested.connect(self._on_command_requested)
        self._nav.backup_requested.connect(self._on_backup_requested)
        self._nav.update_requested.connect(self.update_prices)
        self._stack = Stack()
        self._strips = _Strips()
        self._lay_out(notice)
        self.file_menu = FileMenu(self, self._on_copy_saved)
        self.file_menu.open_requested.connect(self.open_requested)
        self.edit_menu = EditMenu(self, self._stack.currentWidget, self.say)
        self.edit_menu.show_desk(None)
        self.bus.changed.connect(self._on_changed)
        self.installEventFilter(_FirstPaint(self))
        QShortcut(QKeySequence("Ctrl+Q"), self).activated.connect(self.close)

    @cached_property
    def menus(self) -> "Menus":
        """The menu bar with all that can be done; made when it is first asked for, after the first paint."""
        from wealthdesk.gui.menus import Menus
        from wealthdesk.gui.tasks import LaidOutFirst
        from wealthdesk.gui.widgets.fields import FocusKeys

        self._keys = FocusKeys(self)
        LaidOutFirst(self)
        return Menus(self, self)

    @property
    def desk(self) -> "Desk | None":
        """The portfolio that is shown."""
        return None if self.shown is None else self.shown.desk

    def show_desk(self, desk: "Desk", because: str = "", *, can_reopen: bool = False) -> None:
        """Show an open portfolio, at the page that is marked in the navigation; what was shown before is forgotten.

        because: why it can only be read, where that is so. can_reopen: it may be possible to change it later.
        """
        for _ in self.showing(desk, because, can_reopen=can_reopen):
            pass

    def showing(self, desk: "Desk", because: str = "", *, can_reopen: bool = False) -> Iterator[None]:
        """The same in steps, for one who lets the window answer in between; none is left to do after `let_go`."""
        from wealthdesk.gui.finding import window_deeds
        from wealthdesk.gui.shown_desk import ShownDesk

        self.let_go()
        self.shown = shown = ShownDesk(desk, self, self._nav, self._stack, self._kept)
        self.file_menu.show_desk(desk)
        self.edit_menu.show_desk(desk)
        self.menus.fill(window_deeds(self, self.menus))
        self.menus.show_desk(is_open=True)
        desk.subscribe(self.bus.tell)
        yield
        yield from shown.pages.making_first(self._nav.choice())
        self.setWindowIcon(icons.icon("logo", theme.current().ink, 64))
        self._nav.show()
        if desk.is_read_only:
            from wealthdesk.gui.read_only import banner

            reopen = self.reopen_requested.emit if can_reopen else None
            self._strips.put(banner(desk, because, self._on_copy_saved, self, reopen))
        self.go_to(self._nav.choice())
        for note in desk.notes:
            self.say(note)
        shown.begin()

    def standing(self) -> dict[str, str]:
        """How the window stands, for the next start: its page, and how each page stands; one not made as it was."""
        kept = self._kept if self.shown is None else self.shown.pages.standing()
        return {**kept, "page": self._nav.choice()}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        """Stand as it was kept, before a portfolio is shown."""
        self._kept = kept
        if kept.get("page") in self.page_keys():
            self._nav.choose(kept["page"])

    def show_instead(self, widget: QWidget) -> None:
        """Show this and no navigation: there is no portfolio to navigate in, and none from before is shown any more."""
        self.let_go()
        self._nav.hide()
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        widget.setFocus()

    def let_go(self) -> None:
        """Forget the portfolio that is shown, with its pages and what was said of it, before its desk is closed."""
        shown, self.shown = self.shown, None
        self.file_menu.show_desk(None)
        self.edit_menu.show_desk(None)
        self.menus.show_desk(is_open=False)
        if shown is not None:
            shown.let_go()
        # Not only what was shown: a page may be in the making.
        for widget in [each for each in self._stack.children() if isinstance(each, QWidget)]:
            self._stack.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._strips.close()

    def say(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> "Strip":
        """Say what was done, above every page, until the user closes it; action: the words of its button."""
        return self._strips.say(text, action, on_action)

    def put_on_top(self, widget: QWidget) -> None:
        """Put this above every page, below what is there already."""
        self._strips.rows.addWidget(widget)

    def go_to(self, key: str) -> None:
        """Show a page; before a portfolio is open, only mark it."""
        if self.shown is None:
            return
        self._nav.choose(key)
        page = self.page(key)
        self._stack.setCurrentWidget(page)
        page.setFocus()
        self.shown.show_keys()

    def page(self, key: str) -> Page:
        """The page of that key, made when it is first wanted."""
        assert self.shown is not None
        return self.shown.pages.page(key)

    def made_page(self, key: str) -> Page | None:
        """The page of that key, where it was wanted before."""
        return self.shown.pages.made(key) if self.shown is not None else None

    def page_keys(self) -> list[str]:
        """The keys of all pages."""
        return [each.key for each in (*_PAGES, *_FOOT_PAGES)]

    def reread(self) -> None:
        """Read everything from the file again."""
        if self.shown is not None:
            self.shown.reread()

    def update_prices(self) -> None:
        """Ask the sources of prices; where there is none yet, show where one is added."""
        if self.shown is not None:
            self.shown.updater.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._nav.set_narrow(self.width() < _ICONS_ONLY_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        has_kept = self.shown is None or self.shown.pages.has_kept_unsaved()
        if not has_kept or not self.may_close():
            event.ignore()
            return
        super().closeEvent(event)
        if event.isAccepted():
            self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        taken_files(event, also_others=self._takes_files())

    def dropEvent(self, event: QDropEvent) -> None:
        files = taken_files(event, also_others=self._takes_files())
        if are_portfolios(files):
            for file in files:
                self.open_requested.emit(file)
        elif self.shown is not None and files:
            self.shown.pages.open_imports(files)

    def _takes_files(self) -> bool:
        return self.desk is not None and not self.desk.is_read_only

    def _on_command_requested(self) -> None:
        from wealthdesk.gui.finding import open_palette

        if self.desk is not None:
            open_palette(self, self.menus)

    def _on_backup_requested(self) -> None:
        if self.shown is not None:
            self.shown.pages.back_up()

    def _on_changed(self, changes: Changes) -> None:
        self.edit_menu.on_changed(changes)
        if self.shown is not None:
            self.shown.on_changed(changes)

    def _on_copy_saved(self, path: Path) -> None:
        self.say(f"Saved as “{path}”. Open that file to go on working in it.")

    def _lay_out(self, notice: str) -> None:
        ground = QWidget()
        row = horizontal(ground, spacing=0)
        row.addWidget(self._nav)
        column = vertical(spacing=0)
        if notice:
            # Late: what shows messages brings more along than the first paint needs.
            from wealthdesk.gui.widgets.message import WindowNotice

            column.addWidget(WindowNotice(notice))
        column.addLayout(self._strips.rows)
        column.addWidget(self._stack.place, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(ground)


class _FirstPaint(QObject):
    """Hears when a window is painted first, and nothing after that."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._window.is_painted = True
            # After this event, when what was painted is on the screen.
            QTimer.singleShot(0, self._window.first_painted.emit)
        return False


class _Strips:
    """What is said above every page, each until it is closed."""

    def __init__(self) -> None:
        self.rows = vertical(spacing=0)
        self._open: list[Strip] = []

    def say(self, text: str, action: str, on_action: Callable[[], object] | None) -> "Strip":
        """Add a sentence; action: the words of its button."""
        from wealthdesk.gui.widgets.message import Strip

        strip = Strip(text)
        if action and on_action is not None:
            strip.add_action(action, on_action)
        self.put(strip)
        return strip

    def put(self, strip: "Strip") -> None:
        """Add a strip."""
        self._open.append(strip)
        strip.closed.connect(partial(self._open.remove, strip))
        self.rows.addWidget(strip)
        strip.show()

    def close(self) -> None:
        """Close them all."""
        for strip in tuple(self._open):
            strip.close_strip()
