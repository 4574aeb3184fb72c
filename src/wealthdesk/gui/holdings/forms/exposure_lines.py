"""The classes an asset counts to: one class, or several lines whose shares sum to 100 %."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wealthdesk.domain.assets import AssetClass, Exposure, checked_exposures
from wealthdesk.domain.money import WHOLE
from wealthdesk.errors import BadInput
from wealthdesk.gui import format as text
from wealthdesk.gui import icons
from wealthdesk.gui.holdings.tables.words import UNCLASSIFIED
from wealthdesk.gui.theme import CLASS_COLOURS
from wealthdesk.gui.widgets.buttons import icon_button, link_button, set_name
from wealthdesk.gui.widgets.choices import Combo
from wealthdesk.gui.widgets.fields import FieldProblem, PercentSpin
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.marks import ClassMark
from wealthdesk.gui.widgets.text import label, set_ink


class ExposureLine(QWidget):
    """One class and its share; the share is hidden while the class is the only one."""

    edited = Signal()
    removed = Signal(object)
    """Itself."""

    def __init__(self, number: int, classes: Sequence[AssetClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = {each.id: each.colour for each in classes}
        self.mark = ClassMark(CLASS_COLOURS[UNCLASSIFIED])
        options: list[tuple[object, str]] = [("", UNCLASSIFIED), *((each.id, each.name) for each in classes)]
        self.asset_class = Combo("", options)
        self.share = PercentSpin()
        self.remove = icon_button("close", "", size=14)
        self.set_number(number)
        row = horizontal(self, spacing=10)
        row.addWidget(self.mark)
        row.addWidget(self.asset_class, 1)
        row.addWidget(self.share)
        row.addWidget(self.remove)
        self.asset_class.chosen.connect(self._on_chosen)
        self.share.edited.connect(self.edited)
        self.remove.clicked.connect(self._on_remove)

    def set_number(self, number: int) -> None:
        """Be called by this number, where a line before it was removed as well."""
        self.asset_class.setAccessibleName(f"Asset class {number}")
        self.share.setAccessibleName(f"Share of asset class {number}")
        set_name(self.remove, f"Remove asset class {number}")

    def class_id(self) -> str:
        """The class chosen, "" for Unclassified."""
        return str(self.asset_class.choice())

    def show_exposure(self, class_id: str, bps: int) -> None:
        """Show a class and its share."""
        self.asset_class.choose(class_id)
        self.share.set_bps(bps)
        self._show_colour()

    def set_alone(self, is_alone: bool) -> None:
        """Whether it is the only line: its share is then everything."""
        self.share.setVisible(not is_alone)
        self.remove.setVisible(not is_alone)

    def _on_chosen(self) -> None:
        self._show_colour()
        self.edited.emit()

    def _on_remove(self) -> None:
        self.removed.emit(self)

    def _show_colour(self) -> None:
        self.mark.set_colour(self._colours.get(self.class_id(), CLASS_COLOURS[UNCLASSIFIED]))


class ExposureLines(QWidget):
    """classes: in the order of the screen. exposures: to begin with; none is one line that says Unclassified."""

    def __init__(
        self, classes: Sequence[AssetClass], exposures: Sequence[Exposure], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._classes = tuple(classes)
        self.lines: list[ExposureLine] = []
        self._rows = vertical(spacing=6)
        self.split = link_button("S&plit between classes", icon="plus")
        self._sum = label(role="note_strong", ink="mute")
        self._sign = QLabel()
        self._problem = FieldProblem(self, parent=self)
        foot = horizontal(spacing=6)
        foot.addWidget(self.split)
        foot.addStretch()
        foot.addWidget(self._sign)
        foot.addWidget(self._sum)
        layout = vertical(self, spacing=6)
        layout.addLayout(self._rows)
        layout.addLayout(foot)
        layout.addWidget(self._problem)
        self.split.clicked.connect(self._on_split)
        for each in exposures or (Exposure("", WHOLE),):
            self._append(each.asset_class_id, each.weight_bps)
        self._show_sum()

    def exposures(self) -> tuple[Exposure, ...]:
        """What is chosen, largest first; BadInput with a sentence when the shares do not sum to 100 %."""
        if len(self.lines) == 1:
            only = self.lines[0].class_id()
            return (Exposure(only, WHOLE),) if only else ()
        for line in self.lines:
            line.share.commit()
        if wrong := next((line.share.problem() for line in self.lines if line.share.problem()), ""):
            raise BadInput(wrong)
        if not all(line.class_id() for line in self.lines):
            raise BadInput("A line has no class. Choose one, or remove the line.")
        return checked_exposures(Exposure(line.class_id(), line.share.bps()) for line in self.lines)

    def problem(self) -> str:
        """What is said to be wrong, "" when nothing is."""
        return self._problem.sentence

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong until a line is edited."""
        self._problem.show_problem(sentence)

    def _append(self, class_id: str, bps: int) -> ExposureLine:
        line = ExposureLine(len(self.lines) + 1, self._classes, self)
        line.show_exposure(class_id, bps)
        line.edited.connect(self._on_edited)
        line.removed.connect(self._on_removed)
        self.lines.append(line)
        self._rows.addWidget(line)
        if len(self.lines) == 1:
            self.setFocusProxy(line.asset_class)
        return line

    def _drop(self, line: ExposureLine) -> None:
        self.lines.remove(line)
        self._rows.removeWidget(line)
        line.setParent(None)
        line.deleteLater()
        for number, each in enumerate(self.lines, 1):
            each.set_number(number)
        if self.lines:
            self.setFocusProxy(self.lines[0].asset_class)

    def _left(self) -> int:
        return WHOLE - sum(line.share.bps() for line in self.lines)

    def _on_split(self) -> None:
        if len(self.lines) == 1:
            self.lines[0].share.set_bps(WHOLE // 2)
        chosen = {line.class_id() for line in self.lines}
        free = next((each.id for each in self._classes if each.id not in chosen), "")
        self._append(free, max(self._left(), 0)).asset_class.setFocus()
        self._on_edited()

    def _on_removed(self, line: ExposureLine) -> None:
        self._drop(line)
        if len(self.lines) == 1:
            self.lines[0].share.set_bps(WHOLE)
        self.lines[-1].asset_class.setFocus()
        self._on_edited()

    def _on_edited(self) -> None:
        self._problem.show_problem("")
        self._show_sum()

    def _show_sum(self) -> None:
        is_alone = len(self.lines) == 1
        for line in self.lines:
            line.set_alone(is_alone)
        self.split.setText("Add a &part" if not is_alone else "S&plit between classes")
        self.split.setEnabled(len(self.lines) < len(self._classes))
        left = self._left()
        tone = "ok" if left == 0 else "under" if left > 0 else "over"
        said = f"{text.percent(abs(left), None)} left" if left > 0 else f"Over by {text.percent(abs(left), None)}"
        self._sum.setText("100%" if left == 0 else said)
        set_ink(self._sum, tone)
        icons.put(self._sign, "check" if left == 0 else "warning", tone, 14)
        for each in (self._sum, self._sign):
            each.setVisible(not is_alone)
