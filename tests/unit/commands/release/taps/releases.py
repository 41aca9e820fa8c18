"""A release whose downloads the tests of taps install."""

from __future__ import annotations

import hashlib

from wherry.commands.release.file import TARGETS, Repository
from wherry.commands.release.publish.downloads import Download, Facts, Inside

TAP = Repository("acme", "tap")
FACTS = Facts(
    "acme", "1.2.3", "v1.2.3", "Does things", "https://acme.dev", "MIT", "https://files.acme.dev/v1.2.3"
)  # fmt: skip
FILE = (Inside("acme", "acme", None),)
FOLDER = (Inside("acme", "acme/acme", "acme"),)


def download(target, programs=FILE, others=(), kind=None):
    """One archive; on Windows it is a zip and the programs end in .exe."""
    windows = target.startswith("windows_")
    kind = kind or ("zip" if windows else "tar.gz")
    ending = {"binary": ".exe" if windows else ""}.get(kind, f".{kind}")
    name = f"acme_1.2.3_{target}{ending}"
    inside = tuple(Inside(each.name, each.path + ".exe" * windows, each.folder) for each in programs)
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Download(target, name, kind, f"{FACTS.base_url}/{name}", digest, 1000, inside, tuple(others))


def everywhere(programs=FILE, others=(), targets=TARGETS, kind=None):
    return [download(target, programs, others, kind) for target in targets]
