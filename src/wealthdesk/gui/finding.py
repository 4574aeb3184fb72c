"""What the window itself does, for its menus, and the palette that finds it and whatever the portfolio holds."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.names import name_order
from wealthdesk.domain.valuation import value
from wealthdesk.gui import format as text
from wealthdesk.gui.menus import Deed, MenuPlace, Menus, line
from wealthdesk.gui.palette import DO, GO_TO, HOLDINGS, Findable, KeyboardDialog, Palette
from wealthdesk.gui.shown_desk import DeskWindow, hide_amounts

if TYPE_CHECKING:
    from wealthdesk.domain.assets import Asset
    from wealthdesk.services.desk import Desk

_LOOKS: Final = (("Light", "light"), ("Dark", "dark"), ("Match system", "system"))
_PAGES: Final = (
    ("Allocation", "allocation", "Ctrl+1"),
    ("Over time", "over_time", "Ctrl+2"),
    ("Holdings", "holdings", "Ctrl+3"),
    ("History", "history", "Ctrl+4"),
    ("Reserves", "reserves", "Ctrl+5"),
    ("Import", "imports", "Ctrl+6"),
    ("Settings", "settings", "Ctrl+,"),
)
_ICONS: Final = {
    "File": "file",
    "Edit": "edit",
    "Portfolio": "wallet",
    "Plan": "balance",
    "View": "compass",
    "Help": "help",
}
"""What stands before an action, by its menu."""
_PARTS: Final = (
    ("Assets", "assets"),
    ("Accounts", "accounts"),
    ("Prices and rates", "prices"),
    ("All exchange rates", "rates"),
)


class Window(DeskWindow, Protocol):
    """The main window, as what finds things in it knows it."""

    open_requested: SignalInstance

    @property
    def desk(self) -> "Desk | None":
        """The portfolio that is shown."""

    def update_prices(self) -> None:
        """Ask the sources of prices, or show where one is added."""


def window_deeds(window: Window, menus: Menus) -> tuple[Deed, ...]:
    """What the window does beside its pages, with its place in the menus."""
    return (
        Deed("Edit", "Go to or do…", lambda _: open_palette(window, menus), "Ctrl+K"),
        Deed("Portfolio", "Update prices", lambda _: window.update_prices(), hint="F5"),
        Deed("Portfolio", "Policy statement…", lambda _: _open_statement(window)),
        Deed("Portfolio", "Read the file again", lambda _: window.reread(), "Ctrl+F5"),
        *(Deed("View", words, partial(_go, key), hint=keys, role=_role(key)) for words, key, keys in _PAGES),
        line("View"),
        *(Deed("View", words, partial(_look, window, look), needs_file=False) for words, look in _LOOKS),
        line("View"),
        Deed(
            "View",
            "Hide or show amounts",
            lambda _: _turn_amounts(window),
            "Ctrl+Shift+H",
            needs_file=False,
        ),
        Deed("View", "Full screen", lambda _: _fill_screen(_widget(window)), "F11", needs_file=False),
        Deed("Help", "What WealthDesk is", lambda _: _open_help(window, "start"), needs_file=False),
        Deed("Help", "How to read a bar", lambda _: _open_help(window, "words"), "F1", needs_file=False),
        Deed("Help", "Keyboard", lambda _: open_keyboard(window, menus), "Ctrl+/", needs_file=False),
        Deed("Help", "What is read", lambda _: _open_help(window, "import"), needs_file=False),
        line("Help"),
        Deed("Help", "About", _about, role="AboutRole"),
        Deed("Help", "Diagnostic details…", _diagnose),
    )


def _role(page: str) -> str:
    return "PreferencesRole" if page == "settings" else "NoRole"


def open_palette(window: Window, menus: Menus) -> Palette:
    """Open the palette above the window."""
    from wealthdesk.gui.form_dialog import open_dialog

    palette = Palette(entries(window, menus), partial(open_keyboard, window, menus), _widget(window))
    open_dialog(palette)
    return palette


def open_keyboard(window: Window, menus: Menus) -> None:
    """Open the overview of all keys."""
    from wealthdesk.gui.form_dialog import open_dialog

    open_dialog(KeyboardDialog(menus.offers(), _widget(window)))


def entries(window: Window, menus: Menus) -> list[Findable]:
    """All that the palette finds: what is held, every action, and every place to go to."""
    pages = {words for words, _, _ in _PAGES}
    icons = {words: "import" if key == "imports" else key for words, key, _ in _PAGES}
    offered = [
        Findable(
            GO_TO if each.menu == "View" and each.words in pages else DO,
            each.words,
            each.action.trigger,
            each.menu,
            each.key,
            each.why_not,
            icon=icons.get(each.words) or _ICONS.get(each.menu, ""),
        )
        for each in menus.offers()
    ]
    desk = window.desk
    return offered if desk is None else [*_held(window, desk), *offered, *_places(window, desk)]


def _held(window: Window, desk: "Desk") -> Iterator[Findable]:
    portfolio = desk.portfolios.current()
    held: dict[str, set[str]] = {}
    worth: Counter[str] = Counter()
    for each in value(portfolio).holdings:
        held.setdefault(each.asset.id, set()).add(portfolio.accounts[each.holding.account_id].name)
        worth[each.asset.id] += each.value_minor or 0
    for asset in sorted(portfolio.assets.values(), key=lambda each: name_order(each.symbol)):
        accounts = ", ".join(sorted(held.get(asset.id, ()), key=name_order)) or "not held"
        show = partial(_on_holdings, window, "show_assets", (asset.id,))
        amount = text.money(worth[asset.id], portfolio.base_currency) if worth[asset.id] else ""
        said = " · ".join(filter(None, (asset.also_known_as, accounts, amount)))
        classes = (portfolio.classes.get(each.asset_class_id) for each in asset.exposures)
        colour = next((each.colour for each in classes if each), "")
        yield Findable(HOLDINGS, asset.known_as, show, said, colour=colour, icon="holdings")
        if not asset.is_cash and not desk.is_read_only:
            yield from _of_asset(window, asset)


def _of_asset(window: Window, asset: "Asset") -> Iterator[Findable]:
    for words, said, does, icon in (
        ("Edit {}", "name, class, codes", "edit_asset", "edit"),
        ("Add a price for {}", "", "add_price", "plus"),
    ):
        do = partial(_on_holdings, window, does, asset)
        yield Findable(DO, words.format(asset.known_as), do, said, icon=icon, only_sought=True)


def _places(window: Window, desk: "Desk") -> Iterator[Findable]:
    from wealthdesk.gui.settings.cards import SECTIONS
    from wealthdesk.services.windows import folder_of_windows, recent

    for words, key in _PARTS:
        yield Findable(GO_TO, words, partial(_on_holdings, window, "show_section", key), "Holdings", icon="holdings")
    for key, words in SECTIONS:
        yield Findable(GO_TO, words, partial(_section, window, key), "Settings", icon="settings")
    portfolio = desk.portfolios.current()
    for account in sorted(portfolio.accounts.values(), key=lambda each: name_order(each.name)):
        yield Findable(
            GO_TO, f"Allocation of {account.name}", partial(_scope, window, account.id), "account", icon="wallet"
        )
    for group in sorted(portfolio.groups.values(), key=lambda each: name_order(each.name)):
        yield Findable(
            GO_TO, f"Allocation of {group.name}", partial(_scope, window, group.id), "group of accounts", icon="wallet"
        )
    yield Findable(GO_TO, "Allocation of the whole portfolio", partial(_scope, window, None), icon="allocation")
    for strategy in desk.targets.all():
        show = partial(_scope, window, strategy.scope)
        what = "strategy in force" if strategy.is_active else "strategy"
        place = "" if strategy.scope is None else f" · {portfolio.scope_name(strategy.scope)}"
        yield Findable(GO_TO, text.targets_name(strategy.name), show, what + place, icon="allocation")
    shown = desk.path.absolute()
    for path in recent(folder_of_windows()):
        if path != shown:
            yield Findable(
                GO_TO, path.stem, partial(_open_file, window, path), f"recent file · {path.parent}", icon="folder"
            )


def _go(key: str, place: MenuPlace) -> None:
    place.go_to(key)


def _look(window: Window, look: str, _: MenuPlace) -> None:
    window.appearance_chosen.emit(look)


def _turn_amounts(window: Window) -> None:
    hide_amounts(window, not text.are_amounts_hidden())


def _fill_screen(window: QWidget) -> None:
    window.showNormal() if window.isFullScreen() else window.showFullScreen()


def _open_file(window: Window, path: Path) -> None:
    window.open_requested.emit(path)


def _on_holdings(window: Window, what: str, given: object) -> None:
    window.go_to("holdings")
    does: Callable[[object], object] = getattr(window.page("holdings"), what)
    does(given)


def _section(window: Window, key: str) -> None:
    window.go_to("settings")
    page: Any = window.page("settings")
    page.show_section(key)


def _scope(window: Window, scope: str | None) -> None:
    window.go_to("allocation")
    page: Any = window.page("allocation")
    page.choose_scope(scope)


def _open_help(window: Window, name: str) -> None:
    from wealthdesk.gui.form_dialog import open_dialog
    from wealthdesk.gui.help_dialog import HelpDialog

    open_dialog(HelpDialog(name, "Help", _widget(window)))


def _open_statement(window: Window) -> None:
    from wealthdesk.gui.form_dialog import open_dialog
    from wealthdesk.gui.statement.dialog import StatementDialog

    assert window.desk is not None
    page: Any = window.made_page("allocation")
    open_dialog(StatementDialog(window.desk, page.current().scope if page is not None else None, _widget(window)))


def _about(place: MenuPlace) -> None:
    place.go_to("settings")
    page: Any = place.page("settings")
    page.show_section("about")


def _diagnose(place: MenuPlace) -> None:
    place.go_to("settings")
    page: Any = place.page("settings")
    page.show_section("about")
    page.diagnosis.click()


def _widget(window: Window) -> QWidget:
    assert isinstance(window, QWidget)
    return window
