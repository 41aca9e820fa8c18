"""What is not shown of a URL or a header field: whatever by its name or its place is a credential."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from wherry.core.late import late_pattern
from wherry.core.secret import MASK

_SECRET_QUERY = late_pattern(r"(?i)(token|secret|passw|signature|credential|api[-_]?key|^key$|^sig$|^code$|^auth)")
_SECRET_HEADER = late_pattern(
    r"(?i)^(authorization|proxy-authorization|cookie|set-cookie)$|token|secret|api-?key|passw"
)

_HOST_AND_PORT = late_pattern(r"(\[[^\]]*\]|[^:\[\]]+)(:[0-9]*)?")
# From the first colon that no slashes follow to the last @: a password may hold an unescaped / or @.
_LOOSE_PASSWORD = late_pattern(r"^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^:/?#]*):.*@", re.DOTALL)


def is_secret_header(name: str) -> bool:
    """Whether a header field of this name carries a credential as a rule."""
    return _SECRET_HEADER.search(name) is not None


def is_secret_parameter(name: str) -> bool:
    """Whether a field of a query of this name, decoded, carries a credential as a rule."""
    return _SECRET_QUERY.search(name) is not None


def _redact_field(field: str) -> str:
    name, equals, _ = field.partition("=")
    return f"{name}={MASK}" if equals and is_secret_parameter(unquote_plus(name)) else field


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
