"""Plans and faults in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wherry.commands.release.artifacts import targets
from wherry.core.record import as_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wherry.commands.release.artifacts import Artifact
    from wherry.commands.release.file import ReleaseFile
    from wherry.commands.release.plan import Plan
    from wherry.core.fit import Fault
    from wherry.ui.paint import Paint


def fault_line(path: str, fault: Fault) -> str:
    """``release.yml: line 12, column 7: builds[0].entry: ...``."""
    return f"{path}: line {fault.line}, column {fault.column}: {fault.words}"


def check_document(path: str, faults: Sequence[Fault]) -> dict[str, Any]:
    """``{"file", "valid", "errors": [{"line", "column", "message"}]}``."""
    errors = [{"line": fault.line, "column": fault.column, "message": fault.words} for fault in faults]
    return {"file": path, "valid": not errors, "errors": errors}


def valid_line(path: str, file: ReleaseFile) -> str:
    """``release.yml: valid, 1 build for 6 targets``."""
    builds, systems = len(file.builds), len(targets(file))
    return f"{path}: valid, {_counted(builds, 'build')} for {_counted(systems, 'target')}"


def matrix(plan: Plan) -> dict[str, Any]:
    """What a job of GitHub Actions takes as ``strategy.matrix``."""
    return {"include": [as_dict(job) for job in plan.jobs]}


def document(plan: Plan) -> dict[str, Any]:
    """Fields: project, version, version_from, tag, tagged, snapshot, prerelease, commit, targets, matrix, artifacts,
    publish, missing, ready; see docs/release.md."""
    version = plan.version
    return {
        "project": plan.project,
        "version": version.text,
        "version_from": version.origin,
        "tag": version.tag,
        "tagged": version.tagged,
        "snapshot": version.snapshot,
        "prerelease": plan.prerelease,
        "commit": plan.commit or None,
        "targets": [job.target for job in plan.jobs],
        "matrix": matrix(plan),
        "artifacts": [_artifact(artifact) for artifact in plan.artifacts],
        "publish": [{**as_dict(each), "credentials": list(each.credentials)} for each in plan.publish],
        "missing": [as_dict(missing) for missing in plan.missing],
        "ready": not plan.missing,
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {
        "name": artifact.name,
        "kind": artifact.kind.value,
        "format": artifact.format,
        "target": artifact.target,
        "builds": list(artifact.builds),
        "signs": artifact.signs,
    }


def text(plan: Plan, paint: Paint) -> str:
    """The plan on a page: the version, the files of each target, where they go, what is missing."""
    return "\n".join(_page(plan, paint))


def _page(plan: Plan, paint: Paint) -> Iterator[str]:
    version = plan.version
    kind = "snapshot" if version.snapshot else "prerelease" if plan.prerelease else "release"
    commit = f", commit {plan.commit[:7]}" if plan.commit else ""
    yield f"{paint(f'{plan.project} {version.text}', 'bold')}  {kind}, from {version.origin}{commit}"
    width = max(len(artifact.name) for artifact in plan.artifacts)
    for job in plan.jobs:
        yield ""
        yield f"{paint(job.target, 'bold')}  on {job.runner}"
        yield from _files([each for each in plan.artifacts if each.target == job.target], width)
    yield ""
    yield paint("all targets", "bold")
    yield from _files([each for each in plan.artifacts if each.target is None], width)
    if plan.publish:
        yield ""
        yield paint("publish", "bold")
        yield from _columns([(each.to, each.project, each.what, each.url or "") for each in plan.publish])
    if plan.missing:
        yield ""
        yield paint("missing", "bold", "yellow")
        yield from _columns([(each.kind.value, each.name, each.words) for each in plan.missing])


def _files(artifacts: Sequence[Artifact], width: int) -> Iterator[str]:
    for artifact in artifacts:
        yield f"  {artifact.name:<{width}}  {artifact.kind.value}"


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield f"  {'  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))}".rstrip()


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
