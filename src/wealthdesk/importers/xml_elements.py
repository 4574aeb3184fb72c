"""The elements of an XML file with their attributes and lines; files that declare entities are refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

_MOST_ELEMENTS: Final = 2_000_000
_DEEPEST: Final = 100


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
        line = max(parser.CurrentLineNumber + 1, found[-1].line + 1 if found else 2)
        found.append(Element(line, name, attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise XmlRefused("it declares entities, which lists of holdings never do")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlRefused(f"it is damaged on line {error.lineno}") from error
    except ValueError as error:
        raise XmlRefused("its encoding is not known") from error
    return found
