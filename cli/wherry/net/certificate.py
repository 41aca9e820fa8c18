"""The certificate that a server showed: facts for conditions, and what is wrong with it in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wherry.core.certificate import Certificate, NoCertificate, read_certificate

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

# ssl.ENCODING_DER, which has no public name.
_DER: Final = 2
# Of OpenSSL's X509_V_ERR_*.
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_SELF_SIGNED: Final = 18
_SELF_SIGNED_IN_CHAIN: Final = 19
_UNKNOWN_ISSUER: Final = frozenset({2, 20, 21, 27})
_NAME_MISMATCH: Final = frozenset({62, 63, 64})
_TRUST_HINT: Final = "trust its authority with --cacert FILE"


def peer_certificate(session: ssl.SSLObject | None) -> Certificate | None:
    """The server's certificate in ``session``, also where it was not verified; None without one."""
    der = session.getpeercert(binary_form=True) if session is not None else None
    if not der:
        return None
    try:
        return _read(der)
    except NoCertificate:
        return None


def certificate_facts(session: ssl.SSLObject | None, now_epoch_s: float) -> Mapping[str, object] | None:
    """What conditions on ``cert.`` look at, None without a certificate that can be read.

    All is of the server's own certificate, but for ``expires_in``, which is in seconds (negative once expired), and
    ``not_after``, in seconds since 1970: they are of the earliest to expire of all that the server presented.
    """
    certificate = peer_certificate(session)
    if session is None or certificate is None:
        return None
    not_after = min(one.not_after for one in (certificate, *_presented(session)))
    return {
        "expires_in": not_after - now_epoch_s,
        "not_after": not_after,
        "issuer": certificate.issuer,
        "subject": certificate.subject,
        "names": list(certificate.names),
    }


def session_facts(session: ssl.SSLObject | None) -> Mapping[str, str] | None:
    """What conditions on ``tls.`` look at: the version as in ``TLSv1.3``, the cipher by OpenSSL's name."""
    cipher = session.cipher() if session is not None else None
    if session is None or cipher is None:
        return None
    return {"version": session.version() or "", "cipher": cipher[0]}


def _presented(session: ssl.SSLObject) -> list[Certificate]:
    """All certificates that the server sent, its own among them.

    From Python 3.13 on the ssl module hands them out. Before, only the object under its own does, which is no promise:
    where that is not so, there are none.
    """
    found: list[Certificate] = []
    inner = session if hasattr(session, "get_unverified_chain") else getattr(session, "_sslobj", None)
    for one in getattr(inner, "get_unverified_chain", list)() or ():
        with suppress(NoCertificate, AttributeError, TypeError, ValueError):
            found.append(_read(one if isinstance(one, bytes) else one.public_bytes(_DER)))
    return found


@lru_cache(maxsize=64)
def _read(der: bytes) -> Certificate:
    return read_certificate(der)


def explain_certificate(
    exc: ssl.SSLCertVerificationError, certificate: Certificate | None, host: str, now_epoch_s: float
) -> tuple[str, str | None]:
    """Why ``certificate`` was refused for ``host``, and a hint; in OpenSSL's words where it could not be had."""
    code = exc.verify_code
    if code in _NAME_MISMATCH:
        return f"the certificate is {_names(certificate)}not for {host}", None
    if code == _EXPIRED:
        if certificate is not None and certificate.not_after < now_epoch_s:
            return f"the certificate expired on {_date(certificate.not_after)}", None
        return "the certificate, or one of its chain, has expired", None
    if code == _NOT_YET_VALID:
        if certificate is not None and certificate.not_before > now_epoch_s:
            return (
                f"the certificate is not valid before {_date(certificate.not_before)}",
                "is this machine's clock right?",
            )
        return "the certificate, or one of its chain, is not valid yet", "is this machine's clock right?"
    if code == _SELF_SIGNED:
        return "the certificate is self-signed", "trust it with --cacert FILE"
    issuer = f": {certificate.issuer}" if certificate is not None else ""
    if code == _SELF_SIGNED_IN_CHAIN:
        return f"the certificate's issuer is not trusted{issuer}", _TRUST_HINT
    if code in _UNKNOWN_ISSUER:
        return f"the certificate's issuer is unknown{issuer}", _TRUST_HINT
    return f"the certificate is not accepted: {exc.verify_message}".rstrip("."), None


def _names(certificate: Certificate | None) -> str:
    """``for a.example and 2 more, `` or nothing."""
    names = () if certificate is None else certificate.names or (certificate.subject.removeprefix("CN="),)
    if not names:
        return ""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"for {', '.join(names[:5])}{more}, "


def _date(epoch_s: float) -> str:
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d")
