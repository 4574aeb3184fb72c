"""The widgets of the target editor and where they stand; what they show and do is the dialog's."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from wealthdesk.gui import fonts, theme
from wealthdesk.gui.allocation.targets.target_holdings import TargetHoldings
from wealthdesk.gui.allocation.targets.target_lines import TargetLines
from wealthdesk.gui.allocation.targets.target_menus import ClassMenu, TemplateMenu
from wealthdesk.gui.theme import CLASS_COLOURS, Tone
from wealthdesk.gui.widgets import bar_painting as bars
from wealthdesk.gui.widgets.buttons import button, icon_button, link_button, menu_button, primary_button
from wealthdesk.gui.widgets.change_preview import ChangePreviewPane, Reason
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import as_tip, frame, label, rule

Paint = Callable[[QPainter, QRectF], None]


class TargetLegend(QWidget):
    """Three signs, each with its word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = horizontal(self, spacing=6)
        for width, paint, words in ((4, _held, "held now"), (14, _band, "band"), (16, _target, "target")):
            row.addWidget(_Sign(width, paint))
            row.addWidget(label(words, "small", "mute"))
            row.addSpacing(8)
        row.setContentsMargins(0, 0, 0, 0)


class _Sign(QWidget):
    def __init__(self, width: int, paint: Paint) -> None:
        super().__init__()
        self._paint = paint
        self.setFixedSize(width, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, QRectF(self.rect()))


def _held(painter: QPainter, rect: QRectF) -> None:
    bars.tick(painter, rect.center().x(), rect.center().y(), 14, theme.current().ink)


def _band(painter: QPainter, rect: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().band_colour())
    painter.drawRoundedRect(bars.middle(rect, 12), 4, 4)


def _target(painter: QPainter, rect: QRectF) -> None:
    centre = QPointF(rect.center())
    painter.setPen(QPen(QColor(theme.current().ink), 2))
    painter.setBrush(QColor(theme.current().field))
    painter.drawEllipse(centre, 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(CLASS_COLOURS["Equity"]))
    painter.drawEllipse(centre, 2.5, 2.5)


_TITLE_WIDTH: Final = 780


class TargetFrame(QDialog):
    """Classes and the holdings of one of them at the left, the preview at the right, actions at the foot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_widgets()
        self._lay_out()

    def show_titles(self, title: str, version: int, saved: str = "") -> None:
        """Say what is edited, and what saving it makes. saved: the day that the version was saved on."""
        self.setWindowTitle(title)
        self._title.setText(self._title.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _TITLE_WIDTH))
        self._title.setToolTip(as_tip(title))
        which = f"Version {version}, saved {saved}" if saved else f"Version {version}"
        self._subtitle.setText(f"{which}. Saving makes version {version + 1}; nothing is bought or sold.")
        self.reset.setText(f"&Reset to version {version}")

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing was saved."""
        self.refusal.show_message(Tone.ERROR, "Not saved", sentence)
        self.refusal.show()

    def show_notice(self, title: str) -> None:
        """Say something of what is edited that hinders nothing."""
        self.notice.show_message(Tone.NEUTRAL, title)
        self.notice.show()

    def show_elsewhere(self, title: str, sentence: str, action: str) -> None:
        """Say that the targets changed elsewhere, and what can be done about it."""
        self.elsewhere.show_message(Tone.WARNING, title, sentence)
        self.elsewhere.set_action(action)
        self.elsewhere.show()

    def _make_widgets(self) -> None:
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumSize(1040, 620)
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else QSize(1280, 832)
        self.resize(min(1136, room.width() - 40), min(796, room.height() - 24))
        self._title = label(role="panel")
        self._subtitle = label(role="note", ink="mute")
        self.undo = icon_button("undo", "Undo (Ctrl+Z)")
        self.redo = icon_button("redo", "Redo (Ctrl+Shift+Z)")
        self.templates = TemplateMenu(self)
        self.template_button = menu_button("&Templates", self.templates)
        self.refusal = Message(Tone.ERROR, inline=True)
        self.refusal.hide()
        self.elsewhere = Message(Tone.WARNING, inline=True)
        self.elsewhere.hide()
        self.notice = Message(Tone.NEUTRAL, inline=True)
        self.notice.hide()
        self.banner = Message(inline=True)
        # As high as with its button, so that the lines below stay where they are.
        self.banner.setMinimumHeight(48)
        self.classes = TargetLines("Class targets")
        self.class_menu = ClassMenu(self)
        self.add_class = link_button("Add a &class", icon="plus")
        self.add_class.setMenu(self.class_menu)
        self.keep_whole = QCheckBox("Keep the total at &100%")
        self.keep_whole.setFont(fonts.font("note"))
        self.keep_whole.setChecked(True)
        self.keep_whole.setToolTip("On: unlocked lines give way in proportion. Off: a line moves alone.")
        self.holdings = TargetHoldings()
        self.pane = ChangePreviewPane(reason=Reason.OPTIONAL)
        self.reset = link_button("&Reset", icon="undo")
        self.reason = label(role="body", ink="mute", right=True)
        self.cancel = button("Canc&el")
        self.save = primary_button("&Save changes", tip="Ctrl+Enter")

    def _lay_out(self) -> None:
        head = horizontal(spacing=6, margins=(24, 16, 24, 14))
        titles = vertical(spacing=2)
        titles.addWidget(self._title)
        titles.addWidget(self._subtitle)
        head.addLayout(titles, 1)
        for each in (self.undo, self.redo, self.template_button):
            head.addWidget(each)
        body = horizontal(spacing=0)
        body.addLayout(self._left(), 1)
        body.addWidget(self.pane)
        outer = vertical(self, spacing=0)
        outer.addLayout(head)
        outer.addWidget(rule())
        outer.addLayout(body, 1)
        outer.addWidget(self._foot())

    def _left(self) -> QVBoxLayout:
        head = horizontal(spacing=8, margins=(12, 4, 4, 0))
        head.addWidget(label("Asset classes", "strong"))
        head.addStretch()
        head.addWidget(TargetLegend())
        below = horizontal(spacing=8, margins=(2, 0, 9, 0))
        below.addWidget(self.add_class)
        below.addStretch()
        below.addWidget(self.keep_whole)
        left = vertical(spacing=4, margins=(24, 14, 24, 8))
        for each in (self.refusal, self.elsewhere, self.notice, self.banner):
            left.addWidget(each)
        left.addLayout(head)
        left.addWidget(self.classes)
        left.addLayout(below)
        left.addWidget(rule())
        left.addSpacing(2)
        left.addWidget(self.holdings, 1)
        left.addStretch()
        return left

    def _foot(self) -> QWidget:
        foot = frame("foot")
        row = horizontal(foot, spacing=8, margins=(24, 13, 24, 13))
        row.addWidget(self.reset)
        row.addWidget(self.reason, 1)
        row.addSpacing(6)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        return foot
