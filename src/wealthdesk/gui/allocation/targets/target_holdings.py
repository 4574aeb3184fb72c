"""The lower part of the target editor: the holding targets of the class that is selected, or how to begin them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wealthdesk.domain.edited_lines import EditedLines
from wealthdesk.domain.targets import Strategy
from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.allocation.targets.target_lines import TargetLines
from wealthdesk.gui.allocation.targets.target_menus import AssetMenu, addable_assets
from wealthdesk.gui.allocation.targets.target_values import Ground, holding_lines, scale_of, standing
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, link_button
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, set_ink


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
        self.lines = TargetLines("Holding targets", asks_for_all=False)
        self._title = label(role="strong")
        self._title.setToolTip("Ctrl+Down goes to the holdings of a class, Ctrl+Up back to the class")
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
        self._scale_bps = 0
        self._class_id = ""
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

    def show_class(self, draft: EditedLines, ground: Ground, strategy: Strategy, class_id: str, rescale: bool) -> None:
        """Show the holding targets of a class; rescale: fit the sliders' scale to them."""
        lines = holding_lines(draft, ground, strategy, class_id)
        if class_id != self._class_id or rescale or not self._scale_bps:
            self._scale_bps = scale_of(lines)
        self._class_id = class_id
        name = ground.class_name(class_id)
        self._title.setText(f"Holdings in {name}")
        self.lines.show_lines(lines, self._scale_bps)
        self.lines.setVisible(bool(lines))
        self._show_total(draft, ground, class_id, name)
        self._show_beginnings(draft, ground, class_id)

    def _show_total(self, draft: EditedLines, ground: Ground, class_id: str, name: str) -> None:
        has_lines = bool(draft.lines(class_id))
        for each in (self._sign, self._total):
            each.setVisible(has_lines)
        stands = standing(draft, ground, class_id, None)
        if stands.tone is not self._tone:
            icons.put(self._sign, "check" if stands.tone is Tone.OK else "warning", stands.tone, 14)
            set_ink(self._total, "mute" if stands.tone is Tone.OK else stands.tone)
            self._tone = stands.tone
        words = f"100.0% of {name}" if stands.tone is Tone.OK else stands.title
        self._total.setText(draft.why_stopped(class_id) or words)
        # The banner of the classes has the mnemonics P and K; here both buttons may be there at once.
        words = stands.action.replace("&&", "\0").replace("&", "").replace(" it ", " &it ", 1).replace("\0", "&&")
        self.mend.setText(words)
        self.mend.setAccessibleName(words.replace(" &it ", " it ").replace("&&", "&"))
        self.mend.setVisible(has_lines and bool(stands.action))

    def _show_beginnings(self, draft: EditedLines, ground: Ground, class_id: str) -> None:
        lines, held = draft.lines(class_id), ground.own.get(class_id, ())
        addable = addable_assets(
            ground.allocation.portfolio.assets, class_id, {*held, *(line.key.id for line in lines)}
        )
        self._menu.show_assets(addable)
        self.add.setEnabled(bool(addable))
        self.add.setToolTip("" if addable else "Every asset of this class is on the list, or there is none")
        self._none.setText(_words_without_targets(ground, class_id))
        self._none.setVisible(not lines)
        for each in (self.equal, self.current):
            each.setVisible(bool(held) or bool(lines))
        self.clear.setVisible(bool(lines))
        shared = [ground.symbol(asset_id) for asset_id in ground.shared.get(class_id, ())]
        few = ", ".join(shared[:3]) + (f" and {len(shared) - 3} more" if len(shared) > 3 else "")
        counts = "counts" if len(shared) == 1 else "count"
        self._shared.setText(f"{few} {counts} to several classes and {'has' if len(shared) == 1 else 'have'} no line.")
        if not shared:
            self._shared.setText("")

    def _lay_out(self) -> None:
        head = horizontal(spacing=7, margins=(12, 0, 9, 0))
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._sign)
        head.addWidget(self._total)
        head.addWidget(self.mend)
        foot = horizontal(spacing=2, margins=(2, 0, 0, 0))
        foot.addWidget(self.add)
        foot.addWidget(self._shared, 1)
        for each in (self.current, self.equal, self.clear):
            foot.addWidget(each)
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
