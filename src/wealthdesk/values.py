"""Frozen values: what `dataclass(frozen=True, slots=True)` makes of a class, in a fifth of the time.

A dataclass compiles six methods of its own for every class, and a start makes more than 150 of them before it shows
anything; here one is compiled, `__init__`, and the others are the same for all.
"""

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_Value]) -> type[_Value]:
    """The class with its annotations as fields, in slots; its values are never changed, and equal by what they hold.

    `dataclasses.replace`, `fields` and `asdict` take them as any other dataclass; what the class states itself stays.
    """
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    methods = {
        **_of_equality([each.name for each in fields(made) if each.compare]),
        "__init__": _init(made),
        "__repr__": _repr,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": _getstate,
        "__setstate__": _setstate,
    }
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _init(made: type) -> Callable[..., None]:
    """`__init__` as its source would be written, so that a value is made as quickly as any; slots are set past it."""
    known: dict[str, Any] = {"MISSING": MISSING}
    taken, lines = ["self"], []
    for each in fields(made):
        name, given = each.name, each.name
        known[f"set_{name}"] = getattr(made, name).__set__
        if each.default_factory is not MISSING:
            known[f"make_{name}"] = each.default_factory
            given = f"make_{name}() if {name} is MISSING else {name}"
            taken.append(f"{name}=MISSING")
        elif each.default is not MISSING:
            known[f"default_{name}"] = each.default
            taken.append(f"{name}=default_{name}")
        else:
            taken.append(name)
        lines.append(f"set_{name}(self, {given})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(taken)}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 names of our own classes alone
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _of_equality(names: list[str]) -> dict[str, Callable[..., Any]]:
    """Equality and hash by what these fields hold."""
    held: Callable[[Any], Any] = (
        attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)
    )

    def is_equal(self: Any, other: Any) -> bool:
        return held(self) == held(other) if other.__class__ is self.__class__ else NotImplemented

    return {"__eq__": is_equal, "__hash__": lambda self: hash(held(self))}


def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: Any, name: str, value: object = None) -> NoReturn:
    raise FrozenInstanceError(f"{name!r} of a {type(self).__qualname__} is never changed")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for each, held in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, held)
