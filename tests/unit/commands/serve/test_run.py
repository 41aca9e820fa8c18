"""The command as a process: what it prints, how it ends, what it leaves."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

WHERRY = [sys.executable, "-P", "-m", "wherry", "serve"]
LIMIT_S = 30
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and sockets")


class Served:
    """A running server; ``line`` is its first line on stdout."""

    def __init__(self, args: list[str], cwd: Path) -> None:
        self.process = subprocess.Popen(
            [*WHERRY, *args],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._guard = threading.Timer(LIMIT_S, self.process.kill)
        self._guard.start()
        self.line = self.process.stdout.readline().strip()

    @property
    def url(self) -> str:
        return self.line.removeprefix("listening on ")

    def get(self, path: str, **options) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=LIMIT_S, **options) as answer:
            return answer.read()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Its exit code, and the rest of its output."""
        if self.process.poll() is None and number:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=LIMIT_S)
        self._guard.cancel()
        return self.process.returncode, out, err


@pytest.fixture
def start(tmp_path):
    running = []

    def start(*args: str) -> Served:
        listen = [] if {"--listen", "-l"} & set(args) else ["--listen", "127.0.0.1:0"]
        served = Served([*listen, *args], tmp_path)
        running.append(served)
        return served

    yield start
    for served in running:
        served.process.kill()
        served.stop(0)


def refused(*args: str, cwd: Path) -> tuple[int, str]:
    done = subprocess.run([*WHERRY, *args], cwd=cwd, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_it_says_where_it_listens_and_stops_in_order(start):
    served = start()
    assert served.get("/ok") == b"ok\n"
    code, out, err = served.stop()
    assert (code, out) == (143, "")
    lines = err.splitlines()
    assert "msg=request method=GET path=/ok status=200 bytes=3 took=" in lines[0]
    assert lines[1:] == ["wherry: serve: terminated"]


def test_interrupt(start):
    assert start("-q").stop(signal.SIGINT)[0] == 130


def test_json(start, tmp_path):
    served = start("-o", "json", "--admin", "127.0.0.1:0", "--tls-self-signed", "--tls-ca-file", "ca.pem")
    got = json.loads(served.line)
    assert got["event"] == "listening"
    assert got["urls"][0].startswith("https://127.0.0.1:")
    assert (got["authority"], got["pid"]) == ("ca.pem", served.process.pid)
    with urllib.request.urlopen(f"{got['admin']}/ready", timeout=LIMIT_S) as answer:
        assert answer.read() == b"ready\n"
    assert "BEGIN CERTIFICATE" in (tmp_path / "ca.pem").read_text()
    assert served.stop()[0] == 143


def test_self_signed_to_whoever_trusts_the_authority_it_names(start):
    served = start("--tls-self-signed")
    authority = Path(served.process.stdout.readline().strip().removeprefix("trust the certificate authority in "))
    context = ssl.create_default_context(cafile=authority)
    assert served.get("/ok", context=context) == b"ok\n"
    served.stop()
    assert not authority.parent.exists()


def test_ready_file(start, tmp_path):
    served = start("--ready-file", "ready", "-l", "127.0.0.1:0", "-l", "127.0.0.1:0", "-q")
    served.process.stdout.readline()
    urls = (tmp_path / "ready").read_text().splitlines()
    assert len(urls) == 2
    assert served.url == urls[0]
    served.stop()
    assert not (tmp_path / "ready").exists()


@posix
def test_unix_socket(start, tmp_path):
    served = start("-l", "unix:app.sock")
    assert served.line == "listening on http+unix://app.sock"
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "app.sock"))
        client.sendall(b"GET /ok HTTP/1.0\r\n\r\n")
        assert client.makefile("rb").read().endswith(b"ok\n")
    served.stop()
    assert not (tmp_path / "app.sock").exists()


def test_a_folder(start, tmp_path):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_text("a file")
    served = start("public", "--routes")
    assert served.get("/a.txt") == b"a file"
    assert served.get("/ok") == b"ok\n"
    served.stop()


