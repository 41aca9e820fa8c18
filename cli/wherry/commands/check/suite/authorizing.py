"""From ``auth`` to the Authorization field, or to what it has to be asked for when the check runs."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.check.suite.order import settled
from wherry.commands.check.suite.requestline import hidden_text
from wherry.core.credential import Basic, Bearer, OAuth2, Origin, SecretSource, parse_source
from wherry.core.record import Record
from wherry.core.secret import MASK
from wherry.core.template import shown
from wherry.core.yaml import Scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.check.suite.file import Auth
    from wherry.commands.check.suite.order import Order, Stock
    from wherry.commands.check.suite.written import Text
    from wherry.core.credential import Credential
    from wherry.core.template import Names, Note


class Authorization(Record):
    """``header`` is the field's value, or ``credential`` is how to get it. ``options`` are those of `wherry request`
    that ask for the same, without what is secret. ``secrets`` may be shown nowhere.
    """

    header: str | None = None
    credential: Credential | None = None
    options: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()


class _Secret(Record):
    """A secret: ``source`` is its text, or the command that tells it. ``said`` is how `wherry request` can be told."""

    source: SecretSource
    said: str


def authorization_of(auth: Auth, order: Order, stock: Stock, way: Names | None, note: Note) -> Authorization | None:
    """Who asks for ``order``, as ``auth`` says it; None where something is wrong, and has been noted."""
    reader = _Reader(order, stock, way, note)
    try:
        return reader.read(auth)
    except _Wrong:
        return None


class _Wrong(Exception):
    """Something has been noted."""


class _Reader:
    def __init__(self, order: Order, stock: Stock, way: Names | None, note: Note) -> None:
        self._order, self._stock, self._way, self._note = order, stock, way, note

    def read(self, auth: Auth) -> Authorization:
        if auth.bearer is not None:
            token = self._secret(auth.bearer)
            options = (("--bearer", token.said),)
            if token.source.origin is Origin.EXEC:
                return Authorization(None, Bearer(token.source), options)
            text = token.source.text
            if not text.isascii() or any(c.isspace() for c in text):
                raise self._wrong(auth.bearer, "a bearer token has no spaces, and no characters but those of ASCII")
            return Authorization(f"Bearer {text}", None, options, (text,))
        if auth.basic is not None:
            user = self._text(auth.basic.user)
            if ":" in user.text:
                raise self._wrong(auth.basic.user, "a user name with a colon is none that Basic can carry (RFC 7617)")
            password = self._secret(auth.basic.password)
            options = (("--user", f"{shown(user)}:{password.said}"),)
            if password.source.origin is Origin.EXEC:
                return Authorization(None, Basic(user.text, password.source), options)
            text = password.source.text
            # RFC 7617; UTF-8 is what every server expects today.
            encoded = b64encode(f"{user.text}:{text}".encode("utf-8", "surrogateescape")).decode()
            return Authorization(f"Basic {encoded}", None, options, (text, encoded))
        assert auth.oauth2 is not None
        given = auth.oauth2
        url, client = self._text(given.token_url), self._text(given.client_id)
        if not url.text.startswith(("http://", "https://")):
            raise self._wrong(given.token_url, f"{shown(url)!r} is not a URL; write https://HOST/PATH")
        secret = self._secret(given.client_secret)
        scope = "" if given.scope is None else self._text(given.scope).text
        audience = "" if given.audience is None else self._text(given.audience).text
        options = (
            ("--oauth-token-url", shown(url)),
            ("--oauth-client-id", shown(client)),
            ("--oauth-client-secret", secret.said),
            *((("--oauth-scope", scope),) if scope else ()),
            *((("--oauth-audience", audience),) if audience else ()),
        )
        secrets = (secret.source.text,) if secret.source.origin is Origin.VALUE else ()
        return Authorization(None, OAuth2(url.text, client.text, secret.source, scope, audience), options, secrets)

    def _text(self, text: Text) -> Scalar:
        node = settled(text.node, self._way, self._note)
        if not isinstance(node, Scalar) or node.value is None:
            raise self._wrong(text, "expected text")
        return node

    def _wrong(self, text: Text, words: str) -> _Wrong:
        self._note(text.node, words)
        return _Wrong()

    def _secret(self, text: Text) -> _Secret:
        """The secret, looked up where that takes no command. Only what stands in the file itself can name a source: a
        server's answer that reads ``exec:COMMAND`` is a strange token, and nothing to run.
        """
        node = self._text(text)
        if node.interpolated:
            said = hidden_text(node)
            said = said[2:-1] if said.startswith("${env:") and said.endswith("}") and ":-" not in said else said
            return _Secret(SecretSource(Origin.VALUE, self._filled(text, node.text)), said)
        try:
            source = parse_source(node.text)
        except UsageError as exc:
            raise self._wrong(text, str(exc)) from None
        match source.origin:
            case Origin.ENV:
                found = self._stock.environ.get(source.text, "")
                what = f"the environment variable {source.text} is not set or empty"
                return _Secret(SecretSource(Origin.VALUE, self._filled(text, found, what)), node.text)
            case Origin.FILE:
                return _Secret(
                    SecretSource(Origin.VALUE, self._file(text, source.text)), f"file:{self._path(source.text)}"
                )
            case Origin.EXEC:
                return _Secret(source, node.text)
            case _:
                return _Secret(source, MASK)

    def _path(self, path: str) -> Path:
        return self._order.folder / Path(path).expanduser()

    def _file(self, text: Text, path: str) -> str:
        try:
            found = self._stock.file(self._path(path)).decode("utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            why = (exc.strerror or str(exc)) if isinstance(exc, OSError) else "not UTF-8 text"
            raise self._wrong(text, f"reading the file {path}: {why}") from None
        return self._filled(text, found.removesuffix("\n").removesuffix("\r"), f"the file {path} is empty")

    def _filled(self, text: Text, value: str, empty: str = "a secret is empty") -> str:
        if not value:
            raise self._wrong(text, empty)
        if any(c in value for c in "\r\n\0"):
            raise self._wrong(text, "a secret has one line")
        return value
