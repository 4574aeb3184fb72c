"""Which headers and which words mean what in lists of transactions, in the languages that brokers write."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from wealthdesk.domain.ledger import EntryKind
from wealthdesk.importers.draft import Field
from wealthdesk.importers.header_words import heading, plain_words


class Meaning(StrEnum):
    """What a column of a list of transactions means."""

    DATE = "date"
    TIME = "time"
    SETTLED = "settled"
    KIND = "kind"
    SIDE = "side"
    STATUS = "status"
    SYMBOL = "symbol"
    ISIN = "isin"
    NAME = "name"
    NOTE = "note"
    QUANTITY = "quantity"
    PRICE = "price"
    NET = "net"
    AMOUNT = "amount"
    GROSS = "gross"
    DEBIT = "debit"
    CREDIT = "credit"
    FEE = "fee"
    TAX = "tax"
    BALANCE = "balance"
    CURRENCY = "currency"
    PRICE_CURRENCY = "price_currency"
    OTHER_CURRENCY = "other_currency"
    OTHER_AMOUNT = "other_amount"
    RATE = "rate"
    ACCOUNT = "account"
    ACCOUNT_NUMBER = "account_number"
    NUMBER = "number"
    """The number of a trade or an order."""


# The surest first. Words of all languages together; what is not here is looked up as a header of holdings.
_HEADERS: Final = {
    Meaning.DATE: "trade date|transaction date|activity date|run date|date|date of trade|datetime|date time|"
    "trade date time|execution date and time|execution date|date utc|timestamp|executed at|filled time|time|time utc|"
    "order execution time|created at|datum|handelsdatum|handelstag|ausfuhrungstag|ausfuhrungsdatum|buchungstag|"
    "buchtag|"
    "buchungsdatum|geschaftstag|zeit|affarsdag|bokforingsdag|handelsdag|bokforingsdato|date operation|"
    "bogforingsdag|bogforingsdato|handelsdato|"
    "date d operation|date de l operation|fecha|fecha operacion|fecha de operacion|data operazione|data|"
    "transactiedatum|boekdatum|data operacji|czas|data da operacao|data negocio|data do negocio|fill time|"
    "order date|order time|"
    "date of transaction|boekingsdatum|fecha de ejecucion|fecha de la orden|fecha ejecucion|"
    "約定日|国内約定日|取引日|成交日期|交易日期",
    Meaning.SETTLED: "settlement date|settle date|settled date|value date|process date|valuta date|valutadatum|"
    "valuta|"
    "wertstellung|likviddag|date valeur|date de valeur|fecha valor|data valuta|placed time|record date|ex date|"
    "dividend ex date|completion date|fecha de liquidacion|post date|受渡日|国内受渡日|交收日期",
    Meaning.KIND: "transaction type|activity type|trade type|type of transaction|transaction|type|action|trans code|"
    "activity|transaktionstyp|typ av transaktion|transaktionstype|transaktionen|transaktion|umsatzart|geschaftstyp|"
    "geschaftsart|auftragsart|vorgang|buchungsart|transaktionsart|typ|art|operation|type d operation|"
    "type de transaction|type operation|sens|nature|tipo operazione|tipo di operazione|operazione|tipo movimento|"
    "tipo de operacion|tipo operacion|operacion|movimiento|soort|soort transactie|transactietype|transactiesoort|"
    "rodzaj|rodzaj operacji|typ transakcji|tipo de operacao|operacao|movimentacao|tipo|trade action|record type|"
    "取引|取引区分|売買区分|操作|业务名称|买卖标志|交易类别",
    Meaning.SIDE: "buy sell|side|b s|direction|way|in out|activity sub type|sub type|subtype|sub action|category|"
    "kauf verkauf|koop verkoop|achat vente|compra venta|acquisto vendita|segno|k s|entrada saida|order side",
    Meaning.STATUS: "status|order status|state|statut|stato|estado|auftragsstatus",
    Meaning.SYMBOL: "instrument|instrument code|asset|base currency name|fund code|stock code|market symbol|"
    "base asset|papir|sym",
    Meaning.NAME: "vaerdipapirer|vaerdipapir|"
    "vardepapper beskrivning|vardepapper|verdipapir|stock name|title|holding name|holdingname|"
    "instrument name|"
    "papier|valeur|walor|produto|security name|security isin|name of the fund",
    Meaning.NOTE: "description|transaction description|event|note|notes|comment|comments|details|memo|"
    "buchungsinformation|"
    "omschrijving|verwendungszweck|transaktionstext|notiz|reference|information|kommentar|opis|detalle|descrizione",
    Meaning.QUANTITY: "no of shares|quantity transacted|amount asset|units contracts|filled|filled qty|executed|"
    "quantity filled|base amount|asset amount|stuck nom|stuck nominale|stuck|vol|volume|antal|antall|nominal|"
    "ilosc|quantidade|total shares|shares units|anzahl stuck|fill qty|shares unit|stuck nominal|no de participaciones|"
    "約定数量|成交数量|成交股数",
    Meaning.PRICE: "price share|price per share|unit price|share price|trade price|t price|price at transaction|"
    "spot price at transaction|avg price|average price|fill price|filled price|unit cost|prix d exe|"
    "prix d execution|stuckpreis|"
    "asset market price|asset price|ausfuhrungskurs|exekutionskurs|kurs|price per unit|execution price|"
    "deal price|preco|cena|"
    "prix unitaire|precio unitario|average share price|約定単価|成交价格|成交均价|成交价",
    Meaning.NET: "net amount|net amt|net cash|net cash amount|net proceeds|total amount|total|nettobetrag|"
    "montant net|total inclusive of fees and or spread|total inclusive of fees|settlement amount|importo netto|"
    "belob|booked amount|cash flow|total value|importe neto|endbetrag|belopp|belop|net value|total cost|"
    "net transaction amount|gesamtbetrag|totaal|gesamt|totale|totalt|razem|celkem|受渡金額|发生金额|清算金额",
    Meaning.AMOUNT: "amount|value|betrag|wert|importo euro|importo|montant|importe|valor|bedrag|waarde|kwota|change|"
    "mutatie|amount fiat|quote amount|umsatz|valor da operacao|cash amount|transaction amount|"
    "transaction value|trade value|controvalore|cash movement",
    Meaning.GROSS: "gross amount|bruttobetrag|subtotal|principal amount|proceeds|consideration|montant brut|gross|"
    "gross value|fill amount|filled amount|filled value|total trade value|kurswert|gross proceeds|importo lordo|"
    "importe bruto|cost|約定代金|成交金额",
    Meaning.DEBIT: "debit|debit amount|money out|paid out|soll|belastung|af|dare|cargo",
    Meaning.CREDIT: "credit|credit amount|money in|paid in|haben|gutschrift|bij|avere|abono",
    Meaning.FEE: "fee|fees|commission|commissions|commission fees|commissions and fees|commissions fees|fees comm|"
    "comm fee|brokerage|brokerage fee|dealing fee|trading fee|charges|gebuhren|gebuhr|provision|kosten|costs|"
    "courtage|"
    "avgift|total avgift|frais|frais de courtage|commissioni|comision|comisiones|ibcommission|ib commission|"
    "transaction fee|exchange fee|stamp duty|stamp duty reserve tax|ptm levy|french transaction tax|"
    "currency conversion fee|fx fee amount|fees and or spread|transaction and or third|autofx fee|"
    "transaction and or third party fees|transaction costs|transactiekosten|transactiekosten en of|"
    "transaktionskosten|transaktionskosten und oder|transaktionsgebuhren|transaktionsgebuhren und oder|"
    "frais de transaction|frais de transaction et ou|costes de transaccion|costes de transaccion y o|"
    "costi di transazione|costi di transazione e o|custos de transacao|custos de transacao e ou|"
    "prowizja|taxas|corretagem|fremdspesen|"
    "eigene spesen|spesen|platform fee|platform fees|samlede afgifter|afgifter|totale omkostninger|手数料|手续费|佣金",
    Meaning.TAX: "tax|taxes|steuern|steuer|withholding tax|tax amt|tax amount|tax fiat|impots|taxe|tasse|imposte|"
    "ritenuta|impuesto|impuestos|retencion|belasting|skatt|kallskatt|podatek|imposto|kapitalertragsteuer|税金|印花税",
    Meaning.BALANCE: "balance|running balance|cash balance|account balance|saldo|solde|kontostand|saldo efter",
    Meaning.CURRENCY: "transaction currency|account currency|quote currency|currency total|buchungswahrung|"
    "transaktionsvaluta|"
    "currency primary|fiat|net amount currency|amount currency|settlement currency|zahlungswahrung|devise du compte",
    Meaning.PRICE_CURRENCY: "price currency|currency price share|asset currency|instrument currency|"
    "instrumentvaluta|kurswahrung|"
    "asset market price currency|security currency|trade currency|local currency",
    Meaning.OTHER_CURRENCY: "fee currency|fee asset|commission currency|brokerage currency|currency result|"
    "currency withholding tax|currency stamp duty reserve tax|currency currency conversion fee|spread currency|"
    "original currency|currency gross amount|wahrung bruttobetrag|currency charge amount|tax currency|"
    "destination currency|currency currency conversion to amount|currency currency conversion from amount|"
    "currency ptm levy|currency french transaction tax",
    Meaning.OTHER_AMOUNT: "destination amount|result|original amount|realized p l|realized pnl|mtm p l|basis|"
    "accrued interest|realized gains|realizedgains|resultat|local value|cash quantity|inkopsvarde|totalt antal|"
    "wert lokal|lokale waarde|valeur locale|realized equity change|realized equity|charge amount|total qty|"
    "multiplier|"
    "trade money|base fx rate|fx fee bps|spread|avgholdingperiod|importo divisa|price per share in account currency",
    Meaning.RATE: "exchange rate|fx rate|fxrate|fx|wechselkurs|valutakurs|vaxlingskurs|taux de change|wisselkoers|"
    "tipo de cambio|cambio|devisenkurs|kurs waluty",
    Meaning.ACCOUNT: "depa|cuenta valores|broker account|account label",
    Meaning.ACCOUNT_NUMBER: "client account id|account number|account id|account",
    Meaning.NUMBER: "trade id|order id|txid|ordertxid|refid|transaction id|id|trade number|order number|order no|"
    "order|auftrag|auftrag number|order number number|exchange order id|ta nr|position id|referenz|reference number|"
    "notanummer|protocollo|riferimento ordine|operation id|confirmation number|transactions id|contract note|"
    "transaction reference|hash",
}  # fmt: skip

_OF_HOLDINGS: Final = {
    Field.SYMBOL: Meaning.SYMBOL,
    Field.ISIN: Meaning.ISIN,
    Field.NAME: Meaning.NAME,
    Field.QUANTITY: Meaning.QUANTITY,
    Field.PRICE: Meaning.PRICE,
    Field.UNIT_COST: Meaning.PRICE,
    Field.CURRENCY: Meaning.CURRENCY,
    Field.VALUE: Meaning.AMOUNT,
    Field.CONVERTED_VALUE: Meaning.AMOUNT,
    Field.ACCOUNT: Meaning.ACCOUNT,
    Field.ACCOUNT_NUMBER: Meaning.ACCOUNT_NUMBER,
    Field.DATE: Meaning.DATE,
    Field.RATE: Meaning.RATE,
}


@lru_cache(maxsize=4096)
def meaning(header: str) -> tuple[Meaning, int] | None:
    """What a header means in a list of transactions, and how sure that is (0 = surest); None: not known."""
    words = plain_words(header)
    bare = words.removesuffix(f" {_last(words)}").removesuffix(" in").removesuffix(" en")
    for form in (words, bare, plain_words(header.partition("(")[0])):
        found = _MEANINGS.get(form)
        if found is not None:
            return found
    known = heading(header)
    found_field = _OF_HOLDINGS.get(known.field) if known else None
    return (found_field, 100 + known.rank) if found_field is not None and known is not None else None


def _last(words: str) -> str:
    """The last word where it is a currency's code: “total eur” → eur."""
    last = words.rpartition(" ")[2]
    return last if len(last) == 3 and last in _CODES else " "


