"""A real project of two files, frozen by the real PyInstaller and packed: run from the archive, installed, twice alike.

This takes the time of a virtual environment and of PyInstaller for each build. They run side by side; the project is
its own build backend, so that none has to be fetched; the lock has PyInstaller and what that needs; only the first
makes a package, which takes as long to compress; and the third, of one file, is made only where CI is set.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wherry.commands.release.build import manifest
from wherry.commands.release.sbom import reading, writing

HOME = Path(__file__).parents[5]
LOCK = HOME / "build" / "freeze.lock"
NEEDED = ("altgraph", "macholib", "packaging", "pefile", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools")
MODES = ["onedir", "onedir", *(["onefile"] if os.environ.get("CI") else [])]
UNREACHABLE = ("No matching distribution", "ConnectionError", "Could not fetch", "No module named pip", "ensurepip")
FILES = {
    "acme.py": """\
import sys
from importlib.metadata import version
from pathlib import Path

from packaging.version import Version

def main():
    print("acme", Version(version("acme")), (Path(__file__).parent / "words" / "hello.txt").read_text())
    return 0 if sys.argv[1:] == ["--version"] else 4
""",
    "backend.py": '''\
"""A build backend (PEP 517) in a few lines."""
import zipfile

WHEEL = "Wheel-Version: 1.0\\nGenerator: a\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "acme-1.2.3-py3-none-any.whl"
    info = "acme-1.2.3.dist-info"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        wheel.write("acme.py")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: acme\\nVersion: 1.2.3\\n")
        wheel.writestr(f"{info}/WHEEL", WHEEL)
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\\nacme = acme:main\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
''',
    "pyproject.toml": """\
[project]
name = "acme"
version = "1.2.3"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
""",
    "words/hello.txt": "hello",
    "README.md": "acme\n",
    "LICENSE": "as you like\n",
    "release.yml": """\
version: 1
project_name: acme
builds:
  - builder: pyinstaller
    entry: acme:main
    lock: requirements.lock
    mode: MODE
    data: [{src: "words/*.txt", dst: words}]
    targets: [linux_amd64, linux_arm64, darwin_amd64, darwin_arm64, windows_amd64, windows_arm64]
    smoke: [[--version]]
archives: [{formats: [tar.gz]}]
""",
}
PACKAGE = 'nfpms: [{formats: [deb], maintainer: "Ada <ada@acme.test>", description: Says hello}]\n'


def lock():
    parts = re.split(r"(?m)^(?=[a-z])", LOCK.read_text("utf-8"))
    return "".join(part for part in parts if part.split("==")[0] in NEEDED)


def build(folder, mode, package):
    release = FILES["release.yml"] + package
    for name, text in {**FILES, "release.yml": release, "requirements.lock": lock()}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("MODE", mode), "utf-8")
    command = [sys.executable, "-m", "wherry", "release", "build", "-o", "json"]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folders of the builds, and what each printed."""
    folders = [tmp_path_factory.mktemp(mode) for mode in MODES]
    with ThreadPoolExecutor(len(MODES)) as pool:
        results = list(pool.map(build, folders, MODES, [PACKAGE, "", ""]))
    for result in results:
        if result.returncode == 3 and any(words in result.stderr for words in UNREACHABLE) and not os.environ.get("CI"):
            pytest.skip(f"PyInstaller cannot be installed here: {result.stderr.splitlines()[-1]}")
        assert result.returncode == 0, result.stderr
    return list(zip(folders, [json.loads(result.stdout) for result in results], strict=True))


def unpacked(folder, document, place):
    name = next(each["name"] for each in document["artifacts"] if each["format"] == "tar.gz")
    with tarfile.open(folder / "dist" / name) as archive:
        archive.extractall(place, filter="data")


def run(program, *arguments, **environ):
    command = [str(program), *arguments]
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", **environ}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("index", "program"), [(0, "acme/acme"), (2, "acme")][: len(MODES) - 1])
def test_it_runs_from_the_archive(built, tmp_path, index, program):
    unpacked(*built[index], tmp_path)
    good, bad = run(tmp_path / program, "--version"), run(tmp_path / program)
    assert (good.stdout, good.returncode) == ("acme 1.2.3 hello\n", 0), good.stderr
    assert bad.returncode == 4
    assert (tmp_path / "README.md").read_text() == "acme\n"


