"""A holdings file of any broker, read and its rows brought together; never an exception for what the file says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from typing import Final

from wealthdesk.domain.money import canonical, exact_product
from wealthdesk.domain.tax_lots import TaxLot, TaxLots, ordered
from wealthdesk.importers.columns import FUND_UNITS, header_of, problems_of
from wealthdesk.importers.corrections import Cells, Corrections
from wealthdesk.importers.draft import (
    Candidate,
    CandidateAccount,
    CandidatePrice,
    CandidateRate,
    Draft,
    Field,
    Kind,
    Layout,
    LeftOut,
    Note,
    PreviewRow,
    Problem,
)
from wealthdesk.importers.encoding import decode
from wealthdesk.importers.export_format import OWN_FORMAT
from wealthdesk.importers.recognition import layout_of
from wealthdesk.importers.row_cells import currency_of_sign
from wealthdesk.importers.rows import RowRead, RowReader
from wealthdesk.importers.sorting import Sorting, first_rows
from wealthdesk.importers.table import Record, lines_of, records
from wealthdesk.importers.totals import left_as_lot
from wealthdesk.importers.transactions import transactions_problem

_RATE_DECIMALS = Decimal(1).scaleb(-10)
_EXACT = Context(prec=50)
ReadProgress = Callable[[int, int], None]
"""Called with (lines read, lines in all); it may raise to stop the reading."""

_PROGRESS_EVERY: Final = 2_000
_FIRST_ROWS: Final = 1_000
_HEADS: Final = 40
_NO_TABLE: Final = Problem(
    0, "", "No table is found in this file.", "Choose a CSV file with a row of headers such as Symbol, Quantity."
)


@dataclass(frozen=True, slots=True)
class Merged:
    """What the rows of a file come to."""

    accounts: tuple[CandidateAccount, ...]
    candidates: tuple[Candidate, ...]
    assets: tuple[Candidate, ...]
    prices: tuple[CandidatePrice, ...]
    rates: tuple[CandidateRate, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Note, ...]
    as_of: date | None
    base_currency: str | None


def merged(
    readings: Sequence[RowRead], named: Sequence[CandidateAccount], as_of: date | None, currency: str = "USD"
) -> Merged:
    """All rows together. `named` are accounts without a holding; `as_of` is the day the file gives for all rows."""
    readings, lots = _with_lots(_told_apart(readings))
    current, older, notes = _latest([reading for reading in readings if reading.is_held])
    told_rates = (
        *_told_rates([*current, *(r for r in readings if not r.is_held)], as_of),
        *_rates_to_base(current, as_of, currency),
        *_rates(current, as_of),
    )
    current, unconverted = _costs_converted(current, told_rates)
    candidates, added = _added_up(current)
    prices, twice = _prices(readings, as_of)
    latest = max((r.held_on for r in readings if r.held_on), default=None)
    return Merged(
        accounts=_accounts(readings, named),
        candidates=candidates,
        assets=tuple(reading.candidate for reading in readings if not reading.is_held),
        prices=prices,
        rates=tuple({(rate.base, rate.quote): rate for rate in reversed(told_rates)}.values())[::-1],
        left_out=(*older, *lots),
        notes=(*notes, *added, *twice, *unconverted, *_odd_values(current)),
        as_of=latest or as_of or max((r.priced_on for r in readings if r.priced_on), default=None),
        base_currency=next((r.base_currency for r in (*current, *readings) if r.base_currency), None)
        or _base_of_rates(current),
    )


def _with_lots(readings: Sequence[RowRead]) -> tuple[Sequence[RowRead], list[LeftOut]]:
    """The rows without those that are lots of another row: that one gets them."""
    if not any(reading.is_lot for reading in readings):
        return readings, []
    lots: dict[tuple[str | None, str, str], list[TaxLot]] = defaultdict(list)
    wholes = {_key(reading) for reading in readings if not reading.is_lot}
    left = []
    for reading in readings:
        if reading.is_lot and _key(reading) in wholes:
            lots[_key(reading)] += reading.candidate.lots or ()
            left.append(left_as_lot(reading))
    kept = [reading for reading in readings if not reading.is_lot or _key(reading) not in wholes]
    return [
        replace(reading, candidate=replace(reading.candidate, lots=ordered(lots[_key(reading)])))
        if lots.get(_key(reading))
        else reading
        for reading in kept
    ], left


def _key(reading: RowRead) -> tuple[str | None, str, str]:
    return reading.candidate.account, reading.candidate.symbol, reading.candidate.currency


def _base_of_rates(readings: Sequence[RowRead]) -> str | None:
    """The currency whose rate to the base currency is 1."""
    return next((r.candidate.currency for r in readings if r.rate_to_base == 1), None)


def _rates_to_base(readings: Sequence[RowRead], as_of: date | None, currency: str) -> tuple[CandidateRate, ...]:
    base = _base_of_rates(readings) or currency
    found: dict[str, CandidateRate] = {}
    for reading in readings:
        code, rate = reading.candidate.currency, reading.rate_to_base
        if rate is not None and code != base:
            on = reading.priced_on or as_of
            found.setdefault(code, CandidateRate(reading.candidate.line, code, base, on, rate))
    return tuple(found.values())


def _costs_converted(readings: Sequence[RowRead], rates: Sequence[CandidateRate]) -> tuple[list[RowRead], list[Note]]:
    """Costs in another currency than their holding's, converted with a rate of the file; without one there is none."""
    known = {(rate.base, rate.quote): rate.rate for rate in rates}
    done, without = [], []
    for reading in readings:
        if reading.cost_in is None:
            done.append(reading)
            continue
        code, amount = reading.cost_in
        rate = known.get((reading.candidate.currency, code))
        if rate is None:
            without.append(reading.candidate.symbol)
            done.append(reading)
        else:
            cost = _EXACT.divide(amount, rate).quantize(Decimal("0.0001"), context=_EXACT)
            done.append(replace(reading, candidate=replace(reading.candidate, cost=cost)))
    if not without:
        return done, []
    names = ", ".join(without[:6]) + (f" and {len(without) - 6} more" if len(without) > 6 else "")
    text = f"The cost of {names} is in another currency, and the file has no rate: it is not kept."
    return done, [Note(text)]


