"""Names are looked up by the C library inside the executable, whatever a system's configuration says of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .root import Root

HOSTS = "127.0.0.1 localhost\n127.0.0.1 listed.test\n"
ASKING = "nameserver 127.0.0.1\noptions timeout:5 attempts:3\n"

SWITCHES: dict[str, bytes | None] = {
    "absent": None,
    "empty": b"",
    "garbage": b"\x7fELF\x02\xff\0\0passwd\n[[[]]!\n{}:\n: files\n#hosts: \xff\n",
    "without hosts": b"passwd: files\n",
    "modules of systemd": (
        b"hosts: files mymachines mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns myhostname\n"
    ),
    "modules of systemd first": b"hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns\n",
    "only modules that are not there": b"hosts: mymachines resolve sss\n",
    "hosts without a colon": b"hosts\n",
    "long gone modules": b"passwd: compat\ngroup: compat\nhosts: db nis nisplus ldap wins files mdns dns\n",
}


def look_up(root: Root, authority, port: int, *names: str) -> None:
    """Wait for the TLS server by ``names``: unless told, one of /etc/hosts and one that only the name server knows."""
    authority.cert_pem.write_to_path(str(root.folder / "ca.pem"))
    targets = [f"https://{name}:{port}/" for name in names or ("listed.test", "asked.test")]
    process = root.wherry("wait", *targets, "--cacert", "/ca.pem")
    assert process.returncode == 0, process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize("switch", SWITCHES)
def test_by_hosts_and_by_dns(empty_root, authority, tls_port, asked, switch):
    empty_root.write("/etc/hosts", HOSTS)
    empty_root.write("/etc/resolv.conf", ASKING)
    if (content := SWITCHES[switch]) is not None:
        empty_root.write("/etc/nsswitch.conf", content)
    look_up(empty_root, authority, tls_port)
    assert set(asked) == {"asked.test"}


def test_nobody_in_a_root_that_cannot_be_written(empty_root, authority, tls_port, asked):
    empty_root.write("/etc/hosts", HOSTS)
    empty_root.write("/etc/resolv.conf", ASKING)
    empty_root.write("/etc/nsswitch.conf", SWITCHES["modules of systemd"] or b"")
    empty_root.mounts, empty_root.user, empty_root.read_only = ("proc",), 65534, True
    look_up(empty_root, authority, tls_port)
    assert set(asked) == {"asked.test"}


def test_a_certificate_of_an_unknown_authority(empty_root, tls_port):
    """Where the root has no trust store, certifi's is used, and this authority is not in it."""
    empty_root.write("/etc/hosts", HOSTS)
    process = empty_root.wherry("request", f"https://listed.test:{tls_port}/", "--retry", "0")
    assert process.returncode == 3
    assert "certificate" in process.stderr


def test_a_name_that_nobody_knows(empty_root, asked):
    empty_root.write("/etc/resolv.conf", ASKING)
    process = empty_root.wherry("request", "http://unknown.test/", "--retry", "0")
    assert process.returncode == 3
    assert "no such host: unknown.test" in process.stderr
    assert "unknown.test" in asked


def test_a_record_by_the_systems_name_server(empty_root, asked):
    empty_root.write("/etc/resolv.conf", ASKING)
    process = empty_root.wherry("wait", "dns://asked.test?type=A")
    assert process.returncode == 0, process.stderr
    assert asked == ["asked.test"]


def test_no_configuration_at_all(empty_root, authority, tls_port, asked):
    """Without resolv.conf the name server is the machine itself (resolv.conf(5))."""
    look_up(empty_root, authority, tls_port, "asked.test")
    assert "asked.test" in asked
