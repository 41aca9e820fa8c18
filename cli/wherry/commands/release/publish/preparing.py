"""Everything up to the first request: the plan, the parts, all files in one folder. What cannot go well ends here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.release import fields as named
from wherry.commands.release import loading, run
from wherry.commands.release import plan as plans
from wherry.commands.release import venue as venues
from wherry.commands.release.artifacts import Kind
from wherry.commands.release.build.running import Runner
from wherry.commands.release.forge import Forge
from wherry.commands.release.forges.github_calls import renamed
from wherry.commands.release.forges.store import Announcement
from wherry.commands.release.publish import notes, tapping
from wherry.commands.release.publish.assembling import Assembler, Origin
from wherry.commands.release.publish.downloads import Facts
from wherry.commands.release.publish.events import Noted
from wherry.commands.release.publish.folder import Folder
from wherry.commands.release.publish.parts import Wanted, merge
from wherry.commands.release.sign.signing import Signer
from wherry.commands.release.template import render
from wherry.commands.release.templates import shown
from wherry.commands.release.version import choose
from wherry.core.record import Record
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import ReleaseFile
    from wherry.commands.release.forges.store import Upload
    from wherry.commands.release.plan import Plan
    from wherry.commands.release.publish.events import Event
    from wherry.commands.release.publish.tapping import Manifest


class Asked(Record):
    """The command line: paths, and what may happen."""

    file: str
    parts: str
    out: str | None
    notes: str | None
    snapshot: bool
    dry_run: bool
    debug: bool


class Prepared(Record):
    """What is published, and where; ``last`` are the names of the files that are sent when all others are there."""

    file: ReleaseFile
    fields: Named
    plan: Plan
    environ: Mapping[str, str]
    wanted: Announcement
    files: tuple[Upload, ...]
    last: frozenset[str]
    sums: str
    """The SHA-256 of the file of checksums, which is one for all files."""
    root: Path
    """The folder of the release.yml."""
    out: Path
    journal: Path
    place: str
    """What the journal calls the place where the release goes."""
    manifests: tuple[Manifest, ...]


def prepare(asked: Asked, emit: Callable[[Event], None], say: Callable[[str], None]) -> Prepared:
    """Put all files of the release into one folder; ``say`` is told what a program that signs prints.

    Raises UsageError for what is missing, and WherryError.
    """
    file = loading.load(asked.file)
    root = Path(asked.file).absolute().parent
    around = run.surroundings(file, root)
    version = choose(around.git, around.metadata, snapshot=asked.snapshot)
    with doing(asked.file):
        plan = plans.plan(file, version, around)
        version, fields = named.settled(file, version, around.git, around.environ, around.now_s)
    if version.snapshot and not asked.dry_run:
        raise UsageError("a snapshot is published nowhere", hint="--dry-run makes its files, and shows the calls")
    _check_missing(plan, emit, dry_run=asked.dry_run)
    _check_names(plan)
    targets = tuple(job.target for job in plan.jobs)
    wanted = Wanted(file.project_name, plan.version.text, plan.commit, targets, plan.artifacts)
    merged = merge(Path(asked.parts), wanted)
    for target in merged.absent:
        words = f"no part for {target} is in {asked.parts}"
        if not asked.dry_run:
            raise UsageError(words, hint=f"`wherry release build --target {target}` makes it")
        emit(Noted(words, alert=True))
    tag = version.tag or version.text
    metadata = around.metadata
    facts = Facts(
        name=file.project_name,
        version=version.text,
        tag=tag,
        description=(metadata.description if metadata else None) or "",
        homepage=(metadata.homepage if metadata else None) or "",
        license=(metadata.license if metadata else None) or "",
        base_url=_base_url(file, plan, tag, fields),
    )
    out = Path(asked.out) if asked.out else Path(asked.parts) / version.text
    signatures: dict[str, list[str]] = {}
    for artifact in plan.artifacts:
        if artifact.signs is not None:
            signatures.setdefault(artifact.signs, []).append(artifact.name)
    folder = Folder(out, {each.name for each in plan.artifacts}, signatures)
    environ = named.variables(fields)
    epoch_s = merged.parts[0].epoch_s
    origin = Origin(file, Path(asked.file).name, root, around.git, environ, epoch_s)
    signer = Signer(environ, Runner(root, environ, say, asked.debug), epoch_s)
    names = Assembler(origin, fields, plan, merged, facts, folder, signer, emit).run()
    kinds = {each.name: each.kind for each in plan.artifacts}
    text = notes.read(asked.notes) if asked.notes else notes.of_commits(file, around.git, root)
    with doing(asked.file), doing("release.name_template"):
        title = render(file.release.name_template, fields)
    return Prepared(
        file=file,
        fields=fields,
        plan=plan,
        environ=environ,
        wanted=Announcement(tag, plan.commit, title, text, plan.prerelease, file.release.draft),
        files=tuple(folder.upload(name) for name in names),
        last=frozenset(name for name in names if kinds[name] in (Kind.CHECKSUM, Kind.SIGNATURE)),
        sums=next(folder.sha256(name) for name in names if kinds[name] is Kind.CHECKSUM),
        root=root,
        out=out,
        journal=Path(asked.parts) / f"publish-{version.text}.json",
        place=repr(plan.venue),
        manifests=tapping.manifests(file, fields, plan, merged.parts, folder, facts),
    )


def _check_names(plan: Plan) -> None:
    """GitHub would call a file otherwise than the checksums do."""
    if isinstance(plan.venue, Forge) and plan.venue.kind == "github":
        changed = next((each for each in plan.artifacts if renamed(each.name)), None)
        if changed is not None:
            raise UsageError(
                f"{shown(changed.place)}: {changed.name}: GitHub makes dots of some characters of a file's name",
                hint="letters, digits and . _ + - stay as they are",
            )


def _base_url(file: ReleaseFile, plan: Plan, tag: str, fields: Named) -> str:
    """Where the files will be fetched from; empty where nobody says."""
    found = venues.files_url(file, plan.venue, tag, fields) if plan.venue else None
    if found is None and plan.version.snapshot:
        # It is published nowhere: who tries its scripts tells them where the files are (RFC 2606 section 2).
        return f"https://nowhere.invalid/{tag}"
    return found or ""


def _check_missing(plan: Plan, emit: Callable[[Event], None], *, dry_run: bool) -> None:
    for each in plan.missing:
        emit(Noted(f"missing: {each.kind} {each.name}: {each.words}", alert=True))
    if plan.missing and not dry_run:
        first = plan.missing[0]
        raise UsageError(f"{first.kind} {first.name} is missing, {first.words}")
