"""Which headers mean what, in the languages that brokers write: the table of synonyms."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.draft import Field

# Field → language → headers in plain words, the surest first. Words of several languages stand under "en" once.
_WORDS: Final[dict[Field, dict[str, str]]] = {
    Field.SYMBOL: {
        "en": "symbol|ticker|ticker symbol|asset symbol|stock symbol|security symbol|symbol isin|"
        "symbol cusip|symbol ticker|"
        "security id|epic|instrument|security|code|coin",
        "de": "kurzel|wertpapierkurzel|tickersymbol|wkn",
        "fr": "symbole|symbole isin|mnemonique|mnemo|code mnemonique",
        "nl": "symbool|symbool isin|tickercode",
        "es": "simbolo|simbolo isin|clave",
        "it": "sigla|simbolo|simbolo isin",
    },
    Field.ISIN: {"en": "isin|isin code|code isin|isin nummer|isin number|codice isin|codigo isin"},
    Field.NAME: {
        "en": "name|description|security name|security description|investment name|fund name|asset name|company name|"
        "instrument name|product|holding|asset|investment|company|fund|position|issuer",
        "de": "bezeichnung|wertpapierbezeichnung|wertpapiername|wertpapier|produkt|titel|"
        "beschreibung|gattungsbezeichnung",
        "fr": "nom|libelle|designation|produit|titre|intitule",
        "nl": "naam|omschrijving|fonds|effect",
        "es": "nombre|descripcion|producto|titulo|instrumento",
        "it": "nome|descrizione|titolo|prodotto|strumento|denominazione",
    },
    Field.QUANTITY: {
        "en": "quantity|qty|shares|units|number of shares|no of shares|share balance|current quantity|quantity held|"
        "shares held|units held|holdings|amount|balance|position quantity",
        "de": "stuck|stueck|stuckzahl|stueckzahl|anzahl|menge|stuck nominale|stuck nominal|nominale|"
        "bestand|anteile|stucke|stk",
        "fr": "quantite|qte|nombre de parts|nombre de titres|nombre|parts",
        "nl": "aantal|hoeveelheid|stuks",
        "es": "cantidad|numero de titulos|participaciones|acciones|unidades|titulos",
        "it": "quantita|q ta|qta|numero quote|quote|pezzi|numero",
    },
    Field.PRICE: {
        "en": "price|last price|share price|current price|market price|closing price|latest price|price per share|"
        "unit price|closing|close|last|nav|quote|price share|share value",
        "de": "kurs|aktueller kurs|letzter kurs|schlusskurs|schlu kurs|preis|stuckpreis|borsenkurs",
        "fr": "cours|dernier cours|cloture|cours de cloture|prix|prix actuel",
        "nl": "koers|slotkoers|huidige koers|laatste koers|prijs",
        "es": "precio|ultimo precio|precio actual|cotizacion|cierre|precio de cierre",
        "it": "prezzo|ultimo prezzo|prezzo attuale|prezzo di mercato|quotazione|chiusura|corso",
    },
    Field.CURRENCY: {
        "en": "currency|ccy|currency code|trading currency|price currency|asset currency|"
        "quote currency|local currency|curr",
        "de": "wahrung|waehrung|whg|wahrungscode|kurswahrung|handelswahrung",
        "fr": "devise|monnaie",
        "nl": "valuta|munt|muntsoort",
        "es": "divisa|moneda",
        "it": "valuta|divisa",
    },
    Field.DATE: {
        "en": "date|as of|as of date|valuation date|snapshot date|position date|report date|holding date",
        "de": "datum|stichtag|bewertungsdatum|bestandsdatum",
        "fr": "date de valorisation",
        "nl": "peildatum",
        "es": "fecha|fecha de valoracion",
        "it": "data|data di valutazione",
    },
    Field.PRICE_DATE: {
        "en": "price date|quote date|last price date|price as of|nav date|date of price|pricing date",
        "de": "kursdatum|kurs vom|kurs per|datum kurs|kursdatum zeit",
        "fr": "date du cours|date de cours|date cours|date du prix",
        "nl": "koersdatum|prijsdatum",
        "es": "fecha de precio|fecha del precio|fecha precio|fecha cotizacion|fecha de cotizacion",
        "it": "data prezzo|data del prezzo|data quotazione",
    },
    Field.ASSET_CLASS: {
        "en": "asset class|class|asset classes|asset category|category",
        "de": "anlageklasse|assetklasse|vermogensklasse|anlagekategorie|kategorie",
        "fr": "classe d actifs|classe d actif|classe|categorie",
        "nl": "beleggingscategorie|activaklasse|vermogenscategorie|klasse",
        "es": "clase de activo|clase de activos|clase|categoria",
        "it": "classe di attivo|classe di attivita|classe|categoria",
    },
    Field.SECURITY_TYPE: {
        "en": "security type|asset type|instrument type|investment type|product type|type",
        "de": "wertpapierart|wertpapiertyp|anlageart|gattung|produkttyp|typ|art",
        "fr": "type d actif|type de produit",
        "nl": "soort|producttype",
        "es": "tipo de activo|tipo de producto|tipo",
        "it": "tipo di strumento|tipo strumento|tipologia",
    },
    Field.COST: {
        "en": "cost basis total|total cost basis|cost basis|total cost|cost|book value|book cost|"
        "purchase value|cost value|"
        "amount invested|invested",
        "de": "einstandswert|kaufwert|anschaffungskosten|anschaffungswert|einstand",
        "fr": "prix de revient total|valeur d achat|montant investi|cout total",
        "nl": "aankoopwaarde|totale kostprijs|kostprijs",
        "es": "coste total|valor de compra|coste|importe invertido",
        "it": "costo totale|controvalore di carico|valore di carico|costo",
    },
    Field.UNIT_COST: {
        "en": "average cost basis|average cost|avg cost|average price|avg price|average buy price|"
        "unit cost|purchase price|"
        "cost per share|cost share|cost basis per share|average purchase price",
        "de": "einstandskurs|einstandspreis|kaufkurs|kaufpreis|durchschnittlicher kaufkurs|durchschnittskurs",
        "fr": "prix de revient unitaire|prix de revient|prix moyen|pru|prix d achat|cours de revient",
        "nl": "gemiddelde aankoopkoers|aankoopkoers|gak|aankoopprijs|gemiddelde kostprijs",
        "es": "precio medio de compra|precio medio|precio de compra|coste medio|coste unitario",
        "it": "prezzo medio di carico|prezzo di carico|prezzo medio|costo medio|costo unitario",
    },
    Field.VALUE: {
        "en": "market value|current value|mkt val|mkt value|value|total value|position value|local value",
        "de": "marktwert|kurswert|aktueller wert|wert|gesamtwert|wert lokal|wert in lokaler wahrung",
        "fr": "valeur de marche|valeur actuelle|valorisation|valeur|valeur locale|montant",
        "nl": "marktwaarde|huidige waarde|waarde|totale waarde|lokale waarde",
        "es": "valor de mercado|valor actual|valor|valor local|importe",
        "it": "valore di mercato|valore attuale|controvalore|valore|valore locale",
    },
    Field.KIND: {"en": "kind|asset kind"},
    Field.LOT_STEP: {"en": "lot step|lot size"},
    Field.RATE: {"en": "exchange rate|fx rate"},
    Field.RATE_DATE: {"en": "exchange rate date"},
    Field.BASE_CURRENCY: {"en": "base currency"},
    Field.ACCOUNT: {
        "en": "account|account name|portfolio name|portfolio",
        "de": "depot|konto|depotname|kontoname|depotbezeichnung",
        "fr": "compte|nom du compte|portefeuille",
        "nl": "rekening|rekeningnaam|naam rekening",
        "es": "cuenta|nombre de la cuenta|cartera",
        "it": "conto|nome conto|nome del conto|portafoglio|dossier",
    },
    Field.ACCOUNT_NUMBER: {
        "en": "account number|account no|account id|account num|acct number|acct no|acct",
        "de": "kontonummer|depotnummer|depot nr|konto nr",
        "fr": "numero de compte|no de compte",
        "nl": "rekeningnummer",
        "es": "numero de cuenta",
        "it": "numero conto|numero di conto|numero del conto",
    },
    Field.ACCOUNT_KIND: {"en": "account kind"},
    Field.ACCOUNT_CURRENCY: {"en": "account currency"},
}

_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_CURRENCY_AT_END = re.compile(r"(?:\s+(?:in|en)\s+|\s*[(\[]\s*(?:in\s+)?)([A-Z]{3})\s*[)\]]?\s*$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """What one header means: how sure (rank, 0 = surest), in which language, and the currency it names."""

    field: Field
    rank: int
    language: str
    currency: str | None = None


@lru_cache(maxsize=4096)
def plain_words(text: str) -> str:
    """`text` in lower case without accents and marks, one space between words: “Stück” → “stuck”."""
    spaced = _CAMEL.sub(" ", text.replace("%", " percent ").replace("#", " number "))
    bare = unicodedata.normalize("NFKD", spaced.casefold())
    return _NOT_WORD.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


def _table() -> dict[str, Heading]:
    table: dict[str, Heading] = {}
    for field, languages in _WORDS.items():
        for language, words in languages.items():
            for rank, word in enumerate(words.split("|")):
                table.setdefault(word, Heading(field, rank, language))
    return table


_HEADINGS: Final = _table()


def heading(header: str) -> Heading | None:
    """What `header` means, or None. “Value in EUR” is a value converted to EUR; “Kurs (USD)” a price in USD."""
    if len(header) > 80:
        return None
    named = _CURRENCY_AT_END.search(header)
    if named and named[1] in CURRENCIES:
        found = _looked_up(header[: named.start()])
        if found:
            field = Field.CONVERTED_VALUE if found.field is Field.VALUE else found.field
            return Heading(field, found.rank, found.language, named[1])
    return _looked_up(header)


def _looked_up(header: str) -> Heading | None:
    inside = _IN_BRACKETS.search(header)
    forms = [header, _IN_BRACKETS.sub(" ", header)] + ([inside[1]] if inside else [])
    return next((found for form in forms if (found := _HEADINGS.get(plain_words(form)))), None)
