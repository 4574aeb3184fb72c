"""Which asset class something is likely of, by the words of its name: only ever a guess, for the user to accept."""

from collections.abc import Sequence
from typing import Final

from wealthdesk.importers.header_words import plain_words

_MIXED: Final = (
    "balanced|target retirement|target date|retirement 20|lifestrategy|life strategy|multi asset|multi strategy|"
    "allocation|mischfonds|60 40|80 20|40 60|20 80|portfolio fund|managed fund|all weather"
)
"""Funds of several classes: nothing is guessed of them."""
_WORDS: Final = (
    (
        "crypto",
        "bitcoin|btc|ethereum|ether|solana|cardano|litecoin|dogecoin|polkadot|ripple|xrp|crypto|cryptocurrency|"
        "stablecoin|krypto|blockchain token",
    ),
    (
        "cash",
        "money market|geldmarkt|geldmarktfonds|monetaire|monetario|cash reserves|government cash|cash fund|"
        "liquidity fund|overnight rate|overnight swap|tagesgeld|sweep|deposit account",
    ),
    (
        "real_estate",
        "reit|reits|real estate|realty|property|properties|immobilien|immobilienfonds|immobilier|immobiliare|vastgoed|"
        "inmobiliario|haus invest|grundbesitz",
    ),
    (
        "fixed_income",
        "bond|bonds|treasury|treasuries|treas|t bill|t bills|tbill|gilt|gilts|anleihe|anleihen|bund|bunds|"
        "bundesanleihe|obligation|obligations|obligaties|obligazioni|bonos|renten|rentenfonds|fixed income|aggregate|"
        "agg|municipal|muni|munis|tips|inflation protected|inflation linked|floating rate|high yield corp|"
        "high yield corporate|corporate debt|mortgage backed|notes due|note due|income fund|"
        "certificate of deposit|ultrashort income",
    ),
    (
        "equity",
        "gold miners|silver miners|miners|mining|energy|water",
    ),
    (
        "commodities",
        "gold|silver|platinum|palladium|commodity|commodities|precious metals|bullion|rohstoffe|rohstoff|xetra gold|"
        "crude oil|brent|natural gas|edelmetall|physical metals",
    ),
    (
        "alternatives",
        "hedge fund|private equity|private credit|managed futures|venture capital|long short",
    ),
    (
        "equity",
        "500 index|stock|stocks|equity|equities|msci|ftse|s p 500|sp 500|s and p 500|nasdaq|dow jones|stoxx|dax|mdax|"
        "russell|nikkei|topix|all world|total market|total international|small cap|smallcap|mid cap|large cap|mega cap|"
        "emerging markets|dividend|dividends|aktien|aktie|actions|acciones|azioni|share class a|growth|momentum|"
        "inc|corp|corporation|plc|ag|se|sa|nv|ltd|limited|co|company|group|holding|holdings|class a|class b|class c|"
        "adr|common|ordinary|spa|asa|oyj|ab|kgaa",
    ),
)
"""Class → words, the surest first: “MSCI World Real Estate” is real estate, a money market fund of treasuries cash."""


def guessed_class(*texts: str | None) -> str | None:
    """The id of the built-in class that a name likely is of; None where its words say nothing, or of several."""
    said = [f" {words} " for text in texts if text and (words := plain_words(text[:200]))]
    if not said or _has(said, _MIXED):
        return None
    return next((class_id for class_id, words in _WORDS if _has(said, words)), None)


def _has(said: Sequence[str], words: str) -> bool:
    return any(f" {word} " in text for word in words.split("|") for text in said)