def test_two_builds_are_the_same_bytes(built):
    (one, first), (two, second) = built[:2]
    assert first["artifacts"][0] == second["artifacts"][0]
    name = first["artifacts"][0]["name"]
    assert (one / "dist" / name).read_bytes() == (two / "dist" / name).read_bytes()


def test_the_inventory_is_of_what_was_frozen(built):
    for folder, document in built:
        (program,) = document["builds"]
        found = {each["name"]: each for each in program["inventory"]["distributions"]}
        assert {*found} == {"acme", "packaging", "pyinstaller"}
        assert found["pyinstaller"]["part"] == "bootloader"
        assert "sha256" not in found["acme"]
        part = next(part for part in re.split(r"(?m)^(?=[a-z])", lock()) if part.startswith("packaging=="))
        assert f"packaging=={found['packaging']['version']} " in part
        assert f"sha256:{found['packaging']['sha256']}" in part
        assert found["packaging"]["archive"].startswith("packaging-")
        assert program["inventory"]["python"]["version"].startswith("3.")
        assert any(
            each["name"].startswith(("libpython", "python3", "Python")) for each in program["inventory"]["libraries"]
        )
        assert str(folder) not in json.dumps(document["builds"])
    assert built[0][1]["builds"] == built[1][1]["builds"]


def test_a_bill_of_materials_has_the_files_of_the_archive(built, tmp_path):
    for index, (folder, document) in enumerate(built):
        place = tmp_path / str(index)
        unpacked(folder, document, place)
        part = manifest.decode((folder / "dist" / f"part-{document['target']}.json").read_bytes(), "part")
        (program,) = part.builds
        above = place / "acme" if program.folder else place
        there = [path for path in (above.rglob("*") if program.folder else [above / program.binary]) if path.is_file()]
        digests = {
            path.relative_to(above).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in there
            if not path.is_symlink()
        }
        for kind in ("cyclonedx", "spdx"):
            read = reading.files(writing.write(part, program, kind, writing.Said()))
            assert {each.path: each.sha256 for each in read} == digests


def test_nothing_of_this_machine_is_in_it(built, tmp_path):
    unpacked(*built[0], tmp_path)
    names = {path.name for path in (tmp_path / "acme").rglob("*.dist-info/*")}
    assert names == {"METADATA", "WHEEL", "entry_points.txt"}
    assert sorted(path.name for path in built[0][0].iterdir()) == sorted([*FILES_AT_TOP, "dist"])


FILES_AT_TOP = [*{name.split("/")[0] for name in FILES}, "requirements.lock"]


@pytest.mark.skipif(not shutil.which("dpkg") or os.name != "posix" or os.getuid(), reason="needs dpkg, and to be root")
def test_the_deb_is_installed_and_runs(built, tmp_path):
    folder, document, root = built[0][0], built[0][1], tmp_path / "root"
    deb = next(each["name"] for each in document["artifacts"] if each["format"] == "deb")
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    command = ["dpkg", f"--root={root}", "--log=/dev/null", "--force-depends", "--install", folder / "dist" / deb]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert run(root / "usr/bin/acme", "--version").stdout == "acme 1.2.3 hello\n"
    assert (root / "usr/share/doc/acme/copyright").read_text() == "as you like\n"


@pytest.mark.skipif(not shutil.which("lintian"), reason="lintian is not installed")
def test_lintian_finds_no_error_in_the_deb(built):
    folder, document = built[0]
    deb = next(each["name"] for each in document["artifacts"] if each["format"] == "deb")
    command = ["lintian", "--fail-on", "error", "--allow-root", folder / "dist" / deb]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("readelf"), reason="readelf is not installed")
def test_no_library_is_looked_for_in_a_folder_of_this_machine(built, tmp_path):
    unpacked(*built[0], tmp_path)
    files = [path for path in (tmp_path / "acme").rglob("*") if path.is_file() and not path.is_symlink()]
    said = subprocess.run(["readelf", "-dW", *files], capture_output=True, text=True, check=False).stdout
    assert "NEEDED" in said
    assert re.findall(r"R(?:UN)?PATH\).*\[/.*", said) == []
