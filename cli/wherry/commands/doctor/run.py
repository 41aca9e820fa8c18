"""Examine one thing after the other."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from wherry.commands.doctor import render, surroundings
from wherry.commands.doctor.events import Finding, State
from wherry.core.quantity import format_duration
from wherry.core.trace import Phase, Trace
from wherry.errors import ExitCode, WherryError, chain
from wherry.net.dns import system_servers
from wherry.net.failure import bounded
from wherry.net.network import Network
from wherry.net.proxies import ProxyChoice
from wherry.net.tls_library import describe_library
from wherry.net.trust import trust_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.core.network import NetworkSettings
    from wherry.core.scope import Scope
    from wherry.ui.env import Env

_LOOKUP_S = 5.0
_SCHEMES = (("http", 80), ("https", 443))


async def run(settings: NetworkSettings, env: Env, scope: Scope) -> ExitCode:
    """Print every finding; the answer is no when one is a problem."""
    environ = os.environ
    findings: list[Finding] = []
    for finding in (*_local(settings, env, environ), await _names(settings, environ, scope)):
        findings.append(finding)
        if env.output == "text":
            env.console.out(render.line(finding, env.console.paint_out))
    if env.output == "json":
        env.console.json(render.document(findings))
    return ExitCode.NO if any(finding.state is State.PROBLEM for finding in findings) else ExitCode.DONE


def _local(settings: NetworkSettings, env: Env, environ: Mapping[str, str]) -> Iterator[Finding]:
    yield surroundings.program(describe_library())
    yield surroundings.configuration(env.profile_name)
    yield surroundings.cache()
    yield _trust(settings, environ)
    yield _proxies(settings, environ)
    yield surroundings.descriptors()
    yield surroundings.terminal(env.console, environ)


def _trust(settings: NetworkSettings, environ: Mapping[str, str]) -> Finding:
    try:
        source = trust_source(environ, settings.cacert)
        count = len(Network(settings, environ).tls_context().get_ca_certs())
    except WherryError as exc:
        return Finding("trust store", State.PROBLEM, chain(exc))
    where = source.file or " ".join(source.directories)
    words = f"{source.words}{f', {where}' if where else ''}: {count} certificates"
    return Finding("trust store", State.OK if count else State.PROBLEM, words)


def _proxies(settings: NetworkSettings, environ: Mapping[str, str]) -> Finding:
    try:
        choice = ProxyChoice(environ, settings.proxy, settings.no_proxy)
    except WherryError as exc:
        return Finding("proxies", State.PROBLEM, chain(exc))
    # A name that no rule of NO_PROXY is about shows what the rest of the world is reached through.
    through = {
        scheme: choice.choose(scheme, "elsewhere.invalid", port) for scheme, port in (("http", 80), ("https", 443))
    }
    words = ", ".join(f"{scheme} through {proxy}" for scheme, proxy in through.items() if proxy) or "none"
    exceptions = settings.no_proxy or environ.get("NO_PROXY") or environ.get("no_proxy")
    return Finding("proxies", State.OK, words + (f", but not for {exceptions}" if exceptions else ""))


async def _names(settings: NetworkSettings, environ: Mapping[str, str], scope: Scope) -> Finding:
    loop = asyncio.get_running_loop()
    trace = Trace(loop.time)
    servers = ", ".join(str(server) for server in system_servers())
    try:
        async with bounded(scope.instant(loop.time(), _LOOKUP_S), trace):
            trace.begin(Phase.DNS)
            addresses = await Network(settings, environ).addresses("localhost", 80)
    except WherryError as exc:
        return Finding("names", State.PROBLEM, f"looking up localhost: {chain(exc)}; name servers: {servers or 'none'}")
    found = " ".join(address.ip for address in addresses)
    took = format_duration(trace.total())
    return Finding("names", State.OK, f"localhost is {found}, looked up in {took}; name servers: {servers or 'none'}")
