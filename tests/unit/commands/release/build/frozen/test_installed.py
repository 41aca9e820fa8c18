"""Metadata of distributions, old and new, and what pip tells of archives."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from wherry.commands.release.build.frozen import installed, report
from wherry.commands.release.build.frozen.report import Archive
from wherry.commands.release.build.frozen.tables import key
from wherry.errors import WherryError


def distribution(environment, said, record="", name="a-1"):
    info = environment / "lib" / "python3.12" / "site-packages" / f"{name}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: a\nVersion: 1\n" + said, "utf-8")
    (info / "RECORD").write_text(record, "utf-8")
    return info.parent


def read(environment, said):
    distribution(environment, said)
    (found,) = installed.read(environment)
    return found


@pytest.mark.parametrize(
    ("said", "expression", "licenses"),
    [
        pytest.param("", None, (), id="nothing"),
        pytest.param("License-Expression: MIT\nLicense: Old\n", "MIT", (), id="an expression"),
        pytest.param("License: MIT License\nClassifier: License :: X\n", None, ("MIT License",), id="a field"),
        pytest.param("License: UNKNOWN\n", None, (), id="unknown"),
        pytest.param(
            "License: Copyright A\n        Permission is\nClassifier: License :: X\n",
            None,
            ("License :: X",),
            id="a text",
        ),
        pytest.param(f"License: {'x' * 201}\nClassifier: License :: X\n", None, ("License :: X",), id="a long text"),
        pytest.param(
            "Classifier: License :: X\nClassifier: Topic :: Y\nClassifier: License :: Z\n",
            None,
            ("License :: X", "License :: Z"),
            id="classifiers",
        ),
        pytest.param("License: frei\x1b[31m für\u200b alle\n", None, ("frei[31m für alle",), id="not printable"),
    ],
)
def test_licences(tmp_path, said, expression, licenses):
    found = read(tmp_path, said)
    assert (found.license_expression, found.licenses) == (expression, licenses)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("", None, id="none"),
        pytest.param(
            "Home-page: https://h.test\nProject-URL: Homepage, https://p.test\n", "https://h.test", id="field"
        ),
        pytest.param(
            "Project-URL: Source, https://s.test\nProject-URL: Home Page, https://p.test\n",
            "https://p.test",
            id="label",
        ),
        pytest.param("Project-URL: Source, https://s.test\n", "https://s.test", id="source"),
        pytest.param("Project-URL: Docs, https://d.test\nHome-page: UNKNOWN\n", None, id="unknown"),
    ],
)
def test_homepages(tmp_path, said, expected):
    assert read(tmp_path, said).homepage == expected


def test_what_it_requires(tmp_path):
    said = (
        "Requires-Dist: Zope.Interface (>=4)\n"
        "Requires-Dist: typing_extensions>=4; python_version < '3.13'\n"
        "Requires-Dist: pytest; extra == 'test'\n"
        "Requires-Dist: brotli[more] >=1 ; platform_python_implementation == 'CPython' and extra == \"all\"\n"
        "Requires-Dist: direct @ https://a.test/x.whl\n"
        "Requires-Dist: !\n"
    )
    assert read(tmp_path, said).requires == ("direct", "typing-extensions", "zope-interface")


def test_its_files_wherever_they_are(tmp_path):
    record = '"a,b.py",sha256=x,1\na/__init__.py,,\n../../../bin/a,,\n/elsewhere/c.so,,\n\n'
    site = distribution(tmp_path, "", record)
    (found,) = installed.read(tmp_path)
    places = [
        site / "a,b.py",
        site / "a" / "__init__.py",
        tmp_path / "bin" / "a",
        Path("/elsewhere/c.so"),
    ]
    assert found.paths == {key(str(place)) for place in places}


@pytest.mark.skipif(os.name != "posix", reason="a link to a folder")
def test_a_second_name_of_the_same_folder_counts_once(tmp_path):
    distribution(tmp_path, "")
    (tmp_path / "lib64").symlink_to("lib")
    (tmp_path / "lib" / "python3.12" / "site-packages" / "empty-1.dist-info").mkdir()
    assert len(installed.read(tmp_path)) == 1
    assert len(installed.site_packages(tmp_path)) == 1


def install(name, url, **info):
    return {"download_info": {"url": url, **info}, "metadata": {"name": name}, "requested": True}


def test_archives_that_pip_installed_from():
    wheel = install("A_b", "https://user:word@host.test/x/A_b-1%2Bc.whl?q#f", archive_info={"hashes": {"sha256": "ab"}})
    old = install("old", "file:///x/old-1.tar.gz", archive_info={"hash": "sha256=cd"})
    weak = install("weak", "https://host.test/weak.zip", archive_info={"hash": "md5=cd"})
    folder = install("own", "file:///x/own", dir_info={})
    data = json.dumps({"version": "1", "install": [wheel, old, weak, folder]}).encode()
    assert report.read(data) == {
        "a-b": Archive("A_b-1+c.whl", "ab"),
        "old": Archive("old-1.tar.gz", "cd"),
        "weak": Archive("weak.zip", None),
    }


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"install": [{}]}'])
def test_a_report_that_is_none(data):
    with pytest.raises(WherryError, match=r"^reading the report of pip: "):
        report.read(data)
