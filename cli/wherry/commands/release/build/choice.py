"""Which target is built for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release.artifacts import builds_for, targets
from wherry.commands.release.file import TARGETS, PyInstallerBuild, build_id
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.release.file import ReleaseFile


def target(file: ReleaseFile, asked: str | None, host: str) -> str:
    """The one ``asked`` for, else that of the ``host``. Raises UsageError when it cannot be built for here."""
    chosen = asked or host
    if asked and asked not in TARGETS:
        known = did_you_mean(asked, TARGETS) or f"; there is {', '.join(TARGETS)}"
        raise UsageError(f"{asked!r} is no target{known}")
    builds = builds_for(file, (), chosen)
    if not builds:
        raise UsageError(f"no build is for {chosen}; there is {', '.join(targets(file))}")
    for build in builds:
        if isinstance(build, PyInstallerBuild) and chosen != host:
            raise UsageError(
                f"PyInstaller freezes only for the system that it runs on: "
                f"the build {build_id(file, build)!r} for {chosen} cannot be made on {host}"
            )
    return chosen
