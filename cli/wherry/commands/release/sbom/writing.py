"""A bill of materials of one program of a part manifest. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wherry.about import VERSION
from wherry.commands.release.sbom import cyclonedx, spdx
from wherry.commands.release.sbom.subject import Subject
from wherry.core.record import Record

if TYPE_CHECKING:
    from wherry.commands.release.build.manifest import Part, PartBuild
    from wherry.commands.release.file import SbomFormat


class Said(Record):
    """What the project says of itself; None for what it does not."""

    description: str | None = None
    homepage: str | None = None
    license: str | None = None


_DOCUMENTS: Final = {"cyclonedx": cyclonedx.document, "spdx": spdx.document}


def write(part: Part, build: PartBuild, kind: SbomFormat, said: Said) -> bytes:
    """The document of ``build``, one of ``part``, as JSON; ``said`` is what the project says of itself.

    The same arguments make the same bytes.
    """
    subject = Subject(
        name=build.binary.removesuffix(".exe"),
        version=part.release,
        target=part.target,
        epoch_s=part.epoch_s,
        inventory=build.inventory,
        files=build.files,
        tool=VERSION,
        description=said.description,
        homepage=said.homepage,
        license=said.license,
    )
    return msgspec.json.format(msgspec.json.encode(_DOCUMENTS[kind](subject)), indent=2) + b"\n"
