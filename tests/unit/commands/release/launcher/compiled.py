"""Programs of C, compiled as the launcher and PyInstaller's bootloader are; what cannot be compiled here is skipped."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

needs_compiler = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("gcc") or not shutil.which("readelf"), reason="needs gcc on Linux"
)


def compile_c(source, output, *options):
    """The bytes of OUTPUT."""
    subprocess.run(["gcc", "-x", "c", "-", "-o", str(output), *options], input=source, text=True, check=True)
    return output.read_bytes()


def readelf(data, path, *options):
    """What the real tool says of DATA, and that it finds nothing wrong with it."""
    path.write_bytes(data)
    ran = subprocess.run(["readelf", "-W", *options, str(path)], capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    return ran.stdout


def run(data, path, *arguments, **environ):
    path.write_bytes(data)
    path.chmod(0o755)
    return subprocess.run([str(path), *arguments], env=environ, capture_output=True, text=True, check=False, timeout=60)