def _told_apart(readings: Sequence[RowRead]) -> Sequence[RowRead]:
    """Accounts of one name and several numbers get their number added to the name."""
    numbers: dict[str | None, set[str]] = defaultdict(set)
    for reading in readings:
        if reading.number:
            numbers[reading.candidate.account].add(reading.number)
    same = {name for name, found in numbers.items() if name is not None and len(found) > 1}
    return (
        [_numbered(reading) if reading.candidate.account in same else reading for reading in readings]
        if same
        else readings
    )


def _numbered(reading: RowRead) -> RowRead:
    if not reading.number or reading.account is None:
        return reading
    name = f"{reading.account.name} {reading.number}"
    account = replace(reading.account, name=name)
    return replace(reading, candidate=replace(reading.candidate, account=name), account=account)


def _accounts(readings: Sequence[RowRead], named: Sequence[CandidateAccount]) -> tuple[CandidateAccount, ...]:
    found: dict[str, CandidateAccount] = {}
    told = {id(account): account for account in (*named, *(r.account for r in readings)) if account}
    for account in sorted(told.values(), key=lambda each: each.line):
        first = found.setdefault(account.name, account)
        if first.kind is None or first.currency is None:
            found[account.name] = replace(
                first, kind=first.kind or account.kind, currency=first.currency or account.currency
            )
    return tuple(found.values())


