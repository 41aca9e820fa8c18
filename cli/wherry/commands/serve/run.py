"""Serving: listen, say so, answer until a signal or the deadline comes, then drain."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.serve import access, render
from wherry.commands.serve.cors import open_to_all
from wherry.commands.serve.events import Listening
from wherry.commands.serve.files.beneath import Folder
from wherry.commands.serve.files.site import Site
from wherry.commands.serve.options import Files, Made
from wherry.commands.serve.readyfile import announced, write
from wherry.commands.serve.routes.table import handler, routes
from wherry.core.listen import unix_url, url
from wherry.errors import DeadlinePassed, ExitCode
from wherry.net.admin import Admin, on_sigusr1
from wherry.net.h1.limits import Limits
from wherry.net.h1.server import Server
from wherry.net.identity import from_files, self_signed

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from wherry.commands.serve.options import Options
    from wherry.core.listen import Listen
    from wherry.core.scope import Scope
    from wherry.net.h1.exchange import Exchange
    from wherry.net.h1.server import Handler
    from wherry.ui.env import Env


async def run(options: Options, env: Env, scope: Scope) -> ExitCode:
    """Serve until cancelled, or until the deadline of ``scope``, which raises DeadlinePassed.

    Raises UsageError for a folder or a certificate that cannot be used, WherryError where it cannot listen.
    """
    loop = asyncio.get_running_loop()
    with ExitStack() as stack:
        tls, authority = _tls(options, stack)
        counts = access.Counts(loop.time) if options.admin else None
        limits = Limits(body=options.max_body)
        server = Server(_handler(options, loop.time), limits, env.log, done=_done(options, env, counts, loop.time))
        admin = Server(
            Admin(ready=lambda: not server.draining, metrics=lambda: counts.families(server) if counts else ())
        )
        try:
            scheme = "https" if tls else "http"
            urls = [bound for place in options.listen for bound in await _listen(server, place, scheme, tls)]
            admin_urls = await _listen(admin, options.admin, "http", None) if options.admin else []
            listening = Listening(tuple(urls), authority, admin_urls[0] if admin_urls else None, os.getpid())
            with announced(options.ready_file, "".join(f"{one}\n" for one in urls)):
                on_sigusr1(loop, env.console.alert)
                if env.output == "json":
                    env.console.json(render.document(listening))
                else:
                    env.console.out(render.text(listening))
                await _until(scope)
        except asyncio.CancelledError:
            await _drain(server, options, env)
            raise
        except DeadlinePassed:
            await _drain(server, options, env)
            raise
        finally:
            await server.drain(0)
            await admin.drain(0)
    return ExitCode.DONE


async def _until(scope: Scope) -> None:
    try:
        async with asyncio.timeout_at(scope.deadline):
            await asyncio.Event().wait()
    except TimeoutError:
        raise DeadlinePassed("the deadline passed; the server has stopped") from None


async def _drain(server: Server, options: Options, env: Env) -> None:
    """Let the requests under way end, as far as they do in time."""
    if server.connections:
        env.log.info("draining", connections=server.connections)
    if forced := await server.drain(options.drain_timeout_s):
        env.log.warn("connections reset", connections=forced)


def _handler(options: Options, now: Callable[[], float]) -> Handler:
    site: Handler | None = None
    if options.folder is not None:
        site = Site(Folder(options.folder), hidden=options.hidden, index=options.index)
    if options.routes or site is None:
        table = routes(max_body=options.max_body, ready_after_s=now() + options.ready_after_s, now=now)
        site = handler(table, otherwise=site)
    return open_to_all(site) if options.cors else site


def _done(
    options: Options, env: Env, counts: access.Counts | None, now: Callable[[], float]
) -> Callable[[Exchange], None] | None:
    log = access.logged(env.log, now) if options.access_log and env.log.enabled("info") else None
    if log is None or counts is None:
        return log or (counts.done if counts else None)

    def both(exchange: Exchange) -> None:
        counts.done(exchange)
        log(exchange)

    return both


async def _listen(server: Server, place: Listen, scheme: str, tls: ssl.SSLContext | None) -> list[str]:
    if place.socket:
        await server.listen_unix(Path(place.socket), tls)
        return [unix_url(scheme, place.socket)]
    return [url(scheme, host, port) for host, port in await server.listen(place.host, place.port, tls)]


def _tls(options: Options, stack: ExitStack) -> tuple[ssl.SSLContext | None, str | None]:
    """The context, and where the certificate to trust has been written, if one was made."""
    match options.tls:
        case Files(cert, key):
            return from_files(cert, key), None
        case Made(names, authority):
            made = self_signed(names, datetime.now(UTC))
            if authority is None:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="wherry-serve-"))
                authority = str(Path(folder) / "ca.pem")
            write(authority, made.authority_pem)
            return made.context, authority
        case None:
            return None, None
