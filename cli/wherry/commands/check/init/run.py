"""Asks the endpoint, or reads the document, and writes the suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wherry.commands.check.init import endpoint, openapi, writing
from wherry.commands.check.init.asking import ask
from wherry.commands.check.init.options import STANDARD_OUTPUT
from wherry.core.expect.jsonpath import NotJson, decode
from wherry.core.quantity import format_size
from wherry.core.redact import redact_url
from wherry.core.status import status_words
from wherry.errors import ExitCode, NotMet, UsageError
from wherry.ui.plain import one_line

if TYPE_CHECKING:
    from wherry.commands.check.init.draft import Draft
    from wherry.commands.check.init.options import Options
    from wherry.core.scope import Scope
    from wherry.ui.env import Env

_YAML: Final = (".yaml", ".yml")


async def run(options: Options, env: Env, scope: Scope) -> ExitCode:
    """Carry ``options`` out.

    Raises NotMet where the endpoint answers with a status of 400 or more, UsageError for what cannot become a suite,
    and WherryError where there is no answer or nothing can be written.
    """
    _refuse_to_overwrite(options)
    draft = await _asked(options, env, scope) if options.asks else _read(options.source)
    _write(options, env, writing.written(draft))
    if options.file != STANDARD_OUTPUT:
        count = len(draft.checks)
        checks = "1 check" if count == 1 else f"{count} checks"
        env.console.err(f"{options.file} is written: {checks}; `wherry check {options.file}` runs it")
    if draft.variables:
        env.console.err(f"the suite takes {', '.join(draft.variables)} from the environment")
    for words in draft.outro:
        env.console.err(one_line(words))
    return ExitCode.DONE


def _refuse_to_overwrite(options: Options) -> None:
    if options.file != STANDARD_OUTPUT and not options.force and Path(options.file).exists():
        raise UsageError(f"{options.file} is there already", hint="--force writes over it; - prints it instead")


def _read(path: str) -> Draft:
    """The draft for the document at ``path``."""
    try:
        size = Path(path).stat().st_size
        if size > openapi.MAX_BYTES:
            raise UsageError(f"{path} is larger than {format_size(openapi.MAX_BYTES)}")
        data = Path(path).read_bytes()
    except OSError as exc:
        hint = "a URL begins with http:// or https://" if isinstance(exc, FileNotFoundError) else None
        raise UsageError(f"reading {path}: {exc.strerror or exc}", hint=hint) from None
    return openapi.draft(openapi.parse(data, path), path)


async def _asked(options: Options, env: Env, scope: Scope) -> Draft:
    """The draft for what answers at the URL: the endpoint itself, or the document that it gives."""
    found = await ask(options, env, scope)
    shown = redact_url(options.source)
    if found.status >= 400:
        raise NotMet(f"GET {shown}: {status_words(found.status, '')}, and a first suite is made of a good answer")
    document = _document(found.body, urlsplit(found.final_url).path, found.content_type, shown)
    if openapi.claims_to_be_openapi(document):
        return openapi.draft(document, shown, document_url=found.final_url)
    return endpoint.draft(found)


def _document(body: bytes, path: str, content_type: str, source: str) -> object:
    """The JSON that ``body`` is, or the YAML that it is said to be; None for anything else.

    Raises UsageError for YAML that is meant to be OpenAPI, and broken.
    """
    if path.lower().endswith(_YAML) or "yaml" in content_type.lower():
        try:
            return openapi.parse(body, source)
        except UsageError:
            if b"openapi" in body:
                raise
            return None
    try:
        return decode(body)
    except NotJson:
        return None


def _write(options: Options, env: Env, text: str) -> None:
    if options.file == STANDARD_OUTPUT:
        env.console.out(text.removesuffix("\n"))
        return
    from wherry.ui.wholefile import WholeFile

    with WholeFile(Path(options.file)) as file:
        file.write(text.encode())