def _latest(readings: Sequence[RowRead]) -> tuple[list[RowRead], list[LeftOut], list[Note]]:
    """The rows of each account's latest day. Days that never repeat a symbol are days of prices, not a history."""
    if not _is_history(readings):
        return list(readings), [], []
    latest: dict[str | None, date] = {}
    for reading in readings:
        account, day = reading.candidate.account, reading.held_on or date.min
        latest[account] = max(latest.get(account, day), day)
    current, older = [], []
    for reading in readings:
        last = latest[reading.candidate.account]
        if (reading.held_on or date.min) == last:
            current.append(reading)
        else:
            older.append(_left_as_older(reading, last))
    days = sorted({r.held_on for r in readings if r.held_on})
    text = f"{len(days)} days from {days[0]} to {days[-1]}: the latest is what is held, the prices of all are read."
    return current, older, [Note(text)]


def _is_history(readings: Sequence[RowRead]) -> bool:
    """Whether something stands there on several days; not where most days have one line, of one thing or another:
    that is what was bought on them.
    """
    by_day = Counter((reading.candidate.account, reading.held_on) for reading in readings)
    most = sorted(by_day.values())[len(by_day) // 2] if by_day else 0
    accounts = Counter(account for account, _ in {(r.candidate.account, r.candidate.symbol) for r in readings})
    if most == 1 and max(accounts.values(), default=0) > 1:
        return False
    seen: dict[tuple[str | None, str, str], date | None] = {}
    if len({reading.held_on for reading in readings}) < 2:
        return False
    for reading in readings:
        candidate = reading.candidate
        if (
            seen.setdefault((candidate.account, candidate.symbol, candidate.currency), reading.held_on)
            != reading.held_on
        ):
            return True
    return False


def _left_as_older(reading: RowRead, last: date) -> LeftOut:
    candidate = reading.candidate
    why = f"Older than {last}" + (": only its price is read." if reading.price is not None else ".")
    return LeftOut(candidate.line, f"{candidate.symbol} · {canonical(candidate.quantity)} · {reading.held_on}", why)


def _added_up(readings: Sequence[RowRead]) -> tuple[tuple[Candidate, ...], list[Note]]:
    found: dict[tuple[str | None, str, str | None, str, bool], Candidate] = {}
    groups: dict[tuple[str | None, str, str | None, str, bool], list[Candidate]] = {}
    isins = _only_isins(readings)
    for reading in readings:
        each = reading.candidate
        if not each.isin and (isin := isins.get((each.symbol, each.currency))):
            each = replace(each, isin=isin)
        key = (each.account, each.symbol, each.isin, each.currency, each.is_cash)
        first = found.setdefault(key, each)
        if first is not each:
            groups.setdefault(key, [first]).append(each)
    notes = [_added_note(groups[key]) for key in found if key in groups]
    return tuple(_sum(groups[key]) if key in groups else each for key, each in found.items()), notes


def _only_isins(readings: Sequence[RowRead]) -> dict[tuple[str, str], str]:
    """(symbol, currency) → its ISIN, for lines that have none, where all lines that have one have the same."""
    without = {(r.candidate.symbol, r.candidate.currency) for r in readings if not r.candidate.isin}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in (reading.candidate for reading in readings if without):
        if each.isin and (each.symbol, each.currency) in without:
            found[each.symbol, each.currency].add(each.isin)
    return {key: next(iter(isins)) for key, isins in found.items() if len(isins) == 1}


def _sum(group: Sequence[Candidate]) -> Candidate:
    costs = [each.cost for each in group]
    return replace(
        group[0],
        quantity=_total([each.quantity for each in group]),
        cost=_total([cost for cost in costs if cost is not None]) if None not in costs else None,
        name=next((each.name for each in group if each.name), None),
        isin=next((each.isin for each in group if each.isin), None),
        classes=next((each.classes for each in group if each.classes), ()),
        lot_step=next((each.lot_step for each in group if each.lot_step), None),
        kind=next((each.kind for each in group if each.kind), None),
        lots=_all_lots(group),
        likely_class=next((each.likely_class for each in group if each.likely_class), None),
    )


def _all_lots(group: Sequence[Candidate]) -> TaxLots | None:
    """The lots of all rows together, where each of them tells its own."""
    told = [each.lots for each in group if each.lots is not None]
    return ordered(lot for lots in told for lot in lots) if len(told) == len(group) else None


def _total(numbers: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = _EXACT.add(total, number)
    return total


def _added_note(group: Sequence[Candidate]) -> Note:
    first = group[0]
    lines = _listed([str(each.line) for each in group])
    parts = _listed([canonical(each.quantity) for each in group])
    where = f" of {first.account}" if first.account else ""
    total = canonical(_total([each.quantity for each in group]))
    what = f"Cash in {first.symbol}" if first.is_cash else first.symbol
    return Note(f"{what} stands on lines {lines}{where}: {parts} were added up to {total}.", first.line)


def _listed(words: Sequence[str]) -> str:
    shown = [*words[:5], "…"] if len(words) > 6 else list(words)
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def _prices(readings: Sequence[RowRead], as_of: date | None) -> tuple[tuple[CandidatePrice, ...], list[Note]]:
    """One price per symbol, ISIN, currency and day; where the file has several, the last one, and a note."""
    found: dict[tuple[str, str | None, str, date | None], CandidatePrice] = {}
    isins = _only_isins(readings)
    alone = {account: (account,) for account in {reading.candidate.account for reading in readings}}
    notes = []
    for reading in readings:
        if reading.price is None:
            continue
        each = reading.candidate
        isin = each.isin or isins.get((each.symbol, each.currency))
        on = reading.priced_on or as_of
        before = found.get((each.symbol, isin, each.currency, on))
        accounts = before.accounts if before else alone[each.account]
        accounts = accounts if each.account in accounts else (*accounts, each.account)
        price = CandidatePrice(each.line, each.symbol, each.currency, on, reading.price, isin, accounts)
        if before and before.price != price.price:
            notes.append(_two_prices(before, price))
        found[each.symbol, isin, each.currency, on] = price
    return tuple(found.values()), notes


def _two_prices(before: CandidatePrice, price: CandidatePrice) -> Note:
    first, second = (f"{canonical(each.price)} (line {each.line})" for each in (before, price))
    return Note(f"{price.symbol} has two prices for one day, {first} and {second}: the second is read.", price.line)


def _told_rates(readings: Sequence[RowRead], as_of: date | None) -> tuple[CandidateRate, ...]:
    """Per pair of currencies the first rate that a row tells."""
    found: dict[tuple[str, str], CandidateRate] = {}
    for reading in readings:
        each = reading.candidate
        if reading.rate is None or reading.base_currency in (None, each.currency):
            continue
        pair = (each.currency, reading.base_currency or "")
        found.setdefault(pair, CandidateRate(each.line, *pair, reading.rated_on or as_of, reading.rate))
    return tuple(found.values())


def _rates(readings: Sequence[RowRead], as_of: date | None) -> tuple[CandidateRate, ...]:
    """Per pair of currencies the rate that the row of the largest value implies, where rounding weighs least."""
    best: dict[tuple[str, str], tuple[Decimal, CandidateRate]] = {}
    for reading in readings:
        converted, each = reading.converted, reading.candidate
        if converted is None or converted[0] == each.currency:
            continue
        local = _local_value(reading)
        if local is None or min(local, converted[1]) <= 0:
            continue
        rate = _EXACT.divide(converted[1], local).quantize(_RATE_DECIMALS, context=_EXACT)
        pair = (each.currency, converted[0])
        if rate > 0 and (pair not in best or best[pair][0] < local):
            best[pair] = (local, CandidateRate(each.line, *pair, reading.priced_on or as_of, rate))
    return tuple(rate for _, rate in best.values())


def _local_value(reading: RowRead) -> Decimal | None:
    if reading.value is not None:
        return reading.value
    return exact_product(reading.candidate.quantity, reading.price) if reading.price is not None else None


def _odd_values(readings: Sequence[RowRead]) -> list[Note]:
    """Rows whose value is not quantity × price for a reason that cannot be told: three at most."""
    odd = [(r, r.odd) for r in readings if r.odd]
    notes = [
        Note(
            f"{r.candidate.symbol} on line {r.candidate.line}: quantity × price is {canonical(product)}, "
            f"but the file gives a value of {canonical(value)}.",
            r.candidate.line,
        )
        for r, (product, value) in odd[:3]
    ]
    return notes + ([Note(f"So it is on {len(odd) - 3} more lines.")] if len(odd) > 3 else [])


def read_holdings(
    data: bytes,
    file_name: str,
    *,
    today: date,
    layout: Layout | None = None,
    default_account: str | None = None,
    default_currency: str | None = None,
    progress: ReadProgress | None = None,
    corrections: Cells | None = None,
) -> Draft:
    """The draft of a holdings file. With a `layout` it is read that way, otherwise the way it is recognised to be.

    `default_account` is used for rows that name no account (before one that only a title line names),
    `default_currency` for rows that tell no currency (USD when none is given).
    """
    decoded = decode(data, layout.encoding if layout else None)
    if isinstance(decoded, Problem):
        return Draft(file_name, problems=(decoded,))
    lines = lines_of(decoded[0])
    by_hand = layout is not None and bool(layout.columns)
    used = layout if by_hand else _recognised(lines, decoded[1], today, layout)
    heads = _heads(lines, used.delimiter if used else layout.delimiter if layout else ",")
    if used is None:
        return Draft(file_name, problems=(_NO_TABLE,), line_count=len(lines), heads=heads)
    refused = _why_refused(file_name, used, lines, by_hand=by_hand)
    if refused is not None:
        return replace(refused, heads=heads)
    currency = _usual_currency(used, default_currency)
    reader = RowReader(used, account=default_account or used.account, currency=currency, today=today)
    mended = Corrections(corrections or {})
    sorting = Sorting(
        used,
        reader,
        follow_titles=default_account is None,
        today=today,
        currency=currency,
        cut_at=0 if decoded[0].endswith(("\n", "\r")) else len(lines),
        shown=mended.lines,
    )
    _sort(lines, sorting, mended, progress)
    draft = _draft(file_name, sorting, len(lines), currency)
    return replace(draft, heads=heads, corrected=mended.made(used))


def _why_refused(file_name: str, layout: Layout, lines: list[str], *, by_hand: bool) -> Draft | None:
    """The draft of a table of transactions, or of one without the columns of holdings; None where it may have them."""
    trades = transactions_problem(layout.columns, _first_rows(lines, layout), layout.header_line, by_hand=by_hand)
    problems = trades or problems_of(layout.columns, layout.header_line)
    if not problems:
        return None
    refused = _refused(file_name, layout, lines, problems)
    return replace(refused, kind=Kind.TRANSACTIONS, format="List of transactions") if trades else refused


def _refused(file_name: str, layout: Layout, lines: list[str], problems: Sequence[Problem]) -> Draft:
    """The draft of a table whose columns do not make holdings: its first rows, and why."""
    preview = tuple(first_rows(lines, layout))
    return Draft(file_name, problems=tuple(problems), rows_preview=preview, line_count=len(lines), layout=layout)


def _recognised(lines: list[str], encoding: str, today: date, asked: Layout | None) -> Layout | None:
    """The layout recognised, with the delimiter and the line of headers that are asked for."""
    if asked is None:
        return layout_of(lines, encoding, today)
    found = layout_of(lines, encoding, today, asked.delimiter, asked.chosen_header)
    return replace(found, by_hand=asked.by_hand) if found else None


def _heads(lines: list[str], delimiter: str) -> tuple[PreviewRow, ...]:
    """The first lines, of which one may be the headers."""
    head = (each for each in records(lines[:_HEADS], delimiter) if not each.is_blank)
    return tuple(PreviewRow(each.line, tuple(each.cells[:8])) for each in head)


def _first_rows(lines: list[str], layout: Layout) -> list[Record]:
    """The first rows of the table, up to the headers of another one."""
    rows: list[Record] = []
    for record in records(lines, layout.delimiter):
        if record.line <= layout.header_line or record.is_blank or record.fault:
            continue
        if len(rows) == _FIRST_ROWS or header_of(record).known > 2:
            break
        rows.append(record)
    return rows


def _usual_currency(layout: Layout, default: str | None) -> str:
    return currency_of_sign(layout.sign, default or "USD") or default or "USD"


def _sort(lines: list[str], sorting: Sorting, mended: Corrections, progress: ReadProgress | None) -> None:
    heard = 0
    for record in records(lines, sorting.layout.delimiter):
        if progress and record.line > heard:
            progress(record.line - 1, len(lines))
            heard = record.line + _PROGRESS_EVERY
        sorting.take(mended.of(record))
    sorting.finish()
    if progress:
        progress(len(lines), len(lines))


def _draft(file_name: str, sorting: Sorting, line_count: int, currency: str) -> Draft:
    result = merged(sorting.readings, sorting.accounts, sorting.as_of, currency)
    problems = sorting.problems
    if not (sorting.readings or sorting.accounts or problems):
        problems = [Problem(0, "", "There is no holding in this file.", "Export the positions or holdings again.")]
    draft = Draft(
        file_name=file_name,
        layout=sorting.layout,
        accounts=result.accounts,
        candidates=result.candidates,
        assets=result.assets,
        prices=result.prices,
        rates=result.rates,
        left_out=tuple(sorted([*sorting.left_out, *result.left_out], key=lambda each: each.line)),
        problems=tuple(problems),
        notes=(*_notes(sorting, result, currency), *sorting.notes, *result.notes),
        rows_preview=tuple(sorting.preview),
        line_count=line_count,
        as_of=result.as_of,
        base_currency=result.base_currency or sorting.reader.base_of_accounts or _converted_to(sorting),
    )
    return replace(draft, format=OWN_FORMAT) if sorting.reader.is_own else draft


def _converted_to(sorting: Sorting) -> str | None:
    """The currency that the file itself converts all values to."""
    codes = {reading.converted[0] for reading in sorting.readings if reading.converted is not None}
    return codes.pop() if len(codes) == 1 else None


def _notes(sorting: Sorting, result: Merged, currency: str) -> list[Note]:
    """What was assumed about the file as a whole."""
    layout, texts = sorting.layout, []
    fields = {column.field for column in layout.columns}
    told = Field.CURRENCY in fields or any(
        column.currency or column.currency_index is not None for column in layout.columns
    )
    if layout.sign and not told:
        texts.append(f"No currency column: “{layout.sign}” is read as {currency}.")
    elif not told:
        texts.append(f"No currency in the file: {currency} is used.")
    if any(column.parts == FUND_UNITS for column in layout.columns):
        texts.append("The prices of funds are for 10,000 units: they are read for one.")
    if layout.doubtful:
        name = "point" if layout.marks.decimal == "." else "comma"
        texts.append(f"“{layout.doubtful}” could be read in two ways: it is read with a {name} for decimals.")
    if sorting.late:
        texts.append(f"The file is dated {sorting.late}, after today: that day is not used.")
    undated = sum(price.on is None for price in result.prices)
    if undated == len(result.prices) > 0:
        texts.append("The file gives no day for its prices: today is used.")
    elif undated:
        texts.append(f"{undated} {'price has' if undated == 1 else 'prices have'} no day: {result.as_of} is used.")
    priced = {(price.symbol, price.currency) for price in result.prices}
    missing = sum(not c.is_cash and (c.symbol, c.currency) not in priced for c in result.candidates)
    if missing:
        texts.append(f"{missing} {'holding has' if missing == 1 else 'holdings have'} no price.")
    return [Note(text) for text in texts]