_CODES: Final = frozenset("usd eur gbp chf jpy cad aud nzd sek nok dkk pln czk huf inr brl hkd sgd".split())
_MEANINGS: Final = {
    word: (each, rank) for each, words in reversed(_HEADERS.items()) for rank, word in enumerate(words.split("|"))
}

_KINDS: Final = {
    EntryKind.BUY: "buy|bought|purchase|market buy|limit buy|stop buy|advanced trade buy|you bought|savings plan|"
    "savings plan execution|subscription|regular investment|monthly investment|recurring investment|"
    "regular purchase|recurring buy|auto invest|"
    "open position|buy to open|bought to open|kauf|gekauft|sparplan|wertpapierkauf|zeichnung|"
    "achat|achats|souscription|achat comptant|compra|suscripcion|acquisto|sottoscrizione|koop|aankoop|gekocht|kop|"
    "kopt|"
    "kjop|kjopt|kob|kobt|kupno|zakup|freeshare order|invest|a|b|c|k|買|買付|現物買|株式現物買|买入|证券买入",
    EntryKind.SELL: "sell|sold|sale|market sell|limit sell|stop sell|advanced trade sell|you sold|position closed|"
    "sell to close|sold to close|redemption|redeemed|verkauf|verkauft|wertpapierverkauf|rucknahme|vente|ventes|"
    "vente comptant|rachat|venta|reembolso|vendita|rimborso|verkoop|verkocht|salj|salt|salg|solgt|sprzedaz|venda|"
    "merger cash|maturity|fallig|tilgung|s|v|売|売付|売却|現物売|株式現物売|卖出|证券卖出",
    EntryKind.REINVESTED: "reinvestment|reinvested|reinvest shares|reinvested shares|dividend reinvestment|"
    "dividend reinvest|reinvestment buy|drip|rei|dividend in kind|stock dividend|staking income|staking reward|"
    "staking rewards|staking|reward|rewards|reward income|rewards income|inflation reward|learning reward|"
    "bonus shares|bonus issue|scrip issue|attribution gratuite|attribution d actions gratuites|bonificacao|"
    "bonificacao em ativos|gratisaktien|rein|wiederanlage|"
    "reinvestition|reinvestissement|reinversion|reinvestimento|herbelegging|airdrop|earn|reinvest",
    EntryKind.RECEIVED: "transfer in|transferin|security transfer in|securities in|delivery inbound|"
    "transfer of assets in|receive|received|receipt|shares received|einlieferung|einbuchung|depotubertrag eingang|"
    "transfert entrant|ingreso de valores|trasferimento in entrata|overboeking in|inleg stukken|"
    "vest|vested|vesting|rsu release|shares released|stock award|restricted stock lapse|"
    "in|add holding|free shares|spin off|spinoff|transferred from|free receipt|insattning vardepapper|gift|exchange in",
    EntryKind.DELIVERED: "transfer out|transferout|security transfer out|securities out|delivery outbound|"
    "transfer of assets out|send|sent|shares delivered|auslieferung|ausbuchung|depotubertrag ausgang|"
    "transfert sortant|trasferimento in uscita|overboeking uit|remove holding|transferred to|"
    "out|worthless|free delivery|uttag vardepapper|exchange out",
    EntryKind.SPLIT: "split|stock split|stock split open|stock split close|forward split|reverse split|share split|"
    "spl|aktiensplit|fractionnement|"
    "consolidation|share consolidation|stock consolidation|"
    "desdoblamiento|frazionamento|aandelensplitsing|aktiesplit|splitt|distribution of shares",
    EntryKind.DIVIDEND: "dividend|dividends|divident|dividend ordinary|dividend received|cash dividend|"
    "qualified dividend|"
    "qual div reinvest|reinvest dividend|non qualified div|nonqualified dividend|special dividend|cdiv|div|mdiv|"
    "dividend payment|return of capital|capital gain|cap gain|long term cap gain|short term cap gain|"
    "long term capital gain|short term capital gain|distribution|distributions|income distribution|"
    "substitute payment|"
    "pr yr cash div|dividende|dividenden|ausschuttung|ertragnis|ertrag|dividendes|coupon|coupons|dividendo|"
    "dividendos|"
    "dividendi|cedola|stacco|utdelning|utbytte|udbytte|dywidenda|rendimento|juros sobre capital proprio|provento|"
    "配当|配当金|分配金|股息|股息入账|红利入账",
    EntryKind.INTEREST: "interest|interest on cash|bank interest|credit interest|margin interest|interest earned|"
    "interest income|interest payment|interest from cash|lending interest|share lending interest|bond interest|int|"
    "zinsen|zins|zinszahlung|habenzinsen|interets|interet|intereses|interes|interessi|rente|ranta|renta|rentor|"
    "odsetki|"
    "juros|slip|stock lending|stock lending income|securities lending|cashback|bonus|promo|promotion|saveback|"
    "rebate|credit bonus|debit interest",
    EntryKind.DEPOSIT: "deposit|deposits|credit|cash deposit|contribution|contributions|cash top up|top up|"
    "topup|cash in|"
    "electronic funds transfer received|funds received|ach deposit|money received|wire received|wire in|cash receipt|"
    "eft in|dep|con|einzahlung|einlage|uberweisung eingang|geldeingang|gutschrift|inbound transfer|customer inbound|"
    "card deposit|depot d especes|versement|approvisionnement|virement recu|ingreso|deposito|aportacion|"
    "transferencia recibida|versamento|conferimento|bonifico in entrata|storting|inleg|insattning|innskudd|indskud|"
    "indbetaling|innbetaling|"
    "wplata|aporte|payment received|transfer in cash|direct debit|subscription payment|misc receipts|"
    "rollover|rollover contribution|employer match|company match|employee pre tax|employee after tax|"
    "employee roth|card web|cash in lump sum|入金|银行转存|银行转证券",
    EntryKind.WITHDRAWAL: "withdrawal|withdrawals|withdraw|debit|cash withdrawal|cash out|"
    "electronic funds transfer paid|"
    "funds paid|ach withdrawal|wire sent|wire out|eft out|wdr|auszahlung|entnahme|removal|uberweisung ausgang|"
    "outbound transfer|customer outbound|retrait|virement emis|retirada|reintegro|prelievo|bonifico in uscita|opname|"
    "terugstorting|uttag|uttak|haevning|udbetaling|utbetaling|wyplata|resgate|card spending|misc disbursements|"
    "payment to client|出金|银行转取|证券转银行",
    EntryKind.FEE: "fee|fees|service fee|custody fee|management fee|adr mgmt fee|adr fee|advisory fee|platform fee|"
    "account fee|subscription fee|gold|commission|charge|charges|fch|dfee|misc fee|gebuhren|gebuhr|depotgebuhr|"
    "entgelt|"
    "provision|depotgebuhren|depotfuhrungsgebuhren|frais|droits de garde|comision|comisiones|commissioni|"
    "commissione|canone|kosten|aansluitingskosten|"
    "avgift|avgifter|gebyr|oplata|prowizja|taxa|stamp duty|spesen",
    EntryKind.TAX: "tax|taxes|withholding tax|foreign tax|foreign tax paid|nra tax|nra tax adj|dividend tax|"
    "tax withholding|dtax|tax on dividend|steuern|steuer|quellensteuer|kapitalertragsteuer|abgeltungsteuer|"
    "vorabpauschale|steuerausgleich|tax optimisation|impot|impots|prelevements sociaux|retenue a la source|retencion|"
    "impuesto|ritenuta|imposta|imposta di bollo|tobin tax|dividendbelasting|belasting|preliminarskatt|kallskatt|"
    "skatt|"
    "kildeskatt|podatek|imposto|irrf|fees refund tax",
    EntryKind.CONVERSION: "currency conversion|conversion|fx|fx exchange|fxt|forex|fx trade|foreign exchange|"
    "currency exchange|exchange|convert currency|forex trade|wahrungsumtausch|devisentausch|forex gutschrift|"
    "forex belastung|change de devises|cambio de divisa|cambio valuta|valuta creditering|valuta debitering|vaxling|"
    "valutavaxling|autofx",
}  # fmt: skip

