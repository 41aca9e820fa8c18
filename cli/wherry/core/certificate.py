"""What a certificate says about itself: an X.509 reader (RFC 5280) for the few facts that people ask for.

It judges nothing: trust is OpenSSL's business. But OpenSSL keeps to itself what it does not trust, and the names and
dates of just that certificate are what the person in front of the failure needs.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Final

from wherry.core.record import Record

_ALTERNATIVE_NAME: Final = bytes.fromhex("551d11")  # 2.5.29.17
_ATTRIBUTES: Final = {
    bytes.fromhex("550403"): "CN",
    bytes.fromhex("550406"): "C",
    bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST",
    bytes.fromhex("55040a"): "O",
    bytes.fromhex("55040b"): "OU",
    bytes.fromhex("0992268993f22c640119"): "DC",
}
_SEQUENCE: Final = 0x30
_OID: Final = 0x06
_DNS_NAME, _URI, _IP_ADDRESS = 0x82, 0x86, 0x87


class NoCertificate(ValueError):
    """The bytes are not an X.509 certificate."""


class Certificate(Record):
    """``subject`` and ``issuer`` as ``CN=..., O=...``, the common name first.

    ``names`` are the DNS names, IP addresses and URIs it is for; the two times are seconds since the epoch.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: float
    not_after: float

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer


def read_certificate(der: bytes) -> Certificate:
    """Read one certificate in DER. Raises NoCertificate for anything else."""
    try:
        return _certificate(der)
    except (IndexError, ValueError, OverflowError) as exc:
        raise NoCertificate(f"not an X.509 certificate: {exc}") from None


def _certificate(der: bytes) -> Certificate:
    outer = _children(_only(_parts(der), _SEQUENCE))
    fields = _children(_only(outer[:1], _SEQUENCE))
    if fields[0][0] == 0xA0:  # the version, absent in version 1
        fields = fields[1:]
    _serial, _algorithm, issuer, validity, subject, _key, *rest = fields
    not_before, not_after = (_time(tag, value) for tag, value in _parts(validity[1]))
    names: tuple[str, ...] = ()
    for tag, value in rest:
        if tag == 0xA3:
            names = _alternative_names(_only(_parts(value), _SEQUENCE)[1])
    return Certificate(_name(subject[1]), _name(issuer[1]), names, not_before, not_after)


def _alternative_names(extensions: bytes) -> tuple[str, ...]:
    for _, extension in _parts(extensions):
        (_, oid), *_critical, (_, octets) = _parts(extension)
        if oid == _ALTERNATIVE_NAME:
            found = []
            for tag, value in _parts(_only(_parts(octets), _SEQUENCE)[1]):
                if tag in (_DNS_NAME, _URI):
                    found.append(_text(value))
                elif tag == _IP_ADDRESS:
                    found.append(str(ipaddress.ip_address(value)))
            return tuple(found)
    return ()


def _name(sequence: bytes) -> str:
    """A distinguished name, the most specific attribute first, which is how people read it."""
    found: list[str] = []
    for _, relative in _parts(sequence):
        for _, attribute in _parts(relative):
            (_, oid), (tag, value) = _parts(attribute)
            label = _ATTRIBUTES.get(oid)
            if label is not None:
                text = value.decode("utf-16-be", "replace") if tag == 0x1E else _text(value)
                found.append(f"{label}={text}")
    found.sort(key=lambda part: not part.startswith("CN="))
    return ", ".join(found)


def _text(value: bytes) -> str:
    """Text of an unknown sender: on one line, without control characters."""
    return "".join(c if c.isprintable() else "?" for c in value.decode("utf-8", "replace"))


def _time(tag: int, value: bytes) -> float:
    text = value.decode("ascii").removesuffix("Z")
    if tag == 0x17:  # UTCTime: two digits of year, 1950 to 2049
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()


def _only(parts: list[tuple[int, bytes]], tag: int) -> tuple[int, bytes]:
    if not parts or parts[0][0] != tag:
        raise ValueError("unexpected structure")
    return parts[0]


def _children(part: tuple[int, bytes]) -> list[tuple[int, bytes]]:
    return _parts(part[1])


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """The elements in ``data``: tag and contents of each. Certificates use low tags and definite lengths only."""
    found: list[tuple[int, bytes]] = []
    position = 0
    while position < len(data):
        tag, length = data[position], data[position + 1]
        position += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[position : position + count], "big")
            position += count
            if not 0 < count <= 4:
                raise ValueError("unexpected length")
        if position + length > len(data):
            raise ValueError("it ends too early")
        found.append((tag, data[position : position + length]))
        position += length
    return found
