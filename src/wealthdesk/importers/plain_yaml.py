"""A reader of plain YAML: mappings, lists and texts, in blocks or in braces; all else of YAML is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DEEPEST: Final = 40
_MOST_LINES: Final = 100_000
_MARKS: Final = "&*!|>@`%"
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "N": "\x85", "_": "\xa0"}


class YamlRefused(Exception):
    """A text that is not read, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line} {why}")


@dataclass(slots=True)
class _Line:
    number: int
    indent: int
    text: str


def read_yaml(text: str) -> object:
    """The tree of lists, mappings and texts (numbers are texts too); YamlRefused for what is damaged, too large, or
    more than plain YAML.
    """
    if text.count("\n") > _MOST_LINES:
        raise YamlRefused(_MOST_LINES, "is not the last one, and more are not read")
    lines = list(_lines(text))
    if not lines:
        raise YamlRefused(1, "has nothing on it, nor has any other")
    reader = _Reader(lines)
    found = reader.block(lines[0].indent, 0)
    if reader.at < len(lines):
        raise YamlRefused(lines[reader.at].number, "is not indented like those above it")
    return found


def _lines(text: str) -> Iterator[_Line]:
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).rstrip()
        body = line.lstrip(" ")
        if not body or (body == "---" and number < 50):
            continue
        if body.startswith("\t"):
            raise YamlRefused(number, "is indented by a tab")
        if body.startswith(("%", "--- ", "...")):
            raise YamlRefused(number, "has a mark of YAML that is not read here")
        yield _Line(number, len(line) - len(body), body)


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line
    quote = ""
    for place, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"" and (place == 0 or line[place - 1] in " [{,:-"):
            quote = sign
        elif sign == "#" and (place == 0 or line[place - 1] == " "):
            return line[:place]
    return line


