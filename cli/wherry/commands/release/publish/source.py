"""The archive of the source, as git has it at the commit that is released."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from typing import TYPE_CHECKING

from wherry.errors import WherryError

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, folder: Path, kind: str, commit: str, prefix: str) -> None:
    """Write it to ``path``: all files of ``commit`` of the repository at ``folder``, in the folder ``prefix``.

    ``kind`` is tar.gz or zip; the same bytes each time: git takes times from the commit. Raises WherryError, OSError.
    """
    made = path.with_name(f"{path.name}.git")
    command = ["git", "-C", str(folder), "archive", f"--format={kind.removesuffix('.gz')}", f"--prefix={prefix}/"]
    try:
        with made.open("wb") as file:
            done = subprocess.run([*command, commit], stdout=file, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it failed without a word"]
            raise WherryError(f"git archive: {lines[0]}")
        if kind == "zip":
            made.replace(path)
            return
        # Not git's own tar.gz: what it calls to compress differs from machine to machine.
        with (
            made.open("rb") as plain,
            path.open("wb") as raw,
            gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
        ):
            shutil.copyfileobj(plain, packed)
    except FileNotFoundError as exc:
        raise WherryError(f"{exc.filename}: it is not there") from None
    finally:
        made.unlink(missing_ok=True)
