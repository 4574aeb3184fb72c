"""What WealthDesk is installed with: every range ends at what was tested, and one version of each package is pinned."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OPTIONAL = PROJECT["project"]["optional-dependencies"].values()
INSTALLED = [Requirement(each) for several in (PROJECT["project"]["dependencies"], *OPTIONAL) for each in several]
BUILD = [Requirement(each) for each in PROJECT["build-system"]["requires"]]


def pins() -> dict[str, Requirement]:
    """The lines of packaging/constraints.txt by the names of their packages."""
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    return {canonicalize_name(each.name): each for each in map(Requirement, filter(is_pin, lines))}


def is_pin(line: str) -> bool:
    return not line.startswith("#")


def needed(requirements: Iterable[Requirement], seen: set[str]) -> Iterator[str]:
    """The names of these packages here, and of all that they need in turn."""
    for each in requirements:
        name = canonicalize_name(each.name)
        if name not in seen and (each.marker is None or each.marker.evaluate({"extra": ""})):
            seen.add(name)
            yield name
            yield from needed(map(Requirement, importlib.metadata.requires(name) or ()), seen)


def test_every_range_has_an_upper_bound() -> None:
    ends = {each.name: {part.operator for part in each.specifier} for each in [*INSTALLED, *BUILD]}
    assert [name for name, operators in ends.items() if not operators & {"<", "<=", "==", "~="}] == []


def test_one_version_of_everything_is_pinned_and_within_its_range() -> None:
    pinned = pins()
    assert [str(each) for each in pinned.values() if not re.fullmatch(r"==[0-9][\w.]*", str(each.specifier))] == []
    assert sorted(set(needed(INSTALLED, set())) - pinned.keys()) == []
    for each in [*INSTALLED, *BUILD]:
        version = str(pinned[canonicalize_name(each.name)].specifier).removeprefix("==")
        assert each.specifier.contains(version), f"{each} does not allow the pinned {version}"


def test_the_pins_name_no_address() -> None:
    assert "://" not in (ROOT / "packaging" / "constraints.txt").read_text("utf-8")
    assert [str(each) for each in pins().values() if each.url] == []
