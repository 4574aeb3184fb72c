"""What can be done in the window, in one place: each action with its menu, words and key, as the palette offers too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QMenu

from wealthdesk.gui.page import Page

_NOT_NOW: Final = "Not possible as things stand."
_CLOSED: Final = "No portfolio is open."


class MenuPlace(Protocol):
    """The window, as its menus know it."""

    def go_to(self, key: str) -> None:
        """Show a page."""

    def page(self, key: str) -> Page:
        """The page, made when it is first wanted."""

    def made_page(self, key: str) -> Page | None:
        """The page, where it was made already."""


@dataclass(frozen=True, slots=True)
class Press:
    """Goes to a page and presses a button there, so that both can do the same and give the same reason against it.

    before: what is to be shown on the page first.
    """

    page: str
    button: Callable[[Any], QAbstractButton]
    before: Callable[[Any], object] | None = None

    def __call__(self, place: MenuPlace) -> None:
        place.go_to(self.page)
        page = place.page(self.page)
        if self.before is not None:
            self.before(page)
        self.button(page).click()

    def why_not(self, place: MenuPlace) -> str:
        """Why it cannot be done; "" where it can, or where the page was not looked at yet."""
        page = place.made_page(self.page)
        if page is None or (button := self.button(page)).isEnabled():
            return ""
        return button.toolTip() or _NOT_NOW


class Deed(NamedTuple):
    """One entry of a menu. key: its shortcut. hint: the key of the page or field that does the same.

    needs_file: whether a portfolio has to be open. role: the name of its QAction.MenuRole, by which macOS has some
    entries in the menu of the program.
    """

    menu: str
    words: str
    do: Callable[[MenuPlace], object]
    key: str = ""
    hint: str = ""
    needs_file: bool = True
    role: str = "NoRole"


def line(menu: str) -> Deed:
    """A line between the entries of a menu."""
    return Deed(menu, "", lambda _: None, needs_file=False)


def _section(key: str) -> Callable[[Any], object]:
    return lambda page: page.show_section(key)


def _export(entry: int) -> Callable[[MenuPlace], object]:
    def chosen(place: MenuPlace) -> None:
        place.go_to("holdings")
        page: Any = place.page("holdings")
        page.export.menu().actions()[entry].trigger()

    return chosen


def _save(entry: int) -> Callable[[MenuPlace], object]:
    def chosen(place: MenuPlace) -> None:
        place.go_to("allocation")
        page: Any = place.page("allocation")
        if page.panel.foot.save_button.isEnabled():
            page.panel.foot.save_button.menu().actions()[entry].trigger()

    return chosen


def _mode(mode: str) -> Press:
    """One of the three buttons above the amount."""
    return Press("allocation", lambda page: page.panel.money.segment.button(mode), lambda page: page.show_planner())


def _step(by: int) -> Callable[[MenuPlace], object]:
    def stepped(place: MenuPlace) -> None:
        place.go_to("allocation")
        page: Any = place.page("allocation")
        page.show_planner()
        page.panel.outcome.control.step(by)

    return stepped


def _imports(place: MenuPlace) -> None:
    place.go_to("imports")
    page: Any = place.page("imports")
    page.choose_files()


def _import_prices(place: MenuPlace) -> None:
    page: Any = place.page("over_time")
    page.panel.prices_requested.emit()


def _find(place: MenuPlace) -> None:
    """In the page that is shown, where something can be sought there; otherwise in the holdings."""
    from wealthdesk.gui.widgets.fields import SearchEdit

    for key in ("holdings", "history", "reserves"):
        page = place.made_page(key)
        if page is not None and page.isVisible():
            break
    else:
        place.go_to("holdings")
        page = place.page("holdings")
    for field in page.findChildren(SearchEdit):
        if field.isVisible():
            field.setFocus()
            field.selectAll()
            return


def _edit_focused(letter: str) -> Callable[[MenuPlace], object]:
    """What a field or table does by its own key."""

    def done(place: MenuPlace) -> None:
        from PySide6.QtCore import QCoreApplication, QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtWidgets import QApplication

        if (focused := QApplication.focusWidget()) is not None:
            key, control = Qt.Key[f"Key_{letter}"], Qt.KeyboardModifier.ControlModifier
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QCoreApplication.sendEvent(focused, QKeyEvent(kind, key, control))

    return done


def _strategies(place: MenuPlace) -> None:
    place.go_to("allocation")
    page: Any = place.page("allocation")
    page.show_strategies()


def _print_allocation(place: MenuPlace) -> None:
    place.go_to("allocation")
    page: Any = place.page("allocation")
    page.dialogs.print_allocation()


def _pressed(page: str, button: Callable[[Any], QAbstractButton], section: str = "") -> Press:
    return Press(page, button, _section(section) if section else None)


DEEDS: Final = (
    Deed("File", "Import files…", _imports, hint="Ctrl+I"),
    Deed("File/Export", "Holdings as CSV…", _export(0)),
    Deed("File/Export", "Targets as CSV…", _export(1)),
    Deed("File/Export", "Order sheet as PDF…", _save(0)),
    Deed("File/Export", "Order sheet as CSV…", _save(1)),
    Deed("File/Export", "Over time as CSV…", _pressed("over_time", lambda page: page.panel.export)),
    Deed("File/Export", "History as CSV…", _pressed("history", lambda page: page.export)),
    Deed("File", "Print allocation…", _print_allocation),
    line("File"),
    Deed("File", "Back up now", _pressed("settings", lambda page: page.backups.back_up, "backups"), "Ctrl+B"),
    Deed("File", "Restore a backup…", _pressed("settings", lambda page: page.backups.restore, "backups")),
    line("File"),
    Deed("Edit", "Copy", _edit_focused("C"), hint="Ctrl+C", needs_file=False),
    Deed("Edit", "Paste", _edit_focused("V"), hint="Ctrl+V", needs_file=False),
    Deed("Edit", "Find", _find, hint="Ctrl+F"),
    line("Edit"),
    Deed("Edit", "Edit targets…", _pressed("allocation", lambda page: page.header.edit), "Ctrl+E"),
    Deed("Edit", "Classify…", _pressed("allocation", lambda page: page.notices.unclassified.button)),
    line("Edit"),
    Deed("Portfolio", "Add account…", _pressed("holdings", lambda page: page.accounts.primary, "accounts")),
    Deed("Portfolio", "Groups of accounts…", _pressed("holdings", lambda page: page.accounts.groups, "accounts")),
    Deed("Portfolio", "Add holding…", _pressed("holdings", lambda page: page.holdings.primary, "holdings")),
    Deed("Portfolio", "Set cash…", _pressed("holdings", lambda page: page.holdings.cash, "holdings")),
    Deed("Portfolio", "Add asset…", _pressed("holdings", lambda page: page.assets.primary, "assets")),
    Deed("Portfolio", "Asset classes…", _pressed("holdings", lambda page: page.assets.classes, "assets")),
    line("Portfolio"),
    Deed("Portfolio", "Add price…", _pressed("holdings", lambda page: page.prices.primary, "prices")),
    Deed("Portfolio", "Paste prices", _pressed("holdings", lambda page: page.prices.paste, "prices")),
    Deed("Portfolio", "Import prices…", _import_prices),
    Deed("Portfolio", "Add exchange rate…", _pressed("holdings", lambda page: page.rates.primary, "rates")),
    line("Portfolio"),
    Deed("Portfolio", "Strategies…", _strategies),
    Deed("Portfolio", "Compare versions…", _pressed("history", lambda page: page.panel.compare)),
    Deed("Portfolio", "Revert to the version chosen…", _pressed("history", lambda page: page.panel.revert)),
    Deed("Plan", "Deposit", _mode("deposit")),
    Deed("Plan", "Withdraw", _mode("withdraw")),
    Deed("Plan", "Rebalance", _mode("rebalance")),
    line("Plan"),
    Deed("Plan", "Fewer trades", _step(-1), hint="["),
    Deed("Plan", "More trades", _step(1), hint="]"),
    line("Plan"),
    Deed("Plan", "Copy order sheet", _pressed("allocation", lambda page: page.panel.foot.copy_button)),
    Deed(
        "Plan", "Print order sheet…", _pressed("allocation", lambda page: page.panel.foot.print_button), hint="Ctrl+P"
    ),
    Deed("Plan", "Record…", _pressed("allocation", lambda page: page.panel.foot.record_button), hint="Ctrl+Return"),
    Deed("Plan", "Recorded plans…", _pressed("allocation", lambda page: page.panel.recorded_button)),
    Deed("View", "Only what is outside", _pressed("allocation", lambda page: page.answer.filter), hint="Ctrl+O"),
    Deed("View", "Wide planner", _pressed("allocation", lambda page: page.panel.width_button), hint="Ctrl+L"),
)


class Offer(NamedTuple):
    """An action as it is offered: under which menu, and why it cannot be done, "" where it can."""

    menu: str
    action: QAction
    why_not: str = ""

    @property
    def words(self) -> str:
        """Without its key and without the sign of a mnemonic."""
        return self.action.text().partition("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&")

    @property
    def key(self) -> str:
        """The key that does it, as it is written here; "" where there is none."""
        shown = self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return shown or self.action.text().partition("\t")[2]


class Menus(QObject):
    """Fills the menu bar of a window when a portfolio is first shown: the first paint does without its actions."""

    def __init__(self, window: QMainWindow, place: MenuPlace) -> None:
        super().__init__(window)
        self._window, self._place = window, place
        self._is_open = False
        self._deeds: dict[QAction, Deed] = {}
        self._menus: dict[str, QMenu] = {}
        self._last: dict[str, QAction] = {}
        """What leaves the program, by its menu: it stays last, whatever is added."""

    def fill(self, extra: tuple[Deed, ...]) -> None:
        """Make the menus, once. extra: what the window itself does, after the others of its menu."""
        if self._deeds:
            return
        for action in self._window.menuBar().actions():
            menu = self._menus[action.text()] = _menu_of(action)
            quits = (each for each in menu.actions() if each.menuRole() is QAction.MenuRole.QuitRole)
            self._last |= {action.text(): each for each in quits}
        for deed in (*DEEDS, *extra):
            self._add(deed)
        for menu in self._menus.values():
            menu.aboutToShow.connect(self.show_reasons)
            # Keys are heard at any time, whatever was so when the menu was last open.
            menu.aboutToHide.connect(self._enable_all)

    def show_desk(self, *, is_open: bool) -> None:
        """Whether there is a portfolio that the actions can work on."""
        self._is_open = is_open
        self._enable_all()

    def show_reasons(self) -> None:
        """Disable what cannot be done now, with the reason as its tooltip."""
        for action in self._deeds:
            why = self._why_not(action)
            action.setEnabled(not why)
            action.setToolTip(why)

    def offers(self) -> list[Offer]:
        """Every action of the menu bar, in the order of the menus."""
        bar = self._window.menuBar()
        return [
            Offer(menu.text(), each, self._why_not(each))
            for menu in bar.actions()
            for each in _leaves(_menu_of(menu))
            if menu.isVisible() and each.isVisible()
        ]

    def _add(self, deed: Deed) -> None:
        menu = self._menu(deed.menu)
        if not deed.words:
            made = QAction(menu)
            made.setSeparator(True)
        else:
            made = QAction(f"{deed.words}\t{deed.hint}" if deed.hint else deed.words, self._window)
            made.setMenuRole(QAction.MenuRole[deed.role])
            if deed.key:
                made.setShortcut(QKeySequence(deed.key))
            made.triggered.connect(partial(self._do, deed))
            self._deeds[made] = deed
        last = self._last.get(deed.menu)
        menu.addAction(made) if last is None else menu.insertAction(last, made)

    def _menu(self, path: str) -> QMenu:
        if path not in self._menus:
            parent, _, name = path.rpartition("/")
            made = QMenu(name, self._window)
            if parent:
                under, last = self._menu(parent), self._last.get(parent)
                under.addMenu(made) if last is None else under.insertMenu(last, made)
            else:
                self._window.menuBar().addMenu(made)
            self._menus[path] = made
        return self._menus[path]

    def _do(self, deed: Deed) -> None:
        if self._is_open or not deed.needs_file:
            deed.do(self._place)

    def _why_not(self, action: QAction) -> str:
        deed = self._deeds.get(action)
        if deed is None:
            return "" if action.isEnabled() else _NOT_NOW
        if deed.needs_file and not self._is_open:
            return _CLOSED
        return deed.do.why_not(self._place) if isinstance(deed.do, Press) else ""

    def _enable_all(self) -> None:
        for action, deed in self._deeds.items():
            action.setEnabled(self._is_open or not deed.needs_file)


def _menu_of(action: QAction) -> QMenu:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return menu


def _leaves(menu: QMenu) -> Iterator[QAction]:
    for each in menu.actions():
        if each.menu() is not None:
            yield from _leaves(_menu_of(each))
        elif not each.isSeparator():
            yield each
