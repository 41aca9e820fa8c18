"""Where trust comes from."""

from __future__ import annotations

import ssl

import certifi
import pytest

from wherry.errors import UsageError
from wherry.net import trust
from wherry.net.trust import load_trust, trust_source


@pytest.fixture
def system(monkeypatch, tmp_path):
    """A system whose store would be in ``tmp_path``; nothing is there yet."""
    monkeypatch.setattr(trust, "_WINDOWS", False)
    monkeypatch.setattr(trust, "_FILES", (str(tmp_path / "first.pem"), str(tmp_path / "second.pem")))
    monkeypatch.setattr(trust, "_DIRECTORIES", (str(tmp_path / "certs"),))
    return tmp_path


def test_the_first_file_there_is(system):
    (system / "second.pem").touch()
    assert trust_source({}).file == str(system / "second.pem")
    (system / "first.pem").touch()
    assert trust_source({}).file == str(system / "first.pem")


def test_a_directory_where_there_is_no_file(system, certificates):
    (system / "certs").mkdir()
    assert trust_source({}).ours, "an empty directory is no store"
    (system / "certs" / "a.crt").write_bytes(certificates.ca.read_bytes())
    assert trust_source({}).directories == (str(system / "certs"),)


def test_certifi_where_the_system_has_none(system):
    source = trust_source({})
    assert (source.ours, source.file, source.directories) == (True, None, ())
    assert "certifi" in source.words
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    load_trust(context, source)
    assert len(context.get_ca_certs()) == certifi.contents().count("BEGIN CERTIFICATE")


@pytest.mark.parametrize(
    ("environ", "file", "directories"),
    [
        pytest.param({"SSL_CERT_FILE": "f"}, "f", (), id="file"),
        pytest.param({"SSL_CERT_DIR": trust._SEPARATOR.join("ab")}, None, ("a", "b"), id="directories"),
        pytest.param({"SSL_CERT_FILE": "f", "SSL_CERT_DIR": "d"}, "f", ("d",), id="both"),
    ],
)
def test_the_environment_comes_before_the_system(environ, file, directories):
    source = trust_source(environ)
    assert (source.file, source.directories) == (file, directories)
    assert all(name in source.words for name in environ)


def test_cacert_comes_before_all(certificates):
    source = trust_source({"SSL_CERT_FILE": "f"}, str(certificates.ca))
    assert (source.words, source.file) == ("--cacert", str(certificates.ca))


def loaded(source):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    load_trust(context, source)
    return context.cert_store_stats()["x509_ca"]


def test_all_files_of_a_directory_are_read_once(certificates, tmp_path):
    for name in ("a.pem", "b"):
        (tmp_path / name).write_bytes(certificates.ca.read_bytes())
    (tmp_path / "README").write_text("not one")
    assert loaded(trust_source({}, str(tmp_path))) == 1


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_that_holds_none(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=r"--cacert: .*ca\.pem"):
        loaded(trust_source({}, str(path)))
