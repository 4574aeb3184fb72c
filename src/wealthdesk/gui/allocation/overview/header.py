"""The head of the allocation page: scope, strategy in force and its band, Edit targets."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetricsF
from PySide6.QtWidgets import QMenu, QWidget

from wealthdesk.domain.accounts import ALL_PORTFOLIO, ALL_PORTFOLIO_NAME
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import fonts, icons
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.overview.notices import stale_words
from wealthdesk.gui.widgets.buttons import action, button, menu_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, label

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

_NAME_WIDTH: Final = 110
_QUARTER: Final = 2500


class Header(QWidget):
    """The title with the choice of scope and the way to the targets."""

    scope_chosen = Signal(object)
    edit_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = Combo("Scope: all portfolio, or one account")
        self.scope.setMinimumWidth(168)
        self.scope.setMaximumWidth(280)
        self.edit = button("Edit targets", icon="edit", key="Ctrl+E", tip="Set the targets of this scope")
        row = horizontal(self, spacing=8)
        row.addWidget(label("Allocation", "title"))
        row.addStretch()
        row.addWidget(self.scope)
        row.addWidget(self.edit)
        self.scope.chosen.connect(self.scope_chosen)
        self.edit.clicked.connect(self.edit_clicked)

    def show_allocation(self, allocation: "Allocation") -> None:
        """Offer the scopes, and show which one this is."""
        self.scope.set_options(_scopes(allocation.portfolio, allocation.scope))
        self.scope.choose(allocation.scope)


class StrategyLine(QWidget):
    """The title of the classes with the band that holds for them, and the strategy with its menu."""

    strategy_chosen = Signal(object)
    """The id of another strategy."""
    strategies_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self._band = ShortLabel(role="note", ink="mute")
        self._stale = ShortLabel(role="note", ink="warning")
        self._stale_sign = label()
        icons.put(self._stale_sign, "warning", "warning", 14)
        self.button = menu_button("", self._menu, tip="Strategy in force")
        self.button.setProperty("in_card", True)
        first = horizontal(spacing=9)
        first.addWidget(label("Asset classes", "strong"))
        first.addWidget(self._band, 1)
        first.addWidget(self.button)
        second = horizontal(spacing=6)
        second.addWidget(self._stale_sign)
        second.addWidget(self._stale, 1)
        layout = vertical(self, spacing=4)
        layout.addLayout(first)
        layout.addLayout(second)

    def show_allocation(self, allocation: "Allocation", strategies: list[Strategy]) -> None:
        """Show the strategy in force, and offer the others of its scope."""
        strategy = allocation.strategy
        band = band_words(strategy) if strategy and allocation.drift.has_targets else ""
        self._band.show_words(band)
        self._show_stale(allocation)
        name = strategy.name if strategy else "No strategy"
        metrics = QFontMetricsF(fonts.font("control"))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        words = f"Strategy: {shown}" if strategy else name
        self.button.setText(words.replace("&", "&&"))
        self.button.setToolTip(as_tip(f"Strategy in force: {name}"))
        self.button.setAccessibleName(f"Strategy: {name}")
        self._fill_menu(strategy, strategies)

    @property
    def stale(self) -> str:
        """The sentence about old prices that is shown, "" when none is."""
        return self._stale.words

    def menu_words(self) -> list[str]:
        """What the menu offers."""
        return [each.text() for each in self._menu.actions() if not each.isSeparator()]

    def _fill_menu(self, active: Strategy | None, strategies: list[Strategy]) -> None:
        self._menu.clear()
        for old in self._menu.findChildren(QAction):
            if old is not self._menu.menuAction():
                old.deleteLater()
        for strategy in strategies:
            entry = action(strategy.name.replace("&", "&&"), parent=self._menu)
            entry.setCheckable(True)
            self._group.addAction(entry)
            entry.setChecked(active is not None and strategy.id == active.id)
            entry.setData(strategy.id)
            entry.triggered.connect(self._on_strategy)
            self._menu.addAction(entry)
        self._menu.addSeparator()
        more = action("&Strategies…", parent=self._menu)
        more.triggered.connect(self.strategies_clicked)
        self._menu.addAction(more)

    def _show_stale(self, allocation: "Allocation") -> None:
        sentence, which = stale_words(allocation)
        self._stale.show_words(sentence, tip=which)
        for each in (self._stale, self._stale_sign):
            each.setVisible(bool(sentence))

    def _on_strategy(self) -> None:
        chosen = self._group.checkedAction()
        if chosen is not None:
            self.strategy_chosen.emit(chosen.data())


def band_words(strategy: Strategy) -> str:
    """The band of a strategy: "Band 5/25: 5 pp, or a quarter of the target where that is less"."""
    absolute, relative = strategy.absolute_band_bps, strategy.relative_band_bps
    short = f"{text.percent(absolute, None)[:-1]}/{text.percent(relative, None)[:-1]}"
    share = "a quarter" if relative == _QUARTER else text.percent(relative, None)
    return f"Band {short}: {text.percent(absolute, None)[:-1]} pp, or {share} of the target where that is less"


def _scopes(portfolio: Portfolio, chosen: str | None) -> list[tuple[object, str]]:
    """All Portfolio, then the accounts by name; archived ones only while one of them is chosen."""
    offered = [each for each in portfolio.accounts.values() if not each.is_archived or each.id == chosen]
    named = sorted(offered, key=lambda each: each.name.casefold())
    return [(ALL_PORTFOLIO, ALL_PORTFOLIO_NAME), *((each.id, each.name) for each in named)]
