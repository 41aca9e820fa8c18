"""Roots for the executable, a network of their own, and a name server and a TLS server in it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import trustme

from .name_server import name_server
from .network import Network
from .root import Root
from .tls_server import tls_server

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).resolve().parent.parent.parent.parent
ROOTS = HOME / "work" / "roots"
OLD_SUITE = "bullseye"


@pytest.fixture
def network() -> Iterator[Network]:
    """Skips where this process cannot make one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root of a Linux system makes roots and networks")
    try:
        made = Network()
    except OSError as exc:
        pytest.skip(f"no namespaces here: {exc}")
    yield made
    made.close()


@pytest.fixture
def empty_root(network: Network, binary: Path, tmp_path: Path) -> Root:
    """A root that holds nothing but the executable, as FROM scratch makes it."""
    return _furnished(tmp_path / "root", network, binary)


@pytest.fixture
def musl_root(network: Network, binary: Path, tmp_path: Path) -> Root:
    """A root with musl and a static busybox, as in Alpine; no glibc."""
    loaders = sorted(Path("/lib").glob("ld-musl-*.so.1"))
    busybox = shutil.which("busybox")
    if not loaders or not busybox:
        _missing("the packages musl and busybox-static are not installed")
    root = _furnished(tmp_path / "root", network, binary)
    root.put(loaders[0], f"/lib/{loaders[0].name}")
    root.put(Path(busybox), "/bin/busybox")
    root.run("/bin/busybox", "--install", "-s", "/bin")
    return root


@pytest.fixture(scope="session")
def debian(binary: Path) -> Path:
    """The files of a Debian that is older than what the executable was built on, made once: half a minute."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root of a Linux system makes roots and networks")
    if platform.freedesktop_os_release().get("ID") != "debian":
        pytest.skip("only the package archive of a Debian has an older Debian")
    if not shutil.which("debootstrap"):
        _missing("debootstrap is not installed")
    folder = ROOTS / OLD_SUITE
    making = subprocess.run(
        [str(HOME / "build" / "debian-root.sh"), OLD_SUITE, str(folder)], capture_output=True, text=True, check=False
    )
    if making.returncode != 0:
        _missing(f"no {OLD_SUITE} to be had: {making.stderr}")
    return folder


@pytest.fixture
def debian_root(network: Network, binary: Path, debian: Path) -> Iterator[Root]:
    """The old Debian, its files shared by links."""
    with tempfile.TemporaryDirectory(dir=ROOTS) as folder:
        subprocess.run(["cp", "--archive", "--link", f"{debian}/.", folder], check=True)
        yield _furnished(Path(folder), network, binary)


@pytest.fixture
def root(request: pytest.FixtureRequest) -> Root:
    """The root that a test is parametrized with: empty, debian or musl."""
    made: Root = request.getfixturevalue(f"{request.param}_root")
    return made


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def asked(network: Network) -> Iterator[list[str]]:
    """The questions that the name server got; it knows asked.test."""
    with name_server(network, {"asked.test": "127.0.0.1"}) as names:
        yield names


@pytest.fixture
def tls_port(network: Network, authority: trustme.CA) -> Iterator[int]:
    """Where listed.test and asked.test are served."""
    with tls_server(network, authority, "listed.test", "asked.test") as port:
        yield port


def _furnished(folder: Path, network: Network, binary: Path) -> Root:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    root = Root(folder, network)
    root.put(binary, "/wherry")
    return root


def _missing(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
