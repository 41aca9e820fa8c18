"""``[NAME=]TARGET`` read; the forms that are no URL, and a guess at what was meant by what is none of them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from wherry.core.late import late_pattern
from wherry.core.record import replace
from wherry.core.redact import redact_url
from wherry.core.suggest import did_you_mean
from wherry.core.target.address import host_of, port_of
from wherry.core.target.kind import ALL_SCHEMES, PATH_SCHEMES, SCHEMES, Kind, Target
from wherry.core.target.url import url_target
from wherry.errors import UsageError

_WORD: Final = r"[A-Za-z][A-Za-z0-9_.-]*"
_LABEL: Final = late_pattern(_WORD)
_LABELLED: Final = late_pattern(rf"({_WORD})=(.*)", re.DOTALL)
_SCHEME: Final = late_pattern(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_HOST_PORT: Final = late_pattern(r"([^/?#@\s\[\]:]+|\[[^\]\s]+\]):([0-9]+)")


def is_label(text: str) -> bool:
    """Whether ``text`` can stand in front of a target as its name."""
    return _LABEL.fullmatch(text) is not None


def parse_target(text: str, *, name: str | None = None) -> Target:
    """Read ``[NAME=]TARGET``. ``name`` (from a file) stands in place of a label in the text.

    Raises UsageError for anything that is not one of the forms above.
    """
    label, rest = name, text
    if name is None and (match := _LABELLED.fullmatch(text)):
        label, rest = match.groups()
    if not rest.strip():
        raise UsageError("a target is empty" if label is None else f"target {label!r} is empty")
    if "\0" in rest:
        raise UsageError("a target contains a NUL character")
    scheme_match = _SCHEME.fullmatch(rest)
    scheme = scheme_match.group(1).lower() if scheme_match else ""
    if scheme in PATH_SCHEMES:
        target = _path_target(scheme, rest[len(scheme) + 1 :], rest)
    elif match := _HOST_PORT.fullmatch(rest):
        target = _bare(rest, *match.groups())
    elif scheme and rest[len(scheme) + 1 :].startswith("//"):
        target = url_target(scheme, rest)
    else:
        raise _unreadable(rest, scheme)
    return _named(target, label)


def _named(target: Target, label: str | None) -> Target:
    return target if label is None else replace(target, name=label)


def _path_target(scheme: str, rest: str, shown: str) -> Target:
    """``unix:``, ``file:`` and ``exec:``: what follows the colon is taken as it is."""
    if scheme == "exec":
        return _exec(rest, shown)
    if rest.startswith("//"):
        rest = rest[2:].removeprefix("localhost") if rest.startswith("//localhost/") else rest[2:]
        if not rest.startswith("/"):
            hint = f"write {scheme}:{rest} for a relative one"
            raise UsageError(f"{shown!r}: after {scheme}:// comes an absolute path", hint=hint)
        rest = unquote(rest)
        if re.match(r"/[A-Za-z]:", rest):  # file:///C:/dir/file
            rest = rest[1:]
    if not rest:
        raise UsageError(f"{shown!r} names no path")
    if "\0" in rest:
        raise UsageError(f"{shown!r} contains a NUL character")
    if scheme == "unix":
        return Target(shown, shown, Kind.UNIX, socket=rest)
    return Target(shown, shown, Kind.FILE, path=rest)


def _exec(command: str, shown: str) -> Target:
    import shlex

    try:
        argv = tuple(shlex.split(command))
    except ValueError as exc:
        hint = "the command is split like a shell does, but no shell runs it"
        raise UsageError(f"{shown!r}: {str(exc).lower()}", hint=hint) from None
    if not argv or not argv[0]:
        raise UsageError(f"{shown!r} names no command")
    return Target(shown, shown, Kind.EXEC, path=command.strip(), argv=argv)


def _bare(shown: str, host: str, port: str) -> Target:
    """``host:port`` is a TCP target."""
    return Target(shown, shown, Kind.TCP, host=host_of(host, shown), port=port_of(port, shown))


def _unreadable(text: str, scheme: str) -> UsageError:
    """The best guess at what was meant by a text that has none of the forms."""
    shown = redact_url(text)
    if text.startswith(("/", "./", "../", "~")):
        return UsageError(f"{shown!r} is a path; write file:{text} to wait for a file or unix:{text} for a socket")
    if scheme in SCHEMES or scheme == "dns":
        rest = text[len(scheme) + 1 :].lstrip("/")
        return UsageError(f"{shown!r} lacks the two slashes; write {redact_url(f'{scheme}://{rest}')}")
    if text.count(":") > 1 and re.fullmatch(r"[0-9A-Fa-f:.]+", text):
        return UsageError(f"{shown!r}: an IPv6 address stands in brackets, such as [::1]:5432")
    if ":" in text and "/" not in text:
        return UsageError(f"{shown!r} is no target: the port is not a number{did_you_mean(scheme, ALL_SCHEMES)}")
    if "/" in text:
        return UsageError(f"{shown!r} has no scheme; write http://{shown}")
    return UsageError(f"{shown!r} has no port and no scheme; write {shown}:PORT or http://{shown}")
