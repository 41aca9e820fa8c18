"""What was found where a condition looks."""

from __future__ import annotations

from wherry.core.expect.show import show
from wherry.core.expect.subject import Shape


class Unjudgeable(Exception):
    """The question makes no sense for the value, or the value is not there; the message says what there is."""


class Actual:
    """A value found. ``several`` holds every node of a JSON path that may yield more than one, else it is None.

    A load test makes one for each answer, so it is no record, which takes ten times as long to make.
    """

    __slots__ = ("present", "several", "shape", "value")

    def __init__(
        self,
        value: object,
        shape: Shape = Shape.JSON,
        several: tuple[object, ...] | None = None,
        *,
        present: bool = True,
    ) -> None:
        self.value = value
        self.shape = shape
        self.several = several
        self.present = present

    @property
    def whole(self) -> object:
        """The value to count or search in: all nodes of a path that may yield several."""
        return self.value if self.several is None else list(self.several)

    def words(self) -> str:
        """The value, short; or that it is not there."""
        return show(self.value, self.shape) if self.present else "nothing"
