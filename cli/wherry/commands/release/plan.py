"""What a release will be: its version, targets and files, where they go, and what is missing for that. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wherry.commands.release import forge as forges
from wherry.commands.release import venue as venues
from wherry.commands.release.artifacts import Kind, artifacts, targets
from wherry.commands.release.fields import settled, variables
from wherry.commands.release.file import HomebrewFormula, Scoop, split_target, taps
from wherry.commands.release.forge import Forge
from wherry.commands.release.taps import homebrew, scoop, winget
from wherry.commands.release.template import parse, render
from wherry.commands.release.templates import shown, uses
from wherry.commands.release.venue import Directory, Server
from wherry.commands.release.version import same
from wherry.core.record import Record, replace
from wherry.errors import doing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from wherry.commands.release.artifacts import Artifact
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import ReleaseFile, Tap
    from wherry.commands.release.git import GitFacts
    from wherry.commands.release.project import Metadata
    from wherry.commands.release.venue import Venue
    from wherry.commands.release.version import Version

SIGNING_KEY: Final = "WHERRY_SIGNING_KEY"
"""The environment variable that holds the secret key of wherry's own signatures, as minisign writes it."""

# Linux on the oldest glibc that there is a runner for: what is frozen there runs on that one and newer.
RUNNERS: Final = {
    "linux_amd64": "ubuntu-22.04",
    "linux_arm64": "ubuntu-22.04-arm",
    "darwin_amd64": "macos-15-intel",
    "darwin_arm64": "macos-15",
    "windows_amd64": "windows-2025",
    "windows_arm64": "windows-11-arm",
}
_ONLY_PUBLISHED: Final = {"release", "signs", "homebrew_formulas", "scoops", "winget"}
"""The keys that a snapshot has no use for: it is not published, so nothing is signed either."""


class Surroundings(Record):
    """What is known beyond the file: ``now_s`` is in seconds since 1970, ``programs`` are those found on the PATH."""

    git: GitFacts | None
    metadata: Metadata | None
    environ: Mapping[str, str]
    programs: Collection[str]
    now_s: float


class Job(Record):
    """One job of the CI matrix: the ``runner`` is GitHub's name of a machine that can freeze for ``target``."""

    target: str
    os: str
    runner: str


class Destination(Record):
    """Somewhere that something is published.

    ``to`` is github, gitlab, gitea, directory, put, homebrew, scoop or winget; ``project`` is the repository, the
    folder or the address.

    ``url`` is where people find it, None where nobody says; ``what`` is the tag of a release, or the file in a
    repository; ``credentials`` are the environment variables that are needed.
    """

    to: str
    project: str
    url: str | None
    what: str
    credentials: tuple[str, ...]


class Lack(StrEnum):
    """What kind of thing is missing."""

    TAG = "tag"
    COMMIT = "commit"
    DESTINATION = "destination"
    CREDENTIAL = "credential"
    VARIABLE = "variable"
    TOOL = "tool"


class Missing(Record):
    """Something without which publishing would fail; ``name`` is what is missing, ``words`` say what for."""

    kind: Lack
    name: str
    words: str


class Plan(Record):
    """The whole of it. ``publish`` is in the order in which it happens; a snapshot has none, and no signatures."""

    project: str
    version: Version
    prerelease: bool
    commit: str
    venue: Venue | None
    jobs: tuple[Job, ...]
    artifacts: tuple[Artifact, ...]
    publish: tuple[Destination, ...]
    missing: tuple[Missing, ...]


def plan(file: ReleaseFile, version: Version, around: Surroundings) -> Plan:
    """Decide everything. Raises UsageError for a template that cannot be rendered, names that are none."""
    version, fields = settled(file, version, around.git, around.environ, around.now_s)
    around = replace(around, environ=variables(fields))
    venue = venues.find(file, around.git.remote if around.git else "", fields)
    publish = () if version.snapshot else tuple(_destinations(file, version, venue, fields))
    return Plan(
        project=file.project_name,
        version=version,
        prerelease=_prerelease(file, version),
        commit=around.git.commit if around.git else "",
        venue=venue,
        jobs=tuple(Job(target, split_target(target)[0], RUNNERS[target]) for target in targets(file)),
        artifacts=tuple(
            each for each in artifacts(file, fields) if not version.snapshot or each.kind is not Kind.SIGNATURE
        ),
        publish=publish,
        missing=tuple(dict.fromkeys(_missing(file, version, around, publish, venue))),
    )


def _prerelease(file: ReleaseFile, version: Version) -> bool:
    asked = file.release.prerelease
    return bool(version.number.prerelease) if asked == "auto" else asked in (True, "true")


