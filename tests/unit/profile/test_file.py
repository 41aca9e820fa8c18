import pytest

from wherry.core.credential import Basic, Bearer, OAuth2, Origin, SecretSource
from wherry.core.network import Resolve
from wherry.errors import UsageError
from wherry.profile import file

FULL = b"""\
version = 1
default = "a"

[profiles.a]
base_url = "https://api.example.com/v1"
headers = { X-Team = "core" }
cacert = "ca.pem"
cert = "/abs/c.pem"
key = "k.pem"
insecure = true
proxy = "http://127.0.0.1:3128"
no_proxy = "localhost"
resolve = ["api.example.com:443:127.0.0.1"]
[profiles.a.auth]
type = "basic"
user = "u"
password = "env:PASSWORD"

[profiles.b.auth]
type = "bearer"
token = "file:token"

[profiles.c.auth]
type = "oauth2"
token_url = "https://login/token"
client_id = "me"
client_secret = "exec:pass show x"
scope = "read"
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("WHERRY_CONFIG", str(path))
    path.write_bytes(FULL)
    return path


def test_every_key(config):
    profile = file.select("a")
    assert (profile.name, profile.base_url) == ("a", "https://api.example.com/v1")
    assert profile.headers == {"X-Team": "core"}
    assert profile.credential == Basic("u", SecretSource(Origin.ENV, "PASSWORD"))
    network = profile.network
    assert (network.cacert, network.cert, network.key) == (
        str(config.parent / "ca.pem"),
        "/abs/c.pem",
        str(config.parent / "k.pem"),
    )
    assert (network.insecure, network.proxy, network.no_proxy) == (True, "http://127.0.0.1:3128", "localhost")
    assert network.resolve == (Resolve("api.example.com", 443, "127.0.0.1"),)


@pytest.mark.usefixtures("config")
def test_the_other_credentials():
    assert file.select("b").credential == Bearer(SecretSource(Origin.FILE, "token"))
    assert file.select("c").credential == OAuth2(
        "https://login/token", "me", SecretSource(Origin.EXEC, "pass show x"), "read"
    )


@pytest.mark.usefixtures("config")
def test_the_default_is_used_when_none_is_named():
    assert file.select(None).name == "a"
    assert file.names() == ["a", "b", "c"]


def test_without_a_file_there_is_an_empty_profile(tmp_path, monkeypatch):
    monkeypatch.delenv("WHERRY_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert file.select(None) == file.Profile()
    assert file.names() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "the file is empty|version", id="empty"),
        pytest.param("versoin = 1", "version", id="no version"),
        pytest.param("version = 3", "version 3 is not known", id="a later version"),
        pytest.param("version = 1\nprofile = 2", 'line 2: unknown key "profile"; did you mean "profiles"', id="key"),
        pytest.param('version = 1\n[profiles.x]\ncacert = ["a"]', "line 3", id="type"),
        pytest.param(
            'version = 1\n[profiles.x.auth]\ntype = "baerer"\ntoken = "x"', "line [23].*baerer", id="auth type"
        ),
        pytest.param('version = 1\n[profiles.x.auth]\ntype = "bearer"', "token", id="auth without token"),
        pytest.param(
            'version = 1\n[profiles.x.auth]\ntype = "bearer"\ntoken = ""', "a secret is empty", id="empty token"
        ),
        pytest.param('version = 1\n[profiles.x]\nkey = "k"', "key needs cert", id="key alone"),
        pytest.param('version = 1\n[profiles.x]\nbase_url = "api"', "does not begin with http", id="base url"),
        pytest.param('version = 1\n[profiles.x]\nresolve = ["a"]', "is not HOST:PORT:ADDR", id="resolve"),
        pytest.param("version = 1\n[", "ends too early", id="no TOML"),
        pytest.param("version = 1\na = '''", "ends too early: expected", id="open string"),
        pytest.param('version = 1\ndefault = "x"', "default names no profile", id="default"),
        pytest.param("version = 1\nx = " + "[" * 5000, "nested too deeply", id="nested without end"),
        pytest.param("version = 1979-05-27", "version is a number", id="a date"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(config, text, words):
    config.write_text(text)
    with pytest.raises(UsageError, match=words) as caught:
        file.select(None)
    assert str(caught.value).startswith(str(config))


def test_an_unreadable_file(config):
    config.unlink()
    config.mkdir()
    with pytest.raises(UsageError, match="directory"):
        file.load()
