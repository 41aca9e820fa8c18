"""Values that must not be seen."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

MASK = "***"
_SECRET_QUERY = re.compile(r"(?i)(token|secret|passw|signature|credential|api[-_]?key|^key$|^sig$|^code$|^auth)")
_SECRET_HEADER = re.compile(r"(?i)^(authorization|proxy-authorization|cookie|set-cookie)$|token|secret|api-?key|passw")

_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]+)(:[0-9]*)?")
# From the first colon that no slashes follow to the last @: a password may hold an unescaped / or @.
_LOOSE_PASSWORD = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^:/?#]*):.*@", re.DOTALL)


class Secret:
    """A value that prints as ``***``; only :meth:`reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself: for the wire, never for a screen."""
        return self._value

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


class Redactor:
    """Masks every secret it was told of, wherever it stands in a text."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Mask ``value`` from now on, as it is and as it looks in a URL.

        Values under 4 characters are left: they would mask too much.
        """
        if len(value) >= 4:
            self._values |= {value, quote(value, safe="")}
            longest_first = sorted(self._values, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mask(self, text: str) -> str:
        """``text`` with each known secret replaced."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def is_secret_header(name: str) -> bool:
    """Whether a header field of this name carries a credential as a rule."""
    return _SECRET_HEADER.search(name) is not None


def _redact_field(field: str) -> str:
    name, equals, _ = field.partition("=")
    return f"{name}={MASK}" if equals and _SECRET_QUERY.search(unquote_plus(name)) else field


def redact_url(url: str) -> str:
    """``url`` without its password and without the values of query fields named like a credential.

    What is no URL, or a broken one, is taken to have a password wherever one may be meant.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return _LOOSE_PASSWORD.sub(rf"\1:{MASK}@", url)
    netloc = parts.netloc
    userinfo, at, host = netloc.rpartition("@")
    if not at and "@" in url and not _HOST_AND_PORT.fullmatch(netloc):
        return _LOOSE_PASSWORD.sub(rf"\1:{MASK}@", url)
    if at and ":" in userinfo:
        netloc = f"{userinfo.partition(':')[0]}:{MASK}@{host}"
    elif at and parts.scheme in ("http", "https"):
        netloc = f"{MASK}@{host}"  # a token, as https://TOKEN@host is written; a database has names without passwords
    query = "&".join(map(_redact_field, parts.query.split("&")))
    if (netloc, query) == (parts.netloc, parts.query):
        return url
    return urlunsplit(parts._replace(netloc=netloc, query=query))
