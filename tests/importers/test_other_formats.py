"""Spreadsheets, Interactive Brokers, Ghostfolio and OFX: what is held in files of our own making, and bad ones."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from wealthdesk.domain.money import canonical
from wealthdesk.importers.draft import Draft, Kind
from wealthdesk.importers.formats import Given, read_given
from wealthdesk.importers.ofx import account_ends

TODAY = date(2026, 11, 21)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def read(data: bytes | str, **more: object) -> Draft:
    content = data.encode() if isinstance(data, str) else data
    draft = read_given(Given("file", content, TODAY, **more))  # type: ignore[arg-type]
    assert isinstance(draft, Draft)
    return draft


def held(draft: Draft) -> dict[str, str]:
    return {each.symbol: canonical(each.quantity) for each in draft.candidates}


def prices(draft: Draft) -> dict[str, str]:
    return {each.symbol: canonical(each.price) for each in draft.prices}


def zipped(**members: str | bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return into.getvalue()


def xlsx(*sheets: str) -> bytes:
    """A workbook of these sheets (the rows of each as XML)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<sheet name="Sheet {i}" sheetId="{i}" r:id="r{i}"/>' for i, _ in enumerate(sheets, 1))
    targets = "".join(
        f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    return zipped(
        **{
            "[Content_Types].xml": "<Types/>",
            "_rels__.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl__workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
            "xl___rels__workbook.xml.rels": f'<Relationships xmlns="{relations}">{targets}</Relationships>',
        },
        **{f"xl__worksheets__sheet{i}.xml": SHEET.format(rows) for i, rows in enumerate(sheets, 1)},
    )


def rows_of(*rows: tuple[str | float, ...]) -> str:
    """Rows of a sheet: texts and numbers."""
    return "".join(
        f'<row r="{y}">' + "".join(_cell(f"{chr(65 + x)}{y}", cell) for x, cell in enumerate(row)) + "</row>"
        for y, row in enumerate(rows, 1)
    )


def _cell(place: str, cell: str | float) -> str:
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'


def ods(rows: str) -> bytes:
    """A sheet of an OpenDocument spreadsheet."""
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet><table:table table:name='S'>{rows}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content},
                  **{"META-INF__manifest.xml": "<manifest/>"})  # fmt: skip


