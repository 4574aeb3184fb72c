"""The words of the import page: how a file was read, what importing it does, and why that is not possible yet."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from wealthdesk.domain.valuation import Missing, Valuation
from wealthdesk.gui import format as text
from wealthdesk.gui.imports.reading import Checked, ProblemLines
from wealthdesk.services.imports import OF_THE_LEFT, Corrected, DateOrder, Draft, Field, ImportPreview, Layout

DELIMITERS: Final = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
DATE_ORDERS: Final = {DateOrder.DAY_FIRST: "Day first, 31/12/2026", DateOrder.MONTH_FIRST: "Month first, 12/31/2026"}
MARKS: Final = {".": "Point, 1,234.5", ",": "Comma, 1.234,5"}

FIELDS: Final = (
    Field.SYMBOL,
    Field.NAME,
    Field.QUANTITY,
    Field.PRICE,
    Field.CURRENCY,
    Field.ASSET_CLASS,
    Field.ACCOUNT,
    Field.ISIN,
    Field.COST,
    Field.UNIT_COST,
    Field.VALUE,
    Field.CONVERTED_VALUE,
    Field.DATE,
    Field.PRICE_DATE,
    Field.ACCOUNT_NUMBER,
    Field.ACCOUNT_KIND,
    Field.ACCOUNT_CURRENCY,
    Field.SECURITY_TYPE,
    Field.KIND,
    Field.LOT_STEP,
    Field.BOUGHT_ON,
    Field.RATE,
    Field.RATE_DATE,
    Field.BASE_CURRENCY,
    Field.RATE_TO_BASE,
    Field.LEVEL,
    Field.IGNORE,
)
"""All that a column can mean by itself, the usual first."""

_SHOWN: Final = 8
"""How many corrections are listed when an import is done."""
_PLACE: Final = FIELDS.index(Field.CURRENCY) + 1
_OF_THE_LEFT: Final[tuple[object, str]] = (OF_THE_LEFT, "Currency of the left one")
MEANINGS: Final[tuple[tuple[object, str], ...]] = (
    *((each, each.label) for each in FIELDS[:_PLACE]),
    _OF_THE_LEFT,
    *((each, each.label) for each in FIELDS[_PLACE:]),
)
"""All that can be chosen for a column, with its words."""


def how_read(checked: Checked) -> str:
    """How the file was read: "217 rows, comma separated, dates as 2026-11-20, point for decimals"."""
    layout, count = checked.layout, checked.draft.line_count
    rows = text.count(max(count - layout.header_line, 0) if layout else count, "row")
    if checked.is_targets:
        return f"{rows}, targets exported by WealthDesk"
    if layout is None:
        return f"{checked.draft.format}, {rows}" if count and isinstance(checked.draft, Draft) else ""
    parts = ["A list of transactions"] if checked.is_transactions else []
    of = f"{DELIMITERS.get(layout.delimiter, layout.delimiter).lower()} separated"
    parts += [rows, "a sheet of a spreadsheet" if layout.is_sheet else of, _dates(layout)]
    parts.append("comma for decimals" if layout.marks.decimal == "," else "point for decimals")
    return ", ".join(part for part in parts if part)


def what_it_is(checked: Checked) -> str:
    """Whose file it is, or what it is: "Interactive Brokers", "Columns are matched by their names"."""
    draft = checked.draft
    if checked.is_targets or not isinstance(draft, Draft):
        return "Targets exported by WealthDesk"
    if checked.is_refused:
        return ""
    if draft.format == Draft("").format:
        return "Columns are matched by their names"
    return f"{draft.format}, transactions" if checked.is_transactions else draft.format


def what_is_inside(checked: Checked) -> str:
    """What is in a file: "11 holdings, 3 cells need a correction"."""
    draft, wrong = checked.draft, [each for each in checked.line_problems if each.file == checked.shown]
    if not isinstance(draft, Draft):
        told = text.count(checked.draft.line_count, "row")
    elif checked.is_transactions and draft.ledger is not None:
        told = text.count(len(draft.ledger.rows), "transaction")
    else:
        told = text.count(len(draft.candidates), "holding")
    need = "needs" if len(wrong) == 1 else "need"
    what = "an explanation" if checked.is_transactions else "a correction"
    return f"{told}, {text.count(len(wrong), 'row')} {need} {what}" if wrong else told


def _dates(layout: Layout) -> str:
    for column in layout.columns:
        if column.field in (Field.DATE, Field.PRICE_DATE) and column.samples:
            sample = column.samples[0][:20]
            if "/" not in sample or sample[:4].isdigit():
                return f"dates as {sample}"
            return f"dates as {sample}, {DATE_ORDERS[layout.date_order].partition(',')[0].lower()}"
    return ""


def figure(number: int) -> str:
    """A whole number as the screen has it: "1,212"."""
    return text.number(Decimal(number))


def several(names: Iterable[str], most: int = 8) -> str:
    """Some names: "VTI, BND and 4 more"."""
    listed = list(names)
    if len(listed) <= most:
        return ", ".join(listed)
    return f"{', '.join(listed[:most])} and {figure(len(listed) - most)} more"


def lines_left_out(lines: Collection[object], *, is_transactions: bool = False) -> str:
    """The words of the check box."""
    if is_transactions:
        return "&Leave out what is not explained"
    one = len(lines) == 1
    return "&Leave out the row with a problem" if one else f"&Leave out the {figure(len(lines))} rows with a problem"


def check_sentence(checked: Checked, *, leaves_out: bool) -> str:
    """What the check came to."""
    is_one, wrong = len(checked.files) == 1, len(checked.problem_lines)
    if checked.any_leaves_accounts_open:
        return "Into which account does this file go?" if is_one else "Into which account does each file go?"
    if checked.has_file_problems:
        return _file_sentence(checked)
    one, many = ("strategy", "strategies") if checked.is_only_targets else ("holding", "holdings")
    total = checked.ready + checked.unchanged
    if wrong:
        need = "needs" if wrong == 1 else "need"
        if leaves_out:
            what = f"{'is' if wrong == 1 else 'are'} left out"
        else:
            what = f"{need} an explanation" if checked.has_transactions else f"{need} a correction"
        are = "is" if total == 1 else "are"
        if checked.row_count == total + wrong:
            return f"{text.count(checked.row_count, 'row')}: {figure(total)} {are} ready, {figure(wrong)} {what}."
        return f"{text.count(total, one, many)} {are} ready, {text.count(wrong, 'row')} {what}."
    if checked.preview.changes_nothing and (total or checked.has_transactions):
        return f"Everything in {'this file' if is_one else 'these files'} is already in the portfolio."
    if checked.is_only_targets or not total:
        return f"{text.count(total, one, many)} {'is' if total == 1 else 'are'} ready to import."
    matched = checked.preview.matched
    told = ((matched.added, "new"), (matched.changed, "changed"), (matched.unchanged, "as before"))
    return f"{text.count(total, one, many)}: {', '.join(f'{figure(len(each))} {how}' for each, how in told if each)}."


def _file_sentence(checked: Checked) -> str:
    """What is said where something is wrong with a file as a whole."""
    wrong = [place for place in range(len(checked.files)) if checked.of(place).file_problems]
    if len(checked.files) > 1:
        is_one = len(wrong) == 1
        return f"{len(wrong)} of {len(checked.files)} files cannot be imported as {'it is' if is_one else 'they are'}."
    return "This file cannot be imported." if checked.layout is None else "Some columns are still to be matched."


def check_line(checked: Checked) -> str:
    """What is said below the sentence: how to mend what is wrong, and that nothing has happened."""
    how = "Click a cell and type. The file itself stays as it is. " if checked.placed_problems else ""
    return f"{how}Nothing has been changed yet."


def result(checked: Checked, removed: int) -> str:
    """What importing does, for the button: "Import 212 holdings"."""
    what = "" if checked.any_leaves_accounts_open else _news(checked.preview)
    if removed and what:
        return f"&Import {what}, remove {figure(removed)}"
    if removed:
        return f"&Remove {text.count(removed, 'holding')}"
    return f"&Import {what}" if what else "&Import"


def _news(preview: ImportPreview) -> str:
    matched, told = preview.matched, preview.matched_targets
    held = len(matched.added) + len(matched.changed)
    counted = (
        (held and held + len(matched.unchanged), "holding", ""),
        (len(told.added) + len(told.changed) or len(told.activate), "strategy", "strategies"),
        (len(matched.prices), "price", ""),
        (len(matched.rates), "exchange rate", ""),
        (len(matched.assets) + len(matched.completed), "asset", ""),
        (len(matched.accounts), "account", ""),
        (len(matched.classes), "asset class", "asset classes"),
        (len(matched.replayed), "transaction", ""),
    )
    return next((text.count(number, one, many) for number, one, many in counted if number), "")


def why_not(checked: Checked, *, leaves_out: bool, removed: int) -> str:
    """Why importing is not possible yet, "" when it is."""
    is_many = len(checked.files) > 1
    if checked.any_leaves_accounts_open:
        return (
            "Choose the account that each file belongs to."
            if is_many
            else ("Choose the account that this file belongs to.")
        )
    if checked.has_file_problems:
        return (
            "Take the file with a problem out to import the others."
            if is_many
            else ("Nothing can be imported while this is so.")
        )
    count = len(checked.line_problems)
    problems = "the problem" if count == 1 else f"the {figure(count)} problems"
    if count and checked.is_only_targets:
        return f"Correct {problems} in the file, and read it again."
    if count and not leaves_out and checked.has_transactions:
        return f"Solve {problems}, or leave out what is not explained."
    cells = {(each.file, each.line, each.problem.index) for each in checked.line_problems}
    if count and not leaves_out and all(place is not None for _, _, place in cells):
        return f"Correct {text.count(len(cells), 'cell')} to import."
    if count and not leaves_out:
        of_rows = "that row" if len(checked.problem_lines) == 1 else "those rows"
        return f"Correct {problems}, or leave {of_rows} out."
    if checked.preview.changes_nothing and not removed:
        where = "these files" if is_many else "this file"
        what = "All other rows are" if count else f"Everything in {where} is"
        return f"{what} already in the portfolio."
    return ""


def outcome(preview: ImportPreview, removed: int) -> str:
    """What was done: the sentence of the last step."""
    what = _news(preview)
    if what:
        return f"{what} {'is' if what.startswith('1 ') else 'are'} in."
    if removed:
        return f"{text.count(removed, 'holding')} {'is' if removed == 1 else 'are'} removed."
    return "There was nothing to change."


def details(preview: ImportPreview, removed: int, left_out: ProblemLines) -> list[str]:
    """What was done, one line each: what it is about, a colon, and what was done."""
    matched, told = preview.matched, preview.matched_targets
    lines = []
    if matched.added or matched.changed:
        same = f", {figure(len(matched.unchanged))} as before" if matched.unchanged else ""
        lines.append(f"Holdings: {figure(len(matched.added))} new, {figure(len(matched.changed))} changed{same}")
    if removed and (matched.added or matched.changed):
        lines.append(f"Removed: {text.count(removed, 'holding')}")
    if matched.replayed:
        lines.append(f"Transactions: {figure(len(matched.replayed))} replayed")
    days = {each.on for each in matched.prices}
    if days:
        of = f", of {text.day(min(days))}" if len(days) == 1 else ""
        lines.append(f"Prices: {figure(len(matched.prices))} kept{of}")
    if matched.rates:
        lines.append(f"Exchange rates: {figure(len(matched.rates))} kept")
    lines += news_lines(preview)
    if told.added or told.changed:
        lines.append(f"Strategies: {several(each.name for each in (*told.added, *told.changed))}")
    lines += [corrected_words(each) for draft in preview.drafts for each in draft.corrected[:_SHOWN]]
    if left_out:
        is_one = len({name for name, _ in left_out}) == 1
        numbers = several(str(line) if is_one else f"{line} of {name}" for name, line in sorted(left_out))
        lines.append(f"Left out because of a problem: {'row' if len(left_out) == 1 else 'rows'} {numbers}")
    return lines


def remembered_words(preview: ImportPreview) -> str:
    """That how files are read is remembered, where the user chose it."""
    names = [each.file_name for each in preview.drafts if each.layout is not None and each.layout.by_hand]
    return f"How {several(names, most=2)} is read is remembered for files with the same headers." if names else ""


def corrected_words(corrected: Corrected) -> str:
    """A correction in words: “Corrected in row 4, Quantity: “36O” is read as “360””."""
    was = f"“{corrected.before}”" if corrected.before else "nothing"
    return f"Corrected in row {corrected.line}, {corrected.column}: {was} is read as “{corrected.after}”"


def news_lines(preview: ImportPreview) -> list[str]:
    """The accounts, classes and assets that the portfolio does not have yet."""
    matched = preview.matched
    lines = []
    if matched.base_currency is not None and matched.added:
        is_named = any(draft.base_currency == matched.base_currency for draft in preview.drafts)
        why = "as in the file" if is_named else "the one most lines are in"
        lines.append(f"Base currency: {matched.base_currency}, {why}")
    if matched.accounts:
        lines.append(f"{text.count(len(matched.accounts), 'new account')}: {several(a.name for a in matched.accounts)}")
    if matched.classes:
        words = text.count(len(matched.classes), "new asset class", "new asset classes")
        lines.append(f"{words}: {several(c.name for c in matched.classes)}")
    if matched.assets:
        lines.append(f"{text.count(len(matched.assets), 'new asset')}: {several(a.known_as for a in matched.assets)}")
    if matched.completed:
        names = several(a.known_as for a in matched.completed)
        lines.append(
            f"{text.count(len(matched.completed), 'asset')} completed with a class, an ISIN or a new symbol: {names}"
        )
    return lines


def without_value(valuation: Valuation) -> str:
    """How many holdings have no value, and what they lack: "3 holdings, no exchange rate for EUR"; "" none has none."""
    lacking = valuation.unpriced
    if not lacking:
        return ""
    is_rate = all(each.missing is Missing.RATE for each in lacking)
    what = f"no exchange rate for {several(valuation.missing_rates)}" if is_rate else "no price or rate is known"
    return f"{text.count(len(lacking), 'holding')}, {what}"
