"""What exchanges call coins and pairs of coins: Kraken's codes, XXBTZEUR, BTCUSDT, KCS-USDT."""

from collections.abc import Iterable
from typing import Final

from wealthdesk.domain.money import CURRENCIES

_OF_KRAKEN: Final = {
    "XBT": "BTC", "XXBT": "BTC", "XDG": "DOGE", "XXDG": "DOGE", "XETH": "ETH", "XETC": "ETC", "XLTC": "LTC",
    "XXRP": "XRP", "XXLM": "XLM", "XXMR": "XMR", "XZEC": "ZEC", "XREP": "REP", "XMLN": "MLN", "ETH2": "ETH",
    "ZEUR": "EUR", "ZUSD": "USD", "ZGBP": "GBP", "ZCAD": "CAD", "ZJPY": "JPY", "ZAUD": "AUD", "ZKRW": "KRW",
}  # fmt: skip
_SURELY_KRAKEN: Final = frozenset(("XXBT", "XETH", "XXDG", "ZEUR", "ZUSD", "ZGBP", "ETH2.S", "ETH2"))
"""Codes that are not the symbols of shares as well."""

_MONEY: Final = ("EUR", "USD", "GBP", "CAD", "AUD", "JPY", "CHF", "TRY", "BRL", "PLN", "MXN", "SGD", "INR", "ZAR")
STABLE: Final = ("FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "EURC", "EURT", "DAI")
"""Coins that stand for money."""

_PAYING: Final = (*STABLE, "XXBT", "XETH", "XBT", "BTC")
_MARKS: Final = "-/_"
_SHORTEST_PAIR: Final = 6


def coin(symbol: str) -> str:
    """The usual symbol of what Kraken calls otherwise: XXBT → BTC, ZEUR → EUR, DOT28.S (staked) → DOT."""
    bare, mark, _ = symbol.partition(".")
    if mark:
        bare = bare.rstrip("0123456789") or bare
    return _OF_KRAKEN.get(bare, bare)


def are_krakens(symbols: Iterable[str]) -> bool:
    """Whether one of these is called as only Kraken calls it."""
    return not _SURELY_KRAKEN.isdisjoint(symbols)


def pair_of(text: str) -> tuple[str, str] | None:
    """What is traded for what: BTCUSDT and BTC-USDT are (BTC, USDT), XXBTZEUR is (BTC, EUR); None for anything else."""
    pair = text.strip().upper()
    for mark in _MARKS:
        base, found, quote = pair.partition(mark)
        if found:
            return (coin(base), coin(quote)) if _is_code(base) and quote in (*_QUOTES, *CURRENCIES) else None
    if len(pair) < _SHORTEST_PAIR or not _is_code(pair):
        return None
    quote = next((each for each in _QUOTES if pair.endswith(each) and _is_base(pair.removesuffix(each), each)), "")
    return (coin(pair.removesuffix(quote)), coin(quote)) if quote else None


_QUOTES: Final = (*(f"Z{each}" for each in _MONEY[:6]), *_PAYING, *_MONEY, "ETH", "BNB", "SOL", "DOT", "TRX")
"""What pairs written in one word end with, the surest first."""


def _is_base(base: str, quote: str) -> bool:
    """Whether this is left of a pair: XTZEUR is XTZ for EUR, not XT for ZEUR."""
    return len(base) >= (4 if quote[0] == "Z" and quote != "ZAR" else 2)


def _is_code(text: str) -> bool:
    return 1 < len(text) <= 16 and text.isascii() and text.isalnum() and not text.isdecimal()