def xls(*rows: tuple[str | float, ...]) -> bytes:
    """A workbook of Excel 97: a compound file of one stream, which has the cells as records."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def begin(what: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, what, 0, 1997, 0, 0))

    cells = b"".join(
        record(0x0204, struct.pack("<HHHHB", y, x, 0, len(cell), 0) + cell.encode("latin-1"))
        if isinstance(cell, str)
        else record(0x0203, struct.pack("<HHHd", y, x, 0, cell))
        for y, row in enumerate(rows)
        for x, cell in enumerate(row)
    )
    reach = record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    name, end, head = struct.pack("<BB", 4, 0) + b"List", record(0x000A, b""), begin(0x0005)
    at = len(head) + 10 + len(name) + len(end)
    book = head + record(0x0085, struct.pack("<IBB", at, 0, 0) + name) + end + begin(0x0010) + reach + cells + end
    book = book.ljust(4096, b"\0")
    following = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + len(book) // 512), 0xFFFFFFFE]
    table = struct.pack("<128I", *following, *[0xFFFFFFFF] * (128 - len(following)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + bytes(4) + b"\xff" * 432

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + bytes(2)
        told = struct.pack("<HBBIII", len(raw) if name else 0, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return raw.ljust(64, b"\0") + told + bytes(36) + struct.pack("<IQ", start, size)

    entries = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(book))
    return header + table + entries + entry("", 0, 0xFFFFFFFF, 0, 0) * 2 + book


LIST = (("Symbol", "Quantity", "Price", "Currency"), ("VTI", 12.5, 300.125, "USD"), ("BND", 1204.0, 1.204, "USD"))


def test_a_workbook_is_read_like_a_list() -> None:
    draft = read(xlsx(rows_of(*LIST)))
    assert (held(draft), draft.problems) == ({"VTI": "12.5", "BND": "1204"}, ())
    assert prices(draft) == {"VTI": "300.125", "BND": "1.204"}


def test_a_workbook_of_excel_97_is_read_like_a_list() -> None:
    draft = read(xls(*LIST))
    assert (held(draft), draft.problems) == ({"VTI": "12.5", "BND": "1204"}, ())
    [problem] = read(xls(*LIST)[:700]).problems
    assert "damaged" in problem.what


def test_the_numbers_of_a_workbook_have_no_marks_to_be_guessed() -> None:
    draft = read(xlsx(rows_of(("Symbol", "Stück", "Kurs"), ("VWCE", 1.204, 12.345))))
    assert held(draft) == {"VWCE": "1.204"} and prices(draft) == {"VWCE": "12.345"}


def test_the_sheet_with_the_holdings_is_found_and_the_others_are_named() -> None:
    draft = read(xlsx(rows_of(("About", "x"), ("us", "y")), rows_of(*LIST)))
    assert held(draft) == {"VTI": "12.5", "BND": "1204"}
    assert any("“Sheet 2” is read; these are not: “Sheet 1”" in note.text for note in draft.notes)


def test_sheets_with_the_same_headers_are_read_as_one() -> None:
    heads, other = (
        LIST[0],
        rows_of((), (*LIST[0], ""), ("VXUS", 7.0, 60.0, "USD"), ("", "", "", ""), ("VWO", "x", 1.0, "")),
    )
    draft = read(xlsx(rows_of(("About", "x")), rows_of(*LIST), other, rows_of(heads, ("IEMG", 1.0, 50.0, "USD"))))
    assert held(draft) == {"VTI": "12.5", "BND": "1204", "VXUS": "7", "IEMG": "1"}
    said = (
        "“Sheet 2” and the sheets with the same headers are read as one: “Sheet 3” from line 4, “Sheet 4” from line 7"
    )
    assert any(note.text == f"{said}; these are not: “Sheet 1”." for note in draft.notes)
    [problem] = draft.problems
    assert (problem.line, problem.column) == (6, "Quantity")
    mended = read(xlsx(rows_of(*LIST), other), corrections={(6, 1): "9"})
    assert held(mended) == {"VTI": "12.5", "BND": "1204", "VXUS": "7", "VWO": "9"} and not mended.problems


def test_columns_of_sheets_that_are_one_are_matched_by_hand() -> None:
    heads = ("Symbol", "Price", "Quantity", "Other")
    data = xlsx(rows_of(heads, ("VTI", 3.0, 4.0, 5.0)), rows_of(heads, ("BND", 3.0, 4.0, 6.0)))
    first = read(data)
    assert first.layout is not None and held(first) == {"VTI": "4", "BND": "4"}
    other = first.layout.columns[3]
    again = read(data, layout=first.layout.with_field(other.index, first.layout.columns[2].field))
    assert held(again) == {"VTI": "5", "BND": "6"}


@pytest.mark.parametrize(
    ("others", "why"),
    [
        (LIST, "the same once more"),
        ((LIST[0], ("VTI", 10.0, 290.0, "USD"), ("VXUS", 7.0, 60.0, "USD")), "what was held on another day"),
        ((("Held on", "1.1.2026"), LIST[0], ("VXUS", 7.0, 60.0, "USD")), "something above its headers"),
        ((LIST[0][:3], ("VXUS", 7.0, 60.0)), "other headers"),
    ],
)
def test_a_sheet_that_would_count_twice_or_lose_something_is_not_read_with_another(
    others: tuple[tuple[str | float, ...], ...], why: str
) -> None:
    draft = read(xlsx(rows_of(*LIST), rows_of(*others)))
    assert held(draft) == {"VTI": "12.5", "BND": "1204"} and not draft.problems, why
    assert any("“Sheet 1” is read; these are not: “Sheet 2”." in note.text for note in draft.notes)


def test_sheets_with_totals_of_their_own_are_one_as_well() -> None:
    heads = ("Symbol", "Quantity", "Price", "Value")
    first = rows_of(heads, ("VTI", 2.0, 300.0, 600.0), ("BND", 1.0, 70.0, 70.0), ("Total", "", "", 670.0))
    draft = read(
        xlsx(first, rows_of(heads, ("VXUS", 7.0, 60.0, 420.0), ("VWO", 1.0, 9.0, 9.0), ("Total", "", "", 429.0)))
    )
    assert held(draft) == {"VTI": "2", "BND": "1", "VXUS": "7", "VWO": "1"} and not draft.problems
    assert [(each.line, each.why) for each in draft.left_out] == [(4, "A totals row."), (7, "A totals row.")]


def test_transactions_of_several_years_are_one_list_and_none_of_them_counts_twice() -> None:
    heads = ("Date", "Type", "Symbol", "Quantity", "Price", "Amount", "Currency")
    old = ("2025-03-03", "Buy", "VTI", 2.0, 100.0, -200.0, "USD")
    new = ("2026-03-03", "Buy", "VTI", 3.0, 110.0, -330.0, "USD")
    joined = read(xlsx(rows_of(heads, old), rows_of(heads, new))).ledger
    assert joined is not None and [str(row.entry.on) for row in joined.rows] == ["2025-03-03", "2026-03-03"]
    draft = read(xlsx(rows_of(heads, old, new), rows_of(heads, new)))
    assert draft.ledger is not None and len(draft.ledger.rows) == 2
    assert any("“Sheet 1” is read; these are not: “Sheet 2”." in note.text for note in draft.notes)


def test_columns_of_a_workbook_are_matched_by_hand() -> None:
    data = xlsx(rows_of(("Symbol", "Price", "Quantity", "Other"), ("VTI", 3.0, 4.0, 5.0)))
    first = read(data)
    assert first.layout is not None
    other = first.layout.columns[3]
    again = read(data, layout=first.layout.with_field(other.index, first.layout.columns[2].field))
    assert held(again) == {"VTI": "5"}


def test_an_opendocument_sheet_is_read() -> None:
    text = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>".format
    number = "<table:table-cell office:value-type='float' office:value='3.5'/>"
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048574">{cell}</table:table-row>'
    rows = f"<table:table-row>{text('Symbol')}{text('Quantity')}</table:table-row>"
    rows += f"<table:table-row>{text('VTI')}{number}</table:table-row>{empty}"
    assert held(read(ods(rows))) == {"VTI": "3.5"}


HEADS = ("Symbol", "Quantity", "Price", "Price date")
FORMULA = "<f>1+1</f>"


def with_members(data: bytes, **changed: Callable[[str], str]) -> bytes:
    """A workbook, some members of it changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name.replace("/", "__"): archive.read(name).decode() for name in archive.namelist()}
    return zipped(**{name: changed.get(name, str)(text) for name, text in members.items()})


