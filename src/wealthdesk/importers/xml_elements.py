"""The elements of an XML file, in a row or as a tree, with their lines; files that declare entities are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

_MOST_ELEMENTS: Final = 2_000_000
_MOST_NODES: Final = 800_000
_DEEPEST: Final = 100
_DEEPEST_TREE: Final = 5_000


class XmlRefused(Exception):
    """An XML file that is not read, and why."""


@dataclass(frozen=True, slots=True)
class Element:
    """The start of an element: the line that it stands on (no two have the same), its name and attributes."""

    line: int
    name: str
    attributes: Mapping[str, str]

    def of(self, attribute: str) -> str:
        """An attribute's text, "" when there is none."""
        return self.attributes.get(attribute, "").strip()


def elements_of(data: bytes) -> list[Element]:
    """Every element in the order of the file; XmlRefused when it is damaged, too deep, or declares a document type."""
    found: list[Element] = []
    parser = expat.ParserCreate()
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST or len(found) >= _MOST_ELEMENTS:
            raise XmlRefused("it is larger or deeper than is read")
        line = max(parser.CurrentLineNumber, found[-1].line + 1 if found else 2)
        found.append(Element(line, name, attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    _parse(parser, data)
    return found


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    def refuse(*_: object) -> None:
        raise XmlRefused("it declares entities, which lists of holdings never do")

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlRefused(f"it is damaged on line {error.lineno}") from error
    except ValueError as error:
        raise XmlRefused("its encoding is not known") from error


@dataclass(slots=True, eq=False)
class Node:
    """An element of a tree: its line, name and attributes, the text in it, what it is in and what is in it."""

    line: int
    name: str
    attributes: Mapping[str, str]
    above: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)
    text: str = ""
    named: "dict[str, list[Node]] | None" = None

    def all(self, name: str) -> "list[Node]":
        """What is in it of that name, in order."""
        if self.named is None:
            self.named = {}
            for child in self.children:
                self.named.setdefault(child.name, []).append(child)
        return self.named.get(name, [])

    def one(self, name: str) -> "Node | None":
        """The first in it of that name."""
        return next(iter(self.all(name)), None)

    def told(self, name: str) -> str:
        """The text of the first in it of that name, "" when there is none."""
        found = self.one(name)
        return found.text.strip() if found else ""


def tree_of(data: bytes, seen: Callable[[Node, str, Mapping[str, str]], bool]) -> Node:
    """The root of the tree; XmlRefused as for `elements_of`. `seen` is asked for every element, with the one that it is
    in: where it says yes, the element is no part of the tree.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    tree = _Tree(parser, seen)
    parser.StartElementHandler, parser.EndElementHandler = tree.begin, tree.end
    parser.CharacterDataHandler = tree.text
    _parse(parser, data)
    if tree.root is None:
        raise XmlRefused("there is nothing in it")
    return tree.root


class _Tree:
    """The tree as far as it is read: its root, and the element that is open."""

    def __init__(self, parser: expat.XMLParserType, seen: Callable[[Node, str, Mapping[str, str]], bool]) -> None:
        self._parser, self._seen = parser, seen
        self.root: Node | None = None
        self._here: Node | None = None
        self._depth = self._count = self._aside = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        here = self._here
        if self._aside or (here is not None and self._seen(here, name, attributes)):
            self._aside += 1
            return
        self._depth, self._count = self._depth + 1, self._count + 1
        if self._depth > _DEEPEST_TREE or self._count > _MOST_NODES:
            raise XmlRefused("it is larger or deeper than is read")
        node = Node(self._parser.CurrentLineNumber, name, attributes, here)
        if here is not None:
            here.children.append(node)
        else:
            self.root = node
        self._here = node

    def end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
        elif self._here is not None:
            self._here, self._depth = self._here.above, self._depth - 1

    def text(self, found: str) -> None:
        if self._here is not None and not self._aside:
            self._here.text += found
