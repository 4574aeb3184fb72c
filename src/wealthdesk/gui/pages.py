"""The pages of an open portfolio: how each is made once it is wanted, how it stood, and what leads from one to another.

No page knows another. The window imports this when it is painted: the first paint does without all of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QStackedWidget, QWidget

from wealthdesk.errors import WealthDeskError
from wealthdesk.gui.menus import MenuPlace
from wealthdesk.gui.page import Bus, Page

if TYPE_CHECKING:
    from wealthdesk.gui.allocation.page import AllocationPage
    from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel
    from wealthdesk.gui.history.page import HistoryPage
    from wealthdesk.gui.holdings.page import HoldingsPage
    from wealthdesk.gui.imports.page import ImportPage
    from wealthdesk.gui.over_time.page import OverTimePage
    from wealthdesk.gui.reserves.page import ReservesPage
    from wealthdesk.gui.settings.page import SettingsPage
    from wealthdesk.services.desk import Desk


class PagesWindow(MenuPlace, Protocol):
    """The main window, as what its pages ask for is passed on to it."""

    bus: Bus
    demo_requested: SignalInstance
    appearance_chosen: SignalInstance
    prepare_requested: SignalInstance
    restore_requested: SignalInstance
    undo_requested: SignalInstance
    copy_requested: SignalInstance

    def hide_amounts(self, hidden: bool) -> None:
        """Show amounts as dots, or as they are."""

    def update_prices(self) -> None:
        """Ask the sources of prices."""

    def import_prices(self) -> None:
        """Have a file of prices chosen."""

    def ask_history(self, name: str) -> None:
        """Ask a source for the rates of every day."""

    def on_sources_changed(self) -> None:
        """There are other sources of prices than before."""

    def list_backups(self) -> None:
        """Read which backups there are."""


class Pages:
    """stack: where those lie that were wanted. kept: how pages stood when that was kept, “allocation.scope” for one."""

    def __init__(self, desk: "Desk", window: PagesWindow, stack: QStackedWidget, kept: Mapping[str, str]) -> None:
        self.desk, self._window, self._stack, self._kept = desk, window, stack, kept
        self._made: dict[str, Page] = {}

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
            from wealthdesk.gui.allocation.planner.planner_panel import PlannerPanel

            panel = PlannerPanel(self.desk)
            yield
            self._made[key] = self._make_allocation(panel)
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

    def keep_unsaved(self) -> None:
        """Keep what is proposed on them; a refusal where that cannot be."""
        for page in self._made.values():
            page.keep_unsaved()

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

    def _on_account_requested(self) -> None:
        self._holdings().add_account()

    def _on_holdings_requested(self, asset_ids: object) -> None:
        self._holdings().show_assets(cast("Sequence[str]", asset_ids))

    def _on_value_requested(self, asset_ids: object) -> None:
        self._holdings().add_value(cast("Sequence[str]", asset_ids))

    def _on_merge_requested(self, kept_id: str, other_id: str) -> None:
        self._holdings().merge(kept_id, other_id)

    def _on_version_requested(self, strategy_id: object, number: object) -> None:
        page = cast("HistoryPage", self._shown("history"))
        page.show_version(str(strategy_id), cast("int", number))

    def _on_imports_finished(self) -> None:
        self._shown("allocation")

    def _on_classify_requested(self, asset_ids: object) -> None:
        from wealthdesk.gui.allocation.overview.classify_dialog import ClassifyDialog
        from wealthdesk.gui.form_dialog import open_dialog

        only = frozenset(cast("Sequence[str]", asset_ids))
        open_dialog(ClassifyDialog(self.desk, None, cast(QWidget, self._window), only=only))

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

    def _make_allocation(self, panel: "PlannerPanel") -> "AllocationPage":
        from wealthdesk.gui.allocation.page import AllocationPage

        page = AllocationPage(self.desk, self._window.bus, panel)
        page.import_requested.connect(self.choose_imports)
        page.account_requested.connect(self._on_account_requested)
        page.demo_requested.connect(self._window.demo_requested)
        page.holdings_requested.connect(self._on_holdings_requested)
        page.value_requested.connect(self._on_value_requested)
        page.merge_requested.connect(self._on_merge_requested)
        return page

    def _make_over_time(self) -> "OverTimePage":
        from wealthdesk.gui.over_time.page import OverTimePage

        page = OverTimePage(self.desk, self._window.bus)
        page.version_requested.connect(self._on_version_requested)
        page.panel.prices_requested.connect(self._window.import_prices)
        return page

    def _make_holdings(self) -> "HoldingsPage":
        from wealthdesk.gui.holdings.page import HoldingsPage

        page = HoldingsPage(self.desk, self._window.bus)
        page.import_requested.connect(self.choose_imports)
        page.update_requested.connect(self._window.update_prices)
        return page

    def _make_reserves(self) -> "ReservesPage":
        from wealthdesk.gui.reserves.page import ReservesPage

        return ReservesPage(self.desk, self._window.bus)

    def _make_history(self) -> "HistoryPage":
        from wealthdesk.gui.history.page import HistoryPage

        return HistoryPage(self.desk, self._window.bus)

    def _make_imports(self) -> "ImportPage":
        from wealthdesk.gui.imports.page import ImportPage

        page = ImportPage(self.desk, self._window.bus)
        page.finished.connect(self._on_imports_finished)
        page.classify_requested.connect(self._on_classify_requested)
        return page

    def _make_settings(self) -> "SettingsPage":
        from wealthdesk.gui.settings.page import SettingsPage

        window, page = self._window, SettingsPage(self.desk, self._window.bus)
        page.appearance_chosen.connect(window.appearance_chosen)
        page.hiding_chosen.connect(window.hide_amounts)
        page.prepare_requested.connect(window.prepare_requested)
        page.backups.restore_requested.connect(window.restore_requested)
        page.backups.undo_requested.connect(window.undo_requested)
        page.backups.copy_requested.connect(window.copy_requested)
        page.backups.backed_up.connect(window.list_backups)
        page.sources.changed.connect(window.on_sources_changed)
        page.sources.update_requested.connect(window.update_prices)
        page.sources.history_requested.connect(window.ask_history)
        return page