TRANSFER: Final = "transfer"
TRADE: Final = "trade"
WRITTEN: Final = "written"
"""Something was sold that is not held, or bought back: only money moves here."""
ENDED: Final = "ended"
"""An option came to its end."""
EXCHANGED: Final = "exchanged"
"""One asset became another: a merger, or a new symbol."""
INCOMING: Final = "incoming"
OUTGOING: Final = "outgoing"
NOTHING: Final = "nothing"
CANCELLED: Final = "cancelled"

# Words that leave open what it is until the signs of the row are seen, and those of rows that move nothing.
_OPEN: Final = {
    TRANSFER: "transfer|transfers|eft|moneylink transfer|moneylink|journal|journaled shares|journal entry|ach|"
    "security transfer|wire funds|online transfer|internal transfer|transfer of assets|adjustment|funds transfer|"
    "money movement|receive deliver|toa|tfo|rtp|wire|ubertrag|umbuchung|depotubertrag|virement|transferencia|"
    "giroconto|"
    "bonifico|card payment|overboeking|overforing|ovrigt|przelew|money transfer|uberweisung|transfert|"
    "trasferimento|cash transfer|payment|zahlung|paiement|pago|pagamento|betaling|betalning|vergutung|"
    "lastschrifteinzug|lastschrift",
    EXCHANGED: "merger|stock merger|cash merger|mergers|mrgs|mrgc|reorganization|share exchange|"
    "exchange of securities|"
    "exchange of shares|name change|symbol change|ticker change|isin change|cusip change|verschmelzung|umtausch|"
    "wertpapierumtausch|tausch|fusion|fusione|fusie|corporate action",
    WRITTEN: "sell to open|sold to open|buy to close|bought to close|sell short|short sale|buy to cover|cover short",
    ENDED: "expired|expiration|option expiration|option expired|option assignment|assigned|assignment|exercised|"
    "exercise|option exercise|verfall|expirado",
    INCOMING: "credito|entrada",
    OUTGOING: "debito|saida",
    TRADE: "transferencia liquidacao|trade|trades|trading|order|spend|umsatz|wertpapiertransaktion|transaktion|"
    "exchange trade|execution|"
    "ausfuhrung",
    NOTHING: "autoallocation|allocation|deallocation|migration|spottostaking|spotfromstaking|stakingfromspot|"
    "stakingtospot|sweep in|sweep out|sweep|bank sweep|sweep of|memo|information|monthly statement|"
    "annual statement|tax certificate|cash out for buy|cash in from sell|"
    "change in market value|realized g l|gain loss|market gain loss",
    CANCELLED: "storno|storniert|stornierung|cancelled|canceled|cancel|cancellation|reversal|reversed|annulation|"
    "annule|anulacion|anulado|annullato|makulering|makulerad|korrektur|correction",
}  # fmt: skip

