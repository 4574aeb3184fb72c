"""All prices of one asset: add, edit and remove the price of a day."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Price
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import open_dialog
from wealthdesk.gui.holdings.forms.list_dialog import ListDialog
from wealthdesk.gui.holdings.forms.price_dialog import PriceDialog
from wealthdesk.gui.holdings.tables.columns import DAY_COLUMNS
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import set_key
from wealthdesk.gui.widgets.message import Message

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk


class PriceHistoryDialog(ListDialog[Price]):
    """The newest first. A removed price can be put back while the dialog is open."""

    def __init__(self, desk: "Desk", asset: Asset, parent: QWidget | None = None) -> None:
        named = asset.name if asset.name != asset.symbol else ""
        subtitle = f"{named}, in {asset.currency}" if named else f"In {asset.currency}"
        super().__init__(f"Prices of {asset.symbol}", subtitle, DAY_COLUMNS, lambda row: row.on, "&Add price…", parent)
        self._desk, self._asset = desk, asset
        self._removed: list[Price] = []
        self._step: object = None
        self._steps = desk.undo
        self.edit_button = self.add_step("&Edit…", self._on_edit, "F2")
        self.remove_button = self.add_step("&Remove", self._on_remove, "Del")
        self.undo = Message(Tone.NEUTRAL, action="Undo", inline=True)
        set_key(self.undo.button, "Ctrl+Z")
        self.undo.action_clicked.connect(self._on_undo)
        self.undo.hide()
        keep_off(desk, self.add_button, self.edit_button, self.remove_button, *self.table.actions())
        self.body.insertWidget(1, self.undo)
        self.refresh()
        self.table.setFocus()
        self.table.select_line()

    def add(self) -> None:
        """Open the form for a new price."""
        self._open(PriceDialog(self._desk, self._asset, parent=self))

    def edit(self, row: Price) -> None:
        if not self._desk.is_read_only:
            self._open(PriceDialog(self._desk, self._asset, row, parent=self))

    def refresh(self) -> None:
        prices = self._desk.prices.of(self._asset.id)
        self.show_rows(prices)
        self.show_note(text.count(len(prices), "price") if prices else "No price yet. Add one to see a value.")

    def show_possible(self) -> None:
        is_one = self.table.selected_row() is not None
        self.edit_button.setEnabled(is_one)
        self.remove_button.setEnabled(bool(self.table.selected_rows()))

    def _open(self, dialog: PriceDialog) -> None:
        dialog.saved.connect(self.undo.hide)
        dialog.saved.connect(self.refresh)
        open_dialog(dialog)

    def _on_edit(self) -> None:
        if (row := self.table.selected_row()) is not None:
            self.edit(row)

    def _on_remove(self) -> None:
        rows = self.table.selected_rows()
        if not rows:
            return
        self._desk.prices.remove(self._asset.id, *(row.on for row in rows))
        self._removed, self._step = rows, self._steps.last()
        one = f"Removed the price of {text.day(rows[0].on)}."
        said = one if len(rows) == 1 else f"Removed {len(rows)} prices."
        self.undo.show_message(Tone.NEUTRAL, said, "Ctrl+Z puts it back.")
        self.undo.show()
        self.refresh()

    def _on_undo(self) -> None:
        put_back, self._removed = self._removed, []
        if self._step is self._steps.last():
            self._steps.back()
        self.undo.hide()
        self.refresh()
        self.table.select_all_of(each.on for each in put_back)
        self.table.setFocus()
