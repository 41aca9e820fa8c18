"""What the head of a response says about its end (RFC 9112 sections 6.3 and 9.3). Nothing here touches a socket.

llhttp decides while a response arrives; this is for what it does not tell. It has made sure of the form of the head:
lines end in CRLF, and none is continued.
"""

from __future__ import annotations

from typing import Final

from wherry.core.record import Record

# The longest head, interim responses before it included; reading stops between two reads of the socket.
MAX_HEAD: Final = 256 * 1024
MAX_INTERIM: Final = 16
# What chunk lines, extensions and trailers may take between two pieces of a body.
MAX_FRAMING: Final = 64 * 1024

END_OF_HEAD: Final = b"\r\n\r\n"


class Head(Record):
    """The head of a response; header names as received."""

    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]]


def text_of(data: bytes) -> str:
    """A field or reason as text: UTF-8 in practice, else the octets as they are (obs-text, RFC 9110 section 5.5)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def final_head(data: bytes | bytearray) -> bytes:
    """The head of the final response in ``data``, which begins with it or with the interim responses before it.

    Without its last empty line; ``b""`` where it is not complete.
    """
    at = 0
    while (end := data.find(END_OF_HEAD, at)) >= 0:
        head = bytes(data[at:end]).lstrip(b"\r\n")
        if head and (head[8:10] != b" 1" or head[9:12] == b"101"):
            return head
        at = end + len(END_OF_HEAD)
    return b""


def until_close(head: bytes) -> bool:
    """Whether the end of the connection is the end of the body: rule 8, for a response that may have one."""
    codings = field(head, b"transfer-encoding")
    return codings[-1] != b"chunked" if codings else not field(head, b"content-length")


def keeps_open(head: bytes) -> bool:
    """Whether the server keeps the connection, framing apart."""
    options = field(head, b"connection")
    return b"close" not in options if head.startswith(b"HTTP/1.1") else b"keep-alive" in options


def field(head: bytes, name: bytes) -> list[bytes]:
    """The members of the list that the fields called ``name`` hold, in lower case."""
    members: list[bytes] = []
    for line in head.split(b"\r\n"):
        found, colon, value = line.partition(b":")
        if colon and found.lower() == name:
            members += [member.strip() for member in value.lower().split(b",")]
    return members
