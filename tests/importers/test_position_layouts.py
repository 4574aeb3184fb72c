"""Lists of positions in the layouts of brokers, with contents of our own: what is held, at which prices, worth what."""

# ruff: noqa: E501 (lines as brokers write them)

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.domain.money import canonical, exact_product
from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.formats import Given, read_given

TODAY = date(2026, 11, 21)


def read(text: str, currency: str | None = None) -> Draft:
    draft = read_given(Given("positions.csv", text.encode(), TODAY, currency=currency))
    assert isinstance(draft, Draft)
    return draft


def held(draft: Draft) -> dict[str, str]:
    return {each.symbol: canonical(each.quantity) for each in draft.candidates}


def totals(draft: Draft) -> dict[str, Decimal]:
    """Currency → what is held in it, by the prices of the file."""
    prices = {(each.symbol, each.currency): each.price for each in draft.prices}
    found: dict[str, Decimal] = {}
    for each in draft.candidates:
        price = Decimal(1) if each.is_cash else prices.get((each.symbol, each.currency))
        if price is not None:
            worth = exact_product(each.quantity, price).quantize(Decimal("0.01"))
            found[each.currency] = found.get(each.currency, Decimal(0)) + worth
    return found


@dataclass(frozen=True)
class Layout:
    """A file, what is held in it (symbol → quantity), and what that is worth by currency."""

    text: str
    held: dict[str, str]
    worth: dict[str, str]
    currency: str | None = None
    costs: dict[str, str] = field(default_factory=dict)


