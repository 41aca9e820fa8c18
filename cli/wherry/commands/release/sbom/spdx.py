"""A bill of materials as SPDX 2.3 has it, in JSON (https://spdx.github.io/spdx-spec/v2.3/). Pure."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from wherry.commands.release.inventory import normal
from wherry.commands.release.sbom import cyclonedx, graph, licences, purl
from wherry.commands.release.sbom.words import BOOTLOADER, identity, moment, page, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.release.inventory import Distribution, Library, ProgramFile, Python
    from wherry.commands.release.sbom.licences import Declared
    from wherry.commands.release.sbom.subject import Subject

_DOCUMENT: Final = "SPDXRef-DOCUMENT"
_PROGRAM: Final = "SPDXRef-Program"
_PYTHON: Final = "SPDXRef-Python"
_UNKNOWN: Final = "NOASSERTION"


def document(subject: Subject) -> dict[str, Any]:
    """The document; the same for the same subject."""
    writer = _Writer(subject)
    name = f"{subject.name}-{subject.version}-{subject.target}"
    content = {
        "name": name,
        "creationInfo": {"created": moment(subject.epoch_s), "creators": [f"Tool: wherry-{subject.tool}"]},
        "packages": [*writer.packages()],
        "files": [*writer.files()],
        "hasExtractedLicensingInfos": writer.texts(),
        "relationships": [*writer.relationships()],
    }
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": _DOCUMENT,
        # 6.5: one that names nothing on the web, unique for each document.
        "documentNamespace": f"https://spdx.org/spdxdocs/{quote(name, safe='')}-{identity(content)}",
        **present(content),
    }


class _Writer:
    """Writes the parts; licences that SPDX does not know are collected on the way."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._inventory = subject.inventory
        self._texts: dict[str, str] = {}

    def packages(self) -> Iterator[dict[str, Any]]:
        """The program, and everything in it that is no file of it."""
        yield self._program()
        for distribution in self._inventory.distributions:
            yield self._distribution(distribution)
        if self._inventory.python:
            yield self._python(self._inventory.python)
        for index, library in enumerate(self._inventory.libraries, 1):
            yield self._library(index, library)

    def files(self) -> Iterator[dict[str, Any]]:
        """The files of the program."""
        for index, file in enumerate(self._subject.files, 1):
            yield {
                "SPDXID": _file_id(index),
                "fileName": f"./{file.path}",
                "checksums": [
                    {"algorithm": "SHA1", "checksumValue": file.sha1},
                    {"algorithm": "SHA256", "checksumValue": file.sha256},
                ],
                "licenseConcluded": _UNKNOWN,
                "copyrightText": _UNKNOWN,
            }

    def texts(self) -> list[dict[str, Any]]:
        """What the LicenseRefs stand for."""
        return [{"licenseId": key, "extractedText": text, "name": _UNKNOWN} for text, key in self._texts.items()]

    def relationships(self) -> Iterator[dict[str, str]]:
        """What contains and what needs what."""
        yield _related(_DOCUMENT, "DESCRIBES", _PROGRAM)
        for index, _ in enumerate(self._subject.files, 1):
            yield _related(_PROGRAM, "CONTAINS", _file_id(index))
        for distribution in self._inventory.distributions:
            yield _related(_PROGRAM, "CONTAINS", _distribution_id(distribution.name))
        if self._inventory.python:
            yield _related(_PROGRAM, "CONTAINS", _PYTHON)
        for index, library in enumerate(self._inventory.libraries, 1):
            yield _related(_PROGRAM, "CONTAINS", _library_id(index, library))
        needs = graph.needs(self._inventory)
        for name in graph.direct(needs):
            yield _related(_PROGRAM, "DEPENDS_ON", _distribution_id(name))
        for name, needed in needs.items():
            for need in needed:
                yield _related(_distribution_id(name), "DEPENDS_ON", _distribution_id(need))

    def _program(self) -> dict[str, Any]:
        subject = self._subject
        return _package(
            _PROGRAM,
            subject.name,
            subject.version,
            purpose="APPLICATION",
            declared=self._declared(licences.of_text(subject.license)),
            purl=purl.of_program(subject.name, subject.version),
            description=subject.description,
            homepage=page(subject.homepage),
            files=subject.files,
        )

    def _distribution(self, distribution: Distribution) -> dict[str, Any]:
        return _package(
            _distribution_id(distribution.name),
            distribution.name,
            distribution.version,
            purpose="LIBRARY",
            declared=self._declared(licences.of_distribution(distribution)),
            purl=purl.of_distribution(distribution.name, distribution.version),
            description=BOOTLOADER if distribution.part == "bootloader" else None,
            homepage=page(distribution.homepage),
            file_name=distribution.archive,
            sha256=distribution.sha256,
        )

    def _python(self, python: Python) -> dict[str, Any]:
        is_cpython = python.implementation == "CPython"
        return _package(
            _PYTHON,
            python.implementation,
            python.version,
            purpose="FRAMEWORK",
            declared=licences.OF_PYTHON if is_cpython else _UNKNOWN,
            purl=purl.of_python(python),
            cpe=cyclonedx.cpe(python),
            description="The interpreter, with modules of its standard library",
        )

    def _library(self, index: int, library: Library) -> dict[str, Any]:
        package = library.package
        return _package(
            _library_id(index, library),
            library.name,
            package.version if package else None,
            purpose="LIBRARY",
            declared=_UNKNOWN,
            purl=purl.of_package(package) if package else None,
            sha256=library.sha256,
            comment=f"soname {library.soname}" if library.soname else None,
        )

    def _declared(self, declared: Declared) -> str:
        """The expression; else a LicenseRef to the words that were given (10.1)."""
        if declared.expression:
            return declared.expression
        if not declared.names:
            return _UNKNOWN
        return self._texts.setdefault("\n".join(declared.names), f"LicenseRef-{len(self._texts) + 1}")


