"""Which headers mean what, in the languages that brokers write: the table of synonyms."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from wealthdesk.domain.money import CURRENCIES
from wealthdesk.importers.draft import Field

# Field → language → headers in plain words, the surest first. Words of several languages stand under "en" once.
_WORDS: Final[dict[Field, dict[str, str]]] = {
    Field.SYMBOL: {
        "en": "symbol|ticker|ticker symbol|asset symbol|stock symbol|security symbol|symbol isin|"
        "symbol cusip|symbol ticker|"
        "security id|epic|code|contract code|coin|trading symbol|tradingsymbol|stock code|ticker code|asx code|"
        "isin wkn|isin cusip|cusip|sedol|equity symbol|company code|scrip|scrip code|instrument|security|stock|"
        "identifier|asset code|coin symbol|coin ticker|crypto symbol|token symbol",
        "de": "kurzel|wertpapierkurzel|tickersymbol|wkn|ticker symbol|isin wkn|wkn isin|symbol wkn|valor|valorennummer|"
        "valoren nr|valor nr|valorennr|valoren",
        "fr": "symbole|symbole isin|mnemonique|mnemo|code mnemonique",
        "nl": "symbool|symbool isin|tickercode",
        "es": "simbolo|simbolo isin|clave",
        "it": "sigla|simbolo|simbolo isin|codice|codice strumento",
        "sv": "kortnamn",
        "no": "tickersymbol",
        "pt": "ativo|codigo do ativo|codigo de negociacao|codigo|papel",
        "pl": "walor|instrument finansowy|symbol waloru|kod",
        "cs": "zkratka",
        "ja": "銘柄コード|コード",
        "zh": "证券代码|股票代码|代码|證券代號|股票代號",
        "ko": "종목코드|종목번호|티커|코드",
        "ru": "тикер|код бумаги|код инструмента|код",
        "tr": "sembol|hisse kodu|menkul kiymet kodu|kod|hisse|hisse senedi",
    },
    Field.ISIN: {
        "en": "isin|isin code|code isin|isin nummer|isin number|codice isin|codigo isin|isin kod|kod isin|isin no"
    },
    Field.NAME: {
        "en": "name|description|security name|security description|investment name|fund name|asset name|company name|"
        "instrument name|product|holding|asset|investment|company|fund|position|issuer|stock name|investments|"
        "holding name|holdingname|"
        "coin name|token name|"
        "security description|product name|label|title|scheme name|scheme|name of the fund|account security",
        "de": "bezeichnung|wertpapierbezeichnung|wertpapiername|wertpapier|produkt|titel|"
        "beschreibung|gattungsbezeichnung|wertpapiername bezeichnung|anlage|position|fondsname|instrument",
        "fr": "nom|libelle|designation|produit|titre|intitule|valeur mobiliere|nom du titre|support",
        "nl": "naam|omschrijving|fonds|effect|fondsnaam|belegging",
        "es": "nombre|descripcion|producto|titulo|instrumento|fondo",
        "it": "nome|descrizione|titolo|prodotto|strumento|denominazione|nome strumento",
        "sv": "namn|vardepapper|vardepappersnamn|instrumentnamn|innehav",
        "no": "navn|verdipapir|papirnavn|vaerdipapir|fondsnavn|papir",
        "pt": "nome|produto|descricao|nome do ativo|instituicao emissora",
        "pl": "nazwa|papier|nazwa papieru|nazwa instrumentu|nazwa waloru",
        "fi": "arvopaperi|nimi|instrumentti|rahasto|arvopaperin nimi",
        "cs": "nazev|cenny papir|nazev cenneho papiru|fond",
        "hu": "ertekpapir|megnevezes|nev|ertekpapir neve|papir neve",
        "ja": "銘柄|銘柄名|銘柄名称|ファンド名",
        "zh": "证券名称|股票名称|名称|證券名稱|股票名稱",
        "ko": "종목명|종목|상품명|펀드명|자산명",
        "ru": "название|наименование|инструмент|ценная бумага|бумага|наименование инструмента|"
        "наименование ценной бумаги|актив|эмитент",
        "tr": "hisse adi|menkul kiymet|varlik|fon adi|urun|adi|isim|enstruman",
    },
    Field.QUANTITY: {
        "en": "quantity|qty|shares|units|number of shares|no of shares|share balance|current quantity|quantity held|"
        "shares held|units held|holdings|amount|balance|position quantity|"
        "total quantity|total units|total shares|total qty|"
        "quantity available|available quantity|"
        "avail units|"
        "available units|avail qty|free qty|net qty|net quantity|shares owned|"
        "share quantity|"
        "no of units|number of units|units owned|qty available|holding quantity|ending shares|ending quantity|"
        "ending units|"
        "closing shares|closing units|long qty|closing quantity|"
        "quantity total|quantity nominal|par amount|face value|par value|face amount|nominal value|nominal amount",
        "de": "stuck|stueck|stuckzahl|stueckzahl|anzahl|menge|stuck nominale|stuck nominal|nominale|"
        "bestand|anteile|stucke|stk|stuck nom|nominal|stuck nominalbetrag|nennwert stuck|stuckzahl nominale|"
        "menge nominal|anzahl nominal|stk nominal|stk nom|bestand nominal|anzahl nominale",
        "fr": "quantite|qte|nombre de parts|nombre de titres|nombre|parts|nb de titres|nb titres|nb parts|"
        "quantite detenue|quantite de titres",
        "nl": "aantal|hoeveelheid|stuks|aantal stuks|participaties|aantal participaties|aantal aandelen",
        "es": "cantidad|numero de titulos|participaciones|acciones|unidades|titulos|n titulos|"
        "numero de participaciones|no de participaciones|no titulos|no de titulos",
        "it": "quantita|q ta|qta|numero quote|quote|pezzi|numero|nominale|quantita nominale",
        "sv": "antal|volym|antal andelar|antal aktier|andelar",
        "no": "antall|beholdning|antal|antall andeler|antal stk",
        "pt": "quantidade|qtde|qtd|quantidade disponivel|cotas|quantidade total",
        "pl": "ilosc|wolumen|liczba|liczba jednostek|liczba akcji|ilosc akcji|stan|liczba dostepna|ilosc dostepna",
        "fi": "maara|kappalemaara|kpl|osuuksia|osuudet",
        "cs": "pocet|mnozstvi|pocet kusu|kusu|pocet cp",
        "hu": "darabszam|mennyiseg|darab|nevertek",
        "ja": "数量|保有株数|保有数|保有数量|口数|保有口数|株数",
        "zh": "数量|持仓数量|持股数量|持有数量|股份余额|股票余额|证券余额|证券数量|股票数量|股數|庫存|持有數量|"
        "庫存股數|庫存數量|集保股數",
        "ko": "수량|보유수량|보유 수량|잔고수량|보유량|보유좌수|잔고",
        "ru": "количество|кол во|количество шт|количество бумаг|остаток",
        "tr": "adet|miktar|pay adedi|bakiye",
    },
    Field.PRICE: {
        "en": "price|last price|share price|current price|market price|closing price|latest price|price per share|"
        "unit price|closing|close|last|nav|quote|price share|share value|close price|ltp|last traded price|"
        "mark price|mark|"
        "current nav|nav price|nav per unit|price per unit|market price per share|prev closing price|"
        "previous closing price|closing market price|"
        "mkt price|rate|current market price|cmp|last trade price|current unit price|unit value",
        "de": "kurs|aktueller kurs|letzter kurs|schlusskurs|schlu kurs|preis|stuckpreis|borsenkurs|akt kurs|"
        "akt geldkurs|"
        "geldkurs|bewertungskurs|kurs aktuell|aktueller preis|rucknahmepreis|bewertungspreis|marktpreis|marktkurs|"
        "letzter preis|kurs nav",
        "fr": "cours|dernier cours|cloture|cours de cloture|prix|prix actuel|valeur liquidative|vl|cours actuel|"
        "valeur de part",
        "nl": "koers|slotkoers|huidige koers|laatste koers|prijs|huidige prijs|actuele koers",
        "es": "precio|ultimo precio|precio actual|cotizacion|cierre|precio de cierre|precio mercado|precio de mercado|"
        "valor liquidativo|ultimo",
        "it": "prezzo|ultimo prezzo|prezzo attuale|prezzo di mercato|quotazione|chiusura|corso|p zo mercato|"
        "p zo di mercato|"
        "prezzo mercato|"
        "ultimo|nav quota",
        "sv": "kurs|senaste kurs|senaste|senast|aktuell kurs|nav kurs",
        "no": "siste kurs|siste|sist|kurs|siste pris|senest|aktuel kurs|pris",
        "pt": "preco|preco atual|ultimo preco|cotacao|preco de fechamento|fecho|preco de fecho|cotacao atual|"
        "preco de mercado",
        "pl": "kurs|cena|cena rynkowa|cena biezaca|kurs biezacy|aktualna cena|cena aktualna|kurs zamkniecia|"
        "cena zamkniecia|zamkniecie",
        "fi": "kurssi|viimeisin kurssi|hinta|viimeisin|paatoskurssi",
        "cs": "kurz|aktualni cena|aktualni kurz|trzni cena",
        "hu": "arfolyam|zaroar|aktualis arfolyam|piaci ar",
        "ja": "現在値|基準価額|時価単価|終値",
        "zh": "现价|最新价|市价|当前价|收盘价|現價",
        "ko": "현재가|현재 가격|종가|기준가|평가단가",
        "ru": "цена|текущая цена|рыночная цена|последняя цена|цена закрытия|котировка",
        "tr": "fiyat|son fiyat|guncel fiyat|kapanis fiyati|kapanis|piyasa fiyati|birim fiyat",
    },
    Field.CURRENCY: {
        "en": "currency|ccy|currency code|trading currency|price currency|asset currency|"
        "quote currency|local currency|curr|market price currency|currency primary|security currency|"
        "instrument currency|"
        "holding currency|position currency|cur|market currency|ccy code|listing currency",
        "de": "wahrung|waehrung|whg|wahrungscode|kurswahrung|handelswahrung|wahrung prozent|whrg|devise",
        "fr": "devise|monnaie",
        "nl": "valuta|munt|muntsoort",
        "es": "divisa|moneda",
        "it": "valuta|divisa",
        "sv": "valuta|handelsvaluta",
        "pt": "moeda",
        "pl": "waluta",
        "fi": "valuutta",
        "cs": "mena",
        "hu": "deviza|devizanem|penznem",
        "ja": "通貨",
        "zh": "币种|货币|幣別|貨幣",
        "ko": "통화|통화코드",
        "ru": "валюта|валюта цены",
        "tr": "para birimi|doviz|doviz cinsi",
    },
    Field.DATE: {
        "en": "date|as of|as of date|valuation date|snapshot date|position date|report date|holding date|cob date",
        "de": "datum|stichtag|bewertungsdatum|bestandsdatum",
        "fr": "date de valorisation",
        "nl": "peildatum",
        "es": "fecha|fecha de valoracion",
        "it": "data|data di valutazione",
        "no": "dato",
        "ko": "기준일",
        "ru": "дата",
        "tr": "tarih",
    },
    Field.PRICE_DATE: {
        "en": "price date|quote date|last price date|price as of|nav date|date of price|pricing date",
        "de": "kursdatum|kurs vom|kurs per|datum kurs|kursdatum zeit",
        "fr": "date du cours|date de cours|date cours|date du prix",
        "nl": "koersdatum|prijsdatum",
        "es": "fecha de precio|fecha del precio|fecha precio|fecha cotizacion|fecha de cotizacion",
        "it": "data prezzo|data del prezzo|data quotazione",
    },
    Field.BOUGHT_ON: {
        "en": "trade date|open date|date acquired|acquired|acquisition date|purchase date|date purchased|bought on|"
        "lot date|"
        "open date time|date of purchase|opened|open time|holding period date time",
        "de": "kaufdatum|anschaffungsdatum|einstandsdatum",
        "fr": "date d achat|date d acquisition",
        "nl": "aankoopdatum",
        "es": "fecha de compra",
        "it": "data acquisto|data di acquisto",
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
        "en": "security type|asset type|instrument type|investment type|product type|type|asset category name|sec type",
        "de": "wertpapierart|wertpapiertyp|anlageart|gattung|produkttyp|typ|art",
        "fr": "type d actif|type de produit",
        "nl": "soort|producttype",
        "es": "tipo de activo|tipo de producto|tipo",
        "it": "tipo di strumento|tipo strumento|tipologia",
        "sv": "instrumenttyp|vardepapperstyp",
        "pt": "tipo de ativo|classe do ativo",
        "pl": "typ instrumentu|rodzaj",
    },
    Field.COST: {
        "en": "cost basis total|total cost basis|cost basis|total cost|cost|book value|book cost|"
        "purchase value|cost value|"
        "amount invested|invested|invested value|investment amount|buy value|total invested|cost basis money|"
        "book value market|"
        "invested amount|total book cost|total book value|purchase cost|cost amount|basis|tax cost|amount paid|"
        "holding cost|adjusted cost basis|total purchase value|net cost",
        "de": "einstandswert|kaufwert|anschaffungskosten|anschaffungswert|einstand|einstandswert inkl nk|kaufbetrag|"
        "investiert|investierter betrag|einstandswert gesamt|kaufwert gesamt",
        "fr": "prix de revient total|valeur d achat|montant investi|cout total|investi|montant d achat|"
        "total investi|valeur comptable|cout comptable|cout",
        "nl": "aankoopwaarde|totale kostprijs|kostprijs|inleg|aankoopbedrag",
        "es": "coste total|valor de compra|coste|importe invertido",
        "it": "costo totale|controvalore di carico|valore di carico|costo|val di carico|controvalore carico|ctv carico",
        "sv": "anskaffningsvarde|inkopsvarde|ansk varde|totalt anskaffningsvarde",
        "no": "kostpris|kjopsverdi|anskaffelsesverdi|anskaffelsesvaerdi",
        "pt": "valor investido|valor aplicado|custo total|total investido",
        "pl": "wartosc zakupu|koszt zakupu|koszt",
        "fi": "hankinta arvo|hankintameno",
        "cs": "nakupni hodnota|porizovaci hodnota",
        "hu": "bekerulesi ertek",
        "ja": "取得金額|取得総額",
        "zh": "成本|持仓成本|总成本",
        "ko": "매입금액|매수금액|매입가액|투자원금",
        "ru": "стоимость покупки|сумма покупки|балансовая стоимость",
        "tr": "toplam maliyet|maliyet tutari|alis tutari",
    },
    Field.UNIT_COST: {
        "en": "average cost basis|average cost|avg cost|average price|avg price|average buy price|"
        "unit cost|purchase price|"
        "cost per share|cost share|cost basis per share|average purchase price|price paid|purchase|avg buy price|"
        "buy avg|"
        "cost basis price|cost price|average open price|avg open price|open price|avg share price|average price paid|"
        "average cost per share|unit book cost|buy price|entry price|avg entry price|avg fill price|"
        "book cost per share|"
        "avg cost price|average trading price|average cost price|avg price paid|average entry price|"
        "avg cost basis|buying price|purchase unit price",
        "de": "einstandskurs|einstandspreis|kaufkurs|kaufpreis|durchschnittlicher kaufkurs|durchschnittskurs|"
        "einstandskurs inkl nk|o einstandskurs|kaufpreis pro stuck|durchschnittspreis|mittelkurs einstand|"
        "einstandspreis pro stuck",
        "fr": "prix de revient unitaire|prix de revient|prix moyen|pru|prix d achat|cours de revient|px revient|"
        "prix moyen d achat|p r u|cout moyen|cout unitaire|cout unitaire moyen",
        "nl": "gemiddelde aankoopkoers|aankoopkoers|gak|aankoopprijs|gemiddelde kostprijs|gemiddelde aankoopprijs|"
        "gem aankoopkoers|kostprijs per stuk",
        "es": "precio medio de compra|precio medio|precio de compra|coste medio|coste unitario",
        "it": "prezzo medio di carico|prezzo di carico|prezzo medio|costo medio|costo unitario|p zo medio di carico|"
        "pmc|prezzo medio carico|prezzo carico",
        "sv": "gav|inkopskurs|snittkurs|genomsnittligt anskaffningsvarde|ansk kurs",
        "no": "gav|snittkurs|kjopskurs|gjennomsnittskurs|inngangskurs|gak|kobskurs|anskaffelseskurs",
        "pt": "preco medio|preco medio de compra|preco de abertura|preco de compra|custo medio|pm",
        "pl": "cena zakupu|srednia cena zakupu|kurs nabycia|srednia cena|cena nabycia|cena otwarcia",
        "fi": "hankintahinta|keskihinta|hankintakurssi",
        "cs": "nakupni cena|prumerna cena|porizovaci cena",
        "hu": "bekerulesi ar|atlagar|vetelar",
        "ja": "取得単価|平均取得価額|平均取得単価|個別元本",
        "zh": "成本价|持仓成本价|买入均价|成本均價",
        "ko": "평균단가|매입단가|평단가|매입가|매입평균가|평균매입가|평균매입단가",
        "ru": "средняя цена|цена покупки|средняя цена покупки|цена приобретения|балансовая цена",
        "tr": "ortalama maliyet|birim maliyet|ort maliyet|alis fiyati|ortalama fiyat",
    },
    Field.VALUE: {
        "en": "market value|current value|mkt val|mkt value|value|total value|position value|local value|cur val|"
        "curr value|"
        "present value|current market value|holding value|value of holding|current balance|total market value|"
        "equity value|"
        "market val|valuation|net liquidation|net position value|ending value|ending market value|closing value|"
        "net asset value|value total|investment value|amount value|current amount|mkt val market value|"
        "valuation amount|netliq|net liq",
        "de": "marktwert|kurswert|aktueller wert|wert|gesamtwert|wert lokal|wert in lokaler wahrung|depotwert|"
        "bewertung|akt wert|positionswert|gegenwert|betrag|wert aktuell|vermogenswert|ruckkaufswert|"
        "aktueller marktwert",
        "fr": "valeur de marche|valeur actuelle|valorisation|valeur|valeur locale|montant|evaluation|valeur totale|"
        "valorisation actuelle|montant total|encours|valeur marchande|valeur au marche",
        "nl": "marktwaarde|huidige waarde|waarde|totale waarde|lokale waarde|actuele waarde|waarde in euro",
        "es": "valor de mercado|valor actual|valor|valor local|importe|valoracion|valor total|valor mercado|"
        "saldo actual",
        "it": "valore di mercato|valore attuale|controvalore|valore|valore locale|valore mercato|ctv|val di mercato|"
        "controvalore attuale|controvalore di mercato",
        "sv": "marknadsvarde|varde|totalt varde|vardering|aktuellt varde",
        "no": "markedsverdi|verdi|markedsvaerdi|vaerdi|kursvaerdi|total verdi|verdi nok|kursverdi",
        "pt": "valor de mercado|valor atual|valor atualizado|valor local|posicao|valor bruto|saldo|valor total|"
        "saldo bruto|valor liquido",
        "pl": "wartosc|wartosc rynkowa|wycena|wartosc biezaca|aktualna wartosc|wartosc aktualna|wartosc lokalna",
        "fi": "markkina arvo|arvo|markkinaarvo",
        "cs": "hodnota|trzni hodnota|aktualni hodnota",
        "hu": "ertek|piaci ertek|aktualis ertek",
        "ja": "評価額|時価評価額|時価",
        "zh": "市值|证券市值|最新市值|持仓市值|市值金額",
        "ko": "평가금액|평가 금액|평가액|시가평가액",
        "ru": "рыночная стоимость|текущая стоимость|стоимость|сумма|оценка",
        "tr": "piyasa degeri|guncel deger|tutar|deger|toplam deger",
    },
    Field.KIND: {"en": "kind|asset kind"},
    Field.LOT_STEP: {"en": "lot step|lot size"},
    Field.RATE: {"en": "exchange rate|fx rate"},
    Field.RATE_TO_BASE: {"en": "fx rate to base|fxrate to base|exchange rate to base|base exchange rate"},
    Field.LEVEL: {"en": "level of detail|data discriminator"},
    Field.RATE_DATE: {"en": "exchange rate date"},
    Field.BASE_CURRENCY: {"en": "base currency"},
    Field.ACCOUNT: {
        "en": "account nickname|account|account name|account alias|acct alias|portfolio name|portfolio|"
        "account description|nickname|"
        "holding account|account title",
        "de": "depot|konto|depotname|kontoname|depotbezeichnung",
        "fr": "compte|nom du compte|portefeuille",
        "nl": "rekening|rekeningnaam|naam rekening",
        "es": "cuenta|nombre de la cuenta|cartera",
        "it": "conto|nome conto|nome del conto|portafoglio|dossier|rubrica",
        "sv": "konto|depa|kontonamn",
        "pt": "conta|carteira|corretora|instituicao",
        "pl": "rachunek|konto|nazwa rachunku",
        "ko": "계좌|계좌명",
        "ru": "счет|портфель|название счета",
        "tr": "hesap|hesap adi|portfoy",
    },
    Field.ACCOUNT_NUMBER: {
        "en": "account number|account no|account id|account num|acct number|acct no|acct|client account id|client id",
        "de": "kontonummer|depotnummer|depot nr|konto nr",
        "fr": "numero de compte|no de compte",
        "nl": "rekeningnummer",
        "es": "numero de cuenta",
        "it": "numero conto|numero di conto|numero del conto",
        "sv": "kontonr",
        "no": "kontonr|depotnr",
        "pl": "numer rachunku",
        "ko": "계좌번호",
        "ru": "номер счета",
        "tr": "hesap no|hesap numarasi",
    },
    Field.ACCOUNT_KIND: {
        "en": "account kind|account type|type of account",
        "de": "kontoart|kontotyp|depotart",
        "fr": "type de compte",
        "nl": "rekeningtype|soort rekening",
        "es": "tipo de cuenta",
        "it": "tipo conto|tipo di conto",
    },
    Field.ACCOUNT_CURRENCY: {"en": "account currency"},
}

_MORE_LANGUAGES: Final[dict[str, dict[Field, str]]] = {
    "ro": {
        Field.SYMBOL: "simbol", Field.NAME: "denumire|instrument", Field.QUANTITY: "cantitate|numar|numar titluri",
        Field.PRICE: "pret|pret curent|pret piata|ultimul pret", Field.UNIT_COST: "pret mediu|pret de achizitie",
        Field.VALUE: "valoare|valoare de piata|valoare curenta", Field.CURRENCY: "moneda|valuta",
    },
    "hr": {
        Field.SYMBOL: "oznaka|simbol", Field.NAME: "naziv|ime", Field.QUANTITY: "kolicina|broj|stevilo",
        Field.PRICE: "cijena|trenutna cijena|trzisna cijena|trenutna cena|tecaj",
        Field.UNIT_COST: "prosjecna cijena|nabavna cijena|nabavna cena|povprecna cena",
        Field.VALUE: "vrijednost|trzisna vrijednost|vrednost|trzna vrednost", Field.CURRENCY: "valuta",
    },
    "lt": {
        Field.SYMBOL: "simbolis", Field.NAME: "pavadinimas|priemone", Field.QUANTITY: "kiekis|vienetai",
        Field.PRICE: "kaina|rinkos kaina|dabartine kaina", Field.UNIT_COST: "vidutine kaina|isigijimo kaina",
        Field.VALUE: "verte|rinkos verte|suma", Field.CURRENCY: "valiuta",
    },
    "lv": {
        Field.SYMBOL: "simbols", Field.NAME: "nosaukums|instruments", Field.QUANTITY: "daudzums|skaits",
        Field.PRICE: "tirgus cena|pasreizeja cena", Field.UNIT_COST: "videja cena|iegades cena",
        Field.VALUE: "vertiba|tirgus vertiba", Field.CURRENCY: "valuta",
    },
    "et": {
        Field.SYMBOL: "sumbol", Field.NAME: "vaartpaber", Field.QUANTITY: "kogus",
        Field.PRICE: "hind|turuhind|viimane hind", Field.UNIT_COST: "keskmine hind|soetushind|ostuhind",
        Field.VALUE: "vaartus|turuvaartus", Field.CURRENCY: "valuuta",
    },
    "ca": {
        Field.NAME: "fons", Field.QUANTITY: "participacions|titols|quantitat", Field.PRICE: "valor liquidatiu|preu",
        Field.VALUE: "valoracio|valor de mercat", Field.CURRENCY: "divisa",
    },
    "is": {
        Field.NAME: "nafn|heiti", Field.QUANTITY: "fjoldi|magn", Field.PRICE: "gengi|verd",
        Field.VALUE: "virði|markaðsvirði", Field.CURRENCY: "mynt|gjaldmiðill",
    },
    "id": {
        Field.SYMBOL: "kode saham|kode efek", Field.NAME: "nama|nama saham|nama efek|nama produk|saham",
        Field.QUANTITY: "jumlah lembar|lembar|jumlah unit|jumlah saham",
        Field.PRICE: "harga|harga terakhir|harga pasar|harga saat ini|nab",
        Field.UNIT_COST: "harga rata rata|harga beli|rata rata harga",
        Field.VALUE: "nilai|nilai pasar|nilai saat ini|total nilai", Field.CURRENCY: "mata uang",
    },
    "vi": {
        Field.SYMBOL: "ma ck|ma chung khoan|ma co phieu", Field.NAME: "ten chung khoan|ten co phieu",
        Field.QUANTITY: "so luong|khoi luong|tong kl", Field.PRICE: "gia hien tai|gia thi truong|gia dong cua",
        Field.UNIT_COST: "gia von|gia trung binh|gia mua", Field.VALUE: "gia tri|gia tri thi truong|thanh tien",
    },
    "uk": {
        Field.SYMBOL: "тікер", Field.NAME: "назва|інструмент|цінний папір|емітент", Field.QUANTITY: "кількість",
        Field.PRICE: "ціна|поточна ціна|ринкова ціна", Field.UNIT_COST: "середня ціна|ціна купівлі",
        Field.VALUE: "вартість|ринкова вартість|сума", Field.CURRENCY: "валюта",
    },
    "bg": {
        Field.SYMBOL: "символ", Field.NAME: "име|емитент", Field.QUANTITY: "брой|количество",
        Field.PRICE: "пазарна цена|текуща цена", Field.UNIT_COST: "средна цена|цена на придобиване",
        Field.VALUE: "стойност|пазарна стойност", Field.CURRENCY: "валута",
    },
    "el": {
        Field.SYMBOL: "σύμβολο|κωδικός", Field.NAME: "όνομα|περιγραφή|μετοχή|τίτλος|ονομασία",
        Field.QUANTITY: "ποσότητα|τεμάχια|μερίδια", Field.PRICE: "τιμή|τρέχουσα τιμή|τελευταία τιμή|τιμή κλεισίματος",
        Field.UNIT_COST: "μέση τιμή|τιμή αγοράς|τιμή κτήσης", Field.VALUE: "αξία|τρέχουσα αξία|αποτίμηση",
        Field.CURRENCY: "νόμισμα",
    },
    "he": {
        Field.SYMBOL: "מספר נייר|סימול", Field.NAME: "שם נייר|שם הנייר|נייר ערך", Field.QUANTITY: "כמות|כמות נוכחית",
        Field.PRICE: "שער|שער אחרון|שער נוכחי|מחיר", Field.UNIT_COST: "שער קנייה|מחיר קנייה|שער עלות",
        Field.VALUE: "שווי|שווי נוכחי|שווי אחזקה", Field.CURRENCY: "מטבע",
    },
    "th": {
        Field.SYMBOL: "หุ้น|หลักทรัพย์|ชื่อย่อ", Field.NAME: "ชื่อกองทุน|กองทุน", Field.QUANTITY: "จำนวน|จำนวนหุ้น|จำนวนหน่วย",
        Field.PRICE: "ราคา|ราคาตลาด|ราคาล่าสุด", Field.UNIT_COST: "ราคาเฉลี่ย|ต้นทุนเฉลี่ย",
        Field.VALUE: "มูลค่า|มูลค่าตลาด|มูลค่าปัจจุบัน", Field.CURRENCY: "สกุลเงิน",
    },
    "ar": {
        Field.SYMBOL: "الرمز|رمز", Field.NAME: "الاسم|اسم الشركة|الشركة", Field.QUANTITY: "الكمية|عدد الاسهم|العدد",
        Field.PRICE: "السعر|السعر الحالي|سعر السوق", Field.UNIT_COST: "متوسط السعر|متوسط التكلفة|سعر الشراء",
        Field.VALUE: "القيمة|القيمة السوقية", Field.CURRENCY: "العملة",
    },
}  # fmt: skip
"""Language → field → headers, after all of those above."""

_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_CURRENCY_AT_END = re.compile(r"(?:\s+(?:in|en|em|v|w|i)\s+|\s*[(\[]\s*(?:in\s+)?|\s+)([A-Z]{3})\s*[)\]]?\s*$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^0-9a-z\u0370-\u052f\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+")
"""What is neither a digit nor a letter: Latin, Greek, Cyrillic, Hebrew, Arabic, Thai, Japanese, Chinese, Korean."""


_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ı": "i", "ð": "d"})
_SIGNS: Final = {"£": "GBP", "€": "EUR", "₹": "INR"}


@dataclass(frozen=True, slots=True)
class Heading:
    """What one header means: how sure (rank, 0 = surest), in which language, and the currency it names.

    parts: how many of its unit make one of the currency, 100 for “Price (pence)”.
    """

    field: Field
    rank: int
    language: str
    currency: str | None = None
    parts: int = 1


@lru_cache(maxsize=4096)
def plain_words(text: str) -> str:
    """`text` in lower case without accents and marks, one space between words: “Stück” → “stuck”."""
    spaced = _CAMEL.sub(" ", text.replace("%", " percent ").replace("#", " number "))
    bare = unicodedata.normalize("NFKD", spaced.casefold().translate(_LETTERS))
    plain = "".join(c for c in bare if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip()  # Korean letters are syllables again


def _table() -> dict[str, Heading]:
    table: dict[str, Heading] = {}
    told = [(field, language, words) for field, known in _WORDS.items() for language, words in known.items()]
    told += [(field, language, words) for language, known in _MORE_LANGUAGES.items() for field, words in known.items()]
    for field, language, words in told:
        for rank, word in enumerate(words.split("|")):
            table.setdefault(plain_words(word), Heading(field, rank, language))
    return table


_HEADINGS: Final = _table()
_OF_MONEY: Final = {
    word: Heading(Field.VALUE, 100, language)
    for language, words in {
        "en": "total|exposure",
        "es": "valor",
        "de": "gesamt",
        "it": "totale",
        "nl": "totaal",
    }.items()
    for word in words.split("|")
}
"""What is a value where a currency is named behind it, and something else or nothing where none is: “Valor en EUR”."""


def heading(header: str) -> Heading | None:
    """What `header` means, or None. “Value in EUR” is a value converted to EUR; “Kurs (USD)” a price in USD."""
    if len(header) > 80:
        return None
    named = _CURRENCY_AT_END.search(header)
    if named and named[1] in CURRENCIES:
        before = header[: named.start()]
        found = _OF_MONEY.get(plain_words(before)) or _looked_up(before)
        if found:
            field = Field.CONVERTED_VALUE if found.field is Field.VALUE else found.field
            return replace(found, field=field, currency=named[1])
    found = _looked_up(header)
    if found is None:
        return _in_parts(header)
    sign = next((code for sign, code in _SIGNS.items() if sign in header), None)
    if found.field in _AMOUNTS and (parts := _in_parts(header)):
        return parts
    return replace(found, currency=sign) if sign and found.field in _AMOUNTS else found


_AMOUNTS: Final = frozenset((Field.PRICE, Field.VALUE, Field.COST, Field.UNIT_COST))


def _in_parts(header: str) -> Heading | None:
    """“Price (pence)”, “Price GBX”, “Market value p”: an amount in hundredths of a pound."""
    pence = re.search(r"[(\[\s](?:pence|GBX|GBp|p)[)\]]?\s*$", header)
    found = _looked_up(header[: pence.start()].removesuffix(" in")) if pence else None
    return replace(found, currency="GBP", parts=100) if found and found.field in _AMOUNTS else None


_WHOSE: Final = frozenset("asset equity fund holding instrument investment position security stock".split())
"""Of what a header speaks, before what it says of it: “Equity Symbol”, “Position Cost”, “Holding Quantity”."""
_LESS_SURE: Final = 100


def _looked_up(header: str) -> Heading | None:
    inside = _IN_BRACKETS.search(header)
    forms = [header, _IN_BRACKETS.sub(" ", header)] + ([inside[1]] if inside else [])
    plain = [plain_words(form) for form in forms]
    plain += [form.removesuffix(" in") for form in plain if form.endswith(" in")]  # “Value in £”
    known = next((found for form in plain if (found := _HEADINGS.get(form))), None)
    whose, _, what = plain[1].partition(" ")
    if known is None and whose in _WHOSE and (found := _HEADINGS.get(what)):
        return replace(found, rank=found.rank + _LESS_SURE)
    return known
