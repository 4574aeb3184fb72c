"""The main window: the navigation, the page that is shown, and what is said above it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from wealthdesk.changes import EVERYTHING, Changes, Topic
from wealthdesk.errors import ReplacedPortfolio, WealthDeskError
from wealthdesk.gui import icons, theme
from wealthdesk.gui.edit_menu import EditMenu
from wealthdesk.gui.file_menu import SUFFIX, FileMenu
from wealthdesk.gui.menus import Menus
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.nav import Nav, NavItem

if TYPE_CHECKING:
    from wealthdesk.gui.pages import Pages
    from wealthdesk.gui.updates.updater import Updater
    from wealthdesk.gui.widgets.message import Strip
    from wealthdesk.services.backups import BackupStanding
    from wealthdesk.services.desk import Desk

SIZE: Final = (1280, 832)
_ICONS_ONLY_BELOW: Final = 960
_ASK_ELSEWHERE_MS: Final = 2_000
_LAYOUT: Final = QEvent.Type.LayoutRequest.value

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
        self._pages: Pages | None = None
        """Those of the portfolio that is shown; None: none is."""
        self.backed_up: BackupStanding | None = None
        """How well the portfolio is backed up; None: that was not looked at yet."""
        self.may_close: Callable[[], bool] = lambda: True
        """Asked when the window is to close: False where something is to be done first, which closes it then."""
        self._kept: Mapping[str, str] = {}
        self._strips: list[Strip] = []
        self.is_painted = self._may_lose = False
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
        self._updater: Updater | None = None
        self._stack = QStackedWidget()
        self._lay_out(notice)
        self.file_menu = FileMenu(self, self._on_copy_saved)
        self.file_menu.open_requested.connect(self.open_requested)
        self.edit_menu = EditMenu(self, self._stack.currentWidget, self.say)
        self.edit_menu.show_desk(None)
        self.menus = Menus(self, self)
        self.bus.changed.connect(self._on_changed)
        QShortcut(QKeySequence("F5"), self).activated.connect(self._on_renew)
        QShortcut(QKeySequence("Ctrl+Q"), self).activated.connect(self.close)
        self._import_key = QShortcut(QKeySequence("Ctrl+I"), self, enabled=False)
        self._import_key.activated.connect(self._on_import_requested)
        # Once after each answer: a file that cannot be asked any more is complained about once, not for ever.
        self._watch = QTimer(self, singleShot=True, interval=_ASK_ELSEWHERE_MS)
        self._watch.timeout.connect(self._on_watch)

    @property
    def desk(self) -> "Desk | None":
        """The portfolio that is shown."""
        return None if self._pages is None else self._pages.desk

    def show_desk(self, desk: "Desk", because: str = "", *, can_reopen: bool = False) -> None:
        """Show an open portfolio, at the page that is marked in the navigation; what was shown before is forgotten.

        because: why it can only be read, where that is so. can_reopen: it may be possible to change it later.
        """
        for _ in self.showing(desk, because, can_reopen=can_reopen):
            pass

    def showing(self, desk: "Desk", because: str = "", *, can_reopen: bool = False) -> Iterator[None]:
        """The same in steps, for one who lets the window answer in between; none is left to do after `let_go`."""
        from wealthdesk.gui.pages import Pages

        self.let_go()
        self._pages = Pages(desk, self, self._stack, self._kept)
        self.file_menu.show_desk(desk)
        self.edit_menu.show_desk(desk)
        self._fill_menus()
        desk.subscribe(self.bus.tell)
        yield
        yield from self._pages.making_first(self._nav.choice())
        self.setWindowIcon(icons.icon("logo", theme.current().ink, 64))
        self._nav.show()
        if desk.is_read_only:
            self._show_banner(desk, because, can_reopen=can_reopen)
        self.go_to(self._nav.choice())
        for note in desk.notes:
            self.say(note)
        self._watch.start()
        QTimer.singleShot(0, self._show_foot)
        QTimer.singleShot(0, self._offer_reserves)
        QTimer.singleShot(0, self.list_backups)
        QTimer.singleShot(0, self._update_daily)

    def standing(self) -> dict[str, str]:
        """How the window stands, for the next start: its page, and how each page stands; one not made as it was."""
        kept = self._kept if self._pages is None else self._pages.standing()
        return {**kept, "page": self._nav.choice()}

    def stand_at(self, kept: Mapping[str, str]) -> None:
        """Stand as it was kept, before a portfolio is shown."""
        self._kept = kept
        if kept.get("page") in self.page_keys():
            self._nav.choose(kept["page"])

    def hide_amounts(self, hidden: bool) -> None:
        """Show amounts as dots, or as they are, on every page."""
        from wealthdesk.gui import format as text

        if hidden != text.are_amounts_hidden():
            text.hide_amounts(hidden)
            self.reread()

    def turn_amounts(self) -> None:
        """Hide amounts, or show them again."""
        from wealthdesk.gui import format as text

        self.hide_amounts(not text.are_amounts_hidden())

    def show_instead(self, widget: QWidget) -> None:
        """Show this and no navigation: there is no portfolio to navigate in, and none from before is shown any more."""
        self.let_go()
        self._nav.hide()
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        widget.setFocus()

    def let_go(self) -> None:
        """Forget the portfolio that is shown, with its pages and what was said of it, before its desk is closed."""
        pages, self._pages = self._pages, None
        if self._updater is not None:
            self._updater.let_go()
            self._updater = None
        self.file_menu.show_desk(None)
        self.edit_menu.show_desk(None)
        self.menus.show_desk(is_open=False)
        self.backed_up = None
        self._watch.stop()
        if pages is not None:
            pages.let_go()
        while (shown := self._stack.widget(0)) is not None:
            self._stack.removeWidget(shown)
            shown.hide()
            shown.deleteLater()
        for strip in tuple(self._strips):
            strip.close_strip()

    def say(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> "Strip":
        """Say what was done, above every page, until the user closes it; action: the words of its button."""
        from wealthdesk.gui.widgets.message import Strip

        strip = Strip(text)
        if action and on_action is not None:
            strip.add_action(action, on_action)
        self._put_on_top(strip)
        return strip

    def go_to(self, key: str) -> None:
        """Show a page; before a portfolio is open, only mark it."""
        if self._pages is None:
            return
        self._nav.choose(key)
        page = self.page(key)
        self._stack.setCurrentWidget(page)
        page.setFocus()
        self._show_keys()

    def page(self, key: str) -> Page:
        """The page of that key, made when it is first wanted."""
        assert self._pages is not None
        return self._pages.page(key)

    def made_page(self, key: str) -> Page | None:
        """The page of that key, where it was wanted before."""
        return self._pages.made(key) if self._pages is not None else None

    def _fill_menus(self) -> None:
        from wealthdesk.gui.finding import window_deeds

        self.menus.fill(window_deeds(self, self.menus))
        self.menus.show_desk(is_open=True)

    def page_keys(self) -> list[str]:
        """The keys of all pages."""
        return [each.key for each in (*_PAGES, *_FOOT_PAGES)]

    def reread(self) -> None:
        """Read everything from the file again."""
        if self.desk is not None:
            self.desk.portfolios.forget()
            self.bus.tell(EVERYTHING)

    def update_prices(self) -> None:
        """Ask the sources of prices; where there is none yet, show where one is added."""
        if self._has_sources():
            self._made_updater().start()
        elif self._pages is not None:
            self._pages.show_sources()

    def go_full_screen(self) -> None:
        """Fill the screen, or not any more."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def list_backups(self) -> None:
        """Read which backups there are, for the line that says so."""
        from wealthdesk.gui import tasks
        from wealthdesk.services.backups import standing_of

        if self.desk is not None:
            tasks.run(partial(standing_of, self.desk.path), self._on_backups_listed, self)

    def come_to_the_front(self) -> None:
        """Show the window above all others."""
        from PySide6.QtCore import Qt  # late: all its enumerations are made when it is first asked for

        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()

    def event(self, event: QEvent) -> bool:
        # What was asked to be painted before something was shown would come before that has found its place.
        if event.type() == QEvent.Type.UpdateRequest:
            QCoreApplication.sendPostedEvents(None, _LAYOUT)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.is_painted:
            self.is_painted = True
            # After this event, when what was painted is on the screen.
            QTimer.singleShot(0, self.first_painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._nav.set_narrow(self.width() < _ICONS_ONLY_BELOW)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._has_kept_unsaved() or not self.may_close():
            event.ignore()
            return
        super().closeEvent(event)
        if event.isAccepted():
            self._watch.stop()
            self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        files = _files_in(event.mimeData().urls())
        if files and (_are_portfolios(files) or self._takes_files()):
            _take_a_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files_in(event.mimeData().urls())
        if _are_portfolios(files):
            _take_a_copy(event)
            for file in files:
                self.open_requested.emit(file)
        elif self._pages is not None and self._takes_files() and files:
            _take_a_copy(event)
            self._pages.open_imports(files)

    def _has_kept_unsaved(self) -> bool:
        """Whether what is proposed on pages outlives the window; where not, that is asked about."""
        if self._may_lose:
            return True
        try:
            if self._pages is not None:
                self._pages.keep_unsaved()
        except WealthDeskError as refusal:
            from wealthdesk.gui import problems

            question = "Close and lose what is proposed and not committed?"
            problems.ask(question, str(refusal), "&Close", self, danger=True).accepted.connect(self._on_lost)
            return False
        return True

    def _on_lost(self) -> None:
        self._may_lose = True
        self.close()

    def _takes_files(self) -> bool:
        return self.desk is not None and not self.desk.is_read_only

    def _on_import_requested(self) -> None:
        if self._pages is not None:
            self._pages.choose_imports()

    def _on_command_requested(self) -> None:
        from wealthdesk.gui.finding import open_palette

        if self.desk is not None:
            open_palette(self, self.menus)

    def _on_backup_requested(self) -> None:
        if self._pages is not None:
            self._pages.back_up()

    def _on_changed(self, changes: Changes) -> None:
        self.edit_menu.on_changed(changes)
        if Topic.RESERVES in changes:
            self._offer_reserves()
        # Every change counts for the line that says how many there were since the last backup.
        self._show_foot()

    def _on_watch(self) -> None:
        if self.desk is None:
            return
        try:
            self.desk.reread_if_changed_elsewhere()
        except ReplacedPortfolio as refusal:
            # Said once: until it is opened again, every change is refused with the same words.
            self.say(str(refusal), "&Open it again", self.reopen_requested.emit)
        else:
            self._watch.start()

    def _show_foot(self) -> None:
        if self.desk is None:
            return
        from wealthdesk.gui.foot_lines import FootLines, foot_lines, price_line

        portfolio = self.desk.portfolios.current()
        self._show_keys()
        lines = FootLines(*price_line(portfolio)[:1])
        if self.desk.is_read_only:
            lines = replace(lines, backup="A copy to look at")
        elif self.backed_up is not None:
            lines = foot_lines(portfolio, self.backed_up, self.desk.kept_changes(), self.desk.clock.now())
        self._nav.set_foot(lines)
        self._nav.offer_update(offered=self._has_sources())

    def _has_sources(self) -> bool:
        """Whether there is a source of prices: nothing is imported for it where there never was one."""
        desk = self.desk
        return desk is not None and not desk.is_read_only and bool(desk.sources.all() if desk.has_sources() else ())

    def import_prices(self) -> None:
        """Have a file of prices chosen and looked at."""
        if self.desk is not None and not self.desk.is_read_only:
            self._made_updater().choose_file()

    def _made_updater(self) -> "Updater":
        from wealthdesk.gui.updates.updater import Updater

        assert self.desk is not None
        if self._updater is None:
            self._updater = Updater(self.desk, self.say, self)
            self._top.addWidget(self._updater.strip)
            self._updater.asked.connect(self._on_asked)
        return self._updater

    def _on_renew(self) -> None:
        self.reread()
        if self._has_sources():
            self.update_prices()

    def _update_daily(self) -> None:
        if self._has_sources():
            self._made_updater().start_daily()

    def ask_history(self, name: str) -> None:
        """Ask a source for the rates of every day since something was held."""
        self._made_updater().ask_history(name)

    def on_sources_changed(self) -> None:
        """There are other sources of prices than before."""
        self._show_foot()

    def _on_asked(self) -> None:
        """What was asked last is another list now."""
        if self._pages is not None:
            self._pages.mark_settings_stale()

    def _offer_reserves(self) -> None:
        if self.desk is not None:
            self._nav.set_offered("reserves", offered=bool(self.desk.funds.all()))

    def _show_keys(self) -> None:
        """On the page that greets an empty portfolio, this key is its button's: a key of two would do nothing."""
        assert self.desk is not None
        is_greeting = self._nav.choice() == "allocation" and self.desk.portfolios.current().is_empty
        self._import_key.setEnabled(not is_greeting and not self.desk.is_read_only)

    def _on_backups_listed(self, standing: "BackupStanding") -> None:
        before = self.backed_up.backups if self.backed_up else ()
        if standing.backups != before and self._pages is not None:
            self._pages.mark_settings_stale()
        self.backed_up = standing
        self._show_foot()

    def _show_banner(self, desk: "Desk", because: str, *, can_reopen: bool) -> None:
        from wealthdesk.gui.read_only import banner

        strip = banner(desk, because, self._on_copy_saved, self)
        if can_reopen:
            strip.add_action("&Try again", self.reopen_requested.emit, closes=False)
        self._put_on_top(strip)

    def _on_copy_saved(self, path: Path) -> None:
        self.say(f"Saved as “{path}”. Open that file to go on working in it.")

    def _put_on_top(self, strip: "Strip") -> None:
        self._strips.append(strip)
        strip.closed.connect(partial(self._strips.remove, strip))
        self._top.addWidget(strip)
        strip.show()

    def _lay_out(self, notice: str) -> None:
        ground = QWidget()
        row = horizontal(ground, spacing=0)
        row.addWidget(self._nav)
        column = vertical(spacing=0)
        if notice:
            # Late: what shows messages brings more along than the first paint needs.
            from wealthdesk.gui.widgets.message import WindowNotice

            column.addWidget(WindowNotice(notice))
        self._top = vertical(spacing=0)
        column.addLayout(self._top)
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(ground)


def _take_a_copy(event: QDropEvent) -> None:
    """The file is only read, whatever its program proposes: one that is told that it was moved throws it away."""
    from PySide6.QtCore import Qt  # late: all its enumerations are made when it is first asked for

    event.setDropAction(Qt.DropAction.CopyAction)
    # What may only be moved is read all the same, and not taken.
    event.setAccepted(event.dropAction() == Qt.DropAction.CopyAction)


def _files_in(urls: Sequence[QUrl]) -> list[Path]:
    """The local files that are dropped."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _are_portfolios(files: Sequence[Path]) -> bool:
    """Whether they are to be opened, and not imported."""
    return bool(files) and all(file.suffix.lower() == SUFFIX for file in files)