_PHRASES: Final[dict[str, str]] = {
    phrase: str(kind) for kind, words in (*_KINDS.items(), *_OPEN.items()) for phrase in words.split("|")
}
_LONGEST: Final = max(phrase.count(" ") for phrase in _PHRASES) + 1
_NAMED: Final = {str(kind): kind for kind in EntryKind}
_LETTERS: Final = frozenset(phrase for phrase in _PHRASES if len(phrase) == 1 or phrase in ("in", "out"))
"""What says something only where nothing else stands beside it."""

NOT_CARRIED_OUT: Final = "Not carried out."
"""Why a line is left out that NOT_DONE tells of."""


def says_not_done(status: str) -> bool:
    """Whether a status says that nothing happened: cancelled, rejected, pending."""
    words = status.casefold().split()
    return bool(words) and words[0].rstrip(",.") in NOT_DONE


NOT_DONE: Final = frozenset(
    "cancelled canceled rejected pending failed expired declined open new working placed storniert abgelehnt offen "
    "annule rejete cancelado cancelada anulada rechazada annullata "
    "rechazado annullato geannuleerd afgewezen makulerad aborted".split()
)
"""What a status says of an order that was not carried out."""


@lru_cache(maxsize=4096)
def kind_word(text: str) -> str | None:
    """What a cell says that happened: a kind of entry, an open word such as TRANSFER, or None when it is not known.

    The longest words that are known count, wherever they stand in it, so that “YOU BOUGHT …” is a purchase and
    “dividend tax” a tax; of equally long ones the first that leaves nothing open. A dividend that is also said to be
    reinvested is.
    """
    words = plain_words(text[:200]).split()
    found = _kind_of(words)
    if found in (EntryKind.DIVIDEND, EntryKind.INTEREST) and any(word.startswith(_REINVESTED) for word in words):
        return EntryKind.REINVESTED
    return found