def _package(
    id: str,  # noqa: A002  it is called SPDXID
    name: str,
    version: str | None,
    *,
    purpose: str,
    declared: str,
    purl: str | None,
    cpe: str | None = None,
    description: str | None = None,
    homepage: str | None = None,
    comment: str | None = None,
    file_name: str | None = None,
    sha256: str | None = None,
    files: tuple[ProgramFile, ...] = (),
) -> dict[str, Any]:
    code = {"packageVerificationCodeValue": _verification_code(files)} if files else None
    references = [("PACKAGE-MANAGER", "purl", purl), ("SECURITY", "cpe23Type", cpe)]
    return present(
        {
            "SPDXID": id,
            "name": name,
            "versionInfo": version,
            "packageFileName": file_name,
            "downloadLocation": _UNKNOWN,
            "filesAnalyzed": bool(files),
            "packageVerificationCode": code,
            "checksums": [{"algorithm": "SHA256", "checksumValue": sha256}] if sha256 else None,
            "homepage": homepage,
            "licenseConcluded": _UNKNOWN,
            "licenseDeclared": declared,
            "copyrightText": _UNKNOWN,
            "description": description,
            "comment": comment,
            "externalRefs": [
                {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}
                for category, kind, locator in references
                if locator
            ],
            "primaryPackagePurpose": purpose,
        }
    )


def _verification_code(files: tuple[ProgramFile, ...]) -> str:
    """7.9: SHA-1 of those of the files, in hex, in their order and without anything between them."""
    return hashlib.sha1("".join(sorted(file.sha1 for file in files)).encode(), usedforsecurity=False).hexdigest()


def _related(of: str, kind: str, to: str) -> dict[str, str]:
    return {"spdxElementId": of, "relationshipType": kind, "relatedSpdxElement": to}


def _distribution_id(name: str) -> str:
    return f"SPDXRef-Distribution-{normal(name)}"


def _library_id(index: int, library: Library) -> str:
    return f"SPDXRef-Library-{index}-{re.sub(r'[^A-Za-z0-9.-]+', '-', library.name)}"


def _file_id(index: int) -> str:
    return f"SPDXRef-File-{index}"