LAYOUTS = {
    "a wallet": Layout("Coin,Total,Available\nBTC,0.5,0.4\nETH,2,2\n", {"BTC": "0.5", "ETH": "2"}, {}),
    "a wallet with what is locked": Layout(
        "Asset,Free,Locked,Total,Value (USD)\nBTC,0.4,0.1,0.5,30000\nSOL,1,0,1,150\n",
        {"BTC": "0.5", "SOL": "1"}, {"USD": "30150"},
    ),
    "values of accounts among symbols": Layout(
        "Symbol,Value\nVTI,1000\nChecking,200\nKonto,300\nAccount balance,400\n",
        {"VTI": "1", "USD": "900"}, {"USD": "1900"},
    ),
    "values of accounts by name": Layout(
        "Name,ISIN,Value\nWorld Fund,IE00BK5BQT80,1000\nGirokonto,,200\nKonto,,300\nKonto AG,,50\n",
        {"IE00BK5BQT80": "1", "EUR": "500", "Konto AG": "1"}, {"EUR": "1550"}, "EUR",
    ),
    "a symbol that is a word for an account": Layout(
        "Symbol,Name,Quantity,Price,Value\nKONTO,Konto Plc,2,10,20\nCHECKING,,3,10,30\n",
        {"KONTO": "2", "CHECKING": "3"}, {"USD": "50"},
    ),
    "korean": Layout(
        "종목명,종목코드,보유수량,매입단가,현재가,평가금액\n가나전자,009991,\"1,000\",\"60,000\",\"70,500\",\"70,500,000\"\n"
        "다라,009992,5,50000,40000,200000\n합계,,,,,\"70,700,000\"\n예수금,,,,,\"12,345\"\n",
        {"009991": "1000", "009992": "5", "KRW": "12345"}, {"KRW": "70712345"}, "KRW", {"009991": "60000000"},
    ),
    "korean names": Layout(
        "종목명,수량,현재가,평가금액\n가나전자,10,70000,700000\n다라,5,40000,200000\n",
        {"가나전자": "10", "다라": "5"}, {"KRW": "900000"}, "KRW",
    ),
    "russian": Layout(
        "Инструмент;Тикер;Количество;Средняя цена;Цена;Стоимость;Валюта\nПример;PRMR;1 100;200,5;250,5;275 550,00;RUB\n"
        "Другой;DRUG;10;90;150;1 500,00;RUB\nИтого;;;;;277 050,00;\n",
        {"PRMR": "1100", "DRUG": "10"}, {"RUB": "277050"}, costs={"PRMR": "220550"},
    ),
    "russian names": Layout(
        "Название;Кол-во;Текущая цена;Рыночная стоимость\nПример;100;250,5;25050\nДругой;10;150;1500\n",
        {"Пример": "100", "Другой": "10"}, {"RUB": "26550"}, "RUB",
    ),
    "turkish": Layout(
        "Hisse;Adet;Maliyet;Fiyat;Tutar\nORNEK;1.000;200,25;250,5;250.500,00\nDIGER;10;90;150;1.500,00\nTOPLAM;;;;252.000,00\n",
        {"ORNEK": "1000", "DIGER": "10"}, {"TRY": "252000"}, "TRY",
    ),
    "turkish with names": Layout(
        "Sembol,Hisse Adı,Miktar,Son Fiyat,Piyasa Değeri,Para Birimi\nORNEK,Örnek Sanayi,100,250.5,25050,TRY\nDIGER,Diğer,10,150,1500,TRY\n",
        {"ORNEK": "100", "DIGER": "10"}, {"TRY": "26550"},
    ),
    "fidelity": Layout(
        "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Total,Type\n"
        "Z1,Joint,SPAXX**,HELD IN MONEY MARKET,,,$210.40,,Cash\n"
        "Z1,Joint,ITOT,ISHARES CORE,12,$120.50,$1446.00,$1200.00,Cash\n"
        "Z1,Joint,Pending Activity,,,,-$40.00,,\n"
        "Z1,Joint,912828ZT0,US TREASURY NOTE,2000,$98.25,$1965.00,$1950.00,Cash\n",
        {"USD": "210.4", "ITOT": "12", "912828ZT0": "2000"}, {"USD": "3621.40"}, costs={"ITOT": "1200"},
    ),
    "schwab": Layout(
        '"Positions for account Trading ...77 as of 04:02 PM ET, 2026/11/18"\n\n'
        '"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type"\n'
        '"SCHA","SMALL CAP","1,500","$30.50","$45,750.00","$40,000.00","ETFs & Closed End Funds"\n'
        '"SCHA 01/15/2027 25.00 C","CALL SCHA","3","$2.10","$630.00","$500.00","Option"\n'
        '"Cash & Cash Investments","--","--","--","$1,234.56","--","Cash and Money Market"\n'
        '"Account Total","--","--","--","$47,614.56","$40,500.00","--"\n',
        {"SCHA": "1500", "SCHA 01/15/2027 25.00 C": "3", "USD": "1234.56"}, {"USD": "47614.56"}, costs={"SCHA": "40000"},
    ),
    "vanguard": Layout(
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n"
        "555,Index Fund,VFIAX,20.5,400.10,8202.05,\n555,Money Market,VMFXX,30.44,1.00,30.44,\n\n\n"
        "Account Number,Trade Date,Settlement Date,Transaction Type,Symbol,Shares,Share Price,Net Amount,\n"
        "555,2026-11-02,2026-11-03,Buy,VFIAX,3.501,142.81,-500.00,\n",
        {"VFIAX": "20.5", "VMFXX": "30.44"}, {"USD": "8232.49"},
    ),
    "etrade": Layout(
        "Account Summary\nAccount,Net Account Value,Total Gain $\n\nView Summary - All Positions\n\n"
        "Symbol,Last Price $,Change $,Quantity,Price Paid $,Value $\nVTI,290.10,1.2,10,200.00,2901.00\nCASH,,,,,88.12\n"
        "TOTAL,,,,,2989.12\n\nGenerated at Nov 20 2026 05:10 PM ET\n",
        {"VTI": "10", "USD": "88.12"}, {"USD": "2989.12"}, costs={"VTI": "2000"},
    ),
    "merrill": Layout(
        '"Symbol ","Description","Quantity","Price","Value","Unit Cost","Cost Basis"\n'
        '"MSFT","MICROSOFT CORP","25","$410.00","$10,250.00","$300.00","$7,500.00"\n'
        '"Money accounts","","","","$500.25","",""\n"Total","","","","$10,750.25","","$7,500.00"\n',
        {"MSFT": "25", "USD": "500.25"}, {"USD": "10750.25"}, costs={"MSFT": "7500"},
    ),
    "what the column speaks of before what it says": Layout(
        "Equity Symbol,Equity Description,Account Number,Quantity,Currency,Cost Per Share,Position Cost,Market Price,Market Value\n"
        "VEQT.TO,All-Equity,51234567,100,CAD,35.00,3500.00,45.10,4510.00\n",
        {"VEQT.TO": "100"}, {"CAD": "4510.00"}, costs={"VEQT.TO": "3500"},
    ),
    "code and stock, cash without a code": Layout(
        "Code,Stock,Units held,Price (pence),Value (£),Cost (£)\n"
        'VWRL,All-World,50,"10,512.50","5,256.25","4,000.00"\n,Cash,,,"1,000.00",\n,Totals,,,"6,256.25","4,000.00"\n',
        {"VWRL": "50", "GBP": "1000"}, {"GBP": "6256.25"}, costs={"VWRL": "4000"},
    ),
    "a bond priced and paid in percent": Layout(
        '"Stück/Nom.";"Bezeichnung";"WKN";"Währung";"Kurs aktuell";"Datum";"Kaufkurs";"Kaufwert in EUR";"Wert in EUR";\n'
        '"5.000";"BUND 0,5% 2028";"110244";"EUR";"97,50 %";"20.11.2026";"98,00 %";"4.900,00";"4.875,00";\n',
        {"110244": "5000"}, {"EUR": "4875.00"}, "EUR", {"110244": "4900"},
    ),
    "robinhood-like": Layout(
        "Name,Symbol,Shares,Price,Average cost,Total return,Equity\nApple,AAPL,1.25,200.00,150.00,62.50,250.00\n",
        {"AAPL": "1.25"}, {"USD": "250.00"}, costs={"AAPL": "187.5"},
    ),
    "m1": Layout(
        'Symbol,Name,Quantity,Avg. Price,Cost Basis,Unrealized Gain ($),Value\nVOO,S&P 500,14.5,390.00,"5,655.00",2.00,"10,150.00"\nNEW,New Co,2,,,,50.00\n',
        {"VOO": "14.5", "NEW": "2"}, {"USD": "10200.00"}, costs={"VOO": "5655"},
    ),
    "empower": Layout(
        'Ticker,Holding,Shares,Price,Change,Value\nVTI,Total Market,"1,000.5",$300.00,$1,"$300,150.00"\n,Stable Value Fund,200,$25.00,$0,"$5,000.00"\nCASH,Cash,12.5,$1.00,$0,$12.50\n',
        {"VTI": "1000.5", "Stable Value Fund": "200", "USD": "12.5"}, {"USD": "305162.50"},
    ),
    "sofi-like": Layout(
        "Ticker,Company,Quantity,Average Price,Market Price,Market Value\nSCHD,Dividend ETF,40,70,75.5,3020\n",
        {"SCHD": "40"}, {"USD": "3020.00"}, costs={"SCHD": "2800"},
    ),
    "yahoo": Layout(
        "Symbol,Current Price,Date,Time,Trade Date,Purchase Price,Quantity,Commission,Comment\n"
        "VTI,300,2026/11/20,16:00 EST,20250303,250,20,,\nVTI,300,2026/11/20,16:00 EST,20260310,270,5,,\n"
        "$$CASH_TX,,,,20251127,,75.5,,\nBABA,116,2026/11/20,12:09 EST,,,,,watched\n",
        {"VTI": "25", "USD": "75.5"}, {"USD": "7575.50"}, costs={"VTI": "6350"},
    ),
    "google-sheet": Layout("ticker\tshares\tcost\nVTI\t10\t2500\nBND\t4.5\t300\n", {"VTI": "10", "BND": "4.5"}, {}, costs={"BND": "300"}),
    "kubera": Layout(
        'Asset,Value,Currency\nHouse,"450,000.00",USD\nCar,"12,500.00",USD\n', {"House": "1", "Car": "1"}, {"USD": "462500.00"}
    ),
    "529-plan": Layout(
        "Account,Fund Name,Units,Unit Price,Market Value\nKid,Age-Based 2040,310.25,20.00,\"6,205.00\"\n",
        {"Age-Based 2040": "310.25"}, {"USD": "6205.00"},
    ),
    "questrade": Layout(
        "Equity Symbol,Equity Description,Quantity,Avg Price,Last Price,Market Value,Currency\nXEQT.TO,ISHARES,100,25.00,32.50,3250.00,CAD\n".replace("Equity Symbol", "Symbol"),
        {"XEQT.TO": "100"}, {"CAD": "3250.00"}, costs={"XEQT.TO": "2500"},
    ),
    "td-webbroker": Layout(
        "As of Date,2026-11-20 14:54:54\nAccount,Direct - 1X1\nCash,100.10\nInvestments,2142.00\nTotal Value,2242.10\n,\n"
        "Symbol,Market,Description,Quantity,Average Cost,Price,Book Cost,Market Value,Unrealized $\nBN,CA,CORP A,40.00000000000000000,50,53.55,2000,2142.00,142\n",
        {"BN": "40", "CAD": "100.1"}, {"CAD": "2242.10"}, "CAD", {"BN": "2000"},
    ),
    "wealthsimple": Layout(
        "Account Name,Symbol,Name,Security Type,Quantity,Market Price,Market Price Currency,Book Value (CAD),Book Value Currency (CAD),Book Value (Market),Book Value Currency (Market),Market Value,Market Value Currency\n"
        "TFSA,AAPL,Apple,EQUITY,10,200,USD,2100,CAD,1500,USD,2000,USD\nTFSA,XEQT,Core,ETF,4,30,CAD,100,CAD,100,CAD,120,CAD\n",
        {"AAPL": "10", "XEQT": "4"}, {"USD": "2000.00", "CAD": "120.00"}, "CAD", {"AAPL": "1500", "XEQT": "100"},
    ),
    "rbc": Layout(
        "Product,Symbol,Name,Quantity,Last Price,Currency,Total Book Cost,Total Market Value\nETFs,ZAG,BMO BOND,410.5,13.50,CAD,6000,5541.75\n",
        {"ZAG": "410.5"}, {"CAD": "5541.75"}, costs={"ZAG": "6000"},
    ),
    "hargreaves": Layout(
        "ISA, , , ,\nTotal cash:,\"310.55\", , ,\nTotal value:,\"4,330.55\", , ,\n\n"
        "Code,Stock,Units held,Price (pence),Value (£),Cost (£),Gain/loss (%),\n"
        '"BNKR","Bankers","3,000","134.00","4,020.00","3,600.00","11.67",\n"","Totals","","","4,020.00","3,600.00","",\n',
        {"BNKR": "3000", "GBP": "310.55"}, {"GBP": "4330.55"}, costs={"BNKR": "3600"},
    ),
    "interactive-investor": Layout(
        "Symbol,Name,Qty,Price,Market Value £,Book Cost,Average Price\nVWRL,FTSE ALL WORLD,100,9500p,\"9,500.00\",8000,80\n",
        {"VWRL": "100"}, {"GBP": "9500.00"}, "GBP", {"VWRL": "8000"},
    ),
    "aj-bell": Layout(
        "Investment,Quantity,Price,Value (£),Cost (£)\nFund A (LSE:FNDA),50,2.00,100.00,90.00\nCash GBP,,,25.50,\n",
        {"FNDA": "50", "GBP": "25.5"}, {"GBP": "125.50"}, "GBP", {"FNDA": "90"},
    ),
    "pence-currency": Layout(
        "Symbol,Quantity,Price,Currency,Value\nVUAG,10,8000,GBX,80000\nNPN,2,350000,ZAc,700000\n",
        {"VUAG": "10", "NPN": "2"}, {"GBP": "800.00", "ZAR": "7000.00"},
    ),
    "trading-212-pie": Layout(
        '"Slice","Name","Invested value","Value","Result","Owned quantity"\n"VUAG","Vanguard","100.00","112.40","12.40","1.2"\n'.replace("Slice", "Ticker").replace("Owned quantity", "Quantity"),
        {"VUAG": "1.2"}, {"GBP": "112.40"}, "GBP", {"VUAG": "100"},
    ),
    "comdirect": Layout(
        ';\n"Stück/Nom.";"Bezeichnung";"WKN";"Typ";"Währung";"Akt. Kurs";"Diff. abs";"Diff. %";"Wert in EUR";"Diff. abs";"Kaufkurs in EUR";"Kaufwert in EUR";\n'
        '"100";"WORLD ETF";"A0RPWH";"ETF";"EUR";"98,00";"-1";"-1%";"9.800,00";"+1";"70,00";"7.000,00";\n'
        '"1.250";"RENTEN";"847101";"Fonds";"EUR";"52,00";"0";"0%";"65.000,00";"0";"52,80";"66.000,00";\n',
        {"A0RPWH": "100", "847101": "1250"}, {"EUR": "74800.00"}, costs={"A0RPWH": "7000"},
    ),
    "consorsbank": Layout(
        "Depot;Inhaber;\n1;Muster;\n;;\nName;WKN;Gattung;Stück/Nominal;Einstandskurs inkl. NK;Währung/Prozent;Einstandswert;Währung/Prozent;Kurs;Währung/Prozent;Gesamtwert EUR\n"
        "LEERE AG;540999;Aktie;21;0,23;EUR;4,83;EUR;0;EUR;0\nFONDS B;A0DP99;Fonds;4;1.200;EUR;4.800;EUR;1.700;EUR;6.800,00\n"
        "BUND 30;110230;Anleihe;5000;99,1;%;4.955;EUR;98,5;%;4.925,00\n;;;;;;;;;;\nGesamtdepotwert (EUR);11.725,00;;;;;;;;;\n",
        {"540999": "21", "A0DP99": "4", "110230": "5000"}, {"EUR": "11725.00"}, costs={"A0DP99": "4800"},
    ),
    "ing": Layout(
        "Depotbewertung vom 20.11.2026\n\nISIN;Wertpapiername;Stück/Nominale;Einstandskurs;Währung;Einstandswert;Währung;Bewertungskurs;Währung;Kurswert;Währung\n"
        'IE00BKM4GZ66;EMIMI;30,5;30,00;EUR;915,00;EUR;36,00;EUR;1.098,00;EUR\n"";;;Depot-Gesamtwert;;915,00;EUR;;;1.098,00;EUR\n',
        {"IE00BKM4GZ66": "30.5"}, {"EUR": "1098.00"}, costs={"IE00BKM4GZ66": "915"},
    ),
    "dkb": Layout(
        '"Bestand";"";"ISIN / WKN";"Bezeichnung";"Kurs";"Gewinn / Verlust";"";"Einstandswert";"";"Dev. Kurs";"Kurswert in Euro"\n'
        '"12";"Stück";"IE00B4L5Y983";"CORE MSCI";"90,00";"1";"EUR";"800,00";"EUR";"";"1.080,00"\n',
        {"IE00B4L5Y983": "12"}, {"EUR": "1080.00"}, "EUR", {"IE00B4L5Y983": "800"},
    ),
    "flatex": Layout(
        "Nummer;Bezeichnung;ISIN;Bestand;Letzter Kurs;Währung;Einstandskurs;Kurswert\n1;WORLD;IE00B4L5Y983;10;90,00;EUR;80,00;900,00\n",
        {"IE00B4L5Y983": "10"}, {"EUR": "900.00"}, costs={"IE00B4L5Y983": "800"},
    ),
    "portfolio-performance": Layout(
        "Bestand;Name;Symbol;Kurs;Marktwert;Anteil in %;Notiz\n;Summe;;;7.600,00;100;\n;Aktien;;;7.000,00;92;\n10;USA;USX1;USD 200,00;1.800,00;24;\n"
        "40;Welt;VWCE.DE;130,00;5.200,00;68;\n;Barvermögen;;;600,00;8;\n;Konto;;;600,00;8;\n",
        {"USX1": "10", "VWCE.DE": "40", "EUR": "600"}, {"USD": "2000.00", "EUR": "5800.00"}, "EUR",
    ),
    "swissquote": Layout(
        "Symbol;Name;ISIN;Anzahl;Einstandskurs;Kurs;Währung;Wert\nNESN;Nestlé;CH0038863350;1'000;95.50;100.00;CHF;100'000.00\n",
        {"NESN": "1000"}, {"CHF": "100000.00"}, costs={"NESN": "95500"},
    ),
    "degiro": Layout(
        'Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR\nCASH & CASH FUND (EUR),,,,EUR,"50,44","50,44"\n'
        'WORLD,IE00B3RBWM25,12,"101,50",EUR,"1218,00","1218,00"\nCORP,US5949181045,10,"400,00",USD,"4000,00","3600,00"\n',
        {"EUR": "50.44", "IE00B3RBWM25": "12", "US5949181045": "10"}, {"EUR": "1268.44", "USD": "4000.00"},
    ),
    "boursorama": Layout(
        "name;isin;quantity;buyingPrice;lastPrice;amount\nAIR LIQUIDE;FR0000120073;10;150,00;170,00;1700,00\n".replace("amount", "valorisation"),
        {"FR0000120073": "10"}, {"EUR": "1700.00"}, "EUR",
    ),
    "fortuneo": Layout(
        "Libellé;Code ISIN;Quantité;Prix de revient unitaire;Cours;Valorisation en EUR\nTOTALENERGIES;FR0000120271;20;50,00;60,00;1 200,00\nTotal;;;;;1 200,00\n",
        {"FR0000120271": "20"}, {"EUR": "1200.00"}, costs={"FR0000120271": "1000"},
    ),
    "binck-nl": Layout(
        "Fonds;ISIN;Aantal;Koers;Valuta;Gemiddelde aankoopkoers;Waarde\nASML;NL0010273215;2;700,00;EUR;500,00;1.400,00\nTotaal;;;;;;1.400,00\n",
        {"NL0010273215": "2"}, {"EUR": "1400.00"}, costs={"NL0010273215": "1000"},
    ),
    "directa-it": Layout(
        "Titolo;ISIN;Quantità;P.zo medio di carico;Valuta;P.zo mercato;Controvalore\nENI;IT0003132476;100;12,00;EUR;14,00;1.400,00\n",
        {"IT0003132476": "100"}, {"EUR": "1400.00"}, costs={"IT0003132476": "1200"},
    ),
    "myinvestor-es": Layout(
        "Fondo;ISIN;Participaciones;Valor liquidativo;Valor de mercado;Divisa\nGlobal;IE00B03HCZ61;10,5;40,00;420,00;EUR\n",
        {"IE00B03HCZ61": "10.5"}, {"EUR": "420.00"},
    ),
    "avanza": Layout(
        "Kontonummer;Namn;Kortnamn;Volym;Marknadsvärde;GAV (SEK);GAV;Valuta;ISIN;Typ\n1;Volvo B;VOLV B;140;35000,00;200,00;200,00;SEK;SE0000115446;STOCK\n1;Apple;AAPL;10;22000,00;1600,00;160,00;USD;US0378331005;STOCK\n",
        {"VOLV B": "140", "AAPL": "10"}, {"SEK": "57000.00"}, costs={"VOLV B": "28000", "AAPL": "16000"},
    ),
    "nordnet": Layout(
        "Värdepapper\tISIN\tAntal\tGAV\tSenaste kurs\tValuta\tVärde\nInvestor B\tSE0015811963\t50\t200,00\t300,00\tSEK\t15 000,00\n",
        {"SE0015811963": "50"}, {"SEK": "15000.00"}, costs={"SE0015811963": "10000"},
    ),
    "nordnet-no": Layout(
        "Verdipapir;Antall;Siste kurs;Valuta;Verdi\nEquinor;100;300,00;NOK;30000,00\n", {"Equinor": "100"}, {"NOK": "30000.00"}
    ),
    "saxo-dk": Layout(
        "Navn;ISIN;Antal;Aktuel kurs;Valuta;Værdi\nNovo Nordisk B;DK0062498333;10;500,00;DKK;5.000,00\n",
        {"DK0062498333": "10"}, {"DKK": "5000.00"},
    ),
    "mbank-pl": Layout(
        "Papier;Ilość;Kurs;Wartość;Waluta\nCDPROJEKT;5;200,00;1000,00;PLN\nRazem;;;1000,00;PLN\n", {"CDPROJEKT": "5"}, {"PLN": "1000.00"}
    ),
    "b3-br": Layout(
        "Produto,Código,Quantidade,Preço de Fechamento,Valor Atualizado\nPETROBRAS,PETR4,100,\"R$ 38,50\",\"R$ 3.850,00\"\nTotal,,,,\"R$ 3.850,00\"\n",
        {"PETR4": "100"}, {"BRL": "3850.00"},
    ),
    "kite": Layout(
        '"Instrument","Qty.","Avg. cost","LTP","Invested","Cur. val","P&L"\n"NIFTYBEES",612,265.00,285.00,162180.00,174420.00,12240.00\n"GOLDBEES","1,063",66.00,82.00,70158.00,87166.00,17008.00\n"","","","",232338.00,261586.00,29248.00\n',
        {"NIFTYBEES": "612", "GOLDBEES": "1063"}, {"INR": "261586.00"}, "INR", {"GOLDBEES": "70158"},
    ),
    "groww": Layout(
        'Stock Name,ISIN,Quantity,Average buy price,Buy value,Closing price,Closing value\nINFOSYS,INE009A01021,"1,00,000",10,"10,00,000","15.50","15,50,000.00"\n',
        {"INE009A01021": "100000"}, {"INR": "1550000.00"}, "INR", {"INE009A01021": "1000000"},
    ),
    "commsec": Layout(
        'Account Number: 1\nCode,Avail Units,Purchase $,Last $,Mkt Value $\nCHESS\nVAS,310,88.10,104.22,"32,308.20"\nSubtotal,,,,"32,308.20"\nIssuer Sponsored Holdings\nTotal,,,,"32,308.20"\n',
        {"VAS": "310"}, {"AUD": "32308.20"}, "AUD", {"VAS": "27311"},
    ),
    "nabtrade": Layout(
        "Code,Quantity,Average price,Last price,Market value,Currency\nCBA,20,90.00,110.00,2200.00,AUD\n", {"CBA": "20"}, {"AUD": "2200.00"}, costs={"CBA": "1800"}
    ),
    "japan": Layout(
        "銘柄コード,銘柄,保有数量,取得単価,現在値,評価額\n7203,トヨタ,100,2000,2500,\"250,000\"\n", {"7203": "100"}, {"JPY": "250000.00"}, "JPY", {"7203": "200000"}
    ),
    "china": Layout("证券代码,证券名称,持仓数量,成本价,现价,市值\n600519,茅台,10,1500,1600,16000\n", {"600519": "10"}, {"CNY": "16000.00"}, "CNY", {"600519": "15000"}),
    "ibkr-flex": Layout(
        "ClientAccountID,CurrencyPrimary,FXRateToBase,AssetClass,Symbol,Description,ISIN,ReportDate,Quantity,MarkPrice,PositionValue,CostBasisMoney,Side,LevelOfDetail,OpenDateTime\n"
        "U1,EUR,1,STK,VWCE,WORLD,IE00BK5BQT80,20261120,30,130,3900,3000,Long,SUMMARY,\nU1,EUR,1,STK,VWCE,WORLD,IE00BK5BQT80,20261120,10,130,1300,900,Long,LOT,20220301;101112\n"
        "U1,EUR,1,STK,VWCE,WORLD,IE00BK5BQT80,20261120,20,130,2600,2100,Long,LOT,20260801;101112\nU1,USD,0.9,STK,DEMO,DEMO,US0378331005,20261120,4,150,600,500,Long,SUMMARY,\n",
        {"VWCE": "30", "DEMO": "4"}, {"EUR": "3900.00", "USD": "600.00"}, costs={"VWCE": "3000"},
    ),
    "wealthfolio-holdings": Layout(
        "date,symbol,quantity,avgCost,currency\n2026-11-20,VTI,3,200,USD\n2026-11-20,$CASH-USD,50,,USD\n".replace("avgCost", "Average Cost"),
        {"VTI": "3", "USD": "50"}, {"USD": "50.00"}, costs={"VTI": "600"},
    ),
    "crypto": Layout(
        "Asset,Quantity,Price,Value\nBTC,0.015500000000000001,60000,930\nETH,1.5e-05,3000,0.045\n", {"BTC": "0.0155", "ETH": "0.000015"}, {"USD": "930.04"}
    ),
    "by-hand": Layout("paper;shares;kurs\nVWCE;12,5;131,50\n".replace("paper", "Symbol"), {"VWCE": "12.5"}, {"EUR": "1643.75"}, "EUR"),
    "margin": Layout(
        "Symbol,Quantity,Price,Currency,Value\nVTI,100,300.00,USD,30000.00\nTSLA,-5,200,USD,-1000\nCash & Cash Investments,,,USD,-1250.44\n", {"VTI": "100"}, {"USD": "30000.00"}
    ),
    "xtb-open": Layout(
        "Symbol;Pozycja;Wolumen;Czas otwarcia;Cena otwarcia;Cena rynkowa;Wartość\nCDR.PL;Buy;10;05.01.2026 10:00;150,00;200,00;2 000,00\n",
        {"CDR.PL": "10"}, {"PLN": "2000.00"}, "PLN", {"CDR.PL": "1500"},
    ),
    "tastytrade": Layout(
        "Account,Symbol,Type,Quantity,Trade Price,Mark,NetLiq\n5W,ACME 270115C00025000,OPTION,2,1.00,1.25,250.00\n5W,VTI,STOCK,10,250.00,300.00,3000.00\n",
        {"ACME 270115C00025000": "2", "VTI": "10"}, {"USD": "3250.00"},
    ),
    "stake": Layout("Equity Symbol,Name,Units Held,Current Price\nACME,Acme,3.5,300.00\n", {"ACME": "3.5"}, {"USD": "1050.00"}),
    "commsec-code": Layout(
        "Company Code,Avail Units,Purchase Price $,Last Price $,Market Value $\nVAS,50,90.00,101.00,5050.00\nTotal,,,,5050.00\n",
        {"VAS": "50"}, {"AUD": "5050.00"}, "AUD", {"VAS": "4500"},
    ),
    "interactive-investor, two values": Layout(
        "Symbol,Name,Qty,Price,Market Value £,Market Value,Book Cost £\nVWRL,All-World,20,\"10,550p\",\"£2,110.00\",\"£2,110.00\",\"£1,500.00\"\n"
        "ACME,Acme,4,$300.00,£960.00,\"$1,200.00\",£500.00\nTotal,,,,\"£3,070.00\",,\"£2,000.00\"\n",
        {"VWRL": "20", "ACME": "4"}, {"GBP": "2110.00", "USD": "1200.00"}, costs={"VWRL": "1500"},
    ),
    "consorsbank, a bond in dollars": Layout(
        '"Wertpapier";"WKN";"Stück/Nominal";"Einh.";"Aktueller Kurs";"Währung";"Gesamtwert EUR"\n"ETF";"A2PKXG";"12,5";"ST";"131,50";"EUR";"1.643,75"\n'
        '"NOTE 25/35";"A3L";"2.000";"USD";"97,00";"%";"1.746,00"\n"Gesamt";"";"";"";"";"";"3.389,75"\n',
        {"A2PKXG": "12.5", "A3L": "2000"}, {"EUR": "3389.75"},
    ),
    "par amount": Layout(
        "CUSIP,Security,Par Amount,Price,Market Value\n91282CJL6,Note 4.875%,\"10,000.00\",99.5,\"9,950.00\"\n", {"91282CJL6": "10000"}, {"USD": "9950.00"}
    ),
    "degiro, pence": Layout(
        "Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR\nCASH & CASH FUND (USD),,,,USD,\"10,00\",\"9,00\"\n"
        "ASML,NL0010273215,3,\"700,00\",EUR,\"2100,00\",\"2100,00\"\nRIO,GB0007188757,10,\"5000,00\",GBX,\"50000,00\",\"575,00\"\n",
        {"USD": "10", "NL0010273215": "3", "GB0007188757": "10"}, {"USD": "10.00", "EUR": "2100.00", "GBP": "500.00"},
    ),
    "saxo-de": Layout(
        "Instrument;Betrag;Währung;Aktueller Kurs;Marktwert;Marktwert (CHF)\nNestlé;10;CHF;82.50;825.00;825.00\nAcme;2;USD;300.00;600.00;540.00\n",
        {"Nestlé": "10", "Acme": "2"}, {"CHF": "825.00", "USD": "600.00"},
    ),
    "rbc, cash by its product": Layout(
        "Product,Symbol,Name,Quantity,Last Price,Currency,Total Market Value\nCash,,,,,CAD,\"1,234.50\"\nETF,XEQT,ISHARES,100,32.50,CAD,\"3,250.00\"\n",
        {"CAD": "1234.5", "XEQT": "100"}, {"CAD": "4484.50"},
    ),
    "mutual-funds-in": Layout(
        "Scheme Name,Folio No.,Units,Invested Value,Current Value\nFlexi Cap Fund,123/45,\"1,234.5\",\"1,00,000.00\",\"1,23,450.00\"\n",
        {"Flexi Cap Fund": "1234.5"}, {"INR": "123450.00"}, "INR", {"Flexi Cap Fund": "100000"},
    ),
    "saxo, short": Layout(
        'Instrument,Status,L/S,Quantity,Open Price,Current Price,P/L,Market Value,Currency,ISIN,Symbol,Asset type\nShares,,,,,,,,,,,\n'
        'Apple Inc.,Open,Long,10,150.00,200.00,500.00,"2,000.00",USD,US0378331005,AAPL:xnas,Stock\nNovo Nordisk B,Open,Long,20,480.00,500.00,400.00,"10,000.00",DKK,DK0062498333,NOVOb:xcse,Stock\n'
        'EURUSD,Open,Short,10000,1.05,1.04,100,-10400,USD,,EURUSD,FX Spot\n',
        {'AAPL:xnas': '10', 'NOVOb:xcse': '20'}, {'USD': '2000.00', 'DKK': '10000.00'},
    ),
    "dkb, isin and wkn in one": Layout(
        '"Depot";"Mein Depot 123"\n"Stand";"20.11.26"\n'
        '\n"Bestand";"Name";"ISIN / WKN";"Kurs";"Gewinn / Verlust";"Einstandswert";"Dev. Kurs";"Kurswert in Euro";"Verfügbarkeit"\n'
        '"10,5 Stück";"VANGUARD FTSE";"IE00BK5BQT80 A2PKXG";"120,50 EUR";"+10 %";"1.000,00 EUR";"";"1.265,25";"frei"\n"2.000 EUR";"BUND 2030";"DE0001102507 110250";"98,50 %";"";"2.000,00 EUR";"";"1.970,00";"frei"\n',
        {'IE00BK5BQT80': '10.5', 'DE0001102507': '2000'}, {'EUR': '3235.25'},
    ),
    "fineco": Layout(
        'Titolo;ISIN;Simbolo;Mercato;Strumento;Valuta;Quantità;P.zo medio di carico;Cambio di carico;Valore di carico;P.zo di mercato;Cambio di mercato;Valore di mercato €;Var %\nENI;IT0003132476;ENI;MTA;Azione;EUR;100;12,00;1;1.200,00;14,00;1;1.400,00;16,67\n'
        'APPLE;US0378331005;AAPL;NASDAQ;Azione;USD;5;150,00;1,10;681,82;220,00;1,10;1.000,00;46,67\nTotale;;;;;;;;;1.881,82;;;2.400,00;\n',
        {'ENI': '100', 'AAPL': '5'}, {'EUR': '1400.00', 'USD': '1100.00'},
    ),
    "sbi": Layout(
        '保有商品一覧\n\n'
        '銘柄コード,銘柄名称,保有株数,取得単価,現在値,取得金額,評価額,評価損益\n7203,トヨタ自動車,100,"2,000","2,850","200,000","285,000","+85,000"\n'
        '9984,ソフトバンクグループ,200,"6,000","9,100","1,200,000","1,820,000","+620,000"\n',
        {'7203': '100', '9984': '200'}, {'JPY': '2105000.00'}, "JPY",
    ),
    "rbc, cash above": Layout(
        '"Holdings Export as of Nov 20, 2026 5:00:00 PM ET"\n"Account: 12345678 - TFSA"\n'
        '\n"CAD Cash","1,250.50"\n'
        '"USD Cash","300.10"\n\n'
        ',"Product","Symbol","Name","Quantity","Last Price","Currency","Change $","Change %","Total Book Cost","Total Market Value","Unrealized Gain/Loss $","Unrealized Gain/Loss %","Average Cost"\n,"ETFs","XEQT","ISHARES ALL EQ","100","32.50","CAD","0.1","0.3","2,500.00","3,250.00","750","30","25.00"\n'
        ',"Stocks","AAPL","APPLE","10","200.00","USD","1","0.5","1,500.00","2,000.00","500","33","150.00"\n',
        {'XEQT': '100', 'AAPL': '10', 'CAD': '1250.5', 'USD': '300.1'}, {'CAD': '4500.50', 'USD': '2300.10'},
    ),
    "morgan stanley, cusip": Layout(
        'Account Number,Name,Symbol,CUSIP,Quantity,Price ($),Market Value ($),Total Cost ($),Unrealized Gain/Loss ($)\n123-456789,APPLE INC,AAPL,037833100,10,$200.00,"$2,000.00","$1,500.00",$500.00\n'
        '123-456789,MS BANK DEPOSIT PROGRAM,,,,,$512.33,,\n123-456789,US TSY 4.25 2030,,91282CJL6,"10,000",99.50,"$9,950.00","$10,010.00",($60.00)\n'
        'Totals,,,,,,"$12,462.33",,\n',
        {'AAPL': '10', 'USD': '512.33', '91282CJL6': '10000'}, {'USD': '12462.33'},
    ),
    "tiaa, balance": Layout(
        'Plan,Fund name,Ticker,Asset class,Units,Unit value,Balance\nState University,TIAA Traditional,,Guaranteed,,,"15,000.00"\n'
        'State University,CREF Stock R3,QCSTIX,Equities,100.5,$900.00,"$90,450.00"\nTotal,,,,,,"$105,450.00"\n',
        {'TIAA Traditional': '1', 'QCSTIX': '100.5'}, {'USD': '105450.00'},
    ),
    "nordea-fi": Layout(
        'Arvopaperi;ISIN;Määrä;Hankintahinta;Kurssi;Valuutta;Markkina-arvo\nNokia Oyj;FI0009000681;500;4,00;4,50;EUR;2 250,00\n'
        'Yhteensä;;;;;;2 250,00\n',
        {'FI0009000681': '500'}, {'EUR': '2250.00'},
    ),
    "fio-cz": Layout(
        'Název;ISIN;Počet;Cena;Měna;Hodnota\nČEZ;CZ0005112300;20;950,00;CZK;19 000,00\n',
        {'CZ0005112300': '20'}, {'CZK': '19000.00'},
    ),
    "erste-hu": Layout(
        'Értékpapír;ISIN;Darabszám;Árfolyam;Deviza;Érték\nOTP;HU0000061726;10;15 000,00;HUF;150 000\n',
        {'HU0000061726': '10'}, {'HUF': '150000.00'},
    ),
    "bourse-direct": Layout(
        'Valeur;Code ISIN;Qté;PRU;Cours;Valorisation;+/- values\nAIR LIQUIDE;FR0000120073;10;150,00 €;170,00 €;1 700,00 €;200,00 €\n'
        'AMUNDI MSCI WORLD;LU1681043599;25,5;400,00 €;500,00 €;12 750,00 €;2 550,00 €\nESPECES;;;;;1 234,56 €;\n'
        'TOTAL;;;;;15 684,56 €;\n',
        {'FR0000120073': '10', 'LU1681043599': '25.5', 'EUR': '1234.56'}, {'EUR': '15684.56'},
    ),
    "meesman": Layout(
        'Fonds;Aantal participaties;Koers;Waarde\nAandelen Wereldwijd Totaal;100,2345;€ 85,50;€ 8.570,05\n'
        'Obligaties Wereldwijd;50;€ 30,00;€ 1.500,00\nTotaal;;;€ 10.070,05\n',
        {'Aandelen Wereldwijd Totaal': '100.2345', 'Obligaties Wereldwijd': '50'}, {'EUR': '10070.05'},
    ),
    "sharesight, converted": Layout(
        "Holdings as at 20 Nov 2026\n"
        "\n"
        "Market,Code,Name,Qty,Price,Price Currency,Value,Value Currency,Capital Gain\n"
        "ASX,VAS,Vanguard Australian Shares,100,104.20,AUD,10420.00,AUD,420.00\n"
        "NASDAQ,AAPL,Apple Inc,10,200.00,USD,3000.00,AUD,300.00\n"
        "Total,,,,,,13420.00,AUD,720.00\n",
        {"VAS": "100", "AAPL": "10"}, {"AUD": "10420.00", "USD": "2000.00"},
    ),
    "quicken": Layout(
        "Portfolio Value - As of 11/20/2026\n"
        "(Includes unrealized gains)\n"
        "\n"
        ",Account/Security,Shares,Quote/Price,Cost Basis,Gain/Loss,Balance\n"
        ",Brokerage,,,,,\n"
        ",Vanguard Total Stock,10,300.00,2500.00,500.00,3000.00\n"
        ",Cash,,,,,150.00\n"
        ",TOTAL Brokerage,,,2500.00,500.00,3150.00\n"
        ",TOTAL Investments,,,2500.00,500.00,3150.00\n",
        {"Vanguard Total Stock": "10", "USD": "150"}, {"USD": "3150.00"},
    ),
    "ubs, cash by its account": Layout(
        "Depot-Nr.:;0230 00123456\n"
        "Bewertet per:;20.11.2026\n"
        "\n"
        "Bezeichnung;Valor;ISIN;Anzahl/Nominal;Einstandspreis;Kurs;Whrg.;Marktwert in CHF;Anteil in %\n"
        "Nestle N;3886335;CH0038863350;50;95.00;90.50;CHF;4'525.00;45\n"
        "Apple Inc Rg;908440;US0378331005;20;150.00;200.00;USD;3'520.00;35\n"
        "Konto CHF;;;;;;CHF;2'000.00;20\n"
        "Total;;;;;;;10'045.00;100\n",
        {"3886335": "50", "908440": "20", "CHF": "2000"}, {"CHF": "6525.00", "USD": "4000.00"},
    ),
    "bmo, cash in two currencies": Layout(
        "\"Asset Class\",\"Symbol\",\"Market\",\"Description\",\"Qty\",\"Book Cost\",\"Price\",\"Currency\",\"Market Value\",\"Market Value (CAD)\"\n"
        "\"Equity\",\"RY\",\"CA\",\"ROYAL BANK OF CANADA\",\"20\",\"2,000.00\",\"150.00\",\"CAD\",\"3,000.00\",\"3,000.00\"\n"
        "\"Equity\",\"MSFT\",\"US\",\"MICROSOFT CORP\",\"5\",\"1,500.00\",\"400.00\",\"USD\",\"2,000.00\",\"2,800.00\"\n"
        "\"Cash\",\"\",\"\",\"CAD Cash\",\"\",\"\",\"\",\"CAD\",\"250.75\",\"250.75\"\n"
        "\"Cash\",\"\",\"\",\"USD Cash\",\"\",\"\",\"\",\"USD\",\"100.00\",\"140.00\"\n",
        {"RY": "20", "MSFT": "5", "CAD": "250.75", "USD": "100"}, {"CAD": "3250.75", "USD": "2100.00"}, costs={"MSFT": "1500"},
    ),
    "disnat": Layout(
        "Symbole;Description;Quantité;Coût moyen;Valeur comptable;Cours;Valeur marchande;Devise\n"
        "XEQT;ISHARES CORE EQUITY;100,5;25,00;2 512,50;32,00;3 216,00;CAD\n"
        "VFV;VANGUARD S&P 500;10;100,00;1 000,00;150,00;1 500,00;CAD\n"
        ";Encaisse;;;;;120,25;CAD\n",
        {"XEQT": "100.5", "VFV": "10", "CAD": "120.25"}, {"CAD": "4836.25"}, costs={"XEQT": "2512.5"},
    ),
    "price in pence, value in pounds": Layout(
        "Company Code,Company Name,Market,Quantity,Price in pence,Value in £,Book Cost (£),Gain/Loss (£)\n"
        "BP.,BP PLC,London,200,480.50,961.00,800.00,161.00\n"
        "ULVR,UNILEVER PLC,London,10,4500.00,450.00,400.00,50.00\n",
        {"BP.": "200", "ULVR": "10"}, {"GBP": "1411.00"}, costs={"BP.": "800"},
    ),
    "kraken, balances": Layout(
        "asset,balance\n"
        "XXBT,0.5\n"
        "ZEUR,100.25\n"
        "XETH,2\n"
        "ETH2.S,1\n"
        "DOT.S,10\n"
        "USDT,50\n"
        "XXDG,100\n",
        {"BTC": "0.5", "ETH": "3", "DOT": "10", "USDT": "50", "DOGE": "100", "EUR": "100.25"}, {"EUR": "100.25"},
    ),
    "kraken, with values": Layout(
        "Asset,Quantity,Price (EUR),Value (EUR)\n"
        "XXBT,0.5,50000,25000\n"
        "ZEUR,100.25,1,100.25\n"
        "XETH,2,2000,4000\n"
        "XXRP,100,0.5,50\n"
        "ADA,10,0.4,4\n",
        {"BTC": "0.5", "ETH": "2", "XRP": "100", "ADA": "10", "EUR": "100.25"}, {"EUR": "29154.25"},
    ),
    "jpmorgan, cash swept to a bank": Layout(
        "Asset Class,Asset Strategy,Description,Ticker,CUSIP,Quantity,Base CCY,Price,Local CCY,Value,Cost,Unrealized Gain/Loss\n"
        "Equity,US Large Cap Equity,VANGUARD S&P 500 ETF,VOO,922908363,10,USD,500,USD,5000,4000,1000\n"
        "Fixed Income & Cash,Cash,JPMORGAN CHASE BANK NA DEPOSIT SWEEP,QCERQ,,1234.56,USD,1,USD,1234.56,1234.56,0\n"
        "FOOTNOTES,,,,,,,,,,,\n",
        {"VOO": "10", "USD": "1234.56"}, {"USD": "6234.56"}, costs={"VOO": "4000"},
    ),
    "wells fargo, swept": Layout(
        "\"Symbol\",\"Description\",\"Quantity\",\"Last Price\",\"Market Value\",\"Cost\",\"Unrealized Gain/Loss\"\n"
        "\"VTI\",\"VANGUARD TOTAL STOCK MKT ETF\",\"20\",\"$300.00\",\"$6,000.00\",\"$5,000.00\",\"$1,000.00\"\n"
        "\"\",\"BANK DEPOSIT SWEEP\",\"\",\"\",\"$750.00\",\"\",\"\"\n"
        "\"\",\"Total\",\"\",\"\",\"$6,750.00\",\"$5,000.00\",\"$1,000.00\"\n",
        {"VTI": "20", "USD": "750"}, {"USD": "6750.00"},
    ),
    "seeking alpha, cost of one": Layout(
        "Symbol,Price,Change,Change %,Shares,Cost,Today's Gain,Total Change,Total Change %,Value\n"
        "O,55.00,0.2,0.36,40,50.00,8,200,10,2200.00\n"
        "MAIN,60.00,0.1,0.2,10.5,45.00,1.05,157.5,33.3,630.00\n",
        {"O": "40", "MAIN": "10.5"}, {"USD": "2830.00"}, costs={"O": "2000"},
    ),
    "maxblue": Layout(
        "Wertpapier;ISIN;Stk/Nominal;Kaufkurs;Kaufwert;Akt. Kurs;Wert;Whg;+/- %\n"
        "Allianz SE;DE0008404005;10;200,00;2.000,00;300,00;3.000,00;EUR;50,00\n"
        "\n"
        "Summe;;;;2.000,00;;3.000,00;EUR;50,00\n",
        {"DE0008404005": "10"}, {"EUR": "3000.00"}, costs={"DE0008404005": "2000"},
    ),
    "s broker, a bond": Layout(
        "Gattungsbezeichnung;ISIN;WKN;Bestand;Einheit;Kurs;Kurswährung;Kurswert in EUR;Kursdatum;Lagerstelle\n"
        "BUNDESREP.DTL. 2032;DE0001102606;110260;10.000;EUR;95,25;%;9.525,00;20.11.2026;DE\n"
        "SAP SE;DE0007164600;716460;25;Stück;220,00;EUR;5.500,00;20.11.2026;DE\n",
        {"110260": "10000", "716460": "25"}, {"EUR": "15025.00"},
    ),
    "degiro, english": Layout(
        "Product,Symbol/ISIN,Quantity,Closing,Currency,Value,Value in EUR\n"
        "CASH & CASH FUND & FTX CASH (EUR),,,,EUR,125.10,125.10\n"
        "VANGUARD FTSE AW,IE00BK5BQT80,10,131.50,EUR,1315.00,1315.00\n"
        "APPLE INC,US0378331005,5,200.00,USD,1000.00,900.00\n"
        "MICROSOFT,US5949181045,2,400.00,USD,800.00,720.00\n"
        "AMAZON,US0231351067,3,150.00,USD,450.00,405.00\n",
        {"IE00BK5BQT80": "10", "US0378331005": "5", "US5949181045": "2", "US0231351067": "3", "EUR": "125.1"}, {"EUR": "1440.10", "USD": "2250.00"},
    ),
    "saxo, english": Layout(
        "Instrument,Status,Quantity,Open price,Current price,Currency,P/L,Market value,Market value (EUR),ISIN,Symbol\n"
        "Vanguard FTSE All-World,Open,40,100.00,131.50,EUR,1260,5260.00,5260.00,IE00BK5BQT80,VWCE:xetr\n"
        "Microsoft,Open,5,300.00,400.00,USD,500,2000.00,1800.00,US5949181045,MSFT:xnas\n",
        {"VWCE:xetr": "40", "MSFT:xnas": "5"}, {"EUR": "5260.00", "USD": "2000.00"}, costs={"MSFT:xnas": "1500"},
    ),
    "barclays, pence beside pounds": Layout(
        "Investment,Identifier,Quantity Held,Last Price,Last Price CCY,Value,Value CCY,FX Rate,Last Price (p),Value (£),Book Cost,Book Cost CCY,% Change\n"
        "Shell plc,B03MLX2,100,2600.00,GBX,2600.00,GBP,,2600.00,2600.00,2000.00,GBP,30\n"
        "Apple Inc,2046251,10,200.00,USD,2000.00,USD,1.25,16000.00,1600.00,1000.00,GBP,60\n"
        "Cash,,,,,500.00,GBP,,,500.00,,,\n",
        {"B03MLX2": "100", "2046251": "10", "GBP": "500"}, {"GBP": "3100.00", "USD": "2000.00"},
    ),
    "xp": Layout(
        "Ativo;Quantidade;Preço médio;Último preço;Posição;Rentabilidade\n"
        "BOVA11;10;R$ 100,00;R$ 120,50;R$ 1.205,00;20,5%\n"
        "HGLG11;20;R$ 150,00;R$ 160,00;R$ 3.200,00;6,7%\n",
        {"BOVA11": "10", "HGLG11": "20"}, {"BRL": "4405.00"}, costs={"BOVA11": "1000"},
    ),
    "upstox": Layout(
        "Instrument,Qty.,Avg. cost,LTP,Invested,Cur. val,P&L,Net chg.\n"
        "RELIANCE,100,\"2,400.00\",\"2,950.50\",\"2,40,000.00\",\"2,95,050.00\",\"55,050.00\",22.9\n"
        "TCS,\"1,000\",\"3,000.00\",\"4,100.00\",\"30,00,000.00\",\"41,00,000.00\",\"11,00,000.00\",36.6\n",
        {"RELIANCE": "100", "TCS": "1000"}, {"INR": "4395050.00"}, "INR", costs={"TCS": "3000000"},
    ),
    "boursorama, camels": Layout(
        "\"name\";\"isin\";\"quantity\";\"buyingPrice\";\"lastPrice\";\"intradayVariation\";\"amount\";\"amountVariation\";\"variation\"\n"
        "\"AMUNDI MSCI WORLD\";\"LU1681043599\";\"25\";\"400,00\";\"500,00\";\"0,5\";\"12500,00\";\"2500,00\";\"25,0\"\n",
        {"LU1681043599": "25"}, {"EUR": "12500.00"}, "EUR", costs={"LU1681043599": "10000"},
    ),
    "degiro, spanish": Layout(
        "Producto,Símbolo/ISIN,Cantidad,Precio de cierre,Valor local,,Valor en EUR\n"
        "CASH & CASH FUND & FTX CASH (EUR),,,,EUR,\"210,40\",\"210,40\"\n"
        "IBERDROLA,ES0144580Y14,100,\"12,50\",EUR,\"1250,00\",\"1250,00\"\n"
        "MICROSOFT,US5949181045,2,\"400,00\",USD,\"800,00\",\"720,00\"\n",
        {"EUR": "210.4", "ES0144580Y14": "100", "US5949181045": "2"}, {"EUR": "1460.40", "USD": "800.00"},
    ),
    "degiro, portuguese": Layout(
        "Produto,Símbolo/ISIN,Quantidade,Fecho,Valor local,,Valor em EUR\n"
        "MICROSOFT,US5949181045,2,\"400,00\",USD,\"800,00\",\"720,00\"\n"
        "EDP,PTEDP0AM0009,100,\"3,75\",EUR,\"375,00\",\"375,00\"\n",
        {"US5949181045": "2", "PTEDP0AM0009": "100"}, {"EUR": "375.00", "USD": "800.00"},
    ),
    "degiro, polish": Layout(
        "Produkt,Symbol/ISIN,Liczba,Zamknięcie,Wartość lokalna,,Wartość w EUR\n"
        "CASH & CASH FUND & FTX CASH (EUR),,,,EUR,\"12,50\",\"12,50\"\n"
        "MICROSOFT,US5949181045,2,\"400,00\",USD,\"800,00\",\"720,00\"\n",
        {"EUR": "12.5", "US5949181045": "2"}, {"EUR": "12.50", "USD": "800.00"},
    ),
    "swiss, a total in francs": Layout(
        "Valoren-Nr.;Anzahl;Einstandspreis;Preis;Währung;G&V CHF;Total CHF;Positionsanteil %\n"
        "ROG;1'000;250.50;280.00;CHF;29'500.00;280'000.00;93.1\nMSFT;50;300.00;400.00;USD;4'000.00;16'000.00;5.3\n"
        "Cash CHF;;;;CHF;;4'500.25;1.5\nTotal;;;;CHF;;300'500.25;100\n",
        {"ROG": "1000", "MSFT": "50", "CHF": "4500.25"}, {"CHF": "284500.25", "USD": "20000.00"},
    ),
    "b3, brazil": Layout(
        "Produto;Instituição;Conta;Código de Negociação;Tipo;Quantidade;Preço de Fechamento;Valor Atualizado\n"
        "ITUB4 - ITAU UNIBANCO;CORRETORA;55;ITUB4;PN;1.200;31,50;R$ 37.800,00\n;;;;;;Total;R$ 37.800,00\n",
        {"ITUB4": "1200"}, {"BRL": "37800.00"},
    ),
    "south africa, rand by their sign": Layout(
        "Name,Contract Code,Shares,Purchase Value,Current Value,Current Price\n"
        "Demo Top 40,EQU.ZA.DEMO,120,R9 000.00,R10 200.00,R85.00\n",
        {"EQU.ZA.DEMO": "120"}, {"ZAR": "10200.00"}, costs={"EQU.ZA.DEMO": "9000"},
    ),
    "czech, a value in crowns": Layout(
        "Název;ISIN;Počet kusů;Aktuální cena;Měna;Hodnota v CZK\n"
        "ČEZ;CZ0005112300;100;950,00;CZK;95 000,00\nMicrosoft;US5949181045;2;400,00;USD;18 400,00\n",
        {"CZ0005112300": "100", "US5949181045": "2"}, {"CZK": "95000.00", "USD": "800.00"},
    ),
    "canada, cash of each currency above": Layout(
        '"Holdings Export as of Nov 18, 2026"\n\n"Cash Balances",\n"Currency","Cash"\n"CAD","1,250.33"\n"USD","20.00"\n\n'
        '"Symbol","Name","Quantity","Last Price","Currency","Total Market Value"\n"XEQT","CORE","100","35.00","CAD","3,500.00"\n',
        {"XEQT": "100", "CAD": "1250.33", "USD": "20"}, {"CAD": "4750.33", "USD": "20.00"},
    ),
    "a holding is how much is held beside a name": Layout(
        'Ticker,Name,Holding,Price,Price Ccy,Market Value,Ccy\nVOD.L,Vodafone,"1,000",72.50,GBX,725.00,GBP\n',
        {"VOD.L": "1000"}, {"GBP": "725.00"},
    ),
    "a holding is how much is held of an investment": Layout(
        "Account name,Account number,Investment,Holding,Price (£),Value (£),Book cost (£)\n"
        'ISA,AB1,Demo Equity,"1,055.2",7.00,"7,386.40","5,000.00"\nISA,AB1,Cash,,,250.00,\n',
        {"Demo Equity": "1055.2", "GBP": "250"}, {"GBP": "7636.40"}, costs={"Demo Equity": "5000"},
    ),
    "portfolio performance, english, and an account at a bank": Layout(
        "Shares,Name,Symbol,Quote,Market Value,Share in %,Note\n,Sum,,,1870.00,100.00,\n,Equity,,,350.00,18.70,\n"
        "1,Demo A,AAA,USD 125.00,100.00,5.30,\n2,Demo B,BBB,125.00,250.00,13.40,\n,Debt,,,1120.00,59.90,\n"
        "10,Demo bonds,CCC,112.00,1120.00,59.90,\n,Cash,,,400.00,21.40,\n,Savings account,,,400.00,21.40,\n",
        {"AAA": "1", "BBB": "2", "CCC": "10", "EUR": "400"}, {"USD": "125.00", "EUR": "1770.00"}, "EUR",
    ),
    "coins among currencies": Layout(
        "Currency,Balance,Price (EUR),Value (EUR)\nETH,1.5,3000,4500.00\nEUR,250.5,1,250.50\nBTC,0.1,80000,8000.00\n",
        {"ETH": "1.5", "EUR": "250.5", "BTC": "0.1"}, {"EUR": "12750.50"},
    ),
    "hong kong": Layout(
        "股票代號,股票名稱,持有數量,現價,市值,貨幣\n00700,騰訊,100,380.20,38020.00,HKD\n",
        {"00700": "100"}, {"HKD": "38020.00"},
    ),
    "sweden, parts of funds": Layout(
        "Fond;ISIN;Andelar;Kurs;Marknadsvärde (SEK)\nDemofonden;SE0000837225;12,5;500,00;6 250,00\nTotalt;;;;6 250,00\n",
        {"SE0000837225": "12.5"}, {"SEK": "6250.00"},
    ),
    "switzerland, english": Layout(
        "Description,Valor,ISIN,Quantity/Nominal,Currency,Price,Market value in CHF\n"
        '"Demo GS",1203204,CH0012032048,50,CHF,280.50,"14,025.00"\n"1% 2030",1234567,,"10,000",CHF,98.50%,"9,850.00"\n',
        {"1203204": "50", "1234567": "10000"}, {"CHF": "23875.00"},
    ),
    "positions are numbered beside a name": Layout(
        "Position;Bezeichnung;Kurswert\n1;Fonds A;100,00\n2;Fonds B;50,00\n",
        {"Fonds A": "1", "Fonds B": "1"}, {"EUR": "150.00"}, "EUR",
    ),
    "digits that spreadsheets leave a text": Layout(
        "证券代码\t证券名称\t股票余额\t市价\t市值\t币种\n=\"000001\"\t平安银行\t1000\t11.25\t11250.00\t人民币\n",
        {"000001": "1000"}, {"CNY": "11250.00"},
    ),
    "a future is not owned": Layout(
        "AssetClass,Symbol,Quantity,MarkPrice,PositionValue,CurrencyPrimary\n"
        "STK,MSFT,2,400,800,USD\nFUT,ESZ6,1,6000,300000,USD\nCFD,SAPCFD,10,200,2000,EUR\n",
        {"MSFT": "2"}, {"USD": "800.00"},
    ),
    "a wallet with parts of what is held": Layout(
        "Coin,Free,Locked,Freeze,Withdrawing\nBTC,0.4,0.1,0,0\nETH,2,,0,0\nEUR,20,5,0,0\n",
        {"BTC": "0.5", "ETH": "2", "EUR": "25"}, {"EUR": "25.00"},
    ),
    "kite console, some of it pledged": Layout(
        "Symbol,ISIN,Sector,Quantity Available,Quantity Discrepant,Quantity Long Term,Quantity Pledged (Margin),Quantity Pledged (Loan),Average Price,Previous Closing Price\n"
        "DEMO,INE009A01021,IT,10,0,10,40,0,1400,1500\n",
        {"DEMO": "50"}, {"INR": "75000.00"}, "INR", {"DEMO": "70000"},
    ),
    "what is available beside how much there is": Layout(
        "Symbol,Available quantity,Total quantity,Price\nVTI,4,5,300\n", {"VTI": "5"}, {"USD": "1500.00"}
    ),
    "how many, with what they are counted in": Layout(
        '#,Name,Symbol,Price,24h %,Holdings,Value\n1,Bitcoin,BTC,"$60,000",+1.2%,0.5 BTC,"$30,000"\n2,Ether,ETH,"$3,000",+1.2%,2 ETH,"$6,000"\n',
        {"BTC": "0.5", "ETH": "2"}, {"USD": "36000.00"},
    ),
    "holdings are names beside shares held": Layout(
        "Ticker,Holdings,% Portfolio Weight,Shares Held,Current Price $,Market Value $\nVTI,Total Market,80.5,10,300,3000\n,CASH$,19.5,727,1.00,727\n",
        {"VTI": "10", "USD": "727"}, {"USD": "3727.00"},
    ),
    "cash by currency below the table": Layout(
        "Symbol,Quantity,Price,Value\nVTI,10,300,3000\n\nCurrency,Balance\nUSD,120.50\nEUR,10\n",
        {"VTI": "10", "USD": "120.5", "EUR": "10"}, {"USD": "3120.50", "EUR": "10.00"},
    ),
    "an ISIN that is called like an account": Layout(
        "Symbol,ISIN,Value\nKONTO,IE00BK5BQT80,1000\nKonto,,200\n", {"KONTO": "1", "USD": "200"}, {"USD": "1200.00"}
    ),
    "a log of what was bought, a line a day": Layout(
        "Date,Symbol,Shares,Price\n2024-01-05,VTI,10,200\n2024-02-05,BND,5,70\n2024-03-05,VTI,3,210\n",
        {"VTI": "13", "BND": "5"}, {"USD": "3080.00"},
    ),
    "short by its position": Layout(
        "Symbol,Position,Quantity,Price\nTSLA,Short,5,200\nVTI,Long,10,300\n", {"VTI": "10"}, {"USD": "3000.00"}
    ),
    "short by its type": Layout(
        "Symbol,Type,Quantity,Price,Value\nTSLA,Short,5,200,1000\nVTI,Long,10,300,3000\n", {"VTI": "10"}, {"USD": "3000.00"}
    ),
    "positions that were closed": Layout(
        "Symbol,Status,Quantity,Price\nTSLA,Closed,5,200\nVTI,Open,10,300\n", {"VTI": "10"}, {"USD": "3000.00"}
    ),
    "what was sold, by its day": Layout(
        "Symbol,Shares,Buy Price,Sell Date,Sell Price,Current Price\nTSLA,5,150,2024-03-05,200,\nVTI,10,200,,,300\n",
        {"VTI": "10"}, {"USD": "3000.00"}, costs={"VTI": "2000"},
    ),
    "bonds and options without a value": Layout(
        "Symbol,Type,Quantity,Price,Unit cost\n91282CJL6,Bond,10000,98.5,99\nBND,Bond,1000,72,70\nDE0001102507,Fund,1000,105,100\n"
        "ACME 01/15/2027 200.00 C,Option,2,10,8\n",
        {"91282CJL6": "10000", "BND": "1000", "DE0001102507": "1000", "ACME 01/15/2027 200.00 C": "2"}, {"USD": "188850.00"},
        costs={"91282CJL6": "9900", "BND": "70000", "ACME 01/15/2027 200.00 C": "1600"},
    ),
    "currencies by their names and signs": Layout(
        "Symbol,Shares,Price,Currency\nVTI,10,300,US Dollar\nSAP,5,200,Euro\nVOD,100,72.5,Pence\nX,1,2,$\n",
        {"VTI": "10", "SAP": "5", "VOD": "100", "X": "1"}, {"USD": "3002.00", "EUR": "1000.00", "GBP": "72.50"},
    ),
    "positions by account and once more together": Layout(
        "Positions by account\n\nAccount,Symbol,Quantity,Price,Value\nA,VTI,10,300,3000\nB,VTI,5,300,1500\nB,BND,5,70,350\n\n"
        "All positions\n\nSymbol,Quantity,Price,Value\nVTI,15,300,4500\nBND,5,70,350\n",
        {"VTI": "5", "BND": "5"}, {"USD": "4850.00"},
    ),
    "classes summed below the positions": Layout(
        "Positions\nSymbol,Quantity,Price,Value\nVTI,15,300,4500\nBND,5,70,350\n\nSummary\nAsset class,Value\nEquity,4500\nBonds,350\nTotal,4850\n",
        {"VTI": "15", "BND": "5"}, {"USD": "4850.00"},
    ),
    "shares of the whole below the positions": Layout(
        "Symbol,Quantity,Price,Value\nVTI,15,300,4500\nBND,5,70,350\n,,,\nAllocation,,,\nName,Value,Percent,\nEquity,4500,92,\nBonds,350,8,\n",
        {"VTI": "15", "BND": "5"}, {"USD": "4850.00"},
    ),
    "what was closed, ordered, watched and paid out below the positions": Layout(
        "Open positions\nSymbol,Quantity,Price,Value\nVTI,15,300,4500\n\nClosed positions\nSymbol,Quantity,Buy price,Sell price,Profit\nTSLA,5,100,200,500\n\n"
        "Open orders\nSymbol,Side,Quantity,Limit price,Status\nTSLA,Buy,5,100,Open\n\nWatchlist\nSymbol,Price,Change\nTSLA,200,1\n\n"
        "Dividends\nSymbol,Date,Amount\nVTI,2026-01-05,12.50\n",
        {"VTI": "15"}, {"USD": "4500.00"},
    ),
    "sums of classes in the place of the symbol": Layout(
        "Security,Units,Price,Value\nEquities,,,4500\nVTI,15,300,4500\nFixed income,,,350\nBND,5,70,350\n",
        {"VTI": "15", "BND": "5"}, {"USD": "4850.00"},
    ),
    "shares at the end of a month, a mark that is not seen": Layout(
        "Symbol,Beginning Shares,Ending Shares,Price,Ending Value\nVTI\u200b,10,12,300,3600\n\u200eBND,1,1,70,70\n",
        {"VTI": "12", "BND": "1"}, {"USD": "3670.00"},
    ),
    "what is owed, by its type, among what is owned": Layout(
        "Section,Name,Value,Currency\nAssets,House,500000,USD\nDebts,Mortgage,250000,USD\nAssets,Savings bonds,1000,USD\n",
        {"House": "1", "Savings bonds": "1"}, {"USD": "501000.00"},
    ),
    "what is owed, by its section": Layout(
        "Name,Since,Bank,Value\nAssets,,,\nHouse,,,500000\nLiabilities,,,\nMortgage,,,250000\n",
        {"House": "1"}, {"USD": "500000.00"},
    ),
    "what is owed, in a table of its own": Layout(
        "Assets\n\nName,Ticker,Value\nHouse,,500000\n\nDebts\n\nName,Ticker,Value\nMortgage,,250000\n",
        {"House": "1"}, {"USD": "500000.00"},
    ),
    "a class of funds called debt": Layout(
        "Scheme Name,Category,Units,Current Value\nShort Term Fund,Debt,10,1500\nLiquid Fund,Debt,,500\n",
        {"Short Term Fund": "10", "Liquid Fund": "1"}, {"INR": "2000.00"}, "INR",
    ),
    "japan, funds per 10,000 units": Layout(
        'ファンド名,保有口数,基準価額,評価額,個別元本\n世界株式,"1,200,000","25,000","3,000,000","20,000"\n',
        {"世界株式": "1200000"}, {"JPY": "3000000.00"}, "JPY", {"世界株式": "2400000"},
    ),
    "japan, funds without a value": Layout(
        'ファンド名,保有口数,基準価額,取得単価\n世界株式,"1,200,000","25,000","20,000"\n',
        {"世界株式": "1200000"}, {"JPY": "3000000.00"}, "JPY", {"世界株式": "2400000"},
    ),
    "lots below their holding, by their days": Layout(
        "Symbol,Quantity,Date Acquired,Price,Market Value,Cost Basis\nVTI,30,Multiple,300,9000,6000\nVTI,10,01/05/2022,300,3000,1800\n"
        "VTI,20,03/15/2023,300,6000,4200\nBND,5,,70,350,300\nBND,5,01/02/2024,70,350,300\nTotal,,,,9350,6300\n",
        {"VTI": "30", "BND": "5"}, {"USD": "9350.00"}, costs={"VTI": "6000"},
    ),
    "lots below their holding, without its symbol": Layout(
        "Symbol,Quantity,Date Acquired,Price,Market Value,Cost Basis\nVTI,30,,300,9000,6000\n,10,01/05/2022,300,3000,1800\n"
        ",20,03/15/2023,300,6000,4200\nBND,5,01/02/2024,70,350,300\n,2,02/02/2024,70,140,150\n",
        {"VTI": "30", "BND": "7"}, {"USD": "9490.00"}, costs={"VTI": "6000", "BND": "450"},
    ),
    "lots below their holding, a day in the place of the symbol": Layout(
        "Symbol,Last Price $,Quantity,Price Paid $,Value $\nVTI,300.00,30,200,9000.00\n    01/05/2022,,10,180,3000.00\n"
        "    03/05/2023,,20,210,6000.00\nCASH,,,,88.12\nTOTAL,,,,9088.12\n",
        {"VTI": "30", "USD": "88.12"}, {"USD": "9088.12"}, costs={"VTI": "6000"},
    ),
    "lots below their holding, by what was paid": Layout(
        "Symbol,Quantity,Price,Market Value,Cost Basis\nVTI,30,300,9000,6000\nVTI,10,300,3000,1800\nVTI,20,300,6000,4200\n"
        "BND,5,70,350,300\nBND,5,70,350,310\n",
        {"VTI": "30", "BND": "10"}, {"USD": "9700.00"}, costs={"VTI": "6000", "BND": "610"},
    ),
    "saxo, positions below their sum": Layout(
        "Instrument,Status,Quantity,Open price,Current price,Currency,Market value\nAcme Inc. (2),Open,15,140,200,USD,3000\n"
        "Acme Inc.,Open,10,130,200,USD,2000\nAcme Inc.,Open,5,160,200,USD,1000\nDemo (1),Open,3,100,120,EUR,360\n"
        "Demo,Open,3,100,120,EUR,360\nFund (2),Open,1,10,12,EUR,12\n",
        {"Acme Inc.": "15", "Demo": "3", "Fund (2)": "1"}, {"USD": "3000.00", "EUR": "372.00"}, costs={"Acme Inc.": "2100"},
    ),
    "sentences with the delimiter below the table": Layout(
        "Symbol,Quantity,Price,Market Value\nVTI,10,$300.00,$3000.00\n\n"
        "Disclosure: past performance is no guarantee, and prices may be delayed.\n"
        "Brokerage services by Demo Securities LLC, Member FINRA, SIPC.\n",
        {"VTI": "10"}, {"USD": "3000.00"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_read_as_a_person_would(name: str) -> None:
    layout = LAYOUTS[name]
    draft = read(layout.text, layout.currency)
    assert draft.problems == ()
    assert held(draft) == layout.held
    assert totals(draft) == {code: Decimal(amount) for code, amount in layout.worth.items()}
    costs = {each.symbol: each.cost for each in draft.candidates}
    assert {symbol: costs[symbol] for symbol in layout.costs} == {s: Decimal(cost) for s, cost in layout.costs.items()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_list_of_positions_is_taken_for_transactions(name: str) -> None:
    assert read(LAYOUTS[name].text, LAYOUTS[name].currency).kind is Kind.HOLDINGS


@pytest.mark.parametrize(
    "headers",
    [
        "Simbol;Cantitate;Pret;Valoare;Moneda",
        "Oznaka;Količina;Cijena;Vrijednost;Valuta",
        "Simbolis;Kiekis;Kaina;Vertė;Valiuta",
        "Simbols;Skaits;Tirgus cena;Vērtība;Valūta",
        "Sümbol;Kogus;Hind;Väärtus;Valuuta",
        "Fons;Participacions;Valor liquidatiu;Valoració;Divisa",
        "Heiti;Fjöldi;Gengi;Virði;Mynt",
        "Kode Saham;Jumlah Lembar;Harga Terakhir;Nilai Pasar;Mata Uang",
        "Mã CK;Số lượng;Giá hiện tại;Giá trị;Currency",
        "Тікер;Кількість;Ціна;Вартість;Валюта",
        "Символ;Брой;Пазарна цена;Стойност;Валута",
        "Σύμβολο;Ποσότητα;Τιμή;Αξία;Νόμισμα",
        "סימול;כמות;שער;שווי;מטבע",
        "หุ้น;จำนวน;ราคาตลาด;มูลค่า;สกุลเงิน",
        "الرمز;الكمية;السعر;القيمة;العملة",
    ],
)
def test_headers_of_further_languages_are_read(headers: str) -> None:
    draft = read(f"{headers}\nDEMO;10;20.5;205.0;EUR\nOTHER;2.5;10.0;25.0;EUR\n")
    assert draft.problems == ()
    assert held(draft) == {"DEMO": "10", "OTHER": "2.5"} and totals(draft) == {"EUR": Decimal("230.00")}


def test_a_volume_is_how_many_are_held_only_beside_what_was_paid() -> None:
    assert held(read("Symbol,Volume,Open price,Market price\nVTI,10,200,300\n")) == {"VTI": "10"}
    assert read("Symbol,Price,Volume\nVTI,300,1234567\n").candidates == ()


def test_headers_in_polish_letters_are_read_in_the_encoding_of_central_europe() -> None:
    text = "Papier;Ilość;Kurs;Waluta;Wartość;Uwagi\nPKO Bank;100;60,50;PLN;6 050,00;żółć\n"
    draft = read_given(Given("depot.csv", text.encode("cp1250"), TODAY))
    assert isinstance(draft, Draft)
    assert draft.problems == () and held(draft) == {"PKO Bank": "100"}
    assert draft.layout is not None and draft.layout.encoding == "cp1250"
    western = "Wertpapier;Stück;Kurs;Währung\nGrün;3;60,50;EUR\n"
    draft = read_given(Given("depot.csv", western.encode("cp1252"), TODAY))
    assert isinstance(draft, Draft) and held(draft) == {"Grün": "3"}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("证券代码,证券名称,股票余额,市价,市值\n600519,贵州茅台,100,1430.50,143050.00\n", "gb18030"),
        ("銘柄コード,銘柄名称,保有株数,現在値,評価額\n600519,トヨタ自動車,100,1430.50,143050.00\n", "cp932"),
    ],
)
def test_headers_in_chinese_and_japanese_are_read_in_their_encoding(text: str, encoding: str) -> None:
    draft = read_given(Given("depot.csv", text.encode(encoding), TODAY))
    assert isinstance(draft, Draft)
    assert draft.problems == () and held(draft) == {"600519": "100"}
    assert draft.layout is not None and draft.layout.encoding == encoding


def test_a_sign_within_another_one_is_not_said_to_be_read() -> None:
    notes = [note.text for note in read("Symbol,Quantity,Price,Value\nITUB4,100,31.50,R$ 3150.00\n").notes]
    assert not any("is read as" in text for text in notes)


def test_a_line_that_lacks_its_quantity_is_no_sentence() -> None:
    draft = read(
        "Symbol,Name,Price,Quantity\nVTI,Total,300,10\nBND,The total bond market of many countries of the world\n"
    )
    assert [each.line for each in draft.problems] == [3]


def test_the_base_currency_is_the_one_that_the_file_converts_to() -> None:
    """Not that of most lines, and not that of the first one."""
    draft = read(LAYOUTS["degiro, english"].text)
    assert draft.base_currency == "EUR"
    assert [(each.base, each.quote, each.rate) for each in draft.rates] == [("USD", "EUR", Decimal("0.9"))]


@pytest.mark.parametrize(
    "name", ["EXTENDED INSURANCE SWEEP DEPOSIT ACCOUNT", "ML BANK DEPOSIT PROGRAM", "Insured Cash Account"]
)
def test_what_a_broker_keeps_at_a_bank_is_cash_whatever_its_symbol_is(name: str) -> None:
    draft = read(
        f"Symbol,Description,Quantity,Price,Class\nQXYZ,{name},12.5,1.00,Fixed Income & Cash\nVOO,S&P 500,1,500,Equity\n"
    )
    assert held(draft) == {"USD": "12.5", "VOO": "1"}
    assert [each.classes for each in draft.candidates if each.is_cash] == [()]


def test_a_money_market_fund_stays_a_fund() -> None:
    draft = read("Symbol,Description,Quantity,Price\nVMFXX,Federal Money Market Fund,12.5,1.00\n")
    assert held(draft) == {"VMFXX": "12.5"}


def test_there_are_enough_layouts() -> None:
    assert len(LAYOUTS) >= 46


@pytest.mark.parametrize(
    "text",
    [
        "일자,종목명,구분,수량,현재가\n2026-11-02,가나전자,매수,10,70000\n2026-11-03,가나전자,매도,4,71000\n",
        "Дата,Тикер,Операция,Количество,Цена,Сумма\n2026-11-02,PRMR,Покупка,10,50,500\n2026-11-03,PRMR,Продажа,4,60,240\n",
        "Tarih,Sembol,İşlem,Adet,Fiyat,Tutar\n2026-11-02,ORNEK,Alış,10,50,500\n2026-11-03,ORNEK,Satış,4,60,240\n",
    ],
    ids=["korean", "russian", "turkish"],
)
def test_trades_under_the_same_headers_are_no_holdings(text: str) -> None:
    assert read(text).kind is Kind.TRANSACTIONS


def test_the_total_of_what_has_no_symbol_is_no_quantity() -> None:
    draft = read("Name,Total,Available\nMy bank,200,150\nOther bank,10,10\n")
    assert draft.candidates == () and draft.problems