@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>"])
def test_a_formula_without_its_result_is_told(value: str) -> None:
    """What it would come to is not known; where nothing needs it, the rest is read."""
    sheet = rows_of(HEADS, ("VTI", 2.0, 300.0)).replace("<v>2.0</v>", FORMULA + value)
    [problem] = read(xlsx(sheet)).problems
    assert "formulas without their results" in problem.what and "save it there" in problem.fix
    sheet = rows_of((*HEADS[:3], "Note"), ("VTI", 2.0, 300.0, 7.0)).replace("<v>7.0</v>", FORMULA + value)
    draft = read(xlsx(sheet))
    assert held(draft) == {"VTI": "2"} and any("read as empty" in each.text for each in draft.notes)


def test_a_formula_with_its_result_is_that_result() -> None:
    sheet = rows_of(HEADS, ("VTI", 2.0, 300.0)).replace("<v>2.0</v>", FORMULA + "<v>2</v>")
    draft = read(xlsx(sheet))
    assert held(draft) == {"VTI": "2"} and not any("formula" in each.text.casefold() for each in draft.notes)
    empty = rows_of((*HEADS[:3], "Note"), ("VTI", 2.0, 300.0)).replace(
        "</row>", '<c r="D2" t="str"><f>""</f><v></v></c></row>'
    )
    assert not any("formula" in each.text.casefold() for each in read(xlsx(empty)).notes)