_REINVESTED: Final = ("reinvest", "reinver", "wiederangelegt", "wiederanlage", "herbeleg", "aterinvest", "drip")
"""How words begin that say that more was bought with it."""


def _kind_of(words: list[str]) -> str | None:
    if len(words) == 1 and words[0] in _LETTERS:
        return _PHRASES[words[0]]
    for length in range(min(_LONGEST, len(words)), 0, -1):
        phrases = (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))
        found = [_PHRASES[phrase] for phrase in phrases if phrase in _PHRASES and phrase not in _LETTERS]
        if found:
            return next((each for each in found if each not in _OPEN), found[0])
    return next((each for word in words if (each := _of_compound(word)) is not None), None)


_COMPOUNDS: Final = (
    ("steuer", EntryKind.TAX), ("belasting", EntryKind.TAX), ("skatt", EntryKind.TAX), ("gebuhr", EntryKind.FEE),
    ("gebuhren", EntryKind.FEE), ("entgelt", EntryKind.FEE), ("avgift", EntryKind.FEE), ("kosten", EntryKind.FEE),
    ("verkauf", EntryKind.SELL), ("kauf", EntryKind.BUY), ("einzahlung", EntryKind.DEPOSIT),
    ("auszahlung", EntryKind.WITHDRAWAL), ("zinsen", EntryKind.INTEREST), ("utdelning", EntryKind.DIVIDEND),
    ("dividende", EntryKind.DIVIDEND),
)  # fmt: skip
"""What the last part of a long word means where languages write words together: Quellensteuer, Wertpapierverkauf."""

