"""An open portfolio in the window: its pages, the lines at the foot of the navigation, and what goes on meanwhile.

The window imports this once it is painted: the first paint does without all of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from wealthdesk.changes import Changes, Topic
from wealthdesk.errors import ReplacedPortfolio, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui import tasks
from wealthdesk.gui.menus import MenuPlace
from wealthdesk.gui.page import Bus, Page
from wealthdesk.gui.updates.updater import Updater

if TYPE_CHECKING:
    from wealthdesk.domain.accounts import Scope
    from wealthdesk.gui.allocation.page import AllocationPage
    from wealthdesk.gui.history.page import HistoryPage
    from wealthdesk.gui.holdings.page import HoldingsPage
    from wealthdesk.gui.imports.page import ImportPage
    from wealthdesk.gui.over_time.page import OverTimePage
    from wealthdesk.gui.reserves.page import ReservesPage
    from wealthdesk.gui.settings.page import SettingsPage
    from wealthdesk.gui.widgets.nav import Nav
    from wealthdesk.services.backups import BackupStanding
    from wealthdesk.services.desk import Desk

_ASK_ELSEWHERE_MS: Final = 2_000


class DeskWindow(MenuPlace, Protocol):
    """The main window, as far as what is asked for on a page is passed on to it."""

    bus: Bus
    closed: SignalInstance
    demo_requested: SignalInstance
    appearance_chosen: SignalInstance
    prepare_requested: SignalInstance
    restore_requested: SignalInstance
    undo_requested: SignalInstance
    copy_requested: SignalInstance
    reopen_requested: SignalInstance

    def reread(self) -> None:
        """Read everything from the file again."""

    def say(self, text: str, action: str = "", on_action: Callable[[], object] | None = None) -> object:
        """Say something above every page."""

    def put_on_top(self, widget: QWidget) -> None:
        """Put something above every page."""

    def close(self) -> bool:
        """Close the window, as its user does."""


class ShownDesk(QObject):
    """As long as the window shows it: all of it is let go before the desk is closed."""

    def __init__(
        self, desk: "Desk", window: DeskWindow, nav: "Nav", stack: QStackedWidget, kept: Mapping[str, str]
    ) -> None:
        """stack: where the pages lie. kept: how they stood when that was kept, “allocation.scope” for one."""
        super().__init__(_widget(window))
        self.desk, self._window, self._nav = desk, window, nav
        self.updater = Updater(desk, window.say, window.put_on_top, _widget(window))
        self.foot = Foot(desk, nav, self.updater)
        self.pages = Pages(desk, window, self.updater, self.foot, stack, kept)
        self.updater.source_wanted.connect(self.pages.show_sources)
        self.updater.asked.connect(self.pages.mark_settings_stale)
        self.foot.backups_changed.connect(self.pages.mark_settings_stale)
        self._waiting: list[Callable[[], object]] = []
        self._day = desk.clock.today()
        # Once after each answer: a file that cannot be asked any more is complained about once, not for ever.
        self._watch = QTimer(self, singleShot=True, interval=_ASK_ELSEWHERE_MS)
        self._watch.timeout.connect(self._on_watch)
        window.closed.connect(self._watch.stop)
        renewal = QShortcut(QKeySequence("F5"), _widget(window))
        renewal.activated.connect(self.renew)
        self._import_key = QShortcut(QKeySequence("Ctrl+I"), _widget(window), enabled=False)
        self._import_key.activated.connect(self.pages.choose_imports)
        self._keys = (renewal, self._import_key)

    def begin(self) -> None:
        """Its first page is shown: what that did not wait for is done, each in a turn of its own."""
        self._watch.start()
        self._waiting += [self.foot.show, self.foot.offer_reserves, self.foot.list_backups, self.updater.start_daily]
        tasks.in_next_turn(self, self._go_on)

    def let_go(self) -> None:
        """Forget it, with its pages."""
        self._waiting.clear()
        self._watch.stop()
        for key in self._keys:
            key.setEnabled(False)
            key.deleteLater()
        self.updater.let_go()
        self.foot.let_go()
        self.pages.let_go()
        self.deleteLater()

    def on_changed(self, changes: Changes) -> None:
        """Every change counts for the line that says how many there were since the last backup."""
        if Topic.RESERVES in changes:
            self.foot.offer_reserves()
        self.foot.show()
        self.show_keys()

    def show_keys(self) -> None:
        """On the page that greets an empty portfolio, this key is its button's: a key of two would do nothing."""
        is_greeting = self._nav.choice() == "allocation" and self.desk.portfolios.current().is_empty
        self._import_key.setEnabled(not is_greeting and not self.desk.is_read_only)

    def reread(self) -> None:
        """Read everything from the file again."""
        self.desk.reread()

    def renew(self) -> None:
        """Read everything again, and ask for prices where there is a source of them."""
        self.reread()
        if self.updater.has_sources():
            self.updater.start()

    def _go_on(self) -> None:
        if self._waiting:
            self._waiting.pop(0)()
            tasks.in_next_turn(self, self._go_on)

    def _on_watch(self) -> None:
        try:
            self.desk.reread_if_changed_elsewhere()
            self._reread_on_a_new_day()
        except ReplacedPortfolio as refusal:
            # Said once: until it is opened again, every change is refused with the same words.
            self._window.say(str(refusal), "&Open it again", self._window.reopen_requested.emit)
        else:
            self._watch.start()

    def _reread_on_a_new_day(self) -> None:
        """Nothing announces midnight: how old a price is, what is due, and the room of an account are other ones."""
        before, self._day = self._day, self.desk.clock.today()
        if self._day != before:
            self.reread()


