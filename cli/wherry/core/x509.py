"""Certificates for a server that has none: an authority that lives once, and a leaf that it signs (RFC 5280).

A small writer over the DER of the `ecdsa` library, because `cryptography` would double the executable. It writes one
profile and reads nothing: ECDSA on P-256 with SHA-256, the key identifiers and usages that OpenSSL demands in its
strict mode (Python 3.13's default), names in the subject alternative name only.

The library is not constant in time. That is harmless here: a key signs at most one certificate, which no outsider asks
for, and TLS handshakes are signed by OpenSSL.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import TYPE_CHECKING, Final

from ecdsa import NIST256p, SigningKey, der
from ecdsa.util import sigencode_der

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

_ECDSA_WITH_SHA256: Final = der.encode_sequence(der.encode_oid(1, 2, 840, 10045, 4, 3, 2))
_EC_PUBLIC_KEY: Final = der.encode_sequence(der.encode_oid(1, 2, 840, 10045, 2, 1), NIST256p.encoded_oid)
_COMMON_NAME: Final = der.encode_oid(2, 5, 4, 3)
_SUBJECT_KEY_ID: Final = (2, 5, 29, 14)
_KEY_USAGE: Final = (2, 5, 29, 15)
_ALTERNATIVE_NAME: Final = (2, 5, 29, 17)
_BASIC_CONSTRAINTS: Final = (2, 5, 29, 19)
_AUTHORITY_KEY_ID: Final = (2, 5, 29, 35)
_EXTENDED_KEY_USAGE: Final = (2, 5, 29, 37)
_SERVER_AUTH: Final = der.encode_oid(1, 3, 6, 1, 5, 5, 7, 3, 1)
_TRUE: Final = b"\x01\x01\xff"
_DIGITAL_SIGNATURE: Final = b"\x03\x02\x07\x80"
_SIGN_CERTIFICATES_AND_LISTS: Final = b"\x03\x02\x01\x06"


class Issued(Record):
    """A certificate chain (PEM, leaf first) and its private key (PEM, PKCS #8)."""

    authority_pem: bytes
    leaf_pem: bytes
    leaf_key_pem: bytes


def issue(
    names: Sequence[str], *, not_before: datetime, not_after: datetime, random_bytes: Callable[[int], bytes]
) -> Issued:
    """Make an authority and have it sign a server's leaf for ``names``: DNS names (``*.x`` too) and IP addresses.

    Both times are aware UTC datetimes; both certificates bear them. The authority's key is dropped here: nobody
    can ever sign with it again, so trusting its certificate trusts this one leaf. Raises ValueError for an empty
    list or a name that is not ASCII.
    """
    if not names:
        raise ValueError("a certificate needs at least one name")
    authority_key = SigningKey.generate(curve=NIST256p, entropy=random_bytes, hashfunc=hashlib.sha256)
    leaf_key = SigningKey.generate(curve=NIST256p, entropy=random_bytes, hashfunc=hashlib.sha256)
    # The name is made unique: with two authorities of one name in a trust store, OpenSSL may try the wrong one.
    authority_name = f"wherry serve, authority {random_bytes(4).hex()}"
    validity = (not_before, not_after)
    authority = _certificate(
        authority_name, authority_name, validity, _serial(random_bytes), authority_key, authority_key,
        [
            _extension(_BASIC_CONSTRAINTS, der.encode_sequence(_TRUE, der.encode_integer(0)), critical=True),
            _extension(_KEY_USAGE, _SIGN_CERTIFICATES_AND_LISTS, critical=True),
            _extension(_SUBJECT_KEY_ID, der.encode_octet_string(_key_id(authority_key))),
        ],
    )  # fmt: skip
    leaf = _certificate(
        names[0], authority_name, validity, _serial(random_bytes), leaf_key, authority_key,
        [
            _extension(_BASIC_CONSTRAINTS, der.encode_sequence(), critical=True),
            _extension(_KEY_USAGE, _DIGITAL_SIGNATURE, critical=True),
            _extension(_EXTENDED_KEY_USAGE, der.encode_sequence(_SERVER_AUTH)),
            _extension(_SUBJECT_KEY_ID, der.encode_octet_string(_key_id(leaf_key))),
            _extension(_AUTHORITY_KEY_ID, der.encode_sequence(_implicit(0, _key_id(authority_key)))),
            _extension(_ALTERNATIVE_NAME, der.encode_sequence(*map(_general_name, names))),
        ],
    )  # fmt: skip
    return Issued(
        authority_pem=der.topem(authority, "CERTIFICATE"),
        leaf_pem=der.topem(leaf, "CERTIFICATE"),
        leaf_key_pem=_key_pem(leaf_key),
    )


def _certificate(
    subject: str,
    issuer: str,
    validity: tuple[datetime, datetime],
    serial: int,
    key: SigningKey,
    signer: SigningKey,
    extensions: list[bytes],
) -> bytes:
    to_be_signed = der.encode_sequence(
        der.encode_constructed(0, der.encode_integer(2)),  # version 3
        der.encode_integer(serial),
        _ECDSA_WITH_SHA256,
        _distinguished_name(issuer),
        der.encode_sequence(*map(_time, validity)),
        _distinguished_name(subject),
        key.get_verifying_key().to_der(),
        der.encode_constructed(3, der.encode_sequence(*extensions)),
    )
    signature = signer.sign_deterministic(to_be_signed, hashfunc=hashlib.sha256, sigencode=sigencode_der)
    return bytes(der.encode_sequence(to_be_signed, _ECDSA_WITH_SHA256, der.encode_bitstring(signature, 0)))


def _key_pem(key: SigningKey) -> bytes:
    """PKCS #8 version 0 (RFC 5208) around an RFC 5915 key; the library writes version 1 there, which parsers refuse."""
    public = der.encode_bitstring(key.get_verifying_key().to_string("uncompressed"), 0)
    private = der.encode_sequence(
        der.encode_integer(1), der.encode_octet_string(key.to_string()), der.encode_constructed(1, public)
    )
    info = der.encode_sequence(der.encode_integer(0), _EC_PUBLIC_KEY, der.encode_octet_string(private))
    return bytes(der.topem(info, "PRIVATE KEY"))


def _serial(random_bytes: Callable[[int], bytes]) -> int:
    """Positive and at most 20 octets (RFC 5280 section 4.1.2.2)."""
    return 1 + int.from_bytes(random_bytes(16), "big")


def _key_id(key: SigningKey) -> bytes:
    """The SHA-1 of the public point (RFC 5280 section 4.2.1.2, method 1): a name, not a protection."""
    return hashlib.sha1(key.get_verifying_key().to_string("uncompressed"), usedforsecurity=False).digest()


def _extension(oid: tuple[int, ...], value: bytes, *, critical: bool = False) -> bytes:
    return bytes(der.encode_sequence(der.encode_oid(*oid), _TRUE if critical else b"", der.encode_octet_string(value)))


def _distinguished_name(common_name: str) -> bytes:
    # A CommonName is at most 64 characters (RFC 5280 appendix A.1); clients look at the alternative names anyway.
    attribute = der.encode_sequence(_COMMON_NAME, _tagged(0x0C, common_name[:64].encode()))
    return bytes(der.encode_sequence(_tagged(0x31, attribute)))


def _time(moment: datetime) -> bytes:
    """UTCTime before 2050, GeneralizedTime from then on (RFC 5280 section 4.1.2.5)."""
    if moment.year < 2050:
        return _tagged(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return _tagged(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _general_name(name: str) -> bytes:
    try:
        return _implicit(7, ipaddress.ip_address(name).packed)
    except ValueError:
        pass
    if not name or not name.isascii():
        raise ValueError(f"{name!r} is no name for a certificate; write an international name in its xn-- form")
    return _implicit(2, name.encode())


def _implicit(tag: int, content: bytes) -> bytes:
    """A context-specific primitive."""
    return _tagged(0x80 | tag, content)


def _tagged(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + bytes(der.encode_length(len(content))) + content
