"""The certificate that a server showed: facts for conditions, and what is wrong with it in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wherry.core.certificate import Certificate, NoCertificate, read_certificate

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

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
        return read_certificate(der)
    except NoCertificate:
        return None


def certificate_facts(certificate: Certificate, now_epoch_s: float) -> Mapping[str, object]:
    """What conditions on ``cert.`` look at; ``expires_in`` is in seconds, negative once expired."""
    return {
        "expires_in": certificate.not_after - now_epoch_s,
        "issuer": certificate.issuer,
        "subject": certificate.subject,
        "names": list(certificate.names),
    }


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
