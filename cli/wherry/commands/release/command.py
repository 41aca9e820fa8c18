"""wherry release"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.errors import ExitCode
from wherry.ui import options as shared
from wherry.ui.sections import Group

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from wherry.commands.release.verify.check import Report
    from wherry.core.scope import Scope
    from wherry.ui.env import Env

_DEFAULT = "release.yml"
_FILE = click.Path(dir_okay=False)


def _targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from wherry.commands.release.file import TARGETS

    return [CompletionItem(target) for target in TARGETS if target.startswith(incomplete)]


@click.group("release", cls=Group)
@shared.common
def command() -> None:
    """Plan and build the release of a Python command-line tool as executables.

    What is built, for whom, and where it is published stands in release.yml, whose keys are GoReleaser's where they
    mean the same. `wherry schema release` prints its JSON Schema.
    """


@command.command("check")
@click.argument("file", metavar="[FILE]", required=False, default=_DEFAULT, type=_FILE)
@shared.output
@shared.common
@click.pass_obj
def check(env: Env, file: str) -> ExitCode:
    """Check release.yml, or FILE: all that is wrong with it, each with its line.

    Keys and types, templates, names of files that would be the same twice, and whether what it names is there: the
    entry point, the lock file and its hashes, data. Nothing leaves this machine and nothing is run.

    \b
    Examples:
      wherry release check
      wherry release check packaging/release.yml -o json

    Exit codes: 0 valid, 1 not valid, 2 not there. All are in `wherry help exit-codes`.
    """
    from wherry.commands.release import loading, render

    found, faults = loading.check(file)
    if env.output == "json":
        env.console.json(render.check_document(file, faults))
    elif found is not None and not faults:
        env.console.out(render.valid_line(file, found))
    else:
        for fault in faults:
            env.console.out(render.fault_line(file, fault))
    return ExitCode.NO if faults else ExitCode.DONE


@command.command("init")
@click.argument("file", metavar="[FILE]", required=False, default=_DEFAULT, type=_FILE)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@shared.common
@click.pass_obj
def init(env: Env, file: str, force: bool) -> ExitCode:
    """Write a release.yml, or FILE, for the pyproject.toml beside it.

    The entry point is that of [project.scripts]; a lock file with hashes is named where there is one.

    \b
    Examples:
      wherry release init
      wherry release init --force && wherry release check

    Exit codes: 0 done, 2 no project with a command, or a file is there already, 3 not written. All are in `wherry help
    exit-codes`.
    """
    from wherry.commands.release import run

    run.init(file, force=force)
    env.console.err(f"{file} is written; `wherry release plan --snapshot` shows what comes of it")
    return ExitCode.DONE


@command.command("plan")
@click.option("-f", "--file", metavar="FILE", default=_DEFAULT, show_default=True, type=_FILE, help="The release file.")
@click.option("--snapshot", is_flag=True, help="Plan a build that is no release, whatever the tag.")
@click.option("--matrix", is_flag=True, help="Print only the matrix of jobs, as GitHub Actions reads it.")
@shared.output
@shared.common
@click.pass_obj
def plan(env: Env, file: str, snapshot: bool, matrix: bool) -> ExitCode:
    """Show what a release would be: version, files, where they go, what is missing.

    The version is that of a tag on this commit, else of pyproject.toml; without either the plan is a snapshot's.
    Nothing is built, and nothing leaves this machine.

    \b
    Examples:
      wherry release plan
      wherry release plan --snapshot -o json
      echo "matrix=$(wherry release plan --matrix)" >> "$GITHUB_OUTPUT"

    Exit codes: 0 done, whatever is missing, 2 the file is not valid, 3 git failed. All are in `wherry help exit-codes`.
    """
    from wherry.commands.release import render, run

    found = run.plan(file, snapshot=snapshot)
    if matrix:
        env.console.json(render.matrix(found))
    elif env.output == "json":
        env.console.json(render.document(found))
    else:
        env.console.out(render.text(found, env.console.paint_out))
    return ExitCode.DONE


@command.command("build")
@click.option("-f", "--file", metavar="FILE", default=_DEFAULT, show_default=True, type=_FILE, help="The release file.")
@click.option(
    "--target", metavar="OS_ARCH", shell_complete=_targets, help="Build for this; for this system unless told."
)
@click.option("--snapshot", is_flag=True, help="Make a build that is no release, whatever the tag.")
@click.option(
    "--out",
    metavar="DIR",
    default="dist",
    show_default=True,
    type=click.Path(file_okay=False),
    help="The folder that the files are put into.",
)
@shared.output
@shared.common
@click.pass_obj
def build(env: Env, file: str, target: str | None, snapshot: bool, out: str) -> ExitCode:
    """Freeze the programs for one target, check them, and pack them.

    The programs are frozen by PyInstaller in a virtual environment that holds what the lock file says, or are there
    already; the newest glibc that they need is looked at, their smoke commands are run, and archives and packages are
    written, the same bytes each time. A part manifest beside them says what was made.
    Nothing appears in DIR before all of it is whole. With --debug everything that is run is heard, and what a failed
    build made is kept.

    \b
    Examples:
      wherry release build
      wherry release build --snapshot --out out
      wherry release build --target linux_arm64 -o json

    Exit codes: 0 done, 1 a smoke command failed or glibc_max is exceeded, 2 the file or the target is not valid, 3 it
    could not be made. All are in `wherry help exit-codes`.
    """
    from wherry.commands.release.build import making, words

    asked = making.Asked(file, target, snapshot, out, env.debug)
    part = making.build(asked, env.console.err, env.console.alert)
    if env.output == "json":
        env.console.json(words.document(part, out))
    else:
        for line in words.lines(part, out):
            env.console.out(line)
    return ExitCode.DONE


@command.command("publish")
@click.option("-f", "--file", metavar="FILE", default=_DEFAULT, show_default=True, type=_FILE, help="The release file.")
@click.option(
    "--parts",
    metavar="DIR",
    default="dist",
    show_default=True,
    type=click.Path(file_okay=False),
    help="The folder with the parts that `release build` made, or with a folder for each.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="The folder that the release is put together in; that of the parts, and its version, unless told.",
)
@click.option("--notes", metavar="FILE", type=_FILE, help="The release's notes, instead of the changelog.")
@click.option("--resume", is_flag=True, help="Go on with what an earlier run began, if one did.")
@click.option("--dry-run", is_flag=True, help="Make all files, and print each call instead of making it.")
@click.option("--snapshot", is_flag=True, help="Make the files of a build that is no release; with --dry-run.")
@click.option(
    "--retry",
    type=click.IntRange(min=0),
    default=4,
    show_default=True,
    metavar="N",
    help="Try a call again so often, where that is safe.",
)
@shared.timeout("60s")
@shared.deadline()
@shared.network
@shared.output
@shared.common
@click.pass_obj
def publish(env: Env, /, deadline: float | None, timeout: float, retry: int, resume: bool, **given: Any) -> ExitCode:
    """Merge the parts of all targets, and publish the release.

    Archive of the source, bills of materials, install scripts, provenance, checksums and signatures are made. All files
    go into a draft, are fetched again and compared; then the draft is made public, and the taps are written. A run that
    was ended anywhere is gone on with by the next, with --resume: nothing is sent twice.

    \b
    Examples:
      wherry release publish
      wherry release publish --parts artifacts --resume
      wherry release publish --snapshot --dry-run

    Exit codes: 0 done, 2 something is missing or not valid, 3 it could not be published, 124 the deadline passed. All
    are in `wherry help exit-codes`.
    """
    from wherry.commands.release.publish.live import Narrator
    from wherry.commands.release.publish.preparing import Asked, prepare
    from wherry.commands.release.publish.publishing import How
    from wherry.commands.release.publish.publishing import publish as run
    from wherry.core.retry import RetryPolicy
    from wherry.ui.sigterm import heeding_sigterm

    settings = shared.network_settings(env, given)
    asked = Asked(
        file=given["file"],
        parts=given["parts"],
        out=given["out"],
        notes=given["notes"],
        snapshot=given["snapshot"],
        dry_run=given["dry_run"],
        debug=env.debug,
    )
    narrator = Narrator(env)
    with heeding_sigterm():
        prepared = prepare(asked, narrator, env.console.alert)
    how = How(settings, RetryPolicy(retries=retry), timeout, resume, given["dry_run"])
    try:
        return env.execute(lambda scope: run(prepared, how, env, scope, narrator), deadline)
    finally:
        narrator.close()


@command.command("key")
@click.argument("name", metavar="[NAME]", required=False, default="minisign", type=_FILE)
@shared.output
@shared.common
@click.pass_obj
def key(env: Env, name: str) -> ExitCode:
    """Make a pair of keys to sign releases with: NAME.key, which is secret, and NAME.pub.

    They are as `minisign -G -W` makes them. WHERRY_SIGNING_KEY takes what is in the secret one; the public one is for
    those who verify. Nothing is written over: a key that is lost cannot be made again.

    \b
    Examples:
      wherry release key
      wherry release key ~/.minisign/acme -o json

    Exit codes: 0 done, 2 a file is there already, 3 not written. All are in `wherry help exit-codes`.
    """
    from wherry.commands.release.sign import keys

    secret_file, public_file = f"{name}.key", f"{name}.pub"
    public = keys.make(secret_file, public_file)
    if env.output == "json":
        env.console.json({"secret": secret_file, "public": public_file, "id": public.name, "public_key": public.line()})
    else:
        env.console.out(public.line())
        env.console.err(f"{secret_file} is secret: keep it out of the repository; {public_file} is for everybody")
    return ExitCode.DONE


@command.command("verify")
@click.argument("target", metavar="FILE|DIR|URL")
@click.option("--public-key", metavar="FILE|KEY", help="All must be signed by this key of minisign's.")
@click.option(
    "--require",
    multiple=True,
    type=click.Choice(("checksum", "signature", "provenance", "sbom")),
    help="This must be there too, for every file that can have it.",
)
@shared.timeout("30s")
@shared.deadline()
@shared.output
@shared.network
@shared.common
@click.pass_obj
def verify(env: Env, /, deadline: float | None, **given: Any) -> ExitCode:
    """Check the files of a release: checksums, signatures, provenance, and what is inside.

    DIR holds a release; of a FILE what lies beside it is used. A URL is that of a file, or of the folder that
    SHA256SUMS is in; what is fetched is thrown away. Archives and packages are read and never unpacked. What is found
    must hold; what is not there is no fault, unless it is required. Without --public-key, nobody can say who made it.

    \b
    Examples:
      wherry release verify dist --public-key minisign.pub --require sbom
      wherry release verify acme_1.2.3_linux_amd64.tar.gz
      wherry release verify https://github.com/acme/acme/releases/download/v1.2.3/ -T 5m -o json

    Exit codes: 0 all that was found holds, 1 something does not, or nothing was found, 2 usage, 3 it could not be read,
    124 deadline passed. All are in `wherry help exit-codes`.
    """
    from wherry.commands.release.verify import render, run

    settings = shared.network_settings(env, given)
    options = run.Options(given["target"], given["public_key"], given["require"], settings, given["timeout"])

    def tell(report: Report) -> ExitCode:
        if env.output == "json":
            env.console.json(render.document(options.target, report))
        else:
            for line in render.lines(options.target, report, env.console.paint_out):
                env.console.out(line)
        return ExitCode.DONE if report.verified else ExitCode.NO

    async def fetched(scope: Scope) -> ExitCode:
        return tell(await run.verify_url(options, scope, env.console.err))

    return env.execute(fetched, deadline) if run.is_url(options.target) else tell(run.verify(options))
