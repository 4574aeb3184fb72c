"""What stands in a holdings file besides holdings: titles, totals, pending activity, disclaimers, dates."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from wealthdesk.importers.cells import CellRefused, is_missing, is_number, read_date
from wealthdesk.importers.draft import DateOrder
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.table import Record

_TOTAL = re.compile(
    r"(?:[a-z]+ ){0,3}(?:sub ?)?totals?(?: [a-z]{3})?|sub ?totals?\b.*|"
    r"(?:grand )?totals? (?:account|accounts|portfolio|value|assets|holdings|all|gesamt|in|of|for|del|de|du|market|"
    r"investments?|stocks?|securities|positions?|equity|current|general)\b.*|"
    r"(?:zwischen)?summen?\b.*|gesamt(?:summe|wert|betrag|bestand|vermogen|depotwert|portfolio)?(?: [a-z]{3})?|"
    r"gesamt .*|"
    r"(?:[a-z]+ ){0,2}gesamt(?:wert|summe|betrag|depotwert)(?: [a-z]{3})?|depotwert(?: gesamt)?(?: [a-z]{3})?|"
    r"totaal\b.*|totalt\b.*|total(?:summa|belopp|varde)\b.*|lacznie|(?:sub)?totale\b.*|somme|yhteensa|celkem|osszesen|"
    r"ensemble|total general|valor total|summa|sum|i alt|razem|suma|"
    r"account value|portfolio value|net (?:asset|account) value|net worth|合計|合计|总计|總計|"
    r"합계|총계|итого(?: .*)?|всего(?: .*)?|(?:genel )?toplam(?: .*)?"
)
_PENDING = re.compile(r"pending (?:activity|transactions?|trades?|settlement)\b.*|unsettled (?:cash|activity|trades?)")
_CASH_LABEL = re.compile(
    r"(?:(?:total|available|uninvested|settled|free|account|[a-z]{3}) )?cash(?: balance| available| value|"
    r" held)?(?: [a-z]{3})?|"
    r"cash on hand|(?:verfugbares |konto)?guthaben(?: [a-z]{3})?|barbestand|verrechnungskonto|kontostand|"
    r"solde especes|especes|liquidites|liquiditeiten|vrije ruimte|efectivo|saldo efectivo|liquidita(?: disponibile)?|"
    r"likvida medel|kontanter|tillgangligt for kop|gotowka|srodki pieniezne|saldo em conta|預り金|现金|現金|"
    r"예수금|현금|денежные средства|свободные средства|nakit(?: bakiye)?"
)
_OWED: Final = frozenset(
    "liability|liabilities|debts|loan|loans|mortgage|mortgages|credit card|credit cards|student loan|car loan|"
    "verbindlichkeit|verbindlichkeiten|schulden|darlehen|kredit|kredite|hypothek|hypotheken|passif|passifs|dettes|"
    "emprunt|emprunts|pret immobilier|passivo|pasivo|pasivos|deudas|prestamo|prestamos|hipoteca|passivita|debiti|"
    "mutuo|prestiti|lening|leningen|hypotheek|skulder|lan|gjeld|gaeld|zobowiazania|kredyt".split("|")
)
_ACCOUNT_LABEL = re.compile(
    r"account(?: name)?|depot|depotname|konto|kontoname|compte|portfolio(?: name)?|rekening|cuenta|conto"
)

_TITLE_ACCOUNT = (
    re.compile(r"positions for (?:account )?(?P<name>.{1,80}?)(?:\s+(?:\.{2,}|[xX*]+)-?[0-9A-Za-z]+)?\s+as of\b", re.I),
    re.compile(
        r"(?:account|account name|konto|depot|compte|rekening|cuenta|conto)\s*:\s*"
        r"(?P<name>[^,;|]{1,80}?)\s*(?:[,;|]|$)",
        re.I,
    ),
)
_TITLE_MANY = re.compile(r"all[ -]accounts?\b", re.I)
_SAYS_DATE = re.compile(
    r"as of|date|downloaded|exported|generated|stand|stichtag|\bper\b|\bam\b|datum|export[ée]|"
    r"situation au|fecha|\bal\b|\bdata\b|"
    r"\bvom\b|\bau\b|\bop\b",
    re.I,
)
_DATES = re.compile(
    r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|[A-Za-z]{3,9}\.?[- ]\d{1,2},?[- ]\d{4}|"
    r"\d{1,2}\.?[- ][A-Za-z]{3,9}\.?[- ]\d{4})\b",
    re.ASCII,
)


def account_in(title: str) -> str | None:
    """The account that a title line names: “Positions for account Brokerage …000 as of …” → Brokerage."""
    for pattern in _TITLE_ACCOUNT:
        match = pattern.match(title.strip('" '))
        if match and not _TITLE_MANY.match(match["name"]):
            return match["name"].strip()
    return None


def date_in(text: str, order: DateOrder) -> date | None:
    """The day that a title or closing line gives for the whole file: “Date downloaded Nov-20-2026” → 2026-11-20."""
    if not _SAYS_DATE.search(text[:200]):
        return None
    for found in _DATES.findall(text[:200]):
        try:
            return read_date(found, order)
        except CellRefused:
            continue
    return None


def label_of(record: Record) -> tuple[str, str] | None:
    """The label and what stands behind it, where a record is only these two: “Total value:,219261.55”."""
    filled = [cell for cell in record.cells if not is_missing(cell)]
    return (filled[0].rstrip(": "), filled[1]) if len(filled) == 2 and len(filled[0]) <= 60 else None


def is_cash_label(label: str) -> bool:
    """Whether the number beside this label is the cash of an account."""
    return bool(_CASH_LABEL.fullmatch(plain_words(label)))


def says_not_held(title: str, *, is_like_others: bool) -> bool:
    """Whether the title of a table says that it is of nothing that is held: of what was sold, or is only watched.

    A table that is not like the others may be of orders, dividends or shares of the whole, too.
    """
    words = set(plain_words(title[:100]).split())
    return bool(words & _NOT_HELD) or (not is_like_others and bool(words & _NO_HOLDINGS))


_NOT_HELD: Final = frozenset(
    "closed sold realized realised watchlist watchlists geschlossene verkaufte realisierte merkliste "
    "beobachtungsliste cloturees vendues realisees cerradas vendidas chiuse vendute gesloten verkochte".split()
)
_NO_HOLDINGS: Final = frozenset(
    "orders dividend dividends income allocation breakdown performance history transactions activity summary auftrage "
    "dividenden ertrage aufteilung umsatze zusammenfassung ordres dividendes repartition ordenes dividendos ordini "
    "dividendi".split()
)


def says_owed(words: str) -> bool:
    """Whether a type, a class or a title says that what stands there is owed; “Debt” alone is a class of bonds."""
    return 0 < len(words) <= 60 and plain_words(words) in _OWED


def is_account_label(label: str) -> bool:
    """Whether the name of an account stands beside this label."""
    return bool(_ACCOUNT_LABEL.fullmatch(plain_words(label)))


def is_text(record: Record, width: int) -> bool:
    """Whether the record is a line of prose: one cell with something in it, where rows have several; or what is left
    of a sentence with the delimiter in it.
    """
    count = len(record.cells)
    if width < 2 or count - record.cells.count("") != 1:
        return _is_sentence(record.cells, width)
    return count == 1 or max(map(len, record.cells)) > 40


def _is_sentence(cells: Sequence[str], width: int) -> bool:
    """Whether a row of words alone is shorter than the others, and long when it is put together again."""
    if not 1 < len(cells) < width or any(map(is_number, cells)) or not all(cells):
        return False
    return " " in cells[0] and len(", ".join(cells)) > 40


def is_no_asset(name: str) -> bool:
    """Whether what stands in the place of a name is the word for a total, or for what is pending."""
    words = plain_words(name) if 0 < len(name) <= 60 else ""
    return bool(words) and bool(_TOTAL.fullmatch(words) or _PENDING.fullmatch(words))


def why_left_out(record: Record, names: Sequence[str], *, is_complete: bool) -> str | None:
    """Why a row is no holding, by what stands in its `names` (first cell, symbol, name); None when it may be one.

    A row that is complete, with a quantity and what that is of, is never left out for its name.
    """
    if is_complete:
        return None
    filled = [cell for cell in record.cells if not is_missing(cell)]
    if len(filled) > 1 and sum(map(is_number, filled)) == len(filled):
        return "A row of numbers without a name."
    for name in names:
        words = plain_words(name) if 0 < len(name) <= 60 else ""
        if words and _TOTAL.fullmatch(words):
            return "A totals row."
        if words and _PENDING.fullmatch(words):
            return "Not settled yet."
    return "Nothing is written here." if all(is_missing(cell) for cell in record.cells) else None