def test_a_day_that_is_a_number_is_read_as_a_spreadsheet_counts() -> None:
    draft = read(xlsx(rows_of(HEADS, ("VTI", 46346.0, 46346.5, 46346.0))))
    assert held(draft) == {"VTI": "46346"} and prices(draft) == {"VTI": "46346.5"}
    assert [each.on for each in draft.prices] == [date(2026, 11, 20)]
    assert any("46346 is 2026-11-20" in each.text for each in draft.notes)
    trades = rows_of(("Date", "Type", "Symbol", "Quantity", "Price"), (46027.75, "Buy", "VTI", 2.0, 300.0))
    ledger = read(xlsx(trades)).ledger
    assert ledger is not None and [(str(row.entry.on), row.entry.at) for row in ledger.rows] == [
        ("2026-01-05", "18:00:00")
    ]


def test_what_stands_in_merged_cells_is_said_of_all_their_rows() -> None:
    rows = rows_of(("Symbol", "Quantity", "Account"), ("VTI", 2.0, "Main"), ("BND", 5.0), ("VTI", 1.0, "Roth"))
    merged = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells></worksheet>'
    data = with_members(xlsx(rows), **{"xl__worksheets__sheet1.xml": lambda text: text.replace("</worksheet>", merged)})
    assert [(each.account, each.symbol) for each in read(data).candidates] == [
        ("Main", "VTI"), ("Main", "BND"), ("Roth", "VTI")
    ]  # fmt: skip


def test_merged_cells_of_opendocument_are_said_of_all_their_rows_too() -> None:
    covered, wide = "<table:covered-table-cell/>", "<table:table-cell table:number-columns-repeated='2'/>"
    rows = [
        [text("Broker"), wide, text("x")],
        [text("Account"), text("Symbol"), text("Quantity"), text("Note")],
        [text("Main", rows=2), text("VTI"), number(2), text("a", rows=2, columns=2)],
        [covered, text("BND"), number(5), covered],
        [text("Roth"), text("VTI"), number(1), text("b")],
    ]
    data = ods("".join(f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in rows))
    draft = read(data)
    assert [(each.account, each.symbol) for each in draft.candidates] == [
        ("Main", "VTI"), ("Main", "BND"), ("Roth", "VTI")
    ]  # fmt: skip
    assert not draft.problems


def text(words: str, rows: int = 1, columns: int = 1) -> str:
    """A cell of OpenDocument with a text, which may reach over more than one."""
    spans = f"table:number-rows-spanned='{rows}' table:number-columns-spanned='{columns}'"
    return f"<table:table-cell office:value-type='string' {spans}><text:p>{words}</text:p></table:table-cell>"


