"""gRPC's health protocol without HTTP/2: messages, statuses and their words.

grpc/doc/PROTOCOL-HTTP2.md, statuscodes.md and health-checking.md; the messages are protocol buffers of one field each.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from wherry.core.wire.talk import Answer, NotThisProtocol, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECK_PATH: Final = "/grpc.health.v1.Health/Check"
STATUSES: Final = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
_SERVING: Final = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")
_NOT_FOUND: Final = STATUSES.index("NOT_FOUND")
_UNIMPLEMENTED: Final = STATUSES.index("UNIMPLEMENTED")
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_NOT_HEALTH: Final = "not a gRPC health service"


def check_request(service: str) -> bytes:
    """HealthCheckRequest for ``service`` ("" is the server as a whole), with the prefix of a gRPC message."""
    name = service.encode(errors="surrogateescape")
    message = b"\x0a" + _varint(len(name)) + name if name else b""
    return struct.pack("!BI", 0, len(message)) + message


def judge(headers: Mapping[str, str], body: bytes, trailers: Mapping[str, str], service: str) -> Answer:
    """What a whole response to the check says. ``trailers`` is empty where the headers are all there is.

    Names are lower-case, pseudo-headers among them. Raises NotThisProtocol.
    """
    status_text = trailers.get("grpc-status", headers.get("grpc-status", ""))
    http_status = headers.get(":status", "")
    if not status_text and (http_status != "200" or not headers.get("content-type", "").startswith("application/grpc")):
        kind = printable(headers.get("content-type", "").encode("utf-8", "surrogateescape"), 60) or "no content type"
        raise NotThisProtocol(f"not a gRPC server: it answered with HTTP status {http_status or '?'} and {kind}")
    if not (status_text.isascii() and status_text.isdecimal() and len(status_text) < 4):
        raise NotThisProtocol(f"{_NOT_HEALTH}: its answer has no status")
    status = int(status_text)
    if status:
        said = trailers.get("grpc-message", headers.get("grpc-message", ""))
        return Answer(False, _refusal(status, unquote_to_bytes(said), service), {"grpc": {"status": status}})
    state = _read_response(body)
    shown = _SERVING[state] if 0 <= state < len(_SERVING) else f"status {state}"
    return Answer(state == 1, shown, {"grpc": {"status": status, "serving": shown}})


def _refusal(status: int, message: bytes, service: str) -> str:
    name = STATUSES[status] if status < len(STATUSES) else f"status {status}"
    said = printable(message)
    if status == _UNIMPLEMENTED:
        name = "has no health service (UNIMPLEMENTED)"
    elif status == _NOT_FOUND and service:
        name = f"does not know the service {printable(service.encode(errors='replace'), 80)} (NOT_FOUND)"
    return f"{name}: {said}" if said else name


def _read_response(body: bytes) -> int:
    """The serving status in a HealthCheckResponse."""
    if len(body) < 5 or len(body) - 5 != int.from_bytes(body[1:5], "big"):
        raise NotThisProtocol(f"{_NOT_HEALTH}: its answer is not one whole message")
    if body[0]:
        raise NotThisProtocol(f"{_NOT_HEALTH}: its answer is compressed, which was not allowed")
    rest, status = body[5:], 0
    try:
        while rest:
            tag, rest = _read_varint(rest)
            value, rest = _read_field(tag & 7, rest)
            if tag == 1 << 3 | _VARINT:
                status = value
    except IndexError:
        raise NotThisProtocol(f"{_NOT_HEALTH}: its answer is no protocol buffer") from None
    return status


def _read_field(wire_type: int, data: bytes) -> tuple[int, bytes]:
    """A number, and what follows; anything else is passed over as 0."""
    if wire_type == _VARINT:
        return _read_varint(data)
    size = {_FIXED64: 8, _FIXED32: 4}.get(wire_type, -1)
    if wire_type == _BYTES:
        size, data = _read_varint(data)
    if not 0 <= size <= len(data):
        raise IndexError
    return 0, data[size:]


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _read_varint(data: bytes) -> tuple[int, bytes]:
    """A number of at most 64 bits, and what follows. Raises IndexError where it does not end."""
    number = 0
    for index in range(10):
        byte = data[index]
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, data[index + 1 :]
    raise IndexError
