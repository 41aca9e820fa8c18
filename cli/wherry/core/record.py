"""Frozen records: values with named fields.

They are what frozen dataclasses are, made at once. A dataclass compiles Python code for each class, half a millisecond
of each start; some thirty such classes stand between a command line and its first connection. Making one record
takes a little longer: where there are thousands, as nodes of YAML or messages of a server, a dataclass is right.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar, dataclass_transform

R = TypeVar("R", bound="Record")


@dataclass_transform(frozen_default=True)
class Record:
    """A value made of the fields that its class annotates, in their order; what the class assigns is a default.

    Equal to a record of the same class with equal fields, hashable where they are, never changed (AttributeError):
    :func:`replace` makes another. A default is shared by all records that have it, so it must not be mutable.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = (*cls.__match_args__, *cls.__annotations__)  # type: ignore[misc]  # mypy takes it for a tuple of known length

    def __init__(self, *values: Any, **named: Any) -> None:
        kind = type(self)
        names = kind.__match_args__
        given = dict(zip(names, values, strict=False), **named)
        if len(given) < len(values) + len(named) or not given.keys() <= {*names}:
            raise TypeError(f"{kind.__name__} has the fields {', '.join(names)}, once each")
        for name in names:
            try:
                # A default is kept here too: a function would be taken for a method if only the class had it.
                self.__dict__[name] = given[name] if name in given else getattr(kind, name)
            except AttributeError:
                raise TypeError(f"{kind.__name__} needs {name}") from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} stays as it is")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} stays as it is")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


def as_dict(record: Record) -> dict[str, Any]:
    """The fields by name, in their order."""
    return dict(record.__dict__)


def replace(record: R, **changes: Any) -> R:
    """The same record with other values in the fields named. Raises TypeError for a field that it has not."""
    return type(record)(**record.__dict__ | changes)
