"""Become a program in another root: make its mounts, go there, drop to its user, execute it.

    unshare --mount ... python enter.py PLAN

PLAN is a JSON object: root, mounts (names of MOUNTS), read_only, user, command, environ. The environment is set by the
last call only, so that what loads this program, a shell or a mount does not obey it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

# What a container runtime mounts, with its options: /dev/shm is not executable there.
MOUNTS = {
    "proc": [("proc", "proc", "nosuid,nodev,noexec")],
    "dev": [("tmpfs", "dev", "mode=755,nosuid"), ("tmpfs", "dev/shm", "mode=1777,nosuid,nodev,noexec")],
    "tmp": [("tmpfs", "tmp", "mode=1777,nosuid,nodev")],
}
DEVICES = ("null", "zero", "full", "random", "urandom")


def main() -> None:
    """Do what the plan says; ends as the program does."""
    plan = json.loads(sys.argv[1])
    root = Path(plan["root"])
    mount("--bind", root, root)
    for name in plan["mounts"]:
        for kind, place, options in MOUNTS[name]:
            (root / place).mkdir(mode=0o755, exist_ok=True)
            mount("-t", kind, "-o", options, kind, root / place)
        if name == "dev":
            for device in DEVICES:
                (root / "dev" / device).touch()
                mount("--bind", Path("/dev") / device, root / "dev" / device)
    if plan["read_only"]:
        mount("-o", "remount,bind,ro", root)
    os.chroot(root)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(*[plan["user"]] * 3)
    os.setresuid(*[plan["user"]] * 3)
    os.execve(plan["command"][0], plan["command"], plan["environ"])


def mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main()
