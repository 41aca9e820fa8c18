"""TLS as a server: the certificate it shows, from files or made for the occasion."""

from __future__ import annotations

import os
import ssl
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_DAYS: Final = 90


class SelfSigned(Record):
    """A context that shows a leaf, and the authority (PEM) that a client has to trust for it."""

    context: ssl.SSLContext
    authority_pem: bytes


def from_files(cert: str, key: str | None) -> ssl.SSLContext:
    """A context that shows the chain in ``cert`` (PEM; may hold the key too).

    Raises UsageError for files that cannot be read, hold nothing of the kind, or do not belong together.
    """
    for option, path in (("--tls-cert", cert), ("--tls-key", key)):
        if path is not None:
            try:
                Path(path).read_bytes()
            except OSError as exc:
                raise UsageError(f"{option} {path!r}: {(exc.strerror or str(exc)).lower()}") from None
    context = _context()
    shown = f"--tls-key {key!r}" if key is not None else f"--tls-cert {cert!r}"
    try:
        context.load_cert_chain(cert, key, password=_no_password)
    except _Encrypted:
        raise UsageError(f"{shown}: the key is encrypted; wherry takes one that is not") from None
    except ssl.SSLError as exc:
        if exc.reason == "KEY_VALUES_MISMATCH":
            raise UsageError(f"{shown}: the key does not belong to the certificate {cert!r}") from None
        if b"-----BEGIN CERTIFICATE-----" not in Path(cert).read_bytes():
            raise UsageError(f"--tls-cert {cert!r} holds no certificate in PEM form") from None
        hint = "name the key's file with --tls-key" if key is None else None
        raise UsageError(f"{shown} holds no private key in PEM form", hint=hint) from None
    return context


def self_signed(names: Sequence[str], now: datetime) -> SelfSigned:
    """Make an authority and a leaf for this machine's local names and ``names``, valid for 90 days from ``now``.

    Raises UsageError for a name that no certificate can have.
    """
    from wherry.core.x509 import issue

    every = tuple(dict.fromkeys((*LOCAL_NAMES, *names)))
    # An hour back: the clock of a client in a container or on another machine may be behind.
    validity = {"not_before": now - timedelta(hours=1), "not_after": now + timedelta(days=_DAYS)}
    try:
        issued = issue(every, **validity, random_bytes=os.urandom)
    except ValueError as exc:
        raise UsageError(f"--tls-name: {exc}") from None
    context = _context()
    # OpenSSL reads a key from a file only. This one is the owner's alone (mkstemp) and gone in a moment.
    handle, name = tempfile.mkstemp(prefix="wherry-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(issued.leaf_pem + issued.leaf_key_pem)
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()
    return SelfSigned(context, issued.authority_pem)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


class _Encrypted(Exception):
    """The key asks for a password."""


def _no_password() -> str:
    raise _Encrypted
