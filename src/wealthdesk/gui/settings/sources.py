"""The sources of prices in the settings: what goes where, what was asked last, and what each calls the assets."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from wealthdesk.domain.assets import Asset, AssetCode, symbol_order
from wealthdesk.domain.money import parse_decimal
from wealthdesk.gui import format as text
from wealthdesk.gui import problems
from wealthdesk.gui.form_dialog import FormDialog, open_dialog
from wealthdesk.gui.read_only import keep_off
from wealthdesk.gui.settings.cards import card
from wealthdesk.gui.widgets.buttons import button
from wealthdesk.gui.widgets.choices import Segment
from wealthdesk.gui.widgets.layouts import horizontal, vertical
from wealthdesk.gui.widgets.text import ShortLabel, label

if TYPE_CHECKING:
    from wealthdesk.services.desk import Desk
    from wealthdesk.services.sources import PriceSource, SourceKind

_KINDS: Final = (
    ("file", "File"),
    ("command", "Program"),
    ("address", "Address"),
    ("ecb", "European Central Bank"),
)
_ASKS: Final = {
    "file": ("Path of the file", "CSV or JSON with symbol, on, price, currency. Nothing leaves the computer."),
    "command": ("Program and its arguments", "It is told the symbols, one a line, and prints such a list. No shell."),
    "address": ("Address", "https://host/path?s={symbol}; also {isin}, {currency} and {key}. Without them: one list."),
    "ecb": ("", "One table of about 30 currencies against the euro, each working day. No symbol is sent."),
}


class SourcesCard(QWidget):
    """The sources on this computer. They are not part of the file: nothing here can be undone by Ctrl+Z but codes."""

    changed = Signal()
    """There is one more, or one less."""
    update_requested = Signal()
    history_requested = Signal(object)
    """The name of a source whose rates of every day are wanted."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = vertical(spacing=10)
        self._requests = vertical(spacing=2)
        self.add = button("Add a source…", icon="plus", in_card=True)
        self.add.clicked.connect(lambda: self.open_add())
        self.update_now = button("Update prices", icon="refresh", in_card=True, tip="Asks first what may be sent (F5)")
        self.update_now.clicked.connect(self.update_requested)
        keep_off(desk, self.add)
        made, lines = card("Sources of prices")
        said = "Kept on this computer, never in the portfolio file. Each is asked only for what you saw and agreed to."
        lines.addWidget(label(said, "note", "mute", wrap=True))
        lines.addLayout(self._rows)
        row = horizontal(spacing=8)
        row.addWidget(self.add)
        row.addWidget(self.update_now)
        row.addStretch()
        lines.addLayout(row)
        lines.addLayout(self._requests)
        vertical(self).addWidget(made)

    def refresh(self) -> None:
        """List the sources, and what was asked last."""
        _clear(self._rows)
        _clear(self._requests)
        is_known = self._desk.has_sources()
        sources = self._desk.sources.all() if is_known else []
        for source in sources:
            self._rows.addWidget(self._row(source))
        if not sources:
            self._rows.addWidget(label("None yet, so nothing is ever asked.", "note", "mute"))
        self.update_now.setVisible(bool(sources) and not self._desk.is_read_only)
        requests = self._desk.sources.requests() if is_known else []
        if requests:
            self._requests.addSpacing(6)
            self._requests.addWidget(label("What was asked last", "strong"))
        for each in requests:
            words = f"{_moment(each.at)} · {each.source} · {each.asked} · {each.outcome}"
            self._requests.addWidget(ShortLabel(words, role="note", ink="mute"))

    def open_add(self) -> "SourceDialog":
        """The form of a new source."""
        dialog = SourceDialog(self._desk, self)
        dialog.saved.connect(self._on_changed)
        open_dialog(dialog)
        return dialog

    def _row(self, source: "PriceSource") -> QWidget:
        row = QWidget()
        words = vertical(spacing=1)
        words.addWidget(ShortLabel(source.name, role="strong"))
        words.addWidget(ShortLabel(source.kind.where, role="note", ink="mute"))
        words.addWidget(ShortLabel(_agreed_words(source), role="note", ink="mute2"))
        line = horizontal(row, spacing=8)
        line.addLayout(words, 1)
        codes = partial(self._open_codes, source)
        if source.of_kind != "ecb":
            line.addWidget(self._step("Codes…", f"What {source.name} calls your assets", codes))
        else:
            history = partial(self.history_requested.emit, source.name)
            line.addWidget(self._step("History…", f"Ask {source.name} for the rates of every day, once", history))
        if source.consent is not None:
            off = partial(self._turn_off, source.name)
            line.addWidget(self._step("Turn off", f"{source.name} asks again before it is used", off))
        line.addWidget(self._step("Remove…", f"Remove {source.name}", partial(self._ask_to_remove, source.name)))
        return row

    def _step(self, words: str, tip: str, do: Callable[[], object]) -> QPushButton:
        made = button(words, in_card=True, tip=tip)
        made.setAccessibleName(f"{words.strip('…')}: {tip}")
        made.clicked.connect(lambda: do())
        keep_off(self._desk, made)
        return made

    def _open_codes(self, source: "PriceSource") -> None:
        dialog = CodesDialog(self._desk, source, self)
        dialog.saved.connect(self._on_changed)
        open_dialog(dialog)

    def _turn_off(self, name: str) -> None:
        self._desk.sources.turn_off(name)
        self._on_changed()

    def _ask_to_remove(self, name: str) -> None:
        said = "Its key and what you agreed to are forgotten. The prices that it told stay."
        box = problems.ask(f"Remove “{name}”?", said, "&Remove", self, danger=True)
        box.accepted.connect(partial(self._remove, name))

    def _remove(self, name: str) -> None:
        self._desk.sources.remove(name)
        self._on_changed()

    def _on_changed(self, _: object = None) -> None:
        self.refresh()
        self.changed.emit()


