"""What the coordinator and its workers say to each other, as MessagePack."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from wherry.commands.load.tally.part import Part  # noqa: TC001  msgspec reads the annotations when it runs
from wherry.errors import WherryError


class Begin(msgspec.Struct, array_like=True, tag="begin"):
    """Send from ``begin_ns`` on (perf_counter_ns, which is the same in all processes of a machine).

    ``addresses`` are those of each host by name, as far as they are known: a name is looked up once for all.
    """

    begin_ns: int
    addresses: dict[str, list[str]] = {}


class Halt(msgspec.Struct, array_like=True, tag="halt"):
    """Stop now: tell what was done, what is under way included."""


class Ready(msgspec.Struct, array_like=True, tag="ready"):
    """The worker can begin."""


class Measured(msgspec.Struct, array_like=True, tag="measured"):
    """A part of what a worker measured."""

    part: Part


class Finished(msgspec.Struct, array_like=True, tag="finished"):
    """The worker is done; nothing follows. ``own_fault``: requests sent late although a connection was free."""

    own_fault: int = 0


class Broken(msgspec.Struct, array_like=True, tag="broken"):
    """The worker cannot go on; nothing follows. ``words`` and ``hint`` are those of the error that ended it."""

    words: str
    hint: str | None = None

    def error(self) -> WherryError:
        """The error, here."""
        return WherryError(self.words, hint=self.hint)


Order: TypeAlias = Begin | Halt
Report: TypeAlias = Ready | Measured | Finished | Broken

encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_report = msgspec.msgpack.Decoder(Report).decode
