"""What a command line and a profile say of a request together: method, URL, credential, header fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.redact import is_secret_header
from wherry.core.weburl import is_address
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from wherry.core.credential import Credential
    from wherry.core.weburl import Address

    Headers: TypeAlias = tuple[tuple[str, str], ...]

# Their place in the message is ours to decide.
FRAMING: Final = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer"}
)


def method_and_url(words: Sequence[str], command: str, *, has_body: bool) -> tuple[str, str]:
    """``METHOD URL``, or the URL alone: then GET, or POST where there is a body. Raises UsageError.

    ``command`` is what stands before them, such as ``wherry request``.
    """
    if len(words) == 2:
        method, url = words
    elif len(words) == 1 and is_address(words[0]):
        method, url = "POST" if has_body else "GET", words[0]
    elif len(words) == 1:
        raise UsageError(f"the URL is missing; write {command} {words[0]} URL")
    elif not words:
        raise UsageError(f"the URL is missing; write {command} [METHOD] URL")
    else:
        raise UsageError(f"one URL at a time: {words[2]!r} is too much")
    if is_address(method) or not is_method(method):
        raise UsageError(f"{method!r} is not a method; write {command} METHOD URL")
    return in_capitals(method), url


def is_method(text: str) -> bool:
    """Whether ``text`` is a token of RFC 9110 section 5.6.2, as a method is."""
    return bool(text) and text.isascii() and all(c.isalnum() or c in "!#$%&'*+-.^_`|~" for c in text)


def in_capitals(method: str) -> str:
    """``method`` as it is meant: methods have a case (RFC 9110 section 9.1), but nobody means another by "get"."""
    return method.upper() if method.islower() else method


def credential_of(user: str | None, bearer: str | None, address: Address | None) -> Credential | None:
    """The credential that ``--user``, ``--bearer`` or the user in a URL gives; one of the first two at most.

    Raises UsageError.
    """
    in_url = address.user if address is not None else None
    if user is None and bearer is None and in_url is None:
        return None
    from wherry.core.credential import Basic, Bearer, Origin, SecretSource, parse_source

    if user is not None:
        name, colon, secret = user.partition(":")
        if not colon:
            raise UsageError("--user is USER:SECRET; SECRET may be env:NAME, file:PATH or exec:COMMAND")
        return Basic(name, parse_source(secret) if secret else SecretSource(Origin.VALUE, ""))
    if bearer is not None:
        return Bearer(parse_source(bearer))
    assert address is not None
    assert in_url is not None
    return Basic(in_url, SecretSource(Origin.VALUE, address.password.reveal() if address.password else ""))


def forbid_framing(headers: Headers) -> None:
    """Raise UsageError for a header field that says how long a message is, or what becomes of the connection."""
    for name, _ in headers:
        if name.lower() in FRAMING:
            raise UsageError(f"the header {name} is set by wherry itself")


def has_header(headers: Headers, name: str) -> bool:
    """Whether there is a field called ``name`` (lower case)."""
    return any(field.lower() == name for field, _ in headers)


def merged_headers(own: Headers, inherited: Mapping[str, str], *, trusted: bool) -> Headers:
    """The command line's ``own`` over those of a profile; one without a value takes away instead of adding.

    What is secret in a profile goes to the origin of its base_url only: ``trusted`` says whether that is meant.
    """
    names = {name.lower() for name, _ in own}
    kept = tuple(
        (name, value)
        for name, value in inherited.items()
        if name.lower() not in names and (trusted or not is_secret_header(name))
    )
    return (*kept, *((name, value) for name, value in own if value))