def number(size: float) -> str:
    """A cell of OpenDocument with a number."""
    return (
        f"<table:table-cell office:value-type='float' office:value='{size}'><text:p>{size}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_only_where_there_is_no_other(state: str) -> None:
    data = xlsx(rows_of(*LIST), rows_of(("Symbol", "Quantity"), ("VT", 3.0)))

    def hide(text: str) -> str:
        return text.replace('name="Sheet 1"', f'name="Sheet 1" state="{state}"')

    draft = read(with_members(data, **{"xl__workbook.xml": hide}))
    assert held(draft) == {"VT": "3"}
    assert any("not: “Sheet 1” (hidden)" in each.text for each in draft.notes)
    alone = read(with_members(xlsx(rows_of(*LIST)), **{"xl__workbook.xml": hide}))
    assert held(alone) == {"VTI": "12.5", "BND": "1204"}
    assert any("“Sheet 1” (hidden) is read" in each.text for each in alone.notes)


def test_an_empty_first_sheet_is_passed_over() -> None:
    assert held(read(xlsx("", rows_of(*LIST)))) == {"VTI": "12.5", "BND": "1204"}


def test_the_currency_that_the_cells_show_is_that_of_lines_without_one() -> None:
    styles = '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="#,##0.00\\ [$€-407]"/></numFmts></styleSheet>'
    sheet = rows_of(HEADS, ("VTI", 2.0, 300.0))
    with zipfile.ZipFile(io.BytesIO(xlsx(sheet))) as archive:
        members = {name.replace("/", "__"): archive.read(name) for name in archive.namelist()}
    data = zipped(**members, **{"xl__styles.xml": styles})
    assert [each.currency for each in read(data).candidates] == ["EUR"]
    assert [each.currency for each in read(data, currency="CHF").candidates] == ["CHF"], "what is chosen counts"


FILLED = "<table:table-cell office:value-type='float' office:value='1' table:number-columns-repeated='{}'/>"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (xlsx(rows_of(*LIST))[:-400], "damaged"),
        (xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "reaches to row 1,048,576"),
        (xlsx("<row r='1048576'>" + "<c><v>1</v></c>" * 16_000 + "</row>"), "reaches to row 1,048,576"),
        (lambda: xlsx(" " * 270_000_000), "unpacks to more"),
        (xlsx('<!DOCTYPE a [<!ENTITY b "c">]>'), "entities"),
        (ods("<table:table-row>" + FILLED.format(16_000) + "</table:table-row>"), "repeats a cell"),
        (ods(f'<table:table-row table:number-rows-repeated="99999">{FILLED.format(9)}</table:table-row>'), "a row"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096, "damaged"),
        (xlsx(""), "empty"),
        (zipped(**{"content.xml": "x", "META-INF__manifest.xml": "<x><manifest:encryption-data/></x>"}), "password"),
        (zipped(**{"word__document.xml": "x"}), "word processor"),
        (zipped(**{"Index__Document.iwa": "x"}), "Numbers"),
        (zipped(**{"list.csv": "Symbol,Quantity"}), "ZIP archive"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 99, "packed"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003"),
        (b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053"/>', "camt"),
        (b":20:X\r\n:25:10020030/1234567\r\n:61:2601020102D10,00\r\n", "MT940"),
    ],
)  # fmt: skip
def test_bad_spreadsheets_are_one_sentence(data: bytes | Callable[[], bytes], what: str) -> None:
    draft = read(data if isinstance(data, bytes) else data())
    [problem] = draft.problems
    assert what in problem.what and problem.fix and not draft.candidates and draft.kind is Kind.OTHER


STATEMENT = """Statement,Header,Field Name,Field Value
Statement,Data,BrokerName,Interactive Brokers
Account Information,Header,Field Name,Field Value
Account Information,Data,Account,U7
Account Information,Data,Base Currency,EUR
Cash Report,Header,Currency Summary,Currency,Total,Securities
Cash Report,Data,Ending Cash,Base Currency Summary,90,90
Cash Report,Data,Ending Cash,EUR,100.50,100.50
Cash Report,Data,Ending Cash,USD,-12.5,-12.5
Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Price,Cost Basis,Close Price,Value
Open Positions,Data,Summary,Stocks,EUR,VWCE,"1,240",1,100,124000,131.5,163060
Open Positions,Data,Lot,Stocks,EUR,VWCE,"1,240",1,100,124000,131.5,163060
Open Positions,Data,Summary,Bonds,EUR,BUND 30,5000,1,99,4950,98.5,4925
Open Positions,Total,,Stocks,EUR,,,,,124000,,163060
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity
Trades,Data,Order,Stocks,EUR,VWCE,"2026-11-10, 10:31:00",20
Financial Instrument Information,Header,Asset Category,Symbol,Description,Security ID
Financial Instrument Information,Data,Stocks,VWCE,FTSE ALL-WORLD,IE00BK5BQT80
"""


def test_an_activity_statement() -> None:
    draft = read(STATEMENT)
    assert held(draft) == {"EUR": "100.5", "VWCE": "1240", "BUND 30": "5000"} and draft.problems == ()
    assert prices(draft) == {"VWCE": "131.5", "BUND 30": "0.985"}
    assert {each.account for each in draft.candidates} == {"U7"} and draft.base_currency == "EUR"
    assert any("12.50 USD is borrowed" in each.why for each in draft.left_out)
    assert [each.isin for each in draft.candidates if each.symbol == "VWCE"] == ["IE00BK5BQT80"]


GERMAN = """Statement,Header,Feldname,Feldwert
Statement,Data,BrokerName,Interactive Brokers
Kontoinformation,Header,Feldname,Feldwert
Kontoinformation,Data,Konto,U7
Kontoinformation,Data,Basiswährung,EUR
Cash-Bericht,Header,Währungsübersicht,Währung,Summe,Wertpapiere
Cash-Bericht,Data,Anfangsbarsaldo,EUR,80,80
Cash-Bericht,Data,Endbarsaldo,Basiswährungsübersicht,90,90
Cash-Bericht,Data,Endbarsaldo,EUR,100.50,100.50
Cash-Bericht,Data,Endbarsaldo,USD,-12.5,-12.5
Cash-Bericht,Data,Abgerechneter Endbarsaldo,EUR,70,70
Offene Positionen,Header,DataDiscriminator,Vermögenswertkategorie,Währung,Symbol,Menge,Mult,Einstands Kurs,\
Kostenbasis,Schlußkurs,Wert
Offene Positionen,Data,Summary,Aktien,EUR,VWCE,"1,240",1,100,124000,131.5,163060
Offene Positionen,Data,Lot,Aktien,EUR,VWCE,"1,240",1,100,124000,131.5,163060
Offene Positionen,Data,Summary,Anleihen,EUR,BUND 30,5000,1,99,4950,98.5,4925
Offene Positionen,Total,,Aktien,EUR,,,,,124000,,163060
Transaktionen,Header,DataDiscriminator,Vermögenswertkategorie,Währung,Symbol,Datum/Zeit,Menge,Schlußkurs
Transaktionen,Data,Order,Aktien,EUR,VWCE,"2026-11-10, 10:31:00",20,131
Informationen zum Finanzinstrument,Header,Vermögenswertkategorie,Symbol,Beschreibung,Wertpapier-ID
Informationen zum Finanzinstrument,Data,Aktien,VWCE,FTSE ALL-WORLD,IE00BK5BQT80
Wechselkurs,Header,Währung,Kurs
Wechselkurs,Data,USD,0.9
"""
FRENCH = """Statement,Header,Nom du champ,Valeur du champ
Statement,Data,BrokerName,Interactive Brokers
Informations du compte,Header,Nom du champ,Valeur du champ
Informations du compte,Data,Compte,U7
Informations du compte,Data,Devise de base,EUR
Rapport de trésorerie,Header,Résumé des devises,Devise,Total,Titres
Rapport de trésorerie,Data,Solde de trésorerie final,EUR,100.50,100.50
Rapport de trésorerie,Data,Solde de trésorerie final,USD,-12.5,-12.5
Positions ouvertes,Header,DataDiscriminator,Catégorie d'actif,Devise,Symbole,Quantité,Mult,Prix de revient,\
Base de coût,Cours de clôture,Valeur
Positions ouvertes,Data,Summary,Actions,EUR,VWCE,"1,240",1,100,124000,131.5,163060
Positions ouvertes,Data,Summary,Obligations,EUR,BUND 30,5000,1,99,4950,98.5,4925
Informations relatives aux instruments financiers,Header,Catégorie d'actif,Symbole,Description,Conid,ID de sécurité
Informations relatives aux instruments financiers,Data,Actions,VWCE,FTSE ALL-WORLD,7,IE00BK5BQT80
"""


@pytest.mark.parametrize("text", [GERMAN, FRENCH], ids=["german", "french"])
def test_an_activity_statement_in_another_language_is_read_as_the_english_one(text: str) -> None:
    draft, english = read(text), read(STATEMENT)
    assert held(draft) == held(english) and prices(draft) == prices(english) and draft.problems == ()
    assert {each.account for each in draft.candidates} == {"U7"} and draft.base_currency == "EUR"
    assert any("12.50 USD is borrowed" in each.why for each in draft.left_out)
    told = [(each.isin, each.name, each.cost) for each in draft.candidates]
    assert told == [(each.isin, each.name, each.cost) for each in english.candidates]


FLEX = """<FlexQueryResponse><FlexStatements><FlexStatement accountId="U7">
<AccountInformation accountId="U7" acctAlias="Main" currency="EUR"/>
<CashReport><CashReportCurrency accountId="U7" currency="BASE_SUMMARY" endingCash="9"/>
<CashReportCurrency accountId="U7" currency="EUR" endingCash="9"/></CashReport><OpenPositions>
<OpenPosition accountId="U7" currency="EUR" fxRateToBase="1" symbol="VWCE" position="30" markPrice="130" positionValue="3900" costBasisMoney="3000" reportDate="20261120" levelOfDetail="SUMMARY"/>
<OpenPosition accountId="U7" currency="EUR" fxRateToBase="1" symbol="VWCE" position="30" markPrice="130" positionValue="3900" costBasisMoney="3000" levelOfDetail="LOT" openDateTime="20220301;101112"/>
<OpenPosition accountId="U7" currency="USD" fxRateToBase="0.9" symbol="DEMO" position="4" markPrice="150" positionValue="600" costBasisMoney="500" reportDate="20261120" levelOfDetail="SUMMARY"/>
</OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"""  # noqa: E501


def test_a_flex_query() -> None:
    draft = read(FLEX)
    assert held(draft) == {"EUR": "9", "VWCE": "30", "DEMO": "4"} and draft.problems == ()
    lots = next(each.lots for each in draft.candidates if each.symbol == "VWCE")
    assert lots is not None and [(str(lot.acquired_on), lot.cost_minor) for lot in lots] == [("2022-03-01", 300_000)]
    assert [(each.base, each.quote, each.rate) for each in draft.rates] == [("USD", "EUR", Decimal("0.9"))]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (FLEX[:-60], "damaged"),
        ('<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + FLEX, "entities"),
        ("<FlexQueryResponse>" + "<a>" * 200 + "</a>" * 200 + "</FlexQueryResponse>", "deeper"),
        ("<FlexQueryResponse/>", "no open positions"),
    ],
)
def test_bad_flex_queries_are_one_sentence(data: str, what: str) -> None:
    [problem] = read(data).problems
    assert what in problem.what and problem.fix


