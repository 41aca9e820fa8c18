"""Where a redirect leads, and what may travel along (RFC 9110 section 15.4).

A :class:`Trail` is one request on its way: what is sent next, and where it has been. :meth:`Trail.follow` answers a
response with the next trail. Nothing secret crosses to another origin: not the user's credentials, not their cookies,
not a header field named like a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from wherry.core.record import Record
from wherry.core.redact import is_secret_header, redact_url
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_REDIRECTS: Final = 10
REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}
# Fields that describe a body which is no longer sent.
_OF_BODY: Final = frozenset(
    {"content-type", "content-length", "content-encoding", "content-language", "content-location", "transfer-encoding",
     "digest", "content-digest", "repr-digest", "expect", "idempotency-key"}
)  # fmt: skip
# Everything RFC 3986 lets stand in a URL, and "%" for what is encoded already.
_URL_SAFE: Final = "%!#$&'()*+,/:;=?@[]~"

Headers = tuple[tuple[str, str], ...]


class RedirectError(WherryError):
    """A redirect that cannot be followed: a loop, too many, or a place that is no HTTP URL."""


class Trail(Record):
    """A request under way.

    ``has_body``: the original body is sent again. ``crossed``: the last hop left the origin before it, and what was
    secret in ``headers`` is gone. ``home`` is False once any hop did: credentials are not put on again.
    ``visited`` are the (method, URL) pairs so far, this one last.
    """

    method: str
    url: str
    headers: Headers = ()
    has_body: bool = False
    crossed: bool = False
    home: bool = True
    visited: tuple[tuple[str, str], ...] = ()

    @classmethod
    def begin(cls, method: str, url: str, headers: Headers = (), *, has_body: bool = False) -> Trail:
        """The trail of a request that has not been redirected yet."""
        return cls(method, url, headers, has_body, visited=((method, _bare(url)),))

    @property
    def hops(self) -> int:
        """How many redirects were followed."""
        return len(self.visited) - 1

    def follow(self, status: int, location: str, *, limit: int = MAX_REDIRECTS, cookies_set: bool = False) -> Trail:
        """The next trail after a response with ``status`` and ``location``.

        ``cookies_set``: the response changed a cookie that will be sent, so the same URL may answer differently now
        and coming back to it is not yet a loop. Raises RedirectError where the way ends.
        """
        url = resolve(self.url, location)
        method = next_method(status, self.method)
        keeps_body = self.has_body and method == self.method
        crossed = origin(url) != origin(self.url)
        step = (method, _bare(url))
        if step in self.visited and not cookies_set:
            raise RedirectError(f"redirected in a circle: {_circle(self.visited, step)}")
        if self.hops >= limit:
            times = "once" if limit == 1 else f"{limit} times"
            raise RedirectError(f"redirected more than {times}, last to {redact_url(url)}")
        return Trail(
            method,
            url,
            _kept(self.headers, body=keeps_body or not self.has_body, crossed=crossed),
            keeps_body,
            crossed,
            self.home and not crossed,
            (*self.visited, step),
        )


def is_redirect(status: int, location: str | None) -> bool:
    """Whether a response asks to be followed: one of the five statuses, with a Location that says something."""
    return status in REDIRECT_STATUSES and bool(location and location.strip())


def next_method(status: int, method: str) -> str:
    """RFC 9110 section 15.4: 303 turns into GET (HEAD stays); so does POST at 301 and 302, as in every browser."""
    if status == 303:
        return method if method == "HEAD" else "GET"
    return "GET" if status in (301, 302) and method == "POST" else method


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454); the default port is filled in."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(scheme, 0)


def resolve(base: str, reference: str) -> str:
    """The absolute URL of ``reference``, such as a Location or a next link, as seen from ``base``.

    What may not stand in a URL is percent-encoded; a user name and password in it are dropped (they are whoever
    redirected's, not ours); without a fragment of its own it inherits that of ``base`` (RFC 9110 section 10.2.2).
    Raises RedirectError when it is no http or https URL.
    """
    try:
        url = urljoin(base, quote(reference.strip(), safe=_URL_SAFE, errors="surrogateescape"))
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise RedirectError(f"redirected to {reference!r}, which is no URL") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise RedirectError(f"redirected to {redact_url(url)!r}, which is no http or https URL")
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, parts.fragment or urlsplit(base).fragment))


def without_secrets(headers: Iterable[tuple[str, str]]) -> Headers:
    """``headers`` as another origin may see them: no credential, no cookie, and not the Host meant for the first."""
    return tuple((name, value) for name, value in headers if not (is_secret_header(name) or name.lower() == "host"))


def _kept(headers: Headers, *, body: bool, crossed: bool) -> Headers:
    kept = headers if body else tuple(field for field in headers if field[0].lower() not in _OF_BODY)
    return without_secrets(kept) if crossed else kept


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _circle(visited: tuple[tuple[str, str], ...], step: tuple[str, str]) -> str:
    urls = [url for _, url in visited[visited.index(step) :]]
    shown = [redact_url(url) for url in (*urls, step[1])]
    if len(shown) > 4:
        shown[2:-1] = [f"({len(shown) - 3} more)"]
    return " -> ".join(shown)
