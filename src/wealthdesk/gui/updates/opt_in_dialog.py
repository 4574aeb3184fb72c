"""The question before a source is asked: who gets which symbols, with a tick for each; nothing is sent before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QScrollArea, QWidget

from wealthdesk.domain.assets import Asset, AssetCode
from wealthdesk.errors import WealthDeskError
from wealthdesk.gui import fonts
from wealthdesk.gui.theme import Tone
from wealthdesk.gui.widgets.buttons import button, primary_button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.layouts import Flow, horizontal, vertical
from wealthdesk.gui.widgets.message import Message
from wealthdesk.gui.widgets.text import frame, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.updates import Leaving

SIZE: Final = (680, 532)


@dataclass(slots=True)
class _Offered:
    """One source of the question: what has a code there, and what would be called there as it is here.

    kept_in: the tick of each of these assets, by its id: one that is taken away keeps it out.
    """

    leaving: "Leaving"
    proposed: tuple[Asset, ...]
    check: QCheckBox
    kept_in: dict[str, QCheckBox]

    @property
    def chosen(self) -> tuple[Asset, ...]:
        """What would be called there as it is here."""
        return tuple(each for each in self.proposed if self.kept_in[each.id].isChecked())

    @property
    def asks(self) -> bool:
        """Whether it is ticked, and with it something to ask for where that is chosen here."""
        return self.check.isChecked() and (not self.proposed or bool(self.chosen))


class OptInDialog(QDialog):
    """Answered with what to ask. Sources that were agreed to are ticked, and those that were not are proposed."""

    agreed = Signal()
    """Something was ticked, and is kept as agreed to."""

    def __init__(self, desk: "Desk", leavings: Sequence["Leaving"], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Update prices")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(*SIZE)
        self._offers: list[_Offered] = []
        self.typed: dict[str, QCheckBox] = {}
        self.when = Segment("When", [("asked", "Only when I press Update"), ("daily", "Once a day at start")])
        self.when.choose("daily" if desk.sources.is_daily() else "asked")
        self.refusal = Message(Tone.ERROR)
        self.refusal.hide()
        self.not_now = button("&Not now")
        self.turn_on = primary_button("&Turn on and update")
        self._lay_out(leavings)
        self.not_now.clicked.connect(self.reject)
        self.turn_on.clicked.connect(self.accept)
        self.turn_on.setDefault(True)
        self._show_possible()

    def checks(self) -> list[QCheckBox]:
        """The tick of each source, from the top."""
        return [each.check for each in self._offers]

    def accept(self) -> None:
        """Keep what was agreed to, and which codes that were proposed are sent; then close."""
        try:
            for each in self._offers:
                self._keep(each)
            self._desk.sources.set_daily(is_daily=self.when.choice() == "daily")
        except WealthDeskError as refused:
            self.refusal.show_message(Tone.ERROR, str(refused))
            self.refusal.show()
            return
        super().accept()
        self.agreed.emit()

    def kept_in(self) -> dict[str, QCheckBox]:
        """The ticks of the assets that would be called as they are called here, by the id of the asset."""
        return {key: box for each in self._offers for key, box in each.kept_in.items()}

    def _keep(self, offered: _Offered) -> None:
        name = offered.leaving.source.name
        if not offered.asks:
            if offered.leaving.leaves:
                self._desk.sources.turn_off(name)
            return
        also = [each for key, each in _typed_of(self._desk, offered) if self.typed[key].isChecked()]
        if new := [AssetCode(each.id, name, each.symbol) for each in (*offered.chosen, *also)]:
            self._desk.updates.call(new)
        (leaving,) = self._desk.updates.leaving(name)
        if leaving.leaves:
            self._desk.updates.agree(leaving)

    def _lay_out(self, leavings: Sequence["Leaving"]) -> None:
        outer = vertical(self, spacing=0)
        body = vertical(spacing=12, margins=(28, 24, 28, 16))
        body.addWidget(label("Update prices from your sources?", "panel"))
        body.addWidget(label(self._introduction(leavings), ink="mute2", wrap=True))
        self._list = vertical(spacing=8)
        for leaving in leavings:
            self._add(leaving)
        self._add_typed()
        self._list.addStretch()
        ground = QWidget()
        ground.setLayout(self._list)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(ground)
        body.addWidget(area, 1)
        row = horizontal(spacing=16)
        row.addWidget(label("When"))
        row.addWidget(self.when)
        row.addStretch()
        body.addLayout(row)
        body.addWidget(self.refusal)
        outer.addLayout(body, 1)
        foot = frame("foot")
        buttons = horizontal(foot, spacing=8, margins=(28, 14, 28, 14))
        buttons.addWidget(label("Can be turned off in Settings at any time, also for one asset.", "note", "mute"))
        buttons.addStretch()
        buttons.addWidget(self.not_now)
        buttons.addWidget(self.turn_on)
        outer.addWidget(foot)

    def _introduction(self, leavings: Sequence["Leaving"]) -> str:
        first = all(each.source.consent is None for each in leavings)
        begin = "Until you agree, nothing is sent for this portfolio. " if first else ""
        return f"{begin}These symbols are sent, and nothing else: no quantities, no amounts, no names, no account."

    def _add(self, leaving: "Leaving") -> None:
        proposed = _proposed(self._desk, leaving)
        made = frame("card")
        check = QCheckBox(leaving.source.name, made)
        check.setFont(fonts.font("strong"))
        check.setChecked(True)
        check.toggled.connect(self._show_possible)
        offered = _Offered(leaving, proposed, check, _ticks(leaving, proposed))
        for each in offered.kept_in.values():
            each.toggled.connect(self._show_possible)
            check.toggled.connect(each.setEnabled)
        lines = vertical(made, spacing=4, margins=(14, 10, 14, 12))
        lines.addWidget(check)
        indented = vertical(spacing=6, margins=(26, 0, 0, 0))
        said = label(_where(leaving), "note", "mute2", wrap=True)
        check.setAccessibleDescription(said.text())
        indented.addWidget(said)
        codes = leaving.codes
        if proposed:
            indented.addWidget(_in_lines(list(offered.kept_in.values()), ", ".join(codes), 16))
        elif codes:
            indented.addWidget(_chips(codes))
        elif leaving.is_idle and leaving.leaves and not proposed:
            indented.addWidget(label("No asset has a code there yet: see Settings.", "note", "mute", wrap=True))
        lines.addLayout(indented)
        self._offers.append(offered)
        self._list.addWidget(made)

    def _add_typed(self) -> None:
        """What was typed so far is kept out unless it is ticked."""
        for offered in self._offers:
            for key, asset in _typed_of(self._desk, offered):
                if key in self.typed:
                    continue
                made = frame("card")
                check = QCheckBox(f"{asset.known_as}: typed by hand so far, so it is not sent", made)
                check.setFont(fonts.font("note"))
                vertical(made, margins=(14, 8, 14, 8)).addWidget(check)
                self.typed[key] = check
                self._list.addWidget(made)

    def _show_possible(self) -> None:
        self.turn_on.setEnabled(any(each.asks for each in self._offers))
        self.turn_on.setToolTip("" if self.turn_on.isEnabled() else "Tick a source")


def needs_answer(desk: "Desk", leavings: Sequence["Leaving"]) -> bool:
    """Whether the question is to be asked before these are."""
    return any(not each.is_agreed or each.is_proposed for each in leavings)


def _proposed(desk: "Desk", leaving: "Leaving") -> tuple[Asset, ...]:
    """Of a source that knows no asset yet, what is held and was not typed: it would be called there as here."""
    if not leaving.is_proposed:
        return ()
    return tuple(each for each, is_typed in desk.updates.without_code(leaving.source.name) if not is_typed)


def _typed_of(desk: "Desk", offered: _Offered) -> list[tuple[str, Asset]]:
    if not offered.leaving.is_proposed and not offered.leaving.is_idle:
        return []
    found = desk.updates.without_code(offered.leaving.source.name)
    return [(each.id, each) for each, is_typed in found if is_typed]


def _where(leaving: "Leaving") -> str:
    where, count = leaving.source.kind.where, len(leaving.codes)
    match leaving.source.of_kind:
        case "file":
            return f"{where} is read; nothing leaves the computer."
        case "command":
            return f"{where} is started and told these symbols. What it sends on is its own."
        case "ecb":
            return f"{where}: exchange rates, one table for all; no currency is sent."
        case _ if not count and not leaving.is_idle:
            return f"{where}: one list for all; no symbol is sent."
        case _:
            return f"{where}: one request for each of these."


def _ticks(leaving: "Leaving", proposed: Sequence[Asset]) -> dict[str, QCheckBox]:
    """Asset id → its tick, with what would be sent of it."""
    found = {}
    for asset, wanted in zip(proposed, leaving.wanted if proposed else (), strict=True):
        box = QCheckBox(" ".join(replace(leaving, wanted=(wanted,)).codes) or asset.known_as)
        box.setChecked(True)
        box.setAccessibleDescription(f"Whether {leaving.source.name} is asked for {asset.known_as}")
        found[asset.id] = box
    return found


def _chips(codes: Sequence[str]) -> QWidget:
    """The codes side by side, on as many lines as they take."""
    made = []
    for each in codes:
        chip = label(f" {each} ", "note")
        chip.setProperty("kind", "chip")
        made.append(chip)
    return _in_lines(made, ", ".join(codes))


def _in_lines(widgets: Sequence[QWidget], name: str, spacing: int = 6) -> QWidget:
    made = QWidget()
    made.setAccessibleName(name)
    lines = Flow(made, spacing)
    for each in widgets:
        lines.addWidget(each)
    return made
