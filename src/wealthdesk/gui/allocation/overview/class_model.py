"""The model of the class list: cards as parents; a line of titles and the holdings as their children."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from wealthdesk.gui.allocation.overview.class_card import ClassCard, HoldingLine
from wealthdesk.gui.widgets.text import as_tip

Index = QModelIndex | QPersistentModelIndex

CARD_ROLE: Final = Qt.ItemDataRole.UserRole
"""The ClassCard that a row belongs to."""
LINE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The HoldingLine of a row; None for a card and for the titles."""

_CARD: Final = 0
"""The internal id of a card; a child's is the number of its card, counted from 1."""

Key = tuple[str, str]
"""What makes a row the same one after a reread: class id, and asset id or ""."""


class ClassModel(QAbstractItemModel):
    """Row 0 below a card are the titles, the rows after it its holdings."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cards: tuple[ClassCard, ...] = ()

    def set_cards(self, cards: Sequence[ClassCard]) -> None:
        """Show these cards."""
        self.beginResetModel()
        self.cards = tuple(cards)
        self.endResetModel()

    def card(self, index: Index) -> ClassCard:
        """The card that a row belongs to."""
        return self.cards[index.row() if index.internalId() == _CARD else index.internalId() - 1]

    def line(self, index: Index) -> HoldingLine | None:
        """The holding of a row; None for a card and for the titles."""
        is_holding = index.internalId() != _CARD and index.row() > 0
        return self.card(index).lines[index.row() - 1] if is_holding else None

    def key(self, index: Index) -> Key | None:
        """What makes the row the same one after a reread."""
        if not index.isValid():
            return None
        line = self.line(index)
        return self.card(index).asset_class.id, line.asset.id if line else ""

    def find(self, key: Key | None) -> QModelIndex:
        """The row of a key; not valid where it is gone."""
        for place, card in enumerate(self.cards):
            if key is not None and card.asset_class.id == key[0]:
                top = self.index(place, 0)
                rows = (row for row, line in enumerate(card.lines, start=1) if line.asset.id == key[1])
                row = next(rows, None)
                return top if row is None else self.index(row, 0, top)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _CARD)

    # The other parent(), of a QObject, has no argument.
    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        if not index.isValid() or index.internalId() == _CARD:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _CARD)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self.cards)
        lines = self.card(parent).lines if parent.internalId() == _CARD else ()
        return len(lines) + 1 if lines else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_titles = index.internalId() != _CARD and index.row() == 0
        return Qt.ItemFlag.NoItemFlags if is_titles else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CARD_ROLE:
            return self.card(index)
        if role == LINE_ROLE:
            return self.line(index)
        line = self.line(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(line.tip) if line else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(index, line)
        return None

    def _words(self, index: Index, line: HoldingLine | None) -> str:
        if line is not None:
            return line.sentence
        return self.card(index).sentence if index.internalId() == _CARD else "Holdings"
