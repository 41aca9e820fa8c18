"""TLS as a client: contexts, and what went wrong in a handshake in words."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.errors import UsageError
from wherry.net.failure import Reason, os_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.network import NetworkSettings


def client_context(
    settings: NetworkSettings, environ: Mapping[str, str], *, alpn: tuple[str, ...] = ()
) -> ssl.SSLContext:
    """A context that verifies as ``settings`` say, TLS 1.2 at least.

    Raises UsageError for a CA, a certificate or a key that cannot be used.
    """
    context = unverified_context(settings, alpn=alpn)
    if not settings.insecure:
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        # As Go does: what the user names as trusted need not be a root. With it a server's own certificate will do.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        from wherry.net.trust import load_trust, trust_source

        load_trust(context, trust_source(environ, settings.cacert))
    return context


def unverified_context(settings: NetworkSettings, *, alpn: tuple[str, ...] = ()) -> ssl.SSLContext:
    """A context that accepts any certificate, with our own for the server that asks for it. Raises UsageError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if alpn:
        context.set_alpn_protocols(list(alpn))
    if settings.cert is not None:
        _load_identity(context, settings.cert, settings.key)
    elif settings.key is not None:
        raise UsageError("--key is of no use without --cert")
    return context


def _load_identity(context: ssl.SSLContext, cert: str, key: str | None) -> None:
    """Our own certificate (PEM, perhaps with its chain and key) and key."""
    for option, path in (("--cert", cert), ("--key", key)):
        if path is not None:
            try:
                Path(path).expanduser().read_bytes()
            except OSError as exc:
                raise UsageError(f"{option} {path!r}: {(exc.strerror or str(exc)).lower()}") from None
    key_option = f"--cert {cert!r}" if key is None else f"--key {key!r}"
    try:
        context.load_cert_chain(
            Path(cert).expanduser(), None if key is None else Path(key).expanduser(), password=_no_password
        )
    except _Encrypted:
        remedy = "decrypt it with: openssl pkey -in ENCRYPTED -out KEY"
        raise UsageError(f"{key_option}: the key is encrypted; wherry takes one that is not", hint=remedy) from None
    except ssl.SSLError as exc:
        if exc.reason == "KEY_VALUES_MISMATCH":
            raise UsageError(f"{key_option}: the key does not belong to the certificate {cert!r}") from None
        if not _holds_certificate(cert):
            raise UsageError(f"--cert {cert!r} holds no certificate in PEM form") from None
        hint = "name the key's file with --key" if key is None else None
        raise UsageError(f"{key_option} holds no private key in PEM form", hint=hint) from None


def _holds_certificate(path: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(Path(path).expanduser())
    except (ssl.SSLError, OSError):
        return False
    return True


class _Encrypted(Exception):
    """OpenSSL wants a password for the key."""


def _no_password() -> str:
    raise _Encrypted


# Which alert or complaint of OpenSSL means what; the reason's name is the same from OpenSSL 1.1.1 to 3.5.
_NOT_TLS: Final = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "WRONG_SSL_VERSION"}
)
_WORDS: Final[Mapping[str, str]] = {
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server speaks neither TLS 1.2 nor TLS 1.3",
    "UNSUPPORTED_PROTOCOL": "the server speaks neither TLS 1.2 nor TLS 1.3",
    "WRONG_SSL_VERSION": "the server speaks neither TLS 1.2 nor TLS 1.3",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the server refused the handshake: no common cipher, or no client certificate",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": "the server refused the handshake: it wants a stronger cipher",
    "TLSV1_UNRECOGNIZED_NAME": "the server has no certificate for the name {host}",
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": "the server speaks none of the protocols that were offered (ALPN)",
    "TLSV1_ALERT_INTERNAL_ERROR": "the server broke off the handshake with an internal error",
    "SSLV3_ALERT_UNEXPECTED_MESSAGE": "the server took the handshake for something else",
    "TLSV1_ALERT_DECODE_ERROR": "the server could not read the handshake",
    "TLSV1_ALERT_ACCESS_DENIED": "the server denied access to this client's certificate",
    "TLSV1_ALERT_UNKNOWN_CA": "the server does not trust the issuer of the client certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the server does not accept the client certificate",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": "the server does not accept this kind of client certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the server says that the client certificate has expired",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "the server says that the client certificate was revoked",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "the server does not accept the client certificate",
    "DH_KEY_TOO_SMALL": "the server's Diffie-Hellman key is too short to be secure",
    "EE_KEY_TOO_SMALL": "the key of the server's certificate is too short to be secure",
    "CA_MD_TOO_WEAK": "the server's certificate is signed with a broken hash",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": "the server knows only insecure renegotiation",
}  # fmt: skip
_CLIENT_CERTIFICATE: Final = frozenset({"TLSV13_ALERT_CERTIFICATE_REQUIRED", "TLSV1_ALERT_CERTIFICATE_REQUIRED"})


def explain_tls(exc: OSError, host: str, first: bytes = b"") -> tuple[Reason, str, str | None]:
    """Reason, words and hint for what ended a handshake with ``host``; ``first`` are the first bytes that it sent."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return Reason.TLS, f"the server's certificate is not accepted: {exc.verify_message}".rstrip("."), None
    if isinstance(exc, (ssl.SSLEOFError, ConnectionError)):
        how = "reset" if isinstance(exc, ConnectionResetError) else "closed"
        return Reason.TLS, f"the server {how} the connection in the TLS handshake", None
    if not isinstance(exc, ssl.SSLError):
        reason, words, _ = os_words(exc)
        return reason, words, None
    name = (exc.reason or "").upper().replace(" ", "_")
    if name in _NOT_TLS and first[:1] not in (b"\x15", b"\x16"):
        # Python's own server, asked for TLS, answers with a bare page as HTTP/0.9 has it.
        if first.startswith(b"HTTP/") or first.lower().startswith((b"<!doctype html", b"<html")):
            return Reason.TLS, "the server speaks plain HTTP here, not TLS", "try http://"
        return Reason.TLS, f"the server does not speak TLS here; it sent {_glimpse(first)}", None
    if name in _CLIENT_CERTIFICATE:
        return Reason.TLS, "the server requires a client certificate", "give one with --cert and --key"
    if known := _WORDS.get(name):
        return Reason.TLS, known.format(host=host), None
    complaint = name.lower().replace("_", " ") or str(exc).lower()
    return Reason.TLS, f"the TLS handshake failed: {complaint}", None


def _glimpse(data: bytes) -> str:
    from wherry.core.wire.talk import glimpse

    return glimpse(data)
