"""DNS messages (RFC 1035, with EDNS0 of RFC 6891): one question out, the answers to it in."""

from __future__ import annotations

import ipaddress
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.core.wire.talk import NotThisProtocol
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES: Final[Mapping[str, int]] = {
    "A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
}  # fmt: skip
CODES: Final[Mapping[int, str]] = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
}
# What fits every path without fragments, by the agreement of DNS flag day 2020.
UDP_SIZE: Final = 1232
_IN: Final = 1
_OPT: Final = 41
_REPLY: Final = 0x8000
_TRUNCATED: Final = 0x0200
_OPCODE: Final = 0x7800
_RECURSION_DESIRED: Final = 0x0100


class Question(Record):
    """What is asked: ``kind`` is one of :data:`TYPES`; ``ident`` (16 bits, random) ties the reply to it.

    An IP address as ``name`` of a PTR question is turned into its name below in-addr.arpa or ip6.arpa.
    """

    name: str
    kind: str
    ident: int

    def encode(self) -> bytes:
        """The message, for UDP as it is; over TCP it is :func:`framed`. Raises UsageError for a bad name."""
        header = struct.pack("!6H", self.ident, _RECURSION_DESIRED, 1, 0, 0, 1)
        edns = struct.pack("!BHHIH", 0, _OPT, UDP_SIZE, 0, 0)
        return header + _encode_name(self.wire_name()) + struct.pack("!2H", TYPES[self.kind], _IN) + edns

    def wire_name(self) -> str:
        """The name that is asked for: ASCII, lower case, without a dot at its end."""
        name = self.name
        if self.kind == "PTR":
            with suppress(ValueError):  # most are names already
                name = ipaddress.ip_address(name).reverse_pointer
        name = name.removesuffix(".").lower()
        if name.isascii():
            return name
        try:
            return name.encode("idna").decode("ascii")
        except UnicodeError:
            raise UsageError(f"{self.name!r} is not a DNS name") from None


class Reply(Record):
    """``code`` as in :data:`CODES`; ``answers`` of the asked type as a zone file writes them, in the order received.

    ``truncated``: ask again over TCP.
    """

    code: int
    truncated: bool
    answers: tuple[str, ...]

    @property
    def code_name(self) -> str:
        """NXDOMAIN and its like."""
        return CODES.get(self.code, f"RCODE {self.code}")


def framed(message: bytes) -> bytes:
    """``message`` as it travels over TCP: two bytes of length, then the message (RFC 1035 section 4.2.2)."""
    return struct.pack("!H", len(message)) + message


def decode_reply(data: bytes, question: Question) -> Reply:
    """Read the reply to ``question``.

    Raises NotThisProtocol where ``data`` is not a DNS message, or the answer to another question: over UDP anybody can
    send those, and waiting on for the right one is what a resolver does.
    """
    reader = _Reader(data)
    ident, flags, questions, answers, _, _ = reader.unpack("!6H")
    if not flags & _REPLY or flags & _OPCODE:
        raise NotThisProtocol("not a DNS reply")
    if ident != question.ident:
        raise NotThisProtocol("a DNS reply to another question")
    asked = question.wire_name()
    # A server that could not read the question may leave it out (FORMERR); any other repeats it.
    for _ in range(questions):
        name, kind, _class = reader.name(), *reader.unpack("!2H")
        if (name.lower(), kind) != (asked, TYPES[question.kind]):
            raise NotThisProtocol("a DNS reply to another question")
    truncated = bool(flags & _TRUNCATED)
    found: list[str] = []
    owners = {asked}
    try:
        for _ in range(answers):
            owner = reader.name().lower()
            kind, record_class, _ttl, length = reader.unpack("!2HIH")
            end = reader.position + length
            if end > len(data):
                raise NotThisProtocol("a DNS reply that ends in the middle of a record")
            if record_class == _IN and owner in owners:
                if kind == TYPES[question.kind]:
                    found.append(_record(reader, question.kind, end))
                elif kind == TYPES["CNAME"]:
                    owners.add(reader.name().lower())
            reader.position = end
    except NotThisProtocol:
        if not truncated:
            raise
    return Reply(flags & 0x000F, truncated, tuple(found))


def _record(reader: _Reader, kind: str, end: int) -> str:
    """One record's data as text."""
    if kind in ("A", "AAAA"):
        packed = reader.take(end - reader.position)
        if len(packed) != (4 if kind == "A" else 16):
            raise NotThisProtocol(f"a DNS reply with an {kind} record of {len(packed)} bytes")
        return str(ipaddress.ip_address(packed))
    if kind == "TXT":
        parts: list[bytes] = []
        while reader.position < end:
            (length,) = reader.unpack("!B")
            parts.append(reader.take(length))
        if reader.position != end:
            raise NotThisProtocol("a DNS reply with a text that is longer than its record")
        return b"".join(parts).decode("utf-8", "replace")
    if kind == "MX":
        (preference,) = reader.unpack("!H")
        return f"{preference} {_shown(reader.name())}"
    if kind == "SRV":
        priority, weight, port = reader.unpack("!3H")
        return f"{priority} {weight} {port} {_shown(reader.name())}"
    return _shown(reader.name())


def _shown(name: str) -> str:
    return name or "."


def _encode_name(name: str) -> bytes:
    encoded = bytearray()
    for label in name.split("."):
        part = label.encode("ascii")
        if not 0 < len(part) < 64:
            raise UsageError(f"{name!r} is not a DNS name")
        encoded += bytes((len(part),)) + part
    if len(encoded) > 254:
        raise UsageError(f"{name!r} is longer than a DNS name may be")
    return bytes(encoded) + b"\0"


class _Reader:
    """Walks through a message; everything it reads is within it."""

    __slots__ = ("_data", "position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self._data):
            raise NotThisProtocol("not a DNS reply: it ends too early")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def unpack(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def name(self) -> str:
        """A name with its compression undone (section 4.1.4). Pointers go back only, so that it ends."""
        labels: list[str] = []
        size, resume, barrier = 0, None, self.position
        while True:
            start = self.position
            (length,) = self.unpack("!B")
            if length >= 0xC0:
                pointer = (length & 0x3F) << 8 | self.take(1)[0]
                resume = self.position if resume is None else resume
                if pointer >= min(start, barrier):
                    raise NotThisProtocol("a DNS reply with a name that points forward")
                self.position = barrier = pointer
            elif length > 63:
                raise NotThisProtocol("a DNS reply with an unknown kind of label")
            elif length == 0:
                break
            else:
                size += length + 1
                if size > 254:
                    raise NotThisProtocol("a DNS reply with a name of more than 255 bytes")
                labels.append(_label(self.take(length)))
        if resume is not None:
            self.position = resume
        return ".".join(labels)


def _label(data: bytes) -> str:
    """A label as a zone file writes it (section 5.1)."""
    shown: list[str] = []
    for byte in data:
        character = chr(byte)
        if character in '.\\"':
            shown.append("\\" + character)
        elif 0x20 < byte < 0x7F:
            shown.append(character)
        else:
            shown.append(f"\\{byte:03d}")
    return "".join(shown)