_COMPOUNDS_BY_HEAD: Final = (
    ("dividende", EntryKind.DIVIDEND), ("ausschuttung", EntryKind.DIVIDEND), ("ertragnis", EntryKind.DIVIDEND),
    ("zins", EntryKind.INTEREST), ("sparplan", EntryKind.BUY),
)  # fmt: skip
"""What the first part means where the last says nothing: Dividendengutschrift, Sparplanausführung."""

_SHORTEST_COMPOUND: Final = 9


def _of_compound(word: str) -> str | None:
    if len(word) < _SHORTEST_COMPOUND:
        return None
    by_tail = next((kind for tail, kind in _COMPOUNDS if word.endswith(tail)), None)
    return by_tail or next((kind for head, kind in _COMPOUNDS_BY_HEAD if word.startswith(head)), None)


_WHAT: Final = r"(?:^|[:\s])(?P<verb>[^\W\d]+) -?(?P<quantity>\d[\d.,']*)(?:/[\d.,]+)?"
_AT_PRICE: Final = re.compile(
    _WHAT + r"(?: (?P<name>[^@]{1,60}?))?\s*@\s*(?P<price>\d[\d.,']*)\s*(?P<currency>[A-Z]{3})?(?=$|[\s(])"
)
_OF_SHARES: Final = re.compile(_WHAT + r" (?:shares|units)\b")
_OF_NAMED: Final = re.compile(
    r"^(?P<verb>Bought|Sold) (?P<quantity>\d[\d.,]*) (?P<name>[^\W\d][^@]{1,90}?)(?: \((?P<symbol>[A-Z0-9.]{1,12})\))?$"
)