class _Reader:
    """Takes line after line, each block with those that are indented further."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self.at = 0

    def block(self, indent: int, depth: int) -> object:
        """The list or the mapping that begins here."""
        line = self._lines[self.at]
        if depth > _DEEPEST:
            raise YamlRefused(line.number, "is deeper than is read")
        if _is_item(line.text):
            return list(self._items(indent, depth))
        if _key_of(line) is None:
            self.at += 1
            return self._value(line, line.text, indent - 1, depth)
        return self._mapping(indent, depth)

    def _items(self, indent: int, depth: int) -> Iterator[object]:
        while self.at < len(self._lines):
            line = self._lines[self.at]
            if line.indent != indent or not _is_item(line.text):
                break
            rest = line.text[1:].lstrip(" ")
            inner = indent + len(line.text) - len(rest)
            if rest and (_is_item(rest) or _key_of(_Line(line.number, inner, rest)) is not None):
                self._lines[self.at] = _Line(line.number, inner, rest)
                yield self.block(inner, depth + 1)
            else:
                self.at += 1
                yield self._value(line, rest, indent, depth) if rest else self._below(indent, depth, is_item=True)

    def _mapping(self, indent: int, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while self.at < len(self._lines) and self._lines[self.at].indent == indent:
            line = self._lines[self.at]
            told = _key_of(line)
            if told is None or _is_item(line.text):
                break
            key, rest = told
            if key in found:
                raise YamlRefused(line.number, f"has “{key[:40]}” for the second time")
            self.at += 1
            found[key] = self._value(line, rest, indent, depth) if rest else self._below(indent, depth, is_item=False)
        if self.at < len(self._lines) and self._lines[self.at].indent > indent:
            raise YamlRefused(self._lines[self.at].number, "is indented further than those above it")
        return found

    def _below(self, indent: int, depth: int, *, is_item: bool) -> object:
        """What stands under a key or a dash that has nothing behind it; "" when there is nothing either."""
        if self.at == len(self._lines):
            return ""
        line = self._lines[self.at]
        if line.indent > indent or (line.indent == indent and not is_item and _is_item(line.text)):
            return self.block(line.indent, depth + 1)
        return ""

    def _value(self, line: _Line, text: str, indent: int, depth: int) -> object:
        """What stands behind a key or a dash, which may go on over lines that are indented further."""
        if text[0] in _MARKS:
            raise YamlRefused(line.number, f"has a mark of YAML that is not read here: {text[:1]}")
        while not _is_closed(text) or text[0] not in "[{'\"":
            if self.at == len(self._lines) or self._lines[self.at].indent <= indent:
                break
            if _is_closed(text) and _key_of(self._lines[self.at]) is not None:
                raise YamlRefused(self._lines[self.at].number, "is indented further than those above it")
            text = f"{text} {self._lines[self.at].text}"
            self.at += 1
        flow = _Flow(text, line.number)
        return flow.whole(depth) if text[0] in "[{'\"" else text


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _key_of(line: _Line) -> tuple[str, str] | None:
    """The key that a line begins with, and what stands behind it; None when it has none."""
    text = line.text
    if text[0] in "'\"":
        end = _end_of_quote(text, 0)
        if end is None or text[end : end + 1] != ":" or text[end + 1 : end + 2] not in ("", " "):
            return None
        return _unquoted(text[:end], line.number), text[end + 1 :].strip()
    if text[0] in "[{":
        return None
    if text[0] in _MARKS or text.startswith("? "):
        raise YamlRefused(line.number, f"has a mark of YAML that is not read here: {text[:1]}")
    head, mark, rest = text.partition(": ")
    if mark:
        return head.strip(), rest.strip()
    return (text[:-1].strip(), "") if text.endswith(":") else None


def _end_of_quote(text: str, begin: int) -> int | None:
    """The place behind a quoted text; None when it does not end."""
    quote, place = text[begin], begin + 1
    while place < len(text):
        if text[place] == "\\" and quote == '"':
            place += 2
            continue
        if text[place] == quote:
            if quote == "'" and text[place + 1 : place + 2] == "'":
                place += 2
                continue
            return place + 1
        place += 1
    return None


def _unquoted(text: str, line: int) -> str:
    if text[0] == "'":
        return text[1:-1].replace("''", "'")

    def told(found: re.Match[str]) -> str:
        sign = found[1]
        if sign[0] in "xuU" and len(sign) > 1:
            code = int(sign[1:], 16)
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                raise YamlRefused(line, "has a sign that there is not")
            return chr(code)
        return _ESCAPED.get(sign, sign)

    return _ESCAPE.sub(told, text[1:-1])


def _is_closed(text: str) -> bool:
    """Whether all quotes and brackets that are opened are closed as well."""
    if text[0] not in "[{'\"":
        return True
    place, open_ = 0, 0
    while place < len(text):
        sign = text[place]
        if sign in "'\"" and (place == 0 or text[place - 1] in " [{,:"):
            end = _end_of_quote(text, place)
            if end is None:
                return False
            place = end
            continue
        open_ += (sign in "[{") - (sign in "]}")
        place += 1
    return open_ <= 0


class _Flow:
    """What is written in braces, brackets or quotes."""

    def __init__(self, text: str, line: int) -> None:
        self._text, self._line, self._at = text, line, 0

    def whole(self, depth: int) -> object:
        """All of the text."""
        found = self._one(depth)
        self._skip()
        if self._at < len(self._text):
            raise YamlRefused(self._line, "has something behind its end")
        return found

    def _one(self, depth: int) -> object:
        self._skip()
        if depth > _DEEPEST:
            raise YamlRefused(self._line, "is deeper than is read")
        sign = self._text[self._at : self._at + 1]
        if sign == "[":
            return self._list(depth)
        if sign == "{":
            return self._map(depth)
        return self._scalar()

    def _list(self, depth: int) -> list[object]:
        found: list[object] = []
        self._at += 1
        while not self._ends("]"):
            found.append(self._one(depth + 1))
            self._between("]")
        return found

    def _map(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        self._at += 1
        while not self._ends("}"):
            key = self._scalar()
            self._skip()
            if self._text[self._at : self._at + 1] != ":":
                raise YamlRefused(self._line, "has a mapping without a colon")
            self._at += 1
            self._skip()
            if key in found:
                raise YamlRefused(self._line, f"has “{key[:40]}” for the second time")
            is_empty = self._text[self._at : self._at + 1] in (",", "}")
            found[key] = "" if is_empty else self._one(depth + 1)
            self._between("}")
        return found

    def _ends(self, sign: str) -> bool:
        self._skip()
        if self._at >= len(self._text):
            raise YamlRefused(self._line, f"is not closed by {sign}")
        if self._text[self._at] == sign:
            self._at += 1
            return True
        return False

    def _between(self, sign: str) -> None:
        self._skip()
        here = self._text[self._at : self._at + 1]
        if here == ",":
            self._at += 1
        elif here != sign:
            raise YamlRefused(self._line, f"is not closed by {sign}")

    def _scalar(self) -> str:
        self._skip()
        begin = self._at
        if self._text[begin : begin + 1] in ("'", '"'):
            end = _end_of_quote(self._text, begin)
            if end is None:
                raise YamlRefused(self._line, "has a quote that does not end")
            self._at = end
            return _unquoted(self._text[begin:end], self._line)
        while self._at < len(self._text):
            sign, following = self._text[self._at], self._text[self._at + 1 : self._at + 2]
            if sign in ",[]{}" or (sign == ":" and following in ("", " ", ",", "}", "]")):
                break
            self._at += 1
        text = self._text[begin : self._at].strip()
        if not text or text[0] in _MARKS:
            raise YamlRefused(self._line, "has nothing where something is expected")
        return text

    def _skip(self) -> None:
        while self._text[self._at : self._at + 1] == " ":
            self._at += 1
