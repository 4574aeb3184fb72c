"""The form of one exchange rate: the pair, the day, the rate as it is quoted."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.holdings import FxRate
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui.field import Field, needed_number
from wealthdesk.gui.form_dialog import FormDialog
from wealthdesk.gui.widgets.choices import CurrencyCombo
from wealthdesk.gui.widgets.fields import DateEdit, NumberEdit

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class RateDialog(FormDialog):
    """A new rate, or the one given, whose pair stays. base: the currency that a rate is missing for."""

    def __init__(
        self, desk: "Desk", rate: FxRate | None = None, *, base: str = "", parent: QWidget | None = None
    ) -> None:
        title = "Edit exchange rate" if rate else "Add exchange rate"
        super().__init__(title, "&Save" if rate else "&Add rate", parent=parent)
        self._desk, self._rate = desk, rate
        quote = rate.quote if rate else desk.portfolios.current().base_currency
        self.base = CurrencyCombo("From currency", rate.base if rate else base)
        self.quote = CurrencyCombo("To currency", quote)
        self.day = DateEdit("Day of the rate", rate.on if rate else desk.clock.today())
        self.rate = NumberEdit("Exchange rate", what="rate", zero=False)
        self.rate.set_number(rate.rate if rate else None)
        self._base, self._quote = Field("&From", self.base), Field("&To", self.quote)
        self._day, self._number = Field("&Day", self.day), Field("&Rate", self.rate)
        self.add(self._base, self._quote)
        self.add(self._day, self._number)
        for each in (self.base, self.quote):
            each.currentTextChanged.connect(self._show_reading)
        if rate is not None:
            self._base.hide()
            self._quote.hide()
            self.set_subtitle(f"From {rate.base} to {rate.quote}")
        self.rate.edited.connect(self._show_reading)
        self._show_reading()
        (self.rate if rate or base else self.base).setFocus()

    def save(self) -> FxRate:
        with self._base.refusing(BadInput):
            base = self.base.code()
        with self._quote.refusing(BadInput):
            quote = self.quote.code()
        if base == quote:
            with self._quote.refusing():
                raise BadInput(f"One {base} is always one {base}. Choose two different currencies.")
        new = FxRate(base, quote, self.day.value(), needed_number(self.rate))
        with self._day.refusing(BadInput):
            self._desk.rates.set([new], instead_of=self._rate)
        return new

    def _show_reading(self) -> None:
        base, quote, number = self.base.known_code(), self.quote.known_code(), self.rate.number()
        shown = text.number(number) if number is not None else "…"
        self._number.set_note(f"1 {base} = {shown} {quote}" if base and quote else "")