@dataclass(frozen=True, slots=True)
class TradeInWords:
    """A trade that a description tells: “Bought 10 VTI @ 300 USD”. Numbers and names as they are written."""

    kind: EntryKind
    quantity: str
    name: str
    price: str
    currency: str | None


def trade_in_words(text: str) -> TradeInWords | None:
    """The trade that a description tells; None when it tells none."""
    found = _AT_PRICE.search(text[:200]) or _OF_SHARES.search(text[:200]) or _OF_NAMED.search(text[:200])
    kind = _NAMED.get(kind_word(found["verb"]) or "") if found else None
    if found is None or kind not in (EntryKind.BUY, EntryKind.SELL):
        return None
    if "close" in text[: found.start("verb")].casefold().split():
        kind = EntryKind.SELL if kind is EntryKind.BUY else EntryKind.BUY
    at = found.groupdict()
    return TradeInWords(
        kind,
        found["quantity"],
        at.get("symbol") or (at.get("name") or "").strip(),
        at.get("price") or "",
        at.get("currency"),
    )


def begins_with_trade(text: str) -> bool:
    """Whether a cell begins with a word for something that happens in an account."""
    words = plain_words(text[:80]).split()
    forms = (" ".join(words[:count]) for count in range(min(_LONGEST, len(words)), 0, -1))
    return any(form in _PHRASES and form not in _LETTERS for form in forms)


def is_cancelled(text: str) -> bool:
    """Whether a cell says that something is undone."""
    return any(_PHRASES.get(word) == CANCELLED for word in plain_words(text[:200]).split())
