"""Cookies of a run, kept in a file."""

from __future__ import annotations

import email.message
import os
import tempfile
import urllib.request
from contextlib import suppress
from http import cookiejar
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wherry.commands.request.cookiefile import format_cookies, parse_cookies
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable


class CookieJar:
    """The cookies of ``path``, sent by domain, path, expiry and Secure; a missing file is an empty jar.

    Cookies of a session are kept like the others: a job's steps are one session. Raises UsageError for a file that
    cannot be read or is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jar = cookiejar.CookieJar(cookiejar.DefaultCookiePolicy(strict_domain=True))
        try:
            for cookie in parse_cookies(path.read_text("utf-8"), str(path)):
                self._jar.set_cookie(cookie)
        except FileNotFoundError:
            pass
        except OSError as exc:
            raise UsageError(f"reading the cookie jar {path}: {exc.strerror}") from exc
        except UnicodeDecodeError as exc:
            raise UsageError(f"reading the cookie jar {path}: not UTF-8 text") from exc
        self._saved = self._values()

    def header(self, url: str) -> str | None:
        """The Cookie field for a request to ``url``, None where no cookie goes there."""
        request = urllib.request.Request(url)  # noqa: S310  a value for the jar; nothing is opened
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
        """Write the jar back if it changed: whole or not at all, and for its owner's eyes only. Raises WherryError."""
        values = self._values()
        if values == self._saved:
            return
        text = format_cookies(self._jar)
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path)
            except BaseException:
                with suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as exc:
            raise WherryError(f"writing the cookie jar {self._path}: {exc.strerror}") from exc
        self._saved = values

    def _values(self) -> dict[tuple[str, str, str], tuple[str | None, int | None]]:
        self._jar.clear_expired_cookies()
        return {(c.domain, c.path, c.name): (c.value, c.expires) for c in self._jar}


class _Info:
    """As much of a response as the jar looks at."""

    def __init__(self, message: email.message.Message) -> None:
        self._message = message

    def info(self) -> email.message.Message:
        return self._message
