"""One of several values: the drop-down list, that of currencies, and the segmented control of values side by side."""

from collections.abc import Sequence
from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QCompleter,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QToolTip,
    QWidget,
)

from wealthdesk.domain import money
from wealthdesk.gui import fonts, theme
from wealthdesk.gui.spoken import Group
from wealthdesk.gui.widgets.layouts import horizontal
from wealthdesk.gui.widgets.text import as_tip

_SEPARATOR: Final = 9
_PREFIX: Final = 1
"""The style draws the choice so far from the edge of its field."""
_AFTER_ICON: Final = 8
"""What the style leaves between an icon and the choice, and after it."""
_FIRST = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")


class ChoiceLines(QStyledItemDelegate):
    """The lines of a list that drops down; the delegate that a combo box brings along does not ask the style sheet."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), _SEPARATOR) if _is_separator(index) else hint

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if not _is_separator(index):
            super().paint(painter, option, index)
            return
        rect = option.rect
        painter.fillRect(rect.left(), rect.center().y(), rect.width(), 1, QColor(theme.current().line))


class Combo(QComboBox):
    """options: (value, words). Values are compared with ==."""

    chosen = Signal(object)
    """The value, when the user chose one."""

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[object, str]] = (),
        *,
        in_card: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("in_card", in_card)
        self.setFont(fonts.font("control"))
        self._values: list[object] = []
        self._prefix = ""
        self.set_options(options)
        self.activated.connect(self._on_activated)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Offer these; what was chosen stays chosen where it is still offered. Nothing is emitted."""
        before = self.choice()
        self.blockSignals(True)
        self.clear()
        self._values = [value for value, _ in options]
        self.addItems([words for _, words in options])
        self.blockSignals(False)
        self.choose(before)

    def set_prefix(self, words: str) -> None:
        """Say before the choice, muted, what it is a choice of: "Into"."""
        self._prefix = words
        self.update()

    def choice(self) -> object:
        """The value chosen; None when there is none."""
        place = self.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    def choose(self, value: object) -> None:
        """Choose a value, the first where it is not offered. Nothing is emitted."""
        self.blockSignals(True)
        self.setCurrentIndex(self._values.index(value) if value in self._values else min(0, len(self._values) - 1))
        self.blockSignals(False)

    def showPopup(self) -> None:
        # Qt makes the list when it is first asked for, and most lists never drop down.
        if not isinstance(self.itemDelegate(), ChoiceLines):
            self.setItemDelegate(ChoiceLines(self))
            self.view().setFont(fonts.font("body"))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        inside, shown = self._inside(option), self._shortened(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        if self._prefix:
            plain = fonts.measured("body")
            painter.setFont(plain.font)
            painter.setPen(QColor(theme.current().mute))
            painter.drawText(inside.adjusted(_PREFIX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._prefix)
            painter.setFont(self.font())
        option.rect = option.rect.adjusted(self._before(), 0, 0, 0)
        option.currentText = shown
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            option = QStyleOptionComboBox()
            self.initStyleOption(option)
            if self._shortened(option) != self.currentText():
                told = f"{self.currentText()}\n{self.toolTip()}".strip()
                QToolTip.showText(event.globalPos(), as_tip(told), self)
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a choice that happens to lie under the pointer.
        event.ignore()

    def _inside(self, option: QStyleOptionComboBox) -> QRect:
        """Where the choice stands, with what is said before it."""
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(control, option, field, self)

    def _before(self) -> int:
        """How much of that is taken by what is said before the choice."""
        metrics = fonts.measured("body").metrics
        return ceil(metrics.horizontalAdvance(f"{self._prefix} ")) if self._prefix else 0

    def _shortened(self, option: QStyleOptionComboBox) -> str:
        """The choice as far as there is room: the style would end it in the middle of a letter."""
        room = self._inside(option).width() - self._before()
        room -= 0 if option.currentIcon.isNull() else option.iconSize.width() + _AFTER_ICON
        return option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def _on_activated(self) -> None:
        self.chosen.emit(self.choice())


def _is_separator(index: QModelIndex | QPersistentModelIndex) -> bool:
    """So are the lines marked that insertSeparator() makes."""
    return bool(index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "separator")


class Segment(Group):
    """options: (key, words) of each choice; the first is chosen at start."""

    chosen = Signal(object)
    """The key, when the user chose another."""

    def __init__(self, name: str, options: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segment")
        self.setAccessibleName(name)
        self.setFixedHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._keys: dict[QAbstractButton, str] = {}
        self._group = QButtonGroup(self)
        layout = horizontal(self, spacing=2)
        layout.setContentsMargins(3, 3, 3, 3)
        for key, words in options:
            layout.addWidget(self._option(key, words), 1)
        self._group.buttons()[0].setChecked(True)
        self._on_toggled()
        self._group.buttonToggled.connect(self._on_toggled)
        self._group.buttonClicked.connect(self._on_clicked)
        self._last = self.choice()

    def choice(self) -> str:
        """The key that is chosen."""
        return next(key for button, key in self._keys.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose a key, without telling."""
        self.button(key).setChecked(True)
        self._last = key

    def button(self, key: str) -> QAbstractButton:
        """The button of a choice."""
        return next(button for button, each in self._keys.items() if each == key)

    def _option(self, key: str, words: str) -> QPushButton:
        option = QPushButton(words)
        option.setCheckable(True)
        option.setAutoExclusive(True)  # one of several, to a screen reader: no box to be ticked
        option.setProperty("kind", "segment")
        option.setAutoDefault(False)
        option.setAccessibleName(words.replace("&", ""))
        self._group.addButton(option)
        self._keys[option] = key
        return option

    def _on_toggled(self) -> None:
        for button in self._keys:
            is_chosen = button.isChecked()
            button.setFont(fonts.font("strong" if is_chosen else "control"))
            # Tab comes to the choice, and not always to the first one.
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_chosen else Qt.FocusPolicy.ClickFocus)

    def _on_clicked(self) -> None:
        if self.choice() != self._last:
            self._last = self.choice()
            self.chosen.emit(self._last)


class CurrencyCombo(QComboBox):
    """name: what a screen reader calls it."""

    def __init__(self, name: str, code: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(ChoiceLines(self))
        field = QLineEdit()
        field.setFont(fonts.font("control"))
        field.setProperty("kind", "bare")
        field.setAccessibleName(name)
        self.setLineEdit(field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems([*_FIRST, *sorted(money.CURRENCIES - set(_FIRST))])
        found = QCompleter(self.model(), self)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(found)
        self.setEditText(code)

    def code(self) -> str:
        """The code of the currency; BadInput with a sentence when what is typed is none."""
        return money.currency(self.currentText())

    def known_code(self) -> str:
        """The code of the currency, "" when what is typed is none."""
        typed = self.currentText().strip().upper()
        return typed if typed in money.CURRENCIES else ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page must not change a choice that happens to lie under the pointer.
        event.ignore()
