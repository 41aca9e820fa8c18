"""`wherry check init` against a real server, as far as the file."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from wherry import app

API = {
    "openapi": "3.1.0",
    "servers": [{"url": "/v1"}],
    "paths": {"/boats": {"get": {"responses": {"200": {}}}, "post": {}}},
}
YAML_API = b"openapi: 3.0.0\npaths:\n  /boats:\n    get:\n      responses:\n        200: {}\n"
PAGES = {
    "/health": (200, "application/json", b'{"status": "UP"}'),
    "/api.json": (200, "application/json", json.dumps(API).encode()),
    "/api.yaml": (200, "text/plain", YAML_API),
    "/down": (503, "text/plain", b"down"),
    "/moved": (302, "", b"/health"),
    "/notes.yaml": (200, "application/yaml", b"--- a\n--- b\n"),
    "/broken.yaml": (200, "application/yaml", b"openapi: 3.0.0\nopenapi: 3.0.0\n"),
    "/secret": (200, "text/plain", b""),
    "/swagger.json": (200, "application/json", b'{"swagger": "2.0"}'),
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(dict(self.headers))
        status, media, body = PAGES[self.path.partition("?")[0]]
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
        else:
            self.send_header("Location", body.decode())
            body = b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@contextmanager
def serving(context=None):
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        server.seen = []
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server():
    with serving() as server:
        server.url = f"http://127.0.0.1:{server.server_port}"
        yield server


@pytest.fixture
def init(capsys, monkeypatch, tmp_path):
    """Runs ``wherry check init ARGS`` in a folder of its own: the exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(*args):
        code = app.run(["check", "init", *args])
        return code, *capsys.readouterr()

    return run


def test_the_suite_of_an_endpoint_passes(server, init, tmp_path, capsys):
    code, out, err = init(f"{server.url}/health")
    assert (code, out) == (0, "")
    assert err == "smoke.yaml is written: 1 check; `wherry check smoke.yaml` runs it\n"
    assert "json.$.status: UP\n" in (tmp_path / "smoke.yaml").read_text("utf-8")
    assert app.run(["check", "smoke.yaml", "--quiet"]) == 0


def test_to_standard_output(server, init, tmp_path):
    code, out, err = init(f"{server.url}/health", "-")
    assert (code, err) == (0, "")
    assert out.startswith("# A first suite, written by `wherry check init` from one answer of http://127.0.0.1:")
    assert out.endswith("json.$.status: UP\n")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(server, init, tmp_path):
    file = tmp_path / "smoke.yaml"
    file.write_text("mine", "utf-8")
    code, _, err = init(f"{server.url}/health")
    assert code == 2
    assert "smoke.yaml is there already\n  hint: --force writes over it; - prints it instead\n" in err
    assert (file.read_text("utf-8"), server.seen) == ("mine", [])
    assert init(f"{server.url}/health", "--force")[0] == 0
    assert file.read_text("utf-8") != "mine"


def test_secrets_are_sent_and_not_written(server, init):
    url = server.url.replace("//", "//ann:pa55word@")
    args = (f"{url}/secret?token=t0ken&x=1", "-", "-H", "X-Api-Key: k3y", "-H", "X-Team: core")
    code, out, err = init(*args)
    assert code == 0
    seen = server.seen[0]
    assert (seen["X-Api-Key"], seen["X-Team"], seen["Authorization"]) == ("k3y", "core", "Basic YW5uOnBhNTV3b3Jk")
    assert not [secret for secret in ("pa55word", "t0ken", "k3y") if secret in out + err]
    assert err == "the suite takes TOKEN, X_API_KEY, API_USER, API_PASSWORD from the environment\n"
    assert 'headers: {X-Api-Key: "${env:X_API_KEY}", X-Team: core}\n' in out


def test_redirects_are_followed(server, init):
    code, out, _ = init(f"{server.url}/moved", "-")
    assert code == 0
    assert 'url: "${base}/health"\n' in out


PROFILES = """version = 1
[profiles.here]
base_url = "{url}"
headers = {{ X-Team = "core", X-Api-Key = "k3y-of-here", X-Name = "profile" }}
auth = {{ type = "bearer", token = "t0ken-of-here" }}

[profiles.elsewhere]
base_url = "http://other.example"
headers = {{ X-Team = "core", X-Api-Key = "k3y-of-elsewhere" }}
auth = {{ type = "bearer", token = "t0ken-of-elsewhere" }}
"""


