"""Which tables are lists of transactions, told by their headers and by the words in their cells."""

from collections.abc import Iterable, Sequence
from typing import Final

from wealthdesk.importers.cells import day_in, is_missing
from wealthdesk.importers.draft import Column, DateOrder, Field, Problem
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.table import Record
from wealthdesk.importers.transaction_words import Meaning, kind_word, meaning

_HEADERS: Final = frozenset(
    "utc time|transaction type|transaction|transaction date|transaction id|trade id|trade date|trade time|trade type|"
    "trade price|order id|order date|order type|order no|txid|tx id|tx hash|refid|fee currency|settlement date|"
    "settle date|settlement amount|action|activity type|activity|activity date|buy sell|run date|net amount|"
    "principal amount|proceeds|debit|credit|money in|money out|paid in|paid out|running balance|debit amount|"
    "credit amount|execution time|execution date|executed at|filled at|process date|"
    "transaction currency|buchungsinformation|"
    "buchungstag|buchungsdatum|buchungswahrung|valutadatum|transaktionstyp|transaktionsdatum|umsatzart|vorgang|"
    "auftragsnummer|ordernummer|soll|haben|date operation|type d operation|sens|date de l operation|montant net|"
    "transactiedatum|mutatie|mutatietype|soort transactie|fecha operacion|fecha de operacion|tipo de operacion|"
    "operacion|data operazione|tipo operazione|operazione|segno|transaktionstyp|affarsdag|transaktionsdatum|"
    "bokforingsdag|handelsdag|oppgjorsdag|data transakcji|typ transakcji|rodzaj operacji|data operacji|"
    "data da operacao|tipo de operacao|movimentacao|entrada saida|"
    "約定日|約定数量|約定単価|受渡日|成交日期|成交数量|成交价格|체결일|체결일자|체결수량|체결단가|거래일자|거래구분|매매구분|거래종류|"
    "дата сделки|номер сделки|вид сделки|тип операции|вид операции|дата операции|"
    "islem tarihi|islem turu|islem tipi|emir no".split("|")
)
_LOT_HEADERS: Final = frozenset(
    "purchase price|open date|opened|date acquired|acquired|acquisition date|purchase date|date purchased|bought on|"
    "lot date|open price|open date time|open time|opening price|kaufdatum|einstandskurs|date d achat|"
    "date of purchase|holding period date time|czas otwarcia|cena otwarcia|open rate".split("|")
)
_AT_PRESENT: Final = frozenset(("mark", "netliq", "net liq", "p l open", "market value", "unrealized p l"))
_RATINGS: Final = ("rating", "analyst", "signal", "opinion", "consensus", "empfehlung")
_WORDS: Final = tuple(
    "buy|bought|sell|sold|purchase|sale|reinvest|reinvestment|reinvested|dividend|dividends|div|distribution|deposit|"
    "withdrawal|withdraw|withdrew|transfer in|transfer out|transfer|interest|fee|fees|commission|split|stock split|"
    "staking|reward|airdrop|receive|received|send|sent|convert|conversion|contribution|redemption|subscription|"
    "market buy|market sell|limit buy|limit sell|stop sell|card debit|cash dividend|qualified dividend|"
    "long term cap gain|short term cap gain|wire|ach|bought to open|sold to close|add holding|remove holding|"
    "kauf|verkauf|dividende|ausschuttung|einzahlung|auszahlung|zinsen|zinsgutschrift|zins|gebuhr|gebuhren|steuer|"
    "steuern|einlage|entnahme|einlieferung|auslieferung|einbuchung|ausbuchung|sparplan|sparplanausfuhrung|umtausch|"
    "gutschrift|belastung|uberweisung|achat|vente|versement|retrait|interets|frais|virement|coupon|souscription|"
    "rachat|aankoop|koop|verkoop|storting|opname|rente|kosten|dividenduitkering|compra|venta|dividendo|ingreso|"
    "retirada|reembolso|suscripcion|intereses|comision|traspaso|acquisto|vendita|versamento|prelievo|interessi|"
    "commissione|sottoscrizione|rimborso|accredito|addebito|kop|kjop|kob|salg|salj|salt|kopt|insattning|uttag|utdelning|"
    "innskudd|uttak|utbytte|indskud|udbytte|avgift|ranta|kupno|sprzedaz|wplata|wyplata|dywidenda|odsetki|prowizja|"
    "venda|aporte|resgate|provento|rendimento|juros|taxa|買付|売付|現物買|現物売|买入|卖出|证券买入|证券卖出|"
    "매수|매도|현금매수|현금매도|구매|판매|입금|출금|배당|배당금|분배금|покупка|продажа|пополнение|вывод|дивиденд|дивиденды|купон|"
    "комиссия|налог|погашение|списание|зачисление|alis|alim|satis|satim|temettu|para yatirma|para cekme".split("|")
)
_TRADES: Final = frozenset(
    "buy|bought|sell|sold|kauf|verkauf|achat|vente|aankoop|verkoop|compra|venta|venda|매수|매도|покупка|продажа".split(
        "|"
    )
)
_LONG: Final = frozenset(("buy", "bought", "long", "kauf", "achat", "kupno"))
_SHARE: Final = 40
"""Per cent of a column's cells that begin with a trading word in a list of transactions."""

