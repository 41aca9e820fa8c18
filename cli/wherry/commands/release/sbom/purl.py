"""Package URLs, by which scanners know a component (https://github.com/package-url/purl-spec). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from wherry.commands.release.inventory import Python, SystemPackage


def of_distribution(name: str, version: str) -> str:
    """``pkg:pypi/zope.interface@6.0``: in lower case, and with - for _, as the type pypi asks for."""
    return f"pkg:pypi/{_quoted(name.lower().replace('_', '-'))}@{_quoted(version)}"


def of_program(name: str, version: str) -> str:
    """A program is of no registry of packages."""
    return f"pkg:generic/{_quoted(name)}@{_quoted(version)}"


def of_python(python: Python) -> str:
    """CPython is called python everywhere."""
    name = python.implementation.lower()
    return of_program("python" if name == "cpython" else name, python.version)


def of_package(package: SystemPackage) -> str:
    """``pkg:deb/debian/libssl3@3.0.19-1?arch=amd64``; the epoch of an rpm is a qualifier, that of a deb is not."""
    version, qualifiers = package.version, f"arch={_quoted(package.arch)}"
    if package.type == "rpm" and ":" in version:
        epoch, _, version = version.partition(":")
        qualifiers += f"&epoch={_quoted(epoch)}"
    return f"pkg:{package.type}/{package.vendor}/{_quoted(package.name)}@{_quoted(version)}?{qualifiers}"


def _quoted(text: str) -> str:
    return quote(text, safe=":")
