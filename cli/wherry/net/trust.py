"""Which certificate authorities are trusted, and where they were found."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

# As in Go's crypto/x509 (root_linux.go, root_bsd.go): the first file there is, in this order.
_FILES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/pki/tls/cacert.pem",  # OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # RHEL 7 and later
    "/etc/ssl/cert.pem",  # Alpine, macOS, OpenBSD
    "/usr/local/etc/ssl/cert.pem",  # FreeBSD
    "/usr/local/share/certs/ca-root-nss.crt",  # DragonFly
    "/etc/openssl/certs/ca-certificates.crt",  # NetBSD
)
_DIRECTORIES: Final = ("/etc/ssl/certs", "/etc/pki/tls/certs", "/usr/local/share/certs", "/etc/openssl/certs")


class TrustSource(Record):
    """``words`` name the store for people; a ``file`` or ``directories`` hold it, or we do, or else Windows does."""

    words: str
    file: str | None = None
    directories: tuple[str, ...] = ()
    ours: bool = False


def trust_source(environ: Mapping[str, str], cacert: str | None = None) -> TrustSource:
    """Where trust comes from: ``cacert``, else the environment, else the system, else certifi. Nothing is read yet."""
    if cacert is not None:
        path = Path(cacert).expanduser()
        return (
            TrustSource("--cacert", directories=(str(path),)) if path.is_dir() else TrustSource("--cacert", str(path))
        )
    # Who names a store means this one and no other: unlike Go, we do not add the system's where only one is named.
    file, directories = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR")
    if file or directories:
        names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if environ.get(name)]
        return TrustSource(
            " and ".join(names), file, tuple((directories or "").split(_SEPARATOR)) if directories else ()
        )
    return _system() or TrustSource("certifi's, for want of a system's", ours=True)


_WINDOWS: Final[bool] = sys.platform == "win32"
_SEPARATOR: Final = ";" if _WINDOWS else ":"


def _system() -> TrustSource | None:
    if _WINDOWS:
        return TrustSource("the Windows certificate store")
    for file in _FILES:
        if Path(file).is_file():
            return TrustSource("the system's", file)
    found = tuple(directory for directory in _DIRECTORIES if _certificates(directory))
    return TrustSource("the system's", directories=found) if found else None


def load_trust(context: ssl.SSLContext, source: TrustSource) -> None:
    """Let ``context`` trust what ``source`` holds. Raises UsageError where there is nothing to read."""
    if source.file is not None:
        try:
            context.load_verify_locations(cafile=source.file)
        except ssl.SSLError:
            raise UsageError(f"{source.words}: {source.file!r} holds no certificate in PEM form") from None
        except OSError as exc:
            raise UsageError(f"{source.words}: {source.file!r}: {(exc.strerror or str(exc)).lower()}") from None
    for directory in source.directories:
        # All files, as Go does: OpenSSL alone would look only at names made by its c_rehash.
        certificates = _certificates(directory)
        if not certificates and source.file is None and len(source.directories) == 1:
            raise UsageError(f"{source.words}: {directory!r} is no directory with certificates in PEM form")
        for certificate in certificates:
            context.load_verify_locations(cafile=certificate)
    if source.ours:
        import certifi

        context.load_verify_locations(cadata=certifi.contents())  # not its file: an executable need not have any
    elif source.file is None and not source.directories:
        context.load_default_certs()


def _certificates(directory: str) -> list[str]:
    """The files in ``directory`` that hold certificates; each once, however many links lead to it."""
    try:
        files = {entry.resolve() for entry in Path(directory).iterdir() if entry.is_file()}
        return sorted(str(file) for file in files if b"-----BEGIN CERTIFICATE-----" in file.read_bytes())
    except OSError:
        return []
