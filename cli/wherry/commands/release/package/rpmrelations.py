"""What the header of an rpm says of other packages, and the scripts that it has.

The numbers are those of rpm's rpmtag.h and rpmds.h; https://rpm-software-management.github.io/rpm/manual/tags.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from wherry.commands.release.package.naming import RPM_PROCESSORS, RPM_RELEASE
from wherry.commands.release.package.rpmheader import Type
from wherry.commands.release.package.scripts import interpreter

if TYPE_CHECKING:
    from wherry.commands.release.package.dependency import Dependency
    from wherry.commands.release.package.facts import PackageFacts
    from wherry.commands.release.package.rpmheader import Tags
    from wherry.commands.release.package.scripts import Scripts

_LESS, _GREATER, _EQUAL, _INTERPRETER, _OF_RPM = 2, 4, 8, 1 << 8, 1 << 24
_FLAGS: Final = {"<": _LESS, "<=": _LESS | _EQUAL, "=": _EQUAL, ">=": _GREATER | _EQUAL, ">": _GREATER}
_NEEDED_OF_RPM: Final = {
    "rpmlib(CompressedFileNames)": "3.0.4-1",
    "rpmlib(FileDigests)": "4.6.0-1",
    "rpmlib(PayloadFilesHavePrefix)": "4.0-1",
    "rpmlib(PayloadIsXz)": "5.2-1",
}
_NEEDED_FOR_TILDES: Final = {"rpmlib(TildeInVersions)": "4.10.0-1"}
_NEEDED_FOR_CHOICES: Final = {"rpmlib(RichDependencies)": "4.12.0-1"}
# The tags of names, versions and flags.
_TAGS: Final = {
    "dependencies": (1049, 1050, 1048),
    "recommends": (5046, 5047, 5048),
    "suggests": (5049, 5050, 5051),
    "conflicts": (1054, 1055, 1053),
    "provides": (1047, 1113, 1112),
    "replaces": (1090, 1115, 1114),
}
# The tags of a script and of what runs it, and the flag of needing that.
_SCRIPTS: Final = {
    "preinstall": (1023, 1085, 1 << 9),
    "postinstall": (1024, 1086, 1 << 10),
    "preremove": (1025, 1087, 1 << 11),
    "postremove": (1026, 1088, 1 << 12),
}
_Relation: TypeAlias = "tuple[str, str, int]"
"""A name, a version and the flags of how they belong together."""


def relation_tags(facts: PackageFacts, version: str) -> Tags:
    """Each kind of relation in rpm's order, with what every rpm needs of rpm, and what it provides: itself."""
    found = {kind: [_relation(choice) for choice in facts.relations(kind)] for kind in _TAGS}
    processor = RPM_PROCESSORS[facts.processor].replace("_", "-")
    own = f"{version}-{RPM_RELEASE}"
    found["provides"] += [(facts.name, own, _EQUAL), (f"{facts.name}({processor})", own, _EQUAL)]
    of_rpm = {**_NEEDED_OF_RPM, **(_NEEDED_FOR_TILDES if "~" in version else {})}
    if any(name.startswith("(") for relations in found.values() for name, _, _ in relations):
        of_rpm |= _NEEDED_FOR_CHOICES
    found["dependencies"] += [(name, least, _LESS | _EQUAL | _OF_RPM) for name, least in of_rpm.items()]
    for name, text in facts.scripts.items():
        found["dependencies"].append((interpreter(name, text)[0], "", _INTERPRETER | _SCRIPTS[name][2]))
    tags: Tags = {}
    for kind, relations in found.items():
        if relations:
            relations = sorted(set(relations))
            names, versions, flags = _TAGS[kind]
            tags[names] = (Type.STRINGS, [name for name, _, _ in relations])
            tags[versions] = (Type.STRINGS, [wanted for _, wanted, _ in relations])
            tags[flags] = (Type.INT32, [flag for _, _, flag in relations])
    return tags


def script_tags(scripts: Scripts) -> Tags:
    """Each script, and what runs it. Raises UsageError for one that does not say."""
    tags: Tags = {}
    for name, text in scripts.items():
        body, program, _ = _SCRIPTS[name]
        words = interpreter(name, text)
        tags[body] = (Type.STRING, text.decode("utf-8"))
        tags[program] = (Type.STRINGS, words) if len(words) > 1 else (Type.STRING, words[0])
    return tags


def _relation(choice: tuple[Dependency, ...]) -> _Relation:
    first, *others = choice
    if others:
        return f"({' or '.join(each.rpm() for each in choice)})", "", 0
    return first.name, first.version, _FLAGS[first.relation[1]] if first.relation else 0
