"""One request to the endpoint that a suite is to be for."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from wherry.commands.check.init.endpoint import Answer
from wherry.commands.check.reach import Reach
from wherry.core.call import HttpCall
from wherry.core.redact import is_secret_header, redact_url
from wherry.core.redirect import origin
from wherry.core.target import parse_target
from wherry.core.trace import Trace
from wherry.errors import doing
from wherry.net.attempt import watched
from wherry.net.probe.http import probe
from wherry.net.probe.look import Inquiry

if TYPE_CHECKING:
    from wherry.commands.check.init.options import Options
    from wherry.core.scope import Scope
    from wherry.core.target import Target
    from wherry.profile.file import Profile
    from wherry.ui.env import Env


async def ask(options: Options, env: Env, scope: Scope) -> Answer:
    """What the source of ``options``, a URL, answers to a GET; redirects are followed.

    What the profile says of headers and credentials is sent as the check will send it. Raises UsageError for what is no
    URL, NetFailure, DeadlinePassed, and WherryError for a credential that cannot be had.
    """
    target = parse_target(options.source, name="url")
    _hide(options, target, env)
    profile = env.profile()
    reach = Reach(options.network, env.redactor.add)
    try:
        with doing(f"GET {redact_url(options.source)}"):
            trace = Trace(time.monotonic)
            async with watched(scope, math.inf, trace):
                headers = await _headers(options, target, profile, reach)
            trace = Trace(time.monotonic)
            async with watched(scope, math.inf, trace):
                look = await probe(target, reach.network, trace, Inquiry(call=HttpCall(headers=headers), body=True))
            seconds = trace.total()
    finally:
        await reach.aclose()
    facts: Any = look.facts
    return Answer(
        url=options.source,
        headers_sent=options.headers,
        status=facts["status"],
        content_type=", ".join(facts["header"].get("content-type", ())),
        body=facts["body"],
        seconds=seconds,
        final_url=facts["url"],
        redirects=facts["redirects"],
        expires_in_s=None if facts["cert"] is None else facts["cert"]["expires_in"],
        profile=env.profile_name or "",
    )


def _hide(options: Options, target: Target, env: Env) -> None:
    if target.password is not None:
        env.redactor.add(target.password.reveal())
    for name, value in options.headers:
        if is_secret_header(name):
            env.redactor.add(value, value.rpartition(" ")[2])


async def _headers(options: Options, target: Target, profile: Profile, reach: Reach) -> tuple[tuple[str, str], ...]:
    """What a field of the command line says beats what the profile says."""
    trusted = not profile.base_url or origin(profile.base_url) == origin(target.url)
    fields = {"accept": ("Accept", "*/*")}
    for name, value in profile.headers.items():
        if trusted or not is_secret_header(name):
            fields[name.lower()] = (name, value)
    fields |= {name.lower(): (name, value) for name, value in options.headers}
    named = target.user or target.password is not None or "authorization" in fields
    if profile.credential is not None and trusted and not named:
        authorizer = await reach.authorizer(profile.credential)
        fields["authorization"] = ("Authorization", await authorizer.header())
    return tuple(fields.values())
