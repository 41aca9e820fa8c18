"""Build the executable of HEAD twice, in two fresh clones, and compare: `make binary-verify`.

The exit code is 1 when a byte differs. The clones stand in folders with different names, so that no path of the machine
can hide in what is compared.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent


def main() -> None:
    """Build, compare, tell both hashes."""
    with tempfile.TemporaryDirectory() as folder:
        built = [build(Path(folder) / name) for name in ("one", "the-other")]
    for name, content in zip(("one", "the other"), built, strict=True):
        print(f"{hashlib.sha256(content).hexdigest()}  {len(content):,} bytes, {name}")
    if built[0] != built[1]:
        at = next((at for at, (a, b) in enumerate(zip(*built, strict=False)) if a != b), "the end of the shorter")
        sys.exit(f"they differ from byte {at} on")
    print("identical")


def build(clone: Path) -> bytes:
    """What build/freeze.py makes in a new clone."""
    subprocess.run(["git", "clone", "--quiet", str(HOME), str(clone)], check=True)
    subprocess.run([sys.executable, "build/freeze.py"], cwd=clone, check=True, stdout=sys.stderr)
    return (clone / "dist" / "wherry").read_bytes()


if __name__ == "__main__":
    main()
