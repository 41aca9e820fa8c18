"""The certificates that core/x509 writes, judged by others: cryptography, OpenSSL's verifier and a TLS handshake."""

from __future__ import annotations

import ipaddress
import os
import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from wherry.core.x509 import Issued, issue

BEFORE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = ("localhost", "127.0.0.1", "::1", "*.dev.test")


def make(names=NAMES, *, not_before=BEFORE, not_after=BEFORE + timedelta(days=30)) -> Issued:
    return issue(names, not_before=not_before, not_after=not_after, random_bytes=os.urandom)


def leaf_of(issued: Issued) -> x509.Certificate:
    return x509.load_pem_x509_certificate(issued.leaf_pem)


def authority_of(issued: Issued) -> x509.Certificate:
    return x509.load_pem_x509_certificate(issued.authority_pem)


def test_the_leaf_is_signed_by_the_authority_and_says_what_it_is_for():
    issued = make()
    leaf, authority = leaf_of(issued), authority_of(issued)
    leaf.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternative.get_values_for_type(x509.DNSName) == ["localhost", "*.dev.test"]
    assert alternative.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    ]
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and not usage.value.key_cert_sign
    extended = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(extended) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    subject_key = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    authority_key = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert subject_key == authority_key


def test_the_authority_may_sign_leaves_and_nothing_below():
    constraints = authority_of(make()).extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    usage = authority_of(make()).extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign and usage.crl_sign and not usage.digital_signature


@pytest.mark.parametrize(
    "not_after",
    [
        pytest.param(datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), id="utc-time"),
        pytest.param(datetime(2050, 1, 1, tzinfo=UTC), id="generalized-time"),
    ],
)
def test_the_times_are_those_given(not_after):
    for certificate in (leaf_of(made := make(not_after=not_after)), authority_of(made)):
        assert certificate.not_valid_before_utc == BEFORE
        assert certificate.not_valid_after_utc == not_after


def test_the_key_belongs_to_the_leaf():
    issued = make()
    key = load_pem_private_key(issued.leaf_key_pem, None)
    assert key.public_key() == leaf_of(issued).public_key()


def test_two_runs_share_neither_name_nor_serial():
    first, second = make(), make()
    assert leaf_of(first).serial_number != leaf_of(second).serial_number
    assert authority_of(first).subject != authority_of(second).subject


def test_a_long_first_name_is_cut_in_the_subject_only():
    name = "a" * 60 + ".example.test"
    leaf = leaf_of(make([name]))
    alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternative.get_values_for_type(x509.DNSName) == [name]


@pytest.mark.parametrize("names", [[], [""], ["bücher.test"]], ids=["none", "empty", "not-ascii"])
def test_bad_names_are_refused(names):
    with pytest.raises(ValueError, match="name"):
        make(names)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_openssl_verifies_in_strict_mode(tmp_path):
    now = datetime.now(UTC)
    issued = make(not_before=now - timedelta(hours=1), not_after=now + timedelta(days=1))
    (tmp_path / "ca.pem").write_bytes(issued.authority_pem)
    (tmp_path / "leaf.pem").write_bytes(issued.leaf_pem)
    for extra in (["-verify_hostname", "localhost"], ["-verify_ip", "::1"], ["-verify_hostname", "a.dev.test"]):
        done = subprocess.run(
            ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", *extra, "-CAfile", "ca.pem", "leaf.pem"],
            cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout.strip()) == (0, "leaf.pem: OK"), done.stderr


@pytest.mark.parametrize(
    ("name", "trusted"),
    [
        pytest.param("localhost", True, id="dns"),
        pytest.param("127.0.0.1", True, id="ipv4"),
        pytest.param("::1", True, id="ipv6"),
        pytest.param("other.test", False, id="another-name"),
    ],
)
def test_a_handshake_in_memory(tmp_path, name, trusted):
    now = datetime.now(UTC)
    issued = make(not_before=now - timedelta(hours=1), not_after=now + timedelta(days=1))
    (tmp_path / "leaf.pem").write_bytes(issued.leaf_pem + issued.leaf_key_pem)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(tmp_path / "leaf.pem")
    client_context = ssl.create_default_context(cadata=issued.authority_pem.decode())
    client_context.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)

    def shake() -> None:
        pending = [client, server]
        while pending:
            for side in list(pending):
                try:
                    side.do_handshake()
                    pending.remove(side)
                except ssl.SSLWantReadError:
                    pass

    if trusted:
        shake()
        assert client.version() == "TLSv1.3"
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match=r"other\.test"):
            shake()
