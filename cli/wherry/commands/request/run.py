"""Sends the request and obeys the options.

What only some requests need is imported where it is needed: a plain GET is over in a few milliseconds.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from wherry.commands.request.call import Call
from wherry.commands.request.exchange import Exchange
from wherry.commands.request.narrate import Narrator
from wherry.commands.request.verdict import Judge
from wherry.core.redact import is_secret_header, redact_url
from wherry.core.retry import repeatable
from wherry.errors import DeadlinePassed, ExitCode, WherryError, doing
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import BytesBody, Client
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from wherry.commands.request.body import Body
    from wherry.commands.request.cookies import CookieJar
    from wherry.commands.request.events import Event, Headers
    from wherry.commands.request.options import Options
    from wherry.commands.request.pages import Pages
    from wherry.commands.request.single import Single
    from wherry.core.credential import OAuth2
    from wherry.core.scope import Scope
    from wherry.core.secret import Secret
    from wherry.net.authorization import Authorizer
    from wherry.ui.env import Env

# RFC 9110 section 8.6: of these a body is expected, and its absence is said with a length of 0.
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_OF_WRONG_SCHEME = frozenset({Reason.TLS, Reason.REFUSED, Reason.PROTOCOL, Reason.CLOSED, Reason.RESET})


async def run(options: Options, env: Env, scope: Scope) -> ExitCode:
    """Carry ``options`` out. Raises NotMet where the answer is no, and WherryError where there is none."""
    emit = Narrator(env)
    for name, value in options.headers:
        if is_secret_header(name):
            _hide(env, value)
    network = Network(options.network, os.environ)
    async with _within_deadline(scope):
        body, content_type = await _body(options)
    headers = _headers(options, content_type)
    judge = Judge(options.expect)
    jar = None
    if options.cookie_jar is not None:
        from wherry.commands.request.cookies import CookieJar

        jar = CookieJar(options.cookie_jar)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(network, http2=options.http2, unix_socket=options.unix_socket))
        stack.enter_context(_kept(jar))
        # The server that gives tokens is not behind the socket of the one that wants them.
        grantor = await stack.enter_async_context(Client(network)) if options.unix_socket else client
        exchange = Exchange(
            client, scope, emit, policy=options.retry, timeout_s=options.timeout_s, follow=options.follow,
            max_redirects=options.max_redirects, jar=jar,
        )  # fmt: skip
        call = Call(
            options.method, options.url, headers, body, fails=judge.fails, wants=judge.wants,
            repeatable=repeatable(options.method, frozenset(name.lower() for name, _ in headers)),
            authorizer=await _authorizer(options, env, grantor, scope, emit),
        )  # fmt: skip
        try:
            with doing(f"{options.method} {redact_url(options.url)}"):
                await _kind_of_work(options)(options, env, exchange, judge, emit).run(call)
        except NetFailure as exc:
            if options.guessed and exc.hint is None:
                exc.hint = _about_the_guess(options.url, exc.reason)
            raise
        finally:
            emit.close()
    return ExitCode.DONE


@contextmanager
def _kept(jar: CookieJar | None) -> Iterator[None]:
    """Save the jar at the end, however it comes; of two errors the first is the one to tell."""
    if jar is None:
        yield
        return
    try:
        yield
    except BaseException:
        with suppress(WherryError):
            jar.save()
        raise
    jar.save()


def _about_the_guess(url: str, reason: Reason) -> str | None:
    """What to try when the scheme that was guessed may have been the wrong one."""
    scheme, _, rest = url.partition("://")
    if reason not in _OF_WRONG_SCHEME or (reason is Reason.REFUSED and scheme == "http"):
        return None
    other, speaks = ("http", "plain HTTP") if scheme == "https" else ("https", "TLS")
    return f"no scheme was given, so it was {scheme}; write {other}://{rest} if it speaks {speaks}"


def _hide(env: Env, value: str) -> None:
    """Never show ``value``, nor what stands after its scheme, as in ``Bearer TOKEN``."""
    env.redactor.add(value)
    env.redactor.add(value.rpartition(" ")[2])


def _kind_of_work(options: Options) -> type[Single | Pages]:
    if options.paginate is None:
        from wherry.commands.request.single import Single

        return Single
    from wherry.commands.request.pages import Pages

    return Pages


async def _body(options: Options) -> tuple[Body | None, str | None]:
    if options.payload is not None:
        from wherry.commands.request.payload import build

        return await build(options.payload)
    return (BytesBody(b"") if options.method in _WITH_BODY else None), None


def _headers(options: Options, content_type: str | None) -> Headers:
    names = options.without.union(name.lower() for name, _ in options.headers)
    added: list[tuple[str, str]] = []
    if "accept" not in names:
        added.append(("Accept", "application/json, */*;q=0.8" if content_type == "application/json" else "*/*"))
    if content_type is not None and "content-type" not in names:
        added.append(("Content-Type", content_type))
    return (*options.headers, *added)


async def _authorizer(
    options: Options, env: Env, client: Client, scope: Scope, emit: Callable[[Event], None]
) -> Authorizer | None:
    if options.credential is None:
        return None
    from wherry.net.authorization import authorizer_of

    async def grant(credential: OAuth2, secret: Secret) -> Authorizer:
        from wherry.commands.request.granting import granted

        own = Exchange(client, scope, emit, policy=options.retry, timeout_s=options.timeout_s, follow=False)
        return granted(credential, secret, own, env.redactor.add, emit)

    async with _within_deadline(scope):
        return await authorizer_of(options.credential, os.environ, env.redactor.add, grant)


@asynccontextmanager
async def _within_deadline(scope: Scope) -> AsyncIterator[None]:
    """For what has to be read before anything is sent: standard input, a command that prints a secret."""
    try:
        async with asyncio.timeout_at(scope.deadline) as timer:
            yield
    except TimeoutError:
        if not timer.expired():
            raise
        raise DeadlinePassed("the deadline passed before anything could be sent") from None