@pytest.fixture
def profiles(server, tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text(PROFILES.format(url=server.url), "utf-8")
    monkeypatch.setenv("WHERRY_CONFIG", str(file))


@pytest.mark.usefixtures("profiles")
def test_what_a_profile_says_is_sent_and_its_name_written(server, init):
    code, out, err = init(f"{server.url}/health", "-", "--profile", "here", "-H", "X-Name: mine")
    assert (code, err) == (0, "")
    seen = server.seen[0]
    assert (seen["X-Team"], seen["X-Api-Key"], seen["X-Name"]) == ("core", "k3y-of-here", "mine")
    assert seen["Authorization"] == "Bearer t0ken-of-here"
    assert "    headers: {X-Name: mine}\n    profile: here\n" in out
    assert "-of-here" not in out


@pytest.mark.usefixtures("profiles")
def test_secrets_of_a_profile_stay_with_its_server(server, init):
    code, _, _ = init(f"{server.url}/health", "-", "--profile", "elsewhere")
    assert code == 0
    seen = server.seen[0]
    assert (seen["X-Team"], seen.get("X-Api-Key"), seen.get("Authorization")) == ("core", None, None)


@pytest.mark.parametrize(
    "path, words",
    [
        pytest.param("/down", "HTTP 503 Service Unavailable, and a first suite is made of a good answer", id="503"),
        pytest.param("/down?token=t0ken", "/down?token=***: HTTP 503", id="a secret"),
    ],
)
def test_a_bad_answer_is_no_beginning(server, init, path, words, tmp_path):
    code, out, err = init(server.url + path)
    assert (code, out) == (1, "")
    assert words in err
    assert list(tmp_path.iterdir()) == []


def test_a_document_at_a_url(server, init):
    code, out, err = init(f"{server.url}/api.json", "-")
    assert code == 0
    assert f'base: "${{env:BASE_URL:-{server.url}/v1}}"\n' in out
    assert "- name: GET /boats\n    url: ${base}/boats\n" in out
    assert err == "Left out as they are not GET or HEAD: POST 1.\n"


def test_a_document_of_yaml_at_a_url(server, init):
    code, out, _ = init(f"{server.url}/api.yaml", "-")
    assert code == 0
    assert "      status: 200\n" in out


def test_yaml_that_is_no_document(server, init):
    code, out, _ = init(f"{server.url}/notes.yaml", "-")
    assert code == 0
    assert "header.content-type: {contains: application/yaml}\n" in out


def test_a_document_that_is_broken(server, init):
    code, out, err = init(f"{server.url}/broken.yaml", "-")
    assert (code, out) == (2, "")
    assert "/broken.yaml: line 2: the key 'openapi' is given twice" in err


def test_a_document_in_a_file(init, tmp_path):
    (tmp_path / "api.yaml").write_bytes(YAML_API)
    code, out, err = init("api.yaml", "first.yaml")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "first.yaml is written: 1 check; `wherry check first.yaml` runs it",
        "the suite takes BASE_URL from the environment",
    ]
    assert 'base: "${env:BASE_URL}"' in (tmp_path / "first.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "content, words",
    [
        pytest.param(b"swagger: '2.0'\n", "api is Swagger 2.0, which is not read\n  hint: convert it", id="swagger"),
        pytest.param(b"version: 1\n", "api is no OpenAPI document: it has no key openapi", id="another file"),
        pytest.param(b"", "api is no OpenAPI document", id="nothing"),
        pytest.param(None, "reading api: No such file or directory\n  hint: a URL begins with http://", id="no file"),
    ],
)
def test_a_file_that_is_none(init, tmp_path, content, words):
    if content is not None:
        (tmp_path / "api").write_bytes(content)
    code, out, err = init("api", "-")
    assert (code, out) == (2, "")
    assert words in err


def test_swagger_at_a_url(server, init):
    code, _, err = init(f"{server.url}/swagger.json", "-")
    assert code == 2
    assert "/swagger.json is Swagger 2.0, which is not read" in err


def test_a_file_that_is_too_large(init, tmp_path):
    with (tmp_path / "api").open("wb") as file:
        file.truncate((32 << 20) + 1)
    code, _, err = init("api", "-")
    assert code == 2
    assert "api is larger than 32 MiB" in err


def test_the_certificate_of_https(init, tmp_path):
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.example", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with serving(context) as server:
        address = ("--cacert", "ca.pem", "--resolve", "api.example:*:127.0.0.1")
        code, out, _ = init(f"https://api.example:{server.server_port}/health", "-", *address)
    assert code == 0
    assert "      cert.expires_in: {gt: 14d}\n" in out


def test_the_deadline(init, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        code, _, err = init(f"http://127.0.0.1:{silent.getsockname()[1]}/", "-", "-T", "50ms")
    assert code == 124
    assert "the deadline passed while waiting for the first byte" in err


def test_a_folder_that_is_not_there(server, init):
    code, _, err = init(f"{server.url}/health", "no/suite.yaml")
    assert code == 3
    assert "writing no/suite.yaml: No such file or directory" in err
