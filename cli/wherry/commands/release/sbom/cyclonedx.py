"""A bill of materials as CycloneDX 1.6 has it, in JSON (https://cyclonedx.org/docs/1.6/json/). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.release.inventory import normal
from wherry.commands.release.sbom import graph, licences, purl
from wherry.commands.release.sbom.words import BOOTLOADER, identity, moment, page, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.release.inventory import Distribution, Library, ProgramFile, Python
    from wherry.commands.release.sbom.licences import Declared
    from wherry.commands.release.sbom.subject import Subject

_PROGRAM: Final = "program"
_PYTHON: Final = "python"


def document(subject: Subject) -> dict[str, Any]:
    """The document; the same for the same subject."""
    content = {
        "version": 1,
        "metadata": {
            "timestamp": moment(subject.epoch_s),
            "tools": {"components": [{"type": "application", "name": "wherry", "version": subject.tool}]},
            "component": _program(subject),
        },
        "components": [*_components(subject)],
        "dependencies": _dependencies(subject),
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{identity(content)}",
        **content,
    }


def _program(subject: Subject) -> dict[str, Any]:
    one_file = subject.files[0].sha256 if len(subject.files) == 1 else None
    return present(
        {
            "type": "application",
            "bom-ref": _PROGRAM,
            "name": subject.name,
            "version": subject.version,
            "description": subject.description,
            "hashes": _hashes(one_file),
            "licenses": _licences(licences.of_text(subject.license)),
            "purl": purl.of_program(subject.name, subject.version),
            "externalReferences": _website(subject.homepage),
            "properties": [{"name": "wherry:target", "value": subject.target}],
        }
    )


def _components(subject: Subject) -> Iterator[dict[str, Any]]:
    for distribution in subject.inventory.distributions:
        yield _distribution(distribution)
    if subject.inventory.python:
        yield _python(subject.inventory.python)
    for library in subject.inventory.libraries:
        yield _library(library)
    for file in subject.files:
        yield _file(file)


def _distribution(distribution: Distribution) -> dict[str, Any]:
    return present(
        {
            "type": "library",
            "bom-ref": _reference(distribution),
            "name": distribution.name,
            "version": distribution.version,
            "description": BOOTLOADER if distribution.part == "bootloader" else None,
            "hashes": _hashes(distribution.sha256),
            "licenses": _licences(licences.of_distribution(distribution)),
            "purl": purl.of_distribution(distribution.name, distribution.version),
            "externalReferences": _website(distribution.homepage),
        }
    )


def _python(python: Python) -> dict[str, Any]:
    is_cpython = python.implementation == "CPython"
    return present(
        {
            "type": "platform",
            "bom-ref": _PYTHON,
            "name": python.implementation,
            "version": python.version,
            "description": "The interpreter, with modules of its standard library",
            "licenses": _licences(licences.of_text(licences.OF_PYTHON)) if is_cpython else None,
            "cpe": cpe(python),
            "purl": purl.of_python(python),
        }
    )


def cpe(python: Python) -> str | None:
    """The name of a CPython that was released in NIST's dictionary, by which scanners find what is wrong with it."""
    if python.implementation == "CPython" and re.fullmatch(r"[0-9]+(\.[0-9]+){0,3}", python.version):
        return f"cpe:2.3:a:python:python:{python.version}:*:*:*:*:*:*:*"
    return None


def _library(library: Library) -> dict[str, Any]:
    return present(
        {
            "type": "library",
            "bom-ref": f"library:{library.name}",
            "name": library.name,
            "version": library.package.version if library.package else None,
            "hashes": _hashes(library.sha256),
            "purl": purl.of_package(library.package) if library.package else None,
            "properties": [{"name": "wherry:soname", "value": library.soname}] if library.soname else None,
        }
    )


def _file(file: ProgramFile) -> dict[str, Any]:
    return {"type": "file", "bom-ref": f"file:{file.path}", "name": file.path, "hashes": _hashes(file.sha256)}


def _dependencies(subject: Subject) -> list[dict[str, Any]]:
    inventory = subject.inventory
    needs = graph.needs(inventory)
    references = {normal(each.name): _reference(each) for each in inventory.distributions}
    direct = [references[name] for name in graph.direct(needs)]
    python = [_PYTHON] if inventory.python else []
    libraries = [f"library:{each.name}" for each in inventory.libraries]
    return [
        {"ref": _PROGRAM, "dependsOn": [*direct, *python, *libraries]},
        *({"ref": references[name], "dependsOn": [references[need] for need in needs[name]]} for name in references),
    ]


def _reference(distribution: Distribution) -> str:
    return f"distribution:{normal(distribution.name)}"


def _hashes(sha256: str | None) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": sha256}] if sha256 else []


def _licences(declared: Declared) -> list[dict[str, Any]]:
    """An expression stands alone; one that is an identifier is given as that, which more tools read."""
    if declared.expression in licences.IDS:
        return [{"license": {"id": declared.expression, "acknowledgement": "declared"}}]
    if declared.expression:
        return [{"expression": declared.expression, "acknowledgement": "declared"}]
    return [{"license": {"name": name, "acknowledgement": "declared"}} for name in declared.names]


def _website(url: str | None) -> list[dict[str, str]]:
    return [{"type": "website", "url": found}] if (found := page(url)) else []
