"""A server's certificate: made for the occasion and shown in a handshake, or read from files that may be wrong."""

from __future__ import annotations

import asyncio
import os
import ssl
import stat
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from wherry.errors import UsageError
from wherry.net.identity import from_files, self_signed


async def shake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """One handshake on 127.0.0.1."""
    listener = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=server)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=name)
        found = writer.get_extra_info("ssl_object")
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()
        return found


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "app.test"])
def test_whoever_trusts_the_authority_is_content(name):
    made = self_signed(["app.test"], datetime.now(UTC))
    client = ssl.create_default_context(cadata=made.authority_pem.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.set_alpn_protocols(["h2", "http/1.1"])
    tls = asyncio.run(shake(made.context, client, name))
    assert tls.version() == "TLSv1.3"
    assert tls.selected_alpn_protocol() == "http/1.1"


def test_nobody_else_is():
    made, other = self_signed([], datetime.now(UTC)), self_signed([], datetime.now(UTC))
    for name, trusted in (("localhost", other), ("app.test", made)):
        client = ssl.create_default_context(cadata=trusted.authority_pem.decode())
        with pytest.raises(ssl.SSLCertVerificationError):
            asyncio.run(shake(made.context, client, name))


def test_the_key_is_in_a_file_of_the_owners_only_and_not_for_long(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    modes = []
    fdopen = os.fdopen

    def noted(handle, *args):
        modes.append(stat.S_IMODE(os.fstat(handle).st_mode))
        return fdopen(handle, *args)

    monkeypatch.setattr(os, "fdopen", noted)
    made = self_signed([], datetime.now(UTC))
    assert b"PRIVATE KEY" not in made.authority_pem
    assert list(tmp_path.iterdir()) == []
    if os.name == "posix":
        assert modes == [0o600]


def test_a_bad_name():
    with pytest.raises(UsageError, match=r"--tls-name: 'bücher.test' is no name"):
        self_signed(["bücher.test"], datetime.now(UTC))


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """A folder with a certificate and keys that fit it, do not, or are locked."""
    folder = tmp_path_factory.mktemp("identity")
    authority = trustme.CA()
    issued, other = authority.issue_cert("localhost"), authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    other.private_key_pem.write_to_path(folder / "other.pem")
    (folder / "empty.pem").write_text("")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    locked = serialization.BestAvailableEncryption(b"password")
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    (folder / "locked.pem").write_bytes(pem)
    return folder


@pytest.mark.parametrize(("cert", "key"), [("cert.pem", "key.pem"), ("both.pem", None), ("both.pem", "both.pem")])
def test_files(identity, cert, key):
    context = from_files(str(identity / cert), key and str(identity / key))
    client = ssl.create_default_context(cafile=identity / "ca.pem")
    assert asyncio.run(shake(context, client, "localhost")).getpeercert()["subjectAltName"] == (("DNS", "localhost"),)


@pytest.mark.parametrize(
    ("cert", "key", "words"),
    [
        pytest.param("none.pem", None, "--tls-cert '{}/none.pem': no such file or directory", id="no certificate file"),
        pytest.param("cert.pem", "none.pem", "--tls-key '{}/none.pem': no such file or directory", id="no key file"),
        pytest.param("cert.pem", "other.pem", "the key does not belong to the certificate", id="another's key"),
        pytest.param("cert.pem", "locked.pem", "the key is encrypted", id="locked key"),
        pytest.param("empty.pem", "key.pem", "empty.pem' holds no certificate in PEM form", id="empty certificate"),
        pytest.param("key.pem", "key.pem", "key.pem' holds no certificate in PEM form", id="a key as certificate"),
        pytest.param("cert.pem", "empty.pem", "empty.pem' holds no private key in PEM form", id="empty key"),
        pytest.param("cert.pem", None, "cert.pem' holds no private key in PEM form", id="a certificate without key"),
        pytest.param(".", None, "is a directory", id="a folder"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="the words of POSIX")
def test_files_that_will_not_do(identity, cert, key, words):
    with pytest.raises(UsageError) as caught:
        from_files(str(Path(identity) / cert), key and str(identity / key))
    assert words.format(identity) in str(caught.value)