ACTIVITY = {"accountId": "a", "symbol": "VT", "dataSource": "YAHOO", "fee": 1, "currency": "USD"}
GHOSTFOLIO = {
    "meta": {"version": "3.0.0"},
    "accounts": [
        {"id": "a", "name": "Broker", "currency": "USD",
         "balances": [{"date": "2026-11-15", "value": 1820.5}, {"date": "2026-10-31", "value": 1500}]}
    ],
    "assetProfiles": [{"symbol": "u-u-i-d", "dataSource": "MANUAL", "name": "Flat", "assetClass": "REAL_ESTATE"}],
    "activities": [
        {**ACTIVITY, "type": "SELL", "quantity": 2.5, "unitPrice": 120, "date": "2026-02-05"},
        {**ACTIVITY, "type": "BUY", "quantity": 10, "unitPrice": 100, "date": "2026-01-05"},
        {**ACTIVITY, "type": "DIVIDEND", "quantity": 7.5, "unitPrice": 0.5, "date": "2026-03-05"},
        {**ACTIVITY, "accountId": None, "symbol": "u-u-i-d", "dataSource": "MANUAL", "type": "BUY", "quantity": 1,
         "unitPrice": 500000, "date": "2026-01-05"},
    ],
}  # fmt: skip


def test_ghostfolio() -> None:
    draft = read(json.dumps(GHOSTFOLIO))
    assert held(draft) == {"VT": "7.5", "Flat": "1", "USD": "1820.5"} and draft.problems == ()
    assert (draft.kind, draft.format) == (Kind.PORTFOLIO, "Ghostfolio") and prices(draft)["VT"] == "120"
    assert {each.symbol: each.account for each in draft.candidates} == {"VT": "Broker", "Flat": None, "USD": "Broker"}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"activities": [{"type": "BUY"}]}, "damaged, or of a version"),
        ({"activities": [{**ACTIVITY, "type": "GIFT", "quantity": 1, "unitPrice": 1, "date": "2026"}]}, "GIFT"),
        ({"accounts": "none"}, "damaged, or of a version"),
    ],
)
def test_bad_ghostfolio_is_one_sentence(change: dict[str, object], what: str) -> None:
    [problem] = read(json.dumps({**GHOSTFOLIO, **change})).problems
    assert what in problem.what and problem.fix


