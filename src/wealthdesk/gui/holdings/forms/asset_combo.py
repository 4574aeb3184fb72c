"""The asset field: type a part of a symbol or a name, and choose from what is found."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QStyledItemDelegate, QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.errors import BadInput
from wealthdesk.gui.holdings.tables import words


class _AssetField(QLineEdit):
    """Of a long line the begin is seen, where its symbol is, also when all of it is selected."""

    def show_begin(self) -> None:
        """Scroll to where it begins."""
        self.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.selectedText() == self.text():
            # From its end to its begin: what is seen is where the cursor is.
            self.setSelection(len(self.text()), -len(self.text()))


class AssetCombo(QComboBox):
    """What is typed and is no asset stays as typed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._assets: list[Asset] = []
        self.setItemDelegate(QStyledItemDelegate(self))
        field = self._field = _AssetField()
        field.setProperty("kind", "bare")
        field.setAccessibleName(name)
        field.setPlaceholderText("Type a symbol or a name")
        self.setLineEdit(field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        # A long name must not make the form wider.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(24)
        self.setCompleter(self._finder())
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        # Queued: the line of what was found is put into the field after this.
        self.activated.connect(field.show_begin, Qt.ConnectionType.QueuedConnection)

    def set_assets(self, assets: Sequence[Asset]) -> None:
        """Offer these; what is typed stays."""
        typed = self.currentText()
        self._assets = list(assets)
        self.clear()
        self.addItems([words.asset(each) for each in self._assets])
        self.setCurrentIndex(-1)
        self.setEditText(typed)

    def choose(self, asset_id: str) -> None:
        """Show an asset that is offered."""
        self.setCurrentIndex(next((i for i, each in enumerate(self._assets) if each.id == asset_id), -1))
        self._field.show_begin()

    def known_asset(self) -> Asset | None:
        """The asset that is typed or chosen: by its whole line, or its symbol where only one has it."""
        typed = " ".join(self.currentText().split()).casefold()
        whole = [each for each in self._assets if " ".join(words.asset(each).split()).casefold() == typed]
        if self.currentIndex() >= 0 and self._assets[self.currentIndex()] in whole:
            return self._assets[self.currentIndex()]
        same = whole or [each for each in self._assets if each.symbol.casefold() == typed]
        return same[0] if len(same) == 1 else None

    def asset(self) -> Asset:
        """The asset; BadInput with a sentence when what is typed is none."""
        found = self.known_asset()
        if found is None:
            typed = self.currentText().strip()
            said = f"“{typed[:40]}” is not one asset here." if typed else "No asset is chosen yet."
            raise BadInput(f"{said} Choose one from the list, or add a new one.")
        return found

    def _finder(self) -> QCompleter:
        found = QCompleter(self.model(), self)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        return found

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling must not change a choice that happens to lie under the pointer.
        event.ignore()
