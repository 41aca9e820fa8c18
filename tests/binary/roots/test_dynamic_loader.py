"""What a system tells its dynamic loader does not reach into the executable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .test_name_look_up import HOSTS, look_up

if TYPE_CHECKING:
    from .root import Root

FOLDERS = ["/lib", "/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib64"]
LIBRARIES = [
    "ld-linux-x86-64.so.2", "libc.so.6", "libcrypto.so.3", "libdl.so.2", "libexpat.so.1", "libffi.so.8", "libm.so.6",
    "libnss_dns.so.2", "libnss_files.so.2", "libpthread.so.0", "libpython3.11.so.1.0", "libresolv.so.2", "libssl.so.3",
    "libz.so.1",
]  # fmt: skip


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"LD_PRELOAD": "/nowhere.so"}, id="LD_PRELOAD"),
        pytest.param({"LD_PRELOAD": "/wherry"}, id="LD_PRELOAD of what is no library"),
        pytest.param({"LD_LIBRARY_PATH": "/lib:/usr/lib:/nowhere"}, id="LD_LIBRARY_PATH"),
        pytest.param({"LD_BIND_NOW": "1", "LD_ORIGIN_PATH": "/nowhere", "LD_AUDIT": "/nowhere.so"}, id="LD_AUDIT"),
        pytest.param({"GLIBC_TUNABLES": "glibc.malloc.check=3:nonsense=1"}, id="GLIBC_TUNABLES"),
    ],
)
def test_environment(empty_root, environ):
    runs(empty_root, **environ)


@pytest.mark.parametrize("content", [b"/nowhere.so\n", b"/wherry /nowhere.so\n", b"\xff\0garbage\n", b""])
def test_preload_file(empty_root, content):
    empty_root.write("/etc/ld.so.preload", content)
    runs(empty_root)


@pytest.mark.parametrize("content", [Path("/etc/ld.so.cache"), b"garbage", b"ld.so-1.7.0\0\xff\xff\xff\xff", b""])
def test_cache_of_another_system(empty_root, content):
    empty_root.write("/etc/ld.so.cache", content.read_bytes() if isinstance(content, Path) else content)
    runs(empty_root)


def test_libraries_of_the_same_names_are_not_loaded(empty_root, authority, tls_port, asked):
    """They are no libraries at all here, so that loading one is an error."""
    for folder in FOLDERS:
        for library in LIBRARIES:
            empty_root.write(f"{folder}/{library}", b"no library")
    empty_root.write("/etc/ld.so.cache", Path("/etc/ld.so.cache").read_bytes())
    empty_root.write("/etc/hosts", HOSTS)
    empty_root.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
    look_up(empty_root, authority, tls_port)
    runs(empty_root, LD_LIBRARY_PATH=":".join(FOLDERS))


def runs(root: Root, **environ: str) -> None:
    """`wherry version` and `wherry wait` do their job; a loader may grumble about what it was told to load."""
    with root.serving() as (_, url):
        for arguments in (["version"], ["wait", f"{url}/ok", "--quiet"]):
            process = root.wherry(*arguments, **environ)
            assert process.returncode == 0, process.stderr
            assert all("ld.so: object" in line for line in process.stderr.splitlines()), process.stderr
