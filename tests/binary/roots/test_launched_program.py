"""A program of `mode: launcher` where there is nothing else: no loader, no libc, no /tmp, and not even /proc."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("mounts", [(), ("proc",)], ids=["without proc", "with proc"])
def test_in_an_empty_root(empty_root, acme_builds, mounts):
    empty_root.put(acme_builds[0].executable, "/other")
    empty_root.mounts = mounts
    empty_root.write("/etc/hosts", "127.0.0.1 listed.test\n")
    for _ in range(2):
        said = empty_root.run("/other", "say", "hello")
        assert (said.returncode, said.stdout, said.stderr) == (0, "hello\n", "")
    assert (empty_root.folder / ".cache" / "acme" / "runtime").is_dir()
    assert empty_root.run("/other", "look").stdout.startswith('["/other", "/other"')
    assert empty_root.run("/other", "resolve", "listed.test").stdout == "127.0.0.1 OpenSSL\n"
