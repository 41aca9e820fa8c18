"""Many files, large files, full disks, and machines that are set up otherwise."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packages_read import cpio_files, deb_files, rpm_headers

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.cpio import write_cpio
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.rpm import write_rpm
from wherry.commands.release.package.tar import write_tar_gz
from wherry.commands.release.package.zip import write_zip
from wherry.errors import UsageError, WherryError

FACTS = PackageFacts(name="hello", version="1.0", processor="amd64", description="Says hello", maintainer="A <a@b.c>")
WRITERS = {
    "tar.gz": write_tar_gz,
    "zip": write_zip,
    "deb": lambda target, items, time_s: write_deb(target, items, FACTS, time_s),
    "rpm": lambda target, items, time_s: write_rpm(target, items, FACTS, time_s),
}
# Packs what is in the folder argv[2] into the file argv[1]; argv[3] is the format.
PACK = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_limits import WRITERS, Item
target, folder = Path(sys.argv[1]), Path(sys.argv[2])
found = sorted(path for path in folder.rglob("*") if path.is_file())
items = [Item(f"usr/lib/hello/{{path.relative_to(folder)}}", source=path) for path in found]
"""
WRITE = "WRITERS[sys.argv[3]](target, items, 1_700_000_000)"
every_format = pytest.mark.parametrize("kind", list(WRITERS))


def run(code, *arguments, **options):
    """What a Python of its own says on standard output, or ``CalledProcessError``."""
    command = [sys.executable, "-c", PACK + code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300, **options).stdout


def test_many_files(tmp_path):
    items = [Item(f"usr/lib/hello/{number % 50}/{number}", data=b"%d" % number) for number in range(5000)]
    for kind, write in WRITERS.items():
        write(tmp_path / kind, items, 0)
    with tarfile.open(tmp_path / "tar.gz") as archive:
        assert len(archive.getnames()) == 5000
    with zipfile.ZipFile(tmp_path / "zip") as archive:
        assert len(archive.namelist()) == 5000
    assert len(deb_files((tmp_path / "deb").read_bytes())) == 5001
    found = cpio_files(rpm_headers((tmp_path / "rpm").read_bytes())[2])
    assert found["usr/lib/hello/49/4999"] == (0o644, b"4999")
    assert len(found) == 5000


@every_format
def test_another_folder_umask_language_and_time(tmp_path, kind):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_bytes(b"a" * 70_000)
        (tmp_path / name / "é").write_bytes(b"")
    os.utime(tmp_path / "other/a", (1, 1))
    (tmp_path / "other/a").chmod(0o600)
    quiet = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    run(WRITE, tmp_path / "first", tmp_path / "one", kind, env=quiet)
    elsewhere = {**os.environ, "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "HOME": "/", "USER": "x"}
    masked = "import os; os.umask(0o077);"
    run(masked + WRITE, tmp_path / "second", tmp_path / "other", kind, env=elsewhere, cwd=tmp_path)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert (tmp_path / "second").stat().st_mode & 0o777 == 0o644


@every_format
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_leaves_nothing(tmp_path, kind):
    (tmp_path / "files").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "files/a").write_bytes(os.urandom(3_000_000))
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        f"try:\n    {WRITE}\nexcept OSError as exc:\n    print(exc.strerror)"
    )
    assert run(limited, tmp_path / "out/a", tmp_path / "files", kind) == "File too large\n"
    assert list((tmp_path / "out").iterdir()) == []


@every_format
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
def test_a_large_file_takes_little_memory(tmp_path, kind):
    (tmp_path / "files").mkdir()
    with (tmp_path / "files/large").open("wb") as file:
        file.truncate(300_000_000)
    peak = "import resource; at = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; before = at();"
    grown = int(run(f"{peak} {WRITE}; print(at() - before)", tmp_path / "out", tmp_path / "files", kind))
    assert grown < 120_000, "kilobytes; xz itself takes 94,000"
    assert (tmp_path / "out").stat().st_size < 2_000_000


def test_more_than_an_rpm_holds(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 32)
    with pytest.raises(UsageError, match="4 GB"):
        write_rpm(tmp_path / "out", [Item("usr/a", source=tmp_path / "large")], FACTS, 0)
    assert [each.name for each in tmp_path.iterdir()] == ["large"]


@pytest.mark.parametrize("size", [4, 6], ids=["grown", "shrunk"])
def test_a_file_that_changed_meanwhile(size):
    with pytest.raises(WherryError, match="usr/a changed while it was packed"):
        write_cpio(io.BytesIO(), [("usr/a", 0o100644, size, Item("usr/a", data=b"short"))], 0)
