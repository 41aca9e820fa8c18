"""A folder that the executable takes for the whole file system."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .network import Network

LIMIT_S = 120
NOBODY = 65534
ENTER = Path(__file__).with_name("enter.py")


@dataclass
class Root:
    """Runs programs in ``folder`` and in ``network``; the executable is /wherry there.

    ``mounts`` are names of enter.MOUNTS; ``read_only`` is said of the folder, not of them. With ``first_process`` a
    program is process 1 of a namespace, as in a container.
    """

    folder: Path
    network: Network
    environ: dict[str, str] = field(default_factory=lambda: {"HOME": "/", "PATH": "/usr/bin:/bin"})
    mounts: Sequence[str] = ()
    user: int = 0
    read_only: bool = False
    first_process: bool = False

    def write(self, path: str, content: str | bytes) -> None:
        """Put a file at the absolute ``path``. What is there may be a link shared with other roots: it is replaced."""
        file = self.folder / path.lstrip("/")
        file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def put(self, program: Path, path: str) -> None:
        """Copy an executable to the absolute ``path``."""
        self.write(path, b"")
        shutil.copyfile(program, self.folder / path.lstrip("/"))
        (self.folder / path.lstrip("/")).chmod(0o755)

    def wherry(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the executable to its end, with ``environ`` in addition."""
        return self.run("/wherry", *arguments, **environ)

    def run(self, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the root to its end."""
        with self.start(*command, **environ) as process:
            try:
                stdout, stderr = process.communicate(timeout=LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)

    def start(self, *command: str, **environ: str) -> subprocess.Popen[str]:
        """Start a program of the root. With ``first_process`` the process is that of unshare, which ends as it does."""
        plan = {
            "root": str(self.folder),
            "mounts": list(self.mounts),
            "read_only": self.read_only,
            "user": self.user,
            "command": command,
            "environ": self.environ | environ,
        }
        namespaces = ["--mount", "--propagation", "private"]
        if self.first_process:
            namespaces += ["--pid", "--fork", "--kill-child"]
        with self.network.inside():
            return subprocess.Popen(
                ["unshare", *namespaces, sys.executable, "-I", "-S", str(ENTER), json.dumps(plan)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="backslashreplace",
            )

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """`wherry serve` on a free port: its process, and its URL."""
        with self.start("/wherry", "serve", "--listen", "127.0.0.1:0", *arguments) as process:
            try:
                assert process.stdout and process.stderr
                line = process.stdout.readline()
                found = re.fullmatch(r"listening on (http\S+)\n", line)
                assert found, line + process.stderr.read()
                yield process, found[1]
            finally:
                process.kill()
