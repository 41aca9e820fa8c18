"""What checking came to: one result a check, and a summary. Every report is made of these, and of nothing else."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(StrEnum):
    """How a check ended.

    ``FAILED``: there was an answer, and it is not as expected. ``ERROR``: there was none, or it could not be looked
    for. ``SKIPPED``: it was not tried; the words say why.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


class Severity(StrEnum):
    """Whether a check that does not pass makes the run fail."""

    ERROR = "error"
    WARN = "warn"


class Unmet(Record):
    """A condition that does not hold: ``subject``, what was ``expected`` and what was found, in words without secrets.

    ``diff`` are lines that begin with a space, - (expected) or + (found), for JSON values of more than one line.
    """

    subject: str
    expected: str
    actual: str
    words: str
    diff: tuple[str, ...] = ()


class Attempt(Record):
    """One try: its ``number`` from 1, when it began (seconds since 1970), how long it took, what came of it.

    ``reason`` names the kind of failure where the network or the protocol failed (`net.failure.Reason`), else None.
    """

    number: int
    began_s: float
    seconds: float
    status: Status
    words: str
    reason: str | None = None
    unmet: tuple[Unmet, ...] = ()


class Measured(Record):
    """Numbers of the last attempt, None where there is none. Times are in seconds, sizes in bytes.

    ``phases`` are those of `core.trace.Phase`, by name, in their order. ``expiry_s`` is the earliest NotAfter of the
    certificates that were presented, in seconds since 1970. ``ip_version`` is 4 or 6.
    """

    phases: Mapping[str, float] = MappingProxyType({})
    status_code: int | None = None
    size: int | None = None
    http_version: str | None = None
    redirects: int | None = None
    tls: bool = False
    tls_version: str | None = None
    expiry_s: float | None = None
    ip: str | None = None
    ip_version: int | None = None
    answers: int | None = None
    grpc_status: int | None = None


class Result(Record):
    """How one check ended.

    ``index`` is its place in the run, from 0; ``group`` the suite's group or empty; ``file`` and ``line`` where it
    stands. ``url`` is without secrets; ``request`` the ready command line that repeats it, empty for what is no HTTP.
    ``words`` say on one line how it ended, or why it was skipped. ``flaky``: it passed after it had failed.
    ``began_s`` is seconds since 1970, ``seconds`` the time of all attempts with the waits between them.
    """

    index: int
    suite: str
    group: str
    name: str
    file: str
    line: int
    kind: str
    url: str
    tags: tuple[str, ...]
    severity: Severity
    status: Status
    words: str
    began_s: float
    seconds: float
    attempts: tuple[Attempt, ...] = ()
    measured: Measured = Measured()
    request: str = ""
    flaky: bool = False

    @property
    def fails(self) -> bool:
        """Whether it makes the run fail."""
        return self.severity is Severity.ERROR and self.status in (Status.FAILED, Status.ERROR)

    @property
    def warns(self) -> bool:
        """Whether it did not pass, and does not matter."""
        return self.severity is Severity.WARN and self.status in (Status.FAILED, Status.ERROR)

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """Those of the last attempt."""
        return self.attempts[-1].unmet if self.attempts else ()


class Summary(Record):
    """The whole run. ``warned`` and ``flaky`` are among the others: a flaky check has passed."""

    began_s: float
    seconds: float
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    warned: int = 0
    flaky: int = 0
    ended: str = ""
    """Why the run ended early, such as ``the deadline of 2m passed``; empty where it did not."""

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.errors + self.skipped

    @property
    def ok(self) -> bool:
        """Whether the gate is open: nothing that matters failed, something passed, and nothing was cut off."""
        return not self.ended and self.failed + self.errors == self.warned and self.passed > 0
