"""Netscape's cookie file, the form that curl and browsers' exports share: seven fields between tabs on a line."""

from __future__ import annotations

from http.cookiejar import Cookie
from typing import TYPE_CHECKING, Final

from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADING: Final = "# Netscape HTTP Cookie File"
_HTTP_ONLY: Final = "#HttpOnly_"
# http.cookiejar gives hosts without a dot the domain ".local"; in files they stand as they are.
_LOCALHOST: Final = ("localhost", "localhost.local")


def parse_cookies(text: str, source: str) -> list[Cookie]:
    """The cookies in ``text``. Raises UsageError that names ``source`` and the line of what has not the form."""
    cookies = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        http_only = line.startswith(_HTTP_ONLY)
        line = line.removeprefix(_HTTP_ONLY)
        if not line.strip() or (line.startswith(("#", "$")) and not http_only):
            continue
        fields = line.split("\t")
        if len(fields) == 6:
            fields.append("")  # an empty value, as some programs write it
        if len(fields) != 7 or not _is_expiry(fields[4]):
            raise UsageError(f"{source}: line {number}: no cookie in Netscape's format (seven fields between tabs)")
        cookies.append(_cookie(fields, http_only=http_only))
    return cookies


def format_cookies(cookies: Iterable[Cookie]) -> str:
    """A file of ``cookies``; those of a session expire at 0, as curl writes them."""
    lines = [_HEADING, "# Written by wherry. One cookie a line; edit with care.", ""]
    for cookie in cookies:
        domain = _LOCALHOST[0] if cookie.domain == _LOCALHOST[1] else cookie.domain
        prefix = _HTTP_ONLY if cookie.has_nonstandard_attr("HttpOnly") else ""
        fields = [
            prefix + domain,
            _flag(domain.startswith(".")),
            cookie.path,
            _flag(cookie.secure),
            str(cookie.expires or 0),
            cookie.name if cookie.value is not None else "",
            cookie.value if cookie.value is not None else cookie.name,
        ]
        lines.append("\t".join(fields))
    return "\n".join([*lines, ""])


def _cookie(fields: list[str], *, http_only: bool) -> Cookie:
    domain, _, path, secure, expiry, name, value = fields
    expires = int(float(expiry or 0)) or None
    if domain == _LOCALHOST[0]:
        domain = _LOCALHOST[1]
    return Cookie(
        version=0, name=name or value, value=value if name else None, port=None, port_specified=False,
        domain=domain, domain_specified=domain.startswith("."), domain_initial_dot=domain.startswith("."),
        path=path or "/", path_specified=True, secure=secure.upper() == "TRUE", expires=expires,
        discard=expires is None, comment=None, comment_url=None, rest={"HttpOnly": ""} if http_only else {},
    )  # fmt: skip


def _is_expiry(text: str) -> bool:
    try:
        return text == "" or 0 <= float(text) < 1e15
    except ValueError:
        return False


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"
