"""Opens the reports of a run before it begins, so that one that cannot be written is told of at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.check.report.spool import Spool
from wherry.commands.check.report.together import Report, Together
from wherry.ui.report import report_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wherry.commands.check.report.reporter import Reporter, Write
    from wherry.ui.env import Env
    from wherry.ui.report import Choice
    from wherry.ui.wholefile import WholeFile


@contextmanager
def opened(
    choices: Sequence[Choice], env: Env, environ: Mapping[str, str] = os.environ, held: list[str] | None = None
) -> Iterator[Together]:
    """All of ``choices`` as one reporter; what was not ended when the block ends leaves nothing behind.

    With ``held``, that on standard output is put there, for a terminal that shows something else meanwhile; the text
    then tells only what did not pass. Raises WherryError, before anything is written, where a file cannot be made.
    """
    together = Together()
    try:
        for choice in choices:
            together.add(_open(choice, env, environ, held))
        yield together
    finally:
        together.discard()


def _open(choice: Choice, env: Env, environ: Mapping[str, str], held: list[str] | None) -> Report:
    if choice.on_stdout and held is not None:
        from wherry.commands.check.report.text import Text

        return Report(
            choice.format, Text(held.append, env.console.paint_out, verbose=False, quiet=True), None, Spool(None)
        )
    if choice.on_stdout:
        return _report(choice, env, environ, lambda text: env.console.out_bytes(_bytes(text)))
    if choice.path is None:
        return _report(choice, env, environ, lambda text: env.console.alert(text.removesuffix("\n")))
    from wherry.ui.wholefile import is_special

    path = Path(choice.path)
    file = report_file(choice)
    folder = None if is_special(path) else path.parent
    return _report(choice, env, environ, lambda text: file.write(_bytes(text)), file, folder)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _report(
    choice: Choice,
    env: Env,
    environ: Mapping[str, str],
    write: Write,
    file: WholeFile | None = None,
    folder: Path | None = None,
) -> Report:
    spool = Spool(folder)
    return Report(choice.format, _reporter(choice, env, environ, write, spool), file, spool)


def _reporter(choice: Choice, env: Env, environ: Mapping[str, str], write: Write, spool: Spool) -> Reporter:
    match choice.format:
        case "json":
            from wherry.commands.check.report.jsondocument import JsonDocument

            return JsonDocument(write, spool)
        case "jsonl":
            from wherry.commands.check.report.jsonlines import JsonLines

            return JsonLines(write)
        case "junit":
            from wherry.commands.check.report.junit import Junit

            return Junit(write, spool)
        case "tap":
            from wherry.commands.check.report.tap import Tap

            return Tap(write)
        case "prom":
            from wherry.commands.check.report.prom import Prom

            return Prom(write, spool)
        case "github":
            from wherry.commands.check.report.github import Github, within
            from wherry.commands.check.report.stepsummary import StepSummary

            summary = environ.get("GITHUB_STEP_SUMMARY")
            workspace = environ.get("GITHUB_WORKSPACE")
            return Github(
                write,
                StepSummary(Path(summary)) if summary else None,
                lambda file: within(file, str(Path.cwd()), workspace),
            )
        case "html":
            from wherry.commands.check.report.html import Html

            return Html(write, spool)
        case _:
            from wherry.commands.check.report.text import Text
            from wherry.ui.paint import Paint

            paint = env.console.paint_out if choice.on_stdout else Paint(on=False)
            return Text(write, paint, verbose=env.verbosity > 0, quiet=env.console.quiet)
