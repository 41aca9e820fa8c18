"""The URL that is meant by what was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from wherry.core.record import Record
from wherry.core.redact import redact_url
from wherry.core.secret import Secret
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from urllib.parse import SplitResult

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/", re.ASCII)
_LOCAL: Final = re.compile(r"(localhost|127\.[0-9.]+|\[::1\])?(:[0-9]+)?", re.ASCII | re.IGNORECASE)
_SCHEMES: Final = ("http", "https", "http+unix")
# Everything RFC 3986 lets stand in a path or query, and "%" for what is encoded already.
_SAFE: Final = "%!$&'()*+,/:;=?@~-._[]"

# Bytes of an argument that are no UTF-8 are sent as they are.
_RAW: Final = "surrogateescape"


class Address(Record):
    """``url`` is absolute, without user, password and fragment. ``guessed``: no scheme was given."""

    url: str
    user: str | None = None
    password: Secret | None = None
    unix_socket: str | None = None
    guessed: bool = False


def is_address(text: str) -> bool:
    """Whether ``text`` alone can be a URL, and not a method: it has something that no method has."""
    return any(c in text for c in "/:.?") or text.lower() == "localhost"


def build_address(text: str, query: Sequence[tuple[str, str]] = (), base_url: str = "") -> Address:
    """The address of ``text``, with ``query`` added to the one it has.

    Without a scheme ``text`` is a path below ``base_url``. Without that too it is a host: https, but http for this
    machine (``localhost``, ``127.0.0.1:8080``, ``:8080``), where hardly anything serves TLS. Raises UsageError.
    """
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise UsageError(f"the URL {redact_url(text)!r} contains a control character")
    url, guessed = _with_scheme(text.strip(), base_url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise UsageError(f"{redact_url(url)!r} is not a URL: {_lower(str(exc))}") from None
    userinfo, at, netloc = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    socket = None
    if parts.scheme.lower() == "http+unix":
        socket, netloc = unquote(netloc), "localhost"
    elif not parts.hostname or port == 0 or re.search(r"[\s\\%<>\"^`{|}]", netloc):
        raise UsageError(f"{redact_url(url)!r} names no host that can be reached")
    added = urlencode(query, quote_via=quote, safe="", errors=_RAW)
    search = "&".join(part for part in (quote(parts.query, safe=_SAFE, errors=_RAW), added) if part)
    scheme = "https" if parts.scheme.lower() == "https" else "http"
    return Address(
        urlunsplit((scheme, netloc, quote(parts.path or "/", safe=_SAFE, errors=_RAW), search, "")),
        unquote(user) if at else None,
        Secret(unquote(password)) if password else None,
        socket,
        guessed,
    )


def _with_scheme(text: str, base_url: str) -> tuple[str, bool]:
    match = _SCHEME.match(text)
    if match:
        scheme = match.group(1).lower()
        if scheme not in _SCHEMES:
            raise UsageError(f"{redact_url(text)!r}: {scheme} is no scheme of HTTP{did_you_mean(scheme, _SCHEMES)}")
        if not text[match.end() :].startswith("/"):
            raise UsageError(f"{redact_url(text)!r} lacks a slash; write {scheme}://{text[match.end() :]}")
        return text, False
    if base_url:
        return _below(urlsplit(base_url), text), False
    if not text or text.startswith(("/", "?")):
        raise UsageError(
            f"{text!r} names no host", hint="give a whole URL, or use a profile with a base_url (--profile NAME)"
        )
    host = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    if _LOCAL.fullmatch(host):
        return f"http://{'localhost' if host.startswith(':') else ''}{text}", True
    return f"https://{text}", True


def _below(base: SplitResult, text: str) -> str:
    """``text`` below ``base``: appended to its path, and a query of the base's own stays."""
    path, _, query = text.partition("?")
    whole = base.path.rstrip("/") + "/" + path.lstrip("/") if path else base.path
    queries = [part for part in (base.query, query) if part]
    return urlunsplit((base.scheme, base.netloc, whole, "&".join(queries), ""))


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