class SourceDialog(FormDialog):
    """A new source; nothing is asked when it is saved."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(
            "Add a source of prices", "&Add", "Nothing is asked before you see what would be sent.", parent
        )
        self._desk = desk
        self.setMinimumWidth(620)
        self.kind = Segment("Kind", _KINDS)
        self.name = _field("Name")
        self.where = _field("Where")
        self.choose = button("&Choose…", icon="folder")
        self.choose.clicked.connect(self._on_choose)
        self.price, self.on, self.currency = _field("Price"), _field("Day"), _field("Currency")
        self.divide_by, self.key = _field("Divide by"), _field("Key")
        self.divide_by.setText("1")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self._where_name = label("", buddy=self.where)
        self._note = label(role="note", ink="mute", wrap=True)
        self._of_where = QWidget()
        self._of_address = QWidget()
        self._lay_out()
        self.kind.chosen.connect(lambda _: self._show_kind())
        self._show_kind()
        self.name.setFocus()

    def save(self) -> object:
        """Keep it; BadInput for what could not be asked, or could send something elsewhere."""
        return self._desk.sources.add(self.name.text(), self._kind())

    def _kind(self) -> "SourceKind":
        from wealthdesk.services.sources import AddressSource, EcbSource, FileSource, QuotePlaces, command_of

        where = self.where.text().strip()
        match self.kind.choice():
            case "file":
                return FileSource(where)
            case "command":
                return command_of(where)
            case "address":
                places = QuotePlaces(self.price.text().strip(), self.on.text().strip(), self.currency.text().strip())
                by = parse_decimal(self.divide_by.text().strip() or "1", text.marks(), what="number")
                return AddressSource(where, places, by, self.key.text().strip())
            case _:
                return EcbSource()

    def _lay_out(self) -> None:
        self.add(self.kind)
        self.add(_named("&Name", self.name))
        lines = vertical(self._of_where, spacing=4)
        lines.addWidget(self._where_name)
        row = horizontal(spacing=8)
        row.addWidget(self.where, 1)
        row.addWidget(self.choose)
        lines.addLayout(row)
        self.add(self._of_where)
        self.add(self._note)
        grid = vertical(self._of_address, spacing=10)
        for several in (
            (("&Price stands at", self.price), ("&Day stands at", self.on), ("C&urrency stands at", self.currency)),
            (("Di&vide by", self.divide_by), ("&Key", self.key)),
        ):
            line = horizontal(spacing=12)
            for name, each in several:
                line.addWidget(_named(name, each), 1)
            grid.addLayout(line)
        said = "A path in JSON, such as quote.0.close, or a column of CSV, such as Close or #5."
        grid.addWidget(label(said, "note", "mute", wrap=True))
        self.add(self._of_address)

    def _show_kind(self) -> None:
        kind = self.kind.choice()
        name, note = _ASKS[kind]
        self._of_where.setVisible(kind != "ecb")
        self._of_address.setVisible(kind == "address")
        self.choose.setVisible(kind == "file")
        self._where_name.setText(name)
        self.where.setAccessibleName(name)
        self._note.setText(note)
        if kind == "ecb" and not self.name.text():
            self.name.setText("ECB")

    def _on_choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "File of prices", "", "Prices (*.csv *.json *.txt)")
        if chosen:
            self.where.setText(str(Path(chosen)))


class CodesDialog(FormDialog):
    """What a source calls each asset that is held; an empty field: it is not asked for it. Proposals, never a guess."""

    def __init__(self, desk: "Desk", source: "PriceSource", parent: QWidget | None = None) -> None:
        said = "Only what has a code is asked for. Each list proposes exchanges; look at the first price."
        super().__init__(f"Codes at {source.name}", "&Save", said, parent)
        self._desk, self._name = desk, source.name
        self.resize(620, 560)
        self.codes: dict[str, QComboBox] = {}
        self.units: dict[str, QLineEdit] = {}
        known = {
            each.asset_id: each for each in desk.updates.codes() if each.source.casefold() == source.name.casefold()
        }
        self._known = known
        portfolio = desk.portfolios.current()
        held = [portfolio.assets[each] for each in known]
        held += [asset for asset, _ in desk.updates.without_code(source.name)]
        ground = QWidget()
        self._grid = QGridLayout(ground)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setColumnStretch(0, 1)
        for column, head in enumerate(("Asset", "Code", "Quoted in")):
            self._grid.addWidget(label(head, "small", "mute"), 0, column)
        for row, asset in enumerate(sorted(held, key=symbol_order), 1):
            self._add_row(row, asset, known.get(asset.id))
        self._grid.setRowStretch(len(held) + 1, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(ground)
        area.setMinimumHeight(260)
        self.add(area, stretch=1)

    def save(self) -> object:
        """Keep the codes that changed; those that were emptied are asked for no more."""
        new, gone = list[AssetCode](), list[str]()
        for asset_id, box in self.codes.items():
            code, unit = box.currentText().strip(), self.units[asset_id].text().strip()
            known = self._known.get(asset_id)
            if code and (known is None or (known.code, known.unit) != (code, unit)):
                new.append(AssetCode(asset_id, self._name if known is None else known.source, code, unit))
            elif not code and known is not None:
                gone.append(asset_id)
        if new:
            self._desk.updates.call(new)
        for asset_id in gone:
            self._desk.updates.call_no_more(asset_id, self._known[asset_id].source)
        return new

    def _add_row(self, row: int, asset: Asset, known: AssetCode | None) -> None:
        box = QComboBox(editable=True)
        box.addItem("")
        for each in self._desk.updates.proposals(asset):
            box.addItem(each.code)
            box.setItemData(box.count() - 1, each.exchange, 3)
        box.setCurrentText("" if known is None else known.code)
        box.setAccessibleName(f"Code of {asset.known_as}")
        box.setMinimumWidth(170)
        unit = _field(f"What {asset.known_as} is quoted in")
        unit.setPlaceholderText(asset.currency)
        unit.setText("" if known is None else known.unit)
        unit.setFixedWidth(90)
        self.codes[asset.id], self.units[asset.id] = box, unit
        self._grid.addWidget(ShortLabel(f"{asset.known_as}  {asset.also_known_as}".strip(), role="body"), row, 0)
        self._grid.addWidget(box, row, 1)
        self._grid.addWidget(unit, row, 2)


def _named(name: str, field: QWidget) -> QWidget:
    made = QWidget()
    lines = vertical(made, spacing=4)
    lines.addWidget(label(name, buddy=field))
    lines.addWidget(field)
    return made


def _field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    return made


def _moment(at: datetime) -> str:
    return text.moment(at.astimezone())


def _agreed_words(source: "PriceSource") -> str:
    if source.of_kind == "file":
        return "Nothing leaves the computer."
    agreed = source.consent
    if agreed is None:
        return "Off: nothing was agreed to."
    codes = sorted(agreed.codes)
    if not codes or source.of_kind == "ecb":
        return "Agreed: no symbol is sent."
    return f"Agreed: {text.count(len(codes), 'symbol')}: {', '.join(codes)}"


def _clear(lines: QBoxLayout) -> None:
    while (item := lines.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
