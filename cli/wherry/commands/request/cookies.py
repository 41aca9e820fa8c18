"""A cookie jar in a file of Netscape's format, the one that curl reads and writes."""

from __future__ import annotations

import email.message
import os
import tempfile
import urllib.request
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy, LoadError, MozillaCookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable


class CookieJar:
    """Cookies of ``path``, by domain, path, expiry and Secure as RFC 6265 has them; a missing file is an empty jar."""

    def __init__(self, path: Path) -> None:
        self._path = path
        policy = DefaultCookiePolicy(strict_domain=True)
        self._jar = MozillaCookieJar(policy=policy)
        try:
            # Cookies of a session are kept too: a job's steps are one session.
            self._jar.load(str(path), ignore_discard=True)
        except FileNotFoundError:
            pass
        except LoadError as exc:
            raise UsageError(f"{path} is no cookie file in Netscape's format: {_reason(exc)}") from exc
        except OSError as exc:
            raise UsageError(f"reading the cookie jar {path}: {exc.strerror}") from exc
        except UnicodeDecodeError as exc:
            raise UsageError(f"{path} is no cookie file in Netscape's format: not text") from exc
        self._found = self._values()

    def header(self, url: str) -> str | None:
        """The Cookie field for a request to ``url``, None where no cookie goes there."""
        request = urllib.request.Request(url)  # noqa: S310  a value for the policy; nothing is opened
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def take(self, url: str, headers: Iterable[tuple[str, str]]) -> bool:
        """Keep the cookies that a response from ``url`` sets; whether that changed any."""
        message = email.message.Message()
        for name, value in headers:
            if name.lower() == "set-cookie":
                message["Set-Cookie"] = value
        if "Set-Cookie" not in message:
            return False
        before = self._values()
        self._jar.extract_cookies(cast("Any", _Info(message)), urllib.request.Request(url))  # noqa: S310
        return self._values() != before

    def save(self) -> None:
        """Write the jar back where it changed, whole or not at all, readable by its owner only. Raises WherryError."""
        if self._values() == self._found:
            return
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            os.close(handle)
            try:
                self._jar.save(name, ignore_discard=True)
                os.replace(name, self._path)
            except BaseException:
                with suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as exc:
            raise WherryError(f"writing the cookie jar {self._path}: {exc.strerror}") from exc

    def _values(self) -> dict[tuple[str, str, str], tuple[str | None, int | None]]:
        return {(c.domain, c.path, c.name): (c.value, c.expires) for c in self._jar}


class _Info:
    """As much of a response as the jar looks at."""

    def __init__(self, message: email.message.Message) -> None:
        self._message = message

    def info(self) -> email.message.Message:
        return self._message


def _reason(exc: Exception) -> str:
    return str(exc).partition("\n")[0].replace("does not look like a Netscape format cookies file", "wrong first line")
