"""What the tests of the Linux executable's unpacking share: who starts it, where, and what it left there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT_S = 60
HINT = "  hint: set WHERRY_RUNTIME_DIR to a folder that can be written and executed from"
# Configuration is looked for where everybody may look and there is none, wherever the home is.
ENVIRON = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "XDG_CONFIG_HOME": "/usr/share"}
LAST_RESORTS = ("/var/tmp", "/tmp", "/dev/shm")
READ_ONLY = "".join(f"mount --bind {one} {one}; mount -o remount,bind,ro {one}\n" for one in LAST_RESORTS)

linux = pytest.mark.skipif(sys.platform != "linux", reason="only the Linux executable unpacks itself into a cache")
as_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can become somebody else on Linux"
)


@dataclass(frozen=True)
class Genuine:
    """The executable where every user can start it, and the folder that one start of it has unpacked."""

    executable: Path
    folder: Path
    version: str  # what `wherry version` prints

    @property
    def identity(self) -> str:
        return self.folder.name

    def program_in(self, place: Path | str) -> str:
        """The program that is executed when PLACE is used."""
        return f"{place}/{self.identity}/wherry"


class Person:
    """Somebody with a home who starts the executable."""

    def __init__(self, genuine: Genuine, uid: int, grounds: Path) -> None:
        self.genuine = genuine
        self.uid = uid
        self.home = grounds / f"home-{uid}"
        self.home.mkdir(mode=0o700)
        self.answers = grounds / f"answers-{uid}"
        self.answers.mkdir(mode=0o700)
        self.own(self.home, self.answers)
        self.environ = {**ENVIRON, "HOME": str(self.home)}

    @property
    def place(self) -> Path:
        """Where it unpacks when nothing is in the way."""
        return self.home / ".cache" / "wherry" / "runtime"

    def last_resort(self, parent: str) -> Path:
        """Its place in /var/tmp, /tmp or /dev/shm."""
        return Path(parent) / f"wherry-{self.uid}"

    def own(self, *paths: Path) -> None:
        """Make these files and folders, with all that is in them, this person's."""
        if os.geteuid() == 0:
            give(self.uid, *paths)

    def __call__(
        self, *arguments: str, before: Sequence[str] = (), executable: Path | None = None, **environ: str | None
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end, after the words of BEFORE; a variable of None is taken out of the environment."""
        return subprocess.run(
            [*before, str(executable or self.genuine.executable), *arguments],
            timeout=LIMIT_S,
            check=False,
            **self.surroundings(environ),
        )

    def start(self, *arguments: str, **environ: str | None) -> subprocess.Popen[str]:
        """Start and leave running."""
        return subprocess.Popen([str(self.genuine.executable), *arguments], **self.surroundings(environ))

    def surroundings(self, environ: dict[str, str | None]) -> dict[str, Any]:
        merged = self.environ | environ
        became = {"user": self.uid, "group": self.uid, "extra_groups": []} if os.geteuid() == 0 else {}
        return became | {
            "env": {name: value for name, value in merged.items() if value is not None},
            "cwd": "/",
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "errors": "backslashreplace",
        }

    def program(self, **options: Any) -> str:
        """Start it and tell which file was executed in the end; /memfd:... when it runs from memory."""
        answer = self.answers / "program"
        process = self("wait", "--quiet", f'exec:sh -c "readlink /proc/$PPID/exe >{answer}"', **options)
        assert (process.returncode, process.stderr) == (0, ""), process.stderr
        return os.fsdecode(answer.read_bytes().removesuffix(b"\n"))

    def runs(self, **options: Any) -> None:
        """It runs, says what it always says, and nothing else."""
        ran(self("version", **options), self.genuine)

    def tidy(self) -> None:
        """Take away what was left outside the home."""
        for parent in LAST_RESORTS:
            path = self.last_resort(parent)
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


class Machine:
    """Runs the executable where other file systems are mounted, which nobody else sees."""

    def __init__(self, genuine: Genuine) -> None:
        self.genuine = genuine

    def __call__(
        self,
        setup: str,
        *arguments: str,
        uid: int,
        before: Sequence[str] = (),
        executable: Path | None = None,
        **environ: str | None,
    ) -> subprocess.CompletedProcess[str]:
        """Run SETUP in a shell as root, then the executable as user UID, after the words of BEFORE."""
        script = f'{setup}\nexec setpriv --reuid {uid} --regid {uid} --clear-groups -- "$@"'
        merged = ENVIRON | environ
        own_mounts = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", script, "sh"]
        return subprocess.run(
            [*own_mounts, *before, str(executable or self.genuine.executable), *arguments],
            env={name: value for name, value in merged.items() if value is not None},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=LIMIT_S,
            check=False,
        )


def give(uid: int, *paths: Path) -> None:
    """Make these files and folders, with all that is in them, UID's; a link itself, not what it leads to."""
    for path in paths:
        os.lchown(path, uid, uid)
        if path.is_dir() and not path.is_symlink():
            give(uid, *path.iterdir())


def plant(place: Path, genuine: Genuine, owner: int) -> None:
    """Fill PLACE as the executable does, but with OWNER's files and another program."""
    shutil.copytree(genuine.folder, place / genuine.identity, symlinks=True)
    program = Path(genuine.program_in(place))
    program.unlink()
    program.write_text("#!/bin/sh\necho PLANTED\necho PLANTED >&2\n")
    program.chmod(0o755)
    give(owner, place)


def ran(process: subprocess.CompletedProcess[str], genuine: Genuine) -> None:
    """It said what `wherry version` always says, and nothing else."""
    assert (process.returncode, process.stdout, process.stderr) == (0, genuine.version, "")


def contents(folder: Path) -> dict[str, str]:
    """Each file below FOLDER and the hash of what is in it, without the seal, which differs each time."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".sealed"
    }


def left_in(place: Path) -> set[str]:
    """What a start left in PLACE, without the file that is locked while unpacking."""
    return {path.name for path in place.iterdir()} - {".lock"}


def why_refused(process: subprocess.CompletedProcess[str]) -> str:
    """What it says when nothing works: one line and a hint, with the code for what could not be carried out."""
    assert process.returncode == 3, process.stderr
    assert process.stdout == ""
    line, hint = process.stderr.splitlines()
    assert hint == HINT
    assert line.startswith("wherry: cannot unpack itself: ")
    return line
