"""Which words for an asset class mean one of the built-in ones, in several languages, and how a class cell is read."""

import re
from typing import Final

from wealthdesk.domain.money import WHOLE, NumberFormat, parse_percent
from wealthdesk.errors import NotANumber
from wealthdesk.importers.cells import CellRefused
from wealthdesk.importers.header_words import plain_words

_WORDS: Final = {
    "equity": "equity|equities|stock|stocks|share|shares|common stock|domestic stock|foreign stock|us equity|us stocks|"
    "domestic equity|international equity|international stocks|equity etf|stock etf|equity fund|"
    "stock fund|aktien|aktie|"
    "aktienfonds|aktien etf|actions|action|aandelen|aandeel|acciones|accion|renta variable|azioni|azione|azionario",
    "fixed_income": "fixed income|fixedincome|bond|bonds|domestic bond|foreign bond|government bonds|corporate bonds|"
    "municipal bonds|treasuries|bond etf|bond fund|anleihen|anleihe|renten|rentenfonds|rentenpapiere|obligationen|"
    "obligations|obligation|obligaties|obligatie|bonos|bono|renta fija|obbligazioni|obbligazione|obbligazionario",
    "cash": "cash|cash and money market|cash money market|money market|money market fund|cash and cash equivalents|"
    "cash equivalents|cash and equivalents|cash and cash investments|cash cash investments|liquiditat|liquidat|bargeld|"
    "guthaben|tagesgeld|festgeld|geldmarkt|geldmarktfonds|liquidites|especes|tresorerie|monetaire|contanten|"
    "barvermogen|kontoguthaben|likvider|likvida medel|gotowka|caixa|"
    "liquiditeiten|liquide middelen|spaargeld|efectivo|liquidez|monetario|liquidita|contanti",
    "real_estate": "real estate|realestate|reit|reits|property|properties|immobilien|immobilienfonds|"
    "immobilier|vastgoed|"
    "inmobiliario|inmuebles|bienes raices|immobiliare|immobili",
    "commodities": "commodities|commodity|gold|silver|precious metals|rohstoffe|rohstoff|edelmetalle|"
    "matieres premieres|"
    "metaux precieux|grondstoffen|edelmetalen|goud|materias primas|metales preciosos|materie prime|metalli preziosi",
    "crypto": "crypto|cryptocurrency|cryptocurrencies|digital assets|digital currency|krypto|kryptowahrung|"
    "kryptowahrungen|cryptomonnaie|cryptomonnaies|crypto monnaies|cryptovaluta|criptomonedas|criptomoneda|criptovalute|"
    "criptovaluta|cripto",
    "alternatives": "alternatives|alternative|alternative investments|hedge fund|hedge funds|private equity|"
    "alternative anlagen|alternativen|placements alternatifs|alternatieven|alternatieve beleggingen|alternativos|"
    "inversiones alternativas|alternativi|investimenti alternativi",
}
_CLASSES: Final = {word: key for key, words in _WORDS.items() for word in words.split("|")}

_KIND_WORDS: Final = {
    "security": "security|stock|stocks|share|shares|equity|equities|common stock|bond|bonds|aktie|"
    "aktien|anleihe|action|"
    "aandeel|accion|azione",
    "fund": "fund|funds|etf|etfs|etfs and closed end funds|etfs closed end funds|mutual fund|"
    "mutual funds|index fund|fonds|"
    "fondo|fondos|fondi",
    "cash": "cash",
    "crypto": "crypto|cryptocurrency|coin|krypto|kryptowahrung",
    "property": "property",
    "private": "private",
}
_KINDS: Final = {word: key for key, words in _KIND_WORDS.items() for word in words.split("|")}

_PART = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<name>[^;"]+?))\s+(?P<share>[0-9]+(?:[.,][0-9]+)?)\s*%\s*(?:;|$)', re.ASCII
)
_ENDS_IN_SHARE = re.compile(r"[0-9]\s*%\s*;?\s*$")


def class_of(text: str) -> str | None:
    """The id of the built-in asset class that `text` means (equity, fixed_income, …), or None."""
    return _CLASSES.get(plain_words(text)) if len(text) <= 60 else None


def kind_of_asset(text: str) -> str | None:
    """The kind of asset that `text` means (security, fund, cash, crypto, property, private), or None."""
    return _KINDS.get(plain_words(text)) if len(text) <= 60 else None


def read_classes(text: str) -> tuple[tuple[str, int], ...]:
    """The classes of a cell: “Equity” is all of it, “Equity 60%; Cash 40%” has parts; CellRefused otherwise."""
    if not text:
        return ()
    if not _ENDS_IN_SHARE.search(text):
        return ((text, WHOLE),)
    parts = _parts(text)
    if sum(bps for _, bps in parts) != WHOLE:
        raise CellRefused(f"The shares in “{text[:60]}” do not sum to 100 %.", "Write shares that sum to 100 %.")
    if len({name.casefold() for name, _ in parts}) != len(parts):
        raise CellRefused(f"A class stands twice in “{text[:60]}”.", "Write every class once.")
    return tuple(part for part in parts if part[1] > 0)


def _parts(text: str) -> list[tuple[str, int]]:
    parts, at = [], 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise CellRefused(f"“{text[:60]}” is not a list of classes.", "Write it like: Equity 60%; Fixed income 40%")
        name = match["quoted"].replace('""', '"') if match["quoted"] is not None else match["name"].strip()
        parts.append((name, _share(match["share"])))
        at = match.end()
    return parts


def _share(text: str) -> int:
    try:
        return parse_percent(text.replace(",", "."), NumberFormat(".", ""))
    except NotANumber as refusal:
        raise CellRefused(*CellRefused.split(refusal)) from refusal
