"""Public keys and signatures in minisign's format (https://jedisct1.github.io/minisign/#signature-format)."""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.sign import ed25519
from wherry.commands.release.sign.armor import COMMENT, TRUSTED, decoded, encoded, key_name, lines_of
from wherry.core.record import Record
from wherry.errors import NotMet, UsageError

if TYPE_CHECKING:
    from wherry.commands.release.sign.secret import SecretKey

_LEGACY: Final = b"Ed"
_PREHASHED: Final = b"ED"
_CHUNK: Final = 1024 * 1024
_LARGEST_LEGACY: Final = 256 * 1024 * 1024
"""Bytes: what is signed without hashing first must be in memory as a whole."""


class PublicKey(Record):
    """``id`` (8 bytes) tells keys apart and proves nothing; ``key`` is the 32 bytes of Ed25519."""

    id: bytes
    key: bytes

    @classmethod
    def decode(cls, text: str) -> PublicKey:
        """From the text of a public key file, or its second line alone. Raises UsageError."""
        lines = lines_of(text.strip())
        if len(lines) > 2 or (len(lines) == 2 and not lines[0].startswith(COMMENT)):
            raise UsageError("this is no public key as minisign writes it")
        data = decoded(lines[-1], 42)
        if data is None or data[:2] != _LEGACY:
            raise UsageError("this is no public key as minisign writes it: 56 characters that begin with RW")
        if not ed25519.is_key(data[10:]):
            raise UsageError("this public key is none that a signature can be trusted by")
        return cls(data[2:10], data[10:])

    @property
    def name(self) -> str:
        """The id as minisign shows it."""
        return key_name(self.id)

    def line(self) -> str:
        """What `minisign -P` takes."""
        return encoded(_LEGACY + self.id + self.key)

    def text(self) -> str:
        """A public key file."""
        return f"{COMMENT}minisign public key {self.name}\n{self.line()}\n"


class Signature(Record):
    """What the four lines say; ``overall`` signs ``signature`` and the ``trusted`` comment, and nothing ``untrusted``.

    Not ``prehashed`` are the signatures of minisign before 0.10, of a file's bytes and not of their BLAKE2b-512.
    """

    prehashed: bool
    key_id: bytes
    signature: bytes
    untrusted: str
    trusted: str
    overall: bytes

    @classmethod
    def decode(cls, text: str) -> Signature:
        """From the text of a .minisig file. Raises NotMet where it is damaged."""
        lines = lines_of(text)
        if len(lines) != 4:
            raise NotMet("a signature has four lines, and this has another number")
        if not lines[0].startswith(COMMENT):
            raise NotMet(f'line 1 does not begin with "{COMMENT}"')
        data = decoded(lines[1], 74)
        if data is None or data[:2] not in (_LEGACY, _PREHASHED):
            raise NotMet("line 2 is no signature of minisign's")
        if not lines[2].startswith(TRUSTED):
            raise NotMet(f'line 3 does not begin with "{TRUSTED}"')
        overall = decoded(lines[3], 64)
        if overall is None:
            raise NotMet("line 4 is no signature of the comment")
        untrusted, trusted = lines[0].removeprefix(COMMENT), lines[2].removeprefix(TRUSTED)
        return cls(data[:2] == _PREHASHED, data[2:10], data[10:], untrusted, trusted, overall)

    def text(self) -> str:
        """A .minisig file."""
        first = encoded((_PREHASHED if self.prehashed else _LEGACY) + self.key_id + self.signature)
        return f"{COMMENT}{self.untrusted}\n{first}\n{TRUSTED}{self.trusted}\n{encoded(self.overall)}\n"

    def named(self) -> str | None:
        """The file that it was made for, where the trusted comment says so."""
        fields = (field.partition(":") for field in self.trusted.split("\t"))
        return next((value for key, _, value in fields if key == "file"), None)


def sign(secret: SecretKey, file: IO[bytes], *, name: str, epoch_s: int) -> Signature:
    """Sign the bytes of ``file``, called ``name``, at a time in seconds since 1970. Raises OSError."""
    trusted = f"timestamp:{epoch_s}\tfile:{name}\thashed"
    signature = ed25519.sign(secret.seed, _blake2b(file))
    overall = ed25519.sign(secret.seed, signature + trusted.encode())
    return Signature(True, secret.public.id, signature, "signature from minisign secret key", trusted, overall)


def verify(public: PublicKey, signature: Signature, file: IO[bytes]) -> None:
    """Raises NotMet where ``signature`` is none of ``file`` by ``public``, and says why; OSError."""
    if signature.key_id != public.id:
        raise NotMet(f"it was made with key {key_name(signature.key_id)}, and the key given is {public.name}")
    message = _blake2b(file) if signature.prehashed else _whole(file)
    if not ed25519.verify(public.key, signature.signature, message):
        raise NotMet("it does not fit: the file, the signature or the key is another one")
    if not ed25519.verify(public.key, signature.overall, signature.signature + signature.trusted.encode()):
        raise NotMet("the trusted comment is another than was signed")


def _blake2b(file: IO[bytes]) -> bytes:
    digest = hashlib.blake2b()
    while piece := file.read(_CHUNK):
        digest.update(piece)
    return digest.digest()


def _whole(file: IO[bytes]) -> bytes:
    data = file.read(_LARGEST_LEGACY + 1)
    if len(data) > _LARGEST_LEGACY:
        raise NotMet("it is a signature of the old kind, which can only be verified of files up to 256 MiB")
    return data
