"""`wherry request` against a real nginx, and cookie files shared with a real curl."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
CONTENT = bytes(i * 7 % 251 for i in range(1 << 20))
CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    map $http_x_slow $rate {{ default 0; yes 1; }}
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/www;
        limit_rate_after 256k;
        limit_rate $rate;
        location = /set {{ add_header Set-Cookie "theme=dark; Path=/; Max-Age=3600"; return 200 "set"; }}
        location = /see {{ return 200 "$cookie_theme"; }}
        location = /moved {{ return 302 /see; }}
    }}
}}
"""


@pytest.fixture
def nginx(peers, kit):
    """The URL of a running nginx."""
    program, folder, port = kit.program("nginx"), peers.folder(kit.user("www-data")), kit.free_port()
    folder.chmod(0o755)  # the worker of an nginx that root starts is nobody
    (folder / "www").mkdir()
    (folder / "www" / "file.bin").write_bytes(CONTENT)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    peers.start([program, "-c", str(folder / "nginx.conf")], folder, farewell=signal.SIGQUIT)
    url = f"http://127.0.0.1:{port}"
    kit.see_until_met(url + "/set")
    return url


def request(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*args), cwd=cwd, env=environ(), capture_output=True, text=True, timeout=60)


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "wherry", "request", *args]


def environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(HOME / "cli")}


def test_a_download_that_was_interrupted_is_resumed(nginx, tmp_path):
    # nginx sends a quarter, then next to nothing: what came is there for as long as the test needs it.
    slowly = command(f"{nginx}/file.bin", "-o", "got", "-H", "X-Slow: yes")
    part = tmp_path / "got.part"
    with subprocess.Popen(slowly, cwd=tmp_path, env=environ(), stderr=subprocess.PIPE) as process:
        while not part.exists() or not part.stat().st_size:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"of got; --continue goes on from there" in err
    assert 0 < part.stat().st_size < len(CONTENT)
    done = request(f"{nginx}/file.bin", "-o", "got", "--continue", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "resuming got after" in done.stderr
    assert (tmp_path / "got").read_bytes() == CONTENT


def test_cookies_are_shared_with_curl(nginx, kit, tmp_path):
    url = nginx
    curl = kit.program("curl")
    assert request(f"{url}/set", "--cookie-jar", "ours", cwd=tmp_path).returncode == 0
    seen = subprocess.run([curl, "-s", "-b", "ours", f"{url}/see"], cwd=tmp_path, capture_output=True, text=True)
    assert seen.stdout == "dark"
    subprocess.run([curl, "-s", "-c", "theirs", f"{url}/set"], cwd=tmp_path, capture_output=True, check=True)
    assert request(f"{url}/moved", "--cookie-jar", "theirs", cwd=tmp_path).stdout == "dark"
