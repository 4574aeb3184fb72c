"""Which words for an asset class mean one of the built-in ones, in several languages, and how a class cell is read; and
which class something is likely of by the words of its name: only ever a guess, for the user to accept. And how a new
account is taxed, where unmistakable words say it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from wealthdesk.domain.accounts import AccountKind
from wealthdesk.domain.money import WHOLE, NumberFormat, parse_percent
from wealthdesk.errors import NotANumber
from wealthdesk.importers.cells import CellRefused
from wealthdesk.importers.header_words import plain_words

_WORDS: Final = {
    "equity": "equity|equities|stock|stocks|share|shares|common stock|domestic stock|foreign stock|us equity|us stocks|"
    "domestic equity|international equity|international stocks|equity etf|stock etf|equity fund|"
    "stock fund|aktien|aktie|"
    "aktienfonds|aktien etf|actions|action|aandelen|aandeel|acciones|accion|renta variable|azioni|azione|azionario",
    "fixed_income": "fixed income|fixedincome|debt|bond|bonds|domestic bond|foreign bond|government bonds|"
    "corporate bonds|"
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


_MIXED: Final = frozenset(
    "balanced|target retirement|target date|retirement 20|lifestrategy|life strategy|multi asset|multi strategy|"
    "allocation|mischfonds|60 40|80 20|40 60|20 80|portfolio fund|managed fund|all weather".split("|")
)
"""Funds of several classes: nothing is guessed of them."""
_LIKELY: Final = (
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
        "certificate of deposit|ultrashort income|bd|bnd",
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
        "500 index|stock|stocks|stk|equity|equities|msci|ftse|s p 500|sp 500|s and p 500|nasdaq|dow jones|stoxx|dax|"
        "mdax|russell|nikkei|topix|all world|total market|broad market|total international|small cap|"
        "smallcap|mid cap|large cap|mega cap|emerging markets|dividend|dividends|aktien|aktie|"
        "actions|acciones|azioni|share class a|growth|momentum|"
        "inc|corp|corporation|plc|ag|se|sa|nv|ltd|limited|co|company|group|holding|holdings|class a|class b|class c|"
        "adr|common|ordinary|spa|asa|oyj|ab|kgaa",
    ),
)
"""Class → words, the surest first: “MSCI World Real Estate” is real estate, a money market fund of treasuries cash."""


_GUESSES: Final = tuple((class_id, frozenset(words.split("|"))) for class_id, words in _LIKELY)
_LONGEST: Final = max(phrase.count(" ") + 1 for phrases in (_MIXED, *dict(_GUESSES).values()) for phrase in phrases)


def guessed_class(*texts: str | None) -> str | None:
    """The id of the built-in class that a name likely is of; None where its words say nothing, or of several."""
    said = {phrase for text in texts if text for phrase in _phrases(plain_words(text[:200]).split(" "))}
    if not said.isdisjoint(_MIXED):
        return None
    return next((class_id for class_id, words in _GUESSES if not said.isdisjoint(words)), None)


def _phrases(words: Sequence[str]) -> Iterator[str]:
    """Each word, and as many in a row as any guess is made by: far fewer than the words that there are guesses for."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            yield " ".join(words[start:end])


_ACCOUNT_WORDS: Final = {
    AccountKind.TAX_DEFERRED: (
        "traditional ira|rollover ira|sep ira|simple ira|inherited ira|401 k|401k|403 b|403b|457 b|457b|"
        "thrift savings plan|self invested personal pension|pension|pensions|pensionsplan|pensionskonto|"
        "registered retirement savings plan|riester|riesterrente|riester rente|rurup|rurup rente|basisrente|"
        "betriebliche altersvorsorge|saule 3a|pilier 3a|pillar 3a|plan epargne retraite|assurance vie|"
        "plan de pensiones|fondo pensione|pensioenrekening|tjanstepension"
    ),
    AccountKind.TAX_FREE: (
        "roth ira|roth 401 k|roth 401k|roth 403 b|roth 403b|individual savings account|tax free savings account|"
        "stocks and shares isa|stocks shares isa|lifetime isa|junior isa|cash isa|plan d epargne en actions|"
        "investeringssparkonto|health savings account"
    ),
}
_ACCOUNT_CAPITALS: Final = {
    AccountKind.TAX_DEFERRED: frozenset("IRA TSP SIPP RRSP RRIF LIRA IKZE".split()),
    AccountKind.TAX_FREE: frozenset("ISA LISA JISA TFSA FHSA PEA NISA HSA IKE".split()),
}
"""Only in capital letters: Ira, Isa and Ike are names of people as well."""
_NOT_SO: Final = frozenset("non not no taxable".split())
"""“Non-pension”, “Taxable (no IRA)”."""


def guessed_account_kind(*texts: str | None) -> AccountKind | None:
    """How an account is taxed of which these texts speak; None where no unmistakable word says it, or several do."""
    told = [text[:200] for text in texts if text]
    said = [f" {plain_words(text)} " for text in told]
    capitals = {word for text in told for word in _NOT_LETTERS.split(text)}
    if any(word in _NOT_SO for text in said for word in text.split()):
        return None
    found = {kind for kind, words in _ACCOUNT_WORDS.items() if _says(said, words) or capitals & _ACCOUNT_CAPITALS[kind]}
    if _says(said, "roth") and AccountKind.TAX_DEFERRED in found:  # “Roth Contributory IRA”; Roth alone is a name
        return AccountKind.TAX_FREE
    return found.pop() if len(found) == 1 else None


_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def _says(said: Sequence[str], words: str) -> bool:
    return any(f" {word} " in text for word in words.split("|") for text in said)
