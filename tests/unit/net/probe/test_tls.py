from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


def context_for(ca: trustme.CA, *names: str, **how) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names, **how).configure_cert(context)
    return context


async def nothing(reader, writer):
    await reader.read()


def seen(look_at, served, context, *expectations, query="", **settings):
    async def scenario():
        async with served(nothing, tls=context) as port:
            return await look_at(f"tls://127.0.0.1:{port}{query}", *expectations, **settings)

    return asyncio.run(scenario())


def test_verified(look_at, served, authority):
    ca, path = authority
    found = seen(look_at, served, context_for(ca, "127.0.0.1"), cacert=path)
    assert found.outcome is Outcome.MET and found.words.startswith("TLSv1.3, the certificate is valid for ")
    assert (found.facts["version"], found.facts["ip"]) == ("TLSv1.3", "127.0.0.1")
    assert found.facts["cert"]["names"] == ["127.0.0.1"]
    assert found.facts["cert"]["expires_in"] > 0


@pytest.mark.parametrize(
    "expectation, outcome",
    [
        ("cert.expires_in={gt: 1d}", Outcome.MET),
        ("cert.expires_in={lt: 1d}", Outcome.UNMET),
        ("cert.names={contains: 127.0.0.1}", Outcome.MET),
        ("cert.issuer={contains: trustme}", Outcome.MET),
        ("cert.issuer={contains: Sesame}", Outcome.UNMET),
        ("version=TLSv1.3", Outcome.MET),
        ("version=TLSv1.2", Outcome.UNMET),
    ],
)
def test_conditions(look_at, served, authority, expectation, outcome):
    ca, path = authority
    found = seen(look_at, served, context_for(ca, "127.0.0.1"), expectation, cacert=path)
    assert found.outcome is outcome, found.words


def test_expired(look_at, served, authority):
    ca, path = authority
    yesterday = datetime.now(UTC) - timedelta(days=1)
    context = context_for(ca, "127.0.0.1", not_before=yesterday - timedelta(days=9), not_after=yesterday)
    found = seen(look_at, served, context, cacert=path)
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.TLS)
    assert f"the certificate expired on {yesterday:%Y-%m-%d}" in found.words


def test_expired_and_accepted_all_the_same(look_at, served, authority):
    ca, _ = authority
    yesterday = datetime.now(UTC) - timedelta(days=1)
    context = context_for(ca, "127.0.0.1", not_before=yesterday - timedelta(days=9), not_after=yesterday)
    found = seen(look_at, served, context, insecure=True)
    assert (found.outcome, found.words) == (Outcome.MET, "TLSv1.3, the certificate has expired")
    assert found.facts["cert"]["expires_in"] < 0


def test_another_name(look_at, served, authority):
    ca, path = authority
    found = seen(look_at, served, context_for(ca, "a.example"), cacert=path)
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.TLS)
    assert "the certificate is for a.example, not for 127.0.0.1" in found.words


def test_the_name_that_the_target_gives(look_at, served, authority):
    ca, path = authority
    context = context_for(ca, "a.example")
    asked = []
    context.sni_callback = lambda _session, name, _context: asked.append(name)
    assert seen(look_at, served, context, query="?servername=a.example", cacert=path).outcome is Outcome.MET
    assert asked == ["a.example"]


def test_unknown_issuer(look_at, served, authority):
    _, path = authority
    found = seen(look_at, served, context_for(trustme.CA(), "127.0.0.1"), cacert=path)
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.TLS)
    assert "issuer" in found.words


def test_no_tls_there(look_at, served):
    async def handler(reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"tls://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.TLS)
    assert "the server speaks plain HTTP here, not TLS" in found.words


@pytest.mark.parametrize("name", ["a..b", "x" * 70])
def test_a_name_that_no_certificate_can_be_for_is_broken(look_at, served, authority, name):
    ca, path = authority
    found = seen(look_at, served, context_for(ca, "127.0.0.1"), query=f"?servername={name}", cacert=path)
    assert found.outcome is Outcome.BROKEN and f"{name!r} is not a name that a certificate can be for" in found.words


@pytest.mark.parametrize(
    "expectation, outcome",
    [
        ("tls.version=TLSv1.3", Outcome.MET),
        ("tls.version={in: [TLSv1.2]}", Outcome.UNMET),
        ("tls.cipher={matches: ^TLS_}", Outcome.MET),
    ],
)
def test_the_session(look_at, served, authority, expectation, outcome):
    ca, path = authority
    found = seen(look_at, served, context_for(ca, "127.0.0.1"), expectation, cacert=path)
    assert found.outcome is outcome, found.words


def test_the_chain_expires_with_its_first(look_at, served, tmp_path):
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    root, path = _issued(None, "root", soon + timedelta(days=90))
    middle, _ = _issued(root, "middle", soon)
    leaf, _ = _issued(middle, "127.0.0.1", soon + timedelta(days=30))
    (tmp_path / "ca.pem").write_bytes(path)
    (tmp_path / "leaf.pem").write_bytes(leaf.pem + middle.pem)
    (tmp_path / "leaf.key").write_bytes(leaf.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "leaf.pem", tmp_path / "leaf.key")
    found = seen(look_at, served, context, "cert.expires_in={lt: 4d}", cacert=str(tmp_path / "ca.pem"))
    assert found.outcome is Outcome.MET, found.words
    assert found.facts["cert"]["not_after"] == soon.timestamp()
    assert found.facts["cert"]["names"] == ["127.0.0.1"]


@dataclass
class _Issued:
    cert: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _issued(by: _Issued | None, name: str, until: datetime) -> tuple[_Issued, bytes]:
    """A certificate that ``by`` signed, or itself; an authority unless it is for an address."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer, signer = (subject, key) if by is None else (by.cert.subject, by.key)
    builder = x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), until - timedelta(days=200), until
    )
    if name[0].isdigit():
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
        builder = builder.add_extension(names, critical=False)
    else:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    issued = _Issued(builder.sign(signer, hashes.SHA256()), key)
    return issued, issued.pem
