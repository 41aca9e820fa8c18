"""multipart/form-data (RFC 7578), as browsers send it."""

from __future__ import annotations

from typing import Final

from wherry.core.record import Record

# WHATWG HTML, "multipart/form-data encoding algorithm": what would end the line or the quotes is percent-encoded.
_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class PartHead(Record):
    """What stands before the content of one part; ``filename`` None makes it an ordinary field."""

    name: str
    filename: str | None = None
    content_type: str | None = None

    def encode(self, boundary: str) -> bytes:
        """The delimiter and the head, up to where the content begins."""
        lines = [f"--{boundary}", f'Content-Disposition: form-data; name="{self.name.translate(_ESCAPES)}"']
        if self.filename is not None:
            lines[1] += f'; filename="{self.filename.translate(_ESCAPES)}"'
        if self.content_type is not None:
            lines.append(f"Content-Type: {self.content_type}")
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


PART_END: Final = b"\r\n"


def closing(boundary: str) -> bytes:
    """What ends the body."""
    return f"--{boundary}--\r\n".encode()


def content_type(boundary: str) -> str:
    """The value of the Content-Type field."""
    return f"multipart/form-data; boundary={boundary}"
