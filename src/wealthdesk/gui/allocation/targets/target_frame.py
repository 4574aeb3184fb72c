"""The widgets of the target editor and where they stand, classes above holdings; what they do is the dialog's."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QVBoxLayout, QWidget

from wealthdesk.domain.accounts import ALL_PORTFOLIO_NAME
from wealthdesk.gui import fonts, icons, theme
from wealthdesk.gui import format as text
from wealthdesk.gui.allocation.targets.target_lines import TargetLines
from wealthdesk.gui.allocation.targets.target_menus import AssetMenu, ClassMenu, TemplateMenu, addable_assets
from wealthdesk.gui.allocation.targets.target_values import Ground, TotalStanding
from wealthdesk.gui.form_dialog import OrderedDialog
from wealthdesk.gui.theme import CLASS_COLOURS, Tone
from wealthdesk.gui.widgets import allocation_bar as bars
from wealthdesk.gui.widgets.buttons import button, icon_button, link_button, menu_button, primary_button
from wealthdesk.gui.widgets.change_preview import WIDTH as PANE
from wealthdesk.gui.widgets.change_preview import ChangePreviewPane, ReasonField
from wealthdesk.gui.widgets.layouts import horizontal, open_within, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import ShortLabel, as_tip, frame, label, rule, set_ink


class TargetHoldings(QWidget):
    """Shows one class of a draft; `lines` has the signals of its lines."""

    asset_chosen = Signal(object)
    equal_chosen = Signal()
    current_chosen = Signal()
    clear_chosen = Signal()
    mend_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.lines = TargetLines("Holding targets", asks_for_all=False, parent=self)
        self._title = ShortLabel(role="strong")
        self._sign = QLabel()
        self._sign.setFixedSize(16, 16)
        self._total = label(role="note", ink="mute", right=True)
        self.mend = button("", in_card=True)
        self._none = label(role="note", ink="mute", wrap=True)
        self._shared = label(role="note", ink="mute", wrap=True)
        self._menu = AssetMenu(self)
        self.add = link_button("Add an &asset", icon="plus")
        self.add.setMenu(self._menu)
        self.equal = link_button("E&qual", tip="The same target for each holding")
        self.current = link_button("C&urrent weights", tip="Each holding as much as is held of it now")
        self.clear = link_button("C&lear", tip="No holding targets: holdings keep their present proportions")
        self._tone: Tone | None = None
        self._lay_out()
        self._menu.asset_chosen.connect(self.asset_chosen)
        for each, told in (
            (self.equal, self.equal_chosen),
            (self.current, self.current_chosen),
            (self.clear, self.clear_chosen),
            (self.mend, self.mend_chosen),
        ):
            each.clicked.connect(told)

    @property
    def note(self) -> str:
        """Which held assets have no line, and why; "" when all have."""
        return self._shared.text()

    @property
    def total(self) -> str:
        """Where the total stands, or why the last move stopped."""
        return self._total.text()

    def show_class(self, class_id: str, ground: Ground, keys: Sequence[str], stands: TotalStanding) -> None:
        """Show of which class and assets the lines are, where their total stands, and what can be begun with."""
        name = ground.class_name(class_id)
        tip = "Ctrl+Down goes to the holdings of a class, Ctrl+Up back to the class"
        self._title.show_words(f"Holdings of {name}", tip=tip)
        self.lines.setVisible(bool(keys))
        self._show_total(stands, name, has_lines=bool(keys))
        self._show_beginnings(ground, class_id, keys)

    def _show_total(self, stands: TotalStanding, name: str, *, has_lines: bool) -> None:
        for each in (self._sign, self._total):
            each.setVisible(has_lines)
        if stands.tone is not self._tone:
            icons.put(self._sign, "check" if stands.tone is Tone.OK else "warning", stands.tone, 14)
            set_ink(self._total, "mute" if stands.tone is Tone.OK else stands.tone)
            self._tone = stands.tone
        self._total.setText(stands.text or (f"{stands.title} of {name}" if stands.tone is Tone.OK else stands.title))
        # The total of the classes has the mnemonics P and K; here both buttons may be there at once.
        words = stands.action.replace("&&", "\0").replace("&", "").replace(" it ", " &it ", 1).replace("\0", "&&")
        self.mend.setText(words)
        self.mend.setAccessibleName(words.replace(" &it ", " it ").replace("&&", "&"))
        self.mend.setVisible(has_lines and bool(stands.action))

    def _show_beginnings(self, ground: Ground, class_id: str, keys: Sequence[str]) -> None:
        held = ground.own.get(class_id, ())
        addable = addable_assets(ground.allocation.portfolio.assets, class_id, {*held, *keys})
        self._menu.show_assets(addable)
        self.add.setEnabled(bool(addable))
        self.add.setToolTip("" if addable else "Every asset of this class is on the list, or there is none")
        self._none.setText(_words_without_targets(ground, class_id))
        self._none.setVisible(not keys)
        for each in (self.equal, self.current):
            each.setVisible(bool(held) or bool(keys))
        self.clear.setVisible(bool(keys))
        shared = [ground.symbol(asset_id) for asset_id in ground.shared.get(class_id, ())]
        few = ", ".join(shared[:3]) + (f" and {len(shared) - 3} more" if len(shared) > 3 else "")
        counts = "counts" if len(shared) == 1 else "count"
        self._shared.setText(f"{few} {counts} to several classes and {'has' if len(shared) == 1 else 'have'} no line.")
        if not shared:
            self._shared.setText("")

    def _lay_out(self) -> None:
        head = horizontal(spacing=7, margins=(12, 0, 9, 0))
        for part in (self._title, self._sign, self._total, self.mend):
            head.addWidget(part)
        head.addStretch(1)
        for each in (self.current, self.equal, self.clear):
            head.addWidget(each)
        foot = horizontal(spacing=2, margins=(2, 0, 0, 0))
        foot.addWidget(self.add)
        foot.addWidget(self._shared, 1)
        self._none.setContentsMargins(12, 2, 12, 2)
        layout = vertical(self, spacing=4)
        layout.addLayout(head)
        layout.addWidget(self.lines, 1)
        layout.addWidget(self._none)
        layout.addLayout(foot)
        layout.addStretch()


def _words_without_targets(ground: Ground, class_id: str) -> str:
    held = ground.own.get(class_id, ())
    if not held:
        return "Nothing is held in this class alone. Add an asset to say what a deposit buys here."
    if len(held) == 1:
        return "No holding targets: the one holding is all of this class."
    return f"No holding targets: {text.count(len(held), 'holding')} keep their present proportions."


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
    painter.setBrush(bars.band_colour(theme.current()))
    painter.drawRoundedRect(bars.middle(rect, 12), 4, 4)


def _target(painter: QPainter, rect: QRectF) -> None:
    centre = QPointF(rect.center())
    painter.setPen(QPen(QColor(theme.current().ink), 2))
    painter.setBrush(QColor(theme.current().field))
    painter.drawEllipse(centre, 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(CLASS_COLOURS["Equity"]))
    painter.drawEllipse(centre, 2.5, 2.5)


class TotalLine(QWidget):
    """The sum of the classes with a small check; where it is wrong by how much, and the button that would mend it."""

    action_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stands = TotalStanding(Tone.OK, "")
        self._tone: Tone | None = None
        self._text = label(role="note", ink="mute", right=True, wrap=True)
        self._sign = QLabel()
        self._sign.setFixedSize(16, 16)
        self._words = label(role="strong")
        self.button = button("", in_card=True)
        self.button.clicked.connect(self.action_clicked)
        # As high as with its button, so that the lines below stay where they are.
        self.setMinimumHeight(34)
        row = horizontal(self, spacing=6)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        for each in (self._sign, self._words, self.button):
            row.addWidget(each)

    @property
    def tone(self) -> Tone:
        """Whether the sum is right."""
        return self._stands.tone

    @property
    def title(self) -> str:
        """The sum, and what is too much or left."""
        return self._stands.title

    @property
    def text(self) -> str:
        """Why the last step went less far than asked, "" where it did not."""
        return self._stands.text

    def show_standing(self, stands: TotalStanding) -> None:
        """Show where the total stands."""
        if stands.tone is not self._tone:
            is_right = stands.tone is Tone.OK
            icons.put(self._sign, "check" if is_right else "warning", "ink" if is_right else Tone.ERROR, 14)
            set_ink(self._words, "ink" if is_right else Tone.ERROR)
        self._tone, self._stands = stands.tone, stands
        self._words.setText(stands.title)
        self._text.setText(stands.text)
        self.setAccessibleName(f"Total of the classes: {stands.title}")
        self.setAccessibleDescription(stands.text)
        self.button.setText(stands.action)
        self.button.setAccessibleName(stands.action.replace("&&", "\0").replace("&", "").replace("\0", "&"))
        self.button.setVisible(bool(stands.action))


_WHOLE: Final = f"{text.scope(ALL_PORTFOLIO_NAME)} · "
"""What need not be said: most targets are of it."""
_WIDE: Final = 1136
_SMALL_PANE: Final = 366


class TargetFrame(OrderedDialog):
    """Classes and the holdings of one of them at the left, the preview at the right, actions at the foot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_widgets()
        self._lay_out()

    def show_titles(self, title: str, version: int | None, saved: str = "") -> None:
        """Say what is edited, and what saving it makes. saved: the day that the version was saved on.

        title: "Edit targets — Crypto wallet · Mine". version: None before any targets were saved.
        """
        self.setWindowTitle(title)
        what, _, of = title.partition(" — ")
        self._title.setText(what)
        self._title.setToolTip(as_tip(title))
        name = of.removeprefix(_WHOLE)
        if version is None:
            self._subtitle.show_words(f"{name}, nothing saved yet. Saving buys and sells nothing.")
            self.reset.setText("&Reset")
            self.save.setText("&Save")
            return
        which = f"{name}, version {version}" + (f" of {saved}" if saved else "")
        self._subtitle.show_words(f"{which}. Saving makes version {version + 1}; nothing is bought or sold.")
        self.reset.setText(f"&Reset to version {version}")
        self.save.setText(f"&Save as version {version + 1}")

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
        open_within(self, _WIDE, 796)
        self._title = label(role="panel")
        self._subtitle = ShortLabel(role="body", ink="mute2")
        self.undo = icon_button("undo", "Undo (Ctrl+Z)")
        self.redo = icon_button("redo", "Redo (Ctrl+Shift+Z)")
        self.templates = TemplateMenu(self)
        self.template_button = menu_button("&Templates", self.templates)
        self.refusal = Message(Tone.ERROR, inline=True, parent=self)
        self.refusal.hide()
        self.elsewhere = Message(Tone.WARNING, action="", inline=True, parent=self)
        self.elsewhere.hide()
        self.notice = Message(Tone.NEUTRAL, inline=True, parent=self)
        self.notice.hide()
        self.total = TotalLine(self)
        self.classes = TargetLines("Class targets", parent=self)
        self.class_menu = ClassMenu(self)
        self.add_class = link_button("Add a &class", icon="plus")
        self.add_class.setMenu(self.class_menu)
        self.keep_whole = QCheckBox("Keep at &100")
        self.keep_whole.setFont(fonts.font("note"))
        self.keep_whole.setChecked(True)
        self.keep_whole.setToolTip("On: unlocked lines give way in proportion. Off: a line moves alone.")
        self.holdings = TargetHoldings(self)
        is_small = self.width() < _WIDE
        width = _SMALL_PANE if is_small else PANE
        self.pane = ChangePreviewPane(reason=ReasonField.OPTIONAL, width=width, parent=self)
        self.reset = button("&Reset", icon="undo")
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
        head.addWidget(label("Classes", "strong"))
        head.addStretch()
        head.addWidget(TargetLegend())
        head.addWidget(self.keep_whole)
        below = horizontal(spacing=8, margins=(2, 0, 9, 0))
        below.addWidget(self.add_class)
        below.addWidget(self.total, 1)
        left = vertical(spacing=4, margins=(12, 14, 16, 8))
        for each in (self.refusal, self.elsewhere, self.notice):
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
