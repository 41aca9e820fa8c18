"""The distributions that pip has installed in an environment: their metadata, and which files are theirs.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and core-metadata/ there.
"""

from __future__ import annotations

import csv
import os
import re
from email.parser import HeaderParser
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build.frozen.tables import key
from wherry.commands.release.inventory import normal
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

_LONGEST_LICENCE: Final = 200
"""What is longer than this many characters is the text of a licence, not its name."""
_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[^;]*(?:;(?P<marker>.*))?", re.DOTALL)
_NAMES_OF_HOMES: Final = ("homepage", "source", "repository", "github")


class Installed(Record):
    """One distribution: what its metadata says, and the ``paths`` of its files, in the form of :func:`tables.key`."""

    name: str
    version: str
    license_expression: str | None
    licenses: tuple[str, ...]
    homepage: str | None
    requires: tuple[str, ...]
    """What it needs whichever of its extras are asked for, by normal names."""
    paths: frozenset[str]


def read(environment: Path) -> tuple[Installed, ...]:
    """Every distribution in the virtual environment, by normal name."""
    found = [
        _distribution(info)
        for folder in site_packages(environment)
        for info in sorted(folder.glob("*.dist-info"))
        if (info / "METADATA").is_file()
    ]
    by_name = {normal(each.name): each for each in found}
    return tuple(by_name[name] for name in sorted(by_name))


def site_packages(environment: Path) -> tuple[Path, ...]:
    """Where they are installed; lib64 may be another folder or a link."""
    patterns = ("lib/python3*/site-packages", "lib64/python3*/site-packages", "Lib/site-packages")
    return tuple(sorted({each.resolve() for pattern in patterns for each in environment.glob(pattern)}))


def _distribution(info: Path) -> Installed:
    said = HeaderParser().parsestr((info / "METADATA").read_text("utf-8", "replace"))
    expression = _line(said["License-Expression"])
    return Installed(
        name=_line(said["Name"]) or info.name.split("-")[0],
        version=_line(said["Version"]) or info.name.removesuffix(".dist-info").rpartition("-")[2],
        license_expression=expression,
        licenses=() if expression else tuple(_licences(said)),
        homepage=_homepage(said),
        requires=tuple(sorted(set(_requirements(said)))),
        paths=frozenset(_paths(info)),
    )


def _licences(said: Message) -> Iterator[str]:
    """The License field, where it is a name; else the classifiers."""
    text = said["License"] or ""
    name = _line(text)
    if name and name != "UNKNOWN" and len(name) <= _LONGEST_LICENCE and len(text.strip().splitlines()) == 1:
        yield name
        return
    for classifier in said.get_all("Classifier", []):
        if classifier.startswith("License ::") and (line := _line(classifier)):
            yield line


def _homepage(said: Message) -> str | None:
    if page := _line(said["Home-page"]):
        return None if page == "UNKNOWN" else page
    urls: dict[str, str] = {}
    for entry in said.get_all("Project-URL", []):
        label, _, url = entry.partition(",")
        # https://packaging.python.org/en/latest/specifications/well-known-project-urls/#label-normalization
        urls.setdefault(re.sub(r"[\W_]", "", label).lower(), url)
    return next((_line(urls[name]) for name in _NAMES_OF_HOMES if name in urls), None)


def _requirements(said: Message) -> Iterator[str]:
    for text in said.get_all("Requires-Dist", []):
        found = _REQUIREMENT.fullmatch(text)
        if found and not re.search(r"\bextra\b", found["marker"] or ""):
            yield normal(found[1])


def _paths(info: Path) -> Iterator[str]:
    record = info / "RECORD"
    if record.is_file():
        with record.open(encoding="utf-8", errors="replace", newline="") as opened:
            for row in csv.reader(opened):
                if row:
                    yield key(os.path.join(info.parent, row[0]))  # noqa: PTH118  Path is slow for thousands


def _line(text: str | None) -> str | None:
    """On one line, with nothing in it that would change how a document is shown; None for nothing."""
    line = " ".join((text or "").split())
    return "".join(each for each in line if each.isprintable()) or None