def _destinations(file: ReleaseFile, version: Version, venue: Venue | None, fields: Named) -> Iterator[Destination]:
    tag = str(version.tag)
    forge = venue if isinstance(venue, Forge) else None
    if forge:
        yield Destination(forge.kind, forge.project, venues.page(forge, tag), tag, (forges.TOKENS[forge.kind],))
    elif isinstance(venue, Directory):
        yield Destination("directory", venue.path, venues.files_url(file, venue, tag, fields), tag, ())
    elif isinstance(venue, Server):
        yield Destination("put", venue.url, venues.page(venue, tag), tag, venue.variables)
    for key, index, tap in taps(file):
        with doing(shown((key, index, "repository"))):
            owner, name = render(tap.repository.owner, fields), render(tap.repository.name, fields)
        to, what = _manifest(file, version, tap)
        home = forges.of_tap(file, forge, owner, name, winget=to == "winget")
        yield Destination(to, home.project, f"{home.url}/{home.project}", what, _tokens(tap, home))


def _manifest(file: ReleaseFile, version: Version, tap: Tap) -> tuple[str, str]:
    """What kind of tap it is, and the file or folder that is written there."""
    if isinstance(tap, HomebrewFormula):
        return "homebrew", homebrew.path(tap, file.project_name)
    if isinstance(tap, Scoop):
        return "scoop", scoop.path(tap, file.project_name)
    return "winget", winget.folder(tap, file.project_name, version.text)


def _tokens(tap: Tap, home: Forge) -> tuple[str, ...]:
    token = tap.repository.token
    if token is None:
        return (forges.TOKENS[home.kind],)
    return tuple(sorted(name.removeprefix("Env.") for name in parse(token).fields() if name.startswith("Env.")))


def _missing(
    file: ReleaseFile, version: Version, around: Surroundings, publish: tuple[Destination, ...], venue: Venue | None
) -> Iterator[Missing]:
    if not version.snapshot:
        yield from _missing_in_git(version, around)
        if venue is None:
            words = "no repository is named, and the git remote origin is on no forge that is known"
            yield Missing(Lack.DESTINATION, "release", words)
        yield from _missing_credentials(around.environ, publish, venue)
        yield from _missing_for_signing(file, around)
    yield from _missing_variables(file, version, around.environ, publish)


def _missing_in_git(version: Version, around: Surroundings) -> Iterator[Missing]:
    git, metadata = around.git, around.metadata
    if git is None:
        yield Missing(Lack.COMMIT, "git", "a release is made of a commit, and this is no git repository")
    elif not version.tagged:
        yield Missing(Lack.TAG, str(version.tag), f"this commit has no tag; git tag {version.tag} makes it one")
    if git and git.dirty:
        yield Missing(Lack.COMMIT, "changes", "files differ from the commit that would be released")
    if version.tagged and metadata and metadata.version and not same(metadata.version, version.text):
        words = f"the tag says {version.text}, {metadata.version_origin} says {metadata.version}"
        yield Missing(Lack.TAG, f"v{metadata.version}", words)


def _missing_credentials(
    environ: Mapping[str, str], publish: tuple[Destination, ...], venue: Venue | None
) -> Iterator[Missing]:
    own = venue.project if isinstance(venue, Forge) else None
    in_workflow = environ.get("GITHUB_ACTIONS") == "true"
    for destination in publish:
        for name in destination.credentials:
            if not environ.get(name):
                yield Missing(Lack.CREDENTIAL, name, f"to write to {destination.project}")
            elif in_workflow and name == "GITHUB_TOKEN" and own and destination.project != own:
                # https://docs.github.com/en/actions/concepts/security/github_token
                words = f"a workflow's own cannot write to {destination.project}; give that a token"
                yield Missing(Lack.CREDENTIAL, name, words)


def _missing_for_signing(file: ReleaseFile, around: Surroundings) -> Iterator[Missing]:
    for index, sign in enumerate(file.signs):
        place = shown(("signs", index))
        if sign.cmd is None and not around.environ.get(SIGNING_KEY):
            yield Missing(Lack.CREDENTIAL, SIGNING_KEY, f"the secret key for {place}")
        if sign.cmd is not None and sign.cmd not in around.programs:
            yield Missing(Lack.TOOL, sign.cmd, f"the cmd of {place} is not on the PATH")


def _missing_variables(
    file: ReleaseFile, version: Version, environ: Mapping[str, str], publish: tuple[Destination, ...]
) -> Iterator[Missing]:
    """The variables that templates name and nothing sets, but for those that were missed as credentials."""
    credentials = {name for each in publish for name in each.credentials}
    known = {*environ, *credentials}
    for use in uses(file):
        if version.snapshot and use.place[0] in _ONLY_PUBLISHED:
            continue
        names = {name.removeprefix("Env.") for name in parse(use.text).fields() if name.startswith("Env.")}
        for name in sorted(names - known):
            yield Missing(Lack.VARIABLE, name, f"for {shown(use.place)}")


def tools(file: ReleaseFile) -> tuple[str, ...]:
    """The programs that publishing calls."""
    return tuple(dict.fromkeys(sign.cmd for sign in file.signs if sign.cmd is not None))
