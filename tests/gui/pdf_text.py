"""Reads the words out of a PDF file that Qt wrote: its streams, and the tables from glyphs to letters in them."""

import re
import zlib
from itertools import count
from pathlib import Path

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RANGE = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]{4})> (?:\[([^\]]*)\]|<([0-9A-F]{4})>)", re.IGNORECASE)


def words_of(path: Path) -> str:
    """All that is written in the file, line breaks left out; letters of every font by their own table."""
    file = path.read_bytes()
    assert file.startswith(b"%PDF")
    objects = {int(number): body for number, body in re.findall(rb"(?s)\n(\d+) 0 obj(.*?)endobj", file)}
    fonts = {
        name.decode(): _letters(_text(objects[_to_unicode(objects, int(number))]))
        for name, number in dict.fromkeys(re.findall(rb"/(F\d+) (\d+) 0 R", file))
    }
    pages = [_text(body) for body in objects.values() if b"stream" in body]
    # In the tables of Qt the space is the tab: both are the same glyph.
    return "".join(_written(page, fonts) for page in pages if " Tf" in page).replace("\t", " ")


def _to_unicode(objects: dict[int, bytes], font: int) -> int:
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert found is not None
    return int(found.group(1))


def _text(body: bytes) -> str:
    found = _STREAM.search(body)
    assert found is not None
    try:
        return zlib.decompress(found.group(1)).decode("latin-1")
    except zlib.error:
        return found.group(1).decode("latin-1")


def _letters(table: str) -> dict[int, str]:
    letters: dict[int, str] = {}
    for first, last, each, base in _RANGE.findall(table):
        glyphs = range(int(first, 16), int(last, 16) + 1)
        codes = [int(code, 16) for code in re.findall("[0-9A-Fa-f]{4,}", each)] if each else count(int(base, 16))
        letters |= {glyph: chr(code) for glyph, code in zip(glyphs, codes, strict=False)}
    return letters


def _written(page: str, fonts: dict[str, dict[int, str]]) -> str:
    words, letters = [], {0: ""}
    for name, shown in re.findall(r"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj", page):
        if name:
            letters = fonts[name]
        else:
            words += [letters[int(shown[place : place + 4], 16)] for place in range(0, len(shown), 4)]
    return "".join(words)
