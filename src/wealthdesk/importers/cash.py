"""Which lines are cash: by symbol, by name, by kind, by what stands beside them."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.outside import is_cash_label

_ALWAYS = re.compile(r"\${1,2}CASH(?:_TX)?(?:[\s:_.-]?(?P<code>[A-Z]{3}))?|CUR:(?P<code2>[A-Z]{3})", re.ASCII)
_LIKELY = re.compile(r"CASH(?:[\s:_.-]?(?P<code>[A-Z]{3}))?|(?P<code2>[A-Z]{3})[\s:_.-]?CASH", re.ASCII)
_CODE_IN_NAME = re.compile(r"[(\[]([A-Z]{3})[)\]]")
_PHRASE = re.compile(
    r"(?:[a-z]{3} )?(?:cash|uninvested cash|free cash|settlement fund|core position|core cash|sweep|money accounts?|"
    r"guthaben|barbestand|encaisse|solde en especes|"
    r"liquiditat|kontoguthaben|verrechnungskonto|bargeld|especes|liquidites|contanten|saldo|efectivo|"
    r"liquidita|contanti|"
    r"bank deposit|hotovost|kateinen|keszpenz)\b.*|(?:[a-z]+ )?(?:bank )?deposit (?:program|sweep|account)\b.*"
)
_SWEEP = re.compile(
    r".*\b(?:deposit (?:sweep|prog\w*|account)|sweep (?:deposit|program|account)|bank (?:deposit|sweep)|"
    r"insured (?:deposit|cash|bank)|cash sweep)\b.*"
)
"""What money is called that a broker keeps at a bank over night, whatever stands in the place of a symbol."""

_ACCOUNT_IN = re.compile(r"(?:konto|kontokorrent|privatkonto|cash account|compte|conto|rekening) (?P<code>[a-z]{3})")
_CASH_KINDS: Final = frozenset(("cash", "currency", "bargeld"))

# Codes that are hardly any share's symbol, so that they mean cash even when nothing stands beside them.
_MAIN: Final = frozenset("USD EUR GBP CHF JPY AUD NZD CNY HKD SGD SEK NOK DKK PLN CZK HUF".split())


class LineWords(NamedTuple):
    """What a line says about what it holds, as far as cash is concerned."""

    symbol: str
    name: str
    kind: str
    type: str
    quantity: Decimal | None
    price: Decimal | None
    currency: str | None


def cash_currency(line: LineWords) -> str | None:
    """The currency of the cash that the line is, "" for the line's own currency, None when it is no cash."""
    symbol = line.symbol.upper()
    if line.kind and plain_words(line.kind) in _CASH_KINDS:
        return symbol if symbol in CURRENCIES else _code_in(line) or ""
    if symbol[:1] in ("$", "C") and (match := _ALWAYS.fullmatch(symbol)):
        return _known(match["code"] or match["code2"])
    if line.quantity is not None and line.price is not None and line.price != 1:
        return None
    if symbol in CURRENCIES:
        return symbol if _is_money(symbol, line) else None
    if match := _LIKELY.fullmatch(symbol):
        return _known(match["code"] or match["code2"])
    if symbol.endswith("**") or _is_phrase(line):
        return _code_in(line) or ""
    return None


def _is_money(code: str, line: LineWords) -> bool:
    """Whether a symbol that is a currency's code means money: AMD, ALL and COP are shares as well."""
    if line.currency is not None:
        return line.currency == code
    return line.price is not None or code in _MAIN or class_of(line.type) == "cash"


def _is_phrase(line: LineWords) -> bool:
    """Whether words say cash: in the place of the symbol, or in the name when there is no symbol."""
    text = line.symbol or line.name
    if line.symbol and " " not in line.symbol:
        return _SWEEP.fullmatch(plain_words(line.name[:100])) is not None
    words = plain_words(text[:100])
    account = _ACCOUNT_IN.fullmatch(words)
    says = _PHRASE.fullmatch(words) is not None or (" " in text and is_cash_label(text))
    says = says or (account is not None and account["code"].upper() in CURRENCIES)
    says = says or _SWEEP.fullmatch(words) is not None
    return says or (line.quantity is None and class_of(line.type) == "cash")


def _code_in(line: LineWords) -> str | None:
    for text in (line.symbol, line.name):
        for code in _CODE_IN_NAME.findall(text):
            if code in CURRENCIES:
                return str(code)
    return None


def _known(code: str | None) -> str:
    return code if code in CURRENCIES and code is not None else ""
