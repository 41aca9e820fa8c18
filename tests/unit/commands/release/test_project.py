"""What a pyproject.toml says of a project."""

from __future__ import annotations

import pytest

from wherry.commands.release.project import Metadata, read
from wherry.errors import UsageError


def test_all_that_is_read(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        """
        [project]
        name = "acme"
        version = "1.2.3"
        description = "Does things"
        license = "MIT"
        authors = [{name = "Nobody"}, {name = "Ada", email = "ada@acme.dev"}]
        [project.urls]
        "Source Code" = "https://git.acme.dev"
        Home-Page = "https://acme.dev"
        [project.scripts]
        acme = "acme.cli:main"
        acmectl = "acme.ctl:main"
        """
    )
    assert read(tmp_path) == Metadata(
        name="acme",
        version="1.2.3",
        version_origin="pyproject.toml",
        description="Does things",
        license="MIT",
        homepage="https://acme.dev",
        author="Ada <ada@acme.dev>",
        scripts=(("acme", "acme.cli:main"), ("acmectl", "acme.ctl:main")),
    )


@pytest.mark.parametrize(
    "text, version",
    [
        pytest.param('__version__ = "1.2.3"\n', "1.2.3", id="dunder"),
        pytest.param("# one\nVERSION = '2.0'\n", "2.0", id="capitals"),
        pytest.param('VERSION: Final = "2.0"\n', "2.0", id="annotated"),
        pytest.param("VERSION = compute()\n", None, id="computed"),
        pytest.param("", None, id="nothing"),
        pytest.param(None, None, id="not there"),
    ],
)
def test_a_version_that_is_elsewhere(tmp_path, text, version):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "acme"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "about.py"\n'
    )
    if text is not None:
        (tmp_path / "about.py").write_text(text)
    found = read(tmp_path)
    assert (found.version, found.version_origin) == (version, "about.py")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[tool.ruff]\n", id="no project"),
        pytest.param("project = 1\n", id="no table"),
        pytest.param("[project]\nname = 1\n", id="no name"),
    ],
)
def test_no_project(tmp_path, text):
    assert read(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text(text)
    assert read(tmp_path) is None


def test_what_has_another_type_is_not_there(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "a"\nversion = 1\ndescription = []\nlicense = {file = "LICENSE"}\nauthors = "Ada"\n'
        "urls = 1\nscripts = {a = 1}\n[tool]\nhatch = 1\n"
    )
    assert read(tmp_path) == Metadata("a")


@pytest.mark.parametrize("text", [b"[project\n", b"\xff"])
def test_what_is_no_toml(tmp_path, text):
    (tmp_path / "pyproject.toml").write_bytes(text)
    with pytest.raises(UsageError, match=r"^reading pyproject\.toml: "):
        read(tmp_path)
