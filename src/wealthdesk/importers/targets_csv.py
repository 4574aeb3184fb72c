"""WealthDesk's own targets export, read back: strategies with class targets and holding targets, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from wealthdesk.domain.money import COMMA, POINT, WHOLE, NumberFormat, currency, parse_percent
from wealthdesk.errors import BadInput, NotANumber
from wealthdesk.importers.cells import CellRefused, read_text, short
from wealthdesk.importers.draft import Field, Problem
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.export_format import ALL_PORTFOLIO, percent_cell
from wealthdesk.importers.recognition import layout_of
from wealthdesk.importers.table import DELIMITERS, Record, lines_of, records

_NEEDED: Final = ("Strategy", "Scope", "Class", "Class target")
_SHARES: Final = (
    "Absolute band", "Relative band", "Class target", "Holding target", "Class band", "Holding band", "Class cap",
    "Holding cap",
)  # fmt: skip
_YES: Final = frozenset(("yes", "true", "1", "x", "ja", "oui", "si", "sí"))
_NO: Final = frozenset(("", "no", "false", "0", "nein", "non", "nee"))
_HEADER_WITHIN: Final = 20
_ANY_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class HoldingTargetDraft:
    """A holding's share of its class."""

    line: int
    symbol: str
    currency: str
    bps: int
    locked: bool
    band_bps: int | None = None
    cap_bps: int | None = None


@dataclass(frozen=True, slots=True)
class ClassTargetDraft:
    """A class's share of the strategy, and its holdings' shares of the class (none, or 10,000 in all)."""

    line: int
    name: str
    bps: int
    locked: bool
    holdings: tuple[HoldingTargetDraft, ...] = ()
    band_bps: int | None = None
    cap_bps: int | None = None


@dataclass(frozen=True, slots=True)
class StrategyDraft:
    """A strategy. `scope` is an account's name, or None for All Portfolio; None elsewhere: the file does not say.

    tells_bands, tells_caps: whether it has a column for those of classes or holdings; without one they stay.
    """

    line: int
    name: str
    scope: str | None
    is_active: bool | None
    absolute_band_bps: int | None
    relative_band_bps: int | None
    fill_method: str | None
    unfillable: str | None
    classes: tuple[ClassTargetDraft, ...]
    tells_bands: bool = True
    tells_caps: bool = True


@dataclass(frozen=True, slots=True)
class TargetsDraft:
    """Everything a targets file says; with problems nothing of it is to be kept."""

    file_name: str
    strategies: tuple[StrategyDraft, ...] = ()
    problems: tuple[Problem, ...] = ()
    line_count: int = 0


def kind_of(data: bytes) -> Literal["holdings", "targets"] | None:
    """What kind of file this is, by its headers; None when neither headers are found."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return None
    lines = lines_of(decoded[0][:200_000])
    if _header(lines) is not None:
        return "targets"
    layout = layout_of(lines, decoded[1], _ANY_DAY)
    return "holdings" if layout and any(column.field is not Field.IGNORE for column in layout.columns) else None


def read_targets(data: bytes, file_name: str) -> TargetsDraft:
    """The draft of a targets file. Shares must be complete: 100.00 % per strategy, and per class with holdings."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return TargetsDraft(file_name, problems=(decoded,))
    lines = lines_of(decoded[0])
    found = _header(lines)
    if found is None:
        needed = ", ".join(_NEEDED)
        problem = Problem(
            0, "", f"The columns {needed} are not all found.", "Choose a targets file that WealthDesk wrote."
        )
        return TargetsDraft(file_name, problems=(problem,), line_count=len(lines))
    delimiter, header = found
    places = {name: i for i, name in enumerate(header.cells)}
    rows = [record for record in records(lines, delimiter) if record.line > header.line]
    reader = _Reader(places, _marks(rows, [places[name] for name in _SHARES if name in places]))
    for record in rows:
        if record.fault or not record.is_blank:
            reader.take(record)
    strategies, problems = reader.finished()
    return TargetsDraft(file_name, strategies, problems, len(lines))


def _header(lines: Sequence[str]) -> tuple[str, Record] | None:
    head = list(lines[:_HEADER_WITHIN])
    for delimiter in DELIMITERS:
        for record in records(head, delimiter):
            titled = [cell.capitalize() for cell in record.cells]
            if set(_NEEDED) <= set(titled):
                return delimiter, Record(record.line, titled)
    return None


