"""What the import does with each row of a file: what is new or changed, which class it has, what would mend it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from wealthdesk.domain.assets import Asset
from wealthdesk.domain.holdings import Portfolio
from wealthdesk.domain.money import canonical, parse_decimal, unit
from wealthdesk.errors import NotANumber
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.reading import Checked, Found
from wealthdesk.services.imports import Draft, Field, HoldingChange, ImportPreview, Layout, Named, PreviewRow

NUMBERS: Final = frozenset(
    {
        Field.QUANTITY,
        Field.PRICE,
        Field.COST,
        Field.UNIT_COST,
        Field.VALUE,
        Field.CONVERTED_VALUE,
        Field.LOT_STEP,
    }
)
_ALIKE: Final = str.maketrans("OoIl|SB", "0011158")
"""Letters that are typed, or read from a scan, in the place of digits."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What could be typed into a cell with a problem: the place of its column, and the text."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class RowClass:
    """The class of what is on a row, after the import. colour "": it has none, or several.

    is_guess: it is only proposed. of: the new asset whose class can be chosen here; None: it is as it is.
    """

    words: str
    colour: str = ""
    is_guess: bool = False
    of: Named | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What will happen with a row, in a few words, and why where that is to be said."""

    words: str = ""
    tip: str = ""
    ink: str = "mute"
    mend: Mend | None = None
    row_class: RowClass = RowClass("")


NOTHING_YET: Final = Fate()


def fates_of(checked: Checked, portfolio: Portfolio, accepted: Mapping[Named, str]) -> dict[int, Fate]:
    """Line → its fate, of the lines of the looked-at file that can be shown. accepted: the classes that are chosen."""
    draft = checked.draft
    if not isinstance(draft, Draft):
        return {}
    shown = {row.line: row for row in draft.rows_preview}
    matched = checked.preview.matched
    changes = {
        each.line: each
        for each in (*matched.unchanged, *matched.changed, *matched.added)
        if each.file_name == draft.file_name and each.line in shown
    }
    classes = _Classes(portfolio, checked.preview, accepted)
    found = {line: _of_change(change, classes) for line, change in changes.items()}
    if checked.layout is not None:
        found |= {
            line: _or_known(found[line], shown[line], checked.layout, portfolio)
            for line, change in changes.items()
            if change.before is None
        }
        found |= _in_parts(found, shown, draft, checked.layout)
    found |= {each.line: Fate("left out", each.why) for each in draft.left_out if each.line in shown}
    for corrected in draft.corrected:
        before = found.get(corrected.line, NOTHING_YET)
        was = f"was “{corrected.before}”" if corrected.before else "was empty"
        said = f"{corrected.column} {was} in the file. {before.words}".strip()
        found[corrected.line] = Fate(was, said, "mute2", row_class=before.row_class)
    told = [each for each in checked.line_problems if each.file == checked.shown and each.line in shown]
    for each in reversed(told):
        mend = _mend(checked, shown[each.line], each, portfolio)
        words = f"{mend.text}?" if mend else "to correct"
        said = f"Read “{mend.text}” in {each.column}" if mend else f"{each.what} {each.fix}"
        symbol = _cell(shown[each.line], checked.layout, Field.SYMBOL) if checked.layout else ""
        found[each.line] = Fate(words, said, "error", mend, classes.of_symbol(symbol))
    return found


class _Classes:
    """The classes of assets as they are after the import."""

    def __init__(self, portfolio: Portfolio, preview: ImportPreview, accepted: Mapping[Named, str]) -> None:
        known = (*portfolio.classes.values(), *preview.matched.classes)
        self._known = {each.id: each for each in known}
        self._new = {each.id for each in preview.matched.assets}
        self._guesses = {each.of: each.class_id for each in preview.guesses}
        self._accepted = accepted
        self._assets = tuple(portfolio.assets.values())

    def of(self, asset: Asset) -> RowClass:
        """The class of an asset."""
        if len(asset.exposures) > 1:
            return RowClass("Several classes")
        if asset.exposures:
            return self._named(asset.exposures[0].asset_class_id)
        of = (asset.symbol, asset.currency)
        if asset.id not in self._new:
            return RowClass("No class")
        if of in self._accepted:
            return self._named(self._accepted[of], of=of)
        guess = self._guesses.get(of)
        return self._named(guess, is_guess=True, of=of) if guess else RowClass("No class", of=of)

    def of_symbol(self, symbol: str) -> RowClass:
        """The class of the one asset that is called so here, for a row that could not be read."""
        if not symbol:
            return RowClass("")
        found = [each for each in self._assets if each.symbol == symbol]
        return self.of(found[0]) if len(found) == 1 else RowClass("")

    def _named(self, class_id: str, *, is_guess: bool = False, of: Named | None = None) -> RowClass:
        found = self._known.get(class_id)
        return RowClass(found.name, found.colour, is_guess, of) if found else RowClass("No class", of=of)


def _of_change(change: HoldingChange, classes: _Classes) -> Fate:
    own, before, after = classes.of(change.asset), change.before, change.after
    if before is None:
        return Fate("new", "", "ink", row_class=own)
    if before.quantity != after.quantity:
        now, then = text.held(before.quantity, change.asset), text.held(after.quantity, change.asset)
        return Fate(f"{now} → {then}", "", "ink", row_class=own)
    is_same = before == after and change.lots is None
    return Fate("as before", row_class=own) if is_same else Fate("its cost changes", "", "ink", row_class=own)


def _or_known(fate: Fate, row: PreviewRow, layout: Layout, portfolio: Portfolio) -> Fate:
    """The fate of something new; where its row has no symbol, and a known name, that one is proposed."""
    place = next((column.index for column in layout.columns if column.field is Field.SYMBOL), None)
    if place is None or _cell(row, layout, Field.SYMBOL) or _cell(row, layout, Field.ISIN):
        return fate
    symbol = _symbol_of(_cell(row, layout, Field.NAME), portfolio)
    if not symbol:
        return fate
    said = f"It has no symbol, and {symbol} is called so here"
    return replace(fate, words=f"new, or {symbol}?", tip=said, mend=Mend(place, symbol))


def _in_parts(
    fates: Mapping[int, Fate], rows: Mapping[int, PreviewRow], draft: Draft, layout: Layout
) -> dict[int, Fate]:
    """The rows that are in cents where the others are in whole units, which may be a slip: the unit is proposed."""
    place = next((column.index for column in layout.columns if column.field is Field.CURRENCY), None)
    usual = "" if place is None else _usual(draft, place)
    found = {}
    for line, fate in fates.items():
        cell = _cell(rows[line], layout, Field.CURRENCY)
        code, parts = unit(cell) or ("", 1)
        if place is not None and parts > 1 and code == usual and fate.mend is None:
            said = f"“{cell}” is read as a part of 1 {code}: {parts} of them are 1 {code}"
            found[line] = replace(fate, words=f"{fate.words}, or {code}?", tip=said, mend=Mend(place, code))
    return found


def _mend(checked: Checked, row: PreviewRow, found: Found, portfolio: Portfolio) -> Mend | None:
    """What a cell with a problem was probably meant to say; None where nothing speaks for anything."""
    layout, place = checked.layout, found.problem.index
    if layout is None or place is None:
        return None
    cell = row.cells[place] if place < len(row.cells) else ""
    field = layout.field_of(place)
    told = ""
    if field in NUMBERS and cell:
        told = _digits(cell, layout)
    elif field is Field.SYMBOL and not cell:
        told = _symbol_of(_cell(row, layout, Field.NAME), portfolio)
    elif field is Field.CURRENCY:
        told = _currency_of(_cell(row, layout, Field.SYMBOL), portfolio) or _usual(checked.draft, place)
    return Mend(place, told) if told and told != cell else None


def _digits(cell: str, layout: Layout) -> str:
    """A number in which letters stand for digits that look like them."""
    mended = cell.translate(_ALIKE)
    if mended == cell or not any(each.isdigit() for each in cell):
        return ""
    try:
        number = parse_decimal(mended, layout.marks)
    except NotANumber:
        return ""
    plain = canonical(number)
    return plain if layout.marks.decimal == "." else plain.replace(".", layout.marks.decimal)


def _symbol_of(name: str, portfolio: Portfolio) -> str:
    """The symbol of the one asset of that name."""
    if not name:
        return ""
    found = {each.symbol for each in portfolio.assets.values() if each.name.casefold() == name.casefold()}
    return found.pop() if len(found) == 1 else ""


def _currency_of(symbol: str, portfolio: Portfolio) -> str:
    found = {each.currency for each in portfolio.assets.values() if symbol and each.symbol == symbol}
    return found.pop() if len(found) == 1 else ""


def _usual(draft: object, place: int) -> str:
    """What stands in most rows of a column, where it stands in more than one."""
    rows = draft.rows_preview if isinstance(draft, Draft) else ()
    counted = Counter(row.cells[place] for row in rows if place < len(row.cells) and row.cells[place])
    cell, count = max(counted.items(), key=lambda each: each[1], default=("", 0))
    return cell if count > 1 else ""


def _cell(row: PreviewRow, layout: Layout, field: Field) -> str:
    place = next((column.index for column in layout.columns if column.field is field), -1)
    return row.cells[place] if 0 <= place < len(row.cells) else ""
