"""OFX and QFX files of brokers: what is held and the cash; their transactions are not replayed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from wealthdesk.importers.made_table import CASH, MadeRow

FORMAT: Final = "OFX"
_TAG = re.compile(rb"<(/?)([A-Za-z0-9.]{1,40})>([^<\r\n]*)")
_POSITIONS: Final = frozenset(("POSSTOCK", "POSMF", "POSDEBT", "POSOPT", "POSOTHER"))
_INFOS: Final = frozenset(("STOCKINFO", "MFINFO", "DEBTINFO", "OPTINFO", "OTHERINFO"))
_MOST: Final = 2_000_000
_KINDS: Final = {"POSSTOCK": "Stock", "POSMF": "Mutual fund", "POSDEBT": "Bond", "POSOPT": "Option"}


class OfxRefused(Exception):
    """An OFX file that is not read, and why."""


def is_ofx(data: bytes) -> bool:
    """Whether the file begins as OFX does, of version 1 (SGML) or 2 (XML)."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"OFXHEADER", b"<OFX>")) or b"<?OFX" in head


def ofx_rows(data: bytes) -> list[MadeRow]:
    """The positions and cash of every investment account; OfxRefused when there are none."""
    if b"<!DOCTYPE" in data[:8192] or b"<!ENTITY" in data[:8192]:
        raise OfxRefused("it declares entities, which lists of holdings never do")
    if b"</OFX>" not in data[-4096:].upper():
        raise OfxRefused("it ends before its end: the download was cut short")
    blocks = list(_blocks(data))
    infos = {block["UNIQUEID"]: block for name, block, _ in blocks if name in _INFOS and "UNIQUEID" in block}
    rows: list[MadeRow] = []
    account, currency = "", ""
    for name, block, line in blocks:
        if name == "INVACCTFROM":
            account = block.get("ACCTID", "")
        elif name == "CURDEF":
            currency = block.get("CURDEF", "")
        elif name in _POSITIONS:
            rows.append((line, {"Account": account, **_position(name, block, infos, currency)}))
        elif name == "INVBAL" and block.get("AVAILCASH"):
            cash = {"Symbol": CASH, "Quantity": block["AVAILCASH"], "Currency": currency}
            rows.append((line, {"Account": account, **cash}))
    if not rows:
        raise OfxRefused("it has no positions in it, only transactions or the balance of a bank account")
    return rows


def account_ends(numbers: Iterable[str]) -> dict[str, str]:
    """What accounts are called that a file names by their numbers: by the last four digits, where these tell them."""
    ends = {number: f"…{number[-4:]}" for number in dict.fromkeys(numbers) if len(number) > 4}
    return {number: end for number, end in ends.items() if list(ends.values()).count(end) == 1}


def _position(
    name: str, block: Mapping[str, str], infos: Mapping[str, Mapping[str, str]], currency: str
) -> dict[str, str]:
    identity = block.get("UNIQUEID", "")
    info = infos.get(identity, {})
    day = block.get("DTPRICEASOF", "")[:8]
    return {
        "Symbol": info.get("TICKER") or identity,
        "Name": info.get("SECNAME", ""),
        "ISIN": identity if block.get("UNIQUEIDTYPE", "").upper() == "ISIN" else "",
        "Quantity": block.get("UNITS", ""),
        "Price": block.get("UNITPRICE", ""),
        "Market value": block.get("MKTVAL", ""),
        "Currency": block.get("CURSYM") or currency,
        "Price date": day if len(day) == 8 and day.isdecimal() else "",
        "Security type": _KINDS.get(name, ""),
    }


def _blocks(data: bytes) -> Iterator[tuple[str, dict[str, str], int]]:
    """The aggregates that matter, each with the values in it and its line (no two have the same)."""
    wanted = _POSITIONS | _INFOS | {"INVACCTFROM", "INVBAL"}
    values: dict[str, str] = {}
    inside, began, line, at = "", 1, 1, 0
    for count, match in enumerate(_TAG.finditer(data)):
        if count > _MOST:
            raise OfxRefused("it is larger than is read")
        line, at = max(line, line + data.count(b"\n", at, match.start())), match.start()
        name, value = match[2].decode().upper(), match[3].decode("cp1252", "replace").strip()
        if name == "CURDEF" and value:
            yield "CURDEF", {"CURDEF": value}, line
        elif not match[1] and name in wanted:
            inside, values, began = name, {}, max(line, began + 1)
        elif match[1] and name == inside:
            yield inside, values, began
            inside = ""
        elif inside and value and not match[1]:
            values.setdefault(name, _plain(value))


def _plain(value: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        value = value.replace(entity, character)
    return value
