"""Asks the endpoint, or reads the document, and writes the suite."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wherry.commands.check.init import endpoint, openapi, writing
from wherry.commands.check.init.options import STANDARD_OUTPUT
from wherry.core.call import HttpCall
from wherry.core.expect.jsonpath import NotJson, decode
from wherry.core.quantity import format_size
from wherry.core.redact import is_secret_header, redact_url
from wherry.core.status import status_words
from wherry.core.target import parse_target
from wherry.core.trace import Trace
from wherry.errors import ExitCode, NotMet, UsageError, doing
from wherry.net.attempt import watched
from wherry.net.network import Network
from wherry.net.probe.http import probe
from wherry.net.probe.look import Inquiry
from wherry.ui.plain import one_line

if TYPE_CHECKING:
    from wherry.commands.check.init.draft import Draft
    from wherry.commands.check.init.options import Options
    from wherry.core.scope import Scope
    from wherry.net.probe.look import Look
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
    target = parse_target(options.source, name="url")
    if target.password is not None:
        env.redactor.add(target.password.reveal())
    for name, value in options.headers:
        if is_secret_header(name):
            env.redactor.add(value)
            env.redactor.add(value.rpartition(" ")[2])
    headers = options.headers
    if not any(name.lower() == "accept" for name, _ in headers):
        headers = (("Accept", "*/*"), *headers)
    network = Network(options.network, os.environ)
    trace = Trace(time.monotonic)
    shown = redact_url(options.source)
    with doing(f"GET {shown}"):
        async with watched(scope, math.inf, trace):
            look = await probe(target, network, trace, Inquiry(call=HttpCall(headers=headers), body=True))
    seconds = trace.total()
    status = _fact(look, "status")
    if status >= 400:
        raise NotMet(f"GET {shown}: {status_words(status, '')}, and a first suite is made of a good answer")
    body, url = _fact(look, "body"), _fact(look, "url")
    content_type = ", ".join(_fact(look, "header").get("content-type", ()))
    document = _document(body, urlsplit(url).path, content_type, shown)
    if openapi.claims_to_be_openapi(document):
        return openapi.draft(document, shown, document_url=url)
    certificate = _fact(look, "cert")
    return endpoint.draft(
        endpoint.Answer(
            url=options.source,
            headers_sent=options.headers,
            status=status,
            content_type=content_type,
            body=body,
            seconds=seconds,
            final_url=url,
            redirects=_fact(look, "redirects"),
            expires_in_s=None if certificate is None else certificate["expires_in"],
        )
    )


def _fact(look: Look, name: str) -> Any:
    return look.facts[name]


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
