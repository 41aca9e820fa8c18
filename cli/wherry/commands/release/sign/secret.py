"""Secret keys as minisign writes them (https://jedisct1.github.io/minisign/#secret-key-format)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from wherry.commands.release.sign import ed25519
from wherry.commands.release.sign.armor import COMMENT, decoded, encoded, lines_of
from wherry.commands.release.sign.minisign import PublicKey
from wherry.core.record import Record
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Callable

_LENGTH: Final = 158
_SECRETS: Final = slice(54, None)
_ALGORITHM: Final = b"Ed"
_SCRYPT: Final = b"Sc"
_NO_PASSWORD: Final = b"\0\0"
_BLAKE2B: Final = b"B2"
_UNCHECKED: Final = bytes(32)
_MOST_MEMORY: Final = 2**31 - 1
"""Bytes: Python's scrypt takes no higher limit."""


class SecretKey(Record):
    """``seed`` is the 32 bytes that sign; never show them."""

    public: PublicKey
    seed: bytes

    @classmethod
    def decode(cls, text: str, password: str | None) -> SecretKey:
        """From the text of a secret key file, or its second line alone.

        Raises UsageError for what is none, is damaged, or has another password; WherryError without the memory.
        """
        lines = lines_of(text.strip())
        data = decoded(lines[-1], _LENGTH)
        if data is None or len(lines) > 2 or (len(lines) == 2 and not lines[0].startswith(COMMENT)):
            raise UsageError("this is no secret key as minisign writes it")
        signs, derives, sums = data[:2], data[2:4], data[4:6]
        if signs != _ALGORITHM or sums != _BLAKE2B or derives not in (_SCRYPT, _NO_PASSWORD):
            raise UsageError("this secret key is of a kind that is not known")
        secrets = data[_SECRETS]
        if derives == _SCRYPT:
            secrets = _decrypted(data, secrets, password)
        key_id, seed, public, checksum = secrets[:8], secrets[8:40], secrets[40:72], secrets[72:]
        # minisign leaves the sum of a key without a password empty.
        summed = hmac.compare_digest(checksum, _checksum(secrets[:72]))
        if not summed and not (derives == _NO_PASSWORD and checksum == _UNCHECKED):
            wrong = "the password is not that of the secret key" if derives == _SCRYPT else "the secret key is damaged"
            raise UsageError(wrong)
        if ed25519.public_key(seed) != public:
            raise UsageError("the secret key is damaged: its two halves do not belong together")
        return cls(PublicKey(key_id, public), seed)

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> SecretKey:
        """A new one; ``random`` gives so many bytes that nobody can guess."""
        seed = random(32)
        return cls(PublicKey(random(8), ed25519.public_key(seed)), seed)

    def text(self) -> str:
        """A secret key file without a password."""
        secrets = self.public.id + self.seed + self.public.key
        data = _ALGORITHM + _NO_PASSWORD + _BLAKE2B + bytes(48) + secrets + _checksum(secrets)
        return f"{COMMENT}minisign secret key {self.public.name}, without a password\n{encoded(data)}\n"


def _checksum(secrets: bytes) -> bytes:
    return hashlib.blake2b(_ALGORITHM + secrets, digest_size=32).digest()


def _decrypted(data: bytes, secrets: bytes, password: str | None) -> bytes:
    if password is None:
        raise UsageError("the secret key has a password, and none is given", hint="WHERRY_SIGNING_PASSWORD holds it")
    operations, memory = (int.from_bytes(data[start : start + 8], "little") for start in (38, 46))
    cost, parallel = scrypt_parameters(operations, memory)
    needed = 128 * 8 * (cost + parallel + 2)
    words = f"the password of the secret key needs {-(-needed // 2**20)} MiB of memory"
    if needed > _MOST_MEMORY:
        raise WherryError(f"{words}, which is more than can be given")
    try:
        stream = hashlib.scrypt(
            password.encode(), salt=data[6:38], n=cost, r=8, p=parallel, maxmem=needed, dklen=len(secrets)
        )
    except (MemoryError, ValueError):
        raise WherryError(f"{words}, and there is not so much") from None
    return bytes(one ^ two for one, two in zip(secrets, stream, strict=True))


def scrypt_parameters(operations: int, memory: int) -> tuple[int, int]:
    """N and p of scrypt, with an r of 8, for libsodium's two limits, in operations and bytes.

    They are those of crypto_pwhash_scryptsalsa208sha256 (https://doc.libsodium.org/advanced/scrypt).
    """
    operations = max(operations, 32768)
    if operations < memory // 32:
        return _power(operations // 32), 1
    cost = _power(memory // 1024)
    return cost, min(operations // 4 // cost, 0x3FFFFFFF) // 8


def _power(most: int) -> int:
    """The lowest power of two above half of ``most``, 2 at least."""
    exponent = 1
    while exponent < 63 and 1 << exponent <= most // 2:
        exponent += 1
    return 1 << exponent
