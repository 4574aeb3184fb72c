"""What is said to be frozen is as `dataclass(frozen=True, slots=True)` makes it, class by class and value by value."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Generic, TypeVar

import pytest

from wealthdesk.values import frozen

_T = TypeVar("_T")


@frozen
class Ours:
    """With every kind of field that there is."""

    name: str
    count: int = 1
    parts: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="x", repr=False)


@dataclass(frozen=True, slots=True)
class Usual:
    """The same."""

    name: str
    count: int = 1
    parts: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="x", repr=False)


@frozen
class Checked:
    """One field, looked at once it is set; with a word of its own for itself."""

    share: int

    def __post_init__(self) -> None:
        if self.share < 0:
            raise ValueError("below nothing")

    def __repr__(self) -> str:
        return f"{self.share} %"


@frozen
class Box(Generic[_T]):
    """Holds anything."""

    held: _T


@frozen
class Nothing:
    """No field at all."""


GIVEN = ({"name": "a"}, {"name": "a", "count": 2}, {"name": "a", "parts": ("b",)}, {"name": "b", "notes": ["c"]})


@pytest.mark.parametrize("one", GIVEN)
@pytest.mark.parametrize("other", GIVEN)
def test_values_are_equal_and_hashed_as_those_of_a_dataclass(one: dict[str, object], other: dict[str, object]) -> None:
    assert (Ours(**one) == Ours(**other)) is (Usual(**one) == Usual(**other))  # type: ignore[arg-type]
    assert hash(Ours(**one)) == hash(Usual(**one))  # type: ignore[arg-type]
    assert repr(Ours(**one)) == repr(Usual(**one)).replace("Usual", "Ours")  # type: ignore[arg-type]
    assert Ours(**one) != Usual(**one)  # type: ignore[arg-type]


def test_what_is_not_given_is_made_for_each_value_anew() -> None:
    first, second = Ours("a"), Ours("a")
    first.notes.append("only here")
    assert second.notes == [] and second.count == 1


def test_nothing_of_a_value_can_be_changed() -> None:
    value = Ours("a")
    with pytest.raises(FrozenInstanceError, match="'name' of a Ours"):
        value.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del value.name
    with pytest.raises(FrozenInstanceError):
        value.other = 1  # type: ignore[attr-defined]
    assert not hasattr(value, "__dict__") and value == Ours("a")


def test_a_wrong_call_is_refused_by_its_name() -> None:
    with pytest.raises(TypeError, match=r"Ours\.__init__\(\) missing 1 required positional argument: 'name'"):
        Ours()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'nam'"):
        Ours(nam="a")  # type: ignore[call-arg]


def test_values_are_replaced_copied_pickled_and_matched_as_those_of_a_dataclass() -> None:
    value = Ours("a", 2, ("b",), ["c"], "d")
    assert replace(value, count=3) == Ours("a", 3, ("b",), ["c"], "d")
    assert [each.name for each in fields(value)] == [each.name for each in fields(Usual("a"))]
    assert asdict(value) == asdict(Usual("a", 2, ("b",), ["c"], "d"))
    copied = copy.deepcopy(value)
    assert copied == value and copied.notes == ["c"] and copied.notes is not value.notes
    assert pickle.loads(pickle.dumps(value)).notes == ["c"]
    match value:
        case Ours(name, count):
            assert (name, count) == ("a", 2)


def test_what_a_class_states_itself_stays() -> None:
    with pytest.raises(ValueError, match="below nothing"):
        Checked(-1)
    assert repr(Checked(5)) == "5 %"
    assert Checked(5) == Checked(5) != Checked(6) and len({Checked(5), Checked(5), Checked(6)}) == 2


def test_a_value_may_be_of_any_kind_or_hold_nothing() -> None:
    assert Box(1) == Box(1) != Box(2) and Box[int](1).held == 1
    assert Nothing() == Nothing() and hash(Nothing()) == hash(Nothing()) and repr(Nothing()) == "Nothing()"