def test_problems_of_ghostfolio_stand_on_the_lines_of_the_file() -> None:
    """Its entries are spread over lines, or all stand on one."""
    sale = {**ACTIVITY, "symbol": "V\u0007T", "type": "SELL", "quantity": 2, "unitPrice": 1, "date": "2026-02-05"}
    told = {**GHOSTFOLIO, "activities": [sale]}
    text = json.dumps(told, indent=2)
    [problem] = read(text).problems
    assert problem.line == 1 + text[: text.index('"type": "SELL"')].count("\n") - 6
    text = json.dumps({**GHOSTFOLIO, "activities": [{**ACTIVITY, "type": "GIFT", "date": "2026"}]}, indent=2)
    line = 1 + text[: text.index('"type": "GIFT"')].count("\n") - 6
    assert f"on line {line}" in read(text).problems[0].what
    assert len(read(json.dumps(told)).problems) == 1


@pytest.mark.parametrize(
    "text", ['{"meta": 1, "activities": [', '{"meta": 1, "activities": {}}', '{"meta": "activities"']
)
def test_ghostfolio_that_breaks_off_is_damaged(text: str) -> None:
    [problem] = read(text).problems
    assert "damaged" in problem.what


OFX = """OFXHEADER:100
DATA:OFXSGML

<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20261120<CURDEF>USD
<INVACCTFROM><BROKERID>x.com<ACCTID>123456789</INVACCTFROM>
<INVTRANLIST><BUYSTOCK><INVBUY><SECID><UNIQUEID>922908769<UNIQUEIDTYPE>CUSIP</SECID><UNITS>4</INVBUY></BUYSTOCK></INVTRANLIST>
<INVPOSLIST><POSSTOCK><INVPOS><SECID><UNIQUEID>922908769<UNIQUEIDTYPE>CUSIP</SECID><HELDINACCT>CASH<POSTYPE>LONG
<UNITS>12.5<UNITPRICE>300<MKTVAL>3750<DTPRICEASOF>20261120</INVPOS></POSSTOCK>
<POSDEBT><INVPOS><SECID><UNIQUEID>912828ZT0<UNIQUEIDTYPE>CUSIP</SECID><UNITS>1000<UNITPRICE>98.5<MKTVAL>985</INVPOS></POSDEBT></INVPOSLIST>
<INVBAL><AVAILCASH>75.25<MARGINBALANCE>0</INVBAL></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>
<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>922908769<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>VANGUARD &amp; CO<TICKER>VTI</SECINFO></STOCKINFO></SECLIST></SECLISTMSGSRSV1></OFX>
"""


