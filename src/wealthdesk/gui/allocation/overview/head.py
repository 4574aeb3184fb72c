"""The head of the allocation page: its name, the scope, the targets in force, and the way to edit them."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QWidget

from wealthdesk.domain.accounts import Scope
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import fonts
from wealthdesk.gui import format as text
from wealthdesk.gui.underlines import PopupMenu
from wealthdesk.gui.widgets.buttons import action, button, menu_button
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import as_tip, label

if TYPE_CHECKING:
    from wealthdesk.domain.drift import Allocation

_NAME_WIDTH: Final = 110
_NARROW: Final = 520
"""In less room than this the way to the targets is only its icon; other ones are chosen under Strategies…."""
_LEAST: Final = 400
_QUARTER: Final = 2500


class PageHead(QWidget):
    """The name of the page with what it is about, each of which can be changed here."""

    scope_chosen = Signal(object)
    strategy_chosen = Signal(object)
    """The id of another strategy."""
    strategies_clicked = Signal()
    edit_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = Combo("Scope: the whole portfolio, a group, or one account")
        self.scope.setMinimumWidth(120)
        self.scope.setMaximumWidth(240)
        self._name = ""
        self._menu = PopupMenu(self)
        self._group = QActionGroup(self)
        self.targets = menu_button("", self._menu)
        self.edit = button("Edit targets", icon="edit", tip="Set the targets of this scope (Ctrl+E)")
        row = horizontal(self, spacing=8)
        row.addWidget(label("Allocation", "panel"))
        row.addStretch()
        for each in (self.scope, self.targets, self.edit):
            row.addWidget(each)
        self.scope.chosen.connect(self.scope_chosen)
        self.edit.clicked.connect(self.edit_clicked)

    def show_allocation(self, allocation: "Allocation", strategies: list[Strategy]) -> None:
        """Offer the scopes and the strategies of the scope, and show which ones these are."""
        self.scope.set_options(_scopes(allocation.portfolio, allocation.scope))
        self.scope.choose(allocation.scope)
        strategy = allocation.strategy
        self._name = text.targets_name(strategy.name) if strategy else "none"
        self.targets.setToolTip(as_tip(_tip(strategy)))
        self.targets.setAccessibleName(f"Targets: {self._name}")
        self._fit()
        self._fill_menu(strategy, strategies)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_narrow = self.width() < _NARROW
        shown = QFontMetricsF(fonts.font("control")).elidedText(self._name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        self.targets.setText(f"Targets: {shown}".replace("&", "&&"))
        self.targets.setHidden(is_narrow)
        self.edit.setText("" if is_narrow else "Edit targets")

    def menu_words(self) -> list[str]:
        """What the menu of the targets offers."""
        return [each.text() for each in self._menu.actions() if not each.isSeparator()]

    def _fill_menu(self, active: Strategy | None, strategies: list[Strategy]) -> None:
        self._menu.clear()
        for old in self._menu.findChildren(QAction):
            if old is not self._menu.menuAction():
                old.deleteLater()
        for strategy in strategies:
            entry = action(text.targets_name(strategy.name).replace("&", "&&"), parent=self._menu)
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

    def _on_strategy(self) -> None:
        chosen = self._group.checkedAction()
        if chosen is not None:
            self.strategy_chosen.emit(chosen.data())


def band_name(strategy: Strategy) -> str:
    """The band of a strategy in short: "Band 5/25"."""
    absolute, relative = strategy.absolute_band_bps, strategy.relative_band_bps
    return f"Band {text.percent(absolute, None)[:-1]}/{text.percent(relative, None)[:-1]}"


def band_sentence(strategy: Strategy) -> str:
    """The same in full: "Band 5/25: 5 pp, or a quarter of the target where that is less"."""
    absolute, relative = strategy.absolute_band_bps, strategy.relative_band_bps
    share = "a quarter" if relative == _QUARTER else text.percent(relative, None)
    short = text.percent(absolute, None)[:-1]
    return f"{band_name(strategy)}: {short} pp, or {share} of the target where that is less"


def _tip(strategy: Strategy | None) -> str:
    """The whole name, which may be cut off, and the band."""
    if strategy is None:
        return "This scope has no strategy yet"
    return f"{text.targets_name(strategy.name)}, version {strategy.version}\n{band_sentence(strategy)}"


def _scopes(portfolio: Portfolio, chosen: Scope) -> list[tuple[object, str]]:
    offered = portfolio.scopes(chosen)
    return [(each, text.scope(portfolio.scope_name(each))) for each in offered]
