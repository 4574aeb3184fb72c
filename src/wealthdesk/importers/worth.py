"""What a row says it is worth: quantity, price and value brought together, where they do not agree the value decides;
and whether it is cash: by symbol, by name, by kind, by what stands beside them.
"""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from wealthdesk.domain.money import CURRENCIES, exact_product, quotient, rounded
from wealthdesk.importers.class_words import class_of
from wealthdesk.importers.header_words import plain_words
from wealthdesk.importers.outside import is_cash_label

_SCALES: Final = tuple(map(Decimal, ("100", "0.01", "10", "0.1", "1000", "0.001", "10000")))
_ALWAYS = re.compile(r"\${1,2}CASH(?:_TX)?(?:[\s:_.-]?(?P<code>[A-Z]{3}))?|CUR:(?P<code2>[A-Z]{3})", re.ASCII)
_LIKELY = re.compile(r"CASH(?:[\s:_.-]?(?P<code>[A-Z]{3}))?|(?P<code2>[A-Z]{3})[\s:_.-]?CASH", re.ASCII)
_CODE_IN_NAME = re.compile(r"[(\[]([A-Z]{3})[)\]]")
_PHRASE = re.compile(
    r"(?:[a-z]{3} )?(?:cash|uninvested cash|free cash|settlement fund|core position|core cash|sweep|money accounts?|"
    r"guthaben|barbestand|encaisse|solde en especes|"
    r"liquiditat|kontoguthaben|verrechnungskonto|bargeld|especes|liquidites|contanten|saldo|efectivo|"
    r"liquidita|contanti|"
    r"bank (?:deposit|account)|(?:checking|savings|current) account|girokonto|tagesgeldkonto|sparkonto|kontokorrent|"
    r"compte courant|conto corrente|cuenta corriente|spaarrekening|betaalrekening|"
    r"hotovost|kateinen|keszpenz|예수금|현금|денежные средства|свободные средства|nakit)\b.*|"
    r"(?:[a-z]+ )?(?:bank )?deposit (?:program|sweep|account)\b.*"
)
_SWEEP = re.compile(
    r".*\b(?:deposit (?:sweep|prog\w*|account)|sweep (?:deposit|program|account)|bank (?:deposit|sweep)|"
    r"insured (?:deposit|cash|bank)|cash sweep)\b.*"
)
"""What money is called that a broker keeps at a bank over night, whatever stands in the place of a symbol."""

_ALONE: Final = frozenset(
    "checking|konto|account balance|bank balance|cash balance|checking balance|savings balance|kontosaldo|kontostand|"
    "girokonto|tagesgeldkonto|sparkonto|saldo del conto|saldo de cuenta|solde du compte|banktegoed".split("|")
)
"""What says cash where nothing but a value stands beside it."""

_ACCOUNT_IN = re.compile(r"(?:konto|kontokorrent|privatkonto|cash account|compte|conto|rekening) (?P<code>[a-z]{3})")
_CASH_KINDS: Final = frozenset(("cash", "currency", "bargeld"))

# Codes that are hardly any share's symbol, so that they mean cash even when nothing stands beside them.
_MAIN: Final = frozenset("USD EUR GBP CHF JPY AUD NZD CNY HKD SGD SEK NOK DKK PLN CZK HUF".split())


class Money(NamedTuple):
    """An amount of a row, and the currency that it is told to be in (None: that of the row)."""

    amount: Decimal | None = None
    code: str | None = None


class Worth(NamedTuple):
    """What a holding is worth in `currency`; `converted` is the value in another one.

    scale: how many units the price is quoted for where that is not one (100 for bonds). odd: the value is another one
    than quantity × price, and nothing explains it. is_lump: a value without a quantity.
    """

    quantity: Decimal | None
    currency: str
    price: Decimal | None = None
    value: Decimal | None = None
    converted: tuple[str, Decimal] | None = None
    scale: Decimal = Decimal(1)
    odd: tuple[Decimal, Decimal] | None = None
    is_lump: bool = False
    is_usual: bool = False
    """Whether it is only usual that the price is quoted for so many: nothing beside it says so."""
    is_valued: bool = False
    """Whether the price is the value divided by the quantity, because the row has none."""


