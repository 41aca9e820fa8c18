"""Reading certificates: made by another library, cut short, and changed."""

from __future__ import annotations

import datetime
import ipaddress
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.certificate import NoCertificate, read_certificate

BEFORE = datetime.datetime(1999, 12, 31, 23, 59, 58, tzinfo=datetime.UTC)
AFTER = datetime.datetime(2071, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)
NAMES = x509.SubjectAlternativeName(
    [
        x509.DNSName("a.example"),
        x509.DNSName("*.b.example"),
        x509.IPAddress(ipaddress.ip_address("10.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("fd00::1")),
        x509.RFC822Name("x@example.com"),
        x509.UniformResourceIdentifier("spiffe://a/b"),
    ]
)


@cache
def made(*, names=True):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Größe, Inc."),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "a\x1bexample"),
        ]
    )
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An authority")])
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), BEFORE, AFTER)
    if names:
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(NAMES, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_what_it_says():
    certificate = read_certificate(made())
    assert certificate.subject == "CN=a?example, O=Größe, Inc."
    assert certificate.issuer == "CN=An authority"
    assert certificate.names == ("a.example", "*.b.example", "10.0.0.1", "fd00::1", "spiffe://a/b")
    assert certificate.not_before == BEFORE.timestamp()
    assert certificate.not_after == AFTER.timestamp()
    assert not certificate.self_issued


def test_no_names():
    assert read_certificate(made(names=False)).names == ()


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80", b"x" * 100, b"-----BEGIN CERTIFICATE-----"])
def test_no_certificate(data):
    with pytest.raises(NoCertificate):
        read_certificate(data)


@given(st.data())
def test_nothing_but_no_certificate_is_raised(data):
    der = bytearray(made())
    for _ in range(data.draw(st.integers(1, 5))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(der)))
    try:
        read_certificate(bytes(der[:cut]))
    except NoCertificate as exc:
        assert "\n" not in str(exc)
