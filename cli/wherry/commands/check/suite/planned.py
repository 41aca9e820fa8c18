"""What is to be run: one value a check, with everything decided that can be before the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from wherry.core.record import Record
from wherry.core.retry import RetryPolicy
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from wherry.commands.check.results import Severity
    from wherry.commands.check.suite.capture import Capture
    from wherry.commands.check.suite.requestline import RequestLine
    from wherry.core.call import HttpCall
    from wherry.core.credential import Credential
    from wherry.core.expect import Condition
    from wherry.core.target import Kind, Target

    Captured: TypeAlias = Mapping[tuple[int, str], object]

_ONCE: Final = RetryPolicy()


class Unresolved(UsageError):
    """A captured value is not there, or cannot stand where it is used; the message names both."""


class Ready(msgspec.Struct, frozen=True):
    """A check that can be sent.

    ``target`` is called as the check is, and what it shows has no secrets. ``call`` is None for what is no HTTP.
    ``conditions`` must all hold; the kind's own idea of ready (2xx) holds unless one of them is about the status.
    ``credential`` is set where who is asking has to be looked up first (a command's output, OAuth 2) to make the
    Authorization field; any other is among the call's headers. ``secrets`` are the texts in it that may not be shown.
    """

    target: Target
    call: HttpCall | None = None
    conditions: tuple[Condition, ...] = ()
    credential: Credential | None = None
    secrets: tuple[str, ...] = ()
    line: RequestLine | None = None

    @property
    def request(self) -> str:
        """A command line that sends the same, quoted for a POSIX shell, without secrets; empty for what is no HTTP."""
        return "" if self.line is None else str(self.line)


class Recipe(Protocol):
    """How the rest of a check is made once what it uses has been captured."""

    def resolve(self, values: Captured) -> Ready:
        """Raises Unresolved, and UsageError for what a value makes wrong."""

    def expand(self, planned: Planned, values: Captured, first: int) -> tuple[Planned, ...]:
        """Raises Unresolved."""


class Planned(msgspec.Struct, frozen=True):
    """One check.

    ``base`` is the name as written, where a matrix or a list has added to it. ``index`` is its place in the run, from
    0, over all suites. ``url`` is what is shown of the target before it is resolved: secrets are masked, and what will
    be captured stands as ``${login.id}``. ``needs`` are the indices of all checks that must have passed (unless
    ``always``), those whose captures it uses among them. ``profile`` None is the one of the command line. ``listed``:
    it stands for one check per item of a captured list, and is expanded, not sent. ``origin`` is the index of the check
    that it was expanded from.
    """

    index: int
    suite: str
    group: str
    name: str
    file: str
    line: int
    kind: Kind
    url: str
    severity: Severity
    recipe: Recipe
    base: str = ""
    tags: tuple[str, ...] = ()
    needs: tuple[int, ...] = ()
    always: bool = False
    profile: str | None = None
    timeout_s: float = 10.0
    retry: RetryPolicy = _ONCE
    captures: tuple[Capture, ...] = ()
    listed: bool = False
    origin: int | None = None

    def resolve(self, values: Captured) -> Ready:
        """What to send. ``values`` are what was captured, as JSON has it, by the check's index and the capture's name.

        Equal values each time where it uses none.

        Raises UsageError where a value is missing (Unresolved) or is none that can stand where it is used.
        """
        return self.recipe.resolve(values)

    def expand(self, values: Captured, first: int) -> tuple[Planned, ...]:
        """One check per item of the captured list that it is for, with indices from ``first``; none for an empty list.

        Only where it is ``listed``. Raises Unresolved where the value is missing or no list.
        """
        return self.recipe.expand(self, values, first)


class Suite(Record):
    """One file. ``secrets`` are the texts that may be shown nowhere, each once, of the whole run."""

    name: str
    group: str
    file: str
    checks: tuple[Planned, ...]
    secrets: tuple[str, ...] = ()