class Foot(QObject):
    """The lines at the foot of the navigation: of which day the prices are, and how well the file is backed up."""

    backups_changed = Signal()
    """There are other backups than were seen before."""

    def __init__(self, desk: "Desk", nav: "Nav", updater: Updater) -> None:
        super().__init__(nav)
        self._desk: Desk | None = desk
        self._nav, self._updater = nav, updater
        self.backed_up: BackupStanding | None = None
        """How well the portfolio is backed up; None: that was not looked at yet."""

    def let_go(self) -> None:
        """The portfolio is not shown any more."""
        self._desk = None
        self.deleteLater()

    def show(self) -> None:
        """Say how it stands now."""
        if self._desk is None:
            return
        from wealthdesk.gui.foot_lines import FootLines, foot_lines, price_line

        portfolio = self._desk.portfolios.current()
        lines = FootLines(*price_line(portfolio)[:1])
        if self._desk.is_read_only:
            lines = replace(lines, backup="A copy to look at")
        elif self.backed_up is not None:
            days = self._desk.settings.backup_days()
            lines = foot_lines(portfolio, self.backed_up, self._desk.kept_changes(), self._desk.clock.now(), days)
        self._nav.set_foot(lines)
        self._nav.offer_update(offered=self._updater.has_sources())

    def offer_reserves(self) -> None:
        """Once there is a fund: who has none has nothing to do with them."""
        if self._desk is not None:
            self._nav.set_offered("reserves", offered=bool(self._desk.funds.all()))

    def list_backups(self) -> None:
        """Read which backups there are, for the line that says so."""
        from wealthdesk.services.backups import standing_of

        if self._desk is not None:
            tasks.run(partial(standing_of, self._desk.path), self._on_backups_listed, self)

    def _on_backups_listed(self, standing: "BackupStanding") -> None:
        before = self.backed_up.backups if self.backed_up else ()
        self.backed_up = standing
        if standing.backups != before:
            self.backups_changed.emit()
        self.show()


