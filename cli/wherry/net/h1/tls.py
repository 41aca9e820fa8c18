"""TLS on the server's side."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from wherry.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def server_context(certificate: Path, key: Path | None = None, password: str | None = None) -> ssl.SSLContext:
    """A context that shows ``certificate``, a PEM chain in which the key may stand. TLS 1.2 at least, ALPN http/1.1.

    Raises UsageError for files that cannot be read, are not PEM, or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # With an empty password OpenSSL fails on an encrypted key; without one it would ask the terminal.
    secret = password or ""
    for path in (certificate, key or certificate):
        try:
            path.open("rb").close()
        except OSError as exc:
            raise UsageError(f"{path}: {exc.strerror}") from exc
    try:
        context.load_cert_chain(certificate, key, lambda: secret)
    except ssl.SSLError as exc:
        raise UsageError(_words(exc, certificate, key or certificate, given=password is not None)) from exc
    return context


def _words(exc: ssl.SSLError, certificate: Path, key: Path, *, given: bool) -> str:
    reason = (exc.reason or "").upper()
    if "MISMATCH" in reason:
        return f"the key in {key} does not belong to the certificate in {certificate}"
    if "DECRYPT" in reason or "PASSWORD" in reason:
        return f"{key}: wrong password for the key" if given else f"{key}: the key is encrypted; give its password"
    return f"{certificate} and {key} do not hold a certificate and its key in PEM"
