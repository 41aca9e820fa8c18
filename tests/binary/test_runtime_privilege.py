"""Root with somebody else's home, and executables that lend their owner's rights."""

from __future__ import annotations

import os
import shutil

import pytest

from .runtime import READ_ONLY, as_root, linux, plant, ran

pytestmark = [linux, as_root]


def test_root_in_the_home_of_another_user(victim, genuine, machine):
    """`sudo` may keep HOME: what root would execute there is the other's to change."""
    plant(victim.place, genuine, victim.uid)
    victim.own(victim.home)
    before = sorted(victim.home.rglob("*"))
    process = machine("mount -t tmpfs none /var/tmp", "version", uid=0, HOME=str(victim.home))
    ran(process, genuine)
    assert sorted(victim.home.rglob("*")) == before


@pytest.mark.parametrize("parent", ["/var/tmp", "/dev/shm"])
def test_root_and_a_planted_last_resort(genuine, attacker, machine, parent):
    setup = f"""
        mount -t tmpfs none /var/tmp
        mount -t tmpfs none /dev/shm
        mount --bind /tmp /tmp
        mount -o remount,bind,ro /tmp
        mkdir {parent}/wherry-0
        cp -r {genuine.folder} {parent}/wherry-0/
        printf '#!/bin/sh\\necho PLANTED' >{parent}/wherry-0/{genuine.identity}/wherry
        chown -R {attacker} {parent}/wherry-0
    """
    process = machine(setup, "version", uid=0, HOME=None)
    ran(process, genuine)


@pytest.mark.parametrize("name", ["WHERRY_RUNTIME_DIR", "XDG_CACHE_HOME", "HOME"])
def test_a_setuid_copy_does_not_let_its_caller_choose_the_place(victim, genuine, grounds, machine, name):
    copy = grounds / "setuid"
    shutil.copy(genuine.executable, copy)
    copy.chmod(0o4755)
    below = {"WHERRY_RUNTIME_DIR": ".", "XDG_CACHE_HOME": "wherry/runtime", "HOME": ".cache/wherry/runtime"}[name]
    plant(victim.home / below, genuine, 0)
    os.chown(victim.home, 0, 0)
    victim.home.chmod(0o755)
    before = sorted(victim.home.rglob("*"))
    setup = "mount -t tmpfs none /var/tmp; chmod 1777 /var/tmp"
    process = machine(setup, "version", uid=victim.uid, executable=copy, **{"HOME": None, name: str(victim.home)})
    ran(process, genuine)
    assert sorted(victim.home.rglob("*")) == before


def test_an_executable_that_may_not_be_read(victim, genuine, grounds):
    """Its process is not its user's to look into, which /proc/self shows."""
    copy = grounds / "wherry"
    shutil.copy(genuine.executable, copy)
    copy.chmod(0o111)
    victim.runs(executable=copy)
    victim.runs(executable=copy)


def test_an_executable_that_may_not_be_read_runs_from_memory(victim, genuine, grounds, machine):
    copy = grounds / "wherry"
    shutil.copy(genuine.executable, copy)
    copy.chmod(0o111)
    process = machine(READ_ONLY, "version", uid=victim.uid, executable=copy)
    ran(process, genuine)


def test_users_that_are_not_mapped(genuine, victim):
    """In a user namespace of one user, the root folder belongs to nobody that is known."""
    process = victim("version", before=["unshare", "--user"])
    if process.stderr.startswith("unshare: "):
        pytest.skip("users may not have namespaces here")
    ran(process, genuine)
