"""The form of one asset: what it is, how it trades, the classes it counts to, and its part in plans."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from wealthdesk.domain.assets import Asset, AssetKind, Exposure
from wealthdesk.domain.names import checked_name
from wealthdesk.errors import AlreadyExists, BadInput
from wealthdesk.gui.form_dialog import Field, FormDialog, needed_number
from wealthdesk.gui.holdings.forms.account_dialog import TradingField
from wealthdesk.gui.holdings.forms.exposure_lines import ExposureLines
from wealthdesk.gui.holdings.tables.words import ASSET_KINDS, LOT_STEPS
from wealthdesk.gui.widgets.choices import Combo, CurrencyCombo
from wealthdesk.gui.widgets.fields import NumberEdit

if TYPE_CHECKING:
    from wealthdesk.domain.trading_rules import Trading
    from wealthdesk.services.desk import Desk

_OTHER = "other"


def _line(name: str, shown: str = "", hint: str = "") -> QLineEdit:
    made = QLineEdit(shown)
    made.setCursorPosition(0)
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made


class AssetDialog(FormDialog):
    """A new asset, or the one given. symbol: what the new one is to be called."""

    def __init__(
        self, desk: "Desk", asset: Asset | None = None, *, symbol: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("Edit asset" if asset else "Add asset", "&Save" if asset else "&Add asset", parent=parent)
        self._desk, self._asset = desk, asset
        portfolio = desk.portfolios.current()
        shown = asset or Asset("", symbol, "", AssetKind.FUND, portfolio.base_currency)
        self._make_fields(shown)
        self._traded = desk.rules.current().of_asset(shown.id)
        self.trading = TradingField("In pl&ans", self)
        self.trading.show_trading(self._traded)
        # Cash has no trades of its own.
        self.trading.setVisible(not shown.is_cash)
        self.classes = ExposureLines(list(portfolio.classes.values()), shown.exposures, self)
        self._lay_out()
        self._show_lot_step(shown.lot_step)
        self.lot_step.chosen.connect(self._on_lot_step)
        if shown.is_cash:
            for each in (self.kind, self.currency, self.lot_step, self.symbol):
                each.setEnabled(False)
            self.name.setFocus()
        else:
            self.symbol.setFocus()

    def save(self) -> Asset:
        with self._symbol.refusing():
            symbol = checked_name(self.symbol.text(), "symbol")
        with self._name.refusing():
            name = checked_name(self.name.text() or symbol, "name for the asset")
        with self._currency.refusing(BadInput):
            code = self.currency.code()
        changed = replace(
            self._asset or Asset("", symbol, name, AssetKind.FUND, code),
            symbol=symbol,
            name=name,
            kind=AssetKind(str(self.kind.choice())),
            currency=code,
            isin=self.isin.text().strip().upper() or None,
            sub_class=self.sub_class.text().strip() or None,
            lot_step=self._chosen_lot_step(),
            exposures=self._chosen_exposures(),
            is_archived=self.archived.isChecked(),
        )
        trading = self.trading.trading()
        return self._keep(changed, None if trading is self._traded else trading)

    def _keep(self, changed: Asset, trading: "Trading | None") -> Asset:
        with self._symbol.refusing(AlreadyExists):
            if self._asset is None:
                return self._desk.assets.add(changed, trading)
            self._desk.assets.change(changed, trading)
            return changed

    def _chosen_lot_step(self) -> Decimal | None:
        step = self.lot_step.choice()
        if step == _OTHER:
            return needed_number(self.other_step)
        return step if isinstance(step, Decimal) else None

    def _chosen_exposures(self) -> tuple[Exposure, ...]:
        with self._classes.refusing(BadInput):
            return self.classes.exposures()

    def _make_fields(self, shown: Asset) -> None:
        self.symbol = _line("Symbol", shown.symbol, "VTI")
        self.name = _line("Name of the asset", shown.name, "Vanguard Total Stock Market")
        kinds = [(kind, words) for kind, words in ASSET_KINDS.items() if kind is not AssetKind.CASH or shown.is_cash]
        self.kind = Combo("Kind of asset", kinds)
        self.kind.choose(shown.kind)
        self.currency = CurrencyCombo("Currency of the asset", shown.currency)
        self.isin = _line("ISIN", shown.isin or "", "US9229087690")
        self.sub_class = _line("Sub class", shown.sub_class or "", "Small cap")
        self.lot_step = Combo("Lot step", [*((step, words) for words, step in LOT_STEPS), (_OTHER, "Other")])
        self.other_step = NumberEdit("Other lot step", what="lot step", zero=False)
        self.archived = QCheckBox("A&rchived: kept, but not offered in forms", self)
        self.archived.setChecked(shown.is_archived)
        self.archived.setVisible(self._asset is not None)

    def _lay_out(self) -> None:
        self.setMinimumWidth(560)
        self._symbol, self._name = Field("S&ymbol", self.symbol, parent=self), Field("&Name", self.name, parent=self)
        self._currency = Field("C&urrency", self.currency, parent=self)
        self._other = Field("&Other lot step", self.other_step, parent=self)
        self.add(self._symbol, self._name, shares=(1, 2))
        self.add(Field("&Kind", self.kind, parent=self), self._currency)
        self._classes = Field("&Classes", self.classes, parent=self)
        self.add(self._classes)
        lot_step = Field("&Lot step", self.lot_step, "The smallest quantity that can be traded", parent=self)
        self.add(lot_step, self._other, self.trading)
        isin = Field("&ISIN, optional", self.isin, parent=self)
        self.add(isin, Field("Sub class, op&tional", self.sub_class, parent=self))
        self.add(self.archived)

    def _show_lot_step(self, step: Decimal | None) -> None:
        known = [each for _, each in LOT_STEPS]
        is_other = step not in known
        self.lot_step.choose(_OTHER if is_other else step)
        self.other_step.set_number(step if is_other else None)
        self._other.setVisible(is_other)

    def _on_lot_step(self, step: object) -> None:
        self._other.setVisible(step == _OTHER)
        if step == _OTHER:
            self.other_step.setFocus()
