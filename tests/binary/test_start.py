"""What a start does not load: the libraries that a command has no use for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def libraries_while_waiting(wherry, target):
    """The files that are mapped when the first attempt has failed."""
    with wherry.start("wait", target, "--deadline", "60s") as process:
        try:
            assert "waiting" in process.stderr.readline()
            lines = Path(f"/proc/{process.pid}/maps").read_text().splitlines()
        finally:
            process.terminate()
    return {Path(line.split(maxsplit=5)[5]).name for line in lines if "/" in line}


def test_waiting_for_a_port_loads_no_cryptography(wherry, closed_port):
    loaded = libraries_while_waiting(wherry, f"tcp://{closed_port}")
    assert "_asyncio.so" in loaded, "the names are as expected"
    assert not loaded & {"_ssl.so", "libssl.so.3", "libcrypto.so.3", "_hashlib.so", "uvloop.loop.so", "regex._regex.so"}


def test_waiting_for_tls_does(wherry):
    with wherry.serving() as (_, url):  # speaks plain HTTP, so that the handshake fails
        assert "_ssl.so" in libraries_while_waiting(wherry, url.replace("http:", "tls:"))
