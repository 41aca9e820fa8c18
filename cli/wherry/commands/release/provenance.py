"""Where a release comes from: an in-toto statement with SLSA's provenance, written and read. Pure.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md and https://slsa.dev/spec/v1.0/provenance; what
the parameters of this kind of build mean is told in docs/release.md. The same arguments make the same bytes: all times
are that of the release.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wherry.about import VERSION
from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://slsa.dev/provenance/v1"
BUILD_TYPE: Final = "https://wherry.invalid/release/v1"
LOCAL_BUILDER: Final = "https://wherry.invalid/release/local"
"""Who built it, on a machine that is neither GitHub's nor GitLab's."""
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


class Lock(Record):
    """A lock file, by its path from the root of the repository."""

    path: str
    sha256: str


class Source(Record):
    """What the release was made of.

    ``repository`` is the address of the git remote, ``commit`` the id, both empty where there is none; ``file`` is the
    path of the release.yml from the root of the repository, with slashes.
    """

    repository: str
    commit: str
    tag: str | None
    file: str
    targets: tuple[str, ...]
    locks: tuple[Lock, ...]


class Provenance(Record):
    """What a statement says: names with their SHA-256, and the ``commit`` (None where it says none)."""

    subjects: tuple[tuple[str, str], ...]
    commit: str | None
    repository: str | None
    builder: str


def statement(
    subjects: Iterable[tuple[str, str]], source: Source, environ: Mapping[str, str], epoch_s: int
) -> dict[str, Any]:
    """The statement about the files ``subjects``, names with their SHA-256 in hex.

    ``environ`` tells which machine this is, ``epoch_s`` is the time of the release, in seconds since 1970.
    """
    moment = datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    builder, invocation = _builder(environ)
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in sorted(subjects)],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {
                    **({"repository": source.repository} if source.repository else {}),
                    **({"tag": source.tag} if source.tag else {}),
                    "file": source.file,
                    "targets": list(source.targets),
                },
                "resolvedDependencies": list(_dependencies(source)),
            },
            "runDetails": {
                "builder": {"id": builder, "version": {"wherry": VERSION}},
                "metadata": {
                    **({"invocationId": invocation} if invocation else {}),
                    "startedOn": moment,
                    "finishedOn": moment,
                },
            },
        },
    }


def encode(statement: Mapping[str, Any]) -> bytes:
    """As JSON for people to read too."""
    return json.dumps(statement, indent=2, ensure_ascii=False).encode() + b"\n"


def _dependencies(source: Source) -> Iterator[dict[str, Any]]:
    if source.commit:
        # https://git-scm.com/docs/git-clone#_git_urls: what is written as for scp is no URI.
        at = f"@refs/tags/{source.tag}" if source.tag else ""
        uri = {"uri": f"git+{source.repository}{at}"} if "://" in source.repository else {}
        yield {**uri, "digest": {"gitCommit": source.commit}}
    for lock in sorted(source.locks, key=lambda lock: lock.path):
        yield {"name": lock.path, "digest": {"sha256": lock.sha256}}


def _builder(environ: Mapping[str, str]) -> tuple[str, str | None]:
    """Who builds, as a URI, and what this build is called there.

    The variables are https://docs.github.com/en/actions/reference/workflows-and-actions/variables, which Gitea and
    Forgejo set too, and https://docs.gitlab.com/ci/variables/predefined_variables/.
    """
    server, repository = environ.get("GITHUB_SERVER_URL"), environ.get("GITHUB_REPOSITORY")
    if environ.get("GITHUB_ACTIONS") == "true" and server and repository:
        workflow = environ.get("GITHUB_WORKFLOW_REF") or repository
        run, attempt = environ.get("GITHUB_RUN_ID"), environ.get("GITHUB_RUN_ATTEMPT", "1")
        place = f"{server}/{repository}/actions/runs/{run}/attempts/{attempt}" if run else None
        return f"{server}/{workflow}", place
    if environ.get("GITLAB_CI") == "true" and (project := environ.get("CI_PROJECT_URL")):
        runner = environ.get("CI_RUNNER_ID")
        return f"{project}/-/runners/{runner}" if runner else project, environ.get("CI_JOB_URL")
    return LOCAL_BUILDER, None


class _Subject(msgspec.Struct):
    name: str
    digest: dict[str, str]


class _Dependency(msgspec.Struct):
    uri: str = ""
    digest: dict[str, str] = msgspec.field(default_factory=dict)


class _Definition(msgspec.Struct):
    dependencies: tuple[_Dependency, ...] = msgspec.field(default=(), name="resolvedDependencies")


class _Builder(msgspec.Struct):
    id: str


class _Run(msgspec.Struct):
    builder: _Builder


class _Predicate(msgspec.Struct):
    definition: _Definition = msgspec.field(name="buildDefinition")
    run: _Run = msgspec.field(name="runDetails")


class _Statement(msgspec.Struct):
    type: str = msgspec.field(name="_type")
    subject: tuple[_Subject, ...]
    predicate_type: str = msgspec.field(name="predicateType")
    predicate: _Predicate


def decode(data: bytes) -> Provenance:
    """Read a statement, whoever wrote it. Raises WherryError for what is none, or names files without a SHA-256."""
    try:
        read = msgspec.json.decode(data, type=_Statement)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WherryError(f"this is no provenance: {exc}") from None
    if read.type != STATEMENT or read.predicate_type != PREDICATE:
        raise WherryError("this is no provenance: it is another kind of statement than SLSA's version 1")
    subjects: dict[str, str] = {}
    for subject in read.subject:
        sha256 = subject.digest.get("sha256", "")
        if not _SHA256.fullmatch(sha256):
            raise WherryError(f"the provenance has no SHA-256 of {subject.name!r}")
        if subjects.setdefault(subject.name, sha256.lower()) != sha256.lower():
            raise WherryError(f"the provenance has two SHA-256 of {subject.name!r}")
    commits = [each for each in read.predicate.definition.dependencies if "gitCommit" in each.digest]
    return Provenance(
        subjects=tuple(subjects.items()),
        commit=commits[0].digest["gitCommit"] if commits else None,
        repository=commits[0].uri or None if commits else None,
        builder=read.predicate.run.builder.id,
    )