@pytest.mark.parametrize("text", [OFX, '<?xml version="1.0"?><?OFX OFXHEADER="200"?>' + OFX.partition("\n\n")[2]])
def test_ofx(text: str) -> None:
    draft = read(text)
    assert held(draft) == {"VTI": "12.5", "912828ZT0": "1000", "USD": "75.25"} and draft.problems == ()
    assert prices(draft) == {"VTI": "300", "912828ZT0": "0.985"}
    assert {each.account for each in draft.candidates} == {"123456789"}
    assert draft.account_names == {"123456789": "…6789"}, "whoever has not named it sees its end"
    assert [each.name for each in draft.candidates if each.symbol == "VTI"] == ["VANGUARD & CO"]


def test_a_problem_of_ofx_says_of_what_and_on_which_line() -> None:
    [problem] = read(OFX.replace("<UNITS>12.5", "<UNITS>some")).problems
    assert problem.what == "VTI: “some” is not a quantity."
    assert problem.line == 1 + OFX[: OFX.index("<POSSTOCK>")].count("\n")


def test_two_accounts_of_one_end_keep_their_numbers() -> None:
    assert account_ends(["111116789", "222226789", "33334444", "12"]) == {"33334444": "…4444"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRN><TRNAMT>-4</STMTTRN></BANKMSGSRSV1></OFX>", "no positions"),
        ("OFXHEADER:100\n<!DOCTYPE x [<!ENTITY a 'b'>]>" + OFX, "entities"),
        ("OFXHEADER:100\n</OFX>", "no positions"),
        (OFX[: OFX.index("</OFX>") // 2], "cut short"),
    ],
)
def test_ofx_without_positions_is_one_sentence(text: str, what: str) -> None:
    [problem] = read(text).problems
    assert what in problem.what and problem.fix