_MOST: Final = 60
"""Per cent of the lines that have such a word anywhere."""

INSTEAD: Final = "Export the positions or holdings instead."


def transactions_problem(
    columns: Sequence[Column], rows: Sequence[Record], line: int, *, by_hand: bool = False
) -> list[Problem]:
    """Told when a table is a list of transactions, which is never kept as holdings.

    Where the user has matched the columns by hand, headers alone do not tell it any more; cells do.
    """
    by_headers = not by_hand and is_told_by_headers(column.header for column in columns)
    if not (by_headers or is_told_by_cells(columns, rows)):
        return []
    return [Problem(line, "", "This is a list of transactions, not of holdings.", INSTEAD)]


def is_told_by_headers(headers: Iterable[str]) -> bool:
    """Whether a header stands there that only lists of transactions have; not where lots are told apart by theirs."""
    words = {plain_words(header) for header in headers if 0 < len(header) <= 80}
    if words & _AT_PRESENT:
        words -= {"trade price"}  # what was paid, beside what it is worth now
    return bool(words & _HEADERS) and not words & _LOT_HEADERS


def is_told_by_cells(columns: Sequence[Column], rows: Sequence[Record]) -> bool:
    """Whether a column has trading words in it, or the quantities go up and down from day to day."""
    has_day = any(column.field is Field.DATE for column in columns)
    are_open = _are_open(columns)
    judged = [column for column in columns if not (are_open and _only_bought(column, rows))]
    told = any(_says_trades(column, rows, beside_days=has_day) for column in judged)
    return told or _says_kinds(columns, rows) or _goes_up_and_down(columns, rows)


def _are_open(columns: Sequence[Column]) -> bool:
    """Whether the headers say when or at what each was opened and what it is quoted at now, and of no closing."""
    headers = [plain_words(column.header) for column in columns]
    is_quoted = any(column.field in (Field.PRICE, Field.VALUE, Field.CONVERTED_VALUE) for column in columns)
    is_closed = any(word in ("close", "closed", "zamkniecia") for header in headers for word in header.split())
    opened = any(header in _LOT_HEADERS for header in headers)
    return opened and is_quoted and not is_closed


def _only_bought(column: Column, rows: Sequence[Record]) -> bool:
    """Whether a column says of each row the same: that it was bought, and is held."""
    said = {plain_words(cell) for row in rows if not is_missing(cell := _cell(row, column))}
    return len(said) == 1 and said <= _LONG


def _says_trades(column: Column, rows: Sequence[Record], *, beside_days: bool) -> bool:
    """Whether enough of the cells begin with a trading word; in a name, or a type without days, only of trades."""
    header = plain_words(column.header)
    if column.field in (Field.ACCOUNT, Field.ACCOUNT_NUMBER, Field.ACCOUNT_KIND, Field.ASSET_CLASS):
        return False
    if any(word in header for word in _RATINGS):
        return False
    is_name = column.field in (Field.NAME, Field.SYMBOL, Field.ISIN)
    is_name = is_name or (column.field is Field.SECURITY_TYPE and not beside_days)
    cells = [cell for row in rows if not is_missing(cell := _cell(row, column))]
    said = sum(_begins(cell, only_trades=is_name) for cell in cells)
    return said > 0 and said * 100 >= _SHARE * len(cells)


def _says_kinds(columns: Sequence[Column], rows: Sequence[Record]) -> bool:
    """Whether, beside days, most cells of a column that tells what happened have a word for it, wherever it stands."""
    means = {column.index: found[0] for column in columns if (found := meaning(column.header))}
    days = [column for column in columns if means.get(column.index) is Meaning.DATE]
    if not any(_is_day(_cell(row, column)) for column in days for row in rows[:20]):
        return False
    for column in columns:
        if means.get(column.index) is Meaning.KIND and not (_are_open(columns) and _only_bought(column, rows)):
            said = sum(kind_word(_cell(row, column)) is not None for row in rows)
            if said * 100 >= _MOST * len(rows) > 0:
                return True
    return False


def _is_day(cell: str) -> bool:
    return any(day_in(cell, order) is not None for order in DateOrder) if cell else False


def _begins(cell: str, *, only_trades: bool) -> bool:
    words = plain_words(cell[:60])
    first, _, rest = words.partition(" ")
    if only_trades:
        return first in _TRADES
    return words in _WORD_SET or first in _WORD_SET or f"{first} {rest.partition(' ')[0]}" in _WORD_SET


_WORD_SET: Final = frozenset(_WORDS)


def _goes_up_and_down(columns: Sequence[Column], rows: Sequence[Record]) -> bool:
    quantity = next((each for each in columns if each.field is Field.QUANTITY), None)
    day = next((each for each in columns if each.field in (Field.DATE, Field.PRICE_DATE)), None)
    if quantity is None or day is None:
        return False
    told = [cell for row in rows if not is_missing(cell := _cell(row, quantity))]
    days = {_cell(row, day)[:10] for row in rows} - {""}
    below = sum(cell.lstrip("($€£ ").startswith(("-", "−")) or cell.startswith("(") for cell in told)
    return len(days) > 1 and 0 < below < len(told)


def _cell(row: Record, column: Column) -> str:
    return row.cells[column.index] if column.index < len(row.cells) else ""