class Pages:
    """Each is made once it is wanted, stands as it stood, and knows no other: what leads to one is here."""

    def __init__(
        self,
        desk: "Desk",
        window: DeskWindow,
        updater: Updater,
        foot: Foot,
        stack: QStackedWidget,
        kept: Mapping[str, str],
    ) -> None:
        self._desk, self._window, self._updater, self._foot = desk, window, updater, foot
        self._stack, self._kept = stack, kept
        self._made: dict[str, Page] = {}
        self._may_lose = False

    def page(self, key: str) -> Page:
        """The page of that key, made when it is first wanted."""
        for _ in self._making(key):
            pass
        page = self._made[key]
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        return page

    def making_first(self, key: str) -> Iterator[None]:
        """Make a page and read what it shows, each a step, so that the window can answer in between."""
        yield from self._making(key)
        self._made[key].read_ahead()
        yield

    def _making(self, key: str) -> Iterator[None]:
        """Make a page where there is none yet; the one that takes longest in two steps."""
        if key in self._made:
            return
        if key == "allocation":
            from wealthdesk.gui.allocation.page import AllocationPage

            page = AllocationPage(self._desk, self._window.bus, self._stack, is_filled=False)
            yield
            page.fill()
            self._made[key] = self._connected(page)
        else:
            self._made[key] = getattr(self, f"_make_{key}")()
        # As it stood at the last start, or before another file was opened.
        own = {name.partition(".")[2]: each for name, each in self._kept.items() if name.startswith(f"{key}.")}
        self._made[key].stand_at(own)
        yield

    def made(self, key: str) -> Page | None:
        """The page of that key, where it was wanted before."""
        return self._made.get(key)

    def standing(self) -> dict[str, str]:
        """How each page stands; one that was not made, as it was kept."""
        made = {f"{key}.{name}": each for key, page in self._made.items() for name, each in page.standing().items()}
        unseen = {name: each for name, each in self._kept.items() if name.partition(".")[0] not in self._made}
        return {**unseen, **made}

    def has_kept_unsaved(self) -> bool:
        """Whether what is proposed on them outlives the window; where not, that is asked about, and it closes then."""
        refusals: list[WealthDeskError] = []
        for page in self._made.values():
            try:
                page.keep_unsaved()
            except WealthDeskError as refusal:
                refusals.append(refusal)
        if refusals and not self._may_lose:
            from wealthdesk.gui import problems

            question = "Close and lose what is proposed and not committed?"
            told = " ".join(map(str, refusals))
            box = problems.ask(question, told, "&Close", _widget(self._window), danger=True)
            box.accepted.connect(self._on_lost)
        return not refusals or self._may_lose

    def let_go(self) -> None:
        """The portfolio is not shown any more."""
        for page in self._made.values():
            # Where the file was replaced there is nothing to keep it in.
            with suppress(WealthDeskError):
                page.keep_unsaved()
            page.deleteLater()
        self._made.clear()

    def mark_settings_stale(self) -> None:
        """What is listed there is another list now."""
        if "settings" in self._made:
            self._made["settings"].mark_stale()

    # What leads to a page

    def choose_imports(self) -> None:
        """Have files chosen that are to be imported."""
        self._imports().choose_files()

    def open_imports(self, files: Sequence[Path]) -> None:
        """Read these files, to be imported."""
        self._imports().open_files(files)

    def show_sources(self) -> None:
        """Show where a source of prices is added."""
        self._settings().show_sources()

    def back_up(self) -> None:
        """Make a backup, where they are listed."""
        page = self._settings()
        page.show_section("backups")
        page.backups.back_up.click()

    def _on_lost(self) -> None:
        self._may_lose = True
        self._window.close()

    def _on_account_requested(self) -> None:
        self._holdings().add_account()

    def _on_holdings_requested(self, asset_ids: object) -> None:
        self._holdings().show_assets(cast("Sequence[str]", asset_ids))

    def _on_value_requested(self, asset_ids: object) -> None:
        """Over the page that asks for it: who adds a rate there goes on there."""
        from wealthdesk.gui.form_dialog import open_dialog
        from wealthdesk.gui.holdings.forms.price_dialog import value_dialog

        lacking = value_dialog(self._desk, cast("Sequence[str]", asset_ids), _widget(self._window))
        if lacking is not None:
            open_dialog(lacking)

    def _on_merge_requested(self, kept_id: str, other_id: str) -> None:
        self._holdings().merge(kept_id, other_id)

    def _on_scope_chosen(self, scope: object) -> None:
        """The history is that of the targets that are looked at, until another one is chosen there."""
        history = self._made.get("history")
        strategy = self._desk.allocations.of(cast("Scope", scope)).strategy if history is not None else None
        if strategy is not None:
            cast("HistoryPage", history).follow(strategy.id)

    def _on_version_requested(self, strategy_id: object, number: object) -> None:
        page = cast("HistoryPage", self._shown("history"))
        page.show_version(str(strategy_id), cast("int", number))

    def _on_imports_finished(self) -> None:
        self._shown("allocation")

    def _on_classify_requested(self, asset_ids: object) -> None:
        from wealthdesk.gui.allocation.overview.classify_dialog import ClassifyDialog
        from wealthdesk.gui.form_dialog import open_dialog

        only = frozenset(cast("Sequence[str]", asset_ids))
        open_dialog(ClassifyDialog(self._desk, None, _widget(self._window), only=only))

    def _shown(self, key: str) -> Page:
        self._window.go_to(key)
        return self.page(key)

    def _imports(self) -> "ImportPage":
        return cast("ImportPage", self._shown("imports"))

    def _holdings(self) -> "HoldingsPage":
        return cast("HoldingsPage", self._shown("holdings"))

    def _settings(self) -> "SettingsPage":
        return cast("SettingsPage", self._shown("settings"))

    # How each is made

    def _connected(self, page: "AllocationPage") -> "AllocationPage":
        page.import_requested.connect(self.choose_imports)
        page.account_requested.connect(self._on_account_requested)
        page.demo_requested.connect(self._window.demo_requested)
        page.holdings_requested.connect(self._on_holdings_requested)
        page.value_requested.connect(self._on_value_requested)
        page.merge_requested.connect(self._on_merge_requested)
        page.scope_chosen.connect(self._on_scope_chosen)
        return page

    def _make_over_time(self) -> "OverTimePage":
        from wealthdesk.gui.over_time.page import OverTimePage

        page = OverTimePage(self._desk, self._window.bus, self._stack)
        page.version_requested.connect(self._on_version_requested)
        page.panel.prices_requested.connect(self._updater.choose_file)
        return page

    def _make_holdings(self) -> "HoldingsPage":
        from wealthdesk.gui.holdings.page import HoldingsPage

        page = HoldingsPage(self._desk, self._window.bus, self._stack)
        page.import_requested.connect(self.choose_imports)
        page.update_requested.connect(self._updater.start)
        return page

    def _make_reserves(self) -> "ReservesPage":
        from wealthdesk.gui.reserves.page import ReservesPage

        return ReservesPage(self._desk, self._window.bus, self._stack)

    def _make_history(self) -> "HistoryPage":
        from wealthdesk.gui.history.page import HistoryPage

        self._made["history"] = page = HistoryPage(self._desk, self._window.bus, self._stack)
        self._on_scope_chosen(self.standing().get("allocation.scope") or None)
        return page

    def _make_imports(self) -> "ImportPage":
        from wealthdesk.gui.imports.page import ImportPage

        page = ImportPage(self._desk, self._window.bus, self._stack)
        page.finished.connect(self._on_imports_finished)
        page.classify_requested.connect(self._on_classify_requested)
        return page

    def _make_settings(self) -> "SettingsPage":
        from wealthdesk.gui.settings.page import SettingsPage

        window, page = self._window, SettingsPage(self._desk, self._window.bus, self._stack)
        page.appearance_chosen.connect(window.appearance_chosen)
        page.hiding_chosen.connect(partial(hide_amounts, window))
        page.prepare_requested.connect(window.prepare_requested)
        page.reserves_requested.connect(lambda: self._shown("reserves"))
        page.backups.restore_requested.connect(window.restore_requested)
        page.backups.undo_requested.connect(window.undo_requested)
        page.backups.copy_requested.connect(window.copy_requested)
        page.backups.backed_up.connect(self._foot.list_backups)
        page.sources.changed.connect(self._foot.show)
        page.sources.update_requested.connect(self._updater.start)
        page.sources.history_requested.connect(self._updater.ask_history)
        return page


def hide_amounts(window: DeskWindow, hidden: bool) -> None:
    """Show amounts as dots, or as they are, on every page."""
    if hidden != text.are_amounts_hidden():
        text.hide_amounts(hidden)
        window.reread()
        # What is the same for the portfolio is not painted again by itself.
        _widget(window).update()


def _widget(window: DeskWindow) -> QWidget:
    assert isinstance(window, QWidget)
    return window
