"""The form that merges two assets that are one: which of them is kept, what becomes of each account, what changes."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from wealthdesk.domain.assets import Asset
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.gui import format as text
from wealthdesk.gui.form_dialog import Field, FormDialog
from wealthdesk.gui.holdings.forms.asset_combo import AssetCombo
from wealthdesk.gui.holdings.tables.rows import assets_offered
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import label, set_ink
from wealthdesk.services.assets import Keep, MergePreview, Together

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk

_ABOUT: Final = (
    "Holdings with their cost lots, prices, targets, rules and recorded plans of the second become those of the first, "
    "and files that name the second are understood. Ctrl+Z takes it back while this window is open."
)
_HIGHEST: Final = 200


class MergeDialog(FormDialog):
    """kept, other: what it begins with, as far as that is known. What is kept is what was seen."""

    def __init__(
        self, desk: "Desk", kept: Asset | None = None, other: Asset | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Merge two assets", "&Merge", _ABOUT, parent)
        self.setMinimumWidth(560)
        self._desk = desk
        self._choices: dict[str, Keep] = {}
        self.preview: MergePreview | None = None
        assets = desk.portfolios.current().assets
        self.kept, self.other = AssetCombo("Asset that is kept"), AssetCombo("Asset that goes into it")
        for combo, asset in ((self.kept, kept), (self.other, other)):
            combo.set_assets(assets_offered(assets, asset.id if asset else ""))
            if asset is not None:
                combo.choose(asset.id)
            combo.currentTextChanged.connect(self._on_asset)
        self._kept = Field("&Keep", self.kept, parent=self)
        self._other = Field("and merge &into it", self.other, parent=self)
        self.add(self._kept, self._other)
        self.accounts = QWidget()
        self._lines = vertical(self.accounts, spacing=8)
        self._area = self._scrolled()
        self.add(self._area)
        self.outcome = label(role="note", wrap=True)
        self.add(self.outcome)
        self._on_asset()
        (self.other if kept else self.kept).setFocus()

    def save(self) -> MergePreview:
        with self._kept.refusing(BadInput):
            kept = self.kept.asset()
        with self._other.refusing(BadInput):
            other = self.other.asset()
        return self._desk.merging.merge(kept.id, other.id, self._choices, seen=self.preview)

    def choices(self) -> dict[str, Segment]:
        """Account id → the choice of what becomes of its two holdings."""
        return {str(each.property("account")): each for each in self.accounts.findChildren(Segment)}

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidget(self.accounts)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        return area

    def _on_asset(self) -> None:
        self._choices = {}
        self._calculate()
        self._show_accounts()

    def _on_choice(self, account_id: str, choice: object) -> None:
        self._choices[account_id] = Keep(str(choice))
        self._calculate()

    def _calculate(self) -> None:
        """What it would change; while that cannot be said, nothing can be kept."""
        kept, other = self.kept.known_asset(), self.other.known_asset()
        self.preview, said = None, "Choose the two assets to see what changes."
        if kept is not None and other is not None:
            try:
                self.preview = self._desk.merging.preview(kept.id, other.id, self._choices)
                said = self.preview.refusal or "\n".join(_words(self.preview))
            except WealthDeskError as refusal:
                said = str(refusal)
        can = self.preview is not None and not self.preview.refusal
        self.primary.setEnabled(can)
        self.outcome.setText(said)
        set_ink(self.outcome, "ink" if can else "warning" if kept is not None and other is not None else "mute")

    def _show_accounts(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        together = self.preview.together if self.preview else ()
        for each in together:
            self._lines.addWidget(self._line(each))
        self._area.setVisible(bool(together))
        self._area.setFixedHeight(min(_HIGHEST, self.accounts.sizeHint().height()))
        self.adjustSize()

    def _line(self, each: Together) -> QWidget:
        assert self.preview is not None
        line = QWidget()
        row = horizontal(line, spacing=12)
        name = self.preview.accounts[each.account_id].name
        row.addWidget(label(name, "name", wrap=True), 3)
        row.addWidget(label(_held(self.preview, each), "note", "mute", figures=True, wrap=True), 4)
        if each.has_both:
            options = ((Keep.NEWER.value, "Only the newer"), (Keep.ADD_UP.value, "Add up"))
            choice = Segment(f"What becomes of both in {name}", options)
            choice.choose(each.choice.value)
            choice.setProperty("account", each.account_id)
            choice.chosen.connect(partial(self._on_choice, each.account_id))
            row.addWidget(choice, 5)
        else:
            row.addWidget(label("as it is", "note", "mute"), 5)
        return line


def _held(preview: MergePreview, each: Together) -> str:
    parts = ((each.kept, preview.kept), (each.other, preview.other))
    return " and ".join(f"{text.quantity(held.holding.quantity)} {asset.known_as}" for held, asset in parts if held)


def _words(preview: MergePreview) -> Iterator[str]:
    kept, other = preview.kept.known_as, preview.other.known_as
    before, after = (text.money(minor, preview.base_currency) for minor in preview.values)
    is_same = preview.values[0] == preview.values[1]
    yield f"Everything together stays {after}." if is_same else f"Everything together: {before} → {after}"
    new, both = preview.prices
    if new:
        yield f"{text.count(new, 'price')} of {other} will be of {kept}."
    if both:
        yield f"On {text.count(both, 'day')} with a price of each, that of {kept} stays."
    if preview.strategies:
        yield f"Targets of {other} are added to {kept} in: {', '.join(preview.strategies)}."
    if preview.rules or preview.plans:
        rules, plans = text.count(preview.rules, "rule"), text.count(preview.plans, "recorded plan")
        yield f"{rules} and {plans} of {other} will name {kept}."
    if preview.versions:
        yield f"{text.count(preview.versions, 'earlier version')} of targets will name {kept}."
