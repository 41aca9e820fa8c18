"""Fetch GitHub's OpenAPI description, the judge in tests of what `wherry release` sends; do nothing when it is here.

    python3 build/openapi.py

It comes by npm, from the package @octokit/openapi, and is kept in the user's cache folder, since the package is large.
Where it cannot be had the tests that need it are skipped: this says so, and fails only with CI set.
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

from environment import install

PACKAGE = "@octokit/openapi"
VERSION = "23.0.2"
# The registry's own "integrity" of that version.
SHA512 = "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="
WANTED = "package/generated/api.github.com.json"


def place() -> Path:
    """Where the description of this version is kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "wherry-build" / f"github-openapi-{VERSION}.json"


def main() -> None:
    """Bring it here."""
    if place().exists():
        return
    if not shutil.which("npm"):
        install(["npm"])
    try:
        fetch(place())
    except (OSError, subprocess.CalledProcessError) as exc:
        words = f"tests against GitHub's OpenAPI description are skipped, since it cannot be fetched: {exc}"
        if os.environ.get("CI"):
            sys.exit(words)
        print(words, file=sys.stderr)


def fetch(path: Path) -> None:
    """Unpack the description out of the package into ``path``; ends the program where it is not what was pinned."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        (packed,) = Path(folder).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != SHA512:
            sys.exit(f"{PACKAGE} {VERSION} is not what it was: its sha512 is {found}")
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        with tarfile.open(packed) as archive, beside.open("wb") as made:
            member = archive.extractfile(WANTED)
            assert member is not None
            shutil.copyfileobj(member, made)
        beside.replace(path)


if __name__ == "__main__":
    main()
