"""The chunked transfer coding, decoded (RFC 9112 section 7.1)."""

from __future__ import annotations

import re
from typing import Final

from wherry.net.h1.refused import Refused

# No space may stand between size and extension: some readers take it, others do not.
_SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;[\t\x20-\x7e\x80-\xff]*)?")
_TRAILER: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*")
_MAX_LINE: Final = 4096

_SIZE, _DATA, _DATA_END, _TRAILERS, _DONE = range(5)


class ChunkDecoder:
    """Fed with bytes as they come; gives the data of the body.

    Trailer fields are checked, bounded by ``trailer_limit`` bytes and dropped: merged into the head they would be
    headers that nobody has judged. Chunk extensions mean nothing here; their total is bounded by the same limit.
    """

    __slots__ = ("_left", "_line", "_overhead", "_state", "_trailer_limit")

    def __init__(self, trailer_limit: int) -> None:
        self._state = _SIZE
        self._left = 0
        self._line = b""
        self._trailer_limit = trailer_limit
        self._overhead = 0

    @property
    def done(self) -> bool:
        """Whether the last chunk and the trailers have been read."""
        return self._state == _DONE

    def feed(self, data: bytes, out: list[bytes]) -> bytes:
        """Append the body data in ``data`` to ``out``; return what follows the end of the body.

        Raises Refused(400) for a malformed chunk, Refused(431) for too many trailers or extensions.
        """
        at, end = 0, len(data)
        while self._state != _DONE:
            if self._state == _DATA:
                if at == end:
                    return b""
                stop = min(end, at + self._left)
                out.append(data if stop - at == end else data[at:stop])
                self._left -= stop - at
                at = stop
                if self._left == 0:
                    self._state = _DATA_END
                continue
            stop = data.find(b"\n", at)
            if stop < 0:
                self._keep(data[at:])
                return b""
            self._keep(data[at : stop + 1])
            line, self._line = self._line, b""
            at = stop + 1
            if not line.endswith(b"\r\n"):
                raise Refused(400, "malformed chunk: a line does not end in CRLF")
            self._take(line[:-2])
        return data[at:]

    def _keep(self, piece: bytes) -> None:
        self._line += piece
        if len(self._line) > (2 if self._state == _DATA_END else _MAX_LINE):
            raise Refused(400, "malformed chunk: a line is too long")

    def _take(self, line: bytes) -> None:
        if self._state == _DATA_END:
            if line:
                raise Refused(400, "malformed chunk: longer than its size")
            self._state = _SIZE
        elif self._state == _SIZE:
            match = _SIZE_LINE.fullmatch(line)
            if match is None:
                raise Refused(400, "malformed chunk size")
            self._spend(len(line) - len(match[1]))
            self._left = int(match[1], 16)
            self._state = _DATA if self._left else _TRAILERS
        elif line:
            if not _TRAILER.fullmatch(line):
                raise Refused(400, "malformed trailer")
            self._spend(len(line))
        else:
            self._state = _DONE

    def _spend(self, count: int) -> None:
        self._overhead += count
        if self._overhead > self._trailer_limit:
            raise Refused(431, "trailers and chunk extensions are too large")
