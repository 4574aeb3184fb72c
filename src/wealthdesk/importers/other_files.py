"""Files that are not read: what each is, which program wrote it where that can be told, and what to export there."""

import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

_HEAD: Final = 64 * 1024
_TABLES: Final = 4 * 1024 * 1024
_INSTEAD: Final = "Export the positions or holdings there as CSV."
_PP: Final = "Portfolio Performance"
_PP_AS_XML: Final = "Save it there with File > Save as > XML, without a password."
_WEALTHFOLIO_INSTEAD: Final = "In Wealthfolio, open Settings > Exports and export the holdings as CSV."


@dataclass(frozen=True, slots=True)
class OtherFile:
    """What a file is: the name of its format, a sentence that says so, and what to do instead."""

    format: str
    what: str
    fix: str


def other_file(data: bytes, name: str) -> OtherFile | None:
    """What the file is when it is certainly no table; None when it may be one."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    return (
        _database(data)
        or _encrypted(head)
        or _packed(data)
        or _archive(data)
        or _tagged(head)
        or _json(data, head)
        or _text(head)
    )


def _database(data: bytes) -> OtherFile | None:
    if not data.startswith(b"SQLite format 3\x00"):
        return None
    tables = {found.lower() for found in re.findall(rb'CREATE TABLE\s+["`\[]?(\w+)', data[:_TABLES], re.IGNORECASE)}
    if b"alembic_version" in tables and b"asset_classes" in tables:
        fix = "Open it as a portfolio, or export its holdings as CSV and import that."
        return OtherFile("WealthDesk", "This is a portfolio file of WealthDesk, not a list of holdings.", fix)
    if b"activities" in tables and b"accounts" in tables:
        return OtherFile("Wealthfolio", "This is the database of Wealthfolio.", _WEALTHFOLIO_INSTEAD)
    for told, program in ((b"gnclock", "GnuCash"), (b"kmmfileinfo", "KMyMoney"), (b"infotable_v1", "Money Manager EX")):
        if told in tables:
            return OtherFile(program, f"This is a database of {program}, not a list of holdings.", _INSTEAD)
    fix = "Export the positions or holdings as CSV in the program it comes from."
    return OtherFile("Database", "This is a database of another program, not a list of holdings.", fix)


def _encrypted(head: bytes) -> OtherFile | None:
    if head.startswith(b"PORTFOLIO"):
        return OtherFile(_PP, "This is a Portfolio Performance file with a password.", _PP_AS_XML)
    if head.startswith(b"PPPBV1"):
        return OtherFile(_PP, "This is a file in Portfolio Performance’s binary format.", _PP_AS_XML)
    if head.startswith(b"WFOLIOBACKUP"):
        return OtherFile("Wealthfolio", "This is an encrypted backup of Wealthfolio.", _WEALTHFOLIO_INSTEAD)
    if head.startswith((b"-----BEGIN PGP", b"age-encryption.org")):
        return OtherFile("Encrypted file", "This file is encrypted.", "Decrypt it first.")
    return None


_PACKED: Final = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\x00", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def _packed(data: bytes) -> OtherFile | None:
    if not data.startswith(_PACKED):
        return None
    return OtherFile(
        "Packed file", "This is a packed file (a compressed file).", "Unpack it, and choose what is in it."
    )


def _archive(data: bytes) -> OtherFile | None:
    """Looks at the names in a ZIP archive and at the first bytes of one member; nothing is unpacked whole."""
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:1000]
            if names[:1] == ["data.portfolio"]:
                with archive.open(names[0]) as member:
                    return _encrypted(member.read(16)) or OtherFile(
                        _PP, "This is a file of Portfolio Performance.", _PP_AS_XML
                    )
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None
    for told, what in _IN_ARCHIVES:
        if any(name.startswith(told) for name in names):
            return OtherFile(
                "Document", f"This is {what}, not a list of holdings.", "Save the list in it as CSV or xlsx."
            )
    return OtherFile("ZIP archive", "This is a ZIP archive.", "Unpack it, and choose the list that is in it.")


_IN_ARCHIVES: Final = (
    ("word/", "a word processor document"),
    ("ppt/", "a presentation"),
    ("Index/", "a document of Numbers, Pages or Keynote"),
)
"""What the members of an archive are called, and what it is then."""


def _tagged(head: bytes) -> OtherFile | None:
    low = head[:4096].lower()
    if head.startswith(b"OFXHEADER") or b"<?ofx" in low or low.startswith(b"<ofx>"):
        what = "This is an OFX file (also called QFX)."
        return OtherFile("OFX", what, "Download the positions as CSV instead.")
    if low.startswith((b"!type:", b"!account", b"!option:")):
        return OtherFile("QIF", "This is a QIF file: a list of transactions.", _INSTEAD)
    if not low.startswith(b"<"):
        return None
    if b"<flexqueryresponse" in low:
        fix = "In Interactive Brokers, make a Flex query of open positions with the format CSV."
        return OtherFile("Interactive Brokers Flex", "This is a Flex query of Interactive Brokers in XML.", fix)
    if re.search(rb"<client(?:\s[^>]*)?>", low):
        return OtherFile(_PP, "This is a file of Portfolio Performance.", _PP_AS_XML)
    for told, (name, what, fix) in _XML.items():
        if told in low:
            return OtherFile(name, what, fix)
    if b"<html" in low or b"<!doctype html" in low or b"<table" in low:
        fix = "Open it in the program it comes from and save it as CSV."
        return OtherFile("Web page", "This is a web page, not a CSV file.", fix)
    if low.startswith(b"<?xml") or re.match(rb"<[a-z][\w:.-]*[\s/>]", low):
        return OtherFile("XML", "This is an XML file of another program.", _INSTEAD)
    return None


def _json(data: bytes, head: bytes) -> OtherFile | None:
    if head[:1] not in (b"{", b"["):
        return None
    if not re.match(rb'\{\s*(?:"|\})|\[\s*(?:[\[{"\]0-9tfn-])', head):
        return None
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        if not re.match(rb'\{\s*"[^"\n]*"\s*:', head):
            return None
        return OtherFile("JSON", "This is a JSON file, and it is damaged.", "Export it again, or choose a CSV file.")
    if b'"activities"' in data and b'"accounts"' in data:
        fix = "In Ghostfolio, copy the holdings into a CSV file with symbol, quantity, price and currency."
        return OtherFile("Ghostfolio", "This looks like an export of Ghostfolio.", fix)
    return OtherFile("JSON", "This is a JSON file of another program.", _INSTEAD)


_XML: Final = {
    b"iso:20022": ("Bank statement", "This is the statement of a bank account (camt).", _INSTEAD),
    b"<gnc-v2": ("GnuCash", "This is a file of GnuCash, not a list of holdings.", _INSTEAD),
    b"office:spreadsheet": (
        "Excel",
        "This is an Excel file in XML, as Excel 2003 wrote it.",
        "Save it as xlsx or CSV.",
    ),
}
"""What stands at the beginning of XML files that can be told apart."""

_STATEMENT = re.compile(rb"^:20:.*\n(?:.*\n){0,4}:25:", re.MULTILINE)
_LEDGER = re.compile(rb"^\d{4}[-/]\d\d[-/]\d\d\s+(?:open|commodity|price|balance|\*|!)\s", re.MULTILINE)


def _text(head: bytes) -> OtherFile | None:
    if len(_LEDGER.findall(head)) > 1:
        what = "This is a ledger of Beancount, hledger or Ledger: a list of transactions."
        return OtherFile("Plain text ledger", what, "Export a report of the holdings there as CSV.")
    if _STATEMENT.search(head[:4096].replace(b"\r\n", b"\n")):
        return OtherFile("Bank statement", "This is the statement of a bank account (MT940).", _INSTEAD)
    if head.startswith((b"Asset Classes:", b"Accounts:")):
        what = "This begins like a portfolio of lakshmi in YAML, and has no asset classes."
        return OtherFile("lakshmi", what, "Choose the whole file of lakshmi.")
    return None