def worth(
    quantity: Decimal | None,
    price: Money,
    value: Money,
    converted: tuple[str, Decimal] | None,
    currency: str,
    *,
    parts: int = 1,
    usual: str | None = None,
    per_cent: bool = False,
    units: Decimal = Decimal(1),
) -> Worth:
    """The worth of a row. parts: the row is in a hundredth of its currency, and so may its value be (pence).

    usual: the currency of values that name none, where the price's sign alone tells the row's currency.
    per_cent: the price is a share of what is to be paid back, which may be in another currency than the value.
    units: for how many a price is usually quoted of such a thing; a value beside it decides.
    """
    local, converted = _sorted_by_currency(value, converted, currency)
    told = Worth(quantity, currency, price.amount or None, local, converted)
    if price.amount is not None and price.amount < 0:
        return told._replace(price=price.amount)
    if quantity is None:
        return _lump(told, parts)
    if quantity <= 0:
        return told
    if told.price is None:
        return _valued(told, parts)
    if units != 1 and told.value is None and told.converted is None and not per_cent:
        of_one = _price(told.price, units)
        worth_all = rounded(exact_product(quantity, of_one)) if of_one else None
        return told._replace(price=of_one, value=worth_all, scale=units, is_usual=True)
    found = _agreed(told, parts, usual)
    if per_cent and found.odd is not None:
        return found._replace(price=_price(found.odd[1], quantity))
    return found


def _sorted_by_currency(
    value: Money, converted: tuple[str, Decimal] | None, currency: str
) -> tuple[Decimal | None, tuple[str, Decimal] | None]:
    local = value.amount
    if value.code not in (None, currency) and local is not None:
        converted, local = converted or (value.code or currency, local), None
    if converted is not None and converted[0] == currency:
        local, converted = converted[1] if local is None else local, None
    return local, converted


def _lump(told: Worth, parts: int) -> Worth:
    """A value without a quantity is one of that value."""
    amount, currency = told.value, told.currency
    if amount is None and told.converted is not None:
        currency, amount = told.converted
    elif amount is not None and parts > 1:
        amount = quotient(amount, Decimal(parts))
    if amount is None or amount <= 0 or told.price is not None:
        return told
    return Worth(Decimal(1), currency, rounded(amount), rounded(amount), is_lump=True)


def _valued(told: Worth, parts: int) -> Worth:
    if told.quantity is None:
        return told
    if told.value is not None and told.value > 0:
        amount = quotient(told.value, Decimal(parts))
        return told._replace(price=_price(amount, told.quantity), value=amount, is_valued=True)
    if told.value is None and told.converted is not None and told.converted[1] > 0:
        code, amount = told.converted
        return Worth(told.quantity, code, _price(amount, told.quantity), amount, is_valued=True)
    return told


def _agreed(told: Worth, parts: int, usual: str | None) -> Worth:
    if told.quantity is None or told.price is None or told.value is None or told.value <= 0:
        return told
    product = exact_product(told.quantity, told.price)
    if _near(product, told.value):
        return told
    if parts > 1 and _near(product, quotient(told.value, Decimal(parts))):
        return told._replace(value=quotient(told.value, Decimal(parts)))
    factor = quotient(product, told.value)
    scale = next((each for each in _SCALES if abs(quotient(factor, each) - 1) <= Decimal("0.02")), None)
    if scale is not None:
        return told._replace(price=_price(told.value, told.quantity), scale=scale)
    if usual is not None and usual != told.currency and told.converted is None:
        return told._replace(value=None, converted=(usual, told.value))
    return told._replace(odd=(product, told.value))


def _near(product: Decimal, value: Decimal) -> bool:
    off, size = abs(product - value), abs(value)
    return off <= size and (off <= 1 or off <= size / 50)


def _price(value: Decimal, quantity: Decimal) -> Decimal | None:
    """Of one unit; None where it is too small to be kept."""
    return rounded(quotient(value, quantity)) or None


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
    is_alone = line.quantity is None and line.price is None and line.name in ("", text)
    if is_alone and plain_words(text[:100]) in _ALONE:
        return True
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
