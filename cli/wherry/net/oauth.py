"""Access tokens by the client-credentials grant (RFC 6749 section 4.4), kept on disk until they expire."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote_plus, urlencode

from wherry.core.record import Record
from wherry.core.redact import redact_url
from wherry.core.secret import Secret
from wherry.errors import UsageError, WherryError, doing
from wherry.net.authorization import basic
from wherry.profile.folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.core.credential import OAuth2

_FORM: Final = ("Content-Type", "application/x-www-form-urlencoded")
# A token that lives shorter than this is not worth a file; and one is not used to its very end.
_LEEWAY_S: Final = 30.0


class Token(Record):
    """An access token; ``expires`` is an instant since 1970, None where the server did not say."""

    value: Secret
    expires: float | None

    def fresh(self, now: float) -> bool:
        """Whether it will still be valid when it arrives."""
        return self.expires is not None and now < self.expires - _LEEWAY_S


class Reply(Record):
    """What a token endpoint answered; ``words`` are its status as ``HTTP 401 Unauthorized``."""

    status: int
    words: str
    body: bytes

    @property
    def failed(self) -> bool:
        return self.status >= 400


class Endpoint(Protocol):
    """A token endpoint, with whatever patience its caller has."""

    async def __call__(self, headers: tuple[tuple[str, str], ...], body: bytes, /) -> Reply:
        """Post ``body``. Raises WherryError where there is no answer."""


class TokenCache:
    """One token in a file, for its owner's eyes only. Nothing here fails: a cache may be missing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Token | None:
        """The token in the file, None where there is none or others could have written it."""
        try:
            with self._path.open("rb") as file:
                if hasattr(os, "getuid") and (os.fstat(file.fileno()).st_uid, 0) != (
                    os.getuid(),
                    os.fstat(file.fileno()).st_mode & 0o077,
                ):
                    return None
                data = json.loads(file.read(65536))
            return Token(Secret(str(data["access_token"])), float(data["expires"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def store(self, token: Token) -> None:
        """Write the file whole or not at all."""
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent)  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump({"access_token": token.value.reveal(), "expires": token.expires}, file)
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def drop(self) -> None:
        """Forget the token."""
        with suppress(OSError):
            self._path.unlink()


def cache_path(credential: OAuth2, secret: Secret) -> Path:
    """The file for a credential's token; for a user without a home, one that cannot be: a cache that stays empty."""
    try:
        folder = cache_folder() / "tokens"
    except UsageError:
        folder = Path(os.devnull)
    return folder / f"{cache_key(credential, secret)}.json"


def cache_key(credential: OAuth2, secret: Secret) -> str:
    """A name that tells nothing and is another one for every other credential, secret included."""
    parts = (credential.token_url, credential.client_id, secret.reveal(), credential.scope, credential.audience)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:40]


class ClientCredentials:
    """Fetches a token when there is no fresh one; once more when one is refused.

    ``hide`` is told what must never be shown, ``fetched`` that there is a new token, and the seconds that it lives
    where the server says so.
    """

    def __init__(
        self,
        credential: OAuth2,
        secret: Secret,
        endpoint: Endpoint,
        cache: TokenCache,
        hide: Callable[[str], None],
        fetched: Callable[[float | None], None],
    ) -> None:
        self._credential = credential
        self._secret = secret
        self._endpoint = endpoint
        self._cache = cache
        self._hide = hide
        self._fetched = fetched
        self._token: Token | None = None
        self._fetching = asyncio.Lock()
        hide(basic(quote_plus(credential.client_id), Secret(quote_plus(secret.reveal()))))

    async def header(self) -> str:
        """Raises WherryError where the token endpoint gives none."""
        async with self._fetching:
            token = self._token
            if token is None:
                token = self._cache.load()
                if token is None or not token.fresh(time.time()):
                    with doing(f"fetching a token from {redact_url(self._credential.token_url)}"):
                        token = await self._fetch()
                    if token.fresh(time.time()):
                        self._cache.store(token)
                self._hide(token.value.reveal())
                self._token = token
        return f"Bearer {token.value.reveal()}"

    async def renew(self) -> bool:
        self._cache.drop()
        self._token = None
        return True

    async def _fetch(self) -> Token:
        answer = await self._ask(in_header=True)
        # Section 2.3.1: every server must know Basic. Some want the secret in the form all the same.
        if (
            answer.failed
            and answer.status in (400, 401)
            and _error(answer) in ("invalid_client", "invalid_request", "")
        ):
            second = await self._ask(in_header=False)
            answer = answer if second.failed else second
        if answer.failed:
            raise WherryError(f"{answer.words}{_reason(answer)}")
        token, lifetime_s = _read(answer.body)
        self._fetched(lifetime_s)
        return Token(token, None if lifetime_s is None else time.time() + lifetime_s)

    async def _ask(self, *, in_header: bool) -> Reply:
        credential, secret = self._credential, self._secret.reveal()
        form = {"grant_type": "client_credentials", "scope": credential.scope, "audience": credential.audience}
        headers = [_FORM, ("Accept", "application/json")]
        if in_header:
            encoded = basic(quote_plus(credential.client_id), Secret(quote_plus(secret)))
            headers.append(("Authorization", f"Basic {encoded}"))
        else:
            form |= {"client_id": credential.client_id, "client_secret": secret}
        body = urlencode({name: value for name, value in form.items() if value}).encode()
        return await self._endpoint(tuple(headers), body)


def _read(body: bytes) -> tuple[Secret, float | None]:
    """Token and lifetime in seconds of a response (section 5.1). Raises WherryError."""
    document = _document(body)
    token, kind, lifetime = document.get("access_token"), document.get("token_type"), document.get("expires_in")
    if not isinstance(token, str) or not token or not token.isascii() or any(c.isspace() for c in token):
        raise WherryError("the answer holds no access_token")
    if isinstance(kind, str) and kind.lower() != "bearer":
        raise WherryError(f"the token is of type {kind!r}; only bearer tokens can be used")
    try:
        seconds = math.nan if lifetime is None else float(lifetime)
    except (TypeError, ValueError):
        seconds = math.nan
    return Secret(token), seconds if math.isfinite(seconds) else None


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}


def _error(answer: Reply) -> str:
    return str(_document(answer.body).get("error", ""))


def _reason(answer: Reply) -> str:
    document = _document(answer.body)
    words = [str(document[key]) for key in ("error", "error_description") if document.get(key)]
    return f": {': '.join(words)}" if words else ""