def test_a_request_under_way_is_answered_before_the_end(start):
    served = start("-q")
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LIMIT_S) as client, client.makefile("rb") as stream:
        client.sendall(b"GET /drip?count=3&every=100ms HTTP/1.1\r\nHost: test\r\n\r\n")
        while stream.readline() != b"\r\n":
            pass
        served.process.send_signal(signal.SIGTERM)
        assert stream.read() == b"***"
    code, _, err = served.stop(0)
    assert code == 143
    assert "msg=draining connections=1" in err


def test_one_that_takes_too_long_is_not(start):
    served = start("-q", "--drain-timeout", "50ms")
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LIMIT_S) as client:
        client.sendall(b"GET /fault/hang-body HTTP/1.1\r\nHost: test\r\n\r\n")
        assert client.recv(10)
        code, _, err = served.stop()
    assert code == 143
    assert "level=warn msg=\"connections reset\" connections=1" in err  # fmt: skip


@posix
def test_while_it_drains_it_is_not_ready(start):
    served = start("-q", "--admin", "127.0.0.1:0")
    admin = served.process.stdout.readline().strip().removeprefix("admin on ")
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LIMIT_S) as client:
        client.sendall(b"GET /fault/hang-body HTTP/1.1\r\nHost: test\r\n\r\n")
        assert client.recv(10)
        served.process.send_signal(signal.SIGTERM)
        while True:
            try:
                urllib.request.urlopen(f"{admin}/ready", timeout=LIMIT_S).close()
            except urllib.error.HTTPError as exc:
                assert exc.code == 503
                exc.close()
                break
    assert served.stop(0)[0] == 143


def test_deadline(start):
    code, _, err = start("-q", "-T", "100ms").stop(0)
    assert code == 124
    assert err == "wherry: serve: the deadline passed; the server has stopped\n"


@posix
def test_sigusr1_shows_the_tasks(start):
    served = start("-q")
    served.process.send_signal(signal.SIGUSR1)
    lines = [served.process.stderr.readline() for _ in range(4)]
    assert lines[0] == "1 tasks\n"
    assert any("in _supervise" in line for line in lines)
    served.stop()


def test_metrics(start):
    served = start("-q", "--admin", "127.0.0.1:0")
    admin = served.process.stdout.readline().strip().removeprefix("admin on ")
    served.get("/ok")
    with urllib.request.urlopen(f"{admin}/metrics", timeout=LIMIT_S) as answer:
        text = answer.read().decode()
    assert 'wherry_http_requests_total{code="200"} 1\n' in text
    assert "wherry_http_response_bytes_total 3\n" in text
    served.stop()


# What cannot be


def test_an_address_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        code, err = refused("-l", place, "--ready-file", "ready", cwd=tmp_path)
    assert code == 3
    assert err.startswith(f"wherry: serve: listen on {place}: Address already in use\n")
    assert not (tmp_path / "ready").exists()


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["none"], 2, "folder 'none' cannot be served: No such file or directory"),
        (["file"], 2, "folder 'file' cannot be served: Not a directory"),
        (["-l", "8080"], 2, "write 127.0.0.1:8080, or :8080"),
        (["-l", "host.invalid:80"], 3, "listen on host.invalid:80: "),
        (["-l", "192.0.2.1:0"], 3, "listen on 192.0.2.1:0: Cannot assign requested address"),
        (["-l", "unix:none/app.sock"], 3, "listen on unix:none/app.sock: No such file or directory"),
        (["-l", "unix:file"], 3, "listen on unix:file: Address already in use"),
        (["-l", "127.0.0.1:0", "--ready-file", "none/ready"], 3, "write none/ready: No such file or directory"),
        (["--tls-cert", "none.pem"], 2, "--tls-cert 'none.pem': no such file or directory"),
        (["--tls-self-signed", "--tls-name", "bücher.test"], 2, "--tls-name: 'bücher.test' is no name"),
        (["--tls-self-signed", "--tls-ca-file", "none/ca.pem"], 3, "write none/ca.pem: No such file or directory"),
        (["--max-body", "lots"], 2, "'lots' is not a size"),
        (["--ready-after", "soon"], 2, "'soon' is not a duration"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="the words of Linux")
def test_refused(tmp_path, args, code, words):
    (tmp_path / "file").write_text("")
    got, err = refused(*args, cwd=tmp_path)
    assert (got, words in err) == (code, True), err
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if not line.startswith("  hint:")]) == 1
