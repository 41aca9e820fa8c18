"""Ed25519 (RFC 8032) as libsodium verifies it. Pure.

The `ecdsa` library computes; what it lets pass beyond libsodium, and so beyond minisign, is refused here: keys and
points of small order, for which anybody can make signatures, and points that are written in a second way.
"""

from __future__ import annotations

from typing import Final

from ecdsa import Ed25519, SigningKey, VerifyingKey
from ecdsa.ellipticcurve import INFINITY
from ecdsa.errors import MalformedPointError
from ecdsa.keys import BadSignatureError

_COFACTOR: Final = 8
_PRIME: Final = 2**255 - 19
_SIGN: Final = 2**255


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that belong to the secret ``seed`` of 32."""
    return bytes(SigningKey.from_string(seed, curve=Ed25519).get_verifying_key().to_string())


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes."""
    return bytes(SigningKey.from_string(seed, curve=Ed25519).sign(message))


def is_key(public: bytes) -> bool:
    """Whether these 32 bytes are a public key that signatures can be trusted by."""
    return _is_point(public)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is of ``message``, by the secret that belongs to ``public``."""
    if not _is_point(public) or not _is_point(signature[:32]):
        return False
    try:
        # RFC 8032, 5.1.7: an S that is not below the group's order is refused there.
        return bool(VerifyingKey.from_string(public, curve=Ed25519).verify(signature, message))
    except BadSignatureError:
        return False


def _is_point(data: bytes) -> bool:
    """Whether it is a point in its one encoding, and of no small order."""
    try:
        key = VerifyingKey.from_string(data, curve=Ed25519)
    except MalformedPointError:
        return False
    # RFC 8032, 5.1.3: y is below the prime; the library takes it as it is.
    canonical = int.from_bytes(data, "little") % _SIGN < _PRIME
    return canonical and bool(key.pubkey.point * _COFACTOR != INFINITY)
