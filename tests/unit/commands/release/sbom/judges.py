"""The validators of the two formats, and programs to write documents of."""

from __future__ import annotations

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import strategies as st
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from wherry.commands.release.inventory import (
    Distribution,
    Inventory,
    Library,
    ProgramFile,
    Python,
    SystemPackage,
    normal,
)
from wherry.commands.release.sbom.subject import Subject

CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_6)


def judge_cyclonedx(document):
    """Nothing is wrong with it by its schema, and every reference is to something that is there once."""
    assert CYCLONEDX.validate_str(json.dumps(document)) is None
    things = [document["metadata"]["component"], *document["components"]]
    references = [each["bom-ref"] for each in things]
    assert len(set(references)) == len(references)
    named = [name for each in document["dependencies"] for name in (each["ref"], *each["dependsOn"])]
    assert {*named} <= {*references}


def judge_spdx(document):
    """Nothing is wrong with it by the rules of the specification, schema and meaning."""
    parsed = JsonLikeDictParser().parse(json.loads(json.dumps(document)))
    assert [each.validation_message for each in validate_full_spdx_document(parsed)] == []


def subject(inventory=Inventory(), files=(), **changes):  # noqa: B008  it is frozen
    given = {"name": "acme", "version": "1.2.3", "target": "linux_amd64", "epoch_s": 1700000000, "tool": "0.1.0"}
    return Subject(**given, inventory=inventory, files=files, **changes)


def file(path, digit="a"):
    return ProgramFile(path, 12, digit * 64, digit * 40)


# All that an inventory may hold: no control characters, and what JSON can hold.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
LICENCES = st.sampled_from(
    ["MIT", "Apache-2.0 OR MIT", "(MIT AND BSD-3-Clause) OR GPL-2.0-or-later WITH Bootloader-exception", "LGPL-2.1+",
     "GPL-2.0+ WITH Classpath-exception-2.0", "MIT License", "LicenseRef-Own", "NOASSERTION", "NONE", "(MIT", "MIT AND",
     "License :: OSI Approved :: MIT License", "AND", "MIT WITH MIT"]
) | TEXTS  # fmt: skip
PAGES = st.sampled_from(["https://acme.test/a?b=c#d", "http://[", "https://acme.test/%zz", "www.acme.test"]) | TEXTS
PACKAGES = st.builds(
    SystemPackage,
    type=st.sampled_from(["deb", "rpm"]),
    vendor=st.from_regex(r"[a-z0-9._-]+", fullmatch=True),
    name=TEXTS.filter(str.strip),  # neither dpkg nor rpm takes a name of spaces, and the judge knows none
    version=TEXTS | st.just("1:2.3-4~a+b"),
    arch=TEXTS,
)


@st.composite
def inventories(draw):
    names = draw(st.lists(NAMES, max_size=4, unique_by=normal))
    distributions = [
        Distribution(
            name,
            draw(TEXTS),
            draw(st.none() | LICENCES),
            tuple(draw(st.lists(LICENCES, max_size=2))),
            draw(st.none() | PAGES),
            draw(st.none() | TEXTS),
            draw(st.none() | DIGESTS),
            tuple(draw(st.lists(st.sampled_from(names), unique=True))),
            draw(st.sampled_from([None, "bootloader"])),
        )
        for name in names
    ]
    libraries = [
        Library(name, draw(DIGESTS), draw(st.none() | TEXTS), draw(st.none() | PACKAGES))
        for name in draw(st.lists(TEXTS, max_size=3, unique=True))
    ]
    python = draw(st.none() | st.builds(Python, st.just("CPython") | TEXTS, st.just("3.12.1") | TEXTS))
    return Inventory(tuple(distributions), python, tuple(libraries))


@st.composite
def subjects(draw):
    parts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\\"), min_size=1, max_size=8)
    paths = st.lists(parts.filter(lambda part: part not in (".", "..")), min_size=1, max_size=3).map("/".join)
    return subject(
        draw(inventories()),
        tuple(
            ProgramFile(path, 0, draw(DIGESTS), draw(DIGESTS)[:40])
            for path in draw(st.lists(paths, max_size=3, unique=True))
        ),
        description=draw(st.none() | TEXTS),
        homepage=draw(st.none() | PAGES),
        license=draw(st.none() | LICENCES),
    )
