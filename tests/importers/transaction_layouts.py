"""Lists of transactions in the layouts of brokers and programs, with contents of our own, and what they come to."""

# ruff: noqa: E501 (lines as brokers write them)

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A layout: a file, and what is held, paid and left over once it is replayed."""

    text: str
    held: dict[str, str]
    cash: dict[str, str]
    costs: dict[str, str | None]


LAYOUTS = {
    "Trading 212": Layout(
        "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Exchange rate,"
        "Total,Currency (Total),Withholding tax,Currency (Withholding tax),ID,Currency conversion fee,"
        "Currency (Currency conversion fee)\n"
        "Deposit,2026-01-02 09:00:00,,,,,,,,1000.00,EUR,,,d1,,\n"
        "Market buy,2026-01-05 10:00:00,IE00BK5BQT80,VWCE,All-World,5.0000000000,100.00,EUR,1.0,500.00,EUR,,,b1,,\n"
        "Limit sell,2026-02-05 10:00:00,IE00BK5BQT80,VWCE,All-World,2,110.00,EUR,1.0,220.00,EUR,,,s1,,\n"
        "Dividend (Ordinary),2026-03-05 10:00:00,IE00BK5BQT80,VWCE,All-World,3,0.50,EUR,,1.50,EUR,0.00,EUR,,,\n"
        "Interest on cash,2026-03-06 10:00:00,,,,,,,,0.25,EUR,,,i1,,\n"
        "Withdrawal,2026-03-07 10:00:00,,,,,,,,-100.00,EUR,,,w1,,\n",
        {"VWCE": "3"},
        {"EUR": "621.75"},
        {"VWCE": "300"},
    ),
    "Trade Republic": Layout(
        "datetime,date,account_type,category,type,asset_class,name,symbol,shares,price,amount,fee,tax,currency,"
        "original_amount,original_currency,fx_rate,description,transaction_id\n"
        "2026-01-02T08:00:00.000Z,2026-01-02,DEFAULT,CASH,CUSTOMER_INBOUND,,,,,,500.00,,,EUR,,,,Deposit,a1\n"
        "2026-01-03T08:00:00.000Z,2026-01-03,DEFAULT,TRADING,BUY,STOCK,Demo,US0000000101,4,50,-200.00,-1.00,,EUR,,,,,a2\n"
        "2026-02-03T08:00:00.000Z,2026-02-03,DEFAULT,CASH,DIVIDEND,STOCK,Demo,US0000000101,4,,8.00,,-2.00,EUR,,,,,a3\n"
        "2026-02-04T08:00:00.000Z,2026-02-04,DEFAULT,CASH,DIVIDEND,STOCK,Demo,US0000000101,4,,-8.00,,2.00,EUR,,,,,a4\n"
        "2026-03-03T08:00:00.000Z,2026-03-03,DEFAULT,TRADING,SELL,STOCK,Demo,US0000000101,1,60,60.00,-1.00,,EUR,,,,,a5\n",
        {"US0000000101": "3"},
        {"EUR": "358"},
        {"US0000000101": "150.75"},
    ),
    "Scalable Capital": Layout(
        "date;time;status;reference;description;assetType;type;isin;shares;price;amount;fee;tax;currency\n"
        "2026-02-03;10:00:00;Executed;r3;World;Security;Savings plan;IE00BK5BQT80;2;100,00;-200,00;0,00;;EUR\n"
        "2026-02-02;10:00:00;Cancelled;r2;World;Security;Buy;IE00BK5BQT80;9;100,00;-900,00;0,99;;EUR\n"
        "2026-02-01;10:00:00;Executed;r1;World;Security;Buy;IE00BK5BQT80;1;90,00;-90,00;0,99;;EUR\n"
        "2026-01-01;10:00:00;Executed;r0;Salary;Cash;Deposit;;;;1.000,00;;;EUR\n",
        {"IE00BK5BQT80": "3"},
        {"EUR": "709.01"},
        {"IE00BK5BQT80": "290.99"},
    ),
    "Robinhood": Layout(
        '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"\n'
        '"3/5/2026","3/5/2026","3/6/2026","VTI","Vanguard","Sell","1","$310.00","$310.00"\n'
        '"2/20/2026","2/20/2026","2/20/2026","VTI","Cash Div","CDIV","","","$4.50"\n'
        '"1/7/2026","1/7/2026","1/8/2026","VTI","Vanguard","Buy","3","$300.00","($900.00)"\n'
        '"1/5/2026","1/5/2026","1/5/2026","","ACH Deposit","ACH","","","$1,000.00"\n'
        '"","","","","","","","",""\n'
        '"The data provided is for informational purposes only."\n',
        {"VTI": "2"},
        {"USD": "414.5"},
        {"VTI": "600"},
    ),
    "Coinbase": Layout(
        "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
        "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
        "1,2026-01-02 08:00:00 UTC,Deposit,USD,500,USD,$1.00,$500.00,$500.00,$0.00,\n"
        "2,2026-01-03 08:00:00 UTC,Buy,BTC,0.01,USD,$20000.00,$200.00,$202.00,$2.00,Bought 0.01 BTC\n"
        "3,2026-01-04 08:00:00 UTC,Staking Income,ETH,0.001,USD,$2000.00,$2.00,$2.00,$0.00,\n"
        "4,2026-01-05 08:00:00 UTC,Sell,BTC,0.004,USD,$25000.00,$100.00,$99.00,$1.00,\n"
        "5,2026-01-06 08:00:00 UTC,Send,BTC,0.001,USD,$25000.00,,,,\n",
        {"BTC": "0.005", "ETH": "0.001"},
        {"USD": "397"},
        {"BTC": "101", "ETH": "2"},
    ),
    "Wealthfolio": Layout(
        "date,type,symbol,instrumentType,quantity,unit_price,currency,fee,amount,comment,fxRate,subtype\n"
        "2026-01-02,DEPOSIT,$CASH-USD,,,,USD,,5000,,,\n"
        "2026-01-10,BUY,ACME,EQUITY,10,100,USD,2,,,,\n"
        "2026-02-01,SPLIT,ACME,EQUITY,2,,,,,2-for-1,,\n"
        "2026-03-01,DIVIDEND,ACME,EQUITY,1,55,USD,,55,,,DRIP\n"
        "2026-04-01,SELL,ACME,EQUITY,11,60,USD,1,,,,\n"
        "2026-05-01,INTEREST,,,,,USD,,1.25,,,\n",
        {"ACME": "10"},
        {"USD": "4658.25"},
        {"ACME": "505.9"},
    ),
    "Ghostfolio": Layout(
        "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\n"
        "05-01-2026,VT,YAHOO,USD,100,10,BUY,1,\n"
        "25-02-2026,VT,YAHOO,USD,120,4,SELL,1,\n"
        "28-03-2026,VT,YAHOO,USD,0.5,6,DIVIDEND,0,\n",
        {"VT": "6"},
        {"USD": "-519"},
        {"VT": "600.6"},
    ),
    "Portfolio Performance, German": Layout(
        "Datum;Typ;Wert;Buchungswährung;Bruttobetrag;Währung Bruttobetrag;Wechselkurs;Gebühren;Steuern;Stück;ISIN;"
        "WKN;Ticker-Symbol;Wertpapiername;Notiz\n"
        "2026-01-02T00:00;Einlage;2.000,00;EUR;;;;;;;;;;;\n"
        "2026-01-09T00:00;Kauf;1.010,00;EUR;;;;10,00;0,00;100;IE0000000012;A00001;AAA.DE;Erster Fonds;\n"
        "2026-02-09T00:00;Dividende;8,00;EUR;10,00;EUR;;;2,00;100;IE0000000012;A00001;AAA.DE;Erster Fonds;\n"
        "2026-03-09T00:00;Einlieferung;500,00;EUR;;;;;;20;IE0000000020;A00002;BBB.DE;Zweiter Fonds;\n"
        "2026-04-09T00:00;Verkauf;540,00;EUR;;;;5,00;5,00;50;IE0000000012;A00001;AAA.DE;Erster Fonds;\n"
        "2026-05-09T00:00;Gebühren;3,50;EUR;;;;;;;;;;;\n",
        {"AAA.DE": "50", "BBB.DE": "20"},
        {"EUR": "1534.5"},
        {"AAA.DE": "505", "BBB.DE": "500"},
    ),
    "Portfolio Performance, English": Layout(
        "Date,Type,Value,Transaction Currency,Gross Amount,Currency Gross Amount,Exchange Rate,Fees,Taxes,Shares,ISIN,"
        "WKN,Ticker Symbol,Security Name,Note\n"
        '2026-01-02T00:00,Deposit,"2,000.00",EUR,,,,,,,,,,,\n'
        '2026-01-09T00:00,Buy,"1,010.00",EUR,,,,10.00,0.00,100,IE0000000012,A00001,AAA.DE,First fund,\n'
        "2026-02-09T00:00,Delivery (Outbound),0.00,EUR,,,,0.00,0.00,30,IE0000000012,A00001,AAA.DE,First fund,\n"
        "2026-03-09T00:00,Removal,90.00,EUR,,,,,,,,,,,\n",
        {"AAA.DE": "70"},
        {"EUR": "900"},
        {"AAA.DE": "707"},
    ),
    "Degiro": Layout(
        "Date,Time,Product,ISIN,Reference exchange,Venue,Quantity,Price,,Local value,,Value,,Exchange rate,"
        "Transaction and/or third,,Total,,Order ID\n"
        "20-11-2026,09:04,FIRST FUND,IE0000000012,XET,XETA,-10,13.50,USD,135.00,USD,120.00,EUR,1.125,-1.00,EUR,119.00,EUR,1\n"
        "10-01-2026,09:04,FIRST FUND,IE0000000012,XET,XETA,30,12.00,USD,-360.00,USD,-300.00,EUR,1.2,-1.00,EUR,-301.00,EUR,2\n",
        {"IE0000000012": "20"},
        {"EUR": "-182"},
        {"IE0000000012": "240"},
    ),
    "Fidelity": Layout(
        "\n\nBrokerage\n\nRun Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),"
        "Accrued Interest ($),Amount ($),Cash Balance ($),Settlement Date\n"
        "03/05/2026,YOU SOLD VANGUARD TOTAL (VTI) (Cash), VTI,VANGUARD TOTAL,Cash,-1,310,,0.01,,309.99,Processing,03/06/2026\n"
        "02/20/2026,REINVESTMENT VANGUARD TOTAL (VTI) (Cash), VTI,VANGUARD TOTAL,Cash,0.02,300,,,,-6,100.00,\n"
        "02/20/2026,DIVIDEND RECEIVED VANGUARD TOTAL (VTI) (Cash), VTI,VANGUARD TOTAL,Cash,0,,,,,6,106.00,\n"
        "01/07/2026,YOU BOUGHT VANGUARD TOTAL (VTI) (Cash), VTI,VANGUARD TOTAL,Cash,3,300,,,,-900,100.00,01/08/2026\n"
        "01/05/2026,Electronic Funds Transfer Received (Cash), ,No Description,Cash,0,,,,,1000,1000.00,\n"
        '\n"The data and information in this spreadsheet is provided to you solely for your use"\n'
        "Date downloaded 03/06/2026 9:00 am\n",
        {"VTI": "2.02"},
        {"USD": "409.99"},
        {"VTI": "606"},
    ),
    "Schwab": Layout(
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
        '"03/05/2026","Sell","VTI","VANGUARD","1","$310.00","$0.02","$309.98"\n'
        '"02/20/2026 as of 02/19/2026","Reinvest Shares","VTI","VANGUARD","0.02","$300.00","","-$6.00"\n'
        '"02/20/2026 as of 02/19/2026","Reinvest Dividend","VTI","VANGUARD","","","","$6.00"\n'
        '"01/07/2026","Buy","VTI","VANGUARD","3","$300.00","","-$900.00"\n'
        '"01/05/2026","MoneyLink Transfer","","Tfr BANK","","","","$1,000.00"\n'
        '"Transactions Total","","","","","","","$409.98"\n',
        {"VTI": "2.02"},
        {"USD": "409.98"},
        {"VTI": "606"},
    ),
    "Vanguard": Layout(
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,"
        "Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type\n"
        "X1,2026-01-05,2026-01-05,Funds Received,Bank,CASH,,0,1,1000,0,1000,0,CASH\n"
        "X1,2026-01-07,2026-01-08,Buy,Buy,TOTAL STOCK,VTI,3,300,-900,0,-900,0,CASH\n"
        "X1,2026-01-08,2026-01-08,Sweep out,Sweep out,SETTLEMENT FUND,VMFXX,0,1,900,0,900,0,CASH\n"
        "X1,2026-02-20,2026-02-20,Dividend,Dividend,TOTAL STOCK,VTI,0,0,6,0,6,0,CASH\n"
        "X1,2026-02-20,2026-02-20,Reinvestment,Reinvestment,TOTAL STOCK,VTI,0.02,300,-6,0,-6,0,CASH\n",
        {"VTI": "3.02"},
        {"USD": "100"},
        {"VTI": "906"},
    ),
    "Interactive Brokers, Flex trades": Layout(
        "ClientAccountID,CurrencyPrimary,AssetClass,Symbol,Description,ISIN,TradeDate,Quantity,TradePrice,Proceeds,"
        "IBCommission,NetCash,Buy/Sell\n"
        "U1,EUR,STK,VWCE,ALL-WORLD,IE00BK5BQT80,20260110,20,100,-2000,-1.25,-2001.25,BUY\n"
        "U1,EUR,STK,VWCE,ALL-WORLD,IE00BK5BQT80,20260310,-5,110,550,-1.25,548.75,SELL\n",
        {"VWCE": "15"},
        {"EUR": "-1452.5"},
        {"VWCE": "1500.94"},
    ),
    "E*Trade": Layout(
        "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,Description\n"
        "01/05/26,Online Transfer,,,0,1000,0,0,TRANSFER FROM BANK\n"
        "01/07/26,Bought,EQ,VTI,3,-901,300,1,VANGUARD\n"
        "02/20/26,Dividend,EQ,VTI,0,6,0,0,VANGUARD\n"
        "03/25/26,Sold,EQ,VTI,-1,309,310,1,VANGUARD\n",
        {"VTI": "2"},
        {"USD": "414"},
        {"VTI": "600.67"},
    ),
    "Firstrade": Layout(
        "Symbol,Quantity,Price,Action,Description,TradeDate,SettledDate,Interest,Amount,Commission,Fee,CUSIP,RecordType\n"
        "VTI,3.00,300,BUY,VANGUARD,2026-01-07,2026-01-08,0.00,-900.00,0.00,0.00,922908769,Trade\n"
        "VTI,0.00,0,Dividend,VANGUARD CASH DIV,2026-02-20,2026-02-20,0.00,6.00,0.00,0.00,922908769,Financial\n"
        "VTI,-1.00,310,SELL,VANGUARD,2026-03-05,2026-03-06,0.00,309.99,0.00,0.01,922908769,Trade\n",
        {"VTI": "2"},
        {"USD": "-584.01"},
        {"VTI": "600"},
    ),
    "Webull": Layout(
        "Name,Symbol,Side,Status,Filled,Total Qty,Price,Avg Price,Time-in-Force,Placed Time,Filled Time\n"
        "Vanguard,VTI,Buy,Filled,3,3,@300.00,300.00,DAY,01/07/2026 09:30:00 EST,01/07/2026 09:31:00 EST\n"
        "Vanguard,VTI,Buy,Cancelled,0,5,@290.00,,DAY,01/15/2026 09:30:00 EST,01/15/2026 16:00:00 EST\n"
        "Vanguard,VTI,Sell,Filled,1,1,@310.00,310.00,DAY,03/05/2026 09:30:00 EST,03/05/2026 09:31:00 EST\n",
        {"VTI": "2"},
        {"USD": "-590"},
        {"VTI": "600"},
    ),
    "Wealthsimple": Layout(
        "transaction_date,settlement_date,account_id,account_type,activity_type,activity_sub_type,direction,symbol,name,"
        "currency,quantity,unit_price,commission,net_cash_amount\n"
        "2026-01-05,2026-01-05,D1,TFSA,MoneyMovement,EFT IN,,,,CAD,,,,1000\n"
        "2026-01-07,2026-01-08,D1,TFSA,Trade,BUY,LONG,XEQT,All equity,CAD,20,30,0,-600\n"
        "2026-02-20,2026-02-20,D1,TFSA,Dividend,,,XEQT,All equity,CAD,,,,5.5\n"
        "2026-03-05,2026-03-06,D1,TFSA,Trade,SELL,LONG,XEQT,All equity,CAD,-5,32,0,160\n",
        {"XEQT": "15"},
        {"CAD": "565.5"},
        {"XEQT": "450"},
    ),
    "Questrade": Layout(
        "Transaction Date,Settlement Date,Action,Symbol,Description,Quantity,Price,Gross Amount,Commission,Net Amount,"
        "Currency,Account #,Activity Type,Account Type\n"
        "2026-01-05 12:00:00 AM,2026-01-05 12:00:00 AM,CON,,CONTRIBUTION,0,0,0,0,1000,CAD,5,Deposits,TFSA\n"
        "2026-01-07 12:00:00 AM,2026-01-09 12:00:00 AM,Buy,XEQT.TO,ALL EQUITY,20,30,-600,-4.95,-604.95,CAD,5,Trades,TFSA\n"
        "2026-02-20 12:00:00 AM,2026-02-20 12:00:00 AM,DIV,XEQT.TO,ALL EQUITY,0,0,0,0,5.5,CAD,5,Dividends,TFSA\n"
        "2026-03-05 12:00:00 AM,2026-03-09 12:00:00 AM,Sell,XEQT.TO,ALL EQUITY,-5,32,160,-4.95,155.05,CAD,5,Trades,TFSA\n",
        {"XEQT.TO": "15"},
        {"CAD": "555.6"},
        {"XEQT.TO": "453.71"},
    ),
    "Zerodha": Layout(
        "symbol,isin,trade_date,exchange,segment,series,trade_type,auction,quantity,price,trade_id,order_id,"
        "order_execution_time\n"
        "NIFTYBEES,INF204KB14I2,2026-01-07,NSE,EQ,EQ,buy,false,100.000000,250.000000,1,11,2026-01-07T09:30:00\n"
        "NIFTYBEES,INF204KB14I2,2026-01-07,NSE,EQ,EQ,buy,false,100.000000,250.000000,1,11,2026-01-07T09:30:00\n"
        "NIFTYBEES,INF204KB14I2,2026-03-07,NSE,EQ,EQ,sell,false,50.000000,270.000000,2,12,2026-03-07T09:30:00\n",
        {"NIFTYBEES": "150"},
        {"INR": "-36500"},
        {"NIFTYBEES": "37500"},
    ),
    "SelfWealth": Layout(
        "Trade Date,Settlement Date,Action,Reference,Code,Name,Units,Average Price,Consideration,Brokerage,Total\n"
        "2026-01-07 00:00:00,2026-01-09 00:00:00,Buy,R1,VAS,VANGUARD AU,10,95.00,950.00,9.50,959.50\n"
        "2026-03-07 00:00:00,2026-03-09 00:00:00,Sell,R2,VAS,VANGUARD AU,4,100.00,400.00,9.50,390.50\n",
        {"VAS": "6"},
        {"AUD": "-569"},
        {"VAS": "575.7"},
    ),
    "Hargreaves Lansdown": Layout(
        "HL Fund & Share Account, , , ,\nClient Name:,Ms Example, , ,\n\n"
        "Trade date,Settle date,Reference,Description,Unit cost (p),Quantity,Value (£)\n"
        '20/03/2026,22/03/2026,S2,FIRST FUND,"1,100.00",40,440.00\n'
        '07/01/2026,09/01/2026,B1,FIRST FUND,"1,000.00",100,"-1,000.00"\n',
        {"FIRST FUND": "60"},
        {"GBP": "-560"},
        {"FIRST FUND": "600"},
    ),
    "interactive investor": Layout(
        "Date,Settlement Date,Symbol,Sedol,Quantity,Price,Description,Reference,Debit,Credit,Running Balance\n"
        '05/01/2026,05/01/2026,n/a,n/a,n/a,n/a,DEPOSIT,r1,n/a,"£1,000.00","£1,000.00"\n'
        "07/01/2026,09/01/2026,VUSA,B7NLJN4,10,£60.00,FIRST FUND,r2,£605.99,n/a,£394.01\n"
        "25/02/2026,25/02/2026,VUSA,B7NLJN4,n/a,n/a,Div 10 VUSA,r3,n/a,£2.50,£396.51\n",
        {"VUSA": "10"},
        {"GBP": "396.51"},
        {"VUSA": "605.99"},
    ),
    "Freetrade": Layout(
        "Title,Type,Timestamp,Account Currency,Total Amount,Buy / Sell,Ticker,ISIN,"
        "Price per Share in Account Currency,Stamp Duty,Quantity,Venue,Order ID,Order Type,Instrument Currency,"
        "Total Shares,Price per Share,FX Rate,Base FX Rate,FX Fee (BPS),FX Fee Amount\n"
        "First fund,ORDER,2026-03-07T09:30:00.000Z,GBP,160.00,SELL,VUSG,IE00BFMXXD54,80.00,,2,L,o2,BASIC,GBP,2,80.00,,,,\n"
        "First fund,DIVIDEND,2026-02-07T09:30:00.000Z,GBP,1.20,,VUSG,IE00BFMXXD54,,,5,,,,GBP,,,,,,\n"
        "First fund,ORDER,2026-01-07T09:30:00.000Z,GBP,350.00,BUY,VUSG,IE00BFMXXD54,70.00,,5,L,o1,BASIC,GBP,5,70.00,,,,\n"
        "Top up,TOP_UP,2026-01-05T09:30:00.000Z,GBP,500.00,,,,,,,,,,,,,,,,\n",
        {"VUSG": "3"},
        {"GBP": "311.2"},
        {"VUSG": "210"},
    ),
    "Revolut": Layout(
        "Date,Ticker,Type,Quantity,Price per share,Total Amount,Currency,FX Rate\n"
        "2026-01-05T09:00:00.000Z,,CASH TOP-UP,,,USD 500,USD,1.09\n"
        "2026-01-07T09:30:00.000Z,VTI,BUY - MARKET,1.5,USD 300,USD 450,USD,1.09\n"
        "2026-02-20T09:30:00.000Z,VTI,DIVIDEND,,,USD 1.50,USD,1.09\n"
        "2026-03-01T09:30:00.000Z,,CUSTODY FEE,,,USD -0.50,USD,1.09\n"
        "2026-03-07T09:30:00.000Z,VTI,SELL - LIMIT,0.5,USD 310,USD 155,USD,1.09\n",
        {"VTI": "1"},
        {"USD": "206"},
        {"VTI": "300"},
    ),
    "Avanza": Layout(
        "Datum;Konto;Typ av transaktion;Värdepapper/beskrivning;Antal;Kurs;Belopp;Transaktionsvaluta;Courtage;"
        "Valutakurs;Instrumentvaluta;ISIN;Resultat\n"
        "2026-03-07;1;Sälj;Demo B;-4;110,00;439,00;SEK;1,00;;SEK;SE0000108227;\n"
        "2026-02-20;1;Utdelning;Demo B;10;2,50;25,00;SEK;;;SEK;SE0000108227;\n"
        "2026-01-07;1;Köp;Demo B;10;100,00;-1001,00;SEK;1,00;;SEK;SE0000108227;\n"
        "2026-01-05;1;Insättning;Insättning;;;2000,00;SEK;;;SEK;;\n",
        {"SE0000108227": "6"},
        {"SEK": "1463"},
        {"SE0000108227": "600.6"},
    ),
    "Nordnet": Layout(
        "Id\tBokföringsdag\tAffärsdag\tLikviddag\tDepå\tTransaktionstyp\tVärdepapper\tISIN\tAntal\tKurs\tRänta\t"
        "Total Avgift\tValuta\tBelopp\tValuta\tInköpsvärde\tValuta\tResultat\tValuta\tTotalt antal\tSaldo\t"
        "Växlingskurs\tTransaktionstext\n"
        "1\t2026-01-05\t2026-01-05\t2026-01-05\tD\tINSÄTTNING\t\t\t\t\t\t\t\t2000\tSEK\t\t\t\t\t\t2000\t\t\n"
        "2\t2026-01-07\t2026-01-07\t2026-01-09\tD\tKÖPT\tDemo B\tSE0000108227\t10\t100\t\t1\tSEK\t-1001\tSEK\t1001\tSEK"
        "\t\t\t10\t999\t\t\n"
        "3\t2026-03-07\t2026-03-07\t2026-03-09\tD\tSÅLT\tDemo B\tSE0000108227\t4\t110\t\t1\tSEK\t439\tSEK\t400\tSEK"
        "\t39\tSEK\t6\t1438\t\t\n",
        {"SE0000108227": "6"},
        {"SEK": "1438"},
        {"SE0000108227": "600.6"},
    ),
    "Swissquote": Layout(
        "Datum;Auftrag #;Transaktionen;Symbol;Name;ISIN;Anzahl;Stückpreis;Kosten;Aufgelaufene Zinsen;Nettobetrag;"
        "Saldo;Währung\n"
        "20-03-2026 10:00:00;3;Verkauf;CSSPX;Demo Fonds;IE00B5BMR087;2;510.00;5.00;0.00;1015.00;2008.00;CHF\n"
        "20-02-2026 10:00:00;0;Dividende;CSSPX;Demo Fonds;IE00B5BMR087;5;0.60;0.00;0.00;3.00;993.00;CHF\n"
        "17-01-2026 10:00:00;2;Kauf;CSSPX;Demo Fonds;IE00B5BMR087;5;400.00;10.00;0.00;-2010.00;990.00;CHF\n"
        "15-01-2026 10:00:00;0;Einzahlung;;;;1;3000.00;0.00;0.00;3000.00;3000.00;CHF\n",
        {"CSSPX": "3"},
        {"CHF": "2008"},
        {"CSSPX": "1206"},
    ),
    "flatex": Layout(
        "Nummer;Buchtag;Valuta;ISIN;Bezeichnung;Nominal;;Buchungsinformation;TA.-Nr.;Kurs;;Depot\n"
        "1;20.03.2026;24.03.2026;IE00BK5BQT80;ALL-WORLD;-3;Stk.;Ausführung ORDER Verkauf;2;110,00;EUR;1\n"
        "2;07.01.2026;09.01.2026;IE00BK5BQT80;ALL-WORLD;10;Stk.;Ausführung ORDER Kauf;1;100,00;EUR;1\n",
        {"IE00BK5BQT80": "7"},
        {"EUR": "-670"},
        {"IE00BK5BQT80": "700"},
    ),
    "Boursorama": Layout(
        "Date opération;Date valeur;Opération;Valeur;Code ISIN;Montant;Quantité;Cours\n"
        "07/01/2026;09/01/2026;ACHAT COMPTANT;PREMIER FONDS;FR0000000012;-1002,00;10;100,00\n"
        "20/02/2026;20/02/2026;COUPONS;PREMIER FONDS;FR0000000012;12,50;10;\n"
        "20/03/2026;22/03/2026;VENTE COMPTANT;PREMIER FONDS;FR0000000012;327,00;3;110,00\n",
        {"FR0000000012": "7"},
        {"EUR": "-662.5"},
        {"FR0000000012": "701.4"},
    ),
    "Directa": Layout(
        "Data operazione,Data valuta,Tipo operazione,Ticker,Isin,Protocollo,Descrizione,Quantità,Importo euro,"
        "Importo Divisa,Divisa,Riferimento ordine\n"
        "05-01-2026,05-01-2026,Conferimento,,,1,Bonifico,0,2000.00,0.00,EUR,\n"
        "07-01-2026,09-01-2026,Acquisto,VWCE,IE00BK5BQT80,2,ALL-WORLD,10,-1000.00,0.00,EUR,o1\n"
        "07-01-2026,09-01-2026,Commissioni,VWCE,IE00BK5BQT80,3,ALL-WORLD,0,-5.00,0.00,EUR,o1\n"
        "20-03-2026,22-03-2026,Vendita,VWCE,IE00BK5BQT80,4,ALL-WORLD,-3,330.00,0.00,EUR,o2\n",
        {"VWCE": "7"},
        {"EUR": "1325"},
        {"VWCE": "700"},
    ),
    "Bitpanda": Layout(
        "Transaction ID,Timestamp,Transaction Type,In/Out,Amount Fiat,Fiat,Amount Asset,Asset,Asset market price,"
        "Asset market price currency,Asset class,Product ID,Fee,Fee asset,Spread,Spread Currency\n"
        "1,2026-01-05T09:00:00+01:00,deposit,incoming,500.00,EUR,-,EUR,-,-,Fiat,-,0.00,EUR,-,-\n"
        "2,2026-01-07T09:00:00+01:00,buy,outgoing,200.00,EUR,0.01,BTC,20000.00,EUR,Cryptocurrency,1,-,-,-,-\n"
        "3,2026-03-07T09:00:00+01:00,sell,incoming,75.00,EUR,0.003,BTC,25000.00,EUR,Cryptocurrency,1,-,-,-,-\n",
        {"BTC": "0.007"},
        {"EUR": "375"},
        {"BTC": "140"},
    ),
    "Sharesies": Layout(
        "Order ID,Trade date,Instrument code,Market code,Quantity,Price,Transaction type,Exchange rate,Exchange fee,"
        "Transaction fee,Currency,Amount,Transaction method\n"
        "1,2026-01-07,FNZ,NZX,100,3.00,BUY,,0,1.50,NZD,301.50,Market\n"
        "2,2026-03-07,FNZ,NZX,40,3.20,SELL,,0,0.64,NZD,127.36,Market\n",
        {"FNZ": "60"},
        {"NZD": "-174.14"},
        {"FNZ": "180.9"},
    ),
    "Parqet": Layout(
        "datetime;date;time;price;shares;amount;tax;fee;realizedgains;type;broker;assettype;identifier;wkn;"
        "originalcurrency;currency;fxrate;holding\n"
        "2026-03-20T13:36:16.000Z;20.03.2026;13:36:16;28,50;4;114;0;1;3,2;Sell;demo;Security;IE00BK5BQT80;A2PKXG;;EUR;;h\n"
        "2026-02-02T18:55:47.000Z;02.02.2026;18:55:47;28,03;17,5;490,525;0;0;;Buy;demo;Security;IE00BK5BQT80;A2PKXG;;EUR;;h\n",
        {"A2PKXG": "13.5"},
        {"EUR": "-377.53"},
        {"A2PKXG": "378.41"},
    ),
    "RBC": Layout(
        '"Activity Export as of Mar 21, 2026"\n\n'
        "Date,Activity,Symbol,Symbol Description,Quantity,Price,Settlement Date,Account,Value,Currency,Description\n"
        '"March 20, 2026",Sell,XEQT,ALL EQUITY,-5,32.00,"March 22, 2026",1,150.05,CAD,SOLD\n'
        '"February 20, 2026",Dividends,XEQT,ALL EQUITY,,,"February 20, 2026",1,5.50,CAD,CASH DIV\n'
        '"January 7, 2026",Buy,XEQT,ALL EQUITY,20,30.00,"January 9, 2026",1,-609.95,CAD,BOUGHT\n',
        {"XEQT": "15"},
        {"CAD": "-454.4"},
        {"XEQT": "457.46"},
    ),
    "tastytrade": Layout(
        "Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,Commissions,Fees,"
        "Multiplier,Order #,Currency\n"
        "2026-01-05T09:00:00-0500,Money Movement,Deposit,,,,Wire Funds Received,500.00,0,,--,0.00,,,USD\n"
        "2026-01-07T09:30:00-0500,Trade,Buy to Open,BUY_TO_OPEN,VTI,Equity,Bought 1 VTI @ 300.00,-300.00,1,-300.00,0.00,"
        "-0.01,,1,USD\n",
        {"VTI": "1"},
        {"USD": "199.99"},
        {"VTI": "300.01"},
    ),
    "Lightyear": Layout(
        "Date,Reference,Ticker,ISIN,Type,Quantity,CCY,Price/share,Gross Amount,FX Rate,Fee,Net Amt.,Tax Amt.\n"
        "20/03/2026 10:00:00,OR-2,VWCE,IE00BK5BQT80,Sell,2,EUR,110.00,220.00,,0.00,220.00,\n"
        "07/01/2026 10:00:00,OR-1,VWCE,IE00BK5BQT80,Buy,5,EUR,100.00,500.00,,1.00,501.00,\n"
        "05/01/2026 10:00:00,DT-1,,,Deposit,,EUR,,1000.00,,0.00,1000.00,\n",
        {"VWCE": "3"},
        {"EUR": "719"},
        {"VWCE": "300.6"},
    ),
    "InvestEngine": Layout(
        "Trading statement,,,,,,,\n"
        "Security / ISIN,Transaction Type,Quantity,Share Price,Total Trade Value,Trade Date/Time,Settlement Date,Broker\n"
        "First fund / ISIN IE00BFMXXD54,Buy,5.5,£70.00,£385.00,07/01/26 15:00:00,09/01/26,B\n"
        "First fund / ISIN IE00BFMXXD54,Sell,1.5,£72.00,£108.00,20/03/26 15:00:00,24/03/26,B\n",
        {"IE00BFMXXD54": "4"},
        {"GBP": "-277"},
        {"IE00BFMXXD54": "280"},
    ),
    "Kraken, ledgers": Layout(
        '"txid","refid","time","type","subtype","aclass","asset","wallet","amount","fee","balance"\n'
        '"L0","R0","2026-01-04 09:00:00","deposit","","currency","ZEUR","spot / main",1000.0000,0.0000,1000.0000\n'
        '"L1","R1","2026-01-05 10:00:00","trade","","currency","ZEUR","spot / main",-300.0000,0.4800,699.5200\n'
        '"L2","R1","2026-01-05 10:00:00","trade","","currency","XXBT","spot / main",0.0100000000,0.0000000000,0.0100000000\n'
        '"L3","R2","2026-02-05 10:00:00","trade","","currency","XXBT","spot / main",-0.0040000000,0.0000000000,0.0060000000\n'
        '"L4","R2","2026-02-05 10:00:00","trade","","currency","ZEUR","spot / main",140.0000,0.3000,839.2200\n'
        '"L5","R3","2026-03-05 10:00:00","staking","","currency","ETH2.S","spot / main",0.0010000000,0.0000000000,0.0010000000\n',
        {"BTC": "0.006", "ETH": "0.001"},
        {"EUR": "839.22"},
        {"BTC": "180.29", "ETH": None},
    ),
    "XTB": Layout(
        "ID;Type;Time;Comment;Symbol;Amount\n"
        "1;deposit;05.01.2026 09:00:00;Deposit;;1000\n"
        "2;Stocks/ETF purchase;07.01.2026 09:00:00;OPEN BUY 5 @ 100.00;VWCE.DE;-500\n"
        "3;Stocks/ETF sale;07.03.2026 09:00:00;CLOSE BUY 2/5 @ 110.00;VWCE.DE;220\n",
        {"VWCE.DE": "3"},
        {"EUR": "720"},
        {"VWCE.DE": "300"},
    ),
    "CommSec": Layout(
        "Date,Reference,Details,Debit($),Credit($),Balance($)\n"
        "20/03/2026,C2,S 40 VAS @ 100.000000,,3980.05,3980.05\n"
        "07/01/2026,C1,B 100 VAS @ 95.000000,9519.95,,0.00\n"
        "05/01/2026,R1,Direct Transfer - Payment Received,,9519.95,9519.95\n",
        {"VAS": "60"},
        {"AUD": "3980.05"},
        {"VAS": "5711.97"},
    ),
    "Degiro, account": Layout(
        "Date,Time,Value date,Product,ISIN,Description,FX,Change,,Balance,,Order Id\n"
        "20-11-2026,09:04,20-11-2026,FIRST FUND,IE0000000012,Buy 10 FIRST FUND@131.5 EUR (IE0000000012),,EUR,-1315.00,EUR,684.00,o1\n"
        "20-11-2026,09:04,20-11-2026,FIRST FUND,IE0000000012,DEGIRO Transaction and/or third party fees,,EUR,-1.00,EUR,1999.00,o1\n"
        "10-11-2026,09:04,10-11-2026,,,flatex Deposit,,EUR,2000.00,EUR,2000.00,\n",
        {"IE0000000012": "10"},
        {"EUR": "684"},
        {"IE0000000012": "1315"},
    ),
    "eToro": Layout(
        "Date,Type,Details,Amount,Units / Contracts,Realized Equity Change,Realized Equity,Balance,Position ID,Asset type,NWA\n"
        "05/01/2026 09:00:00,Deposit,1000.00 USD PayPal,1000.00,-,1000.00,1000.00,1000.00,-,-,0.00\n"
        "07/01/2026 09:00:00,Open Position,VTI/USD,300.00,1.000000,0.00,1000.00,700.00,111,ETF,0.00\n"
        "07/03/2026 09:00:00,Position closed,VTI/USD,320.00,1.000000,20.00,1020.00,1020.00,111,ETF,0.00\n"
        "08/03/2026 09:00:00,Open Position,VOO/USD,200.00,0.500000,0.00,1020.00,820.00,112,ETF,0.00\n",
        {"VOO": "0.5"},
        {"USD": "820"},
        {"VOO": "200"},
    ),
    "B3": Layout(
        "Entrada/Saída;Data;Movimentação;Produto;Instituição;Quantidade;Preço unitário;Valor da Operação\n"
        "Credito;07/01/2026;Transferência - Liquidação;BOVA11 - ISHARES;XP;10; R$ 100,00 ; R$ 1.000,00 \n"
        "Debito;20/03/2026;Transferência - Liquidação;BOVA11 - ISHARES;XP;3; R$ 110,00 ; R$ 330,00 \n",
        {"BOVA11": "7"},
        {"BRL": "-670"},
        {"BOVA11": "700"},
    ),
    "Saxo": Layout(
        "Trade Date,Value Date,Type,Product,Event,Booked Amount,Instrument,Instrument ISIN,Instrument currency,Conversion Rate,Currency\n"
        "20-Mar-2026,22-Mar-2026,Trade,Stock,Sell -3 @ 110,329.00,First Fund,IE0000000012,EUR,1,EUR\n"
        "07-Jan-2026,09-Jan-2026,Trade,Stock,Buy 10 @ 100,-1001.00,First Fund,IE0000000012,EUR,1,EUR\n",
        {"First Fund": "7"},
        {"EUR": "-672"},
        {"First Fund": "700.7"},
    ),
    "Wealthsimple, statement": Layout(
        '"date","transaction","description","amount","balance","currency"\n'
        '"2026-01-05","EFT","Electronic funds transfer in","1000.00","1000.00","CAD"\n'
        '"2026-01-07","BUY","XEQT - All equity: Bought 10.0000 shares (executed at 2026-01-06)","-300.00","700.00","CAD"\n'
        '"2026-03-07","SELL","XEQT - All equity: Sold 4.0000 shares (executed at 2026-03-06)","128.00","828.00","CAD"\n',
        {"XEQT": "6"},
        {"CAD": "828"},
        {"XEQT": "180"},
    ),
    "Finpension": Layout(
        'Date;Category;"Asset Name";ISIN;"Number of Shares";"Asset Currency";"Currency Rate";"Asset Price in CHF";"Cash Flow";Balance\n'
        '2026-03-20;Sell;"World";CH0000000012;-3.000;CHF;1.0;110.00;330.00;1330.00\n'
        '2026-01-07;Buy;"World";CH0000000012;10.000;CHF;1.0;100.00;-1000.00;1000.00\n'
        "2026-01-05;Deposit;;;;CHF;1.0;;2000.00;2000.00\n",
        {"CH0000000012": "7"},
        {"CHF": "1330"},
        {"CH0000000012": "700"},
    ),
    "comdirect": Layout(
        '"Buchungstag";"Geschäftstag";"Stück / Nom.";"Bezeichnung";"WKN";"Währung";"Ausführungskurs";"Umsatz in EUR";\n'
        '"20.03.2026";"18.03.2026";"-3";"VANECK DEMO";"A1T8FV";"EUR";"110,00";"330,00";\n'
        '"07.01.2026";"05.01.2026";"10";"VANECK DEMO";"A1T8FV";"EUR";"100,00";"-1.000,00";\n',
        {"A1T8FV": "7"},
        {"EUR": "-670"},
        {"A1T8FV": "700"},
    ),
    "Delta": Layout(
        "Date,Way,Base amount,Base currency (name),Base type,Quote amount,Quote currency,Exchange,Sent/Received from,Sent to,Fee amount,Fee currency (name),Broker,Notes\n"
        "2026-01-07 09:00:00+00:00,BUY,10,VTI (Vanguard),FUND,3000,USD,,,,1,USD,B,\n"
        "2026-03-07 09:00:00+00:00,SELL,4,VTI (Vanguard),FUND,1240,USD,,,,1,USD,B,\n",
        {"VTI": "6"},
        {"USD": "-1760"},
        {"VTI": "1800"},
    ),
    "TD Ameritrade": Layout(
        "DATE,TRANSACTION ID,DESCRIPTION,QUANTITY,SYMBOL,PRICE,COMMISSION,AMOUNT,REG FEE\n"
        "01/05/2026,1,CLIENT REQUESTED ELECTRONIC FUNDING RECEIPT (FUNDS NOW),,,,,1000.00,\n"
        "01/07/2026,2,Bought 3 VTI @ 300,3,VTI,300.00,0.00,-900.00,\n"
        "02/20/2026,3,ORDINARY DIVIDEND (VTI),,VTI,,,2.50,\n"
        "03/07/2026,4,Sold 1 VTI @ 310,1,VTI,310.00,0.00,309.99,0.01\n",
        {"VTI": "2"},
        {"USD": "412.49"},
        {"VTI": "600"},
    ),
    "Interactive Brokers, history": Layout(
        "Statement,Header,Field Name,Field Value\n"
        "Statement,Data,Title,Transaction History\n"
        "Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Price Currency,Gross Amount ,Commission,Net Amount\n"
        "Transaction History,Data,2026-01-05,U***1,Electronic Fund Transfer,Deposit,-,-,-,-,1000.0,-,1000.0\n"
        "Transaction History,Data,2026-01-07,U***1,ALL-WORLD,Buy,VWCE,5.0,100.0,EUR,-500.0,-1.25,-501.25\n"
        "Transaction History,Data,2026-02-07,U***1,ALL-WORLD,Sell,VWCE,-2.0,110.0,EUR,220.0,-1.25,218.75\n",
        {"VWCE": "3"},
        {"EUR": "717.5"},
        {"VWCE": "300.75"},
    ),
    "Groww": Layout(
        "Name,Ms Example\n"
        "Unique Client Code,1\n"
        "\n"
        "Stock name,Symbol,ISIN,Type,Quantity,Value,Exchange,Exchange Order Id,Execution date and time,Order status\n"
        "NIPPON NIFTY,NIFTYBEES,INF204KB14I2,BUY,10,2500,NSE,1,07-01-2026 09:30 AM,Executed\n"
        "NIPPON NIFTY,NIFTYBEES,INF204KB14I2,SELL,4,1080,NSE,2,07-03-2026 09:30 AM,Executed\n",
        {"NIFTYBEES": "6"},
        {"INR": "-1420"},
        {"NIFTYBEES": "1500"},
    ),
    "Merrill": Layout(
        '"Exported on: 03/20/2026 01:00 PM ET"\n'
        "\n"
        '"Trade Date","Settlement Date","Account","Description","Type","Symbol/ CUSIP","Quantity","Price","Amount"\n'
        '"03/07/2026","03/09/2026","CMA 1","Sale VANGUARD","Sale","VTI","-4","$310.00","$1,240.00"\n'
        '"01/07/2026","01/09/2026","CMA 1","Purchase VANGUARD","Purchase","VTI","10","$300.00","-$3,000.00"\n'
        '"01/05/2026","","CMA 1","Funds Received","Funds Received","","","","$5,000.00"\n',
        {"VTI": "6"},
        {"USD": "3240"},
        {"VTI": "1800"},
    ),
    "Fortuneo": Layout(
        "Libellé;Opération;Place;Date;Qté;Prix d'exé;Montant brut;Courtage;Montant net;Devise\n"
        "PREMIER FONDS;Achat;Euronext;07/01/2026;10;100,00;-1000,00;-5,00;-1005,00;EUR\n"
        "PREMIER FONDS;Vente;Euronext;20/03/2026;3;110,00;330,00;-5,00;325,00;EUR\n",
        {"PREMIER FONDS": "7"},
        {"EUR": "-680"},
        {"PREMIER FONDS": "703.5"},
    ),
    "M1": Layout(
        "Date,Transaction Type,Symbol,Description,Quantity,Unit Price,Value,Fees\n"
        '"Jan 5, 2026",DEPOSIT,,Deposit,,,$1000.00,\n'
        '"Jan 7, 2026",BUY,VTI,Vanguard,1.5,$300.00,$450.00,\n'
        '"Mar 7, 2026",SELL,VTI,Vanguard,0.5,$310.00,$155.00,\n',
        {"VTI": "1"},
        {"USD": "705"},
        {"VTI": "300"},
    ),
    "Kraken, trades": Layout(
        '"txid","ordertxid","pair","time","type","ordertype","price","cost","fee","vol","margin","misc","ledgers"\n'
        '"T1","O1","XXBTZEUR","2026-01-05 10:00:00.12","buy","limit",30000.0,300.0,0.48,0.01,0.0,"","L1"\n'
        '"T2","O2","XXBTZEUR","2026-02-05 10:00:00.12","sell","limit",35000.0,140.0,0.22,0.004,0.0,"","L2"\n'
        '"T3","O3","DOTEUR","2026-02-06 10:00:00.12","buy","limit",5.0,50.0,0.08,10.0,0.0,"","L3"\n'
        '"T4","O4","ETH/XBT","2026-02-07 10:00:00.12","buy","limit",0.05,0.0025,0.000004,0.05,0.0,"","L4"\n',
        {"BTC": "0.003496", "DOT": "10", "ETH": "0.05"},
        {"EUR": "-210.78"},
        {"BTC": "105.05", "DOT": "50.08", "ETH": None},
    ),
    "Binance": Layout(
        '"User_ID","UTC_Time","Account","Operation","Coin","Change","Remark"\n'
        '"1","2026-01-04 09:00:00","Spot","Deposit","EUR","1000.00000000",""\n'
        '"1","2026-01-05 10:00:00","Spot","Buy","BTC","0.01000000",""\n'
        '"1","2026-01-05 10:00:00","Spot","Transaction Related","EUR","-300.00000000",""\n'
        '"1","2026-01-05 10:00:00","Spot","Fee","BTC","-0.00001000",""\n'
        '"1","2026-02-05 10:00:00","Spot","Transaction Sold","BTC","-0.00400000",""\n'
        '"1","2026-02-05 10:00:00","Spot","Transaction Revenue","EUR","140.00000000",""\n'
        '"1","2026-02-05 10:00:00","Spot","Transaction Fee","EUR","-0.14000000",""\n'
        '"1","2026-03-05 10:00:00","Earn","Simple Earn Flexible Interest","ETH","0.00010000",""\n'
        '"1","2026-03-05 11:00:00","Earn","Simple Earn Flexible Subscription","BTC","-0.00100000",""\n'
        '"1","2026-03-06 10:00:00","Spot","Withdraw","BTC","-0.00200000",""\n',
        {"BTC": "0.00399", "ETH": "0.0001"},
        {"EUR": "839.86"},
        {"BTC": "119.82", "ETH": None},
    ),
    "Binance, trades": Layout(
        "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n"
        "2026-01-05 10:00:00,BTCEUR,BUY,30000.00,0.0100000000BTC,300.00000000EUR,0.0000100000BTC\n"
        "2026-02-05 10:00:00,BTCEUR,SELL,35000.00,0.0040000000BTC,140.00000000EUR,0.1400000000EUR\n",
        {"BTC": "0.00599"},
        {"EUR": "-160.14"},
        {"BTC": "179.88"},
    ),
    "Gemini": Layout(
        "Date,Time (UTC),Type,Symbol,Specification,Liquidity Indicator,Trading Fee Rate (bps),USD Amount USD,Fee (USD) USD,USD Balance USD,BTC Amount BTC,Fee (BTC) BTC,BTC Balance BTC\n"
        '2026-01-04,09:00:00,Credit,USD,Deposit (ACH),,,"$1,000.00 ",,"$1,000.00 ",,,0.0 BTC \n'
        "2026-01-05,10:00:00,Buy,BTCUSD,Limit,Taker,35.0,($300.00),($1.05),$698.95 ,0.01 BTC ,,0.01 BTC \n"
        "2026-02-05,10:00:00,Sell,BTCUSD,Market,Taker,35.0,$140.00 ,($0.49),$838.46 ,(0.004 BTC),,0.006 BTC \n"
        "2026-03-06,10:00:00,Debit,BTC,Withdrawal (BTC),,,,,$838.46 ,(0.001 BTC),,0.005 BTC \n",
        {"BTC": "0.005"},
        {"USD": "838.46"},
        {"BTC": "150.53"},
    ),
    "Cash App": Layout(
        '"Transaction ID","Date","Transaction Type","Currency","Amount","Fee","Net Amount","Asset Type","Asset Price","Asset Amount","Status","Notes","Name of sender/receiver","Account"\n'
        '"a1","2026-02-05 10:00:00 EST","Bitcoin Sale","USD","$140.00","-$2.00","$138.00","BTC","$35,000.00","0.004","COMPLETE","","",""\n'
        '"a2","2026-01-06 10:00:00 EST","Cash Card","USD","-$12.00","$0","-$12.00","","","","COMPLETE","Coffee","Cafe",""\n'
        '"a3","2026-01-05 10:00:00 EST","Bitcoin Buy","USD","-$300.00","-$6.00","-$306.00","BTC","$30,000.00","0.01","COMPLETE","","",""\n'
        '"a4","2026-01-04 10:00:00 EST","Cash In","USD","$500.00","$0","$500.00","","","","COMPLETE","","","Bank"\n'
        '"a5","2026-01-04 11:00:00 EST","Cash In","USD","$500.00","$0","$500.00","","","","CANCELED","","","Bank"\n',
        {"BTC": "0.006"},
        {"USD": "320"},
        {"BTC": "183.6"},
    ),
    "a log of one's own": Layout(
        "date,ticker,shares,price,type\n2026-01-02,VTI,10,290,buy\n2026-03-02,VTI,3,300,sell\n",
        {"VTI": "7"},
        {"USD": "-2000"},
        {"VTI": "2030"},
    ),
    "a log without words": Layout(
        "Date;Symbol;Quantity;Price;Fee\n02.01.2026;VTI;10;290,50;1,00\n02.03.2026;VTI;-3;300,00;1,00\n",
        {"VTI": "7"},
        {"USD": "-2007"},
        {"VTI": "2034.2"},
    ),
    "Degiro, account in Dutch": Layout(
        "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id\n"
        '20-11-2026,09:05,20-11-2026,ALL-WORLD,IE00BK5BQT80,"Koop 5 @ 110,50 EUR",,EUR,"-552,50",EUR,"447,50",o1\n'
        '19-11-2026,09:00,19-11-2026,,,iDEAL storting,,EUR,"1000,00",EUR,"1000,00",\n',
        {"IE00BK5BQT80": "5"},
        {"EUR": "447.5"},
        {"IE00BK5BQT80": "552.5"},
    ),
    "Coinbase, converted": Layout(
        "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
        "1,2026-01-02 10:00:00 UTC,Deposit,EUR,1000,EUR,€1.00,€1000.00,€1000.00,€0.00,from bank\n"
        "2,2026-01-03 10:00:00 UTC,Buy,BTC,0.01,EUR,€50000.00,€500.00,€507.45,€7.45,Bought 0.01 BTC for 507.45 EUR\n"
        "3,2026-02-03 10:00:00 UTC,Convert,BTC,-0.002,EUR,€50000.00,€100.00,€100.00,€0.00,Converted 0.002 BTC to 0.04 ETH\n"
        "4,2026-02-04 10:00:00 UTC,Convert,EUR,-92.55,EUR,€1.00,€92.55,€92.55,€0.00,Converted 92.55 EUR to 0.03 ETH\n",
        {"BTC": "0.008", "ETH": "0.07"},
        {"EUR": "400"},
        {"BTC": "405.96", "ETH": None},
    ),
    "mergers": Layout(
        "Date,Type,Symbol,Quantity,Price,Amount,Currency\n2026-01-02,Deposit,,,,3000,EUR\n"
        "2026-01-05,Buy,OLDCO,100,10,-1000,EUR\n2026-03-05,Merger,OLDCO,-100,,,EUR\n2026-03-05,Merger,NEWCO,50,,,EUR\n"
        "2026-01-06,Buy,GONE,10,10,-100,EUR\n2026-03-06,Cash merger,GONE,-10,,150,EUR\n"
        "2026-01-07,Buy,FB,10,20,-200,EUR\n2026-03-07,Symbol change,FB,-10,,,EUR\n2026-03-07,Symbol change,META,10,,,EUR\n",
        {"NEWCO": "50", "META": "10"},
        {"EUR": "1850"},
        {"NEWCO": "1000", "META": "200"},
    ),
    "Hargreaves Lansdown, by card": Layout(
        "Trade date,Settle date,Reference,Description,Unit cost (p),Quantity,Value (£)\n"
        "05/03/2026,07/03/2026,B1,Acme plc,4500.00,10,-461.95\n01/03/2026,01/03/2026,Card Web,CARD PAYMENT,n/a,n/a,1000.00\n"
        "25/03/2026,27/03/2026,S1,Acme plc,4600.00,4,172.05\n01/04/2026,01/04/2026,MANAGE FEE,Management Fee,n/a,n/a,-2.50\n",
        {"Acme plc": "6"},
        {"GBP": "707.6"},
        {"Acme plc": "277.17"},
    ),
    "Swissquote, fees": Layout(
        "Datum;Auftrag #;Transaktionen;Symbol;Anzahl;Stückpreis;Kosten;Nettobetrag;Währung Nettobetrag;Saldo\n"
        "11-11-2026 10:00;11;Kauf;NESN;10.0;90.00;9.85;-909.85;CHF;1'090.15\n10-11-2026 10:00;0;Einzahlung;;1.0;2'000.00;0.00;2'000.00;CHF;2'000.00\n"
        "12-11-2026 10:00;0;Depotgebühren;;1.0;0.00;16.16;-16.16;CHF;1'073.99\n",
        {"NESN": "10"},
        {"CHF": "1073.99"},
        {"NESN": "909.85"},
    ),
    "Firstrade, others": Layout(
        "Symbol,Quantity,Price,Action,Description,TradeDate,SettledDate,Interest,Amount,Commission,Fee,CUSIP,RecordType\n"
        "          ,0.00,,Interest,INTEREST ON CREDIT BALANCE,2026-01-15,2026-01-15,0.10,0.10,0.00,0.00,00099A109,Financial\n"
        "VTI       ,10.00,300,BUY,VANGUARD,2026-01-10,2026-01-12,0,-3000.00,0.00,0.00,922908769,Trade\n"
        "          ,0.00,,Other,ACH DEPOSIT,2026-01-02,2026-01-02,0,5000.00,0,0,,Financial\n"
        "VTI       ,0.05,300,Other,REIN @ 300.00 DIVIDEND,2026-03-10,2026-03-10,0,-15.00,0,0,922908769,Financial\n"
        "VTI       ,0.00,,Dividend,VANGUARD CASH DIV,2026-03-10,2026-03-10,0,15.00,0,0,922908769,Financial\n"
        "VTI       ,-4.00,310,SELL,VANGUARD,2026-04-10,2026-04-12,0,1239.97,0,0.03,922908769,Trade\n",
        {"VTI": "6.05"},
        {"USD": "3240.07"},
        {"VTI": "1815"},
    ),
    "Interactive Brokers, currencies": Layout(
        '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","Description","ISIN","TradeDate","DateTime","Buy/Sell","Quantity","TradePrice","Proceeds","IBCommission","IBCommissionCurrency","NetCash","TransactionType","LevelOfDetail"\n'
        '"U1","USD","STK","AAPL","APPLE","US0378331005","20260105","20260105;100000","BUY","10","200","-2000","-1","USD","-2001","ExchTrade","EXECUTION"\n'
        '"U1","USD","STK","AAPL","APPLE","US0378331005","20260205","20260205;100000","SELL","-3","210","630","-1","USD","629","ExchTrade","EXECUTION"\n'
        '"U1","USD","CASH","EUR.USD","EUR.USD","","20260206","20260206;100000","BUY","1000","1.1","-1100","-2","USD","-1100","ExchTrade","EXECUTION"\n',
        {"AAPL": "7"},
        {"USD": "-2472", "EUR": "1000"},
        {"AAPL": "1400.7"},
    ),
    "Directa, by letter": Layout(
        "Data operazione;Data valuta;Descrizione;Titolo;ISIN;Segno;Quantità;Divisa;Prezzo;Cambio;Controvalore;Commissioni\n"
        "05/01/2026;07/01/2026;Compravendita;ENI;IT0003132476;A;100;EUR;14,00;1;1.400,00;9,50\n"
        "05/03/2026;07/03/2026;Compravendita;ENI;IT0003132476;V;40;EUR;15,00;1;600,00;9,50\n",
        {"IT0003132476": "60"},
        {"EUR": "-819"},
        {"IT0003132476": "845.7"},
    ),
    "Bourse Direct": Layout(
        "Date opération;Libellé;Opération;Code ISIN;Quantité;Cours;Montant net;Frais;Devise\n"
        "05/01/2026;AIR LIQUIDE;Achat comptant;FR0000120073;10;150,00;-1 504,95;4,95;EUR\n"
        "20/05/2026;AIR LIQUIDE;Coupons;FR0000120073;10;3,00;30,00;;EUR\n"
        "20/06/2026;AIR LIQUIDE;Attribution gratuite;FR0000120073;1;;;;EUR\n"
        "20/07/2026;AIR LIQUIDE;Vente comptant;FR0000120073;4;170,00;675,05;4,95;EUR\n"
        "02/01/2026;VIREMENT;Virement reçu;;;;2 000,00;;EUR\n",
        {"FR0000120073": "7"},
        {"EUR": "1200.1"},
        {"FR0000120073": None},
    ),
    "B3, bonus shares": Layout(
        "Data;Operação;Ativo;Quantidade;Preço;Taxas;Valor\n"
        "05/01/2026;Compra;PETR4;100;38,00;1,00;-3.801,00\n"
        "05/02/2026;Venda;PETR4;40;40,00;1,00;1.599,00\n"
        "05/03/2026;Bonificação;PETR4;6;;;0,00\n",
        {"PETR4": "66"},
        {"BRL": "-2202"},
        {"PETR4": "2280.6"},
    ),
    "shares in kind": Layout(
        "Date,Type,Symbol,Quantity,Price,Amount,Currency\n"
        "2026-01-05,Transfer in,VTI,10,,,USD\n"
        "2026-02-05,Transfer out,VTI,4,,,USD\n"
        "2026-03-05,Journaled shares,BND,5,,,USD\n",
        {"VTI": "6", "BND": "5"},
        {},
        {"VTI": None, "BND": None},
    ),
    "options written": Layout(
        "Date,Action,Symbol,Description,Quantity,Price,Fees,Amount\n"
        "01/05/2026,Buy,AAPL,APPLE INC,100,150,0,-15000\n"
        "01/06/2026,Sell to Open,AAPL 02/20/2026 160.00 C,CALL APPLE,1,2.00,0.65,199.35\n"
        "02/20/2026,Expired,AAPL 02/20/2026 160.00 C,CALL APPLE,1,,,\n"
        "01/02/2026,Wire Received,,,,,,20000\n",
        {"AAPL": "100"},
        {"USD": "5199.35"},
        {"AAPL": "15000"},
    ),
    "Nordnet, Danish": Layout(
        "Bogføringsdag;Handelsdag;Transaktionstype;Værdipapirer;ISIN;Antal;Kurs;Samlede afgifter;Valuta;Beløb;Valuta;Saldo\n"
        "2026-01-05;2026-01-05;KØBT;Novo Nordisk B;DK0062498333;10;500,00;29,00;DKK;-5.029,00;DKK;4.971,00\n"
        "2026-01-02;2026-01-02;INDBETALING;;;;;;;10.000,00;DKK;10.000,00\n"
        "2026-02-02;2026-02-02;SOLGT;Novo Nordisk B;DK0062498333;4;600,00;29,00;DKK;2.371,00;DKK;7.342,00\n",
        {"DK0062498333": "6"},
        {"DKK": "7342"},
        {"DK0062498333": "3017.4"},
    ),
    "Binance, pairs": Layout(
        "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin\n"
        "2026-01-05 10:00:00,BTCUSDT,BUY,20000,0.1,2000,0.0001,BTC\n"
        "2026-01-06 10:00:00,ETHBTC,BUY,0.05,1,0.05,0.001,BNB\n"
        "2026-02-06 10:00:00,BTCUSDT,SELL,30000,0.02,600,0.6,USDT\n",
        {"BTC": "0.0299", "ETH": "1"},
        {},
        {"BTC": None, "ETH": None},
    ),
    "Bybit": Layout(
        "UID: 1,Company Name: ,Country: \n"
        "Spot Pairs,Order Type,Direction,feeCoin,ExecFeeV2,Filled Value,Filled Price,Filled Quantity,Fees,Transaction ID,Order No.,Timestamp (UTC)\n"
        "BTCUSDT,LIMIT,BUY,BTC,0.0001,2000,20000,0.1,--,t1,o1,10:00 2026-01-05\n"
        "BTCUSDT,MARKET,SELL,USDT,0.6,600,30000,0.02,--,t2,o2,11:00 2026-02-06\n",
        {"BTC": "0.0799"},
        {},
        {"BTC": None},
    ),
    "Bybit, without the fee’s coin": Layout(
        "Uid,Spot Pairs,Order Type,Direction,Filled Value,Filled Price,Filled Quantity,Fees,Transaction ID,Order No.,Timestamp (UTC+0)\n"
        "9,SOLUSDT,LIMIT,BUY,200,100,2,0.002,t,o,2026-01-05 19:48:23\n"
        "9,SOLUSDT,LIMIT,SELL,120,120,1,0.12,t,o,2026-01-06 19:48:23\n",
        {"SOL": "0.998"},
        {},
        {"SOL": None},
    ),
    "KuCoin": Layout(
        "tradeCreatedAt,orderId,symbol,side,price,size,funds,fee,liquidity,feeCurrency,orderType,\n"
        "2026-01-05 10:00:00,o1,KCS-USDT,buy,10,5,50,0.05,taker,USDT,limit,\n"
        "2026-01-07 10:00:00,o2,KCS-USDT,sell,12,2,24,0.024,maker,USDT,limit,\n",
        {"KCS": "3"},
        {},
        {"KCS": None},
    ),
    "Coinbase Pro": Layout(
        "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit\n"
        "default,1,BTC-EUR,BUY,2026-01-05T10:00:00.000Z,0.10000000,BTC,20000.00,10.00,-2010.00,EUR\n"
        "default,2,BTC-EUR,SELL,2026-02-05T10:00:00.000Z,0.04000000,BTC,25000.00,5.00,995.00,EUR\n"
        "default,3,ETH-BTC,BUY,2026-02-06T10:00:00.000Z,1,ETH,0.02,0.0001,-0.0201,BTC\n",
        {"BTC": "0.0399", "ETH": "1"},
        {"EUR": "-1015"},
        {"BTC": "801.99", "ETH": None},
    ),
    "Bitstamp": Layout(
        "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type\n"
        'Deposit,"Jan. 02, 2026, 10:00 AM",Main Account,1000.00 EUR,,,,\n'
        'Market,"Jan. 05, 2026, 10:00 AM",Main Account,0.01000000 BTC,500.00 EUR,50000.00 EUR,1.25 EUR,Buy\n'
        'Market,"Feb. 05, 2026, 10:00 AM",Main Account,0.00400000 BTC,220.00 EUR,55000.00 EUR,0.55 EUR,Sell\n'
        'Withdrawal,"Feb. 06, 2026, 10:00 AM",Main Account,0.00100000 BTC,,,,\n',
        {"BTC": "0.005"},
        {"EUR": "718.2"},
        {"BTC": "250.63"},
    ),
    "Bitfinex": Layout(
        "#,PAIR,AMOUNT,PRICE,FEE,FEE PERC,FEE CURRENCY,DATE,ORDER ID\n"
        "1,BTC/USD,0.1,20000,-0.0002,,BTC,05-01-26 10:00:00.000,1\n"
        "2,BTC/USD,-0.05,25000,-2.5,,USD,15-02-26 10:00:00.000,2\n",
        {"BTC": "0.0498"},
        {"USD": "-752.5"},
        {"BTC": "998"},
    ),
    "Crypto.com": Layout(
        "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,Native Amount (in USD),Transaction Kind,Transaction Hash\n"
        "2026-01-05 10:00:00,Buy BTC,BTC,0.01,,,EUR,500,550,crypto_purchase,\n"
        "2026-01-06 10:00:00,CRO Stake Rewards,CRO,10,,,EUR,1,1.1,mco_stake_reward,\n"
        "2026-01-07 10:00:00,BTC -> ETH,BTC,-0.004,ETH,0.1,EUR,200,220,crypto_exchange,\n"
        "2026-02-07 10:00:00,Withdraw BTC,BTC,-0.001,,,EUR,50,55,crypto_withdrawal,\n",
        {"BTC": "0.005", "CRO": "10", "ETH": "0.1"},
        {"EUR": "-500"},
        {"BTC": "250", "CRO": None, "ETH": None},
    ),
    "Koinly": Layout(
        "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,Net Worth Currency,Label,Description,TxHash\n"
        "2026-01-02 10:00:00 UTC,,,1000,EUR,,,,,,,\n"
        "2026-01-05 10:00:00 UTC,500,EUR,0.01,BTC,2,EUR,,,,,\n"
        "2026-01-07 10:00:00 UTC,0.004,BTC,0.1,ETH,0.0001,BTC,,,,,\n"
        "2026-02-07 10:00:00 UTC,0.001,BTC,,,,,,,,,\n"
        "2026-02-08 10:00:00 UTC,,,0.02,ETH,,,,,reward,,\n",
        {"BTC": "0.0049", "ETH": "0.12"},
        {"EUR": "498"},
        {"BTC": "245.98", "ETH": None},
    ),
    "CoinTracking": Layout(
        '"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"\n'
        '"Deposit","1000.00","EUR","","","","","Kraken","","","02.01.2026 10:00:00"\n'
        '"Trade","0.01","BTC","500.00","EUR","2.00","EUR","Kraken","","","05.01.2026 10:00:00"\n'
        '"Trade","200.00","EUR","0.004","BTC","1.00","EUR","Kraken","","","05.02.2026 10:00:00"\n'
        '"Staking","0.5","DOT","","","","","Kraken","","","06.02.2026 10:00:00"\n'
        '"Withdrawal","","","0.001","BTC","","","Kraken","","","07.02.2026 10:00:00"\n',
        {"BTC": "0.005", "DOT": "0.5"},
        {"EUR": "700"},
        {"BTC": "250", "DOT": None},
    ),
    "Bitvavo": Layout(
        "Timezone,Date,Time,Type,Currency,Amount,Quote Currency,Quote Price,Received / Paid Currency,Received / Paid Amount,Fee currency,Fee amount,Status,Transaction ID,Address\n"
        "Europe/Amsterdam,2026-01-02,10:00:00.000,deposit,EUR,1000,,,,,,,Completed,a,\n"
        "Europe/Amsterdam,2026-01-05,10:00:00.000,buy,BTC,0.01,EUR,50000,EUR,-501.25,EUR,1.25,Completed,b,\n"
        "Europe/Amsterdam,2026-02-05,10:00:00.000,sell,BTC,-0.004,EUR,55000,EUR,219.45,EUR,0.55,Completed,c,\n"
        "Europe/Amsterdam,2026-02-06,10:00:00.000,staking,ADA,1.5,,,,,,,Distributed,d,\n",
        {"BTC": "0.006", "ADA": "1.5"},
        {"EUR": "718.2"},
        {"BTC": "300.75", "ADA": None},
    ),
    "Relai": Layout(
        "Date,Transaction Type,BTC Amount,BTC Price,Currency Pair,Fiat Amount (excl. fees),Fiat Currency,Fee,Fee Currency,Destination,Operation ID\n"
        "2026-01-05 10:00:00,Buy,0.00100000,50000.00,BTC/EUR,50.00,EUR,0.50,EUR,x,1\n"
        "2026-02-05 10:00:00,Buy,0.00200000,45000.00,BTC/EUR,90.00,EUR,0.90,EUR,x,2\n",
        {"BTC": "0.003"},
        {"EUR": "-141.4"},
        {"BTC": "141.4"},
    ),
    "Kuvera": Layout(
        "Date,Folio Number,Name of the Fund,Order,Units,NAV,Current Nav,Amount (INR)\n"
        "2026-01-05,123,Parag Parikh Flexi Cap Growth Direct,buy,100.5,60.0,80.0,6030.00\n"
        "2026-02-05,123,Parag Parikh Flexi Cap Growth Direct,sell,20.5,70.0,80.0,1435.00\n",
        {"Parag Parikh Flexi Cap Growth Direct": "80"},
        {"INR": "-4595"},
        {"Parag Parikh Flexi Cap Growth Direct": "4800"},
    ),
    "Ally": Layout(
        "DATE,ACTIVITY,QTY,SYM,DESCRIPTION,PRICE,COMMISSION,FEES,AMOUNT\n"
        "01/02/2026,Cash Movement,,,ACH DEPOSIT,,,,1000.00\n"
        "01/05/2026,Bought To Open,5,VTI,VANGUARD TOTAL,100.00,0.00,0.00,-500.00\n"
        "02/17/2026,Sold To Close,-2,VTI,VANGUARD TOTAL,110.00,0.00,0.01,219.99\n"
        "03/01/2026,Dividend,,VTI,VANGUARD TOTAL,,,,2.50\n",
        {"VTI": "3"},
        {"USD": "722.49"},
        {"VTI": "300"},
    ),
    "Chase": Layout(
        "Trade Date,Post Date,Settlement Date,Account Name,Account Number,Account Type,Type,Description,Cusip,Ticker,Security Type,Local Currency,Price Local,Price USD,Quantity,Cost Local,Cost USD,G/L Short USD,G/L Long USD,Amount Local,Amount USD,Income Local,Income USD,Balance Local,Balance USD,Commissions Local,Commissions USD,Tran Code,Broker\n"
        "02/06/2026,02/06/2026,02/09/2026,Self,...1,Brokerage,Sell,VANGUARD S&P 500 ETF,922908363,VOO,Equity,USD,510.00,510.00,-2,,,,,1020.00,1020.00,,,,,0,0,SEL,\n"
        "01/05/2026,01/05/2026,01/07/2026,Self,...1,Brokerage,Buy,VANGUARD S&P 500 ETF,922908363,VOO,Equity,USD,500.00,500.00,5,,,,,-2500.00,-2500.00,,,,,0,0,BUY,\n"
        "01/02/2026,01/02/2026,01/02/2026,Self,...1,Brokerage,Misc. Receipts,ACH IN,,,,USD,,,,,,,,5000.00,5000.00,,,,,,,REC,\n",
        {"VOO": "3"},
        {"USD": "3520"},
        {"VOO": "1500"},
    ),
    "NetBenefits": Layout(
        "Plan name:,ACME 401(K)\n"
        "Date range:,01/01/2026 - 11/20/2026\n"
        "\n"
        "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
        "01/15/2026,VANG INST 500 TR,CONTRIBUTIONS,500.00,4.000\n"
        "02/15/2026,VANG INST 500 TR,CONTRIBUTIONS,500.00,3.800\n"
        "03/31/2026,VANG INST 500 TR,DIVIDEND,12.00,0.090\n"
        "04/15/2026,VANG INST 500 TR,EXCHANGE OUT,-130.00,-1.000\n"
        "04/15/2026,BTC LPATH IDX 2045,EXCHANGE IN,130.00,10.000\n"
        "05/31/2026,BTC LPATH IDX 2045,RECORDKEEPING FEE,-1.30,-0.100\n",
        {"VANG INST 500 TR": "6.89", "BTC LPATH IDX 2045": "9.9"},
        {},
        {"VANG INST 500 TR": "887", "BTC LPATH IDX 2045": "128.7"},
    ),
    "Fidelity UK": Layout(
        "Order date,Completion date,Transaction type,Investments,Product Wrapper,Account Number,Source investment,Amount,Quantity,Price per unit,Reference Number,Status\n"
        "02 Jan 2026,02 Jan 2026,Cash In Lump Sum,Cash,Investment ISA,AB1,,1000.00,1000.00,1.00,r1,Completed\n"
        "05 Jan 2026,07 Jan 2026,Buy,Vanguard LifeStrategy 80%,Investment ISA,AB1,,500.00,2.00,250.00,r2,Completed\n"
        "05 Jan 2026,07 Jan 2026,Cash Out For Buy,Cash,Investment ISA,AB1,,-500.00,500.00,1.00,r3,Completed\n"
        "05 Feb 2026,07 Feb 2026,Sell,Vanguard LifeStrategy 80%,Investment ISA,AB1,,130.00,0.50,260.00,r4,Completed\n"
        "05 Feb 2026,07 Feb 2026,Cash In From Sell,Cash,Investment ISA,AB1,,130.00,130.00,1.00,r5,Completed\n",
        {"Vanguard LifeStrategy 80%": "1.5"},
        {"GBP": "630"},
        {"Vanguard LifeStrategy 80%": "375"},
    ),
    "Vanguard UK": Layout(
        "Date,Details,Amount,Balance\n"
        "02/01/2026,Regular Deposit,1000.00,1000.00\n"
        "05/01/2026,Bought 10 S&P 500 UCITS ETF Distributing (VUSA),-700.00,300.00\n"
        "05/02/2026,Sold 4 S&P 500 UCITS ETF Distributing (VUSA),300.00,600.00\n"
        "28/03/2026,DIV: VUSA.XLON.GB @ GBP 0.25,1.50,601.50\n"
        "01/04/2026,Account Fee for the period 1 Jan to 31 Mar,-1.50,600.00\n",
        {"VUSA": "6"},
        {"GBP": "600"},
        {"VUSA": "420"},
    ),
    "Hargreaves Lansdown, what was traded": Layout(
        "Portfolio Summary, , , ,\n"
        "Client Name:,Ms E, , ,\n"
        "Client Number:,1000001, , ,\n"
        "Valuation as at,20-11-2026 14:32, , ,\n"
        "\n"
        "Trade date,Settle date,Reference,Description,Unit cost (p),Quantity,Value (£),\n"
        '"10/11/2026","10/11/2026","FPD","Payment to Client","","","-100.00"\n'
        '"17/10/2026","19/10/2026","S564913611","Computacenter plc Ord 6 2/3p 17 @ 603.27","603.27","17","90.61"\n'
        '"05/02/2026","05/02/2026","INTEREST","Gross interest to 05/02/2026","","","1.25"\n'
        '"17/01/2026","19/01/2026","B564913600","Computacenter plc Ord 6 2/3p 100 @ 500.00","500.00","100","-511.95"\n'
        '"03/01/2026","03/01/2026","MANAGE FEE","HL Vantage Stocks & Shares ISA","","","-2.47"\n'
        '"02/01/2026","02/01/2026","Card Web","Subscription","","","1,000.00"\n',
        {"Computacenter plc Ord 6 2/3p": "83"},
        {"GBP": "477.44"},
        {"Computacenter plc Ord 6 2/3p": "424.92"},
    ),
    "moomoo": Layout(
        "Side,Symbol,Name,Order Price,Order Qty,Order Amount,Status,Filled@Avg Price,Order Time,Order Type,Fill Qty,Fill Price,Fill Amount,Fill Time,Markets,Currency,Commission,Platform Fees\n"
        'Buy,AAPL,Apple,200,10,2000,Filled,10@200.00,"Jan 5, 2026 10:00:00 ET",Limit,10,200.00,2000.00,"Jan 5, 2026 10:00:01 ET",US,USD,0,0.99\n'
        'Sell,AAPL,Apple,220,4,880,Filled,4@220.00,"Feb 5, 2026 10:00:00 ET",Limit,4,220.00,880.00,"Feb 5, 2026 10:00:01 ET",US,USD,0,0.99\n'
        'Buy,MSFT,Microsoft,300,1,300,Cancelled,,"Feb 6, 2026 10:00:00 ET",Limit,,,,,US,USD,,\n',
        {"AAPL": "6"},
        {"USD": "-1121.98"},
        {"AAPL": "1200.59"},
    ),
    "PostFinance": Layout(
        "Datum;Auftrag #;Transaktionen;Symbol;Name;ISIN;Anzahl;Stückpreis;Kosten;Aufgelaufene Zinsen;Nettobetrag;Währung;Saldo\n"
        "05-01-2026 10:00:00;1;Kauf;NESN;Nestle;CH0038863350;10.0;90.00;15.00;0.00;-915.00;CHF;85.00\n"
        "02-01-2026 10:00:00;0;Vergütung;;;;1.0;1000.00;0.00;0.00;1000.00;CHF;1000.00\n"
        "05-03-2026 10:00:00;0;Dividende;NESN;Nestle;CH0038863350;10.0;2.00;7.00;0.00;13.00;CHF;98.00\n",
        {"NESN": "10"},
        {"CHF": "98"},
        {"NESN": "915"},
    ),
    "Smartbroker": Layout(
        "Buchungsdatum;Valuta;Transaktionsart;Bezeichnung;ISIN;Stück/Nominale;Kurs;Kurswährung;Betrag;Währung;Gebühren;Steuern\n"
        "05.01.2026;07.01.2026;Kauf;SAP SE;DE0007164600;10;200,00;EUR;-2.004,00;EUR;4,00;0,00\n"
        "15.02.2026;17.02.2026;Verkauf;SAP SE;DE0007164600;4;220,00;EUR;871,00;EUR;4,00;5,00\n"
        "20.05.2026;22.05.2026;Dividendengutschrift;SAP SE;DE0007164600;6;;;9,60;EUR;0,00;3,60\n"
        "02.01.2026;02.01.2026;Lastschrifteinzug;;;;;;3.000,00;EUR;;\n",
        {"DE0007164600": "6"},
        {"EUR": "1876.6"},
        {"DE0007164600": "1202.4"},
    ),
    "onvista": Layout(
        "Datum;Typ;Wertpapier;WKN;ISIN;Anzahl;Kurs;Währung;Provision;Gesamtbetrag\n"
        "05.01.2026 09:15;Kauf;ISHARES CORE MSCI WORLD;A0RPWH;IE00B4L5Y983;12,5;80,00;EUR;5,00;-1.005,00\n"
        "05.02.2026 09:15;Sparplanausführung;ISHARES CORE MSCI WORLD;A0RPWH;IE00B4L5Y983;1,25;80,00;EUR;0,00;-100,00\n",
        {"A0RPWH": "13.75"},
        {"EUR": "-1105"},
        {"A0RPWH": "1105"},
    ),
    "Wealthica": Layout(
        "Date,Type,Symbol,Name,Quantity,Price,Fees,Amount,Currency,Account\n"
        "2026-01-02,deposit,,Deposit,,,,1000,CAD,TFSA\n"
        "2026-01-05,buy,XEQT,iShares Core Equity,10,30,0,-300,CAD,TFSA\n"
        "2026-02-05,reinvest,XEQT,iShares Core Equity,0.1,31,0,-3.10,CAD,TFSA\n"
        "2026-02-05,dividend,XEQT,iShares Core Equity,,,,3.10,CAD,TFSA\n"
        "2026-03-05,sell,XEQT,iShares Core Equity,-2,32,0,64,CAD,TFSA\n",
        {"XEQT": "8.1"},
        {"CAD": "764"},
        {"XEQT": "243.1"},
    ),
    "EquatePlus": Layout(
        "Order reference,Date of transaction,Order type,Quantity,Instrument,Product type,Execution price,Instrument currency,Fees,Net proceeds,Status\n"
        "X1,05 Jan 2026,Purchase,10,ACME Ordinary,Shares,50.00,EUR,0.00,500.00,Executed\n"
        "X2,05 Feb 2026,Sell,4,ACME Ordinary,Shares,55.00,EUR,2.00,218.00,Executed\n",
        {"ACME Ordinary": "6"},
        {"EUR": "-282"},
        {"ACME Ordinary": "300"},
    ),
    "MyInvestor": Layout(
        "Fecha de la orden;Fecha de ejecución;Tipo de operación;Nombre;ISIN;Nº de participaciones;Valor liquidativo;Importe;Divisa;Estado\n"
        "05/01/2026;07/01/2026;Suscripción;Vanguard Global Stock;IE00B03HD191;10,5;40,00;420,00;EUR;Finalizada\n"
        "15/02/2026;17/02/2026;Reembolso;Vanguard Global Stock;IE00B03HD191;2,5;42,00;105,00;EUR;Finalizada\n"
        "16/02/2026;;Suscripción;Vanguard Global Stock;IE00B03HD191;1;42,00;42,00;EUR;Cancelada\n",
        {"IE00B03HD191": "8"},
        {"EUR": "-315"},
        {"IE00B03HD191": "320"},
    ),
    "Degiro, transactions in Dutch with costs": Layout(
        "Datum,Tijd,Product,ISIN,Beurs,Uitvoeringsplaats,Aantal,Koers,,Lokale waarde,,Waarde,,Wisselkoers,Transactiekosten en/of,,Totaal,,Order ID\n"
        '13-02-2026,10:00,ALL-WORLD,IE00BK5BQT80,EAM,XAMS,-2,"110,00",EUR,"220,00",EUR,"220,00",EUR,,"-1,00",EUR,"219,00",EUR,b\n'
        '03-01-2026,10:00,ALL-WORLD,IE00BK5BQT80,EAM,XAMS,5,"100,00",EUR,"-500,00",EUR,"-500,00",EUR,,"-1,00",EUR,"-501,00",EUR,a\n',
        {"IE00BK5BQT80": "3"},
        {"EUR": "-282"},
        {"IE00BK5BQT80": "300.6"},
    ),
    "Interactive Brokers, trades with sums": Layout(
        "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm/Fee,Code\n"
        'Trades,Data,Order,Stocks,USD,VTI,"2026-01-05, 10:00:00",10,200,-2000,-1,O\n'
        'Trades,Data,Order,Stocks,USD,VTI,"2026-02-05, 10:00:00",-4,210,840,-1,C\n'
        "Trades,SubTotal,,Stocks,USD,VTI,,6,,-1160,-2,\nTrades,Total,,Stocks,USD,,,,,-1160,-2,\n",
        {"VTI": "6"},
        {"USD": "-1162"},
        {"VTI": "1200.6"},
    ),
    "Vanguard, one share class for another": Layout(
        "Account Number,Trade Date,Settlement Date,Transaction Type,Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount\n"
        "1,01/05/2026,01/07/2026,Buy,DEMO INVESTOR,VTSMX,10.0,200.0,-2000.0,0.0,-2000.0\n"
        "1,04/28/2026,04/28/2026,Conversion (incoming),DEMO ADMIRAL,VTSAX,20,0.0,0.0,0.0,0.0\n"
        "1,04/28/2026,04/28/2026,Conversion (outgoing),DEMO INVESTOR,VTSMX,-10,0.0,0.0,0.0,0.0\n",
        {"VTSAX": "20"},
        {"USD": "-2000"},
        {"VTSAX": "2000"},
    ),
    "dividends said to be reinvested, in one line": Layout(
        "Date,Action,Symbol,Quantity,Price,Amount\n2026-01-03,Buy,VTI,10,200,-2000\n2026-03-28,Dividend - Reinvested,VTI,0.05,200,10.00\n"
        "2026-04-28,Dividendes réinvestis,VTI,0.05,200,10.00\n2026-05-28,Ausschüttung Wiederanlage,VTI,0.1,200,20.00\n",
        {"VTI": "10.2"},
        {"USD": "-2000"},
        {"VTI": "2040"},
    ),
    "a pension plan with purchases": Layout(
        "Date,Type,Fund,Units,Price,Amount\n01/05/2026,Employee Pre-Tax,Index Fund,10,20,200.00\n01/05/2026,Employer match,Index Fund,5,20,100.00\n"
        "02/05/2026,Buy,Index Fund,5,20,100.00\n03/31/2026,Recordkeeping Fee,Index Fund,-0.1,20,-2.00\n04/30/2026,Dividend,Index Fund,19.9,0.1,1.99\n",
        {"Index Fund": "19.9"},
        {"USD": "-98.01"},
        {"Index Fund": "398"},
    ),
    "a reverse split under a new symbol": Layout(
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n"07/01/2026","Sell","NEW","DEMO CORP","5","$50.00","","$250.00"\n'
        '"06/10/2026","Reverse Split","NEW","DEMO CORP","10","","",""\n"06/10/2026","Reverse Split","OLD","DEMO CORP OLD","-100","","",""\n'
        '"01/05/2026","Buy","OLD","DEMO CORP","100","$4.00","","-$400.00"\n',
        {"NEW": "5"},
        {"USD": "-150"},
        {"NEW": "200"},
    ),
    "coins of an app": Layout(
        "Portfolio,Coin Name,Coin Symbol,Exchange,Pair,Type,Amount,Price,Total,Fee,Date\n"
        "Main,Bitcoin,BTC,,USD,buy,0.5,60000,30000,0,2026-01-03 10:00:00\nMain,Bitcoin,BTC,,USD,sell,0.1,70000,7000,0,2026-02-03 10:00:00\n",
        {"BTC": "0.4"},
        {"USD": "-23000"},
        {"BTC": "24000"},
    ),
    "shares vested and consolidated": Layout(
        "Date,Type,Symbol,Quantity,Price,Amount\n2026-01-05,RSU Vest,ACME,10,50,\n2026-02-05,Share consolidation,ACME,-5,,\n"
        "2026-03-05,Monthly investment,ACME,1,100,100\n",
        {"ACME": "6"},
        {"USD": "-100"},
        {"ACME": "600"},
    ),
    "Keytrade": Layout(
        "Boekingsdatum;Valutadatum;Type;Effect;ISIN;Hoeveelheid;Koers;Munt;Kosten;Bedrag\n"
        "05/01/2026;07/01/2026;Aankoop;VWCE;IE00BK5BQT80;10;120,00;EUR;14,95;-1.214,95\n"
        "15/02/2026;17/02/2026;Verkoop;VWCE;IE00BK5BQT80;3;130,00;EUR;14,95;375,05\n"
        "16/02/2026;16/02/2026;Dividend;VWCE;IE00BK5BQT80;;;EUR;0,00;3,50\n",
        {"IE00BK5BQT80": "7"},
        {"EUR": "-836.4"},
        {"IE00BK5BQT80": "850.47"},
    ),
    "Japanese": Layout(
        "約定日,受渡日,銘柄,銘柄コード,取引,約定数量,約定単価,手数料,約定代金\n"
        "2026/01/05,2026/01/07,トヨタ自動車,7203,株式現物買,100,2000,500,200000\n"
        "2026/02/05,2026/02/07,トヨタ自動車,7203,株式現物売,40,2500,0,100000\n",
        {"7203": "60"},
        {"JPY": "-100500"},
        {"7203": "120300"},
    ),
    "Chinese": Layout(
        "成交日期,证券代码,证券名称,操作,成交数量,成交均价,成交金额,手续费\n"
        "20260105,600519,贵州茅台,买入,100,1400,140000,5\n20260205,600519,贵州茅台,卖出,40,1500,60000,5\n",
        {"600519": "60"},
        {"CNY": "-80010"},
        {"600519": "84003"},
    ),
}
CURRENCIES = {
    "Japanese": "JPY",
    "Chinese": "CNY",
    "Zerodha": "INR",
    "SelfWealth": "AUD",
    "Boursorama": "EUR",
    "XTB": "EUR",
    "CommSec": "AUD",
    "Groww": "INR",
    "B3, bonus shares": "BRL",
    "Kuvera": "INR",
    "Fidelity UK": "GBP",
    "Vanguard UK": "GBP",
    "Hargreaves Lansdown, what was traded": "GBP",
}
