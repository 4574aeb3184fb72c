"""From bytes to text: the encoding of a file, and a sentence for what is no text at all."""

from collections.abc import Iterator
from typing import Final

from wealthdesk.errors import BadInput
from wealthdesk.importers.draft import Problem
from wealthdesk.importers.header_words import heading

MAX_BYTES: Final = 64 * 1024 * 1024
"""The largest file that is read."""

MAX_LINES: Final = 200_000
"""The most lines of a file that are read."""

_SAMPLE: Final = 64 * 1024
_SAVE_AS_CSV: Final = "Open it in the program it comes from and save it as CSV."

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_KINDS: Final = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an Excel file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "a word processor document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)
_CONTROLS: Final = bytes(set(range(32)) - {9, 10, 11, 12, 13})


_UNSEEN: Final = "\ufeff\u200b\u200e\u200f\u2060"
"""Marks without width that web pages leave in names: with them a symbol is another one to a program alone."""


def check_size(size: int) -> None:
    """Refuses a file of more than MAX_BYTES with a sentence; to be asked before the file is read."""
    if size > MAX_BYTES:
        raise BadInput(_too_large(size).what + " " + _too_large(size).fix)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str] | Problem:
    """The text and the name of its encoding (the one given, or the one recognised), or what is wrong with the file."""
    problem = _refused(data)
    if problem:
        return problem
    for name in (encoding,) if encoding else _encodings(data):
        try:
            text = data.decode(name)
            for mark in _UNSEEN:
                text = text.replace(mark, "")
            return text, name
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1"), "latin-1"


def _refused(data: bytes) -> Problem | None:
    if len(data) > MAX_BYTES:
        return _too_large(len(data))
    if not data.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf\xff\xfe\x00"):
        return Problem(0, "", "The file is empty.", "Choose the file that the broker wrote, or export it again.")
    kind = _kind(data)
    if kind:
        return Problem(0, "", f"This is {kind}, not a CSV file.", _SAVE_AS_CSV)
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines > MAX_LINES:
        fix = "Leave older dates or transactions out of the export, or split the file."
        return Problem(0, "", f"The file has {lines:,} lines. At most {MAX_LINES:,} are read.", fix)
    if _is_binary(data):
        return Problem(0, "", "This is not a text file.", _SAVE_AS_CSV)
    return None


def _too_large(size: int) -> Problem:
    what = f"The file has {size // 1024**2:,} MB. At most {MAX_BYTES // 1024**2} MB are read."
    return Problem(0, "", what, "Choose the list of holdings alone, or split the file.")


def _kind(data: bytes) -> str | None:
    head = data[:_SAMPLE].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, kind in _KINDS:
        if head[: len(mark)].lower() == mark.lower():
            return "an Excel file" if kind == "a ZIP archive" and b"xl/" in data else kind
    return None


def _is_binary(data: bytes) -> bool:
    """Whether control characters make up more than a few of the file's beginning (UTF-16 has every second byte 0)."""
    if data.startswith(tuple(mark for mark, _ in _MARKS)) or _utf16_without_mark(data):
        return False
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls * 20 > len(sample)


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[: 4096 & ~1]
    half = len(sample) // 2
    if half < 2:
        return None
    if sample[1::2].count(0) * 10 > half * 7 and sample[0::2].count(0) * 10 < half:
        return "utf-16-le"
    if sample[0::2].count(0) * 10 > half * 7 and sample[1::2].count(0) * 10 < half:
        return "utf-16-be"
    return None


def _encodings(data: bytes) -> Iterator[str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            yield name
    wide = _utf16_without_mark(data)
    if wide:
        yield wide
    yield "utf-8"
    yield from _by_headers(data[:8192])
    yield from _guessed(data[:_SAMPLE])


def _by_headers(head: bytes) -> list[str]:
    """The letters of western Europe, after those in which more headers are known: Polish, Czech, Chinese, Japanese."""
    known = {name: _known_headers(head.decode(name, "replace")) for name in _LETTERS}
    better = [name for name in _LETTERS if name == "cp1252" or known[name] > known["cp1252"]]
    return sorted(better, key=lambda name: -known[name])


_LETTERS: Final = ("cp1252", "cp1250", "gb18030", "cp932", "big5")


def _known_headers(head: str) -> int:
    return sum(heading(cell.strip('"')) is not None for line in head.splitlines()[:20] for cell in _cells(line))


def _cells(line: str) -> list[str]:
    return line.replace(",", ";").replace("\t", ";").split(";")


def _guessed(sample: bytes) -> Iterator[str]:
    """What charset-normalizer thinks; asked only when the usual encodings have failed, because it is slow."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is not None:
        yield best.encoding