def _marks(rows: Sequence[Record], places: Sequence[int]) -> NumberFormat:
    """The decimal mark: a comma where any percentage with two decimals has one (a spreadsheet wrote the file again)."""
    cells = (record.cells[place] for record in rows for place in places if place < len(record.cells))
    return COMMA if any(_is_comma_percent(cell) for cell in cells) else POINT


def _is_comma_percent(cell: str) -> bool:
    whole, mark, part = cell.rstrip(" %").partition(",")
    return bool(mark) and whole.isdecimal() and part.isdecimal() and len(part) <= 2


@dataclass(slots=True)
class _Class:
    line: int
    name: str
    bps: int | None = None
    locked: bool = False
    band_bps: int | None = None
    cap_bps: int | None = None
    holdings: list[HoldingTargetDraft] = field(default_factory=list)


@dataclass(slots=True)
class _Strategy:
    line: int
    draft: StrategyDraft
    classes: dict[str, _Class] = field(default_factory=dict)


class _Reader:
    """Takes row after row; `finished` checks the sums."""

    def __init__(self, places: dict[str, int], marks: NumberFormat) -> None:
        self._places, self._marks = places, marks
        self._strategies: dict[tuple[str, str | None], _Strategy] = {}
        self._problems: list[Problem] = []
        self._record = Record(0, [])

    def take(self, record: Record) -> None:
        """Reads one row into its strategy and class."""
        self._record = record
        if record.fault:
            self._problems.append(Problem(record.line, "", record.fault, "Correct the line, and read the file again."))
            return
        try:
            self._take()
        except CellRefused as refused:
            self._refuse("", refused.what, refused.fix)

    def finished(self) -> tuple[tuple[StrategyDraft, ...], tuple[Problem, ...]]:
        """The strategies, and every problem in the order of the file."""
        for strategy in self._strategies.values():
            self._check(strategy)
        self._check_active()
        drafts = tuple(_strategy_draft(each) for each in self._strategies.values())
        if not drafts and not self._problems:
            fix = "Choose a targets file that WealthDesk wrote."
            self._problems.append(Problem(0, "", "There is no strategy in this file.", fix))
        return drafts, tuple(sorted(self._problems, key=lambda each: each.line))

    def _take(self) -> None:
        name, scope = self._text("Strategy"), self._text("Scope")
        if not name or not scope:
            self._refuse("Scope" if name else "Strategy", "The strategy or its scope is missing.", "Fill in both.")
            return
        strategy = self._strategy(name, None if scope == ALL_PORTFOLIO else scope)
        class_name, symbol = self._text("Class"), self._text("Symbol")
        if class_name and symbol:
            self._take_holding(strategy, class_name, symbol)
        elif class_name:
            self._take_class(strategy, class_name)
        elif symbol:
            self._refuse("Class", "A holding target without its class.", "Fill in the class.")

    def _strategy(self, name: str, scope: str | None) -> _Strategy:
        found = self._strategies.get((name, scope))
        if found is None:
            draft = StrategyDraft(
                self._record.line, name, scope,
                is_active=self._yes("Active") if self._text("Active") else None,
                absolute_band_bps=self._share("Absolute band"),
                relative_band_bps=self._share("Relative band"),
                fill_method=self._text("Fill method") or None,
                unfillable=self._text("Unfillable") or None,
                classes=(),
                tells_bands=not self._places.keys().isdisjoint(("Class band", "Holding band")),
                tells_caps=not self._places.keys().isdisjoint(("Class cap", "Holding cap")),
            )  # fmt: skip
            found = self._strategies[name, scope] = _Strategy(self._record.line, draft)
        return found

    def _take_class(self, strategy: _Strategy, name: str) -> None:
        known = strategy.classes.get(name)
        if known is not None and known.bps is not None:
            self._refuse("Class", f"{short(name)} stands twice in this strategy.", "Keep one of the lines.")
            return
        each = strategy.classes.setdefault(name, _Class(self._record.line, name))
        self._read_class(each)
        if each.bps is None:
            self._refuse("Class target", "No class target.", "Fill in a percentage such as 12.50.")
            each.bps = 0

    def _take_holding(self, strategy: _Strategy, name: str, symbol: str) -> None:
        each = strategy.classes.setdefault(name, _Class(self._record.line, name))
        if each.bps is None and self._text("Class target"):
            self._read_class(each)
        share, code = self._share("Holding target"), self._currency()
        if share is None:
            self._refuse("Holding target", "No holding target.", "Fill in a percentage such as 12.50.")
        if any((other.symbol, other.currency) == (symbol, code) for other in each.holdings):
            self._refuse("Symbol", f"{short(symbol)} stands twice in {short(name)}.", "Keep one of the lines.")
            return
        locked = self._yes("Holding locked")
        band, cap = self._band("Holding band"), self._cap("Holding cap", share)
        each.holdings.append(HoldingTargetDraft(self._record.line, symbol, code, share or 0, locked, band, cap))

    def _read_class(self, each: _Class) -> None:
        each.bps, each.locked = self._share("Class target"), self._yes("Class locked")
        each.band_bps, each.cap_bps = self._band("Class band"), self._cap("Class cap", each.bps)

    def _text(self, column: str) -> str:
        place = self._places.get(column)
        cells = self._record.cells
        return read_text(cells[place]) if place is not None and place < len(cells) else ""

    def _refuse(self, column: str, what: str, fix: str) -> None:
        self._problems.append(Problem(self._record.line, column, what, fix, self._places.get(column)))

    def _share(self, column: str) -> int | None:
        text = self._text(column)
        if not text:
            return None
        try:
            share = parse_percent(text, self._marks)
        except NotANumber as refusal:
            self._refuse(column, *CellRefused.split(refusal))
            return 0
        if not 0 <= share <= WHOLE:
            self._refuse(column, f"“{short(text)}” is not between 0 and 100 %.", "Write a share of 0 to 100 %.")
        return share

    def _band(self, column: str) -> int | None:
        """A band of a line's own; empty: that of its strategy."""
        band = self._share(column)
        if band == 0 and self._text(column):
            self._refuse(column, "A band is more than 0 %.", "Write one, or leave it empty for the strategy's.")
        return band or None

    def _cap(self, column: str, share: int | None) -> int | None:
        """The most that a line's share may be; empty: there is no cap."""
        cap = self._share(column)
        if cap is not None and (share or 0) > cap:
            what = f"The target of {percent_cell(share or 0)} % is over its cap of {percent_cell(cap)} %."
            self._refuse(column, what, "Raise the cap, or lower the target.")
        return cap

    def _yes(self, column: str) -> bool:
        text = self._text(column).casefold()
        if text not in _YES | _NO:
            self._refuse(column, f"“{short(text)}” is neither yes nor no.", "Write yes or no.")
        return text in _YES

    def _currency(self) -> str:
        """The currency of the holding, "" where none is told: then its symbol has to be that of one asset only."""
        if not self._text("Currency"):
            return ""
        try:
            return currency(self._text("Currency"))
        except BadInput as refusal:
            self._refuse("Currency", *CellRefused.split(refusal))
            return ""

    def _check(self, strategy: _Strategy) -> None:
        name, classes = strategy.draft.name, strategy.classes.values()
        total = sum(each.bps or 0 for each in classes)
        if strategy.classes and total != WHOLE:
            what = f"The class targets of {short(name)} sum to {percent_cell(total)} %."
            self._problems.append(
                Problem(strategy.line, "Class target", what, "Change them so that they sum to 100.00 %.")
            )
        for each in classes:
            shares = sum(holding.bps for holding in each.holdings)
            if each.holdings and shares != WHOLE:
                what = f"The holding targets of {short(each.name)} sum to {percent_cell(shares)} %."
                fix = "Change them so that they sum to 100.00 %, or leave all of them out."
                self._problems.append(Problem(each.line, "Holding target", what, fix))

    def _check_active(self) -> None:
        seen: set[str | None] = set()
        for strategy in self._strategies.values():
            scope = strategy.draft.scope
            if strategy.draft.is_active and scope in seen:
                what = f"A second active strategy for {short(scope or ALL_PORTFOLIO)}."
                self._problems.append(Problem(strategy.line, "Active", what, "Write yes for one of them only."))
            if strategy.draft.is_active:
                seen.add(scope)


def _strategy_draft(strategy: _Strategy) -> StrategyDraft:
    classes = tuple(
        ClassTargetDraft(
            each.line, each.name, each.bps or 0, each.locked, tuple(each.holdings), each.band_bps, each.cap_bps
        )
        for each in strategy.classes.values()
    )
    return replace(strategy.draft, classes=classes)
