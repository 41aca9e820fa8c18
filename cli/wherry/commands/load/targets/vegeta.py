"""Files of targets as vegeta reads them (lib/targets.go of tsenart/vegeta): its formats http and json.

Three things are otherwise: a target's own header takes the place of one given for all, where vegeta sends both; in http
a target may begin without a blank line before it, where vegeta takes its first line for a header; in json there may be
a weight.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.load.targets.call import Call, Fault
from wherry.core.redact import redact_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wherry.commands.load.targets.lines import Line

# vegeta's own idea of a method, by which it tells a target's first line from a header.
_FIRST_LINE: Final = re.compile(r"[A-Z]+\s")
_FIRST_BYTES: Final = re.compile(rb"[A-Z]+\s")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class HttpTargets:
    """``METHOD URL``, then header lines, then perhaps ``@FILE`` with the body. A blank line ends a target, and a line
    that begins with # is a comment.
    """

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The targets, each as the one line that it means."""
        begun: Line | None = None
        parts: list[bytes] = []
        for line in lines:
            text = line.data.strip()
            is_first = bool(text) and not text.startswith(b"#") and (begun is None or bool(_FIRST_BYTES.match(text)))
            if begun is not None and (is_first or not text):
                yield begun._replace(data=b"".join(parts))
                begun = None
            if is_first:
                begun, parts = line, []
            parts.append(line.data)
            if begun is not None and text.startswith(b"@"):
                yield begun._replace(data=b"".join(parts))
                begun = None
        if begun is not None:
            yield begun._replace(data=b"".join(parts))

    def read(self, record: bytes) -> tuple[Call, float | None]:
        """The target at the beginning of ``record``; none has a weight. Raises Fault."""
        first, *rest = _decoded(record).splitlines()
        words = first.split(maxsplit=1)
        if len(words) < 2:
            raise Fault(f"a target begins with METHOD URL, and not with {redact_url(first.strip())!r}")
        method, url = words[0], words[1].strip()
        if not _FIRST_LINE.match(first.lstrip()):
            raise Fault(f"{method!r} is not a method, which is written in capitals")
        headers: list[tuple[str, str]] = []
        body = None
        for number, line in enumerate(rest, 1):
            text = line.strip()
            if not text or _FIRST_LINE.match(text):
                break
            if text.startswith("#"):
                continue
            if text.startswith("@"):
                body = self._body(text[1:], number)
                break
            name, colon, value = (part.strip() for part in text.partition(":"))
            if not colon or not value or not _HEADER_NAME.fullmatch(name):
                # What stands behind the first word may be a secret.
                shown = re.split(r"[\s:]", text, maxsplit=1)[0]
                raise Fault(f"expected a header such as Accept: text/html, or @FILE, and not {shown!r}", number)
            headers.append((name, value))
        return Call(method, url, tuple(headers), body), None

    def _body(self, path: str, line: int) -> bytes:
        """What is in the file at ``path``, which is read once."""
        if path not in self._bodies:
            try:
                self._bodies[path] = Path(path).read_bytes()
            except (OSError, ValueError) as exc:
                reason = exc.strerror if isinstance(exc, OSError) else str(exc)
                raise Fault(f"reading the body {path}: {reason}", line) from None
        return self._bodies[path]


class _JsonTarget(msgspec.Struct, forbid_unknown_fields=True):
    """lib/target.schema.json of vegeta, and a weight. The body is in base64."""

    method: str
    url: str
    header: dict[str, list[str]] | None = None
    body: bytes | None = None
    weight: float | None = None


class JsonTargets:
    """A JSON object a line; blank lines are passed over."""

    def __init__(self) -> None:
        self._decode = msgspec.json.Decoder(_JsonTarget).decode

    def __reduce__(self) -> tuple[type[JsonTargets], tuple[()]]:
        return JsonTargets, ()

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines that have something in them."""
        return (line for line in lines if line.data.strip())

    def read(self, record: bytes) -> tuple[Call, float | None]:
        """The target in ``record`` and its weight. Raises Fault."""
        _decoded(record)
        try:
            target = self._decode(record)
        except msgspec.DecodeError as exc:
            raise Fault(_lower(str(exc))) from None
        for field in ("method", "url"):
            if not getattr(target, field):
                raise Fault(f"the {field} is missing")
        headers = tuple((name, value) for name, values in (target.header or {}).items() for value in values)
        return Call(target.method, target.url, headers, target.body or None), target.weight


def _decoded(record: bytes) -> str:
    try:
        return record.decode()
    except UnicodeDecodeError as exc:
        raise Fault("not UTF-8 text", record[: exc.start].count(b"\n")) from None


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
