"""Which Python, and what is installed."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from wherry.commands.release.build import interpreter
from wherry.commands.release.build.environment import can_report, cleaned, is_installable, locked_names, make, tidied
from wherry.commands.release.build.running import Runner
from wherry.commands.release.file import PyInstallerBuild
from wherry.errors import WherryError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def python(folder, name, version):
    """A program that says it is a Python; one without a version fails, as a shim does whose Python is missing."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{f'echo {version}' if version else 'exit 127'}\n")
    file.chmod(0o755)
    return str(file)


@POSIX
@pytest.mark.parametrize(
    ("there", "wanted", "expected"),
    [
        pytest.param({"python3": "3.11.7", "python": "3.9.1"}, None, "python3", id="any"),
        pytest.param({"python": "3.9.1"}, None, "python", id="only python"),
        pytest.param({"python3": "3.11.7", "python3.12": "3.12.4"}, "3.12", "python3.12", id="its own name"),
        pytest.param({"python3": "3.12.4", "python3.12": None}, "3.12", "python3", id="a shim for none"),
        pytest.param({"python3": "3.12.4", "python": "3.12.10"}, "3.12.10", "python", id="a whole version"),
        pytest.param({"python3": "3.11.7", "python": "3.1.5"}, "3.1", "python", id="not a prefix of digits"),
    ],
)
def test_the_python(tmp_path, there, wanted, expected):
    for name, version in there.items():
        python(tmp_path, name, version)
    assert interpreter.find(wanted, {"PATH": str(tmp_path)}) == (str(tmp_path / expected),)


@POSIX
@pytest.mark.parametrize(
    ("wanted", "words"),
    [(None, "no Python is on the PATH"), ("3.12", "no Python 3.12 is on the PATH; there is 3.11.7")],
)
def test_no_python(tmp_path, wanted, words):
    if wanted:
        python(tmp_path, "python3", "3.11.7")
    with pytest.raises(WherryError) as error:
        interpreter.find(wanted, {"PATH": str(tmp_path)})
    assert str(error.value) == words


def test_names_of_a_lock():
    text = "Acme_Tool.x==1 \\\n    --hash=sha256:00\nzope[extra]==2\n# no==1\nurl @ https://h/x\n-i https://h/\nloose\n"
    assert locked_names(text) == {"acme-tool-x", "zope", "url"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, False, id="nothing"),
        pytest.param({"setup.py": ""}, True, id="setup.py"),
        pytest.param({"pyproject.toml": "[tool.ruff]\n"}, False, id="only tools"),
        pytest.param({"pyproject.toml": "[project]\nname = 'a'\n"}, True, id="a project"),
        pytest.param({"pyproject.toml": "[build-system]\nrequires = []\n"}, True, id="a backend"),
    ],
)
def test_installable(tmp_path, files, expected):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert is_installable(tmp_path) is expected


def test_nothing_of_our_python_reaches_the_other(tmp_path):
    run = cleaned(Runner(tmp_path, {"PATH": "/bin", "PYTHONPATH": "x", "PYTHONHOME": "y"}, print, everything=False))
    assert run.environ == {"PATH": "/bin", "PYTHONNOUSERSITE": "1"}


def test_what_a_backend_leaves_in_the_source_is_gone_and_what_was_there_stays(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "old.egg-info").mkdir()
    with pytest.raises(KeyboardInterrupt), tidied(tmp_path):
        for name in ("build/lib", "acme.egg-info", "src/acme.egg-info", "kept"):
            (tmp_path / name).mkdir(parents=True)
        raise KeyboardInterrupt
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "kept", "src", "src/old.egg-info",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        pytest.param([], False, id="none"),
        pytest.param(["pip-22.1.2.dist-info"], False, id="old"),
        pytest.param(["pip-22.2.dist-info"], True, id="new enough"),
        pytest.param(["pip-100.0.dist-info", "pip_tools-7.0.dist-info"], True, id="newer"),
    ],
)
def test_whether_pip_tells_what_it_installed_from(tmp_path, folders, expected):
    for name in folders:
        (tmp_path / "lib" / "python3.12" / "site-packages" / name).mkdir(parents=True)
    assert can_report(tmp_path) is expected


@POSIX
def test_without_pyinstaller(tmp_path):
    build = PyInstallerBuild(targets=("linux_amd64",), entry="acme:main")
    run = Runner(tmp_path, dict(os.environ), print, everything=False)
    try:
        with pytest.raises(WherryError) as error:
            make(build, run, tmp_path / "environment", None)
    finally:
        shutil.rmtree(tmp_path / "environment", ignore_errors=True)
    if "venv" in str(error.value):
        pytest.skip(str(error.value))
    assert str(error.value) == "without a lock file there is no PyInstaller"
    assert error.value.hint == "add pyinstaller to the requirements that the lock file is made of"
